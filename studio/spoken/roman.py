"""Roman numerals, only where it is certain that they are numerals: reigns, wars, parts of a work, centuries."""

import re

from studio.spoken.numerals import cardinal, ordinal, title
from studio.spoken.rule import Rule, Variety, rule

_VALID = re.compile(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_MANY = r"(?:[IVXLC]{2,9})"
_ANY = r"(?:[IVXLC]{1,9}|[ivxlc]{1,9})"
_LABELS = (
    "Chapter|Part|Book|Volume|Act|Scene|Canto|Appendix|Article|Section|Title|Figure|Table|Plate|Psalm|Sonnet|Stage|Grade|"
    "Level|Phase|Type|Class|Mark|Episode|Season|Lesson|Letter|Stave|Verse|Annex|Unit|Exhibit|Schedule|Division|Case"
)
_REGNAL = frozenset(
    """
    Adrian Albert Alexander Alexandra Alfonso Alphonse Amenhotep Anne Antiochus August Augustus Baldwin Basil
    Baudouin Beatrix Benedict Boniface Boris Canute Carl Carlos Casimir Catherine Celestine Charles Christian
    Christina Claude Clement Cleopatra Conrad Constans Constantine Cosimo Cyril Darius David Edgar Edmund Edward
    Elizabeth Eric Eugene Felipe Ferdinand Franz Francis François Frederick Friedrich Gaius Gabriel George Georg
    Godfrey Gregory Gustav Gustavus Haakon Hadrian Harald Harold Hassan Heinrich Henri Henry Honorius Humbert
    Hussein Innocent Isabel Isabella Ivan Jacob James Joan John Joseph Juan Julius Justinian Karl Leo Leopold
    Louis Louise Ludwig Magnus Malcolm Manuel Margaret Maria Margrethe Mary Maximilian Mehmed Mehmet Michael
    Miguel Mithridates Mohammed Murad Napoleon Nicholas Olaf Olav Oscar Otto Pascal Paul Pedro Peter Philip
    Philippe Pius Ptolemy Pyotr Rama Rameses Ramesses Ramses Richard Robert Rudolf Rudolph Selim Seti Sigismund
    Simeon Sixtus Stephen Suleiman Sylvester Theodora Theodosius Thutmose Tutankhamun Umberto Urban Valdemar
    Valentinian Victor Victoria Vittorio Emmanuel Wenceslas Wilhelm Wilhelmina William Willem Xerxes Yohannes
    Arthur Thomas Andrew Anthony Benjamin Bernard Daniel Douglas Francis Franklin Harry Howard Howell Hugh Jack
    Jonathan Kenneth Lawrence Matthew Patrick Percival Samuel Theodore Thurston Walter Winston
    """.split()  # noqa: SIM905
)
_MONARCHS = frozenset(
    """
    Elizabeth Charles James Mary Henry Edward George William Richard Philip Francis Frederick Napoleon Nicholas
    Alexander Catherine Peter Paul Leopold Albert Ferdinand Wilhelm Ramesses Constantine Otto Christian
    Justinian Stephen John Darius Xerxes Ptolemy Joseph Leo Gregory Suleiman Selim Mehmed Harold Edmund Pedro
    Juan Carlos Umberto Isabella Maximilian
    """.split()  # noqa: SIM905
)
_TITLES = "King|Queen|Pope|Tsar|Czar|Emperor|Empress|Kaiser|Sultan|Prince|Pharaoh|Shah|Duke|Saint"
_AFTER_FIRST = re.compile(
    r"(?:[’']s\b|[,.;:)!?—]|\s(?:was|of|reigned|died|ruled|lost|became|ascended|succeeded|and|in(?= [\d\w])|to)\b|\s*$)"
)
_ALWAYS_PARTS = frozenset({"Chapter", "Act", "Volume", "Canto", "Scene", "Appendix"})
_AFTER_PART = re.compile(r"\W*$|\s?[^\w\s’']|\s(?:of|and|is|was|in|to|begins|ends|deals)\b")
_NOT_NUMERALS = frozenset(
    {"CC", "CD", "CI", "CIV", "CL", "CV", "CX", "DC", "DI", "LI", "LL", "LV", "LX", "MI", "MIX", "XL", "XX"}
)
_LARGEST_GUESSED = 60


def roman_value(text: str) -> int | None:
    """Value of a Roman numeral in one case throughout; None if it is none."""
    upper = text.upper()
    if not upper or text not in {upper, text.lower()} or not _VALID.fullmatch(upper):
        return None
    values = [_VALUES[c] for c in upper]
    return sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))


def _number(text: str, v: Variety) -> str | None:
    value = int(text) if text.isdigit() else roman_value(text)
    return None if value is None else cardinal(value, v)


def _label(m: re.Match[str], v: Variety) -> str:
    first, second = _number(m["first"], v), _number(m["second"], v) if m["second"] else ""
    if first is None or second is None or (m["first"] == "I" and not second and not _is_first_part(m)):
        return m[0]
    joint = {"–": " to ", "-": " to "}.get((m["joint"] or "").strip(), m["joint"] or "")
    words = f"{first}{joint}{second}"
    label = m["label"].capitalize() if m["label"].isupper() else m["label"]
    return f"{label}{m['gap']}{title(words) if label[0].isupper() else words}"


def _is_first_part(m: re.Match[str]) -> bool:
    """Whether "I" after a label is a numeral and not the pronoun, as in "the part I played"."""
    label = m["label"]
    return label[0].isupper() and (label.title() in _ALWAYS_PARTS or bool(_AFTER_PART.match(m.string, m.end())))


def _world_war(m: re.Match[str], v: Variety) -> str:
    first, second = _number(m["first"], v), _number(m["second"], v) if m["second"] else ""
    if first is None or second is None:
        return m[0]
    war = f"World War{'s' if m['plural'] else ''}"
    return f"{war} {title(first)}{' and ' + title(second) if second else ''}"


def _regnal(m: re.Match[str], v: Variety) -> str:
    value = roman_value(m["numeral"])
    if value is None or (m["name"] == "Malcolm" and m["numeral"] == "X"):
        return m[0]
    if m["numeral"] == "I":
        known = m["title"] or m["name"] in _MONARCHS
        certain = known and _AFTER_FIRST.match(m.string, m.end())
        if not certain:
            return m[0]
    elif m["name"] not in _REGNAL and not m["title"]:
        return m[0]
    return f"{m['title'] or ''}{m['name']} the {title(ordinal(value, v))}"


def _after_names(m: re.Match[str], v: Variety) -> str:
    value = roman_value(m["numeral"])
    if value is None or value > _LARGEST_GUESSED or m["numeral"] in _NOT_NUMERALS:
        return m[0]
    names = m["names"].split()
    if len(names) > 1 and names[0] in _REGNAL:
        return f"{m['names']} the {title(ordinal(value, v))}"
    return f"{m['names']} {title(cardinal(value, v))}"


def _page(m: re.Match[str], v: Variety) -> str:
    first, last = _number(m[2], v), _number(m[3], v) if m[3] else ""
    if first is None or last is None:
        return m[0]
    return f"{m[1]} {first}{' to ' + last if last else ''}"


def _century(m: re.Match[str], v: Variety) -> str:
    value = roman_value(m[1])
    return m[0] if value is None else ordinal(value, v)


RULES: tuple[Rule, ...] = (
    rule(
        "world war",
        r"\b(?:World War(?P<plural>s)?|WW) ?(?P<first>[I]{1,3}|[123])\b(?: and (?P<second>I{1,3}|[123])\b)?",
        _world_war,
    ),
    rule(
        "part of a work",
        rf"\b(?P<label>(?:{_LABELS})(?:s|es)?|(?:{_LABELS.lower()})s?|CHAPTER|PART|BOOK|VOLUME|ACT|SCENE)(?P<gap>\s)"
        rf"(?P<first>\d{{1,3}}|{_ANY})\b(?:(?P<joint>\s?[–-]\s?| and | or )(?P<second>\d{{1,3}}|{_ANY})\b)?"
        r"(?![’'\w-]|[.,:]\d)",
        _label,
    ),
    rule("page", r"\b([Pp]ages?) ([ivxlc]{1,9})\b(?:[–-]([ivxlc]{1,9})\b)?", _page),
    rule("century", r"\b([IVX]{1,6})(?:th|st|nd|rd)\b", _century),
    rule("century", r"\b([IVX]{1,6})(?= centur(?:y|ies)\b)", _century),
    rule(
        "reign",
        rf"\b(?P<title>(?:{_TITLES}) )?(?P<name>[A-ZÀ-Þ][a-zà-ÿ]+) (?P<numeral>[IVX]{{1,7}})\b(?!\.[A-Z])",
        _regnal,
    ),
    rule(
        "name and numeral",
        rf"\b(?P<names>[A-Z][a-z]+(?: [A-Z][a-z]+){{0,2}}) (?P<numeral>{_MANY})\b(?!\.[A-Z])",
        _after_names,
    ),
)

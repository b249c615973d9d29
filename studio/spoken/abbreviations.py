"""Abbreviations, titles, and places: "Dr." the doctor and "Dr." the drive are told apart by their neighbours."""

import re

from studio.manuscript.abbreviations import abbreviations_of
from studio.spoken.numerals import cardinal, digits, two_digits
from studio.spoken.rule import Rule, Variety, rule

_STARTERS = abbreviations_of("en").starters
_TITLES_ALWAYS = {
    "Mr": "Mister", "Mrs": "Missus", "Messrs": "Messieurs", "Prof": "Professor", "Capt": "Captain",
    "Lt": "Lieutenant", "Sgt": "Sergeant", "Cpl": "Corporal", "Cmdr": "Commander", "Supt": "Superintendent",
    "Brig": "Brigadier",
}  # fmt: skip
_TITLES_WITH_STOP = {
    "Rev": "Reverend", "Col": "Colonel", "Gen": "General", "Maj": "Major", "Adm": "Admiral", "Gov": "Governor",
    "Sen": "Senator", "Rep": "Representative", "Pres": "President", "Insp": "Inspector", "Fr": "Father",
    "Pvt": "Private", "Pte": "Private", "Det": "Detective", "Cllr": "Councillor", "Hon": "Honourable",
}  # fmt: skip
_TITLES_SAID = frozenset({*_TITLES_ALWAYS, *_TITLES_ALWAYS.values(), *_TITLES_WITH_STOP.values(), "Doctor", "Saint"})
_FINAL = {
    "Ltd": "Limited", "Inc": "Incorporated", "Corp": "Corporation", "Bros": "Brothers", "Co": "Company",
    "Jr": "Junior", "Sr": "Senior", "Esq": "Esquire", "Dept": "Department", "Univ": "University",
    "Govt": "Government", "Ave": "Avenue", "Rd": "Road", "Blvd": "Boulevard", "Ln": "Lane", "Sq": "Square",
    "Hwy": "Highway", "Apt": "Apartment", "Bldg": "Building", "Assn": "Association", "Ct": "Court",
    "Pl": "Place",
}  # fmt: skip
_LATIN = {
    "i.e.": "that is", "e.g.": "for example", "etc.": "et cetera", "viz.": "namely", "cf.": "compare",
    "approx.": "approximately", "a.k.a.": "also known as", "ibid.": "ibidem", "incl.": "including",
    "vs.": "versus", "vs": "versus", "esp.": "especially", "dept.": "department", "govt.": "government",
    "misc.": "miscellaneous", "excl.": "excluding",
}  # fmt: skip
_BEFORE_NUMBER = {
    "p": "page", "pp": "pages", "ch": "chapter", "chap": "chapter", "chaps": "chapters", "vol": "volume",
    "vols": "volumes", "fig": "figure", "figs": "figures", "no": "number", "nos": "numbers", "sec": "section",
    "art": "article", "ext": "extension", "c": "circa", "ca": "circa", "tel": "telephone", "est": "established",
    "op": "opus", "pt": "part", "sc": "scene", "max": "maximum", "min": "minimum", "bk": "book",
    "para": "paragraph",
}  # fmt: skip
_SAINTS = frozenset(
    """
    Helens Clair Lucie Louis Paul John James Peter Mary George Andrew Andrews Albans Ives Pancras Moritz Kitts
    Petersburg Augustine Francis Patrick Thomas Michael Martin Mark Luke Matthew Joseph Anne Anthony Bernard
    Catherine Lawrence Cloud Pierre Denis Giles Leonard Leonards Margaret Nicholas Stephen Vincent Joan Tropez
    Malo Emilion Swithin Swithins Austell
    """.split()  # noqa: SIM905
)
_BEFORE_SAINT = frozenset({
    "At", "In", "The", "On", "To", "From", "Near", "By", "And", "Of", "Mount", "Lake", "Fort", "Port", "East", "West",
    "North", "South", "Sault", "Cape", "Is", "Was", "With", "Saint", "Big",
})  # fmt: skip
_STATES = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California", "CO": "Colorado",
    "CT": "Connecticut", "DE": "Delaware", "FL": "Florida", "GA": "Georgia", "HI": "Hawaii", "ID": "Idaho",
    "IL": "Illinois", "IN": "Indiana", "IA": "Iowa", "KS": "Kansas", "KY": "Kentucky", "LA": "Louisiana",
    "ME": "Maine", "MD": "Maryland", "MA": "Massachusetts", "MI": "Michigan", "MN": "Minnesota",
    "MS": "Mississippi", "MO": "Missouri", "MT": "Montana", "NE": "Nebraska", "NV": "Nevada",
    "NH": "New Hampshire", "NJ": "New Jersey", "NM": "New Mexico", "NY": "New York", "NC": "North Carolina",
    "ND": "North Dakota", "OH": "Ohio", "OK": "Oklahoma", "OR": "Oregon", "PA": "Pennsylvania",
    "RI": "Rhode Island", "SC": "South Carolina", "SD": "South Dakota", "TN": "Tennessee", "TX": "Texas",
    "UT": "Utah", "VT": "Vermont", "VA": "Virginia", "WA": "Washington", "WV": "West Virginia",
    "WI": "Wisconsin", "WY": "Wyoming", "DC": "D.C.",
}  # fmt: skip
_OLD_STATES = {
    "Mass": "Massachusetts", "Calif": "California", "Conn": "Connecticut", "Ill": "Illinois",
    "Mich": "Michigan", "Minn": "Minnesota", "Penn": "Pennsylvania", "Tenn": "Tennessee", "Tex": "Texas",
    "Wash": "Washington", "Wis": "Wisconsin", "Fla": "Florida", "Ga": "Georgia", "Va": "Virginia",
    "Ala": "Alabama", "Ariz": "Arizona", "Ark": "Arkansas", "Colo": "Colorado", "Del": "Delaware",
    "Ind": "Indiana", "Kan": "Kansas", "Ky": "Kentucky", "Md": "Maryland", "Mont": "Montana", "Neb": "Nebraska",
    "Nev": "Nevada", "Okla": "Oklahoma", "Ore": "Oregon",
}  # fmt: skip
_STREETS = "Street|Avenue|Road|Drive|Lane|Boulevard|Square|Court|Place|Way|Terrace|Crescent|Highway|Gardens|Row|Close"
_PREVIOUS = re.compile(r"(\S+) $")
_NEXT = re.compile(r" (\S+)")


def _stop(m: re.Match[str]) -> str:
    """Give back the full stop where the abbreviation stood at the end of a sentence."""
    if not m[0].endswith("."):
        return ""
    rest = m.string[m.end() :]
    if not rest.strip("\"'”’) "):
        return "."
    following = re.match(r"[\"”’')]* [\"“‘']?([A-Z]\w*)", rest)
    return "." if following and following[1].lower() in _STARTERS else ""


def _neighbours(m: re.Match[str]) -> tuple[str, str]:
    before = _PREVIOUS.search(m.string[max(0, m.start() - 40) : m.start()])
    after = _NEXT.match(m.string[m.end() : m.end() + 40])
    return (before[1] if before else ""), (after[1] if after else "")


def _is_name(word: str) -> bool:
    return bool(re.match(r"[\"“‘'(]?(?:[A-Z][\w’']|\d+(?:st|nd|rd|th)$)", word)) and not word.endswith(
        (",", ".", ";", ":", "!", "?")
    )


def _saint_or_street(m: re.Match[str], _v: Variety) -> str:
    before, after = _neighbours(m)
    saint = bool(re.match(r"[A-ZÀ-Þ]", after))
    name = re.sub(r"[’'][sS]?$|\W+$", "", after)
    name = re.sub(r"[’']s$", "", name)
    if _is_name(before) and before not in _BEFORE_SAINT | _TITLES_SAID and not (saint and name in _SAINTS):
        return f"Street{_stop(m)}"
    return "Saint" if saint else m[0]


def _doctor_or_drive(m: re.Match[str], _v: Variety) -> str:
    before, after = _neighbours(m)
    named = bool(re.match(r"[A-ZÀ-Þ]", after))
    if (
        _is_name(before)
        and before not in _TITLES_SAID
        and (not named or _stop(m) or re.search(r"\d+ (?:[A-Z]\w+ )+$", m.string[: m.start()]))
    ):
        return f"Drive{_stop(m)}"
    return "Doctor" if named else m[0]


def _title(m: re.Match[str], v: Variety) -> str:
    word = _TITLES_ALWAYS.get(m[1]) or _TITLES_WITH_STOP[m[1]]
    return "Honorable" if word == "Honourable" and not v.british else word


def _final(m: re.Match[str], _v: Variety) -> str:
    return _FINAL[m[1]] + _stop(m)


def _latin(m: re.Match[str], _v: Variety) -> str:
    words = _LATIN[m[0].lower()]
    return (words[0].upper() + words[1:] if m[0][0].isupper() else words) + _stop(m)


def _before_number(m: re.Match[str], _v: Variety) -> str:
    word = _BEFORE_NUMBER[m[1].lower()]
    return word.capitalize() if m[1][0].isupper() else word


def _state(m: re.Match[str], v: Variety) -> str:
    if v.british and not m["zip"]:
        return m[0]
    code = f" {digits(m['zip'])}" if m["zip"] else ""
    return f", {_STATES[m[1]]}{code}"


def _old_state(m: re.Match[str], v: Variety) -> str:
    return m[0] if v.british else f", {_OLD_STATES[m[1]]}{_stop(m)}"


def _house(m: re.Match[str], v: Variety) -> str:
    value, letter = m[1], f" {m[2]}" if m[2] else ""
    if letter and v.british:
        return digits(value) + letter
    if v.british and len(value) == 3:  # noqa: PLR2004
        return m[0]
    hundreds, rest = divmod(int(value), 100)
    tail = "hundred" if rest == 0 else two_digits(rest, v)
    return f"{cardinal(hundreds, v)} {tail}{letter}"


def _postcode(m: re.Match[str], v: Variety) -> str:
    if not v.british:
        return m[0]
    return ", ".join(" ".join(digits(c) if c.isdigit() else c for c in part) for part in m.groups())


def _in_any_order(words: dict[str, str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _flight(m: re.Match[str], v: Variety) -> str:
    head, rest = m[3][:-2], m[3][-2:]
    tail = "hundred" if rest == "00" else two_digits(int(rest), v)
    return f"{m[1]} {m[2] + ' ' if m[2] else ''}{cardinal(int(head), v)} {tail}"


RULES: tuple[Rule, ...] = (
    rule("flight", r"\b([Ff]light) (?:([A-Z]{2,3}) ?)?([1-9]\d{2,3})\b(?![.,]\d)", _flight),
    rule("initials", r"\b(?!U\.[SKN]\.)([A-Z]\.)(?=[A-Z]\. [A-Z][a-z])", r"\1 "),
    rule("care of", r"\bc/o\b", "care of"),
    rule("without", r"\bw/o\b", "without"),
    rule("with", r"\bw/(?=\s)", "with"),
    rule("Latin", rf"\b(?:{_in_any_order(_LATIN)})(?!\w)", _latin, ignore_case=True),
    rule("versus", r"(?<=[\w.] )v\. ?(?=[A-Z])", "versus "),
    rule(
        "before a number",
        rf"\b({_in_any_order(_BEFORE_NUMBER)}|{_in_any_order(dict.fromkeys(map(str.capitalize, _BEFORE_NUMBER), ''))})"
        r"\. ?(?=\d|(?:[IVXLC]{2,}|[VX])\b(?!\.\w)|[ivxl]{2,}\b)",
        lambda m, v: f"{_before_number(m, v)} ",
    ),
    rule("number sign", r"№\s?(?=\d)", "number "),
    rule("saint or street", r"\bSt\b\.?", _saint_or_street),
    rule("saint", r"\bSte\.(?= [A-Z])", "Sainte"),
    rule("doctor or drive", r"\bDr\b\.?", _doctor_or_drive),
    rule("title", rf"\b({_in_any_order(_TITLES_ALWAYS)})\b\.?(?=\s|$)", _title),
    rule("title", rf"\b({_in_any_order(_TITLES_WITH_STOP)})\.(?= [A-Z])", _title),
    rule("Ms", r"\bMs\.", "Ms"),
    rule("mount", r"\bMt\b\.?(?= [A-Z])", "Mount"),
    rule("fort", r"\bFt\.(?= [A-Z])", "Fort"),
    rule("apartment", r"\bApt\.? (?=\d)", "Apartment "),
    rule("company or street", rf"\b({_in_any_order(_FINAL)})\.", _final),
    rule("company", r"(?<=[a-z] )(Ltd|Inc|Bros|Jr|Ave|Rd|Blvd)\b", _final),
    rule("state", rf"(?<=[a-z]), ({'|'.join(_STATES)})\b(?: (?P<zip>\d{{5}}(?:-\d{{4}})?)\b)?", _state),
    rule("state", rf"(?<=[a-z]), ({'|'.join(_OLD_STATES)})\.", _old_state),
    rule("postcode", r"\b([A-Z]{1,2}\d[A-Z\d]?) (\d[A-Z]{2})\b", _postcode),
    rule(
        "house number",
        rf"(?<![\w.,])(\d{{3,4}})([A-Z]?)(?= (?:(?:[A-Z][\w’']*|\d+(?:st|nd|rd|th)) ){{1,3}}(?:{_STREETS})\b)",
        _house,
    ),
    rule(
        "room or route",
        r"\b([Rr]oom|Highway|Route|Flight|flight|Suite|Boeing|Channel|Interstate|Airbus) ([1-9]\d\d)\b",
        lambda m, v: (
            f"{m[1]} {cardinal(int(m[2][0]), v)} {'hundred' if m[2][1:] == '00' else two_digits(int(m[2][1:]), v)}"
        ),
    ),
)

"""What belongs to the printed page and not to the voice: footnote marks, drop capitals, small capitals, ornaments."""

import re

from studio.spoken.everyday import EVERYDAY
from studio.spoken.numerals import ordinal
from studio.spoken.roman import roman_value
from studio.spoken.rule import Rule, Variety, rule

_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_SMALL = str.maketrans("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz")
_COMMON = frozenset(
    """
    a an and are as at be been but by can cannot could did do does for from get go had has have he her here him his
    how i if in into is it keep know let like my never no not now of off on once one or our out over said say see she
    should so some stop than that the their them then there these they this those to under up was we were what when
    where which who why will with would yes you your
    """.split()  # noqa: SIM905
)
_ALSO_ACRONYMS = frozenset("IT US WHO AM PM OR IN ME".split())  # noqa: SIM905
_NEVER_PLAIN = _ALSO_ACRONYMS - {"OR", "IN"}
_PLAIN = _COMMON | EVERYDAY
_ACRONYMS = frozenset(
    """
    FBI CIA BBC CNN NASA NATO USA UK UN EU AI IRA IRS UFO UFOS CEO MI5 MI6 USSR NBC ABC ATM EMT ICU AIDS SOS
    UNESCO UNICEF NASDAQ OPEC NAFTA ASEAN IKEA INTERPOL SWAT FEMA OSHA RAF IMF DEA EPA
    """.split()  # noqa: SIM905
)
_SHORT_WORDS = frozenset("MAN BOY DAY DOG CAT SEA SUN OLD BIG FEW SAW HAD WAS DID RAN SAT MET".split())  # noqa: SIM905
_LONG_WORD = 4
_OPENING = re.compile(
    r"(?:IN (?:the|an?|his|her|my|those|that|this|all)|IT (?:was|is|had|has|would|seemed|began|happened))\b"
)
_TITLES = frozenset({"MR", "MRS", "DR"})
_TITLED = re.compile(r"\b(?:mrs?|dr)\.? [a-z]+")
_VOWELS = re.compile(r"[AEIOUY]")
_WORD = re.compile(r"[A-ZÀ-Þ]+(?:[’'][A-Z]+)?")
_SENTENCE_START = re.compile(r"(?:^|[.!?…]\s*[”’\"']?\s*|[“‘\"])[“‘\"'(]*$")


def _starts_sentence(m: re.Match[str]) -> bool:
    return bool(_SENTENCE_START.search(m.string[max(0, m.start() - 6) : m.start()]))


def _stays(word: str) -> bool:
    numeral = len(word) > 1 and word.lower() not in _PLAIN and roman_value(word) is not None
    if word in _TITLES:
        return False
    return word == "I" or numeral or word in _ACRONYMS or (len(word) > 1 and not _VOWELS.search(word))


def _opens_chapter(words: list[str], m: re.Match[str]) -> bool:
    """Whether a text begins with a small word in capitals, or with "A", "AN" or "I" and one more, as chapters do."""
    if not m.start() and len(words) == 1:
        sure = words[0].lower() in _COMMON and len(words[0]) > 1 and words[0] not in _ALSO_ACRONYMS
        return bool((sure and re.match(r" [a-z]+(?! [A-Z]\b)\b", m.string[m.end() :])) or _OPENING.match(m.string))
    if m.start() or len(words) != 2 or words[0] not in {"A", "AN", "I"} or not re.match(r" [a-z]", m.string[m.end() :]):  # noqa: PLR2004
        return False
    return words[1] in _SHORT_WORDS or (len(words[1]) >= _LONG_WORD and not _stays(words[1]))


def _capitals(m: re.Match[str], _v: Variety) -> str:
    """Lower a run of words in capitals that is language: it has a word no name or acronym is made of."""
    words = _WORD.findall(m[0])
    lowered = all(word.lower() in _PLAIN and word not in _NEVER_PLAIN for word in words) and any(
        word.lower() in EVERYDAY for word in words
    )
    if len(words) > 1:
        lowered |= any(word.lower() in _COMMON and len(word) > 1 and word not in _ALSO_ACRONYMS for word in words)
    if not lowered and not _opens_chapter(words, m):
        return m[0]
    said = _WORD.sub(lambda word: word[0] if _stays(word[0]) else word[0].lower(), m[0])
    said = _TITLED.sub(lambda titled: titled[0].title(), said)
    return said[0].upper() + said[1:] if _starts_sentence(m) else said


def _drop_capital(m: re.Match[str], _v: Variety) -> str:
    joined = m[2] + m[3]
    known = _COMMON if m[2] in "AI" else _PLAIN  # "A LONE rider" is no "ALONE"
    return f"{m[1]}{joined.capitalize()}" if joined.lower() in known else m[0]


def _power(m: re.Match[str], v: Variety) -> str:
    exponent = int("".join(str(_SUPERSCRIPTS.index(c)) for c in m[1]))
    return m[0] if exponent in {0, 2, 3} else f" to the {ordinal(exponent, v)}"


_JOINT = r"(?:,|(?<=\bMR)\.|(?<=\bDR)\.|(?<=\bMRS)\.)? "
_RUN = rf"\b[A-ZÀ-Þ]+(?:[’'][A-Z]+)?(?:{_JOINT}[A-ZÀ-Þ]+(?:[’'][A-Z]+)?)*\b(?![.\w&/’'-]\w)"

SCENE_BREAKS: tuple[Rule, ...] = (
    rule(
        "ornament",
        r"^(?:(?:[*#~•·⁂❦❧☙✻✽◆◇]\s?)+|[-–—_=]{3,}|[-–—~*]{1,9}\s?[oO0xX]{1,5}\s?[-–—~*]{1,9})$",
        "",
    ),
)
"""A line of ornaments is a silence; runs before dashes are brought into one form."""

FOOTNOTES: tuple[Rule, ...] = (
    rule("footnote mark", rf"(?<=[.,;:!?”’\"'])[{_SUPERSCRIPTS}]+", ""),
    rule("footnote mark", rf"(?<=[a-z]{{3}})(?<!\bsin)(?<!\bcos)(?<!\btan)[{_SUPERSCRIPTS}]+", ""),
    rule("footnote mark", r"(?<=[a-z]{3})[§¶](?=[\s.,;:!?”]|$)", ""),
    rule("footnote number", r"(?<=[\w.,;:!?”’\"'])\[\d{1,3}\]", ""),
    rule("footnote letter", r"(?:(?<=[a-z]{3})|(?<=[.,;:!?”’\"']))\[[a-c]\](?=[\s.,;:!?”]|$)", ""),
    rule("omission", r"\[…\]", "…"),
)
POWERS: tuple[Rule, ...] = (rule("power", rf"(?<=\d)([{_SUPERSCRIPTS}]{{1,2}})", _power),)
SMALL_CAPITALS: tuple[Rule, ...] = (
    rule("small capitals", r"[ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ]+", lambda m, _v: m[0].translate(_SMALL)),
)
DROP_CAPITALS: tuple[Rule, ...] = (rule("drop capital", r"^([“‘\"']?)([A-Z]) ([A-Z]{1,12})(?= [a-z])", _drop_capital),)
CAPITALS: tuple[Rule, ...] = (rule("capitals", _RUN, _capitals),)

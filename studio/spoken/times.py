"""Times of day, durations, verses and ratios: what is written with a colon, or in British books with a point."""

import re

from studio.spoken.numerals import cardinal, two_digits
from studio.spoken.rule import Rule, Variety, rule

_HALF = r"\s?(?P<half>[AaPp])\.?\s?[Mm](?:\.|\b)(?!\w)"
_HOUR = r"(?:[01]?\d|2[0-4])"
_NOON = 12
_BOOKS = (
    "Genesis|Exodus|Leviticus|Numbers|Deuteronomy|Joshua|Judges|Ruth|Samuel|Kings|Chronicles|Ezra|Nehemiah|Esther|Job|"
    "Psalms?|Proverbs|Ecclesiastes|Isaiah|Jeremiah|Lamentations|Ezekiel|Daniel|Hosea|Joel|Amos|Jonah|Micah|Zechariah|"
    "Malachi|Matthew|Mark|Luke|John|Acts|Romans|Corinthians|Galatians|Ephesians|Philippians|Colossians|Thessalonians|"
    "Timothy|Titus|Philemon|Hebrews|James|Peter|Jude|Revelation"
)


def _clock(hour: str, minute: str | None, v: Variety) -> str:
    words = cardinal(int(hour), v)
    return words if minute is None or int(minute) == 0 else f"{words} {two_digits(int(minute), v)}"


def _half_day(m: re.Match[str], v: Variety) -> str:
    return f"{_clock(m[1], m[2], v)} {m['half'].lower()}.m."


def _half_day_range(m: re.Match[str], v: Variety) -> str:
    return f"{_clock(m[1], m[2], v)} to {_clock(m[3], m[4], v)} {m['half'].lower()}.m."


def _hour_minute(m: re.Match[str], v: Variety) -> str:
    hour, minute = int(m[1]), int(m[2])
    if minute:
        return _clock(m[1], m[2], v)
    return f"{cardinal(hour, v)} o'clock" if 1 <= hour <= _NOON else f"{cardinal(hour, v)} hundred"


def _duration(m: re.Match[str], v: Variety) -> str:
    parts = [
        f"{cardinal(int(value), v)} {unit}{'' if int(value) == 1 else 's'}"
        for value, unit in zip(m.groups(), ("hour", "minute", "second"), strict=True)
    ]
    return f"{parts[0]}, {parts[1]} and {parts[2]}"


def _military(m: re.Match[str], v: Variety) -> str:
    hour = two_digits(int(m[1]), v) if m[1] != "00" else "zero"
    return f"{hour} hundred hours" if m[2] == "00" else f"{hour} {two_digits(int(m[2]), v)} hours"


def _verse(m: re.Match[str], v: Variety) -> str:
    last = f" to {cardinal(int(m[4]), v)}" if m[4] else ""
    return f"{m[1]} {cardinal(int(m[2]), v)} {cardinal(int(m[3]), v)}{last}"


def _ratio(m: re.Match[str], v: Variety) -> str:
    return f"{cardinal(int(m[1]), v)} to {cardinal(int(m[2]), v)}"


def _pointed(m: re.Match[str], v: Variety) -> str:
    doubtful = m[1].lower() in {"the", "from"} and not _TRAIN.match(m.string, m.end())
    return m[0] if doubtful or not v.british else f"{m[1]} {_clock(m[2], m[3], v)}"


def _oclock(m: re.Match[str], v: Variety) -> str:
    return f"{cardinal(int(m[1]), v)} o'clock"


_TRAIN = re.compile(r" (?:train|bus|news|express|service|boat|ferry|flight|to [A-Z]|from [A-Z])")

RULES: tuple[Rule, ...] = (
    rule("verse", rf"\b({_BOOKS}) (\d+):(\d+)(?:[–-](\d+))?(?!\d)", _verse),
    rule(
        "range of times",
        rf"(?<![\w.,:])({_HOUR})(?:[:.]([0-5]\d))?\s?[–-]\s?({_HOUR})(?:[:.]([0-5]\d))?{_HALF}",
        _half_day_range,
    ),
    rule("time with a.m. or p.m.", rf"(?<![\w.,:])({_HOUR})(?:[:.]([0-5]\d))?{_HALF}", _half_day),
    rule("o'clock", rf"(?<![\w.,:])({_HOUR}) o[’']clock", _oclock),
    rule("duration", r"(?<![\w.,:])(\d{1,2}):([0-5]\d):([0-5]\d)(?![\w:])", _duration),
    rule("time", rf"(?<![\w.,:])({_HOUR}):([0-5]\d)(?![\w:])(?! ratio)", _hour_minute),
    rule("ratio", r"(?<![\w.,:])(\d{1,4}):(\d{1,4})(?![\w:])", _ratio),
    rule("hours of the watch", r"(?<![\w.,])([01]\d|2[0-3])([0-5]\d) (hours|hrs)\b", _military),
    rule(
        "time with a point",
        rf"\b([Aa]t|[Bb]y|[Uu]ntil|[Tt]ill|[Bb]efore|[Aa]fter|[Tt]he|[Ff]rom) ({_HOUR})\.([0-5]\d)"
        r"(?![\w%.]|\s?(?:%|per cent|million|billion|km|kg|cm|mm|metres|miles|inches|feet|pounds))",
        _pointed,
    ),
)

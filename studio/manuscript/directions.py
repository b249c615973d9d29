"""What the inside of a tag and a stage direction may say: the vocabulary of deliveries, pauses and sounds."""

import math
import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache, lru_cache
from typing import Final

from studio.core.errors import InputError
from studio.manuscript.delivery import MAX_INTENSITY, NEUTRAL_NAME, Delivery, names_of_presets
from studio.manuscript.parts import MAX_REST_S, MIN_REST_S

MAX_TAG_CHARS: Final = 120
"""Brackets around more than this are no tag."""

_EVENT_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "laugh": ("laughs", "laughing", "laughed", "laughter"),
    "chuckle": ("chuckles", "chuckling", "chuckled"),
    "sigh": ("sighs", "sighing", "sighed"),
    "gasp": ("gasps", "gasping", "gasped"),
    "breath": ("breathe", "breathes", "breathing", "breathed", "deep breath", "takes a breath", "takes a deep breath"),
    "cough": ("coughs", "coughing", "coughed"),
    "sniff": ("sniffs", "sniffing", "sniffed", "sniffle", "sniffles"),
    "groan": ("groans", "groaning", "groaned"),
    "clear throat": (
        "clears throat",
        "clearing throat",
        "clears her throat",
        "clears his throat",
        "clears their throat",
    ),
}
_DEGREES: Final[Mapping[str, float]] = {
    "barely": 0.4, "faintly": 0.4, "slightly": 0.5, "a little": 0.5, "a bit": 0.5, "mildly": 0.5, "half": 0.5,
    "almost": 0.6, "somewhat": 0.7, "rather": 0.8, "quite": 1.0, "very": 1.3, "really": 1.3, "deeply": 1.3,
    "terribly": 1.4, "extremely": 1.5, "utterly": 1.5,
}  # fmt: skip
_PAUSES_S: Final[Mapping[str, float]] = {"beat": 0.5, "pause": 0.75, "long pause": 1.5}
_PAUSE = re.compile(r"pause[ :=]\s*(?P<value>\d{1,6}(?:\.\d{1,6})?|\.\d{1,6})\s*(?P<unit>ms|s)")

_NUMBER = r"(?:\d{1,4}(?:\.\d{1,4})?|\.\d{1,4})"
_INTENSITY = re.compile(
    rf"(?P<name>[^:=%\d]*[^:=%\d\s])(?:\s*[:=]\s*(?P<value>{_NUMBER})(?P<of>%?)|\s+(?P<percent>{_NUMBER})\s*%)?"
)
_OFFSET_NAME = r"(?:rate|speed|pitch|range|volume|vol)"
_OFFSET_START = re.compile(rf"(?:^|[\s,;])(?=[+-]?{_OFFSET_NAME}\s*[:=])")
_OFFSET = re.compile(
    rf"(?P<sign>[+-]?)(?P<name>{_OFFSET_NAME})\s*[:=]\s*(?P<minus>[+-]?)\s*(?P<value>{_NUMBER})\s*(?P<unit>%|st|db)?"
    r"(?:[\s,;]+|$)"
)
_FIELDS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "rate": ("rate_percent", ("%",)), "speed": ("rate_percent", ("%",)), "pitch": ("pitch_st", ("st", "%")),
    "range": ("range_percent", ("%",)), "volume": ("volume_db", ("db",)), "vol": ("volume_db", ("db",)),
}  # fmt: skip
_FIRST_WORD = re.compile(r"[^\s:=,;%]*")
_BETWEEN = re.compile(r"[,;.:/]|\band\b|\bbut\b|\bthen\b")
_NOT = frozenset({"not", "no", "never", "without", "hardly"})
_LONGEST_PHRASE = 4
_NEAR = 0.75
_NEAR_CHARS = 2
_SHOWN_CHARS = 30


def parse_delivery(text: str) -> Delivery:
    """Read a delivery as it stands in a tag: "sad:0.6 rate=-10%", "[whisper]", ".sad", "very angry".

    Args:
        text: name or word of a delivery, with an intensity (":0.6", "=0.6", " 80%") or a word of degree before it;
            then what is added by hand ("rate=-10%", "pitch=-1st", "range=+20%", "volume=-3dB"). Either may be absent.

    Raises:
        InputError: it says no delivery, or a number is out of its range.
    """
    inner = _inside(text)
    if not inner:
        raise InputError("no delivery is named", hint="Name one, as in 'sad' or 'whisper'.")
    delivery = delivery_of(inner)
    if delivery is None:
        near = nearest_tag(inner)
        hint = f"Did you mean '{near}'?" if near else "`studio deliveries` lists them."
        raise InputError(f"'{inner[:_SHOWN_CHARS]}' is no delivery", hint=hint)
    return delivery


def delivery_of(inner: str) -> Delivery | None:
    """Delivery that a tag says; None if it names none.

    Args:
        inner: what stands between the brackets, folded, in lower case.

    Raises:
        InputError: it is a delivery, but a number in it cannot be read or is out of its range.
    """
    inner = inner.replace("\u2212", "-")
    start = _OFFSET_START.search(inner)
    head, tail = (inner, "") if start is None else (inner[: start.start()].rstrip(" ,;"), inner[start.end() :])
    match = _INTENSITY.fullmatch(head)
    preset, intensity = _named(match["name"]) if match else (None, 1.0)
    if preset is None and head:
        return None
    number = match and (match["value"] or match["percent"])
    if match and number:
        intensity = float(number) / (100 if match["of"] or match["percent"] else 1)
    try:
        return Delivery(preset or NEUTRAL_NAME, intensity, **_offsets_of(tail))
    except ValueError as error:
        raise InputError(str(error), hint="Choose a number between them.") from error


def delivery_of_direction(text: str) -> Delivery | None:
    """Delivery that a stage direction asks for, as "(whispering, urgent)" in a script.

    Only the words of the table of deliveries are known, with words of degree before them. The first one counts;
    "not angry" is none.
    """
    for piece in _BETWEEN.split(_inside(text[:MAX_TAG_CHARS])):
        words = piece.split()
        for index in range(len(words)):
            if words[index] in _NOT:
                break
            for count in range(min(_LONGEST_PHRASE, len(words) - index), 0, -1):
                preset = names_of_presets().get(" ".join(words[index : index + count]))
                if preset is not None:
                    return Delivery(preset, _degree_before(words[:index]))
    return None


def pause_of(inner: str) -> float | None:
    """Seconds of the pause that a tag says; None if it says none.

    Args:
        inner: what stands between the brackets, folded, in lower case.

    Raises:
        InputError: it is a pause, but its length cannot be read or is not between 0.05 and 10 seconds.
    """
    if inner in _PAUSES_S:
        return _PAUSES_S[inner]
    if _first_word(inner) not in {"pause", "beat"} and not inner.startswith("long pause"):
        return None
    match = _PAUSE.fullmatch(inner)
    if match is None:
        raise InputError("no length of a pause can be read in it", hint="Write it as in [pause 1.2s] or [pause 300ms].")
    seconds = round(float(match["value"]) / (1000 if match["unit"] == "ms" else 1), 3)
    if not MIN_REST_S <= seconds <= MAX_REST_S:
        raise InputError(f"a pause of {seconds:g} s is not between {MIN_REST_S:g} and {MAX_REST_S:g} s")
    return seconds


def event_of(inner: str) -> str | None:
    """Name of the sound that a tag says ("laughs" is "laugh"); None if it says none."""
    return _events().get(inner)


def begins_like_a_tag(inner: str) -> bool:
    """Whether the first word, folded and in lower case, is one that tags begin with."""
    return (
        _first_word(inner) in _first_words() or inner.startswith("long pause") or _OFFSET_START.match(inner) is not None
    )


@lru_cache(maxsize=4096)
def nearest_tag(inner: str) -> str:
    """The known tag most like this one, as it would be written; empty if none is near.

    Args:
        inner: what stands between the brackets, folded, in lower case.
    """
    for tried in dict.fromkeys((inner, _first_word(inner))):
        alike = [known for known in _vocabulary() if _could_be(tried, known)]
        near = get_close_matches(tried, alike, n=1, cutoff=_NEAR) if alike else []
        if near:
            return near[0]
    return ""


def _could_be(tried: str, known: str) -> bool:
    """A quick look before the slow comparison: about as long, and the same at one end."""
    return abs(len(tried) - len(known)) <= _NEAR_CHARS and (tried[:1] == known[0] or tried[-1:] == known[-1])


def _first_word(inner: str) -> str:
    match = _FIRST_WORD.match(inner)
    return match[0] if match else ""


def _inside(text: str) -> str:
    """What stands within the brackets of a tag, folded, in lower case, with plain minus signs."""
    inner = " ".join(text.split()).lower()
    for opening, closing in ("[]", "{}", "()"):
        if inner[:1] == opening and inner[-1:] == closing:
            inner = inner[1:-1].strip()
    return inner.removeprefix(".")


def _named(name: str) -> tuple[str | None, float]:
    """Preset and intensity of a name with perhaps a word of degree before it."""
    known = names_of_presets()
    if name in known:
        return known[name], 1.0
    for word, degree in _DEGREES.items():
        if name.startswith(f"{word} ") and name.removeprefix(f"{word} ") in known:
            return known[name.removeprefix(f"{word} ")], degree
    return None, 1.0


def _offsets_of(tail: str) -> dict[str, float]:
    values: dict[str, float] = {}
    position = 0
    while position < len(tail):
        match = _OFFSET.match(tail, position)
        if match is None or (match["sign"] and match["minus"]):
            raise InputError(f"'{tail[position:][:_SHOWN_CHARS]}' cannot be read", hint="Write it as in rate=-10%.")
        field, units = _FIELDS[match["name"]]
        if match["unit"] and match["unit"] not in units:
            raise InputError(f"{match['name']} is not given in '{match['unit']}'", hint=f"Write {' or '.join(units)}.")
        if field in values:
            raise InputError(f"{match['name']} is given twice")
        value = float(match["value"]) * (-1 if "-" in (match["sign"], match["minus"]) else 1)
        values[field] = _semitones(value) if field == "pitch_st" and match["unit"] == "%" else value
        position = match.end()
    return values


def _semitones(percent: float) -> float:
    if percent <= -100:  # noqa: PLR2004  (all of it)
        raise InputError(f"pitch {percent:g}% leaves nothing of it")
    return 12 * math.log2(1 + percent / 100)


def _degree_before(words: list[str]) -> float:
    for count in (2, 1):
        degree = _DEGREES.get(" ".join(words[-count:]))
        if degree is not None and len(words) >= count:
            return min(degree, MAX_INTENSITY)
    return 1.0


@cache
def _events() -> Mapping[str, str]:
    return {word: name for name, words in _EVENT_WORDS.items() for word in (name, *words)}


@cache
def _first_words() -> frozenset[str]:
    single = {word for word in (*names_of_presets(), *_events()) if " " not in word}
    return frozenset(single | {"pause", "beat", "clear", "clears", "clearing"})


@cache
def _vocabulary() -> tuple[str, ...]:
    return (*names_of_presets(), *_events(), *_PAUSES_S)

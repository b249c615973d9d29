"""Delivery tags as the W3C's Speech Synthesis Markup Language, and back without loss.

Deliveries that Azure has a style for are written as its `express-as`, what is added by hand as `prosody`, pauses as
`break`, pronunciations as `phoneme`, `sub` and `lang`; what SSML has no word for stands in a namespace of our own. Any
other reader of SSML finds the words and as much of the rest as it knows. Specifications:
https://www.w3.org/TR/speech-synthesis11/ and the documentation of Azure's `mstts` extension.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from xml.etree import ElementTree as ET
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from studio.core.errors import InputError
from studio.manuscript.delivery import MAX_INTENSITY, NEUTRAL, NEUTRAL_NAME, Delivery, names_of_presets, presets
from studio.manuscript.parts import (
    EVENTS,
    MAX_REST_S,
    MIN_REST_S,
    Event,
    Part,
    PartsBuilder,
    Rest,
    Words,
    joined_words,
    stretches,
)
from studio.manuscript.said import Said, read_said

SSML: Final = "http://www.w3.org/2001/10/synthesis"
MSTTS: Final = "https://www.w3.org/2001/mstts"
OURS: Final = "https://vivavoce.studio/ns/delivery"

MAX_CHARS: Final = 2_000_000
_MAX_DEPTH = 100
_BREAKS_S = {"x-weak": 0.15, "weak": 0.3, "medium": 0.5, "strong": 0.75, "x-strong": 1.5}
_EMPHASIS = {"strong": 1.3, "moderate": 1.0, "reduced": 0.0, "none": 0.0}
_RATES = {"x-slow": -40.0, "slow": -20.0, "medium": 0.0, "default": 0.0, "fast": 20.0, "x-fast": 40.0}
_PITCHES_ST = {"x-low": -4.0, "low": -2.0, "medium": 0.0, "default": 0.0, "high": 2.0, "x-high": 4.0}
_RANGES = {"x-low": -50.0, "low": -25.0, "medium": 0.0, "default": 0.0, "high": 25.0, "x-high": 50.0}
_VOLUMES_DB = {"silent": -20.0, "x-soft": -9.0, "soft": -4.0, "medium": 0.0, "default": 0.0, "loud": 4.0, "x-loud": 8.0}
_NUMBER = re.compile(r"([+-]?\d{1,6}(?:\.\d{1,6})?)\s*(%|st|dB|ms|s)?", re.IGNORECASE)
_BLOCKS = frozenset({"p", "s", "speak", "voice"})
_SILENT = frozenset({"metadata", "meta", "lexicon", "lookup", "desc"})
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_ssml(parts: Sequence[Part], language: str, start: Delivery = NEUTRAL) -> str:
    """Write parts as an SSML document. Characters that XML cannot hold are dropped.

    Args:
        parts: in reading order.
        language: BCP 47 tag.
        start: delivery of the paragraph; it is written on the words themselves.
    """
    del start  # words carry their delivery
    body = " ".join(_written(stretch, language) for stretch in stretches(parts))
    namespaces = f'xmlns="{SSML}" xmlns:mstts="{MSTTS}" xmlns:vv="{OURS}"'
    return f'<speak version="1.1" {namespaces} xml:lang={quoteattr(_NO_XML.sub("", language))}>{body}</speak>'


def from_ssml(text: str) -> tuple[Part, ...]:
    """Read an SSML document. Elements that mean nothing here give their words.

    Raises:
        InputError: it is no well-formed XML, declares a document type or entities, is nested too deep, or is too long.
    """
    if len(text) > MAX_CHARS:
        raise InputError(f"{len(text)} characters of SSML are too many", hint=f"Use at most {MAX_CHARS}.")
    found: list[Part] = []
    _read(_parsed(text), NEUTRAL, found)
    return _put_together(found)


def _parsed(text: str) -> ET.Element:
    # A parser of our own, so that a document type is refused before anything in it is acted upon.
    builder = ET.TreeBuilder()
    parser = expat.ParserCreate(namespace_separator="}")

    def refuse(*_args: object) -> None:
        raise InputError("the SSML declares a document type", hint="Remove the line that begins with <!DOCTYPE.")

    def name_of(name: str) -> str:
        return f"{{{name}" if "}" in name else name

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    depth = 0

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _MAX_DEPTH:
            raise InputError("the SSML is nested too deep", hint=f"Use at most {_MAX_DEPTH} levels.")
        builder.start(name_of(name), {name_of(key): value for key, value in attributes.items()})

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(name_of(name))

    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(text, True)
        return builder.close()
    except expat.ExpatError as error:
        raise InputError(
            f"the SSML is not well-formed: {expat.errors.messages[error.code]}", where=f"line {error.lineno}"
        ) from error
    except UnicodeEncodeError as error:
        raise InputError("the SSML holds half a character (a lone surrogate)") from error


def _written(stretch: Sequence[Part], language: str) -> str:
    match stretch[0]:
        case Words(_, delivery):
            inner = [replace(part, text=_inline(part, language)) for part in stretch if isinstance(part, Words)]
            return _written_words(joined_words(inner), delivery)
        case Rest(seconds):
            return _element("break", {"time": f"{round(seconds * 1000)}ms"})
        case Event(name):
            return _element("vv:event", {"name": name})


def _inline(part: Words, language: str) -> str:
    """Words and how they are said, inside of a sentence."""
    words, said = escape(_NO_XML.sub("", part.text)), part.said
    if said is None:
        return words
    if said.kind == "lang":
        return _element("lang", {"xml:lang": said.value}, words)
    if not (ipa := said.ipa(language)):
        return _element("sub", {"alias": _NO_XML.sub("", said.value)}, words)
    own = {"vv:say": said.value} if said.kind == "say" else {}
    return _element("phoneme", {"alphabet": "ipa", "ph": ipa, **own}, words)


def _written_words(written: str, delivery: Delivery) -> str:
    if delivery == NEUTRAL:
        return _element("s", {}, written)
    if delivery.has_offsets:
        figures = {
            "rate": f"{100 + delivery.rate_percent:.10g}%" if delivery.rate_percent else "",
            "pitch": f"{delivery.pitch_st:+g}st" if delivery.pitch_st else "",
            "range": f"{delivery.range_percent:+g}%" if delivery.range_percent else "",
            "volume": f"{delivery.volume_db:+g}dB" if delivery.volume_db else "",
        }
        written = _element("prosody", {name: value for name, value in figures.items() if value}, written)
    preset, degree = presets()[delivery.preset], f"{delivery.intensity:g}"
    if preset.name == NEUTRAL_NAME:
        return written
    if preset.style:
        return _element("mstts:express-as", {"style": preset.style, "styledegree": degree}, written)
    return _element("vv:delivery", {"name": preset.name, "intensity": degree}, written)


def _element(name: str, attributes: dict[str, str], content: str = "") -> str:
    opening = "".join([name, *(f" {key}={quoteattr(value)}" for key, value in attributes.items())])
    return f"<{opening}>{content}</{name}>" if content else f"<{opening}/>"


def _read(element: ET.Element, current: Delivery, found: list[Part]) -> None:
    """Add what an element says, in the delivery that is in force around it; words as they stand in the source."""
    name = element.tag.rpartition("}")[2]
    if name == "break":
        seconds = _break_s(element)
        found += [] if seconds is None else [Rest(seconds)]
    elif name == "event" and element.get("name") in EVENTS:
        found.append(Event(str(element.get("name"))))
    elif name not in _SILENT:
        inside = _delivery(name, element, current)
        edge = " " if name in _BLOCKS else ""
        if (said := _said(name, element)) is not None:
            found.append(Words("".join(element.itertext()), inside, said))
            return
        found.append(Words(edge + (element.text or ""), inside))
        for child in element:
            _read(child, inside, found)
            found.append(Words(child.tail or "", inside))
        found.append(Words(edge, inside))


def _said(name: str, element: ET.Element) -> Said | None:
    """What an element says of the pronunciation of its words; None for nothing, or nothing that is understood."""
    words = " ".join("".join(element.itertext()).split())
    own = element.get(f"{{{OURS}}}say", "")
    try:
        if name == "sub":
            return read_said("say", element.get("alias", ""), words)
        if name == "phoneme" and own:
            return read_said("say", own, words)
        if name == "phoneme" and element.get("alphabet", "ipa") == "ipa":
            return read_said("ipa", element.get("ph", ""), words)
        if name == "lang" and not len(element):
            return read_said("lang", element.get(_LANGUAGE, ""), words)
    except InputError:
        return None
    return None


def _put_together(found: list[Part]) -> tuple[Part, ...]:
    """Parts of what was found: text of one delivery is one stretch, whatever elements divide it."""
    builder = PartsBuilder()
    stretch: list[str] = []
    space, delivery = "", NEUTRAL
    for part in [*found, Rest(0)]:
        own = isinstance(part, Words) and part.said is not None
        if stretch and (own or not isinstance(part, Words) or (part.delivery != delivery and part.text)):
            text = "".join([*stretch, " " * (isinstance(part, Words) and part.text[:1].isspace())])
            builder.add_text(space + text, delivery)
            space = " " if text[-1].isspace() else ""  # so that marks stay with the words they stand at
            stretch.clear()
        if isinstance(part, Words):
            if part.said is not None:
                builder.add_text(space, part.delivery)
                space = ""
                builder.add_said(part.text, part.delivery, part.said)
            elif part.text:
                stretch.append(part.text)
                delivery = part.delivery
        elif part != Rest(0):
            builder.add(part)
    return builder.build()


def _delivery(name: str, element: ET.Element, current: Delivery) -> Delivery:
    """The delivery inside of an element."""
    if name == "express-as":
        preset = names_of_presets().get(element.get("style", "").lower(), "")
        return _with(current, preset=preset, intensity=_degree(element.get("styledegree"))) if preset else current
    if name == "delivery":
        preset = element.get("name", "")
        known = preset in presets()
        return _with(current, preset=preset, intensity=_degree(element.get("intensity"))) if known else current
    if name == "emphasis":
        degree = _EMPHASIS.get(element.get("level", "moderate"), 1.0)
        return _with(current, preset="emphasis", intensity=degree) if degree else current
    if name == "prosody":
        return _with(
            current,
            rate_percent=_rate(element.get("rate"), current.rate_percent),
            pitch_st=_relative(element.get("pitch"), _PITCHES_ST, "st", current.pitch_st),
            range_percent=_relative(element.get("range"), _RANGES, "%", current.range_percent),
            volume_db=_relative(element.get("volume"), _VOLUMES_DB, "db", current.volume_db),
        )
    return current


def _with(current: Delivery, **changes: float | str) -> Delivery:
    """A delivery with some things changed, numbers held to what a delivery takes."""
    limits = {
        "intensity": (0.0, MAX_INTENSITY),
        "rate_percent": (-50.0, 100.0),
        "pitch_st": (-12.0, 12.0),
        "range_percent": (-90.0, 200.0),
        "volume_db": (-20.0, 20.0),
    }
    return Delivery(
        preset=str(changes.get("preset", current.preset)),
        **{
            name: min(max(float(changes.get(name, getattr(current, name))), low), high)
            for name, (low, high) in limits.items()
        },
    )


def _degree(text: str | None) -> float:
    value = _number(text or "")
    return 1.0 if value is None else value[0] / (100 if value[1] == "%" else 1)


def _rate(text: str | None, otherwise: float) -> float:
    """A rate in per cent more or less: SSML's own is a share of the normal rate, Azure's may carry a sign."""
    if text is None:
        return otherwise
    if text.strip() in _RATES:
        return _RATES[text.strip()]
    found = _number(text)
    if found is None:
        return otherwise
    value, unit = found
    if unit == "%":
        return value if text.strip()[0] in "+-" else value - 100
    return 100 * (value - 1)


def _relative(text: str | None, words: dict[str, float], unit: str, otherwise: float) -> float:
    """A figure against the normal one. Other units (hertz, volumes of 0 to 100) tell nothing here."""
    if text is None:
        return otherwise
    if text.strip() in words:
        return words[text.strip()]
    value, given = _number(text) or (0.0, "")
    if given == unit:
        return value
    if unit == "st" and given == "%":
        return 12 * math.log2(max(0.25, 1 + value / 100))
    return otherwise


def _break_s(element: ET.Element) -> float | None:
    found = _number(element.get("time", ""))
    if found is not None:
        seconds = found[0] / (1000 if found[1] == "ms" else 1)
        return round(min(max(seconds, MIN_REST_S), MAX_REST_S), 3) if seconds > 0 else None
    return _BREAKS_S.get(element.get("strength", "medium"))


def _number(text: str) -> tuple[float, str] | None:
    match = _NUMBER.fullmatch(text.strip())
    return (float(match[1]), (match[2] or "").lower()) if match else None

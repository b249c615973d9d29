"""Roman numerals where it is certain that they are numerals: rulers, centuries, parts of a work."""

import re

from studio.spoken.roman import roman_value
from studio.spoken.rule import Rule
from studio.spoken.tongues.numbers import cardinal, ordinal, ordinal_of, place_of
from studio.spoken.tongues.tongue import Inflected, Tongue, capitalised, final_stop, name_follows

_REACH = 40
_LONG = r"[IVXLC]{2,9}"


def _ruler(m: re.Match[str], t: Tongue) -> str:
    value, name = roman_value(m["numeral"]), m["name"]
    unsure = len(m["numeral"]) == 1 and (name_follows(m, t) or (t.stop_ordinals and not m["mark"]))
    if value is None or unsure:
        return m[0]
    genitive = not any(name in names for names in t.reigns.values())
    gender = next(g for g, names in t.reigns.items() if name in names or (genitive and name[:-1] in names))
    place = Inflected(m.string[max(0, m.start() - _REACH) : m.start()] + name, "", gender, genitive)
    if t.reign_words:
        words = t.reign_words(ordinal_of(value, t), place)
    else:
        words = ordinal(value, t, place) if value <= t.reign_up_to else cardinal(value, t)
    return f"{name} {words}{final_stop(m, t) if m['mark'] else ''}"


def _label(m: re.Match[str], t: Tongue) -> str:
    gender = next(g for g, names in t.labels.items() if re.fullmatch(names, m["label"], re.IGNORECASE))
    said = []
    for numeral in (m["first"], m["second"]):
        value = roman_value(numeral) if numeral else None
        if numeral and value is None:
            return m[0]
        if value is not None:
            place = Inflected("", " ", gender)
            said.append(ordinal(value, t, place) if value <= t.label_up_to else cardinal(value, t))
    return f"{m['label']} {(m['joint'] or '').replace('–', f' {t.to} ').replace('-', f' {t.to} ').join(said)}"


def _numbered(m: re.Match[str], t: Tongue) -> str:
    gender = next(g for g, names in t.numbered.items() if re.fullmatch(names, m["noun"], re.IGNORECASE))
    value = roman_value(m["numeral"])
    words = "" if value is None else ordinal(value, t, Inflected(place_of(m).before, f" {m['noun']}", gender))
    if not words:
        return m[0]
    named = t.numbered_title and m["noun"][0].isupper()
    return f"{capitalised(words) if named else words} {m['noun']}"


def _marked(m: re.Match[str], t: Tongue) -> str:
    value = roman_value(m["numeral"])
    gender = next((g for g, mark in t.ordinal.items() if re.fullmatch(mark, m["mark"])), "")
    return m[0] if value is None else ordinal(value, t, place_of(m, gender))


def rules(t: Tongue) -> tuple[Rule, ...]:
    """Rules for Roman numerals."""
    names = "|".join(sorted({name for group in t.reigns.values() for name in group}))
    labels, numbered = "|".join(t.labels.values()), "|".join(t.numbered.values())
    joint = rf"–|-| {re.escape(t.signs['&'])} "
    stop, may_stop = (r"\.", r"(?P<mark>\.?)") if t.stop_ordinals else ("", "(?P<mark>)")
    found = (
        t.rule("ruler", rf"\b(?P<name>(?:{names})s?) (?P<numeral>[IVX]{{1,7}}){may_stop}(?![\w’'-])", _ruler),
        t.rule(
            "part of a work",
            rf"\b(?P<label>(?i:{labels})) (?P<first>{_LONG}|[IVX])(?:(?P<joint>{joint})(?P<second>{_LONG}|[IVX]))?"
            r"(?![\w’'-]|\.\w)",
            _label,
        ),
        t.rule("numbered", rf"(?<![\w.])(?P<numeral>{_LONG}|[IVX]){stop} (?P<noun>(?i:{numbered}))(?!\w)", _numbered),
    )
    if t.stop_ordinals:
        return found
    marks = "|".join(t.ordinal.values())
    return (t.rule("Roman ordinal", rf"(?<![\w.])(?P<numeral>[IVX]{{1,8}})(?P<mark>{marks})(?!\w)", _marked), *found)

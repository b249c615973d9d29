"""Times of day, durations and scores."""

import re

from studio.spoken.rule import Rule
from studio.spoken.tongues.numbers import cardinal, counted
from studio.spoken.tongues.tongue import Tongue

_LAST_HOUR, _LAST_MINUTE = 24, 59


def _clock(m: re.Match[str], t: Tongue) -> str:
    hour, minute = int(m["h"]), int(m.groupdict().get("m") or 0)
    if hour > _LAST_HOUR or minute > _LAST_MINUTE:
        return m[0]
    noun = t.hour.one if hour <= 1 else t.hour.many
    parts = m.groupdict()
    since = f"{_low(parts['low'], parts.get('lowm'), t)} {t.to} " if parts.get("low") else ""
    after = f" {t.hour.many}" if parts.get("after") and minute else ""
    form = t.clock if minute else t.clock_whole
    return since + form.format(h=cardinal(hour, t, t.hour.gender), noun=noun, m=cardinal(minute, t)) + after


def _low(hour: str, minute: str | None, t: Tongue) -> str:
    if minute is None or not int(minute):
        return cardinal(int(hour), t)
    return t.clock.format(h=cardinal(int(hour), t, t.hour.gender), noun=t.hour.many, m=cardinal(int(minute), t))


def _duration(m: re.Match[str], t: Tongue) -> str:
    nouns = (t.units["h"], t.units["min"], t.units["s"])
    parts = [counted(m, str(int(value)), noun, t) for value, noun in zip(m.groups(), nouns, strict=True)]
    return f"{parts[0]}, {parts[1]} {t.signs['&']} {parts[2]}"


def _score(m: re.Match[str], t: Tongue) -> str:
    return f"{cardinal(int(m[1]), t)} {t.signs[':']} {cardinal(int(m[2]), t)}"


def rules(t: Tongue) -> tuple[Rule, ...]:
    """Rules for times of day and durations."""
    return (
        t.rule("duration", r"(?<![\w.,:])(\d{1,2}):([0-5]\d):([0-5]\d)(?![\w:])", _duration),
        *(t.rule("time", pattern, _clock) for pattern in t.time),
    )


def scores(t: Tongue) -> tuple[Rule, ...]:
    """Rules for scores; they run after those for times."""
    return (t.rule("score", r"(?<![\w.,:])(\d{1,4}):(\d{1,4})(?![\w:]|[.,]\d)", _score),)

"""How a line is to be said: a named delivery, how much of it, and what is added by hand."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any, Final

NEUTRAL_NAME: Final = "neutral"
MAX_INTENSITY: Final = 1.5

_DECIMALS = 2
_LIMITS: Final[Mapping[str, tuple[float, float]]] = {
    "rate_percent": (-50.0, 100.0),
    "pitch_st": (-12.0, 12.0),
    "range_percent": (-90.0, 200.0),
    "volume_db": (-20.0, 20.0),
}
_CAPS: Final[Mapping[str, tuple[float, float]]] = {
    "pitch_st": (-6.0, 6.0),
    "pitch_range": (0.3, 2.0),
    "rate": (0.5, 2.0),
    "level_db": (-12.0, 9.0),
    "tilt_db": (-6.0, 6.0),
    "pause_scale": (0.25, 4.0),
}


@dataclass(frozen=True, slots=True)
class Preset:
    """A row of the table of deliveries, at intensity 1. Fields are explained at the top of `deliveries.toml`."""

    name: str
    title: str
    about: str
    pitch_st: float = 0.0
    range: float = 1.0
    rate: float = 1.0
    level_db: float = 0.0
    tilt_db: float = 0.0
    pause: float = 1.0
    whispered: bool = False
    style: str = ""
    words: tuple[str, ...] = ()

    def written(self) -> tuple[str, ...]:
        """Pitch, range, pace, level, tone and pauses as people read them; empty where they are the neutral ones."""
        added = ((self.pitch_st, "st"), (self.level_db, "dB"), (self.tilt_db, "dB"))
        pitch, level, tone = (f"{value:+g} {unit}" if value else "" for value, unit in added)
        wide, pace, pauses = (f"× {factor:g}" if factor != 1 else "" for factor in (self.range, self.rate, self.pause))
        return pitch, wide, pace, level, tone, pauses


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery as it is asked for. Equal deliveries are equal values; `str` writes the one canonical form.

    Numbers are held to two decimals. Neutral has no intensity of its own, and intensity 0 is neutral.

    Attributes:
        preset: a name from the table.
        intensity: 0 to 1.5; 1 is narration strength.
        rate_percent: added pace, -50 to 100; 10 is a tenth faster.
        pitch_st: added pitch in semitones, -12 to 12.
        range_percent: added pitch range, -90 to 200.
        volume_db: added loudness in dB, -20 to 20.

    Raises:
        ValueError: the preset is not in the table, or a number is out of its range.
    """

    preset: str = NEUTRAL_NAME
    intensity: float = 1.0
    rate_percent: float = 0.0
    pitch_st: float = 0.0
    range_percent: float = 0.0
    volume_db: float = 0.0

    def __post_init__(self) -> None:
        if self.preset not in presets():
            raise ValueError(f"there is no delivery '{self.preset}'")
        if not 0 <= self.intensity <= MAX_INTENSITY:
            raise ValueError(f"intensity {self.intensity:g} is not between 0 and {MAX_INTENSITY:g}")
        for name, (low, high) in _LIMITS.items():
            if not low <= getattr(self, name) <= high:
                raise ValueError(
                    f"{name.partition('_')[0]} {getattr(self, name):g} is not between {low:g} and {high:g}"
                )
        for name in ("intensity", *_LIMITS):
            object.__setattr__(self, name, round(getattr(self, name), _DECIMALS) + 0.0)
        if self.intensity == 0:
            object.__setattr__(self, "preset", NEUTRAL_NAME)
        if self.preset == NEUTRAL_NAME:
            object.__setattr__(self, "intensity", 1.0)

    def __str__(self) -> str:
        """The canonical form, as it stands in a tag: "sad:0.6 rate=-10% pitch=-1st range=+20% volume=-3dB"."""
        name = self.preset if self.intensity == 1 else f"{self.preset}:{self.intensity:g}"
        written = [name] if self.preset != NEUTRAL_NAME or not self.has_offsets else []
        written += [
            f"{label}={value:+g}{unit}"
            for label, value, unit in (
                ("rate", self.rate_percent, "%"),
                ("pitch", self.pitch_st, "st"),
                ("range", self.range_percent, "%"),
                ("volume", self.volume_db, "dB"),
            )
            if value
        ]
        return " ".join(written)

    @property
    def has_offsets(self) -> bool:
        """Whether something is added by hand."""
        return bool(self.rate_percent or self.pitch_st or self.range_percent or self.volume_db)


@dataclass(frozen=True, slots=True)
class Prosody:
    """A delivery in figures, against the same voice's neutral reading.

    Attributes:
        pitch_st: mean pitch, semitones.
        pitch_range: factor on the distance from the mean pitch, in semitones.
        rate: factor on the pace; the duration is divided by it.
        level_db: loudness after mastering.
        tilt_db: gain above 2 kHz, and as much less below 500 Hz.
        pause_scale: factor on pauses.
        whispered: said without voice.
    """

    pitch_st: float = 0.0
    pitch_range: float = 1.0
    rate: float = 1.0
    level_db: float = 0.0
    tilt_db: float = 0.0
    pause_scale: float = 1.0
    whispered: bool = False


NEUTRAL_PROSODY: Final = Prosody()
"""A neutral reading in figures."""


def prosody_of(delivery: Delivery) -> Prosody:
    """Figures of a delivery: the preset's row scaled by the intensity, what is added by hand, held to sane limits.

    Differences (semitones, dB) scale in proportion, factors by their logarithm, so that intensity 0.5 twice is 1.
    """
    row, strength = presets()[delivery.preset], delivery.intensity
    values: dict[str, float] = {
        "pitch_st": row.pitch_st * strength + delivery.pitch_st,
        "pitch_range": row.range**strength * (1 + delivery.range_percent / 100),
        "rate": row.rate**strength * (1 + delivery.rate_percent / 100),
        "level_db": row.level_db * strength + delivery.volume_db,
        "tilt_db": row.tilt_db * strength,
        "pause_scale": row.pause**strength,
    }
    held = {name: round(min(max(value, _CAPS[name][0]), _CAPS[name][1]), 4) + 0.0 for name, value in values.items()}
    return Prosody(**held, whispered=row.whispered)


@cache
def presets() -> Mapping[str, Preset]:
    """The table of deliveries by name, in its own order: neutral first."""
    table = tomllib.loads(files("studio.manuscript").joinpath("deliveries.toml").read_text("utf-8"))
    return {name: _preset(name, row) for name, row in table.items()}


@cache
def names_of_presets() -> Mapping[str, str]:
    """Preset by every word that means it, in lower case: its name, its name with spaces, and its other words."""
    known: dict[str, str] = {}
    for preset in presets().values():
        for word in (preset.name, preset.name.replace("-", " "), preset.style, *preset.words):
            if word:
                known.setdefault(word, preset.name)
    return known


def _preset(name: str, row: Mapping[str, Any]) -> Preset:
    unknown = row.keys() - {field.name for field in fields(Preset)}
    if unknown:
        raise ValueError(f"delivery '{name}' has unknown figures: {', '.join(sorted(unknown))}")
    return Preset(name, **{**row, "words": tuple(row.get("words", ()))})


NEUTRAL: Final = Delivery()
"""As the voice reads by itself."""

"""Which delivery a reading resembles, and how roused it sounds: estimates from measured figures, with their doubt.

It is told from how a line differs from the plain reading of the same voice, in the six figures of `FEATURES`. Each
delivery is, at three intensities, a place among these differences, as `benchmarks/train_delivery_listener.py` measured
them on takes of the studio's own voices; how near a reading lies to each place is its likeness. What is not known
widens all places alike: other words, another voice, or no plain reading at all. Loudness is left out, since a
recording's level tells of its microphone and a take's is set in mastering.

It describes a performance. It says nothing about what anybody feels (docs/listening.md).
"""

import json
import math
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from studio.core.errors import MissingError
from studio.core.hashing import content_key
from studio.core.resources import shipped
from studio.hearing.delivery import DeliveryFacts
from studio.manuscript.delivery import Delivery, presets, prosody_of

MODEL_FILE: Final = "delivery-listener.json"
FEATURES: Final = ("pitch_st", "range_octaves", "rate_octaves", "tilt_db", "voiced", "pause_share")
"""Mean pitch in semitones; pitch range and pace as the logarithm to base 2, so that 1 is twice as much; alpha ratio;
shares of voice and of pauses."""

AROUSAL_WEIGHTS: Final = (0.3, 1.0, 4.0, 0.12, 0.0, 0.0)
"""What a unit of each feature adds to the arousal's logit. Their signs are those of the literature: roused voices are
higher, wider in pitch, faster and brighter (Scherer 2003; Juslin & Laukka 2003; Eyben et al. 2016). Their sizes are set
so that each moves the strong deliveries of the table about equally."""

Against = Literal["neutral take", "another voice", "typical voices"]
Condition = Literal["neutral take", "other words", "another voice", "typical voices"]
"""What a reading is held against: the same words read plainly by the same voice; other words by the same voice; a
plain reading by another voice, whatever its words; or nothing but typical voices."""

ARRAYS: Final = ("means", "within", "words", "voices", "typical")
"""The arrays of a listener."""

_FREEDOM = 5.0  # Student's t: people leave the beaten track more often than a normal distribution allows
_LEAST_RANGE_ST = 1.0
_REFERENCE_HZ = 100.0
_BOUND_SDS = 1.645  # 90 %

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Heard:
    """What a reading resembles.

    Attributes:
        preset: name of the likeliest delivery.
        confidence: its likeness: how often, in calibration, such an estimate was right.
        likeness: every delivery with its likeness, the likeliest first; they add up to 1.
        arousal: how roused it sounds, 0 to 1; a plain reading is 0.5.
        arousal_low: lower bound of where it lies in nine cases of ten.
        arousal_high: upper bound.
        against: what it was held against.
    """

    preset: str
    confidence: float
    likeness: tuple[tuple[str, float], ...]
    arousal: float
    arousal_low: float
    arousal_high: float
    against: Against


@dataclass(frozen=True, slots=True, eq=False)
class Listener:
    """What was learned from takes whose delivery is known. Features are in the order of `FEATURES`.

    Attributes:
        presets: names of the deliveries.
        means: float64 [presets, intensities, features], differences from the plain reading.
        within: float64 [features, features], covariance of takes of one delivery around its place.
        words: the same of plain readings of different words by one voice.
        voices: the same of plain readings of the same words by different voices.
        typical: float64 [features], the mean plain reading.
        temperature: by what a reading is held against: what logits are divided by.
    """

    presets: tuple[str, ...]
    means: Array
    within: Array
    words: Array
    voices: Array
    typical: Array
    temperature: dict[Condition, float]

    def doubt(self, condition: Condition) -> Array:
        """Covariance that a condition adds to that of the takes, float64 [features, features].

        A plain reading of other words is off by its own words and by those of the reading; voices likewise.
        """
        added = {
            "neutral take": np.zeros_like(self.within),
            "other words": 2 * self.words,
            "another voice": 2 * self.voices,
            "typical voices": self.words + self.voices,
        }
        return added[condition]

    def logits(self, difference: Array, known: npt.NDArray[np.bool_], condition: Condition) -> Array:
        """Logarithm of the density of each delivery at a difference, float64 [presets], up to a constant.

        Args:
            difference: float64 [features].
            known: bool [features], which of them count.
            condition: what the reading is held against.
        """
        covariance = (self.within + self.doubt(condition))[np.ix_(known, known)]
        away = (difference - self.means)[..., known]
        squares = np.einsum("pif,fg,pig->pi", away, np.linalg.inv(covariance), away)
        density = -(_FREEDOM + known.sum()) / 2 * np.log1p(squares / _FREEDOM)
        highest: Array = density.max(axis=1)
        total: Array = highest + np.log(np.exp(density - highest[:, None]).mean(axis=1))
        return total


def hear_delivery(
    facts: DeliveryFacts, neutral: DeliveryFacts | None, *, same_voice: bool = True, same_words: bool = True
) -> Heard:
    """Estimate which delivery a reading resembles and how roused it sounds.

    Args:
        facts: of the reading.
        neutral: of a plain reading; None holds it against typical voices, which leaves far more open.
        same_voice: whether the plain reading is by the same voice.
        same_words: whether the plain reading is of the same words.

    Raises:
        MissingError: the model is missing from the installation.
    """
    return hear_with(
        shipped_listener(), facts, neutral, condition_of(neutral, same_voice=same_voice, same_words=same_words)
    )


def hear_with(listener: Listener, facts: DeliveryFacts, neutral: DeliveryFacts | None, condition: Condition) -> Heard:
    """The same, with any listener."""
    difference, known = compared(facts, neutral, listener)
    likeness = calibrated(listener.logits(difference, known, condition), listener.temperature[condition])
    order = np.argsort(-likeness, kind="stable")
    listed = tuple((listener.presets[place], float(likeness[place])) for place in order)
    logit, sd = _arousal(listener, difference, known, condition)
    return Heard(
        preset=listed[0][0],
        confidence=listed[0][1],
        likeness=listed,
        arousal=_logistic(logit),
        arousal_low=_logistic(logit - _BOUND_SDS * sd),
        arousal_high=_logistic(logit + _BOUND_SDS * sd),
        against="neutral take" if condition == "other words" else condition,
    )


def condition_of(neutral: DeliveryFacts | None, *, same_voice: bool, same_words: bool) -> Condition:
    """What a reading is held against."""
    if neutral is None:
        return "typical voices"
    if not same_voice:
        return "another voice"
    return "neutral take" if same_words else "other words"


def features_of(facts: DeliveryFacts) -> Array:
    """The figures of a reading as they are compared, float64 [features]; pitch and range are nan for a whisper."""
    pitch_st, range_octaves = math.nan, math.nan
    if not facts.whispered:
        pitch_st = 12 * math.log2(facts.pitch_hz / _REFERENCE_HZ)
        range_octaves = math.log2(max(facts.pitch_range_st, _LEAST_RANGE_ST))
    rate_octaves = math.log2(facts.rate_sps) if facts.rate_sps > 0 else math.nan
    return np.array([pitch_st, range_octaves, rate_octaves, facts.tilt_db, facts.voiced, facts.pause_share])


def compared(
    facts: DeliveryFacts, neutral: DeliveryFacts | None, listener: Listener
) -> tuple[Array, npt.NDArray[np.bool_]]:
    """How a reading differs from a plain one, float64 [features], 0 where unknown; and what of it is known."""
    plain = listener.typical if neutral is None else features_of(neutral)
    difference = features_of(facts) - plain
    known = ~np.isnan(difference)
    return np.where(known, difference, 0.0), known


def calibrated(logits: Array, temperature: float) -> Array:
    """Logits as shares that add up to 1, float64 of the same shape; a temperature over 1 brings them closer."""
    scaled = logits / temperature
    raised = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    shares: Array = raised / raised.sum(axis=-1, keepdims=True)
    return shares


@lru_cache(maxsize=1)
def shipped_listener() -> Listener:
    """The listener that comes with the package.

    Raises:
        MissingError: it is missing or damaged.
    """
    try:
        return load_listener(shipped("voices", MODEL_FILE))
    except FileNotFoundError as error:
        raise MissingError(f"the model {MODEL_FILE} is missing", hint="Reinstall vivavoce.") from error


def load_listener(path: Path) -> Listener:
    """A listener from the JSON that `benchmarks/train_delivery_listener.py` writes.

    Raises:
        MissingError: the file cannot be read, or is not such a listener.
    """
    try:
        data = json.loads(path.read_text("utf-8"))
        features, arrays = tuple(data["features"]), {name: np.array(data[name], np.float64) for name in ARRAYS}
        listener = Listener(tuple(data["presets"]), **arrays, temperature=data["temperature"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise MissingError(f"the model {path.name} is damaged", hint="Reinstall vivavoce.") from error
    if features != FEATURES:
        raise MissingError(f"the model {path.name} was taught other features", hint="Reinstall vivavoce.")
    return listener


def table_sha256() -> str:
    """Hash of the names and figures of the table of deliveries: a listener knows only the table it was taught from."""
    return content_key({name: asdict(prosody_of(Delivery(name))) for name in presets()})


def _arousal(
    listener: Listener, difference: Array, known: npt.NDArray[np.bool_], condition: Condition
) -> tuple[float, float]:
    """Logit of the arousal and its standard deviation.

    Of what is heard against another voice or none, most may be the voice's own. So the difference is first brought
    down to what a delivery can be expected to have of it: the mean of a normal distribution that deliveries have, given
    a sight of it that the condition blurs. Against the same words in the same voice it stays as it is.
    """
    heard, unheard = np.where(known, AROUSAL_WEIGHTS, 0.0), np.where(known, 0.0, AROUSAL_WEIGHTS)
    places = listener.means.reshape(-1, difference.size)
    prior = places.T @ places / len(places) + listener.within
    seen = (prior + listener.doubt(condition))[np.ix_(known, known)]
    share = np.linalg.solve(seen, prior[known]).T
    left = prior - share @ prior[known]
    variance = heard @ (left + listener.within) @ heard + unheard @ prior @ unheard
    return float(heard @ share @ difference[known]), math.sqrt(variance)


def _logistic(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))

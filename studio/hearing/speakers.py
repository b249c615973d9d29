"""Voiceprints: what two independent networks make of a voice, for comparing recordings and for nothing else.

GE2E (Wan et al. 2018, arXiv:1710.10467; the weights of Resemblyzer) carries the thresholds. CAM++ (Wang et al. 2023,
arXiv:2303.00332; the weights of 3D-Speaker) is the second opinion. Neither knows a live voice from a good copy of it.
"""

import math
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from studio.audio.resample import resample
from studio.audio.samples import Samples
from studio.core.errors import InputError
from studio.hearing.models import MODELS, load_model
from studio.hearing.speech import measure_speech

RESEMBLYZER: Final = "speaker-resemblyzer.onnx"
CAMPPLUS: Final = "speaker-campplus.onnx"
ENCODER_MODELS: Final = {name: MODELS[name] for name in (RESEMBLYZER, CAMPPLUS)}
"""What prints are made with: file name to SHA-256. Prints of other models cannot be compared with these."""

RESEMBLYZER_SIZE: Final = 256
CAMPPLUS_SIZE: Final = 192
MIN_SPEECH_S: Final = 1.0
WINDOW_S: Final = 3.0
"""A spoken number of six digits takes about four seconds, of which three are net speech."""

_RATE_HZ = 16_000
_HOP_SAMPLES = 160
_WINDOW_SAMPLES = 400

_PARTIAL_FRAMES = 160  # 1.6 s, what GE2E was trained on
_PARTIAL_HOP_FRAMES = 48
_PARTIAL_HOP_S = _PARTIAL_HOP_FRAMES * _HOP_SAMPLES / _RATE_HZ
_PARTIAL_S = _PARTIAL_FRAMES * _HOP_SAMPLES / _RATE_HZ
_PARTIALS_PER_RUN = 32
_LEVEL_DBFS = -30.0  # Resemblyzer only raises to it; here loud ones are lowered too, since a level is no voice
_GE2E_MELS = 40

_KALDI_FFT = 512
_KALDI_MELS = 80
_KALDI_LOW_HZ = 20.0
_PREEMPHASIS = 0.97
_POVEY_EXPONENT = 0.85
_INT16_SCALE = 32_768.0
_LEAST_ENERGY = float(np.finfo(np.float32).eps)
_PIECE_FRAMES = 2_000  # 20 s: attention and memory of CAM++ grow with length

_MAGIC = b"VVP1"
_FORM = struct.Struct(f"<4sd{RESEMBLYZER_SIZE}f{CAMPPLUS_SIZE}f")

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Voiceprint:
    """A voice as numbers. Biometric data: to be kept encrypted and destroyed with the consent it belongs to.

    Attributes:
        resemblyzer: 256 floats of length 1, exact in float32.
        campplus: 192 floats of length 1, exact in float32.
        speech_s: net speech it was made from.
    """

    resemblyzer: tuple[float, ...]
    campplus: tuple[float, ...]
    speech_s: float

    def to_bytes(self) -> bytes:
        """1804 bytes: a mark, the seconds as float64, the numbers as float32, little-endian."""
        return _FORM.pack(_MAGIC, self.speech_s, *self.resemblyzer, *self.campplus)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """As `to_bytes` wrote it.

        Raises:
            InputError: these are not the bytes of a voiceprint.
        """
        if len(data) != _FORM.size or data[: len(_MAGIC)] != _MAGIC:
            raise InputError("these bytes are not a voiceprint")
        _mark, speech_s, *numbers = _FORM.unpack(data)
        if not all(map(math.isfinite, (speech_s, *numbers))):
            raise InputError("this voiceprint holds what is no number")
        return cls(tuple(numbers[:RESEMBLYZER_SIZE]), tuple(numbers[RESEMBLYZER_SIZE:]), speech_s)


class SpeakerEncoder:
    """Makes voiceprints; holds one session of each network."""

    def __init__(self) -> None:
        """Load both networks.

        Raises:
            MissingError: a model file is missing or damaged.
        """
        self._ge2e = load_model(RESEMBLYZER)
        self._campplus = load_model(CAMPPLUS)

    def voiceprint(self, samples: Samples, sample_rate_hz: int) -> Voiceprint:
        """Print of the speech in a recording; pauses and noises around it are left out.

        Args:
            samples: float32 mono [n], full scale ±1.
            sample_rate_hz: its rate.

        Raises:
            InputError: there is less than a second of speech.
        """
        speech, speech_s = _speech_of(samples, sample_rate_hz)
        return Voiceprint(
            _exact(self._partials(speech).mean(axis=0)), _exact(self._campplus_embedding(speech)), speech_s
        )

    def windows(self, samples: Samples, sample_rate_hz: int, window_s: float = WINDOW_S) -> tuple[float, ...]:
        """How like the rest of a recording each stretch of it sounds: GE2E cosines, two a second of net speech.

        A stretch is held against the rest without it. Against the mean of the whole, which it is part of, 4 s of
        another person in 17 s go unnoticed; benchmarks/speaker_match.py measures both.

        Args:
            samples: float32 mono [n], full scale ±1.
            sample_rate_hz: its rate.
            window_s: net speech in a stretch, at least 1.6 s.

        Returns:
            One cosine per stretch, in order; a single 1.0 if the speech is no longer than a stretch.

        Raises:
            InputError: there is less than a second of speech.
        """
        speech, _speech_s = _speech_of(samples, sample_rate_hz)
        partials = self._partials(speech)
        inside = 1 + max(0, round((window_s - _PARTIAL_S) / _PARTIAL_HOP_S))
        if len(partials) <= inside:
            return (1.0,)
        sums = np.cumsum(np.concatenate([np.zeros((1, RESEMBLYZER_SIZE)), partials]), axis=0)
        stretches = sums[inside:] - sums[:-inside]
        return tuple(float(_unit(stretch) @ _unit(sums[-1] - stretch)) for stretch in stretches)

    def _partials(self, speech: Samples) -> Array:
        """GE2E embeddings [n, 256] of overlapping stretches of 1.6 s."""
        rms = math.sqrt(float(np.square(speech, dtype=np.float64).mean()))
        gain = 10 ** (_LEVEL_DBFS / 20) / max(rms, 1e-9)
        frames = _frames(np.pad(speech, _WINDOW_SAMPLES // 2))
        count = 1 + max(0, len(frames) - _PARTIAL_FRAMES) // _PARTIAL_HOP_FRAMES
        made = []
        for first in range(0, count, _PARTIALS_PER_RUN):
            starts = np.arange(min(_PARTIALS_PER_RUN, count - first)) * _PARTIAL_HOP_FRAMES
            begin = first * _PARTIAL_HOP_FRAMES
            mels = _ge2e_mels(frames[begin : begin + int(starts[-1]) + _PARTIAL_FRAMES] * gain)
            mels = np.pad(mels, ((0, max(0, _PARTIAL_FRAMES - len(mels))), (0, 0)))
            batch = np.stack([mels[start : start + _PARTIAL_FRAMES] for start in starts])
            made.append(self._ge2e.run(None, {"mel": batch.astype(np.float32)})[0])
        partials: Array = np.concatenate(made).astype(np.float64)
        return partials

    def _campplus_embedding(self, speech: Samples) -> Array:
        frames = _frames(speech)
        pieces = np.array_split(np.arange(len(frames)), math.ceil(len(frames) / _PIECE_FRAMES))
        total = np.zeros(CAMPPLUS_SIZE)
        for piece in pieces:
            features = _kaldi_features(frames[piece[0] : piece[-1] + 1])
            features -= features.mean(axis=0)
            embedding = self._campplus.run(None, {"feats": features[None].astype(np.float32)})[0][0]
            total += _unit(embedding.astype(np.float64)) * len(piece)
        return total


def cosine(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Cosine of the angle between two embeddings, from -1 to 1."""
    return float(_unit(np.array(one)) @ _unit(np.array(other)))


def mean_direction(embeddings: Iterable[tuple[float, ...]]) -> tuple[float, ...]:
    """Mean of embeddings, scaled to length 1."""
    return tuple(_unit(np.mean([_unit(np.array(one)) for one in embeddings], axis=0)).tolist())


def _speech_of(samples: Samples, sample_rate_hz: int) -> tuple[Samples, float]:
    facts = measure_speech(samples, sample_rate_hz)
    if facts.speech_s < MIN_SPEECH_S:
        raise InputError(
            f"there is too little speech in this recording to compare voices: {facts.speech_s:.1f} s",
            hint="Record at least ten seconds of speech.",
        )
    spans = ((round(begin * sample_rate_hz), round(end * sample_rate_hz)) for begin, end in facts.speech_spans)
    speech = np.concatenate([samples[begin:end] for begin, end in spans])
    return resample(speech, sample_rate_hz, _RATE_HZ), facts.speech_s


def _frames(sound: Samples) -> Samples:
    """Frames of 25 ms every 10 ms [n, 400], as a view."""
    return np.lib.stride_tricks.sliding_window_view(sound, _WINDOW_SAMPLES)[::_HOP_SAMPLES]


def _ge2e_mels(frames: Samples) -> Array:
    """Power in 40 mel bands [n, 40], as librosa computes them by default (Slaney's scale, bands of equal area)."""
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_WINDOW_SAMPLES) / _WINDOW_SAMPLES)
    mels: Array = np.abs(np.fft.rfft(frames * window)) ** 2 @ _slaney_bands().T
    return mels


def _kaldi_features(frames: Samples) -> Array:
    """Log energies in 80 mel bands [n, 80], as Kaldi's fbank computes them without dither."""
    sound = frames * _INT16_SCALE
    sound = sound - sound.mean(axis=1, keepdims=True, dtype=np.float64)
    before = np.concatenate([sound[:, :1], sound[:, :-1]], axis=1)
    povey = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_WINDOW_SAMPLES) / (_WINDOW_SAMPLES - 1))) ** _POVEY_EXPONENT
    powers = np.abs(np.fft.rfft((sound - _PREEMPHASIS * before) * povey, _KALDI_FFT)) ** 2
    features: Array = np.log(np.maximum(powers @ _kaldi_bands().T, _LEAST_ENERGY))
    return features


@lru_cache(maxsize=1)
def _slaney_bands() -> Array:
    """Triangles [40, 201] on Slaney's mel scale: linear to 1 kHz (15 steps), then 27 steps to every factor of 6.4."""
    linear_hz, linear_steps, steps_per_ratio = 200 / 3, 15.0, 27 / math.log(6.4)
    top = linear_steps + steps_per_ratio * math.log(_RATE_HZ / 2 / 1000)
    steps = np.linspace(0, top, _GE2E_MELS + 2)
    points = np.where(
        steps < linear_steps,
        steps * linear_hz,
        1000 * np.exp((np.maximum(steps, linear_steps) - linear_steps) / steps_per_ratio),
    )
    bands = _triangles(points, np.fft.rfftfreq(_WINDOW_SAMPLES, 1 / _RATE_HZ))
    return bands * (2 / (points[2:] - points[:-2]))[:, None]


@lru_cache(maxsize=1)
def _kaldi_bands() -> Array:
    """Triangles [80, 257] that are even on Kaldi's mel scale, not on the scale of frequency."""

    def mel(hz: npt.NDArray[np.floating]) -> Array:
        steps: Array = 1127 * np.log1p(hz / 700)
        return steps

    low, high = mel(np.array([_KALDI_LOW_HZ, _RATE_HZ / 2]))
    bands = _triangles(np.linspace(low, high, _KALDI_MELS + 2), mel(np.fft.rfftfreq(_KALDI_FFT, 1 / _RATE_HZ)))
    bands[:, -1] = 0.0  # Kaldi leaves out the highest bin
    return bands


def _triangles(points: Array, bins: npt.NDArray[np.floating]) -> Array:
    begins, middles, ends = points[:-2, None], points[1:-1, None], points[2:, None]
    return np.maximum(0, np.minimum((bins - begins) / (middles - begins), (ends - bins) / (ends - middles)))


def _unit(vector: Array) -> Array:
    size = float(np.linalg.norm(vector))
    return vector / size if size else vector


def _exact(vector: Array) -> tuple[float, ...]:
    return tuple(_unit(vector).astype(np.float32).tolist())

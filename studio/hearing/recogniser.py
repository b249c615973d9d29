"""Speech recognition, by the sound alone.

The recogniser is never told what to expect. Given the expected words as a prompt, Whisper "hears" them in white noise,
and what was to be proved by listening would be proved by nothing. So there is no way to hand words to it.

Silence and noise are heard as a word or two in any case: ask `studio.hearing.speech` first whether there is speech.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from studio.audio.resample import resample
from studio.audio.samples import Samples
from studio.core.errors import EngineError, InputError
from studio.weights.store import WeightsStore

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

RECOGNISER_MODEL: Final = "whisper-base"
LONGEST_S: Final = 300.0

_MODEL_FILE = "model.bin"
_RATE_HZ = 16_000
_BEAM_SIZE = 5


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was heard.

    Attributes:
        text: as the recogniser writes it, with punctuation and figures.
        words: each word with its begin and end in seconds.
        model: name and SHA-256 of the model that listened.
    """

    text: str
    words: tuple[tuple[str, float, float], ...]
    model: dict[str, str]


class Recogniser:
    """Whisper base in int8 on one thread. The model is loaded when it is first needed, once in a process."""

    def __init__(self, weights_dir: Path) -> None:
        self._weights_dir = weights_dir

    def transcribe(self, samples: Samples, rate_hz: int, language: str) -> Transcript:
        """Write down what is said.

        Args:
            samples: float32 mono [n], at most five minutes.
            rate_hz: their rate.
            language: BCP 47 tag of what is spoken; its region does not matter.

        Raises:
            InputError: the recogniser does not know the language, or the sound is too long.
            MissingError: the model is not installed, or not as published.
            EngineError: the recogniser failed.
        """
        if samples.size > LONGEST_S * rate_hz:
            raise InputError(
                f"{samples.size / rate_hz:.0f} s are too long to recognise", hint=f"{LONGEST_S:.0f} s is the most."
            )
        model, sha256 = _load(self._weights_dir)
        spoken = language.partition("-")[0].lower()
        if spoken not in model.supported_languages:
            raise InputError(f"the recogniser does not know the language '{language}'")
        heard = np.ascontiguousarray(resample(samples, rate_hz, _RATE_HZ), np.float32)
        try:
            segments, _info = model.transcribe(
                heard,
                language=spoken,
                beam_size=_BEAM_SIZE,
                temperature=0.0,
                condition_on_previous_text=False,
                word_timestamps=True,
            )
            found = list(segments)
        except RuntimeError as error:
            raise EngineError("the recogniser failed") from error
        return Transcript(
            text=" ".join(segment.text.strip() for segment in found),
            words=tuple(
                (word.word.strip(), float(word.start), float(word.end))
                for segment in found
                for word in segment.words or ()
            ),
            model={RECOGNISER_MODEL: sha256},
        )


@lru_cache(maxsize=1)
def _load(weights_dir: Path) -> tuple["WhisperModel", str]:
    """The model, verified, and the SHA-256 of its weights."""
    from faster_whisper import WhisperModel  # noqa: PLC0415 - slow to load, and only who listens is to pay

    store = WeightsStore(weights_dir)
    folder = store.folder(RECOGNISER_MODEL)
    (sha256,) = (file.sha256 for file in store.model(RECOGNISER_MODEL).files if file.name == _MODEL_FILE)
    try:
        model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=1, local_files_only=True)
    except (RuntimeError, ValueError, OSError) as error:
        raise EngineError("the recogniser's model cannot be loaded") from error
    return model, sha256

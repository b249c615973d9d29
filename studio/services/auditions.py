"""Use case of auditions: hear a voice say a sentence, at once."""

import io
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from studio.audio.flac import read_take
from studio.consent.requests import AUDITION, GateRequest
from studio.core.errors import InputError
from studio.core.files import write_atomic
from studio.manuscript.segment import SegmentLimits
from studio.render.plan import check_language, plan_line
from studio.services.context import Context
from studio.services.lines import say_line
from studio.spoken.form import spoken_form

_PCM16_SCALE = 32767.0


@dataclass(frozen=True, slots=True)
class Audition:
    """A sentence said in a voice.

    Attributes:
        voice: whose voice.
        spoken: the words as they were said.
        duration_s: length of the sound.
        take: path of the take (FLAC).
    """

    voice: str
    spoken: str
    duration_s: float
    take: Path


class AuditionService:
    """Says single sentences outside of any project."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def say(self, text: str, voice_id: str, *, language: str | None = None) -> Audition:
        """Say a sentence in a voice; one that was said before comes from the store.

        Args:
            text: as written, at most 300 characters.
            voice_id: whose voice.
            language: BCP 47 tag; the voice's own if not given.

        Raises:
            InputError: there is nothing to say, or too much.
            NotFoundError: there is no such voice.
            RefusedError: the gate does not let the voice sound.
            MissingError: the model is not there.
            EngineError: the engine failed.
        """
        limit = SegmentLimits().max_chars
        if not any(character.isalnum() for character in text):
            raise InputError("there is nothing to say", hint="Write a sentence with at least one word.")
        if len(text) > limit:
            raise InputError(f"{len(text)} characters are too many to say at once", hint=f"Use at most {limit}.")
        voice = self._context.voice(voice_id)
        tongue = language or voice.language
        request = GateRequest(voice_id, AUDITION, tongue)
        self._context.gate.check(request)
        check_language(voice, tongue)
        line = plan_line(spoken_form(text, tongue), tongue, voice)
        take = say_line(self._context, line, request)
        return Audition(voice_id, line.text, take.duration_s, self._context.blobs.path(take.blob_sha256))


def wav_bytes(take: Path) -> bytes:
    """A take as a 16-bit WAV file in memory, at its own rate."""
    samples, rate_hz = read_take(take)
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as stream:
        stream.setnchannels(1)
        stream.setsampwidth(2)
        stream.setframerate(rate_hz)
        stream.writeframes((np.clip(samples, -1, 1) * _PCM16_SCALE).round().astype("<i2").tobytes())
    return buffer.getvalue()


def write_wav(take: Path, target: Path) -> None:
    """Write a take as a 16-bit WAV file, whole or not at all.

    Raises:
        InputError: the target cannot be written.
    """
    try:
        write_atomic(target, wav_bytes(take))
    except OSError as error:
        raise InputError(f"it cannot be written: {error.strerror}", where=str(target)) from error

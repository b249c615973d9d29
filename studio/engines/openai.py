"""Speech from a server that speaks OpenAI's protocol: on this machine, or on a host that the voice's record names.

The words are sent when a line is said, which needs a voice whose grant the gate gave; before that nothing leaves.
"""

import io
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import soundfile as sf
import soxr

from studio.consent.grant import GrantedVoice
from studio.core.errors import EngineError, InputError
from studio.engines.base import EngineInfo, Line, Prepared, Rendered, Samples
from studio.engines.speech_server import SERVER_FILE, SpeechServer, ask_for_speech, read_server

_RATE_HZ: Final = 44_100  # that of the finished files: servers send from 22.05 to 48 kHz
_PCM_RATE_HZ: Final = 24_000  # of bare samples, which say no rate; 16 bit, little-endian, mono
_LONGEST_S: Final = 180.0
_MOST_CHANNELS: Final = 2
_LOWEST_HZ, _HIGHEST_HZ = 8_000, 192_000


@dataclass(frozen=True, slots=True)
class _ServerVoice:
    voice_id: str
    server: SpeechServer


class OpenAIEngine:
    """Has a speech server say lines, in voices whose file `server.json` names it."""

    def __init__(self, weights_dir: Path) -> None:
        del weights_dir

    @property
    def info(self) -> EngineInfo:
        """What it is. What the server is, and what it changes behind its address, nobody here can know."""
        return EngineInfo(
            name="openai",
            title="Speech server",
            version="1",
            sample_rate_hz=_RATE_HZ,
            languages=(),
            weights=(),
            cloning="none",
            timings="none",
            deterministic=False,
            commercial_outputs=True,
            licence="Apache-2.0",
            remote=True,
        )

    def missing(self) -> str:
        """Nothing is missing here; whether a server is there shows when it is asked."""
        return ""

    def prepare(self, voice: GrantedVoice) -> Prepared:
        """Read where the voice is; the server hears nothing of it.

        Raises:
            RefusedError: the file is not the one that the licence record describes.
            EngineError: it names no server.
        """
        if SERVER_FILE not in voice.files:
            raise EngineError(f"voice '{voice.voice_id}' names no speech server")
        try:
            return _ServerVoice(voice.voice_id, read_server(voice.file(SERVER_FILE)))
        except InputError as error:
            raise EngineError(
                f"voice '{voice.voice_id}' cannot be used: {error.message}", where=error.where, hint=error.hint
            ) from error

    def synthesize(self, line: Line, voice: Prepared) -> Rendered:
        """Send a line's words, and decode what comes back.

        Raises:
            MissingError: the server is away, or wants another key.
            InputError: the server's address or names are wrong.
            EngineError: there is nothing to say, or no sound came back.
        """
        if not line.text.strip():
            raise EngineError("there is nothing to say")
        if not isinstance(voice, _ServerVoice):
            raise EngineError("the voice was prepared by another engine")
        server = voice.server
        sound, rate_hz = _decoded(ask_for_speech(server, line.text, os.environ), server)
        if not sound.size or sound.size / rate_hz > _LONGEST_S or not np.isfinite(sound).all():
            raise EngineError(f"the speech server at {server.host} sent no usable sound")
        if rate_hz != _RATE_HZ:
            sound = soxr.resample(sound, rate_hz, _RATE_HZ, quality="HQ")
        peak = float(np.abs(sound).max(initial=0.0))
        return Rendered(sound / np.float32(max(1.0, peak)), _RATE_HZ)


def _decoded(data: bytes, server: SpeechServer) -> tuple[Samples, int]:
    """The sound, mono, and its rate.

    Raises:
        EngineError: it is not sound in the format that was asked for.
    """
    if server.format == "pcm":
        whole = data[: len(data) // 2 * 2]
        return np.frombuffer(whole, "<i2").astype(np.float32) / np.float32(1 << 15), _PCM_RATE_HZ
    try:
        with sf.SoundFile(io.BytesIO(data)) as file:
            right = file.format in {"WAV", "WAVEX", "FLAC"} and file.channels <= _MOST_CHANNELS
            if not right or not _LOWEST_HZ <= file.samplerate <= _HIGHEST_HZ:
                raise EngineError(f"the speech server at {server.host} sent {file.format}, not plain {server.format}")
            frames = file.read(round(_LONGEST_S * file.samplerate) + 1, dtype="float32", always_2d=True)
            return np.ascontiguousarray(frames.mean(axis=1, dtype=np.float32)), int(file.samplerate)
    except (sf.LibsndfileError, ValueError) as error:
        raise EngineError(f"the speech server at {server.host} did not send sound") from error

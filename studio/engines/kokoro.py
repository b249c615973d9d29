"""Kokoro-82M: the embedded engine. ONNX Runtime on the CPU, int8 weights, 54 stock voices."""

import logging
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import onnxruntime

from studio.consent.grant import GrantedVoice
from studio.core.errors import EngineError, MissingError
from studio.core.hashing import sha256_bytes
from studio.core.resources import shipped
from studio.engines.base import EngineInfo, Line, Prepared, Rendered, Samples
from studio.engines.g2p.phonemizers import G2P_REVISION, installed_languages, phonemizer_for
from studio.engines.kokoro_tokens import PAD, Window, token_ids, windows
from studio.weights.store import WeightsStore

WEIGHTS: Final = "kokoro-82m-v1.0-int8"
MODEL_FILE: Final = "kokoro-v1.0.int8.onnx"
VOICES_FILE: Final = "kokoro-voices-v1.0.fp16.npz"
SAMPLE_RATE_HZ: Final = 24_000

_REVISION: Final = 1  # raise it with every change of this file or kokoro_tokens.py that can be heard
_PACK_SHAPE: Final = (510, 256)
_FADE_SAMPLES: Final = round(0.005 * SAMPLE_RATE_HZ)
_SILENCE: Final = 10 ** (-50 / 20)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Pack:
    """A voice: one style vector per number of tokens, float32 [510, 256]."""

    voice_id: str
    styles: npt.NDArray[np.float32]


class KokoroEngine:
    """Says a line in one of the stock voices.

    A worker process holds one session of one thread: the studio scales by processes, and one thread gives the same
    samples for the same line every time.
    """

    def __init__(self, weights_dir: Path) -> None:
        self._weights = WeightsStore(weights_dir)
        self._session: onnxruntime.InferenceSession | None = None

    @property
    def info(self) -> EngineInfo:
        """What it is and can do; cheap, loads no model.

        The version names this adapter, the phonemes it is fed and the runtime that computes: each can change what a
        line sounds like. Weights and voice are hashed into a take's key on their own.
        """
        return EngineInfo(
            name="kokoro",
            version=f"{_REVISION}-g2p{G2P_REVISION}-onnxruntime{version('onnxruntime')}",
            sample_rate_hz=SAMPLE_RATE_HZ,
            languages=installed_languages(),
            weights=(WEIGHTS,),
            cloning="none",
            timings="none",
            deterministic=True,
            commercial_outputs=True,
            licence="Apache-2.0",
        )

    def prepare(self, voice: GrantedVoice) -> Prepared:
        """Load a voice pack, and the model the first time.

        Raises:
            MissingError: the model or the voice packs are not there, or the model fails its hash.
            RefusedError: the pack is not what the grant was given for.
            EngineError: there is no such voice, or the model cannot be loaded.
        """
        pack = _load_pack(voice.voice_id)
        voice.check_data(sha256_bytes(pack.tobytes()))
        if self._session is None:
            self._session = _open_session(self._weights.path(WEIGHTS, MODEL_FILE))
        return _Pack(voice.voice_id, pack.astype(np.float32))

    def synthesize(self, line: Line, voice: Prepared) -> Rendered:
        """Say a line: phonemes, then one run of the model for every 510 of them.

        Raises:
            EngineError: nothing to say, a word that cannot be pronounced, a language that is not installed, or a model
                that returned no sound.
        """
        phonemes = phonemizer_for(line.language).phonemes(line.text)
        return Rendered(self.say_phonemes(phonemes, voice), SAMPLE_RATE_HZ)

    def say_phonemes(self, phonemes: str, voice: Prepared) -> Samples:
        """Say phonemes written in Kokoro's own alphabet.

        Returns:
            float32 mono [n] at 24 kHz, within ±1.

        Raises:
            EngineError: as `synthesize`.
        """
        if self._session is None or not isinstance(voice, _Pack):
            raise EngineError("the voice was not prepared by this engine")
        parts = windows(phonemes)
        if not any(character.isalpha() for character in phonemes) or not parts:
            raise EngineError("there is nothing to say")
        _log.debug("kokoro says %d phonemes in %d windows", len(phonemes), len(parts))
        samples = join_windows([(_run(self._session, part.phonemes, voice), part) for part in parts])
        peak = float(np.max(np.abs(samples)))
        return samples / np.float32(peak) if peak > 1 else samples


def _run(session: onnxruntime.InferenceSession, phonemes: str, voice: _Pack) -> Samples:
    tokens = token_ids(phonemes)
    feed = {
        "tokens": np.array([[PAD, *tokens, PAD]], dtype=np.int64),
        "style": voice.styles[len(tokens) - 1][None, :],  # the pack's rows are indexed by the number of tokens
        "speed": np.ones(1, dtype=np.float32),
    }
    try:
        (sound,) = session.run(["audio"], feed, _shrinking())
    except Exception as error:  # the runtime's exceptions share no public base class
        raise EngineError(f"Kokoro failed on {len(tokens)} tokens: {error}") from error
    samples: Samples = np.asarray(sound, dtype=np.float32).ravel()
    if not samples.size or not np.isfinite(samples).all():
        raise EngineError(f"Kokoro returned no sound for {len(tokens)} tokens")
    return samples


def _load_pack(voice_id: str) -> npt.NDArray[np.float16]:
    try:
        with np.load(shipped("voices", VOICES_FILE), allow_pickle=False) as packs:
            if voice_id not in packs:
                raise EngineError(f"Kokoro has no voice '{voice_id}'", hint="Choose one of `studio voices list`.")
            pack: npt.NDArray[np.float16] = np.ascontiguousarray(packs[voice_id])
    except FileNotFoundError as error:
        raise MissingError("the Kokoro voice packs are missing", hint="Reinstall the package.") from error
    if pack.shape != _PACK_SHAPE or pack.dtype != np.float16:
        raise EngineError(f"the pack of voice '{voice_id}' has shape {pack.shape} of {pack.dtype}")
    return pack


def _open_session(model: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the runtime's exceptions share no public base class
        raise EngineError(f"the Kokoro model cannot be loaded: {error}", where=str(model)) from error


def _shrinking() -> onnxruntime.RunOptions:
    """Give the arena's memory back after a run: without it a worker keeps what its longest line ever took."""
    options = onnxruntime.RunOptions()
    options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
    return options


def join_windows(parts: list[tuple[Samples, Window]]) -> Samples:
    """Join windows without a click: cut the model's own silence at each seam, fade 5 ms, and put the pause there."""
    if len(parts) == 1:
        return parts[0][0]
    fade = np.linspace(0, 1, _FADE_SAMPLES, dtype=np.float32)
    joined: list[Samples] = []
    for index, (samples, window) in enumerate(parts):
        loud = np.flatnonzero(np.abs(samples) > _SILENCE)
        start, end = (int(loud[0]), int(loud[-1]) + 1) if loud.size else (0, samples.size)
        piece = samples[0 if index == 0 else max(0, start - _FADE_SAMPLES) :].copy()
        if index + 1 < len(parts):
            piece = piece[: piece.size - (samples.size - min(samples.size, end + _FADE_SAMPLES))]
        edge = min(_FADE_SAMPLES, piece.size)
        if index > 0:
            piece[:edge] *= fade[:edge]
        if index + 1 < len(parts):
            piece[piece.size - edge :] *= fade[:edge][::-1]
            joined += [piece, np.zeros(round(window.pause_s * SAMPLE_RATE_HZ), dtype=np.float32)]
        else:
            joined.append(piece)
    return np.concatenate(joined)

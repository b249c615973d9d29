"""Piper: small fast voices in some forty languages, each a file with a licence of its own that somebody imports.

Piper's package is GPL-3.0 and therefore an extra. It turns text into phonemes; the voice's network is run here.
"""

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import onnxruntime
import soxr

from studio.consent.grant import GrantedVoice
from studio.core.errors import EngineError, InputError, MissingError
from studio.engines.base import EngineInfo, Line, Prepared, Rendered, Samples
from studio.engines.piper_graph import (
    CONFIG_FILE,
    MODEL_FILE,
    NOISE_INPUT,
    NOISE_SAMPLES,
    PiperFacts,
    open_session,
    read_config,
    seeded_model,
)

_REVISION: Final = "1"
_RATE_HZ: Final = 22_050  # of almost all Piper voices; others are resampled
_BETWEEN_SENTENCES_S: Final = 0.2
_SCALES: Final = MappingProxyType({"noise_scale": 0.667, "length_scale": 1.0, "noise_w": 0.8})  # Piper's own, in order
_SEEDS: Final = 1 << 32
_PACKAGE: Final = "piper-tts"
_INSTALL: Final = "Run pip install 'vivavoce[piper]'."


@dataclass(frozen=True, slots=True, eq=False)
class _PiperVoice:
    voice_id: str
    reader: Any
    session: onnxruntime.InferenceSession
    facts: PiperFacts


class PiperEngine:
    """Says lines in imported Piper voices. A voice reads its own language only."""

    def __init__(self, weights_dir: Path) -> None:
        del weights_dir

    @property
    def info(self) -> EngineInfo:
        """What it is. The version names this adapter, the package that finds the phonemes, and the runtime."""
        return EngineInfo(
            name="piper",
            title="Piper",
            version=f"{_REVISION}-piper{_installed() or '0'}-onnxruntime{version('onnxruntime')}",
            sample_rate_hz=_RATE_HZ,
            languages=(),
            weights=(),
            cloning="none",
            timings="none",
            deterministic=True,
            commercial_outputs=True,
            licence="GPL-3.0-or-later",
            holder="The Home Assistant Authors",
            licence_url="https://www.gnu.org/licenses/gpl-3.0.html",
        )

    def missing(self) -> str:
        """Whether Piper's package is installed."""
        return "" if _installed() else f"Piper is not installed. {_INSTALL}"

    def prepare(self, voice: GrantedVoice) -> Prepared:
        """Check and load a voice.

        Raises:
            MissingError: Piper's package is not installed.
            RefusedError: the files are not those the licence record describes.
            EngineError: they are not a Piper voice.
        """
        if not _installed():
            raise MissingError("Piper is not installed", hint=_INSTALL)
        if not {MODEL_FILE, CONFIG_FILE} <= set(voice.files):
            raise EngineError(f"voice '{voice.voice_id}' is not a Piper voice")
        from piper import PiperVoice  # noqa: PLC0415 - an extra
        from piper.config import PiperConfig  # noqa: PLC0415

        try:
            facts = read_config(voice.file(CONFIG_FILE))
            session = open_session(seeded_model(voice.file(MODEL_FILE)))
        except InputError as error:
            raise EngineError(
                f"voice '{voice.voice_id}' cannot be used: {error.message}", where=error.where, hint=error.hint
            ) from error
        reader = PiperVoice(session=session, config=PiperConfig.from_dict(facts.settings))
        return _PiperVoice(voice.voice_id, reader, session, facts)

    def synthesize(self, line: Line, voice: Prepared) -> Rendered:
        """Say a line, sentence by sentence, with 0.2 s between them; equal seeds give equal samples.

        Raises:
            EngineError: there is nothing to say, it is in another language, or the voice failed.
        """
        if not line.text.strip():
            raise EngineError("there is nothing to say")
        if not isinstance(voice, _PiperVoice):
            raise EngineError("the voice was prepared by another engine")
        spoken = voice.facts.language.partition("-")[0]
        if voice.facts.settings.get("phoneme_type", "espeak") == "espeak" and line.language.split("-")[0] != spoken:
            raise EngineError(
                f"voice '{voice.voice_id}' reads {spoken} only, not {line.language}", hint="Choose another voice."
            )
        # The stream of this generator is frozen for good, which a take that can be made again asks for.
        noise = np.random.RandomState(line.seed % _SEEDS)
        parts: list[Samples] = []
        try:
            # Double brackets would have their content read as phonemes.
            for phonemes in voice.reader.phonemize(line.text.replace("[[", "[ [")):
                ids = voice.reader.phonemes_to_ids(phonemes) if phonemes else []
                if ids:
                    parts += [_sound(voice, ids, noise), np.zeros(round(_BETWEEN_SENTENCES_S * _RATE_HZ), np.float32)]
        except Exception as error:  # what the runtime raises has no common base
            raise EngineError(f"the Piper voice '{voice.voice_id}' failed on a line") from error
        if not parts:
            raise EngineError("there is nothing in this line that Piper can say")
        samples = np.concatenate(parts[:-1])
        peak = float(np.abs(samples).max(initial=0.0))
        if not np.isfinite(peak):
            raise EngineError(f"the Piper voice '{voice.voice_id}' made no usable sound")
        return Rendered(samples / np.float32(max(1.0, peak)), _RATE_HZ)


def _installed() -> str:
    """Version of Piper's package; empty if it is not installed."""
    try:
        return version(_PACKAGE)
    except PackageNotFoundError:
        return ""


def _sound(voice: _PiperVoice, ids: list[int], noise: np.random.RandomState) -> Samples:
    """The sound of a sentence: float32 [n] at `_RATE_HZ`."""
    scales = voice.facts.settings.get("inference", {})
    given: dict[str, Any] = {
        "input": np.array([ids], np.int64),
        "input_lengths": np.array([len(ids)], np.int64),
        "scales": np.array([scales.get(name, usual) for name, usual in _SCALES.items()], np.float32),
        "sid": np.array([voice.facts.settings.get("default_speaker_id", 0)], np.int64),
        NOISE_INPUT: noise.standard_normal(NOISE_SAMPLES).astype(np.float32),
    }
    wanted = {entry.name for entry in voice.session.get_inputs()}
    said = voice.session.run(None, {name: value for name, value in given.items() if name in wanted})[0]
    sound: Samples = np.ascontiguousarray(said, np.float32).reshape(-1)
    if voice.facts.sample_rate_hz != _RATE_HZ:
        sound = soxr.resample(sound, voice.facts.sample_rate_hz, _RATE_HZ, quality="HQ")
    return sound

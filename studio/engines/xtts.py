"""Voices of people, spoken by XTTS v2 from a few reference clips.

The model runs in the worker environment `xtts` (`studio.engines.hosts.xtts_host`). How a person read a clip decides how
XTTS reads: each delivery that there is a clip of is read after it, mixed with the neutral reading by its intensity.
Deliveries without a clip are left to `studio.render.perform`.
"""

from pathlib import Path
from typing import Final

import numpy as np

from studio.consent.grant import GrantedVoice
from studio.core.errors import EngineError
from studio.engines.base import Aspect, EngineInfo, Line, Prepared, Rendered, Run, Samples
from studio.engines.environments import find_recipe
from studio.engines.voice_host import HeldVoice, VoiceHost
from studio.engines.xtts_text import MOST_CHARS, as_said, longest_s, split_text
from studio.manuscript.delivery import NEUTRAL_NAME, NEUTRAL_PROSODY
from studio.manuscript.guide import said_words

MODEL: Final = "xtts-v2"
ENVIRONMENT: Final = "xtts"
SAMPLE_RATE_HZ: Final = 24_000

_REVISION: Final = 1  # raise it with every change here or in the host that can be heard
_SAY_LIMIT_S: Final = 600.0  # without a GPU, a piece of 28 s takes some minutes
_BETWEEN_S: Final = 0.15
_FADE_S: Final = 0.005
_ALL: Final[frozenset[Aspect]] = frozenset({"pitch", "range", "rate", "whisper", "pauses", "tilt", "level"})
_IN_A_CLIP: Final[frozenset[Aspect]] = frozenset({"pitch", "range", "rate", "pauses", "tilt"})


class XttsEngine:
    """Says lines in the voices of people who consented to it, in 17 languages."""

    def __init__(self, weights_dir: Path) -> None:
        self._host = VoiceHost("XTTS", "xtts_host.py", ENVIRONMENT, (MODEL,), weights_dir)

    @property
    def info(self) -> EngineInfo:
        """What it is and can do. The version names this adapter and the packages of the environment."""
        return EngineInfo(
            name="xtts",
            title="XTTS v2",
            version=f"{_REVISION}-{find_recipe(ENVIRONMENT).key[:12]}",
            sample_rate_hz=SAMPLE_RATE_HZ,
            languages=tuple("zh-CN" if language == "zh" else language for language in MOST_CHARS),
            weights=(MODEL,),
            cloning="zero-shot",
            timings="none",
            deterministic=True,
            commercial_outputs=False,
            licence="LicenseRef-CPML-1.0",
            delivery="reference",
            proofed=True,
            environment=ENVIRONMENT,
            model=MODEL,
            holder="Coqui",
            licence_url="https://coqui.ai/cpml.txt",
        )

    def missing(self) -> str:
        """Why it cannot speak here: its environment, its model, or a person who has accepted the model's terms."""
        return self._host.missing()

    def prepare(self, voice: GrantedVoice) -> Prepared:
        """Take on a voice from its reference clips. Loads the model too, the first time.

        Raises:
            StudioError: as `VoiceHost.take_on`.
        """
        return self._host.take_on(voice, {})

    def synthesize(self, line: Line, voice: Prepared) -> Rendered:
        """Say a line, run by run, in pieces the model can say at once.

        Raises:
            EngineError: there is nothing to say, the language is not spoken, or the model failed.
        """
        if not isinstance(voice, HeldVoice):
            raise EngineError("the voice was not prepared by this engine")
        language = line.language.partition("-")[0].lower()
        if language not in MOST_CHARS:
            raise EngineError(f"XTTS does not speak '{line.language}'")
        if not said_words(line.text):
            raise EngineError("there is nothing to say")
        between = np.zeros(round(_BETWEEN_S * SAMPLE_RATE_HZ), np.float32)
        parts: list[Samples] = []
        spans: list[tuple[int, int]] = []
        end = 0
        for run in line.runs:
            begin = end
            for piece in split_text(run.text, language) if said_words(run.text) else ():
                parts += [between] if parts else []
                parts.append(self._piece(voice, run, piece, language, line.seed))
                end = sum(part.size for part in parts)
            spans.append((begin, end))
        samples = np.concatenate(parts)
        peak = float(np.abs(samples).max(initial=0.0))
        if not samples.size or not np.isfinite(peak):
            raise EngineError(f"XTTS made no usable sound of a line of {len(line.text)} characters")
        return Rendered(
            samples / np.float32(max(1.0, peak)),
            SAMPLE_RATE_HZ,
            spans=tuple(spans),
            shaped=frozenset[Aspect].intersection(*(_shaped(run, voice) for run in line.runs)),
        )

    def _piece(self, voice: HeldVoice, run: Run, piece: str, language: str, seed: int) -> Samples:
        asked = {
            "text": as_said(piece),
            "language": language,
            "seed": seed,
            "delivery": run.delivery.preset,
            "intensity": run.delivery.intensity,
            "longest_s": longest_s(piece, language),
        }
        samples, rate_hz = self._host.ask("say", voice, asked, limit_s=_SAY_LIMIT_S)
        if rate_hz != SAMPLE_RATE_HZ:
            raise EngineError("the XTTS model speaks at another rate than the published one")
        return _faded(samples)


def _shaped(run: Run, voice: HeldVoice) -> frozenset[Aspect]:
    """What of a run's delivery is in the sound, since the person read a clip in that way.

    The clip's level says how far the microphone was, and nothing that was asked for in figures is in it.
    """
    asked = run.delivery
    if asked.preset == NEUTRAL_NAME:
        return _ALL if run.prosody == NEUTRAL_PROSODY else frozenset()
    if asked.preset not in voice.deliveries:
        return frozenset()
    by_figures: dict[Aspect, float] = {
        "pitch": asked.pitch_st, "range": asked.range_percent, "rate": asked.rate_percent,
    }  # fmt: skip
    whispered: frozenset[Aspect] = frozenset({"whisper"}) if run.prosody.whispered else frozenset()
    return (_IN_A_CLIP | whispered) - {aspect for aspect, figure in by_figures.items() if figure}


def _faded(samples: Samples) -> Samples:
    """Sound that begins and ends at nothing, so that no joint clicks."""
    count = min(round(_FADE_S * SAMPLE_RATE_HZ), samples.size // 2)
    ramp = np.linspace(0.0, 1.0, count, dtype=np.float32)
    faded = samples.copy()
    faded[:count] *= ramp
    faded[samples.size - count :] *= ramp[::-1]
    return faded

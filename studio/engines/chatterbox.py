"""Chatterbox: cloned voices in English, MIT throughout, every sound of it watermarked. In a worker environment.

Two models: Chatterbox, whose exaggeration follows the delivery, and Turbo, which makes a few sounds that are no words.
"""

from pathlib import Path
from typing import Final

import numpy as np

from studio.consent.grant import GrantedVoice
from studio.core.errors import EngineError
from studio.engines.base import EngineInfo, Line, Prepared, Rendered, Run, Samples
from studio.engines.chatterbox_mapping import TURBO_EVENTS, dials, tagged_text
from studio.engines.environments import find_recipe
from studio.engines.voice_host import VoiceHost
from studio.manuscript.guide import said_words

_REVISION: Final = 1  # raise it with every change here or in the host that can be heard
_RATE_HZ: Final = 24_000
_ENVIRONMENT: Final = "chatterbox"
_SAY_LIMIT_S: Final = 600.0  # without a GPU, a long line takes some minutes


class ChatterboxEngine:
    """Chatterbox 0.5B.

    Args:
        weights_dir: folder of the model files.
    """

    _name = "chatterbox"
    _title = "Chatterbox"
    _events: tuple[str, ...] = ()

    def __init__(self, weights_dir: Path) -> None:
        self._host = VoiceHost(self._title, "chatterbox_host.py", _ENVIRONMENT, (self._name,), weights_dir)

    @property
    def info(self) -> EngineInfo:
        """What it is. It chooses among the clips of a voice by the delivery of a run."""
        return EngineInfo(
            name=self._name,
            title=self._title,
            version=f"{_REVISION}-{find_recipe(_ENVIRONMENT).key[:12]}",
            sample_rate_hz=_RATE_HZ,
            languages=("en-US", "en-GB"),
            weights=(self._name,),
            cloning="zero-shot",
            timings="none",
            deterministic=True,
            commercial_outputs=True,
            licence="MIT",
            holder="Resemble AI",
            licence_url="https://github.com/resemble-ai/chatterbox/blob/master/LICENSE",
            delivery="reference",
            events=self._events,
            environment=_ENVIRONMENT,
            model=self._name,
            proofed=True,
            watermarked=True,
        )

    def missing(self) -> str:
        """Whether its worker environment and its model are there."""
        return self._host.missing()

    def prepare(self, voice: GrantedVoice) -> Prepared:
        """Take on a voice from its reference clips.

        Raises:
            StudioError: as `VoiceHost.take_on`.
        """
        return self._host.take_on(voice, {"model": self._name})

    def synthesize(self, line: Line, voice: Prepared) -> Rendered:
        """Say a line, each run with the clips and dials of its delivery.

        Raises:
            EngineError: there is nothing to say, or the model failed.
        """
        parts: list[Samples] = []
        spans: list[tuple[int, int]] = []
        at = 0
        for run in line.runs:
            samples = self._said(run, line, voice)
            parts.append(samples)
            spans.append((at, at + samples.size))
            at += samples.size
        if not at:
            raise EngineError("there is nothing to say")
        events = tuple(run.event for run in line.runs if run.event in self._events)
        return Rendered(np.concatenate(parts), _RATE_HZ, spans=tuple(spans), events=events)

    def _said(self, run: Run, line: Line, voice: Prepared) -> Samples:
        text = tagged_text(run, self._events)
        if not said_words(text):
            return np.zeros(0, np.float32)
        exaggeration, cfg_weight = dials(run.delivery)
        asked = {
            "text": text,
            "seed": line.seed,
            "delivery": run.delivery.preset,
            "exaggeration": exaggeration,
            "cfg_weight": cfg_weight,
        }
        samples, rate_hz = self._host.ask("say", voice, asked, limit_s=_SAY_LIMIT_S)
        if rate_hz != _RATE_HZ:
            raise EngineError(f"{self._title} speaks at another rate than the published model")
        return samples


class ChatterboxTurboEngine(ChatterboxEngine):
    """Chatterbox Turbo 350M: no exaggeration, but it laughs, chuckles and coughs."""

    _name = "chatterbox-turbo"
    _title = "Chatterbox Turbo"
    _events = TURBO_EVENTS

"""Converters: a reading of a line, re-voiced in a voice that a person consented to. Speech to speech.

Three models through coqui-tts, in a worker environment. They take on a voice from its reference clips, in memory only,
and keep the pace, pauses and melody of the reading.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from studio.consent.grant import GrantedVoice
from studio.core.errors import EngineError
from studio.engines.base import EngineInfo, Line, Prepared, Rendered
from studio.engines.environments import find_recipe
from studio.engines.voice_host import VoiceHost

_REVISION: Final = 1  # raise it with every change here or in the host that can be heard
_ENVIRONMENT: Final = "xtts"
_WAVLM: Final = "wavlm-large"


@dataclass(frozen=True, slots=True)
class _Model:
    """What is particular to a converter."""

    name: str
    title: str
    sample_rate_hz: int
    weights: tuple[str, ...]
    holder: str
    licence_url: str


_MODELS: Final = (
    _Model(
        "openvoice", "OpenVoice V2", 22_050, ("openvoice-v2",), "MyShell.ai",
        "https://github.com/myshell-ai/OpenVoice/blob/main/LICENSE",
    ),
    _Model(
        "knnvc", "kNN-VC", 16_000, ("knnvc-hifigan", _WAVLM), "Benjamin van Niekerk and Matthew Baas",
        "https://github.com/bshall/knn-vc/blob/master/LICENSE",
    ),
    _Model(
        "freevc", "FreeVC", 24_000, ("freevc24", _WAVLM), "Jingyi Li",
        "https://github.com/OlaWod/FreeVC/blob/main/LICENSE",
    ),
)  # fmt: skip
_BY_NAME: Final = {model.name: model for model in _MODELS}


class ConversionEngine:
    """Re-voices readings with one of the converters.

    Args:
        name: which.
        weights_dir: folder of the model files.
    """

    def __init__(self, name: str, weights_dir: Path) -> None:
        self._model = _BY_NAME[name]
        model = self._model
        self._host = VoiceHost(model.title, "conversion_host.py", _ENVIRONMENT, model.weights, weights_dir)

    @property
    def info(self) -> EngineInfo:
        """What it is; its languages are those of the readings, so that it lists none."""
        model = self._model
        return EngineInfo(
            name=model.name,
            title=model.title,
            version=f"{_REVISION}-{find_recipe(_ENVIRONMENT).key[:12]}",
            sample_rate_hz=model.sample_rate_hz,
            languages=(),
            weights=model.weights,
            cloning="zero-shot",
            timings="none",
            deterministic=True,
            commercial_outputs=True,
            licence="MIT",
            holder=model.holder,
            licence_url=model.licence_url,
            environment=_ENVIRONMENT,
            converts=True,
        )

    def missing(self) -> str:
        """Whether its worker environment and its models are there."""
        return self._host.missing()

    def prepare(self, voice: GrantedVoice) -> Prepared:
        """Take on a voice from its reference clips.

        Raises:
            StudioError: as `VoiceHost.take_on`.
        """
        return self._host.take_on(voice, {"engine": self._model.name})

    def synthesize(self, line: Line, voice: Prepared) -> Rendered:
        """Re-voice the reading of a line; what comes back is as long as the reading.

        Raises:
            EngineError: there is no reading, or the converter failed.
        """
        if line.reading is None:
            raise EngineError(
                f"{self._model.title} needs a performance: it re-voices a recording and says no words of its own",
                hint="Record a guide for this line, or choose another voice.",
            )
        arguments = {"rate_hz": line.reading.sample_rate_hz, "seed": line.seed}
        return Rendered(*self._host.ask("convert", voice, arguments, [line.reading.samples]))


class OpenVoiceEngine(ConversionEngine):
    """OpenVoice V2: the colour of a voice, by a flow over spectrograms."""

    def __init__(self, weights_dir: Path) -> None:
        super().__init__("openvoice", weights_dir)


class KnnVcEngine(ConversionEngine):
    """kNN-VC: every moment replaced by those of the voice that are said most alike."""

    def __init__(self, weights_dir: Path) -> None:
        super().__init__("knnvc", weights_dir)


class FreeVcEngine(ConversionEngine):
    """FreeVC: what is said, by WavLM, and a voice put to it."""

    def __init__(self, weights_dir: Path) -> None:
        super().__init__("freevc", weights_dir)

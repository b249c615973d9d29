"""From words and voices to lines with keys."""

import logging
from dataclasses import asdict, astuple
from functools import cache
from pathlib import Path

from studio.consent.licences import StockVoice
from studio.consent.voices import ConsentedVoice, Voice
from studio.core.errors import InputError, MissingError
from studio.core.hashing import content_key
from studio.engines.base import EngineInfo, Run
from studio.engines.registry import engine_names, make_engine
from studio.manuscript.guide import Guide
from studio.render.licensing import licences_of
from studio.render.line import PERFORMANCE_VERSION, PlannedLine
from studio.weights.adoption import load_adoptable
from studio.weights.registry import load_registry
from studio.weights.store import WeightsStore

_log = logging.getLogger(__name__)


@cache
def engine_info(name: str) -> EngineInfo:
    """What an engine is, without loading a model.

    Raises:
        NotFoundError: no such engine is installed.
        MissingError: its package is broken.
    """
    return make_engine(name, Path()).info


def installed_engines() -> tuple[EngineInfo, ...]:
    """All engines that are installed. One whose package is broken is left out, and does not stop the others."""
    found = []
    for name in engine_names():
        try:
            found.append(engine_info(name))
        except MissingError as error:
            _log.warning("%s", error.sentence)
    return tuple(found)


def unready(name: str, weights: Path) -> str:
    """Why an engine cannot speak on this machine, in one sentence; empty if it can."""
    return make_engine(name, weights).missing()


def cloning_engines(weights: Path) -> tuple[EngineInfo, ...]:
    """Engines that are ready to speak consented voices, those that come nearest to the person first."""
    ready = (
        info
        for info in installed_engines()
        if info.cloning != "none" and not info.converts and not info.for_tests and not unready(info.name, weights)
    )
    return tuple(sorted(ready, key=lambda info: (info.cloning != "zero-shot", not info.commercial_outputs, info.name)))


def cloning_engine(weights: Path) -> str:
    """Name of the engine that new consented voices are spoken by: the embedded one until somebody chooses another."""
    ready = cloning_engines(weights)
    matching = next((info.name for info in ready if info.cloning == "match"), "")
    return matching or next((info.name for info in ready), "")


def engine_voices() -> dict[str, StockVoice]:
    """Licence records of the ready voices that engines bring along, by voice id."""
    return {
        voice.voice_id: StockVoice(
            voice_id=voice.voice_id,
            name=voice.name,
            engine=info.name,
            language=voice.language,
            sex=voice.sex,
            data_sha256=voice.data_sha256,
            licence=voice.licence,
            licensor=voice.licensor,
            licence_url=voice.licence_url,
            commercial=voice.commercial,
            attribution=voice.attribution,
            pitch_hz=voice.pitch_hz,
            for_tests=info.for_tests,
            origin="engine",
        )
        for info in installed_engines()
        for voice in info.voices
    }


def speaks(voice: Voice, language: str) -> bool:
    """Whether a voice can read a language with its engine as installed here."""
    if not voice.engine:
        return False
    spoken = {tag.split("-")[0] for tag in _languages(voice)}
    return language.split("-", maxsplit=1)[0] in spoken


def _languages(voice: Voice) -> tuple[str, ...]:
    return engine_info(voice.engine).languages or (voice.language,)


def sounds_of(voice: Voice) -> tuple[str, ...]:
    """The non-speech sounds a voice can make with its engine."""
    return engine_info(voice.engine).events if voice.engine else ()


def check_language(voice: Voice, language: str) -> None:
    """See that a voice can read a language.

    Raises:
        MissingError: there is no engine for it, or it has no voice match yet.
        InputError: its engine, as installed here, does not speak the language.
    """
    if not voice.engine:
        raise MissingError(
            f"no engine that can speak voice '{voice.voice_id}' is installed",
            hint="Install an engine that clones voices.",
        )
    if not speaks(voice, language):
        spoken = ", ".join(_languages(voice))
        raise InputError(
            f"voice '{voice.voice_id}' cannot read '{language}': {voice.engine} speaks {spoken} here",
            hint="Choose another voice, or install the extra for more languages.",
        )
    if isinstance(voice, ConsentedVoice) and not voice.matched and engine_info(voice.engine).cloning == "match":
        raise MissingError(
            f"voice '{voice.voice_id}' has no voice match yet", hint=f"Run `studio voices match {voice.voice_id}`."
        )


@cache
def _pinned_hashes(models: tuple[str, ...]) -> tuple[str, ...]:
    registry = load_registry()
    return tuple(file.sha256 for model in models for file in registry[model].files)


@cache
def _store(weights: Path) -> WeightsStore:
    return WeightsStore(weights)


def _weights_hashes(models: tuple[str, ...], weights: Path | None) -> tuple[str, ...]:
    """Hashes of an engine's model files: as pinned, or as they were handed over on this machine.

    Raises:
        MissingError: the terms of a model that is handed over were not accepted here.
    """
    handed_over = [model for model in models if model in load_adoptable()]
    if not handed_over:
        return _pinned_hashes(models)
    hashes = [file.sha256 for model in models if weights for file in _store(weights).model(model).files]
    if not hashes or "" in hashes:
        raise MissingError(
            f"the terms of model '{handed_over[0]}' were not accepted on this machine",
            hint=f'Run `studio weights pull {handed_over[0]} --accept-terms --by "Your Name"`.',
        )
    return tuple(hashes)


def plan_line(
    runs: tuple[Run, ...],
    language: str,
    voice: Voice,
    *,
    seed: int = 0,
    guide: Guide | None = None,
    reading: str = "",
    weights: Path | None = None,
) -> PlannedLine:
    """Decide everything that shapes the sound of a line and key it.

    The key covers words, their pronunciations, deliveries with their figures, guide, language, seed, engine and its
    version, the hashes of its weights, of the voice data and what else shapes the voice: a change of any makes a new
    take, and nothing else does. Consent is asked for at every use and is not in the key, so that a renewed consent
    re-renders nothing.

    Args:
        runs: what is said and how; see `plain` for a neutral line.
        language: BCP 47 tag.
        voice: who speaks.
        seed: for engines that are not deterministic.
        guide: how it is read, if a guide recording decides that.
        reading: blob of the recording that an engine that converts is to re-voice.
        weights: folder of the model files, for engines whose models were handed over.

    Raises:
        MissingError: the terms of such a model were not accepted here.
    """
    info = engine_info(voice.engine)
    shape = voice.shape_sha256 if isinstance(voice, ConsentedVoice) else ""
    key = content_key({
        "runs": [
            [run.text, str(run.delivery), asdict(run.prosody), run.event, run.rest_s, *map(astuple, run.sounds)]
            for run in runs
        ],  # without pronunciations as it was before there were any: takes keep their keys
        "guide": asdict(guide) if guide else None,
        "language": language,
        "seed": seed,
        "engine": info.name,
        "engine_version": info.version,
        "performance": PERFORMANCE_VERSION,
        "weights": _weights_hashes(info.weights, weights),
        "voice": voice.data_sha256,
        "shape": shape,
        "reading": reading,
    })  # fmt: skip
    return PlannedLine(
        key, runs, language, voice.voice_id, info.name, info.version, seed, guide, shape_sha256=shape,
        reading_sha256=reading, licences=licences_of(voice, info),
    )  # fmt: skip


def plain(text: str) -> tuple[Run, ...]:
    """The runs of a neutral line."""
    return (Run(text),)

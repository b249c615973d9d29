"""What engines have in common that speak people's voices in a worker environment: a host that holds voices ready."""

import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from studio.audio.decode import decode_mono
from studio.audio.edges import trim
from studio.audio.levelling import PREVIEW_LUFS, at_loudness
from studio.consent.grant import GrantedVoice
from studio.core.errors import EngineError, InputError
from studio.core.ids import new_id
from studio.engines.base import Prepared, Samples
from studio.engines.environments import environment_python, require_environment
from studio.engines.remote import CALL_LIMIT_S, Host
from studio.weights.store import WeightsStore

_LOAD_LIMIT_S: Final = 600.0  # models of gigabytes are read and built up


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class HeldVoice:
    """A voice that a host holds ready; it is dropped there when this goes.

    Attributes:
        voice_id: whose.
        token: its name in the host.
        deliveries: of its reference clips.
    """

    voice_id: str
    token: str
    deliveries: frozenset[str]


class VoiceHost:
    """The host of an engine, with the voices it holds ready.

    It is started with the first voice. A host that was started anew knows none of the voices from before: using one
    is an EngineError, after which a voice has to be prepared again.

    Args:
        title: of the engine, for people.
        script: file name of the host.
        environment: name of the worker environment it runs in.
        models: the models it reads.
        weights: folder of the model files.
    """

    def __init__(self, title: str, script: str, environment: str, models: Sequence[str], weights: Path) -> None:
        self._title = title
        self._script = script
        self._environment = environment
        self._models = tuple(models)
        self._weights = weights
        self._host: Host | None = None

    def missing(self) -> str:
        """What has to be done before it can speak, in a sentence; empty if nothing."""
        if environment_python(self._weights, self._environment) is None:
            return f"{self._title} is not installed: run `studio engines install {self._environment}`."
        store = WeightsStore(self._weights)
        for model in self._models:
            if not store.fetched(model):
                return (
                    f"{self._title} needs the model {model}, whose terms somebody accepts by name: "
                    f'run `studio weights pull {model} --accept-terms --by "Your Name"`.'
                )
        return ""

    def take_on(self, voice: GrantedVoice, arguments: Mapping[str, Any]) -> HeldVoice:
        """Have the host listen to the reference clips of a voice.

        Args:
            voice: whose.
            arguments: what else its `prepare` wants.

        Raises:
            MissingError: the environment or a model file is not there, or a file fails its hash.
            RefusedError: the clips are not those the consent is about.
            EngineError: there are no clips, they cannot be used, or the model cannot be loaded.
        """
        clips = voice.reference_clips()
        if not clips:
            raise EngineError(
                f"voice '{voice.voice_id}' has no reference clips, and {self._title} speaks from nothing else",
                hint="Choose the voice of a person who consented.",
            )
        if self._host is None:
            python = require_environment(self._weights, self._environment)
            store = WeightsStore(self._weights)
            for model in self._models:
                store.folder(model)  # hashes every file
            self._host = Host(python, self._script)
        sounds = [_tidied(*decode_mono(clip.sound, f"clip {number}")) for number, clip in enumerate(clips, 1)]
        facts = [
            {"delivery": clip.delivery, "transcript": clip.transcript, "rate_hz": rate_hz}
            for clip, (_, rate_hz) in zip(clips, sounds, strict=True)
        ]
        token = new_id()
        asked = {**arguments, "voice": token, "weights": str(self._weights), "clips": facts}
        try:
            self._host.call("prepare", asked, [samples for samples, _ in sounds], limit_s=_LOAD_LIMIT_S)
        except InputError as error:
            raise EngineError(f"voice '{voice.voice_id}' cannot be taken on: {error.message}") from error
        held = HeldVoice(voice.voice_id, token, frozenset(clip.delivery for clip in clips))
        weakref.finalize(held, self._host.forget, token)
        return held

    def ask(
        self,
        op: str,
        voice: Prepared,
        arguments: Mapping[str, Any],
        arrays: Sequence[Samples] = (),
        *,
        limit_s: float = CALL_LIMIT_S,
    ) -> tuple[Samples, int]:
        """Have something said in a voice that is held ready.

        Returns:
            Sound, float32 mono [n], and its rate in Hz.

        Raises:
            EngineError: the voice is not held (any more), or the work failed.
        """
        if not isinstance(voice, HeldVoice) or self._host is None:
            raise EngineError("the voice was not prepared by this engine")
        answer, (samples,) = self._host.call(op, {**arguments, "voice": voice.token}, arrays, limit_s=limit_s)
        return samples, int(answer["rate_hz"])

    def close(self) -> None:
        """End the host."""
        if self._host is not None:
            self._host.close()


def _tidied(samples: Samples, rate_hz: int) -> tuple[Samples, int]:
    """A recording cut to its speech and at one loudness: engines take the room and the microphone's gain for the voice.

    The recording itself stays in the vault as it was handed in.
    """
    return at_loudness(trim(samples, rate_hz), rate_hz, PREVIEW_LUFS), rate_hz

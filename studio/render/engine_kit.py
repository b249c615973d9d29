"""The engine test kit: every check that the studio's own engines pass, for any engine that is installed.

A ready or imported voice is tested under its licence record, through a gate with a key of its own that nothing else
accepts. The voice of a person is only tested if the caller brings a grant for it, from the studio's own gate.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

from studio.consent.gate import Gate
from studio.consent.grant import GrantedVoice, GrantKey
from studio.consent.licences import StockVoice, files_sha256
from studio.consent.requests import AUDITION, GateRequest
from studio.core.errors import NotFoundError, StudioError
from studio.core.time import utc_now
from studio.engines.registry import make_engine
from studio.render.engine_bench import Bench, FailedCheckError, SkippedCheckError, TestedVoice
from studio.render.engine_checks import CHECKS
from studio.render.plan import engine_voices
from studio.store.blobs import BlobStore

_KEY_BYTES = 32
_NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Check:
    """What came of one check.

    Attributes:
        name: one of `studio.render.engine_checks.CHECKS`.
        outcome: "skip" if it could not be made or does not concern this engine.
        detail: what was found, in one sentence.
    """

    name: str
    outcome: Literal["pass", "fail", "skip"]
    detail: str


@dataclass(frozen=True, slots=True)
class KitReport:
    """What the kit says of an engine.

    Attributes:
        engine: its name.
        version: its version; empty if it cannot be made.
        voice: the voice it was tested with; empty if there was none.
        checks: one for each, in order.
    """

    engine: str
    version: str
    voice: str
    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        """Whether no check failed."""
        return all(check.outcome != "fail" for check in self.checks)

    @property
    def spoke(self) -> bool:
        """Whether it made sound: without a voice, little of it is tested."""
        return any(check.name == "sound" and check.outcome == "pass" for check in self.checks)

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {**asdict(self), "passed": self.passed, "spoke": self.spoke}


def run_kit(
    name: str,
    weights: Path,
    voices: Mapping[str, StockVoice],
    *,
    voice_id: str = "",
    blobs: BlobStore | None = None,
    granted: Callable[[], GrantedVoice] | None = None,
    language: str = "",
    lines: int = 20,
) -> KitReport:
    """Run every check on an engine, in this process.

    Args:
        name: of an installed engine.
        weights: folder of the model files.
        voices: licence records; the engine's own are added.
        voice_id: which voice to test with; the first of the engine if empty, an English one before others.
        blobs: holds the files of imported voices.
        granted: gives a person's voice, granted and redeemed anew at every call, in place of one of `voices`.
        language: of what a person's voice says.
        lines: how many lines are said to see whether it grows.

    Raises:
        NotFoundError: there is no such engine, or no such voice of it.
    """
    engine = make_engine(name, weights)
    if granted is not None:
        tested: TestedVoice | None = TestedVoice(voice_id, language or "en", granted)
    else:
        tested = _licensed(name, {**engine_voices(), **voices}, voice_id, blobs)
    reason = _sentence_of(engine.missing)
    if not reason and tested is None:
        reason = "There is no voice to test it with: name one with --voice."
    bench = Bench(name, lambda: make_engine(name, weights), weights, engine, tested, reason, lines)
    checks = tuple(_made(check, bench) for check in CHECKS)
    return KitReport(name, str(engine.info.version), tested.voice_id if tested else "", checks)


def _sentence_of(missing: Callable[[], str]) -> str:
    """What an engine lacks. One that cannot say it is told so by its own check."""
    try:
        return str(missing())
    except Exception:  # noqa: BLE001 - anything may come out of an engine under test
        return ""


def _made(name: str, bench: Bench) -> Check:
    try:
        return Check(name, "pass", CHECKS[name](bench))
    except SkippedCheckError as reason:
        return Check(name, "skip", str(reason))
    except FailedCheckError as reason:
        return Check(name, "fail", str(reason))
    except StudioError as error:
        return Check(name, "fail", error.sentence)
    except Exception as error:  # noqa: BLE001 - anything may come out of an engine under test
        return Check(name, "fail", f"It breaks with {type(error).__name__}: {' '.join(str(error).split())[:200]}")


def _licensed(
    engine: str, voices: Mapping[str, StockVoice], voice_id: str, blobs: BlobStore | None
) -> TestedVoice | None:
    own = [voice for voice in voices.values() if voice.engine == engine and voice_id in {"", voice.voice_id}]
    if voice_id and not own:
        raise NotFoundError(f"{engine} has no voice '{voice_id}'", hint="See `studio voices list`.")
    if not own:
        return None
    voice = min(own, key=lambda each: not each.language.startswith("en"))
    return TestedVoice(
        voice.voice_id,
        voice.language,
        grant=lambda: _granted(voice, blobs),
        altered=lambda: _granted(replace(voice, data_sha256="0" * 64), blobs),
        unknown=lambda: _granted(replace(voice, voice_id=_NOBODY, files=(), data_sha256=files_sha256({})), blobs),
        others={each.voice_id: partial(_granted, each, blobs) for each in own if each is not voice},
    )


def _granted(voice: StockVoice, blobs: BlobStore | None) -> GrantedVoice:
    """A licensed voice as a worker gets it: through the gate, and redeemed."""
    key = GrantKey(secrets.token_bytes(_KEY_BYTES))
    gate = Gate({voice.voice_id: voice}, key, utc_now)
    return key.redeem(gate.authorize(GateRequest(voice.voice_id, AUDITION, voice.language)), utc_now(), blobs=blobs)

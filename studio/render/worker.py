"""What runs in a worker process: one line in, one take in the blob store out."""

import json
import threading
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from studio.audio.flac import encode_take, read_take
from studio.consent.grant import GrantedVoice, redeem_for_line
from studio.consent.vault import Vault
from studio.core.errors import EngineError, RefusedError, StorageError
from studio.core.files import write_atomic
from studio.core.time import utc_now
from studio.engines.base import Engine, Line, Prepared, SourceReading
from studio.engines.registry import make_engine
from studio.manuscript.delivery import NEUTRAL
from studio.render.line import FinishedTake, SpeakTask
from studio.store.blobs import BlobStore

if TYPE_CHECKING:
    from studio.render.perform import Performance

_SILENT_DBFS = -50.0
_FASTEST_CHARS_PER_S = 40.0
_SLOWEST_CHARS_PER_S = 4.0
_SLOWEST_ALLOWANCE_S = 2.0
_LONGEST_EVENT_S = 2.0
_GUIDE_TOLERANCE = 2.0
_FORGET_EVERY_S = 1.0


def inbox(home: Path) -> Path:
    """Folder of takes that are finished but not yet recorded in the database."""
    return home / "tmp" / "inbox"


def forget_note(home: Path, key: str) -> None:
    """Remove the note of a take that is recorded."""
    (inbox(home) / f"{key}.json").unlink(missing_ok=True)


def speak(task: SpeakTask) -> FinishedTake:
    """Make a take, store its sound, and leave a note of it in the inbox before returning.

    The note lets a dispatcher that was killed find what its workers had finished, so that no finished take is ever
    rendered twice.

    Raises:
        RefusedError: the grant is not valid, the voice data is not what it was given for, or the consent ended.
        MissingError: a model file is not there.
        EngineError: the line cannot be said, or what came out is not sound.
        StorageError: the take cannot be written.
    """
    _forget_ended_voices()
    voice = redeem_for_line(task.grant, task.line.key, home=task.home, now=utc_now())
    engine = _engine(task.line.engine, task.weights)
    if voice.engine != engine.info.name or voice.voice_id != task.line.voice_id:
        raise EngineError(f"the grant is for voice '{voice.voice_id}', the line for '{task.line.voice_id}'")
    if task.grant.shape_sha256 != task.line.shape_sha256:
        raise RefusedError(f"voice '{voice.voice_id}' was changed meanwhile", hint="Start the work again.")
    prepared = _prepared(task, voice)
    started = time.process_time()
    line = Line(task.line.runs, task.line.language, task.line.seed, task.line.guide, _reading(task))
    try:
        performed, misheard = _performed(engine, line, prepared, task.weights)
    except EngineError:
        _drop(_key(task, voice))  # the engine may have lost it, with a process of its own
        raise
    cpu_s = time.process_time() - started
    duration_s = len(performed.samples) / performed.sample_rate_hz
    voice.check_alive(duration_s)
    try:
        blob = BlobStore(task.home / "blobs").put_bytes(encode_take(performed.samples, performed.sample_rate_hz))
        take = FinishedTake(
            key=task.line.key,
            blob_sha256=blob,
            voice_id=voice.voice_id,
            consent_id=voice.consent_id,
            project_id=task.grant.project_id,
            use=task.grant.use,
            language=task.line.language,
            engine=task.line.engine,
            engine_version=task.line.engine_version,
            licence=task.grant.licence,
            characters=len(task.line.text),
            duration_s=duration_s,
            cpu_s=cpu_s,
            flags=(*_flags(performed, line), *misheard),
            delivery=_delivery(line),
            methods=performed.methods,
            notes=performed.notes,
            words=tuple((word.text, word.start_s, word.end_s) for word in performed.words),
            licences=task.line.licences,
        )
        write_atomic(inbox(task.home) / f"{take.key}.json", json.dumps(take.to_json()).encode())
    except OSError as error:
        raise StorageError(f"a take cannot be stored: {error.strerror}", hint="Free some disk space.") from error
    return take


def _performed(engine: Engine, line: Line, voice: Prepared, weights: Path) -> tuple["Performance", tuple[str, ...]]:
    """The line as it sounds, and what listening to it found. Imports take seconds, which only workers are to pay."""
    if engine.info.proofed:
        from studio.render.proofing import perform_proofed  # noqa: PLC0415 - the recogniser

        proofed = perform_proofed(engine, line, voice, weights)
        return proofed.performance, proofed.flags
    from studio.render.perform import perform  # noqa: PLC0415 - scipy

    return perform(engine, line, voice), ()


def _reading(task: SpeakTask) -> SourceReading | None:
    """The recording that is to be re-voiced, if the line asks for one."""
    if not task.line.reading_sha256:
        return None
    return SourceReading(*read_take(BlobStore(task.home / "blobs").path(task.line.reading_sha256)))


@cache
def _engine(name: str, weights: Path) -> Engine:
    return make_engine(name, weights)


_Key = tuple[str, Path, str, str, str]
_voices: dict[_Key, Prepared] = {}
_consents: dict[_Key, tuple[Path, str]] = {}


def _key(task: SpeakTask, voice: GrantedVoice) -> _Key:
    """The hashes are in the key: data that a grant names anew is loaded, and compared with the grant, anew."""
    return (task.line.engine, task.weights, voice.voice_id, task.grant.data_sha256, task.grant.shape_sha256)


def _drop(key: _Key) -> None:
    _consents.pop(key, None)
    _voices.pop(key, None)


def _prepared(task: SpeakTask, voice: GrantedVoice) -> Prepared:
    key = _key(task, voice)
    if key not in _voices:
        _voices[key] = _engine(task.line.engine, task.weights).prepare(voice)
        if voice.consent_id:
            _consents[key] = (task.home, voice.consent_id)
            _start_forgetting()
    return _voices[key]


@cache
def _start_forgetting() -> None:
    """See every second whether a voice that is held ready has to go, also while there is nothing to say."""

    def watch() -> None:
        while True:
            time.sleep(_FORGET_EVERY_S)
            _forget_ended_voices()

    threading.Thread(target=watch, name="voice-watch", daemon=True).start()


def _forget_ended_voices() -> None:
    """Drop prepared voices whose consent has ended: their key is destroyed, and what was made with it goes too."""
    for key, (home, consent_id) in list(_consents.items()):
        if not Vault(home).has_key(consent_id):
            _drop(key)


def _delivery(line: Line) -> str:
    """The deliveries of a line in canonical form, one for each stretch of words that has its own."""
    named = [str(run.delivery) for run in line.runs if run.text] or [str(NEUTRAL)]
    changes = [name for name, before in zip(named, ["", *named], strict=False) if name != before]
    return ("guide: " if line.guide else "") + " | ".join(changes)


def _flags(performed: "Performance", line: Line) -> tuple[str, ...]:
    """What is suspicious about a take, by measurement alone: bounds far outside any human reading speed."""
    seconds = len(performed.samples) / performed.sample_rate_hz
    rms = float(np.sqrt(np.mean(np.square(performed.samples, dtype=np.float64))))
    shortest_s, longest_s = _bounds_s(line)
    flags = []
    if 20 * np.log10(max(rms, 1e-9)) < _SILENT_DBFS:
        flags.append("silent")
    if seconds < shortest_s:
        flags.append("too-short")
    if seconds > longest_s:
        flags.append("too-long")
    return tuple(flags)


def _bounds_s(line: Line) -> tuple[float, float]:
    """Shortest and longest credible duration: the words at the pace asked for, the rests, the sounds in between."""
    rests_s = sum(run.rest_s for run in line.runs)
    events_s = _LONGEST_EVENT_S * sum(1 for run in line.runs if run.event)
    if line.guide:
        asked_s = line.guide.duration_s
        return asked_s / _GUIDE_TOLERANCE, asked_s * _GUIDE_TOLERANCE + _SLOWEST_ALLOWANCE_S + rests_s + events_s
    paced = sum(len(run.text) / run.prosody.rate for run in line.runs)
    slowest_s = paced / _SLOWEST_CHARS_PER_S * max(1.0, *(run.prosody.pause_scale for run in line.runs))
    return paced / _FASTEST_CHARS_PER_S + rests_s, slowest_s + _SLOWEST_ALLOWANCE_S + rests_s + events_s

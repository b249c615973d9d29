"""Says one line now, ahead of any job: for auditions and retakes."""

from dataclasses import asdict, replace

from studio.consent.requests import GateRequest
from studio.core.errors import EngineError, InputError, RefusedError, StorageError
from studio.manuscript.segment import SegmentLimits
from studio.manuscript.tags import plain_text
from studio.render.line import FinishedTake, PlannedLine, SpeakTask
from studio.render.pool import WorkerDiedError
from studio.render.worker import forget_note, speak
from studio.services.context import Context
from studio.services.voice_uses import flush_guarded, note_take
from studio.store.tables import TakeRow

_LIMIT_S = 180.0
_LONGEST_TAGGED = 10


def check_words(text: str) -> str:
    """Text of one line with its white space folded.

    Raises:
        InputError: there is no word in it, or it has more than one take can hold, tags not counted.
    """
    folded = " ".join(text.split())
    words = plain_text(folded)
    limit = SegmentLimits().max_chars
    if not any(character.isalnum() for character in words):
        raise InputError("there is nothing to say", hint="Write at least one word outside of tags.")
    if len(words) > limit or len(folded) > _LONGEST_TAGGED * limit:
        raise InputError(f"{len(words)} characters are too many to say at once", hint=f"Use at most {limit}.")
    return folded


def record_take(context: Context, take: FinishedTake) -> TakeRow:
    """Write a finished take to the database. The same take told twice, as after a kill, stays as it was recorded first.

    Raises:
        RefusedError: its consent ended meanwhile; its sound is destroyed.
        StorageError: the database cannot be written.
    """
    try:
        with context.database.write() as session:
            known = session.get(TakeRow, take.key)
            if known is not None and known.blob_sha256 == take.blob_sha256:
                return known
            facts = asdict(take)
            columns = {column.key: facts[column.key] for column in TakeRow.__table__.columns if column.key in facts}
            now = context.clock.now(session).isoformat()
            lists = {name: list(facts[name]) for name in ("flags", "methods", "notes", "words", "licences")}
            columns |= {"consent_id": take.consent_id or None, "created_at": now, **lists}
            row = session.merge(TakeRow(**columns))
            flush_guarded(session, take.voice_id)
            note_take(context, session, take)
            return row
    except RefusedError:
        context.blobs.remove(take.blob_sha256)
        raise


def say_line(context: Context, line: PlannedLine, request: GateRequest) -> TakeRow:
    """The take of a line, made now if there is none. The gate is asked before the store.

    Raises:
        RefusedError: the gate does not let the voice sound.
        MissingError: a model file is not there.
        EngineError: the engine failed or hung.
        StorageError: the take cannot be written, or the worker died.
    """
    grant = context.gate.authorize(replace(request, line_key=line.key))
    with context.database.read() as session:
        known = session.get(TakeRow, line.key)
        session.expunge_all()
    if known is not None and context.blobs.has(known.blob_sha256):
        return known
    task = SpeakTask(line, grant, context.settings.home, context.settings.weights)
    try:
        take: FinishedTake = context.pool.submit(speak, task, limit_s=_LIMIT_S).result()
    except TimeoutError as error:
        raise EngineError("the engine hung on a line", where=f"'{line.text[:60]}'") from error
    except WorkerDiedError as error:
        raise StorageError("the worker process died", hint="Close other programs to free memory.") from error
    try:
        return record_take(context, take)
    finally:
        forget_note(context.settings.home, take.key)

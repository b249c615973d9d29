"""Says one line now, ahead of any job: for auditions and retakes."""

from dataclasses import asdict

from studio.consent.gate import GateRequest
from studio.core.errors import EngineError, StorageError
from studio.core.time import utc_now
from studio.render.line import FinishedTake, PlannedLine, SpeakTask
from studio.render.pool import WorkerDiedError
from studio.render.worker import forget_note, speak
from studio.services.context import Context
from studio.store.database import Database
from studio.store.tables import TakeRow

_LIMIT_S = 180.0


def record_take(database: Database, take: FinishedTake) -> TakeRow:
    """Write a finished take to the database. The same take told twice, as after a kill, stays as it was recorded first.

    Raises:
        StorageError: the database cannot be written.
    """
    with database.write() as session:
        known = session.get(TakeRow, take.key)
        if known is not None and known.blob_sha256 == take.blob_sha256:
            return known
        fields = {**asdict(take), "flags": list(take.flags), "created_at": utc_now().isoformat()}
        return session.merge(TakeRow(**fields))


def say_line(context: Context, line: PlannedLine, request: GateRequest) -> TakeRow:
    """The take of a line, made now if there is none. The gate is asked before the store.

    Raises:
        RefusedError: the gate does not let the voice sound.
        MissingError: a model file is not there.
        EngineError: the engine failed or hung.
        StorageError: the take cannot be written, or the worker died.
    """
    grant = context.gate.authorize(request)
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
    row = record_take(context.database, take)
    forget_note(context.settings.home, take.key)
    return row

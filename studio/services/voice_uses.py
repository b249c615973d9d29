"""What is made with the voices of living people is written down: for the quota, the account and the list of works."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from studio.core.errors import RefusedError
from studio.core.ids import new_id
from studio.render.line import FinishedTake
from studio.services.context import Context
from studio.services.script import ScriptChapter
from studio.store.consent_tables import ConsentRow, VoiceUseRow
from studio.store.tables import ProjectRow, TakeRow


@dataclass(frozen=True, slots=True)
class MadeThing:
    """A master or a delivered file.

    Attributes:
        kind: "master" or "delivery".
        item: key of the master, or SHA-256 of the file.
        title: chapter or file as people call it.
        path: where a delivered file lies; empty for a master.
        sha256: of the file; empty for a master.
    """

    kind: str
    item: str
    title: str
    path: str = ""
    sha256: str = ""


def note_take(context: Context, session: Session, take: FinishedTake) -> None:
    """Write down a take in a consented voice, and count it towards the quota.

    Raises:
        RefusedError: no consent covers it any more.
    """
    if not take.consent_id:
        return
    use = VoiceUseRow(
        id=new_id(),
        consent_id=take.consent_id,
        voice_id=take.voice_id,
        kind="take",
        item=take.key,
        project_id=take.project_id,
        use=take.use,
        language=take.language,
        title="",
        path="",
        sha256=take.blob_sha256,
        seconds=take.duration_s,
        at=context.clock.now(session).isoformat(),
    )
    session.add(use)
    flush_guarded(session, take.voice_id)
    session.execute(
        update(ConsentRow)
        .where(ConsentRow.id == take.consent_id)
        .values(used_seconds=ConsentRow.used_seconds + take.duration_s)
        .execution_options(synchronize_session=False)
    )
    context.clock.advance(session)


def note_work(
    context: Context, session: Session, project: ProjectRow, made: MadeThing, takes: Iterable[TakeRow]
) -> None:
    """Write down a master or a delivered file under every consent whose voice is in it.

    Raises:
        RefusedError: no consent covers it any more.
    """
    seconds: dict[tuple[str, str], float] = {}
    for take in takes:
        if take.consent_id:
            consent_id = standing_consent(session, take.voice_id)
            seconds[consent_id, take.voice_id] = seconds.get((consent_id, take.voice_id), 0.0) + take.duration_s
    for (consent_id, voice_id), length in seconds.items():
        session.add(
            VoiceUseRow(
                id=new_id(),
                consent_id=consent_id,
                voice_id=voice_id,
                kind=made.kind,
                item=made.item,
                project_id=project.id,
                use=project.use,
                language=project.language,
                title=made.title,
                path=made.path,
                sha256=made.sha256,
                seconds=length,
                at=context.clock.now(session).isoformat(),
            )
        )
        flush_guarded(session, voice_id)


def standing_consent(session: Session, voice_id: str) -> str:
    """Id of the consent that a voice is used under now.

    Raises:
        RefusedError: there is none.
    """
    found = session.scalars(
        select(ConsentRow.id).where(ConsentRow.voice_id == voice_id, ConsentRow.state == "verified")
    ).first()
    if found is None:
        raise RefusedError(f"no consent for voice '{voice_id}' stands any more")
    return found


def takes_of(chapter: ScriptChapter, takes: dict[str, TakeRow]) -> list[TakeRow]:
    """The takes of a chapter, in order; what is said twice counts twice."""
    return [takes[segment.line.key] for segment in chapter.segments if segment.line.key in takes]


def flush_guarded(session: Session, voice_id: str) -> None:
    """Flush, and say it plainly when a trigger of the database refuses a voice.

    Raises:
        RefusedError: no consent covers what is written.
    """
    try:
        session.flush()
    except DatabaseError as error:
        if "no consent covers" not in str(error.orig):
            raise
        raise RefusedError(
            f"no consent covers voice '{voice_id}' any more", hint="See `studio consent list`."
        ) from error

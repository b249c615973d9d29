"""The voice owner's yes to single projects and to final audio."""

from sqlalchemy import select

from studio.consent.actors import Actor
from studio.consent.states import ConsentState
from studio.core.errors import ConflictError, InputError, NotFoundError
from studio.core.ids import new_id
from studio.services.consents.journal import find_consent, write_event
from studio.services.consents.summaries import approval_view, shown_state
from studio.services.consents.views import ApprovalView
from studio.services.context import Context
from studio.services.releasing import final_audio_key
from studio.services.rows import find_project
from studio.store.consent_tables import ApprovalRow
from studio.store.tables import ProjectRow

KINDS = ("project", "final-audio")
_LIVE = frozenset({ConsentState.GIVEN, ConsentState.VERIFIED, ConsentState.SUSPENDED})


def ask(context: Context, actor: Actor, reference: str, project_ref: str, kind: str) -> ApprovalView:
    """Ask the voice owner; asking the same again changes nothing.

    Raises:
        NotFoundError: there is no such consent or project.
        InputError: there is no such kind, or the book is not mastered whole.
        ConflictError: the consent is not given, or is over.
    """
    if kind not in KINDS:
        raise InputError(f"'{kind}' is not something to approve", hint=f"Choose {' or '.join(KINDS)}.")
    with context.database.read() as session:
        voice_id = find_consent(session, reference).voice_id
    audio_key = final_audio_key(context, project_ref, voice_id) if kind == "final-audio" else ""
    with context.database.write() as session:
        row = find_consent(session, reference)
        project = find_project(session, project_ref)
        if (state := shown_state(row, context.clock.now(session))) not in _LIVE:
            raise ConflictError(f"this consent is {state}: there is nothing to approve under it")
        same = (
            ApprovalRow.consent_id == row.id,
            ApprovalRow.project_id == project.id,
            ApprovalRow.kind == kind,
            ApprovalRow.audio_key == audio_key,
            ApprovalRow.decision != "declined",
        )
        asked = session.scalars(select(ApprovalRow).where(*same)).first()
        if asked is None:
            asked = ApprovalRow(
                id=new_id(),
                consent_id=row.id,
                project_id=project.id,
                kind=kind,
                audio_key=audio_key,
                decision="asked",
                requested_at=context.clock.now(session).isoformat(),
                decided_at=None,
            )
            session.add(asked)
            write_event(
                context,
                session,
                row,
                "approval-asked",
                actor=actor,
                detail={"project": project.title, "what": _WORDS[kind]},
                facts={"approval": asked.id, "what": kind},
            )
        return approval_view(asked, project.title)


def decide(context: Context, actor: Actor, reference: str, approval_id: str, *, approve: bool) -> ApprovalView:
    """Take the voice owner's decision; they may change it as long as the consent stands.

    Raises:
        NotFoundError: they were not asked.
        ConflictError: the consent has ended.
    """
    with context.database.write() as session:
        row = find_consent(session, reference)
        asked = session.get(ApprovalRow, approval_id)
        if asked is None or asked.consent_id != row.id:
            raise NotFoundError("there is nothing of that kind to approve")
        if (state := shown_state(row, context.clock.now(session))) not in _LIVE:
            raise ConflictError(f"this consent is {state}: there is nothing to approve under it")
        project = session.get(ProjectRow, asked.project_id)
        title = project.title if project else ""
        decision = "approved" if approve else "declined"
        if asked.decision != decision:
            asked.decision, asked.decided_at = decision, context.clock.now(session).isoformat()
            write_event(
                context,
                session,
                row,
                "approval-given" if approve else "approval-declined",
                actor=actor,
                detail={"project": title, "what": _WORDS[asked.kind]},
                facts={"approval": asked.id, "what": asked.kind},
            )
        return approval_view(asked, title)


_WORDS = {"project": "the project", "final-audio": "its final audio"}

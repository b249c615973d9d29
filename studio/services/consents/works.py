"""Finished works after an end: which may stay, taking down those that may not, and what recipients are told."""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from studio.consent.record import ConsentRecord
from studio.consent.states import ENDS, ConsentState
from studio.core.hashing import sha256_file
from studio.services.consents.summaries import work_views
from studio.services.context import Context
from studio.store.consent_tables import ConsentRow, VoiceUseRow
from studio.store.tables import DeliveryRow

_TOLD = frozenset({"recipient", "client"})  # parties that got works, and have to act
_HASH_SHOWN = 16


@dataclass(frozen=True, slots=True)
class TakenDown:
    """What became of a delivered file that had to go.

    Attributes:
        path: where it was delivered to.
        sha256: of the file that was removed; else of the newest that was delivered there.
        fate: "removed"; "gone" before; or left and named: "changed" by somebody, or "elsewhere", outside the exports or
            behind a link.
    """

    path: str
    sha256: str
    fate: str


def take_down_due(session: Session, row: ConsentRow) -> datetime | None:
    """When the works of a consent have to be gone, in UTC; None if they may stay, or if nothing has ended.

    A renewal takes the works of the record before it along: they end when the last of the chain does. A consent that
    was declared invalid leaves nothing that may stay, whatever its terms say.
    """
    last = row
    while last.state == ConsentState.SUPERSEDED and last.superseded_by:
        last = session.get_one(ConsentRow, last.superseded_by)
    if ConsentState(last.state) not in ENDS:
        return None
    ended = min(datetime.fromisoformat(last.ended_at or last.not_after), datetime.fromisoformat(last.not_after))
    if last.state == ConsentState.INVALIDATED:
        return ended
    if row.record is None:
        return None
    terms = ConsentRecord.from_json(row.record).terms
    return ended + timedelta(days=terms.take_down_days) if terms.survival == "take-down" else None


def works_fate(session: Session, row: ConsentRow, *, ends_now: datetime, invalid: bool = False) -> str:
    """What becomes of the finished works if the consent ends now, or has ended, in one sentence."""
    due = ends_now if invalid else take_down_due(session, row)
    if due is None and row.record is not None and ConsentState(row.state) not in ENDS:
        terms = ConsentRecord.from_json(row.record).terms
        due = ends_now + timedelta(days=terms.take_down_days) if terms.survival == "take-down" else None
    if due is None:
        return "Finished works may stay as they are; none may be made anew or changed."
    return f"Finished works must be taken down by {due.date().isoformat()}."


def take_down(context: Context, consent_id: str, *, dry_run: bool = False) -> tuple[TakenDown, ...]:
    """Delete the delivered files of a consent from the exports of the data home.

    Files that somebody changed, or that lie elsewhere, are not ours to delete: they are named. No link is followed.

    Args:
        context: wired parts.
        consent_id: whose works.
        dry_run: only say what would be done.

    Raises:
        StorageError: the database cannot be read or written.
        OSError: a file cannot be deleted.
    """
    with context.database.read() as session:
        uses = session.execute(
            select(VoiceUseRow.path, VoiceUseRow.sha256)
            .where(VoiceUseRow.consent_id == consent_id, VoiceUseRow.kind == "delivery")
            .order_by(VoiceUseRow.at)
        ).all()
    delivered: dict[str, list[str]] = {}
    for path, sha256 in uses:
        delivered.setdefault(path, []).append(sha256)
    done = tuple(
        _remove(context.settings.exports, path, hashes, dry_run=dry_run) for path, hashes in sorted(delivered.items())
    )
    absent = {each.path for each in done if each.fate in {"removed", "gone"}}
    if absent and not dry_run:
        with context.database.write() as session:
            for row in session.scalars(select(DeliveryRow).where(DeliveryRow.path.in_(absent))):
                if row.sha256 in delivered[row.path]:
                    session.delete(row)
    return done


def _remove(exports: Path, delivered: str, hashes: list[str], *, dry_run: bool) -> TakenDown:
    path, newest = Path(delivered), hashes[-1]
    if not os.path.lexists(path):
        return TakenDown(delivered, newest, "gone")
    if not _lies_in(exports, path) or not path.is_file():
        return TakenDown(delivered, newest, "elsewhere")
    found = sha256_file(path)
    if found not in hashes:
        return TakenDown(delivered, newest, "changed")
    if not dry_run:
        path.unlink()
    return TakenDown(delivered, found, "removed")


def _lies_in(folder: Path, path: Path) -> bool:
    """Whether a path is inside a folder with no link on the way, the file itself included."""
    if not path.is_relative_to(folder) or ".." in path.parts:
        return False
    inside = path.relative_to(folder)
    return not any((folder / step).is_symlink() for step in (inside, *inside.parents) if step.parts)


def notices(session: Session, row: ConsentRow) -> tuple[tuple[str, str], ...]:
    """Texts for everybody who got works of an ended consent: whom to send it to, and what to say."""
    if row.record is None:
        return ()
    record = ConsentRecord.from_json(row.record)
    opening = (
        f"The consent of {record.credit} to the use of their voice (Authorized Voice Replica, consent {row.id}) ended "
        f"on {(row.ended_at or row.not_after)[:10]}. From that day on no recording in this voice may be made or "
        "changed, and every copy of the voice data has to be destroyed."
    )
    lines = [opening]
    for each in session.scalars(select(ConsentRow).where(ConsentRow.voice_id == row.voice_id)):
        works, due = work_views(session, each.id), take_down_due(session, each)
        if not works:
            continue
        if due is not None:
            lines.append(f"Take the following works down by {due.date().isoformat()}, and delete your copies of them:")
        else:
            lines.append("The following works were finished before and may stay as they are:")
        lines.extend(
            f"- {work.title} (delivered on {work.at[:10]}, SHA-256 {work.sha256[:_HASH_SHOWN]})" for work in works
        )
    if len(lines) == 1:
        lines.append("No finished work in this voice was delivered.")
    lines.append(f"Questions, and word that it is done, go to {record.controller.name}, {record.controller.contact}.")
    text = "\n\n".join(lines).replace("\n\n- ", "\n- ")
    return tuple(
        (f"{party.name} <{party.contact}>" if party.contact else party.name, text)
        for party in record.parties
        if party.role in _TOLD
    )

"""Recordings and papers: examined in a worker, sealed in the vault, and never half-written."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from studio.consent.actors import Actor
from studio.consent.evidence import ClipReport, KnownClip, Outcome
from studio.consent.record import ConsentRecord
from studio.consent.states import ENDS, ConsentState
from studio.core.errors import ConflictError, InputError, NotFoundError, RecordingError, RefusedError
from studio.core.hashing import sha256_file
from studio.core.ids import new_id
from studio.core.names import safe_file_stem
from studio.hearing.reference import ReferenceTask, examine_reference
from studio.hearing.statement import StatementTask, examine_statement
from studio.manuscript.delivery import NEUTRAL_NAME, names_of_presets
from studio.services.consents.journal import find_consent, record_of, write_event
from studio.services.consents.standing import assets_of, references_of
from studio.services.context import Context
from studio.store.consent_tables import ConsentRow, VoiceAssetRow

MAX_CLIPS = 20
MAX_DOCUMENT_BYTES = 20_000_000
_PAPERS = {b"%PDF-": "PDF", b"\x89PNG\r\n\x1a\n": "PNG", b"\xff\xd8\xff": "JPEG"}
_REFERENCE_LIMIT_S = 120.0
_STATEMENT_LIMIT_S = 300.0
_MAX_LABEL = 60
_MAX_TRANSCRIPT = 4_000


@dataclass(frozen=True, slots=True)
class Examiner:
    """What listens to recordings.

    Attributes:
        reference: examines a reference clip; gives the report and the voiceprint, empty if none may be made.
        statement: examines a spoken statement.
    """

    reference: Callable[[ReferenceTask], tuple[ClipReport, bytes]]
    statement: Callable[[StatementTask], ClipReport]


def worker_examiner(context: Context) -> Examiner:
    """Listens in a worker process, which is ended if it takes minutes."""
    return Examiner(
        reference=lambda task: context.pool.submit(examine_reference, task, limit_s=_REFERENCE_LIMIT_S).result(),
        statement=lambda task: context.pool.submit(examine_statement, task, limit_s=_STATEMENT_LIMIT_S).result(),
    )


class Sealing:
    """Assets that were put into the vault within one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._sealed: list[tuple[str, str]] = []

    def seal(
        self,
        session: Session,
        row: ConsentRow,
        kind: str,
        source: Path | bytes,
        *,
        label: str,
        report: ClipReport | None = None,
    ) -> VoiceAssetRow:
        """Put a file or bytes into the vault, with a row about it.

        Raises:
            ConflictError: the file is not what was examined.
            StorageError: the vault cannot be written.
        """
        asset_id = new_id()
        self._sealed.append((row.id, asset_id))
        sealed = self._context.vault.seal(row.id, asset_id, kind, source)
        if report is not None and sealed.sha256_plain != report.sha256:
            raise ConflictError("the file changed while it was examined", hint="Hand it in again.")
        asset = VoiceAssetRow(
            id=asset_id,
            consent_id=row.id,
            kind=kind,
            label=label,
            sha256_plain=sealed.sha256_plain,
            sha256_cipher=sealed.sha256_cipher,
            size_bytes=sealed.bytes,
            duration_s=report.duration_s if report else 0.0,
            fingerprint=report.fingerprint if report else "",
            report=report_json(report) if report else None,
            created_at=self._context.clock.now(session).isoformat(),
            destroyed_at=None,
        )
        session.add(asset)
        session.flush()
        return asset

    def note(self, consent_id: str, asset_id: str) -> None:
        """Count an asset that was sealed otherwise among those to undo."""
        self._sealed.append((consent_id, asset_id))

    def undo(self) -> None:
        """Take everything out of the vault again."""
        for consent_id, asset_id in self._sealed:
            self._context.vault.remove_asset(consent_id, asset_id)


@contextmanager
def sealing(context: Context) -> Iterator[tuple[Session, Sealing]]:
    """A write transaction that may seal assets: if it does not commit, none of them stays."""
    sealed = Sealing(context)
    try:
        with context.database.write() as session:
            yield session, sealed
    except BaseException:
        sealed.undo()
        raise


@dataclass(frozen=True, slots=True)
class Reading:
    """How a reference clip was read.

    Attributes:
        delivery: name of a delivery ("neutral", "sad"), or a word that means one ("shouting").
        transcript: the words; empty if nobody wrote them down.
    """

    delivery: str = NEUTRAL_NAME
    transcript: str = ""


def add_reference(
    context: Context,
    examiner: Examiner,
    actor: Actor,
    reference: str,
    path: Path,
    label: str,
    reading: Reading | None = None,
) -> VoiceAssetRow:
    """Examine a reference clip and keep it.

    Args:
        context: wired parts.
        examiner: listens.
        actor: who hands it in; may do so.
        reference: the consent.
        path: a file of the caller's own.
        label: what to call it; made of the number of the clip if empty.
        reading: how it was read; neutrally if not given.

    Raises:
        RefusedError: the voice owner has not agreed to a replica.
        ConflictError: the consent does not take clips any more.
        InputError: the clip is not good enough; says why. Nothing is kept.
    """
    read = checked_reading(reading or Reading())
    with context.database.read() as session:
        row = find_consent(session, reference)
        record = check_takes_clips(session, row)
        known, consent_id = known_clips(session), row.id
    biometric = record.purposes.voice_comparison
    report, voiceprint = examiner.reference(ReferenceTask(path, known, biometric))
    refuse_bad(report)
    with sealing(context) as (session, sealed):
        row = find_consent(session, consent_id)
        record = check_takes_clips(session, row)
        refuse_known(session, report.sha256)
        name = label or f"Reference {len(assets_of(session, row.id, 'reference')) + 1}"
        asset = sealed.seal(session, row, "reference", path, label=name, report=report)
        asset.delivery, asset.transcript = read.delivery, read.transcript
        if voiceprint and record.purposes.voice_comparison:
            sealed.seal(session, row, "voiceprint", voiceprint, label=asset.id)
        write_event(
            context,
            session,
            row,
            "reference-added",
            actor=actor,
            detail={"label": name, "sha256": asset.sha256_plain},
            facts={"asset": asset.id, "outcome": report.outcome.value},
        )
        return asset


def label_reference(context: Context, actor: Actor, clip_id: str, consent_id: str, reading: Reading) -> VoiceAssetRow:
    """Say how a reference clip was read. Lines that an engine says by it from now on are new takes.

    Raises:
        NotFoundError: the consent has no such clip.
        InputError: there is no such delivery, or the words are too many.
        ConflictError: the consent has ended.
    """
    read = checked_reading(reading)
    with context.database.write() as session:
        row = find_consent(session, consent_id)
        if ConsentState(row.state) in ENDS:
            raise ConflictError(f"this consent is {row.state}", hint=_hint(row))
        asset = next((clip for clip in references_of(session, row) if clip.id == clip_id), None)
        if asset is None:
            raise NotFoundError(f"this consent has no recording '{clip_id}'", hint="See `studio consent show`.")
        asset.delivery, asset.transcript = read.delivery, read.transcript
        write_event(
            context,
            session,
            row,
            "reference-labelled",
            actor=actor,
            detail={"label": asset.label},
            facts={"asset": asset.id, "delivery": read.delivery},
        )
        return asset


def checked_reading(reading: Reading) -> Reading:
    """How a clip was read, with the delivery by its name and the words without needless space.

    Raises:
        InputError: there is no such delivery, or the words are too many.
    """
    known = names_of_presets()
    name = known.get(reading.delivery.strip().casefold(), "")
    if not name:
        raise InputError(
            f"'{reading.delivery}' is no delivery", hint=f"There are: {', '.join(sorted(set(known.values())))}."
        )
    words = " ".join(reading.transcript.split())
    if len(words) > _MAX_TRANSCRIPT:
        raise InputError(f"{len(words)} characters are too many for the words of a recording")
    return Reading(name, words)


def add_document(context: Context, actor: Actor, reference: str, path: Path, label: str) -> VoiceAssetRow:
    """Attach a signed paper.

    Raises:
        InputError: it is no PDF, PNG or JPEG, or too large.
        ConflictError: the consent has ended, or another record has the same file.
    """
    kind = _paper_kind(path)
    with sealing(context) as (session, sealed):
        row = find_consent(session, reference)
        if ConsentState(row.state) not in _OPEN | {ConsentState.GIVEN}:
            raise ConflictError(f"this consent is {row.state} and takes no papers any more", hint=_hint(row))
        refuse_known(session, sha256_file(path))
        name = clean_label(label, fallback=kind)
        asset = sealed.seal(session, row, "document", path, label=name)
        write_event(
            context,
            session,
            row,
            "document-added",
            actor=actor,
            detail={"label": name, "sha256": asset.sha256_plain},
            facts={"asset": asset.id},
        )
        return asset


def remove_reference(context: Context, actor: Actor, reference: str, clip_id: str) -> None:
    """Destroy a reference clip and its voiceprint.

    Raises:
        NotFoundError: the consent has no such clip.
        ConflictError: consent was given with it.
    """
    with context.database.write() as session:
        row = find_consent(session, reference)
        if ConsentState(row.state) not in _OPEN:
            raise ConflictError("consent was given with these clips", hint="Renew it, or let it be withdrawn.")
        clips = [asset for asset in assets_of(session, row.id, "reference") if asset.id == clip_id]
        if not clips:
            raise InputError("there is no such reference clip")
        prints = [asset for asset in assets_of(session, row.id, "voiceprint") if asset.label == clip_id]
        label = clips[0].label
        gone = destroy(context, session, [*clips, *prints])
        write_event(
            context, session, row, "reference-removed", actor=actor, detail={"label": label}, facts={"asset": clip_id}
        )
    remove_files(context, gone)


def destroy(context: Context, session: Session, assets: list[VoiceAssetRow]) -> list[tuple[str, str]]:
    """Note assets as destroyed; returns what `remove_files` has to remove once that is committed."""
    now = context.clock.now(session).isoformat()
    for asset in assets:
        asset.destroyed_at, asset.fingerprint, asset.report = now, "", None
        asset.delivery, asset.transcript = NEUTRAL_NAME, ""
    return [(asset.consent_id, asset.id) for asset in assets]


def remove_files(context: Context, gone: list[tuple[str, str]]) -> None:
    """Remove files of the vault whose rows say that they are destroyed."""
    for consent_id, asset_id in gone:
        context.vault.remove_asset(consent_id, asset_id)


def check_takes_clips(session: Session, row: ConsentRow) -> ConsentRecord:
    """See that reference clips may be handed in now; returns the record.

    Raises:
        RefusedError: the voice owner has not agreed to a replica yet.
        ConflictError: consent was given or has ended, or the clips are those of the record it renews.
    """
    if ConsentState(row.state) not in _OPEN:
        raise ConflictError(f"this consent is {row.state} and takes no recordings any more", hint=_hint(row))
    record = record_of(row)
    if not (record.purposes.create_replica and record.signature_name):
        raise RefusedError(
            "the voice owner has not agreed to a replica yet, so no recording of the voice may be kept",
            hint="They read the notice and sign first, on their own page.",
        )
    own = assets_of(session, row.id, "reference")
    if not own and references_of(session, row):
        raise ConflictError("a renewal goes on with the reference clips that are there")
    if len(own) >= MAX_CLIPS:
        raise ConflictError(f"there are {MAX_CLIPS} reference clips already", hint="Remove one first.")
    return record


def known_clips(session: Session) -> tuple[KnownClip, ...]:
    """Every recording that is stored, of whichever consent; the labels name nobody."""
    rows = session.execute(
        select(
            VoiceAssetRow.kind, VoiceAssetRow.created_at, VoiceAssetRow.sha256_plain, VoiceAssetRow.fingerprint
        ).where(VoiceAssetRow.kind.in_(("reference", "statement")), VoiceAssetRow.destroyed_at.is_(None))
    )
    names = {"reference": "a reference clip", "statement": "a statement"}
    return tuple(
        KnownClip(f"{names[kind]} of {created_at[:10]}", sha256, fingerprint)
        for kind, created_at, sha256, fingerprint in rows
    )


def refuse_known(session: Session, sha256: str) -> None:
    """See that a file is not stored already, under this consent or another.

    Raises:
        ConflictError: it is.
    """
    if session.scalars(select(VoiceAssetRow.id).where(VoiceAssetRow.sha256_plain == sha256)).first() is not None:
        raise ConflictError(
            "this very file was handed in before", hint="Each file is good for one record; make a new one."
        )


def refuse_bad(report: ClipReport) -> None:
    """See that a recording passed its checks.

    Raises:
        RecordingError: it did not; says what to do.
    """
    refused = [check for check in report.checks if check.outcome is Outcome.REFUSE]
    if refused:
        raise RecordingError(
            "this recording cannot be used",
            hint=" ".join(check.sentence for check in refused),
            checks=tuple(check.name for check in refused),
        )


def report_json(report: ClipReport) -> dict[str, Any]:
    """A report as the database keeps it."""
    return {**asdict(report), "checks": [check.to_json() for check in report.checks]}


def clean_label(name: str, *, fallback: str) -> str:
    """A short label from whatever a file is called."""
    return safe_file_stem(name, fallback=fallback)[:_MAX_LABEL].strip()


def _paper_kind(path: Path) -> str:
    if not path.is_file():
        raise InputError("there is no such file", where=path.name)
    if path.stat().st_size > MAX_DOCUMENT_BYTES:
        raise InputError(f"the paper has more than {MAX_DOCUMENT_BYTES // 1_000_000} MB", hint="Scan it smaller.")
    with path.open("rb") as stream:
        start = stream.read(8)
    kind = next((kind for magic, kind in _PAPERS.items() if start.startswith(magic)), None)
    if kind is None:
        raise InputError("the paper is neither a PDF nor a PNG or JPEG picture", hint="Scan it as a PDF.")
    return kind


def _hint(row: ConsentRow) -> str:
    state = ConsentState(row.state)
    if state is ConsentState.GIVEN:
        return "The voice owner can add more once it is verified."
    if state is ConsentState.SUSPENDED:
        return "A reviewer lifts the suspension: studio consent resume."
    return "Draft a new record." if state in ENDS - {ConsentState.EXPIRED} else "Renew it."


_OPEN = frozenset({ConsentState.DRAFT, ConsentState.REQUESTED})

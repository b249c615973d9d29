"""Recordings of a voice are handed in: before consent is given, or more of them while it is in force.

Before, a reviewer listens to all of them. Afterwards nobody does, so that a recording is added only by the voice owner,
in a delivery that the terms do not exclude, and only if it passes every check, the comparison with the recordings that
were reviewed among them.
"""

from pathlib import Path

from sqlalchemy.orm import Session

from studio.consent.actors import Actor, Role
from studio.consent.evidence import ClipReport, Outcome
from studio.consent.record import ConsentRecord
from studio.consent.states import ConsentState
from studio.consent.voices import clips_sha256
from studio.core.errors import ConflictError, RecordingError, RefusedError
from studio.hearing.reference import ReferenceTask
from studio.manuscript.delivery import names_of_presets
from studio.services.consents.evidence import (
    MAX_CLIPS,
    Examiner,
    Reading,
    add_reference,
    checked_reading,
    known_clips,
    refuse_known,
    sealing,
)
from studio.services.consents.journal import find_consent, record_of, write_event
from studio.services.consents.renewal import check_intact, give_on_paper
from studio.services.consents.speaking import voiceprints
from studio.services.consents.standing import assets_of
from studio.services.context import Context
from studio.store.consent_tables import ConsentRow, VoiceAssetRow, VoiceRow


def hand_in(
    context: Context,
    examiner: Examiner,
    actor: Actor,
    reference: str,
    path: Path,
    label: str = "",
    reading: Reading | None = None,
) -> VoiceAssetRow:
    """Examine a recording and keep it; arguments as `evidence.add_reference`.

    Raises:
        RefusedError: the voice owner has not agreed to a replica, or to comparing voices; or it is theirs to add it.
        ConflictError: the consent takes no recordings (any more).
        InputError: the recording is not good enough; says why. Nothing is kept.
    """
    with context.database.read() as session:
        in_force = find_consent(session, reference).state == ConsentState.VERIFIED
    if in_force:
        return _add(context, examiner, actor, reference, path, label, reading or Reading())
    asset = add_reference(context, examiner, actor, reference, path, label, reading)
    give_on_paper(context, actor, asset.consent_id)
    return asset


def addable_deliveries(record: ConsentRecord) -> tuple[str, ...]:
    """Names of the deliveries that a recording may be added in: those the terms do not exclude, each once."""
    known = names_of_presets()
    excluded = {
        known.get(word, word) for word in (each.strip().casefold() for each in record.terms.excluded_deliveries)
    }
    return tuple(name for name in dict.fromkeys(known.values()) if name not in excluded)


def takes_more(record: ConsentRecord, state: ConsentState, clips: int) -> bool:
    """Whether the voice owner can add recordings to a consent that is in force."""
    return state is ConsentState.VERIFIED and record.purposes.voice_comparison and clips < MAX_CLIPS


def _add(
    context: Context, examiner: Examiner, actor: Actor, reference: str, path: Path, label: str, reading: Reading
) -> VoiceAssetRow:
    read = checked_reading(reading)
    with context.database.read() as session:
        row = find_consent(session, reference)
        _check_may_add(context, session, row, actor, read)
        known = known_clips(session)
        session.expunge_all()  # the row is used after the session
    report, _ = examiner.reference(ReferenceTask(path, known, True, voiceprints(context, examiner, row)))
    _refuse_doubtful(report)
    with sealing(context) as (session, sealed):
        row = find_consent(session, row.id)
        _check_may_add(context, session, row, actor, read)
        refuse_known(session, report.sha256)
        name = label or f"Reference {len(assets_of(session, row.id, 'reference')) + 1}"
        asset = sealed.seal(session, row, "reference", path, label=name, report=report)
        asset.delivery, asset.transcript = read.delivery, read.transcript
        voice = session.get_one(VoiceRow, row.voice_id)
        voice.data_sha256 = clips_sha256(clip.sha256_plain for clip in assets_of(session, row.id, "reference"))
        write_event(
            context,
            session,
            row,
            "reference-added",
            actor=actor,
            detail={"label": name, "sha256": asset.sha256_plain},
            facts={"asset": asset.id, "outcome": report.outcome.value, "voice_data": voice.data_sha256},
        )
        return asset


def _check_may_add(context: Context, session: Session, row: ConsentRow, actor: Actor, reading: Reading) -> None:
    """See that a recording may be added to a consent that is in force.

    Raises:
        ConflictError: it is not in force any more, its term is over, or there are enough.
        RefusedError: it is for the voice owner to do; they exclude the delivery, or comparing voices; or something the
            consent rests on is altered.
    """
    if actor.role not in {Role.VOICE_OWNER, Role.LOCAL}:
        raise RefusedError(
            "this consent is verified: only the voice owner adds recordings to it",
            hint="They do so on their own page; `studio consent link` makes a new link to it.",
        )
    record = record_of(row)
    if row.state != ConsentState.VERIFIED or context.clock.now(session) >= record.terms.not_after:
        raise ConflictError("this consent is not in force any more", hint="See `studio consent show`.")
    if not record.purposes.voice_comparison:
        raise RefusedError(
            "the voice owner did not agree to comparing voices by machine, and no reviewer would listen to it",
            hint="Draft a new record, with all recordings that are wanted.",
        )
    if reading.delivery not in addable_deliveries(record):
        raise RefusedError(f"the voice owner excludes the delivery '{reading.delivery}'", hint="Choose another.")
    if not takes_more(record, ConsentState(row.state), len(assets_of(session, row.id, "reference"))):
        raise ConflictError(f"there are {MAX_CLIPS} reference clips already")
    check_intact(context, session, row)


def _refuse_doubtful(report: ClipReport) -> None:
    """See that a recording passed every check: what is in doubt waits for no reviewer any more.

    Raises:
        RecordingError: it did not; says what to do.
    """
    failed = [check for check in report.checks if check.outcome is not Outcome.PASS]
    if failed:
        raise RecordingError(
            "this recording cannot be added",
            hint=" ".join(check.sentence for check in failed),
            checks=tuple(check.name for check in failed),
        )

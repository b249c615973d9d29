"""How a consent comes into force: on paper, by narrower terms, or verified; and what becomes of the one it renews."""

from sqlalchemy.orm import Session

from studio.consent.actors import Actor
from studio.consent.record import ConsentRecord
from studio.consent.renewal import widens
from studio.consent.states import ENDS, ConsentState
from studio.consent.voices import clips_sha256
from studio.core.errors import RefusedError
from studio.core.hashing import canonical_json, sha256_bytes
from studio.services.consents.evidence import Sealing, destroy
from studio.services.consents.journal import find_consent, record_of, write_event
from studio.services.consents.standing import assets_of, find_standing, references_of
from studio.services.context import Context
from studio.store.consent_tables import ConsentRow, VoiceAssetRow, VoiceRow


def give_on_paper(context: Context, actor: Actor, consent_id: str) -> None:
    """Bring a record of the document route to `given` once it is signed, and papers and clips are there."""
    with context.database.write() as session:
        row = find_consent(session, consent_id)
        record = record_of(row)
        if record.route != "document" or row.state != ConsentState.REQUESTED or not record.signature_name:
            return
        standing = find_standing(session, row, record)
        if standing.documents and not standing.clips_needed:
            papers = assets_of(session, row.id, "document")
            write_event(
                context,
                session,
                row,
                "given",
                actor=actor,
                state=ConsentState.GIVEN,
                detail={"papers": [paper.sha256_plain for paper in papers]},
                facts={"route": record.route, "papers": len(papers)},
            )


def narrows(session: Session, row: ConsentRow, record: ConsentRecord) -> ConsentRow | None:
    """The record that this one renews, if it is in force and this one goes no further: same people, terms not wider."""
    old_row = session.get(ConsentRow, row.supersedes) if row.supersedes else None
    if old_row is None or old_row.state != ConsentState.VERIFIED:
        return None
    old = record_of(old_row)
    same_people = (
        old.subject == record.subject
        and old.controller == record.controller
        and set(record.parties) <= set(old.parties)
        and old.data == record.data
    )
    return old_row if same_people and not widens(old.terms, record.terms) else None


def put_in_force_narrowed(
    context: Context, session: Session, sealed: Sealing, row: ConsentRow, record: ConsentRecord, actor: Actor
) -> str:
    """Verify a renewal that only narrows, on the owner's confirmation; returns the id of the record it renews."""
    write_event(context, session, row, "narrowed", actor=actor, state=ConsentState.GIVEN, record=record)
    return verify(context, session, sealed, row, actor)


def verify(context: Context, session: Session, sealed: Sealing, row: ConsentRow, actor: Actor) -> str:
    """Bring a given record to `verified`, and end the one that it renews.

    Args:
        context: wired parts.
        session: of the write transaction.
        sealed: undoes what is sealed here if that transaction fails.
        row: the record.
        actor: on whose word.

    Returns:
        Id of the record that was renewed, for `clear_renewed` once this is committed; empty if there is none.

    Raises:
        RefusedError: evidence is missing or altered, or the term is over.
    """
    if context.clock.now(session) >= record_of(row).terms.not_after:
        raise RefusedError("the term of this consent is over", hint="Agree on a later last day.")
    old = session.get(ConsentRow, row.supersedes) if row.supersedes else None
    if old is not None:
        _take_over(context, session, sealed, old, row)
    check_intact(context, session, row)
    clips = assets_of(session, row.id, "reference")
    if find_standing(session, row, record_of(row)).clips_needed:
        raise RefusedError("there are too few reference clips")
    voice = session.get_one(VoiceRow, row.voice_id)
    voice.data_sha256 = clips_sha256(clip.sha256_plain for clip in clips)
    voice.name, voice.language = record_of(row).credit, record_of(row).language
    if old is not None:
        old.superseded_by = row.id
        if ConsentState(old.state) not in ENDS:
            write_event(
                context,
                session,
                old,
                "superseded",
                actor=actor,
                state=ConsentState.SUPERSEDED,
                facts={"renewed_by": row.id},
            )
    write_event(
        context,
        session,
        row,
        "verified",
        actor=actor,
        state=ConsentState.VERIFIED,
        facts={"voice_data": voice.data_sha256},
    )
    return old.id if old is not None else ""


def clear_renewed(context: Context, consent_id: str) -> None:
    """Destroy key and files of a record that was renewed: what is still needed is under the new one's key."""
    if consent_id:
        context.vault.destroy_key(consent_id)
        context.vault.remove_assets(consent_id)


def check_intact(context: Context, session: Session, row: ConsentRow) -> None:
    """See that ledger, record and every file of the vault are as they were recorded.

    Raises:
        RefusedError: something is missing or altered; says what.
    """
    event = context.ledger.last_event(session, row.id)
    if event is None or (event.seq, event.state, event.record_hash) != (row.ledger_seq, row.state, row.record_hash):
        raise RefusedError("the record is not what the ledger says", hint="Run `studio consent ledger verify`.")
    context.ledger.check_event(session, event.seq)
    if row.salt is None or sha256_bytes(bytes.fromhex(row.salt) + canonical_json(row.record or {})) != row.record_hash:
        raise RefusedError("the consent record was altered", hint="Restore it from a backup.")
    for kind in ("reference", "voiceprint", "statement", "document", "latents"):
        for asset in assets_of(session, row.id, kind):
            context.vault.check(row.id, asset.id, asset.sha256_cipher)


def _take_over(context: Context, session: Session, sealed: Sealing, old: ConsentRow, new: ConsentRow) -> None:
    """Bring the files of a record under the key of the one that renews it."""
    if ConsentState(old.state) not in {ConsentState.VERIFIED, ConsentState.SUSPENDED, ConsentState.EXPIRED}:
        raise RefusedError(f"the record that this one renews is {old.state}", hint="Draft a new record.")
    if assets_of(session, new.id, "reference") or not references_of(session, new):
        return
    comparing = record_of(new).purposes.voice_comparison
    for asset_id, again in context.vault.rewrap(old.id, new.id).items():
        sealed.note(new.id, asset_id)
        asset = session.get(VoiceAssetRow, asset_id)
        if asset is None or asset.destroyed_at is not None:
            context.vault.remove_asset(new.id, asset_id)
        elif asset.kind in {"voiceprint", "latents"} and not comparing:  # a match is made by comparing voices
            destroy(context, session, [asset])
            context.vault.remove_asset(new.id, asset_id)
        elif again.sha256_plain != asset.sha256_plain:
            raise RefusedError("a file of the vault is not what was recorded", hint="Restore it from a backup.")
        else:
            asset.consent_id, asset.sha256_cipher = new.id, again.sha256_cipher
    session.flush()

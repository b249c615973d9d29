"""Renewals: narrower by confirmation, wider by a new statement; the voice's sound stays what it is."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from studio.bootstrap import Studio
from studio.consent.actors import Actor
from studio.consent.requests import GateRequest
from studio.consent.states import ConsentState
from studio.core.errors import ConflictError, InputError, RefusedError, StorageError
from studio.hearing.statement import StatementTask
from studio.store.consent_tables import ConsentRow
from tests.consents import PRODUCER, REVIEWER, Walk, write_clip

TODAY = datetime.now(UTC).date()
LATER = {"terms": {"last_day": (TODAY + timedelta(days=800)).isoformat()}}
NARROWER = {"terms": {"last_day": (TODAY + timedelta(days=100)).isoformat(), "excluded_content": ["political"]}}


def renew(studio: Studio, walk: Walk, consent: str, data: dict[str, Any]) -> Actor:
    return walk.invite(studio.consents.renew(PRODUCER, consent, data).summary.id)


def state_of(studio: Studio, consent: str) -> ConsentState:
    return studio.consents.get(PRODUCER, consent).summary.state


def covered_by(studio: Studio) -> str:
    covered = studio._context.gate.check(GateRequest("jane-doe", "audiobook", "en"))
    assert covered is not None
    return covered.consent_id


def test_a_wider_renewal_takes_a_new_statement_and_keeps_the_voice(studio: Studio, walk: Walk):
    old = walk.verified().consent_id
    sound = studio._context.voice("jane-doe").data_sha256
    clips = [clip for clip in studio.consents.get(PRODUCER, old).clips if clip.kind == "reference"]
    recording = studio.consents.clip(REVIEWER, old, clips[0].id)
    owner = renew(studio, walk, old, LATER)
    new = owner.consent_id
    walk.answer(owner)
    page = walk.giving.page(owner, new)
    assert (page.step, page.references_needed) == ("statement", 0)
    assert [clip.id for clip in page.references] == [clip.id for clip in clips]
    assert studio.consents.clip(owner, new, clips[0].id) == recording
    with pytest.raises(ConflictError, match="goes on with the reference clips"):
        walk.giving.record_reference(owner, new, write_clip(walk.folder))
    walk.speak(owner)
    task = walk.ears.asked[-1]
    assert isinstance(task, StatementTask)
    assert task.references == (b"VVP",) * 3
    assert (state_of(studio, old), covered_by(studio)) == (ConsentState.VERIFIED, old)
    walk.review(new)
    assert (state_of(studio, old), covered_by(studio)) == (ConsentState.SUPERSEDED, new)
    assert studio._context.voice("jane-doe").data_sha256 == sound
    assert studio.consents.clip(REVIEWER, new, clips[0].id) == recording
    assert not studio._context.vault.has_key(old)
    assert not (studio.settings.home / "vault" / old).exists()
    with studio._context.database.read() as session:
        assert session.get_one(ConsentRow, old).superseded_by == new
    assert studio.ledger_book.verify(REVIEWER, full=True).problems == ()


def test_a_narrower_renewal_takes_only_the_owners_confirmation(studio: Studio, walk: Walk):
    old = walk.verified().consent_id
    sound = studio._context.voice("jane-doe").data_sha256
    owner = renew(studio, walk, old, NARROWER)
    with pytest.raises(ConflictError, match="notice was not shown"):
        walk.giving.confirm_narrowing(owner, owner.consent_id)
    assert walk.giving.page(owner, owner.consent_id).step == "notice"
    assert walk.giving.confirm_narrowing(owner, owner.consent_id).step == "active"
    detail = studio.consents.get(PRODUCER, owner.consent_id)
    assert detail.record is not None
    assert (detail.record.signature_name, detail.record.purposes.create_replica) == ("Jane Doe", True)
    assert [event.kind for event in detail.events[-2:]] == ["narrowed", "verified"]
    assert (state_of(studio, old), covered_by(studio)) == (ConsentState.SUPERSEDED, owner.consent_id)
    assert studio._context.voice("jane-doe").data_sha256 == sound
    with pytest.raises(RefusedError, match="excludes political"):
        studio._context.gate.check(GateRequest("jane-doe", "audiobook", "en", content=("political",)))


def test_signing_a_narrower_renewal_confirms_it(studio: Studio, walk: Walk):
    old = walk.verified().consent_id
    owner = renew(studio, walk, old, NARROWER)
    walk.answer(owner, voice_comparison=False)
    assert (state_of(studio, old), covered_by(studio)) == (ConsentState.SUPERSEDED, owner.consent_id)
    kept = len(list((studio.settings.home / "vault" / owner.consent_id).iterdir()))
    assert kept == 3 + 1  # the clips and the statement; no voiceprint


@pytest.mark.parametrize(
    "data",
    [
        LATER,
        {"controller": {"name": "Another Studio"}},
        {"parties": [{"role": "client", "name": "Big Client", "contact": "mailto:c@example.com"}]},
        {"data": {"deletion_days": 400}},
        {"subject": {"legal_name": "Jane Roe"}},
    ],
)
def test_confirmation_is_not_enough_for_what_goes_further(studio: Studio, walk: Walk, data: dict[str, Any]):
    old = walk.verified().consent_id
    owner = renew(studio, walk, old, data)
    walk.giving.page(owner, owner.consent_id)
    with pytest.raises(ConflictError, match="go further"):
        walk.giving.confirm_narrowing(owner, owner.consent_id)
    walk.answer(owner)
    assert (state_of(studio, owner.consent_id), covered_by(studio)) == (ConsentState.REQUESTED, old)


def test_narrowing_rests_on_a_consent_in_force(studio: Studio, walk: Walk):
    old = walk.verified().consent_id
    owner = renew(studio, walk, old, NARROWER)
    walk.giving.page(owner, owner.consent_id)
    studio.reviews.suspend(PRODUCER, old, "A dispute.")
    with pytest.raises(ConflictError, match="go further"):
        walk.giving.confirm_narrowing(owner, owner.consent_id)


def test_an_expired_consent_is_renewed_with_its_clips(studio: Studio, walk: Walk, pass_time):
    old = walk.verified(last_day=TODAY + timedelta(days=1)).consent_id
    pass_time(days=5)
    with pytest.raises(RefusedError, match="ended on"):
        covered_by(studio)
    owner = renew(studio, walk, old, LATER)
    assert studio.consents.get(PRODUCER, old).summary.next_step == ""
    walk.answer(owner)
    walk.speak(owner)
    walk.review(owner.consent_id)
    assert covered_by(studio) == owner.consent_id


def test_only_one_renewal_at_a_time_and_only_of_what_was_verified(studio: Studio, walk: Walk):
    given = walk.given("John Roe").consent_id
    with pytest.raises(ConflictError, match="nothing to renew yet"):
        studio.consents.renew(PRODUCER, given, LATER)
    studio.reviews.refuse(REVIEWER, given, name="Rita Moss", note="No.")
    with pytest.raises(ConflictError, match="final"):
        studio.consents.renew(PRODUCER, given, LATER)
    old = walk.verified().consent_id
    first = studio.consents.renew(PRODUCER, old, LATER)
    with pytest.raises(ConflictError, match="a renewal of this consent already"):
        studio.consents.renew(PRODUCER, old, LATER)
    with pytest.raises(InputError, match="same voice"):
        studio.consents.renew(PRODUCER, walk.verified("Mary Poe").consent_id, {"voice_id": "jane-doe"})
    owner = walk.invite(first.summary.id)
    walk.giving.decline(owner, owner.consent_id)
    assert covered_by(studio) == old
    assert len(studio.consents.get(PRODUCER, old).clips) == 4
    studio.consents.renew(PRODUCER, old, LATER)


def test_a_renewal_that_fails_half_way_changes_nothing(studio: Studio, walk: Walk, monkeypatch: pytest.MonkeyPatch):
    old = walk.verified().consent_id
    owner = renew(studio, walk, old, LATER)
    walk.answer(owner)
    walk.speak(owner)
    new = owner.consent_id
    before = sorted(path.name for path in (studio.settings.home / "vault").rglob("*") if path.is_file())
    append = type(studio._context.ledger).append

    def fail_at_the_end(self, session, kind, **given):
        if kind == "verified":
            raise StorageError("the disk is full")
        return append(self, session, kind, **given)

    with monkeypatch.context() as patch:
        patch.setattr(type(studio._context.ledger), "append", fail_at_the_end)
        with pytest.raises(StorageError):
            walk.review(new)
    after = sorted(path.name for path in (studio.settings.home / "vault").rglob("*") if path.is_file())
    assert after == before
    assert (state_of(studio, new), covered_by(studio)) == (ConsentState.GIVEN, old)
    walk.review(new)
    assert covered_by(studio) == new


def test_a_withdrawn_consent_takes_its_renewal_along(studio: Studio, walk: Walk):
    first = walk.verified()
    owner = renew(studio, walk, first.consent_id, LATER)
    walk.answer(owner)
    walk.speak(owner)
    with studio._context.database.write() as session:  # as an end that failed to reach the renewal would leave it
        from studio.services.consents.journal import write_event

        row = session.get_one(ConsentRow, first.consent_id)
        write_event(studio._context, session, row, "withdrawn", actor=first, state=ConsentState.WITHDRAWN)
    with pytest.raises(RefusedError, match="renews is withdrawn"):
        walk.review(owner.consent_id)

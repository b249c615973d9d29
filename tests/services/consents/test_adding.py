"""More recordings of a voice while its consent is in force; with real sound in tests/e2e/test_real_voice.py."""

from pathlib import Path

import pytest

from studio.bootstrap import Studio
from studio.consent.actors import Actor
from studio.consent.evidence import Outcome
from studio.consent.requests import AUDITION, GateRequest
from studio.core.errors import ConflictError, InputError, RecordingError, RefusedError
from studio.hearing.reference import ReferenceTask
from studio.services.consents.evidence import MAX_CLIPS, Reading
from studio.services.consents.standing import assets_of
from tests.consents import LOCAL, PRODUCER, REVIEWER, SECOND_REVIEWER, Walk, stand_in, write_clip

AUDITIONED = GateRequest("jane-doe", AUDITION, "en")


def add(walk: Walk, actor: Actor, consent: str, delivery: str = "sad") -> str:
    return walk.consents.add_reference(actor, consent, write_clip(walk.folder), "take.wav", Reading(delivery, "Oh.")).id


def clips(walk: Walk, consent: str) -> dict[str, str]:
    return {clip.id: clip.delivery for clip in walk.consents.get(LOCAL, consent).clips if clip.kind == "reference"}


def test_the_owner_adds_a_recording_and_the_gate_knows_it(studio: Studio, walk: Walk):
    owner = walk.verified()
    before = studio.casting._context.voice("jane-doe")
    page = walk.giving.page(owner, owner.consent_id)
    assert page.takes_more
    assert {"neutral", "sad", "whisper"} <= set(page.deliveries)
    added = walk.giving.record_reference(owner, owner.consent_id, write_clip(walk.folder), Reading("sad"))
    assert (added.delivery, clips(walk, owner.consent_id)[added.id]) == ("sad", "sad")
    after = studio.casting._context.voice("jane-doe")
    assert (before.data_sha256, before.shape_sha256) != (after.data_sha256, after.shape_sha256)
    covered = studio._context.gate.check(AUDITIONED)
    assert covered is not None
    assert added.id in {clip.asset_id for clip in covered.clips}
    event = walk.giving.page(owner, owner.consent_id).events[-1]
    assert event.kind == "reference-added"
    assert not studio.ledger_book.verify(REVIEWER, full=True).problems
    studio.auditions.say("It speaks still.", "jane-doe", language="en")


def test_it_is_compared_with_those_that_were_reviewed(walk: Walk):
    owner = walk.verified()
    add(walk, LOCAL, owner.consent_id)
    task = walk.ears.asked[-1]
    assert isinstance(task, ReferenceTask)
    assert len(task.references) == 3


@pytest.mark.parametrize("check", ["speaker", "one_speaker"])
@pytest.mark.parametrize("outcome", [Outcome.REFUSE, Outcome.REVIEW])
def test_what_is_in_doubt_is_not_added(studio: Studio, walk: Walk, check: str, outcome: Outcome):
    owner = walk.verified()
    before = clips(walk, owner.consent_id)
    doubting = Walk(studio, stand_in(**{check: outcome}))
    with pytest.raises(RecordingError, match="cannot be added") as refused:
        doubting.giving.record_reference(owner, owner.consent_id, write_clip(walk.folder))
    assert refused.value.checks == (check.replace("_", "-"),)
    assert clips(walk, owner.consent_id) == before
    assert studio._context.gate.check(AUDITIONED) is not None


@pytest.mark.parametrize("actor", [PRODUCER, REVIEWER])
def test_nobody_adds_one_without_the_owner(walk: Walk, actor: Actor):
    owner = walk.verified()
    with pytest.raises(RefusedError, match="only the voice owner"):
        add(walk, actor, owner.consent_id)
    with pytest.raises(RefusedError, match="another record"):
        walk.giving.record_reference(owner, walk.verified("Max Roe").consent_id, write_clip(walk.folder))


def test_the_terms_are_kept_to(walk: Walk):
    quiet = walk.verified(excluded_deliveries=["shouting"]).consent_id
    assert "shout" not in walk.giving.page(LOCAL, quiet).deliveries
    with pytest.raises(RefusedError, match="excludes the delivery 'shout'"):
        add(walk, LOCAL, quiet, "shouting")
    uncompared = walk.given("Max Roe", purposes={"voice_comparison": False})
    for reviewer in (REVIEWER, SECOND_REVIEWER):
        walk.studio.reviews.approve(reviewer, uncompared.consent_id, name=reviewer.name, note="", listened=True)
    assert not walk.giving.page(uncompared, uncompared.consent_id).takes_more
    with pytest.raises(RefusedError, match="did not agree to comparing"):
        add(walk, LOCAL, uncompared.consent_id)


def test_only_while_it_is_in_force(studio: Studio, walk: Walk, pass_time):
    owner = walk.verified()
    studio.reviews.suspend(REVIEWER, owner.consent_id, "asked")
    with pytest.raises(ConflictError, match="is suspended"):
        add(walk, LOCAL, owner.consent_id)
    studio.reviews.resume(REVIEWER, owner.consent_id, name="Rita Moss", note="fine")
    add(walk, LOCAL, owner.consent_id)
    pass_time(days=400)
    with pytest.raises(ConflictError, match="not in force"):
        add(walk, LOCAL, owner.consent_id)
    studio.endings.withdraw(LOCAL, owner.consent_id)
    with pytest.raises(ConflictError, match="is withdrawn") as refused:
        add(walk, LOCAL, owner.consent_id)
    assert "Renew" not in refused.value.hint


def test_voiceprints_that_were_destroyed_are_made_for_the_moment(studio: Studio, walk: Walk, pass_time):
    owner = walk.verified()
    pass_time(days=31)
    studio.endings.retention(REVIEWER)
    add(walk, LOCAL, owner.consent_id)
    assert len(walk.ears.asked[-1].references) == 3
    with studio._context.database.read() as session:
        assert assets_of(session, owner.consent_id, "voiceprint") == []


def test_there_is_an_end_to_it_and_the_same_file_counts_once(walk: Walk, tmp_path: Path):
    consent = walk.verified().consent_id
    same = write_clip(tmp_path)
    walk.consents.add_reference(LOCAL, consent, same, "a.wav")
    with pytest.raises(ConflictError, match="handed in before"):
        walk.consents.add_reference(LOCAL, consent, same, "a.wav")
    while len(clips(walk, consent)) < MAX_CLIPS:
        add(walk, LOCAL, consent)
    assert not walk.giving.page(LOCAL, consent).takes_more
    with pytest.raises(ConflictError, match=f"{MAX_CLIPS} reference clips"):
        add(walk, LOCAL, consent)
    with pytest.raises(InputError, match="no delivery"):
        add(walk, LOCAL, consent, "furious-ish")

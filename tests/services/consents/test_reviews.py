"""Reviewers: who may attest, how many are needed, and what a suspension takes."""

import re
import sqlite3

import pytest

from studio.bootstrap import Studio
from studio.consent.actors import Actor, Role
from studio.consent.evidence import Outcome
from studio.consent.states import ConsentState
from studio.core.errors import ConflictError, InputError, RefusedError
from tests.consents import LOCAL, PRODUCER, REVIEWER, SECOND_REVIEWER, Walk, stand_in


def approve(studio: Studio, consent_id: str, name: str, actor: Actor = LOCAL) -> ConsentState:
    return studio.reviews.approve(actor, consent_id, name=name, note="", listened=True).summary.state


def test_one_named_reviewer_who_listened_verifies(studio: Studio, walk: Walk):
    owner = walk.given()
    assert [each.id for each in studio.reviews.queue(REVIEWER)] == [owner.consent_id]
    assert studio.reviews.queue(REVIEWER)[0].next_step == "Needs a reviewer"
    detail = studio.reviews.approve(REVIEWER, owner.consent_id, name="Rita Moss", note=" Clear. ", listened=True)
    assert detail.summary.state is ConsentState.VERIFIED
    assert [(each.reviewer, each.decision, each.note) for each in detail.reviews] == [
        ("Rita Moss", "approve", "Clear.")
    ]
    assert [event.sentence for event in detail.events[-2:]] == [
        "A reviewer approved: Rita Moss, Clear.",
        "The consent was reviewed and verified.",
    ]
    assert studio.reviews.queue(REVIEWER) == ()
    with pytest.raises(ConflictError, match="does not wait for a reviewer"):
        approve(studio, owner.consent_id, "Sam Holt")


@pytest.mark.parametrize(
    ("name", "listened", "error", "says"),
    [
        ("Rita Moss", False, InputError, "attests to have listened"),
        ("", True, InputError, "needs the name"),
        ("--", True, InputError, "needs the name"),
        ("Jane Doe", True, RefusedError, "consent of their own"),
        ("J\u0430ne  DOE", True, RefusedError, "consent of their own"),
        ("Jay Dee", True, RefusedError, "consent of their own"),
    ],
)
def test_a_review_needs_another_person_who_listened(
    studio: Studio, walk: Walk, name: str, listened: bool, error: type, says: str
):
    owner = walk.given(subject={"credit_name": "Jay Dee"})
    with pytest.raises(error, match=says):
        studio.reviews.approve(LOCAL, owner.consent_id, name=name, note="", listened=listened)
    detail = studio.consents.get(REVIEWER, owner.consent_id)
    assert (detail.summary.state, detail.reviews) == (ConsentState.GIVEN, ())


def test_the_studio_owners_own_voice_may_be_their_own_review(studio: Studio, walk: Walk):
    owner = walk.given(subject={"status": "self"})
    assert approve(studio, owner.consent_id, "Jane Doe") is ConsentState.VERIFIED


@pytest.mark.parametrize("actor", [PRODUCER, Actor("Jane Doe", Role.VOICE_OWNER, "x")])
def test_only_reviewers_review(studio: Studio, walk: Walk, actor: Actor):
    consent = walk.given().consent_id
    for act in (
        lambda: studio.reviews.queue(actor),
        lambda: studio.reviews.approve(actor, consent, name="Pat Lane", note="", listened=True),
        lambda: studio.reviews.refuse(actor, consent, name="Pat Lane", note="No."),
        lambda: studio.reviews.resume(actor, consent, name="Pat Lane", note="Fine."),
    ):
        with pytest.raises(RefusedError):
            act()


@pytest.mark.parametrize("how", ["no comparison", "speaker in doubt", "another voice in doubt", "document"])
def test_two_people_are_needed_where_no_machine_is_sure(studio: Studio, walk: Walk, tmp_path, how: str):
    if how == "document":
        owner = walk.asked(route="document")
        walk.answer(owner)
        walk.clips(owner)
        paper = tmp_path / "signed.pdf"
        paper.write_bytes(b"%PDF-1.7 signed")
        studio.consents.attach_document(PRODUCER, owner.consent_id, paper, "Signed")
    elif how == "no comparison":
        owner = walk.given(purposes={"voice_comparison": False})
    else:
        doubt = {"speaker in doubt": "speaker", "another voice in doubt": "one_speaker"}[how]
        doubtful = Walk(studio, stand_in())
        owner = doubtful.asked()
        doubtful.answer(owner)
        doubtful.clips(owner)
        doubtful.ears.checks[doubt.replace("_", "-")] = Outcome.REVIEW
        doubtful.speak(owner)
    consent = owner.consent_id
    assert approve(studio, consent, "Rita Moss") is ConsentState.GIVEN
    assert studio.consents.get(PRODUCER, consent).summary.next_step == "Needs a second reviewer"
    for again in ("Rita Moss", "RITA moss", "Rit\u0430 Moss", "R\u0131ta Moss"):
        with pytest.raises(RefusedError, match="attested already"):
            approve(studio, consent, again)
    assert approve(studio, consent, "Sam Holt") is ConsentState.VERIFIED
    assert [each.reviewer for each in studio.consents.get(PRODUCER, consent).reviews] == ["Rita Moss", "Sam Holt"]


def test_one_account_cannot_sign_under_two_names(studio: Studio, walk: Walk):
    consent = walk.given(purposes={"voice_comparison": False}).consent_id
    approve(studio, consent, "Rita Moss", REVIEWER)
    with pytest.raises(RefusedError, match="attested already"):
        approve(studio, consent, "Somebody Else", REVIEWER)
    assert approve(studio, consent, "Sam Holt", SECOND_REVIEWER) is ConsentState.VERIFIED


def test_another_check_in_doubt_needs_no_second_person(studio: Studio, walk: Walk):
    owner = walk.asked()
    walk.answer(owner)
    walk.clips(owner)
    walk.ears.checks["words"] = Outcome.REVIEW
    walk.speak(owner)
    assert approve(studio, owner.consent_id, "Rita Moss") is ConsentState.VERIFIED


def test_a_refusal_needs_a_reason_and_is_final(studio: Studio, walk: Walk):
    owner = walk.given()
    with pytest.raises(InputError, match="say why"):
        studio.reviews.refuse(REVIEWER, owner.consent_id, name="Rita Moss", note=" ")
    detail = studio.reviews.refuse(REVIEWER, owner.consent_id, name="Rita Moss", note="Another voice.")
    assert (detail.summary.state, detail.summary.next_step) == (ConsentState.REFUSED, "")
    assert walk.giving.page(owner, owner.consent_id).step == "ended"
    assert all(clip.destroyed for clip in detail.clips)
    assert detail.has_certificate
    assert not studio._context.vault.has_key(owner.consent_id)
    assert not (studio.settings.home / "vault" / owner.consent_id).exists()
    with pytest.raises(ConflictError):
        studio.reviews.refuse(REVIEWER, owner.consent_id, name="Rita Moss", note="Again.")
    with pytest.raises(ConflictError):
        approve(studio, owner.consent_id, "Sam Holt")


def test_a_verified_consent_is_not_refused(studio: Studio, walk: Walk):
    owner = walk.verified()
    with pytest.raises(ConflictError, match="verified cannot become refused"):
        studio.reviews.refuse(REVIEWER, owner.consent_id, name="Rita Moss", note="Too late.")


def test_a_suspension_is_lifted_by_a_reviewer(studio: Studio, walk: Walk):
    consent = walk.verified().consent_id
    with pytest.raises(InputError, match="say why"):
        studio.reviews.suspend(PRODUCER, consent, "")
    detail = studio.reviews.suspend(PRODUCER, consent, "A complaint.")
    assert (detail.summary.state, detail.events[-1].sentence) == (
        ConsentState.SUSPENDED,
        "The consent was suspended: A complaint.",
    )
    with pytest.raises(ConflictError, match="nothing to suspend"):
        studio.reviews.suspend(PRODUCER, consent, "Again.")
    with pytest.raises(RefusedError, match="consent of their own"):
        studio.reviews.resume(REVIEWER, consent, name="Jane Doe", note="Fine.")
    detail = studio.reviews.resume(REVIEWER, consent, name="Rita Moss", note="Settled.")
    assert detail.summary.state is ConsentState.VERIFIED
    with pytest.raises(ConflictError, match="verified, not suspended"):
        studio.reviews.resume(REVIEWER, consent, name="Rita Moss", note="Again.")


@pytest.mark.parametrize("harm", ["deleted", "one bit", "record", "row"])
def test_55_what_is_altered_is_neither_approved_nor_resumed(studio: Studio, walk: Walk, harm: str):
    given, suspended = walk.given("Jane Doe").consent_id, walk.verified("John Roe").consent_id
    studio.reviews.suspend(PRODUCER, suspended, "To look at it.")
    for consent in (given, suspended):
        damage(studio, consent, harm)
    with pytest.raises(RefusedError):
        approve(studio, given, "Rita Moss")
    with pytest.raises(RefusedError):
        studio.reviews.resume(REVIEWER, suspended, name="Rita Moss", note="Fine.")
    assert [studio.consents.get(PRODUCER, each).summary.state for each in (given, suspended)] == ["given", "suspended"]
    assert studio.consents.get(PRODUCER, given).reviews == ()


def damage(studio: Studio, consent_id: str, harm: str) -> None:
    clip = next(each for each in studio.consents.get(PRODUCER, consent_id).clips if each.kind == "statement")
    path = studio.settings.home / "vault" / consent_id / clip.id
    if harm == "deleted":
        path.unlink()
    elif harm == "one bit":
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
    else:
        change = {
            "record": "UPDATE consent SET record = replace(record, 'audiobook', 'ad') WHERE id = ?",
            "row": "UPDATE consent SET ledger_seq = ledger_seq - 1 WHERE id = ?",
        }[harm]
        with sqlite3.connect(studio.settings.home / "studio.db") as database:
            database.execute(change, (consent_id,))
        database.close()


def test_a_term_that_ran_out_is_not_verified(studio: Studio, walk: Walk, pass_time):
    owner = walk.given()
    pass_time(days=400)
    with pytest.raises(RefusedError, match="term of this consent is over"):
        approve(studio, owner.consent_id, "Rita Moss")
    assert studio.reviews.queue(REVIEWER) == ()


def test_nothing_claims_a_proven_identity(studio: Studio, walk: Walk):
    detail = studio.consents.get(PRODUCER, walk.verified().consent_id)
    said = " ".join(event.sentence for event in detail.events) + detail.summary.next_step
    assert not re.search(r"\b(identity|proven|proved)\b", said)

"""The voice owner's own steps: notice, answer, recordings, statement."""

import logging
import sqlite3
from pathlib import Path

import pytest

from studio.bootstrap import Studio
from studio.consent.challenge import HashedChallenge
from studio.consent.evidence import Outcome
from studio.consent.states import ConsentState
from studio.core.errors import ConflictError, EngineError, InputError, RefusedError
from studio.hearing.statement import StatementTask
from tests.consents import PRODUCER, PURPOSES, Walk, stand_in, write_clip


def kinds(studio: Studio, consent_id: str) -> list[str]:
    return [event.kind for event in studio.consents.get(PRODUCER, consent_id).events]


def test_the_notice_is_noted_as_shown_once_for_each_text(studio: Studio, walk: Walk):
    owner = walk.asked()
    page = walk.giving.page(owner, owner.consent_id)
    assert page.step == "notice"
    walk.giving.page(owner, owner.consent_id)
    assert kinds(studio, owner.consent_id).count("notice-shown") == 1
    record = studio.consents.get(PRODUCER, owner.consent_id).record
    assert record is not None
    assert record.notice.sha256 == page.notice_sha256
    assert record.notice.shown_at
    studio.consents.change(PRODUCER, owner.consent_id, {"terms": {"uses": ["audiobook", "podcast"]}})
    again = walk.giving.page(owner, owner.consent_id)
    assert again.notice_sha256 != page.notice_sha256
    assert kinds(studio, owner.consent_id).count("notice-shown") == 2


def answer(walk: Walk, owner, **changes: object):
    page = walk.giving.page(owner, owner.consent_id)
    said = {
        "purposes": dict(PURPOSES),
        "signature_name": page.person,
        "language": page.language,
        "notice_sha256": page.notice_sha256,
    }
    return walk.giving.answer(owner, owner.consent_id, **{**said, **changes})


def test_all_ticks_are_off_until_the_owner_sets_them(walk: Walk):
    owner = walk.asked()
    page = walk.giving.page(owner, owner.consent_id)
    assert {purpose["name"]: purpose["ticked"] for purpose in page.purposes} == dict.fromkeys(
        ("create_replica", "render_works", "voice_comparison", "train_models", "demonstrate", "share_voice"), False
    )
    page = answer(walk, owner, purposes={"create_replica": True, "render_works": True})
    assert {purpose["name"] for purpose in page.purposes if purpose["ticked"]} == {"create_replica", "render_works"}
    assert (page.step, page.references_needed) == ("references", 3)


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"purposes": {"create_replica": True}}, InputError, "nothing to consent to"),
        ({"purposes": {**PURPOSES, "render_works": False}}, InputError, "nothing to consent to"),
        ({"purposes": {**PURPOSES, "sell": True}}, InputError, "not one of the notice"),
        ({"purposes": {**PURPOSES, "render_works": "yes"}}, InputError, "not one of the notice"),
        ({"signature_name": ""}, InputError, "not the name of who signs"),
        ({"signature_name": "John Roe"}, InputError, "not the name of who signs"),
        ({"notice_sha256": "0" * 64}, ConflictError, "not the one that was shown"),
        ({"language": "xx"}, InputError, "xx"),
    ],
)
def test_an_answer_must_fit(studio: Studio, walk: Walk, changes: dict[str, object], error: type, says: str):
    owner = walk.asked()
    with pytest.raises(error, match=says):
        answer(walk, owner, **changes)
    record = studio.consents.get(PRODUCER, owner.consent_id).record
    assert record is not None
    assert record.signature_name == ""


def test_the_notice_must_have_been_shown_as_it_is_now(studio: Studio, walk: Walk):
    owner = walk.asked()
    page = walk.giving.page(owner, owner.consent_id)
    studio.consents.change(PRODUCER, owner.consent_id, {"terms": {"max_finished_minutes": 60}})
    with pytest.raises(ConflictError, match="Read it again"):
        walk.giving.answer(
            owner,
            owner.consent_id,
            purposes=PURPOSES,
            signature_name="Jane Doe",
            language=page.language,
            notice_sha256=page.notice_sha256,
        )


def test_the_name_is_signed_as_it_looks(studio: Studio, walk: Walk):
    owner = walk.asked("José O’Neill")
    answer(walk, owner, signature_name="  jose  O’NEILL ")
    record = studio.consents.get(PRODUCER, owner.consent_id).record
    assert record is not None
    assert record.signature_name == "jose O’NEILL"


def test_a_guardian_signs_for_a_minor(walk: Walk):
    owner = walk.asked("Tim Doe", subject={"status": "minor", "guardian": "Jane Doe"})
    assert owner.name == "Jane Doe"
    with pytest.raises(InputError, match="not the name of who signs"):
        answer(walk, owner, signature_name="Tim Doe")
    assert answer(walk, owner).step == "references"


def test_declining_is_final(studio: Studio, walk: Walk):
    owner = ready(walk)
    assert walk.giving.decline(owner, owner.consent_id).step == "ended"
    detail = studio.consents.get(PRODUCER, owner.consent_id)
    assert detail.summary.state is ConsentState.REFUSED
    assert [clip.destroyed for clip in detail.clips] == [True] * 3
    assert not studio._context.vault.has_key(owner.consent_id)
    with pytest.raises(ConflictError, match="too late to answer"):
        walk.answer(owner)
    walk.giving.decline(owner, owner.consent_id)
    assert kinds(studio, owner.consent_id).count("declined") == 1


def test_a_verified_consent_is_withdrawn_not_declined(walk: Walk):
    owner = walk.verified()
    with pytest.raises(ConflictError, match="cannot become refused"):
        walk.giving.decline(owner, owner.consent_id)


def test_long_references_do_for_three(walk: Walk):
    owner = walk.asked()
    walk.answer(owner)
    walk.giving.record_reference(owner, owner.consent_id, write_clip(walk.folder, 8.0))
    assert walk.giving.page(owner, owner.consent_id).step == "statement"


def test_no_statement_before_its_time(walk: Walk):
    owner = walk.asked()
    with pytest.raises(ConflictError, match="notice is not answered yet"):
        walk.giving.challenge(owner, owner.consent_id)
    walk.answer(owner)
    walk.clips(owner, 2)
    with pytest.raises(ConflictError, match="1 more reference"):
        walk.giving.challenge(owner, owner.consent_id)


def ready(walk: Walk, name: str = "Jane Doe"):
    owner = walk.asked(name)
    walk.answer(owner)
    walk.clips(owner)
    return owner


def test_a_statement_is_examined_for_what_was_asked(studio: Studio, walk: Walk):
    owner = ready(walk)
    challenge = walk.giving.challenge(owner, owner.consent_id)
    assert all(word in challenge.text for word in challenge.words)
    assert " ".join(challenge.digits) in challenge.text
    said = walk.giving.record_statement(owner, owner.consent_id, challenge.id, write_clip(walk.folder))
    assert (said.outcome, said.attempts_left) == (Outcome.PASS, 2)
    task = walk.ears.asked[-1]
    assert isinstance(task, StatementTask)
    assert (task.expectation.name, task.expectation.language) == ("Jane Doe", "en")
    assert challenge.text.startswith(task.expectation.fixed_text)
    assert task.references == (b"VVP",) * 3
    assert len(task.known) == 3
    assert isinstance(task.challenge, HashedChallenge)
    page = walk.giving.page(owner, owner.consent_id)
    assert (page.step, page.state) == ("waiting", ConsentState.GIVEN)
    assert {event.by for event in page.events} == {"Jane Doe", "the studio"}


def test_without_comparison_no_voiceprint_is_made_or_used(studio: Studio, walk: Walk):
    owner = walk.asked()
    walk.answer(owner)
    walk.clips(owner)
    answer(walk, owner, purposes={"create_replica": True, "render_works": True})
    assert len(list((studio.settings.home / "vault" / owner.consent_id).iterdir())) == 3
    walk.speak(owner)
    task = walk.ears.asked[-1]
    assert isinstance(task, StatementTask)
    assert task.references == ()


def test_comparison_agreed_to_later_uses_the_clips_that_are_there(walk: Walk):
    owner = walk.asked()
    walk.answer(owner, voice_comparison=False)
    walk.clips(owner)
    answer(walk, owner)
    walk.speak(owner)
    task = walk.ears.asked[-1]
    assert isinstance(task, StatementTask)
    assert task.references == (b"VVP",) * 3
    assert list(walk.folder.glob("clip-*")) == []


def test_57_a_challenge_lives_for_fifteen_minutes(walk: Walk, pass_time):
    owner = ready(walk)
    challenge = walk.giving.challenge(owner, owner.consent_id)
    pass_time(minutes=15)
    with pytest.raises(RefusedError, match=r"older than 15 minutes\. Ask for new code words"):
        walk.giving.record_statement(owner, owner.consent_id, challenge.id, write_clip(walk.folder))


def test_57_the_fourth_attempt_is_refused(studio: Studio, walk: Walk):
    owner = ready(walk)
    deaf = Walk(studio, stand_in(challenge=Outcome.REFUSE))
    challenge = walk.giving.challenge(owner, owner.consent_id)
    for left in (2, 1, 0):
        said = deaf.giving.record_statement(owner, owner.consent_id, challenge.id, write_clip(walk.folder))
        assert (said.outcome, said.attempts_left, said.clip_id) == (Outcome.REFUSE, left, None)
    with pytest.raises(RefusedError, match="tried three times"):
        walk.giving.record_statement(owner, owner.consent_id, challenge.id, write_clip(walk.folder))
    page = walk.giving.page(owner, owner.consent_id)
    assert (page.step, page.state, len(page.attempts)) == ("statement", ConsentState.REQUESTED, 3)
    assert all(attempt.transcript == "" for attempt in page.attempts)
    assert kinds(studio, owner.consent_id).count("statement-refused") == 3
    walk.speak(owner)
    assert walk.giving.page(owner, owner.consent_id).step == "waiting"


def test_57_another_records_challenge_is_refused(walk: Walk):
    jane, john = ready(walk, "Jane Doe"), ready(walk, "John Roe")
    theirs = walk.giving.challenge(john, john.consent_id)
    for challenge_id in (theirs.id, "nothing"):
        with pytest.raises(RefusedError, match="given out for another record"):
            walk.giving.record_statement(jane, jane.consent_id, challenge_id, write_clip(walk.folder))
    walk.giving.record_statement(john, john.consent_id, theirs.id, write_clip(walk.folder))


def test_57_a_challenge_is_good_once_and_a_new_one_ends_the_one_before(walk: Walk):
    owner = ready(walk)
    first = walk.giving.challenge(owner, owner.consent_id)
    second = walk.giving.challenge(owner, owner.consent_id)
    assert first.words != second.words
    with pytest.raises(RefusedError, match="used up, or newer ones"):
        walk.giving.record_statement(owner, owner.consent_id, first.id, write_clip(walk.folder))
    walk.giving.record_statement(owner, owner.consent_id, second.id, write_clip(walk.folder))
    with pytest.raises(ConflictError, match="no statement is awaited"):
        walk.giving.record_statement(owner, owner.consent_id, second.id, write_clip(walk.folder))


def test_challenges_are_limited_by_the_hour(walk: Walk, pass_time):
    owner = ready(walk)
    for _ in range(10):
        walk.giving.challenge(owner, owner.consent_id)
    with pytest.raises(RefusedError, match="too many code words"):
        walk.giving.challenge(owner, owner.consent_id)
    pass_time(hours=1)
    walk.giving.challenge(owner, owner.consent_id)


def test_a_recording_that_cannot_be_examined_uses_no_attempt(studio: Studio, walk: Walk):
    owner = ready(walk)

    def fail(_task: StatementTask):
        raise EngineError("the recogniser failed")

    broken = Walk(studio)
    broken.giving._examiner = type(walk.ears.examiner)(walk.ears.reference, fail)
    challenge = walk.giving.challenge(owner, owner.consent_id)
    for _ in range(4):
        with pytest.raises(EngineError):
            broken.giving.record_statement(owner, owner.consent_id, challenge.id, write_clip(walk.folder))
    said = walk.giving.record_statement(owner, owner.consent_id, challenge.id, write_clip(walk.folder))
    assert said.attempts_left == 2


def test_56_a_statement_handed_in_before_is_refused(walk: Walk):
    jane, john = ready(walk, "Jane Doe"), ready(walk, "John Roe")
    path = write_clip(walk.folder)
    walk.giving.record_statement(jane, jane.consent_id, walk.giving.challenge(jane, jane.consent_id).id, path)
    challenge = walk.giving.challenge(john, john.consent_id)
    with pytest.raises(ConflictError, match="handed in before"):
        walk.giving.record_statement(john, john.consent_id, challenge.id, path)
    assert walk.giving.page(john, john.consent_id).state is ConsentState.REQUESTED
    assert any(clip.label.startswith("a statement of ") for clip in walk.ears.asked[-1].known)


def test_97_challenge_and_link_are_stored_nowhere_and_logged_nowhere(
    studio: Studio, walk: Walk, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO)
    owner = ready(walk)
    challenge = walk.giving.challenge(owner, owner.consent_id)
    walk.giving.record_statement(owner, owner.consent_id, challenge.id, write_clip(walk.folder))
    dump = "\n".join(sqlite3.connect(studio.settings.home / "studio.db").iterdump())
    assert challenge.id in dump
    assert challenge.digits not in dump
    assert not any(f" {word} " in dump or f'"{word}"' in dump for word in challenge.words)
    assert "Jane" not in caplog.text


def test_no_name_stands_on_the_ledger(studio: Studio, walk: Walk):
    owner = walk.verified("Jane Doe")
    rows = sqlite3.connect(studio.settings.home / "studio.db").execute("SELECT body FROM ledger_event").fetchall()
    bodies = b"\n".join(row[0] for row in rows)
    assert owner.consent_id.encode() in bodies
    for private in (b"Jane", b"Rita", b"Pat", b"example.com", b"Narration"):
        assert private not in bodies


def test_a_paper_consent_is_given_once_signed_with_papers_and_clips(studio: Studio, walk: Walk, tmp_path: Path):
    owner = walk.asked("Old Joe", route="document", subject={"status": "deceased", "guardian": "Ann Joe"})
    paper = tmp_path / "estate.pdf"
    paper.write_bytes(b"%PDF-1.7 signed by the estate")
    studio.consents.attach_document(PRODUCER, owner.consent_id, paper, "Signed agreement")
    walk.answer(owner, voice_comparison=False)
    page = walk.giving.page(owner, owner.consent_id)
    assert (page.step, page.state) == ("waiting", ConsentState.REQUESTED)
    assert studio.consents.get(PRODUCER, owner.consent_id).summary.next_step == "Add recordings of the voice"
    with pytest.raises(ConflictError, match="given on paper"):
        walk.giving.challenge(owner, owner.consent_id)
    for number in range(3):
        assert studio.consents.get(PRODUCER, owner.consent_id).summary.state is ConsentState.REQUESTED
        walk.consents.add_reference(PRODUCER, owner.consent_id, write_clip(walk.folder), f"old tape {number}.wav")
    detail = studio.consents.get(PRODUCER, owner.consent_id)
    assert detail.summary.state is ConsentState.GIVEN
    assert [clip.label for clip in detail.clips] == ["Signed agreement", "old tape 0", "old tape 1", "old tape 2"]

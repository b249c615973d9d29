from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from studio.bootstrap import Studio, open_studio, read_settings
from studio.consent.actors import Actor, Role
from studio.consent.evidence import Outcome
from studio.core.errors import InputError, RefusedError
from studio.ui.components.consent_form import form_value, new_record
from studio.ui.components.consent_words import CONTENT_WORDS, PURPOSE_WORDS, USE_WORDS
from studio.ui.components.consents import (
    list_value,
    record_value,
    replicas_value,
    reviewer_name,
    takes_recordings,
    waiting_value,
)
from studio.ui.components.voices import voices_value
from studio.ui.pages import consents as consents_page
from studio.ui.pages import review as review_page
from tests.consents import LOCAL, PRODUCER, REVIEWER, SECOND_REVIEWER, Walk, record_data, stand_in, write_clip

OWNER = Actor("Jane Doe", Role.VOICE_OWNER, "x")


@pytest.fixture
def studio(home: Path) -> Iterator[Studio]:
    opened = open_studio(read_settings({}, home=home, workers=1))
    yield opened
    opened.close()


@pytest.fixture
def walk(studio: Studio) -> Walk:
    return Walk(studio)


def request(who: Actor | None, **query: str) -> Any:
    return SimpleNamespace(state=SimpleNamespace(actor=who), query_params=query)


def event(**data: Any) -> gr.EventData:
    return gr.EventData(target=None, _data=data)


def form_data(name: str = "Jane Doe", **terms: Any) -> dict[str, Any]:
    data = record_data(name, **terms)
    del data["engine"]
    return data


def value_of(studio: Studio, who: Actor, consent: str) -> dict[str, Any]:
    return record_value(studio, who, studio.consents.get(PRODUCER, consent))


def test_every_use_content_and_purpose_has_words():
    from studio.consent.record import Purposes
    from studio.consent.terms import CONTENT, USES

    assert set(USES) == set(USE_WORDS)
    assert set(CONTENT) == set(CONTENT_WORDS)
    assert set(Purposes.__slots__) == set(PURPOSE_WORDS)


def test_what_each_role_is_offered(studio: Studio, walk: Walk):
    waiting = walk.given("Jane Doe").consent_id
    assert "review" not in value_of(studio, PRODUCER, waiting)["may"]
    assert "listen" not in value_of(studio, PRODUCER, waiting)["may"]
    assert {"review", "listen", "revoke"} <= set(value_of(studio, REVIEWER, waiting)["may"])
    assert {"review", "listen", "revoke", "withdraw"} <= set(value_of(studio, LOCAL, waiting)["may"])
    walk.review(waiting)
    offered = set(value_of(studio, REVIEWER, waiting)["may"])
    assert {"suspend", "renew", "withdraw"} <= offered
    assert not {"edit", "review", "resume", "remove"} & offered
    draft = walk.draft("Ada Marsh")
    assert {"edit", "invite", "withdraw", "attach"} <= set(value_of(studio, PRODUCER, draft)["may"])
    assert not {"revoke", "suspend", "renew", "ask"} & set(value_of(studio, LOCAL, draft)["may"])


def test_a_review_waits_only_for_who_may_review(studio: Studio, walk: Walk):
    walk.given("Jane Doe")
    walk.draft("Ada Marsh")
    assert waiting_value(studio, REVIEWER) == {"count": 1}
    assert waiting_value(studio, PRODUCER) == {"count": 0}
    assert waiting_value(studio, OWNER) == {"count": 0}


def test_the_voice_owner_sees_none_of_these_pages(studio: Studio, walk: Walk):
    consent = walk.draft("Jane Doe")
    with pytest.raises(RefusedError):
        studio.consents.get(OWNER, consent)
    assert replicas_value(studio, OWNER) is None
    handlers = consents_page._Handlers(studio)
    for query in ({}, {"c": consent}, {"new": "1"}, {"edit": consent}):
        heading = handlers.open(request(OWNER, **query))[1]
        assert heading["error"], query
        assert "Jane Doe" not in str(handlers.open(request(OWNER, **query)))
    assert handlers.open(request(None))[1]["error"].startswith("nobody is signed in")


def test_the_list_is_filtered_by_state_and_words(studio: Studio, walk: Walk):
    walk.given("Jane Doe")
    walk.draft("Ada Marsh")
    handlers = consents_page._Handlers(studio)
    found = handlers.filter(request(LOCAL), event(state="given", query=""))
    assert [each["person"] for each in found["consents"]] == ["Jane Doe"]
    found = handlers.filter(request(LOCAL), event(state="nonsense", query="marsh"))
    assert [each["person"] for each in found["consents"]] == ["Ada Marsh"]
    assert list_value(studio, LOCAL)["total"] == 2


def test_the_form_remembers_the_studio_and_nothing_of_the_person(studio: Studio, walk: Walk):
    assert form_value(studio, LOCAL, "new", "1")["initial"] == {}
    walk.draft("Jane Doe", controller={"name": "Harbour Audio", "address": "1 Quay"})
    initial = form_value(studio, LOCAL, "new", "1")["initial"]
    assert initial["controller"]["name"] == "Harbour Audio"
    assert initial["controller"]["address"] == "1 Quay"
    assert "Jane" not in str(initial)


def test_the_form_begins_a_renewal_with_the_old_terms_and_new_days(studio: Studio, walk: Walk):
    consent = walk.verified("Jane Doe", max_finished_minutes=90.0).consent_id
    initial = form_value(studio, LOCAL, "renew", consent)["initial"]
    assert initial["subject"]["legal_name"] == "Jane Doe"
    assert initial["terms"]["max_finished_minutes"] == 90.0
    assert "first_day" not in initial["terms"]
    assert not {"purposes", "notice", "signature_name"} & set(initial)
    data = {key: value for key, value in initial.items() if key != "id"}
    days = {
        "first_day": datetime.now(UTC).date().isoformat(),
        "last_day": (datetime.now(UTC).date() + timedelta(days=90)).isoformat(),
    }
    data["terms"] = {**data["terms"], **days}
    _form, goto = consents_page._Handlers(studio).save(request(PRODUCER, renew=consent), event(data=data, turn=1))
    new = goto["address"].removeprefix("/consents?c=")
    assert studio.consents.get(LOCAL, new).record.supersedes == consent


def test_the_check_says_the_terms_in_words_and_warns(studio: Studio):
    data = form_data(
        description="In perpetuity and in all media, for whatever the studio and its clients may think of."
    )
    found = new_record(studio, data)
    rows = dict(found["rows"])
    assert rows["For"] == "Audiobooks"
    assert rows["Speaking"] == ["en"]
    assert rows["Voice of"].startswith("Jane Doe, an adult")
    assert any("in perpetuity" in warning for warning in found["warnings"])


@pytest.mark.parametrize("data", [None, [], "x", {"subject": 1}, {**form_data(), "extra": 1}])
def test_what_is_no_record_is_refused(studio: Studio, data: Any):
    with pytest.raises(InputError):
        new_record(studio, data)
    form, goto = consents_page._Handlers(studio).save(request(LOCAL, new="1"), event(data=data, turn=3))
    assert form["answer"]["error"]
    assert form["answer"]["turn"] == 3
    assert "address" not in goto
    assert studio.consents.list(LOCAL) == ()


def test_a_form_that_is_saved_leads_to_its_record(studio: Studio):
    handlers = consents_page._Handlers(studio)
    _form, goto = handlers.save(request(PRODUCER, new="1"), event(data=form_data("Zoë Å"), turn=1))
    consent = goto["address"].removeprefix("/consents?c=")
    assert studio.consents.get(PRODUCER, consent).summary.person == "Zoë Å"
    changed = form_data("Zoë Åberg")
    handlers.save(request(PRODUCER, edit=consent), event(data=changed, turn=2))
    assert studio.consents.get(PRODUCER, consent).summary.person == "Zoë Åberg"
    link, message, record, *_rest = handlers.invite(request(PRODUCER, c=consent))
    assert len(link["token"]) > 30
    assert message["text"] == ""
    assert record["summary"]["state"] == "requested"
    assert link["token"] not in str(record)


def test_a_record_is_redrawn_only_when_something_happened(studio: Studio, walk: Walk):
    consent = walk.draft("Jane Doe")
    handlers = consents_page._Handlers(studio)
    seen = handlers.open(request(PRODUCER, c=consent))[-1]
    assert all(part == gr.skip() for part in handlers.follow(seen, request(PRODUCER, c=consent)))
    walk.invite(consent)
    after = handlers.follow(seen, request(PRODUCER, c=consent))
    assert after[0]["summary"]["state"] == "requested"
    assert after[-1] != seen


def test_a_signed_paper_goes_to_the_vault_and_the_upload_goes_away(studio: Studio, walk: Walk, tmp_path: Path):
    consent = walk.draft("Jane Doe", route="document")
    paper = tmp_path / "release.pdf"
    paper.write_bytes(b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n")
    message, record, *_rest = consents_page._Handlers(studio).attach_paper(str(paper), request(PRODUCER, c=consent))
    assert message["text"] == ""
    assert [clip["kind"] for clip in record["clips"]] == ["document"]
    assert not paper.exists()
    wrong = tmp_path / "release.exe"
    wrong.write_bytes(b"MZ")
    message, *_rest = consents_page._Handlers(studio).attach_paper(str(wrong), request(PRODUCER, c=consent))
    assert message["kind"] == "error"
    assert not wrong.exists()


def test_recordings_are_taken_only_once_the_owner_agreed(studio: Studio, walk: Walk):
    owner = walk.asked("Jane Doe")
    assert not takes_recordings(PRODUCER, studio.consents.get(PRODUCER, owner.consent_id))
    walk.answer(owner)
    assert takes_recordings(PRODUCER, studio.consents.get(PRODUCER, owner.consent_id))


def test_one_reviewer_decides_and_is_named(studio: Studio, walk: Walk):
    consent = walk.given("Jane Doe").consent_id
    desk = review_page._Handlers(studio)
    assert desk.show(request(REVIEWER))["summary"]["id"] == consent
    assert reviewer_name(REVIEWER) == REVIEWER.name
    assert reviewer_name(LOCAL) == ""
    said = event(consent=consent, name="Somebody Else", note="", listened=False)
    assert desk.approve(request(REVIEWER), said)[0]["kind"] == "error"
    said = event(consent=consent, name="Somebody Else", note="Clear.", listened=True)
    message, shown, count = desk.approve(request(REVIEWER), said)
    assert message["kind"] == "good"
    assert shown["summary"] is None
    assert count == {"count": 0}
    review = studio.consents.get(REVIEWER, consent).reviews[0]
    assert (review.reviewer, review.note) == (REVIEWER.name, "Clear.")


def test_a_producer_cannot_review(studio: Studio, walk: Walk):
    consent = walk.given("Jane Doe").consent_id
    desk = review_page._Handlers(studio)
    assert desk.show(request(PRODUCER))["error"]
    message, *_rest = desk.approve(request(PRODUCER), event(consent=consent, name="Pat", note="", listened=True))
    assert message["kind"] == "error"
    assert studio.consents.get(PRODUCER, consent).summary.state == "given"


def test_a_second_reviewer_is_explained(studio: Studio):
    walk = Walk(studio, stand_in(speaker=Outcome.REVIEW))
    consent = walk.given("Jane Doe").consent_id
    desk = review_page._Handlers(studio)
    assert "could not tell" in desk.show(request(REVIEWER))["second"]
    said = event(consent=consent, name="", note="", listened=True)
    message, shown, _count = desk.approve(request(REVIEWER), said)
    assert "second reviewer" in message["text"]
    assert shown["attested"]
    other = desk.show(request(SECOND_REVIEWER))
    assert not other["attested"]
    assert f"{REVIEWER.name} has approved" in other["second"]
    desk.approve(request(SECOND_REVIEWER), said)
    assert studio.consents.get(REVIEWER, consent).summary.state == "verified"


def test_a_comparison_by_ear_alone_needs_two(studio: Studio, walk: Walk):
    consent = walk.given("Jane Doe", purposes={"voice_comparison": False}).consent_id
    assert "by ear alone" in value_of(studio, REVIEWER, consent)["second"]


def test_a_refusal_needs_a_note_and_ends_it(studio: Studio, walk: Walk):
    consent = walk.given("Jane Doe").consent_id
    desk = review_page._Handlers(studio)
    assert desk.refuse(request(REVIEWER), event(consent=consent, name="", note=""))[0]["kind"] == "error"
    message, *_rest = desk.refuse(request(REVIEWER), event(consent=consent, name="", note="Two voices."))
    assert "refused" in message["text"]
    assert studio.consents.get(REVIEWER, consent).summary.state == "refused"


def test_suspending_lifting_and_ending_from_the_record(studio: Studio, walk: Walk):
    consent = walk.verified("Jane Doe").consent_id
    page, at = consents_page._Handlers(studio), {"c": consent}
    assert page.suspend(request(PRODUCER, **at), event(reason=" "))[0]["kind"] == "error"
    assert page.suspend(request(PRODUCER, **at), event(reason="A doubt."))[1]["summary"]["state"] == "suspended"
    assert page.resume(request(PRODUCER, **at), event(note="Settled."))[0]["kind"] == "error"
    assert page.resume(request(REVIEWER, **at), event(note="Settled."))[1]["summary"]["state"] == "verified"
    message, ending = page.preview(request(PRODUCER, **at), event(kind="withdraw"))
    assert message["text"] == ""
    assert ending["preview"]["destroys"]
    assert studio.consents.get(PRODUCER, consent).summary.state == "verified"
    assert page.end(request(PRODUCER, **at), event(kind="revoke", reason="x"))[1]["kind"] == "error"
    assert page.end(request(PRODUCER, **at), event(kind="nonsense", reason=""))[2]["summary"]["state"] == "verified"
    record = page.end(request(PRODUCER, **at), event(kind="withdraw", reason=""))[2]
    assert record["summary"]["state"] == "withdrawn"
    assert not {"edit", "invite", "renew", "withdraw", "suspend"} & set(record["may"])
    assert replicas_value(studio, PRODUCER)["replicas"] == []


def test_replicas_are_listed_once_each_and_cast_with_a_reason(studio: Studio, walk: Walk):
    verified = walk.verified("Jane Doe").consent_id
    walk.draft("Ada Marsh")
    listed = {each["person"]: each for each in replicas_value(studio, PRODUCER)["replicas"]}
    assert set(listed) == {"Jane Doe", "Ada Marsh"}
    assert listed["Ada Marsh"]["next_step"]
    voices = {voice["name"]: voice for voice in voices_value(studio, language="en")["voices"] if voice["consent_id"]}
    assert voices["Jane Doe"]["consent_id"] == verified
    assert not voices["Jane Doe"]["reason"]
    assert voices["Ada Marsh"]["reason"]
    heard = [voice["name"] for voice in voices_value(studio)["voices"] if voice["consent_id"]]
    assert heard == ["Jane Doe"]


def test_a_renewal_is_reviewed_with_the_clips_it_goes_on_with(studio: Studio, walk: Walk):
    old = walk.verified("Jane Doe").consent_id
    later = (datetime.now(UTC).date() + timedelta(days=700)).isoformat()
    new = studio.consents.renew(PRODUCER, old, {"terms": {"last_day": later}}).summary.id
    clips = [clip for clip in value_of(studio, REVIEWER, new)["clips"] if clip["kind"] == "reference"]
    assert len(clips) == 3
    assert {clip["consent"] for clip in clips} == {old}


def test_a_clip_upload_that_is_refused_is_said_and_removed(studio: Studio, walk: Walk, tmp_path: Path):
    consent = walk.draft("Jane Doe")
    clip = write_clip(tmp_path)
    message, *_rest = consents_page._Handlers(studio).attach_clip(str(clip), request(PRODUCER, c=consent))
    assert message["kind"] == "error"
    assert not clip.exists()

"""Drafting, changing and finding records; who may do what."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from studio.bootstrap import Studio
from studio.consent.actors import STUDIO_ITSELF, Actor, Role
from studio.consent.evidence import Outcome
from studio.consent.states import ConsentState
from studio.core.errors import ConflictError, InputError, NotFoundError, RefusedError
from studio.store.consent_tables import ConsentRow
from tests.consents import (
    DESCRIPTION,
    LOCAL,
    PRODUCER,
    REVIEWER,
    Walk,
    record_data,
    stand_in,
    write_clip,
)

CYRILLIC_A = "а"
TODAY = datetime.now(UTC).date()


def files_of(studio: Studio) -> set[Path]:
    """Every file of the vault and every key."""
    vault, keys = studio.settings.home / "vault", studio.settings.keys / "consents"
    return {path for path in (*vault.rglob("*"), *keys.rglob("*.key")) if path.is_file()}


def test_a_draft_has_a_voice_a_key_and_an_event(studio: Studio):
    detail = studio.consents.draft(PRODUCER, record_data("Jane Dale"))
    summary = detail.summary
    assert (summary.state, summary.voice_id, summary.person) == (ConsentState.DRAFT, "jane-dale", "Jane Dale")
    assert summary.next_step == "Send the link to Jane Dale"
    assert [(event.kind, event.by) for event in detail.events] == [("drafted", PRODUCER.name)]
    assert studio._context.vault.has_key(summary.id)
    assert studio._context.voice("jane-dale").engine == "fake"
    assert detail.anchor == studio.ledger_book.verify(REVIEWER).head
    assert not studio.ledger_book.verify(REVIEWER, full=True).problems


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"subject": {"legal_name": " "}}, "legal name is missing"),
        ({"subject": {"country": ""}}, "country is missing"),
        ({"uses": ["everything"]}, "'everything' is not a use"),
        ({"description": "Any and all."}, "has 12 characters"),
        ({"last_day": TODAY - timedelta(days=1)}, "over already"),
        ({"last_day": "9999-12-31"}, "out of any reasonable range"),
        ({"first_day": "0001-01-01"}, "out of any reasonable range"),
        ({"time_zone": "Mars/Olympus"}, "not a time zone"),
        ({"unknown": 1}, "'terms.unknown' is not right"),
        ({"engine": "piper"}, "no engine 'piper' that can take on a voice"),
        ({"voice_id": "../evil"}, "cannot be the id of a voice"),
        ({"subject": {"status": "deceased", "guardian": "Ann Doe"}}, "cannot speak a statement"),
        ({"subject": {"status": "minor"}}, "guardian is missing"),
    ],
)
def test_a_bad_draft_is_refused_and_leaves_nothing(studio: Studio, changes: dict[str, object], says: str):
    with pytest.raises(InputError, match=says):
        studio.consents.draft(PRODUCER, record_data(**changes))
    assert not studio.consents.list(PRODUCER)
    assert not files_of(studio)
    with pytest.raises(NotFoundError):
        studio._context.voice("jane-doe")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("purposes", {"create_replica": True}),
        ("signature_name", "Jane Doe"),
        ("notice", {"sha256": "0" * 64}),
        ("id", "00000000-0000-4000-8000-000000000000"),
        ("supersedes", "00000000-0000-4000-8000-000000000000"),
    ],
)
def test_67_a_studio_cannot_bring_what_only_the_owner_gives(studio: Studio, field: str, value: object):
    with pytest.raises(InputError, match=f"'{field}' is not for the studio"):
        studio.consents.draft(PRODUCER, {**record_data(), field: value})


@pytest.mark.parametrize(
    "name", [f"J{CYRILLIC_A}ne Doe", "Jane\u200b Doe", "JANE  DOE", "Ja\u0301ne Doe"], ids=["а", "zwsp", "case", "nfd"]
)
def test_61_a_look_alike_name_is_warned_about(studio: Studio, walk: Walk, name: str):
    walk.draft("Jane Doe")
    detail = studio.consents.draft(PRODUCER, record_data(name))
    assert any("looks like an existing speaker, Jane Doe (jane-doe)" in warning for warning in detail.warnings)
    walk.draft("John Roe")
    other = studio.consents.get(PRODUCER, walk.draft("Mary Poe"))
    assert not any("looks like" in warning for warning in other.warnings)


def test_62_two_people_of_one_name_stay_two(studio: Studio, walk: Walk):
    first, second = walk.draft("Jane Doe"), walk.draft("Jane Doe")
    with studio._context.database.read() as session:
        rows = [session.get_one(ConsentRow, each) for each in (first, second)]
        assert len({row.subject_id for row in rows}) == 2
        assert [row.voice_id for row in rows] == ["jane-doe", "jane-doe-2"]


def test_a_chosen_voice_id_must_be_free(studio: Studio, walk: Walk):
    walk.draft(voice_id="narrator-one")
    with pytest.raises(ConflictError, match="there is a voice 'narrator-one' already"):
        studio.consents.draft(PRODUCER, record_data(voice_id="narrator-one"))


def test_only_staff_draft_and_only_reviewers_listen(studio: Studio, walk: Walk):
    owner = walk.given()
    clip = studio.consents.get(PRODUCER, owner.consent_id).clips[0]
    with pytest.raises(RefusedError):
        studio.consents.draft(owner, record_data("Other One"))
    with pytest.raises(RefusedError):
        studio.consents.draft(STUDIO_ITSELF, record_data("Other One"))
    for refused in (owner, STUDIO_ITSELF):
        with pytest.raises(RefusedError):
            studio.consents.invite(refused, owner.consent_id)
    with pytest.raises(RefusedError):
        studio.consents.list(owner)
    with pytest.raises(RefusedError):
        studio.consents.get(owner, owner.consent_id)
    with pytest.raises(RefusedError):
        studio.consents.clip(PRODUCER, owner.consent_id, clip.id)
    heard = {studio.consents.clip(actor, owner.consent_id, clip.id) for actor in (REVIEWER, LOCAL, owner)}
    assert len(heard) == 1
    assert heard.pop().startswith(b"RIFF")


def test_96_a_link_opens_one_record_only(studio: Studio, walk: Walk):
    jane, john = walk.given("Jane Doe"), walk.given("John Roe")
    clip = studio.consents.get(PRODUCER, john.consent_id).clips[0].id
    for act in (
        lambda: walk.giving.page(jane, john.consent_id),
        lambda: walk.giving.decline(jane, john.consent_id),
        lambda: walk.giving.challenge(jane, john.consent_id),
        lambda: studio.consents.clip(jane, john.consent_id, clip),
        lambda: studio.consents.remove_reference(jane, john.consent_id, clip),
    ):
        with pytest.raises(RefusedError, match="another record"):
            act()
    with pytest.raises(NotFoundError):
        studio.consents.clip(jane, jane.consent_id, clip)


def test_a_new_link_ends_the_one_before(studio: Studio, walk: Walk):
    consent = walk.draft()
    first = studio.consents.invite(PRODUCER, consent)
    second = studio.consents.invite(PRODUCER, consent)
    assert walk.giving.open(second) == Actor("Jane Doe", Role.VOICE_OWNER, consent)
    for bad in (first, "", "x" * 43):
        with pytest.raises(RefusedError, match="not valid any more"):
            walk.giving.open(bad)
    stored = (studio.settings.home / "studio.db").read_bytes() + (studio.settings.home / "studio.db-wal").read_bytes()
    assert second.encode() not in stored


def test_a_draft_can_be_changed_field_by_field(studio: Studio, walk: Walk):
    consent = walk.draft()
    detail = studio.consents.change(
        PRODUCER, consent, {"terms": {"languages": ["en", "de"]}, "subject": {"credit_name": "J. D."}}
    )
    assert detail.record is not None
    assert detail.record.terms.description == DESCRIPTION
    assert (detail.summary.languages, detail.summary.credit) == (("en", "de"), "J. D.")
    assert studio._context.voice("jane-doe").name == "J. D."
    with pytest.raises(InputError, match="id of a voice cannot be changed"):
        studio.consents.change(PRODUCER, consent, {"voice_id": "other"})


def test_what_was_answered_is_answered_again_after_a_change(studio: Studio, walk: Walk):
    owner = walk.asked()
    walk.answer(owner)
    walk.clips(owner)
    challenge = walk.giving.challenge(owner, owner.consent_id)
    detail = studio.consents.change(PRODUCER, owner.consent_id, {"terms": {"uses": ["audiobook", "ad"]}})
    assert detail.record is not None
    assert (detail.record.signature_name, detail.record.purposes.create_replica) == ("", False)
    assert walk.giving.page(owner, owner.consent_id).step == "notice"
    with pytest.raises(ConflictError, match="notice is not answered yet"):
        walk.giving.record_statement(owner, owner.consent_id, challenge.id, write_clip(walk.folder))
    walk.answer(owner)
    with pytest.raises(RefusedError, match="notice changed"):
        walk.giving.record_statement(owner, owner.consent_id, challenge.id, write_clip(walk.folder))


def test_a_given_consent_cannot_be_changed(studio: Studio, walk: Walk):
    owner = walk.given()
    with pytest.raises(ConflictError, match=r"cannot be changed\. Renew it"):
        studio.consents.change(PRODUCER, owner.consent_id, {"terms": {"languages": ["de"]}})


def test_no_recording_before_the_owner_agrees_to_a_replica(studio: Studio, walk: Walk):
    owner = walk.asked()
    before = files_of(studio)
    with pytest.raises(RefusedError, match="not agreed to a replica"):
        walk.consents.add_reference(PRODUCER, owner.consent_id, write_clip(walk.folder), "take.wav")
    with pytest.raises(RefusedError, match="not agreed to a replica"):
        walk.giving.record_reference(owner, owner.consent_id, write_clip(walk.folder))
    assert walk.ears.asked == []
    assert files_of(studio) == before


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("../../etc/passwd.wav", "passwd"),
        ("<img src=x onerror=alert(1)>.wav", "img src=x onerror=alert(1)"),
        ("CON.wav", "_CON"),
        ("x" * 300 + ".wav", "x" * 60),
        ("", "Reference 1"),
        ("\u202egnp.wav", "gnp"),
    ],
)
def test_a_recording_is_labelled_safely(walk: Walk, name: str, label: str):
    owner = walk.asked()
    walk.answer(owner)
    clip = walk.consents.add_reference(PRODUCER, owner.consent_id, write_clip(walk.folder), name)
    assert clip.label == label


def test_a_bad_recording_is_refused_with_its_reasons_and_leaves_nothing(studio: Studio, walk: Walk):
    owner = walk.asked()
    walk.answer(owner)
    before = files_of(studio)
    deaf = Walk(studio, stand_in(speech=Outcome.REFUSE, duplicate=Outcome.REFUSE))
    with pytest.raises(InputError, match=r"cannot be used. About speech. About duplicate."):
        deaf.consents.add_reference(PRODUCER, owner.consent_id, write_clip(walk.folder), "a.wav")
    assert files_of(studio) == before
    assert not studio.consents.get(PRODUCER, owner.consent_id).clips


def test_a_file_that_changes_while_it_is_examined_is_not_kept(studio: Studio, walk: Walk):
    owner = walk.asked()
    walk.answer(owner)
    before = files_of(studio)
    path = write_clip(walk.folder)
    ears = stand_in()

    def swap(task):  # type: ignore[no-untyped-def]
        found = ears.reference(task)
        path.write_bytes(os.urandom(1000))
        return found

    sly = Walk(studio)
    sly.giving._examiner = type(ears.examiner)(swap, ears.statement)
    with pytest.raises(ConflictError, match="changed while it was examined"):
        sly.giving.record_reference(owner, owner.consent_id, path)
    assert files_of(studio) == before


def test_nothing_stays_in_the_vault_when_the_database_fails(
    studio: Studio, walk: Walk, monkeypatch: pytest.MonkeyPatch
):
    owner = walk.asked()
    walk.answer(owner)
    before = files_of(studio)
    ledger = studio._context.ledger
    monkeypatch.setattr(type(ledger), "append", lambda *_args, **_kwargs: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        walk.giving.record_reference(owner, owner.consent_id, write_clip(walk.folder))
    assert files_of(studio) == before


def test_voiceprints_are_made_only_if_the_owner_agreed_to_comparison(studio: Studio, walk: Walk):
    with_it, without = walk.asked("Jane Doe"), walk.asked("John Roe")
    walk.answer(with_it)
    walk.answer(without, voice_comparison=False)
    walk.clips(with_it, 1)
    walk.clips(without, 1)
    assert [task.biometric for task in walk.ears.asked] == [True, False]  # type: ignore[union-attr]
    assert len(files_of_consent(studio, with_it.consent_id)) == 2
    assert len(files_of_consent(studio, without.consent_id)) == 1


def files_of_consent(studio: Studio, consent_id: str) -> list[Path]:
    return list((studio.settings.home / "vault" / consent_id).iterdir())


def test_56_the_same_bytes_are_good_for_one_record(studio: Studio, walk: Walk):
    jane, john = walk.asked("Jane Doe"), walk.asked("John Roe")
    for owner in (jane, john):
        walk.answer(owner)
    path = write_clip(walk.folder)
    walk.giving.record_reference(jane, jane.consent_id, path)
    for owner in (jane, john):
        with pytest.raises(ConflictError, match="handed in before"):
            walk.giving.record_reference(owner, owner.consent_id, path)
    known = walk.ears.asked[-1].known
    assert [clip.label for clip in known] == [f"a reference clip of {TODAY.isoformat()}"]
    assert not any("Jane" in clip.label for clip in known)


def test_a_removed_clip_is_gone_with_its_voiceprint(studio: Studio, walk: Walk):
    owner = walk.asked()
    walk.answer(owner)
    first, second = walk.clips(owner, 2)
    detail = studio.consents.remove_reference(owner, owner.consent_id, first)
    assert {clip.id: clip.destroyed for clip in detail.clips} == {first: True, second: False}
    assert len(files_of_consent(studio, owner.consent_id)) == 2
    assert walk.giving.page(owner, owner.consent_id).references_needed == 2
    with pytest.raises(NotFoundError):
        studio.consents.clip(owner, owner.consent_id, first)
    with pytest.raises(InputError, match="no such reference clip"):
        studio.consents.remove_reference(owner, owner.consent_id, first)


def test_clips_that_consent_was_given_with_stay(studio: Studio, walk: Walk):
    owner = walk.given()
    clip = studio.consents.get(PRODUCER, owner.consent_id).clips[0].id
    with pytest.raises(ConflictError, match="given with these clips"):
        studio.consents.remove_reference(PRODUCER, owner.consent_id, clip)
    with pytest.raises(ConflictError, match="takes no recordings any more"):
        walk.consents.add_reference(PRODUCER, owner.consent_id, write_clip(walk.folder), "late.wav")


@pytest.mark.parametrize("content", [b"", b"MZ\x90\x00", b"<html><script>", b"PK\x03\x04"])
def test_only_papers_are_attached(studio: Studio, walk: Walk, tmp_path: Path, content: bytes):
    consent = walk.draft()
    path = tmp_path / "contract.pdf"
    path.write_bytes(content)
    with pytest.raises(InputError, match="neither a PDF nor"):
        studio.consents.attach_document(PRODUCER, consent, path, "Contract")
    assert not studio.consents.get(PRODUCER, consent).clips


def test_consents_are_listed_by_state_and_name(studio: Studio, walk: Walk, pass_time):
    jane = walk.verified("Jane Dale", last_day=TODAY + timedelta(days=2))
    walk.draft("José Oliveira")
    names = lambda **by: [each.person for each in studio.consents.list(PRODUCER, **by)]  # noqa: E731
    assert names() == ["José Oliveira", "Jane Dale"]
    assert names(query="jose") == ["José Oliveira"]
    assert names(query="DALE jane") == ["Jane Dale"]
    assert names(query="dale oliveira") == []
    assert names(state="verified") == ["Jane Dale"]
    assert studio.consents.get(PRODUCER, jane.consent_id).summary.next_step == "Renew: ends in 2 days"
    pass_time(days=3)
    assert names(state="verified") == []
    assert names(state="expired") == ["Jane Dale"]
    assert names(state="draft") == ["José Oliveira"]
    summary = studio.consents.get(PRODUCER, "jane-dale").summary
    assert (summary.state, summary.next_step) == (ConsentState.EXPIRED, f"Renew: ended on {summary.last_day}")
    with pytest.raises(InputError, match="'gone' is not a state"):
        names(state="gone")

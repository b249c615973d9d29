"""The gate before living voices: cases 48 to 55, 66, 68 and 70, through the services that users reach."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from mutagen.id3 import ID3
from sqlalchemy import select

from studio.bootstrap import Studio, open_studio, read_settings
from studio.consent.actors import Actor, Role
from studio.consent.covering import BrokenConsentError
from studio.consent.grant import GrantKey, redeem_for_line
from studio.consent.requests import GateRequest
from studio.consent.states import ENDS, ConsentState
from studio.core.errors import RefusedError
from studio.services.consents.journal import find_consent, record_of, write_event
from studio.services.jobs import JobRequest
from studio.services.views import ProjectView
from studio.store.consent_tables import ConsentRow, VoiceAssetRow
from studio.store.tables import SegmentRow, TakeRow
from tests.consents import make_verified, record_data

ME = Actor("Rita Reviewer", Role.LOCAL)
NEVER = lambda: False  # noqa: E731


def silent(_progress: object) -> None:
    """Progress that nobody watches."""


@pytest.fixture
def jane(studio: Studio) -> str:
    """A verified consent for audiobooks in English."""
    return make_verified(studio, name="Jane Doe")


def voice_of(studio: Studio, consent_id: str) -> str:
    with studio._context.database.read() as session:
        return find_consent(session, consent_id).voice_id


def request_for(studio: Studio, consent_id: str, **changes: object) -> GateRequest:
    return replace(GateRequest(voice_of(studio, consent_id), "audiobook", "en-GB", line_key="line"), **changes)  # type: ignore[arg-type]


def bring_to(studio: Studio, consent_id: str, state: ConsentState) -> None:
    context = studio._context
    with context.database.write() as session:
        row = session.get_one(ConsentRow, consent_id)
        write_event(context, session, row, state.value, actor=ME, state=state)


def change_terms(studio: Studio, consent_id: str, **terms: object) -> None:
    """Write other terms into a consent with event and ledger, as no service would: the gate is what is tested."""
    context = studio._context
    with context.database.write() as session:
        row = session.get_one(ConsentRow, consent_id)
        record = record_of(row)
        changed = replace(record, terms=replace(record.terms, **terms))  # type: ignore[arg-type]
        write_event(context, session, row, "changed", actor=ME, record=changed)


def run(studio: Studio, project: ProjectView, *stages: str):
    job = studio.jobs.submit(project.id, JobRequest(stages=stages))
    return studio.dispatcher.run(job.id, silent, NEVER)


@pytest.fixture
def book(studio: Studio, import_story: Callable[..., ProjectView], jane: str) -> ProjectView:
    """The story, cast with Jane's voice."""
    project = import_story()
    studio.casting.set_voice(project.id, "narrator", voice_of(studio, jane))
    return studio.projects.get(project.id)


def test_a_verified_consent_lets_its_voice_read_a_book(studio: Studio, book: ProjectView, jane: str):
    assert run(studio, book, "render", "master", "deliver").state == "done"
    detail = studio.consents.get(ME, jane)
    assert detail.summary.used_minutes > 0
    assert [work.exists for work in detail.works] == [True] * len(studio.listening.overview(book.id))
    file = Path(detail.works[0].path)
    tags = ID3(file)
    assert tags["TXXX:NARRATION_TYPE"].text == ["authorized_voice_replica"]
    assert tags["TXXX:CONSENT"].text == [f"urn:uuid:{jane}"]
    assert "Jane Doe (Authorized Voice Replica)" in tags["TCOM"].text
    verdict = studio.ledger_book.verify(ME, against=[file])
    assert (verdict.anchors, verdict.problems) == (1, ())


@pytest.mark.parametrize("state", [*sorted(ENDS - {ConsentState.REFUSED}), ConsentState.SUSPENDED])
def test_48_no_other_state_makes_a_sound(studio: Studio, jane: str, book: ProjectView, state: ConsentState):
    voice = voice_of(studio, jane)
    bring_to(studio, jane, state)
    with pytest.raises(RefusedError):
        studio._context.gate.authorize(request_for(studio, jane))
    with pytest.raises(RefusedError):
        studio.auditions.say("Good evening.", voice)
    with pytest.raises(RefusedError):
        studio.casting.set_voice(book.id, "narrator", voice)
    with pytest.raises(RefusedError):
        studio.segments.script(book.id)
    job = run(studio, book, "render")
    assert (job.state, job.error_code) == ("failed", "refused")


@pytest.mark.parametrize(
    "state", [ConsentState.DRAFT, ConsentState.REQUESTED, ConsentState.GIVEN, ConsentState.REFUSED]
)
def test_48_before_it_is_verified(studio: Studio, state: ConsentState):
    data = studio.consents.draft(ME, record_data("Ann Other"))
    consent_id = data.summary.id
    if state is not ConsentState.DRAFT:
        bring_to(studio, consent_id, state)
    with pytest.raises(RefusedError):
        studio._context.gate.authorize(request_for(studio, consent_id))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"use": "ad"}, "not for ad"),
        ({"language": "de"}, "not de"),
        ({"voice_id": "nobody"}, "neither a licence"),
        ({"voice_id": "jane-do"}, "neither a licence"),
    ],
)
def test_48_out_of_scope(studio: Studio, jane: str, changes: dict[str, str], says: str):
    with pytest.raises(RefusedError, match=says):
        studio._context.gate.authorize(request_for(studio, jane, **changes))


def test_48_other_project(studio: Studio, jane: str, import_story: Callable[..., ProjectView]):
    mine, other = import_story("mine"), import_story("other")
    change_terms(studio, jane, projects=(mine.id,))
    voice = voice_of(studio, jane)
    studio.casting.set_voice(mine.id, "narrator", voice)
    with pytest.raises(RefusedError, match="other projects"):
        studio.casting.set_voice(other.id, "narrator", voice)


def test_50_a_grant_is_good_for_what_it_says_alone(studio: Studio, jane: str):
    home, now = studio.settings.home, datetime.now(UTC)
    grant = studio._context.gate.authorize(request_for(studio, jane))
    for forged in (
        replace(grant, use="ad"),
        replace(grant, project_id="other"),
        replace(grant, voice_id="tone_low"),
        replace(grant, consent_id=""),
        replace(grant, clips=()),
        replace(grant, max_seconds=None, nonce="new"),
        replace(grant, signature="00" * 32),
        replace(grant, signature=GrantKey(bytes(32)).sign(grant)),
    ):
        with pytest.raises(RefusedError, match="not genuine"):
            redeem_for_line(forged, "line", home=home, now=now)
    with pytest.raises(RefusedError, match="expired"):
        redeem_for_line(grant, "line", home=home, now=now + timedelta(minutes=11))
    with pytest.raises(RefusedError, match="another line"):
        redeem_for_line(grant, "other line", home=home, now=now)
    assert len(redeem_for_line(grant, "line", home=home, now=now).reference_clips()) >= 1
    with pytest.raises(RefusedError, match="used before"):
        redeem_for_line(grant, "line", home=home, now=now)


def test_50_a_grant_given_before_the_end_is_worth_nothing_after_it(studio: Studio, jane: str):
    grant = studio._context.gate.authorize(request_for(studio, jane))
    studio.endings.withdraw(ME, jane)
    with pytest.raises(RefusedError):
        redeem_for_line(grant, "line", home=studio.settings.home, now=datetime.now(UTC))


def test_51_a_clock_set_back_does_not_revive_a_term(studio: Studio, jane: str, monkeypatch: pytest.MonkeyPatch):
    clock = studio._context.clock
    real = datetime.now(UTC)
    record_end = record_end_of(studio, jane)
    monkeypatch.setattr(clock, "_now", lambda: record_end + timedelta(days=1))
    with studio._context.database.write() as session:
        clock.advance(session)
    with pytest.raises(RefusedError, match="ended on"):
        studio._context.gate.authorize(request_for(studio, jane))
    monkeypatch.setattr(clock, "_now", lambda: real)
    with pytest.raises(RefusedError, match="clock"):
        studio._context.gate.authorize(request_for(studio, jane))


def record_end_of(studio: Studio, consent_id: str) -> datetime:
    with studio._context.database.read() as session:
        return record_of(session.get_one(ConsentRow, consent_id)).terms.not_after


@pytest.mark.parametrize(
    "zone", ["UTC", "Pacific/Kiritimati", "America/Los_Angeles", "Europe/Dublin", "Asia/Kathmandu"]
)
@pytest.mark.parametrize("last_day", [date(2028, 2, 29), date(2027, 3, 28), date(2027, 10, 31), date(2027, 12, 31)])
def test_52_the_last_day_counts_whole_in_the_zone_of_the_record(
    studio: Studio, jane: str, monkeypatch: pytest.MonkeyPatch, zone: str, last_day: date
):
    change_terms(studio, jane, last_day=last_day, time_zone=zone)
    midnight = datetime.combine(last_day + timedelta(days=1), datetime.min.time(), ZoneInfo(zone))
    for moment, allowed in ((midnight - timedelta(seconds=1), True), (midnight, False)):
        monkeypatch.setattr(studio._context.clock, "_now", lambda moment=moment: moment.astimezone(UTC))
        if allowed:
            studio._context.gate.check(request_for(studio, jane))
        else:
            with pytest.raises(RefusedError, match=f"ended on {last_day}"):
                studio._context.gate.check(request_for(studio, jane))


@pytest.fixture
def raw(studio: Studio) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(studio.settings.home / "studio.db", isolation_level=None)
    yield connection
    connection.close()


def test_53_a_state_written_by_hand_is_noticed_and_suspends(studio: Studio, jane: str, raw: sqlite3.Connection):
    bring_to(studio, jane, ConsentState.SUSPENDED)
    raw.execute("UPDATE consent SET state = 'verified'")
    with pytest.raises(BrokenConsentError, match="not what the ledger says"):
        studio._context.gate.authorize(request_for(studio, jane))
    assert studio.consents.get(ME, jane).summary.state == ConsentState.SUSPENDED


def test_53_an_end_undone_by_hand_is_put_back(studio: Studio, jane: str, raw: sqlite3.Connection):
    bring_to(studio, jane, ConsentState.REVOKED)
    for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        raw.execute(f"DROP TRIGGER {name}")
    raw.execute("UPDATE consent SET state = 'verified'")
    with pytest.raises(BrokenConsentError):
        studio._context.gate.authorize(request_for(studio, jane))
    assert studio.consents.get(ME, jane).summary.state == ConsentState.REVOKED


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE consent SET record = replace(record, '\"audiobook\"', '\"ad\"')",
        "UPDATE consent SET record_hash = 'ab'",
        "UPDATE consent SET salt = 'ab'",
        "UPDATE consent SET ledger_seq = 0",
        "UPDATE voice SET data_sha256 = 'ab'",
        "UPDATE voice_asset SET sha256_plain = 'ab' WHERE kind = 'reference'",
        "DELETE FROM voice_asset WHERE kind = 'voiceprint'; DELETE FROM voice_asset WHERE kind = 'reference'",
    ],
)
def test_53_a_record_or_voice_changed_by_hand_makes_no_sound(
    studio: Studio, jane: str, raw: sqlite3.Connection, change: str
):
    request = request_for(studio, jane)
    studio._context.gate.check(request)
    raw.execute("PRAGMA foreign_keys=OFF")
    raw.executescript(change)
    with pytest.raises(RefusedError):
        studio._context.gate.authorize(request)


@pytest.mark.parametrize("damage", ["deleted", "one-bit"])
def test_55_evidence_deleted_or_changed_suspends_and_is_named(studio: Studio, jane: str, damage: str):
    with studio._context.database.read() as session:
        asset = session.scalars(select(VoiceAssetRow).where(VoiceAssetRow.kind == "statement")).one()
        label, asset_id = asset.label, asset.id
    request = request_for(studio, jane)
    studio._context.gate.check(request)  # what was looked at once is looked at again
    path = studio.settings.home / "vault" / jane / asset_id
    if damage == "deleted":
        path.unlink()
    else:
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(bytes(data))
    with pytest.raises(BrokenConsentError, match=f"statement {label}"):
        studio._context.gate.authorize(request)
    detail = studio.consents.get(ME, jane)
    assert detail.summary.state == ConsentState.SUSPENDED
    assert "statement" in detail.events[-1].sentence or any("statement" in event.sentence for event in detail.events)


def test_66_a_database_copied_to_another_machine_makes_no_sound(studio: Studio, jane: str, tmp_path: Path):
    request = request_for(studio, jane)
    other = tmp_path / "other"
    other.mkdir(mode=0o700)
    shutil.copytree(studio.settings.home / "vault", other / "vault")
    with sqlite3.connect(studio.settings.home / "studio.db") as source, sqlite3.connect(other / "studio.db") as target:
        source.backup(target)
    elsewhere = open_studio(
        read_settings({"VIVAVOCE_HOME": str(other), "VIVAVOCE_ANCHORS": str(tmp_path / "anchors-elsewhere")})
    )
    with pytest.raises(RefusedError):
        elsewhere._context.gate.authorize(request)
    elsewhere.close()


def test_68_the_quota_stops_at_a_segment_and_says_why(studio: Studio, book: ProjectView, jane: str):
    change_terms(studio, jane, max_finished_minutes=0.05)
    job = run(studio, book, "render")
    assert (job.state, job.error_code) == ("failed", "refused")
    assert "quota" in (job.error or "")
    used = studio.consents.get(ME, jane).summary.used_minutes
    assert 0 < used <= 0.05


def test_70_excluded_content_is_refused(studio: Studio, book: ProjectView, jane: str):
    change_terms(studio, jane, excluded_content=("political", "fox hunting"))
    studio.segments.script(book.id)
    for content in (["political"], ["Fox Hunting"]):
        studio.projects.set_purpose(book.id, content=content)
        with pytest.raises(RefusedError, match="excludes"):
            studio.segments.script(book.id)
    studio.projects.set_purpose(book.id, content=[])
    studio.segments.script(book.id)


def test_a_delivery_that_the_owner_excludes_is_refused(studio: Studio, jane: str):
    change_terms(studio, jane, excluded_deliveries=("Shouting", "guide"))
    for name in ("shout", "guide"):
        with pytest.raises(RefusedError, match=f"delivery '{name}'"):
            studio._context.gate.check(request_for(studio, jane, deliveries=("neutral", name)))
    studio._context.gate.check(request_for(studio, jane, deliveries=("neutral", "whisper")))


def test_no_way_to_a_delivery_that_the_owner_excludes(studio: Studio, book: ProjectView, jane: str):
    change_terms(studio, jane, excluded_deliveries=("whispering",))
    segment = studio.segments.script(book.id)[0]
    allowed = {preview.delivery for preview in studio.deliveries.compare(book.id, segment.id)}
    assert "whisper" not in allowed
    assert {"neutral", "sad", "shout"} <= allowed
    for ask in (
        lambda: studio.deliveries.preview(book.id, segment.id, delivery="whisper"),
        lambda: studio.deliveries.preview(book.id, segment.id, text="Here [whisper]and there."),
        lambda: studio.segments.set_line(book.id, segment.id, "[whisper] Hello."),
        lambda: studio.segments.retake(book.id, segment.id, delivery="whisper:0.4"),
    ):
        with pytest.raises(RefusedError, match="excludes the delivery 'whisper'"):
            ask()
    unchanged = studio.segments.script(book.id)[0]
    assert (unchanged.text, unchanged.delivery) == (segment.text, segment.delivery)
    with studio._context.database.write() as session:  # as it would stand in a book that was imported before
        session.get_one(SegmentRow, segment.id).delivery = "whisper"
    with pytest.raises(RefusedError, match="whisper"):
        studio.segments.script(book.id)
    assert run(studio, book, "render").error_code == "refused"


def test_a_take_of_a_living_voice_cannot_become_a_guide(studio: Studio, book: ProjectView, jane: str):
    run(studio, book, "render")
    with studio._context.database.read() as session:
        sound = session.scalars(select(TakeRow.blob_sha256).where(TakeRow.consent_id == jane)).first()
    assert sound is not None
    with pytest.raises(RefusedError, match="Authorized Voice Replica"):
        studio.guides._refuse_replica(sound)
    studio.guides._refuse_replica("0" * 64)


def test_a_take_heard_by_its_key_is_not_served_after_the_end(studio: Studio, book: ProjectView, jane: str):
    segment = studio.segments.script(book.id)[0]
    preview = studio.deliveries.preview(book.id, segment.id, delivery="sad")
    studio.deliveries.sound(book.id, preview.key)
    bring_to(studio, jane, ConsentState.SUSPENDED)
    for ask in (
        lambda: studio.deliveries.sound(book.id, preview.key),
        lambda: studio.deliveries.preview(book.id, segment.id, delivery="sad"),
        lambda: studio.deliveries.lane(book.id, segment.id, preview.key),
        lambda: studio.deliveries.compare(book.id, segment.id),
    ):
        with pytest.raises(RefusedError):
            ask()


def test_nothing_cached_is_served_after_the_end_and_a_renewal_makes_nothing_anew(
    studio: Studio, book: ProjectView, jane: str
):
    run(studio, book, "render", "master", "deliver")
    chapter = studio.listening.overview(book.id)[0].chapter.id
    bring_to(studio, jane, ConsentState.SUSPENDED)
    for ask in (
        lambda: studio.listening.overview(book.id),
        lambda: studio.listening.archive(book.id),
        lambda: studio.segments.script(book.id),
    ):
        with pytest.raises(RefusedError):
            ask()
    with studio._context.database.write() as session:
        row = session.get_one(ConsentRow, jane)
        write_event(studio._context, session, row, "resumed", actor=ME, state=ConsentState.VERIFIED)
    assert studio.listening.delivered_file(book.id, chapter).is_file()
    job = run(studio, book, "render")
    assert job.result is not None
    assert job.result["render"]["rendered"] == 0


@pytest.mark.parametrize("survival", ["stay", "take-down"])
def test_69_finished_works_are_heard_after_the_end_only_where_the_terms_let_them_stay(
    studio: Studio, import_story: Callable[..., ProjectView], survival: str
):
    consent = make_verified(studio, name="Jane Doe", survival=survival, take_down_days=7)
    project = import_story()
    studio.casting.set_voice(project.id, "narrator", voice_of(studio, consent))
    run(studio, project, "render", "master", "deliver")
    chapter = studio.listening.overview(project.id)[0]
    file = Path(chapter.file or "")
    assert file.is_file()
    studio.endings.withdraw(ME, consent)
    assert file.is_file()  # taken down within seven days, not behind anybody's back
    if survival == "stay":
        assert studio.listening.delivered_file(project.id, chapter.chapter.id) == file
        file.write_bytes(file.read_bytes() + b"x")  # not what was delivered any more
    with pytest.raises(RefusedError):
        studio.listening.delivered_file(project.id, chapter.chapter.id)
    with pytest.raises(RefusedError):
        studio.listening.archive(project.id)
    assert run(studio, project, "deliver").error_code == "refused"


def test_69_what_an_invalid_consent_made_is_heard_no_more(
    studio: Studio, import_story: Callable[..., ProjectView], jane: str
):
    project = import_story()
    studio.casting.set_voice(project.id, "narrator", voice_of(studio, jane))
    run(studio, project, "render", "master", "deliver")
    chapter = studio.listening.overview(project.id)[0]
    studio.endings.invalidate(ME, jane, "the signature was forged")
    assert not Path(chapter.file or "").exists()
    with pytest.raises(RefusedError):
        studio.listening.delivered_file(project.id, chapter.chapter.id)

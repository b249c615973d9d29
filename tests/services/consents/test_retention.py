from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from studio.bootstrap import Studio
from studio.consent.actors import STUDIO_ITSELF
from studio.core.errors import RefusedError
from studio.core.progress import ignore_progress
from studio.services.jobs import JobRequest
from studio.services.views import ProjectView
from studio.store.consent_tables import ConsentRow, StatementRow, VoiceAssetRow
from tests.consents import LOCAL, PRODUCER, Walk


@pytest.fixture
def walk(studio: Studio, tmp_path: Path) -> Walk:
    made = Walk(studio)
    made.folder = tmp_path
    return made


def days_on(days: int):
    return datetime.now(UTC).date() + timedelta(days=days)


def row_of(studio: Studio, consent_id: str) -> ConsentRow:
    with studio._context.database.read() as session:
        row = session.get_one(ConsentRow, consent_id)
        session.expunge(row)
        return row


def acts(studio: Studio, *, dry_run: bool = False) -> list[str]:
    return [act.act for act in studio.endings.retention(STUDIO_ITSELF, dry_run=dry_run)]


def test_nothing_is_due_right_after_a_review(studio: Studio, walk: Walk):
    walk.verified()
    assert acts(studio) == []


def test_voiceprints_go_after_thirty_days_and_their_scores_stay(studio: Studio, walk: Walk, pass_time):
    owner = walk.verified()
    folder = studio.settings.home / "vault" / owner.consent_id
    with studio._context.database.read() as session:
        prints = session.scalars(select(VoiceAssetRow).where(VoiceAssetRow.kind == "voiceprint")).all()
        session.expunge_all()
    assert prints
    pass_time(days=29)
    assert acts(studio) == []
    pass_time(days=2)
    assert acts(studio, dry_run=True) == ["voiceprint"]
    assert all((folder / asset.id).exists() for asset in prints)
    assert acts(studio) == ["voiceprint"]
    assert acts(studio) == []
    assert not any((folder / asset.id).exists() for asset in prints)
    with studio._context.database.read() as session:
        assert all(session.get_one(VoiceAssetRow, asset.id).sha256_plain == asset.sha256_plain for asset in prints)
        assert session.scalars(select(StatementRow)).one().report["checks"]
    assert row_of(studio, owner.consent_id).state == "verified"


def test_an_expired_consent_is_kept_for_a_renewal_and_then_destroyed(studio: Studio, walk: Walk, pass_time):
    owner = walk.verified(last_day=days_on(10))
    pass_time(days=12)
    assert acts(studio) == ["expire"]
    assert row_of(studio, owner.consent_id).state == "expired"
    assert studio._context.vault.has_key(owner.consent_id)
    pass_time(days=27)
    assert "destroy" not in acts(studio)
    pass_time(days=4)
    assert acts(studio) == ["destroy", "purge"]
    assert not studio._context.vault.has_key(owner.consent_id)
    assert studio.endings.certificate(LOCAL, owner.consent_id)["state"] == "expired"
    assert acts(studio) == []


def test_what_nobody_used_for_three_years_is_destroyed_before_its_term_ends(studio: Studio, walk: Walk, pass_time):
    owner = walk.verified(last_day=days_on(3000))
    pass_time(days=31)
    assert acts(studio) == ["voiceprint"]  # the studio's own doing is no interaction with the person
    pass_time(days=3 * 365 - 33)
    assert acts(studio) == []
    pass_time(days=3)
    assert acts(studio) == ["destroy", "purge"]
    assert row_of(studio, owner.consent_id).state == "expired"
    assert not studio._context.vault.has_key(owner.consent_id)


def test_a_request_that_was_never_answered_ends_as_refused(studio: Studio, walk: Walk, pass_time):
    owner = walk.asked(last_day=days_on(10))
    pass_time(days=45)
    assert acts(studio) == ["destroy", "purge"]
    assert row_of(studio, owner.consent_id).state == "refused"


def test_a_renewed_record_leaves_nothing_to_destroy(studio: Studio, walk: Walk, pass_time):
    owner = walk.verified(last_day=days_on(10))
    detail = studio.consents.get(PRODUCER, owner.consent_id)
    data = detail.record.to_json()
    terms = {**data["terms"], "last_day": days_on(8).isoformat()}
    kept = {key: data[key] for key in ("language", "subject", "controller", "parties", "route", "data")}
    renewal = walk.consents.renew(PRODUCER, owner.consent_id, {**kept, "terms": terms}).summary.id
    renewing = walk.invite(renewal)
    walk.answer(renewing)
    assert row_of(studio, owner.consent_id).state == "superseded"
    ended = studio.endings.withdraw(owner, owner.consent_id)  # the old link is as good as the new one
    assert not ended.already
    assert row_of(studio, renewal).state == "withdrawn"
    assert not studio._context.vault.has_key(renewal)
    assert studio.endings.certificate(LOCAL, renewal) is not None


def test_works_are_taken_down_on_their_day(
    studio: Studio, walk: Walk, import_story: Callable[..., ProjectView], pass_time
):
    parties = [{"role": "recipient", "name": "Tide Books", "contact": "mailto:rights@example.com"}]
    owner = walk.verified(survival="take-down", take_down_days=14, parties=parties)
    import_story()
    studio.casting.set_voice("pier", "narrator", studio.consents.get(LOCAL, owner.consent_id).summary.voice_id)
    job = studio.jobs.submit("pier", JobRequest(("render", "master", "deliver")))
    assert studio.dispatcher.run(job.id, ignore_progress, lambda: False).state == "done"
    files = sorted(studio.settings.exports.rglob("*.mp3"))
    ended = studio.endings.withdraw(owner, owner.consent_id)
    ((whom, text),) = ended.notices
    assert "Tide Books" in whom
    assert f"by {days_on(14).isoformat()}" in text
    assert all(path.name in text for path in files)
    assert all(path.exists() for path in files)
    pass_time(days=13)
    assert acts(studio) == []
    pass_time(days=2)
    assert set(acts(studio, dry_run=True)) == {"take-down"}
    assert all(path.exists() for path in files)
    assert set(acts(studio)) == {"take-down"}
    assert not any(path.exists() for path in files)
    assert acts(studio) == []
    assert "taken-down" in [event.kind for event in studio.consents.get(LOCAL, owner.consent_id).events]


def test_only_those_who_administer_keep_the_retention(studio: Studio, walk: Walk):
    with pytest.raises(RefusedError):
        studio.endings.retention(PRODUCER)

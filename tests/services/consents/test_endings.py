import threading
from pathlib import Path

import pytest

from studio.bootstrap import Studio
from studio.consent.actors import Actor, Role
from studio.consent.states import ConsentState
from studio.core.errors import ConflictError, InputError, RefusedError
from studio.services.jobs import JobRequest
from studio.store.consent_tables import ConsentRow, PurgeRow
from studio.store.tables import JobRow, TakeRow
from tests.consents import LOCAL, PRODUCER, REVIEWER, Walk


@pytest.fixture
def walk(studio: Studio, tmp_path: Path) -> Walk:
    made = Walk(studio)
    made.folder = tmp_path
    return made


def state_of(studio: Studio, consent_id: str) -> str:
    with studio._context.database.read() as session:
        return session.get_one(ConsentRow, consent_id).state


def test_the_owner_withdraws_without_a_reason_and_everything_is_gone_and_certified(studio: Studio, walk: Walk):
    owner = walk.verified()
    ended = studio.endings.withdraw(owner, owner.consent_id)
    assert ended.state is ConsentState.WITHDRAWN
    assert not ended.already
    assert ended.certificate is not None
    assert {each["kind"] for each in ended.certificate["destroyed"]} >= {"key", "reference", "statement", "voiceprint"}
    assert not studio._context.vault.has_key(owner.consent_id)
    assert not (studio.settings.home / "vault" / owner.consent_id).exists()
    assert owner.consent_id in studio._context.ledger.anchors.tombstones()


def test_64_a_second_withdrawal_changes_nothing(studio: Studio, walk: Walk):
    owner = walk.verified()
    first = studio.endings.withdraw(owner, owner.consent_id)
    second = studio.endings.withdraw(owner, owner.consent_id)
    assert second.already
    assert (second.ended_at, second.certificate) == (first.ended_at, first.certificate)
    with studio._context.database.read() as session:
        kinds = [event.kind for event in walk.consents.get(PRODUCER, owner.consent_id).events]
        assert session.get_one(PurgeRow, owner.consent_id).state == "done"
    assert kinds.count("withdrawn") == kinds.count("purged") == 1

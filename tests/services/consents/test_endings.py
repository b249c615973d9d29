import subprocess
import sys
from pathlib import Path

import pytest

from studio.bootstrap import Studio, open_studio, read_settings
from studio.consent.states import ConsentState
from studio.core.errors import ConflictError, InputError, RefusedError
from studio.store.consent_tables import PurgeRow
from tests.consents import LOCAL, PRODUCER, REVIEWER, Walk


@pytest.fixture
def walk(studio: Studio, tmp_path: Path) -> Walk:
    made = Walk(studio)
    made.folder = tmp_path
    return made


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


_WITHDRAWS = """
import sys
from pathlib import Path
from studio.bootstrap import open_studio, read_settings
from studio.consent.actors import Actor, Role

home, anchors, consent = sys.argv[1:]
studio = open_studio(read_settings({"VIVAVOCE_ANCHORS": anchors}, home=Path(home), workers=1))
sys.stdin.readline()
ended = studio.endings.withdraw(Actor("Jane Doe", Role.VOICE_OWNER, consent), consent)
print(ended.state.value, ended.certificate["finished_at"])
"""


def test_64_two_processes_withdraw_at_once_and_it_happens_once(tmp_path: Path):
    home, anchors = tmp_path / "home", tmp_path / "anchors"
    studio = open_studio(read_settings({"VIVAVOCE_ANCHORS": str(anchors)}, home=home, workers=1))
    made = Walk(studio)
    made.folder = tmp_path
    owner = made.verified()
    command = [sys.executable, "-c", _WITHDRAWS, str(home), str(anchors), owner.consent_id]
    both = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]  # fmt: skip
    for process in both:
        process.stdin.write("\n")
        process.stdin.flush()
    said = [process.communicate(timeout=60)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert said[0] == said[1]
    assert said[0].startswith("withdrawn ")
    kinds = [event.kind for event in studio.consents.get(PRODUCER, owner.consent_id).events]
    assert kinds.count("withdrawn") == kinds.count("purged") == 1
    assert studio.ledger_book.verify(LOCAL, full=True).problems == ()
    studio.close()


def test_whoever_ends_for_the_owner_says_why_and_may_do_it(studio: Studio, walk: Walk):
    owner = walk.verified()
    for end in (studio.endings.revoke, studio.endings.invalidate):
        with pytest.raises(InputError, match="say why"):
            end(REVIEWER, owner.consent_id, "  ")
        for actor in (PRODUCER, owner):
            with pytest.raises(RefusedError):
                end(actor, owner.consent_id, "because")
    assert studio.consents.get(LOCAL, owner.consent_id).summary.state is ConsentState.VERIFIED
    ended = studio.endings.revoke(REVIEWER, owner.consent_id, "the agency ended the contract")
    assert (ended.state, ended.already) == (ConsentState.REVOKED, False)
    assert studio.endings.revoke(REVIEWER, owner.consent_id, "again").already
    with pytest.raises(ConflictError, match="final"):
        studio.endings.invalidate(REVIEWER, owner.consent_id, "fraud")
    assert studio.endings.withdraw(owner, owner.consent_id).already
    assert studio.consents.get(LOCAL, owner.consent_id).summary.state is ConsentState.REVOKED


def test_what_was_never_given_cannot_be_revoked_but_is_withdrawn(studio: Studio, walk: Walk):
    owner = walk.asked()
    with pytest.raises(ConflictError):
        studio.endings.revoke(REVIEWER, owner.consent_id, "no need any more")
    assert studio.endings.withdraw(owner, owner.consent_id).state is ConsentState.WITHDRAWN


def test_an_owner_ends_and_sees_only_their_own(studio: Studio, walk: Walk):
    mine, other = walk.verified(), walk.verified("Ida Bell")
    for call in (studio.endings.withdraw, studio.endings.preview, studio.endings.certificate, studio.endings.ending):
        with pytest.raises(RefusedError):
            call(mine, other.consent_id)
    assert studio.endings.withdraw(mine, mine.consent_id).certificate is not None
    assert studio.consents.get(LOCAL, other.consent_id).summary.state is ConsentState.VERIFIED
    with pytest.raises(ConflictError):
        studio.endings.ending(other, other.consent_id)


def test_a_preview_changes_nothing(studio: Studio, walk: Walk):
    owner = walk.verified(survival="take-down", take_down_days=7)
    seq = studio.consents.get(LOCAL, owner.consent_id).events[-1].ledger_seq
    shown = studio.endings.preview(owner, owner.consent_id)
    assert shown.person == "Jane Doe"
    assert dict(shown.destroys) == {
        "reference recordings": 3, "spoken statements": 1, "voiceprints": 3, "encryption keys": 1,
    }  # fmt: skip
    assert "taken down by" in shown.works_fate
    assert studio.consents.get(LOCAL, owner.consent_id).events[-1].ledger_seq == seq
    assert studio._context.vault.has_key(owner.consent_id)


def test_erasing_leaves_no_name_and_a_ledger_that_verifies(studio: Studio, walk: Walk):
    owner = walk.verified("Zebulon Quartermaine")
    with pytest.raises(ConflictError):
        studio.endings.erase(REVIEWER, owner.consent_id)
    studio.endings.withdraw(owner, owner.consent_id)
    with pytest.raises(RefusedError):
        studio.endings.erase(PRODUCER, owner.consent_id)
    studio.endings.erase(REVIEWER, owner.consent_id)
    studio.endings.erase(REVIEWER, owner.consent_id)
    left = studio.consents.get(LOCAL, owner.consent_id)
    assert left.record is None
    assert left.summary.state is ConsentState.WITHDRAWN
    assert studio.ledger_book.verify(LOCAL, full=True).problems == ()
    assert studio.endings.certificate(LOCAL, owner.consent_id) is not None
    for path in studio.settings.home.glob("studio.db*"):
        assert b"Zebulon" not in path.read_bytes(), path


def test_recipients_are_told_what_to_do(studio: Studio, walk: Walk):
    parties = [
        {"role": "client", "name": "Harbour Press", "contact": "mailto:press@example.com"},
        {"role": "agent", "name": "Ann Agent", "contact": "mailto:ann@example.com"},
    ]
    owner = walk.verified(parties=parties)
    ended = studio.endings.withdraw(owner, owner.consent_id)
    assert [whom for whom, _ in ended.notices] == ["Harbour Press <mailto:press@example.com>"]
    assert "No finished work in this voice was delivered." in ended.notices[0][1]
    assert "mailto:studio@example.com" in ended.notices[0][1]

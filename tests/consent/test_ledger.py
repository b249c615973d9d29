import hashlib
import json
import multiprocessing
import os
import shutil
import signal
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from studio.consent.anchors import Anchor, AnchorStore
from studio.consent.clock import TrustedClock
from studio.consent.ledger import ENDING_KINDS, Entry, Ledger, LedgerReport, salted_hash
from studio.consent.ledger_events import GENESIS, event_hash
from studio.consent.ledger_keys import LedgerKey, LedgerKeys, check_document
from studio.consent.merkle import CompactRange, leaf_hash, root_of, verify_inclusion
from studio.core.errors import InputError, RefusedError
from studio.store.database import Database, sqlite_url
from tests.consent.conftest import Clock

CONSENT = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"
SALT = bytes(range(32))
TRIGGERS = ("event_kept", "event_stays", "event_chained", "head_kept", "head_stays", "head_fits", "key_kept", "key_new",
            "key_stays")  # fmt: skip


@dataclass
class Home:
    """A data home with a ledger, and the ways to damage it that somebody with access to the files has."""

    folder: Path
    clock: Clock

    def __post_init__(self) -> None:
        self.anchor_folder = self.folder.parent / "anchors"
        self.path = self.folder / "studio.db"
        self.database = Database(sqlite_url(self.path))
        self.ledger = self.opened()

    def opened(self) -> Ledger:
        return Ledger(LedgerKeys(self.folder / "keys"), AnchorStore(self.anchor_folder), TrustedClock(self.clock))

    def append(self, count: int = 1, kind: str = "verified", consent: str = CONSENT) -> None:
        for number in range(count):
            with self.database.write() as session:
                self.ledger.append(session, kind, consent_id=consent, facts={"number": number})

    def check(self, seq: int) -> None:
        with self.database.read() as session:
            self.opened().check_event(session, seq)

    def verify(self, *against: Anchor, full: bool = True) -> LedgerReport:
        with self.database.read() as session:
            return self.opened().verify(session, against=against, full=full)

    def head(self) -> Anchor:
        with self.database.read() as session:
            head = self.ledger.head(session)
        assert head is not None
        return head.anchor()

    def attack(self, *statements: tuple[str, tuple[object, ...]]) -> None:
        with sqlite3.connect(self.path) as connection:
            for name in TRIGGERS:
                connection.execute(f"DROP TRIGGER IF EXISTS {name}")
            for statement, values in statements:
                connection.execute(statement, values)
        connection.close()

    def rows(self) -> list[tuple[int, str | None, bytes]]:
        connection = sqlite3.connect(self.path)
        rows = connection.execute("SELECT seq, consent_id, body FROM ledger_event ORDER BY seq").fetchall()
        connection.close()
        return rows

    def rewrite(self, rows: list[tuple[int, str | None, bytes]]) -> None:
        """Replace the whole ledger by one whose chain and tree are right in themselves."""
        prev, made = GENESIS, []
        for seq, (_old, consent, body) in enumerate(rows):
            digest = event_hash(prev, seq, body)
            made.append((seq, consent, body, prev, digest))
            prev = digest
        tree = CompactRange()
        nodes = [node for *_row, digest in made for node in tree.append(leaf_hash(digest))]
        self.attack(
            ("DELETE FROM ledger_event", ()),
            ("DELETE FROM ledger_node", ()),
            *(("INSERT INTO ledger_event (seq, consent_id, body, prev, hash) VALUES (?,?,?,?,?)", row) for row in made),
            *(("INSERT INTO ledger_node VALUES (?,?,?)", node) for node in nodes),
        )


@pytest.fixture
def made(tmp_path: Path, clock: Clock) -> Iterator[Home]:
    folder = tmp_path / "home"
    folder.mkdir()
    home = Home(folder, clock)
    yield home
    home.database.close()


def altered(body: bytes) -> bytes:
    return json.dumps({**json.loads(body), "state": "verified"}, sort_keys=True, separators=(",", ":")).encode()


def test_an_event_is_read_back_proved_and_anchored(made: Home):
    with made.database.write() as session:
        event = made.ledger.append(
            session,
            "given",
            consent_id=CONSENT,
            state="given",
            record_hash="ab" * 32,
            facts={"reviewers": 1, "language": "en-GB"},
            detail={"note": "Anna signed at home"},
            salt=SALT,
        )
        assert made.ledger.anchors.newest() is None
    with made.database.read() as session:
        assert made.ledger.last_event(session, CONSENT) == event
        assert made.ledger.last_event(session, "nobody") is None
        proof = made.ledger.prove(session, 0)
        assert verify_inclusion(proof.leaf, proof.index, proof.size, proof.path, proof.head.root)
        body = session.execute(text("SELECT body FROM ledger_event")).scalar_one()
    assert (event.seq, event.state, event.record_hash) == (0, "given", "ab" * 32)
    assert event.detail_hash == salted_hash({"note": "Anna signed at home"}, SALT)
    assert body == event.body()
    assert b"Anna" not in body
    assert event.hash == hashlib.sha256(bytes(32) + bytes(8) + body).digest()
    assert made.ledger.anchors.newest() == made.head()
    assert made.head().is_genuine()
    made.check(0)
    assert made.verify() == LedgerReport(1, 0, (), proof.head, 0)


def test_the_signed_root_is_that_of_the_hashes_of_all_events(made: Home):
    made.append(11)
    connection = sqlite3.connect(made.path)
    hashes = [row[0] for row in connection.execute("SELECT hash FROM ledger_event ORDER BY seq")]
    heads = connection.execute("SELECT size, root FROM tree_head ORDER BY size").fetchall()
    connection.close()
    assert heads == [(size, root_of(map(leaf_hash, hashes[:size]))) for size in range(1, 12)]


def test_several_events_of_one_transaction(made: Home):
    with made.database.write() as session:
        made.ledger.append(session, "given", consent_id=CONSENT)
        entries = [Entry("verified", CONSENT, "verified", "", {"number": number}, "") for number in range(9)]
        assert [event.seq for event in made.ledger.append_many(session, entries)] == list(range(1, 10))
        assert made.ledger.append_many(session, []) == []
    assert made.verify().size == 10
    assert made.verify().problems == ()


def test_a_transaction_that_fails_leaves_neither_event_nor_anchor(made: Home):
    made.append()

    def fail() -> None:
        with made.database.write() as session:
            made.ledger.append(session, "given", consent_id=CONSENT)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert made.verify().size == 1
    newest = made.ledger.anchors.newest()
    assert newest is not None
    assert newest.size == 1


def test_a_rolled_back_session_that_is_used_again_anchors_nothing_that_is_not_there(made: Home):
    made.append()
    with made.database.write() as session:
        made.ledger.append(session, "given", consent_id=CONSENT)
        session.rollback()
        session.execute(text("SELECT 1"))
        session.commit()
    newest = made.ledger.anchors.newest()
    assert newest is not None
    assert newest.size == 1


@pytest.mark.parametrize(
    "facts",
    [
        {"note": "called me twice"},
        {"mail": "a@b.example"},
        {"name": "José"},
        {"Name": "Xaver"},
        {"state": "verified"},
        {"kind": "Xaver"},
        {"long": "a" * 129},
        {"flag": True},
        {"share": 0.5},
        {"count": 2**60},
        {"list": ["a"]},
    ],
)
def test_free_text_is_refused_and_not_repeated(made: Home, facts: dict[str, object]):
    with pytest.raises(InputError) as caught, made.database.write() as session:
        made.ledger.append(session, "given", consent_id=CONSENT, facts=facts)  # type: ignore[arg-type]
    assert not any(str(value) in caught.value.sentence for value in facts.values() if isinstance(value, str))
    assert made.verify().size == 0


@pytest.mark.parametrize(
    "words",
    [{"kind": "Given to Anna"}, {"consent_id": "Anna B"}, {"consent_id": ""}, {"state": "very good"},
     {"record_hash": "abc"}, {"detail": {"a": 1}}, {"detail": {"a": 1}, "salt": b"short"}],
)  # fmt: skip
def test_wrong_words_are_refused(made: Home, words: dict[str, object]):
    with pytest.raises(InputError), made.database.write() as session:
        made.ledger.append(session, **{"kind": "given", "consent_id": CONSENT, **words})


def test_time_never_goes_back_on_the_ledger(made: Home, clock: Clock):
    made.append()
    clock.advance(days=-400)
    made.append()
    clock.advance(days=800)
    made.append()
    times = [json.loads(body)["time"] for _seq, _consent, body in made.rows()]
    assert times == sorted(times)
    assert datetime.fromisoformat(times[2]) - datetime.fromisoformat(times[0]) == timedelta(days=400)
    assert made.verify().problems == ()


# The attacks of somebody who can write the database file.


def test_a_row_edited(made: Home):
    made.append(20)
    body = altered(made.rows()[17][2])
    made.attack(("UPDATE ledger_event SET body = ? WHERE seq = 17", (body,)))
    assert made.verify().problems == ("event 17 was altered",)
    with pytest.raises(RefusedError, match="event 17 of the ledger was altered"):
        made.check(17)
    made.check(16)


def test_a_row_edited_with_its_hash(made: Home):
    made.append(20)
    body = altered(made.rows()[17][2])
    connection = sqlite3.connect(made.path)
    prev = connection.execute("SELECT prev FROM ledger_event WHERE seq = 17").fetchone()[0]
    connection.close()
    made.attack(("UPDATE ledger_event SET body = ?, hash = ? WHERE seq = 17", (body, event_hash(prev, 17, body))))
    problems = made.verify().problems
    assert "event 18 does not follow event 17" in problems
    assert any(problem.startswith("event 17 was altered") for problem in problems)
    with pytest.raises(RefusedError, match="event 17 of the ledger was altered"):
        made.check(17)


def test_a_row_edited_and_the_whole_chain_and_tree_computed_anew(made: Home):
    made.append(20)
    rows = made.rows()
    rows[17] = (17, CONSENT, altered(rows[17][2]))
    made.rewrite(rows)
    (problem,) = made.verify().problems
    assert problem.startswith("event 17 was altered, and the chain after it computed anew")
    for seq in (3, 17, 19):
        with pytest.raises(RefusedError, match="altered"):
            made.check(seq)


def test_an_event_moved_to_another_consent(made: Home):
    made.append(5)
    made.attack(("UPDATE ledger_event SET consent_id = 'other' WHERE seq = 3", ()))
    assert made.verify().problems == ("event 3 was altered",)
    with pytest.raises(RefusedError, match="event 3 of the ledger was altered"):
        made.check(3)


def test_a_row_deleted_from_the_middle(made: Home):
    made.append(20)
    made.attack(("DELETE FROM ledger_event WHERE seq = 10", ()))
    assert "event 10 is missing" in made.verify().problems
    with pytest.raises(RefusedError, match="not covered"):
        made.check(10)


def test_a_row_deleted_from_the_middle_and_the_chain_computed_anew(made: Home):
    made.append(20)
    rows = made.rows()
    made.rewrite(rows[:10] + rows[11:])
    problems = made.verify().problems
    assert problems[0].startswith("event 10 was altered, and the chain after it computed anew")
    assert "the ledger ends at 19, but a head of 20 was signed" in problems
    with pytest.raises(RefusedError):
        made.check(3)


def test_the_tail_cut_off(made: Home):
    made.append(100)
    made.attack(("DELETE FROM ledger_event WHERE seq >= 95", ()))
    assert made.verify().problems[0] == "the ledger ends at 95, but a head of 100 was signed"
    for seq in (3, 96):
        with pytest.raises(RefusedError, match="the ledger ends at 95, but a head of 100 was signed"):
            made.check(seq)
    with pytest.raises(RefusedError, match="the ledger ends at 95"):
        made.append()
    made.append(8, kind="withdrawn")
    assert made.verify().problems
    with pytest.raises(RefusedError):
        made.append()


def test_the_tail_cut_off_with_the_heads_over_it(made: Home):
    made.append(100)
    receipt = made.head()
    made.attack(
        ("DELETE FROM ledger_event WHERE seq >= 95", ()),
        ("DELETE FROM tree_head WHERE size > 95", ()),
        ("DELETE FROM ledger_node WHERE (position + 1) << level > 95", ()),
    )
    with pytest.raises(RefusedError, match="the ledger ends at 95, but a head of 100 was signed"):
        made.check(3)
    assert made.verify().problems == (
        f"the ledger ends at 95, but the anchor of {receipt.time} names a signed head of 100",
    )
    shutil.rmtree(made.anchor_folder)  # the folder outside is gone as well: a receipt still knows
    assert made.verify().problems == ()
    assert made.verify(receipt).problems == (
        f"the ledger ends at 95, but the anchor of {receipt.time} names a signed head of 100",
    )


def test_an_older_database_that_went_on_differently(made: Home, tmp_path: Path):
    made.append(10)
    made.database.close()
    shutil.copy(made.path, tmp_path / "old.db")
    made.append(5)
    receipt = made.head()
    made.database.close()
    for leftover in made.folder.glob("studio.db*"):
        leftover.unlink()
    shutil.copy(tmp_path / "old.db", made.path)
    with pytest.raises(RefusedError, match="the ledger ends at 10, but a head of 15 was signed"):
        made.append()
    made.append(7, kind="withdrawn")  # never blocked, and not signed
    report = made.verify()
    assert report.unsigned == 7
    with pytest.raises(RefusedError, match="the ledger ends at 10, but a head of 15 was signed"):
        made.check(3)
    shutil.rmtree(made.anchor_folder)
    made.append()
    assert made.verify().problems == ()
    assert made.verify(receipt).problems == (f"the anchor of {receipt.time} names a tree this ledger does not contain",)


def test_a_restored_backup_is_acknowledged_and_stays_known(made: Home, tmp_path: Path):
    made.append(10)
    made.database.close()
    shutil.copy(made.path, tmp_path / "old.db")
    made.append(5)
    lost = made.head()
    with pytest.raises(RefusedError, match="lost nothing"), made.database.write() as session:
        made.ledger.acknowledge_restored(session)
    made.database.close()
    for leftover in made.folder.glob("studio.db*"):
        leftover.unlink()
    shutil.copy(tmp_path / "old.db", made.path)
    with made.database.write() as session:
        event = made.ledger.acknowledge_restored(session)
    assert event.facts == {"lost_size": 15, "lost_root": lost.root_hex}
    made.append(2)
    made.check(3)
    assert made.verify().problems == ()
    assert lost.text() in (made.anchor_folder / "lost.txt").read_text(encoding="ascii")
    assert len(made.verify(lost).problems) == 1


def test_a_signed_head_altered(made: Home):
    made.append(5)
    made.attack(("UPDATE tree_head SET root = zeroblob(32) WHERE size = 5", ()))
    problems = made.verify().problems
    assert "the head of 5 events is not genuine" in problems
    with pytest.raises(RefusedError, match="head of 5 events is not genuine"):
        made.check(1)


def test_stored_nodes_altered(made: Home):
    made.append(9)
    made.attack(("UPDATE ledger_node SET hash = zeroblob(32) WHERE level = 1 AND position = 2", ()))
    assert made.verify().problems == ("the stored tree differs at level 1, position 2",)
    with pytest.raises(RefusedError):
        made.check(7)
    made.check(8)  # its proof does not need that node
    with made.database.write() as session:
        made.ledger.rebuild_tree(session)
    made.check(7)
    assert made.verify().problems == ()


def test_no_wrong_tree_is_signed(made: Home):
    made.append(9)
    made.attack(("UPDATE ledger_node SET hash = zeroblob(32) WHERE level = 3", ()))
    with pytest.raises(RefusedError, match="not the one that was signed"):
        made.append()
    made.append(kind="withdrawn")
    made.attack(("DELETE FROM ledger_node", ()))
    with pytest.raises(RefusedError, match="lost nodes"):
        made.append()
    made.append(kind="withdrawn")
    with made.database.write() as session:
        made.ledger.rebuild_tree(session)
    made.append()
    report = made.verify()
    assert (report.size, report.problems, report.unsigned) == (12, (), 0)


def test_the_whole_ledger_signed_with_another_key(made: Home, tmp_path: Path, clock: Clock):
    made.append(5)
    (tmp_path / "evil" / "home").mkdir(parents=True)
    other = Home(tmp_path / "evil" / "home", clock)
    other.append(9)
    other.database.close()
    made.database.close()
    for leftover in made.folder.glob("studio.db*"):
        leftover.unlink()
    shutil.copy(other.path, made.path)
    assert "the ledger is not signed with the key of this data home" in made.verify().problems
    with pytest.raises(RefusedError, match="not signed with the key of this data home"):
        made.check(3)
    (made.folder / "keys" / "ledger.pem").unlink()  # without the key the anchor still tells
    with pytest.raises(RefusedError, match="a key that is not the ledger's"):
        made.check(3)


def test_a_key_slipped_in_without_endorsement(made: Home):
    made.append(3)
    stranger = LedgerKey(Ed25519PrivateKey.generate())
    old = made.head().key_id
    made.attack(
        ("UPDATE ledger_key SET retired_at = '2026-01-01'", ()),
        ("INSERT INTO ledger_key (key_id, public_key, created_at, endorsed_by, endorsement) VALUES (?,?,?,?,?)",
         (stranger.key_id, stranger.public_key, "2026-01-01", old, bytes(64))),
    )  # fmt: skip
    assert f"key {stranger.key_id} is not endorsed by the ledger's key before it" in made.verify().problems
    with pytest.raises(RefusedError, match="not endorsed"):
        made.check(1)
    with pytest.raises(RefusedError, match="not endorsed"):
        made.append()


def test_a_second_first_key(made: Home):
    made.append(3)
    stranger = LedgerKey(Ed25519PrivateKey.generate())
    made.attack(
        ("INSERT INTO ledger_key (key_id, public_key, created_at) VALUES (?,?,?)",
         (stranger.key_id, stranger.public_key, "2026-01-01")),
    )  # fmt: skip
    with pytest.raises(RefusedError, match="is not one of the ledger's"):
        made.check(1)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_event SET body = x'00' WHERE seq = 1",
        "UPDATE ledger_event SET consent_id = 'x' WHERE seq = 1",
        "DELETE FROM ledger_event WHERE seq = 2",
        "INSERT INTO ledger_event (seq, body, prev, hash) VALUES (9999, x'00', x'00', x'00')",
        "INSERT INTO ledger_event (seq, body, prev, hash) VALUES (3, x'00', zeroblob(32), x'00')",
        "INSERT OR REPLACE INTO ledger_event (seq, body, prev, hash) SELECT seq, x'00', prev, hash FROM ledger_event",
        "UPDATE tree_head SET root = x'00'",
        "DELETE FROM tree_head",
        "INSERT OR REPLACE INTO tree_head SELECT size, x'00', time, key_id, signature FROM tree_head WHERE size = 3",
        "INSERT INTO tree_head VALUES (4, x'00', 't', 'k', x'00')",
        "DELETE FROM ledger_key",
        "UPDATE ledger_key SET public_key = x'00'",
        "UPDATE ledger_key SET endorsement = x'00'",
        "INSERT OR REPLACE INTO ledger_key SELECT key_id, x'00', created_at, NULL, NULL, NULL FROM ledger_key",
        "UPDATE clock SET high_water = '2000-01-01T00:00:00.000000+00:00'",
        "DELETE FROM clock",
        "INSERT OR REPLACE INTO clock VALUES (1, '2000-01-01T00:00:00.000000+00:00')",
    ],
)
def test_triggers_refuse(made: Home, statement: str):
    made.append(3)
    with pytest.raises(IntegrityError), made.database.write() as session:
        session.execute(text(statement))
    assert made.verify().problems == ()


def test_a_well_chained_row_of_somebody_else_is_never_signed(made: Home):
    made.append(3)
    connection = sqlite3.connect(made.path)
    prev = connection.execute("SELECT hash FROM ledger_event WHERE seq = 2").fetchone()[0]
    connection.close()
    body = altered(made.rows()[2][2])
    with sqlite3.connect(made.path) as connection:  # all triggers stand: the row is right in itself
        connection.execute(
            "INSERT INTO ledger_event (seq, consent_id, body, prev, hash) VALUES (3, ?, ?, ?, ?)",
            (CONSENT, body, prev, event_hash(prev, 3, body)),
        )
    connection.close()
    with pytest.raises(RefusedError, match="not covered by a signed head"):
        made.check(3)
    with pytest.raises(RefusedError, match="event 3 was not recorded by the studio"):
        made.append()
    report = made.verify()
    assert report.unsigned == 1
    assert any(problem.startswith("event 3 was not recorded by the studio") for problem in report.problems)
    made.append(kind="withdrawn")  # not even that stops an end
    assert made.verify().size == 5


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(seq=st.integers(0, 11), column=st.sampled_from(["body", "prev", "hash"]), at=st.integers(0, 31))
def test_any_byte_changed_is_noticed(made: Home, seq: int, column: str, at: int):
    if made.verify().size < 12:
        made.append(12)
    connection = sqlite3.connect(made.path)
    good = connection.execute(f"SELECT {column} FROM ledger_event WHERE seq = ?", (seq,)).fetchone()[0]  # noqa: S608
    connection.close()
    bad = good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :]
    change = f"UPDATE ledger_event SET {column} = ? WHERE seq = ?"  # noqa: S608
    made.attack((change, (bad, seq)))
    assert made.verify().problems
    with pytest.raises(RefusedError):
        made.check(seq)
    made.attack((change, (good, seq)))
    assert made.verify().problems == ()
    made.check(seq)


# Keys.


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda path: path.unlink(), "is missing"),
        (lambda path: path.chmod(0o644), "can be read by others"),
        (lambda path: path.write_bytes(path.read_bytes()[:40]), "is damaged"),
    ],
)
def test_without_its_key_the_ledger_is_read_only_but_an_end_is_recorded(made: Home, damage, message: str):
    made.append(3)
    path = made.folder / "keys" / "ledger.pem"
    kept = path.read_bytes()
    damage(path)
    with pytest.raises(RefusedError, match=message) as caught:
        made.append()
    assert caught.value.hint
    made.check(2)  # reading goes on
    for kind in sorted(ENDING_KINDS):
        made.append(kind=kind)
    report = made.verify()
    assert (report.size, report.unsigned, report.problems) == (3 + len(ENDING_KINDS), len(ENDING_KINDS), ())
    with pytest.raises(RefusedError, match="not covered by a signed head"):
        made.check(4)
    path.write_bytes(kept)
    path.chmod(0o600)
    with made.database.write() as session:
        head = made.ledger.seal(session)
    assert head is not None
    assert head.size == report.size
    assert made.verify() == replace(report, head=head, unsigned=0)
    made.check(4)


def test_the_key_is_private_and_made_once(made: Home):
    made.append()
    path = made.folder / "keys" / "ledger.pem"
    assert path.stat().st_mode & 0o777 == 0o600
    before = path.read_bytes()
    made.append()
    assert path.read_bytes() == before


def test_rotation_is_endorsed_and_old_heads_stay_good(made: Home):
    made.append(3)
    old = made.head()
    with made.database.write() as session:
        event = made.ledger.rotate(session)
        old_pem = (made.folder / "keys" / "ledger.pem").read_bytes()
    assert (made.folder / "keys" / "ledger.pem").read_bytes() != old_pem
    assert not (made.folder / "keys" / "ledger-next.pem").exists()
    made.append(2)
    assert made.head().key_id == event.facts["new_key"] != old.key_id
    made.check(0)
    assert made.verify(old).problems == ()
    made.attack(("UPDATE ledger_key SET endorsement = zeroblob(64) WHERE endorsement IS NOT NULL", ()))
    with pytest.raises(RefusedError, match="not endorsed"):
        made.check(0)


def test_a_rotation_that_fails_changes_no_key(made: Home):
    made.append(3)
    before = made.head().key_id

    def fail() -> None:
        with made.database.write() as session:
            made.ledger.rotate(session)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    made.append(2)
    assert made.head().key_id == before
    assert made.verify().problems == ()


def test_a_rotation_cut_between_commit_and_promotion(made: Home, monkeypatch: pytest.MonkeyPatch):
    made.append(3)
    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "published", lambda _ledger, _head: None)  # the process dies right after the commit
        with made.database.write() as session:
            event = made.ledger.rotate(session)
    assert (made.folder / "keys" / "ledger-next.pem").exists()
    made.check(3)
    made.append()
    assert not (made.folder / "keys" / "ledger-next.pem").exists()
    assert made.head().key_id == event.facts["new_key"]
    assert made.verify().problems == ()


def test_documents_are_signed_with_the_key_in_use(made: Home):
    made.append()
    with made.database.read() as session:
        signature = made.ledger.key(session).sign_document(b"{}")
        made.ledger.check_document(session, b"{}", signature)
        with pytest.raises(RefusedError, match="not the one that was signed"):
            made.ledger.check_document(session, b"{ }", signature)
        stranger = LedgerKey(Ed25519PrivateKey.generate()).sign_document(b"{}")
        check_document(b"{}", stranger)
        with pytest.raises(RefusedError, match="another studio"):
            made.ledger.check_document(session, b"{}", stranger)


# Anchors and transactions.


def test_an_anchor_older_than_the_ledger_is_fine(made: Home):
    made.append(6)
    anchor_file = made.anchor_folder / "head.txt"
    older = anchor_file.read_bytes()
    made.append(5)
    anchor_file.write_bytes(older)  # as after a crash between commit and anchor
    made.check(2)
    made.check(10)
    assert made.verify().problems == ()
    made.append()
    newest = made.ledger.anchors.newest()
    assert newest is not None
    assert newest.size == 12


def test_every_anchor_ever_made_fits_the_ledger(made: Home):
    anchors = []
    for _number in range(20):
        made.append()
        anchors.append(made.head())
    assert made.verify(*anchors).problems == ()


def test_a_reader_that_began_before_the_anchor_is_not_refused(made: Home):
    made.append(3)
    with made.database.read() as session:
        assert made.ledger.last_event(session, CONSENT) is not None  # its view of the database stands from here on
        thread = threading.Thread(target=made.append)
        thread.start()
        thread.join()
        newest = made.ledger.anchors.newest()
        assert newest is not None
        assert newest.size == 4
        made.ledger.check_event(session, 2)


def test_writers_in_threads_make_one_chain(made: Home):
    threads = [threading.Thread(target=made.append, args=(5,)) for _number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report = made.verify()
    assert (report.size, report.problems, report.unsigned) == (30, (), 0)
    assert made.ledger.anchors.newest() == made.head()


def _append_until_killed(folder: Path) -> None:
    home = Home(folder, Clock())
    while True:
        home.append()


def test_killed_at_any_moment_the_ledger_is_whole(made: Home):
    made.append()
    context = multiprocessing.get_context("fork")
    for delay_s in (0.05, 0.11, 0.17, 0.23):
        process = context.Process(target=_append_until_killed, args=(made.folder,), daemon=True)
        process.start()
        process.join(delay_s)
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        report = made.verify()
        assert report.problems == ()
        assert report.unsigned == 0
        made.append()
    assert made.verify().size > 5


# Verification of the tail.


def test_verification_goes_on_where_the_last_one_ended(made: Home):
    made.append(30)
    assert made.verify(full=False).verified_from == 0
    made.append(5)
    report = made.verify(full=False)
    assert (report.verified_from, report.size, report.problems) == (30, 35, ())
    body = altered(made.rows()[3][2])
    made.attack(("UPDATE ledger_event SET body = ? WHERE seq = 3", (body,)))
    assert made.verify(full=True).problems == ("event 3 was altered",)


def test_an_event_missing_from_what_was_verified_before(made: Home):
    made.append(30)
    made.verify(full=False)
    made.append(2)
    made.attack(("DELETE FROM ledger_event WHERE seq = 4", ()))
    report = made.verify(full=False)
    assert report.verified_from == 30
    assert report.problems == ("of the first 30 events 1 are missing; a full verification tells which",)
    assert made.verify(full=True).problems[0] == "event 4 is missing"


def test_the_tail_is_verified_as_strictly(made: Home):
    made.append(30)
    made.verify(full=False)
    made.append(10)
    rows = made.rows()
    rows[33] = (33, CONSENT, altered(rows[33][2]))
    made.rewrite(rows)
    report = made.verify(full=False)
    assert report.verified_from == 30
    assert report.problems[0].startswith("event 33 was altered, and the chain after it computed anew")
    assert made.verify(full=False).verified_from == 30  # a verification with problems is not gone on from


def test_a_forged_or_foreign_note_of_the_last_verification_is_not_used(made: Home):
    made.append(10)
    made.verify(full=False)
    note = made.anchor_folder / "verified.json"
    said = json.loads(note.read_bytes())
    for forged in (
        {**said, "chain": "00" * 32},
        {**said, "signature": LedgerKey(Ed25519PrivateKey.generate()).sign_document(b"x").to_json()},
        {},
    ):
        note.write_text(json.dumps(forged), encoding="ascii")
        assert made.verify(full=False).verified_from == 0
        made.verify(full=False)
    note.write_bytes(b"\xff")
    assert made.verify(full=False).verified_from == 0


def test_many_problems_are_summed_up(made: Home):
    made.append(40)
    made.attack(("UPDATE ledger_event SET body = CAST(body || ' ' AS BLOB)", ()))
    problems = made.verify().problems
    assert len(problems) == 21
    assert problems[-1] == "and 20 more"

import json
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from html import escape
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from mutagen.id3 import ID3, TXXX

from studio.consent.anchors import Anchor, AnchorStore, Tombstone, find_anchors
from studio.consent.ledger_keys import LedgerKey
from studio.core.errors import RefusedError, StorageError

KEY = LedgerKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
CONSENT = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"


def anchor(size: int = 100, root: str = "ab" * 32, key: LedgerKey = KEY) -> Anchor:
    unsigned = Anchor(size, root, "2026-11-23T03:00:00.000000+00:00", key.key_id, key.public_key.hex(), "")
    return replace(unsigned, signature_hex=key.sign(unsigned.signed_bytes()).hex())


@pytest.fixture
def store(tmp_path: Path) -> AnchorStore:
    return AnchorStore(tmp_path / "anchors")


def test_one_line_of_printable_ascii():
    line = anchor().text()
    assert line.startswith("vivavoce-ledger-head v1 size=100 root=abab")
    assert line.isascii()
    assert line.isprintable()
    assert line == escape(line)


@pytest.mark.parametrize(
    "wrap",
    [
        lambda line: line,
        lambda line: line.encode(),
        lambda line: f"<html><p>{escape(line)}</p></html>",
        lambda line: json.dumps({"ledger": line}),
        lambda line: line.replace(" ", "\n   "),
        lambda line: b"\xff\xfb\x90\x00" * 500 + line.encode() + b"\x00TAG",
        lambda line: b"ID3" + line.encode("utf-16") + b"\x00\x00",
        lambda line: line.encode("utf-16-be"),
    ],
)
def test_anchors_are_found_in_any_file(wrap):
    assert find_anchors(wrap(anchor().text())) == (anchor(),)


def test_the_tags_of_an_mp3(tmp_path: Path):
    for encoding in (0, 1, 2, 3):
        path = tmp_path / f"{encoding}.mp3"
        tags = ID3()
        tags.add(TXXX(encoding=encoding, desc="Consent ledger", text=[anchor().text()]))
        tags.save(path)
        assert find_anchors(path.read_bytes()) == (anchor(),)


def test_several_and_repeated_anchors(tmp_path: Path):
    text = "\n".join(one.text() for one in (anchor(1), anchor(2), anchor(1)))
    assert find_anchors(text) == (anchor(1), anchor(2))


@pytest.mark.parametrize(
    "change",
    [
        ("size=100", "size=101"),
        ("root=ab", "root=ac"),
        ("time=2026", "time=2025"),
        ("v1", "v2"),
        (KEY.key_id, "0" * 16),
        (KEY.public_key.hex(), "00" * 32),
        ("signature=", "signature="[:-1] + "=00"),
    ],
)
def test_forged_anchors_are_not_found(change: tuple[str, str]):
    forged = anchor().text().replace(*change)
    assert forged != anchor().text()
    assert find_anchors(forged) == ()


@pytest.mark.parametrize("data", [b"", "", b"vivavoce-ledger-head v1 size=", b"\x00" * 1000])
def test_files_without_anchors(data: bytes | str):
    assert find_anchors(data) == ()


def test_the_newest_head_is_kept_privately_and_never_replaced_by_an_older(store: AnchorStore, tmp_path: Path):
    assert store.newest() is None
    for size in (5, 3, 9, 9):
        store.keep(anchor(size))
    assert store.newest() == AnchorStore(tmp_path / "anchors").newest() == anchor(9)
    assert (tmp_path / "anchors" / "head.txt").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "anchors").stat().st_mode & 0o777 == 0o700


def test_a_restored_ledger_replaces_it_and_what_was_lost_is_kept(store: AnchorStore, tmp_path: Path):
    store.keep(anchor(9))
    store.accept_restored(anchor(4))
    assert store.newest() == anchor(4)
    assert find_anchors((tmp_path / "anchors" / "lost.txt").read_bytes()) == (anchor(9),)


@pytest.mark.parametrize("content", [b"nothing", anchor().text().replace("size=100", "size=99").encode()])
def test_a_damaged_anchor_is_refused(store: AnchorStore, tmp_path: Path, content: bytes):
    store.keep(anchor())
    (tmp_path / "anchors" / "head.txt").write_bytes(content)
    with pytest.raises(RefusedError, match="newest anchor of the ledger is damaged"):
        store.newest()


def test_tombstones_stay(store: AnchorStore, tmp_path: Path):
    assert store.tombstones() == {}
    store.add_tombstone(CONSENT, state="withdrawn", time="2026-11-23T03:00:00+00:00", seq=7)
    store.add_tombstone(CONSENT, state="revoked", time="2027-11-23T03:00:00+00:00", seq=9)
    expected = {CONSENT: Tombstone(CONSENT, "withdrawn", "2026-11-23T03:00:00+00:00", 7)}
    assert store.tombstones() == AnchorStore(tmp_path / "anchors").tombstones() == expected
    assert (tmp_path / "anchors" / "ended.jsonl").stat().st_mode & 0o777 == 0o600


def test_a_line_cut_by_a_crash_spoils_no_other(store: AnchorStore, tmp_path: Path):
    store.add_tombstone("one", state="withdrawn", time="t", seq=1)
    path = tmp_path / "anchors" / "ended.jsonl"
    path.write_bytes(path.read_bytes() + b'{"consent_id": "tw')
    assert set(store.tombstones()) == {"one"}
    store.add_tombstone("two", state="withdrawn", time="t", seq=2)
    assert set(store.tombstones()) == {"one", "two"}
    assert store.damaged_tombstones() == 1


def test_another_process_sees_a_tombstone_at_once(store: AnchorStore, tmp_path: Path):
    other = AnchorStore(tmp_path / "anchors")
    for number in range(20):
        assert len(store.tombstones()) == number
        other.add_tombstone(f"consent-{number}", state="expired", time="t", seq=number)


def test_tombstones_of_many_at_once(tmp_path: Path):
    def add(number: int) -> None:
        AnchorStore(tmp_path / "anchors").add_tombstone(f"c{number % 20}", state="withdrawn", time="t", seq=number)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(60)))
    assert len(AnchorStore(tmp_path / "anchors").tombstones()) == 20
    assert (tmp_path / "anchors" / "ended.jsonl").read_bytes().count(b"\n") == 20


def test_asking_again_is_cheap(store: AnchorStore):
    store.keep(anchor())
    for number in range(500):
        store.add_tombstone(f"consent-{number}", state="withdrawn", time="t", seq=number)
    store.newest(), store.tombstones()
    fastest_s = min(_timed(store) for _attempt in range(50))
    assert fastest_s < 0.0001


def _timed(store: AnchorStore) -> float:
    start = time.perf_counter()
    store.newest()
    store.tombstones()
    return time.perf_counter() - start


def test_a_folder_that_cannot_be_written(tmp_path: Path):
    (tmp_path / "anchors").write_bytes(b"a file in the place of the folder")
    store = AnchorStore(tmp_path / "anchors")
    for act in (
        lambda: store.keep(anchor()),
        lambda: store.add_tombstone("c", state="withdrawn", time="t", seq=0),
        store.newest,
        store.tombstones,
    ):
        with pytest.raises(StorageError):
            act()


def test_an_anchor_in_a_stored_archive(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "book.zip", "w") as archive:
        archive.writestr("credits.json", json.dumps({"ledger": anchor().text()}))
    assert find_anchors((tmp_path / "book.zip").read_bytes()) == (anchor(),)

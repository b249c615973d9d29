import os
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from studio.consent.ledger_keys import LedgerKey, LedgerKeys, check_document, key_id_of, verify_with
from studio.core.errors import RefusedError, StorageError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "keys"


def test_the_key_is_a_private_pem_file_that_openssl_reads(folder: Path):
    key = LedgerKeys(folder).create()
    path = folder / "ledger.pem"
    assert path.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    assert path.read_bytes().startswith(b"-----BEGIN PRIVATE KEY-----")
    assert isinstance(load_pem_private_key(path.read_bytes(), password=None), Ed25519PrivateKey)
    assert key.key_id == key_id_of(key.public_key)
    assert len(key.key_id) == 16


def test_the_same_key_every_time(folder: Path):
    key = LedgerKeys(folder).create()
    assert LedgerKeys(folder).create().key_id == key.key_id == LedgerKeys(folder).load(key.key_id).key_id


def test_a_wide_umask_does_not_open_it(folder: Path):
    before = os.umask(0)
    try:
        LedgerKeys(folder).create()
    finally:
        os.umask(before)
    assert (folder / "ledger.pem").stat().st_mode & 0o777 == 0o600


def test_signatures_hold_for_what_was_signed_only(folder: Path):
    key = LedgerKeys(folder).create()
    signature = key.sign(b"head")
    assert verify_with(key.public_key, signature, b"head")
    assert not verify_with(key.public_key, signature, b"Head")
    assert not verify_with(key.public_key, signature[:-1] + bytes([signature[-1] ^ 1]), b"head")
    assert not verify_with(b"", signature, b"head")
    assert not verify_with(LedgerKey(Ed25519PrivateKey.generate()).public_key, signature, b"head")


def test_documents(folder: Path):
    key = LedgerKeys(folder).create()
    signature = key.sign_document(b'{"a":1}')
    check_document(b'{"a":1}', signature)
    other = LedgerKey(Ed25519PrivateKey.generate())
    for data, bad in (
        (b'{"a":2}', signature),
        (b'{"a":1}', replace(signature, key_id=other.key_id)),
        (b'{"a":1}', replace(signature, public_key_hex=other.public_key.hex())),
        (b'{"a":1}', replace(signature, signature_hex="00" * 64)),
        (b'{"a":1}', replace(signature, signature_hex="not hex")),
        (b'{"a":1}', replace(signature, signature_hex=key.sign(b'{"a":1}').hex())),
    ):
        with pytest.raises(RefusedError, match="not the one that was signed"):
            check_document(data, bad)


def wrong_kind() -> bytes:
    return generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "is damaged"), (b"-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n", "is damaged"),
     (b"\xff\xfe", "is damaged"), (wrong_kind(), "not an ed25519 key")],
)  # fmt: skip
def test_damaged_keys_are_refused_with_a_remedy(folder: Path, content: bytes, message: str):
    key_id = LedgerKeys(folder).create().key_id
    (folder / "ledger.pem").write_bytes(content)
    for act in (lambda: LedgerKeys(folder).load(key_id), LedgerKeys(folder).create):
        with pytest.raises(RefusedError, match=message) as caught:
            act()
        assert "backup" in caught.value.hint
    assert (folder / "ledger.pem").read_bytes() == content
    assert LedgerKeys(folder).present() == frozenset()


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620])
def test_a_key_others_can_reach_is_refused(folder: Path, mode: int):
    keys = LedgerKeys(folder)
    key_id = keys.create().key_id
    (folder / "ledger.pem").chmod(mode)
    with pytest.raises(RefusedError, match="can be read by others"):
        keys.load(key_id)  # although it was read before
    (folder / "ledger.pem").chmod(0o600)
    assert keys.load(key_id).key_id == key_id


def test_a_folder_in_place_of_the_key(folder: Path):
    (folder / "ledger.pem").mkdir(parents=True, mode=0o700)
    with pytest.raises(RefusedError, match="cannot be read"):
        LedgerKeys(folder).load("0" * 16)


def test_a_key_that_cannot_be_written(folder: Path):
    folder.write_bytes(b"a file in the place of the folder")
    with pytest.raises(StorageError, match="cannot be written"):
        LedgerKeys(folder).create()


def test_another_key_in_its_place(folder: Path, tmp_path: Path):
    key_id = LedgerKeys(folder).create().key_id
    LedgerKeys(tmp_path / "other").create()
    (tmp_path / "other" / "ledger.pem").replace(folder / "ledger.pem")
    with pytest.raises(RefusedError, match="does not hold the ledger's key"):
        LedgerKeys(folder).load(key_id)


def test_the_next_key_waits_until_it_is_promoted(folder: Path):
    keys = LedgerKeys(folder)
    old, dropped, new = keys.create(), keys.prepare(), keys.prepare()
    assert len({old.key_id, dropped.key_id, new.key_id}) == 3
    assert keys.present() == {old.key_id, new.key_id}
    keys.promote(dropped.key_id)
    assert keys.load(old.key_id).key_id == old.key_id
    keys.promote(new.key_id)
    keys.promote(new.key_id)
    assert keys.present() == {new.key_id}
    assert LedgerKeys(folder).load(new.key_id).key_id == new.key_id
    with pytest.raises(RefusedError):
        keys.load(old.key_id)

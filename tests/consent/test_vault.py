import hashlib
import os
import resource
import shutil
import signal
import time
import uuid
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from subprocess import run
from sys import executable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.consent.vault import Vault
from studio.core.errors import ConflictError, InputError, RefusedError, StorageError
from studio.core.ids import new_id

CONSENT = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"
OTHER = "0b1c7e2a-3f44-4b0e-9f5d-2c1a7e6f8d90"
ASSET = "0123456789ab"
CHUNK = 65536
SECRET = b"The name of the reader is Anna. " * 40


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "home"
    (made / "keys").mkdir(parents=True, mode=0o700)
    return made


@pytest.fixture
def vault(folder: Path) -> Vault:
    made = Vault(folder)
    made.create_key(CONSENT)
    made.create_key(OTHER)
    return made


def path_of(folder: Path, asset: str = ASSET, consent: str = CONSENT) -> Path:
    return folder / "vault" / consent / asset


def settle(path: Path) -> None:
    """Let a file look as if it was written long ago: only then is its hash remembered."""
    deadline = time.monotonic() + 5
    while time.time_ns() - path.stat().st_ctime_ns < 1_050_000_000:
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 17])
def test_what_goes_in_comes_out(vault: Vault, folder: Path, tmp_path: Path, size: int):
    content = os.urandom(size)
    source = tmp_path / "clip.wav"
    source.write_bytes(content)
    sealed = vault.seal(CONSENT, ASSET, "statement", source)
    assert vault.open(CONSENT, ASSET, "statement") == content
    assert sealed.sha256_plain == hashlib.sha256(content).hexdigest()
    assert sealed.sha256_cipher == hashlib.sha256(path_of(folder).read_bytes()).hexdigest()
    assert sealed.bytes == size
    assert vault.seal(CONSENT, new_id(), "statement", content).sha256_plain == sealed.sha256_plain


def test_nothing_of_it_is_readable_and_all_of_it_is_private(vault: Vault, folder: Path):
    first = vault.seal(CONSENT, ASSET, "statement", SECRET)
    second = vault.seal(CONSENT, "ba9876543210", "statement", SECRET)
    assert first.sha256_plain == second.sha256_plain
    assert first.sha256_cipher != second.sha256_cipher
    assert b"Anna" not in path_of(folder).read_bytes()
    master = (folder / "keys" / "vault.key").read_bytes()
    assert len(master) == 32
    for file in folder.rglob("*"):
        if file.is_file() and file.suffix != ".lock":
            assert file.stat().st_mode & 0o777 == 0o600
        if file.is_dir():
            assert file.stat().st_mode & 0o777 == 0o700


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(at=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_one_changed_bit_is_noticed(vault: Vault, folder: Path, at: float, bit: int):
    asset = new_id()
    sealed = vault.seal(CONSENT, asset, "statement", bytes(CHUNK + 500))
    path = path_of(folder, asset)
    data = bytearray(path.read_bytes())
    data[int(at * len(data))] ^= 1 << bit
    path.write_bytes(data)
    with pytest.raises(RefusedError):
        vault.open(CONSENT, asset, "statement")
    with pytest.raises(RefusedError, match=f"evidence {asset} was changed"):
        vault.check(CONSENT, asset, sealed.sha256_cipher)


def header_bytes() -> int:
    return len(b"VIVAVLT1") + 1 + len("statement") + 32


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:10],
        lambda data: data[: header_bytes()],
        lambda data: data[: header_bytes() + CHUNK + 16],  # the last chunk is gone, the rest is whole
        lambda data: data[: header_bytes() + CHUNK],
        lambda data: data[:-1],
        lambda data: data + b"\x00",
        lambda data: data + data[header_bytes() :],
        lambda data: (
            data[: header_bytes()]
            + data[header_bytes() + CHUNK + 16 : header_bytes() + 2 * (CHUNK + 16)]
            + data[header_bytes() : header_bytes() + CHUNK + 16]
            + data[header_bytes() + 2 * (CHUNK + 16) :]
        ),
        lambda _data: b"",
    ],
)
def test_chunks_cannot_be_cut_off_added_or_swapped(vault: Vault, folder: Path, damage: Callable[[bytes], bytes]):
    vault.seal(CONSENT, ASSET, "statement", os.urandom(2 * CHUNK + 100))
    path = path_of(folder)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(RefusedError, match="was changed"):
        vault.open(CONSENT, ASSET, "statement")


def test_an_asset_is_bound_to_its_consent_its_id_and_its_kind(vault: Vault, folder: Path):
    vault.seal(CONSENT, ASSET, "statement", SECRET)
    vault.seal(OTHER, new_id(), "statement", SECRET)
    shutil.copy(path_of(folder), path_of(folder, consent=OTHER))
    shutil.copy(path_of(folder), path_of(folder, "ba9876543210"))
    for consent, asset in ((OTHER, ASSET), (CONSENT, "ba9876543210")):
        with pytest.raises(RefusedError, match="was changed"):
            vault.open(consent, asset, "statement")
    with pytest.raises(RefusedError, match="is not of kind 'reference'"):
        vault.open(CONSENT, ASSET, "reference")
    path = path_of(folder)
    path.write_bytes(path.read_bytes().replace(b"statement", b"reference", 1))
    with pytest.raises(RefusedError, match="was changed"):
        vault.open(CONSENT, ASSET, "reference")


def test_the_keys_of_two_consents_swapped(vault: Vault, folder: Path):
    vault.seal(CONSENT, ASSET, "statement", SECRET)
    shutil.copy(folder / "keys" / "consents" / f"{OTHER}.key", folder / "keys" / "consents" / f"{CONSENT}.key")
    with pytest.raises(RefusedError, match="key of this consent is damaged"):
        vault.open(CONSENT, ASSET, "statement")


@pytest.mark.parametrize(
    "bad",
    ["", "..", "../x", "a/b", "/etc/passwd", CONSENT.upper(), CONSENT + "\n", f"{{{CONSENT}}}",
     CONSENT.replace("-", ""), "x" * 36, "con", "a\x00b"],
)  # fmt: skip
def test_no_path_comes_in_through_an_id(vault: Vault, folder: Path, bad: str):
    before = sorted(folder.rglob("*"))
    for act in (
        lambda: vault.create_key(bad),
        lambda: vault.has_key(bad),
        lambda: vault.seal(bad, ASSET, "statement", b""),
        lambda: vault.open(bad, ASSET, "statement"),
        lambda: vault.check(bad, ASSET, ""),
        lambda: vault.destroy_key(bad),
        lambda: vault.remove_assets(bad),
        lambda: vault.rewrap(bad, OTHER),
        lambda: vault.seal(CONSENT, bad, "statement", b""),
        lambda: vault.open(CONSENT, bad, "statement"),
        lambda: vault.check(CONSENT, bad, ""),
    ):
        with pytest.raises(InputError):
            act()
    assert sorted(folder.rglob("*")) == before


@pytest.mark.parametrize("kind", ["", "Statement", "../x", "a b", "k" * 41, "ü"])
def test_a_kind_is_a_word(vault: Vault, folder: Path, kind: str):
    with pytest.raises(InputError):
        vault.seal(CONSENT, ASSET, kind, b"")
    assert not path_of(folder).exists()


def test_assets_never_change(vault: Vault):
    vault.seal(CONSENT, ASSET, "statement", b"one")
    with pytest.raises(ConflictError):
        vault.seal(CONSENT, ASSET, "statement", b"two")
    assert vault.open(CONSENT, ASSET, "statement") == b"one"
    with pytest.raises(ConflictError):
        vault.create_key(CONSENT)


def test_a_source_that_is_not_there_leaves_nothing(vault: Vault, folder: Path, tmp_path: Path):
    with pytest.raises(StorageError):
        vault.seal(CONSENT, ASSET, "statement", tmp_path / "none.wav")
    assert list(folder.rglob(f"*/{CONSENT}/*")) == []


# Checks at every use.


def test_missing_and_changed_evidence_is_named(vault: Vault, folder: Path):
    sealed = vault.seal(CONSENT, ASSET, "statement", SECRET)
    vault.check(CONSENT, ASSET, sealed.sha256_cipher)
    with pytest.raises(RefusedError, match=f"evidence {ASSET} was changed"):
        vault.check(CONSENT, ASSET, "0" * 64)
    path_of(folder).unlink()
    with pytest.raises(RefusedError, match=f"evidence {ASSET} is missing"):
        vault.check(CONSENT, ASSET, sealed.sha256_cipher)
    with pytest.raises(RefusedError, match=f"evidence {ASSET} is missing"):
        vault.open(CONSENT, ASSET, "statement")


@pytest.mark.parametrize("settled", [False, True])
def test_a_change_is_seen_although_size_and_date_are_forged(vault: Vault, folder: Path, settled: bool):
    sealed = vault.seal(CONSENT, ASSET, "statement", SECRET)
    path = path_of(folder)
    if settled:
        settle(path)
    for _time in range(2):
        vault.check(CONSENT, ASSET, sealed.sha256_cipher)
    before = path.stat()
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    with pytest.raises(RefusedError, match="was changed"):
        vault.check(CONSENT, ASSET, sealed.sha256_cipher)


def test_an_unchanged_file_is_not_read_again(vault: Vault, folder: Path):
    sealed = vault.seal(CONSENT, ASSET, "statement", bytes(20_000_000))
    settle(path_of(folder))
    vault.check(CONSENT, ASSET, sealed.sha256_cipher)
    times_s = []
    for _attempt in range(20):
        start = time.perf_counter()
        vault.check(CONSENT, ASSET, sealed.sha256_cipher)
        times_s.append(time.perf_counter() - start)
    assert min(times_s) < 0.0005  # 20 MB take 10 ms and more to hash


# Keys.


@pytest.mark.parametrize("name", ["vault.key", f"consents/{CONSENT}.key"])
@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda path: path.unlink(), "is missing"),
        (lambda path: path.chmod(0o644), "can be read by others"),
        (lambda path: path.write_bytes(path.read_bytes()[:20]), "is damaged"),
        (lambda path: path.write_bytes(os.urandom(path.stat().st_size)), "is damaged"),
    ],
)
def test_keys_that_cannot_be_used(vault: Vault, folder: Path, name: str, damage: Callable[[Path], None], message: str):
    vault.seal(CONSENT, ASSET, "statement", SECRET)
    damage(folder / "keys" / name)
    with pytest.raises(RefusedError, match=message):
        vault.open(CONSENT, ASSET, "statement")
    with pytest.raises(RefusedError, match=message):
        vault.seal(CONSENT, new_id(), "statement", SECRET)


def test_a_lost_master_key_is_not_replaced_while_it_wraps_keys(vault: Vault, folder: Path):
    (folder / "keys" / "vault.key").unlink()
    with pytest.raises(RefusedError, match="vault's key is missing"):
        vault.create_key(str(uuid.uuid4()))
    assert not (folder / "keys" / "vault.key").exists()


def test_a_destroyed_key_destroys_its_assets_and_no_others(vault: Vault, folder: Path):
    vault.seal(CONSENT, ASSET, "statement", SECRET)
    vault.seal(OTHER, ASSET, "statement", SECRET)
    key = folder / "keys" / "consents" / f"{CONSENT}.key"
    os.link(key, folder / "another name of the same file")
    before = key.read_bytes()
    for _time in range(2):
        vault.destroy_key(CONSENT)
        assert not vault.has_key(CONSENT)
    assert not key.exists()
    assert (folder / "another name of the same file").read_bytes() != before
    with pytest.raises(RefusedError, match="its key was destroyed for good"):
        vault.open(CONSENT, ASSET, "statement")
    assert vault.open(OTHER, ASSET, "statement") == SECRET


def test_a_link_in_place_of_a_key_is_removed_and_not_followed(vault: Vault, folder: Path, tmp_path: Path):
    precious = tmp_path / "precious"
    precious.write_bytes(b"keep me")
    key = folder / "keys" / "consents" / f"{CONSENT}.key"
    key.unlink()
    key.symlink_to(precious)
    vault.destroy_key(CONSENT)
    assert not key.is_symlink()
    assert precious.read_bytes() == b"keep me"


# Removal.


def test_removal_is_complete_repeatable_and_leaves_others(vault: Vault, folder: Path):
    assets = sorted(new_id() for _number in range(5))
    for asset in assets:
        vault.seal(CONSENT, asset, "reference", SECRET)
    vault.seal(OTHER, ASSET, "statement", SECRET)
    (folder / "vault" / CONSENT / ".part-0011223344556677").write_bytes(b"unfinished")
    (folder / "vault" / CONSENT / "folder").mkdir()
    assert vault.remove_assets(CONSENT) == tuple(assets)
    assert vault.remove_assets(CONSENT) == ()
    assert not (folder / "vault" / CONSENT).exists()
    assert vault.open(OTHER, ASSET, "statement") == SECRET


def test_removal_never_follows_a_link(vault: Vault, folder: Path, tmp_path: Path):
    vault.seal(CONSENT, ASSET, "statement", SECRET)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious").write_bytes(b"keep me")
    own = folder / "vault" / CONSENT
    (own / "ba9876543210").symlink_to(outside / "precious")
    (own / "linked-folder").symlink_to(outside)
    (own / "hard").mkdir()
    (own / "hard" / "deep").symlink_to(outside)
    assert set(vault.remove_assets(CONSENT)) == {ASSET, "ba9876543210"}
    (folder / "vault" / CONSENT).symlink_to(outside)
    for act in (
        lambda: vault.seal(CONSENT, ASSET, "statement", SECRET),
        lambda: vault.open(CONSENT, "precious0000", "statement"),
    ):
        with pytest.raises(RefusedError, match="does not follow links"):
            act()
    assert vault.remove_assets(CONSENT) == ()
    assert not (folder / "vault" / CONSENT).is_symlink()
    assert (outside / "precious").read_bytes() == b"keep me"
    assert os.listdir(outside) == ["precious"]  # noqa: PTH208 - names are enough


def test_a_link_to_an_asset_is_not_read(vault: Vault, folder: Path):
    sealed = vault.seal(CONSENT, ASSET, "statement", SECRET)
    path = path_of(folder)
    path.rename(folder / "elsewhere")
    path.symlink_to(folder / "elsewhere")
    with pytest.raises(RefusedError, match="does not follow links"):
        vault.open(CONSENT, ASSET, "statement")
    with pytest.raises(RefusedError, match="does not follow links"):
        vault.check(CONSENT, ASSET, sealed.sha256_cipher)


def _remove(folder: Path) -> None:
    Vault(folder).remove_assets(CONSENT)


def test_removal_cut_by_kill_goes_on(vault: Vault, folder: Path):
    vault.seal(CONSENT, ASSET, "reference", SECRET)
    for _number in range(400):
        shutil.copy(path_of(folder), path_of(folder, new_id()))
    process = get_context("fork").Process(target=_remove, args=(folder,))
    process.start()
    process.join(0.004)
    if process.is_alive():
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
    process.join()
    vault.remove_assets(CONSENT)
    assert not (folder / "vault" / CONSENT).exists()


# Renewal.


def test_a_renewal_takes_the_assets_along_under_its_own_key(vault: Vault, folder: Path):
    contents = {new_id(): os.urandom(size) for size in (0, 10, CHUNK, 3 * CHUNK + 1)}
    kinds = dict(zip(contents, ("statement", "reference", "reference", "paper"), strict=True))
    for asset, content in contents.items():
        vault.seal(CONSENT, asset, kinds[asset], content)
    first = vault.rewrap(CONSENT, OTHER)
    again = vault.rewrap(CONSENT, OTHER)  # as after an interruption
    assert first.keys() == again.keys() == contents.keys()
    vault.destroy_key(CONSENT)
    vault.remove_assets(CONSENT)
    for asset, content in contents.items():
        assert vault.open(OTHER, asset, kinds[asset]) == content
        vault.check(OTHER, asset, again[asset].sha256_cipher)
        assert again[asset].sha256_plain == hashlib.sha256(content).hexdigest()
    assert vault.rewrap(CONSENT, OTHER) == {}


def test_an_altered_asset_is_not_taken_along(vault: Vault, folder: Path):
    vault.seal(CONSENT, ASSET, "reference", bytes(2 * CHUNK))
    path = path_of(folder)
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(RefusedError, match="was changed"):
        vault.rewrap(CONSENT, OTHER)
    assert not path_of(folder, consent=OTHER).exists()
    assert list((folder / "vault" / OTHER).iterdir()) == []


_SEAL_BIG = """
import resource, sys
from pathlib import Path
from studio.consent.vault import Vault
vault = Vault(Path(sys.argv[1]))
vault.seal(sys.argv[2], "0123456789ab", "reference", b"")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
vault.seal(sys.argv[2], "1123456789ab", "reference", Path(sys.argv[3]))
vault.rewrap(sys.argv[2], sys.argv[4])
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.skipif(not hasattr(resource, "getrusage"), reason="memory is measured with getrusage")
def test_memory_does_not_grow_with_the_file(vault: Vault, folder: Path, tmp_path: Path):
    big = tmp_path / "big.wav"
    with big.open("wb") as stream:
        stream.truncate(150_000_000)
    done = run(
        [executable, "-c", _SEAL_BIG, str(folder), CONSENT, str(big), OTHER], check=True, capture_output=True, text=True
    )
    assert int(done.stdout) < 20  # MB

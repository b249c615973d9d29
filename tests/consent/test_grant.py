import copy
import multiprocessing
import pickle
from dataclasses import fields, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.consent.gate import Gate
from studio.consent.grant import Grant, GrantedVoice, GrantKey
from studio.core.errors import RefusedError
from tests.consent.conftest import NOW, REQUEST, VOICE

_KEY = GrantKey(bytes(range(32)))
_GRANT = Gate({VOICE.voice_id: VOICE}, _KEY, lambda: NOW).authorize(REQUEST)
_FIXED = replace(_GRANT, nonce="", signature="")  # the same in every process


def test_a_genuine_grant_becomes_a_voice():
    voice = _KEY.redeem(_GRANT, NOW)
    assert (voice.voice_id, voice.engine, voice.language) == ("tone_low", "fake", "en-GB")


def test_a_grant_reaches_a_worker_unchanged():
    assert _KEY.redeem(pickle.loads(pickle.dumps(_GRANT)), NOW).voice_id == "tone_low"  # noqa: S301 - our own bytes


@given(name=st.sampled_from([field.name for field in fields(Grant)]), text=st.text())
def test_any_altered_field_breaks_the_signature(name: str, text: str):
    if text != getattr(_GRANT, name):
        with pytest.raises(RefusedError, match="not genuine"):
            _KEY.redeem(replace(_GRANT, **{name: text}), NOW)


@given(at=st.integers(0, 63), digit=st.sampled_from("0123456789abcdef"))
def test_any_altered_digit_of_the_signature_is_noticed(at: int, digit: str):
    forged = _GRANT.signature[:at] + digit + _GRANT.signature[at + 1 :]
    if forged != _GRANT.signature:
        with pytest.raises(RefusedError, match="not genuine"):
            _KEY.redeem(replace(_GRANT, signature=forged), NOW)


def test_text_cannot_move_from_one_field_into_the_next():
    moved = replace(_GRANT, use=_GRANT.use + _GRANT.language, language="")
    assert moved.signed_bytes() != _GRANT.signed_bytes()
    with pytest.raises(RefusedError):
        _KEY.redeem(moved, NOW)


@given(secret=st.binary(min_size=32, max_size=32).filter(lambda secret: secret != bytes(range(32))))
def test_a_grant_of_another_data_home_is_refused(secret: bytes):
    with pytest.raises(RefusedError, match="not genuine"):
        GrantKey(secret).redeem(_GRANT, NOW)


def test_a_self_made_grant_is_refused():
    with pytest.raises(RefusedError, match="not genuine"):
        _KEY.redeem(replace(_GRANT, signature=""), NOW)


@pytest.mark.parametrize("minutes", [10, 11, 60 * 24 * 365])
def test_a_grant_is_refused_when_replayed_after_its_end(minutes: int):
    _KEY.redeem(_GRANT, NOW)
    with pytest.raises(RefusedError, match="expired"):
        _KEY.redeem(_GRANT, NOW + timedelta(minutes=minutes))


def test_a_grant_is_refused_before_it_was_issued():
    with pytest.raises(RefusedError):
        _KEY.redeem(_GRANT, NOW - timedelta(minutes=1))


def test_the_end_of_a_grant_is_an_instant_and_not_a_local_hour():
    elsewhere = timezone(timedelta(hours=-11))
    _KEY.redeem(_GRANT, (NOW + timedelta(minutes=9)).astimezone(elsewhere))
    with pytest.raises(RefusedError):
        _KEY.redeem(_GRANT, (NOW + timedelta(minutes=11)).astimezone(elsewhere))


@pytest.mark.parametrize("seal", [None, object(), "", True, GrantedVoice])
def test_a_granted_voice_cannot_be_made_by_hand(seal: object):
    with pytest.raises(RefusedError, match="redeeming"):
        GrantedVoice(_GRANT, seal)


def test_a_granted_voice_keeps_its_grant_for_itself():
    voice = _KEY.redeem(_GRANT, NOW)
    for name in ("voice_id", "engine", "language"):
        with pytest.raises(AttributeError):
            setattr(voice, name, "other")
    with pytest.raises(AttributeError):
        voice.extra = "other"


def test_the_voice_data_must_be_what_was_licensed():
    voice = _KEY.redeem(_GRANT, NOW)
    voice.check_data("0" * 64)
    for wrong in ("0" * 63 + "1", "", "0" * 63, "é" * 64):
        with pytest.raises(RefusedError, match="is not what its licence record describes"):
            voice.check_data(wrong)


# --- the key of a data home


def test_the_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path):
    first = GrantKey.load_or_create(tmp_path / "keys")
    path = tmp_path / "keys" / "grant.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(path.read_bytes()) == 32
    assert GrantKey.load_or_create(tmp_path / "keys").sign(_GRANT) == first.sign(_GRANT)


def test_two_data_homes_have_different_keys(tmp_path: Path):
    keys = {GrantKey.load_or_create(tmp_path / name).sign(_GRANT) for name in ("a", "b", "c")}
    assert len(keys) == 3


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o666])
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, mode: int):
    GrantKey.load_or_create(tmp_path)
    (tmp_path / "grant.key").chmod(mode)
    with pytest.raises(RefusedError, match="can be read by others") as caught:
        GrantKey.load_or_create(tmp_path)
    assert caught.value.where.endswith("grant.key")


@pytest.mark.parametrize("secret", [b"", b"short", bytes(31), bytes(33)])
def test_a_damaged_key_is_refused_and_left_as_it_is(tmp_path: Path, secret: bytes):
    GrantKey.load_or_create(tmp_path)
    (tmp_path / "grant.key").write_bytes(secret)
    with pytest.raises(RefusedError, match="damaged"):
        GrantKey.load_or_create(tmp_path)
    assert (tmp_path / "grant.key").read_bytes() == secret


def test_the_secret_does_not_show_in_an_error(tmp_path: Path):
    secret = b"very-secret"
    with pytest.raises(RefusedError) as caught:
        GrantKey(secret)
    assert "secret" not in caught.value.sentence


def _sign(folder: str, start: "multiprocessing.synchronize.Barrier", signed: "multiprocessing.Queue[str]") -> None:
    start.wait(30)
    signed.put(GrantKey.load_or_create(Path(folder)).sign(_FIXED))


@pytest.mark.slow
def test_processes_that_make_the_key_at_once_agree_on_one(tmp_path: Path):
    context = multiprocessing.get_context("spawn")
    for attempt in range(3):
        start, signed = context.Barrier(4), context.Queue()
        folder = tmp_path / str(attempt)
        processes = [context.Process(target=_sign, args=(str(folder), start, signed)) for _ in range(4)]
        for process in processes:
            process.start()
        signatures = {signed.get(timeout=60) for _ in processes}
        for process in processes:
            process.join(30)
        assert signatures == {GrantKey.load_or_create(folder).sign(_FIXED)}


def test_a_time_without_a_zone_cannot_slip_through():
    with pytest.raises(TypeError):
        _KEY.redeem(_GRANT, datetime(2026, 3, 29, 1, 30))  # noqa: DTZ001 - the point of the test


def test_a_granted_voice_is_not_handed_on():
    voice = _KEY.redeem(_GRANT, NOW)
    with pytest.raises(RefusedError, match="handed on"):
        pickle.dumps(voice)
    with pytest.raises(RefusedError, match="handed on"):
        copy.copy(voice)

"""Styles of matched voices: the same from bytes to bytes, bounded, and nothing else is taken for one."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.consent.grant import GrantedVoice
from studio.core.errors import InputError, RefusedError
from studio.engines.kokoro import KokoroEngine, shipped_pack
from studio.engines.kokoro_style import FARTHEST_PITCH_ST, LARGEST_OFFSET, STYLE_SIZE, MatchedStyle

_PLAIN = MatchedStyle((("bf_emma", 0.75), ("bf_alice", 0.25)), (0.125,) * STYLE_SIZE, -2.5, 1.25)


@given(
    share=st.integers(0, 100),
    offset=st.lists(st.floats(-LARGEST_OFFSET, LARGEST_OFFSET), min_size=STYLE_SIZE, max_size=STYLE_SIZE),
    pitch_st=st.floats(-FARTHEST_PITCH_ST, FARTHEST_PITCH_ST),
    pitch_range=st.floats(0.5, 2.0),
)
def test_a_style_within_bounds_comes_back_from_its_bytes(
    share: int, offset: list[float], pitch_st: float, pitch_range: float
):
    packs = (("bf_emma", share / 100), ("am_adam", 1 - share / 100))
    style = MatchedStyle(packs, tuple(offset), pitch_st, pitch_range)
    back = MatchedStyle.from_bytes(style.to_bytes())
    assert back.to_bytes() == style.to_bytes()
    assert [name for name, _ in back.packs] == ["bf_emma", "am_adam"]
    np.testing.assert_allclose(back.offset, offset, atol=1e-5)
    assert back.pitch_st == pytest.approx(pitch_st, abs=1e-5)
    assert back.pitch_range == pytest.approx(pitch_range, abs=1e-5)


@pytest.mark.parametrize(
    "change",
    [
        {"packs": []},
        {"packs": [["bf_emma", 0.4]]},
        {"packs": [["bf_emma", -0.5], ["bf_alice", 1.5]]},
        {"packs": [["bf_emma", float("nan")]]},
        {"packs": [["bf_emma", 1 / 60]] * 60},
        {"offset": [0.1] * 255},
        {"offset": [LARGEST_OFFSET + 0.01] * STYLE_SIZE},
        {"offset": [float("nan")] * STYLE_SIZE},
        {"pitch_st": 12.5},
        {"pitch_st": float("inf")},
        {"pitch_range": 0.0},
        {"pitch_range": float("nan")},
    ],
)
def test_numbers_out_of_bounds_are_refused(change: dict[str, object]):
    altered = json.loads(_PLAIN.to_bytes()) | change
    with pytest.raises(InputError, match="out of bounds"):
        MatchedStyle.from_bytes(json.dumps(altered).encode())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x80\x04\x95.",  # a pickle's first bytes
        b"\xff\xfe\x00",
        b"null",
        b"[]",
        b"{}",
        b"[" * 40_000,
        b" " * 50_001 + b"{}",
        _PLAIN.to_bytes().replace(b'"pitch_st":-2.5', b'"pitch_st":"high"'),
        _PLAIN.to_bytes()[:-1],
    ],
)
def test_what_is_no_style_is_refused(data: bytes):
    with pytest.raises(InputError, match="no voice match"):
        MatchedStyle.from_bytes(data)


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_but_an_input_error(data: bytes):
    with pytest.raises(InputError):
        MatchedStyle.from_bytes(data)


def test_a_blend_is_the_weighted_sum_and_the_offset_is_added_to_every_row():
    rng = np.random.default_rng(3)
    packs = {name: rng.normal(size=(510, 256)).astype(np.float16) for name in ("bf_emma", "bf_alice")}
    wanted = 0.75 * packs["bf_emma"].astype(np.float64) + 0.25 * packs["bf_alice"].astype(np.float64) + 0.125
    np.testing.assert_allclose(_PLAIN.styles(packs), wanted, atol=1e-5)


def test_one_pack_alone_is_that_pack():
    pack = shipped_pack("bf_emma")
    style = MatchedStyle((("bf_emma", 1.0),))
    np.testing.assert_array_equal(style.styles({"bf_emma": pack}), pack.astype(np.float32))


def test_a_stock_voice_takes_on_no_match(kokoro_weights: Path, granted: Callable[[str], GrantedVoice]):
    with pytest.raises(RefusedError, match="nobody's"):
        KokoroEngine(kokoro_weights).prepare_match(granted("bf_emma"), replace(_PLAIN, offset=()))

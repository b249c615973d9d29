from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from studio.audio.flac import FlacWriter, encode_take, length, read_blocks, read_take
from studio.core.errors import InputError, StorageError

_STEP = 2.0**-23


@settings(max_examples=40)
@given(hnp.arrays(np.float32, st.integers(1, 3000), elements=st.floats(-1, 1, width=32)))
def test_a_take_comes_back_within_a_step_of_24_bits(tmp_path_factory: pytest.TempPathFactory, samples):
    path = tmp_path_factory.mktemp("take") / "take.flac"
    path.write_bytes(encode_take(samples, 24_000))
    back, rate_hz = read_take(path)
    assert rate_hz == 24_000
    assert back.dtype == np.float32
    assert np.abs(back.astype(float) - samples).max() <= _STEP


def test_equal_samples_give_equal_bytes():
    samples = np.sin(np.arange(24_000) / 9).astype(np.float32)
    assert encode_take(samples, 24_000) == encode_take(samples.copy(), 24_000)


def test_beyond_full_scale_is_clipped_not_wrapped(tmp_path: Path):
    path = tmp_path / "loud.flac"
    path.write_bytes(encode_take(np.array([1.5, -1.5, 0.5], np.float32), 24_000))
    np.testing.assert_allclose(read_take(path)[0], [1.0, -1.0, 0.5], atol=1e-6)


@pytest.mark.parametrize("samples", [np.zeros(0), np.zeros((10, 2)), np.array([0.1, np.nan]), np.array([np.inf])])
def test_what_is_no_take_is_refused(samples):
    with pytest.raises(InputError):
        encode_take(samples.astype(np.float32), 24_000)


def test_blocks_written_are_the_blocks_read(tmp_path: Path):
    sound = (0.5 * np.sin(np.arange(100_001) / 11)).astype(np.float32)
    with FlacWriter(tmp_path / "m.flac", 44_100) as writer:
        for block in np.array_split(sound, 13):
            writer.write(block)
    assert length(tmp_path / "m.flac") == (100_001, 44_100)
    blocks = list(read_blocks(tmp_path / "m.flac", 4096))
    assert {len(block) for block in blocks[:-1]} == {4096}
    np.testing.assert_allclose(np.concatenate(blocks), sound, atol=_STEP)


@pytest.mark.parametrize("damage", ["gone", "junk", "cut"])
def test_a_damaged_file_is_a_storage_error_that_names_it(tmp_path: Path, damage: str):
    path = tmp_path / "take.flac"
    data = encode_take(np.sin(np.arange(24_000) / 9).astype(np.float32), 24_000)
    if damage != "gone":
        path.write_bytes(b"junk" * 100 if damage == "junk" else data[: len(data) // 2])
    with pytest.raises(StorageError, match=r"take\.flac"):
        read_take(path)


def test_a_folder_that_is_not_there_is_a_storage_error(tmp_path: Path):
    with pytest.raises(StorageError):
        FlacWriter(tmp_path / "none" / "m.flac", 44_100)

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.hashing import canonical_json, content_key, sha256_bytes, sha256_file

_SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
_VALUES = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
)
_MAPPINGS = st.dictionaries(st.text(), _VALUES, max_size=5)


def test_known_digest():
    # FIPS 180-4, the example of one block.
    assert sha256_bytes(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize("size", [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3 << 20])
def test_a_file_hashes_like_its_bytes(tmp_path: Path, size: int):
    data = bytes(range(256)) * (size // 256) + bytes(size % 256)
    (tmp_path / "file").write_bytes(data)
    assert sha256_file(tmp_path / "file") == hashlib.sha256(data).hexdigest() == sha256_bytes(data)


@given(value=_MAPPINGS)
def test_the_canonical_form_says_the_same_value(value: dict[str, object]):
    assert json.loads(canonical_json(value)) == value


@given(value=_MAPPINGS, data=st.data())
def test_the_order_of_keys_does_not_matter(value: dict[str, object], data: st.DataObject):
    shuffled = dict(data.draw(st.permutations(list(value.items()))))
    assert canonical_json(shuffled) == canonical_json(value)
    assert content_key(shuffled) == content_key(value)


@given(one=_MAPPINGS, other=_MAPPINGS)
def test_different_values_have_different_keys(one: dict[str, object], other: dict[str, object]):
    assert (content_key(one) == content_key(other)) == (repr(_sorted(one)) == repr(_sorted(other)))


def _sorted(value: object) -> object:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value


def test_numbers_texts_and_truth_values_are_told_apart():
    assert len({content_key({"seed": value}) for value in (1, 1.0, "1", True, None, [1], -0.0, 0.0)}) == 8


def test_the_form_is_compact_sorted_utf8():
    assert canonical_json({"b": [1, 2], "a": "é"}) == '{"a":"é","b":[1,2]}'.encode()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_json_cannot_say_is_refused(value: float):
    with pytest.raises(ValueError, match="JSON compliant"):
        content_key({"gain_db": value})

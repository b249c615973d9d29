from datetime import UTC, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.time import clock_text, utc_now


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0:00"),
        (0.4, "0:00"),
        (59.4, "0:59"),
        (59.6, "1:00"),
        (60, "1:00"),
        (61, "1:01"),
        (3599.4, "59:59"),
        (3599.6, "1:00:00"),
        (3661, "1:01:01"),
        (36_000, "10:00:00"),
        (360_000, "100:00:00"),
        (-5, "0:00"),
    ],
)
def test_times_as_people_read_them(seconds: float, text: str):
    assert clock_text(seconds) == text


@given(seconds=st.integers(0, 10**7))
def test_the_text_says_the_seconds(seconds: int):
    read = 0
    for part in clock_text(seconds).split(":"):
        read = read * 60 + int(part)
    assert read == seconds


def test_now_is_aware_and_in_utc():
    assert utc_now().utcoffset() == timedelta(0)
    assert utc_now().tzinfo is UTC

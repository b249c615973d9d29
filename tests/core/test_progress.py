from hypothesis import given
from hypothesis import strategies as st

from studio.core.progress import Progress


@given(done=st.floats(0, 1e12), total=st.floats(0, 1e12))
def test_the_share_done_is_between_nothing_and_all(done: float, total: float):
    assert 0.0 <= Progress("Rendering", done, total).fraction <= 1.0


def test_the_share_done():
    assert Progress("Rendering", 1, 4).fraction == 0.25
    assert Progress("Rendering", 4, 4).fraction == 1.0


def test_nothing_is_done_while_the_total_is_unknown():
    assert Progress("Rendering", 7, 0).fraction == 0.0

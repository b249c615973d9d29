from datetime import UTC, datetime, timedelta

import pytest

from studio.bootstrap import Studio
from tests.consents import Walk


@pytest.fixture
def walk(studio: Studio) -> Walk:
    return Walk(studio)


@pytest.fixture
def pass_time(monkeypatch: pytest.MonkeyPatch, studio: Studio):
    """Moves the studio's clock on."""
    moved = timedelta()

    def go_on(**by: float) -> None:
        nonlocal moved
        moved += timedelta(**by)

    monkeypatch.setattr(studio._context.clock, "_now", lambda: datetime.now(UTC) + moved)
    return go_on

"""Engines by name, found through the entry points of group `vivavoce.engines`."""

from importlib.metadata import entry_points
from pathlib import Path
from typing import cast

from studio.core.errors import NotFoundError
from studio.engines.base import Engine, EngineMaker

_GROUP = "vivavoce.engines"


def engine_names() -> tuple[str, ...]:
    """Names of all engines that are installed."""
    return tuple(sorted(point.name for point in entry_points(group=_GROUP)))


def make_engine(name: str, weights_dir: Path) -> Engine:
    """Make an engine by name; no model is loaded yet.

    Raises:
        NotFoundError: no such engine is installed.
    """
    for point in entry_points(group=_GROUP, name=name):
        return cast("EngineMaker", point.load())(weights_dir)
    raise NotFoundError(f"there is no engine '{name}'", hint=f"Installed: {', '.join(engine_names())}.")

"""Engines by name, found through the entry points of group `vivavoce.engines`."""

from importlib.metadata import entry_points
from pathlib import Path
from typing import cast

from studio.core.errors import MissingError, NotFoundError
from studio.engines.base import Engine, EngineMaker

_GROUP = "vivavoce.engines"


def engine_names() -> tuple[str, ...]:
    """Names of all engines that are installed."""
    return tuple(sorted(point.name for point in entry_points(group=_GROUP)))


def make_engine(name: str, weights_dir: Path) -> Engine:
    """Make an engine by name; no model is loaded yet.

    Raises:
        NotFoundError: no such engine is installed.
        MissingError: its package is broken.
    """
    for point in entry_points(group=_GROUP, name=name):
        try:
            engine = cast("EngineMaker", point.load())(weights_dir)
            engine.info  # noqa: B018 - a package for another version of the studio breaks here
        except Exception as error:
            raise MissingError(
                f"engine '{name}' cannot be loaded: {type(error).__name__}: {error}",
                hint="Update its package, or uninstall it.",
            ) from error
        return engine
    raise NotFoundError(f"there is no engine '{name}'", hint=f"Installed: {', '.join(engine_names())}.")

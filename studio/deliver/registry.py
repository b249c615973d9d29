"""Delivery formats by name, found through the entry points of group `vivavoce.formats`."""

from importlib.metadata import entry_points
from typing import cast

from studio.core.errors import NotFoundError
from studio.deliver.base import Format, FormatMaker

_GROUP = "vivavoce.formats"


def format_names() -> tuple[str, ...]:
    """Names of all delivery formats that are installed."""
    return tuple(sorted({point.name for point in entry_points(group=_GROUP)}))


def make_format(name: str) -> Format:
    """Make a delivery format by name.

    Raises:
        NotFoundError: no such format is installed.
    """
    for point in entry_points(group=_GROUP, name=name):
        return cast("FormatMaker", point.load())()
    raise NotFoundError(f"there is no delivery format '{name}'", hint=f"Installed: {', '.join(format_names())}.")

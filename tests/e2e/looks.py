"""A page as people look at it: wide and narrow, light and dark; whether it fits, and what axe says of it."""

from collections.abc import Iterator
from typing import Any

from axe_playwright_python.sync_playwright import Axe

from tests.e2e.conftest import DESKTOP, PHONE

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    # Each violation is told in full; of what passes, one node is described instead of all, which takes half the time.
    "resultTypes": ["violations"],
}
_COLORS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}
_LOOKS = (
    ("light", "desktop", DESKTOP),
    ("light", "phone", PHONE),
    ("dark", "phone", PHONE),
    ("dark", "desktop", DESKTOP),
)

Violation = tuple[str, str, int, list[str]]


def every_look(page: Any, *, settle_ms: int = 250) -> Iterator[tuple[str, str]]:
    """Show a loaded page in both schemes at both sizes, one after the other; gives size and scheme of each."""
    for scheme, size, viewport in _LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(viewport)
        page.wait_for_timeout(settle_ms)
        yield size, scheme


def violations(page: Any, name: str, *, colors_only: bool = False) -> list[Violation]:
    """What axe finds in a page as it is shown.

    Args:
        page: where.
        name: what it is called in the answer.
        colors_only: look for contrast alone, where all other rules were looked at in the other scheme: a scheme
            changes nothing but colours.
    """
    answer = Axe().run(page, options=_COLORS if colors_only else RULES).response
    assert any(rule["id"] == "color-contrast" for rule in answer["passes"]), "axe looked at nothing"
    return [
        (name, rule["id"], len(rule["nodes"]), [node["html"][:160] for node in rule["nodes"]][:3])
        for rule in answer["violations"]
    ]


def too_wide(page: Any) -> bool:
    """Whether a page would have to be pushed sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))

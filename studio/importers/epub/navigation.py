"""Tables of contents: the EPUB 3 navigation document and the EPUB 2 NCX."""

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass

from studio.importers.archive import resolve
from studio.importers.blocks import inline_text
from studio.importers.clean import clean_text
from studio.importers.markup import Element, attribute, local_name, semantic_types

_MAX_DEPTH = 16
_MAX_ENTRIES = 20_000


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a table of contents.

    Attributes:
        title: its label.
        path: file it leads to, empty for a mere heading of other entries.
        fragment: id inside of that file; empty for its start.
        children: entries under it.
    """

    title: str
    path: str
    fragment: str
    children: tuple["Entry", ...] = ()


def read_navigation(root: Element, document: str) -> tuple[Entry, ...]:
    """Entries of the contents list of a navigation document, empty if it has none.

    Args:
        root: its html element.
        document: its path in the container.
    """
    lists = [element for element in root.iter() if local_name(element) == "nav"]
    contents = [nav for nav in lists if not {"toc", "doc-toc"}.isdisjoint(semantic_types(nav))]
    others = [nav for nav in lists if not semantic_types(nav)]
    for nav in [*contents, *others][:1]:
        return _Reader(document).navigation(nav, 0)
    return ()


def read_landmarks(root: Element, document: str) -> dict[tuple[str, str], list[str]]:
    """Types of the landmarks of a navigation document by path and fragment."""
    found: dict[tuple[str, str], list[str]] = {}
    for nav in (e for e in root.iter() if local_name(e) == "nav" and "landmarks" in semantic_types(e)):
        for link in (e for e in nav.iter() if local_name(e) == "a"):
            target = resolve(posixpath.dirname(document), attribute(link, "href"))
            if target is not None:
                found.setdefault(target, []).extend(semantic_types(link))
    return found


def read_ncx(root: Element, document: str) -> tuple[Entry, ...]:
    """Entries of an NCX, empty if it has none."""
    for nav_map in (element for element in root.iter() if local_name(element) == "navmap"):
        return _Reader(document).ncx(nav_map, 0)
    return ()


class _Reader:
    def __init__(self, document: str) -> None:
        self._document = document
        self._folder = posixpath.dirname(document)
        self._count = 0

    def navigation(self, parent: Element, depth: int) -> tuple[Entry, ...]:
        items = (e for ol in parent if local_name(ol) in {"ol", "ul"} for e in ol if local_name(e) == "li")
        entries = []
        for item in self._limited(items, depth):
            label = next((child for child in item if local_name(child) in {"a", "span", "p"}), None)
            link = label
            if label is not None and local_name(label) != "a":
                link = next((child for child in label.iter() if local_name(child) == "a"), label)
            children = self.navigation(item, depth + 1)
            title = inline_text(label) if label is not None else ""
            entries.append(self._entry(title, attribute(link, "href") if link is not None else "", children))
        return tuple(entries)

    def ncx(self, parent: Element, depth: int) -> tuple[Entry, ...]:
        entries = []
        for point in self._limited((e for e in parent if local_name(e) == "navpoint"), depth):
            label = next((child for child in point if local_name(child) == "navlabel"), None)
            content = next((child for child in point if local_name(child) == "content"), None)
            title = clean_text("".join(str(part) for part in label.itertext())) if label is not None else ""
            source = attribute(content, "src") if content is not None else ""
            entries.append(self._entry(title, source, self.ncx(point, depth + 1)))
        return tuple(entries)

    def _limited(self, elements: Iterable[Element], depth: int) -> Iterable[Element]:
        for element in elements if depth < _MAX_DEPTH else ():
            self._count += 1
            if self._count > _MAX_ENTRIES:
                return
            yield element

    def _entry(self, title: str, href: str, children: tuple[Entry, ...]) -> Entry:
        if href.startswith("#"):
            return Entry(title=title, path=self._document, fragment=href[1:], children=children)
        target = resolve(self._folder, href) if href else None
        path, fragment = target or ("", "")
        return Entry(title=title, path=path, fragment=fragment, children=children)

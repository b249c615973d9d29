"""Media Overlays: what the narration that comes with a book reads, and what it leaves out (EPUB 3.3, §9)."""

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from studio.core.errors import InputError
from studio.importers import markup
from studio.importers.archive import Archive, resolve
from studio.importers.clean import has_letter
from studio.importers.epub.package import Package
from studio.importers.markup import Element, attribute, local_name, semantic_types
from studio.importers.xml import parse_xml

_COVERING: Final = 0.9
_SKIPPABLE: Final = frozenset({
    "pagebreak", "footnote", "footnotes", "endnote", "endnotes", "rearnote", "rearnotes", "note", "noteref",
})  # fmt: skip


@dataclass(slots=True)
class Narration:
    """Ids of a document in the order its overlay reads them, and those it reads only to listeners who want them."""

    read: dict[str, None] = field(default_factory=dict)
    skippable: set[str] = field(default_factory=set)


def read_narrations(archive: Archive, package: Package) -> dict[str, Narration]:
    """Narrations by path of their document; an overlay that cannot be read becomes a warning of the package."""
    narrations: dict[str, Narration] = {}
    overlays = dict.fromkeys(item.media_overlay for item in package.items.values() if item.media_overlay)
    for key in overlays:
        item = package.items.get(key)
        if item is None or item.path not in archive:
            package.warnings.append(f"The Media Overlay '{key[:120]}' is missing.")
            continue
        try:
            root = parse_xml(archive.read(item.path), item.path)
        except InputError as error:
            package.warnings.append(f"The Media Overlay '{item.path}' was not read: {error.message}.")
            continue
        _read(root, posixpath.dirname(item.path), narrations)
    return narrations


def _read(root: Element, folder: str, narrations: dict[str, Narration]) -> None:
    for text in root.iter():
        target = resolve(folder, attribute(text, "src")) if local_name(text) == "text" else None
        if target is None or not target[1]:
            continue
        narration = narrations.setdefault(target[0], Narration())
        types = {token for each in text.iterancestors() for token in semantic_types(each)}
        if _SKIPPABLE.isdisjoint(types):
            narration.read.setdefault(target[1])
        else:
            narration.skippable.add(target[1])


def follow(root: Element, narration: Narration) -> tuple[frozenset[Element], bool]:
    """Put a document that a narration covers in its order, and tell what it leaves out; one of a part tells nothing.

    What it can skip is left out, and so are whole blocks between others that are read, and numbers in a line. Headings
    stay: they divide the book.

    Returns:
        The elements that are left out, and whether blocks were moved.
    """
    known: dict[str, Element] = {}
    for element in root.iter():
        known.setdefault(attribute(element, "id"), element)
    read = [known[key] for key in narration.read if key in known]
    skippable = {known[key] for key in narration.skippable if key in known}
    inside = _inside(root, set(read))
    if not _covers(root, inside, skippable):
        return frozenset(), False
    moved = _put_in_order(root, read)
    around = {outer for element in read for outer in element.iterancestors()}
    return frozenset(skippable - around) | frozenset(_unread(root, inside, around, set(read))), moved


def _covers(root: Element, inside: set[Element], skippable: set[Element]) -> bool:
    """Whether what is read holds nearly all words of a document, but for what can be skipped."""
    spoken = [element for element in root.iter() if _has_words(element)]
    words = {element: _words(element) for element in spoken if element not in skippable}
    covered = sum(count for element, count in words.items() if element in inside)
    return bool(covered) and covered >= _COVERING * sum(words.values())


def _put_in_order(root: Element, read: list[Element]) -> bool:
    """Put blocks that stand beside one another in the order they are read; what is not read stays where it is."""
    places: dict[Element, int] = {}
    for place, element in enumerate(read):
        for outer in (element, *element.iterancestors()):
            if outer in places:
                break
            places[outer] = place
    moved = False
    for parent in list(root.iter()):
        slots = [index for index, child in enumerate(parent) if child in places and local_name(child) in markup.BLOCKS]
        found = [parent[index] for index in slots]
        ordered = sorted(found, key=lambda child: places[child])
        if ordered != found and not any((child.tail or "").strip() for child in found):
            children = list(parent)
            for slot, child in zip(slots, ordered, strict=True):
                children[slot] = child
            parent[:] = children
            moved = True
    return moved


def _inside(root: Element, read: set[Element]) -> set[Element]:
    """The elements that are read, with all that stands in them."""
    inside: set[Element] = set()
    for element in root.iter():
        if element in read or (element is not root and element.getparent() in inside):
            inside.add(element)
    return inside


def _unread(root: Element, inside: set[Element], around: set[Element], read: set[Element]) -> Iterable[Element]:
    """What stands between the first and the last element that is read, and is not."""
    *_, last = (element for element in root.iter() if element in read)
    begun = False
    for element in root.iter():
        begun = begun or element in read
        if element is last:
            return
        if not begun or not local_name(element) or element in inside or element in around:
            continue
        text = "".join(map(str, element.itertext()))
        if not has_letter(text):  # a line, a picture, an ornament between two scenes
            continue
        if local_name(element) in markup.BLOCKS:
            if not any(markup.heading_level(inner) for inner in element.iter() if local_name(inner)):
                yield element
        elif not any(map(str.isalpha, text)):
            yield element


def _has_words(element: Element) -> bool:
    name = local_name(element)
    return bool(name) and name not in markup.NEVER_SPOKEN and not markup.is_page_number(element)


def _words(element: Element) -> int:
    """Words of the element's own text, not of what stands in it."""
    return sum(len(text.split()) for text in (element.text, *(child.tail for child in element)) if text)

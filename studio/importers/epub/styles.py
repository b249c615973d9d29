"""Style sheets of an EPUB, as far as they are heard: those in the container that a document links, and its own."""

import posixpath

from studio.core.errors import InputError
from studio.importers.archive import Archive, resolve
from studio.importers.css_speech import (
    MAX_BOOK_CHARS,
    MAX_SHEET_CHARS,
    Effort,
    Rule,
    Speech,
    is_heard_medium,
    read_sheet,
    read_speech,
)
from studio.importers.markup import Element, attribute, local_name


class Styles:
    """Reads each style sheet of a book once.

    Attributes:
        warnings: sentences about sheets that were not read.
    """

    def __init__(self, archive: Archive) -> None:
        self.warnings: list[str] = []
        self._archive = archive
        self._linked: dict[str, tuple[Rule, ...]] = {}
        self._own: dict[str, tuple[Rule, ...]] = {}
        self._room = MAX_BOOK_CHARS
        self._effort = Effort()
        self._told = False

    def speech_of(self, root: Element, path: str) -> Speech:
        """How the elements of a document are spoken.

        Args:
            root: of its tree.
            path: of the document in the container.
        """
        rules: list[Rule] = []
        heads = [child for child in root if local_name(child) == "head"]
        for element in (inner for head in heads for inner in head.iter()):
            name = local_name(element)
            if not is_heard_medium(attribute(element, "media")):
                continue
            if name == "style":
                rules += self._rules_in("".join(str(text) for text in element.itertext()), path)
            elif name == "link" and attribute(element, "rel").lower().split() == ["stylesheet"]:
                rules += self._rules_at(attribute(element, "href"), path)
        speech = read_speech(root, rules, self._effort)
        if self._effort.spent and not self._told:
            self._told = True
            self.warnings.append(f"The style of '{path}' and what follows is too much to be looked at in full.")
        return speech

    def _rules_in(self, text: str, path: str) -> tuple[Rule, ...]:
        if text not in self._own:
            self._own[text] = self._parsed(text, path)
        return self._own[text]

    def _rules_at(self, href: str, base: str) -> tuple[Rule, ...]:
        target = resolve(posixpath.dirname(base), href) if href else None
        if target is None or target[0] not in self._archive:
            return ()
        path = target[0]
        if path not in self._linked:
            self._linked[path] = ()  # a sheet that imports itself has nothing to add
            self._linked[path] = self._parsed(self._text(path), path)
        return self._linked[path]

    def _parsed(self, text: str, path: str) -> tuple[Rule, ...]:
        return read_sheet(text, lambda href: self._imported(href, path)) if self._fits(text, path) else ()

    def _imported(self, href: str, base: str) -> str:
        target = resolve(posixpath.dirname(base), href) if href else None
        if target is None or target[0] not in self._archive or self._room <= 0:
            return ""
        text = self._text(target[0])
        return text if self._fits(text, target[0]) else ""

    def _fits(self, text: str, path: str) -> bool:
        if len(text) > min(self._room, MAX_SHEET_CHARS):
            self.warnings.append(f"A style sheet of '{path}' is too long: whether it hides text was not looked at.")
            return False
        self._room -= len(text)
        return True

    def _text(self, path: str) -> str:
        try:
            return self._archive.read(path).decode("utf-8", "replace")
        except InputError as error:
            self.warnings.append(f"The style sheet '{path}' was not read: {error.message}.")
            return ""

"""HTML: a page saved from the web, or a text written as one."""

import re
from pathlib import Path
from typing import Final

from studio.core.errors import InputError
from studio.importers.blocks import Voicing
from studio.importers.clean import clean_text
from studio.importers.css_speech import Effort, is_heard_medium, read_sheet, read_speech
from studio.importers.decode import MAX_TEXT_BYTES
from studio.importers.document import read_document
from studio.importers.language import language_tag, primary_tag
from studio.importers.markup import Element, attribute, local_name
from studio.importers.xml import parse_xhtml
from studio.manuscript.model import Manuscript, Metadata

_SCORE = 90
_BY_CONTENT = 50
_START = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype html|html)\b", re.DOTALL | re.IGNORECASE
)
_YEAR = re.compile(r"\b(1[0-9]{3}|20[0-9]{2})\b")
_AROUND: Final = frozenset({"nav", "form", "dialog", "search", "menu"})
_AROUND_ROLES: Final = frozenset({"navigation", "banner", "contentinfo", "search", "complementary", "dialog", "menu"})
_WHOLE_PAGE = 0.5  # share of the words above which a form is the frame of a page, as some servers write it
_MARKS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


class HtmlImporter:
    """Reads single HTML files. Nothing they point to is opened."""

    suffixes: Final = frozenset({".html", ".htm", ".xhtml", ".xht"})

    def probe(self, path: Path, head: bytes) -> int | None:
        """By name, or by the beginning of the file."""
        if head.startswith((b"PK", b"%PDF")):
            return None
        starts = _START.match(head.removeprefix(b"\xef\xbb\xbf")) is not None
        if path.suffix.lower() in self.suffixes:
            return _SCORE if starts or b"<" in head or head.startswith(_MARKS) else None
        return _BY_CONTENT if starts and path.suffix.lower() != ".epub" else None

    def read(self, path: Path) -> Manuscript:
        """Read the page: what it has between its menus.

        Raises:
            InputError: it is too large, declares entities, or has no text.
            OSError: the file cannot be read.
        """
        if path.stat().st_size > MAX_TEXT_BYTES:
            raise InputError(
                f"the page is larger than {MAX_TEXT_BYTES // 1024**2} MB",
                where=path.name,
                hint="Split it into volumes.",
            )
        root = parse_xhtml(path.read_bytes(), path.name)
        if root is None:
            raise InputError("the file contains no text", where=path.name)
        metadata = _metadata(root)
        styles = [_text_of(each) for each in root.iter() if local_name(each) == "style" and _is_heard(each)]
        rules = [rule for style in styles for rule in read_sheet(style)]
        main = _main(root)
        voicing = Voicing(frozenset({primary_tag(metadata.language)}), read_speech(root, rules, Effort()))
        return read_document(main, metadata, path.name, tagged=False, voicing=voicing)


def _text_of(element: Element) -> str:
    return "".join(str(part) for part in element.itertext())


def _is_heard(element: Element) -> bool:
    return is_heard_medium(attribute(element, "media"))


def _main(root: Element) -> Element:
    """The part of a page that is its text; menus, forms and what stands around it are taken out."""
    named = [each for each in root.iter() if local_name(each) == "main" or attribute(each, "role").lower() == "main"]
    articles = [each for each in root.iter() if local_name(each) == "article"]
    chosen = named[0] if len(named) == 1 else articles[0] if len(articles) == 1 else root
    words = _count_words(chosen)
    for element in [each for each in chosen.iter() if each is not chosen and _stands_around(each)]:
        if local_name(element) == "form" and _count_words(element) > _WHOLE_PAGE * words:
            continue
        parent = element.getparent()
        if parent is not None:
            _drop(parent, element)
    return chosen


def _count_words(element: Element) -> int:
    return sum(len(str(text).split()) for text in element.itertext())


def _stands_around(element: Element) -> bool:
    name = local_name(element)
    if name in _AROUND or not _AROUND_ROLES.isdisjoint(attribute(element, "role").lower().split()):
        return True
    parent = element.getparent()
    return name in {"header", "footer", "aside"} and parent is not None and local_name(parent) == "body"


def _drop(parent: Element, element: Element) -> None:
    if element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = f"{parent.text or ''}{element.tail}"
        else:
            before.tail = f"{before.tail or ''}{element.tail}"
    parent.remove(element)


def _metadata(root: Element) -> Metadata:
    stated: dict[str, str] = {}
    title = ""
    for element in root.iter():
        if local_name(element) == "meta":
            name = (attribute(element, "name") or attribute(element, "property")).lower()
            stated.setdefault(name, clean_text(attribute(element, "content")))
        elif local_name(element) == "title" and not title and local_name(element.getparent()) == "head":
            title = clean_text("".join(str(part) for part in element.itertext()))
    language = attribute(root, "lang") or attribute(root, "{http://www.w3.org/XML/1998/namespace}lang")

    def first(*names: str) -> str:
        return next((stated[name] for name in names if stated.get(name)), "")

    year = _YEAR.search(first("dc.date", "dcterms.issued", "article:published_time", "date"))
    return Metadata(
        title=first("dc.title", "dcterms.title", "og:title") or title,
        author=first("author", "dc.creator", "dcterms.creator", "article:author"),
        language=language_tag(language or first("dc.language", "content-language")) or "en",
        year=year.group(1) if year else "",
        publisher=first("dc.publisher"),
        identifier=first("dc.identifier"),
        description=first("description", "dc.description", "og:description"),
    )

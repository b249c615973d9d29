"""SSML files: the W3C's markup of how a text is said, with the extensions that `studio.manuscript.ssml` reads."""

import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Final

from lxml import etree

from studio.core.errors import InputError
from studio.importers.chapters import first_tagged_words
from studio.importers.clean import clean_text
from studio.importers.decode import read_text
from studio.importers.language import language_tag
from studio.importers.markup import Element, local_name
from studio.importers.sniff import foreign_format, looks_like_text
from studio.importers.tagged import is_said, titled_in_words
from studio.manuscript.model import Block, BlockKind, Chapter, ChapterKind, Manuscript, Metadata
from studio.manuscript.ssml import from_ssml
from studio.manuscript.tags import Part, Words, write_tags

_CERTAIN = 90
_BY_ROOT = 60
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_DECLARATION = re.compile(r"\A\s*<\?xml[^<>]{0,200}\?>")
_PARAGRAPHS = frozenset({"p", "paragraph"})
_REPAIR = "Repair it with the tool that wrote it."


class SsmlImporter:
    """Reads SSML as one chapter; each `p` is a paragraph, and so is what stands between them."""

    suffixes: Final = frozenset({".ssml"})

    def probe(self, path: Path, head: bytes) -> int | None:
        """By name, or by the name of the root where the file is called XML."""
        readable = looks_like_text(head) or foreign_format(head) == "an XML document"
        if not readable:
            return None
        if path.suffix.lower() in self.suffixes:
            return _CERTAIN
        return _BY_ROOT if path.suffix.lower() == ".xml" and b"<speak" in head else None

    def read(self, path: Path) -> Manuscript:
        """Read the file. Voices it names are not taken over: whose voice may be used is decided in the studio.

        Raises:
            InputError: it is too large, not well-formed, declares a document type, or says nothing.
            OSError: the file cannot be read.
        """
        root = _parse(read_text(path), path.name)
        blocks = []
        for paragraph in _paragraphs(root):
            text = write_tags(_parts(paragraph, path.name))
            if is_said(text):
                blocks.append(Block(BlockKind.PARAGRAPH, text))
        if not blocks:
            raise InputError("the file contains no text", where=path.name)
        voices = {
            str(name) for element in root.iter() if local_name(element) == "voice" and (name := element.get("name"))
        }
        told = f"Voices named in the file are not used ({len(voices)}): cast its lines in the studio."
        chapters = titled_in_words([Chapter(first_tagged_words(blocks), ChapterKind.CHAPTER, tuple(blocks))])
        metadata = Metadata("", language=language_tag(root.get(_LANGUAGE, "")) or "en")
        return Manuscript(metadata, chapters, warnings=(told,) if voices else ())


def _parts(paragraph: Element, where: str) -> tuple[Part, ...]:
    try:
        parts = from_ssml(etree.tostring(paragraph, encoding="unicode"))
    except InputError as error:
        raise InputError(error.message, where=where, hint=error.hint) from error
    cleaned = (replace(part, text=clean_text(part.text)) if isinstance(part, Words) else part for part in parts)
    return tuple(part for part in cleaned if not isinstance(part, Words) or part.text)


def _parse(text: str, where: str) -> Element:
    """The root of the document, with neither entities nor a network."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise InputError("the file declares a document type", where=where, hint="SSML needs none; take it out.")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(_DECLARATION.sub("", text).encode(), parser)  # it says how the bytes were encoded
    except (etree.XMLSyntaxError, ValueError) as error:
        raise InputError(f"the XML is not well-formed ({error})", where=where, hint=_REPAIR) from error
    if local_name(root) != "speak":
        raise InputError("this is no SSML: its root is not 'speak'", where=where, hint=_REPAIR)
    return root


def _paragraphs(root: Element) -> Iterator[Element]:
    """Documents of one paragraph each, within copies of the elements that hold for it."""
    holders: set[Element] = set()
    for element in root.iter():
        if local_name(element) in _PARAGRAPHS:
            for above in (element, *element.iterancestors()):
                if above in holders:
                    break
                holders.add(above)
    yield from _within(root, (), holders)


def _within(element: Element, above: Sequence[Element], holders: set[Element]) -> Iterator[Element]:
    chain = (*above, element)
    run: list[str | Element] = [element.text or ""]
    for child in element:
        if child in holders:
            yield from _document(chain, run)
            yield from _within(child, chain, holders)
            run = [child.tail or ""]
        else:
            run += [child, child.tail or ""]
    yield from _document(chain, run)


def _document(chain: Sequence[Element], run: Sequence[str | Element]) -> Iterator[Element]:
    """A document with nothing in it but a run of text and elements, if there is any."""
    if not any(item.strip() if isinstance(item, str) else True for item in run):
        return
    root = inner = etree.Element(chain[0].tag, dict(chain[0].attrib), chain[0].nsmap)
    for element in chain[1:]:
        inner = etree.SubElement(inner, element.tag, dict(element.attrib), element.nsmap)
    last: Element | None = None
    for item in run:
        if not isinstance(item, str):
            last = deepcopy(item)
            last.tail = None
            inner.append(last)
        elif last is None:
            inner.text = (inner.text or "") + item
        else:
            last.tail = (last.tail or "") + item
    yield root

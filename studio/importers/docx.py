"""DOCX: manuscripts written in Word, LibreOffice or Google Docs."""

import io
import re
import zipfile
from pathlib import Path
from typing import Any, Final

from lxml import etree

from studio.core.errors import InputError
from studio.importers.archive import Archive
from studio.importers.blocks import parse_fragment
from studio.importers.clean import clean_text
from studio.importers.document import read_document
from studio.importers.language import language_tag
from studio.importers.markup import Element, local_name
from studio.importers.tagged import line_warnings
from studio.importers.xml import parse_xml
from studio.manuscript.model import Manuscript, Metadata
from studio.manuscript.tags import read_tags

SUFFIXES: Final = frozenset({".docx", ".docm", ".dotx"})

_SCORE = 95
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DOCUMENT = "word/document.xml"
_READ: Final = ("[Content_Types].xml", "_rels/.rels", _DOCUMENT, "word/styles.xml", "word/numbering.xml")
"""What of the file is handed on: no relations but the first, so that nothing it points to can be opened."""
_CHANGES: Final = frozenset({"ins", "del", "movefrom", "moveto"})
_GONE: Final = frozenset(
    {"del", "movefrom", "commentreference", "annotationref", "instrtext", "deltext", "pict", "object"}
)
_NOTES: Final = {"footnotereference": "footnote", "endnotereference": "endnote"}
_YEAR = re.compile(r"\b(1[0-9]{3}|20[0-9]{2})\b")
_STYLES: Final = (
    "p[style-name='Title'] => p.book-title:fresh",
    "p[style-name='Subtitle'] => p.book-subtitle:fresh",
    "p[style-name='Quote'] => blockquote > p:fresh",
    "p[style-name='Intense Quote'] => blockquote > p:fresh",
    "p[style-name='Block Text'] => blockquote > p:fresh",
    "p[style-name='Verse'] => p.verse:fresh",
    "p[style-name='Poem'] => p.verse:fresh",
    "p[style-name='Poetry'] => p.verse:fresh",
)
_LEVELS = 6
_TITLE_STYLES: Final = ("title", "subtitle")


class DocxImporter:
    """Reads Word documents: tracked changes as accepted, notes and comments left out."""

    def probe(self, path: Path, head: bytes) -> int | None:
        """A zip file that is named so, or that begins as Word documents do."""
        if not head.startswith(b"PK\x03\x04"):
            return None
        suffix = path.suffix.lower()
        return _SCORE if suffix in SUFFIXES or (b"word/" in head and suffix != ".epub") else None

    def read(self, path: Path) -> Manuscript:
        """Read the document.

        Raises:
            InputError: it is damaged, protected, hostile or has no text.
            OSError: the file cannot be read.
        """
        with Archive(path) as archive:
            if _DOCUMENT not in archive:
                raise InputError(
                    "this is no Word document, or it is protected by a password",
                    where=path.name,
                    hint="Open it in a word processor and save it as DOCX without a password.",
                )
            parts = {name: archive.read(name) for name in _READ if name in archive}
            core = archive.read("docProps/core.xml") if "docProps/core.xml" in archive else b""
        for name, data in parts.items():
            parse_xml(data, f"{path.name}, {name}")
        document = parse_xml(parts[_DOCUMENT], path.name)
        if document.find(f"{_W}body") is None:
            raise InputError(
                "the document has no body", where=path.name, hint="Open it in a word processor and save it anew."
            )
        warnings = _accept(document)
        styles = parse_xml(parts["word/styles.xml"], path.name) if "word/styles.xml" in parts else None
        parts[_DOCUMENT] = etree.tostring(document, xml_declaration=True, encoding="UTF-8", standalone=True)
        root = parse_fragment(f"<html><body>{_html(parts, styles)}</body></html>")
        if root is None:
            raise InputError("the file contains no text", where=path.name)
        titles = _take_titles(root)
        metadata = _metadata(core, path.name, titles, styles)
        book = read_document(root, metadata, path.name, tagged=True)
        problems = (
            (number, problem.message)
            for number, paragraph in enumerate(_texts(document), 1)
            for problem in read_tags(paragraph).problems
        )
        told = (
            f"paragraph {text.removeprefix('line ')}" if text.startswith("line ") else text
            for text in line_warnings(problems)
        )
        return Manuscript(book.metadata, book.chapters, warnings=(*warnings, *book.warnings, *told))


def _accept(document: Element) -> list[str]:
    """Make of a document what is read: changes accepted, hidden text, notes and comments gone, drop caps joined."""
    counts: dict[str, int] = {}
    changes = 0
    for element in list(document.iter()):
        name = local_name(element)
        parent = element.getparent()
        if parent is None:
            continue
        if name in _CHANGES and local_name(parent) != "rpr":
            changes += 1
        if name in _GONE or (name == "r" and _is_hidden(element)):
            parent.remove(element)
        elif name in _NOTES:
            kind = _NOTES[name]
            counts[kind] = counts.get(kind, 0) + 1
            parent.remove(element)
        elif name == "moveto":
            at = parent.index(element)
            parent[at : at + 1] = list(element)
    _join_drop_caps(document)
    warnings = [f"Left out: {count} × {kind}." for kind, count in sorted(counts.items())]
    return [*warnings, *([f"{changes} tracked changes were read as accepted."] if changes else [])]


def _is_hidden(run: Element) -> bool:
    vanish = run.find(f"{_W}rPr/{_W}vanish")
    return vanish is not None and vanish.get(f"{_W}val", "true") not in {"0", "false", "off"}


def _join_drop_caps(document: Element) -> None:
    for frame in list(document.iter(f"{_W}framePr")):
        if frame.get(f"{_W}dropCap", "none") == "none":
            continue
        paragraph = frame.getparent().getparent()
        following = paragraph.getnext() if paragraph is not None else None
        if following is None or local_name(following) != "p":
            continue
        at = 1 if len(following) and local_name(following[0]) == "ppr" else 0
        following[at:at] = [child for child in paragraph if local_name(child) != "ppr"]
        paragraph.getparent().remove(paragraph)


def _html(parts: dict[str, bytes], styles: Element | None) -> str:
    import mammoth  # noqa: PLC0415 - seldom needed, and slow to load

    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    package.seek(0)
    style_map = "\n".join((*_STYLES, *_heading_styles(styles)))
    result: Any = mammoth.convert_to_html(
        package, style_map=style_map, convert_image=mammoth.images.img_element(lambda _: {"src": ""}),
        include_embedded_style_map=False, id_prefix="vv-",
    )  # fmt: skip
    return str(result.value)


def _heading_styles(styles: Element | None) -> list[str]:
    """Styles of one's own that stand in the outline of the document."""
    if styles is None:
        return []
    own: dict[str, tuple[str, str, int | None]] = {}
    for style in styles.iter(f"{_W}style"):
        name, based = style.find(f"{_W}name"), style.find(f"{_W}basedOn")
        level = style.find(f"{_W}pPr/{_W}outlineLvl")
        if style.get(f"{_W}type") != "paragraph" or name is None:
            continue
        stated = level.get(f"{_W}val", "") if level is not None else ""
        own[style.get(f"{_W}styleId", "")] = (
            name.get(f"{_W}val", ""),
            based.get(f"{_W}val", "") if based is not None else "",
            int(stated) if stated.isdecimal() and len(stated) < 3 else None,  # noqa: PLR2004 - levels are 0 to 9
        )
    found = []
    for name, parent, stated_level in own.values():
        level, above = stated_level, parent
        for _ in range(10):
            if level is not None or above not in own:
                break
            _, above, level = own[above]
        quotable = name and not any(character in name for character in "'\\\n")
        if level is not None and level < _LEVELS and quotable and name.lower() not in _TITLE_STYLES:
            found.append(f"p[style-name='{name}'] => h{level + 1}:fresh")
    return found


def _take_titles(root: Element) -> dict[str, str]:
    """The title page's own lines: they are said by the opening credits."""
    found: dict[str, str] = {}
    for kind in ("book-title", "book-subtitle"):
        for paragraph in [each for each in root.iter() if each.get("class") == kind]:
            found.setdefault(kind, clean_text("".join(str(text) for text in paragraph.itertext())))
            paragraph.getparent().remove(paragraph)
    return found


def _metadata(core: bytes, where: str, titles: dict[str, str], styles: Element | None) -> Metadata:
    stated: dict[str, str] = {}
    for element in parse_xml(core, where).iter() if core else ():
        stated.setdefault(local_name(element), clean_text(element.text or ""))
    title = titles.get("book-title") or stated.get("title", "")
    subtitle = titles.get("book-subtitle", "")
    tongue = styles.find(f"{_W}docDefaults/{_W}rPrDefault/{_W}rPr/{_W}lang") if styles is not None else None
    year = _YEAR.search(stated.get("date", ""))
    return Metadata(
        title=f"{title}: {subtitle}" if title and subtitle else title,
        author=stated.get("creator", "") if stated.get("creator", "").lower() != "python-docx" else "",
        language=language_tag(stated.get("language", "") or (tongue.get(f"{_W}val", "") if tongue is not None else ""))
        or "en",
        year=year.group(1) if year else "",
        publisher=stated.get("publisher", ""),
        identifier=stated.get("identifier", ""),
        description=stated.get("description", ""),
    )


def _texts(document: Element) -> list[str]:
    return ["".join(str(text.text or "") for text in paragraph.iter(f"{_W}t")) for paragraph in document.iter(f"{_W}p")]

"""DOCX: manuscripts written in Word, LibreOffice or Google Docs."""

import io
import posixpath
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
from studio.importers.docx_changes import accept_changes
from studio.importers.language import language_tag
from studio.importers.markup import Element, local_name
from studio.importers.tagged import line_warnings
from studio.importers.xml import parse_xml
from studio.manuscript.model import Manuscript, Metadata
from studio.manuscript.tags import read_tags

_SCORE = 95
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_DOCUMENT = "word/document.xml"
_STYLE_SHEET = "word/styles.xml"
_LINKED: Final = {"styles": _STYLE_SHEET, "numbering": "word/numbering.xml"}
"""Parts the document links to that are read, with the names under which they are handed on."""
_RELATIONS: Final = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="picture"'
    b' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="media/picture.png"/>'
    b"</Relationships>"
)
"""Handed on in place of the file's own, so that nothing the file points to can be opened: pictures stay for their
alternative text, and the part this names does not exist."""
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
_COLUMNS = re.compile(r"[1-9][0-9]{0,2}")
_CODE = re.compile(r"[0-9A-Fa-f]{1,6}")
_LEVELS = 6
_OUTLINE_STYLE: Final = "vv-outline-{}"
_TITLE_STYLES: Final = ("title", "subtitle")


class DocxImporter:
    """Reads Word documents: tracked changes as accepted, notes and comments left out."""

    suffixes: Final = frozenset({".docx", ".docm", ".dotx"})

    def probe(self, path: Path, head: bytes) -> int | None:
        """A zip file that is named so, or that begins as Word documents do."""
        if not head.startswith(b"PK\x03\x04"):
            return None
        suffix = path.suffix.lower()
        return _SCORE if suffix in self.suffixes or (b"word/" in head and suffix != ".epub") else None

    def read(self, path: Path) -> Manuscript:
        """Read the document.

        Raises:
            InputError: it is damaged, protected, hostile or has no text.
            OSError: the file cannot be read.
        """
        with Archive(path) as archive:
            parts = _parts(archive, path.name)
            core = archive.read("docProps/core.xml") if "docProps/core.xml" in archive else b""
        document = _parsed(parts[_DOCUMENT], path.name)
        if document.find(f"{_W}body") is None:
            raise InputError(
                "the document has no body", where=path.name, hint="Open it in a word processor and save it anew."
            )
        warnings = accept_changes(document)
        _unlink(document)
        _drop_wrong_numbers(document)
        _mark_outline(document)
        styles = _parsed(parts[_STYLE_SHEET], path.name) if _STYLE_SHEET in parts else None
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


def _parts(archive: Archive, where: str) -> dict[str, bytes]:
    """The document and what belongs to it, under the names the library looks for: programs choose their own.

    Raises:
        InputError: there is no document in the archive, or a part is damaged or hostile.
    """
    source = _targets(archive, "_rels/.rels", "", where).get("officeDocument", _DOCUMENT)
    if source not in archive:
        raise InputError(
            "this is no Word document, or it is protected by a password",
            where=where,
            hint="Open it in a word processor and save it as DOCX without a password.",
        )
    folder, name = posixpath.split(source)
    links = _targets(archive, posixpath.join(folder, "_rels", f"{name}.rels"), folder, where)
    wanted = {_DOCUMENT: source, **{own: links.get(kind, own) for kind, own in _LINKED.items()}}
    parts = {own: archive.read(found) for own, found in wanted.items() if found in archive}
    for own, data in parts.items():
        _parsed(data, f"{where}, {wanted[own]}")
    return parts


def _targets(archive: Archive, relations: str, folder: str, where: str) -> dict[str, str]:
    """Entries of the archive that a part names, by the kind of relation; those outside of the archive are left out."""
    if relations not in archive:
        return {}
    found: dict[str, str] = {}
    for relation in _parsed(archive.read(relations), f"{where}, {relations}"):
        if relation.get("TargetMode", "Internal") == "Internal":
            target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/")
            found.setdefault(relation.get("Type", "").rpartition("/")[2], target)
    return found


def _parsed(data: bytes, where: str) -> Element:
    """A part as a tree.

    Raises:
        InputError: it is damaged, or has a document type, which no part of a Word document may (ECMA-376-2 §8.1.4).
    """
    root = parse_xml(data, where)
    if root.getroottree().docinfo.doctype:
        raise InputError(
            "the document has a document type, which Word documents never have",
            where=where,
            hint="It is refused for safety; open it in a word processor and save it anew.",
        )
    return root


def _unlink(document: Element) -> None:
    """Take away every relation of the text, so that links are their words; pictures get one that leads nowhere."""
    for element in document.iter():
        for name in [name for name in element.attrib if name.startswith(_R)]:
            del element.attrib[name]
        if local_name(element) == "blip":
            element.set(f"{_R}embed", "picture")


def _drop_wrong_numbers(document: Element) -> None:
    """Take away what the library would stumble over: cells over no number of columns, symbols without a code."""
    for span in document.iter(f"{_W}gridSpan"):
        if not _COLUMNS.fullmatch(span.get(f"{_W}val", "")):
            span.set(f"{_W}val", "1")
    for symbol in list(document.iter(f"{_W}sym")):
        parent = symbol.getparent()
        if parent is not None and not _CODE.fullmatch(symbol.get(f"{_W}char", "")):
            parent.remove(symbol)


def _mark_outline(document: Element) -> None:
    """Give paragraphs that stand in the outline by themselves the style of a heading."""
    for level in document.iter(f"{_W}outlineLvl"):
        stated = level.get(f"{_W}val", "")
        properties = level.getparent()
        if local_name(properties) != "ppr" or stated not in map(str, range(_LEVELS)):
            continue
        style = properties.find(f"{_W}pStyle")
        if style is None:
            style = etree.Element(f"{_W}pStyle")
            properties.insert(0, style)
        style.set(f"{_W}val", _OUTLINE_STYLE.format(stated))


def _html(parts: dict[str, bytes], styles: Element | None) -> str:
    import mammoth  # noqa: PLC0415 - seldom needed, and slow to load

    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
        archive.writestr("word/_rels/document.xml.rels", _RELATIONS)
    package.seek(0)
    outline = (f"p.{_OUTLINE_STYLE.format(level)} => h{level + 1}:fresh" for level in range(_LEVELS))
    style_map = "\n".join((*outline, *_STYLES, *_heading_styles(styles)))
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

"""A builder of small EPUB files, so that every test shows the markup it is about."""

import os
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

import pytest

from studio.importers.registry import import_manuscript
from studio.manuscript.model import Block, BlockKind, Chapter, Manuscript
from studio.manuscript.tags import plain_text

CONTAINER = (
    '<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="{opf}" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
XHTML = (
    '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml" '
    'xmlns:epub="http://www.idpf.org/2007/ops"><head><title>{title}</title></head><body>{body}</body></html>'
)


@dataclass
class EpubBuilder:
    """Writes an EPUB of some documents.

    Attributes:
        documents: body markup by file name, in reading order.
        nav: inner markup of the contents list of an EPUB 3 navigation document; None for none.
        ncx: inner markup of the navMap of an NCX; None for none.
        metadata: markup added to the metadata section.
        title: dc:title; empty for none.
        manifest: markup added to the manifest.
        spine: markup added to the spine.
        guide: inner markup of the guide.
        landmarks: inner markup of the landmarks list.
        files: other entries of the container, bytes by full name.
        raw: whole documents that replace the made-up ones, by file name.
        prolog: what stands before the root of the package document.
        opf: name of the package document as the container gives it.
    """

    documents: Mapping[str, str] = field(default_factory=lambda: {"c1.xhtml": "<h1>One</h1><p>Hello there.</p>"})
    nav: str | None = None
    ncx: str | None = None
    metadata: str = ""
    title: str = "The Book"
    language: str = "en-GB"
    manifest: str = ""
    spine: str = ""
    guide: str = ""
    landmarks: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)
    raw: Mapping[str, bytes] = field(default_factory=dict)
    prolog: str = ""
    opf: str = "OEBPS/content.opf"

    def write(self, path: Path) -> Path:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
            archive.writestr("META-INF/container.xml", CONTAINER.format(opf=escape(self.opf)))
            archive.writestr("OEBPS/content.opf", self.package())
            for name, body in self.documents.items():
                archive.writestr(f"OEBPS/{name}", self.raw.get(name, XHTML.format(title="", body=body).encode()))
            if self.nav is not None:
                landmarks = f'<nav epub:type="landmarks"><ol>{self.landmarks}</ol></nav>' if self.landmarks else ""
                body = f'<nav epub:type="toc"><h1>Contents</h1><ol>{self.nav}</ol></nav>{landmarks}'
                archive.writestr("OEBPS/nav.xhtml", XHTML.format(title="Contents", body=body))
            if self.ncx is not None:
                ncx = f'<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap>{self.ncx}</navMap></ncx>'
                archive.writestr("OEBPS/toc.ncx", ncx)
            for name, data in self.files.items():
                archive.writestr(name, data)
        return path

    def package(self) -> str:
        items = "".join(
            f'<item id="{name}" href="{name}" media-type="application/xhtml+xml"/>' for name in self.documents
        )
        if self.nav is not None:
            items += '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
        if self.ncx is not None:
            items += '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>'
        spine = "".join(f'<itemref idref="{name}"/>' for name in self.documents)
        toc = ' toc="ncx"' if self.ncx is not None else ""
        title = f'<dc:title id="t">{escape(self.title)}</dc:title>' if self.title else ""
        language = f"<dc:language>{self.language}</dc:language>" if self.language else ""
        return (
            f'<?xml version="1.0"?>{self.prolog}<package xmlns="http://www.idpf.org/2007/opf" version="3.0" '
            'unique-identifier="i"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/" '
            f'xmlns:opf="http://www.idpf.org/2007/opf">{title}{language}'
            f'<dc:identifier id="i">urn:x</dc:identifier>{self.metadata}</metadata><manifest>{items}{self.manifest}'
            f"</manifest><spine{toc}>{spine}{self.spine}"
            f"</spine><guide>{self.guide}</guide></package>"
        )


def nav_item(title: str, href: str, children: str = "") -> str:
    """An entry of an EPUB 3 contents list."""
    inner = f"<ol>{children}</ol>" if children else ""
    return f'<li><a href="{href}">{title}</a>{inner}</li>' if href else f"<li><span>{title}</span>{inner}</li>"


def ncx_point(title: str, src: str, children: str = "") -> str:
    """An entry of an NCX."""
    return f'<navPoint><navLabel><text>{title}</text></navLabel><content src="{src}"/>{children}</navPoint>'


@pytest.fixture
def read_epub(tmp_path: Path) -> Callable[..., Manuscript]:
    """Builds an EPUB of the given parts and imports it."""

    def read(**parts: object) -> Manuscript:
        return import_manuscript(EpubBuilder(**parts).write(tmp_path / "book.epub"))

    return read


@pytest.fixture
def read_body(read_epub: Callable[..., Manuscript]) -> Callable[[str], list[tuple[BlockKind, str]]]:
    """Imports one document and gives the blocks after its heading as pairs of kind and words."""

    def read(body: str) -> list[tuple[BlockKind, str]]:
        (chapter,) = read_epub(documents={"c.xhtml": f"<h1>Chapter 1</h1>{body}"}).chapters
        assert chapter.blocks[0] == Block(BlockKind.HEADING, "Chapter 1", 1)
        return [(block.kind, plain_text(block.text)) for block in chapter.blocks[1:]]

    return read


@pytest.fixture
def read_text_file(tmp_path: Path) -> Callable[..., Manuscript]:
    """Writes a file of the given name and content and imports it."""

    def read(name: str, content: str | bytes) -> Manuscript:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return import_manuscript(path)

    return read


def outline(chapters: tuple[Chapter, ...]) -> list[tuple[str, str, bool]]:
    """Title, kind and whether it is read, of each chapter."""
    return [(chapter.title, chapter.kind.value, not chapter.skipped) for chapter in chapters]


def texts(chapter: Chapter) -> list[str]:
    """Texts of the blocks of a chapter, scene breaks as "*"."""
    return [block.text or "*" for block in chapter.blocks]


@pytest.fixture
def wodehouse() -> Path:
    """The EPUB of "Love Among the Chickens" by Standard Ebooks, where it is at hand."""
    root = Path(__file__).resolve().parents[2]
    path = Path(os.environ.get("VIVAVOCE_TEST_EPUB") or root / "../shared/books/love-among-the-chickens.epub")
    if not path.is_file():
        pytest.skip("the test book is not here; set VIVAVOCE_TEST_EPUB to its path")
    return path

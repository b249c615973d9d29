"""What chance can make of a file, for every importer and for the grammars: shared by the test and the benchmark.

Each format has two sources of examples: a whole file that is damaged (in its bytes or, where it is XML or a container,
in its tree, so that what is damaged still gets past the parser), and a document grown from the grammar of the format.
"""

# ruff: noqa: E501, RUF028, ISC004, PT017 - tables of what documents are made of

import io
import resource
import signal
import time
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import docx
from fpdf import FPDF
from hypothesis import strategies as st
from lxml import etree

from studio.core.errors import InputError
from studio.importers.epub.pls import read_pls
from studio.importers.registry import import_manuscript, installed_importers
from studio.manuscript.delivery import NEUTRAL
from studio.manuscript.lexicon.tables import from_csv, to_csv, to_pls
from studio.manuscript.model import BlockKind, Manuscript
from studio.manuscript.ssml import from_ssml, to_ssml
from studio.manuscript.tag_lint import lint_tags
from studio.manuscript.tags import parse_delivery, plain_text, read_tags, write_tags
from tests.importers.conftest import EpubBuilder, nav_item, ncx_point

MAX_SECONDS = 10.0
"""Processor time an example may take."""
MAX_MEGABYTES = 256
"""By how much an example may raise the peak of memory."""

Content = bytes | Mapping[str, bytes]
Strategy = st.SearchStrategy[Any]

_SNIPPETS = (
    b"[sad]", b"[", b"]", b"{ipa: \xc9\x99}", b"[x]{say: A-b}", b"\x00", b"\xff\xfe", b"\xe2\x80\xae", b"<!DOCTYPE x>",
    b"&amp;", b"&#x110000;", b"&#0;", b"<p>", b"</", b"<![CDATA[", b"]]>", b"\\", b"```", b"# ", b"---\n", b"\r",
    b"| a | b |\n|---|---|\n", b"\x1b[31m", b"\xf0\x9f\x98\x80", b"9" * 400, b"(" * 200, b"_" * 200, b"%PDF-", b"obj",
    b"endobj", b"stream", b"=cmd()", b'"', b",", b"\t", b"INT. ", b"@A", b"~", b"[[", b"/*", b">", b"<speak>", b"1e999",
    b"MCMXCIX", b"-1", b"\xed\xa0\x80", b"\xc2\x85", b"\xe2\x80\xa8",
)  # fmt: skip
_WORDS = (
    "The lamp went out.", "Chapter One", "CHAPTER 2", "IV", "Part Two", "Prologue", "Notes", "Copyright © 1906", "* * *",
    "1", "[sad]", "[pause 1s] It", "[x]{ipa: ɪt}", "{.calm}", "[", "]", "\\", "{", "“Go,” said Anne.", "ANNE (sadly): Go.",
    "ANNE: It burns.", "VO: It", "", " ", "\u202eevil\u202c", "\u200b", "\ue000", "\U0001f600", "مرحبا", "第一章", "e\u0301",
    "a\u0300" * 40, "word " * 60, "x" * 300, "It [sad 900%] was", "http://example.org/a", "=1+1", "10⁶", "–", "\ufdd0",
    "Audio", "Video", "[12]", "[^1]", "Illustration: A", "¹", "²", "٣", "५", "Ⅷ", "½",
)  # fmt: skip
_NUMBERS = ("0", "1", "-1", "6", "999999999999", "x", "", "1.5", "NaN", "²", "٣")


def words() -> Strategy:
    """A few words, with what is special to some format among them; no character that XML forbids."""
    free = st.text(
        st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=20
    )
    return st.lists(st.sampled_from(_WORDS) | free, min_size=1, max_size=4).map(" ".join)


@dataclass(frozen=True, slots=True)
class _Damage:
    kind: str
    at: int
    length: int
    put: bytes
    times: int


_DAMAGE = st.lists(
    st.builds(
        _Damage,
        st.sampled_from(("flip", "put", "cut", "double", "swap", "end")),
        st.integers(0, 2**20),
        st.integers(0, 200),
        st.sampled_from(_SNIPPETS),
        st.sampled_from((1, 1, 1, 2, 30)),
    ),
    min_size=1,
    max_size=5,
)


def _damaged(data: bytes, damage: list[_Damage]) -> bytes:
    changed = bytearray(data)
    for each in damage:
        at = each.at % (len(changed) + 1)
        end = at + each.length
        match each.kind:
            case "flip" if at < len(changed):
                changed[at] ^= each.length % 255 + 1
            case "put":
                changed[at:at] = each.put * each.times
            case "cut":
                del changed[at:end]
            case "double":
                changed[at:at] = changed[at:end] * each.times
            case "swap":
                other = (each.at * 7 + 3) % (len(changed) + 1)
                changed[at:end], changed[other : other + each.length] = (
                    changed[other : other + each.length],
                    changed[at:end],
                )
            case "end" if each.times > 1:
                del changed[at:]
    return bytes(changed)


_TREE_DAMAGE = st.lists(
    st.tuples(
        st.sampled_from(("delete", "double", "move", "rename", "value", "text", "attribute")),
        st.integers(0, 2**16),
        st.integers(0, 2**16),
        words() | st.sampled_from(_NUMBERS),
    ),
    min_size=1,
    max_size=6,
)


def _tree_damaged(data: bytes, damage: list[tuple[str, int, int, str]]) -> bytes:
    """XML whose elements, attributes and texts have been mixed up; it stays well-formed."""
    root = etree.fromstring(data)
    for kind, one, two, text in damage:
        elements = list(root.iter(etree.Element))
        element, other = elements[one % len(elements)], elements[two % len(elements)]
        parent = element.getparent()
        match kind:
            case "delete" if parent is not None:
                parent.remove(element)
            case "double" if parent is not None:
                parent.insert(two % (len(parent) + 1), etree.fromstring(etree.tostring(element, with_tail=False)))
            case "move" if parent is not None and element not in (other, *other.iterancestors()):
                other.append(element)
            case "rename":
                element.tag = other.tag
            case "value" | "attribute" if other.attrib:
                element.set(list(other.attrib)[one % len(other.attrib)], text)
            case "text":
                element.text = text
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _damaged_entry(
    whole: bytes, choice: int, damage: list[_Damage], tree: list[tuple[str, int, int, str]], kind: int
) -> bytes:
    """A container in which one entry, and only that, is damaged: what a well-made file with wrong contents is."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        names = source.namelist()
        wrong = names[choice % len(names)]
        for name in names:
            content = source.read(name)
            if name == wrong:
                if kind == 0:
                    continue
                content = (
                    _tree_damaged(content, tree) if content[:1] == b"<" and kind > 1 else _damaged(content, damage)
                )
            made.writestr(name, content)
    return target.getvalue()


def _from_whole(whole: bytes, *, xml: bool = False) -> Strategy:
    made = _DAMAGE.map(lambda damage: _damaged(whole, damage))
    if whole[:2] == b"PK":
        return made | st.builds(
            _damaged_entry, st.just(whole), st.integers(0, 99), _DAMAGE, _TREE_DAMAGE, st.integers(0, 6)
        )
    return made | _TREE_DAMAGE.map(lambda damage: _tree_damaged(whole, damage)) if xml else made


# HTML and EPUB

_TAGS = (
    "p", "p", "p", "div", "section", "article", "h1", "h2", "h3", "h6", "hgroup", "header", "span", "i", "b", "sup", "sub",
    "a", "blockquote", "ul", "ol", "li", "dl", "dt", "dd", "table", "tr", "td", "th", "caption", "pre", "code", "ruby", "rt",
    "rp", "math", "svg", "title", "figure", "figcaption", "aside", "nav", "main", "form", "q", "s", "font", "center", "body",
    "html", "head", "script", "style", "details", "br", "hr", "img",
)  # fmt: skip
_EMPTY_TAGS = ("br", "hr", "img", "a", "p", "div", "input", "wbr")
_ATTRIBUTES = st.dictionaries(
    st.sampled_from((
        "class", "id", "href", "role", "style", "hidden", "aria-hidden", "alt", "title", "epub:type", "start", "value",
        "colspan", "lang", "aria-label", "type", "src", "name",
    )),  # fmt: skip
    st.sampled_from((
        "chapter", "chapter-title", "verse", "poem", "footnote", "pagenum", "scene-break", "drop-cap", "n1", "#n1", "#", "a.xhtml#n1",
        "noteref", "doc-noteref", "heading", "display: none", "true", "A lamp on a pier", "image 3", "pagebreak", "z3998:verse",
        "bodymatter chapter", "frontmatter", "part", "toc", "footnotes", "navigation", "MsoNormal", "en", "xx-invalid-lang",
        "javascript:alert(1)", *_NUMBERS,
    )),
    max_size=3,
)  # fmt: skip


def _element(tag: str, attributes: dict[str, str], children: list[str], strict: bool) -> str:
    written = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    if not children:
        return f"<{tag}{written}/>"
    return f"<{tag}{written}>{''.join(children)}" + (f"</{tag}>" if strict or len(children) % 3 else "")


def _markup(*, strict: bool) -> Strategy:
    """Elements in any nesting; where it is not strict some are not closed."""
    leaf = words().map(escape) | st.builds(
        _element, st.sampled_from(_EMPTY_TAGS), _ATTRIBUTES, st.just([]), st.just(True)
    )
    tree = st.recursive(
        leaf,
        lambda inner: st.builds(
            _element, st.sampled_from(_TAGS), _ATTRIBUTES, st.lists(inner, max_size=4), st.just(strict)
        ),
        max_leaves=12,
    )
    return st.lists(tree, min_size=1, max_size=6).map("".join)


def _html() -> Strategy:
    head = st.sampled_from(
        ("<!doctype html>", "<html lang='de'><head><title>T</title></head><body>", "<!-- x --><html>", "<p>")
    )
    return st.builds(lambda start, body: (start + body).encode(), head, _markup(strict=False))


_HREFS = st.sampled_from(
    ("a.xhtml", "b.xhtml", "a.xhtml#n1", "b.xhtml#n1", "c.xhtml", "", "#n1", "../x", "a.xhtml#%6e1", "%")
)


def _contents(make: Callable[..., str]) -> Strategy:
    title = words().map(escape)
    leaf = st.builds(make, title, _HREFS)
    return st.lists(
        st.recursive(
            leaf, lambda inner: st.builds(make, title, _HREFS, st.lists(inner, max_size=3).map("".join)), max_leaves=6
        ),
        max_size=4,
    ).map("".join)


def _epub() -> Strategy:
    documents = st.fixed_dictionaries({"a.xhtml": _markup(strict=True)}, optional={"b.xhtml": _markup(strict=True)})
    lexicon = '<item id="l" href="l.pls" media-type="application/pls+xml"/>'
    books = st.builds(
        EpubBuilder,
        documents=documents,
        nav=st.none() | _contents(nav_item),
        ncx=st.none() | _contents(ncx_point),
        title=words(),
        language=st.sampled_from(("en", "de-AT", "", "x", "zh")),
        manifest=st.sampled_from(("", lexicon)),
        guide=st.builds(
            '<reference type="{}" href="{}"/>'.format, st.sampled_from(("text", "toc", "cover", "")), _HREFS
        ),
        files=_pls().map(lambda data: {"OEBPS/l.pls": data}),
    )
    return books.map(_written)


def _written(book: EpubBuilder) -> bytes:
    with TemporaryDirectory() as folder:
        return book.write(Path(folder) / "book.epub").read_bytes()


# Word

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_STYLES = ("Heading1", "Heading2", "Title", "Subtitle", "Quote", "ListNumber", "Normal", "NoSuch", "Verse")
_RUN_PARTS = (
    "<w:tab/>", "<w:br/>", '<w:br w:type="page"/>', '<w:footnoteReference w:id="1"/>', '<w:endnoteReference w:id="x"/>',
    '<w:fldChar w:fldCharType="begin"/>', '<w:fldChar w:fldCharType="separate"/>', '<w:fldChar w:fldCharType="end"/>',
    '<w:instrText>HYPERLINK "x"</w:instrText>', '<w:sym w:font="Wingdings" w:char="F04A"/>', '<w:sym w:char="zz"/>',
    "<w:delText>gone</w:delText>", "<w:noBreakHyphen/>", "<w:softHyphen/>", '<w:commentReference w:id="0"/>', "<w:drawing/>",
    "<w:pict/>", "<w:object/>",
)  # fmt: skip
_RUN_PROPERTIES = ("", "<w:rPr><w:b/></w:rPr>", "<w:rPr><w:vanish/></w:rPr>", '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>',
                   '<w:rPr><w:ins w:id="1"/></w:rPr>', "<w:rPr><w:strike/><w:smallCaps/></w:rPr>")  # fmt: skip
_AROUND_RUNS = (
    "<w:ins>{}</w:ins>", "<w:del>{}</w:del>", "<w:moveFrom>{}</w:moveFrom>", "<w:moveTo>{}</w:moveTo>", "{}",
    '<w:hyperlink w:anchor="b">{}</w:hyperlink>', '<w:bookmarkStart w:id="1" w:name="b"/>{}<w:bookmarkEnd w:id="1"/>',
    "<w:smartTag>{}</w:smartTag>", '<w:fldSimple w:instr="PAGE">{}</w:fldSimple>', "<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>",
)  # fmt: skip
_AROUND_PARAGRAPHS = (
    "<w:tbl><w:tr><w:tc>{}</w:tc></w:tr></w:tbl>", "<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>", "<w:ins>{}</w:ins>",
    '<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Video</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>Audio</w:t></w:r></w:p></w:tc></w:tr>'
    '<w:tr><w:tc><w:tcPr><w:gridSpan w:val="{n}"/><w:vMerge/></w:tcPr></w:tc><w:tc>{}</w:tc></w:tr></w:tbl>',
    "<w:tbl>{}</w:tbl>", "<w:tbl><w:tr>{}</w:tr></w:tbl>", "<w:del>{}</w:del>", "<w:body>{}</w:body>",
)  # fmt: skip


def _docx() -> Strategy:
    texts = words().map(lambda text: f'<w:t xml:space="preserve">{escape(text)}</w:t>')
    run = st.builds(
        lambda properties, parts: f"<w:r>{properties}{''.join(parts)}</w:r>",
        st.sampled_from(_RUN_PROPERTIES),
        st.lists(texts | st.sampled_from(_RUN_PARTS), max_size=3),
    )
    runs = st.builds(
        lambda around, inner: around.format("".join(inner)), st.sampled_from(_AROUND_RUNS), st.lists(run, max_size=3)
    )
    numbered = st.builds(
        '<w:numPr><w:ilvl w:val="{}"/><w:numId w:val="{}"/></w:numPr>'.format, *[st.sampled_from(_NUMBERS)] * 2
    )
    outline = st.sampled_from(_NUMBERS).map('<w:outlineLvl w:val="{}"/>'.format)
    mark = st.sampled_from(("", "<w:rPr><w:del/></w:rPr>", "<w:framePr w:dropCap='drop'/>", "<w:sectPr/>"))
    properties = st.builds(
        '<w:pPr><w:pStyle w:val="{}"/>{}{}</w:pPr>'.format,
        st.sampled_from(_STYLES),
        numbered | outline | st.just(""),
        mark,
    )
    paragraph = st.builds(
        lambda props, inner: f"<w:p>{props}{''.join(inner)}</w:p>", properties, st.lists(runs, max_size=3)
    )
    block = st.recursive(
        paragraph,
        lambda inner: st.builds(
            lambda around, n, inside: around.format("".join(inside), n=n),
            st.sampled_from(_AROUND_PARAGRAPHS), st.sampled_from(_NUMBERS), st.lists(inner, max_size=3),
        ),
        max_leaves=8,
    )  # fmt: skip
    body = st.lists(block, min_size=1, max_size=6).map("".join)
    return body.map(
        lambda inner: _with_entry(
            whole_files()[".docx"], "word/document.xml", f"<w:document {_W}><w:body>{inner}</w:body></w:document>"
        )
    )


def _with_entry(whole: bytes, entry: str, content: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as source, zipfile.ZipFile(target, "w") as made:
        for name in source.namelist():
            made.writestr(name, content if name == entry else source.read(name))
    return target.getvalue()


# Lines: Markdown, plain text, Fountain, tables

_MARKDOWN_LINES = (
    "# {}", "## {}", "{}", "{}", "", "", "> {}", "- {}", "1. {}", "999999999. {}", "    {}", "```", "~~~", "---", "***", "===", "| {} | {} |",
    "|---|---|", "| Video | Audio |", "[a]: {}", "[^1]: {}", "{}[^1]", "![{}](a.png)", "[{}](javascript:x)", "<div>{}", "</div>", "<!-- {}",
    "-->", "title: {}", "language: {}", "*{}*", "**{}", "`{}`", "\\{}", "&#{};", "{}  ", "\t{}", "- [ ] {}",
)  # fmt: skip
_TEXT_LINES = (
    "{}", "{}", "{}", "", "", "", "CHAPTER {}", "Chapter {}.", "PART {}", "{}.", "    {}", "_{}_", "[Illustration: {}]", "{}--{}", "* * *",
    "*** START OF THE PROJECT GUTENBERG EBOOK {} ***", "*** END OF THE PROJECT GUTENBERG EBOOK {} ***", "Title: {}", "Author: {}",
    "Produced by {}", "CONTENTS", "[Transcriber's Note: {}", "\f", "[{}]", "-----",
)  # fmt: skip
_FOUNTAIN_LINES = (
    "{}", "", "", "INT. {} - DAY", ".{}", "ANNE", "ANNE (sadly)", "@{}", "ANNE ^", "({})", "~{}", "> {} <", "> {}", "CUT TO:", "# {}", "### {}",
    "= {}", "===", "[[{}", "]]", "/*", "*/", "!{}", "Title: {}", "Author: {}", "    {}", "*{}*", "ANNE [sad]", "(beat)", "INT. {} #{}#", "  ",
)  # fmt: skip


def _lines(forms: tuple[str, ...]) -> Strategy:
    line = st.builds(lambda form, one, two: form.format(one, two), st.sampled_from(forms), words(), words())
    encoding = st.sampled_from(("utf-8",) * 6 + ("utf-8-sig", "utf-16", "cp1252", "latin-1", "cp1251", "shift_jis"))
    end = st.sampled_from(("\n", "\n", "\n", "\r\n", "\r", "\u2028"))
    return st.builds(
        lambda lines, code, mark: mark.join(lines).encode(code, "replace"),
        st.lists(line, min_size=1, max_size=14),
        encoding,
        end,
    )


_COLUMNS = ("text", "line", "role", "speaker", "delivery", "chapter", "id", "note", "")


def _csv() -> Strategy:
    cell = words() | st.sampled_from(("sad", "sad:0.6 rate=-10%", "(whispering)", '"', '""', "=cmd()", "Anne", "1"))
    quoted = cell.map(lambda text: '"' + text.replace('"', '""') + '"')
    row = st.lists(cell | quoted, max_size=6)
    heading = st.lists(st.sampled_from(_COLUMNS), min_size=1, max_size=5).map(lambda names: ["text", *names])
    return st.builds(
        lambda first, rows, mark, end: end.join(mark.join(each) for each in (first, *rows)).encode("utf-8", "replace"),
        heading, st.lists(row, max_size=8), st.sampled_from((",", ";", "\t")), st.sampled_from(("\n", "\r\n", "\r")),
    )  # fmt: skip


# Scripts and speech in XML

_FDX_TYPES = (
    "Scene Heading",
    "Action",
    "Character",
    "Dialogue",
    "Parenthetical",
    "Transition",
    "Shot",
    "General",
    "Lyrics",
    "Cast List",
    "",
)


def _fdx() -> Strategy:
    text = st.builds(
        lambda style, inner: f'<Text Style="{style}">{escape(inner)}</Text>',
        st.sampled_from(("", "Bold+Italic", "x")),
        words(),
    )
    paragraph = st.builds(
        lambda kind, texts: f'<Paragraph Type="{kind}">{"".join(texts)}</Paragraph>',
        st.sampled_from(_FDX_TYPES),
        st.lists(text, max_size=3),
    )
    dual = st.lists(paragraph, max_size=4).map(
        lambda inner: f"<Paragraph><DualDialogue>{''.join(inner)}</DualDialogue></Paragraph>"
    )
    title = st.lists(paragraph, max_size=3).map(
        lambda inner: f"<TitlePage><Content>{''.join(inner)}</Content></TitlePage>"
    )
    return st.builds(
        lambda body, front: f'<?xml version="1.0"?><FinalDraft><Content>{"".join(body)}</Content>{front}</FinalDraft>'.encode(),
        st.lists(paragraph | dual, max_size=10), title,
    )  # fmt: skip


_SSML_TAGS = ("p", "s", "p", "s", "prosody", "emphasis", "break", "sub", "phoneme", "lang", "say-as", "voice", "audio", "mark", "w", "metadata",
              "mstts:express-as", "vv:delivery", "vv:event", "speak")  # fmt: skip
_SSML_ATTRIBUTES = st.dictionaries(
    st.sampled_from(("time", "strength", "rate", "pitch", "volume", "range", "level", "alias", "ph", "alphabet", "xml:lang", "style",
                     "styledegree", "interpret-as", "name", "src", "intensity", "delivery")),  # fmt: skip
    st.sampled_from(("1s", "500ms", "99999s", "-1s", "x-slow", "+10%", "-900%", "2st", "1e999", "loud", "strong", "ipa", "x-sampa", "ɪt", "sad",
                     "file:///etc/passwd", "fr", "silent", "+6dB", *_NUMBERS)),
    max_size=3,
)  # fmt: skip


def _ssml() -> Strategy:
    leaf = words().map(escape)
    tree = st.recursive(
        leaf,
        lambda inner: st.builds(
            _element, st.sampled_from(_SSML_TAGS), _SSML_ATTRIBUTES, st.lists(inner, max_size=4), st.just(True)
        ),
        max_leaves=10,
    )
    start = (
        '<speak version="1.0" xmlns="http://www.w3.org/2001/10/synthesis" xmlns:mstts="https://www.w3.org/2001/mstts" '
        'xmlns:vv="https://vivavoce.studio/ns/delivery" xml:lang="en">'
    )
    return st.lists(tree, max_size=5).map(lambda body: f"{start}{''.join(body)}</speak>".encode())


# PDF

_PLACED = st.tuples(
    st.sampled_from((10, 72, 72, 72, 90, 240, 240, 900, -20)),
    st.integers(0, 62).map(lambda line: 20 + 12 * line),
    st.sampled_from((11, 11, 11, 11, 0.1, 8, 16, 24, 400)),
    st.sampled_from(("Times", "Times", "Helvetica", "Courier", "Symbol", "ZapfDingbats")),
    st.sampled_from(("", "", "B", "I")),
    words()
    | st.sampled_from(
        ("divided at the remem-", "12", "Chapter Two", "* A note", "1 A note", "THE QUIET PIER", "ended here.")
    ),
    st.sampled_from((0, 0, 0, 90, 45, 180)),
)


def _pdf() -> Strategy:
    return st.builds(_set, st.lists(st.lists(_PLACED, max_size=14), min_size=1, max_size=4), st.booleans())


def _set(pages: list[list[tuple[Any, ...]]], outlined: bool) -> bytes:
    pdf = FPDF(unit="pt", format=(472, 792))
    pdf.set_auto_page_break(auto=False)
    for number, page in enumerate(pages):
        pdf.add_page()
        if outlined:
            pdf.start_section(f"Chapter {number}", level=min(number, 1))
        for x, y, size, font, style, text, angle in page:
            pdf.set_font(font, style="" if font in {"Symbol", "ZapfDingbats"} else style, size=size)
            with pdf.rotation(angle, x, y):
                pdf.text(x, y, text.encode("latin-1", "replace").decode("latin-1"))
    return bytes(pdf.output())


# Folders

_NAMES = st.builds(
    lambda stem, suffix: stem + suffix,
    st.text(st.characters(codec="utf-8", exclude_characters="/\0"), max_size=30)
    | st.sampled_from(
        (
            "Chapter 2",
            "Chapter 10",
            "1_",
            "-rf",
            "CON",
            "a" * 200,
            "²",
            "٣",
            "\u202egpj",
            "~$lock",
            "9" * 60,
            "\n",
            "[sad]",
        )
    ),
    st.sampled_from((".txt", ".md", ".html", ".csv", ".fountain", ".jpg", ".docx", ".TXT", "", ".")),
).filter(lambda name: name not in {"", ".", ".."} and len(name.encode()) < 250)


def _folder() -> Strategy:
    content = (
        _lines(_TEXT_LINES) | _lines(_MARKDOWN_LINES) | st.sampled_from(tuple(whole_files().values())) | st.just(b"")
    )
    return st.dictionaries(_NAMES, content, max_size=6)


# Lexicons and tags

_PLS_START = '<lexicon version="1.0" xmlns="http://www.w3.org/2005/01/pronunciation-lexicon" xmlns:vv="urn:vivavoce:lexicon:1.0" alphabet="{}" xml:lang="{}">'


def _pls() -> Strategy:
    said = words() | st.sampled_from(("ɪt", "hɜːˈmaɪəni", "ˈ", "x1", "ː", "a b"))
    form = st.builds(
        lambda name, prefer, text: f'<{name} prefer="{prefer}">{escape(text)}</{name}>',
        st.sampled_from(("phoneme", "alias", "grapheme", "grapheme", "example")), st.sampled_from(("true", "", "x")), said,
    )  # fmt: skip
    role = st.sampled_from(("vv:noun", "vv:exact-case", "vv:verb vv:noun", "x:y", "", ":", "vv:"))
    lexeme = st.builds(
        lambda kind, forms: f'<lexeme role="{kind}">{"".join(forms)}</lexeme>', role, st.lists(form, max_size=4)
    )
    return st.builds(
        lambda alphabet, language, inner: (_PLS_START.format(alphabet, language) + "".join(inner) + "</lexicon>").encode(),
        st.sampled_from(("ipa", "IPA", "x-sampa", "")), st.sampled_from(("en", "de-AT", "", "x")), st.lists(lexeme, max_size=5),
    )  # fmt: skip


_LEXICON = b"written,notation,said,language,exact_case,part_of_speech,beside\nPier,ipa,p\xc9\xaa\xc9\x99,en-GB,yes,noun,stone old\nb.,alias,burns,,,,\n"


def _lexicon() -> Strategy:
    cell = words() | st.sampled_from(
        ("ipa", "alias", "respelling", "ɪt", "en", "yes", "no", "noun", "'=1", '"', "PEER")
    )
    rows = st.lists(st.lists(cell, min_size=3, max_size=8).map(",".join), max_size=5)
    return st.builds(lambda rest: b"\n".join((_LEXICON.splitlines()[0], *(row.encode() for row in rest))), rows)


_TAG_PIECES = (
    "[sad]", "[sad:0.6]", "[angry 80%]", "[whisper rate=-10% pitch=-1st]", "[/]", "[words]{sad}", "[x]{ipa: ɪt}", "[x]{say: it is}", "[x]{lang: fr}",
    "[x]{say: a}{sad}", "{.calm}", "[pause 1.2s]", "[pause 300ms]", "[beat]", "[long pause]", "[laugh]", "[clears throat]", "\\[", "\\]", "\\{", "\\\\",
    "[12]", "[^1]", "[He laughed at this.]", "[sad:", "rate=", "%", "1e999", "{", "}", "[", "]", "[[sad]]", "[pause -1s]", "[pause 99999h]", "[sad:²]",
    "\u200b", "\n", "\t", "\u2028", "\ud800", "\x00", "’", "a", " ", "It went out. ", "[rate=٣%]", "[pause ٣s]", "\ufdd0", "[sad sad]", "[x]{lang: }",
)  # fmt: skip


def _tags() -> Strategy:
    free = st.text(max_size=12) | st.text(alphabet="ab [](){}\\:=.%0123/-+sdipayl\u200b\n“’é", max_size=30)
    return (
        st.lists(st.sampled_from(_TAG_PIECES) | free, max_size=12)
        .map("".join)
        .map(lambda text: text.encode("utf-8", "surrogatepass"))
    )


# What is done with an example


@cache
def whole_files() -> dict[str, bytes]:
    """A whole file of each format that has one, by suffix."""
    document = docx.Document()
    document.core_properties.title = "Quiet"
    document.add_heading("One", 1)
    document.add_paragraph("The lamp [sad] went out.").add_run(" It was late.").italic = True
    document.add_paragraph("One", style="List Number")
    document.add_table(2, 2).cell(0, 0).text = "Video"
    word = io.BytesIO()
    document.save(word)
    epub = EpubBuilder(
        documents={
            "a.xhtml": "<h1>One</h1><p id='n1'>The <i>lamp</i> went out.</p>",
            "b.xhtml": "<h1>Two</h1><p>It burns.</p>",
        },
        nav=nav_item("One", "a.xhtml", nav_item("In", "a.xhtml#n1")) + nav_item("Two", "b.xhtml"),
        ncx=ncx_point("One", "a.xhtml"),
        guide='<reference type="text" href="a.xhtml"/>',
    )
    placed = [(72, 60 + 20 * row, 11, "Times", "", "The lamp went out upon the pier.", 0) for row in range(9)]
    return {
        ".epub": _written(epub),
        ".docx": word.getvalue(),
        ".pdf": _set([placed, placed], outlined=True),
        ".md": b"---\ntitle: T\n---\n\n# One\n\nThe [sad] lamp.[^1]\n\n| Video | Audio |\n|---|---|\n| a | VO: b |\n\n[^1]: Note\n",
        ".txt": b"Chapter 1\n\nThe [pause 1s] lamp went out.\n\nChapter 2\n\nIt burns.\n",
        ".fountain": b"Title: T\n\nINT. PIER - DAY\n\nThe lamp.\n\nANNE\n(sadly)\nIt went out.\n",
        ".fdx": b'<?xml version="1.0"?><FinalDraft><Content><Paragraph Type="Character"><Text>ANNE</Text></Paragraph>'
        b'<Paragraph Type="Dialogue"><Text>It went out.</Text></Paragraph></Content></FinalDraft>',
        ".csv": b"id,role,text,delivery\n1,Anne,It went out.,sad\n2,,It burns.,\n",
        ".ssml": b'<speak version="1.0" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="en"><p>It '
        b'<break time="1s"/><sub alias="burns">b.</sub></p></speak>',
        ".html": b"<!doctype html><html><body><h1>One</h1><p>It <b>went</b> out.</p><table><tr><td>a</td></tr></table></body></html>",
    }  # fmt: skip


def formats() -> dict[str, Strategy]:
    """Examples by format: contents of a file, or of a folder's files by their names."""
    whole = whole_files()
    grown = {
        ".epub": _epub(), ".docx": _docx(), ".pdf": _pdf(), ".md": _lines(_MARKDOWN_LINES), ".txt": _lines(_TEXT_LINES),
        ".fountain": _lines(_FOUNTAIN_LINES), ".fdx": _fdx(), ".csv": _csv(), ".ssml": _ssml(), ".html": _html(),
    }  # fmt: skip
    xml = {".fdx", ".ssml"}
    files = {suffix: _from_whole(whole[suffix], xml=suffix in xml) | made for suffix, made in grown.items()}
    pls = (
        _PLS_START.format("ipa", "en") + "<lexeme><grapheme>b</grapheme><phoneme>bɪ</phoneme></lexeme></lexicon>"
    ).encode()
    return {
        **files,
        "folder": _folder(),
        "pls": _from_whole(pls, xml=True) | _pls(),
        "lexicon": _from_whole(_LEXICON) | _lexicon(),
        "tags": _tags(),
    }


class Trial:
    """Reads examples; raises for whatever must not happen.

    Attributes:
        read: how many came out as a book, a lexicon or words.
        refused: how many were refused as they should be.
        slowest_s: processor time of the slowest example.
    """

    def __init__(self) -> None:
        self.read = self.refused = 0
        self.slowest_s = 0.0
        self._importers = {name: _Watched(each) for name, each in installed_importers().items()}

    def __call__(self, kind: str, content: Content) -> None:
        """Read an example of a format.

        Raises:
            AssertionError: what came out is not fit to be read, or files or too much memory are left behind.
            Exception: an importer raised what is no refusal.
        """
        with _limits(self):
            try:
                _CHECKS.get(kind, self._import)(kind, content)
            except InputError as error:
                assert error.sentence.isprintable(), "a refusal is one line"
                self.refused += 1
            else:
                self.read += 1

    def _import(self, kind: str, content: Any) -> None:
        with TemporaryDirectory() as folder:
            path = Path(folder) / ("book" if kind == "folder" else f"book{kind}")
            if kind == "folder":
                path.mkdir()
                for name, data in content.items():
                    (path / name).write_bytes(data)
            else:
                path.write_bytes(content)
            before = sorted(Path(folder).rglob("*"))
            try:
                book = import_manuscript(path, importers=self._importers)  # type: ignore[arg-type]
            finally:
                for importer in self._importers.values():
                    importer.raise_failure()
                assert sorted(Path(folder).rglob("*")) == before, "no file is left"
            check_sane(book, sum(map(len, content.values())) if kind == "folder" else _unpacked_bytes(content))


class _Watched:
    """An importer whose failures are not lost when the registry says in better words that the file cannot be read."""

    def __init__(self, importer: Any) -> None:
        self._importer = importer
        self._failure: BaseException | None = None
        self.suffixes = importer.suffixes

    def probe(self, path: Path, head: bytes) -> int | None:
        with self._watch():
            score: int | None = self._importer.probe(path, head)
            return score

    def read(self, path: Path) -> Manuscript:
        with self._watch():
            book: Manuscript = self._importer.read(path)
            return book

    @contextmanager
    def _watch(self) -> Iterator[None]:
        try:
            yield
        except InputError:
            raise
        except BaseException as error:
            self._failure = error
            raise

    def raise_failure(self) -> None:
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure


def _unpacked_bytes(content: bytes) -> int:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return len(content) * (100 if content[:200].find(b"%PDF-") >= 0 else 1)


def check_sane(book: Manuscript, source_bytes: int) -> None:
    """Check that a book is fit to be read: clean texts that the tag grammar reads, and no more of them than there were bytes."""
    blocks = [block for chapter in book.chapters for block in chapter.blocks]
    assert len(blocks) <= source_bytes + 10, "no more blocks than bytes"
    assert len(book.chapters) <= source_bytes + 10
    assert sum(len(block.text) for block in blocks) <= 40 * source_bytes + 10_000, "texts do not grow"
    for text in (
        book.metadata.title,
        book.metadata.author,
        book.metadata.language,
        *(each.title for each in book.chapters),
    ):
        _check_clean(text)
    for block in blocks:
        _check_clean(block.text.replace("\n", " "))  # white space to the tag grammar
        _check_clean(block.role)
        assert (
            bool(plain_text(block.text)) or bool(read_tags(block.text).parts) or block.kind is BlockKind.SCENE_BREAK
        ), block
        assert (1 <= block.level <= 6) == (block.kind is BlockKind.HEADING), block
        if block.delivery:
            parse_delivery(block.delivery)
    for warning in book.warnings:
        assert warning.strip()
        assert "Traceback" not in warning


def _check_clean(text: str) -> None:
    assert not [char for char in text if unicodedata.category(char) in {"Cc", "Cs", "Co"}], ascii(text)


def _check_tags(_kind: str, content: bytes) -> None:
    text = content.decode("utf-8", "surrogatepass")
    tagged = read_tags(text)
    written = write_tags(tagged.parts, tagged.delivery)
    assert plain_text(written) == tagged.text, "the words stay"
    assert read_tags(written, tagged.delivery).parts == tagged.parts or tagged.delivery == NEUTRAL
    lint_tags(text)
    lint_tags(text, markdown=True)
    from_ssml(to_ssml(tagged.parts, "en"))


def _check_pls(_kind: str, content: bytes) -> None:
    entries, left_out = read_pls(content, "l.pls")
    assert all(sentence.strip() for sentence in left_out)
    for language in ("en", "de"):
        to_pls(entries, language)
    assert from_csv(to_csv(entries), where="l.csv") == entries


def _check_lexicon(_kind: str, content: bytes) -> None:
    entries = from_csv(content.decode("utf-8", "replace"), where="l.csv")
    assert from_csv(to_csv(entries), where="l.csv") == entries
    document, left = to_pls(entries, "en")
    read_back, left_out = read_pls(document.encode(), "l.pls")
    assert len(read_back) + len(left) == len(entries), left_out


_CHECKS: dict[str, Callable[[str, Any], None]] = {"tags": _check_tags, "pls": _check_pls, "lexicon": _check_lexicon}


@contextmanager
def _limits(trial: Trial) -> Iterator[None]:
    """Ends an example that takes too long; measured as processor time, for machines that do something else too."""

    def stop(_signal: int, _frame: object) -> None:
        raise TimeoutError(f"took more than {MAX_SECONDS:.0f} s")

    peak_kb, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    previous = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, MAX_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, previous)
        trial.slowest_s = max(trial.slowest_s, time.process_time() - begun)
    grown_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak_kb) / 1024
    assert grown_mb <= MAX_MEGABYTES, f"memory grew by {grown_mb:.0f} MB"

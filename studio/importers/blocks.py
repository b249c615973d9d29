"""From an XHTML tree to blocks that can be read aloud. The policy is written down in docs/import-policy.md."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from lxml import etree

from studio.importers import markup
from studio.importers.clean import clean_text, has_letter, lowered, raised
from studio.importers.markup import Element, attribute, local_name
from studio.manuscript.matter import is_ordinal, is_scene_break
from studio.manuscript.model import Block, BlockKind

_CLOSED = (".", ":", ";", ",", "!", "?", "…", "—", "–")
_MAX_EMPTY_SHARE = 0.2  # above it, empty paragraphs are spacing between all paragraphs and no scene breaks
_MAX_EMPTY_CHILDREN = 4
_MAX_DEPTH = 120  # below it text is taken without regard to markup; books nest about ten deep
_SHORT_WORD_CHARS = 3
_LAYOUT_CELL_WORDS = 100


@dataclass(frozen=True, slots=True)
class Piece:
    """A block and what is known about its place.

    Attributes:
        block: what is read.
        note: it is the text of a footnote or endnote.
        mark: index of the innermost mark it stands in, -1 for none.
        dropped: it turned out not to mean anything; kept so that positions stay as they are.
    """

    block: Block
    note: bool = False
    mark: int = -1
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of blocks with a meaning: those from `start` up to `end` stand in an element of these types.

    `parent` is the index of the mark around it, -1 for none.
    """

    types: tuple[str, ...]
    start: int
    end: int
    parent: int


@dataclass(slots=True)
class Extract:
    """What one document holds.

    Attributes:
        pieces: its blocks in reading order.
        spans: for each id the first block at or after it and the one after its last.
        marks: stretches with epub:type or role, outer before inner.
        note_links: block and href of each note reference that was dropped.
        title: of its head.
        unread: how many things of a kind were left out.
    """

    pieces: list[Piece] = field(default_factory=list)
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)
    marks: list[Mark] = field(default_factory=list)
    note_links: list[tuple[int, str]] = field(default_factory=list)
    title: str = ""
    unread: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class _Context:
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    note: bool = False
    verse: bool = False
    numbered: bool = True
    depth: int = 0


def join_heading(lines: Iterable[str]) -> str:
    """Lines of a heading as one: a number is set off from the title by a colon, other lines flow on."""
    joined = ""
    for line in lines:
        if not joined:
            joined = line
        elif joined.endswith(_CLOSED):
            joined += f" {line}"
        else:
            joined += f": {line}" if is_ordinal(joined) else f" {line}"
    return joined


def join_lines(lines: Iterable[str]) -> str:
    """Lines divided by <br/> as one paragraph: a line that begins anew after a finished one gets a comma before it.

    A line that ends in a short word ("by", "to the") runs on.
    """
    joined = ""
    for line in lines:
        last = joined.rpartition(" ")[2]
        runs_on = last.islower() and len(last) <= _SHORT_WORD_CHARS
        open_end = joined and joined[-1].isalnum() and not line[0].islower() and not runs_on
        joined += f", {line}" if open_end else f" {line}" if joined else line
    return joined


def extract_blocks(root: Element) -> Extract:
    """Read a document element by element.

    Args:
        root: its html element, or any part of it.
    """
    walker = _Walker()
    found = walker.result
    heads = [child for child in root if local_name(child) == "head"]
    for title in (child for head in heads for child in head if local_name(child) == "title"):
        found.title = clean_text("".join(str(part) for part in title.itertext()))
    walker.visit(root, _Context())
    walker.finish()
    return found


def inline_text(element: Element) -> str:
    """Text of an element as it would be read in one line, such as the label of a table of contents."""
    walker = _Walker()
    walker.children(element, _Context())
    walker.finish()
    return " ".join(piece.block.text for piece in walker.result.pieces if piece.block.text)


class _Walker:
    def __init__(self) -> None:
        self.result = Extract()
        self._run: list[str] = []
        self._begun = False  # whether the run holds more than white space
        self._prefix = ""
        self._context = _Context()
        self._weak: list[int] = []
        self._mark = -1

    # Walking

    def visit(self, element: Element, context: _Context) -> None:
        name = local_name(element)
        if not name:
            return
        block = name in markup.BLOCKS
        if block:
            self._flush()
        start = len(self.result.pieces)
        types = markup.semantic_types(element) if block else ()
        outer, inner = self._mark, len(self.result.marks)
        if types:
            self.result.marks.append(Mark(types, start, start, outer))
            self._mark = inner
        if context.depth < _MAX_DEPTH:
            self._element(element, name, replace(context, depth=context.depth + 1))
        else:
            self._text(" ".join(str(part) for part in element.itertext()), context)
        if block:
            self._flush()
        self._mark = outer
        if types:
            self.result.marks[inner] = Mark(types, start, len(self.result.pieces), outer)
        end = max(len(self.result.pieces), start + (0 if block else 1))
        for key in (attribute(element, "id"), attribute(element, "name") if name == "a" else ""):
            if key:
                self.result.spans.setdefault(key, (start, end))

    def children(self, element: Element, context: _Context) -> None:
        self._text(element.text, context)
        for child in element:
            self.visit(child, context)
            self._text(child.tail, context)

    def finish(self) -> None:
        self._flush()
        pieces = self.result.pieces
        paragraphs = sum(1 for piece in pieces if piece.block.kind is BlockKind.PARAGRAPH)
        if len(self._weak) > _MAX_EMPTY_SHARE * paragraphs:
            for index in self._weak:
                pieces[index] = replace(pieces[index], dropped=True)

    def _element(self, element: Element, name: str, context: _Context) -> None:
        if name in markup.NEVER_SPOKEN or markup.is_hidden(element) or markup.is_page_number(element):
            self._remember_ids(element)
            return
        if name in {"a", "sup", "span"} and markup.is_note_reference(element):
            self._remember_ids(element)
            if target := markup.note_target(element):
                self.result.note_links.append((len(self.result.pieces), target))
            return
        if markup.is_note_body(element):
            context = replace(context, note=True)
        if markup.is_verse(element):
            context = replace(context, kind=BlockKind.VERSE, verse=True)
        handler = getattr(self, f"_on_{name}", None)
        if handler is not None:
            handler(element, context)
        elif name in markup.BLOCKS:
            self._block(element, name, context)
        else:
            self.children(element, context)

    def _remember_ids(self, element: Element) -> None:
        here = len(self.result.pieces)
        for inner in element.iter():
            if key := attribute(inner, "id"):
                self.result.spans.setdefault(key, (here, here))

    # Blocks

    def _block(self, element: Element, name: str, context: _Context) -> None:
        level = markup.heading_level(element)
        if level:
            context = replace(context, kind=BlockKind.HEADING, level=level)
        elif name in {"p", "div"} and self._is_empty(element):
            self._empty(element, name, context)
            return
        self._context = context
        if context.verse and name == "p" and _only_lines(element):
            for line in element:
                self.visit(line, context)
                self._emit("\n")
        else:
            self.children(element, context)

    def _on_hgroup(self, element: Element, context: _Context) -> None:
        if context.kind is BlockKind.HEADING:
            self._block(element, "hgroup", context)
            return
        start = len(self.result.pieces)
        level = min((found for child in element if (found := markup.heading_level(child))), default=2)
        heading = replace(context, kind=BlockKind.HEADING, level=level)
        for child in element:
            self._flush()
            self._context = heading
            self.visit(child, heading)
        self._flush()
        lines = [piece.block.text for piece in self.result.pieces[start:] if piece.block.text]
        del self.result.pieces[start:]
        if lines:
            self._append(Block(BlockKind.HEADING, join_heading(lines), level), context)
        for inner in element.iter():
            if (key := attribute(inner, "id")) in self.result.spans:
                self.result.spans[key] = (start, len(self.result.pieces))

    def _on_header(self, element: Element, context: _Context) -> None:
        parts = [child for child in element if local_name(child) not in {"", "img"}]
        if len(parts) > 1 and all(markup.heading_level(child) for child in parts):
            self._on_hgroup(element, context)
        else:
            self._block(element, "header", context)

    def _on_blockquote(self, element: Element, context: _Context) -> None:
        kind = BlockKind.VERSE if context.verse else BlockKind.QUOTE
        self._block(element, "blockquote", replace(context, kind=kind))

    def _on_pre(self, element: Element, context: _Context) -> None:
        if any(local_name(child) == "code" for child in element) or "code" in " ".join(markup.classes(element)).lower():
            self._remember_ids(element)
            self.result.unread["code listing"] += 1
            return
        self._context = replace(context, kind=BlockKind.VERSE)
        for part in element.itertext():
            self._emit(str(part))

    def _on_ol(self, element: Element, context: _Context) -> None:
        start = attribute(element, "start")
        number = int(start) if start.removeprefix("-").isdecimal() and len(start) < 6 else 1  # noqa: PLR2004 - no list is that long
        numbered = context.numbered and not context.note and "none" not in attribute(element, "style")
        numbered = numbered and attribute(element, "type") in {"", "1"}
        for child in element:
            if local_name(child) == "li":
                self._flush()
                self._prefix = f"{number}. " if numbered else ""
                number += 1
            self.visit(child, replace(context, kind=BlockKind.LIST_ITEM))
        self._prefix = ""

    def _on_ul(self, element: Element, context: _Context) -> None:
        self.children(element, replace(context, kind=BlockKind.LIST_ITEM))

    def _on_nav(self, element: Element, context: _Context) -> None:
        self.children(element, replace(context, numbered=False))

    def _on_dt(self, element: Element, context: _Context) -> None:
        self._block(element, "dt", replace(context, kind=BlockKind.LIST_ITEM))

    _on_dd = _on_dt

    def _on_hr(self, _element: Element, context: _Context) -> None:
        self._flush()
        self._append(Block(BlockKind.SCENE_BREAK), context)

    def _on_table(self, element: Element, context: _Context) -> None:
        nested = any(local_name(inner) == "table" for inner in element.iter() if inner is not element)
        rows = [] if nested else [row for row in element.iter() if local_name(row) == "tr"]
        cells = [[cell for cell in row if local_name(cell) in {"td", "th"}] for row in rows]
        if nested or "presentation" in markup.semantic_types(element) or max(map(len, cells), default=0) <= 1:
            self._block(element, "table", context)
            return
        texts = [[text for cell in row if (text := self._flat(cell, context))] for row in cells]
        if any(len(text.split()) > _LAYOUT_CELL_WORDS for row in texts for text in row):
            self._block(element, "table", context)
            return
        for child in element:
            if local_name(child) == "caption":
                self.visit(child, replace(context, kind=BlockKind.PARAGRAPH))
        for row in texts:
            if row:
                self._add(BlockKind.TABLE_ROW, ", ".join(row), context)

    def _flat(self, element: Element, context: _Context) -> str:
        inner = _Walker()
        inner.children(element, replace(context, kind=BlockKind.PARAGRAPH))
        inner.finish()
        here = len(self.result.pieces)
        self.result.spans.update(dict.fromkeys(inner.result.spans, (here, here + 1)))
        self.result.note_links.extend((here, href) for _, href in inner.result.note_links)
        return " ".join(piece.block.text for piece in inner.result.pieces if piece.block.text)

    # Inline elements

    def _on_br(self, _element: Element, _context: _Context) -> None:
        self._emit("\n")

    def _on_q(self, element: Element, context: _Context) -> None:
        self._emit("“")
        self.children(element, context)
        self._emit("”")

    def _on_sup(self, element: Element, context: _Context) -> None:
        self._shift(element, context, raised)

    def _on_sub(self, element: Element, context: _Context) -> None:
        self._shift(element, context, lowered)

    def _shift(self, element: Element, context: _Context, shifted: object) -> None:
        start = len(self._run)
        self.children(element, context)
        if callable(shifted):
            self._run[start:] = [str(shifted(part)) for part in self._run[start:]]

    def _on_img(self, element: Element, context: _Context) -> None:
        if markup.is_ornament(element) and not self._begun:
            self._flush()
            self._append(Block(BlockKind.SCENE_BREAK), context)
        elif not {"presentation", "none"}.isdisjoint(markup.semantic_types(element)):
            return
        else:
            self._picture(element, attribute(element, "alt"), context)

    def _on_svg(self, element: Element, context: _Context) -> None:
        titles = [child for child in element if local_name(child) == "title"]
        label = attribute(element, "aria-label") or "".join("".join(map(str, t.itertext())) for t in titles[:1])
        self._picture(element, label, context)

    def _on_math(self, element: Element, _context: _Context) -> None:
        spoken = markup.spoken_alt(attribute(element, "alttext")) or " ".join(str(part) for part in element.itertext())
        self._emit(f" {' '.join(spoken.split())} ")

    def _on_switch(self, element: Element, context: _Context) -> None:
        for child in element:
            if local_name(child) == "default":
                self.children(child, context)

    def _picture(self, element: Element, alt: str, context: _Context) -> None:
        letter = clean_text(alt)
        inline = self._begun or bool((element.tail or "").strip())
        if context.kind is BlockKind.HEADING or (inline and len(letter) <= 2):  # noqa: PLR2004 - a drop cap, perhaps with a quotation mark
            self._emit(alt)
            return
        text = markup.spoken_alt(letter)
        if not text:
            return
        if inline:
            self._emit(f" {text} ")
            return
        self._flush()
        self._add(BlockKind.IMAGE, f"Image: {text}{'' if text.endswith(_CLOSED) else '.'}", context)

    # Text

    def _text(self, text: str | None, context: _Context) -> None:
        if text:
            if not self._begun:
                self._context = context
            self._emit(text.replace("\n", " "))

    def _emit(self, text: str) -> None:
        self._run.append(text)
        self._begun = self._begun or not text.isspace()

    def _flush(self) -> None:
        raw = "".join(self._run)
        self._run.clear()
        self._begun = False
        context = self._context
        lines = [clean_text(line) for line in raw.split("\n")]
        group: list[str] = []
        for line in [*lines, ""]:
            if line:
                group.append(line)
            elif group:
                self._lines(group, context)
                group = []

    def _lines(self, lines: list[str], context: _Context) -> None:
        if context.kind is BlockKind.VERSE:
            for line in lines:
                self._add(BlockKind.VERSE, line, context)
        elif context.kind is BlockKind.HEADING:
            self._add(BlockKind.HEADING, join_heading(lines), context)
        else:
            self._add(context.kind, join_lines(lines), context)

    def _add(self, kind: BlockKind, text: str, context: _Context) -> None:
        text, self._prefix = f"{self._prefix}{text}", ""
        if is_scene_break(text):
            block = Block(BlockKind.SCENE_BREAK)
        elif not has_letter(text):
            return
        else:
            block = Block(kind, text, context.level if kind is BlockKind.HEADING else 0)
        self._append(block, context)

    def _append(self, block: Block, context: _Context) -> None:
        self.result.pieces.append(Piece(block, context.note, self._mark))

    def _is_empty(self, element: Element) -> bool:
        return (
            len(element) <= _MAX_EMPTY_CHILDREN
            and not any(clean_text(str(part)) for part in element.itertext())
            and all(local_name(child) in {"", "br", "span", "a"} for child in element.iter() if child is not element)
        )

    def _empty(self, element: Element, name: str, context: _Context) -> None:
        self._remember_ids(element)
        if markup.is_break(element):
            self._append(Block(BlockKind.SCENE_BREAK), context)
        elif name == "p" and len(self.result.pieces) > 0:
            self._weak.append(len(self.result.pieces))
            self._append(Block(BlockKind.SCENE_BREAK), context)


def _only_lines(element: Element) -> bool:
    children = [child for child in element if isinstance(child.tag, str)]
    direct = [element.text, *(child.tail for child in children)]
    return (
        len(children) > 1
        and all(local_name(child) in {"span", "br"} for child in children)
        and not any((text or "").strip() for text in direct)
    )


def parse_fragment(text: str) -> Element:
    """Parse HTML leniently: unclosed tags and unknown entities do no harm, nothing is fetched."""
    parser = etree.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    return etree.fromstring(text, parser)

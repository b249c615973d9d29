"""From an XHTML tree to blocks that can be read aloud. The policy is written down in docs/import-policy.md."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from lxml import etree

from studio.core.errors import InputError
from studio.importers import markup
from studio.importers.clean import clean_text, has_letter, lowered, raised
from studio.importers.css_speech import Speech
from studio.importers.extract import CLOSED, Extract, Mark, Piece, join_heading, join_lines
from studio.importers.language import is_language, language_tag, primary_tag
from studio.importers.markup import Element, attribute, local_name
from studio.importers.run import Run
from studio.importers.spans import Line, line_of, with_lines
from studio.importers.xsampa import ipa_of_xsampa
from studio.manuscript.lexicon.ipa import checked_ipa
from studio.manuscript.matter import is_scene_break
from studio.manuscript.model import Block, BlockKind

_MAX_EMPTY_SHARE = 0.2  # above it, empty paragraphs are spacing between all paragraphs and no scene breaks
_MAX_EMPTY_CHILDREN = 4
_MAX_DEPTH = 120  # below it text is taken without regard to markup; books nest about ten deep
_LAYOUT_CELL_WORDS = 100
_XSAMPA = frozenset({"x-sampa", "xsampa"})
_UNUSABLE = "pronunciation that cannot be used"


@dataclass(frozen=True, slots=True)
class Voicing:
    """How a document wants its words said; with it blocks carry spans (`studio.importers.spans`).

    Attributes:
        languages: primary tags of the book's own languages: words in them are not marked.
        speech: what its style says.
        left_out: elements that a narration which covers the document leaves out.
    """

    languages: frozenset[str] = frozenset()
    speech: Speech = field(default_factory=Speech)
    left_out: frozenset[Element] = frozenset()


@dataclass(frozen=True, slots=True)
class _Context:
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    note: bool = False
    verse: bool = False
    numbered: bool = True
    depth: int = 0
    silent: bool = False
    language: str = ""
    alphabet: str = ""
    said: bool = False


def extract_blocks(root: Element, voicing: Voicing | None = None) -> Extract:
    """Read a document element by element.

    Args:
        root: its html element, or any part of it.
        voicing: how its words are said; without it only what is written counts.
    """
    walker = _Walker(voicing)
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
    def __init__(self, voicing: Voicing | None = None) -> None:
        self.result = Extract()
        self._voicing = voicing
        self._run = Run()
        self._prefix = ""
        self._context = _Context()
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
            inner_context = replace(context, depth=context.depth + 1)
            if self._voicing is None:
                self._element(element, name, inner_context)
            else:
                self._voiced(element, name, inner_context, self._voicing)
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
        if sum(piece.weak for piece in pieces) > _MAX_EMPTY_SHARE * paragraphs:
            self.result.pieces[:] = [replace(piece, dropped=piece.dropped or piece.weak) for piece in pieces]

    def _voiced(self, element: Element, name: str, context: _Context, voicing: Voicing) -> None:
        """An element, as it wants to be said."""
        if element in voicing.left_out:
            self._remember_ids(element)
            if has_letter("".join(map(str, element.itertext()))):
                self.result.unread["passage that the book's own narration leaves out"] += 1
            return
        silent = element in voicing.speech.silent
        if silent and element not in voicing.speech.walked:
            self._remember_ids(element)
            return
        if silent != context.silent:
            context = replace(context, silent=silent)
        context, way = self._way_of(element, context, voicing)
        if not way[1]:
            self._element(element, name, context)
            return
        start, flushed, pieces = len(self._run), self._run.flushed, len(self.result.pieces)
        self._element(element, name, replace(context, said=True))
        if (flushed, pieces) == (self._run.flushed, len(self.result.pieces)):
            self._run.say_since(start, *way)
        elif way[0]:
            self.result.unread[_UNUSABLE] += 1

    def _way_of(self, element: Element, context: _Context, voicing: Voicing) -> tuple[_Context, tuple[str, str]]:
        """The context in an element, and in what way all of its words are said: kind and value."""
        stated = markup.language(element)
        if stated is not None:
            context = replace(context, language=self._foreign_tag(stated, voicing))
        alphabet, phonemes = markup.phonetics(element)
        if alphabet:
            context = replace(context, alphabet=alphabet)
        if context.said:
            return context, ("", "")
        way = self._phonemes(phonemes, context) if phonemes else ""
        return context, ("ipa", way) if way else ("", voicing.speech.spelled.get(element, ""))

    def _foreign_tag(self, stated: str, voicing: Voicing) -> str:
        tag = language_tag(stated)
        if not tag or primary_tag(tag) in voicing.languages:
            return ""
        if not is_language(tag):
            self.result.unread[f"language that is none ('{tag[:20]}')"] += 1
            return ""
        return tag

    def _phonemes(self, phonemes: str, context: _Context) -> str:
        try:
            if context.alphabet in _XSAMPA:
                return checked_ipa(ipa_of_xsampa(phonemes))
            if context.alphabet in {"", "ipa"}:
                return checked_ipa(phonemes)
        except InputError:
            pass
        self.result.unread[_UNUSABLE] += 1
        return ""

    def _element(self, element: Element, name: str, context: _Context) -> None:
        if name in markup.NEVER_SPOKEN or self._is_hidden(element) or markup.is_page_number(element):
            self._remember_ids(element)
            return
        if label := markup.label_for_hidden(element):
            self._remember_ids(element)
            self._text(label, context)
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
        elif context.kind is BlockKind.PARAGRAPH and markup.is_quoted(element):
            context = replace(context, kind=BlockKind.QUOTE)
        handler = getattr(self, f"_on_{name}", None)
        if handler is not None:
            handler(element, context)
        elif name in markup.BLOCKS:
            self._block(element, name, context)
        else:
            self.children(element, context)

    def _is_hidden(self, element: Element) -> bool:
        """Whether it is hidden. The first letter of a paragraph that nothing stands in for is read all the same."""
        return markup.is_hidden(element) and (self._run.begun or not markup.is_lone_drop_cap(element))

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
        lines = [line_of(piece.block) for piece in self.result.pieces[start:] if piece.block.text]
        del self.result.pieces[start:]
        if lines:
            joined = Block(BlockKind.HEADING, join_heading(line.text for line in lines), level)
            self._append(with_lines(joined, lines), context)
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
        for part in () if context.silent else element.itertext():
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
        texts = [[line for cell in row if (line := self._flat(cell, context)).text] for row in cells]
        if any(len(line.text.split()) > _LAYOUT_CELL_WORDS for row in texts for line in row):
            self._block(element, "table", context)
            return
        for child in element:
            if local_name(child) == "caption":
                self.visit(child, replace(context, kind=BlockKind.PARAGRAPH))
        for row in texts:
            if row:
                self._add(BlockKind.TABLE_ROW, ", ".join(line.text for line in row), context, row)

    def _flat(self, element: Element, context: _Context) -> Line:
        inner = _Walker(self._voicing)
        inner.children(element, replace(context, kind=BlockKind.PARAGRAPH))
        inner.finish()
        here = len(self.result.pieces)
        self.result.spans.update(dict.fromkeys(inner.result.spans, (here, here + 1)))
        self.result.note_links.extend((here, href) for _, href in inner.result.note_links)
        self.result.unread.update(inner.result.unread)
        lines = [line_of(piece.block) for piece in inner.result.pieces if piece.block.text]
        return line_of(with_lines(Block(BlockKind.TABLE_ROW, " ".join(line.text for line in lines)), lines))

    # Inline elements

    def _on_br(self, _element: Element, _context: _Context) -> None:
        self._emit("\n")

    def _on_q(self, element: Element, context: _Context) -> None:
        self._text("“", context)
        self.children(element, context)
        self._text("”", context)

    def _on_sup(self, element: Element, context: _Context) -> None:
        self._shift(element, context, raised)

    def _on_sub(self, element: Element, context: _Context) -> None:
        self._shift(element, context, lowered)

    def _shift(self, element: Element, context: _Context, shifted: Callable[[str], str]) -> None:
        start = len(self._run)
        self.children(element, context)
        self._run.change_since(start, shifted)

    def _on_img(self, element: Element, context: _Context) -> None:
        if markup.is_ornament(element) and not self._run.begun:
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

    def _on_math(self, element: Element, context: _Context) -> None:
        spoken = markup.spoken_alt(attribute(element, "alttext")) or " ".join(str(part) for part in element.itertext())
        self._text(f" {' '.join(spoken.split())} ", context)

    def _on_switch(self, element: Element, context: _Context) -> None:
        for child in element:
            if local_name(child) == "default":
                self.children(child, context)

    def _picture(self, element: Element, alt: str, context: _Context) -> None:
        if context.silent:
            return
        letter = clean_text(alt)
        inline = self._run.begun or bool((element.tail or "").strip())
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
        self._add(BlockKind.IMAGE, f"Image: {text}{'' if text.endswith(CLOSED) else '.'}", context)

    # Text

    def _text(self, text: str | None, context: _Context) -> None:
        if text and not context.silent:
            if not self._run.begun:
                self._context = context
            self._run.add(text.replace("\n", " "), context.language)

    def _emit(self, text: str) -> None:
        self._run.add(text)

    def _flush(self) -> None:
        lines, unusable = self._run.take()
        if unusable:
            self.result.unread[_UNUSABLE] += unusable
        context = self._context
        group: list[Line] = []
        for line in [*lines, Line("")]:
            if line.text:
                group.append(line)
            elif group:
                self._lines(group, context)
                group = []

    def _lines(self, lines: list[Line], context: _Context) -> None:
        words = [line.text for line in lines]
        if context.kind is BlockKind.VERSE:
            for line in lines:
                self._add(BlockKind.VERSE, line.text, context, [line])
        elif context.kind is BlockKind.HEADING:
            self._add(BlockKind.HEADING, join_heading(words), context, lines)
        else:
            self._add(context.kind, join_lines(words), context, lines)

    def _add(self, kind: BlockKind, text: str, context: _Context, lines: Sequence[Line] = ()) -> None:
        text, self._prefix = f"{self._prefix}{text}", ""
        if is_scene_break(text):
            block = Block(BlockKind.SCENE_BREAK)
        elif not has_letter(text):
            return
        else:
            block = with_lines(Block(kind, text, context.level if kind is BlockKind.HEADING else 0), lines)
        self._append(block, context)

    def _append(self, block: Block, context: _Context, *, weak: bool = False) -> None:
        self.result.pieces.append(Piece(block, context.note, self._mark, weak=weak))

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
            self._append(Block(BlockKind.SCENE_BREAK), context, weak=True)


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

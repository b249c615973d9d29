"""Divisions of an EPUB: its files cut at the targets of the table of contents, each judged for what it is."""

import posixpath
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from studio.importers.archive import resolve
from studio.importers.chapters import first_words, heading_cuts, is_generic_title, kind_name, make_chapter
from studio.importers.epub.navigation import Entry
from studio.importers.extract import Extract, Piece
from studio.manuscript.matter import (
    Evidence,
    Place,
    is_book_title,
    is_chapter_title,
    is_part_title,
    kind_from_guide,
    kind_from_title,
    kind_from_types,
    recognise,
)
from studio.manuscript.model import Block, BlockKind, Chapter, ChapterKind, Metadata

_MAX_NOTE_BLOCKS = 10
_MAX_PART_PAGE_WORDS = 150
_COVERING = 0.8
_BOOK_PAGES = frozenset({ChapterKind.HALF_TITLE, ChapterKind.TITLE_PAGE, ChapterKind.COVER})
_PLACES = {"frontmatter": Place.FRONT, "bodymatter": Place.BODY, "backmatter": Place.BACK}

References = dict[tuple[str, str], list[str]]


@dataclass(frozen=True, slots=True)
class Document:
    """A content document: its path in the container, what it holds, and whether it is part of the main flow."""

    path: str
    extract: Extract
    main_flow: bool = True


@dataclass(frozen=True, slots=True)
class _Cut:
    """Where a division begins, in blocks counted through all documents."""

    position: int
    document: int
    title: str = ""
    parts: tuple[str, ...] = ()
    encloses: bool = False
    fragment: str = ""
    listed: bool = False


@dataclass(slots=True)
class _Text:
    """All documents as one run of blocks."""

    documents: Sequence[Document]
    pieces: list[Piece] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        for document in self.documents:
            self.starts.append(len(self.pieces))
            self.pieces.extend(document.extract.pieces)

    def end_of(self, document: int) -> int:
        return self.starts[document + 1] if document + 1 < len(self.starts) else len(self.pieces)

    def blocks(self, start: int, end: int, *, notes: bool = False) -> list[Block]:
        return [p.block for p in self.pieces[start:end] if not p.dropped and (notes or not p.note)]

    def first_heading(self, start: int, end: int) -> Block | None:
        blocks = self.blocks(start, end)
        return blocks[0] if blocks and blocks[0].kind is BlockKind.HEADING else None


def divide(
    documents: Sequence[Document], contents: Sequence[Entry], landmarks: References, guide: References, book: Metadata
) -> tuple[list[Chapter], list[str]]:
    """Divide a book into its chapters, front matter and back matter. No text gets lost on the way.

    Args:
        documents: in reading order.
        contents: entries of the table of contents; the headings divide the book if fewer than two lead anywhere.
        landmarks: types by path and fragment.
        guide: guide types by path and fragment.
        book: what the book says about itself.

    Returns:
        All divisions in reading order, and warnings.
    """
    return _Divider(documents, landmarks, guide, book).divide(contents)


class _Divider:
    def __init__(self, documents: Sequence[Document], landmarks: References, guide: References, book: Metadata) -> None:
        self._text = _Text(documents)
        self._index = {document.path: number for number, document in reversed(list(enumerate(documents)))}
        self._landmarks = landmarks
        self._guide = guide
        self._book = book
        self._warnings: list[str] = []
        self._sections: set[int] = set()
        self._mark_linked_notes()

    def divide(self, contents: Sequence[Entry]) -> tuple[list[Chapter], list[str]]:
        listed = self._in_order(list(self._from_contents(contents, (), frozenset())))
        if len({cut.position for cut in listed}) < 2:  # noqa: PLR2004 - a list of one entry divides nothing
            listed = self._from_headings() or listed
        cuts = self._with_files(listed)
        places = self._places(cuts)
        chapters = []
        for number, cut in enumerate(cuts):
            end = cuts[number + 1].position if number + 1 < len(cuts) else len(self._text.pieces)
            chapter = self._chapter(cut, end, places[number])
            if chapter is not None:
                chapters.append(chapter)
        return chapters, self._warnings

    # Cuts

    def _from_contents(
        self, entries: Sequence[Entry], parts: tuple[str, ...], above: frozenset[tuple[str, str]]
    ) -> Iterator[_Cut]:
        for entry in entries:
            key = (entry.path, entry.fragment)
            cut = self._cut(entry, parts)
            if not entry.children:
                if cut is not None:
                    yield cut
                continue
            if cut is not None and key not in above and not self._encloses(entry, cut):
                yield cut
                self._remember_sections(entry.children)
                continue
            if cut is not None:
                yield replace(cut, encloses=True)
            is_book = is_book_title(entry.title, self._book.title) or (
                cut is not None and self._plain_kind(cut) in _BOOK_PAGES
            )
            inner = parts if is_book or not entry.title else (*parts, entry.title)
            yield from self._from_contents(entry.children, inner, above | {key})

    def _cut(self, entry: Entry, parts: tuple[str, ...]) -> _Cut | None:
        document = self._index.get(entry.path)
        if document is None:
            return None
        start = self._text.starts[document]
        spans = self._text.documents[document].extract.spans
        position = start + spans[entry.fragment][0] if entry.fragment in spans else start
        return _Cut(
            min(position, self._text.end_of(document)), document, entry.title, parts, False, entry.fragment, True
        )

    def _encloses(self, entry: Entry, cut: _Cut) -> bool:
        """Whether an entry with children is a part with chapters, not a chapter with sections."""
        kind = self._plain_kind(cut) or kind_from_title(entry.title)
        if kind is ChapterKind.PART or kind in _BOOK_PAGES or is_part_title(entry.title):
            return True
        if kind is not None or is_chapter_title(entry.title):
            return False
        children = [child for one in entry.children if (child := self._cut(one, ())) is not None]
        if not children:
            return True
        chapters = sum(
            is_chapter_title(child.title) or self._plain_kind(child) is ChapterKind.CHAPTER for child in children
        )
        if 2 * chapters >= len(children) or any(child.document != cut.document for child in children):
            return True
        own = self._text.blocks(cut.position, min(child.position for child in children))
        return sum(len(block.text.split()) for block in own) < _MAX_PART_PAGE_WORDS

    def _remember_sections(self, entries: Sequence[Entry]) -> None:
        """Note the files that the table of contents names as sections of a chapter: they continue it."""
        for entry in entries:
            if entry.path in self._index:
                self._sections.add(self._index[entry.path])
            self._remember_sections(entry.children)

    def _from_headings(self) -> list[_Cut]:
        blocks = [Block(BlockKind.PARAGRAPH) if p.dropped or p.note else p.block for p in self._text.pieces]
        return [
            _Cut(cut.position, self._document_at(cut.position), cut.title, cut.parts, cut.encloses, listed=True)
            for cut in heading_cuts(blocks)
        ]

    def _document_at(self, position: int) -> int:
        return bisect_right(self._text.starts, position) - 1

    def _in_order(self, cuts: list[_Cut]) -> list[_Cut]:
        """Cuts by place, one per place save that a part may share it with its first chapter; headings kept whole."""
        cuts.sort(key=lambda cut: (cut.position, cut.document))
        taken = {(cut.position, cut.document) for cut in cuts}
        ordered: list[_Cut] = []
        for cut in cuts:
            position = cut.position
            while (
                position > self._text.starts[cut.document]
                and self._text.pieces[position - 1].block.kind is BlockKind.HEADING
                and (position - 1, cut.document) not in taken
                and position < self._text.end_of(cut.document)
            ):
                position -= 1
            moved = replace(cut, position=position)
            same = ordered and (ordered[-1].position, ordered[-1].document) == (position, cut.document)
            if same and not ordered[-1].encloses:
                continue
            ordered.append(moved)
        return ordered

    def _with_files(self, listed: list[_Cut]) -> list[_Cut]:
        """Add a cut for each file that the table of contents does not name and that continues no chapter."""
        cuts = list(listed)
        keys = [(cut.position, cut.document) for cut in listed]
        begun = set(keys)
        first = min((cut.position for cut in listed), default=len(self._text.pieces))
        for document, start in enumerate(self._text.starts):
            if (start, document) in begun:
                continue
            file = _Cut(start, document)
            before = bisect_left(keys, (start, document))
            if start < first or not before or self._stands_alone(file, listed[before - 1]):
                cuts.append(file)
        return sorted(cuts, key=lambda cut: (cut.position, cut.document, not cut.encloses))

    def _stands_alone(self, file: _Cut, previous: _Cut) -> bool:
        end = self._text.end_of(file.document)
        if file.document in self._sections:
            return False
        if not self._text.documents[file.document].main_flow or file.position == end:
            return True
        heading = self._text.first_heading(file.position, end)
        kind = self._plain_kind(file) or (kind_from_title(heading.text) if heading else None)
        if kind is not None:
            return True
        if heading is None:
            return previous.encloses
        above = self._text.first_heading(previous.position, self._text.end_of(previous.document))
        return heading.level <= (above.level if above else 2)

    # Judging

    def _chapter(self, cut: _Cut, end: int, place: Place) -> Chapter | None:
        text, document = self._text, self._text.documents[cut.document]
        every = text.blocks(cut.position, end, notes=True)
        heading = text.first_heading(cut.position, end)
        title = cut.title or (heading.text if heading else "")
        evidence = Evidence(
            title=title,
            types=self._types(cut, end),
            guide=self._references(self._guide, cut),
            blocks=every,
            book_title=self._book.title,
            place=place,
            encloses=cut.encloses,
            listed=cut.listed,
        )
        kind = recognise(evidence)
        if cut.encloses and kind is ChapterKind.CHAPTER:
            kind = ChapterKind.PART
        blocks = every if kind is ChapterKind.NOTES else text.blocks(cut.position, end)
        if not any(block.text for block in blocks):
            return self._without_text(cut, kind, title, document)
        chapter = make_chapter(
            title,
            kind,
            blocks,
            parts=cut.parts,
            book_title=self._book.title,
            language=self._book.language,
            main_flow=document.main_flow or cut.listed,
        )
        return chapter if chapter.title else replace(chapter, title=self._made_up_title(kind, document, blocks))

    def _without_text(self, cut: _Cut, kind: ChapterKind, title: str, document: Document) -> Chapter | None:
        if kind not in {ChapterKind.CHAPTER, ChapterKind.PART}:
            return Chapter(title or kind_name(kind), kind, (), cut.parts, skipped=True)
        if cut.listed and not cut.encloses:
            self._warnings.append(f"'{title or document.path}' in the table of contents has no text.")
        return None

    def _made_up_title(self, kind: ChapterKind, document: Document, blocks: Sequence[Block]) -> str:
        head = document.extract.title
        if kind is not ChapterKind.CHAPTER:
            return kind_name(kind)
        if head and not is_generic_title(head) and not is_book_title(head, self._book.title):
            return head
        return first_words(blocks)

    def _plain_kind(self, cut: _Cut) -> ChapterKind | None:
        end = self._text.end_of(cut.document)
        return kind_from_types(self._types(cut, end)) or kind_from_guide(self._references(self._guide, cut))

    def _types(self, cut: _Cut, end: int) -> list[str]:
        """Types of the elements that a division fills, innermost first, then of the landmarks that lead to it."""
        start = self._text.starts[cut.document]
        first, last = cut.position - start, min(end, self._text.end_of(cut.document)) - start
        extract = self._text.documents[cut.document].extract
        found: list[str] = []
        if not extract.pieces:
            found = [token for mark in reversed(extract.marks) for token in mark.types]
        index = extract.pieces[first].mark if first < len(extract.pieces) else -1
        while index >= 0:
            mark = extract.marks[index]
            shared = min(mark.end, last) - first
            if shared >= _COVERING * (last - first):
                found.extend(mark.types)
            index = mark.parent
        return found + self._references(self._landmarks, cut)

    def _references(self, references: References, cut: _Cut) -> list[str]:
        path = self._text.documents[cut.document].path
        found = references.get((path, cut.fragment), []) if cut.fragment else []
        return found + (references.get((path, ""), []) if cut.position == self._text.starts[cut.document] else [])

    def _places(self, cuts: Sequence[_Cut]) -> list[Place]:
        def is_body(cut: _Cut) -> bool:
            kind = self._plain_kind(cut) or (kind_from_title(cut.title) if cut.title else None)
            named = cut.listed and (is_chapter_title(cut.title) or is_part_title(cut.title))
            return kind in {ChapterKind.CHAPTER, ChapterKind.PART, ChapterKind.PROLOGUE} or (kind is None and named)

        body = [number for number, cut in enumerate(cuts) if is_body(cut)]
        body = body or [number for number, cut in enumerate(cuts) if cut.listed] or list(range(len(cuts)))
        places = []
        for number, cut in enumerate(cuts):
            by_order = Place.FRONT if number < body[0] else Place.BACK if number > body[-1] else Place.BODY
            marked = [_PLACES[token] for token in self._types(cut, cut.position) if token in _PLACES]
            places.append(marked[0] if marked else by_order)
        return places

    # Notes

    def _mark_linked_notes(self) -> None:
        """Find the texts of notes that carry no mark of their own: the targets of links from note references."""
        for number, document in enumerate(self._text.documents):
            folder = posixpath.dirname(document.path)
            for at, href in document.extract.note_links:
                target = (document.path, href[1:]) if href.startswith("#") else resolve(folder, href)
                if target is not None and target[0] in self._index:
                    self._mark_note(self._text.starts[number] + at, *target)

    def _mark_note(self, reference: int, path: str, fragment: str) -> None:
        document = self._index[path]
        span = self._text.documents[document].extract.spans.get(fragment)
        if span is None or span[1] - span[0] > _MAX_NOTE_BLOCKS:
            return
        first = self._text.starts[document] + span[0]
        last = min(self._text.starts[document] + span[1], self._text.end_of(document))
        if first <= reference:  # a link back from a note to its place in the text
            return
        pieces = self._text.pieces[first:last]
        if not any(piece.block.kind is BlockKind.HEADING for piece in pieces):
            self._text.pieces[first:last] = [replace(piece, note=True) for piece in pieces]

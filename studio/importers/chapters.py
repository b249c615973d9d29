"""Chapters made of blocks: where headings divide a text, and how a chapter begins."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from studio.importers.extract import join_heading
from studio.importers.spans import line_of, with_lines
from studio.manuscript.matter import (
    Evidence,
    Place,
    bare_words,
    is_book_title,
    is_chapter_title,
    is_ordinal,
    is_part_title,
    is_spoken,
    kind_from_title,
    recognise,
)
from studio.manuscript.model import Block, BlockKind, Chapter, ChapterKind
from studio.manuscript.tags import escape_tags, plain_text

_CHAPTER_WORDS = {
    "en": "Chapter", "de": "Kapitel", "fr": "Chapitre", "es": "Capítulo", "pt": "Capítulo", "it": "Capitolo",
    "nl": "Hoofdstuk", "sv": "Kapitel", "da": "Kapitel", "no": "Kapittel", "nb": "Kapittel",
}  # fmt: skip
_BARE_NUMERAL = re.compile(r"(?:\d{1,3}|(?=[IVXLC])(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3}))(?=[.:)](?:\s|$)|$)")
_GENERIC = re.compile(
    r"(?:untitled|unknown|start|begin|beginning|text|body|section|chapter|file|page|part)?[\s_-]*\d*"
    r"|\S+\.x?html?|(?:split|index|part|c|ch|chap|sec|id)_?\d+(?:_split_\d+)?",
    re.IGNORECASE,
)
_MAX_TITLE_LINES = 4
_MAX_LINE_WORDS = 20
_TITLE_WORDS = 6
_TITLE_CHARS = 60
_FRONT_WORDS = 60
_SILENT_START = frozenset({ChapterKind.EPIGRAPH})


@dataclass(frozen=True, slots=True)
class HeadingCut:
    """A place where a heading begins a division.

    Attributes:
        position: index of the heading block.
        title: of the division.
        parts: titles of the parts that enclose it.
        encloses: it is itself a part.
    """

    position: int
    title: str
    parts: tuple[str, ...] = ()
    encloses: bool = False


@dataclass(frozen=True, slots=True)
class _Run:
    """Headings that follow one another directly, such as a number and a title."""

    position: int
    title: str
    level: int


def is_generic_title(title: str) -> bool:
    """Whether a label is a file name or filler and no title ("Untitled", "Section0003.xhtml", "Start")."""
    return _GENERIC.fullmatch(title.strip()) is not None and not is_ordinal(title)


def heading_cuts(blocks: Sequence[Block]) -> list[HeadingCut]:
    """Divide a text by its headings: at the highest level that occurs more than once, and above it.

    Where that level names parts ("Part One") and there are headings below it, these are the chapters.
    """
    runs = _heading_runs(blocks)
    if not runs:
        return []
    parts_level, level = _chapter_level(runs)
    cuts: list[HeadingCut] = []
    part = ""
    for run in runs:
        if run.level > level:
            continue
        encloses = parts_level > 0 and run.level == parts_level and is_part_title(run.title)
        if encloses:
            part = run.title
        elif run.level <= parts_level or kind_from_title(run.title) is not None:
            part = ""
        cuts.append(HeadingCut(run.position, run.title, (part,) if part and not encloses else (), encloses))
    return cuts


def _heading_runs(blocks: Sequence[Block]) -> list[_Run]:
    levels = [block.level if block.kind is BlockKind.HEADING else 0 for block in blocks]
    alone = {level for before, level in zip([0, *levels], levels, strict=False) if level and not before}
    runs: list[_Run] = []
    for position, (block, level) in enumerate(zip(blocks, levels, strict=True)):
        if not level:
            continue
        if position and levels[position - 1]:
            last = runs[-1]
            # Below a part stands its title, or its first chapter: that has the level of others that follow no heading.
            titles = levels[position + 1 : position + 2] != [level] and level in alone
            new_chapter = is_part_title(last.title) and level > last.level and (titles or is_chapter_title(block.text))
            if level >= last.level and not new_chapter and is_ordinal(last.title):
                runs[-1] = replace(last, title=join_heading([last.title, block.text]))
                continue
        runs.append(_Run(position, block.text, block.level))
    return runs


def _chapter_level(runs: Sequence[_Run]) -> tuple[int, int]:
    """Level of the parts (0 if there are none) and level of the chapters."""
    counts = Counter(run.level for run in runs)
    repeated = sorted(level for level, count in counts.items() if count > 1)
    if not repeated:
        levels = sorted(counts)
        has_title = len(levels) > 1 and runs[0].level == levels[0] and not is_chapter_title(runs[0].title)
        return 0, levels[1] if has_title else levels[0]
    top = repeated[0]
    titled = [run.title for run in runs if run.level == top]
    below = [level for level in repeated if level > top]
    named_parts = sum(map(is_part_title, titled))
    if below and named_parts and not any(is_chapter_title(title) for title in titled if not is_part_title(title)):
        return top, below[0]
    above = [level for level in counts if level < top and any(is_part_title(r.title) for r in runs if r.level == level)]
    return (above[0] if above else 0), top


def make_chapter(
    title: str,
    kind: ChapterKind,
    blocks: Sequence[Block],
    *,
    parts: tuple[str, ...] = (),
    book_title: str = "",
    language: str = "en",
    main_flow: bool = True,
) -> Chapter:
    """Make a chapter that says its heading once, at its beginning.

    Args:
        title: as the table of contents has it; empty if it has none.
        kind: what it is.
        blocks: what stands in it, headings included.
        parts: titles of the enclosing parts.
        book_title: dropped where it is repeated above a chapter's heading.
        language: BCP 47 tag; a bare numeral is announced with this language's word for chapter, save in verse.
        main_flow: False leaves the chapter out whatever its kind.
    """
    tidy = tidy_breaks(blocks)
    if is_spoken(kind) and tidy:
        pictures = next((n for n, block in enumerate(tidy) if block.kind is not BlockKind.IMAGE), 0)
        verse = 2 * sum(block.kind is BlockKind.VERSE for block in tidy) > len(tidy)
        language = "" if verse or kind is not ChapterKind.CHAPTER else language
        tail, title = _with_heading(tidy[pictures:], title, book_title)
        if tail[0].kind is BlockKind.HEADING:
            tail[0] = replace(tail[0], text=_announced(tail[0].text, language))
            tidy = [tail[0], *tidy[:pictures], *tail[1:]]
        else:
            tidy = tidy[:pictures] + tail
        if (
            kind not in _SILENT_START
            and tidy[0].kind is not BlockKind.HEADING
            and title
            and not is_generic_title(title)
        ):
            tidy.insert(0, Block(BlockKind.HEADING, _announced(title, language), 2))
    return Chapter(title, kind, tuple(tidy), parts, skipped=not main_flow or not is_spoken(kind))


def tidy_breaks(blocks: Sequence[Block]) -> list[Block]:
    """Scene breaks only where they part two passages: none at either end, none doubled, none beside a heading."""
    tidy: list[Block] = []
    for block in blocks:
        after_pause = not tidy or tidy[-1].kind in {BlockKind.SCENE_BREAK, BlockKind.HEADING}
        if block.kind is BlockKind.SCENE_BREAK and after_pause:
            continue
        if block.kind is BlockKind.HEADING and tidy and tidy[-1].kind is BlockKind.SCENE_BREAK:
            tidy.pop()
        tidy.append(block)
    if tidy and tidy[-1].kind is BlockKind.SCENE_BREAK:
        tidy.pop()
    return tidy


def _with_heading(blocks: list[Block], title: str, book_title: str) -> tuple[list[Block], str]:
    headings = next((i for i, b in enumerate(blocks) if b.kind is not BlockKind.HEADING), len(blocks))
    lead, rest = blocks[:headings], blocks[headings:]
    if len(lead) > 1 or (lead and title and not is_book_title(title, book_title)):
        lead = [block for block in lead if not is_book_title(block.text, book_title)]
    if lead:
        heading, used = _merged(lead, title)
        following = lead[used:] + rest
        heading, following = _completed(heading, following, title)
        while following and bare_words(following[0].text) == bare_words(heading.text) and len(following) > 1:
            following = following[1:]
        blocks = [heading, *following]
    else:
        blocks = _heading_from_paragraphs(rest, title)
    if blocks[0].kind is BlockKind.HEADING:
        title = _fuller(title, blocks[0].text)
    return blocks, title


def _merged(lead: list[Block], title: str) -> tuple[Block, int]:
    """The first heading joined with those that are its further lines, and how many headings that takes."""
    text = last = lead[0].text
    lines = [line_of(lead[0])]
    used = 1
    for block in lead[1:_MAX_TITLE_LINES]:
        if bare_words(block.text) != bare_words(last):
            if not is_ordinal(last) and bare_words(text + block.text) not in bare_words(title):
                break
            text, last = join_heading([text, block.text]), block.text
            lines.append(line_of(block))
        used += 1
    return with_lines(replace(lead[0], text=text), lines), used


def _completed(heading: Block, following: list[Block], title: str) -> tuple[Block, list[Block]]:
    """A heading that only counts, completed by the rest of the title that the contents list gives it."""
    if not is_ordinal(heading.text):
        return heading, following
    counted = bare_words(heading.text)
    missing = bare_words(title).removeprefix(counted) if bare_words(title).startswith(counted) else ""
    if not missing:
        return heading, following
    if following and bare_words(following[0].text) == missing:
        return _joined(heading, following[0]), following[1:]
    return replace(heading, text=title), following


def _joined(heading: Block, rest: Block) -> Block:
    whole = replace(heading, text=join_heading([heading.text, rest.text]))
    return with_lines(whole, [line_of(heading), line_of(rest)])


def _heading_from_paragraphs(blocks: list[Block], title: str) -> list[Block]:
    """Turn first lines that repeat the title into a heading: books that style paragraphs as headings."""
    wanted = bare_words(title)
    lines: list[str] = []
    for block in blocks[:_MAX_TITLE_LINES]:
        if block.kind not in {BlockKind.PARAGRAPH, BlockKind.VERSE, BlockKind.QUOTE}:
            break
        if len(block.text.split()) > _MAX_LINE_WORDS or not wanted:
            break
        lines.append(block.text)
        said = bare_words("".join(lines))
        if said == wanted and len(lines) < len(blocks):
            heading = Block(BlockKind.HEADING, join_heading(lines), 2)
            return [with_lines(heading, map(line_of, blocks[: len(lines)])), *blocks[len(lines) :]]
        if not wanted.startswith(said):
            break
    return blocks


def _fuller(title: str, heading: str) -> str:
    """The title to list: that of the contents list, unless the heading says the same and more."""
    listed, said = bare_words(title), bare_words(heading)
    if not listed or is_generic_title(title) or (said.startswith(listed) and len(said) > len(listed)):
        return heading
    return title


def _announced(heading: str, language: str) -> str:
    """A numeral alone is no announcement and "I" would be read as a word: put the word for chapter before it."""
    word = _CHAPTER_WORDS.get(language.partition("-")[0].lower(), "")
    match = _BARE_NUMERAL.match(heading)
    if not word or match is None or not match.group():
        return heading
    rest = heading[match.end() :].lstrip(".:) ")
    return f"{word} {match.group()}: {rest}" if rest else f"{word} {match.group()}"


def chapters_from_headings(
    blocks: Sequence[Block], *, book_title: str = "", language: str = "en"
) -> tuple[Chapter, ...]:
    """Divide a tagged text that has headings and nothing else to go by into chapters, front matter and back matter.

    Titles are tagged text as the headings are.
    """
    cuts = heading_cuts(blocks)
    if not cuts or cuts[0].position > 0:
        cuts.insert(0, HeadingCut(0, ""))
    ends = [*(cut.position for cut in cuts[1:]), len(blocks)]
    runs = [list(blocks[cut.position : end]) for cut, end in zip(cuts, ends, strict=True)]
    body = [number for number, cut in enumerate(cuts) if _is_body(cut, runs[number])] or [0, len(cuts) - 1]
    chapters = []
    for number, (cut, run) in enumerate(zip(cuts, runs, strict=True)):
        place = Place.FRONT if number < body[0] else Place.BACK if number > body[-1] else Place.BODY
        evidence = Evidence(cut.title, blocks=run, book_title=book_title, place=place, encloses=cut.encloses)
        kind = recognise(evidence)
        if not any(block.text for block in run) or (kind is ChapterKind.COVER and not cut.title):
            continue
        chapter = make_chapter(cut.title, kind, run, parts=cut.parts, book_title=book_title, language=language)
        if not chapter.title:
            known = escape_tags(book_title) if len(cuts) == 1 else ""
            chapter = replace(
                chapter, title=known or (first_tagged_words(run) if kind is ChapterKind.CHAPTER else kind_name(kind))
            )
        chapters.append(chapter)
    return tuple(chapters)


def _is_body(cut: HeadingCut, blocks: Sequence[Block]) -> bool:
    if kind_from_title(cut.title) is not None:
        return False
    words = sum(len(block.text.split()) for block in blocks)
    return is_chapter_title(cut.title) or cut.encloses or words > _FRONT_WORDS


def first_words(blocks: Iterable[Block]) -> str:
    """What to list a division by that has no title: how it begins."""
    text = " ".join(next((block.text for block in blocks if block.text), "").split())
    begun = " ".join(text.split(" ")[:_TITLE_WORDS])[:_TITLE_CHARS]  # not all languages have spaces
    return begun + ("…" if len(begun) < len(text) else "")


def first_tagged_words(blocks: Iterable[Block]) -> str:
    """The same of tagged text, as tagged text: no tag is cut in two."""
    words = (replace(block, text=plain_text(block.text)) for block in blocks)
    return escape_tags(first_words(words))


def kind_name(kind: ChapterKind) -> str:
    """Title of a division that has none of its own, after what it is."""
    return kind.value.replace("-", " ").capitalize()

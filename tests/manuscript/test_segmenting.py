import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.manuscript.model import Block, BlockKind, Chapter, ChapterKind
from studio.manuscript.segment import Pause, SegmentKind, SegmentLimits
from studio.manuscript.segmenting import segment_chapter
from studio.manuscript.tags import escape_tags, plain_text

LIMITS = SegmentLimits()


def chapter_of(*blocks: Block) -> Chapter:
    return Chapter("Test", ChapterKind.CHAPTER, blocks)


def paragraph(text: str) -> Block:
    return Block(BlockKind.PARAGRAPH, text)


def heading(text: str) -> Block:
    return Block(BlockKind.HEADING, text, level=1)


def verse(text: str) -> Block:
    return Block(BlockKind.VERSE, text)


SCENE_BREAK = Block(BlockKind.SCENE_BREAK)


def cut(*blocks: Block, limits: SegmentLimits = LIMITS, language: str = "en-GB") -> list[tuple[str, Pause]]:
    return [(s.text, s.pause) for s in segment_chapter(chapter_of(*blocks), limits, language)]


def texts(*blocks: Block, limits: SegmentLimits = LIMITS, language: str = "en-GB") -> list[str]:
    return [text for text, _ in cut(*blocks, limits=limits, language=language)]


@pytest.mark.parametrize("block", BlockKind)
def test_only_running_text_and_lists_are_in_the_scene(block: BlockKind):
    kinds = {segment.kind for segment in segment_chapter(chapter_of(Block(block, "“Wait,” they say.")), LIMITS, "en")}
    wanted = {
        BlockKind.HEADING: {SegmentKind.HEADING},
        BlockKind.PARAGRAPH: {SegmentKind.TEXT},
        BlockKind.LIST_ITEM: {SegmentKind.TEXT},
        BlockKind.SCENE_BREAK: set(),
    }
    assert kinds == wanted.get(block, {SegmentKind.QUOTE})


def test_short_sentences_share_a_segment_up_to_the_best_length():
    first, second = "The lamp went out at nine.", "Nobody saw it happen there."
    third = "Anna was the first to notice it in the morning."
    assert texts(paragraph(f"{first} {second} {third}")) == [f"{first} {second}", third]


def test_a_very_short_sentence_joins_its_neighbour_even_beyond_the_best_length():
    long = "The keeper of the lighthouse had not come down to the village for eleven days, and nobody asked why."
    assert texts(paragraph(f"{long} Yes.")) == [f"{long} Yes."]
    assert texts(paragraph(f"No! {long}")) == [f"No! {long}"]


def test_a_very_short_sentence_goes_to_the_shorter_neighbour():
    long, less = "a" * 100 + ".", "B" + "b" * 70 + "."
    assert texts(paragraph(f"A{long} Yes. {less}")) == [f"A{long}", f"Yes. {less}"]
    assert texts(paragraph(f"{less} Yes. A{long}")) == [f"{less} Yes.", f"A{long}"]


def test_segments_never_cross_a_paragraph():
    assert cut(paragraph("Yes."), paragraph("No.")) == [("Yes.", Pause.PARAGRAPH), ("No.", Pause.NONE)]


def test_announcement_of_several_headings_is_followed_by_the_heading_pause_once():
    drafts = segment_chapter(
        chapter_of(heading("Part One"), heading("Chapter I. The Lamp"), paragraph("It was dark.")), LIMITS, "en-GB"
    )
    assert [(d.kind, d.pause) for d in drafts] == [
        (SegmentKind.HEADING, Pause.PARAGRAPH),
        (SegmentKind.HEADING, Pause.HEADING),
        (SegmentKind.TEXT, Pause.NONE),
    ]
    assert drafts[1].text == "Chapter I. The Lamp"


def test_heading_pause_survives_unspeakable_text_after_the_heading():
    assert cut(heading("One"), paragraph("* * *"), paragraph("It was dark.")) == [
        ("One", Pause.HEADING),
        ("It was dark.", Pause.NONE),
    ]


def test_scene_break_lengthens_the_pause_before_it_only_inside_the_text():
    blocks = (
        SCENE_BREAK,
        heading("One"),
        SCENE_BREAK,
        paragraph("Dark."),
        SCENE_BREAK,
        paragraph("Light."),
        SCENE_BREAK,
    )
    assert cut(*blocks) == [("One", Pause.HEADING), ("Dark.", Pause.SECTION), ("Light.", Pause.NONE)]


def test_lines_of_a_stanza_are_segments_with_sentence_pauses():
    assert cut(verse("The lamp is low,\nThe night is long."), verse("And so am I.")) == [
        ("The lamp is low,", Pause.SENTENCE),
        ("The night is long.", Pause.PARAGRAPH),
        ("And so am I.", Pause.NONE),
    ]


def test_neighbouring_one_line_verse_blocks_are_one_stanza_until_an_empty_one():
    assert [pause for _, pause in cut(verse("One line,"), verse("Two lines."), verse(""), verse("Next stanza."))] == [
        Pause.SENTENCE,
        Pause.PARAGRAPH,
        Pause.NONE,
    ]


@pytest.mark.parametrize("text", ["…", "—", "***", "* * *", "🙂 🙂", "“…”", "", "   "])
@pytest.mark.parametrize("kind", [BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.VERSE, BlockKind.LIST_ITEM])
def test_nothing_speakable_makes_no_segment(kind: BlockKind, text: str):
    assert cut(Block(kind, text)) == []


def test_unspeakable_sentence_stays_with_its_neighbour():
    assert texts(paragraph("“…” “Well?”")) == ["“…” “Well?”"]


def test_long_sentence_is_split_at_the_strongest_mark_with_phrase_pauses():
    limits = SegmentLimits(best_chars=20, max_chars=60)
    text = "When the lamp went out, the whole house was dark; nobody dared, or cared, to light it again."
    pieces = cut(paragraph(text), limits=limits)
    assert pieces == [
        ("When the lamp went out, the whole house was dark;", Pause.PHRASE),
        ("nobody dared, or cared, to light it again.", Pause.NONE),
    ]


def test_long_sentence_without_marks_is_split_before_a_conjunction():
    limits = SegmentLimits(best_chars=20, max_chars=40)
    text = "the dog ran across the yard and the cat ran up the tree"
    assert texts(paragraph(text), limits=limits) == ["the dog ran across the yard", "and the cat ran up the tree"]


def test_numbers_are_not_split_at_their_commas():
    limits = SegmentLimits(best_chars=10, max_chars=24)
    assert all(
        "1,000,000" in t or "1" not in t
        for t in texts(paragraph("it cost exactly 1,000,000 marks in all"), limits=limits)
    )


def test_text_without_spaces_is_cut_at_the_limit_and_combining_marks_stay():
    limits = SegmentLimits(best_chars=10, max_chars=10)
    pieces = texts(paragraph("e\u0301" * 25), limits=limits)
    assert all(len(piece) <= 10 and piece[0] != "\u0301" for piece in pieces)


@pytest.mark.parametrize(
    "text", ["word " * 1_000_000, "a" * 5_000_000, "." * 5_000_000, "I said. " * 625_000, "“" * 5_000_000]
)
def test_five_megabytes_in_one_paragraph_take_linear_time(text: str):
    started = time.process_time()
    segments = segment_chapter(chapter_of(paragraph(text)), LIMITS, "en-GB")
    assert time.process_time() - started < 30
    assert all(len(s.text) <= LIMITS.max_chars for s in segments)


WORDS = st.sampled_from(
    """
        Mr. St. U.S.A. i.e. No. 7 3.50 p.m. I. I John said he The yes and … ... . ? ! ?! — -- “Yes.”
        "No!" ' ’ ” “ ( ) ; , : 。 《 ¿Ü x
        """.split()  # noqa: SIM905
)
TEXT = st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=60).map(" ".join)).map(escape_tags)
BLOCKS = st.lists(
    st.builds(Block, st.sampled_from([k for k in BlockKind if k is not BlockKind.SCENE_BREAK]), TEXT), max_size=6
)
ANY_LIMITS = st.tuples(st.integers(1, 40), st.integers(8, 80)).map(lambda p: SegmentLimits(min(p), max(p)))
LANGUAGES = st.sampled_from(["en-GB", "en-US", "de", "fr", "zh", "xx"])


@given(BLOCKS, ANY_LIMITS, LANGUAGES)
def test_text_is_kept_within_the_limit_and_pauses_are_right(blocks: list[Block], limits: SegmentLimits, language: str):
    segments = segment_chapter(chapter_of(*blocks), limits, language)
    kept = [c for s in segments for c in s.text if c.isalnum()]
    assert kept == [c for block in blocks for c in block.text if c.isalnum()]
    for segment in segments:
        assert 0 < len(plain_text(segment.text)) <= limits.max_chars
        assert any(c.isalnum() for c in segment.text)
        assert segment.text == " ".join(segment.text.split())
    assert [s.pause for s in segments[-1:]] == [Pause.NONE] * bool(segments)
    assert Pause.NONE not in [s.pause for s in segments[:-1]]
    assert segments == segment_chapter(chapter_of(*blocks), limits, language)


@given(TEXT, ANY_LIMITS, LANGUAGES)
def test_cutting_a_segment_again_changes_nothing(text: str, limits: SegmentLimits, language: str):
    for segment in segment_chapter(chapter_of(paragraph(text)), limits, language):
        assert texts(paragraph(segment.text), limits=limits, language=language) == [segment.text]

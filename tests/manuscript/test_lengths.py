from hypothesis import given, settings
from hypothesis import strategies as st

from studio.manuscript.lengths import MAX_WORDS, reading_length, split_long
from studio.manuscript.model import Block, BlockKind, Chapter, ChapterKind

BREAK = Block(BlockKind.SCENE_BREAK)


def paragraph(words, word="word"):
    return Block(BlockKind.PARAGRAPH, " ".join([word] * words))


def chapter(*blocks, skipped=False):
    return Chapter("Long", ChapterKind.CHAPTER, blocks, ("Part One",), skipped=skipped)


def words_of(pieces):
    return " ".join(block.text for piece in pieces for block in piece.blocks if block.kind is BlockKind.PARAGRAPH)


def test_short_and_skipped_chapters_stay_as_they_are():
    short, index = chapter(paragraph(MAX_WORDS)), chapter(paragraph(50_000), skipped=True)
    assert split_long(short) == (short,)
    assert split_long(index) == (index,)


def test_the_cut_is_at_the_scene_break_nearest_to_the_middle():
    first, second = [paragraph(10, "a")] * 9, [paragraph(10, "b")] * 11
    pieces = split_long(chapter(*first, BREAK, *second), max_words=150)
    assert [piece.title for piece in pieces] == ["Long (1 of 2)", "Long (2 of 2)"]
    assert pieces[0].blocks == tuple(first)
    assert pieces[1].blocks == (Block(BlockKind.HEADING, "Long (2 of 2)", 2), *second)
    assert pieces[1].parts == ("Part One",)


def test_without_a_scene_break_near_the_cut_is_at_a_paragraph():
    blocks = [paragraph(10, "a"), BREAK, *[paragraph(10, "b")] * 19]
    pieces = split_long(chapter(*blocks), max_words=150)
    assert [sum(reading_length(block.text) for block in piece.blocks if block.level == 0) for piece in pieces] == [
        100,
        100,
    ]


def test_no_piece_ends_with_a_heading():
    blocks = [paragraph(100), Block(BlockKind.HEADING, "Two", 3), paragraph(100)]
    pieces = split_long(chapter(*blocks), max_words=150)
    assert pieces[0].blocks[-1].kind is BlockKind.PARAGRAPH


def test_one_endless_paragraph_is_split_at_sentences():
    text = " ".join(f"This is sentence number {n}." for n in range(100))
    pieces = split_long(chapter(Block(BlockKind.PARAGRAPH, text)), max_words=100)
    assert len(pieces) >= 5
    assert all(piece.blocks[-1].text.endswith(".") for piece in pieces)
    assert words_of(pieces) == text


def test_text_without_spaces_counts_by_characters():
    assert reading_length("漢字" * 100) == 100
    assert reading_length("x" * 1200) == 100
    assert reading_length("three plain words") == 3
    pieces = split_long(chapter(Block(BlockKind.PARAGRAPH, "漢" * 1000)), max_words=100)
    assert words_of(pieces).replace(" ", "") == "漢" * 1000
    assert len(pieces) >= 5


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.one_of(st.just(BREAK), st.integers(1, 60).map(paragraph)), min_size=1, max_size=60),
    st.integers(20, 200),
)
def test_nothing_is_lost_and_no_piece_is_too_long(blocks, max_words):
    pieces = split_long(chapter(*blocks), max_words)
    assert words_of(pieces).split() == words_of([chapter(*blocks)]).split()
    for piece in pieces if len(pieces) > 1 else ():
        body = [block for block in piece.blocks if block.kind is BlockKind.PARAGRAPH]
        assert body
        assert sum(reading_length(block.text) for block in body) <= max_words
        assert piece.blocks[-1].kind is not BlockKind.SCENE_BREAK

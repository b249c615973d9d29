import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.errors import InputError
from studio.manuscript.delivery import NEUTRAL, Delivery
from studio.manuscript.model import Block, BlockKind, Chapter, ChapterKind
from studio.manuscript.segment import Pause, SegmentDraft, SegmentKind, SegmentLimits
from studio.manuscript.segmenting import segment_chapter
from studio.manuscript.tags import Event, Part, Rest, Words, plain_text, read_tags, write_tags
from tests.manuscript.strategies import PARTS, SAID, normal

LIMITS = SegmentLimits()
SAD, WHISPER = Delivery("sad"), Delivery("whisper")


def paragraph(text: str, *, delivery: str = "", role: str = "") -> Block:
    return Block(BlockKind.PARAGRAPH, text, role=role, delivery=delivery)


def cut(*blocks: Block, limits: SegmentLimits = LIMITS, language: str = "en-GB") -> tuple[SegmentDraft, ...]:
    return segment_chapter(Chapter("Test", ChapterKind.CHAPTER, blocks), limits, language)


def said(*blocks: Block, limits: SegmentLimits = LIMITS) -> list[tuple[str, str, float | None]]:
    return [(s.text, str(s.delivery), s.rest_s) for s in cut(*blocks, limits=limits)]


def test_sentences_of_different_deliveries_are_segments_of_their_own():
    assert said(paragraph("He left. [sad] It is over. It was long. [/] Yes.")) == [
        ("He left.", "neutral", None),
        ("It is over. It was long.", "sad", None),
        ("Yes.", "neutral", None),
    ]


def test_a_change_inside_of_a_sentence_stays_in_its_text():
    assert said(paragraph("[sad] She came [whisper]close to him[/], and went.")) == [
        ("She came [whisper] close to him, [neutral] and went.", "sad", None)
    ]


def test_the_delivery_of_the_block_is_where_its_tags_go_back_to():
    assert said(paragraph("Well [whisper] come [/] here.", delivery="calm:0.5")) == [
        ("Well [whisper] come [/] here.", "calm:0.5", None)
    ]
    assert said(paragraph("{.sad} No.", delivery="calm")) == [("No.", "sad", None)]


def test_a_block_whose_delivery_is_none_is_refused():
    with pytest.raises(InputError):
        cut(paragraph("Well.", delivery="sadd"))


def test_a_pause_between_segments_belongs_to_the_first():
    first, second = "The lamp went out at nine in the evening of that day.", "Nobody saw it happen out there."
    assert said(paragraph(f"{first} [pause 2s] [beat] {second}"), paragraph("[pause 1s] Yes.")) == [
        (first, "neutral", 2.5),
        (second, "neutral", 1.0),
        ("Yes.", "neutral", None),
    ]


def test_a_pause_inside_stays_and_one_before_all_words_is_gone():
    assert said(paragraph("[pause 1s] No, [beat] never.")) == [("No, [pause 0.5s] never.", "neutral", None)]
    assert said(paragraph("[pause 1s]"), paragraph("Yes.")) == [("Yes.", "neutral", None)]


def test_a_paragraph_of_a_pause_lengthens_what_came_before():
    assert said(paragraph("No."), paragraph("[pause 3s]"), paragraph("Yes.")) == [
        ("No.", "neutral", 3.0),
        ("Yes.", "neutral", None),
    ]


def test_sounds_go_to_the_earlier_segment_or_to_the_head_of_the_first():
    assert said(paragraph("[sigh] No. [laugh] [sad] Yes. [gasp]"), paragraph("[cough]"), paragraph("[sniff] So.")) == [
        ("[sigh] No. [laugh]", "neutral", None),
        ("Yes. [gasp] [cough]", "sad", None),
        ("[sniff] So.", "neutral", None),
    ]
    assert said(paragraph("[laugh]"), paragraph("Yes.")) == [("[laugh] Yes.", "neutral", None)]
    assert said(paragraph("[laugh]")) == []


def test_a_pause_before_a_sound_stays_where_it_is():
    assert said(paragraph("No. [beat] [laugh] [beat]"), paragraph("[beat] [sigh] [beat] Yes.")) == [
        ("No. [pause 0.5s] [laugh]", "neutral", 1.0),
        ("[sigh] [pause 0.5s] Yes.", "neutral", None),
    ]


def test_headings_have_deliveries_and_keep_their_pause():
    drafts = cut(Block(BlockKind.HEADING, "[happy] Chapter One [sigh]", 1), paragraph("[beat]"), paragraph("Well."))
    assert [(d.kind, d.text, d.pause, str(d.delivery), d.rest_s) for d in drafts] == [
        (SegmentKind.HEADING, "Chapter One [sigh]", Pause.HEADING, "happy", 0.5),
        (SegmentKind.TEXT, "Well.", Pause.NONE, "neutral", None),
    ]


def test_a_delivery_lasts_over_the_lines_of_a_stanza():
    verse = Block(
        BlockKind.VERSE, "The [sad]lamp is low,\nThe night [long\npause] is long.\n[/]And [so\nam I]{whisper}."
    )
    assert said(verse) == [
        ("The [sad] lamp is low,", "neutral", None),
        ("The night [pause 1.5s] is long.", "sad", None),
        ("And [whisper] so", "neutral", None),
        ("am I.", "whisper", None),
    ]


def test_the_speaker_of_a_block_speaks_its_segments():
    assert [d.role for d in cut(paragraph("Yes. [sad] No.", role="Anna"), paragraph("So."))] == ["Anna", "Anna", ""]


def test_brackets_that_are_text_stay_text():
    (draft,) = cut(paragraph(r"He wrote \[sad\] here."))
    assert draft.text == r"He wrote \[sad\] here."


def test_tags_that_mean_nothing_are_gone():
    assert said(paragraph("One [sadd] two [pause 1 hour].")) == [("One two.", "neutral", None)]


def test_limits_count_words_only():
    limits = SegmentLimits(best_chars=20, max_chars=60)
    text = "When the [sad:0.5 rate=-10%] lamp [/] went out, the whole [whisper] house [/] was dark;"
    (draft,) = cut(paragraph(text), limits=limits)
    assert len(draft.text) > limits.max_chars > len(plain_text(draft.text))


def test_a_long_sentence_is_cut_with_its_tags_in_place():
    limits = SegmentLimits(best_chars=20, max_chars=60)
    text = "When the lamp went out, the whole house [sad] was dark; [beat] nobody dared, or cared, to light it again."
    assert said(paragraph(text), limits=limits) == [
        ("When the lamp went out, the whole house [sad] was dark;", "neutral", 0.5),
        ("nobody dared, or cared, to light it again.", "sad", None),
    ]


def test_words_of_a_chapter_are_counted_without_tags():
    blocks = (paragraph("[sad rate=-10%] It is [very]{emphasis} late. [pause 1s] [sadd]"), paragraph(r"\[Yes\]"))
    assert Chapter("Test", ChapterKind.CHAPTER, blocks).words == 5


@pytest.mark.parametrize("unit", ["Yes. [sad] No. [/] ", "a [beat] ", "[laugh] x. ", "[", "[sad]a[/]b"])
def test_many_tags_take_linear_time(unit: str):
    started = time.process_time()
    cut(paragraph(unit * 10_000), Block(BlockKind.VERSE, f"{unit}\n" * 5_000))
    assert time.process_time() - started < 5


KINDS = st.sampled_from([BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.VERSE])
BLOCKS = st.lists(st.builds(Block, KINDS, PARTS.map(write_tags)), max_size=5)
ANY_LIMITS = st.tuples(st.integers(1, 40), st.integers(8, 80)).map(lambda pair: SegmentLimits(min(pair), max(pair)))


def parts_of(drafts: tuple[SegmentDraft, ...]) -> list[Part]:
    return [part for draft in drafts for part in read_tags(draft.text, draft.delivery).parts]


@given(BLOCKS, ANY_LIMITS)
def test_every_letter_keeps_its_delivery_and_every_sound_and_pause_its_place(
    blocks: list[Block], limits: SegmentLimits
):
    drafts = cut(*blocks, limits=limits)
    written = [part for block in blocks for part in read_tags(block.text).parts]
    assert letters(parts_of(drafts)) == letters(written)
    if drafts:
        assert [p for p in parts_of(drafts) if isinstance(p, Event)] == [p for p in written if isinstance(p, Event)]
    pauses = sum(p.seconds for p in parts_of(drafts) if isinstance(p, Rest)) + sum(d.rest_s or 0 for d in drafts)
    asked = sum(p.seconds for p in written if isinstance(p, Rest))
    assert pauses <= asked + 0.001
    for draft in drafts:
        parts = read_tags(draft.text, draft.delivery).parts
        assert read_tags(draft.text, draft.delivery).problems == ()
        assert write_tags(parts, draft.delivery) == draft.text
        assert next(p.delivery for p in parts if isinstance(p, Words)) == draft.delivery
        assert not isinstance(parts[-1], Rest)
        assert 0 < len(plain_text(draft.text)) <= limits.max_chars


def letters(parts: list[Part]) -> list[tuple[str, Delivery]]:
    return [(c, part.delivery) for part in parts if isinstance(part, Words) for c in part.text if c.isalnum()]


NAMES = st.builds(Words, st.sampled_from(["Dr. Ann Lee", "St. John's", "A. B."]), st.just(NEUTRAL), SAID)
PLAIN = st.builds(
    Words,
    st.sampled_from(["Yes. No.", "It is so, and not", "“", ", he said. Then", "'s."]),
    st.just(NEUTRAL),
    glued=st.booleans(),
)


@given(st.lists(st.one_of(NAMES, PLAIN), min_size=1, max_size=12).map(normal), st.integers(20, 40))
def test_words_with_a_pronunciation_stay_whole(parts: tuple[Part, ...], limit: int):
    drafts = cut(paragraph(write_tags(parts)), limits=SegmentLimits(limit // 2, limit))
    kept = [(p.text, p.said) for p in parts_of(drafts) if isinstance(p, Words) and p.said]
    assert kept == [(p.text, p.said) for p in parts if isinstance(p, Words) and p.said]


@given(PARTS, ANY_LIMITS)
def test_cutting_a_segment_again_changes_nothing(parts: tuple[Part, ...], limits: SegmentLimits):
    for draft in cut(paragraph(write_tags(parts)), limits=limits):
        (again,) = cut(paragraph(draft.text, delivery=str(draft.delivery)), limits=limits)
        assert (again.text, again.delivery) == (draft.text, draft.delivery)


@given(st.lists(st.tuples(st.sampled_from([NEUTRAL, SAD, WHISPER]), st.integers(1, 40)), min_size=1, max_size=10))
def test_sentences_are_joined_only_in_one_delivery(sentences: list[tuple[Delivery, int]]):
    parts = [Words(f"A{'a' * length}.", delivery) for delivery, length in sentences]
    drafts = cut(paragraph(write_tags(parts)))
    assert all("[" not in draft.text for draft in drafts)

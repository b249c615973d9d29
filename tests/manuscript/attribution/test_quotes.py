import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.manuscript.attribution.quotes import Mark, find_speech, outer_mark


def said(*paragraphs: str, outer: Mark | None = None) -> list[str]:
    """What is found as speech, with its marks; a plus before speech that goes on."""
    return [
        ("+" if speech.continued else "") + paragraphs[speech.paragraph][speech.start : speech.end]
        for speech in find_speech(paragraphs, outer)
    ]


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("“Yes,” said Ann. “Come in.”", ["“Yes,”", "“Come in.”"]),
        ('"Yes," said Ann. "Come in."', ['"Yes,"', '"Come in."']),
        ("«Yes,» said Ann. «Come in.»", ["«Yes,»", "«Come in.»"]),
        ("« Yes, » said Ann.", ["« Yes, »"]),
        ("»Yes,« said Ann. »Come in.«", ["»Yes,«", "»Come in.«"]),
        ("„Yes,“ said Ann. „Come in.“", ["„Yes,“", "„Come in.“"]),
        ("‘Yes,’ said Ann. ‘Come in.’", ["‘Yes,’", "‘Come in.’"]),
        ("'Yes,' said Ann. 'Come in.'", ["'Yes,'", "'Come in.'"]),
        ("She said, “Yes.”", ["“Yes.”"]),
        ("She said “Yes.”", ["“Yes.”"]),
        ("“In fact,” in a burst of confidence, “my wife.”", ["“In fact,”", "“my wife.”"]),
        ("“Stop—” He ran.", ["“Stop—”"]),
        ("“He told me, ‘Go away,’ and I went.”", ["“He told me, ‘Go away,’ and I went.”"]),
        ("‘He told me, “Go away,” and I went.’", ["‘He told me, “Go away,” and I went.’"]),
        ("“A “so-called” friend.”", ["“A “so-called” friend.”"]),
        ("“Unclosed, he said to nobody.", ["“Unclosed, he said to nobody."]),
        ("“…”", ["“…”"]),
        ("Nobody spoke.", []),
        ("", []),
    ],
)
def test_finds_what_is_said(text, spans):
    assert said(text) == spans


@pytest.mark.parametrize(
    "text",
    [
        "They called the house “The Beeches” and meant it.",
        "The so-called “captain” had no ship.",
        "It was known as “the beast,” which was unkind.",
        "She read “Bleak House” twice.",
        "“Gooseberry” is a funny word.",
        "Rock 'n' roll was dogs' music in the '60s, 'tis said.",
        "Rock ’n’ roll was dogs’ music in the ’60s, ’tis said.",
        'The 6" pipe and the 5\'10" plumber.',
    ],
)
def test_leaves_out_what_nobody_says(text):
    assert said(text) == []


@pytest.mark.parametrize(
    "inner",
    [
        "I don’t know, it’s four o’clock",
        "the neighbours’ dogs bark",
        "he’s a rock ’n’ roll man",
        "’tis late, and ’em as knows won’t say",
        "I was goin’ home in the ’thirties",
        "bread an’ butter, mind",
    ],
)
@pytest.mark.parametrize("straight", [False, True])
def test_apostrophes_close_no_single_quotes(inner, straight):
    text = f"‘{inner},’ said Wilf. ‘That’s all.’"
    marks = str.maketrans("‘’", "''") if straight else {}
    assert said(text.translate(marks), outer=Mark.SINGLE) == [
        f"‘{inner},’".translate(marks),
        "‘That’s all.’".translate(marks),
    ]


def test_single_quotes_within_single_quotes():
    text = "‘Call it ‘brown,’ call it ‘black,’ I’ll not argue,’ said Wilf. ‘That’s all.’"
    assert said(text) == ["‘Call it ‘brown,’ call it ‘black,’ I’ll not argue,’", "‘That’s all.’"]


def test_a_dropped_letter_before_the_comma_of_a_tag():
    assert said("‘I was thinkin’,’ said Pardoe.", outer=Mark.SINGLE) == ["‘I was thinkin’,’"]


@pytest.mark.parametrize(("opening", "closing"), ["“”", "‘’", '""', "«»"])
def test_speech_goes_on_where_the_opening_mark_is_repeated(opening, closing):
    paragraphs = [f"{opening}Long ago.", f"{opening}Later,{closing} she said, {opening}too.{closing}", "Silence."]
    assert said(*paragraphs) == [
        f"{opening}Long ago.", f"+{opening}Later,{closing}", f"{opening}too.{closing}",
    ]  # fmt: skip


def test_a_forgotten_closing_mark_does_not_swallow_the_next_speech():
    assert said("“Long ago.", "He stopped.", "“Later.”") == ["“Long ago.", "“Later.”"]


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("— Yes, said Anna. Come in.", ["Yes,", "Come in."]),
        ("—Yes —said Anna—. Come in.", ["Yes", "Come in."]),
        ("– Yes, – said Anna, – come in.", ["Yes,", "come in."]),
        ("― Who took him? she asked.", ["Who took him?"]),
        ("— My dear, said the old man, nobody is here.", ["My dear,", "nobody is here."]),
        ("— Well, said Mr. Bell, with a sigh. Sit down.", ["Well,", "Sit down."]),
        ("— I have — had — a name.", ["I have — had — a name."]),
    ],
)
def test_dialogue_after_dashes(text, spans):
    assert [span.strip(" .") for span in said(text, outer=Mark.DASH)] == [span.strip(" .") for span in spans]


@pytest.mark.parametrize(
    ("paragraphs", "mark"),
    [
        (["“Yes.”", "‘No.’", "“Why?”"], Mark.DOUBLE),
        (["‘Yes.’", "‘No, “no.”’", "He left."], Mark.SINGLE),
        (["’Tis late.", "’Twas dark.", "“Yes.”"], Mark.DOUBLE),
        (["— Yes.", "— No.", "He left."], Mark.DASH),
        (["«Yes.»"], Mark.ANGLED),
        (["Nothing."], Mark.DOUBLE),
    ],
)
def test_the_mark_of_a_book(paragraphs, mark):
    assert outer_mark(paragraphs) is mark


@given(st.lists(st.text(st.sampled_from(string.ascii_letters + " “”‘’'\"«»‹›„‚—–―.,!?:…\n"), max_size=60), max_size=6))
def test_spans_lie_in_their_paragraphs_in_order_and_apart(paragraphs):
    position = (0, 0)
    for speech in find_speech(paragraphs):
        assert 0 <= speech.start < speech.end <= len(paragraphs[speech.paragraph])
        assert (speech.paragraph, speech.start) >= position
        position = (speech.paragraph, speech.end)

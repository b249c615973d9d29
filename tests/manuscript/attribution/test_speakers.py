from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.manuscript.attribution.speakers import attribute
from studio.manuscript.model import Block, BlockKind, Chapter, ChapterKind, Manuscript, Metadata
from tests.manuscript.attribution.conftest import book_of

SCENE = (
    "Anna shut the door. Mr. Crane looked up from his desk.",
    "“You are late,” said Mr. Crane.",
    "“I know,” said Anna.",
)


@pytest.mark.parametrize(
    ("paragraph", "speaker"),
    [
        ("“Stop,” said Anna.", "Anna"),
        ("“Stop,” Anna said.", "Anna"),
        ("“Stop,” Anna suddenly said.", "Anna"),
        ("“Stop!” cried Mr. Crane, and rose.", "Mr. Crane"),
        ("“Stop?” Crane asked.", "Mr. Crane"),
        ("“Stop,” she said.", "Anna"),
        ("“Stop,” he said.", "Mr. Crane"),
        ("She said, “Stop.”", "Anna"),
        ("Then Mr. Crane, having read it twice, replied: “Stop.”", "Mr. Crane"),
        ("“Stop.” Mr. Crane put down his pen.", "Mr. Crane"),
        ("Anna laughed. “Stop.”", "Anna"),
        ("Anna’s eyes narrowed. “Stop.”", "Anna"),
        ("“If you stop,” said Mr. Crane, “I shall stop.”", "Mr. Crane"),
    ],
)
def test_tags_and_beats(speakers, paragraph, speaker):
    assert set(speakers(*SCENE, paragraph)[2:]) == {speaker}


def test_two_people_take_turns(speakers):
    assert speakers(*SCENE, "“Again.”", "“Again.”", "“Why?”", "“Trains.”") == [
        "Mr. Crane", "Anna", "Mr. Crane", "Anna", "Mr. Crane", "Anna",
    ]  # fmt: skip


def test_who_is_called_does_not_speak_but_answers(speakers):
    lines = speakers(
        "Anna, Ben and Cora were in the garden.",
        "“What a day,” said Anna.",
        "“It is,” said Ben.",
        "“Very,” said Cora.",
        "“Well, Ben, shall we?”",
        "“Let us.”",
    )
    assert lines[3] != "Ben"
    assert lines[4] == "Ben"


def test_the_first_person_is_a_role(attributed):
    found = attributed(
        "I came in and shut the door. Joan was there already.",
        "“Hello, Tom,” said Joan.",
        "“Hello,” I said. I sat down, and I smiled.",
        "“You look well, Tom.”",
        "“I feel well,” I said.",
    )
    assert [line.speaker for line in found.lines] == ["Joan", "Tom", "Joan", "Tom"]
    assert next(person for person in found.people if person.narrator).gender == "male"


def test_speech_that_goes_on_has_one_speaker(attributed):
    found = attributed(*SCENE, "“It began,” said Anna, “in May.", "“It rained.", "“And it rained.”")
    assert [line.speaker for line in found.lines[2:]] == ["Anna"] * 4


def test_two_tags_in_a_paragraph_are_two_speakers(speakers):
    assert speakers(*SCENE, "“Go,” said Anna. “No,” said Mr. Crane.")[2:] == ["Anna", "Mr. Crane"]


def test_names_of_one_person_are_one_role(speakers):
    assert set(
        speakers(
            "Edmund Hale was the doctor. He was tired.",
            "“Sit,” said Hale.",
            "“Sit,” said Dr. Hale.",
            "“Sit,” said Edmund.",
            "“Sit,” said the doctor.",
            "“Sit,” said Edmund Hale.",
        )
    ) == {"Edmund Hale"}


def test_husband_and_wife_are_two(speakers):
    assert speakers(
        "“Tea?” said Mrs. Vane.", "“Please,” said Vane.", "“Milk?” said Mrs. Vane.", "“No,” said Mr. Vane."
    ) in (["Mrs. Vane", "Vane", "Mrs. Vane", "Vane"], ["Mrs. Vane", "Mr. Vane", "Mrs. Vane", "Mr. Vane"])


def test_evidence_and_confidence(attributed):
    tagged, _, untagged = attributed(*SCENE, "“Again.”").lines
    assert (tagged.sure, tagged.evidence) == (True, "“said Mr. Crane” after the line")
    assert tagged.confidence > untagged.confidence
    assert untagged.evidence == "takes turns with Anna"


def test_a_name_that_is_guessed_is_never_sure(attributed):
    found = attributed(
        "A boy came along the quay with Ebbe.",
        "“It was fog,” said the boy.",
        "“It was you,” said Ebbe.",
        "“It was fog,” Pip said.",
        "“You, Pip,” said Ebbe.",
    )
    assert [line.speaker for line in found.lines] == ["Pip", "Ebbe", "Pip", "Ebbe"]
    assert not found.lines[0].sure


def test_nobody_to_speak(attributed):
    found = attributed("It was dark.", "“Who is there?”")
    assert [(line.speaker, line.sure) for line in found.lines] == [(None, False)]


def test_roles_of_a_script_skipped_chapters_and_documents_are_left_alone():
    spoken = Block(BlockKind.PARAGRAPH, "“Yes,” said Ann.")
    blocks = (
        replace(spoken, role="BEN"),
        replace(spoken, kind=BlockKind.QUOTE),
        replace(spoken, kind=BlockKind.HEADING),
        spoken,
    )
    chapter = Chapter("One", ChapterKind.CHAPTER, blocks)
    book = Manuscript(Metadata("Book"), (replace(chapter, skipped=True), chapter))
    assert [(line.chapter, line.block, line.speaker) for line in attribute(book).lines] == [(1, 3, "Ann")]


def test_offsets_are_those_of_the_words_without_tags():
    line = attribute(book_of("[whisper]Ann[/whisper] \\[sic] said, “Yes.”")).lines[0]
    assert line.text == "“Yes.”"
    assert "Ann [sic] said, “Yes.”"[line.start : line.end] == line.text


PIECES = (
    "“Yes,” said Ann.", "“No.”", "Ben rose.", "***", "“Ben,” she said, “go.”", "‘Well?’", "— Who, said he.", "“Open",
    "I sat.", "“I’m Cora.”", "The boy ran.", "“Sir!” said the boy.", "", "“”", "[", "“Mr. Dale!” he said: “Ann?”",
)  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(st.lists(st.sampled_from(PIECES), max_size=14))
def test_any_text_gets_lines_in_order_with_probabilities(paragraphs):
    found = attribute(book_of(*paragraphs))
    names = {person.name for person in found.people}
    places = [(line.block, line.start) for line in found.lines]
    assert places == sorted(places)
    for line in found.lines:
        assert 0 <= line.confidence <= 1
        assert line.speaker is None or line.speaker in names
        assert line.evidence


def test_an_office_is_somebody(speakers):
    assert speakers("“I will take a chair,” said the Dean.", "“Do,” said Anna.") == ["the dean", "Anna"]


def test_people_who_speak_together_are_a_role(speakers):
    assert speakers("“Go home,” the riders answered.", "“No,” said Anna.") == ["the riders", "Anna"]


def test_who_is_told_to_say_nothing_says_neither_line(speakers):
    found = speakers(
        "“You came,” said Mary.",
        "“I came,” said Ruth.",
        "“You are late.”",
        "Ruth said nothing. She took off her coat.",
        "“You are very late.”",
    )
    assert found == ["Mary", "Ruth", "Mary", "Mary"]


def test_lines_beside_a_stranger_that_nothing_tells_of_are_not_sure(attributed):
    lines = attributed("“Who is there?” called Anna.", "“Nobody,” said a voice.", "“Come in, then.”").lines
    assert not lines[2].sure


def test_a_voice_nobody_is_told_of_is_a_role_that_is_never_sure(attributed):
    lines = attributed(
        "“Ms. Dole will take your questions,” said Frances.",
        "“Where is our money?” shouted a voice from the back.",
        "“One at a time,” said Frances.",
        "“That is no answer!” It was the voice from the back again.",
    ).lines
    assert [line.speaker for line in lines] == ["Frances", "a voice", "Frances", "a voice"]
    assert not lines[1].sure
    assert not lines[3].sure


def test_a_voice_that_says_its_name_is_that_person(speakers):
    found = speakers("“Don’t shout,” said a voice. “It’s Tomas.”", "“I never shout,” said Ilse.", "Tomas laughed.")
    assert found == ["Tomas", "Tomas", "Ilse"]


def test_an_office_is_whoever_speaks_in_its_stead(speakers):
    found = speakers(
        "“Big,” said Vix.",
        "“Big is money.” Okonjo brought them in. “Talk to me.”",
        "“No heat,” said Vix.",
        "“Sit down,” said the captain.",
        "“I am looking,” said Vix.",
        "“Look sitting down.” Okonjo threw the switch.",
    )
    assert found == ["Vix", "Okonjo", "Okonjo", "Vix", "Okonjo", "Vix", "Okonjo"]


def test_somebody_brought_in_by_a_noun_is_nobody_with_a_name(speakers):
    found = speakers(
        "Mr. Whitcomb tapped the glass. “One at a time.”",
        "“Where is our money?” said Frances.",
        "A waiter came up to her.",
        "“Madam?” said the waiter.",
        "“Not now,” said Frances.",
    )
    assert found == ["Mr. Whitcomb", "Frances", "the waiter", "Frances"]


@pytest.mark.parametrize("opening", ["Strake, ma’am.", "Luis Strake, Tri-County.", "Strake, son of Ilvane."])
def test_people_say_who_they_are(speakers, opening):
    found = speakers(
        "“Who is it?” said Anna.",
        f"“Good evening. {opening} I knew your brother.”",
        "“Come in,” said Anna.",
        "Strake took off his hat. “Thank you.”",
    )
    assert found[1] == found[3] != "Anna"


def test_who_asked_does_not_answer(speakers):
    found = speakers(
        "“Coming?” said Ivor.",
        "“Yes,” said Hugh.",
        "They heard him stop below.",
        "“Well?” Hugh called.",
        "For a moment there was only rain.",
        "“It is the boat,” came the answer.",
    )
    assert found[-2:] == ["Hugh", "Ivor"]


def test_an_answer_that_comes_is_of_whom_it_belongs_to(speakers):
    found = speakers("“Hugh!” called Nell.", "Hugh and Ivor looked up.", "“Yes?” came her answer.", "“No,” said Ivor.")
    assert found[1] == "Nell"


def test_they_are_the_group_that_speaks(speakers):
    found = speakers(
        "“Who comes?” the wardens answered.",
        "“Ysmere,” said Ysmere.",
        "She held up the stone.",
        "“It is the stone!” they whispered.",
    )
    assert found == ["the wardens", "Ysmere", "the wardens"]


def test_who_the_end_of_a_line_calls_did_not_speak_before_it(speakers):
    found = speakers(
        "“One hen,” said Ukridge.",
        "“One hen?” I said.",
        "“One hen,” said Millie.",
        "“You get a hen,” said Ukridge.",
        "“I would like to see the figures again.” I took the paper and read it through.",
        "“Not a bit of it. It is all there, every egg and every penny of it. Eh, Millie?” said Ukridge.",
    )
    assert found[4] == "I"


def test_a_father_is_dad(speakers):
    found = speakers(
        "“Not without breakfast,” said Dad.",
        "“It will melt!” said Ned.",
        "Their father laughed. “It is minus six.”",
    )
    assert found == ["Dad", "Ned", "Dad"]


def test_a_name_alone_calls_somebody(speakers):
    found = speakers(
        "“So,” Marcy said. “Boston.”",
        "“Marcy.”",
        "“I am only asking.” Marcy folded her napkin.",
        "“Marcy means well,” said Dale.",
    )
    assert found == ["Marcy", "Marcy", "Dale", "Marcy", "Dale"]


def test_who_is_called_by_name_and_told_by_a_noun_is_there(speakers):
    found = speakers(
        "Inspector Renshaw knocked. “Mrs Pym? This is Sergeant Okafor.”",
        "“What is it about?”",
        "“Tuesday night,” said Okafor.",
        "“I heard a van, and that is all.”",
        "“Thank you, Mrs Pym,” said Renshaw.",
    )
    assert "Mrs Pym" in found


def test_what_only_the_paragraph_before_tells_is_never_sure(attributed):
    lines = attributed(
        "“It screams,” said Anna.", "“All of them do,” said Todd.", "Todd looked at the lid.", "“Who has the receipt?”"
    ).lines
    assert lines[-1].speaker == "Todd"
    assert not lines[-1].sure

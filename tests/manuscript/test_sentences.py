from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.manuscript.sentences import split_sentences

CORPUS = Path(__file__).parent.parent / "corpus" / "sentences.tsv"
ROWS = [line.split("\t") for line in CORPUS.read_text(encoding="utf-8").splitlines()[1:]]
WITHOUT_SPACES = {"ja", "zh"}


@pytest.mark.parametrize(("language", "marked"), ROWS, ids=[row[1][:40] for row in ROWS])
def test_corpus_is_split_where_it_is_marked(language: str, marked: str):
    expected = tuple(marked.split("¶"))
    joint = "" if language in WITHOUT_SPACES else " "
    assert split_sentences(joint.join(expected), language) == expected


BOOKISH = st.lists(
    st.sampled_from(
        """
        Mr. Mrs St. U.S.A. i.e. No. 7 7. p.m. I. I John said he The … ... . ? ! ?! — -- “Yes.” "No!" '
        ’ ” “ ( ) 。 ¿ Ünder
        """.split()  # noqa: SIM905
    )
).map(" ".join)


@given(st.one_of(st.text(), BOOKISH), st.sampled_from(["en-GB", "de", "fr", "ja", "xx"]))
def test_nothing_is_lost_and_nothing_is_empty(text: str, language: str):
    sentences = split_sentences(text, language)
    assert "".join("".join(sentences).split()) == "".join(text.split())
    assert all(sentence == sentence.strip() != "" for sentence in sentences)


def test_the_same_words_split_differently_by_language():
    text = "Er kam am 3. Mai."
    assert split_sentences(text, "de") == (text,)
    assert split_sentences(text, "en") == ("Er kam am 3.", "Mai.")

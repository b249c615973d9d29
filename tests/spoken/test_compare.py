import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.spoken.compare import comparable_words, word_error_rate
from studio.spoken.form import spoken_form


@pytest.mark.parametrize(
    ("reference", "heard"),
    [
        ("In nineteen oh five it cost three pounds fifty.", "In 1905, it cost £3.50."),
        ("The colour of Mister Smith's B.B.C. car", "the color of Mr. Smith's BBC car"),
        ("one thousand five hundred men", "1,500 men"),
        ("twenty-one for ever", "21 forever"),
        ("every one of them said good-bye", "everyone of them said goodbye"),
        ("Chapter Four. The Letter", "Chapter 4, The Letter"),
        ("at nine oh five p.m.", "at 9:05 PM"),
        ("the twelfth of March nineteen twenty-one", "the 12th of March, 1921"),
        ("World War Two", "World War II"),
        ("Louis the Fourteenth's court", "Louis XIV's court"),
        ("two thousand and five", "2005"),
        ("twenty-five per cent", "25%"),
        ("oh two oh, seven nine four six, oh nine five eight", "020 7946 0958"),
        ("three and a half miles", "3.5 miles"),
        ("It is not what I would do; they are late.", "It isn't what I'd do, they're late."),
        ("He cannot come.", "He can't come."),
        ("I realise the centre is grey", "I realize the center is gray"),
        ("“Yes,” he said.", "'Yes,' he said"),
        ("W W W dot example dot com", "www.example.com"),
        ("one hundred and four", "104"),
        ("the eighteen hundreds", "the 1800s"),
    ],
)
def test_the_same_words_written_otherwise_are_no_error(reference: str, heard: str):
    assert word_error_rate(reference, heard, "en-GB") == 0


@pytest.mark.parametrize(
    ("reference", "heard", "rate"),
    [
        ("He said no.", "He said yes.", 1 / 3),
        ("He said no.", "He said.", 1 / 3),
        ("He said no.", "He said no no.", 1 / 3),
        ("one two three four", "", 1.0),
        ("I saw nineteen men", "I saw 90 men", 1 / 4),
        ("", "", 0.0),
        ("…", "hello there", 1.0),
    ],
)
def test_each_word_misread_counts_once(reference: str, heard: str, rate: float):
    assert word_error_rate(reference, heard, "en-GB") == pytest.approx(rate)


def test_words_are_lower_case_without_marks():
    assert comparable_words("“Well—I never!” said Mr. O'Brien.", "en-GB") == [
        "well",
        "i",
        "never",
        "said",
        "mister",
        "obrien",
    ]


def test_other_languages_are_compared_without_english_rules():
    assert word_error_rate("Es waren einundzwanzig Leute.", "es waren 21 Leute", "de") == 0


BOOK_TEXT = st.lists(
    st.one_of(
        st.from_regex(r"[A-Z]?[a-z]{2,7}[,.!?]?", fullmatch=True),
        st.from_regex(r"[£$]?[1-9][0-9]{0,4}(\.[0-9]{2})?%?,?", fullmatch=True),
        st.sampled_from(
            [
                "Mr. Hall",
                "Dr. Foster",
                "St. John",
                "“Yes,”",
                "'No,'",
                "I",
                "a",
                "it's",
                "don't",
                "—",
                "…",
                "&",
                "½",
                "3rd",
                "1905",
            ]
        ),
    ),
    max_size=12,
).map(" ".join)


@settings(deadline=None)  # the machine may be busy; other tests hold the time
@given(BOOK_TEXT, st.sampled_from(["en-GB", "en-US", "de"]))
def test_text_against_itself_and_its_spoken_form_has_no_error(text: str, language: str):
    assert word_error_rate(text, text, language) == 0
    assert word_error_rate(spoken_form(text, language), text, language) == 0


@settings(deadline=None)  # the machine may be busy; other tests hold the time
@given(st.integers(0, 10**9), st.sampled_from(["en-GB", "en-US"]))
def test_any_number_in_words_equals_its_digits(value: int, language: str):
    spoken = spoken_form(f"{value:,} men", language)
    assert comparable_words(spoken, language) == [str(value), "men"]

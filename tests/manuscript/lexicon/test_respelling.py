import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.errors import InputError
from studio.manuscript.lexicon.ipa import checked_ipa
from studio.manuscript.lexicon.respelling import respelled_ipa


@pytest.mark.parametrize(
    ("respelling", "british", "american"),
    [
        ("HER-my-oh-nee", "ˈhɜːmaɪəʊni", "ˈhɜɹmaɪoʊni"),
        ("LES-ter", "ˈlɛstə", "ˈlɛstəɹ"),
        ("sih-OR-suh", "sɪˈɔːsə", "sɪˈɔɹsə"),
        ("kuh-NITE", "kəˈnaɪt", "kəˈnaɪt"),
        ("BUT-l", "ˈbʌtəl", "ˈbʌtəl"),
        ("uh-KIL-eez", "əˈkɪliːz", "əˈkɪliz"),
        ("KEEV", "ˈkiːv", "ˈkiv"),
        ("queen", "ˈkwiːn", "ˈkwin"),
        ("FYE-uhn", "ˈfaɪʌn", "ˈfaɪʌn"),
        ("STYOO-urt", "ˈstjuːət", "ˈstjuəɹt"),
        ("WUUS-ter", "ˈwʊstə", "ˈwʊstəɹ"),
        ("YOO-krij", "ˈjuːkɹɪdʒ", "ˈjukɹɪdʒ"),
        ("ridge", "ˈɹɪdʒ", "ˈɹɪdʒ"),
        ("THING", "ˈθɪŋ", "ˈθɪŋ"),
        ("DHEN", "ˈðɛn", "ˈðɛn"),
        ("MEZH-er", "ˈmɛʒə", "ˈmɛʒəɹ"),
        ("SIT-ee", "ˈsɪti", "ˈsɪti"),
        ("CIT-ee", "ˈsɪti", "ˈsɪti"),
        ("SAN frun-SIS-koh", "ˈsæn fɹʌnˈsɪskəʊ", "ˈsæn fɹʌnˈsɪskoʊ"),
    ],
)
def test_a_respelling_is_said_in_both_accents(respelling: str, british: str, american: str):
    assert respelled_ipa(respelling, british=True) == british
    assert respelled_ipa(respelling, british=False) == american


def test_an_r_is_heard_in_british_only_before_a_vowel():
    assert respelled_ipa("FAR-uh-way", british=True) == "ˈfɑːɹəweɪ"
    assert respelled_ipa("FAR-ther", british=True) == "ˈfɑːθə"


def test_of_two_syllables_in_capitals_the_last_has_the_main_stress():
    assert respelled_ipa("MAR-ee-AN", british=True) == "ˌmɑːɹiˈæn"


@pytest.mark.parametrize(
    ("respelling", "wrong"),
    [
        ("her-my-nee", "no syllable of 'her-my-nee' is in capitals"),
        ("KRST-ee", "'KRST' has no vowel"),
        ("FAR-away", "'away' has more than one vowel"),
        ("NÉE", "has 'é' in it"),
        ("B4D", "has no vowel"),
        ("  ", "empty"),
        ("-", "no syllable"),
        ("A" * 201, "longer than 200"),
    ],
)
def test_what_cannot_be_said_is_named(respelling: str, wrong: str):
    with pytest.raises(InputError, match=wrong):
        respelled_ipa(respelling, british=True)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ- é'9", max_size=30), st.booleans())
def test_a_respelling_is_valid_ipa_or_refused(respelling: str, british: bool):
    try:
        said = respelled_ipa(respelling, british=british)
    except InputError:
        return
    assert checked_ipa(said) == said
    assert "ˈ" in said


def test_look_alikes_of_the_keyboard_become_ipa():
    assert checked_ipa("/'ga:d/") == "ˈɡaːd"


@pytest.mark.parametrize("text", ["", "//", "k", "ka!", "ʘ" * 10, "a" * 201, "<b>a</b>"])
def test_what_is_no_ipa_is_refused(text: str):
    with pytest.raises(InputError):
        checked_ipa(text)

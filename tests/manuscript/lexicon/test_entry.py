import pytest

from studio.core.errors import InputError
from studio.manuscript.lexicon.entry import Entry, Notation


def test_an_entry_is_put_into_canonical_form():
    entry = Entry("  O’Neill   Road ", Notation.IPA, "[əʊˈni:l]", beside=("Park", "park", " "))
    assert (entry.written, entry.said, entry.beside) == ("O'Neill Road", "əʊˈniːl", ("park",))


def test_each_notation_serves_engines_with_and_without_phonemes():
    ipa = Entry("Ng", Notation.IPA, "ɪŋ")
    respelled = Entry("Cholmondeley", Notation.RESPELLING, "CHUM-lee")
    alias = Entry("Cholmondeley", Notation.ALIAS, "Chumley")
    assert (ipa.ipa("en-GB"), ipa.words()) == ("ɪŋ", "Ng")
    assert (respelled.ipa("en-GB"), respelled.words()) == ("ˈtʃʌmli", "chum-lee")
    assert (alias.ipa("en-GB"), alias.words()) == ("", "Chumley")


def test_a_respelling_follows_the_accent_of_the_text():
    entry = Entry("Leicester", Notation.RESPELLING, "LES-ter")
    assert (entry.ipa("en-US"), entry.ipa("en-GB")) == ("ˈlɛstəɹ", "ˈlɛstə")


@pytest.mark.parametrize(
    ("entry", "text", "holds"),
    [("", "de", True), ("en", "en-GB", True), ("en-GB", "en-gb", True), ("en-GB", "en-US", False), ("e", "en", None)],
)
def test_language(entry: str, text: str, holds: bool | None):
    if holds is None:
        with pytest.raises(InputError, match="no language tag"):
            Entry("a", Notation.ALIAS, "b", entry)
    else:
        assert Entry("a", Notation.ALIAS, "b", entry).holds_for(text) is holds


@pytest.mark.parametrize(
    ("written", "notation", "said"),
    [
        ("", Notation.ALIAS, "a"),
        ("-x", Notation.ALIAS, "a"),
        ("x" * 101, Notation.ALIAS, "a"),
        ("x", Notation.ALIAS, "…"),
        ("x", Notation.ALIAS, "a" * 301),
        ("x", Notation.IPA, "k!"),
        ("x", Notation.RESPELLING, "krst"),
    ],
)
def test_what_is_no_entry_is_refused(written: str, notation: Notation, said: str):
    with pytest.raises(InputError):
        Entry(written, notation, said)

import pytest

from studio.manuscript.lexicon.entry import Entry, Notation
from studio.manuscript.lexicon.tables import PLS_NAMESPACE

ITEM = '<item id="{name}" href="{name}" media-type="application/pls+xml"/>'


def pls(*lexemes: tuple[str, str], alphabet: str = "ipa") -> bytes:
    inner = "".join(
        f"<lexeme><grapheme>{written}</grapheme><phoneme>{said}</phoneme></lexeme>" for written, said in lexemes
    )
    attributes = f'version="1.0" xmlns="{PLS_NAMESPACE}" alphabet="{alphabet}" xml:lang="en-GB"'
    return f"<lexicon {attributes}>{inner}</lexicon>".encode()


def test_lexicons_of_the_manifest_come_with_the_book_in_its_order(read_epub):
    book = read_epub(
        manifest=ITEM.format(name="a.pls") + ITEM.format(name="b.pls"),
        files={"OEBPS/b.pls": pls(("Cholmondeley", "ˈtʃʌmli")), "OEBPS/a.pls": pls(("Leicester", "ˈlɛstə"))},
    )
    assert book.lexicon == (
        Entry("Leicester", Notation.IPA, "ˈlɛstə", "en-GB"),
        Entry("Cholmondeley", Notation.IPA, "ˈtʃʌmli", "en-GB"),
    )
    assert book.warnings == ()


def test_a_book_without_lexicons_has_none(read_epub):
    assert read_epub().lexicon == ()


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({}, "'OEBPS/x.pls' is missing"),
        ({"OEBPS/x.pls": b"<lexicon"}, "'OEBPS/x.pls' was not read"),
        ({"OEBPS/x.pls": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}, "'OEBPS/x.pls' was not read"),
        ({"OEBPS/x.pls": pls(("Leicester", "lEst@"), alphabet="x-arpabet")}, "'x-arpabet', neither IPA"),
    ],
)
def test_a_lexicon_that_is_not_usable_is_said_and_leaves_the_book(read_epub, files, why):
    book = read_epub(manifest=ITEM.format(name="x.pls"), files=files)
    assert book.lexicon == ()
    assert [block.text for block in book.chapters[0].blocks] == ["One", "Hello there."]
    (warning,) = book.warnings
    assert why in warning


def test_of_many_entries_left_out_twenty_are_named(read_epub):
    data = pls(*((f"word{number}", "a") for number in range(30)), alphabet="x-arpabet")
    book = read_epub(manifest=ITEM.format(name="x.pls"), files={"OEBPS/x.pls": data})
    assert len(book.warnings) == 21
    assert "10 more entries" in book.warnings[-1]

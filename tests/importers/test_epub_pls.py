import pytest
from lxml import etree

from studio.core.errors import InputError
from studio.importers.epub.pls import MAX_PLS_BYTES, read_pls
from studio.manuscript.lexicon.entry import Entry, Notation, PartOfSpeech
from studio.manuscript.lexicon.tables import PLS_NAMESPACE, to_pls


def lexicon(lexemes: str, attributes: str = 'alphabet="ipa" xml:lang="en-GB"', before: str = "") -> bytes:
    return f'{before}<lexicon version="1.0" xmlns="{PLS_NAMESPACE}" {attributes}>{lexemes}</lexicon>'.encode()


def test_what_is_exported_is_read_back_with_its_conditions():
    entries = (
        Entry("AT&T <x>", Notation.ALIAS, "A T & T", "en-GB"),
        Entry("Polish", Notation.IPA, "ˈpəʊlɪʃ", "en-GB", exact_case=True),
        Entry("record", Notation.IPA, "ˈɹɛkɔːd", "en-GB", exact_case=True, part_of_speech=PartOfSpeech.NOUN),
    )
    document, left_out = to_pls(entries, "en-GB")
    assert left_out == ()
    assert read_pls(document.encode(), "l.pls") == (entries, ())


def test_a_respelling_is_exported_as_ipa():
    document, _ = to_pls([Entry("Leicester", Notation.RESPELLING, "LES-ter")], "en-US")
    assert read_pls(document.encode(), "l.pls")[0] == (Entry("Leicester", Notation.IPA, "ˈlɛstəɹ", "en-US"),)


def test_every_grapheme_gets_the_preferred_pronunciation_else_the_first():
    data = lexicon(
        "<lexeme><grapheme>grey</grapheme><grapheme>gray</grapheme><phoneme>a</phoneme>"
        "<phoneme prefer='true'>ɡɹeɪ</phoneme></lexeme>"
        "<lexeme><grapheme>W3C</grapheme><alias>World Wide Web Consortium</alias><phoneme>a</phoneme></lexeme>"
    )
    found = [(entry.written, entry.said) for entry in read_pls(data, "l.pls")[0]]
    assert found == [("grey", "ɡɹeɪ"), ("gray", "ɡɹeɪ"), ("W3C", "World Wide Web Consortium")]


@pytest.mark.parametrize(
    ("lexeme", "why"),
    [
        ("<lexeme><grapheme>a</grapheme></lexeme>", "no pronunciation"),
        ("<lexeme><grapheme>a</grapheme><phoneme alphabet='x-arpabet'>a</phoneme></lexeme>", "'x-arpabet', neither"),
        ("<lexeme><grapheme>a</grapheme><phoneme>!</phoneme></lexeme>", "no letter of the phonetic alphabet"),
        ("<lexeme role='c:VVI' xmlns:c='urn:c'><grapheme>a</grapheme><alias>b</alias></lexeme>", "role 'c:VVI'"),
        ("<lexeme><alias>b</alias></lexeme>", "cannot be an entry"),
    ],
)
def test_a_lexeme_that_is_not_usable_is_left_out_and_said(lexeme: str, why: str):
    good = "<lexeme><grapheme>b</grapheme><alias>c</alias></lexeme>"
    entries, left_out = read_pls(lexicon(lexeme + good), "l.pls")
    assert [entry.written for entry in entries] == ["b"]
    assert len(left_out) == 1
    assert why in left_out[0]


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        (b"<lexicon/>", "no pronunciation lexicon"),
        (b"<lexicon", "not well-formed"),
        (b"", "not well-formed"),
        (lexicon("", before="<!DOCTYPE lexicon>"), "document type"),
        (lexicon("", before='<!DOCTYPE lexicon SYSTEM "file:///etc/passwd">'), "document type"),
        (lexicon("&x;", before='<!DOCTYPE lexicon [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), "entities"),
        (b" " * (MAX_PLS_BYTES + 1), "larger than 16 MB"),
    ],
)
def test_a_hostile_or_broken_file_is_refused(data: bytes, wrong: str):
    with pytest.raises(InputError, match=wrong):
        read_pls(data, "l.pls")


def test_x_sampa_is_read_as_ipa():
    data = lexicon('<lexeme><grapheme>Leicester</grapheme><phoneme>"lEst@</phoneme></lexeme>', 'alphabet="x-sampa"')
    assert [entry.said for entry in read_pls(data, "l.pls")[0]] == ["ˈlɛstə"]


def test_the_export_is_well_formed_whatever_the_words():
    document, _ = to_pls([Entry("a]]>\"'", Notation.ALIAS, "x <&>")], 'en"')
    root = etree.fromstring(document.encode(), etree.XMLParser(resolve_entities=False))
    assert root[0][0].text == "a]]>\"'"

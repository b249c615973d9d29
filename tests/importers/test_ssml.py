from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.core.errors import InputError
from studio.importers.registry import import_manuscript, installed_importers
from studio.importers.ssml import SsmlImporter
from studio.manuscript.tags import Rest, Words, plain_text, read_tags
from tests.importers.conftest import texts

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "scripts" / "weather.ssml"


def test_sample_document():
    book = import_manuscript(SAMPLE)
    (chapter,) = book.chapters
    assert book.metadata.language == "en-GB"
    said = [read_tags(text) for text in texts(chapter)]
    assert [tagged.text for tagged in said] == [
        "Good evening.",
        "It will rain. And rain.",
        "The sea [north of here] is rough.",
        "Stay in. Keep warm.",
        "Good night.",
    ]
    assert [str(part.delivery) for tagged in said for part in tagged.parts if isinstance(part, Words)] == [
        "neutral", "sad", "sad", "sad", "neutral", "neutral",
    ]  # fmt: skip
    assert Rest(0.8) in said[1].parts
    assert book.warnings == ()


def test_without_paragraphs_it_is_one(read_text_file):
    book = read_text_file("a.ssml", '<speak>One <voice name="x">and <emphasis>two</emphasis></voice>.</speak>')
    assert [plain_text(text) for text in texts(book.chapters[0])] == ["One and two ."]
    assert book.warnings == ("Voices named in the file are not used (1): cast its lines in the studio.",)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("<speak>Hello", "not well-formed"),
        ("Hello", "not well-formed"),
        ("<speech>Hello</speech>", "no SSML"),
        ("<speak> <break/> </speak>", "contains no text"),
        ('<!DOCTYPE speak SYSTEM "http://x.y/z"><speak>Hello</speak>', "document type"),
        ('<!DOCTYPE speak [<!ENTITY a "aaaa">]><speak>&a;</speak>', "document type"),
        ("<speak>&undeclared;</speak>", "."),
        ("<speak>" + "<prosody>" * 5000 + "a" + "</prosody>" * 5000 + "</speak>", "not well-formed"),
        ("<speak>" + "<prosody>" * 150 + "a" + "</prosody>" * 150 + "</speak>", "nested too deep"),
    ],
)
def test_hostile_or_broken_documents_are_refused(read_text_file, content, said):
    with pytest.raises(InputError, match=said):
        read_text_file("a.ssml", content)


def test_a_declared_encoding_is_no_trap(read_text_file):
    content = '<?xml version="1.0" encoding="ISO-8859-1"?>\n<speak>Süß.</speak>'
    for encoding in ("latin-1", "utf-8", "utf-16"):
        assert texts(read_text_file("a.ssml", content.encode(encoding)).chapters[0]) == ["Süß."]


def test_probe():
    importer = SsmlImporter()
    assert importer.probe(Path("a.ssml"), b"<speak>") is not None
    assert importer.probe(Path("a.ssml"), b"<?xml version='1.0'?><speak>") is not None
    assert importer.probe(Path("a.xml"), b"<?xml version='1.0'?><speak>") is not None
    assert importer.probe(Path("a.xml"), b"<?xml version='1.0'?><html>") is None
    assert importer.probe(Path("a.ssml"), b"%PDF-1.7") is None
    assert isinstance(installed_importers()["ssml"], SsmlImporter)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text("ab [sad]{}\\", min_size=1, max_size=20), min_size=1, max_size=5))
def test_words_stay_words_in_their_paragraphs(tmp_path, paragraphs):
    path = tmp_path / "a.ssml"
    path.write_text("<speak>" + "".join(f"<p>x{words}</p>" for words in paragraphs) + "</speak>")
    (chapter,) = SsmlImporter().read(path).chapters
    assert [plain_text(text) for text in texts(chapter)] == [" ".join(f"x{words}".split()) for words in paragraphs]

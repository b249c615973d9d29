import os

import pytest

from studio.core.errors import InputError
from studio.importers.language import language_tag
from studio.importers.registry import import_manuscript
from tests.importers.conftest import EpubBuilder

PNG = b"\x89PNG\r\n\x1a\n" + bytes(60)
JPEG = b"\xff\xd8\xff\xe0" + bytes(60)
COVER_3 = '<item id="cov" href="c.bin" media-type="image/png" properties="cover-image"/>'
COVER_2 = '<item id="cov" href="c.bin" media-type="image/jpeg"/>'


def test_epub_3_refinements(read_epub):
    metadata = read_epub(
        title="Hens",
        metadata='<meta refines="#t" property="title-type">main</meta><dc:title id="s">A Love Story</dc:title>'
        '<meta refines="#s" property="title-type">subtitle</meta>'
        '<dc:creator id="a">Ann Lee</dc:creator><meta refines="#a" property="display-seq">2</meta>'
        '<dc:creator id="b">Bo Ray</dc:creator><meta refines="#b" property="display-seq">1</meta>'
        '<dc:creator id="c">Cy Poe</dc:creator><meta refines="#c" property="role">ill</meta>'
        "<dc:publisher>Roost  &amp; Co.</dc:publisher><dc:date>1921</dc:date>"
        "<dc:description>&lt;p&gt;A &lt;b&gt;farm&lt;/b&gt; &amp;amp; love.&lt;/p&gt;&lt;script&gt;</dc:description>",
    ).metadata
    assert metadata.title == "Hens: A Love Story"
    assert metadata.author == "Bo Ray and Ann Lee"
    assert (metadata.publisher, metadata.year, metadata.identifier) == ("Roost & Co.", "1921", "urn:x")
    assert metadata.description == "A farm & love."


def test_epub_2_roles_and_events(read_epub):
    metadata = read_epub(
        metadata='<dc:creator opf:role="aut">Ann Lee</dc:creator><dc:creator opf:role="edt">Ed It</dc:creator>'
        '<dc:date opf:event="modification">2019-01-01</dc:date><dc:date opf:event="publication">1902</dc:date>'
    ).metadata
    assert (metadata.author, metadata.year) == ("Ann Lee", "1902")


def test_three_authors_and_a_production_date(read_epub):
    creators = "".join(f"<dc:creator>{name}</dc:creator>" for name in ("A", "B", "C"))
    metadata = read_epub(metadata=f"{creators}<dc:date>2017-12-11T02:32:46Z</dc:date>").metadata
    assert (metadata.author, metadata.year) == ("A, B and C", "")


def test_missing_title_and_language(tmp_path):
    path = EpubBuilder(title="", language="").write(tmp_path / "My_Book.epub")
    book = import_manuscript(path)
    assert (book.metadata.title, book.metadata.language) == ("My Book", "en")
    assert any("not stated" in warning for warning in book.warnings)
    assert import_manuscript(path, language="de_at", original_name="x/Buch.epub").metadata.title == "Buch"
    assert import_manuscript(path, language="de_at").metadata.language == "de-AT"
    with pytest.raises(InputError, match="no language tag"):
        import_manuscript(path, language="not a tag!")


@pytest.mark.parametrize(
    ("stated", "tag"),
    [
        ("en-gb", "en-GB"),
        ("eng", "en"),
        ("English", "en"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("und", ""),
        ("<b>", ""),
        ("", ""),
    ],
)
def test_language_tags(stated, tag):
    assert language_tag(stated) == tag


@pytest.mark.parametrize(("data", "kind"), [(PNG, "image/png"), (JPEG, "image/jpeg")])
@pytest.mark.parametrize("item", [COVER_3, COVER_2])
def test_cover(read_epub, data, kind, item):
    metadata = '<meta name="cover" content="cov"/>' if item == COVER_2 else ""
    cover = read_epub(manifest=item, metadata=metadata, files={"OEBPS/c.bin": data}).cover
    assert cover is not None
    assert (cover.media_type, cover.data) == (kind, data)


@pytest.mark.parametrize(
    ("data", "said"), [(b"<svg/>", "neither JPEG nor PNG"), (None, "missing"), (PNG + bytes(11_000_000), "larger")]
)
def test_cover_that_cannot_be_used_is_reported(read_epub, data, said):
    if data and len(data) > 1_000_000:
        data = PNG + os.urandom(10_500_000)
    book = read_epub(manifest=COVER_3, files={} if data is None else {"OEBPS/c.bin": data})
    assert book.cover is None
    assert any(said in warning for warning in book.warnings)

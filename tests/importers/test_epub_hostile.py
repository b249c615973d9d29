"""Files that are damaged, protected or built to do harm: one clear error each, in bounded memory."""

import os
import struct
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from studio.core.errors import InputError, NotFoundError
from studio.importers.registry import import_manuscript
from tests.importers.conftest import CONTAINER, EpubBuilder, texts

AES = "http://www.w3.org/2001/04/xmlenc#aes128-cbc"
IDPF = "http://www.idpf.org/2008/embedding"
ADOBE = "http://ns.adobe.com/pdf/enc#RC"


def refused(path: Path, match: str) -> InputError:
    with pytest.raises(InputError, match=match) as caught:
        import_manuscript(path)
    error = caught.value
    assert error.exit_status == 2
    assert "\n" not in error.sentence
    assert error.where.startswith(path.name)
    assert error.hint
    return error


def measured(path: Path) -> tuple[str, float, float]:
    """Import in a process of its own: the error, the seconds it took, and by how many MB the process grew."""
    script = (
        "import resource, sys, time\nfrom pathlib import Path\nfrom studio.core.errors import InputError\n"
        "from studio.importers.registry import import_manuscript\n"
        "def rss(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "import_manuscript(Path(sys.argv[1]))\n"
        "before, start, said = rss(), time.perf_counter(), ''\n"
        "try: import_manuscript(Path(sys.argv[2]))\n"
        "except InputError as error: said = error.sentence\n"
        "print(said, time.perf_counter() - start, (rss() - before) / 1024, sep='\\t')\n"
    )
    sound = EpubBuilder().write(path.with_name("sound.epub"))
    done = subprocess.run([sys.executable, "-c", script, sound, path], capture_output=True, text=True, check=True)
    said, seconds, growth_mb = done.stdout.rstrip("\n").split("\t")
    return said, float(seconds), float(growth_mb)


def encryption(algorithm: str, uri: str = "OEBPS/c1.xhtml") -> bytes:
    return (
        '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container" xmlns:e="http://www.w3.org/2001/04/xmlenc#">'
        f'<e:EncryptedData><e:EncryptionMethod Algorithm="{algorithm}"/><e:CipherData><e:CipherReference URI="{uri}"/>'
        "</e:CipherData></e:EncryptedData></encryption>"
    ).encode()


def test_missing_file_and_folder(tmp_path):
    with pytest.raises(NotFoundError, match="no such file"):
        import_manuscript(tmp_path / "none.epub")
    refused(tmp_path, "no file")


@pytest.mark.parametrize("name", ["book.epub", "book.txt", "book.md"])
def test_empty_file(tmp_path, name):
    path = tmp_path / name
    path.touch()
    refused(path, "empty")


@pytest.mark.parametrize("kept", [0.3, 0.7, 0.99])
def test_truncated(tmp_path, kept):
    path = EpubBuilder(documents={"c.xhtml": f"<p>{os.urandom(3000).hex()}</p>"}).write(tmp_path / "book.epub")
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * kept)])
    refused(path, "damaged or incomplete")


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "a PDF document|the document is damaged"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a PNG picture"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "a JPEG picture"),
        (b"{\\rtf1\\ansi hello}", "an RTF document"),
        (b"\0" * 60 + b"BOOKMOBI" + b"\0" * 40, r"a Kindle \(MOBI\) book"),
    ],
)
@pytest.mark.parametrize("name", ["book.epub", "book.txt", "book.md", "book"])
def test_other_formats_under_a_wrong_name(tmp_path, content, what, name):
    path = tmp_path / name
    path.write_bytes(content)
    refused(path, what)


def test_a_page_of_html_is_no_epub(tmp_path):
    path = tmp_path / "book.epub"
    path.write_bytes(b"<!DOCTYPE html><html><body>Hi</body></html>")
    refused(path, "an HTML page, not an EPUB")


def test_a_word_document_is_no_epub(tmp_path):
    path = tmp_path / "book.epub"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w/>")
    refused(path, "no EPUB")


def test_plain_text_or_noise_named_epub(tmp_path):
    path = tmp_path / "book.epub"
    path.write_bytes(b"Just some words.")
    refused(path, "no EPUB")
    path.write_bytes(bytes(range(256)) * 20)
    refused(path, "no book in a known format")


def test_zip_that_is_no_epub(tmp_path):
    path = tmp_path / "book.epub"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    refused(path, "no package document")


@pytest.mark.parametrize("name", ["META-INF/rights.xml", "META-INF/sinf.xml", "META-INF/license.lcpl"])
def test_rights_files_mean_drm(tmp_path, name):
    refused(EpubBuilder(files={name: b"<rights/>"}).write(tmp_path / "b.epub"), "protected by DRM")


def test_encrypted_text_means_drm(tmp_path):
    files = {"META-INF/encryption.xml": encryption(AES)}
    path = EpubBuilder(files=files, raw={"c1.xhtml": os.urandom(400)}).write(tmp_path / "b.epub")
    refused(path, "protected by DRM")


@pytest.mark.parametrize("algorithm", [IDPF, ADOBE])
def test_obfuscated_fonts_are_no_drm(tmp_path, algorithm):
    files = {"META-INF/encryption.xml": encryption(algorithm, "OEBPS/f.otf"), "OEBPS/f.otf": os.urandom(50)}
    book = import_manuscript(EpubBuilder(files=files).write(tmp_path / "b.epub"))
    assert texts(book.chapters[0]) == ["One", "Hello there."]


def test_obfuscated_text_is_drm(tmp_path):
    files = {"META-INF/encryption.xml": encryption(IDPF, "OEBPS/c1.xhtml")}
    refused(EpubBuilder(files=files).write(tmp_path / "b.epub"), "protected by DRM")


def test_password_protected_container(tmp_path):
    path = EpubBuilder().write(tmp_path / "b.epub")
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x01\x02")
    data[at + 8] |= 1
    path.write_bytes(data)
    refused(path, "password")


@pytest.mark.parametrize("name", ["../../evil.txt", "/etc/evil", "C:\\evil.txt", "..\\evil", "a/../../evil"])
def test_entries_outside_of_the_container(tmp_path, name):
    refused(EpubBuilder(files={name: b"x"}).write(tmp_path / "b.epub"), "outside of itself")
    assert not list(tmp_path.rglob("evil*"))


@pytest.mark.parametrize(
    "href", ["../../../etc/passwd", "/etc/passwd", "%2e%2e/%2e%2e/etc/passwd", "file:///etc/passwd"]
)
def test_manifest_items_outside_are_skipped_with_a_warning(tmp_path, href):
    manifest = f'<item id="x" href="{href}" media-type="application/xhtml+xml"/>'
    path = EpubBuilder(manifest=manifest, spine='<itemref idref="x"/>').write(tmp_path / "b.epub")
    book = import_manuscript(path)
    assert texts(book.chapters[0]) == ["One", "Hello there."]
    assert len(book.chapters) == 1
    assert any("outside of itself" in warning for warning in book.warnings)


def test_package_outside_of_the_container(tmp_path):
    refused(EpubBuilder(opf="../../etc/passwd").write(tmp_path / "b.epub"), "outside of itself")


def entities(declaration: str) -> str:
    return f"<!DOCTYPE package [{declaration}]>"


LAUGHS = '<!ENTITY a "aaaaaaaaaaaaaaaa">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
)


@pytest.mark.parametrize(
    "declaration",
    ['<!ENTITY x SYSTEM "file:///etc/passwd">', '<!ENTITY x SYSTEM "http://example.com/x">', LAUGHS],
    ids=["file", "http", "laughs"],
)
def test_entities_in_the_package(tmp_path, declaration):
    path = EpubBuilder(prolog=entities(declaration)).write(tmp_path / "b.epub")
    start = time.perf_counter()
    refused(path, "declares entities")
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("trick", ["", "<!-- <a> -->", "<!-- ]> -->"], ids=["plain", "comment", "closed"])
def test_entities_in_a_chapter_however_they_hide(tmp_path, encoding, trick):
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?>{trick}<!DOCTYPE html [{trick}{LAUGHS}]>'
        '<html xmlns="http://www.w3.org/1999/xhtml"><body title="&j;"><p>x &j;</p></body></html>'
    )
    path = EpubBuilder(raw={"c1.xhtml": text.encode(encoding)}).write(tmp_path / "b.epub")
    start = time.perf_counter()
    refused(path, "declares entities")
    assert time.perf_counter() - start < 1


def test_bomb_is_refused_before_it_is_inflated(tmp_path):
    path = tmp_path / "b.epub"
    EpubBuilder().write(path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("OEBPS/bomb.xhtml", "w") as entry:
        for _ in range(300):
            entry.write(b"A" * 1_000_000)
    sentence, _seconds, growth_mb = measured(path)
    assert "inflates more than 100 times" in sentence
    assert growth_mb < 10


def test_bomb_that_lies_about_its_size_stays_bounded(tmp_path):
    path = EpubBuilder(raw={"c1.xhtml": b"<p>" + b"A" * 60_000_000}).write(tmp_path / "b.epub")
    data = bytearray(path.read_bytes())
    for magic, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.find(b"OEBPS/c1.xhtml", data.find(magic)) if magic == b"PK\x03\x04" else data.rfind(b"OEBPS/c1.xhtml")
        struct.pack_into("<I", data, at - (30 if magic == b"PK\x03\x04" else 46) + offset, 900_000)
    path.write_bytes(data)
    sentence, _seconds, growth_mb = measured(path)
    assert "no text" in sentence
    assert growth_mb < 20


def test_contents_too_large_in_all(tmp_path):
    path = EpubBuilder(files={f"m{n}.bin": b"" for n in range(6)}).write(tmp_path / "b.epub")
    data = bytearray(path.read_bytes())
    for n in range(6):
        at = data.rfind(f"m{n}.bin".encode()) - 46
        struct.pack_into("<II", data, at + 20, 90_000_000, 90_000_000)
    path.write_bytes(data)
    refused(path, "inflate to more than 500 MB|overlap")


def test_overlapping_entries(tmp_path):
    path = EpubBuilder(files={"a.bin": b"x" * 10, "b.bin": b"x" * 10}).write(tmp_path / "b.epub")
    data = bytearray(path.read_bytes())
    first, second = data.rfind(b"a.bin") - 46, data.rfind(b"b.bin") - 46
    data[second + 42 : second + 46] = data[first + 42 : first + 46]
    path.write_bytes(data)
    refused(path, "overlap|damaged")


def test_hundred_thousand_entries(tmp_path):
    path = EpubBuilder().write(tmp_path / "b.epub")
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(100_000):
            archive.writestr(zipfile.ZipInfo(f"x/{number}"), b"")
    sentence, seconds, growth_mb = measured(path)
    assert "more than 10,000 files" in sentence
    assert seconds < 1
    assert growth_mb < 10


def test_document_too_large(tmp_path):
    path = EpubBuilder(raw={"c1.xhtml": os.urandom(9_000_000).hex().encode()}).write(tmp_path / "b.epub")
    refused(path, "larger than 16 MB")


def test_no_text_at_all(tmp_path):
    path = EpubBuilder(documents={"c.xhtml": '<img src="p1.jpg" alt=""/>'}).write(tmp_path / "b.epub")
    assert "OCR" in refused(path, "no text").hint
    refused(EpubBuilder(documents={}).write(tmp_path / "c.epub"), "spine is empty")


def test_missing_and_damaged_files_leave_the_rest(tmp_path):
    manifest = '<item id="gone" href="gone.xhtml" media-type="application/xhtml+xml"/>'
    documents = {
        "c1.xhtml": "<h1>Chapter 1</h1><p>a</p>",
        "c2.xhtml": f"<h1>Chapter 2</h1><p>{os.urandom(99).hex()}</p>",
    }
    spine = '<itemref idref="gone"/><itemref idref="nobody"/>'
    path = EpubBuilder(documents=documents, manifest=manifest, spine=spine).write(tmp_path / "b.epub")
    with zipfile.ZipFile(path) as archive:
        at = archive.getinfo("OEBPS/c2.xhtml").header_offset + 80
    data = bytearray(path.read_bytes())
    data[at] ^= 0xFF
    path.write_bytes(data)
    book = import_manuscript(path)
    assert [texts(chapter) for chapter in book.chapters] == [["Chapter 1", "a"]]
    gaps = " ".join(book.warnings)
    assert "gone.xhtml" in gaps
    assert "nobody" in gaps
    assert "c2.xhtml" in gaps


def test_tag_soup_and_named_entities_are_read(tmp_path):
    raw = {
        "c1.xhtml": b"<html><body><h1>One</h1><p>Fish &amp; chips &mdash; a&nbsp;caf&eacute;<p>Unclosed <b>bold</body>",
    }
    book = import_manuscript(EpubBuilder(raw=raw).write(tmp_path / "b.epub"))
    assert texts(book.chapters[0]) == ["One", "Fish & chips — a café", "Unclosed bold"]


def test_nothing_but_the_book_is_opened(tmp_path):
    """An audit hook of the interpreter sees every file and socket that the import opens."""
    path = EpubBuilder(
        documents={
            "c1.xhtml": '<h1>One</h1><p>Text <img src="file:///etc/passwd" alt=""/></p><link href="http://example.com/s.css"/>'
        },
        prolog='<!DOCTYPE package PUBLIC "x" "http://example.com/x.dtd">',
    ).write(tmp_path / "b.epub")
    script = (
        "import sys\nfrom pathlib import Path\n"
        "from studio.importers.registry import import_manuscript, installed_importers\n"
        "importers = installed_importers(); import zipfile, encodings.cp437; seen = []\n"
        "sys.addaudithook(lambda event, args: seen.append((event, str(args[0]))) if event in {'open', 'socket.connect',"
        " 'socket.getaddrinfo'} else None)\n"
        "import_manuscript(Path(sys.argv[1]), importers=importers)\n"
        "sys.stdout.write(repr({name for event, name in seen if not name.endswith(('.py', '.pyc'))}))\n"
    )
    done = subprocess.run([sys.executable, "-c", script, path], capture_output=True, text=True, check=True)
    assert done.stdout == repr({str(path)})


def test_container_names_in_another_case_are_found(tmp_path):
    path = tmp_path / "b.epub"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("META-INF/container.xml", CONTAINER.format(opf="oebps/Content.opf"))
        archive.writestr("OEBPS/content.opf", EpubBuilder().package())
        archive.writestr("OEBPS/C1.XHTML", "<html><body><h1>One</h1><p>Hello.</p></body></html>")
    assert texts(import_manuscript(path).chapters[0]) == ["One", "Hello."]

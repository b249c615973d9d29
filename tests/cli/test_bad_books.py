"""Bad books by the command line: one line, status 2, and not a byte of the data home changed."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.importers.conftest import EpubBuilder

_ENTITY = '<!DOCTYPE package [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
_ENCRYPTION = (
    b'<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container" xmlns:e="http://www.w3.org/2001/04/xmlenc#">'
    b'<e:EncryptedData><e:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/><e:CipherData>'
    b'<e:CipherReference URI="OEBPS/c1.xhtml"/></e:CipherData></e:EncryptedData></encryption>'
)


def _truncated(path: Path) -> None:
    EpubBuilder().write(path)
    path.write_bytes(path.read_bytes()[:300])


def _bomb(path: Path) -> None:
    EpubBuilder(files={"OEBPS/bomb.xhtml": b"A" * 300_000_000}).write(path)


MAKERS: dict[str, Callable[[Path], object]] = {
    "empty.epub": Path.touch,
    "truncated.epub": _truncated,
    "drm.epub": EpubBuilder(files={"META-INF/encryption.xml": _ENCRYPTION}).write,
    "bomb.epub": _bomb,
    "traversal.epub": EpubBuilder(files={"../../evil.txt": b"x"}).write,
    "entities.epub": EpubBuilder(prolog=_ENTITY).write,
    "document.epub": lambda path: path.write_bytes(b"%PDF-1.7\n1 0 obj"),
    "blank.txt": lambda path: path.write_text(" \n\n"),
}


def contents(home: Path) -> tuple[dict[str, bytes], str]:
    """Every file but the database's, and the database as SQL."""
    files = {
        str(path.relative_to(home)): path.read_bytes()
        for path in home.rglob("*")
        if path.is_file() and not path.name.startswith("studio.db")
    }
    connection = sqlite3.connect(home / "studio.db")
    try:
        return files, "\n".join(connection.iterdump())
    finally:
        connection.close()


@pytest.mark.parametrize("name", MAKERS)
def test_a_bad_book_changes_nothing(command: Command, home: Path, tmp_path: Path, name: str):
    path = tmp_path / name
    MAKERS[name](path)
    command("projects")
    before = contents(home)
    done = command("import", str(path))
    assert done.status == 2
    assert done.out == ""
    assert name in done.err
    assert len(done.err.strip().splitlines()) == 1
    assert contents(home) == before

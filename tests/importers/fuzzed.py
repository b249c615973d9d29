"""Files gone wrong in every way chance can find, for all importers: shared by the test and the benchmark."""

import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
from fpdf import FPDF

from studio.core.errors import StudioError
from studio.importers.registry import installed_importers
from tests.importers.conftest import EpubBuilder

SNIPPETS = (
    b"[sad]",
    b"[",
    b"]",
    b"{ipa: \xc9\x99}",
    b"[x]{say: A-b}",
    b"\x00",
    b"\xff\xfe",
    b"\xe2\x80\xae",
    b"<!DOCTYPE x>",
    b"&amp;",
    b"&#x110000;",
    b"<p>",
    b"</",
    b"<![CDATA[",
    b"]]>",
    b"\\",
    b"```",
    b"# ",
    b"| a | b |\n|---|---|\n",
    b"---\n",
    b"\r",
    b"\x1b[31m",
    b"\xf0\x9f\x98\x80",
    b"9" * 400,
    b"(" * 200,
    b"_" * 200,
    b"%PDF-",
    b"obj",
    b"endobj",
    b"stream",
    b"=cmd()",
    b'"',
    b",",
    b"\t",
    b"INT. ",
    b"@A",
    b"~",
    b"[[",
    b"/*",
    b">",
    b"<speak>",
    b"1e999",
    b"MCMXCIX",
)


def seeds(folder: Path) -> dict[str, bytes]:
    """A whole file of each format, by suffix."""
    folder.mkdir(parents=True, exist_ok=True)
    book = EpubBuilder(
        documents={"a.xhtml": "<h1>One</h1><p>The <i>lamp</i> went out.</p>", "b.xhtml": "<h1>Two</h1><p>It burns.</p>"}
    ).write(folder / "seed.epub")
    document = docx.Document()
    document.add_heading("One", 1)
    document.add_paragraph("The lamp [sad] went out.")
    document.save(str(folder / "seed.docx"))
    page = FPDF()
    page.add_page()
    page.set_font("Times", size=12)
    page.cell(text="The lamp went out.")
    page.output(str(folder / "seed.pdf"))
    return {
        ".epub": book.read_bytes(),
        ".docx": (folder / "seed.docx").read_bytes(),
        ".pdf": (folder / "seed.pdf").read_bytes(),
        ".md": b"---\ntitle: T\n---\n\n# One\n\nThe [sad] lamp.[^1]\n\n| Video | Audio |\n|---|---|\n| a | VO: b |\n",
        ".txt": b"Chapter 1\n\nThe [pause 1s] lamp went out.\n\nChapter 2\n\nIt burns.\n",
        ".fountain": b"Title: T\n\nINT. PIER - DAY\n\nThe lamp.\n\nANNE\n(sadly)\nIt went out.\n",
        ".fdx": b'<?xml version="1.0"?><FinalDraft><Content><Paragraph Type="Character"><Text>ANNE</Text></Paragraph>'
        b'<Paragraph Type="Dialogue"><Text>It went out.</Text></Paragraph></Content></FinalDraft>',
        ".csv": b"id,role,text,delivery\n1,Anne,It went out.,sad\n2,,It burns.,\n",
        ".ssml": b'<speak version="1.0" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="en"><p>It '
        b'<break time="1s"/><sub alias="burns">b.</sub></p></speak>',
        ".html": b"<!doctype html><html><body><h1>One</h1><p>It <b>went</b> out.<table><tr><td>a</td></tr></table>",
    }


def mutated(data: bytes, chance: random.Random) -> bytes:
    """A file with some of its bytes changed, cut, moved, doubled or put in; of a zip file sometimes an entry."""
    if data[:2] == b"PK" and chance.random() < 0.7:
        return _mutated_zip(data, chance)
    changed = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at, end = sorted(chance.randrange(len(changed) + 1) for _ in range(2))
        match chance.randrange(6):
            case 0 if changed:
                changed[min(at, len(changed) - 1)] = chance.randrange(256)
            case 1:
                changed[at:at] = chance.choice(SNIPPETS)
            case 2:
                del changed[at : min(end, at + 40)]
            case 3:
                changed[at:at] = changed[at : min(end, at + 200)] * chance.randint(1, 5)
            case 4 if chance.random() < 0.2:
                del changed[at:]
            case _:
                changed[at:at] = chance.choice(SNIPPETS) * chance.randint(1, 30)
    return bytes(changed)


def _mutated_zip(data: bytes, chance: random.Random) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as target:
        names = source.namelist()
        wrong = chance.choice(names)
        for name in names:
            content = source.read(name)
            if name == wrong and chance.random() < 0.1:
                continue
            target.writestr(name, mutated(content or b"x", chance) if name == wrong else content)
    return whole.getvalue()


def reader() -> Callable[[Path], bool]:
    """Reads a file with the importer that would be chosen; false if it is refused as it should be, else raises."""
    importers: dict[str, Any] = installed_importers()

    def read(path: Path) -> bool:
        head = path.read_bytes()[:4096]
        scores = [(score, name) for name, each in importers.items() if (score := each.probe(path, head)) is not None]
        if not scores:
            return False
        try:
            importers[max(scores)[1]].read(path)
        except StudioError:
            return False
        return True

    return read

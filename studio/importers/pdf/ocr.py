"""Text recognition of scanned pages, where the extra `ocr` is installed."""

import logging
from typing import Any, Final

from studio.core.errors import InputError
from studio.importers.pdf.lines import PdfLine, PdfPage, in_columns

INSTALL: Final = "pip install 'vivavoce[ocr]'"
"""How the extra is installed."""

_log = logging.getLogger(__name__)

_POINTS_PER_INCH: Final = 72
_RESOLUTION_DPI: Final = 200
_MAX_SIDE_PX: Final = 4_000  # a page may claim to be five metres wide
_TYPE_SHARE: Final = 0.75  # size of the type, of the height of the box around a line
_LEAST_SURE: Final = 0.5
_LEAST_LETTERS: Final = 20  # on an average page; below it the text is a stamp or a page number
_LEAST_LETTERS_OF_SCAN: Final = 150  # among pages of text; a plate with its caption, or a cover, has fewer


def read_scans(document: Any, pages: list[PdfPage], where: str) -> list[PdfPage]:
    """The pages with those that are pictures of text read by text recognition.

    In a document of scans every page is, also one with a stamp or a page number as text. Among pages of text it is
    those without any; a plate or a cover stays a picture, whatever a few words on it say. Without the extra these are
    left as they are.

    Args:
        document: of `pypdfium2`.
        pages: as they were read without.
        where: name of the file.

    Raises:
        InputError: all is pictures, and the extra is not installed or no text was recognised.
    """
    scanned = _are_pictures(pages)
    engine = _engine() if scanned or any(page.pictures for page in pages) else None
    if engine is None:
        if not scanned:
            return pages
        raise InputError(
            "no text was found in the document: its pages are pictures",
            where=where,
            hint=f"It needs text recognition (OCR): install it with `{INSTALL}`, or run a program"
            " such as ocrmypdf on the file and import what that makes.",
        )
    read = list(pages)
    for index, page in enumerate(pages):
        if scanned or page.pictures:
            found = _page(document[index], engine)
            if scanned or _letters(found) >= _LEAST_LETTERS_OF_SCAN:
                read[index] = found
    if not any(page.lines for page in read):
        raise InputError("no text was recognised in the pictures of its pages", where=where, hint="Scan it anew.")
    _log.info("recognised the text of %d scanned pages", sum(page.pictures and bool(page.lines) for page in read))
    return read


def _letters(page: PdfPage) -> int:
    """How many letters the text of a page has."""
    return sum(character.isalpha() for line in page.lines for character in line.text)


def _are_pictures(pages: list[PdfPage]) -> bool:
    """Whether a document is one of scanned pages: a stamp or page numbers may be text."""
    least = _LEAST_LETTERS * max(1, min(len(pages), 10))
    return sum(map(_letters, pages)) < least and any(page.pictures for page in pages)


def _engine() -> Any:
    try:
        from rapidocr_onnxruntime import RapidOCR  # noqa: PLC0415 - an optional extra
    except ImportError:
        return None
    return RapidOCR()


def _page(page: Any, engine: Any) -> PdfPage:
    width, height = page.get_size()
    scale = min(_RESOLUTION_DPI / _POINTS_PER_INCH, _MAX_SIDE_PX / max(1.0, width, height))
    picture = page.render(scale=scale).to_numpy()
    found, _ = engine(picture)
    lines = [
        _line(box, text, height, scale)
        for box, text, sure in found or ()
        if float(sure) >= _LEAST_SURE and text.strip()
    ]
    page.close()
    return PdfPage(tuple(in_columns(lines, width)), width, height, pictures=True)


def _line(box: Any, text: str, height_pt: float, scale: float) -> PdfLine:
    across, down = [point[0] / scale for point in box], [point[1] / scale for point in box]
    size = round((max(down) - min(down)) * _TYPE_SHARE, 1)
    foot = height_pt - max(down) + 0.2 * size
    return PdfLine(" ".join(text.split()), min(across), max(across), foot, foot + size, size)

"""Text recognition of scanned pages, where the extra `ocr` is installed."""

import logging
from typing import Any, Final

from studio.core.errors import InputError
from studio.importers.pdf.lines import PdfLine, PdfPage, in_columns

_log = logging.getLogger(__name__)

_POINTS_PER_INCH: Final = 72
_RESOLUTION_DPI: Final = 200
_MAX_SIDE_PX: Final = 4_000  # a page may claim to be five metres wide
_TYPE_SHARE: Final = 0.75  # size of the type, of the height of the box around a line
_LEAST_SURE: Final = 0.5


def recognised(document: Any, where: str) -> list[PdfPage]:
    """The lines of scanned pages, read from their pictures, page by page.

    Args:
        document: of `pypdfium2`.
        where: name of the file.

    Raises:
        InputError: the extra is not installed, or no text was recognised.
    """
    try:
        from rapidocr_onnxruntime import RapidOCR  # noqa: PLC0415 - an optional extra
    except ImportError as error:
        raise InputError(
            "no text was found in the document: its pages are pictures",
            where=where,
            hint="It needs text recognition (OCR): install it with `pip install 'vivavoce[ocr]'`, or run a program"
            " such as ocrmypdf on the file and import what that makes.",
        ) from error
    engine = RapidOCR()
    pages = [_page(document[index], engine) for index in range(len(document))]
    if not any(page.lines for page in pages):
        raise InputError("no text was recognised in the pictures of its pages", where=where, hint="Scan it anew.")
    _log.info("recognised the text of %d scanned pages", len(pages))
    return pages


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

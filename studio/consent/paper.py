"""Papers that people keep: a title, blocks of text and tables, and the ledger's head. As one HTML file, and as PDF."""

import io
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from studio.core.errors import MissingError
from studio.core.resources import shipped

if TYPE_CHECKING:
    from fpdf import FPDF

_FONT = "DejaVu"
_MARGIN_MM = 20
_QR_MM = 28
_LABEL_SHARE = 0.34
_GREY = 110
_log = logging.getLogger(__name__)
logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells every table of a font it cuts down


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a paper: a heading, paragraphs, then rows of label and value."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper before it is set.

    Attributes:
        language: BCP 47 tag it is written in.
        title: what it is.
        lead: one or two sentences below the title.
        blocks: in order.
        anchor: signed head of the ledger as one line, also drawn as a QR code; empty for a paper without.
        frame_first: whether the first block is framed, to be seen before all else.
    """

    language: str
    title: str
    lead: str
    blocks: tuple[Block, ...]
    anchor: str = ""
    frame_first: bool = False


def paper_html(paper: Paper) -> str:
    """One HTML file without scripts or anything from elsewhere; all text is escaped.

    Raises:
        MissingError: the installation is incomplete.
    """
    qr = segno.make(paper.anchor, micro=False).png_data_uri(scale=3, border=2) if paper.anchor else ""
    return _templates().get_template("paper.html.j2").render(paper=paper, qr=qr)


def paper_pdf(paper: Paper) -> bytes:
    """The same as PDF, A4. Scripts that DejaVu Sans lacks (Chinese, Japanese, Indic) are in the HTML only.

    Raises:
        MissingError: the installation is incomplete.
    """
    from fpdf import FPDF  # noqa: PLC0415 - half of a second at every start, for papers only

    pdf = FPDF(format="A4")
    pdf.set_margins(_MARGIN_MM, _MARGIN_MM)
    pdf.set_auto_page_break(auto=True, margin=_MARGIN_MM)
    pdf.set_title(paper.title)
    pdf.set_subject(paper.anchor)  # in one piece, where a verification finds it
    pdf.set_lang(paper.language)
    for style, name in (("", "DejaVuSans.ttf"), ("B", "DejaVuSans-Bold.ttf")):
        pdf.add_font(_FONT, style, _shipped("fonts", name))
    pdf.add_page()
    _text(pdf, paper.title, 18, style="B")
    _text(pdf, paper.lead, 10, grey=_GREY)
    for block in paper.blocks:
        pdf.ln(3)
        _text(pdf, block.heading, 12, style="B")
        for text in block.paragraphs:
            _text(pdf, text, 10)
        _rows(pdf, block.rows)
    if paper.anchor:
        _proof(pdf, paper.anchor)
    return bytes(pdf.output())


def _text(pdf: "FPDF", text: str, size: int, *, style: str = "", grey: int = 0) -> None:
    pdf.set_font(_FONT, style, size)
    pdf.set_text_color(grey)
    pdf.multi_cell(0, size * 0.5, text, new_x="LMARGIN", new_y="NEXT", align="L")
    pdf.ln(1)


def _rows(pdf: "FPDF", rows: Sequence[tuple[str, str]]) -> None:
    if not rows:
        return
    pdf.set_font(_FONT, "", 9)
    pdf.set_text_color(0)
    widths = (_LABEL_SHARE, 1 - _LABEL_SHARE)
    with pdf.table(
        first_row_as_headings=False, col_widths=widths, text_align="LEFT", borders_layout="INTERNAL"
    ) as table:
        for label, value in rows:
            table.row((label, value))


def _proof(pdf: "FPDF", anchor: str) -> None:
    picture = io.BytesIO()
    segno.make(anchor, micro=False).save(picture, kind="png", scale=4, border=2)
    if pdf.get_y() + _QR_MM + 3 * _MARGIN_MM > pdf.h:
        pdf.add_page()
    pdf.ln(4)
    _text(pdf, anchor, 7, grey=_GREY)
    pdf.image(picture, w=_QR_MM, alt_text="")


@cache
def _templates() -> Environment:
    loader = FileSystemLoader(_shipped("templates"))
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)


def _shipped(*parts: str) -> str:
    try:
        return str(shipped("consent", *parts))
    except FileNotFoundError as error:
        raise MissingError("the texts of consent papers are missing", hint="Reinstall the package.") from error

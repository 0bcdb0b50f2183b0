"""On which paper a sheet prints, and how wide its columns may be to be read there.

A sheet is always one page wide: whatever is wider is made smaller. So the columns decide how large
a letter is on paper, and nobody reads less than eight points. Widths are in characters, as
spreadsheets count them; lengths of paper in inches.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from tasks.adapters.workbooks import workbook_styles as look

LEAST_POINTS = 8.0
"""The smallest letter on paper."""

_SPARED = 0.03  # of the scale: LibreOffice takes a little less than would fit
# Pixels of a column's width: a digit of the office's font, which LibreOffice does not round to 7.
_CHARACTER, _PADDING = 7.34, 5.0
_PIXEL = 1 / 96  # inches
_WILLING = 0.4  # of what they can give up, columns keep this much on the smaller paper


@dataclass(frozen=True, slots=True)
class PaperFormat:
    """A sheet of paper as it lies, its margins taken off."""

    code: int  # as spreadsheets number the sizes
    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float

    @property
    def landscape(self) -> bool:
        """Whether it lies on its long side."""
        return self.width > self.height

    @property
    def room(self) -> float:
        """How wide what stands on it may be."""
        return self.width - self.left - self.right

    @property
    def tall(self) -> float:
        """How tall what stands on it may be."""
        return self.height - self.top - self.bottom


# Tables: narrow margins, the left one wider for binding; every character counts there. What is
# laid out as a document has the margins of Decree 30/2020/NĐ-CP, Annex I.
A4_WIDE = PaperFormat(9, 11.69, 8.27, 0.6, 0.4, 0.7, 0.6)
A4_UPRIGHT = PaperFormat(9, 8.27, 11.69, 0.6, 0.4, 0.7, 0.6)
A3_WIDE = PaperFormat(8, 16.54, 11.69, 0.6, 0.4, 0.7, 0.6)
A4_DOCUMENT = PaperFormat(9, 8.27, 11.69, 1.18, 0.59, 0.79, 0.79)


class Width(NamedTuple):
    """How wide a column is best, and how narrow it may be made."""

    best: float
    least: float


@dataclass(frozen=True, slots=True)
class PrintLayout:
    """The paper a table prints on, and its columns' widths."""

    paper: PaperFormat
    widths: tuple[float, ...]

    @property
    def whole(self) -> float:
        """All columns together."""
        return sum(self.widths)


def scale_on(paper: PaperFormat, widths: Iterable[float]) -> float:
    """How large one page wide is printed, 1 at the most; whole percents, as spreadsheets scale.

    >>> scale_on(A4_WIDE, [100.0]), scale_on(A4_WIDE, [40.0] * 5), scale_on(A3_WIDE, [40.0] * 5)
    (1.0, 0.68, 0.99)
    """
    wide = _inches(widths)
    return min(1.0, int(100 * paper.room / wide + 1e-9) / 100) if wide else 1.0


def laid_out(columns: Sequence[Width], size: float, *, on_a4: bool = False) -> PrintLayout:
    """The smaller paper on which text of that size can be read, and widths that let it.

    Columns give up room in the same measure, those that can give up none stay as they are. A4 is
    taken where they keep two fifths of what they could give up, with `on_a4` wherever it can be
    read there at all; else A3, as wide as it is best where that can be read.
    """
    on_small = _share_kept(columns, A4_WIDE, size)
    if on_small >= (0 if on_a4 else _WILLING):
        return PrintLayout(A4_WIDE, _narrowed(columns, on_small))
    return PrintLayout(A3_WIDE, _narrowed(columns, max(0.0, _share_kept(columns, A3_WIDE, size))))


def _share_kept(columns: Sequence[Width], paper: PaperFormat, size: float) -> float:
    """Which share of what they can give up they keep there; negative where none is enough."""
    room = paper.room / (LEAST_POINTS / size + _SPARED)
    best, least = (_inches(side) for side in zip(*columns, strict=True))
    if best <= room:
        return 1.0
    return (room - least) / (best - least) if least < best else -1.0


def _narrowed(columns: Sequence[Width], share: float) -> tuple[float, ...]:
    return tuple(_in_pixels(c.least + share * (c.best - c.least)) for c in columns)


def _in_pixels(width: float) -> float:
    """The width as a screen can show it, so that texts are measured in what they will stand in."""
    return int(width * 7 + 1e-6) / 7


def _inches(widths: Iterable[float]) -> float:
    return sum(w * _CHARACTER + _PADDING for w in widths) * _PIXEL


def set_paper(sheet: Any, paper: PaperFormat) -> None:
    """Sets an XlsxWriter sheet to print on that paper, one page wide, as many tall as it takes."""
    sheet.set_paper(paper.code)
    if paper.landscape:
        sheet.set_landscape()
    sheet.set_margins(paper.left, paper.right, paper.top, paper.bottom)
    sheet.fit_to_pages(1, 0)


def set_margin_texts(sheet: Any, below: str, above: str = "") -> None:
    """What stands at the foot and at the head of an XlsxWriter sheet's pages.

    One line each: openpyxl, by which a workbook is marked, escapes a break so that LibreOffice
    prints it. The letters stay as large as they are however small the sheet is printed; LibreOffice
    makes them smaller with it, so they are large enough for that.
    """
    options = {"scale_with_doc": False, "align_with_margins": True}
    sheet.set_footer(foot(below), options)
    if above:
        sheet.set_header(f"&L{_ITALIC} {_plain(above)}", options)


def foot(text: str) -> str:
    """The text and the page's number; ampersands are no codes in it.

    >>> foot("Sở A & B")
    '&L&"Times New Roman,Italic"&11 Sở A && B&R&"Times New Roman,Regular"&11Trang &P/&N'
    """
    return f'&L{_ITALIC} {_plain(text)}&R&"{look.FONT},Regular"&{_SIZE}Trang &P/&N'


_SIZE = 11
_ITALIC = f'&"{look.FONT},Italic"&{_SIZE}'


def _plain(text: str) -> str:
    return text.replace("&", "&&")


def fits_one_page(
    paper: PaperFormat, widths: Iterable[float], heights: Iterable[float], size: float
) -> bool:
    """Whether rows of these heights (points) can be read on one page, in letters of that size."""
    least = LEAST_POINTS / size + _SPARED
    return scale_on(paper, widths) >= least and sum(heights) * least <= paper.tall * 72

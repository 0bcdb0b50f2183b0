"""Columns too narrow for their figures, by every kind of file, from the bytes to the finding."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from math import inf
from pathlib import Path
from shutil import which

import pytest
from openpyxl.styles import Alignment, Font

from models.domain.answers.examining import examine_content
from tasks.adapters.reading.file_kinds import FileKind
from tasks.adapters.reading.ooxml.exact_reader import OpenpyxlExactReader
from tasks.adapters.reading.workbook_reader import read_workbook
from tasks.adapters.simulation.filling import FilledWorkbook
from tests.fixtures.office_program import NO_OFFICE, saved_as
from tests.fixtures.other_formats import saved_elsewhere
from tests.fixtures.xlsb_workbooks import Look, XlsbBook
from tests.tasks.adapters.reading.test_tampered_workbooks import packed, parts
from tests.tasks.adapters.reading.test_workbooks_examined import CYCLE, OFFICE, filled

PLACE = ("indicators", "retail_sales", "committed")


def width(chars: float) -> Callable[[FilledWorkbook], None]:
    def change(book: FilledWorkbook) -> None:
        sheet = book.sheet("indicators")
        column = sheet[book.address(*PLACE)].column_letter
        sheet.column_dimensions[column].width = chars

    return change


def letters(points: float) -> Callable[[FilledWorkbook], None]:
    def change(book: FilledWorkbook) -> None:
        book.sheet("indicators")[book.address(*PLACE)].font = Font(size=points)

    return change


def shrunk(book: FilledWorkbook) -> None:
    width(4)(book)
    sheet = book.sheet("indicators")
    for cell in book.places("indicators", "committed").values():
        sheet[cell].alignment = Alignment(shrink_to_fit=True)


def usual(chars: float) -> Callable[[FilledWorkbook], None]:
    """Columns of which nothing is said are that wide."""

    def change(book: FilledWorkbook) -> None:
        sheet = book.sheet("indicators")
        sheet.column_dimensions.clear()
        sheet.sheet_format.defaultColWidth = chars

    return change


CASES: dict[str, tuple[Callable[[FilledWorkbook], None], bool]] = {
    "usual": (lambda _: None, False),
    "just wide enough": (width(7.8), False),
    "narrow": (width(5), True),
    "letters of 40 points": (letters(40), True),
    "letters of 14 points": (letters(14), False),
    "shrunk": (shrunk, False),
    "all columns narrow": (usual(4), True),
    "as wide as programs take them": (usual(8.43), False),
}


def workbook(case: str) -> bytes:
    book = filled("sct")
    CASES[case][0](book)
    return book.save(CYCLE.opens_at)


def told(content: bytes, kind: FileKind) -> bool:
    examination = examine_content(
        read_workbook(content, kind),
        OFFICE,
        agency="sct",
        cycle=CYCLE.code,
        exact=OpenpyxlExactReader(content, kind),
    )
    return any(f.rule == "HT-11" and f.column == PLACE[2] for f in examination.findings)


@pytest.mark.parametrize("case", CASES)
def test_a_figure_without_room_is_told(case: str) -> None:
    assert told(workbook(case), FileKind.XLSX) == CASES[case][1]


@pytest.mark.skipif(NO_OFFICE, reason="LibreOffice makes the files")
def test_other_formats_of_an_office_program_tell_the_same(tmp_path: Path) -> None:
    names = {f"{number}": case for number, case in enumerate(CASES)}
    saved = saved_elsewhere({name: workbook(case) for name, case in names.items()}, tmp_path)
    for (name, kind), content in saved.items():
        assert told(content, kind) == CASES[names[name]][1], (names[name], kind)


def test_an_xlsb_says_how_wide_its_columns_are_and_by_what_cells_are_drawn() -> None:
    book = XlsbBook(widths={2: 4.5})
    book.put(1, 1, 1.0)
    book.put(1, 2, 250_200.0, Look("#,##0"))
    (sheet,) = read_workbook(book.content(), FileKind.XLSB).sheets
    assert sheet.widths is not None and sheet.letters is not None
    assert [sheet.widths.of(n) for n in (1, 2, 3)] == [inf, 4.5, inf]
    assert [sheet.letters(1, n).number_format for n in (1, 2, 9)] == ["General", "#,##0", ""]


FONTS = [
    ("Liberation Sans", 11), ("Liberation Serif", 10), ("Liberation Serif", 20),
    ("Liberation Sans Narrow", 8), ("Liberation Sans Narrow", 11), ("Liberation Sans Narrow", 20),
    ("Liberation Mono", 11), ("DejaVu Sans", 11), ("DejaVu Serif", 13), ("C059", 16), ("Z003", 11),
]  # fmt: skip
USUAL = [("Liberation Sans", 10), ("Liberation Serif", 12), ("DejaVu Sans", 11)]
WIDTHS = (3.2, 3.8, 4.5, 5.2, 5.8, 7.5, 9.2)


def in_fonts(usual: tuple[str, int], chars: float) -> tuple[bytes, dict[str, str]]:
    """A workbook whose figures are written in other fonts than the usual one; them by their cells,
    figures of their own."""
    book = filled("sct")
    width(chars)(book)
    sheet, figures = book.sheet("indicators"), {}
    for n, (row, cell) in enumerate(book.places("indicators", "committed").items()):
        name, points = FONTS[n % len(FONTS)]
        book.write("indicators", row, "committed", 731_000 + 11 * n)
        sheet[cell].font, sheet[cell].number_format = Font(name=name, size=points), "0"
        figures[cell] = f"{731_000 + 11 * n}"
    kept = parts(book.save(CYCLE.opens_at))
    first = f'<font><name val="{usual[0]}"/><sz val="{usual[1]}"/></font>'
    styles = re.sub(rb"<font>.*?</font>", first.encode(), kept["xl/styles.xml"], count=1)
    return packed(kept | {"xl/styles.xml": styles}), figures


def drawing_one_sheet(content: bytes) -> bytes:
    """The workbook with all sheets hidden but the one that is looked at: no other is drawn."""
    kept = parts(content)
    title = OFFICE.form_of(CYCLE).sheet(PLACE[0]).title
    others = re.compile(rf'(name="(?!{title}")[^"]*" sheetId="[0-9]+" state=)"visible"')
    book, hidden = others.subn(r'\1"hidden"', kept["xl/workbook.xml"].decode())
    before = book[: book.index(f'name="{title}"')].count("<sheet ") - 1
    book = book.replace('activeTab="0"', f'activeTab="{before}"')
    assert hidden and before > 0
    return packed(kept | {"xl/workbook.xml": book.encode()})


@pytest.mark.skipif(NO_OFFICE or which("pdftotext") is None, reason="LibreOffice draws the cells")
def test_no_figure_that_an_office_program_draws_is_told_as_cut_off(tmp_path: Path) -> None:
    made = {
        f"{number}-{chars}": in_fonts(usual, chars)
        for number, usual in enumerate(USUAL)
        for chars in WIDTHS
    }
    for name, (content, _) in made.items():
        (tmp_path / f"{name}.xlsx").write_bytes(drawing_one_sheet(content))
    saved_as("pdf", [tmp_path / f"{name}.xlsx" for name in made], tmp_path)
    drawn = hidden = 0
    for name, (content, figures) in made.items():
        page = subprocess.run(
            ["pdftotext", "-raw", str(tmp_path / f"{name}.pdf"), "-"],
            check=True, capture_output=True, text=True, timeout=60,
        ).stdout  # fmt: skip
        examination = examine_content(
            read_workbook(content, FileKind.XLSX), OFFICE, agency="sct", cycle=CYCLE.code
        )
        cut = {c for f in examination.findings if f.rule == "HT-11" for c in (f.cell, *f.cells)}
        for cell, figure in figures.items():
            is_drawn = figure in page
            drawn, hidden = drawn + is_drawn, hidden + (not is_drawn and cell in cut)
            assert not (is_drawn and cell in cut), (name, cell)
    assert drawn > 50 and hidden > 50

"""Real files in which what is shown or kept was changed, from the bytes to the finding."""

from __future__ import annotations

import datetime as dt
import html
import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl.styles import Font, PatternFill

from models.domain.answers.examining import examine_content
from models.domain.reading.submissions import Examination
from models.domain.reading.workbook_content import (
    WorkbookContent,
    address,
    column_letter,
    split_address,
)
from tasks.adapters.reading.file_kinds import FileKind
from tasks.adapters.reading.ooxml.exact_reader import OpenpyxlExactReader
from tasks.adapters.reading.workbook_reader import read_workbook
from tests.fixtures.lent_workbook import LentWorkbook
from tests.tasks.adapters.reading.test_workbooks_examined import CYCLE, OFFICE, filled

PLACE = ("retail_sales", "committed")


@pytest.fixture
def book() -> LentWorkbook:
    return filled("sct")


@pytest.fixture
def cell(book: LentWorkbook) -> str:
    return str(book.address("indicators", *PLACE))


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(kept: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        for name, data in kept.items():
            package.writestr(name, data)
    return made.getvalue()


def rewritten(book: LentWorkbook, cell: str, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with the XML of that cell of the sheet of indicators as `change` has it."""
    return changed(book, book.save(CYCLE.opens_at), cell, change)


def changed(
    book: LentWorkbook, content: bytes, cell: str, change: Callable[[bytes], bytes]
) -> bytes:
    kept = parts(content)
    part = f"xl/worksheets/sheet{book.number('indicators')}.xml"
    pattern = re.compile(rb'<c r="%s"[^>]*?(?:/>|>.*?</c>)' % cell.encode())
    (found,) = pattern.findall(kept[part])
    kept[part] = kept[part].replace(found, change(found))
    return packed(kept)


def read(content: bytes) -> WorkbookContent:
    return read_workbook(content, FileKind.XLSX)


def examined(content: bytes) -> Examination:
    return examine_content(read(content), OFFICE, exact=OpenpyxlExactReader(content, FileKind.XLSX))


def told(content: bytes, cell: str) -> list[str]:
    return [f.rule for f in examined(content).findings if cell in (f.cell, *f.cells)]


def entry(content: bytes, cell: str) -> Any:
    return next(
        e.value for e in examined(content).entries if e.cell == cell and e.sheet == "indicators"
    )


def as_cell(attributes: str, body: str) -> Callable[[bytes], bytes]:
    def change(found: bytes) -> bytes:
        start = re.match(rb'<c r="[A-Z]+[0-9]+"(?: s="[0-9]+")?', found)
        assert start is not None
        return start[0] + f"{attributes}>{body}</c>".encode()

    return change


@pytest.mark.parametrize(
    ("formula", "kept", "rule"),
    [
        ("<f>1+1</f>", "9600", "CG-01"),
        ("<f>SUM(1,250000,200)</f>", "250200", "CG-01"),
        ('<f t="array" ref="Z1">1+1</f>', "9600", "CG-01"),
        ("<f>RAND()*250200</f>", "250200", "CG-02"),
        ('<f ca="1">250200+0*NOW()</f>', "250200", "CG-02"),
        ("<f>INDIRECT(&quot;A&quot;&amp;TODAY())</f>", "250200", "CG-02"),
        ("<f>[1]Sheet1!$B$2</f>", "250200", "CG-03"),
    ],
)
def test_a_formula_that_says_something_else_is_told(
    book: LentWorkbook, cell: str, formula: str, kept: str, rule: str
) -> None:
    content = rewritten(book, cell, as_cell("", f"{formula}<v>{kept}</v>"))
    assert rule in told(content, cell)
    assert (entry(content, cell) is None) == (rule != "CG-03")


@pytest.mark.parametrize(
    "formula", ["<f>250200</f>", "<f>250000+200</f>", "<f>ROUND(250200.4,0)</f>"]
)
def test_a_formula_whose_result_is_kept_is_read(
    book: LentWorkbook, cell: str, formula: str
) -> None:
    content = rewritten(book, cell, as_cell("", f"{formula}<v>250200</v>"))
    assert entry(content, cell) == 250_200
    assert not {"CG-01", "CG-02", "CG-03"} & set(told(content, cell))


@pytest.mark.parametrize(
    ("formula", "kept", "rule"),
    [
        ("16", "x", "CG-01"),
        ("16", "-", "CG-01"),
        ('"Rút lại số liệu"', "...", "CG-01"),
        ("16+0*TODAY()", "-", "CG-02"),
        ("[1]Sheet1!A1", "-", "CG-03"),
        ('IF(1=1,"-","")', "-", ""),
        ('IF(1=2,"-","")', "-", ""),
        ("VLOOKUP(1,A1:B2,2)", "-", ""),
    ],
)
@pytest.mark.parametrize("column", ["milestone_q1", "justification"])
def test_a_formula_of_which_a_mark_for_nothing_is_kept_is_told(
    book: LentWorkbook, formula: str, kept: str, rule: str, column: str
) -> None:
    place = str(book.address("indicators", PLACE[0], column))
    stated = as_cell(' t="str"', f"<f>{html.escape(formula)}</f><v>{kept}</v>")
    found = {f.rule for f in examined(rewritten(book, place, stated)).findings if f.cell == place}
    assert found == ({rule} if rule else set())


def test_a_formula_shared_with_the_cell_above_is_calculated_at_its_own_place(
    book: LentWorkbook, cell: str
) -> None:
    """Its text stands with the first cell alone, and moves."""
    sheet, row, column = book.sheet("indicators"), *split_address(cell)
    spare = column_letter(sheet.max_column + 3)
    sheet[f"{spare}{row - 1}"], sheet[f"{spare}{row}"] = 1, 250_200
    above = address(row - 1, column)
    shared = f'<f t="shared" ref="{above}:{cell}" si="0">{spare}{row - 1}*1</f><v>1</v>'
    for kept, rules in ((250_200, set()), (250_201, {"CG-01"})):
        content = rewritten(book, above, as_cell("", shared))
        body = as_cell("", f'<f t="shared" si="0"/><v>{kept}</v>')
        content = changed(book, content, cell, body)
        assert {"CG-01"} & set(told(content, cell)) == rules


@pytest.mark.parametrize(
    "change",
    [
        lambda found: found + found,
        lambda found: found + re.sub(rb"<v>.*</v>", b"<v>9</v>", found),
        lambda found: found + re.sub(rb">.*", b"/>", found),
        as_cell(' t="inlineStr"', "<is><t>250200</t></is><v>9</v>"),
        as_cell("", "<v>250200</v><v>9</v>"),
    ],
)
def test_a_cell_of_which_the_file_tells_two_contents_is_told(
    book: LentWorkbook, cell: str, change: Callable[[bytes], bytes]
) -> None:
    assert "CT-14" in told(rewritten(book, cell, change), cell)


def test_a_row_that_stands_twice_is_told(book: LentWorkbook, cell: str) -> None:
    row = cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    again = f'</row><row r="{row}"><c r="ZZ{row}"><v>1</v></c>'.encode()
    content = rewritten(book, cell, lambda found: found + again)
    (finding,) = [f for f in examined(content).findings if f.rule == "CT-14"]
    assert f"dòng {row} có hai nội dung" in finding.message


def test_a_text_of_a_cell_without_formula_is_what_is_shown(book: LentWorkbook, cell: str) -> None:
    content = rewritten(book, cell, as_cell(' t="str"', "<v>250200</v>"))
    assert entry(content, cell) == 250_200
    assert told(content, cell) == []
    inline = rewritten(book, cell, as_cell(' t="inlineStr"', "<is><t>250200</t></is>"))
    assert entry(inline, cell) == 250_200
    assert told(inline, cell) == []


def test_a_bare_number_of_a_day_that_counts_from_1904_is_told(book: LentWorkbook) -> None:
    place = book.address(
        "tasks", next(iter(book.places("tasks", "five_deadline"))), "five_deadline"
    )
    sheet = book.sheet("tasks")
    sheet[place] = 45_736
    sheet[place].number_format = "General"
    kept = parts(book.save(CYCLE.opens_at))
    old = kept["xl/workbook.xml"]
    kept["xl/workbook.xml"] = (
        re.sub(rb"<workbookPr[^>]*/>", b'<workbookPr date1904="1"/>', old)
        if b"<workbookPr" in old
        else old.replace(b"<sheets>", b'<workbookPr date1904="1"/><sheets>')
    )
    content = packed(kept)
    assert read(content).since_1904
    found = [f for f in examined(content).findings if f.cell == place and f.sheet == sheet.title]
    assert "HT-01" in [f.rule for f in found]
    assert "«21/03/2029»" in found[0].message and "«20/03/2025»" in found[0].message


@pytest.mark.parametrize("number_format", ["General", "0", "#,##0", "@", "0.00"])
def test_a_bare_number_of_a_day_is_read_and_told_where_days_count_as_usual(
    book: LentWorkbook, number_format: str
) -> None:
    row = next(iter(book.places("tasks", "five_deadline")))
    place = book.address("tasks", row, "five_deadline")
    book.sheet("tasks")[place] = 45_736
    book.sheet("tasks")[place].number_format = number_format
    examination = examined(book.save(CYCLE.opens_at))
    assert [f.cell for f in examination.findings if f.rule == "HT-06"] == [place]
    values = {(e.sheet, e.cell): e.value for e in examination.entries}
    assert values["tasks", place] == dt.date(2025, 3, 20)


def test_office_cells_and_headers_that_show_something_else_are_told(book: LentWorkbook) -> None:
    sheet = book.sheet("indicators")
    target = book.address("indicators", PLACE[0], "target")
    sheet[target] = 250_200
    sheet[target].number_format = '"99999"'
    header = sheet.cell(4, sheet[book.address("indicators", *PLACE)].column)
    while not isinstance(header.value, str) or "cam kết" not in header.value:
        header = sheet.cell(header.row + 1, header.column)
    header.font = Font(color="FFFFFFFF")
    header.fill = PatternFill("solid", fgColor="FFFFFFFF")
    found = {f.rule: f for f in examined(book.save(CYCLE.opens_at)).findings}
    assert found["VB-02"].cell == target and "«99999»" in found["VB-02"].message
    assert found["VB-05"].cell == header.coordinate


@pytest.mark.parametrize(
    ("where", "text", "told"),
    [
        ("oddHeader", "Đính chính: kim ngạch xuất khẩu là 38 tỷ USD", True),
        ("oddFooter", "Số đúng: 38", True),
        ("firstHeader", "sửa thành 38", True),
        ("evenFooter", "Bỏ chỉ tiêu số 5", True),
        ("oddFooter", "Sở Công Thương", False),
        ("oddHeader", "Kèm theo Kế hoạch số 25/KH-SCT", False),
    ],
)
def test_a_correction_above_or_below_the_printed_page_is_told(
    book: LentWorkbook, where: str, text: str, told: bool
) -> None:
    printed = getattr(book.sheet("indicators"), where)
    printed.center.text = text
    book.sheet("indicators").HeaderFooter.differentFirst = where == "firstHeader"
    book.sheet("indicators").HeaderFooter.differentOddEven = where == "evenFooter"
    found = [f for f in examined(book.save(CYCLE.opens_at)).findings if f.rule == "CT-16"]
    assert [text in f.message for f in found] == ([True] if told else [])


@pytest.mark.parametrize(
    "body",
    [
        "<v>2502<!-- 9 -->00</v>",
        "<v><![CDATA[250200]]></v>",
        "<v>2502<?mark 9?>00</v>",
        "<!-- <v>9</v> --><v>250200</v>",
    ],
)
@pytest.mark.parametrize("attributes", ["", ' t="str"'])
def test_what_stands_aside_in_the_markup_cuts_no_figure_off(
    book: LentWorkbook, cell: str, attributes: str, body: str
) -> None:
    content = rewritten(book, cell, as_cell(attributes, body))
    assert entry(content, cell) == 250_200
    assert told(content, cell) == []


@pytest.mark.parametrize("mark", ["-//-", "〃", '"', "''", "####", "∞"])
def test_a_mark_that_says_something_of_a_figure_is_told(book: LentWorkbook, mark: str) -> None:
    place = book.write("indicators", PLACE[0], "milestone_q1", mark)
    content = book.save(CYCLE.opens_at)
    assert told(content, place) == ["SO-02"]
    assert entry(content, place) is None

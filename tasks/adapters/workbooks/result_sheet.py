"""The sheet "Kết quả kiểm tra" of a returned workbook: every finding, the worst first."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import cast

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from models.domain.cycle.letter_phrases import check_code
from models.domain.reading.findings import Finding, Severity
from models.domain.reading.identity import RESULT_JUSTIFICATION, RESULT_SHEET_NAME
from tasks.adapters.workbooks import workbook_styles as look
from tasks.adapters.workbooks.paper import A4_WIDE
from tasks.adapters.workbooks.result_words import advice, summary
from tasks.adapters.workbooks.workbook_marks import find_cell, find_sheet, put_text

_COLUMNS = (
    ("TT", 5),
    ("Mức độ", 19),
    ("Trang", 19),
    ("Ô", 8),
    ("Giá trị đang ghi", 28),
    ("Nội dung và cách sửa", 66),
    (RESULT_JUSTIFICATION, 26),
    ("Mã kiểm tra", 9),  # by which the office finds the rule
)
_HEADER_ROW = 5  # where no sections are listed above it
_MAX_VALUE = 300  # characters of a seen value that are shown
_LINK = "1F4E9E"


@dataclass(frozen=True, slots=True)
class FirstSheet:
    """What the sheet tells beside the findings.

    `note` says how this workbook differs from the file that was sent in, where it does; `parts`
    what became of each section and whether it is owed, where they are accepted each by itself;
    `sha256` is the digest of the file that was checked; its short code, as in the letter, is shown;
    `marked` are the severities whose colours are to be seen in the workbook.
    """

    note: str = ""
    parts: Sequence[tuple[str, str, bool]] = ()
    sha256: str = ""
    marked: Set[Severity] = frozenset()


_NOTHING_BESIDE = FirstSheet()


def write_results(
    workbook: Workbook,
    findings: Sequence[Finding],
    agency_name: str,
    cycle_title: str,
    first: FirstSheet = _NOTHING_BESIDE,
) -> None:
    """Puts the sheet first and opens the workbook there; one of an earlier round is replaced."""
    while (old := find_sheet(workbook, RESULT_SHEET_NAME)) is not None:
        workbook.remove(old)
    sheet = workbook.create_sheet(RESULT_SHEET_NAME, 0)
    for number, (_, width) in enumerate(_COLUMNS):
        sheet.column_dimensions["ABCDEFGH"[number]].width = width + 0.72
    header_row = _HEADER_ROW + len(first.parts)
    _head(sheet, findings, agency_name, cycle_title, first)
    for number, finding in enumerate(findings, 1):
        _row(workbook, sheet, header_row, number, finding)
    last = header_row + len(findings)
    if first.sha256:
        last += 1
        _foot(sheet, last, first.sha256)
    _page(sheet, header_row, last, agency_name)
    # Two selected tabs would be one group, in which what is typed goes to both.
    for other in workbook.worksheets:
        for view in other.views.sheetView:
            view.tabSelected = other is sheet
    for chart in workbook.chartsheets:
        for view in chart.sheetViews.sheetView if chart.sheetViews else ():
            view.tabSelected = False
    workbook.active = 0


def _head(
    sheet: Worksheet,
    findings: Sequence[Finding],
    agency_name: str,
    cycle_title: str,
    first: FirstSheet,
) -> None:
    note, parts = first.note, first.parts
    owing = any(owed for *_, owed in parts) or not parts
    asked = advice(findings, first.marked, something_owed=owing)
    whole = float(sum(w for _, w in _COLUMNS))
    lines = (
        ("KẾT QUẢ KIỂM TRA", look.HEADING_SIZE, True, look.HEADING_INK),
        (f"{agency_name} - {cycle_title}", look.BODY_SIZE, True, look.INK),
        (summary(findings), look.BODY_SIZE, False, look.INK),
        (f"{note} {asked}".lstrip(), look.TABLE_SIZE, False, look.INK),
    )
    for number, (text, size, bold, colour) in enumerate(lines, 1):
        cell = put_text(sheet, number, 1, text)
        cell.font = Font(look.FONT, size, bold=bold, color=f"FF{colour}")
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        sheet.merge_cells(start_row=number, end_row=number, start_column=1, end_column=8)
        sheet.row_dimensions[number].height = look.row_height([(text, whole)], size, bold=bold) + 3
    for number, (section, said, owed) in enumerate(parts, len(lines) + 1):
        _part(sheet, number, section, said, owed=owed)
    header_row = _HEADER_ROW + len(parts)
    for number, (title, _) in enumerate(_COLUMNS, 1):
        cell = put_text(sheet, header_row, number, title)
        cell.font = Font(look.FONT, look.TABLE_SIZE, bold=True)
        cell.fill = PatternFill("solid", fgColor=f"FF{look.HEADER_FILL}")
        cell.alignment = Alignment(wrap_text=True, horizontal="center", vertical="center")
        cell.border = _frame()
    sheet.row_dimensions[header_row].height = 30


def _foot(sheet: Worksheet, row: int, sha256: str) -> None:
    """The code of the file that was checked, as the letter has it, under the last finding."""
    cell = put_text(sheet, row, 1, f"Mã đối chiếu tệp đã kiểm tra: {check_code(sha256)}")
    cell.font = Font(look.FONT, look.TABLE_SIZE, italic=True)
    cell.alignment = Alignment(vertical="center")
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=8)
    sheet.row_dimensions[row].height = 20


def _part(sheet: Worksheet, row: int, section: str, said: str, *, owed: bool) -> None:
    """One section and what became of it: its name over the first columns, the rest beside it."""
    for first, last, text, bold in ((1, 3, section, True), (4, 8, said, False)):
        cell = put_text(sheet, row, first, text)
        cell.font = Font(look.FONT, look.TABLE_SIZE, bold=bold)
        cell.alignment = Alignment(wrap_text=True, horizontal="left", vertical="center", indent=1)
        if owed:
            cell.fill = PatternFill("solid", fgColor=f"FF{look.SEVERITY_FILLS[Severity.ERROR]}")
        for column in range(first, last + 1):
            sheet.cell(row, column).border = _frame()
        sheet.merge_cells(start_row=row, end_row=row, start_column=first, end_column=last)
    sheet.row_dimensions[row].height = 18


def _row(
    workbook: Workbook, sheet: Worksheet, header_row: int, number: int, finding: Finding
) -> None:
    row = header_row + number
    texts = (
        str(number),
        finding.call,
        finding.sheet,
        finding.cell,
        look.clean_text(finding.value, _MAX_VALUE),
        _remark(finding),
        finding.justification,
        finding.rule,
    )
    for column, text in enumerate(texts, 1):
        cell = put_text(sheet, row, column, text)
        cell.font = Font(look.FONT, look.TABLE_SIZE)
        centred = column in (1, 4, 8)
        cell.alignment = Alignment(
            wrap_text=True, vertical="top", horizontal="center" if centred else "left"
        )
        cell.border = _frame()
    sheet.cell(row, 1).value = number
    colour = look.SEVERITY_FILLS[finding.severity]
    sheet.cell(row, 2).fill = PatternFill("solid", fgColor=f"FF{colour}")
    _link(workbook, sheet, row, finding)
    sheet.row_dimensions[row].height = look.row_height(
        [(look.clean_text(t), float(w)) for t, (_, w) in zip(texts, _COLUMNS, strict=True)],
        least=20,
    )


def _remark(finding: Finding) -> str:
    """The message where sheet and cell stand in columns of their own: it names neither again."""
    text = finding.beside_place
    for opening in (f"Trang «{finding.sheet}», ô {finding.cell}: ", f"Trang «{finding.sheet}»: "):
        text = text.removeprefix(opening)
    return f"{text[:1].upper()}{text[1:]}"


def _link(workbook: Workbook, sheet: Worksheet, row: int, finding: Finding) -> None:
    """Makes the address lead to its cell, inside this workbook only."""
    target = find_sheet(workbook, finding.sheet) if finding.cell else None
    cell = find_cell(target, finding.cell) if target is not None else None
    if target is None or cell is None or target.sheet_state != "visible":
        return
    name = target.title.replace("'", "''")
    source = sheet.cell(row, 4)
    source.hyperlink = Hyperlink(ref=source.coordinate, location=f"'{name}'!{cell.coordinate}")
    source.font = Font(look.FONT, look.TABLE_SIZE, underline="single", color=f"FF{_LINK}")


def _frame() -> Border:
    side = Side("thin", color=f"FF{look.RULE}")
    return Border(left=side, right=side, top=side, bottom=side)


def _page(sheet: Worksheet, header_row: int, last: int, agency_name: str) -> None:
    sheet.freeze_panes = f"A{header_row + 1}"
    sheet.sheet_view.showGridLines = False
    sheet.sheet_properties.tabColor = f"FF{look.SEVERITY_FILLS[Severity.ERROR]}"
    paper = A4_WIDE
    sheet.page_setup.paperSize = paper.code
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left, sheet.page_margins.right = paper.left, paper.right
    sheet.page_margins.top, sheet.page_margins.bottom = paper.top, paper.bottom
    sheet.page_margins.header = sheet.page_margins.footer = 0.3
    sheet.print_title_rows = f"{header_row}:{header_row}"
    sheet.print_area = f"A1:H{last}"
    footer = cast(HeaderFooterItem, sheet.oddFooter)  # a sheet made here has one
    said = f"{RESULT_SHEET_NAME} - {look.clean_text(agency_name, 80)}".replace("&", "&&")
    for part, text, style in (
        (footer.left, f" {said}", "Italic"),
        (footer.right, "Trang &P/&N", "Regular"),
    ):
        part.text, part.font, part.size = text, f"{look.FONT},{style}", 11

"""VB: the office's own text. What an agency changes there does not count, and is shown."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from models.domain.notation.number_notation import NumberNotUnderstood, from_cell, parse_vietnamese
from models.domain.reading.cell_values import seen_text
from models.domain.reading.expectations import ExpectedSheet, plain, shortened
from models.domain.reading.findings import Severity
from models.domain.reading.forms import EARLIER, Column
from models.domain.reading.layout import SheetLayout
from models.domain.reading.workbook_content import CellValue
from models.domain.rules.registry import Case, Remark, listed, rule

_NOT_COMPARED = ("code", "number", "group", "approval_printed", EARLIER)
_SAME_NAME = 0.9  # a corrected typing slip is no change of meaning


def _changed(value: CellValue, printed: str, column: Column) -> bool:
    """Whether a cell says something else than the office printed. Empty cells say nothing."""
    if value is None or value == printed:
        return False
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            return from_cell(value) != parse_vietnamese(printed)
        except NumberNotUnderstood:
            return True
    if not isinstance(value, str):
        return True
    text, wanted = plain(value), plain(printed)
    if not text or text == wanted:
        return False
    if column.source == "name":
        shorter = min(text, wanted, key=len)
        if len(shorter) > 8 and (shorter in text and shorter in wanted):
            return False
        return SequenceMatcher(None, text, wanted).ratio() < _SAME_NAME
    return True


@rule(
    "VB-03",
    Severity.ERROR,
    title="Mã của dòng này, tên của dòng khác",
    explanation="Thường do sắp xếp (Sort) hoặc dán mà không kèm cột mã. Khi đó không biết số liệu "
    "trong dòng là của mã hay của tên.",
    remedy="Khôi phục mã và tên như sổ báo cáo đã gửi, rồi kiểm tra lại số liệu từng dòng.",
)
def codes_stand_beside_their_names(case: Case) -> Iterator[Remark]:
    for expected, layout in case.tables():
        codes = _beside_other_names(expected, layout)
        if not codes:
            continue
        first = codes[0]
        seen = layout.value(first, expected.name_column)
        numbers = listed([str(layout.rows[code]) for code in codes], 12)
        cell = layout.cell(first, expected.name_column)
        inputs = [e for e in case.interpretation.entries if e.sheet == layout.key]
        yield Remark(
            f"Trang «{layout.name}», dòng {numbers}: mã và tên không thuộc cùng một dòng của sổ "
            f"báo cáo (ô {cell} ghi «{seen_text(seen, 80)}», mã bên cạnh là của "
            f"«{expected.rows[first].short_name}»), có lẽ do sắp xếp hoặc dán mà không kèm cột mã; "
            "Văn phòng không biết số liệu là của dòng nào. Đề nghị khôi phục mã và tên như sổ "
            "báo cáo đã gửi, rồi kiểm tra lại số liệu từng dòng.",
            layout.name,
            cell,
            seen_text(seen),
            cells=(
                *(layout.cell(code, expected.name_column) for code in codes),
                *(e.cell for e in inputs if e.row_key in codes),
            ),
        )


def _beside_other_names(expected: ExpectedSheet, layout: SheetLayout) -> list[str]:
    """Codes of the rows whose name is that of another row of the sheet, in printed order."""
    codes = []
    for code in layout.rows:
        value = layout.value(code, expected.name_column)
        if isinstance(value, str) and value != expected.rows[code].name:
            owners = expected.codes_by_name.get(plain(value), ())
            if owners and code not in owners:
                codes.append(code)
    return codes


@rule(
    "VB-01",
    Severity.ERROR,
    title="Đơn vị tính bị sửa",
    explanation="Đơn vị tính là của Chỉ thị. Khi bị sửa, không biết số trong dòng tính theo đơn vị "
    "nào.",
    remedy="Khôi phục đơn vị tính và ghi số theo đơn vị đó.",
)
def units_are_as_printed(case: Case) -> Iterator[Remark]:
    for remark, column in _differences(case):
        if column.source == "unit":
            yield remark


@rule(
    "VB-02",
    Severity.WARNING,
    title="Nội dung do Văn phòng ghi sẵn bị sửa",
    explanation="Tên, chỉ tiêu được giao, thời hạn ... lấy theo Chỉ thị, không theo phần đã sửa "
    "trong tệp.",
    remedy="Khôi phục nội dung. Nếu Chỉ thị ghi chưa đúng, nêu ở cột giải trình.",
)
def printed_text_is_unchanged(case: Case) -> Iterator[Remark]:
    for remark, column in _differences(case):
        if column.source != "unit":
            yield remark


def _differences(case: Case) -> Iterator[tuple[Remark, Column]]:
    for expected, layout in case.tables():
        columns = [
            (c, place - 1)
            for c in expected.form.columns
            if c.office and c.source not in _NOT_COMPARED and (place := layout.columns.get(c.key))
        ]
        rows = layout.content.rows
        misplaced = _beside_other_names(expected, layout)
        for code, number in layout.rows.items():
            if code in misplaced:
                continue  # the whole row is another one's: said once
            cells = rows[number - 1]
            width = len(cells)
            printed = expected.rows[code].office_texts
            for column, place in columns:
                if place >= width:
                    continue
                value, text = cells[place], printed[column.key]
                if value == text or not _changed(value, text, column):
                    continue
                yield _difference(case, expected, layout, code, column, value), column


def _difference(
    case: Case,
    expected: ExpectedSheet,
    layout: SheetLayout,
    code: str,
    column: Column,
    value: CellValue,
) -> Remark:
    row = expected.rows[code]
    text = row.office_texts[column.key]
    cell = layout.cell(code, column.key)
    title = " ".join(column.header.split())
    name = "" if column.source == "name" else f"«{row.short_name}», "
    printed = f"«{shortened(text, 80)}»" if text else "ô trống"
    advice = (
        "Đề nghị khôi phục đơn vị tính và ghi số theo đơn vị đó."
        if column.source == "unit"
        else "Văn phòng vẫn lấy theo Chỉ thị; nếu Chỉ thị chưa đúng, đề nghị nêu ở cột giải trình."
    )
    return Remark(
        f"nội dung do Văn phòng ghi sẵn là {printed}, nay là «{seen_text(value, 80)}». {advice}",
        layout.name,
        cell,
        seen_text(value),
        code,
        column.key,
        justification=case.justification(layout.key, code),
        label=f"{name}cột «{title}»",
    )

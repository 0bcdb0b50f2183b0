"""VB: the office's own text. What an agency changes there does not count, and is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from models.domain.notation.corrections import crossed_out
from models.domain.notation.number_notation import NumberNotUnderstood, from_cell, parse_vietnamese
from models.domain.reading.beside.units_told import units_of_row
from models.domain.reading.cell_values import is_blank, seen_text
from models.domain.reading.expectations import ExpectedSheet, plain, shortened
from models.domain.reading.findings import Severity
from models.domain.reading.forms import EARLIER, EXAMPLE, Column, SheetKind
from models.domain.reading.layout import SheetLayout
from models.domain.reading.seen_cells import (
    OfficeCellSeen,
    office_cell_seen,
    office_cells_to_see,
)
from models.domain.reading.shown_values import compare_shown_text
from models.domain.reading.sight.office_words import (
    joins_another,
    multiplies,
    of_other_sense,
)
from models.domain.reading.workbook_content import CellValue, SheetContent, split_address
from models.domain.register.catalogue import CatalogueRow
from models.domain.rules.registry import Case, Remark, listed, rule
from models.domain.rules.workbook.title_wordings import (
    notes_at_codes,
    other_cycle,
    renamed,
    reworded_titles,
    unit_beside,
)

_NOT_COMPARED = ("code", "number", "group", "approval_printed", EARLIER)
_EXAMPLE_BELOW = re.compile(rf"\s*{EXAMPLE}[0-9][0-9.,]*$")
_IN_BRACKETS = re.compile(r"\([^()]{1,30}\)")
_SAME_NAME = 0.9  # a corrected typing slip is no change of meaning


def _multiplied(more: str) -> bool:
    """Whether what was put to a name says how many times its figures count."""
    return any(map(multiplies, _IN_BRACKETS.findall(more)))


def _changed(value: CellValue, printed: str, column: Column, units: Sequence[str] = ()) -> bool:
    """Whether a cell says something else than the office printed, in a row whose figures are told
    in those `units`. Empty cells say nothing."""
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
    if not text and column.source == "unit":
        return not is_blank(value) or any(not c.isascii() and c not in "…–—" for c in value)
    if crossed_out(value.replace(printed, "", 1)) and not crossed_out(printed):
        return True
    if not text or text == wanted:
        return False
    return column.source != "name" or _renamed(value, printed, units)


def _renamed(value: str, printed: str, units: Sequence[str]) -> bool:
    """Whether the name of a row names something else than the printed one."""
    if unit_beside(value, printed, units) or _multiplied(value.replace(printed, "", 1)):
        return True
    text, wanted = plain(value), plain(printed)
    if of_other_sense(text, wanted):
        return True
    shorter, longer = sorted((text, wanted), key=len)
    if len(shorter) > 8 and shorter in longer:
        return joins_another(longer.replace(shorter, " ", 1))
    return SequenceMatcher(None, text, wanted).ratio() < _SAME_NAME


@rule(
    "VB-03",
    Severity.ERROR,
    title="Mã của dòng này, tên của dòng khác",
    explanation="Thường do sắp xếp (Sort) hoặc dán mà không kèm cột mã. Khi đó không biết số liệu "
    "trong dòng là của mã hay của tên.",
    remedy="Ghi số liệu vào đúng dòng trong sổ báo cáo Văn phòng gửi lại: sổ đó có mã và tên đúng, "
    "tệp cơ quan đã gửi được gửi kèm để đối chiếu.",
    mended_by_office=True,
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
            "Văn phòng không biết số liệu là của dòng nào. Văn phòng đã khôi phục mã và tên trong "
            "sổ kèm theo và chưa chép số liệu của các dòng này; đề nghị ghi vào đúng dòng (nền "
            "đỏ), theo tệp cơ quan đã gửi.",
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
            owners = expected.codes_named(value)
            if owners and code not in owners:
                codes.append(code)
    return codes


@rule(
    "VB-01",
    Severity.ERROR,
    title="Đơn vị tính bị sửa",
    explanation="Đơn vị tính là của Chỉ thị. Khi bị sửa, không biết số trong dòng tính theo đơn vị "
    "nào.",
    remedy="Ghi lại số theo đơn vị tính của Chỉ thị trong sổ báo cáo Văn phòng gửi lại: sổ đó "
    "có đơn vị đúng, số đã ghi được chép kèm đơn vị cơ quan nêu.",
    mended_by_office=True,
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
    "trong tệp; Văn phòng tự khôi phục chỉ tiêu, thời hạn nên chỉ nêu để cơ quan biết (lưu ý). "
    "Tiêu đề, tên trang ghi thêm lời làm đổi nghĩa («năm 2024», «cũ») cũng được nêu: số liệu vẫn "
    "được đọc theo nội dung đã ghi sẵn.",
    remedy="Không phải sửa nội dung đó: sổ báo cáo Văn phòng gửi lại đã ghi đúng. Nếu Chỉ thị ghi "
    "chưa đúng, nêu ở cột giải trình.",
    mended_by_office=True,
)
def printed_text_is_unchanged(case: Case) -> Iterator[Remark]:
    for remark, column in _differences(case):
        if column.source != "unit":
            yield remark
    for expected, layout in case.tables(*SheetKind):
        yield from renamed(case, expected, layout)
        if expected.form.kind is SheetKind.DETAILS:
            yield from other_cycle(case, expected, layout)
        else:
            yield from reworded_titles(case, expected, layout)
            yield from notes_at_codes(expected, layout)


def _differences(case: Case) -> Iterator[tuple[Remark, Column]]:
    for expected, layout in case.tables():
        columns = [
            (c, place - 1)
            for c in expected.form.columns
            if c.office and c.source not in _NOT_COMPARED and (place := layout.columns.get(c.key))
        ]
        content = layout.content
        rows = content.rows
        to_see = office_cells_to_see(content)
        misplaced = _beside_other_names(expected, layout)
        # Cells of the table under merged ones show what these hold.
        covered = any(bottom > layout.header_row for _, _, bottom, _ in content.merged)
        for code, number in layout.rows.items():
            if code in misplaced:
                continue  # the whole row is another one's: said once
            cells = rows[number - 1]
            width = len(cells)
            printed = expected.rows[code].office_texts
            for column, place in columns:
                held = cells[place] if place < width else None
                if held is None and covered:
                    held = _shown_over(content, number, place + 1)
                if held is None:
                    continue
                note = expected.rows[code].office_notes.get(column.key, "")
                value, text = _without_note(held, note), printed[column.key]
                if value != text and _changed(
                    value, text, column, units_of_row(expected, expected.rows[code])
                ):
                    yield _difference(case, expected, layout, code, column, value), column
                elif (
                    to_see is not None
                    and to_see(number, place + 1)
                    and (seen := office_cell_seen(content, number, place + 1))
                ):
                    seen = replace(seen, text=str(_without_note(seen.text, note) or ""))
                    remark = _seen_otherwise(case, expected, layout, (code, column), seen)
                    if remark is not None:
                        yield remark, column


def _shown_over(content: SheetContent, row: int, column: int) -> CellValue:
    """What a merged cell shows in the place of the one in 1-based row and column, which it covers;
    only its first line, for what the office adds below is of the first cell's own row."""
    above = content.covering(row, column)
    value = content.at(*split_address(above)) if above else None
    return value.partition("\n")[0] if isinstance(value, str) else value


def _without_note(value: CellValue, note: str) -> CellValue:
    """What stands in an office's cell but for what it adds below: workbooks of before have none."""
    if not note or not isinstance(value, str):
        return value
    text = " ".join(value.split())
    if note.startswith(EXAMPLE) and (found := _EXAMPLE_BELOW.search(text)):
        return text[: found.start()].rstrip()  # whichever example the workbook was sent with
    return text.removesuffix(note).rstrip() if text.endswith(note) else value


def _seen_otherwise(
    case: Case,
    expected: ExpectedSheet,
    layout: SheetLayout,
    place: tuple[str, Column],
    seen: OfficeCellSeen,
) -> Remark | None:
    """What is said of an office's cell that holds what was printed and does not show it."""
    code, column = place
    row = expected.rows[code]
    printed = row.office_texts[column.key]
    if not seen.text:
        shown = "nay không ai nhìn thấy (chữ cùng màu nền hoặc quá nhỏ, hoặc định dạng giấu)"
    elif seen.struck:
        shown = "nay bị gạch ngang"
    elif _changed(seen.text, printed, column) and not _same_figure(
        layout.value(code, column.key), seen.text, row.row
    ):
        shown = f"nay ô hiện «{seen_text(seen.text, 80)}»"
    else:
        return None
    title = " ".join(column.header.split())
    name = "" if column.source == "name" else f"«{row.short_name}», "
    return Remark(
        f"nội dung do Văn phòng ghi sẵn là «{shortened(printed, 80)}», {shown}. Văn phòng lấy theo "
        "nội dung đã ghi sẵn, đã khôi phục trong sổ kèm theo; đề nghị xem lại số đã ghi trong "
        "dòng, đúng thì không phải sửa.",
        layout.name,
        layout.cell(code, column.key),
        seen.text,
        code,
        column.key,
        justification=case.justification(layout.key, code),
        label=f"{name}cột «{title}»",
    )


def _same_figure(value: CellValue, shown: str, row: CatalogueRow) -> bool:
    """Whether the figure of an office's cell is shown as it is, with its unit or rounded off."""
    if isinstance(value, (bool, str)) or not isinstance(value, (int, float)):
        return False
    return compare_shown_text(shown, from_cell(value), row, "").doubt is None


def _where_to_object(expected: ExpectedSheet) -> str:
    """The part that says where the directive itself may be objected to; "" for nowhere."""
    column = next((c for c in expected.form.columns if c.key == "justification"), None)
    if column is None:
        return ""
    title = " ".join((column.label or column.header).split())
    return f"; có ý kiến về nội dung được giao thì ghi ở cột {title}"


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
    severity = None
    if column.source == "unit":
        advice = (
            "Văn phòng đã khôi phục đơn vị tính trong sổ kèm theo, số đã ghi được chép kèm đơn vị "
            "cơ quan nêu; đề nghị ghi lại số theo đơn vị tính của Chỉ thị."
        )
    elif column.source == "name":
        advice = (
            "Văn phòng vẫn lấy theo nội dung đã ghi sẵn và đã khôi phục trong sổ kèm theo; đề nghị "
            "xem lại những gì đã ghi trong dòng có phải là của nội dung này không, đúng thì "
            "không phải sửa."
        )
    else:  # a locked cell that stands there again: nothing can be mended, no reason is needed
        severity = Severity.INFO
        advice = (
            "Văn phòng vẫn lấy theo nội dung đã ghi sẵn và đã khôi phục trong sổ kèm theo; không "
            f"phải sửa, không bắt buộc ghi thêm{_where_to_object(expected)}."
        )
    return Remark(
        f"nội dung do Văn phòng ghi sẵn là {printed}, trong tệp đã gửi là "
        f"«{seen_text(value, 80)}». {advice}",
        layout.name,
        cell,
        seen_text(value),
        code,
        column.key,
        justification=case.justification(layout.key, code),
        severity=severity,
        label=f"{name}cột «{title}»",
    )

"""VB: titles of the office, and what they say and show of the figures below them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from models.domain.reading.beside.units_told import unit_of_figures
from models.domain.reading.cell_values import seen_text
from models.domain.reading.expectations import ExpectedSheet, plain
from models.domain.reading.findings import Severity
from models.domain.reading.forms import Column, SheetKind, ValueType
from models.domain.reading.headers import HEADER_SEARCH_COLUMNS, LONGEST_LABEL
from models.domain.reading.layout import SheetLayout
from models.domain.reading.seen_cells import (
    office_cell_seen,
    office_cells_to_see,
)
from models.domain.reading.sight.office_words import multiplies
from models.domain.reading.workbook_content import address
from models.domain.rules.registry import Case, Remark, rule
from models.domain.rules.workbook.title_wordings import foreign_unit, is_the_offices

_WITH_UNIT = (
    "Văn phòng đã khôi phục tiêu đề trong sổ kèm theo; số đã ghi được chép kèm đơn vị này, đề nghị "
    "ghi lại theo đúng đơn vị tính."
)
_READ_ON = (
    "; nội dung bên dưới hoặc bên cạnh vẫn được đọc theo tiêu đề đã ghi sẵn. Văn phòng đã khôi "
    "phục tiêu đề trong sổ kèm theo; đề nghị xem lại nội dung đã ghi theo tiêu đề này, nếu "
    "đúng thì không phải sửa."
)
_NOT_COPIED = (
    ". Văn phòng đã khôi phục tiêu đề trong sổ kèm theo và chưa chép nội dung ghi theo tiêu đề "
    "này; đề nghị ghi lại (nền đỏ)."
)
_TELLING = ("name", "unit")  # columns of the office
_NAMES_A_UNIT = re.compile(
    r"đơn vị tính|đvt|đơn vị ?:|(?:được )?tính (?:bằng|theo|ra)|quy (?:đổi )?ra", re.IGNORECASE
)


@rule(
    "VB-04",
    Severity.ERROR,
    title="Tiêu đề ghi thêm đơn vị khác đơn vị tính của dòng",
    explanation="Tiêu đề cột là của Văn phòng; số trong cột tính theo đơn vị tính của từng dòng. "
    "Khi tiêu đề, hoặc dòng chữ phía trên, phía dưới bảng, nêu một đơn vị khác thì không biết số "
    "được tính theo đơn vị nào.",
    remedy="Ghi lại số theo đơn vị tính của dòng trong sổ báo cáo Văn phòng gửi lại: sổ đó có tiêu "
    "đề đúng, số đã ghi được chép kèm đơn vị cơ quan nêu.",
    mended_by_office=True,
)
def no_title_names_a_unit_of_its_own(case: Case) -> Iterator[Remark]:
    for expected, layout in case.tables():
        header = layout.content.rows[layout.header_row - 1]
        for column in expected.form.columns:
            place = layout.columns.get(column.key)
            if place is None or (column.type is not ValueType.NUMBER and not column.office):
                continue
            seen = header[place - 1] if place <= len(header) else None
            if is_the_offices(seen, column):
                continue
            printed = " ".join(column.header.split())
            if (unit := foreign_unit(case, expected, seen, printed, column)) is not None:
                yield Remark(
                    f"tiêu đề cột là «{printed}», trong tệp đã gửi là «{seen_text(seen, 80)}», "
                    f"trong khi {_computed_in(column)}, không phải «{unit}». {_WITH_UNIT}",
                    layout.name,
                    address(layout.header_row, place),
                    seen_text(seen),
                    column=column.key,
                    label="",
                )
        yield from _titles_beside(case, expected, layout)
        yield from _unit_in_the_name(case, expected, layout)


@rule(
    "VB-05",
    Severity.ERROR,
    title="Tiêu đề hiện khác với nội dung của nó",
    explanation="Cột và mục được tìm theo tiêu đề lưu trong ô. Khi định dạng ô làm tiêu đề hiện "
    "thành lời khác thì người điền ghi theo lời mình thấy, không theo cột được đọc. Tiêu đề bị "
    "giấu hoặc bị gạch ngang, dòng tiêu đề, cột tên hoặc cột đơn vị tính bị ẩn thì là cảnh báo.",
    remedy="Ghi lại nội dung dưới tiêu đề đó trong sổ báo cáo Văn phòng gửi lại: sổ đó có tiêu đề "
    "đúng.",
    mended_by_office=True,
)
def every_title_shows_what_it_says(case: Case) -> Iterator[Remark]:
    for expected, layout in case.tables(*SheetKind):
        content = layout.content
        yield from _titles_out_of_sight(expected, layout)
        if (to_see := office_cells_to_see(content)) is None:
            continue
        for printed, row, place in _titles(expected, layout):
            seen = office_cell_seen(content, row, place) if to_see(row, place) else None
            if seen is None or (seen.text and not seen.struck and plain(seen.text) == printed):
                continue
            title = seen_text(content.at(row, place), 80)
            shown = "bị gạch ngang" if seen.struck else "không ai nhìn thấy"
            yield Remark(
                f"tiêu đề «{title}» nay "
                + (shown if seen.struck or not seen.text else f"hiện «{seen_text(seen.text, 80)}»")
                + (_READ_ON if seen.struck or not seen.text else _NOT_COPIED),
                layout.name,
                address(row, place),
                seen.text,
                label="",
                severity=Severity.WARNING if seen.struck or not seen.text else None,
            )


def _titles_out_of_sight(expected: ExpectedSheet, layout: SheetLayout) -> Iterator[Remark]:
    """What tells what the figures of a sheet are and stands in a hidden row or column: titles,
    names, units, the labels of fields. Lines or columns put in beside may tell something else."""
    hidden, where = layout.content.hidden_places, ""
    if layout.content.hidden or not (hidden.rows or hidden.columns):
        return
    if expected.form.kind is SheetKind.DETAILS:
        telling = {layout.columns["value"] - 1: "cột tên các mục"}
        first = min((row for row in layout.rows.values() if row), default=0)
    else:
        first = layout.header_row
        # Of rows that are out of sight with their titles another rule tells.
        seen = any(row not in hidden.rows for row in layout.rows.values())
        where = "dòng tiêu đề của bảng" if seen and first in hidden.rows else ""
        telling = {
            place: f"cột «{' '.join(column.header.split())}»"
            for column in expected.form.columns
            if (column.source in _TELLING and (place := layout.columns.get(column.key)))
        }
    named = [where, *(told for place, told in telling.items() if hidden.hides_column(place))]
    for each in filter(None, named):
        place = next((p for p, told in telling.items() if told == each), 1)
        yield Remark(
            f"{each} bị ẩn hoặc khuất{_READ_ON}",
            layout.name,
            address(max(first, 1), place),
            label="",
            severity=Severity.WARNING,
        )


def _titles(expected: ExpectedSheet, layout: SheetLayout) -> Iterator[tuple[str, int, int]]:
    """Each title in plain letters, with its row and column: headers, and the labels of fields."""
    content = layout.content
    if expected.form.kind is not SheetKind.DETAILS:
        for place in layout.columns.values():
            held = content.at(layout.header_row, place)
            yield plain(held) if isinstance(held, str) else "", layout.header_row, place
        return
    own = {**expected.plain_headers, **expected.former_headers}
    for row in layout.rows.values():
        for place in range(1, layout.columns["value"]):
            held = content.at(row, place)
            if isinstance(held, str) and plain(held) in own:
                yield plain(held), row, place


def _titles_beside(case: Case, expected: ExpectedSheet, layout: SheetLayout) -> Iterator[Remark]:
    """Of the lines above, between and below the rows of the table those that name a unit for it."""
    own = (expected.form.heading, expected.form.guidance)
    rows, columns = {*layout.rows.values()}, {*layout.columns.values()}
    for number, cells in enumerate(layout.content.rows, 1):
        if number in rows:
            continue
        where = "trên" if number <= layout.header_row else "dưới tiêu đề của"
        for place, seen in enumerate(cells[:HEADER_SEARCH_COLUMNS], 1):
            if not isinstance(seen, str) or seen in own or len(seen) >= LONGEST_LABEL:
                continue
            if number == layout.header_row and place in columns:
                continue  # a title of the form's own
            told = unit_of_figures(seen)
            if not (told or _NAMES_A_UNIT.search(seen)):
                continue
            said = f"{seen} ({told})" if told else seen
            unit = foreign_unit(case, expected, said, " ".join(own), None)
            if unit is not None:
                yield Remark(
                    f"phía {where} bảng có thêm «{seen_text(seen, 80)}», trong khi mỗi dòng có "
                    f"đơn vị tính riêng. {_WITH_UNIT}",
                    layout.name,
                    address(number, place),
                    seen_text(seen),
                    label="",
                )


def _unit_in_the_name(case: Case, expected: ExpectedSheet, layout: SheetLayout) -> Iterator[Remark]:
    """The name of a sheet to which a unit was put, or how many times its figures count."""
    name, title = layout.name, expected.form.title
    if name == title:
        return
    more = name.replace(title, "", 1).strip(" -–")
    unit = more if multiplies(more) else foreign_unit(case, expected, name, title, None)
    if unit is not None:
        yield Remark(
            f"trang «{title}» nay mang tên «{name}», trong khi mỗi dòng có đơn vị tính riêng, "
            f"không phải «{unit}». {_WITH_UNIT}",
            name,
            label="",
        )


def _computed_in(column: Column) -> str:
    if column.unit:
        return f"cột này tính bằng «{column.unit}»"
    return "số trong cột này theo đơn vị tính của từng dòng"

"""VB: the office's own text. What an agency changes there does not count, and is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from models.domain.notation.corrections import takes_back
from models.domain.notation.number_notation import NumberNotUnderstood, from_cell, parse_vietnamese
from models.domain.notation.units import Measure, measure_of, units_named
from models.domain.reading.cell_values import is_blank, seen_text
from models.domain.reading.expectations import ExpectedSheet, plain, shortened
from models.domain.reading.findings import Severity
from models.domain.reading.forms import EARLIER, Column, SheetKind, ValueType
from models.domain.reading.headers import HEADER_SEARCH_COLUMNS, LONGEST_LABEL
from models.domain.reading.layout import SheetLayout
from models.domain.reading.seen_cells import (
    OfficeCellSeen,
    office_cell_seen,
    office_cells_to_see,
)
from models.domain.reading.shown_values import compare_shown_text
from models.domain.reading.sight.office_words import (
    likeness_of,
    of_other_sense,
    sets_aside,
    tells_otherwise,
    words_added,
    years_named,
)
from models.domain.reading.workbook_content import CellValue, address
from models.domain.register.catalogue import CatalogueRow
from models.domain.rules.registry import Case, Remark, listed, rule

_LIKE_HEADING = 0.8
_NOT_COMPARED = ("code", "number", "group", "approval_printed", EARLIER)
_NAMES_A_UNIT = re.compile(
    r"đơn vị tính|đvt|đơn vị ?:|(?:được )?tính (?:bằng|theo|ra)|quy (?:đổi )?ra", re.IGNORECASE
)
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
    if not text and column.source == "unit":
        return not is_blank(value) or any(not c.isascii() and c not in "…–—" for c in value)
    if not text or text == wanted:
        return False
    if column.source == "name":
        if of_other_sense(text, wanted):
            return True
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
    "trong tệp. Tiêu đề, tên trang ghi thêm lời làm đổi nghĩa («năm 2024», «cũ») cũng được nêu: số "
    "liệu vẫn được đọc theo nội dung đã ghi sẵn.",
    remedy="Khôi phục nội dung. Nếu Chỉ thị ghi chưa đúng, nêu ở cột giải trình.",
)
def printed_text_is_unchanged(case: Case) -> Iterator[Remark]:
    for remark, column in _differences(case):
        if column.source != "unit":
            yield remark
    for expected, layout in case.tables(*SheetKind):
        yield from _renamed(case, expected, layout)
        if expected.form.kind is SheetKind.DETAILS:
            yield from _other_cycle(case, expected, layout)
        else:
            yield from _reworded_titles(case, expected, layout)
            yield from _notes_at_codes(expected, layout)


def _renamed(case: Case, expected: ExpectedSheet, layout: SheetLayout) -> Iterator[Remark]:
    """A sheet whose name now says that it is no answer, or that of another year."""
    title, name = expected.form.title, layout.name
    years = years_named(f"{case.cycle.title} {expected.form.heading}")
    if plain(name) != plain(title) and (
        sets_aside(name) or not years.issuperset(years_named(name))
    ):
        yield Remark(
            f"Trang «{title}» của sổ báo cáo nay mang tên «{name}» và vẫn được đọc là «{title}». "
            "Nếu nội dung của trang không phải là của kỳ này hoặc không dùng nữa, đề nghị ghi lại "
            "nội dung đúng; nếu đúng, đề nghị khôi phục tên trang.",
            name,
        )


def _other_cycle(case: Case, expected: ExpectedSheet, layout: SheetLayout) -> Iterator[Remark]:
    """The field that names the cycle, where it names another one."""
    for column in expected.form.columns:
        row = layout.rows.get(column.key)
        if column.source != "cycle_title" or row is None:
            continue
        value = layout.content.at(row, layout.columns["value"])
        if isinstance(value, str) and plain(value) not in ("", plain(case.cycle.title)):
            yield _title_remark(layout, (row, layout.columns["value"]), case.cycle.title, value)


def _reworded_titles(case: Case, expected: ExpectedSheet, layout: SheetLayout) -> Iterator[Remark]:
    """The heading of a table and the titles of its columns, where words were put in that may make
    something else of what stands below."""
    heading = expected.form.heading
    years = years_named(f"{case.cycle.title} {heading}")
    own = (heading, expected.form.guidance)
    table = {layout.header_row, *layout.rows.values()}
    for number, cells in enumerate(layout.content.rows, 1):
        above = number < layout.header_row
        for place, value in enumerate(cells[:HEADER_SEARCH_COLUMNS] if number not in table else ()):
            if not isinstance(value, str) or value in own or len(value) > LONGEST_LABEL:
                continue
            likeness = likeness_of(value, heading) if above else 0
            # The office may have reworded it since: other words of the same sense are no matter.
            if _LIKE_HEADING <= likeness < 1 and of_other_sense(plain(value), plain(heading)):
                yield _title_remark(layout, (number, place + 1), heading, value)
            elif tells_otherwise(value, years, above=above):
                yield _line_remark(layout, (number, place + 1), value)
    for column in expected.form.columns:
        place = layout.columns.get(column.key, 0)
        value = layout.content.at(layout.header_row, place) if place else None
        if not isinstance(value, str) or value == column.header:
            continue
        added = words_added(value, f"{column.header} {column.label}") - years
        if added and _foreign_unit(case, expected, value, column.header, column) is None:
            yield _title_remark(layout, (layout.header_row, place), column.header, value)


def _notes_at_codes(expected: ExpectedSheet, layout: SheetLayout) -> Iterator[Remark]:
    """What was written beside a code or in place of a row's number, and takes the row back."""
    for column in expected.form.columns:
        if not column.office or column.source not in ("code", "number"):
            continue
        for code in layout.rows:
            value = layout.value(code, column.key)
            printed = code if column.source == "code" else ""
            if isinstance(value, str) and takes_back(value.replace(printed, "", 1)):
                row = expected.rows.get(code)
                yield Remark(
                    f"cột «{' '.join(column.header.split())}» có ghi «{seen_text(value, 80)}»; số "
                    "liệu của dòng vẫn được đọc. Nếu nội dung của dòng không còn đúng, đề nghị sửa "
                    "ở ô của nội dung đó, hoặc nêu ở cột giải trình.",
                    layout.name,
                    layout.cell(code, column.key),
                    seen_text(value),
                    code,
                    column.key,
                    label=f"«{row.short_name}»" if row is not None else "",
                )


def _line_remark(layout: SheetLayout, place: tuple[int, int], value: str) -> Remark:
    return Remark(
        f"ngoài các dòng của bảng có thêm «{seen_text(value, 80)}»; số liệu vẫn được đọc là của "
        "kỳ này, theo đơn vị tính của từng dòng. Nếu đã ghi theo nghĩa khác, đề nghị ghi lại số "
        "liệu; nếu không, đề nghị xóa nội dung này.",
        layout.name,
        address(*place),
        seen_text(value),
        label="",
    )


def _title_remark(layout: SheetLayout, place: tuple[int, int], printed: str, value: str) -> Remark:
    return Remark(
        f"nội dung do Văn phòng ghi sẵn là «{shortened(' '.join(printed.split()), 80)}», nay là "
        f"«{seen_text(value, 80)}»; số liệu vẫn được đọc theo nội dung ghi sẵn. Đề nghị khôi phục; "
        "nếu đã ghi theo nghĩa khác, đề nghị ghi lại số liệu.",
        layout.name,
        address(*place),
        seen_text(value),
        label="",
    )


@rule(
    "VB-04",
    Severity.ERROR,
    title="Tiêu đề ghi thêm đơn vị khác đơn vị tính của dòng",
    explanation="Tiêu đề cột là của Văn phòng; số trong cột tính theo đơn vị tính của từng dòng. "
    "Khi tiêu đề, hoặc dòng chữ phía trên, phía dưới bảng, nêu một đơn vị khác thì không biết số "
    "được tính theo đơn vị nào.",
    remedy="Khôi phục tiêu đề như sổ báo cáo đã gửi và ghi số theo đơn vị tính của dòng.",
)
def no_title_names_a_unit_of_its_own(case: Case) -> Iterator[Remark]:
    for expected, layout in case.tables():
        header = layout.content.rows[layout.header_row - 1]
        for column in expected.form.columns:
            place = layout.columns.get(column.key)
            if place is None or (column.type is not ValueType.NUMBER and not column.office):
                continue
            seen = header[place - 1] if place <= len(header) else None
            if seen == column.header:
                continue
            printed = " ".join(column.header.split())
            if (unit := _foreign_unit(case, expected, seen, printed, column)) is not None:
                yield Remark(
                    f"tiêu đề cột là «{printed}», nay là «{seen_text(seen, 80)}», trong khi "
                    f"{_computed_in(column)}, không phải «{unit}». Đề nghị khôi phục tiêu đề "
                    "và ghi số theo đúng đơn vị tính.",
                    layout.name,
                    address(layout.header_row, place),
                    seen_text(seen),
                    column=column.key,
                    label="",
                )
        yield from _titles_beside(case, expected, layout)


@rule(
    "VB-05",
    Severity.ERROR,
    title="Tiêu đề hiện khác với nội dung của nó",
    explanation="Cột và mục được tìm theo tiêu đề lưu trong ô. Khi định dạng ô làm tiêu đề hiện "
    "thành lời khác thì người điền ghi theo lời mình thấy, không theo cột được đọc. Tiêu đề bị "
    "giấu hoặc bị gạch ngang thì là cảnh báo.",
    remedy="Khôi phục định dạng của ô tiêu đề như sổ báo cáo đã gửi, rồi xem lại số liệu của cột.",
)
def every_title_shows_what_it_says(case: Case) -> Iterator[Remark]:
    for expected, layout in case.tables(*SheetKind):
        content = layout.content
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
                + "; nội dung bên dưới hoặc bên cạnh vẫn được đọc theo tiêu đề đã ghi sẵn. Đề nghị "
                "khôi phục định dạng của ô và xem lại nội dung đã ghi theo tiêu đề này.",
                layout.name,
                address(row, place),
                seen.text,
                label="",
                severity=Severity.WARNING if seen.struck or not seen.text else None,
            )


def _titles(expected: ExpectedSheet, layout: SheetLayout) -> Iterator[tuple[str, int, int]]:
    """Each title in plain letters, with its row and column: headers, and the labels of fields."""
    content = layout.content
    if expected.form.kind is not SheetKind.DETAILS:
        for place in layout.columns.values():
            held = content.at(layout.header_row, place)
            yield plain(held) if isinstance(held, str) else "", layout.header_row, place
        return
    for row in layout.rows.values():
        for place in range(1, layout.columns["value"]):
            held = content.at(row, place)
            if isinstance(held, str) and plain(held) in expected.plain_headers:
                yield plain(held), row, place


def _titles_beside(case: Case, expected: ExpectedSheet, layout: SheetLayout) -> Iterator[Remark]:
    """Of the lines above, between and below the rows of the table those that name a unit for it."""
    own = (expected.form.heading, expected.form.guidance)
    table = {layout.header_row, *layout.rows.values()}
    for number, cells in enumerate(layout.content.rows, 1):
        if number in table:
            continue
        where = "trên" if number < layout.header_row else "dưới tiêu đề của"
        for place, seen in enumerate(cells[:HEADER_SEARCH_COLUMNS], 1):
            if not isinstance(seen, str) or seen in own or not _NAMES_A_UNIT.search(seen):
                continue
            unit = _foreign_unit(case, expected, seen, " ".join(own), None)
            if unit is not None:
                yield Remark(
                    f"phía {where} bảng có thêm «{seen_text(seen, 80)}», trong khi mỗi dòng có "
                    "đơn vị tính riêng. Đề nghị xóa nội dung này và ghi số theo đơn vị tính của "
                    "dòng.",
                    layout.name,
                    address(number, place),
                    seen_text(seen),
                    label="",
                )


def _foreign_unit(
    case: Case, expected: ExpectedSheet, seen: CellValue, printed: str, column: Column | None
) -> str | None:
    """A unit that a title names and the office did not print, and that is not that of the figures
    below it; None for none. Without a column all columns of the sheet lie below."""
    if not isinstance(seen, str) or len(seen) >= LONGEST_LABEL or not units_named(seen):
        return None
    office = {measure_of(unit) for unit in units_named(printed)}
    wanted = _units_below(case, expected, column)
    for unit in units_named(seen):
        measure = measure_of(unit)
        if measure not in office and any(measure != other for other in wanted):
            return unit
    return None


def _units_below(case: Case, expected: ExpectedSheet, column: Column | None) -> set[Measure]:
    """The units of the figures in a column; for a column of the office, in all of the sheet."""
    columns = {c.key: c for c in expected.inputs if c.type is ValueType.NUMBER}
    if column is not None and not column.office:
        columns = {column.key: column}
    units = {c.unit for c in columns.values() if c.unit}
    for entry in case.interpretation.entries:
        own = columns.get(entry.column) if entry.sheet == expected.form.key else None
        if own is not None and own.unit_of_row and entry.row_key in expected.rows:
            units.add(expected.rows[entry.row_key].row.unit)
    return {measure_of(unit) for unit in units if unit.strip("- ")}


def _computed_in(column: Column) -> str:
    if column.unit:
        return f"cột này tính bằng «{column.unit}»"
    return "số trong cột này theo đơn vị tính của từng dòng"


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
                if value != text and _changed(value, text, column):
                    yield _difference(case, expected, layout, code, column, value), column
                elif (
                    to_see is not None
                    and to_see(number, place + 1)
                    and (seen := office_cell_seen(content, number, place + 1))
                ):
                    remark = _seen_otherwise(case, expected, layout, (code, column), seen)
                    if remark is not None:
                        yield remark, column


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
        "nội dung đã ghi sẵn; đề nghị khôi phục định dạng của ô và xem lại số đã ghi trong dòng.",
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

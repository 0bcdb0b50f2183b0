"""What an agency wrote into titles, sheet names and lines beside a table, where that may make
something else of the figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from models.domain.notation.corrections import crossed_out, takes_back
from models.domain.notation.units import Measure, measure_of, units_named
from models.domain.reading.beside.units_told import units_of_row
from models.domain.reading.cell_values import seen_text
from models.domain.reading.expectations import ExpectedSheet, plain, shortened
from models.domain.reading.findings import Severity
from models.domain.reading.forms import Column, ValueType
from models.domain.reading.headers import HEADER_SEARCH_COLUMNS, LONGEST_LABEL
from models.domain.reading.layout import SheetLayout
from models.domain.reading.seen_cells import office_cell_seen, office_cells_to_see
from models.domain.reading.sight.office_words import (
    likeness_of,
    of_other_sense,
    sets_aside,
    tells_otherwise,
    words_added,
    years_named,
)
from models.domain.reading.workbook_content import CellValue, address
from models.domain.rules.registry import Case, Remark

_LIKE_HEADING = 0.8
_REWORDED = 0.45  # from which a heading may be the office's own in other words
_WIDEST_HEADING = 8  # columns in which a heading is looked for


def is_the_offices(value: CellValue, column: Column) -> bool:
    """Whether a title is the office's own, as it is now or was when the workbook was sent."""
    if value == column.header:
        return True
    return (
        bool(column.formerly)
        and isinstance(value, str)
        and plain(value) in {plain(old) for old in column.formerly}
    )


def unit_beside(text: str, printed: str, units: Sequence[str]) -> str:
    """A unit that the words of a row name and the office did not print there, and that is not one
    in which its figures are told; "" for none.

    >>> unit_beside("Xuất khẩu (triệu USD)", "Xuất khẩu", ["Tỷ USD"])
    'triệu USD'
    >>> unit_beside("Xuất khẩu (Tỷ USD)", "Xuất khẩu", ["Tỷ USD"])
    ''
    """
    if text == printed or not units:
        return ""
    known = {measure_of(unit) for unit in (*units, *units_named(printed))}
    return next((unit for unit in units_named(text) if measure_of(unit) not in known), "")


def renamed(case: Case, expected: ExpectedSheet, layout: SheetLayout) -> Iterator[Remark]:
    """A sheet whose name now says that it is no answer, or that of another year."""
    title, name = expected.form.title, layout.name
    years = years_named(f"{case.cycle.title} {expected.form.heading}")
    if plain(name) != plain(title) and (
        sets_aside(name) or not years.issuperset(years_named(name))
    ):
        yield Remark(
            f"Trang «{title}» của sổ báo cáo nay mang tên «{name}» và vẫn được đọc là «{title}». "
            "Văn phòng đã ghi lại tên trang trong sổ kèm theo; nếu nội dung của trang không "
            "phải là của kỳ này hoặc không dùng nữa, đề nghị ghi lại nội dung đúng.",
            name,
        )


def other_cycle(case: Case, expected: ExpectedSheet, layout: SheetLayout) -> Iterator[Remark]:
    """The field that names the cycle, where it names another one."""
    for column in expected.form.columns:
        row = layout.rows.get(column.key)
        if column.source != "cycle_title" or row is None:
            continue
        value = layout.content.at(row, layout.columns["value"])
        if isinstance(value, str) and plain(value) not in ("", plain(case.cycle.title)):
            yield _title_remark(layout, (row, layout.columns["value"]), case.cycle.title, value)


def reworded_titles(case: Case, expected: ExpectedSheet, layout: SheetLayout) -> Iterator[Remark]:
    """The heading of a table and the titles of its columns, where words were put in that may make
    something else of what stands below."""
    heading = expected.form.heading
    years = years_named(f"{case.cycle.title} {heading}")
    own = (heading, expected.form.guidance, *expected.form.formerly)
    yield from _heading_replaced(expected, layout)
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
        if not isinstance(value, str) or is_the_offices(value, column):
            continue
        added = words_added(value, f"{column.header} {column.label}") - years
        crossed = crossed_out(value) and not crossed_out(column.header)
        if crossed or (
            added and foreign_unit(case, expected, value, column.header, column) is None
        ):
            yield _title_remark(layout, (layout.header_row, place), column.header, value)


def _heading_replaced(expected: ExpectedSheet, layout: SheetLayout) -> Iterator[Remark]:
    """A heading in the place of the office's that says something else altogether. The office may
    have reworded its own: so it is a note."""
    headings = (expected.form.heading, *expected.form.formerly)
    above = [
        ((row, place), value)
        for row in range(1, layout.header_row)
        for place in range(1, _WIDEST_HEADING)
        if isinstance(value := layout.content.at(row, place), str) and plain(value)
    ]
    if not above:
        return
    if any(likeness_of(value, heading) >= _REWORDED for _, value in above for heading in headings):
        return
    place, value = above[0]
    if place[0] == 1 and len(value) <= LONGEST_LABEL:
        remark = _title_remark(layout, place, expected.form.heading, value)
        yield replace(remark, severity=Severity.INFO)


def notes_at_codes(expected: ExpectedSheet, layout: SheetLayout) -> Iterator[Remark]:
    """What was written beside a code or in place of a row's number, and takes the row back."""
    to_see = office_cells_to_see(layout.content)
    for column in expected.form.columns:
        if not column.office or column.source not in ("code", "number"):
            continue
        for code in layout.rows:
            value = layout.value(code, column.key)
            shown = _shown_code(layout, code, column) if to_see is not None else ""
            value = shown or value
            if value == code or not isinstance(value, str):
                continue
            printed = code if column.source == "code" else ""
            row = expected.rows.get(code)
            units = units_of_row(expected, row) if row is not None else ()
            more = value.replace(printed, "", 1)
            taken_back = takes_back(more) or crossed_out(more)
            if shown or taken_back or unit_beside(value, printed, units):
                says = "hiện" if shown else "có ghi"
                yield Remark(
                    f"cột «{' '.join(column.header.split())}» {says} «{seen_text(value, 80)}»; số "
                    "liệu của dòng vẫn được đọc. Nếu nội dung của dòng không còn đúng, đề nghị sửa "
                    "ở ô của nội dung đó, hoặc nêu ở cột giải trình.",
                    layout.name,
                    layout.cell(code, column.key),
                    seen_text(value),
                    code,
                    column.key,
                    label=f"«{row.short_name}»" if row is not None else "",
                )


def _shown_code(layout: SheetLayout, code: str, column: Column) -> str:
    """What is seen of a row's code where that is something else, "" for nothing else."""
    if column.source != "code":
        return ""
    seen = office_cell_seen(layout.content, layout.rows[code], layout.columns.get(column.key, 0))
    return seen.text if seen is not None and seen.text.strip().lower() != code else ""


def _line_remark(layout: SheetLayout, place: tuple[int, int], value: str) -> Remark:
    return Remark(
        f"ngoài các dòng của bảng có thêm «{seen_text(value, 80)}»; số liệu vẫn được đọc là của "
        "kỳ này, theo đơn vị tính của từng dòng. Sổ kèm theo không có nội dung này; nếu đã ghi "
        "theo nghĩa khác, đề nghị ghi lại số liệu; nếu không thì không phải sửa.",
        layout.name,
        address(*place),
        seen_text(value),
        label="",
    )


def _title_remark(layout: SheetLayout, place: tuple[int, int], printed: str, value: str) -> Remark:
    return Remark(
        f"nội dung do Văn phòng ghi sẵn là «{shortened(' '.join(printed.split()), 80)}», trong "
        f"tệp đã gửi là «{seen_text(value, 80)}»; số liệu vẫn được đọc theo nội dung ghi sẵn. "
        "Văn phòng đã khôi phục trong sổ kèm theo; nếu đã ghi theo nghĩa khác, đề nghị ghi lại số "
        "liệu; nếu không thì không phải sửa.",
        layout.name,
        address(*place),
        seen_text(value),
        label="",
    )


def foreign_unit(
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

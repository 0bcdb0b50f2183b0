"""Reading OpenDocument spreadsheets: repeated cells are counted before they are laid out."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from xml.etree.ElementTree import Element

from models.domain.reading.workbook_content import (
    MOST_AREAS,
    MOST_COMMENTS,
    USUAL_ZOOM,
    Appearance,
    Area,
    CellFormula,
    CellLetters,
    CellValue,
    ConditionalLook,
    ErrorValue,
    HiddenPlaces,
    SheetContent,
    address,
)
from tasks.adapters.reading.gathered_sheets import (
    conditions_note,
    merged_note,
    mirrored,
    uncover,
)
from tasks.adapters.reading.hardened_xml import local_attribute, local_name, parse_xml
from tasks.adapters.reading.iso_times import iso_value
from tasks.adapters.reading.looks.conditions import MOST_CONDITIONS
from tasks.adapters.reading.looks.frozen_panes import beyond_panes
from tasks.adapters.reading.looks.sheet_scans import hide_zeros
from tasks.adapters.reading.looks.sheet_sizes import LETTER, LOW, NARROW, POINT
from tasks.adapters.reading.ods.ods_conditions import conditions_of_table, corner_at, look_under
from tasks.adapters.reading.ods.ods_contents import (
    NUMBERS,
    area_made_anew,
    areas_refreshed,
    counts_oddly,
    number_of,
    own_parts,
    tells_two_contents,
)
from tasks.adapters.reading.ods.ods_covered import bare_cells, holds_covered_cells
from tasks.adapters.reading.ods.ods_formulas import formula_text, parts_of_result
from tasks.adapters.reading.ods.ods_looks import (
    BESIDE_THE_TEXT,
    OdsStyles,
    look_of,
)
from tasks.adapters.reading.ods.ods_room import height_of_row, may_fill_screens, widths_of_table
from tasks.adapters.reading.ods.ods_shapes import (
    draws_something,
    shapes_of_table,
    sizes_of_table,
)
from tasks.adapters.reading.ods.ods_shown import shows_percentage
from tasks.adapters.reading.ods.ods_transforms import length_of
from tasks.adapters.reading.ods.ods_views import (
    panes_standing_still,
    places_beyond_reach,
    tables_from_the_right,
    tables_hiding_zeros,
    zooms_of_tables,
)

_ROW_CONTAINERS = {"table-header-rows", "table-row-group", "table-rows"}
_COLUMN_CONTAINERS = {"table-header-columns", "table-column-group", "table-columns"}
_SMALLEST = (("row-height", LOW * POINT), ("column-width", NARROW * LETTER))
_ERROR = re.compile(r"^(?:#[A-ZÀ-Ỹ0-9/!?]+[!?]?|Err:\d{3}|#N/A)$")
_DURATION = re.compile(r"^(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$")
_DAY = dt.timedelta(days=1)
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384  # of a sheet: a claim beyond them is not repeated


@dataclass
class _Extent:
    """How much may still be laid out, and how far the rest reaches."""

    rows: int
    columns: int
    cells: int
    beyond: tuple[int, int] | None = None
    merged: list[Area] = field(default_factory=list)
    percent: set[tuple[int, int]] = field(default_factory=set)
    styles: OdsStyles = field(default_factory=OdsStyles)
    column_styles: Sequence[tuple[int, str]] = ()  # last column of a run, its style
    conditional: list[ConditionalLook] = field(default_factory=list)
    old_conditions: bool = False  # stated by the styles of cells alone
    cut: bool = False  # there are more conditions than are looked at
    merged_cut: bool = False
    looks: dict[tuple[int, int], Appearance] = field(default_factory=dict)
    sizeless: Collection[str] = ()
    hidden_rows: set[int] = field(default_factory=set)
    comments: dict[tuple[int, int], str] = field(default_factory=dict)
    formulas: dict[tuple[int, int], CellFormula] = field(default_factory=dict)
    told_twice: list[str] = field(default_factory=list)
    made_anew: list[Area] = field(default_factory=list)  # filled again as the document is open
    protected: bool = False

    def miss(self, row: int, column: int) -> None:
        """Notes a filled cell that is left out."""
        rows, columns = self.beyond or (0, 0)
        self.beyond = (min(max(rows, row), _LAST_ROW), min(max(columns, column), _LAST_COLUMN))

    def note_comment(self, cell: Element, place: tuple[int, int]) -> None:
        """Notes what somebody wrote beside a cell; a comment is never repeated."""
        for part in cell:
            if local_name(part) == "annotation" and len(self.comments) < MOST_COMMENTS:
                self.comments[place] = _text_of(part)

    def style_of(self, cell: Element, row_style: str, column: int) -> str:
        """The cell's style: its own, else its row's, else its column's."""
        own = local_attribute(cell, "style-name") or row_style
        return own or next((name for last, name in self.column_styles if column <= last), "")

    def note_look(
        self, cell: Element, value: CellValue, place: tuple[int, int], room: int, style: str
    ) -> None:
        """Notes a cell that spans others or looks otherwise than its value, `room` times."""
        row, column = place
        text = _text_of(cell)
        percentage = "percentage" in cell.attrib.values()
        twice = len(self.told_twice) < MOST_COMMENTS and tells_two_contents(cell, value, text)
        if percentage and text.strip() and "%" not in text:
            # Without a format, programs take the one of the kind, whatever text is kept.
            twice = twice or self.styles.letters(style).number_format == "General"
        if area := area_made_anew(cell, place):
            self.made_anew.append(area)
        if twice or style in self.styles.doubtful:
            self.told_twice.append(address(row, column))
        look = look_of(cell, value, text, style, self.styles)
        if self.protected and self.styles.named(style).concealed:
            look = replace(look or Appearance(), unseen=True)
        if self.old_conditions and style in self.styles.maps:
            self._note_maps(style, (row, column, row, column + room - 1))
        if self._colours():
            look = self.styles.painted(style, look)
        if look is not None:
            self.looks.update(((row, column + n), look) for n in range(room))
        spans = [_count(cell, f"number-{what}-spanned") for what in ("rows", "columns")]
        if spans != [1, 1] and len(self.merged) >= MOST_AREAS:
            self.merged_cut = True
        elif spans != [1, 1]:
            self.merged.append((row, column, row + spans[0] - 1, column + spans[1] - 1))
        if (percentage and not text.strip()) or shows_percentage(value, text):
            self.percent.update((row, column + n) for n in range(room))

    def note_formula(self, cell: Element, stated: str, row: int, column: int) -> None:
        """Notes a formula, and the other cells that hold a part of its result."""
        self.formulas |= parts_of_result(cell, row, column)
        self.formulas[row, column] = CellFormula(formula_text(stated), row, column)

    def _colours(self) -> bool:
        """Whether conditions colour cells of the table."""
        if self.old_conditions:
            return bool(self.styles.maps)
        return any(k.letters is not None or k.grounds for k in self.conditional)

    def _note_maps(self, style: str, area: Area) -> None:
        for condition, name, base in self.styles.maps[style]:
            difference = self.styles.changes(name)
            if difference.tells and len(self.conditional) >= MOST_CONDITIONS:
                self.cut = True
            elif difference.tells:
                look = look_under(condition, corner_at(base), [area], difference)
                self.conditional.append(look)


def read_sheets(
    content_xml: bytes,
    styles_xml: bytes = b"<none/>",
    settings_xml: bytes = b"",
    *,
    max_rows: int,
    max_columns: int,
    max_cells: int,
) -> tuple[list[SheetContent], list[str]]:
    """The sheets of `content.xml`, and Vietnamese notes on what was left out beyond the limits.

    `settings_xml` says whether cells with 0 are shown empty.

    Repeated rows and columns are expanded up to the limits only. Raises UnsafeXml, MalformedXml.
    """
    root = own_parts(parse_xml(content_xml), content_xml)
    zeros = tables_hiding_zeros(settings_xml)
    unreached = places_beyond_reach(settings_xml)
    still = panes_standing_still(settings_xml)
    refreshed = areas_refreshed(root, content_xml)
    hidden_styles = {
        local_attribute(style, "name")
        for style in root.iter()
        if local_name(style) == "style"
        and any(local_attribute(p, "display") == "false" for p in style)
    }
    from_the_right = tables_from_the_right(root)
    zooms = zooms_of_tables(settings_xml)
    styles = OdsStyles(root, own_parts(parse_xml(styles_xml), styles_xml))
    drawn, covered = draws_something(content_xml), holds_covered_cells(content_xml)
    sizeless = _sizeless(root)
    sheets: list[SheetContent] = []
    notes: list[str] = []
    cells_left = max_cells
    for body in (e for e in root.iter() if local_name(e) == "spreadsheet"):
        for table in (e for e in body if local_name(e) == "table"):
            extent = _Extent(max_rows, max_columns, cells_left, styles=styles, sizeless=sizeless)
            extent.column_styles = _column_styles(table)
            extent.protected = local_attribute(table, "protected") == "true"
            stated, extent.cut = conditions_of_table(table, styles.changes)
            extent.conditional += stated
            kinds = {local_name(part) for part in table}
            extent.old_conditions = "conditional-formats" not in kinds
            rows = _rows_of(table, extent)
            cells_left = extent.cells
            name = local_attribute(table, "name")
            if zeros is not None and (name in zeros or not zeros):
                hide_zeros(
                    extent.looks,
                    {
                        (row, column): value
                        for row, cells in enumerate(rows, 1)
                        for column, value in enumerate(cells, 1)
                    },
                )
            extent.merged_cut |= not uncover(rows, extent.merged)
            style = local_attribute(table, "style-name")
            if style in from_the_right:
                extent.looks = dict(mirrored(extent.looks, rows))
            # A scenario lies behind another sheet and has no tab of its own.
            hidden = style in hidden_styles or "scenario" in kinds
            unreached_rows, unreached_columns = unreached.get(name, (0, 0))
            extent.hidden_rows.update(range(1, unreached_rows + 1))
            hidden_columns = _hidden_columns(table, sizeless)[0]
            hidden_columns += [(1, unreached_columns)] if unreached_columns else []
            if may_fill_screens(still.get(name, (0, 0)), styles):
                sizes = sizes_of_table(table, styles.of_family)
                more_rows, more_columns = beyond_panes(sizes, *still[name])
                extent.hidden_rows.update(more_rows)
                hidden_columns += more_columns
            extent.made_anew += refreshed.get(name, ())
            if "table-source" in kinds or counts_oddly(table):
                extent.made_anew.append((1, 1, _LAST_ROW, _LAST_COLUMN))
            extent.told_twice += islice(_filled(rows, extent.made_anew), MOST_COMMENTS)
            if covered:
                bare = bare_cells(row for row, _ in _table_rows(table))
                extent.told_twice += islice(bare, MOST_COMMENTS)
            sheets.append(
                SheetContent(
                    name,
                    rows,
                    hidden,
                    extent.merged,
                    extent.percent,
                    extent.looks,
                    extent.conditional,
                    hidden_places=HiddenPlaces(extent.hidden_rows, hidden_columns),
                    comments=extent.comments,
                    shapes=shapes_of_table(table, styles.of_family) if drawn else (),
                    formulas=extent.formulas,
                    told_twice=extent.told_twice,
                    widths=widths_of_table(table, styles),
                    letters=partial(_letters_at, table, extent),
                    zoom=zooms.get(name, zooms.get("", USUAL_ZOOM)),
                )
            )
            if extent.merged_cut:
                notes.append(merged_note(name))
            if extent.cut:
                notes.append(conditions_note(name))
            if extent.beyond:
                notes.append(
                    f"Trang «{name}» trải tới ô {address(*extent.beyond)}: chỉ đọc "
                    f"{len(rows)} hàng và {max_columns} cột đầu."
                )
    return sheets, notes


def _filled(rows: Sequence[Sequence[CellValue]], areas: Sequence[Area]) -> Iterator[str]:
    """Addresses of the filled cells in those areas."""
    for top, left, bottom, right in areas:
        for row, cells in enumerate(rows[top - 1 : bottom], top):
            for column, value in enumerate(cells[left - 1 : right], left):
                if value is not None:
                    yield address(row, column)


def _table_rows(parent: Element, folded: bool = False) -> Iterator[tuple[Element, bool]]:
    """Each row, and whether it lies in a group that is folded away."""
    for child in parent:
        kind = local_name(child)
        if kind == "table-row":
            yield child, folded
        elif kind in _ROW_CONTAINERS:
            yield from _table_rows(child, folded or local_attribute(child, "display") == "false")


def _hidden_columns(
    parent: Element, sizeless: Collection[str], first: int = 1, folded: bool = False
) -> tuple[list[tuple[int, int]], int]:
    """Runs of hidden columns, and the column behind the last one."""
    found: list[tuple[int, int]] = []
    for child in parent:
        kind = local_name(child)
        if kind == "table-column":
            count = _count(child, "number-columns-repeated")
            if folded or _is_hidden(child, sizeless):
                found.append((first, first + count - 1))
            first += count
        elif kind in _COLUMN_CONTAINERS:
            inside = folded or local_attribute(child, "display") == "false"
            more, first = _hidden_columns(child, sizeless, first, inside)
            found += more
    return found, first


def _column_styles(parent: Element) -> list[tuple[int, str]]:
    """The last column of each run of columns, and the style of their cells."""
    found: list[tuple[int, str]] = []
    last = 0
    for column in parent.iter():
        if local_name(column) == "table-column":
            last += _count(column, "number-columns-repeated")
            found.append((last, local_attribute(column, "default-cell-style-name")))
        elif local_name(column) == "table-row":
            break
    return found


def _letters_at(table: Element, extent: _Extent, row: int, column: int) -> CellLetters:
    """By what the cell in 1-based row and column is drawn: asked of few, so that it is looked for
    anew."""
    at = 0
    for element, _ in _table_rows(table):
        at += _count(element, "number-rows-repeated")
        if at < row:
            continue
        row_style, place = local_attribute(element, "default-cell-style-name"), 0
        for cell in element:
            if local_name(cell) in ("table-cell", "covered-table-cell"):
                place += _count(cell, "number-columns-repeated")
                if place >= column:
                    drawn = extent.styles.letters(extent.style_of(cell, row_style, column))
                    return replace(drawn, row=height_of_row(element, extent.styles))
        break
    return CellLetters()


def _is_hidden(element: Element, sizeless: Collection[str]) -> bool:
    """Whether nobody sees a row or column: folded, filtered out, or of no size."""
    return (
        local_attribute(element, "visibility") in ("collapse", "filter")
        or local_attribute(element, "style-name") in sizeless
    )


def _sizeless(root: Element) -> set[str]:
    """The styles of rows and columns that are as good as without any height or width."""
    found = set()
    for style in root.iter():
        if local_name(style) == "style":
            for part in style:
                for name, most in _SMALLEST:
                    size = length_of(local_attribute(part, name))
                    if size is not None and size <= most:
                        found.add(local_attribute(style, "name"))
    return found


def _rows_of(table: Element, extent: _Extent) -> list[list[CellValue]]:
    rows: list[list[CellValue]] = []
    at = 0  # rows passed, whether laid out or not
    for element, folded in _table_rows(table):
        repeat = _count(element, "number-rows-repeated")
        row = _row_of(element, at + 1, extent)
        if row:
            if folded or _is_hidden(element, extent.sizeless):
                extent.hidden_rows.update(range(at + 1, min(at + repeat, extent.rows) + 1))
            if at < extent.rows:
                rows.extend([] for _ in range(at - len(rows)))
                for _ in range(min(repeat, extent.rows - at)):
                    filled = sum(1 for v in row if v is not None)
                    if filled > extent.cells:
                        extent.miss(at + repeat, len(row))
                        break
                    extent.cells -= filled
                    rows.append(list(row))
            if at + repeat > extent.rows:
                extent.miss(at + repeat, len(row))
        at += repeat
    return rows


def _row_of(element: Element, number: int, extent: _Extent) -> list[CellValue]:
    row: list[CellValue] = []
    row_style = local_attribute(element, "default-cell-style-name")
    at = 0
    for cell in element:
        kind = local_name(cell)
        if kind not in ("table-cell", "covered-table-cell"):
            continue
        repeat = _count(cell, "number-columns-repeated")
        value = _value_of(cell) if kind == "table-cell" else None
        extent.note_comment(cell, (number, at + 1))
        if value is not None:
            if at + repeat > extent.columns:
                extent.miss(number, at + repeat)
            room = min(repeat, extent.columns - at)
            if room > 0:
                row.extend([None] * (at - len(row)))
                row.extend([value] * room)
                if number <= extent.rows:
                    style = extent.style_of(cell, row_style, at + 1)
                    extent.note_look(cell, value, (number, at + 1), room, style)
                    if stated := local_attribute(cell, "formula"):
                        extent.note_formula(cell, stated, number, at + 1)
        at += repeat
    return row


def _count(element: Element, name: str) -> int:
    text = local_attribute(element, name, "1")
    # Ten digits are far beyond any sheet; more would only slow the arithmetic down.
    return max(int(text), 1) if text.isdecimal() and len(text) <= 10 else 1


def _value_of(cell: Element) -> CellValue:
    kinds = {v for k, v in cell.attrib.items() if k.rpartition("}")[2] == "value-type"}
    # A cell of no kind shows its text all the same.
    text = _text_of(cell) if len(cell) or kinds else ""
    if not kinds and not text:
        return _number(local_attribute(cell, "value"), local_attribute(cell, "string-value"))
    formula = local_attribute(cell, "formula")
    if "error" in kinds or (formula and _ERROR.match(text)):
        return ErrorValue(text or "#N/A")
    if kinds & NUMBERS:
        return _number(local_attribute(cell, "value"), text)
    if "boolean" in kinds:
        return local_attribute(cell, "boolean-value") == "true"
    if "date" in kinds:
        return _date(local_attribute(cell, "date-value"), text)
    if "time" in kinds:
        return _time(local_attribute(cell, "time-value"), text)
    return local_attribute(cell, "string-value") or text or None


def _number(stored: str, shown: str) -> CellValue:
    value = number_of(stored)
    return (shown or None) if value is None else value


def _date(stored: str, shown: str) -> CellValue:
    value = iso_value(stored)
    return value if isinstance(value, dt.date) else shown or stored or None


def _time(stored: str, shown: str) -> CellValue:
    parts = _DURATION.match(stored)
    if not parts:
        return shown or None
    sign, days, hours, minutes, seconds = parts.groups()
    try:
        span = dt.timedelta(
            days=int(days or 0),
            hours=int(hours or 0),
            minutes=int(minutes or 0),
            seconds=float(seconds or 0),
        )
    except OverflowError:
        return shown or None
    if not sign and span < _DAY:
        return dt.time(span.seconds // 3600, span.seconds // 60 % 60, span.seconds % 60)
    return -span if sign else span


def _text_of(cell: Element) -> str:
    """The cell's paragraphs, one a line; notes and drawings inside the cell left out."""
    return "\n".join("".join(_pieces(p)) for p in cell if local_name(p) == "p")


def _pieces(element: Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        kind = local_name(child)
        if kind == "s":
            yield " " * min(_count(child, "c"), 1000)
        elif kind == "tab":
            yield "\t"
        elif kind == "line-break":
            yield "\n"
        elif kind not in BESIDE_THE_TEXT:
            yield from _pieces(child)
        yield child.tail or ""

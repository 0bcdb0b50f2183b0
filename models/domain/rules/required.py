"""BB and NR: what must be filled in, and in what every task must be clear."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from models.domain.reading.expectations import ExpectedSheet, plain, shortened
from models.domain.reading.findings import Advised, Severity
from models.domain.reading.forms import Column, SheetKind, ValueType
from models.domain.reading.layout import SheetLayout
from models.domain.reading.workbook_content import column_letter
from models.domain.register.catalogue import CatalogueRow
from models.domain.rules.registry import Case, Remark, listed, rule

_ONE_BY_ONE = 4  # more empty cells of a sheet are named together
UNDER_ANOTHER = "đang gộp (merge) với ô"  # said of empty cells that another one covers
_MERGED_HINT = f" {{}} {UNDER_ANOTHER} {{}}: Văn phòng đã bỏ gộp trong sổ kèm theo."


@dataclass(frozen=True, slots=True)
class _Gap:
    """One empty cell that must be filled."""

    row: int
    column: int
    row_key: str
    column_key: str
    marker: str = ""

    @property
    def cell(self) -> str:
        return f"{column_letter(self.column)}{self.row}"


def cell_ranges(cells: Sequence[tuple[int, int]]) -> list[str]:
    """Row and column pairs as ranges, down each column.

    >>> cell_ranges([(12, 5), (13, 5), (14, 5), (12, 6)])
    ['E12:E14', 'F12']
    """
    ranges: list[str] = []
    ordered = sorted((c, r) for r, c in cells)
    start = 0
    for n, (column, row) in enumerate(ordered):
        following = ordered[n + 1] if n + 1 < len(ordered) else None
        if following != (column, row + 1):
            letter = column_letter(column)
            first = ordered[start][1]
            ranges.append(f"{letter}{row}" if first == row else f"{letter}{first}:{letter}{row}")
            start = n + 1
    return ranges


def _gaps(case: Case, layout: SheetLayout, row_key: str, columns: Sequence[str]) -> list[_Gap]:
    sheet = layout.key
    row = layout.rows[row_key]
    return [
        _Gap(row, place, row_key, key, case.interpretation.markers.get((sheet, row_key, key), ""))
        for key in columns
        if (place := layout.columns.get(key)) and not case.filled(sheet, row_key, key)
    ]


def _wordless(case: Case, layout: SheetLayout, row_key: str, columns: Sequence[str]) -> list[_Gap]:
    """Cells that must be told in words and hold a bare number, date or truth value."""
    return [
        _Gap(layout.rows[row_key], layout.columns[key], row_key, key, shortened(entry.raw, 30))
        for key in columns
        if (entry := case.interpretation.entry(layout.key, row_key, key)) is not None
        and isinstance(entry.value, str)
        and (entry.value in ("TRUE", "FALSE") or not any(map(str.isalpha, entry.value)))
    ]


def _merged_hint(layout: SheetLayout, gaps: Sequence[_Gap]) -> str:
    """A word about merged cells where one of the empty cells lies under another one."""
    for gap in gaps:
        if shown := layout.content.covering(gap.row, gap.column):
            return _MERGED_HINT.format(f"Ô {gap.cell}", shown)
    return ""


def _empty_cells(case: Case, layout: SheetLayout, gaps: Sequence[_Gap]) -> Iterator[Remark]:
    """One remark a cell while they are few, else one for the sheet."""
    if len(gaps) <= _ONE_BY_ONE:
        for gap in gaps:
            hint = _merged_hint(layout, [gap])
            seen = f"chỉ ghi «{gap.marker}», chưa có nội dung" if gap.marker else "chưa điền"
            wanted, advised = _what_to_write(case, layout.key, gap)
            yield Remark(
                f"{seen}. {wanted}{hint}",
                layout.name,
                gap.cell,
                gap.marker,
                gap.row_key,
                gap.column_key,
                label=case.label(layout.key, gap.row_key, gap.column_key),
                advised=advised,
            )
        return
    yield _together(
        layout,
        gaps,
        f"còn {len(gaps)} ô bắt buộc chưa điền",
        "Đề nghị điền đủ; các cột có dấu (*) là bắt buộc.",
    )


def _together(layout: SheetLayout, gaps: Sequence[_Gap], lacking: str, wanted: str) -> Remark:
    """One remark on many empty cells of a sheet."""
    cells = tuple(g.cell for g in gaps)
    shown = listed(cell_ranges([(g.row, g.column) for g in gaps]), 12)
    message = f"Trang «{layout.name}»: {lacking}: {shown}. {wanted}{_merged_hint(layout, gaps)}"
    return Remark(message, layout.name, cells[0], cells=cells)


# «Số bé trai/100 bé gái», «Số bác sĩ trên 10.000 dân»: so many to a number of people.
_TO_SO_MANY = re.compile(
    r"(?:/|\btrên |\bmỗi )\s*(?:1[0.]*0|vạn)\s+(?:dân|người|bé|trẻ|hộ)\b", re.IGNORECASE
)


def _is_never_nought(row: CatalogueRow) -> bool:
    """Whether a row counts people or things to so many others: of them there are always some."""
    return _TO_SO_MANY.search(f"{row.name} {row.unit}") is not None


def _what_to_write(case: Case, sheet: str, gap: _Gap) -> tuple[str, Sequence[Advised]]:
    column = case.column(sheet, gap.column_key)
    if column is None:
        return "Đề nghị điền.", ()
    row = case.expectations.sheets[sheet].rows.get(gap.row_key)
    if column.unit_of_row and row is not None and row.row.target_words:
        return f"Chỉ tiêu nêu bằng lời («{row.row.target_given}»): đề nghị ghi bằng lời.", ()
    if column.type is ValueType.NUMBER:
        said = "Đề nghị ghi một số, theo đúng đơn vị tính của dòng"
        if row is not None and column.unit_of_row and _is_never_nought(row.row):
            return f"{said}.", ()
        nought = Advised.number(Decimal(0))
        said += "; nếu bằng không, ghi"
        return f"{said} {nought.text}.", (nought,)
    if column.type is ValueType.DATE:
        day = case.example_day(6, 30)
        return f"Đề nghị ghi ngày/tháng/năm, ví dụ {day.text}.", (day,)
    if column.type is ValueType.CHOICE:
        return "Đề nghị chọn một mục trong danh sách của ô.", ()
    return "Đề nghị điền nội dung.", ()


@rule(
    "BB-01",
    Severity.ERROR,
    title="Ô bắt buộc trong bảng còn trống",
    explanation="Cơ quan chủ trì phải điền các cột có dấu (*) của mỗi dòng được giao; cơ quan phối "
    "hợp được để trống mức cam kết. Các dấu «-», «x», «...» tính là để trống.",
    remedy="Điền các ô được nêu. Giá trị bằng không thì ghi 0.",
)
def required_cells_are_filled(case: Case) -> Iterator[Remark]:
    for expected, layout in case.tables(SheetKind.TABLE, SheetKind.FREE_TABLE):
        five_clear = {c.key for c in expected.inputs if c.five_clear}
        every = tuple(c.key for c in expected.inputs if c.required)
        gaps: list[_Gap] = []
        for row_key in layout.rows:
            row = expected.rows.get(row_key)
            needed = row.required if row is not None else every
            asked = [
                k
                for k in needed
                if k not in five_clear and not _has_substitute(case, layout, row_key, k)
            ]
            gaps += _gaps(case, layout, row_key, asked)
        yield from _empty_cells(case, layout, gaps)


def _has_substitute(case: Case, layout: SheetLayout, row_key: str, key: str) -> bool:
    """Whether another cell of the row stands for this one; KQ-02 asks for the reason."""
    column = case.column(layout.key, key)
    return column is not None and any(
        case.filled(layout.key, row_key, other) for other in column.alternatives
    )


@rule(
    "BB-02",
    Severity.ERROR,
    title="Mục bắt buộc của trang thông tin chung còn trống",
    explanation="Số, ngày của kế hoạch, cán bộ đầu mối và người ký duyệt là các thông tin phải có.",
    remedy="Điền các mục được nêu.",
)
def required_details_are_filled(case: Case) -> Iterator[Remark]:
    for expected, layout in case.tables(SheetKind.DETAILS):
        place = layout.columns["value"]
        gaps = [
            _Gap(
                layout.rows[c.key],
                place,
                "",
                c.key,
                case.interpretation.markers.get((layout.key, "", c.key), ""),
            )
            for c in expected.inputs
            if c.required and c.key in layout.rows and not case.filled(layout.key, "", c.key)
        ]
        yield from _empty_cells(case, layout, gaps)


@rule(
    "NR-01",
    Severity.ERROR,
    title="Nhiệm vụ chưa đủ các điều «rõ»",
    explanation="Chỉ thị yêu cầu mỗi nhiệm vụ rõ người, rõ việc, rõ thời hạn, rõ trách nhiệm, rõ "
    "kết quả, có năm thêm điều khác. Áp dụng cho nhiệm vụ được giao và mỗi dòng của kế hoạch hành "
    "động.",
    remedy="Điền các cột «rõ» còn thiếu của nhiệm vụ.",
)
def every_task_is_five_times_clear(case: Case) -> Iterator[Remark]:
    for expected, layout in case.tables(SheetKind.TABLE, SheetKind.FREE_TABLE):
        clear = {
            c.key: case.catalogue.clear.names.get(c.five_clear, "")
            for c in expected.inputs
            if c.required
        }
        keys = [key for key, name in clear.items() if name]
        if not keys:
            continue
        texts = [c.key for c in expected.inputs if c.key in keys and c.type is not ValueType.DATE]
        asked = {k: _asked(expected, k, keys) for k in layout.rows}
        lacking = [
            (k, g)
            for k in layout.rows
            if (g := [*_gaps(case, layout, k, asked[k]), *_wordless(case, layout, k, texts)])
        ]
        gaps = [g for _, row_gaps in lacking for g in row_gaps]
        if len(lacking) <= _ONE_BY_ONE:
            for row_key, row_gaps in lacking:
                cells = tuple(g.cell for g in row_gaps)
                yield Remark(
                    f"{_unclear(expected, row_gaps, clear)}{_merged_hint(layout, row_gaps)}",
                    layout.name,
                    cells[0],
                    row_key=row_key,
                    column=row_gaps[0].column_key,
                    cells=cells,
                    label=_task_name(case, layout, row_key),
                )
            continue
        yield _together(
            layout,
            gaps,
            f"{len(lacking)} nhiệm vụ chưa đủ «{case.catalogue.clear.title}», còn {len(gaps)} ô "
            "chưa điền",
            f"Mỗi nhiệm vụ cần {', '.join(clear[key] for key in keys)}.",
        )


def _unclear(expected: ExpectedSheet, gaps: Sequence[_Gap], clear: Mapping[str, str]) -> str:
    """What a task does not say, and how to say it: the column's own words, its example."""
    marks = listed([f"«{m}»" for m in dict.fromkeys(g.marker for g in gaps) if m])
    seen = f", mới ghi {marks}" if marks else ""
    columns = [expected.form.column(g.column_key) for g in gaps]
    if len(gaps) == 1:
        point = f"{_thing(columns[0])} («{clear[gaps[0].column_key]}»)"
        return f"chưa ghi {point}{seen}. {_how_to_write(columns[0])}"
    named = [
        f"ô {g.cell} {_thing(column)} («{clear[g.column_key]}»)"
        for g, column in zip(gaps, columns, strict=True)
    ]
    return f"chưa ghi {'; '.join(named)}{seen}. Đề nghị điền đủ các ô này."


def _thing(column: Column) -> str:
    """What stands in a column: "người phụ trách", of "Rõ người: người phụ trách (*)"."""
    _, _, thing = " ".join(column.header.split()).replace("(*)", "").partition(":")
    return thing.strip() or "nội dung"


def _how_to_write(column: Column) -> str:
    """The help of a column as what is asked for."""
    help_text = column.help.removeprefix("Ghi ").strip()
    return f"Đề nghị ghi {help_text[:1].lower()}{help_text[1:]}" if help_text else "Đề nghị điền."


def _asked(expected: ExpectedSheet, row_key: str, keys: Sequence[str]) -> Sequence[str]:
    """Which of the columns the agency must fill: who only co-operates in a task may leave them."""
    row = expected.rows.get(row_key)
    return keys if row is None else [key for key in keys if key in row.required]


def _task_name(case: Case, layout: SheetLayout, row_key: str) -> str:
    expected = case.expectations.sheets[layout.key]
    if row_key in expected.rows:
        return f"«{expected.rows[row_key].short_name}»"
    entry = case.interpretation.entry(layout.key, row_key, expected.work_column)
    return f"«{shortened(str(entry.value))}»" if entry and entry.value else "chưa ghi tên việc"


@rule(
    "NR-02",
    Severity.WARNING,
    title="Nội dung các điều «rõ» còn chung chung",
    explanation="Những từ như «như trên», «theo quy định», «thường xuyên», «hoàn thành» không cho "
    "biết ai làm, làm gì, ra sản phẩm nào.",
    remedy="Ghi cụ thể: họ tên và chức vụ, việc phải làm, sản phẩm kiểm đếm được.",
    trial=True,
)
def five_clear_says_something(case: Case) -> Iterator[Remark]:
    vague = {plain(p) for p in case.settings.vague_phrases}
    clear = {
        (sheet.form.key, c.key)
        for sheet in case.expectations.sheets.values()
        for c in sheet.inputs
        if c.five_clear and c.type is not ValueType.DATE
    }
    for entry in case.interpretation.entries:
        if (
            (entry.sheet, entry.column) in clear
            and isinstance(entry.value, str)
            and len(entry.value) <= 40
            and plain(entry.value) in vague
        ):
            yield case.at_entry(
                entry,
                f"«{entry.value}» còn chung chung. Đề nghị ghi cụ thể để theo dõi, đôn đốc được.",
            )

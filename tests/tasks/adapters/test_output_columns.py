"""Columns of outputs: stated once, unique in their sheet, and their values fit a cell."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import itertools
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from models.domain.answers.standing import HeldMail
from models.domain.consolidation import EARLIER, Figure, consolidate
from models.domain.reading.findings import Finding, Severity
from models.domain.reading.office import Office
from models.domain.results.snapshots import changes_between
from tasks.adapters.results.choosing import results_from
from tasks.adapters.results.cycle_results import CycleResults
from tasks.adapters.sheets.change_sheet import change_sheet
from tasks.adapters.sheets.common_sheets import (
    agency_sheet,
    earlier_lineage_sheet,
    finding_sheet,
    lineage_sheet,
)
from tasks.adapters.sheets.consolidated_sheet import HEADER_ROW, TableWriter
from tasks.adapters.sheets.consolidation_cells import ResultNames
from tasks.adapters.sheets.output_columns import (
    CENTRE,
    SIGNED,
    Band,
    Citation,
    OutputColumn,
    TableSheet,
    Tone,
    Toned,
    at,
    under_bands,
)
from tests.fixtures.simulated_answers import real_office
from tests.fixtures.small_office import GROUPS, commits, entry, missing, plans, standing
from tests.fixtures.small_review import (
    NOW,
    action,
    answered,
    cells,
    reports,
    review_office,
    reviewed,
    version,
)
from tests.fixtures.table_values import values_of

HEADERS = Path(__file__).with_name("headers_of_sheets.txt")
CELL_VALUES = (str, int, Decimal, dt.date, Figure, Citation, Toned, type(None))


@dataclasses.dataclass(frozen=True)
class Fruit:
    name: str
    kilos: int
    bad: bool = False


FRUITS = [
    OutputColumn[Fruit]("name", "Quả", 20, lambda f: f.name),
    OutputColumn[Fruit]("kilos", "Số cân", 8, lambda f: f.kilos, CENTRE, "Nhập kho"),
    OutputColumn[Fruit]("more", "So với 10", 8, lambda f: f.kilos - 10, SIGNED, "Nhập kho"),
]


def fruits(*rows: Fruit | Band, name: str = "Kho") -> TableSheet[Fruit]:
    return TableSheet(
        name, "QUẢ TRONG KHO", "Ghi chú.", FRUITS, rows, lambda f: Tone.BAD if f.bad else Tone.PLAIN
    )


def written(*tables: TableSheet[Fruit]) -> openpyxl.Workbook:
    stream = io.BytesIO()
    with Workbook(stream, {"in_memory": True}) as book:
        writer = TableWriter(book, {})
        for table in tables:
            writer.add(table)
    return openpyxl.load_workbook(stream)


# --- The machinery --------------------------------------------------------------------------------


def test_two_columns_of_one_key_are_refused_and_named() -> None:
    with pytest.raises(ValueError, match="Kho: more than one column is called kilos"):
        dataclasses.replace(fruits(), columns=[*FRUITS, FRUITS[1]])


def test_a_columns_values_are_read_off_the_rows_without_the_bands() -> None:
    table = fruits(Band("Trái cây"), Fruit("cam", 12), Fruit("na", 7))

    assert values_of(table, "more") == [2, -3]
    assert table.position("more") == 2
    with pytest.raises(KeyError):
        values_of(table, "price")


def test_rows_stand_under_the_band_of_their_group_once() -> None:
    groups = [("A", [1, 2]), ("A", [3]), ("", [4]), ("B", []), ("A", [5])]

    assert list(under_bands(groups)) == [Band("A"), 1, 2, 3, 4, Band("B"), Band("A"), 5]


def test_like_columns_differ_by_the_part_their_value_function_is_given() -> None:
    halves = [at(part, lambda f, p: f"{f.name} {p}") for part in ("trên", "dưới")]

    assert [half(Fruit("cam", 1)) for half in halves] == ["cam trên", "cam dưới"]


def test_a_table_is_written_as_its_columns_say() -> None:
    sheet = written(fruits(Band("Trái cây"), Fruit("cam", 12), Fruit("na", 7, bad=True)))["Kho"]

    rows = list(sheet.iter_rows(min_row=HEADER_ROW + 1, values_only=True))
    # A header that spans nothing leaves the cell above it empty.
    assert rows[0][1:] == ("Nhập kho", None)
    assert rows[1:] == [
        ("Quả", "Số cân", "So với 10"),
        (None, "Trái cây", None),
        ("cam", 12, 2),
        ("na", 7, -3),
    ]
    assert [sheet.column_dimensions[c].width > 7 for c in "ABC"] == [True] * 3
    plain, bad = sheet["A7"].fill.fgColor.rgb, sheet["A8"].fill.fgColor.rgb
    assert plain != bad == "FFF8B9B4"
    assert sheet["B7"].alignment.horizontal == "center"


def test_a_heading_names_only_what_its_columns_show() -> None:
    table = dataclasses.replace(fruits(), heading="KHO", headed=["GIÁ", FRUITS[0].header.upper()])

    assert table.whole_heading == f"KHO: {FRUITS[0].header.upper()}"
    assert dataclasses.replace(table, headed=["GIÁ"]).whole_heading == "KHO"


def test_a_table_without_rows_says_so_below_its_header() -> None:
    assert written(fruits())["Kho"]["A6"].value == "Không có nội dung."


# --- The sheets of a cycle ------------------------------------------------------------------------


class RecordingWriter(TableWriter):
    """Writes, and keeps what it was given."""

    def __init__(self, book: Workbook) -> None:
        super().__init__(book, {})
        self.tables: list[TableSheet[Any]] = []

    def add(self, table: TableSheet[Any]) -> Worksheet:
        """Writes one table and keeps it."""
        self.tables.append(table)
        return super().add(table)


def tables_of(results: CycleResults) -> Iterator[TableSheet[Any]]:
    """Every table of a cycle's workbook."""
    office, found = results.office, results.consolidation
    form = office.form_of(results.cycle)
    names = ResultNames.of(office, office.catalogue_of(results.cycle))
    yield agency_sheet(found)
    with Workbook(io.BytesIO(), {"in_memory": True}) as book:
        writer = RecordingWriter(book)
        results.add_sheets(book, writer, names)
    yield from writer.tables
    yield finding_sheet(found, names)
    now = results.snapshot()
    before = dataclasses.replace(now, figures=now.figures[1:], lines=(), agencies=())
    yield change_sheet(changes_between(before, now), names, form, results.judgement_names)
    yield lineage_sheet(found, names, form)
    if results.earlier is not None:
        yield earlier_lineage_sheet(results.earlier, names, office.form_of(results.earlier.cycle))


FINDING = Finding("XX-01", Severity.WARNING, "Số thấp hơn năm trước.", "Chỉ tiêu", "F6", "12")
DONE = "Đã hoàn thành"


def small_plan(office: Office) -> CycleResults:
    """Two agencies that contradict themselves and each other, one that keeps silent."""
    lead = [
        *commits("grdp", "12", q1="11"),
        *plans("task_a", dt.date(2025, 7, 31), without=["five_person"]),
        entry("action_plan", "@1", "group", GROUPS[0]),
        entry("action_plan", "@1", "five_work", "Số hóa hồ sơ"),
    ]
    asked = [
        standing("skhdt", lead, findings=[FINDING]),
        standing("sct", [*commits("iip", "17"), *commits("iip_index", "118")]),
        standing("sgtvt", [entry("projects", "project", "person", "Nguyễn Văn An")]),
        missing("sdl"),
    ]
    return results_from(office, consolidate(office, office.cycle("2025-plan"), asked, NOW), None)


def small_review(office: Office) -> CycleResults:
    """The same year in November: an estimate and an actual, proposals, a task told by two."""
    february = small_plan(office).consolidation.standings
    first = version("stc", reports("budget", "118000"))
    actual = version("stc", reports("budget", "119500", status="Chính thức"), 2)
    november = [
        reviewed("stc", first, actual),
        answered(
            "skhdt",
            reports("grdp", "12.2", to_date=Decimal(12)),
            cells("tasks", "task_a", state=DONE, proposals="Ban hành quy chế"),
            action("@1", "Số hóa hồ sơ", state=DONE, proposals="Cấp máy quét"),
        ),
        answered(
            "sct",
            [*reports("iip", "17"), *reports("iip_index", "118")],
            cells("tasks", "task_a", state="Đang thực hiện"),
        ),
        answered("sgtvt", cells("projects", "project", plan_city=200, disbursed=100)),
        dataclasses.replace(missing("sdl"), held_mail=[HeldMail(NOW)]),
    ]
    before = consolidate(office, office.cycle("2025-plan"), february, NOW, prefix=EARLIER)
    made = consolidate(office, office.cycle("2025-review"), november, NOW)
    return results_from(office, made, before)


@pytest.fixture(scope="module")
def plan() -> list[TableSheet[Any]]:
    return list(tables_of(small_plan(review_office(real_office()))))


@pytest.fixture(scope="module")
def review() -> list[TableSheet[Any]]:
    return list(tables_of(small_review(review_office(real_office()))))


@pytest.fixture(params=["plan", "review"])
def tables(request: pytest.FixtureRequest) -> list[TableSheet[Any]]:
    found: list[TableSheet[Any]] = request.getfixturevalue(request.param)
    return found


def test_every_key_stands_once_in_its_sheet(tables: Sequence[TableSheet[Any]]) -> None:
    for table in tables:
        keys = [c.key for c in table.columns]
        assert len(set(keys)) == len(keys), table.name


def test_no_band_stands_over_nothing_without_saying_so(tables: Sequence[TableSheet[Any]]) -> None:
    for table in tables:
        for band, below in itertools.pairwise([*table.rows, Band("")]):
            if isinstance(band, Band) and isinstance(below, Band):
                assert "không có" in band.title or "chưa cơ quan nào" in band.title, band


def test_every_column_gives_every_row_what_a_cell_can_hold(
    tables: Sequence[TableSheet[Any]],
) -> None:
    for table in tables:
        for column in table.columns:
            for value in values_of(table, column.key):
                assert isinstance(value, CELL_VALUES), (table.name, column.key)


def test_every_column_has_a_header_and_room_for_its_words(
    tables: Sequence[TableSheet[Any]],
) -> None:
    for table in tables:
        for column in table.columns:
            assert column.header.strip() == column.header != ""
            assert column.width >= 5, (table.name, column.key)


def test_every_sheet_has_a_row_in_one_cycle_at_least(
    plan: Sequence[TableSheet[Any]], review: Sequence[TableSheet[Any]]
) -> None:
    filled = {t.name for t in (*plan, *review) if any(not isinstance(r, Band) for r in t.rows)}

    assert filled == {t.name for t in (*plan, *review)}


def test_the_headers_are_those_that_people_know(
    plan: Sequence[TableSheet[Any]], review: Sequence[TableSheet[Any]]
) -> None:
    shown = [
        f"{cycle}, {table.name}: {headers(table)}"
        for cycle, tables in (("kế hoạch", plan), ("tổng kết", review))
        for table in tables
    ]

    assert shown == HEADERS.read_text().splitlines()


def headers(table: TableSheet[Any]) -> str:
    """What stands above the columns; what form or catalogue name is "…", once for neighbours."""
    shown = []
    for over, columns in itertools.groupby(table.columns, key=lambda c: c.over):
        named = [name for name, _ in itertools.groupby(map(_stated, columns))]
        shown += [f"{over} ({' / '.join(named)})"] if over else named
    return " | ".join(shown)


def _stated(column: OutputColumn[Any]) -> str:
    return "…" if column.key.startswith(("answer_", "share_", "committed")) else column.header

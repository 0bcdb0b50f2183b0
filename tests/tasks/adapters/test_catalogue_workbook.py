"""The workbook of the catalogue: what is written comes back, and Excel can do no harm to it."""

from __future__ import annotations

import datetime as dt
import io
import unicodedata
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.workbook import Workbook

from config.exchange.exchange_files import load_exchange_sheets
from config.exchange.exchange_tables import OfficeFiles
from config.files.calendars import KINDS
from flows.office.catalogue_import import workbook_of
from models.domain.cycle.cycles import StepKind
from models.domain.exchange.exchange_base import ExportBase
from models.domain.exchange.exchange_reading import read_sheets
from models.domain.exchange.exchange_sheets import (
    AgencyLabels,
    CellKind,
    ExchangeColumn,
    ExchangeSheet,
)
from models.domain.register.agencies import AgencyKind
from models.domain.register.catalogue import PERIODS, Appendix, Basis
from models.domain.register.targets import Direction
from models.domain.register.territories import Territory
from tasks.adapters.reading.file_kinds import FileKind
from tasks.adapters.reading.workbook_reader import read_workbook
from tasks.adapters.workbooks.catalogue_workbook import HEADER_ROW, write_catalogue
from tests.fixtures.office_files import OFFICE_FILES

SHEETS = load_exchange_sheets(OFFICE_FILES)
LABELS = AgencyLabels(
    {"syt": ["Sở Y tế"], "stc": ["Sở Tài chính", "Sở TC"], "stc_2": ["Sở Tài chính"]}
)


@pytest.fixture(scope="module")
def book() -> Workbook:
    content = workbook_of(OfficeFiles(OFFICE_FILES, OFFICE_FILES / "contacts.csv", 2025))
    return openpyxl.load_workbook(io.BytesIO(content))


def test_every_sheet_has_a_vietnamese_header_that_stays_in_view(book: Workbook) -> None:
    assert book.sheetnames[0] == "Hướng dẫn"
    assert book.sheetnames[1:-2] == [sheet.title for sheet in SHEETS]
    for sheet in SHEETS:
        shown = book[sheet.title]
        assert shown.freeze_panes == f"B{HEADER_ROW + 1}"
        headers = [cell.value for cell in shown[HEADER_ROW]]
        assert headers[0] in (sheet.columns[0].header, "Nội dung")


def test_every_cell_to_write_in_is_text_so_that_no_figure_changes(book: Workbook) -> None:
    for sheet in SHEETS:
        shown = book[sheet.title]
        for row in shown.iter_rows(min_row=HEADER_ROW + 1, max_row=HEADER_ROW + 60):
            for cell in row:
                assert cell.data_type in ("s", "n", "f"), cell.coordinate
                assert cell.data_type != "n" or cell.value is None, (sheet.title, cell.coordinate)
    target = book["I. Chỉ tiêu chủ yếu"]["I4"]
    assert (target.value, target.number_format) == ("12,50", "@")


def test_printed_and_corrected_reading_stand_side_by_side(book: Workbook) -> None:
    headers = [cell.value for cell in book["III. Chỉ tiêu ngành"][HEADER_ROW]]
    for name in ("Nội dung", "Đơn vị tính", "Chỉ tiêu"):
        assert headers.index(f"{name} (đọc đúng)") == headers.index(f"{name} (như in)") + 1


def test_choices_and_agencies_are_picked_from_lists_and_every_cell_explains_itself(
    book: Workbook,
) -> None:
    rules = book["I. Chỉ tiêu chủ yếu"].data_validations.dataValidation
    by_cell = {str(rule.sqref).split(":")[0]: rule for rule in rules}
    assert by_cell["K4"].type == "list"
    assert by_cell["O4"].formula1 == "ds_co_quan"
    assert not by_cell["O4"].showErrorMessage  # a name or code may be typed
    for title in ("I. Chỉ tiêu chủ yếu", "IV. Nhiệm vụ", "Ngày nghỉ, làm bù", "Kỳ báo cáo"):
        told = book[title].data_validations.dataValidation
        assert all(rule.promptTitle for rule in told if rule.prompt)
        assert sum(bool(rule.prompt) for rule in told) > 3
    names = set(book.defined_names)
    used = {r.formula1 for s in book for r in s.data_validations.dataValidation if r.formula1}
    assert {name for name in used if name.startswith("ds_")} <= names


def test_help_fits_into_what_a_cell_may_say() -> None:
    for sheet in SHEETS:
        assert len(sheet.title) <= 31
        for column in sheet.columns:
            assert len(column.help) <= 255, (sheet.title, column.header)
            assert column.advice or column.key in ("note",), (sheet.title, column.header)


def test_the_same_files_give_the_same_bytes() -> None:
    files = OfficeFiles(OFFICE_FILES, OFFICE_FILES / "contacts.csv", 2025)
    assert workbook_of(files) == workbook_of(files)


# --- The law: records -> workbook -> records ------------------------------------------------------


def _plain(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return unicodedata.normalize("NFC", "\n".join(lines)).strip()


_LETTERS = st.characters(
    exclude_categories=["Cc", "Cf", "Cs", "Cn", "Zl", "Zp"], include_characters="\n"
)
_WORDS = st.one_of(
    st.text(_LETTERS, max_size=20).map(_plain),
    st.sampled_from(
        ["12,50", "04", "=1+1", "@x", "+84", "- Dịch vụ", "'1", "1e5", "20/01/2026", "TRUE", "#N/A",
         "_x0041_", ">10", "≤ 3,5", "15/15", "6/2025", "51.000, phấn đấu 55.000", "0225 3842 000"]
    ),
)  # fmt: skip
_DECIMALS = st.decimals(-9999, 9999, places=3, allow_nan=False).map(lambda d: f"{d:f}")
_DAYS = st.dates(dt.date(1901, 1, 1), dt.date(2200, 1, 1)).map(dt.date.isoformat)


def _values(column: ExchangeColumn) -> st.SearchStrategy[str]:
    if column.kind is CellKind.CHOICE:
        return st.sampled_from(["", *column.choices])
    kinds: dict[CellKind, st.SearchStrategy[str]] = {
        CellKind.WHOLE: st.integers(-99, 9999).map(str),
        CellKind.DECIMAL: _DECIMALS,
        CellKind.DAY: st.one_of(st.just(""), _DAYS),
        CellKind.DAY_OR_YEAR: st.one_of(st.just("2026"), _DAYS),
        CellKind.INSTANT: st.datetimes(dt.datetime(1980, 1, 1), dt.datetime(2100, 1, 1)).map(  # noqa: DTZ001
            lambda t: t.replace(second=0, microsecond=0).isoformat() + "+07:00"
        ),
        CellKind.MEMBERS: st.lists(st.sampled_from(["central", "commune", "syt"]), max_size=3).map(
            ";".join
        ),
        CellKind.AGENCY: st.sampled_from(["", "syt", "stc", "stc_2"]),
        CellKind.AGENCIES: st.lists(st.sampled_from(["syt", "stc", "stc_2"]), max_size=5).map(
            ";".join
        ),
        CellKind.CODE: st.from_regex(r"[a-z][a-z0-9_]{1,20}", fullmatch=True),
    }
    return kinds.get(column.kind, _WORDS)


@st.composite
def sheet_and_records(draw: st.DrawFn) -> tuple[ExchangeSheet, list[dict[str, str]]]:
    sheet = draw(st.sampled_from(SHEETS))
    most = 1 if sheet.key == "directive" else 4
    records = draw(
        st.lists(
            st.fixed_dictionaries({c.key: _values(c) for c in sheet.columns}),
            min_size=most == 1, max_size=most,
        )
    )  # fmt: skip
    return sheet, [record for record in records if any(record.values())]


@settings(max_examples=150, deadline=None)
@given(sheet_and_records())
def test_records_come_back_from_their_sheet_as_they_were(
    drawn: tuple[ExchangeSheet, list[dict[str, str]]],
) -> None:
    sheet, records = drawn
    content = write_catalogue([sheet], {sheet.key: records}, LABELS, [], {}, ExportBase(2026, {}))
    workbook = read_workbook(content, FileKind.XLSX)
    reading = read_sheets(workbook, [sheet], LABELS)[sheet.key]
    assert [dict(record.values) for record in reading.records] == records
    said = {(c.text.partition(" còn trống")[1], c.cell) for c in reading.complaints}
    assert {what for what, _ in said} <= {" còn trống"}  # required cells that were drawn empty


# --- What Excel makes of what is typed ------------------------------------------------------------

_TYPED: list[tuple[CellKind, Any, str]] = [
    (CellKind.VERBATIM, "12,50", "12,50"),
    (CellKind.ORDINAL, 4.0, "4"),
    (CellKind.WHOLE, 2026.0, "2026"),
    (CellKind.WHOLE, " 2026 ", "2026"),
    (CellKind.DECIMAL, 0.05, "0.05"),
    (CellKind.DECIMAL, 1000.0, "1000"),
    (CellKind.DECIMAL, "0,050", "0.050"),
    (CellKind.DAY, dt.datetime(2026, 2, 20), "2026-02-20"),  # noqa: DTZ001
    (CellKind.DAY, "1/7/2026", "2026-07-01"),
    (CellKind.DAY_OR_YEAR, 2026.0, "2026"),
    (CellKind.INSTANT, dt.datetime(2026, 2, 20), "2026-02-20T00:00:00+07:00"),  # noqa: DTZ001
    (CellKind.INSTANT, dt.datetime(2026, 1, 20, 15, 59, 59, 999_990), "2026-01-20T16:00:00+07:00"),  # noqa: DTZ001
    (CellKind.INSTANT, "20/1/2026 7:30", "2026-01-20T07:30:00+07:00"),
    (CellKind.AGENCY, "sở y tế", "syt"),
]
_LOST: list[tuple[CellKind, Any]] = [
    (CellKind.VERBATIM, 12.5),
    (CellKind.VERBATIM, 4),
    (CellKind.VERBATIM, dt.datetime(2026, 6, 1)),  # noqa: DTZ001
    (CellKind.VERBATIM, True),
    (CellKind.CODE, 12.0),
    (CellKind.ORDINAL, 1.5),
    (CellKind.WHOLE, 5.5),
    (CellKind.DECIMAL, "1.000"),
    (CellKind.DECIMAL, "một"),
    (CellKind.DAY, 46_000.0),
    (CellKind.DAY, "30/02/2026"),
    (CellKind.DAY, dt.datetime(2026, 2, 20, 8)),  # noqa: DTZ001
    (CellKind.INSTANT, "20/02/2026"),
    (CellKind.INSTANT, "20/02/2026 24:00"),
    (CellKind.AGENCY, "Sở Tài chính"),  # two bear the name
]


def _read_one(kind: CellKind, typed: Any) -> Any:
    column = ExchangeColumn("x", "Ô thử", kind, advice="đúng")
    first = ExchangeColumn("code", "Mã", CellKind.CODE)
    sheet = ExchangeSheet("thu", "Thử", "thu.csv", (first, column), "Trang thử.")
    content = write_catalogue(
        [sheet], {"thu": [{"code": "a", "x": ""}]}, LABELS, [], {}, ExportBase(2026, {})
    )
    edited = openpyxl.load_workbook(io.BytesIO(content))
    edited["Thử"].cell(HEADER_ROW + 1, 2).value = typed
    saved = io.BytesIO()
    edited.save(saved)
    workbook = read_workbook(saved.getvalue(), FileKind.XLSX)
    return read_sheets(workbook, [sheet], LABELS)["thu"]


@pytest.mark.parametrize(("kind", "typed", "stored"), _TYPED)
def test_what_can_be_read_in_one_way_only_is_read(kind: CellKind, typed: Any, stored: str) -> None:
    reading = _read_one(kind, typed)
    assert reading.complaints == []
    assert reading.records[0].values["x"] == stored


@pytest.mark.parametrize(("kind", "typed"), _LOST)
def test_what_may_have_lost_something_is_named_and_not_guessed(kind: CellKind, typed: Any) -> None:
    (complaint,) = _read_one(kind, typed).complaints
    assert complaint.sentence.startswith("Trang «Thử», ô B4: ")
    assert "Xin ghi " in complaint.sentence


def test_every_word_that_the_files_use_has_a_name_that_the_office_reads() -> None:
    words = {
        "direction": [*Direction],
        "basis": [*Basis],
        "appendix": [*Appendix],
        "period": [*PERIODS],
        "territory": [*Territory],
    }
    for sheet in SHEETS:
        expected = words | {
            "kind": {"agencies": [*AgencyKind], "steps": [*StepKind]}.get(sheet.key, [*KINDS])
        }
        for column in sheet.columns:
            if column.choices and column.key in expected and (sheet.key, column.key) != (
                "target_revisions", "basis",
            ):  # fmt: skip
                assert set(column.choices) == set(expected[column.key]), (sheet.key, column.key)

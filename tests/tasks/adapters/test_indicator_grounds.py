"""The sheet of indicators where a value is of other ground than the directive's: what is judged
stands in the cells, with its target and its ground."""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import Decimal

import openpyxl
import pytest
from openpyxl.cell import Cell, MergedCell

from models.domain.answers.standing import AgencyStanding
from models.domain.consolidation import Figure
from models.domain.reading.office import Office
from models.domain.register.catalogue import Appendix
from models.domain.results.report_measures import places_in, target_of
from tasks.adapters.results.choosing import results_from
from tasks.adapters.results.consolidated_workbook import write_consolidation
from tasks.adapters.sheets.consolidation_cells import ResultNames
from tasks.adapters.sheets.output_columns import Band, Toned
from tasks.adapters.sheets.review_indicator_sheet import JudgedRow, indicator_sheet
from tasks.adapters.workbooks import workbook_styles as look
from tests.fixtures.made_review import MadeReview
from tests.fixtures.simulated_answers import real_office
from tests.fixtures.small_office import commits, standing
from tests.fixtures.small_review import (
    NOW,
    answered,
    cells,
    indicator,
    reports,
    review_made,
    review_office,
    reviewed,
    version,
)

FEBRUARY = standing("skhdt", commits("grdp", "12.3"))
FINAL = "Chính thức"


@pytest.fixture
def office() -> Office:
    return review_office(real_office())


def _whole(agency: str, row: str, value: str, status: str = FINAL) -> AgencyStanding:
    return answered(agency, reports(row, status=status, estimate_whole=Decimal(value)))


#: The row; what the agencies say; of each row: target, value, status, outcome, distance.
CASES: dict[str, tuple[str, Sequence[AgencyStanding], list[tuple[object, ...]]]] = {
    "the whole city alone, and another agency's beside it": (
        "grdp",
        [_whole("stc", "grdp", "11.81"), _whole("thong_ke", "grdp", "11.8")],
        [
            (
                *("12,35 (toàn thành phố)", Decimal("11.81"), "Chính thức (toàn thành phố)"),
                *("Không đạt (toàn thành phố)", Decimal("-0.54")),
            ),
            (
                *("12,35 (toàn thành phố)", Decimal("11.8"), "Chính thức (toàn thành phố)"),
                *("Số đối chiếu", None),
            ),
        ],
    ),
    "a whole that no document sets a target for": (
        "iip",
        [_whole("sct", "iip", "16.25", "Ước thực hiện")],
        [
            (
                *("17,00 (phía đông)", Decimal("16.25"), "Ước (toàn thành phố)"),
                *("Chưa đánh giá được (toàn thành phố: Văn phòng chưa có mức giao)", None),
            ),
        ],
    ),
    "the directive's ground counts, another agency tells the whole": (
        "grdp",
        [answered("stc", reports("grdp", "12.6")), _whole("thong_ke", "grdp", "12.4")],
        [
            (Decimal("12.5"), Decimal("12.6"), "Ước", "Vượt", Decimal("0.1")),
            (
                *("12,35 (toàn thành phố)", Decimal("12.4"), "Chính thức (toàn thành phố)"),
                *("Số đối chiếu", None),
            ),
        ],
    ),
    "one ground throughout": (
        "grdp",
        [answered("stc", reports("grdp", "12.6")), answered("thong_ke", reports("grdp", "12.4"))],
        [
            (Decimal("12.5"), Decimal("12.6"), "Ước", "Vượt", Decimal("0.1")),
            (Decimal("12.5"), Decimal("12.4"), "Ước", "Số đối chiếu", None),
        ],
    ),
}
_KEYS = ("target", "value", "status", "outcome", "distance")


def _plain(value: object) -> object:
    if isinstance(value, Figure):
        return value.number
    return value.text if isinstance(value, Toned) else value


def _rows(office: Office, made: MadeReview, row: str) -> tuple[list[JudgedRow], list[tuple]]:
    names = ResultNames.of(office, office.catalogue_of(made.cycle))
    sheet = indicator_sheet(made.consolidation, made.review, names, office.form_of(made.cycle))
    columns = [sheet.columns[sheet.position(key)] for key in _KEYS]
    rows = [r for r in sheet.rows if not isinstance(r, Band) and r.row.code == row]
    return rows, [tuple(_plain(c.value(r)) for c in columns) for r in rows]


@pytest.mark.parametrize("case", CASES)
def test_what_is_judged_stands_in_the_cells_with_its_ground(office: Office, case: str) -> None:
    row, said, expected = CASES[case]
    made = review_made(office, [FEBRUARY], *said)
    rows, shown = _rows(office, made, row)

    assert shown == expected
    if rows[0].ground_named:
        assert shown[0][0] == target_of(indicator(made, row)).plain


@pytest.mark.parametrize("case", CASES)
def test_every_value_leads_to_its_cell_and_the_note_explains_other_grounds(
    office: Office, case: str
) -> None:
    row, said, expected = CASES[case]
    made = review_made(office, [FEBRUARY], *said)
    results = results_from(office, made.consolidation, made.earlier)
    book = openpyxl.load_workbook(io.BytesIO(write_consolidation(results, NOW)))
    sheet = book["Chỉ tiêu"]
    place = f"PL {Appendix.I.value}."
    head = {str(c.value): c.column for line in sheet.iter_rows(min_row=4, max_row=5) for c in line}
    found = [
        cells[head["Cả năm"] - 1]
        for cells in sheet.iter_rows(min_row=6)
        if str(cells[0].value).startswith(place) and cells[head["Cả năm"] - 1].value is not None
    ]

    assert [cell.value for cell in found] == [float(value) for _, value, *_ in expected]
    assert all(cell.hyperlink and "Nguồn số liệu" in cell.hyperlink.location for cell in found)
    decimals = "0" * places_in(indicator(made, row))
    assert all(cell.number_format.endswith(f".{decimals}") for cell in found)
    says_whole = any("toàn thành phố" in str(cells) for cells in expected)
    assert ("dòng ghi «toàn thành phố» có số cả năm" in str(sheet["A2"].value)) is says_whole


def test_a_row_has_as_many_decimals_on_every_sheet_of_the_workbook(office: Office) -> None:
    """Values of several versions, grounds and agencies; the scenario's index too."""
    index = cells("scenario", "scenario", estimate_year=Decimal("112.1"))
    first = [*reports("grdp", "12", estimate_west=Decimal("11.3")), *index]
    last = [*reports("grdp", "12.1", estimate_whole=Decimal(12)), *index]
    lead = reviewed("stc", version("stc", first), version("stc", last, 2))
    said = [lead, answered("thong_ke", reports("grdp", "11.9"))]
    made = review_made(office, [FEBRUARY], *said)
    results = results_from(office, made.consolidation, made.earlier)
    book = openpyxl.load_workbook(io.BytesIO(write_consolidation(results, NOW)))
    name = made.review.indicators[0].row.name

    def column_of_measure(cell: Cell | MergedCell) -> bool:
        """Versions and days are counted, not measured."""
        plain = cell.number_format == look.WHOLE_FORMAT and "Phiên" in heads(cell)
        return cell.number_format.startswith(("#", "+")) and not plain

    def heads(cell: Cell | MergedCell) -> str:
        return " ".join(str(cell.parent.cell(at, cell.column).value) for at in (4, 5))

    shown = {
        (sheet.title, cell.number_format.split(";")[0].rpartition(".")[2])
        for sheet in book
        for cells_of_row in sheet.iter_rows(min_row=5, max_col=18)
        for cell in cells_of_row
        if name in str(cells_of_row[1].value) + str(cells_of_row[2].value)
        if isinstance(cell.value, float | int) and column_of_measure(cell)
    }
    assert {"Chỉ tiêu", "Theo địa bàn", "Tiến độ trong năm", "Mâu thuẫn", "Số qua các lần"} <= {
        title for title, _ in shown
    }
    assert [(title, decimals) for title, decimals in shown if decimals != "00"] == []

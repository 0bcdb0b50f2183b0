"""A cell among its neighbours: its header, what names its row, what nobody sees left out."""

from __future__ import annotations

import pytest

from models.domain.desk.cell_excerpts import excerpt_of
from models.domain.reading.workbook_content import HiddenPlaces, SheetContent

HEADER = ("Mã", "Vị trí", "Chỉ tiêu", "Đơn vị", "Cam kết", "Quý I", "Ghi chú")
ROWS = (
    ("KẾ HOẠCH",),
    (),
    HEADER,
    *((f"row_{n}", f"PL I.{n}", f"Chỉ tiêu {n}", "%", n * 10, n, "‮x") for n in range(1, 9)),
)


def sheet(hidden: HiddenPlaces | None = None) -> SheetContent:
    content = SheetContent("Chỉ tiêu", ROWS)
    return content if hidden is None else SheetContent("Chỉ tiêu", ROWS, hidden_places=hidden)


def addresses(cell: str, content: SheetContent | None = None, **asked: object) -> list[list[str]]:
    found = excerpt_of(content or sheet(), cell, **asked)  # type: ignore[arg-type]
    assert found is not None
    return [[one.address for one in cells] for _, cells in found.rows]


def test_the_cell_stands_under_its_header_beside_what_names_its_row() -> None:
    found = excerpt_of(sheet(), "F8", headers=["quý  i"], left_out=["Mã"])
    assert found is not None

    assert list(found.columns) == ["B", "C", "E", "F", "G"]
    assert [number for number, _ in found.rows] == [3, 7, 8, 9]
    header = ["Vị trí", "Chỉ tiêu", "Cam kết", "Quý I", "Ghi chú"]
    assert [c.text for c in found.rows[0][1]] == header
    chosen = [c for _, cells in found.rows for c in cells if c.is_chosen]
    assert [(c.address, c.text) for c in chosen] == [("F8", "5")]
    assert "dấu đổi chiều chữ" in found.rows[2][1][-1].text


@pytest.mark.parametrize(
    ("cell", "rows"),
    [
        ("F4", [3, 4, 5]),  # right below the header: nothing above it is shown
        ("F11", [3, 10, 11]),  # the last row
        ("F400", [3, 399, 400]),  # beyond what is filled
        ("A1", [1, 2]),
    ],
)
def test_what_is_shown_ends_where_the_table_does(cell: str, rows: list[int]) -> None:
    found = excerpt_of(sheet(), cell, headers=["Quý I"])
    assert found is not None

    assert [number for number, _ in found.rows] == rows


def test_hidden_rows_and_columns_are_left_out_but_never_the_cell_itself() -> None:
    hidden = HiddenPlaces(rows=(7, 8), columns=((5, 6),))

    shown = addresses("F8", sheet(hidden), headers=["Quý I"], left_out=["Mã"])

    assert [row[0] for row in shown] == ["B3", "B8", "B9"]
    assert all("F" in row[2] and not any(c.startswith("E") for c in row) for row in shown)


@pytest.mark.parametrize("cell", ["", "Chỉ tiêu", "F0", "1F", "ZZZZ1"])
def test_what_is_no_address_has_no_neighbours(cell: str) -> None:
    assert excerpt_of(sheet(), cell) is None

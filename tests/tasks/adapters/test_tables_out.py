"""Tables that leave the desk as files: no cell is lost, none is run."""

from __future__ import annotations

import io

import openpyxl
import pytest

from tasks.adapters.desk.tables_out import as_csv, as_workbook


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("a" * 32_000, "a" * 32_000),
        ("a" * 40_000, "a" * 32_000 + "… (còn 8.000 ký tự)"),
        ("=1+1", "=1+1"),
        ("http://example.org/" + "a" * 3000, "http://example.org/" + "a" * 3000),
        ("half\ud800", "half?"),
    ],
    ids=["longest", "longer", "formula", "link", "half a letter"],
)
def test_a_text_stands_in_the_workbook_or_says_what_is_left_out(text: str, stands: str) -> None:
    made = as_workbook("Sổ", ["Lý do"], [[text]])
    cell = openpyxl.load_workbook(io.BytesIO(made)).active["A2"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (stands, "s", None)


@pytest.mark.parametrize("text", ["=1+1", "+a", "-a", "@a", "\ta", "\ra", "\na", "'a"])
def test_no_spreadsheet_runs_a_text_of_the_table(text: str) -> None:
    assert as_csv(["a"], [[text]]).decode("utf-8-sig").splitlines()[1].lstrip('"')[0] == "'"

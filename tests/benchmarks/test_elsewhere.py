"""Filled workbooks come back from other programs as they were, and a difference would be told."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from benchmarks import material
from benchmarks.elsewhere.__main__ import differences, filled, read_folder, report
from benchmarks.elsewhere.programs import Way, ways
from models.domain.reading.submissions import Examination


@pytest.fixture(scope="module")
def workbooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled")
    (folder / "workbooks").mkdir()
    for path in filled(folder / "made", 2):
        path.rename(folder / "workbooks" / path.name)
    return folder / "workbooks"


@pytest.fixture(scope="module")
def before(workbooks: Path) -> dict[str, Examination]:
    return read_folder(material.office(), workbooks)


@pytest.mark.parametrize("way", [w for w in ways() if not w.absent][:2], ids=lambda w: w.name)
def test_what_libraries_saved_is_read_as_before(
    workbooks: Path, before: dict[str, Examination], tmp_path: Path, way: Way
) -> None:
    way.save(workbooks, tmp_path)
    after = read_folder(material.office(), tmp_path)
    assert after.keys() == before.keys()
    assert sum(len(e.entries) for e in before.values()) > 50
    assert [*report(before, after)] == []


def test_a_value_that_changed_on_the_way_is_told(
    workbooks: Path, before: dict[str, Examination], tmp_path: Path
) -> None:
    name, examination = next(iter(before.items()))
    entry = next(e for e in examination.entries if isinstance(e.value, dt.date))
    book = openpyxl.load_workbook(workbooks / f"{name}.xlsx")
    book[entry.sheet_name][entry.cell].value = entry.value + dt.timedelta(days=1)
    book.save(tmp_path / f"{name}.xlsx")
    after = read_folder(material.office(), tmp_path)
    told = [*differences(examination, after[name])]
    assert any(entry.column in line and "became" in line for line in told)
    assert [name for name, _ in report(before, after)] == [*before]

"""How far reporters may lie apart: read from the office's file, every fault with its line."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from config.files.catalogues import load_catalogue
from models.domain.register.catalogue import Appendix
from tests.fixtures.office_faults import check_catalogue
from tests.fixtures.office_files import OFFICE_FILES

FILES = OFFICE_FILES / "directives" / "2025"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FILES, tmp_path / "2025"))


def test_every_main_indicator_with_several_reporters_has_a_tolerance_with_its_reason():
    catalogue = load_catalogue(FILES)
    several = [r.code for r in catalogue.of([Appendix.I, Appendix.II]) if len(r.agencies) > 1]

    assert len(several) == 29
    assert all(catalogue.tolerance_of(code) for code in several)
    assert all(t.note for t in catalogue.tolerances.values())


def test_a_row_that_is_not_named_goes_by_rounding_alone():
    assert load_catalogue(FILES).tolerance_of("poverty_rate") == 0
    assert load_catalogue(FILES).tolerance_of("grdp_growth") == Decimal("0.05")


def test_a_year_without_the_file_has_no_tolerances(copy):
    (copy / "tolerances.csv").unlink()

    assert load_catalogue(copy).tolerances == {}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("grdp,0.05,", "không có dòng mang mã “grdp”"),
        ("task_2025_01,1,", "không phải chỉ tiêu có số liệu"),
        ("solid_waste_treatment,1,", "không phải chỉ tiêu có số liệu"),
        ("grdp_growth,0.1,", "đã có ở dòng 2"),
        ('iip_index,"0,5",', "phải là số lớn hơn 0"),
        ("iip_index,0,", "phải là số lớn hơn 0"),
        ("iip_index,-1,", "phải là số lớn hơn 0"),
    ],
)
def test_a_fault_names_the_line(copy, line, words):
    path = copy / "tolerances.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text}{line}\n", encoding="utf-8")

    [fault] = map(str, check_catalogue(copy, None))

    assert fault.startswith(f"2025/tolerances.csv:{len(text.splitlines()) + 1}:")
    assert words in fault

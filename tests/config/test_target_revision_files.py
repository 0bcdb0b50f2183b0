"""target_revisions.csv: what was set anew in 2025, and every fault of the file named."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.files.catalogues import load_catalogue
from models.domain.register.catalogue import Catalogue
from models.domain.register.targets_in_force import target_in_force
from models.domain.register.territories import Territory
from tests.fixtures.office_faults import check_catalogue
from tests.fixtures.office_files import OFFICE_FILES

FILES = OFFICE_FILES / "directives" / "2025"
NOVEMBER = dt.date(2025, 11, 20)

# text to replace, replacement, line and words of the fault
FAULTS = [
    ("grdp_growth,whole", "grdp,whole", 2, "không có dòng mang mã “grdp”"),
    ("grdp_growth,whole", "scenario_grdp,whole", 2, "không phải dòng có chỉ tiêu"),
    ("grdp_growth,whole", "solid_waste_treatment,whole", 2, "không phải dòng có chỉ tiêu"),
    ("grdp_growth,whole", "grdp_growth,north", 2, "địa bàn “north” không có; chỉ nhận east"),
    ("2025-07-25", "25.07.2025", 2, "ô “effective_on”: “25.07.2025” không phải ngày"),
    ('"12,35"', '"12,35 : 13"', 2, "Không đọc được chỉ tiêu"),
    ('"12,35"', "", 2, "thiếu chỉ tiêu"),
    ('"12,35"', "< 12", 2, "ngược với chiều “higher”"),
    ('"12,35"', "1235", 2, "xem lại đơn vị"),
    ("grdp_growth,west,2025-07-01", "grdp_growth,whole,2025-07-25", 3, "đã có chỉ tiêu của địa"),
    ("grdp_growth,west,2025-07-01", "grdp_growth,east,2025-01-20", 3, "không sau ngày ban hành"),
    ("thành phố,,", "thành phố,maybe,", 2, "“maybe” phải là “có” hoặc để trống"),
]  # fmt: skip


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FILES, tmp_path / "2025"))


def _shown(catalogue: Catalogue, row: str, territory: Territory, on: dt.date) -> str:
    found = target_in_force(catalogue.row(row), catalogue, territory, on)
    return found.printed if found else ""


def test_growth_is_judged_by_the_target_of_each_ground(catalogue: Catalogue) -> None:
    assert catalogue.territory is Territory.EAST
    shown = {t: _shown(catalogue, "grdp_growth", t, NOVEMBER) for t in Territory}
    assert shown == {Territory.EAST: "12,50", Territory.WEST: "12", Territory.WHOLE: "12,35"}
    assert _shown(catalogue, "grdp_growth", Territory.WHOLE, dt.date(2025, 7, 24)) == ""


def test_foreign_investment_is_read_in_the_rows_unit_though_the_press_lost_it(
    catalogue: Catalogue,
) -> None:
    assert _shown(catalogue, "foreign_investment_attracted", Territory.WHOLE, NOVEMBER) == "5,5"


def test_only_what_was_found_in_the_resolution_itself_is_certain(catalogue: Catalogue) -> None:
    revisions = [r for row in catalogue for r in row.revisions]
    assert [r.row for r in revisions if not r.assumed] == ["grdp_growth"]
    assert all(r.note for r in revisions if r.assumed)


@pytest.mark.parametrize(("old", "new", "line", "words"), FAULTS)
def test_a_fault_names_file_and_line(copy: Path, old: str, new: str, line: int, words: str) -> None:
    path = copy / "target_revisions.csv"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    faults = [*map(str, check_catalogue(copy, None))]
    place = f"2025/target_revisions.csv:{line}: "
    assert [f for f in faults if f.startswith(place) and words in f], faults


def test_a_unit_that_was_looked_at_may_differ(copy: Path) -> None:
    path = copy / "target_revisions.csv"
    text = path.read_text("utf-8").replace('"5,5"', "5500", 1)
    path.write_text(text.replace("mất chữ", "đã kiểm tra đơn vị; mất chữ", 1), encoding="utf-8")
    assert check_catalogue(copy, None) == []


def test_a_year_without_the_file_keeps_its_targets(copy: Path) -> None:
    (copy / "target_revisions.csv").unlink()
    assert all(not row.revisions for row in load_catalogue(copy))


def test_a_directive_that_says_nothing_is_for_the_whole_city(copy: Path) -> None:
    path = copy / "directive.toml"
    text = path.read_text("utf-8")
    path.write_text(text.replace('territory = "east"\n', ""), encoding="utf-8")
    assert load_catalogue(copy).territory is Territory.WHOLE
    path.write_text(text.replace('"east"', '"đông"'), encoding="utf-8")
    (fault,) = map(str, check_catalogue(copy, None))
    assert "“territory” là “đông”, chỉ nhận east, west, whole" in fault


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(place=st.floats(0, 1), length=st.integers(0, 60), junk=st.binary(max_size=12))
def test_a_damaged_file_yields_faults_and_never_a_crash(
    copy: Path, place: float, length: int, junk: bytes
) -> None:
    raw = (FILES / "target_revisions.csv").read_bytes()
    start = int(place * len(raw))
    (copy / "target_revisions.csv").write_bytes(raw[:start] + junk + raw[start + length :])
    assert all(
        "2025/target_revisions.csv" in fault for fault in map(str, check_catalogue(copy, None))
    )

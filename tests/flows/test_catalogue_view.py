"""The readable table of the catalogue, and the faults of the files behind it."""

from __future__ import annotations

import io
import re
import shutil
from pathlib import Path

import pytest
from rich.console import Console

from flows.cli.catalogue.catalogue_view import (
    catalogue_rows,
    print_catalogue,
    print_successions,
    register_of_office,
    what_is_assumed,
)
from flows.office.office_checks import configuration_faults
from tests.fixtures.office_files import OFFICE_FILES


def cells_of_table(width: int = 3000) -> dict[str, list[str]]:
    """The table's cells by the row's code, wide enough that nothing is wrapped."""
    console = Console(file=io.StringIO(), width=width)
    print_catalogue(catalogue_rows(2025), console)
    assert isinstance(console.file, io.StringIO)
    lines = [line.split("│")[1:-1] for line in console.file.getvalue().splitlines()]
    return {line[1].strip(): [c.strip() for c in line] for line in lines if len(line) == 5}


def test_the_table_shows_every_row_with_its_place() -> None:
    table = cells_of_table()
    assert len(table) == 199
    assert table["state_budget_revenue"][0] == "I.4"
    assert table["state_budget_revenue_trade"][0] == "I.4 -"
    assert table["scenario_services"][0] == "II.2"
    assert table["tourism_revenue"][0] == "Mục II.2"  # a section of the body, not the appendix


def test_the_table_shows_what_is_asked_for_in_its_corrected_reading() -> None:
    table = cells_of_table()
    assert table["state_budget_revenue_domestic"][3] == "51.000, phấn đấu 55.000 Tỷ đồng"
    assert table["dti_rank"][3] == "≤ 10 Thứ hạng"
    assert table["scenario_grdp"][3] == "111,88 | 112,13 | 112,47 | 112,50"
    assert table["task_2025_03"][3] == "Tháng 6/2025 (30/06/2025)"
    assert table["task_2025_33"][3].startswith("Theo Kế hoạch số 273/KH-UBND")
    assert table["project_2025_16"][3] == "2.271.430 (96,3 triệu USD)"


def test_what_one_file_relies_on_and_none_provides_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ignored = shutil.ignore_patterns("*.py", "__pycache__")
    files = Path(shutil.copytree(OFFICE_FILES, tmp_path / "office", ignore=ignored))
    monkeypatch.setenv("BAOCAO_CONFIG_DIR", str(files))
    assert configuration_faults() == []
    (files / "letters" / "overdue.j2").unlink()
    (fault,) = configuration_faults()
    assert fault.startswith("letters/overdue.j2: ")
    shutil.copy(OFFICE_FILES / "letters" / "overdue.j2", files / "letters")
    (files / "forms" / "plan.toml").unlink()
    (fault,) = configuration_faults()
    assert re.match(r"cycles\.toml:\d+, cycles\.2025-plan\.form: ", fault)


def test_the_table_shows_who_answers_today_and_what_was_set_since() -> None:
    table = cells_of_table()
    assert table["grdp_growth"][3] == (
        "12,50 %; phía tây: 12 (chờ xác nhận); toàn thành phố: 12,35 (NQ 42/NQ-HĐND)"
    )
    assert table["grdp_growth"][4].startswith(
        "Sở Kế hoạch và Đầu tư → Sở Tài chính từ 01/03/2025 (chờ xác nhận), Cục Thống kê "
    )
    assert table["poverty_rate"][4] == (
        "Sở Lao động - Thương binh và Xã hội → Sở Nông nghiệp và Môi trường từ 01/03/2025 "
        "(chờ xác nhận)"
    )
    assert table["drug_users_with_services_share"][4].endswith("→ Công an thành phố từ 01/03/2025")
    assert table["iip_index"][4] == "Sở Công Thương"


def test_the_successions_are_listed_with_their_grounds() -> None:
    console = Console(file=io.StringIO(), width=3000)
    print_successions(register_of_office(), console)
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    assert text.count("UBND huyện Vĩnh Bảo") == 7
    (line,) = [x for x in text.splitlines() if "poverty_rate" in x]
    assert "Nghị định số 35/2025/NĐ-CP" in line
    assert "(chờ xác nhận)" in line


def test_what_the_office_has_yet_to_confirm_is_counted() -> None:
    lines, targets = what_is_assumed()
    assert re.match(r"successions\.csv: \d+ dòng kế thừa là giả định", lines)
    assert targets.startswith("2025/target_revisions.csv: 10 chỉ tiêu đặt lại là giả định")

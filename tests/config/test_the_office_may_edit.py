"""The proof that the office may edit its files: an edited copy keeps every invariant, and nothing
but the suite of invariants reads the office's files.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import docx

from config.files.office_files import load_office
from config.settings import CONFIG_DIR

TESTS = Path(__file__).parents[1]
SUITE = Path(__file__).with_name("test_the_offices_files.py")
#: And this: what it says of the files holds however the office edits them.
LISTS = Path(__file__).with_name("test_public_lists.py")
#: These look at the real folder: the suite, its proof, that a simulated import spares it, and that
#: every text there keeps to the list of terms, which lies beside them.
READERS = {
    SUITE.name,
    Path(__file__).name,
    "test_editions.py",
    LISTS.name,
    "settings_desk.py",  # lets the tests' own stand for it
    "test_file_sets.py",
    "test_settings.py",  # whether it is found
    "test_terms.py",
    "said_results.py",  # what results say, for that
}
REAL_FOLDER = re.compile(r'\bCONFIG_DIR\b|config\.__file__|(?:ROOT|parents\[\d\]) / "config"')

NEW_CYCLE = """
[cycles.2025-thu]
mark = "THU-2025"
title = "Cập nhật kịch bản tăng trưởng GRDP 6 tháng năm 2025"
form = "scenario"
catalogue_year = 2025
legal_basis = "điểm 1.3 mục III Chỉ thị số 03/CT-UBND ngày 20/01/2025"
content = "Kết quả thực hiện và cập nhật kịch bản tăng trưởng GRDP theo Phụ lục II."
reporters = "Các cơ quan được giao theo dõi kịch bản tăng trưởng tại Phụ lục II."
recipient = "Văn phòng Ủy ban nhân dân thành phố Hải Phòng"
channel = "Thư điện tử"
frequency = "Hằng quý"
outline = "Theo các trang của sổ báo cáo"
report_forms = "Sổ báo cáo (.xlsx) gửi kèm thư đề nghị báo cáo"
opens_at = 2025-06-20T08:00:00+07:00
due_at = 2025-07-05T00:00:00+07:00
due_text = "trước ngày 05 tháng 7 năm 2025"
data_closes_on = 2025-06-30
grace_working_days = 3
meeting = "phiên họp thường kỳ tháng 7/2025 của Ủy ban nhân dân thành phố"
contact_person = "Phòng Tổng hợp"
contact_phone = "0225 0000 000"
contact_email = "baocao@ubnd.haiphong.example"

[[cycles.2025-thu.steps]]
code = "truoc_2"
kind = "reminder"
working_days = -2
hour = 8
"""


def _append(path: Path, text: str) -> None:
    before = path.read_text("utf-8")
    path.write_text(before.rstrip("\n") + "\n" + text, "utf-8")


def _append_row(path: Path, cells: dict[str, str]) -> None:
    with path.open(encoding="utf-8") as file:
        columns = file.readline().strip().split(",")
    _append(path, ",".join(cells.get(column, "") for column in columns) + "\n")


def _edited(folder: Path) -> None:
    """Makes the edits that the handbook invites."""
    named = {"code": "trung_tam_thu", "name": "Trung tâm Thử nghiệm Dữ liệu", "kind": "department"}
    _append_row(folder / "agencies.csv", named)
    _append_row(
        folder / "contacts.csv", {"agency": "trung_tam_thu", "to": "vanthu@ttdl.haiphong.gov.vn"}
    )
    _append(folder / "holidays.csv", "2025-12-24,off,Nghỉ thêm,,\n")
    step = 'code = "truoc_7_thu"\nkind = "reminder"\nworking_days = -7\nhour = 9\n'
    cycle = next(iter(load_office(CONFIG_DIR).cycles))
    _append(folder / "cycles.toml", f"{NEW_CYCLE}\n[[cycles.{cycle}.steps]]\n{step}")
    rules = folder / "rules.toml"
    text = re.sub(r"(?m)^rules_off = \[.*?\]", 'rules_off = ["KH-02"]', rules.read_text("utf-8"))
    rules.write_text(text, "utf-8")
    for letter in (folder / "letters").glob("*.j2"):
        words = letter.read_text("utf-8").replace("Văn phòng", "Cơ quan Văn phòng")
        letter.write_text(words.replace("Đề nghị", "Trân trọng đề nghị"), "utf-8")
    for template in (folder / "reports").glob("*.docx"):
        document = docx.Document(str(template))
        document.add_paragraph("Câu Văn phòng viết thêm ở cuối.")
        document.save(str(template))


def test_what_the_handbook_invites_breaks_no_invariant(tmp_path: Path) -> None:
    no_code = shutil.ignore_patterns("*.py", "__pycache__")
    folder = Path(shutil.copytree(CONFIG_DIR, tmp_path / "office", ignore=no_code))
    _edited(folder)
    edited = load_office(folder)
    assert "trung_tam_thu" in edited.register.agencies
    assert "2025-thu" in edited.cycles
    assert edited.rules.rules_off
    run = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "-n",
            "0",
            str(SUITE),
            str(LISTS),
        ],
        cwd=TESTS.parent,
        env={**os.environ, "BAOCAO_TEST_OFFICE": str(folder)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stdout


def test_no_other_test_reads_the_offices_files() -> None:
    readers = {
        path.name for path in TESTS.rglob("*.py") if REAL_FOLDER.search(path.read_text("utf-8"))
    }
    assert readers <= READERS, sorted(readers - READERS)

"""The catalogue's files, damaged: every fault is named with file and line, its cause first."""

from __future__ import annotations

import csv
import shutil
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.files.catalogues import (
    catalogue_as_json,
    catalogue_remarks,
    load_catalogue,
    load_catalogues,
)
from models.domain.errors import ConfigurationFault
from models.domain.register.agencies import Register
from tests.fixtures.office_faults import check_catalogue
from tests.fixtures.office_files import OFFICE_FILES

FILES = OFFICE_FILES / "directives" / "2025"

# file, text to replace, replacement, line (0: a fault of the whole file) and words of the fault
FAULTS = [
    ("appendix_1.csv", "state_budget_revenue,4,", "grdp_growth,4,", 11, "đã dùng ở"),
    ("appendix_1.csv", '"118.079,279"', '"118.079.2"', 11, "Không đọc được chỉ tiêu"),
    ("appendix_1.csv", "of_grdp,,iip_growth,I,", "of_grdp,,iip_grow,I,", 9, "dòng mẹ “iip_grow”"),
    ("appendix_1.csv", ",>10,,higher,", ",>10,,lower,", 17, "ngược với chiều"),
    ("appendix_1.csv", '"3,50",,lower,', '"3,50",,down,', 21, "chiều “down”"),
    ("appendix_1.csv", '"12,50",,higher', '"12,70",,higher', 0, "quy đổi ra 112.70"),
    ("appendix_1.csv", "Tỷ lệ thất nghiệp", "Tỷ lê\u0323 thất nghiệp", 21, "(NFC)"),
    ("appendix_1.csv", "continued,\ngrdp_per", "printed,\ngrdp_per", 6, "tên cơ quan như in"),
    ("appendix_2.csv", '"118,84"', '"118,8.4"', 5, "9_thang_printed"),
    ("appendix_3.csv", "Sở Y tế,syt,printed", "Sở Y tế,so_y_te,printed", 42, "“so_y_te” là tên"),
    ("appendix_3.csv", "Thanh tra thành phố,thanh_tra", "Thanh tra thành phố,snv", 60, "khai mã"),
    ("appendix_3.csv", "sdl,continued", "sct,continued", 9, "ô cơ quan gộp"),
    ("appendix_3.csv", "nursery_enrolment_rate,24,,IV", "nursery_enrolment_rate,24,,X", 25, "“X”"),
    ("appendix_4.csv", "Quý IV/2025", "Quý V/2025", 8, "Không đọc được thời hạn"),
    ("appendix_5.csv", "2.300.000 (TMĐT DA", "2.300.000 (DA", 9, "tổng mức đầu tư"),
    ("body_targets.csv", "khoảng 12.000,12.000", "12.000 : 13.000,", 2, "Không đọc được chỉ tiêu"),
    ("appendix_1.csv", ",>10,,higher,", ",>10 tấn,,higher,", 17, "ra đơn vị “Triệu lượt”"),
    ("equivalences.csv", "iip_growth,iip_index,1,100", "iip_growth,iip_index,1,0", 2, "quy đổi ra"),
    ("equivalences.csv", "iip_growth,iip_index", "iip_growth,iip", 2, "dòng mang mã “iip”"),
    ("equivalences.csv", ",1000,0,,50", ",một nghìn,0,,50", 5, "phải là số"),
    ("equivalences.csv", "scenario_grdp,1,100,ca_nam", "scenario_grdp,1,100,", 9, "bốn kỳ"),
    ("headings.csv", "V,III.1,", "V,III.2,", 27, "đã có ở dòng trên"),
    ("directive.toml", "III = 75\nIV", "III = 74\nIV", 0, "có 75 dòng, directive.toml khai 74"),
    ("directive.toml", 'row = "tourist_arrivals"', 'row = "tourists"', 50, "“tourists”"),
    ("directive.toml", "date = 2025-01-20", 'date = "20/01/2025"', 0, "không đúng kiểu"),
    ("directive.toml", "year = 2025", "year = = 2025", 7, "TOML"),
    ("directive.toml", "equivalences = 12", "equivalences = 13", 0, "có 12 dòng"),
    # what a spreadsheet does to a file that was only opened and saved
    ("appendix_3.csv", "Tỷ lệ đô thị hóa", "#NAME?", 24, "lỗi của bảng tính"),
    ("appendix_4.csv", "task_2025_02,2,", "task_2025_02,2.0,", 3, "số thứ tự “2.0”"),
    # what becomes of letters on the way
    ("appendix_3.csv", "Tỷ lệ đô thị hóa", "T? l? đô th? hóa", 24, "sai bảng mã"),
    ("appendix_3.csv", "Tỷ lệ đô thị hóa", "Tá»· lá»‡ đô thị hóa", 24, "sai bảng mã"),
    ("appendix_3.csv", "Tỷ lệ đô thị hóa", "Tỷ lệ đô\u00a0thị hóa", 24, "dấu cách không ngắt"),
    ("headings.csv", "I,I,Chỉ tiêu kinh tế", "I,I,Chi tieu kinh te", 2, "mất dấu"),
    # what cannot be
    ("appendix_1.csv", "services,,grdp_growth,", "services,,,", 4, "mã dòng mẹ"),
    ("appendix_3.csv", "14/14,,", "14/13,,", 28, "lớn hơn tổng số"),
    ("appendix_4.csv", "Tháng 6/2025", "Tháng 6/2024", 4, "trước ngày ban hành"),
]  # fmt: skip


@pytest.mark.parametrize(("file_name", "old", "new", "line", "words"), FAULTS)
def test_a_fault_names_file_and_line(
    copy: Path, register: Register, file_name: str, old: str, new: str, line: int, words: str
) -> None:
    path = copy / file_name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

    faults = [*map(str, check_catalogue(copy, register))]

    place = f"2025/{file_name}:{line}: " if line else "2025/"
    assert [f for f in faults if f.startswith(place) and words in f], faults


# What is odd in the print is no fault: it stands as it is printed, and a person may look once more.
ODD = [
    ("appendix_1.csv", "total_social_investment,5", "total_social_investment,6", 14, "số thứ tự"),
    ("appendix_1.csv", ",9.486,,", ",9486,,", 7, "“9486” viết liền"),
    ("appendix_5.csv", ",2.513.243,", ",2513243,", 2, "“2513243” viết liền"),
    ("appendix_3.csv", "Tỷ lệ đô thị hóa", "Ty le do thi hoa", 24, "mất dấu"),
    ("appendix_3.csv", "Sở Y tế,syt", "So Y te,syt", 42, "“So Y te” mất dấu"),
    ("appendix_4.csv", "task_2025_02,2,", "task_2025_02,1.1,", 4, "số thứ tự 3 đứng ngay sau số 1"),
]


@pytest.mark.parametrize(("file_name", "old", "new", "line", "words"), ODD)
def test_what_is_odd_in_the_print_is_told_and_taken(
    copy: Path, register: Register, file_name: str, old: str, new: str, line: int, words: str
) -> None:
    path = copy / file_name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert check_catalogue(copy, register) == []
    remark, *_ = map(str, catalogue_remarks(copy))
    assert remark.startswith(f"2025/{file_name}:{line}: ") and words in remark


NUMBERS = ["11.1", "2a", "a)", "-", "", "I.1", "IV", "*", "3 bis", "12."]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_is_whatever_is_printed(copy: Path, register: Register, number: str) -> None:
    path = copy / "appendix_4.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("task_2025_02,2,", f"task_2025_02,{number},", 1), encoding="utf-8")
    assert check_catalogue(copy, register) == []


@settings(max_examples=60, deadline=None)
@given(
    file_name=st.sampled_from(sorted(p.name for p in (FILES).iterdir())),
    place=st.floats(0, 1),
    length=st.integers(0, 40),
    junk=st.one_of(st.binary(max_size=12), st.text(',;"\n1.0-e∞', max_size=12).map(str.encode)),
)
def test_a_damaged_file_yields_faults_and_never_a_crash(
    tmp_path_factory: pytest.TempPathFactory,
    register: Register,
    file_name: str,
    place: float,
    length: int,
    junk: bytes,
) -> None:
    directory = tmp_path_factory.mktemp("damaged") / "2025"
    shutil.copytree(FILES, directory)
    path = directory / file_name
    raw = path.read_bytes()
    start = int(place * len(raw))
    path.write_bytes(raw[:start] + junk + raw[start + length :])
    for fault in map(str, check_catalogue(directory, register)):
        assert fault.startswith("2025/")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (",,Tháng 6/2025,Sở Công", ",Tháng 6/2025,Sở Công", "có 9 ô, tiêu đề có 10 cột"),
        ("Sở Công Thương,sct,printed,", "Sở Công Thương", "có 7 ô, tiêu đề có 10 cột"),
        (",,Tháng 6/2025,Sở Công", ",,,Tháng 6/2025,Sở Công", "tiêu đề chỉ có 10 cột"),
    ],
)
def test_a_wrong_number_of_cells_is_one_fault_and_not_all_that_follows_from_it(
    copy: Path, register: Register, old: str, new: str, words: str
) -> None:
    path = copy / "appendix_4.csv"
    # With a note the line ends in a filled cell: one separator more is one cell too many.
    text = path.read_text("utf-8").replace("Thương,sct,printed,\n", "Thương,sct,printed,x\n", 1)
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    (fault,) = map(str, check_catalogue(copy, register))
    assert fault.startswith("2025/appendix_4.csv:4: ")
    assert words in fault


def test_a_short_line_that_lacks_nothing_is_no_fault(copy: Path, register: Register) -> None:
    path = copy / "appendix_4.csv"
    text = path.read_text("utf-8")
    assert ",sct,printed,\n" in text
    path.write_text(text.replace(",sct,printed,\n", ",sct,printed\n"), encoding="utf-8")
    assert check_catalogue(copy, register) == []


def test_headings_that_cannot_be_read_are_one_fault(copy: Path, register: Register) -> None:
    (copy / "headings.csv").unlink()
    (fault,) = map(str, check_catalogue(copy, register))
    assert fault.startswith("2025/headings.csv: ")


def test_a_byte_order_mark_changes_nothing(copy: Path, register: Register) -> None:
    for path in copy.iterdir():
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert check_catalogue(copy, register) == []


def test_all_faults_are_named_at_once(copy: Path) -> None:
    for file_name, old, new in (
        ("appendix_4.csv", "Quý IV/2025", "Quý V/2025"),
        ("appendix_5.csv", "2.513.243", "2.513.24x"),
        ("appendix_3.csv", "< 8", "<< 8"),
    ):
        path = copy / file_name
        path.write_text(path.read_text("utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigurationFault) as caught:
        load_catalogue(copy)
    named = {fault.partition(":")[0] for fault in caught.value.faults}
    assert named >= {"2025/appendix_3.csv", "2025/appendix_4.csv", "2025/appendix_5.csv"}


def test_a_row_left_out_is_missed(copy: Path, register: Register) -> None:
    path = copy / "appendix_3.csv"
    kept = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(kept[:50] + kept[51:]), encoding="utf-8")
    faults = [*map(str, check_catalogue(copy, register))]
    assert any("có 74 dòng, directive.toml khai 75" in fault for fault in faults)
    jumps = [*map(str, catalogue_remarks(copy))]
    assert any(":51: số thứ tự 51 đứng ngay sau số 49" in remark for remark in jumps)


def test_a_correction_without_a_note_is_a_fault(copy: Path, register: Register) -> None:
    path = copy / "appendix_3.csv"
    text = path.read_text("utf-8").replace("Bản in thừa dấu phẩy sau “Thu hút”.", "")
    path.write_text(text, encoding="utf-8")
    (fault,) = map(str, check_catalogue(copy, register))
    assert fault.startswith("2025/appendix_3.csv:8: ")
    assert "note" in fault


@pytest.mark.parametrize("file_name", ["directive.toml", "headings.csv", "appendix_2.csv"])
def test_a_missing_file_is_a_fault_not_a_crash(copy: Path, file_name: str) -> None:
    (copy / file_name).unlink()
    with pytest.raises(ConfigurationFault, match=f"2025/{file_name}: không mở được"):
        load_catalogue(copy)


def test_a_file_saved_by_excel_in_the_vietnamese_locale_is_read(
    copy: Path, register: Register
) -> None:
    path = copy / "equivalences.csv"
    text = path.read_text("utf-8").splitlines()
    saved = "\r\n".join(line.replace(",", ";", 6) for line in text)
    path.write_bytes(b"\xef\xbb\xbf" + saved.encode())
    assert check_catalogue(copy, register) == []


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_what_a_spreadsheet_may_do_to_the_form_of_a_file_changes_nothing(
    copy: Path, register: Register, delimiter: str
) -> None:
    before = catalogue_as_json(load_catalogue(copy), register)
    for path in copy.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            header, *records = csv.reader(file)
        records.insert(3, [""] * len(header))
        cells = [[f"{cell}  " for cell in record] + ["", ""] for record in [header, *records]]
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file, delimiter=delimiter).writerows(cells)
    assert check_catalogue(copy, register) == []
    assert catalogue_as_json(load_catalogue(copy), register) == before


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda text: text.replace(",", ";", text.partition("\n")[0].count(",")), "dấu phân cách"),
        (lambda text: text.partition("\n")[2], "không phải dòng tiêu đề"),
        (lambda text: unicodedata.normalize("NFD", text), "ô khác của tệp"),
        (lambda text: "".join(text.rpartition('"')[::2]), "dấu nháy kép"),
        (lambda text: "", "tệp trống"),
        (lambda text: "PK\x03\x04" + text, "sổ Excel"),
    ],
)
def test_one_cause_that_runs_through_a_file_is_one_fault(
    copy: Path, register: Register, damage: Callable[[str], str], words: str
) -> None:
    path = copy / "appendix_4.csv"
    path.write_text(damage(path.read_text("utf-8")), encoding="utf-8")
    (fault,) = map(str, check_catalogue(copy, register))
    assert fault.startswith("2025/appendix_4.csv:")
    assert words in fault


def test_a_year_is_checked_also_while_the_register_cannot_be_relied_on(copy: Path) -> None:
    path = copy / "appendix_4.csv"
    path.write_text(path.read_text("utf-8").replace("Quý IV/2025", "Quý V/2025", 1), "utf-8")
    (fault,) = map(str, check_catalogue(copy, None))
    assert fault.startswith("2025/appendix_4.csv:8: ")


def test_a_file_that_is_not_utf8_is_refused_with_the_line(copy: Path) -> None:
    path = copy / "headings.csv"
    path.write_bytes(path.read_bytes()[:60] + b"\xd0\xd0\xff\n")
    with pytest.raises(ConfigurationFault, match=r"headings\.csv:\d+: không phải UTF-8"):
        load_catalogue(copy)


def test_a_year_in_the_wrong_folder_is_a_fault(copy: Path, tmp_path: Path) -> None:
    (tmp_path / "config" / "directives").mkdir(parents=True)
    copy.rename(tmp_path / "config" / "directives" / "2026")
    with pytest.raises(ConfigurationFault, match="năm 2025 đặt trong thư mục 2026"):
        load_catalogues(tmp_path / "config")
    moved = tmp_path / "config" / "directives" / "2026"
    (fault,) = map(str, check_catalogue(moved, None))
    assert fault == "2026/directive.toml: năm 2025 đặt trong thư mục 2026"
    with pytest.raises(ConfigurationFault, match="không có thư mục của năm nào"):
        load_catalogues(tmp_path)

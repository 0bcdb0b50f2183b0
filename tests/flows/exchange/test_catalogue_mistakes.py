"""A mistake in the catalogue's workbook is named at its cell, and no file of the office changes."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.cli.catalogue.catalogue_exchange import import_catalogue
from models.domain.fault_wordings import WORDINGS
from tasks.adapters.reading.reader_process import ReaderFailed
from tests.fixtures.edited_catalogue import (
    AGENCIES,
    CONTACTS,
    CYCLES,
    DAYS,
    EQUIVALENCES,
    JANUARY,
    MAIN,
    SECTORS,
    STEPS,
    TASKS,
    EditedCatalogue,
    contents,
    into_2026,
    places,
    sentences,
)

Mistake = Callable[[EditedCatalogue], tuple[str, str]]


def _cell(title: str, first: str, header: str, value: object, at: str = "") -> Mistake:
    """A cell that is written; the fault stands there, or in the column `at` of the row."""

    def made(edited: EditedCatalogue) -> tuple[str, str]:
        place = edited.address(title, first, at or header)
        edited.write(title, first, header, value)
        return title, place

    return made


def _fact(title: str, label: str, value: object) -> Mistake:
    return lambda edited: (title, edited.fact(title, label, value))


# Mistakes that can be made at once; none hides another.
MISTAKES: list[list[tuple[Mistake, str]]] = [
    [
    (_cell(MAIN, "grdp_growth", "Cơ quan chủ trì", "Sở Kế hoạch Đầu tư cũ"),
     "Xin ghi Sở Kế hoạch và Đầu tư [skhdt]"),
    (_cell(MAIN, "iip_growth", "Cơ quan chủ trì", "sctt"),
     "không có cơ quan “sctt”. Xin ghi Sở Công Thương [sct]"),
    (_cell(MAIN, "iip_growth", "Chiều tốt", "Càng cao càng tôt"),
     "“Càng cao càng tốt” nếu ý là vậy"),
    (_cell(SECTORS, "tax_arrears_ratio", "Mã dòng", "grdp_growth"),
     "đã dùng ở trang «I. Chỉ tiêu chủ yếu», ô A4"),
    (_cell(MAIN, "iip_growth", "Số thứ tự (như in)", "2.0"), "số thứ tự “2.0” không đúng"),
    (_cell(MAIN, "grdp_per_capita", "Chỉ tiêu (như in)", 9486), "đang chứa số 9486"),
    (_cell(SECTORS, "iip_index", "Chỉ tiêu (như in)", "gấp 1O lần", "Chỉ tiêu (đọc đúng)"),
     "hông đọc được"),
    (_cell(TASKS, "task_2025_03", "Thời hạn (như in)", dt.date(2025, 6, 1)),
     "đổi nội dung thành ngày giờ (01/06/2025)"),
    (_cell(TASKS, "task_2025_03", "Nhóm", "XX"), "trang «Tiêu đề nhóm» không có tiêu đề “XX”"),
    (_cell(TASKS, "task_2025_03", "Nội dung (đọc đúng)", "Khác bản in", "Ghi chú"),
     "“Ghi chú” phải nói vì sao"),
    ],
    [
    (_cell(MAIN, "iip_growth", "Cơ quan phối hợp 1", "Sở Tài chính [sct]"),
     "mã sct là của “Sở Công Thương”"),
    (_cell(MAIN, "port_cargo_volume", "Mã dòng", "Cảng"), "phải gồm chữ thường không dấu"),
    (_cell(MAIN, "grdp_growth", "Chỉ tiêu (như in)", 12.5), "đang chứa số 12,5"),
    (_cell(TASKS, "task_2025_03", "Thời hạn (như in)", "Tháng 13/2025", "Thời hạn (đọc đúng)"),
     "hông đọc được thời hạn"),
    ],
    [
    (_cell(EQUIVALENCES, "iip_growth", "Lệch cho phép", "1.000"), "dấu phẩy thập phân"),
    (_cell(AGENCIES, "sct", "Hoạt động đến", "31/06/2026"), "không có ngày này trong lịch"),
    (_cell(AGENCIES, "sct", "Loại", "Sở"), "Xin ghi một trong: Sở, ban, ngành"),
    (_cell(CONTACTS, "Sở Công Thương [sct]", "Địa chỉ nhận", "vanthu"), "không phải địa chỉ thư"),
    (_cell(DAYS, "16/02/2026", "Loại", "Nghỉ"), "“Nghỉ” không có trong danh sách"),
    (_fact("Chỉ thị", "Ngày ban hành", "15.1.2026"), "“15.1.2026” không phải ngày"),
    (_fact("Chỉ thị", "Số dòng của Phụ lục IV", "49"), "khai 49 dòng, trang «IV. Nhiệm vụ» có 48"),
    ],
    [
    (_fact(CYCLES, "Hạn: phải nhận TRƯỚC lúc", "31/02/2025 00:00"), "không có ngày này"),
    (_fact(CYCLES, "Thư điện tử liên hệ", "abc"), "không phải địa chỉ thư"),
    (_cell(STEPS, "2025-plan", "Giờ gửi", "22"), "ngoài giờ làm việc 07:30-17:00"),
    ],
    [
    (_fact(CYCLES, "Hạn: phải nhận TRƯỚC lúc", "19/01/2025 00:00"), "hạn phải sau thời điểm mở kỳ"),
    ],
    [
    (_fact(CYCLES, "Ký hiệu", "KH/2025"), "chỉ gồm chữ, số và dấu gạch ngang"),
    ],
    [
    (_fact(CYCLES, "Năm của danh mục", "2024"), "sổ này là danh mục năm 2025"),
    (_cell(STEPS, "2025-plan", "Mã kỳ", "2025-pla"), "không có kỳ “2025-pla”"),
    ],
    [
    (_cell(EQUIVALENCES, "export_turnover", "Dòng thứ hai", "iip"), "không có dòng mang mã “iip”"),
    (_cell(EQUIVALENCES, "iip_growth", "Cộng thêm", "0", "Dòng thứ hai"), "quy đổi ra 17,00"),
    (_cell(DAYS, "16/02/2026", "Ngày (hoặc năm)", "30/02/2026"), "không có ngày này"),
    ],
]  # fmt: skip


@pytest.mark.parametrize("mistakes", MISTAKES)
def test_a_mistake_is_named_at_its_cell_with_what_to_write(
    edited: EditedCatalogue, office_files: Path, mistakes: list[tuple[Mistake, str]]
) -> None:
    made = [(*mistake(edited), words) for mistake, words in mistakes]
    before = contents(office_files)
    result = import_catalogue(edited.save(), office_files, replace_year=True, now=JANUARY)
    for title, cell, words in made:
        told = [s for s in sentences(result) if s.startswith(f"Trang «{title}», ô {cell}: ")]
        assert [s for s in told if words in s], (title, cell, words, sentences(result))
        assert all("Xin ghi " in s for s in told)
    assert not result.written
    assert contents(office_files) == before


@pytest.mark.parametrize("mistakes", [MISTAKES[0], MISTAKES[-1]])
def test_a_reworded_fault_still_finds_its_cell(
    edited: EditedCatalogue,
    office_files: Path,
    monkeypatch: pytest.MonkeyPatch,
    mistakes: list[tuple[Mistake, str]],
) -> None:
    made = [mistake(edited) for mistake, _ in mistakes]
    path = edited.save()
    found = places(import_catalogue(path, office_files, check_only=True, now=JANUARY).complaints)
    for code in WORDINGS:
        monkeypatch.setitem(WORDINGS, code, "câu khác hẳn")
    reworded = import_catalogue(path, office_files, check_only=True, now=JANUARY)
    assert "câu khác hẳn" in {complaint.text for complaint in reworded.complaints}
    assert places(reworded.complaints) == found
    assert set(made) <= set(found)


def test_a_year_that_cannot_be_read_is_named_first(
    edited: EditedCatalogue, office_files: Path
) -> None:
    edited.fact("Chỉ thị", "Năm", "hai không hai sáu")
    (said,) = sentences(import_catalogue(edited.save(), office_files, now=JANUARY))
    assert said.startswith("Trang «Chỉ thị», ô C4: “hai không hai sáu” không phải số nguyên. Xin")


def test_all_mistakes_are_named_at_once_and_what_follows_from_one_is_not(
    edited: EditedCatalogue, office_files: Path
) -> None:
    expected = [
        (MAIN, edited.write(MAIN, "grdp_growth", "Cơ quan chủ trì", "Sở Không Có")),
        (MAIN, edited.write(MAIN, "grdp_per_capita", "Chỉ tiêu (như in)", 9486)),
        (TASKS, edited.write(TASKS, "task_2025_03", "Nhóm", "XX")),
        (CYCLES, edited.fact(CYCLES, "Mở kỳ lúc", "20-01-2025")),
        (CYCLES, edited.fact(CYCLES, "Thư điện tử liên hệ", "abc")),
        (STEPS, edited.write(STEPS, "2025-plan", "Giờ gửi", "22")),
        (DAYS, edited.write(DAYS, "16/02/2026", "Loại", "Nghỉ")),
    ]
    result = import_catalogue(edited.save(), office_files, check_only=True, now=JANUARY)
    assert places(result.complaints) == expected, sentences(result)


def test_a_header_that_was_changed_is_named_and_so_is_a_sheet_that_is_gone(
    edited: EditedCatalogue, office_files: Path
) -> None:
    edited.sheet(MAIN).cell(3, 9).value = "Mục tiêu"
    del edited.book["V. Dự án"]
    said = sentences(import_catalogue(edited.save(), office_files, check_only=True, now=JANUARY))
    assert any(
        s.startswith("Trang «I. Chỉ tiêu chủ yếu», ô I3: cột “Mục tiêu” không có") for s in said
    )
    assert any("thiếu cột “Chỉ tiêu (như in)”" in s for s in said)
    assert any(s.startswith("Trang «V. Dự án»: sổ không có trang này") for s in said)


def test_a_formula_without_a_result_is_no_empty_cell(
    edited: EditedCatalogue, office_files: Path
) -> None:
    place = edited.address(MAIN, "iip_growth", "Ghi chú")
    edited.write(MAIN, "iip_growth", "Ghi chú", '="Theo "&"Sở"')
    (said,) = sentences(import_catalogue(edited.save(), office_files, check_only=True, now=JANUARY))
    assert said.startswith(f"Trang «{MAIN}», ô {place}: ô chứa công thức chưa có kết quả")


def test_a_sheet_that_may_lack_is_said_to_be_gone_and_what_is_stored_stays(
    edited: EditedCatalogue, office_files: Path
) -> None:
    del edited.book["Lệch cho phép"]
    result = import_catalogue(edited.save(), office_files, check_only=True, now=JANUARY)
    assert sentences(result) == [] and result.files == ()
    assert [r for r in result.remarks if "«Lệch cho phép»" in r and "giữ nguyên" in r]


def test_last_years_cycle_is_not_turned_into_this_years(
    edited: EditedCatalogue, office_files: Path
) -> None:
    into_2026(edited)
    edited.sheet(CYCLES).cell(3, 3).value = "2025-plan"
    for row in range(4, 12):
        edited.sheet(STEPS).cell(row, 1).value = "2025-plan"
    said = sentences(import_catalogue(edited.save(), office_files, now=JANUARY))
    assert (
        "Trang «Kỳ báo cáo», ô C3: kỳ “2025-plan” là kỳ đã có của năm 2025, không đổi sang năm "
        "khác được. Xin ghi mã mới cho kỳ của năm 2026, vd. 2026-plan."
    ) in said


# --- Files of unknown origin ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "content", [b"", b"words", b"a;b\n1;2\n", b"PK\x03\x04junk", b"%PDF-1.7\n"]
)
def test_what_is_no_workbook_is_refused_in_one_sentence(
    office_files: Path, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "danh-muc.xlsx"
    path.write_bytes(content)
    with pytest.raises(ReaderFailed, match=r"danh-muc\.xlsx") as refused:
        import_catalogue(path, office_files, now=JANUARY)
    # The office is not told what an agency is told of its report.
    assert "báo cáo" not in str(refused.value)


def test_another_workbook_is_told_apart(office_files: Path, tmp_path: Path) -> None:
    path = shutil.copy(Path(__file__).parents[2] / "fixtures" / "small.xlsx", tmp_path / "a.xlsx")
    result = import_catalogue(Path(path), office_files, now=JANUARY)
    assert sentences(result) == [
        "Trang «Chỉ thị»: sổ không có trang này; xin lấy lại trang từ sổ đã xuất."
    ]

"""Another directive, as it is printed: taken in one pass, opened, a workbook of it accepted."""

from __future__ import annotations

import datetime as dt
import pickle
from pathlib import Path

import pytest

from config.files.office_files import load_office
from flows.cli.catalogue.catalogue_exchange import import_catalogue
from models.domain.answers.standing import verdict_of
from models.domain.cycle.cycles import HANOI
from models.domain.reading.office import Office, answering
from models.domain.reading.submissions import Verdict
from models.domain.register.catalogue import Appendix, Role
from tasks.adapters.reading.reader_jobs import ExamineJob
from tasks.adapters.reading.reader_pool import ReaderPool
from tasks.adapters.simulation.answers import answers_of
from tasks.adapters.simulation.filling import FilledWorkbook
from tasks.adapters.work.opening import workbook_content
from tasks.adapters.workbooks.catalogue_workbook import HEADER_ROW
from tests.fixtures.edited_catalogue import (
    AGENCIES,
    CYCLES,
    EQUIVALENCES,
    JANUARY,
    MAIN,
    STEPS,
    TASKS,
    EditedCatalogue,
    into_2026,
    sentences,
)
from tests.fixtures.other_directive import FACTS, HEADINGS, entered, tasks

TERRITORY = "Địa bàn mà chỉ tiêu được giao"
SECRET = b"only for the tests of another directive"


@pytest.fixture
def clerk(exported: Path, opened: bytes, tmp_path: Path) -> EditedCatalogue:
    edited = EditedCatalogue(tmp_path / "2026.xlsx", pickle.loads(opened))
    into_2026(edited)
    entered(edited)
    return edited


@pytest.fixture
def office(clerk: EditedCatalogue, office_files: Path) -> Office:
    result = import_catalogue(clerk.save(), office_files, now=JANUARY)
    assert sentences(result) == []
    assert result.written
    return load_office(office_files)


def test_a_hundred_printed_rows_are_taken_in_one_pass_and_a_workbook_comes_back_accepted(
    office: Office, tmp_path: Path
) -> None:
    catalogue = office.catalogues[2026]
    assert len(catalogue.rows) == 100
    printed = [row for row in catalogue if row.appendix is Appendix.IV]
    assert [row.number for row in printed] == [number for number, *_ in tasks()]
    assert [row.product_printed for row in printed] == [task[3] for task in tasks()]
    assert [row.name_printed for row in printed] == [task[1] for task in tasks()]
    assert catalogue.clear.title == "6 rõ"

    cycle = office.cycle("2026-plan")
    asked = {agency.code: agency for agency in answering(office, cycle)}
    assert len(asked) > 60
    form = office.form_of(cycle)
    assert [c.label for c in form.sheet("tasks").columns if c.five_clear][-1] == "Rõ thẩm quyền"
    assert "assigned_product" in {c.key for c in form.sheet("tasks").columns}
    day = dt.datetime(2026, 2, 10, 9, tzinfo=HANOI)
    with ReaderPool(office, workers=1, memory_mb=1024, seconds_per_file=60) as pool:
        for code in ("stc", next(c for c, a in asked.items() if a.kind == "commune")):
            book = FilledWorkbook(workbook_content(office, SECRET, cycle, code), form)
            book.fill(answers_of(office, cycle, asked[code], seed=1))
            path = tmp_path / f"{code}.xlsx"
            path.write_bytes(book.save(day))
            examined = pool.examine_one(ExamineJob(path, path.name, received_on=day.date()))
            told = [f.message for f in examined.findings]
            assert (examined.problem, examined.agency) == (None, code)
            assert verdict_of(examined.findings) is Verdict.ACCEPTED, told


def test_who_answers_follows_from_what_is_printed(office: Office) -> None:
    catalogue = office.catalogues[2026]
    by_number = {row.name_printed: row for row in catalogue if row.appendix is Appendix.I}
    together = by_number["Tỷ lệ giải ngân vốn đầu tư công"]
    assert [a.agency for a in together.agencies] == ["cac_so_nganh_dia_phuong"]
    land = by_number["- Thu tiền sử dụng đất"]
    above = by_number["Thu ngân sách nội địa"]
    assert land.agencies[0].agency == above.agencies[0].agency == "stc"
    assert land.parent == above.code
    assert by_number["Khu vực dịch vụ"].parent

    standing = office.catalogue_of(office.cycle("2026-plan"))
    everybody = standing.row(together.code)
    assert everybody.each_for_itself
    assert {a.role for a in everybody.agencies} == {Role.LEAD}
    assert len(everybody.agencies) > 60
    two = [row for row in standing if row.appendix is Appendix.IV][3]  # a culture name with commas
    leads = [a.agency for a in two.agencies if a.role is Role.LEAD]
    assert leads == ["svhttdl", "skhcn"]
    assert "syt" in [a.agency for a in two.agencies if a.role is Role.CO]


# --- Everything that is wrong is told the first time, and each remedy mends it -------------------

FIRST, SECOND, THIRD, FOURTH = (HEADER_ROW + n for n in (1, 2, 3, 4))


def _put(edited: EditedCatalogue, title: str, row: int, header: str, value: object) -> str:
    cell = edited.sheet(title).cell(row, edited.column(title, header))
    cell.value = value
    return str(cell.coordinate)


def spoilt(edited: EditedCatalogue) -> list[tuple[str, str, str]]:
    """Mistakes of every kind; where each is told, and a word of it."""
    lead, printed, late = "Cơ quan chủ trì", "Cơ quan (như in)", "Thời hạn (như in)"

    def beside(title: str, row: int, header: str) -> str:
        return str(edited.sheet(title).cell(row, edited.column(title, header)).coordinate)

    _put(edited, TASKS, FIRST, printed, "Sở Mây")
    _put(edited, TASKS, SECOND, printed, "Sở Nội vụ")
    _put(edited, TASKS, SECOND, "Cơ quan phối hợp (như in)", None)
    _put(edited, TASKS, THIRD, late, "Tháng 12/2025")
    _put(edited, TASKS, FOURTH, printed, "UBND các quận, huyện")
    _put(edited, TASKS, FOURTH, "Cơ quan phối hợp (như in)", None)
    _put(edited, MAIN, SECOND, "Chỉ tiêu (như in)", "57% : 33% : 5%")
    number = edited.add(EQUIVALENCES, "khong_co", "khong_co_2", "1", "0", None, "0,1")
    headings = edited.sheet(HEADINGS)
    headings.delete_rows(HEADER_ROW + 1, 10)
    return [
        (TASKS, beside(TASKS, FIRST, lead), "Sở Mây"),
        (TASKS, _put(edited, TASKS, SECOND, lead, "Sở Y tế"), "in “Sở Nội vụ”"),
        (TASKS, beside(TASKS, THIRD, "Thời hạn (đọc đúng)"), "ban hành"),
        (TASKS, beside(TASKS, FOURTH, lead), "không có cơ quan nào trả lời"),
        (MAIN, beside(MAIN, SECOND, "Chỉ tiêu (đọc đúng)"), "57%"),
        (MAIN, _put(edited, MAIN, FIRST, "Chiều tốt", None), "“Chiều tốt” còn trống"),
        (FACTS, edited.fact(FACTS, "Số dòng của Phụ lục IV", "71"), "khai 71 dòng"),
        (FACTS, edited.fact(FACTS, "Số cặp chỉ tiêu tương đương", "1"), ""),
        (FACTS, edited.fact(FACTS, "Mỗi nhiệm vụ phải rõ những gì", "rõ người; rõ mây"), "rõ mây"),
        (FACTS, edited.fact(FACTS, TERRITORY, "Hải Phòng trước hợp nhất"), "đã hợp nhất"),
        (EQUIVALENCES, f"A{number}", "khong_co"),
        (CYCLES, edited.fact(CYCLES, "Mẫu biểu", "ke_hoach"), "ke_hoach"),
        (STEPS, edited.write(STEPS, "2026-plan", "Giờ gửi", "22"), "ngoài giờ"),
    ]


def _mend(edited: EditedCatalogue, *, otherwise: bool) -> None:
    """What the complaints propose; `otherwise`, what they propose besides."""
    lead, reading = "Cơ quan chủ trì", "Thời hạn (đọc đúng)"
    if otherwise:
        edited.write(AGENCIES, "stc", "Tên gọi khác", "Sở Mây")
        _put(edited, TASKS, SECOND, "Căn cứ giao", "Văn phòng phân công")
        _put(edited, TASKS, THIRD, reading, "Thường xuyên")
        edited.write("Nhóm cơ quan", "cac_quan_huyen", "Gồm những ai", "Xã, phường, đặc khu; syt")
        edited.write(EQUIVALENCES, "khong_co", "Dòng thứ hai", "khu_vuc_dich_vu")
        edited.write(EQUIVALENCES, "khong_co", "Lệch cho phép", "10")
        edited.write(EQUIVALENCES, "khong_co", "Dòng thứ nhất", "khu_vuc_cong_nghiep_xay_dung")
    else:
        _put(edited, TASKS, FIRST, lead, "Sở Tài chính")
        _put(edited, TASKS, SECOND, lead, "Sở Nội vụ")
        _put(edited, TASKS, THIRD, reading, "Quý II/2026")
        _put(edited, TASKS, FOURTH, lead, "UBND các xã, phường, đặc khu")
        _put(edited, TASKS, FOURTH, "Căn cứ giao", "Văn phòng phân công")
        edited.remove(EQUIVALENCES, "khong_co")
        edited.fact(FACTS, "Số cặp chỉ tiêu tương đương", "0")
    _put(edited, MAIN, SECOND, "Chỉ tiêu (đọc đúng)", "14,5")
    _put(edited, MAIN, FIRST, "Chiều tốt", "Càng cao càng tốt")
    edited.fact(FACTS, "Số dòng của Phụ lục IV", "70")
    edited.fact(FACTS, "Mỗi nhiệm vụ phải rõ những gì", "rõ người; rõ việc; rõ thời hạn")
    edited.fact(FACTS, TERRITORY, "Toàn thành phố sau hợp nhất")
    edited.fact(CYCLES, "Mẫu biểu", "plan")
    edited.write(STEPS, "2026-plan", "Giờ gửi", "8")
    edited.add(HEADINGS, "Phần lời của Chỉ thị", "II.1", "Nhiệm vụ, giải pháp chung")


@pytest.mark.parametrize("otherwise", [False, True])
def test_all_is_told_the_first_time_and_what_is_proposed_mends_it(
    clerk: EditedCatalogue, office_files: Path, otherwise: bool
) -> None:
    wrong = spoilt(clerk)
    result = import_catalogue(clerk.save(), office_files, check_only=True, now=JANUARY)
    told = sentences(result)
    for title, cell, words in wrong:
        if words:
            place = f"Trang «{title}», ô {cell}: "
            assert [s for s in told if s.startswith(place) and words in s], (place, words, told)
    _mend(clerk, otherwise=otherwise)
    mended = import_catalogue(clerk.save(), office_files, check_only=True, now=JANUARY)
    assert sentences(mended) == []


@pytest.mark.parametrize(
    ("printed", "told"),
    [
        ("Sở Thông tin và Truyền thông",
         "Cơ quan báo cáo thay: “Sở Khoa học và Công nghệ”, “Sở Văn hóa, Thể thao và Du lịch”"),
        ("UBND quận Hải An", "Cơ quan báo cáo thay: "),
    ],
)  # fmt: skip
def test_a_printed_agency_that_has_ended_is_told_with_those_who_answer_for_it(
    clerk: EditedCatalogue, office_files: Path, printed: str, told: str
) -> None:
    _put(clerk, TASKS, SECOND, "Cơ quan (như in)", printed)
    _put(clerk, TASKS, SECOND, "Cơ quan phối hợp (như in)", None)
    _put(clerk, TASKS, SECOND, "Cơ quan chủ trì", None)
    result = import_catalogue(clerk.save(), office_files, check_only=True, now=JANUARY)
    column = clerk.column(TASKS, "Cơ quan chủ trì")
    place = f"ô {clerk.sheet(TASKS).cell(SECOND, column).coordinate}: bản in ghi “{printed}”"
    assert [s for s in sentences(result) if place in s and told in s]

"""The next year's catalogue made by the office alone: out to Excel, edited, checked, in again."""

from __future__ import annotations

import datetime as dt
import io
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from config.exchange.exchange_tables import OfficeFiles, sheets_of
from config.files.catalogues import load_catalogues
from config.files.office_files import load_office
from flows.cli.catalogue_exchange import (
    ExchangeRefused,
    ImportResult,
    export_catalogue,
    import_catalogue,
    print_result,
    workbook_of,
)
from flows.cli.catalogue_view import configuration_faults
from flows.workplaces import open_workplace
from models.domain.cycle.cycles import HANOI
from models.domain.errors import ConfigurationFault
from models.domain.fault_wordings import WORDINGS
from tasks.adapters.reading.reader_pool import ReaderFailed
from tasks.adapters.store import outbox
from tasks.adapters.work import opening, reminding
from tests.fixtures.edited_catalogue import EditedCatalogue, into_2026, places
from tests.fixtures.office_files import OFFICE_FILES, own_office

JANUARY = dt.datetime(2026, 1, 16, 9, tzinfo=HANOI)
MAIN, SECTORS, TASKS = "I. Chỉ tiêu chủ yếu", "III. Chỉ tiêu ngành", "IV. Nhiệm vụ"
EQUIVALENCES, AGENCIES, CONTACTS = "Chỉ tiêu tương đương", "Cơ quan", "Đầu mối"
CYCLES, STEPS, DAYS = "Kỳ báo cáo", "Bước nhắc", "Ngày nghỉ, làm bù"


@pytest.fixture
def office_files(tmp_path: Path) -> Path:
    ignored = shutil.ignore_patterns("*.py", "__pycache__")
    return Path(shutil.copytree(OFFICE_FILES, tmp_path / "office", ignore=ignored))


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("exported") / "2025.xlsx"
    assert export_catalogue(2025, path, OFFICE_FILES) == 2025
    return path


@pytest.fixture
def edited(exported: Path, tmp_path: Path) -> EditedCatalogue:
    return EditedCatalogue(Path(shutil.copy(exported, tmp_path / "danh-muc.xlsx")))


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def sentences(result: ImportResult) -> list[str]:
    return [complaint.sentence for complaint in result.complaints]


# --- Identity -------------------------------------------------------------------------------------


def test_what_was_exported_and_is_imported_again_changes_nothing(
    edited: EditedCatalogue, office_files: Path
) -> None:
    before = contents(office_files)
    result = import_catalogue(edited.save(), office_files, replace_year=True, now=JANUARY)
    assert (sentences(result), result.files, result.changes) == ([], (), ())
    assert contents(office_files) == before


def test_a_year_written_anew_from_its_workbook_is_the_year_it_was(
    edited: EditedCatalogue, office_files: Path
) -> None:
    year = office_files / "directives" / "2025"
    before = contents(year)
    first = workbook_of(OfficeFiles(office_files, office_files / "contacts.csv", 2025))
    parked = year.rename(office_files / "directives" / "nam-2025")
    result = import_catalogue(edited.save(), office_files, while_open=True, now=JANUARY)
    assert result.written
    assert sentences(result) == []
    after = contents(year)
    assert {n: c for n, c in after.items() if n.endswith(".csv")} == {
        n: c for n, c in before.items() if n.endswith(".csv")
    }
    shutil.rmtree(parked)
    assert load_catalogues(office_files) == load_catalogues(OFFICE_FILES)
    again = workbook_of(OfficeFiles(office_files, office_files / "contacts.csv", 2025))
    assert again == first


def test_no_file_of_the_catalogue_holds_a_column_that_the_workbook_does_not_explain() -> None:
    for sheet in sheets_of(OfficeFiles(OFFICE_FILES, OFFICE_FILES / "contacts.csv", 2025)):
        assert [c.key for c in sheet.columns if c.header == c.key] == [], sheet.title


# --- The next year --------------------------------------------------------------------------------


def made_2026(edited: EditedCatalogue) -> Path:
    into_2026(edited)
    for title, code in ((MAIN, "export_turnover"), (SECTORS, "export_turnover_sector")):
        edited.write(title, code, "Chỉ tiêu (như in)", "41")
    edited.remove(SECTORS, "urbanisation_rate")  # its number closes up
    sheet, number = edited.sheet(SECTORS), edited.column(SECTORS, "Số thứ tự (như in)")
    edited.add(SECTORS)
    for place, row in enumerate(range(4, 78), 1):
        sheet.cell(row, number).value = str(place)
    edited.add(
        SECTORS, "digital_economy_share", "75", None, "X", "Tỷ trọng kinh tế số trong GRDP", None,
        "%", None, ">12,50", None, "Càng cao càng tốt", "Sở Công Thương", "Sở Công Thương [sct]",
    )  # fmt: skip
    edited.write(SECTORS, "digital_economy_share", "Căn cứ giao", "Có in ở dòng này")
    groups = {edited.sheet(SECTORS).cell(r, 4).value for r in range(4, 78)}
    edited.write(SECTORS, "digital_economy_share", "Nhóm", sorted(groups)[0])
    return edited.save()


def test_the_office_makes_2026_of_2025_and_2025_stays_as_it_was(
    edited: EditedCatalogue, office_files: Path
) -> None:
    before = contents(office_files)
    result = import_catalogue(made_2026(edited), office_files, now=JANUARY)
    assert sentences(result) == []
    assert result.written
    after = contents(office_files)
    assert {n for n in before if after[n] != before[n]} == {"cycles.toml"}
    assert after["cycles.toml"].startswith(before["cycles.toml"].rstrip())  # comments and all
    assert {n.split("/")[1] for n in set(after) - set(before)} == {"2026"}

    office = load_office(office_files)
    assert office.catalogues[2025] == load_catalogues(OFFICE_FILES)[2025]
    new = {row.code: row for row in office.catalogues[2026]}
    assert new["export_turnover"].target_printed == "41"
    assert new["digital_economy_share"].target_printed == ">12,50"
    assert "urbanisation_rate" not in new
    assert new["task_2026_03"].deadline == dt.date(2026, 6, 30)
    assert office.cycle("2026-plan").due_at == dt.datetime(2026, 2, 20, tzinfo=HANOI)
    assert office.cycle("2025-plan") == own_office().cycle("2025-plan")


def test_what_changes_and_when_letters_leave_is_told_before_anything_is_written(
    edited: EditedCatalogue, office_files: Path
) -> None:
    before = contents(office_files)
    result = import_catalogue(made_2026(edited), office_files, check_only=True, now=JANUARY)
    shown = io.StringIO()
    print_result(result, Console(file=shown, width=1000), Console(file=shown, width=1000))
    told = shown.getvalue()
    (main,) = (c for c in result.changes if c.sheet.title == MAIN)
    assert "export_turnover: Chỉ tiêu (như in) “37” → “41”" in main.changed
    assert "«III. Chỉ tiêu ngành»: thêm 1: digital_economy_share" in told
    assert "«III. Chỉ tiêu ngành»: không còn trong sổ 1: urbanisation_rate" in told
    assert "ngày làm việc cuối cùng là 13/02/2026" in told
    assert "thư nhắc vào 30/01, 06/02, 11/02, 13/02, 23/02, 25/02" in told
    assert "Trang «Chỉ thị» còn nhắc năm 2025 ở ô C8" in told
    assert "Sẽ ghi: cycles.toml, directives/2026/appendix_1.csv" in told
    assert contents(office_files) == before


def test_the_cycle_of_2026_opens_and_nobody_is_reminded_inside_tet(
    edited: EditedCatalogue, office_files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_catalogue(made_2026(edited), office_files, now=JANUARY)
    monkeypatch.setenv("BAOCAO_CONFIG_DIR", str(office_files))
    monkeypatch.setenv("BAOCAO_DATA_DIR", str(tmp_path / "data"))
    assert configuration_faults() == []

    opens = dt.datetime(2026, 1, 20, 16, tzinfo=HANOI)
    with open_workplace(opens) as workplace:
        cycle = workplace.office.cycle("2026-plan")
        asked = [a for a in opening.agencies_to_ask(workplace, cycle) if a.code in ("sct", "syt")]
        assert opening.ask(workplace, cycle, asked) == []
        for hour in range(24 * 40):
            workplace.now = opens + dt.timedelta(hours=hour)
            reminding.write_reminders(workplace, cycle)
        with workplace.engine.begin() as connection:
            letters = outbox.every_letter(connection, "2026-plan")

    of_agency = [x for x in letters if x.agency == "sct"]
    moments = {x.step or x.kind: x.created_at.astimezone(HANOI) for x in of_agency}
    assert {step: f"{at:%d/%m %H}" for step, at in moments.items()} == {
        "opening": "20/01 16",
        "truoc_10": "30/01 08",
        "truoc_5": "06/02 08",
        "truoc_2": "11/02 08",
        "ngay_cuoi": "13/02 08",  # the last working day; 20/02 is the fourth day of Tết
        "qua_han_1": "23/02 08",
        "qua_han_3": "25/02 08",
    }
    tet = (dt.date(2026, 2, 14), dt.date(2026, 2, 22))
    assert not [x for x in letters if tet[0] <= x.created_at.astimezone(HANOI).date() <= tet[1]]
    assert "13/02/2026" in next(x.text for x in of_agency if x.kind == "opening")


# --- Faults ---------------------------------------------------------------------------------------

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
    (_cell(MAIN, "total_social_investment", "Mã dòng", None), "“Mã dòng” còn trống"),
    (_cell(SECTORS, "tax_arrears_ratio", "Mã dòng", "grdp_growth"),
     "đã dùng ở trang «I. Chỉ tiêu chủ yếu», ô A4"),
    (_cell(MAIN, "iip_growth", "Số thứ tự (như in)", "2"), "số thứ tự 2 đứng ngay sau số 2"),
    (_cell(MAIN, "grdp_per_capita", "Chỉ tiêu (như in)", 9486), "đang chứa số 9486"),
    (_cell(SECTORS, "iip_index", "Chỉ tiêu (như in)", "dưới tám"),
     "Không đọc được chỉ tiêu"),
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
    (_cell(TASKS, "task_2025_03", "Thời hạn (như in)", "Tháng 13/2025"), "Không đọc được thời hạn"),
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


# --- What must be asked for -----------------------------------------------------------------------


def test_a_year_that_is_there_is_replaced_only_on_request(
    edited: EditedCatalogue, office_files: Path
) -> None:
    edited.write(MAIN, "grdp_growth", "Ghi chú", "Đã đối chiếu.")
    path = edited.save()
    with pytest.raises(ExchangeRefused, match="--replace"):
        import_catalogue(path, office_files, now=JANUARY)
    assert import_catalogue(path, office_files, replace_year=True, now=JANUARY).written
    directive = (office_files / "directives" / "2025" / "directive.toml").read_bytes()
    assert directive == (OFFICE_FILES / "directives" / "2025" / "directive.toml").read_bytes()
    new = {row.code: row for row in load_catalogues(office_files)[2025]}
    assert new["grdp_growth"].note == "Đã đối chiếu."


def test_a_year_with_an_open_cycle_is_changed_only_in_so_many_words(
    edited: EditedCatalogue, office_files: Path
) -> None:
    edited.write(MAIN, "grdp_growth", "Ghi chú", "Đã đối chiếu.")
    path, february = edited.save(), dt.datetime(2025, 2, 10, 9, tzinfo=HANOI)
    with pytest.raises(ExchangeRefused, match="2025-plan đang mở"):
        import_catalogue(path, office_files, replace_year=True, now=february)
    result = import_catalogue(path, office_files, replace_year=True, while_open=True, now=february)
    assert result.written
    assert any("2025-plan đang mở" in remark for remark in result.remarks)


# --- Files that all years share -------------------------------------------------------------------


def test_a_new_agency_with_its_contact_answers_at_once_for_a_row(
    edited: EditedCatalogue, office_files: Path
) -> None:
    number = edited.add(AGENCIES, "so_thu", "Sở Thử nghiệm", "Sở, ban, ngành")
    edited.add(CONTACTS, "Sở Thử nghiệm", "vanthu@sothu.haiphong.example")
    said = edited.write(MAIN, "grdp_growth", "Cơ quan phối hợp 2", "Sở Thử nghiệm")
    edited.write(
        MAIN,
        "grdp_growth",
        "Cơ quan (như in)",
        "Sở Kế hoạch và Đầu tư, Cục Thống kê thành phố, Sở Thử nghiệm",
    )
    assert (number, said) == (edited.row(AGENCIES, "so_thu"), "O4")
    for code in ("industry_construction", "services", "agriculture", "product_tax"):
        edited.write(MAIN, f"grdp_growth_{code}", "Cơ quan phối hợp 2", "so_thu")
    result = import_catalogue(edited.save(), office_files, replace_year=True, now=JANUARY)
    assert sentences(result) == []
    office = load_office(office_files)
    assert office.register.contacts["so_thu"].to == ("vanthu@sothu.haiphong.example",)
    assert [a.agency for a in office.catalogues[2025].row("grdp_growth").agencies][2] == "so_thu"


def test_an_agency_without_contact_is_named_where_it_stands(
    edited: EditedCatalogue, office_files: Path
) -> None:
    number = edited.add(AGENCIES, "so_thu", "Sở Thử nghiệm", "Sở, ban, ngành")
    (said,) = sentences(import_catalogue(edited.save(), office_files, now=JANUARY))
    assert said.startswith(f"Trang «Cơ quan», ô A{number}: thiếu đầu mối")
    assert "trang «Đầu mối»" in said


def test_an_agency_that_is_gone_from_the_workbook_stays_in_the_register(
    edited: EditedCatalogue, office_files: Path
) -> None:
    edited.remove(AGENCIES, "thanh_tra")
    result = import_catalogue(edited.save(), office_files, now=JANUARY)
    assert (result.files, sentences(result)) == ((), [])
    (changes,) = result.changes
    assert list(changes.removed) == ["thanh_tra"]


def test_an_old_workbook_undoes_nobodys_work(edited: EditedCatalogue, office_files: Path) -> None:
    register = office_files / "agencies.csv"
    later = register.read_text("utf-8").replace("Sở KH&ĐT;", "Sở KH&ĐT;Sở Kế hoạch Đầu tư;")
    later = later.replace(
        "sct,Sở Công Thương,department,Sở CT", "sct,Sở Công Thương,department,SCT"
    )
    register.write_text(later, "utf-8")
    edited.write(AGENCIES, "stc", "Tên gọi khác", "Sở TC; Sở Tài chính thành phố")
    cell = edited.write(AGENCIES, "sct", "Tên gọi khác", "Sở CT; Sở Công thương nghiệp")
    path = edited.save()
    (said,) = sentences(import_catalogue(path, office_files, now=JANUARY))
    assert said.startswith(f"Trang «Cơ quan», ô A{cell[1:]}: dòng này đã được sửa ở nơi khác")

    edited.write(AGENCIES, "sct", "Tên gọi khác", "Sở CT")  # as it was exported
    assert import_catalogue(edited.save(), office_files, now=JANUARY).written
    text = register.read_text("utf-8")
    assert "Sở KH&ĐT;Sở Kế hoạch Đầu tư;" in text
    assert "sct,Sở Công Thương,department,SCT" in text
    assert "Sở TC; Sở Tài chính thành phố" in text


def test_a_sheet_of_the_year_that_changed_on_both_sides_is_for_a_person(
    edited: EditedCatalogue, office_files: Path
) -> None:
    path = office_files / "directives" / "2025" / "headings.csv"
    text = path.read_text("utf-8")
    path.write_text(
        text.replace("I,I,Chỉ tiêu kinh tế,,", "I,I,Chỉ tiêu kinh tế,,Xem lại."), "utf-8"
    )
    edited.write("Tiêu đề nhóm", "Phụ lục I", "Ghi chú", "Sửa ở sổ.")
    (said,) = sentences(import_catalogue(edited.save(), office_files, now=JANUARY))
    assert said.startswith("Trang «Tiêu đề nhóm»: tệp directives/2025/headings.csv đã được sửa")


def test_a_swapped_holiday_is_added_to_those_of_all_years(
    edited: EditedCatalogue, office_files: Path
) -> None:
    edited.add(DAYS, "02/01/2027", "Ngày nghỉ", "Nghỉ hoán đổi dịp Tết Dương lịch", "Công văn")
    result = import_catalogue(edited.save(), office_files, now=JANUARY)
    assert result.files == ("holidays.csv",)
    assert dt.date(2027, 1, 2) in load_office(office_files).calendar.days_off


def test_what_is_not_the_directives_own_comes_along_too(
    edited: EditedCatalogue, office_files: Path
) -> None:
    title = "Lệch cho phép"
    assert edited.read(title, "grdp_growth", title) == "0,05"
    edited.write(title, "grdp_growth", title, "0,10")
    import_catalogue(edited.save(), office_files, replace_year=True, now=JANUARY)
    tolerances = (office_files / "directives" / "2025" / "tolerances.csv").read_text("utf-8")
    assert "\ngrdp_growth,0.10," in tolerances


def test_a_column_that_a_file_has_gained_is_shown_by_its_own_name(office_files: Path) -> None:
    path = office_files / "successions.csv"
    text = path.read_text("utf-8").replace("note\n", "note,seen\n", 1)
    path.write_text(text, "utf-8")
    sheets = sheets_of(OfficeFiles(office_files, office_files / "contacts.csv", 2025))
    (sheet,) = (s for s in sheets if s.key == "successions")
    assert sheet.columns[-1].header == "seen"


# --- Files of unknown origin ----------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04junk", b"%PDF-1.7\n"])
def test_what_is_no_workbook_is_refused_in_one_sentence(
    office_files: Path, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "danh-muc.xlsx"
    path.write_bytes(content)
    with pytest.raises(ReaderFailed, match=r"danh-muc\.xlsx"):
        import_catalogue(path, office_files, now=JANUARY)


def test_another_workbook_is_told_apart(office_files: Path, tmp_path: Path) -> None:
    path = shutil.copy(Path(__file__).parents[1] / "fixtures" / "small.xlsx", tmp_path / "a.xlsx")
    result = import_catalogue(Path(path), office_files, now=JANUARY)
    assert sentences(result) == [
        "Trang «Chỉ thị»: sổ không có trang này; xin lấy lại trang từ sổ đã xuất."
    ]


def test_a_workbook_that_somebody_may_have_worked_in_is_not_overwritten(
    edited: EditedCatalogue, office_files: Path
) -> None:
    before = edited.path.read_bytes()
    with pytest.raises(ExchangeRefused, match="đã có"):
        export_catalogue(2025, edited.path, office_files)
    assert edited.path.read_bytes() == before


def test_a_year_that_is_not_there_cannot_be_exported(office_files: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationFault, match="Không có danh mục năm 2031"):
        export_catalogue(2031, tmp_path / "x.xlsx", office_files)

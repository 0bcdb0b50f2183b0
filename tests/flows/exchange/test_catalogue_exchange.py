"""The next year's catalogue made by the office alone: out to Excel, edited, checked, in again."""

from __future__ import annotations

import datetime as dt
import io
import pickle
import shutil
from pathlib import Path

import pytest
from rich.console import Console

from config.exchange.exchange_tables import OfficeFiles, sheets_of
from config.files.catalogues import load_catalogues
from config.files.office_files import load_office
from flows.cli.catalogue.catalogue_exchange import (
    export_catalogue,
    import_catalogue,
    print_result,
)
from flows.office.catalogue_import import ExchangeRefused, workbook_of
from flows.office.office_checks import configuration_faults
from flows.workplaces import open_workplace
from models.domain.cycle.cycles import HANOI
from models.domain.errors import ConfigurationFault
from tasks.adapters.work import opening, reminding
from tests.fixtures.edited_catalogue import (
    AGENCIES,
    CONTACTS,
    DAYS,
    JANUARY,
    MAIN,
    SECTORS,
    TASKS,
    EditedCatalogue,
    contents,
    into_2026,
    sentences,
)
from tests.fixtures.letters_written import every_letter
from tests.fixtures.office_files import OFFICE_FILES, own_office

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


@pytest.fixture(scope="module")
def made_2026(exported: Path, opened: bytes) -> Path:
    """2025's workbook made into 2026's, once for all who import it."""
    edited = EditedCatalogue(exported.with_name("2026.xlsx"), pickle.loads(opened))
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
        "%", None, ">12,50", None, "Càng cao càng tốt", "Sở Công Thương",
    )  # fmt: skip
    groups = {edited.sheet(SECTORS).cell(r, 4).value for r in range(4, 78)}
    edited.write(SECTORS, "digital_economy_share", "Nhóm", sorted(groups)[0])
    return edited.save()


def test_the_office_makes_2026_of_2025_and_2025_stays_as_it_was(
    made_2026: Path, office_files: Path
) -> None:
    before = contents(office_files)
    result = import_catalogue(made_2026, office_files, now=JANUARY)
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


def test_what_officials_print_is_imported_and_what_is_not_read_has_a_column_beside_it(
    exported: Path, opened: bytes, office_files: Path
) -> None:
    edited = EditedCatalogue(exported.with_name("printed.xlsx"), pickle.loads(opened))
    into_2026(edited)
    printed = {
        "retail_sales": "tăng 9,3%",
        "power_source_capacity": "Bảo đảm cung ứng đủ điện",
        "electricity_commercial": "khoảng 9,6 tỷ kWh",
    }
    for code, target in printed.items():
        edited.write(SECTORS, code, "Chỉ tiêu (như in)", target)
    edited.write(TASKS, "task_2026_01", "Thời hạn (như in)", "Thường xuyên")
    edited.write(TASKS, "task_2026_02", "Thời hạn (như in)", "Trước 30/6")
    edited.write(TASKS, "task_2026_03", "Thời hạn (như in)", "Sau khi Đề án được duyệt")
    cell = edited.address(TASKS, "task_2026_03", "Thời hạn (đọc đúng)")  # the print stands
    refused = import_catalogue(edited.save(), office_files, now=JANUARY)
    (said,) = sentences(refused)
    assert f"Trang «{TASKS}», ô {cell}: " in said
    assert not refused.written

    edited.write(TASKS, "task_2026_03", "Thời hạn (đọc đúng)", "Quý III/2026")
    edited.write(TASKS, "task_2026_03", "Ghi chú", "Đề án được duyệt tháng 7.")
    result = import_catalogue(edited.save(), office_files, now=JANUARY)
    assert sentences(result) == []
    new = {row.code: row for row in load_office(office_files).catalogues[2026]}
    assert {code: new[code].target_printed for code in printed} == printed
    assert new["power_source_capacity"].target_words == printed["power_source_capacity"]
    assert new["task_2026_01"].deadline_standing
    assert new["task_2026_02"].deadline == dt.date(2026, 6, 29)
    assert new["task_2026_03"].deadline == dt.date(2026, 9, 30)
    assert new["task_2026_03"].deadline_printed == "Sau khi Đề án được duyệt"


def test_what_changes_and_when_letters_leave_is_told_before_anything_is_written(
    made_2026: Path, office_files: Path
) -> None:
    before = contents(office_files)
    result = import_catalogue(made_2026, office_files, check_only=True, now=JANUARY)
    shown = io.StringIO()
    print_result(result, Console(file=shown, width=1000), Console(file=shown, width=1000))
    told = shown.getvalue()
    (main,) = (c for c in result.changes if c.sheet.title == MAIN)
    assert "export_turnover: Chỉ tiêu (như in) “37” → “41”" in main.changed
    assert "«III. Chỉ tiêu ngành»: thêm 1: digital_economy_share" in told
    assert "«III. Chỉ tiêu ngành»: không còn trong sổ 1: urbanisation_rate" in told
    assert "ngày làm việc cuối cùng là 13/02/2026" in told
    days = ("30/01", "06/02", "11/02", "13/02", "23/02", "25/02")
    assert f"thư nhắc vào {', '.join(f'{day}/2026' for day in days)}" in told
    assert "Trang «Chỉ thị» còn nhắc năm 2025 ở ô C8" in told
    assert "Sẽ ghi: cycles.toml, directives/2026/appendix_1.csv" in told
    assert contents(office_files) == before


def test_a_cycle_that_still_names_the_directive_of_the_year_before_is_told(
    edited: EditedCatalogue, office_files: Path
) -> None:
    into_2026(edited)
    result = import_catalogue(edited.save(), office_files, check_only=True, now=JANUARY)
    assert not any("văn bản số" in remark for remark in result.remarks)
    edited.fact("Kỳ báo cáo", "Căn cứ", "điểm 1.2 mục III Chỉ thị số 03/CT-UBND ngày 15/01/2026")
    result = import_catalogue(edited.save(), office_files, check_only=True, now=JANUARY)
    assert sentences(result) == []
    (remark,) = (r for r in result.remarks if "văn bản số" in r)
    assert remark.startswith("Trang «Kỳ báo cáo» còn nhắc văn bản số 03/CT-UBND ở ô C17:")


def test_a_cycle_of_another_year_that_is_there_already_is_not_told_as_new(
    edited: EditedCatalogue, office_files: Path
) -> None:
    edited.fact("Chỉ thị", "Năm", "2026")
    result = import_catalogue(edited.save(), office_files, check_only=True, now=JANUARY)
    added = {c.sheet.title: c.added for c in result.changes if c.added}
    assert not {"Kỳ báo cáo", "Bước nhắc"} & set(added)


def test_a_file_that_a_year_does_without_is_not_compared_with_the_year_befores(
    made_2026: Path, office_files: Path
) -> None:
    import_catalogue(made_2026, office_files, now=JANUARY)
    assert not (office_files / "directives" / "2026" / "target_revisions.csv").exists()
    again = import_catalogue(made_2026, office_files, replace_year=True, now=JANUARY)
    assert (sentences(again), again.files, again.changes) == ([], (), ())


def test_the_cycle_of_2026_opens_and_nobody_is_reminded_inside_tet(
    made_2026: Path, office_files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_catalogue(made_2026, office_files, now=JANUARY)
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
            letters = every_letter(connection, "2026-plan")

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
    assert (number, said) == (edited.row(AGENCIES, "so_thu"), "Q4")
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

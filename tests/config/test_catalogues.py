"""The catalogue of 2025 as data: complete, to the letter, free of contradictions."""

from __future__ import annotations

import csv
import datetime as dt
import json
import shutil
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.catalogues import (
    catalogue_as_json,
    check_catalogue,
    load_catalogue,
    load_catalogues,
)
from config.registers import load_register
from models.domain.agencies import Register
from models.domain.catalogue import (
    PERIODS,
    Appendix,
    Basis,
    Catalogue,
    CatalogueRow,
    Role,
)
from models.domain.errors import ConfigurationFault
from models.domain.investments import total_vnd_million
from models.domain.targets import Direction, Target, TargetKind

CONFIG = Path(__file__).parents[2] / "config"
DIRECTIVE_DAY = dt.date(2025, 1, 20)

COUNTS = {"I": 32, "II": 11, "III": 75, "IV": 48, "V": 24, "body": 9}

# The directive's own text, scan errors included.
PRINTED = [
    ("tax_arrears_ratio", "name_printed", "Tỷ lệ nợ đọng thuế đến ngày 31/12/2025 so với với tổng "
     "thu ngân sách nội địa trên địa bàn"),
    ("recurrent_spending_share", "name_printed", "Tỷ trọng chi thường xuyên (không bao gồm chi cải "
     "cách tiền lương và tính gián biên chế)/tổng chi ngân sách địa phương"),
    ("tourist_arrivals_thousand", "name_printed", "Thu hút, khách du lịch"),
    ("tourist_arrivals_international", "name_printed", "Trong đó: Khách quốc tế"),
    ("state_budget_revenue_domestic", "target_printed", "51.000, phần đầu 55.000"),
    ("state_budget_revenue", "target_printed", "118.079,279"),
    ("tourist_arrivals", "target_printed", ">10"),
    ("tourist_arrivals_thousand", "target_printed", "> 10.000"),
    ("infant_mortality_rate", "target_printed", "≤ 3,5"),
    ("hospital_beds_per_10000", "target_printed", "45-46"),
    ("primary_universalisation_level_3", "target_printed", "15/15"),
    ("poverty_rate", "target_printed", "0"),
    ("solid_waste_treatment", "target_printed", ""),
    ("disabled_people_assisted_share", "unit_printed", ""),
    ("maternal_mortality_ratio", "unit_printed", "-"),
    ("electricity_commercial", "unit_printed", "Tỷ Kwh"),
    ("task_2025_11", "name_printed", "Đề án Xây dựng và phát triển thành phố Hải Phòng trở thành "
     "Trung tâm logistics quốc tế hiện đại, gắn với cảng biển quốc tế kết nối với các tuyến hàng "
     "lang, vành đai kinh tế"),
    ("task_2025_16", "name_printed", "Đề xuất chủ trương đầu tư, triển khai một số dự án mới phát "
     "triển kết cấu hạ tầng giao thông trên địa bàn thành phố; Phối hợp với các chủ đầu tư tiếp "
     "tục triển khai thực hiện hoàn thành các dự án phát triển hệ thống kết cấu hạ tầng giao thông "
     "trên địa bàn thành phố"),
    ("task_2025_33", "deadline_printed", "Theo Kế hoạch số 273/KH-UBND ngày 09/12/2024 của Ủy ban "
     "nhân dân thành phố"),
    ("task_2025_38", "name_printed", "Triển khai các cuộc thành tra theo kế hoạch thanh tra năm "
     "2025"),
    ("project_2025_03", "name_printed", "Dự án đầu tư xây dựng Quảng trường phía trước Trung tâm "
     "Chính trị - Hành chính tại Khu đô thị mới Bắc Sông Cẩm - Giai đoạn I"),
    ("project_2025_06", "investment_printed", "47.122.000 (2.051 triệu USD)"),
    ("project_2025_19", "investment_printed", "Dự án thành phần 1: 4.416.240 Dự án thành phần 2: "
     "1.819.354"),
    ("project_2025_19", "group_printed", "DỰ ÁN SỬ DỤNG VỐN NGOÀI NGÂN SÁCH"),
    ("project_2025_11", "approval_printed", "Nghị quyết số 10/NQ-HĐND ngày 22/3/2024."),
    ("tourism_revenue", "name_printed", "ước đạt tổng thu từ khách du lịch khoảng 12.000 tỷ đồng"),
    ("regular_exercise_share", "target_printed", "38,7"),
]  # fmt: skip

CORRECTED = [
    ("recurrent_spending_share", "name", "tinh giản biên chế"),
    ("project_2025_01", "name", "Bắc sông Cấm"),
    ("project_2025_20", "group", "sử dụng ngân sách thành phố"),
    ("task_2025_38", "name", "cuộc thanh tra"),
    ("state_budget_revenue_domestic", "target_reading", "51.000, phấn đấu 55.000"),
    ("disabled_people_assisted_share", "unit", "%"),
    ("housing_floor_area_per_person", "unit", "m² sàn/người"),
]

DEADLINES = [
    ("task_2025_03", dt.date(2025, 6, 30)),
    ("task_2025_08", dt.date(2025, 3, 31)),
    ("task_2025_07", dt.date(2025, 12, 31)),
    ("task_2025_01", dt.date(2025, 12, 31)),
    ("task_2025_06", dt.date(2025, 11, 30)),
    ("task_2025_33", None),
    ("task_2025_34", None),
]

# Lead first; the body and appendix II name nobody.
AGENCIES = [
    ("state_budget_revenue", ["stc", "cuc_thue", "cuc_hai_quan"], Basis.PRINTED),
    ("state_budget_revenue_trade", ["stc", "cuc_thue", "cuc_hai_quan"], Basis.CONTINUED),
    ("tourist_arrivals", ["sdl", "cuc_thong_ke"], Basis.PRINTED),
    ("trained_labour_share", ["sldtbxh"], Basis.CONTINUED),
    ("scenario_mining", ["skhdt", "cuc_thong_ke"], Basis.ASSIGNED),
    ("urbanisation_rate", ["sxd"], Basis.CONTINUED),
    ("kindergarten_enrolment_rate", ["sgddt"], Basis.PRINTED),
    ("students_per_10000", ["sgddt"], Basis.CONTINUED),
    ("hospital_waste_treated_share", ["syt"], Basis.CONTINUED),
    ("task_data_to_unit_level_share", ["van_phong"], Basis.PRINTED),
    ("task_2025_06", ["bql_khu_kinh_te"], Basis.PRINTED),
    ("project_2025_13", ["bqlda_ha_tang"], Basis.PRINTED),
    ("regular_exercise_share", ["svhtt"], Basis.ASSIGNED),
]

LOWER_IS_BETTER = {
    "urban_unemployment_rate",
    "poverty_rate",
    "tax_arrears_ratio",
    "recurrent_spending_share",
    "sex_ratio_at_birth",
    "maternal_mortality_ratio",
    "infant_mortality_rate",
    "under_5_mortality_rate",
    "underweight_children_rate",
    "stunted_children_rate",
    "wasted_children_rate",
    "dti_rank",
}

BODY_TARGETS = [
    ("II.2", "tourism_revenue", Target(TargetKind.VALUE, Decimal(12000))),
    ("II.5", "advanced_rural_districts", Target(TargetKind.VALUE, Decimal(4))),
    ("II.5", "special_rural_districts", Target(TargetKind.VALUE, Decimal(1))),
    ("II.6", "national_standard_school_share", Target(TargetKind.VALUE, Decimal(81))),
    ("II.6", "vocational_streaming_share", Target(TargetKind.VALUE, Decimal(23))),
    ("II.6", "universities_attracted", Target(TargetKind.AT_LEAST, Decimal(1))),
    ("II.6", "dti_rank", Target(TargetKind.AT_MOST, Decimal(10))),
    ("II.7", "regular_exercise_share", Target(TargetKind.VALUE, Decimal("38.7"))),
    ("II.7", "hospitals_upgraded", Target(TargetKind.AT_LEAST, Decimal(1))),
]

EQUIVALENT = {
    ("iip_growth", "iip_index"),
    ("port_cargo_volume", "port_cargo_throughput"),
    ("export_turnover", "export_turnover_sector"),
    ("tourist_arrivals", "tourist_arrivals_thousand"),
    ("health_insurance_coverage", "health_insurance_coverage_people"),
    ("clean_water_household_share", "clean_water_household_share_sector"),
    ("urban_wastewater_treated_share", "domestic_wastewater_treated_share"),
    ("grdp_growth", "scenario_grdp"),
    ("grdp_growth_industry_construction", "scenario_industry_construction"),
    ("grdp_growth_services", "scenario_services"),
    ("grdp_growth_agriculture", "scenario_agriculture"),
    ("grdp_growth_product_tax", "scenario_product_tax"),
}

PROMISED_FIELDS = {
    "code",
    "appendix",
    "number",
    "parent",
    "name",
    "name_printed",
    "unit",
    "target_printed",
    "target",
    "direction",
    "values",
    "deadline_printed",
    "deadline",
    "investment_printed",
    "agencies",
}

# file, text to replace, replacement, line (0: a fault of the whole file) and words of the fault
FAULTS = [
    ("appendix_1.csv", "state_budget_revenue,4,", "grdp_growth,4,", 11, "đã dùng ở"),
    ("appendix_1.csv", '"118.079,279"', '"118.079.2"', 11, "Không đọc được chỉ tiêu"),
    ("appendix_1.csv", "of_grdp,,iip_growth,I,", "of_grdp,,iip_grow,I,", 9, "dòng mẹ “iip_grow”"),
    ("appendix_1.csv", "total_social_investment,5", "total_social_investment,6", 14, "số thứ tự"),
    ("appendix_1.csv", ",>10,,higher,", ",>10,,lower,", 17, "ngược với chiều"),
    ("appendix_1.csv", '"3,50",,lower,', '"3,50",,down,', 21, "chiều “down”"),
    ("appendix_1.csv", '"12,50",,higher', '"12,70",,higher', 0, "quy đổi ra 112.70"),
    ("appendix_1.csv", "Tỷ lệ thất nghiệp", "Tỷ lê\u0323 thất nghiệp", 21, "(NFC)"),
    ("appendix_1.csv", "continued,\ngrdp_per", "printed,\ngrdp_per", 6, "mã cơ quan"),
    ("appendix_2.csv", '"118,84"', '"118,8.4"', 5, "9_thang_printed"),
    ("appendix_3.csv", "Sở Y tế,syt,printed", "Sở Y tế,so_y_te,printed", 42, "“so_y_te” là tên"),
    ("appendix_3.csv", "Thanh tra thành phố,thanh_tra", "Thanh tra thành phố,snv", 60, "khai mã"),
    ("appendix_3.csv", "sdl,continued", "sct,continued", 9, "ô cơ quan gộp"),
    ("appendix_3.csv", "nursery_enrolment_rate,24,,IV", "nursery_enrolment_rate,24,,X", 25, "“X”"),
    ("appendix_4.csv", "Quý IV/2025", "Quý V/2025", 8, "Không đọc được thời hạn"),
    ("appendix_5.csv", "2.300.000 (TMĐT DA", "2.300.000 (DA", 9, "tổng mức đầu tư"),
    ("body_targets.csv", "khoảng 12.000,12.000", "khoảng 12.000,", 2, "Không đọc được chỉ tiêu"),
    ("equivalences.csv", "iip_growth,iip_index,1,100", "iip_growth,iip_index,1,0", 2, "quy đổi ra"),
    ("equivalences.csv", "iip_growth,iip_index", "iip_growth,iip", 2, "dòng mang mã “iip”"),
    ("equivalences.csv", ",1000,0,,50", ",một nghìn,0,,50", 5, "phải là số"),
    ("equivalences.csv", "scenario_grdp,1,100,ca_nam", "scenario_grdp,1,100,", 9, "bốn kỳ"),
    ("headings.csv", "V,III.1,", "V,III.2,", 27, "đã có ở dòng trên"),
    ("directive.toml", "III = 75\nIV", "III = 74\nIV", 0, "có 75 dòng, directive.toml khai 74"),
    ("directive.toml", 'row = "tourist_arrivals"', 'row = "tourists"', 40, "“tourists”"),
    ("directive.toml", "date = 2025-01-20", 'date = "20/01/2025"', 0, "không đúng kiểu"),
    ("directive.toml", "year = 2025", "year = = 2025", 7, "TOML"),
    ("directive.toml", "equivalences = 12", "equivalences = 13", 0, "có 12 dòng"),
    # what a spreadsheet does to a file that was only opened and saved
    ("appendix_1.csv", ",9.486,,", ",9486,,", 7, "“9486” viết liền"),
    ("appendix_5.csv", ",2.513.243,", ",2513243,", 2, "“2513243” viết liền"),
    ("appendix_3.csv", "Tỷ lệ đô thị hóa", "#NAME?", 24, "lỗi của bảng tính"),
    ("appendix_4.csv", "task_2025_02,2,", "task_2025_02,2.0,", 3, "số thứ tự “2.0”"),
    # what becomes of letters on the way
    ("appendix_3.csv", "Tỷ lệ đô thị hóa", "T? l? đô th? hóa", 24, "sai bảng mã"),
    ("appendix_3.csv", "Tỷ lệ đô thị hóa", "Tá»· lá»‡ đô thị hóa", 24, "sai bảng mã"),
    ("appendix_3.csv", "Tỷ lệ đô thị hóa", "Ty le do thi hoa", 24, "mất dấu"),
    ("appendix_3.csv", "Tỷ lệ đô thị hóa", "Tỷ lệ đô\u00a0thị hóa", 24, "dấu cách không ngắt"),
    ("appendix_3.csv", "Sở Y tế,syt", "So Y te,syt", 42, "“So Y te” mất dấu"),
    ("headings.csv", "I,I,Chỉ tiêu kinh tế", "I,I,Chi tieu kinh te", 2, "mất dấu"),
    # what cannot be
    ("appendix_1.csv", "services,,grdp_growth,", "services,,,", 4, "mã dòng mẹ"),
    ("appendix_3.csv", "14/14,,", "14/13,,", 28, "lớn hơn tổng số"),
    ("appendix_4.csv", "Tháng 6/2025", "Tháng 6/2024", 4, "trước ngày ban hành"),
]  # fmt: skip


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogues(CONFIG)[2025]


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register(CONFIG / "agencies.csv", CONFIG / "contacts.csv")


@pytest.fixture(scope="module")
def rows(catalogue: Catalogue) -> Mapping[str, CatalogueRow]:
    return {row.code: row for row in catalogue}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONFIG / "directives" / "2025", tmp_path / "2025"))


# --- Complete and to the letter -------------------------------------------------------------------


def test_the_files_in_the_repository_have_no_fault(register: Register) -> None:
    assert check_catalogue(CONFIG / "directives" / "2025", register) == []


def test_no_row_is_missing_and_none_invented(catalogue: Catalogue) -> None:
    assert Counter(row.appendix.value for row in catalogue) == COUNTS
    numbered = [r.number for r in catalogue.of([Appendix.I]) if r.number.isdigit()]
    assert numbered == [str(n) for n in range(1, 20)]
    assert sum(r.target is not None for r in catalogue.of([Appendix.I])) == 30
    assert [r.code for r in catalogue if r.is_heading] == [
        "solid_waste_treatment",
        "solid_waste_treatment_rural",
    ]
    for appendix, last in ((Appendix.III, 75), (Appendix.IV, 48), (Appendix.V, 24)):
        assert [r.number for r in catalogue.of([appendix])] == [str(n) for n in range(1, last + 1)]


def test_every_row_of_the_scenario_has_its_four_periods(catalogue: Catalogue) -> None:
    for row in catalogue.of([Appendix.II]):
        assert len(row.values) == len(row.values_printed) == len(PERIODS)
        assert all(Decimal(100) < value < Decimal(120) for value in row.values)


@pytest.mark.parametrize(("code", "column", "text"), PRINTED)
def test_printed_text_is_kept_to_the_letter(
    rows: Mapping[str, CatalogueRow], code: str, column: str, text: str
) -> None:
    assert getattr(rows[code], column) == text


@pytest.mark.parametrize(("code", "column", "text"), CORRECTED)
def test_a_corrected_reading_stands_beside_the_printed_one_with_a_note(
    rows: Mapping[str, CatalogueRow], code: str, column: str, text: str
) -> None:
    assert text in getattr(rows[code], column)
    assert rows[code].note


def test_scan_errors_are_gone_from_the_corrected_readings(catalogue: Catalogue) -> None:
    wrong = ("phần đầu", "tính gián", "sông Cẩm", "Sông Cẩm", "hàng lang", "với với", "thành tra")
    for row in catalogue:
        read = f"{row.name} {row.target_reading} {row.unit} {row.group}"
        assert not [word for word in wrong if word in read], row.code


def test_page_breaks_leave_no_trace_in_agencies(rows: Mapping[str, CatalogueRow]) -> None:
    printed = [a.printed for a in rows["tourist_arrivals"].agencies]
    assert printed == ["Sở Du lịch", "Cục Thống kê thành phố"]


@pytest.mark.parametrize(("number", "code", "target"), BODY_TARGETS)
def test_targets_of_the_body_are_catalogued(
    rows: Mapping[str, CatalogueRow], number: str, code: str, target: Target
) -> None:
    row = rows[code]
    assert (row.appendix, row.number, row.target) == (Appendix.BODY, number, target)
    assert {a.basis for a in row.agencies} == {Basis.ASSIGNED}


def test_the_ten_groups_of_solutions_come_in_order(catalogue: Catalogue) -> None:
    assert [g.partition(".")[0] for g in catalogue.solution_groups] == [
        str(n) for n in range(1, 11)
    ]
    assert all(len(group) <= 100 for group in catalogue.solution_groups)


# --- Meaning --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("code", "deadline"), DEADLINES)
def test_deadlines_are_resolved_or_say_why_not(
    rows: Mapping[str, CatalogueRow], code: str, deadline: dt.date | None
) -> None:
    assert rows[code].deadline == deadline
    assert bool(rows[code].deadline_note) == (deadline is None)


@pytest.mark.parametrize(("code", "agencies", "basis"), AGENCIES)
def test_agencies_stand_lead_first_and_merged_cells_continue(
    rows: Mapping[str, CatalogueRow], code: str, agencies: list[str], basis: Basis
) -> None:
    row = rows[code]
    assert [a.agency for a in row.agencies] == agencies
    assert {a.basis for a in row.agencies} == {basis}
    assert [a.role for a in row.agencies] == [Role.LEAD, *[Role.CO] * (len(agencies) - 1)]
    assert all(bool(a.printed) == (basis is not Basis.ASSIGNED) for a in row.agencies)


def test_every_row_has_somebody_to_answer_for_it(catalogue: Catalogue) -> None:
    assert [row.code for row in catalogue if not row.lead] == []


def test_directions_are_stated_row_by_row(catalogue: Catalogue) -> None:
    lower = {row.code for row in catalogue if row.direction is Direction.LOWER}
    assert lower == LOWER_IS_BETTER
    for row in catalogue:
        measured = row.target is not None or row.appendix is Appendix.II
        assert (row.direction is not Direction.NONE) == measured, row.code


def test_every_printed_spelling_of_an_agency_leads_to_its_code(
    catalogue: Catalogue, register: Register
) -> None:
    spellings = {(a.printed, a.agency) for row in catalogue for a in row.agencies if a.printed}
    assert len(spellings) > 30
    for printed, code in spellings:
        assert register.resolve(printed, DIRECTIVE_DAY).code == code
        assert register.resolve(printed.upper(), DIRECTIVE_DAY).code == code


def test_equivalences_hold_on_the_printed_targets(catalogue: Catalogue) -> None:
    assert {(e.left, e.right) for e in catalogue.equivalences} == EQUIVALENT
    for e in catalogue.equivalences:
        left, right = catalogue.row(e.left), catalogue.row(e.right)
        assert left.target is not None
        if e.period:
            full_year = right.values[PERIODS.index(e.period)]
        else:
            assert right.target is not None
            assert right.target.kind is left.target.kind
            full_year = right.target.value
        assert abs(e.to_right(left.target.value) - full_year) <= e.tolerance
        assert e.to_left(e.to_right(left.target.value)) == left.target.value
        assert e.note


def test_revenue_parts_do_not_exceed_the_whole(rows: Mapping[str, CatalogueRow]) -> None:
    whole = rows["state_budget_revenue"].target
    parts = [
        rows["state_budget_revenue_domestic"].target,
        rows["state_budget_revenue_trade"].target,
    ]
    assert whole is not None
    assert sum(part.value for part in parts if part) == Decimal(113700) <= whole.value


def test_the_whole_of_the_scenario_lies_between_its_parts(
    catalogue: Catalogue, rows: Mapping[str, CatalogueRow]
) -> None:
    sectors = [r for r in catalogue.of([Appendix.II]) if r.parent == "scenario_grdp"]
    assert len(sectors) == 4
    for place, total in enumerate(rows["scenario_grdp"].values):
        parts = [sector.values[place] for sector in sectors]
        assert min(parts) < total < max(parts)


def test_every_project_has_its_investment_in_dong(catalogue: Catalogue) -> None:
    for row in catalogue.of([Appendix.V]):
        assert total_vnd_million(tuple(row.investments)) > 0
    components = [i.component for i in catalogue.row("project_2025_19").investments]
    assert components == ["Dự án thành phần 1", "Dự án thành phần 2"]


# --- Faults ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("file_name", "old", "new", "line", "words"), FAULTS)
def test_a_fault_names_file_and_line(
    copy: Path, register: Register, file_name: str, old: str, new: str, line: int, words: str
) -> None:
    path = copy / file_name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

    faults = check_catalogue(copy, register)

    place = f"2025/{file_name}:{line}: " if line else "2025/"
    assert [f for f in faults if f.startswith(place) and words in f], faults


@settings(max_examples=60, deadline=None)
@given(
    file_name=st.sampled_from(sorted(p.name for p in (CONFIG / "directives" / "2025").iterdir())),
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
    shutil.copytree(CONFIG / "directives" / "2025", directory)
    path = directory / file_name
    raw = path.read_bytes()
    start = int(place * len(raw))
    path.write_bytes(raw[:start] + junk + raw[start + length :])
    for fault in check_catalogue(directory, register):
        assert fault.startswith("2025/")


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
    faults = check_catalogue(copy, register)
    assert any("có 74 dòng, directive.toml khai 75" in fault for fault in faults)
    assert any(":51: số thứ tự 51 đứng ngay sau số 49" in fault for fault in faults)


def test_a_correction_without_a_note_is_a_fault(copy: Path, register: Register) -> None:
    path = copy / "appendix_3.csv"
    text = path.read_text("utf-8").replace("Bản in thừa dấu phẩy sau “Thu hút”.", "")
    path.write_text(text, encoding="utf-8")
    (fault,) = check_catalogue(copy, register)
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
    (fault,) = check_catalogue(copy, register)
    assert fault.startswith("2025/appendix_4.csv:")
    assert words in fault


def test_a_year_is_checked_also_while_the_register_cannot_be_relied_on(copy: Path) -> None:
    path = copy / "appendix_4.csv"
    path.write_text(path.read_text("utf-8").replace("Quý IV/2025", "Quý V/2025", 1), "utf-8")
    (fault,) = check_catalogue(copy, None)
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
    with pytest.raises(ConfigurationFault, match="không có thư mục của năm nào"):
        load_catalogues(tmp_path)


def test_loading_takes_no_time_a_person_would_notice() -> None:
    durations = []
    for _ in range(10):
        begins = perf_counter()
        load_catalogues(CONFIG)
        load_register(CONFIG / "agencies.csv", CONFIG / "contacts.csv")
        durations.append(perf_counter() - begins)
    assert min(durations) < 0.06


# --- As plain data --------------------------------------------------------------------------------


def test_json_holds_every_row_with_the_fields_that_are_promised(
    catalogue: Catalogue, register: Register
) -> None:
    plain = json.loads(json.dumps(catalogue_as_json(catalogue, register), ensure_ascii=False))
    assert len(plain) == sum(COUNTS.values())
    for row in plain:
        assert set(row) >= PROMISED_FIELDS
        assert row["appendix"] in COUNTS
        assert all({"code", "name", "role"} <= set(agency) for agency in row["agencies"])
    by_code = {row["code"]: row for row in plain}
    assert sum(bool(row["number"]) for row in plain if row["appendix"] == "I") == 19
    assert by_code["grdp_growth_services"]["name_printed"] == "- Dịch vụ"
    assert by_code["grdp_growth_services"]["parent"] == "grdp_growth"
    assert by_code["grdp_growth"]["parent"] is None
    assert by_code["state_budget_revenue"]["target"] == {
        "kind": "value", "value": 118079.279, "second": None,
    }  # fmt: skip
    assert by_code["scenario_grdp"]["values"] == ["111,88", "112,13", "112,47", "112,50"]
    assert by_code["scenario_grdp"]["values_by_period"]["ca_nam"] == 112.5
    assert by_code["task_2025_03"]["deadline"] == "2025-06-30"
    assert by_code["tourist_arrivals"]["equivalences"][0]["factor"] == 1000
    assert by_code["project_2025_16"]["investments"][1] == {
        "amount": 96.3, "currency": "USD_MILLION", "component": "", "role": "equivalent",
    }  # fmt: skip

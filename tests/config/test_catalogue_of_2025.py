"""The catalogue of 2025 as data: complete, to the letter, free of contradictions."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal

import pytest

from models.domain.notation.investments import COMPONENT, TOTAL, VND_MILLION
from models.domain.register.agencies import Register
from models.domain.register.catalogue import PERIODS, Appendix, Basis, Catalogue, CatalogueRow, Role
from models.domain.register.targets import Direction, Target, TargetKind
from tests.fixtures.office_faults import check_catalogue
from tests.fixtures.office_files import OFFICE_FILES

FILES = OFFICE_FILES / "directives" / "2025"
DIRECTIVE_DAY = dt.date(2025, 1, 20)

COUNTS = {"I": 32, "II": 11, "III": 75, "IV": 48, "V": 24, "body": 9}

# What the printed columns hold, compared once with the directive itself, letter by letter. Who
# mends a printed cell compares it again and writes the new sum here.
PRINTED_SUMS = {
    "appendix_1.csv": "6068c9381ce37cdb",
    "appendix_2.csv": "f72f964222f27ffe",
    "appendix_3.csv": "572a099f2f2d1610",
    "appendix_4.csv": "41eb4a285c5caaea",
    "appendix_5.csv": "d174c0254b0f048d",
    "body_targets.csv": "e71de2a4bdc88559",
    "headings.csv": "783eaaa9ce7e53fa",
}

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


# --- Complete and to the letter -------------------------------------------------------------------


def test_the_files_in_the_repository_have_no_fault(register: Register) -> None:
    assert check_catalogue(FILES, register) == []


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


@pytest.mark.parametrize(("file_name", "sum_of_text"), PRINTED_SUMS.items())
def test_all_that_is_printed_is_as_it_was_compared_with_the_directive(
    file_name: str, sum_of_text: str
) -> None:
    with (FILES / file_name).open(encoding="utf-8", newline="") as file:
        records = list(csv.DictReader(file))
    columns = sorted(c for c in records[0] if c == "number" or c.endswith("printed"))
    text = "\n".join("\t".join(record[c] for c in columns) for record in records)
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == sum_of_text


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
        own = [i for i in row.investments if i.role in (TOTAL, COMPONENT)]
        assert sum(i.amount for i in own if i.currency == VND_MILLION) > 0
    components = [i.component for i in catalogue.row("project_2025_19").investments]
    assert components == ["Dự án thành phần 1", "Dự án thành phần 2"]

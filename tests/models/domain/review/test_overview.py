"""Part I of the report: its main results, and where one measure is counted on two sides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

import pytest

from models.domain.answers.standing import AgencyStanding
from models.domain.reading.office import Office
from models.domain.results.report import ReportContent, report_of
from models.domain.results.report_projects import days_of
from models.domain.review.wording import status_there
from tests.fixtures.november import november
from tests.fixtures.simulated_answers import real_office
from tests.fixtures.small_office import commits, standing
from tests.fixtures.small_review import answered, cells, reports, review_made

FEBRUARY = standing("skhdt", commits("grdp", "12.3", **{"6m": "12"}))


def told(office: Office, *said: AgencyStanding) -> ReportContent:
    made = review_made(office, [FEBRUARY], *said)
    return report_of(office, made.consolidation, made.review)


def beginning(content: ReportContent, start: str) -> list[str]:
    """The sentences of part I that begin so, without references."""
    plain = (p.without_references.plain for p in content.overview)
    return [said for said in plain if said.startswith(start)]


def growth(whole: str, index: str) -> AgencyStanding:
    """The city's growth alone; the scenario still tells that of the directive's ground."""
    year = reports("grdp", estimate_whole=Decimal(whole), status="Chính thức")
    return answered("stc", year, cells("scenario", "scenario", estimate_year=Decimal(index)))


# --- Main results ---------------------------------------------------------------------------------


def test_the_growth_is_told_ground_by_ground_each_against_its_own_target(office: Office) -> None:
    content = told(office, growth("11.81", "112.1"))

    [said] = beginning(content, "Tên grdp (PL I.1)")
    assert said == (
        "Tên grdp (PL I.1): toàn thành phố 11,81% (chính thức; giao 12,35%), không đạt; phía đông "
        "12,10% (theo PL II; giao 12,50%), không đạt."
    )


@pytest.mark.parametrize(
    ("said", "told"),
    [("Ước thực hiện", "ước thực hiện; theo PL II"), ("Chính thức", "chính thức; theo PL II")],
)
def test_a_value_told_in_another_row_is_an_estimate_or_final_as_that_row_says(
    office: Office, said: str, told: str
) -> None:
    year = reports("grdp", estimate_whole=Decimal("11.81"), status="Chính thức")
    index = cells("scenario", "scenario", estimate_year=Decimal("112.1"), value_status=said)
    made = review_made(office, [FEBRUARY], answered("stc", year, index))
    content = report_of(office, made.consolidation, made.review)

    [result] = beginning(content, "Tên grdp (PL I.1)")
    assert f"phía đông 12,10% ({told}; giao" in result
    [row] = [r for r in content.territories if "Tên grdp" in r["name"].plain]
    assert ("chính thức" in row["east"].plain) is (said == "Chính thức")
    assert "chính thức" in row["whole"].plain
    one = next(i for i in made.review.indicators if i.row.code == "grdp")
    told_east = one.grounds[one.territory]
    assert status_there(one, told_east, made.review.scenario).value == (
        "actual" if said == "Chính thức" else "estimate"
    )


def test_paces_of_a_part_are_named_with_how_they_come_out(office: Office) -> None:
    february = standing("skhdt", commits("grdp", "12.3", **{"6m": "12.3"}))
    indices = cells("scenario", "scenario", actual_6m=Decimal("111.2"))
    year = reports("grdp", estimate_whole=Decimal("11.8"))
    made = review_made(office, [february], answered("stc", year, indices))

    content = report_of(office, made.consolidation, made.review)

    overview = " ".join(p.without_references.plain for p in content.overview)
    paces = overview.partition("So với mốc 6 tháng, theo số đến 30/06/2025, ")[2].partition(".")[0]
    assert "1 trong các chỉ tiêu ấy (PL I.1) được so theo số phía đông" in overview
    assert "số cả năm là của toàn thành phố (1 chậm hơn)" in overview
    assert paces and "trong đó" not in paces, "of no one pace alone"


def test_a_main_result_in_doubt_names_the_conflict_that_waits(office: Office) -> None:
    apart = answered("thong_ke", reports("grdp", "11.9"))
    content = told(office, answered("stc", reports("grdp", "12.1")), apart)

    [said] = beginning(content, "Tên grdp (PL I.1)")
    assert "phía đông 12,10% (ước thực hiện; giao 12,50%; MT-I.1), không đạt" in said


def test_money_spent_is_told_as_the_share_of_each_plan_that_the_table_adds_up() -> None:
    made, standings = november()
    content = report_of(real_office(), made.consolidation, made.review, standings)

    [said] = beginning(content, "Dự án sử dụng ngân sách (số liệu đến ")
    assert f"(số liệu đến {days_of(made.review.projects)}) đã giải ngân" in said
    budget = next(r for r in content.projects_parts if "sử dụng" in r["name"].plain)
    assert f"{budget['share_central'].plain} kế hoạch vốn Thủ tướng Chính phủ giao" in said
    assert f"{budget['share_city'].plain} kế hoạch vốn thành phố giao" in said


def test_where_nobody_tells_them_there_are_no_main_results(office: Office) -> None:
    content = told(office, answered("sct", reports("iip", "17")))

    assert not beginning(content, "Tên grdp")
    assert not beginning(content, "Dự án sử dụng ngân sách")


# --- Counted on two sides -------------------------------------------------------------------------


@pytest.mark.parametrize(("index", "counted"), [("118", 1), ("116", 0)])
def test_one_measure_in_two_rows_that_come_out_otherwise_is_told_beside_the_counts(
    office: Office, index: str, counted: int
) -> None:
    both = [*reports("iip", "16.5"), *cells("indicators", "iip_index", estimate=Decimal(index))]

    said = beginning(told(office, answered("sct", both)), "Chưa thống nhất số liệu")

    assert len(said) == counted
    assert all("(16,5 và 18" in s and "không đạt tại PL I.3, vượt tại PL III.9" in s for s in said)


def test_what_cannot_be_judged_on_another_ground_says_that_nothing_is_set_for_it(
    office: Office,
) -> None:
    content = told(office, answered("sct", reports("iip", estimate_whole=Decimal(17))))

    [said] = beginning(content, "1 chỉ tiêu (PL I.3) được tính")
    assert "1 chưa đánh giá được vì Văn phòng chưa có mức giao cho toàn thành phố." in said


def test_what_is_counted_by_another_ground_is_told_and_how_the_directives_own_comes_out(
    office: Office,
) -> None:
    content = told(office, growth("11.81", "112.6"))

    [said] = beginning(content, "1 chỉ tiêu (PL I.1) được tính")
    assert said == (
        "1 chỉ tiêu (PL I.1) được tính theo toàn thành phố, vì chính các dòng "
        "ấy không có số phía đông: 1 không đạt; riêng số phía đông so với mức Chỉ thị giao: 1 vượt."
    )
    total, beside = list(content.outcomes)[-2:]
    assert (total["name"].plain, total["not_met"].plain) == ("Cộng", "1")
    assert beside["name"].plain.startswith(
        "Trong đó 1 chỉ tiêu được tính theo toàn thành phố: kết quả nếu"
    )
    assert (beside["total"].plain, beside["exceeded"].plain, beside["not_met"].plain) == (
        *("1", "1", "-"),
    )
    own = told(office, answered("stc", reports("grdp", "12.1")))
    assert not beginning(own, "1 chỉ tiêu (PL I.1) được tính")
    assert [row["name"].plain for row in own.outcomes][-1] == "Cộng"


def test_who_keeps_the_own_milestone_and_not_the_scenario_is_named_with_both(
    office: Office,
) -> None:
    def paces(six_months: str) -> Sequence[str]:
        index = cells("scenario", "scenario", actual_6m=Decimal(six_months))
        way = {"to_date": Decimal("12.1"), "as_of": dt.date(2025, 6, 30)}
        content = told(office, answered("stc", reports("grdp", "12.3", **way), index))
        return [s for s in beginning(content, "Số liệu") + beginning(content, "Cả ") if "mốc" in s]

    [said] = paces("112.05")
    assert said.endswith(
        "; riêng Tên grdp (PL I.1) nhanh hơn mốc cơ quan cam kết nhưng chậm hơn kịch bản của Chỉ "
        "thị (phần V)."
    )
    [said] = paces("112.3")
    assert "kịch bản" not in said

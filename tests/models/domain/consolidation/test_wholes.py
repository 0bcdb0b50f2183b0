"""Wholes against their parts: nothing is corrected; what does not fit is told with its sources."""

from __future__ import annotations

from decimal import Decimal

import pytest

from models.domain.answers.standing import AgencyStanding
from models.domain.consolidation.consolidating import consolidate
from models.domain.consolidation.whole_wording import whole_said
from models.domain.consolidation.wholes import WholeAndParts, WholeFault
from models.domain.reading.office import Office
from models.domain.reading.submissions import Entry
from models.domain.register.catalogue import Catalogue, CatalogueRow
from models.domain.register.territories import Territory
from tests.fixtures.simulated_answers import real_office
from tests.fixtures.small_office import AS_OF, entry, standing

PARTS = ("industry_construction", "services", "agriculture", "product_tax")
PRINTED = {"": "112.50", "industry_construction": "115.67", "services": "109.20",
           "agriculture": "101.00", "product_tax": "106.00"}  # fmt: skip


@pytest.fixture(scope="module")
def printed() -> Office:
    return real_office()


def year_of(agency: str, **values: str) -> AgencyStanding:
    """What an agency updates of the year's indices; `grdp` is the whole's."""
    said = [
        entry("scenario", f"scenario_{key}", "updated_year", Decimal(value))
        for key, value in values.items()
    ]
    return standing(agency, said)


def found(office: Office, *standings: AgencyStanding) -> list[WholeAndParts]:
    made = consolidate(office, office.cycle("2025-plan"), standings, AS_OF)
    return list(made.wholes)


def said(one: WholeAndParts) -> str:
    return whole_said(one, lambda row: row.code, lambda code: code.upper())


def of_parts(**changed: str) -> dict[str, str]:
    return {key: PRINTED[key] for key in PARTS} | changed


def test_a_whole_that_falls_short_while_all_its_parts_keep_the_scenario_is_told(printed) -> None:
    """-0,60 in all and 0,00 in each cannot be, though 111,90 lies between the parts."""
    [one] = found(printed, year_of("skhdt", **of_parts()), year_of("cuc_thong_ke", grdp="111.9"))

    assert (one.row.code, one.period, one.fault) == ("scenario_grdp", "ca_nam", WholeFault.CHANGE)
    assert (one.compared, one.lowest, one.highest) == (Decimal("-0.60"), 0, 0)
    assert not one.one_source
    assert said(one) == (
        "scenario_grdp, cả năm: số chung 111,90 (CUC_THONG_KE) chênh -0,60 điểm so với kịch bản, "
        "trong khi mọi thành phần (SKHDT) chênh 0,00 điểm (lệch đến 0,01 vẫn coi là "
        "khớp). Hai nguồn chưa thống nhất, đề nghị đối chiếu"
    )


def test_a_whole_of_one_source_within_the_tolerance_says_nothing(printed) -> None:
    assert found(printed, year_of("skhdt", grdp="112.51", **of_parts())) == []
    assert found(printed, year_of("skhdt", grdp="112.52", **of_parts()))


def test_a_whole_outside_of_its_parts_is_told_first_of_all(printed) -> None:
    [one] = found(printed, year_of("skhdt", grdp="120", **of_parts()))
    assert one.fault is WholeFault.RATE
    assert said(one).endswith("Các số chưa thống nhất, đề nghị đối chiếu")
    assert "không nằm giữa thành phần thấp nhất 101,00 và cao nhất 115,67 (SKHDT)" in said(one)


def test_that_whole_and_parts_have_two_sources_is_said_even_where_they_fit(printed) -> None:
    [one] = found(printed, year_of("skhdt", **of_parts()), year_of("cuc_thong_ke", grdp="112.50"))
    assert one.fault is None
    assert said(one) == (
        "scenario_grdp: số chung là của CUC_THONG_KE, số thành phần là của SKHDT: không cùng nguồn"
    )


def test_a_whole_is_not_checked_while_a_part_is_missing(printed) -> None:
    parts = of_parts()
    del parts["services"]
    assert found(printed, year_of("skhdt", grdp="120", **parts)) == []


def budget(office: Office, whole: str, *parts: str) -> list[WholeAndParts]:
    codes = ("", "_domestic", "_trade")
    said = [
        entry("indicators", f"state_budget_revenue{code}", "committed", Decimal(value))
        for code, value in zip(codes, (whole, *parts), strict=False)
    ]
    return found(office, standing("stc", said))


def test_parts_of_an_amount_are_no_more_than_the_whole(printed) -> None:
    assert budget(printed, "118000", "51000", "62700") == []
    assert budget(printed, "113660", "51000", "62700") == []  # within 50 tỷ đồng
    [one] = budget(printed, "113000", "51000", "62700")
    assert (one.fault, one.lowest) == (WholeFault.SUM, 113700)
    assert "cộng lại 113.700, lớn hơn số chung 113.000" in said(one)
    [one] = budget(printed, "60000", "51000", "62700")
    assert one.fault is WholeFault.PART


def test_what_the_scenario_says_of_the_year_is_not_said_again_of_the_indicator(printed) -> None:
    rates = {"": "11.9", "_industry_construction": "15.67", "_services": "9.2",
             "_agriculture": "1", "_product_tax": "6"}  # fmt: skip
    committed = [
        entry("indicators", f"grdp_growth{key}", "committed", Decimal(value))
        for key, value in rates.items()
    ]
    alone = found(printed, standing("skhdt", committed))
    scenario = year_of("skhdt", grdp="111.9", **of_parts())
    both = found(printed, standing("skhdt", [*committed, *scenario.versions[0].entries]))

    assert [one.row.code for one in alone] == ["grdp_growth"]
    assert [one.row.code for one in both] == ["scenario_grdp"]


def test_the_catalogue_says_which_rows_are_parts(printed) -> None:
    catalogue: Catalogue = printed.catalogue_of(printed.cycle("2025-plan"))
    whole: CatalogueRow = catalogue.row("iip_growth")
    shares = [row for row in catalogue if row.parent == whole.code]
    assert shares  # shares under a rate are no parts of it
    values = [
        entry("indicators", row.code, "committed", Decimal(99 - i))
        for i, row in enumerate([whole, *shares])
    ]
    assert found(printed, standing("sct", values)) == []


def test_another_territorys_whole_is_held_against_its_own_parts(printed) -> None:
    cycle = printed.cycle("2025-review")
    rates = {"": "20", "_industry_construction": "15.67", "_services": "9.2",
             "_agriculture": "1", "_product_tax": "6"}  # fmt: skip
    said_of_all = [
        entry("indicators", f"grdp_growth{key}", "estimate_whole", Decimal(value))
        for key, value in rates.items()
    ]
    made = consolidate(printed, cycle, [standing("stc", said_of_all)], AS_OF)

    [one] = made.wholes
    assert (one.fault, one.territory) == (WholeFault.RATE, Territory.WHOLE)
    assert said(one).startswith("grdp_growth (toàn thành phố sau hợp nhất): số chung 20")


def of_areas(office: Office, code: str, *values: tuple[str, str, str]) -> list[WholeAndParts]:
    """What is told of the city and its areas, each value by its agency and its column."""
    by_agency: dict[str, list[Entry]] = {}
    for agency, column, value in values:
        by_agency.setdefault(agency, []).append(entry("indicators", code, column, Decimal(value)))
    standings = [standing(agency, said) for agency, said in by_agency.items()]
    return list(consolidate(office, office.cycle("2025-review"), standings, AS_OF).wholes)


def test_a_rate_of_the_whole_city_lies_between_those_of_its_areas(printed) -> None:
    def growth(east: str, west: str, whole: str) -> list[WholeAndParts]:
        others = (("stc", "estimate_west", west), ("stc", "estimate_whole", whole))
        return of_areas(printed, "grdp_growth", ("cuc_thong_ke", "estimate", east), *others)

    assert growth("11.90", "11.30", "11.60") == []
    assert growth("11.90", "11.30", "11.91") == []  # rounded
    [one] = growth("11.90", "11.30", "12.00")
    assert (one.fault, one.areas) == (WholeFault.RATE, [Territory.EAST, Territory.WEST])
    assert said(one) == (
        "grdp_growth: số toàn thành phố 12,00 (STC) không nằm giữa phía đông 11,90 (CUC_THONG_KE) "
        "và phía tây 11,30 (STC) (lệch đến 0,05 vẫn coi là khớp). Các nguồn chưa thống "
        "nhất, đề nghị đối chiếu"
    )
    assert growth("11.90", "11.30", "11.00")[0].fault is WholeFault.RATE


def test_a_rate_of_the_city_is_not_checked_while_an_area_is_unknown(printed) -> None:
    east, whole = ("stc", "estimate", "11.9"), ("stc", "estimate_whole", "20")
    assert of_areas(printed, "grdp_growth", east, whole) == []


@pytest.mark.parametrize(
    ("east", "west", "whole", "fault", "told"),
    [
        ("37", "12.7", "49.7", None, ""),
        ("37", "12.7", "50", WholeFault.SHORT, "cộng lại 49,7, nhỏ hơn số toàn thành phố 50,0"),
        ("37", "12.7", "49", WholeFault.SUM, "cộng lại 49,7, lớn hơn số toàn thành phố 49,0"),
        ("37", "", "36", WholeFault.PART, "nhỏ hơn số của một địa bàn: phía đông 37"),
        ("37", "", "50", None, ""),
    ],
)
def test_an_amount_of_the_city_is_what_its_areas_have_together(
    printed, east: str, west: str, whole: str, fault: WholeFault | None, told: str
) -> None:
    values = {"estimate": east, "estimate_west": west, "estimate_whole": whole}
    given = [("sct", column, value) for column, value in values.items() if value]
    found = of_areas(printed, "export_turnover", *given)

    assert [one.fault for one in found] == ([fault] if fault else [])
    assert all(told in said(one) for one in found)


def test_what_two_rows_say_of_the_city_is_told_once(printed) -> None:
    rows = ("export_turnover", "export_turnover_sector")
    entries = [
        entry("indicators", row, column, Decimal(value))
        for row in rows
        for column, value in (("estimate", "37"), ("estimate_whole", "36"))
    ]
    cycle = printed.cycle("2025-review")
    made = consolidate(printed, cycle, [standing("sct", entries)], AS_OF)
    assert [(one.row.code, one.fault) for one in made.wholes] == [(rows[0], WholeFault.PART)]


def test_the_city_is_held_against_an_area_that_only_the_scenario_tells(printed) -> None:
    said_of_it = [
        entry("scenario", "scenario_grdp", "estimate_year", Decimal("111.9")),
        entry("indicators", "grdp_growth", "estimate_west", Decimal("11.3")),
        entry("indicators", "grdp_growth", "estimate_whole", Decimal(12)),
    ]
    cycle = printed.cycle("2025-review")
    made = consolidate(printed, cycle, [standing("stc", said_of_it)], AS_OF)
    [one] = made.wholes
    assert "không nằm giữa phía đông 11,90 (STC) và phía tây 11,30 (STC)" in said(one)
    assert {f.source.cell for f in one.parts} == {e.cell for e in said_of_it[:2]}


def linked(office: Office, *figures: tuple[str, str, str]) -> list[WholeAndParts]:
    """What agencies say of linked rows: agency, code, value."""
    return found(
        office,
        *(
            standing(agency, [entry("indicators", code, "committed", Decimal(value))])
            for agency, code, value in figures
        ),
    )


TRADE = ("state_budget_revenue_trade", "trade_revenue_above_central_estimate")


@pytest.mark.parametrize(
    ("revenue", "increase", "fits"),
    [("62700", "7300", False), ("70000", "7300", True), ("62700", "0", True),
     ("70040", "7300", True), ("70060", "7300", False)],
)  # fmt: skip
def test_an_increase_is_held_to_the_amount_that_it_is_taken_of(
    printed, revenue: str, increase: str, fits: bool
) -> None:
    made = linked(printed, ("stc", TRADE[0], revenue), ("cuc_hai_quan", TRADE[1], increase))
    assert [one.fault for one in made] == ([] if fits else [WholeFault.ABOVE])


def test_both_numbers_of_linked_rows_are_told_with_whose_they_are(printed) -> None:
    [one] = linked(printed, ("stc", TRADE[0], "62700"), ("cuc_hai_quan", TRADE[1], "7300"))
    assert said(one) == (
        f"{TRADE[0]} 62.700 (STC), so với 62.700 (tính từ số in ở Chỉ thị: phấn đấu "
        "70.000 tại I.4.b trừ tăng thu 7.300 tại III.3) là không tăng, trong khi "
        f"{TRADE[1]} 7.300 (CUC_HAI_QUAN). Hai số chưa thống nhất, đề nghị làm rõ"
    )
    assert [f.agency for f in one.figures] == ["stc", "cuc_hai_quan"]


@pytest.mark.parametrize(("whole", "part", "fits"),
                         [("100", "96", False), ("98", "96", True), ("100", "99.98", True),
                          ("100", "100", True), ("98", "100", True)])  # fmt: skip
def test_where_the_whole_is_all_its_part_is_too(printed, whole: str, part: str, fits: bool) -> None:
    rows = ("solid_waste_treatment_urban", "urban_domestic_waste_treated_share")
    both = [
        entry("indicators", code, "committed", Decimal(value))
        for code, value in zip(rows, (whole, part), strict=True)
    ]
    made = found(printed, standing("stnmt", both))
    assert [one.fault for one in made] == ([] if fits else [WholeFault.FULL])
    assert fits or said(made[0]).startswith(
        f"STNMT báo cáo {rows[0]} 100%, trong khi {rows[1]}, là một phần của chỉ tiêu ấy, chỉ 96%."
    )


# --- What is left for the ground that nobody told -------------------------------------------------


def revenue(office: Office, east: str, whole: str) -> list[WholeAndParts]:
    """The budget's revenue; 118.079,279 is set for the east, 165.011,6 for the whole city."""
    return of_areas(
        office, "state_budget_revenue", ("stc", "estimate", east), ("stc", "estimate_whole", whole)
    )


@pytest.mark.parametrize(
    ("whole", "fault"),
    [
        ("187766.6", WholeFault.REMAINDER),  # 148,5 % of the 46.932,321 that the levels leave
        ("165011.6", None),
        ("183784", None),  # just within 140 %
        ("141546", None),  # just above 50 %
        ("141400", WholeFault.REMAINDER),
        ("118000", WholeFault.PART),  # what is left is below nothing
    ],
)
def test_what_a_whole_leaves_beside_its_part_is_held_to_what_the_levels_leave(
    printed: Office, whole: str, fault: WholeFault | None
) -> None:
    assert [one.fault for one in revenue(printed, "118079.279", whole)] == (
        [fault] if fault else []
    )


def test_the_remainder_is_told_with_both_figures_and_whose_they_are(printed: Office) -> None:
    [one] = revenue(printed, "118079.279", "187766.6")
    assert said(one) == (
        "state_budget_revenue: số toàn thành phố 187.766,600 (STC), phía đông 118.079,279 (STC); "
        "phần còn lại (phía tây) suy ra 69.687,321 tỷ đồng, bằng 148,5% mức suy ra 46.932,321, "
        "ngoài khoảng 50% đến 140%. Đề nghị đối chiếu"
    )
    assert one.areas == [Territory.EAST]


def test_no_remainder_is_made_of_rates_nor_where_a_level_or_figure_is_missing(
    printed: Office,
) -> None:
    def left(code: str, *values: tuple[str, str, str]) -> bool:
        said_by: dict[str, list[Entry]] = {}
        for agency, column, number in values:
            told = said_by.setdefault(agency, [])
            told.append(entry("indicators", code, column, Decimal(number)))
        cycle = printed.cycle("2025-review")
        told = [standing(agency, cells) for agency, cells in said_by.items()]
        return code in consolidate(printed, cycle, told, AS_OF).remainders

    east, whole = ("stc", "estimate", "118079.279"), ("stc", "estimate_whole", "187766.6")
    assert left("state_budget_revenue", east, whole)
    assert not left("state_budget_revenue", east)
    assert not left("state_budget_revenue", whole)
    west = ("stc", "estimate_west", "60000")
    assert not left("state_budget_revenue", east, whole, west)
    assert not left("grdp_growth", ("stc", "estimate", "12"), ("stc", "estimate_whole", "12"))
    # The directive sets a level for the east alone.
    assert not left(
        "social_housing_units", ("sxd", "estimate", "9"), ("sxd", "estimate_whole", "12")
    )

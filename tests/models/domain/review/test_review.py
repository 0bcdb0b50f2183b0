"""What a review says of a year: promised in February, reported in November, judged by data."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal

from models.domain.consolidation import (
    ConflictKind,
    ConflictRuling,
    Side,
    code_of,
)
from models.domain.register.targets import Judgement
from models.domain.register.territories import Territory
from models.domain.results.report_measures import SAME_AS_TO_DATE, full_row, value_of
from models.domain.results.report_text import Citations, ReportNames
from models.domain.review import (
    Pace,
    ReviewIndicator,
    TrackSource,
    ValueStatus,
)
from models.domain.review.pace import LessLater
from models.domain.review.pace_wording import contraries_said, pace_basis
from tests.fixtures.small_office import commits, standing
from tests.fixtures.small_review import (
    answered,
    cells,
    indicator,
    reports,
    review_made,
)

OCTOBER = dt.date(2025, 10, 31)
DONE = "Đã hoàn thành"


# --- Values and targets ---------------------------------------------------------------------------


def test_a_value_is_judged_against_the_directive_and_against_februarys_commitment(office):
    february = standing("skhdt", commits("grdp", "12"))
    grdp = indicator(
        review_made(office, [february], answered("stc", reports("grdp", "12.2"))), "grdp"
    )

    assert (grdp.value.reference, grdp.value.number) == ("N-0001", Decimal("12.2"))
    assert (grdp.judgement, grdp.distance) == (Judgement.NOT_MET, Decimal("-0.30"))
    assert (grdp.commitment.reference, grdp.commitment.agency) == ("K-0001", "skhdt")
    assert (grdp.commitment_judgement, grdp.commitment_distance) == (
        Judgement.EXCEEDED,
        Decimal("0.2"),
    )
    assert grdp.status is ValueStatus.ESTIMATE


def test_what_one_agency_promised_stands_beside_what_its_successor_reports(office):
    made = review_made(
        office,
        [standing("cuc_thue", commits("debt", "7"))],
        answered("thue", reports("debt", "7.5")),
    )

    debt = indicator(made, "debt")
    assert (debt.agency, debt.commitment.agency) == ("thue", "cuc_thue")
    assert debt.judgement is Judgement.MET
    assert debt.commitment_judgement is Judgement.NOT_MET


def test_whosever_value_stands_it_is_measured_by_the_commitment_that_stood_in_february(office):
    plan = [
        standing("skhdt", commits("grdp", "12.5", **{"9m": "12.4"})),
        standing("cuc_thong_ke", commits("grdp", "11.9", **{"9m": "11.8"})),
    ]
    said = [
        answered("stc", reports("grdp", "12.1", to_date=Decimal("12.1"), as_of=OCTOBER)),
        answered("thong_ke", reports("grdp", "11.9", to_date=Decimal("11.9"), as_of=OCTOBER)),
    ]
    conflict = next(
        c for c in review_made(office, plan, *said).conflicts if c.kind is ConflictKind.REPORTERS
    )
    rulings = {code_of(conflict): ConflictRuling(Side.RIGHT, "Bà Lan", "Số đã công bố")}

    led, ruled = (
        indicator(review_made(office, plan, *said, rulings=r), "grdp") for r in (None, rulings)
    )

    assert (led.agency, ruled.agency) == ("stc", "thong_ke")
    for one in (led, ruled):
        assert (one.commitment.agency, one.commitment.number) == ("skhdt", Decimal("12.5"))
        assert one.commitment_judgement is Judgement.NOT_MET
        assert {p.promise.agency for p in one.track} == {"skhdt"}
        promised = {agency: f.number for agency, f in one.own_promises.items()}
        assert promised == {"stc": Decimal("12.5"), "thong_ke": Decimal("11.9")}
    assert [one.other_agency(one.commitment) for one in (led, ruled)] == ["", "skhdt"]


def test_where_the_lead_promised_nothing_the_promise_that_stood_in_its_place_counts(office):
    grdp = indicator(
        review_made(
            office,
            [standing("cuc_thong_ke", commits("grdp", "11.9"))],
            answered("stc", reports("grdp", "11.8")),
        ),
        "grdp",
    )

    assert grdp.other_agency(grdp.commitment) == "cuc_thong_ke"
    assert grdp.commitment_judgement is Judgement.NOT_MET


def test_each_territory_is_judged_against_the_target_in_force_there(office):
    grdp = indicator(
        review_made(
            office,
            [],
            answered(
                "stc",
                reports(
                    "grdp",
                    "12.5",
                    estimate_west=Decimal("10.9"),
                    estimate_whole=Decimal("11.81"),
                ),
            ),
        ),
        "grdp",
    )

    assert {t: r.judgement for t, r in grdp.territories.items()} == {
        Territory.EAST: Judgement.MET,
        Territory.WEST: Judgement.UNKNOWN,
        Territory.WHOLE: Judgement.NOT_MET,
    }
    whole = grdp.territories[Territory.WHOLE]
    assert (whole.target.printed, whole.distance) == ("12,35", Decimal("-0.54"))
    assert grdp.territories[Territory.WEST].why_not_judged == (
        "Văn phòng chưa có mức giao cho Hải Dương trước hợp nhất"
    )


def test_where_only_the_whole_city_can_be_told_its_own_target_decides_and_the_east_says_why(office):
    made = review_made(office, [], answered("stc", reports("grdp", estimate_whole=Decimal("12.4"))))

    grdp = indicator(made, "grdp")
    assert grdp.value is None
    assert grdp.judgement is Judgement.UNKNOWN
    assert grdp.why_not_judged
    assert grdp.outcome is Judgement.EXCEEDED
    assert grdp.status is ValueStatus.ESTIMATE
    assert made.review.headline.no_data == 5


def test_an_indicator_nobody_reported_has_no_data_and_no_judgement(office):
    made = review_made(office, [])

    assert indicator(made, "iip").outcome is Judgement.UNKNOWN
    assert not indicator(made, "iip").has_value
    assert made.review.headline.no_data == made.review.headline.indicators == 6


def test_the_targets_own_words_say_that_it_was_met_and_not_by_how_much(office):
    [estimate, status] = reports("debt", "8")
    copied = dataclasses.replace(estimate, raw="< 8")

    debt = indicator(review_made(office, [], answered("thue", [copied, status])), "debt")

    assert (debt.judgement, debt.distance) == (Judgement.MET, None)


def test_a_promise_with_a_sign_is_shown_as_written_and_judged_by_its_bound(office):
    [promised] = commits("debt", "8")
    restated = dataclasses.replace(promised, raw="<8")

    def debt(value: str) -> ReviewIndicator:
        said = answered("thue", reports("debt", value))
        return indicator(review_made(office, [standing("cuc_thue", [restated])], said), "debt")

    assert Citations().stacked(debt("7").commitment).plain == "<8\n[K-0001]"
    assert Citations().value(debt("7").commitment, "%").plain == "<8 [K-0001]"
    assert [debt(v).commitment_judgement for v in ("7", "8")] == [
        *(Judgement.MET, Judgement.NOT_MET),
    ]


def test_a_self_judgement_that_the_numbers_contradict_is_seen(office):
    said = reports("grdp", "12.2", self_judgement="Đạt")
    grdp = indicator(review_made(office, [], answered("stc", said)), "grdp")

    assert grdp.self_judgement_differs


def test_causes_come_from_the_report_that_stands_else_from_the_next_that_names_any(office):
    made = review_made(
        office,
        [],
        answered("stc", reports("grdp", "12.2")),
        answered("thong_ke", reports("grdp", "12.2", causes="Giá tăng")),
    )

    assert indicator(made, "grdp").causes.text == "Giá tăng"


# --- On the way -----------------------------------------------------------------------------------


def points(one: ReviewIndicator) -> list[tuple[str, str, str]]:
    return [(p.period, p.source.value, p.pace.value) for p in one.track]


def test_a_value_to_date_is_compared_with_the_milestone_passed_and_the_one_to_come(office):
    february = standing("stc", commits("budget", "118000", **{"6m": "55000", "9m": "85000"}))

    def budget(to_date: str, day: dt.date) -> ReviewIndicator:
        said = reports("budget", "118000", to_date=Decimal(to_date), as_of=day)
        return indicator(review_made(office, [february], answered("stc", said)), "budget")

    behind, between, ahead = (budget(v, OCTOBER) for v in ("84000", "100000", "119000"))
    exact = budget("84999", dt.date(2025, 9, 30))

    assert [b.track[1].pace for b in (behind, between, ahead, exact)] == [
        *(Pace.BEHIND, Pace.ON_TRACK, Pace.AHEAD, Pace.ON_TRACK),  # the last within the tolerance
    ]
    assert between.track[1].on == OCTOBER
    assert exact.track[1].on is None
    assert points(between) == [
        ("6_thang", "milestone", "unknown"),
        ("9_thang", "milestone", "on_track"),
        ("ca_nam", "milestone", "on_track"),
    ]


def test_the_pace_is_of_the_figures_day_until_an_official_value_speaks_for_the_year(office):
    february = standing("stc", commits("budget", "118000", **{"9m": "85000"}))

    def budget(status: str) -> ReviewIndicator:
        way = {"to_date": Decimal(100000), "as_of": OCTOBER}
        said = reports("budget", "110000", status=status, **way)
        return indicator(review_made(office, [february], answered("stc", said)), "budget")

    assert budget("Ước thực hiện").pace is Pace.ON_TRACK
    assert budget("Chính thức").pace is Pace.BEHIND


INDICES = cells(
    "scenario",
    "scenario",
    actual_q1=Decimal("111.07"),
    actual_6m=Decimal("111.2"),
    estimate_year=Decimal("112.2"),
)


def test_a_measure_of_the_scenario_is_followed_period_by_period(office):
    february = standing("skhdt", commits("grdp", "12.3"))
    made = review_made(office, [february], answered("stc", reports("grdp", "12.2"), INDICES))

    track = indicator(made, "grdp").track
    assert points(indicator(made, "grdp")) == [
        ("quy_1", "scenario", "behind"),
        ("6_thang", "scenario", "behind"),
        ("9_thang", "scenario", "unknown"),
        ("ca_nam", "scenario", "behind"),
    ]
    assert (track[0].actual, track[0].difference) == (Decimal("11.07"), Decimal("-0.81"))
    assert (track[1].promised, track[1].promise) == (Decimal("12.13"), None)
    assert track[3].promised == Decimal("12.5")  # of the scenario, like those before it
    assert indicator(made, "grdp").pace is Pace.BEHIND


def test_the_figure_of_the_very_milestone_judges_the_pace_before_one_of_a_later_day(office):
    """The growth to October reaches June's milestone; that of June, which is told, does not."""
    february = standing("skhdt", commits("grdp", "12.3", **{"6m": "12.3"}))
    way = {"to_date": Decimal("12.3"), "as_of": OCTOBER}
    indices = cells("scenario", "scenario", actual_6m=Decimal("111.2"))
    shown = answered("stc", reports("grdp", "12.3", **way), indices)
    silent = answered("stc", reports("grdp", "12.3"), indices)

    shown, silent = (indicator(review_made(office, [february], said), "grdp")
                     for said in (shown, silent))  # fmt: skip

    for one in (shown, silent):
        assert one.pace is Pace.BEHIND
        assert one.pace_point in one.track
        assert pace_basis(one) == (
            "11,20% đến 30/06/2025 (chỉ số 111,20, PL II); mốc 6 tháng, 12,30%"
        )


def test_without_a_figure_of_the_milestone_the_value_to_date_judges_the_pace(office):
    february = standing("skhdt", commits("grdp", "12.3", **{"6m": "12.3", "9m": "12.3"}))
    way = {"to_date": Decimal("12.3"), "as_of": OCTOBER}
    indices = cells("scenario", "scenario", actual_6m=Decimal("111.2"))

    made = review_made(office, [february], answered("stc", reports("grdp", "12.3", **way), indices))

    one = indicator(made, "grdp")
    assert points(one)[:2] == [
        ("6_thang", "milestone", "behind"),
        ("9_thang", "milestone", "on_track"),
    ]
    assert one.pace_point.report is one.to_date
    assert pace_basis(one).startswith("mốc 9 tháng, 12,30")
    assert pace_basis(one, ()).startswith("12,30% đến 31/10/2025; mốc 9 tháng")


def test_where_milestone_and_scenario_say_the_contrary_both_are_told_with_their_units(office):
    """12.2 reaches the milestone of 12.0 and not the printed 12.13 (an index of 112.13)."""
    february = standing("skhdt", commits("grdp", "12.3", **{"6m": "12"}))
    indices = cells("scenario", "scenario", actual_6m=Decimal("112.1"))
    made = review_made(office, [february], answered("stc", reports("grdp", "12.3"), indices))

    one = indicator(made, "grdp")
    point = one.pace_point
    assert (point.pace, point.contrary.pace) == (Pace.AHEAD, Pace.BEHIND)
    assert (point.contrary.promised, point.contrary.index) == (Decimal("12.13"), Decimal("112.13"))
    assert pace_basis(one) == (
        "12,10% đến 30/06/2025 (chỉ số 112,10, PL II); mốc 6 tháng, 12,00%; "
        "nhưng chậm hơn kịch bản 6 tháng tại PL II, 12,13% (chỉ số 112,13)"
    )
    said = contraries_said([one], made.review.scenario, lambda r: r.code, lambda r: r.name)
    assert said.endswith(
        " (grdp), 6 tháng tăng 12,10%: nhanh hơn mốc cơ quan cam kết (12,00%) nhưng chậm hơn kịch "
        "bản tại PL II (12,13%)."
    )


def test_measures_that_agree_are_not_told_twice(office):
    february = standing("skhdt", commits("grdp", "12.3", **{"6m": "12"}))
    indices = cells("scenario", "scenario", actual_6m=Decimal("111.2"))
    made = review_made(office, [february], answered("stc", reports("grdp", "12.3"), indices))

    one = indicator(made, "grdp")
    assert (one.pace, one.pace_point.contrary) == (Pace.BEHIND, None)
    assert not contraries_said([one], made.review.scenario, lambda r: r.code, lambda r: r.name)


def test_a_scenario_that_the_agency_updated_is_told_apart_from_the_printed_one(office):
    update = cells("scenario", "scenario", updated_6m=Decimal("111"))
    said = answered(
        "stc", reports("grdp", "12.2"), cells("scenario", "scenario", actual_6m=Decimal("111.5"))
    )
    made = review_made(office, [standing("skhdt", update)], said)

    one = indicator(made, "grdp")
    point = next(p for p in one.track if p.period == "6_thang")
    assert (point.source, point.pace) == (TrackSource.UPDATED, Pace.AHEAD)
    assert pace_basis(one).startswith(
        "11,50% đến 30/06/2025 (chỉ số 111,50, PL II); kịch bản cơ quan cập nhật 6 "
        "tháng, 11,00%; nhưng chậm hơn kịch bản"
    )
    told = contraries_said([], made.review.scenario, lambda r: r.code, lambda r: "GRDP")
    assert told.endswith(
        "GRDP, chỉ số 6 tháng 111,50: nhanh hơn kịch bản cơ quan cập nhật (111,00) nhưng chậm hơn "
        "kịch bản tại PL II (112,13)."
    )


def test_a_milestone_reached_before_its_time_is_the_one_that_is_named_and_cited(office):
    february = standing("stc", commits("budget", "118000", **{"9m": "85000"}))
    way = {"to_date": Decimal(119000), "as_of": OCTOBER}
    said = answered("stc", reports("budget", "120000", **way))

    one = indicator(review_made(office, [february], said), "budget")
    assert one.pace is Pace.AHEAD
    assert pace_basis(one) == "đã đạt mốc tiếp theo: cả năm, 118.000,000"
    assert one.pace_point.measure is one.commitment


def test_a_later_milestone_that_asks_for_less_makes_nobody_ahead_and_is_told(office):
    february = standing("stc", commits("budget", "95000", **{"9m": "100000"}))
    way = {"to_date": Decimal(100000), "as_of": OCTOBER}
    said = answered("stc", reports("budget", "100000", **way))

    one = indicator(review_made(office, [february], said), "budget")

    assert one.pace is Pace.ON_TRACK
    assert one.pace_point.less_later == LessLater("ca_nam", Decimal(95000), lower=True)
    assert pace_basis(one).endswith(
        "mốc cả năm, 95.000,000, thấp hơn mốc này, đề nghị đối chiếu cam kết"
    )
    rising = standing("stc", commits("budget", "118000", **{"9m": "85000"}))
    fitting = indicator(review_made(office, [rising], said), "budget")
    assert fitting.pace_point.less_later is None


def test_what_is_of_a_part_of_the_city_says_so_beside_a_value_of_the_whole(office):
    february = standing("skhdt", commits("grdp", "12.3", **{"6m": "12.3"}))
    indices = cells("scenario", "scenario", actual_6m=Decimal("111.2"))
    year = reports("grdp", estimate_whole=Decimal("11.8"), last_year=Decimal("11"))

    made = review_made(office, [february], answered("stc", year, indices))
    names = ReportNames(
        office.register, office.catalogue_of(made.cycle), office.form_of(made.cycle)
    )
    one = indicator(made, "grdp")
    assert one.elsewhere
    assert pace_basis(one).startswith("phía đông: 11,20% đến 30/06/2025")
    row = full_row(one, 1, names, Citations())
    for key in ("last_year", "commitment", "pace"):
        assert "phía đông" in row[key].plain, key
    assert "toàn thành phố" in row["value"].plain


def test_an_estimate_that_is_the_value_to_date_once_more_says_so(office):
    def budget(year: str, status: str = "Ước thực hiện") -> ReviewIndicator:
        way = {"to_date": Decimal(100000), "as_of": OCTOBER}
        said = reports("budget", year, status=status, **way)
        return indicator(review_made(office, [], answered("stc", said)), "budget")

    same, more, final = budget("100000"), budget("110000"), budget("100000", "Chính thức")
    assert [b.repeats_to_date for b in (same, more, final)] == [True, False, False]
    told = [value_of(b, Citations()).plain for b in (same, more)]
    assert [SAME_AS_TO_DATE in text for text in told] == [True, False]


def test_milestones_of_the_commitment_are_not_filled_up_from_the_scenario(office):
    february = standing("skhdt", commits("grdp", "12.3", q1="11"))
    made = review_made(office, [february], answered("stc", reports("grdp", "12.2"), INDICES))

    assert points(indicator(made, "grdp")) == [
        ("quy_1", "milestone", "ahead"),
        ("ca_nam", "milestone", "behind"),
    ]


def test_the_scenario_is_compared_with_print_and_with_februarys_update(office):
    update = cells("scenario", "scenario", updated_6m=Decimal("111"))
    made = review_made(
        office,
        [standing("skhdt", update)],
        answered("stc", cells("scenario", "scenario", actual_6m=Decimal("111.5"))),
    )

    point = made.review.scenario[0].point("6_thang")
    assert (point.difference, point.pace) == (Decimal("-0.63"), Pace.BEHIND)
    assert (point.difference_to_update, point.pace_to_update) == (Decimal("0.5"), Pace.AHEAD)
    assert point.updated.reference.startswith("K-")
    assert made.review.scenario[0].point("quy_1").pace is Pace.UNKNOWN

"""What the report says of measures: indicators, grounds, conflicts, the growth scenario."""

from __future__ import annotations

import dataclasses
import re
from decimal import Decimal

import pytest

from models.domain.consolidation.wholes import WholeAndParts, WholeFault
from models.domain.notation.number_notation import format_number
from models.domain.reading.office import Office
from models.domain.register.catalogue import PERIODS, Appendix
from models.domain.register.targets import REACHED, Judgement
from models.domain.register.territories import Territory
from models.domain.results.changes import texts_alike
from models.domain.results.report import report_of
from models.domain.results.report_measures import missed_row
from models.domain.results.report_scenario import scenario_notes
from models.domain.results.report_text import (
    Citations,
    ReportNames,
)
from models.domain.results.review_summary import review_matter
from models.domain.results.snapshots import (
    FrozenLine,
    LineChange,
)
from models.domain.review.lines import ReviewIndicator
from models.domain.review.pace_wording import ground_said
from models.domain.review.review import growth_by_ground
from models.domain.review.states import Pace, ValueStatus
from models.domain.review.wording import ground_named
from tests.fixtures.made_review import MadeReview, make_review
from tests.fixtures.november import november
from tests.fixtures.report_texts import names_of_places, texts
from tests.fixtures.simulated_answers import real_office
from tests.fixtures.small_review import answered, reports, review_made


def test_every_indicator_is_counted_once_and_stands_in_the_annex(content) -> None:
    made, _ = november()
    headline = made.review.headline
    *by_appendix, total = [
        {key: int(text.plain) if text.plain != "-" else 0 for key, text in row.items()}
        for row in ({k: t for k, t in row.items() if k != "name"} for row in content.outcomes)
    ]

    for key, count in total.items():
        assert count == sum(row[key] for row in by_appendix)
    assert total["total"] == headline.indicators == len(content.annex_indicators)
    assert total["exceeded"] + total["met"] + total["floor"] == headline.met
    assert total["not_met"] == headline.not_met == len(content.not_met)
    assert total["no_data"] == headline.no_data == len(content.no_data)
    assert total["open"] == headline.cannot_be_judged + headline.awaiting == len(content.unjudged)


def test_of_many_that_were_reached_the_report_lists_the_main_ones_and_counts_all(content) -> None:
    made, _ = november()
    reached = [i for i in made.review.indicators if i.has_value and i.outcome in REACHED]
    main = [i for i in reached if i.row.appendix is Appendix.I]
    counts = [int(re.findall(r": (\d+) chỉ tiêu", g.title)[0]) for g in content.reached]
    many = [g for g, count in zip(content.reached, counts, strict=True) if count > 12]

    assert sum(counts) == len(reached) > len(main)
    assert len(many) == 2 and len(content.reached) == 3
    for group in many:
        assert group.rows
        assert all(row["place"].plain.startswith("PL I.") for row in group.rows)
        assert group.title.endswith(f"trong đó {len(group.rows)} chỉ tiêu chủ yếu")
    few = [g for g in content.reached if g not in many]
    assert [len(g.rows) for g in few] == [count for count in counts if count <= 12] == [1]
    assert sum(len(g.rows) for g in many) + 1 == len(main)


def test_a_row_shows_its_figures_with_the_same_decimals(content) -> None:
    number = re.compile(r"[+-]?[0-9.]+(?:,([0-9]+))?")
    for row in content.annex_indicators:
        if row["place"].plain and not row["value"].plain.startswith(("thấp", "cao")):
            cells = [row[k].plain.split("\n")[0] for k in ("last_year", "to_date", "value")]
            found = [m for cell in cells if (m := number.fullmatch(cell))]
            assert len({len(m[1] or "") for m in found}) <= 1, cells


def test_every_row_with_a_target_for_the_whole_city_stands_among_the_territories(content) -> None:
    made, _ = november()
    set_for_all = [
        i
        for i in made.review.indicators
        if (whole := i.territories.get(Territory.WHOLE)) is not None and whole.target is not None
    ]
    by_place = {r["place"].plain: r for r in content.territories}

    assert len(by_place) == len(content.territories) >= len(set_for_all) == 10
    for row in by_place.values():
        assert "Nghị quyết số 42/NQ-HĐND" in row["whole"].plain
    for one in set_for_all:
        whole = one.territories[Territory.WHOLE]
        row = by_place[names_of_places(one.row)]["whole"].plain
        assert row.startswith("chưa có số") is (whole.value is None)
    revenue = by_place["PL I.4"]["whole"].plain
    assert "giao 165.011,600 (Nghị quyết số 42/NQ-HĐND, chờ xác nhận)" in revenue


def test_a_row_with_a_target_for_the_whole_city_that_nobody_reports_says_so() -> None:
    made, _ = november()
    one = made.review.indicator("state_budget_revenue")
    whole = dataclasses.replace(one.territories[Territory.WHOLE], value=None, reports=())
    silent = dataclasses.replace(
        one, territories={**one.territories, Territory.WHOLE: whole}
    )  # fmt: skip
    review = dataclasses.replace(made.review, indicators=[silent])

    content = report_of(real_office(), made.consolidation, review)

    [row] = content.territories
    assert row["whole"].plain.startswith("chưa có số\ngiao 165.011,6")
    overview = " ".join(p.plain for p in content.overview)
    assert (
        "Trong 1 chỉ tiêu Văn phòng đã ghi nhận mức giao cho toàn thành phố sau hợp nhất"
        in overview
    )
    assert "1 chỉ tiêu chưa có số liệu toàn thành phố" in overview


def test_each_value_of_a_territory_names_who_reported_it(content) -> None:
    [grdp] = [r for r in content.territories if r["place"].plain == "PL I.1"]

    for cell in ("east", "west", "whole"):
        assert "(Sở Tài chính)" in grdp[cell].plain
    assert "Chỉ thị số 03/CT-UBND" in grdp["east"].plain
    assert "Hội nghị triển khai nhiệm vụ" in grdp["west"].plain
    assert not any("tạm tính" in t.plain or "giả định" in t.plain for t in texts(content))


def test_an_indicator_not_met_gives_the_causes_of_its_agency_with_their_source(content) -> None:
    made, _ = november()
    missed = [
        i for i in made.review.indicators
        if i.has_value and i.outcome is Judgement.NOT_MET
    ]  # fmt: skip

    for indicator, row in zip(missed, content.not_met, strict=True):
        if indicator.causes is not None:
            assert indicator.causes.text[:40] in row["causes"].plain
            assert f"[{indicator.causes.reference}]" in row["causes"].plain
        else:
            assert row["causes"].plain.startswith(("Cơ quan chưa nêu", "Giải pháp"))


def test_causes_of_an_agency_whose_value_does_not_stand_are_under_its_own_name() -> None:
    made, _ = november()
    office = real_office()
    cycle = made.cycle
    names = ReportNames(office.register, office.catalogue_of(cycle), office.form_of(cycle))
    told = next(i for i in made.review.indicators if i.causes and i.remedies)
    strange = dataclasses.replace(told, kin=("another",))
    assert told.causes is not None
    agency = names.agency(told.causes.agency)

    own, other = (missed_row(i, 1, names, Citations()) for i in (told, strange))

    assert agency not in own["causes"].plain
    assert other["causes"].plain.startswith(f"Nguyên nhân ({agency}): {told.causes.text[:20]}")
    assert f"Giải pháp ({agency}): " in other["causes"].plain


def test_west_and_whole_stand_beside_the_east_each_with_its_own_target(content) -> None:
    [grdp] = [r for r in content.territories if r["place"].plain == "PL I.1"]

    assert "giao 12,50" in grdp["east"].plain
    assert "giao 12,35" in grdp["whole"].plain


def test_a_conflict_of_another_territory_says_which(content) -> None:
    made, _ = november()

    for conflict, row in zip(made.conflicts, content.conflicts, strict=True):
        assert row["no"].plain == conflict.number
        assert row["name"].plain.endswith("toàn thành phố") == (conflict.territory == "whole")
        for figure in (conflict.left, conflict.right, conflict.stands):
            shown = row["left"].plain + row["right"].plain + row["stands"].plain
            assert f"[{figure.reference}]" in shown


def test_no_two_conflicts_bear_one_number() -> None:
    made, _ = november()
    numbers = [c.number for c in made.conflicts]

    assert len(set(numbers)) == len(numbers) > 10
    assert all(re.fullmatch(r"MT-[A-ZĐ0-9][A-Za-zĐ0-9.()-]*", n) for n in numbers)
    whole = [c for c in made.conflicts if c.territory is Territory.WHOLE]
    assert whole and all(c.number.endswith("-TP") for c in whole)


def test_a_second_value_of_the_same_unit_is_not_said_to_be_converted(content) -> None:
    made, _ = november()
    for conflict, row in zip(made.conflicts, content.conflicts, strict=True):
        converted = conflict.right.number != conflict.right_value
        assert ("quy đổi" in row["right"].plain) is converted
    assert {c.is_converted for c in made.conflicts if c.each_stands} == {True, False}


def test_a_figure_in_an_open_conflict_carries_its_number_wherever_it_is_judged(content) -> None:
    made, _ = november()
    review = made.review
    rows = dict(zip((i.row.code for i in review.indicators), content.annex_indicators, strict=True))
    marked = {i.row.code for i in review.indicators if "(MT-" in rows[i.row.code]["value"].plain}
    doubtful = {
        f.reference: c.number for c in made.conflicts if c.is_open
        for f in (c.left, c.right)
    }  # fmt: skip

    assert marked == {
        i.row.code
        for i in review.indicators
        if i.result and i.result.value and i.result.value.reference in doubtful
    }
    assert marked
    for conflict, row in zip(made.conflicts, content.conflicts, strict=True):
        if conflict.each_stands:
            assert conflict.left.reference in row["stands"].plain
            assert conflict.right.reference in row["stands"].plain
            assert row["because"].plain.endswith("mỗi phụ lục tạm ghi số của mình")


def before_the_answer_of_the_old_ground() -> tuple[MadeReview, Office]:
    """The review, had nobody told the growth of the directive's ground but in the scenario."""
    made, standings = november()
    office = real_office()
    silent = [
        dataclasses.replace(
            standing,
            versions=[
                dataclasses.replace(
                    version,
                    entries=[
                        e
                        for e in version.entries
                        if not (e.row_key == "grdp_growth" and e.column == "estimate")
                    ],
                )
                for version in standing.versions
            ],
        )
        for standing in standings
    ]
    return make_review(office, made.cycle, silent, made.as_of, None, made.earlier), office


@pytest.mark.parametrize(
    ("code", "period", "areas", "east", "city"),
    [
        ("scenario_grdp", PERIODS[-1], (), True, False),
        ("grdp_growth", "", (), False, False),  # the index is the scenario's
        ("scenario_grdp", PERIODS[1], (), False, False),
        ("scenario_grdp", "", (Territory.EAST, Territory.WEST), False, True),
        ("grdp_growth", "", (Territory.EAST, Territory.WEST), False, True),
        ("total_social_investment", "", (Territory.EAST,), False, False),
    ],
)
def test_figures_of_the_growth_say_that_they_do_not_fit(code, period, areas, east, city) -> None:
    made, _ = november()
    office = real_office()
    row = office.catalogue_of(made.cycle).row(code)
    figure = made.review.scenario[0].point(PERIODS[-1]).actual
    unfit = WholeAndParts(
        *(row, period, figure, (figure,) * (len(areas) or 1), WholeFault.RATE),
        *(Decimal(12), Decimal(11), Decimal(11), Decimal(0)),
        areas=areas,
    )
    told = dataclasses.replace(made.consolidation, wholes=[unfit])
    said = dict(review_matter(told, made.review, office).figures)["Chỉ số GRDP cả năm phía đông"]
    index, growth = said.split("; tốc độ tăng")

    assert ("chưa khớp số các ngành" in index, "chưa khớp số các địa bàn" in growth) == (east, city)


def test_growth_is_told_with_its_ground_and_that_of_the_whole_city(content) -> None:
    made, _ = november()
    office = real_office()
    one = growth_by_ground(made.review, office.catalogue_of(made.cycle))
    assert one is not None and one.row.code == "grdp_growth"
    whole = one.territories[Territory.WHOLE].value
    matter = review_matter(made.consolidation, made.review, office)
    ahead = dict(matter.figures)["Chỉ số GRDP cả năm phía đông"]

    assert "là của Hải Phòng trước hợp nhất; PL I.1 của toàn thành phố" in (
        content.scenario_notes[0].plain
    )
    assert f"[{whole.reference}]" in content.scenario_notes[0].plain
    doubted = " (ước; Sở Tài chính; kịch bản 112,50; tạm dùng, các nguồn còn khác nhau); "
    assert f"{doubted}tốc độ tăng toàn thành phố " in ahead
    assert ahead.endswith(f"{format_number(whole.number, 2)}% (ước; Sở Tài chính; giao 12,35%)")
    [said] = [p for p in matter.points if p.startswith("Chỉ số GRDP cả năm phía đông ")]
    assert f"; tốc độ tăng toàn thành phố {format_number(whole.number, 2)}%" in said
    assert set(matter.in_figures) < set(matter.points)


def test_growth_of_one_ground_names_none() -> None:
    made, _ = november()
    office = real_office()
    alone = [
        dataclasses.replace(i, territories={i.territory: i.territories[i.territory]})
        for i in made.review.indicators
    ]
    review = dataclasses.replace(made.review, indicators=alone)

    assert growth_by_ground(review, office.catalogue_of(made.cycle)) is None
    ahead = dict(review_matter(made.consolidation, review, office).figures)[
        "Chỉ số GRDP cả năm phía đông"
    ]
    assert "toàn thành phố" not in ahead


def test_what_the_scenario_says_of_a_ground_is_said_of_it_everywhere() -> None:
    made, office = before_the_answer_of_the_old_ground()
    one = made.review.indicator("grdp_growth")
    branch = made.review.scenario[0].point(PERIODS[-1])
    content = report_of(office, made.consolidation, made.review)
    [row] = [r for r in content.territories if r["place"].plain == "PL I.1"]
    index = format_number(branch.actual.number, 2)
    growth = format_number(branch.actual.number - 100, 2)

    assert one.value is None and one.result.territory is Territory.WHOLE
    assert row["east"].plain.startswith(f"{growth} [{branch.actual.reference}]")
    assert f"; PL II: {index})" in row["east"].plain
    assert "chưa có số" not in row["east"].plain and "giao 12,50" in row["east"].plain
    matter = review_matter(made.consolidation, made.review, office)
    assert dict(matter.figures)["Chỉ số GRDP cả năm phía đông"].startswith(index)
    assert not [r for r in content.no_data if r["place"].plain == "PL I.1"]


def test_numbers_that_are_compared_have_as_many_decimals() -> None:
    def change(*texts: str) -> LineChange:
        return LineChange("x", *(FrozenLine("x", "met", "stc", text, "") for text in texts))

    assert texts_alike(change("9,2", "10,21 (toàn thành phố)"), Territory.EAST) == (
        *("9,20 (phía đông)", "10,21 (toàn thành phố)"),
    )
    assert texts_alike(change("1.250", "3,5"), Territory.EAST) == ("1.250,0", "3,5")
    assert texts_alike(change("Đang thực hiện", "3,5"), Territory.EAST) == ("Đang thực hiện", "3,5")
    assert texts_alike(change("", "3,5"), Territory.EAST) == ("", "3,5")


def test_all_figures_of_one_kind_are_said_to_be_so() -> None:
    made, _ = november()
    told = [i for i in made.review.indicators if i.has_value]

    def overview(*indicators: ReviewIndicator) -> str:
        review = dataclasses.replace(made.review, indicators=indicators)
        content = report_of(real_office(), made.consolidation, review)
        return " ".join(p.plain for p in content.overview)

    final = dataclasses.replace(told[0], status=ValueStatus.ACTUAL)
    assert f"Cả {len(told)} chỉ tiêu là số ước thực hiện" in overview(*told)
    assert (
        "Số liệu gồm 1 số ước thực hiện, trong đó 1 số bằng đúng số thực hiện đến ngày số liệu; "
        "1 số chính thức" in overview(final, told[1])
    )


def test_a_value_beside_those_of_other_grounds_names_its_own(content) -> None:
    made, _ = november()
    office = real_office()
    matter = review_matter(made.consolidation, made.review, office)
    growth = made.review.indicator("grdp_growth")
    alone = made.review.indicator("tfp_contribution_to_grdp")
    annex = {row["place"].plain: row for row in content.annex_indicators}
    of_growth, of_one = (annex[names_of_places(i.row)]["value"].plain for i in (growth, alone))

    assert ground_named(growth) == "phía đông" and "(phía đông)" in of_growth
    assert ground_named(alone) == "" and "phía" not in of_one
    [missed] = [t for t in matter.tables if t.title.startswith("Chỉ tiêu không đạt")]
    [row] = [r for r in missed.rows if r[0].startswith("PL I.1 ")]
    assert row[0].endswith(" (phía đông)") and row[1] == "12,50"
    assert ground_said(office.catalogue_of(made.cycle).territory) in matter.notes


def test_causes_of_the_scenario_are_the_agencys_word_and_held_against_the_table() -> None:
    """What an agency says of a branch is not the office's finding; the table may say otherwise."""
    made, _ = november()
    office, cycle, cites = real_office(), made.cycle, Citations()
    names = ReportNames(office.register, office.catalogue_of(cycle), office.form_of(cycle))
    whole, *branches = made.review.scenario
    industry = next(b for b in branches if "chế biến" in names.row(b.row))
    word = next(b.causes for b in made.review.scenario if b.causes is not None)
    text = "Công nghiệp chế biến tăng thấp hơn kịch bản do đơn hàng giảm."
    caused = dataclasses.replace(whole, causes=dataclasses.replace(word, value=text))

    def noted(pace: Pace, difference: str) -> str:
        last = dataclasses.replace(industry.points[-1], pace=pace, difference=Decimal(difference))
        branch = dataclasses.replace(
            industry, points=[*industry.points[:-1], last], causes=None, disputed={}
        )
        silent = dataclasses.replace(caused, disputed={})
        [said] = scenario_notes([silent, branch], names, cites)
        return said.plain

    agency = names.agency(word.agency)
    short = noted(Pace.BEHIND, "-0.10")
    assert short.startswith(f"{agency} nêu: «Công nghiệp chế biến tăng thấp hơn")
    assert "làm rõ" not in short
    even = noted(Pace.ON_TRACK, "0")
    assert "chế biến, chế tạo cả năm bằng kịch bản (chênh 0,00 điểm)" in even
    assert even.endswith(f"đề nghị {agency} làm rõ.")


def decimals_in(text: str) -> set[int]:
    """With how many decimals the numbers of a text are written."""
    numbers = re.findall(r"(?<![\d/.,])\d[\d.]*(,\d+)?(?![\d/])", text)
    return {len(part) - 1 if part else 0 for part in numbers}


def test_all_numbers_of_a_measure_have_as_many_decimals(content) -> None:
    """Of the target, a range or a bound too, of the values and of the milestone beside them."""
    told = 0
    for indicator, row in zip(
        november()[0].review.indicators, content.annex_indicators, strict=True
    ):
        target = indicator.result.target if indicator.result else indicator.target
        if target is None or not target.target.levels or target.target.approximate:
            continue
        cells = [row["target"].plain.split(" (")[0]]
        for key in ("last_year", "to_date", "value", "commitment"):
            cells += re.findall(r"^[\d.,]+$", row[key].plain.split("\n")[0])
        milestones = re.findall(r"\bmốc [^,;\n]+, ([\d.]+(?:,\d+)?)", row["pace"].plain)
        told += bool(milestones)
        found = set.union(*map(decimals_in, [*cells, *milestones]))
        assert len(found) == 1, (row["place"].plain, cells, milestones)
    assert told > 20


@pytest.mark.parametrize("status", ["Chính thức", "Ước thực hiện", ""])
def test_an_official_figure_is_marked_in_the_letter_and_no_other_is(
    office: Office, status: str
) -> None:
    more = {"status": status} if status else {}
    made = review_made(office, [], answered("sct", reports("iip", "15", **more)))
    [missed] = [
        t
        for t in review_matter(made.consolidation, made.review, office).tables
        if t.title == "Chỉ tiêu không đạt"
    ]
    [(name, *_)] = missed.rows

    assert name.endswith(" (chính thức)") is (status == "Chính thức")

"""A measure that several have set: judged by each official target, and each by its name."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest

from models.domain.reading.office import Office
from models.domain.register.target_revisions import TargetRevision
from models.domain.register.targets import Judgement
from models.domain.register.targets_in_force import baselines_in_force, target_in_force
from models.domain.register.territories import Territory
from models.domain.results.report import report_of
from models.domain.results.report_measures import territory_rows
from models.domain.results.report_text import Citations, ReportNames
from models.domain.results.review_summary import review_matter
from models.domain.review.pace_wording import judged_ground_said
from tasks.adapters.results.review_boards import review_boards
from tasks.adapters.sheets.consolidation_cells import ResultNames
from tasks.adapters.sheets.review_baseline_sheet import baseline_name, baseline_sheet
from tests.fixtures.made_review import MadeReview
from tests.fixtures.printed_cells import parse_target
from tests.fixtures.small_review import answered, indicator, reports, review_made

CENTRE, COUNCIL = "Dự toán Trung ương giao", "Dự toán HĐND thành phố giao"
JULY, YEAR_END = dt.date(2025, 7, 1), dt.date(2025, 12, 31)


def _set(
    row: str, printed: str, *, baseline: str = "", on: dt.date = JULY, assumed: bool = False
) -> TargetRevision:
    target = parse_target(printed)
    assert target is not None
    basis = "Nghị quyết số 42/NQ-HĐND ngày 25/07/2025"
    return TargetRevision(
        row, Territory.WHOLE, on, printed, target, basis, assumed=assumed, baseline=baseline
    )


@pytest.fixture(scope="module")
def several(office: Office) -> Office:
    """The small office; the budget of the whole city has a target and two estimates."""
    catalogue = office.catalogues[2025]
    revisions = (
        _set("budget", "147.000", baseline=CENTRE),
        _set("budget", "150.000", baseline=COUNCIL, assumed=True),
        _set("budget", "165.000", on=dt.date(2025, 7, 25)),
        _set("budget", "148.000", baseline=CENTRE, on=dt.date(2025, 9, 1)),
    )
    rows = [
        dataclasses.replace(r, revisions=revisions, unit="Tỷ đồng") if r.code == "budget" else r
        for r in catalogue.rows
    ]
    return dataclasses.replace(
        office, catalogues={2025: dataclasses.replace(catalogue, rows=tuple(rows))}
    )


def _made(several: Office, whole: str) -> MadeReview:
    value = Decimal(whole) if whole else None
    given = {"estimate_whole": value} if value is not None else {}
    return review_made(several, [], answered("stc", reports("budget", **given)))


def test_a_baseline_takes_no_targets_place_and_its_newest_value_holds(several: Office) -> None:
    catalogue = several.catalogues[2025]
    row = next(r for r in catalogue.rows if r.code == "budget")
    target = target_in_force(row, catalogue, Territory.WHOLE, YEAR_END)
    assert target is not None and target.printed == "165.000" and not target.baseline
    found = baselines_in_force(row, Territory.WHOLE, YEAR_END)
    assert [(b.baseline, b.printed) for b in found] == [(CENTRE, "148.000"), (COUNCIL, "150.000")]
    assert baselines_in_force(row, Territory.EAST, YEAR_END) == ()
    before = baselines_in_force(row, Territory.WHOLE, dt.date(2025, 8, 1))
    assert [b.printed for b in before] == ["147.000", "150.000"]


@pytest.mark.parametrize(
    ("value", "in_force", "centre", "council", "reached"),
    [
        ("190000", Judgement.EXCEEDED, Judgement.EXCEEDED, Judgement.EXCEEDED, "128.4"),
        ("149000", Judgement.NOT_MET, Judgement.EXCEEDED, Judgement.NOT_MET, "100.7"),
        ("140000", Judgement.NOT_MET, Judgement.NOT_MET, Judgement.NOT_MET, "94.6"),
        ("148000", Judgement.NOT_MET, Judgement.MET, Judgement.NOT_MET, "100.0"),
    ],
)
def test_the_year_is_judged_against_each_by_name(
    several: Office,
    value: str,
    in_force: Judgement,
    centre: Judgement,
    council: Judgement,
    reached: str,
) -> None:
    whole = indicator(_made(several, value), "budget").territories[Territory.WHOLE]
    assert whole.judgement is in_force
    assert {b.target.baseline: b.judgement for b in whole.baselines} == {
        CENTRE: centre,
        COUNCIL: council,
    }
    assert whole.baselines[0].reached_pct == Decimal(reached)


def test_without_a_value_nothing_is_judged(several: Office) -> None:
    whole = indicator(_made(several, ""), "budget").territories[Territory.WHOLE]
    assert {b.judgement for b in whole.baselines} == {Judgement.UNKNOWN}
    assert {b.reached_pct for b in whole.baselines} == {None}


def test_the_workbook_has_a_row_for_each_and_the_one_in_force_first(several: Office) -> None:
    names = ResultNames.of(several, several.catalogues[2025])
    sheet = baseline_sheet(_made(several, "149000").review, names)
    assert [baseline_name(r) for r in sheet.rows] == [
        "Nghị quyết số 42/NQ-HĐND (mức dùng để đánh giá)",
        CENTRE,
        COUNCIL,
    ]
    basis = next(c for c in sheet.columns if c.key == "basis")
    assert [("chờ xác nhận" in str(basis.value(r))) for r in sheet.rows] == [False, False, True]


def test_the_measure_that_judges_comes_first_whatever_ground_it_is_of(several: Office) -> None:
    names = ResultNames.of(several, several.catalogues[2025])
    made = review_made(
        *(several, []),
        answered("stc", reports("budget", "118000", estimate_whole=Decimal(190000))),
    )
    one = indicator(made, "budget")
    sheet = baseline_sheet(made.review, names)
    first, *others = sheet.rows

    assert one.result is not None and one.result.territory is Territory.EAST
    assert first.target is one.result.target and first.judgement is one.outcome
    assert baseline_name(first).endswith("(mức dùng để đánh giá)")
    assert baseline_name(others[0]) == "Nghị quyết số 42/NQ-HĐND (đang áp dụng)"
    assert [baseline_name(r) for r in others[1:]] == [CENTRE, COUNCIL]
    rule = judged_ground_said(Territory.EAST)
    assert rule and sheet.note.endswith(rule)
    told = report_of(several, made.consolidation, made.review).overview
    assert [text.plain for text in told if rule in text.plain]


def test_report_board_and_letter_name_each(several: Office) -> None:
    made = _made(several, "149000")
    cycle = several.cycle("2025-review")
    catalogue, form = several.catalogue_of(cycle), several.form_of(cycle)
    names = ReportNames(several.register, catalogue, form)
    [budget] = [
        r["whole"].plain
        for r in territory_rows(made.review.indicators, made.review.scenario, names, Citations())
        if CENTRE in r["whole"].plain
    ]
    assert f"{CENTRE}: 148.000,000, vượt, bằng 100,7%" in budget
    assert f"{COUNCIL}: 150.000,000 (chờ xác nhận), không đạt, bằng 99,3%" in budget
    [board] = [
        b for b in review_boards(several, cycle, made.review) if b.key.startswith("chi-tieu")
    ]
    judged = {cell for row in board.rows for cell in row.values()}
    assert any(f"{CENTRE} (148.000): vượt" in str(cell) for cell in judged)
    points = " ".join(review_matter(made.consolidation, made.review, several).points)
    assert "Chỉ tiêu có nhiều mức giao, so với từng mức" in points
    assert "Nghị quyết số 42/NQ-HĐND ngày 25/07/2025: 165.000, không đạt" in points


def test_a_measure_that_misses_another_target_alone_stands_on_the_board(several: Office) -> None:
    made = _made(several, "170000")
    relaxed = dataclasses.replace(
        made.review,
        indicators=[
            dataclasses.replace(
                one,
                territories={
                    t: dataclasses.replace(
                        r,
                        baselines=[
                            dataclasses.replace(b, judgement=Judgement.NOT_MET) for b in r.baselines
                        ],
                    )
                    for t, r in one.territories.items()
                },
            )
            for one in made.review.indicators
        ],
    )
    cycle = several.cycle("2025-review")
    board = review_boards(several, cycle, relaxed)[0]
    assert any("Vượt; " in str(cell) for row in board.rows for cell in row.values())


def test_a_ground_with_nothing_but_another_official_measure_is_told(several: Office) -> None:
    catalogue = several.catalogues[2025]
    only = (_set("budget", "147.000", baseline=CENTRE),)
    rows = [
        dataclasses.replace(r, revisions=only) if r.code == "budget" else r for r in catalogue.rows
    ]
    changed = dataclasses.replace(catalogue, rows=tuple(rows))
    office = dataclasses.replace(several, catalogues={2025: changed})
    whole = indicator(_made(office, ""), "budget").territories[Territory.WHOLE]
    assert whole.target is None and [b.target.baseline for b in whole.baselines] == [CENTRE]
    told = indicator(_made(office, "150000"), "budget").territories[Territory.WHOLE]
    assert told.judgement is Judgement.UNKNOWN
    assert told.baselines[0].judgement is Judgement.EXCEEDED

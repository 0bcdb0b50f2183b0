"""Results as the desk lists them, of rows that many lead together: each one's part is found."""

from __future__ import annotations

import datetime as dt

import pytest

from models.domain.consolidation import EARLIER, consolidate
from models.domain.desk.measure_lines import MeasureFilter, in_order
from models.domain.desk.shown_tables import rows_taken
from models.domain.reading.office import Office
from tasks.adapters.desk.cycle_measures import INDICATORS, PROPOSALS, TASKS, CycleMeasures
from tasks.adapters.results.choosing import results_from
from tests.fixtures.office_files import own_office
from tests.fixtures.rows_led_together import ALL, office_of_many
from tests.fixtures.small_office import AS_OF, commits, missing, plans, standing
from tests.fixtures.small_review import NOW, answered, cells, reports

FEBRUARY = [
    standing("skhdt", [*commits("together", "90"), *plans("task_dated", dt.date(2025, 7, 31))]),
    standing("sct", commits("together", "70")),
    missing("stc"),
    missing("syt"),
]
NOVEMBER = [
    answered(
        "stc",
        reports("together", "90"),
        cells("tasks", "task_dated", state="Đã hoàn thành", finished_on=dt.date(2025, 5, 5)),
    ),
    answered(
        "sct",
        reports("together", "75"),
        cells("tasks", "task_dated", state="Đang thực hiện", proposals="Xin thêm vốn."),
    ),
    answered("syt", reports("together", "85")),
]


@pytest.fixture(scope="module")
def many() -> Office:
    return office_of_many(own_office())


@pytest.fixture(scope="module")
def plan(many: Office) -> CycleMeasures:
    return CycleMeasures(
        results_from(many, consolidate(many, many.cycle("2025-plan"), FEBRUARY, AS_OF), None)
    )


@pytest.fixture(scope="module")
def review(many: Office) -> CycleMeasures:
    earlier = consolidate(many, many.cycle("2025-plan"), FEBRUARY, NOW, prefix=EARLIER)
    made = consolidate(many, many.cycle("2025-review"), NOVEMBER, NOW)
    return CycleMeasures(results_from(many, made, earlier))


def test_nobodys_value_is_the_rows_where_many_lead(
    plan: CycleMeasures, review: CycleMeasures
) -> None:
    planned, reviewed = (m.lines[0] for m in (plan, review))

    assert (planned.row.code, list(planned.commitments)) == ("together", [])
    assert planned.together.startswith("2/4 cơ quan đã có số")
    assert list(reviewed.values) == []
    assert reviewed.together.startswith("3/3 cơ quan đã có số, 2 đạt mức giao, 1 không đạt")
    assert reviewed.said == "2/3 cơ quan đạt"
    assert set(reviewed.reporters) == {"stc", "sct", "syt"}


@pytest.mark.parametrize(
    ("wanted", "codes"),
    [
        (MeasureFilter(agency="syt"), ["together", "of_the_city", "two_leads", "about"]),
        (MeasureFilter(agency="snv"), ["together", "of_the_city"]),
        (MeasureFilter(words="bon so duoc giao"), ["together", "of_the_city", "about"]),
        (MeasureFilter(state="none"), ["of_the_city", "two_leads", "about"]),
        (MeasureFilter(state="not_met"), ["together"]),
        (MeasureFilter(waiting=True), []),
        (MeasureFilter(appendix="IV"), []),
    ],
)
def test_rows_are_found_by_each_who_has_a_part(
    review: CycleMeasures, wanted: MeasureFilter, codes: list[str]
) -> None:
    assert [line.row.code for line in wanted.taken(review.lines)] == codes


@pytest.mark.parametrize(
    ("asked", "first", "named"),
    [
        ("thu-tu", "together", "thu-tu"),
        ("-thu-tu", "about", "-thu-tu"),
        ("-bao-cao", "together", "-bao-cao"),
        ("bao-cao", "of_the_city", "bao-cao"),
        ("danh-gia", "together", "danh-gia"),
        ("-khong-co", "together", "thu-tu"),
        ("", "together", "thu-tu"),
    ],
)
def test_lines_are_sorted_as_asked(
    review: CycleMeasures, asked: str, first: str, named: str
) -> None:
    lines, order = in_order(review.lines, asked)

    assert (lines[0].row.code, order) == (first, named)


def test_a_members_own_part_of_a_task_is_found_and_no_others(review: CycleMeasures) -> None:
    table = review.table(TASKS)
    assert table is not None
    own = [row for row in rows_taken(table.rows, agency="sct") if row.code == "task_dated"]
    said = ["; ".join(cell.text for cell in row.cells) for row in own]

    assert any("Đang thực hiện" in one and "Xin thêm vốn." in one for one in said)
    assert not any("05/05/2025" in one for one in said)
    assert any(ALL in cell.text for row in table.rows for cell in row.cells)


def test_every_figure_of_a_table_leads_to_itself(review: CycleMeasures) -> None:
    table = review.table(INDICATORS)
    assert table is not None
    linked = {p.reference for row in table.rows for c in row.cells for p in c.parts if p.reference}

    assert {r[0] for r in linked} == {"N", "K"}
    for reference in linked:
        figure = review.figure(reference)
        assert figure is not None
        assert figure.reference == reference


@pytest.mark.parametrize("reference", ["N-0000", "N-9999", "K-", "X-0001", "N-00-1", "N-²", ""])
def test_what_is_no_reference_is_no_figure(review: CycleMeasures, reference: str) -> None:
    assert review.figure(reference) is None


def test_proposals_are_told_of_both_cycles(plan: CycleMeasures, review: CycleMeasures) -> None:
    told = [table.rows if (table := m.table(PROPOSALS)) else None for m in (plan, review)]

    assert told[0] == []
    assert told[1] is not None
    assert ["Xin thêm vốn." in row.cells[3].text for row in told[1]] == [True]

"""The tidy table: every cell of every version, in a stable order, each leading to its source."""

from __future__ import annotations

import dataclasses
import random
from decimal import Decimal

import pytest

from models.domain.answers.standing import AgencyStanding, Timeliness
from models.domain.consolidation import consolidate
from models.domain.reading.office import Office
from models.domain.reading.submissions import Verdict
from models.domain.results.tidy_columns import COLUMNS, Observation, columns_as_markdown
from models.domain.results.tidy_table import judged_plan, judged_review, tidy_rows
from tests.fixtures.november import november
from tests.fixtures.office_files import own_office
from tests.fixtures.simulated_answers import real_office, simulated_standings
from tests.fixtures.small_office import AS_OF, commits, entry, record, small_office, standing


@pytest.fixture(scope="module")
def office() -> Office:
    return small_office(own_office())


def rows_of(office: Office, *standings: AgencyStanding) -> list[Observation]:
    cycle = office.cycle("2025-plan")
    consolidation = consolidate(office, cycle, standings, AS_OF)
    return list(tidy_rows(office, consolidation, judged_plan(consolidation), lambda s: s.versions))


def test_the_columns_are_described_once_and_in_the_rows_order() -> None:
    assert tuple(c.name for c in COLUMNS) == Observation._fields
    assert all(c.vietnamese and c.english for c in COLUMNS)


def test_a_cell_tells_what_it_is_and_where_it_lies(office: Office) -> None:
    [row] = rows_of(office, standing("stc", commits("budget", "118000.5")))

    assert (row.row_code, row.place, row.column, row.unit) == ("budget", "PL I.4", "committed", "%")
    assert (row.number, row.text, row.target) == (Decimal("118000.5"), "118000.5", "118.079,279")
    assert (row.period, row.judgement, row.standing) == ("ca_nam", "not_met", True)
    assert (row.counts, row.reference) == (True, "N-0001")
    version = record("stc")
    assert (row.file_sha256, row.file_name) == (version.file_sha256, "stc.xlsx")
    assert row.received_at == version.received_at


def test_another_reporters_value_counts_without_standing(office: Office) -> None:
    lead, other = rows_of(
        office,
        standing("cuc_thue", commits("budget", "120000")),
        standing("stc", commits("budget", "118000")),
    )

    assert (lead.agency, lead.standing, lead.counts) == ("stc", True, True)
    assert (other.agency, other.standing, other.counts) == ("cuc_thue", False, True)
    assert other.judgement == ""


def test_versions_that_do_not_count_are_there_and_say_so(office: Office) -> None:
    first = record("sct", commits("iip", "15"))
    second = record("sct", commits("iip", "17"), version=2)
    third = record("sct", commits("iip", "99"), version=3, verdict=Verdict.RETURNED)
    answered = AgencyStanding("sct", Timeliness.ON_TIME, (first, second, third), second)

    rows = rows_of(office, answered)

    assert [(r.version, r.number, r.counts) for r in rows] == [
        (1, 15, False),
        (2, 17, True),
        (3, 99, False),
    ]
    assert [bool(r.reference) for r in rows] == [False, True, False]


def test_the_offices_own_columns_are_left_out(office: Office) -> None:
    own = entry("indicators", "iip", "name", "Tên iip")

    assert [r.column for r in rows_of(office, standing("sct", [own, *commits("iip", "17")]))] == [
        "committed"
    ]


def test_free_rows_and_details_have_neither_place_nor_name(office: Office) -> None:
    cells = [entry("action_plan", "@2", "five_work", "Việc"), entry("details", "", "signer", "Hà")]

    details, free = rows_of(office, standing("sct", cells))

    assert (details.row_code, details.place, details.unit) == ("", "", "")
    assert (free.row_code, free.name, free.number, free.text) == ("@2", "", None, "Việc")


def test_an_infinite_number_is_no_number(office: Office) -> None:
    cell = dataclasses.replace(
        entry("indicators", "iip", "committed", Decimal("Infinity")), raw="vô cùng"
    )

    [row] = rows_of(office, standing("sct", [cell]))

    assert (row.number, row.text) == (None, "vô cùng")


def test_every_row_leads_to_a_cell_of_a_kept_file_and_order_of_standings_changes_nothing() -> None:
    office = real_office()
    cycle = office.cycle("2025-plan")
    standings = simulated_standings(office, cycle, AS_OF)
    kept = {
        (v.file_sha256, e.sheet_name, e.cell) for s in standings for v in s.versions
        for e in v.entries
    }  # fmt: skip
    shuffled = random.Random(1).sample(standings, len(standings))

    consolidation = consolidate(office, cycle, standings, AS_OF)
    rows = list(tidy_rows(office, consolidation, judged_plan(consolidation), lambda s: s.versions))

    other = consolidate(office, cycle, shuffled, AS_OF)
    assert rows == list(tidy_rows(office, other, judged_plan(other), lambda s: s.versions))
    assert all((r.file_sha256, r.sheet_name, r.cell) in kept for r in rows)
    assert len(rows) == sum(len(v.entries) for s in standings for v in s.versions)
    assert [r.reference for r in rows if r.counts] == [f.reference for f in consolidation.lineage]


def test_the_documentation_names_every_column_of_table_and_form() -> None:
    form = real_office().forms["review"]
    text = columns_as_markdown(form)

    for column in COLUMNS:
        assert f"| `{column.name}` |" in text
    for sheet in form.sheets:
        for column in sheet.columns:
            assert (f"| `{sheet.key}` | `{column.key}` |" in text) is not column.office


def test_status_and_target_are_told_only_of_the_cell_that_they_are_true_of() -> None:
    made, _ = november()
    judged = judged_review(made.consolidation, made.review)
    rows = list(tidy_rows(real_office(), made.consolidation, judged, lambda s: s.versions))

    assert {r.status for r in rows if r.meaning in ("to_date", "disbursed")} == {""}
    assert {r.status for r in rows if r.meaning == "last_year"} == {"actual"}
    assert {r.status for r in rows if r.meaning == "estimate"} >= {"estimate"}
    assert {r.meaning for r in rows if r.target} == {"estimate"}
    plan = made.earlier
    assert plan is not None
    planned = tidy_rows(real_office(), plan, judged_plan(plan), lambda s: s.versions)
    assert {r.period for r in planned if r.target} == {"ca_nam"}


def test_the_disbursements_of_a_project_that_was_reported_stand() -> None:
    made, _ = november()

    judged = judged_review(made.consolidation, made.review)
    rows = list(tidy_rows(real_office(), made.consolidation, judged, lambda s: s.versions))

    told = [p for p in made.review.projects if p.disbursed is not None]
    stand = {r.row_code for r in rows if r.standing and r.meaning == "disbursed"}
    assert stand == {p.row.code for p in told} != set()

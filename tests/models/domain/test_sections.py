"""Acceptance by section: what a file is accepted for, and the laws of what stands after it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.domain.answers.sections import (
    Outcome,
    PartState,
    last_said,
    said_of,
    section_verdicts,
    sections_of,
    titles_of,
    weigh,
)
from models.domain.answers.standing import (
    AgencyStanding,
    Circumstances,
    SubmissionRecord,
    Timeliness,
    standing_of,
    verdict_of,
)
from models.domain.cycle.cycles import HANOI
from models.domain.reading.findings import Finding, Severity
from models.domain.reading.office import Office
from models.domain.reading.submissions import Examination, Verdict
from tests.fixtures.filled_workbook import CYCLE as CYCLE_CODE
from tests.fixtures.filled_workbook import FilledWorkbook
from tests.models.domain.test_standing import CALENDAR, CYCLE, END, VERSIONS, at, version

A, R = Verdict.ACCEPTED, Verdict.RETURNED
KEYS = ("details", "indicators", "tasks", "projects")


@pytest.fixture(scope="module")
def by_section(real_office: Office) -> Office:
    """The office as configured, but that it accepts the plan section by section."""
    form = replace(real_office.form_of(real_office.cycle(CYCLE_CODE)), accept_by_section=True)
    return replace(real_office, forms={**real_office.forms, form.code: form})


@pytest.fixture
def book(by_section: Office) -> Callable[[], FilledWorkbook]:
    return lambda: FilledWorkbook(by_section, "sct")


def judged(
    book: FilledWorkbook, *earlier: SubmissionRecord, exempt: Sequence[str] = ()
) -> tuple[SubmissionRecord, Outcome]:
    """The record a workbook becomes after those earlier versions, and what it was taken for."""
    sections = sections_of(book.form, book.catalogue, book.agency)
    examination = book.examine(agency=book.agency, cycle=CYCLE_CODE)
    assert not examination.rule_failures
    examination, outcome = weigh(examination, sections, earlier, exempt)
    number = len(earlier) + 1
    record = replace(
        version(number, at(number), outcome.verdict),
        entries=examination.entries,
        findings=examination.findings,
        sections=examination.sections,
    )
    return record, outcome


def states(outcome: Outcome) -> dict[str, PartState]:
    return {p.key: p.state for p in outcome.parts}


def spoil(book: FilledWorkbook) -> None:
    """Writes what no indicator can be."""
    book.commit("export_turnover", "chưa rõ")


def leave_tasks_unclear(book: FilledWorkbook) -> None:
    code = next(r for s, r, c in book.places if s == "tasks" and c == "five_person")
    book.put("tasks", code, "five_person", None)


def only(book: FilledWorkbook, *sheets: str) -> None:
    for key in list(book.grids):
        if key not in sheets:
            del book.grids[key]


# One file


def test_a_file_without_a_fault_is_accepted_for_every_section_and_as_a_whole(book) -> None:
    record, outcome = judged(book())
    assert set(states(outcome).values()) == {PartState.TAKEN}
    assert record.verdict is A and outcome.is_whole
    assert list(record.sections) == [p.key for p in outcome.parts]
    assert "instructions" not in record.sections


def test_an_error_sends_back_its_own_section_only(book) -> None:
    spoiled = book()
    spoil(spoiled)
    record, outcome = judged(spoiled)
    assert [p.key for p in outcome.owed] == ["indicators"]
    assert outcome.owed[0].errors >= 1
    assert record.verdict is R and not outcome.is_whole
    assert record.accepts("tasks") and not record.accepts("indicators")


def test_a_renamed_sheet_is_judged_as_what_it_is(book) -> None:
    renamed = book()
    renamed.names["indicators"], renamed.names["tasks"] = "So lieu", "Viec"
    spoil(renamed)
    assert states(judged(renamed)[1])["indicators"] is PartState.RETURNED
    assert states(judged(renamed)[1])["tasks"] is PartState.TAKEN


def test_a_sheet_without_an_answer_under_another_name_is_still_that_section(book) -> None:
    emptied = book()
    emptied.names["tasks"] = "Viec"
    for _, row, column in [p for p in emptied.places if p[0] == "tasks"]:
        if not emptied.form.sheet("tasks").column(column).office:
            emptied.put("tasks", row, column, None)
    assert [p.key for p in judged(emptied)[1].owed] == ["tasks"]


def test_a_sheet_that_took_the_name_of_a_missing_one_is_not_blamed_for_it(book) -> None:
    sections = sections_of(book().form, book().catalogue, "sct")
    found = {s.title: s.key for s in sections if s.key not in ("tasks", "indicators")}
    found["Nhiệm vụ"] = "indicators"
    missing = Finding("CT-01", Severity.BLOCKER, "Không tìm thấy trang.", "Nhiệm vụ")
    verdicts = section_verdicts([missing], sections, found)
    assert (verdicts["indicators"], verdicts["tasks"]) == (A, R)
    other = replace(missing, rule="SO-01")
    assert section_verdicts([other], sections, found)["indicators"] is R


def test_a_missing_sheet_is_owed_and_a_sheet_without_header_is_sent_back(book) -> None:
    torn = book()
    del torn.grids["tasks"]
    torn.grids["indicators"][3] = ["?"] * 5
    found = states(judged(torn)[1])
    assert found["tasks"] is PartState.MISSING
    assert found["indicators"] is PartState.RETURNED
    assert found["details"] is PartState.TAKEN


def test_a_fault_of_the_whole_file_sends_back_every_section(book, by_section: Office) -> None:
    sections = sections_of(book().form, book().catalogue, "sct")
    whole = Finding("DD-01", Severity.BLOCKER, "Không xác định được.")
    found = {s.title: s.key for s in sections}
    assert set(section_verdicts([whole], sections, found).values()) == {R}
    noted = Finding("CT-10", Severity.WARNING, "Trang quá dài.")
    tried = replace(whole, trial=True)
    assert set(section_verdicts([noted, tried], sections, found).values()) == {A}


def test_a_contradiction_between_two_sheets_stands_on_that_of_the_cell_it_names(
    by_section: Office,
) -> None:
    torn = FilledWorkbook(by_section, "skhdt")
    torn.put("scenario", "scenario_grdp", "updated_year", 113.5)
    examination = torn.examine()
    [finding] = [f for f in examination.findings if f.rule == "TD-01"]
    assert finding.sheet == torn.form.sheet("scenario").title
    assert examination.sections["scenario"] is R
    assert examination.sections["indicators"] is A


# Version after version


def test_a_correction_of_the_returned_sheet_alone_completes_the_answer(book) -> None:
    first = book()
    leave_tasks_unclear(first)
    one, _ = judged(first)
    correction = book()
    only(correction, "tasks")
    two, outcome = judged(correction, one)
    assert two.verdict is A and not outcome.is_whole
    assert dict(two.sections) == {"tasks": A}
    assert states(outcome) == {
        p.key: PartState.TAKEN if p.key == "tasks" else PartState.KEPT for p in outcome.parts
    }
    assert {p.version for p in outcome.parts} == {1, None}
    assert [f for f in two.findings if f.rule == "CT-01"] == []


def test_a_later_version_that_spoils_an_accepted_section_does_not_undo_it(book) -> None:
    one, _ = judged(book())
    spoiled = book()
    spoil(spoiled)
    two, outcome = judged(spoiled, one)
    assert states(outcome)["indicators"] is PartState.SPOILED
    assert two.verdict is A  # its other sheets count, and nothing is owed
    by_section = Circumstances(sections=list(two.sections))
    standing = standing_of("sct", CYCLE, CALENDAR, [two, one], END, by_section)
    assert standing.counting("indicators") == one
    assert standing.counting("tasks") == two
    assert not standing.owes


def test_a_later_file_of_which_nothing_can_be_taken_is_sent_back(book) -> None:
    one, _ = judged(book())
    spoiled = book()
    spoil(spoiled)
    only(spoiled, "indicators")
    two, outcome = judged(spoiled, one)
    assert two.verdict is R and not outcome.owed
    by_section = Circumstances(sections=list(one.sections))
    standing = standing_of("sct", CYCLE, CALENDAR, [one, two], END, by_section)
    assert standing.effective == one
    assert not standing.owes and not standing.awaiting_correction


def test_an_exempted_section_is_not_owed_and_counts_where_it_was_sent_all_the_same(book) -> None:
    torn = book()
    del torn.grids["tasks"]
    record, outcome = judged(torn, exempt=["tasks"])
    assert states(outcome)["tasks"] is PartState.EXEMPT
    assert not outcome.owed
    assert "tasks" not in record.sections
    assert states(judged(book(), exempt=["tasks"])[1])["tasks"] is PartState.TAKEN


def test_a_new_version_is_compared_sheet_by_sheet_with_what_counts(book) -> None:
    first = book()
    leave_tasks_unclear(first)
    one, _ = judged(first)
    correction = book()
    only(correction, "tasks")
    two, _ = judged(correction, one)
    compared = last_said([one, two], list(one.sections))
    assert compared["tasks"] == two and compared["indicators"] == one
    entries = said_of(compared, ["indicators", "tasks"])
    assert {e.sheet for e in entries} == {"indicators", "tasks"}
    assert last_said([one], ["tasks"])["tasks"] == one  # sent back, but all there is


def test_sections_are_named_in_the_forms_order_and_none_where_files_count_as_a_whole(
    book, real_office: Office
) -> None:
    form = book().form
    assert titles_of(form, ["tasks", "details"]) == [
        form.sheet("details").title,
        form.sheet("tasks").title,
    ]
    plan = real_office.form_of(real_office.cycle(CYCLE_CODE))
    assert sections_of(plan, book().catalogue, "sct") == []
    examination = FilledWorkbook(real_office, "sct").examine()
    assert not examination.sections and examination.sheet_keys


# Standing


def standing(
    *versions: SubmissionRecord, now: dt.datetime = END, exempt: Sequence[str] = ()
) -> AgencyStanding:
    by_section = Circumstances(sections=KEYS, exempt_sheets=exempt)
    return standing_of("syt", CYCLE, CALENDAR, versions, now, by_section)


def part(
    number: int, received: dt.datetime, verdict: Verdict, accepted: str = "", returned: str = ""
) -> SubmissionRecord:
    sections = dict.fromkeys(accepted.split(), A) | dict.fromkeys(returned.split(), R)
    return replace(version(number, received, verdict), sections=sections)


FIRST = part(1, at(19), R, "details indicators projects", "tasks")


def test_what_is_owed_after_a_part_was_accepted() -> None:
    found = standing(FIRST, now=at(19, 12))
    assert found.owed_sections == ("tasks",)
    assert found.owes and found.partly_accepted and found.awaiting_correction
    assert found.timeliness is Timeliness.OPEN
    assert found.counting("indicators") == FIRST and found.counting("tasks") is None
    assert list(found.counted) == [FIRST]


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (part(2, at(19, 20), A, "tasks"), Timeliness.ON_TIME),
        (part(2, at(25), A, "tasks"), Timeliness.CORRECTED),  # returned in time, mended in grace
        (part(2, dt.datetime(2025, 2, 27, tzinfo=HANOI), A, "tasks"), Timeliness.LATE),
        (part(2, at(25), R, "indicators", "tasks"), Timeliness.OVERDUE),
    ],
)
def test_an_answer_is_in_time_when_its_last_section_is(
    last: SubmissionRecord, expected: Timeliness
) -> None:
    found = standing(FIRST, last)
    assert found.timeliness is expected
    assert found.owes is (expected is Timeliness.OVERDUE)


def test_a_section_sent_again_makes_nobody_late() -> None:
    again = part(3, at(28), A, "indicators", "projects")
    found = standing(FIRST, part(2, at(19, 20), A, "tasks"), again)
    assert found.timeliness is Timeliness.ON_TIME
    assert found.counting("indicators") == again
    assert found.counting("projects") == FIRST
    assert found.effective == again


def test_an_exemption_settles_what_was_owed_and_its_end_brings_it_back() -> None:
    assert standing(FIRST, exempt=["tasks"]).timeliness is Timeliness.ON_TIME
    assert standing(FIRST, exempt=["tasks"]).owed_sections == ()
    assert standing(FIRST).owed_sections == ("tasks",)
    assert standing(exempt=KEYS).timeliness is Timeliness.EXEMPT
    assert not standing(exempt=KEYS).owes


def test_a_version_that_was_judged_as_a_whole_counts_for_every_section() -> None:
    found = standing(version(1, at(10), A), part(2, at(12), A, "tasks", "indicators"))
    assert found.owed_sections == ()
    assert found.counting("indicators") is not None
    assert found.counting("indicators").version == 1  # type: ignore[union-attr]
    assert standing(version(1, at(10), R)).owed_sections == KEYS


# Laws

SECTIONED = st.lists(
    st.tuples(
        st.integers(0, 60 * 24),
        st.dictionaries(st.sampled_from(KEYS), st.sampled_from([A, R])),
        st.sampled_from([A, R]),
    ),
    max_size=6,
).map(
    lambda rows: [
        replace(
            version(n, CYCLE.opens_at + dt.timedelta(hours=hours), verdict),
            sections=sections,
        )
        for n, (hours, sections, verdict) in enumerate(sorted(rows, key=lambda r: r[0]), 1)
    ]
)


@given(SECTIONED, st.sets(st.sampled_from(KEYS)))
def test_a_later_version_never_makes_a_section_owed(
    versions: list[SubmissionRecord], exempt: set[str]
) -> None:
    owed = [set(standing(*versions[:n], exempt=sorted(exempt)).owed_sections) for n in range(7)]
    assert all(later <= sooner for sooner, later in pairwise(owed))


@given(SECTIONED, st.randoms(use_true_random=False))
def test_the_order_in_which_versions_are_given_changes_nothing(
    versions: list[SubmissionRecord], random: Random
) -> None:
    shuffled = list(versions)
    random.shuffle(shuffled)
    assert standing(*shuffled) == standing(*versions)


@given(SECTIONED)
def test_nothing_is_owed_exactly_when_the_answer_is_settled(
    versions: list[SubmissionRecord],
) -> None:
    found = standing(*versions)
    settled = found.timeliness in {Timeliness.ON_TIME, Timeliness.CORRECTED, Timeliness.LATE}
    assert settled == (not found.owes) == (not found.owed_sections)
    assert settled == all(found.counting(k) is not None for k in KEYS)


@given(VERSIONS)
def test_files_judged_as_a_whole_stand_with_sections_as_they_do_without(
    versions: list[SubmissionRecord],
) -> None:
    whole, by_sections = standing_of("syt", CYCLE, CALENDAR, versions, END), standing(*versions)
    assert by_sections.timeliness is whole.timeliness
    assert by_sections.effective == whole.effective
    assert by_sections.owes == whole.owes
    assert all(by_sections.counting(k) == whole.counting(k) for k in KEYS)


@given(VERSIONS)
def test_a_file_accepted_for_every_section_stands_like_one_accepted_as_a_whole(
    versions: list[SubmissionRecord],
) -> None:
    split = [
        replace(v, sections=dict.fromkeys(KEYS, v.verdict if v.verdict is A else R))
        for v in versions
    ]
    whole, by_sections = standing_of("syt", CYCLE, CALENDAR, versions, END), standing(*split)
    assert by_sections.timeliness is whole.timeliness
    assert (by_sections.effective and by_sections.effective.version) == (
        whole.effective and whole.effective.version
    )


@given(
    st.lists(
        st.builds(
            Finding,
            st.just("X"),
            st.sampled_from(Severity),
            st.just(""),
            st.sampled_from(["", "Trang ẩn", "Chỉ tiêu", "Nhiệm vụ", "Thông tin chung"]),
            trial=st.booleans(),
        ),
        max_size=8,
    )
)
def test_a_file_is_faultless_exactly_when_each_of_its_sections_is(
    real_office: Office, findings: list[Finding]
) -> None:
    plan = replace(real_office.form_of(real_office.cycle(CYCLE_CODE)), accept_by_section=True)
    sections = sections_of(plan, real_office.catalogue_of(real_office.cycle(CYCLE_CODE)), "sct")
    examination = Examination(
        "xlsx", findings=findings, sheet_keys={s.title: s.key for s in sections}
    )
    weighed, outcome = weigh(examination, sections, [])
    assert outcome.verdict is verdict_of(findings)
    assert weighed.findings == tuple(findings)

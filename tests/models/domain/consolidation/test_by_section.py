"""What is consolidated where each section is accepted by itself."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence

import pytest

from models.domain.answers.sections import sections_of
from models.domain.answers.standing import (
    AgencyStanding,
    Circumstances,
    SubmissionRecord,
    Timeliness,
    standing_of,
)
from models.domain.consolidation import Completeness, Consolidation, consolidate
from models.domain.reading.findings import Finding, Severity
from models.domain.reading.forms import Form
from models.domain.reading.office import Office
from models.domain.reading.submissions import Entry, Verdict
from models.domain.register.catalogue import Appendix
from models.domain.results.plan_summary import plan_matter
from models.domain.results.summary import summarise
from tests.fixtures.small_office import AS_OF, commits, plans, record, standing

A, R = Verdict.ACCEPTED, Verdict.RETURNED
JUNE = dt.date(2025, 6, 1)
ON_TASKS = Finding("BB-01", Severity.ERROR, "Còn trống.", "Nhiệm vụ", "F7")
ON_INDICATORS = Finding("SO-02", Severity.ERROR, "Chỉ ghi số.", "Chỉ tiêu", "G7")
LOW = Finding("CT-03", Severity.WARNING, "Thấp hơn.", "Chỉ tiêu", "G7", justification="Vì bão.")
ON_FILE = Finding("CT-10", Severity.WARNING, "Một phần tệp không được đọc.")


@pytest.fixture(scope="module")
def by_section(office: Office) -> Office:
    """The small office, but that it accepts the plan section by section."""
    form = dataclasses.replace(office.forms["plan"], accept_by_section=True)
    return dataclasses.replace(office, forms={**office.forms, "plan": form})


def form_of(office: Office) -> Form:
    return office.form_of(office.cycle("2025-plan"))


def part(
    version: int,
    entries: Iterable[Entry] = (),
    findings: Iterable[Finding] = (),
    **sections: Verdict,
) -> SubmissionRecord:
    verdict = A if set(sections.values()) <= {A} else R
    made = record("sct", entries, version=version, verdict=verdict, findings=findings)
    return dataclasses.replace(made, sections=sections)


def stands(
    office: Office, *versions: SubmissionRecord, exempt: Sequence[str] = ()
) -> AgencyStanding:
    cycle = office.cycle("2025-plan")
    sections = sections_of(form_of(office), office.catalogue_of(cycle), "sct")
    keys = [s.key for s in sections]
    return standing_of(
        *("sct", cycle, office.calendar, versions, AS_OF),
        Circumstances(sections=keys, exempt_sheets=exempt),
    )


def made(office: Office, *standings: AgencyStanding) -> Consolidation:
    return consolidate(office, office.cycle("2025-plan"), standings, AS_OF)


FIRST = part(
    1,
    [*commits("iip", "17"), *plans("task_b", JUNE, without=["five_person"])],
    [ON_TASKS, LOW, ON_FILE],
    details=A,
    indicators=A,
    tasks=R,
    action_plan=A,
)
SECOND = part(2, [*commits("iip", "99"), *plans("task_b", JUNE)], [ON_INDICATORS],
              indicators=R, tasks=A)  # fmt: skip


def test_cells_of_an_accepted_section_count_though_another_is_still_owed(by_section) -> None:
    found = made(by_section, stands(by_section, FIRST))
    assert {f.sheet for f in found.lineage} == {"indicators"}
    [agency] = found.agencies
    assert agency.owed == ["Nhiệm vụ"] and not agency.answered
    assert found.headline.partly == 1 and found.headline.answered == 0


def test_each_section_comes_from_the_version_of_it_that_counts(by_section) -> None:
    found = made(by_section, stands(by_section, FIRST, SECOND))
    versions = {(f.sheet, f.source.version) for f in found.lineage}
    assert versions == {("indicators", 1), ("tasks", 2)}
    [agency] = found.agencies
    assert agency.answered and agency.owed == ()
    counted = {s.key: s.version for s in agency.sections}
    assert counted == {"details": 1, "indicators": 1, "tasks": 2, "action_plan": 1}


def test_a_finding_is_open_on_what_counts_and_on_what_was_sent_of_it_since(by_section) -> None:
    found = made(by_section, stands(by_section, FIRST)).findings
    assert [(f.version, f.verdict, f.finding.rule) for f in found] == [
        (1, R, "BB-01"), (1, A, "CT-03"), (1, R, "CT-10"),
    ]  # fmt: skip
    later = made(by_section, stands(by_section, FIRST, SECOND))
    assert [(f.version, f.verdict, f.finding.rule) for f in later.findings] == [
        (1, A, "CT-03"), (1, R, "CT-10"), (2, R, "SO-02"),
    ]  # fmt: skip
    [agency] = later.agencies
    opened = {s.key: (s.open_errors, s.open_warnings) for s in agency.sections}
    assert opened["indicators"] == (1, 1) and opened["tasks"] == (0, 0)
    assert (agency.open_errors, agency.open_warnings) == (1, 2)


def test_what_a_justification_says_stays_with_the_section_that_counts(by_section) -> None:
    found = made(by_section, stands(by_section, FIRST, SECOND)).findings
    assert next(f for f in found if f.finding.rule == "CT-03").finding.justification == "Vì bão."


def test_an_exempted_sheet_is_neither_owed_nor_counted_as_incomplete(by_section, office) -> None:
    owing = made(by_section, stands(by_section, FIRST))
    exempt = made(by_section, stands(by_section, FIRST, exempt=["tasks"]))
    assert owing.agencies[0].completeness[Appendix.IV] == Completeness(1, 0)
    assert Appendix.IV not in exempt.agencies[0].completeness
    assert exempt.agencies[0].answered and exempt.agencies[0].owed == ()
    assert [f.finding.rule for f in exempt.findings] == ["CT-03", "CT-10"]
    whole = dataclasses.replace(standing("sct", commits("iip", "17")), exempt_sheets=("tasks",))
    assert Appendix.IV not in made(office, whole).agencies[0].completeness


def test_an_exempted_agency_owes_no_section_and_what_it_sent_counts(by_section) -> None:
    exempt = dataclasses.replace(stands(by_section, FIRST), timeliness=Timeliness.EXEMPT)
    found = made(by_section, exempt)
    assert not found.agencies[0].owed
    assert not any(s.is_owed for s in found.agencies[0].sections)
    assert {f.sheet for f in found.lineage} == {"indicators"}


def test_the_summary_names_who_owes_which_sections(by_section) -> None:
    found = made(by_section, stands(by_section, FIRST))
    content = summarise(found, by_section, plan_matter(found, by_section))
    assert "1 cơ quan đã được tiếp nhận một phần" in content.lead[0]
    assert "Đã tiếp nhận một phần, còn thiếu (1): Sở Công Thương (Nhiệm vụ)." in content.points
    owing = next(t for t in content.tables if "chưa hoàn thành" in t.title)
    assert owing.rows[0][1].endswith("; còn thiếu: Nhiệm vụ")


def test_a_section_that_is_accepted_or_exempted_makes_another_consolidation(by_section) -> None:
    prints = {
        made(by_section, s).inputs_hash
        for s in (
            stands(by_section, FIRST),
            stands(by_section, FIRST, exempt=["tasks"]),
            stands(by_section, dataclasses.replace(FIRST, sections={**FIRST.sections, "tasks": A})),
        )
    }
    assert len(prints) == 3

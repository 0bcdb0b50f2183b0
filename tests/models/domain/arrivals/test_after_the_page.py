"""What a version's answer says of the page for comparing that went to its agency before."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from models.domain.answers.standing import SubmissionRecord
from models.domain.arrivals.answering import answers_due
from models.domain.cycle.cycles import HANOI
from models.domain.letters.answer_letters import VerdictNotes, compose_verdict
from models.domain.reading.findings import Finding, Severity
from models.domain.reading.submissions import Verdict
from tasks.adapters.letters.letter_writer import renderer_for
from tests.fixtures.office_files import OFFICE_FILES, own_office
from tests.models.domain.arrivals.test_deciding import (
    CYCLE,
    NOW,
    contact,
    decide,
    known,
    message,
    workbook,
)

OPEN = "mà sổ này chưa sửa hoặc chưa giải trình thì vẫn để ngỏ"
CAME = dt.datetime(2025, 2, 10, 12, tzinfo=HANOI)
DAY = dt.timedelta(days=1)
WARNING = Finding("W", Severity.WARNING, "Xem lại.", "Chỉ tiêu", "A1")
ERROR = Finding("F9", Severity.ERROR, "Còn trống.", "Chỉ tiêu", "A1")


@pytest.mark.parametrize("findings", [(), (WARNING,)])
@pytest.mark.parametrize(
    ("previewed", "verdict", "effective", "said"),
    [
        (None, Verdict.ACCEPTED, None, False),
        (CAME - DAY, Verdict.ACCEPTED, None, True),
        (CAME - DAY, Verdict.RETURNED, None, False),  # its own faults are what is asked
        (CAME + DAY, Verdict.ACCEPTED, None, False),  # the page came after it
        (CAME - DAY, Verdict.ACCEPTED, 3, False),  # another version counts
    ],
)
def test_a_version_after_the_page_hears_what_stays_open(
    previewed: dt.datetime | None,
    verdict: Verdict,
    effective: int | None,
    said: bool,
    findings: tuple[Finding, ...],
) -> None:
    office = own_office()
    faults = (ERROR,) if verdict is Verdict.RETURNED else ()
    record = SubmissionRecord(
        *(2, "syt", 2, CAME, verdict, "KH-2025/0002"),
        *("So bao cao.xlsx", "ab" * 32, "m"),
        findings=(*faults, *findings),
    )
    notes = VerdictNotes(previewed_at=previewed, effective_version=effective)
    content = compose_verdict(
        *(office.cycle("2025-plan"), office.register.agencies["syt"], record), notes
    )
    text = " ".join(renderer_for(OFFICE_FILES / "letters").render(content).text.split())
    assert (f"trong thư đối chiếu ngày 09/02/2025 {OPEN}" in text) is said
    assert ("thư đối chiếu" in text) is said


@pytest.mark.parametrize(
    ("first", "previewed", "told"),
    [
        ((), DAY, True),
        ((), -DAY, False),  # the page told of nothing that the agency had sent
        ((ERROR,), DAY, False),  # nor of what was sent back
    ],
)
def test_only_a_page_that_told_of_an_accepted_version_is_named(
    first: tuple[Finding, ...], previewed: dt.timedelta, told: bool
) -> None:
    sent = message(workbook("syt", *first), sender=contact("syt"), key="a")
    _, record = decide(known("syt"), sent)
    at = NOW + previewed
    record = replace(record, previewed={(CYCLE, "syt"): at}, now=NOW + 2 * DAY)
    again = message(workbook("syt", content="b"), sender=contact("syt"), key="b")
    decided, after = decide(record, replace(again, received_at=NOW + 2 * DAY))
    [answer] = answers_due(after, decided)
    assert bool(answer.content.context["compared_on"]) is told

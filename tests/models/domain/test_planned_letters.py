"""Planned letters: what will fall due is what is due then; what a person holds back stays so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.files.calendars import load_calendar
from config.files.cycle_files import load_cycles
from models.domain.answers.decisions import Decision, DecisionKind, Signature
from models.domain.answers.planned_letters import (
    PlannedDecisions,
    PlannedKind,
    PlannedSending,
    of_day,
    of_step,
    planned_named,
    planned_title,
    step_title,
    steps_settled,
)
from models.domain.answers.reminders import (
    OFFICE,
    WrittenStep,
    letters_due,
    letters_now,
    letters_to_come,
    why_untrue,
)
from models.domain.answers.standing import (
    AgencyStanding,
    Circumstances,
    SubmissionRecord,
    standing_of,
)
from models.domain.cycle.cycles import HANOI
from models.domain.cycle.summary_schedule import (
    consolidation_due,
    consolidations_to_come,
    summaries_to_come,
    summary_due,
)
from models.domain.reading.submissions import Verdict
from models.domain.results.coming_letters import CycleRecord, coming_letters
from models.domain.results.previews.preview_letters import previews_due, previews_to_come
from tests.fixtures.office_files import OFFICE_FILES

CYCLES = load_cycles(OFFICE_FILES / "cycles.toml")
PLAN, REVIEW = CYCLES["2025-plan"], CYCLES["2025-review"]
CALENDAR = load_calendar(OFFICE_FILES / "holidays.csv", range(2024, 2028))
MINUTE = dt.timedelta(minutes=1)
HOLD, RELEASE, SEND = (
    DecisionKind.HOLD_LETTER_BACK,
    DecisionKind.RELEASE_LETTER,
    DecisionKind.SEND_LETTER_NOW,
)
STEP = of_step("2025-plan", "truoc_5")


def at(day: int, hour: int = 9, minute: int = 0, month: int = 2) -> dt.datetime:
    return dt.datetime(2025, month, day, hour, minute, tzinfo=HANOI)


MONDAY = at(10)


def standing(
    agency: str,
    now: dt.datetime,
    versions: Sequence[SubmissionRecord] = (),
    until: dt.datetime | None = None,
) -> AgencyStanding:
    beside = Circumstances(extension_until=until)
    return standing_of(agency, PLAN, CALENDAR, versions, now, beside)


def returned(received: dt.datetime) -> SubmissionRecord:
    return SubmissionRecord(1, "stc", 1, received, Verdict.RETURNED, "1", "a.xlsx", "", "")


def said(
    kind: DecisionKind, agency: str = "", subject: str = STEP.subject, when: dt.datetime = MONDAY
) -> Decision:
    return Decision(kind, "Hà", "Có lý do.", when, PLAN.code, agency, subject, number=7)


def everybody(now: dt.datetime) -> list[AgencyStanding]:
    """One who owes, one with a longer deadline, one that may correct."""
    sent_back = [returned(at(18, 15))] if now >= at(18, 15) else []
    return [
        standing("syt", now),
        standing("sgd", now, until=at(27, 0)),
        standing("stc", now, sent_back),
    ]


# --- What will fall due -------------------------------------------------------------------------


STARTS = st.integers(0, 38 * 24 * 60).map(lambda n: PLAN.opens_at + n * MINUTE)


@settings(max_examples=12, deadline=None)
@given(STARTS, st.sets(st.sampled_from(["truoc_10", "truoc_5", "ngay_cuoi", "qua_han_1"])))
def test_the_letters_to_come_are_those_that_a_run_every_quarter_of_an_hour_would_write(
    now: dt.datetime, sent: set[str]
) -> None:
    owing = everybody(now)
    coming = letters_to_come(PLAN, CALENDAR, owing, {"syt": sent}, now)
    known = {"syt": set(sent)}
    written = []
    for moment in [now, *_quarters(now)]:
        for letter in letters_due(PLAN, CALENDAR, owing, known, moment):
            written.append((letter.agency, letter.mark, moment.astimezone(HANOI).date()))
            known.setdefault(letter.agency, set()).add(letter.mark)
    found = [(x.agency, x.mark, m.astimezone(HANOI).date()) for m, x in coming]
    assert sorted(found) == sorted(written)


def _quarters(now: dt.datetime) -> list[dt.datetime]:
    first = now.astimezone(HANOI).replace(minute=0, second=0, microsecond=0)
    every = [first + 15 * n * MINUTE for n in range(40 * 24 * 4)]
    return [m for m in every if m > now]


@pytest.mark.parametrize("now", [at(20, 15, month=1), at(10), at(17, 7, 30), at(19, 18), at(21)])
def test_the_summaries_to_come_are_those_that_a_run_every_quarter_of_an_hour_would_write(
    now: dt.datetime,
) -> None:
    written, days = [at(3, 7, 35)] if now > at(3, 8) else [], []
    coming = summaries_to_come(PLAN, CALENDAR, written, now)
    for moment in [now, *_quarters(now)]:
        if summary_due(PLAN, CALENDAR, written, moment):
            days.append(moment.astimezone(HANOI).date())
            written = [*written, moment]
    assert [m.astimezone(HANOI).date() for m, _ in coming] == days
    assert days or now >= at(21)


def test_a_summary_that_is_settled_is_neither_written_nor_caught_up_with() -> None:
    monday = dt.date(2025, 2, 10)
    days = [day for _, day in summaries_to_come(PLAN, CALENDAR, [], at(9), {monday})]
    assert monday not in days
    assert days[0] == dt.date(2025, 2, 13)
    assert not summary_due(PLAN, CALENDAR, [], at(11), {monday})
    assert summary_due(PLAN, CALENDAR, [], at(13), {monday})


def test_consolidations_come_each_night_and_at_the_deadline() -> None:
    coming = consolidations_to_come(PLAN, at(18, 22), at(21, 0))
    assert coming == [at(19, 21), at(20, 0), at(20, 21)]
    assert all(consolidation_due(PLAN, m - MINUTE, m) for m in coming)
    assert consolidations_to_come(PLAN, at(18, 9, month=1), at(20, 21, month=1)) == [
        at(20, 21, month=1)
    ]


def test_pages_come_on_the_five_working_days_before_the_meeting() -> None:
    coming = previews_to_come(REVIEW, CALENDAR, at(1, month=11))
    assert [m.day for m in coming] == [3, 4, 5, 8, 9]
    assert all(previews_due(REVIEW, CALENDAR, m) for m in coming)
    assert previews_to_come(replace(REVIEW, meeting_on=None), CALENDAR, at(1, month=11)) == []


def test_what_is_held_stands_among_what_comes_and_what_was_sent_does_not() -> None:
    summary = of_day(PLAN.code, PlannedKind.SUMMARY, dt.date(2025, 2, 13))
    sent = of_day(PLAN.code, PlannedKind.SUMMARY, dt.date(2025, 2, 14))
    record = CycleRecord(
        standings=[standing("syt", at(11)), standing("stc", at(11))],
        sent={"syt": {"truoc_10"}, "stc": {"truoc_10", "truoc_5"}},
        summaries=[at(10, 7, 35), at(11, 8)],
        decided=PlannedDecisions(
            [
                said(HOLD, "syt"),
                said(HOLD, subject=summary.subject),
                said(SEND, subject=sent.subject, when=at(11, 8)),
            ]
        ),
    )
    coming = coming_letters(PLAN, CALENDAR, record, at(11))
    fifth = [one for one in coming if one.sending == STEP]
    assert [(one.agency, one.at, one.held is not None) for one in fifth] == [
        ("syt", at(12, 8), True)
    ]
    assert [one.held is not None for one in coming if one.sending == summary] == [True]
    assert sent not in [one.sending for one in coming]
    assert [one.at for one in coming] == sorted(one.at for one in coming)


# --- Holding back -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("decisions", "held"),
    [
        ([], ""),
        ([said(HOLD)], "syt stc all"),
        ([said(HOLD, "syt")], "syt"),
        ([said(HOLD), said(RELEASE)], ""),
        ([said(HOLD), said(RELEASE, "syt")], "stc all"),
        # An agency's own hold had a reason of its own.
        ([said(HOLD, "syt"), said(RELEASE)], "syt"),
        ([said(HOLD, "syt"), said(SEND)], "syt"),
        ([said(HOLD, "syt"), said(SEND, "syt")], ""),
        ([said(HOLD), said(SEND)], ""),
        ([said(HOLD), said(SEND, "stc")], "syt all"),
        ([said(HOLD), said(RELEASE, "syt"), said(HOLD)], "syt stc all"),
        ([said(HOLD), said(HOLD, "syt"), said(RELEASE)], "syt"),
        ([said(HOLD, subject="step/truoc_2")], ""),
    ],
)
def test_who_is_held_back(decisions: list[Decision], held: str) -> None:
    found = PlannedDecisions(decisions)
    names = {"syt": "syt", "stc": "stc", "all": ""}
    assert " ".join(n for n, code in names.items() if found.holding(STEP.subject, code)) == held


def test_a_held_step_is_not_caught_up_with_and_the_next_one_comes() -> None:
    decided = PlannedDecisions([said(HOLD, "syt")])
    settled = steps_settled({"stc": {"truoc_10"}}, decided, [OFFICE, "syt", "stc"])
    assert settled == {OFFICE: set(), "syt": {"truoc_5"}, "stc": {"truoc_10"}}
    both = [standing("stc", at(13)), standing("syt", at(13))]
    found = letters_due(PLAN, CALENDAR, both, settled, at(13))
    assert [(x.agency, x.mark) for x in found] == [("stc", "truoc_5")]
    next_one = letters_due(PLAN, CALENDAR, both, settled, at(17))
    assert [(x.agency, x.mark) for x in next_one] == [("stc", "truoc_2"), ("syt", "truoc_2")]


def test_an_extended_deadline_has_steps_that_are_held_by_themselves() -> None:
    decided = PlannedDecisions([said(HOLD, subject="step/truoc_5@2025-02-27")])
    settled = steps_settled({}, decided, ["sgd", "syt"])
    extended = [standing("sgd", at(20), until=at(27, 0))]
    assert [x.agency for x in letters_due(PLAN, CALENDAR, extended, settled, at(20))] == [OFFICE]
    assert letters_due(PLAN, CALENDAR, [standing("syt", at(12))], settled, at(12))


def test_a_summary_sent_now_settles_its_day_only_when_it_is_there() -> None:
    day = dt.date(2025, 2, 17)
    subject = of_day(PLAN.code, PlannedKind.SUMMARY, day).subject
    decided = PlannedDecisions([said(SEND, subject=subject, when=at(14, 15))])
    assert decided.summaries_settled([at(14, 7, 35)]) == frozenset()
    assert decided.summaries_settled([at(14, 7, 35), at(14, 15)]) == {day}


def test_the_same_decision_to_send_is_known_by_name_and_reason() -> None:
    decided = PlannedDecisions([said(SEND, "syt")])
    assert decided.repeats(STEP.subject, "syt", Signature(" Hà", "Có  lý do."))
    assert not decided.repeats(STEP.subject, "syt", Signature("Hà", "Lý do khác."))
    assert not decided.repeats(STEP.subject, "", Signature("Hà", "Có lý do."))


# --- Sending now --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mark", "now", "written", "why"),
    [
        ("truoc_5", at(11), ["stc", "syt"], {}),  # a day before its time
        ("truoc_2", at(11), ["stc", "syt"], {}),
        ("truoc_5", at(22, 22), [], {"syt"}),  # lapsed; who may correct has another deadline
        ("truoc_10", at(13), [], {"stc", "syt"}),  # another step stands for it
        ("qua_han_1", at(19), [], {"stc", "syt"}),  # nobody is late yet
        ("qua_han_1", at(20, 7), ["syt"], {"stc"}),  # who may correct is not
        ("truoc_5@2025-02-27", at(19), ["sgd"], {}),
        ("bao_cao_1", at(19), [], {OFFICE}),
        ("bao_cao_1", at(20, 7), [OFFICE], {}),
        ("khong_co", at(11), [], {}),
        ("truoc_5", at(28), [], {"syt"}),  # the cycle has ended
    ],
)
def test_a_step_is_sent_before_its_time_where_it_is_true(
    mark: str, now: dt.datetime, written: list[str], why: set[str]
) -> None:
    found = letters_now(PLAN, CALENDAR, everybody(now), {}, (mark, ""), now)
    assert [x.agency for x in found.letters] == written
    assert set(found.why_not) == set(why)
    assert all(x.mark == mark for x in found.letters)


def test_one_agency_is_sent_its_step_and_what_is_settled_is_not_sent_again() -> None:
    now = at(11)
    one = letters_now(PLAN, CALENDAR, everybody(now), {}, ("truoc_5", "syt"), now)
    assert [x.agency for x in one.letters] == ["syt"]
    again = letters_now(
        PLAN, CALENDAR, everybody(now), {"syt": {"truoc_5"}}, ("truoc_5", "syt"), now
    )
    assert not again.letters
    assert "đã viết" in again.why_not["syt"]


def test_a_letter_sent_before_its_time_is_true_on_its_day_and_only_by_decision() -> None:
    owing = [standing("syt", at(11))]

    def why(now: dt.datetime, *, by_decision: bool) -> str:
        step = WrittenStep("syt", "truoc_5", at(11), by_decision)
        return why_untrue(PLAN, CALENDAR, owing, step, now)

    assert why(at(11, 9, 5), by_decision=True) == ""
    assert why(at(11, 9, 5), by_decision=False) == "đã qua bước nhắc này"
    assert "nay không còn đúng" in why(at(12, 8), by_decision=True)


# --- Names --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "key", ["", "2025-plan", "a/step", "a/step/", "/step/x", "a/other/x", "a/summary/2025-2-1",
            "a/preview/20250201", "a/summary/'; DROP",
            "a/step/x@", "a/step/x@hôm nay"],
)  # fmt: skip
def test_a_key_that_names_nothing_is_none(key: str) -> None:
    assert planned_named(key) is None


@pytest.mark.parametrize("mark", ["truoc_5", "truoc_5@2025-02-27", "a/b"])
def test_a_key_leads_back_to_its_letter(mark: str) -> None:
    sending = PlannedSending("2025-plan", PlannedKind.STEP, mark)
    assert planned_named(f" {sending.key} ") == sending


def test_every_step_has_a_title_of_its_own() -> None:
    titles = [step_title(step) for step in PLAN.steps]
    assert len(set(titles)) == len(titles)
    assert planned_title(of_step(PLAN.code, "ngay_cuoi@2025-02-27"), PLAN).endswith(
        "theo thời hạn riêng đến hết 26/02/2025"
    )
    assert planned_title(of_step("gone", "x"), None) == "Bước x"

"""The reminder ladder: its days, its decisions, and the laws that no run may break."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.files.calendars import load_calendar
from config.files.cycle_files import load_cycles
from models.domain.answers.reminders import (
    OFFICE,
    PlannedLetter,
    WrittenStep,
    letters_due,
    step_instant,
    why_untrue,
)
from models.domain.answers.standing import (
    AgencyStanding,
    Circumstances,
    HeldMail,
    SubmissionRecord,
    standing_of,
)
from models.domain.cycle.cycles import HANOI, ReportingCycle, StepKind
from models.domain.mail.mail import LetterKind
from models.domain.mail.reach import OutOfReach
from models.domain.reading.submissions import Verdict
from tests.fixtures.office_files import OFFICE_FILES

PLAN = load_cycles(OFFICE_FILES / "cycles.toml")["2025-plan"]
CALENDAR = load_calendar(OFFICE_FILES / "holidays.csv", range(2024, 2028))


def at(day: int, hour: int = 9, minute: int = 0, month: int = 2) -> dt.datetime:
    return dt.datetime(2025, month, day, hour, minute, tzinfo=HANOI)


def version(number: int, received: dt.datetime, verdict: Verdict) -> SubmissionRecord:
    return SubmissionRecord(
        number, "syt", number, received, verdict, f"KH-2025/{number}", "a.xlsx", "", ""
    )


def standing(
    agency: str,
    now: dt.datetime,
    versions: Sequence[SubmissionRecord] = (),
    held: int = 0,
    until: dt.datetime | None = None,
) -> AgencyStanding:
    beside = Circumstances(extension_until=until, held_mail=[HeldMail(now)] * held)
    return standing_of(agency, PLAN, CALENDAR, versions, now, beside)


def due(
    now: dt.datetime,
    standings: Iterable[AgencyStanding] | None = None,
    sent: dict[str, set[str]] | None = None,
    cycle: ReportingCycle = PLAN,
) -> list[PlannedLetter]:
    owing = [standing("syt", now)] if standings is None else standings
    return letters_due(cycle, CALENDAR, owing, sent or {}, now)


def codes(letters: Iterable[PlannedLetter]) -> list[tuple[str, str]]:
    return [(letter.agency, letter.step.code) for letter in letters]


def test_the_ladder_of_the_2025_plan_starts_after_tet_and_ends_before_the_meeting() -> None:
    days = {step.code: step_instant(PLAN, CALENDAR, step) for step in PLAN.steps}
    assert days == {
        "truoc_10": at(5, 8),  # Tết ends on 02/02; the first working day is 03/02
        "truoc_5": at(12, 8),
        "truoc_2": at(17, 8),
        "ngay_cuoi": at(19, 8),
        "qua_han_1": at(20, 8),
        "qua_han_3": at(24, 8),
        "bao_cao_1": at(20, 9),
        "bao_cao_3": at(24, 9),
    }


def test_a_deadline_inside_tet_reminds_on_the_last_working_day_before_the_break() -> None:
    cycle = replace(
        PLAN,
        code="2026-plan",
        opens_at=dt.datetime(2026, 1, 20, 16, tzinfo=HANOI),
        due_at=dt.datetime(2026, 2, 20, tzinfo=HANOI),
        ends_on=None,
    )
    days = {s.code: step_instant(cycle, CALENDAR, s).date() for s in cycle.steps}
    assert days["ngay_cuoi"] == dt.date(2026, 2, 13)
    assert days["truoc_2"] == dt.date(2026, 2, 11)
    assert days["truoc_5"] == dt.date(2026, 2, 6)
    assert days["truoc_10"] == dt.date(2026, 1, 30)
    assert days["qua_han_1"] == dt.date(2026, 2, 23)
    in_tet = [
        dt.datetime(2026, 2, day, hour, tzinfo=HANOI) for day in range(14, 23) for hour in (8, 12)
    ]
    nobody = [standing_of("syt", cycle, CALENDAR, [], now) for now in in_tet]
    for now, owing in zip(in_tet, nobody, strict=True):
        assert letters_due(cycle, CALENDAR, [owing], {}, now) == []


def test_no_reminder_falls_into_tet_of_2025() -> None:
    for day in range(25, 32):
        assert due(at(day, 9, month=1)) == []
    for day in (1, 2, 3, 4):
        assert due(at(day)) == []
    assert codes(due(at(5))) == [("syt", "truoc_10")]


@pytest.mark.parametrize(
    "now", [at(5, 7, 59), at(5, 17), at(8, 9), at(9, 9), at(20, 15, month=1), at(28, 9)]
)
def test_nothing_goes_out_early_at_night_on_weekends_before_opening_or_after_the_end(
    now: dt.datetime,
) -> None:
    assert due(now) == []


def test_the_steps_in_their_time() -> None:
    assert codes(due(at(19, 8))) == [("syt", "ngay_cuoi")]
    assert codes(due(at(20, 8))) == [("syt", "qua_han_1")]
    late = due(at(20, 9))
    assert codes(late) == [("syt", "qua_han_1"), (OFFICE, "bao_cao_1")]
    assert [letter.kind for letter in late] == [LetterKind.OVERDUE, LetterKind.ESCALATION]
    assert late[1].owing == ("syt",)


def test_a_missed_run_catches_up_with_one_letter_that_says_what_it_stands_for() -> None:
    letters = due(at(18))
    assert codes(letters) == [("syt", "truoc_2")]
    assert letters[0].superseded == ("truoc_10", "truoc_5")
    assert letters[0].due_since == at(17, 8)
    assert due(at(18), sent={"syt": {"truoc_2"}}) == []


def test_a_step_gives_way_to_one_due_later_the_same_day() -> None:
    assert due(at(19, 7, 45)) == []
    assert codes(due(at(19, 8))) == [("syt", "ngay_cuoi")]


def test_nobody_is_told_of_days_left_after_the_deadline() -> None:
    steps = tuple(s for s in PLAN.steps if s.kind is not StepKind.OVERDUE)
    letters = due(at(20, 12), cycle=replace(PLAN, steps=steps))
    assert [letter.kind for letter in letters] == [LetterKind.ESCALATION]


def test_who_has_answered_is_left_alone() -> None:
    done = standing("stc", at(20), [version(1, at(18), Verdict.ACCEPTED)])
    assert codes(due(at(20, 8), [done, standing("syt", at(20))])) == [("syt", "qua_han_1")]
    assert due(at(24), [done]) == []


def test_a_returned_version_is_worded_as_a_correction_awaited() -> None:
    returned = standing("syt", at(24), [version(1, at(10), Verdict.RETURNED)])
    assert due(at(24), [returned])[0].awaiting_correction


def test_who_may_correct_is_reminded_by_the_end_of_that_time_and_not_by_the_deadline() -> None:
    versions = [version(1, at(18, 17, 15), Verdict.RETURNED)]  # may correct until the end of 26/02
    sent: dict[str, set[str]] = {"syt": {"truoc_10", "truoc_5", "truoc_2"}}
    written = []
    for day in (19, 20, 21, 24, 25, 26, 27):
        for hour in (8, 9, 16):
            now = at(day, hour)
            for letter in due(now, [standing("syt", now, versions)], sent):
                if letter.agency:
                    sent["syt"].add(letter.mark)
                    written.append((day, hour, letter.mark))
    assert written == [
        (24, 8, "truoc_2@2025-02-27"),
        (26, 8, "ngay_cuoi@2025-02-27"),
        (27, 8, "qua_han_1"),
    ]


@pytest.mark.parametrize("returned_at", [at(20, 17, 15), at(21, 17, 15)])
def test_who_got_a_late_workbook_back_is_left_alone_on_the_next_working_day(
    returned_at: dt.datetime,
) -> None:
    versions = [version(1, returned_at, Verdict.RETURNED)]
    rest = CALENDAR.shift_working_days(returned_at.date(), 1)
    for hour in (8, 9, 16):
        now = dt.datetime.combine(rest, dt.time(hour), tzinfo=HANOI)
        assert [p for p in due(now, [standing("syt", now, versions)]) if p.agency] == []
    after = CALENDAR.shift_working_days(rest, 1)
    now = dt.datetime.combine(after, dt.time(8), tzinfo=HANOI)
    assert codes(due(now, [standing("syt", now, versions)]))[0] == ("syt", "qua_han_3")


def test_within_its_correction_period_an_agency_is_not_called_overdue() -> None:
    versions = [version(1, at(19), Verdict.RETURNED)]  # may correct until the end of 26/02
    for now in (at(20, 8), at(24, 8), at(26, 16)):
        to_agency = [p for p in due(now, [standing("syt", now, versions)]) if p.agency]
        assert all(p.kind is LetterKind.REMINDER for p in to_agency)
    assert codes(due(at(27, 8), [standing("syt", at(27), versions)]))[0] == ("syt", "qua_han_1")


def test_who_has_not_said_which_workbook_counts_is_reminded_and_never_told_that_nothing_came() -> (
    None
):
    asked = Circumstances(held_mail=[HeldMail(at(11), "KH-2025/0007", asked=True)])

    def owed(now: dt.datetime, versions: Sequence[SubmissionRecord] = ()) -> AgencyStanding:
        return standing_of("syt", PLAN, CALENDAR, versions, now, asked)

    for now, step in ((at(12), "truoc_5"), (at(17), "truoc_2"), (at(19), "ngay_cuoi")):
        (letter,) = due(now, [owed(now)])
        assert (letter.step.code, letter.chooses) == (step, True)
        assert "chờ xác định bản chính" in letter.reason
    for late in (at(20, 8), at(24, 8)):
        assert "syt" not in [code for code, _ in codes(due(late, [owed(late)]))]
    returned = version(1, at(6), Verdict.RETURNED)
    (letter,) = due(at(17), [owed(at(17), [returned])])
    assert (letter.chooses, letter.awaiting_correction) == (True, False), "the question comes first"


def test_what_lies_in_the_holding_pen_is_the_offices_move_and_stands_on_its_list() -> None:
    waiting = standing("syt", at(20), held=1)
    assert due(at(19, 8), [waiting]) == []
    letters = due(at(20, 9), [waiting])
    assert codes(letters) == [(OFFICE, "bao_cao_1")]
    assert letters[0].owing == ("syt",)


@pytest.mark.parametrize("for_good", [True, False])
def test_who_is_not_reached_is_reminded_only_while_there_is_hope_and_stands_on_the_list(
    for_good: bool,
) -> None:
    def beyond(now: dt.datetime) -> list[AgencyStanding]:
        why = OutOfReach(("a@syt.example",), at(21, month=1), "địa chỉ không tồn tại", for_good)
        beside = Circumstances(out_of_reach=why)
        return [standing_of("syt", PLAN, CALENDAR, [], now, beside)]

    assert codes(due(at(17, 8), beyond(at(17, 8)))) == ([] if for_good else [("syt", "truoc_2")])
    said = why_untrue(
        PLAN, CALENDAR, beyond(at(17)), WrittenStep("syt", "truoc_2", at(17, 8)), at(17)
    )
    assert said == ("địa chỉ của cơ quan không còn nhận được thư" if for_good else "")
    listed = due(at(20, 9), beyond(at(20, 9)))[-1]
    assert (listed.agency, listed.owing) == (OFFICE, ("syt",))
    # Once it is reached again, the newest step stands for those that were not sent.
    [again] = due(at(18), [standing("syt", at(18))])
    assert (again.step.code, again.superseded) == ("truoc_2", ("truoc_10", "truoc_5"))


def test_an_extension_moves_the_agencys_steps() -> None:
    def extended(now: dt.datetime) -> list[AgencyStanding]:
        return [standing("syt", now, until=at(27, 0))]  # last working day 26/02

    assert codes(due(at(20, 8), extended(at(20, 8)))) == [("syt", "truoc_5")]
    sent = {OFFICE: {"bao_cao_3"}, "syt": {"truoc_5", "ngay_cuoi"}}  # of the common deadline
    [last_day] = due(at(26, 8), extended(at(26, 8)), sent)
    assert (last_day.agency, last_day.mark) == ("syt", "ngay_cuoi@2025-02-27")
    sent["syt"].add(last_day.mark)
    assert due(at(26, 9), extended(at(26, 9)), sent) == []


def test_an_exempted_agency_gets_no_letter_and_stands_on_no_list() -> None:
    now = at(20, 9)
    exempt = standing_of("syt", PLAN, CALENDAR, [], now, Circumstances(exempt=True))
    assert due(now, [exempt]) == []


INSTANTS = st.lists(st.integers(0, 40 * 24 * 2), max_size=25).map(
    lambda halves: [PLAN.opens_at + dt.timedelta(minutes=30 * h) for h in sorted(halves)]
)
HISTORY = st.dictionaries(
    st.sampled_from(["a", "b", "c"]),
    st.lists(
        st.tuples(st.integers(0, 38 * 24), st.sampled_from([Verdict.RETURNED, Verdict.ACCEPTED])),
        max_size=3,
    ),
)
EXTENSIONS = st.dictionaries(
    st.sampled_from(["a", "b", "c"]), st.integers(0, 8).map(lambda d: at(20, 0) + dt.timedelta(d))
)


def records(rows: list[tuple[int, Verdict]]) -> list[SubmissionRecord]:
    return [
        version(n, PLAN.opens_at + dt.timedelta(hours=h), verdict)
        for n, (h, verdict) in enumerate(sorted(rows), 1)
    ]


@settings(max_examples=60, deadline=None)
@given(INSTANTS, HISTORY, EXTENSIONS)
def test_whenever_it_runs_no_step_comes_twice_nor_two_letters_at_once(
    instants: list[dt.datetime],
    history: dict[str, list[tuple[int, Verdict]]],
    extensions: dict[str, dt.datetime],
) -> None:
    sent: dict[str, set[str]] = defaultdict(set)
    for now in instants:
        standings = [
            standing(a, now, records(history.get(a, [])), until=extensions.get(a)) for a in "abc"
        ]
        letters = due(now, standings, sent)
        assert due(now, list(reversed(standings)), sent) == letters
        assert len({p.agency for p in letters}) == len(letters)
        if letters:
            assert CALENDAR.is_working_time(now)
        owing = {s.agency for s in standings if s.owes}
        for letter in letters:
            assert letter.mark not in sent[letter.agency]
            assert letter.due_since <= now
            if letter.agency:
                assert letter.agency in owing
            if letter.kind is LetterKind.OVERDUE:
                assert now >= max(PLAN.due_at, extensions.get(letter.agency, PLAN.due_at))
            sent[letter.agency].add(letter.mark)
        assert due(now, standings, sent) == []

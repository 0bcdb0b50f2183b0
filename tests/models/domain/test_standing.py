"""How an agency stands: on time, corrected, late, and the laws behind it."""

import datetime as dt
from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.domain.answers.standing import (
    AgencyStanding,
    Circumstances,
    HeldMail,
    SubmissionRecord,
    Timeliness,
    correction_due,
    correction_period_end,
    standing_of,
)
from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.cycle.working_calendar import WorkingCalendar
from models.domain.reading.submissions import Verdict

CALENDAR = WorkingCalendar({}, {}, frozenset())
A, R, H = Verdict.ACCEPTED, Verdict.RETURNED, Verdict.HELD


def at(day: int, hour: int = 9, month: int = 2) -> dt.datetime:
    return dt.datetime(2025, month, day, hour, tzinfo=HANOI)


CYCLE = ReportingCycle(
    code="2025-plan",
    title="Kế hoạch hành động",
    form="plan",
    catalogue_year=2025,
    legal_basis="điểm 1.2 mục III",
    content="Kế hoạch",
    opens_at=at(20, 16, 1),
    due_at=at(20, 0),
    due_text="trước ngày 20 tháng 02 năm 2025",
    data_closes_on=None,
    grace_working_days=5,
    meeting="phiên họp",
    meeting_on=None,
    recipient="Văn phòng",
    channel="thư điện tử",
    contact_person="",
    contact_phone="",
    contact_email="",
    steps=(),
)
END = at(30, month=4)


def version(
    number: int, received: dt.datetime, verdict: Verdict, decided: dt.datetime | None = None
) -> SubmissionRecord:
    return SubmissionRecord(
        number, "syt", number, received, verdict, f"KH-2025/{number}", "a.xlsx", "", "", decided
    )


def timeliness(versions: Sequence[SubmissionRecord], now: dt.datetime = END) -> Timeliness:
    return standing_of("syt", CYCLE, CALENDAR, versions, now).timeliness


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        ([], Timeliness.MISSING),
        ([version(1, at(19, 23), A)], Timeliness.ON_TIME),
        ([version(1, at(20, 0), A)], Timeliness.LATE),  # the due instant itself is too late
        ([version(1, at(10), R), version(2, at(19), A)], Timeliness.ON_TIME),
        ([version(1, at(19), R), version(2, at(26, 23), A)], Timeliness.CORRECTED),
        ([version(1, at(19), R), version(2, at(27, 0), A)], Timeliness.LATE),
        ([version(1, at(20), R), version(2, at(21), A)], Timeliness.LATE),
        ([version(1, at(19), R)], Timeliness.OVERDUE),
        ([version(1, at(19), H)], Timeliness.WAITING),
        ([version(1, at(20), H)], Timeliness.OVERDUE),
        ([version(1, at(19), A), version(2, at(25), A)], Timeliness.ON_TIME),
        ([version(1, at(19), A), version(2, at(25), R)], Timeliness.ON_TIME),
    ],
)
def test_timeliness_after_the_end(versions: list[SubmissionRecord], expected: Timeliness) -> None:
    assert timeliness(versions) is expected


def with_held(
    versions: Sequence[SubmissionRecord], *arrived: dt.datetime, now: dt.datetime = END
) -> AgencyStanding:
    mail = [HeldMail(moment, f"KH-2025/{i:04d}") for i, moment in enumerate(arrived, 1)]
    return standing_of("syt", CYCLE, CALENDAR, versions, now, Circumstances(held_mail=mail))


def test_an_unanswered_cycle_is_open_until_due_and_something_held_is_not_missing() -> None:
    assert timeliness([], at(19)) is Timeliness.OPEN
    held = with_held([], at(20), now=at(21))
    assert held.timeliness is Timeliness.OVERDUE
    assert held.waits_for_office


@pytest.mark.parametrize(
    ("versions", "arrived", "expected"),
    [
        ([], [at(19, 23)], Timeliness.WAITING),
        ([], [at(20, 0)], Timeliness.OVERDUE),  # the due instant itself is too late
        ([], [at(20), at(19)], Timeliness.WAITING),  # the first of several was in time
        ([version(1, at(19), R)], [at(26, 23)], Timeliness.WAITING),  # within its time to correct
        ([version(1, at(19), R)], [at(27, 0)], Timeliness.OVERDUE),
        ([version(1, at(19), A)], [at(25)], Timeliness.ON_TIME),
    ],
)
def test_nobody_is_overdue_whose_answer_came_in_time_and_lies_with_the_office(
    versions: list[SubmissionRecord], arrived: list[dt.datetime], expected: Timeliness
) -> None:
    standing = with_held(versions, *arrived)
    assert standing.timeliness is expected
    assert standing.sendings == len(versions) + len(arrived)
    assert standing.held_at == max(arrived)
    assert [m.received_at for m in standing.held_mail] == sorted(arrived)


def test_mail_that_may_be_anothers_counts_as_sent_where_nothing_else_was() -> None:
    doubtful = Circumstances(held_mail=[HeldMail(at(19), doubtful=True)])
    alone = standing_of("syt", CYCLE, CALENDAR, [], END, doubtful)
    beside = standing_of("syt", CYCLE, CALENDAR, [version(1, at(10), R)], END, doubtful)
    assert (alone.timeliness, alone.sendings) == (Timeliness.WAITING, 1)
    assert (beside.timeliness, beside.sendings) == (Timeliness.WAITING, 1)


def test_mail_that_waits_is_the_offices_to_do_before_the_deadline_too() -> None:
    assert with_held([], at(18), now=at(19)).timeliness is Timeliness.WAITING
    assert with_held([], at(19), now=at(18)).timeliness is Timeliness.OPEN  # it has not come yet


def test_whoever_may_still_correct_in_time_is_not_overdue() -> None:
    sent_back = [version(1, at(19), R)]
    assert timeliness(sent_back, at(26, 23)) is Timeliness.CORRECTING
    assert timeliness(sent_back, at(27, 0)) is Timeliness.OVERDUE
    assert timeliness(sent_back, at(19, 23)) is Timeliness.OPEN
    assert timeliness([version(1, at(20), R)], at(21)) is Timeliness.OVERDUE


def test_grace_counts_from_the_return_when_the_office_took_its_time() -> None:
    slow = version(1, at(19), R, decided=at(24))
    assert timeliness([slow, version(2, dt.datetime(2025, 3, 3, 23, tzinfo=HANOI), A)]) is (
        Timeliness.CORRECTED
    )
    assert correction_due(CYCLE, CALENDAR, at(24)) == dt.date(2025, 3, 3)


def test_a_series_of_faulty_late_versions_does_not_renew_the_grace_period() -> None:
    series = [version(1, at(19), R), version(2, at(25), R, decided=at(26))]
    late = dt.datetime(2025, 3, 4, 9, tzinfo=HANOI)
    assert timeliness([*series, version(3, late, A)]) is Timeliness.LATE


def granted(day: int) -> Circumstances:
    return Circumstances(extension_until=at(day, 0))


def test_an_extension_moves_the_deadline_and_never_forward() -> None:
    late = [version(1, at(25), A)]
    extended = standing_of("syt", CYCLE, CALENDAR, late, END, granted(26))
    assert extended.timeliness is Timeliness.ON_TIME
    shortened = standing_of("syt", CYCLE, CALENDAR, [version(1, at(15), A)], END, granted(10))
    assert shortened.timeliness is Timeliness.ON_TIME


def test_the_latest_accepted_version_counts_and_a_returned_one_does_not_replace_it() -> None:
    standing = standing_of(
        "syt", CYCLE, CALENDAR, [version(3, at(18), R), version(1, at(10), A)], END
    )
    assert standing.effective is not None
    assert standing.effective.version == 1
    assert not standing.owes
    assert not standing.awaiting_correction


def test_what_arrived_last_counts_whatever_its_number() -> None:
    late, newer = version(2, at(10), A), version(1, at(12), A)
    standing = standing_of("syt", CYCLE, CALENDAR, [newer, late], END)
    assert standing.effective == newer
    assert standing.latest == newer
    same_moment = version(3, at(12), A)
    standing = standing_of("syt", CYCLE, CALENDAR, [same_moment, newer, late], END)
    assert standing.effective == same_moment


def test_versions_received_after_now_are_not_yet_known() -> None:
    standing = standing_of("syt", CYCLE, CALENDAR, [version(1, at(19), A)], at(18))
    assert standing.owes
    assert standing.timeliness is Timeliness.OPEN


VERSIONS = st.lists(
    st.tuples(
        st.integers(0, 60 * 24),  # hours after the opening
        st.sampled_from(list(Verdict)),
        st.integers(0, 72),  # hours until the decision
    ),
    max_size=6,
).map(
    lambda rows: [
        version(
            n,
            CYCLE.opens_at + dt.timedelta(hours=h),
            v,
            CYCLE.opens_at + dt.timedelta(hours=h + d),
        )
        for n, (h, v, d) in enumerate(sorted(rows), 1)
    ]
)


@given(VERSIONS, st.randoms(use_true_random=False))
def test_the_order_of_versions_changes_nothing(
    versions: list[SubmissionRecord], random: Random
) -> None:
    shuffled = list(versions)
    random.shuffle(shuffled)
    assert standing_of("syt", CYCLE, CALENDAR, shuffled, END) == standing_of(
        "syt", CYCLE, CALENDAR, versions, END
    )


@given(VERSIONS)
def test_who_owes_is_never_settled_and_who_does_not_is_always(
    versions: list[SubmissionRecord],
) -> None:
    standing = standing_of("syt", CYCLE, CALENDAR, versions, END)
    settled = {Timeliness.ON_TIME, Timeliness.CORRECTED, Timeliness.LATE}
    assert (standing.timeliness in settled) == (not standing.owes)


@given(VERSIONS, st.integers(0, 90 * 24))
def test_settled_timeliness_never_changes_as_time_goes_on(
    versions: list[SubmissionRecord], hours: int
) -> None:
    early = standing_of(
        "syt", CYCLE, CALENDAR, versions, CYCLE.opens_at + dt.timedelta(hours=hours)
    )
    if not early.owes:
        final = standing_of("syt", CYCLE, CALENDAR, versions, END)
        assert early.timeliness in {final.timeliness, Timeliness.LATE, Timeliness.CORRECTED}
        assert final.timeliness is early.timeliness


@given(VERSIONS)
def test_the_correction_period_never_ends_before_the_deadline(
    versions: list[SubmissionRecord],
) -> None:
    end = correction_period_end(CYCLE, CALENDAR, versions)
    assert end is None or end >= CYCLE.due_at

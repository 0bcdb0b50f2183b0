"""In which of the office's buckets a task lies: by its dates, never by anybody's impression."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from models.domain.review.states import DeadlineSource, TaskBucket, TaskState


@dataclass(frozen=True, slots=True)
class Deadline:
    """The date a task is measured by; `day` is its last day, None where there is none."""

    day: dt.date | None
    source: DeadlineSource


@dataclass(frozen=True, slots=True)
class Finish:
    """When a task was done. `known` is False where only the day of the report bounds it."""

    day: dt.date | None
    known: bool = True


def deadline_of(directive: dt.date | None, own_plan: dt.date | None) -> Deadline:
    """The directive's deadline; where it sets none, the agency's own of the plan cycle.

    A later own date never softens the directive's, an earlier one never hardens it.

    >>> deadline_of(None, dt.date(2025, 6, 30)).source.value
    'own_plan'
    """
    if directive is not None:
        return Deadline(directive, DeadlineSource.DIRECTIVE)
    if own_plan is not None:
        return Deadline(own_plan, DeadlineSource.OWN_PLAN)
    return Deadline(None, DeadlineSource.NONE)


def finish_of(
    state: TaskState,
    finished_on: dt.date | None,
    product_date: dt.date | None,
    reported_on: dt.date | None,
) -> Finish:
    """When a task reported as done was done; no day for a task that is not.

    The day stated; else the day of the document that proves it; else no later than the report of
    it, which is then not `known`.

    >>> finish_of(TaskState.DONE, None, None, dt.date(2025, 11, 14))
    Finish(day=datetime.date(2025, 11, 14), known=False)
    """
    if state is not TaskState.DONE:
        return Finish(None)
    if finished_on is not None or product_date is not None:
        return Finish(finished_on or product_date)
    return Finish(reported_on, known=False)


def standing_bucket(state: TaskState) -> TaskBucket:
    """The bucket of a task that is done all the year round, whatever its state.

    >>> standing_bucket(TaskState.SUSPENDED).value, standing_bucket(TaskState.UNREPORTED).value
    ('standing', 'unreported')
    """
    return TaskBucket.UNREPORTED if state is TaskState.UNREPORTED else TaskBucket.STANDING


def bucket_of(
    state: TaskState,
    deadline: dt.date | None,
    finished_on: dt.date | None,
    today: dt.date,
    reported_on: dt.date | None = None,
) -> TaskBucket:
    """The one bucket of a task that has an end; `reported_on`: when its state was last told.

    A deadline is the last day: done on it is in time, open on it is not yet overdue. What fell due
    after the last report is not overdue either: it may have been done since, and nobody was asked.
    A done task without any day counts as late: who says nothing of the day has not shown that it
    was in time.

    >>> day = dt.date(2025, 6, 30)
    >>> bucket_of(TaskState.DONE, day, day, dt.date(2025, 11, 20)).value
    'done_on_time'
    >>> bucket_of(TaskState.SUSPENDED, day, None, dt.date(2025, 11, 20)).value
    'overdue'
    >>> bucket_of(TaskState.IN_PROGRESS, day, None, dt.date(2025, 11, 20), day).value
    'unheard'
    """
    if state is TaskState.UNREPORTED:
        return TaskBucket.UNREPORTED
    if state is TaskState.DONE:
        if deadline is None:
            return TaskBucket.DONE_NO_DEADLINE
        in_time = finished_on is not None and finished_on <= deadline
        return TaskBucket.DONE_ON_TIME if in_time else TaskBucket.DONE_LATE
    if deadline is None:
        return TaskBucket.OPEN_NO_DEADLINE
    if today <= deadline:
        return TaskBucket.IN_PROGRESS
    unheard = reported_on is not None and reported_on <= deadline
    return TaskBucket.UNHEARD if unheard else TaskBucket.OVERDUE


def days_late(bucket: TaskBucket, deadline: dt.date | None, finish: Finish) -> int | None:
    """Days from the deadline to the finish of a task done late; None where not late or unknown.

    Of an overdue task the deadline says enough: a count of days would be another one tomorrow.

    >>> day = dt.date(2025, 6, 30)
    >>> days_late(TaskBucket.DONE_LATE, day, Finish(dt.date(2025, 7, 10)))
    10
    """
    if bucket is not TaskBucket.DONE_LATE or deadline is None:
        return None
    return (finish.day - deadline).days if finish.known and finish.day is not None else None

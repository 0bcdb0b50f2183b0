"""The states a review speaks in: of tasks, of values, of the way there, of who is shown it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from models.domain.consolidation.evidence import Figure
from models.domain.register.catalogue import Goal


class TaskState(StrEnum):
    """What an agency says of a task. The values never change; the form words them."""

    DONE = "done"
    IN_PROGRESS = "in_progress"
    NOT_STARTED = "not_started"
    SUSPENDED = "suspended"
    UNREPORTED = ""  # nobody said anything


class TaskBucket(StrEnum):
    """The office's own buckets: each task of a review lies in exactly one."""

    DONE_ON_TIME = "done_on_time"
    DONE_LATE = "done_late"
    DONE_NO_DEADLINE = "done_no_deadline"
    IN_PROGRESS = "in_progress"  # not done, its deadline not passed
    UNHEARD = "unheard"  # fell due after its last report, and nobody has been heard since
    OVERDUE = "overdue"
    OPEN_NO_DEADLINE = "open_no_deadline"
    STANDING = "standing"  # done all the year round, its state reported: never overdue
    UNREPORTED = "unreported"

    @property
    def is_done(self) -> bool:
        """Whether the task is done, in time or not."""
        return self in _DONE


_DONE = frozenset({TaskBucket.DONE_ON_TIME, TaskBucket.DONE_LATE, TaskBucket.DONE_NO_DEADLINE})


class DeadlineSource(StrEnum):
    """Whose date a task is measured by."""

    DIRECTIVE = "directive"
    OWN_PLAN = "own_plan"  # the agency's own plan at the beginning of the year
    NONE = "none"


class GoalState(StrEnum):
    """Whether a project has begun, or was completed, as the directive wants it this year."""

    REACHED = "reached"  # on a day that had passed when it was reported
    FORESEEN = "foreseen"  # on a day still to come
    UNCONFIRMED = "unconfirmed"  # on a day that has passed and that nobody has confirmed since
    UNTOLD = "untold"  # nobody says when
    CONTRADICTED = "contradicted"  # completed by its day, not by the works that are told beside


@dataclass(frozen=True, slots=True)
class ProjectGoal:
    """What the directive wants of a project this year, and whether it has come to that.

    `figure` is the day as the agency gives it, None where it gives none; `volume` is the percent of
    the works that it tells beside, None where it tells none.
    """

    wanted: Goal
    state: GoalState
    figure: Figure | None
    volume: Decimal | None = None

    @property
    def is_open(self) -> bool:
        """Whether it has to be asked about: no day is told, none that is confirmed, or one that
        the works told beside do not bear out."""
        return self.state in (GoalState.UNTOLD, GoalState.UNCONFIRMED, GoalState.CONTRADICTED)


class ValueStatus(StrEnum):
    """Whether a value of the year is foreseen or final."""

    ESTIMATE = "estimate"
    ACTUAL = "actual"
    UNSTATED = ""


class Pace(StrEnum):
    """How what was reached lies to what was promised for that point of the year."""

    AHEAD = "ahead"
    ON_TRACK = "on_track"
    BEHIND = "behind"
    AWAITING = "awaiting"  # the row waits for a person's verdict: its number alone says nothing
    UNKNOWN = "unknown"  # nothing promised, nothing reported, or not comparable


class TrackSource(StrEnum):
    """Where a promise for a point of the year comes from."""

    MILESTONE = "milestone"  # the agency's own, of the plan cycle
    UPDATED = "updated"  # appendix II as the agency updated it in the plan cycle
    SCENARIO = "scenario"  # appendix II as printed


class Answer(StrEnum):
    """What the office holds of an agency when its page is made."""

    TAKEN = "taken"  # something of it counts, or it need not answer
    NOTHING = "nothing"  # it sent nothing
    HELD = "held"  # something it sent waits for a person of the office
    CHOOSES = "chooses"  # it was asked which of several workbooks counts, and has not said
    NOT_TAKEN = "not_taken"  # it sent something, of which nothing was accepted

"""The few numbers of a review that stand at the top of workbook, letter and report."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from models.domain.consolidation.evidence import Figure
from models.domain.cycle.cycles import HANOI
from models.domain.register.targets import REACHED, Judgement
from models.domain.review.lines import (
    Doing,
    Proposal,
    ReviewAction,
    ReviewIndicator,
    ReviewProject,
    ReviewTask,
)
from models.domain.review.reported_days import (
    NOBODY_ASKED,
    AskedSince,
    HeardDays,
    ReportedDays,
    asked_since,
    heard_days,
    reported_days,
)
from models.domain.review.states import Pace, TaskBucket, ValueStatus


@dataclass(frozen=True)
class ReviewHeadline:
    """Counts only. `outcomes` of the indicators with a value; `no_data` are those without."""

    indicators: int
    outcomes: Mapping[Judgement, int]
    no_data: int
    cannot_be_judged: int  # a value, but no target there or no way to compare
    awaiting: int  # answered, and for a person to judge: never counted as not met
    by_person: int  # judged by a person, counted among the outcomes
    below_commitment: int
    estimates: int
    actuals: int
    ahead: int
    on_track: int
    behind: int
    pace_awaiting: int  # on the way as in the year, for a person to judge
    tasks: int
    buckets: Mapping[TaskBucket, int]
    unproven: int  # tasks called done without number and date of a document
    actions: int  # rows that report of them
    registered: int  # works of the plan cycle that they report of, each once
    registered_rows: int  # rows that report of those
    action_buckets: Mapping[TaskBucket, int]
    projects: int
    projects_reported: int
    proposals: int
    # By when what each counts was received: of those alone whose answers it counts.
    indicators_reported: ReportedDays | None = None
    tasks_reported: ReportedDays | None = None
    actions_reported: ReportedDays | None = None
    # The days after which nobody has said anything of what fell due since its last report.
    tasks_unheard_since: HeardDays | None = None
    actions_unheard_since: HeardDays | None = None
    tasks_asked: AskedSince = NOBODY_ASKED  # of those tasks

    @property
    def shown_buckets(self) -> list[TaskBucket]:
        """The buckets in order in which anything lies."""
        return [b for b in TaskBucket if self.buckets[b] or self.action_buckets[b]]

    @property
    def met(self) -> int:
        """Indicators met or exceeded, the floor of a floor and stretch included."""
        return sum(self.outcomes[j] for j in REACHED)

    @property
    def not_met(self) -> int:
        """Indicators not met."""
        return self.outcomes[Judgement.NOT_MET]

    @property
    def done(self) -> int:
        """Tasks done, in time or not."""
        return sum(count for bucket, count in self.buckets.items() if bucket.is_done)


def review_headline(
    indicators: Sequence[ReviewIndicator],
    tasks: Sequence[ReviewTask],
    actions: Sequence[ReviewAction],
    projects: Sequence[ReviewProject],
    proposals: Sequence[Proposal],
    *,
    previewed_on: Mapping[str, Sequence[dt.date]] = MappingProxyType({}),
) -> ReviewHeadline:
    """Counts what the lines say.

    `met + not_met + awaiting + cannot_be_judged + no_data` are all indicators. `previewed_on`: the
    days, in order, of the letters that brought each agency its page for the meeting.
    """
    told = [i for i in indicators if i.has_value]
    outcomes = Counter(i.outcome for i in told)
    buckets = Counter(t.bucket for t in tasks)
    of_actions = Counter(a.bucket for a in actions)
    return ReviewHeadline(
        indicators=len(indicators),
        outcomes={j: outcomes[j] for j in Judgement},
        no_data=len(indicators) - len(told),
        cannot_be_judged=outcomes[Judgement.UNKNOWN],
        awaiting=outcomes[Judgement.AWAITING],
        by_person=sum(bool(i.by_person) for i in told),
        below_commitment=sum(i.commitment_judgement is Judgement.NOT_MET for i in indicators),
        estimates=sum(i.status is ValueStatus.ESTIMATE for i in told),
        actuals=sum(i.status is ValueStatus.ACTUAL for i in told),
        ahead=sum(i.pace is Pace.AHEAD for i in indicators),
        on_track=sum(i.pace is Pace.ON_TRACK for i in indicators),
        behind=sum(i.pace is Pace.BEHIND for i in indicators),
        pace_awaiting=sum(i.pace is Pace.AWAITING for i in indicators),
        tasks=len(tasks),
        buckets={b: buckets[b] for b in TaskBucket},
        unproven=sum(t.bucket.is_done and not t.proven for t in tasks),
        actions=len(actions),
        registered=len({a.planned.reference for a in actions if a.planned}),
        registered_rows=sum(a.planned is not None for a in actions),
        action_buckets={b: of_actions[b] for b in TaskBucket},
        projects=len(projects),
        projects_reported=sum(p.standing is not None for p in projects),
        proposals=len(proposals),
        indicators_reported=reported_days(_sent(_values(indicators))),
        tasks_reported=reported_days(_sent(d.state_figure for d in doings_of(tasks))),
        actions_reported=reported_days(_sent(a.doing.state_figure for a in actions)),
        tasks_unheard_since=unheard_days(doings_of(tasks)),
        actions_unheard_since=unheard_days(a.doing for a in actions),
        tasks_asked=_tasks_asked(tasks, previewed_on),
    )


def doings_of(tasks: Iterable[ReviewTask]) -> Iterator[Doing]:
    """What is reported of each task; of one that many lead together, by each of them."""
    for task in tasks:
        yield from (m.doing for m in task.members) if task.members else (task.doing,)


def _tasks_asked(
    tasks: Iterable[ReviewTask], previewed_on: Mapping[str, Sequence[dt.date]]
) -> AskedSince:
    """About how many of the tasks that fell due without news those were asked who lead them."""
    unheard = TaskBucket.UNHEARD
    return asked_since(
        (
            [(m.agency, m.doing.deadline) for m in task.members_in(unheard)]
            if task.members
            else [(task.row.led_by, task.deadline)]
            for task in tasks
            if task.bucket is unheard
        ),
        previewed_on,
    )


def unheard_days(doings: Iterable[Doing]) -> HeardDays | None:
    """The days on which those that fell due without news were last heard of; None for none."""
    return heard_days(d.reported_on for d in doings if d.bucket is TaskBucket.UNHEARD)


def _values(indicators: Iterable[ReviewIndicator]) -> Iterator[Figure | None]:
    for one in indicators:
        yield from (r.value for r in one.territories.values())
        yield from (m.figure for m in one.members.values) if one.members else ()


def _sent(figures: Iterable[Figure | None]) -> Iterator[tuple[str, dt.date]]:
    """Whose each figure is, and the day, in Hanoi, on which it was received."""
    for figure in figures:
        received = figure.source.received_at if figure is not None else None
        if figure is not None and received is not None:
            yield figure.agency, received.astimezone(HANOI).date()

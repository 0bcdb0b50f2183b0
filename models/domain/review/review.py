"""The review of a year as one value."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property

from models.domain.consolidation.shared_documents import SharedDocument
from models.domain.register.catalogue import PERIODS, Catalogue
from models.domain.register.territories import Territory
from models.domain.review.headline import ReviewHeadline, review_headline
from models.domain.review.lines import (
    Proposal,
    ReviewAction,
    ReviewIndicator,
    ReviewProject,
    ReviewScenario,
    ReviewTask,
)
from models.domain.review.states import TaskBucket


@dataclass(frozen=True)
class Review:
    """What was promised against what was done; lines stand in the directive's order."""

    indicators: Sequence[ReviewIndicator]
    scenario: Sequence[ReviewScenario]
    tasks: Sequence[ReviewTask]
    actions: Sequence[ReviewAction]
    projects: Sequence[ReviewProject]
    proposals: Sequence[Proposal]
    # How many works that an agency registered in the plan cycle nobody reports of, by its code.
    unreported_works: Mapping[str, int] = field(default_factory=dict)
    # Documents that agencies name as proofs of works that have nothing in common.
    shared_documents: Sequence[SharedDocument] = ()
    # Codes of the agencies that have no accepted plan, neither their own nor one taken over.
    without_plan: AbstractSet[str] = frozenset()
    # The days, in order, of the letters that brought each agency its page for the meeting.
    previewed_on: Mapping[str, Sequence[dt.date]] = field(default_factory=dict)

    @cached_property
    def headline(self) -> ReviewHeadline:
        """The numbers a reader asks for first."""
        return review_headline(
            *(self.indicators, self.tasks, self.actions, self.projects, self.proposals),
            previewed_on=self.previewed_on,
        )

    @property
    def territory(self) -> Territory:
        """The ground of the directive's targets, and with it of every figure that names none."""
        return next((one.territory for one in self.indicators), Territory.WHOLE)

    def by_day(self) -> Iterator[str]:
        """What follows from the day and not from what was sent, one text a row: the buckets,
        whether projects have begun and were completed, which tasks agencies were asked about."""
        for task in self.tasks:
            yield f"{task.row.code} {task.bucket}"
            for member in task.members:
                yield f"{task.row.code} {member.agency} {member.bucket}"
        for action in self.actions:
            yield f"{action.agency} {action.row_key} {action.bucket}"
        for project in self.projects:
            if project.goal is not None:
                yield f"{project.row.code} {project.goal.state}"
        if said := self.headline.tasks_asked.said:
            yield said

    def indicator(self, code: str) -> ReviewIndicator:
        """The indicator of that catalogue code; KeyError when there is none."""
        for indicator in self.indicators:
            if indicator.row.code == code:
                return indicator
        raise KeyError(code)

    def task(self, code: str) -> ReviewTask:
        """The task of that catalogue code; KeyError when there is none."""
        for task in self.tasks:
            if task.row.code == code:
                return task
        raise KeyError(code)

    def tasks_in(self, bucket: TaskBucket) -> list[ReviewTask]:
        """The tasks of one bucket."""
        return [t for t in self.tasks if t.bucket is bucket]

    def buckets_of(self, agency: str) -> dict[TaskBucket, int]:
        """How many assigned tasks led by that agency lie in each bucket.

        Of a task that many lead together, each for itself, its own part counts.
        """
        counts = Counter(t.bucket_of(agency) for t in self._led_by(agency))
        return {bucket: counts[bucket] for bucket in TaskBucket}

    def _led_by(self, agency: str) -> list[ReviewTask]:
        return [t for t in self.tasks if agency in (t.row.members or [t.row.lead])]


def growth_by_ground(review: Review, catalogue: Catalogue) -> ReviewIndicator | None:
    """The growth of the whole product, where it is told or set for other grounds than the
    scenario's too.

    Since the merger a figure of it says nothing without its ground: the scenario is still of the
    directive's, what counts at the year's end may be the whole city's. None where there is but one
    ground.
    """
    if not review.scenario:
        return None
    whole = review.scenario[0].row.code
    twins = {e.left for e in catalogue.equivalences if e.right == whole and e.period == PERIODS[-1]}
    for one in review.indicators:
        known = (t for t, r in one.territories.items() if r.value or r.target)
        if one.row.code in twins and any(t is not one.territory for t in known):
            return one
    return None

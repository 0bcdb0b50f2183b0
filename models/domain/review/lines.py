"""What a review says, line by line: each figure with its source, each judgement with its reason.

References of figures reported in the review begin with "N-", of the plan cycle's with "K-".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from models.domain.consolidation.evidence import Answers, Figure, Source
from models.domain.consolidation.indicators import IndicatorLine, ScenarioLine
from models.domain.consolidation.members import Members
from models.domain.consolidation.plans import RowAnswer
from models.domain.consolidation.shared_documents import CitedDocument
from models.domain.consolidation.verdicts import PersonAsked
from models.domain.cycle.cycles import HANOI
from models.domain.notation.corrections import names_issued_paper
from models.domain.register.catalogue import PERIODS, CatalogueRow, Goal
from models.domain.register.targets import Judgement
from models.domain.register.targets_in_force import TargetInForce
from models.domain.register.territories import Territory
from models.domain.review.buckets import Deadline, Finish
from models.domain.review.judging import TerritoryResult
from models.domain.review.pace import TrackPoint
from models.domain.review.states import (
    DeadlineSource,
    Pace,
    ProjectGoal,
    TaskBucket,
    TaskState,
    ValueStatus,
)


@dataclass(frozen=True, slots=True)
class HistoryPoint:
    """A value of the year as one version gave it. Versions follow each other, oldest first."""

    value: Decimal
    status: ValueStatus
    received_at: dt.datetime  # UTC
    source: Source
    counts: bool  # whether it is the version that counts now
    added: bool = False  # whether earlier versions told of the row, but not of this ground


@dataclass(frozen=True)
class ReviewIndicator:
    """One indicator: what the year brought, against the target in force and what was promised.

    Where many lead it together, each for itself, nobody's value is the row's: `members` holds each
    one's, and `outcome` is what all of them make of it.

    `value`, `target`, `judgement` and `distance` (in the row's unit, positive when better) are of
    the directive's own territory; `territories` holds every territory somebody reported for, that
    one too; `told_elsewhere` is what only another row of the measure says. `outcome` is counted.
    """

    line: IndicatorLine
    territory: Territory  # of the directive's targets
    value: Figure | None
    status: ValueStatus
    as_of: Figure | None
    to_date: Figure | None
    last_year: Figure | None
    target: TargetInForce | None
    judgement: Judgement
    distance: Decimal | None
    commitment: Figure | None  # the one that stood in the plan cycle, whosever value stands now
    commitment_judgement: Judgement
    commitment_distance: Decimal | None
    territories: Mapping[Territory, TerritoryResult]
    track: Sequence[TrackPoint]
    causes: Figure | None
    remedies: Figure | None
    self_judgement: Figure | None
    why_not_judged: str  # empty where it is judged
    histories: Mapping[Territory, Sequence[HistoryPoint]] = field(default_factory=dict)
    disputed: Mapping[str, Sequence[str]] = field(default_factory=dict)  # conflicts by reference
    kin: Sequence[str] = ()  # the agency whose value stands, then those it answers for
    own_promises: Mapping[str, Figure] = field(default_factory=dict)  # by agency of the row
    members: Members | None = None  # what each says of itself, where many lead together
    commitment_asked: PersonAsked | None = None  # where a person judges how it was kept
    judged_value: Decimal | None = None  # by which a ruling has it judged instead of its own
    told_elsewhere: Mapping[Territory, TerritoryResult] = field(default_factory=dict)

    def other_agency(self, figure: Figure | None, reader: str = "") -> str:
        """Whose figure it is where neither the agency nor a predecessor gave it, nor the `reader`
        of a page whose own value does not stand; else ""."""
        own = self.kin if not reader or reader in self.kin else (reader,)
        return figure.agency if figure is not None and figure.agency not in own else ""

    @property
    def row(self) -> CatalogueRow:
        """The catalogue row."""
        return self.line.row

    @property
    def agency(self) -> str:
        """Whose report stands, empty for none."""
        return self.line.standing.agency if self.line.standing else ""

    @property
    def grounds(self) -> dict[Territory, TerritoryResult]:
        """What is known of every ground, in the row itself or in another row of the measure."""
        return {**self.territories, **self.told_elsewhere}

    @property
    def result(self) -> TerritoryResult | None:
        """The result the headline counts: the directive's territory, where it was reported for.

        Else the whole city's: since the merger some agencies can tell no other, and where the
        whole has a target of its own, that is the one that holds.
        """
        own = self.territories.get(self.territory)
        if own is not None and own.value is not None:
            return own
        whole = self.territories.get(Territory.WHOLE)
        return whole if whole is not None and whole.value is not None else own

    @property
    def elsewhere(self) -> bool:
        """Whether what counts is of other ground than the directive's, and with it than the row's
        promise, last year, value to date and pace."""
        return self.result is not None and self.result.territory is not self.territory

    @property
    def repeats_to_date(self) -> bool:
        """Whether the estimate of the whole year is the value to date once more."""
        year, now = self.result.value if self.result else None, self.to_date
        if year is None or now is None or self.elsewhere or self.status is ValueStatus.ACTUAL:
            return False
        return year.number is not None and (year.number, year.bound) == (now.number, now.bound)

    @property
    def outcome(self) -> Judgement:
        """The judgement the headline counts."""
        return self.result.judgement if self.result else Judgement.UNKNOWN

    @property
    def why_open(self) -> str:
        """Why the outcome is none yet, of the territory that it counts; "" where it is one."""
        result = self.result
        return (result.why_not_judged if result else "") or self.why_not_judged

    @property
    def by_person(self) -> str:
        """That a person judged the outcome, who and why; "" where none did."""
        return self.result.by_person if self.result else ""

    @property
    def commitment_by_person(self) -> str:
        """That a person judged how the promise was kept, who and why; "" where none did."""
        return self.commitment_asked.by_person if self.commitment_asked else ""

    @property
    def asked(self) -> Iterator[PersonAsked]:
        """What a person judges or has judged of it: territory by territory, then the promise."""
        for result in self.territories.values():
            found = (result.asked, *(b.asked for b in result.baselines))
            yield from (one for one in found if one is not None)
        if self.commitment_asked is not None:
            yield self.commitment_asked
        yield from self.members.asked if self.members else ()

    @property
    def has_value(self) -> bool:
        """Whether anybody gave a value of the year, for any territory."""
        if self.members is not None:
            return bool(self.members.answered)
        return any(t.value is not None for t in self.territories.values())

    def outcome_of(self, agency: str) -> Judgement:
        """What the row comes to for that agency: its own value, where each answers for itself."""
        own = self.members.of(agency) if self.members else None
        return own.judgement if own else self.outcome

    def has_value_of(self, agency: str) -> bool:
        """Whether there is a value that the outcome for that agency follows from."""
        own = self.members.of(agency) if self.members else None
        return own.figure is not None if own else self.has_value

    @property
    def pace(self) -> Pace:
        """The pace on the day of the figures."""
        return self.pace_point.pace if self.pace_point else Pace.UNKNOWN

    @property
    def pace_point(self) -> TrackPoint | None:
        """What the pace follows from: the last point that can be compared; None for none.

        It is a point of the way, so that verdict, count and the table of the way say the same. Only
        an official value of the year speaks for the year's end; an estimate is none.
        """
        final = self.status is ValueStatus.ACTUAL
        known = (
            t
            for t in reversed(self.track)
            if t.pace is not Pace.UNKNOWN and (final or t.period != PERIODS[-1])
        )
        return next(known, None)

    @property
    def self_judgement_differs(self) -> bool:
        """Whether the agency says "đạt" of what is not met, or "không đạt" of what is."""
        open_ = (Judgement.AWAITING, Judgement.UNKNOWN)
        if self.self_judgement is None or self.judgement in open_:
            return False
        said = _SELF_JUDGEMENTS.get(" ".join(self.self_judgement.text.split()).casefold())
        return said is not None and said is not (self.judgement is not Judgement.NOT_MET)


_SELF_JUDGEMENTS = {"vượt": True, "đạt": True, "không đạt": False}


@dataclass(frozen=True)
class Doing:
    """What an agency reports of something to be done, and what follows from its dates.

    `deadline_figure` is the agency's own date of the plan cycle where that is the deadline;
    `moved_deadline` the later one it states now.
    """

    state: TaskState
    state_figure: Figure | None
    bucket: TaskBucket
    due: Deadline
    deadline_figure: Figure | None
    moved_deadline: Figure | None
    finish: Finish
    finished_figure: Figure | None
    days_late: int | None  # of a task done late
    percent: Figure | None
    product: Figure | None
    product_number: Figure | None
    product_date: Figure | None
    obstacles: Figure | None
    proposals: Figure | None
    explained: Figure | None = None  # beside its row, where something is out of the common
    shared: Sequence[CitedDocument] = ()  # by whom its document is named for another work

    @property
    def deadline(self) -> dt.date | None:
        """The last day in time."""
        return self.due.day

    @property
    def reported_at(self) -> dt.datetime | None:
        """When its state was last reported, UTC; None where it was not."""
        return self.state_figure.source.received_at if self.state_figure else None

    @property
    def reported_on(self) -> dt.date | None:
        """The day of that report, in Hanoi."""
        at = self.reported_at
        return at.astimezone(HANOI).date() if at else None

    @property
    def deadline_source(self) -> DeadlineSource:
        """Whose date it is."""
        return self.due.source

    @property
    def finished_on(self) -> dt.date | None:
        """The day it was done, as stated or as its document is dated; None where unknown."""
        return self.finish.day if self.finish.known else None

    @property
    def proven(self) -> bool:
        """Whether a document with number and date proves that it is done; a draft, or one that is
        to come, proves nothing."""
        number = self.product_number.value if self.product_number is not None else None
        issued = isinstance(number, str) and names_issued_paper(number)
        return self.state is TaskState.DONE and issued and self.product_date is not None


@dataclass(frozen=True)
class MemberDoing:
    """How far one of many who lead a task together is; `answer` is None while it wrote nothing."""

    agency: str
    answer: RowAnswer | None
    doing: Doing

    @property
    def bucket(self) -> TaskBucket:
        """In which of the office's buckets its own part lies."""
        return self.doing.bucket


@dataclass(frozen=True)
class ReviewTask:
    """One task of appendix IV. Answers come lead first; `doing` is the report that stands.

    Where many lead it together, each for itself, `members` holds all of them in the row's order,
    and `doing` is that of whoever is least advanced among those who have reported.
    """

    row: CatalogueRow
    answers: Sequence[RowAnswer]
    standing: RowAnswer | None
    provisional: bool  # the lead reported nothing, a co-reporter's stands in
    doing: Doing
    members: Sequence[MemberDoing] = ()

    @property
    def bucket(self) -> TaskBucket:
        """In which of the office's buckets it lies; not done while anybody it names is silent."""
        if self.doing.bucket.is_done and self.members_in(TaskBucket.UNREPORTED):
            return TaskBucket.UNREPORTED
        return self.doing.bucket

    @property
    def led_by(self) -> str:
        """Code of whose word stands, or of those who lead together; "" where nobody leads."""
        if self.standing is None or self.row.each_for_itself:
            return self.row.led_by
        return self.standing.agency

    def members_in(self, bucket: TaskBucket) -> list[MemberDoing]:
        """The members whose own part lies in that bucket."""
        return [m for m in self.members if m.bucket is bucket]

    def bucket_of(self, agency: str) -> TaskBucket:
        """In which bucket the task lies for that agency: its own part, where each has one."""
        return next((m.bucket for m in self.members if m.agency == agency), self.bucket)

    @property
    def state(self) -> TaskState:
        """What its agency says of it."""
        return self.doing.state

    @property
    def deadline(self) -> dt.date | None:
        """The last day in time."""
        return self.doing.deadline

    @property
    def deadline_source(self) -> DeadlineSource:
        """Whose date the deadline is."""
        return self.doing.deadline_source

    @property
    def finished_on(self) -> dt.date | None:
        """The day it was done, None where unknown or open."""
        return self.doing.finished_on

    @property
    def proven(self) -> bool:
        """Whether documents with number and date prove that it is done, by all who did it."""
        if self.members:
            return all(m.doing.proven for m in self.members if m.bucket.is_done)
        return self.doing.proven

    @property
    def percent(self) -> Figure | None:
        """How far it is, in percent."""
        return self.doing.percent

    @property
    def obstacles(self) -> Figure | None:
        """What stands in the way."""
        return self.doing.obstacles

    @property
    def proposals(self) -> Figure | None:
        """What the agency asks for."""
        return self.doing.proposals


@dataclass(frozen=True)
class ReviewAction:
    """One row of an agency's free action plan. `group` numbers the directive's solutions."""

    agency: str
    row_key: str
    group: int  # 0: a group the directive does not have
    group_title: str
    answers: Answers
    work: Figure | None
    planned: Figure | None  # the same work in the plan cycle, under whatever agency
    doing: Doing

    @property
    def bucket(self) -> TaskBucket:
        """In which of the office's buckets it lies."""
        return self.doing.bucket


@dataclass(frozen=True, slots=True)
class Baseline:
    """A plan that money spent is measured by. Baselines have names: one figure has several shares.

    `plan` is in million dong; the shares are percent of it, rounded half up to one decimal, None
    where nothing was reported or the plan is 0.
    """

    key: str  # "plan_central", "plan_city", "own_plan"
    name: str
    plan: Figure
    share_pct: Decimal | None  # disbursed to date
    estimate_pct: Decimal | None  # as foreseen for the whole year


@dataclass(frozen=True)
class ReviewProject:
    """One project of appendix V; answers come lead first, amounts are million dong."""

    row: CatalogueRow
    answers: Sequence[RowAnswer]
    standing: RowAnswer | None
    provisional: bool
    disbursed: Figure | None
    disbursed_as_of: Figure | None
    disbursed_estimate: Figure | None
    baselines: Sequence[Baseline]
    milestones: Mapping[str, Figure]  # registered in the plan cycle, by period in the year's order
    due: str  # the last of those periods that had ended on the day of the figures; "" for none
    progress: Figure | None
    obstacles: Figure | None
    proposals: Figure | None
    causes: Figure | None
    # Its beginning and its completion: the day, and whether it has come to that.
    days: Mapping[Goal, ProjectGoal] = field(default_factory=dict)
    goal: ProjectGoal | None = None  # None where the directive sets neither for this year

    def baseline(self, key: str) -> Baseline | None:
        """The baseline of that key, None where the agency stated none."""
        return next((b for b in self.baselines if b.key == key), None)


@dataclass(frozen=True)
class ScenarioPoint:
    """One branch of the growth scenario at one period; indices, same period of last year = 100."""

    period: str
    printed: Decimal
    updated: Figure | None  # of the plan cycle
    actual: Figure | None
    difference: Decimal | None  # actual less printed, in points
    pace: Pace  # against the printed index
    difference_to_update: Decimal | None
    pace_to_update: Pace

    @property
    def is_contrary(self) -> bool:
        """Whether it is behind by the printed index alone, or by the agency's own update alone."""
        if Pace.UNKNOWN in (self.pace, self.pace_to_update):
            return False
        return (self.pace is Pace.BEHIND) is not (self.pace_to_update is Pace.BEHIND)


@dataclass(frozen=True)
class ReviewScenario:
    """One branch of the growth scenario (appendix II), the four periods in order."""

    line: ScenarioLine
    points: Sequence[ScenarioPoint]
    status: ValueStatus  # of the year's index
    causes: Figure | None
    disputed: Mapping[str, Sequence[str]] = field(default_factory=dict)  # conflicts by reference
    history: Sequence[HistoryPoint] = ()  # of the year's index

    @property
    def row(self) -> CatalogueRow:
        """The catalogue row."""
        return self.line.row

    def other_agency(self, figure: Figure | None) -> str:
        """Whose figure it is where none of the branch's indices that stand are its own; else ""."""
        standing = {f.agency for f in self.line.updated.values()}
        return figure.agency if figure and standing and figure.agency not in standing else ""

    def point(self, period: str) -> ScenarioPoint | None:
        """The point of that period."""
        return next((p for p in self.points if p.period == period), None)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What an agency asks the City People's Committee for.

    It stands at a row of the catalogue, at an action of the agency's own plan, or at neither: it is
    about the report as a whole.
    """

    agency: str
    text: str
    figure: Figure
    row: str = ""  # code of the catalogue row it stands at
    work: str = ""  # the words of the action it stands at
    off_budget: bool = False  # it asks the budget for money for a project that investors pay for

    @property
    def about_work(self) -> str:
        """The action it stands at, as one reads it; "" for none."""
        return f"Việc tự đề ra: {self.work}" if self.work else ""

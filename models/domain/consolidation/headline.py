"""The few numbers that stand at the top of the workbook and of the summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from models.domain.answers.standing import Timeliness
from models.domain.consolidation.conflicts import Conflict
from models.domain.consolidation.indicators import IndicatorLine
from models.domain.consolidation.overview import AgencyOverview, Completeness
from models.domain.consolidation.plans import PlanState, ProjectLine, TaskLine
from models.domain.consolidation.wholes import WholeAndParts
from models.domain.consolidation.wording import timeliness_named
from models.domain.register.catalogue import Appendix
from models.domain.register.targets import Judgement


@dataclass(frozen=True)
class Headline:
    """Counts only; `completeness` is over all agencies, by appendix."""

    asked: int
    answered: int
    timeliness: Mapping[Timeliness, int]
    held: int
    indicators: int
    judgements: Mapping[Judgement, int]  # of the indicators somebody gave a value for
    uncommitted: int
    tasks: int
    plan_states: Mapping[PlanState, int]
    late_plans: int  # tasks whose own date is after the directive's
    projects: int
    projects_reported: int
    conflicts: int  # that nobody has ruled on
    open_errors: int
    open_warnings: int
    completeness: Mapping[Appendix, Completeness]
    unreached: int = 0  # agencies that no letter reaches
    partly: int = 0  # agencies of which a part was accepted and something is still owed
    unfit_wholes: int = 0  # wholes that their parts do not fit
    # Of those whose mail waits, the agencies that were asked which of several workbooks counts.
    choosing: int = 0
    extended: int = 0  # of those in time, the agencies whose deadline was another one
    sent_back: int = 0  # of those still in time, the agencies that have their workbook back
    #: Of those of whom nothing came, the agencies that sent another one's workbook.
    anothers: Mapping[Timeliness, int] = field(default_factory=dict)

    @property
    def apart(self) -> dict[Timeliness, dict[str, int]]:
        """Of which states how many are told apart, since more is known of them, by their names."""
        late = {
            state: {timeliness_named(state, sent_back=False, anothers=True): number}
            for state, number in self.anothers.items()
        }
        chooses = timeliness_named(Timeliness.WAITING, sent_back=False, chooses=True)
        back = timeliness_named(Timeliness.OPEN, sent_back=True)
        return {
            **late,
            Timeliness.WAITING: {chooses: self.choosing},
            Timeliness.OPEN: {back: self.sent_back, **late.get(Timeliness.OPEN, {})},
        }

    @property
    def committed(self) -> int:
        """Indicators somebody gave a value for."""
        return self.indicators - self.uncommitted

    @property
    def falling_short(self) -> int:
        """Indicators committed below the assigned target."""
        return self.judgements[Judgement.NOT_MET]


def headline_of(
    agencies: Sequence[AgencyOverview],
    indicators: Sequence[IndicatorLine],
    tasks: Sequence[TaskLine],
    projects: Sequence[ProjectLine],
    conflicts: Sequence[Conflict],
    wholes: Sequence[WholeAndParts] = (),
) -> Headline:
    """Counts what the lines say."""
    timeliness = Counter(a.timeliness for a in agencies)
    judgements = Counter(line.judgement for line in indicators if not line.uncommitted)
    states = Counter(t.state for t in tasks)
    completeness: dict[Appendix, Completeness] = {}
    for agency in agencies:
        for appendix, one in agency.completeness.items():
            completeness[appendix] = completeness.get(appendix, Completeness(0, 0)) + one
    return Headline(
        asked=len(agencies),
        answered=sum(a.answered for a in agencies),
        timeliness={t: timeliness[t] for t in Timeliness},
        held=sum(a.held for a in agencies),
        indicators=len(indicators),
        judgements={j: judgements[j] for j in Judgement},
        uncommitted=sum(line.uncommitted for line in indicators),
        tasks=len(tasks),
        plan_states={s: states[s] for s in PlanState},
        late_plans=sum(bool(t.late_plans) for t in tasks),
        projects=len(projects),
        projects_reported=sum(bool(p.answers) for p in projects),
        conflicts=sum(c.is_open for c in conflicts),
        open_errors=sum(a.open_errors for a in agencies),
        open_warnings=sum(a.open_warnings for a in agencies),
        completeness={a: completeness[a] for a in Appendix if a in completeness},
        unreached=sum(a.out_of_reach is not None for a in agencies),
        partly=sum(bool(a.owed) for a in agencies),
        unfit_wholes=sum(one.fault is not None for one in wholes),
        choosing=sum(a.chooses and a.timeliness is Timeliness.WAITING for a in agencies),
        extended=sum(a.in_time_extended for a in agencies),
        sent_back=sum(a.sent_back and a.timeliness is Timeliness.OPEN for a in agencies),
        anothers={
            state: number
            for state in (Timeliness.OPEN, Timeliness.MISSING)
            if (number := sum(a.anothers and a.timeliness is state for a in agencies))
        },
    )

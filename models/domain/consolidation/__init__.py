"""Consolidation: what all agencies said, side by side, with the source of every figure.

Here lives what follows from the standings of one cycle: lines, conflicts, rulings, overviews. What
was promised is judged against what was done in `models.domain.review`, of which nothing is known
here; neither are the words of letters and workbooks, but for the names of states and conflicts.
"""

from __future__ import annotations

from models.domain.consolidation.conflicts import Conflict, ConflictKind, StandsBecause
from models.domain.consolidation.consolidating import Consolidation, OpenFinding, consolidate
from models.domain.consolidation.evidence import EARLIER, OWN, EvidenceBase, Figure, Source, cited
from models.domain.consolidation.headline import Headline
from models.domain.consolidation.indicators import IndicatorLine, Report, ScenarioLine
from models.domain.consolidation.members import Members, MemberValue
from models.domain.consolidation.overview import AgencyOverview, Completeness, SectionOverview
from models.domain.consolidation.plans import (
    ActionGroup,
    ActionItem,
    PlanState,
    ProjectLine,
    RowAnswer,
    TaskLine,
    TaskPlan,
)
from models.domain.consolidation.rulings import ConflictRuling, Rulings, Side, code_of

__all__ = [
    "EARLIER",
    "OWN",
    "ActionGroup",
    "ActionItem",
    "AgencyOverview",
    "Completeness",
    "Conflict",
    "ConflictKind",
    "ConflictRuling",
    "Consolidation",
    "EvidenceBase",
    "Figure",
    "Headline",
    "IndicatorLine",
    "MemberValue",
    "Members",
    "OpenFinding",
    "PlanState",
    "ProjectLine",
    "Report",
    "RowAnswer",
    "Rulings",
    "ScenarioLine",
    "SectionOverview",
    "Side",
    "Source",
    "StandsBecause",
    "TaskLine",
    "TaskPlan",
    "cited",
    "code_of",
    "consolidate",
]

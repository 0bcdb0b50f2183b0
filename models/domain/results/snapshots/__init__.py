"""Snapshots: what a consolidation said when it was sent, and what has changed since.

Kept and compared as plain content; nothing here reads or writes a store, nor words a sentence.
"""

from models.domain.results.snapshots.comparing import (
    AgencyChange,
    Changes,
    ConflictChange,
    FigureChange,
    GroundChange,
    LineChange,
    PaceChange,
    WorkChange,
    changes_between,
)
from models.domain.results.snapshots.kept import (
    LAYOUT,
    FrozenAgency,
    FrozenConflict,
    FrozenFigure,
    FrozenGround,
    FrozenLine,
    FrozenPace,
    FrozenWork,
    Input,
    Snapshot,
    plan_lines,
    review_lines,
    snapshot_as_text,
    snapshot_from_text,
    snapshot_of,
)

__all__ = [
    "LAYOUT",
    "AgencyChange",
    "Changes",
    "ConflictChange",
    "FigureChange",
    "FrozenAgency",
    "FrozenConflict",
    "FrozenFigure",
    "FrozenGround",
    "FrozenLine",
    "FrozenPace",
    "FrozenWork",
    "GroundChange",
    "Input",
    "LineChange",
    "PaceChange",
    "Snapshot",
    "WorkChange",
    "changes_between",
    "plan_lines",
    "review_lines",
    "snapshot_as_text",
    "snapshot_from_text",
    "snapshot_of",
]

"""The review of a year: what was promised against what was done, judged by data alone.

Values are judged against the target in force in their territory, against the agency's own
commitment and, on the way, against milestones and scenario; tasks lie in the office's buckets by
their dates; money is a share of a plan that has a name. Here lives what is made of a consolidation
and the earlier one, up to its lines and headline; consolidation knows none of it, and what is shown
of it is made in `models.domain.results`.
"""

from __future__ import annotations

from models.domain.review.buckets import Deadline, Finish, bucket_of, deadline_of, finish_of
from models.domain.review.headline import ReviewHeadline
from models.domain.review.judging import BaselineResult, TerritoryResult
from models.domain.review.lines import (
    Baseline,
    Doing,
    HistoryPoint,
    MemberDoing,
    Proposal,
    ReviewAction,
    ReviewIndicator,
    ReviewProject,
    ReviewScenario,
    ReviewTask,
    ScenarioPoint,
)
from models.domain.review.pace import TrackPoint
from models.domain.review.review import Review
from models.domain.review.states import (
    DeadlineSource,
    Pace,
    TaskBucket,
    TaskState,
    TrackSource,
    ValueStatus,
)

__all__ = [
    "Baseline",
    "BaselineResult",
    "Deadline",
    "DeadlineSource",
    "Doing",
    "Finish",
    "HistoryPoint",
    "MemberDoing",
    "Pace",
    "Proposal",
    "Review",
    "ReviewAction",
    "ReviewHeadline",
    "ReviewIndicator",
    "ReviewProject",
    "ReviewScenario",
    "ReviewTask",
    "ScenarioPoint",
    "TaskBucket",
    "TaskState",
    "TerritoryResult",
    "TrackPoint",
    "TrackSource",
    "ValueStatus",
    "bucket_of",
    "deadline_of",
    "finish_of",
]

"""Counts for tables and charts, by what they are counted by; and the colours charts give them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from models.domain.answers.standing import Timeliness
from models.domain.consolidation import Consolidation
from models.domain.consolidation.wording import KIND_NAMES, TIMELINESS_NAMES
from models.domain.register.agencies import AgencyKind
from models.domain.register.targets import Judgement
from models.domain.review import Review, TaskBucket
from models.domain.review.wording import OUTCOME_NAMES, bucket_said
from tasks.adapters.sheets.consolidation_cells import NO_DATA, appendix_name

if TYPE_CHECKING:
    import pandas as pd

TIMELINESS_COLOURS = {  # for charts, without "#"
    Timeliness.ON_TIME: "2E7D32",
    Timeliness.CORRECTED: "81C784",
    Timeliness.LATE: "F9A825",
    Timeliness.WAITING: "3C6EB4",
    Timeliness.CORRECTING: "9FC5E8",
    Timeliness.OPEN: "90A4AE",
    Timeliness.OVERDUE: "E57373",
    Timeliness.MISSING: "B71C1C",
    Timeliness.EXEMPT: "CFD8DC",
}
OUTCOME_COLOURS = {  # for charts, without "#"
    OUTCOME_NAMES[Judgement.EXCEEDED]: "1B5E20",
    OUTCOME_NAMES[Judgement.MET]: "43A047",
    OUTCOME_NAMES[Judgement.FLOOR_MET]: "A5D6A7",
    OUTCOME_NAMES[Judgement.NOT_MET]: "C62828",
    OUTCOME_NAMES[Judgement.AWAITING]: "FFB300",
    OUTCOME_NAMES[Judgement.UNKNOWN]: "B0BEC5",
    NO_DATA: "6D4C41",
}
BUCKET_COLOURS = {  # for charts, without "#"
    TaskBucket.DONE_ON_TIME: "2E7D32",
    TaskBucket.DONE_LATE: "F9A825",
    TaskBucket.DONE_NO_DEADLINE: "81C784",
    TaskBucket.IN_PROGRESS: "3C6EB4",
    TaskBucket.UNHEARD: "BCAAA4",
    TaskBucket.OVERDUE: "B71C1C",
    TaskBucket.OPEN_NO_DEADLINE: "90A4AE",
    TaskBucket.STANDING: "7986CB",
    TaskBucket.UNREPORTED: "6D4C41",
}


_SELDOM = frozenset({Timeliness.EXEMPT, Timeliness.WAITING, Timeliness.CORRECTING})


def status_by_kind(consolidation: Consolidation) -> pd.DataFrame:
    """Agencies by kind (rows, as named) and timeliness (columns, in ladder order), with totals.

    Every kind that occurs has a row, every timeliness a column (exempt, waiting for the office and
    being corrected only where somebody is);
    counts are integers. The index is the kind's name, the last row and the last column ("Cộng")
    are sums.
    """
    import pandas as pd  # start-up cost: most runs make no table

    order = [*(KIND_NAMES[k] for k in AgencyKind), KIND_NAMES[None]]
    present = {a.timeliness for a in consolidation.agencies}
    states = [TIMELINESS_NAMES[t] for t in Timeliness if t in present or t not in _SELDOM]
    flat = pd.DataFrame(
        [(KIND_NAMES[a.kind], TIMELINESS_NAMES[a.timeliness]) for a in consolidation.agencies],
        columns=["kind", "timeliness"],
    )
    table = pd.crosstab(flat["kind"], flat["timeliness"]).reindex(
        index=[k for k in order if k in set(flat["kind"])], columns=states, fill_value=0
    )
    table["Cộng"] = table.sum(axis=1)
    table.loc["Cộng"] = table.sum(axis=0)
    return table.astype(int)


_OUTCOME_ORDER: Sequence[Judgement] = (
    *(Judgement.EXCEEDED, Judgement.MET, Judgement.FLOOR_MET, Judgement.NOT_MET),
    *(Judgement.AWAITING, Judgement.UNKNOWN),
)


def outcome_names(review: Review) -> list[str]:
    """The outcomes in order, as named, then without data; «chờ đánh giá» where any are."""
    shown = [j for j in _OUTCOME_ORDER if j is not Judgement.AWAITING or review.headline.awaiting]
    return [*(OUTCOME_NAMES[j] for j in shown), NO_DATA]


def outcome_by_appendix(review: Review) -> pd.DataFrame:
    """Indicators by appendix (rows) and outcome (columns, as named, then without data); sums."""
    import pandas as pd  # start-up cost: most runs make no table

    columns = outcome_names(review)
    counts: dict[str, dict[str, int]] = {}
    for one in review.indicators:
        name = appendix_name(one.row.appendix)
        outcome = OUTCOME_NAMES[one.outcome] if one.has_value else NO_DATA
        row = counts.setdefault(name, dict.fromkeys(columns, 0))
        row[outcome] += 1
    table = pd.DataFrame.from_dict(counts, orient="index", columns=columns)
    table["Cộng"] = table.sum(axis=1)
    table.loc["Cộng"] = table.sum(axis=0)
    return table.astype(int)


def buckets_table(review: Review) -> pd.DataFrame:
    """Buckets (rows, as named, in the office's order) by assigned tasks and own actions; sums."""
    import pandas as pd  # start-up cost: most runs make no table

    headline = review.headline
    shown = headline.shown_buckets
    table = pd.DataFrame(
        [(headline.buckets[bucket], headline.action_buckets[bucket]) for bucket in shown],
        index=[bucket_said(bucket, headline.unheard_since) for bucket in shown],
        columns=["Nhiệm vụ được giao", "Việc cơ quan tự đề ra"],
    )
    table.loc["Cộng"] = table.sum(axis=0)
    return table.astype(int)

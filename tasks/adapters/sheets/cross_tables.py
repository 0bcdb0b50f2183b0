"""Counts for tables and charts, by what they are counted by; and how charts show outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from models.domain.answers.standing import Timeliness
from models.domain.consolidation import Consolidation
from models.domain.consolidation.overview import AgencyOverview
from models.domain.consolidation.wording import KIND_NAMES, TIMELINESS_NAMES, timeliness_named
from models.domain.register.agencies import AgencyKind
from models.domain.register.targets import Judgement
from models.domain.review import Review
from models.domain.review.wording import BUCKET_NAMES, OUTCOME_NAMES
from tasks.adapters.sheets.charts.looks import Filling, look_of_outcome, look_of_timeliness
from tasks.adapters.sheets.consolidation_cells import NO_DATA, appendix_name

if TYPE_CHECKING:
    import pandas as pd


_SELDOM = frozenset({Timeliness.EXEMPT, Timeliness.WAITING, Timeliness.CORRECTING})
#: Of whom more is known than the state, as the first page tells them apart.
_APART = (Timeliness.WAITING, Timeliness.OPEN)


def looks_of_states() -> dict[str, Filling]:
    """How charts show the agencies of each state, as named, in ladder order; behind their state
    those of whom more is known."""
    looks: dict[str, Filling] = {}
    for state in Timeliness:
        looks[TIMELINESS_NAMES[state]] = look_of_timeliness(state)
        if state in _APART:
            looks[_apart_named(state)] = look_of_timeliness(state, apart=True)
    return looks


def _apart_named(state: Timeliness) -> str:
    chooses = state is Timeliness.WAITING
    return timeliness_named(state, sent_back=not chooses, chooses=chooses)


def _state_named(agency: AgencyOverview) -> str:
    known = {Timeliness.WAITING: agency.chooses, Timeliness.OPEN: agency.sent_back}
    if known.get(agency.timeliness):
        return _apart_named(agency.timeliness)
    return TIMELINESS_NAMES[agency.timeliness]


def status_by_kind(consolidation: Consolidation) -> pd.DataFrame:
    """Agencies by kind (rows, as named) and timeliness (columns, in ladder order), with totals.

    Every kind that occurs has a row, every timeliness a column (exempt, waiting for the office,
    being corrected, waiting for the agency's own word and sent back only where somebody is);
    counts are integers. The index is the kind's name, the last row and the last column ("Cộng")
    are sums.
    """
    import pandas as pd  # start-up cost: most runs make no table

    order = [*(KIND_NAMES[k] for k in AgencyKind), KIND_NAMES[None]]
    present = {_state_named(a) for a in consolidation.agencies}
    always = {TIMELINESS_NAMES[t] for t in Timeliness if t not in _SELDOM}
    states = [name for name in looks_of_states() if name in present or name in always]
    flat = pd.DataFrame(
        [(KIND_NAMES[a.kind], _state_named(a)) for a in consolidation.agencies],
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


def looks_of_outcomes(review: Review) -> dict[str, Filling]:
    """How charts show each outcome that the tables name, in their order."""
    looks = {OUTCOME_NAMES[j]: look_of_outcome(j) for j in _OUTCOME_ORDER}
    looks[NO_DATA] = look_of_outcome(None)
    return {name: looks[name] for name in outcome_names(review)}


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
    """Buckets (rows, as named) by assigned tasks and own actions; sums.

    In the office's order, those first that hold assigned tasks: they are drawn.
    """
    import pandas as pd  # start-up cost: most runs make no table

    headline = review.headline
    shown = sorted(headline.shown_buckets, key=lambda bucket: not headline.buckets[bucket])
    table = pd.DataFrame(
        [(headline.buckets[bucket], headline.action_buckets[bucket]) for bucket in shown],
        index=[BUCKET_NAMES[bucket] for bucket in shown],
        columns=["Nhiệm vụ được giao", "Dòng báo cáo của việc đăng ký, tự đề ra"],
    )
    table.loc["Cộng"] = table.sum(axis=0)
    return table.astype(int)

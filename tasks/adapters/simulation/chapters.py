"""Chapters of the year's story: one reporting cycle each, played in the order they happened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from models.domain.register.agencies import Agency
from tasks.adapters.simulation import personas, review_cast
from tasks.adapters.simulation.acts import Act, at

SEED = 20_250_120  # the directive's day

Cast = Callable[[Sequence[Agency], Callable[[str, str, str], str]], Mapping[str, Sequence[Act]]]
"""What each of the agencies asked does, by code. The second argument signs the identity of a
workbook of days gone by: cycle, agency, form version -> token."""


@dataclass(frozen=True)
class Chapter:
    """One cycle as it is played: from its opening to the last summary."""

    cycle: str
    title: str  # "kỳ kế hoạch 2025"
    opening: dt.datetime
    summaries: Sequence[dt.datetime]
    cast: Cast
    opens: bool = True  # False: the cycle was opened in an earlier chapter
    previews: Sequence[dt.datetime] = ()  # when agencies are sent what the meeting will see

    @property
    def end(self) -> dt.datetime:
        """When the last summary leaves."""
        return self.summaries[-1]


def _plan_cast(
    agencies: Sequence[Agency], signed: Callable[[str, str, str], str]
) -> Mapping[str, Sequence[Act]]:
    old = signed("2024-plan", "ubnd_an_lao", "plan-1")
    return personas.cast([a.code for a in agencies], old, SEED)


PLAN = Chapter(
    cycle="2025-plan",
    title="kỳ kế hoạch 2025",
    opening=at("20/01 16:00"),
    summaries=(at("14/02 17:30"), at("20/02 10:00"), at("27/02 09:30")),
    cast=_plan_cast,
)


def _review_cast(
    agencies: Sequence[Agency], signed: Callable[[str, str, str], str]
) -> Mapping[str, Sequence[Act]]:
    return review_cast.cast([a.code for a in agencies], SEED)


def _actuals(
    agencies: Sequence[Agency], signed: Callable[[str, str, str], str]
) -> Mapping[str, Sequence[Act]]:
    return review_cast.actuals()


REVIEW = Chapter(
    cycle="2025-review",
    title="kỳ tổng kết 2025",
    opening=at("20/10 08:00"),
    summaries=(at("20/11 10:00"), at("09/12 14:30")),
    cast=_review_cast,
    previews=(at("03/12 08:40"),),
)

ACTUALS = Chapter(
    cycle="2025-review",
    title="những ngày đầu năm sau: số chính thức thay số ước",
    opening=at("14/01/2026 08:00"),
    summaries=(at("16/01/2026 10:00"),),
    cast=_actuals,
    opens=False,
)

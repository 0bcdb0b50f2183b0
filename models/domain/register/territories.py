"""The territories a target or a result is told for since the city merged with Hải Dương."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum


class Territory(StrEnum):
    """Whose ground a target is set for (officials tell the east, the west and the whole)."""

    EAST = "east"  # Hải Phòng before the merger
    WEST = "west"  # Hải Dương before the merger
    WHOLE = "whole"  # the city since 01/07/2025


#: From that day on nothing is set for the parts any more.
WHOLE_SINCE = dt.date(2025, 7, 1)

#: As letters, workbooks and reports write it.
TERRITORY_NAMES: Mapping[Territory, str] = {
    Territory.EAST: "Hải Phòng trước hợp nhất",
    Territory.WEST: "Hải Dương trước hợp nhất",
    Territory.WHOLE: "toàn thành phố sau hợp nhất",
}
#: As a narrow column or a mark behind a number writes it.
TERRITORY_SHORT_NAMES: Mapping[Territory, str] = {
    Territory.EAST: "phía đông",
    Territory.WEST: "phía tây",
    Territory.WHOLE: "toàn thành phố",
}

"""Whose promise a value is measured by: its own agency's, before anybody else's."""

from __future__ import annotations

from collections.abc import Sequence

from models.domain.consolidation.indicators import IndicatorLine, Report


def promise_of(earlier: IndicatorLine | None, kin: Sequence[str]) -> Report | None:
    """What was committed to by the agency or one it answers for, nearest first.

    `kin` is the agency whose value stands, then its predecessors in that duty. Where none of them
    promised a value, the commitment that stood in the plan cycle, whosever it was.
    """
    if earlier is None:
        return None
    given = {r.agency: r for r in earlier.reports if r.value is not None}
    return next((given[code] for code in kin if code in given), earlier.standing)

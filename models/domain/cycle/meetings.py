"""How a paper names the meeting that it is made for: one that is still to come, or none."""

from __future__ import annotations

import datetime as dt
import re

from models.domain.cycle.cycles import ReportingCycle
from models.domain.notation.vietnamese_text import one_line

#: What a paper serves that no meeting is waiting for.
WITHOUT_MEETING = "công tác chỉ đạo, điều hành của Ủy ban nhân dân thành phố"

_EXPECTED = re.compile(r"\s*[(,]\s*dự kiến [^()]*\)?\s*$")


def meeting_named(cycle: ReportingCycle, day: dt.date) -> str:
    """The cycle's meeting with the day that is expected for it; "" where it lies before `day`.

    What the office wrote behind the name about when it is expected gives way to the day itself. A
    cycle without a day of its meeting has its meeting before it until the cycle ends.
    """
    expected = cycle.meeting_on
    if (expected or cycle.ends_on or day) < day:
        return ""
    name = one_line(cycle.meeting, 400)
    if expected is None:
        return name
    return f"{_EXPECTED.sub('', name)}, dự kiến ngày {expected:%d/%m/%Y}"


def served_by(cycle: ReportingCycle, day: dt.date) -> str:
    """What a paper of that day serves: the meeting to come, else the office's daily work."""
    return meeting_named(cycle, day) or WITHOUT_MEETING

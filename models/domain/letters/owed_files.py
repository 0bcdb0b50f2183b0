"""Which workbook an agency has to complete that owes a part of its answer."""

from __future__ import annotations

import datetime as dt

from models.domain.answers.standing import AgencyStanding, SubmissionRecord
from models.domain.cycle.cycles import HANOI
from models.domain.notation.vietnamese_text import one_line
from models.domain.reading.submissions import Verdict


def to_complete(standing: AgencyStanding) -> SubmissionRecord | None:
    """The newest version that was sent back with its cells marked, while something is owed; None
    where what is owed was never sent, so that it is still to be filled into the workbook asked for.

    What is owed now was owed then as well, whatever part came and was taken since.
    """
    returned = [v for v in standing.versions if v.verdict is Verdict.RETURNED]
    return returned[-1] if returned and standing.owes else None


def returned_file_said(name: str, at: dt.datetime) -> str:
    """The workbook that was sent back, by name and day.

    >>> returned_file_said("KH_ban-1.xlsx", dt.datetime(2025, 2, 12, 3, tzinfo=dt.UTC))
    'sổ «KH_ban-1.xlsx» Văn phòng gửi trả lại ngày 12/02/2025 (chỗ phải sửa đã được đánh dấu)'
    """
    day = at.astimezone(HANOI)
    named = f"sổ «{one_line(name, 160)}» " if name else "sổ "
    return f"{named}Văn phòng gửi trả lại ngày {day:%d/%m/%Y} (chỗ phải sửa đã được đánh dấu)"


def asked_file_said(name: str, at: dt.datetime) -> str:
    """The workbook that the opening letter brought, by name and day.

    >>> asked_file_said("KH.xlsx", dt.datetime(2025, 1, 23, 3, tzinfo=dt.UTC))
    'sổ «KH.xlsx» Văn phòng gửi kèm thư đề nghị báo cáo ngày 23/01/2025'
    """
    day = at.astimezone(HANOI)
    return f"sổ «{one_line(name, 160)}» Văn phòng gửi kèm thư đề nghị báo cáo ngày {day:%d/%m/%Y}"

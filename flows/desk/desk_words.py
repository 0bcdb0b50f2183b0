"""Sentences that are said of decisions wherever they are taken, in the words of the desk.

There nobody runs a flow by its name or presses the orchestrator's Retry: a decision goes by its
title, and what was decided has been worked on by the time it is told.
"""

from __future__ import annotations

import re

from flows.desk.decision_table import DECISIONS

#: What the machine does by itself.
_WORKS = {
    "open-cycle": "giao sổ báo cáo",
    "collect-submissions": "nhận thư",
    "deliver-outbox": "gửi thư",
    "remind-agencies": "nhắc cơ quan",
    "consolidate-cycle": "tổng hợp",
    "send-summary": "lập thư tổng hợp",
    "send-previews": "lập bản đối chiếu",
    "update-boards": "cập nhật bảng",
}
_DECISION = re.compile(rf"(?:\bluồng )?(?<![-\w])({'|'.join(DECISIONS)})(?![-\w]|\.\w)")
_WORK = re.compile(rf"(?:\bluồng )?(?<![-\w])({'|'.join(_WORKS)})(?![-\w]|\.\w)")
_WORKED_ON = "; luồng collect-submissions xử lý tiếp"
_RETRY = "nhấn Retry"


def at_desk(text: str) -> str:
    """The sentence as the desk says it.

    >>> at_desk("Mở lại kỳ (close-cycle, «Mở lại») rồi nhấn Retry.")
    'Mở lại kỳ («Khóa sổ, mở lại kỳ báo cáo», «Mở lại») rồi quyết định lại.'
    >>> at_desk("Thư 1f2e3d: xác định của Sở Y tế; luồng collect-submissions xử lý tiếp.")
    'Thư 1f2e3d: xác định của Sở Y tế.'
    """
    text = text.replace(_WORKED_ON, "")
    text = text.replace(_RETRY, "quyết định lại")
    text = _DECISION.sub(lambda found: f"«{DECISIONS[found[1]].title}»", text)
    return _WORK.sub(lambda found: f"việc {_WORKS[found[1]]}", text)

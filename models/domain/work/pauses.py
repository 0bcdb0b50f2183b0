"""What stands still while somebody has paused a flow: nothing may starve in silence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from models.domain.cycle.letter_phrases import hanoi_minute

#: What does not happen while a flow is paused, as half a sentence.
STANDS_STILL: Mapping[str, str] = {
    "open-cycle": "kỳ báo cáo không tự mở",
    "collect-submissions": "thư của các cơ quan không được nhận, kiểm tra, trả lời",
    "remind-agencies": "không cơ quan nào được nhắc",
    "deliver-outbox": "không thư nào được gửi đi, kể cả thư báo động",
    "consolidate-cycle": "sổ tổng hợp không tự làm",
    "send-summary": "thư tổng hợp không tự làm",
    "send-previews": "bản đối chiếu không tự gửi",
    "send-todays-work": "không có thư việc hôm nay",
    "chase-approvals": "không ai được nhắc duyệt dự thảo",
    "update-boards": "các bảng không được làm mới",
    "watch-health": "không ai xem hệ thống có gì bất thường",
    "clean-up": "lượt chạy cũ không được dọn",
    "make-backup": "không có bản sao lưu mới",
}
#: What a flow does whose turn has come, as whoever reads the agenda calls it.
DOES: Mapping[str, str] = {
    "open-cycle": "mở kỳ báo cáo đến ngày, gửi sổ cho các cơ quan",
    "collect-submissions": "nhận thư của các cơ quan, kiểm tra và trả lời",
    "remind-agencies": "nhắc các cơ quan chưa hoàn thành",
    "deliver-outbox": "gửi các thư đang chờ",
    "consolidate-cycle": "làm sổ tổng hợp",
    "send-summary": "lập thư tổng hợp khi đến lịch",
    "send-previews": "gửi bản đối chiếu khi đến lịch",
    "send-todays-work": "viết thư việc hôm nay",
    "chase-approvals": "nhắc duyệt dự thảo còn chờ",
    "update-boards": "làm mới các bảng",
    "watch-health": "xem hệ thống có gì bất thường",
    "clean-up": "dọn lượt chạy cũ",
    "make-backup": "sao lưu",
}
#: Without these no alarm is written, or none leaves.
CARRY_ALARMS = frozenset({"deliver-outbox", "watch-health"})


def paused_said(paused: Mapping[str, dt.datetime]) -> list[str]:
    """A sentence of each flow that is paused, by since when.

    >>> paused_said({"make-backup": dt.datetime(2025, 2, 10, 3, tzinfo=dt.UTC)})
    ['Luồng make-backup tạm dừng từ 10:00 10/02/2025: không có bản sao lưu mới.']
    """
    return [
        f"Luồng {flow} tạm dừng từ {hanoi_minute(since)}: {STANDS_STILL[flow]}."
        for flow, since in sorted(paused.items(), key=lambda one: (one[1], one[0]))
    ]

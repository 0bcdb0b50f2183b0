"""How the service stands, in a few lines for the first page."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection

from models.domain.cycle.letter_phrases import hanoi_minute
from models.domain.work.pauses import paused_said
from tasks.adapters.store import heartbeats, outbox
from tasks.adapters.watch import pauses
from tasks.adapters.work.alarming import COLLECTING


def what_runs(connection: Connection, now: dt.datetime) -> list[tuple[str, str]]:
    """Names and values: when mail was last collected, what waits to leave, what stands still."""
    collected = heartbeats.last(connection, COLLECTING)
    letters, oldest = outbox.waiting(connection, now)
    paused = paused_said(pauses.standing(connection))
    return [
        ("Nhận thư lần cuối", hanoi_minute(collected) if collected else "chưa có"),
        ("Thư đi đang chờ gửi", f"{letters}, từ {hanoi_minute(oldest)}" if oldest else "0"),
        *(("Đang tạm dừng", said) for said in paused),
    ]

"""How the service stands, in a few lines for the first page."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Engine

from config.files.cycle_files import load_cycles
from config.settings import Settings
from flows import clock
from flows.office.office_place import placed
from models.domain.cycle.letter_phrases import hanoi_minute
from models.domain.errors import BaocaoError
from models.domain.mail.mail import MessageState
from models.domain.work.pauses import paused_said
from tasks.adapters.store import heartbeats, messages, outbox
from tasks.adapters.watch import pauses
from tasks.adapters.work.alarming import COLLECTING


def what_runs(settings: Settings, engine: Engine) -> list[tuple[str, str]]:
    """Names and values: cycles that are open, when mail was last collected, what waits."""
    try:
        now = clock.now()
        cycles = load_cycles(placed(settings).config_dir / "cycles.toml").values()
    except BaocaoError as error:
        return [("Cấu hình", str(error))]
    with engine.begin() as connection:
        collected = heartbeats.last(connection, COLLECTING)
        letters, oldest = outbox.waiting(connection, now)
        paused = paused_said(pauses.standing(connection))
        held = messages.counts_by_state(connection).get(MessageState.HELD.value, 0)
    open_ones = [c for c in cycles if c.opens_at <= now and not c.has_ended(now)]
    shown = [(c.title, f"đang mở, hạn {hanoi_minute(c.due_at)}") for c in open_ones]
    return [
        *(shown or [("Kỳ báo cáo", "không có kỳ nào đang mở")]),
        ("Nhận thư lần cuối", _moment(collected)),
        ("Thư chờ người xem", str(held)),
        ("Thư đi đang chờ gửi", f"{letters}, từ {hanoi_minute(oldest)}" if oldest else "0"),
        *(("Đang tạm dừng", said) for said in paused),
        ("Bây giờ", hanoi_minute(now)),
    ]


def _moment(instant: dt.datetime | None) -> str:
    return hanoi_minute(instant) if instant else "chưa có"

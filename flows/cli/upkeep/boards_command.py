"""`baocao boards`: how a cycle's boards stood at the end of each day."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from flows.cli.terminal import fail, say, tell


def boards(
    key: Annotated[
        str,
        typer.Argument(
            metavar="[KEY]", help=say("Mã bảng: bang-ky-2025-plan ...", "Key of a board.")
        ),
    ] = "",
    on: Annotated[
        str,
        typer.Option(
            "--on",
            metavar="YYYY-MM-DD",
            help=say("In bảng như ở cuối ngày này.", "Print it as at the end of that day."),
        ),
    ] = "",
) -> None:
    """Without a key: every board; with one: its days; with a day: the board, as Markdown."""
    from config.settings import load_settings  # start-up cost
    from models.domain.cycle.letter_phrases import day_text  # start-up cost
    from tasks.adapters.backup.changing_over import finish_change_over  # start-up cost
    from tasks.adapters.results.board import as_read  # start-up cost
    from tasks.adapters.sharing.program import refuse_another  # start-up cost
    from tasks.adapters.store import board_days  # start-up cost
    from tasks.adapters.store.rows import migrate, open_engine  # start-up cost

    day = _day(on)
    settings = load_settings()
    finish_change_over(settings.data_dir)
    engine = open_engine(settings.database)
    refuse_another(engine)
    migrate(engine)
    with engine.begin() as connection:
        spans = board_days.spans(connection)
        if not key:
            for span in spans:
                tell(
                    f"{span.key}: {span.title}; {span.first:%d/%m/%Y} - {span.last:%d/%m/%Y}, "
                    f"{span.days} ngày có thay đổi"
                )
            if not spans:
                tell(say("Chưa lưu bảng nào.", "No board is kept yet."))
            return
        if key not in {span.key for span in spans}:
            fail(say(f"Không có bảng «{key}».", f"There is no board {key!r}."))
        if day is None:
            for changed in board_days.days_of(connection, key):
                tell(changed.isoformat())
            return
        found = board_days.on_day(connection, key, day)
    if found is None:
        fail(say(f"Đến ngày {on} bảng «{key}» chưa có.", f"No such board by {on}."))
    tell(f"{found.title}, {day_text(found.day)}\n\n{as_read(found.content)}")


def _day(text: str) -> dt.date | None:
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        fail(say(f"--on «{text}»: ghi ngày dạng 2025-02-19.", f"--on {text!r}: write 2025-02-19."))

"""`baocao watchdog`: a look at the service from outside of it, for a timer to call; and
`baocao watcher`: what begins runs when there is something to do, for the larger set-up."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import threading
from typing import Annotated

import typer

from flows.cli.terminal import errors, fail, say, tell


def watcher() -> None:
    """Runs until interrupted. Of several one works, another takes over."""
    from config.settings import load_settings  # start-up cost
    from flows.serving.orchestration import prepare_environment  # start-up cost
    from flows.serving.runs.watcher import Watcher  # start-up cost

    settings = load_settings()
    prepare_environment(settings.data_dir)
    if "PREFECT_API_URL" not in os.environ:
        fail(
            say(
                "Chưa đặt PREFECT_API_URL: trực việc mở lượt chạy trên máy chủ của cửa vào. Trên "
                "một máy thì «baocao serve» đã trực việc.",
                "PREFECT_API_URL is not set: runs are begun on the door's server.",
            )
        )
    ending = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: threading.Thread(target=ending.set).start())
    tell("Bắt đầu trực việc. Nhấn Ctrl-C để dừng.")
    Watcher(settings, f"{socket.gethostname()}:{secrets.token_hex(8)}", tell).watch(ending)


def watchdog(
    port: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=65535,
            help=say("Cổng của giao diện; để trống: cổng lần chạy gần nhất.", "The door's port."),
        ),
    ] = None,
    patience: Annotated[
        float,
        typer.Option(
            min=0,
            help=say(
                "Hỏi lại trong bao nhiêu giây trước khi coi là hỏng.",
                "Seconds during which a door that does not answer is asked again.",
            ),
        ),
    ] = 60.0,
) -> None:
    """Exit status 0: well, or told by mail; 1: something is wrong and could not be told."""
    from config.settings import load_settings  # start-up cost
    from flows.serving.watchdog import look, shown  # start-up cost

    seen = look(load_settings(), port, patience)
    for line in shown(seen):
        tell(line)
    for line in seen.left:
        said = say("Không gửi được thư báo", "Could not be told by mail")
        errors.print(f"{said} {line}", markup=False, highlight=False, soft_wrap=True)
    if seen.left:
        raise SystemExit(1)

"""`baocao watchdog`: a look at the service from outside of it, for a timer to call."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli.terminal import errors, say, tell

WATCHDOG_HELP = say(
    "Canh gác: xem hệ thống còn chạy không, hỏng thì gửi thư báo thẳng; gọi vài phút một lần.",
    "Looks once whether the service lives; tells the operator by mail when it does not.",
)


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

"""`baocao run FLOW`: by the service that runs beside us, else with a server of its own."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Annotated

import typer

from flows.cli.command_words import FLOW_NAMES
from flows.cli.terminal import AsOf, console, errors, fail, moment, say, tell

_INTERRUPTED = 130  # as a shell says of what Ctrl-C has ended


def run(
    flow: Annotated[str, typer.Argument(metavar="FLOW")],
    cycle: Annotated[str, typer.Option(help=say("Mã kỳ báo cáo.", "Code of the cycle."))] = "",
    as_of: AsOf = "",
) -> None:
    """Exit status 1 when the flow fails, 130 when waiting for the service was given up."""
    if flow not in FLOW_NAMES:
        fail(
            say(f"Không có luồng «{flow}». Có: ", f"No flow {flow!r}. There are: ")
            + ", ".join(FLOW_NAMES)
        )
    from config.settings import load_settings  # start-up cost
    from flows.serving.beside_service import service_beside  # start-up cost
    from flows.serving.door_health import usual_pages  # start-up cost
    from flows.serving.orchestration import prepare_environment  # start-up cost
    from flows.serving.starting.surroundings import is_led_elsewhere  # start-up cost

    settings = load_settings()
    data_dir = settings.data_dir
    prepare_environment(data_dir)
    instant = moment(as_of)
    service = None if is_led_elsewhere() else service_beside(data_dir, tell)
    if service is not None:
        from flows.serving.beside_service import run_beside  # start-up cost

        begun = None
        try:
            begun = run_beside(service, flow, cycle, instant, tell)
            end = service.ended(begun, tell)
        except KeyboardInterrupt:
            if begun is None:
                raise
            tell(
                say(
                    f"Thôi đợi; lượt «{begun.name}» vẫn chạy tiếp trong dịch vụ. Xem kết quả ở "
                    f"{begun.page}",
                    f"No longer waiting; run {begun.name!r} goes on in the service: {begun.page}",
                )
            )
            raise SystemExit(_INTERRUPTED) from None
        _told(flow, end.ok, end.said)
    else:
        # Its server has no pages: what the run left behind is shown by the service, once it runs.
        os.environ.setdefault("PREFECT_UI_URL", usual_pages(settings))
        _told(flow, *_with_own_server(data_dir, flow, cycle, instant))


def _with_own_server(
    data_dir: Path, flow: str, cycle: str, instant: dt.datetime | None
) -> tuple[bool, str]:
    """Whether the flow did all its work in this process, and what is to be said of it."""
    from flows.serving.temporary_server import some_server  # start-up cost

    waiting = console.status(say(f"Đang chạy {flow} ...", f"Running {flow} ..."))
    with waiting, some_server(data_dir, tell):
        from flows.running import run_flow  # start-up cost: of Prefect, once it has a server

        return run_flow(flow, cycle, instant)


def _told(flow: str, ok: bool, said: str) -> None:
    (console if ok else errors).print(
        f"{flow}: {said}", markup=False, highlight=False, soft_wrap=True
    )
    if not ok:
        raise SystemExit(1)

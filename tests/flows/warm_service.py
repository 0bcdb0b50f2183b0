"""`baocao serve` whose runs need not import everything anew: `python warm_service.py serve ...`.

A flow run is a process of its own, as ever, and does all that `python -m prefect.engine` does; but
that process is forked from an interpreter that has the orchestrator and the flows imported, which
costs far more than the run itself. Everything else is the service as it is.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import os
import pkgutil
import runpy
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import flows
from config.settings import load_settings
from flows.cli import command_line
from flows.serving import service
from flows.serving.orchestration import prepare_environment

ENGINE = "prefect.engine"
#: What runs import late, beside the flows.
LATE = (
    ENGINE,
    "prefect.flow_engine",
    "prefect.runner",
    "prefect._internal.metrics",
    "prefect.logging.handlers",
)
#: Not flows: they do something when they are imported.
APART: tuple[str, ...] = ()


def import_everything() -> None:
    """The orchestrator and all that flows need; no thread is started by it."""
    names = [found.name for found in pkgutil.walk_packages(flows.__path__, "flows.")]
    for name in (*LATE, *names):
        if name not in APART:
            importlib.import_module(name)
    assert threading.active_count() == 1, "what is forked now is no whole process"
    gc.freeze()


@dataclass
class Run:
    """A run's process, as the runner asks about it."""

    pid: int
    returncode: int | None = None


class Forks:
    """An interpreter with everything imported: whoever connects to it is given a process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        listening = socket.socket(socket.AF_UNIX)
        listening.bind(str(path))
        listening.listen()
        self._pid = os.fork()
        if self._pid == 0:
            _fork_for_all(listening)
        listening.close()

    async def run_process(
        self, command: list[str], *, task_status: Any, task_status_handler: Any, env: Any, **_: Any
    ) -> Run:
        """In place of the runner's own, which starts an interpreter anew."""
        import anyio
        from anyio.streams.buffered import BufferedByteReceiveStream

        assert command[1:] == ["-m", ENGINE], command
        async with await anyio.connect_unix(self._path) as connection:
            answers = BufferedByteReceiveStream(connection)
            await connection.send(json.dumps(env).encode() + b"\n")
            run = Run(int(await answers.receive_until(b"\n", 20)))
            task_status.started(task_status_handler(run))
            run.returncode = int(await answers.receive_until(b"\n", 20))
        return run

    def end(self) -> None:
        """Its time is counted, and so is that of its runs."""
        os.kill(self._pid, signal.SIGTERM)
        os.waitpid(self._pid, 0)


def _fork_for_all(listening: socket.socket) -> NoReturn:
    """For each connection a keeper, which tells of the one run that it is asked for."""
    service._die_with_parent()  # with a service that is killed
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    try:
        while True:
            connection, _ = listening.accept()
            if os.fork() == 0:
                listening.close()
                _keep(connection)
            connection.close()
            with contextlib.suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
    except SystemExit:  # its runs have ended, or are ending: their time is to be counted
        with contextlib.suppress(ChildProcessError):
            while True:
                os.wait()
    finally:
        os._exit(0)


def _keep(connection: socket.socket) -> NoReturn:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with connection, connection.makefile("rw") as asked:
        environment = json.loads(asked.readline())
        run = os.fork()
        if run == 0:
            _run(environment)
        asked.write(f"{run}\n")
        asked.flush()
        _, status = os.waitpid(run, 0)
        with contextlib.suppress(OSError):  # the service has been killed
            asked.write(f"{os.waitstatus_to_exitcode(status)}\n")
            asked.flush()
    os._exit(0)


def _run(environment: Mapping[str, str]) -> NoReturn:
    """As an interpreter does that is started with this environment."""
    import prefect.context

    code = 1
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.environ.clear()
        os.environ.update(environment)
        prefect.context.refresh_global_settings_context()
        sys.argv = [ENGINE]
        runpy.run_module(ENGINE, run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(bool(ended.code))
    except BaseException:  # noqa: BLE001  told as an interpreter does
        traceback.print_exc()
    finally:
        with contextlib.suppress(BaseException):  # what an interpreter does at its end
            threading._shutdown()  # type: ignore[attr-defined]
            atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def main() -> None:
    """The service, with runs that are forked."""
    data_dir = load_settings().data_dir
    prepare_environment(data_dir)  # as the service does, before the orchestrator is imported
    import_everything()
    import prefect.context
    import prefect.runner._starter_engine as starter

    forks = Forks(data_dir / "forks")
    starter.run_process = forks.run_process  # type: ignore[assignment]
    prepared = service.Work._prepared

    def prepared_anew(work: service.Work) -> Any:
        prefect.context.refresh_global_settings_context()  # by now there is a server
        return prepared(work)

    service.Work._prepared = prepared_anew  # type: ignore[method-assign]
    try:
        command_line.main()
    finally:
        forks.end()


if __name__ == "__main__":
    main()

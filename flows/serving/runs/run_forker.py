"""A process with everything imported that a run needs: runs are forked from it.

    python -m flows.serving.runs.run_forker < SOCKET

It has no thread, no connection and nothing of the database; its environment is the service's. Its
standard input is a socket. Each packet that it takes there asks for one run: a line of JSON with
the module that is run (the orchestrator's engine) and the environment that it is to have, and one
descriptor, a socket as well. Over that the run's id is told, with a descriptor of its process, and
later its exit status. The run begins when it is told to over the same socket: whoever asked and has
gone away meanwhile starts nothing.

It ends when nobody can ask any more, and with it every run that it has forked.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import sys
import threading
import traceback
import warnings
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

ENGINE = "prefect.engine"
DEPLOYING = "flows.serving.runs.deploying"
GO = b"go"
NAME, RUN = "run-forker", "run"  # as the machine's list of processes shows them
#: What a run imports late, beside the flows.
LATE = (
    "anyio._backends._asyncio",
    "holidays.countries.vietnam",
    "prefect._internal.metrics",
    "prefect.flow_engine",
    "prefect.logging.handlers",
    "prefect.task_engine",
    "prefect.utilities.visualization",
    ENGINE,
    DEPLOYING,
)
_DIE_WITH_PARENT, _NAME = 1, 15  # of prctl
_PACKET = 1 << 17
_Settings = dict[frozenset[tuple[str, str]], Any]


def main() -> None:
    """Imports all that runs need and forks them, until whoever started it is gone."""
    asking = socket.socket(fileno=os.dup(0))
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123  a descriptor is wanted
        os.dup2(nothing.fileno(), 0)
    interrupted = signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the service's to handle
    be_named(NAME)
    get_ready()
    assert threading.active_count() == 1, "what is forked now is no whole process"
    gc.freeze()
    Runs(interrupted).watch(asking)
    os._exit(0)  # nothing is left to be put in order


def be_named(name: str) -> None:
    """Shows this process by a name of its own."""
    ctypes.CDLL(None).prctl(_NAME, name.encode())


def get_ready() -> None:
    """Imports what runs need, and builds what each of them would build anew of the same code."""
    for name in LATE:
        importlib.import_module(name)
    for model in used_by_runs():
        model.model_rebuild()


def used_by_runs() -> Iterator[Any]:
    """The orchestrator's models whose validators are built when the first of them is made."""
    from prefect.client.schemas import actions, objects, responses  # start-up cost: once for all
    from pydantic import BaseModel  # start-up cost: once for all

    for module in (actions, objects, responses):
        for found in vars(module).values():
            if isinstance(found, type) and issubclass(found, BaseModel) and found is not BaseModel:
                yield found


class Runs:
    """The runs that live, each with the socket over which its end is told."""

    def __init__(self, interrupted: Any) -> None:
        self._interrupted = interrupted  # what an interrupt does to a process that is started
        self._told: dict[int, tuple[int, socket.socket]] = {}  # by descriptor of the process
        self._known: _Settings = {}
        self._ends = select.poll()

    def watch(self, asking: socket.socket) -> None:
        """Forks and tells, until nobody can ask any more; then no run lives on."""
        self._ends.register(asking, select.POLLIN)
        while True:
            ready = {descriptor for descriptor, _ in self._ends.poll()}
            for process in ready & self._told.keys():
                self._tell_end(process)
            if asking.fileno() in ready:
                line, descriptors, _, _ = socket.recv_fds(asking, _PACKET, 1)
                if not line:
                    break
                self._fork(asking, json.loads(line), socket.socket(fileno=descriptors[0]))
        for process, (run, _) in list(self._told.items()):
            os.kill(run, signal.SIGKILL)
            self._tell_end(process)

    def _fork(self, asking: socket.socket, asked: Mapping[str, Any], told: socket.socket) -> None:
        settings = settings_in(asked["env"], self._known)
        forker, run, process = os.getpid(), 0, -1
        try:
            run = os.fork()
            if run == 0:
                ours = [asking, *(end for _, end in self._told.values())]
                self._become_run(asked, settings, told, ours, forker)
            process = os.pidfd_open(run)
            socket.send_fds(told, [str(run).encode()], [process])
        except OSError:  # no room, an older kernel, or nobody waits: the socket's end tells it
            if run:
                os.kill(run, signal.SIGKILL)
            if process < 0:
                told.close()
                if run:
                    os.waitpid(run, 0)
        if process >= 0:
            self._told[process] = run, told
            self._ends.register(process, select.POLLIN)

    def _tell_end(self, process: int) -> None:
        run, told = self._told.pop(process)
        self._ends.unregister(process)
        os.close(process)
        _, status = os.waitpid(run, 0)
        with told, contextlib.suppress(OSError):  # nobody waits for it
            told.send(str(os.waitstatus_to_exitcode(status)).encode())

    def _become_run(
        self,
        asked: Mapping[str, Any],
        settings: Any,
        told: socket.socket,
        ours: list[socket.socket],
        forker: int,
    ) -> NoReturn:
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
        be_named(RUN)
        for process in self._told:
            os.close(process)
        for one in ours:
            one.close()
        if os.getppid() != forker or told.recv(len(GO)) != GO:
            os._exit(1)
        told.close()
        signal.signal(signal.SIGINT, self._interrupted)
        interpret(asked["module"], asked["env"], settings)


def settings_in(env: Mapping[str, str], known: _Settings) -> Any:
    """The orchestrator's settings of a process in that environment, read once for all alike."""
    import prefect.context  # start-up cost: what starts this module imports it in its own time

    names = [name for name in env if name.startswith("PREFECT_") and name[:9] != "PREFECT__"]
    alike = frozenset((name, env[name]) for name in (*names, "HOME") if name in env)
    if alike not in known:
        before = dict(os.environ)
        os.environ.clear()
        os.environ.update(env)
        known[alike] = prefect.context.root_settings_context()
        os.environ.clear()
        os.environ.update(before)
    return known[alike]


def interpret(module: str, env: Mapping[str, str], settings: Any) -> NoReturn:
    """Runs a module as an interpreter does that is started with it, and to the same end."""
    import prefect.context  # start-up cost: imported long ago

    code = 1
    try:
        os.environ.clear()
        os.environ.update(env)
        prefect.context.GLOBAL_SETTINGS_CONTEXT = settings
        warnings.filterwarnings("ignore", category=RuntimeWarning, module="runpy")  # "again"
        sys.argv = [module]
        runpy.run_module(module, run_name="__main__", alter_sys=True)
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


if __name__ == "__main__":
    main()

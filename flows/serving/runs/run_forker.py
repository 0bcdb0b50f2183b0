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
import os
import runpy
import signal
import socket
import sys
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NoReturn

from tasks.adapters.forked_children import ForkedChildren

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
_NAME = 15  # of prctl
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


class Runs(ForkedChildren):
    """The runs that live."""

    packet, descriptors = 1 << 17, 1

    def __init__(self, interrupted: Any) -> None:
        super().__init__()
        self._interrupted = interrupted  # what an interrupt does to a process that is started
        self._known: _Settings = {}

    def fork(self, asking: socket.socket, asked: Mapping[str, Any], given: list[int]) -> None:
        """Reads the orchestrator's settings for that environment first, once for all like it."""
        settings_in(asked["env"], self._known)
        super().fork(asking, asked, given)

    def become(
        self, asked: Mapping[str, Any], given: list[int], told: socket.socket, asking: socket.socket
    ) -> NoReturn:
        """A run, once it is told to begin."""
        be_named(RUN)
        for process, (_, end) in self.told.items():
            os.close(process)
            end.close()
        asking.close()
        if told.recv(len(GO)) != GO:
            os._exit(1)
        told.close()
        signal.signal(signal.SIGINT, self._interrupted)
        interpret(asked["module"], asked["env"], settings_in(asked["env"], self._known))


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

    def run() -> None:
        os.environ.clear()
        os.environ.update(env)
        prefect.context.GLOBAL_SETTINGS_CONTEXT = settings
        sys.argv = [module]
        runpy.run_module(module, run_name="__main__", alter_sys=True)

    as_an_interpreter(run)


def as_an_interpreter(run: Callable[[], None]) -> NoReturn:
    """Does that, and ends this process as an interpreter ends that has done it."""
    code = 1
    try:
        warnings.filterwarnings("ignore", category=RuntimeWarning, module="runpy")  # "again"
        run()
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

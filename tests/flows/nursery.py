"""An interpreter with everything imported: whoever asks it is given a process forked from it.

    python nursery.py DESCRIPTOR [commands]

The orchestrator and the flows take longer to import than most services live. What is asked for, a
module or a script with its arguments and its environment, runs as it does in an interpreter of its
own; a service has its runs and, where that is wanted, its door forked as well. Each is a process,
as ever, and its parent is whose it would be: the runs, a helper between them. An interpreter for
commands alone leaves the orchestrator out.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import gc
import importlib
import json
import os
import pkgutil
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import types
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from flows.serving.runs import run_forker, warm_runs

DOOR = "flows.door.application"
SERVERS = (DOOR, "flows.serving.temporary_server")
COMMANDS = "commands"
PASSED = 4  # descriptors that a process may be given, at the most
BEGINS_ANEW = 99  # exit status of a process that is watched
#: What services, doors and runs import late, beside the flows.
LATE = (
    "anyio._backends._asyncio",
    "holidays.countries.vietnam",
    "matplotlib.backends.backend_agg",
    "pandas",
    "pyarrow.parquet",
    "prefect.task_engine",
    "prefect.utilities.visualization",
    "rich._emoji_codes",
    run_forker.ENGINE,
    "prefect.flow_engine",
    "prefect.runner",
    "prefect._internal.metrics",
    "prefect.logging.handlers",
    "prefect.server.api.server",
    "prefect.cli.worker",
    "prefect.cli.deploy",
    "prefect.cli.work_pool",
    "prefect.runner._workspace_supervisor",
    "prefect.workers.process",
    "uvicorn.loops.auto",
    "uvicorn.protocols.http.auto",
    "uvicorn.protocols.websockets.auto",
)
#: What commands import late, beside their own modules.
LATE_IN_COMMANDS = (
    "alembic.command",
    "holidays.countries.vietnam",
    "sqlalchemy.dialects.sqlite",
    "typer.rich_utils",
)


def import_everything() -> None:
    """The orchestrator and all that flows need; no thread is started by it."""
    with tempfile.TemporaryDirectory() as nowhere:
        os.environ["PREFECT_HOME"] = nowhere
        import flows

        names = [found.name for found in pkgutil.walk_packages(flows.__path__, "flows.")]
        for name in (*LATE, *names):
            importlib.import_module(name)
        del os.environ["PREFECT_HOME"]
        _build_once()
    _ask_once()
    assert threading.active_count() == 1, "what is forked now is no whole process"
    gc.freeze()


def import_commands() -> None:
    """What commands need that ask no orchestrator."""
    import flows.cli

    names = [found.name for found in pkgutil.walk_packages(flows.cli.__path__, "flows.cli.")]
    for name in (*LATE_IN_COMMANDS, *names):
        importlib.import_module(name)
    assert threading.active_count() == 1, "what is forked now is no whole process"
    gc.freeze()


def _build_once() -> None:
    """What each process would build anew of the same code and files: models, routes, the office.

    The program itself sees whether a file of the office has changed since, and compiles the texts
    of its templates by what they say, wherever they lie.
    """
    from sqlalchemy.orm import configure_mappers

    from config.files.office_files import load_office
    from flows.office.office_checks import texts_at_fault
    from tasks.adapters.letters.letter_writer import renderer_for

    for model in run_forker.used_by_runs():
        model.model_rebuild()
    configure_mappers()  # of the orchestrator's tables, for every door
    folder = Path(os.environ["BAOCAO_CONFIG_DIR"])
    load_office(folder)
    renderer_for(folder / "letters")
    assert texts_at_fault(folder) == []
    _route_once()


def _route_once() -> None:
    """The orchestrator's API is put together of the same routes whatever its settings.

    But for a password of its own, which no service has behind the door.
    """
    import prefect.server.api.server as orchestrator
    from fastapi.exceptions import RequestValidationError
    from prefect.settings import get_current_settings

    original = orchestrator.create_api_app
    #: As `create_app` of the same module asks for it.
    handlers = {
        Exception: orchestrator.custom_internal_exception_handler,
        RequestValidationError: orchestrator.validation_exception_handler,
        orchestrator.sa.exc.IntegrityError: orchestrator.integrity_exception_handler,
        orchestrator.ObjectNotFoundError: orchestrator.prefect_object_not_found_exception_handler,
    }
    usual = {"exception_handlers": handlers}
    ready = original(fast_api_app_kwargs=usual)
    for route in ready.router.routes:
        if hasattr(route, "effective_candidates"):
            route.effective_candidates()
            route.effective_low_priority_routes()

    def create_api_app(**asked: Any) -> Any:
        wanted = {**asked, "final": False}
        plain = wanted == {"fast_api_app_kwargs": usual, "final": False, "ignore_cache": False}
        if plain and get_current_settings().server.api.auth_string is None:
            return ready
        return original(**asked)

    orchestrator.create_api_app = create_api_app


def _ask_once() -> None:
    """The time zones of this machine, read anew at every schedule, are read from many files."""
    from prefect._internal.schemas import validators
    from prefect.types._datetime import get_timezones

    zones = get_timezones()
    validators.get_timezones = lambda: zones


# --- to become what was asked for -----------------------------------------------------------------


def interpret(
    command: Sequence[str], environment: Mapping[str, str], interpreter: str = ""
) -> NoReturn:
    """As an interpreter does that is started with these arguments, and to the same end.

    What it starts by `sys.executable` is forked as well where another `interpreter` stands for it.
    """
    sys.executable = interpreter or sys.executable
    command = [_as_started(argument) for argument in command]

    def run() -> None:
        os.environ.clear()
        os.environ.update({name: _as_started(value) for name, value in environment.items()})
        if "prefect" in sys.modules:
            _settings_anew()
        sys.orig_argv = [sys.executable, *command]
        if command[0] == "-m":
            sys.argv = list(command[1:])
            sys.path[0] = str(Path.cwd())
            runpy.run_module(command[1], run_name="__main__", alter_sys=True)
        else:
            sys.argv = list(command)
            sys.path[0] = str(Path(command[0]).parent)
            runpy.run_path(command[0], run_name="__main__")

    run_forker.as_an_interpreter(run)


def _as_started(text: str) -> str:
    """As an interpreter of this locale sees it that is started with these bytes."""
    return os.fsdecode(text.encode())


def _tells_how_it_begins_anew(program: str, arguments: Sequence[str]) -> NoReturn:
    """In place of `os.execv`: what a process would become, for a test to look at."""
    told = {
        "program": program,
        "arguments": [os.fsencode(argument).decode() for argument in arguments],
        "environment": {name.decode(): value.decode() for name, value in dict(os.environb).items()},
    }
    sys.stdout.buffer.write(json.dumps(told).encode())
    raise SystemExit(BEGINS_ANEW)


def _settings_anew() -> None:
    """The orchestrator's settings, as if it were imported now."""
    import prefect.context

    prefect.context.refresh_global_settings_context()


def _with_settings(owner: Any, name: str, *, first: bool) -> None:
    """That function's first call finds the settings of the moment, or leaves them behind."""
    original: Callable[..., Any] = getattr(owner, name)

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        setattr(owner, name, original)
        if first:
            _settings_anew()
            return original(*args, **kwargs)
        result = original(*args, **kwargs)
        _settings_anew()
        return result

    setattr(owner, name, wrapped)


def imported_already() -> None:
    """Where the program sets the orchestrator's environment before it imports it."""
    import prefect.server.api.server as orchestrator

    from flows import running
    from flows.serving import service, standing_door

    _with_settings(service, "prepare_environment", first=False)
    _with_settings(standing_door, "prepare_environment", first=False)
    _with_settings(service.Work, "_run", first=True)  # by now there is a server
    _with_settings(running, "run_flow", first=True)  # of a command with a server of its own
    _with_settings(orchestrator, "create_app", first=True)


# --- a door, forked from the service itself -------------------------------------------------------


class Forked(subprocess.Popen[bytes]):
    """A child of the program that serves, forked instead of executed."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        env: Mapping[str, str],
        stdout: Any,
        preexec_fn: Callable[[], None],
        pass_fds: Sequence[int] = (),
        **how: Any,
    ) -> None:
        assert list(command[:2]) == [sys.executable, "-m"] and command[2] in SERVERS, command
        assert how.pop("stderr") == subprocess.STDOUT and how.pop("start_new_session")
        assert how in ({}, {"stdin": subprocess.DEVNULL})
        self.args = command
        self.returncode: int | None = None  # type: ignore[assignment]
        self.stdin = self.stdout = self.stderr = None
        self._waitpid_lock = threading.Lock()
        self._child_created = True
        self._sigint_wait_secs = 0.25
        sys.stdout.flush()
        self.pid = os.fork()
        if self.pid == 0:
            os.setsid()
            preexec_fn()
            _signals_as_at_a_start()
            os.dup2(stdout.fileno(), 1)
            os.dup2(1, 2)
            if how:
                os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            _close_but(pass_fds)  # the lock of the folder among them
            interpret(command[1:], env)


def _close_but(kept: Sequence[int]) -> None:
    below = 2
    for descriptor in (*sorted(kept), os.sysconf("SC_OPEN_MAX")):
        os.closerange(below + 1, descriptor)
        below = descriptor


def _signals_as_at_a_start() -> None:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if signal.getsignal(signal.SIGINT) != signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def forks_its_server() -> None:
    """What is forked starts its door, or a server for one command, as a fork of itself."""
    from flows.serving import service, temporary_server

    ours = types.SimpleNamespace(**vars(subprocess))
    ours.Popen = Forked
    service.subprocess = temporary_server.subprocess = ours  # type: ignore[assignment]


# --- runs, forked from a helper that has neither threads nor anything open ------------------------


class ReadyForker:
    """The process from which a service's runs are forked, itself forked instead of started.

    It is made before the service has a thread, and waits until the service wants it.
    """

    def __init__(self) -> None:
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._service = os.getpid()
        self._is_wanted = False
        self._status: int | None = None
        self.pid = os.fork()
        if self.pid == 0:
            self._ours.close()
            _fork_runs(theirs, self._service)
        theirs.close()

    def __call__(self, command: list[str], *, stdin: int) -> ReadyForker | subprocess.Popen[bytes]:
        """In place of a start; of the first, for there is but one that is ready."""
        assert command == [sys.executable, "-m", warm_runs.FORKER], command
        if self._is_wanted:
            return subprocess.Popen(command, stdin=stdin)
        self._is_wanted = True
        socket.send_fds(self._ours, [b"."], [stdin])
        return self

    def poll(self) -> int | None:
        """Its status once it has ended; it is counted then."""
        if self._status is None:
            with contextlib.suppress(ChildProcessError):
                ended, status = os.waitpid(self.pid, os.WNOHANG)
                self._status = os.waitstatus_to_exitcode(status) if ended else None
        return self._status

    def wait(self, timeout: float | None = None) -> None:
        """Until it has ended. Its time is counted, and so is that of its runs."""
        self._ours.close()
        if self._status is not None:
            return
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)

    def end(self) -> None:
        """With the service, whether it has wanted it or not."""
        if os.getpid() == self._service:  # and not in the door, which inherits what is done last
            self.wait()


def _fork_runs(wanted: socket.socket, service: int) -> NoReturn:
    from flows.serving.starting import children

    run_forker.be_named(run_forker.NAME)
    children.dying_with(service)()  # that is killed
    interrupted = signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _, descriptors, _, _ = socket.recv_fds(wanted, 1, 1)
    if descriptors:
        wanted.close()
        run_forker.Runs(interrupted).watch(socket.socket(fileno=descriptors[0]))
    os._exit(0)


def forks_its_runs() -> None:
    """What forks the service's runs is forked."""
    ours = types.SimpleNamespace(**vars(subprocess))
    ready = ours.Popen = ReadyForker()
    warm_runs.subprocess = ours  # type: ignore[assignment]
    atexit.register(ready.end)


# --- the nursery ----------------------------------------------------------------------------------


def _one_asked(told: int, output: int, errors: int, *passed: int, asked: Any) -> NoReturn:
    """Keeps the process that was asked for: tells its id, then its end."""
    pid = os.fork()
    if pid == 0:
        os.close(told)
        nowhere = os.open(os.devnull, os.O_RDONLY)
        for number, ours in enumerate((nowhere, output, errors)):
            os.dup2(ours, number)
        _at_their_numbers(passed, asked["passed"])
        os.chdir(_as_started(asked["cwd"]))
        os.umask(0o022)  # a person's, whatever a test of ours had before
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        ignored = asked["deaf"]  # as a script starts it with `&`
        signal.signal(signal.SIGINT, signal.SIG_IGN if ignored else signal.default_int_handler)
        if asked["watched"]:
            os.execv = _tells_how_it_begins_anew
        if "prefect" in sys.modules:
            imported_already()
        if asked["server"]:
            forks_its_server()
        if asked["runs"]:
            forks_its_runs()
        interpret(asked["command"], asked["environment"], asked["interpreter"])
    os.write(told, f"{pid}\n".encode())
    if asked["interpreter"]:
        _dies_with_whoever_asked(pid, told)
    _, status = os.waitpid(pid, 0)
    with contextlib.suppress(OSError):  # nobody listens any more
        os.write(told, f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def _dies_with_whoever_asked(pid: int, told: int) -> None:
    """Until it has ended; killed at once when nobody is there any more who would be told."""
    watched = select.poll()
    watched.register(os.pidfd_open(pid), select.POLLIN)
    watched.register(told, 0)  # an error: its other end is closed
    if told in dict(watched.poll()):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _at_their_numbers(passed: Sequence[int], numbers: Sequence[int]) -> None:
    """Only what is passed on is open, beside the usual three."""
    above = max((*passed, *numbers, 2)) + 1
    kept = [fcntl.fcntl(descriptor, fcntl.F_DUPFD, above) for descriptor in passed]
    os.closerange(3, above)
    for descriptor, number in zip(kept, numbers, strict=True):
        os.dup2(descriptor, number)
    os.closerange(above, os.sysconf("SC_OPEN_MAX"))


def serve(listening: socket.socket) -> None:
    """Until nobody who came is there any more. Asked by a line of JSON with three descriptors, and
    those that the process is to have open at numbers of its own.

    Over the first of them is told, at the end, what time the process took. Whoever comes first is
    told what everything took that is done by then, any other that it costs nothing. What was asked
    for by who may be killed meanwhile is written to an account as well.
    """
    telling: dict[int, tuple[int, str]] = {}  # by the keeper's process
    asking: dict[int, socket.socket] = {}
    spent = f"{time.process_time()}"
    ready = select.poll()
    ready.register(listening, select.POLLIN)

    def reap(*_: object) -> None:
        with contextlib.suppress(ChildProcessError):
            while True:
                keeper, _, usage = os.wait4(-1, os.WNOHANG)
                if not keeper:
                    return
                told, account = telling.pop(keeper)
                spent = f"{usage.ru_utime + usage.ru_stime}\n"
                if account:
                    with Path(account).open("a") as book:
                        book.write(spent)
                with contextlib.suppress(OSError):
                    os.write(told, spent.encode())
                os.close(told)

    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, reap)
    while True:
        for descriptor, _ in ready.poll():
            if descriptor == listening.fileno():
                one, _ = listening.accept()
                one.send(spent.encode())
                spent = "0"
                asking[one.fileno()] = one
                ready.register(one, select.POLLIN)
                continue
            line, descriptors, _, _ = socket.recv_fds(asking[descriptor], 1 << 20, 3 + PASSED)
            if line:
                signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
                keeper = os.fork()
                if keeper == 0:
                    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
                    for ours in (listening, *asking.values()):
                        ours.close()
                    for others, _ in telling.values():
                        os.close(others)
                    _one_asked(*descriptors, asked=json.loads(line))
                telling[keeper] = descriptors[0], json.loads(line)["account"]
                signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
                for given in descriptors[1:]:
                    os.close(given)
                continue
            ready.unregister(descriptor)
            asking.pop(descriptor).close()
            if not asking:
                return


if __name__ == "__main__":
    if COMMANDS in sys.argv[2:]:
        import_commands()
    else:
        import_everything()
    serve(socket.socket(fileno=int(sys.argv[1])))

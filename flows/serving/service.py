"""`baocao serve`: Prefect's server, the deployments and, where no SMTP is set, a mail catcher."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO, TYPE_CHECKING, cast
from uuid import UUID

from config.files.cycle_files import load_cycles
from config.settings import Settings
from flows import clock
from flows.door.application import TOKEN, needs_inner, public_address
from flows.door.asked import TOKEN_HEADER
from flows.door.certificate import check_certificate
from flows.door.entrances import API, PREFECT
from flows.serving.orchestration import (
    free_port,
    prepare_environment,
    remember_port,
    usual_port,
)
from flows.serving.standing_door import first_account, left_behind
from models.domain.cycle.letter_phrases import hanoi_minute
from models.domain.errors import BaocaoError
from tasks.adapters.accounts.passwords import made_token
from tasks.adapters.post.mail_catcher import MailCatcher

if TYPE_CHECKING:
    from prefect.runner import Runner

STARTUP_SECONDS = 120
_LOCK = "serve.lock"  # in the data folder
END_SECONDS = 20  # for runs, then for the server, to end in order
_LAST_MOMENTS = 2  # seconds in which a killed server's process is gone
#: Runs at once, by the deployments' name; each run is a process of its own, and a small machine has
#: two cores. No person's decision waits behind the schedules, nor what ends a lost run.
AT_ONCE = {"lich": 3, "quyet-dinh": 2, "bao-dong": 1}
_PR_SET_PDEATHSIG = 1  # prctl(2)


class ServerDidNotStart(BaocaoError):
    """Raised when Prefect's server gives no sign of life in time."""


class ServerStopped(BaocaoError):
    """Raised when Prefect's server ends while the service still needs it."""


class PortTaken(BaocaoError):
    """Raised when somebody listens at the address already, or nobody can."""


class AlreadyServing(BaocaoError):
    """Raised when another `serve` works on the same data folder."""


class End(Enum):
    """Why the service ends."""

    ASKED = auto()  # by a signal
    SERVER_GONE = auto()
    WORK_ENDED = auto()  # which it never does of itself


#: Reasons to end, from signals and threads. `put` is safe within a signal's handler, where an
#: Event's `set` may wait for ever, and nothing is ever interrupted at a place that is not made
#: for it: whoever waits, waits here.
Endings = SimpleQueue[End]


def serve(settings: Settings, port: int | None, announce: Callable[[str], None]) -> None:
    """Runs until it is asked to end. Nothing is lost by an end at any moment: all state is stored.

    Raises AlreadyServing, PortTaken, CertificateUnusable, ServerDidNotStart, ServerStopped.
    """
    prepare_environment(settings.data_dir)
    endings: Endings = SimpleQueue()
    with contextlib.ExitStack() as stack:
        stack.enter_context(_told_by_signals(endings))
        stack.enter_context(_only_one(settings.data_dir))
        port = port or usual_port(settings.data_dir)
        _look_at_port(settings.serve_host, port)
        check_certificate(settings)
        remember_port(settings.data_dir, port)
        if told := clock.rehearsed(settings) or nothing_open(settings):
            announce(told)
        if not settings.smtp_url:
            maildir = settings.data_dir / "sent"
            catcher = stack.enter_context(MailCatcher(maildir))
            os.environ["BAOCAO_SMTP_URL"] = catcher.url
            os.environ.setdefault("BAOCAO_SMTP_LETTERS_PER_MINUTE", "0")  # nobody to be spared
            announce(f"Chưa đặt BAOCAO_SMTP_URL: thư gửi đi được giữ tại {maildir}")
        os.environ["BAOCAO_DATA_DIR"] = str(settings.data_dir.resolve())
        first = [*left_behind(dict(os.environ)), *first_account(settings)]
        log = stack.enter_context(_server_log(settings.data_dir))
        server = stack.enter_context(_server(settings, port, log))
        if not _healthy(server, endings):
            return
        stack.enter_context(_watched(server.process, endings))
        announce(f"Giao diện điều hành: {server.address}")
        for line in first:
            announce(line)
        work = stack.enter_context(Work(announce, endings))
        end = endings.get()
        if end is End.ASKED:
            return
        if end is End.WORK_ENDED and work.error and not _ends_soon(server.process):
            raise work.error
    raise ServerStopped(
        "Máy chủ Prefect đã dừng giữa chừng, nên «baocao serve» dừng theo. Không mất gì: xem "
        "lại bộ nhớ và đĩa của máy, rồi chạy «baocao serve» lần nữa."
    )


def nothing_open(settings: Settings) -> str:
    """What to say where there will be nothing to see, since no cycle is open; "" where one is.

    Raises ConfigurationFault.
    """
    moment = clock.now()
    cycles = load_cycles(settings.config_dir / "cycles.toml").values()
    if any(c.opens_at <= moment and not c.has_ended(moment) for c in cycles):
        return ""
    coming = min((c.opens_at for c in cycles if c.opens_at > moment), default=None)
    said = "Hiện không có kỳ báo cáo nào đang mở"
    if coming is not None:
        said += f"; kỳ tới mở lúc {hanoi_minute(coming)}"
    return f"{said} (cycles.toml). Muốn tập trên dữ liệu mô phỏng: make rehearse."


class Work:
    """Makes deployments and automations, then runs what falls due, in a thread of its own.

    Ends with the block. The main thread is left to the signals: the orchestrator sets handlers
    of its own there that end in a traceback.
    """

    def __init__(self, announce: Callable[[str], None], endings: Endings) -> None:
        self.error: BaseException | None = None
        self._announce = announce
        self._endings = endings
        self._asked = threading.Event()
        self._running: tuple[asyncio.AbstractEventLoop, asyncio.Task[None]] | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Work:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._asked.set()
        if self._running:
            loop, task = self._running
            with contextlib.suppress(RuntimeError):  # it has ended meanwhile
                loop.call_soon_threadsafe(task.cancel)
        self._thread.join(END_SECONDS)

    def _run(self) -> None:
        try:
            runners = self._prepared()
            if not self._asked.is_set():
                asyncio.run(self._all(runners))
        except asyncio.CancelledError:
            pass
        except Exception as error:  # noqa: BLE001  the main thread tells of it, whatever it is
            self.error = error
        finally:
            self._endings.put(End.WORK_ENDED)

    def _prepared(self) -> Sequence[Runner]:
        from flows.end_lost_run import NAME as END_LOST_RUN  # start-up cost
        from flows.failed_runs import end_orphans  # start-up cost
        from flows.report_failure import NAME as REPORT_FAILURE  # start-up cost
        from flows.serving.automations import ensure_automations  # start-up cost
        from flows.serving.deployments import deployments  # start-up cost
        from flows.update_boards import NAME as UPDATE_BOARDS  # start-up cost

        runners = {name: _runner(name, at_once) for name, at_once in AT_ONCE.items()}
        made = {}
        for deployment in deployments():
            if self._asked.is_set():
                return []
            added = runners[deployment.name].add_deployment(deployment)
            made[deployment.flow_name] = cast(UUID, added)  # outside of a loop: at once
        for name in ensure_automations(made[END_LOST_RUN], made[REPORT_FAILURE]):
            self._announce(f"Đã đặt tự động hóa: {name}")
        if orphans := end_orphans():
            self._announce(
                f"{orphans} lượt chạy dở của lần trước được ghi là Crashed; chạy lại là an toàn."
            )
        _show_what_there_is(made[UPDATE_BOARDS])
        return list(runners.values())

    async def _all(self, runners: Sequence[Runner]) -> None:
        """Runs all of them; when one fails, none goes on."""
        task = asyncio.current_task()
        assert task is not None
        self._running = asyncio.get_running_loop(), task
        if self._asked.is_set():  # in the moment before there was something to cancel
            return
        async with asyncio.TaskGroup() as together:
            for runner in runners:
                together.create_task(runner.start())
            self._announce("Sẵn sàng. Nhấn Ctrl-C để dừng.")


def _runner(name: str, at_once: int) -> Runner:
    """What runs due runs of its deployments, so many at once."""
    from prefect.runner import Runner  # start-up cost

    from flows.serving.automations import HEARTBEAT_SECONDS  # start-up cost

    return Runner(
        name=name,
        limit=at_once,
        pause_on_shutdown=False,  # the next start goes on where this one ends
        heartbeat_seconds=HEARTBEAT_SECONDS,
    )


def _show_what_there_is(update_boards_id: UUID) -> None:
    """The forms have just been made anew, without the cases to choose from; boards may be old."""
    from prefect.client.orchestration import get_client  # start-up cost

    with get_client(sync_client=True) as client:
        client.create_flow_run_from_deployment(update_boards_id)


@contextlib.contextmanager
def _only_one(data_dir: Path) -> Iterator[None]:
    """Holds the data folder's lock; the system lets go of it however this process ends."""
    with (data_dir / _LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyServing(
                f"Một «baocao serve» khác đang chạy trên «{data_dir.resolve()}». Dừng nó trước, "
                "hoặc đặt BAOCAO_DATA_DIR khác."
            ) from None
        yield


def is_served(data_dir: Path) -> bool:
    """Whether some `serve` works on the data folder right now. Leaves nothing behind."""
    if not (data_dir / _LOCK).exists():
        return False
    try:
        with _only_one(data_dir):
            return False
    except AlreadyServing:
        return True


def _look_at_port(host: str, port: int) -> None:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except (OSError, OverflowError) as error:
        raise PortTaken(
            f"Không mở được cổng {port} trên {host} ({getattr(error, 'strerror', None) or error}). "
            "Chọn cổng khác bằng --port, hoặc bỏ --port để tự chọn; xem BAOCAO_SERVE_HOST."
        ) from None


@contextlib.contextmanager
def _told_by_signals(endings: Endings) -> Iterator[None]:
    """SIGINT and SIGTERM end the service in order, also while the server starts and from scripts.

    A shell lets what it starts with `&` ignore SIGINT, and SIGTERM would leave the server alone.
    """
    wanted = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, lambda *_: endings.put(End.ASKED)) for number in wanted]
    try:
        yield
    finally:
        for number, handler in zip(wanted, before, strict=True):
            signal.signal(number, handler)


@contextlib.contextmanager
def _server_log(data_dir: Path) -> Iterator[IO[bytes]]:
    """What the server has to complain of, and of its last life, for whoever looks into a matter."""
    log = data_dir / "prefect" / "server.log"
    if log.exists():
        log.replace(log.with_suffix(".log.1"))
    with log.open("wb") as opened:
        yield opened


@dataclass(frozen=True)
class Server:
    """The door: how persons reach it, how this machine does, and its process."""

    address: str
    api: str
    token: str = field(repr=False)
    process: subprocess.Popen[bytes]


@contextlib.contextmanager
def _server(settings: Settings, port: int, log: IO[bytes]) -> Iterator[Server]:
    """Starts the door with the orchestrator behind it; both end with the block.

    What the runs are known by is made at each start, and handed down in the environment only.
    """
    token = settings.worker_token.get_secret_value() or made_token()
    inner = free_port() if needs_inner(settings) else 0
    address = public_address(settings, port)
    api = f"http://{_reachable(settings.serve_host, inner)}:{inner or port}{API}"
    command = [sys.executable, "-m", "flows.door.application", "--port", str(port)]
    if inner:
        command += ["--inner-port", str(inner)]
    process = subprocess.Popen(
        command,
        env=os.environ | {TOKEN: token},
        stdout=log,
        stderr=subprocess.STDOUT,
        preexec_fn=_die_with_parent,
        start_new_session=True,  # Ctrl-C is for us; the server ends after the last run's report
    )
    os.environ["PREFECT_API_URL"] = api
    os.environ["PREFECT_UI_URL"] = f"{address}{PREFECT}"
    os.environ["PREFECT_CLIENT_CUSTOM_HEADERS"] = json.dumps({TOKEN_HEADER: token})
    try:
        yield Server(address, api, token, process)
    finally:
        process.terminate()
        try:
            process.wait(timeout=END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _ends_soon(process: subprocess.Popen[bytes]) -> bool:
    """Whose server is killed may lose its connection to it before there is an end to be seen."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_LAST_MOMENTS)
    return process.returncode is not None


@contextlib.contextmanager
def _watched(process: subprocess.Popen[bytes], endings: Endings) -> Iterator[None]:
    """The server's own end is a reason for the service's: without it the runners idle for ever."""
    ending = threading.Event()

    def watch() -> None:
        while not ending.wait(1):
            if process.poll() is not None:
                endings.put(End.SERVER_GONE)
                return

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        ending.set()


def _die_with_parent() -> None:
    """Asks the system (Linux) to end this child when its parent is killed without a chance to."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _reachable(host: str, inner_port: int) -> str:
    """How this machine itself reaches a server that listens there.

    >>> _reachable("::1", 0), _reachable("10.1.2.3", 4201)
    ('[::1]', '127.0.0.1')
    """
    if inner_port:
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _healthy(server: Server, endings: Endings) -> bool:
    """Waits for the server's first answer; False when the service is asked to end before."""
    process = server.process
    asking = urllib.request.Request(f"{server.api}/health", headers={TOKEN_HEADER: server.token})
    deadline = time.monotonic() + STARTUP_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise ServerDidNotStart(
                f"Máy chủ Prefect dừng ngay khi khởi động (mã {process.returncode}). "
                "Lỗi ghi ở tệp prefect/server.log trong thư mục dữ liệu."
            )
        with (
            contextlib.suppress(urllib.error.URLError, OSError),
            urllib.request.urlopen(asking, timeout=2),
        ):
            return True
        with contextlib.suppress(Empty):
            endings.get(timeout=0.2)
            return False
    raise ServerDidNotStart(
        f"Máy chủ Prefect không trả lời sau {STARTUP_SECONDS} giây: {server.api}"
    )

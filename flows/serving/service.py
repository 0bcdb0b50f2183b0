"""`baocao serve`: Prefect's server, the deployments and, where no SMTP is set, a mail catcher."""

from __future__ import annotations

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
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO, TYPE_CHECKING

from config.files.cycle_files import load_cycles
from config.settings import Settings
from flows import clock
from flows.door.application import TOKEN, needs_inner, public_address
from flows.door.asked import TOKEN_HEADER
from flows.door.certificate import check_certificate
from flows.door.entrances import API, PREFECT
from flows.office.office_place import placed
from flows.serving.database_files import make_room
from flows.serving.orchestration import (
    free_port,
    prepare_environment,
    remember_port,
    usual_port,
)
from flows.serving.server_log import server_log
from flows.serving.standing_door import first_account, left_behind
from flows.serving.work import END_SECONDS, End, Endings, Work
from models.domain.cycle.letter_phrases import hanoi_minute
from models.domain.errors import BaocaoError
from tasks.adapters.accounts.passwords import made_token
from tasks.adapters.post.mail_catcher import MailCatcher

if TYPE_CHECKING:
    pass

STARTUP_SECONDS = 120
_LOCK = "serve.lock"  # in the data folder
_LAST_MOMENTS = 2  # seconds in which a killed server's process is gone
_PR_SET_PDEATHSIG = 1  # prctl(2)


class ServerDidNotStart(BaocaoError):
    """Raised when Prefect's server gives no sign of life in time."""


class ServerStopped(BaocaoError):
    """Raised when Prefect's server ends while the service still needs it."""


class PortTaken(BaocaoError):
    """Raised when somebody listens at the address already, or nobody can."""


class AlreadyServing(BaocaoError):
    """Raised when another `serve` works on the same data folder."""


def serve(settings: Settings, port: int | None, announce: Callable[[str], None]) -> None:
    """Runs until it is asked to end. Nothing is lost by an end at any moment: all state is stored.

    Raises AlreadyServing, PortTaken, CertificateUnusable, ServerDidNotStart, ServerStopped.
    """
    prepare_environment(settings.data_dir)
    endings: Endings = SimpleQueue()
    with contextlib.ExitStack() as stack:
        stack.enter_context(_told_by_signals(endings))
        stack.enter_context(_only_one(settings.data_dir))
        make_room(settings, announce)
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
        log = stack.enter_context(server_log(settings.data_dir))
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
    cycles = load_cycles(placed(settings).config_dir / "cycles.toml").values()
    if any(c.opens_at <= moment and not c.has_ended(moment) for c in cycles):
        return ""
    coming = min((c.opens_at for c in cycles if c.opens_at > moment), default=None)
    said = "Hiện không có kỳ báo cáo nào đang mở"
    if coming is not None:
        said += f"; kỳ tới mở lúc {hanoi_minute(coming)}"
    return f"{said} (cycles.toml). Muốn tập trên dữ liệu mô phỏng: make rehearse."


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

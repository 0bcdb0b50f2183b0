"""`baocao serve`: Prefect's server, the deployments and, where no SMTP is set, a mail catcher."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO

from sqlalchemy.exc import SQLAlchemyError

from config.files.cycle_files import load_cycles
from config.settings import Settings
from flows import clock
from flows.door.application import TOKEN, needs_inner, public_address
from flows.door.asked import TOKEN_HEADER
from flows.door.certificate import check_certificate
from flows.door.entrances import API, INTERFACE
from flows.door.start_stages import StartStage, stage_of, tell_stage
from flows.office.office_place import placed
from flows.serving.database_files import make_room
from flows.serving.entrance import OwnEntrance, forget_entrance, left_for_commands
from flows.serving.orchestration import (
    free_port,
    prepare_environment,
    remember_port,
    usual_port,
)
from flows.serving.server_log import server_log
from flows.serving.standing_door import first_account, left_behind
from flows.serving.starting.children import dying_with
from flows.serving.starting.patience import STAGES, Awaited, turn_to_start, wait_until_it_answers
from flows.serving.starting.service_lock import only_one
from flows.serving.work import END_SECONDS, End, Endings, Work
from models.domain.cycle.letter_phrases import hanoi_minute
from models.domain.errors import BaocaoError
from models.domain.notation.system_words import system_reason
from tasks.adapters.accounts.passwords import made_token
from tasks.adapters.post.mail_catcher import MailCatcher
from tasks.adapters.sharing import program
from tasks.adapters.sharing.locks import is_shared
from tasks.adapters.store.rows import open_engine

_LAST_MOMENTS = 2  # seconds in which a killed server's process is gone


class ServerStopped(BaocaoError):
    """Raised when Prefect's server ends while the service still needs it."""


class PortTaken(BaocaoError):
    """Raised when somebody listens at the address already, or nobody can."""


def serve(settings: Settings, port: int | None, announce: Callable[[str], None]) -> None:
    """Runs until it is asked to end. Nothing is lost by an end at any moment: all state is stored.

    Raises AlreadyServing, PortTaken, CertificateUnusable, ServerDidNotStart, ServerStopped.
    """
    prepare_environment(settings.data_dir)
    endings: Endings = SimpleQueue()
    with contextlib.ExitStack() as stack:
        stack.enter_context(_told_by_signals(endings))
        stack.enter_context(only_one(settings.data_dir))
        forget_entrance(settings.data_dir)  # of a service that was killed
        make_room(settings, announce)
        _runs_all(settings)
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
        server = _started(settings, port, stack, announce, endings)
        if server is None:
            return
        stack.enter_context(_watched(server.process, endings))
        announce(f"Giao diện điều hành: {server.address}")
        # Made when it can be told: the password of a start that was cut short is seen by nobody.
        for line in [*left_behind(dict(os.environ)), *first_account(settings)]:
            announce(line)
        own = OwnEntrance(server.api, server.token, server.address)
        stack.enter_context(left_for_commands(settings.data_dir, own))
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


def _runs_all(settings: Settings) -> None:
    """This machine runs everything: what was deployed for several is compared no more."""
    engine = open_engine(settings.database)
    try:
        if is_shared(engine):
            # A database that is away is told of where it is first needed.
            with contextlib.suppress(SQLAlchemyError), engine.begin() as connection:
                program.forget(connection)
    finally:
        engine.dispose()


def _started(
    settings: Settings,
    port: int,
    stack: contextlib.ExitStack,
    announce: Callable[[str], None],
    endings: Endings,
) -> Server | None:
    """The door, once it answers; None where the service is asked to end before."""
    asked_to_end = partial(_asked_to_end, endings)
    with turn_to_start(settings.data_dir, announce, asked_to_end) as ours:
        if not ours:
            return None
        log = stack.enter_context(server_log(settings.data_dir))
        tell_stage(settings.data_dir, StartStage.PROGRAM)
        announce("Đang khởi động máy chủ Prefect; lần đầu lâu hơn các lần sau.")
        server = stack.enter_context(_server(settings, port, log))
        awaited = Awaited(
            server.process,
            f"{server.api}/health",
            {TOKEN_HEADER: server.token},
            Path(log.name),
            lambda: STAGES[stage_of(settings.data_dir)],
        )
        return server if wait_until_it_answers(awaited, announce, asked_to_end) else None


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


def _look_at_port(host: str, port: int) -> None:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except (OSError, OverflowError) as error:
        raise PortTaken(
            f"Không mở được cổng {port} trên {host} ({_why(error)}). "
            "Chọn cổng khác bằng --port, hoặc bỏ --port để tự chọn; xem BAOCAO_SERVE_HOST."
        ) from None


def _why(error: OSError | OverflowError) -> str:
    return system_reason(error) if isinstance(error, OSError) else "không có cổng nào mang số ấy"


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
        preexec_fn=dying_with(os.getpid()),
        start_new_session=True,  # Ctrl-C is for us; the server ends after the last run's report
    )
    os.environ["PREFECT_API_URL"] = api
    os.environ["PREFECT_UI_URL"] = f"{address}{INTERFACE}"
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


def _reachable(host: str, inner_port: int) -> str:
    """How this machine itself reaches a server that listens there.

    >>> _reachable("::1", 0), _reachable("10.1.2.3", 4201)
    ('[::1]', '127.0.0.1')
    """
    if inner_port:
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _asked_to_end(endings: Endings, seconds: float) -> bool:
    """Whether the service is, within that time."""
    with contextlib.suppress(Empty):
        endings.get(timeout=seconds)
        return True
    return False

"""A server of Prefect for one command, where no service is at hand.

    python -m flows.serving.temporary_server DESCRIPTOR

is that server: it listens on a socket that its command has opened, so that no two of them ever want
the same port, and ends with its command.
"""

from __future__ import annotations

import contextlib
import os
import queue
import secrets
import socket
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson

from flows.door.start_stages import StartStage, stage_of, tell_stage
from flows.serving.starting.children import dying_with
from flows.serving.starting.patience import (
    STAGES,
    Awaited,
    just_wait,
    turn_to_start,
    wait_until_it_answers,
)
from flows.serving.starting.surroundings import API_URL
from models.domain.errors import BaocaoError

AUTH = ("PREFECT_SERVER_API_AUTH_STRING", "PREFECT_API_AUTH_STRING")
_END_SECONDS = 30.0  # in which it writes down what it was told
_TELLS_FOR = 60.0  # seconds: hundreds of events on a slow machine
_KNOCKS_FOR = 10.0  # seconds
#: What a command's few minutes have no use for: nobody looks at it meanwhile, nothing is scheduled,
#: and no trigger of the service's is to fire in its absence.
SERVICES_LEFT_OUT = (
    "CANCELLATION_CLEANUP", "FOREMAN", "LATE_RUNS", "PAUSE_EXPIRATIONS", "REPOSSESSOR",
    "SCHEDULER", "TRIGGERS",
)  # fmt: skip


class OrchestratorAway(BaocaoError):
    """Raised when nobody, or nobody who knows us, answers at the operator's `PREFECT_API_URL`."""


@contextlib.contextmanager
def some_server(data_dir: Path, announce: Callable[[str], None]) -> Iterator[None]:
    """The server at `PREFECT_API_URL`, else a temporary one; the environment leads to it.

    To be entered before Prefect is imported. Raises OrchestratorAway, ServerDidNotStart.
    """
    url = os.environ.get(API_URL, "")
    if url:
        look_at(url)
        yield
        return
    with temporary_server(data_dir, announce) as settings:
        os.environ.update(settings)
        yield


@contextlib.contextmanager
def temporary_server(
    data_dir: Path, announce: Callable[[str], None], left_out: tuple[str, ...] = SERVICES_LEFT_OUT
) -> Iterator[dict[str, str]]:
    """A server that lives as long as the block and answers this process and its children only.

    What is handed out is how Prefect is to be set to reach it. Raises ServerDidNotStart.
    """
    secret = f"baocao:{secrets.token_urlsafe(32)}"
    settings = dict.fromkeys(AUTH, secret)
    off = {f"PREFECT_SERVER_SERVICES_{name}_ENABLED": "false" for name in left_out}
    log = data_dir.resolve() / "prefect" / "temporary-server.log"
    with contextlib.ExitStack() as stack:
        listening = stack.enter_context(socket.socket())
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        # One at a time: several that find no tables would all make them.
        with turn_to_start(data_dir, announce, just_wait):
            told = stack.enter_context(log.open("ab"))
            tell_stage(data_dir, StartStage.PROGRAM)
            process = subprocess.Popen(
                [sys.executable, "-m", __name__, str(listening.fileno()), str(data_dir.resolve())],
                env=os.environ | settings | off | _ALONE,
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=subprocess.STDOUT,
                pass_fds=[listening.fileno()],
                preexec_fn=dying_with(os.getpid()),
                start_new_session=True,  # Ctrl-C is for the command, which ends it
            )
            stack.callback(_end, process)
            listening.close()
            awaited = Awaited(
                process,
                f"http://127.0.0.1:{port}/api/health",
                {},
                log,
                lambda: STAGES[stage_of(data_dir)],
            )
            wait_until_it_answers(awaited, announce, just_wait)
        stack.callback(_tell_the_rest, process)
        yield settings | {API_URL: f"http://127.0.0.1:{port}/api"}


#: No page has any business here, and nothing of it is shown.
_ALONE = {
    "PREFECT_SERVER_UI_ENABLED": "false",
    "PREFECT_UI_ENABLED": "false",
    "PREFECT__SERVER_EPHEMERAL": "1",
    "PREFECT__SERVER_FINAL": "1",
    "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": "http://no-page.invalid",
}


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _tell_the_rest(server: subprocess.Popen[bytes]) -> None:
    """What this process still has to tell its server is told before that ends, or dropped.

    Left alone, the orchestrator's workers would try each piece for many seconds after the end.
    """
    if "prefect" not in sys.modules:
        return
    from prefect.events.worker import EventsWorker  # start-up cost
    from prefect.logging.handlers import APILogWorker  # start-up cost

    workers: tuple[Any, ...] = (APILogWorker, EventsWorker)  # their queues are not public
    for worker in workers:
        instances = tuple(worker._instances.values())
        worker.drain_all(timeout=_TELLS_FOR if server.poll() is None else 0)
        for instance in instances:
            with contextlib.suppress(queue.Empty):
                while True:
                    instance._queue.get_nowait()
            instance._queue.put_nowait(None)  # its sign to end


def look_at(url: str) -> None:
    """Whether the operator's server answers and knows us. Raises OrchestratorAway."""
    try:
        context = _trust() if urlsplit(url).scheme == "https" else None
        asked = urllib.request.Request(f"{url.rstrip('/')}/health", headers=_known_by())
        with urllib.request.urlopen(asked, timeout=_KNOCKS_FOR, context=context):
            return
    except urllib.error.HTTPError as error:
        if error.code not in (401, 403):
            why = "máy ở địa chỉ ấy không phải là máy chủ Prefect"
        else:
            why = "máy chủ không nhận mã của máy này: xem PREFECT_CLIENT_CUSTOM_HEADERS"
    except TimeoutError:
        why = f"không trả lời trong {_KNOCKS_FOR:.0f} giây"
    except (OSError, ValueError):
        why = "không kết nối được"
    raise OrchestratorAway(
        f"PREFECT_API_URL đang đặt là «{_shown(url)}» nhưng không dùng được: {why}. Bật lại máy "
        "chủ ấy, sửa địa chỉ, hoặc bỏ PREFECT_API_URL để lệnh tự mở máy chủ tạm; rồi chạy lại."
    ) from None


def _trust() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=os.environ.get("PREFECT_API_SSL_CERT_FILE") or None)


def _known_by() -> dict[str, str]:
    """What Prefect's own clients send to be let in."""
    headers = {"User-Agent": "baocao"}
    with contextlib.suppress(ValueError):
        found = orjson.loads(os.environ.get("PREFECT_CLIENT_CUSTOM_HEADERS", ""))
        headers |= {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}
    if auth := os.environ.get("PREFECT_API_AUTH_STRING"):
        headers["Authorization"] = f"Basic {b64encode(auth.encode()).decode()}"
    return headers


def _shown(url: str) -> str:
    """The address without what may be a password in it."""
    with contextlib.suppress(ValueError):
        parts = urlsplit(url)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()
    return "?"


def main(descriptor: int, data_dir: Path) -> None:
    """Serves until it is told to end."""
    import uvicorn  # start-up cost
    from prefect.server.api.server import create_app  # start-up cost

    from flows.door.patient_database import make_patient  # start-up cost

    make_patient()
    tell_stage(data_dir, StartStage.TABLES)
    app = create_app()
    uvicorn.run(app, fd=descriptor, log_level="error", access_log=False, lifespan="on")


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))

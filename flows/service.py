"""`baocao serve`: Prefect's server, the deployments and, where no SMTP is set, a mail catcher."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import warnings
from collections.abc import Callable, Iterator

from config.settings import Settings
from flows.orchestration import free_port, prepare_environment
from models.domain.errors import BaocaoError
from tasks.adapters.mail_catcher import MailCatcher

STARTUP_SECONDS = 120


class ServerDidNotStart(BaocaoError):
    """Raised when Prefect's server gives no sign of life in time."""


def serve(settings: Settings, port: int | None, announce: Callable[[str], None]) -> None:
    """Runs until interrupted. Nothing is lost by an end at any moment: all state is stored."""
    prepare_environment(settings.data_dir)
    with contextlib.suppress(KeyboardInterrupt), contextlib.ExitStack() as stack:
        stack.enter_context(_ending_on_signals())
        if not settings.smtp_url:
            maildir = settings.data_dir / "sent"
            catcher = stack.enter_context(MailCatcher(maildir))
            os.environ["BAOCAO_SMTP_URL"] = catcher.url
            os.environ.setdefault("BAOCAO_SMTP_LETTERS_PER_MINUTE", "0")  # nobody to be spared
            announce(f"Chưa đặt BAOCAO_SMTP_URL: thư gửi đi được giữ tại {maildir}")
        os.environ["BAOCAO_DATA_DIR"] = str(settings.data_dir.resolve())
        address = stack.enter_context(_server(port or free_port()))
        announce(f"Giao diện điều hành: {address}")

        from prefect import serve as serve_deployments

        from flows.deployments import deployments

        announce("Sẵn sàng. Nhấn Ctrl-C để dừng.")
        # Prefect's own handler of SIGTERM, which ends the process in order, forgets one coroutine.
        warnings.filterwarnings("ignore", "coroutine 'Runner.astop' was never awaited")
        serve_deployments(*deployments(), pause_on_shutdown=False)


@contextlib.contextmanager
def _ending_on_signals() -> Iterator[None]:
    """SIGINT and SIGTERM unwind the stack, also while the server starts and from scripts.

    A shell lets what it starts with `&` ignore SIGINT, and SIGTERM would leave the server alone.
    """
    wanted = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, signal.default_int_handler) for number in wanted]
    try:
        yield
    finally:
        for number, handler in zip(wanted, before, strict=True):
            signal.signal(number, handler)


@contextlib.contextmanager
def _server(port: int) -> Iterator[str]:
    """Prefect's server on 127.0.0.1; ends with the block."""
    address = f"http://127.0.0.1:{port}"
    os.environ["PREFECT_API_URL"] = f"{address}/api"
    process = subprocess.Popen(
        [sys.executable, "-m", "prefect", "server", "start",
         "--host", "127.0.0.1", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for us; the server ends after the last run's report
    )  # fmt: skip
    try:
        _wait_until_healthy(f"{address}/api/health", process)
        yield address
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + STARTUP_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise ServerDidNotStart(
                f"Máy chủ Prefect dừng ngay khi khởi động (mã {process.returncode}). "
                "Chạy «prefect server start» để xem lỗi."
            )
        with (
            contextlib.suppress(urllib.error.URLError, OSError),
            urllib.request.urlopen(url, timeout=2),
        ):
            return
        time.sleep(0.2)
    raise ServerDidNotStart(f"Máy chủ Prefect không trả lời sau {STARTUP_SECONDS} giây: {url}")

"""The orchestrator's environment: local, silent, and decided before it is imported."""

from __future__ import annotations

import os
import shutil
import socket
from pathlib import Path

import certifi

from flows.serving import retention
from flows.serving.starting.surroundings import keep_to_ourselves
from models.domain.errors import BaocaoError
from tasks.adapters.backup.changing_over import finish_change_over
from tasks.adapters.whole_files import write_whole

PORT_FILE = Path("prefect", "port")  # in the data folder
HEARTBEAT_SECONDS = 30  # of a run's process; Prefect allows no less
ROOM_BYTES = 50_000_000  # the orchestrator's own database, and some work

#: No telemetry, no promotion, no update checks; nothing is looked up outside this machine.
QUIET = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_CLI_PROMPT": "false",
}

#: Seconds after which what a person has asked for is looked at, and a run that waits for another
#: of its flow asks again.
PROMPT = {
    "PREFECT_RUNNER_POLL_FREQUENCY": "3",
    "PREFECT_SERVER_DEPLOYMENTS_CONCURRENCY_SLOT_WAIT_SECONDS": "5",
}


class NoRoomLeft(BaocaoError):
    """Raised when the data folder's disk is too full to begin anything."""


def prepare_environment(data_dir: Path, *, log_level: str = "INFO") -> None:
    """Points Prefect at this installation's folder and at this machine only.

    What the operator has set stays. Raises NoRoomLeft, StrangeSettings, and OSError where the
    folder cannot be made.
    """
    keep_to_ourselves()
    os.umask(0o077)  # nobody else on this machine reads what is written from here on
    finish_change_over(data_dir)
    home = data_dir.resolve() / "prefect"
    home.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(home).free < ROOM_BYTES:
        raise NoRoomLeft(
            f"Đĩa chứa «{data_dir.resolve()}» còn dưới {ROOM_BYTES // 1_000_000} MB. Dọn bớt, "
            "hoặc đặt BAOCAO_DATA_DIR sang đĩa khác, rồi chạy lại."
        )
    for name, value in (QUIET | PROMPT | retention.SETTINGS).items():
        os.environ.setdefault(name, value)
    os.environ.setdefault("PREFECT_HOME", str(home))
    os.environ.setdefault("PREFECT_RESULTS_LOCAL_STORAGE_PATH", str(home / "results"))
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", log_level)
    if not os.environ.get("PREFECT_API_URL", "").startswith("https:"):
        os.environ.setdefault("PREFECT_API_SSL_CERT_FILE", str(_one_authority(home)))


def _one_authority(home: Path) -> Path:
    """A file with a single authority, for clients that will never speak TLS.

    Each of them reads all that it might believe before it asks anything, and a run has several:
    the usual hundred and forty cost as much as all that a short run does.
    """
    end = "-----END CERTIFICATE-----"
    file = home / "one-authority.pem"
    if not file.exists():
        unfinished = file.with_suffix(f".{os.getpid()}")
        unfinished.write_text(
            Path(certifi.where()).read_text("utf-8").partition(end)[0] + f"{end}\n", "utf-8"
        )
        unfinished.rename(file)
    return file


def usual_port(data_dir: Path) -> int:
    """The port this installation had last, so that links in letters still lead there.

    Another one where somebody else listens at it, or at the first start; remembered in turn.
    """
    memory = data_dir / PORT_FILE
    try:
        port = int(memory.read_text())
        with socket.socket() as probe:
            # As the server does: what a former connection left behind is nobody listening.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
    except (OSError, ValueError, OverflowError):
        port = free_port()
        remember_port(data_dir, port)
    return port


def remember_port(data_dir: Path, port: int) -> None:
    """The port at which the service is to be found from now on, for links and the watchdog."""
    write_whole(data_dir / PORT_FILE, str(port).encode())


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

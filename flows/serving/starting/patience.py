"""Waiting for a server that starts: as long as it lives and gets on, and telling what for."""

from __future__ import annotations

import contextlib
import fcntl
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from flows.door.start_stages import StartStage
from models.domain.errors import BaocaoError

#: What a server that starts is at, for whoever waits for it.
STAGES = {
    StartStage.PROGRAM: "nạp máy chủ Prefect",
    StartStage.PAGES: "chép các tệp của giao diện điều hành",
    StartStage.TABLES: "tạo hoặc nâng cấp các bảng trong cơ sở dữ liệu của Prefect",
    StartStage.ANSWER: "câu trả lời đầu tiên của máy chủ Prefect",
}
TELLS_EVERY = 15.0  # seconds
#: Without a sign of life: neither processor time nor a byte read or written.
STANDS_STILL = 300.0  # seconds
LAST_BOUND = 3600.0  # seconds, for a server that is busy without ever answering
_ASKS_EVERY = 0.2
_ANSWERS_WITHIN = 5.0
_STARTS = Path("prefect", "start.lock")  # in the data folder
_DIRECTLY = urllib.request.ProxyHandler({})  # our own server is behind no proxy


class ServerDidNotStart(BaocaoError):
    """Raised when Prefect's server ends before it answers, or gives no sign of life any more."""


class Started(Protocol):
    """A child process."""

    pid: int
    returncode: int | None

    def poll(self) -> int | None:
        """Its exit code; None while it runs."""


@dataclass(frozen=True)
class Awaited:
    """A server that is waited for."""

    process: Started
    health: str  # the address to ask
    headers: Mapping[str, str]
    log: Path  # where it complains
    at: Callable[[], str]  # what it is at, in Vietnamese

    def answers(self) -> bool:
        """Whether it does, right now."""
        asked = urllib.request.Request(self.health, headers=dict(self.headers))
        opener = urllib.request.build_opener(_DIRECTLY)
        with (
            contextlib.suppress(urllib.error.URLError, OSError),
            opener.open(asked, timeout=_ANSWERS_WITHIN),
        ):
            return True
        return False


@dataclass
class _Watch:
    """How long it has taken, and since when nothing moves."""

    pid: int
    began: float = field(default_factory=time.monotonic)
    moved: float = field(default_factory=time.monotonic)
    told: float = field(default_factory=time.monotonic)
    _seen: object = None

    def look(self) -> None:
        if (seen := work_of(self.pid)) != self._seen:
            self._seen, self.moved = seen, time.monotonic()


def wait_until_it_answers(
    awaited: Awaited, announce: Callable[[str], None], asked_to_end: Callable[[float], bool]
) -> bool:
    """True with its first answer, False where `asked_to_end(seconds)` says so before.

    Raises ServerDidNotStart.
    """
    watch = _Watch(awaited.process.pid)
    while True:
        if awaited.process.poll() is not None:
            raise ServerDidNotStart(_ended(awaited))
        if awaited.answers():
            return True
        if asked_to_end(_ASKS_EVERY):
            return False
        watch.look()
        now = time.monotonic()
        if now - watch.moved > STANDS_STILL or now - watch.began > LAST_BOUND:
            raise ServerDidNotStart(
                f"Máy chủ Prefect vẫn chưa trả lời sau {_minutes(now - watch.began)}, đang ở bước: "
                f"{awaited.at()}. Xem tệp {awaited.log}, xem máy còn bộ nhớ và đĩa không, rồi chạy "
                "lại: chạy lại lúc nào cũng an toàn."
            )
        if now - watch.told >= TELLS_EVERY:
            watch.told = now
            announce(f"Vẫn đang đợi ({now - watch.began:.0f} giây): {awaited.at()}.")


@contextlib.contextmanager
def turn_to_start(
    data_dir: Path, announce: Callable[[str], None], asked_to_end: Callable[[float], bool]
) -> Iterator[bool]:
    """The turn to start a server of the folder; several that find no tables would all make them.

    False where `asked_to_end(seconds)` says so before it comes. The system lets go of the turn
    however this process ends.
    """
    with (data_dir / _STARTS).open("a", encoding="utf-8") as lock:
        began = told = time.monotonic()
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if asked_to_end(_ASKS_EVERY):
                    yield False
                    return
            if time.monotonic() - told >= TELLS_EVERY:
                told = time.monotonic()
                announce(
                    f"Vẫn đang đợi ({told - began:.0f} giây): một lệnh khác của chương trình đang "
                    "khởi động máy chủ Prefect trên cùng thư mục dữ liệu."
                )
        yield True


@contextlib.contextmanager
def telling_what_for(announce: Callable[[str], None], what: str) -> Iterator[None]:
    """Says now and then, as long as the block lasts, that it is still waited for and what for.

    By a thread: what is waited for may keep this one.
    """
    began, over = time.monotonic(), threading.Event()

    def tell() -> None:
        while not over.wait(TELLS_EVERY):
            announce(f"Vẫn đang đợi ({time.monotonic() - began:.0f} giây): {what}.")

    threading.Thread(target=tell, daemon=True).start()
    try:
        yield
    finally:
        over.set()


def just_wait(seconds: float) -> bool:
    """For whom nobody asks to end."""
    time.sleep(seconds)
    return False


def _ended(awaited: Awaited) -> str:
    code = awaited.process.returncode or 0
    how = "bị hệ điều hành dừng (thường do thiếu bộ nhớ)" if code < 0 else "dừng"
    return (
        f"Máy chủ Prefect {how} ngay khi khởi động, ở bước: {awaited.at()}. Lý do ghi ở cuối tệp "
        f"{awaited.log}. Sửa điều được nêu rồi chạy lại."
    )


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.0f} phút"


def work_of(pid: int) -> tuple[str, ...]:
    """What a process has done so far: processor time, bytes read and written (Linux)."""
    found: list[str] = []
    with contextlib.suppress(OSError):
        # Behind the name, which may hold blanks: user and system time are the 12th and 13th.
        found += Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[11:13]
    with contextlib.suppress(OSError):
        found.append(Path(f"/proc/{pid}/io").read_text("utf-8"))
    return tuple(found)

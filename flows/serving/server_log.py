"""The server's log: of this life and the last one, and never more than a few files of a size.

The server writes to it by itself, through a descriptor that it was given at its start. So a log
that has grown is copied aside and emptied: whoever appends goes on at its beginning. What is
written within that moment may be lost; it is a hint for whoever looks into a matter, no record.
"""

from __future__ import annotations

import contextlib
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO

LARGEST = 10_000_000  # bytes
EARLIER = 3  # files beside the present one
_LOOKS_EVERY = 60.0  # seconds


@contextlib.contextmanager
def server_log(data_dir: Path) -> Iterator[IO[bytes]]:
    """What the server has to complain of, and of its last life, for whoever looks into a matter."""
    log = data_dir / "prefect" / "server.log"
    if log.exists() and log.stat().st_size:
        _move_up(log)
        log.replace(_earlier(log, 1))
    ending = threading.Event()
    with log.open("ab") as opened:
        watching = threading.Thread(target=_keep_small, args=(log, ending), daemon=True)
        watching.start()
        try:
            yield opened
        finally:
            ending.set()
            watching.join()


def rotate(log: Path) -> bool:
    """Puts a log that is too large aside and empties it; whether it was."""
    if log.stat().st_size <= LARGEST:
        return False
    _move_up(log)
    shutil.copyfile(log, _earlier(log, 1))
    with log.open("r+b") as opened:
        opened.truncate(0)
    return True


def _keep_small(log: Path, ending: threading.Event) -> None:
    while not ending.wait(_LOOKS_EVERY):
        with contextlib.suppress(OSError):  # a full disk is told of by others
            rotate(log)


def _move_up(log: Path) -> None:
    for number in range(EARLIER, 1, -1):
        former = _earlier(log, number - 1)
        if former.exists():
            former.replace(_earlier(log, number))


def _earlier(log: Path, number: int) -> Path:
    return log.with_name(f"{log.name}.{number}")

"""One service a data folder: the lock it holds, and whether one holds it."""

from __future__ import annotations

import contextlib
import fcntl
import time
from collections.abc import Iterator
from pathlib import Path

from models.domain.errors import BaocaoError

_LOCK = "serve.lock"  # in the data folder
#: Whoever only looks whether it is held holds it for a moment.
_TRIES, _PAUSE = 10, 0.1


class AlreadyServing(BaocaoError):
    """Raised when another `serve` works on the same data folder."""


@contextlib.contextmanager
def only_one(data_dir: Path) -> Iterator[None]:
    """Holds the data folder's lock; the system lets go of it however this process ends.

    Raises AlreadyServing.
    """
    with (data_dir / _LOCK).open("a", encoding="utf-8") as lock:
        for tries in range(_TRIES, 0, -1):
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            if tries > 1:
                time.sleep(_PAUSE)
        else:
            raise AlreadyServing(
                f"Một «baocao serve» khác đang chạy trên «{data_dir.resolve()}». Dừng nó trước, "
                "hoặc đặt BAOCAO_DATA_DIR khác."
            )
        yield


def is_served(data_dir: Path) -> bool:
    """Whether some `serve` works on the data folder right now. Leaves nothing behind."""
    try:
        with (data_dir / _LOCK).open("r", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return False
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True

"""How a command of the same user finds its way into the service that runs beside it.

While it serves, a service keeps its address and the token of this machine's own runs in a file of
the data folder that is its user's alone. The token is the one of that very start.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import stat
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import orjson

from models.domain.errors import BaocaoError
from tasks.adapters.whole_files import write_whole

_FILE = Path("prefect", "service.json")  # in the data folder


class EntranceUnsafe(BaocaoError):
    """Raised where somebody else could have written or read the way in."""


@dataclass(frozen=True, slots=True)
class OwnEntrance:
    """The orchestrator's API for this machine, what its runs are known by, and persons' address."""

    api: str
    token: str = field(repr=False)
    address: str


@contextlib.contextmanager
def left_for_commands(data_dir: Path, own: OwnEntrance) -> Iterator[None]:
    """Leaves the file, whole from its first moment, as long as the block lasts."""
    write_whole(data_dir / _FILE, orjson.dumps(asdict(own)))
    try:
        yield
    finally:
        forget_entrance(data_dir)


def forget_entrance(data_dir: Path) -> None:
    """Removes what a service has left."""
    (data_dir / _FILE).unlink(missing_ok=True)


def entered_since(data_dir: Path) -> dt.datetime | None:
    """Since when the service that runs here lets commands in, by the machine's clock; None where
    there is none."""
    with contextlib.suppress(OSError):
        return dt.datetime.fromtimestamp((data_dir / _FILE).stat().st_mtime, dt.UTC)
    return None


def found_entrance(data_dir: Path) -> OwnEntrance | None:
    """What a service has left; None where none has. Raises EntranceUnsafe."""
    file = data_dir / _FILE
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return None
    except OSError:
        raise EntranceUnsafe(_unsafe(file)) from None
    with os.fdopen(descriptor, "rb") as opened:
        about = os.fstat(descriptor)
        others = stat.S_IMODE(about.st_mode) & 0o077
        if not stat.S_ISREG(about.st_mode) or about.st_uid != os.getuid() or others:
            raise EntranceUnsafe(_unsafe(file))
        try:
            kept = orjson.loads(opened.read())
            return OwnEntrance(kept["api"], kept["token"], kept["address"])
        except (ValueError, KeyError, TypeError):
            raise EntranceUnsafe(_unsafe(file)) from None


def _unsafe(file: Path) -> str:
    return (
        f"Tệp «{file.resolve()}» không phải do dịch vụ của chính người dùng này ghi, hoặc người "
        "khác trên máy đọc được. Chạy lệnh bằng đúng tài khoản chạy «baocao serve»; không được "
        "thì dừng dịch vụ, xóa tệp ấy, chạy lại dịch vụ."
    )

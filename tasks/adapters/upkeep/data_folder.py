"""What lies in the data folder: its parts with their sizes, and what of it nobody needs any more.

What may go is listed one by one and removed by that list alone: raw files, the database, outputs
and what waits in a folder of arrival stand in no list.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.domain.cycle.letter_phrases import rounded
from tasks.adapters.upkeep.sqlite_room import room_of

LOGS_KEPT = dt.timedelta(days=30)
TEST_MAIL_KEPT = dt.timedelta(days=30)  # letters that a catcher took, so that somebody may look
REHEARSAL_KEPT = dt.timedelta(days=30)  # since something was last written there
RESULTS_KEPT = dt.timedelta(days=90)  # as long as the runs that could ask for them

_TOLD = 1_000_000  # bytes of free pages that are worth a word
_LISTED = 4  # parts of the folder

#: Parts of the folder, by the path within it, as people are told of them.
_PARTS = (
    ("raw", "thư và sổ báo cáo gốc (raw)"),
    ("output", "sổ tổng hợp, báo cáo (output)"),
    ("baocao.sqlite*", "cơ sở dữ liệu"),
    ("prefect/prefect.db*", "lịch sử lượt chạy (prefect)"),
    ("prefect/server.log*", "nhật ký máy chủ Prefect"),
    ("prefect/results", "kết quả tạm của lượt chạy"),
    ("prefect/ui", "trang giao diện của Prefect"),
    ("mailbox", "hộp thư trên máy (mailbox)"),
    ("drop", "thư mục nhận tệp (drop)"),
    ("sent", "thư thử (sent)"),
    ("office", "bộ tệp của Văn phòng (office)"),
)
#: Within the data folder, by the file that marks them: made by a command, and made anew by it.
_SIMULATED = (".baocao-demo", "dong-ho-dien-tap.json")


@dataclass(frozen=True, slots=True)
class FolderPart:
    """A part of the data folder, in Vietnamese, and its bytes."""

    title: str
    size: int


@dataclass(frozen=True, slots=True)
class Removable:
    """Files or folders that nobody needs any more, in Vietnamese, and their bytes."""

    title: str
    size: int
    paths: Sequence[Path]


def parts(data_dir: Path) -> list[FolderPart]:
    """What takes room in the folder, the largest first; the rest as one."""
    found = [FolderPart(title, sum(map(size_of, data_dir.glob(path)))) for path, title in _PARTS]
    rest = size_of(data_dir) - sum(part.size for part in found)
    found.append(FolderPart("những tệp khác", max(0, rest)))
    return sorted((part for part in found if part.size), key=lambda part: -part.size)


def removable(data_dir: Path, now: dt.datetime) -> list[Removable]:
    """What may be removed at this moment of the machine, also while a service works there.

    What lies elsewhere and is only linked from here is left alone.
    """
    return [
        *_all_of(
            data_dir,
            "nhật ký cũ của máy chủ Prefect, quá 30 ngày",
            _older(data_dir.glob("prefect/server.log.*"), now - LOGS_KEPT),
        ),
        *_all_of(
            data_dir,
            "kết quả tạm của lượt chạy, quá 90 ngày",
            _older(data_dir.glob("prefect/results/**/*"), now - RESULTS_KEPT),
        ),
        *_all_of(
            data_dir,
            "thư thử (sent), quá 30 ngày",
            _older(data_dir.glob("sent/*/*"), now - TEST_MAIL_KEPT),
        ),
        *_all_of(
            data_dir,
            "bản diễn tập, bản demo không dùng quá 30 ngày",
            (p for p in _simulated(data_dir) if _last_written(p) < _stamp(now - REHEARSAL_KEPT)),
        ),
    ]


def remove(found: Removable) -> int:
    """Removes what was found; how many bytes are free for it. What the system refuses stays."""
    freed = 0
    for path in found.paths:
        before = size_of(path)
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                path.unlink()
        freed += before - size_of(path)
    return freed


def room_said(data_dir: Path, now: dt.datetime) -> list[str]:
    """Sentences on what may be removed, and on what takes most room and is kept."""
    found = removable(data_dir, now)
    pages = unused_pages(data_dir)
    freeable = [f"{one.title}: {amount(one.size)}" for one in found]
    if pages >= _TOLD:
        freeable.append(f"phần trống trong tệp cơ sở dữ liệu: {amount(pages)}")
    whole = sum(one.size for one in found) + pages
    largest = [f"{part.title}: {amount(part.size)}" for part in parts(data_dir)[:_LISTED]]
    return [
        f"Có thể dọn {amount(whole)}, gồm {'; '.join(freeable)}."
        if freeable
        else "Trong thư mục dữ liệu không có gì dọn được ngay.",
        *([f"Chiếm chỗ nhiều nhất: {'; '.join(largest)}."] if largest else []),
    ]


def unused_pages(data_dir: Path) -> int:
    """Bytes in the folder's database files that nothing uses."""
    files = (data_dir / "baocao.sqlite", data_dir / "prefect" / "prefect.db")
    return sum(room.free for file in files if (room := room_of(file)) is not None)


def size_of(path: Path) -> int:
    """Bytes of a file, or of all files below a folder; 0 where it is gone meanwhile."""
    with contextlib.suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            return sum(map(_size, _files(path)))
        return path.lstat().st_size
    return 0


def amount(size: int) -> str:
    """A number of bytes, as people are told of it.

    >>> amount(1_234_567_890), amount(3_400_000), amount(700)
    ('1,2 GB', '3,4 MB', 'dưới 0,1 MB')
    """
    for unit, name in ((1_000_000_000, "GB"), (1_000_000, "MB")):
        if size >= unit:
            return f"{rounded(size / unit)} {name}"
    return f"{rounded(size / 1_000_000)} MB" if size >= 100_000 else "dưới 0,1 MB"


def _all_of(data_dir: Path, title: str, paths: Iterator[Path]) -> Iterator[Removable]:
    root = data_dir.resolve()
    found = sorted(path for path in paths if path.parent.resolve().is_relative_to(root))
    if found:
        yield Removable(title, sum(map(size_of, found)), found)


def _older(paths: Iterator[Path], moment: dt.datetime) -> Iterator[Path]:
    """The files last written before that moment."""
    for path in paths:
        with contextlib.suppress(OSError):
            if path.is_file() and path.stat().st_mtime < _stamp(moment):
                yield path


def _simulated(data_dir: Path) -> Iterator[Path]:
    """Folders of a rehearsal or a demonstration below this one, not this one itself."""
    with contextlib.suppress(OSError):
        for folder in data_dir.iterdir():
            is_marked = any((folder / mark).is_file() for mark in _SIMULATED)
            if is_marked and not folder.is_symlink():
                yield folder


def _last_written(folder: Path) -> float:
    written = [0.0]
    for path in _files(folder):
        with contextlib.suppress(OSError):
            written.append(path.stat().st_mtime)
    return max(written)


def _files(folder: Path) -> Iterator[Path]:
    for inside, _, names in os.walk(folder):
        yield from (Path(inside, name) for name in names)


def _size(path: Path) -> int:
    with contextlib.suppress(OSError):
        return path.lstat().st_size
    return 0


def _stamp(moment: dt.datetime) -> float:
    return moment.timestamp()

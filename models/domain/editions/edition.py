"""One edition: what the whole set of the office's files held from a moment on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from models.domain.errors import BaocaoError


class EditionOvertaken(BaocaoError):
    """Raised when another edition was entered since the one that a change starts from."""

    def __init__(self) -> None:
        super().__init__(
            "Trong lúc ấy có người vừa đưa vào một bộ tệp khác, chưa gì được ghi. Xin chạy "
            "lại lệnh này."
        )


class NoSuchEdition(BaocaoError):
    """Raised when an edition is asked for that was never entered."""

    def __init__(self, number: int) -> None:
        super().__init__(f"Không có bộ tệp số {number}. Xem «baocao office list».")


class ChangeKind(StrEnum):
    """What became of a file, in the word that the office reads."""

    ADDED = "thêm"
    CHANGED = "đổi"
    REMOVED = "bỏ"


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file that is not what it was."""

    kind: ChangeKind
    path: str

    def __str__(self) -> str:
        return f"{self.kind} {self.path}"


@dataclass(frozen=True, slots=True)
class Edition:
    """The office's files from `at` (UTC) until the next edition; numbers begin at 1."""

    number: int
    at: dt.datetime
    by: str
    note: str
    files: Mapping[str, str]  # SHA-256 of the content, by path below the office's folder ("/")


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> list[FileChange]:
    """What differs between two sets of files, each by path and hash, in the order of the paths.

    >>> [str(change) for change in changes({"a": "1", "b": "1"}, {"b": "2", "c": "1"})]
    ['bỏ a', 'đổi b', 'thêm c']
    """
    found = []
    for path in sorted({*before, *after}):
        if path not in before:
            found.append(FileChange(ChangeKind.ADDED, path))
        elif path not in after:
            found.append(FileChange(ChangeKind.REMOVED, path))
        elif before[path] != after[path]:
            found.append(FileChange(ChangeKind.CHANGED, path))
    return found

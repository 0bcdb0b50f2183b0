"""Folders that nobody else on the machine may look into: a backup holds mail, and password hashes.

Such a folder is refused rather than filled with something encrypted: a key would have to lie beside
it, or be in somebody's head on the one day when it is wanted.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from models.domain.errors import BaocaoError
from tasks.adapters.raw_store import DIRECTORY_MODE

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class FolderUnfit(BaocaoError):
    """Raised when a folder cannot hold backups: it is open to others, or lies where it must not."""


def private_folder(folder: Path) -> Path:
    """The folder, made where it is missing, that its owner alone can look into.

    Raises FolderUnfit, and OSError when it cannot be made.
    """
    folder.mkdir(mode=DIRECTORY_MODE, exist_ok=True)
    if why := why_open(folder):
        raise FolderUnfit(why)
    return folder


def why_open(folder: Path) -> str:
    """What lets others look into a folder and what to type against it, Vietnamese; "" if nothing.

    Raises OSError when it cannot be looked at.
    """
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode):
        return f"«{folder}» không phải thư mục thường (liên kết, tệp)."
    if status.st_uid != os.geteuid():
        return (
            f"«{folder}» thuộc về tài khoản khác trên máy; dùng một thư mục do chính tài khoản "
            "chạy hệ thống tạo."
        )
    if status.st_mode & _OTHERS:
        return (
            f"«{folder}» người khác trên máy mở được. Gõ: chmod go= '{folder}'. Ổ đĩa không giữ "
            "được quyền riêng (FAT, một số ổ mạng) thì không dùng để sao lưu."
        )
    return ""


def on_the_same_disk(one: Path, other: Path) -> bool:
    """Whether one broken disk would take both. Raises OSError."""
    return one.stat().st_dev == other.stat().st_dev

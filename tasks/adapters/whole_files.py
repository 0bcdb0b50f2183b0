"""Small files that a kill at any moment leaves as they were or as they are to be."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path


def write_whole(file: Path, content: bytes) -> None:
    """Writes a file for its user alone, wholly or not at all. Raises OSError."""
    unfinished = file.with_name(f"{file.name}.new")
    unfinished.unlink(missing_ok=True)  # of a kill; it may be anybody's to read
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    unfinished.replace(file)


def sync_folder(folder: Path) -> None:
    """Brings to the disk which files the folder names. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folders(folders: Sequence[Path]) -> None:
    """The same of several, one after the other. Raises OSError."""
    for folder in folders:
        sync_folder(folder)

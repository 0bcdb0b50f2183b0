"""The office's files in a folder: read as a set, and a set laid out for whoever reads files."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
import stat
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from models.domain.errors import ConfigurationFault

#: What the office decides, below its folder; beside it may lie code, and what an editor leaves.
PATTERNS = ("*.csv", "*.toml", "directives/*/*", "forms/*", "letters/*", "reports/*", "roots/*")
_LARGEST = 20_000_000  # bytes of a file
_BESIDE = re.compile(r"\.bo-tep-\d+$")  # somebody else's text, laid beside one's own
_LEFT_BY_EDITORS = re.compile(r"^[.~#]|[~#]$|\.(?:bak|tmp|swp|pyc?)$|^(?:Thumbs\.db|desktop\.ini)$")


def read_office_folder(folder: Path) -> dict[str, bytes]:
    """The office's files there, by their path below the folder ("letters/alarm.j2").

    Raises ConfigurationFault for what is no plain file or is larger than 20 MB, OSError.
    """
    return {path.relative_to(folder).as_posix(): _content(path) for path in _paths(folder)}


def hashes_of(folder: Path) -> dict[str, str]:
    """SHA-256 of each of them, by path. Raises as `read_office_folder`."""
    found = read_office_folder(folder)
    return {path: hashlib.sha256(content).hexdigest() for path, content in found.items()}


def _paths(folder: Path) -> Iterator[Path]:
    for pattern in PATTERNS:
        for path in sorted(folder.glob(pattern)):
            name = path.name
            if not path.is_dir() and not _LEFT_BY_EDITORS.search(name) and not _BESIDE.search(name):
                yield path


def _content(path: Path) -> bytes:
    about = path.stat()
    if not stat.S_ISREG(about.st_mode) or about.st_size > _LARGEST:
        raise ConfigurationFault([f"{path}: không phải tệp thường, hoặc lớn hơn 20 MB."])
    return path.read_bytes()


def lying_beside(folder: Path) -> list[str]:
    """Texts of others that were laid beside one's own and still lie there, by path."""
    found = [p for pattern in PATTERNS for p in folder.glob(f"{pattern}") if _BESIDE.search(p.name)]
    more = [p for p in folder.glob("*.bo-tep-*") if _BESIDE.search(p.name)]
    return sorted({p.relative_to(folder).as_posix() for p in (*found, *more)})


def write_office_folder(
    folder: Path, files: Mapping[str, bytes], gone: Collection[str] = ()
) -> None:
    """Writes the files there and takes out those in `gone`, by our own paths. Raises OSError."""
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.is_file() or target.read_bytes() != content:
            unfinished = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
            unfinished.write_bytes(content)
            unfinished.rename(target)
    for path in gone:
        (folder / path).unlink(missing_ok=True)


def lay_out(folder: Path, files: Mapping[str, bytes]) -> None:
    """A folder with these files and no others, there whole or not at all; not to be written in.

    Where another process has laid out the same in the meantime, its folder stays. Raises OSError.
    """
    unfinished = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.tmp")
    unfinished.mkdir(parents=True)
    try:
        write_office_folder(unfinished, files)
        for path in files:
            (unfinished / path).chmod(0o400)
        try:
            unfinished.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise
    finally:
        if unfinished.exists():
            shutil.rmtree(unfinished)


def set_aside(folder: Path) -> Path:
    """Moves a folder out of the way under a name of its own; where it is now. Raises OSError."""
    aside = folder.with_name(f"{folder.name}-sua-tay-{secrets.token_hex(3)}")
    folder.rename(aside)
    return aside


def remove_folder(folder: Path) -> None:
    """Takes a laid-out folder away, also where its files may not be written."""
    for parent, _, _ in os.walk(folder):
        Path(parent).chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)

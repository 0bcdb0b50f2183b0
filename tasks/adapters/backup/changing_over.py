"""Changing over to a restored state: the old one is moved aside, the new one takes its place.

Both are moves within a disk, written into a journal beforehand. Whatever interrupts them, the next
program that works in the folder finishes them first: it never meets half of one state and half of
the other, nor an empty folder that it would take for a new installation. Of several that meet a
change half done one finishes it and the others wait: two at once would each take for old what the
other has just put in its place.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from tasks.adapters.whole_files import sync_folder

JOURNAL = "khoi-phuc-do-dang.json"  # in the data folder, while the change is not done
ASIDE = "truoc-khi-khoi-phuc-"  # before the moment, in the name of the folder set aside

Moves = Sequence[tuple[Path, Path]]


def change_over(data_dir: Path, aside: Moves, new: Moves) -> None:
    """Moves the old away and the new to its place. Raises OSError; what is begun is then finished
    by `finish_change_over`."""
    told = {
        "aside": [[str(a), str(b)] for a, b in aside],
        "new": [[str(a), str(b)] for a, b in new],
    }
    unfinished = data_dir / f".{JOURNAL}"
    with unfinished.open("w", encoding="utf-8", errors="surrogateescape") as file:
        file.write(json.dumps(told))
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(data_dir / JOURNAL)
    sync_folder(data_dir)
    finish_change_over(data_dir)


def finish_change_over(data_dir: Path) -> bool:
    """Finishes what was begun; whether there was anything. May itself be interrupted.

    Waits for another that is finishing it.
    """
    journal = data_dir / JOURNAL
    if not journal.exists():
        return False
    with _alone(data_dir):
        # Whoever was waited for has finished it.
        return journal.exists() and _finished(data_dir, journal)


@contextlib.contextmanager
def _alone(data_dir: Path) -> Iterator[None]:
    """Holds the folder itself, which needs no file; the system lets go of it however this ends."""
    folder = os.open(data_dir, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _finished(data_dir: Path, journal: Path) -> bool:
    told = json.loads(journal.read_text(encoding="utf-8"))
    for old, kept in _paths(told["aside"]):
        # What stands at the old place after its own is set aside is new already.
        if not kept.exists() and old.exists():
            kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            old.rename(kept)
    for made, place in _paths(told["new"]):
        if made.exists():
            made.rename(place)
    folders = {p.parent for pair in _paths(told["new"]) for p in pair if p.parent.is_dir()}
    for folder in folders:
        sync_folder(folder)
    journal.unlink()
    sync_folder(data_dir)
    return True


def _paths(pairs: Sequence[Sequence[str]]) -> list[tuple[Path, Path]]:
    return [(Path(a), Path(b)) for a, b in pairs]

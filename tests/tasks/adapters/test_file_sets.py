"""Several files change as one, wherever the process that changes them is killed."""

from __future__ import annotations

import fcntl
import os
import signal
from pathlib import Path
from typing import Any

import pytest

import config
from config.files.office_files import load_office
from models.domain.errors import ConfigurationFault
from models.domain.exchange.exchange_sheets import IMPORT_JOURNAL
from tasks.adapters import file_sets
from tasks.adapters.file_sets import FilesInUse, replace_files, take_back_interrupted

OLD = {
    "agencies.csv": b"old agencies",
    "cycles.toml": b"old cycles",
    "directives/2024/directive.toml": b"2024",
    "directives/2024/note.csv": b"rows",
    "letters/own.j2": b"own",
}
GONE = ("directives/2024/directive.toml", "directives/2024/note.csv", "letters/own.j2")
NEW = {
    "agencies.csv": b"new agencies",
    "cycles.toml": b"new cycles",
    "directives/2026/directive.toml": b"2026",
    "directives/2026/appendix_1.csv": b"rows",
}


@pytest.fixture
def office(tmp_path: Path) -> Path:
    root = tmp_path / "office"
    (root / "directives").mkdir(parents=True)
    for name, content in OLD.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(content)
    (root / "letters" / "README").touch()
    return root


def contents(root: Path) -> dict[str, bytes]:
    found = {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}
    assert found.pop("letters/README") == b""  # nobody's business
    return found


def change(root: Path) -> None:
    replace_files(root, {root / name: content for name, content in {**NEW, **gone}.items()})


gone: dict[str, bytes | None] = dict.fromkeys(GONE)


def killed_at(boundary: int, root: Path) -> bool:
    """Runs the change in a process that kills itself before that step; whether it got so far."""
    child = os.fork()
    if child == 0:
        left = boundary

        def counted(step: Any) -> Any:
            def stepped(*arguments: Any, **named: Any) -> Any:
                nonlocal left
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                left -= 1
                return step(*arguments, **named)

            return stepped

        for owner, name in (
            (os, "fsync"), (Path, "rename"), (Path, "mkdir"), (Path, "unlink"),
            (Path, "rmdir"), (file_sets.shutil, "rmtree"),
        ):  # fmt: skip
            setattr(owner, name, counted(getattr(owner, name)))
        try:
            change(root)
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def test_all_files_are_new_after_a_change_and_nothing_else_is_left(office: Path) -> None:
    change(office)
    assert contents(office) == NEW
    assert not take_back_interrupted(office)


def test_a_process_killed_at_any_step_leaves_all_old_or_all_new(office: Path) -> None:
    boundary = 0
    seen = set()
    while killed_at(boundary, office):
        take_back_interrupted(office)
        found = {n: c for n, c in contents(office).items() if ".dang-ghi-" not in n}
        assert found in (OLD, NEW), boundary
        assert (office / "directives" / "2026").exists() == (found == NEW)
        assert (office / "directives" / "2024").exists() == (found == OLD)
        seen.add(found == NEW)
        change(office)  # may be run again, and sweeps what lay about
        assert contents(office) == NEW, boundary
        for name in NEW:
            (office / name).unlink()
        (office / "directives" / "2026").rmdir()
        for name, content in OLD.items():
            (office / name).parent.mkdir(exist_ok=True)
            (office / name).write_bytes(content)
        boundary += 1
    assert boundary > 20
    assert seen == {False, True}


def test_a_full_disk_changes_nothing(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, left = os.fsync, [3]

    def full(descriptor: int) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(28, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        change(office)
    monkeypatch.undo()
    assert {n: c for n, c in contents(office).items() if ".dang-ghi-" not in n} == OLD
    change(office)
    assert contents(office) == NEW


def test_two_changes_at_once_are_one_after_the_other(office: Path) -> None:
    descriptor = os.open(office, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    with pytest.raises(FilesInUse, match="xin chờ"):
        change(office)
    os.close(descriptor)
    change(office)
    assert contents(office) == NEW


def test_nobody_reads_a_configuration_that_is_half_changed(tmp_path: Path) -> None:
    (tmp_path / IMPORT_JOURNAL).mkdir()
    with pytest.raises(ConfigurationFault, match="baocao catalogue check"):
        load_office(tmp_path)
    assert not (Path(config.__file__).parent / IMPORT_JOURNAL).exists()

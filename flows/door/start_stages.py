"""What a door that starts is at, left in the data folder for whoever waits for it."""

from __future__ import annotations

import contextlib
from enum import StrEnum
from pathlib import Path

_FILE = Path("prefect", "khoi-dong")  # in the data folder


class StartStage(StrEnum):
    """In their order."""

    PROGRAM = "program"  # its code is loaded
    PAGES = "pages"  # the interface's files are copied, at the first start of a version
    TABLES = "tables"  # the orchestrator's tables are made or brought up to date
    ANSWER = "answer"  # it is about to listen


def tell_stage(data_dir: Path, stage: StartStage) -> None:
    """Leaves word of it. A word that cannot be written is missed by nobody but who waits."""
    with contextlib.suppress(OSError):
        (data_dir / _FILE).write_text(stage, "utf-8")


def stage_of(data_dir: Path) -> StartStage:
    """What was left last; the first stage where nothing was."""
    with contextlib.suppress(OSError, ValueError):
        return StartStage((data_dir / _FILE).read_text("utf-8"))
    return StartStage.PROGRAM

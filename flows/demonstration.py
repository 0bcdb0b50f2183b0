"""The demonstration: the year 2025, from the directive's day to the meeting at the year's end."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from rich.console import Console

from flows.stage import DemonstrationOutcome, Stage
from tasks.adapters.simulation.chapters import PLAN


def run_demonstration(data_dir: Path, console: Console) -> Mapping[str, DemonstrationOutcome]:
    """Plays the year in a folder made anew and tells it on the console; outcomes by cycle.

    Raises FolderNotOurs when the folder holds something else.
    """
    with Stage(data_dir, console) as stage:
        return {PLAN.cycle: stage.play(PLAN)}

"""Tasks of showing: boards become artifacts, a new one only where something changed."""

from __future__ import annotations

from typing import cast

from prefect import task
from prefect.artifacts import Artifact, create_markdown_artifact
from prefect.cache_policies import NO_CACHE

from models.domain.cycle.cycles import ReportingCycle
from tasks import events
from tasks.adapters.boards.boards import note_deadline
from tasks.adapters.results.board import Board
from tasks.adapters.workplace import Workplace


@task(task_run_name="board-{board.key}", cache_policy=NO_CACHE)
def publish(board: Board) -> bool:
    """Shows a board; False where the newest one under its key says the same.

    So the history of a key is the history of the cycle, not of the runs.
    """
    shown = cast(Artifact | None, Artifact.get(board.key))  # outside of a loop: at once
    if shown is not None and shown.data == board.markdown:
        return False
    create_markdown_artifact(board.markdown, key=board.key, description=board.title)
    return True


@task(task_run_name="deadline-{cycle.code}", cache_policy=NO_CACHE)
def tell_of_deadline(workplace: Workplace, cycle: ReportingCycle) -> bool:
    """Emits the passing of a cycle's deadline, once; whether it was now."""
    told = note_deadline(workplace.engine, cycle, workplace.now)
    if told:
        events.deadline_passed(cycle)
    return told

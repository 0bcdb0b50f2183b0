"""Tasks of showing: boards become artifacts, a new one only where something changed."""

from __future__ import annotations

import datetime as dt

from prefect import task
from prefect.artifacts import Artifact, create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import Artifact as ShownArtifact

from models.domain.cycle.cycles import ReportingCycle
from tasks import events
from tasks.adapters.boards.boards import note_deadline
from tasks.adapters.results.board import Board
from tasks.adapters.workplace import Workplace

#: An artifact goes with the run that made it, however true it still is: it is shown anew before
#: any run is old enough to go.
SHOWN_ANEW = dt.timedelta(days=7)


@task(task_run_name="board-{board.key}", cache_policy=NO_CACHE)
def publish(board: Board) -> bool:
    """Shows a board; False where the newest one under its key says the same, and is no week old.

    So the history of a key is the history of the cycle, not of the runs.
    """
    shown = Artifact.get(board.key)  # outside of a loop: at once
    if isinstance(shown, ShownArtifact) and shown.data == board.markdown and _is_young(shown):
        return False
    create_markdown_artifact(board.markdown, key=board.key, description=board.title)
    return True


def _is_young(shown: ShownArtifact) -> bool:
    """By the machine's clock, which the orchestrator goes by too, in a rehearsal as well."""
    made = shown.created
    return made is not None and dt.datetime.now(dt.UTC) - made < SHOWN_ANEW


@task(task_run_name="deadline-{cycle.code}", cache_policy=NO_CACHE)
def tell_of_deadline(workplace: Workplace, cycle: ReportingCycle) -> bool:
    """Emits the passing of a cycle's deadline, once; whether it was now."""
    told = note_deadline(workplace.engine, cycle, workplace.now)
    if told:
        events.deadline_passed(cycle)
    return told

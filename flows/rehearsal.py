"""`baocao rehearse`: the office's desk on a simulated year, stopped at a moment, its clock running.

For an operator who learns the desk before the first real cycle: agencies have been asked, most have
answered, some messages wait for a person. No letter leaves this machine.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console

from config.settings import load_settings
from flows import clock
from flows.service import serve
from models.domain.cycles import HANOI
from models.domain.errors import BaocaoError
from tasks.adapters.simulation.chapters import PLAN

USUAL_MOMENT = dt.datetime(2025, 2, 19, 9, 30, tzinfo=HANOI)  # the last day before the deadline


class NoSuchRehearsal(BaocaoError):
    """Raised when a rehearsal cannot start at the moment asked for."""


def rehearse(
    data_dir: Path,
    moment: dt.datetime,
    port: int | None,
    announce: Callable[[str], None],
    *,
    anew: bool = False,
) -> None:
    """Plays the plan cycle up to the moment, unless the folder has been, then serves it.

    Raises NoSuchRehearsal, FolderNotOurs, and what `serve` raises.
    """
    if anew or not clock.is_rehearsal(data_dir):
        if not PLAN.opening < moment < PLAN.end:
            raise NoSuchRehearsal(
                f"Buổi diễn tập bắt đầu trong {PLAN.title}: sau {PLAN.opening:%H:%M %d/%m/%Y} và "
                f"trước {PLAN.end:%H:%M %d/%m/%Y}, không phải {moment:%H:%M %d/%m/%Y}."
            )
        # Apart: the orchestrator's settings are fixed once it is imported, and serving has its own.
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
            apart.submit(_play, data_dir, moment).result()
        clock.start_rehearsal(data_dir, moment)
    os.environ["BAOCAO_DATA_DIR"] = str(data_dir.resolve())
    os.environ["BAOCAO_DATABASE_URL"] = os.environ["BAOCAO_MAILBOX_URL"] = ""  # the folder's own
    os.environ.setdefault("BAOCAO_SUMMARY_APPROVAL", "wait")  # so that approving is learnt too
    serve(load_settings(), port, announce)


def _play(data_dir: Path, moment: dt.datetime) -> None:
    from flows.stage import Stage

    with Stage(data_dir, Console()) as stage:
        stage.play_until(PLAN, moment)

"""`baocao rehearse`: the office on a simulated year, stopped at a moment, its clock running.

For an operator who learns the work before the first real cycle: agencies have been asked, most have
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
from flows.serving.service import serve
from models.domain.cycle.cycles import HANOI
from models.domain.cycle.letter_phrases import hanoi_minute
from models.domain.errors import BaocaoError
from tasks.adapters.simulation.chapters import PLAN

USUAL_MOMENT = dt.datetime(2025, 2, 19, 9, 30, tzinfo=HANOI)  # the last day before the deadline


class NoSuchRehearsal(BaocaoError):
    """Raised when a rehearsal cannot start at the moment asked for."""


def rehearse(
    data_dir: Path | None,
    moment: dt.datetime | None,
    port: int | None,
    announce: Callable[[str], None],
    *,
    anew: bool = False,
) -> None:
    """Plays the plan cycle up to the moment, then serves the folder.

    For None it is the usual folder, or USUAL_MOMENT.
    What a folder has been played to is served as it stands, its clock having run on.

    Raises NoSuchRehearsal, FolderNotOurs, and what `serve` raises.
    """
    data_dir = data_dir or usual_folder(load_settings().data_dir)
    announce(f"Buổi diễn tập nằm ở «{data_dir}».")
    there = clock.is_rehearsal(data_dir) and not anew
    if there and moment is not None:
        raise NoSuchRehearsal(
            f"Trong «{data_dir}» đã có một buổi diễn tập. Bỏ --until để vào lại, hoặc thêm --anew "
            "để làm lại từ đầu."
        )
    if not there:
        moment = moment or USUAL_MOMENT
        if not PLAN.opening < moment < PLAN.end:
            raise NoSuchRehearsal(
                f"Buổi diễn tập bắt đầu trong {PLAN.title}: sau {hanoi_minute(PLAN.opening)} và "
                f"trước {hanoi_minute(PLAN.end)}, không phải {hanoi_minute(moment)}."
            )
        announce("Đang dựng từ đầu: mở kỳ kế hoạch, các cơ quan lần lượt gửi báo cáo ...")
        # Apart: the orchestrator's settings are fixed once it is imported, and serving has its own.
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
            apart.submit(_play, data_dir, moment).result()
        clock.start_rehearsal(data_dir, moment)
        announce("Dựng xong.")
    os.environ["BAOCAO_DATA_DIR"] = str(data_dir.resolve())
    os.environ["BAOCAO_DATABASE_URL"] = os.environ["BAOCAO_MAILBOX_URL"] = ""  # the folder's own
    os.environ.setdefault("BAOCAO_SUMMARY_APPROVAL", "wait")  # so that approving is learnt too
    serve(load_settings(), port, announce)


def usual_folder(data_dir: Path) -> Path:
    """Where a rehearsal lies beside the office's own work: never in the midst of it."""
    return data_dir if clock.is_rehearsal(data_dir) else data_dir / "dien-tap"


def _play(data_dir: Path, moment: dt.datetime) -> None:
    from flows.console_text import speak_readably  # start-up cost
    from flows.demo.stage import Stage  # start-up cost

    speak_readably()
    with Stage(data_dir, Console()) as stage:
        stage.play_until(PLAN, moment)

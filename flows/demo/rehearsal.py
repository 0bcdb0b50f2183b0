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
from flows.demo.pretend_people import let_people_in
from flows.serving.service import serve
from models.domain.cycle.cycles import HANOI
from models.domain.cycle.letter_phrases import hanoi_minute
from models.domain.errors import BaocaoError
from tasks.adapters.simulation.chapters import PLAN, REVIEW, Chapter

#: The mornings of the last days before the deadlines.
USUAL_MOMENT = dt.datetime(2025, 2, 19, 9, 30, tzinfo=HANOI)
USUAL_MOMENT_OF_REVIEW = dt.datetime(2025, 11, 19, 9, 30, tzinfo=HANOI)


class NoSuchRehearsal(BaocaoError):
    """Raised when a rehearsal cannot start at the moment asked for."""


def rehearse(
    data_dir: Path | None,
    moment: dt.datetime | None,
    port: int | None,
    announce: Callable[[str], None],
    *,
    anew: bool = False,
    review: bool = False,
) -> None:
    """Plays the year up to the moment, within its plan or its review, then serves the folder.

    For None it is the usual folder, and the usual moment of the plan or, with `review`, of the
    review. What a folder has been played to is served as it stands, its clock having run on.

    Raises NoSuchRehearsal, FolderNotOurs, and what `serve` raises.
    """
    data_dir = data_dir or usual_folder(load_settings().data_dir)
    announce(f"Buổi diễn tập nằm ở «{data_dir}».")
    there = clock.is_rehearsal(data_dir) and not anew
    if there and (moment is not None or review):
        raise NoSuchRehearsal(
            f"Trong «{data_dir}» đã có một buổi diễn tập. Bỏ --until, --review để vào lại, hoặc "
            "thêm --anew để làm lại từ đầu."
        )
    if not there:
        moment = moment or (USUAL_MOMENT_OF_REVIEW if review else USUAL_MOMENT)
        chapter = _chapter_at(moment)
        announce(f"Đang dựng từ đầu: {chapter.title}, các cơ quan lần lượt gửi báo cáo ...")
        # Apart: the orchestrator's settings are fixed once it is imported, and serving has its own.
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
            apart.submit(_play, data_dir, moment).result()
        clock.start_rehearsal(data_dir, moment)
        announce("Dựng xong.")
    os.environ["BAOCAO_DATA_DIR"] = str(data_dir.resolve())
    for name in ("BAOCAO_DATABASE_URL", "BAOCAO_MAILBOX_URL", "BAOCAO_STORE_URL"):
        os.environ[name] = ""  # the folder's own
    os.environ.setdefault("BAOCAO_SUMMARY_APPROVAL", "wait")  # so that approving is learnt too
    settings = load_settings()
    for line in let_people_in(data_dir, settings.database):
        announce(line)
    serve(settings, port, announce)


def _chapter_at(moment: dt.datetime) -> Chapter:
    """The chapter that is being played at that moment. Raises NoSuchRehearsal for none."""
    for chapter in (PLAN, REVIEW):
        if chapter.opening < moment < chapter.end:
            return chapter
    spans = " hoặc ".join(
        f"trong {c.title} (sau {hanoi_minute(c.opening)} và trước {hanoi_minute(c.end)})"
        for c in (PLAN, REVIEW)
    )
    raise NoSuchRehearsal(f"Buổi diễn tập bắt đầu {spans}, không phải {hanoi_minute(moment)}.")


def usual_folder(data_dir: Path) -> Path:
    """Where a rehearsal lies beside the office's own work: never in the midst of it."""
    return data_dir if clock.is_rehearsal(data_dir) else data_dir / "dien-tap"


def _play(data_dir: Path, moment: dt.datetime) -> None:
    from flows.console_text import speak_readably  # start-up cost
    from flows.demo.demonstration import play_plan  # start-up cost
    from flows.demo.stage import Stage  # start-up cost

    speak_readably()
    with Stage(data_dir, Console()) as stage:
        if _chapter_at(moment) is PLAN:
            stage.play_until(PLAN, moment)
            return
        play_plan(stage)
        stage.tell_successions(PLAN, REVIEW)
        stage.play_until(REVIEW, moment)

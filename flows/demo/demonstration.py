"""The demonstration: the year 2025, from the directive's day to the figures that are final.

February's plan, what changed in between, November's review, the report to the meeting, and the
official figure that takes the place of an estimate in January.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console

from flows.demo.stage import DemonstrationOutcome, PersonsAct, Stage
from models.domain.consolidation import ConflictKind, code_of
from tasks.adapters.simulation.acts import at
from tasks.adapters.simulation.chapters import ACTUALS, PLAN, REVIEW, Chapter

CHIEF = "Trần Thị Hà, Trưởng phòng Tổng hợp"
GRDP = "grdp_growth"
FORWARDING = "cang_vu_hang_hai"  # its plan comes from somebody's own address


def run_demonstration(data_dir: Path, console: Console) -> Mapping[str, DemonstrationOutcome]:
    """Plays the year in a folder made anew and tells it on the console; outcomes by chapter.

    Raises FolderNotOurs when the folder holds something else.
    """
    with Stage(data_dir, console) as stage:
        return {chapter.title: outcome for chapter, outcome in play_year(stage)}


def play_year(stage: Stage) -> list[tuple[Chapter, DemonstrationOutcome]]:
    """The chapters of the year, in order, each with its outcome."""
    return [
        (PLAN, play_plan(stage)),
        (REVIEW, play_review(stage)),
        (ACTUALS, stage.play(ACTUALS)),
    ]


def play_plan(stage: Stage) -> DemonstrationOutcome:
    """The plan is asked for; somebody who sends it from his own address gets to be known."""
    return stage.play(PLAN, PLAN_DECISIONS)


def play_review(stage: Stage) -> DemonstrationOutcome:
    """The register moves, then the review is asked for."""
    stage.tell_successions(PLAN, REVIEW)
    return stage.play(REVIEW, REVIEW_DECISIONS)


def _assign(stage: Stage, moment: dt.datetime) -> None:
    from flows.decisions.decide import assign_message  # start-up cost
    from flows.decisions.decision_forms import Acquaintance, Assignment  # start-up cost

    stage.decide(
        assign_message,
        Assignment,
        message=stage.held_message(FORWARDING),
        cycle=PLAN.cycle,
        agency=FORWARDING,
        sender=Acquaintance.LASTING,
        by=CHIEF,
        reason="Cảng vụ xác nhận qua điện thoại: địa chỉ riêng của cán bộ đầu mối.",
        as_of=moment,
    )


def _extend(stage: Stage, moment: dt.datetime) -> None:
    from flows.decisions.decide import extend_deadline  # start-up cost
    from flows.decisions.decision_forms import Extension  # start-up cost

    stage.decide(
        extend_deadline,
        Extension,
        cycle=REVIEW.cycle,
        agency="bqlda_ha_tang",
        last_day=dt.date(2025, 11, 25),
        by=CHIEF,
        reason="Ban đang phục vụ đoàn kiểm toán đến hết ngày 22/11/2025.",
        as_of=moment,
    )


def _rule(stage: Stage, moment: dt.datetime) -> None:
    from flows.decisions.decide import rule_on_conflict  # start-up cost
    from flows.decisions.measure_forms import RulingForm, StandingValue  # start-up cost

    found = stage.consolidation(REVIEW.cycle, moment)
    conflict = next(
        c
        for c in found.conflicts
        if c.kind is ConflictKind.REPORTERS and c.row.code == GRDP and not c.territory
    )
    stage.decide(
        rule_on_conflict,
        RulingForm,
        cycle=REVIEW.cycle,
        conflict=code_of(conflict),
        value=StandingValue.SECOND,
        by=CHIEF,
        reason="Tốc độ tăng GRDP theo số của cơ quan thống kê.",
        as_of=moment,
    )


PLAN_DECISIONS: Sequence[PersonsAct] = (
    PersonsAct(
        at("11/02 08:30"),
        f"{CHIEF}: thư gửi từ địa chỉ riêng là của Cảng vụ Hàng hải, đăng ký luôn địa chỉ ấy",
        _assign,
    ),
)
REVIEW_DECISIONS: Sequence[PersonsAct] = (
    PersonsAct(
        at("17/11 15:30"),
        f"{CHIEF}: gia hạn cho Ban Quản lý dự án hạ tầng đô thị đến hết ngày 25/11",
        _extend,
    ),
    PersonsAct(
        at("19/11 16:00"),
        f"{CHIEF}: tăng trưởng GRDP dùng số của cơ quan thống kê, số của Sở Tài chính để đối chiếu",
        _rule,
    ),
)

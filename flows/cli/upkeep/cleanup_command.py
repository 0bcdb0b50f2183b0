"""`baocao cleanup`: what of the data folder may go, how much that frees, and its removal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.terminal import say, tell

if TYPE_CHECKING:
    from flows.cli.upkeep.cleaning import CleaningPlan


def cleanup(
    yes: Annotated[bool, typer.Option("--yes", help=say("Dọn.", "Remove it."))] = False,
) -> None:
    """Safe to repeat, and while a service runs."""
    from flows.cli.upkeep.cleaning import cleaned, planned  # start-up cost

    _show(planned())
    if not yes:
        tell(say("Chưa xóa gì. Dọn: baocao cleanup --yes", "Nothing was removed; add --yes."))
        return
    for line in cleaned():
        tell(line)


def _show(plan: CleaningPlan) -> None:
    if plan.goes:
        tell(say("Dọn được:", "May go:"))
        for line in plan.goes:
            tell(f"- {line}")
    else:
        tell(say("Không có gì để dọn.", "Nothing may go."))
    tell(say("Thư mục dữ liệu đang có:", "The data folder holds:"))
    for line in plan.lies:
        tell(f"- {line}")
    tell(
        say(
            "Thư và sổ gốc, cơ sở dữ liệu, sổ tổng hợp, báo cáo, nơi nhận thư: không đụng tới.",
            "Raw files, the database, outputs and what waits to be collected always stay.",
        )
    )

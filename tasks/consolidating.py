"""Tasks of consolidating."""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger

from models.domain.cycle.cycles import ReportingCycle
from tasks.adapters.work import consolidating
from tasks.adapters.workplace import Workplace


@task(task_run_name="consolidate-{cycle.code}", cache_policy=NO_CACHE)
def consolidate(workplace: Workplace, cycle: ReportingCycle) -> str:
    """Writes the consolidated workbook; its name."""
    done = consolidating.consolidate_cycle(workplace, cycle)
    get_run_logger().info(
        "Kỳ %s: %s %s (%d mâu thuẫn).",
        cycle.code,
        "đã ghi" if done.new else "số liệu không đổi, dùng lại",
        done.workbook.name,
        len(done.consolidation.conflicts),
    )
    return done.workbook.name


@task(task_run_name="summary-{cycle.code}", cache_policy=NO_CACHE)
def write_summary(workplace: Workplace, cycle: ReportingCycle) -> bool:
    """Writes the day's summary into the outbox."""
    new = consolidating.write_summary(workplace, cycle)
    said = "đã viết thư tổng hợp" if new else "thư tổng hợp của ngày này đã có"
    get_run_logger().info("Kỳ %s: %s.", cycle.code, said)
    return new

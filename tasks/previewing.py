"""Tasks of showing agencies what the meeting will see."""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger

from models.domain.cycle.cycles import ReportingCycle
from tasks.adapters.work import previewing
from tasks.adapters.work.previewing import Written
from tasks.adapters.workplace import Workplace


@task(task_run_name="previews-{cycle.code}", cache_policy=NO_CACHE)
def write_previews(workplace: Workplace, cycle: ReportingCycle, only: str) -> Written:
    """Writes the pages that say something new into the outbox."""
    written = previewing.write_previews(workplace, cycle, only)
    get_run_logger().info("Kỳ %s: %d bản đối chiếu mới.", cycle.code, written.letters)
    return written

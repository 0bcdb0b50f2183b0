"""Tasks of opening a cycle."""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger

from models.domain.cycle.cycles import ReportingCycle
from models.domain.register.agencies import Agency
from tasks.adapters.work import opening
from tasks.adapters.workplace import Workplace
from tasks.progress import Progress


@task(task_run_name="ask-{cycle.code}", cache_policy=NO_CACHE, retries=2, retry_delay_seconds=10)
def ask_agencies(workplace: Workplace, cycle: ReportingCycle, agencies: list[Agency]) -> list[str]:
    """Writes workbook and letter for each agency; sentences about those left out."""
    with Progress("tien-do-mo-ky", f"Giao sổ báo cáo kỳ {cycle.code} cho các cơ quan") as steps:
        left = opening.ask(workplace, cycle, agencies, steps)
    get_run_logger().info(
        "Kỳ %s: đã giao %d cơ quan, còn %d.", cycle.code, len(agencies) - len(left), len(left)
    )
    return left

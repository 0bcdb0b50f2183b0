"""Tasks of reminding."""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger

from models.domain.cycle.cycles import ReportingCycle
from tasks.adapters.letters.letter_writer import LettersLeft
from tasks.adapters.work import reminding
from tasks.adapters.workplace import Workplace


@task(task_run_name="remind-{cycle.code}", cache_policy=NO_CACHE, retries=2, retry_delay_seconds=10)
def write_reminders(workplace: Workplace, cycle: ReportingCycle, left: LettersLeft) -> int:
    """Writes the reminders due now; how many. What a template kept back is noted in `left`."""
    written = reminding.write_reminders(workplace, cycle, left)
    for planned in written:
        get_run_logger().info(
            "Kỳ %s: nhắc %s, %s.", cycle.code, planned.agency or "Văn phòng", planned.reason
        )
    return len(written)

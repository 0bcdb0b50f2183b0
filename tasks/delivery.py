"""Tasks of delivery."""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger

from tasks import events
from tasks.adapters.post.posting import Posted, deliver
from tasks.adapters.workplace import Workplace
from tasks.progress import Progress


@task(task_run_name="deliver", cache_policy=NO_CACHE)
def deliver_letters(workplace: Workplace, limit: int) -> Posted:
    """Sends what is due."""
    with Progress("tien-do-gui-thu", "Gửi các thư đang chờ") as steps:
        posted = deliver(workplace, limit, steps)
    events.letters_delivered(workplace.office, posted)
    logger = get_run_logger()
    logger.info("Đã gửi %d thư, %d thư gửi lại sau.", posted.sent, posted.deferred)
    for line in posted.withdrawn:
        logger.warning("Thư nhắc rút lại, không gửi muộn: %s", line)
    for line in (*posted.failed, *posted.uncertain):
        logger.error("Thư cần người xem: %s", line)
    return posted

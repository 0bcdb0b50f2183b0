"""Tasks of delivery."""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger

from tasks import events
from tasks.adapters.posting import Posted, deliver
from tasks.adapters.workplace import Workplace


@task(task_run_name="deliver", cache_policy=NO_CACHE)
def deliver_letters(place: Workplace, limit: int) -> Posted:
    """Sends what is due."""
    posted = deliver(place, limit)
    events.letters_delivered(posted)
    logger = get_run_logger()
    logger.info("Đã gửi %d thư, %d thư gửi lại sau.", posted.sent, posted.deferred)
    for line in posted.withdrawn:
        logger.warning("Thư nhắc rút lại, không gửi muộn: %s", line)
    for line in (*posted.failed, *posted.uncertain):
        logger.error("Thư cần người xem: %s", line)
    return posted

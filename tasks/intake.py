"""Tasks of intake."""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger

from tasks.adapters.inbox import InboxFault, open_inbox
from tasks.adapters.intake.collecting import Collected, collect
from tasks.adapters.intake.working import WorkDone, work_through
from tasks.adapters.workplace import Workplace


@task(task_run_name="collect", cache_policy=NO_CACHE, retries=2, retry_delay_seconds=10)
def collect_arrivals(place: Workplace, mailbox: str, limit: int) -> Collected:
    """Takes what lies in a mailbox into the house."""
    try:
        found = collect(place, open_inbox(mailbox, place.now), limit)
    except InboxFault as error:  # trying again changes nothing: somebody must mend the setting
        return Collected(failures=[f"Hộp thư {mailbox.partition(':')[0]}: {error}"])
    if found.new or found.known:
        get_run_logger().info("Nhận %d thư mới, %d thư đã có.", found.new, found.known)
    return found


@task(task_run_name="work-through", cache_policy=NO_CACHE)
def work_on_messages(place: Workplace, limit: int) -> WorkDone:
    """Decides, records and answers the waiting messages."""
    done = work_through(place, limit)
    logger = get_run_logger()
    for worked in done.messages:
        agency = place.office.register.agencies.get(worked.agency)
        logger.info(
            "%s | %s | %s: %s",
            worked.state.value,
            agency.name if agency else worked.sender or "?",
            worked.name,
            worked.reason,
        )
    return done

"""Tasks of intake."""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger

from tasks import events
from tasks.adapters.intake.collecting import Collected, collect_from
from tasks.adapters.intake.working import WorkDone, work_through
from tasks.adapters.workplace import Workplace
from tasks.progress import Progress


# No retries of its own: a wrong password three times in a row locks an account, and the next
# scheduled run carries on where this one ended.
@task(task_run_name="collect", cache_policy=NO_CACHE)
def collect_arrivals(workplace: Workplace, mailbox: str, limit: int) -> Collected:
    """Takes what lies in a mailbox into the house."""
    found = collect_from(workplace, mailbox, limit)
    logger = get_run_logger()
    if found.new:
        events.submissions_received(mailbox.partition(":")[0], found.new)
    if found.new or found.known:
        logger.info("Nhận %d thư mới, %d thư đã có.", found.new, found.known)
    for note in found.notes:
        logger.warning("%s", note)
    return found


@task(task_run_name="work-through", cache_policy=NO_CACHE)
def work_on_messages(workplace: Workplace, limit: int) -> WorkDone:
    """Decides, records and answers the waiting messages."""
    with Progress("tien-do-nhan-thu", "Kiểm tra và trả lời các thư đã nhận") as steps:
        done = work_through(workplace, limit, steps)
    events.submissions_decided(workplace.office, done.messages)
    logger = get_run_logger()
    for worked in done.messages:
        name = workplace.office.register.agency_name(worked.agency)
        logger.info(
            "%s | %s | %s: %s",
            worked.state.value,
            name or worked.sender or "?",
            worked.name,
            worked.reason,
        )
    if news := workplace.news_of_reader():
        logger.warning("%s", news)
    return done

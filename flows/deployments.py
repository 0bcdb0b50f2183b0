"""The deployments and their schedules, in the office's time zone.

Each schedule only asks "is anything due?"; the calendar, the register and the outbox decide. So a
day missed, a late run or a run too many changes nothing.
"""

from __future__ import annotations

from prefect import Flow
from prefect.client.schemas.objects import (
    ConcurrencyLimitConfig,
    ConcurrencyLimitStrategy,
)
from prefect.deployments.runner import EntrypointType, RunnerDeployment
from prefect.schedules import Cron

from flows.approve_summary import approve_summary, chase_approvals
from flows.collect_submissions import collect_submissions
from flows.consolidate_cycle import consolidate_cycle
from flows.decide import (
    assign_message,
    close_cycle,
    correct_arrival,
    exempt_agency,
    exempt_sheet,
    extend_deadline,
    mark_contact,
    reject_message,
    send_letter_again,
    settle_letter,
    waive_rule,
)
from flows.deliver_outbox import deliver_outbox
from flows.open_cycle import open_cycle
from flows.remind_agencies import remind_agencies
from flows.send_summary import send_summary
from flows.update_boards import update_boards

TIME_ZONE = "Asia/Ho_Chi_Minh"

#: Flow and cron line; the minutes differ so that one finds the other's work done.
SCHEDULES: dict[str, tuple[Flow, str]] = {
    "open-cycle": (open_cycle, "0 8 * * *"),
    "collect-submissions": (collect_submissions, "*/5 * * * *"),
    "remind-agencies": (remind_agencies, "5 7-17 * * 1-6"),
    "deliver-outbox": (deliver_outbox, "* * * * *"),
    "consolidate-cycle": (consolidate_cycle, "30 21 * * *"),
    "send-summary": (send_summary, "30 7 * * 1"),
    "chase-approvals": (chase_approvals, "4-59/10 * * * *"),
    "update-boards": (update_boards, "2-59/5 * * * *"),
}

#: What persons decide, each by its form.
DECISIONS: tuple[Flow, ...] = (
    assign_message,
    reject_message,
    approve_summary,
    extend_deadline,
    exempt_agency,
    exempt_sheet,
    waive_rule,
    correct_arrival,
    close_cycle,
    send_letter_again,
    settle_letter,
    mark_contact,
)


def deployments() -> list[RunnerDeployment]:
    """One deployment a flow: those with a schedule, then a person's decisions."""
    return [*_scheduled(), *_decisions()]


def _decisions() -> list[RunnerDeployment]:
    return [
        flow.to_deployment(
            name="quyet-dinh",
            description=flow.description,
            tags=["baocao", "quyet-dinh"],
            entrypoint_type=EntrypointType.MODULE_PATH,
        )
        for flow in DECISIONS
    ]


def _scheduled() -> list[RunnerDeployment]:
    """No flow overtakes itself: a run that comes too early waits."""
    return [
        flow.to_deployment(
            name="lich",
            schedules=[Cron(cron, timezone=TIME_ZONE)],
            description=flow.description,
            parameters={"request": {}},  # as the schedule means it: now, every open cycle
            tags=["baocao"],
            entrypoint_type=EntrypointType.MODULE_PATH,
            concurrency_limit=ConcurrencyLimitConfig(
                limit=1, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE
            ),
        )
        for flow, cron in SCHEDULES.values()
    ]

"""The deployments and their schedules, in the office's time zone.

Each schedule only asks "is anything due?"; the calendar, the register and the outbox decide. So a
day missed, a late run or a run too many changes nothing.
"""

from __future__ import annotations

from typing import Any, cast

from prefect import Flow
from prefect.client.schemas.objects import (
    ConcurrencyLimitConfig,
    ConcurrencyLimitStrategy,
)
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from flows.backing_up.make_backup import make_backup
from flows.clean_up import clean_up
from flows.collect_submissions import collect_submissions
from flows.consolidate_cycle import consolidate_cycle
from flows.decisions.approve_summary import approve_summary, chase_approvals
from flows.decisions.decide import (
    assign_message,
    close_cycle,
    close_letter,
    correct_arrival,
    exempt_agency,
    exempt_sheet,
    extend_deadline,
    mark_contact,
    reject_message,
    return_message,
    rule_on_conflict,
    send_letter_again,
    waive_rule,
    withdraw_version,
)
from flows.deliver_outbox import deliver_outbox
from flows.end_lost_run import end_lost_run
from flows.failed_runs import TAG
from flows.open_cycle import open_cycle
from flows.remind_agencies import remind_agencies
from flows.report_failure import report_failure
from flows.send_previews import send_previews
from flows.send_summary import send_summary
from flows.update_boards import update_boards
from flows.watch_health import watch_health

AnyFlow = Flow[Any, Any]

TIME_ZONE = "Asia/Ho_Chi_Minh"

_NOW: dict[str, Any] = {}  # each run means: now, every open cycle
_WHEN_DUE: dict[str, Any] = {"when_due": True}  # the schedule asks oftener than there is work

#: Flow, cron line and what the schedule asks. The minutes differ so that one finds the other's work
#: done: what arrived before a deadline at midnight is collected (0:00, 0:05, ...) when the
#: deadline's consolidation begins (0:20).
SCHEDULES: dict[str, tuple[AnyFlow, str, dict[str, Any]]] = {
    "open-cycle": (open_cycle, "0 7-17 * * *", _NOW),
    "collect-submissions": (collect_submissions, "*/5 * * * *", _WHEN_DUE),
    "remind-agencies": (remind_agencies, "5 7-17 * * 1-6", _NOW),
    "deliver-outbox": (deliver_outbox, "* * * * *", _NOW),
    "consolidate-cycle": (consolidate_cycle, "20 * * * *", _WHEN_DUE),
    "send-summary": (send_summary, "35 7-17 * * *", _WHEN_DUE),
    "send-previews": (send_previews, "40 8 * * 1-6", _WHEN_DUE),
    "chase-approvals": (chase_approvals, "4-59/10 * * * *", _NOW),
    "update-boards": (update_boards, "2-59/5 * * * *", _NOW),
    "watch-health": (watch_health, "3-59/10 * * * *", _NOW),
    "make-backup": (make_backup, "30 2 * * *", _NOW),
    "clean-up": (clean_up, "25 2 * * *", _NOW),
}

#: What persons decide, each by its form.
DECISIONS: tuple[AnyFlow, ...] = (
    assign_message,
    return_message,
    reject_message,
    approve_summary,
    extend_deadline,
    exempt_agency,
    exempt_sheet,
    waive_rule,
    correct_arrival,
    withdraw_version,
    rule_on_conflict,
    close_cycle,
    send_letter_again,
    close_letter,
    mark_contact,
)


def deployments() -> list[RunnerDeployment]:
    """One deployment a flow: those with a schedule, a person's decisions, what watches."""
    return [*_scheduled(), *_decisions(), *_watching_runs()]


def _deployment(flow: AnyFlow, **settings: Any) -> RunnerDeployment:
    """The flow's deployment by module path; outside of a loop it is made at once."""
    made = flow.to_deployment(entrypoint_type=EntrypointType.MODULE_PATH, **settings)
    return cast(RunnerDeployment, made)


def _decisions() -> list[RunnerDeployment]:
    return [
        _deployment(
            flow,
            name="quyet-dinh",
            description=flow.description,
            tags=[TAG, "quyet-dinh"],
        )
        for flow in DECISIONS
    ]


def _scheduled() -> list[RunnerDeployment]:
    """No flow overtakes itself: a run that comes too early waits."""
    return [
        _deployment(
            flow,
            name="lich",
            schedules=[Cron(cron, timezone=TIME_ZONE, parameters={"request": asked}, slug="lich")],
            description=flow.description,
            parameters={"request": {}},
            tags=[TAG],
            concurrency_limit=ConcurrencyLimitConfig(
                limit=1, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE
            ),
        )
        for flow, cron, asked in SCHEDULES.values()
    ]


def _watching_runs() -> list[RunnerDeployment]:
    """What the automations run. Without the tag: they never tell of themselves."""
    return [
        _deployment(
            flow,
            name="bao-dong",
            description=flow.description,
        )
        for flow in (end_lost_run, report_failure)
    ]

"""The deployments and their schedules, in the office's time zone.

Each schedule only asks "is anything due?"; the calendar, the register and the outbox decide. So a
day missed, a late run or a run too many changes nothing. What is due is seen by a watcher
(`runs/watcher.py`) and begun at once. The schedules are the net below it: without a watcher
everything is still done, only later.
"""

from __future__ import annotations

from typing import Any, cast

from prefect import Flow
from prefect.client.schemas.objects import (
    ConcurrencyLimitConfig,
    ConcurrencyLimitStrategy,
)
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron, Schedule
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
    hold_letter_back,
    judge_indicator,
    mark_contact,
    reject_message,
    return_message,
    rule_on_conflict,
    send_letter_again,
    send_letter_now,
    waive_rule,
    withdraw_version,
)
from flows.deliver_outbox import deliver_outbox
from flows.end_lost_run import end_lost_run
from flows.failed_runs import TAG
from flows.morning.send_todays_work import send_todays_work
from flows.open_cycle import open_cycle
from flows.remind_agencies import remind_agencies
from flows.report_failure import report_failure
from flows.send_previews import send_previews
from flows.send_summary import send_summary
from flows.update_boards import update_boards
from flows.watch_health import watch_health
from models.domain.work.wanted import BY_SCHEDULE_ALONE, RULES, SHARED

AnyFlow = Flow[Any, Any]

TIME_ZONE = "Asia/Ho_Chi_Minh"
WATCHING = "bao-dong"  # the name of the deployments that the automations run
_VERSION = "prefect:simple"  # the orchestrator's word for it

#: Flow and cron line. The minutes differ so that one finds the other's work done: what arrived
#: before a deadline at midnight is collected (0:00) when the deadline's consolidation begins
#: (0:20). What each asks is what the watcher asks.
SCHEDULES: dict[str, tuple[AnyFlow, str]] = {
    "open-cycle": (open_cycle, "0 8,14 * * *"),
    "collect-submissions": (collect_submissions, "0 */2 * * *"),
    "remind-agencies": (remind_agencies, "5 8,14 * * 1-6"),
    "deliver-outbox": (deliver_outbox, "10 */2 * * *"),
    "consolidate-cycle": (consolidate_cycle, "20 0,21 * * *"),
    "send-summary": (send_summary, "35 7,13 * * *"),
    "send-previews": (send_previews, "40 8 * * 1-6"),
    "send-todays-work": (send_todays_work, "30 7 * * 1-6"),
    "chase-approvals": (chase_approvals, "4 8,14 * * *"),
    "update-boards": (update_boards, "2 7,17 * * *"),
    "watch-health": (watch_health, "3 */4 * * *"),
    "make-backup": (make_backup, "30 2 * * *"),
    "clean-up": (clean_up, "25 2 * * *"),
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
    judge_indicator,
    close_cycle,
    send_letter_again,
    close_letter,
    hold_letter_back,
    send_letter_now,
    mark_contact,
)


def deployments(workers: int = 1) -> list[RunnerDeployment]:
    """One deployment a flow: those with a schedule, a person's decisions, what watches.

    `workers`: how many may take messages and letters side by side.
    """
    return [*_scheduled(workers), *_decisions(), *_watching_runs()]


def _deployment(flow: AnyFlow, **settings: Any) -> RunnerDeployment:
    """The flow's deployment by module path; outside of a loop it is made at once.

    Git is not asked for a version: it would be, by four processes, for each of them.
    """
    made = flow.to_deployment(
        entrypoint_type=EntrypointType.MODULE_PATH, **{"version_type": _VERSION, **settings}
    )
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


def _scheduled(workers: int) -> list[RunnerDeployment]:
    """No flow overtakes itself: a run that comes too early waits, but where workers share."""
    return [
        _deployment(
            flow,
            name="lich",
            schedules=[_schedule(name, cron)],
            description=flow.description,
            parameters={"request": {}},
            tags=[TAG],
            concurrency_limit=_at_once(workers if name in SHARED else 1),
        )
        for name, (flow, cron) in SCHEDULES.items()
    ]


def _schedule(name: str, cron: str) -> Schedule:
    asked = {"request": {} if name in BY_SCHEDULE_ALONE else dict(RULES[name][0])}
    return Cron(cron, timezone=TIME_ZONE, parameters=asked, slug="lich")


def _at_once(limit: int) -> ConcurrencyLimitConfig:
    """So many runs of a deployment at once; one more waits."""
    return ConcurrencyLimitConfig(limit=limit, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE)


def _watching_runs() -> list[RunnerDeployment]:
    """What the automations run. Without the tag: they never tell of themselves."""
    return [
        _deployment(
            flow,
            name=WATCHING,
            description=flow.description,
            concurrency_limit=_at_once(2),
        )
        for flow in (end_lost_run, report_failure)
    ]

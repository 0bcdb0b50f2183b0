"""What the orchestrator knows of failed runs: a hint for alarms, never the truth about work."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterEndTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.settings import PREFECT_UI_URL

from models.domain.health import FailingFlow

#: Flows that run by themselves; a person's decision that was refused is no trouble of the house.
WATCHED = (
    "open-cycle",
    "collect-submissions",
    "remind-agencies",
    "deliver-outbox",
    "consolidate-cycle",
    "send-summary",
    "update-boards",
)
_BAD = (StateType.FAILED, StateType.CRASHED)
_SHOWN = 200  # runs of a flow that are looked at


def failing_flows(since: dt.datetime) -> list[FailingFlow]:
    """The watched flows that ended badly last, with how many runs in a row since that moment."""
    with get_client(sync_client=True) as client:
        return [found for name in WATCHED if (found := _failing(client, name, since))]


def ended_badly(run_id: UUID) -> tuple[str, FlowRun] | None:
    """Flow name and run, when the run's last word is that it failed or crashed."""
    with get_client(sync_client=True) as client:
        run = client.read_flow_run(run_id)
        if run.state is None or run.state.type not in _BAD:
            return None
        return client.read_flow(run.flow_id).name, run


def message_of(run: FlowRun) -> str:
    """What a run said at its end, in one line."""
    state = run.state
    said = " ".join(((state.message if state else "") or "").split())
    return said or "không để lại lời nào; xem trang Logs của lượt chạy"


def page_of(run: FlowRun) -> str:
    """The run's page in the UI; "" where its address is unknown."""
    base = PREFECT_UI_URL.value()
    return f"{base}/runs/flow-run/{run.id}" if base else ""


def _failing(client: SyncPrefectClient, name: str, since: dt.datetime) -> FailingFlow | None:
    ended = client.read_flow_runs(
        flow_filter=FlowFilter(name=FlowFilterName(any_=[name])),
        flow_run_filter=FlowRunFilter(
            end_time=FlowRunFilterEndTime(after_=since),
            state=FlowRunFilterState(
                type=FlowRunFilterStateType(any_=[*_BAD, StateType.COMPLETED])
            ),
        ),
        sort=FlowRunSort.END_TIME_DESC,
        limit=_SHOWN,
    )
    bad = 0
    for run in ended:
        if run.state is None or run.state.type not in _BAD:
            break
        bad += 1
    return FailingFlow(name, bad, message_of(ended[0])) if bad else None

"""Runs are begun for what is wanted, each once; what is queued twice is taken out again.

A person's own run is never touched: one that he started, and one that he has run again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    DeploymentFilterName,
    FlowRunFilter,
    FlowRunFilterNextScheduledStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.responses import DeploymentResponse
from prefect.states import Cancelled

from models.domain.work.wanted import BY_SCHEDULE_ALONE, RULES, SHARED, Wanted

LANE = "lich"  # the name of the deployments that have a schedule
#: Begins the idempotency key of a run that a watcher began.
WATCHER = "watcher:"
_FOR_NOW = dt.timedelta(seconds=15)  # a run that begins so soon is not begun twice
_PAUSE_SEEN = 15.0  # seconds
_WAITS = frozenset({"Scheduled", "Late", "AwaitingConcurrencySlot"})
_UNDER_WAY = [StateType.PENDING, StateType.RUNNING, StateType.CANCELLING]


class WantedRuns:
    """The runs of the deployments that have a schedule, through the orchestrator's API.

    Every method may raise what the orchestrator's client raises.
    """

    def __init__(self, client: SyncPrefectClient, workers: int = 1) -> None:
        self._client = client
        self._workers = workers  # that may do the same side by side
        self._ids: dict[str, UUID] = {}
        self._paused: dict[str, float] = {}  # until when it is not looked at again

    def begin(self, wish: Wanted) -> bool:
        """Sees to it that a run is waiting for this wish; False where as many as there may be are
        under way, which may have begun before its cause: ask again when one is over. False as well
        where a person has paused the deployment or its schedule: what he has stopped stays so."""
        if time.monotonic() < self._paused.get(wish.flow, 0.0):
            return False
        found = self._client.read_deployment_by_name(f"{wish.flow}/{LANE}")
        if _is_paused(found):
            self._paused[wish.flow] = time.monotonic() + _PAUSE_SEEN
            return False
        deployment = found.id
        asked = {"request": dict(wish.request)}
        waiting = [run for run in self._waiting([deployment]) if _asks(run, asked)]
        if len(waiting) >= wish.side_by_side:
            return True
        begun = waiting + [run for run in self._under_way(deployment) if _asks(run, asked)]
        if len(begun) >= wish.side_by_side:
            return bool(waiting)
        self._client.create_flow_run_from_deployment(
            deployment, parameters=asked, idempotency_key=_key(wish, len(begun))
        )
        return len(begun) + 1 == wish.side_by_side

    def paused(self) -> frozenset[str]:
        """The flows that run by themselves and that a person has paused, or their schedule."""
        named = DeploymentFilter(name=DeploymentFilterName(any_=[LANE]))
        found = {one.id: one for one in self._client.read_deployments(deployment_filter=named)}
        flows = {flow: found.get(self._deployment(flow)) for flow in (*RULES, *BY_SCHEDULE_ALONE)}
        return frozenset(flow for flow, one in flows.items() if one and _is_paused(one))

    def clear_surplus(self) -> int:
        """Of the runs that wait and ask the same of one deployment only the first stays, or the
        first of as many workers as may do it side by side; how many were taken out."""
        first: dict[tuple[UUID | None, str], FlowRun] = {}
        stay: Counter[tuple[UUID | None, str]] = Counter()
        shared = {self._deployment(flow) for flow in SHARED}
        surplus: list[tuple[FlowRun, FlowRun]] = []
        waiting = self._waiting([self._deployment(flow) for flow in (*RULES, *BY_SCHEDULE_ALONE)])
        # A person's run first: he waits for that very one.
        for run in sorted(waiting, key=lambda run: (_is_automatic(run), _since(run))):
            asked = run.deployment_id, json.dumps(run.parameters, sort_keys=True, default=str)
            most = self._workers if run.deployment_id in shared else 1
            if stay[asked] >= most and _is_automatic(run):
                surplus.append((run, first[asked]))
                continue
            stay[asked] += 1
            first.setdefault(asked, run)
        for run, stays in surplus:
            said = f"Trùng việc: lượt «{stays.name}» ({stays.id}) làm đúng việc này."
            self._client.set_flow_run_state(run.id, Cancelled(message=said))
        return len(surplus)

    def _deployment(self, flow: str) -> UUID:
        if flow not in self._ids:
            self._ids[flow] = self._client.read_deployment_by_name(f"{flow}/{LANE}").id
        return self._ids[flow]

    def _waiting(self, deployments: Iterable[UUID]) -> list[FlowRun]:
        """The runs that wait for their turn now."""
        soon = dt.datetime.now(dt.UTC) + _FOR_NOW
        found = self._client.read_flow_runs(
            deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=list(deployments))),
            flow_run_filter=FlowRunFilter(
                state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED])),
                next_scheduled_start_time=FlowRunFilterNextScheduledStartTime(before_=soon),
            ),
        )
        return [run for run in found if run.state_name in _WAITS]

    def _under_way(self, deployment: UUID) -> list[FlowRun]:
        return self._client.read_flow_runs(
            deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[deployment])),
            flow_run_filter=FlowRunFilter(
                state=FlowRunFilterState(type=FlowRunFilterStateType(any_=_UNDER_WAY))
            ),
        )


def _is_paused(deployment: DeploymentResponse) -> bool:
    return deployment.paused or not any(schedule.active for schedule in deployment.schedules)


def _asks(run: FlowRun, asked: Mapping[str, Any]) -> bool:
    return run.parameters == asked


def _is_automatic(run: FlowRun) -> bool:
    """Whether nobody began it, nor ran it again: it is the schedule's or a watcher's."""
    begun = run.auto_scheduled or (run.idempotency_key or "").startswith(WATCHER)
    return begun and not run.run_count


def _since(run: FlowRun) -> dt.datetime:
    return run.expected_start_time or run.created or dt.datetime.max.replace(tzinfo=dt.UTC)


def _key(wish: Wanted, beside: int) -> str:
    """The same for two who have the same wish for the same cause within a minute; `beside`: so
    many runs of it there are already."""
    minute = int(dt.datetime.now(dt.UTC).timestamp()) // 60
    cause = json.dumps([dict(wish.request), dict(wish.marks)], sort_keys=True)
    digest = hashlib.sha256(cause.encode()).hexdigest()[:16]
    return f"{WATCHER}{wish.flow}:{minute}:{beside}:{digest}"

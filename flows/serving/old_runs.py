"""Runs that nobody looks at again are removed earlier than Prefect's own clean-up would.

Asked of the server, by its interface: it releases what a run held and removes its logs. Artifacts
of removed runs go by the server's pass over orphans.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterEndTime,
    FlowRunFilterId,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import StateType

from flows.serving.retention import DECIDING, QUIET_RUNS_KEPT, RUNS_KEPT

_BULK_DELETE: Any = "/flow_runs/bulk_delete"  # which the client's list of paths lacks
_AT_ONCE = 50  # the most that the server removes on one request
_ENDED = (StateType.COMPLETED, StateType.FAILED, StateType.CRASHED, StateType.CANCELLED)


def remove_old_runs(now: dt.datetime, seconds: float) -> int:
    """Removes what may go at that moment of the machine, for so long at the most; how many runs.

    Kept are runs that hold what is shown now: the newest artifact under each key.
    """
    deadline = time.monotonic() + seconds
    with get_client(sync_client=True) as client:
        shown = [one.flow_run_id for one in client.read_latest_artifacts() if one.flow_run_id]
        quiet = [d.id for d in client.read_deployments() if d.name != DECIDING]
        removed = _remove(client, _ended(now - RUNS_KEPT, _ENDED, shown), deadline)
        if quiet:
            filtered = _ended(now - QUIET_RUNS_KEPT, [StateType.COMPLETED], shown)
            filtered.deployment_id = FlowRunFilterDeploymentId(any_=quiet)
            removed += _remove(client, filtered, deadline)
    return removed


def _ended(
    before: dt.datetime, states: Sequence[StateType], shown: Sequence[UUID]
) -> FlowRunFilter:
    return FlowRunFilter(
        id=FlowRunFilterId(not_any_=list(shown)) if shown else None,
        end_time=FlowRunFilterEndTime(before_=before),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=list(states))),
    )


def _remove(client: SyncPrefectClient, chosen: FlowRunFilter, deadline: float) -> int:
    body = {"flow_runs": chosen.model_dump(mode="json", exclude_none=True), "limit": _AT_ONCE}
    removed = 0
    while time.monotonic() < deadline:
        answer = client.request("POST", _BULK_DELETE, json=body)
        gone = len(answer.json()["deleted"])
        removed += gone
        if gone < _AT_ONCE:
            break
    return removed

"""The deployments as the code says: those that are so already are left alone.

A start of the service asks once for all of them. What the code asks for has not changed, nor what
the orchestrator showed of it when it was made: then there is nothing to be made. Else it is made
anew, whether a new version asks for something else or somebody has changed it over there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.responses import DeploymentResponse
from prefect.deployments.runner import RunnerDeployment

from flows.serving.former_deployments import stopped_among, there_by_name
from flows.serving.runs.deployed import Deployed, made_before
from models.domain.letters.offers import Cases
from tasks.offering import with_choices

#: What the code says of a deployment; the rest is what the orchestrator does with it.
_SAID = {
    *("name", "flow_id", "version", "description", "entrypoint", "path", "tags", "parameters"),
    *("paused", "schedules", "concurrency_options", "enforce_parameter_schema", "pull_steps"),
    *("job_variables", "work_pool_name", "work_queue_name"),
}
_TIMES = frozenset(("created", "updated"))


def ensure_deployments(wanted: list[RunnerDeployment]) -> list[Deployed]:
    """All of them, made where they are missing or different. Paused ones stay so."""
    names = {one.name for one in wanted}
    there = _there(names)
    _stop_again(wanted, there)
    before = {(one.flow, one.name): one for one in made_before()}
    made: list[Deployed] = []
    anew: set[UUID] = set()
    for one in wanted:
        asked = _asked(one)
        known = before.get((str(one.flow_name), one.name))
        shown = there.get(known.id) if known else None
        if known and shown and (known.asked, known.shown) == (asked, _shown(shown)):
            made.append(known)
            continue
        key = cast(UUID, one.apply())  # outside of a loop: at once
        anew.add(key)
        made.append(Deployed(str(one.flow_name), one.name, key, asked))
    if not anew:
        return made
    there = _there(names)
    return [
        replace(one, shown=_shown(there[one.id])) if one.id in anew and one.id in there else one
        for one in made
    ]


def _there(names: set[str]) -> dict[UUID, DeploymentResponse]:
    with get_client(sync_client=True) as client:
        return {one.id: one for one in there_by_name(client, names)}


def _stop_again(wanted: list[RunnerDeployment], there: Mapping[UUID, DeploymentResponse]) -> None:
    """What is made anew runs, unless it says otherwise."""
    with get_client(sync_client=True) as client:
        stopped = stopped_among(client, there.values())
    for one in wanted:
        if found := stopped.get((str(one.flow_name), one.name)):
            one.paused = found.paused
            for schedule in one.schedules or ():
                schedule.active = not found.asleep


def _asked(one: RunnerDeployment) -> str:
    """A digest of all that the code says of it, its form too."""
    said = one.model_dump(mode="json", exclude={"storage"})
    return _digest([said, one._parameter_openapi_schema.model_dump(mode="json")])


def _shown(one: DeploymentResponse) -> str:
    """A digest of what the orchestrator shows of it, without the cases that its form lists."""
    said = one.model_dump(mode="json", include=_SAID)
    said["schedules"] = [
        {key: value for key, value in schedule.items() if key not in _TIMES}
        for schedule in said["schedules"]
    ]
    limit = one.global_concurrency_limit
    blank = with_choices(one.parameter_openapi_schema or {}, dict.fromkeys(Cases, ()))
    return _digest([said, limit.limit if limit else None, blank])


def _digest(said: Any) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

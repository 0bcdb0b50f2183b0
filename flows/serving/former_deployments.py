"""Deployments that a start finds: those that a former version made and this one does not would only
fail; what a person has paused stays so."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterName
from prefect.client.schemas.responses import DeploymentResponse

_PAGE = 200


@dataclass(frozen=True, slots=True)
class Stopped:
    """What of a deployment a person has stopped: itself, its schedule."""

    paused: bool
    asleep: bool


def remove_former(names: Collection[str], made: Collection[UUID]) -> list[str]:
    """Removes those with one of our names that were not just made, and what they had scheduled.

    Those of a work pool are left to whoever deploys there. What their runs did stays to be seen.
    The names of those removed.
    """
    with get_client(sync_client=True) as client:
        there = there_by_name(client, names)
        former = [d for d in there if d.id not in made and d.work_pool_name is None]
        for deployment in former:
            client.delete_deployment(deployment.id)
        return [deployment.entrypoint or deployment.name for deployment in former]


def stopped_by_a_person(names: Collection[str]) -> dict[tuple[str, str], Stopped]:
    """The deployments of these names that somebody has paused, by their flow's name and their own.

    To be asked before they are made anew, which lets all of them run.
    """
    with get_client(sync_client=True) as client:
        return stopped_among(client, there_by_name(client, names))


def stopped_among(
    client: SyncPrefectClient, there: Iterable[DeploymentResponse]
) -> dict[tuple[str, str], Stopped]:
    """Those of them that somebody has paused, by their flow's name and their own."""
    return {
        (client.read_flow(one.flow_id).name, one.name): Stopped(one.paused, asleep)
        for one in there
        if (asleep := _sleeps(one)) or one.paused
    }


def _sleeps(one: DeploymentResponse) -> bool:
    return bool(one.schedules) and not any(schedule.active for schedule in one.schedules)


def there_by_name(client: SyncPrefectClient, names: Collection[str]) -> list[DeploymentResponse]:
    """Every deployment that bears one of these names."""
    wanted = DeploymentFilter(name=DeploymentFilterName(any_=list(names)))
    there: list[DeploymentResponse] = []
    while page := client.read_deployments(deployment_filter=wanted, limit=_PAGE, offset=len(there)):
        there += page
    return there

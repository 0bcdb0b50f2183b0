"""Deployments that a former version made and this one does not: they would only fail."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterName
from prefect.client.schemas.responses import DeploymentResponse

_PAGE = 200


def remove_former(names: Collection[str], made: Collection[UUID]) -> list[str]:
    """Removes those with one of our names that were not just made, and what they had scheduled.

    Those of a work pool are left to whoever deploys there. What their runs did stays to be seen.
    The names of those removed.
    """
    wanted = DeploymentFilter(name=DeploymentFilterName(any_=list(names)))
    with get_client(sync_client=True) as client:
        there: list[DeploymentResponse] = []
        while page := client.read_deployments(
            deployment_filter=wanted, limit=_PAGE, offset=len(there)
        ):
            there += page
        former = [d for d in there if d.id not in made and d.work_pool_name is None]
        for deployment in former:
            client.delete_deployment(deployment.id)
        return [deployment.entrypoint or deployment.name for deployment in former]

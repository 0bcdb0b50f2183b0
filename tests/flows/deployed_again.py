"""The deployments looked at as at a start of the service; says which of them it makes anew."""

from __future__ import annotations

from typing import Any

from prefect.deployments.runner import RunnerDeployment

from flows.serving.deployments import deployments
from flows.serving.runs.deployed import deployed, remember
from flows.serving.runs.ensured import ensure_deployments

_apply = RunnerDeployment.apply


def telling(one: RunnerDeployment, *args: Any, **kwargs: Any) -> Any:
    """Applies it, and says so."""
    print(one.flow_name)  # noqa: T201
    return _apply(one, *args, **kwargs)


if __name__ == "__main__":
    RunnerDeployment.apply = telling  # type: ignore[method-assign]
    _, boards = deployed()
    remember(ensure_deployments(deployments()), boards)

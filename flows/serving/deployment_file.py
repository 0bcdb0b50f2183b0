"""`prefect.yaml`, written from the deployments.

    python -m flows.serving.deployment_file > prefect.yaml

For several workers on several machines (`runs/deploying_elsewhere.py`). On one machine `baocao
serve` makes the same deployments.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any

import yaml
from prefect.client.schemas.schedules import CronSchedule
from prefect.deployments.runner import RunnerDeployment

from flows.serving.deployments import WATCHING, deployments
from flows.serving.former_deployments import Stopped
from flows.serving.orchestration import HEARTBEAT_SECONDS

WORK_POOL = "baocao"
#: Of a worker with this queue alone and a limit of one a machine never takes two runs.
_QUEUES = {"collect-submissions": "nhan-so"}
NOTHING: Mapping[tuple[str, str], Stopped] = MappingProxyType({})

_HEAD = """\
# Viết từ flows/serving/deployments.py, không sửa tay:
#   python -m flows.serving.deployment_file > prefect.yaml
# Cách dùng: docs/nhieu-may.md. Gõ thẳng «prefect deploy» thì mọi luồng đang tạm dừng chạy tiếp.
"""


class _Plain(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:  # equal parts are written out
        return True


def deployment_file(
    stopped: Mapping[tuple[str, str], Stopped] = NOTHING,
    workers: int = 1,
    only: Collection[str] = (),
) -> str:
    """The text of `prefect.yaml`; of the deployments that somebody has stopped, by their flow's
    name and their own, it says so. `workers`: how many may take messages side by side. `only`: of
    these flows, and of what the automations run; none for all."""
    content = {
        "name": "baocao",
        # The flows are installed with the package and found by module path: nothing is to be
        # fetched, but without a pull step a module path is taken for a file.
        "pull": [{"prefect.deployments.steps.set_working_directory": {"directory": "."}}],
        "deployments": [
            _entry(one, stopped.get((str(one.flow_name), one.name)))
            for one in deployments(workers)
            if not only or one.flow_name in only or one.name == WATCHING
        ],
    }
    return _HEAD + yaml.dump(content, Dumper=_Plain, allow_unicode=True, sort_keys=False)


def _entry(deployment: RunnerDeployment, stopped: Stopped | None) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "name": deployment.name,
        "entrypoint": deployment.entrypoint,
        "tags": list(deployment.tags),
        "parameters": dict(deployment.parameters),
        "schedules": [_schedule(each) for each in deployment.schedules or []],
        "work_pool": {
            "name": WORK_POOL,
            "work_queue_name": _QUEUES.get(str(deployment.flow_name), "default"),
            "job_variables": {"env": {"PREFECT_FLOWS_HEARTBEAT_FREQUENCY": str(HEARTBEAT_SECONDS)}},
        },
    }
    if deployment.concurrency_limit is not None and deployment.concurrency_options is not None:
        entry["concurrency_limit"] = {
            "limit": deployment.concurrency_limit,
            "collision_strategy": deployment.concurrency_options.collision_strategy.value,
        }
    if stopped is not None:
        entry["paused"] = stopped.paused
        for schedule in entry["schedules"]:
            schedule["active"] = not stopped.asleep
    return entry


def _schedule(each: Any) -> dict[str, Any]:
    schedule = each.schedule
    if not isinstance(schedule, CronSchedule):
        raise TypeError(f"no cron schedule: {schedule!r}")
    return {
        "cron": schedule.cron,
        "timezone": schedule.timezone,
        "slug": each.slug,
        "parameters": each.parameters,
    }


if __name__ == "__main__":
    sys.stdout.write(deployment_file())

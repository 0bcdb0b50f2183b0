"""The automations, made from code: runs that died are ended, runs that ended badly are told.

`python -m flows.serving.automations` makes them on the server at `PREFECT_API_URL`; `baocao serve`
does so at every start. What is there and the same stays; what a person changed is put right again.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from prefect.automations import Automation
from prefect.client.orchestration import get_client
from prefect.events.actions import RunDeployment
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture

from flows.end_lost_run import NAME as END_LOST_RUN
from flows.failed_runs import SILENT_FOR, TAG
from flows.failures import OVER, REFUSED
from flows.report_failure import NAME as REPORT_FAILURE

_ALIVE = "prefect.flow-run.heartbeat"
_NO_SILENCE = (
    *("Completed", "Failed", REFUSED, "Crashed", "Cancelled"),
    *("Paused", "Suspended", "AwaitingRetry", "Resuming", "Scheduled"),
)
#: By tag, which the automations' own flows have not: they never set themselves going.
_OURS = {
    "prefect.resource.role": ["tag"],
    "prefect.resource.id": [f"prefect.tag.{TAG}"],
}
_SERVER_MADE = {"id", "created", "updated"}


def automations(end_lost_run_id: UUID, report_failure_id: UUID) -> list[Automation]:
    """All of ours, by the deployments that end lost runs and tell of failures."""
    return [
        Automation(
            name="baocao: lượt chạy mất tiến trình",
            description="Lượt chạy im tiếng 90 giây thì luồng end-lost-run xem lại: tiến trình đã "
            "chết thì ghi Crashed, không để «Running» mãi. Retry lượt ấy là an toàn.",
            trigger=EventTrigger(
                after={_ALIVE},
                # Signs of life, an end, or a Retry in time. Not every event of a run: each is
                # a write, and on SQLite a trigger that cannot write is lost.
                expect={_ALIVE, OVER, *(f"prefect.flow-run.{state}" for state in _NO_SILENCE)},
                match={"prefect.resource.id": ["prefect.flow-run.*"]},
                match_related=_OURS,  # else each looking would be looked after by another
                for_each={"prefect.resource.id"},
                posture=Posture.Proactive,
                threshold=1,
                within=SILENT_FOR,
            ),
            actions=[_run_about_it(end_lost_run_id)],
        ),
        Automation(
            name="baocao: báo lượt chạy hỏng",
            description="Lượt chạy hỏng thì luồng report-failure viết thư cho người vận hành, mỗi "
            "luồng mỗi giờ nhiều nhất một thư. Quyết định không được nhận (Refused) thì không báo: "
            "lý do có ngay ở trang của lượt chạy.",
            trigger=EventTrigger(
                expect={"prefect.flow-run.Failed", "prefect.flow-run.Crashed"},
                match={"prefect.resource.id": ["prefect.flow-run.*"]},
                match_related=_OURS,
                for_each={"prefect.resource.id"},
                posture=Posture.Reactive,
                threshold=1,
            ),
            actions=[_run_about_it(report_failure_id)],
        ),
    ]


def _run_about_it(deployment_id: UUID) -> RunDeployment:
    """Runs a deployment about the run that an automation has fired for."""
    run_id = {"__prefect_kind": "jinja", "template": "{{ flow_run.id }}"}
    return RunDeployment(
        source="selected",
        deployment_id=deployment_id,
        parameters={"request": {"flow_run_id": run_id}},
    )


def ensure_automations(end_lost_run_id: UUID, report_failure_id: UUID) -> list[str]:
    """Makes what is missing or different; the names of those made."""
    made = []
    for wanted in automations(end_lost_run_id, report_failure_id):
        with get_client(sync_client=True) as client:
            there = client.read_automations_by_name(wanted.name)
            same = [found for found in there if _matter(found) == _matter(wanted)]
            for found in there:
                if found not in same[:1]:
                    client.delete_automation(found.id)
        if not same:
            wanted.create()
            made.append(wanted.name)
    return made


def _matter(automation: AutomationCore) -> Any:
    """What an automation does, without what the server adds."""
    return _without_ids(
        automation.model_dump(mode="json", include={"description", "enabled", "trigger", "actions"})
    )


def _without_ids(part: Any) -> Any:
    if isinstance(part, dict):
        return {k: _without_ids(v) for k, v in part.items() if k not in _SERVER_MADE}
    if isinstance(part, list):
        parts = [_without_ids(item) for item in part]
        return sorted(parts, key=str) if all(isinstance(p, str) for p in parts) else parts
    return part


def main() -> None:
    """Makes the automations on the server at `PREFECT_API_URL`."""
    with get_client(sync_client=True) as client:
        ids = [
            client.read_deployment_by_name(f"{name}/bao-dong").id
            for name in (END_LOST_RUN, REPORT_FAILURE)
        ]
    for name in ensure_automations(*ids):
        print(f"Đã tạo: {name}")  # noqa: T201


if __name__ == "__main__":
    main()

"""Tasks of offering: the forms of decisions list the real cases, as they stand now."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from prefect import get_client, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.actions import DeploymentUpdate
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterName
from prefect.logging import get_run_logger

from models.domain.cycle.cycles import ReportingCycle
from models.domain.letters.offers import Cases
from tasks.adapters.boards.open_cases import open_cases
from tasks.adapters.workplace import Workplace

DEPLOYMENTS = "quyet-dinh"  # the name of every deployment that has a form
OFFERS = "offers"  # in a field's schema: which cases it lists


@task(task_run_name="offer-choices", cache_policy=NO_CACHE)
def offer_choices(
    workplace: Workplace, kinds: Iterable[Cases], cycles: Sequence[ReportingCycle] = ()
) -> int:
    """Puts the cases of these kinds into the forms; how many forms changed.

    A form is a help to whoever fills it in: where it cannot be brought up to date, the old one
    stays, whose choices are refused in a sentence once they are decided.
    """
    changed = 0
    try:
        cases = open_cases(workplace, kinds, cycles)
        with get_client(sync_client=True) as client:
            named = DeploymentFilter(name=DeploymentFilterName(any_=[DEPLOYMENTS]))
            for found in client.read_deployments(deployment_filter=named):
                before = dict(found.parameter_openapi_schema or {})
                after = with_choices(before, cases)
                if after != before:
                    update = DeploymentUpdate(parameter_openapi_schema=after)
                    client.update_deployment(found.id, update)
                    changed += 1
    except Exception as error:  # noqa: BLE001  whatever ails the forms, the work is done
        get_run_logger().warning("Chưa cập nhật được biểu mẫu quyết định: %s", type(error).__name__)
    return changed


def with_choices(schema: Mapping[str, Any], cases: Mapping[Cases, Sequence[str]]) -> dict[str, Any]:
    """The schema of a form whose fields list the cases; a field of another kind stays as it is.

    Next to the list a key can be typed, and no choice is ever refused by the form itself: it may
    have been made while the case was being decided elsewhere.
    """
    changed = copy.deepcopy(dict(schema))
    for form in changed.get("definitions", {}).values():
        for field in form.get("properties", {}).values():
            kind = field.get(OFFERS)
            if kind in cases:
                _list(field, cases[Cases(kind)])
    return changed


def _list(field: dict[str, Any], lines: Sequence[str]) -> None:
    field.pop("anyOf", None)
    field["type"] = "string"
    if lines:
        del field["type"]
        field["anyOf"] = [
            {"title": f"Chọn ({len(lines)})", "type": "string", "enum": list(lines)},
            {"title": "Ghi mã", "type": "string"},
        ]

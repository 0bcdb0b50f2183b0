"""Deployments: nothing that a person may decide is without its form."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from prefect import Flow
from prefect.settings import PREFECT_HOME, temporary_settings
from pydantic import ValidationError

import flows
from flows.decisions import decide
from flows.decisions.decision_forms import HeldMessage
from flows.requests import BatchRequest
from flows.serving.deployments import DECISIONS, SCHEDULES, deployments
from flows.serving.runs.deployed import FILE, Deployed, deployed, made_before, remember
from models.domain.letters.offers import Cases
from models.domain.work.wanted import BY_SCHEDULE_ALONE, RULES
from tests.models.domain.test_wanted import NET

HANDBOOK = Path(flows.__file__).parents[1] / "docs" / "van-phong.md"


def test_every_decision_is_deployed_with_a_form() -> None:
    written = {f.name for f in vars(decide).values() if isinstance(f, Flow)}
    assert written <= {f.name for f in DECISIONS}


@pytest.mark.parametrize("flow", DECISIONS, ids=lambda f: f.name)
def test_every_decision_stands_in_the_handbook_and_says_that_it_can_be_repeated(
    flow: Flow,
) -> None:
    assert f"| `{flow.name}` |" in HANDBOOK.read_text()
    assert "lúc nào cũng an toàn" in " ".join((flow.description or "").split())


def test_every_field_of_a_form_has_a_vietnamese_title() -> None:
    for deployment in deployments():
        schema = deployment._parameter_openapi_schema.model_dump()
        for form in schema["definitions"].values():
            for name, field in form.get("properties", {}).items():
                assert re.search(r"[^\x00-\x7f]|^Dùng$", field.get("title", "")), (
                    deployment.flow_name,
                    name,
                )


def test_no_flow_overtakes_itself_and_no_decision_waits_for_a_place() -> None:
    at_once = {(d.name, d.concurrency_limit) for d in deployments()}
    assert at_once == {("lich", 1), ("quyet-dinh", None), ("bao-dong", 2)}


@pytest.mark.parametrize("day", range(7))
def test_the_schedules_are_a_thin_net_below_the_watcher(day: int) -> None:
    """It asks what the watcher asks, so that one run stands for the other."""
    assert set(SCHEDULES) == set(RULES) | BY_SCHEDULE_ALONE
    for deployment in deployments():
        for schedule in deployment.schedules or []:
            asked, _ = RULES.get(str(deployment.flow_name), ({}, None))
            assert schedule.parameters == {"request": asked}
    start = dt.datetime(2025, 2, 10 + day)  # noqa: DTZ001  local, as cron lines are
    minutes = [start + dt.timedelta(minutes=n) for n in range(24 * 60)]
    runs = {flow: sum(map(means(cron), minutes)) for flow, (_, cron) in SCHEDULES.items()}
    assert sum(runs.values()) <= NET, runs


def means(cron: str) -> Callable[[dt.datetime], bool]:
    """Whether a cron line means a moment."""
    minute, hour, every_day, every_month, weekday = cron.split()
    assert every_day == every_month == "*"

    def among(field: str, value: int, last: int) -> bool:
        for part in field.split(","):
            span, _, step = part.partition("/")
            low, _, high = span.partition("-") if span != "*" else ("0", "", str(last))
            if int(low) <= value <= int(high or low) and (value - int(low)) % int(step or 1) == 0:
                return True
        return False

    return lambda at: (
        among(minute, at.minute, 59)
        and among(hour, at.hour, 23)
        and among(weekday, at.isoweekday() % 7, 6)
    )


def test_no_form_shows_what_the_code_calls_its_parts() -> None:
    for deployment in deployments():
        schema = deployment._parameter_openapi_schema.model_dump()
        for name, form in schema["definitions"].items():
            assert "description" not in form, (deployment.flow_name, name)


def test_every_kind_of_case_is_listed_by_a_form_and_chosen_by_its_key() -> None:
    listed = {
        field["offers"]
        for deployment in deployments()
        for form in deployment._parameter_openapi_schema.model_dump()["definitions"].values()
        for field in form.get("properties", {}).values()
        if "offers" in field
    }
    assert listed == set(Cases)
    line = "19/02/2025 21:40 · UBND quận Hồng Bàng · Báo cáo [bản 2] [b75534b5dd89]"
    signed = {"by": "Nguyễn Thị Hà", "reason": "Thư quảng cáo."}
    assert HeldMessage(message=line, **signed).message == "b75534b5dd89"
    assert HeldMessage(message=" b75534 ", **signed).message == "b75534"


def test_what_the_schedules_of_a_former_version_asked_is_understood() -> None:
    assert BatchRequest(when_due=True, limit=7).limit == 7
    with pytest.raises(ValidationError):
        BatchRequest(unknown=True)


def test_what_was_made_is_remembered(tmp_path: Path) -> None:
    made, boards = [Deployed("clean-up", "lich", uuid4(), "hỏi", "thấy")], uuid4()
    with temporary_settings({PREFECT_HOME: tmp_path}):
        remember(made, boards)
        assert deployed() == (made, boards)
        assert made_before() == made


@pytest.mark.parametrize(
    "kept",
    [
        None,
        "",
        "{}",
        "[]",
        '{"made": [["clean-up", "lich", "ba7cbdfc-87c8-4de4-b9ee-a2b06ef05a5b"]], "boards": "x"}',
        '{"made": [{"flow": "clean-up"}], "boards": "ba7cbdfc-87c8-4de4-b9ee-a2b06ef05a5b"}',
    ],
)
def test_of_what_another_version_left_or_a_full_disk_cut_off_nothing_counts_as_made(
    kept: str | None, tmp_path: Path
) -> None:
    if kept is not None:
        (tmp_path / FILE).write_text(kept)
    with temporary_settings({PREFECT_HOME: tmp_path}):
        assert made_before() == []


def test_what_is_asked_of_the_orchestrator_is_the_same_at_every_start() -> None:
    """Else each would make it anew."""
    asked = [[one.model_dump(mode="json") for one in deployments()] for _ in range(2)]
    assert json.dumps(asked[0], sort_keys=True) == json.dumps(asked[1], sort_keys=True)

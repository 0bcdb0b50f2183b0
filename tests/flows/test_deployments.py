"""Deployments: nothing that a person may decide is without its form."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from prefect import Flow

import flows
from flows.decisions import decide
from flows.decisions.decision_forms import HeldMessage
from flows.serving.deployments import DECISIONS, deployments
from flows.serving.work import AT_ONCE
from models.domain.letters.offers import Cases

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


def test_what_serves_has_a_lane_for_every_kind_of_deployment() -> None:
    assert {deployment.name for deployment in deployments()} == set(AT_ONCE)


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

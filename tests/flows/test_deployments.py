"""Deployments: nothing that a person may decide is without its form."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from prefect import Flow

import flows
from flows import decide
from flows.deployments import DECISIONS, deployments

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

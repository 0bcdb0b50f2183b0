"""The catalogue given out as plain data: what other programs and the JSON output rely on."""

from __future__ import annotations

import json
from collections import Counter

from config.files.catalogues import catalogue_as_json
from models.domain.register.agencies import Register
from models.domain.register.catalogue import Catalogue

COUNTS = {"I": 32, "II": 11, "III": 75, "IV": 48, "V": 24, "body": 9}
PROMISED_FIELDS = {
    "code",
    "appendix",
    "number",
    "parent",
    "name",
    "name_printed",
    "unit",
    "target_printed",
    "target",
    "direction",
    "values",
    "deadline_printed",
    "deadline",
    "investment_printed",
    "agencies",
}


def test_json_holds_every_row_with_the_fields_that_are_promised(
    catalogue: Catalogue, register: Register
) -> None:
    plain = json.loads(json.dumps(catalogue_as_json(catalogue, register), ensure_ascii=False))
    assert Counter(row["appendix"] for row in plain) == COUNTS
    for row in plain:
        assert set(row) >= PROMISED_FIELDS
        assert all({"code", "name", "role"} <= set(agency) for agency in row["agencies"])
    by_code = {row["code"]: row for row in plain}
    assert sum(bool(row["number"]) for row in plain if row["appendix"] == "I") == 19
    assert by_code["grdp_growth_services"]["name_printed"] == "- Dịch vụ"
    assert by_code["grdp_growth_services"]["parent"] == "grdp_growth"
    assert by_code["grdp_growth"]["parent"] is None
    assert by_code["state_budget_revenue"]["target"] == {
        "kind": "value", "value": 118079.279, "second": None, "approximate": False, "change": None,
    }  # fmt: skip
    assert by_code["scenario_grdp"]["values"] == ["111,88", "112,13", "112,47", "112,50"]
    assert by_code["scenario_grdp"]["values_by_period"]["ca_nam"] == 112.5
    assert by_code["task_2025_03"]["deadline"] == "2025-06-30"
    assert by_code["tourist_arrivals"]["equivalences"][0]["factor"] == 1000
    assert by_code["project_2025_16"]["investments"][1] == {
        "amount": 96.3, "currency": "USD_MILLION", "component": "", "role": "equivalent",
        "approximate": False,
    }  # fmt: skip

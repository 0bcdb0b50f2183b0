"""What a browser may say to the orchestrator."""

from __future__ import annotations

import json
from typing import Any

import pytest

from flows.door.entrances import API
from models.domain.accounts.account import AccountRole
from tests.flows.door.conftest import FakeOrchestrator, House

DECISION, PLAIN = FakeOrchestrator().decision, FakeOrchestrator().plain
BOTH = (AccountRole.OPERATES, AccountRole.DECIDES)


def start(deployment: str) -> str:
    return f"{API}/deployments/{deployment}/create_flow_run"


def passed(house: House) -> Any:
    return json.loads(house.seen[-1][1])


#: As the interface sends it.
USUAL = {
    "name": "Intelligent-Crane",
    "work_queue_name": None,
    "empirical_policy": {"resuming": False, "retries": 0, "retry_delay": 0},
    "state": {"type": "SCHEDULED", "message": "", "state_details": {"scheduled_time": None}},
    "tags": ["baocao"],
    "job_variables": {},
    "enforce_parameter_schema": True,
}


def test_a_run_is_started_as_the_interface_asks(house: House) -> None:
    token = house.somebody(AccountRole.OPERATES)
    asked = USUAL | {"parameters": {"request": {"cycle": "2025-plan"}}}
    assert house.as_page(token, "POST", start(PLAIN), asked).status == 200
    assert passed(house) == {
        "name": "Intelligent-Crane",
        "parameters": {"request": {"cycle": "2025-plan"}},
        "enforce_parameter_schema": True,
        "state": {"type": "SCHEDULED"},
        "tags": ["baocao"],
    }


@pytest.mark.parametrize(
    "more",
    [
        {"job_variables": {"env": {"PATH": "/tmp"}}},
        {"job_variables": {"command": "sh -c id"}},
        {"work_queue_name": "other"},
        {"infrastructure_document_id": "33333333-3333-3333-3333-333333333333"},
        {"enforce_parameter_schema": False, "parameters": {"x": 1}, "context": {"a": 1}},
        {"context": {"a": 1}},
        {"labels": {"a": "b"}},
        {"empirical_policy": {"retries": 3}},
        {"parent_task_run_id": "33333333-3333-3333-3333-333333333333"},
        {"state": {"type": "COMPLETED"}},
        {"state": {"type": "SCHEDULED", "data": {"type": "reference"}}},
        {"something_new": "x"},
    ],
)
def test_nothing_but_parameters_and_a_time_is_said_of_a_run(
    house: House, more: dict[str, Any]
) -> None:
    token = house.somebody(*BOTH)
    assert house.as_page(token, "POST", start(PLAIN), USUAL | more).status == 403
    assert house.seen == []


def test_the_schema_of_the_parameters_always_holds(house: House) -> None:
    token = house.somebody(AccountRole.OPERATES)
    body = {"parameters": {}, "enforce_parameter_schema": None}
    assert house.as_page(token, "POST", start(PLAIN), body).status == 200
    assert passed(house)["enforce_parameter_schema"] is True


@pytest.mark.parametrize(
    "wrapped",
    [
        {"by": "Người khác", "reason": "x"},
        {"reason": "x"},
        {"__prefect_kind": "json", "value": '{"by": "Người khác", "reason": "x"}'},
        {"__prefect_kind": "none", "value": {"by": "Người khác", "reason": "x"}},
        {"by": {"__prefect_kind": "json", "value": '"Người khác"'}, "reason": "x"},
    ],
)
def test_a_decision_bears_the_name_of_whoever_is_logged_in(
    house: House, wrapped: dict[str, Any]
) -> None:
    token = house.somebody(*BOTH)
    body = {"parameters": {"request": wrapped}}
    assert house.as_page(token, "POST", start(DECISION), body).status == 200
    assert passed(house)["parameters"] == {
        "request": {"by": "Người noperatesdecides", "reason": "x"}
    }


def test_a_decision_is_for_those_who_decide(house: House) -> None:
    token = house.somebody(AccountRole.OPERATES, AccountRole.ADMINISTERS)
    assert house.as_page(token, "POST", start(DECISION), {}).status == 403
    assert house.as_page(token, "POST", start(PLAIN), {}).status == 200
    answer = f"{API}/flow_runs/{DECISION}/resume"
    assert house.as_page(token, "POST", answer, {"run_input": {}}).status == 403


@pytest.mark.parametrize(
    "value",
    [
        {"__prefect_kind": "jinja", "template": "{{ 1 }}"},
        {"__prefect_kind": "workspace_variable", "variable_name": "x"},
        {"__prefect_kind": "json", "value": '{"__prefect_kind": "jinja", "template": "{{ 1 }}"}'},
        {"__prefect_kind": "json", "value": '{"a": {"__prefect_kind": "new kind"}}'},
        {"__prefect_kind": ["json"], "value": "1"},
        {"__prefect_kind": "json", "value": "not json"},
        {"a": [[{"__prefect_kind": "jinja"}]]},
    ],
)
def test_nothing_is_left_for_the_server_to_evaluate(house: House, value: Any) -> None:
    token = house.somebody(*BOTH)
    for body in ({"parameters": {"request": value}}, {"parameters": {"request": {"x": value}}}):
        assert house.as_page(token, "POST", start(PLAIN), body).status == 403
    answer = f"{API}/flow_runs/{DECISION}/resume"
    assert house.as_page(token, "POST", answer, {"run_input": {"note": value}}).status == 403
    assert house.seen == []


def test_an_answer_bears_the_name_too_and_goes_to_what_waits_for_one(house: House) -> None:
    token = house.somebody(*BOTH)
    said = {"run_input": {"decision": "Gửi", "by": "Người khác", "note": ""}}
    assert house.as_page(token, "POST", f"{API}/flow_runs/{DECISION}/resume", said).status == 200
    assert passed(house)["run_input"]["by"] == "Người noperatesdecides"
    for other in (PLAIN, "33333333-3333-3333-3333-333333333333"):
        assert house.as_page(token, "POST", f"{API}/flow_runs/{other}/resume", said).status == 403


def test_a_run_is_retried_or_ended_and_bears_who_did_it(house: House) -> None:
    token = house.somebody(AccountRole.OPERATES)
    path = f"{API}/flow_runs/{PLAIN}/set_state"
    retry = {"state": {"type": "SCHEDULED", "name": "AwaitingRetry", "message": "x"}, "force": True}
    assert house.as_page(token, "POST", path, retry).status == 200
    state = passed(house)["state"]
    assert state == {
        "type": "SCHEDULED", "name": "AwaitingRetry", "message": "Người noperates (noperates)",
    }  # fmt: skip
    assert house.as_page(token, "POST", path, {"state": {"type": "CANCELLING"}}).status == 200


@pytest.mark.parametrize(
    "state",
    [
        {"type": "COMPLETED"},
        {"type": "FAILED"},
        {"type": "PENDING"},
        {"type": "RUNNING"},
        {"type": "SCHEDULED"},
        {"type": "SCHEDULED", "name": "Late"},
        {"type": "SCHEDULED", "name": "AwaitingRetry", "data": {"storage_key": "/etc/passwd"}},
        {"type": "CANCELLING", "name": "Completed"},
        {},
        "COMPLETED",
    ],
)
def test_no_state_is_claimed(house: House, state: Any) -> None:
    token = house.somebody(*AccountRole)
    path = f"{API}/flow_runs/{PLAIN}/set_state"
    assert house.as_page(token, "POST", path, {"state": state}).status == 403


def test_schedules_are_paused_and_nothing_else_of_them_changes(house: House) -> None:
    token = house.somebody(AccountRole.OPERATES)
    schedule = f"{API}/deployments/{PLAIN}/schedules/{PLAIN}"
    for path, body in (
        (schedule, {"active": False}),
        (f"{API}/deployments/{PLAIN}", {"paused": True}),
    ):
        assert house.as_page(token, "PATCH", path, body).status == 200
        assert passed(house) == body
        for more in (
            {"schedule": {"cron": "* * * * *"}},
            {"entrypoint": "x.py:f"},
            {"parameters": {"a": 1}},
        ):
            assert house.as_page(token, "PATCH", path, body | more).status == 403
            assert house.as_page(token, "PATCH", path, more).status == 403
    assert house.as_page(token, "POST", f"{API}/deployments/{PLAIN}/pause_deployment").status == 200
    body = {"anything": 1}
    assert (
        house.as_page(token, "POST", f"{API}/deployments/{PLAIN}/pause_deployment", body).status
        == 403
    )


def test_secrets_are_not_asked_for(house: House) -> None:
    token = house.somebody(*AccountRole)
    body = {"include_secrets": True}
    assert house.as_page(token, "POST", f"{API}/block_documents/filter", body).status == 403

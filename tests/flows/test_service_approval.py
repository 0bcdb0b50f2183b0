"""A run that waits for a person: retried, cancelled, copied, resumed, and the answer holds."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest

from flows.serving.deployments import SCHEDULES
from tests.flows.served import PATIENCE, Served, found_address, simulated, start, wait_for

CYCLE = "2025-plan"
OPENING, MORNING = "2025-01-21T09:30:00+07:00", "2025-02-10T07:35:00+07:00"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service whose summaries wait for approval; only what the tests start runs in it."""
    folder = tmp_path_factory.mktemp("approval")
    simulated(folder / "data")
    log = folder / "log"
    with log.open("w") as output:
        process = start(folder, output, BAOCAO_SUMMARY_APPROVAL="wait")
    try:
        served = Served(wait_for(lambda: found_address(log), log), folder)
        for flow in SCHEDULES:
            served.ask(f"deployments/{served.deployed(flow)['id']}/pause_deployment", {})
        opened = served.finished("open-cycle", {"cycle": CYCLE, "as_of": OPENING})
        assert opened["type"] == "COMPLETED"
        yield served
    finally:
        process.terminate()
        process.wait(PATIENCE)


def rows(served: Served, statement: str) -> list[tuple[Any, ...]]:
    with contextlib.closing(sqlite3.connect(served.data / "baocao.sqlite")) as database:
        return database.execute(statement).fetchall()


def summaries(served: Served) -> list[str]:
    return [s for (s,) in rows(served, "SELECT state FROM letter WHERE kind = 'summary'")]


def suspended(served: Served, run: str) -> bool:
    state = served.state(run)
    return (state["type"], state["name"]) == ("PAUSED", "Suspended")


def questions(served: Served) -> list[str]:
    """The runs that ask a person, oldest first."""
    asked = {"flows": {"name": {"any_": ["approve-summary"]}}, "sort": "EXPECTED_START_TIME_ASC"}
    return [run["id"] for run in served.ask("flow_runs/filter", asked)]


def test_a_suspended_run_may_be_retried_cancelled_and_copied_and_decides_once(
    served: Served,
) -> None:
    entry = {"cycle": CYCLE, "as_of": MORNING}
    for _ in range(3):  # the summary of one day is written once, and asked about by one run
        assert served.finished("send-summary", entry)["type"] == "COMPLETED"
    [run] = served.wait_for(lambda: questions(served))
    served.wait_for(lambda: suspended(served, run))
    assert summaries(served) == ["draft"]

    for kind, name in (("PAUSED", "Suspended"), ("CANCELLED", "Cancelled"), ("FAILED", "Failed")):
        if kind != "PAUSED":
            served.set_state(run, kind, name, force=True)
        served.set_state(run, "SCHEDULED", "AwaitingRetry", force=True)
        served.wait_for(lambda: suspended(served, run))
        assert summaries(served) == ["draft"], f"{name}, then Retry"
        assert rows(served, "SELECT count(*) FROM decision") == [(0,)]

    unclear = {"decision": "Gửi", "by": "Nguyễn Thị Hà", "note": "Xem kỹ mục 2."}
    before = served.state(run)["id"]
    assert served.ask(f"flow_runs/{run}/resume", {"run_input": unclear})["status"] == "ACCEPT"
    served.wait_for(lambda: suspended(served, run) and served.state(run)["id"] != before)
    keyset = served.state(run)["state_details"]["run_input_keyset"]
    told = served.ask(f"flow_runs/{run}/input/{keyset['description']}")
    assert "Chưa nhận quyết định vừa rồi" in told and "«Xem kỹ mục 2.»" in told
    assert rows(served, "SELECT count(*) FROM decision") == [(0,)]

    copy = served.begin("approve-summary", {})  # a second question about the same draft
    served.wait_for(lambda: suspended(served, copy))
    answer = {"decision": "Gửi", "by": "Nguyễn Thị Hà", "note": ""}
    for one in (run, copy):  # two persons answer, the first decides
        said = served.ask(f"flow_runs/{one}/resume", {"run_input": answer})
        assert said["status"] == "ACCEPT", said
        assert served.ended(one)["type"] == "COMPLETED"
        answer = {"decision": "Giữ lại, không gửi", "by": "Trần Văn Ba", "note": ""}
    assert summaries(served) == ["queued"]
    decided = rows(served, "SELECT kind, by FROM decision")
    assert decided == [("approve", "Nguyễn Thị Hà")]


def test_what_was_decided_is_asked_about_by_no_retry_and_no_new_run(served: Served) -> None:
    for run in questions(served):
        served.set_state(run, "SCHEDULED", "AwaitingRetry", force=True)
        assert served.ended(run)["type"] == "COMPLETED"
    assert served.finished("approve-summary", {})["type"] == "COMPLETED"
    entry = {"cycle": CYCLE, "as_of": MORNING}
    assert served.finished("send-summary", entry)["type"] == "COMPLETED"
    assert summaries(served) == ["queued"]
    assert rows(served, "SELECT count(*) FROM decision") == [(1,)]
    delivered = [served.finished("deliver-outbox", {})["type"] for _ in range(2)]
    assert delivered == ["COMPLETED"] * 2
    assert summaries(served) == ["sent"]

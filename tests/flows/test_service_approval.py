"""A run that waits for a person: retried, cancelled, copied, resumed, and the answer holds."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest

from flows.deployments import SCHEDULES
from tests.flows.desk import Desk, found_address, start, wait_for

CYCLE = "2025-plan"
OPENING, MORNING = "2025-01-21T09:30:00+07:00", "2025-02-10T07:35:00+07:00"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A service whose summaries wait for approval; only what the tests start runs in it."""
    folder = tmp_path_factory.mktemp("approval")
    log = folder / "log"
    with log.open("w") as output:
        process = start(folder, output, BAOCAO_SUMMARY_APPROVAL="wait")
    try:
        desk = Desk(wait_for(lambda: found_address(log), log), folder)
        for flow in SCHEDULES:
            desk.ask(f"deployments/{desk.deployed(flow)['id']}/pause_deployment", {})
        opened = desk.finished("open-cycle", {"cycle": CYCLE, "as_of": OPENING})
        assert opened["type"] == "COMPLETED"
        yield desk
    finally:
        process.terminate()
        process.wait(60)


def rows(desk: Desk, statement: str) -> list[tuple[Any, ...]]:
    with contextlib.closing(sqlite3.connect(desk.data / "baocao.sqlite")) as database:
        return database.execute(statement).fetchall()


def summaries(desk: Desk) -> list[str]:
    return [s for (s,) in rows(desk, "SELECT state FROM letter WHERE kind = 'summary'")]


def suspended(desk: Desk, run: str) -> bool:
    state = desk.state(run)
    return (state["type"], state["name"]) == ("PAUSED", "Suspended")


def questions(desk: Desk) -> list[str]:
    """The runs that ask a person, oldest first."""
    asked = {"flows": {"name": {"any_": ["approve-summary"]}}, "sort": "EXPECTED_START_TIME_ASC"}
    return [run["id"] for run in desk.ask("flow_runs/filter", asked)]


def test_a_suspended_run_may_be_retried_cancelled_and_copied_and_decides_once(desk: Desk) -> None:
    entry = {"cycle": CYCLE, "as_of": MORNING}
    for _ in range(3):  # the summary of one day is written once, and asked about by one run
        assert desk.finished("send-summary", entry)["type"] == "COMPLETED"
    [run] = desk.wait_for(lambda: questions(desk))
    desk.wait_for(lambda: suspended(desk, run))
    assert summaries(desk) == ["draft"]

    for kind, name in (("PAUSED", "Suspended"), ("CANCELLED", "Cancelled"), ("FAILED", "Failed")):
        if kind != "PAUSED":
            desk.set_state(run, kind, name, force=True)
        desk.set_state(run, "SCHEDULED", "AwaitingRetry", force=True)
        desk.wait_for(lambda: suspended(desk, run))
        assert summaries(desk) == ["draft"], f"{name}, then Retry"
        assert rows(desk, "SELECT count(*) FROM decision") == [(0,)]

    unclear = {"decision": "Gửi", "by": "Nguyễn Thị Hà", "note": "Xem kỹ mục 2."}
    before = desk.state(run)["id"]
    assert desk.ask(f"flow_runs/{run}/resume", {"run_input": unclear})["status"] == "ACCEPT"
    desk.wait_for(lambda: suspended(desk, run) and desk.state(run)["id"] != before)
    keyset = desk.state(run)["state_details"]["run_input_keyset"]
    told = desk.ask(f"flow_runs/{run}/input/{keyset['description']}")
    assert "Chưa nhận quyết định vừa rồi" in told and "«Xem kỹ mục 2.»" in told
    assert rows(desk, "SELECT count(*) FROM decision") == [(0,)]

    copy = desk.begin("approve-summary", {})  # a second question about the same draft
    desk.wait_for(lambda: suspended(desk, copy))
    answer = {"decision": "Gửi", "by": "Nguyễn Thị Hà", "note": ""}
    for one in (run, copy):  # two persons answer, the first decides
        said = desk.ask(f"flow_runs/{one}/resume", {"run_input": answer})
        assert said["status"] == "ACCEPT", said
        assert desk.ended(one)["type"] == "COMPLETED"
        answer = {"decision": "Giữ lại, không gửi", "by": "Trần Văn Ba", "note": ""}
    assert summaries(desk) == ["queued"]
    decided = rows(desk, "SELECT kind, by FROM decision")
    assert decided == [("approve", "Nguyễn Thị Hà")]


def test_what_was_decided_is_asked_about_by_no_retry_and_no_new_run(desk: Desk) -> None:
    for run in questions(desk):
        desk.set_state(run, "SCHEDULED", "AwaitingRetry", force=True)
        assert desk.ended(run)["type"] == "COMPLETED"
    assert desk.finished("approve-summary", {})["type"] == "COMPLETED"
    entry = {"cycle": CYCLE, "as_of": MORNING}
    assert desk.finished("send-summary", entry)["type"] == "COMPLETED"
    assert summaries(desk) == ["queued"]
    assert rows(desk, "SELECT count(*) FROM decision") == [(1,)]
    delivered = [desk.finished("deliver-outbox", {})["type"] for _ in range(2)]
    assert delivered == ["COMPLETED"] * 2
    assert summaries(desk) == ["sent"]

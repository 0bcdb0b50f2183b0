"""`baocao serve` on one machine: the schedules run by themselves, and it ends cleanly."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pytest

from flows.deployments import DECISIONS, SCHEDULES

PATIENCE = 240  # seconds for two cores under load; usually a third of it

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A running service: address of its server, data folder. Ended by SIGINT.

    Started as a script starts it with `&`: there SIGINT is ignored from the beginning.
    """
    folder = tmp_path_factory.mktemp("serve")
    log = folder / "log"
    with log.open("w") as output:
        process = start(folder, output)
    try:
        address = wait_for(lambda: found_address(log), log)
        yield address, folder
    finally:
        process.send_signal(signal.SIGINT)
        try:
            code = process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    assert code == 0, log.read_text()[-2000:]
    with pytest.raises(OSError):  # the server ended with it
        urllib.request.urlopen(address, timeout=2)


def start(folder: Path, output: IO[str]) -> subprocess.Popen[bytes]:
    environment = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("PREFECT_", "BAOCAO_"))
    } | {"BAOCAO_DATA_DIR": str(folder / "data"), "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(
        [sys.executable, "-m", "flows.command_line", "serve"],
        env=environment,
        stdout=output,
        stderr=subprocess.STDOUT,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    )


def found_address(log: Path) -> str | None:
    text = log.read_text()
    address = re.search(r"http://127\.0\.0\.1:\d+", text)
    return address[0] if address and "Sẵn sàng" in text else None


def wait_for(look: Any, log: Path) -> Any:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            found = look()
            if found:
                return found
        time.sleep(1)
    raise AssertionError(f"nothing after {PATIENCE} s: {log.read_text()[-3000:]}")


def ask(address: str, path: str, body: dict[str, Any]) -> Any:
    request = urllib.request.Request(
        f"{address}/api/{path}",
        data=json.dumps(body).encode(),
        headers={"content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def test_every_flow_is_deployed_with_its_schedule_in_hanoi_time(
    service: tuple[str, Path],
) -> None:
    address, folder = service
    expected = len(SCHEDULES) + len(DECISIONS) + 1  # which tells of failures
    wait_for(lambda: len(ask(address, "deployments/filter", {})) == expected, folder / "log")
    deployments = ask(address, "deployments/filter", {})
    zones = {s["schedule"]["timezone"] for d in deployments for s in d["schedules"]}
    assert zones == {"Asia/Ho_Chi_Minh"}
    assert not any(d["paused"] for d in deployments)
    assert {d["name"] for d in deployments if d["schedules"]} == {"lich"}
    assert {d["name"] for d in deployments if not d["schedules"]} == {"quyet-dinh", "bao-dong"}


def test_a_decision_is_a_form_with_the_real_choices_and_what_cannot_stand_ends_in_a_sentence(
    service: tuple[str, Path],
) -> None:
    address, folder = service
    form = deployed(address, folder, "extend-deadline")
    fields = form["parameter_openapi_schema"]["definitions"]["Extension"]["properties"]
    assert "Sở Y tế" in fields["agency"]["enum"]
    assert "2025-plan" in fields["cycle"]["enum"]
    assert fields["last_day"]["title"] == "Hạn mới"

    entry = {
        "cycle": "2025-plan",
        "agency": "Sở Y tế",
        "last_day": "2025-02-26",
        "by": "Nguyễn Thị Hà",
        "reason": "Sở đang sắp xếp lại tổ chức bộ máy.",
        "as_of": "2025-02-18T09:00:00+07:00",
    }
    refused = finished(address, folder, form["id"], entry)
    assert refused["type"] == "FAILED"
    assert "Sở Y tế không được giao báo cáo trong kỳ 2025-plan" in refused["message"]

    opening = deployed(address, folder, "open-cycle")
    opened = {"cycle": "2025-plan", "as_of": "2025-01-21T09:30:00+07:00"}
    assert finished(address, folder, opening["id"], opened)["type"] == "COMPLETED"
    for _ in range(2):  # pressed twice: kept once
        state = finished(address, folder, form["id"], entry)
        assert state["type"] == "COMPLETED", state["message"]
    with sqlite3.connect(folder / "data" / "baocao.sqlite") as database:
        rows = database.execute("SELECT agency, until, by FROM decision").fetchall()
    assert rows == [("syt", "2025-02-26 17:00:00.000000", "Nguyễn Thị Hà")]


def deployed(address: str, folder: Path, flow: str) -> dict[str, Any]:
    """The deployment of a flow, once it is there."""

    def look() -> list[dict[str, Any]]:
        found = ask(address, "deployments/filter", {"flows": {"name": {"any_": [flow]}}})
        return list(found)

    return dict(wait_for(look, folder / "log")[0])


def finished(address: str, folder: Path, deployment: str, entry: dict[str, Any]) -> dict[str, Any]:
    """The final state of a run of a deployment with these parameters."""
    run = ask(
        address, f"deployments/{deployment}/create_flow_run", {"parameters": {"request": entry}}
    )

    def look() -> list[dict[str, Any]]:
        runs = ask(address, "flow_runs/filter", {"flow_runs": {"id": {"any_": [run["id"]]}}})
        final = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
        return [r["state"] for r in runs if r["state"] and r["state"]["type"] in final]

    return dict(wait_for(look, folder / "log")[0])


def test_a_schedule_fires_and_its_run_completes_by_itself(service: tuple[str, Path]) -> None:
    address, folder = service

    def completed() -> list[dict[str, Any]]:
        runs = ask(
            address,
            "flow_runs/filter",
            {"flow_runs": {"state": {"type": {"any_": ["COMPLETED", "FAILED", "CRASHED"]}}}},
        )
        return [run for run in runs if run["auto_scheduled"]]

    runs = wait_for(completed, folder / "log")
    assert {run["state"]["type"] for run in runs} == {"COMPLETED"}, runs[0]["state"]


def test_the_server_listens_on_this_machine_only(service: tuple[str, Path]) -> None:
    address, _ = service
    port = int(address.rpartition(":")[2])
    listening = [
        line.split()[1]
        for name in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]
        if line.split()[3] == "0A" and int(line.split()[1].rpartition(":")[2], 16) == port
    ]
    assert listening == [f"0100007F:{port:04X}"]


def test_sigterm_while_the_server_starts_leaves_nothing_behind(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("w") as output:
        process = start(tmp_path, output)
    try:
        wait_for(lambda: children_of(process.pid), log)
        (server,) = children_of(process.pid)
        process.terminate()
        assert process.wait(60) == 0, log.read_text()
    finally:
        process.kill()
    assert not Path(f"/proc/{server}").exists()


def children_of(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in found]

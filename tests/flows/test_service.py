"""`baocao serve` on one machine: the schedules run by themselves, and it ends cleanly."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

PATIENCE = 240  # seconds for two cores under load; usually a third of it

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("prefect")]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A running service: address of its server, data folder. Ended by Ctrl-C."""
    folder = tmp_path_factory.mktemp("serve")
    log = folder / "log"
    environment = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("PREFECT_", "BAOCAO_"))
    } | {"BAOCAO_DATA_DIR": str(folder / "data"), "PYTHONUNBUFFERED": "1"}
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "flows.command_line", "serve"],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
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
    wait_for(lambda: len(ask(address, "deployments/filter", {})) == 6, folder / "log")
    deployments = ask(address, "deployments/filter", {})
    zones = {s["schedule"]["timezone"] for d in deployments for s in d["schedules"]}
    assert zones == {"Asia/Ho_Chi_Minh"}
    assert all(not d["paused"] and d["schedules"] for d in deployments)


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

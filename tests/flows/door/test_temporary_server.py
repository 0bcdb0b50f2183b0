"""The server of one command: it answers its own process and nobody else."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.fixtures.ready_made import orchestrator_with_tables
from tests.flows.served import SPARED, bare_environment

ASKING = """
import sys
from pathlib import Path
from flows.serving.orchestration import prepare_environment
from flows.serving.temporary_server import some_server
prepare_environment(Path(sys.argv[1]))
with some_server(Path(sys.argv[1]), print):
    from prefect.client.orchestration import get_client
    with get_client(sync_client=True) as client:
        print(client.api_url, len(client.read_flows()), flush=True)
        sys.stdin.readline()
"""


@pytest.mark.slow
def test_a_stranger_is_not_answered_while_a_command_runs(tmp_path: Path) -> None:
    orchestrator_with_tables(tmp_path)
    process = subprocess.Popen(
        [sys.executable, "-c", ASKING, str(tmp_path)],
        env=bare_environment() | SPARED | {"PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        said = next(line for line in process.stdout if "http" in line and " 0" in line)
        found = re.search(r"http://127\.0\.0\.1:\d+/api/", said)
        assert found is not None, said
        for path, method in (("flows/filter", "POST"), ("admin/settings", "GET")):
            asked = urllib.request.Request(
                f"{found[0]}{path}", headers={"Origin": "http://evil.example"}, method=method
            )
            with pytest.raises(urllib.error.HTTPError, match="401") as refused:
                urllib.request.urlopen(asked, timeout=20)
            assert "access-control-allow-origin" not in refused.value.headers
    finally:
        process.communicate("\n", timeout=60)
    assert process.returncode == 0


TELLING = """
import os, signal, sys
from pathlib import Path
from flows.serving.orchestration import prepare_environment
from flows.serving.temporary_server import temporary_server
prepare_environment(Path(sys.argv[1]))
with temporary_server(Path(sys.argv[1]), print) as settings:
    os.environ.update(settings)
    from prefect.events import emit_event
    for number in range(300):
        emit_event("baocao.test", {"prefect.resource.id": f"test.{number}"})
    if sys.argv[2] == "is killed":
        children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
        for child in map(int, children):
            os.kill(child, signal.SIGKILL)
"""


@pytest.mark.slow
@pytest.mark.parametrize("server", ["answers", "is killed"])
def test_what_a_command_still_has_to_tell_is_told_to_its_server_or_dropped_with_it(
    tmp_path: Path, server: str
) -> None:
    """It never tries for minutes to tell a server that is gone.

    Nor does it end a server that it has not told everything; what that still has in memory when it
    is asked to end, it writes down or not.
    """
    orchestrator_with_tables(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", TELLING, str(tmp_path), server],
        env=bare_environment() | SPARED | {"PYTHONPATH": os.pathsep.join(sys.path)},
        timeout=180,
        check=True,
        capture_output=True,
        text=True,
    )
    said = done.stdout + done.stderr
    assert ("Unable to connect" in said) is (server == "is killed"), said

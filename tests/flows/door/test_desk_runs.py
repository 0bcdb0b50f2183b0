"""What the desk tells the orchestrator reaches it, from whatever thread it is told."""

from __future__ import annotations

import asyncio
import json
import threading
from pathlib import Path

import httpx
import pytest
from anyio.lowlevel import current_token

from flows.desk.desk import FlowRunShown
from flows.door.desk_runs import RunsBehindTheDoor


def test_an_event_is_told_from_a_thread_of_our_own(tmp_path: Path) -> None:
    got: list[str] = []

    async def taken(request: httpx.Request) -> httpx.Response:
        got.extend(event["event"] for event in json.loads(request.content))
        return httpx.Response(204)

    async def told() -> None:
        async with httpx.AsyncClient(
            transport=httpx.MockTransport(taken), base_url="http://behind"
        ) as client:
            runs = RunsBehindTheDoor(client, current_token(), tmp_path)
            thread = threading.Thread(
                target=runs.tell, args=({"event": "baocao.settings.changed"},)
            )
            thread.start()
            await asyncio.to_thread(thread.join)

    asyncio.run(told())

    assert got == ["baocao.settings.changed"]


RUN = "0c2a5a4e-3f0e-4c0b-9c57-2d1d6a3b1f00"


@pytest.mark.parametrize(
    ("state", "is_over", "has_failed"),
    [("RUNNING", False, False), ("COMPLETED", True, False), ("CRASHED", True, True)],
)
def test_a_run_that_was_begun_is_followed_to_its_end(
    tmp_path: Path, state: str, is_over: bool, has_failed: bool
) -> None:
    async def answers(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/flows/filter":
            return httpx.Response(200, json=[{"id": "f", "name": "send-summary"}])
        if request.url.path != f"/flow_runs/{RUN}":
            return httpx.Response(404)
        run = {"id": RUN, "name": "x", "flow_id": "f", "state_type": state, "state_name": state}
        return httpx.Response(200, json={**run, "created": "2025-02-10T02:00:00Z", "state": {}})

    async def followed(run: str) -> FlowRunShown | None:
        async with httpx.AsyncClient(
            transport=httpx.MockTransport(answers), base_url="http://behind"
        ) as client:
            runs = RunsBehindTheDoor(client, current_token(), tmp_path)
            return await asyncio.to_thread(runs.followed, run)

    found = asyncio.run(followed(RUN))

    assert found is not None
    assert (found.flow, found.is_over) == ("send-summary", is_over)
    assert found.has_failed is has_failed
    for none in ("../admin", "x", "1" * 40, RUN.replace("0", "1")):
        assert asyncio.run(followed(none)) is None

"""What the desk tells the orchestrator reaches it, from whatever thread it is told."""

from __future__ import annotations

import asyncio
import json
import threading
from pathlib import Path

import httpx
from anyio.lowlevel import current_token

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

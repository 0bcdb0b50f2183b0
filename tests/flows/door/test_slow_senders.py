"""Half a request holds no connection for ever; whole ones are answered as long as they come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn

from flows.door.slow_senders import PunctualProtocol

HEAD = b"GET / HTTP/1.1\r\nHost: a\r\n"


async def answering(scope: Any, receive: Any, send: Any) -> None:
    """Reads what there is and says ok, later than a slow sender would be given time."""
    while (await receive()).get("more_body"):
        pass
    await asyncio.sleep(2 * PunctualProtocol.seconds)
    headers = [(b"content-length", b"2")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"ok"})


@asynccontextmanager
async def connected() -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    config = uvicorn.Config(answering, http=PunctualProtocol, lifespan="off")
    config.load()
    state = uvicorn.Server(config).server_state
    server = await asyncio.get_running_loop().create_server(
        lambda: PunctualProtocol(config=config, server_state=state, app_state={}), "127.0.0.1", 0
    )
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        yield reader, writer
        writer.close()


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PunctualProtocol, "seconds", 0.2)


@pytest.mark.parametrize(
    "half",
    [b"", b"GET", HEAD, b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc"],
    ids=["nothing", "a word", "a head", "a body"],
)
def test_half_a_request_is_not_waited_for(half: bytes) -> None:
    async def asked() -> bytes:
        async with connected() as (reader, writer):
            writer.write(half)
            return await asyncio.wait_for(reader.read(), 20)

    assert b"200" not in asyncio.run(asked())


def test_whole_requests_are_answered_however_long_the_answer_takes() -> None:
    async def asked() -> list[bytes]:
        async with connected() as (reader, writer):
            answers = []
            for _ in range(2):
                writer.write(HEAD + b"\r\n")
                head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 20)
                answers.append(head.split(b"\r\n")[0] + await reader.readexactly(2))
            return answers

    assert asyncio.run(asked()) == [b"HTTP/1.1 200 OKok"] * 2

"""A guard with nothing behind it but a witness of what was let through."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from flows.door.asked import TOKEN_HEADER, Place
from flows.door.guard import ACCOUNT, Guard, Message, Receive, Scope, Send
from models.domain.accounts.account import AccountRole
from tasks.adapters.accounts.account_book import AccountBook
from tasks.adapters.store.rows import open_engine
from tests.fixtures.cheap_passwords import cheap_passwords as cheap_passwords
from tests.fixtures.ready_made import sqlite_with_tables

TOKEN = "ma-vao-cua-cua-worker-khi-kiem-thu-0123456789"
OWN = "một câu ngắn dễ nhớ"
HOST = "127.0.0.1:4200"
ORIGIN = f"http://{HOST}"
NOW = dt.datetime(2026, 2, 3, 8, 0, tzinfo=dt.UTC)


@dataclass
class Answer:
    """What came back."""

    status: int = 0  # of a websocket: 101 accepted, 403 closed before
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass
class FakeOrchestrator:
    """Knows two deployments and a run of each."""

    decision: str = "11111111-1111-1111-1111-111111111111"
    plain: str = "22222222-2222-2222-2222-222222222222"
    signed: str = "Phạm Thị Lan"

    async def deployment(self, key: str) -> Mapping[str, Any] | None:
        """The one with that id."""
        form = {"properties": {"by": {}, "reason": {}}}
        return {
            self.decision: {
                "name": "quyet-dinh",
                "parameter_openapi_schema": {"definitions": {"Extension": form}},
            },
            self.plain: {"name": "lich", "parameter_openapi_schema": {"definitions": {}}},
        }.get(key)

    async def deployment_of_run(self, key: str) -> Mapping[str, Any] | None:
        """A run bears its deployment's id here."""
        return await self.deployment(key)

    async def parameters_of_run(self, key: str) -> Mapping[str, Any]:
        """Every decision is one person's."""
        return {"request": {"by": self.signed}} if key == self.decision else {}


class House:
    """The guard, its book, and what it has let through."""

    def __init__(self, book: AccountBook) -> None:
        self.book = book
        self.now = NOW
        self.seen: list[tuple[Scope, bytes]] = []
        self.guard = Guard(
            inside=self._witness,
            book=book,
            place=Place(frozenset({"127.0.0.1", "localhost", "::1"}), 4200),
            token=TOKEN,
            idle=dt.timedelta(hours=1),
            orchestrator=FakeOrchestrator(),
            now=lambda: self.now,
        )

    async def _witness(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await receive()
            self.seen.append((scope, b""))
            await send({"type": "websocket.accept"})
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        self.seen.append((scope, body))
        headers = [(b"access-control-allow-origin", b"*"), (b"server", b"somebody")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"let through"})

    def somebody(self, *roles: AccountRole, changed: bool = True) -> str:
        """The session token of somebody with these roles."""
        name = "n" + "".join(role.value for role in roles)
        password = self.book.add(name, f"Người {name}", roles, "root", self.now)
        if changed:
            self.book.change_password(name, password, OWN, "", self.now)
            password = OWN
        return self.book.log_in(name, password, "", self.now).token

    def ask(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
        scope: Mapping[str, Any] | None = None,
    ) -> Answer:
        """Sends a request; WS asks for a websocket. Headers beside the usual ones of a browser."""
        sent = {"host": HOST} | {k.lower(): v for k, v in (headers or {}).items()}
        raw = (
            b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        )
        if raw and "content-type" not in sent:
            sent["content-type"] = "application/json"
        asked: dict[str, Any] = {
            "type": "websocket" if method == "WS" else "http",
            "method": method,
            "path": path,
            "query_string": b"",
            "client": ("127.0.0.1", 5555),
            "headers": [
                (name.encode(), value.encode("latin-1"))
                for name, value in sent.items()
                if value != ""
            ],
        } | dict(scope or {})
        if method == "WS":
            del asked["method"]
        return asyncio.run(self._asked(asked, raw))

    def as_page(self, token: str, method: str, path: str, body: Any = None) -> Answer:
        """As a page of ours asks in a browser of today."""
        headers = {
            "cookie": f"baocao={token}",
            "origin": ORIGIN,
            "sec-fetch-site": "same-origin",
            "sec-fetch-mode": "cors",
            "accept": "*/*",
        }
        return self.ask(method, path, headers, body)

    async def _asked(self, scope: Scope, raw: bytes) -> Answer:
        answer = Answer()
        opening: Message = {"type": "websocket.connect"}
        if scope["type"] == "http":
            opening = {"type": "http.request", "body": raw, "more_body": False}

        async def receive() -> Message:
            return opening

        async def send(message: Message) -> None:
            match message["type"]:
                case "http.response.start":
                    answer.status = message["status"]
                    answer.headers = {k.decode(): v.decode() for k, v in message["headers"]}
                case "http.response.body":
                    answer.body += message.get("body", b"")
                case "websocket.accept":
                    answer.status = 101
                case "websocket.close":
                    answer.status = answer.status or 403

        await self.guard(scope, receive, send)
        return answer

    def as_worker(self, method: str, path: str, **more: str) -> Answer:
        """As a worker asks."""
        return self.ask(method, path, {TOKEN_HEADER: TOKEN} | more)

    def account_seen(self) -> Any:
        """Who the last request was, as what stands behind is told."""
        return self.seen[-1][0].get(ACCOUNT)


@pytest.fixture
def house(tmp_path: Path, cheap_passwords: None) -> Iterator[House]:
    """A guard before a witness, with an empty book."""
    engine = open_engine(sqlite_with_tables(tmp_path / "baocao.sqlite"))
    yield House(AccountBook(engine))
    engine.dispose()

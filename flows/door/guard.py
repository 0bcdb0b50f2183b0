"""The guard: every request is judged here before anything behind the door sees it.

An ASGI application around another. What it lets through carries the account in the scope; what it
does not gets a sentence, as a page or as JSON, and never a word about why another would get in.
"""

from __future__ import annotations

import datetime as dt
import hmac
import json
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypeVar

from anyio import to_thread
from sqlalchemy.exc import SQLAlchemyError

from flows.door import entrances, json_body, response_headers
from flows.door.asked import (
    TOKEN_HEADER,
    Asked,
    Place,
    address_of,
    asked,
    is_called_by_name,
    is_drawn_in,
    is_encrypted,
    is_from_here,
    may_stand_here,
    sent_twice,
)
from flows.door.entrances import API, LOGIN, LOGOUT, OWN_ACCOUNT, Entrance, Whom
from flows.door.json_body import NotKept
from flows.door.refusals import Refused, answer, page_again, redirect
from flows.door.run_requests import MOST_BYTES, NotLetThrough, Orchestrator, RequestMatter
from models.domain.accounts.access import Access, AccessKind, on_a_line
from models.domain.accounts.account import Account
from models.domain.accounts.session import Session
from models.domain.notation.system_words import database_fault
from tasks.adapters.accounts.account_book import AccountBook

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Answer = TypeVar("Answer")

ACCOUNT, ADDRESS = "baocao.account", "baocao.address"  # in the scope
_LOOKED_AGAIN = dt.timedelta(seconds=15)  # whether an open websocket's session still lasts
_USED_AGAIN = dt.timedelta(seconds=60)  # a busy session is written down no oftener
_SAID_AGAIN = dt.timedelta(hours=1)  # the same refusal of the same account is recorded once
_MOST_SAID = 200  # different refusals of one account, or of strangers, that are remembered
_LONGEST_PATH = 2000

_log = logging.getLogger("baocao.door")


@dataclass
class Guard:
    """Stands before `inside`. `place` is where it stands, `token` what workers are known by."""

    inside: App
    book: AccountBook
    place: Place
    token: str = field(repr=False)
    idle: dt.timedelta
    orchestrator: Orchestrator
    workers_only: bool = False  # the inner entrance of this machine: no pages, no logins
    now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
    #: By account ("" a stranger), so that nobody's refusals keep another's out of the record.
    _said: dict[str, dict[tuple[str, str], dt.datetime]] = field(default_factory=dict)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets through, or answers."""
        if scope["type"] not in ("http", "websocket"):
            await self.inside(scope, receive, send)
            return
        request = asked(scope)
        sending = response_headers.added(send, request.path, self.place, is_socket=request.socket)
        try:
            await self._let_through(scope, request, receive, sending)
        except Refused as refused:
            await answer(refused, request, receive, sending)

    async def _let_through(
        self, scope: Scope, request: Asked, receive: Receive, send: Send
    ) -> None:
        self._look_at_form(request)
        way = entrances.entrance("WS" if request.socket else request.method, request.path)
        if request.header(TOKEN_HEADER) or self.workers_only:
            await self._is_worker(request)
            await self.inside(scope, receive, send)
            return
        await self._look_at_origin(request)
        scope[ADDRESS] = address_of(request, self.place)
        token = request.cookie(cookie_name(self.place))
        session = None
        if token:
            session = await self._of_book(self.book.session, token, self.now(), self.idle)
        if way is not None and way.whom is Whom.ANYBODY:
            scope[ACCOUNT] = session.account if session else None
            await self.inside(scope, receive, send)
            return
        if session is None:
            self._ask_in(request)
        account = session.account
        if account.password_is_lent and request.path not in (OWN_ACCOUNT, LOGOUT):
            if request.is_navigation:
                raise redirect(OWN_ACCOUNT)
            raise Refused(403, "Xin đổi mật khẩu được cấp trước khi làm việc khác.")
        await self._has_role(way, account, request, scope[ADDRESS])
        assert way is not None
        await self._used(token, session, way, request)
        scope[ACCOUNT] = account
        if request.socket:
            receive, send = self._while_it_lasts(token, receive, send)
        elif request.path.startswith(f"{API}/"):
            receive = await self._looked_through(way, account, request, receive, scope)
        await self.inside(scope, receive, send)

    # What can be seen before anybody is known

    def _look_at_form(self, request: Asked) -> None:
        path = request.path
        if sent_twice(request):
            raise Refused(400, "Yêu cầu có đầu thư ghi hai lần.")
        if request.header("content-length") and request.header("transfer-encoding"):
            # A proxy before us might believe the one where we believe the other.
            raise Refused(400, "Yêu cầu ghi độ dài theo hai cách.")
        if not may_stand_here(request, self.place):
            raise Refused(403, "Chỉ nhận yêu cầu qua máy chủ TLS đã khai báo.")
        if not is_called_by_name(request, self.place):
            raise Refused(400, "Tên máy trong địa chỉ không đúng; xem BAOCAO_SERVE_NAMES.")
        odd = any(part in (".", "..") for part in path.split("/")) or "//" in path
        if odd or len(path) > _LONGEST_PATH or not path.isprintable() or set(path) & set("\\%"):
            raise Refused(400, "Đường dẫn không đọc được.")

    async def _look_at_origin(self, request: Asked) -> None:
        if not is_encrypted(request, self.place):
            raise Refused(403, "Phải vào bằng https://.")
        if request.changes and not is_from_here(request, self.place):
            await self._note_stranger(request)
            raise Refused(403, "Yêu cầu không đến từ trang này.")
        if is_drawn_in(request):
            await self._note_stranger(request)
            raise Refused(403, "Trang này không nhúng được vào trang khác.")

    async def _is_worker(self, request: Asked) -> None:
        """A worker has the token, asks the orchestrator's API, and is no browser."""
        given = request.header(TOKEN_HEADER).encode("latin-1", "replace")
        browser = any(request.header(name) for name in ("cookie", "origin", "sec-fetch-site"))
        right = bool(self.token) and hmac.compare_digest(given, self.token.encode())
        if not right or browser or not request.path.startswith(f"{API}/"):
            await self._note_stranger(request)
            raise Refused(401, "Mã của worker không đúng.")

    async def _note_stranger(self, request: Asked) -> None:
        origin = (request.header("origin") or request.header("sec-fetch-site"))[:100]
        if self._is_new("", (request.method, origin)):
            where = address_of(request, self.place)
            detail = on_a_line(f"{request.method} {request.path} {origin}")
            _log.warning("refused: %s at %s", detail, where)
            line = Access(self.now(), AccessKind.FOREIGN, "", "", where, detail)
            await self._of_book(self.book.record, line)

    # Persons

    async def _of_book(self, asked: Callable[..., Answer], *what: Any) -> Answer:
        """What the book says. Where its database does not answer nobody is known, and told so."""
        try:
            return await to_thread.run_sync(asked, *what)
        except SQLAlchemyError as error:
            _log.error("%s", database_fault(error))
            raise Refused(
                503,
                "Cơ sở dữ liệu chưa trả lời nên chưa biết ai đang hỏi; nội dung vừa gửi chưa được "
                "ghi. Xin thử lại sau ít phút; còn như vậy thì báo người vận hành.",
            ) from None

    async def _session(self, token: str) -> Session | None:
        return await to_thread.run_sync(self.book.session, token, self.now(), self.idle)

    def _ask_in(self, request: Asked) -> NoReturn:
        """To the login page where a person comes to a page."""
        if not request.is_navigation or request.socket:
            raise Refused(401, "Chưa đăng nhập, hoặc đăng nhập đã hết hiệu lực.")
        if request.header("sec-fetch-site") in ("cross-site", "same-site"):
            # From a letter or another page: the browser keeps the login to itself at first.
            raise page_again(request.path)
        raise redirect(LOGIN, to=request.path)

    async def _has_role(
        self, way: Entrance | None, account: Account, request: Asked, address: str
    ) -> None:
        if way is not None and way.whom is Whom.ROLES and account.may(way.roles):
            return
        if self._is_new(account.name, (request.method, way.path if way else "")):
            detail = f"{request.method} {request.path}"
            line = Access(self.now(), AccessKind.REFUSED, account.name, "", address, detail)
            await self._of_book(self.book.record, line)
        if way is None:
            raise Refused(404, "Không có trang này.")
        if way.whom is Whom.NOBODY:
            raise Refused(403, "Việc này không làm được ở giao diện.")
        raise Refused(403, f"Tài khoản {account.name} không có vai trò cần cho việc này.")

    def _is_new(self, name: str, refusal: tuple[str, str]) -> bool:
        """Whether a refusal is to be recorded: who asks on fills no disk."""
        now = self.now()
        said = {k: at for k, at in self._said.get(name, {}).items() if now - at < _SAID_AGAIN}
        self._said[name] = said
        if refusal in said or len(said) >= _MOST_SAID:
            return False
        said[refusal] = now
        return True

    async def _used(self, token: str, session: Session, way: Entrance, request: Asked) -> None:
        by_a_person = way.by_a_person or request.is_navigation
        if by_a_person and self.now() - session.used_at > _USED_AGAIN:
            await self._of_book(self.book.used, token, self.now())

    def _while_it_lasts(self, token: str, receive: Receive, send: Send) -> tuple[Receive, Send]:
        """A websocket is open for as long as its session: it is closed with the next message."""
        looked = self.now()

        async def sending(message: Message) -> None:
            nonlocal looked
            if message["type"] == "websocket.send" and self.now() - looked > _LOOKED_AGAIN:
                looked = self.now()
                if await self._session(token) is None:
                    await send({"type": "websocket.close", "code": 1008})
                    raise ConnectionError("the session of this websocket has ended")
            await send(message)

        return receive, sending

    async def _looked_through(
        self, way: Entrance, account: Account, request: Asked, receive: Receive, scope: Scope
    ) -> Receive:
        """What the request says, made anew from what the way's rule understood of it."""
        said = await _read(receive)
        if way.body is None:
            if said:
                raise Refused(400, "Yêu cầu này không có nội dung.")
            return receive
        if said and not request.header("content-type").startswith("application/json"):
            raise Refused(415, "Nội dung phải là JSON.")
        matter = RequestMatter(account, entrances.key_of(way, request.path), self.orchestrator)
        try:
            passed = await way.body(json_body.read(said), matter)
            json_body.check(passed)
        except NotKept as refused:
            raise Refused(400, str(refused)) from None
        except NotLetThrough as refused:
            raise Refused(403, str(refused)) from None
        return _said_anew(json.dumps(passed).encode() if said or passed else b"", scope, receive)


async def _read(receive: Receive) -> bytes:
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refused(400, "Yêu cầu bị ngắt giữa chừng.")
        parts.append(bytes(message.get("body", b"")))
        size += len(parts[-1])
        if size > MOST_BYTES:
            raise Refused(413, "Nội dung quá lớn.")
        if not message.get("more_body"):
            return b"".join(parts)


def _said_anew(body: bytes, scope: Scope, receive: Receive) -> Receive:
    """A receiver that gives this body, then what the connection says."""
    headers = [(n, v) for n, v in scope["headers"] if n.lower() not in _OF_THE_BODY]
    if body:
        headers += [(b"content-type", b"application/json")]
        headers += [(b"content-length", str(len(body)).encode())]
    scope["headers"] = headers
    given = False

    async def receiving() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receiving


_OF_THE_BODY = {b"content-length", b"content-type", b"transfer-encoding", b"content-encoding"}


def cookie_name(place: Place) -> str:
    """The cookie's name; the prefix binds it to this very host, which needs TLS."""
    return "__Host-baocao" if place.secure else "baocao"

"""The door's own pages: login, one's account, the record of the door.

No script, and nothing that the guard has not let through: who is in stands in the scope.
"""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from flows.desk import ways
from flows.door import entrances
from flows.door.guard import ACCOUNT, ADDRESS
from models.domain.accounts.account import Account, AccountRefused, role_list
from models.domain.cycle.letter_phrases import hanoi_minute
from tasks.adapters.accounts.account_book import AccountBook

PAGES = Path(__file__).with_name("pages")
_WRONG = "Tên tài khoản hoặc mật khẩu không đúng."
_CHANGED = "Đã đổi mật khẩu. Xin đăng nhập lại bằng mật khẩu mới."
_AFTER_A_CHANGE = "doi"
_LONGEST_FIELD = 1000  # letters


class OurPages:
    """Login, one's account, the record. `cookie` is the token's name."""

    def __init__(self, book: AccountBook, cookie: str) -> None:
        self._book = book
        self._cookie = cookie
        self._pages = Environment(
            loader=FileSystemLoader(PAGES, "utf-8"), autoescape=True, undefined=StrictUndefined
        )
        # One password at a time: comparing costs much on purpose, and a flood of tries is not to
        # cost the whole machine.
        self._comparing = CapacityLimiter(1)

    def application(self) -> FastAPI:
        """All of them by their paths."""
        app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
        for method, path, page in (
            ("GET", entrances.HEALTH, self._health),
            ("GET", entrances.LOGIN, self._login_page),
            ("POST", entrances.LOGIN, self._log_in),
            ("POST", entrances.LOGOUT, self._log_out),
            ("GET", entrances.OWN_ACCOUNT, self._own_account),
            ("POST", entrances.OWN_ACCOUNT, self._new_password),
            ("GET", entrances.RECORD, self._record),
        ):
            app.add_route(path, page, methods=[method])
        app.mount(entrances.LOOKS, StaticFiles(directory=PAGES / "looks"))
        return app

    async def _health(self, _: Request) -> Response:
        return PlainTextResponse("ok")

    async def _login_page(self, request: Request) -> Response:
        if request.scope[ACCOUNT]:
            return RedirectResponse(entrances.FIRST_PAGE, 303)
        said = _CHANGED if _AFTER_A_CHANGE in request.query_params else ""
        to = _way_on(request.query_params.get("toi", ""))
        return self._page("login.html", request, to=to, typed="", said=said)

    async def _log_in(self, request: Request) -> Response:
        form = await _form(request)
        name, password, to = (_field(form, key) for key in ("ten", "mat-khau", "toi"))
        async with self._comparing:
            login = await to_thread.run_sync(
                self._book.log_in, name, password, request.scope[ADDRESS], _now()
            )
        if login.account is None:
            told, status = _WRONG, 401
            if login.shut_until:
                told = f"Sai quá nhiều lần. Xin thử lại sau {hanoi_minute(login.shut_until)}."
                status = 429
            return self._page(
                "login.html",
                request,
                status,
                notice=told,
                to=_way_on(to),
                typed=name.strip(),
                said="",
            )
        response = RedirectResponse(_way_on(to), 303)
        response.set_cookie(self._cookie, login.token, **self._kept_by_the_browser)
        return response

    async def _log_out(self, request: Request) -> Response:
        token = request.cookies.get(self._cookie, "")
        await to_thread.run_sync(self._book.log_out, token, request.scope[ADDRESS], _now())
        return self._to_login()

    async def _own_account(self, request: Request) -> Response:
        return self._page("account.html", request, roles=role_list(request.scope[ACCOUNT].roles))

    async def _new_password(self, request: Request) -> Response:
        form = await _form(request)
        account: Account = request.scope[ACCOUNT]
        old, new, again = (_field(form, key) for key in ("cu", "moi", "nhac-lai"))
        try:
            if new != again:
                raise AccountRefused("Hai lần ghi mật khẩu mới không giống nhau.")
            change = partial(self._book.change_password, account.name, old, new)
            async with self._comparing:
                await to_thread.run_sync(change, request.scope[ADDRESS], _now())
        except AccountRefused as refused:
            roles = role_list(account.roles)
            return self._page("account.html", request, 400, roles=roles, notice=str(refused))
        return self._to_login(f"?{_AFTER_A_CHANGE}=1")

    async def _record(self, request: Request) -> Response:
        accounts = await to_thread.run_sync(self._book.accounts)
        accesses = await to_thread.run_sync(self._book.accesses)
        return self._page(
            "record.html",
            request,
            accounts=[(one, role_list(one.roles)) for one in accounts],
            accesses=[(hanoi_minute(one.at), one) for one in accesses],
            accounts_at=f"{ways.OFFICE_FILES}/tai-khoan",
        )

    def _page(
        self, name: str, request: Request, status: int = 200, notice: str = "", **values: Any
    ) -> Response:
        account: Account | None = request.scope[ACCOUNT]
        template = self._pages.get_template(name)
        html = template.render(account=account, ways=entrances, notice=notice, **values)
        return HTMLResponse(html, status, headers={"cache-control": "no-store"})

    def _to_login(self, saying: str = "") -> Response:
        response = RedirectResponse(f"{entrances.LOGIN}{saying}", 303)
        response.delete_cookie(self._cookie, **self._kept_by_the_browser)
        return response

    @property
    def _kept_by_the_browser(self) -> Any:
        """No script reads it, no other page makes the browser send it."""
        secure = self._cookie.startswith("__Host-")
        return {"httponly": True, "samesite": "strict", "secure": secure, "path": "/"}


async def _form(request: Request) -> FormData:
    """A form of ours; whatever else is sent, and in whatever coding, is refused in a sentence."""
    try:
        return await request.form(max_files=0, max_fields=10)
    except (HTTPException, ValueError):
        raise HTTPException(400, "Nội dung gửi lên không đọc được. Xin gửi lại.") from None


def _field(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value[:_LONGEST_FIELD] if isinstance(value, str) else ""


def _way_on(wanted: str) -> str:
    """Where to after the login: a path of ours, never another site."""
    try:
        parts = urlsplit(wanted)
    except ValueError:  # half an IPv6 address
        return entrances.FIRST_PAGE
    foreign = parts.scheme or parts.netloc or not wanted.startswith("/") or wanted.startswith("//")
    if foreign or "\\" in wanted or not wanted.isprintable() or not wanted.isascii():
        return entrances.FIRST_PAGE
    return wanted


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)

"""The desk as a web application: its ways, each with the page that answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI, Request
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from flows.desk import ways
from flows.desk.desk import LOOKS, Desk, Page, PageRequest
from flows.desk.in_the_way import in_the_way
from flows.desk.routes import (
    agencies,
    agenda,
    book,
    comparing,
    cycles,
    deciding,
    letters,
    mail,
    measures,
    outputs,
    rehearsal,
    search,
    today,
    workbooks,
)
from flows.desk.routes.office import (
    letter_wording,
    office_accounts,
    office_catalogues,
    office_files,
    office_tables,
)
from flows.failures import foreseen
from models.domain.accounts.account import Account

_AT_ONCE = 4  # pages that are made side by side
_MOST_FIELDS, _MOST_FILES = 2000, 1
_LONGEST_NUMBER = 20  # digits of a length
_MOST_TYPED, _MOST_WITH_FILE = 2_000_000, 25_000_000  # bytes of a form

#: By the key of its way.
PAGES: Mapping[str, Page] = {
    **today.PAGES,
    **deciding.PAGES,
    **mail.PAGES,
    **workbooks.PAGES,
    **comparing.PAGES,
    **measures.PAGES,
    **cycles.PAGES,
    **agencies.PAGES,
    **outputs.PAGES,
    **letters.PAGES,
    **book.PAGES,
    **search.PAGES,
    **agenda.PAGES,
    **office_files.PAGES,
    **office_tables.PAGES,
    **letter_wording.PAGES,
    **office_catalogues.PAGES,
    **office_accounts.PAGES,
    **rehearsal.PAGES,
}


def add_desk(app: FastAPI, desk: Desk, account_of: Callable[[Mapping[str, Any]], Account]) -> None:
    """Adds the desk's ways to an application; `account_of` says who asks, from the ASGI scope."""
    limiter = CapacityLimiter(_AT_ONCE)
    for way in ways.WAYS:
        answer = _answering(desk, way, account_of, limiter)
        app.add_route(way.path, answer, methods=[way.method])
    app.mount(ways.LOOKS, StaticFiles(directory=LOOKS))


def _answering(
    desk: Desk,
    way: ways.DeskWay,
    account_of: Callable[[Mapping[str, Any]], Account],
    limiter: CapacityLimiter,
) -> Callable[[Request], Awaitable[Response]]:
    page = PAGES[way.page]

    async def answer(request: Request) -> Response:
        try:
            asked = await _asked(request, way, account_of(request.scope))
        except _BodyRefused as refused:
            asked = PageRequest(account=account_of(request.scope), path=request.url.path)
            why = str(refused)
            status = refused.status
            return desk.page("stands_in_the_way.html", asked, status=status, why=why, typed={})
        return await to_thread.run_sync(partial(_made, desk, page, asked), limiter=limiter)

    return answer


def _made(desk: Desk, page: Page, asked: PageRequest) -> Response:
    """The page, or what stands in its way: a sentence and the way back."""
    try:
        return page(desk, asked)
    except foreseen() as error:
        return in_the_way(desk, asked, error)


class _BodyRefused(Exception):
    """Raised for a form that is not taken in, with a sentence for the person."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


async def _asked(request: Request, way: ways.DeskWay, account: Account) -> PageRequest:
    query = {key: request.query_params.getlist(key) for key in request.query_params}
    entered: dict[str, list[str]] = {}
    files: dict[str, tuple[str, bytes]] = {}
    if request.method == "POST":
        for key, value in (await _form(request, way)).multi_items():
            if isinstance(value, UploadFile):
                files[key] = (value.filename or "", await value.read())
            else:
                entered.setdefault(_whole(key), []).append(_whole(value))
    return PageRequest(
        account=account,
        path=request.url.path,
        values={key: str(value) for key, value in request.path_params.items()},
        query=query,
        entered=entered,
        files=files,
        is_partial=request.headers.get("hx-request") == "true",
    )


async def _form(request: Request, way: ways.DeskWay) -> FormData:
    """The form that was sent, once its announced length is known to be bearable.

    A body that does not say how long it is could go on for ever: it is not begun with. Whoever says
    less than he sends is cut off by the server.
    """
    said = request.headers.get("content-length", "")
    most = _MOST_WITH_FILE if way.takes_a_file else _MOST_TYPED
    if not said.isascii() or not said.isdigit():
        raise _BodyRefused(
            411, "Yêu cầu không ghi độ dài nên chưa được nhận. Xin gửi lại bằng trình duyệt."
        )
    if len(said) > _LONGEST_NUMBER or int(said) > most:
        limit = f"{most // 1_000_000} MB"
        raise _BodyRefused(413, f"Nội dung gửi lên lớn hơn {limit} nên chưa được nhận.")
    try:
        return await request.form(
            max_files=_MOST_FILES if way.takes_a_file else 0, max_fields=_MOST_FIELDS
        )
    except (HTTPException, ValueError):
        # Words in a coding that is none are such as well.
        raise _BodyRefused(400, "Nội dung gửi lên không đọc được. Xin gửi lại.") from None


def _whole(text: str) -> str:
    """Without halves of letters, which an odd coding may bring and no page and no book can hold."""
    return text.encode("utf-8", "replace").decode()

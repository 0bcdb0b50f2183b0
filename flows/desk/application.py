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

from flows.desk import ways
from flows.desk.desk import LOOKS, Desk, NotFound, Page, PageRequest
from flows.desk.routes import (
    agenda,
    cycles,
    deciding,
    letters,
    mail,
    measures,
    office_files,
    outputs,
    today,
)
from models.domain.accounts.account import Account
from models.domain.errors import BaocaoError

_AT_ONCE = 4  # pages that are made side by side
_MOST_FIELDS, _MOST_FILES = 2000, 1

#: By the key of its way.
PAGES: Mapping[str, Page] = {
    **today.PAGES,
    **deciding.PAGES,
    **mail.PAGES,
    **measures.PAGES,
    **cycles.PAGES,
    **outputs.PAGES,
    **letters.PAGES,
    **agenda.PAGES,
    **office_files.PAGES,
}


def add_desk(app: FastAPI, desk: Desk, account_of: Callable[[Mapping[str, Any]], Account]) -> None:
    """Adds the desk's ways to an application; `account_of` says who asks, from the ASGI scope."""
    limiter = CapacityLimiter(_AT_ONCE)
    for way in ways.WAYS:
        answer = _answering(desk, PAGES[way.page], account_of, limiter)
        app.add_route(way.path, answer, methods=[way.method])
    app.mount(ways.LOOKS, StaticFiles(directory=LOOKS))


def _answering(
    desk: Desk,
    page: Page,
    account_of: Callable[[Mapping[str, Any]], Account],
    limiter: CapacityLimiter,
) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        asked = await _asked(request, account_of(request.scope))
        return await to_thread.run_sync(partial(_made, desk, page, asked), limiter=limiter)

    return answer


def _made(desk: Desk, page: Page, asked: PageRequest) -> Response:
    """The page, or what stands in its way: a sentence and the way back."""
    try:
        return page(desk, asked)
    except NotFound as error:
        return desk.page("stands_in_the_way.html", asked, status=404, why=str(error))
    except BaocaoError as error:
        return desk.page("stands_in_the_way.html", asked, status=409, why=str(error))


async def _asked(request: Request, account: Account) -> PageRequest:
    query = {key: request.query_params.getlist(key) for key in request.query_params}
    entered: dict[str, list[str]] = {}
    files: dict[str, tuple[str, bytes]] = {}
    if request.method == "POST":
        form: FormData = await request.form(max_files=_MOST_FILES, max_fields=_MOST_FIELDS)
        for key, value in form.multi_items():
            if isinstance(value, UploadFile):
                files[key] = (value.filename or "", await value.read())
            else:
                entered.setdefault(key, []).append(value)
    return PageRequest(
        account=account,
        path=request.url.path,
        values={key: str(value) for key, value in request.path_params.items()},
        query=query,
        entered=entered,
        files=files,
        is_partial=request.headers.get("hx-request") == "true",
    )


def pages_without_a_way() -> set[str]:
    """Pages that no way leads to, and ways that lead to none: both are none."""
    return set(PAGES) ^ {way.page for way in ways.WAYS}

"""Every route that is served, for nobody and for each role: who gets through."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.desk import ways
from flows.desk.application import add_desk
from flows.door import entrances
from flows.door.entrances import API, Whom, entrance
from flows.door.pages import OurPages
from models.domain.accounts.account import OPERATORS, AccountRole
from tests.flows.door.conftest import House

SAMPLE = {"uuid": "33333333-3333-3333-3333-333333333333"}


def theirs() -> Iterator[tuple[str, str]]:
    """Method and path of every route that the orchestrator declares; WS for websockets."""
    # For start-up cost: a server is imported when the first test wants its routes.
    from prefect.server.api.server import API_ROUTERS, create_api_app

    app = create_api_app(ignore_cache=True)
    routers = [*API_ROUTERS, app.router]
    for router in routers:
        for route in router.routes:
            path = getattr(route, "path", "")
            if not path:  # a reference to a router that stands in the list itself
                continue
            for method in getattr(route, "methods", None) or ["WS"]:
                if method != "HEAD":
                    yield method, path


@functools.cache
def routes() -> list[tuple[str, str]]:
    return sorted(set(theirs()))


def asked_for(path: str) -> str:
    """A path that the route answers."""
    return API + re.sub(r"\{\w+(?::(\w+))?\}", lambda found: SAMPLE.get(found[1] or "", "x1"), path)


def test_the_orchestrator_declares_as_many_routes_as_we_believe() -> None:
    assert len(routes()) > 190
    assert ("POST", "/deployments/") in routes() and ("WS", "/events/in") in routes()


#: Not routes of the API but pages about it, loaded from elsewhere: nobody's, in no table.
ABOUT = {"/docs", "/docs/oauth2-redirect", "/redoc", "/openapi.json"}


def test_every_route_of_theirs_stands_in_a_table() -> None:
    """Fails after an update of Prefect that brings new routes: decide whose they are."""
    astray = [
        f"{method} {path}" for method, path in routes() if not _stands_in_a_table(method, path)
    ]
    assert astray == []


def _stands_in_a_table(method: str, path: str) -> bool:
    if (
        method == "WS"
        and path not in ("/events/in", "/events/out", "/logs/out")
        and ("subscriptions" not in path and "connect" not in path)
    ):
        method = "GET"  # a mount
    found = entrance(method, asked_for(path))
    if found is None:
        return False
    if path in ABOUT or path == "/static":
        return found.whom is Whom.NOBODY
    return found.path == f"{API}{path}" or (
        found.path == f"{API}{{rest:path}}" and found.whom is Whom.NOBODY
    )


def test_no_table_names_a_route_that_is_not_there() -> None:
    ours = {
        (method, one.path.removeprefix(API))
        for one in entrances.entrances()
        if one.path.startswith(f"{API}/")
        for method in one.methods
    }
    assert ours - set(routes()) == set()


def test_every_page_of_ours_stands_in_a_table_and_the_other_way_round(house: House) -> None:
    app = OurPages(house.book, "baocao").application()
    unasked: Any = None
    add_desk(app, unasked, unasked)
    served = {
        (method, route.path)
        for route in app.routes
        if hasattr(route, "methods")
        for method in route.methods
        if method != "HEAD"
    }
    told = {
        (method, one.path)
        for one in entrances.entrances()
        if not one.path.startswith(entrances.PREFECT)
        for method in one.methods
    }
    looks = {("GET", f"{at}/{{file}}") for at in (entrances.LOOKS, ways.LOOKS)}
    assert told - looks == served


WRITES = re.compile(r"create_flow_run$|set_state$|resume$|_deployment$|schedules/\{schedule")


def test_without_a_login_nothing_of_theirs_is_reached(house: House) -> None:
    for method, path in routes():
        for headers in ({}, {"origin": "http://127.0.0.1:4200", "sec-fetch-site": "same-origin"}):
            answer = house.ask(method, asked_for(path), headers)
            assert answer.status in (401, 403), f"{method} {path}: {answer.status}"
    assert house.seen == []


@pytest.mark.parametrize("role", list(AccountRole))
def test_each_role_reaches_what_the_tables_say_and_no_more(house: House, role: AccountRole) -> None:
    token = house.somebody(role)
    for method, path in routes():
        before = len(house.seen)
        way = entrance(method, asked_for(path))
        answer = house.as_page(token, method, asked_for(path))
        through = len(house.seen) > before
        may = way is not None and way.whom is Whom.ROLES and role in way.roles
        if not may:
            assert not through and answer.status in (403, 404), f"{method} {path}"
        elif way is not None and way.body and not way.by_a_person:
            assert through, f"{method} {path}: {answer.body!r}"
        if role not in OPERATORS:
            assert not through, f"{method} {path}"


def test_nobody_writes_what_would_run(house: House) -> None:
    """Whatever the account may: deployments, pull steps, blocks, variables, pools, automations."""
    token = house.somebody(*AccountRole)
    kept = ("deployments", "block", "variables", "work_", "automations", "flows", "logs", "events")
    for method, path in routes():
        writes = method in ("POST", "PUT", "PATCH", "DELETE") and path.strip("/").startswith(kept)
        reads = re.search(
            r"filter$|count$|paginate$|count-by|next-runs|count-deployments|history$|lateness$",
            path,
        )
        if writes and not reads and not WRITES.search(path) and path != "/deployments/{id:uuid}":
            assert house.as_page(token, method, asked_for(path), {}).status in (403, 404), path
    assert house.seen == []


def test_a_worker_reaches_all_of_the_api_and_nothing_else(house: House) -> None:
    for method, path in routes():
        assert house.as_worker(method, asked_for(path)).status in (200, 101), f"{method} {path}"
    for path in ("/", "/dang-nhap", "/nhat-ky", "/prefect/v2/dashboard", "/prefect/apix"):
        assert house.as_worker("GET", path).status == 401


@pytest.mark.parametrize("role", list(AccountRole))
def test_our_pages_are_for_whom_the_table_says(house: House, role: AccountRole) -> None:
    token = house.somebody(role)
    for one in entrances.entrances():
        if one.path.startswith(entrances.PREFECT) or "{" in one.path:
            continue
        for method in one.methods:
            answer = house.as_page(token, method, one.path)
            may = one.whom is Whom.ANYBODY or role in one.roles
            assert (answer.status == 200) is may, f"{method} {one.path}"


def test_the_styles_folder_holds_what_anybody_may_see() -> None:
    folder = Path(entrances.__file__).with_name("pages") / "looks"
    assert {path.suffix for path in folder.iterdir()} == {".css"}

"""The door's process: our pages and the orchestrator in one application, behind the guard.

    python -m flows.door.application --port 4200

`baocao serve` starts it so, with the token that its runs are known by; `baocao door` is the same
for a set-up of several machines.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from config.settings import Settings, load_settings
from flows import clock
from flows.door import entrances
from flows.door.asked import Place
from flows.door.entrances import API, INTERFACE, PREFECT
from flows.door.start_stages import StartStage, tell_stage
from models.domain.errors import BaocaoError
from models.domain.mail.server_address import is_this_machine
from tasks.adapters.accounts.account_book import AccountBook, open_book

if TYPE_CHECKING:
    import httpx
    import uvicorn
    from fastapi import FastAPI

    from flows.door.guard import App, Receive, Scope, Send

TOKEN = "BAOCAO_WORKER_TOKEN"
#: What a run is known by is no business of the server, whose settings can be looked at; and a
#: password of the orchestrator's own, of former days, would shut out whoever the guard has let in.
_NOT_BEHIND = (
    TOKEN,
    "PREFECT_CLIENT_CUSTOM_HEADERS",
    "PREFECT_API_AUTH_STRING",
    "PREFECT_SERVER_API_AUTH_STRING",
)
_UNSPECIFIED = ("0.0.0.0", "::")
_HERE = ("127.0.0.1", "localhost", "::1")
_SHOWN_SETTINGS = {
    "server": {"analytics_enabled": False, "ui": {"show_promotional_content": False}}
}
_CLOSING_SECONDS = 5  # for open connections, before the process ends


class NoToken(BaocaoError):
    """Raised when the door is to stand for workers elsewhere and no token is set for them."""


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the process listens: for everybody, and where needed for this machine's workers."""

    host: str
    port: int
    inner_port: int = 0  # on 127.0.0.1, without TLS and for workers only; 0: none


def needs_inner(settings: Settings) -> bool:
    """Whether this machine's own runs come by an entrance of their own, past TLS and proxies."""
    return bool(settings.serve_certificate) or not is_this_machine(settings.serve_host)


def public_address(settings: Settings, port: int) -> str:
    """Under which address persons reach the door, as letters and the console give it."""
    secure = bool(settings.serve_certificate or settings.serve_proxies)
    scheme = "https" if secure else "http"
    host = settings.serve_names[0] if settings.serve_names else settings.serve_host
    if host in _UNSPECIFIED:
        host = _HERE[0]
    host = f"[{host}]" if ":" in host else host
    usual = settings.serve_proxies or port == (443 if secure else 80)
    return f"{scheme}://{host}" if usual else f"{scheme}://{host}:{port}"


def behind_the_door(data_dir: Path) -> dict[str, str]:
    """The orchestrator's settings for a place behind the door."""
    return {
        "PREFECT_SERVER_UI_SERVE_BASE": PREFECT,
        "PREFECT_SERVER_API_BASE_PATH": API,
        "PREFECT_SERVER_UI_API_URL": API,
        "PREFECT_SERVER_UI_STATIC_DIRECTORY": str(data_dir.resolve() / "prefect" / "ui"),
        # No other page has any business here; the guard takes the rest away.
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": "http://no-page.invalid",
        "PREFECT__SERVER_FINAL": "1",
    }


def open_door(settings: Settings, listening: Listening, token: str, *, services: bool) -> None:
    """Listens until SIGTERM or SIGINT. Raises NoToken, and what opening the database raises."""
    if not token:
        raise NoToken(
            "Chưa đặt BAOCAO_WORKER_TOKEN: đặt cùng một mã từ 32 ký tự ở đây và ở mọi worker (xem "
            "docs/nhieu-may.md)."
        )
    os.environ.update(behind_the_door(settings.data_dir))
    for name in _NOT_BEHIND:
        os.environ.pop(name, None)
    from prefect.server.api.server import create_app  # start-up cost

    from flows.door.patient_database import make_patient  # start-up cost
    from flows.door.told_settings import settings_are_told_once  # start-up cost
    from flows.door.waiting_runs import say_why_runs_wait  # start-up cost

    settings_are_told_once()
    make_patient()
    say_why_runs_wait()
    with open_book(settings.database) as book:
        tell_stage(settings.data_dir, StartStage.PAGES)
        prefect_app = create_app(webserver_only=not services)
        asyncio.run(_listen(settings, listening, token, book, prefect_app))


async def _listen(
    settings: Settings, listening: Listening, token: str, book: AccountBook, prefect_app: FastAPI
) -> None:
    import httpx  # start-up cost
    import uvicorn  # start-up cost
    from anyio.lowlevel import current_token  # start-up cost

    from flows.desk.application import add_desk  # start-up cost
    from flows.desk.desk import Desk, Neighbours  # start-up cost
    from flows.desk.house import house_of  # start-up cost
    from flows.door.desk_runs import RunsBehindTheDoor  # start-up cost
    from flows.door.guard import ACCOUNT, Guard, cookie_name  # start-up cost
    from flows.door.pages import OurPages  # start-up cost

    place = place_of(settings, listening.port)
    pages = OurPages(book, cookie_name(place)).application()
    api: App = prefect_app.api_app  # type: ignore[attr-defined]
    behind = httpx.AsyncClient(
        transport=httpx.ASGITransport(api),
        base_url="http://behind-the-door",
    )
    beside = Neighbours(entrances.OWN_ACCOUNT, entrances.LOGOUT, entrances.RECORD, INTERFACE)
    rehearsal = settings.data_dir if clock.is_rehearsal(settings.data_dir) else None
    runs = RunsBehindTheDoor(behind, current_token(), settings.data_dir)
    desk = Desk(house_of(settings), runs, beside, rehearsal)
    add_desk(pages, desk, lambda scope: scope[ACCOUNT])
    guard = Guard(
        inside=_either(pages, prefect_app),
        book=book,
        place=place,
        token=token,
        idle=dt.timedelta(minutes=settings.session_minutes),
        orchestrator=BehindTheDoor(behind),
    )
    doors = [_listener(uvicorn, guard, listening.host, listening.port, settings)]
    if listening.inner_port:
        inner = Place(frozenset(_HERE), listening.inner_port)
        within = Guard(
            inside=prefect_app,
            book=book,
            place=inner,
            token=token,
            idle=guard.idle,
            orchestrator=guard.orchestrator,
            workers_only=True,
        )
        doors.append(_listener(uvicorn, within, _HERE[0], listening.inner_port, None))
    with _ended_by_signals(doors), desk:
        tell_stage(settings.data_dir, StartStage.TABLES)
        async with prefect_app.router.lifespan_context(prefect_app), behind:
            tell_stage(settings.data_dir, StartStage.ANSWER)
            await asyncio.gather(*(door.serve() for door in doors))


def place_of(settings: Settings, port: int) -> Place:
    """Where the door stands by the settings."""
    own = () if settings.serve_host in _UNSPECIFIED else (settings.serve_host.lower(),)
    return Place(
        names=frozenset((*_HERE, *own, *settings.serve_names)),
        port=port,
        tls=bool(settings.serve_certificate),
        proxies=frozenset(settings.serve_proxies),
    )


def _either(pages: FastAPI, prefect_app: FastAPI) -> App:
    """The orchestrator below its path, our pages everywhere else."""
    from fastapi.responses import JSONResponse  # start-up cost

    # Its interface asks on every page for all of the server's settings, and needs these.
    settings = JSONResponse(_SHOWN_SETTINGS)

    async def choosing(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if path == f"{API}/admin/settings":
            await settings(scope, receive, send)
            return
        behind = path == PREFECT or path.startswith(f"{PREFECT}/")
        await (prefect_app if behind else pages)(scope, receive, send)

    return choosing


@dataclass(frozen=True, slots=True)
class BehindTheDoor:
    """Asks the orchestrator, within this process, what a request is about."""

    client: httpx.AsyncClient

    async def deployment(self, key: str) -> Mapping[str, Any] | None:
        """The deployment of that id; None for none."""
        return await self._found(f"/deployments/{key}")

    async def deployment_of_run(self, key: str) -> Mapping[str, Any] | None:
        """The deployment of the run of that id; None where there is none."""
        run = await self._found(f"/flow_runs/{key}")
        of_run = run.get("deployment_id") if run else None
        return await self.deployment(of_run) if of_run else None

    async def parameters_of_run(self, key: str) -> Mapping[str, Any]:
        """What the run of that id was started with; empty where there is none."""
        run = await self._found(f"/flow_runs/{key}")
        return dict(run["parameters"]) if run else {}

    async def _found(self, path: str) -> dict[str, Any] | None:
        answer = await self.client.get(path)
        return dict(answer.json()) if answer.status_code == 200 else None


def _listener(
    uvicorn_: Any, guard: App, host: str, port: int, settings: Settings | None
) -> uvicorn.Server:
    from prefect.settings import get_current_settings  # start-up cost

    from flows.door.slow_senders import PunctualProtocol  # start-up cost

    class Listener(uvicorn_.Server):  # type: ignore[misc]
        """Ends when it is told; signals are for all of them."""

        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            """Leaves them alone."""
            yield

    tls = settings is not None and settings.serve_certificate is not None
    return Listener(
        uvicorn_.Config(
            guard,
            host=host,
            port=port,
            ssl_certfile=settings.serve_certificate if settings and tls else None,
            ssl_keyfile=settings.serve_key if settings and tls else None,
            http=PunctualProtocol,
            lifespan="off",
            proxy_headers=False,  # the guard believes named proxies only
            server_header=False,
            log_level="warning",
            access_log=False,
            timeout_keep_alive=get_current_settings().server.api.keepalive_timeout,
            timeout_graceful_shutdown=_CLOSING_SECONDS,
        )
    )


@contextlib.contextmanager
def _ended_by_signals(doors: list[uvicorn.Server]) -> Iterator[None]:
    loop = asyncio.get_running_loop()

    def end() -> None:
        for door in doors:
            door.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, end)
    yield


def main(arguments: list[str]) -> None:
    """As `baocao serve` starts it."""
    settings = load_settings()
    numbers = dict(zip(arguments[::2], map(int, arguments[1::2]), strict=True))
    listening = Listening(settings.serve_host, numbers["--port"], numbers.get("--inner-port", 0))
    open_door(settings, listening, settings.worker_token.get_secret_value(), services=True)


if __name__ == "__main__":
    main(sys.argv[1:])

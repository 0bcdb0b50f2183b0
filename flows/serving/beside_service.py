"""A flow run by the service that runs beside us: asked for over its API, waited for, told."""

from __future__ import annotations

import contextlib
import datetime as dt
import http.client
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import uuid4

import orjson

from flows.door.asked import TOKEN_HEADER
from flows.door.entrances import INTERFACE
from flows.serving.entrance import OwnEntrance, found_entrance
from flows.serving.starting.patience import TELLS_EVERY
from flows.serving.starting.service_lock import is_served
from models.domain.errors import BaocaoError
from models.domain.letters.run_words import in_our_words

DEPLOYMENT = "lich"  # of every flow that can be run by name
_ASKS_EVERY = 1.0  # seconds
_SECONDS = 90.0  # for one answer of a busy server
_LETS_IN_WITHIN = 3600.0  # seconds: a slow first start takes its time
_TRIES = 20  # at a server that asks to come again
_FINAL = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
_WAITS_WHY = {
    "AwaitingConcurrencySlot": "một lượt khác của luồng này đang chạy",
    "SCHEDULED": "đến lượt trong dịch vụ",
    "PENDING": "tiến trình của lượt chạy khởi động",
    "RUNNING": "lượt chạy làm xong",
}


class ServiceGone(BaocaoError):
    """Raised when the service ends while one of its runs is waited for."""


@dataclass(frozen=True)
class RunEnd:
    """How a run in the service ended: whether well, and what it said in Vietnamese."""

    ok: bool
    said: str


@dataclass(frozen=True)
class ServiceRun:
    """A run in the service."""

    id: str
    name: str
    page: str  # its address, for a browser


@dataclass(frozen=True)
class Service:
    """A service that works on the same data folder as we."""

    own: OwnEntrance
    data_dir: Path

    def begin(self, flow: str, request: Mapping[str, Any]) -> ServiceRun | None:
        """A new run of a flow's deployment; None where that has not been made yet.

        Raises ServiceGone.
        """
        path = f"/deployments/name/{quote(flow)}/{DEPLOYMENT}"
        deployment = self._asked("GET", path)
        if deployment is None:
            return None
        path = f"/deployments/{deployment['id']}/create_flow_run"
        # One run, however often a busy server has to be asked for it.
        once = {"idempotency_key": str(uuid4()), "parameters": {"request": request}}
        run = self._asked("POST", path, once)
        if run is None:
            return None
        page = f"{self.own.address}{INTERFACE}/runs/flow-run/{run['id']}"
        return ServiceRun(run["id"], run["name"], page)

    def ended(self, run: ServiceRun, announce: Callable[[str], None]) -> RunEnd:
        """Waits for the run's end, telling what for. Raises ServiceGone."""
        told = time.monotonic()
        while True:
            found = self._asked("GET", f"/flow_runs/{run.id}")
            if found is None:
                return RunEnd(False, "Lượt chạy đã bị xóa khỏi dịch vụ trong lúc đợi.")
            state = found["state"] or {"type": "SCHEDULED", "name": "", "message": ""}
            if state["type"] in _FINAL:
                ok = state["type"] == "COMPLETED"
                return RunEnd(ok, in_our_words(state["type"], state["message"]))
            if time.monotonic() - told >= TELLS_EVERY:
                told = time.monotonic()
                why = _WAITS_WHY.get(state["name"]) or _WAITS_WHY.get(state["type"], "")
                announce(f"Vẫn đang đợi: {why or 'lượt chạy kết thúc'}.")
            time.sleep(_ASKS_EVERY)

    def _asked(
        self, method: str, path: str, said: Mapping[str, Any] | None = None
    ) -> dict[str, Any] | None:
        """The answer; None for what is not there. A busy server is asked again."""
        for _ in range(_TRIES):
            with contextlib.suppress(OSError, http.client.HTTPException):
                status, body = self._once(method, path, said)
                if status == 404:
                    return None
                if status in (200, 201):
                    return dict(orjson.loads(body))
                if status not in (429, 503):
                    raise ServiceGone(
                        f"Dịch vụ tại {self.own.address} không nhận yêu cầu (mã {status}). Có thể "
                        "nó vừa khởi động lại: chạy lại lệnh này."
                    )
            if not is_served(self.data_dir):
                break
            time.sleep(_ASKS_EVERY)
        raise ServiceGone(
            f"Dịch vụ tại {self.own.address} không còn trả lời. Không mất gì: khởi động lại "
            "«baocao serve», rồi chạy lại lệnh này; chạy lại lúc nào cũng an toàn."
        )

    def _once(self, method: str, path: str, said: Mapping[str, Any] | None) -> tuple[int, bytes]:
        parts = urlsplit(self.own.api)
        # Straight to it: neither proxies nor a redirect have a say here.
        connection = http.client.HTTPConnection(
            parts.hostname or "", parts.port or 80, timeout=_SECONDS
        )
        try:
            headers = {TOKEN_HEADER: self.own.token, "Content-Type": "application/json"}
            body = None if said is None else orjson.dumps(said)
            connection.request(method, f"{parts.path}{path}", body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


def service_beside(data_dir: Path, announce: Callable[[str], None]) -> Service | None:
    """The service that works on the folder, once it can be asked; None where none does.

    Raises EntranceUnsafe, ServiceGone where one is there that lets no command in.
    """
    began = told = time.monotonic()
    while is_served(data_dir):
        if own := found_entrance(data_dir):
            return Service(own, data_dir)
        if time.monotonic() - began > _LETS_IN_WITHIN:
            raise ServiceGone(
                "«baocao serve» trên cùng thư mục dữ liệu đã chạy lâu mà chưa nhận lệnh nào: có "
                "thể là bản cũ của chương trình. Khởi động lại dịch vụ, rồi chạy lại lệnh này."
            )
        if time.monotonic() - told >= TELLS_EVERY:
            told = time.monotonic()
            announce(
                f"Vẫn đang đợi ({told - began:.0f} giây): «baocao serve» trên cùng thư mục dữ liệu "
                "đang khởi động."
            )
        time.sleep(_ASKS_EVERY)
    return None


def run_beside(
    service: Service,
    flow: str,
    cycle: str,
    as_of: dt.datetime | None,
    announce: Callable[[str], None],
) -> ServiceRun:
    """A run of the flow in the service, begun. Raises ServiceGone, EntranceUnsafe."""
    request: dict[str, Any] = {}
    if cycle:
        request["cycle"] = cycle
    if as_of is not None:
        request["as_of"] = as_of.isoformat()
    run: ServiceRun | None = None
    while run is None:
        run = service.begin(flow, request)
        if run is None:  # it has just begun to serve and is still making its deployments
            if not is_served(service.data_dir):
                raise ServiceGone(
                    "«baocao serve» trên cùng thư mục dữ liệu vừa dừng. Chạy lại lệnh này."
                )
            time.sleep(_ASKS_EVERY)
    announce(f"Dịch vụ đang chạy ở {service.own.address}: đã giao lượt «{run.name}» cho dịch vụ.")
    return run

"""What the desk asks of the orchestrator behind the door, from the threads that make its pages."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
from anyio import from_thread
from anyio.lowlevel import EventLoopToken

from flows import clock
from flows.desk.desk import FlowRunShown, NotFound
from flows.door.entrances import INTERFACE
from flows.failures import REFUSED
from models.domain.letters.run_words import in_our_words
from models.domain.work.pauses import DOES

DEPLOYMENT = "lich"  # of every flow that can be run by name
_LOOKED_BACK = dt.timedelta(days=7)
_FAILED = 50  # runs that are looked at
_BAD = ("FAILED", "CRASHED")
_OVER = (*_BAD, "COMPLETED", "CANCELLED")
_log = logging.getLogger("baocao.desk")


@dataclass(frozen=True, slots=True)
class RunsBehindTheDoor:
    """Asks by the orchestrator's own API, within this process."""

    client: httpx.AsyncClient
    loop: EventLoopToken  # where the client lives: a page or an undertaking asks from its thread
    data_dir: Path  # whose clock runs are told by

    def failed(self) -> Sequence[FlowRunShown]:
        """Runs that failed and after which none of their flow has gone well, the newest first.

        A decision that was refused at its entry is no trouble of the house.
        """
        since = (dt.datetime.now(dt.UTC) - _LOOKED_BACK).isoformat()
        ended = self._asked(
            "/flow_runs/filter",
            {
                "flow_runs": {
                    "state": {"type": {"any_": [*_BAD, "COMPLETED"]}},
                    "end_time": {"after_": since},
                },
                "sort": "END_TIME_DESC",
                "limit": 200,
            },
        )
        went_well: set[str] = set()
        found = []
        for run in ended:
            if run["state_type"] == "COMPLETED":
                went_well.add(run["flow_id"])
            elif run["flow_id"] not in went_well and run["state_name"] != REFUSED:
                found.append(run)
        names = self._flow_names({run["flow_id"] for run in found})
        return [self._shown(run, names, run["end_time"]) for run in found[:_FAILED]]

    def coming(self, limit: int) -> Sequence[FlowRunShown]:
        """What is scheduled next, soonest first, each flow once."""
        scheduled = self._asked(
            "/flow_runs/filter",
            {
                "flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}},
                "sort": "NEXT_SCHEDULED_START_TIME_ASC",
                "limit": 200,
            },
        )
        first: dict[str, Any] = {}
        for run in scheduled:
            if run["auto_scheduled"]:  # not one that waits for a person's answer
                first.setdefault(run["flow_id"], run)
        names = self._flow_names(set(first))
        soonest = sorted(first.values(), key=lambda run: str(run["expected_start_time"]))
        return [self._shown(run, names, run["expected_start_time"]) for run in soonest[:limit]]

    def followed(self, run: str) -> FlowRunShown | None:
        """How a run of that id stands; None where there is none."""
        try:
            key = UUID(run)
        except ValueError:
            return None
        found = self._send("GET", f"/flow_runs/{key}")
        if found is None:
            return None
        at = str(found.get("start_time") or found["created"])
        return self._shown(found, self._flow_names({found["flow_id"]}), at)

    def begin(self, flow: str, request: Mapping[str, Any]) -> str:
        """Begins a run of a flow's deployment; the address of its page."""
        found = self._send("GET", f"/deployments/name/{flow}/{DEPLOYMENT}")
        if found is None:
            raise NotFound(f"Chưa có luồng «{flow}» trên máy chủ.")
        made = self._send(
            "POST",
            f"/deployments/{found['id']}/create_flow_run",
            {"idempotency_key": str(uuid4()), "parameters": {"request": dict(request)}},
        )
        if made is None:
            raise NotFound(f"Chưa chạy được luồng «{flow}». Xin thử lại sau ít phút.")
        return f"{INTERFACE}/runs/flow-run/{made['id']}"

    def tell(self, event: Mapping[str, Any]) -> None:
        """Puts an event into the feed. The record is the database: a lost event loses nothing."""
        now = dt.datetime.now(dt.UTC).isoformat()
        try:
            told = [{"occurred": now, "id": str(uuid4()), "payload": {}, **event}]
            from_thread.run(partial(self.client.post, "/events", json=told), token=self.loop)
        except Exception as error:  # noqa: BLE001  whatever ails the feed, the work is done
            _log.warning("event %s was not taken: %s", event.get("event"), type(error).__name__)

    def _asked(self, path: str, body: Mapping[str, Any]) -> list[dict[str, Any]]:
        answer = from_thread.run(partial(self.client.post, path, json=dict(body)), token=self.loop)
        return list(answer.json()) if answer.status_code == 200 else []

    def _send(
        self, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> dict[str, Any] | None:
        asking = partial(self.client.request, method, path, json=dict(body) if body else None)
        answer = from_thread.run(asking, token=self.loop)
        return dict(answer.json()) if answer.status_code in (200, 201) else None

    def _flow_names(self, ids: set[str]) -> dict[str, str]:
        if not ids:
            return {}
        found = self._asked("/flows/filter", {"flows": {"id": {"any_": sorted(ids)}}})
        return {flow["id"]: flow["name"] for flow in found}

    def _shown(self, run: Mapping[str, Any], names: Mapping[str, str], at: str) -> FlowRunShown:
        state = run.get("state") or {}
        message = str(state.get("message") or "")
        bad = run["state_type"] in _BAD
        flow = names.get(run["flow_id"], "")
        of_the_machine = dt.datetime.fromisoformat(at.replace("Z", "+00:00"))
        return FlowRunShown(
            name=str(run["name"]),
            flow=flow,
            at=of_the_machine + clock.ahead_of_the_machine(self.data_dir),
            said=in_our_words(run["state_type"], message) if bad else DOES.get(flow, flow),
            page=f"{INTERFACE}/runs/flow-run/{run['id']}",
            is_over=run["state_type"] in _OVER,
            has_failed=bad,
        )

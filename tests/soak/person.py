"""A person at the browser beside it all: begins runs, and decides on what is held."""

from __future__ import annotations

import datetime as dt
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from models.domain.mail.mail import MessageState
from tests.flows.served import Served
from tests.soak.record import rows
from tests.soak.service import KeptService

SIGNED = {"by": "Nguyễn Thị Hà", "reason": "Thư quảng cáo."}
#: By turns, beside decisions: what a person may want to see done at once.
FLOWS = ("remind-agencies", "collect-submissions", "chase-approvals", "deliver-outbox")


@dataclass(frozen=True, slots=True)
class Begun:
    """A run as a person began it."""

    run: str
    flow: str
    asked_at: dt.datetime


class Person:
    """Works in a thread of its own: to be answered late keeps nobody else waiting."""

    def __init__(self, service: KeptService, seconds: float) -> None:
        self.begun: list[Begun] = []
        self._service = service
        self._seconds = seconds
        self._over = threading.Event()
        self._decided: set[str] = set()
        self._thread = threading.Thread(target=self._work, daemon=True)

    def __enter__(self) -> Person:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(100)

    def _work(self) -> None:
        while not self._over.wait(self._seconds):
            served = self._service.served
            if served is not None and self._service.is_ready:
                # A service that is just being killed does not answer: he will try again.
                with suppress(OSError, AssertionError, ValueError):
                    self._begin(served)

    def _begin(self, served: Served) -> None:
        number = len(self.begun)
        held = "" if number % 2 else self._held(served.data)
        flow = "reject-message" if held else FLOWS[number // 2 % len(FLOWS)]
        entry = {"message": held[:12], **SIGNED} if held else {}
        asked_at = dt.datetime.now(dt.UTC)
        self.begun.append(Begun(served.begin(flow, entry), flow, asked_at))
        self._decided.add(held)

    def _held(self, data: Path) -> str:
        """A message that waits for a decision and has had none yet."""
        asked = "SELECT key FROM message WHERE state = ? ORDER BY received_at"
        found = [key for (key,) in rows(data, asked, MessageState.HELD.value)]
        return next((key for key in found if key not in self._decided), "")

"""At which pace letters leave, and the clock of the run that sends them."""

from __future__ import annotations

import datetime as dt
import time
from threading import Lock
from typing import Protocol

from tasks.adapters.sharing.pace import SharedPace
from tasks.adapters.store import outbox
from tasks.adapters.store.rows import for_reading
from tasks.adapters.workplace import Workplace


class RunClock:
    """The moment the run believes in, and the time that has passed since."""

    def __init__(self, start: dt.datetime) -> None:
        self._start = start
        self._began = time.monotonic()

    def now(self) -> dt.datetime:
        """The moment, in UTC."""
        return self._start + dt.timedelta(seconds=time.monotonic() - self._began)


class LettersPace(Protocol):
    """A pace of letters."""

    def turn(self) -> float:
        """Takes the next turn; in how many seconds it comes."""


class LetterPace:
    """So many letters a minute, evenly, over all connections; the last run's letter counts too."""

    def __init__(self, per_minute: int, watch: RunClock, last: dt.datetime | None) -> None:
        self._interval = 60 / per_minute if per_minute else 0.0
        since = (watch.now() - last).total_seconds() if last else self._interval
        wait = self._interval - since if 0 <= since < self._interval else 0.0
        self._next = time.monotonic() + wait
        self._lock = Lock()

    def turn(self) -> float:
        """Takes the next turn; in how many seconds it comes."""
        with self._lock:
            now = time.monotonic()
            begins = max(self._next, now)
            self._next = begins + self._interval
            return begins - now


def pace_of(workplace: Workplace, watch: RunClock) -> LettersPace:
    """The pace that this installation keeps, over all its workers."""
    per_minute = workplace.rules.letters_per_minute
    if per_minute and workplace.is_shared:
        return SharedPace(workplace.engine, per_minute)
    with for_reading(workplace.engine).begin() as connection:
        return LetterPace(per_minute, watch, outbox.last_claim(connection))

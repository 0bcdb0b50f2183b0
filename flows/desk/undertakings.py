"""What was begun at the desk and may take a while: followed on a page of its own until it is done.

Kept in memory: what an undertaking changes is in the record, so that after a restart nothing but
the sentence about it is lost.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flows.desk.desk import PageRequest

_MOST = 500  # that are remembered
_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Undo:
    """How what was done can be undone: a decision with its case filled in; or why it cannot."""

    said: str  # Vietnamese
    address: str = ""  # of the form; "" where it cannot be undone


@dataclass(frozen=True, slots=True)
class UndertakingDone:
    """What came of it, a sentence, and the way back."""

    sentence: str
    undo: Undo | None = None


@dataclass
class Undertaking:
    """Something begun at the desk."""

    id: str
    title: str  # Vietnamese: what is being done
    asked: PageRequest  # by which it was begun
    back: str  # where to when it is done
    again: Callable[[Exception], Any]  # the page that shows its failure
    work: Future[UndertakingDone]

    @property
    def by(self) -> str:
        """The account that began it."""
        return self.asked.account.name

    def within(self, seconds: float) -> bool:
        """Whether it is over, waiting so long at most."""
        with suppress(NotYet, Exception):
            self.work.result(seconds)
        return self.work.done()


class Undertakings:
    """All of them, the newest last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[str, Undertaking] = OrderedDict()
        self._hands = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="desk")

    def begin(
        self,
        title: str,
        asked: PageRequest,
        back: str,
        work: Callable[[], UndertakingDone],
        again: Callable[[Exception], Any],
    ) -> Undertaking:
        """Begins it at once, or when a hand is free."""
        key = secrets.token_urlsafe(9)
        begun = Undertaking(key, title, asked, back, again, self._hands.submit(work))
        with self._lock:
            self._known[key] = begun
            while len(self._known) > _MOST:
                self._known.popitem(last=False)
        return begun

    def find(self, key: str) -> Undertaking | None:
        """The one of that id; None for one that nobody remembers."""
        with self._lock:
            return self._known.get(key)

    def done(self, key: str, by: str) -> UndertakingDone | None:
        """What came of it, for the account that began it; None while it lasts, where it failed, for
        an unknown one and for somebody else's."""
        found = self.find(key) if key else None
        if (
            found is None
            or found.by != by
            or not found.work.done()
            or found.work.exception() is not None
        ):
            return None
        return found.work.result()

    def close(self) -> None:
        """Begins nothing more; what was begun comes to its end."""
        self._hands.shutdown(wait=True, cancel_futures=True)

"""The letters of one delivery run: whoever has a connection free draws the next.

A letter whose workbook is still to be marked is made ready beside the others, on as many readers as
there are, and never stands in the way of letters that are ready. Letters written while the run goes
on are taken up by it, so that an answer does not wait for the end of a run that began before it.
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from threading import Condition
from types import TracebackType
from typing import Self

from sqlalchemy.exc import DBAPIError

from models.tables import LetterRow
from tasks.adapters.sharing.drawn_letters import DrawnLetters

_PAGE = 100  # letters read at once
_LOOK_AGAIN = 0.5  # seconds after which one who waits for a workbook looks for new letters

#: Makes a letter ready to leave; False when it shall not, which is then recorded.
MakeReady = Callable[[LetterRow], bool]


class LetterQueue:
    """Draws letters, oldest first among those that are ready. A context manager; any thread.

    `limit`: how many are drawn in all. A letter is drawn once, unless put back. With `to_mark`
    only those whose workbook is still to be marked.
    """

    def __init__(
        self,
        drawn: DrawnLetters,
        now: Callable[[], dt.datetime],
        limit: int,
        make_ready: MakeReady,
        workers: int,
        *,
        to_mark: bool = False,
    ) -> None:
        self._drawn = drawn
        self._to_mark = to_mark
        self._now = now
        self._limit = limit
        self._make_ready = make_ready
        self._changed = Condition()
        self._ready: deque[LetterRow] = deque()
        self._seen: set[int] = set()
        self._marking = 0
        self._stopped = False
        self._fault: BaseException | None = None
        self._makers = ThreadPoolExecutor(workers, thread_name_prefix="marking")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        self._makers.shutdown(cancel_futures=True)  # the workbook in hand is made and kept

    @property
    def taken_up(self) -> int:
        """How many letters this run has read so far."""
        return len(self._seen)

    @property
    def at_hand(self) -> int:
        """How many of them have not been drawn."""
        return len(self._ready) + self._marking

    def draw(self) -> LetterRow | None:
        """The next letter that is ready; waits for one that is made ready. None at the end.

        Raises what went wrong where a letter was made ready.
        """
        with self._changed:
            while not self._stopped:
                if self._fault is not None:
                    raise self._fault
                if self._ready or self._read_more():
                    if self._ready:
                        return self._ready.popleft()
                elif not self._marking:
                    return None
                self._changed.wait(_LOOK_AGAIN)
            return None

    def put_back(self, row: LetterRow) -> None:
        """A letter that was drawn and could not leave: it is the next again."""
        with self._changed:
            self._ready.appendleft(row)
            self._changed.notify()

    def finished(self, row: LetterRow) -> None:
        """A letter that was drawn has left, or waits for another run."""
        self._drawn.give_back(row)

    def stop(self) -> None:
        """From now on nothing is drawn."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def _read_more(self) -> bool:
        """Reads letters whose turn has come; whether there were any."""
        room = min(_PAGE, self._limit - len(self._seen))
        if room <= 0:
            return False
        fresh = self._drawn.draw(self._now(), room, self._seen, to_mark=self._to_mark)
        for row in fresh:
            assert row.id is not None
            self._seen.add(row.id)
            if row.marked_submission_id is None and row.marking is None:
                self._ready.append(row)
            else:
                self._marking += 1
                making = self._makers.submit(self._make_ready, row)
                making.add_done_callback(partial(self._made, row))
        return bool(fresh)

    def _give_back(self, row: LetterRow) -> None:
        try:
            self.finished(row)
        except DBAPIError as error:  # raised where the next letter is drawn
            self._fault = error

    def _made(self, row: LetterRow, making: Future[bool]) -> None:
        with self._changed:
            self._marking -= 1
            if not making.cancelled():
                self._fault = self._fault or making.exception()
                if self._fault is None:
                    if making.result():
                        self._ready.append(row)
                    else:
                        self._give_back(row)
            self._changed.notify_all()

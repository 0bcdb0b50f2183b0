"""The house behind the desk: office files, database, raw store, readers, and results that are kept.

Opened once in the process that shows the desk. Office files are read again when they changed;
results are put together again when the record changed, once for all who ask.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, cast

from sqlalchemy import Connection

from config.settings import Settings
from flows import clock
from flows.office.office_keeping import OfficeKeeping
from flows.office.office_place import placed
from flows.workplaces import open_workplace
from models.domain.answers.standing import AgencyStanding
from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.results.snapshots import Changes
from tasks.adapters.desk.message_texts import MessageTexts
from tasks.adapters.desk.workbook_views import WorkbookViews
from tasks.adapters.results.choosing import results_of
from tasks.adapters.results.cycle_results import CycleResults
from tasks.adapters.sharing.program import refuse_another
from tasks.adapters.standings import standings_of_cycle
from tasks.adapters.store.rows import for_reading
from tasks.adapters.watch.recorded import record_mark
from tasks.adapters.work.snapshotting import base_of, changes_since
from tasks.adapters.workplace import Workplace

#: Results that are so old at most are shown while newer ones are put together.
_GOOD_FOR = dt.timedelta(minutes=5)
_LOOKS_EVERY = 2.0  # seconds: whether the office's files have changed

_MOST_KEPT = 24
_Made = TypeVar("_Made")

Opens = Callable[[dt.datetime], Workplace]


@dataclass(frozen=True, slots=True)
class ShownResults:
    """What a cycle came to, and as of when."""

    results: CycleResults
    at: dt.datetime
    mark: str  # of the record they were made from


class DeskHouse:
    """A context manager. `opens` opens a workplace, `mark` says which office files it would read.

    Usable from any thread.
    """

    def __init__(
        self,
        opens: Opens,
        mark: Callable[[], str],
        now: Callable[[], dt.datetime],
        files: OfficeKeeping | None = None,
    ):
        #: The office's files, to be changed.
        self.files = files or OfficeKeeping()
        self._opens = opens
        self._mark = mark
        self.now = now
        self.views = WorkbookViews()
        self.texts = MessageTexts()
        self._lock = threading.RLock()
        self._kept: tuple[str, Workplace] | None = None
        self._left: list[Workplace] = []  # of former files; somebody may still look at one
        self._results: dict[str, ShownResults] = {}
        self._standings: dict[str, tuple[str, Sequence[AgencyStanding]]] = {}
        self._few: OrderedDict[str, object] = OrderedDict()  # those asked for last
        self._changes: dict[str, tuple[CycleResults, str, Changes | None]] = {}
        self._making: dict[str, threading.Lock] = {}
        self._behind = ThreadPoolExecutor(1, thread_name_prefix="desk-results")
        self._asked_behind: set[str] = set()
        self._looked: float | None = None  # when the files' mark was last asked for

    def __enter__(self) -> DeskHouse:
        return self

    def __exit__(self, *_: object) -> None:
        self._behind.shutdown(wait=True, cancel_futures=True)
        self.views.close()
        with self._lock:
            for one in [*self._left, *([self._kept[1]] if self._kept else [])]:
                one.__exit__(None, None, None)
            self._left, self._kept = [], None

    def workplace(self) -> Workplace:
        """The office as it is now, at this moment, to be looked at. Not to be closed by who asks.

        Raises ConfigurationFault where the office's files are at fault, ProgramDiffers where
        another program was deployed since.
        """
        looked_at = self._standing()
        looked_at.engine = for_reading(looked_at.engine)
        return looked_at

    def workplace_to_decide(self) -> Workplace:
        """The same for whoever decides: what is looked at alone takes no lock, this does."""
        found = self._standing()
        refuse_another(found.engine)
        return found

    def _standing(self) -> Workplace:
        """The one that is open, or is opened anew because the office's files have changed."""
        now = self.now()
        with self._lock:
            if self._kept is None or self._looks_again():
                if self._kept is not None:
                    refuse_another(self._kept[1].engine)
                mark = self._mark()
                if self._kept is None or self._kept[0] != mark:
                    opened = self._opens(now)
                    if self._kept is not None:
                        self._left.append(self._kept[1])
                    self._kept = (mark, opened)
                    self._results.clear()
                    self._standings.clear()
                    self._few.clear()
                self._looked = time.monotonic()
            return self._kept[1].at(now)

    def look_again(self) -> None:
        """The office's files were changed here: they are read again when they are next wanted."""
        self._looked = None

    def _looks_again(self) -> bool:
        return self._looked is None or time.monotonic() - self._looked > _LOOKS_EVERY

    @contextmanager
    def looking(self) -> Iterator[tuple[Workplace, Connection]]:
        """The workplace and one view of the record."""
        workplace = self.workplace()
        with workplace.engine.begin() as connection:
            yield workplace, connection

    def results(self, cycle: ReportingCycle, *, fresh: bool = False) -> ShownResults:
        """What the cycle came to. Where the record has changed since, what was true minutes ago is
        shown while it is put together anew; `fresh` waits for it."""
        workplace = self.workplace()
        with workplace.engine.begin() as connection:
            mark = _mark_of(connection, workplace.now)
        known = self._results.get(cycle.code)
        if known is not None and known.mark == mark:
            return known
        is_good = known is not None and workplace.now - known.at < _GOOD_FOR
        if known is None or fresh or not is_good:
            return self._made(workplace, cycle, mark)
        with self._lock:
            if cycle.code not in self._asked_behind:
                self._asked_behind.add(cycle.code)
                self._behind.submit(self._make_behind, cycle)
        return known

    def standings(self, cycle: ReportingCycle) -> Sequence[AgencyStanding]:
        """How every agency that was asked stands now, without entries and findings; kept until
        the record changes."""
        workplace = self.workplace()
        with workplace.engine.begin() as connection:
            mark = _mark_of(connection, workplace.now)
            known = self._standings.get(cycle.code)
            if known is not None and known[0] == mark:
                return known[1]
            found = standings_of_cycle(workplace, connection, cycle)
        self._standings[cycle.code] = (mark, found)
        return found

    def kept(self, key: str, make: Callable[[], _Made]) -> _Made:
        """What was made of the record for that key, or is made of it now; forgotten when the
        record changes."""
        workplace = self.workplace()
        with workplace.engine.begin() as connection:
            whole = f"{key} {_mark_of(connection, workplace.now)}"
        with self._lock:
            if whole in self._few:
                self._few.move_to_end(whole)
                return cast(_Made, self._few[whole])
        made = make()
        with self._lock:
            self._few[whole] = made
            while len(self._few) > _MOST_KEPT:
                self._few.popitem(last=False)
        return made

    def changes(self, cycle: ReportingCycle) -> tuple[ShownResults, Changes | None]:
        """What the cycle came to, and what of it is otherwise than in the last report that was
        sent; None where there was none. Put together once for all who ask.

        Raises RawFileMissing, RawFileDamaged when what was sent is not what the store holds.
        """
        shown, workplace = self.results(cycle), self.workplace()
        with workplace.engine.begin() as connection:
            base = base_of(connection, shown.results.consolidation)
        sent = base.content_sha256 if base else ""
        known = self._changes.get(cycle.code)
        if known is None or known[0] is not shown.results or known[1] != sent:
            found = changes_since(workplace.raw_store, shown.results, base)
            known = self._changes[cycle.code] = (shown.results, sent, found)
        return shown, known[2]

    def forget_results(self) -> None:
        """Whoever asks next sees what the record says now: something was decided here."""
        with self._lock:
            self._results.clear()
            self._standings.clear()
            self._few.clear()

    def _make_behind(self, cycle: ReportingCycle) -> None:
        try:
            workplace = self.workplace()
            with workplace.engine.begin() as connection:
                mark = _mark_of(connection, workplace.now)
            self._made(workplace, cycle, mark)
        finally:
            with self._lock:
                self._asked_behind.discard(cycle.code)

    def _made(self, workplace: Workplace, cycle: ReportingCycle, mark: str) -> ShownResults:
        with self._lock:
            turn = self._making.setdefault(cycle.code, threading.Lock())
        with turn:
            known = self._results.get(cycle.code)
            if known is not None and known.mark == mark:
                return known
            with workplace.engine.begin() as connection:
                mark = _mark_of(connection, workplace.now)
                found = results_of(workplace, connection, cycle)
            made = ShownResults(found, workplace.now, mark)
            with self._lock:
                self._results[cycle.code] = made
            return made


def house_of(settings: Settings) -> DeskHouse:
    """The house of an installation."""

    def mark() -> str:
        here = placed(settings)
        return f"{here.config_dir} {_written(here.config_dir)} {_written(here.contacts_file)}"

    files = OfficeKeeping(lambda: settings)
    return DeskHouse(lambda now: open_workplace(now, settings), mark, clock.now, files)


def _mark_of(connection: Connection, now: dt.datetime) -> str:
    """What results follow from: the record, and the day (deadlines pass with it)."""
    return f"{record_mark(connection)} {now.astimezone(HANOI):%Y-%m-%d %H}"


def _written(place: Path | None) -> str:
    """By what one sees that a file or a folder's files were written again."""
    if place is None or not place.exists():
        return ""
    files = [place] if place.is_file() else sorted(p for p in place.rglob("*") if p.is_file())
    return " ".join(f"{p.name}:{(s := p.stat()).st_mtime_ns}:{s.st_size}" for p in files)

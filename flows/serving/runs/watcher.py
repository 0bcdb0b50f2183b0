"""The watcher: looks every few seconds what there is to do, and has runs begun for it at once.

`models/domain/work/wanted.py` decides. Of several watchers one works at a time, by a lease in our
database; another takes over within two minutes of the last sign of life. What it has asked for is
remembered with the lease, so that neither a start nor a takeover asks for everything anew.

It is never ended by what it looks at: a mailbox that fails is a run's to tell of, and with a
database or an orchestrator that is away it goes on trying.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from config.files.cycle_files import load_cycles
from config.settings import Settings, SummaryApproval
from flows import clock
from flows.failures import foreseen, sentence
from flows.office.mailbox_settings import mailbox_rules
from flows.office.office_place import placed
from flows.serving.runs.stopped_runs import StoppedRuns
from models.domain.cycle.cycles import ReportingCycle
from models.domain.errors import BaocaoError
from models.domain.letters.health import WATCHING
from models.domain.work.wanted import Facts, LastAsked, Wanted, wanted
from tasks.adapters.store import heartbeats
from tasks.adapters.store.rows import migrate, open_engine
from tasks.adapters.watch import leases, pauses, recorded
from tasks.adapters.watch.arrivals import Places

LEASE = "watcher"
TICK = 5.0  # seconds between two looks
RENEWED = 20.0  # seconds between two signs of life
ABANDONED = 60.0  # seconds without one, after which another watcher takes over
SURPLUS = 30.0  # seconds between two looks for runs that are queued twice
PAUSES = 60.0  # seconds between two looks for flows that a person has paused
OFFICE = 30.0  # seconds between two looks at the office's files
GUARDED = 30.0  # seconds between two looks whether the watcher itself lives
_LAST_MOMENTS = 5.0  # seconds that a look under way has to end


class Watcher:
    """One watcher. `holder` names it among others; of the same name there is one at a time."""

    def __init__(self, settings: Settings, holder: str, say: Callable[[str], None]) -> None:
        self._settings = settings
        self._say = say
        self._lease = Tenure(settings.database, holder)
        self._places = Places(settings.mailboxes, mailbox_rules(settings))
        self._cycles = _Cycles(settings)
        self._stopped = StoppedRuns(say, os.getpid())
        self._asked: dict[str, LastAsked] = {}
        self._runs: Any = None
        self._fault = ""
        self._cleared = -SURPLUS
        self._paused: frozenset[str] = frozenset()
        self._paused_seen = -PAUSES

    def watch(self, ending: threading.Event) -> None:
        """Until it is told to end. Raises nothing."""
        while not ending.is_set():
            self.look()
            ending.wait(TICK)
        self._lease.give_back()

    def look(self) -> None:
        """Looks once, and begins what is wanted. Raises nothing."""
        try:
            self._stopped.look()  # first: one that is stopped may keep the database from us
            self._look()
            self._fault = ""
        except Exception as error:  # noqa: BLE001  whatever it was, it may be over at the next look
            self._runs = None  # a connection to an orchestrator that may be another one by now
            fault = sentence(error) if isinstance(error, foreseen()) else type(error).__name__
            if fault != self._fault:
                self._say(f"Trực việc bị gián đoạn, sẽ thử lại: {fault}")
            self._fault = fault

    def _look(self) -> None:
        now = dt.datetime.now(dt.UTC) + clock.ahead_of_the_machine(self._settings.data_dir)
        facts = self._facts(now)
        if facts is None:
            return
        begun = False
        for wish in wanted(facts, self._asked):
            if self._begin(wish):
                self._asked[wish.flow] = LastAsked(now, wish.marks)
                begun = True
        if begun:
            self._lease.remember(_written(self._asked))
        if time.monotonic() - self._cleared >= SURPLUS:
            self._cleared = time.monotonic()
            self._opened_runs().clear_surplus()
        if time.monotonic() - self._paused_seen >= PAUSES:
            self._note_paused(now)
            self._paused_seen = time.monotonic()

    def _note_paused(self, now: dt.datetime) -> None:
        """What a person has stopped stays so, and is told of: here, on the pages, in alarms."""
        found = self._opened_runs().paused()
        self._lease.note_paused(found, now)
        if found != self._paused:
            named = ", ".join(sorted(found))
            self._say(f"Đang tạm dừng: {named}." if found else "Không còn luồng nào tạm dừng.")
        self._paused = found

    def _begin(self, wish: Wanted) -> bool:
        return bool(self._opened_runs().begin(wish))

    def _facts(self, now: dt.datetime) -> Facts | None:
        """What there is; None where another watcher works."""
        facts = Facts(now, self._cycles.read(), chased_after=_chased_after(self._settings))
        try:
            found = self._lease.look(now)
        except SQLAlchemyError as error:
            if not self._lease.is_held:
                raise
            # The run that is wanted for it says what is wrong.
            return replace(facts, fault=type(error).__name__)
        if found is None:
            return None
        if self._lease.is_new:
            self._asked = _read(self._lease.memory)
        ahead = clock.ahead_where_shown(self._settings.data_dir, now)
        return replace(
            facts,
            letters=found.letters,
            letters_in_doubt=found.letters_in_doubt,
            messages=found.messages,
            places=self._places.look(now, ahead),
            drafts=found.drafts,
            recorded=found.recorded,
            asked=found.asked,
            consolidated=found.consolidated,
            workers=self._settings.workers,
            messages_waiting=found.messages_waiting,
            letters_waiting=found.letters_waiting,
        )

    def _opened_runs(self) -> Any:
        if self._runs is None:
            from prefect.client.orchestration import get_client  # start-up cost

            from flows.serving.runs.wanted_runs import WantedRuns  # start-up cost

            self._runs = WantedRuns(get_client(sync_client=True), self._settings.workers)
        return self._runs


class Tenure:
    """A watcher's lease. Its database is opened when first needed, and anew after a fault."""

    def __init__(self, url: str, holder: str) -> None:
        self._url = url
        self._holder = holder
        self._engine: Engine | None = None
        self._seen: tuple[str, int] | None = None  # another's: as it was seen last
        self._seen_at = 0.0
        self._renewed_at = -RENEWED
        self.is_held = False
        self.is_new = False  # taken by this very look
        self.memory: Mapping[str, Any] = {}

    def look(self, now: dt.datetime) -> recorded.WorkRecorded | None:
        """What the database knows of work; None where the lease is another's. Raises what the
        database raises."""
        held = self.is_held
        try:
            with self._opened().begin() as connection:
                if not self._renewed(connection, now):
                    return None
                return recorded.look(connection, now)
        except SQLAlchemyError:
            # What this look has taken or renewed is rolled back: the next one looks who has it.
            self.is_held, self._renewed_at = held, -RENEWED
            self._close()
            raise

    def _renewed(self, connection: Any, now: dt.datetime) -> bool:
        moment = time.monotonic()
        if self.is_held and moment - self._renewed_at < RENEWED:
            self.is_new = False
            return True
        found = leases.read(connection, LEASE)
        if found.holder not in ("", self._holder) and not self._is_abandoned(found, moment):
            self.is_held = self.is_new = False
            return False
        if not leases.take(connection, LEASE, found, self._holder):
            self.is_held = self.is_new = False
            return False
        heartbeats.beat(connection, WATCHING, now)
        self.is_new = not self.is_held
        self.is_held, self.memory, self._renewed_at = True, found.memory, moment
        return True

    def _is_abandoned(self, found: leases.Lease, moment: float) -> bool:
        if self._seen != (found.holder, found.renewals):
            self._seen, self._seen_at = (found.holder, found.renewals), moment
        return moment - self._seen_at >= ABANDONED

    def remember(self, memory: Mapping[str, Any]) -> None:
        """Keeps what its holder remembers; nothing where the database is away, or the lease."""
        with contextlib.suppress(SQLAlchemyError), self._opened().begin() as connection:
            leases.remember(connection, LEASE, self._holder, memory)

    def note_paused(self, flows: frozenset[str], now: dt.datetime) -> None:
        """Writes down which flows are paused. Raises what the database raises."""
        with self._opened().begin() as connection:
            pauses.note(connection, flows, now)

    def give_back(self) -> None:
        """Lets the next watcher have it at once."""
        if self.is_held:
            with contextlib.suppress(SQLAlchemyError), self._opened().begin() as connection:
                leases.give_back(connection, LEASE, self._holder)
        self._close()

    def _opened(self) -> Engine:
        if self._engine is None:
            engine = open_engine(self._url)
            try:
                migrate(engine)
            except BaseException:
                engine.dispose()
                raise
            self._engine = engine
        return self._engine

    def _close(self) -> None:
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None


class _Cycles:
    """The cycles as the office's files say, looked at now and then, read again when changed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._due = 0.0
        self._state: tuple[Path, int, int] | None = None
        self._known: Sequence[ReportingCycle] = ()

    def read(self) -> Sequence[ReportingCycle]:
        """Those last read without a fault: of a fault every run tells that needs them."""
        if time.monotonic() < self._due:
            return self._known
        self._due = time.monotonic() + OFFICE
        with contextlib.suppress(BaocaoError, OSError, SQLAlchemyError):
            path = placed(self._settings).config_dir / "cycles.toml"
            status = path.stat()
            state = path, status.st_mtime_ns, status.st_size
            if state != self._state:
                self._known = tuple(load_cycles(path).values())
                self._state = state
        return self._known


def _chased_after(settings: Settings) -> Sequence[dt.timedelta]:
    if settings.summary_approval is SummaryApproval.OFF:
        return ()
    waits = dt.timedelta(hours=settings.summary_hours)
    return (waits / 2, waits)


def _written(asked: Mapping[str, LastAsked]) -> dict[str, Any]:
    return {
        flow: {"at": one.at.isoformat(), "marks": dict(one.marks)} for flow, one in asked.items()
    }


def _read(memory: Mapping[str, Any]) -> dict[str, LastAsked]:
    """What a watcher before remembered; nothing of what cannot be understood."""
    asked = {}
    for flow, one in memory.items():
        with contextlib.suppress(KeyError, TypeError, ValueError):
            asked[flow] = LastAsked(dt.datetime.fromisoformat(one["at"]), dict(one["marks"]))
    return asked


def of_the_folder(settings: Settings) -> str:
    """The name of the watcher in a service: of one data folder there is one at a time."""
    return f"{socket.gethostname()}:{settings.data_dir.resolve()}"


@contextlib.contextmanager
def watching(settings: Settings, holder: str, say: Callable[[str], None]) -> Iterator[None]:
    """A watcher in a thread of its own, as long as the block lasts; where that has ended before,
    whatever ended it, another is started."""
    ending = threading.Event()

    def started() -> threading.Thread:
        watcher = Watcher(settings, holder, say)
        thread = threading.Thread(target=watcher.watch, args=(ending,), daemon=True, name="watcher")
        thread.start()
        return thread

    def guard() -> None:
        thread = started()
        while not ending.wait(GUARDED):
            if not thread.is_alive():
                say("Trực việc đã dừng đột ngột; đã khởi động lại.")
                thread = started()
        thread.join(_LAST_MOMENTS)

    guarding = threading.Thread(target=guard, daemon=True, name="guard of the watcher")
    guarding.start()
    try:
        yield
    finally:
        ending.set()
        guarding.join(2 * _LAST_MOMENTS)

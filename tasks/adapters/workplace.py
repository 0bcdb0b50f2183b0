"""Where the work is done: everything a task needs, opened once per flow run and handed down."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Engine

from models.domain.cycle.cycles import HANOI
from models.domain.letters.approval import ApprovalRules
from models.domain.mail.mail import try_out_address
from models.domain.reading.office import Office
from models.domain.register.agencies import Contact
from tasks.adapters.letters.letter_writer import LetterWriter
from tasks.adapters.mailbox.inbox import MailboxRules
from tasks.adapters.reading.papers.paper_reader import trusted_roots
from tasks.adapters.reading.reader_pool import ReaderPool
from tasks.adapters.reading.sandbox import what_is_open
from tasks.adapters.sharing.locks import is_shared
from tasks.adapters.sharing.opening import open_stores
from tasks.adapters.sharing.program import refuse_another
from tasks.adapters.sharing.shared_raw_store import MOST
from tasks.adapters.store import heartbeats
from tasks.adapters.store.rows import migrate, open_engine

_TOLD_OF_READER = "told-of-reader"


@dataclass(frozen=True, slots=True)
class HouseRules:
    """Limits and addresses of this installation."""

    secret: bytes = field(repr=False)
    office_address: str
    office_name: str
    summary_to: Sequence[str]
    mailboxes: Sequence[str] = field(repr=False)  # addresses hold passwords
    smtp_url: str = field(repr=False)
    reader_workers: int
    reader_memory_mb: int
    reader_seconds: float
    max_message_bytes: int
    resend_uncertain: bool
    mailbox: MailboxRules = field(default_factory=MailboxRules)
    smtp_ca_file: Path | None = None  # PEM; None: the system's authorities
    smtp_connections: int = 1
    letters_per_minute: int = 0  # 0: as fast as the server takes them
    guest_list: Sequence[str] = ()  # outside production: who may be written to
    own_copy: str = ""  # where a copy of every letter goes; empty: none
    own_copy_wait: dt.timedelta = dt.timedelta(hours=1)
    authserv_id: str = ""  # under which our mail server writes what it found of senders
    operator_to: Sequence[str] = ()  # who is told of alarms; empty: as summary_to
    answers_per_day: int = 1000  # automatic answers, in all
    approval: ApprovalRules | None = None  # None: the summary leaves unasked
    store_url: str = ""  # where machines share raw bytes and outputs; empty: this machine alone
    store_cache_bytes: int = MOST  # of raw files at hand, where machines share them
    backups_wanted: bool = False  # somebody is told where none has been made for long

    @property
    def mail_domain(self) -> str:
        """The domain our Message-IDs bear."""
        return self.office_address.partition("@")[2]

    @property
    def try_out_address(self) -> str:
        """The address at which workbooks are tried out."""
        return try_out_address(self.office_address)


class Workplace:
    """The office's decisions, the database, the raw store and the reader. A context manager.

    `trusted_roots`: certificates (DER) of those whose signers the office trusts.

    Not a dataclass: an orchestrator that walks its arguments shall not walk the catalogue.
    """

    def __init__(
        self,
        *,
        office: Office,
        rules: HouseRules,
        database_url: str,
        raw_dir: Path,
        output_dir: Path,
        letters_dir: Path,
        now: dt.datetime,
    ) -> None:
        self.office = office
        self.rules = rules
        self.now = now
        self._entered_at: dt.datetime | None = None
        #: By how much the clock of `now` is ahead of the machine's; None: no clock shows `now`.
        self.ahead: dt.timedelta | None = None
        self.letters_dir = letters_dir
        # Read before a message is at hand: a file that is no certificate counts against none.
        self.trusted_roots: Sequence[bytes] = trusted_roots(letters_dir.parent / "roots")
        self.engine: Engine = open_engine(database_url)
        refuse_another(self.engine)  # before it makes the others' tables its own
        migrate(self.engine)
        self.is_shared = is_shared(self.engine)
        shared = (rules.store_url, raw_dir, output_dir, self.engine, now)
        stores = open_stores(*shared, most=rules.store_cache_bytes)
        self.raw_store, self.outputs = stores.raw, stores.outputs
        self._letters: LetterWriter | None = None
        self._pool: ReaderPool | None = None

    def at(self, now: dt.datetime) -> Self:
        """The same place at another moment, sharing all that is open; only the first is closed."""
        # The pool as well, which starts nothing before its first job: one that a copy opened for
        # itself nobody would close.
        _ = self.reader
        there = copy.copy(self)
        there.now = now
        there._entered_at = None if self._entered_at is None else now
        return there

    @property
    def entered_at(self) -> dt.datetime:
        """When what a person says here is written down, whatever moment the run believes in."""
        return self._entered_at or self.now

    @entered_at.setter
    def entered_at(self, moment: dt.datetime) -> None:
        self._entered_at = moment

    @property
    def reports_dir(self) -> Path:
        """Where the office keeps its Word templates, beside those of the letters."""
        return self.letters_dir.parent / "reports"

    @property
    def letters(self) -> LetterWriter:
        """Who words letters; the templates are read on first use."""
        if self._letters is None:
            secret, address = self.rules.secret, self.rules.office_address
            self._letters = LetterWriter(self.letters_dir, secret, address)
        return self._letters

    def contacts(self) -> Mapping[str, Contact]:
        """Where letters go today, by agency: those to one that has ended go to its heirs."""
        return self.office.register.contacts_on(self.now.astimezone(HANOI).date())

    def contact_of(self, agency: str) -> Contact:
        """The agency's contact today; one without addresses where the register has none."""
        return self.contacts().get(agency) or Contact(agency, ())

    @property
    def reader(self) -> ReaderPool:
        """The pool of disposable readers, started on first use."""
        if self._pool is None:
            self._pool = ReaderPool(
                self.office,
                workers=self.rules.reader_workers,
                memory_mb=self.rules.reader_memory_mb,
                seconds_per_file=self.rules.reader_seconds,
            )
        return self._pool

    def news_of_reader(self) -> str:
        """What readers are free to do for want of barriers in the kernel, in Vietnamese.

        Said once in the life of an installation, after the first file; "" otherwise.
        """
        barriers = None if self._pool is None else self._pool.barriers
        said = "" if barriers is None else what_is_open(barriers)
        if not said or self.last_done(_TOLD_OF_READER):
            return ""
        self.done(_TOLD_OF_READER)
        return said

    def done(self, work: str) -> None:
        """Remembers that recurring work was done wholly, as of now."""
        with self.engine.begin() as connection:
            heartbeats.beat(connection, work, self.now)

    def last_done(self, work: str) -> dt.datetime | None:
        """When recurring work was last done wholly; None for never."""
        with self.engine.begin() as connection:
            return heartbeats.last(connection, work)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._pool is not None:
            self._pool.__exit__(kind, error, trace)
            self._pool = None
        self.engine.dispose()


#: Called with how many steps are done, and of how many; from any thread.
Steps = Callable[[int, int], None]


def unheard(done: int, of: int) -> None:
    """Nobody listens."""

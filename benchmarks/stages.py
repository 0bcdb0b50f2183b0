"""The stages measured: each takes the same submissions and says how long it took over them."""

from __future__ import annotations

import datetime as dt
import io
import os
import resource
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import sqlalchemy
from python_calamine import CalamineWorkbook
from sqlalchemy import make_url

from benchmarks import material
from benchmarks.serving import family, seconds_of
from config import CONFIG_DIR
from models.domain.answers.examining import examine_content
from models.domain.answers.standing import verdict_of
from models.domain.consolidation import consolidate
from models.domain.reading.findings import Severity
from models.domain.reading.identity import sign
from models.domain.reading.office import Office, register_day
from models.domain.reading.submissions import Examination, Verdict
from tasks.adapters.intake.collecting import collect
from tasks.adapters.intake.working import work_through
from tasks.adapters.mailbox.opening import open_inbox
from tasks.adapters.post.mail_catcher import MailCatcher
from tasks.adapters.post.posting import deliver
from tasks.adapters.reading.file_kinds import identify
from tasks.adapters.reading.reader_jobs import ExamineJob, MarkJob
from tasks.adapters.reading.reader_pool import ReaderPool
from tasks.adapters.reading.workbook_reader import read_workbook
from tasks.adapters.results.choosing import results_from
from tasks.adapters.results.consolidated_workbook import write_consolidation
from tasks.adapters.standings import standings_of_cycle
from tasks.adapters.store import outbox, submissions
from tasks.adapters.work import opening
from tasks.adapters.workplace import HouseRules, Workplace

POSTGRES = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
DEFAULT_MEMORY_MB, DEFAULT_SECONDS = 1024, 20.0
RETURNED_SHOWN = 50  # returned workbooks marked, each on its own
UNLIMITED = 1_000_000


class BenchmarkFault(RuntimeError):
    """Raised when a stage did not do what it is measured for: its figure would be worthless."""


@dataclass(frozen=True)
class Counts:
    """What came of the submissions: the ground on which the stages are comparable."""

    accepted: int
    returned: int
    warned: int  # accepted, with warnings

    @classmethod
    def of(cls, examinations: Sequence[Examination]) -> Counts:
        """Counts over examinations."""
        returned = sum(verdict_of(e.findings) is Verdict.RETURNED for e in examinations)
        warned = sum(
            verdict_of(e.findings) is not Verdict.RETURNED
            and any(f.severity is Severity.WARNING and not f.trial for f in e.findings)
            for e in examinations
        )
        return cls(len(examinations) - returned, returned, warned)


@dataclass(frozen=True)
class Measure:
    """One stage's figure; processor time in seconds, of this process and of all below it."""

    name: str
    pieces: int
    seconds: float
    own_cpu: float
    below_cpu: float
    counts: Counts | None = None
    unit: str = "submission"

    @property
    def each_ms(self) -> float:
        """Milliseconds a piece."""
        return self.seconds / self.pieces * 1000

    @property
    def cpu_ms(self) -> float:
        """Milliseconds of processor time a piece."""
        return self.own_cpu_ms + self.below_cpu_ms

    @property
    def own_cpu_ms(self) -> float:
        """Milliseconds of it that this process took."""
        return self.own_cpu / self.pieces * 1000

    @property
    def below_cpu_ms(self) -> float:
        """Milliseconds of it that processes below it took, ended or not."""
        return self.below_cpu / self.pieces * 1000


class Stopwatch:
    """Wall and processor time between two points, of this process and of those below it."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), _processor_times()

    def stop(
        self,
        name: str,
        pieces: int,
        counts: Counts | None = None,
        unit: str = "submission",
    ) -> Measure:
        """The measure since the start."""
        wall = time.perf_counter() - self._wall
        own, below = (now - then for now, then in zip(_processor_times(), self._cpu, strict=True))
        return Measure(name, pieces, wall, own, below, counts, unit)


def _processor_times() -> tuple[float, float]:
    """Seconds so far: of this process, and of all below it, those that live on included."""
    own, ended = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    living = sum(seconds_of(pid) for pid in family(os.getpid())[1:])
    return own.ru_utime + own.ru_stime, ended.ru_utime + ended.ru_stime + living


# --- reading and checking -------------------------------------------------------------------------


def bare_parse(made: Sequence[material.Submission], processes: int) -> Measure:
    """python-calamine takes all cells of all sheets out of the files, and nothing else.

    The start of the processes is counted, as it is in every other stage.
    """
    from benchmarks import analyst  # its libraries weigh on whoever measures memory

    paths = [s.path for s in made]
    watch = Stopwatch()
    analyst.over_all(parsed, paths, processes)
    return watch.stop(f"bare parse, {_processes(processes)}", len(made))


def parsed(path: Path) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python()


def _processes(number: int) -> str:
    return "one process" if number == 1 else f"{number} processes"


def checked_here(office: Office, made: Sequence[material.Submission]) -> Measure:
    """Reading and checking in one process, without limits."""
    contents = [(s.path.name, s.path.read_bytes()) for s in made]
    watch = Stopwatch()
    examined = [
        examine_content(read_workbook(content, identify(content, name)), office)
        for name, content in contents
    ]
    measure = watch.stop("reading and checking, in this process", len(made))
    return replace(measure, counts=Counts.of(examined))


def checked_in_pool(office: Office, made: Sequence[material.Submission], workers: int) -> Measure:
    """Reading and checking in disposable children; their start is counted."""
    watch = Stopwatch()
    with ReaderPool(office, workers=workers) as pool:
        found = list(pool.examine(ExamineJob(s.path, s.path.name) for s in made))
    measure = watch.stop(f"reading and checking, pool of {workers}", len(made))
    return replace(measure, counts=Counts.of([examination for _, examination in found]))


def analysed(folder: Path, pieces: int, processes: int, one_by_one: bool) -> Measure:
    """The analyst's script, each file checked as it is read or all of them at once."""
    from benchmarks import analyst  # its libraries weigh on whoever measures memory

    watch = Stopwatch()
    result = analyst.run(folder, processes, one_by_one)
    way = "file by file" if one_by_one else "all files at once"
    measure = watch.stop(f"analyst's script, {way}, {_processes(processes)}", pieces)
    return replace(measure, counts=Counts(result.accepted, result.returned, result.warned))


# --- the whole intake -----------------------------------------------------------------------------


@contextmanager
def sqlite_database(folder: Path) -> Iterator[str]:
    """The address of a new SQLite database."""
    yield f"sqlite:///{folder / 'baocao.sqlite'}"


@contextmanager
def postgres_database(server: str) -> Iterator[str]:
    """The address of a new database on a PostgreSQL server, dropped afterwards."""
    name = f"baocao_bench_{uuid.uuid4().hex[:12]}"
    engine = sqlalchemy.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
        engine.dispose()


def postgres_server() -> str | None:
    """The address of a PostgreSQL server that answers; None when there is none."""
    server = os.environ.get("BAOCAO_TEST_POSTGRES_URL", POSTGRES)
    engine = sqlalchemy.create_engine(server, connect_args={"connect_timeout": 2})
    try:
        with engine.connect():
            return server
    except sqlalchemy.exc.OperationalError:
        return None
    finally:
        engine.dispose()


@dataclass(frozen=True)
class Site:
    """A place of work for one run: a folder, a database, an office."""

    office: Office
    folder: Path
    database_url: str
    workers: int

    def workplace(self, days: int, smtp_url: str = "") -> Workplace:
        """The workplace so many days after the cycle opened."""
        rules = HouseRules(
            secret=material.SECRET,
            office_address=material.OFFICE_ADDRESS,
            office_name="Văn phòng",
            summary_to=(),
            mailboxes=(f"maildir://{self.mailbox}",),
            smtp_url=smtp_url,
            reader_workers=self.workers,
            reader_memory_mb=DEFAULT_MEMORY_MB,
            reader_seconds=DEFAULT_SECONDS,
            max_message_bytes=40_000_000,
            resend_uncertain=False,
            answers_per_day=UNLIMITED,
        )
        return Workplace(
            office=self.office,
            rules=rules,
            database_url=self.database_url,
            raw_dir=self.folder / "raw",
            output_dir=self.folder / "output",
            letters_dir=CONFIG_DIR / "letters",
            now=self.office.cycle(material.CYCLE).opens_at + dt.timedelta(days=days),
        )

    @property
    def mailbox(self) -> Path:
        """The Maildir the submissions arrive in."""
        return self.folder / "mailbox"


def taken_in(site: Site, made: Sequence[material.Submission], name: str) -> Measure:
    """The whole intake: Maildir, raw store, reader, attribution, rules, rows, answers queued.

    Opening the cycle and delivering the mails is not counted.
    """
    with site.workplace(0) as workplace:
        cycle = workplace.office.cycle(material.CYCLE)
        opening.ask(workplace, cycle, opening.agencies_to_ask(workplace, cycle))
    material.fill_mailbox(site.office, site.mailbox, made)
    watch = Stopwatch()
    with site.workplace(7) as workplace:
        for mailbox in workplace.rules.mailboxes:
            collect(workplace, open_inbox(mailbox, workplace.now), UNLIMITED)
        work_through(workplace, UNLIMITED)
    measure = watch.stop(f"whole intake, {name}, {site.workers} readers", len(made))
    return replace(measure, counts=recorded(site, len(made)))


def recorded(site: Site, expected: int) -> Counts:
    with site.workplace(7) as workplace, workplace.engine.begin() as connection:
        of_agency = submissions.records(connection, material.CYCLE)
        letters = outbox.counts_by_state(connection, material.CYCLE)
    records = [record for records in of_agency.values() for record in records]
    answered = letters.get("queued", 0) - len(of_agency)  # but for the opening letters
    if len(records) != expected or answered != expected:
        raise BenchmarkFault(f"{len(records)} versions, {answered} answers of {expected}")
    returned = sum(r.verdict is Verdict.RETURNED for r in records)
    warned = sum(
        r.verdict is Verdict.ACCEPTED and any(f.severity is Severity.WARNING for f in r.findings)
        for r in records
    )
    return Counts(expected - returned, returned, warned)


# --- writing --------------------------------------------------------------------------------------


def templates_written(office: Office) -> Measure:
    """One workbook for every agency."""
    cycle = office.cycle(material.CYCLE)
    codes = [a.code for a in office.register.answering_on(register_day(cycle))]
    watch = Stopwatch()
    for code in codes:
        opening.workbook_content(office, material.SECRET, cycle, code)
    return watch.stop("templates written", len(codes), unit="workbook")


def returned_marked(site: Site) -> Measure:
    """Returned workbooks marked in a child, one after the other, as the delivery does it."""
    cycle = site.office.cycle(material.CYCLE)
    form = site.office.form_of(cycle)
    with site.workplace(7) as workplace:
        with workplace.engine.begin() as connection:
            records = submissions.records(connection, cycle.code)
        returned = [r for of in records.values() for r in of if r.verdict is Verdict.RETURNED]
        returned = returned[:RETURNED_SHOWN]
        workplace.reader.examine_one(
            ExamineJob(workplace.raw_store.at_hand(returned[0].file_sha256), "x")
        )
        watch = Stopwatch()
        for record in returned:
            job = MarkJob(
                path=workplace.raw_store.at_hand(record.file_sha256),
                name=record.file_name,
                kind="xlsx",
                findings=record.findings,
                cycle=cycle.code,
                agency=record.agency,
                contact=site.office.register.contacts.get(record.agency),
                token=sign(material.SECRET, cycle.code, record.agency, form.version),
                entries=record.entries,
                made_at=cycle.opens_at,
            )
            workplace.reader.mark(job)
        return watch.stop("returned workbooks marked, one child", len(returned), unit="workbook")


def consolidated(site: Site) -> list[Measure]:
    """From rows to the consolidation, and from it to its workbook."""
    cycle = site.office.cycle(material.CYCLE)
    with site.workplace(7) as workplace:
        watch = Stopwatch()
        with workplace.engine.begin() as connection:
            standings = standings_of_cycle(workplace, connection, cycle, details=True)
        consolidation = consolidate(site.office, cycle, standings, workplace.now)
        first = watch.stop("rows consolidated", 1, unit="cycle")
        watch = Stopwatch()
        write_consolidation(results_from(site.office, consolidation, None), workplace.now)
        return [first, watch.stop("consolidated workbook written", 1, unit="cycle")]


def delivered(site: Site, made: Sequence[material.Submission]) -> Measure:
    """All letters of the outbox by SMTP to the catcher beside us, marked workbooks made."""
    with (
        MailCatcher(site.folder / "sent") as catcher,
        site.workplace(8, catcher.url) as workplace,
    ):
        watch = Stopwatch()
        posted = deliver(workplace, UNLIMITED)
        measure = watch.stop("letters delivered, workbooks marked", posted.sent, unit="letter")
    if posted.sent < len(made):
        raise BenchmarkFault(f"{posted.sent} letters sent: {posted}")
    return measure

"""The stage of the demonstration: a folder, a mail server, an orchestrator, and actors.

Time is simulated, everything else is real: the flows, the database, SMTP, the agencies' workbooks.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from rich.console import Console

from config.settings import folder_url, load_settings
from flows.clock import DEMONSTRATION
from flows.demo.narration import Narrator
from flows.serving.orchestration import prepare_environment
from flows.serving.starting.service_lock import is_served
from flows.serving.starting.surroundings import API_URL, is_led_elsewhere
from flows.serving.temporary_server import AUTH, look_at, temporary_server
from flows.workplaces import open_workplace
from models.domain.consolidation import ConflictKind, Consolidation
from models.domain.cycle.cycles import HANOI
from models.domain.errors import BaocaoError
from models.domain.mail.mail import MessageState
from models.domain.reading.identity import sign
from models.domain.register.file_names import file_word
from tasks.adapters.results.choosing import results_of
from tasks.adapters.results.cycle_results import CycleResults
from tasks.adapters.results.ruling import consolidated
from tasks.adapters.simulation import onlooker
from tasks.adapters.simulation.actors import Actor, Surroundings
from tasks.adapters.simulation.acts import Act
from tasks.adapters.simulation.chapters import PLAN, SEED, Chapter
from tasks.adapters.simulation.correspondence import Letterbox
from tasks.adapters.simulation.post_office import Opener, PostOffice, local_post_office
from tasks.adapters.standings import standings_of_cycle
from tasks.adapters.store import messages
from tasks.adapters.workplace import Workplace

if TYPE_CHECKING:  # imports Prefect, whose settings come first
    from prefect import Flow

    from flows.requests import AsOf

MARKER = DEMONSTRATION  # so that it may delete the folder

MORNING = dt.time(9, 5)  # of every working day: reminders, and the mail of the night
EVENING = dt.time(17, 15)  # the mail of the day, where there is any

#: Services of Prefect's server that the story has no use for. Their writes would make a flow that
#: starts meanwhile wait two seconds for SQLite's lock.
_IDLE_SERVICES = (
    "CANCELLATION_CLEANUP", "EVENT_PERSISTER", "FOREMAN", "LATE_RUNS", "PAUSE_EXPIRATIONS",
    "SCHEDULER", "TASK_RUN_RECORDER", "TRIGGERS",
)  # fmt: skip


class FolderNotOurs(BaocaoError):
    """Raised when the demonstration would have to delete a folder that it did not make."""


@dataclass(frozen=True, slots=True)
class FoundConflict:
    """Two figures that contradict each other: the row of the left one, agencies and values."""

    kind: ConflictKind
    row: str
    left: tuple[str, Decimal]
    right: tuple[str, Decimal]  # in the unit of the row


@dataclass(frozen=True)
class DemonstrationOutcome:
    """What the story came to; the same each time. Codes as in the database."""

    messages: Mapping[str, int]  # by state
    letters: Mapping[str, int]  # by "kind/state"
    agencies: Mapping[str, int]  # by timeliness
    timeliness: Mapping[str, str]  # of every agency
    verdicts: Mapping[str, Sequence[str]]  # of every agency's versions, oldest first
    conflicts: Sequence[FoundConflict]
    results: CycleResults


@dataclass(frozen=True, slots=True)
class PersonsAct:
    """What somebody at the office decides at a moment, as an operator does by a flow's form."""

    at: dt.datetime
    tells: str
    decide: Callable[[Stage, dt.datetime], object]


@dataclass
class Stage:
    """Everything the story needs: folder, mail server, orchestrator, actors. A context manager.

    Chapters are played one after the other in the same folder: the database remembers.
    """

    data_dir: Path
    console: Console
    workplace: Workplace = field(init=False)
    performed: dict[str, tuple[Act, Actor]] = field(default_factory=dict)  # by trace in the record
    post_office: Opener = local_post_office
    _post: PostOffice = field(init=False)
    _letterbox: Letterbox = field(init=False)
    _environment: dict[str, str] = field(default_factory=dict)
    _before: dict[str, Counter[str]] = field(default_factory=dict)  # counted in earlier chapters
    _open: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    @property
    def sent(self) -> Path:
        """The Maildir of every letter that left."""
        return self.data_dir / "sent"

    @property
    def _drop(self) -> Path:
        return self.data_dir / "drop"

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            self.data_dir = make_anew(self.data_dir)
            self._drop.mkdir()
            self._post = stack.enter_context(self.post_office(self.data_dir))
            self._environment = {
                "BAOCAO_DATA_DIR": str(self.data_dir),
                "BAOCAO_MAILBOX_URL": f"{self._post.mailbox_url} {folder_url('drop', self._drop)}",
                "BAOCAO_SMTP_LETTERS_PER_MINUTE": "0",
                "BAOCAO_GUEST_LIST": "",
                "BAOCAO_OWN_COPY": "",
                "BAOCAO_DATABASE_URL": "",
                "BAOCAO_STORE_URL": "",
                **self._post.settings,
            }
            with _environment(self._environment):
                self.workplace = stack.enter_context(open_workplace(PLAN.opening, load_settings()))
            self._letterbox = Letterbox(self.sent)
            stack.enter_context(_environment({}))
            stack.enter_context(_orchestrator(self.data_dir, self.console))
            self._open = stack.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        self._open.close()

    def play(
        self, chapter: Chapter = PLAN, persons: Sequence[PersonsAct] = ()
    ) -> DemonstrationOutcome:
        """One chapter, told, and what the office's record holds at its end."""
        narrator = self._narrator(chapter)
        self._play(chapter, persons, narrator, chapter.end)
        return self._close(chapter, narrator)

    def play_until(self, chapter: Chapter, until: dt.datetime) -> None:
        """A chapter, told, up to a moment within it; the record is left as it stands then."""
        self._play(chapter, (), self._narrator(chapter), until)

    def _play(
        self,
        chapter: Chapter,
        persons: Sequence[PersonsAct],
        narrator: Narrator,
        until: dt.datetime,
    ) -> None:
        waiting, deciding = self._cast(chapter), sorted(persons, key=lambda act: act.at)
        narrator.begin(chapter.title, chapter.opening, until)
        moments = [*(act.at for act, _ in waiting), *(act.at for act in deciding)]
        for moment, flows in self._timetable(chapter, moments):
            if moment > until:
                break
            arrived = False
            while waiting and waiting[0][0].at <= moment:
                act, actor = waiting.pop(0)
                self.performed[actor.perform(act)] = (act, actor)
                arrived = True
            if arrived:
                self.run("collect-submissions", moment)
            decided = [decision for decision in deciding if decision.at <= moment]
            for decision in decided:
                decision.decide(self, decision.at)
            deciding = [decision for decision in deciding if decision not in decided]
            for name in flows:
                self.run(name, moment, chapter.cycle)
            self._deliver(moment)
            self._tell(narrator, moment)
            for decision in decided:
                narrator.tell_decision(decision.at, decision.tells)

    def tell_successions(self, before: Chapter, after: Chapter) -> None:
        """Who answers in whose place since an earlier chapter."""
        first, last = before.end.date(), after.opening.date()
        successions = self.workplace.office.register.successions.lines
        self._narrator(after).tell_successions(s for s in successions if first < s.on <= last)

    def run(self, name: str, moment: dt.datetime, cycle: str = PLAN.cycle) -> Any:
        """Runs one flow as if it were that moment; whatever the flow returns."""
        from flows.running import FLOWS  # start-up: of Prefect, whose settings are now in place

        flow, request = FLOWS[name]
        values: dict[str, Any] = {"as_of": moment}
        if "cycle" in request.model_fields:
            values["cycle"] = cycle
        with _environment(self._environment):
            return flow(request(**values))

    def decide(self, flow: Flow[Any, Any], form: type[AsOf], **entry: object) -> Any:
        """A person's decision, by its form; whatever the flow returns.

        The form is filled in here: only in this folder it asks what time it is.
        """
        with _environment(self._environment):
            return flow(form(**entry))

    def held_message(self, agency: str) -> str:
        """The key of the message of an agency's that waits for a person."""
        with self.workplace.engine.begin() as connection:
            held = messages.in_state(connection, MessageState.HELD)
        return str(next(row["key"] for row in held if row["agency"] == agency))

    def consolidation(self, cycle: str, moment: dt.datetime) -> Consolidation:
        """What a person reads off the office's boards at a moment."""
        with _environment(self._environment), open_workplace(moment) as workplace:
            found = workplace.office.cycle(cycle)
            with workplace.engine.begin() as connection:
                return consolidated(workplace, connection, found)

    def _deliver(self, moment: dt.datetime) -> None:
        with self.workplace.engine.begin() as connection:
            letters_wait = onlooker.letters_waiting(connection)
        if letters_wait:
            self.run("deliver-outbox", moment)
            self._post.bring()

    def _narrator(self, chapter: Chapter) -> Narrator:
        office = self.workplace.office
        return Narrator(self.console, office, office.cycle(chapter.cycle))

    def _tell(self, narrator: Narrator, moment: dt.datetime) -> None:
        """What the record says of a moment, told."""
        with self.workplace.engine.begin() as connection:
            decided = onlooker.decided_at(connection, moment)
            written = onlooker.written_at(connection, moment)
        for message in decided:
            act, actor = self.performed[message.trace]
            narrator.tell_message(act, actor.agency.name, message)
        narrator.tell_letters(moment, written)

    def _close(self, chapter: Chapter, narrator: Narrator) -> DemonstrationOutcome:
        """The chapter's outcome, told and returned."""
        outcome = self.outcome(chapter)
        narrator.conclude(
            agencies=outcome.agencies, messages=outcome.messages, letters=outcome.letters
        )
        for found in outcome.conflicts:
            narrator.tell_conflict(found.kind, found.row, found.left, found.right)
        narrator.tell_places(self.results(chapter))
        for name, counts in (("messages", outcome.messages), ("letters", outcome.letters)):
            self._before.setdefault(name, Counter()).update(counts)
        return outcome

    def results(self, chapter: Chapter) -> dict[str, list[Path]]:
        """Where the chapter's outputs lie, by what they are."""
        mark = file_word(self.workplace.office.cycle(chapter.cycle).mark)
        made = sorted((self.data_dir / "output").glob(f"{mark}_*"))
        summaries = [
            x
            for x in self._letterbox.letters_to(self.workplace.rules.summary_to[0])
            if any(name.startswith(f"{mark}_") for name in x.workbooks)
        ]
        found = {
            "Sổ tổng hợp": [p for p in made if p.suffix == ".xlsx"][-1:],
            "Báo cáo (Word)": [p for p in made if p.suffix == ".docx"][-1:],
            "Thư tổng hợp": [summary.path for summary in summaries[-1:]],
            "Mọi thư đã gửi (Maildir)": [self.sent],
            "Mọi thư đã nhận (Maildir)": [self._post.received] if self._post.received else [],
            "Cơ sở dữ liệu": [self.data_dir / "baocao.sqlite"],
        }
        return {name: paths for name, paths in found.items() if paths}

    def outcome(self, chapter: Chapter = PLAN) -> DemonstrationOutcome:
        """What the office's record holds of a chapter at its end; what came later is left out."""
        with _environment(self._environment), open_workplace(chapter.end) as workplace:
            cycle = workplace.office.cycle(chapter.cycle)
            with workplace.engine.begin() as connection:
                found = results_of(workplace, connection, cycle)
                standings = standings_of_cycle(workplace, connection, cycle, details=True)
                states = messages.counts_by_state(connection)
                letters = onlooker.letter_counts(connection)
        by_state = Counter({str(k): n for k, n in states.items()})
        by_kind = Counter({f"{kind}/{state}": n for (kind, state), n in letters.items()})
        return DemonstrationOutcome(
            messages=_since(by_state, self._before.get("messages")),
            letters=_since(by_kind, self._before.get("letters")),
            agencies=dict(sorted(Counter(s.timeliness.value for s in standings).items())),
            timeliness={s.agency: s.timeliness.value for s in standings},
            verdicts={s.agency: [v.verdict.value for v in s.versions] for s in standings},
            conflicts=[
                FoundConflict(
                    c.kind,
                    c.row.code,
                    (c.left.agency, c.right_value - c.difference),
                    (c.right.agency, c.right_value),
                )
                for c in found.consolidation.conflicts
            ],
            results=found,
        )

    def _cast(self, chapter: Chapter) -> list[tuple[Act, Actor]]:
        """Every act of a chapter with its actor, in order of time."""
        office, rules = self.workplace.office, self.workplace.rules
        cycle = office.cycle(chapter.cycle)
        around = Surroundings(
            office,
            cycle,
            self._letterbox,
            office.cycles.get(cycle.previous),
            self._post.put,
            self._drop,
            rules.office_address,
            SEED,
        )
        agencies = office.register.answering_on(chapter.opening.date())
        parts = chapter.cast(agencies, partial(sign, rules.secret))
        acts = [
            (act, actor)
            for agency in agencies
            for actor in [Actor(agency, around)]
            for act in parts.get(agency.code, ())
        ]
        return sorted(acts, key=lambda pair: (pair[0].at, pair[1].agency.code))

    def _timetable(
        self, chapter: Chapter, acts: Sequence[dt.datetime]
    ) -> list[tuple[dt.datetime, Sequence[str]]]:
        """The moments of a chapter, in order, and the flows that run at each.

        Mail is collected and letters are delivered at every one of them, where there are any.
        """
        steps: dict[dt.datetime, Sequence[str]] = {_next_evening(moment): () for moment in acts}
        calendar, day = (
            self.workplace.office.calendar,
            chapter.opening.date() + dt.timedelta(days=1),
        )
        while day <= chapter.end.date():
            if calendar.is_working_day(day):
                steps[dt.datetime.combine(day, MORNING, HANOI)] = ("remind-agencies",)
            day += dt.timedelta(days=1)
        if chapter.opens:
            steps[chapter.opening] = ("open-cycle",)
        steps |= dict.fromkeys(chapter.previews, ("send-previews",))
        steps |= dict.fromkeys(chapter.summaries, ("consolidate-cycle", "send-summary"))
        return sorted(steps.items())


def _since(counts: Counter[str], before: Counter[str] | None) -> dict[str, int]:
    """What has been added since, keys in order."""
    return dict(sorted((counts - (before or Counter())).items()))


def make_anew(folder: Path) -> Path:
    """The folder, empty but for its marker. Raises FolderNotOurs before it deletes anything."""
    folder = folder.resolve()
    if folder.exists() and not folder.is_dir():
        raise FolderNotOurs(f"{folder} là tệp, không phải thư mục.")
    folder.mkdir(parents=True, exist_ok=True)
    marker = folder / MARKER
    there = [path for path in folder.iterdir() if path != marker]
    if there and not marker.is_file():
        raise FolderNotOurs(
            f"Thư mục {folder} không trống và không phải do lệnh demo tạo ra nên không xóa. "
            "Chọn thư mục khác: baocao demo --data-dir ..."
        )
    if there and is_served(folder):
        raise FolderNotOurs(
            f"Thư mục {folder} đang được «baocao serve» hoặc «baocao rehearse» dùng nên không xóa. "
            "Dừng nó trước, hoặc chọn thư mục khác."
        )
    # The marker first and for good: interrupted here, the next run may go on deleting.
    marker.write_text("Thư mục của lệnh demo: xóa và tạo lại mỗi lần chạy.\n", encoding="utf-8")
    for path in there:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    return folder


def _next_evening(moment: dt.datetime) -> dt.datetime:
    """When what arrived at a moment is collected at the latest.

    >>> _next_evening(dt.datetime(2025, 1, 20, 17, 25, tzinfo=HANOI)).isoformat()
    '2025-01-21T17:15:00+07:00'
    """
    evening = dt.datetime.combine(moment.date(), EVENING, HANOI)
    return evening if moment <= evening else evening + dt.timedelta(days=1)


@contextlib.contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """The process's environment with these values; after the block it is as it was before."""
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        for name in set(os.environ) - set(before):
            del os.environ[name]
        os.environ.update(before)


@contextlib.contextmanager
def _orchestrator(data_dir: Path, console: Console) -> Iterator[None]:
    """Prefect with a server of its own, unless one is set already; flows without heartbeats."""
    prepare_environment(data_dir, log_level="WARNING")
    tell = partial(console.print, markup=False, highlight=False)
    with contextlib.ExitStack() as stack:
        starting = "Khởi động máy chủ Prefect trên máy này (chừng 15 giây) ..."
        if not console.is_terminal:  # where nothing turns, a line says so
            tell(starting)
        with console.status(starting):
            reached: dict[str, str] = {}
            if is_led_elsewhere():
                look_at(os.environ[API_URL])
            else:
                own = temporary_server(data_dir, tell, _IDLE_SERVICES)
                reached = stack.enter_context(own)
            from prefect.context import SyncClientContext  # start-up cost
            from prefect.settings import (  # start-up cost
                PREFECT_API_AUTH_STRING,
                PREFECT_API_URL,
                PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
                temporary_settings,
            )

            wanted: dict[Any, Any] = {PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}
            if reached:
                wanted[PREFECT_API_URL] = reached[API_URL]
                wanted[PREFECT_API_AUTH_STRING] = reached[AUTH[1]]
            stack.enter_context(temporary_settings(wanted))
            # One client for all flows of the story: each would make its own, and for a server that
            # speaks no TLS read all certificates of this machine.
            stack.enter_context(SyncClientContext.get_or_create())
        yield

"""A served office under load for a while: mail comes in, processes are killed, all is reckoned."""

from __future__ import annotations

import datetime as dt
import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.promptness import AIMS, UNDER_LOAD
from benchmarks.serving import busy
from flows import clock
from tasks.adapters.post.mail_catcher import MailCatcher
from tests.fixtures.ready_made import sqlite_with_tables
from tests.restoring.ground import COPIES, OFFICE, SECRET
from tests.soak.person import Begun, Person
from tests.soak.record import Found, judged, waiting
from tests.soak.service import KeptService
from tests.soak.world import BEGINS, Agencies, World, opened

TICK = 0.5  # seconds
COPIES_EVERY = 3.0  # seconds between two looks for own copies
MEASURED_EVERY = 15.0
#: By which the office's clock is put on when the load is over: what a killed run was just sending
#: is judged a quarter of an hour later, and its own copy is waited for a minute.
LATER = dt.timedelta(minutes=20)
OPEN = ["PENDING", "RUNNING", "CANCELLING"]
ENDS = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")


@dataclass(frozen=True)
class Plan:
    """How long, how much, how rough."""

    minutes: float = 30.0  # in all, from the first process to the last figure
    load: int = 20  # busy processes
    every: float = 8.0  # seconds between two things that come in
    kill_every: float = 50.0  # seconds
    person_every: float = 25.0  # seconds
    settles: float = 300.0  # seconds of it, for what is under way when the load ends
    seed: int = 1
    things: int = 0  # when so many have come in and there were so many kills, it is over before
    kills: int = 0
    plain: bool = True  # a service of interpreters of its own; else forked from the nursery

    @property
    def many(self) -> int:
        """How much there is to come in at the most."""
        return self.things or int(self.minutes * 60 / self.every) + 1

    def is_over(self, came: int, killed: int) -> bool:
        """Whether there was as much of everything as is wanted, before the time is over."""
        return 0 < self.things <= came and killed >= self.kills


@dataclass
class Outcome:
    """What the soak came to."""

    plan: Plan
    found: Found = field(default_factory=Found)
    begun: dict[str, tuple[float, float]] = field(default_factory=dict)  # run: wait, asked at
    seconds: float = 0.0  # under load
    mean_load: float = 0.0
    runs: int = 0  # begun while mail came in
    states: dict[str, int] = field(default_factory=dict)  # of the runs, in the end
    unsettled: str = ""
    left: list[str] = field(default_factory=list)  # runs that wait or run in the end
    asked: int = 0  # runs that a person began
    between: tuple[dt.datetime, dt.datetime] | None = None  # the load's begin and end
    twice: int = 0
    service: KeptService | None = None

    def wrongs(self) -> list[str]:
        """What is not as it must be, whatever the load."""
        said = list(self.found.wrongs)
        if self.unsettled:
            said.append(f"not settled: {self.unsettled}")
        said += [f"run left: {run}" for run in self.left]
        return said


def soak(plan: Plan, folder: Path, say: Callable[[str], None]) -> Outcome:
    """Plays it in an empty folder and reckons. Ends within the plan's minutes, but for the time
    that processes take to end."""
    began = time.monotonic()
    until = began + plan.minutes * 60
    data = folder / "data"
    data.mkdir(mode=0o700)
    sqlite_with_tables(data / "baocao.sqlite")
    outcome = Outcome(plan)
    chance = random.Random(plan.seed)
    with ExitStack() as stack:
        catcher = stack.enter_context(MailCatcher(data / "sent"))
        world = opened(data, catcher)
        world.bring_copies()
        world.waiting = Agencies(world, folder / "scratch", plan.seed).send(plan.many)
        say(f"{len(world.waiting)} things to come in, made in {time.monotonic() - began:.0f} s")
        clock.start_rehearsal(data, BEGINS)
        world.begun_at = dt.datetime.now(dt.UTC)
        ahead = clock.ahead_of_the_machine(data)
        service = outcome.service = KeptService(folder, plan.plain, _settings(catcher))
        stack.callback(service.end)
        _until_ready(service)
        started, started_at = time.monotonic(), dt.datetime.now(dt.UTC)
        with busy(plan.load), Person(service, plan.person_every) as person:
            _under_load(plan, world, service, chance, until - plan.settles)
            outcome.mean_load = os.getloadavg()[0]
        outcome.seconds = time.monotonic() - started
        outcome.between = started_at, dt.datetime.now(dt.UTC)
        outcome.asked, outcome.twice = len(person.begun), world.twice
        say(f"the load is over; {len(world.delivered)} came in, {service.kills.total()} killed")
        put_on_at = dt.datetime.now(dt.UTC) + ahead
        clock.start_rehearsal(data, put_on_at + LATER)
        outcome.unsettled = _settled(world, service, until)
        _look_at_runs(outcome, service, person.begun)
    outcome.found = judged(world, ahead, put_on_at, LATER)
    return outcome


def _settings(catcher: MailCatcher) -> dict[str, str]:
    return {
        "BAOCAO_SMTP_URL": catcher.url,
        "BAOCAO_SMTP_LETTERS_PER_MINUTE": "0",
        "BAOCAO_SECRET_KEY": SECRET.decode(),
        "BAOCAO_OFFICE_ADDRESS": OFFICE,
        "BAOCAO_OWN_COPY": COPIES,
        "BAOCAO_OWN_COPY_MINUTES": "1",
        "BAOCAO_UNCERTAIN_LETTERS": "resend",
    }


def _until_ready(service: KeptService) -> None:
    while not service.is_ready:
        service.keep()
        time.sleep(TICK)


def _under_load(
    plan: Plan, world: World, service: KeptService, chance: random.Random, until: float
) -> None:
    """Until then: things come in, processes are killed, what ended is started again."""
    comes, kills = time.monotonic() + plan.every, time.monotonic() + plan.kill_every
    copies = measured = 0.0
    while (now := time.monotonic()) < until:
        if plan.is_over(len(world.delivered), service.kills.total()) and service.is_ready:
            return
        service.keep()
        if now >= comes and world.waiting:
            world.come_in(chance)
            comes += plan.every
        if now >= kills and service.kill(chance):
            kills = now + plan.kill_every * chance.uniform(0.5, 1.5)
        if now >= copies:
            world.bring_copies()
            copies = now + COPIES_EVERY
        if now >= measured:
            service.measure()
            measured = now + MEASURED_EVERY
        time.sleep(TICK)


def _settled(world: World, service: KeptService, until: float) -> str:
    """Waits until all has come to its end; what has not by then, "" for nothing."""
    while True:
        service.keep()
        world.bring_copies()
        now = dt.datetime.now(dt.UTC) + clock.ahead_of_the_machine(world.data)
        said = waiting(world, now) or _open_runs(service)
        if not said or time.monotonic() > until:
            return said
        time.sleep(4 * TICK)


def _open_runs(service: KeptService) -> str:
    if service.served is None or not service.is_ready:
        return "the service is starting"
    with suppress(OSError, AssertionError):
        left = _left(service)
        return f"{len(left)} runs" if left else ""
    return "the service does not answer"


def _left(service: KeptService) -> list[str]:
    """The runs that are under way, or should be by now."""
    assert service.served is not None
    # One that waits for another of its flow is asked again every few seconds.
    soon = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=15)
    under_way = {"state": {"type": {"any_": OPEN}}}
    due = {
        "state": {"type": {"any_": ["SCHEDULED"]}},
        "next_scheduled_start_time": {"before_": soon.isoformat()},
    }
    return [
        f"{run['name']} {run['state']['name']}"
        for asked in (under_way, due)
        for run in service.served.ask("flow_runs/filter", {"flow_runs": asked})
    ]


def _look_at_runs(outcome: Outcome, service: KeptService, begun: list[Begun]) -> None:
    """What the orchestrator knows of them in the end."""
    if service.served is None or not service.is_ready:
        outcome.left.append("the service did not start again")
        return
    ask = service.served.ask
    outcome.left = _left(service)
    assert outcome.between is not None
    since, until = (moment.isoformat() for moment in outcome.between)
    meanwhile = {"flow_runs": {"start_time": {"after_": since, "before_": until}}}
    outcome.runs = int(ask("flow_runs/count", meanwhile))
    for kind in ENDS:
        asked = {"flow_runs": {"state": {"type": {"any_": [kind]}}}}
        outcome.states[kind] = int(ask("flow_runs/count", asked))
    for one in begun:
        run = ask(f"flow_runs/{one.run}")
        if not run["start_time"]:
            outcome.left.append(f"{one.flow} of a person: {run['state']['name']}, never begun")
            continue
        waited = dt.datetime.fromisoformat(run["start_time"]) - one.asked_at
        outcome.begun[one.run] = waited.total_seconds(), one.asked_at.timestamp()


# --- what is told -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wait:
    """How long one kind of thing waited, beside what is aimed at."""

    name: str
    aim: float
    seconds: tuple[float, ...]  # sorted; none of them while the service was down
    across: tuple[float, ...]  # sorted; the service was killed, or started, meanwhile

    def line(self) -> str:
        """For people."""
        own, late = _summary(self.seconds), _summary(self.across)
        return f"{self.name:22}{own}{self.aim:8.0f}{UNDER_LOAD:10.0f}{late}"


def _summary(seconds: tuple[float, ...]) -> str:
    if not seconds:
        return f"{'-':>9}{'-':>9}{0:6d}"
    return f"{seconds[len(seconds) // 2]:9.1f}{seconds[-1]:9.1f}{len(seconds):6d}"


def waits(outcome: Outcome) -> list[Wait]:
    """Of files and mails, of letters, of what a person began."""
    found, service = outcome.found, outcome.service
    assert service is not None
    received = [(wait, found.arrived[key]) for key, wait in found.received.items()]
    told = []
    for name, pairs in (
        ("file received", received),
        ("letter sent", list(found.sent.values())),
        ("person's run begun", list(outcome.begun.values())),
    ):
        up = [w for w, since in pairs if not service.was_down(since, since + w)]
        down = [w for w, since in pairs if service.was_down(since, since + w)]
        told.append(Wait(name, AIMS[name], tuple(sorted(up)), tuple(sorted(down))))
    return told


def lines(outcome: Outcome) -> Iterator[str]:
    """All figures beside their aims, and what is wrong."""
    plan, found, service = outcome.plan, outcome.found, outcome.service
    assert service is not None
    yield (
        f"{outcome.seconds:.0f} s beside {plan.load} busy processes on {os.cpu_count()} cores, "
        f"load {outcome.mean_load:.0f}; started {service.starts} times; killed: "
        + ", ".join(f"{n} {what}" for what, n in sorted(service.kills.items()))
    )
    yield ""
    yield f"{'seconds':22}{'median':>9}{'longest':>9}{'of':>6}{'aim':>8}{'at load':>10}" + (
        f"{'median':>9}{'longest':>9}{'of':>6}   (the last three: service killed meanwhile)"
    )
    yield from (wait.line() for wait in waits(outcome))
    yield ""
    for kind, fates in sorted(found.fates.items()):
        yield f"{kind:14}{', '.join(f'{n} {fate}' for fate, n in sorted(fates.items()))}"
    yield (
        f"{len(found.received)} came in, {outcome.twice} of them twice; {found.receipts} receipts, "
        f"{found.unanswered} of persons without a letter of their own; {len(found.sent)} letters "
        f"sent, {found.doubted} in doubt for a while (their run was killed while it sent)"
    )
    ends = ", ".join(f"{n} {kind.lower()}" for kind, n in outcome.states.items())
    days = 86_400 / max(1.0, outcome.seconds)
    yield f"runs: {ends}; {outcome.runs * days:.0f} a day at this rate, {outcome.asked} by a person"
    if service.memory:
        most = max(one.proportional_mb for one in service.memory)
        middle = sorted(one.proportional_mb for one in service.memory)[len(service.memory) // 2]
        yield f"memory: {middle:.0f} MB in the middle, {most:.0f} MB at the most (proportional)"
    wrongs = outcome.wrongs()
    yield f"wrong: {len(wrongs)}   aim 0"
    yield from (f"  {said}" for said in wrongs[:30])

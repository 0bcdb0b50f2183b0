"""`make reads`: 10,000 reads on a machine at load 30 whose readers are killed from outside.

python -m tests.soak.reads [--reads N] [--load N] [--minutes N] [--workers N] [--seed N]

It ends by itself, at the latest when the minutes are over, and with it all that it started. Nobody
is told that his file is broken when it is not; whoever's is, is told.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import os
import queue
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import msoffcrypto.format.ooxml
import openpyxl
import orjson

from benchmarks import material
from benchmarks.serving import busy
from models.domain.reading.submissions import Examination
from tasks.adapters.intake.working import LOSSES
from tasks.adapters.reading.examination_codec import examination_to_json
from tasks.adapters.reading.forking.forked_readers import forkers
from tasks.adapters.reading.reader_jobs import ExamineJob
from tasks.adapters.reading.reader_pool import ReaderPool
from tasks.adapters.reading.reader_process import ReaderUnavailable
from tasks.adapters.simulation.open_document import as_open_document
from tests.tasks.adapters.conftest import Build

RUN = 50  # files of one run of the intake
MEMORY_MB, SECONDS = 400, 20
RECEIVED_ON = dt.date(2025, 2, 18)


@dataclass(frozen=True)
class Plan:
    """How much, for how long, and how rough."""

    reads: int = 10_000
    load: int = 30
    seconds: float = 1_800
    workers: int = 4
    kill_every: int = 100  # reads
    seed: int = 1
    dear: bool = True  # also files that cost the reader's whole memory


@dataclass(frozen=True)
class Sample:
    """One kind of file that is read over and over."""

    kind: str
    path: Path
    broken: bool
    share: int  # of how many draws


@dataclass
class Read:
    """One reading of a file: a message of its own."""

    sample: Sample
    losses: int = 0


@dataclass
class Outcome:
    """What came of it."""

    plan: Plan
    calm: dict[str, str] = field(default_factory=dict)  # by kind, read without load
    reads: Counter[str] = field(default_factory=Counter)
    told_broken: Counter[str] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)
    otherwise: Counter[str] = field(default_factory=Counter)  # read, and not as in calm
    wrongs: list[str] = field(default_factory=list)
    kills: int = 0
    done_again: int = 0
    lost_alone: int = 0
    runs_ended: int = 0  # by a machine that started no reader
    seconds: float = 0.0
    mean_load: float = 0.0

    @property
    def is_whole(self) -> bool:
        """Whether all reads came to an end within the time."""
        return self.reads.total() >= self.plan.reads

    def judge(self, samples: Sequence[Sample]) -> None:
        """Notes every file about which something untrue was said."""
        for one in samples:
            kind, reads = one.kind, self.reads[one.kind]
            told, held = self.told_broken[kind], self.held[kind]
            if not one.broken and told:
                self.wrongs.append(f"{kind}: {told} of {reads} told broken, and it is not")
            if one.broken and told + held != reads:
                self.wrongs.append(f"{kind}: broken, and only {told} of {reads - held} told")
            if self.otherwise[kind]:
                self.wrongs.append(f"{kind}: {self.otherwise[kind]} times read otherwise")

    def table(self) -> str:
        """For people."""
        head = "| file | reads | told broken | held for a person | read otherwise |"
        lines = [head, "|---|---|---|---|---|"]
        columns = (self.reads, self.told_broken, self.held, self.otherwise)
        for kind in sorted(self.reads):
            lines.append(f"| {kind} | {' | '.join(str(c[kind]) for c in columns)} |")
        lines.append(f"| all | {' | '.join(str(c.total()) for c in columns)} |")
        lines += [
            "",
            f"{self.reads.total()} of {self.plan.reads} reads in {self.seconds:.0f} s with "
            f"{self.plan.load} busy processes beside {self.plan.workers} readers (mean load "
            f"{self.mean_load:.0f}); {self.kills} readers killed, {self.done_again} reads done "
            f"again alone, {self.lost_alone} lost alone, {self.runs_ended} runs ended by the "
            "machine.",
        ]
        return "\n".join([*lines, *(f"WRONG: {said}" for said in self.wrongs)])


def samples_in(folder: Path, *, dear: bool) -> list[Sample]:
    """Good workbooks of every format, faulty ones, and files that are truly broken."""
    made = material.make(folder, 10, 1)
    good = made[0].path.read_bytes()
    locked = folder / "locked"
    with locked.open("w+b") as file, made[0].path.open("rb") as plain:
        msoffcrypto.format.ooxml.OOXMLFile(plain).encrypt("bí mật", file)
    book = openpyxl.load_workbook(made[0].path)
    at = material.received_at(material.office(), made[0])
    contents: list[tuple[str, bytes, bool, int]] = [
        (f"xlsx {one.agency} {one.fault}".strip(), one.path.read_bytes(), False, 8) for one in made
    ]
    contents += [
        ("ods", as_open_document(book, at), False, 8),
        ("ods of LibreOffice", Build.fixture("small.ods"), False, 4),
        ("xls", Build.fixture("small.xls"), False, 4),
        ("xlsb", Build.xlsb([]), False, 4),
        ("xlsx with a cell far away", Build.sparse_bomb(), False, 2),
        ("cut short", good[: len(good) * 2 // 3], True, 2),
        ("no workbook", random.Random(1).randbytes(20_000), True, 1),
        ("with a password", locked.read_bytes(), True, 1),
        ("empty", b"", True, 1),
    ]
    if dear:
        contents.append(("too much memory", _memory_bomb(), True, 0))
    found = []
    for number, (kind, content, broken, share) in enumerate(contents):
        path = folder / f"{number}"
        path.write_bytes(content)
        found.append(Sample(kind, path, broken, share))
    return found


def _memory_bomb() -> bytes:
    """A text of a megabyte that four thousand cells show."""
    cells = "".join(
        f'<row r="{r}">'
        + "".join(f'<c r="{c}{r}" t="s"><v>0</v></c>' for c in "ABCDEFGH")
        + "</row>"
        for r in range(1, 500)
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    shared = f"<sst xmlns='{main}'><si><t>{'x' * 1_000_000}</t></si></sst>"
    return Build.xlsx(cells, extra={"xl/sharedStrings.xml": shared})


class Killer:
    """Sends SIGKILL to readers, as the system does that runs out of memory."""

    def __init__(self, pool: ReaderPool, seed: int) -> None:
        self.kills = 0
        self._pool = pool
        self._random = random.Random(seed)
        self._asked: queue.Queue[int] = queue.Queue()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)

    def __enter__(self) -> Killer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._asked.put(0)
        self._thread.join()

    def strike(self) -> None:
        """Kills one soon; every fifth time the next two as well, wherever they are at work."""
        self._asked.put(3 if self._random.random() < 0.2 else 1)

    def _work(self) -> None:
        while not self._over.is_set():
            for _ in range(self._asked.get()):
                self._kill_one()

    def _kill_one(self) -> None:
        time.sleep(self._random.uniform(0, 0.05))
        while not self._over.wait(0.01):
            pids = self._pool.pids
            if pids and _killed(self._random.choice(pids)):
                self.kills += 1
                return


def _killed(pid: int) -> bool:
    """Whether a reader of ours of that id was killed; nobody else who bears it by now."""
    with suppress(OSError):
        descriptor = os.pidfd_open(pid)
        try:
            parent = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]
            if int(parent) in (os.getpid(), *forkers()):
                signal.pidfd_send_signal(descriptor, signal.SIGKILL)
                return True
        finally:
            os.close(descriptor)
    return False


def said_of(found: Examination) -> str:
    """All that is said of a file, in a word; without how long it took."""
    said = examination_to_json(found)
    said.pop("seconds", None)
    return hashlib.sha256(orjson.dumps(said)).hexdigest()


def soak(plan: Plan, folder: Path) -> Outcome:
    """Reads as the plan says, run by run, as the intake does."""
    outcome = Outcome(plan)
    samples = samples_in(folder, dear=plan.dear)
    office = material.office()
    with ReaderPool(office, memory_mb=MEMORY_MB, seconds_per_file=SECONDS) as calm:
        for sample, (_, found) in zip(samples, calm.examine(map(_job, samples)), strict=True):
            outcome.calm[sample.kind] = said_of(found)
            if sample.broken != (found.problem is not None):
                outcome.wrongs.append(f"{sample.kind}: read in calm as {found.problem}")
    waiting = deque(_drawn(plan, samples))
    started = time.monotonic()
    loads = [os.getloadavg()[0]]
    with (
        busy(plan.load),
        ReaderPool(
            office, workers=plan.workers, memory_mb=MEMORY_MB, seconds_per_file=SECONDS
        ) as pool,
        Killer(pool, plan.seed) as killer,
        _ended_after(plan.seconds, pool) as over,
    ):
        while waiting and not over.is_set():
            batch = [waiting.popleft() for _ in range(min(RUN, len(waiting)))]
            left, ended = _one_run(pool, batch, outcome, killer)
            waiting.extend(left)
            outcome.runs_ended += ended and not over.is_set()
            loads.append(os.getloadavg()[0])
        outcome.done_again = pool.done_again
    outcome.kills = killer.kills
    outcome.seconds = time.monotonic() - started
    outcome.mean_load = sum(loads[1:]) / max(1, len(loads) - 1)
    outcome.judge(samples)
    return outcome


def _drawn(plan: Plan, samples: Sequence[Sample]) -> list[Read]:
    """What is read, in which order; what costs a reader's whole memory a few times only."""
    chance = random.Random(plan.seed)
    drawn = chance.choices(samples, [s.share for s in samples], k=plan.reads)
    dear = [s for s in samples if not s.share]
    for number in range(plan.reads // 2, plan.reads, 500):
        drawn[number] = dear[0] if dear else drawn[number]
    return [Read(sample) for sample in drawn]


@contextmanager
def _ended_after(seconds: float, pool: ReaderPool) -> Iterator[threading.Event]:
    """When the time is over, the pool closes, whatever it waits for."""
    over = threading.Event()

    def end() -> None:
        over.set()
        pool.close()

    clock = threading.Timer(seconds, end)
    clock.start()
    try:
        yield over
    finally:
        clock.cancel()
        clock.join()


def _one_run(
    pool: ReaderPool, batch: Sequence[Read], outcome: Outcome, killer: Killer
) -> tuple[Sequence[Read], bool]:
    """Reads a batch; what is left for a later run, and whether no reader was to be had."""
    left: list[Read] = []
    answered = 0
    try:
        for read, (_, found) in zip(
            batch, pool.examine(_job(r.sample) for r in batch), strict=True
        ):
            answered += 1
            if (outcome.reads.total() + 1) % outcome.plan.kill_every == 0:
                killer.strike()
            if found.problem is not None and found.problem.is_ours:
                outcome.lost_alone += 1
                read.losses += 1
                if read.losses < LOSSES:
                    left.append(read)
                    continue
                outcome.held[read.sample.kind] += 1
            elif said_of(found) != outcome.calm[read.sample.kind]:
                outcome.otherwise[read.sample.kind] += 1
            elif found.problem is not None:
                outcome.told_broken[read.sample.kind] += 1
            outcome.reads[read.sample.kind] += 1
    except ReaderUnavailable:
        return [*batch[answered:], *left], True
    return left, False


def _job(sample: Sample) -> ExamineJob:
    return ExamineJob(sample.path, f"{sample.kind}.xlsx", received_on=RECEIVED_ON)


def main() -> int:
    """The command line: 0 when all was read and nothing untrue was said."""
    plan = Plan()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reads", type=int, default=plan.reads)
    parser.add_argument("--load", type=int, default=plan.load, help="busy processes")
    parser.add_argument("--minutes", type=float, default=plan.seconds / 60, help="at the most")
    parser.add_argument("--workers", type=int, default=plan.workers)
    parser.add_argument("--kill-every", type=int, default=plan.kill_every, help="so many reads")
    parser.add_argument("--seed", type=int, default=plan.seed)
    given = parser.parse_args()
    plan = Plan(
        given.reads, given.load, given.minutes * 60, given.workers, given.kill_every, given.seed
    )
    with tempfile.TemporaryDirectory(prefix="baocao-reads-") as folder:
        outcome = soak(plan, Path(folder))
    print(outcome.table())
    if not outcome.is_whole:
        print("The time was over before all was read.")
    return int(bool(outcome.wrongs) or not outcome.is_whole)


if __name__ == "__main__":
    sys.exit(main())

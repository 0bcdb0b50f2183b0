"""`make deadline-day`: most agencies answer within the last minutes; how long each waits.

    python -m benchmarks.deadline_day [--replies 2000] [--minutes 10] [--cores 2]

A real service with the settings of a fresh installation, but for its mail server, which is ours.
Replies come into its Maildir evenly over the minutes, a fifth of them faulty, so that their answers
bring marked workbooks. Counted is from a mail's arrival to the moment in which the server has taken
its answer. Ends by itself a quarter of an hour after the last reply at the latest.
"""

from __future__ import annotations

import argparse
import datetime as dt
import email
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import material
from benchmarks.serving import served, taken
from benchmarks.stages import Site
from flows import clock
from tasks.adapters.mailbox.maildir import deliver, make_maildir
from tasks.adapters.post.mail_catcher import CaughtMessage, MailCatcher
from tasks.adapters.post.posting import deliver as post
from tasks.adapters.work import opening

AIM_SECONDS, AIM_SHARE = 60.0, 0.95
SETTLES = 900.0  # seconds
BEFORE_THE_DEADLINE = dt.timedelta(hours=9)
_HEAD = 8_000  # bytes of a letter in which its headers end


@dataclass(frozen=True)
class Day:
    """What became of the replies: seconds that each waited for its answer, sorted."""

    replies: int
    waits: Sequence[float]
    twice: int  # answers to one reply beyond its first
    processor: float  # seconds, of the service
    letters: int  # taken by the mail server, answers and others

    @property
    def within_aim(self) -> float:
        """The share of all replies that was answered in time."""
        return sum(wait <= AIM_SECONDS for wait in self.waits) / self.replies

    @property
    def is_met(self) -> bool:
        """Whether all are answered, each once, and as many in time as are wanted."""
        return len(self.waits) == self.replies and not self.twice and self.within_aim >= AIM_SHARE

    def lines(self) -> list[str]:
        """For people."""
        if not self.waits:
            return [f"none of {self.replies} replies was answered"]
        at = [self.waits[int(share * (len(self.waits) - 1))] for share in (0.5, 0.95, 1.0)]
        return [
            f"{len(self.waits)} of {self.replies} replies answered, {self.twice} twice; "
            f"{self.letters} letters in all",
            f"median {at[0]:.1f} s, 95 % within {at[1]:.1f} s, the longest {at[2]:.1f} s",
            f"within {AIM_SECONDS:.0f} s: {self.within_aim:.1%}; aim {AIM_SHARE:.0%} of all: "
            f"{'met' if self.is_met else 'not met'}",
            f"processor: {self.processor:.0f} s, {self.processor / self.replies * 1000:.0f} ms a "
            "reply, the service's own work and its starts included",
        ]


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line: 0 when the aim is met."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replies", type=int, default=2000)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--cores", type=int, default=2, help="of the service")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="baocao-deadline-") as folder:
        print(f"{asked.replies} replies are made ...", flush=True)
        made = material.make(Path(folder), asked.replies, asked.cores)
        day = measured(Path(folder), made, asked.minutes * 60, asked.cores)
    print("\n".join(day.lines()))
    return int(not day.is_met)


def measured(folder: Path, made: Sequence[material.Submission], seconds: float, cores: int) -> Day:
    """Plays it in a folder that has no data yet."""
    _keep_to(cores)
    the_office = material.office()
    data = folder / "data"
    data.mkdir(mode=0o700)
    answers = _Answers()
    with MailCatcher(data / "sent", on_message=answers.note) as catcher:
        site = Site(the_office, data, f"sqlite:///{data / 'baocao.sqlite'}", cores)
        cycle = the_office.cycle(material.CYCLE)
        make_maildir(site.mailbox)
        with site.workplace(0, catcher.url) as workplace:
            opening.ask(workplace, cycle, opening.agencies_to_ask(workplace, cycle))
            post(workplace, len(made))
        clock.start_rehearsal(data, cycle.due_at - BEFORE_THE_DEADLINE)
        settings = {
            "BAOCAO_SMTP_URL": catcher.url,
            "BAOCAO_SECRET_KEY": material.SECRET.decode(),
            "BAOCAO_OFFICE_ADDRESS": material.OFFICE_ADDRESS,
        }
        with served(folder, settings) as (pid, _):
            before = taken(pid).seconds
            arrived = _let_come(made, site.mailbox, seconds)
            _wait_for_all(answers, arrived)
            spent = taken(pid).seconds - before
        return answers.day(arrived, spent)


def _keep_to(cores: int) -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])


def _let_come(
    made: Sequence[material.Submission], mailbox: Path, seconds: float
) -> Mapping[str, float]:
    """Delivers the mails evenly; when each came, by its Message-ID."""
    arrived: dict[str, float] = {}
    began = time.monotonic()
    for number, one in enumerate(made):
        content = one.mail.read_bytes()
        due = began + seconds * number / len(made)
        time.sleep(max(0.0, due - time.monotonic()))
        arrived[_header(content, "Message-ID")] = time.monotonic()
        deliver(mailbox, content)
    return arrived


def _wait_for_all(answers: _Answers, arrived: Mapping[str, float]) -> None:
    until = time.monotonic() + SETTLES
    while time.monotonic() < until and not answers.has_all(arrived):
        time.sleep(0.5)


class _Answers:
    """When the mail server took which answer."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._at: dict[str, float] = {}  # of the first, by the Message-ID that it answers
        self._times: Counter[str] = Counter()
        self._letters = 0

    def note(self, caught: CaughtMessage) -> None:
        """A letter as the server takes it."""
        answered = _header(caught.content, "In-Reply-To")
        with self._lock:
            self._letters += 1
            if answered:
                self._times[answered] += 1
                self._at.setdefault(answered, time.monotonic())

    def has_all(self, arrived: Mapping[str, float]) -> bool:
        """Whether each has been answered."""
        with self._lock:
            return arrived.keys() <= self._at.keys()

    def day(self, arrived: Mapping[str, float], processor: float) -> Day:
        """What it came to."""
        with self._lock:
            waits = sorted(self._at[i] - came for i, came in arrived.items() if i in self._at)
            twice = sum(self._times[i] - 1 for i in arrived if self._times[i] > 1)
            return Day(len(arrived), waits, twice, processor, self._letters)


def _header(content: bytes, name: str) -> str:
    return str(email.message_from_bytes(content[:_HEAD])[name] or "").strip()


if __name__ == "__main__":
    sys.exit(main())

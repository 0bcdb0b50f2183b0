"""Sending through a proxy that breaks the conversation, at every stage and in every way.

Three letters wait. One delivery meets the fault, at the second letter if the stage is of a letter;
a second delivery, hours later, meets none.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from unittest.mock import patch

from models.domain.mail.mail import LetterState
from tasks.adapters.post import posting
from tasks.adapters.post.smtp_sender import SmtpSender
from tasks.adapters.work import opening
from tests.faults.proxy import CONNECT, HOST, Break, Fault, SmtpProxy
from tests.faults.workplaces import NOW, workplace_in
from tests.fixtures.letters_written import every_letter
from tests.servers.mail_ground import Arrived, LetterServer

AGENCIES = ("syt", "sdl", "stp")
LATER = NOW + dt.timedelta(hours=5)
#: Seconds of waiting for an answer: few where none will come, else as a busy machine wants.
IMPATIENT, PATIENT = 2.0, 30.0
SILENT = ("timeout", "drip")
#: The one window: all content and the final dot have left us, no answer has come. What a torn line
#: swallowed of them only the other side knows.
WINDOW = ("BODY", "DOT")

#: Each stage with its Vietnamese name and at which of its passages the fault strikes. A letter has
#: two recipients, so the third RCPT is the second letter's first.
STAGES: Mapping[str, tuple[str, int]] = {
    CONNECT: ("lời chào của máy chủ", 1),
    "EHLO": ("EHLO", 1),
    "MAIL": ("MAIL FROM", 2),
    "RCPT": ("RCPT TO", 3),
    "DATA": ("DATA", 2),
    "DOT": ("sau dấu chấm cuối", 2),
    "QUIT": ("QUIT", 1),
}
#: Each outcome with its Vietnamese name.
OUTCOMES: Mapping[str, tuple[str, Break | bytes]] = {
    "421": ("421 rồi đóng", b"421 4.3.2 closing\r\n"),
    "4xx": ("450", b"450 4.2.0 later\r\n"),
    "5xx": ("550", b"550 5.0.0 no\r\n"),
    "timeout": ("im lặng", Break.SILENCE),
    "reset": ("đứt trước khi tới", Break.RESET),
    "garbage": ("trả lời vô nghĩa", b"\xff\x00 what is SMTP\r\n"),
    "drip": ("nhỏ giọt mãi", Break.DRIP),
    "slow": ("chậm", Break.SLOW),
    "lost": ("làm rồi mới đứt", Break.LOST),
}
SHORT = (("MAIL", "421"), ("RCPT", "5xx"), ("DATA", "reset"), ("DOT", "lost"), ("DOT", "4xx"))


@dataclass(frozen=True, slots=True)
class SmtpCase:
    """One stage with one outcome; "BODY" is the content torn in its middle."""

    stage: str
    outcome: str

    @property
    def fault(self) -> Fault:
        """The fault as the proxy takes it."""
        if self.stage == "BODY":
            return Fault("BODY", Break.RESET, 2)
        _, nth = STAGES[self.stage]
        return Fault(self.stage, OUTCOMES[self.outcome][1], nth, closes=self.outcome == "421")

    @property
    def words(self) -> tuple[str, str]:
        """Stage and outcome in Vietnamese."""
        if self.stage == "BODY":
            return "giữa nội dung thư", OUTCOMES["reset"][0]
        return STAGES[self.stage][0], OUTCOMES[self.outcome][0]


def cases() -> Iterator[SmtpCase]:
    """All of them."""
    for stage in STAGES:
        for outcome in OUTCOMES:
            yield SmtpCase(stage, outcome)
        if stage == "DATA":
            yield SmtpCase("BODY", "reset")


def short_cases() -> Iterator[SmtpCase]:
    """A few of every kind."""
    return (SmtpCase(stage, outcome) for stage, outcome in SHORT)


@dataclass(frozen=True)
class SmtpResult:
    """What became of the three letters."""

    case: SmtpCase
    struck: bool
    first: Counter[str]  # states after the run with the fault
    second: Counter[str]  # states after the run without
    states: Mapping[str, str]  # at the end, by Message-ID
    wanted: Arrived  # every letter at each of its recipients
    arrived: Arrived  # how often the server took each letter for each recipient

    @property
    def wrong(self) -> list[str]:
        """What must never be: a letter lost, doubled or in a state that is not so."""
        faults = [] if self.struck else ["the fault never struck"]
        faults += [f"{key} arrived {n} times" for key, n in self.arrived.items() if n > 1]
        for letter, address in self.wanted:
            state, there = self.states[letter], self.arrived[letter, address] > 0
            if state == LetterState.UNCERTAIN:
                if self.case.stage not in WINDOW:
                    faults.append(f"{letter} is uncertain outside the window")
            elif state == LetterState.FAILED:
                if self.case.outcome != "5xx":
                    faults.append(f"{letter} is given up after {self.case.outcome}")
            elif state != LetterState.SENT:
                faults.append(f"{letter} is {state} after the second run")
            elif not there:
                faults.append(f"{letter} is sent and did not reach {address}")
        return faults


class SmtpGround:
    """Three letters, ready to be copied for each case."""

    def __init__(self, folder: Path, server: LetterServer) -> None:
        self.folder = folder
        self.server = server
        with workplace_in(folder / "template") as workplace:
            cycle = workplace.office.cycle("2025-plan")
            opening.ask(workplace, cycle, [workplace.office.register.agencies[a] for a in AGENCIES])
            with workplace.engine.begin() as connection:
                rows = every_letter(connection)
        self.wanted: Arrived = Counter(
            (row.message_id, address) for row in rows for address in [*row.to, *row.cc]
        )

    def run(self, case: SmtpCase) -> SmtpResult:
        """One case: the run with the fault, and hours later one without."""
        name = f"{case.stage}-{case.outcome}"
        folder = self.folder / name
        shutil.copytree(self.folder / "template", folder)
        self.server.clear()
        with SmtpProxy(self.server.port, case.fault) as proxy:
            url = f"smtp://{HOST}:{proxy.port}"
            seconds = IMPATIENT if case.outcome in SILENT else PATIENT
            impatient = partial(SmtpSender, timeout=seconds, data_timeout=seconds)
            with patch.object(posting, "SmtpSender", impatient):
                first = self._deliver(folder, url, NOW)
        second = self._deliver(folder, f"smtp://{HOST}:{self.server.port}", LATER)
        return SmtpResult(
            case,
            proxy.struck,
            Counter(first.values()),
            Counter(second.values()),
            second,
            self.wanted,
            self.server.arrived(),
        )

    def _deliver(self, folder: Path, url: str, now: dt.datetime) -> dict[str, str]:
        with workplace_in(folder, now=now, smtp_url=url) as workplace:
            posting.deliver(workplace, 1000)
            with workplace.engine.begin() as connection:
                return {row.message_id: row.state for row in every_letter(connection)}

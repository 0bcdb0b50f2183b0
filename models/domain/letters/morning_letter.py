"""The morning letter to whoever works on the cycles: what waits, who owes, what goes out today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.cycle.letter_phrases import day_text, number_text
from models.domain.letters.letters import LetterContent, letterhead
from models.domain.letters.run_words import to_open
from models.domain.mail.mail import LetterKind
from models.domain.notation.vietnamese_text import one_line

CLERKS = "Bộ phận tổng hợp báo cáo"
LISTED = 30  # of what waits; the desk's first page has all of it
_SHOWN = 300  # letters of a line


@dataclass(frozen=True, slots=True)
class DeskAddresses:
    """Where the desk is, "" where that is not known, and the path of each case below it."""

    desk: str
    path_of: Callable[[Any], str]

    def of(self, case: Any) -> str:
        """The whole address of a case; "" where the desk's is not known."""
        return f"{self.desk}{self.path_of(case)}" if self.desk else ""


@dataclass(frozen=True)
class MorningFacts:
    """What the letter says. `waiting`: what waits, oldest first, each with its address or ""."""

    waiting: Sequence[tuple[str, str]] = ()
    owing: Sequence[str] = ()  # a line for those who have so many days left
    owing_count: int = 0
    failing: Sequence[str] = ()  # flows whose last runs failed
    going_out: Sequence[str] = ()  # letters of this day
    desk: str = ""  # the address of the desk's first page


def compose_morning_letter(
    cycle: ReportingCycle, facts: MorningFacts, now: dt.datetime
) -> LetterContent:
    """The letter; the cycle only lends its letterhead."""
    more = len(facts.waiting) - LISTED
    return LetterContent(
        LetterKind.TODAYS_WORK,
        "todays_work",
        {
            **letterhead(cycle, CLERKS),
            "cycle_title": "Việc hôm nay",
            "today": day_text(now.astimezone(HANOI).date()),
            "waiting_count": number_text(len(facts.waiting)),
            "waiting": [_with_address(*one) for one in facts.waiting[:LISTED]],
            "waiting_more": number_text(more) if more > 0 else "",
            "owing_count": number_text(facts.owing_count),
            "owing": [one_line(line, 2000) for line in facts.owing],
            "failing": [one_line(line, _SHOWN) for line in facts.failing],
            "going_out": [one_line(line, _SHOWN) for line in facts.going_out],
            "desk": to_open(facts.desk) if facts.desk else "",
        },
    )


def _with_address(said: str, address: str) -> str:
    line = one_line(said, _SHOWN).rstrip(" :")
    return f"{line}: {address}" if address else line

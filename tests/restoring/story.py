"""The plan cycle as the world sees it: recorded once, then told again to any office that asks.

What agencies send depends on the letters they get, so the first telling plays their parts. Whatever
comes to the office is recorded with its moment; a later telling only repeats it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from models.domain.answers.decisions import Signature
from models.domain.cycle.cycles import HANOI
from models.domain.deeds.deed import Deed
from models.domain.deeds.message_deeds import AssignMessage
from models.domain.deeds.version_deeds import WithdrawVersion
from models.domain.mail.mail import MessageState
from models.domain.reading.identity import sign
from tasks.adapters.simulation.actors import Actor, Surroundings
from tasks.adapters.simulation.acts import at
from tasks.adapters.simulation.chapters import PLAN, SEED
from tasks.adapters.simulation.correspondence import Letterbox
from tasks.adapters.store import messages, submissions
from tasks.adapters.workplace import Workplace

MORNING, EVENING = dt.time(9, 5), dt.time(17, 15)
FORWARDING = "cang_vu_hang_hai"  # its plan comes from somebody's own address
WITHDRAWN = "sgddt"  # whose version an official takes back, and gives back
HIRED_AT = at("06/02 09:05")  # when somebody gets an account
BY = Signature("Trần Thị Hà, Trưởng phòng Tổng hợp", "Theo điện thoại của cơ quan.")

Decide = Callable[[Workplace], Deed | None]


@dataclass(frozen=True, slots=True)
class Decided:
    """What a person at the office decides at a moment; made anew from what lies before them."""

    at: dt.datetime
    name: str
    deed: Decide


@dataclass
class Moment:
    """One moment: what has come since the last, and what the office does."""

    at: dt.datetime
    flows: Sequence[str] = ()
    decisions: Sequence[Decided] = ()
    mail: list[tuple[bytes, dt.datetime]] = field(default_factory=list)
    dropped: list[tuple[str, bytes]] = field(default_factory=list)


def _assigned(workplace: Workplace) -> Deed | None:
    with workplace.engine.begin() as connection:
        held = messages.in_state(connection, MessageState.HELD)
    found = [row["key"] for row in held if row["agency"] == FORWARDING]
    if not found:
        return None
    return AssignMessage(
        signed=BY, cycle=PLAN.cycle, agency=FORWARDING, message=found[0], registers_sender=True
    )


def _withdrawal(workplace: Workplace, *, withdrawn: bool) -> Deed | None:
    with workplace.engine.begin() as connection:
        every = submissions.all_of(connection, PLAN.cycle, WITHDRAWN)
    if not every:
        return None
    return WithdrawVersion(signed=BY, receipt=every[0].receipt_number, withdrawn=withdrawn)


DECISIONS = (
    Decided(at("11/02 08:30"), "assign", _assigned),
    Decided(at("17/02 10:30"), "withdraw", partial(_withdrawal, withdrawn=True)),
    Decided(at("18/02 10:30"), "reinstate", partial(_withdrawal, withdrawn=False)),
)


def timetable(workplace: Workplace, acts: Sequence[dt.datetime]) -> list[Moment]:
    """The moments of the cycle, in order."""
    steps: dict[dt.datetime, tuple[str, ...]] = {_evening(moment): () for moment in acts}
    steps |= {_evening(one.at): () for one in DECISIONS} | {one.at: () for one in DECISIONS}
    calendar, day = workplace.office.calendar, PLAN.opening.date() + dt.timedelta(days=1)
    while day <= PLAN.end.date():
        if calendar.is_working_day(day):
            steps[dt.datetime.combine(day, MORNING, HANOI)] = ("remind",)
        day += dt.timedelta(days=1)
    steps[PLAN.opening] = ("open",)
    steps[HIRED_AT] = ("remind", "account")
    steps |= dict.fromkeys(PLAN.summaries, ("summary",))
    decided = {one.at: one for one in DECISIONS}
    return [
        Moment(moment, flows, [decided[moment]] if moment in decided else [])
        for moment, flows in sorted(steps.items())
        if moment <= PLAN.end
    ]


def _evening(moment: dt.datetime) -> dt.datetime:
    evening = dt.datetime.combine(moment.date(), EVENING, HANOI)
    return evening if moment <= evening else evening + dt.timedelta(days=1)


class Cast:
    """The agencies, who read what the office has sent and answer."""

    def __init__(self, workplace: Workplace, sent: Path, scratch: Path) -> None:
        office, rules = workplace.office, workplace.rules
        self._mail: list[tuple[bytes, dt.datetime]] = []
        self._drop = scratch
        scratch.mkdir()
        cycle = office.cycle(PLAN.cycle)
        around = Surroundings(
            office, cycle, Letterbox(sent), None, self._post, scratch, rules.office_address, SEED
        )
        agencies = office.register.answering_on(PLAN.opening.date())
        parts = PLAN.cast(agencies, partial(sign, rules.secret))
        self._waiting = sorted(
            (
                (act, actor)
                for agency in agencies
                if agency.code in office.register.contacts
                for actor in [Actor(agency, around)]
                for act in parts.get(agency.code, ())
            ),
            key=lambda pair: (pair[0].at, pair[1].agency.code),
        )

    def moments(self) -> list[dt.datetime]:
        return [act.at for act, _ in self._waiting]

    def perform(self, moment: Moment) -> None:
        """What the agencies do up to a moment is recorded in it."""
        while self._waiting and self._waiting[0][0].at <= moment.at:
            act, actor = self._waiting.pop(0)
            actor.perform(act)
        moment.mail, self._mail = self._mail, []
        for path in sorted(self._drop.iterdir()):
            moment.dropped.append((path.name, path.read_bytes()))
            path.unlink()

    def _post(self, content: bytes, at: dt.datetime) -> None:
        self._mail.append((content, at))

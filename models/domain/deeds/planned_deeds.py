"""Deeds about planned letters: held back until they are released, or sent before their time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from models.domain.answers.decisions import DecisionKind, DecisionRefused, Matter, decided
from models.domain.answers.planned_letters import (
    PlannedDecisions,
    PlannedSending,
    planned_named,
    planned_title,
    why_held,
)
from models.domain.cycle.cycles import ReportingCycle
from models.domain.cycle.letter_phrases import number_text
from models.domain.deeds.deed import Deed, Weighed
from models.domain.errors import UnknownAgency
from models.domain.reading.office import Office, register_day
from models.domain.register.agencies import Agency

_NAMED = 5  # agencies that a sentence names


@dataclass(frozen=True)
class PlannedAtHand:
    """What is known of a planned letter. Agencies by code, "" for the office.

    `coming`: to whom it will go, if nothing changes; `waiting`: whose letter is written and has not
    left; `left`: whose letter has.
    """

    cycle: ReportingCycle
    decided: PlannedDecisions
    coming: Collection[str] = ()
    waiting: Collection[str] = ()
    left: Collection[str] = ()


@dataclass(frozen=True)
class SendingNow:
    """What sending it now comes to: who gets a letter, and why the others get none."""

    names: Sequence[str] = ()
    why_not: Mapping[str, str] = field(default_factory=dict)  # by name


@dataclass(frozen=True, kw_only=True)
class PlannedDeed(Deed):
    """A deed about a planned letter, to one agency or to everybody whom it goes to."""

    planned: str  # its key, as chosen
    agency: str = ""  # code or name, as typed; "" for everybody

    @property
    def sending(self) -> PlannedSending:
        """The planned letter. Raises DecisionRefused for a key that names none."""
        found = planned_named(self.planned)
        if found is None:
            raise DecisionRefused(
                f"Không có thư theo lịch nào mang mã «{self.planned.strip()}». Xin chọn trong danh "
                "sách, hoặc ở trang Lịch."
            )
        return found

    @property
    def cycle(self) -> str:
        """The code of the cycle that it is about; "" for a key that names none."""
        found = planned_named(self.planned)
        return found.cycle if found else ""

    def agency_meant(self, office: Office) -> Agency | None:
        """The agency of that code or name, or who answers in its place; None for everybody."""
        if not self.agency.strip():
            return None
        cycle = office.cycle(self.sending.cycle)
        try:
            return office.register.responsible_for(self.agency, register_day(cycle))
        except UnknownAgency as error:
            raise DecisionRefused(str(error)) from None

    def title(self, cycle: ReportingCycle, agency: Agency | None) -> str:
        """What the deed is about, as a sentence begins."""
        said = f"Kỳ {cycle.code}, {_begun_small(planned_title(self.sending, cycle))}"
        return f"{said}, {agency.name}" if agency else said


@dataclass(frozen=True, kw_only=True)
class HoldLetterBack(PlannedDeed):
    """A planned letter is not written, nor sent where it is written, until it is released."""

    released: bool = False  # the calendar brings it again

    def weigh(self, known: PlannedAtHand, agency: Agency | None, now: dt.datetime) -> Weighed:
        """What it comes to. Raises DecisionRefused for a letter that is not to come any more."""
        code, subject = agency.code if agency else "", self.sending.subject
        about = self.title(known.cycle, agency)
        holds = known.decided.holding(subject, code)
        matter = Matter(known.cycle.code, code, subject)
        if self.released:
            if holds is None:
                return Weighed(f"{about}: không bị giữ lại.")
            decision = decided(DecisionKind.RELEASE_LETTER, self.signed, now, matter)
            return Weighed(f"{about}: thôi giữ lại", decision)
        if holds is not None:
            return Weighed(f"{about}: đang {why_held(holds)}.")
        there = {*known.coming, *known.waiting}
        if not there or (code and code not in there):
            gone = code in known.left if code else bool(known.left)
            why = "đã gửi, không giữ lại được nữa" if gone else "không còn thư nào sẽ đi"
            raise DecisionRefused(f"{about}: {why}.")
        decision = decided(DecisionKind.HOLD_LETTER_BACK, self.signed, now, matter)
        left = len({*known.left} - there) if not code else 0
        told = f" ({number_text(left)} thư đã gửi trước đó)" if left else ""
        return Weighed(f"{about}: giữ lại, không gửi{told}", decision)


@dataclass(frozen=True, kw_only=True)
class SendLetterNow(PlannedDeed):
    """A planned letter leaves before its time, to whom it would go and may go now."""

    def stands(self, known: PlannedAtHand, agency: Agency | None) -> Weighed | None:
        """That this very decision was taken before, as by a run that is repeated."""
        code = agency.code if agency else ""
        if not known.decided.repeats(self.sending.subject, code, self.signed):
            return None
        return Weighed(f"{self.title(known.cycle, agency)}: quyết định gửi ngay này đã có.")

    def weigh(
        self, known: PlannedAtHand, agency: Agency | None, found: SendingNow, now: dt.datetime
    ) -> Weighed:
        """What it comes to. Raises DecisionRefused where nobody would get a letter."""
        about = self.title(known.cycle, agency)
        if not found.names:
            raise DecisionRefused(f"{about}: {_why_nobody(found.why_not)}.")
        matter = Matter(known.cycle.code, agency.code if agency else "", self.sending.subject)
        decision = decided(DecisionKind.SEND_LETTER_NOW, self.signed, now, matter)
        told = f", {number_text(len(found.names))} thư" if agency is None else ""
        if found.why_not and agency is None:
            told += f"; không gửi {number_text(len(found.why_not))} nơi: {_listed(found.why_not)}"
        return Weighed(f"{about}: gửi ngay{told}", decision)


def _why_nobody(why_not: Mapping[str, str]) -> str:
    if not why_not:
        return "không có thư nào như vậy sẽ đi"
    reasons = set(why_not.values())
    return reasons.pop() if len(reasons) == 1 else _listed(why_not)


def _listed(why_not: Mapping[str, str]) -> str:
    said = [f"{name} ({why})" for name, why in why_not.items()]
    more = len(said) - _NAMED
    return "; ".join([*said[:_NAMED], *([f"và {number_text(more)} nơi khác"] if more > 0 else [])])


def _begun_small(text: str) -> str:
    return text[:1].lower() + text[1:]

"""What the office has decided, in one value: loaded by `config`, handed to who needs it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.cycle.working_calendar import WorkingCalendar
from models.domain.errors import UnknownCycle
from models.domain.reading.form_words import form_in_words
from models.domain.reading.forms import Form, asks_anything
from models.domain.reading.rule_settings import RuleSettings
from models.domain.register.agencies import Agency, Register
from models.domain.register.catalogue import Catalogue
from models.domain.register.collectives import addressed_on
from models.domain.register.successions import catalogue_on


@dataclass(frozen=True)
class Office:
    """Catalogues by year, the register, cycles and forms by code, and the working calendar."""

    catalogues: Mapping[int, Catalogue]
    register: Register
    cycles: Mapping[str, ReportingCycle]
    forms: Mapping[str, Form]
    calendar: WorkingCalendar
    rules: RuleSettings = field(default_factory=RuleSettings)
    # Others keep what they made of a catalogue by its identity: one object for one cycle.
    _standing: dict[tuple[int, dt.date, dt.date], Catalogue] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    _worded: dict[str, Form] = field(default_factory=dict, init=False, repr=False, compare=False)

    def cycle(self, code: str) -> ReportingCycle:
        """The cycle of that code. Raises UnknownCycle, which names those there are."""
        try:
            return self.cycles[code]
        except KeyError:
            known = ", ".join(sorted(self.cycles))
            raise UnknownCycle(f"Không có kỳ báo cáo «{code}». Các kỳ đã khai: {known}.") from None

    def of_cycle(self, code: str) -> tuple[ReportingCycle, Form, Catalogue]:
        """The cycle of that code, its form and its catalogue. Raises UnknownCycle."""
        cycle = self.cycle(code)
        return cycle, self.form_of(cycle), self.catalogue_of(cycle)

    def catalogue_of(self, cycle: ReportingCycle) -> Catalogue:
        """The catalogue as it stands for the cycle: the same object whenever it is asked for.

        Every row is answered for by those who do so on the cycle's register day. Targets set after
        the cycle's end are not in it; of a cycle without one those set after its workbooks went
        out, for no workbook can quote a document of a later day.
        """
        until = cycle.ends_on or cycle.opens_at.astimezone(HANOI).date()
        key = (cycle.catalogue_year, register_day(cycle), until)
        if key not in self._standing:
            printed = self.catalogues[cycle.catalogue_year]
            addressed = addressed_on(printed, self.register, key[1])
            self._standing[key] = catalogue_on(addressed, self.register.successions, *key[1:])
        return self._standing[key]

    def newly_from(self, agency: str, cycle: ReportingCycle) -> str:
        """The province the agency came with since the cycle's previous one; "" for any other.

        For that reason it was not asked then: nothing of it can be carried over or compared.
        """
        earlier, known = self.cycles.get(cycle.previous), self.register.agencies.get(agency)
        if earlier is None or known is None or known.valid_on(register_day(earlier)):
            return ""
        return self.register.came_from(agency, register_day(cycle))

    def form_of(self, cycle: ReportingCycle) -> Form:
        """The form the cycle's workbooks follow, in the words of its directive."""
        if cycle.code not in self._worded:
            catalogue = self.catalogues[cycle.catalogue_year]
            self._worded[cycle.code] = form_in_words(self.forms[cycle.form], catalogue, cycle)
        return self._worded[cycle.code]


def register_day(cycle: ReportingCycle) -> dt.date:
    """The day whose register a cycle goes by: its opening, in Hanoi."""
    return cycle.opens_at.astimezone(HANOI).date()


def answering(office: Office, cycle: ReportingCycle) -> list[Agency]:
    """The agencies of the cycle's register day whose workbook has anything to report in."""
    form, catalogue = office.form_of(cycle), office.catalogue_of(cycle)
    return [
        a
        for a in office.register.answering_on(register_day(cycle))
        if asks_anything(form, catalogue, a.code)
    ]

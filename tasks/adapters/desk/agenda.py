"""The agenda, gathered from the record: what every cycle will bring in the coming days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from sqlalchemy import Connection

from models.domain.answers.standing import AgencyStanding
from models.domain.cycle.cycles import ReportingCycle, cycles_in_view
from models.domain.desk.agenda import (
    AgendaEntry,
    date_entries,
    letter_entries,
    opening_entry,
    work_entries,
)
from models.domain.reading.office import answering
from models.domain.results.coming_letters import ComingLetter
from tasks.adapters.boards.coming_letters import letters_coming
from tasks.adapters.store import decisions, obligations
from tasks.adapters.workplace import Workplace

#: By cycle, where whoever asks has them at hand.
Standings = Mapping[str, Sequence[AgencyStanding]]


def agenda_entries(
    workplace: Workplace,
    connection: Connection,
    cycles: Sequence[ReportingCycle],
    until: dt.datetime,
    standings: Standings = MappingProxyType({}),
) -> list[AgendaEntry]:
    """What these cycles bring from now on until then."""
    found: list[AgendaEntry] = []
    for cycle in cycles:
        if cycle.opens_at > until:
            continue
        coming = coming_of(workplace, connection, cycle, standings)
        found += letter_entries(cycle, [one for one in coming if one.at <= until])
        found += _openings(workplace, connection, cycle)
        found += date_entries(cycle, extended_deadlines(connection, cycle))
        found += _consolidations(workplace, connection, cycle, until)
    return found


def coming_of(
    workplace: Workplace,
    connection: Connection,
    cycle: ReportingCycle,
    standings: Standings = MappingProxyType({}),
) -> list[ComingLetter]:
    """The planned letters of a cycle; none after its end."""
    if cycle.has_ended(workplace.now):
        return []
    return letters_coming(workplace, connection, cycle, standings.get(cycle.code))


def extended_deadlines(connection: Connection, cycle: ReportingCycle) -> Mapping[str, dt.datetime]:
    """The deadlines of their own that agencies have in a cycle, by agency."""
    book = decisions.book(connection)
    agencies = dict.fromkeys(d.agency for d in book.decisions if d.cycle == cycle.code)
    found = {agency: book.extension(cycle.code, agency) for agency in agencies if agency}
    return {agency: until for agency, until in found.items() if until is not None}


def to_be_asked(workplace: Workplace, connection: Connection, cycle: ReportingCycle) -> list[str]:
    """Codes of the agencies that were not asked yet and will be, as long as they can be."""
    if cycle.has_ended(workplace.now):
        return []
    asked = obligations.of_cycle(connection, cycle.code)
    return [a.code for a in answering(workplace.office, cycle) if a.code not in asked]


def _openings(
    workplace: Workplace, connection: Connection, cycle: ReportingCycle
) -> list[AgendaEntry]:
    agencies = to_be_asked(workplace, connection, cycle)
    return [opening_entry(cycle, agencies, workplace.now)] if agencies else []


def _consolidations(
    workplace: Workplace, connection: Connection, cycle: ReportingCycle, until: dt.datetime
) -> list[AgendaEntry]:
    every, asked = workplace.office.cycles.values(), obligations.open_cycles(connection)
    return [
        entry
        for entry in work_entries(cycle, workplace.now, until)
        if cycle in cycles_in_view(every, entry.at, asked)
    ]

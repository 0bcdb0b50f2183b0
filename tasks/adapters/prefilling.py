"""Prefilling: what the previous cycle holds of the agencies' answers, for the next workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from models.domain.carrying import Carried, carry_over
from models.domain.cycles import ReportingCycle
from models.domain.office import Office, register_day
from models.domain.standing import AgencyStanding
from models.domain.submissions import Entry
from tasks.adapters.standings import standings_of_cycle
from tasks.adapters.workplace import Workplace

Accounts = Mapping[str, Sequence[Entry]]


def earlier_accounts(place: Workplace, cycle: ReportingCycle) -> Accounts:
    """What counts of what each agency said in the previous cycle; nothing where there is none."""
    if not cycle.previous:
        return {}
    with place.engine.begin() as connection:
        standings = standings_of_cycle(
            place, connection, place.office.cycle(cycle.previous), details=True
        )
    return {s.agency: _entries(s) for s in standings if s.effective is not None}


def _entries(standing: AgencyStanding) -> Sequence[Entry]:
    return standing.effective.entries if standing.effective is not None else ()


def carried_into(office: Office, cycle: ReportingCycle, agency: str, accounts: Accounts) -> Carried:
    """What the agency's workbook of the cycle holds when it is sent. Raises UnknownCycle."""
    earlier = office.catalogue_of(office.cycle(cycle.previous)) if cycle.previous else None
    return carry_over(
        office.form_of(cycle),
        office.catalogue_of(cycle),
        agency,
        office.register,
        register_day(cycle),
        earlier,
        accounts,
    )

"""Prefilling: what the previous cycle holds of the agencies' answers, for the next workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from models.domain.answers.carrying import (
    Carried,
    EarlierPlans,
    carry_over,
    lacking_plans,
    plan_state,
)
from models.domain.answers.standing import AgencyStanding
from models.domain.cycle.cycles import ReportingCycle
from models.domain.reading.office import Office, register_day
from models.domain.reading.submissions import Entry
from models.domain.register.successions import PLAN
from tasks.adapters.standings import standings_of_cycle
from tasks.adapters.store import submissions
from tasks.adapters.store.earlier.bearing import last_accepted
from tasks.adapters.workplace import Workplace

Accounts = Mapping[str, Sequence[Entry]]


def earlier_accounts(workplace: Workplace, cycle: ReportingCycle) -> Accounts:
    """What counts of what each agency said in the previous cycle; nothing where there is none."""
    if not cycle.previous:
        return {}
    with workplace.engine.begin() as connection:
        return accounts_of(workplace, connection, workplace.office.cycle(cycle.previous))


def earlier_plans(workplace: Workplace, cycle: ReportingCycle) -> EarlierPlans:
    """What became of each agency's plan in the previous cycle; nothing where there is none."""
    if not cycle.previous:
        return {}
    with workplace.engine.begin() as connection:
        return plans_of(workplace, connection, workplace.office.cycle(cycle.previous))


def plans_of(workplace: Workplace, connection: Connection, cycle: ReportingCycle) -> EarlierPlans:
    """What became of each asked agency's plan in the cycle."""
    form = workplace.office.form_of(cycle)
    standings = standings_of_cycle(workplace, connection, cycle)
    return {standing.agency: plan_state(form, standing) for standing in standings}


def with_lacking(
    office: Office, cycle: ReportingCycle, agency: str, carried: Carried, plans: EarlierPlans
) -> Carried:
    """What the agency's workbook holds, and whose plans of the previous cycle it does not."""
    found = lacking_plans(
        office.form_of(cycle), agency, office.register, register_day(cycle), plans
    )
    return replace(carried, lacking=tuple(found))


def accounts_of(workplace: Workplace, connection: Connection, cycle: ReportingCycle) -> Accounts:
    """What counts now of what each agency said in the cycle."""
    standings = standings_of_cycle(workplace, connection, cycle, details=True)
    accounts = {s.agency: _entries(s) for s in standings}
    return {agency: entries for agency, entries in accounts.items() if entries}


def _entries(standing: AgencyStanding) -> Sequence[Entry]:
    """The cells that count, each section's from the version that counts for it."""
    return [
        entry
        for version in standing.versions
        for entry in version.entries
        if standing.counting(entry.sheet) is version
    ]


def plan_accounts(
    connection: Connection, office: Office, cycle: ReportingCycle, agency: str
) -> Accounts:
    """The accounts that one agency's free rows come from: its own, and whose plan it took over."""
    if not cycle.previous:
        return {}
    before = office.register.successions.predecessors_of(agency, register_day(cycle), PLAN)
    counting = last_accepted(connection, cycle.previous, [agency, *before])
    return {
        code: submissions.record(connection, number)[0].entries
        for code, number in sorted(counting.items())
    }


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

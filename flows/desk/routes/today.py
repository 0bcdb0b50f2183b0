"""Hôm nay: what waits for a person, and what the machine will do next."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi.responses import Response

from flows.desk.case_addresses import case_address
from flows.desk.desk import Desk, Page, PageRequest
from flows.desk.what_runs import what_runs
from flows.workplaces import cycles_in_view
from models.domain.cycle import cycles
from tasks.adapters.desk.todays_work import todays_tasks, who_owes

_COMING = 8  # runs of the schedules that are named


def today(desk: Desk, request: PageRequest) -> Response:
    """The first page: every line leads to its case, filled in."""
    workplace = desk.house.workplace()
    office = workplace.office
    in_view = cycles_in_view(workplace, "")
    shown = [desk.house.results(cycle) for cycle in in_view]
    open_ones = cycles.open_cycles(office.cycles.values(), workplace.now)
    known = {c.code: desk.house.standings(c) for c in (*in_view, *open_ones)}
    with workplace.engine.begin() as connection:
        found = [one.results for one in shown]
        tasks = todays_tasks(workplace, connection, found, lambda cycle: known[cycle.code])
        owing = who_owes(workplace, connection, open_ones, lambda cycle: known[cycle.code])
        running = what_runs(connection, workplace.now)
    return desk.page(
        "today.html",
        request,
        now=workplace.now,
        tasks=[(task, case_address(task)) for task in tasks],
        owing=owing,
        running=running,
        cycles={cycle.code: cycle for cycle in in_view},
        name_of=office.register.agency_name,
        failed=desk.runs.failed(),
        coming=desk.runs.coming(_COMING),
        measured_at=max((one.at for one in shown), default=None),
    )


PAGES: Mapping[str, Page] = {"today": today}

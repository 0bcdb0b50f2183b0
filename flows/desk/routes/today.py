"""Hôm nay: what waits for a person, and what the machine will do next."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi.responses import Response

from flows.desk import ways
from flows.desk.desk import Desk, Page, PageRequest, address
from flows.desk.what_runs import what_runs
from flows.workplaces import cycles_in_view
from models.domain.cycle import cycles
from models.domain.desk.todays_work import DeskTask, TaskKind
from tasks.adapters.desk.todays_work import todays_tasks, who_owes

_COMING = 8  # runs of the schedules that are named


def today(desk: Desk, request: PageRequest) -> Response:
    """The first page: every line leads to its case, filled in."""
    workplace = desk.house.workplace()
    office = workplace.office
    in_view = cycles_in_view(workplace, "")
    shown = [desk.house.results(cycle) for cycle in in_view]
    with workplace.engine.begin() as connection:
        tasks = todays_tasks(workplace, connection, [one.results for one in shown])
        open_ones = cycles.open_cycles(office.cycles.values(), workplace.now)
        owing = who_owes(workplace, connection, open_ones)
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


def case_address(task: DeskTask) -> str:
    """Where the case of a task is looked at and decided."""
    match task.kind:
        case TaskKind.HELD:
            return f"{ways.MAIL}/{task.key}"
        case TaskKind.APPROVAL | TaskKind.LETTER:
            return f"{ways.LETTERS}/{task.key}"
        case TaskKind.CONFLICT:
            return f"{ways.MEASURES}/{task.cycle}/mau-thuan/{task.key}"
        case TaskKind.JUDGEMENT:
            return f"{ways.MEASURES}/{task.cycle}/danh-gia/{task.key}"
        case TaskKind.UNREACHED:
            return address(f"{ways.AGENCIES}/{task.agency}", ky=task.cycle)


PAGES: Mapping[str, Page] = {"today": today}

"""The morning mail, gathered from where the desk's first page and its agenda have it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.cycle.letter_phrases import hanoi_minute, number_text
from models.domain.desk.agenda import AgendaEntry, AgendaKind
from models.domain.desk.todays_work import DeskTask, Owing
from models.domain.letters.health import FailingFlow
from models.domain.letters.morning_letter import (
    DeskAddresses,
    MorningFacts,
    compose_morning_letter,
)
from models.domain.reading.office import Office
from tasks.adapters.desk.agenda import agenda_entries
from tasks.adapters.desk.todays_work import todays_tasks, who_owes
from tasks.adapters.letters.letter_writer import Envelope
from tasks.adapters.results.choosing import results_of
from tasks.adapters.store import outbox
from tasks.adapters.work.alarming import letterhead_cycle
from tasks.adapters.workplace import Workplace

_NAMED = 12  # agencies of a line


def write_todays_work(
    workplace: Workplace,
    in_view: Sequence[ReportingCycle],
    open_ones: Sequence[ReportingCycle],
    failing: Sequence[FailingFlow],
    addresses: DeskAddresses,
) -> bool:
    """Writes the day's letter to the operators; False when it is there already, when nothing waits
    and no cycle is open, and when there is nobody to write to."""
    if not workplace.rules.operator_to:
        return False
    with workplace.engine.begin() as connection:
        results = [results_of(workplace, connection, cycle) for cycle in in_view]
        tasks = todays_tasks(workplace, connection, results)
        if not tasks and not failing and not open_ones:
            return False
        found = _facts(workplace, connection, tasks, open_ones, addresses)
        facts = replace(found, failing=[_failing(one) for one in failing])
        cycle = letterhead_cycle(workplace.office, workplace.now)
        day = workplace.now.astimezone(HANOI).date().isoformat()
        letter = workplace.letters.write(
            compose_morning_letter(cycle, facts, workplace.now),
            Envelope(cycle="", agency="", key_parts=(day,), to=workplace.rules.operator_to),
        )
        return outbox.queue(connection, letter, workplace.now)


def _facts(
    workplace: Workplace,
    connection: Connection,
    tasks: Sequence[DeskTask],
    open_ones: Sequence[ReportingCycle],
    addresses: DeskAddresses,
) -> MorningFacts:
    office = workplace.office
    owing = who_owes(workplace, connection, open_ones)
    today = workplace.now.astimezone(HANOI).date()
    until = dt.datetime.combine(today, dt.time.max, HANOI)
    every = list(office.cycles.values())
    entries = agenda_entries(workplace, connection, every, until)
    letters = [one for one in entries if one.kind is AgendaKind.LETTER and one.at <= until]
    return MorningFacts(
        waiting=[(_task(task), addresses.of(task)) for task in tasks],
        owing=list(_owing_lines(office, owing)),
        owing_count=len(owing),
        going_out=[_going(one) for one in sorted(letters, key=lambda one: one.at)],
        desk=addresses.desk,
    )


def _failing(one: FailingFlow) -> str:
    return f"Luồng {one.name} hỏng {number_text(one.runs)} lượt liền: {one.message}"


def _task(task: DeskTask) -> str:
    since = f", từ {hanoi_minute(task.since)}" if task.since else ""
    return f"{task.kind.value}{since}: {task.what}"


def _owing_lines(office: Office, owing: Iterable[Owing]) -> Iterable[str]:
    """A line for each cycle and day, the most pressing first."""
    gathered: dict[tuple[int, str], list[Owing]] = {}
    for one in owing:
        gathered.setdefault((one.days_left, one.cycle), []).append(one)
    for (left, code), those in sorted(gathered.items()):
        names = [office.register.agency_name(one.agency) for one in those]
        more = len(names) - _NAMED
        named = "; ".join(names[:_NAMED]) + (
            f"; và {number_text(more)} cơ quan" if more > 0 else ""
        )
        cycle = office.cycles[code]
        last = f"{those[0].last_day:%d/%m/%Y}"
        count = number_text(len(those))
        yield f"{cycle.mark}, {_left(left)} (hết ngày {last}), {count} cơ quan: {named}"


def _left(days: int) -> str:
    if days < 0:
        return f"quá hạn {number_text(-days)} ngày"
    return f"còn {number_text(days)} ngày" if days else "hạn hôm nay"


def _going(entry: AgendaEntry) -> str:
    whom = "Văn phòng" if entry.to_office else f"{number_text(len(entry.agencies))} cơ quan"
    held = ", đang giữ lại" if entry.is_held else ""
    return f"{hanoi_minute(entry.at)}: {entry.title} ({entry.cycle.mark}), {whom}{held}"

"""What waits for a person, gathered from the record and from what the cycles came to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from sqlalchemy import Connection, select

from models.domain.answers.standing import AgencyStanding
from models.domain.consolidation import Conflict, code_of
from models.domain.consolidation.wording import CONFLICT_NAMES, UNREACHED, measure_named
from models.domain.cycle.cycles import ReportingCycle
from models.domain.desk.todays_work import DeskTask, Owing, TaskKind, oldest_first, owing
from models.domain.mail.mail import LetterState, MessageState
from models.domain.notation.vietnamese_text import one_line
from models.domain.reading.forms import full_name, place_of
from models.domain.reading.office import Office
from models.domain.results.waiting import ONLY_TO_BE_FILED, accepted_at
from tasks.adapters.boards.waiting_work import is_to_be_filed
from tasks.adapters.results.cycle_results import CycleResults
from tasks.adapters.standings import standings_of_cycle
from tasks.adapters.store import drafts, messages
from tasks.adapters.store.outbox import LETTER
from tasks.adapters.workplace import Workplace

_STUCK = {
    LetterState.FAILED: "Máy chủ thư từ chối",
    LetterState.UNCERTAIN: "Chưa rõ đã đến hay chưa",
    LetterState.BOUNCED: "Bị trả về",
}


#: How the agencies of a cycle stand, from whoever has it at hand.
StandingsOf = Callable[[ReportingCycle], Sequence[AgencyStanding]]


def todays_tasks(
    workplace: Workplace,
    connection: Connection,
    results: Sequence[CycleResults],
    standings_of: StandingsOf | None = None,
) -> list[DeskTask]:
    """Everything that waits for a person, oldest first. `results`: of the cycles in view."""
    office = workplace.office
    standings_of = standings_of or partial(standings_of_cycle, workplace, connection)
    cycles = [found.cycle for found in results]
    return oldest_first(
        [
            *_held(office, connection, cycles, standings_of),
            *_drafts(connection),
            *_stuck(office, connection, cycles),
            *_unreached(office, cycles, standings_of),
            *(task for found in results for task in _measures(office, found)),
        ]
    )


def who_owes(
    workplace: Workplace,
    connection: Connection,
    cycles: Iterable[ReportingCycle],
    standings_of: StandingsOf | None = None,
) -> list[Owing]:
    """The agencies that owe an answer in these cycles, the most pressing first."""
    standings_of = standings_of or partial(standings_of_cycle, workplace, connection)
    return [one for cycle in cycles for one in owing(cycle, standings_of(cycle), workplace.now)]


def _held(
    office: Office,
    connection: Connection,
    cycles: Sequence[ReportingCycle],
    standings_of: StandingsOf,
) -> Iterator[DeskTask]:
    """Held mail; of what is only to be filed, that it is."""
    held = messages.in_state(connection, MessageState.HELD)
    accepted = {cycle.code: accepted_at(standings_of(cycle)) for cycle in cycles if held}
    for row in held:
        agency = office.register.agency_name(row["agency"]) or "Chưa rõ cơ quan"
        filed = f"{ONLY_TO_BE_FILED} " if is_to_be_filed(row, accepted) else ""
        yield DeskTask(
            TaskKind.HELD,
            row["key"],
            f"{agency}: {one_line(row['subject'] or row['name'], 120)}",
            f"{filed}{row['reason']}",
            row["received_at"],
            row["cycle"],
            row["agency"],
        )


def _drafts(connection: Connection) -> Iterator[DeskTask]:
    for row in drafts.waiting(connection):
        yield DeskTask(TaskKind.APPROVAL, str(row.id), row.subject, "", row.created_at, row.cycle)


def _stuck(
    office: Office, connection: Connection, cycles: Sequence[ReportingCycle]
) -> Iterator[DeskTask]:
    """Letters of the cycles in view, and those of none."""
    codes = ["", *(cycle.code for cycle in cycles)]
    columns = (
        *(LETTER.c.id, LETTER.c.state, LETTER.c.subject, LETTER.c.last_error),
        *(LETTER.c.created_at, LETTER.c.cycle, LETTER.c.agency),
    )
    wanted = select(*columns).where(LETTER.c.state.in_(_STUCK), LETTER.c.cycle.in_(codes))
    for row in connection.execute(wanted.order_by(LETTER.c.id)):
        to = office.register.agency_name(row.agency) or "Văn phòng"
        yield DeskTask(
            TaskKind.LETTER,
            str(row.id),
            f"{to}: {one_line(row.subject, 120)}",
            f"{_STUCK[LetterState(row.state)]}. {row.last_error}".strip(),
            row.created_at,
            row.cycle,
            row.agency,
        )


def _unreached(
    office: Office, cycles: Sequence[ReportingCycle], standings_of: StandingsOf
) -> Iterator[DeskTask]:
    name_of = office.register.agency_name
    for cycle in cycles:
        for standing in standings_of(cycle):
            beyond = standing.out_of_reach
            if beyond is not None and standing.owes:
                addresses = ", ".join(beyond.addresses)
                yield DeskTask(
                    TaskKind.UNREACHED,
                    standing.agency,
                    f"{name_of(standing.agency)}: {UNREACHED.lower()}",
                    f"{addresses}: {beyond.said}",
                    beyond.since,
                    cycle.code,
                    standing.agency,
                )


def _measures(office: Office, results: CycleResults) -> Iterator[DeskTask]:
    cycle, catalogue = results.cycle, office.catalogue_of(results.cycle)
    for conflict in results.consolidation.conflicts:
        if conflict.is_open:
            name = one_line(full_name(conflict.row, catalogue), 100)
            yield DeskTask(
                TaskKind.CONFLICT,
                code_of(conflict),
                f"{place_of(conflict.row, catalogue)} {name}",
                f"{CONFLICT_NAMES[conflict.kind]}: {_sides(office, conflict)}",
                None,
                cycle.code,
            )
    for found in results.asked():
        if found.waits:
            one = found.question
            name = one_line(full_name(one.row, catalogue), 100)
            yield DeskTask(
                TaskKind.JUDGEMENT,
                one.code,
                f"{place_of(one.row, catalogue)} {name}",
                f"{office.register.agency_name(one.figure.agency)}: "
                f"«{one_line(one.figure.text, 80)}»; {measure_named(one)}: "
                f"{one_line(one.shown, 80)}",
                None,
                cycle.code,
            )


def _sides(office: Office, conflict: Conflict) -> str:
    name_of = office.register.agency_name
    return " / ".join(
        f"{name_of(side.agency)} {side.text}" for side in (conflict.left, conflict.right)
    )

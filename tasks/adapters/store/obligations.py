"""Obligations: who was asked to answer in a cycle, and under which reply token."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from models.tables import ObligationRow
from tasks.adapters.store.rows import insert_new, table_of

OBLIGATION = table_of(ObligationRow)
_ASKED = [
    OBLIGATION.c[name]
    for name in (
        "cycle", "agency", "reply_token", "opened_at", "form_version", "workbook_name",
        "workbook_sha256", "asked_cells", "carried_cells",
    )
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Obligation:
    """An agency was asked to answer in a cycle."""

    cycle: str
    agency: str
    reply_token: str
    opened_at: dt.datetime
    form_version: str
    workbook_name: str
    workbook_sha256: str
    asked_cells: int
    carried_cells: int


def add(connection: Connection, row: ObligationRow) -> bool:
    """Records that an agency is asked; False when it had been asked before."""
    return insert_new(connection, ObligationRow, [row.model_dump()]) == 1


def replace_workbook(
    connection: Connection, cycle: str, agency: str, sha256: str, asked: int, carried: int
) -> None:
    """The agency's workbook is another one from now on; `asked` and `carried` count its cells."""
    values = {"workbook_sha256": sha256, "asked_cells": asked, "carried_cells": carried}
    whose = (OBLIGATION.c.cycle == cycle, OBLIGATION.c.agency == agency)
    connection.execute(update(OBLIGATION).where(*whose).values(values))


def of_cycle(connection: Connection, cycle: str) -> dict[str, Obligation]:
    """Everybody asked in a cycle, by agency."""
    rows = connection.execute(
        select(*_ASKED).where(OBLIGATION.c.cycle == cycle).order_by(OBLIGATION.c.agency)
    ).all()
    return {row.agency: Obligation(*row) for row in rows}


def of_agency(connection: Connection, cycle: str, agency: str) -> Obligation | None:
    """That the agency was asked in the cycle; None where it was not."""
    whose = (OBLIGATION.c.cycle == cycle, OBLIGATION.c.agency == agency)
    row = connection.execute(select(*_ASKED).where(*whose)).first()
    return Obligation(*row) if row else None


def of_open_cycles(connection: Connection) -> list[Obligation]:
    """Everybody asked in whatever cycle, by cycle and agency."""
    rows = connection.execute(
        select(*_ASKED).order_by(OBLIGATION.c.cycle, OBLIGATION.c.agency)
    ).all()
    return [Obligation(*row) for row in rows]


def open_cycles(connection: Connection) -> list[str]:
    """Cycles in which anybody was asked, by code."""
    rows = connection.execute(select(OBLIGATION.c.cycle).distinct().order_by(OBLIGATION.c.cycle))
    return [cycle for (cycle,) in rows]

"""Consolidations that were written."""

from __future__ import annotations

from sqlalchemy import Connection, select

from models.tables import ConsolidationRow
from tasks.adapters.store.rows import insert_new, table_of

CONSOLIDATION = table_of(ConsolidationRow)


def find(connection: Connection, cycle: str, inputs_hash: str) -> ConsolidationRow | None:
    """The consolidation made of exactly these inputs."""
    row = connection.execute(
        select(CONSOLIDATION).where(
            CONSOLIDATION.c.cycle == cycle, CONSOLIDATION.c.inputs_hash == inputs_hash
        )
    ).first()
    return None if row is None else ConsolidationRow(**row._mapping)


def newest(connection: Connection, cycle: str) -> ConsolidationRow | None:
    """The consolidation written last."""
    row = connection.execute(
        select(CONSOLIDATION)
        .where(CONSOLIDATION.c.cycle == cycle)
        .order_by(CONSOLIDATION.c.as_of.desc(), CONSOLIDATION.c.id.desc())
        .limit(1)
    ).first()
    return None if row is None else ConsolidationRow(**row._mapping)


def workbook_names(connection: Connection, cycle: str) -> set[str]:
    """The names of all workbooks that were written of the cycle."""
    named = select(CONSOLIDATION.c.workbook_name).where(CONSOLIDATION.c.cycle == cycle)
    return set(connection.execute(named).scalars())


def add(connection: Connection, row: ConsolidationRow) -> bool:
    """Records a consolidation; False when one of the same inputs is there."""
    return insert_new(connection, ConsolidationRow, [row.model_dump(exclude={"id"})]) == 1

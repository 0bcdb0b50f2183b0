"""The server of one machine: on SQLite its transactions wait for each other."""

from __future__ import annotations

import asyncio
import inspect
from pathlib import Path

from prefect.server.database.configurations import AioSqliteConfiguration
from sqlalchemy import text

from flows.door.patient_database import begin_as_writer, make_patient


def test_prefect_still_begins_its_transactions_where_ours_stands_in() -> None:
    """Fails after an update of Prefect: is what stands in still needed, and right?"""
    theirs = inspect.signature(AioSqliteConfiguration.begin_transaction)
    ours = inspect.signature(begin_as_writer)
    assert list(theirs.parameters)[1:] == list(ours.parameters)[1:]
    assert "SQLITE_BEGIN_MODE" in inspect.getsource(AioSqliteConfiguration)


def test_two_transactions_that_read_and_then_write_both_succeed(tmp_path: Path) -> None:
    before = AioSqliteConfiguration.begin_transaction
    make_patient()
    try:
        assert asyncio.run(_raise_twice(tmp_path / "prefect.db")) == 2
    finally:
        AioSqliteConfiguration.begin_transaction = before


async def _raise_twice(file: Path) -> int:
    """Two transactions read a number at the same time, then write one more; what it is then."""
    configuration = AioSqliteConfiguration(f"sqlite+aiosqlite:///{file}")
    engine = await configuration.engine()
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE counter (number INTEGER)"))
        await connection.execute(text("INSERT INTO counter VALUES (0)"))

    async def one_more() -> None:
        session = await configuration.session(engine)
        async with session, configuration.begin_transaction(session):
            number = (await session.execute(text("SELECT number FROM counter"))).scalar_one()
            await asyncio.sleep(0.3)
            await session.execute(text("UPDATE counter SET number = :n"), {"n": number + 1})

    await asyncio.gather(one_more(), one_more())
    async with engine.connect() as connection:
        return int((await connection.execute(text("SELECT number FROM counter"))).scalar_one())

"""On SQLite the orchestrator's transactions wait for each other.

A transaction that reads before it writes is refused at once ("database is locked") when another has
written meanwhile, however long it would be willing to wait; the server then answers 503, or loses
what a trigger was about. Begun as a writer's it waits for its turn, for a minute if need be. No
setting of Prefect says so: this stands in for one method of its pinned version.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator

from prefect.server.database import configurations
from sqlalchemy.ext.asyncio import AsyncSession, AsyncSessionTransaction


@contextlib.asynccontextmanager
async def begin_as_writer(
    _configuration: configurations.AioSqliteConfiguration,
    session: AsyncSession,
    with_for_update: bool = False,
) -> AsyncGenerator[AsyncSessionTransaction, None]:
    """A transaction that takes SQLite's one write lock when it begins."""
    token = configurations.SQLITE_BEGIN_MODE.set("IMMEDIATE")
    try:
        async with session.begin() as transaction:
            yield transaction
    finally:
        configurations.SQLITE_BEGIN_MODE.reset(token)


def make_patient() -> None:
    """Lets the transactions of a server of this process, on SQLite, wait for each other."""
    setattr(configurations.AioSqliteConfiguration, "begin_transaction", begin_as_writer)  # noqa: B010

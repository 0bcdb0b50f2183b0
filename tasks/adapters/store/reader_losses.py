"""Files that brought the reader down while nothing else was at work: how often, over all runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select, update

from models.tables import ReaderLossRow
from tasks.adapters.store.rows import chunks, insert_new, table_of

LOSS = table_of(ReaderLossRow)


@dataclass(frozen=True, slots=True)
class FileLosses:
    """How often a file brought the reader down alone, and when it last did."""

    losses: int
    last_at: dt.datetime


def all_losses(connection: Connection) -> Mapping[str, FileLosses]:
    """Every file of which the reader was lost and that was not read since, by SHA-256. A few."""
    rows = connection.execute(select(LOSS.c.sha256, LOSS.c.losses, LOSS.c.last_at))
    return {sha256: FileLosses(losses, last_at) for sha256, losses, last_at in rows}


def count_loss(connection: Connection, sha256s: Collection[str], now: dt.datetime) -> None:
    """Counts one more loss of each."""
    wanted = sorted(sha256s)
    fresh = [{"sha256": sha256, "losses": 0, "last_at": now} for sha256 in wanted]
    insert_new(connection, ReaderLossRow, fresh)
    counted = {"losses": LOSS.c.losses + 1, "last_at": now}
    for some in chunks(wanted):
        connection.execute(update(LOSS).where(LOSS.c.sha256.in_(some)).values(counted))


def forget_losses(connection: Connection, sha256s: Collection[str]) -> None:
    """The files were read after all, or a person wants them tried anew."""
    for some in chunks(sorted(sha256s)):
        connection.execute(delete(LOSS).where(LOSS.c.sha256.in_(some)))

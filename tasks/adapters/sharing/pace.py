"""One pace of letters for all workers: whoever is to send takes the next turn.

By the database's clock, so that no two machines compare theirs.
"""

from __future__ import annotations

from sqlalchemy import Engine, Float, bindparam, case, cast, extract, func

from models.tables import PaceRow
from tasks.adapters.store.rows import insert_new, table_of

PACE = table_of(PaceRow)
_LETTERS = "letters"
_NOW = cast(extract("epoch", func.clock_timestamp()), Float)
_INTERVAL = bindparam("interval", type_=Float)
# So many connections may wait for their turns at the most. What lies further ahead was written by a
# clock that ran ahead and was set right, or at a slower pace: letters would wait for nobody.
_WAITING = 64
_FREE_AT = case((PACE.c.free_at > _NOW + _WAITING * _INTERVAL, _NOW), else_=PACE.c.free_at)
_TURN = (
    PACE.update()
    .where(PACE.c.name == _LETTERS)
    .values(free_at=func.greatest(_FREE_AT, _NOW) + _INTERVAL)
    .returning(PACE.c.free_at - _INTERVAL - _NOW)
)


class SharedPace:
    """So many letters a minute, evenly, over all workers of one PostgreSQL; any thread."""

    def __init__(self, engine: Engine, per_minute: int) -> None:
        self._engine = engine
        self._interval = 60 / per_minute
        with engine.begin() as connection:
            insert_new(connection, PaceRow, [{"name": _LETTERS, "free_at": 0.0}])

    def turn(self) -> float:
        """Takes the next turn; in how many seconds it comes. Raises what the database raises."""
        asked = {"interval": self._interval}
        with self._engine.begin() as connection:
            return max(0.0, float(connection.execute(_TURN, asked).scalar_one()))

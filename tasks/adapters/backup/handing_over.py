"""What one machine alone has goes into the shared store, and what it has at hand is kept small.

Alone it has what was kept before its installation had a shared store. After one round of this on
each of the old machines the store has all of it.
"""

from __future__ import annotations

import datetime as dt

from tasks.adapters.backup.kept_files import recorded_files
from tasks.adapters.sharing.shared_raw_store import SharedRawStore, Trimmed
from tasks.adapters.workplace import Workplace

_HALF_WRITTEN = dt.timedelta(days=1)  # by a process that was killed, not by one that still writes


def hand_over(workplace: Workplace, now: dt.datetime) -> Trimmed:
    """Hands over, then keeps no more raw files at hand than the rules say; nothing without a store.

    `now`: by the clock of the machine, which files bear. Raises StoreAway: to be done again.
    """
    raw = workplace.raw_store
    if not isinstance(raw, SharedRawStore):
        return Trimmed()
    with workplace.engine.begin() as connection:
        recorded = recorded_files(connection)
    raw.objects.sweep(now - _HALF_WRITTEN)
    workplace.outputs.hand_over()
    return raw.trim(recorded, now)

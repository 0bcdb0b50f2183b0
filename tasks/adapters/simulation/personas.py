"""The cast of the 2025 plan cycle: what each agency does, and when.

Every agency of the register has its part; whoever is not named here answers diligently. The
mistakes are those that offices know; each agency makes its own, so that a test can say what must
become of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from random import Random

from models.domain.cycle.cycles import HANOI
from tasks.adapters.simulation import mistaken_cells, mistaken_mail
from tasks.adapters.simulation.acts import Act

#: Days on which diligent agencies answer: spread over the cycle, fewer around Tết.
_ANSWER_DAYS = (
    dt.date(2025, 1, 22), dt.date(2025, 1, 23), dt.date(2025, 2, 4), dt.date(2025, 2, 6),
    dt.date(2025, 2, 7), dt.date(2025, 2, 10), dt.date(2025, 2, 11), dt.date(2025, 2, 13),
    dt.date(2025, 2, 14), dt.date(2025, 2, 18), dt.date(2025, 2, 19),
)  # fmt: skip


def cast(agencies: Sequence[str], old_identity: str, seed: int) -> dict[str, list[Act]]:
    """The acts of every agency, each agency's in order of time. Equal arguments, equal acts.

    `old_identity` is the signed identity of last year's workbook of UBND huyện An Lão.
    """
    parts: dict[str, list[Act]] = {**mistaken_cells.roles(), **mistaken_mail.roles(old_identity)}
    for agency in agencies:
        parts.setdefault(agency, [_diligent(agency, seed)])
    return {agency: sorted(parts[agency], key=lambda act: act.at) for agency in agencies}


def _diligent(agency: str, seed: int) -> Act:
    random = Random(f"{seed}/{agency}")
    day = random.choice(_ANSWER_DAYS)
    time = dt.time(random.randint(8, 16), random.randint(0, 59))
    return Act(dt.datetime.combine(day, time, HANOI), "gửi sổ điền đủ")

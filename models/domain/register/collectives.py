"""Those whom a directive addresses all together: "Các sở, ngành, địa phương".

Who they are on a day is a list that the office keeps: kinds of agencies, or agencies one by one. A
row that names them is answered by each of them for itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from models.domain.register.agencies import Register
from models.domain.register.catalogue import Catalogue, CatalogueRow, Responsibility


def addressed_on(catalogue: Catalogue, register: Register, day: dt.date) -> Catalogue:
    """The catalogue with each of those addressed together in the row; the same where there is none.

    Whoever leads together with others leads; whoever co-operates does. An agency that a row names
    itself keeps the place it has there.
    """
    if not any(part.agency in register.collectives for row in catalogue for part in row.agencies):
        return catalogue
    rows = [_row(row, register, day) for row in catalogue]
    return replace(catalogue, rows=tuple(rows))


def _row(row: CatalogueRow, register: Register, day: dt.date) -> CatalogueRow:
    if not any(part.agency in register.collectives for part in row.agencies):
        return row
    named = {part.agency for part in row.agencies}
    parts: dict[str, Responsibility] = {}
    for part in row.agencies:
        for one in _parts(part, register, day):
            if one.agency == part.agency or one.agency not in named:
                parts.setdefault(one.agency, one)
    return replace(row, agencies=tuple(parts.values()))


def _parts(part: Responsibility, register: Register, day: dt.date) -> Iterator[Responsibility]:
    if part.agency not in register.collectives:
        yield part
        return
    for agency in register.together_on(part.agency, day):
        yield replace(part, agency=agency.code, collective=part.agency)

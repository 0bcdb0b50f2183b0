"""Reads equivalences.csv: which rows of different appendices measure the same, and how."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

from config.files.csv_files import Line, read_lines
from models.domain.faults import Fault
from models.domain.register.catalogue import Equivalence

COLUMNS = ("left", "right", "factor", "offset", "period", "tolerance", "note")

_PLAIN_DECIMAL = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,12})?")
_FIGURES = ("factor", "offset", "tolerance")


def read_equivalences(path: Path, faults: list[Fault]) -> list[tuple[Equivalence, Line]]:
    """The equivalences and where each stands; adds what is wrong to `faults`."""
    found = []
    for line in read_lines(path, COLUMNS, faults):
        numbers = [line[column] for column in _FIGURES]
        if not all(_PLAIN_DECIMAL.fullmatch(text) for text in numbers) or not Decimal(numbers[0]):
            odd = (c for c in _FIGURES if not _PLAIN_DECIMAL.fullmatch(line[c]))
            faults.append(line.fault("equivalence.no_numbers", next(odd, "factor")))
            continue
        factor, offset, tolerance = map(Decimal, numbers)
        equivalence = Equivalence(
            left=line["left"],
            right=line["right"],
            factor=factor,
            offset=offset,
            tolerance=tolerance,
            note=line["note"],
            period=line["period"],
        )
        found.append((equivalence, line))
    return found

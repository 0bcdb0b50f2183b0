"""Reads how far two reporters of one indicator may lie apart before it is called a contradiction.

`tolerances.csv` stands beside a year's appendices. A row that it does not name, or a year without
the file, goes by rounding alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from config.files.csv_files import Line, read_lines
from models.domain.faults import Fault, LinePlace
from models.domain.register.catalogue import Appendix, CatalogueRow, Tolerance

TOLERANCE_COLUMNS = ("row", "tolerance", "note")
_MEASURED = (Appendix.I, Appendix.II, Appendix.III, Appendix.BODY)
_PLAIN_DECIMAL = re.compile(r"[0-9]{1,12}(\.[0-9]{1,12})?")


def read_tolerances(path: Path, faults: list[Fault]) -> list[tuple[Tolerance, Line]]:
    """The tolerances in the file's order, each with its line; none where there is no such file.

    Faults of the file's form and of its numbers are appended to `faults`.
    """
    if not path.exists():
        return []
    found = []
    for line in read_lines(path, TOLERANCE_COLUMNS, faults):
        if not _PLAIN_DECIMAL.fullmatch(line["tolerance"]) or not Decimal(line["tolerance"]):
            fault = line.fault("tolerance.no_number", "tolerance", value=line["tolerance"])
            faults.extend(line.root_cause([fault]))
            continue
        found.append((Tolerance(line["row"], Decimal(line["tolerance"]), line["note"]), line))
    return found


def tolerance_faults(
    tolerances: Iterable[tuple[Tolerance, Line]], rows: Mapping[str, CatalogueRow]
) -> Iterator[Fault]:
    """Lines that name no row with a measure, or one that was named before."""
    seen: dict[str, Line] = {}
    for tolerance, line in tolerances:
        row = rows.get(tolerance.row)
        if row is None:
            yield line.fault("catalogue.row_unknown", "row", row=tolerance.row)
        elif row.appendix not in _MEASURED or row.is_heading:
            yield line.fault("tolerance.not_measured", "row", row=tolerance.row)
        if tolerance.row in seen:
            first = LinePlace(line.source, seen[tolerance.row].number)
            yield line.fault("tolerance.twice", "row", row=tolerance.row, first=first)
        seen.setdefault(tolerance.row, line)


def by_row(tolerances: Sequence[tuple[Tolerance, Line]]) -> dict[str, Tolerance]:
    """The tolerances by the code of their row."""
    return {tolerance.row: tolerance for tolerance, _ in tolerances}

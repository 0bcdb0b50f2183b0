"""Who answers for a row: the codes that the office chose, beside the names that are printed.

The printed names are never at fault. What the codes say is held against them where the names lead
to anybody.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence

from config.files.csv_files import Line
from models.domain.errors import UnknownAgency
from models.domain.faults import Fault, words_of
from models.domain.register.agencies import Register
from models.domain.register.catalogue import (
    Basis,
    CatalogueRow,
    Responsibility,
    Role,
)
from models.domain.register.printed_names import code_meant, names_in

#: Printed columns, the lead's first, and how many of the codes lead; a file may lack these two.
PRINTED, PRINTED_CO, LEADS = "agencies_printed", "co_agencies_printed", "leads"
OPTIONAL_COLUMNS = (PRINTED_CO, LEADS)
_SEVERAL = re.compile(r"\s*[,;]\s*")


def responsibilities(
    line: Line, above: CatalogueRow | None, faults: list[Fault]
) -> tuple[Responsibility, ...]:
    """The row's agencies, lead first, each with its name as printed in its own or a merged cell."""
    codes = line.items("agencies")
    if not codes:
        faults.append(line.fault("catalogue.nobody_answers", "agencies"))
    leads = _leads(line, len(codes), faults)
    basis = _basis(line, faults)
    if basis is Basis.CONTINUED and line[PRINTED]:
        basis = Basis.PRINTED  # what is printed in the row's own cell is not merged
    printed = [""] * len(codes)
    if basis is Basis.PRINTED and not (line[PRINTED] or line[PRINTED_CO]):
        faults.append(line.fault("catalogue.nothing_printed", "basis"))
    elif basis is Basis.PRINTED:
        printed = _printed(line, len(codes), leads)
    elif basis is Basis.CONTINUED and codes:
        merged = above.agencies if above else ()
        if [a.agency for a in merged] == codes:
            printed = [a.printed for a in merged]
        else:
            faults.append(line.fault("catalogue.merged_cell_differs", "agencies"))
    return tuple(
        Responsibility(code, Role.LEAD if place < leads else Role.CO, name, basis)
        for place, (code, name) in enumerate(zip(codes, printed, strict=True))
    )


def _basis(line: Line, faults: list[Fault]) -> Basis:
    try:
        return Basis(line["basis"])
    except ValueError:
        value, known = line["basis"], words_of("basis", Basis)
        faults.append(line.fault("catalogue.basis_unknown", "basis", value=value, known=known))
        return Basis.ASSIGNED


def _leads(line: Line, count: int, faults: list[Fault]) -> int:
    written = line[LEADS] or "1"
    if not re.fullmatch(r"[1-9][0-9]?", written) or (count and int(written) > count):
        faults.append(line.fault("catalogue.leads_form", LEADS, value=written, count=count))
        return 1
    return int(written)


def _printed(line: Line, count: int, leads: int) -> list[str]:
    """The name of each, by the order of print; the whole cell where the names are not as many."""
    cells = (line[PRINTED], line[PRINTED_CO])
    if count == 1:
        return [cells[0] or cells[1]]
    for separate in (_SEVERAL.split, lambda cell: [one.strip() for one in cell.split(";")]):
        names = [name for cell in cells if cell for name in separate(cell) if name]
        if len(names) == count:
            return names
    return [cells[0] if place < leads or not cells[1] else cells[1] for place in range(count)]


# --- Against the register -------------------------------------------------------------------------


def agency_faults(
    row: CatalogueRow, line: Line, register: Register, day: dt.date
) -> Iterator[Fault]:
    """Codes that nobody bears on the directive's day, and those that the print contradicts."""
    known = True
    for part in row.agencies:
        if part.agency in register.collectives:
            continue
        try:
            agency = register.resolve(part.agency, day)
        except UnknownAgency as error:
            known = False
            yield line.fault(
                "catalogue.agency_unresolved", "agencies", reason=str(error), agency=part.agency
            )
            continue
        if agency.code != part.agency:
            known = False
            yield line.fault(
                "catalogue.agency_by_name", "agencies", agency=part.agency, meant=agency.code
            )
    own = row.agencies[0].basis is Basis.PRINTED if row.agencies else False
    if own and known:
        yield from _against_print(row, line, register, day)


def _against_print(
    row: CatalogueRow, line: Line, register: Register, day: dt.date
) -> Iterator[Fault]:
    """Names that lead to somebody whom no code names; names too many that lead to nobody."""
    codes = [part.agency for part in row.agencies]
    names = [
        found
        for cell in (line[PRINTED], line[PRINTED_CO])
        if cell
        for found in names_in(cell, code_meant(register, day))
    ]
    free = [code for code in codes if code not in {meant for _, meant in names}]
    others = [(name, meant) for name, meant in names if meant and meant not in codes]
    for name, meant in others:
        yield line.fault(
            "catalogue.agency_contrary",
            "agencies",
            printed=name,
            meant=meant,
            declared=(free or codes)[0],
            agency=(free or codes)[0],
        )
    unknown = [name for name, meant in names if not meant]
    # A name that the register does not have may be that of a code which no other name leads to.
    left = _without_bearer(unknown, len(free) - len(others))
    for name in left:
        yield line.fault("catalogue.printed_unknown", "agencies", printed=name)


def _without_bearer(unknown: Sequence[str], free: int) -> Sequence[str]:
    return unknown[max(free, 0) :]

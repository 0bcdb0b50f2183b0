"""One cell, one remedy: where two rules object to a cell, what is surer is said and no more.

An error is mended and checked anew, so whatever milder would be said of the same cell is said then,
of what stands there by then. Two errors of a cell have one cause more often than two; the first
rule's is the root (the order of the rules). How a cell is written and how it was read (the rules on
the workbook) is another matter than what it says: often it is the cause, and always told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from models.domain.reading.findings import Finding, Severity

Cell = tuple[str, str]  # the sheet's name, the address

#: Warnings that are not said where another one stands on the cell: what the first tells to do, or
#: not to do, the second would take back.
GIVES_WAY: Mapping[str, Collection[str]] = {
    "CK-01": ("DV-03", "TH-04"),  # to be raised: a digit is missing, or the sum is too large
    "KQ-06": ("DV-03",),  # to be explained: a digit is missing
    "KQ-14": ("DV-08",),  # more than was planned: a unit is mistaken
}


def one_remedy_a_cell(
    findings: Iterable[Finding], disputed: Collection[Cell], on_writing: Collection[str]
) -> list[Finding]:
    """The findings in their order, without those that would say something else of a cell.

    `disputed`: cells that an error elsewhere may turn out to be the fault of. `on_writing`: codes
    of the rules on how cells are written and read. What is on trial, on many cells or on none is
    left as it is: agencies are not told of the first, the others are about rows and sheets.
    """
    told = list(findings)
    errors: dict[Cell, int] = {}
    warned: dict[Cell, set[str]] = {}
    for number, finding in enumerate(told):
        for cell in _cells(finding):
            if finding.severity.rank <= Severity.ERROR.rank:
                errors.setdefault(cell, number)
            elif finding.severity is Severity.WARNING:
                warned.setdefault(cell, set()).add(finding.rule)
    kept = []
    for number, finding in enumerate(told):
        if finding.cell and not (finding.trial or finding.cells or finding.rule in on_writing):
            cell = (finding.sheet, finding.cell)
            if finding.severity.rank <= Severity.ERROR.rank:
                said = errors[cell] != number
            else:
                said = cell in errors or cell in disputed
                said = said or bool(warned.get(cell, set()) & {*GIVES_WAY.get(finding.rule, ())})
            if said:
                continue
        kept.append(finding)
    return kept


def _cells(finding: Finding) -> list[Cell]:
    if finding.trial:
        return []
    return [(finding.sheet, cell) for cell in finding.cells or (finding.cell,) if cell]

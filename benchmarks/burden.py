"""`python -m benchmarks.burden`: how much the workbooks ask of each kind of agency.

Counted on the very workbooks that are sent out: cells that are open, those of them without which
the workbook comes back, those that hold something already, and those needed ones that are left to
type. The review is opened on the plans of simulated agencies. Averages of a kind, rounded half up.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import openpyxl

from benchmarks.material import SECRET, answered_entry, office
from models.domain.answers.asked_cells import needed_cells
from models.domain.answers.template_places import places
from models.domain.cycle.cycles import ReportingCycle
from models.domain.reading.forms import SheetKind
from models.domain.reading.office import Office, answering
from models.domain.reading.submissions import Entry
from models.domain.register.agencies import Agency, AgencyKind
from tasks.adapters.simulation.answers import answers_of
from tasks.adapters.work.opening import workbook_content
from tasks.adapters.work.prefilling import carried_into

CYCLES = ("2025-plan", "2025-review")
#: Agencies that are unlike the others of their kind, under a name of their own.
BY_NAME = {
    "van_phong": "the office itself",
    "cuc_thong_ke": "statistics office",
    "thong_ke": "statistics office",
}
KINDS = {
    AgencyKind.DEPARTMENT: "department",
    AgencyKind.DISTRICT: "district of February",
    AgencyKind.COMMUNE: "commune",
    AgencyKind.PROJECT_BOARD: "state-run unit",
    AgencyKind.CENTRAL: "central agency in the city",
}


@dataclass(frozen=True, slots=True)
class Burden:
    """What one workbook asks: all in cells."""

    open: int
    needed: int
    filled: int
    to_type: int


def burden_of(
    the_office: Office, cycle: ReportingCycle, agency: str, carried: Sequence[Entry] = ()
) -> Burden:
    """What the agency's workbook of the cycle asks of it."""
    form, catalogue = the_office.form_of(cycle), the_office.catalogue_of(cycle)
    content = workbook_content(the_office, SECRET, cycle, agency, carried)
    book = openpyxl.load_workbook(io.BytesIO(content))
    opened = {
        (sheet.title, cell.coordinate): cell.value
        for form_sheet in form.sheets
        if form_sheet.kind is not SheetKind.INSTRUCTIONS and form_sheet.title in book.sheetnames
        for sheet in (book[form_sheet.title],)
        for row in sheet.iter_rows()
        for cell in row
        if not cell.protection.locked
    }
    found = places(form, catalogue, agency, carried)
    needed = {found[key] for key in needed_cells(form, catalogue, agency, carried)}
    filled = {place for place, value in opened.items() if value is not None}
    return Burden(len(opened), len(needed), len(filled), len(needed - filled))


def kind_of(agency: Agency) -> str:
    """Under which name an agency is counted."""
    return BY_NAME.get(agency.code, KINDS[agency.kind])


def burdens(the_office: Office, cycle: ReportingCycle) -> Mapping[str, Sequence[Burden]]:
    """What the workbooks of a cycle ask, by kind of agency."""
    accounts = dict(accounts_before(the_office, cycle))
    found: dict[str, list[Burden]] = {}
    for agency in answering(the_office, cycle):
        carried = carried_into(the_office, cycle, agency.code, accounts).entries
        burden = burden_of(the_office, cycle, agency.code, carried)
        found.setdefault(kind_of(agency), []).append(burden)
    return found


def accounts_before(
    the_office: Office, cycle: ReportingCycle
) -> Iterator[tuple[str, Sequence[Entry]]]:
    """What every agency said in the cycle before, as diligent officials would."""
    if not cycle.previous:
        return
    before = the_office.cycle(cycle.previous)
    for agency in answering(the_office, before):
        answers = answers_of(the_office, before, agency, 2025)
        yield agency.code, [answered_entry(a) for a in answers]


def table(the_office: Office) -> str:
    """The figures as Markdown, a line a kind of agency and cycle."""
    lines = [
        "| cycle | kind of agency | agencies | open | needed | filled beforehand | left to type |",
        "|---|---|---|---|---|---|---|",
    ]
    for code in CYCLES:
        for kind, found in sorted(burdens(the_office, the_office.cycle(code)).items()):
            figures = (
                _mean([b.open for b in found]),
                _mean([b.needed for b in found]),
                _mean([b.filled for b in found]),
                _mean([b.to_type for b in found]),
            )
            lines.append(f"| {code} | {kind} | {len(found)} | {' | '.join(map(str, figures))} |")
    return "\n".join(lines)


def _mean(numbers: Sequence[int]) -> int:
    mean = Decimal(sum(numbers)) / len(numbers)
    return int(mean.quantize(Decimal(1), ROUND_HALF_UP))


if __name__ == "__main__":
    print(table(office()))

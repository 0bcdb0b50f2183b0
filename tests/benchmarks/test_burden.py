"""The meter of what workbooks ask counts on the very workbooks that are sent."""

from __future__ import annotations

import io

import openpyxl
import pytest

from benchmarks import burden
from models.domain.cycle.cycles import ReportingCycle
from models.domain.reading.forms import SheetKind
from models.domain.reading.office import Office
from tasks.adapters.workbooks.workbook_styles import INPUT_FILL
from tests.fixtures.office_files import own_office

PLAN, REVIEW = burden.CYCLES
#: Open cells, and those left to type, before the forms asked less; see the benchmarks' page.
BEFORE = {
    ("skhdt", PLAN): (569, 46),
    ("syt", PLAN): (485, 55),
    ("ubnd_vinh_bao", PLAN): (380, 25),
}


@pytest.fixture(scope="module")
def office() -> Office:
    """The office as the tests know it."""
    return own_office()


@pytest.mark.parametrize(("agency", "cycle"), BEFORE)
def test_less_is_asked_than_before(office: Office, agency: str, cycle: str) -> None:
    found = burden.burden_of(office, office.cycle(cycle), agency)
    opened, to_type = BEFORE[agency, cycle]
    assert found.open < opened / 2
    assert found.to_type < to_type
    assert found.needed == found.to_type + found.filled


def test_what_an_agency_wrote_of_its_people_stands_in_its_next_workbook(office: Office) -> None:
    cycle: ReportingCycle = office.cycle(REVIEW)
    accounts = dict(burden.accounts_before(office, cycle))
    carried = burden.carried_into(office, cycle, "syt", accounts).entries
    people = {e.column: e.raw for e in carried if e.sheet == "details"}
    said = {e.column: e.raw for e in accounts["syt"] if e.sheet == "details"}
    assert set(people) == {
        "focal_person", "focal_position", "focal_phone", "focal_email", "signer", "signer_position",
    }  # fmt: skip
    assert all(said[column] == text for column, text in people.items())
    # The finance department took over another one's duties, not its people.
    heir = {k: v for k, v in accounts.items() if k != "stc"}
    taken = burden.carried_into(office, cycle, "stc", heir).entries
    assert taken and not [e for e in taken if e.sheet == "details"]


def test_the_letter_counts_the_yellow_cells(office: Office) -> None:
    cycle = office.cycle(REVIEW)
    accounts = dict(burden.accounts_before(office, cycle))
    carried = burden.carried_into(office, cycle, "sct", accounts)
    content = burden.workbook_content(office, burden.SECRET, cycle, "sct", carried.entries)
    book = openpyxl.load_workbook(io.BytesIO(content))
    titles = {s.title for s in office.form_of(cycle).sheets if s.kind is not SheetKind.INSTRUCTIONS}
    yellow = sum(
        not cell.protection.locked and str(cell.fill.fgColor.rgb)[-6:] == INPUT_FILL
        for title in titles & set(book.sheetnames)
        for row in book[title].iter_rows()
        for cell in row
    )
    assert yellow == carried.asked_cells

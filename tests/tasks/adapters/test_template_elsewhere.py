"""The template in another office program: LibreOffice opens it, saves it, and nothing is lost."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from models.domain.reading.identity import LISTS_SHEET_NAME, SHEET_NAME, find_claim
from tasks.adapters.reading.file_kinds import FileKind
from tasks.adapters.reading.workbook_reader import read_workbook
from tasks.adapters.work.opening import workbook_content
from tests.fixtures.office_files import own_office
from tests.fixtures.office_program import NO_OFFICE, saved_as

OFFICE = own_office()
CYCLE = OFFICE.cycle("2025-plan")

pytestmark = pytest.mark.skipif(NO_OFFICE, reason="LibreOffice is not installed")


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template of an agency with every kind of sheet, opened and saved by LibreOffice."""
    folder = tmp_path_factory.mktemp("libreoffice")
    template = folder / "skhdt.xlsx"
    template.write_bytes(workbook_content(OFFICE, b"k" * 32, CYCLE, "skhdt"))
    return saved_as("xlsx:Calc MS Excel 2007 XML", [template], folder / "saved")[0]


def test_the_identity_survives_in_both_its_places(saved: Path) -> None:
    claim = find_claim(read_workbook(saved.read_bytes(), FileKind.XLSX))
    assert claim is not None
    assert claim.places == ("property", "sheet")
    assert (claim.agency, claim.cycle, claim.contradictory) == ("skhdt", "2025-plan", False)


def test_locks_lists_messages_and_print_set_up_survive(saved: Path) -> None:
    before = openpyxl.load_workbook(saved.parents[1] / "skhdt.xlsx")
    after = openpyxl.load_workbook(saved)
    assert after.sheetnames == before.sheetnames
    assert {s.title for s in after if s.sheet_state != "visible"} == {SHEET_NAME, LISTS_SHEET_NAME}
    for sheet in before:
        other = after[sheet.title]
        assert other.protection.sheet == sheet.protection.sheet
        assert other.print_title_rows == sheet.print_title_rows
        assert other.print_area == sheet.print_area
        open_cells = {c.coordinate for row in sheet for c in row if not c.protection.locked}
        assert open_cells == {c.coordinate for row in other for c in row if not c.protection.locked}
        prompts = {r.prompt for r in sheet.data_validations.dataValidation}
        assert prompts == {r.prompt for r in other.data_validations.dataValidation}
        kinds = {r.type for r in sheet.data_validations.dataValidation} - {None}
        assert kinds == {r.type for r in other.data_validations.dataValidation} - {None}

"""The office's real files: what must hold however the office edits them; never a count or a name.

`BAOCAO_TEST_OFFICE` names another folder to examine: so an edited copy is tried.
"""

from __future__ import annotations

import itertools
import os
import re
import unicodedata
from pathlib import Path

import pytest

from config.files.calendars import missing_years, years_needed
from config.files.catalogues import year_directories
from config.files.office_files import load_office
from config.settings import ADDRESS, CONFIG_DIR
from models.domain.reading.cell_values import understand_number
from models.domain.reading.office import Office, register_day
from models.domain.register.target_revisions import UNCONFIRMED
from models.domain.register.territories import TERRITORY_SHORT_NAMES, WHOLE_SINCE
from models.domain.results.sample_letters import sample_letters
from tasks.adapters.letters.letter_writer import LetterRenderer, letter_faults
from tasks.adapters.results.report_document import check_report_templates
from tests.fixtures.office_faults import check_catalogue, check_register
from tests.fixtures.office_files import own_office

FILES = Path(os.environ.get("BAOCAO_TEST_OFFICE") or CONFIG_DIR)


@pytest.fixture(scope="module")
def office() -> Office:
    """Loads without a fault: codes, forms, cycles and rules refer to nothing that is not there."""
    return load_office(FILES)


def test_the_register_has_no_fault() -> None:
    assert check_register(FILES / "agencies.csv", FILES / "contacts.csv") == []


def test_every_year_of_the_catalogue_has_no_fault(office: Office) -> None:
    assert year_directories(FILES)
    for directory in year_directories(FILES):
        assert check_catalogue(directory, office.register) == []


def test_every_row_of_the_printed_directive_is_there_to_the_letter(office: Office) -> None:
    rows = {row.code: row for row in office.catalogues[2025]}
    for printed in own_office().catalogues[2025]:
        row = rows[printed.code]
        assert (row.appendix, row.number) == (printed.appendix, printed.number)
        assert row.name_printed == printed.name_printed
        assert row.target_printed == printed.target_printed
        assert row.deadline_printed == printed.deadline_printed


def test_every_agency_a_row_names_is_known(office: Office) -> None:
    for catalogue in office.catalogues.values():
        for row in catalogue:
            assert {part.agency for part in row.agencies} <= set(office.register.agencies)


def test_every_contact_is_a_known_agencys_and_its_addresses_are_well_formed(office: Office) -> None:
    for code, contact in office.register.contacts.items():
        assert code in office.register.agencies
        assert contact.to or office.register.agencies[code].valid_to
        for address in (*contact.to, *contact.cc, *contact.superior):
            assert ADDRESS.fullmatch(address), address


def test_whoever_ended_has_heirs_who_still_answer(office: Office) -> None:
    for cycle in office.cycles.values():
        opening = cycle.opens_at.date()
        answering = {agency.code for agency in office.register.answering_on(opening)}
        for agency in office.register:
            elsewhere = agency.province and agency.valid_on(opening)  # never the city's to ask
            if agency.valid_from <= opening and not elsewhere:
                heirs = office.register.successions.heirs_of(agency.code, opening)
                assert set(heirs) <= answering, agency.code


def test_the_calendar_of_every_cycle_is_known(office: Office) -> None:
    missing = missing_years(office.calendar, years_needed(office.cycles.values()))
    assert missing == [], "\n".join(missing)


def test_every_cycle_has_its_form_its_catalogue_and_somebody_to_ask(office: Office) -> None:
    for cycle in office.cycles.values():
        assert cycle.form in office.forms
        assert list(office.catalogue_of(cycle))
        assert office.register.answering_on(cycle.opens_at.date())
        assert cycle.opens_at < cycle.due_at


def test_a_workbook_gives_only_targets_set_by_the_day_it_goes_out(office: Office) -> None:
    for cycle in office.cycles.values():
        day = register_day(cycle)
        for row in office.catalogue_of(cycle):
            told = row.target_given
            for revision in office.catalogues[cycle.catalogue_year].row(row.code).revisions:
                if revision.assumed or revision.effective_on > day:
                    assert revision.shown_in() not in told
                    assert revision.shown_in(apart=False) not in told
            assert UNCONFIRMED not in told
            if day < WHOLE_SINCE:
                assert not any(name in told for name in TERRITORY_SHORT_NAMES.values())


def test_every_kind_of_letter_is_rendered_for_every_cycle(office: Office) -> None:
    renderer = LetterRenderer(FILES / "letters")
    for cycle in office.cycles.values():
        samples = sample_letters("Nội dung <từ ngoài>", cycle, office.calendar)
        assert letter_faults(FILES / "letters", samples.values()) == []
        for content in samples.values():
            letter = renderer.render(content)
            assert letter.subject
            assert "\n" not in letter.subject
            assert letter.text.strip()
            assert "<từ ngoài>" not in letter.html
            assert not re.search(r"\{\{|\{%", letter.text + letter.subject)


def test_the_report_templates_ask_only_for_what_a_report_holds() -> None:
    check_report_templates(FILES / "reports")


def test_every_unit_of_the_catalogue_is_read_behind_a_figure_of_its_own_row(office: Office) -> None:
    rows = {row.unit: row for catalogue in office.catalogues.values() for row in catalogue}
    for unit, row in rows.items():
        if not unit.strip("- "):
            continue
        typed = [unit, unit.upper(), unit.lower(), unicodedata.normalize("NFD", unit)]
        typed += ["".join(unit.split()), unit.replace("/", " / "), unit.replace(" ", "\xa0")]
        for text, blank in itertools.product(typed, (" ", "", "\xa0")):
            understood = understand_number(f"112{blank}{text}", row)
            if unit[0].isdigit() and not blank:
                # «1121.000 lượt» is 1121 of something, as far as anybody can tell: never 112.
                assert understood.value is None and understood.doubt is not None, (text, understood)
                continue
            assert (understood.value, understood.doubt) == (112, None), (text, understood)


@pytest.mark.parametrize(
    ("unit", "typed"),
    [
        ("Số bé trai/100 bé gái", "112 bé trai/100 bé gái"),
        ("Số bé trai/100 bé gái", "112 Số bé trai / 100 bé gái"),
        ("Ca/100.000 trẻ đẻ ra sống", "112 ca/100.000 trẻ đẻ ra sống"),
        ("Ca/100.000 trẻ đẻ ra sống", "112 ca/100000 trẻ đẻ ra sống"),
        ("Sinh viên/vạn dân", "112 sinh viên/10.000 dân"),
        ("1.000 lượt", "112 nghìn lượt"),
    ],
)
def test_a_unit_that_holds_figures_is_read_in_its_other_spellings(unit: str, typed: str) -> None:
    understood = understand_number(typed, None, unit)
    assert (understood.value, understood.doubt) == (112, None)

"""Who came with another province: letter, workbook, standing, report and board say why it was not
asked before."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io

import openpyxl
import pytest

from models.domain.answers.carrying import Carried
from models.domain.cycle.cycles import HANOI
from models.domain.letters.cycle_letters import OpeningNotes, compose_opening
from models.domain.reading.office import Office
from models.domain.register.agencies import Agency, AgencyKind, Register
from models.domain.register.successions import Succession, Successions
from models.domain.results.report import report_of
from tasks.adapters.sheets.common_sheets import agency_sheet
from tasks.adapters.work.opening import workbook_content
from tests.fixtures.made_review import make_review
from tests.fixtures.office_files import own_office
from tests.fixtures.small_review import NOW, answered, reports, review_office
from tests.fixtures.table_values import values_of

SINCE = dt.date(2025, 7, 1)
WEST, EAST = "xa_nam_sach", "xa_an_lao"
WHY = "đến hết ngày 30/06/2025 địa bàn thuộc tỉnh Hải Dương"


@pytest.fixture(scope="module")
def office() -> Office:
    """The tests' own office, with a district of Hải Dương and its commune."""
    known = own_office()
    before, now = known.register, known.register.agencies
    added = (
        Agency(
            "ubnd_nam_sach",
            "UBND huyện Nam Sách",
            AgencyKind.DISTRICT,
            valid_to=dt.date(2025, 6, 30),
            province="tỉnh Hải Dương",
        ),
        Agency(
            WEST,
            "UBND xã Nam Sách",
            AgencyKind.COMMUNE,
            valid_from=SINCE,
            full_name="Ủy ban nhân dân xã Nam Sách",
        ),
    )
    line = Succession("ubnd_nam_sach", WEST, SINCE)
    register = Register(
        {**now, **{a.code: a for a in added}},
        before.contacts,
        Successions((*before.successions.lines, line)),
    )
    return review_office(dataclasses.replace(known, register=register))


@pytest.mark.parametrize(("agency", "told"), [(WEST, True), (EAST, False)])
def test_the_workbook_of_the_review_says_why_nothing_stands_in_it(
    office: Office, agency: str, told: bool
) -> None:
    cycle = office.cycle("2025-review")
    content = workbook_content(office, b"k" * 32, cycle, agency)
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    text = " ".join(str(c) for row in sheet.iter_rows(values_only=True) for c in row if c)
    assert (WHY in text) == told


def test_the_reason_stands_with_what_is_asked_and_not_with_whom_to_ask(office: Office) -> None:
    content = workbook_content(office, b"k" * 32, office.cycle("2025-review"), WEST)
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    texts = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    (reason,) = (at for at, text in enumerate(texts) if WHY in text)
    above = [text for text in texts[:reason] if text[:3] in ("1. ", "2. ", "3. ", "5. ")]
    assert above == ["1. Căn cứ và nội dung"]


def test_the_workbook_of_the_plan_says_nothing_of_it(office: Office) -> None:
    content = workbook_content(office, b"k" * 32, office.cycle("2025-plan"), "ubnd_an_lao")
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert not any(WHY in str(c) for row in sheet.iter_rows(values_only=True) for c in row if c)


def test_the_letter_addresses_the_full_name_and_says_why(office: Office) -> None:
    cycle, earlier = office.cycle("2025-review"), office.cycle("2025-plan")
    agency = office.register.agencies[WEST]
    notes = OpeningNotes(carried=Carried((), 12, 0), earlier=earlier, came_from="tỉnh Hải Dương")
    letter = compose_opening(
        cycle, office.calendar, agency, office.form_of(cycle), office.catalogue_of(cycle), notes
    )
    assert letter.context["addressee"] == "Ủy ban nhân dân xã Nam Sách"
    said = str(letter.context["prefilled"])
    assert WHY in said and "12 ô phải điền" in said


def test_standing_and_report_say_why(office: Office) -> None:
    cycle = office.cycle("2025-review")
    standings = [answered("stc", reports("grdp", "12.5")), answered(EAST), answered(WEST)]
    made = make_review(office, cycle, standings, NOW)
    table = agency_sheet(made.consolidation)
    told = dict(zip(values_of(table, "name"), values_of(table, "came_from"), strict=True))
    assert told["UBND xã Nam Sách"] == "Chưa đề nghị báo cáo: khi đó thuộc tỉnh Hải Dương"
    assert not told["UBND xã An Lão"]
    report = report_of(office, made.consolidation, made.review, standings)
    overview = " ".join(text.plain for text in report.overview)
    assert (
        "Trong 3 cơ quan, đơn vị phải báo cáo, 1 cơ quan chưa được đề nghị báo cáo ở kỳ trước"
        in overview
    )


def test_where_nobody_came_with_a_province_there_is_no_such_column(office: Office) -> None:
    cycle = office.cycle("2025-review")
    made = make_review(office, cycle, [answered(EAST)], NOW)
    assert "came_from" not in {c.key for c in agency_sheet(made.consolidation).columns}


def test_once_it_was_asked_nothing_is_said_any_more(office: Office) -> None:
    review = office.cycle("2025-review")
    later = dataclasses.replace(
        review,
        code="2026-plan",
        previous="2025-review",
        opens_at=dt.datetime(2026, 1, 20, 16, tzinfo=HANOI),
    )
    cycles = {**office.cycles, later.code: later}
    after = dataclasses.replace(office, cycles=cycles)
    assert after.newly_from(WEST, review) == "tỉnh Hải Dương"
    assert after.newly_from(WEST, later) == ""
    assert after.newly_from(WEST, office.cycle("2025-plan")) == ""
    assert after.newly_from("lạ", review) == ""

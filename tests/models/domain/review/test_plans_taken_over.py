"""Works that one agency registered and several report of since: whose they are, counted once."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest

from models.domain.answers.carrying import Carried
from models.domain.letters.cycle_letters import OpeningNotes, compose_opening
from models.domain.reading.office import Office
from models.domain.results.previews.preview import preview_of
from models.domain.results.report import report_of
from models.domain.review.wording import actions_overview
from tasks.adapters.work.opening import workbook_content
from tests.fixtures.small_office import standing
from tests.fixtures.small_review import action, answered, cells, review_made

DONE, OCTOBER = "Đã hoàn thành", dt.date(2025, 10, 31)
DISTRICT = "ubnd_thuy_nguyen"
WARDS = ("phuong_thuy_nguyen", "phuong_thien_huong")
WORK = "Chỉnh trang đô thị ven sông"


def test_a_work_that_several_report_of_is_counted_once_and_bears_its_agencys_name(
    office: Office,
) -> None:
    february = standing(DISTRICT, action("@1", WORK, five_deadline=OCTOBER))
    row = action("@1", WORK, state=DONE, finished_on=OCTOBER)
    further = action("@2", "Trồng cây", state=DONE, finished_on=OCTOBER)
    told = [answered(WARDS[0], row), answered(WARDS[1], row + further)]
    made = review_made(office, [february], *told)

    headline = made.review.headline
    assert (headline.actions, headline.registered, headline.registered_rows) == (3, 1, 2)
    said = actions_overview(headline)
    assert "có 2 dòng báo cáo của 1 việc đã đăng ký" in said
    assert "1 việc các cơ quan tự đề ra thêm; 3 dòng đã hoàn thành" in said

    page = preview_of(office, made.consolidation, made.review, told[1], made.as_of)
    registered, own = page.actions
    number = february.versions[0].receipt_number
    assert f"\nUBND thành phố Thủy Nguyên đăng ký ({number})" in registered["name"].plain
    assert "(UBND thành phố Thủy Nguyên đặt)" in registered["deadline"].plain
    assert "đăng ký" not in own["name"].plain


def test_works_that_nobody_reports_of_and_whose_overdue_rows_are_are_named(office: Office) -> None:
    late = action("@2", "Trồng cây", five_deadline=dt.date(2025, 6, 30))
    february = [
        standing("stc", action("@1", WORK, five_deadline=OCTOBER) + late),
        standing("sct", action("@1", "Hội chợ", five_deadline=OCTOBER)),
    ]
    told = answered("stc", action("@2", "Trồng cây", state="Đang thực hiện"))
    made = review_made(office, february, told)

    assert made.review.unreported_works == {"stc": 1, "sct": 1}
    content = report_of(office, made.consolidation, made.review)
    said = " ".join(p.without_references.plain for p in content.tasks_overview)
    stc, sct = (office.register.agency_name(code) for code in ("stc", "sct"))
    assert f"1 việc quá hạn ({stc} 1)" in said
    assert f"2 việc đã đăng ký ({stc} 1; {sct} 1) chưa có báo cáo, không xếp loại." in said
    everything = answered("stc", action("@1", WORK, state=DONE, finished_on=OCTOBER))
    whole = review_made(office, [standing("stc", action("@1", WORK))], everything)
    assert whole.review.unreported_works == {}


def test_works_that_an_agency_registered_itself_stay_its_own(office: Office) -> None:
    february = standing("stc", action("@1", WORK, five_deadline=OCTOBER))
    told = answered("stc", action("@1", WORK, state=DONE, finished_on=OCTOBER))
    made = review_made(office, [february], told)

    assert "các cơ quan tự đề ra 1 việc" in actions_overview(made.review.headline)
    page = preview_of(office, made.consolidation, made.review, told, made.as_of)
    assert "đăng ký" not in page.actions[0]["name"].plain
    assert "(cơ quan tự đặt)" in page.actions[0]["deadline"].plain


@pytest.mark.parametrize(
    ("by", "said"),
    [
        ((DISTRICT,), "Các việc ghi sẵn ở kế hoạch hành động do {} đăng ký đầu năm."),
        (
            (WARDS[0], DISTRICT),
            "Các việc ghi sẵn ở kế hoạch hành động do cơ quan và {} đăng ký đầu năm.",
        ),
        ((), ""),
    ],
)
def test_guide_sheet_and_opening_letter_name_who_registered_what_stands_there(
    office: Office, by: tuple[str, ...], said: str
) -> None:
    cycle, agency = office.cycle("2025-review"), office.register.agencies[WARDS[0]]
    told = said.format(office.register.formal_name(DISTRICT))
    row = cells("action_plan", "@1", five_work=WORK)
    book = openpyxl.load_workbook(
        io.BytesIO(workbook_content(office, b"k" * 32, cycle, agency.code, row, by))
    )
    for name in (book.worksheets[0].title, "Kế hoạch hành động"):
        text = " ".join(str(c) for r in book[name].iter_rows(values_only=True) for c in r if c)
        assert ("việc ghi sẵn ở kế hoạch" in text) == bool(told)
        assert told in text
    notes = OpeningNotes(
        carried=Carried(row, 12, 1, registered_by=by),
        earlier=office.cycle("2025-plan"),
        registered_before=office.register.registered_before(agency.code, by),
    )
    letter = compose_opening(
        *(cycle, office.calendar, agency, office.form_of(cycle), office.catalogue_of(cycle)), notes
    )
    assert str(letter.context["prefilled"]).endswith(told or "ô cơ quan điền.")

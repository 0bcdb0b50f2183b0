"""Templates: written from the real form and catalogue, read back by other libraries."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.workbook.workbook import Workbook
from python_calamine import CalamineWorkbook

from models.domain.answers.template_places import places
from models.domain.errors import UnknownAgency
from models.domain.reading.forms import (
    FIRST_ROW,
    HEADER_ROW,
    SheetKind,
    expected_rows,
    is_offered,
    role_of,
    sheets_for,
)
from models.domain.reading.identity import (
    LISTS_SHEET_NAME,
    PROPERTY_NAME,
    SHEET_NAME,
    find_claim,
    sign,
)
from models.domain.reading.submissions import Entry
from models.domain.reading.workbook_content import SheetContent, WorkbookContent
from models.domain.register.agencies import Agency, Contact, Register
from models.domain.register.catalogue import Role
from tasks.adapters.workbooks import workbook_styles as look
from tasks.adapters.workbooks.template_canvas import AgencyWorkbook
from tasks.adapters.workbooks.template_writer import write_template
from tests.fixtures.office_files import own_office

OFFICE = own_office()
CYCLE = OFFICE.cycle("2025-plan")
FORM = OFFICE.form_of(CYCLE)
CATALOGUE = OFFICE.catalogue_of(CYCLE)
SECRET = b"a secret of the office"
LAST_DAY = dt.date(2025, 2, 19)
HOSTILE = (
    '=HYPERLINK("http://x.example","bấm")',
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "=cmd|' /C calc'!A0",
    "http://x.example",
    "mailto:a@x.example",
    "internal:'Dự án'!A1",
    "12,5",
    "a\x00b\x1b",
    "x" * 40_000,
)


def write(
    agency: str,
    prefill: Sequence[Entry] = (),
    register: Register = OFFICE.register,
    contact: Contact | None = None,
) -> bytes:
    token = sign(SECRET, CYCLE.code, agency, FORM.version)
    workbook = AgencyWorkbook(FORM, CATALOGUE, CYCLE, agency, register, contact, token, LAST_DAY)
    return write_template(workbook, prefill)


@functools.cache
def template(agency: str) -> bytes:
    return write(agency)


def opened(content: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def entry(sheet: str, row_key: str, column: str, value: object, raw: str = "") -> Entry:
    return Entry(sheet, row_key, column, value, raw or str(value), "", "")  # type: ignore[arg-type]


def test_the_same_inputs_give_the_same_bytes() -> None:
    assert write("skhdt") == write("skhdt")


def test_every_agency_finds_its_own_rows_and_no_others() -> None:
    for agency in OFFICE.register.agencies:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(template(agency)))
        forms = sheets_for(FORM, CATALOGUE, agency)
        assert workbook.sheet_names[: len(forms)] == [f.title for f in forms]
        for form in forms:
            rows = workbook.get_sheet_by_name(form.title).to_python(skip_empty_area=False)
            if form.kind in (SheetKind.TABLE, SheetKind.FREE_TABLE):
                assert rows[HEADER_ROW - 1] == [c.header for c in form.columns]
            if form.kind is SheetKind.TABLE:
                codes = [row[0] for row in rows[FIRST_ROW - 1 :]]
                assert codes == [r.code for r in expected_rows(form, CATALOGUE, agency)]


def test_a_district_gets_the_free_plan_and_no_tables() -> None:
    titles = [f.title for f in sheets_for(FORM, CATALOGUE, "ubnd_vinh_bao")]
    assert titles == ["Hướng dẫn", "Thông tin chung", "Kế hoạch hành động"]


def test_the_offices_text_is_locked_and_the_agencys_cells_are_not() -> None:
    workbook = opened(template("skhdt"))
    for form in sheets_for(FORM, CATALOGUE, "skhdt"):
        sheet = workbook[form.title]
        assert sheet.protection.sheet
        assert not sheet.protection.password
        if form.kind in (SheetKind.TABLE, SheetKind.FREE_TABLE):
            rows = expected_rows(form, CATALOGUE, "skhdt")
            for position, column in enumerate(form.columns, 1):
                for row in range(FIRST_ROW, sheet.max_row + 1):
                    of = rows[row - FIRST_ROW] if rows else None
                    open_ = not column.office and is_offered(column, of, "skhdt")
                    assert sheet.cell(row, position).protection.locked != open_
        assert all(c.protection.locked for c in sheet[1])


def test_sheets_print_on_a4_one_page_wide_with_their_header_on_every_page() -> None:
    workbook = opened(template("skhdt"))
    for form in sheets_for(FORM, CATALOGUE, "skhdt"):
        sheet = workbook[form.title]
        assert str(sheet.page_setup.paperSize) == sheet.PAPERSIZE_A4
        assert (sheet.page_setup.fitToWidth or 1) == 1
        assert sheet.print_area
        if form.kind in (SheetKind.TABLE, SheetKind.FREE_TABLE):
            assert sheet.page_setup.orientation == "landscape"
            assert sheet.print_title_rows == f"${HEADER_ROW}:${HEADER_ROW}"
            assert sheet.freeze_panes
        if form.kind is SheetKind.TABLE:
            assert sheet.print_area.startswith(f"'{form.title}'!$B$1")  # codes are not printed


@pytest.mark.parametrize("agency", ["skhdt", "syt", "stttt", "bdbp", "bqlda_giao_thong"])
def test_no_text_is_cut_off(agency: str) -> None:
    workbook = opened(template(agency))
    for form in sheets_for(FORM, CATALOGUE, agency):
        sheet = workbook[form.title]
        if form.kind is not SheetKind.TABLE:
            continue
        for row in range(HEADER_ROW, sheet.max_row + 1):
            height = sheet.row_dimensions[row].height
            for position, column in enumerate(form.columns, 1):
                value = sheet.cell(row, position).value
                if isinstance(value, str) and column.source != "code":
                    lines = look.line_count(value, float(column.width), bold=row == HEADER_ROW)
                    assert height >= lines * look.TABLE_SIZE * 1.2, (form.key, value)


def test_rows_grow_when_an_official_types_more_than_the_row_holds() -> None:
    with zipfile.ZipFile(io.BytesIO(template("syt"))) as package:
        xml = package.read("xl/worksheets/sheet3.xml").decode()
    rows = {int(n): rest for n, rest in re.findall(r'<row r="(\d+)"([^>]*)>', xml)}
    assert all("customHeight" in rows[n] for n in range(1, HEADER_ROW + 1))
    assert all(" ht=" in rest for rest in rows.values())
    assert not any("customHeight" in rest for n, rest in rows.items() if n >= FIRST_ROW)


def test_the_identity_stands_in_a_property_and_on_a_very_hidden_sheet() -> None:
    workbook = opened(template("syt"))
    assert workbook[SHEET_NAME].sheet_state == "veryHidden"
    assert workbook[LISTS_SHEET_NAME].sheet_state == "veryHidden"
    content = WorkbookContent(
        "xlsx",
        [
            SheetContent(s.title, list(s.values), s.sheet_state != "visible")  # type: ignore[arg-type]
            for s in workbook
        ],
        {p.name: str(p.value) for p in workbook.custom_doc_props.props},
    )
    assert PROPERTY_NAME in content.properties
    claim = find_claim(content)
    assert claim is not None
    assert claim.places == ("property", "sheet")
    assert (claim.agency, claim.cycle, claim.contradictory) == ("syt", "2025-plan", False)


def test_the_instructions_name_ground_deadline_last_day_and_whom_to_ask() -> None:
    sheet = opened(template("syt"))["Hướng dẫn"]
    text = "\n".join(str(c) for row in sheet.values for c in row if c)
    assert CYCLE.legal_basis in text
    assert "chậm nhất hết ngày 19/02/2025 (thứ Tư)" in text
    assert "ngày làm việc cuối cùng" not in text, "it is that very day"
    assert CYCLE.contact_email in text
    assert "{" not in text


def test_the_reviews_guide_says_how_new_figures_are_and_which_white_cells_are_required() -> None:
    cycle = OFFICE.cycle("2025-review")
    form, catalogue = OFFICE.form_of(cycle), OFFICE.catalogue_of(cycle)
    token = sign(SECRET, cycle.code, "syt", form.version)
    of = AgencyWorkbook(form, catalogue, cycle, "syt", OFFICE.register, None, token)
    unknown = dataclasses.replace(of, cycle=dataclasses.replace(cycle, data_closes_on=None))
    told = [
        "\n".join(
            str(c) for row in opened(write_template(one))["Hướng dẫn"].values for c in row if c
        )
        for one in (of, unknown)
    ]
    wanted = "dùng số mới nhất có được{}; ghi rõ ngày của số liệu ở cột «Số đến ngày»."
    assert wanted.format(", không muộn hơn ngày 18/11/2025") in told[0]
    assert wanted.format("") in told[1]
    assert "trừ ô có ghi chú nói là bắt buộc" in told[0]
    prefilled = next(line for line in form.instructions if line.startswith("[prefilled]"))
    assert "đăng ký đầu năm" in prefilled
    assert "danh bạ của Văn phòng" in prefilled


def test_the_office_does_not_write_to_itself_in_the_guide_of_its_own_workbook() -> None:
    told = "\n".join(
        str(cell.value)
        for row in opened(template("van_phong"))["Hướng dẫn"].iter_rows()
        for cell in row
        if cell.value
    )

    assert "Văn phòng đề nghị các phòng, đơn vị thuộc Văn phòng điền sổ báo cáo này" in told
    assert "đề nghị Văn phòng" not in told


def test_links_lead_into_the_workbook_only() -> None:
    with zipfile.ZipFile(io.BytesIO(template("skhdt"))) as package:
        parts = {n: package.read(n) for n in package.namelist()}
    assert not any(b'TargetMode="External"' in p for p in parts.values())
    assert not any("vba" in name.lower() for name in parts)


def test_the_drop_down_offers_the_ten_groups_by_a_name_other_programs_keep() -> None:
    workbook = opened(template("syt"))
    sheet = workbook["Kế hoạch hành động"]
    rule = next(v for v in sheet.data_validations.dataValidation if v.type == "list")
    area = workbook.defined_names[rule.formula1.lstrip("=")].attr_text
    title, cells = area.replace("'", "").split("!")
    offered = [c.value for (c,) in workbook[title][cells.replace("$", "")]]
    assert offered == list(CATALOGUE.solution_groups)


def test_every_column_of_the_agency_explains_itself() -> None:
    workbook = opened(template("skhdt"))
    for form in sheets_for(FORM, CATALOGUE, "skhdt"):
        if form.kind in (SheetKind.TABLE, SheetKind.FREE_TABLE):
            rules = workbook[form.title].data_validations.dataValidation
            for position, column in enumerate(form.columns, 1):
                if not column.office:
                    cell = workbook[form.title].cell(FIRST_ROW, position).coordinate
                    assert any(cell in r.sqref and r.prompt == column.help for r in rules)


def test_every_open_cell_of_the_details_explains_itself() -> None:
    sheet = opened(template("skhdt"))["Thông tin chung"]
    rules = [r for r in sheet.data_validations.dataValidation if r.prompt]
    unlocked = [c.coordinate for row in sheet for c in row if not c.protection.locked]
    assert len(unlocked) == 14  # ten fields; beside days, addresses and numbers a cell for why
    assert [c for c in unlocked if not any(c in rule.sqref for rule in rules)] == []


def test_a_ratio_is_taken_as_text_so_that_no_date_is_made_of_it() -> None:
    where = places(FORM, CATALOGUE, "sgddt")
    ratio = next(r for r in CATALOGUE if r.target_printed == "15/15")
    title, cell = where["indicators", ratio.code, "committed"]
    sheet = opened(template("sgddt"))[title]
    assert sheet[cell].number_format == "@"
    for rule in sheet.data_validations.dataValidation:
        assert cell not in rule.sqref or rule.type in (None, "none")


def test_prefilled_values_stand_in_their_cells_as_what_they_are() -> None:
    row = expected_rows(FORM.sheet("indicators"), CATALOGUE, "syt")[0].code
    given_entries = [
        entry("indicators", row, "committed", Decimal("118079.279")),
        entry("indicators", row, "milestone_q1", None, "khoảng 95%"),
        entry("details", "", "plan_date", dt.date(2025, 2, 14)),
        entry("details", "", "focal_phone", "0225 3745 123"),
        entry("details", "plan_date", "justification", "ban hành lại"),
        entry("action_plan", "@45", "five_work", "việc thứ 45"),
        entry("indicators", row, "no_such_column", "x"),
        entry("no_such_sheet", row, "committed", "x"),
    ]
    workbook = opened(write("syt", given_entries))
    where = places(FORM, CATALOGUE, "syt", given_entries)

    def at(*place: str) -> object:
        title, cell = where[place]  # type: ignore[index]
        return workbook[title][cell].value

    assert at("indicators", row, "committed") == 118079.279
    assert at("indicators", row, "milestone_q1") == "khoảng 95%"
    assert at("details", "", "plan_date") == dt.datetime(2025, 2, 14)  # noqa: DTZ001
    assert at("details", "", "focal_phone") == "0225 3745 123"
    assert at("details", "plan_date", "justification") == "ban hành lại"
    assert at("action_plan", "@45", "five_work") == "việc thứ 45"


@pytest.mark.parametrize(
    "value", [Decimal("NaN"), Decimal("Infinity"), Decimal("1e400"), dt.date(1, 1, 1), None]
)
def test_a_value_no_cell_can_hold_is_given_back_as_it_was_written(value: object) -> None:
    row = expected_rows(FORM.sheet("indicators"), CATALOGUE, "syt")[0].code
    given_entries = [
        entry("indicators", row, "committed", value, "như đã ghi"),
        entry("details", "", "plan_date", value, "như đã ghi"),
    ]
    workbook = opened(write("syt", given_entries))
    where = places(FORM, CATALOGUE, "syt", given_entries)
    for place in (("indicators", row, "committed"), ("details", "", "plan_date")):
        title, cell = where[place]
        assert workbook[title][cell].value == "như đã ghi"


@pytest.mark.parametrize("text", HOSTILE)
def test_text_from_outside_never_becomes_a_formula_or_a_link(text: str) -> None:
    row = expected_rows(FORM.sheet("indicators"), CATALOGUE, "syt")[0].code
    agencies = dict(OFFICE.register.agencies)
    agencies["syt"] = replace(agencies["syt"], name=text)
    register = replace(OFFICE.register, agencies=agencies)
    prefill = [
        entry("indicators", row, "committed", None, text),
        entry("indicators", row, "measures", text),
        entry("details", "", "plan_date", None, text),
        entry("action_plan", "@1", "group", text),
    ]
    content = write("syt", prefill, register)
    workbook = opened(content)
    for sheet in workbook:
        for cell in (c for cells in sheet.iter_rows() for c in cells):
            assert cell.data_type != "f"
            assert cell.hyperlink is None or cell.hyperlink.location
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert not any(b"External" in package.read(n) for n in package.namelist())


@settings(max_examples=12, deadline=None)
@given(st.text(), st.sampled_from(["committed", "measures", "milestone_q1"]))
def test_any_text_can_be_prefilled_and_opened_again(text: str, column: str) -> None:
    row = expected_rows(FORM.sheet("indicators"), CATALOGUE, "syt")[0].code
    workbook = opened(write("syt", [entry("indicators", row, column, text, text)]))
    title, cell = places(FORM, CATALOGUE, "syt")["indicators", row, column]
    assert workbook[title][cell].data_type in ("s", "n")


def test_the_register_offers_the_focal_person_until_the_agency_has_written_one() -> None:
    contact = Contact(
        "syt", ("syt@haiphong.example",), focal_person="Bà Lê Thị Hoa", phone="0225 1"
    )
    where = places(FORM, CATALOGUE, "syt")
    title, cell = where["details", "", "focal_person"]
    assert opened(write("syt", contact=contact))[title][cell].value == "Bà Lê Thị Hoa"
    answered = write("syt", [entry("details", "", "focal_phone", "1")], contact=contact)
    assert opened(answered)[title][cell].value is None


def test_an_agency_outside_the_register_gets_no_template() -> None:
    with pytest.raises(UnknownAgency, match="nobody"):
        write("nobody")


def test_an_ampersand_in_a_name_does_not_break_the_footer() -> None:
    agencies = {"syt": Agency("syt", "Sở A & B 2025", OFFICE.register.agencies["syt"].kind)}
    register = replace(OFFICE.register, agencies=agencies)
    sheet = opened(write("syt", register=register))["Chỉ tiêu"]
    assert "A && B 2025" in (sheet.oddFooter.left.text or "")


def test_who_only_takes_part_finds_open_what_he_may_say_and_that_he_may_leave_it() -> None:
    sheet = opened(template("skhdt"))["Chỉ tiêu"]
    form = FORM.sheet("indicators")
    columns = {c.key: n for n, c in enumerate(form.columns, 1)}
    rows = expected_rows(form, CATALOGUE, "skhdt")
    assert {role_of(row, "skhdt") for row in rows} == {Role.LEAD, Role.CO}
    for number, row in enumerate(rows, FIRST_ROW):
        leads = role_of(row, "skhdt") is Role.LEAD
        role = sheet.cell(number, columns["role"]).value
        assert role == ("Chủ trì" if leads else "Phối hợp\n(được để trống)")
        own = sheet.cell(number, columns["committed"])
        assert not own.protection.locked
        fill = str(own.fill.fgColor.rgb)[-6:]
        assert fill == (look.INPUT_FILL if leads else look.OPTIONAL_FILL)
        if not leads:
            assert sheet.cell(number, columns["milestone_q1"]).protection.locked


def test_a_locked_cell_that_holds_an_answer_is_open_again() -> None:
    form = FORM.sheet("indicators")
    row = next(r for r in expected_rows(form, CATALOGUE, "skhdt") if role_of(r, "skhdt") is Role.CO)
    title, cell = places(FORM, CATALOGUE, "skhdt")["indicators", row.code, "measures"]
    answered = write("skhdt", [entry("indicators", row.code, "measures", "Đã ghi ở sổ cũ")])
    assert opened(answered)[title][cell].value == "Đã ghi ở sổ cũ"
    assert not opened(answered)[title][cell].protection.locked


def test_the_register_offers_phone_and_address_too() -> None:
    contact = Contact("syt", ("syt@haiphong.example",), phone="0225 3123 456")
    where = places(FORM, CATALOGUE, "syt")
    book = opened(write("syt", contact=contact))
    for field, value in (
        ("focal_phone", "0225 3123 456"),
        ("focal_email", "syt@haiphong.example"),
    ):
        title, cell = where["details", "", field]
        assert book[title][cell].value == value


def test_an_example_of_how_a_figure_is_written_stands_below_its_unit() -> None:
    sheet = opened(template("stc"))["Chỉ tiêu"]
    unit = [c.key for c in FORM.sheet("indicators").columns].index("unit") + 1
    shown = {sheet.cell(r, unit).value for r in range(FIRST_ROW, sheet.max_row + 1)}
    assert "Tỷ đồng\nví dụ: 9.512,5" in shown and "%\nví dụ: 12,5" in shown

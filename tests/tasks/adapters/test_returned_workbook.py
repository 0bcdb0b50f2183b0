"""Returned workbooks: marked, commented, listed; and nothing of the agency's own lost."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import io
import re
import time
import zipfile
from collections.abc import Callable, Sequence
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.workbook.workbook import Workbook

from models.domain.answers.template_places import places
from models.domain.cycle.cycles import HANOI
from models.domain.reading.cell_comments import AGENCYS_OWN, OFFICE_COMMENT, beside_the_offices
from models.domain.reading.findings import Finding, Severity
from models.domain.reading.findings import opened as opened_by
from models.domain.reading.forms import expected_rows
from models.domain.reading.identity import (
    MARKS_SHEET_NAME,
    PROPERTY_NAME,
    RESULT_SHEET_NAME,
    SHEET_NAME,
    sign,
)
from models.domain.reading.submissions import Entry
from tasks.adapters.workbooks.returned_workbook import (
    MAX_UNPACKED,
    HandedIn,
    ReturnedWorkbook,
    mark_workbook,
)
from tasks.adapters.workbooks.template_canvas import AgencyWorkbook
from tasks.adapters.workbooks.template_writer import write_template
from tasks.adapters.workbooks.workbook_styles import (
    INPUT_FILL,
    OFFICE_FILL,
    OFFICE_NAME,
    SEVERITY_FILLS,
)
from tests.fixtures.office_files import own_office

OFFICE = own_office()
CYCLE = OFFICE.cycle("2025-plan")
FORM = OFFICE.form_of(CYCLE)
CATALOGUE = OFFICE.catalogue_of(CYCLE)
AGENCY = "syt"
TOKEN = sign(b"secret", CYCLE.code, AGENCY, FORM.version)
PLACES = places(FORM, CATALOGUE, AGENCY)
MADE_AT = dt.datetime(2025, 2, 18, 9, 30, tzinfo=HANOI)
ROWS = [r.code for r in expected_rows(FORM.sheet("indicators"), CATALOGUE, AGENCY)]

OWN = AgencyWorkbook(FORM, CATALOGUE, CYCLE, AGENCY, OFFICE.register, None, TOKEN)


def at(row: int, column: str = "committed") -> str:
    return PLACES["indicators", ROWS[row], column][1]


def finding(
    cell: str, severity: Severity = Severity.ERROR, message: str = "Xin ghi số.", **more: str
) -> Finding:
    return Finding("SO-02", severity, message, more.pop("sheet", "Chỉ tiêu"), cell, **more)


def entry(row: int, column: str, value: object, raw: str) -> Entry:
    return Entry("indicators", ROWS[row], column, value, raw, "Chỉ tiêu", f"Z{row}")  # type: ignore[arg-type]


def filled() -> Workbook:
    """The agency's template with a few things of its own in it."""
    content = write_template(dataclasses.replace(OWN, last_working_day=dt.date(2025, 2, 19)))
    workbook = openpyxl.load_workbook(io.BytesIO(content))
    sheet = workbook["Chỉ tiêu"]
    sheet[at(0)] = "khoảng 110"
    sheet[at(1)] = "=100+10"
    sheet[at(2)] = 16
    sheet[at(2)].comment = Comment("Đã hỏi phòng Nghiệp vụ", "Nguyễn Thị Mai")
    sheet[at(3)].fill = PatternFill("solid", fgColor="FF00B0F0")
    return workbook


def saved(workbook: Workbook) -> bytes:
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


@functools.cache
def original() -> bytes:
    return saved(filled())


def mark(
    content: bytes | None,
    findings: Sequence[Finding],
    kind: str = "xlsx",
    entries: Sequence[Entry] = (),
) -> ReturnedWorkbook:
    return mark_workbook(content, kind, findings, OWN, HandedIn(entries), MADE_AT)


def opened(returned: ReturnedWorkbook) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(returned.content))


def colour(workbook: Workbook, cell: str, sheet: str = "Chỉ tiêu") -> str:
    fill = workbook[sheet][cell].fill
    return str(fill.fgColor.rgb)[-6:] if fill.fill_type == "solid" else ""


def results(workbook: Workbook) -> list[tuple[object, ...]]:
    return [
        row for row in workbook[RESULT_SHEET_NAME].iter_rows(min_row=6, values_only=True) if row[0]
    ]


FINDINGS = [
    finding(at(2), Severity.WARNING, "Thấp hơn mức giao; xin sửa hoặc giải trình."),
    finding(at(0), message="Ô ghi «khoảng 110»; xin chỉ ghi số, ví dụ 110.", value="khoảng 110"),
    finding("", Severity.BLOCKER, "Thiếu trang «Dự án».", sheet="Dự án"),
]


def test_each_finding_is_filled_by_severity_commented_and_listed_worst_first() -> None:
    returned = mark(original(), FINDINGS)
    workbook = opened(returned)
    assert returned.note == ""
    assert colour(workbook, at(0)) == SEVERITY_FILLS[Severity.ERROR]
    assert colour(workbook, at(2)) == SEVERITY_FILLS[Severity.WARNING]
    comment = workbook["Chỉ tiêu"][at(0)].comment
    assert comment.author == OFFICE_NAME
    assert "xin chỉ ghi số, ví dụ 110" in comment.text
    assert workbook.sheetnames[0] == RESULT_SHEET_NAME
    assert workbook.active.title == RESULT_SHEET_NAME
    rows = results(workbook)
    assert [r[1] for r in rows] == [
        "Không tiếp nhận được", "Lỗi phải sửa", "Cảnh báo: sửa hoặc giải trình",
    ]  # fmt: skip
    assert rows[1][2:5] == ("Chỉ tiêu", at(0), "khoảng 110")
    assert workbook[RESULT_SHEET_NAME]["D7"].hyperlink.location == f"'Chỉ tiêu'!{at(0)}"


def test_what_the_agency_wrote_stays_formulas_and_comments_included() -> None:
    workbook = opened(mark(original(), FINDINGS))
    sheet = workbook["Chỉ tiêu"]
    assert sheet[at(1)].value == "=100+10"
    assert sheet[at(0)].value == "khoảng 110"
    assert "Đã hỏi phòng Nghiệp vụ" in sheet[at(2)].comment.text
    assert colour(workbook, at(3)) == "00B0F0"
    assert sheet.protection.sheet
    assert sheet.data_validations.dataValidation


def test_its_properties_name_no_library() -> None:
    with zipfile.ZipFile(io.BytesIO(mark(original(), FINDINGS).content)) as package:
        told = b"".join(package.read(n) for n in package.namelist() if n.startswith("docProps/"))

    assert b"<Application>Microsoft Excel</Application>" in told
    assert b"openpyxl" not in told.lower()


def test_what_the_agency_wrote_is_not_cut_and_its_rows_still_grow() -> None:
    workbook = filled()
    row = int(re.sub(r"\D", "", at(4)))
    cell = workbook["Chỉ tiêu"][at(4, "measures")]
    cell.value = "Giao chỉ tiêu cho từng đơn vị, kiểm tra hằng quý. " * 12
    before = workbook["Chỉ tiêu"].row_dimensions[row].height

    returned = mark(saved(workbook), FINDINGS)

    after = opened(returned)["Chỉ tiêu"].row_dimensions[row].height
    assert after > 2 * before
    with zipfile.ZipFile(io.BytesIO(returned.content)) as package:
        sheets = [package.read(n).decode() for n in package.namelist() if "worksheets/sheet" in n]
    rows = [found for s in sheets for found in re.findall(rf'<row r="{row}"[^>]*>', s)]
    grown = [r for r in rows if f'ht="{after:g}' in r]
    assert grown
    assert "customHeight" not in grown[0]


def test_marks_of_the_last_round_do_not_linger() -> None:
    first = mark(original(), [*FINDINGS, finding(at(3)), finding("B5")])
    assert colour(opened(first), at(3)) == SEVERITY_FILLS[Severity.ERROR]
    workbook = opened(mark(first.content, [finding(at(4))]))
    sheet = workbook["Chỉ tiêu"]
    assert colour(workbook, at(0)) == INPUT_FILL
    assert colour(workbook, "B5") == OFFICE_FILL
    assert colour(workbook, at(3)) == "00B0F0"
    assert sheet[at(0)].comment is None
    assert sheet[at(2)].comment.text == "Đã hỏi phòng Nghiệp vụ"
    assert colour(workbook, at(4)) == SEVERITY_FILLS[Severity.ERROR]
    assert len(results(workbook)) == 1
    assert [n for n in workbook.sheetnames if n.startswith(RESULT_SHEET_NAME)] == [
        RESULT_SHEET_NAME
    ]
    assert MARKS_SHEET_NAME not in workbook.sheetnames


def test_a_mark_whose_comment_was_deleted_goes_away_too() -> None:
    first = opened(mark(original(), FINDINGS))
    first["Chỉ tiêu"][at(0)].comment = None
    workbook = opened(mark(saved(first), []))
    assert colour(workbook, at(0)) == INPUT_FILL
    assert results(workbook) == []
    legend = workbook["Hướng dẫn"]
    colours = {str(c.fill.fgColor.rgb)[-6:] for (c,) in legend.iter_rows(max_col=1)}
    assert {SEVERITY_FILLS[Severity.ERROR], SEVERITY_FILLS[Severity.WARNING]} <= colours


def test_marking_twice_is_marking_once() -> None:
    once = opened(mark(original(), FINDINGS))
    twice = opened(mark(saved(once), FINDINGS))
    for sheet in once:
        for cells in sheet.iter_rows():
            for cell in cells:
                other = twice[sheet.title][cell.coordinate]
                assert cell.value == other.value
                assert cell.fill.fgColor.rgb == other.fill.fgColor.rgb
                assert (cell.comment and cell.comment.text) == (
                    other.comment and other.comment.text
                )


@pytest.mark.parametrize("answer", ["Sở: số đúng là 9600", "=> 9600\nNguyễn An"])
def test_what_was_answered_below_a_finding_is_given_back(answer: str) -> None:
    marked = opened(mark(original(), FINDINGS))
    sheet, place = next(
        (sheet.title, cell.coordinate)
        for sheet in marked
        for cells in sheet.iter_rows()
        for cell in cells
        if cell.comment and OFFICE_COMMENT in cell.comment.text
    )
    comment = marked[sheet][place].comment
    comment.text = f"{comment.text}\n{answer}"
    again = opened(mark(saved(marked), FINDINGS))[sheet][place].comment.text
    assert again.count(OFFICE_COMMENT) == 1
    assert again.endswith(f"{AGENCYS_OWN}\n{answer}") or answer in again.partition(AGENCYS_OWN)[2]


def test_several_findings_on_one_cell_share_its_comment_and_the_worst_colour() -> None:
    both = [finding(at(0), Severity.WARNING, "thứ hai"), finding(at(0), message="thứ nhất")]
    workbook = opened(mark(original(), both))
    text = workbook["Chỉ tiêu"][at(0)].comment.text
    assert text.index("thứ nhất") < text.index("thứ hai")
    assert text.count(OFFICE_COMMENT) == 1
    assert colour(workbook, at(0)) == SEVERITY_FILLS[Severity.ERROR]


def test_one_remark_on_several_cells_marks_each_of_them_and_is_listed_once() -> None:
    workbook = opened(mark(original(), [finding(at(0), cells=(at(0), at(1)))]))
    for address in (at(0), at(1)):
        assert colour(workbook, address) == SEVERITY_FILLS[Severity.ERROR]
        assert OFFICE_COMMENT in workbook["Chỉ tiêu"][address].comment.text
    assert len(results(workbook)) == 1


def test_text_in_the_result_sheet_never_becomes_a_formula() -> None:
    hostile = [Finding("=R", Severity.ERROR, "=1+1", "=A", "=B", "=cmd()", "", "", "+1")]
    workbook = opened(mark(original(), hostile))
    for cells in workbook[RESULT_SHEET_NAME].iter_rows():
        assert all(c.data_type != "f" for c in cells)


def test_trial_findings_are_the_offices_business() -> None:
    trial = Finding("NR-02", Severity.ERROR, "thử", "Chỉ tiêu", at(0), trial=True)
    workbook = opened(mark(original(), [trial]))
    assert results(workbook) == []
    assert workbook["Chỉ tiêu"][at(0)].comment is None


def test_a_mark_inside_merged_cells_goes_to_the_cell_that_shows() -> None:
    own = filled()
    own["Chỉ tiêu"].merge_cells("G6:H8")
    workbook = opened(mark(saved(own), [finding("H7")]))
    assert colour(workbook, "G6") == SEVERITY_FILLS[Severity.ERROR]
    assert OFFICE_COMMENT in workbook["Chỉ tiêu"]["G6"].comment.text


@pytest.mark.parametrize(
    "cell", ["", "garbage", "A0", "ZZZZ1", "A99999999", "A1:B2", "$A$1", "1", "É5", "=A1"]
)
def test_a_place_that_is_not_there_is_listed_and_nothing_breaks(cell: str) -> None:
    workbook = opened(mark(original(), [finding(cell), finding("A1", sheet="Đã xóa")]))
    assert len(results(workbook)) == 2


def own_chart(workbook: Workbook) -> None:
    chart = BarChart()
    chart.add_data(Reference(workbook["Chỉ tiêu"], 7, 5, 7, 9))
    workbook.create_chartsheet("Biểu đồ").add_chart(chart)


def locked(workbook: Workbook) -> None:
    workbook["Chỉ tiêu"].protection.set_password("bí mật")
    workbook.security = WorkbookProtection(lockStructure=True)


def reduced(workbook: Workbook) -> None:
    for sheet in list(workbook.worksheets):
        if sheet.title != "Chỉ tiêu":
            workbook.remove(sheet)


def squatted(workbook: Workbook) -> None:
    workbook.create_sheet(RESULT_SHEET_NAME.upper())["A1"] = "của cơ quan"


@pytest.mark.parametrize("change", [own_chart, locked, reduced, squatted])
def test_an_unusual_workbook_is_marked_all_the_same(change: Callable[[Workbook], None]) -> None:
    own = filled()
    change(own)
    returned = mark(saved(own), FINDINGS)
    assert returned.note == ""
    workbook = opened(returned)
    assert workbook.sheetnames[0] == RESULT_SHEET_NAME
    assert colour(workbook, at(0)) == SEVERITY_FILLS[Severity.ERROR]


def identity(workbook: Workbook) -> tuple[list[str], list[str]]:
    properties = [str(p.value) for p in workbook.custom_doc_props.props if p.name == PROPERTY_NAME]
    cells = [
        str(c) for row in workbook[SHEET_NAME].values for c in row if str(c).startswith("bc1:")
    ]
    return properties, cells


def test_an_identity_that_was_lost_or_is_another_agencys_is_mended() -> None:
    own = filled()
    del own[SHEET_NAME]
    del own.custom_doc_props[PROPERTY_NAME]
    assert identity(opened(mark(saved(own), FINDINGS))) == ([TOKEN], [TOKEN])
    own = filled()
    own[SHEET_NAME]["B1"] = sign(b"secret", CYCLE.code, "stc", FORM.version)
    assert identity(opened(mark(saved(own), FINDINGS))) == ([TOKEN], [TOKEN])


def test_an_identity_of_an_older_form_version_is_kept() -> None:
    older = sign(b"secret", CYCLE.code, AGENCY, "plan-0")
    own = filled()
    own[SHEET_NAME]["B1"] = older
    own.custom_doc_props[PROPERTY_NAME].value = older
    assert identity(opened(mark(saved(own), FINDINGS))) == ([older], [older])


def test_macros_are_dropped_and_the_note_says_so() -> None:
    own = original()
    buffer = io.BytesIO(own)
    with zipfile.ZipFile(buffer, "a") as package:
        package.writestr("xl/vbaProject.bin", b"macro")
    returned = mark(buffer.getvalue(), FINDINGS, "xlsm")
    assert "macro" in returned.note
    with zipfile.ZipFile(io.BytesIO(returned.content)) as package:
        assert not any("vba" in n.lower() for n in package.namelist())


def unpacking_to_too_much() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/worksheets/sheet1.xml", bytes(MAX_UNPACKED + 1))
    return buffer.getvalue()


def without_a_workbook() -> bytes:
    buffer = io.BytesIO()
    zipfile.ZipFile(buffer, "w").close()
    return buffer.getvalue()


#: Made when their test runs: every worker collects all tests.
UNUSABLE: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "garbage": lambda: b"PK\x03\x04 garbage",
    "truncated": lambda: original()[:5000],
    "no workbook": without_a_workbook,
    "bomb": unpacking_to_too_much,
    "ole2": lambda: bytes.fromhex("d0cf11e0a1b11ae1") + b"x" * 600,
}


@pytest.mark.parametrize("kind", UNUSABLE)
def test_a_file_that_cannot_be_marked_comes_back_as_a_fresh_one_with_its_values(
    kind: str,
) -> None:
    content = UNUSABLE[kind]()
    returned = mark(content, FINDINGS, entries=[entry(0, "committed", Decimal("92.5"), "92,5")])
    assert "Không đánh dấu được" in returned.note
    workbook = opened(returned)
    assert workbook["Chỉ tiêu"][at(0)].value == 92.5
    assert identity(workbook) == ([TOKEN], [TOKEN])


@pytest.mark.parametrize("kind", ["xls", "xlsb", "ods"])
def test_other_formats_come_back_as_xlsx_with_the_marks_where_the_values_now_stand(
    kind: str,
) -> None:
    entries = [
        entry(0, "committed", None, "khoảng 110"),
        Entry("action_plan", "@2", "five_deadline", None, "sớm", "KH", "F31"),
        Entry("details", "", "plan_number", None, "?", "Chung", "B4"),
    ]
    findings = [
        finding("Z0", value="khoảng 110", row_key=ROWS[0], column="committed"),
        finding("F31", sheet="KH", row_key="@2", column="five_deadline"),
        finding("B4", sheet="Chung"),
        finding("X9", sheet="Trang lạ", row_key=ROWS[1], column="committed"),
        finding("X9", sheet="Trang lạ"),
    ]
    returned = mark(b"whatever", findings, kind, entries)
    assert f".{kind}" in returned.note
    workbook = opened(returned)
    assert returned.note in workbook[RESULT_SHEET_NAME]["A4"].value, "the agency reads it there"
    assert workbook["Chỉ tiêu"][at(0)].value == "khoảng 110"
    assert colour(workbook, at(0)) == SEVERITY_FILLS[Severity.ERROR]
    assert colour(workbook, at(1)) == SEVERITY_FILLS[Severity.ERROR]
    title, cell = places(FORM, CATALOGUE, AGENCY, entries)["action_plan", "@2", "five_deadline"]
    assert colour(workbook, cell, title) == SEVERITY_FILLS[Severity.ERROR]
    assert len(results(workbook)) == 5


def test_without_an_original_a_fresh_workbook_goes_out() -> None:
    returned = mark(None, [])
    assert returned.note
    assert opened(returned)["Chỉ tiêu"].protection.sheet


addresses = st.from_regex(r"[A-Z]{1,3}[0-9]{1,7}", fullmatch=True)


@settings(max_examples=10, deadline=None)
@given(
    st.lists(
        st.builds(
            Finding,
            rule=st.text(max_size=9),
            severity=st.sampled_from(Severity),
            message=st.text(max_size=300),
            sheet=st.sampled_from(["Chỉ tiêu", "Dự án", SHEET_NAME, "\ud800", ""]),
            cell=st.one_of(
                st.text(max_size=6), st.from_regex(r"[A-Z]{1,3}[0-9]{1,7}", fullmatch=True)
            ),
            value=st.text(max_size=50),
            trial=st.booleans(),
        ),
        max_size=5,
    )
)
def test_no_finding_whatever_it_says_breaks_the_answer(findings: list[Finding]) -> None:
    workbook = opened(mark(original(), findings))
    assert len(results(workbook)) == sum(not f.trial for f in findings)


@pytest.mark.parametrize("content", [original(), None], ids=["its own", "a fresh one"])
def test_marked_twice_is_the_same_file_whatever_the_clock_says(content, monkeypatch):
    first = mark(content, [finding(at(0))]).content
    tomorrow, gmtime = time.time() + 86_400, time.gmtime
    monkeypatch.setattr(time, "time", lambda: tomorrow)
    monkeypatch.setattr(time, "localtime", lambda *_: gmtime(tomorrow))
    assert mark(content, [finding(at(0))]).content == first
    with zipfile.ZipFile(io.BytesIO(first)) as package:
        dates = {member.date_time for member in package.infolist()}
    assert dates == {(2025, 2, 18, 2, 30, 0)}


def test_the_first_sheet_names_the_code_of_the_file_it_answers_and_no_digest() -> None:
    handed_in = HandedIn((), sha256="ab" * 32)
    returned = mark_workbook(original(), "xlsx", FINDINGS, OWN, handed_in, MADE_AT)
    page = opened(returned)[RESULT_SHEET_NAME]
    last = 5 + len(FINDINGS) + 1
    assert str(page.cell(last, 1).value) == "Mã đối chiếu tệp đã kiểm tra: ABAB-ABAB"
    assert page.print_area.endswith(f"$H${last}")


def test_a_note_names_no_rule_and_its_own_cell_first() -> None:
    place = at(0)
    other = f"K{place.lstrip('ABCDEFGHIJKLMNOPQRSTUVWXYZ')}"
    message, ends = opened_by("Chỉ tiêu", place, "«Dân số»", "chưa điền.")
    said = dataclasses.replace(
        finding(place, message=message), cells=(place, other), place_ends=ends
    )
    book = opened(mark(original(), [said]))
    own, beside = (book["Chỉ tiêu"][cell].comment.text for cell in (place, other))
    assert "Quy tắc" not in own + beside and said.rule not in own + beside
    assert f"Trang «Chỉ tiêu», ô {place} («Dân số»): chưa điền." in own
    assert f"Đề nghị điền ô này (xem ghi chú ở ô {place})." in beside
    assert "«Dân số»" not in beside, "what is to be done is read in one place"
    assert beside_the_offices(beside) == ""


@pytest.mark.parametrize(
    ("severity", "message", "says"),
    [
        (Severity.ERROR, "Đề nghị sửa cả ô {} (ghi cùng nội dung).", ", sửa cả hai."),
        (Severity.WARNING, "Ô {} ghi cùng nội dung; nếu sửa, đề nghị sửa cả ô đó.", ", nếu sửa, "),
    ],
)
def test_a_note_beside_says_only_what_it_is_there_for(
    severity: Severity, message: str, says: str
) -> None:
    place = at(0)
    row = place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    twin, elsewhere = f"K{row}", f"K{int(row) + 1}"
    said = finding(place, message=f"Trang «Chỉ tiêu», ô {place}: số 94. {message.format(twin)}")
    said = dataclasses.replace(said, severity=severity, value="94", cells=(place, twin, elsewhere))
    book = opened(mark(original(), [said]))
    own, beside, other = (book["Chỉ tiêu"][c].comment.text for c in (place, twin, elsewhere))
    assert "số 94" in own and "số 94" not in beside + other
    assert f"Ghi cùng nội dung với ô {place}; xem ghi chú ở ô {place}{says}" in beside
    assert f"Cùng loại với ô {place}; xem ghi chú ở ô {place}." in other


def test_it_is_said_whether_the_file_itself_was_marked() -> None:
    assert mark(original(), FINDINGS).as_sent
    spoilt = mark(b"PK not a package", FINDINGS)
    assert not spoilt.as_sent
    assert "Không đánh dấu được ngay trên tệp gửi đến" in spoilt.note


def test_where_sheet_and_cell_have_columns_the_remark_names_neither_again() -> None:
    said = finding(at(0), message=f"Trang «Chỉ tiêu», ô {at(0)}: chưa điền.")
    (row,) = results(opened(mark(original(), [said])))
    assert row[2:4] == ("Chỉ tiêu", at(0))
    assert row[5] == "Chưa điền."

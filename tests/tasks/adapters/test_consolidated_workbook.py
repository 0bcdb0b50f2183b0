"""The consolidated workbook: complete, traceable, deterministic, and deaf to hostile text."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import re
import zipfile
from decimal import Decimal

import openpyxl
import pytest

from models.domain.answers.standing import AgencyStanding, Timeliness
from models.domain.consolidation import Consolidation, consolidate
from models.domain.cycle.cycles import HANOI
from models.domain.reading.findings import Finding, Severity
from models.domain.reading.forms import name_alone
from models.domain.reading.office import Office
from tasks.adapters.results.consolidated_workbook import write_consolidation
from tasks.adapters.results.plan_results import PlanResults
from tasks.adapters.sheets.consolidated_sheet import CUT_MARK, safe_text
from tests.fixtures.amiss import amiss
from tests.fixtures.simulated_answers import (
    real_office,
    simulated_consolidation,
)
from tests.fixtures.small_office import (
    AS_OF,
    GROUPS,
    commits,
    entry,
    record,
    small_office,
)

STAMP = dt.datetime(2025, 2, 26, 10, 30, tzinfo=HANOI)
SHEETS = [
    *("Tổng quan", "Bảng đếm", "Cơ quan", "Chỉ tiêu", "Mâu thuẫn", "Tổng và thành phần"),
    *("Kịch bản GRDP", "Nhiệm vụ", "Dự án"),
    *("Kế hoạch hành động", "Phát hiện", "Nguồn số liệu"),
]
HOSTILE = [
    '=HYPERLINK("http://evil.example","Bấm vào đây")',
    "+cmd|'/C calc'!A0",
    "-2+3",
    "@SUM(A1:A9)",
    "{=1+1}",
    "http://evil.example/x",
    "mailto:evil@evil.example",
    "internal:'Chỉ tiêu'!A1",
    "external:\\\\evil\\share\\x.xlsx",
    "_x0041_ không phải chữ A",
    "<b>&amp;</b> ]]>",
]
HARMED = [  # what came, what is left of it
    ("chuông\x07 và\x00 rỗng", "chuông và rỗng"),
    ("lẻ \ud800 đôi", "lẻ  đôi"),
    ("cuối \ufffe\uffff", "cuối "),
    ("đảo \u202exslx.exe", "đảo xslx.exe"),
    ("hai\r\ndòng", "hai\ndòng"),
]


def written(
    consolidation: Consolidation, office: Office, stamp: dt.datetime, **more: bool
) -> bytes:
    return write_consolidation(PlanResults(office, consolidation, None), stamp, **more)


@pytest.fixture(scope="module")
def consolidation() -> Consolidation:
    return simulated_consolidation()


@pytest.fixture(scope="module")
def content(consolidation) -> bytes:
    return written(consolidation, real_office(), STAMP)


@pytest.fixture(scope="module")
def book(content) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def hostile_consolidation(texts: list[str]) -> Consolidation:
    """Every place an agency can write to holds one of the texts."""
    office = small_office(real_office())
    cells = [entry("tasks", "task_a", "five_work", texts[0])]
    for at, text in enumerate(texts, start=1):
        cells += [
            entry("action_plan", f"@{at}", "group", GROUPS[0]),
            entry("action_plan", f"@{at}", "five_work", text),
            entry("action_plan", f"@{at}", "justification", text),
            dataclasses.replace(
                entry("details", "", f"field_{at}", text), sheet_name=text, raw=text
            ),
        ]
    findings = [Finding("XX-01", Severity.WARNING, t, t, "A1", t, justification=t) for t in texts]
    version = dataclasses.replace(
        record("skhdt", cells, findings=findings), file_name=texts[0], receipt_number=texts[-1]
    )
    answered = AgencyStanding("skhdt", Timeliness.ON_TIME, (version,), version)
    return consolidate(office, office.cycle("2025-plan"), [answered], AS_OF)


# --- Complete -------------------------------------------------------------------------------------


def test_the_workbook_has_its_sheets_in_order(book):
    assert book.sheetnames == SHEETS


@pytest.mark.parametrize("name", SHEETS[2:])
def test_every_table_repeats_its_header_stays_in_view_and_filters(book, name):
    sheet = book[name]
    first, last = map(int, re.findall(r"\d+", sheet.print_title_rows))

    assert first == 4
    assert sheet.freeze_panes.endswith(str(last + 1))
    assert sheet.auto_filter.ref.startswith(f"A{last}:")


def test_the_first_pages_have_a_chart_each_and_the_scenario_one(content):
    names = [n for n in parts(content) if n.startswith("xl/charts/chart")]

    assert len(names) == 3


def test_every_agency_indicator_task_and_project_has_its_row(book, consolidation):
    agencies = [c.value for c in book["Cơ quan"]["B"]]
    names = {sheet: [c.value for c in book[sheet]["B"]] for sheet in SHEETS}
    indicators = "\n".join(map(str, names["Chỉ tiêu"]))

    assert all(a.name in agencies for a in consolidation.agencies)
    catalogue = consolidation.inputs.catalogue
    assert all(name_alone(i.row, catalogue) in indicators for i in consolidation.indicators)
    ends = (":", "bao gồm", "trong đó")
    assert not [n for column in names.values() for n in column if str(n).endswith(ends)]
    assert all(t.row.name in names["Nhiệm vụ"] for t in consolidation.tasks)
    assert all(p.row.name in names["Dự án"] for p in consolidation.projects)


def test_nothing_to_show_is_said_in_words():
    office = real_office()
    empty = consolidate(office, office.cycle("2025-plan"), [], AS_OF)

    book = openpyxl.load_workbook(io.BytesIO(written(empty, office, STAMP)))

    assert book["Mâu thuẫn"]["A6"].value == "Không có số liệu mâu thuẫn."
    assert book["Nguồn số liệu"]["A5"].value == "Chưa có số liệu nào."


# --- Traceable ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Chỉ tiêu", "Kịch bản GRDP", "Mâu thuẫn"])
def test_every_number_an_agency_gave_links_to_its_row_of_the_lineage(book, consolidation, name):
    lineage = book["Nguồn số liệu"]
    by_reference = {f.reference: f for f in consolidation.lineage}
    followed = 0
    for cells in book[name].iter_rows():
        for cell in cells:
            if cell.hyperlink is None or not isinstance(cell.value, int | float):
                continue
            address = cell.hyperlink.location.removeprefix("'Nguồn số liệu'!")
            figure = by_reference[lineage[address].value]
            assert float(figure.number) == cell.value
            assert figure.source.cell == lineage[f"J{address[1:]}"].value
            assert figure.source.file_sha256 == lineage[f"K{address[1:]}"].value
            followed += 1
    assert followed > 10


def test_every_committed_value_and_milestone_has_a_link(book, consolidation):
    linked = {
        cell.hyperlink.location
        for cells in book["Chỉ tiêu"].iter_rows(min_row=6, min_col=6, max_col=10)
        for cell in cells
        if cell.value is not None and cell.hyperlink is not None
    }
    numbers = sum(
        (r.value is not None) + len(r.milestones)
        for i in consolidation.indicators
        for r in i.reports
    )

    assert len(linked) == numbers


@pytest.mark.parametrize("name", ["Chỉ tiêu", "Nhiệm vụ", "Dự án", "Kế hoạch hành động"])
def test_every_citation_exists(book, name):
    known = {c.value for c in book["Nguồn số liệu"]["A"]}
    sheet = book[name]
    cited = [cell.value for cell in sheet[sheet.dimensions.split(":")[1].rstrip("0123456789")]]
    references = {r for text in cited if text for r in re.findall(r"N-\d+", str(text))}

    assert len(references) > 10
    assert references <= known


def test_no_line_of_a_cell_ends_within_a_reference(book):
    told = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    several = [t for t in told if isinstance(t, str) and re.match(r"N-\d{4},", t)]

    assert any("\n" in text for text in several), "more of them than stand on one line"
    assert not [text for text in several if re.search(r"-\s|\s-\d", text)]


def test_a_search_for_a_reference_finds_it_in_every_cell(book):
    told = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}

    assert not [t for t in told if isinstance(t, str) and re.search(r"\b[NK]\u2011\d", t)]


def test_nothing_is_amiss_with_what_the_workbook_says(book):
    said = [
        (f"{sheet.title}!{cell.coordinate}", cell.value)
        for sheet in book
        if not sheet.title.startswith("Nguồn")
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str)
    ]

    assert len(said) > 1000
    assert not amiss(said)


def test_the_first_page_counts_every_finding_of_their_sheet():
    office = small_office(real_office())
    findings = [
        Finding("XX-01", severity, "Đã có", "Đã có", "A1", "Đã có", trial=trial)
        for severity in Severity
        for trial in (False, True)
    ]
    version = record("skhdt", commits("grdp", "12.5"), findings=findings)
    answered = AgencyStanding("skhdt", Timeliness.ON_TIME, (version,), version)
    made = consolidate(office, office.cycle("2025-plan"), [answered], AS_OF)
    book = openpyxl.load_workbook(io.BytesIO(written(made, office, STAMP)))

    rows = book["Tổng quan"].iter_rows(values_only=True)
    counted = {row[0]: row[1] for row in rows if row[4] == "Phát hiện"}
    shown = [r for r in book["Phát hiện"].iter_rows(min_row=5, values_only=True) if any(r)]
    assert list(counted) == ["Lỗi còn phải sửa", "Cảnh báo còn mở", "Lưu ý"]
    assert sum(counted.values()) == len(shown) == len(Severity)


def test_no_table_has_a_column_that_says_nothing(book):
    """A column that is nowhere filled is left out; what stays in sight and a chart's are kept."""
    for sheet in book:
        if sheet.title in ("Tổng quan", "Bảng đếm", "Kịch bản GRDP", "Nguồn số liệu"):
            continue
        head = int(re.search(r"\d+", sheet.auto_filter.ref)[0])
        for column in sheet.iter_cols(min_row=head, max_row=sheet.max_row, min_col=3):
            title, *cells = [cell.value for cell in column]
            assert any(value not in (None, "") for value in cells), (sheet.title, title)


def test_the_lineage_holds_every_figure_once_with_its_own_words(book, consolidation):
    rows = list(book["Nguồn số liệu"].iter_rows(min_row=5, values_only=True))

    assert [r[0] for r in rows] == [f.reference for f in consolidation.lineage]
    assert [r[4] for r in rows] == [f.raw for f in consolidation.lineage]


# --- Deterministic --------------------------------------------------------------------------------


def test_the_same_inputs_give_the_same_bytes(consolidation, content):
    assert written(consolidation, real_office(), STAMP) == content


def test_another_stamp_changes_only_the_time_it_names(consolidation, content):
    later = written(consolidation, real_office(), STAMP + dt.timedelta(hours=1))
    before, after = parts(content), parts(later)

    assert {name for name in before if before[name] != after[name]} == {
        "docProps/core.xml",
        "xl/sharedStrings.xml",
    }
    same, other = (f"{hour} giờ 30 phút".encode() for hour in (10, 11))
    assert before["xl/sharedStrings.xml"].replace(same, other) == after["xl/sharedStrings.xml"]


def test_streaming_to_disk_says_the_same(consolidation, content):
    streamed = written(consolidation, real_office(), STAMP, constant_memory=True)
    one, other = (openpyxl.load_workbook(io.BytesIO(c)) for c in (content, streamed))

    for name in SHEETS:
        assert list(one[name].values) == list(other[name].values), name


def test_a_stamp_without_a_zone_is_refused(consolidation):
    with pytest.raises(ValueError, match="múi giờ"):
        written(consolidation, real_office(), STAMP.replace(tzinfo=None))


# --- Deaf to hostile text -------------------------------------------------------------------------


@pytest.mark.parametrize("constant_memory", [False, True])
def test_agency_text_is_never_a_formula_nor_a_link(constant_memory):
    content = written(
        hostile_consolidation(HOSTILE),
        small_office(real_office()),
        STAMP,
        constant_memory=constant_memory,
    )
    held = parts(content)

    for name, part in held.items():
        assert b"<f>" not in part or name.startswith("xl/charts/"), name
        assert b'TargetMode="External"' not in part, name
    values = {
        cell.value: cell
        for sheet in openpyxl.load_workbook(io.BytesIO(content))
        for cells in sheet.iter_rows()
        for cell in cells
        if isinstance(cell.value, str)
    }
    for text in HOSTILE:
        if constant_memory and text.startswith("_x"):
            # Escaped as it should be, but openpyxl reads no escapes in a streamed cell.
            text = f"_x005F{text}"
        assert values[text].data_type in ("s", "inlineStr"), text
        assert values[text].hyperlink is None, text


def test_editing_a_hostile_cell_does_not_wake_it():
    content = written(hostile_consolidation(HOSTILE), small_office(real_office()), STAMP)

    for cells in openpyxl.load_workbook(io.BytesIO(content))["Kế hoạch hành động"].iter_rows():
        for cell in cells:
            if cell.value in HOSTILE:
                assert cell.quotePrefix


def test_characters_a_workbook_cannot_hold_are_left_out():
    content = written(
        hostile_consolidation([text for text, _ in HARMED]), small_office(real_office()), STAMP
    )
    held = {
        cell.value
        for cells in openpyxl.load_workbook(io.BytesIO(content))["Phát hiện"]
        for cell in cells
    }

    for _, left in HARMED:
        assert left in held


def test_a_text_longer_than_a_cell_is_cut_with_a_mark():
    assert safe_text("a" * 40_000) == "a" * 32_766 + "…"
    emoji = safe_text("😀" * 20_000)
    assert len(emoji.encode("utf-16-le")) // 2 <= 32_767
    assert emoji.endswith("…")


def test_a_text_taller_than_a_row_is_shortened_and_says_where_the_rest_is():
    long = "câu dài " * 2_000
    consolidation = hostile_consolidation([long])
    content = written(consolidation, small_office(real_office()), STAMP)
    book = openpyxl.load_workbook(io.BytesIO(content))

    shown = [c.value for cells in book["Kế hoạch hành động"] for c in cells if c.value]
    assert any(str(v).endswith(CUT_MARK) for v in shown)
    assert any(r[4] == long for r in book["Nguồn số liệu"].iter_rows(values_only=True))


def test_numbers_and_dates_beyond_a_spreadsheet_become_text():
    office = small_office(real_office())
    cells = [
        *commits("iip", "1E+400"),
        entry("tasks", "task_b", "five_deadline", dt.date(25, 6, 30)),
    ]
    version = record("sct", cells)
    answered = AgencyStanding("sct", Timeliness.ON_TIME, (version,), version)
    consolidation = consolidate(office, office.cycle("2025-plan"), [answered], AS_OF)

    content = written(consolidation, office, STAMP)

    book = openpyxl.load_workbook(io.BytesIO(content))
    assert str(Decimal("1E+400")) in [c.value for c in book["Chỉ tiêu"]["F"]]
    assert any("30/06/" in str(c.value) for row in book["Nhiệm vụ"] for c in row)

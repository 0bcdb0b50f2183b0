"""The workbook, letter and chart of a review: complete, reproducible, in the office's words."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest

from models.domain.answers.standing import Timeliness
from models.domain.consolidation import consolidate
from models.domain.cycle.cycles import HANOI
from models.domain.cycle.letter_phrases import ADD_UP, instant_text
from models.domain.letters.letters import SummaryContent, compose_summary
from models.domain.register.targets import Judgement
from models.domain.register.territories import Territory
from models.domain.results.summary import summarise
from models.domain.results.summary_words import TABLE_ROWS, Words
from models.domain.results.waiting import SHEETS as SHEETS_OF_CASES
from models.domain.results.waiting import WaitingKind
from models.domain.review import Pace, Review
from models.domain.review.pace_wording import ground_said
from models.domain.review.reported_days import ReportedDays
from models.domain.review.spending import unlikely_shares
from models.domain.review.states import TaskBucket
from models.domain.review.wording import (
    BUCKET_NAMES,
    PACE_NAMES,
    figures_briefly_said,
    figures_said,
)
from tasks.adapters.letters.letter_writer import renderer_for
from tasks.adapters.results.choosing import results_from
from tasks.adapters.results.consolidated_overview import answering_lines
from tasks.adapters.results.consolidated_workbook import write_consolidation
from tasks.adapters.results.review_results import ReviewResults
from tasks.adapters.sheets.consolidation_cells import ResultNames
from tasks.adapters.sheets.cross_tables import (
    buckets_table,
    looks_of_states,
    outcome_by_appendix,
    status_by_kind,
)
from tasks.adapters.sheets.judgement_sheet import JUDGEMENT_SHEET
from tasks.adapters.sheets.output_columns import Toned
from tasks.adapters.sheets.overview_parts import shares_shown
from tasks.adapters.sheets.review_comparison_sheets import history_sheet
from tasks.adapters.sheets.review_work_sheets import action_sheet, project_sheet, task_sheet
from tests.fixtures.amiss import amiss
from tests.fixtures.office_files import OFFICE_FILES
from tests.fixtures.simulated_answers import real_office
from tests.fixtures.simulated_review import (
    simulated_review,
    simulated_review_standings,
    with_actual,
)
from tests.fixtures.table_values import values_of

STAMP = dt.datetime(2025, 11, 26, 10, 30, tzinfo=HANOI)
SHEETS = [
    *("Tổng quan", "Bảng đếm", "Cơ quan", "Chỉ tiêu", "Theo địa bàn", "Tiến độ trong năm"),
    *("Kịch bản GRDP", "Nhiệm vụ", "Kế hoạch hành động", "Dự án", "Mâu thuẫn"),
    *("Tổng và thành phần", "Người đánh giá", "Kiến nghị", "Phát hiện", "Nguồn số liệu"),
    "Nguồn kỳ trước",
]


def agency_name(code: str) -> str:
    return real_office().register.agency_name(code)


@pytest.fixture(scope="module")
def results() -> ReviewResults:
    made = simulated_review()
    return results_from(real_office(), made.consolidation, made.earlier)


@pytest.fixture(scope="module")
def review(results: ReviewResults) -> Review:
    return results.review


@pytest.fixture(scope="module")
def content(results: ReviewResults) -> bytes:
    return write_consolidation(results, STAMP)


@pytest.fixture(scope="module")
def book(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


@pytest.fixture(scope="module")
def letter(results: ReviewResults) -> SummaryContent:
    matter = results.summary_matter()
    more = {"chart_id": "x", "workbook_name": "a.xlsx"}
    return summarise(results.consolidation, real_office(), matter, **more)


def texts(book: openpyxl.Workbook, name: str) -> list[str]:
    return [str(c) for row in book[name].iter_rows(values_only=True) for c in row if c is not None]


def test_the_reviews_workbook_has_its_sheets_in_order(book):
    assert book.sheetnames == SHEETS


def test_every_series_of_a_chart_is_the_column_that_its_name_heads(book):
    """A table leaves out what is nowhere: a chart must not count its columns by what might be."""
    charts = [(sheet, chart) for sheet in book for chart in sheet._charts]
    assert charts
    for _, chart in charts:
        for series in chart.series:
            for reference in (series.cat.strRef or series.cat.numRef, series.val.numRef):
                title, _, cells = reference.f.replace("$", "").rpartition("!")
                found = [c.value for row in book[title.strip("'")][cells] for c in _cells(row)]
                assert any(value is not None for value in found), (title, cells)
            if series.tx is not None and series.tx.strRef is not None:
                title, _, cell = series.tx.strRef.f.replace("$", "").rpartition("!")
                sheet, column = book[title.strip("'")], cell.rstrip("0123456789")
                assert sheet[cell].value not in (None, "", "Cộng"), cell
                assert series.val.numRef.f.replace("$", "").rpartition("!")[2].startswith(column)
                assert any(v[0].value for v in sheet[series.val.numRef.f.rpartition("!")[2]])


def _cells(row):
    return row if isinstance(row, tuple) else (row,)


def test_a_projects_registered_milestones_stand_beside_its_progress(review, book):
    [project] = [p for p in review.projects if p.row.code == "project_2025_01"]
    registered = [f.text for f in project.milestones.values()]

    shown = next(t for t in texts(book, "Dự án") if registered[0] in t and "\n" in t)

    assert [line.partition(": ")[2] for line in shown.splitlines()] == registered
    assert shown.splitlines()[-1].startswith("Cả năm: ")


def test_the_same_review_gives_the_same_bytes(results, content):
    assert write_consolidation(results, STAMP) == content
    assert results.chart() == results.chart()


def test_the_parts_of_stacked_bars_are_the_columns_they_are_called_after(content, book, results):
    """No sum among them, none left out, and no number on a part that is too short for it."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    charts = [archive.read(n).decode() for n in archive.namelist() if "/charts/chart" in n]
    stacked = [chart for chart in charts if 'grouping val="stacked"' in chart]
    tables = (status_by_kind(results.consolidation), outcome_by_appendix(results.review))
    sheet = book["Bảng đếm"]

    assert len(stacked) == len(tables)
    for chart, table in zip(stacked, tables, strict=True):
        bars = table.drop(index="Cộng", columns="Cộng")
        drawn = {}
        for series in re.findall(r"<c:ser>.*?</c:ser>", chart, re.S):
            cells = [f.replace("$", "") for f in re.findall(r"<c:f>[^!]+!([^<]+)</c:f>", series)]
            name, _, values = cells
            drawn[sheet[name].value] = [row[0].value for row in sheet[values]]
            deleted = [int(i) for i in re.findall(r'idx val="(\d+)"/><c:delete', series)]
            short = [n / bars.sum(axis=1).max() < 0.04 for n in drawn[sheet[name].value]]
            assert {i for i, is_short in enumerate(short) if is_short} <= set(deleted)
        assert drawn == {n: list(bars[n]) for n in bars.columns if bars[n].any()}
        assert instant_text(results.consolidation.as_of) in chart


def test_shares_of_all_the_parts_of_one_total_add_up(results):
    lines = [line for line in results.overview_lines() if line.adds_to]
    shown = shares_shown(lines)

    for name in {line.adds_to for line in lines}:
        parts = [line for line in lines if line.adds_to == name]
        assert sum(line.count for line in parts) == parts[0].total
        assert sum(Decimal(str(shown[line])) for line in parts) == 1


def test_sheets_of_tasks_and_of_own_actions_are_each_dated_by_their_own(results, review):
    days = [ReportedDays(dt.date(2025, 11, 18)), ReportedDays(dt.date(2025, 11, 26))]
    headline = replace(review.headline, tasks_reported=days[0], actions_reported=days[1])
    told, office = replace(review), real_office()
    vars(told)["headline"] = headline  # cached: agencies whose days differ are not to be had here
    names, form = (
        ResultNames.of(office, office.catalogues[2025]),
        office.form_of(results.consolidation.cycle),
    )

    tasks, actions = task_sheet(told, names, form, STAMP.date()), action_sheet(told, names)

    assert (
        figures_said(days[0], agency_name) in tasks.note
        and figures_said(days[1], agency_name) not in tasks.note
    )
    assert (
        figures_said(days[1], agency_name) in actions.note
        and figures_said(days[0], agency_name) not in actions.note
    )


def test_what_far_exceeds_its_plan_is_marked_where_it_stands_and_counted_first(review):
    [project] = [p for p in review.projects if p.row.code == "project_2025_01"]
    half = [replace(b, share_pct=Decimal("150.1")) for b in project.baselines[:1]]
    doubtful = replace(project, baselines=half)
    names = ResultNames.of(real_office(), real_office().catalogues[2025])
    sheet = project_sheet(replace(review, projects=[doubtful]), names)
    remarks = next(c for c in sheet.columns if c.key == "texts").value(doubtful)

    assert isinstance(remarks, Toned)
    assert remarks.text.startswith("Cần kiểm tra: đã giải ngân ")
    assert ", bằng 150,1% kế hoạch vốn Thủ tướng Chính phủ giao (" in remarks.text
    assert unlikely_shares(replace(project, baselines=[replace(half[0], share_pct=150)])) == []


def test_every_indicator_and_every_task_stands_in_the_workbook(results, review, book):
    names = ResultNames.of(real_office(), real_office().catalogue_of(results.cycle))
    indicators, tasks = texts(book, "Chỉ tiêu"), texts(book, "Nhiệm vụ")

    assert {names.rows[i.row.code] for i in review.indicators} <= set(indicators)
    assert {names.rows[t.row.code] for t in review.tasks} <= set(tasks)


def test_tasks_stand_under_a_band_of_their_bucket_with_its_count(review, book):
    tasks = texts(book, "Nhiệm vụ")

    for bucket, count in review.headline.buckets.items():
        assert (f"{BUCKET_NAMES[bucket]} ({count} nhiệm vụ)" in tasks) is (count > 0)


@pytest.mark.parametrize("sheet", ["Chỉ tiêu", "Tiến độ trong năm", "Kịch bản GRDP"])
def test_every_sheet_of_figures_says_of_which_ground_they_are(review, letter, book, sheet):
    assert review.territory is Territory.EAST
    assert any("Hải Phòng trước hợp nhất" in text for text in texts(book, sheet)[:4])
    assert ground_said(Territory.EAST) in letter.notes
    assert any(label.endswith("GRDP cả năm phía đông") for label, _ in letter.figures)


def test_a_pace_of_the_workbook_names_what_it_is_made_against(review, book):
    names = tuple(f"{PACE_NAMES[p]} (" for p in Pace if PACE_NAMES[p])
    told = [text for text in texts(book, "Chỉ tiêu") if text.startswith(names)]

    assert len(told) == sum(one.pace is not Pace.UNKNOWN for one in review.indicators) > 0
    named = ("mốc ", "đã đạt mốc tiếp theo: ", "kịch bản")
    assert all(any(name in text for name in named) for text in told)


def test_an_estimate_that_repeats_the_value_to_date_is_marked(review, book):
    marked = [t for t in texts(book, "Chỉ tiêu") if t == "Ước, bằng số đến ngày số liệu"]

    assert len(marked) == sum(one.repeats_to_date for one in review.indicators) > 0


def test_counted_tables_add_up_to_all(review):
    outcomes, buckets = outcome_by_appendix(review), buckets_table(review)

    assert outcomes.loc["Cộng", "Cộng"] == review.headline.indicators == 114
    assert list(buckets.loc["Cộng"]) == [48, len(review.actions)]


def test_tables_and_charts_tell_apart_whom_the_first_page_tells_apart(results):
    """Who was asked which workbook counts waits for nobody of the office; nor who has it back."""
    states = [
        *((Timeliness.WAITING, {}), (Timeliness.WAITING, {"chooses": True})),
        *((Timeliness.WAITING, {"chooses": True}), (Timeliness.OPEN, {"sent_back": True})),
        *((Timeliness.OPEN, {}), (Timeliness.OVERDUE, {"sent_back": True, "chooses": True})),
    ]
    made = results.consolidation
    agencies = [replace(a, timeliness=Timeliness.ON_TIME) for a in made.agencies]
    agencies[: len(states)] = [
        replace(agency, **{"timeliness": state, "sent_back": False, "chooses": False, **known})
        for agency, (state, known) in zip(agencies, states, strict=False)
    ]
    found = replace(made, agencies=agencies)
    headline = found.headline

    table = status_by_kind(found)

    counts = dict(table.loc["Cộng"])
    assert counts["Gửi đúng hạn, chờ Văn phòng xem xét"] == 1
    assert counts["Gửi đúng hạn, chờ cơ quan xác định bản chính"] == headline.choosing == 2
    assert counts["Còn trong hạn"] == counts["Đã trả lại, chờ bản chỉnh sửa"] == 1
    assert {*table.columns} - {"Cộng"} <= {*looks_of_states()}
    assert counts["Cộng"] == sum(counts.values()) - counts["Cộng"] == len(agencies)
    said = {line.label: line.count for line in answering_lines(found)}
    assert said["trong đó chờ cơ quan xác định bản chính"] == headline.choosing
    assert said["trong đó đã trả lại, chờ bản chỉnh sửa"] == headline.sent_back == 1


def test_a_state_that_holds_no_assigned_task_is_no_bar_of_the_chart(review, content, book):
    """Own actions alone may be in a state; the table tells of them, below those that are drawn."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    charts = [archive.read(n).decode() for n in archive.namelist() if "/charts/chart" in n]
    [chart] = [c for c in charts if "Nhiệm vụ được giao theo tình trạng" in c]
    names, values = re.findall(r"<c:f>[^!]+!([^<]+)</c:f>", chart)
    sheet = book["Bảng đếm"]
    counts = [row[0].value for row in sheet[values.replace("$", "")]]
    buckets = buckets_table(review).drop(index="Cộng")

    assert sum(counts) == 48 and all(counts)
    assert [row[0].value for row in sheet[names.replace("$", "")]] == [
        *buckets.index[: len(counts)]
    ]
    rest = [b for b in review.headline.shown_buckets if not review.headline.buckets[b]]
    assert rest and len(buckets) == len(counts) + len(rest)


def test_that_shares_are_made_to_add_up_is_said_below_them(book):
    assert ADD_UP in texts(book, "Tổng quan")


def test_the_letter_says_what_was_missed_with_the_figures_reference(review, letter):
    said = " ".join(letter.points)
    missed = next(p for p in letter.points if p.startswith("Chỉ tiêu không đạt"))

    assert f"({review.headline.not_met})" in missed
    assert "N-0" in missed
    assert "cam kết" not in letter.lead[1]
    assert "đạt và vượt" in letter.lead[1]
    assert "Nhiệm vụ quá hạn chưa hoàn thành" in said
    shown = [*letter.sentences, *letter.notes, *map(str, letter.tables), str(letter.figures)]
    assert not any(re.search(r"[NK]-\d", text) for text in shown), "sources stand in the enclosure"


def test_the_letter_is_read_on_a_telephone_in_two_minutes(letter, review):
    """Five figures and what is to be decided come first; all other lists are in the enclosure."""
    text = renderer_for(OFFICE_FILES / "letters").render(compose_summary(letter)).text
    read = " ".join(text.split())

    assert len(letter.figures) == 5
    assert len(re.sub(r"-{3,}", "", read)) <= 3500
    assert read.index("VIỆC CẦN QUYẾT ĐỊNH") < min(
        read.index(t.title.upper()) for t in letter.tables
    )
    assert all(len(table.rows) <= TABLE_ROWS for table in letter.tables)
    late = next(table for table in letter.tables if table.title.startswith("Nhiệm vụ quá hạn"))
    assert "báo cáo" not in late.title
    assert dict(letter.figures)["Nhiệm vụ đã hoàn thành"].endswith(
        f"({figures_briefly_said(review.headline.tasks_reported, agency_name)})"
    )


def test_what_came_out_otherwise_leads_the_leaders_lists_and_is_marked(results, review):
    missed = [i.row for i in review.indicators if i.outcome is Judgement.NOT_MET]
    overdue = [t.row for t in review.tasks_in(TaskBucket.OVERDUE)]
    office = real_office()
    names = Words(results.consolidation, office)
    for title, rows in (("Chỉ tiêu không đạt", missed), ("Nhiệm vụ quá hạn", overdue)):
        for new in (rows[-2:], rows, []):
            matter = results.summary_matter({row.code for row in new})
            [table] = [t for t in matter.tables if t.title.startswith(title)]
            marked = [row[0] for row in table.rows if row[0].endswith(" (mới)")]
            if new == rows:  # where all are new, to say so of each tells nothing
                assert not marked
                continue
            places = {names.place(row) for row in new}
            assert len(marked) == len(new) and [r[0] for r in table.rows[: len(new)]] == marked
            assert all(any(m.startswith(f"{p} ") for p in places) for m in marked)


def test_nothing_is_amiss_with_what_the_workbook_and_the_letter_say(book, letter):
    """Of the workbook's own words: what agencies wrote stands as they wrote it."""
    rendered = renderer_for(OFFICE_FILES / "letters").render(compose_summary(letter)).text
    said = [
        (f"{sheet.title}!{cell.coordinate}", cell.value)
        for sheet in book
        if not sheet.title.startswith("Nguồn")
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str)
    ]

    assert len(said) > 1000
    assert not amiss([("thư tổng hợp", rendered), *said])


def test_the_letter_names_sheets_that_the_enclosed_workbook_has(book):
    assert {SHEETS_OF_CASES[kind] for kind in (WaitingKind.CONFLICT, WaitingKind.WHOLE)} <= set(
        book.sheetnames
    )
    assert SHEETS_OF_CASES[WaitingKind.JUDGEMENT] == JUDGEMENT_SHEET


def test_an_actual_value_of_january_makes_a_history_sheet():
    office = real_office()
    cycle = office.cycle("2025-review")
    now = dt.datetime(2026, 1, 25, 9, tzinfo=HANOI)
    standings = [
        with_actual(s) if s.agency == "stc" else s
        for s in simulated_review_standings(office, cycle, now, {})
    ]

    later = results_from(office, consolidate(office, cycle, standings, now), None)
    history = history_sheet(later.review, ResultNames.of(office, office.catalogue_of(cycle)))

    assert values_of(history, "status")[:2] == ["Ước", "Chính thức"]
    written = openpyxl.load_workbook(io.BytesIO(write_consolidation(later, STAMP)))
    assert "Số qua các lần" in written.sheetnames
    assert "Nguồn kỳ trước" not in written.sheetnames  # there was no plan cycle

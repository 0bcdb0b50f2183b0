"""What is shown of rows that many lead together: counts and each one's own, nowhere the first's."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest

from models.domain.consolidation import EARLIER, consolidate
from models.domain.reading.office import Office
from models.domain.results.report import ReportContent, report_of
from models.domain.results.snapshots import changes_between
from models.domain.results.tidy_table import tidy_rows
from models.domain.review import TaskBucket
from tasks.adapters.results.choosing import results_from
from tasks.adapters.results.consolidated_workbook import write_consolidation
from tasks.adapters.results.cycle_results import CycleResults
from tasks.adapters.results.review_results import ReviewResults
from tests.fixtures.office_files import own_office
from tests.fixtures.rows_led_together import ALL, MEMBERS, TOGETHER, office_of_many
from tests.fixtures.small_office import AS_OF, commits, missing, plans, standing
from tests.fixtures.small_review import NOW, answered, cells, reports

COUNTED = "3/3 cơ quan đã có số, 2 đạt mức giao, 1 không đạt"
FEBRUARY = [
    standing("skhdt", [*commits("together", "90"), *plans("task_dated", dt.date(2025, 7, 31))]),
    standing("sct", commits("together", "70")),
    missing("stc"),
    missing("syt"),
]


def november(last: str = "75") -> list:
    """Three members: two have reached the target; one is done, one overdue, one silent."""
    done = cells("tasks", "task_dated", state="Đã hoàn thành", finished_on=dt.date(2025, 5, 5))
    doing = cells("tasks", "task_dated", state="Đang thực hiện", obstacles="Thiếu vốn.")
    return [
        answered("stc", reports("together", "90"), done),
        answered("sct", reports("together", last, causes="Thiếu đơn hàng."), doing),
        answered("syt", reports("together", "85")),
    ]


def shown(office: Office, answers: list) -> ReviewResults:
    earlier = consolidate(office, office.cycle("2025-plan"), FEBRUARY, NOW, prefix=EARLIER)
    made = consolidate(office, office.cycle("2025-review"), answers, NOW)
    results = results_from(office, made, earlier)
    assert isinstance(results, ReviewResults)
    return results


@pytest.fixture(scope="module")
def many() -> Office:
    return office_of_many(own_office())


@pytest.fixture(scope="module")
def plan(many: Office) -> CycleResults:
    made = consolidate(many, many.cycle("2025-plan"), FEBRUARY, AS_OF)
    return results_from(many, made, None)


@pytest.fixture(scope="module")
def review(many: Office) -> ReviewResults:
    return shown(many, november())


def table(results: CycleResults, name: str) -> list[dict[str, object]]:
    """The rows of a sheet by the headers of its columns."""
    book = openpyxl.load_workbook(io.BytesIO(write_consolidation(results, NOW)))
    rows = [[cell.value for cell in row] for row in book[name].iter_rows()]
    start = next(i for i, row in enumerate(rows) if "Vị trí" in row)
    return [dict(zip(rows[start], row, strict=True)) for row in rows[start + 1 :]]


# --- The workbook ---------------------------------------------------------------------------------


def test_a_plan_shows_what_all_come_to_and_each_ones_commitment_with_its_source(
    plan: CycleResults,
) -> None:
    rows = [r for r in table(plan, "Chỉ tiêu") if r["Chỉ tiêu"] == "Tên together"]

    assert [(r["Cơ quan báo cáo"], r["Đánh giá"]) for r in rows] == [
        (ALL, "Chưa đủ số"),
        ("Sở Kế hoạch và Đầu tư", "Vượt mức giao"),
        ("Sở Tài chính", "Chưa cam kết"),
        ("Sở Công Thương", "Chưa đạt mức giao"),
        ("Sở Y tế", "Chưa cam kết"),
    ]
    texts = [r["Giải pháp, giải trình"] for r in rows]
    assert texts[0].startswith("2/4 cơ quan đã có số, 1 đạt mức giao, 1 không đạt; thấp nhất 70%")
    assert [bool(r["Nguồn"]) for r in rows] == [False, True, False, True, False]


def test_a_plans_task_counts_who_has_planned_it(plan: CycleResults) -> None:
    rows = [r for r in table(plan, "Nhiệm vụ") if r["Nhiệm vụ"] == "Tên task_dated"]

    assert [r["Cơ quan"] for r in rows] == [
        ALL,
        *("Sở Kế hoạch và Đầu tư", "Sở Tài chính", "Sở Công Thương", "Sở Y tế"),
    ]
    assert rows[0]["Tình trạng kế hoạch"] == "1/4 cơ quan đủ «5 rõ»; 3 chưa có kế hoạch"
    assert rows[1]["Tình trạng kế hoạch"] == "Tự đặt hạn sau thời hạn giao 31 ngày"
    assert {r["Tình trạng kế hoạch"] for r in rows[2:]} == {"Chưa có kế hoạch"}


def test_a_review_judges_each_and_says_of_all_how_many(review: ReviewResults) -> None:
    rows = [r for r in table(review, "Chỉ tiêu") if r["Chỉ tiêu"] == "Tên together"]

    assert [(r["Cơ quan"], r["So với mức giao"], r["So với cam kết"]) for r in rows] == [
        (ALL, "2/3 cơ quan đạt", None),
        ("Sở Tài chính", "Vượt", "Đạt cam kết"),
        ("Sở Công Thương", "Không đạt", "Vượt cam kết"),
        ("Sở Y tế", "Vượt", "Không cam kết"),
    ]
    assert [r["Cả năm"] for r in rows] == [None, 90, 75, 85]
    assert [r["Cam kết đầu năm"] for r in rows] == [None, 90, 70, None]
    texts = [r["Nguyên nhân, giải pháp (theo báo cáo)"] for r in rows]
    assert COUNTED in texts[0]
    assert texts[2] == "Nguyên nhân: Thiếu đơn hàng."


def test_a_reviews_task_shows_each_ones_part(review: ReviewResults) -> None:
    rows = [r for r in table(review, "Nhiệm vụ") if r["Nhiệm vụ"] == "Tên task_dated"]

    assert [(r["Cơ quan"], r["Tình trạng"]) for r in rows] == [
        (ALL, "Đang thực hiện"),
        ("Sở Tài chính", "Đã hoàn thành"),
        ("Sở Công Thương", "Đang thực hiện"),
        ("Sở Y tế", "Chưa báo cáo"),
    ]
    texts = [r["Vướng mắc, đề xuất (theo báo cáo)"] for r in rows]
    assert texts[0] == (
        "1/3 cơ quan hoàn thành: đúng hạn 1; quá hạn chưa hoàn thành: 1 (Sở Công Thương); "
        "chưa có báo cáo: 1 (Sở Y tế).\nChậm nhất: Sở Công Thương."
    )
    assert "Thiếu vốn." in texts[2]


# --- Boards, letter, report, table ----------------------------------------------------------------


def test_boards_tell_the_counts_under_the_name_of_all(review: ReviewResults) -> None:
    indicators, tasks = (board.rows for board in review.boards())
    [one] = [r for r in indicators if "Tên together" in r.values()]
    [task] = [r for r in tasks if "Tên task_dated" in r.values()]

    assert (one["Cơ quan"], one["Ô"], one["Cả năm"]) == (ALL, "", "")
    assert one["Đánh giá"].startswith(f"2/3 cơ quan đạt. {COUNTED}; thấp nhất 75%")
    assert (task["Cơ quan"], task["Ô"]) == (ALL, "")
    assert "quá hạn chưa hoàn thành: 1 (Sở Công Thương)" in task["Tình trạng"]


def test_a_plans_board_lists_what_waits_for_some_of_them(plan: CycleResults) -> None:
    [board] = plan.boards()
    [one] = board.rows

    assert "1 còn cơ quan cùng chủ trì chưa cam kết (liệt kê sau đó), 0 không so được" in board.note
    assert one["Cơ quan"] == ALL
    assert one["Cam kết"].startswith("2/4 cơ quan đã có số")


def test_the_letters_name_whom_it_concerns(plan: CycleResults, review: ReviewResults) -> None:
    february = " ".join(plan.summary_matter().points)
    said = review.summary_matter()
    november = " ".join(said.points)

    assert (
        "Tên together (2/4 cơ quan đã có số, 1 đạt mức giao, 1 không đạt; "
        "chưa có: Sở Tài chính; Sở Y tế)"
    ) in february
    assert "Sở Kế hoạch và Đầu tư 31/07/2025" in february
    assert f"Tên together ({COUNTED}, giao 80; không đạt: Sở Công Thương 75%, N-" in november
    assert f"Tên task_dated ({ALL}): hạn 30/06/2025, 1/3 cơ quan hoàn thành" in november
    cells_told = {cell for t in said.tables for row in t.rows for cell in row}
    assert ALL in cells_told
    assert any(cell.endswith("(1/3 cơ quan hoàn thành)") for cell in cells_told)


@pytest.fixture(scope="module")
def report(many: Office, review: ReviewResults) -> ReportContent:
    return report_of(many, review.consolidation, review.review)


def test_the_report_tells_all_and_its_annex_each(report: ReportContent) -> None:
    [missed] = report.not_met
    [overdue] = report.overdue
    annex = [r["name"].plain for r in report.annex_indicators]
    start = next(i for i, name in enumerate(annex) if "Tên together" in name)

    assert missed["agency"].plain == overdue["agency"].plain == ALL
    assert missed["value"].plain.startswith(f"{COUNTED}\nthấp nhất 75% [N-")
    assert missed["causes"].plain.startswith("Chưa đạt: 75% [N-")
    assert annex[start + 1 : start + 4] == ["– Sở Tài chính", "– Sở Công Thương", "– Sở Y tế"]
    each = report.annex_indicators[start + 1 : start + 4]
    assert [r["outcome"].plain for r in each] == ["Vượt", "Không đạt", "Vượt"]
    assert all("[N-" in r["value"].plain for r in each)
    tasks = [r for group in report.annex_tasks for r in group.rows]
    own = {r["agency"].plain for r in tasks if r["name"].plain == "–"}
    assert own == {"Sở Tài chính", "Sở Công Thương", "Sở Y tế"}
    assert overdue["state"].plain.startswith("1/3 cơ quan hoàn thành: đúng hạn 1; quá hạn")
    assert overdue["obstacles"].plain == (
        "Quá hạn chưa hoàn thành: Sở Công Thương.\nChưa có báo cáo: Sở Y tế."
    )
    assert len({frozenset(r) for r in report.annex_indicators}) == 1
    assert len({frozenset(r) for r in tasks}) == 1


def test_each_agency_sees_its_own_part_in_its_preview(review: ReviewResults) -> None:
    previews = {p.agency: p for p in review.previews(NOW)}
    facts = {a: " ".join(f.plain for f in previews[a].facts) for a in MEMBERS if a in previews}

    assert ": 1 đạt hoặc vượt, 1 chưa có" in facts["stc"]
    assert ": 1 không đạt" in facts["sct"]
    [own] = [r for r in previews["sct"].indicators if "together" in r["name"].plain]
    assert (own["own"].plain.split("\n")[0], own["outcome"].plain) == ("75", "Không đạt")
    assert own["value"].plain.startswith(COUNTED)
    buckets = {
        a: next(r for r in previews[a].tasks if "task_dated" in r["name"].plain)["bucket"].plain
        for a in facts
    }
    assert buckets == {
        "stc": "Hoàn thành đúng hạn",
        "sct": "Quá hạn chưa hoàn thành",
        "syt": "Chưa có báo cáo",
    }


def test_in_the_tidy_table_each_is_judged_and_none_stands_for_the_row(
    many: Office, review: ReviewResults
) -> None:
    rows = list(tidy_rows(many, review.consolidation, review.judged(), lambda s: s.versions))
    values = {r.agency: r for r in rows if (r.row_code, r.column) == ("together", "estimate")}
    states = {r.agency: r for r in rows if (r.row_code, r.column) == ("task_dated", "state")}

    assert {a: (r.judgement, r.standing) for a, r in values.items()} == {
        "stc": ("exceeded", False),
        "sct": ("not_met", False),
        "syt": ("exceeded", False),
    }
    assert {a: (r.judgement, r.standing) for a, r in states.items()} == {
        "stc": (TaskBucket.DONE_ON_TIME.value, False),
        "sct": (TaskBucket.OVERDUE.value, False),
    }
    assert {r.target for r in values.values()} == {"80"}


def test_a_change_of_the_whole_is_told_when_one_of_them_changes(
    many: Office, review: ReviewResults
) -> None:
    after = shown(many, november("82"))
    changes = changes_between(review.snapshot(), after.snapshot())

    [flipped] = changes.flipped
    assert (flipped.row_key, flipped.after.judgement) == ("together", "exceeded")
    assert flipped.before.text == COUNTED
    assert flipped.before.agency == TOGETHER

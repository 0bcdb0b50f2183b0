"""A directive as officials print it, through the program: forms, checks, judging, what is shown."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal

import openpyxl
import pytest

from models.domain.reading.findings import Severity
from models.domain.reading.office import Office
from models.domain.reading.submissions import Examination
from models.domain.register.targets import Judgement
from models.domain.results.report import report_of
from models.domain.results.summary import summarise
from models.domain.review import TaskBucket
from tasks.adapters.results.choosing import results_from
from tasks.adapters.results.consolidated_workbook import write_consolidation
from tasks.adapters.results.plan_boards import plan_boards
from tasks.adapters.results.report_charts import report_charts
from tasks.adapters.results.review_boards import review_boards
from tasks.adapters.work.opening import workbook_content
from tasks.adapters.work.prefilling import carried_into
from tests.fixtures import printed_office as printed
from tests.fixtures.made_review import MadeReview
from tests.fixtures.small_office import standing

PROMISED = "Không để thiếu điện; sự cố xử lý xong trong ngày"
DONE = "Không thiếu điện; còn 02 sự cố kéo dài sang hôm sau"
ERRORS = (Severity.ERROR,)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return printed.printed_office(tmp_path_factory.mktemp("printed") / "office")


@pytest.fixture(scope="module")
def plan(office: Office) -> Examination:
    cells = {
        ("indicators", printed.WORDS, "committed"): PROMISED,
        ("indicators", printed.GROWTH, "committed"): Decimal(273_000),
        ("indicators", printed.GROWTH, "milestone_year"): Decimal(273_000),
    }
    return printed.answered(office, "2025-plan", cells)


@pytest.fixture(scope="module")
def review(office: Office) -> Examination:
    return printed.answered(
        office,
        "2025-review",
        {
            ("indicators", printed.WORDS, "estimate"): DONE,
            ("indicators", printed.GROWTH, "estimate"): Decimal(273_300),
            ("indicators", printed.GROWTH, "to_date"): Decimal(260_000),
            ("indicators", printed.GROWTH, "last_year"): Decimal(250_000),
            ("indicators", printed.ABOUT, "estimate"): Decimal("9.57"),
            ("indicators", printed.RANGE, "estimate"): Decimal("9.9"),
            ("tasks", printed.STANDING, "state"): "Đang thực hiện",
        },
    )


@pytest.fixture(scope="module")
def made(office: Office, plan: Examination, review: Examination) -> MadeReview:
    return printed.reviewed(office, plan, review)


def errors_of(examined: Examination) -> list[str]:
    return [f.message for f in examined.findings if f.severity in ERRORS]


def test_the_row_of_a_target_without_a_unit_column_has_the_targets_own(office: Office) -> None:
    rows = {r.code: r for r in office.catalogues[2025]}
    assert rows[printed.WORDS].target_words == printed.IN_WORDS
    assert not rows[printed.WORDS].is_heading
    assert rows[printed.ABOUT].unit == "Tỷ kWh"
    assert rows[printed.READ].deadline == dt.date(2025, 9, 30)
    assert rows[printed.READ].deadline_printed == "Sau khi Đề án được duyệt"
    (dollars,) = rows[printed.DOLLARS].investments
    assert (dollars.amount, dollars.currency, dollars.approximate) == (
        Decimal("96.3"),
        "USD_MILLION",
        True,
    )


def test_a_plan_with_words_for_a_target_in_words_has_nothing_to_correct(plan: Examination) -> None:
    assert errors_of(plan) == []
    (promised,) = [
        e.value for e in plan.entries if (e.row_key, e.column) == (printed.WORDS, "committed")
    ]
    assert promised == PROMISED


def test_the_workbooks_own_message_at_such_a_cell_is_not_told_as_a_correction(
    plan: Examination,
) -> None:
    assert [f for f in plan.findings if f.rule == "CT-16"] == []


def test_who_leaves_such_a_target_empty_is_asked_for_words(office: Office) -> None:
    empty = printed.answered(
        office, "2025-plan", {("indicators", printed.WORDS, "committed"): None}
    )
    (message,) = errors_of(empty)
    assert "đề nghị ghi bằng lời" in message
    assert printed.IN_WORDS in message


def test_a_mark_for_nothing_is_no_answer_in_words(office: Office) -> None:
    told = {("indicators", printed.WORDS, "committed"): "chưa có"}
    assert len(errors_of(printed.answered(office, "2025-plan", told))) == 1


def test_a_commitment_within_a_range_or_about_a_target_is_not_called_low(office: Office) -> None:
    told = {
        ("indicators", printed.RANGE, "committed"): Decimal("9.9"),
        ("indicators", printed.RANGE, "milestone_year"): Decimal("9.9"),
        ("indicators", printed.ABOUT, "committed"): Decimal("9.58"),
        ("indicators", printed.ABOUT, "milestone_year"): Decimal("9.58"),
        ("indicators", printed.GROWTH, "committed"): Decimal(5),
        ("indicators", printed.GROWTH, "milestone_year"): Decimal(5),
    }
    examined = printed.answered(office, "2025-plan", told)
    assert [f.message for f in examined.findings if f.rule == "CK-01"] == []


def test_a_commitment_below_a_range_is_called_low_with_the_target_as_printed(
    office: Office,
) -> None:
    told = {
        ("indicators", printed.RANGE, "committed"): Decimal("9.5"),
        ("indicators", printed.RANGE, "milestone_year"): Decimal("9.5"),
    }
    examined = printed.answered(office, "2025-plan", told)
    (message,) = [f.message for f in examined.findings if f.rule == "CK-01"]
    assert "(từ 9,8 đến 10 tỷ kWh)" in message


def test_the_reviews_workbook_shows_what_was_promised_in_words(
    office: Office, plan: Examination
) -> None:
    cycle = office.cycle("2025-review")
    carried = carried_into(office, cycle, printed.AGENCY, {printed.AGENCY: plan.entries})
    content = workbook_content(office, b"k" * 32, cycle, printed.AGENCY, carried.entries)
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Chỉ tiêu"]
    rows = [[str(c) for c in row if c is not None] for row in sheet.iter_rows(values_only=True)]
    (shown,) = [row for row in rows if printed.WORDS in row]
    assert printed.IN_WORDS in shown
    assert PROMISED in shown


def test_a_review_of_such_a_directive_has_nothing_to_correct(review: Examination) -> None:
    assert errors_of(review) == []


@pytest.mark.parametrize(
    ("row", "outcome", "said"),
    [
        (printed.WORDS, Judgement.AWAITING, "do người đánh giá"),
        (printed.ABOUT, Judgement.AWAITING, "«khoảng»"),
        (printed.RANGE, Judgement.MET, ""),
        (printed.GROWTH, Judgement.EXCEEDED, ""),
    ],
)
def test_each_kind_of_target_is_judged_or_waits_and_says_why(
    made: MadeReview, row: str, outcome: Judgement, said: str
) -> None:
    one = made.review.indicator(row)
    assert one.outcome is outcome
    assert said in one.why_not_judged
    assert bool(said) is bool(one.why_not_judged)


def test_a_growth_without_last_years_value_is_not_judged_and_says_what_is_lacking(
    office: Office, plan: Examination
) -> None:
    told = {
        ("indicators", printed.GROWTH, "estimate"): Decimal(273_300),
        ("indicators", printed.GROWTH, "last_year"): None,
    }
    made = printed.reviewed(office, plan, printed.answered(office, "2025-review", told))
    one = made.review.indicator(printed.GROWTH)
    assert one.outcome is Judgement.UNKNOWN
    assert "cần số của năm trước" in one.why_not_judged


def test_what_waits_for_a_person_is_counted_apart_and_never_as_failed(made: MadeReview) -> None:
    headline = made.review.headline
    assert headline.awaiting == 2
    assert headline.not_met == 0
    told = headline.met + headline.not_met + headline.awaiting + headline.cannot_be_judged
    assert told + headline.no_data == headline.indicators
    words = made.review.indicator(printed.WORDS)
    assert words.value is not None and words.value.text == DONE
    assert words.commitment is not None and words.commitment.text == PROMISED
    assert words.commitment_judgement is Judgement.AWAITING
    assert not words.self_judgement_differs


def test_a_standing_task_lies_in_its_own_bucket_and_is_never_overdue(made: MadeReview) -> None:
    standing_one = made.review.task(printed.STANDING)
    assert (standing_one.bucket, standing_one.deadline) == (TaskBucket.STANDING, None)
    assert made.review.headline.buckets[TaskBucket.STANDING] == 1
    assert made.review.task(printed.BEFORE).deadline == dt.date(2025, 6, 29)
    assert made.review.task(printed.READ).deadline == dt.date(2025, 9, 30)


def test_the_workbook_shows_print_answer_and_verdict(office: Office, made: MadeReview) -> None:
    results = results_from(office, made.consolidation, made.earlier)
    book = openpyxl.load_workbook(io.BytesIO(write_consolidation(results, printed.NOVEMBER)))
    told = {
        sheet.title: [str(c) for row in sheet.iter_rows(values_only=True) for c in row if c]
        for sheet in book
    }
    for text in (printed.IN_WORDS, PROMISED, DONE, "tăng 9,3%", "khoảng 9,6 tỷ kWh"):
        assert text in told["Chỉ tiêu"], text
    assert any(text.startswith("Chờ đánh giá: ") for text in told["Chỉ tiêu"])
    assert "Nhiệm vụ thường xuyên, đã có báo cáo (1 nhiệm vụ)" in told["Nhiệm vụ"]
    assert "Thường xuyên" in told["Nhiệm vụ"]
    assert "Chờ đánh giá" in told["Bảng đếm"]
    assert results.chart()


def test_report_letter_charts_and_boards_tell_of_what_waits(
    office: Office, made: MadeReview, review: Examination
) -> None:
    results = results_from(office, made.consolidation, made.earlier)
    cycle = office.cycle("2025-review")
    content = report_of(
        office, made.consolidation, made.review, [standing(printed.AGENCY, review.entries)]
    )
    said = " ".join(str(part) for part in content.overview)
    assert "2 chỉ tiêu chờ đánh giá" in said
    assert "1 nhiệm vụ thường xuyên, đã có báo cáo" in said
    matter = results.summary_matter()
    more = {"chart_id": "x", "workbook_name": "a.xlsx"}
    letter = str(summarise(results.consolidation, office, matter, **more))
    assert "Chỉ tiêu chờ đánh giá" in letter
    assert report_charts(made.review, str)
    board = str(review_boards(office, cycle, made.review)[0])
    assert "2 chờ đánh giá" in board


def test_the_plans_workbook_and_board_show_what_was_promised_in_words(
    office: Office, plan: Examination
) -> None:
    consolidation = printed.consolidated(office, "2025-plan", plan)
    line = next(i for i in consolidation.indicators if i.row.code == printed.WORDS)
    assert line.judgement is Judgement.AWAITING
    assert not line.uncommitted
    results = results_from(office, consolidation, None)
    book = openpyxl.load_workbook(io.BytesIO(write_consolidation(results, printed.NOVEMBER)))
    told = [str(c) for sheet in book for row in sheet.iter_rows(values_only=True) for c in row]
    assert PROMISED in told
    assert "Chờ đánh giá" in told
    assert "1 chờ đánh giá" in str(plan_boards(office, consolidation)[0])

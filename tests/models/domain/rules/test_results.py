"""The rules of a review: silent on a workbook that is filled well, each on its own mistake."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from models.domain.answers.standing import verdict_of
from models.domain.cycle.letter_phrases import place_text
from models.domain.reading.findings import Severity
from models.domain.reading.workbook_content import CellValue
from models.domain.rules import ALL_RULES

Make = Callable[..., Any]
Spoil = Callable[[Any], Any]

REVIEW = "2025-review"
#: Of one each: indicators with tasks, the scenario, projects only, the free sheet only.
AGENCIES = ("sct", "stc", "bqlda_giao_thong", "stp", "sxd", "snnmt")
TASK, BRANCH, BRIDGE = "task_2025_03", "scenario_grdp", "project_2025_04"


@dataclass(frozen=True)
class Sample:
    """A workbook of `agency` after `spoil`, which returns the cell the finding must name."""

    rule: str
    agency: str
    spoil: Spoil
    says: str = ""
    severity: Severity | None = None


def put(sheet: str, row: str, column: str, value: CellValue) -> Spoil:
    return lambda book: book.put(sheet, row, column, value)


def result(column: str, value: CellValue, row: str = "retail_sales") -> Spoil:
    return put("indicators", row, column, value)


def task(column: str, value: CellValue) -> Spoil:
    return put("tasks", TASK, column, value)


def project(column: str, value: CellValue) -> Spoil:
    return put("projects", BRIDGE, column, value)


def branch(column: str, value: CellValue) -> Spoil:
    return put("scenario", BRANCH, column, value)


def both(*spoils: Spoil) -> Spoil:
    """All of them; the last one names the cell."""

    def spoil(book: Any) -> Any:
        cell = None
        for each in spoils:
            cell = each(book)
        return cell

    return spoil


def without_rows(sheet: str) -> Spoil:
    def spoil(book: Any) -> None:
        del book.grids[sheet][4:]

    return spoil


def in_state(state: str, percent: CellValue = None, **more: CellValue) -> Spoil:
    """The task in another state, with nothing that says it is done; the state's cell."""
    cells = {"finished_on": None, "product_number": None, "product_date": None, "product": None}
    cells |= {"percent": percent, **more}
    return both(*(task(c, v) for c, v in cells.items()), task("state", state))


def as_if_of_a_co_reporter(column: str) -> Spoil:
    """Statistics reports the exports that another leads, and leaves one cell out."""

    def spoil(book: Any) -> Any:
        row = "export_turnover"
        for key in [c.key for c in book.sheets["indicators"].columns if not c.office]:
            book.put("indicators", row, key, None)
        values: dict[str, CellValue] = {
            "estimate": 40.0,
            "value_status": "Ước thực hiện",
            "to_date": 30.0,
        }
        values |= {"as_of": dt.date(2025, 10, 31)}
        for key, value in values.items():
            if key != column:
                book.put("indicators", row, key, value)
        return book.at("indicators", row, column)

    return spoil


ONLY_THE_WHOLE = both(
    result("estimate", None),
    result("to_date", None),
    result("as_of", None),
    result("estimate_whole", 400_000.0),
)

BAD = [
    Sample("KQ-01", "thong_ke", as_if_of_a_co_reporter("value_status"), "số ước hay số chính thức"),
    Sample("KQ-01", "thong_ke", as_if_of_a_co_reporter("as_of"), "ngày chốt"),
    Sample("KQ-02", "sct", ONLY_THE_WHOLE, "còn trống, mới ghi ô", Severity.ERROR),
    Sample("KQ-02", "stc", both(branch("causes", "Đơn hàng giảm"), branch("estimate_year", None))),
    Sample("KQ-03", "sct", result("as_of", dt.date(2025, 12, 31)), "sau ngày gửi báo cáo"),
    Sample("KQ-03", "sct", result("as_of", dt.date(2024, 10, 31)), "không thuộc năm 2025"),
    Sample("KQ-03", "bqlda_giao_thong", project("disbursed_as_of", dt.date(2052, 10, 31))),
    Sample("KQ-04", "sct", result("value_status", "Chính thức"), "«Ước thực hiện»"),
    Sample("KQ-04", "stc", branch("value_status", "Chính thức"), "31/12/2025"),
    Sample("KQ-05", "sct", result("to_date", 260_000.0), "lớn hơn số cả năm", Severity.ERROR),
    Sample(
        *("KQ-06", "sct", result("estimate", 240_000.0)),
        *("không đạt mức giao (250.200", Severity.WARNING),
    ),
    Sample(
        "KQ-06",
        "stc",
        result("estimate_west", 11.0, "grdp_growth"),
        "không đạt mức tham khảo Văn phòng đang xác minh (12%)",
    ),
    Sample("KQ-07", "sct", result("self_judgement", "Không đạt"), "tức là «đạt»"),
    Sample("KQ-07", "sct", result("self_judgement", "Vượt"), "tức là «đạt»"),
    Sample("KQ-08", "sct", task("finished_on", None), "ví dụ 30/06/2025", Severity.ERROR),
    Sample("KQ-09", "sct", task("product_number", None), "văn bản chứng minh", Severity.WARNING),
    Sample("KQ-10", "sct", task("finished_on", dt.date(2026, 3, 20)), "20/03/2026"),
    Sample("KQ-10", "sct", task("product_date", dt.date(2052, 3, 20)), "sau ngày gửi"),
    Sample("KQ-10", "sct", task("finished_on", dt.date(2024, 3, 20)), "năm không hợp lý"),
    Sample("KQ-18", "sct", task("product_date", dt.date(2025, 11, 2)), "ngày 02/11/2025"),
    Sample("KQ-19", "sct", result("to_date", 231.5), "lệch từ 100 lần", Severity.WARNING),
    Sample("KQ-19", "sct", result("estimate_west", 110.0), "kiểm tra đơn vị"),
    Sample("KQ-11", "sct", task("percent", 80.0) , "80%", Severity.ERROR),
    Sample("KQ-11", "sct", task("percent", 1.0), "nếu ý là 100%"),
    Sample("KQ-11", "sct", in_state("Đang thực hiện", 100.0, obstacles="Chờ"), "100%"),
    Sample("KQ-11", "sct", in_state("Chưa thực hiện", 20.0, obstacles="Chờ vốn"), "20%"),
    Sample(
        "KQ-11",
        "sct",
        in_state("Đang thực hiện", 60.0, obstacles="Chờ", finished_on=dt.date(2025, 5, 5)),
        "05/05/2025",
    ),
    Sample("KQ-12", "sct", task("percent", 0.5), "Nếu ý là 50%, đề nghị ghi 50", Severity.ERROR),
    Sample("KQ-12", "sct", task("percent", 120.0), "từ 0 đến 100"),
    Sample("DV-05", "sct", task("percent", -5.0), "số âm"),
    Sample("KQ-13", "sct", in_state("Tạm dừng", 30.0), "«Tạm dừng»", Severity.WARNING),
    Sample("KQ-13", "sct", in_state("Đang thực hiện", 60.0), "đã qua mà việc chưa hoàn thành"),
    Sample("KQ-14", "bqlda_giao_thong", project("disbursed_estimate", 120_000.0), "vốn kéo dài"),
    Sample("KQ-15", "bqlda_giao_thong", project("disbursed", 96_000.0), "lớn hơn số ước cả năm"),
    Sample("KQ-16", "stc", branch("actual_q1", 220.0), "chỉ số", Severity.ERROR),
    Sample("KQ-16", "stc", branch("actual_q1", 150.0), "lệch hơn 15 điểm", Severity.WARNING),
    Sample("KQ-17", "stc", branch("actual_9m", 112.0), "112 so với 112,47", Severity.WARNING),
    Sample("LC-02", "sct", task("state", "Xong"), "được ghi nhận là «Đã hoàn thành»"),
    Sample("LC-02", "sct", result("value_status", "ước"), "«Ước thực hiện»", Severity.WARNING),
    Sample("LC-01", "sct", task("state", "Đã hoàn thành một phần"), "không có trong danh sách"),
    Sample("LC-01", "sct", task("state", "chưa xong"), "không có trong danh sách"),
    Sample("LC-01", "sct", task("state", "chưa"), "không có trong danh sách"),
    Sample("LC-01", "sct", result("self_judgement", "chưa đạt"), "không có trong danh sách"),
    Sample("SO-02", "svhttdl", result("estimate", "> 10", "tourist_arrivals"), "chép lại mức giao"),
    Sample("BB-01", "sct", result("estimate", None), "Ước cả năm"),
    Sample("BB-01", "sct", task("state", None), "Tình trạng"),
    Sample("DV-02", "sct", result("estimate", 250.2), "khoảng 1.000 lần"),
    Sample("DV-06", "stc", branch("estimate_year", 12.5), "112,5"),
    Sample("DV-07", "sgddt", result("estimate", 16.0, "primary_universalisation_level_3"), "15"),
    Sample("KH-01", "stp", without_rows("action_plan"), "kèm tình trạng"),
]  # fmt: skip

GOOD = [
    Sample("KQ-01", "thong_ke", as_if_of_a_co_reporter("self_judgement")),
    Sample("KQ-02", "sct", both(ONLY_THE_WHOLE, result("justification", "Không tách địa bàn."))),
    Sample("BB-01", "sct", both(ONLY_THE_WHOLE, result("justification", "Không tách địa bàn."))),
    Sample("KQ-03", "sct", result("as_of", dt.date(2025, 11, 19))),
    Sample("KQ-05", "sct", result("to_date", 250_200.0)),
    Sample("KQ-05", "stc", result("to_date", 60.0, "development_spending_share")),
    Sample("KQ-06", "sct", both(result("estimate", 240_000.0), result("causes", "Sức mua giảm."))),
    Sample("KQ-06", "sct", result("estimate_west", 1_000.0)),
    Sample("KQ-07", "sct", both(result("estimate", 251_000.0), result("self_judgement", "Đạt"))),
    Sample("KQ-07", "sct", result("self_judgement", "Chưa đánh giá được")),
    Sample("KQ-07", "svhttdl", result("self_judgement", "Vượt", "tourist_arrivals")),
    Sample("KQ-09", "sct", both(task("product_number", None), task("justification", "Không có"))),
    Sample("KQ-18", "sct", task("product_date", dt.date(2025, 6, 30))),
    Sample("KQ-19", "sct", result("estimate_west", 9_000.0)),
    Sample("KQ-19", "sct", result("to_date", 0.0)),
    Sample("KQ-11", "sct", task("percent", None)),
    Sample("KQ-12", "sct", task("percent", 0.0)),
    Sample("KQ-13", "sct", in_state("Tạm dừng", 30.0, obstacles="Chờ hướng dẫn của Bộ.")),
    Sample("KQ-14", "bqlda_giao_thong", project("plan_central", None)),
    Sample("KQ-15", "bqlda_giao_thong", project("disbursed", 95_000.0)),
    Sample("KQ-17", "stc", both(branch("actual_9m", 112.0), branch("causes", "Đơn hàng giảm."))),
    Sample("LC-01", "sct", task("state", "đã hoàn thành ")),
    Sample("DV-02", "sct", result("last_year", 300.0)),
    Sample("DV-07", "sgddt", result("estimate_whole", 27.0, "primary_universalisation_level_3")),
    Sample("DV-03", "sct", result("to_date", 9_000.0)),
    Sample("NG-04", "sct", task("five_deadline", dt.date(2025, 12, 31))),
    Sample("NR-01", "sct", task("five_person", None)),
    Sample("CT-03", "sct", lambda book: [c.pop(_west(book)) for c in book.grids["indicators"][3:]]),
]  # fmt: skip


def _west(book: Any) -> int:
    return [c.key for c in book.sheets["indicators"].columns].index("estimate_west")


def _name(sample: Sample) -> str:
    return f"{sample.rule}-{sample.agency}"


@pytest.mark.parametrize("agency", AGENCIES)
def test_a_review_that_is_filled_well_is_taken_without_a_word(workbook: Make, agency: str) -> None:
    assert [f.message for f in workbook(agency, cycle=REVIEW).findings()] == []


@pytest.mark.parametrize("sample", BAD, ids=_name)
def test_a_mistake_yields_its_own_finding_and_hardly_another(
    workbook: Make, sample: Sample
) -> None:
    book = workbook(sample.agency, cycle=REVIEW)
    cell = sample.spoil(book)
    findings = book.findings(sample.rule)
    assert findings, [f.message for f in book.findings()]
    finding = findings[0]
    assert sample.says in finding.message
    if sample.severity:
        assert finding.severity is sample.severity
    if isinstance(cell, str) and sample.rule not in ("KQ-01", "KQ-02", "KQ-11"):
        assert cell in finding.message
    assert f"«{finding.sheet}»" in finding.message
    opening = f"{place_text(finding.sheet, finding.cell)} (".casefold()
    named = len(opening) - 1 if finding.message.casefold().startswith(opening) else 0
    assert finding.place_ends == named
    assert len(book.findings()) <= 3, [f.message for f in book.findings()]


@pytest.mark.parametrize("sample", GOOD, ids=_name)
def test_a_rule_keeps_silent_where_nothing_is_wrong(workbook: Make, sample: Sample) -> None:
    book = workbook(sample.agency, cycle=REVIEW)
    sample.spoil(book)
    assert [f.message for f in book.findings(sample.rule)] == []


def test_every_rule_on_results_has_a_sample() -> None:
    shown = {s.rule for s in BAD}
    assert {r.code for r in ALL_RULES if r.code.startswith("KQ-")} <= shown


@pytest.mark.parametrize("spoil", [result("to_date", 260_000.0), task("percent", 80.0)])
def test_a_contradiction_that_is_explained_is_taken(workbook: Make, spoil: Spoil) -> None:
    book = workbook(cycle=REVIEW)
    spoil(book)
    assert verdict_of(book.findings()).value == "returned"
    result("justification", "Trả lại hàng quý IV.")(book)
    task("justification", "Còn nghiệm thu.")(book)
    (finding,) = book.findings()
    assert finding.severity is Severity.WARNING
    assert finding.justification
    assert verdict_of(book.findings()).value == "accepted"


def test_an_official_value_is_taken_once_the_year_is_over(workbook: Make) -> None:
    book = workbook(cycle=REVIEW)
    result("value_status", "Chính thức")(book)
    result("as_of", dt.date(2025, 12, 31))(book)
    in_november = book.examine(received_on=dt.date(2025, 11, 19))
    assert {f.rule for f in in_november.findings} == {"KQ-03", "KQ-04"}
    in_january = book.examine(received_on=dt.date(2026, 1, 20))
    assert [f.message for f in in_january.findings] == []


def test_half_done_may_be_shown_as_a_percentage(workbook: Make) -> None:
    book = workbook(cycle=REVIEW)
    in_state("Đang thực hiện", 0.5, obstacles="Chờ vốn.")(book)
    book.show_percent("tasks", TASK, "percent")
    assert book.findings() == []
    (entry,) = (
        e for e in book.examine().entries if (e.row_key, e.column) == (TASK, "percent")
    )  # fmt: skip
    assert entry.value == 50


def test_what_the_office_shows_of_february_is_never_compared_nor_read(workbook: Make) -> None:
    book = workbook(cycle=REVIEW)
    book.put("indicators", "retail_sales", "commitment", "250.200")
    assert book.findings() == []
    assert not [e for e in book.examine().entries if e.column == "commitment"]


def test_a_target_of_the_whole_city_judges_the_value_of_the_whole(workbook: Make) -> None:
    """Resolution 42/NQ-HĐND set 12,35 % for the city after the merger, beside the 12,5 % of old."""
    book = workbook("stc", cycle=REVIEW)
    row = "grdp_growth"
    result("estimate_whole", 12.0, row)(book)
    (finding,) = book.findings("KQ-06")
    assert "12,35" in finding.message
    assert book.at("indicators", row, "estimate_whole") == finding.cell

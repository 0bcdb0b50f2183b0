"""The law of the review's workbook: every reference leads to a cell of a kept file, and back."""

from __future__ import annotations

import datetime as dt
import io
from collections import Counter
from typing import Any

import openpyxl
import pytest

from models.domain.cycle.cycles import HANOI
from models.domain.notation.number_notation import from_cell, parse_vietnamese
from models.domain.review import TaskBucket
from tasks.adapters.boards.boards import boards
from tasks.adapters.results.choosing import counts_of
from tasks.adapters.results.review_results import ReviewResults
from tasks.adapters.sheets.common_sheets import EARLIER_LINEAGE_SHEET, LINEAGE_SHEET
from tasks.adapters.sheets.consolidated_sheet import HEADER_ROW
from tasks.adapters.work.consolidating import consolidate_cycle
from tasks.adapters.work.previewing import write_previews
from tests.fixtures.played_year import MERGED, PLAN, REVIEW, Year
from tests.fixtures.worked_office import MakeOffice

NIGHT = dt.datetime(2025, 11, 24, 22, tzinfo=HANOI)


@pytest.fixture
def year(make_office: MakeOffice) -> Year:
    """A plan of departments since merged, and the heir's answer to the review."""
    year = Year.of(make_office, *MERGED)
    assert year.hand_in("stc", year.filled("stc"))["state"] == "accepted"
    year.workplace.now = NIGHT.astimezone(dt.UTC)
    return year


def lineage(book: openpyxl.Workbook, name: str) -> dict[str, tuple[Any, ...]]:
    """The rows of a lineage sheet by reference."""
    rows = book[name].iter_rows(min_row=HEADER_ROW + 2, values_only=True)
    return {row[0]: row for row in rows if row[0]}


def same(kept: object, said: object) -> bool:
    """Whether a cell of a kept file is what the lineage quotes of it."""
    if isinstance(kept, dt.datetime):
        return kept.strftime("%d/%m/%Y") in str(said) or kept.date().isoformat() in str(said)
    if isinstance(kept, int | float):
        return parse_vietnamese(str(said)) == from_cell(kept)
    return " ".join(str(kept).split()) == " ".join(str(said).split())


def shows(printed: object, origin: object) -> bool:
    """Whether a table prints what stands in the kept cell."""
    if isinstance(origin, int | float):
        return isinstance(printed, int | float) and abs(printed - origin) < 1e-9
    return printed == origin or " ".join(str(printed).split()) == " ".join(str(origin).split())


def test_every_figure_of_the_workbook_leads_to_a_cell_of_a_kept_file_and_back(year: Year) -> None:
    done = consolidate_cycle(year.workplace, year.workplace.office.cycle(REVIEW))
    book = openpyxl.load_workbook(io.BytesIO(year.workplace.raw_store.get(done.workbook.sha256)))
    sources = {LINEAGE_SHEET: "N-", EARLIER_LINEAGE_SHEET: "K-"}
    rows = {name: lineage(book, name) for name in sources}
    kept: dict[str, openpyxl.Workbook] = {}

    for name, prefix in sources.items():
        assert rows[name]
        for reference, row in rows[name].items():
            assert reference.startswith(prefix)
            sha256, sheet, cell, quoted = row[10], row[8], row[9], row[4]
            if sha256 not in kept:
                content = year.workplace.raw_store.get(sha256)
                kept[sha256] = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
            assert same(kept[sha256][sheet][cell].value, quoted), (reference, sheet, cell)

    # Back: every cell that links to the lineage lands on the reference it bears.
    linked: Counter[str] = Counter()
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                target = cell.hyperlink.location if cell.hyperlink else ""
                if not target or sheet.title == "Tổng quan":
                    continue
                name, _, address = target.partition("!")
                reference = book[name.strip("'")][address].value
                assert reference in rows[name.strip("'")]
                assert cell.hyperlink.tooltip == reference
                source = rows[name.strip("'")][reference]
                origin = kept[source[10]][source[8]][source[9]].value
                if not str(cell.value).startswith(reference):  # the value itself, not a citation
                    assert shows(cell.value, origin), (sheet.title, cell.coordinate, reference)
                linked[sources[name.strip("'")]] += 1
    assert linked["N-"] > 150
    assert linked["K-"] > 50


def test_what_the_merged_department_promised_is_what_its_heir_is_measured_by(year: Year) -> None:
    results = consolidate_cycle(year.workplace, year.workplace.office.cycle(REVIEW)).results

    assert isinstance(results, ReviewResults)
    review = results.review
    grdp = review.indicator("grdp_growth")
    assert grdp.value is not None and grdp.commitment is not None
    assert (grdp.value.agency, grdp.commitment.agency) == ("stc", "skhdt")
    assert {t.doing.deadline_source.value for t in review.tasks} <= {
        "directive",
        "own_plan",
        "none",
    }


def test_unchanged_inputs_give_back_the_reviews_workbook(year: Year) -> None:
    cycle = year.workplace.office.cycle(REVIEW)
    first = consolidate_cycle(year.workplace, cycle)
    year.workplace.now += dt.timedelta(hours=3)

    again = consolidate_cycle(year.workplace, cycle)

    assert (first.new, again.new) == (True, False)
    assert first.workbook.sha256 == again.workbook.sha256


def test_the_boards_of_a_review_tell_results_and_those_of_the_plan_stay(year: Year) -> None:
    office = year.workplace.office
    shown = {b.key: b for b in boards(year.workplace, [office.cycle(PLAN), office.cycle(REVIEW)])}

    assert {"chi-tieu-2025-plan", "mau-thuan-2025-plan"} < set(shown)
    assert {"chi-tieu-2025-review", "nhiem-vu-2025-review", "mau-thuan-2025-review"} < set(shown)
    assert "nhiem-vu-2025-plan" not in shown
    with year.workplace.engine.begin() as connection:
        counts = counts_of(year.workplace, connection, office.cycle(REVIEW))
        assert counts_of(year.workplace, connection, office.cycle(PLAN)) == {}
    assert counts["tasks"] == sum(counts[bucket.value] for bucket in TaskBucket) == 48
    assert "chưa có số liệu" in shown["chi-tieu-2025-review"].note
    assert "48 nhiệm vụ được giao" in shown["nhiem-vu-2025-review"].note


def test_the_board_of_a_review_leads_to_its_report_and_tells_who_was_shown_results(
    year: Year,
) -> None:
    review = year.workplace.office.cycle(REVIEW)
    done = consolidate_cycle(year.workplace, review)
    assert write_previews(year.workplace, review, "Sở Tài chính").letters == 1
    board = next(b for b in boards(year.workplace, [review]) if b.key == f"bang-ky-{REVIEW}")

    report, clean = done.papers
    assert (year.workplace.outputs.folder / report.name).exists()
    named = f"báo cáo Word cùng thư mục: {report.name}, bản trình ký: {clean.name}"
    assert board.note.endswith(named)
    shown = {row["Cơ quan"]: row["Đối chiếu"] for row in board.rows}
    assert shown.pop("Sở Tài chính") == "1 lần, 24/11/2025"
    assert set(shown.values()) == {""}

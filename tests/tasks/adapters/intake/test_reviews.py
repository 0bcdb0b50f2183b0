"""The review as its agencies get it and send it back: filled beforehand, clumsy, out of season."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable

import openpyxl
import pytest
from openpyxl.formatting.formatting import ConditionalFormattingList

from models.domain.reading.forms import STATE_DONE
from tasks.adapters.boards.boards import boards
from tasks.adapters.simulation.filling import FilledWorkbook
from tasks.adapters.store import obligations, submissions
from tasks.adapters.work import opening
from tasks.adapters.work.prefilling import carried_into, earlier_accounts
from tests.fixtures.played_year import MERGED, PLAN, REVIEW, Year
from tests.fixtures.worked_office import MakeOffice

DONE = ("product", "product_number", "product_date", "finished_on")


@pytest.fixture
def merged(make_office: MakeOffice) -> Year:
    return Year.of(make_office, *MERGED)


@pytest.fixture
def year(make_office: MakeOffice) -> Year:
    """The industry and trade department alone, which the year left as it was."""
    return Year.of(make_office, "sct")


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def saved(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


# What goes out


def test_the_heir_finds_beside_its_own_plan_what_its_predecessor_promised(merged: Year) -> None:
    """The planning department merged into the finance department on 1 March 2025."""
    book = FilledWorkbook(merged.sent("stc"), merged.form(REVIEW))
    assert book.read("indicators", "grdp_growth", "commitment") == "12,5"
    assert book.read("tasks", "task_2025_01", "five_person")
    assert isinstance(book.read("tasks", "task_2025_01", "five_deadline"), dt.datetime)
    assert book.read("tasks", "task_2025_01", "state") is None
    with merged.workplace.engine.begin() as connection:
        plans = submissions.records(connection, PLAN, details=True)
    works = [
        e.raw
        for agency in ("stc", "skhdt")
        for e in plans[agency][-1].entries
        if (e.sheet, e.column) == ("action_plan", "five_work")
    ]
    shown = [book.read("action_plan", f"@{n}", "five_work") for n in range(1, len(works) + 1)]
    assert shown == works
    assert book.read("action_plan", f"@{len(works) + 1}", "five_work") is None


def test_an_agency_that_promised_nothing_gets_an_empty_workbook(merged: Year) -> None:
    book = FilledWorkbook(merged.sent("snv"), merged.form(REVIEW))
    assert book.read("action_plan", "@1", "five_work") is None


def test_how_much_was_filled_is_kept_with_the_obligation_and_told(merged: Year) -> None:
    with merged.workplace.engine.begin() as connection:
        asked = obligations.of_cycle(connection, REVIEW)["stc"]
        none = obligations.of_cycle(connection, REVIEW)["snv"]
    book = FilledWorkbook(merged.sent("stc"), merged.form(REVIEW))
    there = [p for p in book.written() if p[0] in ("details", "tasks", "action_plan", "projects")]
    assert 0 < asked.carried_cells == len(there) < asked.asked_cells
    assert none.carried_cells == 0 < none.asked_cells
    text = merged.letter("stc").text
    said = f"Sổ có {asked.asked_cells} ô phải điền, trong đó {asked.carried_cells} ô đã ghi sẵn"
    assert said in " ".join(text.split())
    assert "(tháng 02/2025)" in " ".join(text.split())
    assert "Sổ không ghi sẵn" not in " ".join(text.split()), "both plans were taken"
    silent = " ".join(merged.letter("snv").text.split())
    assert "Sổ không ghi sẵn" not in silent, "it was not asked then"
    said = f"Sổ có {none.asked_cells} ô phải điền, trong đó 1 ô đã ghi sẵn theo danh bạ"
    assert said in " ".join(merged.letter("snv").text.split())
    (board,) = (
        b
        for b in boards(merged.workplace, [merged.workplace.office.cycle(REVIEW)])
        if b.key == f"bang-ky-{REVIEW}"
    )
    shown = {row["Ô ghi sẵn"] for row in board.rows}
    assert f"{asked.carried_cells}/{asked.asked_cells}" in shown


def test_the_same_answers_give_the_same_workbook(merged: Year) -> None:
    office, review = merged.workplace.office, merged.workplace.office.cycle(REVIEW)
    accounts = earlier_accounts(merged.workplace, review)
    backwards = {k: list(reversed(v)) for k, v in reversed(list(accounts.items()))}
    for given in (accounts, backwards):
        carried = carried_into(office, review, "stc", given)
        made = opening.workbook_content(
            *(office, merged.workplace.rules.secret, review, "stc"),
            *(carried.entries, carried.registered_by),
        )
        assert made == merged.sent("stc")


# What comes back


def test_a_review_filled_well_is_taken_without_a_word(merged: Year) -> None:
    assert merged.hand_in("stc", merged.filled("stc"))["state"] == "accepted"
    assert merged.rules_of("stc") == []


def test_sheets_renamed_and_rows_inserted_are_read_all_the_same(year: Year) -> None:
    whole = opened(year.filled("sct").save())
    whole["Chỉ tiêu"].insert_rows(2, 3)
    whole["Nhiệm vụ"].insert_rows(6)
    whole["Nhiệm vụ"].title = "NV của Sở"
    whole["Kế hoạch hành động"].title = "Sheet7"
    whole.move_sheet("Chỉ tiêu", 3)
    assert year.hand_in("sct", saved(whole))["state"] == "accepted"
    expected = FilledWorkbook(year.filled("sct").save(), year.form(REVIEW))
    value = year.entry("sct", "indicators", "retail_sales", "estimate")
    assert float(value) == expected.read("indicators", "retail_sales", "estimate")
    assert year.entry("sct", "tasks", "task_2025_03", "state")


def test_februarys_workbook_sent_in_november_is_answered_kindly(year: Year) -> None:
    old = FilledWorkbook(year.office.workbook("sct"), year.form(PLAN))
    year.fill(old, PLAN, "sct")
    old.write("indicators", "retail_sales", "measures", "Số liệu mới của tháng 11")
    row = year.hand_in("sct", old)
    assert row["state"] != "accepted", row
    with year.workplace.engine.begin() as connection:
        assert "sct" not in submissions.records(connection, REVIEW)
    answer = year.office.letters()[-1]
    text = " ".join(answer.text.split())
    assert answer.agency == "sct"
    assert "Tổng kết, đánh giá" in text, text
    assert "kỳ" in text


def by_task(column: str, value: object) -> Callable[[FilledWorkbook], object]:
    return lambda book: book.write("tasks", "task_2025_03", column, value)


@pytest.mark.parametrize(
    ("typed", "state", "rules"),
    [
        ("Đã hoàn thành", STATE_DONE, []),
        ("xong", STATE_DONE, ["LC-02"]),
        ("đã xong", STATE_DONE, ["LC-02"]),
        ("hoàn thành 70%", None, ["LC-01"]),
        ("cơ bản xong", None, ["LC-01"]),
    ],
)
def test_a_state_in_other_words_is_taken_aloud_or_asked_for(
    year: Year, typed: str, state: str | None, rules: list[str]
) -> None:
    book = year.filled("sct")
    done = {"percent": 100, "product_number": "12/QĐ-UBND", "product": "Đề án"}
    done |= {"finished_on": dt.datetime(2025, 6, 2), "product_date": dt.datetime(2025, 6, 2)}  # noqa: DTZ001
    for column, value in done.items():
        by_task(column, value)(book)
    by_task("state", typed)(book)
    row = year.hand_in("sct", book)
    assert year.entry("sct", "tasks", "task_2025_03", "state") == state
    assert year.rules_of("sct") == rules
    assert row["state"] == ("accepted" if state else "returned")


@pytest.mark.parametrize(
    ("value", "format_", "read", "rules"),
    [
        (50, "General", 50, []),
        (0.5, "0%", 50, []),
        ("50%", "@", 50, []),
        (0.5, "General", None, ["KQ-12"]),
        ("0,5", "@", None, ["KQ-12"]),
    ],
)
def test_a_percentage_is_never_guessed(
    year: Year, value: object, format_: str, read: int | None, rules: list[str]
) -> None:
    book = year.filled("sct")
    for column in DONE:
        by_task(column, None)(book)
    by_task("state", "Đang thực hiện")(book)
    by_task("obstacles", "Chờ hướng dẫn")(book)
    address = by_task("percent", value)(book)
    # Pasted over: the form's own condition on decimals no longer stands there.
    book.sheet("tasks").conditional_formatting = ConditionalFormattingList()
    book.sheet("tasks")[address].number_format = format_
    row = year.hand_in("sct", book)
    assert year.rules_of("sct") == rules
    if read is not None:
        assert year.entry("sct", "tasks", "task_2025_03", "percent") == read
    assert row["state"] == ("returned" if rules else "accepted")


def test_a_workbook_sent_back_as_it_came_names_what_is_still_to_be_written(year: Year) -> None:
    row = year.hand_in("sct", year.sent("sct") + b"")
    assert row["state"] == "returned"
    assert "BB-01" in year.rules_of("sct")
    assert len(year.rules_of("sct")) <= 6


def test_a_carried_row_that_comes_back_no_more_is_asked_about(year: Year) -> None:
    book = year.filled("sct")
    sent = FilledWorkbook(year.sent("sct"), year.form(REVIEW))
    for row_key in book.places("action_plan", "five_work"):
        if sent.read("action_plan", row_key, "five_work") is None:
            book.write("action_plan", row_key, "five_work", None)  # a new row, much like the rest
            book.write("action_plan", row_key, "group", None)
            for column in ("state", "percent", "obstacles", "proposals", *DONE):
                book.write("action_plan", row_key, column, None)
    carried = str(sent.read("action_plan", "@2", "five_work"))
    book.write("action_plan", "@1", "five_work", f"{book.read('action_plan', '@1', 'five_work')} 1")
    for column in [c.key for c in year.form(REVIEW).sheet("action_plan").columns if not c.office]:
        book.write("action_plan", "@2", column, None)
    row = year.hand_in("sct", book)
    assert row["state"] == "accepted"
    with year.workplace.engine.begin() as connection:
        version = submissions.records(connection, REVIEW, details=True)["sct"][-1]
    (finding,) = version.findings
    assert finding.rule == "KH-03"
    assert "1 việc đã đăng ký" in finding.message
    assert carried[:30] in finding.message


def test_an_official_value_that_becomes_an_estimate_again_is_asked_about(year: Year) -> None:
    """An old file sent by mistake in January: taken, but never without a word."""
    year.workplace.now = dt.datetime(2026, 1, 16, 3, tzinfo=dt.UTC)

    def hand_in(value: float, status: str) -> None:
        book = year.filled("sct")
        book.write("indicators", "retail_sales", "estimate", value)
        book.write("indicators", "retail_sales", "value_status", status)
        mail = year.mail("sct", book.save(), year.letter("sct").reply_to)
        assert year.office.receive(mail, day=360)[-1]["state"] == "accepted"

    hand_in(250_321.5, "Chính thức")
    assert "PB-02" not in year.rules_of("sct")
    hand_in(260_000.0, "Ước thực hiện")
    with year.workplace.engine.begin() as connection:
        versions = submissions.records(connection, REVIEW, details=True)["sct"]
    (finding,) = [f for f in versions[-1].findings if f.rule == "PB-02"]
    assert "phiên bản 1" in finding.message
    assert "250.321,5" in finding.message and "260.000" in finding.message

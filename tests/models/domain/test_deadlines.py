"""Printed deadlines and dates typed as text."""

from __future__ import annotations

import datetime as dt
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.domain.notation.deadlines import (
    FIRST_YEAR,
    LAST_YEAR,
    NotADate,
    format_date,
    parse_date_text,
)
from models.domain.notation.not_read import NotRead, Unread
from models.domain.notation.printed_deadlines import read_deadline
from tests.fixtures.printed_cells import PrintedNotUnderstood, parse_deadline

FEBRUARY = dt.date(2025, 2, 20)
JUNE, MARCH, DECEMBER = dt.date(2025, 6, 30), dt.date(2025, 3, 31), dt.date(2025, 12, 31)

PRINTED = {
    "Tháng 6/2025": JUNE,
    "Tháng 9/2025": dt.date(2025, 9, 30),
    "Tháng 11/2025": dt.date(2025, 11, 30),
    "Tháng 12/2025": DECEMBER,
    "Quý I/2025": MARCH,
    "Quý IV/2025": DECEMBER,
    "Năm 2025": DECEMBER,
    "Tháng 2/2028": dt.date(2028, 2, 29),
    "20/02/2025": FEBRUARY,
    "ngày 15 tháng 3 năm 2025": dt.date(2025, 3, 15),
    " tháng\u00a06 năm 2025 ": JUNE,
}
BY_PLAN = [
    "Theo Kế hoạch số 273/KH-UBND ngày 09/12/2024 của Ủy ban nhân dân thành phố",
    "Theo Kế hoạch số 256/KH-UBND ngày 15/11/2024 của Ủy ban nhân dân thành phố",
    "theo Quyết định số 12/QĐ-TTg",
]
NOT_A_DEADLINE = ["x", "Tháng 13/2025", "Quý V/2025", "Quý I", "30/6", "31/02/2025", "1" * 40_000]
# Members of every kind, with the last day where 2025 is the directive's year.
MEANT = {
    "2025": DECEMBER,
    "2025-2026": dt.date(2026, 12, 31),
    "Giai đoạn 2025 - 2030": dt.date(2030, 12, 31),
    "Từ năm 2009 đến năm 2015": dt.date(2015, 12, 31),
    "6/2026": dt.date(2026, 6, 30),
    "Quý I, II/2025": JUNE,
    "Quý II, III và IV/2025": DECEMBER,
    "Quý II - Quý III/2025": dt.date(2025, 9, 30),
    "Tháng 3 - 6/2025": JUNE,
    "Từ tháng 3 đến tháng 6/2025": JUNE,
    "15/6 - 30/6/2025": JUNE,
    "12/2025-6/2026": dt.date(2026, 6, 30),
    "6 tháng cuối năm 2025": DECEMBER,
    "hết 30.6.2025": JUNE,
    "Trước 30/6/2025": dt.date(2025, 6, 29),
    "hoàn thành trước ngày 30/06/2025": dt.date(2025, 6, 29),
    "trước tháng 10/2025": dt.date(2025, 9, 30),
    "trước quý IV/2025": dt.date(2025, 9, 30),
}
YEARLESS = {
    "30/6": JUNE,
    "Trước 30/6": dt.date(2025, 6, 29),
    "Quý II": JUNE,
    "Tháng 12": DECEMBER,
    "6 tháng đầu năm": JUNE,
    "Cuối năm": DECEMBER,
    "Trong năm": DECEMBER,
    "Trước ngày 15/12 hằng năm": dt.date(2025, 12, 14),
}
STANDING = [
    *("Thường xuyên", "Hằng năm", "Hàng năm", "Nhiệm vụ thường xuyên", "Thường xuyên, hằng năm"),
    *("Thường xuyên trong năm 2025", "Hằng quý", "Định kỳ hằng tháng", "trước ngày 25 hằng tháng"),
    "Năm 2025 và các năm tiếp theo",
]
WHY_NOT = {
    "31/6/2025": Unread.IMPOSSIBLE_DAY,
    "12/25": Unread.IMPOSSIBLE_DAY,
    "2026-2025": Unread.FALLING,
    "Từ ngày 01/01/2025": Unread.START_ONLY,
    "trước ngày 31 tháng 3 năm sau": Unread.OTHER_YEAR,
    "-": Unread.PLACEHOLDER,
    "Đầu năm 2025": Unread.WORDS,
    "Theo yêu cầu": Unread.NO_FIGURE,
    "Sau khi Đề án được duyệt": Unread.NO_FIGURE,
    "Sau 3 tháng kể từ khi Đề án được duyệt": Unread.WORDS,
    "30/6/25": Unread.WORDS,
    "Trong quý": Unread.NO_FIGURE,
    "Từ trước 30/6/2025 đến 2026": Unread.WORDS,
    "1\u00ad1/06/2025": Unread.WORDS,
    "hết " * 200: Unread.TOO_LONG,
}

TYPED = {
    "20/02/2025": FEBRUARY,
    "20-2-2025": FEBRUARY,
    "20.02.2025": FEBRUARY,
    "20 / 02 / 2025": FEBRUARY,
    "2025-02-20": FEBRUARY,
    "2025-02-20 00:00:00": FEBRUARY,
    "2025/02/20": FEBRUARY,
    "２０/０２/２０２５": FEBRUARY,
    "ngày 20 tháng 2 năm 2025": FEBRUARY,
    "Ngày 20/02/2025.": FEBRUARY,
    "03/04/2025": dt.date(2025, 4, 3),  # the day first, always
    "Tháng 6/2025": JUNE,
    unicodedata.normalize("NFD", "Tháng 06 năm 2025"): JUNE,
    "6/2025": JUNE,
    "6 tháng đầu năm 2025": JUNE,
    "hết tháng 6/2025": JUNE,
    "đến hết 30/6/2025": JUNE,
    "Quý I/2025": MARCH,
    "quí 1 năm 2025": MARCH,
    "Quý IV/2025": DECEMBER,
    "Năm 2025": DECEMBER,
    "cuối năm 2025": DECEMBER,
    "chậm nhất là ngày 20/02/2025": FEBRUARY,
    "29/02/2024": dt.date(2024, 2, 29),
}
REFUSED = {
    "1\u00ad1/06/2025": "ký tự ẩn",
    "\u202e11/06/2025": "ký tự ẩn",
    "": "để trống",
    "-": "Chưa có ngày",
    "...": "Chưa có ngày",
    "30/6": "Thiếu năm",
    "tháng 6": "Thiếu năm",
    "Quý I": "Thiếu năm",
    "2025": "Mới có năm",
    "20/02/25": "hai chữ số",
    "31/02/2025": "không có ngày 31",
    "29/02/2025": "không có ngày 29",
    "02/20/2025": "ngày viết trước",
    "13/2025": "Không có tháng 13",
    "0/0/2025": "Không có tháng 0",
    "20/02/0025": "không hợp lý",
    "20/02/9999": "không hợp lý",
    "trước ngày 20/02/2025": "không rõ có tính ngày đó",
    "Hoàn thành trước 30/6/2025": "không rõ có tính ngày đó",
    "từ 01/3/2025 đến 30/6/2025": "nhiều hơn một ngày",
    "đầu tháng 6/2025": "Không đọc được",
    "20/02-2025": "Không đọc được",
    "thường xuyên": "Không đọc được",
    "Quý V/2025": "Không đọc được",
    "9" * 32_000: "Không đọc được",
    "hết " * 8_000: "Không đọc được",
    "hết " * 29: "Không đọc được",
}

days = st.dates(dt.date(FIRST_YEAR, 1, 1), dt.date(LAST_YEAR, 12, 31))


@pytest.mark.parametrize(("printed", "day"), PRINTED.items())
def test_a_printed_deadline_ends_on_the_last_day_it_names(printed: str, day: dt.date) -> None:
    resolved = parse_deadline(printed)
    assert (resolved.date, resolved.note) == (day, "")


@pytest.mark.parametrize("printed", BY_PLAN)
def test_a_deadline_by_another_plan_has_no_date_of_its_own_and_says_which_plan(
    printed: str,
) -> None:
    resolved = parse_deadline(printed)
    assert resolved.date is None
    assert "Không có thời hạn riêng" in resolved.note
    assert printed[len("Theo ") :] in resolved.note


def test_an_empty_cell_is_no_deadline() -> None:
    assert parse_deadline(" \n").date is None
    assert parse_deadline("").note == ""


@pytest.mark.parametrize("printed", NOT_A_DEADLINE, ids=range(len(NOT_A_DEADLINE)))
def test_other_deadlines_are_refused_with_the_forms_that_are_taken(printed: str) -> None:
    with pytest.raises(PrintedNotUnderstood, match="Quý I/") as caught:
        parse_deadline(printed)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize(("printed", "day"), MEANT.items())
def test_a_deadline_means_its_last_day(printed: str, day: dt.date) -> None:
    resolved = parse_deadline(printed)
    assert (resolved.date, resolved.standing) == (day, False)
    assert ("Trước" in resolved.note) == ("trước" in printed.lower())


@pytest.mark.parametrize(("printed", "day"), YEARLESS.items())
def test_a_deadline_without_a_year_takes_the_directives_and_says_so(
    printed: str, day: dt.date
) -> None:
    resolved = parse_deadline(printed, 2025)
    assert resolved.date == day
    assert "hiểu là năm 2025" in resolved.note
    unread = read_deadline(printed)
    assert isinstance(unread, NotRead)
    assert unread.why is Unread.YEAR_LACKING


@pytest.mark.parametrize("printed", STANDING)
def test_a_standing_task_has_no_last_day(printed: str) -> None:
    resolved = parse_deadline(printed, 2025)
    assert resolved.standing
    assert resolved.date is None
    assert "thường xuyên" in resolved.note


@pytest.mark.parametrize(("printed", "why"), WHY_NOT.items(), ids=range(len(WHY_NOT)))
def test_a_deadline_that_is_not_read_says_why(printed: str, why: Unread) -> None:
    unread = read_deadline(printed, 2025)
    assert isinstance(unread, NotRead)
    assert unread.why is why
    assert "đọc đúng" in unread.sentence


@pytest.mark.parametrize(("text", "day"), TYPED.items())
def test_a_date_typed_as_text_is_read_day_first(text: str, day: dt.date) -> None:
    assert parse_date_text(text) == day


@pytest.mark.parametrize(("text", "reason"), REFUSED.items(), ids=range(len(REFUSED)))
def test_a_text_that_names_no_single_day_is_refused_with_the_reason(text: str, reason: str) -> None:
    begun = time.perf_counter()
    with pytest.raises(NotADate) as caught:
        parse_date_text(text)
    assert reason in caught.value.reason
    assert len(str(caught.value)) < 300
    assert time.perf_counter() - begun < 0.5


@given(days)
def test_a_date_written_out_reads_back(day: dt.date) -> None:
    assert parse_date_text(format_date(day)) == day
    assert parse_deadline(format_date(day)).date == day
    assert parse_date_text(day.isoformat()) == day
    assert parse_date_text(f"ngày {day.day} tháng {day.month} năm {day.year}") == day


@given(days)
def test_a_month_ends_the_day_before_the_next_begins(day: dt.date) -> None:
    last = parse_date_text(f"Tháng {day.month}/{day.year}")
    assert last >= day
    assert (last + dt.timedelta(days=1)).day == 1


@given(st.text())
def test_any_text_is_a_date_or_refused_and_nothing_else(text: str) -> None:
    try:
        assert isinstance(parse_date_text(text), dt.date)
    except NotADate as refusal:
        assert refusal.reason

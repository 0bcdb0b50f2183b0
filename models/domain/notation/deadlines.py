"""Dates that agencies type as text, day first. `printed_deadlines` reads the directive's."""

from __future__ import annotations

import calendar
import datetime as dt
import re

from models.domain.notation.vietnamese_text import FULL_WIDTH, fold, squeeze

FIRST_YEAR, LAST_YEAR = 1900, 2100  # a year outside is a slip of the pen


class NotADate(ValueError):
    """Raised when a text names no single day. `reason` is one Vietnamese sentence saying why."""

    def __init__(self, text: str, reason: str) -> None:
        self.text = text
        self.reason = reason
        shown = squeeze(text[:200])
        shown = shown if len(shown) <= 60 else shown[:59] + "…"
        super().__init__(f"«{shown}»: {reason} Đề nghị ghi ngày/tháng/năm, ví dụ 30/06/2025.")


_YEAR = r"([0-9]{4})"
_OF_YEAR = rf"(?: ?/ ?| năm ){_YEAR}"
_ISO = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?:[ t]00:00(?::00(?:\.0+)?)?)?")
_NUMERIC = re.compile(rf"([0-9]{{1,2}}) ?([-/.]) ?([0-9]{{1,2}}) ?\2 ?{_YEAR}")
_WORDED = re.compile(rf"([0-9]{{1,2}}) tháng ([0-9]{{1,2}}),?{_OF_YEAR}")
_MONTH = re.compile(rf"tháng ([0-9]{{1,2}})(?:{_OF_YEAR}| ?[-.] ?{_YEAR})")
_BARE_MONTH = re.compile(rf"([0-9]{{1,2}}) ?[-/.] ?{_YEAR}")
_QUARTER = re.compile(rf"(?:quý|quí|qúy) ?(iv|i{{1,3}}|[1-4])(?:{_OF_YEAR}| ?[-.] ?{_YEAR})")
_FIRST_MONTHS = re.compile(rf"([69]) tháng(?: đầu)? năm {_YEAR}")
_WHOLE_YEAR = re.compile(rf"(?:cả )?năm {_YEAR}")
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
# Words before a date that leave it the last day meant. "trước" is not among them: it may or may
# not take the day itself in.
_LEADING = re.compile(
    r"(?:(?:hoàn thành|xong|chậm nhất|muộn nhất|là|vào|trong|đến|tới|hết|cuối|ngày) )+"
)
_LONGEST = 120
# A soft hyphen is drawn by some programs; behind an override figures stand the other way round.
_UNSURE_FIGURES = re.compile("[\u202e\u202b\u2067\u200f\u061c]|\u00ad\\s*[0-9]|[0-9]\u00ad")


def parse_date_text(text: str) -> dt.date:
    """The day an agency typed as text; of a month, quarter or year the last day.

    Day before month, always; only a text that begins with four digits is taken as year-month-day.
    Words such as "hết", "chậm nhất" may stand before it. Raises NotADate for a day without its
    year, a year of two digits, several dates, "trước ngày ..." (which leaves open whether that day
    counts), a day the calendar lacks, and words.

    >>> parse_date_text("20-2-2025"), parse_date_text("hết tháng 6/2025")
    (datetime.date(2025, 2, 20), datetime.date(2025, 6, 30))
    """
    plain = squeeze(text).translate(FULL_WIDTH) if len(text) <= 4000 else ""
    if not plain and len(text) <= 4000:
        raise NotADate(text, "Ô để trống.")
    if _UNSURE_FIGURES.search(text):
        raise NotADate(text, "Giữa các chữ số có ký tự ẩn, mỗi phần mềm hiện một khác.")
    if not plain or len(plain) > _LONGEST:
        raise NotADate(text, "Không đọc được thành ngày.")
    words = plain.casefold()
    if _PLACEHOLDER.fullmatch(words):
        raise NotADate(text, "Chưa có ngày.")
    words = words.rstrip(" .;,")
    day = _day_of(text, _LEADING.sub("", words, count=1) if _LEADING.match(words) else words)
    if day is None:
        raise NotADate(text, _why_no_day(words))
    return day


def format_date(day: dt.date) -> str:
    """The day as Vietnamese documents write it.

    >>> format_date(dt.date(2025, 2, 20))
    '20/02/2025'
    """
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


def worded_date(day: dt.date) -> str:
    """The day in words, which no spreadsheet turns into another one.

    >>> worded_date(dt.date(2025, 6, 5)), parse_date_text(worded_date(dt.date(2025, 6, 5)))
    ('ngày 05 tháng 6 năm 2025', datetime.date(2025, 6, 5))
    """
    return f"ngày {day_and_month(day)} năm {day.year:04}"


def day_and_month(day: dt.date) -> str:
    """Day and month as a document is dated, by Decree 30/2020/NĐ-CP: days below ten and the months
    January and February with a nought before them.

    >>> day_and_month(dt.date(2025, 11, 5)), day_and_month(dt.date(2026, 2, 27))
    ('05 tháng 11', '27 tháng 02')
    """
    return (
        f"{day.day:02} tháng {day.month:02}" if day.month < 3 else f"{day.day:02} tháng {day.month}"
    )


def turned(day: dt.date) -> dt.date | None:
    """The day with its month and day the other way round, None where that is no other day.

    >>> turned(dt.date(2025, 5, 6)), turned(dt.date(2025, 5, 25)), turned(dt.date(2025, 5, 5))
    (datetime.date(2025, 6, 5), None, None)
    """
    if day.day > 12 or day.day == day.month:
        return None
    return day.replace(month=day.day, day=day.month)


def _day_of(text: str, words: str) -> dt.date | None:
    """The day of lower-case words, None when they follow no known form."""
    if match := _ISO.fullmatch(words):
        return _day(text, int(match[1]), int(match[3]), int(match[4]))
    if match := _NUMERIC.fullmatch(words):
        return _day(text, int(match[4]), int(match[3]), int(match[1]))
    if match := _WORDED.fullmatch(words):
        return _day(text, int(match[3]), int(match[2]), int(match[1]))
    if match := _MONTH.fullmatch(words):
        return _last_day(text, int(match[2] or match[3]), int(match[1]))
    if match := _BARE_MONTH.fullmatch(words):
        return _last_day(text, int(match[2]), int(match[1]))
    if match := _QUARTER.fullmatch(words):
        return _last_day(text, int(match[2] or match[3]), 3 * _QUARTERS[match[1]])
    if match := _FIRST_MONTHS.fullmatch(words):
        return _last_day(text, int(match[2]), int(match[1]))
    if match := _WHOLE_YEAR.fullmatch(words):
        return _last_day(text, int(match[1]), 12)
    return None


def _last_day(text: str, year: int, month: int) -> dt.date:
    if not 1 <= month <= 12:
        raise NotADate(text, f"Không có tháng {month}.")
    _check_year(text, year)
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def _day(text: str, year: int, month: int, day: int) -> dt.date:
    if month > 12 >= day:
        raise NotADate(text, f"Không có tháng {month}: ngày viết trước, tháng viết sau.")
    last = _last_day(text, year, month)
    if not 1 <= day <= last.day:
        raise NotADate(text, f"Tháng {month}/{year} không có ngày {day}.")
    return last.replace(day=day)


def _check_year(text: str, year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotADate(text, f"Năm {year} không hợp lý.")


_NO_YEAR = re.compile(r"[0-9]{1,2} ?[-/.] ?[0-9]{1,2}|(?:[0-9]{1,2} )?tháng [0-9]{1,2}|quý \w+")
_SHORT_YEAR = re.compile(r"[0-9]{1,2} ?[-/.] ?[0-9]{1,2} ?[-/.] ?[0-9]{2}")
_ANY_YEAR = re.compile(r"[0-9]{4}")
_PLACEHOLDER = re.compile(r"[-.…_/?*~–—\s]+|x+|không|không có|chưa có|chưa xác định")


def _why_no_day(words: str) -> str:
    bare = _LEADING.sub("", words, count=1)
    if words.startswith("trước") or " trước " in words:
        return "«Trước ngày» không rõ có tính ngày đó hay không, cần ghi ngày cuối cùng."
    if _NO_YEAR.fullmatch(bare):
        return "Thiếu năm."
    if _SHORT_YEAR.fullmatch(bare):
        return "Năm chỉ có hai chữ số."
    if _ANY_YEAR.fullmatch(bare):
        return "Mới có năm, thiếu ngày và tháng."
    if len(_ANY_YEAR.findall(words)) > 1 or fold(words).startswith("tu "):
        return "Có nhiều hơn một ngày."
    return "Không đọc được thành ngày."

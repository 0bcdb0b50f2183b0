"""Deadlines as the directive prints them: a last day, a standing task, another plan's, or none."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from models.domain.notation.deadlines import FIRST_YEAR, LAST_YEAR, format_date
from models.domain.notation.not_read import NotRead, PrintedCell, Unread
from models.domain.notation.vietnamese_text import FULL_WIDTH, squeeze


@dataclass(frozen=True, slots=True)
class ResolvedDeadline:
    """The last day of a printed deadline, or None with a Vietnamese note that says why.

    `standing`: done all the year round or again and again; it is never overdue, its state is asked
    for. A note stands also beside a day that is not plainly the printed one.
    """

    date: dt.date | None
    note: str = ""
    standing: bool = False


_BY_PLAN = re.compile(
    r"theo (?:các )?(?:kế hoạch|quyết định|nghị quyết|chương trình|chỉ thị|đề án|văn bản"
    r"|thông báo|công văn|kết luận|hướng dẫn)\b.*",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(r"[-.…_/?*~–—\s]+|x+|không|không có|chưa có|chưa xác định")
_EVERY = r"(?:hằng|hàng|mỗi|từng) (?:năm|quý|tháng|tuần|ngày)"
_AGAIN = rf"(?:thường xuyên|liên tục|định kỳ|thường kỳ|{_EVERY})"
_STANDING = re.compile(
    rf"(?:(?:là )?(?:nhiệm vụ|công việc|thực hiện|triển khai) )?{_AGAIN}"
    rf"(?:(?:\s*[,;/-]\s*| và | )(?:{_AGAIN}|trong năm(?: [0-9]{{4}})?|theo quy định))*"
)
_ONGOING = re.compile(
    r"(?:từ )?(?:năm )?[0-9]{4}(?:,? và|,) (?:các|những) năm (?:tiếp theo|sau|tới)"
)
_MONTHLY = re.compile(rf".+ {_EVERY.replace('năm|', '')}")
_YEARLY = re.compile(r"(?:(?:hằng|hàng) năm,? )?(.+?)(?:,? (?:hằng|hàng) năm)?")
_LEADING = re.compile(
    r"(?:(?:thời gian|thời hạn|dự kiến|phấn đấu|hoàn thành|xong|chậm nhất|muộn nhất|là|vào|trong"
    r"|khoảng|đến|tới|hết|cuối|giai đoạn|cả)(?: |:) ?)+"
)
_BEFORE = re.compile(r"trước(?: khi hết)? ")
_FROM = re.compile(r"(?:kể )?từ ")
_OTHER_YEAR = re.compile(r"\bnăm (?:sau|trước|tới|tiếp theo|kế tiếp|liền kề|kế hoạch)\b")
_THIS_YEAR = re.compile(r"\bnăm nay$")
_TO = re.compile(r"\s*(?:[-‐‑‒–—−÷]|\bđến(?: hết)?\b|\btới\b)\s*")
_LIST = re.compile(r"\s*(?:,|;|\bvà\b)\s*")

_OF_YEAR = r"(?:(?: ?[/.-] ?|,? năm )(?P<year>[0-9]{4}))?"
_ISO = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")
_DAY = re.compile(
    r"(?:ngày )?(?P<day>[0-9]{1,2}) ?(?P<mark>[-/.]) ?(?P<month>[0-9]{1,2})"
    r"(?: ?(?P=mark) ?(?P<year>[0-9]{4})|,? năm (?P<later>[0-9]{4}))?"
)
_WORDED_DAY = re.compile(
    rf"(?:ngày )?(?P<day>[0-9]{{1,2}}) tháng (?P<month>[0-9]{{1,2}}){_OF_YEAR}"
)
_MONTH = re.compile(rf"tháng (?P<month>[0-9]{{1,2}}){_OF_YEAR}")
_BARE_MONTH = re.compile(r"(?P<month>[0-9]{1,2}) ?[-/.] ?(?P<year>[0-9]{4})")
_QUARTER = re.compile(rf"(?:quý|quí|qúy) ?(?P<quarter>iv|i{{1,3}}|[1-4]){_OF_YEAR}")
_HALF = re.compile(rf"(?P<months>6|9) tháng(?: (?P<which>đầu|cuối))?(?: năm)?{_OF_YEAR}")
_HALF_OF = re.compile(r"(?P<months>6|9) tháng(?: (?P<which>đầu|cuối))? năm (?P<year>[0-9]{4})")
_YEAR = re.compile(r"(?:năm )?(?P<year>[0-9]{4})")
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_UNNAMED = re.compile(r"(?P<name>tháng|quý|quí|qúy|năm) ")
_FOUR = re.compile(r"[0-9]{4}")
_LONGEST = 120
_UNSURE_FIGURES = re.compile("\u202e|\u00ad\\s*[0-9]|[0-9]\u00ad")

Span = tuple[dt.date, dt.date]


class _Refused(ValueError):
    def __init__(self, why: Unread) -> None:
        self.why = why
        super().__init__(why.value)


def read_deadline(printed: str, year: int | None = None) -> ResolvedDeadline | NotRead:
    """What a printed deadline means; `year` is the directive's, for a day without its own.

    A month, quarter, year or range ends with its last day; "trước ngày" leaves the day out. A
    deadline "Theo Kế hoạch số ..." has no date of its own: the date in it is the plan's. An empty
    cell gives neither day nor note.

    >>> read_deadline("Quý I, II/2025").date, read_deadline("Trước 30/6", 2025).date
    (datetime.date(2025, 6, 30), datetime.date(2025, 6, 29))
    >>> read_deadline("Thường xuyên").standing
    True
    >>> read_deadline("Từ ngày 01/01/2010").why.value
    'start_only'
    """
    text = squeeze(printed).translate(FULL_WIDTH) if len(printed) <= 4000 else "?" * 4000
    if not text:
        return ResolvedDeadline(None)
    if _BY_PLAN.fullmatch(text):
        return ResolvedDeadline(
            None,
            f"Không có thời hạn riêng: thực hiện theo {text[len('theo ') :]}. Ngày ghi trong đó là "
            f"ngày của văn bản, không phải thời hạn hoàn thành.",
        )
    try:
        if len(text) > _LONGEST:
            raise _Refused(Unread.TOO_LONG)
        if _UNSURE_FIGURES.search(printed):
            raise _Refused(Unread.WORDS)
        return _resolved(text.casefold().rstrip(" .;,"), year)
    except _Refused as refused:
        return NotRead(printed, PrintedCell.DEADLINE, refused.why)


def _resolved(words: str, year: int | None) -> ResolvedDeadline:
    if _PLACEHOLDER.fullmatch(words):
        raise _Refused(Unread.PLACEHOLDER)
    if _STANDING.fullmatch(words) or _ONGOING.fullmatch(words) or _MONTHLY.fullmatch(words):
        return ResolvedDeadline(
            None,
            "Nhiệm vụ thường xuyên: không có ngày cuối, báo cáo tình hình thực hiện.",
            standing=True,
        )
    if _OTHER_YEAR.search(words):
        raise _Refused(Unread.OTHER_YEAR)
    plain = _YEARLY.fullmatch(words)
    printed = words = plain[1] if plain else words
    if _THIS_YEAR.search(words) and year is not None:
        words = _THIS_YEAR.sub(f"năm {year}", words)
    if words in ("trong năm", "cả năm", "cuối năm", "hết năm", "đến hết năm"):
        if year is None:
            raise _Refused(Unread.YEAR_LACKING)
        words = f"năm {year}"
    return _day_of(words, year, own_year=_FOUR.search(printed) is not None)


def _day_of(words: str, year: int | None, *, own_year: bool) -> ResolvedDeadline:
    start = _LEADING.sub("", words, count=1) if _LEADING.match(words) else words
    before = _BEFORE.match(start)
    if before:
        start = start[before.end() :]
    from_ = _FROM.match(start)
    if from_:
        start = start[from_.end() :]
    if not own_year and year is None and _is_yearless(start):
        raise _Refused(Unread.YEAR_LACKING)
    first, last = _spans(start, year)
    if from_ and first is None:
        raise _Refused(Unread.START_ONLY)
    notes = []
    day = last[1]
    if before:
        if first is not None:
            raise _Refused(Unread.WORDS)
        day = last[0] - dt.timedelta(days=1)
        notes.append(f"«Trước» không tính chính ngày ấy: ngày cuối là {format_date(day)}.")
    if not own_year:
        notes.append(f"Bản in không ghi năm: hiểu là năm {year}.")
    return ResolvedDeadline(day, " ".join(notes))


def _is_yearless(words: str) -> bool:
    return all(_span(part, 2000, lenient=True) is not None for part in _parts(words)[1])


def _parts(words: str) -> tuple[bool, list[str]]:
    """The parts of a range or a list; one alone where the text is one period."""
    if _span(words, 2000, lenient=True) is not None:
        return False, [words]
    for separator in (_TO, _LIST):
        parts = separator.split(words)
        if len(parts) > 1 and (separator is _LIST or len(parts) == 2):
            return True, _named(parts)
    return False, [words]


def _named(parts: list[str]) -> list[str]:
    """«Quý I, II/2025»: what the first part is, the later ones are too."""
    name = _UNNAMED.match(parts[0])
    if name is None:
        return parts
    return [
        part if _UNNAMED.match(part) or not _could_be(name["name"], part) else f"{name[0]}{part}"
        for part in parts
    ]


def _could_be(name: str, part: str) -> bool:
    return _span(f"{name} {part}", 2000, lenient=True) is not None


def _spans(words: str, year: int | None) -> tuple[Span | None, Span]:
    """The first period of a range or list, None for a single one, and the last."""
    several, parts = _parts(words)
    years = _FOUR.findall(parts[-1])
    last = _span(parts[-1], year)
    if last is None:
        raise _Refused(Unread.WORDS if re.search("[0-9]", words) else Unread.NO_FIGURE)
    if not several:
        return None, last
    of_range = int(years[-1]) if years else year
    spans = [_span(part, of_range) for part in parts[:-1]]
    known = [span for span in spans if span is not None]
    if len(known) != len(spans):
        raise _Refused(Unread.WORDS)
    for earlier, later in zip(known, (*known[1:], last), strict=True):
        if later[1] <= earlier[0]:
            raise _Refused(Unread.FALLING)
    return known[0], last


def _span(words: str, year: int | None, *, lenient: bool = False) -> Span | None:
    """First and last day of one period, None where it follows no known form.

    `lenient` says only whether the form is known: a day the calendar lacks is one as well.
    """
    try:
        return _period(words.strip(), year)
    except _Refused:
        if lenient:
            return dt.date.min, dt.date.min
        raise


def _period(words: str, year: int | None) -> Span | None:
    for pattern in (_ISO, _DAY, _WORDED_DAY):
        if match := pattern.fullmatch(words):
            day = _date(_year(match, year), int(match["month"]), int(match["day"]))
            return day, day
    for pattern in (_BARE_MONTH, _MONTH):
        if match := pattern.fullmatch(words):
            month = int(match["month"])
            return _months(_year(match, year), month, month)
    if match := _QUARTER.fullmatch(words):
        quarter = _QUARTERS[match["quarter"]]
        return _months(_year(match, year), 3 * quarter - 2, 3 * quarter)
    if match := _HALF_OF.fullmatch(words) or _HALF.fullmatch(words):
        months = int(match["months"])
        if match["which"] == "cuối":
            return _months(_year(match, year), 13 - months, 12)
        return _months(_year(match, year), 1, months)
    if match := _YEAR.fullmatch(words):
        return _months(_year(match, year), 1, 12)
    return None


def _year(match: re.Match[str], year: int | None) -> int:
    named = match.groupdict()
    text = named.get("year") or named.get("later")
    found = int(text) if text else year
    if found is None:
        raise _Refused(Unread.YEAR_LACKING)
    if not FIRST_YEAR <= found <= LAST_YEAR:
        raise _Refused(Unread.IMPOSSIBLE_DAY)
    return found


def _months(year: int, first: int, last: int) -> Span:
    if not 1 <= first <= last <= 12:
        raise _Refused(Unread.IMPOSSIBLE_DAY)
    return dt.date(year, first, 1), dt.date(year, last, calendar.monthrange(year, last)[1])


def _date(year: int, month: int, day: int) -> dt.date:
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise _Refused(Unread.IMPOSSIBLE_DAY) from None

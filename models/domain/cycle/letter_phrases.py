"""How days, instants, sizes, values and lists are worded: Vietnamese, the way an office writes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum

from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.notation.number_notation import format_number
from models.domain.notation.rounding import half_up, like_decimals, percent_of
from models.domain.notation.vietnamese_text import one_line, quotes_closed

NAMED = 15  # items a sentence names before it counts the rest
NAMED_LENGTH = 600  # letters it spends on them
_SENTENCE_ENDS = re.compile(r"[^\W\d_]{2,}[)»]?\. +[A-ZĐÀ-Ỹ«]")
_LINK_ENDS = re.compile(r"(?:https?://|\.\w+/)\S*$")
WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


class InstantStyle(StrEnum):
    """Where an instant is written; the value is its form, by Hanoi's clock."""

    BOARD = "%H:%M %d/%m/%Y"
    BOARD_WITH_SECONDS = "%H:%M:%S %d/%m/%Y"
    LIST = "%d/%m/%Y %H:%M"
    BRIEF = "%d/%m %H:%M"
    SHEET = "%H:%M ngày %d/%m/%Y"  # in cells, where a sentence's form has no room
    LETTER = "%H giờ %M phút ngày %d/%m/%Y"  # in every sentence: the one form of official letters


def hanoi_minute(instant: dt.datetime, style: InstantStyle = InstantStyle.BOARD) -> str:
    """The instant as people read it; what is smaller than its form shows is cut, never rounded up.

    >>> hanoi_minute(dt.datetime(2025, 2, 19, 17, 5, tzinfo=dt.UTC))
    '00:05 20/02/2025'
    >>> hanoi_minute(dt.datetime(2025, 2, 19, 17, 5, 59, tzinfo=dt.UTC), InstantStyle.LETTER)
    '00 giờ 05 phút ngày 20/02/2025'
    """
    return format(instant.astimezone(HANOI), style.value)


def assigned_said(decided_at: dt.datetime, sender: str) -> str:
    """When the office said whose a report is that came from an address it does not know."""
    of = f" gửi từ địa chỉ {sender}" if sender else ""
    return (
        f"Văn phòng xác định ngày {decided_at.astimezone(HANOI):%d/%m/%Y} theo thư{of}; "
        "thời điểm nhận là lúc thư ấy đến"
    )


def day_text(day: dt.date) -> str:
    """A day with its weekday.

    >>> day_text(dt.date(2025, 2, 19))
    'thứ Tư, ngày 19/02/2025'
    """
    return f"{WEEKDAYS[day.weekday()]}, ngày {day:%d/%m/%Y}"


def instant_text(instant: dt.datetime) -> str:
    """An instant in Hanoi time; seconds are cut, never rounded up past a deadline.

    >>> instant_text(dt.datetime(2025, 2, 19, 17, 5, tzinfo=dt.UTC))
    '00 giờ 05 phút ngày 20/02/2025'
    """
    return hanoi_minute(instant, InstantStyle.LETTER)


def due_clause(due: dt.datetime) -> str:
    """An exclusive due instant, as the last moment that is in time.

    >>> due_clause(dt.datetime(2025, 2, 19, 17, tzinfo=dt.UTC))
    'chậm nhất hết ngày 19/02/2025 (thứ Tư)'
    >>> due_clause(dt.datetime(2025, 2, 19, 10, tzinfo=dt.UTC))
    'trước 17 giờ 00 phút ngày 19/02/2025 (thứ Tư)'
    """
    here = due.astimezone(HANOI)
    if here.time() != dt.time():
        return f"trước {instant_text(due)} ({WEEKDAYS[here.weekday()]})"
    last = last_day_before(due)
    return f"chậm nhất hết ngày {last:%d/%m/%Y} ({WEEKDAYS[last.weekday()]})"


def overdue_since(due: dt.datetime) -> str:
    """From when on what was due before an exclusive instant is late; no letter counts the days.

    >>> overdue_since(dt.datetime(2025, 2, 19, 17, tzinfo=dt.UTC))
    'ngày 20/02/2025'
    >>> overdue_since(dt.datetime(2025, 2, 19, 10, tzinfo=dt.UTC))
    '17 giờ 00 phút ngày 19/02/2025'
    """
    here = due.astimezone(HANOI)
    return f"ngày {here:%d/%m/%Y}" if here.time() == dt.time() else instant_text(due)


def data_closes(cycle: ReportingCycle) -> str:
    """How new figures may be: ", không muộn hơn ngày 18/11/2025"; "" where the cycle is silent."""
    day = cycle.data_closes_on
    return f", không muộn hơn ngày {day:%d/%m/%Y}" if day is not None else ""


def last_day_before(due: dt.datetime) -> dt.date:
    """The day by Hanoi's clock on which an exclusive instant can still be kept.

    >>> last_day_before(dt.datetime(2025, 2, 19, 17, tzinfo=dt.UTC))
    datetime.date(2025, 2, 19)
    """
    return (due - dt.timedelta(microseconds=1)).astimezone(HANOI).date()


def number_text(number: int) -> str:
    """A whole number with the thousands dot.

    >>> number_text(48213)
    '48.213'
    """
    return f"{number:,}".replace(",", ".")


_ROUNDED = "Tỷ lệ làm tròn đến một chữ số thập phân"
ADD_UP = f"{_ROUNDED}; một vài dòng làm tròn lên hoặc xuống để các dòng cộng đúng 100%."


def rounding_said(shares: Iterable[Decimal], counts: Iterable[tuple[int, int]]) -> str:
    """Said under a table of shares: that some were moved to add up only where one was.

    `counts` are of each share the part and its whole.

    >>> rounding_said([Decimal("45.8")], [(22, 48)])
    'Tỷ lệ làm tròn đến một chữ số thập phân.'
    >>> rounding_said([Decimal("33.4"), Decimal("33.3")], [(1, 3), (1, 3)]) == ADD_UP
    True
    """
    pairs = zip(shares, counts, strict=True)
    moved = any(share != percent_of(part, whole) for share, (part, whole) in pairs if whole)
    return ADD_UP if moved else f"{_ROUNDED}."


def counts_said(*parts: tuple[str, int], between: str = "; ") -> str:
    """The parts that count anything, each with its number: nobody reads of nothing.

    >>> counts_said(("đúng hạn {}", 3), ("quá hạn {}", 0), ("không hạn {}", 1200), between=", ")
    'đúng hạn 3, không hạn 1.200'
    """
    return between.join(said.format(number_text(count)) for said, count in parts if count)


def part_said(part: int, whole: int, kind: str, done: str) -> str:
    """How many of all did what; of none of them that it is none, nobody reads of nothing.

    >>> part_said(140, 143, "cơ quan", "đã gửi"), part_said(0, 143, "cơ quan", "đã gửi")
    ('140/143 cơ quan đã gửi', 'chưa cơ quan nào trong 143 cơ quan gửi')
    """
    if part:
        return f"{number_text(part)}/{number_text(whole)} {kind} {done}"
    return f"chưa {kind} nào trong {number_text(whole)} {kind} {done.removeprefix('đã ')}"


def out_of(part: int, whole: int) -> str:
    """How many of all, behind a label: a number, or that there is none.

    >>> out_of(84, 114), out_of(0, 114)
    ('84/114', 'chưa có trong 114')
    """
    return (
        f"{number_text(part)}/{number_text(whole)}"
        if part
        else f"chưa có trong {number_text(whole)}"
    )


def shown_number(value: Decimal) -> str:
    """The number in Vietnamese notation."""
    try:
        return format_number(value)
    except ValueError:  # more digits than any real figure has: shown as it is
        return str(value)


def rounded(value: Decimal | float, places: int = 1) -> str:
    """A number that people are told, rounded half up.

    >>> rounded(0.25), rounded(2.345, 2)
    ('0,3', '2,35')
    """
    return shown_number(half_up(value, places))


def alike(values: Sequence[Decimal | None], most: int = 6) -> list[str]:
    """The numbers with as many decimals each as the one written with most; "" for None.

    >>> alike([Decimal("12.50"), Decimal("11.9"), None])
    ['12,50', '11,90', '']
    """
    places = min(most, like_decimals(values))
    return ["" if value is None else rounded(value, places) for value in values]


def listed(items: Sequence[str], kind: str, most: int = NAMED) -> str:
    """The items in one sentence, cut after `most` or NAMED_LENGTH letters with a count of the rest.

    >>> listed(["A", "B", "C"], "cơ quan", 2)
    'A; B và 1 cơ quan khác'
    """
    named, spent = 0, 0
    while named < min(most, len(items)):
        spent += len(items[named]) + 2
        if named and spent > NAMED_LENGTH:
            break
        named += 1
    text = "; ".join(items[:named])
    if named == len(items):
        return text
    return f"{text} và {number_text(len(items) - named)} {kind} khác"


def measured(value: Decimal, unit: str) -> str:
    """A value with its unit; a unit that begins with a number stands in brackets.

    >>> measured(Decimal("12.5"), "%"), measured(Decimal(37), "Tỷ USD")
    ('12,5%', '37 tỷ USD')
    >>> measured(Decimal(11000), "1.000 lượt")
    '11.000 (1.000 lượt)'
    """
    number = shown_number(value)
    if not unit:
        return number
    if unit[0].isdigit():
        return f"{number} ({unit})"
    if unit in ("%", "‰"):
        return number + unit
    is_word = unit[1:2].islower()  # "Tỷ đồng", but not "USD", "MW"
    return f"{number} {unit[0].lower()}{unit[1:]}" if is_word else f"{number} {unit}"


def labelled(label: str, text: str) -> str:
    """A text after its label; alone where it begins with that word itself.

    >>> labelled("Vướng mắc", "Thiếu vật liệu."), labelled("Vướng mắc", "Vướng mắc về giá đất.")
    ('Vướng mắc: Thiếu vật liệu.', 'Vướng mắc về giá đất.')
    """
    told = text.strip()
    return told if told.casefold().startswith(label.casefold()) else f"{label}: {told}"


def size_text(size: int) -> str:
    """A file's size, rounded for people and exact in bytes.

    >>> size_text(48213)
    '47,1 KB (48.213 byte)'
    """
    exact = f"{number_text(size)} byte"
    if size < 1024:
        return exact
    value, unit = (size / 1024, "KB") if size < 1024**2 else (size / 1024**2, "MB")
    return f"{rounded(value)} {unit} ({exact})"


def check_code(sha256: str) -> str:
    """A file's digest, short enough to be compared by eye and on the telephone.

    >>> check_code("effc22de9f4f")
    'EFFC-22DE'
    """
    return f"{sha256[:4]}-{sha256[4:8]}".upper()


def enumerated(items: Iterable[str]) -> list[str]:
    """Lines of a list with the signs that Decree 30/2020/NĐ-CP puts behind them: ";", last ".".

    Where one line is several sentences, each line ends as a sentence; an address to be clicked on
    keeps its end.

    >>> enumerated(["Chỉ tiêu: 3 dòng", "Nhiệm vụ: 2 dòng"])
    ['Chỉ tiêu: 3 dòng;', 'Nhiệm vụ: 2 dòng.']
    >>> enumerated(["Mở sổ. Sửa lỗi.", "Lưu tệp"])
    ['Mở sổ. Sửa lỗi.', 'Lưu tệp.']
    """
    lines = [line for item in items if (line := str(item).strip())]
    sentences = any(_SENTENCE_ENDS.search(line) for line in lines)
    ended: list[str] = []
    for number, line in enumerate(lines, 1):
        sign = "." if sentences or number == len(lines) else ";"
        if _LINK_ENDS.search(line) or line.endswith(("?", "!")):
            ended.append(line)
        else:
            ended.append(f"{line.rstrip(' ;,.')}{sign}")
    return ended


def office_opinion(on: dt.date | None) -> str:
    """How a decision of a person of the office is called outside of its desk: by office and day.

    Its number in the office's book would read as that of a decision of the city.

    >>> office_opinion(dt.date(2025, 12, 5))
    'Ý kiến xử lý của Văn phòng UBND thành phố ngày 05/12/2025'
    """
    said = "Ý kiến xử lý của Văn phòng UBND thành phố"
    return f"{said} ngày {on:%d/%m/%Y}" if on else said


def within(said: str) -> str:
    """What begins a sentence, within one.

    >>> within("Ý kiến của Văn phòng")
    'ý kiến của Văn phòng'
    """
    return said[:1].lower() + said[1:]


def cut_at_word(text: str, limit: int) -> str:
    """The text, cut behind a word with "…" where it is longer; no bracket is left open.

    >>> cut_at_word("Tổng sản phẩm trên địa bàn", 12)
    'Tổng sản…'
    >>> cut_at_word("Tốc độ tăng (giá so sánh 2010)", 20)
    'Tốc độ tăng…'
    """
    if len(text) <= limit:
        return text
    kept = text[:limit].rpartition(" ")[0]
    if kept.rfind("(") > kept.rfind(")"):
        kept = kept[: kept.rfind("(")]
    return quotes_closed(kept.rstrip(" ,;:-") + "…")


def cut_at_phrase(text: str, limit: int) -> str:
    """The same, cut in the second half before a bracket, comma or semicolon, else before a word
    that begins a phrase, so that none is cut in its middle; at a word where there is neither.

    >>> cut_at_phrase("Điều chỉnh danh mục công trình, dự án phải thu hồi đất", 40)
    'Điều chỉnh danh mục công trình…'
    >>> cut_at_phrase("Tỷ lệ hộ nghèo theo chuẩn nghèo quốc gia", 26)
    'Tỷ lệ hộ nghèo…'
    """
    if len(text) <= limit:
        return text
    for signs in ((", ", "; ", " ("), _PHRASES_BEGIN):
        at = max(text.rfind(sign, limit // 2, limit) for sign in signs)
        if at > 0:
            kept = text[:at]
            return (kept.rpartition(" (")[0] if kept.count("(") > kept.count(")") else kept) + "…"
    return cut_at_word(text, limit)


#: Before these a phrase of what came before has ended.
_PHRASES_BEGIN = tuple(
    f" {word} "
    for word in (
        *("của", "theo", "so với", "trên", "trong", "tại", "về", "cho", "đến", "đối với", "từ"),
        *("và", "được", "đạt", "nhằm", "gắn với", "hưởng", "thuộc", "bằng", "giai đoạn"),
        *("số", "thay thế", "do", "để", "gồm", "với"),
    )
)


def place_text(sheet: str, cell: str) -> str:
    """Where a finding stands.

    >>> place_text("Chỉ tiêu", "E12")
    'trang «Chỉ tiêu», ô E12'
    """
    parts = []
    if sheet:
        parts.append(f"trang «{one_line(sheet, 60)}»")
    if cell:
        parts.append(f"ô {one_line(cell, 150)}")
    return ", ".join(parts) or "cả tệp"


def cell_order(cell: str) -> tuple[int, int, str]:
    """A key that sorts addresses by row, then column; what is no address comes first.

    >>> sorted(["B10", "AA2", "C2", ""], key=cell_order)
    ['', 'C2', 'AA2', 'B10']
    """
    found = re.match(r"([A-Z]{1,3})(\d{1,7})", cell)
    if found is None:
        return 0, 0, cell
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column, cell


def cell_ranges(cells: Iterable[str]) -> list[str]:
    """Addresses with neighbours of one column joined; in order of row and column, each once.

    >>> cell_ranges(["D11", "D10", "F3", "D12"])
    ['F3', 'D10:D12']
    """
    spans: list[list[str]] = []
    for cell in sorted(set(filter(None, cells)), key=lambda c: (cell_order(c)[1], cell_order(c))):
        row, column, _ = cell_order(cell)
        if spans and column and cell_order(spans[-1][-1])[:2] == (row - 1, column):
            spans[-1].append(cell)
        else:
            spans.append([cell])
    spans.sort(key=lambda span: cell_order(span[0]))
    return [s[0] if len(s) == 1 else f"{s[0]}:{s[-1]}" for s in spans]


def registered_before(names: Sequence[str], *, own: bool) -> str:
    """Whose the registered works are that stand in a workbook beforehand; "" where all are the
    agency's own. `names` are the others', `own` whether some are its own as well.

    >>> registered_before(["UBND quận Ngô Quyền"], own=False)
    'Các việc ghi sẵn ở kế hoạch hành động do UBND quận Ngô Quyền đăng ký đầu năm.'
    """
    if not names:
        return ""
    whose = ", ".join(names)
    both = f"cơ quan và {whose}" if own else whose
    return f"Các việc ghi sẵn ở kế hoạch hành động do {both} đăng ký đầu năm."


_REGISTERED = re.compile(
    r" Các việc ghi sẵn ở kế hoạch hành động do [^.\n]{1,600} đăng ký đầu năm\.$"
)


def without_registered(text: str) -> str:
    """A line of the office's above a table without the sentence of `registered_before`.

    >>> without_registered("Ghi đủ. " + registered_before(["UBND quận A"], own=True))
    'Ghi đủ.'
    """
    return _REGISTERED.sub("", text)


def by_extension(last_day: dt.date) -> str:
    """By which deadline an answer is in time that came after the common one.

    >>> by_extension(dt.date(2025, 11, 25))
    'theo thời hạn gia hạn đến hết ngày 25/11/2025'
    """
    return f"theo thời hạn gia hạn đến hết ngày {last_day:%d/%m/%Y}"


def newly_of_the_city(province: str, since: dt.date) -> str:
    """Why an agency that came with another province was not asked in the cycle before.

    >>> newly_of_the_city("tỉnh Hải Dương", dt.date(2025, 7, 1))[:62]
    'Kỳ trước chưa đề nghị cơ quan báo cáo: đến hết ngày 30/06/2025'
    """
    last = since - dt.timedelta(days=1)
    return (
        f"Kỳ trước chưa đề nghị cơ quan báo cáo: đến hết ngày {last:%d/%m/%Y} địa bàn thuộc "
        f"{province}. Vì vậy không có nội dung đã đăng ký để ghi sẵn hay so sánh; đề nghị ghi kết "
        "quả trong năm vào các dòng để trống."
    )

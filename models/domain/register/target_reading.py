"""Reads a target as official texts print it: bound, numbers, unit, «khoảng», a change, a rank.

What cannot be read safely is refused with the reason; nothing is guessed. The office then writes
what is meant into the column beside the print.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache

from models.domain.notation.not_read import NotRead, PrintedCell, Unread
from models.domain.notation.number_notation import (
    NotANumber,
    NumberNotUnderstood,
    Reason,
    parse_vietnamese,
    read_number,
)
from models.domain.notation.units import measure_of
from models.domain.notation.vietnamese_text import FULL_WIDTH, squeeze
from models.domain.register.targets import ChangeWay, Target, TargetChange, TargetKind


@dataclass(frozen=True, slots=True)
class TargetReading:
    """What a printed target says; the print itself is kept to the letter.

    Either `target` is what is measured, its numbers in `unit` as printed ("" where none stands
    beside them), or `words` is a target in words, which a person judges. `of` is what follows the
    unit ("số xã" of "100% số xã"), `period` what the numbers are told of ("năm" of "6,5%/năm").
    """

    printed: str
    target: Target | None = None
    words: str = ""
    unit: str = ""
    of: str = ""
    period: str = ""
    rank: bool = False  # "Top 10", "thứ 2/34": the number is a place, the first is the best


_NUMBER = r"-?[0-9][0-9.]*(?:,[0-9]+)?"
_BETWEEN = r"(?:\s*(?:[%‰]|[^\W\d]+(?: [^\W\d]+){0,2}))??"
_RANGE = re.compile(
    rf"({_NUMBER})({_BETWEEN})\s*(?:[-‐‑‒–—−÷~]|đến|tới)\s*({_NUMBER})(.*)", re.IGNORECASE
)
_RATIO = re.compile(rf"({_NUMBER})\s*/\s*({_NUMBER})(.*)")
_PLAIN = re.compile(rf"({_NUMBER})(.*)")
# Of how many one is told: "45/100.000 trẻ đẻ sống" is 45, not a ratio.
_MANY = re.compile(r"1(?:0|00)?\.000(?:\.000)?|10{2,6}")
_PER_MANY = re.compile(rf"/\s*(?:{_MANY.pattern})(?= ?[^\W\d])")
# The scan reads "phấn đấu" as "phần đầu"; both words vary.
_STRETCH = re.compile(
    r"(?P<floor>.*[0-9].*?)\s*(?:[,;(-]\s*|\bvà\s+|\s)\(?ph[ấầ]n đ[ấầ]u\b(?P<stretch>[^()]+)\)?",
    re.IGNORECASE,
)
_MOVED = re.compile(
    rf"(?:giảm|tăng|nâng)(?: dần)? từ (?:gần |trên |khoảng )?{_NUMBER}[^0-9]*?"
    r"\b(?:xuống còn|xuống|lên|còn) (?P<level>.+)",
    re.IGNORECASE,
)
_TOP = re.compile(
    rf"(?:(?:thuộc|trong|vào|nằm trong|đứng trong|lọt vào) )?(?:(?P<top>top|tốp)|nhóm) "
    rf"(?P<place>{_NUMBER})(?P<of>[^0-9]*)",
    re.IGNORECASE,
)
_LEADING = re.compile(r"\b(?:đứng|dẫn|hàng) đầu\b", re.IGNORECASE)
_PLACE = re.compile(
    rf"(?:(?:xếp|đứng|giữ)(?: vị trí)? )?(?:thứ|hạng|vị trí thứ) (?P<place>{_NUMBER})"
    r"(?:\s*/\s*(?P<whole>[0-9]+)(?P<of>[^0-9]*))?",
    re.IGNORECASE,
)

# --- Words before a number ------------------------------------------------------------------------

_BOUNDS: Mapping[str, TargetKind] = {
    **dict.fromkeys((">", "trên", "hơn", "lớn hơn", "cao hơn", "vượt"), TargetKind.GREATER),
    **dict.fromkeys((">=", "=>", "≥", "⩾", "≧", "tối thiểu", "ít nhất"), TargetKind.AT_LEAST),
    **dict.fromkeys(("không dưới", "không thấp hơn", "không ít hơn"), TargetKind.AT_LEAST),
    **dict.fromkeys(("<", "dưới", "nhỏ hơn", "thấp hơn"), TargetKind.LESS),
    **dict.fromkeys(("<=", "=<", "≤", "⩽", "≦", "tối đa", "nhiều nhất"), TargetKind.AT_MOST),
    **dict.fromkeys(("không quá", "không vượt quá", "không cao hơn"), TargetKind.AT_MOST),
}
_ABOUT = ("khoảng", "xấp xỉ", "gần", "ước", "ước đạt", "trên dưới", "~", "≈")
_WAYS = {
    "tăng": ChangeWay.INCREASE,
    "tăng thêm": ChangeWay.INCREASE,
    "giảm": ChangeWay.DECREASE,
    "giảm thêm": ChangeWay.DECREASE,
    "gấp": ChangeWay.MULTIPLE,
    "tăng gấp": ChangeWay.MULTIPLE,
}
# These leave the number what it is: a level, also behind a verb that says how it came about.
_SAYING_NOTHING = (
    *("phấn đấu", "phần đầu", "đạt", "đạt mức", "mức", "ở mức", "là", "bằng", "có", "chiếm"),
    *("duy trì", "ổn định", "giữ", "giữ vững", "bình quân", "trung bình", "kiểm soát", "đến"),
    *("còn", "giảm còn", "giảm xuống còn", "giảm xuống", "xuống còn", "xuống", "tăng lên"),
    *("nâng lên", "lên", "tăng trưởng", "hoàn thành"),
)
_FROM = "từ"
_LEAD = re.compile(
    r"(?:{})(?![^\W\d])".format(
        "|".join(
            re.escape(word)
            for word in sorted(
                (*_BOUNDS, *_ABOUT, *_WAYS, *_SAYING_NOTHING, _FROM), key=len, reverse=True
            )
        )
    ),
    re.IGNORECASE,
)

# --- Words behind it ------------------------------------------------------------------------------

_UPWARDS = re.compile(r"\s*\b(trở lên|trở xuống)$", re.IGNORECASE)
_PERIOD = re.compile(
    r"\s*(?:/\s*|\b(?:mỗi|một|hằng|hàng|từng) )(năm|quý|tháng|tuần|ngày)$", re.IGNORECASE
)
_GROWING = re.compile(r"\s+và (?:tăng|giảm) dần\b[^0-9]*$", re.IGNORECASE)
_AGAINST = re.compile(r"\s*\bso với\b.*$", re.IGNORECASE)
_SHARE = re.compile(r"(%|‰|điểm ?%|điểm phần trăm|phần trăm|phần nghìn)(?![^\W\d])", re.IGNORECASE)
_ABBREVIATION = re.compile(r"\s*\([^\W\d]+\)$")  # "đô la Mỹ (USD)"
_POWER = re.compile(r"\b([kdcm]?m)[23](?![0-9])", re.IGNORECASE)
_GLUED = re.compile(r"\b([0-9]*[kdcm]?m[23])(?=[^\W\d_])")  # "27m2sàn"
_SPREAD = re.compile(r"([<>])\s+=")  # "> = 5"
_HARMLESS = re.compile(r"\btrên (?:địa bàn|tổng số|toàn|cả nước|một)\b", re.IGNORECASE)
# What may change the meaning of the number before it.
_TWISTING = re.compile(
    r"\b(?:và|hoặc|hay|trong đó|riêng|nhưng|trừ|ngoài|còn|so với|tăng|giảm|đến|tới|từ|trên|dưới"
    r"|dẫn đầu|đứng đầu|hàng đầu|cao nhất|thấp nhất|trở|không|chưa|lần lượt|nếu|khoảng|gấp"
    r"|ph[ấầ]n đ[ấầ]u|tối thiểu|tối đa|ít nhất|bằng|mỗi|hơn|vượt|tương đương|con số|chữ số)\b",
    re.IGNORECASE,
)
_IN_WORDS = re.compile(
    r"\bmột (?:nửa|phần)\b|\bgấp (?:đôi|rưỡi|hai|ba|bốn|năm|nhiều)\b|\b(?:hai|ba) lần\b"
    r"|\bphần trăm\b",
    re.IGNORECASE,
)
# "dưới tám", "hai trường": a number all the same; "một số", "một trong những" are none.
_NUMERAL = re.compile(
    r"(?:một(?! (?:số|trong))|hai|ba|bốn|năm(?= (?:phần|trăm|mươi|nghìn))|sáu|bảy|bẩy|tám|chín|mười"
    r"|nửa)(?![^\W\d])",
    re.IGNORECASE,
)
_LIKE_FIGURES = re.compile(r"[lIoO|%‰<>=≥≤$]+")
_LONGEST, _LONGEST_WORDS = 120, 500


class _Refused(ValueError):
    """Raised inside this module; `why` becomes a NotRead."""

    def __init__(self, why: Unread) -> None:
        self.why = why
        super().__init__(why.value)


@dataclass(slots=True)
class _Said:
    """What the words around a number say of it."""

    bounds: set[TargetKind] = field(default_factory=set)
    approximate: bool = False
    way: ChangeWay | None = None
    level: bool = False
    from_: bool = False
    unit: str = ""
    of: str = ""
    period: str = ""


def read_target(printed: str) -> TargetReading | NotRead | None:
    """What a printed cell says, None for an empty one.

    >>> read_target("trên 2.000 ha").target.kind.value, read_target("trên 2.000 ha").unit
    ('greater', 'ha')
    >>> read_target("Thuộc nhóm dẫn đầu cả nước").words
    'Thuộc nhóm dẫn đầu cả nước'
    >>> read_target("57% : 33% : 5%").why.value
    'several'
    """
    return _read(printed) if len(printed) > _LONGEST_WORDS else _read_before(printed)


@lru_cache(maxsize=4096)
def _read_before(printed: str) -> TargetReading | NotRead | None:
    """A report asks what each of its cells says wherever it names one."""
    return _read(printed)


def _read(printed: str) -> TargetReading | NotRead | None:
    text = squeeze(printed).translate(FULL_WIDTH) if len(printed) < 4000 else "?" * 4000
    if not text:
        return None
    try:
        if not any(c in "0123456789" for c in text):
            return TargetReading(printed, words=_words(text))
        if len(text) > _LONGEST:
            raise _Refused(Unread.TOO_LONG)
        text = _SPREAD.sub(r"\1=", text)
        reading = _figures(_GLUED.sub(r"\1 ", text.rstrip(" .;,")))
    except _Refused as refused:
        return NotRead(printed, PrintedCell.TARGET, refused.why)
    except NumberNotUnderstood:
        return NotRead(printed, PrintedCell.TARGET, Unread.NOTATION)
    return replace(reading, printed=printed)


def names_its_unit(printed: str) -> bool:
    """Whether a printed target says its unit itself, or is in words: "trên 2.000 ha", not "12,50".

    >>> [names_its_unit(text) for text in ("trên 2.000 ha", "81%", "12,50", "Đạt")]
    [True, True, False, True]
    """
    reading = read_target(printed.split(";")[0])
    if not isinstance(reading, TargetReading):
        return False
    changes = reading.target is not None and reading.target.change is not None
    return changes or reading.rank or bool(reading.unit or reading.words)


# --- Words alone ----------------------------------------------------------------------------------


def _words(text: str) -> str:
    """A target in words: what is no placeholder, no sign without its number, no number in words."""
    if len(text) > _LONGEST_WORDS:
        raise _Refused(Unread.TOO_LONG)
    try:
        read_number(text)
    except NumberNotUnderstood as error:
        if isinstance(error, NotANumber) and error.reason is Reason.PLACEHOLDER:
            raise _Refused(Unread.PLACEHOLDER) from None
    letters = sum(c.isalpha() for c in text)
    if letters < 2 or _LIKE_FIGURES.fullmatch(text) or any(c in "%‰<>=≥≤$" for c in text):
        raise _Refused(Unread.NOTATION)
    if _IN_WORDS.search(text) or _NUMERAL.match(_without_leads(text)):
        raise _Refused(Unread.NUMBER_IN_WORDS)
    if text.casefold() in _BOUNDS or text.casefold() in (*_ABOUT, _FROM):
        raise _Refused(Unread.WORDS)
    return text


def _without_leads(text: str) -> str:
    """A text in words behind what may stand before a number."""
    while match := _LEAD.match(text):
        text = text[match.end() :].strip()
    return text


# --- Numbers --------------------------------------------------------------------------------------


def _figures(text: str) -> TargetReading:
    if moved := _MOVED.fullmatch(text):
        return _figures(moved["level"])
    if place := _PLACE.fullmatch(text):
        at = _number(place["place"])
        return TargetReading("", Target(TargetKind.AT_MOST, at), of=_of(place["of"]), rank=True)
    if (top := _TOP.fullmatch(text)) and (top["top"] or _LEADING.search(top["of"])):
        at = _number(top["place"])
        return TargetReading("", Target(TargetKind.AT_MOST, at), of=_of(top["of"]), rank=True)
    if stretched := _STRETCH.fullmatch(text):
        return _with_stretch(_single(stretched["floor"]), _single(stretched["stretch"].strip()))
    return _single(text)


def _of(words: str | None) -> str:
    return (words or "").strip(" ,.")


def _with_stretch(floor: TargetReading, stretch: TargetReading) -> TargetReading:
    """Floor and stretch in one cell; both must be one number of the same thing."""
    low, high = floor.target, stretch.target
    plain = (TargetKind.VALUE, TargetKind.AT_LEAST)
    if low is None or high is None or low.kind not in plain or high.kind not in plain:
        raise _Refused(Unread.SEVERAL)
    if low.change or high.change or low.approximate or high.approximate:
        raise _Refused(Unread.SEVERAL)
    units = {unit.casefold() for unit in (floor.unit, stretch.unit) if unit}
    if len(units) > 1 or low.value == high.value:
        raise _Refused(Unread.CONTRARY)
    both = Target(TargetKind.FLOOR_STRETCH, low.value, high.value)
    return replace(
        floor,
        target=both,
        unit=floor.unit or stretch.unit,
        of=floor.of or stretch.of,
        period=floor.period or stretch.period,
    )


def _single(text: str) -> TargetReading:
    """One target: words, one or two numbers, words."""
    said = _Said()
    rest = _lead(text.strip(), said)
    if range_ := _RANGE.fullmatch(rest):
        first, between, second, tail = range_.groups()
        _tail(tail, said)
        _same_unit(between.strip(), said)
        low, high = _number(first), _number(second)
        if low >= high:
            raise _Refused(Unread.FALLING)
        return _reading(Target(TargetKind.RANGE, low, high), said)
    if ratio := _RATIO.fullmatch(rest):
        first, second, tail = ratio.groups()
        if _MANY.fullmatch(second) and tail.strip():
            _tail(f" /{second}{tail}", said, many=True)
            return _reading(Target(TargetKind.VALUE, _number(first)), said)
        _tail(tail, said)
        if said.bounds or said.way or said.unit in ("%", "‰"):
            raise _Refused(Unread.WORDS)
        count, whole = _number(first), _number(second)
        if count < 0 or whole <= 0:
            raise _Refused(Unread.WORDS)
        return _reading(Target(TargetKind.RATIO, count, whole), said)
    if plain := _PLAIN.fullmatch(rest):
        number, tail = plain.groups()
        _tail(tail, said)
        return _reading(Target(TargetKind.VALUE, _number(number)), said)
    raise _Refused(Unread.WORDS)


def _number(text: str) -> Decimal:
    return parse_vietnamese(text)


def _lead(text: str, said: _Said) -> str:
    """Takes the known words off the beginning and notes what they say; the rest."""
    seen: set[str] = set()
    while match := _LEAD.match(text):
        word = match.group().casefold()
        if word in seen:
            raise _Refused(Unread.NOTATION)  # "<< 8"
        seen.add(word)
        text = text[match.end() :].strip()
        if word in _BOUNDS:
            said.bounds.add(_BOUNDS[word])
        elif word in _ABOUT:
            said.approximate = True
        elif word in _WAYS:
            if said.way or said.level:
                raise _Refused(Unread.CONTRARY)
            said.way = _WAYS[word]
        elif word == _FROM:
            said.from_ = True
        elif word not in ("bình quân", "trung bình"):
            said.level = said.level or said.way is None
    return text


def _tail(tail: str, said: _Said, *, many: bool = False) -> None:
    """Notes what the words behind the number say."""
    if tail[:1].isalpha() and not _attached(tail):
        raise _Refused(Unread.NOTATION)  # "1O", "12x"
    rest = tail.strip()
    if growing := _GROWING.search(rest):
        rest = rest[: growing.start()]
    if upwards := _UPWARDS.search(rest):
        rest = rest[: upwards.start()]
        up = upwards[1].casefold() == "trở lên"
        said.bounds.add(TargetKind.AT_LEAST if up else TargetKind.AT_MOST)
        said.from_ = False
    if against := _AGAINST.search(rest):
        if said.way is None:
            raise _Refused(Unread.WORDS)
        rest = rest[: against.start()]
    if period := _PERIOD.search(rest):
        rest, said.period = rest[: period.start()], period[1].casefold()
    _unit(rest.strip(), said, many=many)


def _attached(tail: str) -> bool:
    """Whether a word that begins right behind the figures is a unit: "27m2 sàn", "42tỷ"."""
    measure = measure_of(tail)
    return bool(measure.head) or measure.scale != 1


def _unit(rest: str, said: _Said, *, many: bool) -> None:
    plain = _PER_MANY.sub("/", _POWER.sub(r"\1", rest))
    if not many and any(c in "0123456789" for c in plain):
        raise _Refused(Unread.SEVERAL)
    if ":" in rest or ";" in rest:
        raise _Refused(Unread.SEVERAL)
    if share := _SHARE.match(rest):
        said.unit, said.of = share[1].casefold().replace(" ", ""), rest[share.end() :].strip(" ,")
        said.unit = {"phầntrăm": "%", "phầnnghìn": "‰"}.get(said.unit, said.unit)
        if said.of and not (said.of[0].isalpha() or said.of[0] in "/("):
            raise _Refused(Unread.NOTATION)
    elif rest:
        if not (rest[0].isalpha() or rest[0] in "/("):
            raise _Refused(Unread.NOTATION)
        said.unit = _ABBREVIATION.sub("", rest)
        if sum(c.isalpha() for c in said.unit) < 2 and not measure_of(said.unit).head:
            raise _Refused(Unread.NOTATION)
    if _TWISTING.search(_HARMLESS.sub("", rest)):
        raise _Refused(Unread.WORDS)


def _same_unit(between: str, said: _Said) -> None:
    """A unit between the two numbers of a range must be the one behind them."""
    if not between:
        return
    if not said.unit:
        raise _Refused(Unread.WORDS)
    if between.casefold() != said.unit.casefold():
        raise _Refused(Unread.CONTRARY)


def _reading(target: Target, said: _Said) -> TargetReading:
    """The number with what is said of it. Words that contradict each other are refused."""
    if len(said.bounds) > 1:
        raise _Refused(Unread.CONTRARY)
    if said.from_ and target.kind is not TargetKind.RANGE:
        raise _Refused(Unread.WORDS)  # "từ 10%": as a rule from there on, but not always
    if said.bounds:
        if target.kind is not TargetKind.VALUE:
            raise _Refused(Unread.CONTRARY)
        target = replace(target, kind=next(iter(said.bounds)))
    change = _change(said)
    target = replace(target, approximate=said.approximate, change=change)
    unit = "" if change else said.unit
    return TargetReading("", target, unit=unit, of=said.of, period=said.period)


def _change(said: _Said) -> TargetChange | None:
    times = said.unit.casefold() == "lần"
    if said.way is None:
        return None
    if said.way is ChangeWay.MULTIPLE and not times:
        raise _Refused(Unread.WORDS)
    if said.way is ChangeWay.DECREASE and times:
        raise _Refused(Unread.WORDS)  # "giảm 2 lần": by two times, or to half
    return TargetChange(said.way, said.unit)

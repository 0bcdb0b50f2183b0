"""One cell understood: the value an agency meant, or what stands in the way of knowing it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from models.domain.notation.corrections import speaks_in_marks
from models.domain.notation.deadlines import (
    FIRST_YEAR,
    LAST_YEAR,
    NotADate,
    format_date,
    parse_date_text,
)
from models.domain.notation.figures.words_behind import goes_on_in_words, says_it_again
from models.domain.notation.number_notation import (
    AmbiguousNumber,
    NotANumber,
    Reason,
    clear_text,
    format_number,
    from_cell,
    read_number,
)
from models.domain.notation.number_words import in_words
from models.domain.notation.reading_order import from_right_to_left
from models.domain.notation.units import Measure, converted, measure_of
from models.domain.notation.vietnamese_text import fold, inner_quotes, nfc, quotes_closed
from models.domain.notation.words_beside import (
    Turn,
    TurningWords,
    own_unit_cut,
    turning_words,
    words_beyond_unit,
)
from models.domain.reading.problems import ProblemKind
from models.domain.reading.submissions import EntryValue
from models.domain.reading.workbook_content import CellValue, ErrorValue
from models.domain.register.catalogue import CatalogueRow
from models.domain.register.targets import TargetKind

_SERIAL_ZERO = dt.date(1899, 12, 30)
_HALF_A_SECOND = dt.timedelta(milliseconds=500)
_FIRST_SERIAL, _LAST_SERIAL = 32_874, 73_415  # 1990 to 2100: what a bare number can mean
_ERROR_TEXTS = frozenset(
    {"#REF!", "#VALUE!", "#N/A", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"}
    | {"#GETTING_DATA", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#BUSY!", "#PYTHON!"}
    | {"#EXTERNAL!", "#TIMEOUT!", "#ERROR!", "Loading..."}
)
# What nobody sees but a terminal, a database or a spreadsheet may act upon: control characters
# other than tab and line feed, marks that turn the direction of writing, letters without width;
# and blanks that look like any other but compare otherwise.
_UNSEEN: dict[int, str | None] = (
    dict.fromkeys((*range(0x20), *range(0x7F, 0xA0), 0xAD, 0xFEFF), None)
    | dict.fromkeys((*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)), None)
    | dict.fromkeys((0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " ")
    | {0x09: "\t", **dict.fromkeys((*range(0x0A, 0x0E), 0x2028, 0x2029), "\n")}
)
_TURNED = re.compile("\u202e([^\u202c\n]*)\u202c?")  # what is shown from the right to the left
_FROM_THE_RIGHT = re.compile("[\u202b\u2067]([^\u202c\u2069\n]*)[\u202c\u2069]?")
_DRAWN_AS_NOTHING = frozenset("\u115f\u1160\u3164\uffa0")  # letters that fill a place
# Pictures that are read as figures: ten, a hundred, places in a contest, sides of dice.
_FIGURES_DRAWN = frozenset(
    "\U0001f51f\U0001f4af\U0001f947\U0001f948\U0001f949\u2680\u2681\u2682\u2683\u2684\u2685"
)
_RATIO = re.compile(r"^\s*(\d{1,4})\s*/\s*(\d{1,4})\s*$")
_PER_MILLE = re.compile(r"^%\s?[o₀](?!\w)", re.IGNORECASE)  # as keyboards write it
_PERCENT_WORDS = re.compile(r"^(?:%|phần trăm)[^/]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a cell's value cannot be taken, or only with a remark."""

    kind: ProblemKind
    details: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Understood:
    """A cell's value; None with a doubt when it is not known."""

    value: EntryValue
    doubt: Doubt | None = None


def is_blank(value: CellValue) -> bool:
    """Whether a cell says nothing: empty, or no letter and no digit but the "x" of a tick.

    >>> [is_blank(v) for v in (None, "  ", "-", "…", "//", "〃", 0, "0", "có", "\U0001f4af")]
    [True, True, True, True, True, True, False, False, False, False]
    """
    if value is None:
        return True
    if not isinstance(value, str):
        return False
    if value[:1].isalnum() and value[1:2].isalnum() and value[0] not in _DRAWN_AS_NOTHING:
        return False  # as most cells begin
    letters = ((c.isalnum() and c not in _DRAWN_AS_NOTHING) or c in _FIGURES_DRAWN for c in value)
    return not any(letters) or value.strip() in ("x", "X")


def seen_text(value: CellValue, length: int = 120) -> str:
    """A cell's content as a letter quotes it: one line, cut, numbers and dates as written here.

    >>> seen_text(0.125), seen_text(None), seen_text("a\\n b")
    ('0,125', '', 'a b')
    """
    text = as_text(value)
    text = inner_quotes(" ".join(text.split()))
    return text if len(text) <= length else quotes_closed(text[: length - 1] + "…")


def clear_value(value: EntryValue) -> str:
    """A value as it is to be typed so that it is read as itself, "" where it is not known.

    >>> clear_value(Decimal("1.250")), clear_value(dt.date(2025, 6, 5)), clear_value(None)
    ('1,2500', '05/06/2025', '')
    """
    if isinstance(value, Decimal):
        return clear_text(value)
    return format_date(value) if isinstance(value, dt.date) else value or ""


SPACE_OF_STROKES = ("\u1680", "–")
"""A blank that fonts draw as a stroke, and what is seen in its place."""


def as_text(value: CellValue) -> str:
    """A cell's content as text, NFC, line breaks kept, without characters that nobody sees.

    >>> as_text("S\\u1edf\\x1b[31m\\xa0Y t\\u1ebf\\u202e")
    'Sở[31m Y tế'
    >>> as_text("\\u202ehnìB")
    'Bình'
    """
    if value is None:
        return ""
    if isinstance(value, str):
        text = nfc(value).replace(*SPACE_OF_STROKES).strip()
        if text.isprintable():
            return text
        text = _TURNED.sub(lambda turned: turned[1][::-1], text)
        text = _FROM_THE_RIGHT.sub(lambda turned: from_right_to_left(turned[1]), text)
        return text.replace("\r\n", "\n").translate(_UNSEEN).strip()
    if isinstance(value, ErrorValue):
        return value.code
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        try:
            return format_number(from_cell(value))
        except (ValueError, ArithmeticError):
            return str(value)
    if isinstance(value, dt.datetime):
        return format_date(value.date())
    if isinstance(value, dt.date):
        return format_date(value)
    return str(value)


def is_error_text(text: str) -> bool:
    """Whether a text is what spreadsheets show for an error.

    >>> is_error_text("#REF!"), is_error_text("Err:508"), is_error_text("#1")
    (True, True, False)
    >>> is_error_text("#GETTING_DATA"), is_error_text("#BUSY!")
    (True, True)
    """
    return text in _ERROR_TEXTS or (text.startswith("Err:") and text[4:].isdigit())


def phone_text(value: CellValue, text: str) -> str:
    """A phone number on one line; one that Excel took for a number gets its first 0 back.

    >>> phone_text(912345678.0, "912.345.678"), phone_text("0225 3123 456", "0225 3123 456")
    ('0912345678', '0225 3123 456')
    """
    if isinstance(value, (int, float)) and 10**8 <= value < 10**11:
        digits = f"{value:.0f}"
        return digits if digits.startswith("84") and len(digits) > 10 else f"0{digits}"
    return " ".join(text.split())


def understand_date(value: CellValue) -> Understood:
    """A date cell: a real date, text, or a serial number that lost its format, which is all that
    anybody sees."""
    if isinstance(value, dt.datetime):
        days = [value.date(), (value + _HALF_A_SECOND).date()]
        if days[0] != days[1]:  # a hair before midnight programs show the one or the other
            first, second = map(format_date, days)
            told = (first, second, "", second)
            return Understood(None, Doubt(ProblemKind.SHOWN_OTHERWISE, told))
        return Understood(days[0])
    if isinstance(value, dt.date):
        return Understood(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if _FIRST_SERIAL <= value <= _LAST_SERIAL:
            day = _SERIAL_ZERO + dt.timedelta(days=int(value))
            seen = clear_text(from_cell(value))
            return Understood(day, Doubt(ProblemKind.PARTLY_SHOWN, (format_date(day), seen)))
        return Understood(None, Doubt(ProblemKind.NOT_A_DATE))
    if isinstance(value, str):
        try:
            return Understood(parse_date_text(value))
        except NotADate as problem:
            return Understood(None, Doubt(ProblemKind.NOT_A_DATE, (problem.reason,)))
    return Understood(None, Doubt(ProblemKind.NOT_A_DATE))


def is_no_text(value: CellValue) -> bool:
    """Whether a spreadsheet made something else of words: a day of «12/5», a truth of «đúng».

    >>> is_no_text(dt.date(2025, 12, 5)), is_no_text(True), is_no_text(12.5), is_no_text("12/5")
    (True, True, False, False)
    """
    return isinstance(value, (bool, dt.date, dt.time, dt.timedelta))


def understand_text(value: CellValue, text: str, *, lines: bool) -> Understood:
    """A cell of words, on one line unless it may have several."""
    if isinstance(value, str) or not is_no_text(value):
        return Understood(text if lines else " ".join(text.split()))
    if not isinstance(value, dt.date):
        return Understood(None, Doubt(ProblemKind.TEXT_IS_VALUE))
    typed = [f"{value.day}/{value.month}", f"{value.month}/{value.day}"]
    if value.day == 1:
        typed = [f"{value.month}/{value.year}", *typed]
    return Understood(
        None, Doubt(ProblemKind.TEXT_IS_VALUE, (format_date(value), *dict.fromkeys(typed)))
    )


def percent_text(value: CellValue) -> str:
    """What a cell shows whose number is formatted as a percentage, all its decimals.

    >>> percent_text(0.125), percent_text(1.5), percent_text(0.0007)
    ('12,5%', '150%', '0,07%')
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return as_text(value)
    try:
        shown = (from_cell(value) * 100).normalize()
        return f"{format_number(Decimal(f'{shown:f}'))}%"
    except (ValueError, ArithmeticError):
        return as_text(value)


def understand_percentage(value: float, row: CatalogueRow | None, unit: str = "") -> Understood:
    """A number cell that shows a percentage: 0.17 is the 17% that the official saw.

    In a row of another unit it is refused, as the text "17%" would be.
    """
    try:
        shown = Decimal(f"{(from_cell(value) * 100).normalize():f}")
    except (ValueError, ArithmeticError):
        return Understood(None, Doubt(ProblemKind.NOT_A_NUMBER))
    return _in_unit(shown, "%", unit or (row.unit if row is not None else "")) or Understood(shown)


def understand_number(value: CellValue, row: CatalogueRow | None, unit: str = "") -> Understood:
    """A number cell, in the unit of its row, or in `unit` where it has one of its own.

    A text that repeats the row's target (">10", "45-46", "51.000, phấn đấu 55.000") is taken as
    a commitment to that target.
    """
    if isinstance(value, bool):
        return Understood(None, Doubt(ProblemKind.NOT_A_NUMBER))
    if isinstance(value, (int, float)):
        try:
            return Understood(from_cell(value))
        except (ValueError, ArithmeticError):
            return Understood(None, Doubt(ProblemKind.NOT_A_NUMBER))
    if isinstance(value, (dt.date, dt.time, dt.timedelta)):
        return Understood(None, Doubt(ProblemKind.NUMBER_IS_DATE))
    if not isinstance(value, str):
        return Understood(None, Doubt(ProblemKind.NOT_A_NUMBER))
    return _number_from_text(nfc(value).strip(), row, unit or (row.unit if row is not None else ""))


def _number_from_text(text: str, row: CatalogueRow | None, expected_unit: str) -> Understood:
    if speaks_in_marks(text):
        return Understood(None, Doubt(ProblemKind.NOT_A_NUMBER, (Reason.WORDS.value,)))
    restated = _restated_target(text, row)
    if restated is not None:
        return restated
    try:
        reading = read_number(_as_its_unit_has_it(text, expected_unit))
    except AmbiguousNumber as problem:
        said, values = _both_ways(problem, expected_unit)
        return Understood(
            None, Doubt(ProblemKind.AMBIGUOUS_NUMBER, (said, *(f"{value:f}" for value in values)))
        )
    except NotANumber as problem:
        if problem.reason in (Reason.PLACEHOLDER, Reason.EMPTY):
            return Understood(None, Doubt(ProblemKind.PLACEHOLDER))
        return Understood(None, Doubt(ProblemKind.NOT_A_NUMBER, (problem.reason.value,)))
    amount = reading.value
    unit = _PER_MILLE.sub("‰", reading.unit)
    unit = _PERCENT_WORDS.sub("%", unit) if reading.percent else unit
    other = _in_unit(amount, unit, expected_unit, row.name if row is not None else "")
    if other is not None and other.value is None:
        return other
    if reading.unit and (turning := turning_words(reading.unit, expected_unit)):
        return Understood(None, _turned(text, amount, turning))
    beyond = words_beyond_unit(reading.unit, expected_unit) if reading.unit else ""
    if other is not None and other.doubt is not None:
        beyond = beyond or other.doubt.details[0]
    if beyond and says_it_again(reading.unit, beyond, amount, expected_unit):
        beyond, other = "", None
    elif beyond and goes_on_in_words(reading.unit, beyond):
        return Understood(None, Doubt(ProblemKind.NOT_A_NUMBER, (Reason.SEVERAL.value,)))
    if other is not None and other.doubt is not None:
        return other
    beside = reading.qualifier or beyond
    if beside:
        return Understood(amount, Doubt(ProblemKind.QUALIFIED_NUMBER, (beside,)))
    return Understood(amount)


def _as_its_unit_has_it(text: str, unit: str) -> str:
    """The text without the unit of its row where that holds figures of its own, and with it as it
    is printed where only its blanks differ."""
    if not unit or unit == "%" or (number := own_unit_cut(text, unit)) == text:
        return text
    if any(map(str.isdigit, unit)):
        return number
    typed = text[len(number) :].split()
    return (
        text
        if [w.casefold() for w in typed] == nfc(unit).casefold().split()
        else (f"{number} {unit}")
    )


def _turned(text: str, amount: Decimal, turning: TurningWords) -> Doubt:
    """What is said of a number whose sense the words beside it may turn, and how to write it."""
    seen, number = seen_text(text, 60), clear_text(amount)
    readings = [amount]
    if turning.turn is Turn.LOWERED and amount:
        readings.append(-amount)
        said = (
            f"«{seen}» đọc được hai cách vì có «{turning.words}»: {format_number(amount)} hoặc "
            f"{format_number(-amount)}. Đề nghị chỉ ghi số: «{number}» hoặc «{clear_text(-amount)}»"
        )
    elif turning.turn is Turn.TAKEN_BACK:
        said = (
            f"«{seen}» đọc được hai cách vì có «{turning.words}»: giữ con số "
            f"{format_number(amount)}, hoặc không giữ hay chưa tính đủ. Nếu giữ, đề nghị chỉ ghi "
            f"«{number}», lời giải thích ghi ở cột giải trình; nếu không, đề nghị ghi lại số đúng"
        )
    else:
        said = (
            f"«{seen}» đọc được hai cách vì có «{turning.words}»: {format_number(amount)} là số "
            "của dòng, hoặc chỉ là mức so sánh với một số khác. Nếu là số của dòng, đề nghị chỉ "
            f"ghi «{number}»; nếu không, đề nghị tính ra số của dòng rồi ghi lại"
        )
    return Doubt(ProblemKind.AMBIGUOUS_NUMBER, (f"{said}.", *(f"{r:f}" for r in readings)))


def _both_ways(problem: AmbiguousNumber, expected_unit: str) -> tuple[str, Sequence[Decimal]]:
    """What to write instead of a number that reads two ways, in the unit of the row; and what each
    of the two then means.

    >>> problem = AmbiguousNumber("1.250 tỷ", (Decimal(1250), Decimal("1.250")), ("", ""), "tỷ")
    >>> _both_ways(problem, "triệu đồng")[0].partition("; ")[2]
    'nếu là một phẩy hai mươi lăm tỷ, đề nghị chỉ ghi số «1250».'
    """
    as_read = str(problem), problem.readings
    if not problem.unit or not expected_unit:
        return as_read
    wanted, given = measure_of(expected_unit), measure_of(problem.unit)
    if wanted == given or given.loosely_like(wanted):
        return as_read
    converts = [converted(reading, given, wanted) for reading in problem.readings]
    if None not in converts and problem.readings == tuple(converts):
        return as_read
    if not (given.well_known or given.scale != 1):
        return as_read
    said = f"{problem.reads_as}, mà dòng này tính bằng «{expected_unit}»"
    values = [c for c in converts if c is not None]
    if len(values) < 2:
        return f"{said}. Đề nghị quy đổi sang đơn vị của dòng và chỉ ghi số.", ()
    first, second = map(clear_text, values)
    one, other = (in_words(reading) or clear_text(reading) for reading in problem.readings)
    return (
        f"{said}. Nếu là {one} {problem.unit}, đề nghị chỉ ghi số «{first}»; nếu là {other} "
        f"{problem.unit}, đề nghị chỉ ghi số «{second}»."
    ), values


def _in_unit(amount: Decimal, unit: str, expected_unit: str, name: str = "") -> Understood | None:
    """What to make of a unit that differs from the row's; None when it does not.

    `name` is the row's: some say there what their figures are told of.
    """
    if unit and expected_unit:
        wanted, given = measure_of(expected_unit), measure_of(unit)
        if wanted != given:
            return _other_unit(amount, given, wanted, expected_unit, fold(name))
    return None


def _other_unit(
    amount: Decimal, given: Measure, wanted: Measure, unit: str, name: str
) -> Understood:
    """The unit in the cell contradicts the row's: never converted silently, both ways are named."""
    other = converted(amount, given, wanted)
    if other == amount or given.loosely_like(wanted):
        return Understood(amount)
    if other is None and given.per and not wanted.per and given.names_the_same(wanted):
        # «15 bác sĩ/vạn dân» in a row of doctors whose name says how many people it counts.
        remarked = given.scale == wanted.scale and given.per.split()[-1] in _per_words(name)
    else:
        counted = other is None and not given.well_known and not given.per
        remarked = counted and given.scale in (1, wanted.scale)
    if remarked:
        told = " ".join((given.base, given.per)).strip()
        return Understood(amount, Doubt(ProblemKind.QUALIFIED_NUMBER, (told,)))
    details = [unit, format_number(amount), clear_text(amount)]
    if other is not None:
        details.append(clear_text(other))
    return Understood(None, Doubt(ProblemKind.OTHER_UNIT, tuple(details)))


def _per_words(name: str) -> frozenset[str]:
    """The words of a row's name, people among them whatever it calls them."""
    words = set(re.findall(r"[a-z0-9.]+", name))
    return frozenset(words | ({"nguoi"} if "dan" in words else set()))


def _restated_target(text: str, row: CatalogueRow | None) -> Understood | None:
    target = row.target if row is not None else None
    if row is None or target is None or target.change is not None:
        return None
    if target.kind is TargetKind.RATIO and (ratio := _RATIO.match(text)):
        if Decimal(ratio[2]) == target.second:
            return Understood(Decimal(ratio[1]))
        return None
    if _compact(text) in (
        _compact(row.target_printed),
        _compact(row.target_given),
        _compact(f"{row.target_given}{row.unit}"),
    ):
        if target.kind is TargetKind.VALUE:
            return None  # «58.500» typed as text reads two ways, beside the office's own too
        return Understood(
            target.value,
            Doubt(ProblemKind.RESTATED_TARGET, (row.target_given, format_number(target.value))),
        )
    return None


def _compact(text: str) -> str:
    return re.sub(r"\s+", "", text).casefold().replace("–", "-").replace("phầnđấu", "phấnđấu")


def of_two_counts(understood: Understood, raw: str, later: dt.timedelta) -> Understood:
    """A day kept as a bare number where numbers count from another day than usual: by which count
    it is meant, nobody sees."""
    if not isinstance(understood.value, dt.date):
        return understood
    first, *others = (
        format_date(day)
        for since in (later, dt.timedelta())
        if FIRST_YEAR <= (day := understood.value + since).year <= LAST_YEAR
    )
    return Understood(None, Doubt(ProblemKind.SHOWN_OTHERWISE, (first, raw, "", *others)))

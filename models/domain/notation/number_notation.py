"""Numbers as officials write them: Vietnamese and English notation, read exactly or refused.

Nothing here calculates with floats. What can be read two ways is never guessed: it is refused with
both readings named. Texts of any length are refused in bounded work.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from enum import StrEnum

from models.domain.notation.number_words import in_words
from models.domain.notation.vietnamese_text import FULL_WIDTH, fold, squeeze

MAX_INTEGER_DIGITS = 30
MAX_DECIMALS = 30
_MAX_TEXT = 160  # characters of a cell that may hold one number with its unit
_MAX_UNIT = 60
_CELL_DIGITS = 15  # significant digits a spreadsheet keeps
_CELL_FORMAT = f".{_CELL_DIGITS}g"
_WHOLE_BELOW = 10**_CELL_DIGITS
_CELL_DECIMALS = 12  # beyond them a cell holds only the residue of its arithmetic
_LAST_PLACE = Decimal(1).scaleb(-_CELL_DECIMALS)
EXACT = Context(prec=2 * (MAX_INTEGER_DIGITS + MAX_DECIMALS))
"""Context in which sums and differences of numbers read here are exact."""


class Reason(StrEnum):
    """Why a text is no number."""

    EMPTY = "empty"  # nothing but blanks
    PLACEHOLDER = "placeholder"  # "-", "x", "...", "không có", "chưa có số liệu"
    WORDS = "words"  # words, alone or before a number ("đạt", "tăng 5")
    RANGE = "range"  # "10-12", "từ 10 đến 12"
    RATIO = "ratio"  # "15/15"
    SEVERAL = "several"  # other texts with more than one number
    NOTATION = "notation"  # digits, but in no notation ("1.23.4", "12,", "1e5")
    TOO_LARGE = "too_large"  # more digits than any figure of the office has
    NOT_FINITE = "not_finite"  # a float that is no number


class NumberNotUnderstood(ValueError):
    """Base of the two refusals. `text` is what stood there; the message is for the agency."""

    def __init__(self, text: str, message: str) -> None:
        self.text = text
        super().__init__(message)


class NotANumber(NumberNotUnderstood):
    """Raised when a text holds no single number.

    `reason` says why; `numbers` are the two numbers of a range or ratio, where they can be read.
    """

    def __init__(self, text: str, reason: Reason, numbers: tuple[Decimal, ...] = ()) -> None:
        self.reason = reason
        self.numbers = numbers
        super().__init__(text, _MESSAGES[reason].format(text=_shown(text)))


class AmbiguousNumber(NumberNotUnderstood):
    """Raised when a text reads two ways.

    `readings` holds both, for separators the Vietnamese one first, for signs the negative one;
    `instead` the two texts that would have been clear, in the same order; `unit` what follows the
    number. `reads_as` says what it reads as, without a full stop; the message goes on with what to
    write instead.
    """

    def __init__(
        self,
        text: str,
        readings: tuple[Decimal, Decimal],
        meanings: tuple[str, str],
        unit: str = "",
    ) -> None:
        self.readings = readings
        self.meanings = meanings
        self.unit = unit
        self.instead = (clear_text(readings[0]), clear_text(readings[1]))
        first, second = (
            f"{format(r, 'f').replace('.', ',')} ({m})"
            for r, m in zip(readings, meanings, strict=True)
        )
        self.reads_as = f"«{_shown(text)}» đọc được hai cách: {first} hoặc {second}"
        one, other = (in_words(r) or m for r, m in zip(readings, meanings, strict=True))
        super().__init__(
            text,
            f"{self.reads_as}. Nếu là {one}, đề nghị ghi «{self.instead[0]}»; nếu là {other}, "
            f"đề nghị ghi «{self.instead[1]}».",
        )


_MESSAGES = {
    Reason.EMPTY: "Ô để trống. Đề nghị ghi một số.",
    Reason.PLACEHOLDER: "«{text}» chưa phải là số liệu. Đề nghị ghi một số; nếu bằng không, ghi 0.",
    Reason.WORDS: "«{text}» có chữ, không đọc được thành số. Đề nghị chỉ ghi một số, ví dụ 12,5.",
    Reason.RANGE: "«{text}» là một khoảng. Đề nghị ghi một số xác định.",
    Reason.RATIO: "«{text}» là hai số cách nhau bằng dấu gạch chéo. Đề nghị chỉ ghi một số.",
    Reason.SEVERAL: "«{text}» có nhiều số. Đề nghị chỉ ghi một số trong ô.",
    Reason.NOTATION: "«{text}» không đúng cách viết số. Đề nghị ghi theo mẫu 1.234.567,8.",
    Reason.TOO_LARGE: "«{text}» có quá nhiều chữ số. Đề nghị kiểm tra lại số liệu.",
    Reason.NOT_FINITE: "«{text}» không phải là một giá trị số. Đề nghị ghi lại số.",
}


@dataclass(frozen=True, slots=True)
class NumberReading:
    """What a cell's text says.

    `value` is the number as written: 12,5% is 12.5. `unit` is what follows it ("%", "triệu tấn"),
    `qualifier` what keeps it from being definite ("khoảng", ">", "trở lên"); both may be empty.
    """

    value: Decimal
    percent: bool = False
    unit: str = ""
    qualifier: str = ""


def _shown(text: str) -> str:
    plain = squeeze(text[:400])
    return plain if len(plain) <= 60 else plain[:59] + "…"


def clear_text(value: Decimal) -> str:
    """A text of the value that `read_number` reads one way only: no groups, not three decimals.

    >>> clear_text(Decimal("4500")), clear_text(Decimal("1.125")), clear_text(Decimal("9500.0"))
    ('4500', '1,1250', '9500')
    """
    text = format(value, "f").replace(".", ",")
    if text.endswith(",0"):
        text = text[:-2]
    reads_as_group = 1 <= abs(value) < 1000 and len(text.partition(",")[2]) == 3
    return text + "0" if reads_as_group else text


# --- Strict Vietnamese notation -------------------------------------------------------------------

_VIETNAMESE = re.compile(r"(-?)([1-9][0-9]{0,2}(?:\.[0-9]{3})+|[0-9]+)(?:,([0-9]+))?")


def parse_vietnamese(text: str) -> Decimal:
    """The number in strict Vietnamese notation: dots between groups of three, a decimal comma.

    For texts known to be Vietnamese, the directive's above all; what agencies type goes through
    `read_number`. Raises NotANumber.

    >>> parse_vietnamese("118.079,279"), parse_vietnamese("9.486")
    (Decimal('118079.279'), Decimal('9486'))
    """
    plain = text.strip().replace("−", "-") if len(text) <= _MAX_TEXT else ""
    match = _VIETNAMESE.fullmatch(plain)
    if match is None:
        raise NotANumber(text, _reason_of(text))
    sign, whole, fraction = match.groups()
    return _decimal(text, sign, whole.replace(".", ""), fraction or "")


def _reason_of(text: str) -> Reason:
    plain = squeeze(text) if len(text) <= _MAX_TEXT else text[:_MAX_TEXT]
    if not plain:
        return Reason.EMPTY
    if not any(c in "0123456789" for c in plain):
        return Reason.PLACEHOLDER if _is_placeholder(plain) else Reason.WORDS
    if len(text) > _MAX_TEXT:
        return Reason.WORDS if any(c.isalpha() for c in plain) else Reason.TOO_LARGE
    return Reason.NOTATION


def _decimal(text: str, sign: str, whole: str, fraction: str) -> Decimal:
    if len(whole.lstrip("0")) > MAX_INTEGER_DIGITS or len(fraction) > MAX_DECIMALS:
        raise NotANumber(text, Reason.TOO_LARGE)
    value = Decimal(f"{whole}.{fraction}" if fraction else whole)
    return value.copy_negate() if sign and value else value  # unary minus would round


# --- What an official may type --------------------------------------------------------------------

_NUMBER = re.compile(
    r"[1-9][0-9]{0,2}(?: [0-9]{3})+(?:[.,][0-9]+)?(?![0-9])(?![.,][0-9])|[0-9]+(?:[.,][0-9]+)*"
)
_HEAD = r"(?:[1-9][0-9]{0,2}|0[0-9]{1,2})"  # a lone 0 opens no group: 0.125 is a fraction
_AS_VIETNAMESE = re.compile(rf"({_HEAD}(?:\.[0-9]{{3}})+|[0-9]+)(?:,([0-9]+))?")
_AS_ENGLISH = re.compile(rf"({_HEAD}(?:,[0-9]{{3}})+|[0-9]+)(?:\.([0-9]+))?")
_MINUS = "-−–‐‑‒﹣"
_LONG_DASHES = "—―"
# What may follow the first number and hold another one.
_TO_NUMBER = re.compile(
    r"\s*(?:%|‰)?\s*(?:[-−–‐‑‒—―~÷]|->|→|đến|tới|hoặc)\s*(?P<second>[0-9]+(?:[.,][0-9]+)*)"
)
_OVER_NUMBER = re.compile(r"\s*/\s*(?P<second>[0-9]+(?:[.,][0-9]+)*)(?P<rest>[^0-9/]*)")
_PER_MANY = re.compile(
    r"(?:\s*[^\W\d_][^0-9/]*)?\s*/\s*(?:vạn|10{2,6}|1(?:0|00)?\.000(?:\.000)?)\s+[^\W\d_][^0-9]*"
)
_NEXT_LINE = re.compile(r"[0-9][^\S\n]*[\n\r\t\v\f\x85\u2028\u2029]\s*[0-9]")
# Figures behind an override stand the other way round; a soft hyphen is drawn by some programs.
_TURNED = re.compile(
    "[\u202e\u202b\u2067\u200f\u061c].*[0-9]|\u00ad\\s*[0-9]|[0-9%]\\s*\u00ad", re.DOTALL
)
# Blanks as wide as a figure: somebody sees two numbers, or only the first one.
_FAR_APART = re.compile("[0-9０-９][\\s\u2800\u3164\uffa0]{3,}[0-9０-９]")
_NEGATED = "\u0338"  # the stroke through «≠» and its like, which folding takes away
_LIKE_COMMA = "\u201a"  # a quotation mark that is drawn as a comma: «‚5» is seen as «,5»
_BLANK_LETTERS = "\u115f\u1160\u3164\uffa0\u2800"
_SCIENTIFIC = re.compile(r"\s*[eE]\s*[-+−]?\s*[0-9]|\s*[x×*]\s*10\b")
_LIKE_NOUGHT = re.compile(r"[OoОоΟο]+(?![^\W\d_])")
_POWER_UNIT = re.compile(r"\b(?:[kdcm]?m|CO)[23](?![0-9])", re.IGNORECASE)
_DOTTED = re.compile(r"[-.…_/?*~–—−=\s·]+")
_PLACEHOLDERS = re.compile(  # matched against folded text, as are the two below
    r"x+|k|kxd|(?:khong|chua)(?: co| co so lieu| xac dinh| ro| thong ke| bao cao)?"
    r"|(?:dang|se) cap nhat|cap nhat sau|(?:de |bo )?trong|n/?a|null|none|nil|tbd"
)
# The number stays definite.
_SAYING_NOTHING = frozenset(
    ("", "dat", "=", "la", "bang", "'", "+", "muc", "o muc", "dat muc", "chiem")
)
_QUALIFIERS = re.compile(
    r"[<>] ?=?|=[<>]|[≥≤⩾⩽≧≦~≈≃]|(?:co |dat )?(?:khoang|xap xi|gan|hon|tren|duoi)|tu|den"
    r"|uoc(?: dat| tinh| thuc hien| chiem)?|du kien(?: dat)?|phan dau(?: dat| tren)?"
    r"|(?:dat )?(?:toi thieu|it nhat|toi da|nhieu nhat)|khong (?:qua|duoi|thap hon|vuot qua)"
)
_LATER_QUALIFIER = re.compile(
    r"\(?\b(trở lên|trở xuống|ước(?: tính| đạt)?|dự kiến|khoảng|tối thiểu|tối đa)\b\)?",
    re.IGNORECASE,
)
_NOTATIONS = ((".", _AS_VIETNAMESE), (",", _AS_ENGLISH))
_LONE_GROUP = re.compile(r" [0-9]{3}[.,][0-9]{3}$")
_GROUPS = "dấu «{}» tách hàng nghìn"
_FRACTION = "dấu «{}» là dấu thập phân"


def read_number(text: str) -> NumberReading:
    """The one number of a text cell, with its percent sign, unit and qualifier.

    Vietnamese and English notation are both taken where only one of them fits. A single separator
    before exactly three digits fits both (unless a lone 0 stands before it), brackets and a
    detached dash may or may not mean a negative number: AmbiguousNumber, with both readings.
    Everything else that is not one number raises NotANumber with the reason.

    >>> read_number("khoảng 1.234,5 tỷ đồng")
    NumberReading(value=Decimal('1234.5'), percent=False, unit='tỷ đồng', qualifier='khoảng')
    >>> read_number("12.5%").value
    Decimal('12.5')
    >>> read_number("1.234")
    Traceback (most recent call last):
    ...
    models.domain.notation.number_notation.AmbiguousNumber: «1.234» đọc được hai cách: \
1234 (dấu «.» tách hàng nghìn) hoặc 1,234 (dấu «.» là dấu thập phân). \
Nếu là một nghìn hai trăm ba mươi bốn, đề nghị ghi «1234»; \
nếu là một phẩy hai trăm ba mươi bốn, đề nghị ghi «1,2340».
    """
    plain = squeeze(text).translate(FULL_WIDTH)
    _refuse_laid_apart(text)
    found = _NUMBER.search(plain) if len(plain) <= _MAX_TEXT else None
    if found is None:
        raise NotANumber(text, _reason_of(plain))
    lead, tail = plain[: found.start()], plain[found.end() :]
    _refuse_several(text, found.group(), tail)
    negative, lead = _split_sign(lead)
    qualifier = _qualifier(text, lead, tail)
    try:
        value = _value(text, found.group(), negative)
    except AmbiguousNumber as two:
        raise AmbiguousNumber(text, two.readings, two.meanings, _unit(text, tail)[0]) from None
    if _sign_is_unclear(lead, tail):
        meanings = ("số âm", "số dương")
        raise AmbiguousNumber(text, (value.copy_abs().copy_negate(), value.copy_abs()), meanings)
    unit, later = _unit(text, tail)
    return NumberReading(
        value,
        percent=unit.startswith("%") or fold(unit).startswith("phan tram"),
        unit=unit,
        qualifier=qualifier or later,
    )


def _refuse_laid_apart(text: str) -> None:
    """Raises NotANumber where what holds figures apart, or turns them round, is no mere blank.

    A line below the first one is another figure, or hidden in a low row; no number goes on there.
    """
    if apart := _FAR_APART.search(text):
        broken = len(apart[0].splitlines()) > 1 or "\t" in apart[0]
        raise NotANumber(text, Reason.SEVERAL if broken else Reason.NOTATION)
    if text.isprintable() or len(text) > _MAX_TEXT:
        return  # the rule: only a blank stands between figures
    if _NEXT_LINE.search(text.strip()):
        raise NotANumber(text, Reason.SEVERAL)
    if _TURNED.search(text):
        raise NotANumber(text, Reason.NOTATION)


def _is_placeholder(plain: str) -> bool:
    return _DOTTED.fullmatch(plain) is not None or (
        _PLACEHOLDERS.fullmatch(fold(plain).strip(" .()")) is not None
    )


def _refuse_several(text: str, first: str, tail: str) -> None:
    """Raises NotANumber when what follows the first number holds another one."""
    if _SCIENTIFIC.match(tail) or tail[:1] in tuple(".,'_") or _LIKE_NOUGHT.match(tail):
        raise NotANumber(text, Reason.NOTATION)  # "1e5", "12,", "1..2", "1O"
    if not any(c in "0123456789" for c in tail) or _PER_MANY.fullmatch(tail):
        return
    for pattern, reason in ((_TO_NUMBER, Reason.RANGE), (_OVER_NUMBER, Reason.RATIO)):
        match = pattern.match(tail)
        if match and not re.search("[0-9]", tail[match.end() :]):
            raise NotANumber(text, reason, _both(first, match["second"]))
    if re.search("[0-9]", _POWER_UNIT.sub("", tail)):
        raise NotANumber(text, Reason.SEVERAL)


def _both(first: str, second: str) -> tuple[Decimal, ...]:
    try:
        return (_value(first, first, False), _value(second, second, False))
    except NumberNotUnderstood:
        return ()


def _split_sign(lead: str) -> tuple[bool, str]:
    """Whether a minus is attached to the number, and the lead without it."""
    if lead and lead[-1] in _MINUS and (len(lead) == 1 or lead[-2] in " >=<~≥≤("):
        return True, lead[:-1]
    return False, lead


def _sign_is_unclear(lead: str, tail: str) -> bool:
    bracketed = lead.strip() == "(" and tail.lstrip().startswith(")")
    detached = lead.strip() != "" and all(c in _MINUS + _LONG_DASHES + " " for c in lead)
    return bracketed or detached


def _qualifier(text: str, lead: str, tail: str) -> str:
    """What stands before the number, when it may: a qualifier, or a word that says nothing."""
    word = lead.strip()
    if not word or _sign_is_unclear(lead, tail):
        return ""
    word = word.rstrip(" :")
    key = fold(word)
    # What folding takes away or makes a quotation mark is drawn all the same: «¯5», «‚5».
    if (
        _NEGATED in unicodedata.normalize("NFD", word)
        or _LIKE_COMMA in word
        or not _drawn(key, word)
    ):
        raise NotANumber(text, Reason.NOTATION)
    if key in _SAYING_NOTHING:
        return ""
    if _QUALIFIERS.fullmatch(key):
        return word
    worded = any(c.isalpha() for c in key)
    raise NotANumber(text, Reason.WORDS if worded else Reason.NOTATION)


def _drawn(key: str, word: str) -> bool:
    """Whether all that is drawn of a word is left when it is folded."""
    return bool(key) or not word.strip(_BLANK_LETTERS)


def _value(text: str, digits: str, negative: bool) -> Decimal:
    """The value of digits and separators. Raises AmbiguousNumber or NotANumber."""
    sign = "-" if negative else ""
    readings = []
    for separator, pattern in _NOTATIONS:
        # "118 079,279": the blank does not tell whether the comma opens a third group.
        grouped = digits.replace(" ", separator if _LONE_GROUP.search(digits) else "")
        if match := pattern.fullmatch(grouped):
            whole, fraction = match.groups()
            readings.append(_decimal(text, sign, whole.replace(separator, ""), fraction or ""))
    if not readings:
        raise NotANumber(text, Reason.NOTATION)
    if readings[0] != readings[-1]:
        mark = "." if "." in digits else ","
        meanings = (_GROUPS.format(mark), _FRACTION.format(mark))
        raise AmbiguousNumber(
            text, (readings[0], readings[1]), meanings if mark == "." else meanings[::-1]
        )
    return readings[0]


def _unit(text: str, tail: str) -> tuple[str, str]:
    """The unit after the number, and a qualifier found there ("trở lên")."""
    unit = tail.strip().rstrip(" .;,")
    says_something = any(c.isalpha() or c in "%‰+$" for c in unit)
    if unit and not (says_something and (unit[0].isalpha() or unit[0] in "%‰/(+$")):
        raise NotANumber(text, Reason.NOTATION)  # "10²", "1½", "5'", "12/"
    if len(unit) > _MAX_UNIT:
        raise NotANumber(text, Reason.WORDS)
    later = _LATER_QUALIFIER.search(unit)
    if later:
        unit = f"{unit[: later.start()].rstrip(' ,;')} {unit[later.end() :].strip()}"
        return unit.strip(), later.group(1)
    if unit.startswith("+"):
        return unit[1:].strip(), "+"
    return unit, ""


# --- Out again, and from number cells -------------------------------------------------------------

_SWAP = str.maketrans(".,", ",.")


def format_number(value: Decimal, places: int | None = None) -> str:
    """The number in Vietnamese notation, all its decimals or rounded half up to `places`.

    `parse_vietnamese` reads it back. Raises ValueError for what is not finite or has more digits
    than `read_number` would take.

    >>> format_number(Decimal("118079.279")), format_number(Decimal("12.5"), 2)
    ('118.079,279', '12,50')
    """
    if not value.is_finite() or value.adjusted() >= MAX_INTEGER_DIGITS:
        raise ValueError(f"{value} lies beyond what the office writes out")
    if places is not None:
        value = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, EXACT)
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -MAX_DECIMALS:
        raise ValueError(f"{value} has more decimals than the office writes out")
    return format(value if value else value.copy_abs(), ",f").translate(_SWAP)


def from_cell(value: int | float) -> Decimal:
    """The number a person typed into a number cell, which spreadsheets keep as a float.

    Fifteen significant digits and twelve decimals: beyond them a float holds only the residue of
    its arithmetic (0.1 + 0.2 is 0.3). Raises NotANumber for truth values, infinities, NaN, and
    figures beyond MAX_INTEGER_DIGITS.

    >>> from_cell(0.1 + 0.2), from_cell(118079.279), from_cell(212.0)
    (Decimal('0.3'), Decimal('118079.279'), Decimal('212'))
    """
    if isinstance(value, bool) or (isinstance(value, float) and not math.isfinite(value)):
        raise NotANumber(str(value), Reason.NOT_FINITE)
    if abs(value) >= 10**MAX_INTEGER_DIGITS:
        raise NotANumber(f"10^{MAX_INTEGER_DIGITS}", Reason.TOO_LARGE)
    if isinstance(value, int):
        return Decimal(value)
    if value.is_integer() and abs(value) < _WHOLE_BELOW:
        return Decimal(int(value))
    written = format(value, _CELL_FORMAT)
    typed = Decimal(written)
    point = written.find(".")
    if point > 0 and len(written) - point - 1 <= _CELL_DECIMALS and "e" not in written:
        return typed  # a fraction to be written out as it is, as most are
    if typed != typed.quantize(_LAST_PLACE, ROUND_HALF_UP, EXACT):
        typed = typed.quantize(_LAST_PLACE, ROUND_HALF_UP, EXACT).normalize(EXACT)
    if typed == typed.to_integral_value():
        typed = typed.quantize(Decimal(1), context=EXACT)
    return typed if typed else Decimal(0)

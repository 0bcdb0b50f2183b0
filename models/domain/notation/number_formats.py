"""What a cell shows: values drawn by number formats as spreadsheets write them (`#,##0.0,"tr"`).

No library is taken for it: none draws all that matters here, and what is drawn has to be read
again, so it must be known which marks are separators and which are letters of the format. Numbers
and texts are drawn here, dates in `date_formats.py`. A format of any length costs bounded work.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

from models.domain.notation.figures.shapes import figures_told, in_figures
from models.domain.notation.number_notation import EXACT
from models.domain.notation.other_calendars import DayCalendar, calendar_of

POINT, GROUP = "\ue000", "\ue001"
"""What stands for the decimal mark and the mark of thousands in a drawn text: which signs they are
depends on the machine, and signs that the format itself writes are no such marks."""

MOST_LETTERS = 1_000  # of a number format: spreadsheets allow 255
_MOST_PLACES = 60  # decimals that are drawn


class TokenKind(StrEnum):
    """What a token of a format is."""

    LITERAL = "literal"
    BLANK = "blank"  # room left free, `_x`
    DIGIT = "digit"  # 0, #, ?
    POINT = "point"
    COMMA = "comma"
    PERCENT = "percent"
    GENERAL = "general"
    TEXT = "text"  # @
    EXPONENT = "exponent"
    SLASH = "slash"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class FormatToken:
    """One token of a section; `text` as it is written, a literal as it is shown."""

    kind: TokenKind
    text: str


@dataclass(frozen=True, slots=True)
class FormatSection:
    """One of the parts between semicolons."""

    tokens: Sequence[FormatToken]
    condition: tuple[str, Decimal] | None = None
    white: bool = False  # its letters are told to be white
    calendar: DayCalendar = DayCalendar.GREGORIAN  # by which it draws a day
    figures: str = ""  # the ten of another script, "" for the usual ones

    @property
    def is_date(self) -> bool:
        """Whether it draws a day or a time."""
        return any(t.kind is TokenKind.DATE for t in self.tokens)

    def has(self, kind: TokenKind) -> bool:
        """Whether it holds such a token."""
        return any(t.kind is kind for t in self.tokens)


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a cell shows. `text` holds POINT and GROUP where the machine's own marks stand."""

    text: str
    white: bool = False

    def shown(self, point: str = ",", group: str = ".") -> str:
        """The text with these marks, the Vietnamese ones unless others are given.

        >>> draw_number("#,##0.00", Decimal("9600.5")).shown()
        '9.600,50'
        """
        return self.text.replace(POINT, point).replace(GROUP, group)


_TOKENS = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_(?P<blank>.)|\*(?P<filled>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General|Standard)|(?P<half>AM/PM|A/P)|(?P<exponent>E[+-])"
    r"|(?P<shift>b[12](?=[^;]*[dmy]))|(?P<date>y+|m+|d+|h+|s+|e+|g+|b+)|(?P<end>;)|(?P<other>.)",
    re.DOTALL | re.IGNORECASE,
)
_SINGLE = {
    ".": TokenKind.POINT,
    ",": TokenKind.COMMA,
    "%": TokenKind.PERCENT,
    "@": TokenKind.TEXT,
    "/": TokenKind.SLASH,
    **dict.fromkeys("0#?", TokenKind.DIGIT),
}
# Of the machine: its long day, its time. Programs draw that, whatever else such a format says.
_MACHINES = re.compile(r"((?:\[[^\]$]*\])*)\[\$-(F800|x-sysdate|F400|x-systime)\]", re.IGNORECASE)
_DRAWN_BY_THE_MACHINE = {
    **dict.fromkeys(("f800", "x-sysdate"), "dddd, mmmm dd, yyyy"),
    **dict.fromkeys(("f400", "x-systime"), "h:mm:ss AM/PM"),
}
#: Told by their names alone, as older programs write them.
_CALENDARS = frozenset({"hijri", "buddhist", "gengou", "roc", "dangi", "hanja_yoil", "jewish"})
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[0-9]{1,15}(?:[.,][0-9]{1,15})?)")
_COMPARED: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}


@lru_cache(maxsize=2_000)
def sections_of(number_format: str) -> Sequence[FormatSection]:
    """The sections of a format, at least one.

    >>> [len(s.tokens) for s in sections_of('0" tr";-0')]
    [2, 2]
    """
    if machines := _MACHINES.match(number_format):
        number_format = machines[1] + _DRAWN_BY_THE_MACHINE[machines[2].lower()]
    sections: list[FormatSection] = []
    tokens: list[FormatToken] = []
    condition: tuple[str, Decimal] | None = None
    white, calendar, figures = False, "", ""
    for match in _TOKENS.finditer(number_format[:MOST_LETTERS]):
        group, text = match.lastgroup or "", match[match.lastgroup or 0]
        if group == "end":
            sections.append(_section(tokens, condition, white, calendar, figures))
            tokens, condition, white, calendar, figures = [], None, False, "", ""
        elif group == "shift":
            calendar = "~hijri" if text[1] == "2" else "~gregorian"
        elif group != "bracket":
            tokens.append(_token(group, text))
        elif found := _CONDITION.fullmatch(text.strip()):
            condition = found[1], Decimal(found[2].replace(",", "."))
        elif text[:1] == "$":
            sign, _, told = text[1:].partition("-")
            tokens.append(FormatToken(TokenKind.LITERAL, sign))
            calendar = calendar or (f"-{told}" if told else "")
            figures = figures or figures_told(text)
        elif text[:1] == "~" or text.strip().lower() in _CALENDARS:
            calendar = f"~{text.strip().lower().removeprefix('~')}"
        elif text and not text.lower().strip("hms"):
            tokens.append(FormatToken(TokenKind.DATE, f"[{text.lower()}]"))
        else:
            white = white or text.lower() in ("white", "color2", "color 2")
            figures = figures or figures_told(text)
    return (*sections, _section(tokens, condition, white, calendar, figures))


def _section(
    tokens: Sequence[FormatToken],
    condition: tuple[str, Decimal] | None,
    white: bool,
    calendar: str,
    figures: str,
) -> FormatSection:
    letters = "".join(t.text for t in tokens if t.kind is TokenKind.DATE)
    by = calendar_of(calendar, letters) if letters else DayCalendar.GREGORIAN
    return FormatSection(tuple(tokens), condition, white, by, figures)


def _token(group: str, text: str) -> FormatToken:
    if group == "blank":
        return FormatToken(TokenKind.BLANK, " ")
    if group == "filled":
        return FormatToken(TokenKind.LITERAL if text.strip() else TokenKind.BLANK, text)
    if group == "other":
        return FormatToken(_SINGLE.get(text, TokenKind.LITERAL), text)
    if group in ("date", "half"):
        return FormatToken(TokenKind.DATE, text.lower())
    kinds = {"general": TokenKind.GENERAL, "exponent": TokenKind.EXPONENT}
    return FormatToken(kinds.get(group, TokenKind.LITERAL), text)


def draw_text(number_format: str, text: str) -> Drawn:
    """What a cell shows that holds a text.

    >>> draw_text('0;-0;0;@" tr"', "5").text, draw_text(";;;", "5").text, draw_text("0.0", "5").text
    ('5 tr', '', '5')
    """
    sections = sections_of(number_format)
    section = sections[3] if len(sections) > 3 else sections[-1]
    if len(sections) <= 3 and not section.has(TokenKind.TEXT):
        return Drawn(text, _first_is_white(sections))
    pieces = (
        text if t.kind in (TokenKind.TEXT, TokenKind.GENERAL) else _as_letters(t)
        for t in section.tokens
    )
    return Drawn("".join(pieces), section.white)


def _first_is_white(sections: Sequence[FormatSection]) -> bool:
    return len(sections) == 1 and sections[0].white


def section_for(number_format: str, value: Decimal) -> tuple[FormatSection, bool]:
    """The section that draws the number, and whether a minus is put before it.

    >>> section_for("0;(0)", Decimal(-5))[1], section_for("0", Decimal(-5))[1]
    (False, True)
    """
    sections = [*sections_of(number_format)]
    if len(sections) > 1 and sections[-1].has(TokenKind.TEXT):
        sections.pop()  # it is for texts, however many stand before it
    sections = sections[:3]
    negative = value < 0
    if any(s.condition for s in sections[:2]):
        return _by_condition(sections, value)
    if negative and len(sections) > 1:
        return sections[1], False
    if not value and len(sections) > 2:
        return sections[2], False
    return sections[0], negative


def _by_condition(sections: Sequence[FormatSection], value: Decimal) -> tuple[FormatSection, bool]:
    for place, section in enumerate(sections):
        condition = section.condition
        if condition is None and place == 1 and len(sections) == 3:
            condition = "<", Decimal(0)  # what the second section stands for of itself
        if condition is None and place < len(sections) - 1:
            condition = ">", Decimal(0)
        if condition is None or _COMPARED[condition[0]](value, condition[1]):
            only_negative = condition is not None and (
                condition[0] in ("<", "<=") and condition[1] <= 0
            )
            return section, value < 0 and not (only_negative and place)
    return FormatSection(
        (FormatToken(TokenKind.LITERAL, "#"),)
    ), False  # a row of number signs: nothing fits


def draw_number(number_format: str, value: Decimal) -> Drawn:
    """What a cell shows that holds a number, where the format draws no date.

    >>> [draw_number(f, Decimal("-1567.5")).shown() for f in ('0" tr"', "0;0", "#,##0,")]
    ['-1568 tr', '1568', '-2']
    """
    section, minus = section_for(number_format, value)
    if section.has(TokenKind.TEXT):
        text = "".join(
            _general(abs(value)) if t.kind is TokenKind.TEXT else _as_letters(t)
            for t in section.tokens
        )
    else:
        text = _draw(section, abs(value))
    nought = minus and not any(c in "123456789" for c in text)
    shown = in_figures(text, section.figures)
    return Drawn(f"-{shown}" if minus and not nought else shown, section.white)


def _draw(section: FormatSection, value: Decimal) -> str:
    tokens = section.tokens
    if not tokens:
        return ""
    if section.has(TokenKind.SLASH) and (parts := _fraction_parts(tokens)) is not None:
        return _draw_fraction(tokens, parts, value)
    shape = _shape_of(tuple(tokens))
    value = value.scaleb(2 * shape.percents - 3 * shape.thousands, EXACT)
    if shape.exponent is not None:
        return _draw_exponent(tokens, shape, value)
    return _draw_places(tokens, shape, value)


@dataclass(frozen=True, slots=True)
class _Shape:
    """Where the digits of a section stand: places of its tokens."""

    whole: Sequence[int]
    decimals: Sequence[int]
    grouped: bool
    thousands: int  # by how many thousands the value is cut down
    percents: int
    exponent: int | None
    power: Sequence[int]
    silent: frozenset[int]  # commas, which draw nothing themselves


@lru_cache(maxsize=2_000)
def _shape_of(tokens: tuple[FormatToken, ...]) -> _Shape:
    exponent = next((i for i, t in enumerate(tokens) if t.kind is TokenKind.EXPONENT), None)
    end = len(tokens) if exponent is None else exponent
    point = next((i for i, t in enumerate(tokens[:end]) if t.kind is TokenKind.POINT), end)
    digits = [i for i, t in enumerate(tokens) if t.kind is TokenKind.DIGIT]
    whole = [i for i in digits if i < point]
    decimals = [i for i in digits if point < i < end]
    commas = {i for i, t in enumerate(tokens) if t.kind is TokenKind.COMMA}
    trailing: set[int] = set()
    behind_point = [] if decimals or point == end else [point]
    for last in (whole[-1:], decimals[-1:] or behind_point):
        place = last[0] + 1 if last else -1
        while place in commas:
            trailing.add(place)
            place += 1
    inner = {i for i in commas if whole and whole[0] < i < whole[-1]}
    return _Shape(
        whole,
        decimals[:_MOST_PLACES],
        bool(inner),
        len(trailing),
        sum(1 for t in tokens if t.kind is TokenKind.PERCENT),
        exponent,
        [i for i in digits if i > end],
        frozenset(trailing | inner),
    )


def _draw_places(tokens: Sequence[FormatToken], shape: _Shape, value: Decimal) -> str:
    if not shape.whole and not shape.decimals:
        return "".join(
            _general(value) if t.kind is TokenKind.GENERAL else _as_letters(t) for t in tokens
        )
    rounded = value.quantize(Decimal(1).scaleb(-len(shape.decimals)), ROUND_HALF_UP, EXACT)
    whole, _, decimals = format(rounded, "f").partition(".")
    drawn = _whole_places(tokens, shape, "" if whole == "0" else whole)
    drawn |= _decimal_places(tokens, shape.decimals, decimals)
    return _joined(tokens, drawn, shape, "" if shape.whole or whole == "0" else whole)


def _joined(
    tokens: Sequence[FormatToken], drawn: dict[int, str], shape: _Shape, before_point: str = ""
) -> str:
    pieces: list[str] = []
    pointed = False
    for place, token in enumerate(tokens):
        if place in drawn:
            pieces.append(drawn[place])
        elif token.kind is TokenKind.POINT and not pointed:
            pointed = True
            pieces.append(before_point + POINT)
        elif place not in shape.silent:
            pieces.append(_as_letters(token))
    return "".join(pieces)


def _whole_places(tokens: Sequence[FormatToken], shape: _Shape, digits: str) -> dict[int, str]:
    """What each place before the point shows; the first one shows all that is left over."""
    drawn: dict[int, str] = {}
    count, left = 0, digits
    for place in reversed(shape.whole):
        first = place == shape.whole[0]
        taken = left if first and left else left[-1:]
        left = "" if first else left[:-1]
        text = ""
        for letter in reversed(taken or _PADDING[tokens[place].text]):
            if shape.grouped and count and count % 3 == 0 and letter != " ":
                text = GROUP + text
            text = letter + text
            count += 1
        drawn[place] = text
    return drawn


_PADDING = {"0": "0", "#": "", "?": " "}


def _decimal_places(
    tokens: Sequence[FormatToken], places: Sequence[int], decimals: str
) -> dict[int, str]:
    kept = len(decimals.rstrip("0"))
    return {
        place: decimals[n] if n < kept else _PADDING[tokens[place].text]
        for n, place in enumerate(places)
    }


def _draw_exponent(tokens: Sequence[FormatToken], shape: _Shape, value: Decimal) -> str:
    width = max(len(shape.whole), 1)
    power = value.adjusted() if value else 0
    power -= power % width if width > 1 else 0
    unit = Decimal(1).scaleb(-len(shape.decimals))
    mantissa = value.scaleb(-power, EXACT).quantize(unit, ROUND_HALF_UP, EXACT)
    if mantissa >= 10**width:
        power += width
        mantissa = value.scaleb(-power, EXACT).quantize(unit, ROUND_HALF_UP, EXACT)
    whole, _, decimals = format(mantissa, "f").partition(".")
    drawn = _whole_places(tokens, shape, "" if whole == "0" else whole)
    drawn |= _decimal_places(tokens, shape.decimals, decimals)
    digits = str(abs(power)).rjust(sum(1 for i in shape.power if tokens[i].text == "0"), "0")
    drawn |= dict.fromkeys(shape.power, "")
    if shape.power:
        drawn[shape.power[0]] = digits
    at = shape.exponent if shape.exponent is not None else -1
    signs = "-" if power < 0 else "+" if tokens[at].text.endswith("+") else ""
    drawn[at] = f"E{signs}"
    return _joined(tokens, drawn, shape)


@dataclass(frozen=True, slots=True)
class _FractionParts:
    whole: Sequence[int]
    upper: Sequence[int]
    slash: int
    lower: Sequence[int]
    fixed: int  # a denominator that the format writes itself, 0 for none


def _fraction_parts(tokens: Sequence[FormatToken]) -> _FractionParts | None:
    """Where whole number, numerator and denominator stand; None when the slash is a mere sign."""
    slash = next(i for i, t in enumerate(tokens) if t.kind is TokenKind.SLASH)
    upper: list[int] = []
    place = slash - 1
    while place >= 0 and tokens[place].kind is TokenKind.DIGIT:
        upper.insert(0, place)
        place -= 1
    lower: list[int] = []
    place, written = slash + 1, ""
    while place < len(tokens) and (
        tokens[place].kind is TokenKind.DIGIT or tokens[place].text.isdigit()
    ):
        lower.append(place)
        written += tokens[place].text
        place += 1
    if not upper or not lower:
        return None
    fixed = int(written) if written.isdigit() and int(written) and len(written) < 6 else 0
    whole = [i for i, t in enumerate(tokens[: upper[0]]) if t.kind is TokenKind.DIGIT]
    return _FractionParts(whole, upper, slash, lower, fixed)


def _draw_fraction(tokens: Sequence[FormatToken], parts: _FractionParts, value: Decimal) -> str:
    percents = sum(1 for t in tokens if t.kind is TokenKind.PERCENT)
    exact = Fraction(value) * 100**percents
    whole = int(exact) if parts.whole else 0
    rest = exact - whole
    if parts.fixed:
        upper, lower = int(rest * parts.fixed + Fraction(1, 2)), parts.fixed
    else:
        near = rest.limit_denominator(10 ** min(len(parts.lower), 4) - 1)
        upper, lower = near.numerator, near.denominator
    if parts.whole and upper == lower:
        whole, upper = whole + 1, 0
    drawn = dict.fromkeys((*parts.whole, *parts.upper, *parts.lower, parts.slash), "")
    shows_whole = bool(parts.whole) and (whole or not upper)
    if parts.whole:
        drawn[parts.whole[-1]] = str(whole) if shows_whole else ""
    if upper or not parts.whole:
        drawn[parts.upper[-1]] = str(upper)
        drawn[parts.slash] = "/"
        drawn[parts.lower[0]] = str(lower)
    pieces = (
        drawn[i] if i in drawn else "" if t.kind is TokenKind.COMMA else _as_letters(t)
        for i, t in enumerate(tokens)
    )
    return "".join(pieces)


def _as_letters(token: FormatToken) -> str:
    if token.kind is TokenKind.POINT:
        return POINT
    return "" if token.kind in (TokenKind.COMMA, TokenKind.DIGIT, TokenKind.TEXT) else token.text


def _general(value: Decimal) -> str:
    """A number without a format: eleven letters wide, as spreadsheets show it."""
    if value and not Decimal("1e-9") < value < Decimal("1e11"):
        rounded = format(value, ".5E")
        mantissa, _, power = rounded.partition("E")
        mantissa = mantissa.rstrip("0").rstrip(".").replace(".", POINT)
        return f"{mantissa}E{power[0]}{power[1:].rjust(2, '0')}"
    room = max(0, 10 - max(1, value.adjusted() + 1))
    rounded = format(value.quantize(Decimal(1).scaleb(-room), ROUND_HALF_UP, EXACT), "f")
    if "." in rounded:
        rounded = rounded.rstrip("0").rstrip(".")
    return rounded.replace(".", POINT)

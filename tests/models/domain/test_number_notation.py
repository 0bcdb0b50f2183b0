"""Number notation: read exactly, or refused with the reason."""

from __future__ import annotations

import re
import time
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.domain.notation.number_notation import (
    AmbiguousNumber,
    NotANumber,
    NumberReading,
    Reason,
    format_number,
    from_cell,
    parse_vietnamese,
    read_number,
)

D = Decimal

PRINTED = {
    "118.079,279": D("118079.279"),
    "9.486": D(9486),
    "12,50": D("12.50"),
    "0": D(0),
    "04": D(4),
    "240.000": D(240000),
    "55.870.000": D(55870000),
    "-3,5": D("-3.5"),
    "−3,5": D("-3.5"),
    "12345,6": D("12345.6"),
}
NOT_VIETNAMESE = [
    "",
    "12.5",
    "1,234.5",
    "1.23",
    "0.125",
    "12,",
    ",5",
    "1.2345",
    "a",
    "1e5",
    "١٢",
    "nan",
]

READABLE = {
    "1.234,5": NumberReading(D("1234.5")),
    "1,234.5": NumberReading(D("1234.5")),
    "1.234,567": NumberReading(D("1234.567")),
    "1,234.567": NumberReading(D("1234.567")),
    "12,5": NumberReading(D("12.5")),
    "12.5": NumberReading(D("12.5")),
    "0,125": NumberReading(D("0.125")),
    "0.125": NumberReading(D("0.125")),
    "1.234.567": NumberReading(D(1234567)),
    "1,234,567": NumberReading(D(1234567)),
    "1.2345": NumberReading(D("1.2345")),
    "1234.567": NumberReading(D("1234.567")),
    "1 234,5": NumberReading(D("1234.5")),
    "1\u00a0234\u202f567": NumberReading(D(1234567)),
    "−3,5": NumberReading(D("-3.5")),
    "–3,5": NumberReading(D("-3.5")),
    "+5": NumberReading(D(5)),
    "05": NumberReading(D(5)),
    "１２，５": NumberReading(D("12.5")),
    " 12,5\n": NumberReading(D("12.5")),
    "12,5\ntriệu": NumberReading(D("12.5"), unit="triệu"),
    "240\u2009000": NumberReading(D(240000)),
    "240  000": NumberReading(D(240000)),
    "240   triệu": NumberReading(D(240), unit="triệu"),
    "\u202d12,5\u202c": NumberReading(D("12.5")),
    "= 12": NumberReading(D(12)),
    "'12": NumberReading(D(12)),
    "đạt 95": NumberReading(D(95)),
    "12,5%": NumberReading(D("12.5"), percent=True, unit="%"),
    "12.5 %.": NumberReading(D("12.5"), percent=True, unit="%"),
    "95 phần trăm": NumberReading(D(95), percent=True, unit="phần trăm"),
    "3,5‰": NumberReading(D("3.5"), unit="‰"),
    "212 triệu tấn": NumberReading(D(212), unit="triệu tấn"),
    unicodedata.normalize("NFD", "212 triệu tấn"): NumberReading(D(212), unit="triệu tấn"),
    "29,2 m2": NumberReading(D("29.2"), unit="m2"),
    "29,2 m² sàn/người": NumberReading(D("29.2"), unit="m² sàn/người"),
    "16/10.000 dân": NumberReading(D(16), unit="/10.000 dân"),
    "05 dự án": NumberReading(D(5), unit="dự án"),
    "khoảng 95%": NumberReading(D(95), percent=True, unit="%", qualifier="khoảng"),
    "Khoảng: 95": NumberReading(D(95), qualifier="Khoảng"),
    "> 10": NumberReading(D(10), qualifier=">"),
    ">=10": NumberReading(D(10), qualifier=">="),
    "≤ 3,5": NumberReading(D("3.5"), qualifier="≤"),
    "> -5": NumberReading(D(-5), qualifier=">"),
    "trên 10 triệu lượt": NumberReading(D(10), unit="triệu lượt", qualifier="trên"),
    "ước đạt 12,5": NumberReading(D("12.5"), qualifier="ước đạt"),
    "không quá 5": NumberReading(D(5), qualifier="không quá"),
    "95% trở lên": NumberReading(D(95), percent=True, unit="%", qualifier="trở lên"),
    "10 triệu (ước)": NumberReading(D(10), unit="triệu", qualifier="ước"),
    "10 triệu, ước tính": NumberReading(D(10), unit="triệu", qualifier="ước tính"),
    "100+": NumberReading(D(100), qualifier="+"),
}
TWO_WAYS = {
    "1.234": (D(1234), D("1.234")),
    "1,234": (D("1.234"), D(1234)),
    "-1.234": (D(-1234), D("-1.234")),
    "118.079 tỷ đồng": (D(118079), D("118.079")),
    "khoảng 9,486": (D("9.486"), D(9486)),
    "00.125": (D(125), D("0.125")),
    "118 079,279": (D("118079.279"), D(118079279)),
    "1 234.567": (D(1234567), D("1234.567")),
    "(5)": (D(-5), D(5)),
    "- 5": (D(-5), D(5)),
    "— 12,5%": (D("-12.5"), D("12.5")),
}
REFUSED = {
    "": Reason.EMPTY,
    " \u00a0\u200b\n": Reason.EMPTY,
    **dict.fromkeys(["-", "–", "x", "XX", "...", "…", "/", "?"], Reason.PLACEHOLDER),
    **dict.fromkeys(["không", "Không có", "chưa có số liệu", "n/a", "KXĐ"], Reason.PLACEHOLDER),
    **dict.fromkeys(["đạt", "nan", "Infinity", "#REF!", "Quý I", "١٢", "½"], Reason.WORDS),
    **dict.fromkeys(["tăng 12,5%", "giảm 5", "KH-5", "(khoảng 95)", "5 " + "a" * 70], Reason.WORDS),
    **dict.fromkeys(["10-12", "45 – 46", "từ 10 đến 12", "10%-12%", "5 ~ 7"], Reason.RANGE),
    **dict.fromkeys(["15/15", "14 / 14 huyện"], Reason.RATIO),
    **dict.fromkeys(["20/02/2025", "5 dự án, 3 nhiệm vụ", "12 5", "1-2-3", "5 x2"], Reason.SEVERAL),
    **dict.fromkeys(["9\n486", "240 \r\n 000", "9\t486", "240\u2028000"], Reason.SEVERAL),
    **dict.fromkeys(
        ["9   486", "9 \u00a0 486", "9\u2800\u2800\u2800486", "1" + " " * 999 + "234"],
        Reason.NOTATION,
    ),
    **dict.fromkeys(
        ["\u202e001", "1\u202e5.12", "12\u00ad15", "\u00ad16", "12\u00ad", "12 % \u00ad"],
        Reason.NOTATION,
    ),
    **dict.fromkeys(["12,", "12.", ",5", ".5", "1.23.4", "1,2,3", "1..2"], Reason.NOTATION),
    **dict.fromkeys(["1'234,5", "1e5", "1,5E+05", "9e999999", "10²", "1½"], Reason.NOTATION),
    **dict.fromkeys(["$5", "±5", "5 *", "12/", "• 5", "1_000"], Reason.NOTATION),
    **dict.fromkeys(["1O", "17o", "25O,5", "1О %"], Reason.NOTATION),
    **dict.fromkeys(["≠16", "≠ 5%", "≯ 10", "≰3,5"], Reason.NOTATION),
    # An accent that stands alone, a line and a quotation mark that are drawn as a minus or a comma.
    **dict.fromkeys(["¯5", "‾5", "‗ 5", "˜5", "´5", "\u03045", "‚5", "‚ 5%"], Reason.NOTATION),
    **dict.fromkeys(["1" * 31, "0," + "1" * 31], Reason.TOO_LARGE),
}
HOSTILE = [
    "1" * 30_000,
    "1." * 16_000,
    "1 " * 16_000,
    "1,234" * 6_000,
    "-" * 32_000,
    "a" * 32_000,
    " " * 32_000 + "x",
    "khoảng " * 4_000 + "5",
    "1" + " 234" * 39,
    "9e" + "9" * 150,
    "\u0301" * 32_000,
    "(" * 150 + "5",
    ("1" + " " * 150) * 200,
    "1" + "\r" * 32_000 + "x 5",
]

figures = st.decimals(min_value=D(-(10**20)), max_value=D(10**20), places=None).filter(
    lambda d: d.is_finite() and int(d.as_tuple().exponent) >= -30
)


@pytest.mark.parametrize(("text", "value"), PRINTED.items())
def test_strict_vietnamese_notation_is_read_exactly(text: str, value: Decimal) -> None:
    assert parse_vietnamese(text) == value


@pytest.mark.parametrize("text", NOT_VIETNAMESE)
def test_other_notations_are_not_strict_vietnamese(text: str) -> None:
    with pytest.raises(NotANumber):
        parse_vietnamese(text)


@pytest.mark.parametrize(("text", "reading"), READABLE.items())
def test_what_can_be_read_one_way_only_is_read(text: str, reading: NumberReading) -> None:
    assert read_number(text) == reading


@pytest.mark.parametrize(("text", "readings"), TWO_WAYS.items())
def test_a_number_that_reads_two_ways_is_refused_with_both_readings(
    text: str, readings: tuple[Decimal, Decimal]
) -> None:
    with pytest.raises(AmbiguousNumber) as caught:
        read_number(text)
    assert caught.value.readings == readings
    assert all(f"«{instead}»" in str(caught.value) for instead in caught.value.instead)


@pytest.mark.parametrize("text", TWO_WAYS)
def test_what_an_ambiguous_number_should_be_replaced_with_is_itself_clear(text: str) -> None:
    with pytest.raises(AmbiguousNumber) as caught:
        read_number(text)
    assert tuple(read_number(t).value for t in caught.value.instead) == caught.value.readings


@pytest.mark.parametrize(("text", "reason"), REFUSED.items())
def test_what_is_no_number_is_refused_with_its_reason(text: str, reason: Reason) -> None:
    with pytest.raises(NotANumber) as caught:
        read_number(text)
    assert caught.value.reason is reason


def test_a_range_and_a_ratio_carry_their_numbers() -> None:
    for text, numbers in {
        "45-46": (D(45), D(46)),
        "14/15": (D(14), D(15)),
        "1,5 đến 2,5%": (D("1.5"), D("2.5")),
    }.items():
        with pytest.raises(NotANumber) as caught:
            read_number(text)
        assert caught.value.numbers == numbers


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_are_refused_in_bounded_work_with_a_short_message(text: str) -> None:
    begun = time.perf_counter()
    for read in (read_number, parse_vietnamese):
        with pytest.raises((NotANumber, AmbiguousNumber)) as caught:
            read(text)
        assert len(str(caught.value)) < 400
    assert time.perf_counter() - begun < 0.5


def _readings(text: str) -> set[Decimal]:
    """Both notations, spelled out separately: split at the decimal mark, check the groups."""
    found = set()
    for group, mark in ((".", ","), (",", ".")):
        whole, *fraction = text.split(mark)
        first, *groups = whole.split(group)
        if len(fraction) > 1 or (fraction and not fraction[0].isdigit()) or not first.isdigit():
            continue
        if groups and (
            len(first) > 3 or first == "0" or any(not re.fullmatch("[0-9]{3}", g) for g in groups)
        ):
            continue
        found.add(D("".join([first, *groups, ".", *(fraction or "0")])))
    return found


@given(st.text("0123456789.,", min_size=1, max_size=14))
@example("1.234")
@example("0.125")
def test_a_value_is_returned_only_where_the_notations_agree(text: str) -> None:
    readings = _readings(text)
    try:
        value = read_number(text).value
    except AmbiguousNumber as ambiguous:
        assert set(ambiguous.readings) == readings
        assert len(readings) == 2
    except NotANumber:
        assert not readings
    else:
        assert readings == {value}


@given(figures)
def test_vietnamese_notation_reads_back_what_was_written(value: Decimal) -> None:
    assert parse_vietnamese(format_number(value)) == value


@given(figures)
def test_what_the_office_writes_is_never_read_as_another_number(value: Decimal) -> None:
    try:
        assert read_number(format_number(value)).value == value
    except AmbiguousNumber as ambiguous:
        assert value in ambiguous.readings


@given(st.text())
def test_any_text_is_read_or_refused_and_nothing_else(text: str) -> None:
    try:
        assert read_number(text).value.is_finite()
    except (NotANumber, AmbiguousNumber) as refusal:
        assert str(refusal)


def test_numbers_are_grouped_from_four_digits_on_and_rounded_half_up() -> None:
    assert format_number(D("999")) == "999"
    assert format_number(D("1000")) == "1.000"
    assert format_number(D("12.50")) == "12,50"
    assert format_number(D("0.125"), 2) == "0,13"
    assert format_number(D("-0.001"), 2) == "0,00"
    assert format_number(D("-1234.5"), 0) == "-1.235"
    assert format_number(D("1E+3")) == "1.000"


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1E+999999", "1E-999999"])
def test_what_would_not_fit_a_letter_is_not_written_out(value: str) -> None:
    with pytest.raises(ValueError, match="office"):
        format_number(D(value))


def test_a_float_cell_gives_the_number_that_was_typed() -> None:
    assert str(from_cell(0.1 + 0.2)) == "0.3"
    assert str(from_cell(118079.279)) == "118079.279"
    assert str(from_cell(212.0)) == "212"
    assert str(from_cell(1e22)) == "1" + "0" * 22
    assert str(from_cell(-0.0)) == "0"
    assert str(from_cell(0.3 - 0.1 * 3)) == "0"
    assert from_cell(2**53 + 1) == 2**53 + 1


@given(
    st.decimals(min_value=D(-(10**8)), max_value=D(10**8), allow_nan=False, places=6),
)
def test_a_typed_decimal_survives_the_float_of_its_cell(typed: Decimal) -> None:
    assert from_cell(float(typed)) == typed


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), True, 1e30, pytest.param(10**5000, id="huge"), -1e300],
)
def test_a_cell_value_that_is_no_figure_is_refused(value: float) -> None:
    with pytest.raises(NotANumber):
        from_cell(value)

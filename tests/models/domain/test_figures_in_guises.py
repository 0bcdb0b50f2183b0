"""Numbers told in figures of other scripts, or in words behind figures: never read in silence."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from models.domain.notation.figures.shapes import NOT_KNOWN, figures_told
from models.domain.notation.number_formats import draw_number
from models.domain.reading.cell_values import understand_number
from models.domain.reading.problems import ProblemKind
from models.domain.reading.shown_values import adds_nothing, compare_day, compare_number

DAY = dt.date(2025, 12, 30)


@pytest.mark.parametrize(
    ("bracket", "nought"),
    [
        *(("$-2000000", "٠"), ("$-3020429", "۰"), ("$-4000439", "०"), ("$-D00041E", "๐")),
        *(("$-E000454", "໐"), ("$-12000453", "០"), ("$-th-TH,D00", "๐"), ("$-,200", "٠")),
        *(("DBNum1", "〇"), ("dbnum2", "零"), ("DBNum3", "０"), ("DBNum4", "영")),
        ("$-1E000804", "〇"), ("$-ar-u-nu-arab", "□"),
        *(("NatNum1", "□"), ("NatNum12 cardinal", "□"), ("$-F9000000", "□")),
        *(("$-41E", ""), ("$-42A", ""), ("$-1010000", ""), ("$-,100", ""), ("$-vi-VN", "")),
        *(("NatNum0", ""), ("$₫-42A", ""), ("$", ""), ("Red", ""), ("h", ""), ("", "")),
        *(("$-vi-u-nu-latn", ""), ("$-42AZ", "")),
    ],
)  # fmt: skip
def test_a_format_asks_for_figures(bracket: str, nought: str) -> None:
    assert figures_told(bracket)[:1] == nought
    assert len(figures_told(bracket)) in (0, 10)


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("[$-D000000]#,##0.0", "๒๕๐.๒๐๐,๕"),
        ("[$-2000000]0.0", "٢٥٠٢٠٠,٥"),
        ('[$-D000000]0.0" tr";-0', "๒๕๐๒๐๐,๕ tr"),
        ('0.0;[$-D000000]-0', "250200,5"),
        ("[NatNum12]0.0", f"{NOT_KNOWN[:6]},□"),
    ],
)  # fmt: skip
def test_a_number_is_drawn_in_them(code: str, shown: str) -> None:
    assert draw_number(code, Decimal("250200.5")).shown() == shown


@pytest.mark.parametrize("code", ["[$-D000000]0", "[$-2000401]#,##0", "[DBNum2]0", "[NatNum1]0"])
def test_a_number_in_them_is_asked_about(code: str) -> None:
    doubt = compare_number(code, 250.0, Decimal(250), None, "người").doubt
    assert doubt is not None and doubt.kind is ProblemKind.SHOWN_OTHERWISE


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("[$-D000000]dd/mm/yyyy", True), ("[$-2000000]dd/mm/yyyy;@", True),
        ("[$-1010000]dd/mm/yyyy;@", False), ("[$-,100]dd/mm/yyyy", False),
        ("[$-42A]dd/mm/yyyy", False),
    ],
)  # fmt: skip
def test_a_day_in_them_is_asked_about(code: str, told: bool) -> None:
    assert adds_nothing(code) is not told
    doubt = compare_day(code, DAY).doubt
    assert (doubt is not None and doubt.kind is ProblemKind.SHOWN_OTHERWISE) is told


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        *((text, "tỷ đồng") for text in ("12 tỷ hai", "12 tỷ hai trăm triệu", "12 tỷ đồng lẻ năm")),
        *((text, "tỷ đồng") for text in ("12 tỷ năm", "12 tỷ năm trăm triệu", "12 tỷ tư")),
        *((text, "tỷ đồng") for text in ("12 tỷ đồng (Mười ba tỷ đồng)", "12 tỷ với ba trăm")),
        *((text, "%") for text in ("12 phẩy năm", "12 phảy hai", "12 chấm năm", "12 lẻ một")),
        *((text, "người") for text in ("12 mươi", "12 (mười ba)", "12 (bằng chữ: mười lăm)")),
        *((text, "người") for text in ("12 người (viết bằng chữ: hai mươi người)", "12 ba")),
    ],
)  # fmt: skip
def test_words_that_go_on_with_a_figure_are_asked_about(text: str, unit: str) -> None:
    understood = understand_number(text, None, unit)
    assert understood.value is None and understood.doubt is not None
    assert understood.doubt.kind is ProblemKind.NOT_A_NUMBER


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("12 (mười hai)", "người", "12"),
        ("12 tỷ đồng (Mười hai tỷ đồng)", "tỷ đồng", "12"),
        ("12 tỷ đồng (bằng chữ: mười hai tỷ đồng chẵn)", "Tỷ đồng", "12"),
        ("12,5 (mười hai phẩy năm)", "%", "12.5"),
        ("1205 (một nghìn hai trăm lẻ năm)", "vụ", "1205"),
        ("1205 (một ngàn hai trăm linh năm)", "vụ", "1205"),
    ],
)  # fmt: skip
def test_a_figure_told_again_in_words_is_that_figure(text: str, unit: str, value: str) -> None:
    understood = understand_number(text, None, unit)
    assert (understood.value, understood.doubt) == (Decimal(value), None)


@pytest.mark.parametrize("text", ["12 năm", "12 (sơ bộ)", "12 sau thuế", "12 quý ba", "12 lẻ"])
def test_other_words_behind_a_figure_are_remarked_as_of_old(text: str) -> None:
    understood = understand_number(text, None, "tỷ đồng")
    assert understood.value == 12 and understood.doubt is not None
    assert understood.doubt.kind is ProblemKind.QUALIFIED_NUMBER


@pytest.mark.parametrize("text", ["12 tỷ/năm", "12 tỷ đồng", "12 tỷ"])
def test_the_unit_alone_is_no_word_of_a_number(text: str) -> None:
    assert understand_number(text, None, "tỷ đồng").doubt is None

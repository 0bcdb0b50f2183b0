"""Words that stand beside a number: read with a remark, or returned with both readings."""

from __future__ import annotations

import unicodedata
from decimal import Decimal
from typing import Any

import pytest

from models.domain.notation.words_beside import words_beyond_unit
from models.domain.reading.cell_values import understand_number
from models.domain.reading.problems import ProblemKind

PERCENT, BILLIONS = "%", "Tỷ đồng"
# Text, unit, the words that are named, the readings: the first one is the bare number.
TURNED = [
    ("6% giảm", PERCENT, "giảm", (6, -6)),
    ("6 % (giảm)", PERCENT, "giảm", (6, -6)),
    ("6 phần trăm, âm", PERCENT, "âm", (6, -6)),
    ("6% giam", PERCENT, "giam", (6, -6)),
    ("6%-", PERCENT, "-", (6, -6)),
    ("6%/năm (giảm)", PERCENT, "giảm", (6, -6)),
    ("6% thấp hơn", PERCENT, "thấp hơn", (6, -6)),
    ("0% giảm", PERCENT, "giảm", (0,)),
    ("khoảng 6% giảm", PERCENT, "giảm", (6, -6)),
    ("5 % so với kế hoạch", PERCENT, "so với", (5,)),
    ("5% kế hoạch năm", PERCENT, "kế hoạch", (5,)),
    ("5% theo KH", PERCENT, "kh", (5,)),
    ("5% tăng", PERCENT, "tăng", (5,)),
    ("5% của dự toán", PERCENT, "của", (5,)),
    ("5% điểm", PERCENT, "điểm", (5,)),
    ("5% bỏ", PERCENT, "bỏ", (5,)),
    ("5%?", PERCENT, "?", (5,)),
    ("240000 tỷ đồng (giảm)", BILLIONS, "giảm", (240000, -240000)),
    ("240000 tỷ đồng giảm", BILLIONS, "giảm", (240000, -240000)),
    ("240000 tỷ giảm", BILLIONS, "giảm", (240000, -240000)),
    ("240000 giảm", BILLIONS, "giảm", (240000, -240000)),
    ("240000 (giảm)", BILLIONS, "giảm", (240000, -240000)),
    ("240000 tỷ VND, hụt", BILLIONS, "hụt", (240000, -240000)),
    ("240000 tỷ đồng so với cùng kỳ", BILLIONS, "so với", (240000,)),
    ("240000 tỷ đồng (chưa kể thuế)", BILLIONS, "chưa", (240000,)),
    ("240000 tỷ đồng không đạt", BILLIONS, "không", (240000,)),
    ("240000 (đã hủy)", BILLIONS, "hủy", (240000,)),
    ("240000 tỷ đồng?", BILLIONS, "?", (240000,)),
    ("240000 tỷ đồng (số cũ)", BILLIONS, "cũ", (240000,)),
    ("240000 tỷ rưỡi", BILLIONS, "rưỡi", (240000,)),
    ("6% rưỡi", PERCENT, "rưỡi", (6,)),
    ("6 rưỡi", PERCENT, "rưỡi", (6,)),
    ("6 va mot nua", PERCENT, "nua", (6,)),
]
REMARKED = [
    ("không dưới 6%", PERCENT, 6),
    ("trên 6%", PERCENT, 6),
    ("dưới 6", PERCENT, 6),
    ("khoảng 6", PERCENT, 6),
    ("5 năm", BILLIONS, 5),
    ("5 Năm", PERCENT, 5),
    ("6% (ước)", PERCENT, 6),
    ("6%*", PERCENT, 6),
    ("6% bình quân", PERCENT, 6),
    ("240000 tỷ đồng (giá hiện hành)", BILLIONS, 240000),
    ("240000 tỷ đồng, sơ bộ", BILLIONS, 240000),
    ("240000 tỷ đồng, tăng so với năm trước", BILLIONS, 240000),
    ("6%; so với cùng kỳ cao hơn", PERCENT, 6),
    ("240000 tỷ đồng vốn đầu tư", BILLIONS, 240000),
]
PLAIN = [
    ("6%", PERCENT, 6),
    ("6%/năm", PERCENT, 6),
    ("6 % mỗi năm", PERCENT, 6),
    ("6 (%)", PERCENT, 6),
    ("5 (năm)", PERCENT, 5),
    ("5%/năm", PERCENT, 5),
    ("-6%", PERCENT, -6),
    ("240000 tỷ đồng", BILLIONS, 240000),
    ("240000 (tỷ đồng)", BILLIONS, 240000),
    ("240000 tỷ VND", BILLIONS, 240000),
    ("240000 tỷ đồng Việt Nam", BILLIONS, 240000),
    ("240000 tỷ đồng/năm", BILLIONS, 240000),
]
REFUSED = [
    ("-6 đến 7", PERCENT, "range"),
    ("6 đến -7", PERCENT, "several"),
    ("giảm 6%", PERCENT, "words"),
    ("không phải 240000", BILLIONS, "words"),
    ("trên/dưới 6", PERCENT, "words"),
    ("6% (kế hoạch 7%)", PERCENT, "several"),
]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(("text", "unit", "words", "readings"), TURNED)
def test_words_that_may_turn_a_number_return_it_with_its_readings(
    text: str, unit: str, words: str, readings: tuple[int, ...], form: Any
) -> None:
    understood = understand_number(unicodedata.normalize(form, text), None, unit)
    assert understood.value is None and understood.doubt is not None
    assert understood.doubt.kind is ProblemKind.AMBIGUOUS_NUMBER
    said, *values = understood.doubt.details
    assert f"«{words}»" in said and f"«{text}»" in said
    assert tuple(map(Decimal, values)) == readings
    for value in values:
        assert understand_number(value.replace(".", ","), None, unit).value == Decimal(value)


@pytest.mark.parametrize(("text", "unit", "value"), REMARKED)
def test_words_that_only_qualify_a_number_are_remarked_on(text: str, unit: str, value: int) -> None:
    understood = understand_number(text, None, unit)
    assert understood.value == value and understood.doubt is not None
    assert understood.doubt.kind is ProblemKind.QUALIFIED_NUMBER


@pytest.mark.parametrize(("text", "unit", "value"), PLAIN)
def test_a_number_with_its_unit_is_taken_without_a_word(text: str, unit: str, value: int) -> None:
    understood = understand_number(text, None, unit)
    assert (understood.value, understood.doubt) == (value, None)


@pytest.mark.parametrize(("text", "unit", "reason"), REFUSED)
def test_what_is_no_single_number_stays_refused(text: str, unit: str, reason: str) -> None:
    doubt = understand_number(text, None, unit).doubt
    assert doubt is not None
    assert (doubt.kind, tuple(doubt.details)) == (ProblemKind.NOT_A_NUMBER, (reason,))


@pytest.mark.parametrize(
    ("text", "unit"),
    [("điểm", "Điểm"), ("tr.đ", "Triệu đồng"), ("US$/người", "USD/người"), ("m2", "m² sàn/người")],
)
def test_another_spelling_of_a_unit_or_less_of_it_is_nothing_besides_it(
    text: str, unit: str
) -> None:
    assert words_beyond_unit(text, unit) == ""

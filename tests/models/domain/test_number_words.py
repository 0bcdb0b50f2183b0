"""Numbers in words."""

from __future__ import annotations

from decimal import Decimal

import pytest

from models.domain.notation.number_words import in_words

SAID = {
    "0": "không",
    "5": "năm",
    "10": "mười",
    "11": "mười một",
    "15": "mười lăm",
    "21": "hai mươi mốt",
    "25": "hai mươi lăm",
    "24": "hai mươi bốn",
    "100": "một trăm",
    "105": "một trăm linh năm",
    "110": "một trăm mười",
    "1000": "một nghìn",
    "1234": "một nghìn hai trăm ba mươi bốn",
    "9512": "chín nghìn năm trăm mười hai",
    "58500": "năm mươi tám nghìn năm trăm",
    "1000000": "một triệu",
    "1.5": "một phẩy năm",
    "-9.512": "âm chín phẩy năm trăm mười hai",
}


@pytest.mark.parametrize(("number", "words"), SAID.items(), ids=SAID)
def test_a_number_is_read_aloud(number: str, words: str) -> None:
    assert in_words(Decimal(number)) == words


def test_what_nobody_reads_aloud_has_no_words() -> None:
    assert in_words(Decimal(10) ** 15) == ""

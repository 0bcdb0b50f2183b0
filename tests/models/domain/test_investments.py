"""The investment amounts of appendix V."""

from __future__ import annotations

from decimal import Decimal

import pytest

from models.domain.notation.investments import Investment, read_investments
from models.domain.notation.not_read import NotRead, Unread
from tests.fixtures.printed_cells import PrintedNotUnderstood, parse_investments

D = Decimal


def vnd_million(investments: tuple[Investment, ...]) -> Decimal:
    """What a row invests itself: its total, or its components added up."""
    own = [i for i in investments if i.role in ("total", "component")]
    return sum((i.amount for i in own if i.currency == "VND_MILLION"), D(0))


# Every amount the directive prints, by its number in appendix V, with what the row invests.
APPENDIX_V = {
    1: ("2.513.243", "2513243"),
    2: ("2.336.896", "2336896"),
    3: ("336.320", "336320"),
    4: ("1.334.876", "1334876"),
    5: ("760.596", "760596"),
    6: ("47.122.000 (2.051 triệu USD)", "47122000"),
    7: ("11.887.000 (500 triệu USD)", "11887000"),
    8: ("2.300.000 (TMĐT DA 55.870.000)", "2300000"),
    9: ("6.946.315", "6946315"),
    10: ("8.951.185", "8951185"),
    11: ("716.495", "716495"),
    12: ("234.539", "234539"),
    13: ("295.300", "295300"),
    14: ("2.405.406", "2405406"),
    15: ("23.218.000", "23218000"),
    16: ("2.271.430 (96,3 triệu USD)", "2271430"),
    17: ("7.515.326,675", "7515326.675"),
    18: ("4.597.000", "4597000"),
    19: ("Dự án thành phần 1: 4.416.240 Dự án thành phần 2: 1.819.354", "6235594"),
    20: ("1.382.964", "1382964"),
    21: ("7.020.406", "7020406"),
    22: ("725.000", "725000"),
    23: ("5.834.000", "5834000"),
    24: ("3.267.000", "3267000"),
}
NOT_UNDERSTOOD = [
    "x",
    "1,234.5",
    "2.513.243 (2.051)",
    "2.513.243 (2.051 triệu EUR)",
    "2.513.243 2.336.896",
    "Dự án thành phần 1: Dự án thành phần 2: 5",
    "-5",
    "9" * 31,
    "1." * 20_000,
    "Dự án thành phần 1: 5 " * 5_000,
]


@pytest.mark.parametrize(("printed", "total"), APPENDIX_V.values(), ids=map(str, APPENDIX_V))
def test_every_amount_of_the_directive_is_read(printed: str, total: str) -> None:
    investments = parse_investments(printed)
    assert vnd_million(investments) == D(total)


def test_a_sum_in_dollars_is_the_same_total_again() -> None:
    assert parse_investments("47.122.000 (2.051 triệu USD)") == (
        Investment(D(47122000), "VND_MILLION"),
        Investment(D(2051), "USD_MILLION", role="equivalent"),
    )


def test_the_whole_projects_total_is_kept_apart_from_the_part() -> None:
    assert parse_investments("2.300.000 (TMĐT DA 55.870.000)") == (
        Investment(D(2300000), "VND_MILLION"),
        Investment(D(55870000), "VND_MILLION", "TMĐT DA", "whole_project"),
    )


def test_components_are_named_as_printed() -> None:
    assert parse_investments(APPENDIX_V[19][0]) == (
        Investment(D(4416240), "VND_MILLION", "Dự án thành phần 1", "component"),
        Investment(D(1819354), "VND_MILLION", "Dự án thành phần 2", "component"),
    )


def test_dollars_alone_are_a_total_that_counts_for_nothing_in_dong() -> None:
    investments = parse_investments("96,3 triệu USD")
    assert investments == (Investment(D("96.3"), "USD_MILLION"),)
    assert vnd_million(investments) == 0


def test_a_cell_broken_over_lines_reads_like_one_line() -> None:
    broken = "Dự án thành phần 1:\n4.416.240\nDự án thành phần 2:\u00a01.819.354"
    assert parse_investments(broken) == parse_investments(APPENDIX_V[19][0])


def test_an_empty_cell_states_no_amount() -> None:
    assert parse_investments(" \n") == ()


@pytest.mark.parametrize("printed", NOT_UNDERSTOOD, ids=range(len(NOT_UNDERSTOOD)))
def test_anything_else_is_refused_with_the_forms_that_are_taken(printed: str) -> None:
    with pytest.raises(PrintedNotUnderstood, match="triệu USD") as caught:
        parse_investments(printed)
    assert len(str(caught.value)) < 700


@pytest.mark.parametrize(
    ("printed", "amounts"),
    [
        ("500 triệu", ["500"]),
        ("42 tỷ", ["42000"]),
        ("1,2 nghìn tỷ đồng", ["1200000"]),
        ("91.481.640.145đ", ["91481.640145"]),
        ("hơn 852 tỷ đồng", ["~852000"]),
        ("khoảng hơn 4.300 tỷ đồng", ["~4300000"]),
        ("Tổng mức đầu tư: 500 tỷ đồng", ["500000"]),
        ("5.769,7 triệu đồng (Năm tỷ bảy trăm triệu đồng)", ["5769.7"]),
        ("16 tỷ USD (tương đương 336.000 tỷ đồng)", ["USD 16000", "336000000"]),
        ("Dự án thành phần 1: 5 tỷ đồng; Dự án thành phần 2: 7 tỷ đồng", ["5000", "7000"]),
    ],
)
def test_amounts_are_told_in_million_whatever_scale_is_printed(
    printed: str, amounts: list[str]
) -> None:
    told = [
        f"{'USD ' if i.currency == 'USD_MILLION' else ''}{'~' if i.approximate else ''}{i.amount}"
        for i in parse_investments(printed)
    ]
    assert told == amounts


@pytest.mark.parametrize(
    ("printed", "why"),
    [
        ("7 triệu đô la Úc", Unread.CURRENCY),
        ("85–86 nghìn tỷ đồng", Unread.SEVERAL),
        ("1 tỷ 200 triệu đồng", Unread.SEVERAL),
        ("không quá 500 tỷ đồng", Unread.WORDS),
        ("500 tỷ đồng vốn ngân sách", Unread.WORDS),
        ("theo dự án được duyệt", Unread.NO_FIGURE),
        ("1.2.3", Unread.NOTATION),
    ],
)
def test_an_amount_that_is_not_read_says_why(printed: str, why: Unread) -> None:
    unread = read_investments(printed)
    assert isinstance(unread, NotRead)
    assert unread.why is why
    assert "đọc đúng" in unread.sentence

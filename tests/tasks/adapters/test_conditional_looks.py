"""Looks that conditions put on cells: which of them holds, by every kind of file."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import xlsxwriter

from models.domain.reading.conditions.conditional_looks import looks_on
from models.domain.reading.workbook_content import Appearance, SheetContent
from tasks.adapters.reading.file_kinds import FileKind
from tasks.adapters.reading.workbook_reader import read_workbook

PLAIN = Appearance()
PERCENT, BAR = {"num_format": "0%"}, {"num_format": '0" tr"'}
STRUCK, WHITE = {"font_strikeout": True}, {"font_color": "#FFFFFF"}


def written(fill_in: Callable[[Any, Any], None]) -> SheetContent:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        fill_in(book, book.add_worksheet())
    return read_workbook(made.getvalue(), FileKind.XLSX).sheets[0]


def seen(value: Any, *rules: dict[str, Any], cell: str = "B2") -> Sequence[Appearance]:
    """The looks of one cell under these conditions, the first one first."""

    def fill_in(book: Any, sheet: Any) -> None:
        sheet.write(cell, value)
        sheet.write("A1", 3)
        for rule in rules:
            given = dict(rule)
            given["format"] = book.add_format(given.pop("look"))
            sheet.conditional_format("B2:C9", given)

    sheet = written(fill_in)
    return looks_on(sheet, 2, 2, sheet.looks.get((2, 2), PLAIN))


def formula(criteria: str, look: dict[str, Any] = PERCENT, **more: Any) -> dict[str, Any]:
    return {"type": "formula", "criteria": criteria, "look": look, **more}


def cell_is(sign: str, value: Any, look: dict[str, Any] = PERCENT) -> dict[str, Any]:
    return {"type": "cell", "criteria": sign, "value": value, "look": look}


HOLDS = [
    (5, cell_is(">", 1)),
    (5, cell_is("==", 5)),
    (5, cell_is("!=", "$A$1")),
    (5, cell_is("<=", "=$A$1+2")),
    ("b", cell_is("==", '"B"')),
    ("b", cell_is(">", 1_000)),
    (5, {**cell_is("between", 0), "minimum": 9, "maximum": 1}),
    (5, {**cell_is("not between", 0), "minimum": 6, "maximum": 9}),
    (5, formula("=TRUE")),
    (5, formula("=1")),
    (5, formula("=2>1")),
    (5, formula("=B2>A1")),
    (17.5, formula("=AND(ISNUMBER(B2),B2<>INT(B2))")),
    (5, formula("=NOT(ISBLANK(B2))")),
    (5, formula("=MOD(B2,2)=1")),
    (5, formula('=IF(B2>4,"x"="X",FALSE)')),
    (5, formula("=ROUND(B2/3,1)=1.7")),
    (5, formula("=-B2+10%=-4.9")),
    ("vượt kế hoạch", formula('=ISNUMBER(SEARCH("Kế",B2))')),
    ("vượt kế hoạch", {"type": "text", "criteria": "containing", "value": "kế", "look": STRUCK}),
    ("vượt", {"type": "text", "criteria": "begins with", "value": "VƯ", "look": STRUCK}),
    ("vượt", {"type": "text", "criteria": "not containing", "value": "kế", "look": STRUCK}),
    (5, {"type": "no_blanks", "look": PERCENT}),
    (5, {"type": "no_errors", "look": PERCENT}),
]
FAILS = [
    (5, cell_is(">", 5)),
    (5, cell_is("==", '"5"')),
    ("b", cell_is("<", 1_000)),
    (5, {**cell_is("between", 0), "minimum": 6, "maximum": 9}),
    (5, formula("=FALSE")),
    (5, formula("=0")),
    (5, formula("=B3>A1")),
    (17, formula("=AND(ISNUMBER(B2),B2<>INT(B2))")),
    (5, formula("=1/0")),
    (5, formula('="có"')),
    ("x", formula('=ISNUMBER(SEARCH("Kế",B2))')),
    (5, {"type": "blanks", "look": PERCENT}),
    (5, {"type": "errors", "look": PERCENT}),
]
OPEN = [
    (5, {"type": "top", "value": 10, "look": PERCENT}),
    (5, {"type": "duplicate", "look": PERCENT}),
    (5, {"type": "average", "criteria": "above", "look": PERCENT}),
    (5, {"type": "time_period", "criteria": "today", "look": PERCENT}),
    (5, formula("=COUNTIF(B$2:B$9,B2)>1")),
    (5, formula("=B2>TODAY()")),
    (5, formula("=B2>Sheet2!A1")),
    (5, formula("=" + "(" * 90 + "1" + ")" * 90)),
    ("5", formula('=B2+1="6"')),
]


@pytest.mark.parametrize(("value", "rule"), HOLDS)
def test_a_condition_that_holds_has_its_way(value: Any, rule: dict[str, Any]) -> None:
    made = seen(value, rule)
    assert len(made) == 1
    assert made[0] == (Appearance(struck=True) if rule["look"] == STRUCK else Appearance("0%"))


@pytest.mark.parametrize(("value", "rule"), FAILS)
def test_a_condition_that_does_not_hold_changes_nothing(value: Any, rule: dict[str, Any]) -> None:
    assert seen(value, rule) == (PLAIN,)


@pytest.mark.parametrize(("value", "rule"), OPEN)
def test_a_condition_that_nobody_can_decide_leaves_both_ways_open(
    value: Any, rule: dict[str, Any]
) -> None:
    assert seen(value, rule) == [PLAIN, Appearance("0%")]


def test_of_what_conditions_say_the_first_one_counts_and_each_property_by_itself() -> None:
    bars = formula("=TRUE", BAR)
    assert seen(5, formula("=TRUE"), bars) == [Appearance("0%")]
    assert seen(5, formula("=FALSE"), bars) == [Appearance('0" tr"')]
    assert seen(5, formula("=TRUE", STRUCK), bars) == [Appearance('0" tr"', struck=True)]
    assert seen(5, formula("=TRUE", STRUCK, stop_if_true=True), bars) == [Appearance(struck=True)]
    unknown = {"type": "top", "value": 10, "look": PERCENT}
    assert seen(5, unknown, bars) == [Appearance("0%"), Appearance('0" tr"')]


@pytest.mark.parametrize(
    ("look", "made"),
    [
        (WHITE, Appearance(unseen=True)),
        ({"num_format": ";;;"}, Appearance(";;;")),
        ({"bg_color": "#000000"}, Appearance(unseen=True)),
        ({"bg_color": "#1F3864", "font_color": "#1F3864"}, Appearance(unseen=True)),
        ({"bg_color": "#1F3864", "font_color": "#FFFFFF"}, PLAIN),
        ({"bg_color": "#FFC7CE", "font_color": "#9C0006"}, PLAIN),
        ({"bold": True}, PLAIN),
    ],
)
def test_what_a_condition_hides_is_found(look: dict[str, Any], made: Appearance) -> None:
    assert [*seen(5, formula("=TRUE", look))] == [made]


def test_bars_and_icons_without_their_value_hide_it() -> None:
    def fill_in(book: Any, sheet: Any) -> None:
        sheet.write("B2", 5)
        sheet.write("C2", "chữ")
        sheet.conditional_format("B2:C2", {"type": "data_bar", "bar_only": True})
        sheet.write("B4", 5)
        sheet.conditional_format(
            "B4", {"type": "icon_set", "icon_style": "3_arrows", "icons_only": True}
        )
        sheet.write("B6", 5)
        sheet.conditional_format("B6", {"type": "data_bar"})

    sheet = written(fill_in)
    made = [looks_on(sheet, row, column, PLAIN)[0].unseen for row, column in
            ((2, 2), (2, 3), (4, 2), (6, 2))]  # fmt: skip
    assert made == [True, False, True, False]


def test_areas_that_lie_crosswise_leave_moving_cells_open() -> None:
    def fill_in(book: Any, sheet: Any) -> None:
        sheet.write("B5", 5)
        look = book.add_format(PERCENT)
        for criteria in ("=B5>1", "=$A$1=0"):
            sheet.conditional_format(
                "B5:C5", {"type": "formula", "criteria": criteria, "format": look,
                          "multi_range": "B5:C5 E2:F2"}
            )  # fmt: skip

    sheet = written(fill_in)
    assert [rule.condition is None for rule in sheet.conditional] == [True, False]

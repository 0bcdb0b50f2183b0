"""Looks that conditions put on cells: which of them holds, by every kind of file."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from models.domain.reading.conditions.conditional_looks import looks_on
from models.domain.reading.workbook_content import Appearance, SheetContent
from tasks.adapters.reading.file_kinds import FileKind
from tasks.adapters.reading.ods.ods_reader import read_sheets
from tasks.adapters.reading.workbook_reader import read_workbook
from tests.fixtures.office_program import NO_OFFICE, saved_as
from tests.fixtures.seen_looks import unseen
from tests.fixtures.xlsb_workbooks import Look, Rule, XlsbBook, condition, later_condition
from tests.fixtures.xlsb_workbooks import colour as xlsb_colour
from tests.fixtures.xlsb_workbooks import record as xlsb_record

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


HOLDS: list[tuple[Any, dict[str, Any]]] = [
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
FAILS: list[tuple[Any, dict[str, Any]]] = [
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
OPEN: list[tuple[Any, dict[str, Any]]] = [
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
    # The last one as LibreOffice shows it, which follows the first condition alone.
    assert seen(5, formula("=TRUE", STRUCK), bars) == [
        Appearance('0" tr"', struck=True),
        Appearance(struck=True),
    ]
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


DARK, PALE, RED = "#1F3864", "#FFF2CC", "#C00000"
#: The cell, what conditions change (the first one first), and whether anybody sees the letters.
COLOURED: list[tuple[dict[str, Any], list[dict[str, Any]], bool]] = [
    ({}, [{"font_color": "#FFFFFF"}], True),
    ({}, [{"bg_color": "#FFFF00"}], False),
    ({}, [{"bg_color": "#FFC7CE", "font_color": "#9C0006"}], False),
    ({"bg_color": DARK, "font_color": "#FFFFFF"}, [{"font_color": DARK}], True),
    ({"bg_color": DARK, "font_color": "#FFFFFF"}, [{"font_color": "#FFFF00"}], False),
    ({"bg_color": DARK, "font_color": "#FFFFFF"}, [{"font_color": "#FFFFFF"}], False),
    ({"bg_color": DARK, "font_color": "#FFFFFF"}, [{"bg_color": "#FFFFFF"}], True),
    ({"bg_color": DARK, "font_color": "#FFFFFF"}, [{"bg_color": PALE}], True),
    ({"bg_color": PALE}, [{"font_color": "#FFFFFF"}], True),
    ({"bg_color": PALE}, [{"font_color": RED}], False),
    ({"font_color": RED}, [{"bg_color": RED}], True),
    ({"font_color": RED}, [{"bg_color": "#000000"}], False),
    ({"font_color": "#FFFFFF"}, [{"bg_color": DARK}], False),
    ({"font_color": "#FFFFFF"}, [{"font_color": RED}], False),
    ({}, [{"font_color": "#FFFFFF"}, {"bg_color": DARK}], True),  # by the first condition alone
    ({}, [{"bg_color": DARK}, {"font_color": "#FFFFFF"}], False),
    ({}, [{"font_color": RED}, {"font_color": "#FFFFFF"}], False),
    ({}, [{"font_color": "#FFFFFF"}, {"font_color": RED}], True),
]


def coloured(book: Any, sheet: Any) -> None:
    for number, (own, changes, _) in enumerate(COLOURED):
        row = 2 * number
        sheet.write_number(row, 0, 5, book.add_format(own))
        for change in changes:
            rule = formula("=TRUE", change)
            look = book.add_format(rule.pop("look"))
            sheet.conditional_format(row, 0, row, 0, {**rule, "format": look})


def test_what_a_condition_colours_is_held_against_the_cells_own_colours() -> None:
    sheet = written(coloured)
    for number, (own, changes, hidden) in enumerate(COLOURED):
        assert unseen(sheet, 2 * number + 1) is hidden, (own, changes)


def test_what_a_condition_of_an_xlsb_colours_is_held_against_the_cells_own_colours() -> None:
    def look(properties: dict[str, Any]) -> Look:
        colours = {k: v.lstrip("#") for k, v in properties.items()}
        return Look(letters=colours.get("font_color"), fill=colours.get("bg_color"))

    book = XlsbBook()
    for number, (own, changes, _) in enumerate(COLOURED):
        row = 2 * number + 1
        book.put(row, 1, 5.0, look(own))
        for priority, change in enumerate(changes, 1):
            area = [(row, 1, row, 1)]
            book.rules.append(Rule(area, look(change), [b"\x1d\x01"], priority=priority))
    sheet = read_workbook(book.content(), FileKind.XLSB).sheets[0]
    for number, (own, changes, hidden) in enumerate(COLOURED):
        assert unseen(sheet, 2 * number + 1) is hidden, (own, changes)


@pytest.mark.skipif(NO_OFFICE, reason="LibreOffice makes the files")
@pytest.mark.parametrize("kind", [FileKind.ODS, FileKind.XLS, FileKind.XLSX])
def test_what_a_condition_of_other_formats_colours_is_held_against_the_cells_own(
    tmp_path: Path, kind: FileKind
) -> None:
    with xlsxwriter.Workbook(tmp_path / "made.xlsx") as book:
        coloured(book, book.add_worksheet())
    [saved] = saved_as(kind.value, [tmp_path / "made.xlsx"], tmp_path / "out")
    sheet = read_workbook(saved.read_bytes(), kind).sheets[0]
    for number, (own, changes, hidden) in enumerate(COLOURED):
        if kind is not FileKind.XLSX and len(changes) > 1:
            continue  # LibreOffice: the first one alone counts
        if kind is FileKind.ODS and "font_color" in own and "font_color" not in changes[0]:
            continue  # there a condition has the letters of the standard style
        assert unseen(sheet, 2 * number + 1) is hidden, (own, changes)


def scale(*colours: str) -> dict[str, Any]:
    names = ("min_color", "max_color") if len(colours) == 2 else ("min_color", "mid_color",
                                                                  "max_color")  # fmt: skip
    return {"type": f"{len(colours)}_color_scale", **dict(zip(names, colours, strict=True))}


def bar(colour: str) -> dict[str, Any]:
    return {"type": "data_bar", "bar_color": colour}


WHITE_ON_DARK = {"bg_color": DARK, "font_color": "#FFFFFF"}
SCALES: list[tuple[Any, dict[str, Any], dict[str, Any], bool]] = [
    (5, {}, scale("#F8696B", "#63BE7B"), False),
    (5, {}, scale("#F8696B", "#FFEB84", "#63BE7B"), False),
    (5, {}, scale("#000000", "#000000"), True),
    (5, {}, scale("#FFFFFF", "#000000"), True),  # of some value it is
    (5, {"font_color": "#808080"}, scale("#FFFFFF", "#000000"), True),  # and of some between
    (5, WHITE_ON_DARK, scale("#FFFFFF", "#FFFFFF"), True),
    (5, WHITE_ON_DARK, scale("#1F3864", "#C00000"), False),
    ("chữ", {}, scale("#000000", "#000000"), False),
    (5, {}, bar("#638EC6"), False),
    (5, {}, bar("#000000"), True),
    (5, {"font_color": RED}, bar(RED), True),
    (5, {"font_color": "#FFFFFF"}, bar(RED), True),  # where the bar does not reach
    ("chữ", {}, bar("#000000"), False),
]


def scales(book: Any, sheet: Any) -> None:
    for number, (value, own, rule, _) in enumerate(SCALES):
        sheet.write(2 * number, 0, value, book.add_format(own))
        sheet.conditional_format(2 * number, 0, 2 * number, 0, rule)


@pytest.mark.parametrize("kind", [None, FileKind.XLSX, FileKind.ODS])
def test_scales_and_bars_that_may_hide_letters_are_told(
    tmp_path: Path, kind: FileKind | None
) -> None:
    with xlsxwriter.Workbook(tmp_path / "made.xlsx") as book:
        scales(book, book.add_worksheet())
    path = tmp_path / "made.xlsx"
    if kind is not None:
        if NO_OFFICE:
            pytest.skip("LibreOffice makes the file")
        [path] = saved_as(kind.value, [path], tmp_path / "out")
    sheet = read_workbook(path.read_bytes(), kind or FileKind.XLSX).sheets[0]
    for number, (value, own, rule, hidden) in enumerate(SCALES):
        assert unseen(sheet, 2 * number + 1) is hidden, (value, own, rule)


ICONS, ICONS_ALONE = (struct.pack("<IH", 0, flags) for flags in (0x78, 0x7A))
BAR_2007, BAR_ALONE = bytes([10, 90, 1]), bytes([10, 90, 0])


def painted(begin: int, end: int, *colours: str, data: bytes = b"") -> Sequence[bytes]:
    inner = [xlsb_record(564, xlsb_colour(colour)) for colour in colours]
    return [xlsb_record(begin, data), *inner, xlsb_record(end)]


#: Kind of the condition and the records in it, and whether it hides black letters.
OF_XLSB: list[tuple[int, Sequence[bytes], bool]] = [
    (6, [xlsb_record(465, ICONS)], False),
    (6, [xlsb_record(465, ICONS_ALONE)], True),
    (4, [xlsb_record(467, BAR_ALONE)], True),
    (4, painted(467, 468, "638EC6", data=BAR_2007), False),
    (4, painted(467, 468, "000000", data=BAR_2007), True),
    (3, painted(469, 470, "F8696B", "63BE7B"), False),
    (3, painted(469, 470, "000000", "1A1A1A"), True),
    (6, [xlsb_record(465, ICONS_ALONE[:3])], False),
]


@pytest.mark.parametrize(("kind", "inner", "hidden"), OF_XLSB)
def test_scales_bars_and_icons_of_an_xlsb_are_told(
    kind: int, inner: Sequence[bytes], hidden: bool
) -> None:
    book = XlsbBook(behind=condition((1, 1, 1, 2), kind, *inner))
    book.put(1, 1, 5.0)
    book.put(1, 2, "chữ")
    sheet = read_workbook(book.content(), FileKind.XLSB).sheets[0]
    assert (unseen(sheet, 1), unseen(sheet, 1, 2)) == (hidden, False)


TRUE, FALSE = b"\x1d\x01", b"\x1d\x00"
#: Type, template, number of the look; formula; records in it; the look that it makes.
LATER: list[tuple[tuple[int, int, int], bytes, Sequence[bytes], Appearance]] = [
    ((2, 1, 0), TRUE, [], Appearance("0%")),
    ((2, 1, 0), FALSE, [], PLAIN),
    ((2, 1, 1), TRUE, [], Appearance(unseen=True)),
    ((2, 1, 2), TRUE, [], PLAIN),
    ((6, 6, -1), b"", [xlsb_record(1052, bytes(4) + ICONS_ALONE)], Appearance(unseen=True)),
    ((6, 6, -1), b"", [xlsb_record(1052, bytes(4) + ICONS)], PLAIN),
    ((4, 0, -1), b"", [xlsb_record(1051, bytes(4) + BAR_ALONE)], Appearance(unseen=True)),
    ((4, 0, -1), b"", [xlsb_record(1051, bytes(4) + BAR_2007)], PLAIN),
]


@pytest.mark.parametrize(("kind", "steps", "inner", "told"), LATER)
def test_conditions_of_excel_2010_in_an_xlsb_are_decided(
    kind: tuple[int, int, int], steps: bytes, inner: Sequence[bytes], told: Appearance
) -> None:
    looks = [Look("0%"), Look(letters="FFFFFF")]
    book = XlsbBook(behind=later_condition((2, 2, 9, 3), kind, steps, *inner), later_looks=looks)
    book.put(2, 2, 5.0)
    sheet = read_workbook(book.content(), FileKind.XLSB).sheets[0]
    assert [*looks_on(sheet, 2, 2, PLAIN)] == [told]


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


# --- Other formats --------------------------------------------------------------------------------


@pytest.mark.skipif(NO_OFFICE, reason="LibreOffice makes the files")
@pytest.mark.parametrize("kind", [FileKind.ODS, FileKind.XLS])
def test_the_same_conditions_are_decided_alike_in_other_formats(
    tmp_path: Path, kind: FileKind
) -> None:
    """An .xls of LibreOffice keeps no number format of a condition: there all of them strike."""
    cases = [*HOLDS, *FAILS, *OPEN[:-1]]
    with xlsxwriter.Workbook(tmp_path / "made.xlsx") as book:
        for value, rule in cases:
            sheet = book.add_worksheet()
            sheet.write("B2", value)
            sheet.write("A1", 3)
            given: dict[str, Any] = dict(rule)
            look = given.pop("look") if kind is FileKind.ODS else STRUCK
            if kind is FileKind.XLS:
                given.pop("look")
            sheet.conditional_format("B2:C9", {**given, "format": book.add_format(look)})
    [saved] = saved_as(kind.value, [tmp_path / "made.xlsx"], tmp_path)
    ours = read_workbook((tmp_path / "made.xlsx").read_bytes(), FileKind.XLSX)
    theirs = read_workbook(saved.read_bytes(), kind)
    decided = 0
    for case, one, other in zip(cases, ours.sheets, theirs.sheets, strict=True):
        if kind is FileKind.XLS and case[1]["type"] == "time_period":
            continue  # LibreOffice leaves it out of that format
        assert other.conditional, case
        assert other.at(2, 2) == one.at(2, 2)
        said, heard = ([*looks_on(sheet, 2, 2, PLAIN)] for sheet in (one, other))
        open_there = any(rule.condition is None for rule in other.conditional)
        decided += not open_there
        assert said == heard or open_there, case
    assert decided >= len(HOLDS + FAILS) - 8


ODS_CONDITIONS = [
    ("cell-content()&gt;1", True),
    ("&gt;=5", True),
    ("!=5", False),
    ("cell-content-is-between(9,1)", True),
    ("not-between(9,1)", False),
    ("is-true-formula([.B2]=5)", True),
    ("formula-is([.B3]=5)", False),
    ("is-error", False),
    ("contains-text(&quot;5&quot;)", True),
    ("ends-with(&quot;4&quot;)", False),
    ("unique", None),
    ("top-elements(3)", None),
    ("formula-is(COUNTIF([.A1:.A9];5))", None),
]


@pytest.mark.parametrize("old", [True, False])
@pytest.mark.parametrize(("condition", "holds"), ODS_CONDITIONS)
def test_conditions_of_an_ods_are_decided(condition: str, holds: bool | None, old: bool) -> None:
    base = "base-cell-address=\"'Chỉ tiêu'.B2\""
    rule = f'style:condition="{condition}" style:apply-style-name="P" style:{base}'
    stated = f'calcext:value="{condition}" calcext:apply-style-name="P" calcext:{base}'
    formats = (
        "<calcext:conditional-formats><calcext:conditional-format calcext:target-range-address="
        f"\"'Chỉ tiêu'.B2:'Chỉ tiêu'.C9\"><calcext:condition {stated}/>"
        "</calcext:conditional-format></calcext:conditional-formats>"
    )
    spaces = " ".join(
        f'xmlns:{p}="{p}"' for p in ("office", "table", "text", "style", "number", "calcext")
    )
    content = (
        f"<office:document-content {spaces}><office:automatic-styles>"
        f'<style:style style:name="C">{f"<style:map {rule}/>" if old else ""}</style:style>'
        "</office:automatic-styles><office:body><office:spreadsheet>"
        '<table:table table:name="Chỉ tiêu"><table:table-row/><table:table-row><table:table-cell/>'
        '<table:table-cell table:style-name="C" office:value-type="float" office:value="5">'
        f"<text:p>5</text:p></table:table-cell></table:table-row>{'' if old else formats}"
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    styles = (
        f'<office:document-styles {spaces}><number:percentage-style style:name="N10">'
        '<number:number number:decimal-places="0" number:min-integer-digits="1"/>'
        "<number:text>%</number:text></number:percentage-style>"
        '<style:style style:name="P" style:data-style-name="N10"/></office:document-styles>'
    )
    sheets, _ = read_sheets(
        content.encode(), styles.encode(), max_rows=9, max_columns=9, max_cells=9
    )
    told = {True: [Appearance("0%")], False: [PLAIN], None: [PLAIN, Appearance("0%")]}
    assert [*looks_on(sheets[0], 2, 2, PLAIN)] == told[holds]

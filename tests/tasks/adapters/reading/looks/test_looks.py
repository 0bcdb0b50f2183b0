"""How cells look, as it is read from files of office programs: runs, lines, colours, formats."""

from __future__ import annotations

import datetime as dt
import io
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.colors import Color

from models.domain.reading.problems import ProblemKind
from models.domain.reading.shown_values import compare_day, compare_shown_day
from models.domain.reading.workbook_content import (
    Appearance,
    LetterPosition,
    SheetContent,
    TextRun,
)
from tasks.adapters.reading.file_kinds import FileKind
from tasks.adapters.reading.ods.ods_reader import read_sheets
from tasks.adapters.reading.workbook_reader import read_workbook
from tests.fixtures.office_program import NO_OFFICE, saved_as
from tests.fixtures.old_workbooks import cell, record, xls
from tests.fixtures.xlsb_workbooks import Look, Rich, XlsbBook

UP, DOWN = LetterPosition.RAISED, LetterPosition.LOWERED


def written(fill_in: Callable[[Any, Any], None]) -> SheetContent:
    """The first sheet of a workbook that XlsxWriter makes: texts are shared."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        fill_in(book, book.add_worksheet())
    return read_workbook(made.getvalue(), FileKind.XLSX).sheets[0]


def saved(fill_in: Callable[[Any], None]) -> SheetContent:
    """The first sheet of a workbook that openpyxl makes: texts in runs stand in their cells."""
    book = openpyxl.Workbook()
    fill_in(book.active)
    made = io.BytesIO()
    book.save(made)
    return read_workbook(made.getvalue(), FileKind.XLSX).sheets[0]


def test_raised_lowered_and_struck_parts_of_shared_texts_are_told() -> None:
    def fill_in(book: Any, sheet: Any) -> None:
        up, down = (book.add_format({"font_script": n}) for n in (1, 2))
        struck, bold = (book.add_format({k: True}) for k in ("font_strikeout", "bold"))
        sheet.write_string("A1", "9600")
        sheet.write_rich_string("A2", "9600", up, "1")
        sheet.write_rich_string("A3", "H", down, "2", "O")
        sheet.write_rich_string("A4", "làm ", struck, "không ", "kịp")
        sheet.write_rich_string("A5", "chữ ", bold, "đậm")

    looks = written(fill_in).looks
    assert {place: look.runs for place, look in looks.items() if look.runs} == {
        (2, 1): [TextRun("9600"), TextRun("1", UP)],
        (3, 1): [TextRun("H"), TextRun("2", DOWN), TextRun("O")],
        (4, 1): [TextRun("làm "), TextRun("không ", struck=True), TextRun("kịp")],
    }


def test_parts_with_looks_of_their_own_do_not_take_the_line_of_their_cell() -> None:
    def fill_in(sheet: Any) -> None:
        plain = InlineFont(b=True)
        sheet["A1"] = CellRichText(TextBlock(InlineFont(strike=True), "9"), TextBlock(plain, "8"))
        sheet["A2"] = CellRichText(TextBlock(plain, "9"), TextBlock(plain, "8"))
        sheet["A3"] = CellRichText("9", TextBlock(plain, "8"))
        sheet["A4"] = CellRichText(TextBlock(InlineFont(vertAlign="baseline"), "9"), "8")
        for name in ("A1", "A2", "A3"):
            sheet[name].font = Font(strike=True)

    looks = saved(fill_in).looks
    assert looks[1, 1].runs == [TextRun("9", struck=True), TextRun("8")]
    assert looks[3, 1].runs == [TextRun("9", struck=True), TextRun("8")]
    assert not looks[2, 1].runs
    assert not any(look.struck for look in looks.values())
    assert (4, 1) not in looks or not looks[4, 1].runs


@pytest.mark.parametrize(
    ("colour", "fill", "unseen"),
    [
        ("FFFFFFFF", None, True),
        ("FFFDFDFD", None, True),
        ("FFFFFFFF", "FFFFF9E6", True),
        ("FF1F3864", "FF1F3864", True),
        ("FFFFFFFF", "FF1F3864", False),
        ("FF000000", None, False),
        ("FFFF0000", "FFFFFF00", False),
        ("FF7F7F7F", None, False),
    ],
)
def test_letters_in_the_colour_of_their_ground_are_seen_by_nobody(
    colour: str, fill: str | None, unseen: bool
) -> None:
    def fill_in(sheet: Any) -> None:
        sheet["A1"] = 5
        sheet["A1"].font = Font(color=colour)
        if fill:
            sheet["A1"].fill = PatternFill("solid", fgColor=fill)

    assert saved(fill_in).looks.get((1, 1), Appearance()).unseen is unseen


UNSEEN_PARTS: list[tuple[dict[str, Any], dict[str, Any], bool]] = [
    ({"color": "FFFFFFFF"}, {}, True),
    ({"color": Color(theme=0)}, {}, True),
    ({"color": Color(indexed=9)}, {}, True),
    ({"color": "FFFFFDF0"}, {}, True),
    ({"sz": 1}, {}, True),
    ({"sz": 2.5}, {}, True),
    ({"color": "FFFFFFFF"}, {"fill": PatternFill("solid", fgColor="FF1F497D")}, False),
    ({"color": "FF1F497D"}, {"fill": PatternFill("solid", fgColor="FF1F497D")}, True),
    ({"color": "FFC00000"}, {}, False),
    ({"sz": 8}, {}, False),
]


@pytest.mark.parametrize(("own", "cell", "unseen"), UNSEEN_PARTS)
def test_parts_of_a_text_that_nobody_sees_are_told(
    own: dict[str, Any], cell: dict[str, Any], unseen: bool
) -> None:
    def fill_in(sheet: Any) -> None:
        black = InlineFont(color="FF000000" if not cell else "FF00B050", sz=11)
        sheet["A1"] = CellRichText(TextBlock(InlineFont(**own), "2"), TextBlock(black, "40000"))
        for name, value in cell.items():
            setattr(sheet["A1"], name, value)

    look = saved(fill_in).looks.get((1, 1), Appearance())
    told = [TextRun("2", unseen=True), TextRun("40000")] if unseen else []
    assert [*look.runs] == told and not look.unseen


def test_letters_that_are_specks_are_seen_by_nobody() -> None:
    def fill_in(sheet: Any) -> None:
        for row, size in enumerate((1, 4, 5, 11), 1):
            sheet.cell(row, 1, 9600).font = Font(size=size)

    looks = saved(fill_in).looks
    assert [place for place, look in looks.items() if look.unseen] == [(1, 1), (2, 1)]


@pytest.mark.skipif(NO_OFFICE, reason="LibreOffice makes the file")
@pytest.mark.parametrize("kind", [FileKind.XLS, FileKind.ODS, FileKind.XLSX])
def test_unseen_parts_are_told_of_every_kind_of_file(tmp_path: Path, kind: FileKind) -> None:
    book = openpyxl.Workbook()
    black = InlineFont(color="FF000000", sz=11)
    parts = (InlineFont(color="FFFFFFFF", sz=11), InlineFont(color="FF000000", sz=1))
    for row, own in enumerate(parts, 1):
        book.active.cell(row, 1).value = CellRichText(TextBlock(black, "37"), TextBlock(own, "9"))
    book.active["A3"] = 9600
    book.active["A3"].font = Font(size=1)
    book.save(tmp_path / "made.xlsx")
    [saved] = saved_as(kind.value, [tmp_path / "made.xlsx"], tmp_path / "out")
    looks = read_workbook(saved.read_bytes(), kind).sheets[0].looks
    told = [TextRun("37"), TextRun("9", unseen=True)]
    assert [[*looks[row, 1].runs] for row in (1, 2)] == [told, told]
    assert looks[3, 1].unseen


@pytest.mark.parametrize("hidden", [True, False])
def test_noughts_that_the_sheet_does_not_show_are_seen_by_nobody(hidden: bool) -> None:
    def fill_in(book: Any, sheet: Any) -> None:
        if hidden:
            sheet.hide_zero()
        sheet.write_number("A1", 0)
        sheet.write_number("A2", 0, book.add_format({"num_format": '0" km"'}))
        sheet.write_number("A3", 0.5)
        sheet.write_string("A4", "0")
        sheet.write_number("A5", 100)

    looks = written(fill_in).looks
    unseen = [place for place, look in looks.items() if look.unseen]
    assert sorted(unseen) == ([(1, 1), (2, 1)] if hidden else [])


@pytest.mark.skipif(NO_OFFICE, reason="LibreOffice makes the file")
@pytest.mark.parametrize("kind", [FileKind.XLS, FileKind.ODS, FileKind.XLSX])
@pytest.mark.parametrize("hidden", [True, False])
def test_noughts_that_other_formats_do_not_show_are_seen_by_nobody(
    tmp_path: Path, kind: FileKind, hidden: bool
) -> None:
    with xlsxwriter.Workbook(tmp_path / "made.xlsx") as book:
        sheet = book.add_worksheet("Chỉ tiêu")
        if hidden:
            sheet.hide_zero()
        for row, value in enumerate((0, 0.5, "0", 100)):
            sheet.write(row, 0, value)
    [saved] = saved_as(kind.value, [tmp_path / "made.xlsx"], tmp_path / "out")
    looks = read_workbook(saved.read_bytes(), kind).sheets[0].looks
    assert [p for p, look in looks.items() if look.unseen] == ([(1, 1)] if hidden else [])


@pytest.mark.parametrize(("flags", "unseen"), [(0x06B6, []), (0x06A6, [(1, 1), (1, 3), (2, 1)])])
def test_noughts_that_an_xls_does_not_show_are_seen_by_nobody(
    flags: int, unseen: list[tuple[int, int]]
) -> None:
    several = struct.pack("<HH", 0, 0) + struct.pack("<HIHIHI", 0, 2, 0, 6, 0, 0)
    records = (
        record(0xBD, several + struct.pack("<H", 2))
        + cell(0x203, 1, 0, struct.pack("<d", 0.0))
        + cell(0x203, 1, 1, struct.pack("<d", 0.4))
        + record(0x23E, struct.pack("<H", flags) + bytes(16))
    )
    looks = read_workbook(xls(records), FileKind.XLS).sheets[0].looks
    assert sorted(p for p, look in looks.items() if look.unseen) == unseen


@pytest.mark.parametrize("shown", [True, False])
def test_noughts_that_an_xlsb_does_not_show_are_seen_by_nobody(shown: bool) -> None:
    book = XlsbBook(zeros=shown)
    for row, value in enumerate((0.0, 5.0, "0", False), 1):
        book.put(row, 1, value)
    looks = read_workbook(book.content(), FileKind.XLSB).sheets[0].looks
    assert [p for p, look in looks.items() if look.unseen] == ([] if shown else [(1, 1)])


SETTING = '<c:config-item c:name="ShowZeroValues" c:type="boolean">{}</c:config-item>'
TABLE_ENTRY = '<c:config-item-map-entry c:name="{}">{}</c:config-item-map-entry>'


@pytest.mark.parametrize(
    ("settings", "hidden"),
    [
        (f'<c:config-item-set c:name="x">{SETTING.format("false")}</c:config-item-set>', True),
        (f'<c:config-item-set c:name="x">{SETTING.format("true")}</c:config-item-set>', False),
        (TABLE_ENTRY.format("", SETTING.format("false")), True),
        (TABLE_ENTRY.format("T", SETTING.format("false")), True),
        (TABLE_ENTRY.format("Khác", SETTING.format("false")), False),
        ("<c:config-item-set", False),
        ("", False),
    ],
)
def test_noughts_that_an_ods_does_not_show_are_seen_by_nobody(
    build: Any, settings: str, hidden: bool
) -> None:
    zero = '<table:table-cell office:value-type="float" office:value="0"><text:p>0</text:p>'
    table = (
        f'<table:table table:name="T"><table:table-row>{zero}</table:table-cell>'
        "</table:table-row></table:table>"
    )
    part = f'<x xmlns:c="config">{settings}</x>'
    content = build.ods(table, **{"settings.xml": part})
    looks = read_workbook(content, FileKind.ODS).sheets[0].looks
    assert [p for p, look in looks.items() if look.unseen] == ([(1, 1)] if hidden else [])


def test_the_white_of_a_theme_is_white() -> None:
    def fill_in(sheet: Any) -> None:
        for row, theme in enumerate((0, 1), 1):
            sheet.cell(row, 1, 5).font = Font(color=openpyxl.styles.colors.Color(theme=theme))

    assert list(saved(fill_in).looks) == [(1, 1)]


@pytest.mark.parametrize(
    ("letters", "fill", "unseen"),
    [(65, None, True), (64, None, False), (65, 64, False), (64, 65, False), (65, 65, True)],
)
def test_colours_of_the_system_are_black_and_white(
    letters: int, fill: int | None, unseen: bool
) -> None:
    def fill_in(sheet: Any) -> None:
        sheet["A1"] = 5
        sheet["A1"].font = Font(color=Color(indexed=letters))
        if fill is not None:
            sheet["A1"].fill = PatternFill("solid", fgColor=Color(indexed=fill))

    book = XlsbBook()
    book.put(1, 1, 5.0, Look(letters=letters, fill=fill))
    for sheet in (saved(fill_in), read_workbook(book.content(), FileKind.XLSB).sheets[0]):
        assert sheet.looks.get((1, 1), Appearance()).unseen is unseen


def test_whole_cells_struck_and_formats_that_say_more_are_told() -> None:
    def fill_in(sheet: Any) -> None:
        sheet["A1"], sheet["A2"], sheet["A3"], sheet["A4"] = 5, 6, 7, 8
        sheet["A1"].font = Font(strike=True)
        sheet["A2"].number_format = '0" triệu"'
        sheet["A3"].number_format = "#,##0.######"
        sheet["A4"].number_format = "mmm-yy"

    assert saved(fill_in).looks == {
        (1, 1): Appearance(struck=True),
        (2, 1): Appearance('0" triệu"'),
        (4, 1): Appearance("mmm-yy"),
    }


def test_a_workbook_whose_normal_style_is_telling_has_only_telling_cells() -> None:
    def fill_in(sheet: Any) -> None:
        sheet.parent._cell_styles[0].numFmtId = 9
        sheet["A1"], sheet["B1"] = 0.17, "chữ"

    sheet = saved(fill_in)
    assert set(sheet.percent) == {(1, 1)}
    assert sheet.looks[1, 1] == Appearance("0%")


def test_percentages_are_told_however_many_cells_there_are() -> None:
    def fill_in(book: Any, sheet: Any) -> None:
        percent = book.add_format({"num_format": "0%"})
        for row in range(12_000):
            sheet.write_number(row, 0, 0.17, percent)

    assert len(written(fill_in).percent) == 12_000


def test_cells_that_state_no_place_are_counted(build: Any) -> None:
    styles = '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="17"/></cellXfs></styleSheet>'
    rows = '<row><c><v>1</v></c><c s="1"><v>2</v></c></row><row><c s="1"><v>3</v></c></row>'
    content = build.xlsx(rows, extra={"xl/styles.xml": styles})
    assert set(read_workbook(content, FileKind.XLSX).sheets[0].looks) == {(1, 2), (2, 1)}


@pytest.mark.skipif(NO_OFFICE, reason="LibreOffice makes the file")
@pytest.mark.parametrize("kind", [FileKind.XLS, FileKind.ODS, FileKind.XLSX])
def test_days_that_are_shown_by_another_calendar_are_told(tmp_path: Path, kind: FileKind) -> None:
    codes = ["[$-107041E]d/m/yyyy", "[$-D07041E]dd/mm/yyyy", "dd/mm/bbbb", "dd/mm/yyyy"]
    with xlsxwriter.Workbook(tmp_path / "made.xlsx") as book:
        sheet = book.add_worksheet()
        for row, code in enumerate(codes):
            sheet.write_number(row, 0, 45_823, book.add_format({"num_format": code}))
    [saved] = saved_as(kind.value, [tmp_path / "made.xlsx"], tmp_path / "out")
    sheet = read_workbook(saved.read_bytes(), kind).sheets[0]
    day = dt.date(2025, 6, 15)
    told = []
    for row in range(1, len(codes) + 1):
        look = sheet.looks.get((row, 1), Appearance())
        shown = compare_shown_day(look.shown, day) if look.shown else None
        compared = shown or compare_day(look.number_format, day)
        told.append(compared.doubt.kind if compared.doubt else None)
    assert told == [*[ProblemKind.SHOWN_OTHERWISE] * 3, None]


STYLES: list[tuple[dict[str, Any], Look, Appearance | None]] = [
    ({"align": "fill"}, Look(repeated=True), Appearance(repeated=True)),
    ({"diag_type": 1, "diag_border": 1}, Look(crossed=True), Appearance(crossed=True)),
    ({"diag_type": 2, "diag_border": 2}, Look(crossed=True), Appearance(crossed=True)),
    ({"diag_type": 3, "diag_border": 1}, Look(crossed=True), Appearance(crossed=True)),
    ({"font_name": "Wingdings"}, Look(font="Wingdings"), Appearance(unseen=True)),
    ({"font_name": "Wingdings 3"}, Look(font="Wingdings 3"), Appearance(unseen=True)),
    ({"font_name": "WEBDINGS"}, Look(font="WEBDINGS"), Appearance(unseen=True)),
    ({"font_name": "Symbol"}, Look(font="Symbol"), Appearance(unseen=True)),
    ({"font_name": "Code 128"}, Look(font="Code 128"), Appearance(unseen=True)),
    ({"font_name": "Free 3 of 9"}, Look(font="Free 3 of 9"), Appearance(unseen=True)),
    ({"font_name": "EAN-13"}, Look(font="EAN-13"), Appearance(unseen=True)),
    ({"font_name": "Segoe MDL2 Assets"}, Look(font="Segoe MDL2 Assets"), Appearance(unseen=True)),
    ({"font_name": "Ocean Sans"}, Look(font="Ocean Sans"), None),
    ({"font_name": "Fira Code"}, Look(font="Fira Code"), None),
    ({"font_name": "Times New Roman"}, Look(font="Times New Roman"), None),
    ({"indent": 2}, Look(indent=2), None),
    ({"align": "center", "border": 1, "shrink": True}, Look(), None),
    ({"rotation": 90}, Look(turned=90), Appearance(turned=True)),
    ({"rotation": 270}, Look(turned=255), Appearance(turned=True)),
]
FAR = [({"indent": n}, Look(indent=n), Appearance(unseen=True)) for n in (60, 250)]


def styled(book: Any, sheet: Any) -> None:
    for row, (properties, _, _) in enumerate((*STYLES, *FAR)):
        sheet.write_number(row, 0, 5, book.add_format(properties))


def test_styles_that_hide_or_repeat_what_a_cell_holds_are_told() -> None:
    looks = written(styled).looks
    for row, (properties, _, look) in enumerate((*STYLES, *FAR), 1):
        assert looks.get((row, 1)) == look, properties


def test_styles_of_an_xlsb_that_hide_or_repeat_are_told() -> None:
    book = XlsbBook()
    for row, (_, look, _) in enumerate((*STYLES, *FAR), 1):
        book.put(row, 1, 5.0, look)
    looks = read_workbook(book.content(), FileKind.XLSB).sheets[0].looks
    for row, (_, look, made) in enumerate((*STYLES, *FAR), 1):
        assert looks.get((row, 1)) == made, look


@pytest.mark.skipif(NO_OFFICE, reason="LibreOffice makes the file")
@pytest.mark.parametrize("kind", [FileKind.XLS, FileKind.ODS, FileKind.XLSX])
def test_styles_of_other_formats_that_hide_or_repeat_are_told(
    tmp_path: Path, kind: FileKind
) -> None:
    with xlsxwriter.Workbook(tmp_path / "made.xlsx") as book:
        styled(book, book.add_worksheet())
    [saved] = saved_as(kind.value, [tmp_path / "made.xlsx"], tmp_path / "out")
    looks = read_workbook(saved.read_bytes(), kind).sheets[0].looks
    # LibreOffice knows indents up to fifteen, in its own format more of them.
    wanted = [*STYLES, *FAR[:1]] if kind is FileKind.ODS else STYLES
    for row, (properties, _, look) in enumerate(wanted, 1):
        assert looks.get((row, 1)) == look, properties


def test_a_text_in_parts_is_indented_out_of_sight_as_a_whole() -> None:
    def fill_in(book: Any, sheet: Any) -> None:
        red, far = book.add_format({"font_color": "#FF0000"}), book.add_format({"indent": 250})
        sheet.write_rich_string("A1", "làm ", red, "xong", far)

    assert written(fill_in).looks[1, 1].unseen
    book = XlsbBook()
    for row, shared in enumerate((True, False), 1):
        parts = [("làm ", Look()), ("xong", Look(letters="FF0000"))]
        book.put(row, 1, Rich(parts, shared), Look(indent=250))
    looks = read_workbook(book.content(), FileKind.XLSB).sheets[0].looks
    assert [looks[row, 1].unseen for row in (1, 2)] == [True, True]


def test_parts_of_a_text_in_a_font_of_pictures_are_told() -> None:
    def fill_in(sheet: Any) -> None:
        for row, font in enumerate(("Wingdings", "symbol", "Arial", "Libre Barcode 39"), 1):
            parts = (
                TextBlock(InlineFont(rFont="Arial"), "37"),
                TextBlock(InlineFont(rFont=font), "9"),
            )
            sheet.cell(row, 1).value = CellRichText(*parts)

    told = [TextRun("37"), TextRun("9", unseen=True)]
    looks = saved(fill_in).looks
    found = [[*looks.get((row, 1), Appearance()).runs] for row in (1, 2, 3, 4)]
    assert found == [told, told, [], told]


ODS = (
    '<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x" xmlns:style="s" '
    'xmlns:fo="f"><office:automatic-styles>'
    '<style:style style:name="U"><style:text-properties style:text-position="super 58%"/>'
    '</style:style><style:style style:name="S"><style:text-properties '
    'style:text-line-through-style="solid"/></style:style><style:style style:name="W">'
    '<style:text-properties fo:color="#ffffff"/></style:style></office:automatic-styles>'
    '<office:body><office:spreadsheet><table:table table:name="T"><table:table-row>{}'
    "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
)


@pytest.mark.parametrize(
    ("attributes", "content", "look"),
    [
        (
            'office:value-type="string"',
            '<text:p>9600<text:span text:style-name="U">1</text:span></text:p>',
            Appearance(runs=[TextRun("9600"), TextRun("1", UP)]),
        ),
        (
            'office:value-type="string"',
            '<text:p>làm <text:span text:style-name="S">không</text:span> kịp</text:p>',
            Appearance(runs=[TextRun("làm "), TextRun("không", struck=True), TextRun(" kịp")]),
        ),
        (
            'office:value-type="float" office:value="5" table:style-name="S"',
            "<text:p>5</text:p>",
            Appearance(struck=True),
        ),
        (
            'office:value-type="float" office:value="5" table:style-name="W"',
            "<text:p>5</text:p>",
            Appearance(unseen=True),
        ),
        (
            'office:value-type="float" office:value="9600"',
            "<text:p>9.600 triệu</text:p>",
            Appearance(shown="9.600 triệu"),
        ),
        (
            'office:value-type="float" office:value="15.67"',
            "<text:p>-15,67</text:p>",
            Appearance(shown="-15,67"),
        ),
        (
            'office:value-type="date" office:date-value="2025-06-01"',
            "<text:p>06/2025</text:p>",
            Appearance(shown="06/2025"),
        ),
        ('office:value-type="float" office:value="9600"', "<text:p>9.600</text:p>", None),
        (
            'office:value-type="date" office:date-value="2025-06-05"',
            "<text:p>05/06/2025</text:p>",
            None,
        ),
    ],
)
def test_an_ods_tells_what_it_shows(attributes: str, content: str, look: Appearance | None) -> None:
    cell = f"<table:table-cell {attributes}>{content}</table:table-cell>"
    sheets, _ = read_sheets(ODS.format(cell).encode(), max_rows=9, max_columns=9, max_cells=9)
    assert sheets[0].looks.get((1, 1)) == look


@pytest.mark.skipif(NO_OFFICE, reason="LibreOffice makes the file")
@pytest.mark.parametrize("kind", [FileKind.XLS, FileKind.ODS])
def test_other_formats_of_an_office_program_tell_the_same(tmp_path: Path, kind: FileKind) -> None:
    with xlsxwriter.Workbook(tmp_path / "made.xlsx") as book:
        sheet = book.add_worksheet()
        up, struck = book.add_format({"font_script": 1}), book.add_format({"font_strikeout": True})
        sheet.write_rich_string("A1", "9600", up, "1")
        sheet.write_rich_string("A2", "làm ", struck, "không ", "kịp" * 4_000)
        sheet.write_number("A3", 9600, book.add_format({"num_format": '0" triệu"'}))
        sheet.write_number("A4", 5, struck)
        sheet.write_number("A5", 6, book.add_format({"font_color": "#FFFFFF"}))
        sheet.write_number("A6", 7, book.add_format({"num_format": "#,##0.00"}))
        for row in range(10, 300):
            sheet.write_string(row, 0, f"Việc thứ {row} của cơ quan" * 9)
    [saved] = saved_as(kind.value, [tmp_path / "made.xlsx"], tmp_path)
    looks = read_workbook(saved.read_bytes(), kind).sheets[0].looks
    assert [*looks[1, 1].runs] == [TextRun("9600"), TextRun("1", UP)]
    assert [(r.text, r.struck) for r in looks[2, 1].runs][:2] == [("làm ", False), ("không ", True)]
    assert "triệu" in looks[3, 1].number_format + looks[3, 1].shown
    assert looks[4, 1].struck
    assert looks[5, 1].unseen
    assert not any(looks[row, 1].runs for row in range(11, 301) if (row, 1) in looks)

"""The same for .ods and the binary formats: what is drawn stands in styles and in later records."""

from __future__ import annotations

import datetime as dt
import struct

import pytest

from models.domain.reading.workbook_content import Appearance, CellLetters, Elsewhere, SheetContent
from tasks.adapters.reading.file_kinds import FileKind
from tasks.adapters.reading.ods.ods_reader import read_sheets
from tasks.adapters.reading.workbook_reader import read_workbook
from tests.fixtures.old_workbooks import cell, record, xls
from tests.fixtures.xlsb_workbooks import Look, XlsbBook, wide
from tests.fixtures.xlsb_workbooks import record as long_record
from tests.tasks.adapters.reading.ods.test_ods_looks import SPACES

NUMBER = (
    '<number:number number:decimal-places="{}" number:min-integer-digits="{}"{}>{}</number:number>'
)
PLAIN = NUMBER.format(0, 1, "", "")
NUMBERS = "<number:number-style style:name='N'>{}</number:number-style>"
SHARES = (
    f"<number:percentage-style style:name='N'>{PLAIN}<number:text>%</number:text>"
    "</number:percentage-style>"
)
DAYS = (
    "<number:date-style style:name='N'{}><number:month/><number:text>/</number:text><number:day/>"
    "<number:text>/</number:text><number:year number:style='long'/></number:date-style>"
)
FLOAT = 'office:value-type="float" office:value="{}"'
DAY = 'office:value-type="date" office:date-value="2025-06-05"'


def ods(formats: str, stated: str, text: str, look: str = "", row: str = "") -> SheetContent:
    """A sheet of one cell with that text, of a style of that format and look."""
    content = (
        f"<office:document-content {SPACES}><office:automatic-styles>{formats}"
        f'<style:style style:name="C" style:data-style-name="N">{look}</style:style>'
        '<style:style style:name="R"><style:table-row-properties style:row-height="15pt" '
        f'style:use-optimal-row-height="{row or "false"}"/></style:style>'
        "</office:automatic-styles><office:body><office:spreadsheet>"
        '<table:table table:name="T"><table:table-row table:style-name="R"><table:table-cell '
        f'table:style-name="C" {stated}><text:p>{text}</text:p></table:table-cell>'
        "</table:table-row></table:table></office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    styles = f"<office:document-styles {SPACES}/>"
    (sheet,), _ = read_sheets(
        content.encode(), styles.encode(), max_rows=9, max_columns=9, max_cells=9
    )
    return sheet


DRAWN = [
    # format, value, the text that the file keeps, what is shown instead of the value
    (NUMBERS.format(PLAIN), FLOAT.format(250200), "250200", None),
    (NUMBERS.format(NUMBER.format(0, 1, ' number:display-factor="1000"', "")),
     FLOAT.format(250200), "250200", "250"),
    (NUMBERS.format(f"{PLAIN}<number:text> triệu</number:text>"),
     FLOAT.format(250200), "250200", "250200 triệu"),
    (NUMBERS.format("<number:text>9600</number:text>"), FLOAT.format(250200), "250200", "9600"),
    (NUMBERS.format(f"{PLAIN}<number:fill-character>9</number:fill-character>"),
     FLOAT.format(5), "5", "59"),
    (NUMBERS.format(f"<number:fill-character> </number:fill-character>{PLAIN}"),
     FLOAT.format(5), "5", None),
    (NUMBERS.format(NUMBER.format(
        0, 4, "", '<number:embedded-text number:position="3">9</number:embedded-text>')),
     FLOAT.format(5200), "5200", "59200"),
    ("<number:boolean-style style:name='N'><number:boolean/></number:boolean-style>",
     FLOAT.format(5), "5", "TRUE/FALSE"),
    (SHARES, FLOAT.format(0.17), "0,17", "17%"),
    (SHARES, FLOAT.format(0.17), "17%", None),
    (DAYS.format(""), DAY, "05/06/2025", "6/5/2025"),
    (DAYS.format(""), DAY, "6/5/2025", "6/5/2025"),
    (DAYS.format(" number:automatic-order='true'"), DAY, "05/06/2025", None),
    (DAYS.format(""), FLOAT.format(45813), "45813", "6/5/2025"),
]  # fmt: skip


@pytest.mark.parametrize(("formats", "stated", "text", "shown"), DRAWN)
def test_what_an_ods_shows_is_drawn_by_its_format(
    formats: str, stated: str, text: str, shown: str | None
) -> None:
    look = ods(formats, stated, text).looks.get((1, 1))
    assert look == (None if shown is None else Appearance(shown=shown))


def test_a_text_of_an_ods_is_shown_as_its_format_has_it() -> None:
    formats = (
        "<number:text-style style:name='N'><number:text-content/><number:text>00</number:text>"
        "</number:text-style>"
    )
    sheet = ods(formats, 'office:value-type="string"', "2502")
    assert sheet.looks[1, 1].number_format == '@"00"'


@pytest.mark.parametrize(
    ("stated", "text", "percent"),
    [
        ('office:value-type="percentage" office:value="0.17"', "17%", True),
        ('office:value-type="percentage" office:value="0.17"', "", True),
        ('office:value-type="percentage" office:value="0.17"', "0,17", False),
        (FLOAT.format(0.17), "17%", True),
        (FLOAT.format(0.174), "17%", True),
        (FLOAT.format(17), "17%", False),
    ],
)
def test_a_percentage_of_an_ods_is_what_is_shown_as_one(
    stated: str, text: str, percent: bool
) -> None:
    assert ((1, 1) in ods("", stated, text).percent) == percent


def test_letters_left_to_the_window_are_seen() -> None:
    letters = '<style:text-properties fo:color="#ffffff"{}/>'
    own = letters.format(' style:use-window-font-color="true"')
    assert ods("", FLOAT.format(5), "5", own).looks == {}
    assert ods("", FLOAT.format(5), "5", letters.format("")).looks[1, 1].unseen


@pytest.mark.parametrize(
    ("look", "row", "told"),
    [
        ('<style:table-cell-properties style:direction="ttb"/>', "", (False, True, 0.0, 15.0)),
        ('<style:table-cell-properties style:rotation-angle="90"/>', "", (True, False, 0.0, 15.0)),
        ('<style:table-cell-properties fo:padding-top="3cm"/>', "", (False, False, 85.05, 15.0)),
        ('<style:table-cell-properties fo:padding="1pt"/>', "", (False, False, 2.0, 15.0)),
        ("", "true", (False, False, 0.0, 0.0)),
    ],
)
def test_an_ods_says_how_its_letters_stand(
    look: str, row: str, told: tuple[bool, bool, float, float]
) -> None:
    sheet = ods("", FLOAT.format(5), "5", look, row)
    assert sheet.letters is not None
    letters = sheet.letters(1, 1)
    assert (letters.turned, letters.stacked, letters.free, letters.row) == told
    assert bool(sheet.looks) == (told[0] or told[1] or told[2] > 5)


def test_a_tip_of_a_link_in_an_ods_is_told(build: type) -> None:
    content = build.ods(  # type: ignore[attr-defined]
        '<table:table table:name="T"><table:table-row><table:table-cell office:value-type="string">'
        '<text:p><text:a office:title="Ghi nhầm">9</text:a></text:p></table:table-cell>'
        "</table:table-row></table:table>"
    )
    (words,) = read_workbook(content, FileKind.ODS).elsewhere
    assert (words.where, words.text) == (Elsewhere.MESSAGE, "Ghi nhầm")


# --- The binary formats, record by record ---------------------------------------------------------

FONTS = b"".join(
    record(0x31, struct.pack("<5H", 220, flags, 0x7FFF, 400, 0) + bytes(4) + b"\x05\0Arial")
    for flags in (0, 8)
)


def more_of_style(kind: int, form: int, tint: int, value: bytes, style: int = 0) -> bytes:
    head = struct.pack("<HHQHHHH", 0x87D, 0, 0, 0, style, 0, 1)
    return record(0x87D, head + struct.pack("<HHHh4s8x", kind, 20, form, tint, value))


@pytest.mark.parametrize(
    ("more", "unseen"),
    [
        (b"", False),
        (more_of_style(0x0D, 2, 0, b"\xff\xff\xff\xff"), True),
        (more_of_style(0x0D, 3, 0, b"\0\0\0\0"), True),  # the white of the theme
        (more_of_style(0x0D, 3, -16_384, b"\0\0\0\0"), False),  # grey
        (more_of_style(0x0D, 2, 0, b"\x1f\x1f\x1f\xff"), False),
        (more_of_style(0x04, 2, 0, b"\0\0\0\xff"), False),  # of a fill that is none
        (more_of_style(0x0D, 2, 0, b"\xff\xff\xff\xff", style=9), False),
        (more_of_style(0x0D, 2, 0, b"\xff\xff\xff\xff")[:-15] + bytes(15), False),
        (record(0x87D, bytes(4)), False),
    ],
)
def test_colours_of_newer_programs_in_an_xls_are_followed(more: bytes, unseen: bool) -> None:
    style = record(0xE0, struct.pack("<HH", 0, 0) + bytes(16))
    cells = cell(0x203, 0, 0, struct.pack("<d", 5.0))
    content = xls(cells, globals_=FONTS + style + more)
    (sheet,) = read_workbook(content, FileKind.XLS).sheets
    look = sheet.looks.get((1, 1))
    assert (look is not None and look.unseen) == unseen


@pytest.mark.parametrize(
    ("text", "runs", "struck"),
    [
        (b"9250200", ((0, 1), (1, 0)), "9"),
        (b"250200", ((0, 0),), ""),
        (b"250200", ((0, 1),), "250200"),
    ],
)
def test_words_in_parts_that_stand_in_a_cell_of_xls_are_told(
    text: bytes, runs: tuple[tuple[int, int], ...], struck: str
) -> None:
    told = struct.pack("<HB", len(text), 0) + text + struct.pack("<H", len(runs))
    told += b"".join(struct.pack("<HH", *run) for run in runs)
    (sheet,) = read_workbook(xls(cell(0xD6, 0, 0, told), globals_=FONTS), FileKind.XLS).sheets
    assert sheet.at(1, 1) == text.decode()
    look = sheet.looks.get((1, 1), Appearance())
    assert "".join(run.text for run in look.runs if run.struck) == struck
    assert read_workbook(xls(cell(0xD6, 0, 0, told[:-3]), globals_=FONTS), FileKind.XLS)


@pytest.mark.parametrize(("letters", "unseen"), [(0, False), (163, False), (2, True)])
def test_letters_of_the_set_of_signs_in_an_xls_are_seen_by_nobody(
    letters: int, unseen: bool
) -> None:
    font = struct.pack("<5H4B", 220, 0, 0x7FFF, 400, 0, 0, 0, letters, 0) + b"\x05\0Arial"
    content = xls(
        cell(0x203, 0, 0, struct.pack("<d", 5.0)),
        globals_=record(0x31, font) + record(0xE0, struct.pack("<HH", 0, 0) + bytes(16)),
    )
    (sheet,) = read_workbook(content, FileKind.XLS).sheets
    assert sheet.looks.get((1, 1), Appearance()).unseen == unseen


@pytest.mark.parametrize("turned", [0, 90, 255])
def test_letters_of_an_xls_say_how_they_stand(turned: int) -> None:
    style = record(0xE0, struct.pack("<HHHBB", 0, 0, 0, 0, turned) + bytes(12))
    row = record(0x208, struct.pack("<8H", 0, 0, 1, 300, 0, 0, 0x40, 0))
    content = xls(row + cell(0x203, 0, 0, struct.pack("<d", 5.0)), globals_=FONTS + style)
    (sheet,) = read_workbook(content, FileKind.XLS).sheets
    assert sheet.letters is not None
    letters = sheet.letters(1, 1)
    assert (letters.turned, letters.stacked) == (turned > 0, turned == 255)
    assert (letters.points, letters.row) == (11.0, 15.0)


def test_letters_of_an_xlsb_say_how_they_stand() -> None:
    book = XlsbBook()
    book.put(2, 1, 5.0)
    book.put(2, 2, 5.0, Look(turned=255))
    book.heights = {2: 15.0}
    (sheet,) = read_workbook(book.content(), FileKind.XLSB).sheets
    assert sheet.letters is not None
    assert sheet.letters(2, 1) == CellLetters("General", points=11.0, row=15.0)
    assert sheet.letters(2, 2) == CellLetters(
        "General", made_to_fit=True, points=11.0, turned=True, stacked=True, row=15.0
    )


@pytest.mark.parametrize(
    "empty",
    [
        cell(0x201, 0, 1, b""),
        record(0xBE, struct.pack("<6H", 0, 1, 0, 0, 0, 3)),
        record(0xBE, struct.pack("<6H", 0, 0, 0, 0, 0, 2)),
    ],
)
def test_cells_of_an_xls_say_that_they_are_centred_over_others(empty: bytes) -> None:
    style = record(0xE0, struct.pack("<HHHB", 0, 0, 0, 6) + bytes(13))
    number = cell(0x203, 0, 0, struct.pack("<d", 5.0))
    for way, spread in ((style, True), (style.replace(b"\6", b"\2"), False)):
        (sheet,) = read_workbook(xls(number + empty, globals_=FONTS + way), FileKind.XLS).sheets
        assert sheet.letters is not None
        assert [sheet.letters(1, n).spread for n in (1, 2, 9)] == [spread, spread, False]


def test_cells_of_an_xlsb_say_that_they_are_centred_over_others() -> None:
    book = XlsbBook()
    book.put(2, 1, 5.0, Look(spread=True))
    book.put(2, 2, None, Look(spread=True))
    book.put(2, 3, 5.0)
    (sheet,) = read_workbook(book.content(), FileKind.XLSB).sheets
    assert sheet.letters is not None
    assert [sheet.letters(2, n).spread for n in (1, 2, 3)] == [True, True, False]


def test_tips_of_links_in_binary_files_are_told() -> None:
    tip = "Ghi nhầm"
    content = xls(
        record(0x800, struct.pack("<5H", 0x800, 0, 0, 0, 0) + f"{tip}\0".encode("utf-16-le"))
    )
    book = XlsbBook()
    book.put(1, 1, 5.0)
    book.behind = long_record(494, bytes(16) + wide("rId1") + wide("") + wide(tip) + wide("x"))
    for made, kind in ((content, FileKind.XLS), (book.content(), FileKind.XLSB)):
        (words,) = read_workbook(made, kind).elsewhere
        assert (words.where, words.text) == (Elsewhere.MESSAGE, tip)


def test_a_day_is_no_number_that_a_format_draws() -> None:
    sheet = ods(NUMBERS.format(PLAIN), DAY, "45813")
    assert sheet.at(1, 1) == dt.date(2025, 6, 5)

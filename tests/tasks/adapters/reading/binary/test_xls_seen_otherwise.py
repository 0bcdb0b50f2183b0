"""Ways in which an .xls shows something else than it keeps, record by record."""

from __future__ import annotations

import struct

import pytest

from models.domain.reading.workbook_content import Appearance, SheetContent
from tasks.adapters.reading.file_kinds import FileKind
from tasks.adapters.reading.workbook_reader import read_workbook
from tests.fixtures.old_workbooks import cell, record, xls

BLACK, WHITE, GREY, OF_THE_WINDOW = 8, 9, 22, 0x7FFF
NUMBER = struct.pack("<d", 250_200.0)


def font(
    colour: int = OF_THE_WINDOW, points: float = 11.0, name: bytes = b"Arial", flags: int = 0
) -> bytes:
    head = struct.pack("<5H4B", round(20 * points), flags, colour, 400, 0, 0, 0, 0, 0)
    return record(0x31, head + bytes([len(name), 0]) + name)


def style(
    number: int = 0, pattern: int = 0, front: int = 64, back: int = 65, order: int = 0
) -> bytes:
    return record(
        0xE0,
        struct.pack("<HHHBBB", 0, number, 0, 0, 0, order << 6)
        + bytes(5)
        + struct.pack("<IH", pattern << 26, back << 7 | front),
    )


def code(number: int, text: str) -> bytes:
    return record(0x41E, struct.pack("<HHB", number, len(text), 0) + text.encode("latin-1"))


def more_of_style(kind: int, form: int, tint: int, value: bytes) -> bytes:
    head = struct.pack("<HHQHHHH", 0x87D, 0, 0, 0, 0, 0, 1)
    return record(0x87D, head + struct.pack("<HHHh4s8x", kind, 20, form, tint, value))


def sheet(globals_: bytes, cells: bytes = b"") -> SheetContent:
    cells = cells or cell(0x203, 0, 0, NUMBER)
    (found,) = read_workbook(xls(cells, globals_=globals_), FileKind.XLS).sheets
    return found


@pytest.mark.parametrize(
    ("globals_", "unseen"),
    [
        (font(BLACK) + style(pattern=3, front=BLACK, back=WHITE), True),
        (font(WHITE) + style(pattern=18, front=GREY, back=WHITE), True),
        (font(BLACK) + style(pattern=18, front=GREY, back=WHITE), False),
        (font(BLACK) + style(pattern=2, front=BLACK, back=WHITE), True),
        (font(WHITE) + style(pattern=10, front=BLACK, back=WHITE), True),
        (font(WHITE) + style(pattern=13, front=BLACK, back=WHITE), True),
        (font(BLACK) + style(pattern=13, front=BLACK, back=WHITE), False),
        (font(GREY) + style(pattern=2, front=BLACK, back=WHITE), False),
        (font(BLACK) + style(pattern=2, front=BLACK, back=BLACK), True),
        (font() + style(pattern=1, front=BLACK), True),
        (font() + style(pattern=1, front=WHITE), False),
        (font(name=b"@Wingdings") + style(), True),
        (font() + style() + more_of_style(0x0D, 2, 32_767, b"\0\0\0\xff"), True),
        (font() + style() + more_of_style(0x0D, 2, 0, b"\0\0\0\xff"), False),
        (font() + style() + more_of_style(0x0D, 3, 32_767, b"\x0a\0\0\0"), True),
        (font() + style() + more_of_style(0x0D, 3, 0, b"\x0a\0\0\0"), False),
    ],
)
def test_letters_and_grounds_of_an_xls(globals_: bytes, unseen: bool) -> None:
    look = sheet(globals_).looks.get((1, 1), Appearance())
    assert look.unseen == unseen


@pytest.mark.parametrize(
    ("written", "pattern", "front", "told"),
    [
        ("[Color19]0", 0, 64, "[White]0"),
        ("[Black]0", 1, BLACK, "[White]0"),
        ("[White]0", 1, 18, "0"),
        ("[Red]0", 0, 64, "0"),
    ],
)
def test_colours_of_formats_of_an_xls_are_held_against_the_ground(
    written: str, pattern: int, front: int, told: str
) -> None:
    globals_ = font(GREY) + code(200, written) + style(200, pattern, front)
    assert sheet(globals_).looks[1, 1].number_format == told


@pytest.mark.parametrize(
    ("formats", "number", "twice"),
    [
        (code(200, "0") + code(200, '0" tr"'), 200, True),
        (code(200, "0") + code(200, "0"), 200, False),
        (b"", 67, True),
        (code(67, "0%"), 67, False),
        (b"", 3, False),
    ],
)
def test_formats_of_two_minds_in_an_xls_are_told(formats: bytes, number: int, twice: bool) -> None:
    assert [*sheet(font() + formats + style(number)).told_twice] == (["A1"] if twice else [])


@pytest.mark.parametrize(
    ("more", "twice"),
    [
        (cell(0x201, 0, 0, b""), True),
        (record(0xBE, struct.pack("<6H", 0, 0, 0, 0, 0, 2)), True),
        (cell(0x201, 0, 1, b""), False),
        (record(0xBE, struct.pack("<6H", 0, 1, 0, 0, 0, 3)), False),
    ],
)
def test_a_cell_that_is_also_told_to_be_empty_is_told(more: bytes, twice: bool) -> None:
    own = cell(0x203, 0, 0, NUMBER)
    for cells in (own + more, more + own):
        assert [*sheet(font() + style(), cells).told_twice] == (["A1"] if twice else [])


@pytest.mark.parametrize(("points", "lost"), [(4, "0"), (8, ""), (200, "25020")])
def test_small_figures_beside_others_in_an_xls_are_told(points: float, lost: str) -> None:
    text = struct.pack("<HB", 6, 0) + b"250200" + struct.pack("<HHH", 1, 5, 1)
    found = sheet(font() + font(points=points) + style(), cell(0xD6, 0, 0, text))
    look = found.looks.get((1, 1), Appearance())
    assert "".join(run.text for run in look.runs if run.unseen) == lost


def test_parts_of_a_text_are_held_against_the_newer_ground() -> None:
    text = struct.pack("<HB", 6, 0) + b"250200" + struct.pack("<HHH", 1, 5, 1)
    ground = more_of_style(0x04, 2, 0, b"\xff\xfb\xe6\xff")
    globals_ = font() + font(WHITE) + style(pattern=1, front=BLACK) + ground
    look = sheet(globals_, cell(0xD6, 0, 0, text)).looks[1, 1]
    assert [run.text for run in look.runs if run.unseen] == ["0"]


@pytest.mark.parametrize(
    ("order", "flags", "mirrored"), [(2, 0, True), (1, 0, False), (0, 0x40, True)]
)
def test_texts_from_the_right_in_an_xls_are_told(order: int, flags: int, mirrored: bool) -> None:
    text = struct.pack("<HB", 7, 0) + b"250 200"
    cells = cell(0x204, 0, 0, text) + record(0x23E, struct.pack("<H", 0x10 | flags) + bytes(16))
    look = sheet(font() + style(order=order), cells).looks.get((1, 1), Appearance())
    assert look.mirrored == mirrored


@pytest.mark.parametrize(
    ("flags", "rows", "high", "hidden"),
    [
        (0x18, 3, 8_000, True),
        (0x10, 3, 8_000, False),
        (0x18, 3, 300, False),
        (0x18, 0, 8_000, False),
    ],
)
def test_panes_of_an_xls_that_fill_the_screen_are_told(
    flags: int, rows: int, high: int, hidden: bool
) -> None:
    tall = b"".join(
        record(0x208, struct.pack("<8H", row, 0, 1, high, 0, 0, 0x40, 0)) for row in range(3)
    )
    view = record(0x23E, struct.pack("<H", flags) + bytes(16))
    still = record(0x41, struct.pack("<4HH", 0, rows, rows, 0, 2))
    found = sheet(font() + style(), tall + cell(0x203, 5, 0, NUMBER) + view + still)
    assert (6 in found.hidden_places.rows) == hidden

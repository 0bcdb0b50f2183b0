"""What Excel 2007 and later add to an .xls: the theme, gradients, indents, styles of tables."""

from __future__ import annotations

import struct

import pytest

from models.domain.reading.conditions.conditional_looks import looks_on
from models.domain.reading.workbook_content import Appearance, SheetContent
from tasks.adapters.reading.file_kinds import FileKind
from tasks.adapters.reading.workbook_reader import read_workbook
from tests.fixtures.old_workbooks import cell, record, wide, xls
from tests.tasks.adapters.reading.binary.test_xls_seen_otherwise import (
    BLACK,
    NUMBER,
    WHITE,
    font,
    style,
)
from tests.tasks.adapters.reading.test_tampered_workbooks import packed

HEAD = bytes(12)
FULL, OF_THEME = 2, 3
THEME = (
    '<a:theme xmlns:a="urn:a"><a:clrScheme><a:dk1><a:srgbClr val="{dark}"/></a:dk1><a:lt1>'
    '<a:srgbClr val="FFFFFF"/></a:lt1></a:clrScheme><a:fontScheme><a:majorFont>'
    '<a:latin typeface="{major}"/></a:majorFont></a:fontScheme></a:theme>'
)


def theme(dark: str = "000000", major: str = "Cambria", cut: int = 0, pieces: int = 1) -> bytes:
    """The records of a theme, in so many pieces; the end of its package may be `cut` off."""
    package = packed(
        {
            "[Content_Types].xml": b"<Types/>",
            "theme/theme/theme1.xml": THEME.format(dark=dark, major=major).encode(),
        }
    )
    package = package[: len(package) - cut]
    size = -(-len(package) // pieces)
    first, *others = (package[at : at + size] for at in range(0, len(package), size))
    made = record(0x896, HEAD + bytes(4) + first)
    return made + b"".join(record(0x87F, HEAD + piece) for piece in others)


def more(kind: int, body: bytes) -> bytes:
    head = struct.pack("<HHQHHHH", 0x87D, 0, 0, 0, 0, 0, 1)
    return record(0x87D, head + struct.pack("<HH", kind, len(body) + 4) + body)


def letters(form: int, value: bytes) -> bytes:
    return more(0x0D, struct.pack("<Hh4s8x", form, 0, value))


def gradient(*stops: bytes) -> bytes:
    said = b"".join(struct.pack("<H4sdd", FULL, stop, 0.0, 0.0) for stop in stops)
    return more(0x06, bytes(44) + struct.pack("<I", len(stops)) + said)


def sheet(globals_: bytes, cells: bytes = b"") -> SheetContent:
    cells = cells or cell(0x203, 0, 0, NUMBER)
    (found,) = read_workbook(xls(cells, globals_=globals_), FileKind.XLS).sheets
    return found


PLAIN = font(BLACK) + style()
BY_THEME = font() + style() + letters(OF_THEME, b"\1\0\0\0")
MAJOR = PLAIN + more(0x0E, b"\1")


@pytest.mark.parametrize(
    ("globals_", "unseen"),
    [
        (BY_THEME + theme(), False),
        (BY_THEME + theme("FFFFFF"), True),
        (BY_THEME + theme("FFFFFF", pieces=3), True),
        (BY_THEME + theme("FFFFFF", cut=9), False),
        (BY_THEME, False),
        (MAJOR + theme(), False),
        (MAJOR + theme(major="Wingdings"), True),
        (PLAIN + more(0x0E, b"\2") + theme(major="Wingdings"), False),
        (PLAIN + gradient(b"\0\0\0\xff", b"\0\0\0\xff"), True),
        (PLAIN + gradient(b"\xff\xff\xff\xff", b"\0\0\0\xff"), True),
        (PLAIN + gradient(b"\xff\xff\xff\xff", b"\xff\xc0\0\xff"), False),
        (PLAIN + gradient(), False),
        (PLAIN + more(0x0F, struct.pack("<H", 60)), True),
        (PLAIN + more(0x0F, struct.pack("<H", 2)), False),
        (PLAIN + more(0x0F, b""), False),
    ],
)
def test_what_newer_programs_draw_of_an_xls_is_followed(globals_: bytes, unseen: bool) -> None:
    assert sheet(globals_).looks.get((1, 1), Appearance()).unseen == unseen


def difference(*properties: tuple[int, bytes]) -> bytes:
    said = b"".join(struct.pack("<HH", kind, len(body) + 4) + body for kind, body in properties)
    return record(0x88D, HEAD + struct.pack("<HHH", 0, 0, len(properties)) + said)


def table_style(name: str, *parts: int) -> bytes:
    """A style of tables whose parts all take the first difference."""
    made = record(0x88F, HEAD + struct.pack("<HIH", 4, len(parts), len(name)) + wide(name)[3:])
    return made + b"".join(record(0x890, HEAD + struct.pack("<3I", part, 1, 0)) for part in parts)


def table(name: str, flags: int = 0, heads: int = 1) -> bytes:
    """A table in the first nine rows and columns."""
    area = struct.pack("<4H", 0, 8, 0, 8)
    feature = struct.pack("<IIII", 0, 7, heads, 0)
    said = struct.pack("<HBIHIH", 5, 0, 0, 1, 0, 0) + area + feature
    client = struct.pack("<HIHHB", 1, 7, flags, len(name), 1) + wide(name)[3:]
    return record(0x878, HEAD + said) + record(0x877, HEAD + client)


IN_WHITE = difference((5, b"\x05\0\0\0\xff\xff\xff\xff"))
STRUCK = difference((29, b"\1"))
BODY, STRIPE = 0, 5
WHITE_BODY = IN_WHITE + table_style("S", BODY)
USUAL = font() + font() + style()
CELL = cell(0x203, 1, 1, NUMBER)


@pytest.mark.parametrize(
    ("globals_", "cells", "seen"),
    [
        (USUAL + WHITE_BODY, CELL + table("S"), "unseen"),
        (USUAL + STRUCK + table_style("S", BODY), CELL + table("S"), "struck"),
        (USUAL + IN_WHITE + table_style("S", STRIPE), CELL + table("S", 4), "unseen"),
        (USUAL + IN_WHITE + table_style("S", STRIPE), CELL + table("S"), ""),
        (USUAL + WHITE_BODY, CELL + table("T"), ""),
        (USUAL + WHITE_BODY, cell(0x203, 9, 1, NUMBER) + table("S"), ""),
        (USUAL + WHITE_BODY, CELL, ""),
        (font() + font(BLACK) + style() + WHITE_BODY, CELL + table("S"), "unseen"),
        (font(BLACK) + style(pattern=1, front=WHITE), CELL + table("TableStyleDark3"), "unseen"),
        (font(BLACK) + style(), CELL + table("TableStyleDark3"), ""),
        (font(BLACK) + style(pattern=1, front=WHITE), CELL + table("TableStyleLight1"), ""),
    ],
)  # fmt: skip
def test_styles_of_tables_in_an_xls_are_followed(globals_: bytes, cells: bytes, seen: str) -> None:
    found = sheet(globals_, cells)
    place = next(p for p in ((2, 2), (10, 2)) if found.at(*p) is not None)
    looks = looks_on(found, *place, found.looks.get(place, Appearance()))
    told = {"unseen" for k in looks if k.unseen} | {"struck" for k in looks if k.struck}
    assert told == ({seen} if seen else set())


@pytest.mark.parametrize("end", range(12, 60, 7))
def test_tables_of_an_xls_that_are_cut_off_cost_no_cell(end: int) -> None:
    whole = table("S")
    length = int.from_bytes(whole[2:4], "little")
    first, second = whole[4 : 4 + length], whole[8 + length :]
    cut = record(0x878, first[:end]) + record(0x877, second[:end])
    assert sheet(USUAL + IN_WHITE, CELL + cut).at(2, 2) == 250_200.0

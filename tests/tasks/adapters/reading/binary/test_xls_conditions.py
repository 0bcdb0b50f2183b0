"""Conditions of an .xls, record by record: which of them holds, and what it makes of its cells."""

from __future__ import annotations

import struct

import pytest

from models.domain.reading.conditions.conditional_looks import looks_on
from models.domain.reading.workbook_content import Appearance, SheetContent
from tasks.adapters.reading.file_kinds import FileKind
from tasks.adapters.reading.workbook_reader import read_workbook
from tests.fixtures.old_workbooks import cell, narrow, record, wide, xls
from tests.fixtures.seen_looks import PLAIN, unseen


def _conditions(*records: bytes) -> SheetContent:
    cells = cell(0x203, 1, 1, struct.pack("<d", 5.0)) + b"".join(records)
    return read_workbook(xls(cells), FileKind.XLS).sheets[0]


AREA = struct.pack("<4H", 1, 8, 1, 2)
AREAS = struct.pack("<HH", 1, 7 << 1) + AREA + struct.pack("<H", 1) + AREA
OWN_FORMAT = struct.pack("<IHH", 1 << 25, 1, 2 + 3 + 4) + wide("0%")
BUILT_IN = struct.pack("<IH", 1 << 25, 0) + bytes([0, 9])
NO_LOOK = struct.pack("<IH", 0, 0)
HOLDING = b"\x1d\x01"
_FONT = bytes(64) + struct.pack("<iIHHBBBB", 220, 0x80, 400, 0, 0, 0, 0, 0)
STRIKES = (
    struct.pack("<IH", 1 << 26, 0) + _FONT
    + struct.pack("<iIIIIIIiiH", -1, 0, 0, 1, 1, 1, 0, 0, 0, 1)
)  # fmt: skip
WHITENS = (
    struct.pack("<IH", 1 << 26, 0) + bytes(64) + bytes(16)
    + struct.pack("<iIIIIIIiiH", 9, 0, 0x82, 1, 1, 1, 0, 0, 0, 1)
)  # fmt: skip
BLACKENS = struct.pack("<IH", 1 << 29, 0) + struct.pack("<HH", 1 << 10, 8 << 7 | 64)


def _patterned(pattern: int, fore: int, behind: int) -> bytes:
    head = struct.pack("<IH", 1 << 29, 0)
    return head + struct.pack("<HH", pattern << 10, behind << 7 | fore)


def _old(look: bytes, formula: bytes = HOLDING) -> bytes:
    return record(0x1B1, struct.pack("<BBHH", 2, 0, len(formula), 0) + look + formula)


@pytest.mark.parametrize(
    ("look", "told"),
    [
        (BUILT_IN, Appearance("0%")),
        (OWN_FORMAT, Appearance("0%")),
        (STRIKES, Appearance(struck=True)),
        (WHITENS, Appearance(unseen=True)),
        (BLACKENS, Appearance(unseen=True)),
        (NO_LOOK, PLAIN),
        (_patterned(8, 8, 8), Appearance(unseen=True)),  # lines of black on black
        (_patterned(9, 9, 8), Appearance(unseen=True)),
        (_patterned(9, 8, 9), Appearance(unseen=True)),
        (_patterned(8, 10, 9), PLAIN),  # of red on white
        (_patterned(2, 9, 9), PLAIN),
    ],
)
def test_conditions_of_an_xls_are_decided(look: bytes, told: Appearance) -> None:
    areas = record(0x1B0, AREAS)
    assert [*looks_on(_conditions(areas, _old(look)), 2, 2, PLAIN)] == [told]
    assert [*looks_on(_conditions(areas, _old(look, b"\x1d\x00")), 2, 2, PLAIN)] == [PLAIN]
    open_ = [*looks_on(_conditions(areas, _old(look, b"\x43\x01\x00\x00\x00")), 2, 2, PLAIN)]
    assert told in open_


def test_what_later_versions_add_to_a_condition_of_an_xls_is_taken() -> None:
    head = struct.pack("<HH", 0x87A, 0) + AREA
    later = record(0x879, head + AREAS) + record(
        0x87A,
        head + struct.pack("<BBHH", 2, 0, len(HOLDING), 0)
        + struct.pack("<I", len(BUILT_IN)) + BUILT_IN + HOLDING,
    )  # fmt: skip
    assert looks_on(_conditions(later), 2, 2, PLAIN) == [Appearance("0%")]
    more = record(
        0x87B,
        head + struct.pack("<IHHBBHBB", 0, 7, 0, 0, 1, 4, 0, 1)
        + struct.pack("<I", len(BUILT_IN)) + BUILT_IN,
    )  # fmt: skip
    extended = _conditions(record(0x1B0, AREAS), _old(NO_LOOK), more)
    assert looks_on(extended, 2, 2, PLAIN) == [Appearance("0%")]


def _stop(at: float, colour: bytes) -> bytes:
    return struct.pack("<d", at) + colour


BY_VALUE, BY_PLACE = (
    struct.pack("<I4Bd", 2, 0, 0, 0, 255, 0.0), struct.pack("<IId", 1, 8, 0.0)
)  # fmt: skip
GREEN = struct.pack("<I4Bd", 2, 0x63, 0xBE, 0x7B, 255, 0.0)
LIMIT = bytes([2, 0, 0])  # of a bar or scale: the least value
#: Kind, what it paints, and whether black letters may be hidden.
PAINTED_OF_OLD: list[tuple[int, bytes, bool]] = [
    (3, bytes([0, 0, 0, 2, 2, 3]) + (LIMIT + bytes(8)) * 2 + _stop(0, GREEN) + _stop(1, GREEN),
     False),
    (3, bytes([0, 0, 0, 2, 2, 3]) + (LIMIT + bytes(8)) * 2 + _stop(0, GREEN) + _stop(1, BY_VALUE),
     True),
    (4, bytes([0, 0, 0, 2, 10, 90]) + GREEN + LIMIT * 2, False),
    (4, bytes([0, 0, 0, 2, 10, 90]) + BY_VALUE + LIMIT * 2, True),
    (4, bytes([0, 0, 0, 2, 10, 90]) + BY_PLACE + LIMIT * 2, True),
    (4, bytes([0, 0, 0, 0, 10, 90]) + GREEN + LIMIT * 2, True),
    (6, bytes([0, 0, 0, 3, 0, 0]) + LIMIT * 3, False),
    (6, bytes([0, 0, 0, 3, 0, 1]) + LIMIT * 3, True),
    (6, bytes([0, 0, 0]), False),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "paint", "hidden"), PAINTED_OF_OLD)
def test_scales_bars_and_icons_of_an_xls_are_told(kind: int, paint: bytes, hidden: bool) -> None:
    head = struct.pack("<HH", 0x87A, 0) + AREA
    rule = struct.pack("<BBHH", kind, 0, 0, 0) + struct.pack("<IH", 0, 0) + struct.pack("<H", 0)
    rule += struct.pack("<BHHB", 0, 1, 0, 16) + bytes(16)
    sheet = _conditions(record(0x879, head + AREAS), record(0x87A, head + rule + paint))
    assert unseen(sheet, 2, 2) is hidden


def test_the_palette_of_an_xls_is_its_own() -> None:
    own = record(0x92, struct.pack("<H", 56) + bytes([255, 255, 255, 0]) + bytes(4 * 55))
    font = record(0x31, struct.pack("<HHHHHBBBB", 220, 0, 8, 400, 0, 0, 0, 0, 0) + narrow("A")[:1]
                  + b"\0A")  # fmt: skip
    one = cell(0x203, 1, 1, struct.pack("<d", 5.0))
    for before, hidden in ((font, False), (own + font, True)):
        sheet = read_workbook(xls(one, globals_=before), FileKind.XLS).sheets[0]
        assert unseen(sheet, 2, 2) is hidden


@pytest.mark.parametrize("end", range(0, 140, 7))
def test_a_condition_of_an_xls_that_is_cut_off_says_nothing(end: int) -> None:
    whole = struct.pack("<BBHH", 2, 0, 2, 0) + STRIKES + HOLDING
    sheet = _conditions(record(0x1B0, AREAS), record(0x1B1, whole[:end]))
    assert sheet.rows[1] == [None, 5.0]

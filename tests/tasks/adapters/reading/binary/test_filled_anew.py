"""Cells of binary files that are filled anew as they are opened, drawn over by little charts and
shadows, kept in several records, or in rows of which nothing is said."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from models.domain.reading.conditions.conditional_looks import looks_on
from models.domain.reading.workbook_content import SheetContent
from tasks.adapters.reading.binary.xls_made_anew import BookMadeAnew, MadeAnew, refreshed_caches
from tasks.adapters.reading.file_kinds import FileKind
from tasks.adapters.reading.workbook_reader import read_workbook
from tests.fixtures.old_workbooks import cell, formula, record, xls
from tests.fixtures.seen_looks import PLAIN, unseen
from tests.fixtures.xlsb_workbooks import Look, Rule, XlsbBook
from tests.fixtures.xlsb_workbooks import record as long_record
from tests.tasks.adapters.reading.looks.test_covering_shapes import (
    TEXT_BOX,
    covered,
    drawn,
    object_of,
    told,
)
from tests.tasks.adapters.reading.looks.test_programs_differ import links, queried, queried_table

NUMBER = struct.pack("<d", 250_200.0)
AS_TEXT = b"\0\0\0\0\0\0\xff\xff"


def old(records: bytes) -> SheetContent:
    return read_workbook(xls(records), FileKind.XLS).sheets[0]


def pieces(*texts: str, wide: bool = False) -> bytes:
    """The text of a formula, cut into a record and those that continue it."""
    length, flag = sum(map(len, texts)), bytes([wide])
    raw = [text.encode("utf-16-le" if wide else "latin-1") for text in texts]
    first = record(0x207, struct.pack("<H", length) + flag + raw[0])
    return first + b"".join(record(0x3C, flag + part) for part in raw[1:])


@pytest.mark.parametrize(
    ("records", "text"),
    [
        (pieces("250200"), "250200"),
        (pieces("250", "200"), "250200"),
        (pieces("2", "5", "0200", wide=True), "250200"),
        (pieces("Quyết định ", "số 5", wide=True), "Quyết định số 5"),
    ],
)
def test_a_text_of_a_formula_goes_on_over_records(records: bytes, text: str) -> None:
    found = old(formula(0, 0, AS_TEXT) + records + cell(0x203, 1, 0, NUMBER))
    assert (found.at(1, 1), found.at(2, 1)) == (text, 250_200.0)


@pytest.mark.parametrize(
    ("usual", "row", "hidden"),
    [
        (struct.pack("<HH", 2, 0), b"", True),
        (struct.pack("<HH", 0, 20), b"", True),
        (struct.pack("<HH", 0, 300), b"", False),
        (struct.pack("<HH", 2, 0), struct.pack("<8H", 0, 0, 1, 300, 0, 0, 0x40, 0), False),
        (b"", b"", False),
    ],
)
def test_rows_of_which_nothing_is_said_may_have_no_height(
    usual: bytes, row: bytes, hidden: bool
) -> None:
    said = (record(0x225, usual) if usual else b"") + (record(0x208, row) if row else b"")
    found = old(said + cell(0x203, 0, 0, NUMBER))
    assert (1 in found.hidden_places.rows) == hidden


def shadow(along: int, down: int, opacity: int | None = None, flags: int = 0x2_0002) -> bytes:
    said = struct.pack("<HIHIHI", 0x205, along & 0xFFFFFFFF, 0x206, down & 0xFFFFFFFF, 0x23F, flags)
    return said + (struct.pack("<HI", 0x204, opacity) if opacity is not None else b"")


COLUMN, ROW = 64 * 9_525, 15 * 12_700


@pytest.mark.parametrize(
    ("options", "cells"),
    [
        (b"", {"B2"}),
        (shadow(COLUMN, 0), {"B2", "C2"}),
        (shadow(0, 2 * ROW), {"B2", "B4"}),
        (shadow(-COLUMN, 0), {"A2", "B2"}),
        (shadow(COLUMN, 0, opacity=0x4000), {"B2"}),
        (shadow(COLUMN, 0, opacity=0x10000), {"B2", "C2"}),
        (shadow(COLUMN, 0, flags=0x2_0000), {"B2"}),
        (shadow(12_700, 12_700), {"B2"}),
    ],
)
def test_shadows_of_an_xls_lie_where_they_are_thrown(options: bytes, cells: set[str]) -> None:
    box = record(0xEC, drawn(options=options)) + object_of(TEXT_BOX) + told("9700")
    assert {*covered(old(box + cell(0x203, 0, 0, NUMBER)))} == cells


def body(flags: int = 0x8_0008, **depths: int) -> bytes:
    numbers = {"forward": 0x284, "backward": 0x285}
    said = struct.pack("<HI", 0x2BF, flags)
    return said + b"".join(struct.pack("<HI", numbers[n], d) for n, d in depths.items())


@pytest.mark.parametrize(
    ("options", "cells"),
    [
        (body(backward=2 * COLUMN), {f"{letter}{row}" for letter in "ABCD" for row in range(1, 9)}),
        (body(forward=ROW, backward=0), {"B1", "B2", "B3"}),
        (body(), {"B1", "B2", "B3", "B4"}),
        (body(forward=0, backward=0), {"B2"}),
        (body(0x8_0000, backward=2 * COLUMN), {"B2"}),
        (body(0x0_0008, backward=2 * COLUMN), {"B2"}),
    ],
)
def test_bodies_of_an_xls_have_sides(options: bytes, cells: set[str]) -> None:
    box = record(0xEC, drawn(options=options)) + object_of(TEXT_BOX) + told("9700")
    assert {*covered(old(box + cell(0x203, 0, 0, NUMBER)))} == cells


def view(cache: int) -> bytes:
    return struct.pack("<8H", 0, 1, 0, 2, 0, 0, 0, cache) + bytes(28)


@pytest.mark.parametrize(
    ("records", "areas"),
    [
        ([(0xB0, view(0))], []),
        ([(0xB0, view(1))], [(1, 1, 2, 3)]),
        ([(0xB0, view(9))], []),
        ([(0xB0, view(1)[:12])], []),
        ([(0x1AD, b"\x21\0")], [(1, 1, 1 << 16, 1 << 8)]),
        ([(0x1AD, b"\x01\0")], []),
        ([(0x1AD, b"")], []),
        ([(0x803, bytes(22) + b"\5\0" + bytes(8))], [(1, 1, 1 << 16, 1 << 8)]),
        ([(0x803, bytes(32))], []),
        ([(0x803, bytes(22))], []),
    ],
)
def test_areas_of_an_xls_that_are_filled_anew(
    records: list[tuple[int, bytes]], areas: list[tuple[int, int, int, int]]
) -> None:
    anew = MadeAnew(BookMadeAnew([3, 7], {7}))
    for number, data in records:
        anew.take(number, data)
    assert anew.areas == areas


QUERIED = record(0x1AD, b"\x01\0" + bytes(4))


@pytest.mark.parametrize(
    ("said", "of_sheet", "told"),
    [
        (record(0x1B7, b"\1\0"), QUERIED, ["A1", "B2"]),
        (record(0x1B7, b"\1\0"), record(0x803, bytes(32)), ["A1", "B2"]),
        (record(0x1B7, b"\1\0"), record(0xB0, view(0)), ["A1", "B2"]),
        (record(0x1B7, b"\1\0"), b"", []),
        (record(0x1B7, b"\0\0"), QUERIED, []),
        (record(0x1B7), QUERIED, []),
        (b"", QUERIED, []),
    ],
)
def test_an_xls_may_ask_for_all_anew_as_it_opens(
    said: bytes, of_sheet: bytes, told: list[str]
) -> None:
    cells = cell(0x203, 0, 0, NUMBER) + cell(0x203, 1, 1, NUMBER)
    (sheet,) = read_workbook(xls(of_sheet + cells, globals_=said), FileKind.XLS).sheets
    assert list(sheet.told_twice) == told


@pytest.mark.parametrize(
    ("name", "head", "flags", "found"),
    [
        ("0007", 0xC6, 0x04, {7}),
        ("001A", 0xC6, 0x05, {26}),
        ("0007", 0xC6, 0x01, set()),
        ("0007", 0xC7, 0x04, set()),
        ("other", 0xC6, 0x04, set()),
    ],
)
def test_caches_say_whether_they_are_filled_as_the_file_opens(
    name: str, head: int, flags: int, found: set[int]
) -> None:
    stream = struct.pack("<HHIHH", head, 8, 3, 7, flags) + bytes(20)
    assert refreshed_caches({name: stream, "0001": b"\xc6"}) == found


def connection(number: int, flags: int, minutes: int = 0) -> bytes:
    said = struct.pack("<HHHiii", minutes, flags, 0, 5, 1, number)
    return long_record(201, bytes(4) + said + bytes(9))


def naming(parts: dict[str, bytes], number: int) -> dict[str, bytes]:
    """The parts of a query with the number of its connection."""
    query = next(name for name in parts if name.endswith("query.bin"))
    said = struct.pack("<IHi", 0, 0, number) + bytes(20)
    return parts | {query: long_record(447, said)}


LINKS_OF_BOOK = "xl/_rels/workbook.bin.rels"


@pytest.mark.parametrize(
    ("of", "flags", "named", "cells"),
    [
        (queried(0), 0x20, 3, ["A1", "B2"]),
        (queried(0), 0x00, 3, []),
        (queried(0), 0x20, 4, []),
        (queried_table(0), 0x60, 3, ["B2"]),
        (queried_table(0), 0x40, 3, []),
    ],
)
def test_connections_of_an_xlsb_are_asked_as_it_opens(
    of: dict[str, bytes], flags: int, named: int, cells: list[str]
) -> None:
    assert asked(naming(of, named), connection(3, flags)) == cells


@pytest.mark.parametrize(
    ("of", "minutes", "flags_of_book", "cells"),
    [
        (naming(queried(0), 3), 5, 0, ["A1", "B2"]),
        (naming(queried_table(0), 3), 256, 0, ["B2"]),
        (naming(queried(0), 4), 5, 0, []),
        (naming(queried(0), 3), 0, 1 << 17, ["A1", "B2"]),
        (naming(queried(0), 3), 0, 1 << 18, ["A1", "B2"]),
        (naming(queried_table(0), 3), 0, 1 << 18, ["B2"]),
        (naming(queried(0), 3), 0, 1 << 16 | 1 << 15 | 1 << 19, []),
        ({}, 0, 1 << 18, []),
    ],
)
def test_an_xlsb_may_ask_for_all_anew(
    of: dict[str, bytes], minutes: int, flags_of_book: int, cells: list[str]
) -> None:
    assert asked(of, connection(3, 0, minutes), flags_of_book) == cells


def asked(of: dict[str, bytes], connections: bytes, flags_of_book: int = 0) -> list[str]:
    """The cells that are told of a workbook with these parts, connections and flags."""
    parts = {**of, "xl/connections.bin": connections}
    book = XlsbBook(parts=parts)
    plain = XlsbBook(parts=parts)
    plain.put(1, 1, 1.0)
    known = plain.content()
    more = links("connections", "connections.bin").replace(b"rId1", b"rId99")
    link = more[more.index(b"<Relationship ") : more.index(b"</Relationships>")]
    said = long_record(153, struct.pack("<III", flags_of_book, 0, 0))
    begun = long_record(131)
    book.parts = {
        **parts,
        "xl/workbook.bin": _part(known, "xl/workbook.bin").replace(begun, begun + said, 1),
        LINKS_OF_BOOK: _part(known, LINKS_OF_BOOK).replace(
            b"</Relationships>", link + b"</Relationships>"
        ),
    }
    book.put(1, 1, 250_200.0)
    book.put(2, 2, 17.0)
    (found,) = read_workbook(book.content(), FileKind.XLSB).sheets
    return list(found.told_twice)


def _part(content: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return package.read(name)


def chart(row: int, column: int, flags: int = 0x02) -> bytes:
    place = struct.pack("<3I4I", 1, 2, 1, row - 1, row - 1, column - 1, column - 1)
    inside = long_record(1043, struct.pack("<I", flags) + place)
    return long_record(35, bytes(4)) + long_record(1058) + inside + long_record(36)


@pytest.mark.parametrize(
    ("behind", "cells"),
    [
        (chart(2, 2), {"B2"}),
        (chart(2, 2) + chart(4, 3), {"B2", "C4"}),
        (chart(2, 2, flags=0), set()),
        (b"", set()),
    ],
)
def test_little_charts_of_an_xlsb_lie_in_their_cells(behind: bytes, cells: set[str]) -> None:
    book = XlsbBook(behind=behind)
    book.put(1, 1, 250_200.0)
    (found,) = read_workbook(book.content(), FileKind.XLSB).sheets
    assert {*covered(found)} == cells


@pytest.mark.parametrize(
    ("look", "hidden"),
    [
        (Look(fill="FFFFFF", pattern=9, behind="000000"), True),
        (Look(fill="000000", pattern=9, behind="FFFFFF"), True),
        (Look(fill="FFFFFF", pattern=9, behind="FF0000"), False),
        (Look(fill="000000", pattern=8, behind="000000"), True),
        (Look(fill="FFFFFF"), False),
    ],
)
def test_patterns_of_conditions_of_an_xlsb_are_followed(look: Look, hidden: bool) -> None:
    book = XlsbBook(rules=[Rule([(1, 1, 1, 1)], look, [b"\x1d\x01"])])
    book.put(1, 1, 250_200.0)
    (found,) = read_workbook(book.content(), FileKind.XLSB).sheets
    assert unseen(found, 1, 1) is hidden
    assert hidden or looks_on(found, 1, 1, PLAIN)

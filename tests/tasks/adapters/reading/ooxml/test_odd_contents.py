"""Cells whose content each program draws in its own way, and windows that nobody sees."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from typing import Any

import pytest

from models.domain.reading.workbook_content import WindowState
from tasks.adapters.reading.file_kinds import FileKind
from tasks.adapters.reading.workbook_reader import read_workbook
from tests.fixtures.old_workbooks import cell, record, xls
from tests.fixtures.xlsb_workbooks import XlsbBook, wide
from tests.fixtures.xlsb_workbooks import record as long_record
from tests.tasks.adapters.reading.test_tampered_workbooks import (
    as_cell,
    packed,
    parts,
    rewritten,
    told,
)
from tests.tasks.adapters.reading.test_workbooks_examined import CYCLE, filled

CELL = str(filled("sct").address("indicators", "retail_sales", "committed"))
SHEET = "xl/worksheets/sheet3.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
WORDS, VALUE = "<is><t>250200</t></is>", "<v>250200</v>"
OTHERS = '<x:v xmlns:x="urn:x">9</x:v>'
HERE = ' t="inlineStr"'
# Attributes and body of a cell, and whether programs make two contents of it.
CONTENTS: list[tuple[str, str, bool]] = [
    ("", VALUE, False),
    (HERE, WORDS, False),
    (' t="str"', VALUE, False),
    (' t="n" cm="1" ph="1"', VALUE, False),
    ("", f'<m:v xmlns:m="{MAIN}">250200</m:v>', False),
    (HERE, "<is><t>250200</t><rPh sb='0' eb='1'><t>9</t></rPh></is>", False),
    (HERE, "<is><t>Ghi chú: x:v xmlns</t></is>", False),
    # Words in a cell of a number, and the other way round.
    ("", WORDS, True),
    (' t="n"', WORDS, True),
    (' t="str"', WORDS, True),
    (HERE, VALUE, True),
    (HERE, WORDS + WORDS, True),
    (HERE, WORDS + VALUE, True),
    # What is called like a content, and programs pass over or not.
    ("", VALUE + OTHERS, True),
    ("", OTHERS + VALUE, True),
    ("", OTHERS, True),
    (HERE, '<is><t>250200</t><x:t xmlns:x="urn:x">9</x:t></is>', True),
    ("", VALUE + "</c><x:c xmlns:x='urn:x' r='G10'><x:v>9</x:v></x:c><c>", True),
]


@pytest.mark.parametrize(("attributes", "body", "twice"), CONTENTS)
def test_a_content_that_programs_do_not_agree_on_is_told(
    attributes: str, body: str, twice: bool
) -> None:
    content = rewritten(filled("sct"), CELL, as_cell(attributes, body))
    assert ("CT-14" in told(content, CELL)) is twice


def test_what_a_namespace_hides_from_one_program_is_told() -> None:
    kept = parts(rewritten(filled("sct"), CELL, as_cell("", VALUE + "<later:v>9</later:v>")))
    kept[SHEET] = kept[SHEET].replace(
        b"<worksheet ",
        b'<worksheet xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        b'mc:Ignorable="later" xmlns:later="urn:later" ',
        1,
    )
    assert "CT-14" in told(packed(kept), CELL)


def test_a_sheet_of_one_prefix_is_read_as_it_stands() -> None:
    kept = parts(filled("sct").save(CYCLE.opens_at))
    xml = re.sub(rb"(</?)(\w)", rb"\1x:\2", kept[SHEET]).replace(b"xmlns=", b"xmlns:x=", 1)
    assert told(packed(kept | {SHEET: xml}), CELL) == []


def with_rich_values(content: bytes) -> bytes:
    kept = parts(content)
    relations = "xl/_rels/workbook.xml.rels"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sheetMetadata"
    stated = f'<Relationship Id="rich" Type="{kind}" Target="metadata.xml"/></Relationships>'
    kept[relations] = kept[relations].replace(b"</Relationships>", stated.encode())
    return packed(kept | {"xl/metadata.xml": f'<metadata xmlns="{MAIN}"/>'.encode()})


@pytest.mark.parametrize(
    ("attributes", "body", "rules"),
    [
        (' vm="1"', VALUE, ["CT-14"]),
        (" vm = '1'", VALUE, ["CT-14"]),
        (' t="str" vm="1"', VALUE, ["CT-14"]),
        (' t="b" vm="2"', "<v>1</v>", ["CT-14", "SO-02"]),
        (' t="e" vm="1"', "<v>#VALUE!</v>", ["SO-05"]),
        (' cm="1"', VALUE, []),
        ("", VALUE, []),
    ],
)
def test_a_rich_value_beside_the_plain_one_is_told(
    attributes: str, body: str, rules: list[str]
) -> None:
    content = with_rich_values(rewritten(filled("sct"), CELL, as_cell(attributes, body)))
    assert sorted(told(content, CELL)) == rules


# --- The binary formats ---------------------------------------------------------------------------


def xlsb_with(before: Callable[[bytes], bytes]) -> bytes:
    """A workbook whose cell B2 is a number, with other records in place of the one of that cell."""
    book = XlsbBook()
    book.put(2, 2, 5.0)
    kept = parts(book.content())
    part = "xl/worksheets/sheet1.bin"
    one = long_record(5, struct.pack("<IId", 1, 0, 5.0))
    assert kept[part].count(one) == 1
    return packed(kept | {part: kept[part].replace(one, before(one))})


RICH = long_record(50, bytes(4))
META = long_record(49, bytes(4))
ERROR = long_record(3, struct.pack("<IIB", 1, 0, 0x0F))


@pytest.mark.parametrize(
    ("records", "twice"),
    [
        (lambda one: one, []),
        (lambda one: RICH + one, ["B2"]),
        (lambda one: META + RICH + one, ["B2"]),
        (lambda one: RICH + META + one, ["B2"]),
        (lambda one: META + one, []),
        (lambda _: RICH + ERROR, []),
        (lambda one: one + one, ["B2"]),
    ],
)
def test_two_contents_of_a_cell_of_xlsb_are_told(
    records: Callable[[bytes], bytes], twice: list[str]
) -> None:
    (sheet,) = read_workbook(xlsb_with(records), FileKind.XLSB).sheets
    assert list(sheet.told_twice) == twice


def number(value: float) -> bytes:
    return cell(0x203, 1, 1, struct.pack("<d", value))


@pytest.mark.parametrize(
    ("cells", "twice"),
    [
        (number(5), []),
        (number(5) + number(9), ["B2"]),
        (number(5) + cell(0x27E, 1, 1, struct.pack("<I", 9 << 2 | 2)), ["B2"]),
        (number(5) + cell(0x201, 1, 2, b""), []),
    ],
)
def test_two_contents_of_a_cell_of_xls_are_told(cells: bytes, twice: list[str]) -> None:
    (sheet,) = read_workbook(xls(cells), FileKind.XLS).sheets
    assert list(sheet.told_twice) == twice


# --- Windows --------------------------------------------------------------------------------------

SEEN, HIDDEN, NO_TABS = WindowState(), WindowState(hidden=True), WindowState(no_tabs=True)
VIEW = "<workbookView {}/>"


@pytest.mark.parametrize(
    ("views", "window", "rules"),
    [
        (VIEW.format('visibility="visible" minimized="1"'), SEEN, set()),
        (VIEW.format('visibility="hidden"'), HIDDEN, {"HT-07"}),
        (VIEW.format('visibility="veryHidden" showSheetTabs="0"'), HIDDEN, {"HT-07"}),
        (VIEW.format('visibility="hidden"') + VIEW.format(""), SEEN, set()),
        (VIEW.format('showSheetTabs="0"'), NO_TABS, {"HT-07"}),
        (VIEW.format('showSheetTabs="1"'), SEEN, set()),
        ("", SEEN, set()),
    ],
)
def test_windows_of_an_xlsx_that_nobody_sees_are_told(
    views: str, window: WindowState, rules: set[str]
) -> None:
    kept = parts(filled("sct").save(CYCLE.opens_at))
    book, times = re.subn(rb"<workbookView[^>]*/>", views.encode(), kept["xl/workbook.xml"])
    assert times == 1
    content = packed(kept | {"xl/workbook.xml": book})
    read = read_workbook(content, FileKind.XLSX)
    assert read.window.hidden == window.hidden
    assert window.hidden or read.window == window
    assert set(told(content, "")) == rules


FLAGS: list[tuple[list[int], WindowState]] = [
    ([], SEEN),
    ([0x38], SEEN),
    ([0x3A], SEEN),
    ([0x39], HIDDEN),
    ([0x3C], HIDDEN),
    ([0x39, 0x38], SEEN),
    ([0x18], NO_TABS),
]


@pytest.mark.parametrize(("flags", "window"), FLAGS)
def test_windows_of_binary_files_that_nobody_sees_are_told(
    flags: list[int], window: WindowState
) -> None:
    windows = b"".join(record(0x3D, bytes(8) + bytes([each]) + bytes(9)) for each in flags)
    assert read_workbook(xls(number(5), globals_=windows), FileKind.XLS).window == window
    listed = long_record(156, struct.pack("<II", 0, 1) + wide("rId1") + wide("Chỉ tiêu"))
    views = b"".join(long_record(158, bytes(28) + bytes([each])) for each in flags)
    part = long_record(131) + views + long_record(143) + listed + long_record(144)
    book = XlsbBook(parts={"xl/workbook.bin": part + long_record(132)})
    book.put(1, 1, 5.0)
    assert read_workbook(book.content(), FileKind.XLSB).window == window


@pytest.mark.parametrize(
    ("settings", "window"),
    [
        ('<i c:name="HasSheetTabs">false</i>', NO_TABS),
        ('<i c:name="HasSheetTabs">true</i>', SEEN),
        ('<i c:name="HasSheetTabs">true</i><i c:name="HasSheetTabs">false</i>', NO_TABS),
        ('<i c:name="HasSheetTabs">false', SEEN),
        ("", SEEN),
    ],
)
def test_tabs_that_an_ods_does_not_show_are_told(
    build: Any, settings: str, window: WindowState
) -> None:
    table = (
        '<table:table table:name="T"><table:table-row><table:table-cell '
        'office:value-type="float" office:value="5"/></table:table-row></table:table>'
    )
    content = build.ods(table, **{"settings.xml": f'<x xmlns:c="config">{settings}</x>'})
    assert read_workbook(content, FileKind.ODS).window == window

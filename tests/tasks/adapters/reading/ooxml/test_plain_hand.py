"""Sheets of .xlsx that say the same to a parser of XML in a hand that no program writes."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tasks.adapters.reading.hardened_xml import number_of, parse_xml, whole_number_of
from tasks.adapters.reading.ooxml.plain_hand import in_plain_hand
from tests.tasks.adapters.reading.looks.test_seen_otherwise import STYLES, workbook
from tests.tasks.adapters.reading.looks.test_tampered_sights import CELL, SHEET, rules
from tests.tasks.adapters.reading.test_tampered_workbooks import packed

IGNORED = (
    b'xmlns:z="urn:z" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    b'mc:Ignorable="z" '
)
ROW = CELL[1:].encode()
Change = Callable[[bytes], bytes]


def struck(write: Callable[[str], str]) -> Callable[[], bytes]:
    """The workbook with that cell in a style that strikes through, its tag as `write` has it."""

    def change() -> bytes:
        kept = workbook()
        styles = kept[STYLES].decode()
        fonts = styles[: styles.index("</fonts>")].count("<font>")
        number = styles[styles.index("<cellXfs") : styles.index("</cellXfs>")].count("<xf ")
        styles = styles.replace("</fonts>", '<font><strike/><sz val="11"/></font></fonts>')
        made = f'<xf numFmtId="0" fontId="{fonts}" fillId="0"/></cellXfs>'
        kept[STYLES] = styles.replace("</cellXfs>", made).encode()
        tag = write(str(number)).encode()
        kept[SHEET] = re.sub(rb'<c r="%s"[^>]*>' % CELL.encode(), lambda _: tag, kept[SHEET])
        kept[SHEET] = kept[SHEET].replace(b"<worksheet ", b"<worksheet " + IGNORED, 1)
        return packed(kept)

    return change


def sheet(before: bytes, after: bytes) -> Callable[[], bytes]:
    def change() -> bytes:
        kept = workbook()
        assert kept[SHEET].count(before) == 1, before
        kept[SHEET] = kept[SHEET].replace(before, after)
        kept[SHEET] = kept[SHEET].replace(b"<worksheet ", b"<worksheet " + IGNORED, 1)
        return packed(kept)

    return change


def row(written: str) -> Callable[[], bytes]:
    begun = re.search(rb'<row r="%s" ht="[0-9.]+"' % ROW, workbook()[SHEET])
    assert begun is not None
    return sheet(begun[0], f'<row r="{ROW.decode()}" {written}'.encode())


def prefixed(prefix: str) -> Callable[[], bytes]:
    def change() -> bytes:
        kept = workbook()
        text = re.sub("<(/?)(?=[a-zA-Z])", rf"<\1{prefix}:", kept[SHEET].decode())
        text = text.replace("xmlns=", f"xmlns:{prefix}=", 1)
        kept[SHEET] = text.replace('ht="33.75"', 'ht="1"').encode()
        return packed(kept)

    return change


def of_a_reference(number: str) -> str:
    return f"&#{ord(number[0])};{number[1:]}"


COLUMN = b'<col width="12.7109375" customWidth="1" min="7"'
CASES: dict[str, tuple[Callable[[], bytes], str]] = {
    "a number with noughts": (struck(lambda n: f'<c r="{CELL}" s="00{n}">'), "HT-04"),
    "a number with a sign": (struck(lambda n: f'<c r="{CELL}" s="+{n}">'), "HT-04"),
    "a figure as a reference": (
        struck(lambda n: f'<c r="{CELL}" s="{of_a_reference(n)}">'), "HT-04",
    ),
    "a letter of a name as a reference": (
        struck(lambda n: f'<c r="&#x47;{CELL[1:]}" s="{n}">'), "HT-04",
    ),
    "a bracket in an attribute": (struck(lambda n: f'<c z:a="&lt;>" r="{CELL}" s="{n}">'), "HT-04"),
    "an attribute of nobody": (struck(lambda n: f'<c r="{CELL}" s="{n}" z:s="0">'), "HT-04"),
    "other quotes": (struck(lambda n: f"<c r='{CELL}' s='{n}'>"), "HT-04"),
    "quotes within quotes": (struck(lambda n: f"<c z:a='\"' r='{CELL}' s='{n}'>"), "HT-04"),
    "as every program writes it": (struck(lambda n: f'<c r="{CELL}" s="{n}">'), "HT-04"),
    "a row in other quotes": (row("ht='1'"), "HT-07"),
    "a height with a power": (row('ht="1e0"'), "HT-07"),
    "a height with a sign": (row('ht="+1"'), "HT-07"),
    "blanks around a switch": (row('hidden=" 1 "'), "HT-07"),
    "a switch as a reference": (row('hidden="&#49;"'), "HT-07"),
    "a switch in capitals": (row('hidden="TRUE"'), "HT-07"),
    "a bracket before a switch": (row('z:a=">" hidden="1"'), "HT-07"),
    "a switch of nobody": (row('z:hidden="1"'), ""),
    "a width with a power": (sheet(COLUMN, COLUMN.replace(b"12.7109375", b"1e-1")), "HT-07"),
    "a width without a nought": (sheet(COLUMN, COLUMN.replace(b"12.7109375", b".4")), "HT-07"),
    "a width in other quotes": (sheet(COLUMN, COLUMN.replace(b'"12.7109375"', b"'.4'")), "HT-07"),
    "a width with noughts": (
        sheet(COLUMN, COLUMN.replace(b"12.7109375", b"012.7109375000")), "",
    ),
    "a prefix with a stroke": (prefixed("x-a"), "HT-07"),
    "a prefix of other letters": (prefixed("đ"), "HT-07"),
    "a prefix of a program": (prefixed("x"), "HT-07"),
    "cells of nobody": (
        sheet(b'<row r="%s"' % ROW, b'<q xmlns="urn:q"><row r="9"/></q><row r="%s"' % ROW), "CT-14",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_sheet_in_another_hand_is_searched_as_any_other(case: str) -> None:
    change, rule = CASES[case]
    assert rules(change()) - {"HT-11"} == ({rule} if rule else set())


PLAIN = (
    b'<?xml version="1.0"?><worksheet xmlns="m" xmlns:r="o"><sheetData><row r="1" ht="15" '
    b'x14ac:dyDescent="0.25"><c r="A1" s="7" t="s"><v>1</v></c><c><f>\'B\'!A1="x"</f></c>'
    b"</row></sheetData><hyperlink location=\"'B'!A1\"/></worksheet>"
)


def test_what_programs_write_is_left_as_it_is() -> None:
    assert in_plain_hand(PLAIN) is PLAIN
    broken = b"<a b='1'>"
    assert in_plain_hand(broken) is broken


@pytest.mark.parametrize(
    "xml",
    [
        b"<a xmlns='m'><b c='&quot;&lt;&#10;'> x &amp; y<d/>z</b></a>",
        b"<a xmlns='m' xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/"
        b"relationships'><b r:id='1'/></a>",
        b"<p-q:a xmlns:p-q='m'><n:b xmlns:n='o'>5</n:b></p-q:a>",
        b"<a><b xml:space='preserve'> 5 </b></a>",
    ],
)
def test_what_is_written_anew_says_the_same(xml: bytes) -> None:
    made = in_plain_hand(xml)
    assert b"'" not in made
    assert in_plain_hand(made) is made
    for one, other in zip(parse_xml(xml).iter(), parse_xml(made).iter(), strict=True):
        told = [(e.tag, dict(e.attrib), e.text or "", e.tail or "") for e in (one, other)]
        assert told[0] == told[1]


@pytest.mark.parametrize(
    ("text", "number", "whole"),
    [
        ("5", 5.0, 5),
        (" +05 ", 5.0, 5),
        ("-5", -5.0, None),
        ("5.5", 5.5, None),
        (".5", 0.5, None),
        ("5.", 5.0, None),
        ("5e1", 50.0, None),
        ("5_0", None, None),
        ("٥", None, None),
        ("0x5", None, None),
        ("inf", None, None),
        ("", None, None),
    ],
)
def test_numbers_are_read_as_xml_has_them(
    text: str, number: float | None, whole: int | None
) -> None:
    assert (number_of(text), whole_number_of(text)) == (number, whole)

"""Workbooks of which some programs show one thing, some another, and no reader says so."""

from __future__ import annotations

import datetime as dt
import re
import struct

import pytest
from openpyxl.utils.datetime import to_excel

from tasks.adapters.reading.file_kinds import FileKind
from tasks.adapters.reading.workbook_reader import read_workbook
from tests.fixtures.old_workbooks import cell, record, xls
from tests.fixtures.xlsb_workbooks import Calculated, XlsbBook
from tests.fixtures.xlsb_workbooks import record as long_record
from tests.tasks.adapters.reading.looks.test_places_seen_otherwise import shared, sheet
from tests.tasks.adapters.reading.looks.test_seen_otherwise import (
    BLACK,
    CHOICE,
    LINKS,
    OFFICES,
    Change,
    content,
    looking,
    workbook,
)
from tests.tasks.adapters.reading.looks.test_tampered_sights import CELL, rules
from tests.tasks.adapters.reading.test_tampered_workbooks import packed
from tests.tasks.adapters.reading.test_workbooks_examined import CYCLE, filled

NUMBER_OF_ROW = int(CELL[1:])
WORDS = ' t="inlineStr"'
PHONETIC = '<rPh sb="0" eb="1"><t>9</t></rPh>'
NEWER = f'<m:AlternateContent xmlns:m="{CHOICE}"><m:Choice Requires="{{}}">'


def of_texts(texts: str) -> Change:
    return lambda: shared(texts)


def fill(said: str, kind: str = "solid") -> Change:
    return looking(BLACK, f'<patternFill patternType="{kind}">{said}</patternFill>')


def font(name: str) -> Change:
    return looking(f'<name val="{name}"/><sz val="11"/>')


def merged(area: str) -> Change:
    return sheet("</sheetData>", f'</sheetData><mergeCells><mergeCell ref="{area}"/></mergeCells>')


# What is changed, and the rules that speak of it.
CASES: dict[str, tuple[Change, set[str]]] = {
    # Numbers.
    "a blank in a number": (content("", "<v>250 200</v>"), {"CT-14"}),
    "a line in a number": (content("", "<v>250&#10;200</v>"), {"CT-14"}),
    "two texts in one": (content(WORDS, "<is><t>250</t><t>200</t></is>"), {"CT-14"}),
    "two texts with a line between": (
        content(WORDS, "<is><t>250</t>\n<t>200</t></is>"), {"CT-14"},
    ),
    "two shared texts in one": (of_texts("<si><t>250</t><t>200</t></si>"), {"CT-14"}),
    "a comma in a number": (content("", "<v>250200,0</v>"), {"CT-14"}),
    "points and a comma in a number": (content("", "<v>250.200,0</v>"), {"CT-14"}),
    "wide figures": (content("", "<v>２５０２００</v>"), {"CT-14"}),
    "blanks around a number": (content("", "<v> 250200 </v>"), set()),
    "a blank in the result of a text": (content(' t="str"', "<v>250 200</v>"), set()),
    # Formulas.
    "a shared formula that nobody tells": (
        content("", '<f t="shared" si="7"/><v>250200</v>'), {"CT-14"},
    ),
    "a formula of nothing": (content("", "<f></f><v>250200</v>"), {"CT-14"}),
    "a formula in one stroke": (content("", "<f/><v>250200</v>"), {"CT-14"}),
    "a formula of blanks": (content("", "<f> </f><v>250200</v>"), {"CT-14"}),
    "a shared formula with its text": (
        content("", f'<f t="shared" ref="{CELL}" si="7">K{NUMBER_OF_ROW}</f><v>250200</v>'), set(),
    ),
    "a table of data": (
        content("", f'<f t="dataTable" ref="{CELL}" r1="A1"/><v>250200</v>'), {"CG-04"},
    ),
    # Words among what says how words look.
    "words in a look": (
        content(WORDS, "<is><r><rPr><b/><t>9</t></rPr><t>250200</t></r></is>"), {"CT-14"},
    ),
    "words in words": (content(WORDS, "<is><r><t>25020</t><r><t>0</t></r></r></is>"), {"CT-14"}),
    "words behind an extension": (
        content(WORDS, "<is><t>25020</t><extLst><ext><t>0</t></ext></extLst></is>"), {"CT-14"},
    ),
    "words in how others are shown": (
        content(WORDS, '<is><t>25020</t><phoneticPr fontId="1"><t>0</t></phoneticPr></is>'),
        {"CT-14"},
    ),
    "words spoken otherwise": (content(WORDS, f"<is><t>250200</t>{PHONETIC}</is>"), set()),
    "shared words in a look": (
        of_texts("<si><r><rPr><sz val='9'/><t>25</t></rPr><t>0200</t></r></si>"), {"CT-14"},
    ),
    "shared words in shared words": (
        of_texts("<si><t>25020</t><si><t>0</t></si></si><si><t>1</t></si>"), {"CT-14"},
    ),
    "shared words behind an extension": (
        of_texts("<si><t>25020</t><extLst><ext><t>0</t></ext></extLst></si>"), {"CT-14"},
    ),
    "shared words for newer programs": (
        of_texts(
            f"{NEWER.format('x14')}<si><t>250200</t></si></m:Choice><m:Fallback><si><t>9</t></si>"
            "</m:Fallback></m:AlternateContent>"
        ),
        {"CT-14"},
    ),
    "an extension behind all shared words": (
        of_texts('<si><t>250200</t></si><extLst><ext uri="a"/></extLst>'), set(),
    ),
    "shared words as Excel writes them": (
        of_texts(
            '<si><r><rPr><b/><condense/><sz val="11"/></rPr><t>25</t></r><r><t>0200</t></r>'
            f'{PHONETIC}<phoneticPr fontId="1" type="noConversion"/></si><si/>'
        ),
        set(),
    ),
    # Grounds that are left to the machine, fonts without letters.
    "black of the machine under black": (fill('<fgColor auto="1"/>'), {"HT-05"}),
    "a grid of it": (fill('<fgColor auto="1"/><bgColor auto="1"/>', "darkGrid"), {"HT-05"}),
    "a few points of it": (fill('<fgColor auto="1"/><bgColor auto="1"/>', "gray0625"), set()),
    "signs of free programs": (font("OpenSymbol"), {"HT-05"}),
    "signs of printers": (font("Standard Symbols PS"), {"HT-05"}),
    "blocks in place of letters": (font("BLOKK Neue"), {"HT-05"}),
    "circles in place of letters": (font("Flow Circular"), {"HT-05"}),
    "bars by another name": (font("Bar-Code 39"), {"HT-05"}),
    "letters of a font with signs": (font("Segoe UI Symbol"), set()),
    # Merged cells told in small letters; a column stated twice.
    "merged in small letters": (merged(f"g{NUMBER_OF_ROW - 1}:{CELL.lower()}"), {"BB-01"}),
    "a column that is narrow as well": (
        sheet(' min="7" max="7"/>', ' min="7" max="7"/><col width="3" min="7" max="7"/>'),
        {"HT-11"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_programs_do_not_show_alike_is_told(case: str) -> None:
    change, told = CASES[case]
    assert rules(change()) == told


def dated(code: str, value: float) -> bytes:
    """The workbook in which the first day of a task is drawn by that format."""
    book = filled("sct")
    place = next(iter(book.places("tasks", "five_deadline").values()))
    book.sheet("tasks")[place].number_format = code
    book.sheet("tasks")[place].value = value
    return book.save(CYCLE.opens_at)


DAY = to_excel(dt.date(2025, 6, 11))


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("[$-th-TH-u-ca-buddhist]dd/mm/yyyy", True),
        ("[$-vi-VN-u-ca-chinese]dd/mm/yyyy", True),
        ("[$-fa-IR-u-ca-persian]dd/mm/yyyy", True),
        ("[$-ar-SA-u-ca-islamic-umalqura]dd/mm/yyyy", True),
        ("[$-vi-u-nu-latn-ca-hebrew]dd/mm/yyyy", True),
        ("[$-th-TH,D070000]dd/mm/yyyy", True),
        ("[$-1E]dd/mm/yyyy", True),
        ("[$-vi-VN-u-ca-gregory]dd/mm/yyyy", False),
        ("[$-vi-VN]dd/mm/yyyy", False),
        ("[$-ja-JP-x-gannen]dd/mm/yyyy", False),
        ("[$-de]dd/mm/yyyy", False),
        ("[$-42A]dd/mm/yyyy", False),
    ],
)
def test_a_year_of_another_calendar_is_told_however_it_is_named(code: str, told: bool) -> None:
    assert rules(dated(code, DAY)) == ({"HT-01"} if told else set())


@pytest.mark.parametrize(
    ("before_midnight", "told"), [(0.4, True), (0.008, True), (0.6, False), (3600, False)]
)
def test_a_hair_before_midnight_is_nobodys_day(before_midnight: float, told: bool) -> None:
    value = DAY + 1 - before_midnight / 86_400
    assert rules(dated("dd/mm/yyyy", value)) == ({"HT-01"} if told else set())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Quyết định" + " " * 90 + "không ban hành", True),
        ("Quyết định" + "\u00a0" * 90 + "không ban hành", True),
        ("Quyết định" + "\n" * 9 + "không ban hành", True),
        ("Quyết định" + "\n \t" * 9 + "\nkhông ban hành", True),
        ("Quyết định" + " " * 90, False),
        ("1. Quyết định\n\n2. Báo cáo\n\n3. Đề án\n\n4. Tờ trình", False),
        ("Quyết định\n" * 12 + "Báo cáo", False),
        ("Quyết định" + " \u00a0" * 45 + "không ban hành", True),
        ("Quyết định" + "\u2003\u3164" * 45 + "không ban hành", True),
        ("Đạt 12" + " " * 20 + ".000 tỷ", True),
        ("Đạt 12" + "\u00a0 " * 10 + "000 tỷ", True),
        ("Đạt 12" + "\u2800" * 20 + "000 tỷ", True),
        ("Ngày ký" + " " * 20 + "2025", False),
        ("Đạt 12 000 tỷ, tăng  5 %", False),
        ("1. Đạt 12\n            2. Đạt 15", False),
    ],
)
def test_words_pushed_out_of_their_cell_are_told(text: str, told: bool) -> None:
    book = filled("sct")
    row = next(iter(book.places("tasks", "five_result")))
    book.write("tasks", row, "five_result", text)
    assert rules(book.save(CYCLE.opens_at)) == ({"HT-11"} if told else set())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("0225 3123 456", False),
        ("0225  3123  456", False),
        ("0225" + " " * 12 + "3123456", True),
        ("0225" + " " * 59 + "3123456", True),
        ("0225.3123" + "\u00a0 " * 15 + "456", True),
        ("0225" + "\u2007" * 30 + "3123456", True),
        ("\n\n0225 3123 456", True),
        ("0225 3123" + "\n" * 4 + "456", True),
        (" " * 40 + "0225 3123 456", True),
        ("0225 3123 456" + " " * 40, False),
    ],
)
def test_groups_of_a_phone_number_that_are_laid_apart_are_told(text: str, told: bool) -> None:
    book = filled("sct")
    book.write("details", "", "focal_phone", text)
    assert rules(book.save(CYCLE.opens_at)) == ({"HT-11"} if told else set())


def test_days_count_from_1904_where_newer_programs_are_told_so() -> None:
    kept = workbook()
    chosen = (
        NEWER.format("x15") + '<workbookPr date1904="1"/></m:Choice><m:Fallback><workbookPr/>'
        "</m:Fallback></m:AlternateContent>"
    )
    book = kept["xl/workbook.xml"]
    kept["xl/workbook.xml"] = re.sub(rb"<workbookPr[^>]*/>", chosen.encode(), book)
    assert read_workbook(packed(kept), FileKind.XLSX).since_1904


NUMBER = struct.pack("<d", 250_200.0)
ELSEWHERE = struct.pack("<BHH", 1, 5, 5)  # the formula is told there


def formula(tokens: bytes) -> bytes:
    return cell(0x06, 0, 0, NUMBER + struct.pack("<HIH", 0, 0, len(tokens)) + tokens)


def query(flags: int) -> bytes:
    return cell(0x203, 0, 0, NUMBER) + record(0x1AD, struct.pack("<H", flags) + bytes(16))


@pytest.mark.parametrize(
    ("records", "told"),
    [
        (formula(ELSEWHERE), True),
        (formula(b""), True),
        (formula(b"\x1e\x07\x00"), False),
        (query(0x21), True),
        (query(0x01), False),
        (query(0x29), True),
    ],
)
def test_lost_formulas_and_queries_of_an_xls_are_told(records: bytes, told: bool) -> None:
    (found,) = read_workbook(xls(records), FileKind.XLS).sheets
    assert list(found.told_twice) == (["A1"] if told else [])


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (Calculated(5.0, struct.pack("<BI", 1, 9), struct.pack("<I", 6)), True),
        (Calculated(5.0, b""), True),
        (Calculated(5.0, b"\x1e\x05\x00"), False),
    ],
)
def test_lost_formulas_of_an_xlsb_are_told(value: Calculated, told: bool) -> None:
    book = XlsbBook()
    book.put(1, 1, value)
    (found,) = read_workbook(book.content(), FileKind.XLSB).sheets
    assert list(found.told_twice) == (["A1"] if told else [])


CACHE, PLACE_OF_PIVOT, QUERY = 179, 314, 447
SHEET_LINKS = "xl/worksheets/_rels/sheet1.bin.rels"
AREA = struct.pack("<4I", 1, 1, 1, 1)  # B2


def links(kind: str, target: str) -> bytes:
    return (
        f'<Relationships xmlns="{LINKS}"><Relationship Id="rId1" Type="{OFFICES}/{kind}" '
        f'Target="{target}"/></Relationships>'
    ).encode()


def pivot(flags: int) -> dict[str, bytes]:
    return {
        SHEET_LINKS: links("pivotTable", "../pivot.bin"),
        "xl/pivot.bin": long_record(PLACE_OF_PIVOT, AREA + bytes(20)),
        "xl/_rels/pivot.bin.rels": links("pivotCacheDefinition", "cache.bin"),
        "xl/cache.bin": long_record(CACHE, bytes([3, 3, 3, flags]) + bytes(20)),
    }


def queried(flags: int) -> dict[str, bytes]:
    return {
        SHEET_LINKS: links("queryTable", "../query.bin"),
        "xl/query.bin": long_record(QUERY, struct.pack("<I", flags) + bytes(20)),
    }


def queried_table(flags: int) -> dict[str, bytes]:
    return queried(flags) | {
        SHEET_LINKS: links("table", "../table.bin"),
        "xl/table.bin": long_record(343, AREA + bytes(40)),
        "xl/_rels/table.bin.rels": links("queryTable", "query.bin"),
    }


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (pivot(0x05), ["B2"]),
        (pivot(0x01), []),
        (queried(0x21), ["A1", "B2"]),
        (queried(0x0D), []),
        (queried_table(0x20), ["B2"]),
        (queried_table(0x01), []),
        ({SHEET_LINKS: links("pivotTable", "../nowhere.bin")}, []),
    ],
)
def test_cells_of_an_xlsb_that_are_filled_anew_are_told(
    more: dict[str, bytes], told: list[str]
) -> None:
    book = XlsbBook(parts=more)
    book.put(1, 1, 250_200.0)
    book.put(2, 2, 17.0)
    (found,) = read_workbook(book.content(), FileKind.XLSB).sheets
    assert list(found.told_twice) == told

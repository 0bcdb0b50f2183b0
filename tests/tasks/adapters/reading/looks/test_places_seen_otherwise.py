"""What is drawn over cells of an .xlsx, lies beyond panes, stands in odd places, is filled anew."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from models.domain.reading.submissions import FileProblem
from tasks.adapters.reading.file_kinds import FileKind
from tasks.adapters.reading.gathered_sheets import WorkbookRefused
from tasks.adapters.reading.workbook_reader import read_workbook
from tests.tasks.adapters.reading.looks.test_covering_shapes import marker
from tests.tasks.adapters.reading.looks.test_seen_otherwise import (
    CHOICE,
    LINKS,
    OFFICES,
    STYLES,
    content,
    workbook,
)
from tests.tasks.adapters.reading.looks.test_tampered_sights import CELL, SHEET, over, rules
from tests.tasks.adapters.reading.test_tampered_workbooks import packed, parts
from tests.tasks.adapters.reading.test_words_elsewhere import drawn

ROW = int(CELL[1:])
BEGIN = f'<row r="{ROW}"'
WHITE = '<a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill>'
BOX = f"<xdr:sp><xdr:spPr>{WHITE}</xdr:spPr></xdr:sp>"
SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
Change = Callable[[], bytes]


def sheet(before: str, after: str, times: int = 1) -> Change:
    def change() -> bytes:
        kept = workbook()
        text, done = re.subn(before, after, kept[SHEET].decode(), count=times, flags=re.DOTALL)
        assert done, before
        kept[SHEET] = text.encode()
        return packed(kept)

    return change


def placed(thing: str, first: tuple[int, int, int, int], last: tuple[int, int, int, int]) -> Change:
    """With a thing from and to that column and row, and so far in them (EMU)."""
    ends = marker("from", *first) + marker("to", *last)
    return lambda: drawn(f"<xdr:twoCellAnchor>{ends}{thing}<xdr:clientData/></xdr:twoCellAnchor>")


def choice(inside: str, fallback: str) -> Change:
    chosen = f'<mc:Choice xmlns:zz="zz" Requires="zz">{inside}</mc:Choice>'
    kept = f'<mc:AlternateContent xmlns:mc="{CHOICE}">{chosen}{fallback}</mc:AlternateContent>'
    return lambda: over(kept)


def framed(width: int, paint: str = WHITE) -> Change:
    line = f'<a:ln w="{width}">{paint}</a:ln>'
    thing = f'<xdr:sp><xdr:spPr><a:prstGeom prst="rect"/><a:noFill/>{line}</xdr:spPr></xdr:sp>'
    return placed(thing, (6, ROW - 1, 0, 0), (7, ROW, 0, 0))


def turned(angle: int) -> Change:
    """A bar that stands from four rows above the cell to four below, turned by so many degrees."""
    frame = f'<a:xfrm rot="{angle * 60_000}"/>'
    thing = f"<xdr:sp><xdr:spPr>{frame}{WHITE}</xdr:spPr></xdr:sp>"
    return placed(thing, (7, ROW - 5, 300_000, 0), (7, ROW + 4, 500_000, 0))


def frozen(rows: int, tall: float = 0.0, state: str = "frozen") -> Change:
    pane = rf'<pane xSplit="3" ySplit="{rows}" topLeftCell="D{rows + 1}" state="{state}"/>'

    def change() -> bytes:
        kept = workbook()
        text = re.sub(r"<pane [^>]*/>", pane, kept[SHEET].decode())
        if tall:
            text = re.sub(r'(<row r="[1-4]" ht=")[0-9.]+', rf"\g<1>{tall}", text)
        kept[SHEET] = text.encode()
        return packed(kept)

    return change


def charted(*cells: str) -> Change:
    charts = "".join(
        f"<x14:sparkline><xm:f>A1:B1</xm:f><xm:sqref>{cell}</xm:sqref></x14:sparkline>"
        for cell in cells
    )
    more = (
        '<extLst><ext xmlns:x14="x" xmlns:xm="y"><x14:sparklineGroups><x14:sparklineGroup>'
        f"<x14:sparklines>{charts}</x14:sparklines></x14:sparklineGroup></x14:sparklineGroups>"
        "</ext></extLst></worksheet>"
    )
    return sheet("</worksheet>", more)


def filled_anew(kind: str, refreshed: str) -> Change:
    """The workbook with a pivot table, or a table of a query, over that cell."""

    def change() -> bytes:
        kept = workbook()
        area = f"F{ROW - 1}:H{ROW + 1}"
        made, source = {
            "pivot": (f'<pivotTableDefinition xmlns="{SPREADSHEET}"><location ref="{area}"/>'
                      "</pivotTableDefinition>", "pivotCacheDefinition"),
            "query": (f'<table xmlns="{SPREADSHEET}" ref="{area}"/>', "queryTable"),
        }[kind]  # fmt: skip
        name = {"pivot": "pivotTable", "query": "table"}[kind]
        kept["xl/own/made.xml"] = made.encode()
        kept["xl/own/source.xml"] = f'<s xmlns="{SPREADSHEET}" {refreshed}/>'.encode()
        for of, what, target in (
            ("xl/worksheets/_rels/sheet3.xml.rels", name, "../own/made.xml"),
            ("xl/own/_rels/made.xml.rels", source, "source.xml"),
        ):
            kept[of] = (
                f'<Relationships xmlns="{LINKS}"><Relationship Id="rId9" Type="{OFFICES}/{what}" '
                f'Target="{target}"/></Relationships>'
            ).encode()
        return packed(kept)

    return change


def query_alone(query: str, connection: str = "", name: str = "ExternalData_1") -> Change:
    """The workbook with a query in no table: the workbook's name says over which cells."""

    def change() -> bytes:
        kept = workbook()
        book = "xl/workbook.xml"
        stated = f"<definedName name=\"{name}\">'Chỉ tiêu'!$F${ROW}:$H${ROW}</definedName>"
        kept[book] = kept[book].replace(b"<definedNames>", f"<definedNames>{stated}".encode())
        kept["xl/own/query.xml"] = (
            f'<queryTable xmlns="{SPREADSHEET}" name="ExternalData_1" connectionId="3" {query}/>'
        ).encode()
        kept["xl/connections.xml"] = (
            f'<connections xmlns="{SPREADSHEET}"><connection id="3" {connection}/></connections>'
        ).encode()
        links = "xl/_rels/workbook.xml.rels"
        for of, what, target in (
            ("xl/worksheets/_rels/sheet3.xml.rels", "queryTable", "../own/query.xml"),
            (links, "connections", "connections.xml"),
        ):
            link = f'<Relationship Id="rId99" Type="{OFFICES}/{what}" Target="{target}"/>'
            none = f'<Relationships xmlns="{LINKS}"></Relationships>'.encode()
            end = b"</Relationships>"
            kept[of] = kept.get(of, none).replace(end, link.encode() + end)
        return packed(kept)

    return change


def all_refreshed(change: Change) -> Change:
    """The workbook that asks all its connections anew as it is opened."""

    def changed() -> bytes:
        kept = parts(change())
        book = kept["xl/workbook.xml"]
        kept["xl/workbook.xml"] = book.replace(
            b"<workbookPr", b'<workbookPr refreshAllConnections="1"'
        )
        return packed(kept)

    return changed


def mapped(kind: str, connection: str) -> Change:
    """The workbook with that cell, or a table over it, filled from XML by that connection."""
    cells = f'<singleXmlCells xmlns="{SPREADSHEET}"><singleXmlCell r="{CELL}" connectionId="3"/>'
    part = {
        "tableSingleCells": f"{cells}</singleXmlCells>",
        "table": f'<table xmlns="{SPREADSHEET}" ref="F{ROW}:H{ROW}" tableType="xml" '
        'connectionId="3"/>',
    }[kind]

    def changed() -> bytes:
        kept = parts(query_alone("", connection)())
        kept["xl/own/query.xml"] = part.encode()
        links = "xl/worksheets/_rels/sheet3.xml.rels"
        kept[links] = kept[links].replace(b"/queryTable", f"/{kind}".encode())
        return packed(kept)

    return changed


def valued(text: str, kind: str = "n") -> Change:
    return content(f' t="{kind}"', f"<v>{text}</v>")


CASES: dict[str, tuple[Change, str]] = {
    # Drawn over the cell
    "a box for programs that know no better": (
        choice("", f"<mc:Fallback>{BOX}</mc:Fallback>"), "HT-09",
    ),
    "a box for some programs": (choice(BOX, ""), "HT-09"),
    "a box that is hidden for nobody": (
        lambda: over(
            '<xdr:sp><xdr:nvSpPr><xdr:cNvPr xmlns:z="z" z:hidden="1" id="2" name="n"/></xdr:nvSpPr>'
            f"<xdr:spPr>{WHITE}</xdr:spPr></xdr:sp>"
        ), "HT-09",
    ),
    "a box that is told from its end": (
        placed(BOX, (7, ROW, 0, 0), (6, ROW - 1, 0, 0)), "HT-09",
    ),
    "nothing for any": (choice("", "<mc:Fallback/>"), ""),
    "a frame of 70 points": (framed(900_000), "HT-09"),
    "a frame of 2 points": (framed(25_400), ""),
    "a broad frame without paint": (framed(900_000, "<a:noFill/>"), ""),
    "a bar turned on its side": (turned(90), "HT-09"),
    "a bar turned back": (turned(270), "HT-09"),
    "a bar turned upside down": (turned(180), ""),
    "a little chart": (charted("Z1", CELL), "HT-09"),
    "a little chart beside the table": (charted("Z1"), ""),
    # Beyond panes
    "panes as high as a screen": (frozen(4, 400), "HT-07"),
    "panes that are split as high": (frozen(4, 400, "split"), ""),
    "high rows in panes": (frozen(4, 100), ""),
    "many rows that are seen": (frozen(300), ""),
    # In another place
    "a row of another number": (sheet(BEGIN, f'<row r="{ROW + 100}"'), "CT-14"),
    "a cell of the next row": (
        sheet(rf'(<row r="{ROW + 1}"[^>]*>)', rf'\1<c r="{CELL}"><v>9</v></c>'), "CT-14",
    ),
    "a reference in small letters": (sheet(f'r="{CELL}"', f'r="{CELL.lower()}"'), "CT-14"),
    # Numbers that nobody writes
    "strokes within a number": (valued("250_200"), "CT-14"),
    "figures of another script": (valued("٢٥٠٢٠٠"), "CT-14"),
    "a power": (valued("2.502E5"), ""),
    "blanks around it": (valued(" 250200 "), ""),
    "a sign before it": (valued("+250200"), ""),
    "a point behind it": (valued("250200."), ""),
    "two formulas": (
        content("", "<f>250200</f><f>9600</f><v>250200</v>"), "CT-14",
    ),
    "one formula": (content("", "<f>250200</f><v>250200</v>"), ""),
    # Filled anew
    "a pivot table made anew": (filled_anew("pivot", 'refreshOnLoad="1"'), "CT-14"),
    "a pivot table that stays": (filled_anew("pivot", ""), ""),
    "a query made anew": (filled_anew("query", 'refreshOnLoad="true"'), "CT-14"),
    "a query in no table made anew": (query_alone('refreshOnLoad="1"'), "CT-14"),
    "a query in no table, by its connection": (query_alone("", 'refreshOnLoad="1"'), "CT-14"),
    "a query in no table that stays": (query_alone("", 'refreshOnLoad="0"'), ""),
    "a query of a workbook that asks all anew": (all_refreshed(query_alone("")), "CT-14"),
    "a workbook that asks nobody anew": (all_refreshed(filled_anew("pivot", "")), ""),
    "a query asked every hour": (query_alone("", 'interval="60"'), "CT-14"),
    "a query never asked again": (query_alone("", 'interval="0"'), ""),
    "a pivot table that is out of date": (filled_anew("pivot", 'invalid="1"'), "CT-14"),
    "a cell of XML made anew": (mapped("tableSingleCells", 'refreshOnLoad="1"'), "CT-14"),
    "a cell of XML that stays": (mapped("tableSingleCells", ""), ""),
    "a table of XML made anew": (mapped("table", 'refreshOnLoad="1"'), "CT-14"),
    "a table of XML that stays": (mapped("table", ""), ""),
    "a query of no place": (query_alone('refreshOnLoad="1"', name="khac"), ""),
    "a query that stays": (filled_anew("query", 'refreshOnLoad="0"'), ""),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_lies_elsewhere_than_it_is_kept_is_told(case: str) -> None:
    change, rule = CASES[case]
    assert rules(change()) == ({rule} if rule else set())


def condition(areas: str) -> bytes:
    kept = workbook()
    number = kept[STYLES].count(b"<dxf>")
    white = b'<dxf><font><color rgb="FFFFFBE6"/></font></dxf></dxfs>'
    kept[STYLES] = kept[STYLES].replace(b"</dxfs>", white)
    rule = f'<cfRule type="expression" priority="9" dxfId="{number}"><formula>TRUE</formula>'
    made = f'<conditionalFormatting sqref="{areas}">{rule}</cfRule></conditionalFormatting>'
    kept[SHEET] = kept[SHEET].replace(b"<dataValidations", made.encode() + b"<dataValidations")
    return packed(kept)


@pytest.mark.parametrize(
    ("areas", "told"),
    [
        (CELL, True),
        (f"A1&#10;{CELL}", True),
        ("G:G", True),
        (f"{ROW}:{ROW}", True),
        (f"H{ROW + 1}:F{ROW - 1}", True),
        (f"$G${ROW}", True),
        ("Z:Z", False),
        (f"Z{ROW}", False),
        ("G", False),
    ],
)
def test_conditions_reach_as_far_as_they_say(areas: str, told: bool) -> None:
    found = rules(condition(areas))
    assert ("HT-05" in found or "VB-05" in found or "VB-02" in found) == told


@pytest.mark.parametrize(
    ("area", "told"),
    [
        (f"F{ROW}:G{ROW}", True),
        (f"$F${ROW}:$G${ROW}", True),
        (f"G{ROW}:F{ROW}", True),
        (f"G{ROW}:G{ROW}", False),
    ],
)
def test_cells_under_merged_ones_are_empty_however_these_are_told(area: str, told: bool) -> None:
    merged = f'</sheetData><mergeCells><mergeCell ref="{area}"/></mergeCells>'
    found = read_workbook(sheet("</sheetData>", merged)(), FileKind.XLSX).sheet("Chỉ tiêu")
    assert found is not None and (found.at(ROW, 7) is None) == told


FOREIGN = 'xmlns:z="urn:z"'
TEXTS = {
    "a text of nobody before it": f"<z:si {FOREIGN}><z:t>9</z:t></z:si><si><t>250200</t></si>",
    "a text for some programs before it": (
        f'<m:AlternateContent xmlns:m="{CHOICE}"><m:Choice Requires="z" {FOREIGN}><si><t>9</t></si>'
        "</m:Choice><m:Fallback><si><t>250200</t></si></m:Fallback></m:AlternateContent>"
    ),
    "letters of nobody in it": f"<si><z:t {FOREIGN}>9</z:t><t>250200</t></si>",
    "a part of nobody in it": f"<si><t>250200</t><z:r {FOREIGN}><z:t>9</z:t></z:r></si>",
    "as every program writes it": "<si><t>250200</t></si>",
}


def shared(texts: str) -> bytes:
    """The workbook in which that cell has the first of these shared texts."""
    kept = parts(content(' t="s"', "<v>0</v>")())
    kept["xl/sharedStrings.xml"] = f'<sst xmlns="{SPREADSHEET}">{texts}</sst>'.encode()
    links = "xl/_rels/workbook.xml.rels"
    more = f'<Relationship Id="rIdT" Type="{OFFICES}/sharedStrings" Target="sharedStrings.xml"/>'
    kept[links] = kept[links].replace(b"</Relationships>", f"{more}</Relationships>".encode())
    return packed(kept)


@pytest.mark.parametrize("case", TEXTS)
def test_shared_texts_are_counted_as_programs_count_them(case: str) -> None:
    found = read_workbook(shared(TEXTS[case]), FileKind.XLSX).sheet("Chỉ tiêu")
    assert found is not None and found.at(ROW, 7) == "250200"


STRUCK_PART = "<si><r><t>25020</t></r><r><rPr>{}</rPr><t>0</t></r></si>"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("<strike/>", True),
        (f'<strike {FOREIGN} z:a="1"/>', True),
        ('<strike val=" 1 "/>', True),
        ('<strike val="0"/>', False),
        (f'<color {FOREIGN} rgb="FFFFFBE6" z:rgb="FF000000"/>', True),
        (f'<color {FOREIGN} rgb="FF000000" z:rgb="FFFFFBE6"/>', False),
    ],
)
def test_parts_of_texts_look_as_their_own_attributes_say(said: str, told: bool) -> None:
    assert rules(shared(STRUCK_PART.format(said))) == ({"HT-02"} if told else set())


@pytest.mark.parametrize("entry", ["sheet", "relation"])
def test_a_sheet_is_the_one_that_the_workbook_itself_names(entry: str) -> None:
    kept = workbook()
    kept["xl/worksheets/other.xml"] = kept[SHEET].replace(b"<v>250200</v>", b"<v>9</v>")
    links, book = "xl/_rels/workbook.xml.rels", "xl/workbook.xml"
    more = f'<Relationship Id="rId99" Type="{OFFICES}/worksheet" Target="worksheets/other.xml"/>'
    kept[links] = kept[links].replace(b"</Relationships>", f"{more}</Relationships>".encode())
    own = re.search(rb"<sheet [^>]*rId3[^>]*/>", kept[book])
    assert own is not None
    other = own[0].replace(b"rId3", b"rId99").replace(b"<sheet ", b'<z:sheet xmlns:z="urn:z" ')
    made = {
        "sheet": other + own[0],
        "relation": own[0].replace(b"<sheet ", b'<sheet xmlns:z="urn:z" z:id="rId99" '),
    }[entry]
    kept[book] = kept[book].replace(own[0], made)
    found = read_workbook(packed(kept), FileKind.XLSX).sheet("Chỉ tiêu")
    assert found is not None and found.at(ROW, 7) == 250_200


@pytest.mark.parametrize("kind", ["styles", "sheet"])
def test_a_workbook_of_two_minds_about_its_parts_is_damaged(kind: str) -> None:
    kept = workbook()
    links = "xl/_rels/workbook.xml.rels"
    if kind == "styles":
        kept["xl/more.xml"] = kept[STYLES]
        more = f'<Relationship Id="rIdX" Type="{OFFICES}/styles" Target="more.xml"/>'.encode()
        kept[links] = kept[links].replace(b"</Relationships>", more + b"</Relationships>")
    else:
        kept["xl/worksheets/more.xml"] = kept[SHEET]
        kept[links] = re.sub(
            rb"<Relationship [^>]*sheet3.xml[^>]*>",
            lambda m: m[0] + m[0].replace(b"sheet3.xml", b"more.xml"),
            kept[links],
        )
    with pytest.raises(WorkbookRefused) as refused:
        read_workbook(packed(kept), FileKind.XLSX)
    assert refused.value.problem is FileProblem.DAMAGED


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Tr_x1EA1_m", "Trạm"),
        ("_x0032_5/KH", "25/KH"),
        ("_x1ea1_", "ạ"),
        ("_x1EA1", "_x1EA1"),
        ("_xD800_", "_xD800_"),
    ],
)
def test_letters_that_are_told_by_their_numbers_are_read(written: str, shown: str) -> None:
    made = content(' t="inlineStr"', f"<is><t>{written}</t></is>")()
    found = read_workbook(made, FileKind.XLSX).sheet("Chỉ tiêu")
    assert found is not None and found.at(ROW, 7) == shown

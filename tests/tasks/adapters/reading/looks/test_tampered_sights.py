"""What people see of a workbook changed by its looks and views, by every kind of file."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.styles.fills import GradientFill

from models.domain.answers.examining import examine_content
from models.domain.reading.findings import Finding
from tasks.adapters.reading.file_kinds import FileKind
from tasks.adapters.reading.ods.ods_views import places_beyond_reach
from tasks.adapters.reading.workbook_reader import read_workbook
from tests.fixtures.office_program import NO_OFFICE
from tests.fixtures.old_workbooks import cell, record, xls
from tests.fixtures.other_formats import saved_elsewhere
from tests.fixtures.xlsb_workbooks import Look, XlsbBook
from tests.fixtures.xlsb_workbooks import record as long_record
from tests.tasks.adapters.reading.test_tampered_workbooks import as_cell, packed, parts, rewritten
from tests.tasks.adapters.reading.test_words_elsewhere import DRAWN_LINE, LINE, ROW, anchored, drawn
from tests.tasks.adapters.reading.test_workbooks_examined import CYCLE, OFFICE, filled

PLACE = ("indicators", "retail_sales", "committed")
CELL = str(filled("sct").address(*PLACE))
SHEET = "xl/worksheets/sheet3.xml"
EVERY = frozenset({FileKind.XLSX, FileKind.ODS, FileKind.XLS})
HERE = frozenset[FileKind]()


def styled(**looks: object) -> bytes:
    book = filled("sct")
    for name, look in looks.items():
        setattr(book.sheet("indicators")[CELL], name, look)
    return book.save(CYCLE.opens_at)


def rowed(points: float) -> bytes:
    book = filled("sct")
    book.sheet("indicators").row_dimensions[int(CELL[1:])].height = points
    return book.save(CYCLE.opens_at)


def narrowed(width: float, value: object = None, **looks: object) -> bytes:
    book = filled("sct")
    sheet = book.sheet("indicators")
    sheet.column_dimensions[CELL[0]].width = width
    if value is not None:
        book.write(*PLACE, value)
    for name, look in looks.items():
        setattr(sheet[CELL], name, look)
    return book.save(CYCLE.opens_at)


def viewed(before: str, after: str) -> bytes:
    kept = parts(filled("sct").save(CYCLE.opens_at))
    changed, times = re.subn(before.encode(), after.encode(), kept[SHEET], count=1)
    assert times
    return packed(kept | {SHEET: changed})


def calculated(formula: str) -> bytes:
    return rewritten(filled("sct"), CELL, as_cell("", f"{formula}<v>250200</v>"))


BLACK = Font(color="FF000000")
FROZEN = (
    '<sheetView workbookViewId="0" topLeftCell="A12"><pane ySplit="1" topLeftCell="A13" '
    'activePane="bottomLeft" state="{}"/>'
)
VIEW = r'<sheetView showGridLines="0" workbookViewId="0"><pane [^>]*/>'
FORM = "<xdr:sp><xdr:spPr>{}<a:noFill/></xdr:spPr></xdr:sp>"
PEN = (
    '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
    '<mc:Choice Requires="xdr14"><xdr:contentPart/></mc:Choice></mc:AlternateContent>'
)


def laid_over(cell: str, thing: str) -> str:
    row = int(cell[1:]) - 1
    return anchored((6, row, ROW // 4), (7, row, 3 * ROW // 4), thing)


def over(thing: str) -> bytes:
    return drawn(laid_over(CELL, thing))


def form(kind: str) -> str:
    return FORM.format(f'<a:prstGeom prst="{kind}"/>')


# What is changed, the rule that speaks of it, and the other formats in which it is kept.
CASES: dict[str, tuple[Callable[[], bytes], str, frozenset[FileKind]]] = {
    "a gradient of one colour": (
        lambda: styled(fill=GradientFill(stop=("000000", "000000")), font=BLACK), "HT-05", EVERY,
    ),
    "a gradient of two": (
        lambda: styled(fill=GradientFill(stop=("000000", "FFFFFF")), font=BLACK), "HT-05", HERE,
    ),
    "a gradient of two others": (
        lambda: styled(fill=GradientFill(stop=("FFC000", "FFFFFF")), font=BLACK), "", HERE,
    ),
    "a pattern of one colour": (
        lambda: styled(
            fill=PatternFill("darkUp", fgColor="FF000000", bgColor="FF000000"), font=BLACK
        ), "HT-05", EVERY,
    ),
    "an indent that takes the room": (
        lambda: styled(alignment=Alignment(horizontal="left", indent=9)), "HT-11", EVERY,
    ),
    "an indent of two steps": (
        lambda: styled(alignment=Alignment(horizontal="left", indent=2)), "", EVERY,
    ),
    "a text that goes on in the next line": (lambda: narrowed(4.5, "250 200"), "HT-11", EVERY),
    "letters shrunk to specks": (
        lambda: narrowed(1.5, alignment=Alignment(shrink_to_fit=True)), "HT-11", EVERY,
    ),
    "a row of 5 points": (lambda: rowed(5), "HT-07", EVERY),
    "a row of 6 points": (lambda: rowed(6), "HT-07", EVERY),
    "a row of 9 points": (lambda: rowed(9), "", EVERY),
    "thousands cut behind the point": (
        lambda: styled(number_format="0.,"), "HT-01", frozenset({FileKind.XLSX, FileKind.XLS}),
    ),
    "formulas shown": (
        lambda: viewed("<sheetView ", '<sheetView showFormulas="1" '), "HT-12", HERE,
    ),
    "formulas not shown": (
        lambda: viewed("<sheetView ", '<sheetView showFormulas="0" '), "", HERE,
    ),
    "a sheet shown at a tenth": (
        lambda: viewed("<sheetView ", '<sheetView zoomScale="10" '), "HT-07", HERE,
    ),
    "a sheet shown at half": (
        lambda: viewed("<sheetView ", '<sheetView zoomScale="50" '), "", HERE,
    ),
    "a sheet printed at a tenth": (
        lambda: viewed("<sheetView ", '<sheetView zoomScaleSheetLayoutView="10" '), "", HERE,
    ),
    "a sheet shown by its pages, at a tenth": (
        lambda: viewed(
            "<sheetView ", '<sheetView view="pageLayout" zoomScalePageLayoutView="10" '
        ), "HT-07", HERE,
    ),
    "a sheet shown by its breaks, at a tenth": (
        lambda: viewed(
            "<sheetView ", '<sheetView view="pageBreakPreview" zoomScaleSheetLayoutView="10" '
        ), "HT-07", HERE,
    ),
    "a sheet shown by its breaks": (
        lambda: viewed(
            "<sheetView ", '<sheetView view="pageBreakPreview" zoomScaleSheetLayoutView="60" '
        ), "", HERE,
    ),
    "scrolled, then frozen": (
        lambda: viewed(VIEW, FROZEN.format("frozen")), "HT-07 VB-05", HERE,
    ),
    "scrolled and split": (lambda: viewed(VIEW, FROZEN.format("split")), "", HERE),
    "a table of what if": (
        lambda: calculated(f'<f t="dataTable" ref="{CELL}:{CELL}" r1="A1"/>'), "CG-04", HERE,
    ),
    "a scribble": (
        lambda: over(FORM.format("<a:custGeom><a:pathLst/></a:custGeom>")), "HT-09", HERE,
    ),
    "strokes of a pen": (lambda: over(PEN), "HT-09", HERE),
}  # fmt: skip
#: What is laid over a cell, and whether it strikes out what stands there; all formats keep it.
SHAPES: dict[str, tuple[str, bool]] = {
    "a cross": (form("mathMultiply"), True),
    "a minus": (form("mathMinus"), True),
    "an arrow": (form("rightArrow"), True),
    "a connector": (LINE, True),
    "a line": (DRAWN_LINE, True),
    "a frame": (form("rect"), False),
    "a ring": (form("ellipse"), False),
    "a rounded frame": (form("roundRect"), False),
    "a diamond": (form("diamond"), False),
    "a circle of a chart": (form("flowChartConnector"), False),
    "a cross in a circle": (form("flowChartSummingJunction"), True),
    "a stripe": (form("diagStripe"), True),
    "a plus": (form("mathPlus"), True),
}


def rules(content: bytes, kind: FileKind = FileKind.XLSX) -> set[str]:
    return {f.rule for f in findings(content, kind)}


def findings(content: bytes, kind: FileKind = FileKind.XLSX) -> Sequence[Finding]:
    examination = examine_content(
        read_workbook(content, kind), OFFICE, agency="sct", cycle=CYCLE.code
    )
    assert not examination.rule_failures
    return examination.findings


@pytest.mark.parametrize("case", CASES)
def test_what_is_not_seen_as_it_is_read_is_told(case: str) -> None:
    change, rule, _ = CASES[case]
    assert rules(change()) == set(rule.split())


@pytest.mark.parametrize("case", SHAPES)
def test_a_shape_that_strikes_a_figure_out_is_told(case: str) -> None:
    thing, strikes = SHAPES[case]
    assert rules(over(thing)) == ({"HT-09"} if strikes else set())


@pytest.mark.skipif(NO_OFFICE, reason="LibreOffice makes the files")
def test_shapes_saved_by_an_office_program_are_told_of_their_own_cells(tmp_path: Path) -> None:
    """Each over a cell of its own: to save a workbook for each of them takes a minute."""
    cells = list(filled("sct").places("indicators", "committed").values())
    laid: dict[str, dict[str, str]] = {"struck": {}, "framed": {}}
    for case, (thing, strikes) in SHAPES.items():
        one = laid["struck" if strikes else "framed"]
        one[cells[len(one)]] = thing
        assert len(one) <= len(cells), case
    made = {
        name: drawn("".join(laid_over(cell, thing) for cell, thing in one.items()))
        for name, one in laid.items()
    }
    for (name, kind), content in saved_elsewhere(made, tmp_path).items():
        found = findings(content, kind)
        assert {f.rule for f in found} == ({"HT-09"} if name == "struck" else set()), (name, kind)
        told = {cell for f in found for cell in (f.cell, *f.cells)}
        assert told == (set(laid[name]) if name == "struck" else set()), (name, kind)


@pytest.mark.skipif(NO_OFFICE, reason="LibreOffice makes the files")
def test_other_formats_of_an_office_program_tell_the_same(tmp_path: Path) -> None:
    names = {f"{n}": case for n, case in enumerate(CASES) if CASES[case][2]}
    made = {name: CASES[case][0]() for name, case in names.items()}
    for (name, kind), content in saved_elsewhere(made, tmp_path).items():
        _, rule, carried = CASES[names[name]]
        if kind in carried:
            assert rules(content, kind) == ({rule} if rule else set()), (names[name], kind)


def test_every_cell_of_a_formula_for_an_area_is_told() -> None:
    row = int(CELL[1:])
    content = calculated(f'<f t="array" ref="{CELL}:{CELL[0]}{row + 1}">{{250200;37}}</f>')
    found = read_workbook(content, FileKind.XLSX).sheet("Chỉ tiêu")
    assert found is not None
    assert set(found.formulas) == {(row, 7), (row + 1, 7)}


# --- The binary formats, and OpenDocument's settings ----------------------------------------------


def window(flags: int, row: int = 0, column: int = 0) -> bytes:
    return record(0x23E, struct.pack("<3H", flags, row, column) + bytes(12))


@pytest.mark.parametrize(
    ("flags", "row", "hidden", "formulas"),
    [(0x10, 0, 0, False), (0x11, 0, 0, True), (0x10, 7, 0, False), (0x18, 7, 7, False)],
)
def test_views_of_an_xls_are_followed(flags: int, row: int, hidden: int, formulas: bool) -> None:
    cells = cell(0x203, 9, 1, struct.pack("<d", 5.0)) + window(flags, row, row)
    (sheet,) = read_workbook(xls(cells), FileKind.XLS).sheets
    assert sorted(sheet.hidden_places.rows) == [*range(1, hidden + 1)]
    assert sheet.hidden_places.hides_column(7) == bool(hidden)
    assert sheet.shows_formulas == formulas


@pytest.mark.parametrize(("frozen", "hidden"), [(1, 7), (0, 0)])
def test_views_of_an_xlsb_are_followed(frozen: int, hidden: int) -> None:
    book = XlsbBook()
    book.put(9, 1, 5.0, Look("0"))
    view = long_record(137, struct.pack("<HIII", 0x03DE, 0, 7, 0) + bytes(16))
    pane = long_record(151, struct.pack("<ddIII", 0, 1, 8, 0, 2) + bytes([frozen]))
    content = book.content()
    kept = parts(content)
    part = "xl/worksheets/sheet1.bin"
    kept[part] = kept[part].replace(
        long_record(145), long_record(133) + view + pane + long_record(145), 1
    )
    (sheet,) = read_workbook(packed(kept), FileKind.XLSB).sheets
    assert sorted(sheet.hidden_places.rows) == [*range(1, hidden + 1)]
    assert sheet.shows_formulas


@pytest.mark.parametrize(
    ("more", "zoom"),
    [
        (record(0xA0, struct.pack("<HH", 1, 10)), 10),
        (record(0xA0, struct.pack("<HH", 3, 4)), 75),
        (record(0xA0, struct.pack("<HH", 3, 0)), 100),
        (record(0xA0, b"\1"), 100),
        (b"", 100),
    ],
)
def test_the_zoom_of_an_xls_is_known(more: bytes, zoom: int) -> None:
    cells = cell(0x203, 9, 1, struct.pack("<d", 5.0)) + window(0x10) + more
    (sheet,) = read_workbook(xls(cells), FileKind.XLS).sheets
    assert sheet.zoom == zoom


def settings(mode: int, top: str) -> bytes:
    items = (
        f'<config-item name="VerticalSplitMode">{mode}</config-item>'
        f'<config-item name="PositionTop">{top}</config-item>'
    )
    return f'<s><config-item-map-entry name="T">{items}</config-item-map-entry></s>'.encode()


@pytest.mark.parametrize(
    ("settings_xml", "told"),
    [
        (settings(2, "7"), {"T": (7, 0)}),
        (settings(1, "7"), {}),
        (settings(2, "0"), {}),
        (settings(2, "9999999999"), {}),
        (settings(2, "7")[:-3], {}),
        (b"", {}),
    ],
)
def test_settings_of_an_ods_say_what_lies_beyond_reach(
    settings_xml: bytes, told: dict[str, tuple[int, int]]
) -> None:
    assert places_beyond_reach(settings_xml) == told

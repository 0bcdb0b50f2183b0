"""What one spreadsheet program makes of an .xlsx and another one does not, from the bytes on."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from openpyxl.styles import Alignment

from models.domain.reading.findings import Severity
from tasks.adapters.reading.file_kinds import FileKind
from tests.fixtures.office_program import NO_OFFICE
from tests.fixtures.other_formats import saved_elsewhere
from tests.tasks.adapters.reading.looks.test_seen_otherwise import STYLES, workbook
from tests.tasks.adapters.reading.looks.test_tampered_sights import (
    CELL,
    PLACE,
    SHEET,
    findings,
    rules,
)
from tests.tasks.adapters.reading.test_tampered_workbooks import packed, parts
from tests.tasks.adapters.reading.test_workbooks_examined import CYCLE, filled

Change = Callable[[], bytes]
OTHER = '<dxf><numFmt numFmtId="399" formatCode="&quot;9600&quot;"/></dxf>'
WHITE_LETTERS = '<dxf><font><color rgb="FFFFFFFF"/></font></dxf>'
BLUE_GROUND = '<dxf><fill><patternFill><bgColor rgb="FF1F3864"/></patternFill></fill></dxf>'
STRUCK = "<dxf><font><strike/></font></dxf>"
YELLOW_GROUND = '<dxf><fill><patternFill><bgColor rgb="FFFFFF00"/></patternFill></fill></dxf>'


def under(*conditions: tuple[str, str, str]) -> Change:
    """The workbook whose cell is under conditions, the first one first: what each says of itself,
    its formula, what it changes."""

    def change() -> bytes:
        kept = workbook()
        known = kept[STYLES].count(b"<dxf>")
        told = "".join(
            f'<cfRule {said} priority="{90 + number}" dxfId="{known + number}">'
            + (f"<formula>{formula}</formula></cfRule>" if formula else "</cfRule>")
            for number, (said, formula, _) in enumerate(conditions)
        )
        changes = "".join(difference for _, _, difference in conditions)
        kept[STYLES] = kept[STYLES].replace(b"</dxfs>", f"{changes}</dxfs>".encode())
        made = f'<conditionalFormatting sqref="{CELL}">{told}</conditionalFormatting>'
        kept[SHEET] = kept[SHEET].replace(b"<dataValidations", made.encode() + b"<dataValidations")
        return packed(kept)

    return change


def kind(said: str, formula: str) -> Change:
    return under((said, formula, OTHER))


def always(*changes: str) -> Change:
    return under(*(('type="expression"', "TRUE", each) for each in changes))


def told(*changes: tuple[str, str], styles: str = "") -> Change:
    """The workbook with the sheet of that cell changed so, and more styles, the first one the
    36th."""

    def change() -> bytes:
        kept = workbook()
        xml = kept[SHEET].decode()
        for before, after in changes:
            xml, times = re.subn(before, after, xml, count=1, flags=re.DOTALL)
            assert times
        kept[SHEET] = xml.encode()
        kept[STYLES] = (
            kept[STYLES]
            .replace(b"</fonts>", b'<font><sz val="11"/><strike/></font></fonts>')
            .replace(b"</cellXfs>", f"{styles}</cellXfs>".encode())
        )
        return packed(kept)

    return change


def folded_rows(first: str, others: str, last: str) -> Change:
    """With that said of the rows 8, 9 and 10, and 11."""
    rows = [("8", first), ("9", others), ("10", others), ("11", last)]
    return told(*((f'<row r="{row}"', f'<row r="{row}" {said}') for row, said in rows))


def folded_columns(said: str, behind: str) -> Change:
    return told(
        ('min="7" max="7"', f'min="7" max="7" {said}'),
        ('min="8" max="8"', f'min="8" max="8" {behind}'),
    )


def unstyled(column: str = "", row: str = "", style: str = "") -> Change:
    """The cell states no style; its column and its row may have one, the 36th among them."""
    changes = [('min="7" max="7"', f'min="7" max="7" {column}'), (f'<c r="{CELL}" s="33"', NOTHING)]
    return told(*changes, (f'<row r="{CELL[1:]}"', f'<row r="{CELL[1:]}" {row}'), styles=style)


def of_runs(colours: Sequence[str], *changes: str) -> Change:
    """The cell holds a text of parts in these colours, under conditions that hold."""

    def change() -> bytes:
        kept = parts(always(*changes)())
        runs = "".join(
            f'<r><rPr><color rgb="FF{colour}"/><sz val="11"/><rFont val="Arial"/></rPr>'
            f"<t>{text}</t></r>"
            for colour, text in zip(colours, ("250", "200"), strict=True)
        )
        cell = rb'(<c r="%s" s="[0-9]+")[^>]*>.*?</c>' % CELL.encode()
        told = rb'\1 t="inlineStr"><is>' + runs.encode() + b"</is></c>"
        kept[SHEET], times = re.subn(cell, told, kept[SHEET], count=1)
        assert times
        return packed(kept)

    return change


def ground(colour: str) -> str:
    return f'<dxf><fill><patternFill><bgColor rgb="FF{colour}"/></patternFill></fill></dxf>'


def aligned(how: str, text: str) -> Change:
    def change() -> bytes:
        book = filled("sct")
        book.write(*PLACE, text)
        book.sheet("indicators")[CELL].alignment = Alignment(horizontal=how)
        return book.save(CYCLE.opens_at)

    return change


NOTHING = f'<c r="{CELL}"'
LEVEL, FOLDED = 'outlineLevel="{}"', 'collapsed="1"'
STRUCK_STYLE = '<xf fontId="11"/>'
PERCENT_STYLE = '<xf numFmtId="9"/>'
FINDS = f'NOT(ISERROR(SEARCH("502",{CELL})))'
CONTAINS = 'type="containsText" operator="containsText" text="{}"'
LACKS = 'type="notContainsText" operator="notContains" text="{}"'
BEGINS = 'type="beginsWith" operator="beginsWith" text="{}"'
ENDS = 'type="endsWith" operator="endsWith" text="{}"'
CASES: dict[str, tuple[Change, str]] = {
    # A condition that says one thing by its formula and another one by its kind.
    "a text that the formula denies": (kind(CONTAINS.format("502"), "FALSE"), "HT-01"),
    "a text that the formula alone finds": (kind(CONTAINS.format("999"), FINDS), "HT-01"),
    "a text that is not there": (kind(CONTAINS.format("999"), "FALSE"), ""),
    "no text, by a formula that denies it": (kind(LACKS.format("999"), "FALSE"), "HT-01"),
    "a text there, by both": (kind(LACKS.format("502"), "FALSE"), ""),
    "a beginning that the formula denies": (kind(BEGINS.format("25"), "FALSE"), "HT-01"),
    "another beginning": (kind(BEGINS.format("26"), f'LEFT({CELL},2)="26"'), ""),
    "an end that the formula denies": (kind(ENDS.format("200"), "FALSE"), "HT-01"),
    "another end": (kind(ENDS.format("201"), f'RIGHT({CELL},3)="201"'), ""),
    "an end of signs": (kind(ENDS.format("&lt;&amp;"), "FALSE"), ""),
    "blanks that the formula alone finds": (kind('type="containsBlanks"', "TRUE"), "HT-01"),
    "no blanks, by both": (kind('type="containsBlanks"', f"LEN(TRIM({CELL}))=0"), ""),
    "errors that the formula alone finds": (kind('type="containsErrors"', "TRUE"), "HT-01"),
    "blanks without a formula": (kind('type="containsBlanks"', ""), ""),
    "last week, whatever it says": (
        kind('type="timePeriod" timePeriod="lastWeek"', "FALSE"), "HT-01",
    ),
    # Several conditions that hold: Excel follows all of them, other programs the first one.
    "white letters, then a dark ground": (always(WHITE_LETTERS, BLUE_GROUND), "HT-05"),
    "a dark ground, then white letters": (always(BLUE_GROUND, WHITE_LETTERS), ""),
    "white on dark at once": (
        always(
            '<dxf><font><color rgb="FFFFFFFF"/></font><fill><patternFill><bgColor rgb="FF1F3864"/>'
            "</patternFill></fill></dxf>"
        ), "",
    ),
    "white letters, then struck ones": (always(WHITE_LETTERS, STRUCK), "HT-05 HT-04"),
    "another ground, then another figure": (always(YELLOW_GROUND, OTHER), "HT-01"),
    # Groups that are said to be folded, and of which nothing is hidden.
    "folded rows": (folded_rows("", LEVEL.format(1), FOLDED), "HT-07"),
    "folded rows of the second level": (folded_rows("", LEVEL.format(2), FOLDED), "HT-07"),
    "rows folded in a group": (
        folded_rows(LEVEL.format(1), LEVEL.format(2), f"{LEVEL.format(1)} {FOLDED}"), "HT-07",
    ),
    "rows of a group": (folded_rows("", LEVEL.format(1), ""), ""),
    "rows that follow what is folded": (folded_rows(FOLDED, "", ""), ""),
    "a folded column": (folded_columns(LEVEL.format(1), FOLDED), "HT-07"),
    "a column of a group": (folded_columns(LEVEL.format(1), ""), ""),
    # A cell that states no style, in a column or a row that does.
    "struck by its column": (unstyled('style="35"', style=STRUCK_STYLE), "HT-04"),
    "struck by its row": (unstyled("", 's="35" customFormat="1"', STRUCK_STYLE), "HT-04"),
    "struck by its column, not by its row": (
        unstyled('style="35"', 's="33" customFormat="1"', STRUCK_STYLE), "",
    ),
    "a row without a style of its own": (unstyled("", 's="35"', STRUCK_STYLE), ""),
    "a share by its column": (unstyled('style="35"', style=PERCENT_STYLE), "CT-14"),
    "by the usual style": (unstyled('style="0"'), ""),
    "by another usual one": (unstyled('style="33"'), ""),
    # Parts of a text in a colour of their own, on the ground of a condition.
    "red parts on red": (of_runs(("C00000", "C00000"), ground("C00000")), "HT-05"),
    "a red part on red": (of_runs(("000000", "C00000"), ground("C00000")), "HT-05"),
    "black parts on black": (of_runs(("000000", "000000"), ground("000000")), "HT-05"),
    "red parts on yellow": (of_runs(("C00000", "C00000"), ground("FFFF00")), ""),
    "red parts on no ground": (of_runs(("C00000", "C00000"), OTHER.replace("9600", "")), ""),
    # Blanks that are drawn as something else.
    "a number whose halves stand at both edges": (aligned("distributed", "250 200"), "SO-02"),
    "a number without blanks at both edges": (aligned("distributed", "250200"), ""),
    "a number with blanks in the middle": (aligned("center", "250 200"), ""),
    "justified": (aligned("justify", "250 200"), ""),
    "a blank that is a stroke": (aligned("right", "250\u1680200"), "SO-03"),
    "a stroke before a number": (aligned("right", "\u1680250200"), "DV-05"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_any_program_shows_otherwise_is_told(case: str) -> None:
    change, rule = CASES[case]
    assert rules(change()) == set(rule.split())


#: What of the sheet is out of sight, and the cell at which that is told, "" for none.
OUT_OF_SIGHT: dict[str, tuple[Change, str]] = {
    "the titles": (told(('<row r="4" ', '<row r="4" hidden="1" ')), "A4"),
    "titles as low as a line": (told(('<row r="4" ht="32.25"', '<row r="4" ht="3"')), "A4"),
    "the units": (told(('min="4" max="4"', 'min="4" max="4" hidden="1"')), "D4"),
    "units as narrow as a line": (
        told(('width="10.7109375" customWidth="1" min="4"', 'width="0.1" min="4"')), "D4",
    ),
    "the names": (told(('min="3" max="3"', 'min="3" max="3" hidden="1"')), "C4"),
    "the codes": (told(('min="1" max="1"', 'min="1" max="1" hidden="1"')), ""),
    "places in the directive": (told(('min="2" max="2"', 'min="2" max="2" hidden="1"')), ""),
    "the targets": (told(('min="5" max="5"', 'min="5" max="5" hidden="1"')), ""),
    "the guidance": (told(('<row r="3" ', '<row r="3" hidden="1" ')), ""),
    "low titles": (told(('<row r="4" ht="32.25"', '<row r="4" ht="12"')), ""),
}  # fmt: skip


@pytest.mark.parametrize("case", OUT_OF_SIGHT)
def test_what_tells_of_figures_is_not_out_of_sight(case: str) -> None:
    change, cell = OUT_OF_SIGHT[case]
    said = [(f.rule, f.severity, f.cell) for f in findings(change())]
    assert said == ([("VB-05", Severity.WARNING, cell)] if cell else [])


@pytest.mark.skipif(NO_OFFICE, reason="LibreOffice makes the files")
def test_halves_at_both_edges_are_told_of_an_xls(tmp_path: Path) -> None:
    made = {"apart": aligned("distributed", "250 200")(), "middle": aligned("center", "250 200")()}
    for (name, kind), content in saved_elsewhere(made, tmp_path).items():
        if kind is FileKind.XLS:
            assert rules(content, kind) == ({"SO-02"} if name == "apart" else set())

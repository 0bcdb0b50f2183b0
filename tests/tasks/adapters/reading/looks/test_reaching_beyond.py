"""What reaches beyond its place: shadows and texts of shapes, figures centred over other cells; and
what is drawn of a figure beside itself, from the bytes of an .xlsx to the finding."""

from __future__ import annotations

import re

import pytest

from tests.tasks.adapters.reading.looks.test_covering_shapes import marker
from tests.tasks.adapters.reading.looks.test_seen_otherwise import (
    LETTERS,
    STYLES,
    Change,
    looking,
    workbook,
)
from tests.tasks.adapters.reading.looks.test_tampered_sights import CELL, SHEET, findings, rules
from tests.tasks.adapters.reading.test_tampered_workbooks import packed
from tests.tasks.adapters.reading.test_words_elsewhere import drawn

ROW = int(CELL[1:])
BOOK = "xl/workbook.xml"
WHITE = '<a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill>'
EFFECT = f"{WHITE}<a:effectLst>{{}}</a:effectLst>"
SHADOW = (
    '<a:outerShdw dist="{}" dir="{}" sx="{}"><a:srgbClr val="FFFFFF">{}</a:srgbClr></a:outerShdw>'
)
FIGURE = "<a:p><a:r><a:t>96</a:t></a:r></a:p>"
MIRROR = '<a:reflection stA="{}" endPos="100000" dist="{}" dir="5400000" sy="-{}"/>'
GLOW = '<a:glow rad="{}"><a:srgbClr val="FFFFFF"/></a:glow>'
BODY = (
    "<xdr:txBody><a:bodyPr {}/><a:p><a:pPr {}/><a:r><a:rPr sz='1100'/><a:t>{}</a:t></a:r></a:p>"
    "</xdr:txBody>"
)


def beside(properties: str, body: str = "", *, column: int = 5) -> Change:
    """With a small shape in the row of that cell, in the column before it if no other is named."""
    ends = marker("from", column, ROW - 1, 50_000, 50_000)
    ends += marker("to", column, ROW - 1, 500_000, 250_000)
    thing = f"<xdr:sp><xdr:spPr>{properties}</xdr:spPr>{body}</xdr:sp>"
    return lambda: drawn(f"<xdr:twoCellAnchor>{ends}{thing}<xdr:clientData/></xdr:twoCellAnchor>")


def lettered(inside: str, aligned: str = "", text: str = "9", column: int = 5) -> Change:
    return beside("<a:noFill/>", BODY.format(inside, aligned, text), column=column)


def above(properties: str, inside: str = "", words: str = FIGURE) -> Change:
    """With a small shape in the heading above the first cell of the column of that cell."""
    ends = marker("from", 6, 3, 50_000, 50_000) + marker("to", 6, 3, 850_000, 200_000)
    body = f"<xdr:txBody><a:bodyPr {inside}/>{words}</xdr:txBody>"
    thing = f"<xdr:sp><xdr:spPr>{properties}</xdr:spPr>{body if words else ''}</xdr:sp>"
    return lambda: drawn(f"<xdr:twoCellAnchor>{ends}{thing}<xdr:clientData/></xdr:twoCellAnchor>")


def spread(beside_it: str, filled: bool = False) -> Change:
    """That cell centred over the one behind it, which is aligned so as well or not."""

    def change() -> bytes:
        kept = workbook()
        styles = kept[STYLES].decode()
        number = styles[styles.index("<cellXfs") : styles.index("</cellXfs>")].count("<xf ")
        made = "".join(
            f'<xf fontId="7"><alignment horizontal="{way}"/></xf>'
            for way in ("centerContinuous", beside_it)
        )
        kept[STYLES] = styles.replace("</cellXfs>", f"{made}</cellXfs>").encode()
        sheet = re.sub(rf'(<c r="{CELL}" s=")[0-9]+', rf"\g<1>{number}", kept[SHEET].decode())
        value = r"\g<2>" if filled else ""
        sheet, times = re.subn(
            rf'<c r="H{ROW}" s="[0-9]+"([^>]*)>(.*?)</c>',
            rf'<c r="H{ROW}" s="{number + 1}"\g<1>>{value}</c>',
            sheet,
        )
        assert times == 1
        return packed(kept | {SHEET: sheet.encode()})

    return change


def formatted(code: str) -> Change:
    def change() -> bytes:
        kept = workbook()
        styles = kept[STYLES].decode()
        number = styles[styles.index("<cellXfs") : styles.index("</cellXfs>")].count("<xf ")
        own = f'<numFmt numFmtId="190" formatCode="{code}"/></numFmts>'
        styles = styles.replace("</numFmts>", own)
        kept[STYLES] = styles.replace(
            "</cellXfs>", '<xf numFmtId="190" fontId="7"/></cellXfs>'
        ).encode()
        kept[SHEET] = re.sub(
            rb'(<c r="%s" s=")[0-9]+' % CELL.encode(), rb"\g<1>%d" % number, kept[SHEET]
        )
        return packed(kept)

    return change


def opened(before: str, after: str) -> Change:
    def change() -> bytes:
        kept = workbook()
        text = kept[BOOK].decode()
        assert before in text
        return packed(kept | {BOOK: text.replace(before, after).encode()})

    return change


FAR = 914_400
SCRIPT = '<vertAlign val="superscript"/>'
CASES: dict[str, tuple[Change, str]] = {
    "a shape beside the cell": (beside(EFFECT.format("")), ""),
    "its shadow": (beside(EFFECT.format(SHADOW.format(FAR, 0, 100_000, ""))), "HT-09"),
    "its shadow to the other side": (
        beside(EFFECT.format(SHADOW.format(FAR, 10_800_000, 100_000, "")), column=7), "HT-09",
    ),
    "a shadow close to it": (beside(EFFECT.format(SHADOW.format(12_700, 0, 100_000, ""))), ""),
    "a shadow that lets shine through": (
        beside(EFFECT.format(SHADOW.format(FAR, 0, 100_000, '<a:alpha val="20000"/>'))), "",
    ),
    "a shadow of five times its size": (
        beside(EFFECT.format(SHADOW.format(0, 0, 500_000, ""))), "HT-09",
    ),
    "a broad glow": (beside(EFFECT.format(GLOW.format(FAR))), "HT-09"),
    "a small glow": (beside(EFFECT.format(GLOW.format(12_700))), ""),
    "a shadow of an outline": (
        beside(f"<a:noFill/><a:effectLst>{SHADOW.format(FAR, 0, 100_000, '')}</a:effectLst>"), "",
    ),
    "a text put in far": (lettered(f'wrap="none" lIns="{FAR}"'), "HT-09"),
    "a text put in far and cut off": (
        lettered(f'wrap="none" lIns="{FAR}" horzOverflow="clip"'), "",
    ),
    "a text put in far that is wrapped": (lettered(f'lIns="{FAR}"'), ""),
    "a long text in a small box": (lettered('wrap="none"', text="9" * 40), "HT-09"),
    "a short text in a small box": (lettered('wrap="none"'), ""),
    "a long text to the left": (
        lettered('wrap="none"', 'algn="r"', "9" * 40, column=8), "HT-09",
    ),
    "a long text to both sides": (
        lettered('wrap="none"', 'algn="ctr"', "9" * 60, column=8), "HT-09",
    ),
    "a figure centred over an empty cell": (spread("centerContinuous"), "HT-11"),
    "a figure centred beside another": (spread("centerContinuous", filled=True), ""),
    "a figure centred in its cell": (spread("left"), ""),
    "half of one, written by the format": (formatted('0&quot; 1/2&quot;'), "HT-01"),
    "decimals, written by the format": (formatted('0&quot;,5&quot;'), "HT-01"),
    "decimals, written by the format as signs": (formatted("0\\.50"), "HT-01"),
    "decimals that are nought": (formatted('0&quot;,0&quot;'), ""),
    "a fraction of none": (formatted("# ?/?"), ""),
    "letters of 4 points": (looking('<name val="Times New Roman"/><sz val="4"/>'), "HT-05"),
    "letters of 5 points": (looking('<name val="Times New Roman"/><sz val="5"/>'), ""),
    "raised letters of 6 points": (
        looking(f'<name val="Times New Roman"/><sz val="6"/>{SCRIPT}'), "HT-05",
    ),
    "raised letters": (looking(f"{LETTERS}{SCRIPT}"), ""),
    "no room for the tabs": (opened('tabRatio="600"', 'tabRatio="0"'), "HT-07"),
    "less room for the tabs": (opened('tabRatio="600"', 'tabRatio="200"'), ""),
}  # fmt: skip

FIRST = "G5"  # of that column
NO_FILL = "<a:noFill/>"
LONG = "<a:p><a:r><a:t>" + "9600 " * 60 + "</a:t></a:r></a:p>"
BROKEN_LINES = "<a:p>" + "<a:br/>" * 8 + "<a:r><a:t>9600</a:t></a:r></a:p>"
ABOVE: dict[str, tuple[Change, bool]] = {
    "a text": (above(NO_FILL), False),
    "a long text": (above(NO_FILL, words=LONG), True),
    "a long text that is cut off": (above(NO_FILL, 'vertOverflow="clip"', LONG), False),
    "a long text that ends at the foot": (above(NO_FILL, 'anchor="b"', LONG), False),
    "a long text around the middle": (above(NO_FILL, 'anchor="ctr"', LONG), True),
    "a long text made to fit": (
        above(NO_FILL, words=LONG.replace("<a:p>", '<a:normAutofit fontScale="2000"/><a:p>')),
        False,
    ),
    "broken lines": (above(NO_FILL, words=BROKEN_LINES), True),
    "empty lines": (above(NO_FILL, words="<a:p/>" * 8 + FIGURE), True),
    "a text far from the top": (above(NO_FILL, f'tIns="{FAR}"'), True),
    "a shape": (above(WHITE, words=""), False),
    "its image": (above(EFFECT.format(MIRROR.format(100_000, 300_000, 300_000)), words=""), True),
    "its faint image": (
        above(EFFECT.format(MIRROR.format(20_000, 300_000, 300_000)), words=""), False,
    ),
    "its image close to it": (
        above(EFFECT.format(MIRROR.format(100_000, 0, 30_000)), words=""), False,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ABOVE)
def test_what_reaches_down_from_above_is_told(case: str) -> None:
    change, told = ABOVE[case]
    found = {c for f in findings(change()) if f.rule == "HT-09" for c in (f.cell, *f.cells)}
    assert (FIRST in found) == told


@pytest.mark.parametrize("case", CASES)
def test_what_reaches_beyond_its_place_is_told(case: str) -> None:
    change, rule = CASES[case]
    assert rules(change()) - {"BB-01"} == ({rule} if rule else set())


MARKS = (
    "<{0}><x:col>{1}</x:col><x:colOff>0</x:colOff><x:row>{2}</x:row><x:rowOff>0</x:rowOff></{0}>"
)
PLACED = '<anchor moveWithCells="1">{}{}</anchor>'
OFFICES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"


@pytest.mark.parametrize(
    ("of", "column", "told"),
    [
        ("<controls><control><controlPr>{}</controlPr></control></controls>", 6, True),
        ("<controls><control><controlPr>{}</controlPr></control></controls>", 20, False),
        ('<oleObjects><oleObject shapeId="9"><objectPr>{}</objectPr></oleObject></oleObjects>',
         6, True),
        ("<oleObjects><oleObject shapeId='9'>{}</oleObject></oleObjects>", 6, False),
    ],
)  # fmt: skip
def test_controls_and_objects_lie_where_their_sheet_says(of: str, column: int, told: bool) -> None:
    kept = workbook()
    ends = MARKS.format("from", column, ROW - 1), MARKS.format("to", column + 1, ROW)
    made = of.format(PLACED.format(*ends)).encode()
    kept[SHEET] = kept[SHEET].replace(b"</worksheet>", made + b"</worksheet>")
    kept["xl/worksheets/_rels/sheet3.xml.rels"] = (
        f'<Relationships xmlns="{LINKS}"><Relationship Id="rId9" Type="{OFFICES}/ctrlProp" '
        'Target="../ctrlProps/ctrlProp1.xml"/></Relationships>'
    ).encode()
    assert rules(packed(kept)) == ({"HT-09"} if told else set())

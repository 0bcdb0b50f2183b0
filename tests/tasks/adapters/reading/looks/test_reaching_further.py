"""What shapes of an .xlsx draw beyond their boxes: sides of bodies, tails, forms drawn by hand,
texts that are turned, spaced or pushed; and what hides though it says so in an unusual way."""

from __future__ import annotations

import pytest

from tests.tasks.adapters.reading.looks.test_covering_shapes import marker
from tests.tasks.adapters.reading.looks.test_reaching_beyond import (
    FIRST,
    NO_FILL,
    ROW,
    WHITE,
    Change,
    above,
    beside,
    lettered,
)
from tests.tasks.adapters.reading.looks.test_tampered_sights import findings, over, rules
from tests.tasks.adapters.reading.test_words_elsewhere import drawn

DEEP = 2_540_000
BODY = (
    '<a:scene3d><a:camera prst="{}"{}/><a:lightRig rig="threePt" dir="t"/></a:scene3d><a:sp3d {}/>'
)
TURNED_VIEW = '"><a:rot lat="0" lon="1800000" rev="0"/></a:camera><a:camera prst="'
FORM = (
    '<a:custGeom><a:pathLst><a:path w="100" h="100"><a:moveTo><a:pt x="0" y="0"/></a:moveTo>'
    '<a:lnTo><a:pt x="{}" y="50"/></a:lnTo></a:path></a:pathLst></a:custGeom>'
)
SHAPE = "<xdr:sp{}><xdr:spPr>{}</xdr:spPr>{}</xdr:sp>"
PALE = '<a:solidFill><a:srgbClr val="FFFFFF"><a:alpha val="{}"/></a:srgbClr></a:solidFill>'
STOPS = (
    '<a:gradFill><a:gsLst><a:gs pos="0"><a:srgbClr val="FFFFFF"/></a:gs><a:gs pos="100000">'
    '<a:srgbClr val="FFFFFF"><a:alpha val="1000"/></a:srgbClr></a:gs></a:gsLst></a:gradFill>'
)


def body(camera: str, solid: str, more: str = "") -> Change:
    return beside(WHITE + BODY.format(camera, more, solid))


def preset(kind: str, fill: str = WHITE, **adjusted: int) -> str:
    guides = "".join(f'<a:gd name="{n}" fmla="val {v}"/>' for n, v in adjusted.items())
    return f'<a:prstGeom prst="{kind}"><a:avLst>{guides}</a:avLst></a:prstGeom>{fill}'


def placed(thing: str, begins: str, ends: str) -> Change:
    inside = f"{begins}{ends}{thing}<xdr:clientData/>"
    return lambda: drawn(f"<xdr:twoCellAnchor>{inside}</xdr:twoCellAnchor>")


def bubble(along: int) -> Change:
    """A speech bubble behind the table, as high as two rows, which points so far."""
    form = preset("wedgeRectCallout", adj1=along, adj2=0)
    ends = marker("from", 14, ROW - 2, 0, 200_000), marker("to", 16, ROW, 0, 200_000)
    return placed(SHAPE.format("", form, ""), *ends)


def bent(along: int) -> Change:
    form = preset("bentConnector3", "", adj1=along)
    line = f"<xdr:cxnSp><xdr:spPr>{form}</xdr:spPr></xdr:cxnSp>"
    ends = marker("from", 14, ROW - 1, 0, 100_000), marker("to", 15, ROW - 1, 0, 300_000)
    return placed(line, *ends)


def on_its_side(turn: int) -> Change:
    """A group around a long bar that stands beside the cell and lies over it when turned."""
    bar = SHAPE.format(
        "", f'<a:xfrm><a:off x="0" y="0"/><a:ext cx="100" cy="100"/></a:xfrm>{WHITE}', ""
    )
    frame = (
        f'<a:xfrm rot="{turn}"><a:off x="0" y="0"/><a:ext cx="100" cy="100"/>'
        '<a:chOff x="0" y="0"/><a:chExt cx="100" cy="100"/></a:xfrm>'
    )
    group = f"<xdr:grpSp><xdr:grpSpPr>{frame}</xdr:grpSpPr>{bar}</xdr:grpSp>"
    ends = marker("from", 5, ROW - 6, 450_000), marker("to", 5, ROW + 4, 880_000, 420_000)
    return placed(group, *ends)


CASES: dict[str, tuple[Change, bool]] = {
    "a body seen from the front": (body("orthographicFront", f'extrusionH="{DEEP}"'), False),
    "a body seen aslant": (body("isometricTopUp", f'extrusionH="{DEEP}"'), True),
    "a body drawn to the side": (body("obliqueTopRight", f'extrusionH="{DEEP}"'), True),
    "a body that is turned": (
        body("orthographicFront", f'extrusionH="{DEEP}"', TURNED_VIEW + "orthographicFront"), False,
    ),
    "a thin body": (body("isometricTopUp", 'extrusionH="12700"'), False),
    "a contour": (body("orthographicFront", f'contourW="{DEEP}"'), True),
    "a thin contour": (body("orthographicFront", 'contourW="12700"'), False),
    "near at hand": (body("perspectiveFront", f'z="{DEEP}"'), True),
    "seen ten times as large": (body("orthographicFront", "", ' zoom="1000000"'), True),
    "a bubble that points far": (bubble(-600_000), True),
    "a bubble that points close": (bubble(-60_000), False),
    "a form drawn beyond": (beside(FORM.format(400) + WHITE), True),
    "a form drawn within": (beside(FORM.format(100) + WHITE), False),
    "a stroke drawn beyond": (beside(FORM.format(400) + NO_FILL), True),
    "a bent line beyond": (bent(-1_200_000), True),
    "a bent line within": (bent(50_000), False),
    "the line of a label": (
        beside(preset("borderCallout1", adj1=50_000, adj2=0, adj3=50_000, adj4=400_000)), True,
    ),
    "a broad stroke around a filled shape": (
        beside(f'{WHITE}<a:ln w="{DEEP}"><a:solidFill/></a:ln>'), True,
    ),
    "a group": (on_its_side(0), False),
    "a group on its side": (on_its_side(5_400_000), True),
    "a place counted back": (
        placed(SHAPE.format("", WHITE, ""), marker("from", 7, ROW - 1, -880_000),
               marker("to", 7, ROW - 1, 10_000, 420_000)), True,
    ),
    "a text behind a margin": (lettered('wrap="none"', 'marL="1000000"'), True),
    "a text behind a margin of its unit": (lettered('wrap="none"', 'marL="1.1in"'), True),
    "a wrapped text behind a margin": (lettered("", 'marL="1000000"'), False),
    "a text behind a tab": (lettered('wrap="none"', text="\t9"), True),
    "a text behind a small tab": (lettered('wrap="none"', 'defTabSz="100"', text="\t9"), False),
    "letters far apart": (
        lettered('wrap="none"', text='96</a:t></a:r><a:r><a:rPr spc="400000"/><a:t>9'), True,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_drawn_beyond_a_box_is_told(case: str) -> None:
    change, told = CASES[case]
    assert rules(change()) - {"BB-01"} == ({"HT-09"} if told else set())


LINE = "<a:p>{}<a:r>{}<a:t>{}</a:t></a:r></a:p>"
LONG = LINE.format("", "", "9" * 40)
ABOVE: dict[str, tuple[Change, bool]] = {
    **{
        f"a long line that runs {way}": (above(NO_FILL, f'vert="{way}" wrap="none"', LONG), told)
        for way, told in (
            ("vert", True), ("eaVert", True), ("wordArtVert", True), ("wordArtVertRtl", True),
            ("mongolianVert", True), ("vert270", False), ("horz", False),
        )
    },
    "a short line that runs down": (above(NO_FILL, 'vert="vert"', LINE.format("", "", 9)), False),
    "a text on its side": (above(NO_FILL, 'rot="5400000" wrap="none"', LONG), True),
    "a shape on its side": (
        above(f'<a:xfrm rot="5400000"/>{NO_FILL}', 'wrap="none"', LONG), True,
    ),
    "a shape aslant": (above(f'<a:xfrm rot="2700000"/>{NO_FILL}', 'wrap="none"', LONG), True),
    "lines far apart": (
        above(NO_FILL, words=LINE.format(
            '<a:pPr><a:lnSpc><a:spcPts val="8000"/></a:lnSpc></a:pPr>', "", 96)), True,
    ),
    "lines of nine times their height": (
        above(NO_FILL, words=LINE.format(
            '<a:pPr><a:lnSpc><a:spcPct val="900%"/></a:lnSpc></a:pPr>', "", 96)), True,
    ),
    "room before a paragraph": (
        above(NO_FILL, words=LINE.format(
            '<a:pPr><a:spcBef><a:spcPts val="4000"/></a:spcBef></a:pPr>', "", 96)), True,
    ),
    "letters far below their line": (
        above(NO_FILL, words=LINE.format("", '<a:rPr baseline="-900000"/>', 96)), True,
    ),
    "lowered letters": (
        above(NO_FILL, words=LINE.format("", '<a:rPr baseline="-25000"/>', 96)), False,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ABOVE)
def test_texts_that_run_down_from_above_are_told(case: str) -> None:
    change, told = ABOVE[case]
    found = {c for f in findings(change()) if f.rule == "HT-09" for c in (f.cell, *f.cells)}
    assert bool(found & {FIRST, f"G{int(FIRST[1:]) + 1}"}) == told


HIDING: dict[str, tuple[str, bool]] = {
    "opaque in per cent": (SHAPE.format("", PALE.format("100%"), ""), True),
    "faint in per cent": (SHAPE.format("", PALE.format("1%"), ""), False),
    "a gradient that ends faint": (SHAPE.format("", STOPS, ""), True),
    "the sheet's own ground": (SHAPE.format(' useBgFill="1"', "", ""), True),
    "another cell's text": (SHAPE.format(' textlink="$G$9"', NO_FILL, ""), True),
    "no text": (SHAPE.format(' textlink=""', NO_FILL, ""), False),
}


@pytest.mark.parametrize("case", HIDING)
def test_what_hides_in_an_unusual_way_is_told(case: str) -> None:
    thing, told = HIDING[case]
    assert rules(over(thing)) == ({"HT-09"} if told else set())

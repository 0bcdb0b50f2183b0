"""What styles hide in ways of their own: themes, styles with a name, protected cells of .ods."""

from __future__ import annotations

import re
from typing import Any

import pytest

from models.domain.reading.workbook_content import Appearance
from tasks.adapters.reading.file_kinds import FileKind
from tasks.adapters.reading.looks.theme_colours import theme_colours
from tasks.adapters.reading.workbook_reader import read_workbook
from tests.tasks.adapters.reading.test_tampered_workbooks import parts

BLACK, WHITE = "000000", "FFFFFF"


@pytest.mark.parametrize(
    ("stated", "colour"),
    [
        ('sysClr val="windowText" lastClr="000000"', BLACK),
        ('sysClr val="windowText" lastClr="FFFFFF"', BLACK),
        ('sysClr val="window" lastClr="000000"', WHITE),
        ('sysClr val="grayText" lastClr="6D6D6D"', "6D6D6D"),
        ('srgbClr val="1F497D"', "1F497D"),
        ('prstClr val="white"', WHITE),
        ('prstClr val="ghostWhite"', WHITE),
        ('scrgbClr r="100000" g="100000" b="100000"', WHITE),
        ('scrgbClr r="0" g="50000" b="x"', "00BA00"),
        ('scrgbClr r="100%" g="100%" b="100%"', WHITE),
        ('hslClr hue="0" sat="0" lum="100000"', WHITE),
        ('hslClr hue="0%" sat="0%" lum="100%"', WHITE),
        ('hslClr hue="14400000" sat="100000" lum="50000"', "0000FF"),
        ('schemeClr val="lt1"', WHITE),
        ('schemeClr val="bg1"', WHITE),
        ('schemeClr val="dk1"', ""),
        ('prstClr val="beige"', "F5F5DC"),
    ],
)
def test_a_colour_of_a_theme_is_the_one_that_is_drawn(stated: str, colour: str) -> None:
    theme = f'<a:lt1><a:sysClr val="window"/></a:lt1><a:dk1><a:{stated}/></a:dk1>'
    assert theme_colours(theme.encode())[1] == colour


@pytest.mark.parametrize(
    ("base", "changes", "colour"),
    [
        ('srgbClr val="000000"', '<a:lumMod val="0"/><a:lumOff val="100000"/>', WHITE),
        ('srgbClr val="000000"', '<a:lumOff val="50%"/>', "808080"),
        ('srgbClr val="FFFFFF"', '<a:lumMod val="50000"/>', "808080"),
        ('srgbClr val="4F81BD"', '<a:lum val="100000"/>', WHITE),
        ('srgbClr val="4F81BD"', '<a:tint val="0"/>', WHITE),
        ('srgbClr val="4F81BD"', '<a:shade val="0"/>', BLACK),
        ('srgbClr val="FF0000"', '<a:satMod val="0"/>', "808080"),
        ('srgbClr val="FF0000"', '<a:sat val="0"/><a:lumOff val="50000"/>', WHITE),
        ('srgbClr val="FF0000"', '<a:hueOff val="3600000"/>', "FFFF00"),
        ('srgbClr val="0000FF"', '<a:hueOff val="10800000"/>', "FFFF00"),
        ('srgbClr val="0000FF"', '<a:hue val="3600000"/>', "FFFF00"),
        ('srgbClr val="0000FF"', '<a:comp/>', "FFFF00"),
        ('srgbClr val="000000"', '<a:inv/>', WHITE),
        ('srgbClr val="FFFFFF"', '<a:gray/>', WHITE),
        ('srgbClr val="00FF00"', '<a:gray/>', "B8B8B8"),
        ('srgbClr val="0000FF"', '<a:red val="100000"/><a:green val="100000"/>', WHITE),
        ('srgbClr val="FF00FF"', '<a:greenOff val="100000"/>', WHITE),
        ('srgbClr val="FFFFFF"', '<a:blueMod val="0"/>', "FFFF00"),
        ('srgbClr val="FFFFFF"', '<a:gamma/><a:invGamma/>', WHITE),
        ('srgbClr val="4F81BD"', '<a:alpha val="0"/>', "4F81BD"),
        ('srgbClr val="4F81BD"', '<a:lumOff val="?"/><a:nothing val="1"/>', "4F81BD"),
        ('sysClr val="windowText"', '<a:lumOff val="100000"/>', WHITE),
        ('prstClr val="black"', '<a:lumOff val="100000"/>', WHITE),
        ('prstClr val="nobody"', '<a:lumOff val="100000"/>', "nobody"),
        ('scrgbClr r="0" g="0" b="0"', '<a:lumOff val="100000"/>', WHITE),
        ('schemeClr val="lt1"', '<a:lumMod val="0"/>', BLACK),
        ('hslClr hue="0" sat="0" lum="0"', '<a:lumOff val="100000"/>', WHITE),
    ],
)  # fmt: skip
def test_a_colour_of_a_theme_is_changed_as_it_says(base: str, changes: str, colour: str) -> None:
    kind = base.split()[0]
    stated = f"<a:dk1><a:{base}>{changes}</a:{kind}></a:dk1>"
    theme = f'<a:lt1><a:sysClr val="window"/></a:lt1>{stated}'
    assert theme_colours(theme.encode())[1] == colour


STYLES = (
    '<styleSheet><numFmts><numFmt numFmtId="200" formatCode="&quot;9&quot;"/></numFmts>'
    '<fonts><font><sz val="11"/></font><font><strike/><sz val="11"/></font></fonts>'
    '<fills><fill><patternFill patternType="none"/></fill></fills>'
    '<cellStyleXfs><xf numFmtId="0" fontId="0"/><xf {named}/></cellStyleXfs>'
    '<cellXfs><xf numFmtId="0" fontId="0"/><xf xfId="1" {own}/></cellXfs></styleSheet>'
)
NINE, STRUCK = Appearance('"9"'), Appearance(struck=True)


@pytest.mark.parametrize(
    ("named", "own", "look"),
    [
        ('numFmtId="200" fontId="0"', 'fontId="0"', NINE),
        ('numFmtId="200" fontId="0"', 'numFmtId="3" fontId="0"', None),
        ('numFmtId="200" fontId="0"', 'numFmtId="3" applyNumberFormat="0" fontId="0"', None),
        ('numFmtId="0" fontId="1"', 'numFmtId="0"', STRUCK),
        ('numFmtId="0" fontId="1"', 'numFmtId="0" fontId="0"', None),
        ('numFmtId="0" fontId="0"', "", None),
    ],
)
def test_what_a_cell_leaves_to_its_named_style_is_told(
    build: Any, named: str, own: str, look: Appearance | None
) -> None:
    styles = STYLES.format(named=named, own=own)
    rows = '<row r="1"><c r="A1" s="1"><v>5</v></c></row>'
    content = build.xlsx(rows, extra={"xl/styles.xml": styles})
    assert read_workbook(content, FileKind.XLSX).sheets[0].looks.get((1, 1)) == look


CELL = "<style:table-cell-properties {}/>"
TEXT = "<style:text-properties {}/>"
HIDDEN = CELL.format('style:cell-protect="hidden-and-protected"')


@pytest.mark.parametrize(
    ("properties", "protected", "unseen"),
    [
        (HIDDEN, True, True),
        (HIDDEN, False, False),
        (CELL.format('style:cell-protect="protected formula-hidden"'), True, False),
        (CELL.format('style:cell-protect="none"'), True, False),
        (TEXT.format('fo:font-size="0.05cm"'), False, True),
        (TEXT.format('fo:font-size="2px"'), False, True),
        (TEXT.format('fo:font-size="0.4cm"'), False, False),
        (TEXT.format('fo:font-size="80%"'), False, False),
        (CELL.format('fo:padding-left="9cm"'), False, True),
        (CELL.format('fo:padding="9cm"'), False, True),
        (CELL.format('fo:padding="0.035cm"'), False, False),
        ('<style:paragraph-properties fo:margin-left="30cm"/>', False, True),
        ('<style:paragraph-properties fo:margin-left="0.35cm"/>', False, False),
    ],
)
def test_what_a_style_of_an_ods_keeps_out_of_sight_is_told(
    build: Any, properties: str, protected: bool, unseen: bool
) -> None:
    style = (
        '<office:automatic-styles><style:style style:name="S" style:family="table-cell">'
        f"{properties}</style:style></office:automatic-styles>"
    )
    table = (
        f'<table:table table:name="T" table:protected="{str(protected).lower()}"><table:table-row>'
        '<table:table-cell table:style-name="S" office:value-type="float" office:value="5">'
        "<text:p>5</text:p></table:table-cell></table:table-row></table:table>"
    )
    plain = build.ods(table)
    content = build.ods(table, **{"content.xml": with_styles(plain, style)})
    look = read_workbook(content, FileKind.ODS).sheets[0].looks.get((1, 1), Appearance())
    assert look.unseen is unseen


def with_styles(content: bytes, style: str) -> bytes:
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{urn}:1.0"'
        for name, urn in (("style", "style"), ("fo", "xsl-fo-compatible"))
    )
    xml = parts(content)["content.xml"].decode()
    xml = re.sub(r"(<office:document-content)", rf"\1{spaces}", xml, count=1)
    return xml.replace("<office:body>", f"{style}<office:body>", 1).encode()

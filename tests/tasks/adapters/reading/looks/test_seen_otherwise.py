"""Further ways in which what is seen of an .xlsx differs from what it keeps, from the bytes on."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from models.domain.answers.examining import examine_content
from tasks.adapters.reading.file_kinds import FileKind
from tasks.adapters.reading.ooxml.odd_contents import odd_texts, of_odd_texts
from tasks.adapters.reading.workbook_reader import read_workbook
from tests.tasks.adapters.reading.looks.test_covering_shapes import marker
from tests.tasks.adapters.reading.looks.test_tampered_sights import CELL, SHEET, rules
from tests.tasks.adapters.reading.test_tampered_workbooks import as_cell, packed, parts, rewritten
from tests.tasks.adapters.reading.test_words_elsewhere import drawn
from tests.tasks.adapters.reading.test_workbooks_examined import CYCLE, OFFICE, filled

STYLES = "xl/styles.xml"
OFFICES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
CHOICE = "http://schemas.openxmlformats.org/markup-compatibility/2006"
LETTERS = '<name val="Times New Roman"/><sz val="11"/>'
BLACK = f'<color rgb="FF000000"/>{LETTERS}'
SOLID = '<xdr:sp><xdr:spPr><a:solidFill><a:srgbClr val="{}"/></a:solidFill></xdr:spPr></xdr:sp>'
WORDS = (
    "<xdr:sp><xdr:spPr><a:noFill/></xdr:spPr><xdr:txBody><a:p><a:r><a:t>{}</a:t></a:r></a:p>"
    "</xdr:txBody></xdr:sp>"
)
PICTURE = "<xdr:pic><xdr:spPr/></xdr:pic>"
Change = Callable[[], bytes]


def workbook() -> dict[str, bytes]:
    return parts(filled("sct").save(CYCLE.opens_at))


def content(attributes: str, body: str) -> Change:
    return lambda: rewritten(filled("sct"), CELL, as_cell(attributes, body))


def words(text: str) -> Change:
    kept = text.replace("\n", "&#10;")
    return content(' t="inlineStr"', f'<is><t xml:space="preserve">{kept}</t></is>')


def choice(inside: str, other: str = "") -> Change:
    def change(cell: bytes) -> bytes:
        chosen = f'<mc:Choice Requires="{inside}">'.encode() + cell + b"</mc:Choice>"
        begin = f'<mc:AlternateContent xmlns:mc="{CHOICE}">'.encode()
        return begin + chosen + other.encode() + b"</mc:AlternateContent>"

    return lambda: rewritten(filled("sct"), CELL, change)


def looking(font: str = LETTERS, fill: str = "", aligned: str = "", theme: str = "") -> Change:
    """The workbook in which that cell alone has a style of its own."""

    def change() -> bytes:
        kept = workbook()
        styles = kept[STYLES].decode()
        fonts, fills = (
            styles[: styles.index(f"</{name}s>")].count(f"<{name}>") for name in ("font", "fill")
        )
        number = styles[styles.index("<cellXfs") : styles.index("</cellXfs>")].count("<xf ")
        made = f'<xf fontId="{fonts}" fillId="{fills if fill else 0}">{aligned}</xf></cellXfs>'
        styles = styles.replace("</fonts>", f"<font>{font}</font></fonts>")
        styles = styles.replace("</fills>", f"<fill>{fill}</fill></fills>")
        kept[STYLES] = styles.replace("</cellXfs>", made).encode()
        kept[SHEET] = re.sub(
            rb'(<c r="%s" s=")[0-9]+' % CELL.encode(), rb"\g<1>%d" % number, kept[SHEET]
        )
        if theme:
            kept["xl/theme/theme1.xml"] = re.sub(
                rb'(<a:majorFont>\s*<a:latin typeface=")[^"]*',
                rb"\1" + theme.encode(),
                kept["xl/theme/theme1.xml"],
            )
        return packed(kept)

    return change


def conditioned(difference: str) -> Change:
    def change() -> bytes:
        kept = workbook()
        number = kept[STYLES].count(b"<dxf>")
        kept[STYLES] = kept[STYLES].replace(b"</dxfs>", f"<dxf>{difference}</dxf></dxfs>".encode())
        rule = f'<cfRule type="expression" priority="99" dxfId="{number}"><formula>TRUE</formula>'
        made = f'<conditionalFormatting sqref="{CELL}">{rule}</cfRule></conditionalFormatting>'
        kept[SHEET] = kept[SHEET].replace(b"<dataValidations", made.encode() + b"<dataValidations")
        return packed(kept)

    return change


def tabled(difference: str, part: str = "wholeTable", plain: bool = True) -> Change:
    """The workbook with its table formatted as one in a style that somebody made; the cell leaves
    its letters to it where `plain`."""

    def change() -> bytes:
        kept = workbook()
        number = kept[STYLES].count(b"<dxf>")
        style = (
            f'</dxfs><tableStyles><tableStyle name="S"><tableStyleElement type="{part}" '
            f'dxfId="{number}"/></tableStyle></tableStyles>'
        )
        styles = re.sub(rb"<tableStyles[^>]*/>", b"", kept[STYLES])
        kept[STYLES] = styles.replace(b"</dxfs>", f"<dxf>{difference}</dxf>{style}".encode())
        if plain:
            kept[SHEET] = re.sub(rb'(<c r="%s" s=")[0-9]+' % CELL.encode(), rb"\g<1>0", kept[SHEET])
        kept["xl/tables/table1.xml"] = (
            b'<table ref="A4:M14"><tableStyleInfo name="S" showRowStripes="1"/></table>'
        )
        kept["xl/worksheets/_rels/sheet3.xml.rels"] = (
            f'<Relationships xmlns="{LINKS}"><Relationship Id="rId9" Type="{OFFICES}/table" '
            'Target="../tables/table1.xml"/></Relationships>'
        ).encode()
        return packed(kept)

    return change


def linked(tip: str) -> Change:
    def change() -> bytes:
        kept = workbook()
        link = f'<hyperlinks><hyperlink ref="{CELL}" location="A1" tooltip="{tip}"/></hyperlinks>'
        kept[SHEET] = kept[SHEET].replace(b"<pageMargins", link.encode() + b"<pageMargins")
        return packed(kept)

    return change


def placed(thing: str, across: tuple[int, int], down: tuple[int, int]) -> Change:
    """With that thing on the cell, from and to that far in it (EMU)."""
    row = int(CELL[1:]) - 1
    ends = marker("from", 6, row, across[0], down[0]) + marker("to", 6, row, across[1], down[1])
    return lambda: drawn(f"<xdr:twoCellAnchor>{ends}{thing}<xdr:clientData/></xdr:twoCellAnchor>")


CORNER = ((330_000, 420_000), (50_000, 250_000))
WHITE = '<font><color rgb="FFFFFFFF"/></font>'
BLACK_LETTERS = '<font><color rgb="FF000000"/></font>'
TURNED = '<alignment textRotation="{}"/>'
DOTS = '<patternFill patternType="{}"><fgColor rgb="FF{}"/><bgColor rgb="FF{}"/></patternFill>'
GRADIENT = (
    "<fill><gradientFill><stop position='0'><color rgb='FF000000'/></stop><stop position='1'>"
    "<color rgb='FF{}'/></stop></gradientFill></fill>"
)
# What is changed, and the rule that speaks of it.
CASES: dict[str, tuple[Change, str]] = {
    "a kind that nobody knows": (content(' t="zz"', "<v>250200</v>"), "CT-14"),
    "a tag within the value": (content("", "<v>250<b/>200</v>"), "CT-14"),
    "a value of references": (content("", "<v>&#50;50200</v>"), ""),
    "a value as it stands": (content("", "<v><![CDATA[250200]]></v>"), ""),
    "words whole and in parts": (
        content(' t="inlineStr"', "<is><t>250</t><r><t>200</t></r></is>"), "CT-14",
    ),
    "words in parts": (
        content(' t="inlineStr"', "<is><r><t>250</t></r><r><t>200</t></r></is>"), "",
    ),
    "others above the words": (
        content(
            ' t="inlineStr" ph="1"', '<is><t>250200</t><rPh sb="0" eb="6"><t>9600</t></rPh></is>'
        ), "CT-14",
    ),
    "others kept and not shown": (
        content(' t="inlineStr"', '<is><t>250200</t><rPh sb="0" eb="6"><t>9600</t></rPh></is>'), "",
    ),
    "a choice for some programs": (choice("zz"), "CT-14"),
    "a choice that another follows": (choice("x14", "<mc:Fallback/>"), "CT-14"),
    "a line above": (words("\n250200"), "HT-11"),
    "many lines below": (words("250200\n\n\n"), "HT-11"),
    "a line below": (words("250200\n"), ""),
    "many blanks before": (words(" " * 60 + "250200"), "HT-11"),
    "blanks that do not break": (words("\xa0" * 60 + "250200"), "HT-11"),
    "a few blanks before": (words("   250200"), ""),
    "signs by the theme": (
        looking(LETTERS + '<scheme val="major"/>', theme="Wingdings"), "HT-05",
    ),
    "letters by the theme": (looking(LETTERS + '<scheme val="major"/>', theme="Cambria"), ""),
    "letters of the signs' set": (looking(LETTERS + '<charset val="2"/>'), "HT-05"),
    "a font that nobody knows of its own set": (
        looking('<name val="Thu Phap"/><sz val="11"/><charset val="2"/>'), "",
    ),
    "letters of a Vietnamese set": (looking(LETTERS + '<charset val="163"/>'), ""),
    "a fill that states no colour": (
        looking(BLACK, '<patternFill patternType="solid"/>'), "HT-05",
    ),
    "points of the letters' colour": (
        looking(BLACK, DOTS.format("darkGray", "000000", "404040")), "HT-05",
    ),
    "a few points on white": (
        looking(
            '<color rgb="FFFFFFFF"/>' + LETTERS, DOTS.format("gray0625", "C0C0C0", "FFFFFF")
        ), "HT-05",
    ),
    "a few points under black": (looking(BLACK, DOTS.format("gray125", "C0C0C0", "FFFFFF")), ""),
    "stacked in its row": (looking(aligned=TURNED.format(255)), "HT-11"),
    "turned in its row": (looking(aligned=TURNED.format(90)), ""),
    "letters of 60 points": (
        lambda: wide(looking('<name val="Times New Roman"/><sz val="60"/>')()), "HT-11",
    ),
    "letters of 22 points": (
        lambda: wide(looking('<name val="Times New Roman"/><sz val="22"/>')()), "",
    ),
    "black on black on condition": (
        conditioned(BLACK_LETTERS + f"<fill>{DOTS.format('darkUp', '000000', '000000')}</fill>"),
        "HT-05",
    ),
    "a pattern on condition": (
        conditioned(BLACK_LETTERS + f"<fill>{DOTS.format('darkUp', 'FF0000', 'FFFFFF')}</fill>"),
        "",
    ),
    "a gradient of one colour on condition": (
        conditioned(BLACK_LETTERS + GRADIENT.format("000000")), "HT-05",
    ),
    "a gradient on condition": (conditioned(BLACK_LETTERS + GRADIENT.format("FFFFFF")), "HT-05"),
    "a gradient of other colours on condition": (
        conditioned(BLACK_LETTERS + GRADIENT.replace("FF000000", "FFFFC000").format("FFFFFF")), "",
    ),
    "a grid of the letters' colour on condition": (
        conditioned(BLACK_LETTERS + f"<fill>{DOTS.format('darkGrid', '000000', 'FFFFFF')}</fill>"),
        "HT-05",
    ),
    "white by a style of tables": (tabled(WHITE), "HT-05"),
    "struck by a style of tables": (tabled("<font><strike/></font>"), "HT-04"),
    "white in a column of the table": (tabled(WHITE, "firstColumn"), ""),
    "white stripes of letters": (tabled(WHITE, "secondRowStripe"), "HT-05"),
    "other stripes of letters": (tabled(WHITE, "firstRowStripe"), ""),
    "white where cells say otherwise": (tabled(WHITE, plain=False), ""),
    "bold by a style of tables": (tabled("<font><b/></font>"), ""),
    "a tip that corrects": (linked("&#272;&#237;nh ch&#237;nh: ghi nh&#7847;m, 9600"), "CT-16"),
    "a tip": (linked("M&#7903; th&#432; m&#7909;c"), ""),
    "a figure put beside": (placed(WORDS.format(9), *CORNER), "HT-09"),
    "a word put beside": (placed(WORDS.format("x"), *CORNER), ""),
    "a patch": (placed(SOLID.format("FFFFFF"), (600_000, 780_000), (50_000, 250_000)), "HT-09"),
    "a picture of a figure": (placed(PICTURE, *CORNER), "HT-09"),
    "a bar": (placed(SOLID.format("000000"), (200_000, 890_000), (95_000, 110_000)), "HT-09"),
    "a bar at the edge": (placed(SOLID.format("000000"), (200_000, 890_000), (0, 9_000)), ""),
}  # fmt: skip


def wide(made: bytes) -> bytes:
    kept = parts(made)
    kept[SHEET] = kept[SHEET].replace(
        b'<col width="12.7109375" customWidth="1" min="7"',
        b'<col width="80" customWidth="1" min="7"',
    )
    return packed(kept)


@pytest.mark.parametrize("case", CASES)
def test_what_is_seen_otherwise_than_it_is_kept_is_told(case: str) -> None:
    change, rule = CASES[case]
    assert rules(change()) == ({rule} if rule else set())


@pytest.mark.parametrize(
    ("cells", "strings", "told"),
    [
        ('<c r="A1" t="s"><v>1</v></c>', "<si/><si><t>9</t><r><t>5</t></r></si>", True),
        ('<c r="A1" t="s"><v>0</v></c>', "<si/><si><t>9</t><r><t>5</t></r></si>", False),
        ('<c r="A1" t="s"><v>0</v></c>', "<si><r><t>9</t></r><r><t>5</t></r></si>", False),
        ('<c r="A1" t="s" ph="1"><v>0</v></c>', "<si><t>9</t><rPh><t>5</t></rPh></si>", True),
        ('<c r="A1" t="s"><v>0</v></c>', "<si><t>9</t><rPh><t>5</t></rPh></si>", False),
    ],
)  # fmt: skip
def test_shared_words_that_stand_there_twice_are_told(cells: str, strings: str, told: bool) -> None:
    assert of_odd_texts(cells.encode(), odd_texts(strings.encode())) == (["A1"] if told else [])


def test_two_contents_that_no_form_reads_are_passed_over() -> None:
    kept = workbook()
    heading = re.compile(rb'(<c r="B1"[^>]*>)(.*?)</c>')
    kept[SHEET] = heading.sub(rb"\1\2<v>9</v></c>", kept[SHEET], count=1)
    read = read_workbook(packed(kept), FileKind.XLSX)
    found = read.sheet("Chỉ tiêu")
    assert found is not None and "B1" in found.told_twice
    examination = examine_content(read, OFFICE, agency="sct", cycle=CYCLE.code)
    assert "CT-14" not in {f.rule for f in examination.findings}

"""Letters of an .xlsx that nobody reads: by formats, themes, sizes beside others, tables, order."""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.sax.saxutils import quoteattr

import pytest

from tests.tasks.adapters.reading.looks.test_seen_otherwise import (
    BLACK,
    BLACK_LETTERS,
    CHOICE,
    GRADIENT,
    LETTERS,
    LINKS,
    OFFICES,
    STYLES,
    conditioned,
    content,
    looking,
    tabled,
    wide,
    words,
)
from tests.tasks.adapters.reading.looks.test_tampered_sights import CELL, SHEET, rules
from tests.tasks.adapters.reading.test_tampered_workbooks import packed, parts

Change = Callable[[], bytes]
THEME = "xl/theme/theme1.xml"
CREAM, DARK = "FFFFFBE6", "FF000000"
RUN = '<sz val="11"/><rFont val="Times New Roman"/>'
SOLID = '<patternFill patternType="solid"><fgColor rgb="{}"/></patternFill>'


def also(change: Change, part: str, before: str, after: str) -> Change:
    def both() -> bytes:
        kept = parts(change())
        kept[part], times = re.subn(
            before.encode(), after.encode(), kept[part], count=1, flags=re.DOTALL
        )
        assert times, before
        return packed(kept)

    return both


def formatted(
    code: str | int, fill: str = SOLID.format(CREAM), font: str = BLACK, more: str = ""
) -> Change:
    """The workbook with that cell in a format of its own, by its code or by its number."""
    number = code if isinstance(code, int) else 300
    styled = looking(font, fill)

    def change() -> bytes:
        kept = parts(styled())
        styles = kept[STYLES].decode()
        last = styles.rindex("<xf fontId", 0, styles.index("</cellXfs>"))
        styles = f'{styles[:last]}<xf numFmtId="{number}"{styles[last + 3 :]}'
        if isinstance(code, str):
            more_codes = f'<numFmt numFmtId="300" formatCode={quoteattr(code)}/>{more}</numFmts>'
            styles = styles.replace("</numFmts>", more_codes)
        kept[STYLES] = styles.encode()
        return packed(kept)

    return change


def in_runs(*runs: tuple[str, str]) -> Change:
    text = "".join(f"<r><rPr>{look}</rPr><t>{piece}</t></r>" for piece, look in runs)
    return content(' t="inlineStr"', f"<is>{text}</is>")


def mirrored(text: str) -> Change:
    return also(
        also(looking(aligned='<alignment readingOrder="2"/>'), SHEET, "", ""),
        SHEET,
        rf'(<c r="{CELL}" s="[0-9]+")[^>]*>.*?</c>',
        rf'\1 t="inlineStr"><is><t>{text}</t></is></c>',
    )


def themed(place: int, name: str, colour: str, fill: str = "") -> Change:
    return also(
        looking(f'<color theme="{place}"/>{LETTERS}', fill),
        THEME,
        rf"(<a:{name}>).*?(</a:{name}>)",
        rf'\1<a:srgbClr val="{colour}"/>\2',
    )


def styled_as_table(style: str, letters: str, fill: str = "") -> Change:
    """The workbook whose table has a style that Excel brings."""

    def change() -> bytes:
        kept = parts(looking(letters, fill)())
        kept["xl/tables/table1.xml"] = (
            f'<table ref="A4:M14"><tableStyleInfo name="{style}" showRowStripes="1"/></table>'
        ).encode()
        kept["xl/worksheets/_rels/sheet3.xml.rels"] = (
            f'<Relationships xmlns="{LINKS}"><Relationship Id="rId9" Type="{OFFICES}/table" '
            'Target="../tables/table1.xml"/></Relationships>'
        ).encode()
        return packed(kept)

    return change


def of_stripes(first: int, second: int) -> Change:
    """A table whose second stripes are white, and of so many rows."""
    white = '<font><color rgb="FFFFFFFF"/></font>'
    return also(
        tabled(white, "secondRowStripe"),
        STYLES,
        '<tableStyleElement type="secondRowStripe"',
        f'<tableStyleElement type="firstRowStripe" size="{first}"/>'
        f'<tableStyleElement type="secondRowStripe" size="{second}"',
    )


PLAIN_LETTERS = f'<color theme="1"/>{LETTERS}'
NOTHING = '<patternFill patternType="none"/>'
BLACK_GROUND = f"<fill>{SOLID.format(DARK)}</fill>".replace("fgColor", "bgColor")
NEAR = '<gradientFill><stop position="0"><color rgb="{}"/></stop><stop position="1"><color rgb="{}"/></stop></gradientFill>'  # noqa: E501
HALF = (
    '<patternFill patternType="{}"><fgColor rgb="FF000000"/><bgColor rgb="FFFFFFFF"/></patternFill>'
)
PALE = f'<color rgb="FFFFFFFF"/>{LETTERS}'
CASES: dict[str, tuple[Change, str]] = {
    # Formats that colour
    "pale letters by a format": (formatted("[Color19]0"), "HT-05"),
    "pale letters of days": (formatted("[Color 19]#,##0"), "HT-05"),
    "black on black by a format": (
        formatted("[Black]0", SOLID.format(DARK), '<color rgb="FFFFFFFF"/>' + LETTERS), "HT-05",
    ),
    "yellow on yellow by a format": (formatted("[Yellow]0", SOLID.format("FFFFFF00")), "HT-05"),
    "red by a format": (formatted("[Red]0"), ""),
    "white on blue by a format": (formatted("[White]0", SOLID.format("FF1F497D")), ""),
    "a colour in quotes": (formatted('0"[Color19]"'), "HT-01"),
    "pale by the format of a condition": (
        conditioned('<numFmt numFmtId="190" formatCode="[Color19]0"/>'), "HT-05",
    ),
    # Formats of two minds
    "two formats of one number": (
        formatted("0", more='<numFmt numFmtId="300" formatCode="#,##0"/>'), "CT-14",
    ),
    "one format told twice": (
        formatted("0", more='<numFmt numFmtId="300" formatCode="0"/>'), "",
    ),
    "a share of Thai programs": (formatted(67), "CT-14"),
    "a format of all programs": (formatted(3), ""),
    # Formats that push
    "blanks behind the figure": (formatted("0" + "_W" * 60), "HT-11"),
    "blanks of words before it": (formatted('"' + " " * 80 + '"0'), "HT-11"),
    "the blanks of bookkeepers": (formatted("_(* #,##0_);_(* (#,##0);_(@_)"), ""),
    # Colours
    "a colour made lighter": (looking(f'<color rgb="FF000000" tint="0.9999"/>{LETTERS}'), "HT-05"),
    "a colour made darker": (looking(f'<color rgb="FFFFFFFF" tint="-0.9"/>{LETTERS}'), ""),
    "the colour of links": (themed(10, "hlink", "FFFBE6"), "HT-05"),
    "the colour of links followed": (themed(11, "folHlink", "FFFFFF"), "HT-05"),
    "the colour of links made white": (
        also(themed(10, "hlink", "000000"), THEME, '<a:srgbClr val="000000"/></a:hlink>',
             '<a:srgbClr val="000000"><a:lumOff val="100000"/></a:srgbClr></a:hlink>'), "HT-05",
    ),
    "white made dark": (
        also(themed(10, "hlink", "FFFFFF"), THEME, '<a:srgbClr val="FFFFFF"/></a:hlink>',
             '<a:srgbClr val="FFFFFF"><a:lumMod val="20000"/></a:srgbClr></a:hlink>'), "",
    ),
    "links that are read": (themed(10, "hlink", "0000FF"), ""),
    "a theme of another prefix": (
        lambda: packed(
            {
                name: data.replace(b"<a:", b"<t:").replace(b"</a:", b"</t:").replace(
                    b"xmlns:a=", b"xmlns:t="
                ) if name == THEME else data
                for name, data in parts(themed(1, "dk1", "FFFFFF")()).items()
            }
        ), "HT-05",
    ),
    "letters without colour on black": (looking(LETTERS, SOLID.format(DARK)), "HT-05"),
    "letters of the window on black": (
        looking(f'<color auto="1"/>{LETTERS}', SOLID.format(DARK)), "HT-05",
    ),
    "letters without colour": (looking(LETTERS), ""),
    "yellow on white": (looking(f'<color rgb="FFFFFF00"/>{LETTERS}'), "HT-05"),
    "blue on white": (looking(f'<color rgb="FF0000FF"/>{LETTERS}'), ""),
    "a gradient of colours that are alike": (
        looking(BLACK, NEAR.format(DARK, "FF050505")), "HT-05",
    ),
    "a gradient that begins in the letters' colour": (
        looking(BLACK, NEAR.format(DARK, "FFFFFFFF")), "HT-05",
    ),
    "a gradient of other colours": (looking(BLACK, NEAR.format("FFFFC000", "FFFFFFFF")), ""),
    "half of the points in their colour": (looking(BLACK, HALF.format("mediumGray")), "HT-05"),
    "a grid of the letters' colour": (looking(BLACK, HALF.format("darkGrid")), "HT-05"),
    "lines of the letters' colour": (looking(BLACK, HALF.format("darkVertical")), "HT-05"),
    "white letters among lines on white": (looking(PALE, HALF.format("darkDown")), "HT-05"),
    "white letters among points on white": (looking(PALE, HALF.format("lightGray")), "HT-05"),
    "white letters among thin lines on white": (
        looking(PALE, HALF.format("lightTrellis")), "HT-05",
    ),
    "letters among thin lines of their colour": (looking(BLACK, HALF.format("lightGrid")), ""),
    "letters of another colour than both": (
        looking('<color rgb="FFC00000"/>' + LETTERS, HALF.format("darkGrid")), "",
    ),
    "a gradient of colours alike on condition": (
        conditioned(BLACK_LETTERS + GRADIENT.format("050505")), "HT-05",
    ),
    # Styles that are counted otherwise
    "fonts for some programs": (
        also(
            looking(f"<strike/>{LETTERS}"), STYLES, "<font><strike/>",
            f'<m:AlternateContent xmlns:m="{CHOICE}"><m:Choice xmlns:z="z" Requires="z"><font/>'
            "</m:Choice></m:AlternateContent><font><strike/>",
        ), "HT-04",
    ),
    "a font of nobody": (
        also(
            looking(f"<strike/>{LETTERS}"), STYLES, "<font><strike/>",
            '<z:font xmlns:z="z"/><font><strike/>',
        ), "HT-04",
    ),
    "a size with a power": (looking('<name val="Arial"/><sz val="1e0"/>'), "HT-05"),
    "signs on their side": (looking('<name val="@Wingdings"/><sz val="11"/>'), "HT-05"),
    "other signs": (looking('<name val="Monotype Sorts"/><sz val="11"/>'), "HT-05"),
    # What is of nobody's namespace
    "a size of nobody": (
        looking('<name val="Arial"/><sz xmlns:z="z" z:val="11" val="1"/>'), "HT-05",
    ),
    "a colour of nobody": (
        looking(f'<color rgb="{CREAM}"/>{LETTERS}<z:color xmlns:z="z" rgb="{DARK}"/>',
                SOLID.format(CREAM)), "HT-05",
    ),
    "a format of nobody": (
        also(formatted('0" tr"'), STYLES, '<numFmt numFmtId="300"',
             '<numFmt xmlns:z="z" z:formatCode="0" numFmtId="300"'), "HT-01",
    ),
    "a font of nobody in a style": (
        also(looking(f"<strike/>{LETTERS}"), STYLES, '(<xf fontId="[0-9]+")( fillId="0"></xf>)',
             r'\1 xmlns:z="z" z:fontId="0"\2'), "HT-04",
    ),
    # Parts of a text
    "a small figure": (in_runs(("25020", RUN), ("0", '<sz val="4"/>')), "HT-02"),
    "a figure of half the size": (in_runs(("25020", RUN), ("0", '<sz val="5"/>')), "HT-02"),
    "figures of 8 points": (in_runs(("25020", RUN), ("0", '<sz val="8"/>')), ""),
    "figures beside a huge one": (
        lambda: wide(in_runs(("2", '<sz val="200"/>'), ("50200", RUN))()), "HT-02",
    ),
    "a figure of signs by their set": (
        in_runs(("25020", RUN), ("0", '<rFont val="Arial"/><charset val="2"/>')), "HT-02",
    ),
    "a figure of signs by the theme": (
        also(
            in_runs(("25020", RUN), ("0", f'{RUN}<scheme val="major"/>')), THEME,
            r'(<a:majorFont>\s*<a:latin typeface=")[^"]*', r"\1Wingdings",
        ), "HT-02",
    ),
    "figures of the theme's letters": (
        in_runs(("25020", RUN), ("0", f'{RUN}<scheme val="minor"/>')), "",
    ),
    "a figure in the colour of links": (
        also(
            in_runs(("25020", RUN), ("0", f'<color theme="10"/>{RUN}')), THEME,
            "(<a:hlink>).*?(</a:hlink>)", r'\1<a:srgbClr val="FFFBE6"/>\2',
        ), "HT-02",
    ),
    # Tables
    "black on the ground of a table": (
        lambda: parts_of_table(f"<color rgb='{DARK}'/>{LETTERS}"), "HT-05",
    ),
    "stripes of five rows": (of_stripes(5, 5), "HT-05"),
    "stripes of six rows": (of_stripes(6, 6), ""),
    "white by a style that Excel brings": (
        styled_as_table("TableStyleDark1", PLAIN_LETTERS, SOLID.format(CREAM)), "HT-05",
    ),
    "white on the ground of that style": (styled_as_table("TableStyleDark1", PLAIN_LETTERS), ""),
    "letters of their own in it": (
        styled_as_table("TableStyleDark1", BLACK, SOLID.format(CREAM)), "",
    ),
    "a usual style of tables": (
        styled_as_table("TableStyleMedium2", PLAIN_LETTERS, SOLID.format(CREAM)), "",
    ),
    # From the right to the left
    "figures that change places": (mirrored("250 200"), "HT-06"),
    "figures that stay": (mirrored("250200"), ""),
    "a sheet that begins at the right": (
        also(words("250 200"), SHEET, "<sheetView ", '<sheetView rightToLeft="1" '), "HT-06",
    ),
    "numbers on such a sheet": (
        also(looking(), SHEET, "<sheetView ", '<sheetView rightToLeft="1" '), "",
    ),
}  # fmt: skip


def parts_of_table(letters: str) -> bytes:
    """The workbook whose table has black ground, that cell in such letters and without a fill."""
    kept = parts(tabled(BLACK_GROUND, plain=False)())
    styled = parts(looking(letters)())
    number = re.search(rb'<c r="%s" s="([0-9]+)"' % CELL.encode(), styled[SHEET])
    assert number is not None
    fonts, cells = (
        re.search(pattern, styled[STYLES], re.DOTALL)
        for pattern in (rb"<fonts.*?</fonts>", rb"<cellXfs.*?</cellXfs>")
    )
    assert fonts is not None and cells is not None
    for found, pattern in ((fonts, rb"<fonts.*?</fonts>"), (cells, rb"<cellXfs.*?</cellXfs>")):
        kept[STYLES] = re.sub(pattern, lambda _, f=found: f[0], kept[STYLES], flags=re.DOTALL)
    kept[SHEET] = re.sub(
        rb'(<c r="%s" s=")[0-9]+' % CELL.encode(), rb"\g<1>" + number[1], kept[SHEET]
    )
    return packed(kept)


@pytest.mark.parametrize("case", CASES)
def test_letters_that_nobody_reads_are_told(case: str) -> None:
    change, rule = CASES[case]
    assert rules(change()) == ({rule} if rule else set())

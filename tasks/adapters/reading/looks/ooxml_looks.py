"""How the cells of .xlsx and .xlsm look: number formats, struck and raised letters, hidden ones.

The fast reader tells nothing of it. The sheets are searched as bytes for cells whose style is
telling; what styles tell is kept by the digest of their part, for most workbooks share few.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TypeVar
from xml.etree.ElementTree import Element

from models.domain.reading.shown_values import adds_nothing
from models.domain.reading.sight.colours import Rgb
from models.domain.reading.workbook_content import (
    INDENTED,
    LARGE,
    Appearance,
    CellLetters,
    ConditionalLook,
    LetterPosition,
    TextRun,
    shows_percent,
)
from tasks.adapters.reading.hardened_xml import local_attribute, local_name, parse_xml
from tasks.adapters.reading.looks.colours import (
    PALETTE,
    SIGNS_IN_NAMES,
    TOO_FAR,
    TOO_SMALL,
    Ground,
    is_unseen,
    paint_of,
    rgb_of,
    shows_signs,
    theme_colours,
)
from tasks.adapters.reading.looks.conditions import Difference
from tasks.adapters.reading.looks.figure_widths import breadth_of
from tasks.adapters.reading.looks.ooxml_conditions import conditions_of, difference_of
from tasks.adapters.reading.ooxml.around_cells import AroundCells
from tasks.adapters.reading.ooxml.ooxml_parts import column_number
from tasks.adapters.reading.ooxml.remembered import remembered

BUILT_IN_FORMATS: Mapping[int, str] = {
    **dict(enumerate(("General", "0", "0.00", "#,##0", "#,##0.00"))),
    5: '#,##0 "₫"',  # the currency of the machine that shows it
    6: '#,##0 "₫"',
    7: '#,##0.00 "₫"',
    8: '#,##0.00 "₫"',
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    37: "#,##0 ;(#,##0)",
    38: "#,##0 ;[Red](#,##0)",
    39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;[Red](#,##0.00)",
    41: '_(* #,##0_);_(* (#,##0);_(* "-"_);_(@_)',
    42: '_(* #,##0 "₫"_);_(* (#,##0) "₫";_(* "-"_);_(@_)',
    43: '_(* #,##0.00_);_(* (#,##0.00);_(* "-"??_);_(@_)',
    44: '_(* #,##0.00 "₫"_);_(* (#,##0.00) "₫";_(* "-"??_);_(@_)',
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    48: "##0.0E+0",
    49: "@",
}
# A cell with content and one of these styles; no attribute holds "<" or ">".
_STYLED = rb"<(?:\w+:)?c(?=\s)(?=(?:[^<>]*?\ss\s*=\s*[\"'](?:%s)[\"'])%s)([^<>]*)(?<!/)>"
_UNSTYLED = rb"|(?![^<>]*?\ss\s*=)"
_ANY_CELL = re.compile(rb"<(?:\w+:)?(row|c)(?=[\s/>])([^<>]*)>")
_ATTRIBUTE = re.compile(rb"([A-Za-z]+)\s*=\s*[\"']([^\"'<>]*)[\"']")
_PLACE = re.compile(rb"([A-Z]{1,3})(\d{1,7})")
_STRING = re.compile(
    rb"<(?:\w+:)?si(?=[\s/>])[^<>]*?(?:/>|(?<!/)>(.*?)</(?:\w+:)?si\s*>)", re.DOTALL
)
_RUN = re.compile(rb"<(?:\w+:)?r(?=[\s>])[^<>]*>(.*?)</(?:\w+:)?r\s*>", re.DOTALL)
_PHONETIC = re.compile(rb"<(?:\w+:)?rPh[\s>].*?</(?:\w+:)?rPh\s*>", re.DOTALL)
_TEXT = re.compile(rb"<(?:\w+:)?t(?:\s[^<>]*)?(?<!/)>([^<]*)<")
_PROPERTIES = re.compile(rb"<(?:\w+:)?rPr(?=[\s/>])")
_PROPERTIES_END = re.compile(rb"</(?:\w+:)?rPr\s*>")
_CELL_END = re.compile(rb"</(?:\w+:)?c\s*>")
_STRUCK = re.compile(rb"<(?:\w+:)?d?strike(?:\s+val\s*=\s*[\"'](\w+)[\"'])?\s*/?>", re.IGNORECASE)
_RAISED = re.compile(rb"<(?:\w+:)?vertAlign\s[^<>]*?val\s*=\s*[\"'](superscript|subscript)[\"']")
_INDEX = re.compile(rb"<(?:\w+:)?v(?:\s[^<>]*)?>\s*(\d{1,9})\s*<")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_SIZE = re.compile(rb"<(?:\w+:)?sz\s[^<>]*?val\s*=\s*[\"'](\d{1,3}(?:\.\d{1,3})?)[\"']")
_NOUGHT = re.compile(rb"<(?:\w+:)?v(?:\s[^<>]*)?>\s*-?0+(?:\.0*)?\s*<")
_SIZE_STATED = re.compile(r"\d{1,3}(?:\.\d{1,3})?")
_COLOUR = re.compile(rb"<(?:\w+:)?color\s([^<>]*)>")
# A part with a colour other than the usual black of the theme, or with letters of one figure.
_OWN = re.compile(
    rb"<(?:\w+:)?(?:color\s(?!\s*theme\s*=\s*[\"']1[\"']\s*/>)|sz\s[^<>]*?[\"']\d(?:\.\d*)?[\"']"
    rb"|rFont\s[^<>]*?(?i:%s))" % SIGNS_IN_NAMES
)
_FONT = re.compile(rb"<(?:\w+:)?rFont\s[^<>]*?val\s*=\s*[\"']([^\"'<>]*)[\"']")
_POSITIONS = {b"superscript": LetterPosition.RAISED, b"subscript": LetterPosition.LOWERED}
_OFF = (b"0", b"false", b"off")
_TRUE = ("1", "true", "on")
_LEFT_TO_NAMED = ("numFmtId", "fontId", "fillId", "borderId")

Place = tuple[int, int]
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, eq=False)
class CellStyles:
    """What the workbook's styles tell, by their numbers; of one part of styles there is one."""

    looks: Mapping[int, Appearance] = field(default_factory=dict)  # telling ones only
    percent: frozenset[int] = frozenset()
    far: frozenset[int] = frozenset()  # indented so far that nothing is left in the cell
    fills: Sequence[Mapping[str, str] | None] = ()  # what lies behind the letters
    paints: Mapping[int, tuple[Rgb | None, Rgb | None]] = field(default_factory=dict)
    conditional: Mapping[int, Difference] = field(default_factory=dict)
    ground: Ground = field(default_factory=Ground)
    letters: Sequence[CellLetters] = ()  # of every style


@dataclass(slots=True)
class SheetLooks:
    """How one sheet looks: telling cells, numbers shown as percentages, formats on condition."""

    looks: Mapping[Place, Appearance]
    percent: Collection[Place]
    conditional: Sequence[ConditionalLook] = ()
    cut: bool = False  # there are more conditions than are looked at


NO_LOOKS = SheetLooks({}, ())

#: The kinds of parts that WorkbookLooks is made of, in its order; one that is not there is empty.
LOOKED_AT = ("styles", "theme", "sharedStrings")


class WorkbookLooks:
    """Looks of the sheets of one workbook. Raises UnsafeXml and MalformedXml for its styles."""

    def __init__(self, styles_xml: bytes, theme_xml: bytes, strings_xml: bytes) -> None:
        self.styles = styles_of(styles_xml, theme_xml)
        self._strings = strings_xml
        self._runs: dict[int, _RawRuns] | None = None
        self._marked = _marks(self._strings)

    def of(self, cells: bytes, around: AroundCells) -> SheetLooks:
        """The looks of one sheet, by its cells and what stands around them."""
        styles = self.styles
        found: dict[Place, tuple[Appearance, dict[bytes, bytes]]] = {}
        wanted = frozenset(styles.looks)
        percent: set[Place] = set()
        if wanted:
            for place, attributes in _styled_cells(cells, wanted):
                number = int(attributes.get(b"s", b"0"))
                found[place] = styles.looks[number], attributes
                if number in styles.percent and attributes.get(b"t", b"n") == b"n":
                    percent.add(place)
        looks = {place: look for place, (look, _) in found.items()}
        inline = b"inlineStr" in cells and _marks(cells)
        if self._marked or inline or any(k.struck or k.unseen for k in looks.values()):
            self._take_runs(cells, looks)
        if around.zeros_hidden:
            for place, attributes, body in _cells(cells):
                if attributes.get(b"t", b"n") == b"n" and _NOUGHT.search(body):
                    looks[place] = replace(looks.get(place, Appearance()), unseen=True)
        conditional, cut = _conditions(around.conditional, styles)
        if styles.paints and any(c.letters is not None or c.grounds for c in conditional):
            for place, attributes in _styled_cells(cells, frozenset(styles.paints)):
                letters, ground = styles.paints[_style_number(attributes)]
                look = looks.get(place, Appearance())
                looks[place] = replace(look, letters=letters, ground=ground)
        return SheetLooks(looks, percent, conditional, cut)

    def _take_runs(self, sheet_xml: bytes, looks: dict[Place, Appearance]) -> None:
        """Puts the parts of texts in; parts with looks of their own do not take the cell's."""
        for place, attributes, body in _cells(sheet_xml):
            kind = attributes.get(b"t", b"n")
            if kind == b"s" and (index := _INDEX.search(body)):
                raw = self._shared_runs().get(int(index[1]))
            else:
                raw = _raw_runs(body) if kind == b"inlineStr" else None
            if raw is None:
                continue
            look = looks.get(place, Appearance())
            fill = _nth(self.styles.fills, _style_number(attributes))
            ground = self.styles.ground
            runs = [_run(text, own, look, fill, ground) for text, own in raw]
            looks[place] = replace(
                look,
                runs=runs if any(r.telling for r in runs) else (),
                struck=False,
                unseen=_style_number(attributes) in self.styles.far
                or (look.unseen and all(own is None for _, own in raw)),
            )

    def _shared_runs(self) -> dict[int, _RawRuns]:
        if self._runs is None:
            self._runs = {}
            for number, match in enumerate(_STRING.finditer(self._strings)):
                if match[1] and (raw := _raw_runs(match[1])):
                    self._runs[number] = raw
        return self._runs


_RawRuns = list[tuple[str, bytes | None]]  # text, and the run's own properties where it has any


def _marks(xml: bytes) -> bool:
    return b"rPr" in xml and (b"vertAlign" in xml or b"trike" in xml or bool(_OWN.search(xml)))


def _raw_runs(body: bytes) -> _RawRuns | None:
    """The runs of a rich text, None for a text that is all of one piece."""
    if b"rPr" not in body:
        return None
    runs: _RawRuns = []
    for match in _RUN.finditer(_PHONETIC.sub(b"", body)):
        text = "".join(_text(t[1]) for t in _TEXT.finditer(match[1]))
        runs.append((text, match[1] if _PROPERTIES.search(match[1]) else None))
    return runs or None


def _text(raw: bytes) -> str:
    text = html.unescape(raw.decode("utf-8", "replace"))
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text) if "_x" in text else text


def _run(
    text: str,
    own: bytes | None,
    cell: Appearance,
    fill: Mapping[str, str] | None,
    ground: Ground,
) -> TextRun:
    if own is None:
        return TextRun(text, struck=cell.struck, unseen=cell.unseen)
    properties = _PROPERTIES_END.split(own, maxsplit=1)[0]
    line = _STRUCK.search(properties)
    raised = _RAISED.search(properties)
    return TextRun(
        text,
        _POSITIONS[raised[1]] if raised else LetterPosition.LEVEL,
        line is not None and (line[1] or b"1").lower() not in _OFF,
        _is_no_letter(properties) or _vanishes(properties, fill, ground),
    )


def _is_no_letter(properties: bytes) -> bool:
    """Whether its letters are specks, or pictures."""
    size, font = _SIZE.search(properties), _FONT.search(properties)
    if font is not None and shows_signs(font[1].decode("utf-8", "replace")):
        return True
    return size is not None and float(size[1]) <= TOO_SMALL


def _vanishes(properties: bytes, fill: Mapping[str, str] | None, ground: Ground) -> bool:
    colour = _COLOUR.search(properties)
    if colour is None:
        return False
    stated = {k.decode(): v.decode("ascii", "replace") for k, v in _ATTRIBUTE.findall(colour[1])}
    return is_unseen(stated, fill, ground)


@remembered
def _conditions(
    conditional_xml: bytes, styles: CellStyles
) -> tuple[Sequence[ConditionalLook], bool]:
    """Conditions stand around the cells, where most workbooks say the same."""
    return conditions_of(conditional_xml, styles.conditional, styles.ground)


@lru_cache(maxsize=64)
def _styled(wanted: frozenset[int]) -> re.Pattern[bytes]:
    numbers = b"|".join(str(n).encode() for n in sorted(wanted))
    return re.compile(_STYLED % (numbers, _UNSTYLED if 0 in wanted else b""))


def _styled_cells(
    sheet_xml: bytes, wanted: frozenset[int]
) -> list[tuple[Place, dict[bytes, bytes]]]:
    """Every cell with content that bears one of these styles, and its attributes.

    >>> [place for place, _ in _styled_cells(b'<c r="B3" s="1"><v>1</v></c>', frozenset({1}))]
    [(3, 2)]
    """
    found: list[tuple[Place, dict[bytes, bytes]]] = []
    for match in _styled(wanted).finditer(sheet_xml):
        attributes = dict(_ATTRIBUTE.findall(match[1]))
        stated = _PLACE.fullmatch(attributes.get(b"r", b""))
        if stated is None:
            # A cell that states no place follows the one before it: all of them are counted.
            return [
                (place, attributes)
                for place, attributes, _ in _cells(sheet_xml)
                if _style_number(attributes) in wanted
            ]
        found.append(((int(stated[2]), column_number(stated[1])), attributes))
    return found


def _style_number(attributes: Mapping[bytes, bytes]) -> int:
    number = attributes.get(b"s", b"0")
    return int(number) if number.isdigit() and len(number) < 9 else -1


def _cells(sheet_xml: bytes) -> list[tuple[Place, dict[bytes, bytes], bytes]]:
    """Every cell with its place, attributes and content."""
    found: list[tuple[Place, dict[bytes, bytes], bytes]] = []
    row = column = 0
    for match in _ANY_CELL.finditer(sheet_xml):
        attributes = dict(_ATTRIBUTE.findall(match[2]))
        place = attributes.get(b"r", b"")
        if match[1] == b"row":
            row, column = int(place) if place.isdigit() and len(place) < 8 else row + 1, 0
            continue
        if stated := _PLACE.fullmatch(place):
            row, column = int(stated[2]), column_number(stated[1])
        else:
            column += 1
        if not match[2].endswith(b"/"):
            end = _CELL_END.search(sheet_xml, match.end())
            body = sheet_xml[match.end() : end.start()] if end else b""
            found.append(((row, column), attributes, body))
    return found


# --- Styles ---------------------------------------------------------------------------------------

_MOST_KEPT = 64
_kept: dict[bytes, CellStyles] = {}
_NO_STYLES = CellStyles()


def styles_of(styles_xml: bytes, theme_xml: bytes = b"") -> CellStyles:
    """What the styles tell; parts seen lately are not read again."""
    if not styles_xml:
        return _NO_STYLES
    digest = hashlib.blake2b(styles_xml, digest_size=16)
    digest.update(theme_xml)
    key = digest.digest()
    if key not in _kept:
        if len(_kept) >= _MOST_KEPT:
            _kept.pop(next(iter(_kept)))
        _kept[key] = _read_styles(parse_xml(styles_xml), theme_xml)
    return _kept[key]


@dataclass(slots=True)
class _Letters:
    struck: bool
    colour: Element | None
    speck: bool  # or mere signs
    size: float  # in points, 0 where none is stated
    font: str


def _read_styles(root: Element, theme_xml: bytes) -> CellStyles:
    lists: dict[str, list[Element]] = {local_name(part): list(part) for part in root}
    codes = dict(BUILT_IN_FORMATS)
    for entry in lists.get("numFmts", ()):
        codes[_number(entry, "numFmtId")] = local_attribute(entry, "formatCode")
    letters = [_letters(font) for font in lists.get("fonts", ())]
    ground = Ground(theme_colours(theme_xml), _palette(root))
    differing = [
        font for dxf in lists.get("dxfs", ()) for font in dxf if local_name(font) == "font"
    ]
    inks = [
        font.colour for font in (*letters, *map(_letters, differing)) if font.colour is not None
    ]
    ground = replace(ground, inks=[ink for c in inks if (ink := rgb_of(c.attrib, ground))])
    fills = [_fill(fill) for fill in lists.get("fills", ())]
    crossed = {n for n, border in enumerate(lists.get("borders", ())) if _crosses(border)}
    looks: dict[int, Appearance] = {}
    drawn: list[CellLetters] = []
    percent, far = set(), set()
    styles = [
        _completed(style, lists.get("cellStyleXfs", ())) for style in lists.get("cellXfs", ())
    ]
    for number, style in enumerate(styles):
        code = codes.get(_number(style, "numFmtId"), "General")
        if shows_percent(code):
            percent.add(number)
        font = _nth(letters, _number(style, "fontId"))
        fill = _nth(fills, _number(style, "fillId"))
        unseen = font is not None and (
            font.speck or (font.colour is not None and is_unseen(font.colour.attrib, fill, ground))
        )
        aligned = next((part for part in style if local_name(part) == "alignment"), None)
        if aligned is not None and _number(aligned, "indent") >= TOO_FAR:
            far.add(number)
        scale = _scale(font, letters)
        turned = aligned is not None and _number(aligned, "textRotation") != 0
        shrunk = aligned is not None and local_attribute(aligned, "shrinkToFit") in _TRUE
        indent = _number(aligned, "indent") if aligned is not None else 0
        breadth = breadth_of(font.font, letters[0].font) if font is not None else 1.0
        drawn.append(CellLetters(code, scale, turned or shrunk, indent, breadth))
        look = Appearance(
            "" if adds_nothing(code) else code,
            struck=font is not None and font.struck,
            unseen=unseen or number in far,
            crossed=_number(style, "borderId") in crossed,
            repeated=aligned is not None and local_attribute(aligned, "horizontal") == "fill",
            scale=scale if scale >= LARGE else 1.0,
            indent=indent if INDENTED <= indent < TOO_FAR else 0,
        )
        if look != Appearance():
            looks[number] = look
    differences = {n: difference_of(dxf, ground) for n, dxf in enumerate(lists.get("dxfs", ()))}
    behind = [_nth(fills, _number(style, "fillId")) for style in styles]
    paints = {}
    for number, style in enumerate(styles):
        font = _nth(letters, _number(style, "fontId"))
        own = font.colour.attrib if font is not None and font.colour is not None else None
        if (paint := paint_of(own, behind[number], ground)) != (None, None):
            paints[number] = paint
    return CellStyles(
        looks, frozenset(percent), frozenset(far), behind, paints, differences, ground, drawn
    )


def _completed(style: Element, named: Sequence[Element]) -> Element:
    """The style of a cell with what it leaves to the style that has a name."""
    base = _nth(named, _number(style, "xfId"))
    for name in _LEFT_TO_NAMED if base is not None else ():
        if base is not None and name not in style.attrib and name in base.attrib:
            style.set(name, base.attrib[name])
    return style


def _letters(font: Element) -> _Letters:
    parts = {local_name(part): part for part in font}
    line = parts.get("strike")
    struck = line is not None and local_attribute(line, "val", "1").encode().lower() not in _OFF
    size = local_attribute(parts["sz"], "val") if "sz" in parts else ""
    points = float(size) if _SIZE_STATED.fullmatch(size) else 0.0
    speck = bool(size) and 0 < points <= TOO_SMALL
    name = local_attribute(parts["name"], "val") if "name" in parts else ""
    return _Letters(struck, parts.get("color"), speck or shows_signs(name), points, name)


def _scale(font: _Letters | None, fonts: Sequence[_Letters]) -> float:
    """How many times as high as those of the first font its letters are: by that one columns are
    measured."""
    usual = fonts[0].size if fonts else 0.0
    return font.size / usual if font is not None and font.size and usual else 1.0


def _crosses(border: Element) -> bool:
    """Whether a line runs from corner to corner."""
    ways = [local_attribute(border, f"diagonal{way}") for way in ("Up", "Down")]
    lines = [local_attribute(p, "style", "none") for p in border if local_name(p) == "diagonal"]
    return any(way in ("1", "true", "on") for way in ways) and lines not in ([], ["none"])


def _fill(fill: Element) -> Mapping[str, str] | None:
    """The colour that fills cells wholly, {} for what is too motley to compare, None for none."""
    pattern = next(iter(fill), None)
    if pattern is None:
        return None
    if local_name(pattern) == "gradientFill":
        stops = [colour.attrib for stop in pattern for colour in stop]
        return stops[0] if stops and all(s == stops[0] for s in stops) else {}
    kind = local_attribute(pattern, "patternType", "none")
    if local_name(pattern) == "patternFill" and kind == "none":
        return None
    colours = {local_name(p): p.attrib for p in pattern}
    front = colours.get("fgColor", {})
    return front if kind == "solid" or front == colours.get("bgColor") else {}


def _palette(root: Element) -> Sequence[str]:
    own = [local_attribute(e, "rgb")[-6:] for e in root.iter() if local_name(e) == "rgbColor"]
    return [*own, *PALETTE[len(own) :]]


def _number(style: Element, name: str) -> int:
    text = local_attribute(style, name, "0")
    return int(text) if text.isdigit() and len(text) < 9 else 0


def _nth(things: Sequence[_T], number: int) -> _T | None:
    return things[number] if 0 <= number < len(things) else None

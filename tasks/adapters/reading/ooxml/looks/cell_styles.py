"""What the styles of a workbook of .xlsx tell of the cells that bear them.

Kept by the digest of their part, for most workbooks share few.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar
from xml.etree.ElementTree import Element

from models.domain.reading.shown_values import adds_nothing
from models.domain.reading.sight.colours import Rgb
from models.domain.reading.workbook_content import (
    INDENTED,
    LARGE,
    Appearance,
    CellLetters,
    shows_percent,
)
from tasks.adapters.reading.hardened_xml import (
    MalformedXml,
    local_attribute,
    local_name,
    number_of,
    parse_xml,
    whole_number_of,
)
from tasks.adapters.reading.looks.built_in_formats import (
    BUILT_IN_FORMATS,
    OF_OTHER_LANGUAGES,
)
from tasks.adapters.reading.looks.colours import (
    FROM_THE_RIGHT,
    PALETTE,
    STACKED,
    TOO_FAR,
    Ground,
    ground_of_many,
    ground_of_pattern,
    is_speck,
    is_unseen,
    paint_of,
    rgb_of,
    shows_signs,
)
from tasks.adapters.reading.looks.conditions import Difference
from tasks.adapters.reading.looks.figure_widths import breadth_of
from tasks.adapters.reading.looks.format_colours import on_ground
from tasks.adapters.reading.looks.table_looks import TablePart
from tasks.adapters.reading.looks.theme_colours import theme_colours, theme_fonts
from tasks.adapters.reading.ooxml.looks.ooxml_conditions import crosses, difference_of
from tasks.adapters.reading.ooxml.own_parts import own_parts

_LINES = ("Horizontal", "Vertical", "Down", "Up", "Grid", "Trellis")
_PATTERNS = {
    **dict(zip(("solid", "mediumGray", "darkGray", "lightGray"), range(1, 5), strict=True)),
    **{f"dark{lines}": number for number, lines in enumerate(_LINES, 5)},
    **{f"light{lines}": number for number, lines in enumerate(_LINES, 11)},
    "gray125": 17,
    "gray0625": 18,
}
_OF_LINES = 5
_SPREAD, _PARTED = "centerContinuous", "distributed"
_BLACK, _WHITE = {"indexed": "64"}, {"indexed": "65"}  # of fills that state no colours
_LEFT_TO_NAMED = ("numFmtId", "fontId", "fillId", "borderId")

_OFF = (b"0", b"false", b"off")
_TRUE = ("1", "true", "on")
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
    #: The same with every ground, for letters of colours that no style has: of parts of texts.
    conditional_wholly: Mapping[int, Difference] = field(default_factory=dict)
    ground: Ground = field(default_factory=Ground)
    letters: Sequence[CellLetters] = ()  # of every style
    #: Those that leave the letters to the style of a table around the cell.
    plain: frozenset[int] = frozenset()
    #: Of styles of tables, by name: the number of what each part of a table changes.
    tables: Mapping[str, Mapping[str, TablePart]] = field(default_factory=dict)
    theme_fonts: Mapping[str, str] = field(default_factory=dict)
    has_dark_fills: bool = False  # on which letters of no colour are not read
    #: Those whose number stands for two formats.
    doubtful: frozenset[int] = frozenset()


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


def _is_said_twice(stated: Sequence[Element], lists: Mapping[str, Sequence[Element]]) -> bool:
    """Whether a list of styles, or what one of them says of its letters or its ground, stands there
    twice and says two things: some programs take the one, some the other, and Excel neither."""
    if len(lists) < len(stated):
        return True
    for name in ("fonts", "fills", "cellXfs"):
        for style in lists.get(name, ()):
            parts = {local_name(part): part for part in style}
            if len(parts) < len(style) and any(
                [(p.tag, p.attrib) for p in part.iter()]
                != [(p.tag, p.attrib) for p in parts[local_name(part)].iter()]
                for part in style
            ):
                return True
    return False


@dataclass(slots=True)
class _Letters:
    struck: bool
    colour: Element | None
    speck: bool  # or mere signs
    size: float  # in points, 0 where none is stated
    font: str

    @property
    def paint(self) -> Mapping[str, str]:
        """Its colour as it is stated; nothing where that is left to the machine."""
        return {} if self.colour is None else self.colour.attrib


def _read_styles(root: Element, theme_xml: bytes) -> CellStyles:
    stated = [*own_parts(root)]
    lists = {local_name(part): [*own_parts(part)] for part in stated}
    if _is_said_twice(stated, lists):
        raise MalformedXml("a list of styles, or a part of one, stands there twice")
    codes, doubtful_codes = _codes(lists.get("numFmts", ()))
    themes = theme_fonts(theme_xml)
    letters = [_letters(font, themes) for font in lists.get("fonts", ())]
    ground = Ground(theme_colours(theme_xml), _palette(root))
    differing = [
        font for dxf in lists.get("dxfs", ()) for font in dxf if local_name(font) == "font"
    ]
    inks = [
        font.colour
        for font in (*letters, *(_letters(font, themes) for font in differing))
        if font.colour is not None
    ]
    ground = replace(ground, inks=[ink for c in inks if (ink := rgb_of(c.attrib, ground))])
    fills = [_fill(fill, ground) for fill in lists.get("fills", ())]
    crossed = {n for n, border in enumerate(lists.get("borders", ())) if crosses(border)}
    looks: dict[int, Appearance] = {}
    drawn: list[CellLetters] = []
    percent, far = set(), set()
    styles = [
        _completed(style, lists.get("cellStyleXfs", ())) for style in lists.get("cellXfs", ())
    ]
    for number, style in enumerate(styles):
        font = nth(letters, _number(style, "fontId"))
        fill = nth(fills, _number(style, "fillId"))
        code = on_ground(codes.get(_number(style, "numFmtId"), "General"), fill, ground)
        if shows_percent(code):
            percent.add(number)
        unseen = font is not None and (font.speck or is_unseen(font.paint, fill, ground))
        aligned = next((part for part in style if local_name(part) == "alignment"), None)
        if aligned is not None and _number(aligned, "indent") >= TOO_FAR:
            far.add(number)
        scale = _scale(font, letters)
        turned = _number(aligned, "textRotation") if aligned is not None else 0
        shrunk = aligned is not None and local_attribute(aligned, "shrinkToFit").strip() in _TRUE
        indent = _number(aligned, "indent") if aligned is not None else 0
        breadth = breadth_of(font.font, letters[0].font) if font is not None else 1.0
        across = local_attribute(aligned, "horizontal") if aligned is not None else ""
        stacked, points = turned == STACKED, font.size if font is not None else 0.0
        drawn.append(
            CellLetters(
                code,
                scale,
                bool(turned) or shrunk,
                indent,
                breadth,
                points,
                bool(turned),
                stacked,
                spread=across == _SPREAD,
            )
        )
        look = Appearance(
            "" if adds_nothing(code) else code,
            struck=font is not None and font.struck,
            unseen=unseen or number in far,
            crossed=_number(style, "borderId") in crossed,
            repeated=across == "fill",
            spread=across == _SPREAD,
            parted=across == _PARTED,
            scale=scale if scale >= LARGE else 1.0,
            indent=indent if INDENTED <= indent < TOO_FAR else 0,
            turned=bool(turned),
            mirrored=aligned is not None and _number(aligned, "readingOrder") == FROM_THE_RIGHT,
        )
        if look != Appearance():
            looks[number] = look
    differences = {n: difference_of(dxf, ground) for n, dxf in enumerate(lists.get("dxfs", ()))}
    wholly = replace(ground, inks=None)
    behind = [nth(fills, _number(style, "fillId")) for style in styles]
    paints = {}
    for number, style in enumerate(styles):
        font = nth(letters, _number(style, "fontId"))
        if (
            paint := paint_of(font.paint if font is not None else None, behind[number], ground)
        ) != (None, None):
            paints[number] = paint
    return CellStyles(
        looks,
        frozenset(percent),
        frozenset(far),
        behind,
        paints,
        differences,
        {n: difference_of(dxf, wholly) for n, dxf in enumerate(lists.get("dxfs", ()))},
        ground,
        drawn,
        frozenset(
            number
            for number, style in enumerate(styles)
            if (font := nth(letters, _number(style, "fontId"))) is None
            or _is_plain(font, letters[0])
        ),
        _table_parts(lists.get("tableStyles", ())),
        themes,
        any(fill is not None and is_unseen({}, fill, ground) for fill in fills),
        frozenset(
            number
            for number, style in enumerate(styles)
            if _number(style, "numFmtId") in doubtful_codes
        ),
    )


def _codes(stated: Sequence[Element]) -> tuple[Mapping[int, str], Collection[int]]:
    """The number formats by their numbers, and those numbers that stand for two of them."""
    codes: dict[int, str] = {}
    doubtful: set[int] = set()
    for entry in stated:
        number, code = _number(entry, "numFmtId"), local_attribute(entry, "formatCode")
        if codes.setdefault(number, code) != code:
            doubtful.add(number)
        codes[number] = code
    return {**BUILT_IN_FORMATS, **codes}, doubtful | (OF_OTHER_LANGUAGES - {*codes})


def _table_parts(styles: Sequence[Element]) -> Mapping[str, Mapping[str, TablePart]]:
    """By a table style's name and the part of a table, what stands for it."""
    return {
        local_attribute(style, "name"): {
            local_attribute(part, "type"): TablePart(
                whole_number_of(local_attribute(part, "dxfId")),
                max(whole_number_of(local_attribute(part, "size", "1")) or 1, 1),
            )
            for part in style
        }
        for style in styles
    }


def _completed(style: Element, named: Sequence[Element]) -> Element:
    """The style of a cell with what it leaves to the style that has a name."""
    base = nth(named, _number(style, "xfId"))
    for name in _LEFT_TO_NAMED if base is not None else ():
        if base is not None and name not in style.attrib and name in base.attrib:
            style.set(name, base.attrib[name])
    return style


def _letters(font: Element, themes: Mapping[str, str]) -> _Letters:
    parts = {local_name(part): part for part in font}
    line = parts.get("strike")
    struck = line is not None and (
        local_attribute(line, "val", "1").strip().encode().lower() not in _OFF
    )
    points = number_of(local_attribute(parts["sz"], "val")) if "sz" in parts else 0.0
    points = max(points or 0.0, 0.0)
    script = local_attribute(parts["vertAlign"], "val") if "vertAlign" in parts else ""
    speck = is_speck(points, shifted=script in ("superscript", "subscript"))
    name = local_attribute(parts["name"], "val") if "name" in parts else ""
    # A font of the theme bears its name there, whatever is stated beside it.
    scheme = local_attribute(parts["scheme"], "val") if "scheme" in parts else ""
    letters = local_attribute(parts["charset"], "val") if "charset" in parts else ""
    signs = shows_signs(themes.get(scheme, name), whole_number_of(letters) or 0)
    return _Letters(struck, parts.get("color"), speck or signs, points, name)


def _is_plain(font: _Letters, usual: _Letters) -> bool:
    """Whether letters have neither colour nor line of their own."""
    colours = [
        dict(each.colour.attrib) if each.colour is not None else {} for each in (font, usual)
    ]
    return not font.struck and colours[0] in (colours[1], {}, {"theme": "1"}, {"auto": "1"})


def _scale(font: _Letters | None, fonts: Sequence[_Letters]) -> float:
    """How many times as high as those of the first font its letters are: by that one columns are
    measured."""
    usual = fonts[0].size if fonts else 0.0
    return font.size / usual if font is not None and font.size and usual else 1.0


def _fill(fill: Element, ground: Ground) -> Mapping[str, str] | None:
    """The colour that fills cells, or all that do; {} where none is known, None for no fill."""
    pattern = next(iter(fill), None)
    if pattern is None:
        return None
    if local_name(pattern) == "gradientFill":
        return ground_of_many([colour.attrib for stop in pattern for colour in stop], ground)
    kind = local_attribute(pattern, "patternType", "none")
    if local_name(pattern) == "patternFill" and kind == "none":
        return None
    colours = {local_name(p): p.attrib for p in pattern}
    front, back = colours.get("fgColor", _BLACK), colours.get("bgColor", _WHITE)
    return ground_of_pattern(_PATTERNS.get(kind, _OF_LINES), front, back, ground)


def _palette(root: Element) -> Sequence[str]:
    own = [local_attribute(e, "rgb")[-6:] for e in root.iter() if local_name(e) == "rgbColor"]
    return [*own, *PALETTE[len(own) :]]


def _number(style: Element, name: str) -> int:
    return whole_number_of(local_attribute(style, name, "0")) or 0


def nth(things: Sequence[_T], number: int) -> _T | None:
    return things[number] if 0 <= number < len(things) else None

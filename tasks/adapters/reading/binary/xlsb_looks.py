"""How cells of .xlsb look, by the records of its styles and of texts in runs ([MS-XLSB] 2.4)."""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from models.domain.reading.shown_values import adds_nothing
from models.domain.reading.sight.colours import Rgb
from models.domain.reading.workbook_content import (
    INDENTED,
    LARGE,
    Appearance,
    CellLetters,
    LetterPosition,
    TextRun,
    shows_percent,
)
from tasks.adapters.reading.binary.biff12 import biff12_records, whole_number, wide_string
from tasks.adapters.reading.binary.binary_values import BrokenRecords
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
    shows_signs,
)
from tasks.adapters.reading.looks.conditions import (
    NO_DIFFERENCE,
    Difference,
    coloured,
    losing_ground,
)
from tasks.adapters.reading.looks.figure_widths import breadth_of
from tasks.adapters.reading.looks.format_colours import on_ground
from tasks.adapters.reading.looks.letter_sizes import lost_beside
from tasks.adapters.reading.looks.table_looks import TablePart
from tasks.adapters.reading.looks.theme_colours import theme_colours, theme_fonts

_FONT, _FORMAT, _FILL, _CELL_FORMAT = 43, 44, 45, 47
_CELL_FORMATS, _CELL_FORMATS_END, _DIFFERENCE, _INDEXED_COLOUR = 617, 618, 507, 475
_STYLES, _STYLES_END = 278, 279
_LATER_DIFFERENCE = 1171
#: Lists of which there is one each: differences, fills, fonts, borders, number formats, styles.
_BEGIN_LISTS = frozenset({505, 603, 611, 613, 615, _CELL_FORMATS, 626})
_BORDER, _FILLS = 46, 4
SCHEMES = {1: "major", 2: "minor"}
"""By their numbers, the fonts of a theme."""

SPREAD, PARTED = 6, 7
"""Among the ways in which cells are aligned: centred over empty cells."""
_KEPT = frozenset(
    {_FONT, _FILL, _CELL_FORMAT, _BORDER, _DIFFERENCE, _LATER_DIFFERENCE, _INDEXED_COLOUR}
)
_GRADIENT, _STOPS_COUNTED, _STOP = 0x28, 64, 16
_TABLE_STYLE, _TABLE_PART = 510, 512
TABLE_PARTS = (
    *("wholeTable", "headerRow", "totalRow", "firstColumn", "lastColumn", "firstRowStripe"),
    *("secondRowStripe", "firstColumnStripe", "secondColumnStripe"),
)
"""Parts of a table, as styles of tables number them."""
_STRUCK = 0x08
_SHRUNK = 0x01
_TWIPS = 20  # of a point
_POSITIONS = {1: LetterPosition.RAISED, 2: LetterPosition.LOWERED}
# Of a differential format: what its parts say.
_CORNER_LINE, _WAYS = 10, (13, 14)  # a line from corner to corner, and whether it runs up, down
_PATTERN, _FORE, _BEHIND, _LETTERS, _LINE, _CODE, _CODE_NUMBER = 0, 1, 2, 5, 29, 38, 41
_MOST_RUNS = 32_767  # letters of the longest text


@dataclass(frozen=True, slots=True)
class XlsbFont:
    """What a font says of letters."""

    struck: bool = False
    position: LetterPosition = LetterPosition.LEVEL
    colour: Mapping[str, str] = field(default_factory=dict)
    speck: bool = False  # letters too small for any eye, or mere signs
    height: int = 0  # in twips
    name: str = ""

    def vanishes(self, fill: Mapping[str, str] | None, ground: Ground) -> bool:
        """Whether nobody sees letters of it on that fill."""
        return self.speck or is_unseen(self.colour, fill, ground)


@dataclass(slots=True)
class XlsbStyles:
    """What the styles of a workbook tell, by their numbers. `looks` holds telling ones only."""

    codes: dict[int, str] = field(default_factory=dict)  # number formats that the file defines
    used: list[int] = field(default_factory=list)  # of each cell format its number format
    fonts: list[XlsbFont] = field(default_factory=list)
    font_of: list[int] = field(default_factory=list)  # of each cell format
    fills: list[Mapping[str, str] | None] = field(default_factory=list)  # of each cell format
    ground: Ground = field(default_factory=Ground)
    looks: dict[int, Appearance] = field(default_factory=dict)
    paints: dict[int, tuple[Rgb | None, Rgb | None]] = field(default_factory=dict)
    percent: frozenset[int] = frozenset()
    far: set[int] = field(default_factory=set)  # indented so far that nothing is left in the cell
    differences: list[Difference] = field(default_factory=list)
    later_differences: list[Difference] = field(default_factory=list)  # of Excel 2010
    letters: list[CellLetters] = field(default_factory=list)  # of each cell format
    doubtful: frozenset[int] = frozenset()  # cell formats whose number stands for two formats
    plain: frozenset[int] = frozenset()  # those that leave their letters to the style of a table
    tables: dict[str, dict[str, TablePart]] = field(default_factory=dict)  # by name and part

    @property
    def has_marks(self) -> bool:
        """Whether some font is struck, raised, lowered or unseen: only then do runs tell."""
        heights = [f.height / _TWIPS for f in self.fonts]
        return any(
            f.struck or f.position is not LetterPosition.LEVEL or f.vanishes(None, self.ground)
            for f in self.fonts
        ) or any(lost_beside(heights))

    def font(self, number: int) -> XlsbFont:
        """The font of that number."""
        return self.fonts[number] if number < len(self.fonts) else XlsbFont()

    def look_of_runs(self, style: int, rich: bytes) -> Appearance | None:
        """How a cell of that style looks whose text is this one in runs; None for plain ones.

        Letters before the first run have the font of the cell.
        """
        base = self.looks.get(style, Appearance())
        text, at = wide_string(rich, 1)
        letters = text.encode("utf-16-le")
        count = min(whole_number(rich, at), _MOST_RUNS, (len(rich) - at - 4) // 4)
        starts = [struct.unpack_from("<HH", rich, at + 4 + 4 * n) for n in range(count)]
        own = self.font_of[style] if style < len(self.font_of) else 0
        fill = self.fills[style] if style < len(self.fills) else None
        parts = [(0, own), *starts]
        ends = [start for start, _ in parts[1:]] + [len(letters) // 2]
        filled = [
            (letters[2 * start : 2 * end].decode("utf-16-le", "replace"), self.font(number))
            for (start, number), end in zip(parts, ends, strict=True)
            if end > start
        ]
        lost = lost_beside([font.height / _TWIPS for _, font in filled])
        runs = [
            TextRun(text, font.position, font.struck, small or font.vanishes(fill, self.ground))
            for (text, font), small in zip(filled, lost, strict=True)
        ]
        if not starts:
            return base if base != Appearance() else None
        telling = any(run.telling for run in runs)
        # Runs have lines and colours of their own.
        far = style in self.far
        look = replace(base, runs=runs if telling else (), struck=False, unseen=far)
        return look if look != Appearance() else None


def xlsb_styles(styles: bytes, theme_xml: bytes) -> XlsbStyles:
    """What the part of styles tells. Raises BrokenRecords."""
    made = XlsbStyles()
    kept: dict[int, list[bytes]] = defaultdict(list)
    doubtful: set[int] = set()
    parts: dict[str, TablePart] = {}
    in_cells = is_open = False
    for record, data in _with_each_list_once(styles):
        if record in (_STYLES, _STYLES_END):
            is_open = record == _STYLES
        if record == _FORMAT and len(data) > 6:
            number, stated = int.from_bytes(data[:2], "little"), wide_string(data, 2)[0]
            if made.codes.setdefault(number, stated) != stated:
                doubtful.add(number)
            made.codes[number] = stated
        elif record == _TABLE_STYLE and len(data) >= 10:
            parts = made.tables.setdefault(wide_string(data, 6)[0], {})
        elif record == _TABLE_PART and len(data) >= 12:
            kind, size, change = struct.unpack_from("<3I", data)
            if kind < len(TABLE_PARTS):
                parts[TABLE_PARTS[kind]] = TablePart(change, max(size, 1))
        elif record in (_CELL_FORMATS, _CELL_FORMATS_END):
            in_cells = record == _CELL_FORMATS
        elif record in _KEPT and (record != _CELL_FORMAT or (in_cells and len(data) >= 4)):
            kept[record].append(data)
    if is_open:
        raise BrokenRecords("the styles have no end")
    themes = theme_fonts(theme_xml)
    made.fonts = [_font(data, themes) for data in kept[_FONT]]
    crossed = [*map(_crosses, kept[_BORDER])]
    bodies = [data.ljust(14, b"\0") for data in kept[_CELL_FORMAT]]
    cells = [struct.unpack_from("<HHH", data, 2) for data in bodies]
    palette = [data[:3].hex().upper() for data in kept[_INDEXED_COLOUR] if len(data) >= 3]
    ground = Ground(theme_colours(theme_xml), [*palette, *PALETTE[len(palette) :]])
    made.ground = ground
    fills = [_fill(data, ground) for data in kept[_FILL]]
    codes = {**BUILT_IN_FORMATS, **made.codes}
    made.used = [number for number, _, _ in cells]
    made.font_of = [font for _, font, _ in cells]
    made.percent = frozenset(
        n for n, number in enumerate(made.used) if shows_percent(codes.get(number, ""))
    )
    for place, (number, font_number, fill_number) in enumerate(cells):
        font = made.font(font_number)
        fill = fills[fill_number] if fill_number < len(fills) else None
        code = on_ground(codes.get(number, "General"), fill, ground)
        made.fills.append(fill)
        border, indent = int.from_bytes(bodies[place][8:10], "little"), bodies[place][11]
        if indent >= TOO_FAR:
            made.far.add(place)
        usual = made.fonts[0].height if made.fonts else 0
        scale = font.height / usual if font.height and usual else 1.0
        fitted = bool(bodies[place][10] or bodies[place][13] & _SHRUNK)
        breadth = breadth_of(font.name, made.fonts[0].name) if made.fonts else 1.0
        turned, across = bodies[place][10], bodies[place][12] & 7
        made.letters.append(
            CellLetters(
                code,
                scale,
                fitted,
                indent,
                breadth,
                font.height / 20,
                bool(turned),
                turned == STACKED,
                spread=across == SPREAD,
            )
        )
        look = Appearance(
            "" if adds_nothing(code) else code,
            struck=font.struck,
            unseen=font.vanishes(fill, ground) or place in made.far,
            crossed=border < len(crossed) and crossed[border],
            repeated=across == _FILLS,
            spread=across == SPREAD,
            parted=across == PARTED,
            scale=scale if scale >= LARGE else 1.0,
            indent=indent if INDENTED <= indent < TOO_FAR else 0,
            turned=bool(turned),
            mirrored=bodies[place][13] >> 2 & 3 == FROM_THE_RIGHT,
        )
        if look != Appearance():
            made.looks[place] = look
        if (paint := paint_of(font.colour or None, fill, ground)) != (None, None):
            made.paints[place] = paint
    doubtful |= OF_OTHER_LANGUAGES - {*made.codes}
    made.doubtful = frozenset(n for n, number in enumerate(made.used) if number in doubtful)
    usual_colour = made.fonts[0].colour if made.fonts else {}
    made.plain = frozenset(
        place
        for place, (_, font_number, _) in enumerate(cells)
        if _is_plain(made.font(font_number), usual_colour)
    )
    made.differences = [difference_in(data, codes, ground) for data in kept[_DIFFERENCE]]
    # Those of Excel 2010 have a head.
    later = (data[4:] for data in kept[_LATER_DIFFERENCE])
    made.later_differences = [difference_in(data, codes, ground) for data in later]
    return made


def _with_each_list_once(styles: bytes) -> Iterator[tuple[int, bytes]]:
    """The records of the part. Raises BrokenRecords where one of its lists stands there twice: some
    programs take the one, some the other, and Excel neither."""
    begun: set[int] = set()
    for record, data in biff12_records(styles):
        if record in begun:
            raise BrokenRecords("a list of styles stands there twice")
        if record in _BEGIN_LISTS:
            begun.add(record)
        yield record, data


def _crosses(border: bytes) -> bool:
    """Whether a line runs from corner to corner."""
    return len(border) > 41 and bool(border[0] & 3) and border[41] != 0


def _font(data: bytes, themes: Mapping[str, str]) -> XlsbFont:
    if len(data) < 20:
        return XlsbFont()
    flags, _, script = struct.unpack_from("<3H", data, 2)
    height = int.from_bytes(data[:2], "little")
    name = wide_string(data, 21)[0] if len(data) > 25 else ""
    # A font of the theme bears its name there, whatever is stated beside it.
    drawn = themes.get(SCHEMES.get(data[20], ""), name) if len(data) > 20 else name
    position = _POSITIONS.get(script, LetterPosition.LEVEL)
    struck = bool(flags & _STRUCK)
    speck = is_speck(height / _TWIPS, shifted=position is not LetterPosition.LEVEL)
    speck = speck or shows_signs(drawn, data[10])
    return XlsbFont(struck, position, colour_of(data[12:20]), speck, height, name)


def _fill(data: bytes, ground: Ground) -> Mapping[str, str] | None:
    """The colour that fills cells, or all that do; {} where none is known, None for no fill."""
    if len(data) < 12:
        return None
    pattern = whole_number(data, 0)
    if pattern == _GRADIENT:
        count = whole_number(data, _STOPS_COUNTED) if len(data) > _STOPS_COUNTED + 3 else 0
        stops = [
            colour_of(data[at : at + 8])
            for at in range(_STOPS_COUNTED + 4, len(data) - 15, _STOP)[:count]
        ]
        return ground_of_many(stops, ground)
    return ground_of_pattern(pattern, colour_of(data[4:12]), colour_of(data[12:20]), ground)


def _is_plain(font: XlsbFont, usual: Mapping[str, str]) -> bool:
    """Whether letters have neither colour nor line of their own."""
    colour = {key: value for key, value in font.colour.items() if key != "tint" or float(value)}
    return not font.struck and (font.colour == usual or colour in ({}, {"theme": "1"}))


def colour_of(data: bytes) -> Mapping[str, str]:
    """A colour as .xlsx states it; nothing for one that is left to the machine."""
    if len(data) < 8:
        return {}
    kind, number = data[0] >> 1, data[1]
    tint = struct.unpack_from("<h", data, 2)[0] / 32767
    if kind == 2:
        return {"rgb": data[4:7].hex().upper(), "tint": f"{tint:.6f}"}
    names = {1: "indexed", 3: "theme"}
    return {names[kind]: str(number), "tint": f"{tint:.6f}"} if kind in names else {}


def difference_in(data: bytes, codes: Mapping[int, str], ground: Ground) -> Difference:
    """What a differential format changes of what is looked at; what is cut off says nothing. .xls
    has it in the same bytes."""
    parts: dict[int, bytes] = {}
    at = 6
    count = int.from_bytes(data[4:6], "little")
    for _ in range(count):
        if at + 4 > len(data):
            break
        kind, size = struct.unpack_from("<HH", data, at)
        parts[kind] = data[at + 4 : at + size]
        at += max(size, 4)
    if not parts:
        return NO_DIFFERENCE
    code = None
    if text := parts.get(_CODE):
        code = text[2 : 2 + 2 * int.from_bytes(text[:2], "little")].decode("utf-16-le", "replace")
    elif number := parts.get(_CODE_NUMBER):
        code = codes.get(int.from_bytes(number[:2], "little"))
    letters = colour_of(parts.get(_LETTERS, b"")) or None
    several = [c for kind in (_BEHIND, _FORE) if (c := colour_of(parts.get(kind, b"")))]
    if parts.get(_PATTERN, b"\1")[:1] == b"\1":
        fill = next(iter(several), None)
    else:
        fill = losing_ground(several, letters, ground)
    if code:
        code = on_ground(code, fill, ground)
    line = parts.get(_LINE)
    return Difference(
        code or None,
        None if not line else line[0] != 0,
        *coloured(letters, fill, ground),
        crossed=_draws_a_cross(parts) or None,
    )


def _draws_a_cross(parts: Mapping[int, bytes]) -> bool:
    """Whether a differential format draws a line from corner to corner."""
    ways = any(parts.get(kind, b"\0")[:1] == b"\1" for kind in _WAYS)
    return ways and any(parts.get(_CORNER_LINE, b"")[8:10])

"""How cells of .xls look, by the records of fonts, cell formats and shared texts."""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate

from models.domain.reading.shown_values import adds_nothing
from models.domain.reading.sight.colours import Rgb
from models.domain.reading.workbook_content import (
    INDENTED,
    LARGE,
    Appearance,
    CellLetters,
    LetterPosition,
    TextRun,
)
from tasks.adapters.reading.binary.biff_later import LaterStyles
from tasks.adapters.reading.binary.xlsb_looks import PARTED, SCHEMES, SPREAD
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
from tasks.adapters.reading.looks.figure_widths import breadth_of
from tasks.adapters.reading.looks.format_colours import on_ground
from tasks.adapters.reading.looks.letter_sizes import lost_beside
from tasks.adapters.reading.looks.theme_colours import theme_colours, theme_fonts

_POSITIONS = {1: LetterPosition.RAISED, 2: LetterPosition.LOWERED}
_SOLID, _FILLS = 1, 4
_STRUCK = 0x08
_TWIPS = 20  # of a point
_FILL_COLOUR, _LETTERS_COLOUR = 0x04, 0x0D
_IN_FULL, _OF_THEME, _WHOLE_TINT = 2, 3, 32_767
_GRADIENT, _STOPS_BEGIN, _STOP = 0x06, 48, 22
_SCHEME, _INDENT = 0x0E, 0x0F
_USUAL_OF_THEME = {"theme": "1", "tint": "0.0"}
_SHRUNK = 0x10
_WIDE, _FAR_EASTERN, _RICH = 0x01, 0x04, 0x08


_Rich = tuple[str, Sequence[tuple[int, int]]]  # a text, and where which font begins


@dataclass(frozen=True, slots=True)
class BiffFont:
    """What a font record tells."""

    struck: bool = False
    position: LetterPosition = LetterPosition.LEVEL
    colour: int = 0x7FFF  # a place in the palette; this one is left to the machine
    speck: bool = False  # letters too small for any eye, or mere signs
    height: int = 0  # in twips
    name: str = ""


@dataclass(slots=True)
class BiffStyles:
    """Fonts, formats and cell styles of a workbook, and its shared texts that have runs."""

    fonts: list[BiffFont] = field(default_factory=list)
    formats: dict[int, str] = field(default_factory=dict)
    cells: list[tuple[int, int, int, int]] = field(default_factory=list)
    shapes: list[tuple[bool, bool]] = field(default_factory=list)  # of each: crossed, repeated
    fitting: list[tuple[bool, int]] = field(default_factory=list)  # made to fit, and the indent
    turns: list[int] = field(default_factory=list)  # by how far letters are turned
    mirrored: list[bool] = field(default_factory=list)
    spread: list[bool] = field(default_factory=list)
    parted: list[bool] = field(default_factory=list)
    doubtful_formats: set[int] = field(default_factory=set)  # numbers that stand for two of them
    short: bool = False  # of Excel 5 or 95
    chunks: list[bytes] = field(default_factory=list)  # the shared texts and what continues them
    runs: Mapping[int, tuple[str, Sequence[tuple[int, int]]]] = field(default_factory=dict)
    looks: list[Appearance] = field(default_factory=list)
    ground: Ground = field(default_factory=Ground)
    #: Letters and ground of those that are not black on white.
    paints: Mapping[int, tuple[Rgb | None, Rgb | None]] = field(default_factory=dict)
    #: By cell style, colours that newer programs draw.
    own_letters: dict[int, Mapping[str, str]] = field(default_factory=dict)
    own_fills: dict[int, Mapping[str, str]] = field(default_factory=dict)
    gradients: dict[int, Sequence[Mapping[str, str]]] = field(default_factory=dict)
    schemes: dict[int, str] = field(default_factory=dict)  # which font of the theme it is
    later: LaterStyles = field(default_factory=LaterStyles)
    theme_fonts: Mapping[str, str] = field(default_factory=dict)

    def add_font(self, data: bytes) -> None:
        """Takes a FONT record."""
        if len(data) >= 10:
            flags, colour, _, script = struct.unpack_from("<4H", data, 2)
            position = _POSITIONS.get(script, LetterPosition.LEVEL)
            height = int.from_bytes(data[:2], "little")
            shifted = position is not LetterPosition.LEVEL
            speck = is_speck(height / _TWIPS, shifted=shifted)
            name = _font_name(data)
            struck = bool(flags & _STRUCK)
            speck = speck or shows_signs(name, data[12] if len(data) > 12 else 0)
            self.fonts.append(BiffFont(struck, position, colour, speck, height, name))

    def add_format(self, number: int, code: str) -> None:
        """Takes a number format."""
        if self.formats.setdefault(number, code) != code:
            self.doubtful_formats.add(number)
        self.formats[number] = code

    def is_doubtful(self, style: int) -> bool:
        """Whether the number format of that style is another one for other programs."""
        if style >= len(self.cells):
            return False
        number = self.cells[style][1]
        undefined = number in OF_OTHER_LANGUAGES and number not in self.formats
        return undefined or number in self.doubtful_formats

    def set_palette(self, data: bytes) -> None:
        """Takes a PALETTE record: colours of the workbook's own, behind the eight first ones."""
        count = min(int.from_bytes(data[:2], "little"), (len(data) - 2) // 4)
        own = [data[2 + 4 * n : 5 + 4 * n].hex() for n in range(count)]
        self.ground = Ground(palette=[*PALETTE[:8], *own, *PALETTE[8 + len(own) :]])

    def add_cell_style(self, data: bytes) -> None:
        """Takes an XF record."""
        font, number_format = struct.unpack_from("<HH", data)
        pattern = colour = 0
        if len(data) >= 20:
            pattern = struct.unpack_from("<I", data, 14)[0] >> 26
            colour = struct.unpack_from("<H", data, 18)[0] & 0x3FFF
        self.cells.append((font, number_format, pattern, colour))
        self.mirrored.append(len(data) >= 9 and data[8] >> 6 == FROM_THE_RIGHT)
        across = data[6] & 7 if len(data) >= 7 else 0
        self.spread.append(across == SPREAD)
        self.parted.append(across == PARTED)
        repeats = across == _FILLS
        lines, more = struct.unpack_from("<II", data, 10) if len(data) >= 20 else (0, 0)
        self.shapes.append((bool(lines >> 30) and bool(more >> 21 & 0x0F), repeats))
        aligned = data[7:9].ljust(2, b"\0")
        self.turns.append(aligned[0])
        self.fitting.append((bool(aligned[0] or aligned[1] & _SHRUNK), aligned[1] & 0x0F))

    def extend_cell_style(self, data: bytes) -> None:
        """Takes an XFEXT record: what newer programs draw in place of what the older ones do."""
        if len(data) < 20:
            return
        style, count = struct.unpack_from("<H2xH", data, 14)
        at = 20
        for _ in range(count):
            if at + 4 > len(data):
                return
            kind, size = struct.unpack_from("<HH", data, at)
            body = data[at + 4 : at + max(size, 4)]
            if kind in (_LETTERS_COLOUR, _FILL_COLOUR) and len(body) >= 8:
                form, tint, value = struct.unpack_from("<Hh4s", body)
                into = self.own_letters if kind == _LETTERS_COLOUR else self.own_fills
                if stated := _stated(form, tint / _WHOLE_TINT, value):
                    into[style] = stated
            elif kind == _GRADIENT:
                stops = range(_STOPS_BEGIN, len(body) - _STOP + 1, _STOP)
                parts = (struct.unpack_from("<H4s8xd", body, place) for place in stops)
                self.gradients[style] = [_stated(f, tint, value) for f, value, tint in parts]
            elif kind == _INDENT and len(body) >= 2 and style < len(self.fitting):
                indent = int.from_bytes(body[:2], "little")
                self.fitting[style] = self.fitting[style][0], indent
            elif kind == _SCHEME and body and body[0] in SCHEMES:
                self.schemes[style] = SCHEMES[body[0]]
            at += max(size, 4)

    def finish(self) -> None:
        """Works out what the records tell together."""
        theme = self.later.theme_xml()
        self.ground = replace(self.ground, theme=theme_colours(theme))
        self.theme_fonts = theme_fonts(theme)
        self.looks = [
            replace(
                self._look(number),
                crossed=crossed,
                repeated=repeated,
                indent=indent if INDENTED <= indent < TOO_FAR else 0,
                turned=bool(turned),
                mirrored=mirrored,
                spread=self.spread[number],
                parted=self.parted[number],
            )
            for number, ((crossed, repeated), (_, indent), turned, mirrored) in enumerate(
                zip(self.shapes, self.fitting, self.turns, self.mirrored, strict=True)
            )
        ]
        paints = {
            number: paint_of(*self._colours(number), self.ground)
            for number in range(len(self.cells))
        }
        self.paints = {n: paint for n, paint in paints.items() if paint != (None, None)}
        if any(
            f.struck or f.position is not LetterPosition.LEVEL or self._vanishes(f, None)
            for f in self.fonts
        ) or any(lost_beside([f.height / _TWIPS for f in self.fonts])):
            self.runs = shared_runs(self.chunks)
        self.chunks = []

    def font(self, number: int) -> BiffFont:
        """The font of that number; there is no fourth one."""
        place = number - (number > 4)
        return self.fonts[place] if place < len(self.fonts) else BiffFont()

    def _vanishes(self, font: BiffFont, fill: Mapping[str, str] | None) -> bool:
        return font.speck or is_unseen({"indexed": str(font.colour)}, fill, self.ground)

    def _fill(self, style: int) -> Mapping[str, str] | None:
        """What lies behind the letters of that style, by those that know most of it."""
        _, _, pattern, colours = self.cells[style]
        if style in self.gradients:
            return ground_of_many(self.gradients[style], self.ground)
        front: Mapping[str, str] = {"indexed": str(colours & 0x7F)}
        if pattern == _SOLID:
            front = self.own_fills.get(style, front)
        return ground_of_pattern(pattern, front, {"indexed": str(colours >> 7)}, self.ground)

    def _look(self, style: int) -> Appearance:
        letters = self.font(self.cells[style][0])
        code = self._code(style)
        signs = shows_signs(self.theme_fonts.get(self.schemes.get(style, ""), ""))
        far = self.fitting[style][1] >= TOO_FAR
        unseen = letters.speck or signs or far or is_unseen(*self._colours(style), self.ground)
        scale = self._scale(letters)
        return Appearance(
            "" if adds_nothing(code) else code,
            struck=letters.struck,
            unseen=unseen,
            scale=scale if scale >= LARGE else 1.0,
        )

    def _scale(self, font: BiffFont) -> float:
        usual = self.fonts[0].height if self.fonts else 0
        return font.height / usual if font.height and usual else 1.0

    def letters(self, style: int) -> CellLetters:
        """By what cells of that style are drawn."""
        if style >= len(self.cells):
            return CellLetters()
        font = self.cells[style][0]
        code = self._code(style)
        own, usual = self.font(font), self.font(0)
        breadth = breadth_of(own.name, usual.name)
        turned = self.turns[style]
        return CellLetters(
            code,
            self._scale(own),
            *self.fitting[style],
            breadth,
            own.height / _TWIPS,
            bool(turned),
            turned == STACKED,
            spread=self.spread[style],
        )

    def _colours(self, style: int) -> tuple[Mapping[str, str], Mapping[str, str] | None]:
        """What letters and ground of that style are painted with, by those that know most of it."""
        font = self.cells[style][0]
        letters = self.own_letters.get(style, {"indexed": str(self.font(font).colour)})
        return letters, self._fill(style)

    def plain(self) -> frozenset[int]:
        """The styles that leave their letters to the style of a table: of no colour and no line of
        their own."""
        usual = self.font(0).colour
        return frozenset(
            style
            for style, (number, *_) in enumerate(self.cells)
            if not (font := self.font(number)).struck
            and (
                font.colour in (usual, BiffFont().colour)
                if style not in self.own_letters
                else self.own_letters[style] == _USUAL_OF_THEME
            )
        )

    def fills(self) -> Sequence[Mapping[str, str] | None]:
        """What lies behind the letters of each style."""
        return [self._fill(style) for style in range(len(self.cells))]

    def _code(self, style: int) -> str:
        """The number format of that style, as it is seen on its ground."""
        number = self.cells[style][1]
        code = self.formats.get(number, BUILT_IN_FORMATS.get(number, "General"))
        return on_ground(code, self._fill(style), self.ground)

    def look(self, style: int, shared: int | None, rich: _Rich | None = None) -> Appearance | None:
        """How a cell of that style looks, None for a plain one; `shared` numbers its text, `rich`
        is one that stands in the cell itself."""
        if style >= len(self.looks):
            return None
        look = self.looks[style]
        if shared is not None:
            rich = self.runs.get(shared)
        if rich is not None:
            text, starts = rich
            fonts = [(0, self.cells[style][0]), *starts]
            ends = [start for start, _ in fonts[1:]] + [len(text)]
            fill = self._fill(style)
            filled = [
                (text[start:end], self.font(font))
                for (start, font), end in zip(fonts, ends, strict=True)
                if end > start
            ]
            lost = lost_beside([font.height / _TWIPS for _, font in filled])
            parts = [
                TextRun(text, font.position, font.struck, small or self._vanishes(font, fill))
                for (text, font), small in zip(filled, lost, strict=True)
            ]
            telling = any(p.telling for p in parts)
            # Parts have lines and colours of their own.
            far = self.fitting[style][1] >= TOO_FAR
            look = replace(look, runs=parts if telling else (), struck=False, unseen=far)
        return None if look == Appearance() else look


def _stated(form: int, tint: float, value: bytes) -> Mapping[str, str]:
    """A colour as .xlsx states it; nothing for one that is left to the machine."""
    if form == _IN_FULL:
        return {"rgb": value[:3].hex(), "tint": str(tint)}
    return {"theme": str(value[0]), "tint": str(tint)} if form == _OF_THEME else {}


def _font_name(data: bytes) -> str:
    if len(data) < 17:
        return ""
    if data[15] > _WIDE:  # of Excel 5 and 95, which says nothing of the width of its letters
        return data[15:].decode("latin-1")
    return data[16:].decode("utf-16-le" if data[15] else "latin-1", "replace")


def runs_here(data: bytes, *, short: bool) -> _Rich | None:
    """The text in runs of an RSTRING record; None where it is cut off. `short` are those of Excel 5
    and 95, of letters of one byte and fewer runs."""
    try:
        length = struct.unpack_from("<H", data, 6)[0]
        at, width = (8, 1) if short else (9, 2 if data[8] & _WIDE else 1)
        raw = data[at : at + length * width]
        at += length * width
        count = data[at] if short else struct.unpack_from("<H", data, at)[0]
        form = "<BB" if short else "<HH"
        size = struct.calcsize(form)
        begins = at + (1 if short else 2)
        starts = [struct.unpack_from(form, data, begins + size * n) for n in range(count)]
    except (struct.error, IndexError):
        return None
    return raw.decode("utf-16-le" if width == 2 else "latin-1", "replace"), starts


def shared_runs(chunks: Sequence[bytes]) -> dict[int, tuple[str, list[tuple[int, int]]]]:
    """The shared texts with runs, by number: text, and where which font begins.

    A text goes on in the next record behind a byte that says anew how wide its letters are.
    """
    found: dict[int, tuple[str, list[tuple[int, int]]]] = {}
    data, ends = b"".join(chunks), [*accumulate(map(len, chunks))]
    try:
        count, position = struct.unpack_from("<I", data, 4)[0], 8
        for number in range(count):
            length, flags = struct.unpack_from("<HB", data, position)
            position += 3
            runs = extra = 0
            if flags & _RICH:
                runs = struct.unpack_from("<H", data, position)[0]
                position += 2
            if flags & _FAR_EASTERN:
                extra = struct.unpack_from("<I", data, position)[0]
                position += 4
            text, position = _letters(data, ends, position, length, flags)
            if runs:
                pairs = struct.unpack_from(f"<{2 * runs}H", data, position)
                found[number] = text, [*zip(pairs[::2], pairs[1::2], strict=True)]
            position += 4 * runs + extra
    except (struct.error, IndexError):
        return found  # cut off: what was read stands
    return found


def _letters(
    data: bytes, ends: Sequence[int], position: int, length: int, flags: int
) -> tuple[str, int]:
    text = ""
    while length:
        end = ends[bisect_right(ends, position)]
        width = 2 if flags & _WIDE else 1
        taken = min(length, (end - position) // width)
        raw = data[position : position + taken * width]
        text += raw.decode("utf-16-le" if width == 2 else "latin-1", "replace")
        position += taken * width
        length -= taken
        if length:
            position = end
            flags = data[position]
            position += 1
    return text, position

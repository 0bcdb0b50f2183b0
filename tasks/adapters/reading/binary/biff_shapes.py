"""What is drawn over the cells of .xls: its shapes ([MS-ODRAW]) and the objects behind them.

A drawing is one long structure, cut into records wherever an object of the sheet's own belongs to
the shape told last; a text follows its object.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

from models.domain.reading.workbook_content import MOST_SHAPES, CoveringShape
from tasks.adapters.reading.looks.sheet_sizes import BROAD, COLUMN, ROW, SheetAxis, SheetSizes

_DRAWING, _OBJECT, _TEXT_OBJECT, _CONTINUE = 0xEC, 0x5D, 0x1B6, 0x3C
_BOF, _EOF = 0x809, 0x0A
DRAWN = frozenset({_BOF, _EOF, _DRAWING, _OBJECT, _TEXT_OBJECT, _CONTINUE})
_CONTAINER = 0x0F
_SHAPE, _GROUP_SPACE, _SHAPE_HEAD, _OPTIONS = 0xF004, 0xF009, 0xF00A, 0xF00B
_MORE_OPTIONS, _CHILD_ANCHOR, _ANCHOR = 0xF122, 0xF00F, 0xF010
# Properties in bits; the same bits above say which are stated.
_FILLED, _SHOWN, _SHADOWED = 0x01BF, 0x03BF, 0x023F
_IS_FILLED, _IS_HIDDEN, _HAS_SHADOW = 0x10, 0x02, 0x02
_SHADOW_FAINT, _SHADOW_ALONG, _SHADOW_DOWN = 0x0204, 0x0205, 0x0206
_BODY, _IS_BODY, _FORWARD, _BACKWARD = 0x02BF, 0x08, 0x0284, 0x0285
_USUAL_DEPTH = 457_200  # units that a body goes back of which nothing else is said
_USUAL_SHADOW = 25_400  # units by which a shadow is away of which nothing else is said
_LETS_SHINE = 0x8000  # of an opacity, up to which what is behind shines through
_NOTE, _PICTURE, _CHART, _GROUP, _LINE = 0x19, 0x08, 0x05, 0x00, 0x01
_BY_FORMULAS = 0xFFF
#: Forms through which what lies behind is seen, struck: drawn by hand, lines, connectors, arrows, a
#: sign of prohibition, and what later versions draw.
_STRIKING = frozenset({0, 13, 20, 57, *range(32, 41), *range(66, 71), _BY_FORMULAS})
_POINTS, _SEGMENTS, _GUIDES = 0x145, 0x146, 0x156  # of a form that is drawn by formulas: bytes each
#: LibreOffice draws all forms of later versions by formulas. These are outlines, by the sizes of
#: their lists: round, rounded, with so many corners, stars, rings, frames, brackets, clouds.
_OUTLINES = frozenset(
    {
        *((72, 8, 224), (96, 20, 200), (24, 8, 112), (24, 8, 88), (32, 8, 312), (32, 8, 192)),
        *((32, 8, 80), (40, 8, 296), (48, 8, 328), (56, 8, 296), (64, 8, 112), (80, 8, 280)),
        *((96, 8, 144), (64, 8, 232), (80, 8, 552), (96, 8, 320), (112, 8, 576), (128, 8, 392)),
        *((144, 14, 360), (64, 14, 104), (56, 8, 160), (448, 56, 496), (192, 42, 264)),
        *((352, 58, 456), (96, 26, 272), (176, 34, 416), (32, 8, 32), (56, 14, 128)),
        *((96, 20, 160), (48, 12, 136), (104, 22, 288), (40, 8, 120), (64, 8, 216), (128, 8, 376)),
        *((192, 22, 496), (32, 10, 616), (88, 12, 432), (56, 14, 80), (40, 8, 48)),
    }
)
_WIDTH, _HEIGHT = 1024, 256  # parts of a column and of a row in which an anchor counts
_Box = tuple[float, float, float, float]  # left, top, right, bottom, in columns and rows


@dataclass(slots=True)
class _Shape:
    box: _Box | None = None
    filled: bool = True
    hidden: bool = False
    kind: int = -1
    number: int = 0
    form: int = -1
    sizes: list[int] = field(default_factory=lambda: [0, 0, 0])  # of points, segments, guides
    text: str = ""
    has_shadow: bool = False
    shadow: list[int] = field(default_factory=lambda: [_USUAL_SHADOW, _USUAL_SHADOW])
    shadow_faint: bool = False
    is_body: bool = False  # drawn with its sides
    depths: list[int] = field(default_factory=lambda: [0, _USUAL_DEPTH])  # before it, behind it

    def shadow_by(self) -> tuple[int, int] | None:
        """How far to the right and down a shadow lies that hides something, None for none."""
        hides = self.has_shadow and not self.shadow_faint
        far = max(map(abs, self.shadow)) >= BROAD
        return (self.shadow[0], self.shadow[1]) if hides and far else None


@dataclass
class BiffShapes:
    """Gathers the shapes of one sheet from its records as they come."""

    shapes: list[_Shape] = field(default_factory=list)
    _depth: int = 0
    _left: int = 0  # letters of a text that are still to come
    _group: tuple[_Box, _Box] | None = None  # where it lies, and how its children are measured
    _space: _Box | None = None

    def take(self, record: int, data: bytes) -> None:
        """Takes a record of DRAWN; one that is cut off tells nothing."""
        if record in (_BOF, _EOF):
            self._depth += 1 if record == _BOF else -1
        elif self._depth > 1:
            return  # of a chart inside the sheet, placed in the chart
        elif record == _DRAWING:
            for kind, instance, inside in _structures(data):
                if len(self.shapes) <= MOST_SHAPES:
                    self._structure(kind, instance, inside)
        elif not self.shapes:
            return
        elif record == _OBJECT and len(data) >= 6:
            self.shapes[-1].kind = struct.unpack_from("<H", data, 4)[0]
            self.shapes[-1].number = struct.unpack_from("<H", data.ljust(8, b"\0"), 6)[0]
            self._left = 0
        elif record == _TEXT_OBJECT:
            self._left = struct.unpack_from("<H", data, 10)[0] if len(data) >= 12 else 0
        elif record == _CONTINUE and self._left and data:
            wide = bool(data[0] & 1)
            raw = data[1 : 1 + self._left * (2 if wide else 1)]
            text = raw.decode("utf-16-le" if wide else "latin-1", "replace")
            self._left = max(self._left - len(text), 0)
            self.shapes[-1].text += text

    def found(
        self,
        open_notes: Collection[int] = (),
        sizes: Callable[[], SheetSizes] = lambda: SheetSizes(SheetAxis(COLUMN), SheetAxis(ROW)),
    ) -> list[CoveringShape]:
        """What hides cells: texts, pictures, charts and whatever is filled, comments that stand
        open by the numbers of their objects, shadows; and lines. The sheet's sizes are asked for
        only where there are shadows."""
        made = []
        for shape in self.shapes[:MOST_SHAPES]:
            text = shape.text.replace("\r", "\n").strip()
            hides = bool(text) or shape.filled or shape.kind in (_PICTURE, _CHART)
            strikes = shape.form in _STRIKING and tuple(shape.sizes) not in _OUTLINES
            line = not text and (shape.kind == _LINE or (not hides and strikes))
            opaque = hides or line
            if shape.kind == _NOTE:
                if shape.number not in open_notes:
                    continue
            elif shape.hidden or shape.kind in (_GROUP, -1) or not opaque:
                continue
            if shape.box is not None:
                left, top, right, bottom = shape.box
                made.append(CoveringShape(top, left, bottom, right, text, line))
                if hides and (by := shape.shadow_by()) is not None:
                    made.append(_moved(shape.box, (by, by), sizes()))
                if shape.is_body and (by_depth := max(shape.depths)) >= BROAD:
                    around = ((-by_depth, -by_depth), (by_depth, by_depth))
                    made.append(_moved(shape.box, around, sizes()))
        return made

    def _structure(self, kind: int, instance: int, data: bytes) -> None:
        if kind == _SHAPE:
            self.shapes.append(_Shape())
            self._space = None
            return
        if not self.shapes:
            return
        shape = self.shapes[-1]
        if kind == _SHAPE_HEAD:
            shape.form = instance
        elif kind == _GROUP_SPACE and len(data) >= 16:
            left, top, right, bottom = struct.unpack_from("<4i", data)
            self._space = left, top, right, bottom
        elif kind in (_OPTIONS, _MORE_OPTIONS):
            self._options(shape, instance, data)
        elif kind == _ANCHOR and len(data) >= 18:
            left, dx, top, dy, right, more_x, bottom, more_y = struct.unpack_from("<8H", data, 2)
            shape.box = (
                left + 1 + min(dx / _WIDTH, 1), top + 1 + min(dy / _HEIGHT, 1),
                right + 1 + min(more_x / _WIDTH, 1), bottom + 1 + min(more_y / _HEIGHT, 1),
            )  # fmt: skip
            # One that begins no group ends the one before it.
            self._group = (shape.box, self._space) if self._space is not None else None
        elif kind == _CHILD_ANCHOR and len(data) >= 16 and self._group is not None:
            inner = struct.unpack_from("<4i", data)
            shape.box = _inside(*self._group, (inner[0], inner[1], inner[2], inner[3]))

    @staticmethod
    def _options(shape: _Shape, count: int, data: bytes) -> None:
        for place in range(0, min(6 * count, len(data) - 5), 6):
            number, value = struct.unpack_from("<HI", data, place)
            stated, bits = value >> 16, value & 0xFFFF
            if number & 0x3FFF == _FILLED and stated & _IS_FILLED:
                shape.filled = bool(bits & _IS_FILLED)
            elif number & 0x3FFF in (_POINTS, _SEGMENTS, _GUIDES):
                shape.sizes[(_POINTS, _SEGMENTS, _GUIDES).index(number & 0x3FFF)] = value
            elif number & 0x3FFF == _SHOWN and stated & _IS_HIDDEN:
                shape.hidden = bool(bits & _IS_HIDDEN)
            elif number & 0x3FFF == _SHADOWED and stated & _HAS_SHADOW:
                shape.has_shadow = bool(bits & _HAS_SHADOW)
            elif number & 0x3FFF in (_SHADOW_ALONG, _SHADOW_DOWN):
                away = value - (1 << 32) if value >> 31 else value
                shape.shadow[(_SHADOW_ALONG, _SHADOW_DOWN).index(number & 0x3FFF)] = away
            elif number & 0x3FFF == _SHADOW_FAINT:
                shape.shadow_faint = value < _LETS_SHINE
            elif number & 0x3FFF == _BODY and stated & _IS_BODY:
                shape.is_body = bool(bits & _IS_BODY)
            elif number & 0x3FFF in (_FORWARD, _BACKWARD):
                shape.depths[(_FORWARD, _BACKWARD).index(number & 0x3FFF)] = value & 0x7FFFFFFF


def _structures(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Type, instance and content of each; containers are opened and told before what they hold."""
    at = 0
    while at + 8 <= len(data):
        head, kind, length = struct.unpack_from("<HHI", data, at)
        at += 8
        if head & 0x0F == _CONTAINER:
            yield kind, head >> 4, b""
            continue
        yield kind, head >> 4, data[at : at + length]
        at += length


def _moved(
    box: _Box, by: tuple[tuple[int, int], tuple[int, int]], sizes: SheetSizes
) -> CoveringShape:
    """The box, its first and its last corner moved by so many units of a drawing to the right and
    down."""
    left, top, right, bottom = box
    across = [_distance(sizes.columns, at) + by[n][0] for n, at in enumerate((left, right))]
    down = [_distance(sizes.rows, at) + by[n][1] for n, at in enumerate((top, bottom))]
    return sizes.shape((across[0], down[0], across[1], down[1]), "")


def _distance(axis: SheetAxis, place: float) -> float:
    """How far from the sheet's corner a place in columns or rows lies."""
    begun = axis.begin(int(place))
    return begun + (place - int(place)) * (axis.begin(int(place) + 1) - begun)


def _inside(box: _Box, space: _Box, inner: _Box) -> _Box:
    """The box of a group's child, in columns and rows as if all within it were of one size."""
    left, top, right, bottom = box
    wide, high = space[2] - space[0], space[3] - space[1]
    if not wide or not high:
        return box
    by_x, by_y = (right - left) / wide, (bottom - top) / high
    return (
        left + (inner[0] - space[0]) * by_x, top + (inner[1] - space[1]) * by_y,
        left + (inner[2] - space[0]) * by_x, top + (inner[3] - space[1]) * by_y,
    )  # fmt: skip

"""Pictures of charts, drawn to measure: every label is given the room that it takes.

All lengths are inches. The same content gives the same bytes: no display, no clock, no metadata,
and no say for the machine's own settings.
"""

from __future__ import annotations

import io
import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from models.domain.cycle.letter_phrases import rounded
from tasks.adapters.sheets.charts.looks import INK, PAPER, Filling

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_RESOLUTION = 200  # dots an inch
SMALL, PLAIN, TITLE = 8.0, 8.5, 9.5
GRID = "#D9D9D9"
_STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",  # ships with matplotlib and has every Vietnamese letter
    "font.size": PLAIN,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "hatch.linewidth": 0.6,
}
_EDGE, _BETWEEN = 0.08, 0.1
_TITLE, _BAR, _LIFTED, _AXIS, _ENTRY = 0.28, 0.27, 0.16, 0.3, 0.2
_PLOT = 1.4
_LONGER = 1.25  # a line of a broken name may be so much longer than asked
_LINE = 0.17  # of what stands below a title
_TICK = 0.45  # between two numbers of a scale, at least
_SWATCH = 0.42  # the sample of a legend's entry, with the blank behind it


def broken(name: str, longest: int = 22) -> str:
    """A name of more letters on lines of about the same length, so that bars keep their room: on
    two, or as many as it takes that none is much longer.

    >>> broken("Đạt mức giao, chưa đạt mức phấn đấu")
    'Đạt mức giao, chưa\\nđạt mức phấn đấu'
    >>> broken("một hai ba bốn năm sáu bảy", 8).count("\\n")
    2
    """
    if len(name) <= longest:
        return name
    lines = max(2, math.ceil(len(name) / (_LONGER * longest)))
    rest, told = name, []
    for left in range(lines, 1, -1):
        blanks = [place for place, letter in enumerate(rest) if letter == " "]
        end = min(blanks, key=lambda place: abs(place - len(rest) / left), default=None)
        if end is None:
            break
        told.append(rest[:end])
        rest = rest[end + 1 :]
    return "\n".join([*told, rest])


class Share(NamedTuple):
    """One part of stacked bars."""

    name: str
    counts: Sequence[int]  # one a bar
    look: Filling


class Curve(NamedTuple):
    """One line; None where nothing is known of a point."""

    name: str
    values: Sequence[float | None]
    colour: str
    is_dashed: bool = False


class Bar(NamedTuple):
    """One bar by itself; `said` stands behind it."""

    name: str
    length: float
    said: str
    look: Filling


class Ruler:
    """How wide text is in the pictures' letters."""

    def __init__(self) -> None:
        from matplotlib.backends.backend_agg import RendererAgg  # start-up cost

        self._renderer: Any = RendererAgg(8, 8, _RESOLUTION)  # type: ignore[no-untyped-call]

    def wide(self, text: str, size: float = PLAIN) -> float:
        """The width of the widest line."""
        from matplotlib.font_manager import FontProperties  # start-up cost

        font = FontProperties(family=_STYLE["font.family"], size=size)
        widths = (
            self._renderer.get_text_width_height_descent(line, font, False)[0]
            for line in text.split("\n")
        )
        return float(max(widths)) / _RESOLUTION

    def widest(self, texts: Sequence[str], size: float = PLAIN) -> float:
        """The width of the widest text; 0 for none."""
        return max((self.wide(text, size) for text in texts), default=0.0)


class Page:
    """A figure while it is drawn, from its top down."""

    def __init__(self, figure: Figure, ruler: Ruler) -> None:
        self._figure, self.ruler = figure, ruler
        self.width, self.height = figure.get_size_inches()

    def axes(self, left: float, top: float, width: float, height: float) -> Axes:
        """Axes of that size, `top` below the page's upper edge."""
        bottom = self.height - top - height
        shares = (left / self.width, bottom / self.height, width / self.width, height / self.height)
        axes = self._figure.add_axes(shares)
        axes.set_axisbelow(True)
        axes.tick_params(length=0, colors=f"#{INK}")
        for spine in axes.spines.values():
            spine.set_color(GRID)
        return axes

    def write(self, text: str, left: float, top: float, size: float, **more: Any) -> None:
        """Text, the middle of its line `top` below the page's upper edge."""
        place = (left / self.width, 1 - top / self.height)
        self._figure.text(*place, text, fontsize=size, color=f"#{INK}", va="center", **more)

    def swatch(self, look: Filling, left: float, top: float) -> None:
        """A sample of a look, for a legend."""
        from matplotlib.patches import Rectangle  # start-up cost

        sample = Rectangle(
            (left / self.width, 1 - (top + 0.06) / self.height),
            *(0.3 / self.width, 0.12 / self.height),
            transform=self._figure.transFigure,
            **_filled(look),
        )
        self._figure.add_artist(sample)


class Block(ABC):
    """What stands on a page, over its width or beside another one."""

    @abstractmethod
    def height(self, ruler: Ruler, width: float) -> float:
        """The height that it takes in that width."""

    @abstractmethod
    def draw(self, page: Page, left: float, top: float, width: float) -> None:
        """Draws it there."""


def drawn(width: float, blocks: Sequence[Block]) -> bytes:
    """The PNG of a page of that width with these one below the other."""
    import matplotlib as mpl  # start-up cost: most runs draw no chart
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # start-up cost
    from matplotlib.figure import Figure  # start-up cost

    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_STYLE)
        ruler, room = Ruler(), width - 2 * _EDGE
        heights = [block.height(ruler, room) for block in blocks]
        figure = Figure(figsize=(width, sum(heights) + 2 * _EDGE), dpi=_RESOLUTION)
        canvas = FigureCanvasAgg(figure)
        figure.patch.set_facecolor("white")
        page, top = Page(figure, ruler), _EDGE
        for block, height in zip(blocks, heights, strict=True):
            block.draw(page, _EDGE, top, room)
            top += height
        stream = io.BytesIO()
        # Not by savefig, which first draws it once for nothing.
        canvas.print_png(  # type: ignore[no-untyped-call]
            stream, metadata={"Software": None}
        )
    return stream.getvalue()


def _filled(look: Filling) -> dict[str, Any]:
    return {
        "facecolor": f"#{look.fill}",
        "hatch": look.hatch + look.hatch[:1] or None,  # once more: denser
        "edgecolor": f"#{INK}",
        "linewidth": 0.6,
    }


@dataclass(frozen=True)
class Note(Block):
    """A line of small text at the left."""

    text: str

    def height(self, ruler: Ruler, width: float) -> float:
        """A line."""
        return _ENTRY

    def draw(self, page: Page, left: float, top: float, width: float) -> None:
        """In slanted letters."""
        page.write(self.text, left, top + _ENTRY / 2, SMALL, style="italic")


@dataclass(frozen=True)
class Beside(Block):
    """Two blocks, half the width each."""

    one: Block
    other: Block

    def height(self, ruler: Ruler, width: float) -> float:
        """That of the higher one."""
        half = (width - _BETWEEN) / 2
        return max(self.one.height(ruler, half), self.other.height(ruler, half))

    def draw(self, page: Page, left: float, top: float, width: float) -> None:
        """Side by side, their upper edges level."""
        half = (width - _BETWEEN) / 2
        self.one.draw(page, left, top, half)
        self.other.draw(page, left + half + _BETWEEN, top, half)


@dataclass(frozen=True)
class SingleBars(Block):
    """Bars with their names before and what is said of each behind: no scale is needed."""

    title: str  # further lines of it are small
    bars: Sequence[Bar]

    def height(self, ruler: Ruler, width: float) -> float:
        """The title and a row for each bar."""
        return _title_of(self.title) + sum(map(_row_of, self.bars)) + _BETWEEN

    def draw(self, page: Page, left: float, top: float, width: float) -> None:
        """Names, bars and numbers share the width as they need it."""
        names = page.ruler.widest([bar.name for bar in self.bars]) + 0.08
        behind = page.ruler.widest([bar.said for bar in self.bars]) + 0.12
        title, *beneath = self.title.split("\n")
        page.write(title, left, top + 0.12, TITLE, weight="bold")
        for place, line in enumerate(beneath, 1):
            page.write(line, left, top + 0.12 + place * _LINE, SMALL, style="italic")
        top += _title_of(self.title)
        height = sum(map(_row_of, self.bars)) or _BAR
        axes = page.axes(left + names, top, max(0.3, width - names - behind), height)
        begins, ticks = 0.0, []
        for bar in self.bars:
            middle = begins + _row_of(bar) / 2
            begins += _row_of(bar)
            ticks.append(middle)
            if bar.length:
                axes.barh(middle, bar.length, height=0.17, **_filled(bar.look))
            axes.annotate(
                *(bar.said, (bar.length, middle)),
                xytext=(4, 0),
                textcoords="offset points",
                va="center_baseline",
                color=f"#{INK}",
                annotation_clip=False,
            )
        axes.set_yticks(ticks, [bar.name for bar in self.bars])
        axes.set_ylim(height, 0)
        axes.set_xlim(0, max([bar.length for bar in self.bars] or [0]) or 1)
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)


def _title_of(title: str) -> float:
    return _TITLE + _LINE * title.count("\n")


def _row_of(bar: Bar) -> float:
    return _BAR + 0.13 * bar.name.count("\n")


@dataclass(frozen=True)
class StackedBars(Block):
    """Stacked bars with a legend below.

    A number stands in its part where that is wide enough and plain, else above it at the end of a
    line that leads there: between the lines of a hatching it would be lost on a telephone. A part
    that no bar has is not in the legend.
    """

    title: str
    bars: Sequence[str]
    shares: Sequence[Share]

    @property
    def _shown(self) -> list[Share]:
        return [share for share in self.shares if any(share.counts)]

    @property
    def _rows(self) -> float:
        return max(1, len(self.bars)) * (_BAR + _LIFTED)

    def height(self, ruler: Ruler, width: float) -> float:
        """Title, bars, scale and legend."""
        lines = _legend_lines(ruler, width, self._shown)
        return _TITLE + self._rows + _AXIS + lines * _ENTRY + 2 * _BETWEEN

    def draw(self, page: Page, left: float, top: float, width: float) -> None:
        """The longest bar takes the width that the names leave."""
        from matplotlib.ticker import MaxNLocator  # start-up cost

        shown, bars = self._shown, self.bars
        names = page.ruler.widest(bars) + 0.08
        room = width - names - 0.15
        page.write(self.title, left, top + 0.12, TITLE, weight="bold")
        axes = page.axes(left + names, top + _TITLE, room, self._rows)
        sums = [sum(share.counts[place] for share in shown) for place in range(len(bars))]
        longest = max(sums or [0]) or 1
        axes.set_xlim(0, longest)
        axes.set_ylim(self._rows, 0)
        ticks = [(place + 1) * (_BAR + _LIFTED) - _BAR / 2 for place in range(len(bars))]
        axes.set_yticks(ticks, list(bars))
        axes.xaxis.set_major_locator(
            MaxNLocator(integer=True, nbins=max(1, min(8, int(room / _TICK))))
        )
        axes.grid(axis="x", color=GRID, linewidth=0.7)
        for place, middle in enumerate(ticks):
            parts = [(share.counts[place], share.look) for share in shown]
            _draw_parts(page.ruler, axes, parts, middle, room / longest)
        _draw_legend(page, shown, left, top + _TITLE + self._rows + _AXIS, width)


def _draw_parts(
    ruler: Ruler, axes: Axes, parts: Sequence[tuple[int, Filling]], middle: float, scale: float
) -> None:
    """One stacked bar; `scale` is the inches of one."""
    begins, free = 0, 0.0  # where the next part begins; up to where numbers above stand already
    for count, look in parts:
        if not count:
            continue
        axes.barh(middle, count, left=begins, height=0.21, **_filled(look))
        said, centre, wide = str(count), begins + count / 2, ruler.wide(str(count), SMALL)
        begins += count
        if count * scale >= wide + 0.07 and not look.hatch:
            axes.text(
                *(centre, middle, said),
                ha="center",
                va="center_baseline",
                fontsize=SMALL,
                color=f"#{look.ink}",
            )
            continue
        at = max(centre * scale, free + wide / 2 + 0.05)
        free = at + wide / 2
        axes.annotate(
            *(said, (centre, middle - 0.105)),
            xytext=(at / scale, middle - 0.21),
            ha="center",
            va="center",
            fontsize=SMALL,
            color=f"#{INK}",
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "linewidth": 0.5, "shrinkA": 0, "shrinkB": 0},
        )


def _entry(share: Share) -> str:
    return f"{share.name}: {sum(share.counts)}"


def _legend_lines(ruler: Ruler, width: float, shares: Sequence[Share]) -> int:
    """In two columns where the entries fit, else one below the other."""
    fits = ruler.widest([*map(_entry, shares)], SMALL) + _SWATCH < width / 2
    return -(-len(shares) // 2) if fits else len(shares)


def _draw_legend(
    page: Page, shares: Sequence[Share], left: float, top: float, width: float
) -> None:
    lines = _legend_lines(page.ruler, width, shares)
    for number, share in enumerate(shares):
        column, line = divmod(number, lines)
        at, down = left + column * width / 2, top + (line + 0.5) * _ENTRY
        page.swatch(share.look, at, down)
        page.write(_entry(share), at + _SWATCH, down, SMALL)


@dataclass(frozen=True)
class Lines(Block):
    """Lines over a few points, each number at its point; told apart by dashes and markers."""

    title: str
    points: Sequence[str]
    lines: Sequence[Curve]

    def height(self, ruler: Ruler, width: float) -> float:
        """The title, the lines, the names of the points and of the lines."""
        return _TITLE + _PLOT + _AXIS + _ENTRY + _BETWEEN

    def draw(self, page: Page, left: float, top: float, width: float) -> None:
        """The higher of two numbers at a point stands above it, the lower below."""
        page.write(self.title, left, top + 0.12, TITLE, weight="bold")
        axes = page.axes(left + 0.1, top + _TITLE, width - 0.2, _PLOT)
        for line, others in zip(self.lines, reversed(self.lines), strict=True):
            known = [(x, value) for x, value in enumerate(line.values) if value is not None]
            axes.plot(*zip(*known, strict=True), **_stroke(line), label=line.name)
            for x, value in known:
                other = others.values[x]
                above = other is None or value > other or (value == other and line.is_dashed)
                axes.annotate(
                    *(rounded(value, 2), (x, value)),
                    xytext=(0, 9 if above else -9),
                    textcoords="offset points",
                    ha="center",
                    va="center",
                    bbox={"boxstyle": "square,pad=0.1", "facecolor": f"#{PAPER}", "linewidth": 0},
                    fontsize=SMALL,
                    color=f"#{INK}",
                )
        axes.set_xticks(range(len(self.points)), self.points)
        axes.margins(x=0.08, y=0.4)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.legend(
            loc="upper center",
            bbox_to_anchor=(0.5, -0.2),
            ncols=len(self.lines),
            frameon=False,
            fontsize=SMALL,
            handlelength=3.5,
        )


def _stroke(line: Curve) -> dict[str, Any]:
    return {
        "linestyle": "--" if line.is_dashed else "-",
        "color": f"#{line.colour}",
        "marker": "s" if line.is_dashed else "o",
        "markersize": 5,
        "markerfacecolor": f"#{PAPER if line.is_dashed else line.colour}",
        "linewidth": 1.6,
    }

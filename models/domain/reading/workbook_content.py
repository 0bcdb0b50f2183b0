"""What a reader hands over: the cells of a workbook, before anybody knows what they mean."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Protocol

from models.domain.reading.sight.colours import Rgb


@dataclass(frozen=True, slots=True)
class ErrorValue:
    """A cell that holds a spreadsheet error such as `#REF!`."""

    code: str


NEVER_CALCULATED = ErrorValue("#CHƯA TÍNH")
"""What stands for a formula whose result was never stored, where that was asked for."""

CellValue = (
    str | int | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta | ErrorValue | None
)


USUAL_FIRST_DAY, DAY_OF_1904 = dt.date(1899, 12, 30), dt.date(1904, 1, 1)
"""From which spreadsheets count days: all of today, and those that keep to Apple's old count."""

Area = tuple[int, int, int, int]
"""First row, first column, last row, last column of merged cells; 1-based."""

MOST_AREAS = 10_000
"""Merged areas that a reader hands over for one sheet."""

MOST_COMMENTS = 10_000
"""Comments that a reader hands over for one sheet."""

MOST_WORDS = 2_000
"""Words outside of cells that a reader hands over of one place."""

MOST_SHAPES = 2_000
"""Shapes over cells that a reader hands over for one sheet."""

_LITERAL = re.compile(r'"[^"]*"|\\.|_.')  # of a number format: shown as it stands


class LetterPosition(StrEnum):
    """Where letters stand on their line."""

    LEVEL = ""
    RAISED = "raised"
    LOWERED = "lowered"


@dataclass(frozen=True, slots=True)
class TextRun:
    """A part of a cell's text whose letters look alike."""

    text: str
    position: LetterPosition = LetterPosition.LEVEL
    struck: bool = False
    unseen: bool = False  # in the colour of their ground, or too small for any eye

    @property
    def telling(self) -> bool:
        """Whether its letters are not to be read as plain ones."""
        marked = self.struck or self.unseen or self.position is not LetterPosition.LEVEL
        return marked and bool(self.text.strip())


@dataclass(frozen=True, slots=True)
class Appearance:
    """How a cell looks, where that may change what it says."""

    number_format: str = ""  # as spreadsheets write it; "" where it adds nothing to the value
    runs: Sequence[TextRun] = ()  # all parts of its text, where some part is telling
    struck: bool = False  # struck through as a whole
    unseen: bool = False  # as a whole: letters in the colour of their ground, specks, mere signs
    shown: str = ""  # the text that is shown, where the file keeps it
    crossed: bool = False  # a line runs from corner to corner
    scale: float = 1.0  # how many times as high as usual its letters are, where that is a lot
    indent: int = 0  # by how many steps they are indented, where that is a lot
    turned: bool = False  # its letters do not stand on a line at its edge: it may be too low
    repeated: bool = False  # its entry is written again and again until the cell is full
    mirrored: bool = False  # its text is written from the right to the left
    upside_down: bool = False  # its letters stand on their heads
    spread: bool = False  # centred over the empty cells to its right that are so as well
    parted: bool = False  # the words of its text stand as far apart as the cell is wide
    letters: Rgb | None = None  # their colour, where conditions colour cells; None: black
    ground: Rgb | None = None  # what lies behind them, where conditions do; None: white


@dataclass(frozen=True, slots=True)
class FormulaCell:
    """A cell that a condition asks for; what moves is counted from the cell it is asked of."""

    row: int
    column: int
    row_moves: bool = False
    column_moves: bool = False


@dataclass(frozen=True, slots=True)
class FormulaCall:
    """A function or sign of a condition, worked on so many values before it."""

    name: str
    count: int


FormulaStep = float | str | bool | ErrorValue | FormulaCell | FormulaCall | None
"""One step of a condition, in the order in which it is calculated."""


@dataclass(frozen=True, slots=True)
class ConditionalLook:
    """What a condition changes in the look of the cells of some areas; None: it leaves that."""

    areas: Sequence[Area]
    condition: Sequence[FormulaStep] | None = None  # None: nobody can tell whether it holds
    number_format: str | None = None
    struck: bool | None = None
    unseen: bool | None = None
    crossed: bool | None = None
    repeated: bool | None = None
    stops: bool = False  # where it holds, those behind it are not asked
    letters: Rgb | None = None
    grounds: Sequence[Rgb | None] = ()  # one of them lies behind; in it None: the cell's own


@dataclass(frozen=True, slots=True)
class HiddenPlaces:
    """Rows and columns of a sheet that nobody sees: folded away, filtered out, without size."""

    rows: Collection[int] = ()
    columns: Sequence[tuple[int, int]] = ()  # first and last

    def hides_column(self, column: int) -> bool:
        """Whether that 1-based column is hidden."""
        return any(first <= column <= last for first, last in self.columns)


NOTHING_HIDDEN = HiddenPlaces()


USUAL_WIDTH = 8.0
"""Figures of the narrowest column that a program takes of itself."""


@dataclass(frozen=True, slots=True)
class ColumnWidths:
    """How many figures of the usual letters columns have room for, their padding included.

    `usual` is that of columns of which nothing is said: nobody chose it unless it is narrower than
    what programs take of themselves.
    """

    usual: float = USUAL_WIDTH
    own: Sequence[tuple[int, int, float]] = ()  # first and last column of a run, and its width

    def of(self, column: int) -> float:
        """The width of that 1-based column; an endless one where nobody chose it."""
        usual = self.usual if self.usual < USUAL_WIDTH else float("inf")
        # Of a column that is stated twice, programs take the one or the other.
        return min((w for first, last, w in self.own if first <= column <= last), default=usual)


@dataclass(frozen=True, slots=True)
class CellLetters:
    """By which number format a cell is drawn, how many times as high as usual its letters are,
    whether they are made to fit (smaller letters, or turned ones), by how many steps they are
    indented, and how many times as wide as usual figures of its font are, at the least; 1 for wider
    ones. In points: how high its letters are, how much is left free above or below them, and how
    high its row is; 0 where nobody said."""

    number_format: str = ""
    scale: float = 1.0
    made_to_fit: bool = False
    indent: int = 0
    breadth: float = 1.0
    points: float = 0.0
    turned: bool = False
    stacked: bool = False  # each letter below the other
    free: float = 0.0
    row: float = 0.0
    spread: bool = False  # centred over empty cells that are so as well


USUAL_ZOOM, LEAST_ZOOM = 100, 25
"""Per cent of its size that a sheet is shown in; up to the latter nobody reads what is written
in 12 points."""

LARGE, INDENTED = 1.8, 4
"""From how many times the usual height on, and how many steps of an indent, it is told."""


@dataclass(frozen=True, slots=True)
class CoveringShape:
    """A text box, picture, chart or filled shape that lies over cells, and the text it shows; or a
    line through them.

    It is placed in rows and columns: row 3 reaches from 3 to 4, and its middle is 3.5.
    """

    top: float
    left: float
    bottom: float
    right: float
    text: str = ""
    line: bool = False


@dataclass(frozen=True, slots=True)
class CellFormula:
    """A cell's formula; what moves in it where it is copied is counted from `row` and `column`."""

    text: str
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class SheetContent:
    """One sheet; `rows[r][c]` is the cell in row r + 1 and column c + 1 (A1 is `rows[0][0]`).

    Rows may differ in length; what lies beyond a row's end is empty, and so is what merged cells
    cover. `percent` holds row and column of numbers shown as percentages: 0.17 there reads 17%.
    `looks` holds cells that do not look as plain values do; `conditional` what conditions change
    in that, the first one first. `hidden` says that nobody sees the sheet, `hidden_places` what
    nobody sees of it; `comments` what people wrote beside cells, `formulas` the formulas
    of cells where the reader tells them, `told_twice` the cells (and rows, by their number) of
    which the file tells two contents; `shapes` what lies over cells. `widths` says how much room
    columns have, `letters` tells of a cell in 1-based row and column what is seldom asked.
    """

    name: str
    rows: Sequence[Sequence[CellValue]]
    hidden: bool = False
    merged: Sequence[Area] = ()
    percent: Collection[tuple[int, int]] = ()
    looks: Mapping[tuple[int, int], Appearance] = field(default_factory=dict)
    conditional: Sequence[ConditionalLook] = ()
    hidden_places: HiddenPlaces = NOTHING_HIDDEN
    comments: Mapping[tuple[int, int], str] = field(default_factory=dict)
    shapes: Sequence[CoveringShape] = ()
    formulas: Mapping[tuple[int, int], CellFormula] = field(default_factory=dict)
    told_twice: Sequence[str] = ()
    widths: ColumnWidths | None = None  # None: not known
    shows_formulas: bool = False  # in place of what they come to, and values without a format
    letters: Callable[[int, int], CellLetters] | None = None
    zoom: int = USUAL_ZOOM

    def at(self, row: int, column: int) -> CellValue:
        """The cell in 1-based row and column, None where the sheet ends earlier."""
        if 1 <= row <= len(self.rows) and 1 <= column <= len(self.rows[row - 1]):
            return self.rows[row - 1][column - 1]
        return None

    def with_values(self, values: Mapping[tuple[int, int], CellValue]) -> SheetContent:
        """The sheet with those cells instead, by 1-based row and column."""
        last = max((row for row, _ in values), default=0)
        rows = [list(row) for row in self.rows] + [[] for _ in range(last - len(self.rows))]
        for (row, column), value in values.items():
            cells = rows[row - 1]
            cells += [None] * (column - len(cells))
            cells[column - 1] = value
        return replace(self, rows=rows)

    def covering(self, row: int, column: int) -> str:
        """The address of the cell that a merged area shows in this one's place, "" for none."""
        for top, left, bottom, right in self.merged:
            if top <= row <= bottom and left <= column <= right and (row, column) != (top, left):
                return address(top, left)
        return ""


class Elsewhere(StrEnum):
    """Places of a workbook in which people write and which hold no cell."""

    MESSAGE = "message"  # at a cell that is chosen, or at a wrong entry
    PAGE = "page"  # above or below the printed page
    PAGE_PICTURE = "page_picture"
    CHART = "chart"  # titles, labels, text boxes of charts and diagrams
    BACKGROUND = "background"  # a picture behind the cells
    NAME = "name"  # a defined name that stands for a text, or its comment
    PROPERTY = "property"  # of the document
    SHAPE = "shape"  # a text box beside the cells of the form
    FAR_CELL = "far_cell"  # beyond the columns and rows that are looked at
    RESULTS = "results"  # beside the findings of the office, in its list of them
    INSTRUCTIONS = "instructions"  # put in among the office's own on how to fill in


@dataclass(frozen=True, slots=True)
class WordsElsewhere:
    """Words in such a place, "" for a picture; `sheet` and `cell` where they are known."""

    where: Elsewhere
    text: str
    sheet: str = ""
    cell: str = ""


@dataclass(frozen=True, slots=True)
class ExactCell:
    """What the exact reader knows of one cell beyond its value."""

    value: CellValue
    formula: str = ""  # the formula's text where the cell holds one
    cached: bool = True  # False: a formula whose result was never stored


class ExactReader(Protocol):
    """Asked for a few cells only, where the fast reader leaves doubt: it reads the sheet again."""

    def cells(self, sheet: str, addresses: Sequence[str]) -> Mapping[str, ExactCell]:
        """The cells asked for, by address ("E12"); addresses that do not exist are absent."""
        ...


@dataclass(frozen=True, slots=True)
class WindowState:
    """How a workbook opens: with all of its windows hidden, without the tabs of its sheets."""

    hidden: bool = False
    no_tabs: bool = False


@dataclass(frozen=True, slots=True)
class WorkbookContent:
    """A workbook as read, whatever its format.

    `names` says in small letters what names stand for that formulas may use; a reader may leave it
    empty where no cell holds a formula.
    """

    kind: str  # "xlsx", "xlsm", "xls", "xlsb", "ods"
    sheets: Sequence[SheetContent]
    properties: Mapping[str, str] = field(default_factory=dict)  # custom document properties
    notes: Sequence[str] = ()  # what the reader had to leave out, in Vietnamese
    has_formulas: bool = True  # whether any cell may hold a formula; True where it is not known
    first_day: dt.date = USUAL_FIRST_DAY  # from which bare numbers count days
    elsewhere: Sequence[WordsElsewhere] = ()  # what people wrote outside of cells
    window: WindowState = WindowState()
    formats_unknown: bool = False  # what says how cells look is broken, or told in two ways
    names: Mapping[str, str] = field(default_factory=dict)  # of formulas and cells, for formulas
    macros: bool = False  # it holds programs that may change cells as it is opened; none was run

    @property
    def since_1904(self) -> bool:
        """Whether numbers of days count from 1904."""
        return self.first_day == DAY_OF_1904

    def sheet(self, name: str) -> SheetContent | None:
        """The sheet of that exact name."""
        return next((s for s in self.sheets if s.name == name), None)


def shows_percent(number_format: str) -> bool:
    """Whether a cell of that format shows its value a hundredfold; a quoted sign is mere text.

    >>> [shows_percent(f) for f in ("0.0%", '0.0"%"', "0\\\\%", "General")]
    [True, False, False, False]
    """
    return "%" in number_format and "%" in _LITERAL.sub("", number_format)


def column_letter(column: int) -> str:
    """The letters of a 1-based column.

    >>> column_letter(1), column_letter(27), column_letter(16384)
    ('A', 'AA', 'XFD')
    """
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def address(row: int, column: int) -> str:
    """The A1 address of a 1-based row and column.

    >>> address(12, 5)
    'E12'
    """
    return f"{column_letter(column)}{row}"


def split_address(cell: str) -> tuple[int, int]:
    """The 1-based row and column of an A1 address.

    >>> split_address("E12"), split_address("AA1")
    ((12, 5), (1, 27))
    """
    letters = cell.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(cell[len(letters) :]), column

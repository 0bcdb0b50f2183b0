"""How charts tell things apart: by lightness and by hatching, so that a copy without colour does.

A report is copied on machines without colour, and one reader in twenty sees red and green alike.
So two looks of one chart differ in lightness or in hatching, and every number on a bar stands out
from it; `tests/tasks/adapters/test_charts.py` measures both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from models.domain.answers.standing import Timeliness
from models.domain.register.targets import Judgement
from models.domain.review import TaskBucket
from tasks.adapters.workbooks.workbook_styles import FONT

INK, PAPER = "1F1F1F", "FFFFFF"


@dataclass(frozen=True, slots=True)
class Filling:
    """How one part of a chart is filled. Colours are written as "2F7FBF", without "#"."""

    fill: str
    hatch: str = ""  # as matplotlib writes it; "" for none

    @property
    def is_dark(self) -> bool:
        """Whether numbers on it are white."""
        return contrast(self.fill, PAPER) >= contrast(self.fill, INK)

    @property
    def ink(self) -> str:
        """The colour of numbers on it."""
        return PAPER if self.is_dark else INK

    @property
    def sheet_fill(self) -> Mapping[str, Mapping[str, str | float]]:
        """The same for a chart of a workbook."""
        edge: dict[str, Mapping[str, str | float]]
        edge = {"border": {"color": f"#{INK}", "width": 0.5}}
        if not self.hatch:
            return {"fill": {"color": f"#{self.fill}"}, **edge}
        pattern = _PATTERNS[self.hatch]
        colours = {"fg_color": f"#{_LINES}", "bg_color": f"#{self.fill}"}
        return {"pattern": {"pattern": pattern, **colours}, **edge}


#: The same hatching as charts of workbooks call it: thin, so that a number on it stays legible.
_PATTERNS = {
    "//": "light_upward_diagonal",
    "\\\\": "light_downward_diagonal",
    "xx": "large_grid",
    "..": "percent_5",
    "--": "light_horizontal",
    "||": "light_vertical",
}
_LINES = "8C8C8C"  # of that hatching

_TIMELINESS = {
    Timeliness.ON_TIME: Filling("1F5F99"),
    Timeliness.CORRECTED: Filling("9CC9EA"),
    Timeliness.LATE: Filling("F2C14E", "//"),
    Timeliness.WAITING: Filling("FFFFFF", ".."),
    Timeliness.CORRECTING: Filling("D6E6F2", "\\\\"),
    Timeliness.OPEN: Filling("E4E4E4", "--"),
    Timeliness.OVERDUE: Filling("EDA58F", "xx"),
    Timeliness.MISSING: Filling("4A0D0D"),
    Timeliness.EXEMPT: Filling("FFFFFF"),
}
#: Of whom more is known: asked which workbook counts; has the workbook back.
_APART = {
    Timeliness.WAITING: Filling("FFFFFF", "||"),
    Timeliness.OPEN: Filling("BDBDBD", "||"),
}
_OUTCOMES: Mapping[Judgement | None, Filling] = {
    Judgement.EXCEEDED: Filling("173F66"),
    Judgement.MET: Filling("6BA5D7"),
    Judgement.FLOOR_MET: Filling("D6E6F2", "//"),
    Judgement.NOT_MET: Filling("EDA58F", "xx"),
    Judgement.AWAITING: Filling("F2C14E", ".."),
    Judgement.UNKNOWN: Filling("E4E4E4", "--"),
    None: Filling("FFFFFF"),  # without data
}
_BUCKETS = {
    TaskBucket.DONE_ON_TIME: Filling("173F66"),
    TaskBucket.DONE_LATE: Filling("6BA5D7", "//"),
    TaskBucket.DONE_NO_DEADLINE: Filling("6BA5D7"),
    TaskBucket.IN_PROGRESS: Filling("D6E6F2"),
    TaskBucket.OVERDUE: Filling("EDA58F", "xx"),
    TaskBucket.UNHEARD: Filling("F2C14E", "\\\\"),
    TaskBucket.OPEN_NO_DEADLINE: Filling("E4E4E4", "--"),
    TaskBucket.STANDING: Filling("D6E6F2", ".."),
    TaskBucket.UNREPORTED: Filling("FFFFFF", "||"),
}


def look_of_timeliness(state: Timeliness, *, apart: bool = False) -> Filling:
    """Of agencies that stand so in time; `apart`: of those of whom more is known."""
    return _APART[state] if apart else _TIMELINESS[state]


def look_of_outcome(outcome: Judgement | None) -> Filling:
    """Of indicators that came out so; None: without data."""
    return _OUTCOMES[outcome]


def look_of_bucket(bucket: TaskBucket) -> Filling:
    """Of tasks in that bucket."""
    return _BUCKETS[bucket]


def labels_on(look: Filling) -> Mapping[str, object]:
    """The numbers on a part of a workbook's chart; none where there is nothing."""
    font = {"name": FONT, "size": 11, "color": f"#{look.ink}", "bold": True}
    behind = {"fill": {"color": f"#{look.fill}"}} if look.hatch else {}
    return {"value": True, "num_format": "#,##0;;", "font": font, **behind}


def luminance(colour: str) -> float:
    """How light a colour is, from 0 for black to 1 for white (WCAG 2).

    >>> luminance("FFFFFF"), 0.1 < luminance("1F5F99") < 0.12
    (1.0, True)
    """
    red, green, blue = (_linear(int(colour[i : i + 2], 16) / 255) for i in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21 (WCAG 2).

    >>> contrast("000000", "FFFFFF")
    21.0
    """
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)

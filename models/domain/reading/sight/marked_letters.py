"""A text whose letters stand apart: raised, lowered, struck through or overlaid, unseen."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from models.domain.reading.cell_values import Doubt, Understood, clear_value
from models.domain.reading.problems import ProblemKind
from models.domain.reading.workbook_content import LetterPosition, TextRun

_RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
# Lines and strokes that combine with the letter before them. What is one letter with its stroke
# («≠») is none of them.
_OVERLAY = re.compile("[\u0335-\u0338\u20d2\u20d3\u20e5\u20eb]")
_MARKS = "[\u0300-\u0334\u0339-\u036f]*"
_OVERLAID = re.compile(f"((?:[^\u0300-\u036f\u20d2-\u20eb]{_MARKS}{_OVERLAY.pattern}+{_MARKS})+)")
_UNIT_BEFORE_POWER = re.compile(r"(?:^|[^a-zà-ỹ])[kdcm]?m$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Marked:
    """A text in parts: with its marks, joined as plain letters, and without the marked parts."""

    told: str
    joined: str
    bare: str
    struck: bool  # some of it
    raised: bool  # or lowered
    wholly_struck: bool
    unseen: str  # what of it nobody sees
    wholly_unseen: bool


def marked_text(runs: Sequence[TextRun]) -> Marked:
    """What the parts of a text say. Raised figures after a unit of length belong to it.

    >>> made = marked_text([TextRun("9600"), TextRun("1", LetterPosition.RAISED)])
    >>> made.told, made.joined, made.bare
    ('9600¹', '96001', '9600')
    >>> marked_text([TextRun("5 km"), TextRun("2", LetterPosition.RAISED)]).raised
    False
    """
    told, joined, bare = "", "", ""
    struck = raised = False
    unseen: list[str] = []
    filled = [r for r in runs if r.text.strip()]
    whole_struck = bool(filled) and all(r.struck for r in filled)
    whole_unseen = bool(filled) and all(r.unseen for r in filled)
    level = {r.position for r in filled}
    looks = groupby(runs, key=lambda r: (r.struck, r.position, r.unseen))
    for (is_struck, position, is_unseen), group in looks:
        text = "".join(r.text for r in group)
        sense = text
        power = text.strip() in ("2", "3") and bool(_UNIT_BEFORE_POWER.search(joined))
        if len(level) > 1 or power:
            sense = _with_sense(text, position)
        joined += sense if power else text
        hidden = is_unseen and not whole_unseen and bool(text.strip())
        unseen += [text.strip()] if hidden else []
        if is_struck and not whole_struck and text.strip():
            struck = True
            told += f"~~{sense.strip()}~~".join(_blanks_around(sense))
            continue
        told += sense
        if position is not LetterPosition.LEVEL and len(level) > 1 and text.strip() and not power:
            raised = True
            continue
        bare += "" if hidden else sense if power else text
    return Marked(
        told, joined, bare, struck, raised, whole_struck, " … ".join(unseen), whole_unseen
    )


def overlaid_runs(text: str) -> Sequence[TextRun]:
    """A text in whose letters a line was typed that strikes them through, in parts; () for others.

    >>> [(r.text, r.struck) for r in overlaid_runs("1\u0336 2")]
    [('1', True), (' 2', False)]
    """
    if text.isascii() or not _OVERLAY.search(text):
        return ()
    parts = _OVERLAID.split(unicodedata.normalize("NFD", text))
    return [
        TextRun(_OVERLAY.sub("", part), struck=bool(n % 2)) for n, part in enumerate(parts) if part
    ]


def _with_sense(text: str, position: LetterPosition) -> str:
    if position is LetterPosition.RAISED:
        return text.translate(_RAISED)
    return text.translate(_LOWERED) if position is LetterPosition.LOWERED else text


def _blanks_around(text: str) -> tuple[str, str]:
    stripped = text.lstrip()
    return text[: len(text) - len(stripped)], stripped[len(stripped.rstrip()) :]


def marked_figure(
    marked: Marked, understand: Callable[[str], Understood]
) -> tuple[str, Doubt | None]:
    """The text to read of a number, date or choice in parts, or the doubt that it leaves."""
    if not (marked.struck or marked.raised or marked.unseen):
        return marked.joined, None
    readings = [understand(text.strip()) for text in (marked.joined, marked.bare)]
    same = readings[0].value is not None and readings[0] == readings[1]
    if same:
        return marked.joined, None
    kinds = " và ".join(
        name
        for name, there in (
            ("chữ nhỏ viết trên hoặc dưới dòng", marked.raised),
            ("chữ bị gạch ngang", marked.struck),
            ("chữ cùng màu nền hoặc nhỏ đến mức không ai thấy", bool(marked.unseen)),
        )
        if there
    )
    told = (" ".join(text.split()) for text in (marked.joined, marked.bare))
    clear = (clear_value(reading.value) for reading in readings)
    return marked.joined, Doubt(ProblemKind.MARKED_FIGURE, (kinds, *told, *clear))

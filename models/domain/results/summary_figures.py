"""What the head of the office reads on the first screen of a telephone: a few figures, and how much
there is of all else; the tables below and the enclosed workbook have the names."""

from __future__ import annotations

import re
from collections.abc import Iterable

from models.domain.answers.standing import Timeliness
from models.domain.consolidation import Consolidation
from models.domain.consolidation.wording import TIMELINESS_NAMES
from models.domain.cycle.letter_phrases import number_text, out_of

_ANSWERED = (Timeliness.ON_TIME, Timeliness.CORRECTED, Timeliness.LATE)
_COUNTED = re.compile(r"(?P<label>[^():]+) \((?P<count>[\d.]+)\): ")


def answers_figure(consolidation: Consolidation) -> tuple[str, str]:
    """How many agencies have been accepted, and how all of them stand in time."""
    h = consolidation.headline
    came, rest = (
        "; ".join(
            f"{number_text(n)} {TIMELINESS_NAMES[state][:1].lower()}{TIMELINESS_NAMES[state][1:]}"
            for state in Timeliness
            if (state in _ANSWERED) is answered and (n := h.timeliness[state])
        )
        for answered in (True, False)
    )
    said = f"{out_of(h.answered, h.asked)} cơ quan"
    said += f" ({came})" if came else ""
    said += f"; còn lại {rest}" if rest else ""
    said += f"; {number_text(h.partly)} được tiếp nhận một phần" if h.partly else ""
    return "Báo cáo được tiếp nhận", said


def counted_points(points: Iterable[str]) -> tuple[list[tuple[str, str]], list[str]]:
    """Of the points those that count and name, as label and count; the sentences as they are.

    >>> counted_points(["Chỉ tiêu không đạt (30): A; B.", "Kịch bản GRDP cả năm: 111,9."])
    ([('Chỉ tiêu không đạt', '30')], ['Kịch bản GRDP cả năm: 111,9.'])
    """
    counts: list[tuple[str, str]] = []
    sentences: list[str] = []
    for point in points:
        if found := _COUNTED.match(point):
            counts.append((found["label"], found["count"]))
        else:
            sentences.append(point)
    return counts, sentences

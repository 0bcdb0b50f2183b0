"""Old and new beside each other: numbers with as many decimals, grounds named on both sides."""

from __future__ import annotations

import re

from models.domain.cycle.letter_phrases import number_text
from models.domain.notation.number_notation import format_number, read_number
from models.domain.register.territories import TERRITORY_SHORT_NAMES, Territory
from models.domain.results.snapshots import FigureChange, LineChange

_GROUNDS = tuple(f"({name})" for name in TERRITORY_SHORT_NAMES.values())
_NUMBER = re.compile(r"(?P<sign>-?)(?P<whole>\d{1,3}(?:\.?\d{3})*)(?:,(?P<decimals>\d+))?(?= \(|$)")


def texts_alike(change: LineChange, own: Territory, places: int = 0) -> tuple[str, str]:
    """What stood and what stands of a line, numbers with as many decimals, `places` at least, which
    are the row's in every paper; "" for none.

    Where one of them is of other ground than the directive's `own`, both name theirs.
    """
    texts = [line.text if line else "" for line in (change.before, change.after)]
    if sum(text.endswith(_GROUNDS) for text in texts) == 1:
        ground = f" ({TERRITORY_SHORT_NAMES[own]})"
        texts = [t if not t or t.endswith(_GROUNDS) else t + ground for t in texts]
    return _alike(texts[0], texts[1], places)


def figure_texts_alike(change: FigureChange, places: int) -> tuple[str, str]:
    """The same of one figure of an agency."""
    old, new = (one.text if one else "" for one in (change.before, change.after))
    return _alike(in_notation(old), in_notation(new), places) if places else _alike(old, new, 0)


def in_notation(text: str) -> str:
    """A cell that holds a number and nothing else, as papers write it; any other as it is.

    >>> in_notation("12.1"), in_notation("118079,279"), in_notation("khoảng 12")
    ('12,1', '118.079,279', 'khoảng 12')
    """
    try:
        read = read_number(text)
        return text if read.percent or read.unit or read.qualifier else format_number(read.value)
    except ValueError:
        return text


def _alike(before: str, after: str, places: int) -> tuple[str, str]:
    found = [_NUMBER.match(text) for text in (before, after)]
    if all(found):
        places = max(places, *(len(one["decimals"] or "") for one in found if one))
    return (padded(before, places), padded(after, places)) if places else (before, after)


def padded(text: str, places: int) -> str:
    """The text, its number with so many decimals and as papers write it.

    >>> padded("9,2", 2), padded("1 (toàn thành phố)", 2), padded("-118000", 1)
    ('9,20', '1,00 (toàn thành phố)', '-118.000,0')
    """
    found = _NUMBER.match(text)
    if found is None:
        return text
    whole = number_text(int(found["whole"].replace(".", "")))
    decimals = (found["decimals"] or "").ljust(places, "0")
    return f"{found['sign']}{whole}{',' if decimals else ''}{decimals}{text[found.end() :]}"

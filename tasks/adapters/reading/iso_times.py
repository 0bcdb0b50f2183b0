"""Dates that a file states as text, by ISO 8601: days, readings of a clock, instants in a zone."""

from __future__ import annotations

import datetime as dt

from models.domain.cycle.cycles import HANOI
from models.domain.reading.workbook_content import CellValue

# A program that counts from 1899 by the sun's time in Saigon misses midnight by half a minute.
_AROUND_MIDNIGHT = dt.timedelta(minutes=1)


def iso_value(text: str) -> CellValue:
    """The day, wall-clock reading or hour that a text states; the text itself where it states none.

    A sheet's dates are wall-clock readings. A program that knows only instants writes a day as its
    midnight in Hanoi: that is the day, whatever zone it is told in. Any other instant is read as
    it stands, but where its day is another one in Hanoi nobody can tell which was meant, and it
    stays the text it is.

    >>> iso_value("2025-02-08T00:00:00.000Z"), iso_value("2025-02-07T17:00:00.000Z")
    (datetime.date(2025, 2, 8), datetime.date(2025, 2, 8))
    >>> iso_value("2025-02-07T20:00:00Z")
    '2025-02-07T20:00:00Z'
    """
    try:
        instant = dt.datetime.fromisoformat(text)
    except ValueError:
        return _hour(text)
    if instant.tzinfo is not None:
        try:
            here = (instant + _AROUND_MIDNIGHT).astimezone(HANOI)
        except OverflowError:  # before the first year or after the last
            return text
        begun = here - here.replace(hour=0, minute=0, second=0, microsecond=0)
        if begun <= 2 * _AROUND_MIDNIGHT:
            return here.date()
        if (here - _AROUND_MIDNIGHT).date() != instant.date():
            return text
    plain = instant.replace(tzinfo=None)
    return plain.date() if plain.time() == dt.time() else plain


def _hour(text: str) -> CellValue:
    try:
        return dt.time.fromisoformat(text.removeprefix("T")).replace(tzinfo=None)
    except ValueError:
        return text

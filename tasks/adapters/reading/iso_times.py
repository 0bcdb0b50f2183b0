"""Dates that a file states as text, by ISO 8601: days, readings of a clock, instants in a zone."""

from __future__ import annotations

import datetime as dt

from models.domain.cycle.cycles import HANOI
from models.domain.reading.workbook_content import CellValue

# A program that counts from 1899 by the sun's time in Saigon misses midnight by half a minute.
_AROUND_MIDNIGHT = dt.timedelta(minutes=1)


def iso_value(text: str) -> CellValue:
    """The day, wall-clock reading or hour that a text states; the text itself where it states none.

    A sheet's dates are wall-clock readings, and a minute from midnight is the day that begins or
    has begun. A program that knows only instants writes a day as its midnight in Hanoi: that is
    the day, whatever zone it is told in. Any other instant is read as it stands, but where its day
    is another one in Hanoi nobody can tell which was meant, and it stays the text it is.

    >>> iso_value("2025-02-08T00:00:00.000Z"), iso_value("2025-02-07T17:00:00.000Z")
    (datetime.date(2025, 2, 8), datetime.date(2025, 2, 8))
    >>> iso_value("2025-02-07T23:59:30.000Z")
    datetime.date(2025, 2, 8)
    >>> iso_value("2025-02-07T20:00:00Z")
    '2025-02-07T20:00:00Z'
    """
    try:
        instant = dt.datetime.fromisoformat(text)
    except ValueError:
        return _hour(text)
    reading = instant.replace(tzinfo=None)
    day = _day_begun(reading)
    if instant.tzinfo is None:
        return day or reading
    try:
        here = instant.astimezone(HANOI).replace(tzinfo=None)
    except OverflowError:  # before the first year or after the last
        return text
    return _day_begun(here) or day or (reading if here.date() == reading.date() else text)


def _day_begun(reading: dt.datetime) -> dt.date | None:
    """The day of whose midnight a clock is no more than a minute short or over."""
    midnight = dt.datetime.combine(reading.date(), dt.time())
    after = reading - midnight
    if after <= _AROUND_MIDNIGHT:
        return midnight.date()
    if dt.timedelta(days=1) - after > _AROUND_MIDNIGHT or midnight.date() == dt.date.max:
        return None
    return midnight.date() + dt.timedelta(days=1)


def _hour(text: str) -> CellValue:
    try:
        return dt.time.fromisoformat(text.removeprefix("T")).replace(tzinfo=None)
    except ValueError:
        return text

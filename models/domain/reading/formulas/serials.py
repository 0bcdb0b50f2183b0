"""Cells' values as formulas calculate with them: days are numbers."""

from __future__ import annotations

import datetime as dt

from models.domain.reading.workbook_content import CellValue, ErrorValue

Scalar = float | str | bool | ErrorValue | None
"""One value of a formula; None is an empty cell."""

_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001  a sheet's dates carry no zone
_LAST_SERIAL = 2_958_465  # the last day of the year 9999


def serial_of(value: CellValue) -> Scalar:
    """A cell's value for a formula: days count from the end of 1899.

    >>> serial_of(dt.date(1900, 3, 1)), serial_of(5), serial_of("a")
    (61.0, 5.0, 'a')
    """
    if isinstance(value, (str, bool, ErrorValue)) or value is None:
        return value
    if isinstance(value, (int, float)):
        return float(value)
    if isinstance(value, dt.datetime):
        return (value.replace(tzinfo=None) - _EPOCH) / dt.timedelta(days=1)
    if isinstance(value, dt.date):
        return float((value - _EPOCH.date()).days)
    if isinstance(value, dt.time):
        return (value.hour * 3600 + value.minute * 60 + value.second) / 86_400
    return value / dt.timedelta(days=1)


def day_of(serial: float) -> dt.datetime | None:
    """The day of a serial number, None where spreadsheets know none.

    >>> day_of(61.5)
    datetime.datetime(1900, 3, 1, 12, 0)
    """
    if not 1 <= serial <= _LAST_SERIAL:
        return None
    return _EPOCH + dt.timedelta(days=serial)

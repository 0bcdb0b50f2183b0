"""One cycle of `cycles.toml` changed: its dates, contacts and steps; every comment stays."""

from __future__ import annotations

import copy
import datetime as dt
import tomllib
from collections.abc import Callable, Mapping
from typing import Any

from config.files.toml_updates import updated_toml
from models.domain.cycle.cycles import HANOI
from models.domain.faults import Fault

_TEXTS = (
    "title",
    "due_text",
    "meeting",
    "contact_person",
    "contact_phone",
    "contact_email",
    "legal_basis",
    "content",
    "note",
)
_DAYS = ("data_closes_on", "meeting_on", "ends_on")
_INSTANTS = ("opens_at", "due_at")
_WHOLE = ("grace_working_days",)
_OF_STEPS = ("working_days", "hour")
_OFFSET = dt.timezone(dt.timedelta(hours=7))  # as the file writes Hanoi's time


class UnreadableValue(ValueError):
    """Raised for a typed value that is none of its kind; names the field, with a sentence."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def cycle_codes(text: str) -> list[str]:
    """The cycles by their codes. Raises tomllib.TOMLDecodeError."""
    return list(_cycles(text))


def cycle_values(text: str, code: str) -> dict[str, str]:
    """A cycle's values as a form shows them, by field; empty for no such cycle.

    A step's are `steps.1.hour`. Raises tomllib.TOMLDecodeError.
    """
    table = _cycles(text).get(code)
    if table is None:
        return {}
    values = {key: _shown(table.get(key)) for key in (*_TEXTS, *_DAYS, *_INSTANTS, *_WHOLE)}
    for number, step in enumerate(_steps(table), 1):
        values |= {f"steps.{number}.{key}": _shown(step.get(key)) for key in _OF_STEPS}
    return values


def cycle_steps(text: str, code: str) -> list[str]:
    """The kinds of the cycle's steps, in their order."""
    return [str(step.get("kind", "")) for step in _steps(_cycles(text).get(code, {}))]


def with_cycle(text: str, code: str, values: Mapping[str, str]) -> str:
    """The file's text with these values of the cycle. Raises UnreadableValue."""
    content = copy.deepcopy(tomllib.loads(text))
    table: dict[str, Any] = content["cycles"][code]
    known = cycle_values(text, code)
    for field, value in values.items():
        if value == known.get(field):
            continue
        within, key = table, field
        if field.startswith("steps."):
            _, number, key = field.split(".")
            within = table["steps"][int(number) - 1]
        if value == "" and key not in _WHOLE:
            within.pop(key, None)
        else:
            within[key] = _written(field, key, value)
    return updated_toml(text, content)


def cycle_field(code: str, fault: Fault) -> str:
    """The field at which a fault of the cycle stands; "" for none.

    >>> key = ("cycles", "a", "steps", 1, "hour")
    >>> cycle_field("a", Fault("cycle.step_hour", "cycles.toml", key=key))
    'steps.1.hour'
    """
    if fault.file != "cycles.toml" or fault.key[:2] != ("cycles", code):
        return ""
    return ".".join(str(part) for part in fault.key[2:])


def _cycles(text: str) -> dict[str, Mapping[str, Any]]:
    """The tables of the cycles; what is none is for the office's checks to complain of."""
    cycles = tomllib.loads(text).get("cycles")
    held = cycles.items() if isinstance(cycles, Mapping) else ()
    return {code: table for code, table in held if isinstance(table, Mapping)}


def _steps(table: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    steps = table.get("steps")
    is_list = isinstance(steps, list) and all(isinstance(step, Mapping) for step in steps)
    return list(steps) if is_list and steps else []


def _shown(value: object) -> str:
    if isinstance(value, dt.datetime):
        # As a browser's field has it.
        return value.astimezone(HANOI).replace(tzinfo=None).isoformat(timespec="minutes")
    if isinstance(value, dt.date):
        return value.isoformat()
    return "" if value is None else str(value)


def _written(field: str, key: str, value: str) -> object:
    readers: list[tuple[tuple[str, ...], Callable[[str], object], str]] = [
        (_INSTANTS, _instant, "Xin ghi ngày, giờ như 2025-02-20 00:00 (giờ Hà Nội)."),
        (_DAYS, dt.date.fromisoformat, "Xin ghi ngày như 2025-11-25."),
        ((*_WHOLE, *_OF_STEPS), _whole, "Xin ghi một số nguyên."),
    ]
    for keys, read, sentence in readers:
        if key in keys:
            try:
                return read(value)
            except ValueError:
                raise UnreadableValue(field, sentence) from None
    return value


def _instant(value: str) -> dt.datetime:
    return dt.datetime.fromisoformat(value).replace(tzinfo=_OFFSET)


def _whole(value: str) -> int:
    if len(value) > 6:
        raise ValueError
    return int(value)

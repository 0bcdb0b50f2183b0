"""What a body of JSON may hold: what the orchestrator can keep, and give back to whoever asks.

A run with parameters that cannot be written out again is refused to the workers too whenever they
ask what is due: one of them, and nothing runs any more, after a new start neither.
"""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

_DEEPEST = 40  # levels of lists and mappings; the longest of ours has eight
_GREATEST = 2**53  # of a whole number, as every reader of JSON understands it


class NotKept(Exception):
    """Raised when a body cannot be read, or what it says cannot be kept."""


def read(said: bytes) -> dict[str, Any]:
    """The mapping that a body says; empty for none. Raises NotKept."""
    try:
        body = json.loads(said, parse_constant=_no_number) if said else {}
    except (ValueError, RecursionError):
        raise NotKept("Nội dung không phải JSON.") from None
    if not isinstance(body, dict):
        raise NotKept("Nội dung không đọc được.")
    check(body)
    return body


def check(value: Any) -> None:
    """Raises NotKept for what is too deep, for numbers and letters that no database takes."""
    level = [value]
    for _ in range(_DEEPEST):
        if not all(_is_kept(one) for one in level):
            raise NotKept("Nội dung có ký tự hoặc số không ghi lại được.")
        level = [within for one in level for within in _within(one)]
        if not level:
            return
    raise NotKept("Nội dung lồng nhau quá sâu.")


def _within(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [*value, *value.values()]
    return value if isinstance(value, list) else []


def _is_kept(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
    if isinstance(value, float):
        return math.isfinite(value)
    return not isinstance(value, int) or abs(value) <= _GREATEST


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number of JSON")

"""A long list, a part at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")
A_PAGE = 50


@dataclass(frozen=True)
class ListPart(Generic[Item]):
    """Some of a list's items: part `number` of `count`, the first being 1; `total` items in all."""

    items: Sequence[Item]
    number: int
    count: int
    total: int

    @property
    def first(self) -> int:
        """Place of its first item in the whole list, counted from 1."""
        return (self.number - 1) * A_PAGE + 1 if self.items else 0


def part_of(items: Sequence[Item], asked: str) -> ListPart[Item]:
    """The part that an address asks for; the nearest one where there is none of that number.

    >>> part_of(range(120), "3").items, part_of(range(120), "9").number, part_of((), "x").count
    (range(100, 120), 3, 1)
    """
    count = max(1, -(-len(items) // A_PAGE))
    is_number = asked.isascii() and asked.isdigit() and len(asked) < len("1000000")
    number = min(max(1, int(asked) if is_number else 1), count)
    start = (number - 1) * A_PAGE
    return ListPart(items[start : start + A_PAGE], number, count, len(items))

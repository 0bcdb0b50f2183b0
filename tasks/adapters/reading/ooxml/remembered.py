"""What parts of one content come to, kept for the next workbook of the same hand.

Programs write relations, and what stands around a sheet's cells, alike into most workbooks.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Concatenate, ParamSpec, TypeVar, cast

MOST_BYTES = 50_000
"""Of a part that is kept; a hundred of them are five megabytes."""

_MOST_KEPT = 100
_P = ParamSpec("_P")
_T = TypeVar("_T")


def remembered(
    function: Callable[Concatenate[bytes, _P], _T],
) -> Callable[Concatenate[bytes, _P], _T]:
    """The function, its results kept by all that it is given: compared byte by byte, by no digest
    that somebody could forge. What it gives must not be changed by anybody. It is given hashable
    values alone.

    >>> seen = []
    >>> length = remembered(lambda data: seen.append(data) or len(data))
    >>> length(b"<a/>"), length(b"<a/>"), len(seen)
    (4, 4, 1)
    """
    made = lru_cache(maxsize=_MOST_KEPT)(function)
    kept = cast("Callable[Concatenate[bytes, _P], _T]", made)

    @wraps(function)
    def lately(data: bytes, /, *others: _P.args, **named: _P.kwargs) -> _T:
        chosen = kept if len(data) <= MOST_BYTES else function
        return chosen(data, *others, **named)

    return lately

"""What a library raises on a file of unknown origin is an answer about the file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from models.domain.errors import BaocaoError


class ParserFailed(BaocaoError):
    """Raised when a library could not follow a file, whatever the library itself raised."""


@contextmanager
def parsing() -> Iterator[None]:
    """Turns all that a library may raise inside into ParserFailed, but for want of memory.

    Not by a list: libraries let `struct.error`, `AssertionError` and, from Rust, panics through
    that derive from BaseException alone. Only calls of libraries belong inside: what our own code
    raises is our own fault.
    """
    try:
        yield
    except (MemoryError, KeyboardInterrupt, SystemExit, GeneratorExit, BaocaoError):
        raise
    except BaseException as fault:
        raise ParserFailed(f"{type(fault).__name__}: {fault}"[:500]) from fault

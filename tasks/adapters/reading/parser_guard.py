"""What a library raises on a file of unknown origin is an answer about the file."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from models.domain.errors import BaocaoError

#: No room, nothing left to open a file with, a disk that fails: all files fare alike.
_MACHINES = {
    errno.EAGAIN,
    errno.EDQUOT,
    errno.EIO,
    errno.EMFILE,
    errno.ENFILE,
    errno.ENOLCK,
    errno.ENOMEM,
    errno.ENOSPC,
    errno.EROFS,
    errno.ESTALE,
}


#: A library reached for what the reader is shut off from.
_NOT_ALLOWED = {errno.EACCES, errno.EPERM}


def is_of_the_machine(fault: BaseException) -> bool:
    """Whether the machine let us down, for whichever file it was.

    >>> is_of_the_machine(OSError(errno.ENOSPC, "full"))
    True
    >>> is_of_the_machine(FileNotFoundError(errno.ENOENT, "gone"))
    False
    """
    return isinstance(fault, OSError) and fault.errno in _MACHINES


class ParserFailed(BaocaoError):
    """Raised when a library could not follow a file, whatever the library itself raised."""


@contextmanager
def parsing() -> Iterator[None]:
    """Turns all that a library may raise inside into ParserFailed, but for what is the machine's.

    Not by a list: libraries let `struct.error`, `AssertionError` and, from Rust, panics through
    that derive from BaseException alone. Only calls of libraries belong inside: what our own code
    raises is our own fault.
    """
    try:
        yield
    except (MemoryError, KeyboardInterrupt, SystemExit, GeneratorExit, BaocaoError):
        raise
    except ImportError:  # a module of ours that is missing, or comes too late to be opened
        raise
    except BaseException as fault:
        number = fault.errno if isinstance(fault, OSError) else None
        if number == errno.ENOMEM:
            raise MemoryError(str(fault)) from fault
        if number in _MACHINES | _NOT_ALLOWED:
            raise
        raise ParserFailed(f"{type(fault).__name__}: {fault}"[:500]) from fault

"""Child processes that do not outlive us."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1  # prctl(2)


def dying_with(parent: int) -> Callable[[], None]:
    """What a child does between its fork and its program, to end when that process, its parent, is
    killed without a chance to end it.

    Linux tells a child that has asked. A parent that was killed before is told by nobody: the child
    has another one by then.
    """

    def ask() -> None:
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return ask

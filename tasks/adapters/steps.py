"""How long work tells how far it is, without knowing who listens."""

from __future__ import annotations

from collections.abc import Callable

#: Called with how many steps are done, and of how many; from any thread.
Steps = Callable[[int, int], None]


def unheard(done: int, of: int) -> None:
    """Nobody listens."""

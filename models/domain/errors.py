"""Failures: what stops a piece of work. A bad cell is no failure but a `Finding`."""

from __future__ import annotations

from collections.abc import Sequence

from models.domain.faults import Fault


class BaocaoError(Exception):
    """Base of every failure this program raises on purpose."""


class ConfigurationFault(BaocaoError):
    """Raised when files under `config/` contradict themselves or cannot be read.

    `faults` holds one sentence per fault, each naming file and line; `found` the faults of the
    files themselves, as data.
    """

    def __init__(self, faults: Sequence[Fault | str]) -> None:
        self.found = [fault for fault in faults if isinstance(fault, Fault)]
        self.faults = [str(fault) for fault in faults]
        super().__init__("\n".join(self.faults))


class UnknownAgency(BaocaoError):
    """Raised when a name or code leads to no agency of the register on the given day."""


class UnknownCycle(BaocaoError):
    """Raised when no reporting cycle bears the given code."""

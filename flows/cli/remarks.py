"""What `baocao doctor` says: one remark for each thing it looked at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing looked at: `ok` is False when it must be mended.

    A `caution` is of what works and could be better.
    """

    subject: str
    ok: bool
    sentence: str
    caution: bool = False

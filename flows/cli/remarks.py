"""What `baocao doctor` says: one remark for each thing it looked at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing looked at: `ok` is False when it must be mended."""

    subject: str
    ok: bool
    sentence: str

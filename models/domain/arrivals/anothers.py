"""Held mail that brought another agency's workbook, known by why it is held."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SAID = re.compile(
    r"Thư do (?P<sender>.+) gửi, nhưng sổ đính kèm là sổ Văn phòng lập cho (?P<whose>.+?)\."
)


def anothers_workbook(reasons: Iterable[str]) -> tuple[str, str] | None:
    """Who sent a mail and whose workbook it brought, by name, from why its files are held; None
    where any is held for another reason, or they say several things.

    >>> from models.domain.arrivals.attribution import Evidence, EvidenceKind, attribute
    >>> said = attribute([
    ...     Evidence(EvidenceKind.SIGNED_IDENTITY, "so_du_lich", "2025-plan"),
    ...     Evidence(EvidenceKind.REGISTERED_SENDER, "so_y_te"),
    ... ], {"so_du_lich": "Sở Du lịch", "so_y_te": "Sở Y tế"})
    >>> anothers_workbook(said.reasons)
    ('Sở Y tế', 'Sở Du lịch')
    >>> anothers_workbook([*said.reasons, "Mã nhận dạng trong tệp không còn khớp."]) is None
    True
    """
    found = {(m["sender"], m["whose"]) if (m := _SAID.fullmatch(r)) else None for r in reasons}
    return found.pop() if len(found) == 1 else None

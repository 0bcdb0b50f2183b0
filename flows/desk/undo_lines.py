"""How what was decided can be undone, as a page says it: a form with its case filled in."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from flows.desk import ways
from flows.desk.undertakings import Undo
from models.domain.deeds.undoing import Undoing

_EACH_BY_ITSELF = "Mỗi quyết định có việc làm ngược lại của mình, ở Sổ quyết định."
_SEVERAL = ("agency", "letter")


def undo_line(found: Sequence[Undoing], back: str = "") -> Undo:
    """What undoes all of these, decided with one word. There is one at the least."""
    first = found[0]
    if not first.decision:
        return Undo(first.said)
    several = next((key for key in _SEVERAL if key in first.case), "")
    rest = {k: v for k, v in first.case.items() if k != several and v}
    alike = all(
        one.decision == first.decision
        and {k: v for k, v in one.case.items() if k != several and v} == rest
        for one in found
    )
    if not alike or (len(found) > 1 and not several):
        return Undo(_EACH_BY_ITSELF, ways.BOOK)
    query = [(several, one.case[several]) for one in found] if several else []
    query += [*rest.items(), *([("ve", back)] if back else [])]
    return Undo(first.said, f"{ways.DECISION}/{first.decision}?{urlencode(query)}")

"""Targets set during the year, for the directive's territory or for another one."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.domain.register.target_reading import TargetReading
from models.domain.register.targets import Target
from models.domain.register.territories import TERRITORY_SHORT_NAMES, Territory

UNCONFIRMED = "chờ xác nhận"  # of what is assumed until the office confirms it
_NUMBERED = re.compile(r"(?P<kind>\D+?)\s+(?:số\s+)?(?P<number>\d+(?:/\d{4})?/[^\W\d][^\s,;]*)")
_INITIALS = {
    "nghị quyết": "NQ",
    "quyết định": "QĐ",
    "kế hoạch": "KH",
    "chỉ thị": "CT",
    "kết luận": "KL",
}


@dataclass(frozen=True, slots=True)
class TargetRevision:
    """A target set anew, or for another territory than the directive's, from a day on.

    With a `baseline` it is one more official measure of the same thing, by its name: it takes no
    other target's place, and the year is judged by it beside the target in force.
    """

    row: str  # code of the catalogue row; the target is in the row's unit
    territory: Territory
    effective_on: dt.date  # first day on which it holds
    printed: str  # as the document prints it: "12,35"
    target: Target
    basis: str  # the document that sets it
    assumed: bool = False  # the office has yet to confirm it
    note: str = ""
    baseline: str = ""  # "Dự toán Trung ương giao"; "" for what takes the directive's place
    reading: TargetReading | None = None  # what `printed` says; `target` is that in the row's unit

    def shown_in(self, *, apart: bool = True) -> str:
        """Territory, target, numbered document: short enough for a column.

        Without the territory where the column has no other one to tell it `apart` from.
        """
        remarks = [short_basis(self.basis), UNCONFIRMED if self.assumed else ""]
        behind = ", ".join(text for text in remarks if text)
        where = TERRITORY_SHORT_NAMES[self.territory] if apart else ""
        name = ", ".join(text for text in (self.baseline, where) if text)
        target = f"{name}: {self.printed}" if name else self.printed
        return f"{target} ({behind})" if behind else target


def known_by(revisions: Sequence[TargetRevision], day: dt.date) -> tuple[TargetRevision, ...]:
    """Those that hold by that day, in their own order."""
    return tuple(r for r in revisions if r.effective_on <= day)


def named_basis(basis: str) -> str:
    """A numbered document by kind and number; any other in its own words.

    >>> named_basis("Nghị quyết số 42/NQ-HĐND ngày 25/07/2025 của HĐND thành phố")
    'Nghị quyết số 42/NQ-HĐND'
    >>> named_basis("Hội nghị của UBND tỉnh Hải Dương ngày 14/01/2025")
    'Hội nghị của UBND tỉnh Hải Dương ngày 14/01/2025'
    """
    found = _NUMBERED.match(basis)
    return f"{found['kind'].strip()} số {found['number']}" if found else basis


def short_basis(basis: str) -> str:
    """A numbered document as a column names it; empty for one without a number.

    >>> short_basis("Nghị quyết số 42/NQ-HĐND ngày 25/07/2025 của HĐND thành phố")
    'NQ 42/NQ-HĐND'
    >>> short_basis("Hội nghị của UBND tỉnh Hải Dương ngày 14/01/2025")
    ''
    """
    found = _NUMBERED.match(basis)
    if found is None:
        return ""
    kind = found["kind"].strip()
    return f"{_INITIALS.get(kind.lower(), kind)} {found['number']}"


def papers_said(bases: Iterable[str], known: str = "") -> str:
    """The numbered documents in full, each once, as a paper names them before it shortens them.

    Without those that `known` words, which stand before, have named.

    >>> numbered = "Nghị quyết số 42/NQ-HĐND ngày 25/07/2025 của HĐND thành phố"
    >>> papers_said([numbered, "Hội nghị ngày 14/01/2025", numbered])
    'Nghị quyết số 42/NQ-HĐND ngày 25/07/2025 của HĐND thành phố'
    >>> papers_said([numbered], "theo Nghị quyết số 42/NQ-HĐND ngày 25/07/2025")
    ''
    """
    found = dict.fromkeys(basis for basis in bases if _NUMBERED.match(basis))
    return "; ".join(basis for basis in found if named_basis(basis) not in known)


def initials_said(revisions: Iterable[TargetRevision]) -> str:
    """What the initials stand for by which columns name numbered documents, as a sentence; "" for
    none."""
    found = {revision.basis: short_basis(revision.basis) for revision in revisions}
    told = "; ".join(f"{short} là {basis}" for basis, short in found.items() if short)
    return f"Viết tắt: {told}." if told else ""


def first_in_full(texts: Sequence[str], bases: Iterable[str]) -> list[str]:
    """The texts in which each numbered document is named in full where it is named first.

    >>> numbered = "Nghị quyết số 42/NQ-HĐND ngày 25/07/2025"
    >>> first_in_full(["Nghị quyết số 42/NQ-HĐND: 12", "Nghị quyết số 42/NQ-HĐND: 9"], [numbered])
    ['Nghị quyết số 42/NQ-HĐND ngày 25/07/2025: 12', 'Nghị quyết số 42/NQ-HĐND: 9']
    """
    told = list(texts)
    for basis in dict.fromkeys(bases):
        named = named_basis(basis)
        first = next((at for at, text in enumerate(told) if named in text), None)
        if first is not None and basis not in told[first]:
            told[first] = told[first].replace(named, basis, 1)
    return told

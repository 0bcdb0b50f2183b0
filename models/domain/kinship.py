"""Heirs and predecessors in the evidence: whose duty it is that an address or a letter speaks for.

Duties pass on within a cycle and between cycles, while mail goes on under old addresses, in old
threads and on old workbooks. Every piece of evidence is led to the agency that the cycle asked; one
that leads to several leaves it to the other evidence, else to a person.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from models.domain.agencies import Register
from models.domain.attribution import Evidence, EvidenceKind

_WORKBOOK = (EvidenceKind.SIGNED_IDENTITY, EvidenceKind.GUESSED_CONTENT)
_LETTER = (EvidenceKind.REPLY_TOKEN, EvidenceKind.THREAD_REFERENCE)
_SENDER = (
    EvidenceKind.REGISTERED_SENDER,
    EvidenceKind.REGISTERED_DOMAIN,
    EvidenceKind.CLAIMED_SENDER,
    EvidenceKind.FORMER_DOMAIN,
)


@dataclass(frozen=True)
class Kinship:
    """Who was asked in which cycle, and who answers for whom on the day something arrived."""

    register: Register
    day: dt.date  # of receipt
    current: str  # the cycle that those mean who name none
    asked: Callable[[str, str], bool]  # cycle, agency

    def lead(self, evidence: Sequence[Evidence]) -> list[Evidence]:
        """The evidence, each piece led to the agencies that were asked; itself where nobody is.

        A workbook names its agency, or those who were asked in its place. A letter of ours and a
        sender mean the agency they bear, or those asked in its place in the current cycle; where
        the workbook (for a sender: else the letter) names another of the same kin, that one too.
        """
        if not any(line.on <= self.day for line in self.register.successions):
            return list(evidence)
        workbook = [led for p in evidence if p.kind in _WORKBOOK for led in self._of_workbook(p)]
        claimed = [p.agency for p in workbook]
        letters = [led for p in evidence if p.kind in _LETTER for led in self._of_letter(p)]
        meant = claimed or [p.agency for p in letters]
        found: list[Evidence] = []
        for piece in evidence:
            if piece.kind in _WORKBOOK:
                found += self._of_workbook(piece)
            elif piece.kind in _LETTER:
                found += self._with_kin(piece, self._of_letter(piece), claimed)
            elif piece.kind in _SENDER:
                found += self._with_kin(piece, self._of_sender(piece), meant)
            else:
                found.append(piece)
        return found

    def heirs_asked(self, agency: str, cycle: str) -> list[str]:
        """Who was asked in the cycle in the place of an agency that was not."""
        if self.asked(cycle, agency):
            return []
        heirs = self.register.successions.heirs_of(agency, self.day)
        return [heir for heir in heirs if heir != agency and self.asked(cycle, heir)]

    def _of_workbook(self, piece: Evidence) -> list[Evidence]:
        heirs = self.heirs_asked(piece.agency, piece.cycle)
        return [self._standing_in(piece, heir) for heir in heirs] or [piece]

    def _of_letter(self, piece: Evidence) -> list[Evidence]:
        """An old letter goes on meaning its agency, and those who were asked since in its place."""
        if not self.current or piece.cycle == self.current:
            return [piece]
        heirs = self.heirs_asked(piece.agency, self.current)
        later = (replace(self._standing_in(piece, heir), cycle=self.current) for heir in heirs)
        return [piece, *later]

    def _of_sender(self, piece: Evidence) -> list[Evidence]:
        cycle, agency = piece.cycle, piece.agency
        if self.asked(cycle, agency):
            return [piece]
        before = self.register.successions.predecessors_of(agency, self.day)
        stand_in = self.heirs_asked(agency, cycle) or [p for p in before if self.asked(cycle, p)]
        return [self._standing_in(piece, code) for code in stand_in] or [piece]

    def _with_kin(
        self, piece: Evidence, led: list[Evidence], named: Iterable[str]
    ) -> list[Evidence]:
        """With those of the agency's kin whom other evidence names, where it means none of them."""
        wanted = list(dict.fromkeys(named))
        if any(p.agency in wanted for p in led):
            return led
        kin = self.register.successions.kin_of(piece.agency, self.day)
        return [*led, *(self._standing_in(piece, code) for code in wanted if code in kin)]

    def _standing_in(self, piece: Evidence, agency: str) -> Evidence:
        """The piece as it speaks for another of the kin, and how a sentence says so."""
        if agency == piece.agency:
            return piece
        own, other = (self._name(code) for code in (piece.agency, agency))
        heirs = self.register.successions.heirs_of(piece.agency, self.day)
        link = "nay là" if agency in heirs else "kế thừa"
        spoken = f"{own} ({link} {other})"
        return replace(piece, agency=agency, stands_for=piece.agency, spoken=spoken)

    def _name(self, code: str) -> str:
        agency = self.register.agencies.get(code)
        return agency.name if agency else code

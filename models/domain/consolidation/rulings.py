"""Rulings: a person has decided which of two contradicting values stands."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from models.domain.consolidation.conflicts import Conflict, ConflictKind, StandsBecause
from models.domain.consolidation.evidence import Figure
from models.domain.consolidation.indicators import IndicatorLine, ScenarioLine, with_standing
from models.domain.cycle.letter_phrases import office_opinion, within
from models.domain.register.catalogue import PERIODS, Equivalence
from models.domain.register.territories import Territory

CODE_LENGTH = 8  # letters by which a person names a conflict


class Side(StrEnum):
    """Which of a conflict's two values."""

    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class ConflictRuling:
    """Which side stands, by whom and why."""

    side: Side
    by: str
    reason: str
    number: int = 0  # its place in the book of decisions
    times: str = ""  # when it was entered and from when on it holds, a sentence part
    on: dt.date | None = None  # the day it was taken, in Hanoi

    def __str__(self) -> str:
        """The ruling as fingerprints hold it, which do not change with the names of the code.

        >>> str(ConflictRuling(Side.LEFT, "Hà", "Số mới hơn.", 3))
        "Ruling(side=<Side.LEFT: 'left'>, by='Hà', reason='Số mới hơn.', number=3)"
        """
        side = f"<Side.{self.side.name}: {self.side.value!r}>"
        return f"Ruling(side={side}, by={self.by!r}, reason={self.reason!r}, number={self.number})"

    @property
    def said(self) -> str:
        """The ruling in one sentence part, with its times.

        >>> ConflictRuling(Side.LEFT, "Hà", "Số mới hơn.", 3, "ghi lúc 09:00").said
        'Hà: Số mới hơn (ý kiến xử lý của Văn phòng UBND thành phố, ghi lúc 09:00).'
        """
        if not self.times:
            return f"{self.by}: {self.reason}"
        taken = f"{within(self.named)}, {self.times}"
        return f"{self.by}: {self.reason.rstrip(' .')} ({taken})."

    @property
    def named(self) -> str:
        """By what the decision is known in a narrow column.

        >>> ConflictRuling(Side.LEFT, "Hà", "Số mới hơn.", 4, "", dt.date(2025, 11, 19)).named
        'Ý kiến xử lý của Văn phòng UBND thành phố ngày 19/11/2025'
        """
        return office_opinion(self.on)

    @property
    def said_to_agencies(self) -> str:
        """The ruling without the person and the number, which are the office's own matter.

        >>> day = dt.date(2025, 12, 5)
        >>> ConflictRuling(Side.LEFT, "Hà", "Số mới hơn.", 3, on=day).said_to_agencies
        'Ý kiến xử lý của Văn phòng UBND thành phố ngày 05/12/2025: Số mới hơn.'
        """
        return f"{self.named}: {self.reason}"


Rulings = Mapping[str, ConflictRuling]  # by code of the conflict


def code_of(conflict: Conflict) -> str:
    """A short name of a conflict that stays while both values do.

    A running number would be another conflict's tomorrow. A value that changes makes a conflict
    nobody has ruled on.
    """
    parts = [
        conflict.kind.value,
        conflict.row.code,
        conflict.other_row.code,
        conflict.period,
        *(f"{f.agency} {f.column} {_notation_free(f)}" for f in (conflict.left, conflict.right)),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:CODE_LENGTH]


def _notation_free(figure: Figure) -> str:
    """The number however it was typed: 126.000 and 126.000,0 are one value."""
    return "" if figure.number is None else format(figure.number.normalize(), "f")


def ruled(
    conflicts: Sequence[Conflict], rulings: Rulings, equivalences: Sequence[Equivalence] = ()
) -> list[Conflict]:
    """The conflicts, those that were ruled on standing by their ruling.

    A ruling between two agencies on the year's value carries to the same two agencies' conflict on
    an equivalent row, where both values of the one convert to both of the other: it is one
    question. Where they do not, the other stays open. Of several rulings on one value of one row,
    among three reporters, the last one holds: a row has one standing value.
    """
    last = _last_on_each_value(conflicts, rulings)
    direct = [_ruled(c, last.get(code_of(c))) for c in conflicts]
    decided = [c for c in direct if not c.is_open and _is_of_the_year(c)]
    return [_carried(c, decided, equivalences) for c in direct]


def _last_on_each_value(conflicts: Sequence[Conflict], rulings: Rulings) -> Rulings:
    found: dict[tuple[str, str, object], tuple[str, ConflictRuling]] = {}
    kept: dict[str, ConflictRuling] = {}
    for conflict in conflicts:
        code = code_of(conflict)
        ruling = rulings.get(code)
        if ruling is None:
            continue
        if conflict.kind is ConflictKind.EQUIVALENT:
            kept[code] = ruling
            continue
        value = (conflict.row.code, conflict.period, conflict.territory)
        if value not in found or found[value][1].number < ruling.number:
            found[value] = (code, ruling)
    return kept | dict(found.values())


def _is_of_the_year(conflict: Conflict) -> bool:
    plain = conflict.kind is ConflictKind.REPORTERS and conflict.territory is None
    return plain and conflict.period in ("", PERIODS[-1])


def _carried(
    conflict: Conflict, decided: Sequence[Conflict], equivalences: Sequence[Equivalence]
) -> Conflict:
    if not conflict.is_open or not _is_of_the_year(conflict):
        return conflict
    values = {f.agency: f for f in (conflict.left, conflict.right)}
    for other in decided:
        theirs = {f.agency: f for f in (other.left, other.right)}
        if theirs.keys() == values.keys() and any(
            all(_converts(e, other, theirs[a], conflict, values[a]) for a in values)
            for e in equivalences
        ):
            return replace(
                conflict,
                stands=values[other.stands.agency],
                because=StandsBecause.RULING,
                ruling=f"{other.ruling.rstrip(' .')} (đã quyết định tại {other.number}).",
                decision=other.decision,
                ruling_to_agencies=(
                    f"{other.ruling_to_agencies.rstrip(' .')} (đã có ý kiến tại {other.number})."
                ),
            )
    return conflict


def _converts(
    equivalence: Equivalence, one: Conflict, figure: Figure, two: Conflict, other: Figure
) -> bool:
    """Whether both figures are one by that equivalence, whichever row is its left one."""
    if equivalence.period not in ("", PERIODS[-1]):
        return False
    if (one.row.code, two.row.code) == (equivalence.right, equivalence.left):
        figure, other = other, figure
    elif (one.row.code, two.row.code) != (equivalence.left, equivalence.right):
        return False
    if figure.number is None or other.number is None:
        return False
    return abs(equivalence.to_right(figure.number) - other.number) <= equivalence.tolerance


def _ruled(conflict: Conflict, ruling: ConflictRuling | None) -> Conflict:
    if ruling is None:
        return conflict
    stands = conflict.left if ruling.side is Side.LEFT else conflict.right
    said, to_agencies = ruling.said, ruling.said_to_agencies
    if conflict.kind is ConflictKind.EQUIVALENT:
        both = "(chỉ tiêu ở cả hai vị trí được đánh giá theo số này)."
        said, to_agencies = (f"{told.rstrip(' .')} {both}" for told in (said, to_agencies))
    return replace(
        conflict,
        stands=stands,
        because=StandsBecause.RULING,
        ruling=said,
        decision=ruling.named,
        ruling_to_agencies=to_agencies,
    )


def judged_instead(
    conflicts: Sequence[Conflict], equivalences: Sequence[Equivalence]
) -> dict[str, Decimal]:
    """By row, in its own unit: the value it is judged by where a person ruled against its own.

    Of two rows that state one measure the reported values stay as they were sent, each with its
    source; met or not met can be only one of the two, and that is the ruled value's to say.
    """
    found: dict[str, Decimal] = {}
    for conflict in conflicts:
        if conflict.kind is not ConflictKind.EQUIVALENT or conflict.is_open:
            continue
        if conflict.stands is conflict.right:
            found[conflict.row.code] = conflict.right_value
            continue
        for one in equivalences:
            same = (one.left, one.right) == (conflict.row.code, conflict.other_row.code)
            if same and conflict.left.number is not None:
                found[conflict.other_row.code] = one.to_right(conflict.left.number)
    return found


def indicators_after(
    indicators: Sequence[IndicatorLine], conflicts: Sequence[Conflict]
) -> list[IndicatorLine]:
    """The indicators, with the report that was ruled to stand where the lead's does not."""
    agencies = {
        c.row.code: c.stands.agency
        for c in conflicts
        if c.because is StandsBecause.RULING
        and c.kind is ConflictKind.REPORTERS
        and c.territory is None
        and c.stands is c.right
    }
    return [
        with_standing(line, agencies[line.row.code]) if line.row.code in agencies else line
        for line in indicators
    ]


def stands_elsewhere(conflicts: Sequence[Conflict]) -> dict[tuple[str, Territory], Figure]:
    """The figures that were ruled to stand for other territories, by row and territory."""
    return {
        (c.row.code, c.territory): c.stands
        for c in conflicts
        if c.territory is not None
        and c.because is StandsBecause.RULING
        and c.stands is c.right  # the left one stands anyhow
    }


def scenario_after(
    scenario: Sequence[ScenarioLine], conflicts: Sequence[Conflict]
) -> list[ScenarioLine]:
    """The scenario, with the figures that were ruled to stand."""
    figures = {
        (c.row.code, c.period): c.stands
        for c in conflicts
        if c.because is StandsBecause.RULING and c.kind is not ConflictKind.EQUIVALENT
    }
    return [
        replace(
            line,
            updated={p: figures.get((line.row.code, p), f) for p, f in line.updated.items()},
        )
        for line in scenario
    ]

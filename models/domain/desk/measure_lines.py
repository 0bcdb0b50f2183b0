"""Indicators as the desk lists them: one line each, whatever its cycle asked for.

A line is found by words, agency, appendix, judgement, or because it waits for a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from models.domain.consolidation import Conflict, Consolidation, Figure, IndicatorLine, Members
from models.domain.consolidation.member_wording import members_said, verdict_said
from models.domain.consolidation.verdicts import PersonAsked
from models.domain.consolidation.wording import JUDGEMENT_NAMES
from models.domain.desk.lists import has_words, search_key, words_of
from models.domain.register.catalogue import CatalogueRow
from models.domain.register.targets import Judgement
from models.domain.register.territories import TERRITORY_SHORT_NAMES
from models.domain.review import Review, ReviewIndicator
from models.domain.review.wording import COMMITMENT_NAMES, OUTCOME_NAMES

NO_VALUE = "none"  # in an address: of what nobody gave a value for


class RowNames(Protocol):
    """How rows and agencies are called."""

    @property
    def places(self) -> Mapping[str, str]:
        """Where rows stand in the directive, by code."""

    @property
    def rows(self) -> Mapping[str, str]:
        """The rows' names, by code."""

    def agency(self, code: str) -> str:
        """The agency's name."""


@dataclass(frozen=True)
class MeasureLine:
    """One indicator. Of several figures the first stands, the others are for comparison.

    `together` says what many who lead it together come to; then no figure is the row's.
    """

    order: int
    row: CatalogueRow
    place: str
    name: str
    target: str
    reporters: Sequence[str]
    agencies: frozenset[str]  # who reported, and who was to
    together: str
    provisional: bool
    conflicts: Sequence[Conflict]
    searched: str
    commitments: Sequence[Figure] = ()
    to_date: Figure | None = None
    as_of: Figure | None = None
    values: Sequence[Figure] = ()
    judgement: Judgement = Judgement.UNKNOWN
    has_value: bool = False
    said: str = ""  # the judgement in words
    why: str = ""  # why it is so, or is not judged; "" where nothing is to be said
    kept: str = ""  # how the promise was kept, in words
    distance: Decimal | None = None
    asked: Sequence[PersonAsked] = ()

    @property
    def waits(self) -> bool:
        """Whether a person has yet to rule or to judge."""
        return any(c.is_open for c in self.conflicts) or any(a.waits for a in self.asked)

    @property
    def state(self) -> str:
        """By which it is filtered: its judgement, or that nobody gave a value."""
        return self.judgement.value if self.has_value else NO_VALUE


def plan_measures(found: Consolidation, names: RowNames) -> list[MeasureLine]:
    """The commitments of a plan."""
    made = _Lines(names, found.conflicts)
    return [made.of_plan(order, line) for order, line in enumerate(found.indicators)]


def review_measures(found: Consolidation, review: Review, names: RowNames) -> list[MeasureLine]:
    """The results of a review."""
    made = _Lines(names, found.conflicts)
    return [made.of_review(order, one) for order, one in enumerate(review.indicators)]


class _Lines:
    def __init__(self, names: RowNames, conflicts: Iterable[Conflict]) -> None:
        self._names = names
        self._conflicts: dict[str, list[Conflict]] = {}
        for conflict in conflicts:
            for code in dict.fromkeys((conflict.row.code, conflict.other_row.code)):
                self._conflicts.setdefault(code, []).append(conflict)

    def of_plan(self, order: int, line: IndicatorLine) -> MeasureLine:
        standing, asked = line.standing, line.asked
        given = [r.value for r in line.speaking if r.value is not None and r is not standing]
        own = [standing.value] if standing and standing.value else []
        has_value = not line.uncommitted
        said = JUDGEMENT_NAMES[line.judgement] if has_value else "Chưa cam kết"
        return replace(
            self._line(order, line, line.row.target_shown),
            commitments=[*own, *given],
            judgement=line.judgement,
            has_value=has_value,
            said=_together_said(line.members, JUDGEMENT_NAMES, said),
            why=(asked.why_it_waits or asked.by_person) if asked else "",
            asked=line.every_asked,
        )

    def of_review(self, order: int, one: ReviewIndicator) -> MeasureLine:
        result, has_value = one.result, one.has_value
        said = OUTCOME_NAMES[one.outcome] if has_value else "Chưa có số liệu"
        if has_value and result is not None and result.territory is not one.territory:
            said += f" (theo số {TERRITORY_SHORT_NAMES[result.territory]})"
        target = result.target if result and result.target else one.target
        printed = target.printed if target else one.row.target_shown
        if target and result and result.value and target.territory is not result.territory:
            printed += f" ({TERRITORY_SHORT_NAMES[target.territory]})"
        is_open = one.outcome in (Judgement.AWAITING, Judgement.UNKNOWN)
        why = one.why_open if has_value and is_open else ""
        return replace(
            self._line(order, one.line, printed),
            commitments=[one.commitment] if one.commitment else [],
            to_date=one.to_date,
            as_of=one.as_of,
            values=result.reports if result and not one.members else (),
            judgement=one.outcome,
            has_value=has_value,
            said=_together_said(one.members, OUTCOME_NAMES, said),
            why=one.by_person or why,
            kept=COMMITMENT_NAMES[one.commitment_judgement],
            distance=one.distance,
            asked=list(one.asked),
        )

    def _line(self, order: int, line: IndicatorLine, target: str) -> MeasureLine:
        row, names = line.row, self._names
        reporters = [r.agency for r in line.reports if r.told is not None]
        named = [a.collective or a.agency for a in row.agencies]
        place, name = names.places[row.code], names.rows[row.code]
        known = [names.agency(code) for code in dict.fromkeys([*named, *reporters])]
        return MeasureLine(
            order=order,
            row=row,
            place=place,
            name=name,
            target=target,
            reporters=reporters,
            agencies=frozenset([*(a.agency for a in row.agencies), *reporters]),
            together=members_said(line.members, row.unit, names.agency) if line.members else "",
            provisional=line.provisional,
            conflicts=self._conflicts.get(row.code, ()),
            searched=search_key(place, name, row.unit, target, *known),
        )


def _together_said(members: Members | None, names: Mapping[Judgement, str], otherwise: str) -> str:
    return verdict_said(members, names) if members is not None else otherwise


# --- Finding and sorting --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MeasureFilter:
    """What is looked for; "" takes all."""

    words: str = ""  # with or without tone marks
    agency: str = ""
    appendix: str = ""
    state: str = ""  # a judgement, or NO_VALUE
    waiting: bool = False

    def taken(self, lines: Iterable[MeasureLine]) -> Iterator[MeasureLine]:
        """The lines that fit, in their order."""
        words = words_of(self.words)
        for line in lines:
            if (
                has_words(words, line.searched)
                and (not self.agency or self.agency in line.agencies)
                and (not self.appendix or line.row.appendix.value == self.appendix)
                and (not self.state or line.state == self.state)
                and (not self.waiting or line.waits)
            ):
                yield line


class MeasureOrder(StrEnum):
    """By what lines are sorted; as an address says it."""

    PRINTED = "thu-tu"
    NAME = "ten"
    JUDGEMENT = "danh-gia"
    DISTANCE = "chenh-lech"
    REPORTERS = "bao-cao"


_WORST_FIRST = (
    Judgement.NOT_MET,
    Judgement.AWAITING,
    Judgement.UNKNOWN,
    Judgement.FLOOR_MET,
    Judgement.MET,
    Judgement.EXCEEDED,
)
_KEYS: Mapping[MeasureOrder, Callable[[MeasureLine], tuple[Any, ...]]] = {
    MeasureOrder.PRINTED: lambda line: (line.order,),
    MeasureOrder.NAME: lambda line: (search_key(line.name),),
    MeasureOrder.JUDGEMENT: lambda line: (not line.has_value, _WORST_FIRST.index(line.judgement)),
    MeasureOrder.DISTANCE: lambda line: (line.distance,),
    MeasureOrder.REPORTERS: lambda line: (len(line.reporters),),
}


def in_order(lines: Iterable[MeasureLine], asked: str) -> tuple[list[MeasureLine], str]:
    """The lines in the order asked for, and that order's name; "-" before it: turned round.

    What has no distance stands last either way, equals stand as printed.
    """
    orders = {order.value: order for order in MeasureOrder}
    order = orders.get(asked.removeprefix("-"), MeasureOrder.PRINTED)
    backwards = asked.startswith("-") and asked.removeprefix("-") in orders
    found = sorted(lines, key=lambda line: line.order)
    by_distance = order is MeasureOrder.DISTANCE
    missing = [line for line in found if by_distance and line.distance is None]
    known = [line for line in found if not (by_distance and line.distance is None)]
    known.sort(key=_KEYS[order], reverse=backwards)
    return [*known, *missing], f"{'-' if backwards else ''}{order.value}"

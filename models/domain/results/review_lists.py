"""The short lists of the note on a review: targets missed and tasks overdue, what is new first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from models.domain.consolidation.member_wording import members_said
from models.domain.cycle.letter_phrases import (
    alike,
    shown_number,
)
from models.domain.letters.letters import Table
from models.domain.register.catalogue import Catalogue
from models.domain.register.target_revisions import UNCONFIRMED
from models.domain.register.targets import Judgement, format_target
from models.domain.results.summary_words import (
    Words,
    cut_table,
    in_brackets,
)
from models.domain.review import (
    Review,
    ReviewIndicator,
    ReviewTask,
    TaskBucket,
    TerritoryResult,
)
from models.domain.review.member_wording import done_said
from models.domain.review.states import ValueStatus
from models.domain.review.wording import (
    BUCKET_NAMES,
    ground_named,
    status_on,
)

_NEW = "(mới)"  # a row that was not in this list of the report before


def review_tables(review: Review, words: Words, changed: Container[str]) -> Iterable[Table]:
    """Indicators missed and tasks overdue: names in columns that a telephone shows."""
    missed = _families_first(
        [i for i in review.indicators if i.outcome is Judgement.NOT_MET], words.catalogue
    )
    rows = [_ListRow(i.row.code in changed, _missed(i, words), _of_which(i)) for i in missed]
    yield _new_first("Chỉ tiêu không đạt", ("Chỉ tiêu", "Giao", "Cả năm"), rows, (1, 2))
    overdue = longest_first(review.tasks_in(TaskBucket.OVERDUE))
    rows = [
        _ListRow(t.row.code in changed, (_task_name(t, words), words.agency(t.led_by), _limit(t)))
        for t in overdue
    ]
    title = f"Nhiệm vụ {BUCKET_NAMES[TaskBucket.OVERDUE].lower()}"
    yield _new_first(title, ("Nhiệm vụ", "Cơ quan", "Thời hạn"), rows, ())


@dataclass(frozen=True, slots=True)
class _ListRow:
    """A row of a short list: whether the last report's had it not, its cells, and of which figures
    it is («toàn thành phố, chính thức»); "" for the city's part that goes without saying."""

    is_new: bool
    cells: tuple[str, ...]
    figures: str = ""


def _new_first(
    title: str, header: Sequence[str], rows: Iterable[_ListRow], numeric: Sequence[int]
) -> Table:
    """The table's first rows, those before all others that were not in the last report's, marked so
    where some were. What all that are shown have in common is said once, in the header."""
    told = sorted(rows, key=lambda row: not row.is_new)
    mark = f" {_NEW}" if not all(row.is_new for row in told) else ""
    shown = cut_table(title, header, [row.cells for row in told], numeric)
    first = told[: len(shown.rows)]
    common = {row.figures for row in first}
    once = next(iter(common)) if len(common) == 1 and len(first) > 1 else ""
    cells = [
        (
            f"{row.cells[0]}{'' if once else in_brackets([row.figures])}"
            f"{mark if row.is_new else ''}",
            *row.cells[1:],
        )
        for row in first
    ]
    told_once = f" (số {once})" if once else ""
    return replace(shown, header=(f"{header[0]}{told_once}", *header[1:]), rows=cells)


def longest_first(tasks: Iterable[ReviewTask]) -> list[ReviewTask]:
    """By the day they were due, the earliest first; of one day in the directive's order."""
    return sorted(tasks, key=lambda task: task.deadline or task.row.deadline or dt.date.max)


def _families_first(
    indicators: Sequence[ReviewIndicator], catalogue: Catalogue
) -> list[ReviewIndicator]:
    """One of each family before any other of it, since a short list shows but the first rows.

    A row, those under it, and the row that states the same measure elsewhere are one family.
    """
    twins = {one.right: one.left for one in catalogue.equivalences if not one.period}
    seen: set[str] = set()
    first: list[ReviewIndicator] = []
    others: list[ReviewIndicator] = []
    for one in indicators:
        head = one.row.parent or one.row.code
        head = twins.get(head, head)
        (others if head in seen else first).append(one)
        seen.add(head)
    return [*first, *others]


def _missed(one: ReviewIndicator, words: Words) -> tuple[str, ...]:
    """A target that was missed: what was set and what was reached, with as many decimals."""
    result = one.result
    value = result.value if result else None
    target = format_target(result.target.target) if result and result.target else ""
    plain = plain_target(result)
    shown = alike((plain, value.number if value else None))
    return (
        words.with_unit(one.row),
        f"{target if plain is None else shown[0]}{_awaits_confirmation(result)}",
        _reached(one, words) if one.members is not None else shown[1],
    )


def _of_which(one: ReviewIndicator) -> str:
    """Of which ground its figure is, and whether it is final."""
    final = one.result is not None and status_on(one, one.result.territory) is ValueStatus.ACTUAL
    return ", ".join(part for part in (ground_named(one), "chính thức" if final else "") if part)


def _awaits_confirmation(result: TerritoryResult | None) -> str:
    """What stands behind a target that the office has not confirmed yet; "" for any other."""
    assumed = result is not None and result.target is not None and result.target.assumed
    return f" ({UNCONFIRMED})" if assumed else ""


def _task_name(task: ReviewTask, words: Words) -> str:
    """The name; of one that many lead together, how many of them are done."""
    name = words.task(task.row)
    return f"{name} ({done_said(task)})" if task.members else name


def _limit(task: ReviewTask) -> str:
    deadline = task.row.deadline if task.members else task.deadline
    return f"{deadline:%d/%m/%Y}" if deadline else ""


def _reached(one: ReviewIndicator, words: Words) -> str:
    """The value of the year; of many who lead together, how they came out."""
    if one.members is not None:
        return members_said(one.members, one.row.unit, words.agency)
    value = one.result.value if one.result else None
    return shown_number(value.number) if value and value.number is not None else ""


def plain_target(result: TerritoryResult | None) -> Decimal | None:
    """The target where it is one number; None for a range, words or none."""
    target = result.target.target if result and result.target else None
    return target.value if target is not None and target.is_plain else None

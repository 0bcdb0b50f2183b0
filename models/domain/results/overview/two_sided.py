"""Where one measure is counted on two sides: by two figures, or by two grounds with two targets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from models.domain.consolidation import Conflict
from models.domain.cycle.letter_phrases import counts_said, number_text
from models.domain.register.catalogue import Catalogue, CatalogueRow
from models.domain.register.targets import Judgement
from models.domain.register.targets_in_force import NO_LEVEL
from models.domain.register.territories import TERRITORY_SHORT_NAMES, Territory
from models.domain.results.report_text import (
    Citations,
    ReportNames,
    Text,
    joined,
    number,
    places_of,
    unit_behind,
    words,
)
from models.domain.review.lines import ReviewIndicator
from models.domain.review.review import Review
from models.domain.review.wording import OUTCOME_NAMES


def judged_twice(
    conflicts: Sequence[Conflict], review: Review, names: ReportNames, cites: Citations
) -> Iterator[Text]:
    """Measures that the directive states in two rows, whose two figures, of which nobody has
    decided, are counted each in its own row and come out otherwise."""
    known = {one.row.code: one for one in review.indicators}
    found = []
    for conflict in conflicts:
        sides = [known.get(row.code) for row in (conflict.row, conflict.other_row)]
        left, right = sides
        if not conflict.each_stands or conflict.period or left is None or right is None:
            continue
        if left.outcome is not right.outcome:
            found.append(_both_sides(conflict, (left, right), names, cites))
    if found:
        yield (
            words("Chưa thống nhất số liệu, đang được tính theo cả hai số: ")
            + joined(found, "; ")
            + words(" (phần IV).")
        )


def _both_sides(
    conflict: Conflict,
    sides: Sequence[ReviewIndicator],
    names: ReportNames,
    cites: Citations,
) -> Text:
    values = (conflict.left.number, conflict.right_value)
    shown = [number(v, places_of(*values)) for v in values if v is not None]
    unit = unit_behind(conflict.row)
    counted = ", ".join(
        f"{OUTCOME_NAMES[one.outcome].lower()} tại {names.place(one.row)}" for one in sides
    )
    return (
        words(f"{conflict.number} {names.row(conflict.row)} ({' và '.join(shown)}{unit}")
        + cites.cite(conflict.left, conflict.right)
        + words(f") đang tính {counted}")
    )


def measures_said(
    rows: Sequence[CatalogueRow], catalogue: Catalogue, *, doubled: bool = False
) -> str:
    """How many measures the rows are, where the directive states some of them in two rows, and with
    `doubled` how many it does; "" where each row is a measure of its own."""
    codes = {row.code for row in rows}
    pairs = {
        (one.left, one.right)
        for one in catalogue.equivalences
        if not one.period and codes >= {one.left, one.right}
    }
    if not pairs:
        return ""
    said = f"{number_text(len(codes) - len(pairs))} số đo"
    twice = f"; {number_text(len(pairs))} số đo nêu ở cả hai phụ lục" if doubled else ""
    return said + twice


# --- By another ground ----------------------------------------------------------------------------


def _elsewhere(review: Review) -> list[ReviewIndicator]:
    """The indicators that are counted by other ground than the directive's."""
    return [one for one in review.indicators if one.has_value and one.elsewhere]


def _why_unknown(found: Sequence[ReviewIndicator], ground: str) -> str:
    """Why some cannot be judged: that nothing is set for the ground; "" where it is something
    else."""
    unknown = [one for one in found if one.outcome is Judgement.UNKNOWN]
    unset = sum(one.result is None or one.result.target is None for one in unknown)
    if not unset:
        return ""
    if unset == len(unknown):
        return f" vì {NO_LEVEL} cho {ground}"
    return f" (trong đó {number_text(unset)} {NO_LEVEL} cho {ground})"


def _own_outcome(one: ReviewIndicator) -> Judgement | None:
    """What the directive's own ground comes to by the directive; None where nobody tells it."""
    own = one.grounds.get(one.territory)
    return own.judgement if own is not None and own.value is not None else None


def judged_elsewhere(review: Review, names: ReportNames) -> Iterator[Text]:
    """Which indicators are counted by another ground's figures and targets, how they come out, and
    how the directive's own ground does by the directive."""
    found = _elsewhere(review)
    if not found:
        return
    own, whole = (TERRITORY_SHORT_NAMES[t] for t in (review.territory, Territory.WHOLE))
    places = ", ".join(names.place(one.row) for one in found)
    counted = _outcomes([one.outcome for one in found], _why_unknown(found, whole))
    told = [outcome for one in found if (outcome := _own_outcome(one)) is not None]
    beside = f"; riêng số {own} so với mức Chỉ thị giao: {_outcomes(told)}" if told else ""
    yield words(
        f"{number_text(len(found))} chỉ tiêu ({places}) được tính theo {whole}, "
        f"vì chính các dòng ấy không có số {own}: {counted}{beside}."
    )


def _outcomes(outcomes: Sequence[Judgement], why_unknown: str = "") -> str:
    counts = Counter(outcomes)
    why = {Judgement.UNKNOWN: why_unknown}
    said = (
        (f"{{}} {name[:1].lower()}{name[1:]}{why.get(j, '')}", counts[j])
        for j, name in OUTCOME_NAMES.items()
    )
    return counts_said(*said, between=", ")


def row_elsewhere(review: Review) -> tuple[str, list[Judgement]] | None:
    """For the table of outcomes: what the indicators counted by another ground would come to by the
    directive's own, and how the row is called; None where there are none."""
    found = _elsewhere(review)
    told = [outcome for one in found if (outcome := _own_outcome(one)) is not None]
    if not told:
        return None
    own, whole = (TERRITORY_SHORT_NAMES[t] for t in (review.territory, Territory.WHOLE))
    return (
        f"Trong đó {number_text(len(told))} chỉ tiêu được tính theo {whole}: kết quả nếu tính theo "
        f"số {own} và mức Chỉ thị giao",
        told,
    )

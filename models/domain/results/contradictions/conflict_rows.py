"""Rows of the conflicts' table, and sentences on wholes that their parts do not fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from models.domain.consolidation import Conflict, StandsBecause
from models.domain.consolidation.conflicts import (
    NOT_TOLD,
    BothToDate,
    ToDate,
    to_date_said,
)
from models.domain.consolidation.whole_wording import whole_said
from models.domain.consolidation.wholes import WholeAndParts
from models.domain.consolidation.wording import REASON_NAMES
from models.domain.notation.vietnamese_text import one_line
from models.domain.register.catalogue import Appendix, period_phrase
from models.domain.register.territories import TERRITORY_SHORT_NAMES
from models.domain.results.report_text import (
    Citations,
    ReportNames,
    Text,
    joined,
    number,
    places_of,
    shortened,
    words,
)
from models.domain.review.pace_wording import INDEX_PLACES

Row = Mapping[str, Text]


def conflict_row(
    conflict: Conflict, names: ReportNames, cites: Citations, now: BothToDate = NOT_TOLD
) -> Row:
    """Both values with who says what and what each is to date, which one stands, and why; that the
    two are farther apart to date than for the year."""
    target = conflict.row.target
    plain = target.value if target is not None and target.is_plain else None
    places = places_of(conflict.left.number, conflict.right.number, conflict.right_value, plain)
    if conflict.row.appendix is Appendix.II:
        places = max(places, INDEX_PLACES)
    if conflict.row.unit != conflict.other_row.unit:
        places = places_of(conflict.left.number, conflict.right_value)
    own = None if conflict.row.unit != conflict.other_row.unit else places
    left = words(f"{names.agency(conflict.left.agency)}:\n") + cites.value(
        conflict.left, places=places
    )
    right = words(f"{names.agency(conflict.right.agency)}:\n") + cites.value(
        conflict.right, places=own
    )
    other = conflict.other_row
    if other.code != conflict.row.code:
        said = f"{names.place(other)}, {other.unit}"
        if conflict.is_converted:
            said += f"; quy đổi {number(conflict.right_value, places)}"
        right = right + words(f"\n({said})")
    period = f", mốc {period_phrase(conflict.period)}" if conflict.period else ""
    where = f", {TERRITORY_SHORT_NAMES[conflict.territory]}" if conflict.territory else ""
    ruled = conflict.because is StandsBecause.RULING
    # Who of the office decided so, and when to the minute, stands in the consolidated workbook.
    because = conflict.ruling_to_agencies if ruled else REASON_NAMES[conflict.because]
    apart = to_date_said(conflict, now)
    return {
        "no": words(conflict.number),
        "name": words(
            f"{names.place(conflict.row)} {names.with_unit(conflict.row)}{period}{where}"
        ),
        "left": left + _to_date(now[0], cites),
        "right": right + _to_date(now[1], cites),
        "stands": _in_use(conflict, names, cites, places),
        "because": words(
            shortened(because, 300)
            + ("" if ruled or conflict.each_stands else " (tạm dùng)")
            + (f"\n{apart}." if apart else "")
        ),
    }


def _in_use(conflict: Conflict, names: ReportNames, cites: Citations, places: int) -> Text:
    """The figure that stands; of two rows of one measure, until somebody rules, each its own."""
    if not conflict.each_stands:
        of_left = conflict.stands is conflict.left
        alike = of_left or conflict.row.unit == conflict.other_row.unit
        return cites.stacked(conflict.stands, places if alike else None)
    sides = ((conflict.row, conflict.left), (conflict.other_row, conflict.right))
    own = [words(f"{names.place(row)}: ") + cites.stacked(figure) for row, figure in sides]
    return joined(own, "\n")


def _to_date(now: ToDate | None, cites: Citations) -> Text:
    """What the source says to date, with its day, on a line below its value of the year."""
    if now is None:
        return Text()
    day = f" {one_line(now.day.text, 20)}" if now.day is not None else " nay"
    return words(f"\n(đến{day}: ") + cites.value(now.value) + words(")")


def whole_notes(
    wholes: Sequence[WholeAndParts], names: ReportNames, cites: Citations
) -> Iterator[Text]:
    """Wholes that their parts do not fit; then those whose parts are another agency's."""
    for one in sorted(wholes, key=lambda one: one.fault is None):
        said = whole_said(one, lambda row: f"{names.place(row)} {names.row(row)}", names.agency)
        yield (words(said) + cites.cite(*one.figures) + words("."))

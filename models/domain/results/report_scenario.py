"""The report's table of the growth scenario: its rows, of which ground it is, named causes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from models.domain.cycle.letter_phrases import number_text
from models.domain.register.catalogue import PERIODS, Catalogue
from models.domain.register.territories import TERRITORY_NAMES, Territory
from models.domain.results.report_measures import disputed_in
from models.domain.results.report_text import (
    Citations,
    ReportNames,
    Text,
    difference,
    joined,
    number,
    places_there,
    same_words,
    shortened,
    target_said,
    words,
)
from models.domain.review.lines import ReviewScenario
from models.domain.review.pace_wording import (
    INDEX_PLACES,
    RowNamer,
    not_short_said,
)
from models.domain.review.review import Review, growth_by_ground
from models.domain.review.states import ValueStatus
from models.domain.review.wording import (
    STATUS_NAMES,
)

Row = Mapping[str, Text]


def scenario_row(branch: ReviewScenario, names: ReportNames, cites: Citations) -> Row:
    """One branch: for each period the printed index and what was reached, with as many decimals
    in every row: all are indices.
    """
    cells: dict[str, Text] = {"name": words(names.row(branch.row))}
    for period in PERIODS:
        point = branch.point(period)
        cells[f"printed_{period}"] = words(number(point.printed, INDEX_PLACES) if point else "")
        actual = cites.stacked(point.actual, INDEX_PLACES) if point else Text()
        actual = actual + disputed_in(branch.disputed, point.actual if point else None, cites)
        gap = difference(point.difference, INDEX_PLACES) if point else ""
        final = period == PERIODS[-1] and branch.status is ValueStatus.ACTUAL
        if actual and final:
            actual = actual + words(f"\n({STATUS_NAMES[branch.status].lower()})")
        cells[f"actual_{period}"] = actual + words(f"\n({gap})" if gap else "")
    return cells


def ground_notes(
    review: Review, catalogue: Catalogue, names: ReportNames, cites: Citations
) -> Iterator[Text]:
    """Of which ground the scenario is, and the growth of the whole city, where they are two."""
    one = growth_by_ground(review, catalogue)
    if one is None:
        return
    said = words(
        "Kịch bản, số thực hiện trong bảng và biểu đồ là của "
        f"{TERRITORY_NAMES[one.territory]}; {names.place(one.row)} của "
        f"{TERRITORY_NAMES[Territory.WHOLE]} "
    )
    whole = one.territories.get(Territory.WHOLE)
    if whole is None or whole.value is None or one.territory is Territory.WHOLE:
        yield said + words("chưa có số liệu, xem phần III.")
        return
    places = places_there(whole)
    unit = one.row.unit if one.row.unit == "%" else ""
    set_at = f", mức giao {target_said(whole.target, places)}{unit}" if whole.target else ""
    yield (
        said
        + words(f"là {number(whole.value.number, places)}%" if whole.value.number else "là ")
        + (cites.cite(whole.value) if whole.value.number else cites.value(whole.value))
        + words(f" ({STATUS_NAMES[one.status].lower()}{set_at}), xem phần III.")
    )


def scenario_notes(
    scenario: Sequence[ReviewScenario], names: ReportNames, cites: Citations
) -> Iterator[Text]:
    """Which figures of table and chart are in doubt; then the causes that agencies give, as their
    word, each once with the branches it is given for, and where the table does not bear it out.
    """
    numbers = sorted({n for b in scenario for given in b.disputed.values() for n in given})
    if numbers:
        yield words(
            f"Bảng và biểu đồ tạm dùng số đang mâu thuẫn, chờ quyết định: {', '.join(numbers)} "
            "(phần IV)."
        )
    yield from cause_notes(scenario, names, cites)


@dataclass(frozen=True, slots=True)
class DoubtedCause:
    """A cause that an agency gives and the table does not bear out: `misfit` says where."""

    agency: str
    text: str
    misfit: str


def doubted_causes(scenario: Sequence[ReviewScenario], name: RowNamer) -> list[DoubtedCause]:
    """Each wording of an agency once."""
    given = {
        (cause.agency, same_words(cause.text)): cause
        for branch in scenario
        if (cause := branch.causes) is not None and cause.is_given
    }
    return [
        DoubtedCause(cause.agency, shortened(cause.text).rstrip(" .;"), misfit)
        for cause in given.values()
        if (misfit := not_short_said(cause.text, scenario, name))
    ]


def cause_notes(
    scenario: Sequence[ReviewScenario], names: ReportNames, cites: Citations
) -> Iterator[Text]:
    """The causes that agencies give, each once with the branches it is given for."""
    given: dict[tuple[str, str], list[ReviewScenario]] = {}
    for branch in scenario:
        if branch.causes is not None and branch.causes.is_given:
            whose = names.agency(branch.causes.agency)
            given.setdefault((whose, same_words(branch.causes.text)), []).append(branch)
    for (whose, _), branches in given.items():
        first = branches[0].causes
        text = first.text if first else ""
        told = _branches_said(branches, scenario, names, cites)
        asked = not_short_said(text, scenario, names.row)
        asked = f". Theo bảng trên, {asked}, đề nghị {whose} làm rõ" if asked else ""
        said = words(f"{whose} nêu: «{shortened(text).rstrip(' .;')}», đối với ")
        yield said + told + words(f"{asked}.")


def _branches_said(
    branches: Sequence[ReviewScenario],
    scenario: Sequence[ReviewScenario],
    names: ReportNames,
    cites: Citations,
) -> Text:
    """The branches by name; of what is said of every branch how many they are, not each of them."""
    parts = [b for b in scenario if b.row.parent]
    own = [b for b in branches if not b.row.parent]
    told = [words(names.row(b.row)) + cites.cite(b.causes) for b in own]
    given = [b for b in branches if b.row.parent]
    if len(given) == len(parts) > 2:
        every = words(f"cả {number_text(len(parts))} ngành")
        told.append(every + cites.cite(*(b.causes for b in given)))
        return joined(told, " và ")
    told += [words(names.row(b.row)) + cites.cite(b.causes) for b in given]
    return joined(told, "; ")

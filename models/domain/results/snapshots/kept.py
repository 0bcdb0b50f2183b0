"""Snapshots: what a consolidation said when it was sent, and what has changed since.

A snapshot is plain content: it can be kept as bytes, hashed, read back and compared. Figures are
known by who gave them and where they belong, never by their reference, which is another one in the
next consolidation.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from models.domain.answers.standing import Timeliness
from models.domain.consolidation import Conflict, Consolidation, Figure, Members
from models.domain.consolidation.indicators import IndicatorLine
from models.domain.consolidation.member_wording import counted
from models.domain.notation.number_notation import format_number
from models.domain.register.catalogue import CatalogueRow
from models.domain.register.territories import TERRITORY_SHORT_NAMES
from models.domain.results.report_measures import places_in
from models.domain.results.report_text import places_of
from models.domain.review import Review
from models.domain.review.lines import ReviewAction, ReviewIndicator
from models.domain.review.member_wording import done_said
from models.domain.review.pace_wording import INDEX_PLACES
from models.domain.review.states import Pace

LAYOUT = 1  # of the kept content; a later program reads all older ones


@dataclass(frozen=True, slots=True)
class Input:
    """A file the consolidation was made of, and which sheets of it counted."""

    agency: str
    version: int
    receipt: str
    file_name: str
    file_sha256: str
    sheets: Sequence[str]  # keys in the form


@dataclass(frozen=True, slots=True)
class FrozenAgency:
    """How an agency stood; what lies behind `versions` is None where an earlier program kept it."""

    agency: str
    timeliness: Timeliness
    versions: int  # it had sent so many
    chooses: bool | None = None  # it was asked which of several workbooks counts
    sent_back: bool | None = None  # it got its workbook back, and the correction was awaited
    anothers: bool | None = None  # all that it had sent was another agency's workbook

    def stands_as(self, later: FrozenAgency) -> bool:
        """Whether a later report says nothing else of it, as far as both tell."""
        if self.chooses is None:
            later = replace(later, chooses=None, sent_back=None, anothers=None)
        return self == later


@dataclass(frozen=True, slots=True)
class FrozenFigure:
    """A figure as it stood: `text` is the cell to the letter, `reference` that report's own."""

    agency: str
    sheet: str
    row_key: str
    column: str
    text: str
    reference: str
    version: int
    cell: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        """By which it is found again."""
        return self.agency, self.sheet, self.row_key, self.column


@dataclass(frozen=True, slots=True)
class FrozenLine:
    """An indicator's standing value and what it was judged to mean, or a task's bucket.

    Of a row that many lead together, each for itself, `text` counts them.
    """

    row_key: str
    judgement: str  # of Judgement or TaskBucket
    agency: str  # whose value stood, or of those who lead together; empty for none
    text: str
    reference: str


@dataclass(frozen=True, slots=True)
class FrozenGround:
    """What stood of an indicator on one ground, which the text names too."""

    ground: str  # of Territory
    counted: bool  # whether the row's judgement followed from it
    line: FrozenLine


@dataclass(frozen=True, slots=True)
class FrozenPace:
    """Whether an indicator was ahead or behind, and the day of the figure from which that follows;
    "" where it has none."""

    row_key: str
    pace: str  # of Pace, never unknown
    day: str  # ISO
    reference: str


@dataclass(frozen=True, slots=True)
class FrozenConflict:
    """Two values that contradicted each other: who said what, and whether it waited for a ruling.

    `period` is empty for the value of the year, `ground` for the directive's own. `other_row` is
    the row of the second side where that is another one, `references` are those of both sides in
    that report; both are empty where an earlier program kept the conflict.
    """

    number: str
    row_key: str
    period: str
    ground: str
    sides: Sequence[tuple[str, str]]  # agency, value
    is_open: bool
    other_row: str = ""
    references: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class FrozenWork:
    """One of an agency's own works: what it is, in the agency's words, and its bucket."""

    agency: str
    name: str  # "" where the agency told no work in the row
    line: FrozenLine


@dataclass(frozen=True)
class Snapshot:
    """All of a consolidation that a later one is compared with.

    What lies behind `lines` is empty in a snapshot that an earlier program kept; `follows` says
    whether it was frozen, and `works` is None where the agencies' own works were not.
    """

    cycle: str
    as_of: dt.datetime
    inputs_hash: str
    form_version: str
    inputs: Sequence[Input]
    agencies: Sequence[FrozenAgency]
    figures: Sequence[FrozenFigure]
    lines: Sequence[FrozenLine]
    grounds: Sequence[FrozenGround] = ()
    paces: Sequence[FrozenPace] = ()
    conflicts: Sequence[FrozenConflict] = ()
    follows: bool = False
    places: Mapping[str, int] = field(default_factory=dict)  # decimals of a row's numbers, by code
    works: Sequence[FrozenWork] | None = None  # of a plan None too


def snapshot_of(
    consolidation: Consolidation, lines: Iterable[FrozenLine], review: Review | None = None
) -> Snapshot:
    """What is frozen of a consolidation; the same consolidation gives the same snapshot.

    `lines`: what its rows are judged to mean, `plan_lines` or `review_lines`; of a `review` every
    ground, the paces and the agencies' own works are frozen too.
    """
    indicators = review.indicators if review else ()
    sheets: dict[tuple[str, int], dict[str, None]] = {}
    files: dict[tuple[str, int], tuple[str, str, str]] = {}
    figures: dict[tuple[str, str, str, str], FrozenFigure] = {}
    for figure in consolidation.lineage:
        source = figure.source
        version = (source.agency, source.version)
        sheets.setdefault(version, {})[figure.sheet] = None
        files[version] = (source.receipt_number, source.file_name, source.file_sha256)
        frozen = FrozenFigure(
            agency=source.agency,
            sheet=figure.sheet,
            row_key=figure.row_key,
            column=figure.column,
            text=figure.raw or figure.text,
            reference=figure.reference,
            version=source.version,
            cell=source.cell,
        )
        figures.setdefault(frozen.key, frozen)  # of a cell filled twice the first counts
    return Snapshot(
        cycle=consolidation.cycle.code,
        as_of=consolidation.as_of.astimezone(dt.UTC),
        inputs_hash=consolidation.inputs_hash,
        form_version=consolidation.form_version,
        inputs=tuple(
            Input(agency, version, *files[agency, version], tuple(sheets[agency, version]))
            for agency, version in files
        ),
        agencies=tuple(
            FrozenAgency(*(a.agency, a.timeliness, a.versions), a.chooses, a.sent_back, a.anothers)
            for a in consolidation.agencies
        ),
        figures=tuple(figures.values()),
        lines=tuple(lines),
        grounds=tuple(ground for one in indicators for ground in _grounds(one)),
        paces=tuple(pace for one in indicators for pace in _paces(one)),
        conflicts=tuple(_conflict(one) for one in consolidation.conflicts),
        follows=True,
        places=_places(consolidation, review),
        works=tuple(map(_work, review.actions)) if review else None,
    )


def _places(consolidation: Consolidation, review: Review | None) -> dict[str, int]:
    """With how many decimals each row's numbers are printed, where there are any: in all papers
    that tell of the row alike."""
    if review is not None:
        found = {one.row.code: places_in(one) for one in review.indicators}
    else:
        found = {one.row.code: _places_planned(one) for one in consolidation.indicators}
    found |= {branch.row.code: INDEX_PLACES for branch in consolidation.scenario}
    return {code: places for code, places in found.items() if places}


def _places_planned(line: IndicatorLine) -> int:
    """The same of a commitment and its milestones."""
    levels = line.row.target.levels if line.row.target else ()
    given = line.standing
    figures = [given.value, *given.milestones.values()] if given else []
    return places_of(*levels, *(f.number for f in figures if f is not None and f.bound is None))


def _grounds(indicator: ReviewIndicator) -> Iterator[FrozenGround]:
    """Every ground with a value; of a row that many lead together none."""
    if indicator.members is not None:
        return
    for territory, result in indicator.grounds.items():
        if result.value is not None:
            line = _line(indicator.row.code, result.judgement.value, result.value)
            line = replace(line, text=f"{line.text} ({TERRITORY_SHORT_NAMES[territory]})")
            yield FrozenGround(territory.value, result is indicator.result, line)


def _paces(indicator: ReviewIndicator) -> Iterator[FrozenPace]:
    point = indicator.pace_point
    if point is not None and point.pace is not Pace.UNKNOWN:
        day = point.day.isoformat() if point.day else ""
        reference = point.report.reference if point.report else ""
        yield FrozenPace(indicator.row.code, point.pace.value, day, reference)


def _work(action: ReviewAction) -> FrozenWork:
    line = _line(action.row_key, action.bucket.value, action.doing.state_figure)
    return FrozenWork(action.agency, action.work.text if action.work else "", line)


def _conflict(conflict: Conflict) -> FrozenConflict:
    sides = tuple((f.agency, _shown(f)) for f in (conflict.left, conflict.right))
    code, ground = conflict.row.code, conflict.territory.value if conflict.territory else ""
    other = conflict.other_row.code
    return FrozenConflict(
        *(conflict.number, code, conflict.period, ground, sides, conflict.is_open),
        other_row=other if other != code else "",
        references=(conflict.left.reference, conflict.right.reference),
    )


def plan_lines(consolidation: Consolidation) -> Iterator[FrozenLine]:
    """Of a plan: every indicator with the commitment that stands."""
    for line in consolidation.indicators:
        value = line.standing.value if line.standing else None
        yield _together(line.row, line.members) or _line(line.row.code, line.judgement.value, value)


def review_lines(review: Review) -> Iterator[FrozenLine]:
    """Of a review: every indicator with the value of the year, every task with its bucket."""
    for indicator in review.indicators:
        result = indicator.result
        line = _line(
            *(indicator.row.code, indicator.outcome.value, result.value if result else None)
        )
        if result is not None and line.text and result.territory is not indicator.territory:
            line = replace(line, text=f"{line.text} ({TERRITORY_SHORT_NAMES[result.territory]})")
        yield _together(indicator.row, indicator.members) or line
    for task in review.tasks:
        if task.members:
            code, said = task.row.code, done_said(task)
            yield FrozenLine(code, task.bucket.value, task.row.led_by, said, "")
            continue
        yield _line(task.row.code, task.bucket.value, task.doing.state_figure)


def _together(row: CatalogueRow, members: Members | None) -> FrozenLine | None:
    """What many who lead the row together come to; None where one leads it."""
    if members is None:
        return None
    text = counted(members) if members.answered else ""
    return FrozenLine(row.code, members.judgement.value, row.led_by, text, "")


def _line(row_key: str, judgement: str, figure: Figure | None) -> FrozenLine:
    if figure is None:
        return FrozenLine(row_key, judgement, "", "", "")
    return FrozenLine(row_key, judgement, figure.agency, _shown(figure), figure.reference)


def _shown(figure: Figure) -> str:
    """The standing value as the office writes it; one of too many digits as it stood."""
    if figure.number is None:
        return figure.text
    try:
        return format_number(figure.number)
    except ValueError:
        return figure.raw


# --- Kept as text ---------------------------------------------------------------------------------


def snapshot_as_text(snapshot: Snapshot) -> str:
    """The snapshot as JSON, always in the same words; `snapshot_from_text` reads it back."""
    content = {"layout": LAYOUT, **asdict(snapshot), "as_of": snapshot.as_of.isoformat()}
    return json.dumps(content, ensure_ascii=False, sort_keys=True, indent=0) + "\n"


def snapshot_from_text(text: str) -> Snapshot:
    """The snapshot that was kept. Raises ValueError for a layout this program does not know."""
    content: dict[str, Any] = json.loads(text)
    if content.pop("layout") != LAYOUT:
        raise ValueError("a snapshot kept by a newer program")
    return Snapshot(
        cycle=content["cycle"],
        as_of=dt.datetime.fromisoformat(content["as_of"]),
        inputs_hash=content["inputs_hash"],
        form_version=content["form_version"],
        inputs=tuple(Input(**{**i, "sheets": tuple(i["sheets"])}) for i in content["inputs"]),
        agencies=tuple(
            FrozenAgency(**{**a, "timeliness": Timeliness(a["timeliness"])})
            for a in content["agencies"]
        ),
        figures=tuple(FrozenFigure(**f) for f in content["figures"]),
        lines=tuple(FrozenLine(**line) for line in content["lines"]),
        grounds=tuple(
            FrozenGround(**{**g, "line": FrozenLine(**g["line"])})
            for g in content.get("grounds", ())
        ),
        paces=tuple(FrozenPace(**pace) for pace in content.get("paces", ())),
        conflicts=tuple(
            FrozenConflict(
                **{
                    **c,
                    "sides": tuple((a, value) for a, value in c["sides"]),
                    "references": tuple(c.get("references", ())),
                }
            )
            for c in content.get("conflicts", ())
        ),
        follows=content.get("follows", False),
        places=content.get("places", {}),
        works=_works_kept(content.get("works")),
    )


def _works_kept(works: Sequence[Mapping[str, Any]] | None) -> Sequence[FrozenWork] | None:
    if works is None:
        return None
    return tuple(FrozenWork(**{**w, "line": FrozenLine(**w["line"])}) for w in works)

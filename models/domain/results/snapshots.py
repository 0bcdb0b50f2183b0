"""Snapshots: what a consolidation said when it was sent, and what has changed since.

A snapshot is plain content: it can be kept as bytes, hashed, read back and compared. Figures are
known by who gave them and where they belong, never by their reference, which is another one in the
next consolidation.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from models.domain.answers.standing import Timeliness
from models.domain.consolidation import Consolidation, Figure, Members
from models.domain.consolidation.member_wording import counted
from models.domain.notation.number_notation import format_number
from models.domain.register.catalogue import CatalogueRow
from models.domain.register.targets import Judgement
from models.domain.register.territories import TERRITORY_SHORT_NAMES
from models.domain.review import Review
from models.domain.review.member_wording import done_said

LAYOUT = 1  # of the kept content; a later program reads all older ones
_ANSWERED = (Timeliness.ON_TIME, Timeliness.CORRECTED, Timeliness.LATE)


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
    """How an agency stood."""

    agency: str
    timeliness: Timeliness
    versions: int  # it had sent so many


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


@dataclass(frozen=True)
class Snapshot:
    """All of a consolidation that a later one is compared with."""

    cycle: str
    as_of: dt.datetime
    inputs_hash: str
    form_version: str
    inputs: Sequence[Input]
    agencies: Sequence[FrozenAgency]
    figures: Sequence[FrozenFigure]
    lines: Sequence[FrozenLine]


@dataclass(frozen=True, slots=True)
class AgencyChange:
    """An agency that answered since, or stands otherwise; None where it was not asked."""

    agency: str
    before: FrozenAgency | None
    after: FrozenAgency | None
    counted_before: Sequence[int]  # versions whose cells counted
    counted_after: Sequence[int]

    @property
    def newly_answered(self) -> bool:
        """Whether none of its cells counted before, and some do now."""
        return not self.counted_before and bool(self.counted_after)


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A figure of an agency that had answered before: changed, added (`before` None) or gone."""

    before: FrozenFigure | None
    after: FrozenFigure | None

    @property
    def figure(self) -> FrozenFigure:
        """The newer of the two."""
        found = self.after or self.before
        if found is None:
            raise ValueError("a change has at least one side")
        return found


@dataclass(frozen=True, slots=True)
class LineChange:
    """A row that is judged otherwise, or whose standing value is another one."""

    row_key: str
    before: FrozenLine | None
    after: FrozenLine | None

    @property
    def flipped(self) -> bool:
        """Whether the judgement itself changed, not only the value under it."""
        before = self.before.judgement if self.before else Judgement.UNKNOWN.value
        after = self.after.judgement if self.after else Judgement.UNKNOWN.value
        return before != after


@dataclass(frozen=True)
class Changes:
    """What is new since the last report that was sent. Empty lists: nothing."""

    since: dt.datetime  # as of which that report was made
    since_hash: str  # its inputs'
    agencies: Sequence[AgencyChange]
    figures: Sequence[FigureChange]
    lines: Sequence[LineChange]

    @property
    def newly_answered(self) -> list[str]:
        """Agencies that have answered since, in the register's order."""
        return [a.agency for a in self.agencies if a.newly_answered]

    @property
    def flipped(self) -> list[LineChange]:
        """Rows whose judgement is another one."""
        return [line for line in self.lines if line.flipped]

    def __bool__(self) -> bool:
        return bool(self.agencies or self.figures or self.lines)


def snapshot_of(consolidation: Consolidation, lines: Iterable[FrozenLine]) -> Snapshot:
    """What is frozen of a consolidation; the same consolidation gives the same snapshot.

    `lines`: what its rows are judged to mean, `plan_lines` or `review_lines`.
    """
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
            FrozenAgency(a.agency, a.timeliness, a.versions) for a in consolidation.agencies
        ),
        figures=tuple(figures.values()),
        lines=tuple(lines),
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


def changes_between(before: Snapshot, after: Snapshot) -> Changes:
    """What the later snapshot says otherwise. Agencies and figures in its order, what is gone last.

    The figures of an agency that newly answered are not listed one by one: all of them are new.
    Raises ValueError for snapshots of two cycles.
    """
    if before.cycle != after.cycle:
        raise ValueError(f"snapshots of two cycles: {before.cycle}, {after.cycle}")
    agencies = list(_agency_changes(before, after))
    new = {a.agency for a in agencies if a.newly_answered}
    return Changes(
        since=before.as_of,
        since_hash=before.inputs_hash,
        agencies=agencies,
        figures=list(_figure_changes(before, after, new)),
        lines=list(_line_changes(before, after)),
    )


def _agency_changes(before: Snapshot, after: Snapshot) -> Iterator[AgencyChange]:
    old = {a.agency: a for a in before.agencies}
    now = {a.agency: a for a in after.agencies}
    counted_old, counted_now = _counted(before), _counted(after)
    for code in dict.fromkeys([*now, *old]):
        one, other = counted_old.get(code, ()), counted_now.get(code, ())
        if old.get(code) != now.get(code) or one != other:
            yield AgencyChange(code, old.get(code), now.get(code), one, other)


def _counted(snapshot: Snapshot) -> Mapping[str, tuple[int, ...]]:
    """By agency: the versions whose cells counted, ascending."""
    found: dict[str, tuple[int, ...]] = {}
    for given in snapshot.inputs:
        found[given.agency] = tuple(sorted({*found.get(given.agency, ()), given.version}))
    return found


def _figure_changes(before: Snapshot, after: Snapshot, new: set[str]) -> Iterator[FigureChange]:
    old = {f.key: f for f in before.figures}
    now = {f.key: f for f in after.figures}
    for key in dict.fromkeys([*now, *old]):
        one, other = old.get(key), now.get(key)
        same = one is not None and other is not None and one.text == other.text
        if not same and key[0] not in new:
            yield FigureChange(one, other)


def _line_changes(before: Snapshot, after: Snapshot) -> Iterator[LineChange]:
    old = {line.row_key: line for line in before.lines}
    now = {line.row_key: line for line in after.lines}
    for key in dict.fromkeys([*now, *old]):
        one, other = old.get(key), now.get(key)
        if one is None or other is None or _said(one) != _said(other):
            yield LineChange(key, one, other)


def _said(line: FrozenLine) -> tuple[str, str, str]:
    return line.judgement, line.agency, line.text


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
    )

"""What a later snapshot says otherwise than an earlier one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from models.domain.results.snapshots.kept import (
    FrozenAgency,
    FrozenConflict,
    FrozenFigure,
    FrozenGround,
    FrozenLine,
    FrozenPace,
    FrozenWork,
    Snapshot,
)
from models.domain.review.states import TaskBucket


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
    """A row that is judged otherwise, or whose standing value is another one.

    Of a row that is told for several grounds each is compared with itself: `ground` is whose.
    Where the row itself tells a ground no more and another row of the measure still does, `after`
    is None, `elsewhere` is what stands there, `told_in` the code of that row.
    """

    row_key: str
    before: FrozenLine | None
    after: FrozenLine | None
    ground: str = ""  # of Territory; "" for a row that is told for one ground
    elsewhere: FrozenLine | None = None
    told_in: str = ""

    @property
    def flipped(self) -> bool:
        """Whether what was told and is told still is judged otherwise, whatever its value."""
        return self._both and self._judgements[0] != self._judgements[1]

    @property
    def moved(self) -> bool:
        """Whether the value alone is another one, or whose it is."""
        return self._both and not self.flipped

    @property
    def appeared(self) -> bool:
        """Whether nobody had told it before."""
        return not _tells(self.before)

    @property
    def gone(self) -> bool:
        """Whether it had been told and nobody tells it any more."""
        return _tells(self.before) and not _tells(self.after)

    @property
    def _both(self) -> bool:
        return _tells(self.before) and _tells(self.after)

    @property
    def _judgements(self) -> tuple[str, str]:
        return (
            self.before.judgement if self.before else "",
            self.after.judgement if self.after else "",
        )


def _tells(line: FrozenLine | None) -> bool:
    """Whether there is a value; of a task, which lies in a bucket though nobody tells of it,
    always."""
    return line is not None and bool(line.text or line.judgement in _BUCKETS)


_BUCKETS = {bucket.value for bucket in TaskBucket}


@dataclass(frozen=True, slots=True)
class WorkChange:
    """One of an agency's own works that lies in another bucket, says another state, is new or told
    no more."""

    agency: str
    name: str  # in the agency's words, the newer ones
    line: LineChange


@dataclass(frozen=True, slots=True)
class GroundChange:
    """A row whose judgement follows from another ground than it did."""

    row_key: str
    before: FrozenGround
    after: FrozenGround


@dataclass(frozen=True, slots=True)
class PaceChange:
    """An indicator whose pace is another one, or can no longer be told (`after` None)."""

    row_key: str
    before: FrozenPace
    after: FrozenPace | None

    @property
    def is_of_older_data(self) -> bool:
        """Whether the figure it follows from now is of an earlier day than the one before."""
        if self.after is None or not (self.before.day and self.after.day):
            return False
        return self.after.day < self.before.day


@dataclass(frozen=True, slots=True)
class ConflictChange:
    """A conflict that is new (`before` None), has ended (`after` None), or was ruled on or opened
    again."""

    before: FrozenConflict | None
    after: FrozenConflict | None

    @property
    def conflict(self) -> FrozenConflict:
        """The newer of the two."""
        found = self.after or self.before
        if found is None:
            raise ValueError("a change has at least one side")
        return found


@dataclass(frozen=True)
class Changes:
    """What is new since the last report that was sent. Empty lists: nothing."""

    since: dt.datetime  # as of which that report was made
    agencies: Sequence[AgencyChange]
    figures: Sequence[FigureChange]
    lines: Sequence[LineChange]
    grounds: Sequence[GroundChange] = ()
    paces: Sequence[PaceChange] = ()
    conflicts: Sequence[ConflictChange] = ()
    places: Mapping[str, int] = field(default_factory=dict)  # decimals of a row's numbers, by code
    several_grounds: frozenset[str] = frozenset()  # rows that were told for more than one
    works: Sequence[WorkChange] = ()
    # Of each row in which a figure changed what its every cell said and says, by the cells' keys.
    cells: Mapping[tuple[str, str, str, str], tuple[str, str]] = field(default_factory=dict)

    @property
    def newly_answered(self) -> list[str]:
        """Agencies that have answered since, in the register's order."""
        return [a.agency for a in self.agencies if a.newly_answered]

    @property
    def flipped(self) -> list[LineChange]:
        """Rows told before and now whose judgement is another one."""
        return [line for line in self.lines if line.flipped]

    @property
    def moved(self) -> list[LineChange]:
        """Rows whose value is another one under the same judgement."""
        return [line for line in self.lines if line.moved]

    @property
    def newly_judged(self) -> frozenset[str]:
        """Codes of rows that came out otherwise than before, by the same ground or by another."""
        regrounded = {
            c.row_key for c in self.grounds if c.before.line.judgement != c.after.line.judgement
        }
        return frozenset({line.row_key for line in self.flipped} | regrounded)

    def __bool__(self) -> bool:
        found = (self.agencies, self.figures, self.lines, self.works)
        return any((*found, self.grounds, self.paces, self.conflicts))


def changes_between(before: Snapshot, after: Snapshot) -> Changes:
    """What the later snapshot says otherwise. Agencies and figures in its order, what is gone last.

    The figures and own works of an agency that newly answered are not listed one by one: all of
    them are new.
    Raises ValueError for snapshots of two cycles.
    """
    if before.cycle != after.cycle:
        raise ValueError(f"snapshots of two cycles: {before.cycle}, {after.cycle}")
    agencies = list(_agency_changes(before, after))
    new = {a.agency for a in agencies if a.newly_answered}
    figures = list(_figure_changes(before, after, new))
    return Changes(
        since=before.as_of,
        agencies=agencies,
        figures=figures,
        lines=list(_line_changes(before, after)),
        grounds=list(_ground_changes(before, after)),
        paces=list(_pace_changes(before, after)),
        conflicts=list(_conflict_changes(before, after)),
        places=_places(before, after),
        several_grounds=_of_several_grounds(before, after),
        works=list(_work_changes(before, after, new)),
        cells=_cells_beside(before, after, figures),
    )


def _cells_beside(
    before: Snapshot, after: Snapshot, changed: Sequence[FigureChange]
) -> Mapping[tuple[str, str, str, str], tuple[str, str]]:
    rows = {change.figure.key[:3] for change in changed}
    old, now = ({f.key: f.text for f in s.figures if f.key[:3] in rows} for s in (before, after))
    return {key: (old.get(key, ""), now.get(key, "")) for key in dict.fromkeys([*now, *old])}


def _of_several_grounds(*snapshots: Snapshot) -> frozenset[str]:
    told: dict[str, set[str]] = {}
    for one in (ground for snapshot in snapshots for ground in snapshot.grounds):
        told.setdefault(one.line.row_key, set()).add(one.ground)
    return frozenset(code for code, grounds in told.items() if len(grounds) > 1)


def _places(before: Snapshot, after: Snapshot) -> Mapping[str, int]:
    """What was printed with more decimals than now keeps them beside the new figure."""
    codes = dict.fromkeys([*after.places, *before.places])
    return {code: max(before.places.get(code, 0), after.places.get(code, 0)) for code in codes}


def _agency_changes(before: Snapshot, after: Snapshot) -> Iterator[AgencyChange]:
    old = {a.agency: a for a in before.agencies}
    now = {a.agency: a for a in after.agencies}
    counted_old, counted_now = _counted(before), _counted(after)
    for code in dict.fromkeys([*now, *old]):
        one, other = counted_old.get(code, ()), counted_now.get(code, ())
        was, stands = old.get(code), now.get(code)
        alike = was is not None and stands is not None and was.stands_as(stands)
        if not alike or one != other:
            yield AgencyChange(code, was, stands, one, other)


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
    old_grounds, new_grounds = _by_ground(before), _by_ground(after)
    rows = _rows_by_reference(before), _rows_by_reference(after)
    for key in dict.fromkeys([*now, *old]):
        one, other = old.get(key), now.get(key)
        told, tells = old_grounds.get(key, {}), new_grounds.get(key, {})
        grounds = list(dict.fromkeys([*tells, *told]))
        # A ground is compared with itself, where both reports say which they tell.
        if len(grounds) > 1 and before.follows and after.follows:
            for ground in grounds:
                change = _change_there(key, told.get(ground), tells.get(ground), rows)
                if change is not None:
                    yield change
        elif one is None or other is None or _said(one) != _said(other):
            yield LineChange(key, one, other)


def _change_there(
    key: str,
    was: FrozenGround | None,
    stands: FrozenGround | None,
    rows: tuple[Mapping[str, str], Mapping[str, str]],
) -> LineChange | None:
    """What became of one ground of a row; None where it says the same.

    A value that only another row of the measure tells is not the row's own: where that is so on one
    side alone, the row has lost or gained it. `rows` are those of each report's references.
    """
    told_in = [
        known.get(one.line.reference, key) if one else key
        for one, known in zip((was, stands), rows, strict=True)
    ]
    ground = next(one.ground for one in (was, stands) if one is not None)
    before, after = (one.line if one else None for one in (was, stands))
    if was is None or stands is None:
        return LineChange(key, before, after, ground)
    match [row != key for row in told_in]:
        case [False, True]:
            return LineChange(key, before, None, ground, after, told_in[1])
        case [True, False]:
            return LineChange(key, None, after, ground)
    same = _said_there(was) == _said_there(stands)
    return None if same else LineChange(key, before, after, ground)


def _rows_by_reference(snapshot: Snapshot) -> Mapping[str, str]:
    return {figure.reference: figure.row_key for figure in snapshot.figures}


def _work_changes(before: Snapshot, after: Snapshot, new: set[str]) -> Iterator[WorkChange]:
    """Own works that stand otherwise; none where a report did not freeze them."""
    if before.works is None or after.works is None:
        return
    for was, stands in _paired_works(before.works, after.works):
        newer = stands or was
        if newer is None or newer.agency in new:
            continue
        one, other = (work.line if work else None for work in (was, stands))
        if one is None or other is None or _bucket_and_state(one) != _bucket_and_state(other):
            line = LineChange(newer.line.row_key, one, other)
            yield WorkChange(newer.agency, newer.name, line)


def _paired_works(
    before: Sequence[FrozenWork], after: Sequence[FrozenWork]
) -> Iterator[tuple[FrozenWork | None, FrozenWork | None]]:
    """Works of both reports: first those of one agency with the same words, in their order, since
    a row that is put in moves all below it; then those of the same row; others have no partner."""
    left = list(before)
    partners: dict[int, FrozenWork] = {}
    for same in (_by_words, _by_row):
        known: dict[tuple[str, str], list[FrozenWork]] = {}
        for work in left:
            known.setdefault(same(work), []).append(work)
        for place, work in enumerate(after):
            if place not in partners and (found := known.get(same(work))):
                partners[place] = found.pop(0)
        left = [work for works in known.values() for work in works]
    yield from ((partners.get(place), work) for place, work in enumerate(after))
    yield from ((work, None) for work in left)


def _by_words(work: FrozenWork) -> tuple[str, str]:
    return work.agency, " ".join(work.name.split()).casefold()


def _by_row(work: FrozenWork) -> tuple[str, str]:
    return work.agency, work.line.row_key


def _bucket_and_state(line: FrozenLine) -> tuple[str, str]:
    return line.judgement, line.text


def _by_ground(snapshot: Snapshot) -> Mapping[str, Mapping[str, FrozenGround]]:
    found: dict[str, dict[str, FrozenGround]] = {}
    for one in snapshot.grounds:
        found.setdefault(one.line.row_key, {})[one.ground] = one
    return found


def _said_there(one: FrozenGround) -> tuple[str, str]:
    return one.line.judgement, one.line.text


def _ground_changes(before: Snapshot, after: Snapshot) -> Iterator[GroundChange]:
    """Rows with a judgement in both that follows from another ground now."""
    old = {one.line.row_key: one for one in before.grounds if one.counted}
    for one in after.grounds:
        was = old.get(one.line.row_key)
        if one.counted and was is not None and was.ground != one.ground:
            yield GroundChange(one.line.row_key, was, one)


def _pace_changes(before: Snapshot, after: Snapshot) -> Iterator[PaceChange]:
    now = {one.row_key: one for one in after.paces}
    for was in before.paces if after.follows else ():
        stands = now.get(was.row_key)
        if stands is None or stands.pace != was.pace:
            yield PaceChange(was.row_key, was, stands)


def _conflict_changes(before: Snapshot, after: Snapshot) -> Iterator[ConflictChange]:
    if not (before.follows and after.follows):
        return
    old = {one.number: one for one in before.conflicts}
    now = {one.number: one for one in after.conflicts}
    for number in dict.fromkeys([*now, *old]):
        was, stands = old.get(number), now.get(number)
        if was is None or stands is None or was.is_open is not stands.is_open:
            yield ConflictChange(was, stands)


def _said(line: FrozenLine) -> tuple[str, str, str]:
    return line.judgement, line.agency, line.text

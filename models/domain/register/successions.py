"""Who answers in whose place: duties pass from agency to agency, per duty and per date.

One agency may pass its duties to several, several may pass theirs to one, and the same duty may
pass to several at once (a district's to its communes). The directive stays as it was printed; who
answers for it today is worked out from here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby

from models.domain.register.catalogue import Catalogue, CatalogueRow, Responsibility, Role
from models.domain.register.target_revisions import known_by
from models.domain.register.territories import WHOLE_SINCE

#: The word for the free action plan among the duties.
PLAN = "plan"
#: Before a duty in words, which no row of a directive names: people know whom to ask, and nothing
#: passes by it.
IN_WORDS = "*"


@dataclass(frozen=True, slots=True)
class Succession:
    """From a day on, one agency answers in another's place.

    `duties`: codes of catalogue rows, keys of headings ("IV.V") or appendices ("II"), the word
    "plan", "* a duty in words"; empty: everything that no other line of the same predecessor and
    day names.
    """

    predecessor: str
    successor: str
    on: dt.date  # first day on which the successor answers
    duties: Sequence[str] = ()
    assumed: bool = False  # the office has yet to confirm it
    source: str = ""
    note: str = ""

    @property
    def in_words(self) -> str:
        """The duties that no row of a directive names; "" for none.

        >>> Succession("stp", "cong_an", dt.date(2025, 3, 1), ("* lý lịch tư pháp",)).in_words
        'lý lịch tư pháp'
        """
        told = (d.removeprefix(IN_WORDS).strip() for d in self.duties if d.startswith(IN_WORDS))
        return "; ".join(told)


@dataclass(frozen=True, slots=True)
class Inheritance:
    """One heir, and the lines by which a duty came to it; no lines: it has always had it."""

    heir: str
    lines: Sequence[Succession] = ()

    @property
    def since(self) -> dt.date | None:
        """Its first day, None for one that has always had the duty."""
        return self.lines[-1].on if self.lines else None

    @property
    def assumed(self) -> bool:
        """Whether the office has yet to confirm any step of the way."""
        return any(line.assumed for line in self.lines)


@dataclass(frozen=True)
class Successions:
    """All lines, in the office's order, which is the order of the heirs."""

    lines: Sequence[Succession] = ()

    def __iter__(self) -> Iterator[Succession]:
        return iter(self.lines)

    def heirs_of(self, agency: str, day: dt.date, duty: str = "", *wider: str) -> list[str]:
        """Who answers on that day in the agency's place; the agency itself while it does.

        `duty` with `wider`: the keys of one duty, narrowest first (`duty_keys`); a line that names
        the narrowest decides. Without a duty, the agency as a whole: all its heirs once it has
        passed everything on, those of the bulk of its duties first. Never empty.

        >>> lines = Successions((
        ...     Succession("sldtbxh", "snv", dt.date(2025, 3, 1)),
        ...     Succession("sldtbxh", "syt", dt.date(2025, 3, 1), ("elderly_assisted_share",)),
        ... ))
        >>> lines.heirs_of("sldtbxh", dt.date(2025, 2, 28))
        ['sldtbxh']
        >>> lines.heirs_of("sldtbxh", dt.date(2025, 3, 1), "elderly_assisted_share")
        ['syt']
        >>> lines.heirs_of("sldtbxh", dt.date(2025, 3, 1))
        ['snv', 'syt']
        """
        ways = self.inheritances(agency, day, duty, *wider)
        return list(dict.fromkeys(way.heir for way in ways))

    def inheritances(
        self, agency: str, day: dt.date, duty: str = "", *wider: str
    ) -> list[Inheritance]:
        """The heirs with the way each came by the duty; one may have come by it in several."""
        keys = (duty, *wider) if duty else wider
        return list(self._ways(agency, day, keys, dt.date.min, ()))

    def predecessors_of(self, agency: str, day: dt.date, duty: str = "", *wider: str) -> list[str]:
        """Whose duties the agency answers for on that day, nearest generation first.

        >>> lines = Successions((
        ...     Succession("a", "b", dt.date(2025, 3, 1)), Succession("b", "c", dt.date(2025, 7, 1))
        ... ))
        >>> lines.predecessors_of("c", dt.date(2025, 11, 20))
        ['b', 'a']
        """
        found: list[str] = []
        level = [agency]
        while level:
            before = [
                line.predecessor
                for successor in level
                for line in self._by_successor.get(successor, ())
                if line.on <= day
            ]
            level = [code for code in dict.fromkeys(before) if code not in (agency, *found)]
            found += level
        return [p for p in found if agency in self.heirs_of(p, day, duty, *wider)]

    def passes_on(self, agency: str, day: dt.date, duty: str = "", *wider: str) -> bool:
        """Whether by that day others answer in its place for that duty, or for everything.

        >>> lines = Successions((Succession("skhdt", "stc", dt.date(2025, 3, 1)),))
        >>> lines.passes_on("skhdt", dt.date(2025, 3, 1)), lines.passes_on("stc", dt.date.max)
        (True, False)
        """
        return agency not in self.heirs_of(agency, day, duty, *wider)

    def kin_of(self, agency: str, day: dt.date) -> list[str]:
        """The agency, its predecessors and its heirs on that day: whose mail may be its own."""
        kin = [agency, *self.predecessors_of(agency, day), *self.heirs_of(agency, day)]
        return list(dict.fromkeys(kin))

    def lines_from(self, agency: str, day: dt.date = dt.date.max) -> list[Succession]:
        """The lines by which the agency's duties have passed to others by that day, by date."""
        return [line for line in self._by_predecessor.get(agency, ()) if line.on <= day]

    def _ways(
        self,
        agency: str,
        day: dt.date,
        keys: Sequence[str],
        since: dt.date,
        lines: tuple[Succession, ...],
    ) -> Iterator[Inheritance]:
        """Strictly onward in time, so that no chain goes round in a circle."""
        later = [x for x in self._by_predecessor.get(agency, ()) if since < x.on <= day]
        for on, group in groupby(later, key=lambda x: x.on):
            if taken := _taking(list(group), keys):
                for line in taken:
                    yield from self._ways(line.successor, day, keys, on, (*lines, line))
                return
        yield Inheritance(agency, lines)

    @cached_property
    def _by_predecessor(self) -> Mapping[str, list[Succession]]:
        found: dict[str, list[Succession]] = {}
        for line in sorted(self.lines, key=lambda x: x.on):
            found.setdefault(line.predecessor, []).append(line)
        return found

    @cached_property
    def _by_successor(self) -> Mapping[str, list[Succession]]:
        found: dict[str, list[Succession]] = {}
        for line in self.lines:
            found.setdefault(line.successor, []).append(line)
        return found


def _only_in_words(line: Succession) -> bool:
    return bool(line.duties) and all(duty.startswith(IN_WORDS) for duty in line.duties)


def _taking(lines: Sequence[Succession], keys: Sequence[str]) -> list[Succession]:
    """Of one predecessor's lines of one day, those by which the duty passes."""
    lines = [line for line in lines if not _only_in_words(line)]
    bulk = [line for line in lines if not line.duties]
    if not keys:  # the agency as a whole, which stays while it keeps the bulk
        return [*bulk, *(line for line in lines if line.duties)] if bulk else []
    for key in keys:
        if named := [line for line in lines if key in line.duties]:
            return named
    return bulk


# --- The directive, answered for by today's agencies ----------------------------------------------


def duty_keys(row: CatalogueRow, catalogue: Catalogue) -> tuple[str, ...]:
    """The keys under which a line may name the row, narrowest first.

    Its own code, those of the rows it stands under, its headings ("V.III.1", "V.III"), its
    appendix ("V").
    """
    keys = [row.code]
    parents = {r.code: r.parent for r in catalogue.rows}
    parent = row.parent
    while parent and parent not in keys:
        keys.append(parent)
        parent = parents.get(parent, "")
    heading = f"{row.appendix.value}.{row.group_number}" if row.group_number else ""
    while "." in heading:
        keys.append(heading)
        heading = heading.rpartition(".")[0]
    return (*keys, row.appendix.value)


def catalogue_on(
    catalogue: Catalogue, successions: Successions, day: dt.date, known_until: dt.date
) -> Catalogue:
    """The catalogue with every row answered for by those who do so on that day.

    Lead first; an agency that stands in a row twice keeps the first place. Revisions of targets
    that take effect after `known_until` are left out, and while the city has not merged those of
    ground that is not its own; workbooks, which went out on that `day`, quote none of a later one.
    The very same object where nothing changes.
    """
    rows = [_row_on(row, catalogue, successions, day, known_until) for row in catalogue.rows]
    if all(new is old for new, old in zip(rows, catalogue.rows, strict=True)):
        return catalogue
    return replace(catalogue, rows=tuple(rows))


def _row_on(
    row: CatalogueRow,
    catalogue: Catalogue,
    successions: Successions,
    day: dt.date,
    known_until: dt.date,
) -> CatalogueRow:
    if any(successions.lines_from(part.agency, day) for part in row.agencies):
        row = _answered(row, successions, day, duty_keys(row, catalogue))
    known = known_by(row.revisions, known_until)
    if known_until < WHOLE_SINCE:
        known = tuple(r for r in known if r.territory is catalogue.territory)
    if len(known) != len(row.revisions):
        row = replace(row, revisions=known)
    quoted = known_by(known, day)
    return row if len(quoted) == len(known) else replace(row, quoted_until=day)


def _answered(
    row: CatalogueRow, successions: Successions, day: dt.date, keys: Sequence[str]
) -> CatalogueRow:
    parts: dict[str, Responsibility] = {}
    for part in row.agencies:
        # The first heir stands as the agency stood; of several that follow a lead the others help.
        role = part.role
        for heir in successions.heirs_of(part.agency, day, *keys):
            if heir in parts:
                continue
            inherited = "" if heir == part.agency else part.agency
            role = role if parts else Role.LEAD
            parts[heir] = replace(part, agency=heir, role=role, inherited_from=inherited)
            role = Role.CO
    found = tuple(parts.values())
    return row if found == tuple(row.agencies) else replace(row, agencies=found)

"""The results of a cycle, whatever it asked for: one interface to all that is shown of them."""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Callable, Container, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Self

from xlsxwriter.workbook import Workbook

from models.domain.consolidation import Consolidation, Figure
from models.domain.consolidation.verdicts import PersonAsked
from models.domain.cycle.cycles import ReportingCycle
from models.domain.errors import BaocaoError
from models.domain.reading.office import Office
from models.domain.register.targets import Judgement
from models.domain.results.previews.preview import Preview
from models.domain.results.snapshots import Changes, Snapshot
from models.domain.results.summary_words import SummaryMatter
from models.domain.results.tidy_table import Judged
from tasks.adapters.results.board import Board
from tasks.adapters.sheets.consolidated_sheet import TableWriter
from tasks.adapters.sheets.consolidation_cells import ResultNames
from tasks.adapters.sheets.output_columns import TableSheet
from tasks.adapters.sheets.overview_parts import CountsPage, OverviewLine


class NothingToReport(BaocaoError):
    """Raised when a report is asked for of a cycle that asks for no results."""


@dataclass(frozen=True)
class Paper:
    """A document that goes with a cycle's workbook, made when it is asked for."""

    name: str  # of its file
    told: str  # Vietnamese: what it is, as a letter lists it
    make: Callable[[], bytes]


@dataclass(frozen=True)
class CycleTables:
    """The tables of a cycle's results by their subject; `beside`: more about indicators."""

    indicators: TableSheet[Any]
    scenario: TableSheet[Any]
    tasks: TableSheet[Any]
    projects: TableSheet[Any]
    actions: Sequence[TableSheet[Any]]
    proposals: TableSheet[Any]
    beside: Sequence[TableSheet[Any]] = ()


@dataclass(frozen=True)
class CycleResults(ABC):
    """What a cycle came to at one moment, and how it is shown.

    `earlier` is the consolidation of the cycle before, where there is one and anybody was asked in
    it: its figures have references of their own and lie behind those of this cycle.
    """

    office: Office = field(compare=False, repr=False)
    consolidation: Consolidation
    earlier: Consolidation | None

    has_counts: ClassVar[bool]  # whether `counts` has any
    judgement_names: ClassVar[Mapping[Judgement, str]]  # as its sheets call them

    @classmethod
    @abstractmethod
    def of(
        cls, office: Office, consolidation: Consolidation, earlier: Consolidation | None
    ) -> Self:
        """The results of what was consolidated, its fingerprint covering all that is shown."""

    @property
    def cycle(self) -> ReportingCycle:
        """The cycle whose results they are."""
        return self.consolidation.cycle

    @property
    def every_figure(self) -> Sequence[Figure]:
        """The lineage of this cycle, then that of the earlier one."""
        return (*self.consolidation.lineage, *(self.earlier.lineage if self.earlier else ()))

    @property
    def without_plan(self) -> AbstractSet[str]:
        """Codes of the agencies of which the cycle misses a plan that it is measured by."""
        return frozenset()

    @abstractmethod
    def tables(self, names: ResultNames) -> CycleTables:
        """What was said and done, table by table, as the workbook shows it."""

    @abstractmethod
    def add_sheets(self, book: Workbook, tables: TableWriter, names: ResultNames) -> None:
        """Adds the workbook's sheets between who answered and what the check found."""

    @abstractmethod
    def overview_lines(self) -> list[OverviewLine]:
        """The headlines of the workbook's first page that tell what was said."""

    @abstractmethod
    def write_counts(self, page: CountsPage) -> None:
        """What the page of counts shows below who answered: tables, each with its chart."""

    @abstractmethod
    def chart(self) -> bytes:
        """The chart of the summary mail, a PNG: the same for the same results."""

    @abstractmethod
    def boards(self) -> list[Board]:
        """The office's boards of what was said, conflicts left out."""

    @abstractmethod
    def counts(self) -> Mapping[str, int]:
        """How the results stand in numbers; empty for a cycle that asks for none."""

    @abstractmethod
    def asked(self) -> list[PersonAsked]:
        """What a person judges or has judged, in the directive's order, what waits first."""

    @abstractmethod
    def summary_matter(self, changed: Container[str] = ()) -> SummaryMatter:
        """What the summary says of the matter of the cycle; `changed`: codes of the rows that came
        out otherwise than in the report before."""

    @abstractmethod
    def snapshot(self) -> Snapshot:
        """What is frozen of them when they are sent."""

    @abstractmethod
    def judged(self) -> Judged:
        """How the figures are judged, for the tidy table."""

    @abstractmethod
    def report(
        self,
        templates: Path,
        changes: Changes | None,
        made_at: dt.datetime,
        *,
        references: bool = True,
    ) -> bytes:
        """The year-end report, dated `made_at`: the same for the same inputs.

        Without references it is the copy to be signed: same words, no marks of sources.
        Raises NothingToReport for a cycle without results, ReportTemplateFault when the office's
        template cannot be set.
        """

    @abstractmethod
    def papers(
        self, workbook_name: str, templates: Path, changes: Changes | None, made_at: dt.datetime
    ) -> list[Paper]:
        """The documents that go with the workbook of that name."""

    @abstractmethod
    def previews(self, made_at: dt.datetime, only: str = "") -> list[Preview]:
        """The page of every agency asked, in the register's order; none without results.

        `only`: of the agency of that code.
        """

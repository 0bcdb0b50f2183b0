"""A plan: what the agencies committed to, measured against what the directive assigns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from xlsxwriter.workbook import Workbook

from models.domain.consolidation import Consolidation
from models.domain.consolidation.plans import action_sheets
from models.domain.consolidation.verdicts import PersonAsked
from models.domain.consolidation.wording import JUDGEMENT_NAMES
from models.domain.reading.office import Office
from models.domain.results.plan_summary import plan_matter
from models.domain.results.previews.preview import Preview
from models.domain.results.snapshots import Changes, Snapshot, plan_lines, snapshot_of
from models.domain.results.summary_words import SummaryMatter
from models.domain.results.tidy_table import Judged, judged_plan
from models.domain.review.assembling import proposals_in
from tasks.adapters.results.board import Board
from tasks.adapters.results.consolidated_overview import plan_headlines, write_completeness
from tasks.adapters.results.cycle_results import (
    CycleResults,
    CycleTables,
    NothingToReport,
    Paper,
)
from tasks.adapters.results.mail_chart import plan_panels, status_chart
from tasks.adapters.results.plan_boards import plan_boards
from tasks.adapters.sheets.common_sheets import conflict_sheet
from tasks.adapters.sheets.consolidated_sheet import TableWriter
from tasks.adapters.sheets.consolidation_cells import ResultNames
from tasks.adapters.sheets.judgement_sheet import judgement_sheet
from tasks.adapters.sheets.overview_parts import CountsPage, OverviewLine
from tasks.adapters.sheets.plan_measure_sheets import (
    indicator_sheet,
    scenario_chart,
    scenario_sheet,
)
from tasks.adapters.sheets.plan_work_sheets import action_sheet, project_sheet, task_sheet
from tasks.adapters.sheets.review_work_sheets import proposal_sheet
from tasks.adapters.sheets.wholes_sheet import unfit_line, wholes_sheet


@dataclass(frozen=True)
class PlanResults(CycleResults):
    """The results of a cycle that asks for commitments only."""

    has_counts = False
    judgement_names = JUDGEMENT_NAMES

    @classmethod
    def of(
        cls, office: Office, consolidation: Consolidation, earlier: Consolidation | None
    ) -> Self:
        """A plan says no more than its consolidation."""
        return cls(office, consolidation.shown_with(earlier), earlier)

    def tables(self, names: ResultNames) -> CycleTables:
        """Commitments, scenario, tasks, projects and the agencies' own plans."""
        found, form = self.consolidation, self.office.form_of(self.cycle)
        return CycleTables(
            indicators=indicator_sheet(found, names, form),
            scenario=scenario_sheet(found, names, form),
            tasks=task_sheet(found, names, form),
            projects=project_sheet(found, names, form),
            actions=[action_sheet(found, names, sheet) for sheet in action_sheets(form)],
            proposals=proposal_sheet(proposals_in(form, found), names),
        )

    def add_sheets(self, book: Workbook, tables: TableWriter, names: ResultNames) -> None:
        """What the tables show; conflicts, and what persons judged."""
        found, shown = self.consolidation, self.tables(names)
        tables.add(shown.indicators)
        tables.add(conflict_sheet(found, names))
        if found.wholes:
            tables.add(wholes_sheet(found, names))
        if asked := self.asked():
            tables.add(judgement_sheet(asked, names))
        scenario_chart(book, tables.add(shown.scenario), shown.scenario, found)
        for table in (shown.tasks, shown.projects, *shown.actions):
            tables.add(table)

    def overview_lines(self) -> list[OverviewLine]:
        """Commitments made and missing."""
        found = self.consolidation
        lines = plan_headlines(found.headline, found.inputs.catalogue.clear.title)
        return [*lines, *unfit_line(found.headline.unfit_wholes)]

    def write_counts(self, page: CountsPage) -> None:
        """How complete the commitments are."""
        write_completeness(page, self.consolidation)

    def chart(self) -> bytes:
        """Who answered by kind of agency, and completeness by appendix."""
        return status_chart(self.consolidation, plan_panels(self.consolidation))

    def boards(self) -> list[Board]:
        """Commitments below what is assigned."""
        return plan_boards(self.office, self.consolidation)

    def counts(self) -> Mapping[str, int]:
        """None: a plan has no results of the year."""
        return {}

    def asked(self) -> list[PersonAsked]:
        """Commitments that a person judges."""
        found = [one for i in self.consolidation.indicators for one in i.every_asked]
        return sorted(found, key=lambda one: not one.waits)

    def summary_matter(self, changed: Container[str] = ()) -> SummaryMatter:
        """Gaps: what nobody committed to, what falls short."""
        return plan_matter(self.consolidation, self.office)

    def snapshot(self) -> Snapshot:
        """With every indicator's commitment."""
        return snapshot_of(self.consolidation, plan_lines(self.consolidation))

    def judged(self) -> Judged:
        """Against the targets that the catalogue shows."""
        return judged_plan(self.consolidation)

    def report(
        self,
        templates: Path,
        changes: Changes | None,
        made_at: dt.datetime,
        *,
        references: bool = True,
    ) -> bytes:
        """Raises NothingToReport."""
        raise NothingToReport(
            f"Kỳ {self.cycle.code} không có kết quả thực hiện nên không có báo cáo tổng kết; xem "
            "sổ tổng hợp."
        )

    def papers(
        self, workbook_name: str, templates: Path, changes: Changes | None, made_at: dt.datetime
    ) -> list[Paper]:
        """None."""
        return []

    def previews(self, made_at: dt.datetime, only: str = "") -> list[Preview]:
        """None: a meeting looks at results."""
        return []

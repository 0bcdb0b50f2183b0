"""A review: what was done, measured against targets and against what was promised."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Container, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import ClassVar, Self

from xlsxwriter.workbook import Workbook

from models.domain.consolidation import Consolidation
from models.domain.consolidation.verdicts import PersonAsked
from models.domain.consolidation.wording import JUDGEMENT_NAMES
from models.domain.reading.office import Office
from models.domain.register.targets import Judgement
from models.domain.results.previews.preview import Preview, preview_of
from models.domain.results.report import ReportContent, report_of
from models.domain.results.review_summary import review_matter
from models.domain.results.snapshots import Changes, Snapshot, review_lines, snapshot_of
from models.domain.results.summary_words import SummaryMatter
from models.domain.results.tidy_table import Judged, judged_review
from models.domain.review import Review
from models.domain.review.assembling import review_of
from models.domain.review.spending import is_doubtful
from models.domain.review.wording import OUTCOME_NAMES
from tasks.adapters.results.board import Board
from tasks.adapters.results.cycle_results import CycleResults, CycleTables, Paper
from tasks.adapters.results.mail_chart import review_panels, status_chart
from tasks.adapters.results.output_names import clean_report_beside, report_beside
from tasks.adapters.results.report_charts import report_charts
from tasks.adapters.results.review_boards import review_boards, review_counts
from tasks.adapters.sheets.common_sheets import conflict_sheet
from tasks.adapters.sheets.consolidated_sheet import TableWriter
from tasks.adapters.sheets.consolidation_cells import ResultNames
from tasks.adapters.sheets.judgement_sheet import judgement_sheet
from tasks.adapters.sheets.overview_parts import CountsPage, OverviewLine
from tasks.adapters.sheets.review_baseline_sheet import baseline_sheet
from tasks.adapters.sheets.review_comparison_sheets import (
    history_sheet,
    scenario_chart,
    scenario_sheet,
    territory_sheet,
    track_sheet,
)
from tasks.adapters.sheets.review_indicator_sheet import indicator_sheet
from tasks.adapters.sheets.review_overview import doubtful_line, review_headlines, write_counted
from tasks.adapters.sheets.review_work_sheets import (
    action_sheet,
    project_sheet,
    proposal_sheet,
    task_sheet,
)
from tasks.adapters.sheets.wholes_sheet import unfit_line, wholes_sheet


@dataclass(frozen=True)
class ReviewResults(CycleResults):
    """The results of a cycle that asks what the year brought."""

    review: Review

    has_counts = True
    judgement_names: ClassVar[Mapping[Judgement, str]] = {**JUDGEMENT_NAMES, **OUTCOME_NAMES}

    @classmethod
    def of(
        cls, office: Office, consolidation: Consolidation, earlier: Consolidation | None
    ) -> Self:
        """The review is made here; what follows from the day is part of the fingerprint."""
        review = review_of(office, consolidation, earlier)
        return cls(office, consolidation.shown_with(earlier, review.by_day()), earlier, review)

    @property
    def without_plan(self) -> AbstractSet[str]:
        """Those of which no plan was accepted, neither their own nor one they took over."""
        return self.review.without_plan

    def tables(self, names: ResultNames) -> CycleTables:
        """Results by territory and on the way, tasks by bucket, money, proposals."""
        found, review, form = self.consolidation, self.review, self.office.form_of(self.cycle)
        beside = (territory_sheet(review, names), baseline_sheet(review, names))
        return CycleTables(
            indicators=indicator_sheet(found, review, names, form),
            scenario=scenario_sheet(review, names, self.cycle.catalogue_year, found.wholes),
            tasks=task_sheet(review, names, form, found.as_of),
            projects=project_sheet(review, names),
            actions=[action_sheet(review, names)],
            proposals=proposal_sheet(review.proposals, names),
            beside=[*beside, track_sheet(review, names), history_sheet(review, names)],
        )

    def add_sheets(self, book: Workbook, tables: TableWriter, names: ResultNames) -> None:
        """What the tables show, what would be empty left out; conflicts, what persons judged."""
        shown = self.tables(names)
        territories, baselines, track, history = shown.beside
        tables.add(shown.indicators)
        tables.add(territories)
        if baselines.rows:
            tables.add(baselines)
        tables.add(track)
        scenario_chart(book, tables.add(shown.scenario), shown.scenario, self.review)
        for table in (shown.tasks, *shown.actions, shown.projects):
            tables.add(table)
        tables.add(conflict_sheet(self.consolidation, names))
        if self.consolidation.wholes:
            tables.add(wholes_sheet(self.consolidation, names))
        if asked := self.asked():
            tables.add(judgement_sheet(asked, names))
        tables.add(shown.proposals)
        if history.rows:
            tables.add(history)

    def overview_lines(self) -> list[OverviewLine]:
        """Results and what is missing of them."""
        found = self.consolidation.headline
        lines = review_headlines(self.review.headline, found.conflicts)
        doubtful = sum(is_doubtful(project) for project in self.review.projects)
        return [*lines, *unfit_line(found.unfit_wholes), *doubtful_line(doubtful)]

    def write_counts(self, page: CountsPage) -> None:
        """Indicators by outcome, tasks by bucket."""
        write_counted(page, self.review, self.consolidation.as_of, self._name)

    def chart(self) -> bytes:
        """Who answered by kind of agency, indicators by outcome, tasks by bucket."""
        return status_chart(self.consolidation, review_panels(self.review, self._name))

    def boards(self) -> list[Board]:
        """Indicators missed or not judged; tasks that need urging."""
        return review_boards(self.office, self.cycle, self.review)

    def counts(self) -> Mapping[str, int]:
        """Indicators by outcome, tasks by the codes of their buckets, conflicts."""
        return review_counts(self.review.headline, self.consolidation.headline.conflicts)

    def asked(self) -> list[PersonAsked]:
        """Values of the year that a person judges, against whatever measure."""
        found = [one for indicator in self.review.indicators for one in indicator.asked]
        return sorted(found, key=lambda one: not one.waits)

    def summary_matter(self, changed: Container[str] = ()) -> SummaryMatter:
        """Results: what was missed, what is overdue; what came out otherwise first."""
        return review_matter(self.consolidation, self.review, self.office, changed)

    def snapshot(self) -> Snapshot:
        """With every indicator's value of the year and every task's bucket."""
        return snapshot_of(self.consolidation, review_lines(self.review), self.review)

    def judged(self) -> Judged:
        """Against the targets in force at the year's end."""
        return judged_review(self.consolidation, self.review)

    def report(
        self,
        templates: Path,
        changes: Changes | None,
        made_at: dt.datetime,
        *,
        references: bool = True,
    ) -> bytes:
        """The report as a Word document, with its charts."""
        content = self._content(changes, made_at)
        shown = content if references else content.without_references()
        charts = report_charts(self.review, self._name)
        return _document(templates, shown, charts, made_at)

    def _name(self, code: str) -> str:
        return self.office.register.agency_name(code)

    def _content(self, changes: Changes | None, made_at: dt.datetime) -> ReportContent:
        dated = replace(self.consolidation, as_of=made_at)
        return report_of(self.office, dated, self.review, self.consolidation.standings, changes)

    def papers(
        self, workbook_name: str, templates: Path, changes: Changes | None, made_at: dt.datetime
    ) -> list[Paper]:
        """The report twice: each figure with its reference, and without for whoever signs it.

        Its content and charts are made once, when the first of the two is.
        """
        content = cache(partial(self._content, changes, made_at))
        charts = cache(partial(report_charts, self.review, self._name))

        def made(shown: Callable[[], ReportContent]) -> bytes:
            return _document(templates, shown(), charts(), made_at)

        name, clean = report_beside(workbook_name), clean_report_beside(workbook_name)
        return [
            Paper(
                name,
                "Báo cáo (.docx), có mã nguồn",
                partial(made, content),
            ),
            Paper(
                clean,
                "Bản trình ký (.docx)",
                partial(made, lambda: content().without_references()),
            ),
        ]

    def previews(self, made_at: dt.datetime, only: str = "") -> list[Preview]:
        """What the meeting will see of each agency."""
        standings = {s.agency: s for s in self.consolidation.standings}
        return [
            preview_of(self.office, self.consolidation, self.review, standings[a.agency], made_at)
            for a in self.consolidation.agencies
            if only in ("", a.agency)
        ]


def _document(
    templates: Path, content: ReportContent, charts: Mapping[str, bytes], made_at: dt.datetime
) -> bytes:
    # For start-up cost only here: whoever counts, shows or asks writes no document.
    from tasks.adapters.results.report_document import REPORT_TEMPLATE, report_document

    return report_document(templates / REPORT_TEMPLATE, content, charts=charts, made_at=made_at)

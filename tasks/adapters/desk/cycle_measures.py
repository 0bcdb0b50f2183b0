"""What a cycle came to, worked out once for all pages that show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from models.domain.consolidation import EARLIER, Conflict, Consolidation, Figure, code_of
from models.domain.consolidation.verdicts import PersonAsked
from models.domain.desk.measure_lines import MeasureLine, plan_measures, review_measures
from models.domain.desk.row_story import RowAnswers, answers_to
from models.domain.desk.shown_tables import DeskTable
from models.domain.register.catalogue import Catalogue, CatalogueRow
from models.domain.review import Review
from tasks.adapters.desk.result_tables import shown_table
from tasks.adapters.results.cycle_results import CycleResults, CycleTables
from tasks.adapters.results.review_results import ReviewResults
from tasks.adapters.sheets.consolidation_cells import ResultNames

TASKS, PROJECTS, ACTIONS, PROPOSALS = "nhiem-vu", "du-an", "viec-tu-de-ra", "kien-nghi"
INDICATORS, SCENARIO = "chi-tieu", "kich-ban"


class CycleMeasures:
    """The results of a cycle, with what pages ask of them; each part is made when it is asked."""

    def __init__(self, results: CycleResults) -> None:
        self.results = results

    @cached_property
    def names(self) -> ResultNames:
        """How rows and agencies are called."""
        return ResultNames.of(self.results.office, self.catalogue)

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue of the cycle's year."""
        return self.results.office.catalogue_of(self.results.cycle)

    @property
    def found(self) -> Consolidation:
        """What was consolidated."""
        return self.results.consolidation

    @property
    def review(self) -> Review | None:
        """What was judged of the year; None for a cycle that asks for commitments only."""
        return self.results.review if isinstance(self.results, ReviewResults) else None

    @cached_property
    def lines(self) -> Sequence[MeasureLine]:
        """The indicators, a line each, as printed."""
        if self.review is not None:
            return review_measures(self.found, self.review, self.names)
        return plan_measures(self.found, self.names)

    @cached_property
    def _tables(self) -> CycleTables:
        return self.results.tables(self.names)

    @cached_property
    def _shown(self) -> dict[str, DeskTable | None]:
        return {}

    def table(self, key: str) -> DeskTable | None:
        """The table of a subject, as the workbook has it; None where the cycle has none."""
        if key not in self._shown:
            made = {
                INDICATORS: [self._tables.indicators],
                SCENARIO: [self._tables.scenario],
                TASKS: [self._tables.tasks],
                PROJECTS: [self._tables.projects],
                ACTIONS: list(self._tables.actions[:1]),
                PROPOSALS: [self._tables.proposals],
            }[key]
            self._shown[key] = shown_table(made[0]) if made else None
        return self._shown[key]

    @cached_property
    def beside(self) -> Sequence[DeskTable]:
        """More about indicators: by territory, on the way, over the versions."""
        return [shown_table(sheet) for sheet in self._tables.beside]

    @cached_property
    def conflicts(self) -> Mapping[str, Conflict]:
        """The conflicts by their code, as numbered."""
        return {code_of(conflict): conflict for conflict in self.found.conflicts}

    @cached_property
    def asked(self) -> Mapping[str, PersonAsked]:
        """What persons judge or have judged by code, what waits first."""
        return {one.question.code: one for one in self.results.asked()}

    def figure(self, reference: str) -> Figure | None:
        """The figure of that reference, of this cycle or the one it is measured by."""
        made = self.results.earlier if reference.startswith(EARLIER) else self.found
        digits = reference.rpartition("-")[2]
        if made is None or not digits.isascii() or not digits.isdigit():
            return None
        # References count the figures: each stands where its number says.
        place = int(digits) - 1
        figure = made.lineage[place] if 0 <= place < len(made.lineage) else None
        return figure if figure is not None and figure.reference == reference else None

    def answers(self, row: CatalogueRow) -> RowAnswers:
        """Every answer to a row in this cycle."""
        return answers_to(self.found, self.results.office.form_of(self.results.cycle), row)

    def earlier_answers(self, row: CatalogueRow) -> RowAnswers | None:
        """Every answer in the cycle that this one is measured by; None where there is none."""
        before = self.results.earlier
        if before is None:
            return None
        return answers_to(before, self.results.office.form_of(before.cycle), row)

"""The year-end report of a cycle, made of what is consolidated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from models.domain.consolidation import Consolidation
from models.domain.cycles import ReportingCycle
from models.domain.errors import BaocaoError
from models.domain.review.report import report_of
from models.domain.snapshots import Changes
from models.domain.standing import AgencyStanding
from tasks.adapters.report_charts import report_charts
from tasks.adapters.report_document import REPORT_TEMPLATE, report_document
from tasks.adapters.ruling import consolidated
from tasks.adapters.snapshotting import base_of, changes_since
from tasks.adapters.standings import standings_of_cycle
from tasks.adapters.workplace import Workplace


class NothingToReport(BaocaoError):
    """Raised when a report is asked for of a cycle that asks for no results."""


def report_content(
    place: Workplace,
    consolidation: Consolidation,
    standings: Sequence[AgencyStanding],
    changes: Changes | None,
    made_at: dt.datetime,
) -> bytes | None:
    """The report's bytes, the same for the same inputs; None for a cycle without results.

    `made_at` dates it. Raises ReportTemplateFault when the office's template cannot be set.
    """
    review = consolidation.review
    if review is None:
        return None
    dated = replace(consolidation, as_of=made_at)
    return report_document(
        place.reports_dir / REPORT_TEMPLATE,
        report_of(place.office, dated, review, standings, changes),
        charts=report_charts(review),
        made_at=made_at,
    )


def report_of_cycle(place: Workplace, cycle: ReportingCycle) -> bytes:
    """The report as of now. Raises NothingToReport for a plan, ReportTemplateFault."""
    with place.engine.begin() as connection:
        standings = standings_of_cycle(place, connection, cycle, details=True)
        consolidation = consolidated(place, connection, cycle, standings)
        base = base_of(connection, consolidation)
    changes = changes_since(place, consolidation, base)
    content = report_content(place, consolidation, standings, changes, place.now)
    if content is None:
        raise NothingToReport(
            f"Kỳ {cycle.code} không có kết quả thực hiện nên không có báo cáo tổng kết; xem sổ "
            "tổng hợp."
        )
    return content

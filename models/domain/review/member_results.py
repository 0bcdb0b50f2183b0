"""What the year brought to each of many who answer an indicator for themselves."""

from __future__ import annotations

from collections.abc import Mapping

from models.domain.consolidation.evidence import Figure
from models.domain.consolidation.indicators import IndicatorLine, Report
from models.domain.consolidation.members import Members, MemberValue
from models.domain.consolidation.verdicts import VerdictBook
from models.domain.reading.forms import SheetForm
from models.domain.register.catalogue import PERIODS, Catalogue, CatalogueRow
from models.domain.register.targets import Judgement
from models.domain.register.targets_in_force import target_in_force
from models.domain.register.territories import Territory
from models.domain.review.hearing import Hearing
from models.domain.review.judging import against_commitment, last_year_of, territory_result
from models.domain.review.pace import period_end


def reviewed_members(
    line: IndicatorLine,
    promises: Mapping[str, Figure],
    catalogue: Catalogue,
    sheet: SheetForm,
    verdicts: VerdictBook,
) -> Members | None:
    """Each member's value of the year, judged for itself; None where one leads the row.

    `promises`: what each committed to, by agency. A member is judged for the territory it tells:
    the directive's own, else the whole city, else the first it gave a value for.
    """
    if line.members is None:
        return None
    reports = {r.agency: r for r in line.reports}
    return Members(
        tuple(
            _judged(line.row, report, promises.get(value.agency), catalogue, sheet, verdicts)
            if (report := reports.get(value.agency)) is not None and report.told is not None
            else MemberValue(value.agency, None, promised=promises.get(value.agency))
            for value in line.members.values
        )
    )


def _judged(
    row: CatalogueRow,
    report: Report,
    promised: Figure | None,
    catalogue: Catalogue,
    sheet: SheetForm,
    verdicts: VerdictBook,
) -> MemberValue:
    territory = _territory(report, catalogue.territory)
    figure = report.elsewhere.get(territory) if report.value is None else report.value
    given = [figure] if figure is not None else []
    target = target_in_force(row, catalogue, territory, period_end(PERIODS[-1], catalogue.year))
    last_year = last_year_of(row, report.answers, sheet)
    hearing = Hearing(row, verdicts, last_year=last_year, member=report.agency)
    result = hearing.on_result(territory_result(row, territory, given, target, last_year=last_year))
    kept, kept_asked = hearing.on_commitment(
        against_commitment(row, figure.number if figure else None, promised),
        *(territory, figure, promised),
    )
    # While a person has yet to judge its value, the value keeps no promise and breaks none.
    waits = result.judgement is Judgement.AWAITING and kept_asked is None
    compared = kept.judgement is not Judgement.UNKNOWN
    return MemberValue(
        report.agency,
        figure,
        result.judgement,
        result.distance,
        result.why_not_judged,
        promised,
        Judgement.AWAITING if waits and compared else kept.judgement,
        asked=result.asked,
        kept_asked=kept_asked,
    )


def _territory(report: Report, own: Territory) -> Territory:
    if report.value is not None or not report.elsewhere:
        return own
    return Territory.WHOLE if Territory.WHOLE in report.elsewhere else next(iter(report.elsewhere))

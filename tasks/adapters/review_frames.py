"""Tables of a review: what was promised against what was done, each figure with its source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

import pandas as pd

from models.domain.catalogue import PERIODS, period_phrase
from models.domain.consolidation import Conflict, Consolidation, Figure, Report
from models.domain.forms import SheetForm
from models.domain.review import (
    Pace,
    Proposal,
    Review,
    ReviewIndicator,
    TerritoryResult,
    TrackPoint,
)
from models.domain.review.answered import answered
from models.domain.review.wording import COMMITMENT_NAMES, OUTCOME_NAMES, PACE_NAMES
from models.domain.target_revisions import UNCONFIRMED
from models.domain.targets import Judgement, TargetKind
from models.domain.targets_in_force import TargetInForce
from models.domain.territories import TERRITORY_SHORT_NAMES, Territory
from tasks.adapters.consolidation_cells import (
    Cells,
    Names,
    Tone,
    Toned,
    build_frame,
    citation_of,
    sources_of,
    with_bands,
)
from tasks.adapters.consolidation_frames import appendix_name
from tasks.adapters.measure_frames import JUDGEMENT_TONES

PACE_TONES = {
    Pace.AHEAD: Tone.GOOD,
    Pace.ON_TRACK: Tone.GOOD,
    Pace.BEHIND: Tone.BAD,
    Pace.UNKNOWN: Tone.PLAIN,
}
NO_DATA = "Chưa có số liệu"

INDICATOR_COLUMNS = (
    *("place", "name", "unit", "target", "last_year", "commitment", "to_date", "as_of", "value"),
    *("status", "outcome", "distance", "kept", "pace", "self_judgement", "agency", "conflicts"),
    *("texts", "source", "earlier", "tone"),
)


def judged_frame(
    consolidation: Consolidation, review: Review, names: Names, sheet: SheetForm | None
) -> pd.DataFrame:
    """One row per indicator and reporter, the one that stands first; see INDICATOR_COLUMNS.

    `commitment` is of the plan cycle, `distance` in the row's unit, positive when better. Others'
    values stand below for comparison; an indicator nobody reported has a row that says so.
    """
    involved: dict[str, list[Conflict]] = {}
    for conflict in consolidation.conflicts:
        for code in dict.fromkeys((conflict.row.code, conflict.other_row.code)):
            involved.setdefault(code, []).append(conflict)
    groups = (
        (
            f"{appendix_name(one.row.appendix)}. {names.groups[one.row.code]}".rstrip(". "),
            list(_judged_rows(one, involved.get(one.row.code, []), names, sheet)),
        )
        for one in review.indicators
    )
    return build_frame(with_bands(groups, "name"), INDICATOR_COLUMNS)


def _judged_rows(
    one: ReviewIndicator, conflicts: Sequence[Conflict], names: Names, sheet: SheetForm | None
) -> Iterator[Cells]:
    row = one.row
    common: Cells = {
        "place": names.places[row.code],
        "name": names.rows[row.code],
        "unit": row.unit,
        "target": target_cell(one.target) if one.target else row.target_shown,
        "commitment": one.commitment,
    }
    speaking = _speaking(one)
    if speaking is None or not one.has_value:
        silent = "; ".join(names.agency(a.agency, a.role) for a in row.agencies)
        yield {
            **common,
            "agency": silent or "Chưa giao cơ quan",
            "outcome": Toned(NO_DATA, Tone.BAD),
            "texts": _texts(one, names),
        }
    for report in one.line.reports:
        if report is speaking and one.has_value:
            yield {**common, **_own(one, report, conflicts, names)}
    for report in one.line.reports:
        if report is not speaking and (report.value or report.elsewhere):
            yield {**common, **_other(report, conflicts, names, sheet), "tone": Tone.MUTED}


def _speaking(one: ReviewIndicator) -> Report | None:
    """The report whose value the line shows."""
    value = one.result.value if one.result else None
    agency = one.agency or (value.agency if value else "")
    return next((r for r in one.line.reports if r.agency == agency), None)


def _own(
    one: ReviewIndicator, report: Report, conflicts: Sequence[Conflict], names: Names
) -> Cells:
    return {
        "last_year": one.last_year,
        "to_date": one.to_date,
        "as_of": one.as_of,
        "value": one.value,
        "status": _status(one),
        "outcome": _outcome(one),
        "distance": one.distance,
        "kept": _kept(one, names),
        "pace": pace_cell(one.pace),
        "self_judgement": _self_judgement(one),
        "agency": names.agency(report.agency, report.role),
        "conflicts": _numbers(conflicts, report.agency),
        "texts": _texts(one, names),
        **sources_of([one.commitment, *report.figures]),
    }


def _other(
    report: Report, conflicts: Sequence[Conflict], names: Names, sheet: SheetForm | None
) -> Cells:
    return {
        "to_date": answered(sheet, report.answers, "to_date"),
        "as_of": answered(sheet, report.answers, "as_of"),
        "value": report.value,
        "outcome": Toned("Số đối chiếu", Tone.MUTED),
        "agency": names.agency(report.agency, report.role),
        "conflicts": _numbers(conflicts, report.agency),
        "source": citation_of(report.figures),
    }


def _status(one: ReviewIndicator) -> str | None:
    return {"estimate": "Ước", "actual": "Chính thức"}.get(one.status.value)


def _outcome(one: ReviewIndicator) -> Toned:
    """The judgement; said of which territory where it is not the directive's own."""
    result = one.result
    text = OUTCOME_NAMES[one.outcome]
    if result is not None and result.territory is not one.territory:
        text = f"{text} (theo số {TERRITORY_SHORT_NAMES[result.territory]})"
    elif one.outcome is Judgement.UNKNOWN and one.why_not_judged:
        text = f"{text}: {one.why_not_judged[:1].lower()}{one.why_not_judged[1:]}"
    if one.line.provisional:
        text = f"Tạm lấy, cơ quan chủ trì chưa có số. {text}"
        return Toned(text, Tone.WARN)
    return Toned(text, JUDGEMENT_TONES[one.outcome])


def _kept(one: ReviewIndicator, names: Names) -> Toned | None:
    text = COMMITMENT_NAMES[one.commitment_judgement]
    if not text:
        return Toned("Không cam kết", Tone.MUTED) if one.commitment is None else None
    bad = one.commitment_judgement is Judgement.NOT_MET
    if other := one.other_agency(one.commitment):
        text = f"{text} (của {names.agency(other)})"
    return Toned(text, Tone.BAD if bad else Tone.GOOD)


def _self_judgement(one: ReviewIndicator) -> object:
    if one.self_judgement is None:
        return None
    return (
        Toned(f"{one.self_judgement.text} (khác số liệu)", Tone.WARN)
        if one.self_judgement_differs
        else one.self_judgement
    )


def pace_cell(pace: Pace) -> Toned | None:
    """Ahead or behind, coloured; empty where nothing can be compared."""
    return Toned(PACE_NAMES[pace], PACE_TONES[pace]) if PACE_NAMES[pace] else None


def _numbers(conflicts: Sequence[Conflict], agency: str) -> Toned | None:
    involved = [c.number for c in conflicts if agency in c.agencies]
    return Toned(", ".join(involved), Tone.WARN) if involved else None


def _texts(one: ReviewIndicator, names: Names) -> str | None:
    """Causes and remedies, under their agency's name where another one's value stands."""
    parts = []
    for label, figure in (("Nguyên nhân", one.causes), ("Giải pháp", one.remedies)):
        if figure is not None:
            other = one.other_agency(figure)
            by = f" ({names.agency(other)})" if other else ""
            parts.append(f"{label}{by}: {figure.text.strip()}")
    return "\n".join(parts) or None


def target_cell(target: TargetInForce) -> Decimal | str:
    """A plain number as a number, in the reader's own notation; all else as printed."""
    plain = target.target.kind is TargetKind.VALUE
    return target.target.value if plain else target.printed


# --- Territories ----------------------------------------------------------------------------------

TERRITORY_COLUMNS = (
    *("place", "name", "unit"),
    *(f"{part}_{t.value}" for t in Territory for part in ("target", "value", "outcome")),
    *("basis", "agency", "source", "tone"),
)


def territory_frame(review: Review, names: Names) -> pd.DataFrame:
    """One row per indicator that is told for more than the directive's own territory.

    By territory: the target in force, the value that stands, the judgement; see TERRITORY_COLUMNS.
    """
    return build_frame(
        (
            _by_territory(one, names)
            for one in review.indicators
            if any(t is not one.territory for t in one.territories)
        ),
        TERRITORY_COLUMNS,
    )


def _by_territory(one: ReviewIndicator, names: Names) -> Cells:
    cells: dict[str, object] = {
        "place": names.places[one.row.code],
        "name": names.rows[one.row.code],
        "unit": one.row.unit,
    }
    for territory, result in one.territories.items():
        cells[f"target_{territory.value}"] = target_cell(result.target) if result.target else None
        cells[f"value_{territory.value}"] = result.value
        cells[f"outcome_{territory.value}"] = _judged(result)
    values = [r.value for r in one.territories.values() if r.value is not None]
    agencies = dict.fromkeys(f.agency for f in values)
    bases = [
        f"{TERRITORY_SHORT_NAMES[t].capitalize()}: {r.target.basis}"
        + (f" ({UNCONFIRMED})" if r.target.assumed else "")
        for t, r in one.territories.items()
        if r.target and t is not one.territory
    ]
    return {
        **cells,
        "basis": "\n".join(bases) or None,
        "agency": "; ".join(map(names.agency, agencies)) or None,
        "source": citation_of(values),
    }


def _judged(result: TerritoryResult) -> Toned | None:
    if result.value is None:
        return Toned(NO_DATA, Tone.MUTED) if result.target else None
    if result.judgement is Judgement.UNKNOWN:
        return Toned(result.why_not_judged, Tone.MUTED)
    return Toned(OUTCOME_NAMES[result.judgement], JUDGEMENT_TONES[result.judgement])


# --- On the way -----------------------------------------------------------------------------------

TRACK_COLUMNS = (
    *("place", "name", "unit"),
    *(f"{part}_{p}" for p in PERIODS for part in ("promised", "actual", "pace")),
    *("agency", "source", "earlier", "tone"),
)


def track_frame(review: Review, names: Names) -> pd.DataFrame:
    """One row per indicator for which a point of the way can be compared; see TRACK_COLUMNS."""
    groups = (
        (appendix_name(one.row.appendix), [_track_row(one, names)])
        for one in review.indicators
        if any(p.pace is not Pace.UNKNOWN for p in one.track)
    )
    return build_frame(with_bands(groups, "name"), TRACK_COLUMNS)


def _track_row(one: ReviewIndicator, names: Names) -> Cells:
    cells: dict[str, object] = {
        "place": names.places[one.row.code],
        "name": names.rows[one.row.code],
        "unit": one.row.unit,
        "agency": _who_on_the_way(one, names),
    }
    figures: list[Figure] = []
    for point in one.track:
        cells[f"promised_{point.period}"] = _or_number(point.promise, point.promised)
        cells[f"actual_{point.period}"] = _or_number(point.report, point.actual)
        cells[f"pace_{point.period}"] = _pace_of(point)
        figures += [f for f in (point.promise, point.report) if f is not None]
    return {**cells, **sources_of(figures)}


def _who_on_the_way(one: ReviewIndicator, names: Names) -> str:
    """The agency; then, point by point, others whose milestone or figure stands in the row."""
    lines = [names.agency(one.agency or next(iter(one.kin), ""))]
    for label, key in (("Mốc", "promise"), ("Thực hiện", "report")):
        others: dict[str, list[str]] = {}
        for point in one.track:
            if other := one.other_agency(getattr(point, key)):
                others.setdefault(other, []).append(period_phrase(point.period))
        lines += [
            f"{label} {', '.join(periods)}: {names.agency(other)}"
            for other, periods in others.items()
        ]
    return "\n".join(lines)


def _or_number(figure: Figure | None, number: Decimal | None) -> Figure | Decimal | None:
    """The figure where it says just that number; a number that was converted by itself."""
    return figure if figure is not None and figure.number == number else number


def _pace_of(point: TrackPoint) -> Toned | None:
    text = PACE_NAMES[point.pace]
    if not text:
        return None
    if point.on is not None:
        text = f"{text} (số đến {point.on:%d/%m})"
    return Toned(text, PACE_TONES[point.pace])


# --- Scenario -------------------------------------------------------------------------------------

SCENARIO_COLUMNS = (
    *("place", "name"),
    *(f"{part}_{p}" for part in ("printed", "updated", "actual", "difference") for p in PERIODS),
    *("agency", "texts", "source", "earlier", "tone"),
)


def scenario_review_frame(review: Review, names: Names) -> pd.DataFrame:
    """One row per branch: printed, updated in the plan cycle, reached, difference to print.

    A difference below zero, behind the scenario, is coloured; see SCENARIO_COLUMNS.
    """
    rows: list[dict[str, object]] = []
    for line in review.scenario:
        row: dict[str, object] = {
            "place": names.places[line.row.code],
            "name": names.rows[line.row.code],
        }
        for point in line.points:
            row[f"printed_{point.period}"] = point.printed
            row[f"updated_{point.period}"] = point.updated
            row[f"actual_{point.period}"] = point.actual
            row[f"difference_{point.period}"] = point.difference
        reporters = [r for r in line.line.reports if r.milestones]
        shown = [f for p in line.points for f in (p.updated, p.actual) if f is not None]
        row["agency"] = "; ".join(names.agency(r.agency) for r in reporters) or None
        other = line.other_agency(line.causes)
        by = f"{names.agency(other)}: " if other else ""
        numbers = sorted({n for given in line.disputed.values() for n in given})
        doubt = f"Tạm dùng, chờ quyết định: {', '.join(numbers)}." if numbers else ""
        causes = by + line.causes.text if line.causes else ""
        row["texts"] = "\n".join(part for part in (doubt, causes) if part) or None
        row |= sources_of([*shown, line.causes])
        rows.append(row)
    return build_frame(rows, SCENARIO_COLUMNS)


# --- Proposals and history ------------------------------------------------------------------------

PROPOSAL_COLUMNS = ("order", "agency", "about", "text", "source", "tone")


def proposal_frame(review: Review, names: Names) -> pd.DataFrame:
    """One row per proposal, agency by agency; `about` is the row or action it stands at."""
    return build_frame(
        (
            {
                "order": count,
                "agency": names.agency(p.agency),
                "about": _about(p, names),
                "text": p.figure,
                "source": citation_of([p.figure]),
            }
            for count, p in enumerate(review.proposals, start=1)
        ),
        PROPOSAL_COLUMNS,
    )


def _about(proposal: Proposal, names: Names) -> str:
    if proposal.row:
        return f"{names.places[proposal.row]}: {names.rows[proposal.row]}"
    return proposal.about_work or "Kiến nghị chung"


HISTORY_COLUMNS = (
    *("place", "name", "unit", "agency", "value", "status", "received_at", "receipt", "version"),
    *("file_name", "cell", "file_sha256", "tone"),
)


def history_frame(review: Review, names: Names) -> pd.DataFrame:
    """One row per version that gave another value or status than the one before; oldest first.

    Only indicators with more than one; the version that counts is set upright.
    """
    return build_frame(
        (
            {
                "place": names.places[one.row.code],
                "name": names.rows[one.row.code],
                "unit": one.row.unit,
                "agency": names.agency(point.source.agency),
                "value": point.value,
                "status": {"estimate": "Ước", "actual": "Chính thức"}.get(point.status.value),
                "received_at": point.received_at,
                "receipt": point.source.receipt_number,
                "version": point.source.version,
                "file_name": point.source.file_name,
                "cell": f"{point.source.sheet_name}!{point.source.cell}",
                "file_sha256": point.source.file_sha256,
                "tone": Tone.PLAIN if point.counts else Tone.MUTED,
            }
            for one in review.indicators
            if len(one.history) > 1
            for point in one.history
        ),
        HISTORY_COLUMNS,
    )


# --- Counts for tables and charts -----------------------------------------------------------------

OUTCOME_ORDER: Sequence[Judgement] = (
    *(Judgement.EXCEEDED, Judgement.MET, Judgement.FLOOR_MET, Judgement.NOT_MET),
    Judgement.UNKNOWN,
)


def outcome_by_appendix(review: Review) -> pd.DataFrame:
    """Indicators by appendix (rows) and outcome (columns, as named, then without data); sums."""
    columns = [*(OUTCOME_NAMES[j] for j in OUTCOME_ORDER), NO_DATA]
    counts: dict[str, dict[str, int]] = {}
    for one in review.indicators:
        name = appendix_name(one.row.appendix)
        outcome = OUTCOME_NAMES[one.outcome] if one.has_value else NO_DATA
        row = counts.setdefault(name, dict.fromkeys(columns, 0))
        row[outcome] += 1
    table = pd.DataFrame.from_dict(counts, orient="index", columns=columns)
    table["Cộng"] = table.sum(axis=1)
    table.loc["Cộng"] = table.sum(axis=0)
    return table.astype(int)

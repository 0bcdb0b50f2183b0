"""Tables about the measures: indicators, the growth scenario, and values that contradict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

import pandas as pd

from models.domain.catalogue import PERIODS, CatalogueRow, Role, period_phrase
from models.domain.consolidation import (
    Conflict,
    ConflictKind,
    Consolidation,
    IndicatorLine,
    Report,
    StandsBecause,
)
from models.domain.consolidation.wording import CONFLICT_NAMES, JUDGEMENT_NAMES, REASON_NAMES
from models.domain.forms import SheetForm
from models.domain.targets import Judgement, TargetKind
from models.domain.territories import TERRITORY_NAMES
from tasks.adapters.consolidation_cells import (
    EXCUSED,
    Cells,
    Names,
    Tone,
    Toned,
    build_frame,
    citation_of,
    texts_of,
    with_bands,
)
from tasks.adapters.consolidation_frames import appendix_name

JUDGEMENT_TONES = {
    Judgement.EXCEEDED: Tone.GOOD,
    Judgement.MET: Tone.GOOD,
    Judgement.FLOOR_MET: Tone.PLAIN,
    Judgement.NOT_MET: Tone.BAD,
    Judgement.UNKNOWN: Tone.WARN,
}

INDICATOR_COLUMNS = (
    *("place", "name", "unit", "target", "agency", "value", *PERIODS),
    *("judgement", "conflicts", "texts", "source", "tone"),
)


def indicator_frame(
    consolidation: Consolidation, names: Names, sheet: SheetForm | None
) -> pd.DataFrame:
    """One row per indicator and reporter, the one that counts first; see INDICATOR_COLUMNS.

    A lead that gave nothing has a row too, so that the gap is seen. `texts` joins what the reporter
    wrote beside its figures, each under the label of its column.
    """
    by_row: dict[str, list[Conflict]] = {}
    for conflict in consolidation.conflicts:
        for code in dict.fromkeys((conflict.row.code, conflict.other_row.code)):
            by_row.setdefault(code, []).append(conflict)
    groups = (
        (
            f"{appendix_name(line.row.appendix)}. {names.groups[line.row.code]}".rstrip(". "),
            list(
                _indicator_rows(
                    line,
                    by_row.get(line.row.code, []),
                    names,
                    sheet,
                    excused=line.row.code in consolidation.excused,
                )
            ),
        )
        for line in consolidation.indicators
    )
    return build_frame(with_bands(groups, "name"), INDICATOR_COLUMNS)


def _indicator_rows(
    line: IndicatorLine,
    conflicts: Sequence[Conflict],
    names: Names,
    sheet: SheetForm | None,
    *,
    excused: bool,
) -> Iterator[Cells]:
    row = line.row
    common = {
        "place": names.places[row.code],
        "name": names.rows[row.code],
        "unit": row.unit,
        "target": _target(row),
    }
    if row.lead not in {r.agency for r in line.reports}:
        named = row.agencies if line.uncommitted else row.agencies[:1]
        silent = "; ".join(names.agency(a.agency, a.role) for a in named)
        missing = EXCUSED if excused else Toned("Chưa cam kết", Tone.BAD)
        yield {**common, "agency": silent or "Chưa giao cơ quan", "judgement": missing}
    for report in line.reports:
        involved = [c.number for c in conflicts if report.agency in c.agencies]
        yield {
            **common,
            "agency": names.agency(report.agency, report.role),
            "value": report.value,
            **report.milestones,
            "judgement": _judgement(line, report),
            "conflicts": Toned(", ".join(involved), Tone.WARN) if involved else None,
            "texts": _texts(report, sheet),
            "source": citation_of(report.figures),
            "tone": Tone.PLAIN if report is line.standing else Tone.MUTED,
        }


def _target(row: CatalogueRow) -> Decimal | str:
    """A plain number as a number, in the reader's own notation; all else as printed."""
    if row.target is not None and row.target.kind is TargetKind.VALUE:
        return row.target.value
    return row.target_shown


def _judgement(line: IndicatorLine, report: Report) -> Toned:
    if report is not line.standing:
        if report.value is None:
            missing = report.role is Role.LEAD or line.uncommitted
            return Toned("Chưa cam kết", Tone.BAD) if missing else Toned("Không ghi số", Tone.MUTED)
        return Toned("Số đối chiếu", Tone.MUTED)
    text = JUDGEMENT_NAMES[line.judgement]
    if line.provisional:
        return Toned(f"Tạm lấy, cơ quan chủ trì chưa cam kết. {text}", Tone.WARN)
    return Toned(text, JUDGEMENT_TONES[line.judgement])


def _texts(report: Report, sheet: SheetForm | None) -> str | None:
    """What the reporter wrote beside its figures."""
    return texts_of(
        report.answers, sheet, [k for k, f in report.answers.items() if f.number is None]
    )


SCENARIO_COLUMNS = (
    *("place", "name"),
    *(f"printed_{p}" for p in PERIODS),
    *(f"updated_{p}" for p in PERIODS),
    *(f"difference_{p}" for p in PERIODS),
    *("agency", "texts", "source", "tone"),
)


def scenario_frame(
    consolidation: Consolidation, names: Names, sheet: SheetForm | None
) -> pd.DataFrame:
    """One row per branch: printed, updated, difference in points; see SCENARIO_COLUMNS.

    A period nobody updated is empty under "updated": the printed index goes on.
    """
    rows: list[dict[str, object]] = []
    for line in consolidation.scenario:
        reporters = [r for r in line.reports if r.milestones]
        texts = [t for r in line.reports if (t := _texts(r, sheet))]
        rows.append(
            {
                "place": names.places[line.row.code],
                "name": names.rows[line.row.code],
                **{f"printed_{p}": v for p, v in line.printed.items()},
                **{f"updated_{p}": f for p, f in line.updated.items()},
                **{f"difference_{p}": line.difference(p) for p in PERIODS},
                "agency": "; ".join(names.agency(r.agency) for r in reporters) or None,
                "texts": "\n".join(texts) or None,
                "source": citation_of([f for r in line.reports for f in r.figures]),
            }
        )
    return build_frame(rows, SCENARIO_COLUMNS)


CONFLICT_COLUMNS = (
    *("number", "kind", "measure", "unit"),
    *("left_agency", "left_value", "left_source"),
    *("right_agency", "right_value", "right_source", "right_converted"),
    *("difference", "stands", "because", "decision", "tone"),
)


def conflict_frame(consolidation: Consolidation, names: Names) -> pd.DataFrame:
    """One row per conflict, both sides with their sources; see CONFLICT_COLUMNS.

    `right_converted` and `difference` are in the unit of the left side; `decision` says who
    ruled and why, and is empty for the person who has still to decide.
    """
    return build_frame((_conflict(c, names) for c in consolidation.conflicts), CONFLICT_COLUMNS)


def _conflict(conflict: Conflict, names: Names) -> dict[str, object]:
    row, other = conflict.row, conflict.other_row
    measure = f"{names.places[row.code]}: {names.rows[row.code]}"
    if conflict.period:
        measure += f", mốc {period_phrase(conflict.period)}"
    if conflict.territory is not None:
        measure += f" ({TERRITORY_NAMES[conflict.territory]})"
    if conflict.kind is ConflictKind.EQUIVALENT:
        measure += f"\n{names.places[other.code]}: {names.rows[other.code]}"
    because = REASON_NAMES[conflict.because]
    if conflict.because is StandsBecause.MAIN_APPENDIX:
        because += f". {conflict.note}" if conflict.note else ""
    return {
        "number": conflict.number,
        "kind": CONFLICT_NAMES[conflict.kind],
        "measure": measure,
        "unit": row.unit if row.unit == other.unit else f"{row.unit}\n{other.unit}",
        "left_agency": names.agency(conflict.left.agency),
        "left_value": conflict.left,
        "left_source": citation_of([conflict.left]),
        "right_agency": names.agency(conflict.right.agency),
        "right_value": conflict.right,
        "right_source": citation_of([conflict.right]),
        "right_converted": conflict.right_value if row.code != other.code else None,
        "difference": conflict.difference,
        "stands": "cả hai, mỗi số ở vị trí của mình" if conflict.each_stands else conflict.stands,
        "because": because,
        "decision": conflict.ruling,
    }

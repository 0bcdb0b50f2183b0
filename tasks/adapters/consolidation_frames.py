"""Tables about the agencies: who answered, what the check found, where every figure comes from."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from models.domain.agencies import AgencyKind
from models.domain.catalogue import Appendix
from models.domain.consolidation import Consolidation, SectionOverview
from models.domain.consolidation.wording import (
    KIND_NAMES,
    SEVERITY_NAMES,
    TIMELINESS_NAMES,
    VERDICT_NAMES,
    timeliness_said,
)
from models.domain.findings import Severity
from models.domain.forms import Form
from models.domain.standing import Timeliness
from models.domain.submissions import Verdict
from tasks.adapters.consolidation_cells import Names, Tone, Toned, build_frame

TIMELINESS_TONES = {
    Timeliness.ON_TIME: Tone.GOOD,
    Timeliness.CORRECTED: Tone.GOOD,
    Timeliness.LATE: Tone.WARN,
    Timeliness.OPEN: Tone.PLAIN,
    Timeliness.OVERDUE: Tone.BAD,
    Timeliness.MISSING: Tone.BAD,
    Timeliness.EXEMPT: Tone.PLAIN,
}
TIMELINESS_COLOURS = {  # for charts, without "#"
    Timeliness.ON_TIME: "2E7D32",
    Timeliness.CORRECTED: "81C784",
    Timeliness.LATE: "F9A825",
    Timeliness.OPEN: "90A4AE",
    Timeliness.OVERDUE: "E57373",
    Timeliness.MISSING: "B71C1C",
    Timeliness.EXEMPT: "CFD8DC",
}
SEVERITY_TONES = {
    Severity.BLOCKER: Tone.BAD,
    Severity.ERROR: Tone.BAD,
    Severity.WARNING: Tone.WARN,
    Severity.INFO: Tone.PLAIN,
}


def status_by_kind(consolidation: Consolidation) -> pd.DataFrame:
    """Agencies by kind (rows, as named) and timeliness (columns, in ladder order), with totals.

    Every kind that occurs has a row, every timeliness a column (exempt only where somebody is);
    counts are integers. The index is the kind's name, the last row and the last column ("Cộng")
    are sums.
    """
    order = [*(KIND_NAMES[k] for k in AgencyKind), KIND_NAMES[None]]
    exempted = any(a.timeliness is Timeliness.EXEMPT for a in consolidation.agencies)
    states = [TIMELINESS_NAMES[t] for t in Timeliness if exempted or t is not Timeliness.EXEMPT]
    flat = pd.DataFrame(
        [(KIND_NAMES[a.kind], TIMELINESS_NAMES[a.timeliness]) for a in consolidation.agencies],
        columns=["kind", "timeliness"],
    )
    table = pd.crosstab(flat["kind"], flat["timeliness"]).reindex(
        index=[k for k in order if k in set(flat["kind"])], columns=states, fill_value=0
    )
    table["Cộng"] = table.sum(axis=1)
    table.loc["Cộng"] = table.sum(axis=0)
    return table.astype(int)


def completeness_by_appendix(consolidation: Consolidation) -> pd.DataFrame:
    """Columns appendix (as printed), expected, complete, share (0-1): rows over all agencies."""
    return pd.DataFrame(
        [
            (appendix_name(a), c.expected, c.complete, c.complete / c.expected)
            for a, c in consolidation.headline.completeness.items()
        ],
        columns=["appendix", "expected", "complete", "share"],
    )


def appendix_name(appendix: Appendix) -> str:
    """How officials call it."""
    return "Lời văn Chỉ thị" if appendix is Appendix.BODY else f"Phụ lục {appendix.value}"


def agency_frame(consolidation: Consolidation) -> pd.DataFrame:
    """One row per agency. `sections` says what counts of each section, where files have them;
    `share_*` hold "complete/expected" by appendix, None for none due.
    """
    appendices = list(consolidation.headline.completeness)
    columns = [
        *("order", "name", "kind", "timeliness", "first_received_at", "received_at", "receipt"),
        *("version", "versions", "verdict", "sections", "held", "errors", "warnings"),
        *(f"share_{a.value}" for a in appendices),
        *("actions", "tone"),
    ]
    rows = []
    for count, a in enumerate(consolidation.agencies, start=1):
        verdict = a.verdict or (Verdict.HELD if a.held else None)
        row: dict[str, object] = {
            "order": count,
            "name": a.name,
            "kind": KIND_NAMES[a.kind],
            "timeliness": Toned(
                timeliness_said(a.timeliness, a.extended_to), TIMELINESS_TONES[a.timeliness]
            ),
            "first_received_at": a.first_received_at or a.held_at,
            "received_at": a.received_at or a.held_at,
            "receipt": a.receipt_number or None,
            "version": a.version or None,
            "versions": a.versions,
            "verdict": VERDICT_NAMES[verdict] if verdict else None,
            "sections": _sections(a.sections),
            "held": a.held or None,
            "errors": a.open_errors or None,
            "warnings": a.open_warnings or None,
            "actions": a.free_actions or None,
        }
        for appendix, share in a.completeness.items():
            whole = share.complete == share.expected
            tone = Tone.PLAIN if whole else Tone.BAD if not share.complete else Tone.WARN
            row[f"share_{appendix.value}"] = Toned(f"{share.complete}/{share.expected}", tone)
        rows.append(row)
    return build_frame(rows, columns)


def _sections(sections: Sequence[SectionOverview]) -> Toned | None:
    """What counts of each section and what is owed; None where files count as a whole."""
    if not sections:
        return None
    owed = [s.title for s in sections if s.is_owed]
    counted: dict[int, list[str]] = {}
    for section in sections:
        if section.version is not None:
            counted.setdefault(section.version, []).append(section.title)
    exempt = [s.title for s in sections if s.exempt and s.version is None]
    lines = [f"Còn nợ: {', '.join(owed)}"] if owed else []
    lines += [f"Bản {version}: {', '.join(titles)}" for version, titles in sorted(counted.items())]
    lines += [f"Miễn: {', '.join(exempt)}"] if exempt else []
    tone = Tone.PLAIN if not owed else Tone.WARN if counted else Tone.BAD
    return Toned("; ".join(lines), tone)


FINDING_COLUMNS = (
    *("agency", "receipt", "version", "verdict", "severity", "rule", "place", "seen"),
    *("message", "justification", "tone"),
)


def finding_frame(consolidation: Consolidation, names: Names) -> pd.DataFrame:
    """One row per open finding, agency by agency, the worst first; see FINDING_COLUMNS."""
    return build_frame(
        (
            {
                "agency": names.agency(f.agency),
                "receipt": f.receipt_number,
                "version": f.version,
                "verdict": VERDICT_NAMES[f.verdict],
                "severity": Toned(
                    SEVERITY_NAMES[f.finding.severity]
                    + (" (quy tắc thử nghiệm)" if f.finding.trial else ""),
                    Tone.MUTED if f.finding.trial else SEVERITY_TONES[f.finding.severity],
                ),
                "rule": f.finding.rule,
                "place": ", ".join(p for p in (f.finding.sheet, f.finding.cell) if p) or "cả tệp",
                "seen": f.finding.value or None,
                "message": f.finding.message,
                "justification": f.finding.justification or None,
            }
            for f in consolidation.findings
        ),
        FINDING_COLUMNS,
    )


LINEAGE_COLUMNS = (
    *("reference", "agency", "place", "column", "value", "receipt", "version", "file_name"),
    *("sheet_name", "cell", "file_sha256"),
)


def lineage_frame(consolidation: Consolidation, names: Names, form: Form) -> pd.DataFrame:
    """One row per figure, row n holding reference n; `value` is the cell's text as it stood."""
    labels = {(s.key, c.key): c.label or c.header for s in form.sheets for c in s.columns}
    titles = {s.key: s.title for s in form.sheets}
    agencies, places = names.agencies, names.places
    return pd.DataFrame(
        [
            (
                f.reference,
                agencies.get(f.source.agency, f.source.agency),
                places.get(f.row_key) or _place(titles.get(f.sheet, f.sheet), f.row_key),
                labels.get((f.sheet, f.column), f.column),
                f.raw or f.text,
                f.source.receipt_number,
                f.source.version,
                f.source.file_name,
                f.source.sheet_name,
                f.source.cell,
                f.source.file_sha256,
            )
            for f in consolidation.lineage
        ],
        columns=list(LINEAGE_COLUMNS),
        dtype=object,
    )


def _place(title: str, row_key: str) -> str:
    """A row that is none of the catalogue's: the sheet, and which of its rows."""
    return f"{title}, dòng {row_key.removeprefix('@')}" if row_key else title

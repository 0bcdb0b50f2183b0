"""An examination as JSON: what a child process answers is data, never an object to unpickle."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal, InvalidOperation
from typing import Any

from models.domain.errors import BaocaoError
from models.domain.reading.findings import Finding, Severity
from models.domain.reading.submissions import (
    Entry,
    EntryValue,
    Examination,
    FileProblem,
    IdentityClaim,
    Verdict,
)

_TEXT_ONLY = {str}


class MalformedExamination(BaocaoError):
    """Raised when JSON does not hold an examination."""


def examination_to_json(examination: Examination) -> dict[str, Any]:
    """The examination in JSON types only; entries and findings as lists, in field order."""
    claim = examination.claim
    return {
        "file_kind": examination.file_kind,
        "problem": examination.problem,
        "detail": examination.detail,
        "claim": None
        if claim is None
        else [
            claim.cycle,
            claim.agency,
            claim.form_version,
            claim.token,
            list(claim.places),
            claim.contradictory,
        ],
        "agency": examination.agency,
        "cycle": examination.cycle,
        "guessed": examination.guessed,
        "entries": [
            [e.sheet, e.row_key, e.column, _tagged(e.value), e.raw, e.sheet_name, e.cell]
            for e in examination.entries
        ],
        "findings": [
            [
                f.rule,
                f.severity,
                f.message,
                f.sheet,
                f.cell,
                f.value,
                f.row_key,
                f.column,
                f.justification,
                f.trial,
                list(f.cells),
                f.place_ends,
            ]
            for f in examination.findings
        ],
        "sheet_names": list(examination.sheet_names),
        "seconds": examination.seconds,
        "rule_failures": list(examination.rule_failures),
        "sheet_keys": dict(examination.sheet_keys),
        "sections": {key: verdict.value for key, verdict in examination.sections.items()},
    }


def examination_from_json(data: Any) -> Examination:
    """The examination that `examination_to_json` wrote. Raises MalformedExamination."""
    try:
        return Examination(
            file_kind=_text(data["file_kind"]),
            problem=None if data["problem"] is None else FileProblem(data["problem"]),
            detail=_text(data["detail"]),
            claim=_claim(data["claim"]),
            agency=_text(data["agency"]),
            cycle=_text(data["cycle"]),
            guessed=bool(data["guessed"]),
            entries=tuple(_entry(e) for e in data["entries"]),
            findings=tuple(_finding(f) for f in data["findings"]),
            sheet_names=tuple(_text(n) for n in data["sheet_names"]),
            seconds=float(data["seconds"]),
            rule_failures=tuple(_text(f) for f in data["rule_failures"]),
            # Absent in an examination that was kept before there were sections.
            sheet_keys={_text(n): _text(k) for n, k in data.get("sheet_keys", {}).items()},
            sections={_text(k): Verdict(v) for k, v in data.get("sections", {}).items()},
        )
    except (KeyError, ValueError, TypeError, IndexError, AttributeError, InvalidOperation) as fault:
        raise MalformedExamination(f"{fault!r}") from fault


def _tagged(value: EntryValue) -> str | None:
    if value is None:
        return None
    if isinstance(value, str):
        return "s" + value
    if isinstance(value, Decimal):
        return f"n{value}"
    return "d" + value.isoformat()


def _untagged(text: str | None) -> EntryValue:
    if text is None:
        return None
    tag, rest = text[:1], text[1:]
    if tag == "s":
        return rest
    if tag == "n":
        return Decimal(rest)
    if tag == "d":
        return dt.datetime.fromisoformat(rest) if "T" in rest else dt.date.fromisoformat(rest)
    raise ValueError(f"unknown tag {tag!r}")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{type(value).__name__} where text is due")
    return value


def _claim(data: Any) -> IdentityClaim | None:
    if data is None:
        return None
    cycle, agency, form_version, token, places, contradictory = data
    return IdentityClaim(
        _text(cycle),
        _text(agency),
        _text(form_version),
        _text(token),
        tuple(_text(p) for p in places),
        bool(contradictory),
    )


def _entry(data: Any) -> Entry:
    sheet, row_key, column, value, raw, sheet_name, cell = data
    if {*map(type, (sheet, row_key, column, raw, sheet_name, cell))} != _TEXT_ONLY:
        raise TypeError(f"other than text in {data!r:.200}")
    return Entry(sheet, row_key, column, _untagged(value), raw, sheet_name, cell)


def _finding(data: Any) -> Finding:
    rule, severity, *texts = data[:9]
    message, sheet, cell, value, row_key, column, justification = (_text(t) for t in texts)
    trial, cells, *later = data[9:]
    # Absent in an examination that was kept before the message said where its place ends: it is
    # read whole.
    (place_ends,) = later or (0,)
    return Finding(
        rule=_text(rule),
        severity=Severity(severity),
        message=message,
        sheet=sheet,
        cell=cell,
        value=value,
        row_key=row_key,
        column=column,
        justification=justification,
        trial=bool(trial),
        cells=tuple(_text(c) for c in cells),
        place_ends=int(place_ends),
    )

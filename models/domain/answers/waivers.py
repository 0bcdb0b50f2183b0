"""Waivers: what a person has decided not to hold against an agency, shown all the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace

from models.domain.answers.decisions import Decision
from models.domain.cycle.cycles import HANOI
from models.domain.reading.findings import Finding, Severity


def eased(
    findings: Iterable[Finding],
    rules: Mapping[str, Decision],
    sheets: Mapping[str, Decision],
) -> list[Finding]:
    """The findings, those under a waived rule or on an exempted sheet made into information.

    They return no workbook any more and still stand in the verdict and in the record, each with the
    decision that excuses it. `rules` are by rule code, `sheets` by the sheet's name as the agency
    sees it. A blocker of the whole file is never excused: it belongs to no sheet.
    """
    return [_eased(f, rules.get(f.rule) or sheets.get(f.sheet)) for f in findings]


def _eased(finding: Finding, decision: Decision | None) -> Finding:
    if decision is None or finding.severity is Severity.INFO:
        return finding
    until = ""
    if decision.until is not None:
        last_day = decision.until.astimezone(HANOI) - dt.timedelta(microseconds=1)
        until = f" đến hết ngày {last_day:%d/%m/%Y}"
    said = f"Không phải sửa, được miễn{until} theo quyết định của {decision.by}."
    return replace(finding, severity=Severity.INFO, message=f"{finding.message} {said}")

"""Sections of different versions must agree: what is sent anew with what counts already.

The rules see one file. Where a file holds a part only, or a part of it cannot be taken, the measure
that it states once more stands in an earlier version (rule TD-01).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from models.domain.answers.sections import Outcome, PartState
from models.domain.answers.standing import SubmissionRecord
from models.domain.notation.number_notation import format_number
from models.domain.reading.cell_values import seen_text, understand_number
from models.domain.reading.expectations import Expectations, expectations_for
from models.domain.reading.findings import Finding, opened
from models.domain.reading.forms import Form
from models.domain.reading.problems import ProblemKind
from models.domain.reading.rule_settings import RuleSettings
from models.domain.reading.submissions import Entry, Examination
from models.domain.register.catalogue import Catalogue
from models.domain.rules.consistency import EQUIVALENT
from models.domain.rules.registry import RULES

_STANDING = (PartState.KEPT, PartState.SPOILED, PartState.SUPERSEDED)


@dataclass(frozen=True, slots=True)
class _Figure:
    """The year's figure of one row: in this file, or in the earlier `version` that counts."""

    entry: Entry
    value: Decimal
    version: int | None


def contradictions(
    examination: Examination,
    outcome: Outcome,
    earlier: Iterable[SubmissionRecord],
    form: Form,
    catalogue: Catalogue,
    settings: RuleSettings,
) -> list[Finding]:
    """One finding for each measure on which a section to be taken contradicts one that stands.

    It stands on the cell of this file, since the other was accepted before.
    """
    if EQUIVALENT in settings.rules_off:
        return []
    expectations = expectations_for(form, catalogue, examination.agency)
    figures = _figures(examination, outcome, earlier, expectations)
    found = []
    for equivalence in catalogue.equivalences:
        left, right = figures.get(equivalence.left), figures.get(equivalence.right)
        if left is None or right is None or (left.version is None) is (right.version is None):
            continue
        if abs(equivalence.to_right(left.value) - right.value) <= equivalence.tolerance:
            continue
        new, old = (left, right) if left.version is None else (right, left)
        finding = _finding(new, old, expectations, settings)
        if twins := _twins(new.entry, examination.entries, expectations):
            cells = (finding.cell, *twins)
            message = f"{finding.message} Ô {', '.join(twins)} ghi cùng nội dung, sửa cả ô đó."
            finding = replace(finding, cells=cells, message=message)
        found.append(finding)
    return found


def _twins(of: Entry, entries: Iterable[Entry], expectations: Expectations) -> list[str]:
    """The other cells of the row that hold the year's figure, with the same number in them."""
    columns = expectations.sheets[of.sheet].year_columns
    return [
        e.cell
        for e in entries
        if (e.sheet, e.row_key, e.value) == (of.sheet, of.row_key, of.value)
        and e.column in columns
        and e.cell != of.cell
    ]


def _figures(
    examination: Examination,
    outcome: Outcome,
    earlier: Iterable[SubmissionRecord],
    expectations: Expectations,
) -> dict[str, _Figure]:
    """The year's figures that would count from now on, by row."""
    records = {r.version: r for r in earlier}
    found: dict[str, _Figure] = {}
    for part in outcome.parts:
        entries: Sequence[Entry] = ()
        version = None
        if part.state is PartState.TAKEN:
            entries = examination.entries
        elif part.state in _STANDING and part.version in records:
            entries, version = records[part.version].entries, part.version
        for row_key, entry, value in _of_year(part.key, entries, expectations):
            found[row_key] = _Figure(entry, value, version)
    return found


def _of_year(
    sheet: str, entries: Sequence[Entry], expectations: Expectations
) -> Iterable[tuple[str, Entry, Decimal]]:
    expected = expectations.sheets.get(sheet)
    if expected is None:
        return
    of_the_year, periods = expected.value_column, expected.period_columns
    column = of_the_year or periods.get("ca_nam", "")
    for entry in entries:
        if (entry.sheet, entry.column) != (sheet, column) or entry.row_key not in expected.rows:
            continue
        doubt = understand_number(entry.raw, expected.rows[entry.row_key].row).doubt
        restated = doubt is not None and doubt.kind is ProblemKind.RESTATED_TARGET
        if isinstance(entry.value, Decimal) and not restated:
            yield entry.row_key, entry, entry.value


def _finding(
    new: _Figure, old: _Figure, expectations: Expectations, settings: RuleSettings
) -> Finding:
    entry, other = new.entry, old.entry
    names: Mapping[str, str] = {
        f.entry.row_key: expectations.sheets[f.entry.sheet].rows[f.entry.row_key].short_name
        for f in (new, old)
    }
    rule = RULES[EQUIVALENT]
    message, place_ends = opened(
        entry.sheet_name,
        entry.cell,
        f"«{names[entry.row_key]}»",
        f"{format_number(new.value)} không khớp với «{names[other.row_key]}» cùng nội "
        f"dung (trang «{other.sheet_name}», ô {other.cell} của phiên bản {old.version} đã tiếp "
        f"nhận: {format_number(old.value)}). Đề nghị sửa cho khớp, hoặc gửi lại cả hai trang với "
        "số đúng.",
    )
    return Finding(
        rule.code,
        rule.severity,
        message,
        sheet=entry.sheet_name,
        cell=entry.cell,
        value=seen_text(entry.raw),
        row_key=entry.row_key,
        column=entry.column,
        trial=rule.trial or rule.code in settings.trial_rules,
        place_ends=place_ends,
    )

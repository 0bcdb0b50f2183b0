"""Runs the rules over one case: root causes first, repetition folded, our own crashes set apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from models.domain.reading.findings import Finding, Severity, opened
from models.domain.rules import ALL_RULES
from models.domain.rules.registry import Case, Remark, Rule
from models.domain.rules.remedies import one_remedy_a_cell

#: Codes of the rules on how cells are written and read.
ON_WRITING = frozenset(
    rule.code for rule in ALL_RULES if rule.check and ".workbook." in rule.check.__module__
)
_MOST_CELLS = 500  # marked in a returned workbook


class RuleCrashed(Exception):
    """Raised by `run_rule` when a rule itself fails: our fault, never the agency's."""


def run_rules(case: Case, rules: Iterable[Rule] = ALL_RULES) -> tuple[list[Finding], list[str]]:
    """The findings, worst first, and one line for every rule that crashed.

    A crashed rule neither stops the others nor speaks for them: whoever gets its line must not
    take the submission as checked.
    """
    findings: list[Finding] = []
    failures: list[str] = []
    disputed: set[tuple[str, str]] = set()
    order: dict[str, int] = {}
    off = case.settings.rules_off
    for number, rule in enumerate(rules):
        order[rule.code] = number
        if rule.check is None or rule.code in off:
            continue
        before = set(case.doubted)
        try:
            found = run_rule(rule, case)
        except RuleCrashed as failure:
            failures.append(str(failure))
            continue
        findings += found
        for finding in found:
            if finding.severity.rank <= Severity.ERROR.rank and not finding.trial:
                case.faulty.update((finding.sheet, c) for c in finding.cells or (finding.cell,))
                disputed |= case.doubted - before
    told = one_remedy_a_cell(findings, disputed, ON_WRITING)
    folded = fold_repetition(with_twins(merge_twins(told), case), case.settings.fold_above)
    return in_order(folded, order, case), failures


def run_rule(rule: Rule, case: Case) -> list[Finding]:
    """The findings of one rule. Raises RuleCrashed, naming rule and cause, when the rule fails."""
    if rule.check is None:
        return []
    try:
        remarks = [*rule.check(case)]
        if not remarks:
            return []
        trial = rule.trial or rule.code in case.settings.trial_rules
        found = [_stamp(remark, rule, trial) for remark in remarks]
        for remark, finding in zip(remarks, found, strict=True):
            if not trial and not finding.justification:
                case.doubted.update((e.sheet_name, e.cell) for e in remark.doubts)
        return found
    except Exception as cause:
        raise RuleCrashed(f"{rule.code} ({rule.title}): {type(cause).__name__}: {cause}") from cause


def _stamp(remark: Remark, rule: Rule, trial: bool) -> Finding:
    message, place_ends = remark.message, 0
    if remark.label is not None:
        message, place_ends = opened(remark.sheet, remark.cell, remark.label, message)
    return Finding(
        rule.code,
        remark.severity or rule.severity,
        message,
        remark.sheet,
        remark.cell,
        remark.value,
        remark.row_key,
        remark.column,
        remark.justification,
        trial,
        tuple(remark.cells),
        place_ends,
    )


def merge_twins(findings: Iterable[Finding]) -> list[Finding]:
    """The findings, those of one rule on one row about the same value made into one.

    The committed value and the full-year milestone are the same number: wrong once, wrong twice.
    """
    merged: dict[tuple[str, ...], Finding] = {}
    for number, finding in enumerate(findings):
        key: tuple[str, ...] = (str(number),)
        if finding.row_key and finding.value and finding.cell and not finding.cells:
            key = (finding.rule, finding.severity, finding.sheet, finding.row_key, finding.value)
        first = merged.get(key)
        merged[key] = (
            finding
            if first is None
            else replace(first, cells=(*(first.cells or (first.cell,)), finding.cell))
        )
    return [
        replace(f, message=f"{f.message} {_of_twins(f)}")
        if key[0] == f.rule and len(f.cells) > 1
        else f
        for key, f in merged.items()
    ]


def with_twins(findings: Iterable[Finding], case: Case) -> list[Finding]:
    """The findings, those on one of two cells that hold the year's figure naming the other as well.

    Many rules look at one of the two only. Who mends that one alone is told at the next sending
    that the two differ. Of what asks for nothing, or is about how a cell is written, nothing is
    added.
    """
    entries = {(e.sheet_name, e.cell): e for e in case.interpretation.entries}
    named = []
    for finding in findings:
        entry = entries.get((finding.sheet, finding.cell))
        asks = finding.severity is not Severity.INFO and not finding.is_settled
        alone = asks and not finding.cells and finding.rule not in ON_WRITING
        if alone and entry is not None and (twins := case.twins(entry)):
            finding = replace(finding, cells=(finding.cell, *(t.cell for t in twins)))
            finding = replace(finding, message=f"{finding.message} {_of_twins(finding)}")
        named.append(finding)
    return named


def _of_twins(finding: Finding) -> str:
    """What is asked of the other cells: no less than of the first, they are counted with it."""
    others = ", ".join(finding.cells[1:])
    if finding.severity.rank <= Severity.ERROR.rank:
        return f"Đề nghị sửa cả ô {others} (ghi cùng nội dung)."
    return f"Ô {others} ghi cùng nội dung; nếu sửa, đề nghị sửa cả ô đó."


def fold_repetition(findings: Sequence[Finding], most: int) -> list[Finding]:
    """The findings, with more than `most` of one rule on one sheet made into one.

    Justified ones stay apart: each carries its own words on.
    """
    groups: dict[tuple[str, str, Severity], list[Finding]] = {}
    folded = [f for f in findings if f.justification]
    for finding in findings:
        if finding.justification:
            continue
        groups.setdefault((finding.rule, finding.sheet, finding.severity), []).append(finding)
    for group in groups.values():
        cells = tuple(c for f in group for c in (f.cells or ((f.cell,) if f.cell else ())))
        if len(group) <= most or not cells:
            folded += group
            continue
        first = group[0]
        folded.append(
            replace(
                first,
                message=f"{first.message} Cùng loại, trang này còn {len(group) - 1} chỗ nữa: "
                f"{', '.join(cells[1:41])}{' ...' if len(cells) > 41 else ''}.",
                cells=cells[:_MOST_CELLS],
            )
        )
    return folded


def in_order(findings: Iterable[Finding], order: dict[str, int], case: Case) -> list[Finding]:
    """Worst first, then root causes first, then as the workbook runs."""
    sheets = {layout.name: n for n, layout in enumerate(case.interpretation.layout.sheets.values())}
    return sorted(
        findings,
        key=lambda f: (
            f.trial,
            f.severity.rank,
            order.get(f.rule, 0),
            sheets.get(f.sheet, -1),
            _place(f.cell),
        ),
    )


def _place(cell: str) -> tuple[int, int, str]:
    letters = cell.rstrip("0123456789")
    number = cell[len(letters) :]
    return (int(number) if number else 0, len(letters), letters)

"""Reasons that an agency gave for what looked wrong: given once, it is not asked again.

A reason belongs to the value for which it was written. Where the value has changed since and the
words have not, they are of the value before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from models.domain.answers.standing import SubmissionRecord
from models.domain.notation.vietnamese_text import one_line
from models.domain.reading.findings import Finding
from models.domain.reading.submissions import Entry

_JUSTIFICATION = "justification"
_SHOWN = 80


def of_its_value(findings: Iterable[Finding], earlier: Sequence[SubmissionRecord]) -> list[Finding]:
    """The findings; a reason that was written for another value is asked for again.

    `earlier`: the agency's versions before, the newest last.
    """
    before = _texts(earlier[-1].entries) if earlier else {}
    return [_asked_again(f, before) if f.is_settled else f for f in findings]


def _texts(entries: Iterable[Entry]) -> dict[tuple[str, str], str]:
    return {(e.row_key, e.column): _plain(e.raw) for e in entries if e.row_key}


def _asked_again(finding: Finding, before: dict[tuple[str, str], str]) -> Finding:
    words = before.get((finding.row_key, _JUSTIFICATION))
    value = before.get((finding.row_key, finding.column))
    same_words = words is not None and words == _plain(finding.justification)
    if not same_words or value is None or not finding.value or value == _plain(finding.value):
        return finding
    return replace(
        finding,
        justification="",
        message=f"{finding.message} Giải trình đang ghi («{one_line(words or '', _SHOWN)}») là của "
        f"số trước ({one_line(value, _SHOWN)}); đề nghị ghi lý do cho số này.",
    )


def _plain(text: str) -> str:
    return " ".join(text.split())

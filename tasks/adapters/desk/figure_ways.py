"""The way a figure took: from the message that brought it to the cell, what was found there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from models.domain.answers.papers import SignedPaper, paper_text
from models.domain.answers.standing import SubmissionRecord
from models.domain.consolidation import Figure
from models.domain.reading.findings import Finding
from models.domain.reading.submissions import Verdict
from models.tables import MessageRow
from tasks.adapters.store import submissions
from tasks.adapters.store.rows import table_of

_MESSAGE = table_of(MessageRow)
_ASKED = [
    _MESSAGE.c[name]
    for name in (
        *("key", "is_message", "name", "subject", "sender", "sender_name"),
        *("received_at", "collected_at", "decided_at", "evidence"),
    )
]


@dataclass(frozen=True)
class MessageOfFigure:
    """The message or hand-delivered file that brought a figure, and whose it was found to be."""

    key: str
    is_message: bool
    subject: str
    sender: str
    sender_name: str
    received_at: dt.datetime  # as the mail server says
    collected_at: dt.datetime
    decided_at: dt.datetime | None
    evidence: Sequence[str]


@dataclass(frozen=True)
class FigureWay:
    """A figure with all that is recorded of how it came."""

    figure: Figure
    version: SubmissionRecord
    message: MessageOfFigure | None  # None where it was removed by the keeping times
    verdict: Verdict  # on its sheet, where each has its own
    findings: Sequence[Finding]  # on that very cell
    papers: Sequence[str]  # what each signed document proves


def figure_way(connection: Connection, figure: Figure) -> FigureWay:
    """The way of a figure of a version that is recorded: versions are never removed."""
    source = figure.source
    version = submissions.with_findings(connection, source.submission_id)
    return FigureWay(
        figure,
        version,
        _message(connection, version.message_key),
        version.sections.get(figure.sheet, version.verdict),
        [finding for finding in version.findings if _is_on(finding, figure)],
        [_paper(paper) for paper in source.papers],
    )


def _paper(paper: SignedPaper) -> str:
    """What a signed document proves, and its number."""
    number = f"; trong văn bản ghi số {paper.number}" if paper.number else ""
    return f"{paper_text(paper)}{number}"


def _is_on(finding: Finding, figure: Figure) -> bool:
    """Whether a finding is about the figure's cell, by address or by row and column."""
    source = figure.source
    if (finding.row_key, finding.column) == (figure.row_key, figure.column) and finding.column:
        return finding.sheet in ("", source.sheet_name)
    return finding.sheet == source.sheet_name and source.cell in (finding.cell, *finding.cells)


def _message(connection: Connection, key: str) -> MessageOfFigure | None:
    row = connection.execute(select(*_ASKED).where(_MESSAGE.c.key == key)).first()
    if row is None:
        return None
    return MessageOfFigure(
        row.key,
        row.is_message,
        row.subject or row.name,
        row.sender,
        row.sender_name,
        row.received_at,
        row.collected_at,
        row.decided_at,
        row.evidence,
    )

"""Approving the summary: the draft as it is shown, the decision on just that, and time running out.

An approval names the hash of what was shown, and both stand in the record before the letter can
leave. So a flow that is repeated finds its question answered, and a draft that has changed is never
sent for one that a person has seen.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from models.domain.answers.decisions import Decision, DecisionKind, DecisionRefused
from models.domain.deeds.summary_deed import ApproveSummary, unanswered
from models.domain.letters.approval import (
    ApprovalRules,
    compose_approval_reminder,
    draft_digest,
    with_note,
)
from models.domain.mail.mail import LetterState
from models.tables import LetterRow
from tasks.adapters.decisions.decision_keeping import Done, deciding_alone, keep
from tasks.adapters.letters.letter_writer import Envelope
from tasks.adapters.store import drafts, letters_again, outbox
from tasks.adapters.workplace import Workplace


@dataclass(frozen=True, slots=True)
class SummaryDraft:
    """A letter that was written as a draft, as it stands now."""

    letter: str  # business key
    cycle: str
    subject: str
    text: str
    files: tuple[str, ...]  # names of the attached files
    digest: str  # of all that an approval is about
    drafted_at: dt.datetime
    waits: bool  # for a decision

    @property
    def markdown(self) -> str:
        """The draft as a person reads it before deciding."""
        longest = max(map(len, re.findall(r"`+", self.text)), default=0)
        fence = "`" * max(3, longest + 1)
        files = "\n".join(f"- `{name.replace('`', '')}`" for name in self.files)
        return (
            f"Dự thảo `{self.digest[:12]}`, mã thư `{self.letter.replace('`', '')}`.\n\n"
            f"Tệp kèm theo (thư mục `output` của dữ liệu):\n\n{files}\n\n"
            f"{fence}\n{self.subject}\n\n{self.text}\n{fence}\n"
        )


def draft_of(engine: Engine, letter: str = "") -> SummaryDraft | None:
    """The draft of that business key, or the one that has waited longest; None for neither.

    Raises DecisionRefused when a letter is named that does not exist.
    """
    with engine.begin() as connection:
        if letter.strip():
            return _draft(_letter(connection, letter))
        return next(map(_draft, drafts.waiting(connection)), None)


def drafts_waiting(engine: Engine) -> list[SummaryDraft]:
    """The drafts that nobody has decided on, oldest first."""
    with engine.begin() as connection:
        return [_draft(row) for row in drafts.waiting(connection)]


def approve_summary(connection: Connection, workplace: Workplace, deed: ApproveSummary) -> Done:
    """Sends the draft as it was shown, with the note on top, or holds it back.

    Raises DecisionRefused without a name, and when the draft is no longer the one that was shown.
    """
    row = _letter(connection, deed.letter)
    weighed = deed.weigh(row, _draft(row).digest, workplace.now)
    if weighed.decision:
        _carry_out(connection, row, weighed.decision, deed.note, workplace.now)
    return keep(connection, workplace, weighed)


def chase(workplace: Workplace, rules: ApprovalRules) -> list[str]:
    """Reminds of drafts half-way, once each, and decides those whose time is up; what was done."""
    return [
        said
        for draft in drafts_waiting(workplace.engine)
        if (said := _chased(workplace, rules, draft, workplace.now - draft.drafted_at))
    ]


def _chased(
    workplace: Workplace, rules: ApprovalRules, draft: SummaryDraft, waited: dt.timedelta
) -> str:
    if waited >= rules.waits:
        with workplace.engine.begin() as connection:
            deciding_alone(connection)
            row = _letter(connection, draft.letter)
            if row.state != LetterState.DRAFT:
                return ""
            weighed = unanswered(row, draft.digest, rules, workplace.now)
            if weighed.decision:
                _carry_out(connection, row, weighed.decision, "", workplace.now)
            return keep(connection, workplace, weighed).sentence
    if waited >= rules.reminder_after:
        cycle = workplace.office.cycle(draft.cycle)
        content = compose_approval_reminder(cycle, draft.subject, draft.drafted_at, rules)
        letter = workplace.letters.write(
            content,
            Envelope(
                cycle=draft.cycle, agency="", key_parts=(draft.digest[:16],), to=rules.reminded
            ),
        )
        with workplace.engine.begin() as connection:
            if outbox.queue(connection, letter, workplace.now):
                return f"Đã viết thư nhắc duyệt: {draft.subject}"
    return ""


def _carry_out(
    connection: Connection, row: LetterRow, decision: Decision, note: str, now: dt.datetime
) -> None:
    if decision.kind is DecisionKind.HOLD_SUMMARY_BACK:
        drafts.hold(connection, row, f"{decision.by}: {decision.reason}")
        return
    text, html = row.text, row.html
    if note:
        text, html = with_note(text, html, decision.by, note)
    drafts.release(connection, row, text, html, now)


def _letter(connection: Connection, key: str) -> LetterRow:
    row = letters_again.by_business_key(connection, key.strip())
    if row is None:
        raise DecisionRefused(f"Không có dự thảo nào mang mã «{key.strip()}».")
    return row


def _draft(row: LetterRow) -> SummaryDraft:
    letter = outbox.letter_of(row)
    return SummaryDraft(
        letter=row.business_key,
        cycle=row.cycle,
        subject=row.subject,
        text=row.text,
        files=tuple(f.name for f in letter.files),
        digest=draft_digest(letter),
        drafted_at=row.created_at,
        waits=row.state == LetterState.DRAFT,
    )

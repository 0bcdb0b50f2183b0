"""Approving the summary: the draft as it is shown, the decision on just that, and time running out.

An approval names the hash of what was shown, and both stand in the record before the letter can
leave. So a flow that is repeated finds its question answered, and a draft that has changed is never
sent for one that a person has seen.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from sqlalchemy import Connection

from models.domain.approval import (
    Answer,
    ApprovalRules,
    compose_approval_reminder,
    draft_digest,
    with_note,
)
from models.domain.decisions import Decision, DecisionKind, DecisionRefused, decided
from models.domain.mail import LetterState
from models.tables import LetterRow
from tasks.adapters.desk import Done, keep
from tasks.adapters.letter_writer import Envelope
from tasks.adapters.store import drafts, letters_again, outbox
from tasks.adapters.workplace import Workplace

BY_RULE = "Theo BAOCAO_SUMMARY_UNANSWERED"
SENT_AS_SHOWN = "Đồng ý gửi như dự thảo."
HELD_BACK = "Không gửi dự thảo này."


@dataclass(frozen=True, slots=True)
class Draft:
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


def draft_of(place: Workplace, letter: str = "") -> Draft | None:
    """The draft of that business key, or the one that has waited longest; None for neither.

    Raises DecisionRefused when a letter is named that does not exist.
    """
    with place.engine.begin() as connection:
        if letter.strip():
            return _draft(_letter(connection, letter))
        return next(map(_draft, drafts.waiting(connection)), None)


def drafts_waiting(place: Workplace) -> list[Draft]:
    """The drafts that nobody has decided on, oldest first."""
    with place.engine.begin() as connection:
        return [_draft(row) for row in drafts.waiting(connection)]


def decide_on(place: Workplace, shown: Draft, answer: Answer, by: str, note: str) -> Done:
    """Sends the draft as it was shown, with the note on top, or holds it back.

    Raises DecisionRefused without a name, and when the draft is no longer the one that was shown.
    """
    with place.engine.begin() as connection:
        row = _letter(connection, shown.letter)
        if row.state != LetterState.DRAFT:
            return Done(_settled(row), False)
        if _draft(row).digest != shown.digest:
            raise DecisionRefused(
                f"Dự thảo {shown.letter} đã thay đổi từ khi được xem. Xin chạy lại luồng "
                "approve-summary để xem và quyết định lại."
            )
        decision = _decision(row, shown.digest, answer, by, note, place.now)
        _carry_out(connection, row, decision, note, place.now)
        return keep(connection, decision, f"Thư {row.business_key}: {_what(answer)}")


def chase(place: Workplace, rules: ApprovalRules) -> list[str]:
    """Reminds of drafts half-way, once each, and settles those whose time is up; what was done."""
    return [
        said
        for draft in drafts_waiting(place)
        if (said := _chased(place, rules, draft, place.now - draft.drafted_at))
    ]


def _chased(place: Workplace, rules: ApprovalRules, draft: Draft, waited: dt.timedelta) -> str:
    if waited >= rules.waits:
        answer = Answer.SEND if rules.send_unanswered else Answer.HOLD_BACK
        hours = int(rules.waits.total_seconds() // 3600)
        with place.engine.begin() as connection:
            row = _letter(connection, draft.letter)
            if row.state != LetterState.DRAFT:
                return ""
            why = f"Hết {hours} giờ chờ duyệt mà không có quyết định."
            decision = decided(
                _KINDS[answer], BY_RULE, why, place.now,
                cycle=row.cycle, subject=_subject(row, draft.digest),
            )  # fmt: skip
            _carry_out(connection, row, decision, "", place.now)
            return keep(connection, decision, f"Thư {row.business_key}: {_what(answer)}").sentence
    if waited >= rules.reminder_after:
        cycle = place.office.cycle(draft.cycle)
        content = compose_approval_reminder(cycle, draft.subject, draft.drafted_at, rules)
        letter = place.letters.write(
            content,
            Envelope(
                cycle=draft.cycle, agency="", key_parts=(draft.digest[:16],), to=rules.reminded
            ),
        )
        with place.engine.begin() as connection:
            if outbox.queue(connection, letter, place.now):
                return f"Đã viết thư nhắc duyệt: {draft.subject}"
    return ""


_KINDS = {Answer.SEND: DecisionKind.APPROVE, Answer.HOLD_BACK: DecisionKind.HOLD_BACK}


def _decision(
    row: LetterRow, digest: str, answer: Answer, by: str, note: str, now: dt.datetime
) -> Decision:
    usual = SENT_AS_SHOWN if answer is Answer.SEND else HELD_BACK
    reason = f"{usual} {note}" if note.strip() else usual
    return decided(_KINDS[answer], by, reason, now, cycle=row.cycle, subject=_subject(row, digest))


def _carry_out(
    connection: Connection, row: LetterRow, decision: Decision, note: str, now: dt.datetime
) -> None:
    if decision.kind is DecisionKind.HOLD_BACK:
        drafts.hold(connection, row, f"{decision.by}: {decision.reason}")
        return
    text, html = row.text, row.html
    if note.strip():
        text, html = with_note(text, html, decision.by, note)
    drafts.release(connection, row, text, html, now)


def _subject(row: LetterRow, digest: str) -> str:
    return f"{row.business_key} ({digest[:16]})"


def _what(answer: Answer) -> str:
    return "gửi đi" if answer is Answer.SEND else "giữ lại"


def _settled(row: LetterRow) -> str:
    said = {
        LetterState.CLOSED: f"đã được giữ lại ({row.last_error})",
        LetterState.WITHDRAWN: f"không còn giá trị ({row.last_error})",
    }.get(LetterState(row.state), "đã được duyệt gửi")
    return f"Thư {row.business_key} {said}."


def _letter(connection: Connection, key: str) -> LetterRow:
    row = letters_again.by_business_key(connection, key.strip())
    if row is None:
        raise DecisionRefused(f"Không có dự thảo nào mang mã «{key.strip()}».")
    return row


def _draft(row: LetterRow) -> Draft:
    letter = outbox.letter_of(row)
    return Draft(
        letter=row.business_key,
        cycle=row.cycle,
        subject=row.subject,
        text=row.text,
        files=tuple(f.name for f in letter.files),
        digest=draft_digest(letter),
        drafted_at=row.created_at,
        waits=row.state == LetterState.DRAFT,
    )

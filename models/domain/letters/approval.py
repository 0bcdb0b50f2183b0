"""Approval of the summary: what exactly was approved, and what becomes of a draft in time."""

from __future__ import annotations

import datetime as dt
import hashlib
import html
import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.domain.cycle.cycles import ReportingCycle
from models.domain.cycle.letter_phrases import instant_text
from models.domain.letters.letters import LetterContent, letterhead
from models.domain.letters.resending import headed
from models.domain.mail.mail import Letter, LetterKind
from models.domain.notation.vietnamese_text import one_line

NOTE_LENGTH = 2000  # letters


@dataclass(frozen=True, slots=True)
class ApprovalRules:
    """How long a draft waits, what happens then, and who is reminded half-way."""

    waits: dt.timedelta
    send_unanswered: bool
    reminded: Sequence[str]

    @property
    def reminder_after(self) -> dt.timedelta:
        """After how long a draft is recalled to those who decide."""
        return self.waits / 2


class ApprovalAnswer(StrEnum):
    """What a person decides of a draft."""

    SEND = "send"
    HOLD_BACK = "hold_back"


def draft_digest(letter: Letter) -> str:
    """SHA-256, in hex, of all that an approval is about: words, recipients, attached files."""
    shown = [
        letter.business_key,
        letter.subject,
        letter.text,
        letter.html,
        list(letter.to),
        list(letter.cc),
        [[f.name, f.sha256, f.content_id] for f in letter.files],
    ]
    return hashlib.sha256(json.dumps(shown, ensure_ascii=False).encode()).hexdigest()


def with_note(text: str, page: str, by: str, note: str) -> tuple[str, str]:
    """Text and HTML of a letter, headed by the note of whoever approved it.

    The office may have changed the letters' frame, so the note stands before all of it.

    >>> with_note("A", "<body>A</body>", "Hà", "Gấp.")[0]
    'Ý kiến của Hà: Gấp.\\n\\nA'
    """
    said, name = one_line(note, NOTE_LENGTH), one_line(by)
    shown = f"<strong>Ý kiến của {html.escape(name)}:</strong> {html.escape(said)}"
    return headed(text, page, f"Ý kiến của {name}: {said}", shown)


def compose_approval_reminder(
    cycle: ReportingCycle, subject: str, drafted_at: dt.datetime, rules: ApprovalRules
) -> LetterContent:
    """The one reminder that a draft waits: since when, until when, and what happens then."""
    until = drafted_at + rules.waits
    return LetterContent(
        LetterKind.APPROVAL,
        "approval",
        {
            **letterhead(cycle, "Người duyệt thư tổng hợp"),
            "draft": one_line(subject),
            "drafted_at": instant_text(drafted_at),
            "until": instant_text(until),
            "then": "thư được gửi đi" if rules.send_unanswered else "thư được giữ lại, không gửi",
        },
    )

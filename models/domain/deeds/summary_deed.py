"""The deed about a summary's draft: it leaves as it was shown, or is held back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Protocol

from models.domain.answers.decisions import (
    DecisionKind,
    DecisionRefused,
    Matter,
    Signature,
    decided,
)
from models.domain.deeds.deed import Deed, Weighed
from models.domain.deeds.letter_deeds import LetterAtHand, letter_named
from models.domain.letters.approval import ApprovalAnswer, ApprovalRules
from models.domain.mail.mail import LetterState

BY_RULE = "Theo BAOCAO_SUMMARY_UNANSWERED"
SENT_AS_SHOWN = "Đồng ý gửi như dự thảo."
HELD_BACK = "Không gửi dự thảo này."
_KINDS = {
    ApprovalAnswer.SEND: DecisionKind.APPROVE_SUMMARY,
    ApprovalAnswer.HOLD_BACK: DecisionKind.HOLD_SUMMARY_BACK,
}


class DraftAtHand(LetterAtHand, Protocol):
    """What is known of a letter that was written as a draft."""

    @property
    def last_error(self) -> str:
        """Why it did not leave, where it did not."""


@dataclass(frozen=True, kw_only=True)
class ApproveSummary(Deed):
    """A draft leaves just as it was shown, or does not. The reason given is the note, if any."""

    letter: str  # the draft's business key
    digest: str  # of all that was shown, see `draft_digest`
    answer: ApprovalAnswer

    @property
    def note(self) -> str:
        """What is said with it; "" for nothing. It heads a letter that leaves."""
        return self.signed.reason if self.signed.reason.strip() else ""

    def weigh(self, draft: DraftAtHand, digest: str, now: dt.datetime) -> Weighed:
        """What it comes to; `digest` is the draft's as it stands now.

        Raises DecisionRefused without a name, and when the draft is not the one that was shown.
        """
        if draft.state != LetterState.DRAFT:
            return Weighed(_what_became(draft))
        if digest != self.digest:
            raise DecisionRefused(
                "Dự thảo đã thay đổi từ khi được xem. Xin xem lại dự thảo mới rồi quyết định lại."
            )
        usual = SENT_AS_SHOWN if self.answer is ApprovalAnswer.SEND else HELD_BACK
        reason = f"{usual} {self.note}" if self.note else usual
        return _decided(draft, digest, self.answer, Signature(self.signed.by, reason), now)


def unanswered(draft: DraftAtHand, digest: str, rules: ApprovalRules, now: dt.datetime) -> Weighed:
    """What becomes of a draft that nobody decided on in time: the setting decides."""
    answer = ApprovalAnswer.SEND if rules.send_unanswered else ApprovalAnswer.HOLD_BACK
    hours = int(rules.waits.total_seconds() // 3600)
    why = f"Hết {hours} giờ chờ duyệt mà không có quyết định."
    return _decided(draft, digest, answer, Signature(BY_RULE, why), now)


def _decided(
    draft: DraftAtHand, digest: str, answer: ApprovalAnswer, signed: Signature, now: dt.datetime
) -> Weighed:
    matter = Matter(draft.cycle, subject=f"{draft.business_key} ({digest[:16]})")
    what = "gửi đi" if answer is ApprovalAnswer.SEND else "giữ lại"
    return Weighed(f"{letter_named(draft)}: {what}", decided(_KINDS[answer], signed, now, matter))


def _what_became(draft: DraftAtHand) -> str:
    said = {
        LetterState.CLOSED: f"đã được giữ lại ({draft.last_error})",
        LetterState.WITHDRAWN: f"không còn giá trị ({draft.last_error})",
    }.get(LetterState(draft.state), "đã được duyệt gửi")
    return f"{letter_named(draft)} {said}."

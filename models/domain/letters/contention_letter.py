"""The question which of several workbooks of one mail counts, put to their agency."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from models.domain.cycle.cycles import ReportingCycle
from models.domain.cycle.letter_phrases import instant_text
from models.domain.letters.answer_letters import Receipt, told_once
from models.domain.letters.letters import LetterContent, check_codes, letterhead
from models.domain.mail.mail import LetterKind
from models.domain.notation.vietnamese_text import one_line
from models.domain.register.agencies import Agency

_IN_THE_SENTENCE = ("Số tiếp nhận", "Thời điểm nhận")  # of the mail, which the letter opens with
_NOTHING_OWED: Mapping[str, object] = {
    **dict.fromkeys(("owes", "overdue", "extended"), False),
    **dict.fromkeys(("due_text", "due_clause", "correction_due", "overdue_since", "wanted_by"), ""),
}


def compose_which_counts(
    cycle: ReportingCycle,
    agency: Agency,
    receipts: Sequence[Receipt],
    *,
    difference: Sequence[str] = (),
    beside: Sequence[str] = (),
    sender: str = "",
    deadline: Mapping[str, object] = _NOTHING_OWED,
) -> LetterContent:
    """The question which of several workbooks of one mail counts; none of them is recorded.

    `receipts` are of the workbooks, in order. `difference`: lines on what the second changes of the
    first, where there are two. `beside`: why other files of the mail wait for a person. `sender` as
    in `compose_receipt`. `deadline`: what `standing_facts` and `owed_by_facts`
    say, for the agency has the next move; empty where it owes nothing.
    """
    return LetterContent(
        LetterKind.WHICH_COUNTS,
        "which_counts",
        {
            **letterhead(cycle, agency.formal_name),
            **deadline,
            "check_codes": check_codes(r.code for r in receipts),
            "number": receipts[0].number,
            "received": instant_text(receipts[0].received_at),
            "receipts": [
                [fact for fact in facts if fact[0] not in _IN_THE_SENTENCE]
                for facts in told_once(receipts)
            ],
            "difference": [one_line(line, 300) for line in difference],
            "beside": [one_line(reason, 500) for reason in beside],
            "sender": one_line(sender, 120),
        },
    )

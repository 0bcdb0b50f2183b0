"""The letter by which a person returns a held message: what was wrong with it, in his own words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from models.domain.cycle.cycles import ReportingCycle
from models.domain.cycle.letter_phrases import instant_text
from models.domain.letters.answer_letters import UNKNOWN_ADDRESSEE
from models.domain.letters.letters import LetterContent, letterhead
from models.domain.mail.mail import LetterKind
from models.domain.notation.vietnamese_text import one_line
from models.domain.register.agencies import Agency

MIN_WORDS = 15  # letters; less tells an agency nothing that it could act on
MAX_WORDS = 4000
_LISTED = 10  # names of files


def compose_return(
    cycle: ReportingCycle,
    agency: Agency | None,
    received_at: dt.datetime,
    subject: str,
    files: Sequence[str],
    words: str,
    by: str,
) -> LetterContent:
    """What came, that it was not taken, and why: `words` as typed, a paragraph a line.

    `agency` is None for an answer to an address that no register knows.
    """
    return LetterContent(
        LetterKind.RETURN,
        "returned_mail",
        {
            **letterhead(cycle, agency.formal_name if agency else UNKNOWN_ADDRESSEE),
            "received": instant_text(received_at),
            "subject": one_line(subject, 200),
            "files": [one_line(name, 120) for name in files[:_LISTED]],
            "words": paragraphs(words),
            "by": one_line(by, 120),
        },
    )


def paragraphs(words: str) -> list[str]:
    r"""The lines that say something.

    >>> paragraphs("Thiếu trang 2.\n\n  Xin gửi lại. ")
    ['Thiếu trang 2.', 'Xin gửi lại.']
    """
    lines = (one_line(line, MAX_WORDS) for line in words[:MAX_WORDS].splitlines())
    return [line for line in lines if line]

"""What a form offers of real cases: a line that a person reads, which ends in the case's key.

The line is all that a form hands over, so the key is read from it again; a key that was typed or
sent by a program is taken as it is. The case may be decided by then: whoever decides says so.
"""

from __future__ import annotations

import re
from enum import StrEnum

from models.domain.notation.vietnamese_text import one_line

_KEY = re.compile(r"\[([^\[\]]+)\]\s*$")
_PART = 90  # letters of one part of a line; a list shows one line a case


class Cases(StrEnum):
    """Kinds of case that persons decide on."""

    HELD = "held-messages"
    HELD_FILES = "held-files"  # of held messages that carry several, each that may be chosen
    RECORDED = "recorded-messages"  # any message that was worked on, the newest first
    VERSIONS = "versions"  # any that was recorded, the newest first, withdrawn ones among them
    STUCK = "stuck-letters"  # failed, bounced or uncertain
    LETTERS = "letters"  # whatever can be sent once more: those first, then what has arrived
    DRAFTS = "drafts"
    PLANNED = "planned-letters"  # that the calendars will bring, the next first; those held back
    CONFLICTS = "conflicts"
    JUDGEMENTS = "judgements"  # what waits for a person to judge, then what one has judged
    ADDRESSES = "failing-addresses"


def offer(key: str, *parts: str) -> str:
    """The line that offers a case.

    >>> offer("1f2e3d4c5b6a", "18/02/2025", "Sở Y tế", "", "Kế hoạch [bản 2]")
    '18/02/2025 · Sở Y tế · Kế hoạch [bản 2] [1f2e3d4c5b6a]'
    """
    said = " · ".join(line for part in parts if (line := one_line(part, _PART)))
    return f"{said} [{key}]"


def chosen_key(text: str) -> str:
    """The key of the case that was chosen from an offer, or typed.

    >>> chosen_key("18/02/2025 · Sở Y tế · Kế hoạch [bản 2] [1f2e3d4c5b6a]")
    '1f2e3d4c5b6a'
    >>> chosen_key(" 1f2e3d "), chosen_key("")
    ('1f2e3d', '')
    """
    found = _KEY.search(text)
    return found[1].strip() if found else text.strip()

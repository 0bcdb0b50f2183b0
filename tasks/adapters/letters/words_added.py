"""A paragraph put into a letter that is worded already and has not left."""

from __future__ import annotations

import re

from markupsafe import escape

from tasks.adapters.letters.letter_blocks import filled, paragraph

_ADDRESSED_TEXT = re.compile(r"^Kính gửi\b.*?\n[ \t]*\n", re.MULTILINE | re.DOTALL)
_ADDRESSED_HTML = re.compile(r"Kính gửi\b.*?</p>", re.DOTALL)
_BODY = re.compile(r"<body\b[^>]*>")


def with_paragraph(text: str, html: str, said: str) -> tuple[str, str]:
    """Both forms of the letter with `said` under whom it is addressed to; at the top of one that an
    office has laid out so that it addresses nobody.

    >>> with_paragraph("Kính gửi: Sở Y tế\\n\\nThư.", "<p>Kính gửi: Sở</p>", "Sổ mới.")[0]
    'Kính gửi: Sở Y tế\\n\\nSổ mới.\\n\\nThư.'
    """
    found = _ADDRESSED_TEXT.search(text)
    at = found.end() if found else 0
    place = _ADDRESSED_HTML.search(html) or _BODY.search(html)
    there = place.end() if place else 0
    return (
        f"{text[:at]}{filled(said)}\n\n{text[at:]}",
        f"{html[:there]}{paragraph(escape(said))}{html[there:]}",
    )

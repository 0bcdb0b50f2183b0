"""Text for a console that cannot write all of Vietnamese: readable, in plain letters."""

from __future__ import annotations

import unicodedata

_SIGNS = str.maketrans(
    {
        **dict.fromkeys("đðɖ", "d"),
        **dict.fromkeys("ĐÐƉ", "D"),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212─━═╌┄", "-"),
        **dict.fromkeys("‘’‚‛′ʼ", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("│┃║╎", "|"),
        **dict.fromkeys("•·●", "*"),
        **dict.fromkeys("✓✔", "v"),
        **dict.fromkeys("✗✘×", "x"),
        "…": "...",
        "→": "->",
        "≥": ">=",
        "≤": "<=",
        "⁄": "/",
        "\u00a0": " ",
    }
)


def plain_letters(text: str) -> str:
    """The text in ASCII, as somebody types who has no Vietnamese keyboard.

    >>> plain_letters("Sẵn sàng. «Đã gửi» – 3 thư…")
    'San sang. "Da gui" - 3 thu...'
    >>> plain_letters("┌─┐ 東")
    '+-+ ?'
    """
    apart = unicodedata.normalize("NFKD", text.translate(_SIGNS)).translate(_SIGNS)
    return "".join(_letter(c) for c in apart if not unicodedata.combining(c))


def _letter(character: str) -> str:
    if character.isascii():
        return character
    # Corners and crossings of a table's lines; the turning sign of a wait.
    if "\u2500" <= character <= "\u257f":
        return "+"
    return "." if "\u2800" <= character <= "\u28ff" else "?"

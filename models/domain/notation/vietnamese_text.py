"""Vietnamese text as agencies type it, brought to one form before anything is compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Blanks that `str.split` does not know, and control characters other than the line breaks it does:
# each stands where a reader sees a gap, so each becomes one.
_GAPS = "\u200b\ufeff\u180e\u2800\u3164\u115f\u1160\uffa0" + "".join(
    chr(c) for c in (*range(0x20), *range(0x7F, 0xA0)) if not chr(c).isspace()
)
# Marks without width that stand inside words (soft hyphen, joiners, writing direction).
_INVISIBLE = "\u00ad\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\u202a\u202b\u202c\u202d"
_INVISIBLE += "\u202e\u2066\u2067\u2068\u2069"
_SQUEEZE = str.maketrans({**dict.fromkeys(_GAPS, " "), **dict.fromkeys(_INVISIBLE, None)})

_INNER = str.maketrans("«»", "“”")


def inner_quotes(text: str) -> str:
    """A text that is to stand between « and »: its own quotes are the inner ones, “ and ”.

    >>> inner_quotes("Nhóm «Bộ máy»")
    'Nhóm “Bộ máy”'
    """
    return text.translate(_INNER)


def quotes_closed(text: str) -> str:
    """A text that was cut, with the quotes that it opened closed.

    >>> quotes_closed("Nhóm “Bộ máy …"), quotes_closed("Theo «Chỉ thị…")
    ('Nhóm “Bộ máy …”', 'Theo «Chỉ thị…»')
    """
    for opening, closing in (("“", "”"), ("«", "»")):
        if text.rfind(opening) > text.rfind(closing):
            text += closing
    return text


FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""Full-width digits, letters and signs to ordinary ones, for `str.translate`."""

_UNIFY = str.maketrans(
    {
        **dict.fromkeys("đðɖ", "d"),  # the Icelandic and African letters that look like đ
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043\u02d7", "-"),
        **dict.fromkeys("‘’‚‛′`´ʼ", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("⁄∕", "/"),
        **dict.fromkeys("•·∙●▪◦", "·"),
    }
)
_AROUND_JOINT = re.compile(r" *([-/]) *")
_BEFORE_STOP = re.compile(r" +([,;:.)])")
_AFTER_STOP = re.compile(r"([,;]) *(?=[^\W\d_])")
_CACHED_LENGTH = 200  # headers and names recur in every workbook; whole paragraphs do not


def nfc(text: str) -> str:
    """The text in composed form, which everything stored and sent by the office has.

    >>> nfc("Ha\\u0309i Pho\\u0300ng") == "Hải Phòng"
    True
    """
    return unicodedata.normalize("NFC", text)


def is_nfc(text: str) -> bool:
    """Whether the text is in composed form already.

    >>> is_nfc("Hải Phòng"), is_nfc("Ha\\u0309i")
    (True, False)
    """
    return unicodedata.is_normalized("NFC", text)


def squeeze(text: str) -> str:
    """The text in NFC on one line: every run of blanks is one, none stands at the ends.

    Blanks are all of Unicode's (no-break, ideographic, zero-width space, line breaks) and control
    characters; soft hyphens, joiners and direction marks stand inside words and vanish.

    >>> squeeze("  Sở\\u00a0Nội\\r\\n vụ\\u200b ")
    'Sở Nội vụ'
    """
    return " ".join(nfc(text.translate(_SQUEEZE)).split())


def whole_line(text: str) -> str:
    """Text from outside as one harmless line, however long: NFC, no control or direction marks.

    Unlike `squeeze` it keeps nothing that no reader can see or no file can be written with, so that
    it may stand in a letter, a log and a message's name.

    >>> whole_line("a\\r\\nBcc: b\\u202e")
    'a Bcc: b'
    """
    visible = nfc(text)
    if not visible.isprintable():  # the exception: most texts hold neither marks nor breaks
        visible = "".join(
            " " if unicodedata.category(c) in _BREAKING else c
            for c in visible
            if unicodedata.category(c) not in _HIDDEN
        )
    return " ".join(visible.split())


_BREAKING = frozenset({"Cc", "Zl", "Zp"})
_HIDDEN = frozenset({"Cf", "Cs", "Co", "Cn"})


def one_line(text: str, limit: int = 300) -> str:
    """Text from outside as one harmless line, cut with "…" where it is longer than a letter wants.

    >>> one_line("Kính gửi\\r\\nVăn phòng", 10)
    'Kính gửi…'
    """
    line = whole_line(text)
    return line if len(line) <= limit else quotes_closed(line[: limit - 1].rstrip() + "…")


def fold(text: str) -> str:
    """A key under which spellings of one name are equal: never shown, only compared.

    Small letters without diacritics, one kind of dash, quotation mark and blank, no blanks around
    dashes and slashes nor before commas, compatibility forms (full width, ligatures) resolved.
    Different words may share a key ("Thành tra", "Thanh tra"), which is what the scanned directive
    needs. Folding a key gives the key.

    >>> fold("Thành tra  thành phố") == fold("Thanh tra thành phố")
    True
    >>> fold("Sở Lao động – Thương binh và Xã hội")
    'so lao dong-thuong binh va xa hoi'
    """
    return _fold_cached(text) if len(text) <= _CACHED_LENGTH else _fold(text)


def _fold(text: str) -> str:
    key = text
    if not key.isascii():
        key = unicodedata.normalize("NFKD", key.translate(_SQUEEZE)).casefold()
        key = "".join(c for c in unicodedata.normalize("NFKD", key) if not unicodedata.combining(c))
        key = key.translate(_UNIFY)
    key = " ".join(key.casefold().translate(_SQUEEZE).split())
    key = _AROUND_JOINT.sub(r"\1", key)
    key = _BEFORE_STOP.sub(r"\1", key)
    return _AFTER_STOP.sub(r"\1 ", key)


_fold_cached = lru_cache(maxsize=4096)(_fold)

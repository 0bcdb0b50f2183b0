"""Words in a cell where other rows have a number: what answers a target in words."""

from __future__ import annotations

from models.domain.notation.vietnamese_text import looks_like_legacy_encoding
from models.domain.reading.cell_values import (
    Doubt,
    Understood,
    as_text,
    understand_number,
    understand_text,
)
from models.domain.reading.problems import ProblemKind
from models.domain.register.catalogue import CatalogueRow

WORDS_HELP = "Chỉ tiêu nêu bằng lời: ghi bằng lời, ngắn gọn, kiểm tra được."
"""The message at a cell that takes words where others take a number."""


def understand_words(value: str, row: CatalogueRow, unit: str = "") -> Understood:
    """A text in a number cell of a row whose target is in words: told in words as well.

    A bare number stays one; a mark for nothing («chưa có») is none.
    """
    text = as_text(value)
    if encoding := looks_like_legacy_encoding(text):
        return Understood(None, Doubt(ProblemKind.LEGACY_ENCODING, (encoding,)))
    number = understand_number(value, row, unit)
    nothing = number.doubt is not None and number.doubt.kind is ProblemKind.PLACEHOLDER
    if nothing or not any(map(str.isalpha, text)):
        return number
    return understand_text(value, text, lines=True)

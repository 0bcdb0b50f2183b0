"""What is written down of a number that stands in a column of words."""

from __future__ import annotations

from models.domain.notation.number_notation import from_cell
from models.domain.reading.cell_values import as_text
from models.domain.reading.workbook_content import CellValue


def as_words(value: CellValue) -> str:
    """A cell's content as words: of a number its figures as they were typed, for «1874» is no
    «1.874» where it stands for a document.

    >>> as_words(1874.0), as_words(0.5), as_words("1.874"), as_words(None)
    ('1874', '0,5', '1.874', '')
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return as_text(value)
    try:
        return f"{from_cell(value):f}".replace(".", ",")
    except (ValueError, ArithmeticError):
        return str(value)

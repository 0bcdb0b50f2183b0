"""How wide the columns of an agency's sheet are, so that it can be read when printed.

The action plan goes on A4, which every commune prints on. The other tables go on A4 where they
can be read there, else on A3. Rows grow with what is typed: only widths decide.
"""

from __future__ import annotations

from collections.abc import Sequence

from models.domain.reading.forms import Column, SheetForm, SheetKind, ValueType
from tasks.adapters.workbooks import workbook_styles as look
from tasks.adapters.workbooks.paper import PrintLayout, Width, laid_out

_KEPT = 0.6  # of a text column's width as the form states it, at the least
_NARROWEST = 8.0  # characters of a column to write words in
_DATE = look.width_for("00/00/0000")


def form_layout(form: SheetForm) -> PrintLayout:
    """The paper of a table and the widths of all its columns, what is not printed as stated."""
    unprinted = form.columns[: first_printed(form.columns)]
    printed = form.columns[len(unprinted) :]
    layout = laid_out(
        [_width(c) for c in printed],
        look.TABLE_SIZE,
        on_a4=form.kind is SheetKind.FREE_TABLE,
    )
    return PrintLayout(layout.paper, (*(float(c.width) for c in unprinted), *layout.widths))


def first_printed(columns: Sequence[Column]) -> int:
    """The first column (0-based) on paper: the code is for the program, on the screen only."""
    return 1 if columns[0].source == "code" else 0


def _width(column: Column) -> Width:
    words = max(look.width_for(w, bold=True) for w in column.header.split())
    best = max(float(column.width), words)
    if column.type is ValueType.NUMBER and not column.office:
        return Width(best, best)
    if column.type is ValueType.DATE:
        return Width(max(best, _DATE), max(words, _DATE))
    choices = max((look.width_for(w) for c in column.choices for w in c.split()), default=0.0)
    least = max(words, choices, _NARROWEST, best * _KEPT)
    return Width(best, min(best, least))

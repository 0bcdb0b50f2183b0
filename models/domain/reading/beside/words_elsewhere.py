"""Words of a workbook that stand in no cell of the form: told where they may be meant for one.

What the office itself wrote there, such as the messages at its cells, is not spoken of.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from models.domain.notation.corrections import (
    amends,
    corrects,
    names_unit_of_all,
    takes_back_a_figure,
)
from models.domain.reading.beside.units_told import unit_of_figures
from models.domain.reading.beside.unread_cells import LAST_ROW_OF_FIELDS, is_telling
from models.domain.reading.cell_values import as_text, is_blank, seen_text
from models.domain.reading.expectations import Expectations, plain
from models.domain.reading.forms import WORDS_HELP, SheetKind
from models.domain.reading.headers import HEADER_SEARCH_COLUMNS
from models.domain.reading.identity import RESULT_JUSTIFICATION, RESULT_SHEET_NAME
from models.domain.reading.problems import Problem, ProblemKind
from models.domain.reading.sight.office_words import likeness_of
from models.domain.reading.submissions import Entry
from models.domain.reading.workbook_content import (
    Elsewhere,
    SheetContent,
    WordsElsewhere,
    WorkbookContent,
    address,
    split_address,
)

_ADDRESS = re.compile(r"[A-Z]{1,3}[1-9][0-9]{0,6}")
_SHOWN = 80  # letters of a text over cells that are told with it
_LIKE_THE_OFFICES = 0.6  # from which a message is the office's own, reworded since it was sent
_PICTURES = (Elsewhere.BACKGROUND, Elsewhere.PAGE_PICTURE)
_MOST_FAR = 40
_LAST_INSTRUCTION = 300  # row of the sheet of instructions that is looked at
_LONGEST_NOTE = 400  # letters of what is put in there; the office's own paragraphs are longer


def words_elsewhere(
    content: WorkbookContent,
    expectations: Expectations,
    told: Sequence[Problem],
    entries: Sequence[Entry],
) -> list[Problem]:
    """A problem for each text outside of the form's cells that may be meant for one; `told` is what
    is spoken of already, `entries` what stands in the form's cells."""
    found = [w for w in content.elsewhere if _tells(w, expectations)]
    over_cells = {p.seen for p in told if p.kind is ProblemKind.COVERED_CELL}
    fields = {
        s.form.title for s in expectations.sheets.values() if s.form.kind is SheetKind.DETAILS
    }
    titles = {plain(s.title) for s in expectations.form.sheets if s.kind is SheetKind.INSTRUCTIONS}
    for sheet in content.sheets:
        if plain(sheet.name) == plain(RESULT_SHEET_NAME):
            found += _among_results(sheet, entries, {s.name for s in content.sheets})
        if plain(sheet.name) in titles:
            found += _among_instructions(sheet, expectations)
        found += _beside_the_table(sheet, over_cells)
        found += _far_cells(sheet, LAST_ROW_OF_FIELDS if sheet.name in fields else None)
    return [
        Problem(
            ProblemKind.WORDS_ELSEWHERE,
            sheet_name=words.sheet,
            cell=words.cell,
            seen=seen_text(words.text),
            details=(words.where.value,),
        )
        for words in dict.fromkeys(found)
    ]


def _tells(words: WordsElsewhere, expectations: Expectations) -> bool:
    if words.where in _PICTURES:
        return True
    if words.where is not Elsewhere.MESSAGE:
        return amends(words.text)
    # The office's own messages speak of the unit of the row.
    told = corrects(words.text) or (amends(words.text) and not names_unit_of_all(words.text))
    return told and not _is_the_offices(words.text, expectations)


def _is_the_offices(message: str, expectations: Expectations) -> bool:
    said = plain(message)
    own = [c.help for s in expectations.form.sheets for c in s.columns if c.help] + [WORDS_HELP]
    if any(plain(text) == said for text in own):
        return True
    return any(likeness_of(message, text) >= _LIKE_THE_OFFICES for text in own)


def _among_results(
    sheet: SheetContent, entries: Sequence[Entry], names: Collection[str]
) -> Iterator[WordsElsewhere]:
    """Reasons that were written beside the office's findings and not in the row that they are of.

    The office puts those of before there: they are spoken of where the row has none any more; of
    sheets that are not among those `names` nothing is known."""
    explained = {
        (e.sheet_name, split_address(e.cell)[0]) for e in entries if e.column == "justification"
    }
    place = title = 0
    for number, cells in enumerate(sheet.rows[:_LAST_INSTRUCTION], 1):
        if RESULT_JUSTIFICATION in cells and not place:
            place, title = [*cells].index(RESULT_JUSTIFICATION) + 1, len(cells)
            continue
        if not place:
            continue
        about = [as_text(sheet.at(number, place - back)) for back in (4, 3)]
        row = split_address(about[1])[0] if _ADDRESS.fullmatch(about[1]) else 0
        if (about[0], row) in explained:
            continue
        known = row > 0 and about[0] in names
        for column in (place, *range(title + 1, min(len(cells), HEADER_SEARCH_COLUMNS) + 1)):
            value = sheet.at(number, column)
            if (known or column > title) and not is_blank(value):
                yield WordsElsewhere(
                    Elsewhere.RESULTS, as_text(value), sheet.name, address(number, column)
                )


def _among_instructions(
    sheet: SheetContent, expectations: Expectations
) -> Iterator[WordsElsewhere]:
    """What somebody wrote among the office's instructions that corrects a figure or tells a unit
    for all of them."""
    form = expectations.form
    for number, cells in enumerate(sheet.rows[:_LAST_INSTRUCTION], 1):
        for place, value in enumerate(cells[:HEADER_SEARCH_COLUMNS], 1):
            if not isinstance(value, str) or len(value) > _LONGEST_NOTE:
                continue
            if not (takes_back_a_figure(value) or unit_of_figures(value)):
                continue
            own = (*form.instructions, *form.advice)
            if not any(likeness_of(value, text) >= _LIKE_THE_OFFICES for text in own):
                where = Elsewhere.INSTRUCTIONS
                yield WordsElsewhere(where, value, sheet.name, address(number, place))


def _beside_the_table(sheet: SheetContent, over_cells: Collection[str]) -> Iterator[WordsElsewhere]:
    for shape in sheet.shapes:
        if shape.text and seen_text(shape.text, _SHOWN) not in over_cells and amends(shape.text):
            cell = address(max(int(shape.top), 1), max(int(shape.left), 1))
            yield WordsElsewhere(Elsewhere.SHAPE, shape.text, sheet.name, cell)


def _far_cells(sheet: SheetContent, last_row: int | None) -> Iterator[WordsElsewhere]:
    """Figures and corrections beyond what is looked at of a sheet."""
    rows = sheet.rows
    if last_row is not None:
        below = [(n, 1, row) for n, row in enumerate(rows[last_row:], last_row + 1)]
    else:
        below = []
    beyond = [
        (n, HEADER_SEARCH_COLUMNS + 1, row[HEADER_SEARCH_COLUMNS:])
        for n, row in enumerate(rows, 1)
        if len(row) > HEADER_SEARCH_COLUMNS
    ]
    left = _MOST_FAR
    for number, first, cells in (*beyond, *below):
        for place, value in enumerate(cells, first):
            if left and not is_blank(value) and is_telling(value):
                left -= 1
                text = seen_text(value)
                yield WordsElsewhere(Elsewhere.FAR_CELL, text, sheet.name, address(number, place))

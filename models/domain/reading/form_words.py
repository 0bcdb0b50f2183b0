"""A form in the words of one directive and one cycle: year, document, number, what is to be clear.

A form's texts hold placeholders (`{year}`), since it serves every year. A column that asks for a
point which the directive does not make (the sixth "rõ"), or shows what it does not print, is left
out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from models.domain.cycle.cycles import ReportingCycle
from models.domain.reading.forms import PRODUCT, Column, Form, SheetForm
from models.domain.register.catalogue import Catalogue

#: Placeholders that every text of a form may hold. Those in capitals are for headings.
FORM_WORDS = (
    "year",  # 2025
    "directive",  # "Chỉ thị số 03/CT-UBND"
    "document",  # "Chỉ thị"
    "DOCUMENT",
    "ground",  # "điểm 1.2 mục III của Chỉ thị": where it asks for this report
    "clear",  # "5 rõ"
    "CLEAR",
    "clears",  # "rõ người, rõ việc, ..."
    "clear_place",  # " (mục I.7 của Chỉ thị)", or nothing
    "groups",  # how many groups of solutions it has
    "groups_place",  # "tại phần II của Chỉ thị"
)
POINT = "point"  # in a column with `five_clear`: this point in the directive's words, "Rõ thời hạn"
_PLACEHOLDER = re.compile(r"\{([A-Za-z_]+)\}")


def words_of_form(catalogue: Catalogue, cycle: ReportingCycle) -> dict[str, str]:
    """What stands for each of FORM_WORDS."""
    document = catalogue.document
    ground, found, _ = cycle.legal_basis.partition(f" {document} ")
    clear = catalogue.clear
    return {
        "year": str(catalogue.year),
        "directive": catalogue.short_title,
        "document": document,
        "DOCUMENT": document.upper(),
        "ground": f"{ground} của {document}" if found else cycle.legal_basis,
        "clear": clear.title,
        "CLEAR": clear.title.upper(),
        "clears": clear.listed,
        "clear_place": f" ({clear.place} của {document})" if clear.place else "",
        "groups": str(len(catalogue.solution_groups)),
        "groups_place": _groups_place(catalogue),
    }


def _groups_place(catalogue: Catalogue) -> str:
    parts = {number.partition(".")[0] for number in catalogue.group_numbers}
    part = f"tại phần {parts.pop()} " if len(parts) == 1 else ""
    return f"{part}của {catalogue.document}"


def unknown_words(text: str, *, of_point: bool, further: tuple[str, ...] = ()) -> list[str]:
    """Placeholders in a text that nothing will ever stand for.

    >>> unknown_words("Năm {year}, {yaer}", of_point=False)
    ['yaer']
    """
    known = {*FORM_WORDS, *further, *((POINT,) if of_point else ())}
    return [name for name in _PLACEHOLDER.findall(text) if name not in known]


def form_in_words(form: Form, catalogue: Catalogue, cycle: ReportingCycle) -> Form:
    """The form as the cycle's workbooks and letters show it; placeholders of its own stay.

    Those of the instructions that are an agency's (`{agency}`) are filled with its workbook.
    """
    words = words_of_form(catalogue, cycle)
    said = partial(_said, words)
    return replace(
        form,
        title=said(form.title),
        instructions=tuple(map(said, form.instructions)),
        advice=tuple(map(said, form.advice)),
        sheets=tuple(_sheet(sheet, catalogue, words) for sheet in form.sheets),
    )


def _said(words: Mapping[str, str], text: str) -> str:
    if "{" not in text:
        return text
    return _PLACEHOLDER.sub(lambda found: words.get(found[1], found[0]), text)


def _sheet(sheet: SheetForm, catalogue: Catalogue, words: Mapping[str, str]) -> SheetForm:
    said = partial(_said, words)
    return replace(
        sheet,
        title=said(sheet.title),
        heading=said(sheet.heading),
        guidance=said(sheet.guidance),
        columns=tuple(
            _column(column, catalogue, words)
            for column in sheet.columns
            if _has_content(column, catalogue)
        ),
    )


def _has_content(column: Column, catalogue: Catalogue) -> bool:
    """Whether the year's directive says anything of what the column is for."""
    if column.source == PRODUCT:
        return any(row.product_printed for row in catalogue)
    return not column.five_clear or column.five_clear in catalogue.clear.names


def _column(column: Column, catalogue: Catalogue, words: Mapping[str, str]) -> Column:
    if column.five_clear:
        point = catalogue.clear.names[column.five_clear]
        words = {**words, POINT: point[:1].upper() + point[1:]}
    said = partial(_said, words)
    return replace(
        column, header=said(column.header), label=said(column.label), help=said(column.help)
    )

"""Slips: what tired, hurried or stubborn officials do to the cells of a workbook."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping

from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.packaging.custom import StringProperty

from models.domain.reading.identity import PROPERTY_NAME, SHEET_NAME
from models.domain.reading.submissions import CellKey
from tasks.adapters.simulation.filling import FilledWorkbook
from tasks.adapters.workbooks.workbook_marks import custom_properties

Slip = Callable[[FilledWorkbook], None]
"""Does something to a workbook that has been filled in. Those that move cells come last."""


# TCVN3 as it shows without its font: one letter of Latin-1 for each Vietnamese letter.
_TCVN3 = dict(
    zip(
        "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵĂÂÊÔƠƯĐ",
        "µ¶·¸¹¨»¼½¾Æ©ÇÈÉÊË®ÌÎÏÐÑªÒÓÔÕÖ×ØÜÝÞßáâãä«åæçèé¬êëìíîïñòóô\xadõö÷øùúûüýþ¡¢£¤¥¦§",
        strict=True,
    )
)


def typed(sheet: str, row_key: str, column: str, value: object) -> Slip:
    """Something else is typed into a cell."""

    def slip(book: FilledWorkbook) -> None:
        book.write(sheet, row_key, column, value)

    return slip


def shown_as(sheet: str, row_key: str, column: str, value: float, number_format: str) -> Slip:
    """A number pasted over with its own format: the form's condition on that column is lost."""

    def slip(book: FilledWorkbook) -> None:
        address = book.write(sheet, row_key, column, value)
        cells = book.sheet(sheet)
        cells[address].number_format = number_format
        kept = ConditionalFormattingList()
        for formatting in cells.conditional_formatting:
            if address not in formatting.sqref:
                for rule in formatting.rules:
                    kept.add(str(formatting.sqref), rule)
        cells.conditional_formatting = kept

    return slip


def emptied(*places: CellKey, mark: str | None = None) -> Slip:
    """Cells left empty, or with a mark that means nothing ("-", "x")."""

    def slip(book: FilledWorkbook) -> None:
        for sheet, row_key, column in places:
            book.write(sheet, row_key, column, mark)

    return slip


def as_text(sheet: str, column: str, pattern: str = "{:%d/%m/%Y}") -> Slip:
    """A whole column typed as text instead of dates or numbers."""

    def slip(book: FilledWorkbook) -> None:
        for row_key in book.places(sheet, column):
            value = book.read(sheet, row_key, column)
            if value is not None:
                address = book.write(sheet, row_key, column, pattern.format(value))
                book.sheet(sheet)[address].number_format = "@"

    return slip


def decomposed() -> Slip:
    """All text in NFD, as some Macs and phones write it."""

    def slip(book: FilledWorkbook) -> None:
        for place in book.written():
            value = book.read(*place)
            if isinstance(value, str):
                book.write(*place, unicodedata.normalize("NFD", value))

    return slip


def in_old_font(*places: CellKey) -> Slip:
    """Cells typed for .VnTime (TCVN3): unreadable without that font."""

    def slip(book: FilledWorkbook) -> None:
        for place in places:
            book.write(*place, tcvn3(str(book.read(*place))))

    return slip


def tcvn3(text: str) -> str:
    """The text as TCVN3 writes it.

    >>> tcvn3("Chủ tịch UBND thành phố")
    'Chñ tÞch UBND thµnh phè'
    """
    return "".join(_TCVN3.get(c, _TCVN3.get(c.lower(), c)) for c in text)


def without_row(sheet: str, row_key: str) -> Slip:
    """A row deleted: "not ours"."""

    def slip(book: FilledWorkbook) -> None:
        column = next(iter(c.key for c in book.form.sheet(sheet).columns))
        address = book.address(sheet, row_key, column)
        worksheet = book.sheet(sheet)
        worksheet.delete_rows(worksheet[address].row)

    return slip


def only(*sheets: str) -> Slip:
    """All other sheets of the agency deleted: "those were accepted already"."""

    def slip(book: FilledWorkbook) -> None:
        for sheet in book.form.sheets:
            if sheet.key not in sheets and book.has(sheet.key):
                book.book.remove(book.sheet(sheet.key))

    return slip


def rearranged(titles: Mapping[str, str], own_column: str) -> Slip:
    """Sheets renamed and put in another order, and in each table a column of the agency's own."""

    def slip(book: FilledWorkbook) -> None:
        for key, title in titles.items():
            if book.has(key):
                worksheet = book.sheet(key)
                worksheet.insert_cols(2)
                worksheet.cell(worksheet.max_row + 2, 2, own_column)
                worksheet.title = title
        book.book._sheets.reverse()  # type: ignore[attr-defined]  # missing in its stubs

    return slip


def carrying(token: str) -> Slip:
    """Another identity in both of its places."""

    def slip(book: FilledWorkbook) -> None:
        properties = custom_properties(book.book)
        if PROPERTY_NAME in properties.names:
            del properties[PROPERTY_NAME]
        properties.append(StringProperty(name=PROPERTY_NAME, value=token))
        for row in book.book[SHEET_NAME].iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("bc1:"):
                    cell.value = token

    return slip


def identity_of(book: FilledWorkbook) -> str:
    """The identity the workbook carries."""
    return str(custom_properties(book.book)[PROPERTY_NAME].value)


def claiming(agency: str) -> Slip:
    """The identity edited by hand to name another agency; its signature no longer fits."""

    def slip(book: FilledWorkbook) -> None:
        version, cycle, _, *rest = identity_of(book).split(":")
        carrying(":".join((version, cycle, agency, *rest)))(book)

    return slip

"""Entries that a person sees otherwise than the program reads them, by ways that nobody needs:
the machine's own formats and colours, fonts of ornaments, figures laid far apart."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.tasks.adapters.reading.looks.test_seen_otherwise import LETTERS, looking, words
from tests.tasks.adapters.reading.looks.test_tampered_sights import findings
from tests.tasks.adapters.reading.test_other_guises import formatted
from tests.tasks.adapters.reading.test_tampered_workbooks import packed, parts
from tests.tasks.adapters.reading.test_workbooks_examined import CYCLE, filled

Change = Callable[[], bytes]
THEME = "xl/theme/theme1.xml"


def lettered(font: str) -> Change:
    return looking(f'<name val="{font}"/><sz val="11"/>')


def coloured(number: int) -> Change:
    return looking(f'<color indexed="{number}"/>{LETTERS}')


def themed(colour: str) -> Change:
    """The workbook whose theme has that colour for letters."""
    made = looking(f'<color theme="1"/>{LETTERS}')

    def change() -> bytes:
        kept = parts(made())
        dark = f"<a:dk1><a:{colour}/></a:dk1>".encode()
        kept[THEME], times = re.subn(rb"<a:dk1>.*?</a:dk1>", dark, kept[THEME], flags=re.DOTALL)
        assert times == 1
        return packed(kept)

    return change


def dated(text: str) -> Change:
    """The workbook with that text for a day."""
    book = filled("sct")
    row = next(iter(book.places("tasks", "five_deadline")))
    book.write("tasks", row, "five_deadline", text)
    return lambda: book.save(CYCLE.opens_at)


def kept_as_text(number_format: str) -> Change:
    """The workbook with a day that is kept as ISO 8601 writes it, drawn by that format."""

    def change() -> bytes:
        book = filled("sct")
        row = next(iter(book.places("tasks", "five_deadline")))
        place = str(book.address("tasks", row, "five_deadline"))
        book.sheet("tasks")[place].number_format = number_format
        book.write("tasks", row, "five_deadline", 45_736)
        kept = parts(book.save(CYCLE.opens_at))
        part = f"xl/worksheets/sheet{book.number('tasks')}.xml"
        kept[part], times = re.subn(
            rb'(<c r="%s" s="[0-9]+")[^>]*><v>45736</v>' % place.encode(),
            rb'\1 t="d"><v>2025-03-20</v>',
            kept[part],
        )
        assert times == 1
        return packed(kept)

    return change


FAR = " " * 60
CASES: dict[str, tuple[Change, str]] = {
    # The machine's own, whatever else a format says.
    "the machine's time": (formatted("[$-F400]#,##0"), "HT-01"),
    "the machine's day": (formatted("[$-F800]#,##0"), "HT-01"),
    "the machine's day by its name": (formatted("[$-x-sysdate]"), "HT-01"),
    "the machine's, as words of a format": (formatted('0"[$-F400]"'), "HT-01"),
    # Colours behind the palette, and those of the machine in a theme.
    "paper of charts": (coloured(78), "HT-05"),
    "paper of hints": (coloured(80), "HT-05"),
    "faces of buttons": (coloured(67), "HT-05"),
    "letters of charts": (coloured(77), ""),
    "letters of hints": (coloured(81), ""),
    "a colour of nobody": (coloured(72), ""),
    "letters that are chosen": (themed('sysClr val="highlightText" lastClr="000000"'), "HT-05"),
    "light of buttons": (themed('sysClr val="btnHighlight"'), "HT-05"),
    "a face of buttons": (themed('sysClr val="btnFace"'), "HT-05"),
    "letters of buttons": (themed('sysClr val="btnText" lastClr="000000"'), ""),
    "yellow that is light": (themed('prstClr val="lightYellow"'), "HT-05"),
    "blue that is dark": (themed('prstClr val="darkBlue"'), ""),
    # Letters that are none.
    "ornaments": (lettered("Bodoni Ornaments"), "HT-05"),
    "points": (lettered("BPdots"), "HT-05"),
    "boxes that tell the number of a letter": (lettered("Unicode BMP Fallback SIL"), "HT-05"),
    "figures of Persian without a blank": (lettered("BNazanin"), "HT-05"),
    "figures of Persian with a stroke": (lettered("Vazir-FD"), "HT-05"),
    "letters by the same designer": (lettered("Bodoni MT"), ""),
    "a name that begins so": (lettered("Bahnschrift"), ""),
    # Figures far apart: two of them, or only the first one.
    "a blank between figures": (words("250 200"), ""),
    "two blanks between figures": (words("250  200"), ""),
    "blanks between figures": (words(f"250{' ' * 4}200"), "SO-02"),
    "many blanks between figures": (words(f"250{' ' * 60}200"), "SO-02"),
    "more blanks than a number has letters": (words(f"250{' ' * 400}200"), "SO-02"),
    "blanks that do not break between figures": (words(f"250{chr(0xA0) * 60}200"), "SO-02"),
    "broad blanks between figures": (words(f"250{chr(0x2003) * 5}200"), "SO-02"),
    "letters that are blank between figures": (words(f"250{chr(0x2800) * 5}200"), "SO-02"),
    "lines between figures": (words(f"250{chr(10) * 400}200"), "SO-03"),
    "a year far behind its day": (dated(f"20/3{FAR}/2025"), "HT-11"),
    "a year in words far behind its day": (dated(f"20 tháng 3{FAR}năm 2025"), "HT-11"),
    "a quarter far behind its name": (dated(f"Quý{FAR}II/2025"), "HT-11"),
    "a day with blanks": (dated("20 / 3 / 2025"), ""),
    # A day that is kept as a text is drawn by its format all the same.
    "a day by its format": (kept_as_text("dd/mm/yyyy"), ""),
    "a day as its number": (kept_as_text("General"), ""),
    "another day in words": (kept_as_text('"09/09/2026"'), "HT-01"),
    "more figures behind a day": (kept_as_text('0"9"'), "HT-01"),
    "a day as a share": (kept_as_text("0%"), "HT-01"),
    "a day of which nothing is shown": (kept_as_text(";;;"), "HT-05"),
    "blanks before the unit": (words("250200   tỷ đồng"), ""),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_an_entry_in_a_rare_guise_is_told(case: str) -> None:
    change, rule = CASES[case]
    assert {f.rule for f in findings(change())} == ({rule} if rule else set())

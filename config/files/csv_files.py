"""Reads the office's CSV files line by line, so that every fault can name its file and line."""

from __future__ import annotations

import csv
import datetime as dt
import errno
import io
import re
import stat
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from models.domain.errors import ConfigurationFault
from models.domain.faults import Fault, Phrase
from models.domain.notation.vietnamese_text import is_nfc

_DELIMITERS = (";", "\t")  # what Excel writes in the Vietnamese locale; its "Unicode text"
_ZIP = b"PK\x03\x04"  # what every .xlsx begins with
YES = "có"  # in a column that may say yes or nothing
_FREE_TEXT = ("note", "source")  # columns of the office's own sentences, which may ask a question
_SPREADSHEET_ERROR = re.compile(r"#(?:NAME\?|REF!|VALUE!|N/A|DIV/0!|NUM!|NULL!|#+)")
# UTF-8 read as a Western code page and saved again ("Tá»· lá»‡" for "Tỷ lệ").
_MISREAD = re.compile(
    r"[\u0080-\u009f\ufffd]|Ä‘|Æ[°¡]|Ã[\u00a0-\u00bf]"
    r"|á[º»][\u00a0-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"
)
# Letters that a code page which puts "?" for what it lacks would not have kept.
_WHOLE_VIETNAMESE = re.compile(r"[\u1ea0-\u1ef9]")
# Blanks that are none, and marks that no reader sees and no letter's head may hold.
_ODD_BLANK = re.compile(
    r"[^\S \r\n]|  |[\u200b-\u200f\u2060\ufeff\u00ad]"
    r"|[\x00-\x08\x0e-\x1f\x7f\u061c\u202a-\u202e\u2061-\u206f]"
)
_LARGEST_FILE = 20_000_000  # bytes; the office's have less than one hundred thousand
_SHORT = 200  # letters of a cell that is remembered
_SHOWN_LINES = 3  # a kind of damage that runs through a file is one fault, not one for each cell


@dataclass(frozen=True, slots=True)
class Line:
    """One record: its cells by column, and where it begins."""

    source: str  # "2025/appendix_1.csv"
    number: int  # 1 is the header
    cells: Mapping[str, str]
    found: int  # cells in the file, empty ones behind the last column not counted
    expected: int  # columns of the header

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def fault(self, code: str, column: str = "", /, **arguments: object) -> Fault:
        """A fault of this line, or of its cell in `column`."""
        return Fault(code, self.source, self.number, column, arguments=arguments)

    @property
    def malformed(self) -> bool:
        """Whether it has more or fewer cells than the header: its cells may stand elsewhere."""
        return self.found != self.expected

    def root_cause(self, faults: Sequence[Fault]) -> list[Fault]:
        """The faults met in this line's cells, or the one that explains them: a cell is missing.

        A line that is short but right is no fault: spreadsheets and people leave out what is empty
        at the end. One that is too long was named when it was read.
        """
        if not faults or not self.malformed:
            return list(faults)
        if self.found > self.expected:
            return []
        return [self.fault("csv.too_few_cells", found=self.found, expected=self.expected)]

    def items(self, column: str, separator: str = ";") -> list[str]:
        """The parts of a cell that holds several, blanks around them taken off, none empty."""
        return [part.strip() for part in self[column].split(separator) if part.strip()]


def source_name(path: Path) -> str:
    """How a fault names the file: with its folder, since years repeat the file names."""
    return f"{path.parent.name}/{path.name}"


def marks_lost(text: str, note: str = "") -> bool:
    """Whether a text of several words bears no Vietnamese letter and no note says it is so printed.

    >>> marks_lost("So Y te"), marks_lost("Sở Y tế"), marks_lost("MW")
    (True, False, False)
    >>> marks_lost("Hai Phong Sakura Golf Club", note="Tên in bằng tiếng Anh, không dấu.")
    False
    """
    several = len(re.findall(r"[A-Za-z]+", text)) > 1
    return several and text.isascii() and "không dấu" not in note.lower()


def day_of(written: str) -> dt.date | None:
    """The day of a cell, None when it names none: as the file has it or as Excel saves it.

    >>> day_of("2025-04-26") == day_of("26/04/2025")
    True
    """
    found = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", written)
    year_first = found is not None
    found = found or re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", written)
    if found is None:
        return None
    numbers = [int(part) for part in found.groups()]
    try:
        return dt.date(*(numbers if year_first else reversed(numbers)))
    except ValueError:
        return None


def office_bytes(path: Path) -> bytes:
    """The bytes of one of the office's files; a pipe is not waited for, a giant not read.

    Raises OSError for whatever is no ordinary file of a size that a person could have made.
    """
    status = path.stat()
    if stat.S_ISREG(status.st_mode) and status.st_size > _LARGEST_FILE:
        raise OSError(errno.EFBIG, f"lớn hơn {_LARGEST_FILE // 1_000_000} MB", str(path))
    if not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
        raise OSError(errno.EINVAL, "không phải tệp thường", str(path))
    return path.read_bytes()


def office_text(path: Path) -> str:
    """Its text, ends of lines as `\\n`. Raises OSError as `office_bytes`, UnicodeDecodeError."""
    return re.sub(r"\r\n?", "\n", office_bytes(path).decode("utf-8-sig"))


def not_opened(source: str, error: OSError) -> Fault:
    """The fault of a file that could not be opened, which says why."""
    if isinstance(error, FileNotFoundError):
        reason = Phrase.of("file.lacking")
    elif isinstance(error, PermissionError):
        reason = Phrase.of("file.forbidden")
    else:
        reason = Phrase.of("file.system", reason=str(error.strerror))
    return Fault("file.not_opened", source, arguments={"reason": reason})


def read_lines(
    path: Path, columns: Sequence[str], faults: list[Fault], optional: Sequence[str] = ()
) -> list[Line]:
    """The records of a UTF-8 CSV file, cells trimmed, empty records left out.

    The separator is a comma, or a semicolon or tab where the header holds that and no comma. Empty
    lines above the header and empty columns behind the last are passed over. Faults of the file's
    form are appended to `faults`: missing or unreadable file, unknown, missing or repeated columns,
    too many cells, text that is not NFC, has odd blanks or was damaged on its way.
    """
    source = source_name(path)
    text = _text(path, source, faults)
    if text is None:
        return []
    records = _records(text, source, faults)
    if records is None:
        return []
    if not records:
        faults.append(Fault("csv.empty", source, 1, arguments={"wanted": tuple(columns)}))
        return []
    (begins, first), *rest = records
    header = [cell.strip().lower() for cell in _without_empty_tail(first)]
    if not _header_fits(header, columns, optional, _line(source, begins, header, first), faults):
        return []
    if sum(2 * len(cells) <= len(header) for _, cells in rest) * 2 > len(rest):
        faults.append(Fault("csv.not_separated", source, rest[0][0]))
        return []
    lines = [_line(source, begins, header, cells) for begins, cells in rest]
    faults.extend(
        line.fault("csv.too_many_cells", found=line.found, expected=line.expected)
        for line in lines
        if line.found > line.expected
    )
    faults.extend(_damage(lines))
    return lines


def read_table(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    """Header and records of a CSV file, cells trimmed, whatever its columns are.

    Raises ConfigurationFault where it cannot be opened or is no CSV.
    """
    faults: list[Fault] = []
    text = _text(path, source_name(path), faults)
    records = None if text is None else _records(text, source_name(path), faults)
    if records is None:
        raise ConfigurationFault(faults)
    header = [c.strip().lower() for c in _without_empty_tail(records[0][1])] if records else []
    rows = ([cell.strip() for cell in cells] for _, cells in records[1:])
    return header, [dict(zip(header, cells, strict=False)) for cells in rows]


def _line(source: str, begins: int, header: Sequence[str], cells: Sequence[str]) -> Line:
    expected = len(header)
    found = min(len(cells), max(expected, len(_without_empty_tail(cells))))
    by_column = dict(zip(header, (c.strip() for c in cells), strict=False))
    return Line(source, begins, by_column, found, expected)


def _text(path: Path, source: str, faults: list[Fault]) -> str | None:
    try:
        raw = office_bytes(path)
    except OSError as error:
        faults.append(not_opened(source, error))
        return None
    if raw.startswith(_ZIP):
        faults.append(Fault("csv.workbook", source, 1))
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        faults.append(Fault("csv.not_utf8", source, line))
        return None


def _records(text: str, source: str, faults: list[Fault]) -> list[tuple[int, list[str]]] | None:
    """The records that hold anything, each with the line it begins on; None for no CSV."""
    header = re.split(r"[\r\n]", text.lstrip(" ,;\t\r\n"), maxsplit=1)[0]
    delimiter = next((d for d in _DELIMITERS if d in header and "," not in header), ",")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    records: list[tuple[int, list[str]]] = []
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                records.append((begins, cells))
            begins = reader.line_num + 1
    except csv.Error:
        faults.append(Fault("csv.not_csv", source, begins))
        return None
    return records


def _without_empty_tail(cells: Sequence[str]) -> list[str]:
    kept = list(cells)
    while kept and not kept[-1].strip():
        kept.pop()
    return kept


def _header_fits(
    header: Sequence[str],
    columns: Sequence[str],
    optional: Sequence[str],
    line: Line,
    faults: list[Fault],
) -> bool:
    known = {*columns, *optional}
    if known.isdisjoint(header):
        faults.append(line.fault("csv.no_header", wanted=tuple(columns)))
        return False
    wrong = [line.fault("csv.column_lacking", c) for c in columns if c not in header]
    wrong += [line.fault("csv.column_unknown", c) for c in header if c not in known]
    wrong += [line.fault("csv.column_twice", c) for c in sorted(known) if header.count(c) > 1]
    faults.extend(wrong)
    return not wrong


def _damage(lines: Iterable[Line]) -> Iterable[Fault]:
    """A fault for each damaged cell; one for all where a damage runs through the file."""
    found: list[tuple[Phrase, list[tuple[Line, str]]]] = []
    for line, (column, cell) in ((li, item) for li in lines for item in li.cells.items()):
        damage = _damage_of(column, cell)
        if damage is None:
            continue
        cells = next((known for other, known in found if other == damage), None)
        if cells is None:
            found.append((damage, cells := []))
        cells.append((line, column))
    for damage, cells in found:
        shown = cells if len(cells) <= _SHOWN_LINES else cells[:1]
        others = Phrase.of("csv.no_others")
        if len(cells) > len(shown):
            others = Phrase.of("csv.and_others", count=len(cells) - 1)
        for line, column in shown:
            yield line.fault("csv.damaged", column, damage=damage, others=others)


def _damage_of(column: str, cell: str) -> Phrase | None:
    looked_at = _damage_in if len(cell) > _SHORT else _damage_in_short
    return looked_at(cell, column in _FREE_TEXT) if cell else None


@lru_cache(maxsize=8192)
def _damage_in_short(cell: str, free_text: bool) -> Phrase | None:
    """The office's files are checked again after every change, and most cells stay as they are."""
    return _damage_in(cell, free_text)


def _damage_in(cell: str, free_text: bool) -> Phrase | None:
    if _SPREADSHEET_ERROR.match(cell):
        return Phrase.of("csv.spreadsheet_error", seen=cell[:20])
    asked = "?" in cell and not free_text and not _WHOLE_VIETNAMESE.search(cell)
    if _MISREAD.search(cell) or asked:
        return Phrase.of("csv.misread")
    if not is_nfc(cell):
        return Phrase.of("csv.not_composed")
    if _ODD_BLANK.search(cell):
        return Phrase.of("csv.odd_blank")
    return None

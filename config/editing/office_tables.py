"""A CSV file of the office's, single records of which are changed; every other line stays."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class _Record:
    raw: str  # with the end of its last line
    cells: tuple[str, ...]


@dataclass(frozen=True)
class OfficeTable:
    r"""A table by its lines.

    >>> table = OfficeTable.read(b'code;name\r\nsyt;"S\xe1\xbb\x9f Y t\xe1\xba\xbf"\r\nstc;x\r\n')
    >>> table.changed(1, {"name": "y"}).content.decode()
    'code;name\r\nsyt;"Sở Y tế"\r\nstc;y\r\n'
    """

    header: tuple[str, ...]
    delimiter: str
    ending: str
    _head: str  # everything up to the first record, as it stands
    _records: tuple[_Record, ...]

    @classmethod
    def read(cls, content: bytes) -> OfficeTable:
        """The table. Raises UnicodeDecodeError, csv.Error for what is none."""
        text = content.decode("utf-8")
        lines = list(io.StringIO(text, newline=""))
        first = next((line for line in lines if line.strip(f"{_MARK} ,;\t\r\n")), "")
        delimiter = next((d for d in (";", "\t") if d in first and "," not in first), ",")
        ending = "\r\n" if "\r\n" in text else "\n"
        reader = csv.reader(lines, delimiter=delimiter)
        header: tuple[str, ...] = ()
        head, records, start = "", [], 0
        for cells in reader:
            raw = "".join(lines[start : reader.line_num])
            start = reader.line_num
            if header:
                records.append(_Record(raw, tuple(cell.strip() for cell in cells)))
                continue
            head += raw
            if any(cell.strip(f"{_MARK} ") for cell in cells):
                header = tuple(cell.strip(f"{_MARK} ").lower() for cell in cells)
        return cls(header, delimiter, ending, head, tuple(records))

    @property
    def rows(self) -> Iterator[tuple[int, Mapping[str, str]]]:
        """The records that hold anything, each with its number."""
        for number, record in enumerate(self._records):
            if any(record.cells):
                yield number, dict(zip(self.header, record.cells, strict=False))

    def number_of(self, **keys: str) -> int | None:
        """The first record with these cells; None where there is none."""
        for number, row in self.rows:
            if all(row.get(column, "") == value for column, value in keys.items()):
                return number
        return None

    def line_of(self, number: int) -> int:
        """The line of the file on which a record begins; 1 is the first."""
        before = [self._head, *(record.raw for record in self._records[:number])]
        return 1 + sum(len(list(io.StringIO(raw, newline=None))) for raw in before)

    def changed(self, number: int, values: Mapping[str, str]) -> OfficeTable:
        """With these cells in that record."""
        wide = self._wide_enough(values)
        record = wide._records[number]
        cells = dict(zip(wide.header, record.cells, strict=False)) | dict(values)
        return wide._with(number, number + 1, [cells])

    def added(self, values: Mapping[str, str], behind: int | None = None) -> OfficeTable:
        """With a record more, behind that one or at the end."""
        wide = self._wide_enough(values)
        place = len(wide._records) if behind is None else behind + 1
        return wide._with(place, place, [values])

    def without(self, number: int) -> OfficeTable:
        """Without that record."""
        return self._with(number, number + 1, [])

    @property
    def content(self) -> bytes:
        """The file's bytes."""
        return "".join([self._head, *(record.raw for record in self._records)]).encode("utf-8")

    def touched_line(self, before: OfficeTable) -> int:
        """The line of the first record that is not as before; 0 where there is none."""
        for number, record in enumerate(self._records):
            if number >= len(before._records) or record.cells != before._records[number].cells:
                return self.line_of(number)
        return 0

    def _wide_enough(self, values: Mapping[str, str]) -> OfficeTable:
        """With columns for all that is to be written; a record has as many cells as the header."""
        new = [c for c, value in values.items() if value and c not in self.header]
        if not new:
            return self
        header = (*self.header, *new)
        mark = _MARK if self._head.startswith(_MARK) else ""
        head = mark + self._line(header)
        records = [
            self._record([*r.cells[: len(self.header)], *[""] * (len(header) - len(r.cells))])
            if any(r.cells)
            else r
            for r in self._records
        ]
        return replace(self, header=header, _head=head, _records=tuple(records))

    def _with(self, start: int, end: int, rows: Sequence[Mapping[str, str]]) -> OfficeTable:
        put = [self._record([row.get(column, "") for column in self.header]) for row in rows]
        before = list(self._records[:start])
        if put and before and not before[-1].raw.endswith(("\n", "\r")):
            before[-1] = replace(before[-1], raw=before[-1].raw + self.ending)
        head = self._head
        if put and not before and not head.endswith(("\n", "\r")):
            head += self.ending
        return replace(self, _head=head, _records=(*before, *put, *self._records[end:]))

    def _record(self, cells: Sequence[str]) -> _Record:
        return _Record(self._line(cells), tuple(cells))

    def _line(self, cells: Sequence[str]) -> str:
        out = io.StringIO()
        csv.writer(out, delimiter=self.delimiter, lineterminator=self.ending).writerow(cells)
        return out.getvalue()

"""The office's tables brought up to those that come with the program, its own edits kept.

A cell that holds what some version of the program brought is the program's, and follows it; any
other is the office's, and stays. A row that the office took out stays away. Nothing is removed.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path

from config.files.csv_files import day_of
from models.domain.register.agencies import marked_key

AGENCIES, CONTACTS, SUCCESSIONS = "agencies.csv", "contacts.csv", "successions.csv"
#: The tables, each with the columns that tell its rows apart; agencies first.
_TABLES: Mapping[str, Sequence[str]] = {
    AGENCIES: ("code",),
    CONTACTS: ("agency",),
    SUCCESSIONS: ("predecessor", "successor", "on", "duties"),
    "holidays.csv": ("date",),
    "directives/*/target_revisions.csv": ("row", "territory", "baseline", "effective_on"),
}
#: Columns that hold an agency's code.
_OF_AGENCIES = ("code", "agency", "predecessor", "successor")
#: Who a column names: it is followed only while the office's row has the very same address.
_SAID_OF = {"superior_title": "superior"}
_ABOUT_AGENCIES = ("agency", "predecessor", "successor")

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShippedUpdate:
    """What the office's tables come to: `files` that differ from its own, and what was done.

    `added`, `changed` count rows by file; `kept` says in a sentence each where the office's own
    stands against the program's; `placeholders` are mail addresses of added rows that lead nowhere.
    """

    files: Mapping[str, bytes]
    added: Mapping[str, int]
    changed: Mapping[str, int]
    kept: Sequence[str]
    placeholders: int


def is_table(path: str) -> bool:
    """Whether the file is one of those that are brought up.

    >>> is_table("agencies.csv"), is_table("directives/2025/appendix_1.csv")
    (True, False)
    """
    return any(Path(path).match(pattern) for pattern in _TABLES)


def former_tables(folder: Path) -> list[dict[str, bytes]]:
    """What earlier versions of the program brought, the tables of each by their path."""
    if not folder.is_dir():
        return []
    return [
        {
            path.relative_to(version).as_posix(): path.read_bytes()
            for path in sorted(version.rglob("*.csv"))
        }
        for version in sorted(folder.iterdir())
        if version.is_dir()
    ]


def brought_up(
    mine: Mapping[str, bytes],
    shipped: Mapping[str, bytes],
    formerly: Sequence[Mapping[str, bytes]],
    held: Mapping[str, Sequence[bytes]] | None = None,
) -> ShippedUpdate:
    """The office's tables with what the program's have beyond them.

    `formerly` is what earlier versions of the program brought, `held` what the office's own files
    have held at any time: a row of those that is not in `mine` was taken out. An agency that the
    office entered under a code of its own is found by its name, and keeps it.
    Raises UnicodeDecodeError, csv.Error for what is no table.
    """
    work = _Work()
    files: dict[str, bytes] = {}
    for pattern, keys in _TABLES.items():
        for path in sorted(p for p in shipped if Path(p).match(pattern) and p in mine):
            table = _Table.read(mine[path], keys)
            program = _Table.read(shipped[path], keys)
            before = [_Table.read(f[path], keys) for f in formerly if path in f]
            if path == AGENCIES:
                work.own_codes = _own_codes(table, program)
            once = [_Table.read(content, keys) for content in (held or {}).get(path, ())]
            gone = {key for one in once for key in one.by_key()} - set(table.by_key())
            work.bring_up(path, table, program.with_codes(work.own_codes), before, gone)
            if path == AGENCIES:
                work.codes = {row.get("code", "") for row in table.rows}
            content = table.written()
            if content != mine[path]:
                files[path] = content
    return ShippedUpdate(files, work.added, work.changed, work.kept, work.placeholders)


@dataclass
class _Table:
    """A table as it stands in a file; cells trimmed, columns in the file's order."""

    header: list[str]
    rows: list[dict[str, str]]
    keys: Sequence[str]
    original: bytes
    delimiter: str = ","
    was_touched: bool = False

    @classmethod
    def read(cls, content: bytes, keys: Sequence[str]) -> _Table:
        text = content.decode("utf-8-sig")
        first = text.lstrip("\r\n").split("\n", 1)[0]
        delimiter = next((d for d in (";", "\t") if d in first and "," not in first), ",")
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        records = [cells for cells in lines if any(cell.strip() for cell in cells)]
        header = [cell.strip().lower() for cell in records[0]] if records else []
        rows = [
            dict(zip(header, (c.strip() for c in cells), strict=False)) for cells in records[1:]
        ]
        return cls(header, rows, keys, content, delimiter)

    def key_of(self, row: Mapping[str, str]) -> Key:
        return tuple(_plain(row.get(column, "")) for column in self.keys)

    def by_key(self) -> dict[Key, dict[str, str]]:
        return {self.key_of(row): row for row in self.rows}

    def with_codes(self, own: Mapping[str, str]) -> _Table:
        """The table with the office's codes for the agencies that it has under others."""
        if not own:
            return self
        rows = [
            {c: own.get(v, v) if c in _OF_AGENCIES else v for c, v in row.items()}
            for row in self.rows
        ]
        return _Table(self.header, rows, self.keys, self.original, self.delimiter)

    def written(self) -> bytes:
        """The file's bytes; the very same ones where no cell was touched."""
        if not self.was_touched:
            return self.original
        out = io.StringIO()
        ending = "\r\n" if b"\r\n" in self.original else "\n"
        writer = csv.writer(out, delimiter=self.delimiter, lineterminator=ending)
        writer.writerow(self.header)
        writer.writerows([row.get(column, "") for column in self.header] for row in self.rows)
        mark = b"\xef\xbb\xbf" if self.original.startswith(b"\xef\xbb\xbf") else b""
        return mark + out.getvalue().encode("utf-8")


@dataclass
class _Work:
    own_codes: dict[str, str] = field(default_factory=dict)
    codes: Set[str] = frozenset()  # of the agencies that the office has, once they are brought up
    added: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    placeholders: int = 0

    def bring_up(
        self,
        path: str,
        table: _Table,
        program: _Table,
        formerly: Sequence[_Table],
        gone: Set[Key],
    ) -> None:
        own = table.by_key()
        brought: dict[Key, list[dict[str, str]]] = {}
        for former in formerly:
            for key, row in former.by_key().items():
                brought.setdefault(key, []).append(row)
        had = set(table.header)
        new_columns = [c for c in program.header if c not in had]
        above: Key | None = None
        for row in program.rows:
            key = program.key_of(row)
            if key in own:
                self._follow(path, own[key], row, brought.get(key, []), had)
                above = key
            elif not self._knows(row):
                said = f"{path}: dòng {_shown(key)} nêu cơ quan mà Văn phòng đã bỏ, không thêm."
                self.kept.append(said)
            elif key in gone:
                self.kept.append(f"{path}: dòng {_shown(key)} Văn phòng đã bỏ, không thêm lại.")
            else:
                self._insert(table, dict(row), above)
                own[key] = row
                above = key
                self.added[path] = self.added.get(path, 0) + 1
                self.placeholders += sum(v.count(".example") for v in row.values())
        if path in self.added or path in self.changed:
            table.header += new_columns
            table.was_touched = True

    def _knows(self, row: Mapping[str, str]) -> bool:
        """Whether the agencies that the row is about are in the office's table."""
        about = {row[c] for c in _ABOUT_AGENCIES if c in row}
        return not self.codes or about <= self.codes

    def _follow(
        self,
        path: str,
        mine: dict[str, str],
        row: Mapping[str, str],
        brought: Sequence[Mapping[str, str]],
        had: set[str],
    ) -> None:
        """Takes over into the office's row what it has not changed itself."""
        followed, differing = False, []
        for column, value in row.items():
            own = mine.get(column, "")
            if _plain(own) == _plain(value):
                continue
            about = _SAID_OF.get(column, "")
            if about and _plain(mine.get(about, "")) != _plain(row.get(about, "")):
                continue
            before = {_plain(b.get(column, "")) for b in brought}
            if column not in had or _plain(own) in before:
                mine[column] = value
                followed = True
            elif _plain(value) not in before and path != CONTACTS:
                differing.append(f"{column} «{own}» (bản mới: «{value}»)")
        if followed:
            self.changed[path] = self.changed.get(path, 0) + 1
        if differing:
            key = next(iter(mine.values()), "")
            self.kept.append(f"{path}: {key}: giữ của Văn phòng: {'; '.join(differing)}.")

    @staticmethod
    def _insert(table: _Table, row: dict[str, str], above: Key | None) -> None:
        """Below the row that stands above it in the program's table."""
        place = len(table.rows)
        for number, one in enumerate(table.rows):
            if above is not None and table.key_of(one) == above:
                place = number + 1
        table.rows.insert(place, row)


def _own_codes(table: _Table, program: _Table) -> dict[str, str]:
    """The office's codes of the program's new agencies that it has entered under others."""
    codes = {row.get("code", "") for row in table.rows}
    named: dict[str, str] = {}
    for row in table.rows:
        for name in _names(row):
            named.setdefault(marked_key(name), row.get("code", ""))
    found = {}
    for row in program.rows:
        code = row.get("code", "")
        known = named.get(marked_key(row.get("full_name") or row.get("name", "")))
        if code not in codes and known:
            found[code] = known
    return found


def _names(row: Mapping[str, str]) -> Iterator[str]:
    yield from filter(None, (row.get("name", ""), row.get("full_name", "")))


def _plain(cell: str) -> str:
    """A cell as it is compared: a day in one notation, blanks as one."""
    day = day_of(cell)
    return day.isoformat() if day else re.sub(r"\s+", " ", cell.strip())


def _shown(key: Iterable[str]) -> str:
    return ", ".join(part for part in key if part)

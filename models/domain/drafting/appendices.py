"""A document's appendices: where each begins, its title, its tables' rows under their header."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from models.domain.drafting.columns import (
    ColumnRole,
    HeaderColumn,
    TableHeader,
    TableKind,
    by_column,
    header_at,
    is_repeated,
)
from models.domain.drafting.document import (
    DocumentCell,
    DocumentLine,
    DocumentRow,
    DocumentTable,
    PrintedDocument,
    with_tabs_as_tables,
)
from models.domain.notation.vietnamese_text import fold, squeeze


@dataclass(frozen=True)
class TableRow:
    """A row below a header, its cells by what they hold."""

    cells: Mapping[ColumnRole, DocumentCell]
    others: Sequence[tuple[str, DocumentCell]]  # of no sheet: the column's words and the cell
    place: str
    opens_table: bool = False  # the first below a header: it may go on with the row above
    shows_merging: bool = True
    spans: bool = False  # one cell over all columns

    def text(self, role: ColumnRole) -> str:
        """The text of a column, on one line."""
        cell = self.cells.get(role)
        return squeeze(cell.text) if cell else ""

    @property
    def filled(self) -> frozenset[ColumnRole]:
        """The columns that hold text."""
        return frozenset(role for role in self.cells if self.text(role))


@dataclass
class AppendixRead:
    """An appendix as it was found."""

    label: str  # "Phụ lục I"; "" for tables before any heading
    place: str
    titles: list[str] = field(default_factory=list)
    unit: str = ""  # "Đơn vị tính: %", over the table
    unit_place: str = ""
    kind: TableKind | None = None
    roles: frozenset[ColumnRole] = frozenset()  # columns that any of its tables has
    titled: dict[ColumnRole, str] = field(default_factory=dict)  # the words of each
    rows: list[TableRow] = field(default_factory=list)
    doubts: list[tuple[str, str]] = field(default_factory=list)  # place, what is not clear
    unread: list[tuple[str, str]] = field(default_factory=list)  # place, text of no table

    @property
    def roman(self) -> str:
        """The number of its heading in Roman letters, "" for none.

        >>> AppendixRead("PHỤ LỤC SỐ 03", "").roman, AppendixRead("Phụ lục", "").roman
        ('III', '')
        """
        found = _LABEL.match(self.label)
        number = (found["number"] if found else "") or ""
        return _ROMAN[int(number)] if number.isdigit() and int(number) < 11 else number.upper()


_ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
_ENCLOSED = re.compile(r"\((ban hanh )?kem theo.*|\(theo .*")
_UNIT_ABOVE = re.compile(r"^\W*(?:Đơn vị(?: tính)?|ĐVT)\s*:\s*(?P<unit>[^()]+?)\W*$", re.IGNORECASE)
_SIGNATURE = re.compile(r"(noi nhan|tm\.|kt\.|chu tich|pho chu tich|thu tuong)\b.*")
_LONGEST_HEADING = 160


def appendices_of(document: PrintedDocument, year: int) -> list[AppendixRead]:
    """The appendices in printed order; tables that no heading stands over are one of their own.

    Only what has a table that is understood has rows; the others say so among their doubts.
    """
    reading = _Reading(year)
    for block in with_tabs_as_tables(document.blocks):
        if isinstance(block, DocumentLine):
            reading.line(block)
        else:
            reading.table(block)
    return [a for a in reading.appendices if a.rows or a.label]


class _Reading:
    def __init__(self, year: int) -> None:
        self.year = year
        self.appendices: list[AppendixRead] = []
        self.header: TableHeader | None = None

    @property
    def current(self) -> AppendixRead | None:
        return self.appendices[-1] if self.appendices else None

    def _open(self, label: str, place: str) -> AppendixRead:
        self.header = None
        self.appendices.append(AppendixRead(label, place))
        return self.appendices[-1]

    def line(self, line: DocumentLine) -> None:
        text = squeeze(line.text)
        if not text:
            return
        if label := heading_in(text):
            found = self._open(label[0], line.place)
            if label[1]:
                found.titles.append(label[1])
            return
        appendix = self.current
        if appendix is None:
            return
        if unit := _UNIT_ABOVE.match(text):
            appendix.unit, appendix.unit_place = squeeze(unit["unit"]), line.place
        elif _ENCLOSED.match(fold(text)) or not appendix.rows:
            appendix.titles.append(text)
        elif not _SIGNATURE.match(fold(text)):
            appendix.unread.append((line.place, text))

    def table(self, table: DocumentTable) -> None:
        rows = list(table.rows)
        while rows and (label := _heading_row(rows[0])):
            opened = self._open(label[0], rows[0][0].place)
            if label[1]:
                opened.titles.append(label[1])
            rows.pop(0)
        at = self._header_place(rows)
        if at is None and self._goes_on(rows):
            self._rows(table, rows, 0, named=False)
            return
        if at is None:
            self._not_understood(table, rows)
            return
        for row in rows[:at]:
            self._above(row)
        header = header_at(rows, at, self.year)
        assert header is not None
        appendix = self.current or self._open("", table.place)
        if self.header is None and appendix.kind and header.kind is not appendix.kind:
            appendix = self._open("", table.place)  # cannot happen below a heading of its own
        if self.header and header.kind is not self.header.kind and appendix.rows:
            appendix = self._open(f"{appendix.label} (tiếp)" if appendix.label else "", table.place)
        if self.header is None or self.header.key != header.key:
            appendix.doubts += [(table.place, doubt) for doubt in header.doubts]
        self.header = header
        appendix.kind = appendix.kind or header.kind
        appendix.roles |= {c.role for c in header.columns}
        appendix.titled |= {c.role: c.words for c in header.columns}
        self._rows(table, rows, at + header.rows, named=True)

    def _header_place(self, rows: Sequence[DocumentRow]) -> int | None:
        """Which of the first rows the header begins with: titles may stand inside the table."""
        for at in range(min(len(rows), 4)):
            if header_at(rows, at, self.year):
                return at
            if sum(bool(c.text.strip()) for c in rows[at]) > 1:
                return None
        return None

    def _goes_on(self, rows: Sequence[DocumentRow]) -> bool:
        """Whether a table without a header has the columns of the one before it."""
        if self.header is None or not rows or self.current is None:
            return False
        widths = [row[-1].column + row[-1].span for row in rows if row]
        ends = max(c.end for c in self.header.columns)
        same = sum(
            w == ends or len(r) == len(self.header.columns)
            for r, w in zip(rows, widths, strict=False)
        )
        return 2 * same > len(rows)

    def _not_understood(self, table: DocumentTable, rows: Sequence[DocumentRow]) -> None:
        appendix = self.current
        text = squeeze(" ".join(c.text for row in rows for c in row))
        if appendix is None or not text or _SIGNATURE.match(fold(text)):
            return  # the letterhead and signature of a document are tables too
        shown = text if len(text) < 200 else f"{text[:199]}…"
        appendix.unread.append((table.place, shown))

    def _above(self, row: DocumentRow) -> None:
        for cell in row:
            if cell.text.strip():
                self.line(DocumentLine(cell.text, cell.place, cell.remarks))

    def _rows(
        self, table: DocumentTable, rows: Sequence[DocumentRow], first: int, *, named: bool
    ) -> None:
        header, appendix = self.header, self.current
        assert header is not None and appendix is not None
        opens = True
        if not named:
            doubt = "bảng không có dòng tiêu đề: đọc theo các cột của bảng trước"
            appendix.doubts.append((table.place, doubt))
        for row in rows[first:]:
            if is_repeated(header, row):
                opens = True
                continue
            if not any(c.text.strip() for c in row):
                continue
            if label := _heading_row(row):
                self._open(label[0], row[0].place)
                appendix = self.current
                assert appendix is not None
                self.header = header
                appendix.kind, opens = header.kind, True
                appendix.roles |= {c.role for c in header.columns}
                continue
            appendix.rows.append(_table_row(table, row, header.columns, opens=opens))
            opens = False


def heading_in(text: str) -> tuple[str, str] | None:
    """An appendix's heading as its label and what stands behind it; None for another line.

    >>> heading_in("PHỤ LỤC II: Danh mục dự án"), heading_in("Phụ lục số 03")
    (('PHỤ LỤC II', 'Danh mục dự án'), ('Phụ lục số 03', ''))
    >>> heading_in("Phụ lục I.1. Chỉ tiêu"), heading_in("PHỤ LỤC I CHỈ TIÊU CHỦ YẾU")
    (('Phụ lục I.1', 'Chỉ tiêu'), ('PHỤ LỤC I', 'CHỈ TIÊU CHỦ YẾU'))
    >>> heading_in("Phụ lục này gồm các chỉ tiêu"), heading_in("Danh mục dự án trọng điểm")
    (None, None)
    """
    text = squeeze(text)
    if len(text) > _LONGEST_HEADING:
        return None
    found = _LABEL.match(text)
    if found is None:
        return None
    rest = text[found.end() :]
    title = rest.lstrip(" .:-–—)")
    if not rest or rest[:1] in ".:)-–—" or (rest[:1] == " " and title[:1] == "("):
        return found[0], title
    # "PHỤ LỤC I CHỈ TIÊU CHỦ YẾU": the title in the same line is in capitals too.
    return (found[0], title) if found["number"] and title.isupper() and text.isupper() else None


_LABEL = re.compile(
    r"(?:PHỤ LỤC|PHỤ BIỂU|BIỂU|Phụ lục|Phụ biểu|Biểu)(?: (?:SỐ|số):?)?(?: (?P<number>[0-9]{1,2}|"
    r"[IVX]{1,5}(?:\.[0-9]{1,2})?|[A-H]))?(?![\w/])"
)


def _heading_row(row: DocumentRow) -> tuple[str, str] | None:
    filled = [c for c in row if c.text.strip()]
    return heading_in(filled[0].text.split("\n")[0]) if len(filled) == 1 else None


def _table_row(
    table: DocumentTable, row: DocumentRow, columns: Sequence[HeaderColumn], *, opens: bool
) -> TableRow:
    found = by_column(row, columns)
    cells: dict[ColumnRole, DocumentCell] = {}
    others: list[tuple[str, DocumentCell]] = []
    for at, cell in found.items():
        role = columns[at].role if at < len(columns) else ColumnRole.OTHER
        if role is not ColumnRole.OTHER:
            cells[role] = cell
        elif cell.text.strip():
            others.append((columns[at].words if at < len(columns) else "", cell))
    filled = [c for c in row if c.text.strip()]
    spans = len(filled) == 1 and filled[0].span > 1 and filled[0].span + 1 >= len(columns)
    place = row[0].place.rpartition(", cột")[0] or row[0].place
    return TableRow(cells, others, place, opens, table.shows_merging, spans)


def texts_before(document: PrintedDocument) -> Iterator[DocumentLine]:
    """The lines before the first appendix: number, day and subject stand there."""
    for block in document.blocks:
        if isinstance(block, DocumentLine):
            if heading_in(block.text):
                return
            yield block
        else:
            for row in block.rows:
                for cell in row:
                    yield DocumentLine(cell.text, cell.place)

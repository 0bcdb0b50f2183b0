"""The rows of an appendix put in order: what is a heading, a row, a part of the row above."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from models.domain.drafting.appendices import AppendixRead, TableRow
from models.domain.drafting.columns import ColumnRole, TableKind
from models.domain.drafting.document import DocumentCell, without_note_marks
from models.domain.notation.vietnamese_text import fold, squeeze


@dataclass
class ItemCell:
    """What one row prints in one column, joined over page breaks."""

    text: str
    places: list[str]
    remarks: list[str] = field(default_factory=list)
    continued: bool = False  # merged with the cell above

    @property
    def place(self) -> str:
        """All its places."""
        return " và ".join(dict.fromkeys(self.places))


@dataclass
class Item:
    """A row of the appendix."""

    cells: dict[ColumnRole, ItemCell]
    others: list[tuple[str, ItemCell]]
    place: str
    group: str
    parent: int | None = None  # place among the items
    first_of_group: bool = False
    shows_merging: bool = True

    def text(self, role: ColumnRole) -> str:
        """The text of a column, "" for none."""
        return self.cells[role].text if role in self.cells else ""

    def remark(self, role: ColumnRole, text: str) -> None:
        """Notes what a person should know of a cell."""
        self.cells.setdefault(role, ItemCell("", [self.place])).remarks.append(text)


@dataclass(frozen=True)
class GroupHeading:
    """A heading within an appendix: "II", "Chỉ tiêu xã hội"."""

    number: str
    printed: str
    place: str
    remarks: Sequence[str] = ()


@dataclass
class Structure:
    """An appendix's headings and rows, and what found no place among them."""

    groups: list[GroupHeading] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    unread: list[tuple[str, str]] = field(default_factory=list)  # place, text


_ROMAN = r"[IVX]{1,5}"
_ROMAN_NUMBER = re.compile(rf"{_ROMAN}(\.[0-9]{{1,2}}){{0,2}}")
_GROUP_NUMBER = re.compile(rf"({_ROMAN}|[A-H])(\.[0-9]{{1,2}}){{0,2}}")
_GROUP_BEFORE = re.compile(rf"({_ROMAN}(?:\.[0-9]{{1,2}}){{0,2}}|[A-H])[.):/ -]*\s+(\S.*)")
_NUMBER_BEFORE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,2}){0,2})[.)]\s+(\S.*)|([a-zđ]\))\s*(\S.*)")
_SUB_NUMBER = re.compile(r"[0-9]{1,3}(\.[0-9]{1,2})+")
_LETTER = re.compile(r"[a-zđ]\)?")
_MARK = re.compile(r"^([-‐‑‒–—−+*•·▪●○◦])\s*(?=\S)")
_DASHES = "-‐‑‒–—−"
_WITHIN = ("trong do",)
_OPENING = frozenset({ColumnRole.NUMBER, ColumnRole.NAME})

#: What a merged cell says of each of its rows; a figure it says of all of them together.
_SHARED = frozenset(
    {ColumnRole.UNIT, ColumnRole.DEADLINE, ColumnRole.PRODUCT, ColumnRole.CO, ColumnRole.APPROVAL}
)

# How deep a row lies below others, by what stands before it.
_TOTAL, _TOP, _DOTS, _BY_LETTER, _BY_DASH, _BY_PLUS, _BY_POINT = -1, 0, 0, 5, 6, 7, 8

_REPEATED_END = (
    "mẩu chữ “{text}” ở đầu trang sau trùng với cuối ô nên không nối thêm; xin đối chiếu bản in"
)
_JOINED = "nối phần ở trang hoặc hàng sau ({place})"
_MID_TABLE = "hàng không có số, bắt đầu bằng chữ thường: nối vào hàng trên ({place})"
_MERGED = "ô gộp với hàng trên, ghi lại như hàng trên"
_SPLIT_NUMBER = "số thứ tự in liền với nội dung, đã tách"


def structured(appendix: AppendixRead) -> Structure:
    """The appendix's rows in printed order."""
    builder = _Builder(appendix.kind)
    for at, row in enumerate(appendix.rows):
        below = appendix.rows[at + 1] if at + 1 < len(appendix.rows) else None
        builder.add(row, below)
    return builder.structure


class _Builder:
    def __init__(self, kind: TableKind | None) -> None:
        self.kind = kind
        self.structure = Structure()
        self.group = ""
        self.outer = ""  # the group that a heading with a plain number stands in
        self.starts_group = True
        self.stack: list[tuple[int, int]] = []  # depth, place among the items

    def add(self, row: TableRow, below: TableRow | None) -> None:
        number, name = number_as_printed(row.text(ColumnRole.NUMBER)), row.text(ColumnRole.NAME)
        if row.spans:
            number, name = "", squeeze(next(c.text for c in row.cells.values() if c.text.strip()))
        if heading := self._is_heading(row, number, name, below):
            self._heading(row, *heading)
        elif self._goes_on(row, number, name):
            self._join(row, name)
        else:
            self._item(row, number)

    def _heading(self, row: TableRow, number: str, printed: str) -> None:
        printed, marks = without_note_marks(printed)
        known = {g.number for g in self.structure.groups}
        remarks = [r for c in row.cells.values() for r in c.remarks]
        remarks += [f"đã bỏ dấu chú thích “{marks}”"] if marks else []
        remarks += [] if number else ["tiêu đề nhóm không in số"]
        if number in known and number.isdigit() and self.structure.groups:
            number = f"{self.structure.groups[-1].number.partition('.')[0]}.{number}"
        if number in known:
            remarks.append(f"số “{number}” có hai lần trong phụ lục")
        self.structure.groups.append(GroupHeading(number, printed, row.place, remarks))
        if not number[-1:].isdigit() or "." in number:
            self.outer = number
        self.group, self.starts_group, self.stack = number, True, []
        for role in row.filled - _OPENING:
            self.structure.unread.append((row.cells[role].place, row.text(role)))

    def _is_heading(
        self, row: TableRow, number: str, name: str, below: TableRow | None
    ) -> tuple[str, str] | None:
        """The number and words of a heading, None for a row that is none."""
        counted = self.kind in (TableKind.TASKS, TableKind.PROJECTS)
        if counted and name and _ROMAN_NUMBER.fullmatch(number):
            return number, name  # what else stands in its row is astray
        if found := _heading(row, number, name):
            return found
        if not counted or not number.isdigit() or not name or below is None:
            return None  # a measure may lie under another one, and needs no heading
        if row.filled - _OPENING or row.others:
            return None
        under = number_as_printed(below.text(ColumnRole.NUMBER))
        return (number, name) if under.startswith(f"{number}.") else None

    def _goes_on(self, row: TableRow, number: str, name: str) -> bool:
        """Whether the row is a further part of the one above."""
        if number or not self.structure.items or (self.starts_group and not row.opens_table):
            return False
        own = row.filled - _OPENING
        cell = row.cells.get(ColumnRole.NAME)
        if cell is not None and cell.continued and not name:
            return bool(own or row.others)
        if not name:
            return bool(own or row.others)
        begins_small = name[0].islower()
        return begins_small and (row.opens_table or not own)

    def _join(self, row: TableRow, name: str) -> None:
        item = self.structure.items[-1]
        merged = name == "" and not row.opens_table
        for role, cell in row.cells.items():
            text = squeeze(cell.text)
            if not text or role is ColumnRole.NUMBER:
                continue
            before = item.cells.setdefault(role, ItemCell("", []))
            before.places.append(cell.place)
            before.remarks += cell.remarks
            if before.text and _ends_with(before.text, text) and row.opens_table:
                before.remarks.append(_REPEATED_END.format(text=text))
            elif merged and role in (ColumnRole.LEAD, ColumnRole.CO) and before.text:
                before.text = f"{before.text}; {text}"
                before.remarks.append(_JOINED.format(place=cell.place))
            else:
                before.text = f"{before.text} {text}".strip()
                told = _JOINED if row.opens_table or merged else _MID_TABLE
                before.remarks.append(told.format(place=cell.place))
        item.others += [(words, _item_cell(cell)) for words, cell in row.others]

    def _item(self, row: TableRow, number: str) -> None:
        if (
            self.group.isdigit()
            and number[:1].isdigit()
            and not number.startswith(f"{self.group}.")
        ):
            self.group = self.outer  # what stood under the plain number has ended
        cells = {role: _item_cell(cell, role) for role, cell in row.cells.items()}
        above = self.structure.items[-1] if self.structure.items else None
        for role, cell in cells.items():
            if cell.continued and not cell.text and above and role in _SHARED:
                cell.text = above.text(role)
                cell.remarks += [_MERGED] if cell.text else []
        item = Item(
            cells,
            [(words, _item_cell(cell)) for words, cell in row.others],
            row.place,
            self.group,
            first_of_group=self.starts_group,
            shows_merging=row.shows_merging,
        )
        if not number and (found := _NUMBER_BEFORE.fullmatch(item.text(ColumnRole.NAME))):
            number, name = (found[1], found[2]) if found[1] else (found[3], found[4])
            cells[ColumnRole.NAME].text = name
            cells[ColumnRole.NUMBER] = ItemCell(number, cells[ColumnRole.NAME].places)
            item.remark(ColumnRole.NUMBER, _SPLIT_NUMBER)
        elif ColumnRole.NUMBER in cells:
            cells[ColumnRole.NUMBER].text = number
        if not item.text(ColumnRole.NAME):
            item.remark(ColumnRole.NAME, "hàng không có nội dung")
        self._place(item, number)
        self.structure.items.append(item)
        self.starts_group = False

    def _place(self, item: Item, number: str) -> None:
        """Finds what the row belongs under."""
        name = item.text(ColumnRole.NAME)
        depth = self._depth(number, name)
        while self.stack and self.stack[-1][0] >= depth:
            above = self.stack.pop()
            if above[0] == depth and depth == _TOP and fold(name).startswith(_WITHIN):
                item.parent = above[1]
        if self.stack:
            item.parent = self.stack[-1][1]
        if item.parent is None and depth not in (_TOTAL, _TOP):
            item.remark(ColumnRole.NAME, "không rõ hàng này thuộc về hàng nào ở trên")
        self.stack.append((depth, len(self.structure.items)))

    def _depth(self, number: str, name: str) -> int:
        if number.isdigit():
            return _TOP
        if _SUB_NUMBER.fullmatch(number):
            return _DOTS + number.count(".")
        if number and _LETTER.fullmatch(number):
            return _BY_LETTER
        mark = number or name[:1]
        if mark in (*_DASHES,):
            return _BY_DASH
        if mark == "+":
            return _BY_PLUS
        if mark in "*•·▪●○◦" and mark:
            return _BY_POINT
        if not number and self.kind is TableKind.SCENARIO and not self.structure.items:
            return _TOTAL
        return _BY_DASH if fold(name).startswith(_WITHIN) else _TOP


def number_as_printed(text: str) -> str:
    """A number without the stop or bracket that ends it; letters keep their bracket.

    >>> [number_as_printed(text) for text in ("1.", "2)", "a)", "II.", "I.1", "–", "11.1.")]
    ['1', '2', 'a)', 'II', 'I.1', '-', '11.1']
    """
    text = without_note_marks(squeeze(text))[0]
    if len(text) == 1 and text in _DASHES:
        return "-"
    bare = text.rstrip(" .)/:")
    return text if _LETTER.fullmatch(text) and text.endswith(")") else bare


def _heading(row: TableRow, number: str, name: str) -> tuple[str, str] | None:
    """The number and words of a heading by its look, None for a row that is none."""
    if row.filled - _OPENING - ({_only(row)} if row.spans else set()) or row.others:
        return None
    if number:
        if _GROUP_NUMBER.fullmatch(number) and name:
            return number, name
        together = _GROUP_BEFORE.fullmatch(number)  # one cell over both columns
        return (together[1], together[2]) if together and not name else None
    if found := _GROUP_BEFORE.fullmatch(name):
        return found[1], found[2]
    if row.spans and name and not _MARK.match(name) and not _NUMBER_BEFORE.fullmatch(name):
        return "", name
    return None


def _only(row: TableRow) -> ColumnRole:
    return next(iter(row.filled), ColumnRole.NAME)


def _ends_with(text: str, fragment: str) -> bool:
    return fold(text) == fold(fragment) or fold(text).endswith(f" {fold(fragment)}")


def _item_cell(cell: DocumentCell, role: ColumnRole = ColumnRole.OTHER) -> ItemCell:
    remarks = list(cell.remarks)
    lines = [squeeze(line) for line in cell.text.split("\n") if squeeze(line)]
    if role in (ColumnRole.LEAD, ColumnRole.CO) and len(lines) > 1:
        text = _names_in_lines(lines)
    else:
        text = " ".join(lines)
    text, marks = without_note_marks(text)
    if marks:
        remarks.append(f"đã bỏ dấu chú thích “{marks}” đứng sau chữ hoặc số")
    if role is ColumnRole.NAME and (mark := _MARK.match(text)):
        shown = "-" if mark[1] in _DASHES else mark[1]
        text = f"{shown} {text[mark.end() :]}"
    return ItemCell(text, [cell.place], remarks, cell.continued)


def _names_in_lines(lines: Iterable[str]) -> str:
    """Names one a line as one text, parted by semicolons where nothing parts them yet.

    >>> _names_in_lines(["Sở Tài chính", "Sở Y tế"]), _names_in_lines(["Sở Tài chính,", "Sở Y tế"])
    ('Sở Tài chính; Sở Y tế', 'Sở Tài chính, Sở Y tế')
    >>> _names_in_lines(["Sở Lao động - Thương", "binh và Xã hội"])
    'Sở Lao động - Thương binh và Xã hội'
    """
    text = ""
    for line in lines:
        bare = _MARK.sub("", line)
        joint = ""
        if text:
            ends = text[-1] in ",;:" or line[0].islower() or line[0] in "(,;"
            joint = " " if ends else "; "
        text += joint + bare
    return text

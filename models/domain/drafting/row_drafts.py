"""A row of an appendix as a record of a sheet: values, sources, what is not certain."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from models.domain.drafting.appendices import AppendixRead
from models.domain.drafting.columns import PERIOD_ROLES, ColumnRole, TableKind
from models.domain.drafting.draft import CatalogueDraft, DoubtKind, DraftRow, UnreadText
from models.domain.drafting.naming import (
    FormerRow,
    FormerRows,
    agencies_named,
    proposed_code,
)
from models.domain.drafting.rows import Item, Structure
from models.domain.notation.investments import read_investments
from models.domain.notation.not_read import NotRead
from models.domain.notation.number_notation import NotANumber, parse_vietnamese
from models.domain.notation.printed_deadlines import ResolvedDeadline, read_deadline
from models.domain.register.agencies import Register
from models.domain.register.catalogue import Basis
from models.domain.register.target_reading import read_target
from models.domain.register.target_units import target_in_unit
from models.domain.register.targets import Direction, carried_direction

#: The column of a sheet for what is printed in a column of the document.
_KEYS: Mapping[ColumnRole, str] = {
    ColumnRole.NUMBER: "number",
    ColumnRole.NAME: "name_printed",
    ColumnRole.UNIT: "unit_printed",
    ColumnRole.TARGET: "target_printed",
    **{role: f"{role}_printed" for role in PERIOD_ROLES},
    ColumnRole.DEADLINE: "deadline_printed",
    ColumnRole.APPROVAL: "approval_printed",
    ColumnRole.INVESTMENT: "investment_printed",
    ColumnRole.PRODUCT: "product_printed",
    ColumnRole.LEAD: "agencies_printed",
    ColumnRole.CO: "co_agencies_printed",
}
#: The column for what a printed cell is to be read as.
_READINGS = {
    "target_printed": "target_reading",
    "deadline_printed": "deadline_reading",
    "investment_printed": "investment_reading",
}
_PERIODS = tuple(f"{role}_printed" for role in PERIOD_ROLES)
_BULLET = re.compile(r"^[*•·▪●○◦] ")
_MARKED = re.compile(r"^[-+] ")
_UNGROUPED = re.compile(r"(?<![,0-9])[0-9]{4}")
_SEVERAL_WORDS = re.compile(r"[A-Za-z]+[^A-Za-z]+[A-Za-z]")
_MONEY = re.compile(
    r"(?:nghìn |triệu )?t[ỷỉ] đồng|(?:triệu|nghìn) đồng|(?:triệu|t[ỷỉ]) usd|\bđồng\b"
)
#: "42 tỷ": the currency alone is lacking. ("42 nghìn" under "tỷ đồng" lacks the column's unit.)
_OWN_MULTIPLE = re.compile(r"\b(?:triệu|t[ỷỉ])\b")
_NUMBER_FORM = re.compile(r"[0-9]{1,4}(\.[0-9]{1,3})*[a-zđ]?\)?|[a-zđ]\)?|-")
_CODES = {"appendix_4": "task_{year}_{nth:02}", "appendix_5": "project_{year}_{nth:02}"}

_INFERRED_MERGED = "bản in để trống, hiểu là ô gộp với hàng trên (tệp chữ không cho biết ô nào gộp)"
_INFERRED_BELOW = "hàng con để trống cơ quan, hiểu là theo hàng mẹ"
_NOBODY = "bản in không nêu cơ quan ở hàng này: xin chọn"
_AS_BEFORE = "theo năm trước (Văn phòng phân công): xin xem lại"
_DIRECTION_OPEN = "bản in không nói chiều tốt: xin chọn"
_DIRECTION_BEFORE = "chiều tốt theo năm trước"
_CODE_NEW = "mã đề xuất: sửa được trước khi nhập lần đầu"
_NO_GROUP = "chưa có tiêu đề nhóm: xin khai ở trang «Tiêu đề nhóm» rồi chọn"
_NO_MONEY_UNIT = "bản in không ghi đơn vị tiền: chương trình hiểu là triệu đồng"
_NO_CURRENCY = "bản in không ghi loại tiền: chương trình hiểu là đồng"
_OTHER_MULTIPLE = "ô ghi “{own}”, tiêu đề cột ghi đơn vị là {unit}: xin ghi số tiền có đơn vị"
_MERGED_FIGURE = "ô con số gộp với hàng trên: không rõ là của chung hay của từng hàng, xin ghi"
_IN_WORDS = "chỉ tiêu bằng lời: do người đánh giá, không so bằng số"
_KEPT_BESIDE = "chữ in để ở cột «Nguồn trong văn bản» của từng hàng"
_NO_TARGET_COLUMN = "không rõ cột nào của bản in là chỉ tiêu năm {year}: xin ghi"
_NO_TARGET = "bản in không có chỉ tiêu ở hàng này và không có hàng con"


@dataclass
class RowDrafter:
    """Drafts the rows of one document; codes are settled when all are there."""

    register: Register
    former: FormerRows
    columns: Mapping[str, Collection[str]]
    year: int
    day: dt.date  # whose names agencies bear
    _old: dict[int, FormerRow] = field(default_factory=dict)  # by identity of the row
    _parents: dict[int, DraftRow] = field(default_factory=dict)

    def rows(self, appendix: AppendixRead, structure: Structure, sheet: str) -> list[DraftRow]:
        """A record for each row of the appendix, without its code."""
        rows: list[DraftRow] = []
        for at, item in enumerate(structure.items):
            row = self._printed(item, appendix, sheet)
            if item.parent is not None:
                self._parents[id(row)] = rows[item.parent]
            rows.append(row)
            has_children = any(i.parent == at for i in structure.items[at + 1 :])
            self._group(row, item, sheet, printed=bool(structure.groups))
            if appendix.kind in (TableKind.INDICATORS, TableKind.SCENARIO):
                self._find_again(row, item, sheet)
                self._direction(row, appendix, has_children=has_children)
            self._agencies(row, item, appendix, rows)
        look_at_numbers(rows, appendix.kind)
        return rows

    # What is printed

    def _printed(self, item: Item, appendix: AppendixRead, sheet: str) -> DraftRow:
        row = DraftRow(source=item.place)
        has = self.columns[sheet]
        for role, key in _KEYS.items():
            cell = item.cells.get(role)
            if cell is None:
                continue
            if key not in has:
                if cell.text:
                    row.unplaced.append((appendix.titled.get(role, ""), cell.text))
                continue
            row.put(key, cell.text, cell.place)
            for remark in cell.remarks:
                row.doubt(key, DoubtKind.LOOK, remark)
            if cell.text:
                self._try(row, key, cell.text, has)
            elif cell.continued and key in (*_READINGS, *_PERIODS):
                row.doubt(key, DoubtKind.OPEN, _MERGED_FIGURE)
        row.unplaced += [(words, cell.text) for words, cell in item.others]
        if "unit_printed" in has and not row.value("unit_printed") and appendix.unit:
            row.put("unit_printed", appendix.unit, appendix.unit_place)
        self._name(row, has)
        self._money(row, appendix, has)
        self._unit(row)
        return row

    def _try(self, row: DraftRow, key: str, text: str, has: Collection[str]) -> None:
        """Marks what does not read, beside the empty cell for how it is to be read."""
        told = ""
        if key in _PERIODS:
            try:
                parse_vietnamese(text)
            except NotANumber as error:
                told = str(error)
        elif key in _READINGS:
            read = _read(key, text, self.year)
            told = read.sentence if isinstance(read, NotRead) else ""
            if isinstance(read, ResolvedDeadline) and read.date and read.date < self.day:
                told = f"thời hạn “{text}” đứng trước ngày ban hành {self.day:%d/%m/%Y}"
        else:
            return
        if told:
            reading = _READINGS.get(key, key)
            row.doubt(reading if reading in has else key, DoubtKind.OPEN, told)
        if _UNGROUPED.search(text) and key != "deadline_printed":
            row.doubt(key, DoubtKind.LOOK, "số in liền, không có dấu chấm phân nhóm")
            self._note(row, "Số in liền trong văn bản.")

    def _name(self, row: DraftRow, has: Collection[str]) -> None:
        name = row.value("name_printed")
        if _BULLET.match(name):
            row.doubt("name_printed", DoubtKind.LOOK, f"bản in dùng dấu đầu dòng “{name[0]}”")
            name = row.put("name_printed", f"- {name[2:]}").value
        if name.isascii() and _SEVERAL_WORDS.search(name):
            row.doubt("name_printed", DoubtKind.LOOK, "văn bản ghi không dấu")
            self._note(row, "Văn bản ghi không dấu.")
        if _MARKED.match(name) and "parent" in has and not row.value("number"):
            row.put("name", _MARKED.sub("", name), row.cells["name_printed"].source)

    def _unit(self, row: DraftRow) -> None:
        """A target that names another unit than its row is no number of that row."""
        read, unit = read_target(row.value("target_printed")), row.value("unit_printed")
        if read is None or isinstance(read, NotRead) or read.target is None:
            return
        if target_in_unit(read, unit, row.value("name_printed")) is None:
            told = f"chỉ tiêu không đổi được ra đơn vị “{unit}” của dòng: xin ghi cách hiểu"
            row.doubt("target_reading", DoubtKind.OPEN, told)

    def _money(self, row: DraftRow, appendix: AppendixRead, has: Collection[str]) -> None:
        """An amount counts in million dong, unless it or its column's title says otherwise."""
        printed, key = row.value("investment_printed"), "investment_reading"
        title = appendix.titled.get(ColumnRole.INVESTMENT, "")
        if not printed or _MONEY.search(printed.casefold()):
            return
        unit = _MONEY.search(f"{title} {appendix.unit}".casefold())
        if own := _OWN_MULTIPLE.search(printed.casefold()):
            if unit is None or unit[0].replace("tỉ", "tỷ") == f"{own[0].replace('tỉ', 'tỷ')} đồng":
                row.doubt("investment_printed", DoubtKind.LOOK, _NO_CURRENCY)
            else:
                told = _OTHER_MULTIPLE.format(own=own[0], unit=unit[0])
                row.doubt(key if key in has else "investment_printed", DoubtKind.OPEN, told)
        elif unit is None:
            row.doubt("investment_printed", DoubtKind.LOOK, _NO_MONEY_UNIT)
        elif unit[0] != "triệu đồng" and key in has:
            told = f"tiêu đề cột ghi đơn vị là {unit[0]}"
            reading = f"{printed} {unit[0]}"
            if isinstance(read_investments(reading), NotRead):
                row.doubt(key, DoubtKind.OPEN, f"{told}: xin ghi số tiền có đơn vị")
                return
            row.put(key, reading, row.cells["investment_printed"].source)
            row.doubt(key, DoubtKind.LOOK, told)
            self._note(row, f"{told[:1].upper()}{told[1:]}.")
        elif unit[0] != "triệu đồng":
            told = f"tiêu đề cột ghi đơn vị là {unit[0]}, sổ tính bằng triệu đồng: xin ghi lại"
            row.doubt("investment_printed", DoubtKind.OPEN, told)

    def _note(self, row: DraftRow, text: str) -> None:
        """Says in the office's remarks what is so in print, and would pass for a slip."""
        before = row.value("note")
        row.put("note", f"{before} {text}".strip() if text not in before else before, row.source)

    def _group(self, row: DraftRow, item: Item, sheet: str, *, printed: bool) -> None:
        """Puts a row under its heading; where the appendix prints none, none is wanted."""
        if "group" not in self.columns[sheet]:
            return
        row.put("group", item.group)
        if printed and not item.group:
            row.doubt("group", DoubtKind.OPEN, _NO_GROUP)

    # What the year before tells

    def _find_again(self, row: DraftRow, item: Item, sheet: str) -> None:
        parent = self._parents.get(id(row))
        above = self._old.get(id(parent)) if parent else None
        if parent and not above:
            return
        name, unit = row.value("name_printed"), row.value("unit_printed")
        if found := self.former.same(sheet, above.code if above else "", name, unit):
            self._old[id(row)] = found

    def _direction(self, row: DraftRow, appendix: AppendixRead, *, has_children: bool) -> None:
        printed = row.value("target_printed")
        if appendix.kind is TableKind.INDICATORS:
            if ColumnRole.TARGET not in appendix.roles:
                told = _NO_TARGET_COLUMN.format(year=self.year)
                row.doubt("target_printed", DoubtKind.OPEN, told)
            elif not printed:
                row.put("direction", Direction.NONE)
                if not has_children:
                    row.doubt("target_printed", DoubtKind.LOOK, _NO_TARGET)
                return
        old = self._old.get(id(row))
        before = old.direction if old and old.direction != Direction.NONE else ""
        read = read_target(printed) if appendix.kind is TableKind.INDICATORS else None
        target = read.target if read and not isinstance(read, NotRead) else None
        if read and not isinstance(read, NotRead) and read.words:
            row.put("direction", Direction.NONE)
            row.doubt("target_printed", DoubtKind.LOOK, _IN_WORDS)
        elif target and (carried := carried_direction(target)):
            row.put("direction", carried, row.cells["target_printed"].source)
            if before and before != carried:
                row.doubt("direction", DoubtKind.LOOK, "khác chiều tốt của năm trước")
        elif before:
            row.put("direction", before)
            row.doubt("direction", DoubtKind.LOOK, _DIRECTION_BEFORE)
        else:
            row.doubt("direction", DoubtKind.OPEN, _DIRECTION_OPEN)

    # Who answers

    def _agencies(
        self, row: DraftRow, item: Item, appendix: AppendixRead, rows: Sequence[DraftRow]
    ) -> None:
        cell = item.cells.get(ColumnRole.LEAD)
        printed = [row.value(key) for key in ("agencies_printed", "co_agencies_printed")]
        if any(printed):
            self._as_printed(row, printed)
            return
        above = rows[-2] if len(rows) > 1 else None
        if cell is not None and cell.continued and above:
            self._as_above(row, above, "")
        elif ColumnRole.LEAD not in appendix.roles:
            self._as_assigned_before(row)
        elif above and not item.shows_merging and not item.first_of_group:
            self._as_above(row, above, _INFERRED_MERGED)
        elif above and item.parent is not None and self._follows(row, above):
            self._as_above(row, above, _INFERRED_BELOW)
        else:
            row.doubt("agencies", DoubtKind.OPEN, _NOBODY)

    def _as_printed(self, row: DraftRow, printed: Sequence[str]) -> None:
        lead, co = (agencies_named(cell, self.register, self.day) for cell in printed)
        row.put("basis", Basis.PRINTED)
        for named in (lead, co):
            if named.unclear:
                row.doubt("agencies", DoubtKind.OPEN, named.unclear)
            if named.remark:
                row.doubt("agencies", DoubtKind.LOOK, named.remark)
        if lead.unclear or co.unclear:
            return
        codes = dict.fromkeys((*lead.codes, *co.codes))
        key = "agencies_printed" if lead.codes else "co_agencies_printed"
        row.put("agencies", ";".join(codes), row.cells[key].source)
        if co.codes and len(lead.codes) > 1:
            row.put("leads", str(len(lead.codes)))

    def _follows(self, row: DraftRow, above: DraftRow) -> bool:
        """Whether the row above has the agencies of the row that this one belongs under."""
        parent = self._parents[id(row)]
        return parent is above or parent.value("agencies") == above.value("agencies")

    def _as_above(self, row: DraftRow, above: DraftRow, inferred: str) -> None:
        row.put("agencies", above.value("agencies"), above.cells["agencies"].source
                if "agencies" in above.cells else "")  # fmt: skip
        if leads := above.value("leads"):
            row.put("leads", leads)
        row.put("basis", Basis.CONTINUED)
        if inferred:
            row.doubt("agencies", DoubtKind.LOOK, inferred)
        if not row.value("agencies"):
            row.doubt("agencies", DoubtKind.OPEN, "theo hàng trên, mà hàng trên chưa rõ cơ quan")

    def _as_assigned_before(self, row: DraftRow) -> None:
        old = self._old.get(id(row))
        agencies = old.agencies if old and old.basis == Basis.ASSIGNED else ()
        today = [self._answering(code, old.code) for code in agencies] if old else []
        if today and all(today):
            row.put("agencies", ";".join(dict.fromkeys(today)))
            row.doubt("agencies", DoubtKind.LOOK, _AS_BEFORE)
            for code, now in zip(agencies, today, strict=True):
                if code != now:
                    names = (self.register.agency_name(c) for c in (code, now))
                    row.doubt("agencies", DoubtKind.LOOK, "“{}” nay do “{}” trả lời".format(*names))
        else:
            row.doubt("agencies", DoubtKind.OPEN, _NOBODY)
        row.put("basis", Basis.ASSIGNED)

    def _answering(self, code: str, duty: str) -> str:
        """The agency that answers on the day for one of the year before; "" for none or several."""
        known = self.register.agencies
        if code in known and known[code].valid_on(self.day):
            return code
        heirs = self.register.successions.heirs_of(code, self.day, duty)
        there = [heir for heir in heirs if heir in known and known[heir].valid_on(self.day)]
        return there[0] if len(heirs) == len(there) == 1 else ""

    # Codes

    def settle_codes(self, draft: CatalogueDraft) -> None:
        """Gives every row its code: last year's where it is certain, else a proposed one."""
        kept = [old.code for old in self._old.values()]
        taken = set(self.former.codes)
        for sheet, rows in draft.sheets.items():
            if "code" not in self.columns.get(sheet, ()):
                continue
            for nth, row in enumerate(rows, 1):
                old = self._old.get(id(row))
                if old and kept.count(old.code) == 1:
                    row.put("code", old.code).doubts.clear()
                    continue
                if form := _CODES.get(sheet):
                    code = form.format(year=self.year, nth=nth)
                else:
                    code = proposed_code(row.value("name_printed"), taken)
                taken.add(code)
                row.put("code", code)
                row.doubt("code", DoubtKind.PROPOSED, _CODE_NEW)
        for sheet, rows in draft.sheets.items():
            for row in rows:
                if parent := self._parents.get(id(row)):
                    row.put("parent", parent.value("code"))
            draft.unread += _unplaced(sheet, rows)


def _read(key: str, text: str, year: int) -> object:
    """What the office's grammar makes of a printed cell: a reading, or why there is none."""
    if key == "target_printed":
        return read_target(text)
    return read_deadline(text, year) if key == "deadline_printed" else read_investments(text)


def _unplaced(sheet: str, rows: Sequence[DraftRow]) -> list[UnreadText]:
    """What the rows print and no column takes, all of a printed column together."""
    found: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        for words, text in row.unplaced:
            found.setdefault(words, []).append((row.source, text))
    told = []
    for words, texts in found.items():
        column = f"cột “{words}” không có trong sổ" if words else "không rõ thuộc cột nào"
        place, text = texts[0]
        if len(texts) > 1:
            place, text = f"{place} … ({len(texts)} hàng)", f"{text} …"
        told.append(UnreadText(place, text, f"{column}: {_KEPT_BESIDE}", sheet))
    return told


def _may_lack_number(row: DraftRow, kind: TableKind | None) -> bool:
    """Whether a row without a number is as rows are: below another one, or a scenario's total."""
    return kind is TableKind.SCENARIO or (
        kind is TableKind.INDICATORS and bool(_MARKED.match(row.value("name_printed")))
    )


def look_at_numbers(rows: Sequence[DraftRow], kind: TableKind | None) -> None:
    """Numbers that jump or repeat tell of rows that are lost."""
    before = 0
    for row in rows:
        number = row.value("number")
        if not number and not _may_lack_number(row, kind):
            row.doubt("number", DoubtKind.OPEN, "hàng này không in số thứ tự")
        elif number and not _NUMBER_FORM.fullmatch(number):
            row.doubt(
                "number", DoubtKind.OPEN, f"số thứ tự “{number}” khác mọi cách đánh số đã biết"
            )
        if not number.isdigit():
            continue
        if int(number) != before + 1:
            text = f"số thứ tự đi từ {before} sang {number}: xin đối chiếu xem có sót hàng"
            row.doubt("number", DoubtKind.LOOK, text)
        before = int(number)

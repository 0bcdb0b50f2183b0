"""Faults of the files, told as complaints about the cells of the workbook they came from.

A fault's cell is found by its data (file, line, column, key, arguments), never by its words.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from config.exchange.exchange_drafts import Draft, source_file
from config.exchange.exchange_tables import CYCLES, DIRECTIVE, REPEATED, STEPS
from models.domain.exchange.exchange_reading import (
    CellComplaint,
    PlacedRecord,
    SheetReading,
    agency_names,
)
from models.domain.exchange.exchange_sheets import AgencyLabels, ExchangeSheet
from models.domain.faults import ColumnName, Fault, FileName, LinePlace, StoredWord
from models.domain.register.catalogue import Appendix
from models.domain.register.successions import Succession, Successions

_CYCLE_FILE, _DIRECTIVE_FILE = "cycles.toml", "directive.toml"
_COUNTED = {  # what was counted, by the code of the fault
    "directive.rows_miscounted": "dòng",
    "directive.targets_miscounted": "dòng có chỉ tiêu",
}
_CONTRADICTION = "equivalence.contradiction"
_CONTRADICTION_ADVICE = (
    "lại chỉ tiêu của dòng sai ở trang phụ lục, hoặc sửa số nhân, số cộng thêm, mức lệch cho phép"
)
_MERGED_DIFFERS = "catalogue.merged_cell_differs"
_NO_CONTACT = "contact.lacking"
_ROWS_NAMED = ("row", "left", "right", "duty")  # arguments that hold the code of a row
_TARGET, _ANSWERED = ("target_printed", "target_reading"), ("agencies_printed", "agencies", "basis")
_FOLLOW: dict[str, tuple[str, ...]] = {  # what a fault in one cell makes of others in its record
    **dict.fromkeys(_TARGET, (*_TARGET, "direction", "right")),
    **dict.fromkeys(_ANSWERED, _ANSWERED),
}
_FILE_OF_APPENDIX = {
    **{a: f"appendix_{n}.csv" for n, a in enumerate(list(Appendix)[:5], 1)},
    Appendix.BODY: "body_targets.csv",
}


def complaints_of(faults: Iterable[Fault], draft: Draft) -> list[CellComplaint]:
    """Each fault as a complaint, in the order of the sheets, none twice.

    A cell that was complained of when it was read is not complained of again, nor is what follows
    from it. A fault of a file that the workbook does not show stays as it is.
    """
    found: list[CellComplaint] = []
    for reading in draft.sheets.values():
        found += reading.complaints
    said = {(c.sheet, c.cell) for c in found if c.cell}
    for fault in faults:
        complaint = _complaint(fault, draft)
        if complaint is None or (complaint.sheet, complaint.cell) in said:
            continue
        if complaint not in found:
            found.append(complaint)
    order = [reading.sheet.title for reading in draft.sheets.values()]
    places = {title: number for number, title in enumerate(order)}
    return sorted(found, key=lambda c: (places.get(c.sheet, len(places)), _cell_order(c.cell)))


def _cell_order(cell: str) -> tuple[int, int, str]:
    letters = cell.rstrip("0123456789")
    return (int(cell[len(letters) :] or 0), len(letters), letters)


def _complaint(fault: Fault, draft: Draft) -> CellComplaint | None:
    folder, _, name = fault.file.rpartition("/")
    if fault.file == _CYCLE_FILE and len(fault.key) > 1 and fault.key[0] == CYCLES:
        return _of_cycle(fault, draft)
    if name == _DIRECTIVE_FILE and folder.isdigit():
        return _of_directive(fault, draft)
    file = source_file(fault.file)
    reading = _reading_of(file, draft)
    if reading is None:
        return CellComplaint("", "", str(fault))
    if fault.code in _COUNTED:
        return _of_count(fault, file, reading, draft)
    record = draft.lines.get(file, {}).get(fault.line)
    if record is None:
        return _of_no_line(fault, reading, draft)
    if reading.sheet.column("code") is None and _doubtful_codes(draft) & {*_rows_named(fault)}:
        return None  # what it says of a row follows from a cell of that row
    key = _mended_in(fault.column, reading.sheet)
    merged = fault.code == _MERGED_DIFFERS
    if _follows(key, record) or (merged and _follows_from_above(draft, file, fault)):
        return None
    column = reading.sheet.column(key)
    advice = column.advice if column else ""
    if fault.code == _CONTRADICTION:  # two figures contradict each other: any may be wrong
        figures = {key: str(fault.arguments[key]) for key in ("converted", "printed")}
        shown = {key: figure.replace(".", ",") for key, figure in figures.items()}
        text, advice = fault.with_arguments(**shown).text(), _CONTRADICTION_ADVICE
    else:
        text = fault.text(_NamesOfWorkbook(reading.sheet, draft))
    nth = 0
    if key == "agencies" and (agency := str(fault.arguments.get("agency", ""))):
        answering = record.values[key].split(";")
        nth = answering.index(agency) if agency in answering else 0
        advice = _heirs(agency, record, file, draft) or advice
    return CellComplaint(reading.sheet.title, record.cell(key, nth), text, advice)


def _mended_in(column: str, sheet: ExchangeSheet) -> str:
    """Where a person mends it: what is printed stands, the reading beside it is written."""
    beside = {"target_printed": "target_reading", "deadline_printed": "deadline_reading",
              "investment_printed": "investment_reading"}.get(column, "")  # fmt: skip
    return beside if beside and sheet.column(beside) else column


def _rows_named(fault: Fault) -> Iterable[str]:
    return (str(fault.arguments[name]) for name in _ROWS_NAMED if name in fault.arguments)


def _heirs(agency: str, record: PlacedRecord, file: str, draft: Draft) -> str:
    """Who answers now for a row of an agency that has ended, to be written in its place."""
    appendix = next((a for a, n in _FILE_OF_APPENDIX.items() if file.endswith(n)), "")
    group = record.values.get("group", "")
    duty = (record.values.get("code", ""), f"{appendix}.{group}", str(appendix))
    passed = Successions(
        tuple(
            Succession(
                predecessor=r.values["predecessor"],
                successor=r.values["successor"],
                on=dt.date.fromisoformat(r.values["on"]),
                duties=tuple(d.strip() for d in r.values["duties"].split(";") if d.strip()),
            )
            for r in draft.sheets["successions"].records
            if not r.doubtful
        )
    )
    directive = draft.sheets[DIRECTIVE].records
    day = directive[0].values["date"] if directive else ""
    heirs = passed.heirs_of(agency, dt.date.fromisoformat(day), *duty) if day else [agency]
    names = agency_names(r.values for r in draft.sheets["agencies"].records)
    told = " hoặc ".join(AgencyLabels(names).label(code) for code in heirs if code != agency)
    return f"{told}, theo trang «{draft.sheets['successions'].sheet.title}»" if told else ""


def _of_no_line(fault: Fault, reading: SheetReading, draft: Draft) -> CellComplaint:
    """A fault of a file as a whole; one of an agency without a contact stands at the agency."""
    said = fault.text(_NamesOfWorkbook(reading.sheet, draft))
    agencies = draft.sheets["agencies"]
    for record in agencies.records if fault.code == _NO_CONTACT else ():
        if record.values["code"] == fault.arguments["agency"]:
            advice = f"một dòng cho cơ quan này ở trang «{reading.sheet.title}»"
            return CellComplaint(agencies.sheet.title, record.cell("code"), said, advice)
    return CellComplaint(reading.sheet.title, "", said)


def _doubtful_codes(draft: Draft) -> set[str]:
    """Codes of the rows of which some cell was complained of."""
    return {
        record.values["code"]
        for reading in draft.sheets.values()
        if reading.sheet.column("name_printed")
        for record in reading.records
        if record.doubtful
    }


def _follows(key: str, record: PlacedRecord) -> bool:
    """Whether the fault comes of a cell of the record that was complained of already."""
    if not record.doubtful:
        return False
    return not key or any(key == odd or key in _FOLLOW.get(odd, ()) for odd in record.doubtful)


def _follows_from_above(draft: Draft, file: str, fault: Fault) -> bool:
    """Whether a merged cell only differs because the agencies above it were not understood."""
    above = [n for n in draft.lines[file] if n < fault.line]
    return bool(above) and "agencies" in draft.lines[file][max(above)].doubtful


def _reading_of(file: str, draft: Draft) -> SheetReading | None:
    folder = file.rpartition("/")[0].rpartition("/")[2]
    for reading in draft.sheets.values():
        if reading.sheet.file.format(year=folder) == file:
            return reading
    return None


# --- TOML -----------------------------------------------------------------------------------------


def _of_cycle(fault: Fault, draft: Draft) -> CellComplaint:
    cycles, steps = draft.sheets[CYCLES], draft.sheets[STEPS]
    _, code, *within = fault.key
    if len(within) > 1 and within[0] == steps.sheet.table and isinstance(within[1], int):
        own = [s for s in steps.records if s.values["cycle"] == code]
        number, field = within[1] - 1, "".join(str(part) for part in within[2:])
        if number < len(own):
            return _at(steps, own[number], field, fault, draft)
    record = next((r for r in cycles.records if r.values["code"] == code), None)
    if record is None:
        return CellComplaint("", "", str(fault))
    return _at(cycles, record, str(within[-1]) if within else "code", fault, draft)


def _at(
    reading: SheetReading, record: PlacedRecord, key: str, fault: Fault, draft: Draft
) -> CellComplaint:
    column = reading.sheet.column(key)
    advice = column.advice if column else ""
    text = fault.text(_NamesOfWorkbook(reading.sheet, draft))
    return CellComplaint(reading.sheet.title, record.cell(key), text, advice)


def _of_directive(fault: Fault, draft: Draft) -> CellComplaint | None:
    reading, repeated = draft.sheets[DIRECTIVE], draft.sheets[REPEATED]
    if fault.column and reading.records and reading.sheet.column(fault.column):
        return _at(reading, reading.records[0], fault.column, fault, draft)
    if any(record.doubtful for record in reading.records):
        return None  # it follows from a cell that is named already
    for record in repeated.records:
        if record.values["row"] == fault.arguments.get("row"):
            return _at(repeated, record, "row", fault, draft)
    said = fault.text(_NamesOfWorkbook(reading.sheet, draft))
    return CellComplaint(reading.sheet.title, "", said)


def _of_count(fault: Fault, file: str, reading: SheetReading, draft: Draft) -> CellComplaint | None:
    """A count that differs from the one declared: at the declaration, with both sides named."""
    directive = draft.sheets[DIRECTIVE]
    name = file.rpartition("/")[2]
    appendix = next((a for a, n in _FILE_OF_APPENDIX.items() if n == name), "")
    table = "with_target" if fault.code == "directive.targets_miscounted" else "rows"
    key = f"{table}.{appendix}" if appendix else "equivalences"
    record = directive.records[0] if directive.records else None
    if record is None or key in record.doubtful:
        return None
    declared, found = record.values.get(key, ""), fault.arguments["found"]
    if reading.complaints and (table == "with_target" or not appendix or not reading.records):
        return None  # what could not be read is named; the count follows from it
    return CellComplaint(
        directive.sheet.title,
        record.cell(key),
        f"khai {declared} {_COUNTED[fault.code]}, trang «{reading.sheet.title}» có {found}",
        f"{found} nếu bản in đúng như vậy; nếu không, xin bổ sung hoặc xóa hàng ở trang "
        f"«{reading.sheet.title}»",
    )


# --- The files' names in the workbook's -----------------------------------------------------------

_SHOWN_BY_HEADER = (
    "parent",
    "note",
    "basis",
    "period",
    "to",
    "kind",
    "aliases",
    "members",
)  # besides those with "_"


class _NamesOfWorkbook:
    """Sheets, cells and headers where a fault names files, lines and keys."""

    def __init__(self, sheet: ExchangeSheet, draft: Draft) -> None:
        self._sheet = sheet
        self._draft = draft

    def column(self, name: ColumnName, *, bracketed: bool) -> str:
        """The column's header, where its key would tell nobody anything."""
        sheets = (self._sheet, *(r.sheet for r in self._draft.sheets.values()))
        column = next((c for s in sheets if (c := s.column(name.key))), None)
        if column is None or not ("_" in name.key or name.key in _SHOWN_BY_HEADER):
            return f"({name.key})" if bracketed else f"“{name.key}”"
        return f"(cột “{column.header}”)" if bracketed else f"“{column.header}”"

    def word(self, stored: StoredWord, *, quoted: bool) -> str:
        """The word of the drop-down list; the shortest and Vietnamese ones are left as they are."""
        column = self._sheet.column(stored.column)
        shown = column.choices.get(stored.word) if column else None
        if shown is None or not stored.word.isascii() or len(stored.word) <= 3:
            return f"“{stored.word}”" if quoted else stored.word
        return f"“{shown}”"

    def file(self, name: FileName) -> str:
        """The sheet that shows the file."""
        for reading in self._draft.sheets.values():
            own = reading.sheet.file.rpartition("/")[2]
            if own == name.name and reading.sheet.key not in (REPEATED, STEPS):
                return f"trang «{reading.sheet.title}»"
        return name.name

    def line(self, place: LinePlace, *, same_file: bool) -> str:
        """The record's first cell, with its sheet where that is another."""
        file = source_file(place.file)
        reading = _reading_of(file, self._draft)
        record = self._draft.lines.get(file, {}).get(place.line)
        if reading is None or record is None:
            return f"dòng {place.line}" if same_file else f"{place.file}:{place.line}"
        cell = f"ô {record.cell()}"
        return cell if same_file else f"trang «{reading.sheet.title}», {cell}"

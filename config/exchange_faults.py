"""Faults of the files, told as complaints about the cells of the workbook they came from."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence

from config.csv_files import Fault
from config.exchange_drafts import Draft, source_file
from config.exchange_tables import CYCLES, DIRECTIVE, REPEATED, STEPS
from models.domain.catalogue import Appendix
from models.domain.exchange_reading import (
    CellComplaint,
    PlacedRecord,
    SheetReading,
    agency_names,
)
from models.domain.exchange_sheets import AgencyLabels, ExchangeSheet
from models.domain.successions import Succession, Successions

_CSV = re.compile(r"(?P<source>[\w.-]+/\w+\.csv)(?::(?P<line>\d+))?: (?P<text>.*)", re.DOTALL)
_CYCLE = re.compile(
    r"cycles\.toml(?::\d+)?, cycles\.(?P<code>[^.\[\]]+)"
    r"(?:\.steps\[(?P<step>\d+)\])?(?:\.(?P<key>\w+))?: (?P<text>.*)",
    re.DOTALL,
)
_DIRECTIVE = re.compile(r"(?P<source>\d+/directive\.toml)(?::\d+)?: (?P<text>.*)", re.DOTALL)
_COUNTED = re.compile(r"có (?P<found>\d+) (?P<what>dòng(?: có chỉ tiêu)?), directive\.toml khai")
_NAMED = re.compile(r"“([^”]*)”")
_CODE_NAMED = re.compile(r"\(mã (\w+)\)")
_CONTRADICTION = (
    "lại chỉ tiêu của dòng sai ở trang phụ lục, hoặc sửa số nhân, số cộng thêm, mức lệch cho phép"
)
_OTHER_PLACE = re.compile(r"(\d{4}/\w+\.csv):(\d+)")
_OTHER_LINE = re.compile(r"dòng (\d+)")
_TARGET, _ANSWERED = ("target_printed", "target_reading"), ("agencies_printed", "agencies", "basis")
_FOLLOW: dict[str, tuple[str, ...]] = {  # what a fault in one cell makes of others in its record
    **dict.fromkeys(_TARGET, (*_TARGET, "direction", "right")),
    **dict.fromkeys(_ANSWERED, _ANSWERED),
}
_FILE_OF_APPENDIX = {
    **{a: f"appendix_{n}.csv" for n, a in enumerate(list(Appendix)[:5], 1)},
    Appendix.BODY: "body_targets.csv",
}


def complaints_of(faults: Iterable[str], draft: Draft) -> list[CellComplaint]:
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


def _complaint(fault: str, draft: Draft) -> CellComplaint | None:
    if found := _CYCLE.fullmatch(fault):
        return _of_cycle(found, draft)
    if found := _DIRECTIVE.fullmatch(fault):
        return _of_directive(found["text"], draft)
    found = _CSV.fullmatch(fault)
    if found is None:
        return CellComplaint("", "", fault)
    file = source_file(found["source"])
    reading = _reading_of(file, draft)
    if reading is None:
        return CellComplaint("", "", fault)
    if counted := _COUNTED.match(found["text"]):
        return _of_count(counted, file, reading, draft)
    text = found["text"]
    record = draft.lines.get(file, {}).get(int(found["line"] or 0))
    if record is None:
        return _of_no_line(text, reading, draft, file)
    key = fault.column if isinstance(fault, Fault) else ""
    key = key or _column_meant(text, reading.sheet, record)
    if reading.sheet.column("code") is None and _doubtful_codes(draft) & {*_NAMED.findall(text)}:
        return None  # what it says of a row follows from a cell of that row
    if _follows(key, record) or (key == "agencies" and _follows_from_above(draft, file, found)):
        return None
    column = reading.sheet.column(key)
    advice = column.advice if column else ""
    if text.startswith("chỉ tiêu in của"):  # two figures contradict each other: any may be wrong
        text, advice = text.replace(".", ","), _CONTRADICTION
    else:
        text = _in_words(text, reading.sheet, draft, file)
    nth = 0
    if key == "agencies" and (named := _NAMED.match(text)):
        answering = record.values[key].split(";")
        nth = answering.index(named[1]) if named[1] in answering else 0
        advice = _heirs(named[1], record, file, draft) or advice
    return CellComplaint(reading.sheet.title, record.cell(key, nth), text, advice)


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


def _of_no_line(text: str, reading: SheetReading, draft: Draft, file: str) -> CellComplaint:
    """A fault of a file as a whole; one that names an agency's code stands at the agency."""
    said = _in_words(text, reading.sheet, draft, file)
    agencies = draft.sheets["agencies"]
    named = _CODE_NAMED.search(text)
    for record in agencies.records:
        if named and record.values["code"] == named[1]:
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


def _follows_from_above(draft: Draft, file: str, found: re.Match[str]) -> bool:
    """Whether a merged cell only differs because the agencies above it were not understood."""
    above = [n for n in draft.lines[file] if n < int(found["line"])]
    return bool(above) and "agencies" in draft.lines[file][max(above)].doubtful


def _reading_of(file: str, draft: Draft) -> SheetReading | None:
    folder = file.rpartition("/")[0].rpartition("/")[2]
    for reading in draft.sheets.values():
        if reading.sheet.file.format(year=folder) == file:
            return reading
    return None


def _column_meant(text: str, sheet: ExchangeSheet, record: PlacedRecord) -> str:
    """The column that a fault speaks of: by its name in quotes, else by the value it repeats."""
    quoted = _NAMED.findall(text)
    for word in quoted:
        if sheet.column(word):
            return str(word)
    for word in quoted:
        for key, value in record.values.items():
            if word and word == value:
                return key
    for word in quoted:
        for key, value in record.values.items():
            if word and word in value.split(";"):
                return key
    return ""


# --- TOML -----------------------------------------------------------------------------------------


def _of_cycle(found: re.Match[str], draft: Draft) -> CellComplaint:
    cycles, steps = draft.sheets[CYCLES], draft.sheets[STEPS]
    code, key, text = found["code"], found["key"] or "", found["text"]
    if found["step"]:
        own = [s for s in steps.records if s.values["cycle"] == code]
        number = int(found["step"]) - 1
        if number < len(own):
            return _at(steps, own[number], key, text)
    record = next((r for r in cycles.records if r.values["code"] == code), None)
    if record is None:
        return CellComplaint("", "", found[0])
    return _at(cycles, record, key or "code", text)


def _at(reading: SheetReading, record: PlacedRecord, key: str, text: str) -> CellComplaint:
    column = reading.sheet.column(key)
    advice = column.advice if column else ""
    return CellComplaint(
        reading.sheet.title, record.cell(key), _in_labels(text, reading.sheet), advice
    )


def _of_directive(text: str, draft: Draft) -> CellComplaint | None:
    reading, repeated = draft.sheets[DIRECTIVE], draft.sheets[REPEATED]
    codes = _NAMED.findall(text)
    if any(record.doubtful for record in reading.records):
        return None  # it follows from a cell that is named already
    for record in repeated.records:
        if record.values["row"] in codes:
            return _at(repeated, record, "row", text)
    return CellComplaint(reading.sheet.title, "", _in_labels(text, reading.sheet))


def _of_count(
    counted: re.Match[str], file: str, reading: SheetReading, draft: Draft
) -> CellComplaint | None:
    """A count that differs from the one declared: at the declaration, with both sides named."""
    directive = draft.sheets[DIRECTIVE]
    name = file.rpartition("/")[2]
    appendix = next((a for a, n in _FILE_OF_APPENDIX.items() if n == name), "")
    table = "with_target" if "chỉ tiêu" in counted["what"] else "rows"
    key = f"{table}.{appendix}" if appendix else "equivalences"
    record = directive.records[0] if directive.records else None
    if record is None or key in record.doubtful:
        return None
    declared = record.values.get(key, "")
    if reading.complaints and (table == "with_target" or not appendix or not reading.records):
        return None  # what could not be read is named; the count follows from it
    return CellComplaint(
        directive.sheet.title,
        record.cell(key),
        f"khai {declared} {counted['what']}, trang «{reading.sheet.title}» có {counted['found']}",
        f"{counted['found']} nếu bản in đúng như vậy; nếu không, xin bổ sung hoặc xóa hàng ở trang "
        f"«{reading.sheet.title}»",
    )


# --- The files' words in the workbook's -----------------------------------------------------------


def _in_words(text: str, sheet: ExchangeSheet, draft: Draft, file: str) -> str:
    """The fault's text with sheets, rows and headers where it names files, lines and keys."""

    def other_place(found: re.Match[str]) -> str:
        other = source_file(found[1])
        reading = _reading_of(other, draft)
        record = draft.lines.get(other, {}).get(int(found[2]))
        if reading is None or record is None:
            return found[0]
        return f"trang «{reading.sheet.title}», ô {record.cell()}"

    def other_line(found: re.Match[str]) -> str:
        record = draft.lines.get(file, {}).get(int(found[1]))
        return f"ô {record.cell()}" if record else found[0]

    text = _OTHER_PLACE.sub(other_place, text)
    text = _OTHER_LINE.sub(other_line, text)
    for reading in draft.sheets.values():
        name = reading.sheet.file.rpartition("/")[2]
        if name in text and reading.sheet.key not in (REPEATED, STEPS):
            text = text.replace(name, f"trang «{reading.sheet.title}»")
    return _in_labels(text, sheet)


def _in_labels(text: str, sheet: ExchangeSheet) -> str:
    for column in sheet.columns:
        if "_" in column.key or column.key in ("parent", "note", "basis", "period", "to", "kind"):
            text = text.replace(f"“{column.key}”", f"“{column.header}”")
            text = re.sub(rf"\({re.escape(column.key)}\)", f"(cột “{column.header}”)", text)
        for stored, shown in _foreign(column.choices.items()):
            text = re.sub(rf"(?<![\w“]){re.escape(stored)}(?![\w”])", f"“{shown}”", text)
            text = text.replace(f"“{stored}”", f"“{shown}”")
    return text


def _foreign(choices: Iterable[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    """The stored words that no sentence of ours would hold by chance."""
    return [(stored, shown) for stored, shown in choices if stored.isascii() and len(stored) > 3]

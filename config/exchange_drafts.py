"""What the files would hold after an import, and which cell of the workbook each line came from."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from config.csv_files import read_table
from config.exchange_tables import (
    CYCLES,
    DIRECTIVE,
    REPEATED,
    STEPS,
    OfficeFiles,
    Record,
    normal,
    written,
)
from config.toml_patching import rendered_toml, updated_toml
from models.domain.exchange_reading import PlacedRecord, SheetReading
from models.domain.exchange_sheets import AgencyLabels, ExchangeSheet

_DIRECTIVE_REMARK = """\
# Chỉ thị số {number}, đọc cùng các tệp CSV đứng cạnh; nhập từ sổ Excel của Văn phòng.
#
# Ô `*_printed` giữ nguyên chữ của bản in. Cột `name`, `unit`, `target_reading` để trống khi đọc
# đúng như in; khi có thì `note` nói vì sao. `rows`, `with_target`, `equivalences` là số kiểm.

"""


@dataclass
class Draft:
    """The files that an import would write, by their name under the configuration's folder."""

    files: dict[str, str] = field(default_factory=dict)  # only those whose content changes
    lines: dict[str, dict[int, PlacedRecord]] = field(default_factory=dict)  # CSV: file, line
    sheets: dict[str, SheetReading] = field(default_factory=dict)  # by sheet key
    changes: list[SheetChanges] = field(default_factory=list)
    changed_cycles: list[str] = field(default_factory=list)  # cycles of the file that change


@dataclass(frozen=True)
class SheetChanges:
    """How a sheet's records differ from those of the files, by what identifies a record."""

    sheet: ExchangeSheet
    added: Sequence[str]
    changed: Sequence[str]  # "grdp_growth: Chỉ tiêu (như in) 12,50 → 12,70"
    removed: Sequence[str]  # of a shared file: lacking in the workbook, and kept


def draft_of(
    readings: Mapping[str, SheetReading], files: OfficeFiles, labels: AgencyLabels
) -> Draft:
    """The files after the import. Nothing is checked here but what ties sheets together."""
    draft = Draft(sheets=dict(readings))
    for reading in readings.values():
        if reading.sheet.file.endswith(".csv") and reading.present:
            _draft_csv(draft, reading, files, labels)
    _draft_directive(draft, files)
    _draft_cycles(draft, files)
    return draft


def source_file(source: str) -> str:
    """The file that a fault names with its folder, under the configuration's folder.

    >>> source_file("2026/headings.csv"), source_file("config/agencies.csv")
    ('directives/2026/headings.csv', 'agencies.csv')
    """
    folder, _, name = source.rpartition("/")
    return f"directives/{folder}/{name}" if folder.isdigit() else name


# --- CSV ------------------------------------------------------------------------------------------


def _draft_csv(
    draft: Draft, reading: SheetReading, files: OfficeFiles, labels: AgencyLabels
) -> None:
    sheet, path = reading.sheet, files.path(reading.sheet)
    exists = path.is_file()
    header, present = read_table(path) if exists else ([], [])
    if not exists and sheet.may_lack and not reading.records:
        return
    rows: list[tuple[Record, PlacedRecord | None]] = [(r.values, r) for r in reading.records]
    if sheet.shared:
        rows = _merged(sheet, present, reading.records, labels)
    columns = _columns(sheet, header, [values for values, _ in rows])
    text, draft.lines[files.name(sheet)] = _csv_text(columns, rows)
    same = [normal(sheet.columns, values, labels) for values, _ in rows] == [
        normal(sheet.columns, values, labels) for values in present
    ]
    if not exists or not same:  # else the file stays to the letter, however it is quoted
        draft.files[files.name(sheet)] = text


def _merged(
    sheet: ExchangeSheet,
    present: Sequence[Record],
    records: Sequence[PlacedRecord],
    labels: AgencyLabels,
) -> list[tuple[Record, PlacedRecord | None]]:
    """The file's records with the workbook's put in their place; new ones come at the end."""
    rows: list[tuple[Record, PlacedRecord | None]] = []
    waiting: dict[tuple[str, ...], list[PlacedRecord]] = {}
    for record in records:
        waiting.setdefault(_identity(sheet, record.values), []).append(record)
    for old in present:
        ordinary = normal(sheet.columns, old, labels)
        found = waiting.get(_identity(sheet, ordinary))
        if not found:
            rows.append((old, None))
            continue
        record = found.pop(0)
        kept = old if normal(sheet.columns, record.values, labels) == ordinary else record.values
        rows.append((kept, record))
    left = {id(record) for found in waiting.values() for record in found}
    return [*rows, *((r.values, r) for r in records if id(r) in left)]


def _identity(sheet: ExchangeSheet, values: Record) -> tuple[str, ...]:
    return tuple(values.get(key, "") for key in sheet.identified_by)


def _columns(sheet: ExchangeSheet, header: Sequence[str], rows: Sequence[Record]) -> list[str]:
    """The file's own columns in their order, then those that are new and hold anything."""
    used = {key for values in rows for key, value in values.items() if value}
    return [
        *header,
        *(
            c.key
            for c in sheet.columns
            if c.key not in header and (c.key in used or (not header and not c.may_lack))
        ),
    ]


def _csv_text(
    columns: Sequence[str], rows: Sequence[tuple[Record, PlacedRecord | None]]
) -> tuple[str, dict[int, PlacedRecord]]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    lines: dict[int, PlacedRecord] = {}
    number = 2
    for values, record in rows:
        before = buffer.tell()
        writer.writerow([values.get(key, "") for key in columns])
        if record is not None:
            lines[number] = record
        number += buffer.getvalue().count("\n", before)
    return buffer.getvalue(), lines


# --- TOML -----------------------------------------------------------------------------------------


def _draft_directive(draft: Draft, files: OfficeFiles) -> None:
    reading = draft.sheets[DIRECTIVE]
    if not reading.records:
        return
    path = files.path(reading.sheet)
    text = path.read_text(encoding="utf-8-sig") if path.is_file() else ""
    content: dict[str, Any] = tomllib.loads(text)
    _put(content, reading, reading.records[0].values)
    repeated = draft.sheets[REPEATED]
    table = repeated.sheet.table
    content[table] = [
        {c.key: r.values[c.key] for c in repeated.sheet.columns} for r in repeated.records
    ]
    if not content[table]:
        del content[table]
    if text:
        after = updated_toml(text, content)
    else:
        after = _DIRECTIVE_REMARK.format(number=content.get("number", "")) + rendered_toml(content)
    if after != text:
        draft.files[files.name(reading.sheet)] = after


def _put(content: dict[str, Any], reading: SheetReading, values: Record) -> None:
    """Puts a record's values into a table, a dot leading into a table within; empty ones go."""
    for column in reading.sheet.columns:
        if column.key in reading.sheet.identified_by or column.key not in values:
            continue
        *tables, key = column.key.split(".")
        table = content
        for name in tables:
            table = table.setdefault(name, {})
        if values[column.key]:
            table[key] = _kept(table.get(key), written(values[column.key], column.kind))
        else:
            table.pop(key, None)


def _kept(old: Any, new: Any) -> Any:
    """The old value where both say the same: an instant may be written in another zone."""
    return old if type(old) is type(new) and old == new else new


def _draft_cycles(draft: Draft, files: OfficeFiles) -> None:
    reading, steps = draft.sheets[CYCLES], draft.sheets[STEPS]
    if not reading.present or not steps.present:
        return
    path = files.path(reading.sheet)
    text = path.read_text(encoding="utf-8-sig")
    content = tomllib.loads(text)
    cycles = content.setdefault(reading.sheet.table, {})
    seen: set[str] = set()
    for record in reading.records:
        code = record.values["code"]
        if code in seen:
            reading.complain(record.cell("code"), f"mã kỳ “{code}” đã có ở cột khác", "mã khác")
        if not code or code in seen:
            continue
        seen.add(code)
        before = dict(cycles.get(code, {}))
        table = cycles.setdefault(code, {})
        _put(table, reading, record.values)
        table[steps.sheet.table] = [
            {
                c.key: written(step.values[c.key], c.kind)
                for c in steps.sheet.columns
                if c.key != "cycle" and step.values[c.key]
            }
            for step in steps.records
            if step.values["cycle"] == code
        ]
        if before and before != table:
            draft.changed_cycles.append(code)
    for step in steps.records:
        named = step.values["cycle"]
        if named and named not in seen:
            text_ = f"không có kỳ “{named}” ở trang «{reading.sheet.title}»"
            steps.complain(step.cell("cycle"), text_, "mã của một kỳ có ở trang ấy")
    after = updated_toml(text, content)
    if after != text:
        draft.files[files.name(reading.sheet)] = after

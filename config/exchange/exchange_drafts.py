"""What the files would hold after an import, and which cell of the workbook each line came from."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from config.exchange.exchange_tables import (
    CYCLES,
    DIRECTIVE,
    REPEATED,
    STEPS,
    OfficeFiles,
    Record,
    normal,
    records_of,
    written,
)
from config.files.catalogues import year_directories
from config.files.csv_files import read_table
from config.files.toml_updates import rendered_toml, updated_toml
from models.domain.exchange.exchange_base import ExportBase, base_of, digest
from models.domain.exchange.exchange_reading import PlacedRecord, SheetReading
from models.domain.exchange.exchange_sheets import (
    AgencyLabels,
    CellKind,
    ExchangeSheet,
    RecordLayout,
    shown_cells,
)

_DIRECTIVE_REMARK = """\
# Chỉ thị số {number}, đọc cùng các tệp CSV đứng cạnh; nhập từ sổ Excel của Văn phòng.
#
# Ô `*_printed` giữ nguyên chữ của bản in. Cột `name`, `unit`, `target_reading` để trống khi đọc
# đúng như in; khi có thì `note` nói vì sao. `rows`, `with_target`, `equivalences` là số kiểm.

"""


@dataclass
class Draft:
    """The files that an import would write, by their name under the configuration's folder."""

    base: ExportBase
    files: dict[str, str] = field(default_factory=dict)  # only those whose content changes
    lines: dict[str, dict[int, PlacedRecord]] = field(default_factory=dict)  # CSV: file, line
    sheets: dict[str, SheetReading] = field(default_factory=dict)  # by sheet key
    changes: Sequence[SheetChanges] = ()
    changed_cycles: list[str] = field(default_factory=list)  # cycles of the file that change


@dataclass(frozen=True)
class SheetChanges:
    """How a sheet's records differ from those of the files, by what tells a record from others.

    A year without files is compared with the newest year before it.
    """

    sheet: ExchangeSheet
    added: Sequence[str]
    changed: Sequence[str]  # "grdp_growth: Chỉ tiêu (như in) “12,50” → “12,70”"
    removed: Sequence[str]  # of a shared file: lacking in the workbook, and kept

    @property
    def any(self) -> bool:
        """Whether there is any difference."""
        return bool(self.added or self.changed or self.removed)


_CHANGED_SINCE = (
    "{what} đã được sửa ở nơi khác sau khi xuất sổ này; xin xuất lại sổ rồi ghi phần sửa vào đó"
)


def draft_of(
    readings: Mapping[str, SheetReading],
    files: OfficeFiles,
    labels: AgencyLabels,
    base: ExportBase,
) -> Draft:
    """The files after the import; complaints only of what ties sheets together, and of records
    that were changed in the files, too, since the workbook was made from them (`base`)."""
    draft = Draft(base, sheets=dict(readings))
    for reading in readings.values():
        if reading.present and not reading.sheet.shared and files.year == base.year:
            _ask_whether_old(draft, reading, files, labels)
        if reading.sheet.file.endswith(".csv") and reading.present:
            _draft_csv(draft, reading, files, labels)
    _draft_directive(draft, files)
    _draft_cycles(draft, files)
    draft.changes = tuple(
        changes
        for reading in readings.values()
        if reading.present and (changes := _changes(reading, files, labels, base)).any
    )
    return draft


def base_of_files(
    sheets: Sequence[ExchangeSheet], files: OfficeFiles, labels: AgencyLabels
) -> ExportBase:
    """What the files hold now, for the workbook that is made from them to carry along."""
    wholes: dict[str, list[Record]] = {}
    singles: dict[str, dict[tuple[str, ...], list[Record]]] = {}
    by_key = {sheet.key: sheet for sheet in sheets}
    for sheet in sheets:
        if sheet.key == STEPS:
            continue
        records = [normal(sheet.columns, r, labels) for r in records_of(sheet, files)]
        if not sheet.shared:
            wholes[sheet.key] = records
        elif sheet.key == CYCLES:
            steps = _normal_steps(by_key[STEPS], files)
            singles[CYCLES] = {
                (r["code"],): [r, *(s for s in steps if s["cycle"] == r["code"])] for r in records
            }
        else:
            singles[sheet.key] = {_identity(sheet, r): [r] for r in records}
    return base_of(files.year, wholes, singles)


def cycle_digest(cycles: ExchangeSheet, steps: ExchangeSheet, files: OfficeFiles, code: str) -> str:
    """The digest of a cycle with its steps as the file has them; "" for none of that code."""
    labels = AgencyLabels({})
    for record in records_of(cycles, files):
        if record["code"] == code:
            own = (s for s in _normal_steps(steps, files) if s["cycle"] == code)
            return digest([normal(cycles.columns, record, labels), *own])
    return ""


def _normal_steps(steps: ExchangeSheet, files: OfficeFiles) -> list[Record]:
    labels = AgencyLabels({})
    return [normal(steps.columns, record, labels) for record in records_of(steps, files)]


def source_file(source: str) -> str:
    """The file that a fault names with its folder, under the configuration's folder.

    >>> source_file("2026/headings.csv"), source_file("config/agencies.csv")
    ('directives/2026/headings.csv', 'agencies.csv')
    """
    folder, _, name = source.rpartition("/")
    return f"directives/{folder}/{name}" if folder.isdigit() else name


# --- What changes ---------------------------------------------------------------------------------


def _changes(
    reading: SheetReading, files: OfficeFiles, labels: AgencyLabels, base: ExportBase
) -> SheetChanges:
    sheet = reading.sheet
    before: dict[str, Record] = {}
    for values in _records_before(sheet, files):
        ordinary = normal(sheet.columns, values, labels)
        before.setdefault(_told_by(sheet, ordinary), ordinary)
    of_other_years = _of_other_years(sheet, files)
    after: dict[str, Record] = {}
    for record in reading.records:
        told = _told_by(sheet, record.values)
        if _is_untouched(sheet, record.values, labels, base):  # the file's stays, however it is now
            after.update({told: before[told]} if told in before else {})
        else:
            after.setdefault(told, record.values)
    changed = []
    for told, now in after.items():
        for column in sheet.columns if told in before else ():
            old, new = before[told].get(column.key, ""), now.get(column.key, "")
            if old != new:
                cells = (", ".join(shown_cells(column, v, labels)) for v in (old, new))
                told_change = " → ".join(f"“{cell}”" if cell else "trống" for cell in cells)
                changed.append(f"{told}: {column.header} {told_change}".removeprefix(": "))
    return SheetChanges(
        sheet,
        [told for told in after if told not in before and told not in of_other_years],
        changed,
        [told for told in before if told not in after],
    )


def _is_untouched(
    sheet: ExchangeSheet, values: Record, labels: AgencyLabels, base: ExportBase
) -> bool:
    """Whether a shared record is in the workbook as it was exported."""
    if not sheet.shared or sheet.key in (CYCLES, STEPS):
        return False
    exported = base.of(sheet.key, _identity(sheet, values))
    return bool(exported) and exported == digest([normal(sheet.columns, values, labels)])


def _records_before(sheet: ExchangeSheet, files: OfficeFiles) -> list[dict[str, str]]:
    if not sheet.shared and not files.path(sheet).parent.is_dir():
        years = (int(d.name) for d in year_directories(files.config_dir))
        files = replace(files, year=max((y for y in years if y < files.year), default=0))
    return records_of(sheet, files) if files.path(sheet).is_file() else []


def _of_other_years(sheet: ExchangeSheet, files: OfficeFiles) -> set[str]:
    """What the cycles of other years, kept in the same file, and their steps are called."""
    if sheet.key not in (CYCLES, STEPS):
        return set()
    years = {int(directory.name) for directory in year_directories(files.config_dir)}
    return {
        _told_by(sheet, record)
        for year in years - {files.year}
        for record in records_of(sheet, replace(files, year=year))
    }


def _told_by(sheet: ExchangeSheet, values: Record) -> str:
    """What a record is called in a list of changes; of a sheet with one record nothing."""
    if sheet.layout is RecordLayout.FACTS and not sheet.shared:
        return ""
    keys = [*sheet.identified_by] or ["code"]
    if not sheet.column(keys[0]):
        keys = [c.key for c in sheet.columns[:2]]
    elif sheet.key == STEPS:
        keys = ["cycle", "code"]
    return ", ".join(values[key] for key in keys if values.get(key))


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
        rows = _merged(reading, present, labels, draft.base)
    columns = _columns(sheet, header, [values for values, _ in rows])
    text, draft.lines[files.name(sheet)] = _csv_text(columns, rows)
    same = [normal(sheet.columns, values, labels) for values, _ in rows] == [
        normal(sheet.columns, values, labels) for values in present
    ]
    if not exists or not same:  # else the file stays to the letter, however it is quoted
        draft.files[files.name(sheet)] = text


def _ask_whether_old(
    draft: Draft, reading: SheetReading, files: OfficeFiles, labels: AgencyLabels
) -> None:
    """Complains of a sheet of the year whose file has changed since, in another way."""
    sheet = reading.sheet
    if not files.path(sheet).is_file() and not sheet.may_lack:
        return  # the year is not there any more
    exported = draft.base.of(sheet.key)
    ours = digest(normal(sheet.columns, r.values, labels) for r in reading.records)
    theirs = digest(normal(sheet.columns, r, labels) for r in records_of(sheet, files))
    if exported and theirs != exported and ours not in (exported, theirs):
        reading.complain("", _CHANGED_SINCE.format(what=f"tệp {files.name(sheet)}"))


def _merged(
    reading: SheetReading, present: Sequence[Record], labels: AgencyLabels, base: ExportBase
) -> list[tuple[Record, PlacedRecord | None]]:
    """The file's records with the workbook's put in their place; new ones come at the end.

    A record that nobody touched in the workbook leaves the file's as it is by now.
    """
    sheet, records = reading.sheet, reading.records
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
        ours, theirs = digest([normal(sheet.columns, record.values, labels)]), digest([ordinary])
        exported = base.of(sheet.key, _identity(sheet, ordinary))
        if exported and exported not in (ours, theirs) and ours != theirs:
            reading.complain(record.cell(), _CHANGED_SINCE.format(what="dòng này"))
        rows.append((old if ours in (theirs, exported) else record.values, record))
    left = {
        id(record)
        for identity, found in waiting.items()
        for record in found
        # One that was taken out of the file since, and is as it was exported, stays out.
        if base.of(sheet.key, identity) != digest([normal(sheet.columns, record.values, labels)])
    }
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
    text = path.read_bytes().decode("utf-8-sig") if path.is_file() else ""
    content: dict[str, Any] = tomllib.loads(text)
    _put(content, reading, reading.records[0], files.year)
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


def _put(content: dict[str, Any], reading: SheetReading, record: PlacedRecord, year: int) -> None:
    """Puts a record's values into a table, a dot leading into a table within; empty ones go.

    What could not be read, and was complained of, is put as something that no check minds: the
    others must not be silent about the rest of the record. Such a draft is never written.
    """
    values = record.values
    for column in reading.sheet.columns:
        if column.key in reading.sheet.identified_by or column.key not in values:
            continue
        *tables, key = column.key.split(".")
        table = content
        for name in tables:
            table = table.setdefault(name, {})
        if column.key in record.doubtful:
            table[key] = written(_STAND_IN.get(column.kind, "?").format(year=year), column.kind)
        elif values[column.key]:
            table[key] = _kept(table.get(key), written(values[column.key], column.kind))
        else:
            table.pop(key, None)


def _ask_whose_year(reading: SheetReading, record: PlacedRecord, before: object, year: int) -> None:
    """Complains where last year's cycle would be turned into this year's, or is of another year."""
    code, named = record.values["code"], record.values["catalogue_year"]
    if before not in (None, year):
        text = f"kỳ “{code}” là kỳ đã có của năm {before}, không đổi sang năm khác được"
        reading.complain(
            record.cell("code"), text, f"mã mới cho kỳ của năm {year}, vd. {year}-plan"
        )
    elif named and named != str(year):
        text = f"ghi năm {named}, sổ này là danh mục năm {year}"
        reading.complain(record.cell("catalogue_year"), text, str(year))


_STAND_IN = {
    CellKind.WHOLE: "{year}",
    CellKind.DAY: "{year}-01-01",
    CellKind.INSTANT: "{year}-01-01T00:00:00+07:00",
    CellKind.CHOICE: "whole",
}


def _kept(old: Any, new: Any) -> Any:
    """The old value where both say the same: an instant may be written in another zone."""
    return old if type(old) is type(new) and old == new else new


def _draft_cycles(draft: Draft, files: OfficeFiles) -> None:
    reading, steps = draft.sheets[CYCLES], draft.sheets[STEPS]
    if not reading.present or not steps.present:
        return
    path = files.path(reading.sheet)
    text = path.read_bytes().decode("utf-8-sig")
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
        own = [step for step in steps.records if step.values["cycle"] == code]
        ours = digest([record.values, *(step.values for step in own)])
        exported = draft.base.of(CYCLES, (code,))
        if exported == ours:
            continue
        theirs = cycle_digest(reading.sheet, steps.sheet, files, code)
        if exported and theirs and theirs not in (exported, ours):
            reading.complain(record.cell("code"), _CHANGED_SINCE.format(what="kỳ này"))
        before = dict(cycles.get(code, {}))
        _ask_whose_year(reading, record, before.get("catalogue_year"), files.year)
        table = cycles.setdefault(code, {})
        _put(table, reading, record, files.year)
        table[steps.sheet.table] = [
            {
                c.key: written(step.values[c.key], c.kind)
                for c in steps.sheet.columns
                if c.key != "cycle" and step.values[c.key]
            }
            for step in own
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

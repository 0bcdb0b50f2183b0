"""A line of the calendar as a form: a day off, a day worked instead, a year's decision."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from config.editing.office_tables import OfficeTable
from config.files.csv_files import day_of
from flows.desk import ways
from flows.desk.forms import FieldKind
from flows.desk.office_edits.edit_forms import (
    EditField,
    FaultyEdit,
    OfficeEdit,
    Values,
    table_of,
    touched_column,
)
from flows.office.office_keeping import StandingFiles

HOLIDAYS = "holidays.csv"
AT = f"{ways.OFFICE_FILES}/ngay-nghi"
NEW, NEW_YEAR = "moi", "nam-moi"
_EFFECT = "Hạn, ngày nhắc tính lại theo lịch này từ lượt chạy tới; thư đã gửi không đổi."
_OF_DAYS = (("off", "Ngày nghỉ"), ("work", "Ngày làm bù"))
_OF_YEARS = (
    ("official", "Đã có văn bản chính thức"),
    ("proposed", "Mới là đề xuất"),
)
KIND_SAID = dict((*_OF_DAYS, *_OF_YEARS))
_COMMON = (
    EditField("name", "Tên", "Ví dụ Nghỉ Tết Nguyên đán, hoặc số và ngày văn bản.", is_needed=True),
    EditField("source", "Nguồn"),
    EditField("note", "Ghi chú"),
)
_DAY_FIELDS = (
    EditField("date", "Ngày", kind=FieldKind.DAY, is_needed=True),
    EditField("kind", "Loại", kind=FieldKind.CHOICE, is_needed=True, options=_OF_DAYS),
    *_COMMON,
)
_YEAR_FIELDS = (
    EditField("date", "Năm", is_needed=True),
    EditField("kind", "Loại", kind=FieldKind.CHOICE, is_needed=True, options=_OF_YEARS),
    *_COMMON,
)
_KEYS = ("date", "kind", "name", "source", "note")


@dataclass(frozen=True, slots=True)
class CalendarLine:
    """A line of the calendar as the list shows it."""

    key: str  # the day as ISO, or the year
    day: dt.date | None
    kind: str  # as people say it
    name: str
    source: str
    note: str


def calendar_lines(standing: StandingFiles) -> list[CalendarLine]:
    """Every line, years before their days, the newest year first."""
    found = [
        CalendarLine(
            key=_key(row.get("date", "")),
            day=day_of(row.get("date", "")),
            kind=KIND_SAID.get(row.get("kind", "").lower(), row.get("kind", "")),
            name=row.get("name", ""),
            source=row.get("source", ""),
            note=row.get("note", ""),
        )
        for _, row in _table(standing).rows
    ]
    return sorted(found, key=lambda one: (-_year(one.key), one.key))


def day_edit(standing: StandingFiles, key: str) -> OfficeEdit | None:
    """The form of a line; None where there is none."""
    values = _read(key, standing)
    if values is None:
        return None
    of_year = bool(re.fullmatch(r"\d{4}", key))
    named = key if of_year else f"{dt.date.fromisoformat(key):%d/%m/%Y}"
    return OfficeEdit(
        title=f"Lịch nghỉ: {named}",
        address=f"{AT}/{key}",
        back=AT,
        fields=_YEAR_FIELDS if of_year else _DAY_FIELDS,
        read=partial(_read, key),
        write=partial(_write, key),
        field_of=touched_column,
        effect=_EFFECT,
        paths=(HOLIDAYS,),
        template="office/office_day.html",
        extra={"at": f"{AT}/{key}/bo"},
    )


def day_removal(standing: StandingFiles, key: str) -> OfficeEdit | None:
    """Taking a line out."""
    edit = day_edit(standing, key)
    if edit is None:
        return None
    return OfficeEdit(
        title=f"Bỏ khỏi {edit.title[:1].lower()}{edit.title[1:]}",
        address=f"{AT}/{key}/bo",
        back=AT,
        fields=(),
        read=edit.read,
        write=partial(_removed, key),
        field_of=touched_column,
        effect=_EFFECT,
        paths=(HOLIDAYS,),
        button="Bỏ",
    )


def new_day(*, of_year: bool) -> OfficeEdit:
    """The form of a line that is not there yet."""
    return OfficeEdit(
        title="Ghi lịch nghỉ của một năm" if of_year else "Thêm ngày nghỉ, ngày làm bù",
        address=f"{AT}/{NEW_YEAR if of_year else NEW}",
        back=AT,
        fields=_YEAR_FIELDS if of_year else _DAY_FIELDS,
        read=lambda _: {"kind": _OF_YEARS[0][0] if of_year else _OF_DAYS[0][0]},
        write=_added,
        field_of=touched_column,
        effect=_EFFECT,
        paths=(HOLIDAYS,),
        button="Thêm",
    )


def _table(standing: StandingFiles) -> OfficeTable:
    return table_of(standing, HOLIDAYS)


def _key(cell: str) -> str:
    day = day_of(cell)
    return day.isoformat() if day else cell


def _year(key: str) -> int:
    found = re.match(r"\d{4}", key)
    return int(found[0]) if found else 0


def _number(key: str, standing: StandingFiles) -> int | None:
    rows = _table(standing).rows
    return next((number for number, row in rows if _key(row.get("date", "")) == key), None)


def _read(key: str, standing: StandingFiles) -> Values | None:
    number = _number(key, standing)
    if number is None:
        return None
    row = dict(_table(standing).rows)[number]
    return {name: row.get(name, "") for name in _KEYS} | {"date": key}


def _write(key: str, standing: StandingFiles, typed: Values) -> Mapping[str, bytes | None]:
    number, before = _number(key, standing), _read(key, standing) or {}
    if number is None:
        raise FaultyEdit({}, ["Dòng này không còn trong tệp."])
    changed = {name: value for name, value in typed.items() if value != before.get(name, "")}
    if not changed:
        return {}
    if "date" in changed:
        changed["date"] = _key(changed["date"])
    return {HOLIDAYS: _table(standing).changed(number, changed).content}


def _added(standing: StandingFiles, typed: Values) -> Mapping[str, bytes | None]:
    row = dict(typed) | {"date": _key(typed["date"])}
    table = _table(standing)
    before = [n for n, one in table.rows if _key(one.get("date", "")) < row["date"]]
    return {HOLIDAYS: table.added(row, before[-1] if before else None).content}


def _removed(key: str, standing: StandingFiles, _: Values) -> Mapping[str, bytes | None]:
    number = _number(key, standing)
    if number is None:
        raise FaultyEdit({}, ["Dòng này không còn trong tệp."])
    return {HOLIDAYS: _table(standing).without(number).content}

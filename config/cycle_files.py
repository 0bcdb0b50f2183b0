"""Reporting cycles and office hours from `cycles.toml`, checked key by key."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from config.toml_files import TomlFile, read_toml
from models.domain.cycles import HANOI, ReminderStep, ReportingCycle, StepKind
from models.domain.errors import ConfigurationFault
from models.domain.working_calendar import OfficeHours

_TEXT = [
    "title",
    "form",
    "legal_basis",
    "content",
    "due_text",
    "meeting",
    "recipient",
    "channel",
    "contact_person",
    "contact_phone",
    "contact_email",
    "reporters",
    "frequency",
    "outline",
    "report_forms",
]
_KEYS: dict[str, type] = {
    **dict.fromkeys(_TEXT, str),
    "catalogue_year": int,
    "grace_working_days": int,
    "opens_at": dt.datetime,
    "due_at": dt.datetime,
}
_OPTIONAL: dict[str, type] = {
    "note": str,
    "previous": str,
    "mark": str,
    "data_closes_on": dt.date,
    "meeting_on": dt.date,
    "ends_on": dt.date,
}
_STEP_KEYS: dict[str, type] = {"code": str, "kind": str, "working_days": int, "hour": int}
_TYPE_NAMES = {
    str: "chữ trong ngoặc kép",
    int: "số nguyên",
    dt.datetime: "ngày giờ kèm múi giờ, vd. 2025-02-20T00:00:00+07:00",
    dt.date: "ngày, vd. 2025-02-19",
    dt.time: "giờ, vd. 07:30:00",
    list: "danh sách",
    dict: "mục",
}
_SIGN_WANTED: dict[StepKind, tuple[Callable[[int], bool], str]] = {
    StepKind.REMINDER: (lambda n: n < 0, "phải âm (trước hạn)"),
    StepKind.LAST_DAY: (lambda n: n == 0, "phải bằng 0"),
    StepKind.OVERDUE: (lambda n: n > 0, "phải dương (sau hạn)"),
    StepKind.ESCALATION: (lambda n: n > 0, "phải dương (sau hạn)"),
}


def load_cycles(path: Path) -> dict[str, ReportingCycle]:
    """The cycles by code. Raises ConfigurationFault with a sentence per fault: line and key."""
    file = read_toml(path)
    document, faults = file.content, _Faults(file)
    hours = _office_hours(document, faults)
    tables = document.get("cycles", {})
    if not isinstance(tables, dict) or not tables:
        faults.add("cycles", "chưa khai kỳ báo cáo nào.")
        tables = {}
    for key in sorted(set(document) - {"cycles", "office_hours"}):
        faults.add(key, "không dùng đến; có viết nhầm tên không?")
    cycles = {code: _cycle(str(code), table, hours, faults) for code, table in tables.items()}
    made = {code: cycle for code, cycle in cycles.items() if cycle is not None}
    marked: dict[str, str] = {}
    for cycle in made.values():
        _check_previous(cycle, made, set(cycles), faults)
        other = marked.setdefault(cycle.mark.casefold(), cycle.code)
        if other != cycle.code:
            faults.add(
                f"cycles.{cycle.code}.mark",
                f"ký hiệu «{cycle.mark}» đã dùng cho kỳ «{other}»; số tiếp nhận sẽ trùng.",
            )
    faults.raise_any()
    return made


def _check_previous(
    cycle: ReportingCycle,
    cycles: Mapping[str, ReportingCycle],
    codes: Collection[str],
    faults: _Faults,
) -> None:
    """The cycle that one is measured by is another of the file and was opened before it."""
    if not cycle.previous:
        return
    key, earlier = f"cycles.{cycle.code}.previous", cycles.get(cycle.previous)
    if cycle.previous not in codes:
        faults.add(key, f"không có kỳ «{cycle.previous}»; các kỳ đã khai: {', '.join(codes)}.")
    elif earlier is not None and earlier.opens_at >= cycle.opens_at:
        faults.add(key, f"kỳ «{cycle.previous}» phải mở trước kỳ này (opens_at).")


def load_office_hours(path: Path) -> OfficeHours:
    """The hours in which letters may leave. Raises ConfigurationFault."""
    file = read_toml(path)
    faults = _Faults(file)
    hours = _office_hours(file.content, faults)
    faults.raise_any()
    return hours


class _Faults:
    """Collects faults of one file; every one names the file, the line and the key."""

    def __init__(self, file: TomlFile) -> None:
        self.file = file
        self.found: list[str] = []

    def add(self, key: str, sentence: str) -> None:
        self.found.append(f"{self.file.at(key)}, {key}: {sentence}")

    def raise_any(self) -> None:
        if self.found:
            raise ConfigurationFault(self.found)


def _is_a(value: object, wanted: type) -> bool:
    """Whether the value is of the very type: True is no number, an instant is no date."""
    return type(value) is wanted


def _checked(
    table: object,
    where: str,
    required: dict[str, type],
    optional: dict[str, type],
    faults: _Faults,
) -> dict[str, Any] | None:
    """The table's values when all required keys are there and all have their type, else None."""
    if not isinstance(table, dict):
        faults.add(where, "phải là một mục có các khóa bên trong.")
        return None
    before = len(faults.found)
    for key in sorted(set(required) - set(table)):
        faults.add(f"{where}.{key}", f"còn thiếu; cần {_TYPE_NAMES[required[key]]}.")
    allowed = {**required, **optional}
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in allowed:
            faults.add(f"{where}.{key}", "không có khóa này; có viết nhầm tên không?")
        elif not _is_a(value, allowed[key]):
            faults.add(f"{where}.{key}", f"ghi «{value}», cần {_TYPE_NAMES[allowed[key]]}.")
        elif isinstance(value, str):
            values[key] = unicodedata.normalize("NFC", " ".join(value.split()))
            if not values[key] and key in required:
                faults.add(f"{where}.{key}", "còn trống.")
        elif isinstance(value, dt.datetime) and value.tzinfo is None:
            faults.add(f"{where}.{key}", f"«{value}» chưa có múi giờ; thêm +07:00.")
        else:
            values[key] = value
    return values if len(faults.found) == before else None


def _office_hours(document: dict[str, Any], faults: _Faults) -> OfficeHours:
    table = document.get("office_hours")
    if table is None:
        return OfficeHours()
    wanted: dict[str, type] = {"opens": dt.time, "closes": dt.time}
    values = _checked(table, "office_hours", wanted, {}, faults)
    if values is None:
        return OfficeHours()
    if values["opens"] >= values["closes"]:
        faults.add("office_hours.closes", "phải sau giờ mở cửa (opens).")
        return OfficeHours()
    return OfficeHours(**values)


def _cycle(code: str, table: object, hours: OfficeHours, faults: _Faults) -> ReportingCycle | None:
    where = f"cycles.{code}"
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code):
        faults.add(where, "mã kỳ chỉ gồm chữ thường không dấu, số và dấu gạch ngang.")
    values = _checked(table, where, _KEYS, {**_OPTIONAL, "steps": list}, faults)
    if values is None:
        return None
    steps = _steps(values.pop("steps", []), where, hours, faults)
    days = {"data_closes_on": None, "meeting_on": None}  # not every cycle knows them
    cycle = ReportingCycle(code=code, steps=tuple(steps), **{**days, **values})
    if cycle.opens_at >= cycle.due_at:
        faults.add(f"{where}.due_at", "hạn phải sau thời điểm mở kỳ (opens_at).")
    if cycle.grace_working_days < 0:
        faults.add(f"{where}.grace_working_days", "không được âm; 0: không có thời gian chỉnh sửa.")
    due_on = cycle.due_at.astimezone(HANOI).date()
    for key, day in (("meeting_on", cycle.meeting_on), ("ends_on", cycle.ends_on)):
        if day is not None and day < due_on:
            faults.add(f"{where}.{key}", f"{day:%d/%m/%Y} nằm trước hạn {due_on:%d/%m/%Y}.")
    if cycle.mark and not re.fullmatch(r"\w+(-\w+)*", cycle.mark):
        faults.add(
            f"{where}.mark", f"«{cycle.mark}»: chỉ gồm chữ, số và dấu gạch ngang, vd. KH-2025."
        )
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", cycle.contact_email):
        faults.add(f"{where}.contact_email", f"«{cycle.contact_email}» không phải địa chỉ thư.")
    return cycle


def _steps(
    tables: list[object], where: str, hours: OfficeHours, faults: _Faults
) -> list[ReminderStep]:
    steps: list[ReminderStep] = []
    kinds = {str(kind): kind for kind in StepKind}
    for number, table in enumerate(tables, 1):
        place = f"{where}.steps[{number}]"
        values = _checked(table, place, _STEP_KEYS, {}, faults)
        if values is None:
            continue
        kind = kinds.get(values["kind"])
        if kind is None:
            faults.add(f"{place}.kind", f"«{values['kind']}» không có; chọn {', '.join(kinds)}.")
            continue
        step = ReminderStep(values["code"], kind, values["working_days"], values["hour"])
        right, rule = _SIGN_WANTED[kind]
        if not right(step.working_days):
            faults.add(f"{place}.working_days", f"{step.working_days}: bước {kind} {rule}.")
        if not (0 <= step.hour <= 23 and hours.opens <= dt.time(step.hour) < hours.closes):
            span = f"{hours.opens:%H:%M}-{hours.closes:%H:%M}"
            faults.add(f"{place}.hour", f"{step.hour} nằm ngoài giờ làm việc {span}.")
        if step.code in {other.code for other in steps}:
            faults.add(f"{place}.code", f"«{step.code}» đã dùng cho bước khác của kỳ này.")
        steps.append(step)
    return steps

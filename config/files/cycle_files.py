"""Reporting cycles and office hours from `cycles.toml`, checked key by key."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from config.files.toml_files import TomlFile, read_toml
from models.domain.cycle.cycles import HANOI, ReminderStep, ReportingCycle, StepKind
from models.domain.cycle.working_calendar import OfficeHours
from models.domain.errors import ConfigurationFault
from models.domain.faults import Fault, KeyPath, Phrase, StoredWord, words_of

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
_TYPE_NAMES: dict[type, Phrase] = {
    str: Phrase.of("type.text"),
    int: Phrase.of("type.whole"),
    dt.datetime: Phrase.of("type.instant"),
    dt.date: Phrase.of("type.day"),
    dt.time: Phrase.of("type.time"),
    list: Phrase.of("type.list"),
    dict: Phrase.of("type.table"),
}
_SIGN_WANTED: dict[StepKind, tuple[Callable[[int], bool], Phrase]] = {
    StepKind.REMINDER: (lambda n: n < 0, Phrase.of("sign.negative")),
    StepKind.LAST_DAY: (lambda n: n == 0, Phrase.of("sign.zero")),
    StepKind.OVERDUE: (lambda n: n > 0, Phrase.of("sign.positive")),
    StepKind.ESCALATION: (lambda n: n > 0, Phrase.of("sign.positive")),
}


def load_cycles(path: Path) -> dict[str, ReportingCycle]:
    """The cycles by code. Raises ConfigurationFault with every fault, each with line and key."""
    cycles, faults = read_cycles(path)
    if faults:
        raise ConfigurationFault(faults)
    return cycles


def read_cycles(path: Path) -> tuple[dict[str, ReportingCycle], list[Fault]]:
    """The cycles that can be read, and every fault; ConfigurationFault for what is no TOML."""
    file = read_toml(path)
    document, faults = file.content, _Faults(file)
    hours = _office_hours(document, faults)
    tables = document.get("cycles", {})
    if not isinstance(tables, dict) or not tables:
        faults.add("cycle.none", ("cycles",))
        tables = {}
    for key in sorted(set(document) - {"cycles", "office_hours"}):
        faults.add("cycle.unused_key", (key,))
    cycles = {code: _cycle(str(code), table, hours, faults) for code, table in tables.items()}
    made = {code: cycle for code, cycle in cycles.items() if cycle is not None}
    marked: dict[str, str] = {}
    for cycle in made.values():
        _check_previous(cycle, made, set(cycles), faults)
        other = marked.setdefault(cycle.mark.casefold(), cycle.code)
        if other != cycle.code:
            faults.add(
                "cycle.mark_taken",
                ("cycles", cycle.code, "mark"),
                mark=cycle.mark,
                other=other,
            )
    return made, faults.found


def _check_previous(
    cycle: ReportingCycle,
    cycles: Mapping[str, ReportingCycle],
    codes: Collection[str],
    faults: _Faults,
) -> None:
    """The cycle that one is measured by is another of the file and was opened before it."""
    if not cycle.previous:
        return
    key = ("cycles", cycle.code, "previous")
    earlier = cycles.get(cycle.previous)
    if cycle.previous not in codes:
        known = tuple(codes)
        faults.add("cycle.previous_unknown", key, previous=cycle.previous, known=known)
    elif earlier is not None and earlier.opens_at >= cycle.opens_at:
        faults.add("cycle.previous_later", key, previous=cycle.previous)


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
        self.found: list[Fault] = []

    def add(self, code: str, key: KeyPath, /, **arguments: object) -> None:
        self.found.append(self.file.fault(code, key, **arguments))

    def raise_any(self) -> None:
        if self.found:
            raise ConfigurationFault(self.found)


def _is_a(value: object, wanted: type) -> bool:
    """Whether the value is of the very type: True is no number, an instant is no date."""
    return type(value) is wanted


def _checked(
    table: object,
    where: KeyPath,
    required: dict[str, type],
    optional: dict[str, type],
    faults: _Faults,
) -> dict[str, Any] | None:
    """The table's values when all required keys are there and all have their type, else None."""
    if not isinstance(table, dict):
        faults.add("cycle.no_table", where)
        return None
    before = len(faults.found)
    for key in sorted(set(required) - set(table)):
        faults.add("cycle.key_lacking", (*where, key), wanted=_TYPE_NAMES[required[key]])
    allowed = {**required, **optional}
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in allowed:
            faults.add("cycle.key_unknown", (*where, key))
        elif not _is_a(value, allowed[key]):
            wanted = _TYPE_NAMES[allowed[key]]
            faults.add("cycle.wrong_type", (*where, key), value=str(value), wanted=wanted)
        elif isinstance(value, str):
            values[key] = unicodedata.normalize("NFC", " ".join(value.split()))
            if not values[key] and key in required:
                faults.add("cycle.empty", (*where, key))
            elif not values[key].isprintable():
                faults.add("cycle.hidden_marks", (*where, key))
        elif isinstance(value, dt.datetime) and value.tzinfo is None:
            faults.add("cycle.no_zone", (*where, key), value=str(value))
        else:
            values[key] = value
    return values if len(faults.found) == before else None


def _office_hours(document: dict[str, Any], faults: _Faults) -> OfficeHours:
    table = document.get("office_hours")
    if table is None:
        return OfficeHours()
    wanted: dict[str, type] = {"opens": dt.time, "closes": dt.time}
    values = _checked(table, ("office_hours",), wanted, {}, faults)
    if values is None:
        return OfficeHours()
    if values["opens"] >= values["closes"]:
        faults.add("cycle.closes_before", ("office_hours", "closes"))
        return OfficeHours()
    return OfficeHours(**values)


def _cycle(code: str, table: object, hours: OfficeHours, faults: _Faults) -> ReportingCycle | None:
    where: KeyPath = ("cycles", code)
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code):
        faults.add("cycle.code_form", where)
    values = _checked(table, where, _KEYS, {**_OPTIONAL, "steps": list}, faults)
    if values is None:
        return None
    steps = _steps(values.pop("steps", []), where, hours, faults)
    days = {"data_closes_on": None, "meeting_on": None}  # not every cycle knows them
    cycle = ReportingCycle(code=code, steps=tuple(steps), **{**days, **values})
    if cycle.opens_at >= cycle.due_at:
        faults.add("cycle.due_before_opening", (*where, "due_at"))
    if cycle.grace_working_days < 0:
        faults.add("cycle.negative_grace", (*where, "grace_working_days"))
    due_on = cycle.due_at.astimezone(HANOI).date()
    for key, day in (("meeting_on", cycle.meeting_on), ("ends_on", cycle.ends_on)):
        if day is not None and day < due_on:
            faults.add("cycle.before_due", (*where, key), day=day, due=due_on)
    if cycle.mark and not re.fullmatch(r"\w+(-\w+)*", cycle.mark):
        faults.add("cycle.mark_form", (*where, "mark"), mark=cycle.mark)
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", cycle.contact_email):
        faults.add("cycle.no_mail_address", (*where, "contact_email"), value=cycle.contact_email)
    return cycle


def _steps(
    tables: list[object], where: KeyPath, hours: OfficeHours, faults: _Faults
) -> list[ReminderStep]:
    steps: list[ReminderStep] = []
    kinds = {str(kind): kind for kind in StepKind}
    for number, table in enumerate(tables, 1):
        place = (*where, "steps", number)
        values = _checked(table, place, _STEP_KEYS, {}, faults)
        if values is None:
            continue
        kind = kinds.get(values["kind"])
        if kind is None:
            faults.add(
                "cycle.step_kind_unknown",
                (*place, "kind"),
                value=values["kind"],
                known=words_of("kind", kinds),
            )
            continue
        step = ReminderStep(values["code"], kind, values["working_days"], values["hour"])
        right, rule = _SIGN_WANTED[kind]
        if not right(step.working_days):
            faults.add(
                "cycle.step_sign",
                (*place, "working_days"),
                days=step.working_days,
                kind=StoredWord("kind", kind),
                rule=rule,
            )
        if not (0 <= step.hour <= 23 and hours.opens <= dt.time(step.hour) < hours.closes):
            faults.add(
                "cycle.step_hour",
                (*place, "hour"),
                hour=step.hour,
                opens=hours.opens,
                closes=hours.closes,
            )
        if step.code in {other.code for other in steps}:
            faults.add("cycle.step_twice", (*place, "code"), value=step.code)
        steps.append(step)
    return steps

"""A decision's form as a page shows it: the fields of the decision flow's own form, filled in.

What a page knows already stands fixed in the form; whoever decides types a reason and chooses what
is left to choose. A wrong entry is a sentence at its field.
"""

from __future__ import annotations

import datetime as dt
import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from flows.choices import TO_SENDER
from flows.decisions.decision_forms import Signed
from flows.desk.decision_table import DECISIONS, HINTS, DeskDecision
from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.letters.offers import Cases, chosen_key
from models.domain.notation.vietnamese_text import one_line
from models.domain.reading.findings import Severity
from models.domain.reading.forms import SheetKind
from models.domain.reading.office import Office
from models.domain.rules import ALL_RULES
from tasks.adapters.boards.open_cases import open_cases
from tasks.adapters.store import messages
from tasks.adapters.workplace import Workplace
from tasks.offering import OFFERS

#: What one word may decide about several of.
SEVERAL = ("agency", "letter")
_NEVER_ASKED = ("by", "as_of")
_LONG = ("words",)
_DAYS = ("%Y-%m-%d", "%d/%m/%Y")  # as a browser sends it, as a person types it


class FieldKind(StrEnum):
    """How a field is entered."""

    TEXT = "text"
    LONG_TEXT = "long"
    DAY = "date"
    MOMENT = "datetime-local"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class FormField:
    """One field. `options`: value and what a person reads. `fault`: a sentence; "" for none."""

    name: str
    title: str
    hint: str
    kind: FieldKind
    value: str
    is_needed: bool
    options: Sequence[tuple[str, str]] = ()
    fault: str = ""


@dataclass(frozen=True)
class FilledForm:
    """A decision's form, its case filled in."""

    name: str  # the decision's
    decision: DeskDecision
    fixed: Mapping[str, Sequence[str]]  # what is known already, by field; several agencies at once
    fields: Sequence[FormField]
    back: str
    notice: str = ""  # what is wrong with it as a whole


@dataclass(frozen=True)
class Entered:
    """What was entered: the deeds' forms, or the faults by field ("" for the whole)."""

    made: Sequence[Signed] = ()
    faults: Mapping[str, str] = field(default_factory=dict)


def filled_form(
    workplace: Workplace,
    name: str,
    fixed: Mapping[str, Sequence[str]],
    back: str,
    *,
    entered: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
) -> FilledForm:
    """The form of a decision for one case. Raises KeyError for a decision that is none."""
    decision = DECISIONS[name]
    faults, entered = faults or {}, entered or {}
    asked = {
        key: info
        for key, info in decision.form.model_fields.items()
        if key not in fixed and key not in _NEVER_ASKED
    }
    # What is chosen stands before why.
    order = sorted(asked, key=lambda key: key == "reason")
    own = _of_the_case(workplace, fixed)
    fields = [
        _field(workplace, own, key, asked[key], entered.get(key), faults.get(key, ""))
        for key in order
        if own.get(key, True)
    ]
    said = [replace(one, hint=HINTS.get((name, one.name), one.hint)) for one in fields]
    return FilledForm(name, decision, fixed, said, back, faults.get("", ""))


def read_form(name: str, entered: Mapping[str, Sequence[str]], person: str) -> Entered:
    """What was entered, as the decision flow's form: one for each agency or letter named."""
    form = DECISIONS[name].form
    about = next((key for key in SEVERAL if key in form.model_fields), "")
    several = list(dict.fromkeys(one for one in entered.get(about, ()) if one))
    values: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for key, info in form.model_fields.items():
        given = [one.strip() for one in entered.get(key, ()) if one.strip()]
        if key in _NEVER_ASKED or not given:
            continue
        values[key], fault = _value(info, given[-1])
        if fault:
            faults[key] = fault
    made: list[Signed] = []
    for one in several or [""]:
        own = {about: one} if one else {}
        try:
            made.append(form.model_validate(values | own | {"by": person}))
        except ValidationError as error:
            faults = {**_faults(error), **faults}
    return Entered(faults=faults) if faults else Entered(made)


def _value(info: FieldInfo, text: str) -> tuple[Any, str]:
    """An entry as the form takes it, and why it cannot be read."""
    kind = _kind("", info)
    if kind is FieldKind.DAY:
        for written in _DAYS:
            try:
                return dt.datetime.strptime(text, written).date(), ""  # noqa: DTZ007  a day
            except ValueError:
                continue
        return None, "Xin ghi ngày như 25/11/2025."
    if kind is FieldKind.MOMENT:
        try:
            moment = dt.datetime.fromisoformat(text)
            return moment if moment.tzinfo else moment.replace(tzinfo=HANOI), ""
        except ValueError:
            return None, "Xin ghi ngày, giờ như 2025-02-19 16:30 (giờ Hà Nội)."
    return text, ""


def _faults(error: ValidationError) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in error.errors():
        key = str(one["loc"][0]) if one["loc"] else ""
        why = one.get("ctx", {}).get("error")
        missing = one["type"] in ("missing", "string_too_short", "enum")
        found[key] = (
            str(why)
            if isinstance(why, ValueError)
            else "Xin điền ô này."
            if missing
            else "Nội dung này không đọc được, xin ghi lại."
        )
    return found


def _kind(name: str, info: FieldInfo) -> FieldKind:
    wanted = _bare(info.annotation)
    if wanted is dt.date:
        return FieldKind.DAY
    if wanted is not dt.datetime and isinstance(wanted, type) and issubclass(wanted, StrEnum):
        return FieldKind.CHOICE
    if wanted is dt.datetime or "AwareDatetime" in str(wanted):
        return FieldKind.MOMENT
    return FieldKind.LONG_TEXT if name in _LONG else FieldKind.TEXT


def _bare(annotation: Any) -> Any:
    """The type itself of one that may be absent."""
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return next(a for a in typing.get_args(annotation) if a is not type(None))
    return annotation


def _of_the_case(
    workplace: Workplace, fixed: Mapping[str, Sequence[str]]
) -> dict[str, Sequence[tuple[str, str]]]:
    """What a field offers of the very case that is fixed; nothing: there is nothing to choose."""
    if not fixed.get("message"):
        return {}
    with workplace.engine.begin() as connection:
        found = messages.by_key_prefix(connection, chosen_key(fixed["message"][-1]))
        carried = messages.workbooks_of(connection, found[0].key) if len(found) == 1 else []
    several = [(file.sha256, one_line(file.name, 120)) for file in carried]
    return {"main_file": several if len(several) > 1 else ()}


def _field(
    workplace: Workplace,
    own: Mapping[str, Sequence[tuple[str, str]]],
    name: str,
    info: FieldInfo,
    entered: str | None,
    fault: str,
) -> FormField:
    kind = _kind(name, info)
    options = own.get(name) or _options(workplace, name, info, kind)
    default = "" if info.is_required() or info.default is None else str(info.default)
    return FormField(
        name=name,
        title=info.title or name,
        hint=info.description or "",
        kind=FieldKind.CHOICE if options else kind,
        value=default if entered is None else entered,
        is_needed=info.is_required(),
        options=options,
        fault=fault,
    )


def _options(
    workplace: Workplace, name: str, info: FieldInfo, kind: FieldKind
) -> Sequence[tuple[str, str]]:
    if kind is FieldKind.CHOICE:
        wanted: Any = _bare(info.annotation)
        return [(str(one), str(one)) for one in wanted]
    if name in _LISTS:
        return _LISTS[name](workplace.office)
    extra = info.json_schema_extra
    if isinstance(extra, dict) and OFFERS in extra:
        offered = Cases(str(extra[OFFERS]))
        cycles = _newest_first(workplace.office)
        return [(line, line) for line in open_cases(workplace, [offered], cycles)[offered]]
    return ()


def _newest_first(office: Office) -> list[ReportingCycle]:
    return sorted(office.cycles.values(), key=lambda cycle: cycle.opens_at, reverse=True)


def _cycles(office: Office) -> list[tuple[str, str]]:
    return [(cycle.code, cycle.title) for cycle in _newest_first(office)]


def _agencies(office: Office) -> list[tuple[str, str]]:
    days = [cycle.opens_at.astimezone(HANOI).date() for cycle in office.cycles.values()]
    there = {a.code for day in days for a in office.register.answering_on(day)}
    return [(a.code, a.name) for a in office.register if a.code in there]


def _sender_or_agency(office: Office) -> list[tuple[str, str]]:
    return [(TO_SENDER, TO_SENDER), *_agencies(office)]


def _rules(_: Office) -> list[tuple[str, str]]:
    offered = [rule for rule in ALL_RULES if rule.severity is not Severity.BLOCKER]
    return [(f"{rule.code}: {rule.title}",) * 2 for rule in offered]


def _sheets(office: Office) -> list[tuple[str, str]]:
    forms = [office.form_of(c) for c in office.cycles.values() if c.form in office.forms]
    filled = [s for form in forms for s in form.sheets if s.kind is not SheetKind.INSTRUCTIONS]
    return [(title, title) for title in dict.fromkeys(sheet.title for sheet in filled)]


_LISTS = {
    "cycle": _cycles,
    "agency": _agencies,
    "to": _sender_or_agency,
    "rule": _rules,
    "sheet": _sheets,
}

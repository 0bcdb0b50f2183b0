"""What the previous cycle already said, put beforehand into the workbook of the next one.

An agency corrects instead of typing again. What it finds is its own answer or that of the agencies
whose duties it has taken over; the office's columns of source "earlier" show it for comparison.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from models.domain.answers.asked_cells import needed_cells
from models.domain.answers.standing import AgencyStanding, Timeliness
from models.domain.reading.forms import (
    Column,
    Form,
    SheetForm,
    SheetKind,
    ValueType,
    choices_of,
    expected_rows,
    role_of,
    sheets_for,
)
from models.domain.reading.submissions import Entry
from models.domain.register.agencies import Contact, Register
from models.domain.register.catalogue import Catalogue, CatalogueRow, Role
from models.domain.register.successions import PLAN, duty_keys

Accounts = Mapping[str, Sequence[Entry]]  # agency -> what counts of what it said


class EarlierPlan(StrEnum):
    """What became of an agency's plan in the cycle before; the values are a letter's words."""

    ACCEPTED = "đã được tiếp nhận"
    NOT_ACCEPTED = "đã gửi, chưa được tiếp nhận"
    NO_WORKBOOK = "thư đã gửi không có sổ báo cáo hợp lệ"
    NEVER_CAME = "Văn phòng không nhận được"
    EXEMPT = "được miễn gửi"


EarlierPlans = Mapping[str, EarlierPlan]  # of those who were asked, by code


@dataclass(frozen=True, slots=True)
class Carried:
    """What stands in a workbook before it is sent, and how much of the work that is.

    `entries` have no address yet; those of office columns are display only. `asked_cells`: cells
    that must be filled, and cells that earlier answers are carried into: the yellow ones;
    `filled_cells`: those of them that earlier answers fill; `known_cells`: others that show what
    the register knows of the agency's focal person. `registered_by`: whose free rows stand in it,
    by code, where not all of them are the agency's own: several may have taken over one plan.
    `lacking`: whose plan it would hold but for what became of it; no part of the workbook, so that
    two that hold the same are equal.
    """

    entries: Sequence[Entry] = ()
    asked_cells: int = 0
    filled_cells: int = 0
    known_cells: int = 0
    registered_by: Sequence[str] = ()
    lacking: Sequence[tuple[str, EarlierPlan]] = field(default=(), compare=False)


def carry_over(
    form: Form,
    catalogue: Catalogue,
    agency: str,
    register: Register,
    day: dt.date,
    earlier: Catalogue | None = None,
    accounts: Accounts | None = None,
) -> Carried:
    """What the agency's workbook holds when it is sent, on the register's day `day`.

    `earlier` is the catalogue as it stood for the previous cycle, `accounts` what each agency said
    in it (effective versions only). A row is filled from the first of those who answered for it:
    who led it then before who took part, the agency itself before its predecessors, these nearest
    generation first. Free rows are its own and its predecessors', numbered anew; on a sheet of
    fields stands what it wrote itself. The same inputs give the same entries in the same order.
    """
    work = _Carrying(form, catalogue, agency, register, day, earlier, accounts or {})
    entries: list[Entry] = []
    registered: list[str] = []
    for sheet in sheets_for(form, catalogue, agency):
        if sheet.kind is SheetKind.DETAILS:
            entries += work.fields(sheet)
        elif sheet.kind is SheetKind.TABLE:
            for row in expected_rows(sheet, catalogue, agency):
                entries += work.row(sheet, row)
        elif sheet.kind is SheetKind.FREE_TABLE:
            rows = work.free_rows(sheet)
            registered += [code for code, _ in rows]
            entries += [entry for _, row in rows for entry in row]
    office = {(s.key, c.key) for s in form.sheets for c in s.columns if c.office}
    filled = {(e.sheet, e.row_key, e.column) for e in entries if (e.sheet, e.column) not in office}
    asked = needed_cells(form, catalogue, agency, entries) | filled
    known = {
        (sheet.key, "", column.key)
        for sheet in form.sheets
        if sheet.kind is SheetKind.DETAILS
        for column in sheet.columns
        if known_of(register.contacts.get(agency), column.source)
    }
    by = tuple(dict.fromkeys(registered))
    return Carried(
        tuple(entries),
        len(asked),
        len(filled),
        len(known & asked - filled),
        by if any(code != agency for code in by) else (),
    )


def plan_state(form: Form, standing: AgencyStanding) -> EarlierPlan:
    """What became of the works that an agency was asked to set itself, in a cycle of that form."""
    keys = [sheet.key for sheet in form.sheets if sheet.kind is SheetKind.FREE_TABLE]
    if any(standing.counting(key) is not None for key in keys):
        return EarlierPlan.ACCEPTED
    if standing.timeliness is Timeliness.EXEMPT or set(keys) <= set(standing.exempt_sheets):
        return EarlierPlan.EXEMPT
    if standing.versions or standing.held_mail:
        return EarlierPlan.NOT_ACCEPTED
    return EarlierPlan.NO_WORKBOOK if standing.unusable_mail else EarlierPlan.NEVER_CAME


def lacking_plans(
    form: Form, agency: str, register: Register, day: dt.date, states: EarlierPlans
) -> list[tuple[str, EarlierPlan]]:
    """Whose plan an agency's workbook of that form would hold but does not, its own first.

    Only of those who were asked: who did not belong to the city then owed none.
    """
    taken_over = any(
        sheet.kind is SheetKind.FREE_TABLE and any(c.carry for c in sheet.columns)
        for sheet in form.sheets
    )
    if not taken_over:
        return []
    before = register.successions.predecessors_of(agency, day, PLAN)
    found = [(code, states[code]) for code in dict.fromkeys((agency, *before)) if code in states]
    return [(code, state) for code, state in found if state is not EarlierPlan.ACCEPTED]


def known_of(contact: Contact | None, source: str) -> str:
    """What the register knows for a field of that source; "" for nothing.

    >>> known_of(Contact("syt", ["a@syt.example"], phone="0225"), "contact_email")
    'a@syt.example'
    """
    if contact is None:
        return ""
    known = {
        "contact_person": contact.focal_person,
        "contact_phone": contact.phone,
        "contact_email": next(iter(contact.to), ""),
    }
    return known.get(source, "")


@dataclass(frozen=True)
class _Carrying:
    form: Form
    catalogue: Catalogue
    agency: str
    register: Register
    day: dt.date
    earlier: Catalogue | None
    accounts: Accounts

    def row(self, sheet: SheetForm, row: CatalogueRow) -> list[Entry]:
        """The answers carried into one catalogue row."""
        columns = [c for c in sheet.columns if c.carry]
        if not columns or self.earlier is None:
            return []
        wanted = {c.carry for c in columns}
        for agency in self._who_answered(row):
            said = {
                e.column: e
                for e in reversed(self.accounts[agency])
                if (e.sheet, e.row_key) == (sheet.key, row.code) and e.column in wanted
            }
            if said:
                return self._placed(sheet, columns, said, row.code)
        return []

    def _who_answered(self, row: CatalogueRow) -> list[str]:
        """Those whose answer the row may carry, and who gave any."""
        keys = duty_keys(row, self.catalogue)
        before = self.register.successions.predecessors_of(self.agency, self.day, *keys)
        heard = [a for a in (self.agency, *before) if a in self.accounts]
        then = next((r for r in self.earlier or () if r.code == row.code), None)
        return sorted(heard, key=lambda a: then is None or role_of(then, a) is not Role.LEAD)

    def fields(self, sheet: SheetForm) -> list[Entry]:
        """What the agency itself said of its people: never what another one did of its own."""
        columns = [c for c in sheet.columns if c.carry]
        if not columns or self.earlier is None:
            return []
        own = reversed(self.accounts.get(self.agency, ()))
        said = {e.column: e for e in own if e.sheet == sheet.key and not e.row_key}
        return self._placed(sheet, columns, said, "")

    def free_rows(self, sheet: SheetForm) -> list[tuple[str, list[Entry]]]:
        """The rows that the agency and its predecessors set themselves, each with who did; twins
        once."""
        columns = [c for c in sheet.columns if c.carry]
        wanted = {c.carry for c in columns}
        if not columns or self.earlier is None:
            return []
        before = self.register.successions.predecessors_of(self.agency, self.day, PLAN)
        rows: list[tuple[str, list[Entry]]] = []
        known: set[tuple[tuple[str, str], ...]] = set()
        for agency in dict.fromkeys((self.agency, *before)):
            by_row: dict[str, dict[str, Entry]] = {}
            for entry in self.accounts.get(agency, ()):
                if entry.sheet == sheet.key and entry.column in wanted:
                    by_row.setdefault(entry.row_key, {}).setdefault(entry.column, entry)
            for row_key in sorted(by_row, key=_number):
                placed = self._placed(sheet, columns, by_row[row_key], f"@{len(rows) + 1}")
                mark = tuple((e.column, e.raw) for e in placed)
                if placed and mark not in known:
                    known.add(mark)
                    rows.append((agency, placed))
        return rows

    def _placed(
        self, sheet: SheetForm, columns: Sequence[Column], said: Mapping[str, Entry], row_key: str
    ) -> list[Entry]:
        """The answers in the columns that carry them; a choice no longer offered is left out."""
        placed = []
        for column in columns:
            entry = said.get(column.carry)
            if entry is None:
                continue
            offered = choices_of(column, self.catalogue)
            if column.type is ValueType.CHOICE and entry.value not in offered:
                continue
            placed.append(
                replace(
                    entry,
                    sheet=sheet.key,
                    row_key=row_key,
                    column=column.key,
                    sheet_name="",
                    cell="",
                )
            )
        return placed


def _number(row_key: str) -> tuple[int, str]:
    """Free rows in the order they stood in: "@2" before "@10"."""
    digits = row_key.removeprefix("@")
    return (int(digits) if digits.isascii() and digits.isdigit() else 0, row_key)

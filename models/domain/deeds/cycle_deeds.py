"""Deeds about a reporting cycle: deadlines, exemptions, waivers, closing, contradicting values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container
from dataclasses import dataclass

from models.domain.answers.decisions import (
    KIND_TITLES,
    DecisionBook,
    DecisionKind,
    DecisionRefused,
    Matter,
    decided,
    end_of,
    last_day_granted,
    own_last_day,
)
from models.domain.consolidation import Conflict, ConflictRuling, Side
from models.domain.cycle.cycles import ReportingCycle
from models.domain.cycle.letter_phrases import hanoi_minute
from models.domain.deeds.deed import Deed, Weighed
from models.domain.errors import UnknownAgency
from models.domain.reading.findings import Severity
from models.domain.reading.forms import SheetForm, SheetKind, sheets_for
from models.domain.reading.office import Office, register_day
from models.domain.register.agencies import Agency
from models.domain.rules import RULES


@dataclass(frozen=True, kw_only=True)
class AgencyDeed(Deed):
    """A deed about one agency in one cycle."""

    cycle: str  # code
    agency: str  # code or name, as typed

    def agency_asked(self, office: Office, asked: Container[str]) -> Agency:
        """The agency of that code or name, or who answers in its place.

        `asked` are the codes of those who are to answer in the cycle. Raises DecisionRefused.
        """
        cycle = office.cycle(self.cycle)
        try:
            agency = office.register.responsible_for(self.agency, register_day(cycle))
        except UnknownAgency as error:
            raise DecisionRefused(str(error)) from None
        if agency.code not in asked:
            raise DecisionRefused(f"{agency.name} không được giao báo cáo trong kỳ {cycle.code}.")
        return agency


@dataclass(frozen=True, kw_only=True)
class ExtendDeadline(AgencyDeed):
    """An agency's deadline moves to the end of a day: later, or earlier than granted before.

    A day within the cycle's own deadline ends the extension.
    """

    last_day: dt.date

    def weigh(
        self, cycle: ReportingCycle, agency: Agency, book: DecisionBook, now: dt.datetime
    ) -> Weighed:
        """What it comes to. Raises DecisionRefused, as `last_day_granted` does."""
        current = book.extension(cycle.code, agency.code)
        own = f"hạn chung của kỳ, hết ngày {own_last_day(cycle):%d/%m/%Y}"
        if end_of(self.last_day) <= cycle.due_at and book.extension_ended(cycle.code, agency.code):
            return Weighed(f"{agency.name}: đã thôi gia hạn, theo {own}.")
        until = last_day_granted(cycle, self.last_day, current)
        shown = f"{self.last_day:%d/%m/%Y}"
        if until is not None and until == current:
            return Weighed(f"{agency.name}: đã được gia hạn đến hết {shown}.")
        kind = DecisionKind.END_EXTENSION if until is None else DecisionKind.EXTEND_DEADLINE
        what = f"thôi gia hạn, trở lại {own}" if until is None else f"gia hạn đến hết {shown}"
        matter = Matter(cycle.code, agency.code, until=until)
        return Weighed(f"{agency.name}: {what}", decided(kind, self.signed, now, matter))


@dataclass(frozen=True, kw_only=True)
class ExemptAgency(AgencyDeed):
    """An agency need not answer in a cycle, or must after all."""

    exempt: bool

    def weigh(
        self, cycle: ReportingCycle, agency: Agency, book: DecisionBook, now: dt.datetime
    ) -> Weighed:
        """What it comes to."""
        if (agency.code in book.exempted(cycle.code)) is self.exempt:
            state = "đang được miễn báo cáo" if self.exempt else "đang phải báo cáo"
            return Weighed(f"{agency.name}: {state}.")
        kind = DecisionKind.EXEMPT_AGENCY if self.exempt else DecisionKind.OBLIGE_AGENCY
        decision = decided(kind, self.signed, now, Matter(cycle.code, agency.code))
        return Weighed(f"{agency.name}: {KIND_TITLES[kind].lower()}", decision)


@dataclass(frozen=True, kw_only=True)
class ExemptSheet(AgencyDeed):
    """An agency need not fill in one sheet of its workbook in a cycle, or must after all."""

    sheet: str  # title or key
    exempt: bool

    def sheet_asked(self, office: Office, cycle: ReportingCycle, agency: Agency) -> SheetForm:
        """The sheet of that title that the agency fills in. Raises DecisionRefused.

        An exemption that a person gave once can be ended whatever the sheet.
        """
        form, catalogue = office.form_of(cycle), office.catalogue_of(cycle)
        own = [
            sheet
            for sheet in sheets_for(form, catalogue, agency.code)
            if sheet.kind is not SheetKind.INSTRUCTIONS
        ]
        wanted = self.sheet.strip()
        for sheet in own if self.exempt else form.sheets:
            if wanted in (sheet.title, sheet.key):
                return sheet
        titles = "; ".join(sheet.title for sheet in own)
        raise DecisionRefused(
            f"Trong kỳ {cycle.code}, {agency.name} không điền trang «{wanted}». Các trang của cơ "
            f"quan này: {titles}."
        )

    def weigh(
        self, agency: Agency, sheet: SheetForm, book: DecisionBook, now: dt.datetime
    ) -> Weighed:
        """What it comes to."""
        if (sheet.key in book.exempted_sheets(self.cycle, agency.code)) is self.exempt:
            state = "đang được miễn" if self.exempt else "đang phải điền"
            return Weighed(f"{agency.name}: trang «{sheet.title}» {state}.")
        kind = DecisionKind.EXEMPT_SHEET if self.exempt else DecisionKind.OBLIGE_SHEET
        decision = decided(kind, self.signed, now, Matter(self.cycle, agency.code, sheet.key))
        state = "miễn" if self.exempt else "phải điền"
        return Weighed(f"{agency.name}: {state} trang «{sheet.title}»", decision)


@dataclass(frozen=True, kw_only=True)
class WaiveRule(AgencyDeed):
    """A rule is not held against an agency until the end of a day; a past day ends that.

    For what arrives from now on; a version that was sent back stays sent back.
    """

    rule: str  # code, or code and title as the form offers them
    last_day: dt.date

    def rule_asked(self) -> str:
        """The code of the rule. Raises DecisionRefused where there is none that can be waived."""
        code = self.rule.partition(":")[0].strip().upper()
        if code not in RULES:
            raise DecisionRefused(f"Không có quy tắc «{code}».")
        if RULES[code].severity is Severity.BLOCKER:
            raise DecisionRefused(
                f"Quy tắc {code} ({RULES[code].title}) không miễn được: không đạt thì không đọc "
                "được sổ."
            )
        return code

    def check(self) -> None:
        """Raises DecisionRefused for a rule that cannot be waived and a day that cannot be."""
        self.rule_asked()
        end_of(self.last_day)

    def weigh(
        self, cycle: ReportingCycle, agency: Agency, book: DecisionBook, now: dt.datetime
    ) -> Weighed:
        """What it comes to. Raises DecisionRefused as `check` does."""
        code = self.rule_asked()
        until, shown = end_of(self.last_day), f"{self.last_day:%d/%m/%Y}"
        holds = book.waivers(cycle.code, agency.code, now).get(code)
        if (holds.until if holds else None) == (until if until > now else None):
            state = (
                "đang đúng như vậy"
                if until > now
                else f"đang được áp dụng, ngày {shown} đã qua nên không miễn gì"
            )
            return Weighed(f"{agency.name}, quy tắc {code}: {state}.")
        matter = Matter(cycle.code, agency.code, code, until)
        return Weighed(
            f"{agency.name}, kỳ {cycle.code}: miễn áp dụng quy tắc {code} đến hết {shown}",
            decided(DecisionKind.WAIVE_RULE, self.signed, now, matter),
        )


@dataclass(frozen=True, kw_only=True)
class CloseCycle(Deed):
    """A cycle takes no more versions, or does again."""

    cycle: str  # code
    closed: bool

    def weigh(self, cycle: ReportingCycle, book: DecisionBook, now: dt.datetime) -> Weighed:
        """What it comes to. Raises DecisionRefused where there is nothing yet to close."""
        if (book.closing(cycle.code) is not None) is self.closed:
            return Weighed(f"Kỳ {cycle.code} đang {'khóa sổ' if self.closed else 'mở'}.")
        if self.closed and now < cycle.opens_at:
            opens = hanoi_minute(cycle.opens_at)
            raise DecisionRefused(
                f"Kỳ {cycle.code} chưa mở (mở lúc {opens}): chưa có sổ nào để khóa. Xin chọn kỳ "
                "khác, hoặc khóa sau khi mở."
            )
        kind = DecisionKind.CLOSE_CYCLE if self.closed else DecisionKind.REOPEN_CYCLE
        decision = decided(kind, self.signed, now, Matter(cycle.code))
        return Weighed(f"{cycle.code}: {KIND_TITLES[kind].lower()}", decision)


@dataclass(frozen=True, kw_only=True)
class RuleOnConflict(Deed):
    """One of a conflict's two values stands."""

    conflict: str  # the code of the conflict, as typed
    side: Side
    cycle: str = ""  # code; "" for whichever has the conflict

    @property
    def code(self) -> str:
        """The conflict's code as the consolidation writes it."""
        return self.conflict.strip().lower()

    def not_found(self) -> DecisionRefused:
        """That no such conflict is there, to be raised."""
        where = f"Kỳ {self.cycle}" if self.cycle else "Không kỳ nào"
        board = f"mau-thuan-{self.cycle or '...'}"
        return DecisionRefused(
            f"{where} {'không ' if self.cycle else ''}có mâu thuẫn mang mã "
            f"«{self.conflict.strip()}», hoặc số liệu đã thay đổi. Xin xem lại bảng {board}."
        )

    def weigh(
        self,
        cycle: ReportingCycle,
        conflict: Conflict,
        holds: ConflictRuling | None,
        now: dt.datetime,
    ) -> Weighed:
        """What it comes to; `holds` is the ruling on the conflict until now."""
        figure = conflict.left if self.side is Side.LEFT else conflict.right
        said = f"Mâu thuẫn về «{conflict.row.name}»"
        if holds is not None and holds.side is self.side:
            return Weighed(f"{said}: đang dùng số {figure.text}.")
        matter = Matter(cycle.code, figure.agency, f"{self.code} {self.side.value}")
        decision = decided(DecisionKind.RULE_ON_CONFLICT, self.signed, now, matter)
        return Weighed(f"{said}: dùng số {figure.text}", decision)

"""The operator's desk, the check: what is not held against an agency, and when mail arrived."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection, update

from models.domain.agencies import Agency
from models.domain.cycles import HANOI, ReportingCycle
from models.domain.decisions import DecisionKind, DecisionRefused, decided, end_of
from models.domain.findings import Severity
from models.domain.forms import SheetForm, SheetKind, sheets_for
from models.domain.rules import RULES
from tasks.adapters.desk import Done, Signature, asked_agency, keep, message_of
from tasks.adapters.store import decisions, submissions
from tasks.adapters.store.messages import MESSAGE
from tasks.adapters.store.submissions import SUBMISSION
from tasks.adapters.workplace import Workplace


def waive_rule(
    place: Workplace,
    cycle_code: str,
    agency_name: str,
    rule: str,
    last_day: dt.date,
    signed: Signature,
) -> Done:
    """Does not hold a rule against an agency until the end of `last_day`; a past day ends that.

    For what arrives from now on; a version that was sent back stays sent back.
    """
    cycle = place.office.cycle(cycle_code)
    code = rule.partition(":")[0].strip().upper()
    if code not in RULES:
        raise DecisionRefused(f"Không có quy tắc «{code}».")
    if RULES[code].severity is Severity.BLOCKER:
        raise DecisionRefused(
            f"Quy tắc {code} ({RULES[code].title}) không miễn được: không đạt thì không đọc được "
            "sổ."
        )
    until = end_of(last_day)
    with place.engine.begin() as connection:
        agency = asked_agency(place, connection, cycle, agency_name)
        book = decisions.book(connection)
        holds = book.waivers(cycle.code, agency.code, place.now).get(code)
        if (holds.until if holds else None) == (until if until > place.now else None):
            now = (
                "đang đúng như vậy"
                if until > place.now
                else f"đang được áp dụng, ngày {last_day:%d/%m/%Y} đã qua nên không miễn gì"
            )
            return Done(f"{agency.name}, quy tắc {code}: {now}.", False)
        decision = signed.decides(
            DecisionKind.WAIVE,
            place.now,
            cycle=cycle.code,
            agency=agency.code,
            subject=code,
            until=until,
        )
        what = (
            f"{agency.name}, kỳ {cycle.code}: miễn áp dụng quy tắc {code} đến hết "
            f"{last_day:%d/%m/%Y}"
        )
        return keep(connection, decision, what)


def exempt_sheet(
    place: Workplace, cycle_code: str, agency_name: str, sheet: str, exempt: bool, signed: Signature
) -> Done:
    """Exempts an agency from one sheet of its workbook in a cycle, or takes the exemption back."""
    cycle = place.office.cycle(cycle_code)
    with place.engine.begin() as connection:
        agency = asked_agency(place, connection, cycle, agency_name)
        form = _sheet(place, cycle, agency, sheet, exempt)
        exempted = decisions.book(connection).exempted_sheets(cycle.code, agency.code)
        if (form.key in exempted) is exempt:
            state = "đang được miễn" if exempt else "đang phải điền"
            return Done(f"{agency.name}: trang «{form.title}» {state}.", False)
        kind = DecisionKind.EXEMPT_SHEET if exempt else DecisionKind.OBLIGE_SHEET
        decision = signed.decides(
            kind,
            place.now,
            cycle=cycle.code,
            agency=agency.code,
            subject=form.key,
        )
        state = "miễn" if exempt else "phải điền"
        return keep(connection, decision, f"{agency.name}: {state} trang «{form.title}»")


def correct_arrival(place: Workplace, key: str, arrived_at: dt.datetime, signed: Signature) -> Done:
    """Sets when a message arrived, and with it the versions that it brought.

    The moment it stood at before is kept in the record of the decision.
    """
    try:
        moment = arrived_at.astimezone(dt.UTC)
    except OverflowError:  # at the calendar's very ends
        raise DecisionRefused("Thời điểm nhận không hợp lý. Xin ghi lại.") from None
    with place.engine.begin() as connection:
        message = message_of(connection, key)
        first = _no_earlier(place, connection, message.key)
        if not first.opens_at <= moment <= place.now:
            wrong = "ở tương lai" if moment > place.now else "trước khi mở kỳ"
            raise DecisionRefused(
                f"Thời điểm nhận không thể {wrong}: xin ghi từ {_shown(first.opens_at)} (lúc mở kỳ "
                f"{first.code}) đến {_shown(place.now)}."
            )
        found = MESSAGE.c.key == message.key
        before = connection.execute(MESSAGE.select().where(found)).one().received_at
        shown = _shown(moment)
        if before == moment:
            return Done(f"Thư {message.key[:12]}: thời điểm nhận đang là {shown}.", False)
        decision = decided(
            DecisionKind.ARRIVAL,
            signed.by,
            f"{signed.reason} (trước ghi {_shown(before)})" if signed.reason.strip() else "",
            place.now,
            subject=message.key,
            until=moment,
        )
        connection.execute(update(MESSAGE).where(found).values(received_at=moment))
        connection.execute(
            update(SUBMISSION)
            .where(SUBMISSION.c.message_key == message.key)
            .values(received_at=moment)
        )
        return keep(connection, decision, f"Thư {message.key[:12]}: nhận lúc {shown}")


def _sheet(
    place: Workplace, cycle: ReportingCycle, agency: Agency, name: str, exempt: bool
) -> SheetForm:
    """The sheet of that title that the agency fills in. Raises DecisionRefused.

    An exemption that a person gave once can be ended whatever the sheet.
    """
    form, catalogue = place.office.form_of(cycle), place.office.catalogue_of(cycle)
    own = [
        sheet
        for sheet in sheets_for(form, catalogue, agency.code)
        if sheet.kind is not SheetKind.INSTRUCTIONS
    ]
    for sheet in own if exempt else form.sheets:
        if name.strip() in (sheet.title, sheet.key):
            return sheet
    titles = "; ".join(sheet.title for sheet in own)
    raise DecisionRefused(
        f"Trong kỳ {cycle.code}, {agency.name} không điền trang «{name.strip()}». Các trang của cơ "
        f"quan này: {titles}."
    )


def _no_earlier(place: Workplace, connection: Connection, key: str) -> ReportingCycle:
    """The cycle before whose opening a message cannot have arrived: the first it may be for."""
    taken = submissions.cycles_of_message(connection, key)
    cycles = [place.office.cycles[code] for code in taken if code in place.office.cycles]
    return min(cycles or place.office.cycles.values(), key=lambda c: c.opens_at)


def _shown(instant: dt.datetime) -> str:
    return f"{instant.astimezone(HANOI):%H:%M:%S %d/%m/%Y}"

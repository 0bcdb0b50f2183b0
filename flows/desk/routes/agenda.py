"""Lịch: what goes out when, to whom, with its text before it goes; the calendar of a year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote

from fastapi.responses import HTMLResponse, Response

from flows.desk import ways
from flows.desk.desk import Desk, NotFound, Page, PageRequest, address
from flows.desk.forms import FilledForm, filled_form
from models.domain.answers.planned_letters import PlannedKind, PlannedSending, planned_named
from models.domain.answers.reminders import CHOICE_OWED, PlannedLetter
from models.domain.answers.standing import AgencyStanding
from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.desk.agenda import (
    OPENING,
    WEEKDAYS,
    AgendaEntry,
    agenda_days,
    calendar_year,
    date_entries,
    letter_entries,
    opening_entry,
)
from models.domain.desk.lists import has_words, paged, search_key, words_of
from models.domain.mail.mail import Letter
from models.domain.results.coming_letters import ComingLetter
from tasks.adapters.desk.agenda import (
    agenda_entries,
    coming_of,
    extended_deadlines,
    to_be_asked,
)
from tasks.adapters.desk.planned_texts import (
    opening_text,
    page_is_known,
    planned_text,
    results_at,
)
from tasks.adapters.results.cycle_results import CycleResults
from tasks.adapters.workplace import Workplace

_SPANS = (("7", "7 ngày"), ("30", "30 ngày"), ("90", "90 ngày"))
_USUAL_SPAN = 14  # days
_NOW = "bay-gio"
_UNCHANGED = "Nội dung không đổi so với thư đã gửi trước đó: đến giờ sẽ không gửi lần nữa."
_HOLD, _RELEASE = "Giữ lại, không gửi", "Thôi giữ lại"


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One who gets a planned letter. `code` is "" for the office."""

    code: str
    name: str
    to: Sequence[str]
    why: str
    held: str  # by whom, and why; "" where it goes


@dataclass(frozen=True)
class PlannedCase:
    """A planned letter with all who get it; of an opening there is no `sending`."""

    cycle: ReportingCycle
    entry: AgendaEntry
    coming: Mapping[str, ComingLetter]  # by agency; of an opening none
    sending: PlannedSending | None


def agenda(desk: Desk, request: PageRequest) -> Response:
    """The coming days, and the dates of the cycles."""
    workplace = desk.house.workplace()
    office, now = workplace.office, workplace.now
    days = _span(request.asked("ngay"))
    until = _end_of_day(now, days)
    wanted = request.asked("ky")
    every = sorted(office.cycles.values(), key=lambda cycle: cycle.opens_at)
    shown = [cycle for cycle in every if wanted in ("", cycle.code)]
    known = _standings(desk, workplace, shown)
    with workplace.engine.begin() as connection:
        entries = agenda_entries(workplace, connection, shown, until, known)
        dates = [
            entry
            for cycle in shown
            if not cycle.has_ended(now)
            for entry in date_entries(cycle, extended_deadlines(connection, cycle))
        ]
    return desk.page(
        "agenda/agenda.html",
        request,
        now=now,
        until=until,
        days=agenda_days(entries, office.calendar, now, until),
        dates=dates,
        cycles=[(cycle.code, cycle.title) for cycle in every],
        spans=_SPANS,
        span=str(days),
        usual=f"{_USUAL_SPAN} ngày",
        wanted=wanted,
        weekdays=WEEKDAYS,
        entry_address=entry_address,
        name_of=office.register.agency_name,
        year=now.astimezone(HANOI).year,
    )


def year_page(desk: Desk, request: PageRequest) -> Response:
    """Working days, holidays and the cycles' dates of one year."""
    workplace = desk.house.workplace()
    office, typed = workplace.office, request.values["year"]
    known = office.calendar.official_years | office.calendar.proposed_years
    known |= {c.due_at.astimezone(HANOI).year for c in office.cycles.values()}
    if not (typed.isascii() and typed.isdigit() and int(typed) in known):
        raise NotFound("Chưa có lịch của năm này.")
    year = int(typed)
    dates: dict[dt.date, str] = {}
    with workplace.engine.begin() as connection:
        for cycle in office.cycles.values():
            for entry in date_entries(cycle, extended_deadlines(connection, cycle)):
                day = entry.at.astimezone(HANOI).date()
                said = f"{entry.title} ({cycle.mark})"
                dates[day] = "; ".join(filter(None, (dates.get(day, ""), said)))
    return desk.page(
        "agenda/agenda_year.html",
        request,
        year=year,
        years=sorted(known),
        months=calendar_year(office.calendar, year, dates),
        weekdays=WEEKDAYS,
        today=workplace.now.astimezone(HANOI).date(),
        is_official=year in office.calendar.official_years,
    )


def planned_page(desk: Desk, request: PageRequest) -> Response:
    """One planned letter: who gets it, its text, and what may be decided of it."""
    workplace = desk.house.workplace()
    case = _case(desk, workplace, request)
    rows = [_row(workplace, case, code) for code in _receivers(case)]
    words = words_of(request.asked("q"))
    found = [one for one in rows if has_words(words, search_key(one.name))]
    chosen = _chosen(case, request.asked("co-quan"))
    letter, why = _text(desk, case, chosen, at_once=request.asked("luc") == _NOW)
    forms: list[FilledForm] = []
    if case.sending is not None and request.may(ways.DECIDERS):
        forms = _forms(workplace, case, case.sending, request)
    return desk.page(
        "agenda/agenda_letter.html",
        request,
        case=case,
        page=paged(found, request.asked("trang")),
        rows=rows,
        chosen=next(one for one in rows if one.code == chosen),
        named=request.asked("co-quan"),
        letter=letter,
        why=why,
        at_once=request.asked("luc") == _NOW,
        itself=f"{request.path}{ways.LETTER_ITSELF}",
        forms=forms,
        now_value=_NOW,
    )


def planned_itself(desk: Desk, request: PageRequest) -> Response:
    """The letter's own HTML, for a frame that runs nothing."""
    workplace = desk.house.workplace()
    case = _case(desk, workplace, request)
    chosen = _chosen(case, request.asked("co-quan"))
    letter, why = _text(desk, case, chosen, at_once=request.asked("luc") == _NOW)
    if letter is None:
        raise NotFound(why)
    return HTMLResponse(letter.html, headers={"cache-control": "no-store"})


def entry_address(entry: AgendaEntry) -> str:
    """Where a letter of the agenda is looked at; "" for what is none."""
    if entry.sending is not None:
        kind, mark = entry.sending.kind.value, entry.sending.mark
        return f"{ways.AGENDA}/{entry.cycle.code}/{kind}/{quote(mark, safe='@')}"
    if entry.is_opening:
        return f"{ways.AGENDA}/{entry.cycle.code}/{OPENING}/{OPENING}"
    return ""


def _case(desk: Desk, workplace: Workplace, request: PageRequest) -> PlannedCase:
    values = request.values
    cycle = workplace.office.cycles.get(values["cycle"])
    if cycle is None:
        raise NotFound("Không có kỳ báo cáo này.")
    if values["kind"] == OPENING:
        with workplace.engine.begin() as connection:
            agencies = to_be_asked(workplace, connection, cycle)
        if not agencies:
            raise NotFound("Mọi cơ quan của kỳ này đã được gửi thư đề nghị báo cáo.")
        return PlannedCase(cycle, opening_entry(cycle, agencies, workplace.now), {}, None)
    sending = planned_named(f"{cycle.code}/{values['kind']}/{values['mark']}")
    known = _standings(desk, workplace, [cycle])
    with workplace.engine.begin() as connection:
        coming = coming_of(workplace, connection, cycle, known)
    meant = [one for one in coming if one.sending == sending]
    if sending is None or not meant:
        raise NotFound("Thư này không còn trong lịch: đã gửi, đã qua, hoặc không ai phải nhận nữa.")
    # Whose step comes at another moment gets the same letter; the first moment stands for all.
    entry = letter_entries(cycle, meant)[0]
    return PlannedCase(cycle, entry, {one.agency: one for one in meant}, sending)


def _receivers(case: PlannedCase) -> Sequence[str]:
    return list(case.coming) if case.coming else list(case.entry.agencies)


def _chosen(case: PlannedCase, typed: str) -> str:
    """Whose letter is shown: the one asked for, else the first."""
    codes = _receivers(case)
    return typed if typed in codes else codes[0]


def _row(workplace: Workplace, case: PlannedCase, code: str) -> PlannedRow:
    one = case.coming.get(code)
    held = one.held if one else None
    to = workplace.contact_of(code).to if code else workplace.rules.summary_to
    planned = one.planned if one else None
    return PlannedRow(
        code,
        workplace.office.register.agency_name(code) if code else "Văn phòng",
        list(to),
        _state(planned) if planned and code else "",
        f"{held.by}: {held.reason}" if held else "",
    )


def _state(planned: PlannedLetter) -> str:
    if planned.chooses:
        return CHOICE_OWED
    return "chờ bản chỉnh sửa" if planned.awaiting_correction else "chưa hoàn thành"


def _text(
    desk: Desk, case: PlannedCase, chosen: str, *, at_once: bool
) -> tuple[Letter | None, str]:
    """The letter as it would be written at its moment, or now; why there is none."""
    workplace = desk.house.workplace()
    one = case.coming.get(chosen)
    moment = one.at if one else case.entry.at
    moment = workplace.now.replace(second=0, microsecond=0) if at_once else moment
    there = workplace.at(moment.astimezone(dt.UTC))
    results = partial(_results, desk)

    def made() -> Letter | None:
        if one is None:
            return opening_text(there, case.cycle, chosen)
        return planned_text(there, case.cycle, one.sending, chosen, one.planned, results)

    what = case.sending.key if case.sending else f"{case.cycle.code}/{OPENING}"
    letter = desk.house.kept(f"letter {what} {chosen} {moment}", made)
    if letter is None:
        return None, "Cơ quan này không có bản đối chiếu."
    if case.sending is not None and case.sending.kind is PlannedKind.PREVIEW:
        known = page_is_known(there, case.cycle, chosen, results(there, case.cycle))
        return letter, _UNCHANGED if known else ""
    return letter, ""


def _results(desk: Desk, there: Workplace, cycle: ReportingCycle) -> CycleResults:
    return desk.house.kept(f"results {cycle.code} {there.now}", lambda: results_at(there, cycle))


def _forms(
    workplace: Workplace, case: PlannedCase, sending: PlannedSending, request: PageRequest
) -> list[FilledForm]:
    """What may be decided: of one agency where one is chosen, else of everybody."""
    named = request.asked("co-quan")
    agency = [named] if named in case.coming and named else []
    meant = [case.coming[named]] if agency else list(case.coming.values())
    held = [one.held is not None for one in meant]
    back = address(request.path, **{"co-quan": named})
    fixed = {"planned": [sending.key], "agency": agency}
    # Where some are held and some are not, whoever decides says which.
    hold = {"hold": [_RELEASE if all(held) else _HOLD]} if len(set(held)) == 1 else {}
    return [
        filled_form(workplace, "hold-letter-back", {**fixed, **hold}, back),
        filled_form(workplace, "send-letter-now", fixed, back),
    ]


def _standings(
    desk: Desk, workplace: Workplace, cycles: Sequence[ReportingCycle]
) -> dict[str, Sequence[AgencyStanding]]:
    """Of those that are open, as they are kept."""
    now = workplace.now
    going = [c for c in cycles if c.opens_at <= now and not c.has_ended(now)]
    return {cycle.code: desk.house.standings(cycle) for cycle in going}


def _span(typed: str) -> int:
    return int(typed) if typed in dict(_SPANS) else _USUAL_SPAN


def _end_of_day(now: dt.datetime, days: int) -> dt.datetime:
    last = now.astimezone(HANOI).date() + dt.timedelta(days=days)
    return dt.datetime.combine(last, dt.time.max, HANOI)


PAGES: Mapping[str, Page] = {
    "agenda": agenda,
    "calendar_year": year_page,
    "planned_letter": planned_page,
    "planned_letter_itself": planned_itself,
}

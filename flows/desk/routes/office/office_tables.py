"""Thiết lập: agencies and contacts, the calendar, cycles, rules; each a list and its forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fastapi.responses import Response

from flows.desk.desk import Desk, NotFound, Page, PageRequest
from flows.desk.office_edits import agency_edits, cycle_dates, day_edits, rule_switches
from flows.desk.office_edits.edit_forms import OfficeEdit, save_edit, show_edit
from models.domain.desk.lists import has_words, paged, search_key, words_of

_NO_AGENCY = "Không có cơ quan này trong tệp của Văn phòng."
_NO_DAY = "Không có dòng này trong lịch nghỉ."
_ALL, _THERE, _GONE = "", "con", "thoi"

Finds = Callable[[Desk, PageRequest], OfficeEdit]


def agency_files(desk: Desk, request: PageRequest) -> Response:
    """All agencies with their addresses, searched."""
    lines = agency_edits.agency_list(desk.house.files.standing())
    words, state, kind = words_of(request.asked("q")), request.asked("loc"), request.asked("khoi")
    found = [
        one
        for one in lines
        if has_words(words, search_key(one.name, one.code, one.addresses, one.focal_person))
        and (state == _ALL or (one.valid_to is None) == (state == _THERE))
        and kind in ("", one.kind)
    ]
    return desk.page(
        "office/agency_files.html",
        request,
        page=paged(found, request.asked("trang")),
        kinds=[(one, one) for one in dict.fromkeys(line.kind for line in lines)],
        states=[(_THERE, "Còn hoạt động"), (_GONE, "Có ngày kết thúc")],
        at=agency_edits.AT,
    )


def day_files(desk: Desk, request: PageRequest) -> Response:
    """The calendar as the office has entered it."""
    lines = day_edits.calendar_lines(desk.house.files.standing())
    page = paged(lines, request.asked("trang"))
    return desk.page("office/day_files.html", request, page=page, at=day_edits.AT)


def cycle_files(desk: Desk, request: PageRequest) -> Response:
    """The cycles with their dates."""
    cycles = cycle_dates.cycle_list(desk.house.files.standing())
    return desk.page("office/cycle_files.html", request, cycles=cycles, at=cycle_dates.AT)


def _agency(desk: Desk, request: PageRequest) -> OfficeEdit:
    found = agency_edits.agency_edit(desk.house.files.standing(), request.values["agency"])
    return _there(found, _NO_AGENCY)


def _agency_end(desk: Desk, request: PageRequest) -> OfficeEdit:
    found = agency_edits.agency_end(desk.house.files.standing(), request.values["agency"])
    return _there(found, _NO_AGENCY)


def _day(desk: Desk, request: PageRequest) -> OfficeEdit:
    found = day_edits.day_edit(desk.house.files.standing(), request.values["key"])
    return _there(found, _NO_DAY)


def _day_removal(desk: Desk, request: PageRequest) -> OfficeEdit:
    found = day_edits.day_removal(desk.house.files.standing(), request.values["key"])
    return _there(found, _NO_DAY)


def _cycle(desk: Desk, request: PageRequest) -> OfficeEdit:
    found = cycle_dates.cycle_edit(desk.house.files.standing(), request.values["cycle"])
    return _there(found, "Không có kỳ báo cáo này trong tệp của Văn phòng.")


def _there(found: OfficeEdit | None, otherwise: str) -> OfficeEdit:
    if found is None:
        raise NotFound(otherwise)
    return found


def form_pages(name: str, finds: Finds) -> dict[str, Page]:
    """The page of a form, and the one that keeps what was typed."""
    return {
        name: lambda desk, request: show_edit(desk, request, finds(desk, request)),
        f"{name}_saved": lambda desk, request: save_edit(desk, request, finds(desk, request)),
    }


PAGES: Mapping[str, Page] = {
    "agency_files": agency_files,
    **form_pages("agency_file", _agency),
    **form_pages("new_agency", lambda _, __: agency_edits.new_agency()),
    **form_pages("agency_end", _agency_end),
    "day_files": day_files,
    **form_pages("day_file", _day),
    **form_pages("day_removal", _day_removal),
    **form_pages("new_day", lambda _, __: day_edits.new_day(of_year=False)),
    **form_pages("new_year", lambda _, __: day_edits.new_day(of_year=True)),
    "cycle_files": cycle_files,
    **form_pages("cycle_file", _cycle),
    **form_pages("rule_file", lambda _, __: rule_switches.rule_edit()),
}

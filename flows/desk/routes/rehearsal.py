"""A rehearsal's clock: time goes on to the next morning, past a deadline, to a meeting."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from fastapi.responses import Response

from flows import clock
from flows.desk import ways
from flows.desk.desk import Desk, NotFound, Page, PageRequest, to
from flows.workplaces import cycles_in_view
from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.cycle.working_calendar import WorkingCalendar

_MORNING = dt.time(8, 0)
_AFTER = dt.timedelta(minutes=5)
_FARTHEST = dt.timedelta(days=370)


def rehearsal(desk: Desk, request: PageRequest) -> Response:
    """Where time may go on to."""
    return _page(desk, request)


def advance(desk: Desk, request: PageRequest) -> Response:
    """Time goes on. The office's own time is the machine's: there is no such page for it."""
    if desk.rehearsal is None:
        raise NotFound("Chỉ buổi diễn tập mới có đồng hồ riêng.")
    try:
        moment = dt.datetime.fromisoformat(request.said("toi") or request.said("khac"))
    except ValueError:
        return _page(desk, request, "Xin chọn một thời điểm.")
    moment = moment if moment.tzinfo else moment.replace(tzinfo=HANOI)
    if moment > desk.house.now() + _FARTHEST:
        return _page(desk, request, "Thời điểm này quá xa: nhiều nhất một năm.")
    try:
        clock.advance_rehearsal(desk.rehearsal, moment)
    except clock.TimeGoesOn as error:
        return _page(desk, request, str(error))
    desk.house.forget_results()
    return to(ways.TODAY)


def _page(desk: Desk, request: PageRequest, notice: str = "") -> Response:
    if desk.rehearsal is None:
        raise NotFound("Chỉ buổi diễn tập mới có đồng hồ riêng.")
    workplace = desk.house.workplace()
    office = workplace.office
    in_view = cycles_in_view(workplace, "")
    return desk.page(
        "rehearsal.html",
        request,
        status=422 if notice else 200,
        notice=notice,
        offered=_offered(workplace.now, office.calendar, in_view),
    )


def _offered(
    now: dt.datetime, calendar: WorkingCalendar, cycles: list[ReportingCycle]
) -> list[tuple[dt.datetime, str]]:
    """Moments to come, soonest first, each with what happens then."""
    local = now.astimezone(HANOI)
    tomorrow = calendar.shift_working_days(local.date(), 1)
    found = {dt.datetime.combine(tomorrow, _MORNING, HANOI): "sáng ngày làm việc tới"}
    for cycle in cycles:
        found[cycle.due_at.astimezone(HANOI) + _AFTER] = f"vừa qua hạn: {cycle.title}"
        after = calendar.shift_working_days(cycle.due_at.astimezone(HANOI).date(), 1)
        found[dt.datetime.combine(after, _MORNING, HANOI)] = "ngày làm việc đầu tiên sau hạn"
    return sorted((moment, told) for moment, told in found.items() if moment > now)


PAGES: Mapping[str, Page] = {"rehearsal": rehearsal, "advance": advance}

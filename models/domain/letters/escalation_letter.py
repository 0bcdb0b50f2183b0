"""The list to the office of those who owe after the deadline."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

from models.domain.answers.reminders import PlannedLetter
from models.domain.answers.standing import AgencyStanding, correction_period_end, due_instant
from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.cycle.letter_phrases import (
    counts_said,
    day_text,
    due_clause,
    instant_text,
    last_day_before,
    listed,
    number_text,
    overdue_since,
)
from models.domain.cycle.working_calendar import WorkingCalendar
from models.domain.letters.cycle_letters import owed_titles, returned_on
from models.domain.letters.letters import (
    OFFICE_ADDRESSEE,
    LetterContent,
    Table,
    deadline_facts,
    grave_count,
    letterhead,
    meeting_facts,
)
from models.domain.notation.vietnamese_text import one_line
from models.domain.reading.forms import Form
from models.domain.register.agencies import Register

_NAMED = 10  # agencies that were written to, by name


def compose_escalation(
    cycle: ReportingCycle,
    calendar: WorkingCalendar,
    planned: PlannedLetter,
    standings: Iterable[AgencyStanding],
    register: Register,
    now: dt.datetime,
    form: Form | None = None,
) -> LetterContent:
    """The list to the office of those who owe, those who never answered first.

    `form` names the sections that are still owed of answers of which others were accepted.
    """
    everyone = list(standings)
    by_code = {s.agency: s for s in everyone}
    entries: list[tuple[_Owing, str, str]] = []
    for code in planned.owing:
        group, state = _owing_state(cycle, calendar, by_code[code], now, form)
        if (beyond := by_code[code].out_of_reach) is not None:
            why = beyond.said.partition(" (")[0]  # without what servers said in their own words
            state = f"{state}; thư không tới từ {beyond.since_day}: {why}"
        contact = register.contacts.get(code)
        # Whom to call; an address of e-mail is for the letters, and makes a table too narrow.
        person = ", ".join(p for p in (contact.focal_person, contact.phone) if p) if contact else ""
        state += f"; đầu mối: {one_line(person, 80)}" if person else ""
        entries.append((group, register.agency_name(code), state))
    order = list(_Owing)
    entries.sort(key=lambda e: (order.index(e[0]), e[1]))
    rows = [[str(i), name, state] for i, (_, name, state) in enumerate(entries, 1)]
    header = ["TT", "Cơ quan", "Tình trạng"]
    unreached = sum(by_code[code].out_of_reach is not None for code in planned.owing)
    counts = Counter(group for group, _, _ in entries)
    late = {name: _LATE[group] for group, name, _ in entries if group in _LATE}
    unreachable = {register.agency_name(s.agency) for s in everyone if s.is_unreachable}
    asked, not_asked = ([n for n in late if (n in unreachable) is gone] for gone in (False, True))
    return LetterContent(
        planned.kind,
        "escalation",
        {
            **letterhead(cycle, OFFICE_ADDRESSEE),
            **deadline_facts(cycle, calendar, None),
            "now": instant_text(now),
            "owing_count": str(len(rows)),
            "late": counts_said(
                *((f"{{}} cơ quan quá hạn {what}", n) for what, n in Counter(late.values()).items())
            ),
            "asked_again": listed(asked, "cơ quan", _NAMED),
            "asked_again_count": number_text(len(asked)) if asked else "",
            "not_asked_again": "; ".join(not_asked),
            "answered_count": str(sum(s.effective is not None for s in everyone)),
            "asked_count": str(len(everyone)),
            "counts": [f"{counts[group]} cơ quan {group}" for group in order if counts[group]],
            "unreached_count": number_text(unreached) if unreached else "",
            "table_of_owing": Table("", header, rows, numeric=(0,)),
            "waiting_count": str(counts[_Owing.WAITS]),
            **meeting_facts(cycle, now),
        },
    )


class _Owing(StrEnum):
    """Why an agency owes, the gravest first; the values are the list's words."""

    SILENT = "chưa gửi báo cáo"
    ANOTHERS = "đã gửi thư nhưng đính kèm sổ của cơ quan khác, chưa có báo cáo của cơ quan"
    SENT_BACK = "đã được trả lại, chưa gửi bản chỉnh sửa"
    PARTLY = "đã được tiếp nhận một phần, còn thiếu phần khác"
    CORRECTS = "còn trong thời gian chỉnh sửa"
    EXTENDED = "được gia hạn, còn trong hạn"
    CHOOSES = "đã gửi nhiều sổ, chờ cơ quan xác định bản chính"
    WAITS = "đã gửi, chờ Văn phòng xem xét"


#: Who gets overdue letters where they can be reached, and what of them has not come.
_LATE = {
    _Owing.SILENT: "chưa gửi",
    _Owing.ANOTHERS: "chưa gửi",
    _Owing.SENT_BACK: "chưa gửi bản chỉnh sửa",
    _Owing.PARTLY: "còn thiếu phần khác",
}


def _owing_state(
    cycle: ReportingCycle,
    calendar: WorkingCalendar,
    standing: AgencyStanding,
    now: dt.datetime,
    form: Form | None,
) -> tuple[_Owing, str]:
    """Group and wording of an agency that owes."""
    extension = standing.extension_until
    latest = standing.latest
    came = f"phiên bản {latest.version}" if latest else ""
    if standing.chooses:
        return _Owing.CHOOSES, "Đã gửi nhiều sổ trong một thư, chờ cơ quan xác định bản chính"
    if standing.waits_for_office:
        return _Owing.WAITS, "Đã gửi, đang chờ Văn phòng xem xét" + (f" ({came})" if came else "")
    due = due_instant(cycle, extension)
    if standing.awaiting_correction:
        errors = number_text(grave_count(latest.findings)) if latest else "0"
        state = f"Đã trả lại {returned_on(latest)}, {errors} lỗi phải sửa"
        if owed := owed_titles(standing, form):
            state = f"Đã tiếp nhận một phần, còn thiếu: {owed}"
        end = correction_period_end(cycle, calendar, standing.versions, extension)
        if end is not None and now < end:
            return (
                _Owing.CORRECTS,
                f"{state}; được chỉnh sửa đến hết {day_text(last_day_before(end))}",
            )
        late = f"quá hạn từ {overdue_since(end or due)}" if now >= due else ""
        return _Owing.SENT_BACK, f"{state}; chưa gửi bản chỉnh sửa" + (f", {late}" if late else "")
    # A part was taken, and what was owed then is not any more.
    if owed := owed_titles(standing, form):
        return _Owing.PARTLY, f"Đã tiếp nhận một phần, còn thiếu: {owed}"
    if now < due:
        told = f"Chưa gửi báo cáo{_came_without_report(standing)}"
        return _Owing.EXTENDED, f"{told}; được gia hạn, {due_clause(due)}"
    group = _Owing.ANOTHERS if standing.brought_anothers else _Owing.SILENT
    return group, f"Chưa gửi báo cáo{_came_without_report(standing)}"


def _came_without_report(standing: AgencyStanding) -> str:
    """That mail came which brought no report: whoever wrote it is not told of as silent."""
    if (anothers := standing.brought_anothers) is not None:
        day = f"{anothers.received_at.astimezone(HANOI):%d/%m/%Y}"
        return f" (thư ngày {day} đính kèm sổ của {one_line(anothers.workbook_of)})"
    if (wrote := standing.wrote_at) is not None:
        day = f"{wrote.astimezone(HANOI):%d/%m/%Y}"
        return f" (thư trao đổi ngày {day} không kèm sổ, chờ Văn phòng trả lời)"
    mail = standing.unusable
    if mail is None:
        return ""
    came = f"{mail.received_at.astimezone(HANOI):%d/%m/%Y}"
    if mail.returned:
        return f" (thư ngày {came} đã được Văn phòng trả lại kèm ý kiến)"
    return f" (thư ngày {came} không có sổ báo cáo hợp lệ, Văn phòng đã trả lời)"

"""Letters the cycle itself sends: the opening, the reminders, the list to the office."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from models.domain.answers.asked_cells import content_for, lines_for
from models.domain.answers.carrying import Carried
from models.domain.answers.reminders import PlannedLetter
from models.domain.answers.sections import titles_of
from models.domain.answers.standing import (
    AgencyStanding,
    SubmissionRecord,
    correction_period_end,
    due_instant,
)
from models.domain.cycle.cycles import HANOI, ReportingCycle, StepKind
from models.domain.cycle.letter_phrases import (
    counts_said,
    data_closes,
    day_text,
    due_clause,
    instant_text,
    last_day_before,
    newly_of_the_city,
    number_text,
    overdue_since,
)
from models.domain.cycle.working_calendar import WorkingCalendar
from models.domain.letters.letters import (
    LetterContent,
    deadline_facts,
    grave_count,
    is_own,
    letterhead,
    meeting_facts,
    unusable_said,
    wanted_by,
)
from models.domain.mail.mail import LetterKind
from models.domain.notation.vietnamese_text import one_line
from models.domain.reading.forms import (
    Form,
    SheetForm,
    SheetKind,
    expected_rows,
    is_required,
    role_of,
    sheets_for,
)
from models.domain.register.agencies import Agency, Contact
from models.domain.register.catalogue import Appendix, Catalogue, CatalogueRow, Role


@dataclass(frozen=True, slots=True)
class OpeningNotes:
    """What an opening letter tells beside the form; empty: nothing.

    `contact` names the focal person. `carried` of the cycle `earlier` is what the workbook holds
    already: the letter counts it. `try_out_address`: where a workbook may be tried out before it
    is handed in; empty: nowhere. `replaces`: why the workbook takes the place of one that was sent
    before, a sentence. `came_from`: the province whose the agency's ground was until its first day;
    empty: the city's.
    """

    contact: Contact | None = None
    try_out_address: str = ""
    carried: Carried | None = None
    earlier: ReportingCycle | None = None
    replaces: str = ""
    came_from: str = ""
    registered_before: str = ""  # whose the works are that stand in the workbook beforehand
    plans_lacking: str = ""  # whose plans do not stand there, and why


@dataclass(frozen=True, slots=True)
class ReminderNotes:
    """What a reminder tells beside the standing.

    `template_attached`: the agency's workbook goes with it once more; `superior_copied`: whether
    somebody above gets the copy that the overdue letter speaks of, `superior_title` who that is, by
    office; `form`: names the sections that are still owed of an answer of which others were
    accepted; `asked_at`: when an overdue letter asked for it first, None for never; `returned_file`
    names the workbook that was sent back, `owed_file` says which one is to be completed where a
    part is owed, and when it was sent; `workbook_before`: whether a letter brought the agency its
    workbook before, as far as is known; `reported`: whether the cycle ends in a report that names
    who is late.
    """

    template_attached: bool = False
    superior_copied: bool = True
    superior_title: str = ""
    form: Form | None = None
    asked_at: dt.datetime | None = None
    returned_file: str = ""
    owed_file: str = ""
    reported: bool = False
    workbook_before: bool = True


#: Behind "- Như trên", of letters that go out in the city's name.
_RECIPIENTS = ("Lưu: VT, TH",)
_SUPERIOR = "Lãnh đạo Ủy ban nhân dân thành phố"  # where the contacts do not say which of them
_PLAIN_OPENING = OpeningNotes()
_PLAIN_REMINDER = ReminderNotes()


def compose_opening(
    cycle: ReportingCycle,
    calendar: WorkingCalendar,
    agency: Agency,
    form: Form,
    catalogue: Catalogue,
    notes: OpeningNotes = _PLAIN_OPENING,
) -> LetterContent:
    """The letter that opens a cycle; the agency's own workbook goes with it.

    The letter states what Decree 09/2019/NĐ-CP asks a reporting regime to state.
    """
    contact = notes.contact
    content = content_for(cycle.content, form, catalogue, agency.code)
    assigned = []
    sheets = sheets_for(form, catalogue, agency.code)
    # Where neither figures are dated nor states are told, nothing could be too late.
    dated = any(c.meaning == "as_of" for sheet in sheets for c in sheet.columns)
    tells_states = any(c.meaning == "state" for sheet in sheets for c in sheet.columns)
    has_tasks = any(
        Appendix.IV in sheet.appendices and expected_rows(sheet, catalogue, agency.code)
        for sheet in sheets
    )
    for sheet in sheets:
        if sheet.kind is SheetKind.INSTRUCTIONS:
            continue
        rows = expected_rows(sheet, catalogue, agency.code)
        said = _rows_said(sheet, rows, agency.code) if rows else _own_said(sheet, has_tasks)
        assigned.append(f"{sheet.title}: {said}")
    regime = [
        ("Tên báo cáo", cycle.title),
        ("Nội dung", content),
        ("Cơ quan báo cáo", cycle.reporters),
        ("Nơi nhận báo cáo", cycle.recipient),
        ("Hình thức gửi", cycle.channel),
        ("Thời hạn", f"{cycle.due_text}, tức là {due_clause(cycle.due_at)}"),
        ("Tần suất", cycle.frequency),
        ("Chốt số liệu", _data_wanted(cycle, dated=dated) if dated or tells_states else ""),
        ("Đề cương", cycle.outline),
        ("Biểu mẫu sử dụng", cycle.report_forms),
    ]
    return LetterContent(
        LetterKind.OPENING,
        "opening",
        {
            **letterhead(cycle, agency.formal_name),
            **deadline_facts(cycle, calendar, None),
            "regime": [(label, text) for label, text in regime if text],
            "recipients": _RECIPIENTS,
            "content": content,
            **meeting_facts(cycle, cycle.opens_at),
            "assigned": assigned,
            "focal_person": one_line(contact.focal_person) if contact else "",
            "grace_working_days": str(cycle.grace_working_days),
            "try_out_address": notes.try_out_address,
            "prefilled": _told_before(agency, notes),
            "advice": lines_for(
                form,
                form.advice,
                catalogue,
                agency.code,
                prefilled=notes.carried is not None and notes.carried.filled_cells > 0,
            ),
            "replaces": one_line(notes.replaces, 1000),
        },
    )


def _own_said(sheet: SheetForm, has_tasks: bool) -> str:
    """What an agency lists itself; who has no task of the directive's, no less than the rule asks.

    That is the rule KH-01's own condition: its number stands in the form.
    """
    if has_tasks or sheet.kind is not SheetKind.FREE_TABLE or not sheet.minimum_rows:
        return "cơ quan tự kê khai"
    return f"cơ quan tự kê khai, ít nhất {sheet.minimum_rows} việc"


def _rows_said(sheet: SheetForm, rows: Sequence[CatalogueRow], agency: str) -> str:
    """How many rows of a sheet the agency leads and has to fill, how many it may leave."""
    if not _any_required(sheet, rows, agency):
        when = "nếu cập nhật" if Appendix.II in sheet.appendices else "khi có nội dung"
        return f"{len(rows)} dòng, chỉ ghi {when}"
    helped = [row for row in rows if role_of(row, agency) is not Role.LEAD]
    if not helped:
        return f"{len(rows)} dòng được giao"
    led = [row for row in rows if role_of(row, agency) is Role.LEAD]
    must = " phải ghi" if _any_required(sheet, led, agency) else ""
    may = "" if _any_required(sheet, helped, agency) else " được để trống"
    if not led:
        return f"{len(rows)} dòng phối hợp{',' if may else ''}{may}"
    return (
        f"{len(rows)} dòng, trong đó {len(led)} dòng chủ trì{must}, "
        f"{len(helped)} dòng phối hợp{may}"
    )


def _any_required(sheet: SheetForm, rows: Sequence[CatalogueRow], agency: str) -> bool:
    return any(is_required(column, row, agency) for row in rows for column in sheet.columns)


def _data_wanted(cycle: ReportingCycle, *, dated: bool) -> str:
    """Of which day figures, or the state of works, are wanted; "" where the cycle names no last
    day for them."""
    until = data_closes(cycle)
    if not dated:
        return f"tình trạng các việc đến ngày gửi{until}" if until else ""
    return f"số liệu mới nhất có được{until}; ghi rõ ngày của số liệu" if until else ""


def _told_before(agency: Agency, notes: OpeningNotes) -> str:
    """What the workbook holds from the cycle before, and why an agency was not asked then."""
    if notes.earlier is None:
        return ""
    told = [newly_of_the_city(notes.came_from, agency.valid_from)] if notes.came_from else []
    told += [_prefilled(notes.carried, notes.earlier)] if notes.carried else []
    told += [one_line(notes.registered_before, 1000)] if notes.registered_before else []
    told += [one_line(notes.plans_lacking, 1500)] if notes.plans_lacking else []
    return " ".join(told)


def _prefilled(carried: Carried, earlier: ReportingCycle) -> str:
    """How much of the work is done: «Sổ có 120 ô phải điền, trong đó 48 ô đã ghi sẵn ...»."""
    asked = number_text(carried.asked_cells)
    due = earlier.due_at.astimezone(HANOI)
    filled = counts_said(
        (
            f"{{}} ô đã ghi sẵn nội dung đã đăng ký tại kỳ «{earlier.title}» (tháng {due:%m/%Y})",
            carried.filled_cells,
        ),
        ("{} ô đã ghi sẵn theo danh bạ của Văn phòng", carried.known_cells),
        between=", ",
    )
    if not filled:
        return f"Sổ có {asked} ô phải điền."
    left = carried.asked_cells - carried.filled_cells - carried.known_cells
    rest = f"; còn {number_text(left)} ô cơ quan điền" if left > 0 else ""
    return f"Sổ có {asked} ô phải điền, trong đó {filled}: đúng thì giữ, đã thay đổi thì sửa{rest}."


def compose_reminder(
    cycle: ReportingCycle,
    calendar: WorkingCalendar,
    agency: Agency,
    planned: PlannedLetter,
    standing: AgencyStanding,
    now: dt.datetime,
    notes: ReminderNotes = _PLAIN_REMINDER,
) -> LetterContent:
    """A rung of the ladder for one agency: before the deadline, on the last day, or overdue.

    Days are counted from `now`, not from the step, so that a letter that goes out late is true.
    How many days something is late is not counted: the letter says since when it is.
    """
    extension_until = standing.extension_until
    due = due_instant(cycle, extension_until)
    today = now.astimezone(HANOI).date()
    latest = standing.latest
    # Whoever may correct has the end of that time for a deadline, not the common one.
    correction_end = correction_period_end(cycle, calendar, standing.versions, extension_until)
    answer_due = correction_end or due
    last_day = calendar.last_working_day_before(answer_due, HANOI)
    correction = day_text(last_day_before(correction_end)) if correction_end else ""
    overdue = planned.step.kind is StepKind.OVERDUE
    asked_at = _asked_at(answer_due, planned, latest, notes)
    own = is_own(cycle, agency.formal_name)
    is_last_day = today >= last_day
    template = "overdue" if overdue else "last_day" if is_last_day else "reminder"
    return LetterContent(
        planned.kind,
        template,
        {
            **letterhead(cycle, agency.formal_name),
            **deadline_facts(cycle, calendar, extension_until),
            "now": instant_text(now),
            "days_left": str(max(0, calendar.working_days_between(today, last_day))),
            "days_late": str(max(0, calendar.working_days_between(last_day, today))),
            "overdue_since": overdue_since(answer_due),
            **_asked_before(cycle, calendar, answer_due, asked_at, now),
            "awaiting_correction": planned.awaiting_correction,
            "asked_about": _asked_about(planned, standing),
            "unusable_mail": unusable_said(standing),
            "version": str(latest.version) if latest else "",
            "version_received": instant_text(latest.received_at) if latest else "",
            "returned": returned_on(latest),
            "returned_file": one_line(notes.returned_file, 160),
            "owed_file": notes.owed_file or "sổ báo cáo của cơ quan",
            "reported": notes.reported,
            "head": "Trưởng các phòng, đơn vị" if own else agency.head,
            "errors": number_text(grave_count(latest.findings)) if latest else "",
            "correction_due": correction,
            "template_attached": notes.template_attached,
            "superior_copied": notes.superior_copied,
            "superior_named": _superior(notes),
            "owed": owed_titles(standing, notes.form),
            "owed_count": len(standing.owed_sections) if standing.partly_accepted else 0,
            "workbook_before": notes.workbook_before,
            **meeting_facts(cycle, now),
            "recipients": _reminded(notes) if overdue else (),
        },
    )


def _asked_about(planned: PlannedLetter, standing: AgencyStanding) -> str:
    """When the mail came of whose workbooks the agency is asked which one counts; "" for none."""
    return instant_text(standing.held_mail[-1].received_at) if planned.chooses else ""


def _asked_at(
    due: dt.datetime,
    planned: PlannedLetter,
    latest: SubmissionRecord | None,
    notes: ReminderNotes,
) -> dt.datetime | None:
    """When it was first asked for by a day although late: by an overdue letter, or by the letter
    that sent a late workbook back; None for never."""
    if notes.asked_at is not None:
        return notes.asked_at
    if latest is None or not planned.awaiting_correction or latest.received_at < due:
        return None
    return latest.decided_at or latest.received_at


def _asked_before(
    cycle: ReportingCycle,
    calendar: WorkingCalendar,
    due: dt.datetime,
    asked_at: dt.datetime | None,
    now: dt.datetime,
) -> dict[str, object]:
    """By which day an answer is wanted, and which day an earlier letter has named.

    `reminded`: that day is still to come, so that the letter reminds of it and asks for nothing
    new. `asked_on` and `asked_for` are "" where nothing was asked before.
    """
    wanted = wanted_by(cycle, calendar, due, now)
    asked_for = wanted_by(cycle, calendar, due, asked_at) if asked_at is not None else ""
    on = f"ngày {asked_at.astimezone(HANOI):%d/%m/%Y}" if asked_at is not None else ""
    return {
        "wanted_by": wanted,
        "asked_on": on if asked_for else "",
        "asked_for": asked_for,
        "reminded": bool(wanted) and asked_for == wanted,
    }


def _superior(notes: ReminderNotes) -> str:
    return one_line(notes.superior_title) or _SUPERIOR


def _reminded(notes: ReminderNotes) -> Sequence[str]:
    """Who stands under an overdue letter; a mere reminder has no such list."""
    copied = (f"{_superior(notes)} (để báo cáo)",) if notes.superior_copied else ()
    return (*copied, *_RECIPIENTS)


def owed_titles(standing: AgencyStanding, form: Form | None) -> str:
    """The sections still owed of an answer of which others were accepted; "" for any other."""
    if form is None or not standing.partly_accepted:
        return ""
    return ", ".join(titles_of(form, standing.owed_sections))


def returned_on(record: SubmissionRecord | None) -> str:
    """The day on which a version was sent back, "" for none."""
    if record is None:
        return ""
    returned_at = (record.decided_at or record.received_at).astimezone(HANOI)
    return f"ngày {returned_at:%d/%m/%Y}"

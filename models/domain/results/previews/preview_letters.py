"""The letter with which an agency gets its page before the meeting, what it says of open verdicts
and rulings, and when it is due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from models.domain.consolidation import Conflict, ConflictKind, Figure
from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.cycle.letter_phrases import (
    day_text,
    measured,
    within,
)
from models.domain.cycle.working_calendar import WorkingCalendar
from models.domain.letters.letters import LetterContent, letterhead, meeting_facts
from models.domain.mail.mail import LetterKind
from models.domain.notation.number_notation import format_number
from models.domain.notation.rounding import half_up, like_decimals
from models.domain.notation.vietnamese_text import one_line
from models.domain.register.agencies import Agency
from models.domain.register.catalogue import Appendix, CatalogueRow, period_phrase
from models.domain.register.territories import TERRITORY_SHORT_NAMES
from models.domain.results.report_text import ReportNames, Text, words
from models.domain.review.pace_wording import INDEX_PLACES
from models.domain.review.states import Answer
from models.domain.work.wanted import PREVIEW_TIMES

BEFORE_MEETING = 5  # working days
PREVIEWS_AT = PREVIEW_TIMES[0]


@dataclass(frozen=True, slots=True)
class PreviewNotes:
    """What the letter tells beside the facts.

    `shown`: what the page that goes along as a Word document tells of as the meeting will see it,
    `with_actions`: and whether it lists own works; neither without a page. `asks`: what only the
    agency can settle; `asked_by`: the day by
    which a mend is asked for, "" for none; `template_attached`: the agency's workbook goes along;
    `with_codes`: references stand on the page; `cites_others`: some lead to another's workbook;
    `by_sheet`: sheets of several versions are in use, so that one workbook with all of them goes
    along; `unusable_mail` as `unusable_said`;
    `earlier`: the days of the letters that asked for what is late, in order.
    """

    shown: Sequence[str] = ()
    asked_by: str = ""
    template_attached: bool = False
    with_codes: bool = False
    cites_others: bool = False
    with_actions: bool = False
    asks: Sequence[str] = ()
    by_sheet: bool = False
    unusable_mail: str = ""
    earlier: Sequence[dt.date] = ()


_NOTHING_BESIDE = PreviewNotes()


def compose_preview(
    cycle: ReportingCycle,
    agency: Agency,
    as_of: str,
    facts: Iterable[str],
    answer: Answer = Answer.TAKEN,
    notes: PreviewNotes = _NOTHING_BESIDE,
) -> LetterContent:
    """The letter; `facts` are its sentences.

    Who sent nothing that counts is asked for the report, not to look at its results.
    """
    told, asks = list(facts), list(notes.asks)
    if answer is not Answer.TAKEN:  # asked for the report, it is asked for nothing else in a list
        told, asks = [*told, *asks], []
    return LetterContent(
        LetterKind.PREVIEW,
        "preview",
        {
            **letterhead(cycle, agency.formal_name),
            "as_of": as_of,
            **meeting_facts(cycle),
            "meeting_day": day_text(cycle.meeting_on) if cycle.meeting_on else "",
            "facts": [one_line(fact, 600) for fact in told],
            "asks": [one_line(ask, 600) for ask in asks],
            "answer": answer.value,
            "with_page": bool(notes.shown) or notes.with_actions,
            "with_actions": notes.with_actions,
            "shown": list(notes.shown),
            "asked_by": notes.asked_by,
            "asked_day": notes.asked_by.rpartition(", ")[2],  # without the day of the week
            "by_sheet": notes.by_sheet,
            "unusable_mail": notes.unusable_mail,
            "earlier": _letters_of(notes.earlier),
            "template_attached": notes.template_attached,
            "with_codes": notes.with_codes,
            "cites_others": notes.cites_others,
            "meeting_date": f"ngày {cycle.meeting_on:%d/%m/%Y}" if cycle.meeting_on else "",
        },
    )


def _letters_of(days: Sequence[dt.date]) -> str:
    """«thư ngày 20/11/2025», «các thư ngày 20/11 và 24/11/2025»; "" for none."""
    distinct = sorted(set(days))
    if not distinct:
        return ""
    *others, last = distinct
    if not others:
        return f"thư ngày {last:%d/%m/%Y}"
    shown = [f"{d:%d/%m}" if d.year == last.year else f"{d:%d/%m/%Y}" for d in others]
    return f"các thư ngày {', '.join(shown)} và {last:%d/%m/%Y}"


def ruled_said(conflict: Conflict, agency: str, names: ReportNames) -> Text:
    """Which figure stands by the office's ruling, beside the agency's own where that is another."""
    stands = conflict.stands
    other = conflict.right if stands is conflict.left else conflict.left
    shown = {id(f): _ruled_figure(conflict, f) for f in (stands, other)}
    by = f"({within(conflict.decision)})"
    what = f"{names.place(conflict.row)} {names.row(conflict.row)}"
    if conflict.kind is ConflictKind.EQUIVALENT:
        whose = "cơ quan" if stands.agency == agency else names.agency(stands.agency)
        both = f"{what} và {names.place(conflict.other_row)} {names.row(conflict.other_row)}"
        kind = "chỉ số" if _row_of(conflict, stands).appendix is Appendix.II else "số"
        return words(f"{both}: đánh giá theo {kind} {shown[id(stands)]} của {whose} {by}.")
    index = "chỉ số " if conflict.row.appendix is Appendix.II else ""
    what += (
        f", {index}{'' if index else 'mốc '}{period_phrase(conflict.period)}"
        if conflict.period
        else ""
    )
    what += f", {TERRITORY_SHORT_NAMES[conflict.territory]}" if conflict.territory else ""
    if stands.agency != agency:
        said = f"số của cơ quan {shown[id(other)]}; trình phiên họp {shown[id(stands)]} theo số của"
        return words(f"{what}: {said} {names.agency(stands.agency)} {by}.")
    unused = f"không dùng số {shown[id(other)]} của {names.agency(other.agency)}"
    return words(f"{what}: trình phiên họp số của cơ quan {shown[id(stands)]}, {unused} {by}.")


def _row_of(conflict: Conflict, figure: Figure) -> CatalogueRow:
    return conflict.row if figure is conflict.left else conflict.other_row


def _ruled_figure(conflict: Conflict, figure: Figure) -> str:
    """One of the two figures with its unit, printed with as many decimals as its row's target."""
    row = _row_of(conflict, figure)
    values = [conflict.left.number, conflict.right.number]
    if conflict.row.unit != conflict.other_row.unit:
        values = [figure.number]
    plain = row.target.value if row.target is not None and row.target.is_plain else None
    places = like_decimals([*values, plain])
    if row.appendix is Appendix.II:  # an index: the unit is that of the growth that it tells
        return format_number(half_up(figure.number or Decimal(0), INDEX_PLACES), INDEX_PLACES)
    return measured(half_up(figure.number or Decimal(0), places), row.unit)


def previews_due(cycle: ReportingCycle, calendar: WorkingCalendar, now: dt.datetime) -> bool:
    """Whether agencies are to see their pages now: in working time of the last working days before
    the meeting, after the deadline. False for a cycle without a day of its meeting.
    """
    if now < cycle.due_at or not calendar.is_working_time(now, HANOI):
        return False
    return now.astimezone(HANOI).date() in preview_days(cycle, calendar)


def preview_days(cycle: ReportingCycle, calendar: WorkingCalendar) -> list[dt.date]:
    """The working days before the meeting on which agencies may see their pages, if the deadline
    has passed by then."""
    if cycle.meeting_on is None:
        return []
    back = range(-BEFORE_MEETING, 0)
    return [calendar.shift_working_days(cycle.meeting_on, n) for n in back]


def previews_to_come(
    cycle: ReportingCycle, calendar: WorkingCalendar, now: dt.datetime
) -> list[dt.datetime]:
    """When pages will be looked at from now on, and sent to whoever has another than before."""
    moments = [dt.datetime.combine(d, PREVIEWS_AT, HANOI) for d in preview_days(cycle, calendar)]
    return [m for m in moments if m > now and previews_due(cycle, calendar, m)]

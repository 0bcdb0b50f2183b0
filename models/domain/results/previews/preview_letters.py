"""The letter with which an agency gets its page before the meeting, what it says of open verdicts
and rulings, and when it is due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from models.domain.consolidation import Conflict, ConflictKind, Figure
from models.domain.consolidation.wholes import WholeAndParts
from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.cycle.letter_phrases import (
    counts_said,
    day_text,
    listed,
    measured,
    number_text,
    within,
)
from models.domain.cycle.working_calendar import WorkingCalendar
from models.domain.letters.letters import LetterContent, letterhead, meeting_facts
from models.domain.mail.mail import LetterKind
from models.domain.notation.number_notation import format_number
from models.domain.notation.rounding import half_up, like_decimals
from models.domain.notation.vietnamese_text import one_line
from models.domain.reading.forms import role_of
from models.domain.register.agencies import Agency
from models.domain.register.catalogue import Appendix, CatalogueRow, Role, period_phrase
from models.domain.register.districts import WHICH_FIGURE
from models.domain.register.territories import TERRITORY_SHORT_NAMES, Territory
from models.domain.results.report_text import ReportNames, Text, words
from models.domain.review.lines import ReviewIndicator, ReviewTask
from models.domain.review.pace_wording import INDEX_PLACES
from models.domain.review.states import Answer, TaskBucket
from models.domain.work.wanted import PREVIEW_TIMES

BEFORE_MEETING = 5  # working days
PREVIEWS_AT = PREVIEW_TIMES[0]
_NAMED = 3  # other agencies, in one sentence
_JUSTIFICATION = "justification"  # column key, on every sheet of rows


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


def of_districts_named(found: Sequence[ReviewIndicator], names: ReportNames) -> str:
    """How many measures of districts, and where each stands in the directive."""
    places = ", ".join(names.place(one.row) for one in found)
    return f"{number_text(len(found))} chỉ tiêu tính theo cấp huyện ({places})"


def unheard_asked(tasks: Iterable[ReviewTask], agency: str, names: ReportNames) -> Iterator[Text]:
    """That the agency has to say how those of its tasks stand that fell due since it reported."""
    due = [
        one
        for one in tasks
        if role_of(one.row, agency) is Role.LEAD and one.bucket_of(agency) is TaskBucket.UNHEARD
    ]
    if due:
        places = ", ".join(names.place(one.row) for one in due)
        yield words(
            f"{number_text(len(due))} nhiệm vụ đã đến hạn sau ngày cơ quan báo cáo ({places}): đề "
            "nghị cho biết tình trạng đến nay (đã hoàn thành thì ghi ngày, số văn bản; chưa hoàn "
            f"thành thì nêu nguyên nhân), ghi ở trang «{names.sheet('tasks')}» và gửi lại sổ."
        )


def of_districts_asked(
    found: Iterable[ReviewIndicator], agency: str, names: ReportNames
) -> Iterator[Text]:
    """That the agency has to say which figure its own is, where it explained nothing."""
    silent = [one for one in found if not _is_explained(one, agency)]
    if silent:
        yield words(
            f"{of_districts_named(silent, names)} chưa kết luận: đề nghị cơ quan nêu rõ số đã báo "
            f"cáo {WHICH_FIGURE}, ghi ở cột Giải trình và gửi lại sổ."
        )


def _is_explained(one: ReviewIndicator, agency: str) -> bool:
    own = (r.answers.get(_JUSTIFICATION) for r in one.line.reports if r.agency == agency)
    return any(figure is not None and figure.is_given for figure in own)


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


def checks_asked(
    projects: int,
    unfit: Sequence[WholeAndParts],
    conflicts: Sequence[Conflict],
    agency: str,
    names: ReportNames,
    part: str,
) -> Iterator[Text]:
    """What is asked about figures to be checked; `part` of the page tells of them.

    `projects`: how many have doubtful amounts; `unfit`: of the agency's figures, those that do not
    fit others.
    """
    own = [one for one in unfit if one.one_source]
    said = counts_said(
        ("{} dự án có số vốn cần kiểm tra (dấu *)", projects),
        ("{} số tổng không khớp với các số thành phần", sum(not one.link for one in own)),
        ("{} cặp số liên quan nhau chưa thống nhất", sum(bool(one.link) for one in own)),
    )
    if said:
        yield words(
            f"Có {said} (phần {part}): đề nghị cơ quan kiểm tra; ghi nhầm thì sửa, số đã đúng thì "
            "ghi lý do ở cột Giải trình cùng dòng, rồi gửi lại sổ."
        )
    chosen: list[tuple[WholeAndParts, Conflict]] = []
    linked: list[WholeAndParts] = []
    beside: list[WholeAndParts] = []
    for one in unfit:
        if one.one_source:
            continue
        ruled = _chosen_over(one, conflicts, agency)
        if ruled is not None:
            chosen.append((one, ruled))
        else:
            (linked if one.link else beside).append(one)
    for one, ruled in chosen:
        yield words(_to_count_anew(one, ruled, agency, names, part))
    if beside:
        yield words(
            f"Có {number_text(len(beside))} chỗ số của cơ quan không khớp với số của "
            f"{_others(beside, agency, names)} (phần {part}): cơ quan không phải sửa sổ, nếu có ý "
            "kiến xin nêu trong thư trả lời."
        )
    if linked:
        yield words(
            f"Có {number_text(len(linked))} cặp số liên quan nhau chưa thống nhất, số kia là của "
            f"{_others(linked, agency, names)} (phần {part}): đề nghị cơ quan xem lại số của mình; "
            "nếu số đã đúng, xin nêu ý kiến trong thư trả lời."
        )


def _others(found: Sequence[WholeAndParts], agency: str, names: ReportNames) -> str:
    codes = dict.fromkeys(f.agency for one in found for f in one.figures if f.agency != agency)
    return listed([names.agency(code) for code in codes], "cơ quan", _NAMED)


def _chosen_over(one: WholeAndParts, conflicts: Sequence[Conflict], agency: str) -> Conflict | None:
    """The ruling by which another's figure stands there instead of the agency's own."""
    there = {figure.reference for figure in one.figures}
    return next(
        (
            c
            for c in conflicts
            if not c.is_open
            and agency in c.agencies
            and c.stands.agency != agency
            and c.stands.reference in there
        ),
        None,
    )


def _to_count_anew(
    one: WholeAndParts, ruled: Conflict, agency: str, names: ReportNames, part: str
) -> str:
    """That the office's choice makes another figure of the agency's stand out, and which."""
    stands, whole = ruled.stands, one.whole
    period = f", {period_phrase(one.period)}" if one.period else ""
    area = next(
        (t for t, f in zip(one.areas, one.parts, strict=False) if f.reference == stands.reference),
        one.territory,
    )
    at = f" {TERRITORY_SHORT_NAMES[area]}" if area else ""
    why = (
        f"{names.place(one.row)} {names.row(one.row)}{period}: vì phiên họp dùng số{at} "
        f"{_shown(one, stands)} của {names.agency(stands.agency)} theo {within(ruled.decision)}"
    )
    if whole.agency == agency:
        which = f"số {TERRITORY_SHORT_NAMES[Territory.WHOLE]}" if one.areas else "số chung"
        what = f"tính lại {which} (đang ghi {_shown(one, whole)}"
    else:
        what = "xem lại các số thành phần của cơ quan ("
    return f"{why}, đề nghị {what}{'; ' if whole.agency == agency else ''}phần {part})."


def _shown(one: WholeAndParts, figure: Figure) -> str:
    """The number as its row has it; an index without the unit of the growth that it tells."""
    target = one.row.target.value if one.row.target and one.row.target.is_plain else None
    places = like_decimals([figure.number, one.whole.number, target])
    if one.row.appendix is Appendix.II:
        return format_number(half_up(figure.number or Decimal(0), INDEX_PLACES), INDEX_PLACES)
    return measured(half_up(figure.number or Decimal(0), places), one.row.unit)


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

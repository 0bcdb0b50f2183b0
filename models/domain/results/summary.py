"""The note to the head of the office: what matters first, from a consolidation."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from models.domain.answers.standing import Timeliness
from models.domain.consolidation import Consolidation
from models.domain.consolidation.conflicts import Conflict, ConflictKind
from models.domain.consolidation.overview import AgencyOverview
from models.domain.consolidation.whole_wording import whole_said
from models.domain.consolidation.wording import (
    TIMELINESS_NAMES,
    UNREACHED,
    each_for_now,
    timeliness_said,
    without_answer_said,
)
from models.domain.cycle.letter_phrases import (
    counts_said,
    instant_text,
    measured,
    number_text,
    part_said,
    shown_number,
)
from models.domain.letters.letters import SummaryContent, Table
from models.domain.notation.rounding import half_up, like_decimals
from models.domain.reading.office import Office
from models.domain.register.catalogue import period_phrase
from models.domain.register.territories import TERRITORY_NAMES
from models.domain.results.summary_words import (
    SummaryMatter,
    Words,
    answers_figure,
    counted_points,
    cut_table,
    point,
)
from models.domain.results.waiting import Waiting, WaitingKind, asked_of

DECISIONS = 12
_OWING = (
    *(Timeliness.MISSING, Timeliness.OVERDUE, Timeliness.CORRECTING, Timeliness.WAITING),
    Timeliness.OPEN,
)


def summarise(
    consolidation: Consolidation,
    office: Office,
    matter: SummaryMatter,
    *,
    chart_id: str = "",
    workbook_name: str = "",
) -> SummaryContent:
    """The summary mail's content, the gravest first: who owes, what the cycle is about, which
    conflicts need a decision.

    `matter` is what the cycle is about, of `plan_matter` or `review_matter`.
    `chart_id` is the content id of the inline chart, `workbook_name` the attached workbook's name;
    empty for none. Lists are cut with "và N ... khác"; the workbook holds them whole.
    """
    words = Words(consolidation, office)
    counts, sentences = counted_points(matter.points)
    tables = [t for t in _tables(consolidation, matter) if t.rows]
    asked = list(_asked(consolidation, words))
    told = (*(t.title for t in tables), *asked)
    return SummaryContent(
        cycle=consolidation.cycle,
        title=f"Tổng hợp đến {instant_text(consolidation.as_of)}",
        lead=_lead(consolidation, matter),
        points=[*_owing(consolidation), *matter.points],
        figures=[answers_figure(consolidation), *matter.figures],
        counts=[one for one in counts if not any(t.startswith(one[0]) for t in told)],
        sentences=[said for said in sentences if said not in matter.in_figures],
        asked=asked,
        decisions=list(_decisions(consolidation, words)),
        tables=tables,
        images=[(chart_id, "Tình trạng gửi báo cáo theo khối cơ quan")] if chart_id else [],
        attachments=[f"{workbook_name}: sổ tổng hợp, đủ các danh sách và nguồn số liệu"]
        if workbook_name
        else [],
        notes=[
            "Số liệu khác nhau thì tạm dùng số của cơ quan chủ trì.",
            *matter.notes,
        ],
    )


def _lead(consolidation: Consolidation, matter: SummaryMatter) -> list[str]:
    h, t = consolidation.headline, consolidation.headline.timeliness
    in_time = t[Timeliness.ON_TIME] + t[Timeliness.CORRECTED]
    rest = without_answer_said(t)
    if h.partly:
        rest += f"; trong số chưa hoàn thành, {number_text(h.partly)} cơ quan đã được tiếp nhận "
        rest += "một phần"
    accepted = part_said(h.answered, h.asked, "cơ quan, đơn vị", "đã có báo cáo được tiếp nhận")
    answered = f"Đến {instant_text(consolidation.as_of)}, {accepted}"
    came = counts_said(
        ("{} đúng hạn", in_time), ("{} quá hạn", t[Timeliness.LATE]), between=", "
    )  # fmt: skip
    if came:
        answered += f" ({came})"
    conflicts = (
        f"có {number_text(h.conflicts)} số liệu mâu thuẫn cần quyết định"
        if h.conflicts
        else "không có số liệu mâu thuẫn"
    )
    content = f"Về nội dung: {matter.shares}; {conflicts}."
    return [f"{answered}{'; ' + rest if rest else ''}.", content]


def _owing(consolidation: Consolidation) -> Iterable[str]:
    for state in _OWING:
        names = [a.name for a in consolidation.agencies if a.timeliness is state]
        yield from point(TIMELINESS_NAMES[state], names, "cơ quan")
    beyond = [
        f"{a.name} (từ {a.out_of_reach.since_day})"
        for a in consolidation.agencies
        if a.out_of_reach
    ]
    yield from point(f"{UNREACHED}, cần báo bằng cách khác và sửa danh bạ", beyond, "cơ quan")
    partly = [f"{a.name} ({', '.join(a.owed)})" for a in consolidation.agencies if a.owed]
    yield from point("Đã tiếp nhận một phần, còn thiếu", partly, "cơ quan")


def _asked(consolidation: Consolidation, words: Words) -> Iterable[str]:
    """A line for the conflicts that a person has to settle, and one for each kind of what does not
    fit."""
    conflicts = [c.row for c in consolidation.conflicts if c.is_open]
    unfit = [one for one in consolidation.wholes if one.fault is not None]
    cases = (
        (WaitingKind.CONFLICT, conflicts),
        (WaitingKind.WHOLE, [one.row for one in unfit if not one.link]),
        (WaitingKind.LINK, [one.row for one in unfit if one.link]),
    )
    found = [Waiting(kind, words.name(row), "") for kind, rows in cases for row in rows]
    return asked_of(found)


def _decisions(consolidation: Consolidation, words: Words) -> Iterable[str]:
    conflicts = [c for c in consolidation.conflicts if c.is_open]
    for conflict in conflicts[:DECISIONS]:
        yield _decision(conflict, words)
    if len(conflicts) > DECISIONS:
        rest = number_text(len(conflicts) - DECISIONS)
        yield f"Và {rest} mâu thuẫn khác, xem trang Mâu thuẫn của tệp kèm theo."
    unfit = [one for one in consolidation.wholes if one.fault is not None]
    yield from (f"{whole_said(one, words.row, words.agency)}." for one in unfit[:DECISIONS])


def _decision(conflict: Conflict, words: Words) -> str:
    period = f", mốc {period_phrase(conflict.period)}" if conflict.period else ""
    what = words.row(conflict.row) + period
    if conflict.territory is not None:
        what += f" ({TERRITORY_NAMES[conflict.territory]})"
    left, right = conflict.left.number or Decimal(0), conflict.right.number or Decimal(0)
    if conflict.row.unit == conflict.other_row.unit:
        places = like_decimals((left, right))
        left, right = half_up(left, places), half_up(right, places)
    own = measured(left, conflict.row.unit)
    other = f"{words.agency(conflict.right.agency)} {measured(right, conflict.other_row.unit)}"
    if conflict.kind is ConflictKind.EQUIVALENT:
        what += f" và {words.row(conflict.other_row)}"
        if conflict.is_converted:
            other += f", quy đổi {measured(conflict.right_value, conflict.row.unit)}"
    return (
        f"{conflict.number}. {what}: {words.agency(conflict.left.agency)} {own}; "
        f"{other}. {each_for_now(conflict)}."
        if conflict.each_stands
        else f"{conflict.number}. {what}: {words.agency(conflict.left.agency)} {own}; "
        f"{other}. Đang tạm dùng số {shown_number(conflict.stands.number or Decimal(0))} của "
        f"{words.agency(conflict.stands.agency)}."
    )


def _tables(consolidation: Consolidation, matter: SummaryMatter) -> Iterable[Table]:
    owing = [a for state in _OWING for a in consolidation.agencies if a.timeliness is state]
    yield cut_table(
        "Cơ quan, đơn vị chưa hoàn thành",
        ("Cơ quan, đơn vị", "Tình trạng"),
        [(a.name, _state(a)) for a in owing],
        (),
    )
    yield from matter.tables


def _state(agency: AgencyOverview) -> str:
    """How it stands in time, and what is still owed where a part was accepted."""
    said = timeliness_said(
        *(agency.timeliness, agency.extended_to, agency.out_of_reach),
        waits=agency.waits,
        sent_back=agency.sent_back,
        correct_by=agency.correct_by,
        chooses=agency.chooses,
    )
    return f"{said}; còn thiếu: {', '.join(agency.owed)}" if agency.owed else said

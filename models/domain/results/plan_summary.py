"""What the note to the head of the office says of a plan: nobody committed, committed below."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from models.domain.consolidation import Consolidation, IndicatorLine, PlanState, TaskLine
from models.domain.consolidation.member_wording import (
    NAMED,
    counted,
    members_said,
    missed_said,
    silent_said,
)
from models.domain.consolidation.wording import JUDGEMENT_NAMES
from models.domain.cycle.letter_phrases import (
    listed,
    measured,
    number_text,
    out_of,
    part_said,
    shown_number,
)
from models.domain.letters.letters import Table
from models.domain.notation.rounding import half_up, like_decimals
from models.domain.reading.office import Office
from models.domain.register.catalogue import PERIODS, period_phrase
from models.domain.results.summary_words import (
    SummaryMatter,
    Words,
    assigned,
    cut_table,
    point,
    rows_point,
    wholes_point,
)

#: Of targets of which the promise that counts is as assigned.
_BESIDE = "có cơ quan cùng báo cáo cam kết chưa đạt"


def plan_matter(consolidation: Consolidation, office: Office) -> SummaryMatter:
    """The gravest first: targets nobody committed to or committed below, tasks without a plan."""
    words = Words(consolidation, office)
    return SummaryMatter(
        shares=_shares(consolidation),
        points=list(_plan_points(consolidation, words)),
        tables=_plan_tables(consolidation, words),
        figures=_figures(consolidation),
    )


def _figures(consolidation: Consolidation) -> list[tuple[str, str]]:
    h, clear = consolidation.headline, consolidation.inputs.catalogue.clear.title
    short = sum(i.falls_short for i in consolidation.indicators)
    beside = sum(bool(i.short_beside) for i in consolidation.indicators)
    plans = h.plan_states
    unplanned = [
        f"{number_text(n)} {said}"
        for n, said in (
            (plans[PlanState.PARTIAL], f"chưa đủ «{clear}»"),
            (plans[PlanState.NONE], "chưa có kế hoạch"),
        )
        if n
    ]
    return [
        (
            "Chỉ tiêu đã có cam kết",
            out_of(h.committed, h.indicators),
        ),
        (
            "Cam kết chưa đạt mức giao",
            "; ".join(
                [f"{number_text(short)} chỉ tiêu" if short else "không có"]
                + ([f"chưa tính {number_text(beside)} chỉ tiêu {_BESIDE}"] if beside else [])
            ),
        ),
        (
            f"Nhiệm vụ đã đủ «{clear}»",
            "; ".join([out_of(plans[PlanState.COMPLETE], h.tasks), *unplanned]),
        ),
        (
            "Dự án trọng điểm đã báo cáo",
            out_of(h.projects_reported, h.projects),
        ),
    ]


def _shares(consolidation: Consolidation) -> str:
    """The commitments in one sentence part."""
    h, clear = consolidation.headline, consolidation.inputs.catalogue.clear.title
    shares = (
        (h.committed, h.indicators, "chỉ tiêu", "đã có mức cam kết"),
        (h.plan_states[PlanState.COMPLETE], h.tasks, "nhiệm vụ", f"đã đủ «{clear}»"),
        (h.projects_reported, h.projects, "dự án trọng điểm", "đã báo cáo"),
    )
    return ", ".join(part_said(*share) for share in shares)


def _plan_points(consolidation: Consolidation, words: Words) -> Iterable[str]:
    excused = consolidation.excused
    uncommitted = [
        i.row for i in consolidation.indicators if i.uncommitted and i.row.code not in excused
    ]
    yield from rows_point("Chỉ tiêu chưa cơ quan nào cam kết", uncommitted, "chỉ tiêu", words)
    short = [_shortfall(i, words) for i in consolidation.indicators if i.falls_short]
    yield from point("Chỉ tiêu cam kết chưa đạt mức giao", short, "chỉ tiêu")
    beside = [_beside(i, words) for i in consolidation.indicators if i.short_beside]
    yield from point(f"Chỉ tiêu {_BESIDE}", beside, "chỉ tiêu")
    waiting = [
        f"{words.row(i.row)} ({counted(i.members)}; "
        f"chưa có: {silent_said(i.members, words.agency)})"
        for i in consolidation.indicators
        if i.members is not None and i.awaits_members
    ]
    yield from point("Chỉ tiêu còn cơ quan cùng chủ trì chưa cam kết", waiting, "chỉ tiêu")
    judged = [
        f"{words.row(i.row)} ({JUDGEMENT_NAMES[i.judgement].lower()}, {i.by_person})"
        for i in consolidation.indicators
        if i.by_person
    ]
    yield from point("Chỉ tiêu do người đánh giá", judged, "chỉ tiêu")
    yield from _scenario_points(consolidation)
    yield from wholes_point(consolidation, words)
    tasks = consolidation.tasks
    none = [t.row for t in tasks if t.state is PlanState.NONE and t.row.code not in excused]
    yield from rows_point("Nhiệm vụ được giao chưa có kế hoạch", none, "nhiệm vụ", words)
    clear = consolidation.inputs.catalogue.clear.title
    partial = [_partly(t, words) for t in tasks if t.state is PlanState.PARTIAL]
    yield from point(f"Nhiệm vụ chưa đủ «{clear}»", partial, "nhiệm vụ")
    late = [_late(t, words) for t in tasks if t.late_plans]
    yield from point("Nhiệm vụ tự đặt hạn sau thời hạn giao", late, "nhiệm vụ")
    projects = consolidation.projects
    silent = [p.row for p in projects if not p.answers and p.row.code not in excused]
    yield from rows_point("Dự án trọng điểm chưa được báo cáo", silent, "dự án", words)
    freed = [
        f"{words.agency(a.agency)} ({'; '.join(a.exempt_sheets)})"
        for a in consolidation.agencies
        if a.exempt_sheets
    ]
    yield from point("Được miễn một phần báo cáo theo quyết định", freed, "cơ quan")


def _shortfall(line: IndicatorLine, words: Words) -> str:
    if line.members is not None:
        said = counted(line.members)
        missed = missed_said(line.members, line.row.unit, words.agency)
        return f"{words.row(line.row)} ({said}, giao {assigned(line.row)}; chưa đạt: {missed})"
    target, value = _set_and_committed(line)
    committed = measured(value or Decimal(0), line.row.unit)
    return f"{words.row(line.row)} (cam kết {committed}, giao {target})"


def _beside(line: IndicatorLine, words: Words) -> str:
    """Whose promise counts and is as assigned, and whose is less."""
    counted_by = line.standing.agency if line.standing else ""
    less = [
        f"{words.agency(r.agency)} {measured(r.value.number, line.row.unit)}"
        for r in line.short_beside
        if r.value is not None and r.value.number is not None
    ]
    said = listed(less, "cơ quan", NAMED)
    return (
        f"{words.row(line.row)} ({said}, giao {assigned(line.row)}; "
        f"đang tính theo cam kết của {words.agency(counted_by)})"
    )


def _set_and_committed(line: IndicatorLine) -> tuple[str, Decimal | None]:
    """The target as text and the commitment, with as many decimals where both are one number."""
    figure = line.standing.value if line.standing else None
    value = figure.number if figure is not None else None
    target = line.row.target
    if target is None or not target.is_plain or value is None:
        return assigned(line.row), value
    places = like_decimals((target.value, value))
    return shown_number(half_up(target.value, places)), half_up(value, places)


def _short(line: IndicatorLine, words: Words) -> tuple[str, str, str]:
    """A line of the table: the measure, what was set, what was committed."""
    target, value = _set_and_committed(line)
    if line.members is not None:
        committed = members_said(line.members, line.row.unit, words.agency)
        return words.with_unit(line.row), assigned(line.row), committed
    return words.with_unit(line.row), target, shown_number(value) if value is not None else ""


def _late(line: TaskLine, words: Words) -> str:
    plans = line.late_plans
    if line.row.each_for_itself:
        told = [f"{words.agency(p.answer.agency)} {p.own_deadline:%d/%m/%Y}" for p in plans]
        return f"{words.row(line.row)}: {listed(told, 'cơ quan', NAMED)}"
    return f"{words.row_and_lead(line.row)}: {plans[0].own_deadline:%d/%m/%Y}"


def _partly(line: TaskLine, words: Words) -> str:
    """A task with a plan that is not whole; how many of those have one who lead it together."""
    if not line.row.each_for_itself:
        return words.row_and_lead(line.row)
    whole, none = (line.members_in(s) for s in (PlanState.COMPLETE, PlanState.NONE))
    said = part_said(len(whole), len(line.members), "cơ quan", "đã đủ")
    if none:
        said += f"; chưa có: {listed([words.agency(a) for a in none], 'cơ quan', NAMED)}"
    return f"{words.row_and_lead(line.row)}: {said}"


def _scenario_points(consolidation: Consolidation) -> Iterable[str]:
    """The whole product, where a period was lowered; its branches stand in the workbook."""
    if not consolidation.scenario:
        return
    whole = consolidation.scenario[0]
    lowered = [
        f"{period_phrase(p)} {shown_number(number)} (Chỉ thị {shown_number(whole.printed[p])})"
        for p in PERIODS
        if (difference := whole.difference(p)) is not None
        and difference < 0
        and (number := whole.updated[p].number) is not None
    ]
    if lowered:
        yield f"Kịch bản GRDP được cập nhật thấp hơn Chỉ thị: {'; '.join(lowered)}."


def _plan_tables(consolidation: Consolidation, words: Words) -> list[Table]:
    """Committed below the target; committed to by nobody; without a plan: names in columns."""
    excused = consolidation.excused
    short = [i for i in consolidation.indicators if i.falls_short]
    uncommitted = [
        i.row for i in consolidation.indicators if i.uncommitted and i.row.code not in excused
    ]
    unplanned = [
        t.row
        for t in consolidation.tasks
        if t.state is PlanState.NONE and t.row.code not in excused
    ]
    return [
        cut_table(
            "Chỉ tiêu cam kết chưa đạt mức giao",
            ("Chỉ tiêu", "Giao", "Cam kết"),
            [_short(i, words) for i in short],
            (1, 2),
        ),
        cut_table("Chỉ tiêu chưa cơ quan nào cam kết", *words.led(uncommitted, "Chỉ tiêu")),
        cut_table("Nhiệm vụ được giao chưa có kế hoạch", *words.led(unplanned, "Nhiệm vụ")),
    ]

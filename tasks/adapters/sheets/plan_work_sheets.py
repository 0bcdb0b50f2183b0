"""The sheets of a plan about work: assigned tasks, projects, the free action plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from models.domain.consolidation import (
    ActionItem,
    Consolidation,
    PlanState,
    ProjectLine,
    RowAnswer,
    TaskLine,
    TaskPlan,
)
from models.domain.consolidation.evidence import Answers
from models.domain.consolidation.indicators import sheet_of
from models.domain.consolidation.plans import group_column
from models.domain.reading.forms import Column, Form, SheetForm
from models.domain.register.catalogue import Appendix, CatalogueRow, Role
from models.domain.register.clear_points import ClearPoints
from tasks.adapters.sheets.consolidation_cells import EXCUSED, NOBODY, ResultNames
from tasks.adapters.sheets.output_columns import (
    CENTRE,
    Band,
    OutputColumn,
    TableSheet,
    Tone,
    Toned,
    under_bands,
)
from tasks.adapters.sheets.shared_columns import (
    answer_columns,
    name_column,
    place_column,
    remarks_column,
    source_column,
)

_UNPLANNED = Toned("Chưa có kế hoạch", Tone.BAD)


@dataclass(frozen=True)
class PlanTaskRow:
    """A task and one agency's plan for it; None: nobody has one.

    Where many lead it together, the row without a `member` tells of all of them, and one for each
    follows.
    """

    line: TaskLine
    plan: TaskPlan | None
    leads: bool = True  # the first of the task's plans
    excused: bool = False  # its lead need not answer it, by a person's decision
    member: str = ""  # code of the agency it is about

    @property
    def row(self) -> CatalogueRow:
        """The catalogue row."""
        return self.line.row

    @property
    def together(self) -> bool:
        """Whether it tells of all who lead the task together."""
        return self.row.each_for_itself and self.plan is None and not self.member

    @property
    def answers(self) -> Answers:
        """What the agency wrote."""
        return self.plan.answer.answers if self.plan else {}


def task_sheet(
    consolidation: Consolidation, names: ResultNames, form: Form
) -> TableSheet[PlanTaskRow]:
    """One row per task and planning agency, unplanned tasks too, under bands of the groups."""
    sheet, clear = sheet_of(form, Appendix.IV), names.clear
    groups = (
        (
            names.groups[line.row.code],
            _task_rows(line, excused=line.row.code in consolidation.excused),
        )
        for line in consolidation.tasks
    )
    return TableSheet(
        "Nhiệm vụ",
        f"NHIỆM VỤ ĐƯỢC GIAO TẠI PHỤ LỤC IV VÀ KẾ HOẠCH «{clear.title.upper()}» CỦA CƠ QUAN",
        "Mỗi nhiệm vụ được giao có một dòng cho từng cơ quan lập kế hoạch; nhiệm vụ chưa cơ quan "
        "nào lập kế hoạch được tô đỏ.",
        [
            place_column(names, lambda r: r.row),
            name_column(names, lambda r: r.row, "Nhiệm vụ", 28),
            OutputColumn("deadline", "Thời hạn giao", 11, lambda r: r.row.deadline_printed, CENTRE),
            OutputColumn(
                "agency",
                "Cơ quan",
                15,
                lambda r: _planner(r, names),
            ),
            OutputColumn("state", "Tình trạng kế hoạch", 12, partial(_plan_state, clear), CENTRE),
            *answer_columns(sheet, lambda r: r.answers, partial(_over_points, clear)),
            remarks_column(sheet, lambda r: r.answers, "Phối hợp, mốc tiến độ, giải trình", 28),
            source_column(lambda r: r.plan.answer.figures if r.plan else ()),
        ],
        list(under_bands(groups)),
        tone=lambda r: Tone.PLAIN if r.leads else Tone.MUTED,
    )


def _planner(shown: PlanTaskRow, names: ResultNames) -> str:
    if shown.row.each_for_itself and (shown.together or shown.member):
        return names.agency(shown.member or shown.row.led_by)
    return _answering(shown.plan.answer, names) if shown.plan else _asked(shown.row, names)


def _task_rows(line: TaskLine, *, excused: bool) -> Iterator[PlanTaskRow]:
    if line.row.each_for_itself:
        plans = {p.answer.agency: p for p in line.plans}
        yield PlanTaskRow(line, None, excused=excused)
        for agency in line.members:
            yield PlanTaskRow(line, plans.pop(agency, None), member=agency)
        for plan in plans.values():
            yield PlanTaskRow(line, plan, leads=False)
        return
    if not line.plans:
        yield PlanTaskRow(line, None, excused=excused)
    for position, plan in enumerate(line.plans):
        yield PlanTaskRow(line, plan, leads=position == 0, excused=excused)


def _plan_state(clear: ClearPoints, shown: PlanTaskRow) -> Toned:
    plan = shown.plan
    if shown.together and not shown.excused:
        return _planned_together(clear, shown.line)
    if plan is None:
        return EXCUSED if shown.excused else _UNPLANNED
    if plan.state is PlanState.NONE:
        return _UNPLANNED
    remarks = []
    if plan.state is PlanState.PARTIAL:
        missing = [clear.names[key] for key in plan.missing]
        remarks.append("Còn thiếu: " + ", ".join(missing))
    limit, own = shown.row.deadline, plan.own_deadline
    if limit is not None and own is not None and own > limit:
        remarks.append(f"Tự đặt hạn sau thời hạn giao {(own - limit).days} ngày")
    if shown.leads and not shown.member and plan.answer.role is not Role.LEAD:
        remarks.append("Cơ quan chủ trì chưa có kế hoạch")
    return (
        Toned("; ".join(remarks), Tone.WARN) if remarks else Toned(f"Đủ «{clear.title}»", Tone.GOOD)
    )


def _planned_together(clear: ClearPoints, line: TaskLine) -> Toned:
    """How many of those who lead it together have planned it, wholly and at all."""
    whole, none = (len(line.members_in(s)) for s in (PlanState.COMPLETE, PlanState.NONE))
    parts = [f"{whole}/{len(line.members)} cơ quan đủ «{clear.title}»"]
    if none:
        parts.append(f"{none} chưa có kế hoạch")
    tones = {PlanState.COMPLETE: Tone.GOOD, PlanState.NONE: Tone.BAD}
    return Toned("; ".join(parts), tones.get(line.state, Tone.WARN))


@dataclass(frozen=True)
class PlanProjectRow:
    """A project and one agency's answer to it; None: nobody reported."""

    line: ProjectLine
    answer: RowAnswer | None
    leads: bool = True  # the first of the project's answers
    excused: bool = False  # its lead need not answer it, by a person's decision

    @property
    def row(self) -> CatalogueRow:
        """The catalogue row."""
        return self.line.row

    @property
    def answers(self) -> Answers:
        """What the agency wrote."""
        return self.answer.answers if self.answer else {}


def project_sheet(
    consolidation: Consolidation, names: ResultNames, form: Form
) -> TableSheet[PlanProjectRow]:
    """One row per project and reporting agency, unreported projects too, under bands.

    Investments are million dong, or as printed where a project has more than one amount.
    """
    sheet = sheet_of(form, Appendix.V)
    groups = (
        (
            names.groups[line.row.code],
            _project_rows(line, excused=line.row.code in consolidation.excused),
        )
        for line in consolidation.projects
    )
    return TableSheet(
        "Dự án",
        "DỰ ÁN TRỌNG ĐIỂM TẠI PHỤ LỤC V",
        "Tổng mức đầu tư theo Phụ lục V và vốn giải ngân tính bằng triệu đồng.",
        [
            place_column(names, lambda r: r.row),
            name_column(names, lambda r: r.row, "Dự án", 26),
            OutputColumn("investment", "Tổng mức đầu tư", 13, lambda r: _invested(r.row), CENTRE),
            OutputColumn(
                "agency",
                "Cơ quan",
                16,
                lambda r: _answering(r.answer, names) if r.answer else _unreported(r, names),
            ),
            *answer_columns(
                sheet, lambda r: r.answers, lambda c: "Mốc tiến độ" if c.period else ""
            ),
            remarks_column(sheet, lambda r: r.answers, "Vướng mắc, đề xuất, giải trình", 26),
            source_column(lambda r: r.answer.figures if r.answer else ()),
        ],
        list(under_bands(groups)),
        tone=lambda r: Tone.PLAIN if r.leads else Tone.MUTED,
        one_unit=True,
        headed=("GIẢI NGÂN", "MỐC TIẾN ĐỘ", "VƯỚNG MẮC"),
    )


def _project_rows(line: ProjectLine, *, excused: bool) -> Iterator[PlanProjectRow]:
    if not line.answers:
        yield PlanProjectRow(line, None, excused=excused)
    for position, answer in enumerate(line.answers):
        yield PlanProjectRow(line, answer, leads=position == 0, excused=excused)


def _invested(row: CatalogueRow) -> Decimal | str:
    amounts = row.investments
    plain = len(amounts) == 1 and amounts[0].currency == "VND_MILLION"
    exact = plain and not amounts[0].approximate
    return amounts[0].amount if exact else row.investment_printed


def _unreported(shown: PlanProjectRow, names: ResultNames) -> Toned:
    said, tone = ("chưa báo cáo", Tone.BAD)
    if shown.excused:
        said, tone = ("được miễn báo cáo", Tone.MUTED)
    return Toned(f"{_asked(shown.row, names)}: {said}", tone)


@dataclass(frozen=True)
class PlanActionRow:
    """One row of an agency's free action plan, and the number of its group of solutions."""

    group: int  # 0: a group the directive does not have
    item: ActionItem


def action_sheet(
    consolidation: Consolidation, names: ResultNames, sheet: SheetForm
) -> TableSheet[PlanActionRow]:
    """A band per group of solutions, empty ones too, then its rows in register order."""
    return TableSheet(
        sheet.title,
        "VIỆC CÁC CƠ QUAN TỰ ĐỀ RA, THEO CÁC NHÓM NHIỆM VỤ, GIẢI PHÁP CỦA CHỈ THỊ",
        "Xếp theo nhóm nhiệm vụ, giải pháp tại phần II của Chỉ thị, rồi theo thứ tự cơ quan.",
        [
            OutputColumn("group", "Nhóm", 6, lambda r: r.group or None, CENTRE),
            OutputColumn("agency", "Cơ quan", 20, lambda r: names.agency(r.item.agency)),
            *answer_columns(
                sheet,
                lambda r: r.item.answers,
                partial(_over_points, names.clear),
                without=group_column(sheet),
            ),
            remarks_column(
                sheet, lambda r: r.item.answers, "Phối hợp, mốc tiến độ, giải trình", 32
            ),
            source_column(lambda r: r.item.figures),
        ],
        list(_actions_by_group(consolidation)),
    )


def _actions_by_group(consolidation: Consolidation) -> Iterator[PlanActionRow | Band]:
    for group in consolidation.action_plan:
        title = group.title or "Dòng không nêu nhóm, hoặc nêu nhóm không có trong Chỉ thị"
        count = f"{len(group.items)} việc" if group.items else "chưa cơ quan nào đề ra việc"
        yield Band(f"{title} ({count})")
        for item in group.items:
            yield PlanActionRow(group.number, item)


def _over_points(clear: ClearPoints, column: Column) -> str:
    return f"«{clear.title}»" if column.five_clear else ""


def _answering(answer: RowAnswer, names: ResultNames) -> str:
    return names.agency(answer.agency, answer.role)


def _asked(row: CatalogueRow, names: ResultNames) -> str:
    return names.listed(row.agencies) or NOBODY

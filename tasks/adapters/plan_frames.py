"""Tables about what is to be done: assigned tasks, projects, the free action plan."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from models.domain.catalogue import CatalogueRow, Role
from models.domain.consolidation import Consolidation, PlanState, ProjectLine, RowAnswer, TaskLine
from models.domain.forms import FIVE_CLEAR_NAMES, Column, SheetForm, ValueType
from tasks.adapters.consolidation_cells import (
    EXCUSED,
    Cells,
    Names,
    Tone,
    Toned,
    answer_cells,
    answer_key,
    build_frame,
    citation_of,
    texts_of,
    with_bands,
)


def own_columns(sheet: SheetForm | None) -> list[Column]:
    """The agency's columns that are printed as columns: all but the side remarks."""
    return [c for c in sheet.columns if not c.office and not _is_remark(c)] if sheet else []


def remark_keys(sheet: SheetForm | None) -> list[str]:
    """The agency's longer remarks (co-ordination, justification), printed in one column."""
    return [c.key for c in sheet.columns if not c.office and _is_remark(c)] if sheet else []


def _is_remark(column: Column) -> bool:
    return column.type is ValueType.LONG_TEXT and not column.five_clear and not column.period


def task_frame(consolidation: Consolidation, names: Names, sheet: SheetForm | None) -> pd.DataFrame:
    """One row per task and planning agency, unplanned tasks too, under bands of the groups.

    Columns: place, name, deadline (as printed), agency, state, `answer_*` of `own_columns`, texts
    (the remarks), source, tone.
    """
    columns = [
        *("place", "name", "deadline", "agency", "state"),
        *(answer_key(c.key) for c in own_columns(sheet)),
        *("texts", "source", "tone"),
    ]
    groups = (
        (
            names.groups[line.row.code],
            list(_task_rows(line, names, sheet, excused=line.row.code in consolidation.excused)),
        )
        for line in consolidation.tasks
    )
    return build_frame(with_bands(groups, "name"), columns)


def _task_rows(
    line: TaskLine, names: Names, sheet: SheetForm | None, *, excused: bool
) -> Iterator[Cells]:
    common = {
        "place": names.places[line.row.code],
        "name": names.rows[line.row.code],
        "deadline": line.row.deadline_printed,
    }
    if not line.plans:
        state = EXCUSED if excused else _UNPLANNED
        yield {**common, "agency": _named(line.row, names), "state": state}
    for position, plan in enumerate(line.plans):
        yield {
            **common,
            **_answer(plan.answer, names, sheet),
            "state": _plan_state(line, position),
            "tone": Tone.MUTED if position else Tone.PLAIN,
        }


_UNPLANNED = Toned("Chưa có kế hoạch", Tone.BAD)


def _plan_state(line: TaskLine, position: int) -> Toned:
    plan = line.plans[position]
    if plan.state is PlanState.NONE:
        return _UNPLANNED
    remarks = []
    if plan.state is PlanState.PARTIAL:
        missing = [FIVE_CLEAR_NAMES[key] for key in plan.missing]
        remarks.append("Còn thiếu: " + ", ".join(missing))
    limit, own = line.row.deadline, plan.own_deadline
    if limit is not None and own is not None and own > limit:
        remarks.append(f"Tự đặt hạn sau thời hạn giao {(own - limit).days} ngày")
    if position == 0 and plan.answer.role is not Role.LEAD:
        remarks.append("Cơ quan chủ trì chưa có kế hoạch")
    return Toned("; ".join(remarks), Tone.WARN) if remarks else Toned("Đủ “5 rõ”", Tone.GOOD)


def project_frame(
    consolidation: Consolidation, names: Names, sheet: SheetForm | None
) -> pd.DataFrame:
    """One row per project and reporting agency, unreported projects too, under bands.

    Columns: place, name, investment (million dong; as printed where it is more than one amount),
    agency, `answer_*` of `own_columns`, texts (the remarks), source, tone.
    """
    columns = [
        *("place", "name", "investment", "agency"),
        *(answer_key(c.key) for c in own_columns(sheet)),
        *("texts", "source", "tone"),
    ]
    groups = (
        (
            names.groups[line.row.code],
            list(_project_rows(line, names, sheet, excused=line.row.code in consolidation.excused)),
        )
        for line in consolidation.projects
    )
    return build_frame(with_bands(groups, "name"), columns)


def _project_rows(
    line: ProjectLine, names: Names, sheet: SheetForm | None, *, excused: bool
) -> Iterator[Cells]:
    row = line.row
    amounts = row.investments
    plain = len(amounts) == 1 and amounts[0].currency == "VND_MILLION"
    common = {
        "place": names.places[row.code],
        "name": names.rows[row.code],
        "investment": amounts[0].amount if plain else row.investment_printed,
    }
    if not line.answers:
        said, tone = ("được miễn báo cáo", Tone.MUTED) if excused else ("chưa báo cáo", Tone.BAD)
        yield {**common, "agency": Toned(f"{_named(row, names)}: {said}", tone)}
    for position, answer in enumerate(line.answers):
        tone = Tone.MUTED if position else Tone.PLAIN
        yield {**common, **_answer(answer, names, sheet), "tone": tone}


def action_frame(consolidation: Consolidation, names: Names, sheet: SheetForm) -> pd.DataFrame:
    """One band row per group of solutions, then its rows in register order.

    Columns: group (its number), agency (in a band: the group's title), `answer_*` of `own_columns`,
    texts (the remarks), source, tone.
    """
    columns = [
        *("group", "agency"),
        *(answer_key(c.key) for c in own_columns(sheet)),
        *("texts", "source", "tone"),
    ]
    rows: list[Cells] = []
    for group in consolidation.action_plan:
        title = group.title or "Dòng không nêu nhóm, hoặc nêu nhóm không có trong Chỉ thị"
        count = f"{len(group.items)} việc" if group.items else "chưa cơ quan nào đề ra việc"
        rows.append({"agency": f"{title} ({count})", "tone": Tone.BAND})
        rows += [
            {
                "group": group.number or None,
                "agency": names.agency(item.agency),
                **answer_cells(item.answers),
                "texts": texts_of(item.answers, sheet, remark_keys(sheet)),
                "source": citation_of(item.figures),
            }
            for item in group.items
        ]
    return build_frame(rows, columns)


def _named(row: CatalogueRow, names: Names) -> str:
    named = "; ".join(names.agency(a.agency, a.role) for a in row.agencies)
    return named or "Chưa giao cơ quan"


def _answer(answer: RowAnswer, names: Names, sheet: SheetForm | None) -> Cells:
    return {
        "agency": names.agency(answer.agency, answer.role),
        **answer_cells(answer.answers),
        "texts": texts_of(answer.answers, sheet, remark_keys(sheet)),
        "source": citation_of(answer.figures),
    }

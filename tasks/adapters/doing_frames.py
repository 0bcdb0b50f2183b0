"""Tables of what was to be done: tasks by the office's buckets, own actions, projects."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from models.domain.catalogue import PERIOD_TITLES
from models.domain.consolidation import Figure, RowAnswer
from models.domain.forms import SheetForm
from models.domain.review import (
    DeadlineSource,
    Doing,
    Review,
    ReviewAction,
    ReviewProject,
    ReviewTask,
    TaskBucket,
    TaskState,
)
from models.domain.review.answered import answered
from models.domain.review.wording import (
    BUCKET_NAMES,
    DEADLINE_SOURCE_NAMES,
    STATE_NAMES,
    silent_part,
    silent_since,
)
from tasks.adapters.consolidation_cells import (
    Cells,
    Names,
    Tone,
    Toned,
    build_frame,
    citation_of,
    sources_of,
    with_bands,
)

GRAVEST_FIRST = (
    TaskBucket.OVERDUE,
    TaskBucket.UNREPORTED,
    TaskBucket.DONE_LATE,
    TaskBucket.IN_PROGRESS,
    TaskBucket.OPEN_NO_DEADLINE,
    TaskBucket.DONE_ON_TIME,
    TaskBucket.DONE_NO_DEADLINE,
)
BUCKET_TONES = {
    TaskBucket.DONE_ON_TIME: Tone.GOOD,
    TaskBucket.DONE_LATE: Tone.WARN,
    TaskBucket.DONE_NO_DEADLINE: Tone.GOOD,
    TaskBucket.IN_PROGRESS: Tone.PLAIN,
    TaskBucket.OVERDUE: Tone.BAD,
    TaskBucket.OPEN_NO_DEADLINE: Tone.PLAIN,
    TaskBucket.UNREPORTED: Tone.BAD,
}
BUCKET_COLOURS = {  # for charts, without "#"
    TaskBucket.DONE_ON_TIME: "2E7D32",
    TaskBucket.DONE_LATE: "F9A825",
    TaskBucket.DONE_NO_DEADLINE: "81C784",
    TaskBucket.IN_PROGRESS: "3C6EB4",
    TaskBucket.OVERDUE: "B71C1C",
    TaskBucket.OPEN_NO_DEADLINE: "90A4AE",
    TaskBucket.UNREPORTED: "6D4C41",
}

DOING_COLUMNS = ("deadline", "whose", "state", "percent", "finished", "late", "product", "document")
TASK_COLUMNS = ("place", "name", "agency", *DOING_COLUMNS, "texts", "source", "earlier", "tone")


def bucket_frame(review: Review, names: Names, sheet: SheetForm | None) -> pd.DataFrame:
    """One row per task and reporter under a band of its bucket, the gravest first.

    Reporters whose word does not stand follow for comparison; see TASK_COLUMNS.
    """
    groups = []
    for bucket in GRAVEST_FIRST:
        tasks = review.tasks_in(bucket)
        rows = [cells for task in tasks for cells in _task_rows(task, names, sheet)]
        if rows:
            said = silent_part(sum(t.doing.not_reported_since for t in tasks))
            count = f"{len(tasks)} nhiệm vụ" + (f", {said}" if said else "")
            groups.append((f"{BUCKET_NAMES[bucket]} ({count})", rows))
    return build_frame(with_bands(groups, "name"), TASK_COLUMNS)


def _task_rows(task: ReviewTask, names: Names, sheet: SheetForm | None) -> Iterator[Cells]:
    row = task.row
    common: Cells = {"place": names.places[row.code], "name": names.rows[row.code]}
    named = "; ".join(names.agency(a.agency, a.role) for a in row.agencies)
    who = task.standing
    told = names.agency(who.agency, who.role) if who else named or "Chưa giao cơ quan"
    if task.provisional:
        told += "; cơ quan chủ trì chưa báo cáo"
    said = who.figures if who else ()
    yield {
        **common,
        "agency": told,
        **doing_cells(task.doing, row.deadline_printed),
        **sources_of([task.doing.deadline_figure, *said]),
    }
    for answer in task.answers:
        if answer is not who and answered(sheet, answer.answers, "state"):
            yield {**common, **_beside(answer, names, sheet), "tone": Tone.MUTED}


def _beside(answer: RowAnswer, names: Names, sheet: SheetForm | None) -> Cells:
    return {
        "agency": f"{names.agency(answer.agency, answer.role)} (đối chiếu)",
        "state": answered(sheet, answer.answers, "state"),
        "percent": answered(sheet, answer.answers, "percent"),
        "finished": answered(sheet, answer.answers, "finished_on"),
        "source": citation_of(answer.figures),
    }


def doing_cells(doing: Doing, printed: str = "") -> Cells:
    """What is printed of a task or an action but its name; `printed` is the directive's wording."""
    return {
        "deadline": doing.deadline_figure or doing.deadline or printed or None,
        "whose": _whose(doing, printed),
        "state": _state(doing),
        "percent": doing.percent,
        "finished": doing.finished_figure or doing.finished_on,
        "late": doing.days_late,
        "product": doing.product,
        "document": _document(doing),
        "texts": _texts(doing),
    }


def _whose(doing: Doing, printed: str) -> str | None:
    if doing.deadline_source is DeadlineSource.DIRECTIVE:
        return f"Chỉ thị: {printed}" if printed else "Chỉ thị"
    return DEADLINE_SOURCE_NAMES[doing.deadline_source] or "Không có thời hạn"


def _state(doing: Doing) -> Toned:
    tone = Tone.WARN if doing.state is TaskState.SUSPENDED else BUCKET_TONES[doing.bucket]
    return Toned(STATE_NAMES[doing.state], tone)


def _document(doing: Doing) -> Toned | None:
    """Number and date of the document that proves it, or that there is none."""
    number, date = doing.product_number, doing.product_date
    parts = [number.text if number else "", f"ngày {date.text}" if date else ""]
    said = " ".join(p for p in parts if p)
    if doing.state is not TaskState.DONE:
        return Toned(said, Tone.PLAIN) if said else None
    if doing.proven:
        return Toned(said, Tone.GOOD)
    return Toned(f"{said} (thiếu số hoặc ngày)" if said else "Chưa có văn bản", Tone.WARN)


def _texts(doing: Doing) -> str | None:
    parts = []
    if doing.not_reported_since:
        said = silent_since(doing.reported_on)
        parts.append(f"{said[:1].upper()}{said[1:]}.")
    if not doing.finish.known:
        parts.append("Không ghi ngày hoàn thành: tính đến ngày nhận báo cáo.")
    if doing.moved_deadline is not None:
        parts.append(f"Cơ quan ghi lại thời hạn: {doing.moved_deadline.text}.")
    for label, figure in (("Vướng mắc", doing.obstacles), ("Đề xuất", doing.proposals)):
        if figure is not None:
            parts.append(f"{label}: {figure.text.strip()}")
    return "\n".join(parts) or None


ACTION_COLUMNS = (
    "group",
    "agency",
    "work",
    "bucket",
    *DOING_COLUMNS,
    "texts",
    "source",
    "earlier",
    "tone",
)


def action_review_frame(review: Review, names: Names) -> pd.DataFrame:
    """A band row per group of solutions, then its actions in register order; see ACTION_COLUMNS."""
    groups: dict[tuple[int, str], list[ReviewAction]] = {}
    for action in review.actions:
        groups.setdefault((action.group, action.group_title), []).append(action)
    rows: list[Cells] = []
    for (_, title), actions in groups.items():
        named = title or "Dòng không nêu nhóm, hoặc nêu nhóm không có trong Chỉ thị"
        rows.append({"agency": f"{named} ({len(actions)} việc)", "tone": Tone.BAND})
        rows += [_action(a, names) for a in actions]
    return build_frame(rows, ACTION_COLUMNS)


def _action(action: ReviewAction, names: Names) -> Cells:
    before = (action.planned, action.doing.deadline_figure)
    return {
        **doing_cells(action.doing),
        "group": action.group or None,
        "agency": names.agency(action.agency),
        "work": action.work,
        "bucket": Toned(BUCKET_NAMES[action.bucket], BUCKET_TONES[action.bucket]),
        **sources_of([*before, *action.answers.values()]),
    }


PROJECT_COLUMNS = (
    *("place", "name", "agency", "central", "central_pct", "city", "city_pct", "own", "own_pct"),
    *("disbursed", "as_of", "estimate", "milestones", "progress", "texts"),
    *("source", "earlier", "tone"),
)
_BASELINES = (("plan_central", "central"), ("plan_city", "city"), ("own_plan", "own"))


def spending_frame(review: Review, names: Names) -> pd.DataFrame:
    """One row per project under bands of its group, amounts in million dong; see PROJECT_COLUMNS.

    `*_pct`: spent to date in percent of that plan; `milestones`: registered in the plan cycle, a
    line each.
    """
    groups = (
        (names.groups[project.row.code], [_project(project, names)]) for project in review.projects
    )
    return build_frame(with_bands(groups, "name"), PROJECT_COLUMNS)


def _project(project: ReviewProject, names: Names) -> Cells:
    row, who = project.row, project.standing
    cells: dict[str, object] = {"place": names.places[row.code], "name": names.rows[row.code]}
    figures: list[Figure] = list(who.figures) if who else []
    for key, column in _BASELINES:
        baseline = project.baseline(key)
        if baseline is not None:
            cells[column], cells[f"{column}_pct"] = baseline.plan, baseline.share_pct
            figures.append(baseline.plan)
    registered = project.milestones
    figures += registered.values()
    lines = [f"{PERIOD_TITLES[p]}: {f.text.strip()}" for p, f in registered.items()]
    cells["milestones"] = "\n".join(lines) or None
    if who is None:
        named = "; ".join(names.agency(a.agency, a.role) for a in row.agencies)
        silent = Toned(f"{named}: chưa báo cáo", Tone.BAD)
        return {**cells, "agency": silent, **sources_of(figures)}
    texts = (
        ("Nguyên nhân", project.causes),
        ("Vướng mắc", project.obstacles),
        ("Đề xuất", project.proposals),
    )
    told = [f"{label}: {figure.text.strip()}" for label, figure in texts if figure is not None]
    return {
        **cells,
        "agency": names.agency(who.agency, who.role),
        "disbursed": project.disbursed,
        "as_of": project.disbursed_as_of,
        "estimate": project.disbursed_estimate,
        "progress": project.progress,
        "texts": "\n".join(told) or None,
        **sources_of(figures),
    }


def buckets_table(review: Review) -> pd.DataFrame:
    """Buckets (rows, as named, in the office's order) by assigned tasks and own actions; sums."""
    headline = review.headline
    table = pd.DataFrame(
        [(headline.buckets[bucket], headline.action_buckets[bucket]) for bucket in TaskBucket],
        index=[BUCKET_NAMES[bucket] for bucket in TaskBucket],
        columns=["Nhiệm vụ được giao", "Việc cơ quan tự đề ra"],
    )
    table.loc["Cộng"] = table.sum(axis=0)
    return table.astype(int)

"""Where the case of each task is looked at and decided: paths alone, for pages and for letters."""

from __future__ import annotations

from flows.desk import ways
from models.domain.desk.todays_work import DeskTask, TaskKind


def case_address(task: DeskTask) -> str:
    """The path of a task's case.

    >>> case_address(DeskTask(TaskKind.UNREACHED, "syt", "", "", cycle="2025-plan", agency="syt"))
    '/co-quan/syt?ky=2025-plan'
    """
    match task.kind:
        case TaskKind.HELD:
            return f"{ways.MAIL}/{task.key}"
        case TaskKind.APPROVAL | TaskKind.LETTER:
            return f"{ways.LETTERS}/{task.key}"
        case TaskKind.CONFLICT:
            return f"{ways.MEASURES}/{task.cycle}/mau-thuan/{task.key}"
        case TaskKind.JUDGEMENT:
            return f"{ways.MEASURES}/{task.cycle}/danh-gia/{task.key}"
        case TaskKind.UNREACHED:
            return f"{ways.AGENCIES}/{task.agency}?ky={task.cycle}"

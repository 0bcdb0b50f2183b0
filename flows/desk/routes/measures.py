"""Số liệu: indicators, tasks, projects and proposals, every figure down to its cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from fastapi.responses import Response

from flows.desk import ways
from flows.desk.desk import Desk, NotFound, Page, PageRequest, to
from flows.desk.measure_files import line_file, table_file
from flows.desk.routes import contradictions, figures, scenarios
from flows.desk.routes.measure_frame import (
    MeasureFrame,
    agencies_of,
    asked_cycles,
    frame_of,
    measures_page,
)
from models.domain.consolidation.wording import JUDGEMENT_NAMES
from models.domain.desk.lists import paged
from models.domain.desk.measure_lines import (
    NO_VALUE,
    MeasureFilter,
    MeasureLine,
    in_order,
)
from models.domain.desk.row_story import printed_facts
from models.domain.desk.shown_tables import DeskTable, rows_taken
from models.domain.register.catalogue import Appendix
from models.domain.review.wording import OUTCOME_NAMES
from tasks.adapters.desk.cycle_measures import (
    ACTIONS,
    INDICATORS,
    PROJECTS,
    PROPOSALS,
    SCENARIO,
    TASKS,
)
from tasks.adapters.sheets.consolidation_cells import appendix_name

_TITLES = {
    TASKS: "Nhiệm vụ được giao",
    PROJECTS: "Dự án trọng điểm",
    ACTIONS: "Việc các cơ quan tự đề ra",
    PROPOSALS: "Kiến nghị, đề xuất",
}
_NOTHING = {
    ACTIONS: "Sổ báo cáo của kỳ này không hỏi việc tự đề ra.",
}


def newest(desk: Desk, request: PageRequest) -> Response:
    """Leads to the newest cycle."""
    cycles = asked_cycles(desk)
    if not cycles:
        raise NotFound("Chưa kỳ báo cáo nào gửi đề nghị báo cáo tới cơ quan.")
    return to(f"{ways.MEASURES}/{cycles[0].code}")


def of_cycle(desk: Desk, request: PageRequest) -> Response:
    """All indicators of a cycle, filtered and sorted as the address says."""
    frame = frame_of(desk, request)
    wanted = _asked(request)
    lines, sorting = in_order(wanted.taken(frame.measures.lines), request.asked("xep"))
    every = frame.measures.lines
    return measures_page(
        desk,
        request,
        "measures/measures.html",
        frame,
        wanted=wanted,
        part=paged(lines, request.asked("trang")),
        kept={name: request.asked(name) for name in _KEPT},
        sorting=sorting,
        agencies=agencies_of(desk, {code for line in every for code in line.agencies}),
        appendices=_appendices(every),
        states=_states(frame),
        counts=_counts(frame),
    )


_KEPT = ("q", "co-quan", "phu-luc", "danh-gia", "cho", "xep")


def _asked(request: PageRequest) -> MeasureFilter:
    return MeasureFilter(
        words=request.asked("q"),
        agency=request.asked("co-quan"),
        appendix=request.asked("phu-luc"),
        state=request.asked("danh-gia"),
        waiting=bool(request.asked("cho")),
    )


def _states(frame: MeasureFrame) -> list[tuple[str, str]]:
    names = OUTCOME_NAMES if frame.measures.review is not None else JUDGEMENT_NAMES
    said = "Chưa có số liệu" if frame.measures.review is not None else "Chưa cam kết"
    return [*((j.value, name) for j, name in names.items()), (NO_VALUE, said)]


def _counts(frame: MeasureFrame) -> list[tuple[str, str, int]]:
    """How many indicators are in each state, those of none left out."""
    found = [line.state for line in frame.measures.lines]
    return [(state, name, found.count(state)) for state, name in _states(frame) if state in found]


def _appendices(lines: Iterable[MeasureLine]) -> list[tuple[str, str]]:
    found = {line.row.appendix for line in lines}
    return [(one.value, appendix_name(one)) for one in Appendix if one in found]


def of_row(desk: Desk, request: PageRequest) -> Response:
    """All that is known of one row: its print, every answer, how it was judged."""
    frame = frame_of(desk, request)
    measures, row = frame.measures, frame.row(request.values["row"])
    key = _TABLE_OF.get(row.appendix, INDICATORS)
    line = next((one for one in measures.lines if one.row.code == row.code), None)
    review = measures.review
    one = review.indicator(row.code) if review is not None and line is not None else None
    table = measures.table(key)
    shown = [table] if table is not None else []
    return measures_page(
        desk,
        request,
        "measures/measure_row.html",
        frame,
        row=row,
        facts=printed_facts(row, measures.catalogue, measures.names),
        line=line,
        one=one,
        # An indicator's judgement is told in words; a task's or project's is its table's row.
        tables=_about(row.code, [*([] if line else shown), *measures.beside]),
        answers=measures.answers(row),
        earlier=measures.earlier_answers(row),
        conflicts=[(code, c) for code, c in measures.conflicts.items()
                   if row.code in (c.row.code, c.other_row.code)],
        asked=[a for a in measures.asked.values() if a.question.row.code == row.code],
    )  # fmt: skip


_TABLE_OF = {Appendix.II: SCENARIO, Appendix.IV: TASKS, Appendix.V: PROJECTS}


def _about(code: str, tables: Sequence[DeskTable]) -> list[DeskTable]:
    return [about for table in tables if (about := table.about(code)).rows]


def _of_table(key: str) -> Page:
    """The page of one table of results."""

    def page(desk: Desk, request: PageRequest) -> Response:
        frame = frame_of(desk, request)
        table = frame.measures.table(key)
        words, agency, band = (request.asked(name) for name in ("q", "co-quan", "nhom"))
        rows = list(rows_taken(table.rows, words, agency, band)) if table else []
        return measures_page(
            desk,
            request,
            "measures/measure_table.html",
            frame,
            title=_TITLES[key],
            key=key,
            table=table,
            nothing=_NOTHING.get(key, ""),
            kept={"q": words, "co-quan": agency, "nhom": band},
            part=paged(rows, request.asked("trang")),
            agencies=agencies_of(desk, table.agencies if table else ()),
        )

    return page


def download(desk: Desk, request: PageRequest) -> Response:
    """What a page lists, filtered as it is, for a spreadsheet."""
    frame, key = frame_of(desk, request), request.values["table"]
    if key == INDICATORS:
        lines, _ = in_order(_asked(request).taken(frame.measures.lines), request.asked("xep"))
        return line_file(frame.cycle.code, lines, frame.measures.names)
    table = frame.measures.table(key) if key in (SCENARIO, *_TITLES) else None
    if table is None:
        raise NotFound("Không có bảng ấy để tải về.")
    asked = (request.asked(name) for name in ("q", "co-quan", "nhom"))
    return table_file(f"{key}_{frame.cycle.code}", table, list(rows_taken(table.rows, *asked)))


PAGES: Mapping[str, Page] = {
    "measures": newest,
    "measures_of_cycle": of_cycle,
    "measure_row": of_row,
    "assigned_tasks": _of_table(TASKS),
    "own_actions": _of_table(ACTIONS),
    "projects": _of_table(PROJECTS),
    "proposals": _of_table(PROPOSALS),
    "measures_download": download,
    **figures.PAGES,
    **scenarios.PAGES,
    **contradictions.PAGES,
}

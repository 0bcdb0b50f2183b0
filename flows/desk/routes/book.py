"""Sổ quyết định: who decided what, when, why, and how it can be undone; printable."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from fastapi.responses import Response

from flows.desk import ways
from flows.desk.desk import Desk, NotFound, Page, PageRequest
from flows.desk.downloads import download
from flows.desk.undo_lines import undo_line
from models.domain.answers.decisions import (
    KIND_TITLES,
    Decision,
    DecisionBook,
    DecisionKind,
)
from models.domain.cycle.cycles import HANOI
from models.domain.desk.lists import has_words, paged, search_key, words_of
from tasks.adapters.desk.book_shown import (
    BookAsked,
    DecisionAbout,
    DecisionsAbout,
    abouts,
    chosen,
    searched,
)
from tasks.adapters.desk.tables_out import TableCell, as_csv, as_workbook
from tasks.adapters.desk.undoings import undoings
from tasks.adapters.store import decisions
from tasks.adapters.workplace import Workplace

_HEADER = (
    "Số", "Quyết định", "Về", "Kỳ", "Cơ quan", "Ghi vào sổ lúc", "Có hiệu lực từ", "Đến",
    "Người quyết định", "Lý do",
)  # fmt: skip


def book(desk: Desk, request: PageRequest) -> Response:
    """The decisions, the newest first."""
    workplace = desk.house.workplace()
    register = workplace.office.register
    with workplace.engine.begin() as connection:
        kept = decisions.book(connection)
        page = paged(_asked(workplace, request, kept), request.asked("trang"))
        about = abouts(workplace.office, connection, page.rows)
        undo = undoings(workplace.office.cycles, connection, kept, page.rows)
    shown = [
        (d, about.of(d), about_address(d, about.of(d)), undo_line([undo[d.number]], request.path))
        for d in page.rows
    ]
    used = {d.kind for d in kept.decisions}
    return desk.page(
        "letters/book.html",
        request,
        page=page,
        shown=shown,
        titles=KIND_TITLES,
        until=until_said,
        kinds=[(kind.value, title) for kind, title in KIND_TITLES.items() if kind in used],
        cycles=[(c.code, c.title) for c in workplace.office.cycles.values()],
        marks={c.code: c.mark for c in workplace.office.cycles.values()},
        name_of=register.agency_name,
        now=workplace.now,
        table_query={k: request.asked(k) for k in ("q", "loai", "ky", "co-quan", "so")},
    )


def book_table(desk: Desk, request: PageRequest) -> Response:
    """The decisions asked for as a file."""
    workplace = desk.house.workplace()
    with workplace.engine.begin() as connection:
        wanted = _asked(workplace, request, decisions.book(connection))
        about = abouts(workplace.office, connection, wanted)
    rows = [_row(workplace, one, about) for one in wanted]
    name = f"so-quyet-dinh_{workplace.now.astimezone(HANOI):%Y%m%d-%H%M}"
    if request.values["kind"] == "csv":
        return download(f"{name}.csv", as_csv(_HEADER, rows), "text/csv")
    if request.values["kind"] == "xlsx":
        return download(f"{name}.xlsx", as_workbook("Sổ quyết định", _HEADER, rows))
    raise NotFound("Sổ quyết định chỉ tải được ở dạng .csv hoặc .xlsx.")


def about_address(decision: Decision, about: DecisionAbout) -> str:
    """Where what a decision is about is looked at; "" where it has no page of its own."""
    if about.message:
        return f"{ways.MAIL}/{about.message}"
    if about.letter is not None:
        return f"{ways.LETTERS}/{about.letter}"
    if about.conflict:
        return f"{ways.MEASURES}/{decision.cycle}/mau-thuan/{about.conflict}"
    if about.question:
        return f"{ways.MEASURES}/{decision.cycle}/danh-gia/{about.question}"
    return ""


def until_said(decision: Decision) -> dt.date | dt.datetime | None:
    """The last day of what a decision allows; of a corrected arrival its moment; None for none."""
    if decision.until is None or decision.kind is DecisionKind.CORRECT_ARRIVAL:
        return decision.until
    return (decision.until.astimezone(HANOI) - dt.timedelta(microseconds=1)).date()


def _asked(workplace: Workplace, request: PageRequest, kept: DecisionBook) -> list[Decision]:
    asked = BookAsked(
        request.asked("so"), request.asked("loai"), request.asked("ky"), request.asked("co-quan")
    )
    words = words_of(request.asked("q"))
    found = chosen(kept.decisions, asked)
    if not words:
        return found
    office = workplace.office
    return [d for d in found if has_words(words, search_key(searched(office, d)))]


def _row(workplace: Workplace, one: Decision, about: DecisionsAbout) -> list[TableCell]:
    cycle = workplace.office.cycles.get(one.cycle)
    return [
        one.number,
        KIND_TITLES[one.kind],
        about.of(one).said,
        cycle.title if cycle else one.cycle,
        workplace.office.register.agency_name(one.agency),
        one.entered_at,
        one.decided_at,
        until_said(one),
        one.by,
        one.reason,
    ]


PAGES: Mapping[str, Page] = {"book": book, "book_table": book_table}

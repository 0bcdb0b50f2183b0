"""Workbooks in the page: a recorded version or a carried file, and what is known of its cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from fastapi.responses import Response

from flows.desk import ways
from flows.desk.desk import Desk, NotFound, Page, PageRequest, to
from models.domain.desk.plain_sight import visible
from models.domain.desk.shown_sheet import (
    SheetMarks,
    ShownSheet,
    chosen_cell,
    marks_by_sheet,
    shown_sheet,
    split_place,
)
from models.domain.reading.findings import SEVERITY_NAMES
from models.domain.reading.workbook_content import SheetContent
from tasks.adapters.desk.kept_workbooks import (
    KeptWorkbook,
    NoSuchWorkbook,
    answered_by,
    carried_file,
    recorded_workbook,
    to_compare,
)
from tasks.adapters.desk.workbook_views import ViewedWorkbook

P = ParamSpec("P")
T = TypeVar("T")

PATIENCE = 4.0  # seconds in which a workbook is usually read; else a page that waits


def version(desk: Desk, request: PageRequest) -> Response:
    """The workbook of a recorded version. `o`: Sheet!C12, that cell marked and scrolled to."""
    number = request.values["submission"]
    if not number.isdecimal() or len(number) > 9:
        raise NotFound("Không có phiên bản nào mang số này trong sổ.")
    with desk.house.looking() as (workplace, connection):
        kept = found(recorded_workbook, workplace.office, connection, int(number))
    return _shown(desk, request, kept)


def file(desk: Desk, request: PageRequest) -> Response:
    """A file of a message that became no version; one that did is shown as that version."""
    with desk.house.looking() as (_, connection):
        position = request.values["position"]
        if not position.isdecimal() or len(position) > 6:
            raise NotFound("Thư này không có tệp ở vị trí ấy.")
        kept, became = found(carried_file, connection, request.values["key"], int(position))
    if became:
        return to(f"{ways.WORKBOOK}/{became}", o=request.asked("o"), trang=request.asked("trang"))
    return _shown(desk, request, kept)


def found(ask: Callable[P, T], *asked: P.args, **named: P.kwargs) -> T:
    """What a loader knows. Raises NotFound where it knows nothing."""
    try:
        return ask(*asked, **named)
    except NoSuchWorkbook as error:
        raise NotFound(str(error)) from None


def viewed(desk: Desk, kept: KeptWorkbook) -> ViewedWorkbook | None:
    """The file as read; None while it is being read."""
    workplace = desk.house.workplace()
    name = visible(kept.name)
    return desk.house.views.of(workplace.reader, workplace.raw_store, kept.sha256, name, PATIENCE)


def _shown(desk: Desk, request: PageRequest, kept: KeptWorkbook) -> Response:
    book = viewed(desk, kept)
    with desk.house.looking() as (workplace, connection):
        office = workplace.office
        rivals = to_compare(office, connection, [kept])
    if book is None:
        return desk.page("mail/workbook_waits.html", request, kept=kept)
    what = answered_by(office, kept.cycle, kept.entries)
    marks, findings = marks_by_sheet(kept.entries, kept.findings, what)
    name, cell = split_place(request.asked("o"))
    name = name or request.asked("trang")
    sheets = book.content.sheets if book.content else ()
    sheet = next((s for s in sheets if s.name == name), None)
    notice = ""
    if name and sheet is None and book.content:
        notice = f"Sổ này không có trang «{visible(name[:100])}»."
    sheet = sheet or next((s for s in sheets if s.name in marks and marks[s.name].found), None)
    sheet = sheet or next((s for s in sheets if s.name in marks), None)
    sheet = sheet or next((s for s in sheets if not s.hidden), sheets[0] if sheets else None)
    own = marks.get(sheet.name, SheetMarks()) if sheet else SheetMarks()
    return desk.page(
        "mail/workbook.html",
        request,
        kept=kept,
        book=book,
        cycle=office.cycles.get(kept.cycle),
        agency=office.register.agency_name(kept.agency) if kept.agency else "",
        sheet=sheet,
        shown=_drawn(book, sheet, own, cell, request) if sheet else None,
        chosen=chosen_cell(sheet, own, cell) if sheet and cell else None,
        findings=findings,
        severities=SEVERITY_NAMES,
        tabs=[_Tab(s, len(marks[s.name].found) if s.name in marks else 0) for s in sheets],
        notice=notice,
        rival=_rival(rivals, kept.named),
    )


def _rival(options: Sequence[tuple[str, str]], own: str) -> tuple[str, str] | None:
    """What a workbook is most likely to be compared with: what came before it, else after it."""
    at = next((n for n, (named, _) in enumerate(options) if named == own), 0)
    return options[at - 1] if at else options[1] if len(options) > 1 else None


@dataclass(frozen=True, slots=True)
class _Tab:
    """A sheet's tab, and in how many of its cells something was found."""

    sheet: SheetContent
    found: int


def _drawn(
    book: ViewedWorkbook, sheet: SheetContent, own: SheetMarks, cell: str, request: PageRequest
) -> ShownSheet:
    part = (_number(request.asked("dong")), _number(request.asked("cot")))
    return shown_sheet(sheet, book.extents[sheet.name], own, cell, part)


def _number(asked: str) -> int:
    return int(asked) if asked.isdecimal() and len(asked) < 8 and int(asked) else 1


PAGES: Mapping[str, Page] = {"workbook": version, "workbook_file": file}

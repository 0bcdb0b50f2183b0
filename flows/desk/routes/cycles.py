"""Kỳ báo cáo: how a cycle stands, the agencies as a table, decisions on several at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fastapi.responses import Response

from flows.desk import ways
from flows.desk.desk import Desk, NotFound, Page, PageRequest, address
from flows.desk.downloads import download
from flows.desk.forms import filled_form
from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.cycle.letter_phrases import hanoi_minute
from models.domain.desk.cycle_page import (
    BUCKET_TITLES,
    AgencyInCycle,
    AnswerBucket,
    counts_by_kind,
    counts_by_sheet,
)
from models.domain.desk.lists import has_words, paged, search_key, sorted_by, words_of
from models.domain.mail.mail import LetterKind
from models.domain.reading.office import Office
from tasks.adapters.desk.cycle_page import agency_lines, put_out, sheet_titles
from tasks.adapters.desk.letters_shown import LETTER_TITLES, newest_letters
from tasks.adapters.desk.tables_out import TableCell, as_csv, as_workbook
from tasks.adapters.store import decisions
from tasks.adapters.workplace import Workplace

_NEWEST_SHOWN = 3  # of what was put out, on the cycle's own page
_ALL_ROWS = "tat-ca"

#: Work that is due anyway and may begin now: flow, what its button says, whether it takes a cycle.
WORKS = (
    ("open-cycle", "Giao sổ báo cáo", True),
    ("collect-submissions", "Nhận thư", False),
    ("remind-agencies", "Nhắc cơ quan", True),
    ("consolidate-cycle", "Tổng hợp", True),
    ("send-summary", "Lập thư tổng hợp", True),
)

_LAST = dt.date.max
_SORTS: Mapping[str, Callable[[AgencyInCycle], Any]] = {
    "ten": lambda one: one.search_key,
    "khoi": lambda one: (one.kind_said, one.search_key),
    "tinh-trang": lambda one: (list(AnswerBucket).index(one.bucket), one.search_key),
    "han": lambda one: (one.last_day or _LAST, one.search_key),
    "nhan": lambda one: (
        one.received_at.timestamp() if one.received_at else float("inf"),
        one.search_key,
    ),
}


def cycles(desk: Desk, request: PageRequest) -> Response:
    """All cycles that have opened, the newest first, and those to come."""
    workplace = desk.house.workplace()
    every = sorted(workplace.office.cycles.values(), key=lambda c: c.opens_at, reverse=True)
    with workplace.engine.begin() as connection:
        book = decisions.book(connection)
    shown = [
        (
            cycle,
            counts_by_kind(agency_lines(workplace, cycle, desk.house.standings(cycle)))[-1],
            bool(book.closing(cycle.code)),
        )
        for cycle in every
    ]
    return desk.page(
        "cycles/cycles.html", request, shown=shown, now=workplace.now, buckets=BUCKET_TITLES
    )


def cycle_page(desk: Desk, request: PageRequest) -> Response:
    """One cycle: counts, agencies, sections, what was put out, what may be begun or decided."""
    workplace = desk.house.workplace()
    cycle = known_cycle(workplace.office, request.values["cycle"])
    lines = agency_lines(workplace, cycle, desk.house.standings(cycle))
    found, sorting = _chosen(request, lines)
    everything = request.asked("hien") == _ALL_ROWS
    with workplace.engine.begin() as connection:
        outputs = put_out(workplace, connection, cycle.code)[:_NEWEST_SHOWN]
        closed = decisions.book(connection).closing(cycle.code)
    form = None
    if request.may(ways.DECIDERS):
        book = "Mở lại" if closed else "Khóa sổ"
        fixed = {"cycle": [cycle.code], "book": [book]}
        form = filled_form(workplace, "close-cycle", fixed, request.path)
    page = paged(found, request.asked("trang"))
    return desk.page(
        "cycles/cycle.html",
        request,
        cycle=cycle,
        now=workplace.now,
        counts=counts_by_kind(lines),
        sheets=counts_by_sheet(lines, sheet_titles(workplace, cycle)),
        buckets=BUCKET_TITLES,
        shown=found if everything else page.rows,
        page=page,
        everything=everything,
        sorting=sorting,
        kinds=list(dict.fromkeys((one.kind_said, one.kind_said) for one in lines)),
        outputs=outputs,
        closed=closed,
        close_form=form,
        works=WORKS if request.may(ways.STARTERS) else (),
        all_rows=_ALL_ROWS,
        table_query={k: request.asked(k) for k in ("q", "khoi", "tinh-trang", "xep")},
    )


def cycle_table(desk: Desk, request: PageRequest) -> Response:
    """The agencies as the page shows them, filtered and sorted, as a file."""
    workplace = desk.house.workplace()
    cycle = known_cycle(workplace.office, request.values["cycle"])
    lines = agency_lines(workplace, cycle, desk.house.standings(cycle))
    found, _ = _chosen(request, lines)
    rows = [_row(one) for one in found]
    name = f"{cycle.code}_co-quan_{workplace.now.astimezone(HANOI):%Y%m%d-%H%M}"
    if request.values["kind"] == "csv":
        return download(f"{name}.csv", as_csv(_HEADER, rows), "text/csv")
    if request.values["kind"] == "xlsx":
        return download(f"{name}.xlsx", as_workbook("Cơ quan", _HEADER, rows))
    raise NotFound("Bảng chỉ tải được ở dạng .csv hoặc .xlsx.")


def letters_again(desk: Desk, request: PageRequest) -> Response:
    """Which letter of several agencies goes once more, and to whom of them."""
    workplace = desk.house.workplace()
    cycle = known_cycle(workplace.office, request.values["cycle"])
    agencies = list(request.query.get("agency", ()))
    kind = request.asked("loai", LetterKind.OPENING.value)
    with workplace.engine.begin() as connection:
        found = newest_letters(connection, cycle.code, agencies)
    name_of = workplace.office.register.agency_name
    kinds = list(dict.fromkeys(LetterKind(one.kind) for one in found))
    chosen = [one for one in found if one.kind == kind]
    return desk.page(
        "cycles/letters_again.html",
        request,
        cycle=cycle,
        kinds=kinds,
        kind=kind,
        kind_titles=LETTER_TITLES,
        chosen=[(one, name_of(one.agency)) for one in chosen],
        missing=[name_of(a) for a in agencies if a not in {one.agency for one in chosen}],
        agencies=agencies,
        back=address(f"{ways.CYCLES}/{cycle.code}"),
    )


def known_cycle(office: Office, code: str) -> ReportingCycle:
    """The cycle of that code. Raises NotFound."""
    found = office.cycles.get(code)
    if found is None:
        raise NotFound("Không có kỳ báo cáo nào mang mã này.")
    return found


def _chosen(
    request: PageRequest, lines: Sequence[AgencyInCycle]
) -> tuple[list[AgencyInCycle], str]:
    """Those that the query asks for, in its order, and the order's name."""
    kind, bucket = request.asked("khoi"), request.asked("tinh-trang")
    words = words_of(request.asked("q"))
    kept = (
        one
        for one in lines
        if kind in ("", one.kind_said)
        and bucket in ("", one.bucket)
        and has_words(words, search_key(one.name))
    )
    return sorted_by(kept, request.asked("xep"), _SORTS, "tinh-trang")


_HEADER = (
    "Cơ quan", "Khối", "Tình trạng", "Hạn của cơ quan", "Còn (ngày)", "Nhận lúc", "Phiên bản",
    "Số tiếp nhận", "Số lần gửi", "Thư chờ xem", "Trang còn thiếu", "Trang được miễn", "Gia hạn",
    "Thư không tới",
)  # fmt: skip


def _row(one: AgencyInCycle) -> list[TableCell]:
    standing = one.standing
    version = standing.effective or standing.latest
    beyond = standing.out_of_reach
    return [
        one.name,
        one.kind_said,
        one.said,
        one.last_day,
        one.days_left,
        hanoi_minute(one.received_at) if one.received_at else "",
        version.version if version else None,
        one.receipt_number,
        standing.sendings or None,
        standing.held or None,
        "; ".join(one.owed_sheets),
        "; ".join(one.exempt_sheets),
        standing.extension_said,
        beyond.said if beyond else "",
    ]


def workplace_cycle(desk: Desk, request: PageRequest) -> tuple[Workplace, ReportingCycle]:
    """The workplace, and the cycle that the path names. Raises NotFound."""
    workplace = desk.house.workplace()
    return workplace, known_cycle(workplace.office, request.values["cycle"])


PAGES: Mapping[str, Page] = {
    "cycles": cycles,
    "cycle": cycle_page,
    "cycle_table": cycle_table,
    "letters_again": letters_again,
}

"""Two versions, or two rival workbooks of one message, side by side."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi.responses import Response
from sqlalchemy import Connection

from flows.desk import ways
from flows.desk.desk import Desk, NotFound, Page, PageRequest
from flows.desk.routes.workbooks import found, viewed
from models.domain.desk.lists import paged
from models.domain.reading.office import Office
from tasks.adapters.desk.kept_workbooks import (
    KeptWorkbook,
    carried_file,
    recorded_workbook,
    to_compare,
)

_WHICH = "Xin mở trang so sánh từ một sổ báo cáo hoặc một thư, ở đó có các sổ để chọn."
_TOO_LARGE = "Hai sổ quá lớn để so sánh trong trang; xin tải về và mở bằng Excel."
_MOST_CELLS = 300_000  # of both that are compared
_LONGEST_NUMBER = 9


def compared(desk: Desk, request: PageRequest) -> Response:
    """`trai` and `phai`: the number of a version, or a message's key and a position in it."""
    sides = [request.asked("trai"), request.asked("phai")]
    with desk.house.looking() as (workplace, connection):
        office = workplace.office
        left, right = (_side(office, connection, named) for named in sides)
        options = to_compare(office, connection, (left, right))
    books = [viewed(desk, kept) for kept in (left, right)]
    if books[0] is None or books[1] is None:
        waits = left if books[0] is None else right
        return desk.page("mail/workbook_waits.html", request, kept=waits)
    why_not = [book.why_not for book in books if book and book.why_not]
    if sum(book.cells for book in books if book) > _MOST_CELLS:
        why_not.append(_TOO_LARGE)
    pair = (left.sha256, books[0]), (right.sha256, books[1])
    sheets = [] if why_not else desk.house.views.compared(*pair)
    rows = [row for sheet in sheets for row in sheet.rows]
    return desk.page(
        "mail/workbooks_compared.html",
        request,
        both=[
            (
                kept,
                f"{ways.WORKBOOK}/{kept.place}",
                _agency(office, kept),
                office.cycles.get(kept.cycle),
            )
            for kept in (left, right)
        ],
        sides=sides,
        options=options,
        why_not=why_not,
        sheets=sheets,
        same_bytes=left.sha256 == right.sha256,
        page=paged(rows, request.asked("trang")),
    )


def _side(office: Office, connection: Connection, named: str) -> KeptWorkbook:
    """A workbook as the query names it. Raises NotFound."""
    key, sign, position = named.partition("/")
    number = position if sign else key
    if not (number.isascii() and number.isdigit() and len(number) <= _LONGEST_NUMBER):
        raise NotFound(_WHICH)
    if not sign:
        return found(recorded_workbook, office, connection, int(number))
    kept, became = found(carried_file, connection, key, int(number))
    return found(recorded_workbook, office, connection, became) if became else kept


def _agency(office: Office, kept: KeptWorkbook) -> str:
    return office.register.agency_name(kept.agency) if kept.agency else ""


PAGES: Mapping[str, Page] = {"compared": compared}

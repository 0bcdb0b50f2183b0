"""Tìm: one field over everything, each hit a link."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from fastapi.responses import Response

from flows.desk import ways
from flows.desk.desk import Desk, Page, PageRequest
from models.domain.cycle.cycles import HANOI
from tasks.adapters.desk.finding import (
    Hit,
    Hits,
    agencies_found,
    letters_found,
    messages_found,
    rows_found,
    versions_found,
)
from tasks.adapters.store import obligations

#: As officials write it: "N-0123", "n 123", "K-0007".
_REFERENCE = re.compile(r"\s*([NK])[\s-]*(\d{1,6})\s*", re.IGNORECASE)


def search(desk: Desk, request: PageRequest) -> Response:
    """What was found of each kind."""
    workplace = desk.house.workplace()
    office, query = workplace.office, request.asked("q")[:200]
    reference = _REFERENCE.fullmatch(query)
    # A figure's reference stands nowhere else.
    words = "" if reference else query
    with workplace.engine.begin() as connection:
        codes = obligations.open_cycles(connection)
        mail = messages_found(office, connection, words)
        versions = versions_found(office, connection, words)
        letters = letters_found(office, connection, words)
    asked = [office.cycles[code] for code in codes if code in office.cycles]
    cycles = sorted(asked, key=lambda cycle: cycle.opens_at, reverse=True)
    rows = rows_found(office, cycles, words)
    today = workplace.now.astimezone(HANOI).date()
    agencies = agencies_found(office, words, today)
    found = [
        _group("Cơ quan", agencies, lambda h: f"{ways.AGENCIES}/{h.key}"),
        _group("Phiên bản", versions, lambda h: f"{ways.WORKBOOK}/{h.key}"),
        _group("Chỉ tiêu, nhiệm vụ, dự án", rows, _row_address),
        _group("Thư đến", mail, lambda h: f"{ways.MAIL}/{h.key}"),
        _group("Thư đi", letters, lambda h: f"{ways.LETTERS}/{h.key}"),
    ]
    figures = []
    if reference:
        name = f"{reference[1].upper()}-{int(reference[2]):04d}"
        figures = [(f"{ways.MEASURES}/{c.code}/so/{name}", name, c.title) for c in cycles]
    return desk.page(
        "search.html",
        request,
        query=query,
        found=[one for one in found if one[1].total],
        figures=figures,
    )


def _group(
    title: str, hits: Hits, address_of: Callable[[Hit], str]
) -> tuple[str, Hits, Sequence[tuple[str, Hit]]]:
    return title, hits, [(address_of(hit), hit) for hit in hits.shown]


def _row_address(hit: Hit) -> str:
    return f"{ways.MEASURES}/{hit.cycle}/chi-tieu/{hit.key}"


PAGES: Mapping[str, Page] = {"search": search}

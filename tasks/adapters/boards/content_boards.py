"""The boards of what the agencies said: those of the cycle's results, and values in conflict."""

from __future__ import annotations

from sqlalchemy import Connection

from models.domain.consolidation import Conflict, Consolidation, Figure, code_of
from models.domain.consolidation.wording import CONFLICT_NAMES, REASON_NAMES
from models.domain.cycle.cycles import ReportingCycle
from models.domain.cycle.letter_phrases import one_line
from models.domain.reading.forms import full_name, place_of
from models.domain.reading.office import Office
from models.domain.register.catalogue import Catalogue
from models.domain.register.territories import TERRITORY_NAMES
from tasks.adapters.results.board import LISTED, Board, BoardColumn, rows_of
from tasks.adapters.results.choosing import results_of
from tasks.adapters.workplace import Workplace

NAME_SHOWN = 60  # letters of a row's name in a case


def content_boards(
    workplace: Workplace, connection: Connection, cycle: ReportingCycle
) -> list[Board]:
    """Indicators against targets, a review's tasks by bucket, and conflicts with their codes."""
    results = results_of(workplace, connection, cycle)
    return [*results.boards(), _conflicts(workplace.office, results.consolidation)]


def _conflicts(office: Office, found: Consolidation) -> Board:
    cycle, catalogue = found.cycle, office.catalogue_of(found.cycle)
    waiting = sum(c.is_open for c in found.conflicts)
    shown = sorted(found.conflicts, key=lambda c: not c.is_open)  # stable: the open ones first
    return Board(
        f"mau-thuan-{cycle.code}",
        f"Số liệu mâu thuẫn, {cycle.title}",
        f"{waiting}/{len(shown)} mâu thuẫn chưa có quyết định. Quyết định bằng luồng "
        "rule-on-conflict, theo mã ở đầu mỗi trường hợp."
        + (f" Chỉ hiện {LISTED} trường hợp đầu." if len(shown) > LISTED else ""),
        rows_of(_columns(office, catalogue), shown[:LISTED]),
        as_cards=True,
    )


def _columns(office: Office, catalogue: Catalogue) -> list[BoardColumn[Conflict]]:
    return [
        BoardColumn("Mã", code_of),
        BoardColumn("Vì sao mâu thuẫn", lambda c: CONFLICT_NAMES[c.kind]),
        BoardColumn("Chỉ tiêu", lambda c: _measure(catalogue, c)),
        BoardColumn("Số thứ nhất", lambda c: _told(office, c.left, c.row.unit)),
        BoardColumn("Số thứ hai", lambda c: _told(office, c.right, c.other_row.unit)),
        BoardColumn("Đang dùng", lambda c: _in_use(office, c)),
        BoardColumn("Vì", lambda c: ". ".join(w for w in (REASON_NAMES[c.because], c.ruling) if w)),
    ]


def _measure(catalogue: Catalogue, conflict: Conflict) -> str:
    row, other = conflict.row, conflict.other_row
    named = "; ".join(
        f"{place_of(r, catalogue)} {one_line(full_name(r, catalogue), NAME_SHOWN)}"
        for r in ([row] if row.code == other.code else [row, other])
    )
    return f"{named} ({TERRITORY_NAMES[conflict.territory]})" if conflict.territory else named


def _in_use(office: Office, conflict: Conflict) -> str:
    if conflict.each_stands:
        return "cả hai, mỗi số ở vị trí của mình"
    return _told(office, conflict.stands, "")


def _told(office: Office, figure: Figure, unit: str) -> str:
    name = office.register.agency_name(figure.agency)
    cell = f"{figure.source.sheet_name}!{figure.source.cell}"
    return f"{figure.text} {unit}".strip() + f" ({name}, {cell})"

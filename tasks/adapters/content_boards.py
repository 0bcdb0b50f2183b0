"""The boards of what the agencies said: those of the cycle's results, and values in conflict."""

from __future__ import annotations

from sqlalchemy import Connection

from models.domain.catalogue import Catalogue
from models.domain.consolidation import Conflict, Consolidation, Figure, code_of
from models.domain.consolidation.wording import CONFLICT_NAMES, REASON_NAMES
from models.domain.cycles import ReportingCycle
from models.domain.forms import full_name, place_of
from models.domain.letter_phrases import one_line
from models.domain.office import Office
from models.domain.territories import TERRITORY_NAMES
from tasks.adapters.board import LISTED, Board
from tasks.adapters.results.choosing import results_of
from tasks.adapters.workplace import Workplace

NAME_SHOWN = 60  # letters of a row's name in a case


def content_boards(place: Workplace, connection: Connection, cycle: ReportingCycle) -> list[Board]:
    """Indicators against targets, a review's tasks by bucket, and conflicts with their codes."""
    results = results_of(place, connection, cycle)
    return [*results.boards(), _conflicts(place.office, results.consolidation)]


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
        [_conflict(office, catalogue, conflict) for conflict in shown[:LISTED]],
        as_cards=True,
    )


def _conflict(office: Office, catalogue: Catalogue, conflict: Conflict) -> dict[str, str]:
    row, other = conflict.row, conflict.other_row
    both = [row] if row.code == other.code else [row, other]
    because = ". ".join(w for w in (REASON_NAMES[conflict.because], conflict.ruling) if w)
    return {
        "Mã": code_of(conflict),
        "Vì sao mâu thuẫn": CONFLICT_NAMES[conflict.kind],
        "Chỉ tiêu": "; ".join(
            f"{place_of(r, catalogue)} {one_line(full_name(r, catalogue), NAME_SHOWN)}"
            for r in both
        )
        + (f" ({TERRITORY_NAMES[conflict.territory]})" if conflict.territory else ""),
        "Số thứ nhất": _told(office, conflict.left, row.unit),
        "Số thứ hai": _told(office, conflict.right, other.unit),
        "Đang dùng": "cả hai, mỗi số ở vị trí của mình"
        if conflict.each_stands
        else _told(office, conflict.stands, ""),
        "Vì": because,
    }


def _told(office: Office, figure: Figure, unit: str) -> str:
    agency = office.register.agencies.get(figure.agency)
    name = agency.name if agency else figure.agency
    cell = f"{figure.source.sheet_name}!{figure.source.cell}"
    return f"{figure.text} {unit}".strip() + f" ({name}, {cell})"

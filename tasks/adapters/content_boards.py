"""The boards of what the agencies said: indicators below their targets, values in conflict."""

from __future__ import annotations

from sqlalchemy import Connection

from models.domain.consolidation import Conflict, Consolidation, Figure, IndicatorLine, code_of
from models.domain.consolidation.wording import CONFLICT_NAMES, REASON_NAMES
from models.domain.cycles import ReportingCycle
from models.domain.forms import full_name, place_of
from models.domain.letter_phrases import one_line
from models.domain.targets import Judgement, format_target
from models.domain.territories import TERRITORY_NAMES
from tasks.adapters.board import LISTED, Board
from tasks.adapters.review_boards import review_boards
from tasks.adapters.ruling import consolidated
from tasks.adapters.workplace import Workplace

REACHED = (Judgement.EXCEEDED, Judgement.MET, Judgement.FLOOR_MET)
NAME_SHOWN = 60  # letters of an indicator's name in a table


def content_boards(place: Workplace, connection: Connection, cycle: ReportingCycle) -> list[Board]:
    """Indicators against targets, a review's tasks by bucket, and conflicts with their codes."""
    found = consolidated(place, connection, cycle)
    conflicts = _conflicts(place, cycle, found)
    if found.review is not None:
        return [*review_boards(place, cycle, found.review), conflicts]
    return [_indicators(place, cycle, found), conflicts]


def _indicators(place: Workplace, cycle: ReportingCycle, found: Consolidation) -> Board:
    """What the agencies committed to against the directive: counts, and who is below."""
    below = [line for line in found.indicators if line.falls_short]
    return Board(
        f"chi-tieu-{cycle.code}",
        f"Chỉ tiêu so với mức giao, {cycle.title}",
        _counted(found) + (f" Chỉ hiện {LISTED} dòng đầu." if len(below) > LISTED else ""),
        [_row(place, cycle, line) for line in below[:LISTED]],
    )


def _counted(found: Consolidation) -> str:
    counts = found.headline
    met = sum(counts.judgements[j] for j in REACHED)
    return (
        f"{counts.committed}/{counts.indicators} chỉ tiêu đã có cam kết: {met} đạt mức giao trở "
        f"lên, {counts.falling_short} thấp hơn mức giao (liệt kê dưới đây), "
        f"{counts.committed - met - counts.falling_short} không so được. "
        f"{counts.uncommitted} chỉ tiêu chưa cơ quan nào cam kết{_excused(found)}. "
        f"{counts.conflicts} mâu thuẫn."
    )


def _excused(found: Consolidation) -> str:
    number = sum(i.uncommitted and i.row.code in found.excused for i in found.indicators)
    return f" ({number} được miễn theo quyết định)" if number else ""


def _row(place: Workplace, cycle: ReportingCycle, line: IndicatorLine) -> dict[str, str]:
    catalogue, row, standing = place.office.catalogue_of(cycle), line.row, line.standing
    figure = standing.value if standing else None
    agency = place.office.register.agencies.get(standing.agency) if standing else None
    return {
        "Mục": place_of(row, catalogue),
        "Chỉ tiêu": one_line(full_name(row, catalogue), NAME_SHOWN),
        "Mức giao": format_target(row.target) if row.target else "",
        "Cam kết": figure.text if figure else "",
        "Đơn vị tính": row.unit,
        "Cơ quan": agency.name if agency else "",
        "Ô": f"{figure.source.sheet_name}!{figure.source.cell}" if figure else "",
    }


def _conflicts(place: Workplace, cycle: ReportingCycle, found: Consolidation) -> Board:
    waiting = sum(c.is_open for c in found.conflicts)
    shown = sorted(found.conflicts, key=lambda c: not c.is_open)  # stable: the open ones first
    return Board(
        f"mau-thuan-{cycle.code}",
        f"Số liệu mâu thuẫn, {cycle.title}",
        f"{waiting}/{len(shown)} mâu thuẫn chưa có quyết định. Quyết định bằng luồng "
        "rule-on-conflict, theo mã ở đầu mỗi trường hợp."
        + (f" Chỉ hiện {LISTED} trường hợp đầu." if len(shown) > LISTED else ""),
        [_conflict(place, cycle, conflict) for conflict in shown[:LISTED]],
        as_cards=True,
    )


def _conflict(place: Workplace, cycle: ReportingCycle, conflict: Conflict) -> dict[str, str]:
    catalogue, row, other = place.office.catalogue_of(cycle), conflict.row, conflict.other_row
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
        "Số thứ nhất": _told(place, conflict.left, row.unit),
        "Số thứ hai": _told(place, conflict.right, other.unit),
        "Đang dùng": "cả hai, mỗi số ở vị trí của mình"
        if conflict.each_stands
        else _told(place, conflict.stands, ""),
        "Vì": because,
    }


def _told(place: Workplace, figure: Figure, unit: str) -> str:
    agency = place.office.register.agencies.get(figure.agency)
    name = agency.name if agency else figure.agency
    cell = f"{figure.source.sheet_name}!{figure.source.cell}"
    return f"{figure.text} {unit}".strip() + f" ({name}, {cell})"

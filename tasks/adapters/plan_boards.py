"""The board of a plan: commitments below what the directive assigns."""

from __future__ import annotations

from models.domain.consolidation import Consolidation, IndicatorLine
from models.domain.cycles import ReportingCycle
from models.domain.forms import full_name, place_of
from models.domain.letter_phrases import one_line
from models.domain.office import Office
from models.domain.targets import Judgement, format_target
from tasks.adapters.board import LISTED, Board

REACHED = (Judgement.EXCEEDED, Judgement.MET, Judgement.FLOOR_MET)
NAME_SHOWN = 60  # letters of an indicator's name in a table


def plan_boards(office: Office, found: Consolidation) -> list[Board]:
    """What the agencies committed to against the directive: counts, and who is below."""
    cycle = found.cycle
    below = [line for line in found.indicators if line.falls_short]
    return [
        Board(
            f"chi-tieu-{cycle.code}",
            f"Chỉ tiêu so với mức giao, {cycle.title}",
            _counted(found) + (f" Chỉ hiện {LISTED} dòng đầu." if len(below) > LISTED else ""),
            [_row(office, cycle, line) for line in below[:LISTED]],
        )
    ]


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


def _row(office: Office, cycle: ReportingCycle, line: IndicatorLine) -> dict[str, str]:
    catalogue, row, standing = office.catalogue_of(cycle), line.row, line.standing
    figure = standing.value if standing else None
    agency = office.register.agencies.get(standing.agency) if standing else None
    return {
        "Mục": place_of(row, catalogue),
        "Chỉ tiêu": one_line(full_name(row, catalogue), NAME_SHOWN),
        "Mức giao": format_target(row.target) if row.target else "",
        "Cam kết": figure.text if figure else "",
        "Đơn vị tính": row.unit,
        "Cơ quan": agency.name if agency else "",
        "Ô": f"{figure.source.sheet_name}!{figure.source.cell}" if figure else "",
    }

"""The board of indicators against targets: counts, and those that fall short."""

from __future__ import annotations

from sqlalchemy import Connection

from models.domain.consolidation import Consolidation, IndicatorLine, consolidate
from models.domain.cycles import ReportingCycle
from models.domain.forms import full_name, place_of
from models.domain.letter_phrases import one_line
from models.domain.targets import Judgement, format_target
from tasks.adapters.board import LISTED, Board
from tasks.adapters.standings import standings_of_cycle
from tasks.adapters.workplace import Workplace

NAME_SHOWN = 60  # letters of an indicator's name in a table


def indicator_board(place: Workplace, connection: Connection, cycle: ReportingCycle) -> Board:
    """What the agencies committed to against the directive: counts, and who is below."""
    standings = standings_of_cycle(place, connection, cycle, details=True)
    found = consolidate(place.office, cycle, standings, place.now)
    below = [line for line in found.indicators if line.falls_short]
    return Board(
        f"chi-tieu-{cycle.code}",
        f"Chỉ tiêu so với mức giao, {cycle.title}",
        _counted(found) + (f" Chỉ hiện {LISTED} dòng đầu." if len(below) > LISTED else ""),
        [_row(place, cycle, line) for line in below[:LISTED]],
    )


def _counted(found: Consolidation) -> str:
    counts = found.headline
    met = counts.judgements[Judgement.MET]
    return (
        f"{counts.committed}/{counts.indicators} chỉ tiêu đã có cam kết: {met} đạt mức giao trở "
        f"lên, {counts.falling_short} thấp hơn mức giao (liệt kê dưới đây), "
        f"{counts.committed - met - counts.falling_short} không so được. "
        f"{counts.uncommitted} chỉ tiêu chưa cơ quan nào cam kết. {counts.conflicts} mâu thuẫn."
    )


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

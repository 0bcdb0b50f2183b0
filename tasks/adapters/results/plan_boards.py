"""The board of a plan: commitments below what the directive assigns."""

from __future__ import annotations

from models.domain.consolidation import Consolidation, Figure, IndicatorLine
from models.domain.consolidation.member_wording import members_said
from models.domain.cycle.cycles import ReportingCycle
from models.domain.notation.vietnamese_text import one_line
from models.domain.reading.forms import full_name, place_of
from models.domain.reading.office import Office
from models.domain.register.targets import REACHED, Judgement, format_target
from tasks.adapters.results.board import LISTED, Board, BoardColumn, rows_of

NAME_SHOWN = 60  # letters of an indicator's name in a table


def plan_boards(office: Office, found: Consolidation) -> list[Board]:
    """What the agencies committed to against the directive: counts, and who is below."""
    cycle = found.cycle
    below = [line for line in found.indicators if line.falls_short]
    shown = [*below, *(line for line in found.indicators if line.awaits_members)]
    return [
        Board(
            f"chi-tieu-{cycle.code}",
            f"Chỉ tiêu so với mức giao, {cycle.title}",
            _counted(found) + (f" Chỉ hiện {LISTED} dòng đầu." if len(shown) > LISTED else ""),
            rows_of(_columns(office, cycle), shown[:LISTED]),
        )
    ]


def _counted(found: Consolidation) -> str:
    counts = found.headline
    met = sum(counts.judgements[j] for j in REACHED)
    awaiting = counts.judgements[Judgement.AWAITING]
    waits = f"{awaiting} chờ đánh giá, " if awaiting else ""
    few = sum(line.awaits_members for line in found.indicators)
    partly = f"{few} còn cơ quan cùng chủ trì chưa cam kết (liệt kê sau đó), " if few else ""
    return (
        f"{counts.committed}/{counts.indicators} chỉ tiêu đã có cam kết: {met} đạt mức giao trở "
        f"lên, {counts.falling_short} chưa đạt mức giao (liệt kê dưới đây), "
        f"{waits}{partly}{counts.committed - met - counts.falling_short - awaiting - few} không so "
        "được. "
        f"{counts.uncommitted} chỉ tiêu chưa cơ quan nào cam kết{_excused(found)}. "
        f"{counts.conflicts} mâu thuẫn."
    )


def _excused(found: Consolidation) -> str:
    number = sum(i.uncommitted and i.row.code in found.excused for i in found.indicators)
    return f" ({number} được miễn theo quyết định)" if number else ""


def _columns(office: Office, cycle: ReportingCycle) -> list[BoardColumn[IndicatorLine]]:
    catalogue = office.catalogue_of(cycle)
    return [
        BoardColumn("Mục", lambda line: place_of(line.row, catalogue)),
        BoardColumn("Chỉ tiêu", lambda line: one_line(full_name(line.row, catalogue), NAME_SHOWN)),
        BoardColumn(
            "Mức giao",
            lambda line: (
                format_target(line.row.target) if line.row.target else line.row.target_words
            ),
        ),
        BoardColumn("Cam kết", lambda line: _committed(office, line)),
        BoardColumn("Đơn vị tính", lambda line: line.row.unit),
        BoardColumn("Cơ quan", lambda line: _agency(office, line)),
        BoardColumn("Người đánh giá", lambda line: line.by_person),
        BoardColumn("Ô", lambda line: _cell(_standing(line))),
    ]


def _standing(line: IndicatorLine) -> Figure | None:
    return line.standing.value if line.standing else None


def _committed(office: Office, line: IndicatorLine) -> str:
    if line.members is not None:
        return members_said(line.members, line.row.unit, office.register.agency_name)
    figure = _standing(line)
    return figure.text if figure else ""


def _cell(figure: Figure | None) -> str:
    return f"{figure.source.sheet_name}!{figure.source.cell}" if figure else ""


def _agency(office: Office, line: IndicatorLine) -> str:
    speaking = line.standing.agency if line.standing else ""
    return office.register.agency_name(line.row.led_by if line.members else speaking)

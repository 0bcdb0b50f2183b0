"""What all pages of figures have around them: the cycle, its subjects, a place for a reference."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi.responses import Response

from flows.desk import ways
from flows.desk.desk import Desk, NotFound, PageRequest
from models.domain.consolidation import Figure, code_of
from models.domain.cycle.cycles import ReportingCycle
from models.domain.desk.plain_sight import visible
from models.domain.register.catalogue import CatalogueRow
from tasks.adapters.desk.cycle_measures import CycleMeasures
from tasks.adapters.desk.report_references import WrittenReport, report_name, reports_of
from tasks.adapters.desk.result_tables import figure_shown
from tasks.adapters.store import obligations

_SUBJECTS = (
    ("", "Chỉ tiêu"),
    ("/kich-ban", "Kịch bản GRDP"),
    ("/nhiem-vu", "Nhiệm vụ"),
    ("/viec-tu-de-ra", "Việc tự đề ra"),
    ("/du-an", "Dự án"),
    ("/kien-nghi", "Kiến nghị"),
    ("/mau-thuan", "Mâu thuẫn"),
    ("/danh-gia", "Người đánh giá"),
)


@dataclass(frozen=True)
class MeasureFrame:
    """A cycle whose figures are looked at; `root` begins the addresses of all its pages."""

    cycle: ReportingCycle
    measures: CycleMeasures
    at: dt.datetime  # as of when
    cycles: Sequence[ReportingCycle]  # that can be looked at, the newest first
    reports: Sequence[WrittenReport]

    @property
    def root(self) -> str:
        """Where its pages lie."""
        return f"{ways.MEASURES}/{self.cycle.code}"

    @property
    def subjects(self) -> list[tuple[str, str, int]]:
        """Address, title, and how many cases of it wait for a person."""
        waiting = {
            "/mau-thuan": sum(c.is_open for c in self.measures.found.conflicts),
            "/danh-gia": sum(a.waits for a in self.measures.asked.values()),
        }
        return [(self.root + at, title, waiting.get(at, 0)) for at, title in _SUBJECTS]

    def row(self, code: str) -> CatalogueRow:
        """The catalogue row of that code. Raises NotFound."""
        try:
            return self.measures.catalogue.row(code)
        except KeyError:
            raise NotFound("Danh mục của kỳ này không có dòng ấy.") from None


def asked_cycles(desk: Desk) -> list[ReportingCycle]:
    """The cycles in which anybody was asked, the newest first."""
    with desk.house.looking() as (workplace, connection):
        asked = obligations.open_cycles(connection)
    cycles = workplace.office.cycles
    found = [cycles[code] for code in asked if code in cycles]
    return sorted(found, key=lambda cycle: cycle.opens_at, reverse=True)


def frame_of(desk: Desk, request: PageRequest) -> MeasureFrame:
    """The cycle that the address names. Raises NotFound."""
    cycles = asked_cycles(desk)
    cycle = next((c for c in cycles if c.code == request.values["cycle"]), None)
    if cycle is None:
        raise NotFound("Không có kỳ báo cáo ấy, hoặc kỳ chưa gửi đề nghị báo cáo tới cơ quan nào.")
    measures, at = desk.measures_of(cycle)
    with desk.house.looking() as (_, connection):
        reports = reports_of(connection, cycle)
    return MeasureFrame(cycle, measures, at, cycles, reports)


def measures_page(
    desk: Desk, request: PageRequest, name: str, frame: MeasureFrame, **values: Any
) -> Response:
    """A page within the frame."""
    return desk.page(
        name,
        request,
        **values,
        frame=frame,
        names=frame.measures.names,
        shown=figure_shown,
        where=where,
        code_of=code_of,
        report_name=report_name,
    )


def where(figure: Figure) -> str:
    """The cell a figure was read from, for whoever hovers over it."""
    source = figure.source
    cell = f"{visible(source.sheet_name)}!{source.cell}"
    return f"{source.receipt_number}, phiên bản {source.version}, {cell}"


def agencies_of(desk: Desk, codes: Iterable[str]) -> list[tuple[str, str]]:
    """Codes and names in the register's order."""
    register = desk.house.workplace().office.register
    wanted = set(codes)
    return [(a.code, a.name) for a in register if a.code in wanted]

"""One figure down to its cell, found by its reference as it is printed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from fastapi.responses import Response
from sqlalchemy import Connection

from flows.desk import ways
from flows.desk.desk import Desk, NotFound, Page, PageRequest, address, to
from flows.desk.excerpts import cell_excerpt
from flows.desk.routes.measure_frame import MeasureFrame, frame_of, measures_page
from models.domain.consolidation import EARLIER, Figure
from models.domain.consolidation.wording import VERDICT_NAMES
from models.domain.cycle.cycles import ReportingCycle
from models.domain.errors import BaocaoError
from models.domain.reading.findings import SEVERITY_NAMES
from models.domain.reading.office import Office
from tasks.adapters.desk.figure_ways import figure_way
from tasks.adapters.desk.report_references import (
    OutputPlace,
    ReferenceNotResolved,
    WrittenReport,
    figure_in,
    places_of,
    reports_of,
)
from tasks.adapters.workplace import Workplace

# Out of Word it comes with the hyphen at which no line is broken, or with Word's own sign for it.
_TYPED = re.compile(r"([NK])\s*[-\u2010-\u2014.\x1e\u00ad]?\s*([0-9]{1,9})", re.IGNORECASE)
_WIDTH = 4


def find(desk: Desk, request: PageRequest) -> Response:
    """Leads from a typed reference to its figure; says where nothing of that kind was typed."""
    frame = frame_of(desk, request)
    reference = reference_typed(request.asked("ma"))
    if not reference:
        return _asked_again(desk, request, frame, request.asked("ma"))
    return to(f"{frame.root}/so/{reference}", bao_cao=request.asked("bao_cao"))


def reference_typed(text: str) -> str:
    r"""A reference as somebody typed it, in the words of the report; "" where it is none.

    >>> reference_typed(" n 123"), reference_typed("K–0012"), reference_typed("[N-12345]")
    ('N-0123', 'K-0012', 'N-12345')
    >>> reference_typed("[N\u20110082]"), reference_typed("N\x1e0082")
    ('N-0082', 'N-0082')
    >>> reference_typed("MT-I.4"), reference_typed("")
    ('', '')
    """
    found = _TYPED.fullmatch(text.strip(" []().,;"))
    return f"{found[1].upper()}-{int(found[2]):0{_WIDTH}d}" if found else ""


@dataclass(frozen=True)
class ReferenceSought:
    """A reference, in which report it was looked up, and what it names there and now.

    `report` is None for the figures as they are now.
    """

    reference: str
    report: WrittenReport | None
    figure: Figure
    now: Figure | None  # what the same reference names now

    @property
    def differs(self) -> bool:
        """Whether the same reference names another cell now."""
        if self.report is None:
            return False
        return self.now is None or _place(self.now) != _place(self.figure)


def _place(figure: Figure) -> tuple[int, str, str]:
    return figure.source.submission_id, figure.source.sheet_name, figure.source.cell


def figure(desk: Desk, request: PageRequest) -> Response:
    """A figure's whole way."""
    frame = frame_of(desk, request)
    reference = reference_typed(request.values["reference"])
    with desk.house.looking() as (workplace, connection):
        try:
            sought = _sought(workplace, connection, frame, reference, request.asked("bao_cao"))
        except (NotFound, ReferenceNotResolved) as error:
            return _asked_again(desk, request, frame, reference, error)
        one = sought.figure
        way = figure_way(connection, one)
        outputs = _outputs(workplace, connection, frame, one)
        again = _reference_now(frame, one)
    cycle = _reported_in(frame, one)
    sheet = f"{one.source.sheet_name}!{one.source.cell}"
    return measures_page(
        desk,
        request,
        "measures/figure.html",
        frame,
        sought=sought,
        figure=one,
        way=way,
        again=again,
        outputs=outputs,
        column=_column(workplace.office, cycle, one),
        excerpt=cell_excerpt(desk, cycle, one),
        cell=address(f"{ways.WORKBOOK}/{one.source.submission_id}", o=sheet),
        reported_in=cycle,
        row=next((r for r in frame.measures.catalogue if r.code == one.row_key), None),
        verdict=VERDICT_NAMES[way.verdict],
        severities=SEVERITY_NAMES,
    )


def _asked_again(
    desk: Desk,
    request: PageRequest,
    frame: MeasureFrame,
    typed: str,
    error: BaocaoError | None = None,
) -> Response:
    """The box once more, with what was typed and, where it was looked for, why it is not there."""
    status = 200 if error is None else 404 if isinstance(error, NotFound) else 409
    return measures_page(
        *(desk, request, "measures/find_figure.html", frame),
        typed=typed,
        chosen=request.asked("bao_cao"),
        notice=str(error) if error is not None else "",
        status=status,
    )


def _sought(
    workplace: Workplace,
    connection: Connection,
    frame: MeasureFrame,
    reference: str,
    key: str,
) -> ReferenceSought:
    now = frame.measures.figure(reference)
    report = next((r for r in frame.reports if r.key == key), None)
    if key and report is None:
        raise NotFound("Không có báo cáo ấy trong kỳ này.")
    if report is None:
        found = now
    else:
        found = figure_in(workplace, connection, frame.cycle, report, reference)
    if found is None:
        where = f"Báo cáo «{report.name}»" if report else "Số liệu hiện nay của kỳ"
        raise NotFound(f"{where} không có mã nguồn {reference or 'ấy'}.")
    return ReferenceSought(reference, report, found, now)


def _outputs(
    workplace: Workplace, connection: Connection, frame: MeasureFrame, one: Figure
) -> list[OutputPlace]:
    """The sent reports of the figure's own cycle in which its cell stands."""
    if not one.reference.startswith(EARLIER):
        return places_of(workplace, frame.reports, one)
    before = frame.measures.results.earlier
    reports = reports_of(connection, before.cycle) if before is not None else []
    return places_of(workplace, reports, one)


def _reference_now(frame: MeasureFrame, one: Figure) -> list[tuple[str, str, str]]:
    """Under which references the same cell counts now: cycle, its title and the reference."""
    found = []
    made = [frame.measures.found, frame.measures.results.earlier]
    for cycle in (c for c in made if c is not None):
        same = (f for f in cycle.lineage if _place(f) == _place(one))
        found += [(frame.cycle.code, cycle.cycle.title, f.reference) for f in same]
    return found


def _column(office: Office, cycle: ReportingCycle, one: Figure) -> tuple[str, str]:
    """The titles of the figure's sheet and column in the form it was filled in."""
    for sheet in office.form_of(cycle).sheets:
        if sheet.key == one.sheet:
            named = next((c for c in sheet.columns if c.key == one.column), None)
            return sheet.title, (named.label or named.header) if named else one.column
    return one.sheet, one.column


def _reported_in(frame: MeasureFrame, one: Figure) -> ReportingCycle:
    """The cycle that the figure was an answer in."""
    before = frame.measures.results.earlier
    is_earlier = one.reference.startswith(EARLIER) and before is not None
    return before.cycle if is_earlier and before is not None else frame.cycle


PAGES: Mapping[str, Page] = {"find_figure": find, "figure": figure}

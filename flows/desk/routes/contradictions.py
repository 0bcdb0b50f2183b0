"""Figures that contradict each other, and values that a person judges: looked at, then decided."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi.responses import Response

from flows.desk import ways
from flows.desk.case_forms import JUDGING, RULING, case_form
from flows.desk.desk import Desk, Page, PageRequest, address
from flows.desk.excerpts import cell_excerpt
from flows.desk.routes.measure_frame import MeasureFrame, frame_of, measures_page
from models.domain.consolidation import Conflict, ConflictKind, Figure
from models.domain.consolidation.verdicts import PersonAsked
from models.domain.consolidation.wording import (
    CONFLICT_NAMES,
    JUDGEMENT_NAMES,
    PERSON_NAMES,
    REASON_NAMES,
    measure_named,
)
from models.domain.register.catalogue import CatalogueRow, period_phrase
from models.domain.register.territories import TERRITORY_NAMES


def conflicts(desk: Desk, request: PageRequest) -> Response:
    """All contradictions of a cycle, those that wait first."""
    frame = frame_of(desk, request)
    found = sorted(frame.measures.conflicts.items(), key=lambda pair: not pair[1].is_open)
    return measures_page(
        desk,
        request,
        "measures/conflicts.html",
        frame,
        conflicts=[(code, c, subject_of(frame, c)) for code, c in found],
        kinds=CONFLICT_NAMES,
        reasons=REASON_NAMES,
    )


def conflict(desk: Desk, request: PageRequest) -> Response:
    """A contradiction, both cells beside each other, and the form that rules on it."""
    frame, code = frame_of(desk, request), request.values["code"]
    found = frame.measures.conflicts.get(code)
    if found is None:
        return _gone(desk, request, frame, "mâu thuẫn", "/mau-thuan")
    fixed = {"conflict": [code], "cycle": [frame.cycle.code]}
    return measures_page(
        desk,
        request,
        "measures/conflict.html",
        frame,
        conflict=found,
        subject=subject_of(frame, found),
        sides=[
            (figure, row, cell_excerpt(desk, frame.cycle, figure))
            for figure, row in ((found.left, found.row), (found.right, found.other_row))
        ],
        is_converted=found.is_converted,
        kind=CONFLICT_NAMES[found.kind],
        because=REASON_NAMES[found.because],
        cell_of=cell_address,
        form=case_form(desk, RULING, fixed, request.path) if request.may(ways.DECIDERS) else None,
    )


def judgements(desk: Desk, request: PageRequest) -> Response:
    """All that persons judge in a cycle, what waits first."""
    frame = frame_of(desk, request)
    return measures_page(
        desk,
        request,
        "measures/judgements.html",
        frame,
        asked=list(frame.measures.asked.items()),
        measure_named=measure_named,
        judged=judged_said,
    )


def judgement(desk: Desk, request: PageRequest) -> Response:
    """A value that a person judges, and the form."""
    frame, code = frame_of(desk, request), request.values["code"]
    found = frame.measures.asked.get(code)
    if found is None:
        return _gone(desk, request, frame, "chỉ tiêu chờ người đánh giá", "/danh-gia")
    question = found.question
    fixed = {"question": [code], "cycle": [frame.cycle.code]}
    answers = frame.measures.answers(question.row)
    own = next((a for a in answers.answers if a.agency == question.figure.agency), None)
    return measures_page(
        desk,
        request,
        "measures/judgement.html",
        frame,
        asked=found,
        question=question,
        territory=TERRITORY_NAMES[question.territory],
        measure=measure_named(question),
        judged=judged_said(found),
        columns=answers.columns,
        own=own,
        excerpt=cell_excerpt(desk, frame.cycle, question.figure),
        cell_of=cell_address,
        form=case_form(desk, JUDGING, fixed, request.path) if request.may(ways.DECIDERS) else None,
    )


def _gone(desk: Desk, request: PageRequest, frame: MeasureFrame, what: str, at: str) -> Response:
    """A case that was decided or reported away: said together with what came of a decision."""
    return desk.page(
        "measures/measure_case_gone.html",
        request,
        status=404,
        frame=frame,
        what=what,
        at=frame.root + at,
    )


def subject_of(frame: MeasureFrame, found: Conflict) -> str:
    """What a contradiction is about, in a line."""
    names = frame.measures.names

    def named(row: CatalogueRow) -> str:
        return f"{names.places[row.code]} {names.rows[row.code]}"

    said = named(found.row)
    if found.period:
        said += f", mốc {period_phrase(found.period)}"
    if found.territory is not None:
        said += f" ({TERRITORY_NAMES[found.territory]})"
    if found.kind is ConflictKind.EQUIVALENT:
        said += f"; {named(found.other_row)}"
    return said


def judged_said(found: PersonAsked) -> str:
    """What a person said of a value; that it waits where nobody did."""
    return PERSON_NAMES.get(found.judgement) or JUDGEMENT_NAMES[found.judgement]


def cell_address(figure: Figure) -> str:
    """Where the figure's cell is shown in its workbook."""
    source = figure.source
    return address(
        f"{ways.WORKBOOK}/{source.submission_id}", o=f"{source.sheet_name}!{source.cell}"
    )


PAGES: Mapping[str, Page] = {
    "conflicts": conflicts,
    "conflict": conflict,
    "judgements": judgements,
    "judgement": judgement,
}

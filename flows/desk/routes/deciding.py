"""Deciding at the desk: a form with its case filled in, the decision, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from fastapi.responses import RedirectResponse, Response

from flows.desk import ways
from flows.desk.case_forms import case_form
from flows.desk.case_shown import case_shown
from flows.desk.decision_table import DECISIONS
from flows.desk.desk import Desk, NotFound, Page, PageRequest, address, to, way_back
from flows.desk.forms import read_form
from flows.desk.in_the_way import in_the_way
from flows.desk.undertakings import Undertaking, UndertakingDone, Undo
from flows.desk.undo_lines import undo_line
from flows.failures import foreseen
from models.domain.answers.decisions import DecisionRefused
from models.domain.deeds.deed import Deed
from models.domain.deeds.planned_deeds import SendLetterNow
from models.domain.errors import BaocaoError, UnknownAgency, UnknownCycle
from tasks.adapters.decisions.carrying_out import carry_out_all
from tasks.adapters.desk.undoings import undoings
from tasks.adapters.intake.deciding_wholly import DecidedWorkLeft, decide_wholly, write_after
from tasks.adapters.store import decisions
from tasks.adapters.workplace import Workplace
from tasks.events import decision_taken

_PATIENCE = 3.0  # seconds in which a decision is usually through; else its own page tells
_BACK, _FIXED = "ve", "biet"  # of a form: where to afterwards; the fields that the page knew


def decision_form(desk: Desk, request: PageRequest) -> Response:
    """The form of a decision by itself, what the query says being fixed."""
    name = _known(request.values["name"])
    back = way_back(request.asked(_BACK))
    fixed = {k: v for k, v in request.query.items() if k in DECISIONS[name].form.model_fields}
    case = case_shown(desk.house.workplace(), name, fixed)
    form = case_form(desk, name, fixed, back)
    return desk.page("decision.html", request, form=form, case=case)


def decide(desk: Desk, request: PageRequest) -> Response:
    """Takes the decision; back to where it was asked for, with what came of it on top.

    What is refused stands above the form, every entry as it was typed.
    """
    name = _known(request.values["name"])
    entered = read_form(name, request.entered, request.account.person)
    back = way_back(request.said(_BACK))
    if entered.faults:
        return _again(desk, request, name, entered.faults)
    deeds = [one.deed() for one in entered.made]
    begun = desk.undertakings.begin(
        DECISIONS[name].title,
        request,
        back,
        partial(_decided, desk, deeds, back),
        lambda error: _again(desk, request, name, {"": _told(error)}),
    )
    begun.within(_PATIENCE)
    return shown(desk, request, begun)


def undertaking(desk: Desk, request: PageRequest) -> Response:
    """How something that was begun stands."""
    begun = desk.undertakings.find(request.values["id"])
    if begun is None or begun.by != request.account.name:
        return to(ways.TODAY)
    return shown(desk, request, begun)


def shown(desk: Desk, request: PageRequest, begun: Undertaking) -> Response:
    """Back with what came of it; else the page that waits for it, which asks by itself."""
    if request.is_partial:
        if not begun.work.done():
            return Response(status_code=204)
        return Response(headers={"hx-redirect": f"{ways.WORK}/{begun.id}"})
    if not begun.work.done():
        if request.path.startswith(f"{ways.WORK}/"):
            return desk.page("undertaking.html", request, begun=begun)
        return to(f"{ways.WORK}/{begun.id}")
    error = begun.work.exception()
    if error is None:
        return RedirectResponse(address(begun.back, xong=begun.id), 303)
    if not isinstance(error, foreseen()):
        raise error
    if not isinstance(error, BaocaoError):
        return in_the_way(desk, begun.asked, error)
    try:
        answer: Response = begun.again(error)
    except foreseen() as hindrance:  # the form cannot be shown either
        return in_the_way(desk, begun.asked, error, hindrance)
    return answer


def _decided(desk: Desk, deeds: Sequence[Deed], back: str) -> UndertakingDone:
    """Carries out what was decided with one word, in one transaction."""
    workplace = desk.house.workplace_to_decide()
    before = _last_number(workplace)
    try:
        if len(deeds) == 1:
            said = [decide_wholly(workplace, deeds[0])]
        else:
            said = [done.sentence for done in carry_out_all(workplace, deeds)]
            for deed, sentence in zip(deeds, said, strict=True):
                if isinstance(deed, SendLetterNow):
                    write_after(workplace, deed, sentence)
    except (UnknownAgency, UnknownCycle) as error:
        raise DecisionRefused(str(error)) from None
    except DecidedWorkLeft as rest:
        said = [str(rest)]
    finally:
        desk.house.forget_results()
    for deed, sentence in zip(deeds, said, strict=False):
        desk.runs.tell(decision_taken(workplace.office, deed, sentence))
    return UndertakingDone(" ".join(said), _undo(workplace, before, back))


def _undo(workplace: Workplace, before: int, back: str) -> Undo | None:
    """How what was decided with one word can be undone; None where nothing new was decided."""
    with workplace.engine.begin() as connection:
        book = decisions.book(connection)
        new = [d for d in book.decisions if d.number > before]
        # What one deed brings with it, as an address registered with a message, goes with it.
        first = [d for d in new if d.kind is new[0].kind]
        found = undoings(workplace.office.cycles, connection, book, first)
    if not new:
        return None
    return undo_line([found[d.number] for d in first], back)


def _last_number(workplace: Workplace) -> int:
    with workplace.engine.begin() as connection:
        return max((d.number for d in decisions.book(connection).decisions), default=0)


def _again(desk: Desk, request: PageRequest, name: str, faults: Mapping[str, str]) -> Response:
    fields = DECISIONS[name].form.model_fields
    known = request.said(_FIXED).split()
    fixed = {key: request.every(key) for key in known if key in fields and request.every(key)}
    typed = {k: request.said(k) for k in request.entered if k in fields and k not in fixed}
    back = way_back(request.said(_BACK))
    form = case_form(desk, name, fixed, back, entered=typed, faults=faults)
    case = case_shown(desk.house.workplace(), name, fixed)
    return desk.page("decision.html", request, status=422, form=form, case=case)


def _told(error: Exception) -> str:
    if isinstance(error, BaocaoError):
        return str(error)
    return "Chương trình gặp lỗi, quyết định chưa ghi. Xin báo người vận hành."


def _known(name: str) -> str:
    if name not in DECISIONS:
        raise NotFound("Không có quyết định nào mang tên này.")
    return name


PAGES: Mapping[str, Page] = {
    "decision_form": decision_form,
    "decide": decide,
    "undertaking": undertaking,
}

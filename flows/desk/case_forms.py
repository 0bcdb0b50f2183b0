"""Decisions' forms whose choices are those of the very case: two values by agency and number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from flows.decisions.measure_forms import PersonsChoice, StandingValue
from flows.desk.desk import Desk
from flows.desk.forms import FilledForm, FormField, filled_form
from models.domain.consolidation import Conflict
from models.domain.letters.offers import chosen_key
from models.domain.notation.vietnamese_text import one_line
from models.domain.register.targets import Judgement
from tasks.adapters.desk.cycle_measures import CycleMeasures
from tasks.adapters.desk.result_tables import figure_shown

RULING, JUDGING = "rule-on-conflict", "judge-indicator"
_OF_PERSONS = {
    Judgement.MET: PersonsChoice.MET,
    Judgement.EXCEEDED: PersonsChoice.EXCEEDED,
    Judgement.NOT_MET: PersonsChoice.NOT_MET,
}


def case_form(
    desk: Desk,
    name: str,
    fixed: Mapping[str, Sequence[str]],
    back: str,
    *,
    entered: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
) -> FilledForm:
    """The form of a decision for one case, what is chosen in it named as the case has it."""
    form = filled_form(desk.house.workplace(), name, fixed, back, entered=entered, faults=faults)
    measures = _measures(desk, fixed) if name in (RULING, JUDGING) else None
    if measures is None:
        return form
    if name == RULING:
        conflict = measures.conflicts.get(_case(fixed, "conflict"))
        return form if conflict is None else _named(form, conflict, measures)
    asked = measures.asked.get(_case(fixed, "question"))
    if asked is None or not asked.waits:
        return form
    # What nobody has judged cannot be taken back.
    return _with_options(form, "judgement", [(c, c) for c in _OF_PERSONS.values()])


def _measures(desk: Desk, fixed: Mapping[str, Sequence[str]]) -> CycleMeasures | None:
    code = next(iter(fixed.get("cycle", ())), "")
    cycle = desk.house.workplace().office.cycles.get(code)
    return desk.measures_of(cycle)[0] if cycle is not None else None


def _case(fixed: Mapping[str, Sequence[str]], name: str) -> str:
    return chosen_key(next(iter(fixed.get(name, ())), "")).lower()


def _named(form: FilledForm, conflict: Conflict, measures: CycleMeasures) -> FilledForm:
    sides = (
        (StandingValue.FIRST, conflict.left, conflict.row),
        (StandingValue.SECOND, conflict.right, conflict.other_row),
    )
    one_row = conflict.row.code == conflict.other_row.code
    options = []
    for value, figure, row in sides:
        where = "" if one_row else f" ({measures.names.places[row.code]})"
        said = f"{figure_shown(figure)} {row.unit}".strip()
        agency = measures.names.agency(figure.agency)
        options.append((value, one_line(f"{agency}: {said}{where}", 160)))
    return _with_options(form, "value", options)


def _with_options(form: FilledForm, name: str, options: Sequence[tuple[str, str]]) -> FilledForm:
    def changed(field: FormField) -> FormField:
        if field.name != name:
            return field
        return replace(field, hint="", options=[(str(value), shown) for value, shown in options])

    return replace(form, fields=[changed(field) for field in form.fields])

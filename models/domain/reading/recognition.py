"""Whose workbook, and of which cycle, when it carries no identity: read off its own words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.errors import UnknownAgency
from models.domain.reading.expectations import Expectations, ExpectedSheet, expectations_for, plain
from models.domain.reading.forms import Form, SheetKind
from models.domain.reading.layout import DETAIL_SEARCH_ROWS, resemblance
from models.domain.reading.office import Office
from models.domain.reading.workbook_content import WorkbookContent
from models.domain.register.catalogue import Catalogue

_ENOUGH = 0.6  # of the expected rows
_LOOKS_LIKE = 0.5
_CLEARLY = 0.85  # of the best form's likeness: what another one must stay below
_LONGEST_NAME = 400
_MOST_SHEETS, _MOST_ROWS = 20, 500  # where one's own workbook ends long before


def guess(content: WorkbookContent, office: Office) -> tuple[str, str] | None:
    """Cycle and agency of a workbook without identity; None unless exactly one pair fits.

    The form is told by sheet names and headers, the cycle by its title where several cycles use
    forms of these sheets, else by the form whose headers fit clearly best; the agency by its name
    on the details sheet, which the rows must not contradict, or by the rows alone where they are
    one agency's only.
    """
    cycles = [c for c in office.cycles.values() if _fits_form(content, office.form_of(c))]
    if len(cycles) > 1:
        named = _named_cycles(content, cycles)
        cycles = named if len(named) == 1 else _of_closest_form(content, named or cycles, office)
    if len(cycles) != 1:
        return None
    cycle = cycles[0]
    agency = _agency(content, office, cycle)
    return (cycle.code, agency) if agency else None


def _fits_form(content: WorkbookContent, form: Form) -> bool:
    """Whether at least two sheets, or the only one there is, look like the form's."""
    names = {plain(s.name) for s in content.sheets}
    wanted = [s for s in form.sheets if s.kind is not SheetKind.INSTRUCTIONS]
    found = sum(plain(s.title) in names for s in wanted)
    if found >= 2:
        return True
    return sum(share >= _LOOKS_LIKE for share in _likenesses(content, form)) >= 2


def _likenesses(content: WorkbookContent, form: Form) -> Iterator[float]:
    """How well the best sheet of the workbook fits each sheet of the form, by headers alone."""
    for sheet in form.sheets:
        if sheet.kind is SheetKind.INSTRUCTIONS:
            continue
        bare = ExpectedSheet(
            form=sheet,
            rows={},
            codes_by_name={},
            headers={c.header: c.key for c in sheet.columns},
            plain_headers={plain(c.header): c.key for c in sheet.columns},
            former_headers={plain(old): c.key for c in sheet.columns for old in c.formerly},
            inputs=(),
            code_column="",
            name_column="",
        )
        yield max((resemblance(s, bare) for s in content.sheets[:_MOST_SHEETS]), default=0)


def _of_closest_form(
    content: WorkbookContent, cycles: list[ReportingCycle], office: Office
) -> list[ReportingCycle]:
    """The cycles of the form whose headers fit clearly better than any other's; else none."""
    fits = {c.form: sum(_likenesses(content, office.form_of(c))) for c in cycles}
    best = max(fits, key=lambda form: fits[form])
    if any(fit > fits[best] * _CLEARLY for form, fit in fits.items() if form != best):
        return []
    return [c for c in cycles if c.form == best]


def _texts(content: WorkbookContent, columns: int = 8) -> Iterator[str]:
    for sheet in content.sheets[:_MOST_SHEETS]:
        for row in sheet.rows[:_MOST_ROWS]:
            for value in row[:columns]:
                if isinstance(value, str) and 0 < len(value) < _LONGEST_NAME:
                    yield value


def _named_cycles(content: WorkbookContent, cycles: list[ReportingCycle]) -> list[ReportingCycle]:
    """Those of the cycles whose title stands in the workbook."""
    texts = {plain(t) for t in _texts(content)}
    return [c for c in cycles if any(plain(c.title) in t for t in texts)]


def _agency(content: WorkbookContent, office: Office, cycle: ReportingCycle) -> str:
    form, catalogue = office.form_of(cycle), office.catalogue_of(cycle)
    day = cycle.opens_at.astimezone(HANOI).date()
    named = _agency_named(content, office, form, day)
    fitting = _agencies_by_rows(content, office, form, catalogue, day)
    if named:
        # Districts have no rows of their own; rows of others contradict the name.
        return named if not fitting or named in fitting else ""
    clear = [a for a, (share, _) in fitting.items() if share >= _ENOUGH]
    return clear[0] if len(clear) == 1 and fitting[clear[0]][1] else ""


def _agency_named(content: WorkbookContent, office: Office, form: Form, day: dt.date) -> str:
    """The one agency that stands beside the details sheet's label; "" for none or several."""
    labels = {
        plain(c.header)
        for s in form.sheets
        if s.kind is SheetKind.DETAILS
        for c in s.columns
        if c.source == "agency_name"
    } | {"co quan bao cao", "ten co quan", "don vi bao cao", "co quan", "ten don vi"}
    found: set[str] = set()
    for sheet in content.sheets:
        for row in sheet.rows[:DETAIL_SEARCH_ROWS]:
            for place, value in enumerate(row[:8]):
                if not isinstance(value, str) or len(value) > _LONGEST_NAME:
                    continue
                label, _, rest = value.partition(":")
                if plain(label) not in labels:
                    continue
                beside = next((v for v in row[place + 1 : place + 4] if isinstance(v, str)), "")
                for name in (rest, beside):
                    if name.strip() and (code := _resolve(office, name, day)):
                        found.add(code)
    return found.pop() if len(found) == 1 else ""


def _resolve(office: Office, name: str, day: dt.date) -> str:
    try:
        return office.register.responsible_for(name, day).code
    except UnknownAgency:
        return ""


def _agencies_by_rows(
    content: WorkbookContent, office: Office, form: Form, catalogue: Catalogue, day: dt.date
) -> dict[str, tuple[float, bool]]:
    """Agencies that all the rows found belong to: share of their rows found, and whether they lead.

    Empty when no row of the catalogue is found at all.
    """
    exact = set(_texts(content))
    folded = {plain(t) for t in exact}
    everything: dict[str, Expectations] = {
        a.code: expectations_for(form, catalogue, a.code) for a in office.register.answering_on(day)
    }
    found_by_agency: dict[str, set[str]] = {}
    for code, expectations in everything.items():
        found_by_agency[code] = {
            row_code
            for sheet in expectations.sheets.values()
            for row_code, row in sheet.rows.items()
            if row_code in exact or plain(row.name) in folded
        }
    found = set().union(*found_by_agency.values()) if found_by_agency else set()
    if not found:
        return {}
    fitting: dict[str, tuple[float, bool]] = {}
    for code, its in found_by_agency.items():
        rows = {c: r for s in everything[code].sheets.values() for c, r in s.rows.items()}
        if rows and its == found:
            fitting[code] = (len(its) / len(rows), any(rows[c].leads for c in its))
    return fitting

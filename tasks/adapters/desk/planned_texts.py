"""The exact text of a letter before it goes: composed as the flow would compose it at that moment.

Nothing is kept: no letter, no workbook, no page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from models.domain.answers.planned_letters import PlannedKind, PlannedSending
from models.domain.answers.reminders import PlannedLetter
from models.domain.cycle.cycles import ReportingCycle
from models.domain.mail.mail import Letter, LetterFile
from models.domain.register.file_names import form_file
from tasks.adapters.boards.coming_letters import standings_expected
from tasks.adapters.results.choosing import results_of
from tasks.adapters.results.cycle_results import CycleResults
from tasks.adapters.work.consolidating import summary_letter
from tasks.adapters.work.opening import opening_letter
from tasks.adapters.work.prefilling import (
    carried_into,
    earlier_accounts,
    earlier_plans,
    with_lacking,
)
from tasks.adapters.work.previewing import is_known, names_beside, preview_letter
from tasks.adapters.work.reminding import ladder_at_hand, step_letter
from tasks.adapters.workplace import Workplace

#: What a cycle comes to at a workplace's moment: a moment's work, so whoever asks may keep it.
ResultsAt = Callable[[Workplace, ReportingCycle], CycleResults]


def planned_text(
    there: Workplace,
    cycle: ReportingCycle,
    sending: PlannedSending,
    agency: str,
    planned: PlannedLetter | None,
    results: ResultsAt,
) -> Letter | None:
    """The letter as it would be written at the moment of the workplace `there`; None for none.

    `planned`: what a step's letter is about. Raises TemplateFault.
    """
    if planned is not None:
        return _step(there, cycle, planned)
    found = results(there, cycle)
    if sending.kind is PlannedKind.SUMMARY:
        return summary_letter(there, cycle, found)
    return _page(there, cycle, agency, found)


def opening_text(there: Workplace, cycle: ReportingCycle, agency: str) -> Letter:
    """The letter that will bring an agency its workbook. Raises TemplateFault."""
    accounts = earlier_accounts(there, cycle)
    carried = carried_into(there.office, cycle, agency, accounts)
    carried = with_lacking(there.office, cycle, agency, carried, earlier_plans(there, cycle))
    workbook = LetterFile(form_file(cycle.mark, there.office.register, agency), "")
    asked = there.office.register.agencies[agency]
    return opening_letter(there, cycle, asked, carried, workbook)


def _step(there: Workplace, cycle: ReportingCycle, planned: PlannedLetter) -> Letter:
    with there.engine.begin() as connection:
        known = ladder_at_hand(there, connection, cycle)
        if not known.standings:
            known = replace(known, standings=standings_expected(there, connection, cycle))
    return step_letter(there, cycle, planned, known)


def _page(
    there: Workplace, cycle: ReportingCycle, agency: str, results: CycleResults
) -> Letter | None:
    for page in results.previews(there.now, agency):
        letter = preview_letter(there, cycle, page, (page.digest,))
        made = [LetterFile(name, "") for name in names_beside(there, cycle, page)]
        return replace(letter, files=(*letter.files, *made))
    return None


def page_is_known(
    there: Workplace, cycle: ReportingCycle, agency: str, results: CycleResults
) -> bool:
    """Whether the agency would get no page then, for the last one said the same."""
    pages = results.previews(there.now, agency)
    with there.engine.begin() as connection:
        return bool(pages) and is_known(connection, cycle, pages[0])


def results_at(there: Workplace, cycle: ReportingCycle) -> CycleResults:
    """What the cycle comes to at the workplace's moment, if nothing changes."""
    with there.engine.begin() as connection:
        return results_of(there, connection, cycle)

"""Reminding: the ladder decides, the outbox remembers."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from models.domain.answers.planned_letters import steps_settled
from models.domain.answers.reminders import OFFICE, PlannedLetter, letters_due
from models.domain.answers.standing import AgencyStanding, SubmissionRecord
from models.domain.cycle.cycles import ReportingCycle
from models.domain.letters.cycle_letters import (
    ReminderNotes,
    compose_reminder,
)
from models.domain.letters.escalation_letter import compose_escalation
from models.domain.letters.letters import LetterContent
from models.domain.letters.owed_files import asked_file_said, returned_file_said, to_complete
from models.domain.mail.mail import Letter, LetterFile, LetterKind
from models.domain.mail.reach import living
from models.domain.reading.submissions import Verdict
from models.domain.register.agencies import Register
from models.domain.register.file_names import returned_file
from models.domain.review.assembling import is_review
from tasks.adapters.letters.letter_writer import Envelope, LettersLeft, TemplateFault
from tasks.adapters.standings import standings_of_cycle
from tasks.adapters.store import address_book, decisions, deliveries, obligations, outbox
from tasks.adapters.store.obligations import Obligation
from tasks.adapters.workplace import Workplace


@dataclass(frozen=True)
class LadderAtHand:
    """What the letters of a cycle's ladder are made of, read once for all of them."""

    standings: Sequence[AgencyStanding]
    asked: Mapping[str, Obligation]
    dead: frozenset[str]  # addresses that receive nothing
    withdrawn: Counter[tuple[str, str]]  # how often a step's letter was, by agency and step
    asked_at: Mapping[tuple[str, str], dt.datetime]  # of the first overdue letter, by `granted` too
    given: frozenset[str]  # agencies that a letter brought their workbook


def ladder_at_hand(
    workplace: Workplace, connection: Connection, cycle: ReportingCycle
) -> LadderAtHand:
    """As the record stands at the workplace's moment; with what was found in each answer."""
    return LadderAtHand(
        standings_of_cycle(workplace, connection, cycle, details=True),
        obligations.of_cycle(connection, cycle.code),
        address_book.dead_addresses(connection),
        deliveries.times_withdrawn(connection, cycle.code),
        deliveries.overdue_letters(connection, cycle.code),
        outbox.agencies_given_workbooks(connection, cycle.code),
    )


def settled_steps(
    connection: Connection, cycle: ReportingCycle, standings: Sequence[AgencyStanding]
) -> dict[str, set[str]]:
    """The marks of the steps that are not to be written any more, by agency: sent, or held back."""
    decided = decisions.of_planned(connection, cycle.code)
    sent = deliveries.steps_sent(connection, cycle.code)
    return steps_settled(sent, decided, [OFFICE, *(s.agency for s in standings)])


def write_reminders(
    workplace: Workplace, cycle: ReportingCycle, left: LettersLeft | None = None
) -> list[PlannedLetter]:
    """Writes the reminders that are due now into the outbox; those that were new.

    Standings, ladder and letters share one transaction: an answer that arrives in between is
    either seen or reminded of, never both. A letter whose template is unusable is noted in `left`
    and the others are written; without it TemplateFault is raised and none is.
    """
    written = []
    with workplace.engine.begin() as connection:
        standings = standings_of_cycle(workplace, connection, cycle)
        settled = settled_steps(connection, cycle, standings)
        due = letters_due(cycle, workplace.office.calendar, standings, settled, workplace.now)
        if not due:  # letters tell what was found, and to look for that is much
            return []
        known = ladder_at_hand(workplace, connection, cycle)
        for planned in due:
            try:
                letter = step_letter(workplace, cycle, planned, known)
            except TemplateFault as fault:
                if left is None:
                    raise
                left.note(_whose(workplace, planned), fault)
                continue
            if outbox.queue(connection, letter, workplace.now, step=planned.mark):
                written.append(planned)
    return written


def _whose(workplace: Workplace, planned: PlannedLetter) -> str:
    agency = workplace.office.register.agencies.get(planned.agency)
    return f"{agency.name} ({agency.code})" if agency else "Văn phòng"


def step_letter(
    workplace: Workplace, cycle: ReportingCycle, planned: PlannedLetter, known: LadderAtHand
) -> Letter:
    """The letter of a step as it is right at the workplace's moment. Raises TemplateFault.

    One of that step that was withdrawn before gets another key.
    """
    register, calendar = workplace.office.register, workplace.office.calendar
    form = workplace.office.form_of(cycle)
    again = known.withdrawn[planned.agency, planned.mark]
    contact = living(workplace.contact_of(planned.agency), known.dead)
    asked, given = known.asked.get(planned.agency), planned.agency in known.given
    content: LetterContent
    files = []
    standing = next((s for s in known.standings if s.agency == planned.agency), None)
    returned = to_complete(standing) if standing and standing.partly_accepted else None
    # Whoever owes a correction mends the workbook that came back, whoever has sent several names
    # one of them; an empty one beside it misleads.
    if asked and not (planned.awaiting_correction or planned.chooses or returned):
        files = [LetterFile(asked.workbook_name, asked.workbook_sha256)]
    if planned.kind is LetterKind.ESCALATION:
        content = compose_escalation(
            cycle,
            calendar,
            planned,
            known.standings,
            Register(register.agencies, workplace.contacts()),
            workplace.now,
            form,
        )
        to, cc = list(workplace.rules.summary_to), []
    elif standing is not None:
        agency = register.agencies[planned.agency]
        content = compose_reminder(
            cycle,
            calendar,
            agency,
            planned,
            standing,
            workplace.now,
            ReminderNotes(
                bool(files),
                bool(contact.superior),
                contact.superior_title,
                form,
                known.asked_at.get((planned.agency, planned.granted)),
                _returned_file(workplace, cycle, standing.latest),
                _owed_file(workplace, cycle, returned, asked if given else None)
                if standing.partly_accepted
                else "",
                reported=is_review(form),
                workbook_before=given,
            ),
        )
        to, cc = list(contact.to), list(contact.cc)
        if planned.kind is LetterKind.OVERDUE:
            cc += contact.superior
    return workplace.letters.write(
        content,
        Envelope(
            cycle=cycle.code,
            agency=planned.agency,
            key_parts=(planned.mark, f"lan-{again + 1}") if again else (planned.mark,),
            to=to,
            cc=cc,
            files=files,
        ),
    )


def _returned_file(
    workplace: Workplace, cycle: ReportingCycle, version: SubmissionRecord | None
) -> str:
    """The name of the workbook with the marks that is to be mended; "" where none was sent back."""
    if version is None or version.verdict is not Verdict.RETURNED:
        return ""
    return returned_file(cycle.mark, workplace.office.register, version.agency, version.version)


def _owed_file(
    workplace: Workplace,
    cycle: ReportingCycle,
    returned: SubmissionRecord | None,
    asked: Obligation | None,
) -> str:
    """The workbook in which the parts that are owed are to be completed, and when it was sent."""
    if returned is not None:
        name = _returned_file(workplace, cycle, returned)
        return returned_file_said(name, returned.decided_at or returned.received_at)
    return asked_file_said(asked.workbook_name, asked.opened_at) if asked else ""

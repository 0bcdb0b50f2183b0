"""Reminding: the ladder decides, the outbox remembers."""

from __future__ import annotations

from models.domain.answers.reminders import PlannedLetter, letters_due
from models.domain.answers.standing import AgencyStanding
from models.domain.cycle.cycles import ReportingCycle
from models.domain.letters.cycle_letters import (
    ReminderNotes,
    compose_escalation,
    compose_reminder,
)
from models.domain.letters.letters import LetterContent
from models.domain.mail.mail import Letter, LetterFile, LetterKind
from models.domain.mail.reach import living
from models.domain.register.agencies import Contact, Register
from tasks.adapters.letters.letter_writer import Envelope, LettersLeft, TemplateFault
from tasks.adapters.standings import standings_of_cycle
from tasks.adapters.store import deliveries, obligations, outbox
from tasks.adapters.store.obligations import Obligation
from tasks.adapters.workplace import Workplace


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
        sent = outbox.steps_sent(connection, cycle.code)
        withdrawn = outbox.times_withdrawn(connection, cycle.code)
        asked = obligations.of_cycle(connection, cycle.code)
        dead = deliveries.dead_addresses(connection)
        due = letters_due(cycle, workplace.office.calendar, standings, sent, workplace.now)
        if due:  # letters tell what was found; on most days there are none, and that is much
            standings = standings_of_cycle(workplace, connection, cycle, details=True)
        for planned in due:
            again = withdrawn[planned.agency, planned.mark]
            contact = living(workplace.contact_of(planned.agency), dead)
            try:
                letter = _letter(
                    *(workplace, cycle, planned, standings, contact),
                    *(asked.get(planned.agency), again),
                )
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


def _letter(
    workplace: Workplace,
    cycle: ReportingCycle,
    planned: PlannedLetter,
    standings: list[AgencyStanding],
    contact: Contact,
    asked: Obligation | None,
    again: int,
) -> Letter:
    """The letter of a step, to the addresses of `contact`.

    One of that step that was withdrawn `again` times gets another key.
    """
    register, calendar = workplace.office.register, workplace.office.calendar
    form = workplace.office.form_of(cycle)
    content: LetterContent
    files = []
    # Whoever owes a correction mends the workbook that came back; an empty one beside it misleads.
    if asked and not planned.awaiting_correction:
        files = [LetterFile(asked.workbook_name, asked.workbook_sha256)]
    if planned.kind is LetterKind.ESCALATION:
        content = compose_escalation(
            cycle,
            calendar,
            planned,
            standings,
            Register(register.agencies, workplace.contacts()),
            workplace.now,
            form,
        )
        to, cc = list(workplace.rules.summary_to), []
    else:
        standing = next(s for s in standings if s.agency == planned.agency)
        agency = register.agencies[planned.agency]
        content = compose_reminder(
            cycle,
            calendar,
            agency,
            planned,
            standing,
            workplace.now,
            ReminderNotes(bool(files), bool(contact.superior), form),
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

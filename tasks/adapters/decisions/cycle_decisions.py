"""Decisions about a reporting cycle, carried out: deadlines, exemptions, waivers, closing, rulings,
judgements.

Each function bears its deed's name. What is allowed and what is said of it is the deed's own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import Connection

from models.domain.answers.standing import AgencyStanding
from models.domain.consolidation import code_of
from models.domain.cycle.cycles import ReportingCycle
from models.domain.cycle.working_calendar import WorkingCalendar
from models.domain.deeds.cycle_deeds import (
    AgencyDeed,
    CloseCycle,
    ExemptAgency,
    ExemptSheet,
    ExtendDeadline,
    RuleOnConflict,
    WaiveRule,
)
from models.domain.deeds.judgement_deed import JudgeIndicator
from models.domain.letters.exemption_letter import (
    ExemptionNotes,
    compose_exemption,
    sheets_left,
)
from models.domain.letters.extension_letter import compose_extension
from models.domain.letters.letters import LetterContent
from models.domain.mail.mail import LetterKind
from models.domain.reading.office import Office
from models.domain.register.agencies import Agency
from tasks.adapters.decisions.decision_keeping import Done, keep
from tasks.adapters.letters.letter_writer import Envelope
from tasks.adapters.results.choosing import results_of
from tasks.adapters.results.ruling import consolidated, rulings_of
from tasks.adapters.standings import standings_of_cycle
from tasks.adapters.store import decisions, obligations, outbox
from tasks.adapters.workplace import Workplace


def extend_deadline(connection: Connection, workplace: Workplace, deed: ExtendDeadline) -> Done:
    """Moves an agency's deadline, or ends its extension, and tells it so.

    Raises DecisionRefused, TemplateFault.
    """
    cycle = workplace.office.cycle(deed.cycle)
    agency = agency_asked(connection, workplace.office, deed)
    book = decisions.book(connection)
    done = keep(connection, workplace, deed.weigh(cycle, agency, book, workplace.now))
    if not done.new:
        return done
    reason = deed.signed.reason
    left = _tell(
        *(connection, workplace, cycle, agency, LetterKind.EXTENSION),
        lambda around, standing, now: compose_extension(*around, agency, standing, reason, now),
    )
    return replace(done, sentence=" ".join([done.sentence, *left]))


#: What a decision is called in the sentence that its letter could not be written.
_OF = {LetterKind.EXTENSION: "gia hạn", LetterKind.EXEMPTION: "miễn"}
_Around = tuple[ReportingCycle, WorkingCalendar]


def _tell(
    connection: Connection,
    workplace: Workplace,
    cycle: ReportingCycle,
    agency: Agency,
    kind: LetterKind,
    compose: Callable[[_Around, AgencyStanding, dt.datetime], LetterContent],
) -> list[str]:
    """The letter that tells the agency how it stands now; what kept it from being written."""
    contact = workplace.contact_of(agency.code)
    if not contact.to:
        return [f"Chưa viết được thư báo {_OF[kind]}: danh bạ chưa có địa chỉ của {agency.name}."]
    standings = standings_of_cycle(workplace, connection, cycle)
    standing = next(one for one in standings if one.agency == agency.code)
    sent = outbox.written_to(connection, cycle.code, agency.code, kind)
    letter = workplace.letters.write(
        compose((cycle, workplace.office.calendar), standing, workplace.now),
        Envelope(
            cycle=cycle.code,
            agency=agency.code,
            key_parts=(len(sent) + 1,),
            to=contact.to,
            cc=contact.cc,
        ),
    )
    outbox.queue(connection, letter, workplace.now)
    return []


def exempt_agency(connection: Connection, workplace: Workplace, deed: ExemptAgency) -> Done:
    """Exempts an agency from answering in a cycle, or takes the exemption back, and tells it so.

    Raises DecisionRefused, TemplateFault.
    """
    cycle = workplace.office.cycle(deed.cycle)
    agency = agency_asked(connection, workplace.office, deed)
    book = decisions.book(connection)
    done = keep(connection, workplace, deed.weigh(cycle, agency, book, workplace.now))
    notes = ExemptionNotes(deed.exempt, deed.signed.reason)
    return _exemption_told(connection, workplace, agency, notes, cycle, done)


def exempt_sheet(connection: Connection, workplace: Workplace, deed: ExemptSheet) -> Done:
    """The same of one sheet of an agency's workbook. Raises DecisionRefused, TemplateFault."""
    cycle = workplace.office.cycle(deed.cycle)
    agency = agency_asked(connection, workplace.office, deed)
    sheet = deed.sheet_asked(workplace.office, cycle, agency)
    book = decisions.book(connection)
    done = keep(connection, workplace, deed.weigh(agency, sheet, book, workplace.now))
    notes = ExemptionNotes(deed.exempt, deed.signed.reason, sheet.title)
    return _exemption_told(connection, workplace, agency, notes, cycle, done)


def _exemption_told(
    connection: Connection,
    workplace: Workplace,
    agency: Agency,
    notes: ExemptionNotes,
    cycle: ReportingCycle,
    done: Done,
) -> Done:
    """What was done, once the agency is told of it; what was decided before is told no more."""
    if not done.new:
        return done
    form, catalogue = workplace.office.form_of(cycle), workplace.office.catalogue_of(cycle)

    def compose(around: _Around, standing: AgencyStanding, now: dt.datetime) -> LetterContent:
        said = replace(notes, left=sheets_left(form, catalogue, standing))
        return compose_exemption(*around, agency, standing, said, now)

    left = _tell(connection, workplace, cycle, agency, LetterKind.EXEMPTION, compose)
    return replace(done, sentence=" ".join([done.sentence, *left]))


def waive_rule(connection: Connection, workplace: Workplace, deed: WaiveRule) -> Done:
    """Does not hold a rule against an agency for a time, or does again."""
    cycle = workplace.office.cycle(deed.cycle)
    deed.check()
    agency = agency_asked(connection, workplace.office, deed)
    book = decisions.book(connection)
    return keep(connection, workplace, deed.weigh(cycle, agency, book, workplace.now))


def close_cycle(connection: Connection, workplace: Workplace, deed: CloseCycle) -> Done:
    """Closes a cycle to new versions, or opens it again."""
    cycle = workplace.office.cycle(deed.cycle)
    return keep(connection, workplace, deed.weigh(cycle, decisions.book(connection), workplace.now))


def rule_on_conflict(connection: Connection, workplace: Workplace, deed: RuleOnConflict) -> Done:
    """Lets one of a conflict's two values stand; without a cycle in whichever it is.

    Raises DecisionRefused for a code nobody has.
    """
    for cycle in _cycles(connection, workplace.office, deed.cycle):
        for conflict in consolidated(workplace, connection, cycle).conflicts:
            if code_of(conflict) == deed.code:
                holds = rulings_of(connection, cycle.code).get(deed.code)
                return keep(
                    connection, workplace, deed.weigh(cycle, conflict, holds, workplace.now)
                )
    raise deed.not_found()


def judge_indicator(connection: Connection, workplace: Workplace, deed: JudgeIndicator) -> Done:
    """Judges what waits for a person, or lets it wait again; without a cycle in whichever it is.

    Raises DecisionRefused for a code nothing has.
    """
    for cycle in _cycles(connection, workplace.office, deed.cycle):
        for found in results_of(workplace, connection, cycle).asked():
            if found.question.code == deed.code:
                return keep(connection, workplace, deed.weigh(cycle, found, workplace.now))
    raise deed.not_found()


def _cycles(connection: Connection, office: Office, code: str) -> list[ReportingCycle]:
    """The cycle of that code; for none those in which agencies were asked."""
    if code:
        return [office.cycle(code)]
    asked = obligations.open_cycles(connection)
    return [c for c in office.cycles.values() if c.code in asked]


def agency_asked(connection: Connection, office: Office, deed: AgencyDeed) -> Agency:
    """The agency that the deed is about, if it is to answer in the cycle."""
    return deed.agency_asked(office, obligations.of_cycle(connection, deed.cycle))

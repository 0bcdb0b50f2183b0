"""Opening a cycle: for each agency one obligation, one workbook, one letter, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence

from models.domain.answers.carrying import Carried
from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.letters.cycle_letters import OpeningNotes, compose_opening
from models.domain.letters.earlier_plans import plans_lacking_said
from models.domain.mail.mail import Letter, LetterFile
from models.domain.reading.identity import reply_token, sign
from models.domain.reading.office import Office, answering
from models.domain.reading.submissions import Entry
from models.domain.register.agencies import Agency
from models.domain.register.file_names import form_file
from models.tables import ObligationRow
from tasks.adapters.letters.letter_writer import Envelope, TemplateFault
from tasks.adapters.store import obligations, outbox
from tasks.adapters.work.prefilling import (
    carried_into,
    earlier_accounts,
    earlier_plans,
    with_lacking,
)
from tasks.adapters.workbooks.template_canvas import AgencyWorkbook
from tasks.adapters.workbooks.template_writer import write_template
from tasks.adapters.workplace import Steps, Workplace, unheard


def agencies_to_ask(workplace: Workplace, cycle: ReportingCycle) -> list[Agency]:
    """Agencies that answer in the cycle and have not been asked yet, by code."""
    with workplace.engine.begin() as connection:
        asked = obligations.of_cycle(connection, cycle.code)
    return [a for a in answering(workplace.office, cycle) if a.code not in asked]


def ask(
    workplace: Workplace, cycle: ReportingCycle, agencies: Sequence[Agency], steps: Steps = unheard
) -> list[str]:
    """Asks each agency; one sentence per agency that could not be asked, and what to do."""
    left = []
    accounts, plans = earlier_accounts(workplace, cycle), earlier_plans(workplace, cycle)
    for done, agency in enumerate(agencies):
        steps(done, len(agencies))
        contact = workplace.contact_of(agency.code)
        if not contact.to:
            left.append(
                f"{agency.name} ({agency.code}): danh bạ chưa có địa chỉ thư. "
                "Bổ sung vào tệp danh bạ rồi chạy lại."
            )
            continue
        carried = carried_into(workplace.office, cycle, agency.code, accounts)
        carried = with_lacking(workplace.office, cycle, agency.code, carried, plans)
        try:
            _ask(workplace, cycle, agency, carried)
        except TemplateFault as fault:
            left.append(
                f"{agency.name} ({agency.code}): chưa giao được vì mẫu thư có lỗi. {fault} "
                "Sửa mẫu thư rồi chạy lại."
            )
    steps(len(agencies), len(agencies))
    return left


def workbook_content(
    office: Office,
    secret: bytes,
    cycle: ReportingCycle,
    agency: str,
    carried: Sequence[Entry] = (),
    registered_by: Sequence[str] = (),
    answered: Sequence[Entry] = (),
) -> bytes:
    """An agency's workbook, with what it said in the previous cycle. Same inputs, same bytes.

    `registered_by`: as in Carried; `answered`: what it has said in this cycle and stands in it.
    """
    form = office.form_of(cycle)
    workbook = AgencyWorkbook(
        form=form,
        catalogue=office.catalogue_of(cycle),
        cycle=cycle,
        agency=agency,
        register=office.register,
        contact=office.register.contacts.get(agency),
        token=sign(secret, cycle.code, agency, form.version),
        newly_from=office.newly_from(agency, cycle),
        last_working_day=office.calendar.last_working_day_before(cycle.due_at, HANOI),
        registered_by=registered_by,
    )
    return write_template(workbook, answered, carried)


def opening_letter(
    workplace: Workplace,
    cycle: ReportingCycle,
    agency: Agency,
    carried: Carried,
    workbook: LetterFile,
    key_parts: Sequence[str] = (),
    replaces: str = "",
) -> Letter:
    """The letter that brings an agency its workbook; `replaces` says of which other one."""
    form, catalogue = workplace.office.form_of(cycle), workplace.office.catalogue_of(cycle)
    contact, register = workplace.contact_of(agency.code), workplace.office.register
    return workplace.letters.write(
        compose_opening(
            *(cycle, workplace.office.calendar, agency, form, catalogue),
            OpeningNotes(
                contact=contact,
                try_out_address=workplace.rules.try_out_address,
                carried=carried,
                earlier=workplace.office.cycle(cycle.previous) if cycle.previous else None,
                replaces=replaces,
                came_from=workplace.office.newly_from(agency.code, cycle),
                registered_before=register.registered_before(agency.code, carried.registered_by),
                plans_lacking=plans_lacking_said(
                    agency.code, carried.lacking, register.formal_name
                ),
            ),
        ),
        Envelope(
            cycle=cycle.code,
            agency=agency.code,
            key_parts=key_parts,
            to=contact.to,
            cc=contact.cc,
            files=[workbook],
        ),
    )


def workbook_for(
    workplace: Workplace, cycle: ReportingCycle, agency: str, carried: Carried
) -> LetterFile:
    """The agency's workbook, kept in the raw store."""
    content = workbook_content(
        *(workplace.office, workplace.rules.secret, cycle, agency),
        *(carried.entries, carried.registered_by),
    )
    name = form_file(cycle.mark, workplace.office.register, agency)
    return LetterFile(name, workplace.raw_store.put(content))


def _ask(workplace: Workplace, cycle: ReportingCycle, agency: Agency, carried: Carried) -> None:
    workbook = workbook_for(workplace, cycle, agency.code, carried)
    letter = opening_letter(workplace, cycle, agency, carried, workbook)
    obligation = ObligationRow(
        cycle=cycle.code,
        agency=agency.code,
        reply_token=reply_token(workplace.rules.secret, cycle.code, agency.code),
        opened_at=workplace.now,
        form_version=workplace.office.form_of(cycle).version,
        workbook_name=workbook.name,
        workbook_sha256=workbook.sha256,
        asked_cells=carried.asked_cells,
        carried_cells=carried.filled_cells,
    )
    with workplace.engine.begin() as connection:
        if obligations.add(connection, obligation):
            outbox.queue(connection, letter, workplace.now)

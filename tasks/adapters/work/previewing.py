"""Previews: each agency's own page, written into the outbox once for what it would read."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from models.domain.answers.planned_letters import PlannedKind, of_day
from models.domain.answers.sections import last_said, said_of, sections_of
from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.cycle.letter_phrases import day_text
from models.domain.errors import BaocaoError
from models.domain.letters.letters import last_before_report
from models.domain.mail.delivery import arrived_anywhere
from models.domain.mail.mail import Letter, LetterFile, LetterKind, LetterState
from models.domain.reading.office import register_day
from models.domain.register.file_names import counting_file, preview_file
from models.domain.results.previews.preview import Preview
from models.domain.results.previews.preview_letters import PreviewNotes, compose_preview
from models.domain.review.states import Answer
from models.tables import LetterRow
from tasks.adapters.letters.letter_writer import Envelope, TemplateFault
from tasks.adapters.results.choosing import results_of
from tasks.adapters.results.report_document import (
    PREVIEW_TEMPLATE,
    ReportTemplateFault,
    set_document,
)
from tasks.adapters.store import decisions, obligations, outbox, submissions
from tasks.adapters.work.opening import workbook_content
from tasks.adapters.work.prefilling import carried_into, earlier_accounts
from tasks.adapters.workplace import Workplace

DIGEST_SHOWN = 16


class NoPreviewOf(BaocaoError):
    """Raised when the page of an agency is asked for that has none in the cycle."""


@dataclass(frozen=True)
class Written:
    """Previews that were new, and what could not be written, one sentence each."""

    letters: int
    left: Sequence[str]


def previews_of(workplace: Workplace, cycle: ReportingCycle) -> list[Preview]:
    """The page of every agency asked, in the register's order; none for a cycle without results."""
    with workplace.engine.begin() as connection:
        results = results_of(workplace, connection, cycle)
    return results.previews(workplace.now)


def preview_document(reports_dir: Path, preview: Preview, now: dt.datetime) -> bytes:
    """The page as a Word document. Raises ReportTemplateFault."""
    values = {f.name: getattr(preview, f.name) for f in dataclasses.fields(preview)}
    values["facts"] = preview.told
    title = f"{preview.agency_name}: {preview.title}"
    return set_document(reports_dir / PREVIEW_TEMPLATE, values, title, now)


def write_previews(workplace: Workplace, cycle: ReportingCycle, only: str = "") -> Written:
    """Writes the pages that say something new into the outbox; `only` one agency's, where named.

    The key of a letter is what its page says: an agency gets the same words once, however often
    this runs and whatever others sent meanwhile. What a person holds back on this day is not
    written. `only`: a code or a name; raises UnknownAgency, NoPreviewOf.
    """
    count, left = 0, []
    today = of_day(cycle.code, PlannedKind.PREVIEW, workplace.now.astimezone(HANOI).date())
    with workplace.engine.begin() as connection:
        decided = decisions.of_planned(connection, cycle.code)
    for preview in _asked_for(workplace, cycle, only):
        if decided.holding(today.subject, preview.agency):
            continue
        contact = workplace.contact_of(preview.agency)
        if not contact.to:
            left.append(f"{preview.agency_name} ({preview.agency}): danh bạ chưa có địa chỉ thư.")
            continue
        try:
            count += _write(workplace, cycle, preview)
        except (TemplateFault, ReportTemplateFault) as fault:
            left.append(f"{preview.agency_name} ({preview.agency}): chưa viết được thư. {fault}")
    return Written(count, left)


def _asked_for(workplace: Workplace, cycle: ReportingCycle, only: str) -> list[Preview]:
    """All pages of the cycle, or the one of the agency named or of who answers in its place."""
    pages = previews_of(workplace, cycle)
    if not only or not pages:
        return pages
    agency = workplace.office.register.responsible_for(only, register_day(cycle))
    found = [page for page in pages if page.agency == agency.code]
    if not found:
        raise NoPreviewOf(
            f"{agency.name} không được giao báo cáo trong kỳ {cycle.code} nên không có bản đối "
            "chiếu."
        )
    return found


def _write(workplace: Workplace, cycle: ReportingCycle, preview: Preview) -> bool:
    """One page, unless the last said the same; one that still waits to leave gives way to it."""
    agency = workplace.office.register.agencies[preview.agency]
    digest = preview.digest[:DIGEST_SHOWN]
    with workplace.engine.begin() as connection:
        earlier = outbox.written_to(connection, cycle.code, agency.code, LetterKind.PREVIEW)
    if _is_known(earlier, digest):
        return False  # the page need not be set again
    # What was said before and holds again is said again: its key tells how many came before it.
    again = any(digest in row.business_key.split("|") for row in earlier)
    key_parts = (digest, str(len(earlier) + 1)) if again else (digest,)
    letter = preview_letter(workplace, cycle, preview, key_parts)
    contents: list[bytes] = []
    if preview.has_page:
        contents.append(preview_document(workplace.reports_dir, preview, workplace.now))
    if preview.by_sheet:
        contents.append(_counting_workbook(workplace, cycle, agency.code))
    names = names_beside(workplace, cycle, preview)
    made = [
        LetterFile(name, workplace.raw_store.put(content))
        for name, content in zip(names, contents, strict=True)
    ]
    with workplace.engine.begin() as connection:
        _withdraw_waiting(connection, earlier)
        letter = dataclasses.replace(letter, files=(*letter.files, *made))
        return outbox.queue(connection, letter, workplace.now)


def names_beside(workplace: Workplace, cycle: ReportingCycle, preview: Preview) -> list[str]:
    """The names of the files that are made for the letter: the page, then the workbook."""
    register = workplace.office.register
    page = [preview_file(cycle.mark, register, preview.agency)] if preview.has_page else []
    if not preview.by_sheet:
        return page
    return [*page, counting_file(cycle.mark, register, preview.agency)]


def _counting_workbook(workplace: Workplace, cycle: ReportingCycle, agency: str) -> bytes:
    """The agency's workbook with each sheet as the version has it that counts for the sheet.

    No file of the agency's holds all of that, and one of them may still hold the sheet for which it
    was returned. A sheet that is still owed stands in it as it was last sent.
    """
    office = workplace.office
    sections = sections_of(office.form_of(cycle), office.catalogue_of(cycle), agency)
    keys = [section.key for section in sections]
    with workplace.engine.begin() as connection:
        versions = submissions.versions_of(connection, cycle.code, [agency]).get(agency, [])
    carried = carried_into(office, cycle, agency, earlier_accounts(workplace, cycle))
    return workbook_content(
        *(office, workplace.rules.secret, cycle, agency, carried.entries, carried.registered_by),
        said_of(last_said(versions, keys), keys),
    )


def is_known(connection: Connection, cycle: ReportingCycle, preview: Preview) -> bool:
    """Whether the last page that the agency was sent said just that, so that it gets none."""
    earlier = outbox.written_to(connection, cycle.code, preview.agency, LetterKind.PREVIEW)
    return _is_known(earlier, preview.digest[:DIGEST_SHOWN])


def _is_known(earlier: Sequence[LetterRow], digest: str) -> bool:
    stands = [row for row in earlier if row.state != LetterState.WITHDRAWN]
    return bool(stands) and digest in stands[-1].business_key.split("|")


def preview_letter(
    workplace: Workplace, cycle: ReportingCycle, preview: Preview, key_parts: Sequence[str]
) -> Letter:
    """The letter that brings an agency its page; what `names_beside` names is yet to be added
    behind its files. Raises TemplateFault."""
    contact = workplace.contact_of(preview.agency)
    last = last_before_report(cycle, workplace.office.calendar, workplace.now)
    files = _unfilled(workplace, cycle, preview)
    letter = workplace.letters.write(
        compose_preview(
            cycle,
            workplace.office.register.agencies[preview.agency],
            preview.as_of,
            (f.plain for f in preview.facts),
            preview.answer,
            PreviewNotes(
                preview.shown,
                day_text(last) if last else "",
                template_attached=bool(files),
                with_codes=bool(preview.sources),
                cites_others=preview.cites_others,
                with_actions=preview.lists_actions,
                asks=[ask.plain for ask in preview.asks],
                by_sheet=preview.by_sheet,
                unusable_mail=preview.unusable_mail,
                earlier=_asked_before(workplace, cycle, preview),
            ),
        ),
        Envelope(
            cycle=cycle.code,
            agency=preview.agency,
            key_parts=key_parts,
            to=contact.to,
            cc=contact.cc,
        ),
    )
    return dataclasses.replace(letter, files=files)


def _asked_before(
    workplace: Workplace, cycle: ReportingCycle, preview: Preview
) -> Sequence[dt.date]:
    """When letters asked for a report that is late, of who has still to send one."""
    if preview.answer not in (Answer.NOTHING, Answer.NOT_TAKEN):
        return ()
    with workplace.engine.begin() as connection:
        written = outbox.written_to(connection, cycle.code, preview.agency, LetterKind.OVERDUE)
    return [
        (row.sent_at or row.created_at).astimezone(HANOI).date()
        for row in written
        if row.state in outbox.ON_ITS_WAY
    ]


def _unfilled(
    workplace: Workplace, cycle: ReportingCycle, preview: Preview
) -> tuple[LetterFile, ...]:
    """The agency's workbook as it was sent, for who has sent nothing."""
    if preview.answer is not Answer.NOTHING:
        return ()
    with workplace.engine.begin() as connection:
        asked = obligations.of_agency(connection, cycle.code, preview.agency)
    return (LetterFile(asked.workbook_name, asked.workbook_sha256),) if asked else ()


def _withdraw_waiting(connection: Connection, earlier: Sequence[LetterRow]) -> None:
    """Pages that nobody has yet do not leave any more: they would be read after the newer one."""
    for row in earlier:
        if row.state == LetterState.QUEUED and not arrived_anywhere(outbox.deliveries_of(row)):
            outbox.withdraw(connection, row, "Đã có bản đối chiếu mới hơn.")

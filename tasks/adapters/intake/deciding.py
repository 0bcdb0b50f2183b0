"""Deciding: what a message is, whose it is and what becomes of it. Nothing is written here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from models.domain.attribution import (
    Attribution,
    Evidence,
    EvidenceKind,
    answerable,
    attribute,
    registered_today,
)
from models.domain.bounces import DeliveryReport, ReturnedLetter, match_recipients
from models.domain.cycles import HANOI
from models.domain.decisions import attributed
from models.domain.errors import BaocaoError
from models.domain.forms import Form, SheetForm
from models.domain.intake import (
    FileDecision,
    FileFacts,
    MessageDecision,
    MessageFacts,
    decide_message,
)
from models.domain.kinship import Kinship
from models.domain.mail import MessageState, cloud_links
from models.domain.section_agreement import contradictions
from models.domain.sections import (
    PartState,
    last_said,
    said_of,
    section_verdicts,
    sections_of,
    weigh,
)
from models.domain.standing import SubmissionRecord
from models.domain.submissions import Entry, Examination, FileProblem, Verdict
from models.domain.try_out import is_try_out
from models.domain.versions import (
    VersionDifference,
    compare,
    left_out_findings,
    stepped_back_findings,
    vanished_findings,
)
from models.domain.waivers import eased
from models.tables import LetterRow
from tasks.adapters.intake import evidence as gathering
from tasks.adapters.intake.known import Known
from tasks.adapters.intake.unfolding import CarriedFile, Unfolded
from tasks.adapters.letter_desk import contacts_now
from tasks.adapters.reader_jobs import ExamineJob
from tasks.adapters.workplace import Workplace


class ReaderAtFault(BaocaoError):
    """Raised when the reader itself failed on a file: tried again, then shown to a person."""


@dataclass
class NewVersion:
    """A version that one file becomes. Its record gets id and receipt number when recorded."""

    cycle: str
    facts: FileFacts
    record: SubmissionRecord
    earlier: Sequence[SubmissionRecord]  # the agency's versions recorded before it, as they arrived

    compared: Mapping[str, SubmissionRecord] = field(default_factory=dict)
    # by section, where sections are accepted each by itself: what the new one is held against

    @property
    def is_late(self) -> bool:
        """Whether it was recorded after a version that arrived later: it replaces nothing newer."""
        return any(v.received_at > self.record.received_at for v in self.earlier)

    @property
    def previous(self) -> Sequence[SubmissionRecord]:
        """The versions it takes the place of, oldest first, with their entries."""
        if self.facts.outcome is None:
            return () if self.is_late else self.earlier[-1:]
        sheets = self._replaced
        taken = {r.version for key, r in self.compared.items() if key in sheets}
        return [v for v in self.earlier if v.version in taken]

    def difference(self, form: Form) -> VersionDifference:
        """What it changes of them; what is spoiled changes nothing."""
        if self.facts.outcome is None:
            before = self.earlier[-1].entries if self.earlier else ()
            return compare(before, self.record.entries, form)
        sheets = self._replaced
        after = [e for e in self.record.entries if e.sheet in sheets]
        return compare(said_of(self.compared, sheets), after, form)

    @property
    def _replaced(self) -> set[str]:
        parts = self.facts.outcome.parts if self.facts.outcome else ()
        return {p.key for p in parts if p.state in (PartState.TAKEN, PartState.RETURNED)}


@dataclass
class Decided:
    """A message with all that was found and decided."""

    unfolded: Unfolded
    facts: MessageFacts
    decision: MessageDecision
    versions: Sequence[NewVersion]
    receipt_number: str = ""  # of a held message, when recorded; versions have their own
    returned: LetterRow | None = None  # the letter of ours that a delivery report is about

    @property
    def tries(self) -> list[FileFacts]:
        """The workbooks whose verdict the sender wants to see before handing in."""
        tried = {d.position for d in self.decision.files if d.state is MessageState.TRIED}
        return [f for f in self.facts.files if f.position in tried]


def decide(
    place: Workplace, known: Known, unfolded: Unfolded, found: Sequence[Examination]
) -> Decided:
    """What becomes of a message, given the examinations of its files.

    Its versions are added to what is known. Raises ReaderAtFault.
    """
    facts = _facts(place, known, unfolded, found)
    letter = known.letter_of_report(unfolded.report) if unfolded.report else None
    if letter is not None and unfolded.report is not None:
        facts = replace(facts, returned=_returned(place, letter, unfolded.report))
    decision = decide_message(facts)
    by_position = {f.position: f for f in facts.files}
    versions = [
        _version(place, known, unfolded, by_position[d.position], d)
        for d in decision.files
        if d.is_submission
    ]
    return Decided(unfolded, facts, decision, versions, returned=letter)


def _returned(place: Workplace, letter: LetterRow, report: DeliveryReport) -> ReturnedLetter:
    news = match_recipients(report, [*letter.to, *letter.cc], place.rules.own_copy)
    return ReturnedLetter(letter.agency, letter.cycle, letter.subject, tuple(news))


def _facts(
    place: Workplace, known: Known, unfolded: Unfolded, found: Sequence[Examination]
) -> MessageFacts:
    names = {agency.code: agency.name for agency in place.office.register}
    of_message = gathering.of_message(place, known, unfolded.mail)
    assigned = known.decisions.assignment(unfolded.kept.key)
    kinship = _kinship(place, known, unfolded)
    mail = unfolded.mail
    files = []
    for file, examination in zip(unfolded.files, found, strict=True):
        if examination.problem is FileProblem.READER_FAULT:
            raise ReaderAtFault(examination.detail)
        evidence = kinship.lead([*gathering.of_workbook(place, examination), *of_message])
        own = attribute(evidence, names)
        attribution = attributed(assigned) if assigned else own
        # What a person has assigned is taken as such, whoever answers today.
        former = "" if assigned else _former(place, kinship, attribution)
        followed = "" if assigned else _followed(place, known, attribution)
        facts = _file_facts(
            *(place, known, tuple(evidence), attribution, file, examination),
            unfolded.kept.received_at,
            mail.message_id if mail else "",
            former=former,
            followed=followed,
        )
        if assigned and own.agency != assigned.agency:
            facts = replace(facts, elsewhere=_elsewhere(place, known, unfolded, facts, own))
        files.append(facts)
    of_message = kinship.lead(of_message)
    whose = attributed(assigned) if assigned else answerable(of_message, names)
    return MessageFacts(
        automatic=mail.automatic if mail and not assigned else "",
        own_letter=mail is not None and known.is_own_letter(mail),
        answerable=_of_former_days(place, whose, files, of_message, known.current_cycle),
        evidence=tuple(of_message),
        files=tuple(files),
        has_cloud_link=bool(mail and cloud_links(mail.links)),
        refused=tuple(unfolded.refused),
        reports=unfolded.report is not None,
        superior=mail is not None and not assigned and _is_superior(place, mail.sender),
        try_out=mail is not None
        and not assigned
        and is_try_out(mail.recipients, mail.subject, place.rules.office_address),
        main_file=assigned.main_file if assigned else "",
        assigned=assigned is not None,
    )


def _elsewhere(
    place: Workplace, known: Known, unfolded: Unfolded, file: FileFacts, own: Attribution
) -> str:
    """Which version a file of this very message became, before a person said whose the rest is."""
    if not own.taken:
        return ""
    for version in known.versions(own.cycle, own.agency):
        if (version.message_key, version.file_sha256) == (unfolded.kept.key, file.sha256):
            name = place.office.register.agencies[own.agency].name
            return f"phiên bản {version.version} của {name}"
    return ""


def _is_superior(place: Workplace, sender: str) -> bool:
    """Whether an address is known as a superior's, and as nobody's who answers for an agency."""
    contacts = place.office.register.contacts.values()
    answering = any(sender in (*c.to, *c.cc) for c in contacts)
    return not answering and any(sender in c.superior for c in contacts)


def _file_facts(
    place: Workplace,
    known: Known,
    evidence: Sequence[Evidence],
    attribution: Attribution,
    file: CarriedFile,
    examination: Examination,
    received_at: dt.datetime,
    message_id: str,
    *,
    former: str,
    followed: str,
) -> FileFacts:
    facts = FileFacts(file.position, file.name, file.container, file.sha256, file.size, examination)
    if examination.problem is not None:
        return facts
    old_form = _old_form(place, known, attribution) or former or followed
    facts = replace(
        facts,
        attribution=attribution,
        evidence=evidence,
        old_form=old_form,
        former=bool(former),
        closed=known.decisions.closed(attribution.cycle),
    )
    if not attribution.taken or old_form:
        return facts
    agency, cycle = attribution.agency, attribution.cycle
    if (examination.agency, examination.cycle) != (agency, cycle):
        examination = place.reader.examine_one(
            ExamineJob(file.path, file.name, agency, cycle, received_at.astimezone(HANOI).date())
        )
    return _against_history(place, known, facts, attribution, examination, received_at, message_id)


def _old_form(place: Workplace, known: Known, attribution: Attribution) -> str:
    """Which form it is, where a genuine workbook is of a cycle that the agency was not asked in."""
    if not attribution.taken or known.asked(attribution.cycle, attribution.agency):
        return ""
    return _form_of(place, attribution)


def _followed(place: Workplace, known: Known, attribution: Attribution) -> str:
    """Which form it is, where a later cycle that builds on its answers is open by now.

    What February said is no longer changed in November by a file sent in mistake.
    """
    followed = attribution.taken and known.is_followed(attribution.cycle)
    return _form_of(place, attribution) if followed else ""


def _form_of(place: Workplace, attribution: Attribution) -> str:
    cycle = place.office.cycles.get(attribution.cycle)
    return f"sổ của kỳ «{cycle.title if cycle else attribution.cycle}»"


def _kinship(place: Workplace, known: Known, unfolded: Unfolded) -> Kinship:
    day = unfolded.kept.received_at.astimezone(HANOI).date()
    return Kinship(
        place.office.register,
        day,
        known.current_cycle,
        lambda cycle, agency: known.asked(cycle, agency) is not None,
    )


def _former(place: Workplace, kinship: Kinship, attribution: Attribution) -> str:
    """Whose a workbook of an earlier cycle was and who answers today; "" where nothing changed.

    An agency that others have been asked for since sends its last cycle's workbook: whatever it
    wants to say belongs into theirs.
    """
    cycles, current = place.office.cycles, place.office.cycles.get(kinship.current)
    if not attribution.taken or current is None or attribution.cycle == current.code:
        return ""
    heirs = kinship.heirs_asked(attribution.agency, current.code)
    if not heirs or attribution.cycle not in cycles:
        return ""
    agencies = place.office.register.agencies
    names = ", ".join(agencies[code].name for code in heirs)
    return (
        f"sổ của kỳ «{cycles[attribution.cycle].title}» cấp cho "
        f"{agencies[attribution.agency].name}; trong kỳ «{current.title}», {names} trả lời thay, "
        "theo sổ báo cáo Văn phòng đã gửi"
    )


def _of_former_days(
    place: Workplace,
    whose: Attribution,
    files: Sequence[FileFacts],
    evidence: Sequence[Evidence],
    current: str,
) -> Attribution:
    """Whose a message is: where several answer today, a workbook of old is answered to its own.

    The answer names all of them and holds nothing of anybody's. It goes to the registered address
    the message came from, so long as that is somebody's; else a person decides.
    """
    former = next((f.attribution for f in files if f.former), None)
    if whose.taken or former is None or any(f.is_workbook for f in files):
        return whose
    senders = {
        p.stands_for or p.agency for p in evidence if p.kind is EvidenceKind.REGISTERED_SENDER
    }
    failed = any(p.kind is EvidenceKind.SENDER_FAIL for p in evidence)
    if failed or not registered_today(evidence, contacts_now(place)):
        return whose
    if former.agency not in senders:
        return whose
    return replace(former, cycle=current)


def _against_history(
    place: Workplace,
    known: Known,
    facts: FileFacts,
    attribution: Attribution,
    examination: Examination,
    received_at: dt.datetime,
    message_id: str,
) -> FileFacts:
    """Adds what only the record knows: seen before, or cells that the last version still had."""
    versions = known.versions(attribution.cycle, attribution.agency)
    before_it = [v for v in versions if v.received_at <= received_at]
    cycle = place.office.cycle(attribution.cycle)
    form, catalogue = place.office.form_of(cycle), place.office.catalogue_of(cycle)
    sections = sections_of(form, catalogue, attribution.agency)
    if before_it:
        before: Sequence[Entry] = before_it[-1].entries
        if sections:
            compared = last_said(before_it, [s.key for s in sections])
            before = said_of(compared, set(examination.sheet_keys.values()))
        asked = left_out_findings(before, examination.entries, form)
        asked += stepped_back_findings(versions, examination.entries, form)
        examination = replace(examination, findings=(*examination.findings, *asked))
    if not versions:
        carried = known.carried(place.office, cycle, attribution.agency)
        present = set(examination.sheet_keys.values())
        gone = vanished_findings(carried, examination.entries, form, present)
        examination = replace(examination, findings=(*examination.findings, *gone))
    if not sections:
        examination = _excused(place, known, attribution, examination)
        facts = replace(facts, examination=examination)
        return replace(facts, known_version=_once_more(known, facts, versions, message_id))
    exempt = known.decisions.exempted_sheets(attribution.cycle, attribution.agency)
    unfit = _unfit(place, known, attribution, examination, sections)
    # A remark that a person has waived keeps no section from counting: what is compared is what
    # will stand beside what counts already.
    excused = _excused(place, known, attribution, examination)
    _, outcome = weigh(excused, sections, versions, exempt, unfit=unfit, received_at=received_at)
    rules = place.office.rules
    found = contradictions(examination, outcome, versions, form, catalogue, rules)
    examination = replace(examination, findings=(*examination.findings, *found))
    examination = _excused(place, known, attribution, examination)
    examination, outcome = weigh(
        *(examination, sections, versions, exempt), unfit=unfit, received_at=received_at
    )
    facts = replace(facts, examination=examination, outcome=outcome)
    return replace(facts, known_version=_once_more(known, facts, versions, message_id))


def _once_more(
    known: Known, facts: FileFacts, versions: Sequence[SubmissionRecord], message_id: str
) -> int | None:
    """The version that a file only repeats: the newest, of these very bytes, of which no more
    would be accepted now; or any that came in this very message. None where it is judged anew.
    """
    same = [v for v in versions if v.file_sha256 == facts.sha256]
    copied = next((v for v in same if known.came_in(v, message_id)), None)
    if copied is not None:
        return copied.version
    if not same or same[-1] is not versions[-1]:
        return None
    newest = same[-1]
    if facts.outcome is None:
        gains = facts.verdict is Verdict.ACCEPTED and newest.verdict is not Verdict.ACCEPTED
    else:
        gains = any(not newest.accepts(p.key) for p in facts.outcome.taken)
    return None if gains else newest.version


def _excused(
    place: Workplace, known: Known, attribution: Attribution, examination: Examination
) -> Examination:
    """The examination, with what a person has decided not to hold against the agency."""
    rules = known.decisions.waivers(attribution.cycle, attribution.agency, place.now)
    exempted = known.decisions.exempted_sheets(attribution.cycle, attribution.agency)
    if not rules and not exempted:
        return examination
    form = place.office.form_of(place.office.cycle(attribution.cycle))
    names = {sheet.title: sheet.key for sheet in form.sheets}
    names |= {entry.sheet_name: entry.sheet for entry in examination.entries}
    names |= examination.sheet_keys
    sheets = {name: exempted[key] for name, key in names.items() if key in exempted}
    return replace(examination, findings=tuple(eased(examination.findings, rules, sheets)))


def _unfit(
    place: Workplace,
    known: Known,
    attribution: Attribution,
    examination: Examination,
    sections: Sequence[SheetForm],
) -> set[str]:
    """The exempted sheets that would be sent back if it were not for the exemption."""
    exempted = known.decisions.exempted_sheets(attribution.cycle, attribution.agency)
    rules = known.decisions.waivers(attribution.cycle, attribution.agency, place.now)
    findings = eased(examination.findings, rules, {})
    verdicts = section_verdicts(findings, sections, examination.sheet_keys)
    return {key for key in exempted if verdicts.get(key) is Verdict.RETURNED}


def _version(
    place: Workplace, known: Known, unfolded: Unfolded, file: FileFacts, decision: FileDecision
) -> NewVersion:
    earlier = known.versions(decision.cycle, decision.agency)
    record = SubmissionRecord(
        submission_id=0,
        agency=decision.agency,
        version=max((v.version for v in earlier), default=0) + 1,
        received_at=unfolded.kept.received_at,
        verdict=file.verdict,
        receipt_number="",
        file_name=file.name,
        file_sha256=file.sha256,
        message_key=unfolded.kept.key,
        decided_at=place.now,
        entries=file.examination.entries,
        findings=file.examination.findings,
        sections=file.examination.sections,
    )
    known.take(decision.cycle, record, unfolded.mail.message_id if unfolded.mail else "")
    parts = file.outcome.parts if file.outcome else ()
    before = [v for v in earlier if v.received_at <= record.received_at]
    compared = last_said(before, [p.key for p in parts])
    return NewVersion(decision.cycle, file, record, earlier, compared)

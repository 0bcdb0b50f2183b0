"""What becomes of a message: facts from all that is known of it, the decision, new versions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from models.domain.answers.papers import SignedPaper, is_of, named_paper
from models.domain.answers.section_agreement import contradictions
from models.domain.answers.sections import (
    last_said,
    said_of,
    section_verdicts,
    sections_of,
    weigh,
)
from models.domain.answers.standing import SubmissionRecord, by_arrival, verdict_of
from models.domain.answers.versions import (
    left_out_findings,
    stepped_back_findings,
    vanished_findings,
)
from models.domain.answers.waivers import eased
from models.domain.answers.withdrawals import judged_after
from models.domain.arrivals.attributing import (
    AttributedFile,
    AttributedMessage,
    attributed,
    current_cycle,
    registered_today,
)
from models.domain.arrivals.attribution import (
    Attribution,
    Evidence,
    EvidenceKind,
)
from models.domain.arrivals.intake import (
    FileDecision,
    MessageDecision,
    decide_message,
)
from models.domain.arrivals.known import (
    ExaminedMessage,
    FileFacts,
    KnownRecord,
    MessageFacts,
    NewVersion,
)
from models.domain.mail.bounces import ReturnedLetter, match_recipients
from models.domain.mail.mail import MailMessage, MessageState, cloud_links, is_try_out
from models.domain.mail.words import Said, said_in
from models.domain.reading.findings import Finding
from models.domain.reading.forms import PREFILL_SOURCES, Form, SheetForm
from models.domain.reading.identity import is_letter_id
from models.domain.reading.office import Office
from models.domain.reading.submissions import Entry, Examination, Verdict
from models.domain.rules.remedies import one_remedy_a_cell
from models.domain.rules.running import ON_WRITING


@dataclass(frozen=True)
class DecidedMessage:
    """A message with all that was found and decided."""

    message: ExaminedMessage
    facts: MessageFacts
    decision: MessageDecision
    versions: Sequence[NewVersion] = ()
    # Of a held message, once it is recorded; versions have their own.
    receipt_number: str = ""

    @property
    def tries(self) -> list[FileFacts]:
        """The workbooks whose verdict the sender wants to see before handing in."""
        tried = {d.position for d in self.decision.files if d.state is MessageState.TRIED}
        return [f for f in self.facts.files if f.position in tried]


def decide_arrival(
    known: KnownRecord, attributed_message: AttributedMessage
) -> tuple[DecidedMessage, KnownRecord]:
    """What becomes of a message, and what is known once that is so.

    `known` holds the versions of everybody whom its files concern.
    """
    message = attributed_message.message
    facts = _message_facts(known, attributed_message)
    if message.returned is not None and message.report is not None:
        news = match_recipients(message.report, message.returned.recipients, known.own_copy)
        letter = message.returned
        returned = ReturnedLetter(letter.agency, letter.cycle, letter.subject, tuple(news))
        facts = replace(facts, returned=returned)
    decision = decide_message(facts)
    by_position = {f.position: f for f in facts.files}
    versions = []
    for one in decision.files:
        if one.is_submission:
            file = by_position[one.position]
            papers = _papers_of(known, message, one.cycle, file)
            version = _version(known, message, file, one, papers)
            known = _with_version(known, version.cycle, version.record, message.message_id)
            versions.append(version)
    return DecidedMessage(message, facts, decision, tuple(versions)), known


def _message_facts(known: KnownRecord, found: AttributedMessage) -> MessageFacts:
    message, assigned = found.message, found.assigned
    mail = message.mail
    files = tuple(_file_facts(known, found, one) for one in found.files)
    whose = attributed(assigned) if assigned else found.answerable
    by_person = mail is not None and not assigned
    # Words are judged where they are all that a message brings.
    in_words = by_person and not any(f.is_answer for f in files)
    return MessageFacts(
        automatic=mail.automatic if mail and not assigned else "",
        own_letter=mail is not None and _is_own_letter(known, mail, message.received_at),
        answerable=_of_former_days(known, whose, files, found.evidence),
        evidence=tuple(found.evidence),
        files=files,
        has_cloud_link=bool(mail and cloud_links(mail.links)),
        refused=tuple(message.refused),
        reports=message.report is not None,
        superior=bool(by_person and mail and _is_superior(known, mail.sender)),
        try_out=bool(
            by_person and mail and is_try_out(mail.recipients, mail.subject, known.office_address)
        ),
        main_file=assigned.main_file if assigned else "",
        assigned=assigned is not None,
        said=_said(known, mail, whose) if in_words and mail else Said.NOTHING,
        of_a_list=bool(by_person and mail and mail.of_a_list),
        remarks=tuple(mail.remarks) if mail else (),
    )


def _is_own_letter(known: KnownRecord, mail: MailMessage, received_at: dt.datetime) -> bool:
    """Whether a message is a copy of a letter of ours: its Message-ID cannot be guessed.

    In the time that a restored record knows nothing of we wrote letters of which there is no
    row any more: there the form of the Message-ID must do. Nothing is taken from such a copy,
    and nobody is answered.
    """
    if mail.sender != known.office_address:
        return False
    told = mail.message_id in known.letters
    lost = known.restoration is not None and known.restoration.is_lost(received_at)
    return told or (lost and is_letter_id(mail.message_id))


def history_of(
    known: KnownRecord, cycle: str, agency: str, received_at: dt.datetime
) -> Sequence[SubmissionRecord]:
    """The versions that a message of that moment is held against, as they arrived."""
    found = known.versions.get((cycle, agency), ())
    return judged_after(cycle, found, known.decisions, received_at) if found else []


def _said(known: KnownRecord, mail: MailMessage, whose: Attribution) -> Said:
    """What its words come to, the names of agency and contact taken as part of a greeting."""
    register = known.office.register
    contact = register.contacts.get(whose.agency)
    names = [
        register.formal_name(whose.agency),
        register.agency_name(whose.agency),
        mail.sender_name,
    ]
    names += [contact.focal_person] if contact else []
    return said_in(mail.subject, mail.text, names)


def _file_facts(known: KnownRecord, found: AttributedMessage, one: AttributedFile) -> FileFacts:
    file, attribution = one.file, one.attribution
    facts = FileFacts(
        *(file.position, file.name, file.container, file.sha256, file.size, one.examination),
        paper=file.paper,
    )
    versions: Sequence[SubmissionRecord] = ()
    if file.examination.problem is None:
        arrived = found.message.received_at
        versions = history_of(known, attribution.cycle, attribution.agency, arrived)
        facts = replace(
            facts,
            untouched=_is_untouched(known, one),
            sent_before=bool(versions),
            attribution=attribution,
            evidence=one.evidence,
            old_form=one.old_form,
            former=one.former,
            closed=known.decisions.closed(attribution.cycle),
        )
    if one.is_judged:
        facts = _against_history(known, found.message, facts, attribution, versions)
        facts = replace(facts, taken_back=_taken_back(known, found.message, facts, attribution))
    if found.assigned and one.own.agency != found.assigned.agency:
        facts = replace(facts, elsewhere=_elsewhere(known, found.message, facts, one.own))
    return facts


def _is_untouched(known: KnownRecord, one: AttributedFile) -> bool:
    """Whether a workbook is a form as the office sent it: to the byte, or saved without an entry.

    Where nothing has to be filled in, saving it and sending it back is an answer.
    """
    sha256 = one.file.sha256
    if sha256 in known.former_workbooks or any(sha256 == x.sha256 for x in known.asked.values()):
        return True
    examination, attribution = one.examination, one.attribution
    if verdict_of(examination.findings) is not Verdict.RETURNED:
        return False
    carried = known.carried.get((attribution.cycle, attribution.agency), ())
    written = _values(examination.entries)
    return written - _of_the_register(known.office, attribution.cycle, written) <= _values(carried)


def _of_the_register(
    office: Office, cycle: str, written: Collection[tuple[str, str, str, object]]
) -> set[tuple[str, str, str, object]]:
    """Of what is written that which stands where the office fills in what its register knows.

    Whatever stands there now: another copy of this system has another register.
    """
    if cycle not in office.cycles:
        return set()
    sheets = office.form_of(office.cycle(cycle)).sheets
    filled_in = {(s.key, c.key) for s in sheets for c in s.columns if c.source in PREFILL_SOURCES}
    return {value for value in written if (value[0], value[2]) in filled_in}


def _values(entries: Sequence[Entry]) -> set[tuple[str, str, str, object]]:
    return {(e.sheet, e.row_key, e.column, e.value) for e in entries}


def _elsewhere(
    known: KnownRecord, message: ExaminedMessage, file: FileFacts, own: Attribution
) -> str:
    """Which version a file of this very message became, before a person said whose the rest is."""
    if not own.taken:
        return ""
    for version in known.versions_of(own.cycle, own.agency):
        if (version.message_key, version.file_sha256) == (message.key, file.sha256):
            name = known.office.register.formal_name(own.agency)
            return f"phiên bản {version.version} của {name}"
    return ""


def _taken_back(
    known: KnownRecord, message: ExaminedMessage, file: FileFacts, attribution: Attribution
) -> int | None:
    """The withdrawn version of which this is but another copy of the message; None for none.

    The message itself may be judged once more: a person has said so.
    """
    for version in known.withdrawn.get((attribution.cycle, attribution.agency), ()):
        copied = version.message_key != message.key and known.came_in(version, message.message_id)
        if copied and version.file_sha256 == file.sha256:
            return version.version
    return None


def _is_superior(known: KnownRecord, sender: str) -> bool:
    """Whether an address is known as a superior's, and as nobody's who answers for an agency."""
    contacts = known.office.register.contacts.values()
    answering = sender in known.senders or any(sender in (*c.to, *c.cc) for c in contacts)
    return not answering and any(sender in c.superior for c in contacts)


def _of_former_days(
    known: KnownRecord,
    whose: Attribution,
    files: Sequence[FileFacts],
    evidence: Sequence[Evidence],
) -> Attribution:
    """Whose a message is: where several answer today, a workbook of old is answered to its own.

    The answer names all of them and holds nothing of anybody's. It goes to the registered address
    the message came from, so long as that is somebody's; else a person decides.
    """
    former = next((f.attribution for f in files if f.former), None)
    if former is None or whose.taken or any(f.is_workbook for f in files):
        return whose
    senders = {
        p.stands_for or p.agency for p in evidence if p.kind is EvidenceKind.REGISTERED_SENDER
    }
    failed = any(p.kind is EvidenceKind.SENDER_FAIL for p in evidence)
    if failed or not registered_today(evidence, known.contacts):
        return whose
    if former.agency not in senders:
        return whose
    return replace(former, cycle=current_cycle(known))


def _against_history(
    known: KnownRecord,
    message: ExaminedMessage,
    facts: FileFacts,
    attribution: Attribution,
    versions: Sequence[SubmissionRecord],
) -> FileFacts:
    """Adds what only the record knows: seen before, or cells that the last version still had."""
    received_at, examination = message.received_at, facts.examination
    # A rule that was waived when it was judged first is so when it is judged anew.
    became = known.became.get((message.key, facts.sha256))
    moment = became.decided_at if became else known.now
    _, form, catalogue = known.office.of_cycle(attribution.cycle)
    sections = sections_of(form, catalogue, attribution.agency) if form.accept_by_section else []
    carried = known.carried.get((attribution.cycle, attribution.agency), ())
    history = _History(versions, carried, form, sections, received_at)
    asked = _asked_of_history(history, examination)
    examination = replace(examination, findings=(*examination.findings, *asked))
    if not sections:
        examination = _excused(known, attribution, examination, moment)
        facts = replace(facts, examination=examination)
        return replace(
            facts, known_version=_once_more(known, facts, versions, message, attribution)
        )
    exempt = known.decisions.exempted_sheets(attribution.cycle, attribution.agency)
    unfit = _unfit(known, attribution, examination, sections, moment)
    # A remark that a person has waived keeps no section from counting: what is compared is what
    # will stand beside what counts already.
    excused = _excused(known, attribution, examination, moment)
    _, outcome = weigh(excused, sections, versions, exempt, unfit=unfit, received_at=received_at)
    rules = known.office.rules
    found = contradictions(examination, outcome, versions, form, catalogue, rules)
    told = one_remedy_a_cell((*examination.findings, *found), (), ON_WRITING)
    examination = replace(examination, findings=tuple(told))
    examination = _excused(known, attribution, examination, moment)
    examination, outcome = weigh(
        *(examination, sections, versions, exempt), unfit=unfit, received_at=received_at
    )
    facts = replace(facts, examination=examination, outcome=outcome)
    return replace(facts, known_version=_once_more(known, facts, versions, message, attribution))


@dataclass(frozen=True)
class _History:
    """What the record holds of an agency that a file of its is held against."""

    versions: Sequence[SubmissionRecord]
    # What stood in the free rows of the workbook when it was sent.
    carried: Sequence[Entry]
    form: Form
    sections: Sequence[SheetForm]
    received_at: dt.datetime


def _asked_of_history(history: _History, examination: Examination) -> list[Finding]:
    """What is asked about beside the file itself: cells that stood there before and are gone."""
    versions, form = history.versions, history.form
    if not versions:
        if not history.carried:
            return []
        present = set(examination.sheet_keys.values())
        return list(vanished_findings(history.carried, examination.entries, form, present))
    before_it = [v for v in versions if v.received_at <= history.received_at]
    if not before_it:
        return []
    before: Sequence[Entry] = before_it[-1].entries
    if history.sections:
        compared = last_said(before_it, [s.key for s in history.sections])
        before = said_of(compared, set(examination.sheet_keys.values()))
    return [
        *left_out_findings(before, examination.entries, form),
        *stepped_back_findings(versions, examination.entries, form),
    ]


def _once_more(
    known: KnownRecord,
    facts: FileFacts,
    versions: Sequence[SubmissionRecord],
    message: ExaminedMessage,
    attribution: Attribution,
) -> int | None:
    """The version that a file only repeats; None where it is judged anew.

    It is the newest, of these very bytes, of which no more would be accepted now and which has the
    signed papers that come along; or any that came in this very message.
    """
    same = [v for v in versions if v.file_sha256 == facts.sha256]
    copied = next(
        (v for v in same if v.message_key == message.key or known.came_in(v, message.message_id)),
        None,
    )
    if copied is not None:
        return copied.version
    if not same or same[-1] is not versions[-1]:
        return None
    newest = same[-1]
    if facts.outcome is None:
        gains = facts.verdict is Verdict.ACCEPTED and newest.verdict is not Verdict.ACCEPTED
    else:
        gains = any(not newest.accepts(p.key) for p in facts.outcome.taken)
    # A workbook that came by itself is completed by the signed paper that it comes with later.
    kept = {paper.sha256 for paper in newest.papers}
    brought = _papers_of(known, message, attribution.cycle, facts)
    gains = gains or any(paper.sha256 not in kept for paper in brought)
    return None if gains else newest.version


def _excused(
    known: KnownRecord, attribution: Attribution, examination: Examination, moment: dt.datetime
) -> Examination:
    """The examination, with what a person has decided not to hold against the agency."""
    whose = attribution.cycle, attribution.agency
    rules, exempted = known.decisions.excuses(*whose, moment)
    if not rules and not exempted:
        return examination
    form = known.office.form_of(known.office.cycle(attribution.cycle))
    names = {sheet.title: sheet.key for sheet in form.sheets}
    names |= {entry.sheet_name: entry.sheet for entry in examination.entries}
    names |= examination.sheet_keys
    sheets = {name: exempted[key] for name, key in names.items() if key in exempted}
    return replace(examination, findings=tuple(eased(examination.findings, rules, sheets)))


def _unfit(
    known: KnownRecord,
    attribution: Attribution,
    examination: Examination,
    sections: Sequence[SheetForm],
    moment: dt.datetime,
) -> set[str]:
    """The exempted sheets that would be sent back if it were not for the exemption."""
    whose = attribution.cycle, attribution.agency
    rules, exempted = known.decisions.excuses(*whose, moment)
    findings = eased(examination.findings, rules, {})
    verdicts = section_verdicts(findings, sections, examination.sheet_keys)
    return {key for key in exempted if verdicts.get(key) is Verdict.RETURNED}


def _papers_of(
    known: KnownRecord, message: ExaminedMessage, cycle: str, file: FileFacts
) -> Sequence[SignedPaper]:
    """The signed papers that are the official document of what a file holds.

    Where a message brings several workbooks, whatever becomes of each, only the number says which
    paper is whose. Forms as the office sent them aside, they are workbooks of nobody.
    """
    papers = [f.paper for f in message.files if f.paper is not None]
    blank = {form.sha256 for form in known.asked.values()} | known.former_workbooks
    workbooks = {f.sha256 for f in message.files if f.examination.problem is None}
    if not papers or len(workbooks - blank - {file.sha256}) == 0:
        return papers
    form = known.office.form_of(known.office.cycle(cycle))
    named = named_paper(form, file.examination.entries)
    return [paper for paper in papers if is_of(paper, named)]


def _version(
    known: KnownRecord,
    message: ExaminedMessage,
    file: FileFacts,
    decision: FileDecision,
    papers: Sequence[SignedPaper],
) -> NewVersion:
    whose = decision.cycle, decision.agency
    earlier = history_of(known, *whose, message.received_at)
    every = [known.numbers.get(whose, 0), *(v.version for v in known.versions.get(whose, ()))]
    record = SubmissionRecord(
        submission_id=0,
        agency=decision.agency,
        version=max(every) + 1,  # none is given twice
        received_at=message.received_at,
        verdict=file.verdict,
        receipt_number="",
        file_name=file.name,
        file_sha256=file.sha256,
        message_key=message.key,
        decided_at=known.now,
        entries=file.examination.entries,
        findings=file.examination.findings,
        sections=file.examination.sections,
        papers=papers,
    )
    parts = file.outcome.parts if file.outcome else ()
    before = [v for v in earlier if v.received_at <= record.received_at]
    compared = last_said(before, [p.key for p in parts]) if parts else {}
    return NewVersion(decision.cycle, file, record, earlier, compared)


def _with_version(
    known: KnownRecord, cycle: str, version: SubmissionRecord, message_id: str
) -> KnownRecord:
    """What is known once that version was decided, for whatever comes after it."""
    before = known.versions.get((cycle, version.agency), ())
    # What the same file of the same message was before it was judged anew counts no more.
    same = (version.message_key, version.file_sha256)
    found = [*(v for v in before if (v.message_key, v.file_sha256) != same), version]
    return replace(
        known,
        versions={**known.versions, (cycle, version.agency): sorted(found, key=by_arrival)},
        message_ids={**known.message_ids, version.message_key: message_id},
    )

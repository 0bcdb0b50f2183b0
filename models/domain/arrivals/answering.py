"""What the sender of a decided message is written: which letter, to whom, with what in it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from models.domain.answers.enclosure import EnclosedWorkbook, enclosed_workbook
from models.domain.answers.fresh_workbook import Addressee
from models.domain.answers.justifications import of_its_value
from models.domain.answers.papers import PaperNumber, named_paper
from models.domain.answers.sections import sections_of
from models.domain.answers.standing import (
    AgencyStanding,
    SubmissionRecord,
    correction_period_end,
    in_time_by_extension,
    standing_of,
)
from models.domain.answers.versions import compare, describe
from models.domain.arrivals.attributing import ReplyTargets, registered_today, reply_targets
from models.domain.arrivals.attribution import (
    Attribution,
    EvidenceKind,
)
from models.domain.arrivals.deciding import DecidedMessage
from models.domain.arrivals.known import FileFacts, KnownRecord, MessageFacts, NewVersion
from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.cycle.letter_phrases import assigned_said, last_day_before
from models.domain.letters.answer_letters import (
    Receipt,
    VerdictNotes,
    compose_guidance,
    compose_receipt,
    compose_try_out,
    compose_verdict,
)
from models.domain.letters.contention_letter import compose_which_counts
from models.domain.letters.letters import (
    LetterContent,
    owed_by_facts,
    standing_facts,
)
from models.domain.letters.returned_mail import compose_words_received
from models.domain.mail.mail import LetterFile, LetterKind, MessageState, try_out_address
from models.domain.mail.words import Said
from models.domain.reading.findings import Finding
from models.domain.reading.submissions import Verdict
from models.domain.register.agencies import Agency

_KEY_LENGTH = 16  # of a message's key, in a letter's business key


@dataclass(frozen=True)
class DueAnswer:
    """A letter that a decision calls for."""

    content: LetterContent
    cycle: str
    agency: str
    key_parts: Sequence[str | int]
    targets: ReplyTargets
    files: Sequence[LetterFile] = ()
    # The version, or the try-out, whose workbook goes along marked.
    marked: NewVersion | None = None
    tried: FileFacts | None = None


def answers_due(known: KnownRecord, decided: DecidedMessage) -> Iterator[DueAnswer]:
    """The letters that a decision calls for, once it is recorded.

    They go to the registered contact of the agency, never to an address that only the message
    names or that was an ended agency's: whoever wrote it cannot draw our letters to himself.
    """
    for version in decided.versions:
        yield _verdict(known, version, decided)
    for file in decided.tries:
        yield _try_out(known, file, decided)
    if decided.decision.said is not None:
        yield from _words_received(known, decided)
    elif _asks_which(decided):
        yield from _which_counts(known, decided)
    elif decided.decision.receipt:
        yield from _receipt(known, decided)
    elif decided.decision.state is MessageState.GUIDED and decided.decision.refused:
        yield from _guidance(known, decided)


def _verdict(known: KnownRecord, version: NewVersion, decided: DecidedMessage) -> DueAnswer:
    office, facts = known.office, decided.facts
    cycle, form, catalogue = office.of_cycle(version.cycle)
    record, previous = version.record, version.previous
    agency = office.register.agencies[record.agency]
    lines: list[str] = []
    if previous:
        lines = list(describe(version.difference(form), form, catalogue))
    outcome = version.facts.outcome
    if not lines and outcome is not None and outcome.spoiled:
        previous = ()  # "nothing has changed" would not be true of what is not used
    standing = _standing(known, cycle, version)
    returned = record.verdict is Verdict.RETURNED
    grace = None
    if returned and (standing.owes or outcome is None):
        grace = correction_period_end(
            *(cycle, office.calendar, [*version.earlier, record], standing.extension_until)
        )
    counts = standing.effective if returned or version.is_late else None
    # Another workbook has its own verdict, unless a person chose this one before it.
    chosen = version.facts.sha256 == facts.main_file
    told = record
    if version.earlier:  # only then a reason may be of another value
        told = replace(record, findings=of_its_value(record.findings, version.earlier))
    used = {version.facts.sha256, *(paper.sha256 for paper in record.papers)}
    unused = [f for f in facts.files if f.sha256 not in used]
    notes = VerdictNotes(
        difference=lines,
        previous_version=" và ".join(str(v.version) for v in previous) or None,
        correction_due=last_day_before(grace) if grace else None,
        effective_version=None if counts is None or counts is record else counts.version,
        timeliness=standing.timeliness,
        other_files=[
            *(f.name for f in unused if (chosen and not f.elsewhere) or not f.is_workbook),
            *(r.name for r in facts.refused if r.name),
        ],
        outcome=outcome,
        named_paper=named_paper(form, record.entries) if record.papers else PaperNumber(),
        enclosure=_enclosed(
            version.facts,
            told.findings,
            Addressee(form, catalogue, cycle, agency.code, office.register),
        ),
        assigned=_assigned(known, decided),
        extended_to=in_time_by_extension(cycle, standing, [*version.earlier, record]),
        deadline=owed_by_facts(cycle, office.calendar, standing, known.now),
        previewed_at=_compared_at(known, version),
    )
    content = compose_verdict(cycle, agency, told, notes)
    attribution = version.facts.attribution or facts.answerable
    evidence = version.facts.evidence
    targets = reply_targets(LetterKind.VERDICT, attribution, evidence, known.contacts)
    marked = version if any(not f.trial for f in record.findings) else None
    return DueAnswer(content, cycle.code, agency.code, (record.version,), targets, marked=marked)


def _compared_at(known: KnownRecord, version: NewVersion) -> dt.datetime | None:
    """When its agency was last sent what is held of it; None where nothing was accepted by then."""
    at = known.previewed.get((version.cycle, version.record.agency))
    taken = [v for v in version.earlier if v.verdict is Verdict.ACCEPTED]
    return at if at is not None and any(v.received_at < at for v in taken) else None


def _assigned(known: KnownRecord, decided: DecidedMessage) -> str:
    """That a person said whose answer the mail is, and when; "" where its sender is known."""
    if not decided.facts.assigned:
        return ""
    decision = known.decisions.assignment(decided.message.key)
    mail = decided.message.mail
    return assigned_said(decision.decided_at, mail.sender if mail else "") if decision else ""


def _enclosed(
    file: FileFacts, findings: Sequence[Finding], addressee: Addressee
) -> EnclosedWorkbook:
    """Which workbook comes with the answer to a file: itself, marked, or the office's own."""
    read = file.examination
    return enclosed_workbook(findings, read.entries, read.file_kind, file.name, addressee)


def _standing(known: KnownRecord, cycle: ReportingCycle, version: NewVersion) -> AgencyStanding:
    """How the agency stands with the version in it."""
    outcome = version.facts.outcome
    sections = [p.key for p in outcome.parts] if outcome else ()
    versions = [*version.earlier, version.record]
    return _standing_with(known, cycle, version.record.agency, versions, sections)


def _standing_now(known: KnownRecord, cycle_code: str, agency: str) -> AgencyStanding:
    """How the agency stands by what it has sent so far."""
    cycle, form, catalogue = known.office.of_cycle(cycle_code)
    sections: Sequence[str] = ()
    if form.accept_by_section:
        sections = [s.key for s in sections_of(form, catalogue, agency)]
    versions = known.versions_of(cycle_code, agency)
    return _standing_with(known, cycle, agency, versions, sections)


def _standing_with(
    known: KnownRecord,
    cycle: ReportingCycle,
    agency: str,
    versions: Sequence[SubmissionRecord],
    sections: Sequence[str],
) -> AgencyStanding:
    return standing_of(
        agency,
        cycle,
        known.office.calendar,
        versions,
        known.now,
        known.decisions.circumstances(cycle.code, agency, sections),
    )


def _try_out(known: KnownRecord, file: FileFacts, decided: DecidedMessage) -> DueAnswer:
    """The verdict that the workbook would get, to the registered sender, the workbook marked."""
    attribution = file.attribution or decided.facts.answerable
    office = known.office
    cycle, agency = office.cycle(attribution.cycle), office.register.agencies[attribution.agency]
    targets = reply_targets(LetterKind.TRY_OUT, attribution, file.evidence, known.contacts)
    content = compose_try_out(
        cycle,
        agency,
        decided.message.received_at,
        (file.name, file.sha256),
        file.examination.findings,
        VerdictNotes(
            outcome=file.outcome,
            enclosure=_enclosed(
                file,
                file.examination.findings,
                Addressee(
                    *(office.form_of(cycle), office.catalogue_of(cycle), cycle, agency.code),
                    office.register,
                ),
            ),
            deadline=_until_when(known, cycle, agency.code),
        ),
        try_out_address=try_out_address(known.office_address),
    )
    key = (decided.message.key[:_KEY_LENGTH], file.position)
    to_sender = ReplyTargets(targets.to)
    tried = file if any(not f.trial for f in file.examination.findings) else None
    return DueAnswer(content, cycle.code, agency.code, key, to_sender, tried=tried)


def _receipt(known: KnownRecord, decided: DecidedMessage) -> Iterator[DueAnswer]:
    """The receipt of a held message, to a registered contact only; silence where there is none.

    Silence, too, where it came from the address of an agency that several follow.
    """
    message, facts, decision = decided.message, decided.facts, decided.decision
    held = {d.position: d.for_sender for d in decision.files if d.state is MessageState.HELD}
    file = next((f for f in facts.files if f.position in held), None)
    if file is None:
        return
    attribution = file.attribution or facts.answerable
    # With what the workbook itself says: its agency shall learn that somebody sent it in.
    evidence = file.evidence or facts.evidence
    targets = reply_targets(LetterKind.RECEIPT, attribution, evidence, known.contacts)
    if not registered_today(evidence, known.contacts) and _several_follow(
        known, attribution.agency
    ):
        return
    addressee = _addressee(known, facts, attribution, targets)
    cycle = known.office.cycles.get(decision.cycle or facts.answerable.cycle)
    if not targets.to or addressee is None or cycle is None:
        return
    receipts = [
        Receipt(decided.receipt_number, message.received_at, f.name, f.sha256) for f in facts.files
    ]
    sender = message.mail.sender if message.mail else ""
    own = {address.lower() for address in (*targets.to, *targets.cc)}
    content = compose_receipt(
        cycle,
        addressee,
        receipts,
        list(dict.fromkeys(held.values())),
        sender="" if sender.lower() in own else sender,
        workbook_of=_anothers(known, decided, addressee.code) if sender.lower() in own else "",
        deadline=_until_when(known, cycle, addressee.code),
    )
    yield DueAnswer(content, cycle.code, addressee.code, (message.key[:_KEY_LENGTH],), targets)


def _anothers(known: KnownRecord, decided: DecidedMessage, agency: str) -> str:
    """Whose workbook an agency sent in, where all that is held of its mail is another's; "" for
    any other reason."""
    held = {d.strayed for d in decided.decision.files if d.state is MessageState.HELD}
    strayed = held.pop() if len(held) == 1 else None
    if strayed is None or strayed.sent_by != agency:
        return ""
    return known.office.register.formal_name(strayed.workbook_of)


def _asks_which(decided: DecidedMessage) -> bool:
    """Whether its agency is asked which workbook counts; who assigns it chooses himself."""
    contend = any(d.contends for d in decided.decision.files)
    return decided.decision.receipt and contend and not decided.facts.assigned


def _which_counts(known: KnownRecord, decided: DecidedMessage) -> Iterator[DueAnswer]:
    """To each agency of which several workbooks came: which one counts. To its contacts."""
    message, files = decided.message, {f.position: f for f in decided.facts.files}
    asked: dict[tuple[str, str], list[FileFacts]] = {}
    for one in decided.decision.files:
        if one.contends:
            asked.setdefault((one.cycle, one.agency), []).append(files[one.position])
    beside = [
        d.for_sender
        for d in decided.decision.files
        if d.state is MessageState.HELD and not d.contends
    ]
    for (cycle_code, code), workbooks in asked.items():
        cycle, agency = known.office.cycle(cycle_code), known.office.register.agencies[code]
        first = workbooks[0]
        attribution = first.attribution or decided.facts.answerable
        targets = reply_targets(
            LetterKind.WHICH_COUNTS, attribution, first.evidence, known.contacts
        )
        if not targets.to:
            continue
        # One number was drawn, for whom the message is held.
        of_it = (decided.decision.cycle, decided.decision.agency) == (cycle_code, code)
        number = decided.receipt_number if of_it else ""
        distinct = {f.sha256: f for f in workbooks}.values()
        sender = message.mail.sender if message.mail else ""
        own = {address.lower() for address in (*targets.to, *targets.cc)}
        content = compose_which_counts(
            cycle,
            agency,
            [Receipt(number, message.received_at, f.name, f.sha256) for f in distinct],
            difference=_differences(known, cycle, [*distinct]),
            beside=list(dict.fromkeys(beside)),
            sender="" if sender.lower() in own else sender,
            deadline=_until_when(known, cycle, code),
        )
        yield DueAnswer(content, cycle.code, code, (message.key[:_KEY_LENGTH],), targets)


def _until_when(known: KnownRecord, cycle: ReportingCycle, agency: str) -> dict[str, object]:
    """By when the agency has to answer, by what it has sent so far."""
    standing, calendar = _standing_now(known, cycle.code, agency), known.office.calendar
    return {
        **standing_facts(standing),
        **owed_by_facts(cycle, calendar, standing, known.now),
    }


_LISTED = 8  # differences that a letter names


def _differences(
    known: KnownRecord, cycle: ReportingCycle, workbooks: Sequence[FileFacts]
) -> list[str]:
    """What the second of two workbooks changes of the first; nothing where there are more."""
    if len(workbooks) != 2:
        return []
    form, catalogue = known.office.form_of(cycle), known.office.catalogue_of(cycle)
    before, after = (w.examination.entries for w in workbooks)
    lines = list(describe(compare(before, after, form), form, catalogue))
    if len(lines) <= _LISTED:
        return lines or ["Nội dung các ô đọc được giống nhau; chỉ tệp khác nhau."]
    return [*lines[:_LISTED], f"và {len(lines) - _LISTED} chỗ khác"]


def _addressee(
    known: KnownRecord, facts: MessageFacts, attribution: Attribution, targets: ReplyTargets
) -> Agency | None:
    """The agency behind the addresses a receipt goes to."""
    agencies = known.office.register.agencies
    for piece in facts.evidence:
        if piece.kind is EvidenceKind.REGISTERED_SENDER and piece.detail in targets.to:
            return agencies.get(piece.stands_for or piece.agency)
    return agencies.get(attribution.agency)


def _several_follow(known: KnownRecord, agency: str) -> bool:
    """Whether an agency has ended and several answer in its place: nothing says which."""
    day = known.now.astimezone(HANOI).date()
    return len(known.office.register.successions.heirs_of(agency, day)) > 1 if agency else False


def _guidance(known: KnownRecord, decided: DecidedMessage) -> Iterator[DueAnswer]:
    """What to send instead, with the agency's own workbook attached once more."""
    message, facts, decision = decided.message, decided.facts, decided.decision
    targets = reply_targets(LetterKind.GUIDANCE, facts.answerable, facts.evidence, known.contacts)
    agency = known.office.register.agencies.get(decision.agency)
    cycle = known.office.cycles.get(decision.cycle)
    if not targets.to or agency is None or cycle is None:
        return
    workbook = known.asked.get((cycle.code, agency.code))
    standing = _standing_now(known, cycle.code, agency.code)
    # Whoever owes nothing is not sent the empty form once more.
    files = [workbook] if workbook and standing.owes else []
    content = compose_guidance(
        cycle,
        known.office.calendar,
        agency,
        message.received_at,
        decision.refused,
        standing=standing,
        template_attached=bool(files),
    )
    key = (message.key[:_KEY_LENGTH],)
    yield DueAnswer(content, cycle.code, agency.code, key, targets, files)


def _words_received(known: KnownRecord, decided: DecidedMessage) -> Iterator[DueAnswer]:
    """That a person reads it, and what counts meanwhile; to a registered contact only."""
    message, facts, decision = decided.message, decided.facts, decided.decision
    targets = reply_targets(LetterKind.RECEIPT, facts.answerable, facts.evidence, known.contacts)
    agency = known.office.register.agencies.get(decision.agency)
    cycle = known.office.cycles.get(decision.cycle)
    if not targets.to or agency is None or cycle is None:
        return
    content = compose_words_received(
        cycle,
        known.office.calendar,
        agency,
        message.received_at,
        standing=_standing_now(known, cycle.code, agency.code),
        wants_back=decision.said is Said.RECALL,
    )
    yield DueAnswer(content, cycle.code, agency.code, (message.key[:_KEY_LENGTH],), targets)


#: One verdict, and once more for the same content: whoever sends the file again that was to be
#: mended must learn that nothing in it has changed.
SAME_VERDICTS = 2
_OWED = (LetterKind.VERDICT, LetterKind.TRY_OUT)


@dataclass(frozen=True, slots=True)
class AnswerRuling:
    """Whether an answer leaves, and on which day; else `reason`, Vietnamese."""

    day: dt.date | None
    reason: str = ""


class AnswerBook:
    """The answers written so far for one day, and what may follow.

    `per_day`: how many leave on one day in all. `by_day`: how many stand written for that day and
    those after it. `written`: sender, kind and digest of each of that day.
    """

    def __init__(
        self,
        today: dt.date,
        per_day: int,
        by_day: Mapping[dt.date, int],
        written: Iterable[tuple[str, LetterKind, str]],
    ) -> None:
        self._today = today
        self._per_day = per_day
        self._by_day = Counter(by_day)
        self._digests: Counter[tuple[str, LetterKind, str]] = Counter()
        self._kinds: Counter[tuple[str, LetterKind]] = Counter()
        for sender, kind, digest in written:
            self._count(sender, kind, digest)

    def rule(self, sender: str, kind: LetterKind, digest: str = "") -> AnswerRuling:
        """Whether one more answer of that kind leaves; one that does is counted.

        `digest` stands for what a verdict says.

        >>> book = AnswerBook(dt.date(2025, 2, 3), 100, {}, [])
        >>> book.rule("a@so.example", LetterKind.GUIDANCE).day
        datetime.date(2025, 2, 3)
        >>> book.rule("a@so.example", LetterKind.GUIDANCE).day
        """
        if kind in _OWED:
            if self._digests[sender, kind, digest] >= SAME_VERDICTS:
                return AnswerRuling(None, "người gửi đã được trả lời cùng nội dung này trong ngày")
        elif self._kinds[sender, kind]:
            return AnswerRuling(None, "người gửi đã nhận một thư trả lời cùng loại trong ngày")
        day = self._today
        if self._by_day[day] >= self._per_day:
            if kind is not LetterKind.VERDICT:
                return AnswerRuling(None, f"đã đủ {self._per_day} thư trả lời tự động trong ngày")
            while self._by_day[day] >= self._per_day:
                day += dt.timedelta(days=1)
        self._by_day[day] += 1
        self._count(sender, kind, digest)
        return AnswerRuling(day)

    def _count(self, sender: str, kind: LetterKind, digest: str) -> None:
        self._digests[sender, kind, digest] += 1
        self._kinds[sender, kind] += 1

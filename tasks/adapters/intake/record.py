"""What the record knows of those who wrote, read for a whole batch of messages at once."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from models.domain.answers.decisions import ON_VERSIONS
from models.domain.answers.standing import SubmissionRecord, due_instant, verdict_of
from models.domain.answers.withdrawals import withdrawn_in
from models.domain.arrivals.attributing import AttributedMessage, attribute_message, owners_of
from models.domain.arrivals.attribution import EvidenceKind
from models.domain.arrivals.deciding import DecidedMessage, history_of
from models.domain.arrivals.known import (
    REFERENCES,
    CycleAgency,
    ExaminedFile,
    ExaminedMessage,
    KnownRecord,
    MessageFacts,
    NewVersion,
    OwnLetter,
    sent_again,
    standing_senders,
)
from models.domain.errors import BaocaoError
from models.domain.mail.authentication import SenderCheck, check_sender, unclear_sender
from models.domain.mail.bounces import DeliveryReport
from models.domain.mail.mail import LetterFile, MailMessage, MessageState
from models.domain.reading.office import Office
from models.domain.reading.submissions import Entry, Examination, Verdict
from tasks.adapters.intake.unfolding import Unfolded
from tasks.adapters.messages.authentication_reader import results_of
from tasks.adapters.sharing import locks
from tasks.adapters.store import (
    address_book,
    decisions,
    deliveries,
    messages,
    obligations,
    outbox,
    submissions,
)
from tasks.adapters.store.deliveries import Sending
from tasks.adapters.store.earlier import bearing
from tasks.adapters.store.restored import restorations
from tasks.adapters.work.prefilling import carried_into, plan_accounts
from tasks.adapters.workplace import Workplace

Read = tuple[Unfolded, Sequence[Examination]]  # a message and what its files hold


class Record:
    """The database as it stands for a batch; `known` is what it says, and grows with the batch.

    A batch asks some dozen questions instead of a dozen a message. What it cannot foresee it asks
    once it is known whom a message concerns.
    """

    def __init__(self, workplace: Workplace, connection: Connection, read: Sequence[Read]) -> None:
        self._connection = connection
        self._rules = workplace.rules
        # What the versions are held against, whoever they turn out to be of.
        self._since = min((one.kept.received_at for one, _ in read), default=workplace.now)
        self._files = {file.sha256 for one, _ in read for file in one.files}
        # The letters of ours that delivery reports are about, by the report's key.
        self.returned: dict[str, Sending] = {}
        mails = [unfolded.mail for unfolded, _ in read if unfolded.mail]
        asked = obligations.of_open_cycles(connection)
        tokens = {o.reply_token: (o.cycle, o.agency) for o in asked}
        book = decisions.book(connection)
        self.known = KnownRecord(
            office=workplace.office,
            now=workplace.now,
            secret=workplace.rules.secret,
            office_address=workplace.rules.office_address,
            own_copy=workplace.rules.own_copy,
            decisions=book,
            asked={
                (o.cycle, o.agency): LetterFile(o.workbook_name, o.workbook_sha256) for o in asked
            },
            tokens=tokens,
            letters=outbox.by_message_ids(connection, _named(mails)),
            previewed=deliveries.previewed(connection, {o.cycle for o in asked}),
            # It bears on copies of our own letters alone.
            restoration=restorations.last_restoration(connection)
            if any(mail.sender == workplace.rules.office_address for mail in mails)
            else None,
            senders=standing_senders(
                address_book.agencies_by_address(connection), workplace.office.register
            ),
        )
        # Nothing is judged anew, and no workbook replaced, but where a version was withdrawn.
        if any(d.kind in ON_VERSIONS for d in book.decisions):
            keys = [unfolded.kept.key for unfolded, _ in read]
            self.known = replace(
                self.known,
                became=submissions.became_of(connection, keys, book),
                former_workbooks=outbox.workbooks_sent(connection),
            )
        claims = (e for _, found in read for e in found)
        self._foresee(
            {
                *(owner for mail in mails for _, owner in owners_of(self.known, mail.recipients)),
                *self.known.letters.values(),
                *((e.cycle, e.agency) for e in claims if e.cycle and e.agency),
            }
        )

    def attributed(self, unfolded: Unfolded, found: Sequence[Examination]) -> AttributedMessage:
        """A message with what was read of it and whose it is; what that bears on is known then."""
        attributed = attribute_message(self.known, self.message(unfolded, found))
        self._learn_of(attributed)
        return attributed

    def message(self, unfolded: Unfolded, found: Sequence[Examination]) -> ExaminedMessage:
        """A message with what was read of it, and the letter of ours that it reports on."""
        kept, mail = unfolded.kept, unfolded.mail
        sending = self._sending_of(unfolded.report) if unfolded.report else None
        if sending is not None:
            self.returned[kept.key] = sending
        return ExaminedMessage(
            key=kept.key,
            received_at=kept.received_at,
            mail=mail,
            message_id=mail.message_id if mail else "",
            files=tuple(
                ExaminedFile(
                    *(f.position, f.name, f.container, f.sha256, f.size, examination),
                    paper=unfolded.papers.get(f.position),
                )
                for f, examination in zip(unfolded.files, found, strict=True)
            ),
            refused=tuple(unfolded.refused),
            report=unfolded.report,
            returned=_own(sending) if sending else None,
            check=self._check(mail) if mail else None,
        )

    def _learn_of(self, attributed: AttributedMessage) -> None:
        """Makes known the versions of everybody whom the message's files concern."""
        concerned = attributed.concerned
        self._foresee(concerned - self.known.versions.keys())
        known, office = self.known, self.known.office
        # Of who has sent nothing yet, and of who sends what may be the form as it was sent.
        arrived = attributed.message.received_at
        new = {pair for pair in concerned if not history_of(known, *pair, arrived)}
        asked = new | _sent_back(attributed)
        wanted = sorted(asked - known.carried.keys())
        carried = {pair: _carried(self._connection, office, *pair) for pair in wanted}
        sent = {one.file.sha256 for one in attributed.files}
        repeated = {
            v.message_key
            for pair in concerned
            for v in (*known.versions[pair], *known.withdrawn.get(pair, ()))
            if v.file_sha256 in sent
        }
        ids = {
            key: messages.message_id_of(self._connection, key)
            for key in sorted(repeated - known.message_ids.keys())
        }
        self.known = replace(
            known,
            carried={**known.carried, **carried},
            message_ids={**known.message_ids, **ids},
        )

    def _check(self, mail: MailMessage) -> SenderCheck | None:
        """What our mail server says of the sender; None where it is not asked."""
        if not self._rules.authserv_id:
            return unclear_sender(mail.sender_doubt) if mail.sender_doubt else None
        results = results_of(mail.authentication, self._rules.authserv_id)
        return check_sender(results, mail.sender, doubt=mail.sender_doubt)

    def _sending_of(self, report: DeliveryReport) -> Sending | None:
        """The letter of ours that a delivery report returns, by what nobody else could know.

        Its Message-ID, or the reply token with one of the letter's recipients.
        """
        sending = deliveries.sending_by_message_id(self._connection, report.message_ids)
        owners = owners_of(self.known, report.returned_to)
        if sending is not None or not owners:
            return sending
        named = {address for one in report.recipients for address in one.addresses}
        return deliveries.newest_sending_to(self._connection, *owners[0][1], named)

    def _foresee(self, wanted: Iterable[CycleAgency]) -> None:
        """Loads what is known of agencies; until the end nobody else decides beside it on them."""
        wanted = sorted(wanted)
        if not wanted:
            return
        locks.hold(self._connection, [("agency", *pair) for pair in wanted])
        by_cycle: dict[str, list[str]] = defaultdict(list)
        for cycle, agency in wanted:
            by_cycle[cycle].append(agency)
        versions, numbers = dict(self.known.versions), dict(self.known.numbers)
        withdrawn = dict(self.known.withdrawn)
        for cycle, agencies in by_cycle.items():
            last = submissions.last_numbers(self._connection, cycle, agencies)
            numbers |= {(cycle, agency): number for agency, number in last.items()}
            # Of whoever has no version yet there is nothing to be read.
            found = self._bearing(cycle, sorted(last)) if last else {}
            versions |= {(cycle, agency): found.get(agency, []) for agency in agencies}
            gone = withdrawn_in(cycle, self.known.decisions) if last else []
            for agency in last.keys() & {d.agency for d in gone}:
                withdrawn[cycle, agency] = self._withdrawn(cycle, agency)
        self.known = replace(self.known, versions=versions, numbers=numbers, withdrawn=withdrawn)

    def _bearing(
        self, code: str, agencies: Sequence[str]
    ) -> Mapping[str, Sequence[SubmissionRecord]]:
        """The versions of agencies in a cycle that bear on the batch."""
        office, extension = self.known.office, self.known.decisions.extension
        cycle = office.cycles.get(code)
        if cycle is None:  # one that is gone: nothing comes in time for it
            due, sections = dict.fromkeys(agencies, self._since), []
        else:
            due = {agency: due_instant(cycle, extension(code, agency)) for agency in agencies}
            form = office.form_of(cycle)
            sections = [sheet.key for sheet in form.sheets] if form.accept_by_section else []
        arriving = bearing.Arriving(self._since, self._files, sections)
        return bearing.bearing_on(self._connection, code, due, arriving)

    def _withdrawn(self, cycle: str, agency: str) -> list[SubmissionRecord]:
        gone = {d.version for d in withdrawn_in(cycle, self.known.decisions) if d.agency == agency}
        every = submissions.all_of(self._connection, cycle, agency)
        return [v for v in every if v.version in gone]


def _named(mails: Sequence[MailMessage]) -> list[str]:
    """The Message-IDs that mails name, their own among them, each once."""
    references = [r for mail in mails for r in mail.references[-REFERENCES:]]
    references += [mail.message_id for mail in mails if mail.message_id]
    return list(dict.fromkeys(references))


def _sent_back(attributed: AttributedMessage) -> set[CycleAgency]:
    """Whose workbooks in the message would be returned as they are."""
    return {
        (one.attribution.cycle, one.attribution.agency)
        for one in attributed.files
        if one.is_judged and verdict_of(one.examination.findings) is Verdict.RETURNED
    }


def _own(sending: Sending) -> OwnLetter:
    letter, recipients = sending.letter, sending.recipients
    return OwnLetter(letter.business_key, letter.agency, letter.cycle, letter.subject, recipients)


def _carried(
    connection: Connection, office: Office, cycle_code: str, agency: str
) -> Sequence[Entry]:
    """What stood in the free rows of the agency's workbook when it was sent, among others."""
    cycle = office.cycles.get(cycle_code)
    # A thread may name a cycle that is gone, or none: whose such a file is decides nothing here.
    if cycle is None or not cycle.previous:
        return ()
    accounts = plan_accounts(connection, office, cycle, agency)
    return carried_into(office, cycle, agency, accounts).entries if accounts else ()


_REGISTERED = EvidenceKind.REGISTERED_SENDER
_BELIEVED = (
    MessageState.ACCEPTED,
    MessageState.RETURNED,
    MessageState.DUPLICATE,
    MessageState.TRIED,
)
_WRITTEN = (MessageState.HELD, MessageState.GUIDED, MessageState.NOTED)  # by a person
_PROOFS = (EvidenceKind.SENDER_PASS, EvidenceKind.REPLY_TOKEN, EvidenceKind.THREAD_REFERENCE)


class DecidedMeanwhile(BaocaoError):
    """Raised when a version was withdrawn while messages were judged beside it: judged anew."""


def _stands_still(connection: Connection, known: KnownRecord) -> None:
    """Raises DecidedMeanwhile where versions were withdrawn or reinstated since `known` was read.

    Asked once receipt numbers are drawn: whoever withdraws waits for them, or they for him.
    """
    then = [d.number for d in known.decisions.decisions if d.kind in ON_VERSIONS]
    if decisions.numbers_on_versions(connection) != then:
        raise DecidedMeanwhile("Một phiên bản vừa được rút lại hoặc khôi phục trong lúc kiểm tra.")


class AlreadyDecided(BaocaoError):
    """Raised when another run decided a message first; this one's rows are rolled back."""


def record(
    connection: Connection,
    known: KnownRecord,
    decided: Sequence[DecidedMessage],
    returned: Mapping[str, Sending],
) -> list[DecidedMessage]:
    """Writes the messages' states, their files and versions; the same with numbers and ids.

    `returned`: the letters of ours that delivery reports are about, by the report's key. Raises
    AlreadyDecided when one of the messages is no longer waiting, DecidedMeanwhile where what is
    `known` has changed since.
    """
    decided = _numbered(connection, known.office, decided)
    states = {d.message.key: _state(d, known.now) for d in decided}
    if messages.decide_many(connection, states) != len(states):
        keys = ", ".join(key[:12] for key in states)
        raise AlreadyDecided(f"Thư {keys} đã được một lần chạy khác xử lý.")
    decided = _recorded(connection, decided)
    messages.add_files(connection, [row for d in decided for row in _file_rows(d)])
    for one in decided:
        sending = returned.get(one.message.key)
        if sending is not None and one.facts.returned is not None:
            news = one.facts.returned.news
            deliveries.note_report(
                connection, one.message.key, sending, news, one.message.received_at
            )
    _note_sent_again(connection, decided)
    _mend_addresses(connection, decided)
    _stands_still(connection, known)
    return decided


def _note_sent_again(connection: Connection, decided: Sequence[DecidedMessage]) -> None:
    """Whoever looks at a message that waits shall know that its file came again, and was taken."""
    taken = [(one.message.key, version) for one in decided for version in one.versions]
    held = messages.held_with_files(connection, [version.facts.sha256 for _, version in taken])
    if not held:
        return
    for key, version in taken:
        whose = (version.facts.sha256, version.cycle, version.record.agency)
        said = sent_again(version.facts.name, version.record)
        for waiting in held:
            same = (waiting.sha256, waiting.cycle, waiting.agency) == whose
            if same and waiting.message_key != key:
                messages.add_reason(connection, waiting.message_key, said)


def _recorded(connection: Connection, decided: Sequence[DecidedMessage]) -> list[DecidedMessage]:
    """The messages, their versions with the ids under which they were recorded."""
    versions = [v for d in decided for v in d.versions]
    new = [
        submissions.VersionToRecord(
            cycle=v.cycle,
            record=v.record,
            file_size=v.facts.size,
            file_kind=v.facts.examination.file_kind,
            guessed=v.facts.examination.guessed,
        )
        for v in versions
    ]
    ids = iter(submissions.add_many(connection, new))
    return [
        replace(
            one,
            versions=tuple(
                replace(v, record=replace(v.record, submission_id=next(ids))) for v in one.versions
            ),
        )
        for one in decided
    ]


def _numbered(
    connection: Connection, office: Office, decided: Sequence[DecidedMessage]
) -> list[DecidedMessage]:
    """The messages with receipt numbers: of those held and of versions, in order of arrival.

    One that was held before keeps the number of its receipt, by which its agency asks for it; the
    version that is made of it bears that same number.
    """
    keys = [one.message.key for one in decided]
    told = messages.told_numbers(connection, keys)
    takers = Counter(cycle for one in decided for cycle in _numbers_wanted(one, told))
    numbers = {}
    for cycle, count in sorted(takers.items()):  # sorted: two runs lock in the same order
        mark = office.cycle(cycle).mark
        numbers[cycle] = iter(submissions.draw_receipt_numbers(connection, cycle, mark, count))
    found = []
    for one in decided:
        before = told.get(one.message.key)
        own = _own_of(one, before)
        if before is not None:
            one = replace(one, receipt_number=before.number)
        elif one.decision.receipt and one.decision.cycle:
            one = replace(one, receipt_number=next(numbers[one.decision.cycle]))
        versions = [
            before.number if before is not None and v is own else next(numbers[v.cycle])
            for v in one.versions
        ]
        recorded = (
            replace(v, record=replace(v.record, receipt_number=number))
            for v, number in zip(one.versions, versions, strict=True)
        )
        found.append(replace(one, versions=tuple(recorded)))
    return found


def _own_of(one: DecidedMessage, before: messages.ToldNumber | None) -> NewVersion | None:
    """The version that bears the number which the message was given when it was held."""
    if before is None or before.taken:
        return None
    return next((v for v in one.versions if v.cycle == before.cycle), None)


def _numbers_wanted(one: DecidedMessage, told: Mapping[str, messages.ToldNumber]) -> Iterator[str]:
    """The cycles of which a message takes receipt numbers anew, one each."""
    before = told.get(one.message.key)
    if before is None and one.decision.receipt and one.decision.cycle:
        yield one.decision.cycle
    own = _own_of(one, before)
    yield from (version.cycle for version in one.versions if version is not own)


def _mend_addresses(connection: Connection, decided: Sequence[DecidedMessage]) -> None:
    """Whoever writes to us and is believed can be written to again.

    A sender is soon forged. So words alone do not do: the mail was taken, or our mail server
    confirms who sent it, or it comes from where a letter of ours has been read.
    """
    wrote: dict[str, dt.datetime] = {}
    for one in decided:
        shown = {p.kind for p in one.facts.evidence}
        believed = one.decision.state in _BELIEVED or (
            one.decision.state in _WRITTEN and not shown.isdisjoint(_PROOFS)
        )
        if believed and one.message.mail is not None:
            known = [p.detail for p in one.facts.evidence if p.kind is _REGISTERED]
            wrote |= dict.fromkeys(known, one.message.received_at)
    if wrote:
        failing = {x.address for x in address_book.failing_addresses(connection)}
        for address in sorted(failing & set(wrote)):
            address_book.mark_mended(connection, [address], wrote[address])


def _state(decided: DecidedMessage, now: dt.datetime) -> dict[str, Any]:
    decision, mail = decided.decision, decided.message.mail
    return {
        "state": decision.state.value,
        "reason": decision.reason[:4000],
        "own_fault": decision.own_fault,
        "said": decision.said.value if decision.said else "",
        "sender": mail.sender if mail else "",
        "sender_name": mail.sender_name if mail else "",
        "subject": mail.subject[:1000] if mail else "",
        "message_id": mail.message_id if mail else "",
        "agency": decision.agency,
        "cycle": decision.cycle,
        "may_be_of": list(decision.others),
        "evidence": _evidence(decided.facts),
        "receipt_number": decided.receipt_number,
        "decided_at": now,
    }


def _file_rows(decided: DecidedMessage) -> list[messages.NewFile]:
    files = {f.position: f for f in decided.facts.files}
    ids = {v.facts.position: v.record.submission_id for v in decided.versions}
    return [
        messages.NewFile(
            message_key=decided.message.key,
            position=d.position,
            name=files[d.position].name,
            container=files[d.position].container,
            sha256=files[d.position].sha256,
            size=files[d.position].size,
            kind=files[d.position].examination.file_kind,
            state=d.state.value,
            reason=d.reason[:4000],
            submission_id=ids.get(d.position),
            sent_by=d.strayed.sent_by if d.strayed else "",
            workbook_of=d.strayed.workbook_of if d.strayed else "",
        )
        for d in decided.decision.files
    ]


def _evidence(facts: MessageFacts) -> list[str]:
    """Every reason found, once, in the order met.

    A workbook is judged by what the message shows as well: where there is one, the message by
    itself has nothing to add, and would deny what the workbook says.
    """
    judged = [file.attribution for file in facts.files if file.attribution is not None]
    found = judged or [facts.answerable]
    return list(dict.fromkeys(reason for one in found for reason in one.reasons))

"""What is known when messages are decided, of the record, of each message and of its files.

Frozen values: what the record says, what the reader found, the facts that are decided on, and the
versions that come of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from models.domain.answers.decisions import DecisionBook
from models.domain.answers.papers import SignedPaper
from models.domain.answers.restorations import Restoration
from models.domain.answers.sections import Outcome, PartState, said_of
from models.domain.answers.standing import SubmissionRecord, verdict_of
from models.domain.answers.versions import VersionDifference, compare
from models.domain.arrivals.attribution import Attribution, Evidence
from models.domain.cycle.cycles import HANOI
from models.domain.letters.answer_letters import RefusedFile
from models.domain.mail.authentication import SenderCheck
from models.domain.mail.bounces import DeliveryReport, ReturnedLetter
from models.domain.mail.mail import LetterFile, MailMessage
from models.domain.mail.words import Said
from models.domain.reading.forms import Form
from models.domain.reading.office import Office
from models.domain.reading.submissions import Entry, Examination, Verdict
from models.domain.register.agencies import Contact, Register

CycleAgency = tuple[str, str]  # codes of a reporting cycle and of an agency

# The newest of a message's references; a long thread needs no more.
REFERENCES = 50


@dataclass(frozen=True, slots=True)
class Became:
    """The version in force that a file of a message became, before it is judged anew."""

    cycle: str
    agency: str
    version: int
    decided_at: dt.datetime


@dataclass(frozen=True)
class KnownRecord:
    """What the office's record says that bears on a batch of messages, as of `now`.

    Of versions, workbooks' first entries and Message-IDs it holds those that were asked for: of the
    agencies that the messages were found to be of.
    """

    office: Office
    now: dt.datetime
    secret: bytes = field(repr=False)
    office_address: str
    # Where a copy of every letter goes; "" where none does.
    own_copy: str
    decisions: DecisionBook
    # The workbook that was sent with the question, by who was asked in which cycle.
    asked: Mapping[CycleAgency, LetterFile]
    # Whose a reply token is.
    tokens: Mapping[str, CycleAgency]
    # Our own letters by Message-ID, of those that the messages name.
    letters: Mapping[str, CycleAgency]
    # Of those that may count the ones that bear on the batch (`store/earlier/bearing.py`), as they
    # arrived, oldest first: a few, however many there are. Findings are left out, and entries but
    # for those of the newest where files count as a whole.
    versions: Mapping[CycleAgency, Sequence[SubmissionRecord]] = field(default_factory=dict)
    # Those that were withdrawn, bare.
    withdrawn: Mapping[CycleAgency, Sequence[SubmissionRecord]] = field(default_factory=dict)
    # The highest number that a version ever had, whatever became of it.
    numbers: Mapping[CycleAgency, int] = field(default_factory=dict)
    # What files of the messages at work are already, by the message's key and the file's SHA-256.
    became: Mapping[tuple[str, str], Became] = field(default_factory=dict)
    # SHA-256 of the workbooks that were sent with a question before others took their place.
    former_workbooks: frozenset[str] = frozenset()
    # What stood in the free rows of the workbook when it was sent, of who has sent none back.
    carried: Mapping[CycleAgency, Sequence[Entry]] = field(default_factory=dict)
    # The last time that the record was put back to an older state; None: never.
    restoration: Restoration | None = None
    # For which agencies a person said that an address writes, beside those of the contacts.
    senders: Mapping[str, Sequence[str]] = field(default_factory=dict)
    # When who was asked last was sent the page for comparing before the meeting.
    previewed: Mapping[CycleAgency, dt.datetime] = field(default_factory=dict)
    # Message-IDs of messages that brought versions, by the message's key.
    message_ids: Mapping[str, str] = field(default_factory=dict)

    def versions_of(self, cycle: str, agency: str) -> Sequence[SubmissionRecord]:
        """The agency's versions that bear on what it sends, as they arrived, oldest first."""
        return self.versions.get((cycle, agency), ())

    def came_in(self, version: SubmissionRecord, message_id: str) -> bool:
        """Whether a version came in this very message, of which another copy was delivered."""
        return bool(message_id) and self.message_ids.get(version.message_key) == message_id

    @cached_property
    def contacts(self) -> Mapping[str, Contact]:
        """Where letters go today, by agency: those to one that has ended go to its heirs."""
        register, day = self.office.register, self.now.astimezone(HANOI).date()
        contacts = dict(register.contacts_on(day))
        for address, agencies in self.senders.items():
            for code in agencies:
                # Whoever wrote for an agency that has ended is written to no more.
                if code in register.agencies and register.agencies[code].valid_on(day):
                    before = contacts.get(code) or Contact(code, ())
                    contacts[code] = replace(before, senders=(*before.senders, address))
        return contacts


def standing_senders(
    senders: Mapping[str, Sequence[str]], register: Register
) -> dict[str, Sequence[str]]:
    """Of the addresses that persons registered those that the contacts name as nobody's.

    Nobody could register them today: the contacts are newer, and say whose such an address is now.
    What was registered stands again should they name it no more.
    """
    named = {a for c in register.contacts.values() for a in (*c.to, *c.cc, *c.superior)}
    return {address: agencies for address, agencies in senders.items() if address not in named}


@dataclass(frozen=True, slots=True)
class OwnLetter:
    """A letter of ours that a delivery report is about."""

    business_key: str
    agency: str
    cycle: str
    subject: str
    recipients: Sequence[str]


@dataclass(frozen=True, slots=True)
class ExaminedFile:
    """One file of a message, and what the reader found in it."""

    position: int
    name: str
    # The ZIP it lay in, "" for none.
    container: str
    sha256: str
    size: int  # bytes
    examination: Examination
    # What a signed PDF beside a workbook says of itself; of no other file anything.
    paper: SignedPaper | None = None


@dataclass(frozen=True)
class ExaminedMessage:
    """A message with its files read: all that is decided on."""

    key: str
    received_at: dt.datetime
    # Without its attachments; None for a file that the office handed in.
    mail: MailMessage | None
    # "" where it has none.
    message_id: str = ""
    files: Sequence[ExaminedFile] = ()
    # What could not be taken apart.
    refused: Sequence[RefusedFile] = ()
    # Of a letter of ours, or of what claims to be one; and the letter that it is proven to be of.
    report: DeliveryReport | None = None
    returned: OwnLetter | None = None
    # What our own mail server says of the sender; None where it is not asked.
    check: SenderCheck | None = None


@dataclass(frozen=True)
class FileFacts:
    """One file of a message and all that is known of it."""

    position: int
    name: str
    container: str  # the ZIP it lay in
    sha256: str
    size: int  # bytes
    examination: Examination
    attribution: Attribution | None = None  # for workbooks only
    evidence: Sequence[Evidence] = ()  # what it was attributed by
    known_version: int | None = None  # it is that version once more, and would be judged the same
    taken_back: int | None = None  # another copy of the message of that withdrawn version
    old_form: str = (
        ""  # a genuine workbook of ours, but of no cycle that is asked: which, Vietnamese
    )
    former: bool = False  # for others have been asked since in its agency's place: `old_form` says
    closed: str = ""  # its cycle takes no more versions: why, Vietnamese
    outcome: Outcome | None = None  # where sections are accepted each by itself
    elsewhere: str = ""  # this message brought another agency's version with it: whose, Vietnamese
    untouched: bool = False  # the form as the office sent it: nothing was filled in
    sent_before: bool = False  # its agency has a version already
    paper: SignedPaper | None = None  # what a signed PDF beside a workbook says of itself

    @cached_property
    def verdict(self) -> Verdict:
        """What becomes of it when it is recorded."""
        return self.outcome.verdict if self.outcome else verdict_of(self.examination.findings)

    @cached_property
    def is_workbook(self) -> bool:
        """Whether it is a workbook that may be taken: its cells were read, its cycle is asked."""
        return self.examination.problem is None and not self.old_form

    @cached_property
    def is_answer(self) -> bool:
        """Whether somebody filled it in: a form as it was sent contends with nothing."""
        return self.is_workbook and not self.untouched

    @property
    def is_unread(self) -> bool:
        """Whether our reader failed on it: it may well be a good workbook, a person opens it."""
        return self.examination.problem is not None and self.examination.problem.is_ours


@dataclass(frozen=True)
class MessageFacts:
    """One message and all that is known of it."""

    automatic: str  # why it is automatic mail; empty for a person's
    answerable: Attribution  # whose it is by sender, token and thread alone
    evidence: Sequence[Evidence]  # of the message itself
    files: Sequence[FileFacts]
    has_cloud_link: bool = False
    refused: Sequence[RefusedFile] = ()  # what could not be taken apart: too large, a locked ZIP
    own_letter: bool = False  # a copy of a letter of ours, proof that it left
    reports: bool = False  # it is a delivery report, of whose letter ever
    returned: ReturnedLetter | None = None  # the letter of ours it is proven to be about
    superior: bool = False  # written from the address of an agency's superior
    try_out: bool = False  # its sender wants to see the verdict before handing in
    main_file: str = ""  # SHA-256 of the workbook that a person chose of several
    assigned: bool = False  # a person has said whose all of it is
    said: Said = Said.NOTHING  # what its words come to, where it brings no workbook filled in
    of_a_list: bool = False  # it is automatic only in that a mailing list brought it
    remarks: Sequence[str] = ()  # what whoever looks at it should know, Vietnamese


@dataclass(frozen=True)
class NewVersion:
    """A version that one file becomes. Its record gets id and receipt number when recorded."""

    cycle: str
    facts: FileFacts
    record: SubmissionRecord
    # The agency's versions recorded before it, as they arrived.
    earlier: Sequence[SubmissionRecord]
    # By section, where sections are accepted each by itself: what the new one is held against.
    compared: Mapping[str, SubmissionRecord] = field(default_factory=dict)

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


def sent_again(name: str, record: SubmissionRecord) -> str:
    """That a file of a message which waits came once more by itself, and became a version."""
    return (
        f"Cơ quan đã gửi lại «{name}», ghi nhận là phiên bản {record.version} "
        f"(số {record.receipt_number}); thư này không cần nữa thì không tiếp nhận (reject-message)."
    )

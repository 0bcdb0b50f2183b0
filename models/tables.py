"""Storage only: the rows the program keeps. Meaning lives in `models.domain`.

Instants are UTC, decimals exact, lists JSON. These classes validate nothing: the domain has.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, Column, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.column_types import ExactDecimal, UtcInstant, instant, json_list

_AGAIN = text("dated_at IS NOT NULL")  # the few letters of which every batch of mail asks


#: Migrations name it as it stood here.
__all__ = ["ExactDecimal", "UtcInstant"]


class MessageRow(SQLModel, table=True):
    """One message or hand-delivered file. The key is the hash of its bytes."""

    __tablename__: ClassVar[str] = "message"
    # The last column is for who asks whether anything has changed: nothing else is read then.
    __table_args__ = (
        Index("ix_message_state_times", "state", "received_at", "decided_at"),
        Index(
            "ix_message_waiting_order",
            *("ordering_key", "received_at"),
            postgresql_where=text("state = 'received'"),
            sqlite_where=text("state = 'received'"),
        ),
    )

    key: str = Field(primary_key=True)  # SHA-256 of the raw bytes
    source: str
    handle: str
    is_message: bool
    name: str  # file name of a hand-delivered file
    size: int  # bytes
    received_at: dt.datetime = Field(sa_column=instant())
    collected_at: dt.datetime = Field(sa_column=instant())
    # Messages of one key are worked on as they arrived, whoever works; "" for no order.
    ordering_key: str = ""
    state: str  # MessageState
    reason: str = ""  # Vietnamese: why it is in that state
    own_fault: bool = False  # it is held for a fault of the program, not of the agency
    said: str = ""  # held for its words alone: what they come to (Said)
    attempts: int = 0
    last_error: str = ""
    sender: str = ""
    sender_name: str = ""
    subject: str = ""
    message_id: str = Field(default="", index=True)
    agency: str = Field(default="", index=True)
    cycle: str = Field(default="", index=True)
    # Other agencies whose a held message may be, by code: none of them is overdue meanwhile.
    may_be_of: list[str] = Field(default_factory=list, sa_column=json_list())
    evidence: list[str] = Field(default_factory=list, sa_column=json_list())
    receipt_number: str = ""
    decided_at: dt.datetime | None = Field(default=None, sa_column=instant(nullable=True))


class MailboxRow(SQLModel, table=True):
    """A folder on a mail server, and by which numbering its messages were last listed."""

    __tablename__: ClassVar[str] = "mailbox"

    source: str = Field(primary_key=True)  # "imap:user@host:993/INBOX"
    uidvalidity: int = Field(sa_type=BigInteger)
    numbered_at: dt.datetime = Field(sa_column=instant())  # first seen with this numbering


class MailboxPlaceRow(SQLModel, table=True):
    """Where a kept message still lies on a mail server: it need not be fetched again.

    A hint only. Size and time of arrival are compared too, and what does not agree is fetched.
    """

    __tablename__: ClassVar[str] = "mailbox_place"

    source: str = Field(primary_key=True)
    uidvalidity: int = Field(primary_key=True, sa_type=BigInteger)
    uid: int = Field(primary_key=True, sa_type=BigInteger)
    size: int = Field(sa_type=BigInteger)  # bytes, as the server says
    received_at: dt.datetime = Field(sa_column=instant())
    message_key: str = Field(foreign_key="message.key")


class MessageFileRow(SQLModel, table=True):
    """One file a message carried, ZIP members included, and what became of it."""

    __tablename__: ClassVar[str] = "message_file"

    message_key: str = Field(primary_key=True, foreign_key="message.key")
    position: int = Field(primary_key=True)  # 1, 2, ...
    name: str
    container: str = ""  # name of the ZIP it lay in
    sha256: str = Field(index=True)
    size: int  # bytes
    kind: str  # "xlsx", "pdf", ...
    state: str  # MessageState
    reason: str = ""
    submission_id: int | None = Field(default=None, foreign_key="submission.id")
    # Codes, where it is held only for that: who sent it, and for whom the office made it.
    sent_by: str = ""
    workbook_of: str = ""


class ReaderLossRow(SQLModel, table=True):
    """A file of which the reader was lost while it read nothing else, and that was not read since.

    Whether it is the file or the machine nobody knows: after a few times a person opens it.
    """

    __tablename__: ClassVar[str] = "reader_loss"

    sha256: str = Field(primary_key=True)
    losses: int
    last_at: dt.datetime = Field(sa_column=instant())


class ObligationRow(SQLModel, table=True):
    """An agency was asked to answer in a cycle."""

    __tablename__: ClassVar[str] = "obligation"

    cycle: str = Field(primary_key=True)
    agency: str = Field(primary_key=True)
    reply_token: str = Field(unique=True)
    opened_at: dt.datetime = Field(sa_column=instant())
    form_version: str
    workbook_name: str
    workbook_sha256: str
    asked_cells: int = 0  # cells of the workbook that the agency was asked to fill or correct
    carried_cells: int = 0  # of them, filled beforehand with what the previous cycle said


class SubmissionRow(SQLModel, table=True):
    """One version of an agency's answer."""

    __tablename__: ClassVar[str] = "submission"
    # What an agency sent first and last is found from either end, accepted or not.
    __table_args__ = (
        UniqueConstraint("cycle", "agency", "version"),
        Index("ix_submission_arrival", "cycle", "agency", "received_at", "version", "verdict"),
    )

    id: int | None = Field(default=None, primary_key=True)
    cycle: str
    agency: str
    version: int
    message_key: str = Field(foreign_key="message.key", index=True)
    file_name: str
    file_sha256: str = Field(index=True)
    file_size: int  # bytes
    file_kind: str
    received_at: dt.datetime = Field(sa_column=instant())
    decided_at: dt.datetime = Field(sa_column=instant())
    verdict: str  # Verdict
    receipt_number: str = Field(index=True)
    guessed: bool = False
    sections: dict[str, str] = Field(default_factory=dict, sa_column=json_list())
    # Verdict by sheet, where the form is accepted by section; empty: as a whole
    papers: list[dict[str, Any]] = Field(default_factory=list, sa_column=json_list())
    # The signed documents that came with it (`SignedPaper`)


class ObservationRow(SQLModel, table=True):
    """One understood cell of a submission: the lineage of every figure."""

    __tablename__: ClassVar[str] = "observation"

    id: int | None = Field(default=None, primary_key=True)
    submission_id: int = Field(foreign_key="submission.id", index=True)
    sheet: str
    row_key: str
    column: str
    number: Decimal | None = Field(default=None, sa_column=Column(ExactDecimal, nullable=True))
    text: str | None = None
    date: dt.date | None = None
    raw: str
    sheet_name: str
    cell: str


class FindingRow(SQLModel, table=True):
    """One finding on a submission, in the order it was reported."""

    __tablename__: ClassVar[str] = "finding"

    submission_id: int = Field(primary_key=True, foreign_key="submission.id")
    position: int = Field(primary_key=True)
    rule: str
    severity: str
    message: str
    sheet: str
    cell: str
    value: str
    row_key: str
    column: str
    justification: str
    cells: list[str] = Field(default_factory=list, sa_column=json_list())
    trial: bool
    place_ends: int = 0  # where the message has named its sheet and cell


class LetterRow(SQLModel, table=True):
    """A letter of the outbox. The business key makes one cause one letter."""

    __tablename__: ClassVar[str] = "letter"
    __table_args__ = (
        Index("ix_letter_state_next", "state", "next_attempt_at"),
        # Whether anything has changed, and the newest first: no letter's text is read for it.
        Index("ix_letter_state_sent", "state", "sent_at"),
        Index("ix_letter_created", "created_at"),
        Index("ix_letter_kind_cycle", "kind", "cycle"),
        Index("ix_letter_dated", "dated_at", sqlite_where=_AGAIN, postgresql_where=_AGAIN),
    )

    id: int | None = Field(default=None, primary_key=True)
    business_key: str = Field(unique=True)
    cycle: str = Field(index=True)
    agency: str = Field(index=True)
    kind: str  # LetterKind
    step: str = ""  # reminder step
    to: list[str] = Field(default_factory=list, sa_column=json_list())
    cc: list[str] = Field(default_factory=list, sa_column=json_list())
    subject: str
    text: str
    html: str
    message_id: str = Field(unique=True)
    reply_to: str = ""
    in_reply_to: str = ""
    references: list[str] = Field(default_factory=list, sa_column=json_list())
    files: list[dict[str, str]] = Field(default_factory=list, sa_column=json_list())
    marked_submission_id: int | None = Field(default=None, foreign_key="submission.id")
    marking: dict[str, str] | None = Field(
        default=None, sa_column=Column(JSON(none_as_null=True), nullable=True)
    )  # of a try-out, which is no submission: the file and its examination, in the raw store
    state: str  # LetterState
    created_at: dt.datetime = Field(sa_column=instant())
    next_attempt_at: dt.datetime = Field(sa_column=instant())
    attempts: int = 0
    tried_at: dt.datetime | None = Field(default=None, sa_column=instant(nullable=True))  # first
    deliveries: dict[str, dict[str, str]] = Field(default_factory=dict, sa_column=json_list())
    # by address: RecipientState and why; an address that is missing waits
    claim: str = ""  # whose claim the last one is
    claimed_at: dt.datetime | None = Field(default=None, sa_column=instant(nullable=True))
    copies: int = 0  # transfers with an own copy that the server acknowledged
    copy_in_flight: bool = False  # an own copy was in the envelope of the last claim
    sent_at: dt.datetime | None = Field(default=None, sa_column=instant(nullable=True))
    last_error: str = ""
    for_a_person: bool = False  # uncertain, and handed over to a person, who has been told
    earlier: list[dict[str, Any]] = Field(default_factory=list, sa_column=json_list())
    # Sendings before the last, of a letter sent again: message_id, sent_at, to whom it was sent
    dated_at: dt.datetime | None = Field(default=None, sa_column=instant(nullable=True))
    # Its Date, of a letter sent again; else it is created_at
    again: str = ""  # a sentence that heads a letter sent again


class ConsolidationRow(SQLModel, table=True):
    """A consolidation that was written: equal inputs are recognised by their hash."""

    __tablename__: ClassVar[str] = "consolidation"
    __table_args__ = (UniqueConstraint("cycle", "inputs_hash"),)

    id: int | None = Field(default=None, primary_key=True)
    cycle: str
    inputs_hash: str
    as_of: dt.datetime = Field(sa_column=instant())
    workbook_sha256: str
    workbook_name: str


class SnapshotRow(SQLModel, table=True):
    """What a summary carried, frozen when it was written; all bytes lie in the raw store."""

    __tablename__: ClassVar[str] = "snapshot"

    id: int | None = Field(default=None, primary_key=True)
    cycle: str = Field(index=True)
    letter: str = Field(unique=True)  # business key of the summary
    inputs_hash: str
    as_of: dt.datetime = Field(sa_column=instant())
    content_sha256: str  # what a later consolidation is compared with
    files: list[dict[str, str]] = Field(default_factory=list, sa_column=json_list())  # name, sha256
    # Agencies' files.
    inputs: list[dict[str, Any]] = Field(default_factory=list, sa_column=json_list())


class PaceRow(SQLModel, table=True):
    """A pace that all workers keep together: when the next turn is free."""

    __tablename__: ClassVar[str] = "pace"

    name: str = Field(primary_key=True)
    free_at: float  # seconds since 1970, by the database's clock


class ProgramRow(SQLModel, table=True):
    """The program that was deployed for several machines; no row where there is one machine."""

    __tablename__: ClassVar[str] = "program"

    mark: str = Field(primary_key=True)  # digest of its code
    deployed_at: dt.datetime = Field(sa_column=instant())


class CounterRow(SQLModel, table=True):
    """Receipt numbers: one running number a cycle. Its row lock orders concurrent writers."""

    __tablename__: ClassVar[str] = "counter"

    name: str = Field(primary_key=True)
    value: int


class DeliveryReportRow(SQLModel, table=True):
    """What a mail server reported of one recipient of a letter (RFC 3464)."""

    __tablename__: ClassVar[str] = "delivery_report"

    message_key: str = Field(primary_key=True, foreign_key="message.key")  # the report
    letter_id: int = Field(primary_key=True, foreign_key="letter.id", index=True)
    recipient: str = Field(primary_key=True)  # "" where the report names none of the letter's
    action: str  # DeliveryAction
    status: str  # "5.1.1"; empty where the server named none
    reason: str  # the server's own words
    reported_at: dt.datetime = Field(sa_column=instant())
    sending: str = ""  # Message-ID of the sending it is about


class AddressStateRow(SQLModel, table=True):
    """Whether letters to an address arrive, as far as anybody has told."""

    __tablename__: ClassVar[str] = "address_state"

    address: str = Field(primary_key=True)  # lower case
    state: str = Field(index=True)  # AddressState
    since: dt.datetime = Field(sa_column=instant())
    status: str  # "5.1.1"; empty where the server named none
    reason: str  # the server's own words
    letter_id: int | None = Field(default=None, foreign_key="letter.id")
    began_at: dt.datetime | None = Field(default=None, sa_column=instant(nullable=True))
    # While it fails: when the first news of it came; None where that was not kept


class KnownSenderRow(SQLModel, table=True):
    """An address that a person said writes for an agency, beside those of the contacts."""

    __tablename__: ClassVar[str] = "known_sender"

    address: str = Field(primary_key=True)  # lower case
    agency: str = Field(primary_key=True)
    message_key: str = Field(foreign_key="message.key", index=True)  # by which it became known
    registered_at: dt.datetime = Field(sa_column=instant())


class AnswerRow(SQLModel, table=True):
    """An answer that was written: so many go to one sender, and in all, on one day."""

    __tablename__: ClassVar[str] = "answer"
    __table_args__ = (
        Index("ix_answer_day_sender", "day", "sender", "kind"),
        Index("ix_answer_day_digest", "day", "digest"),
    )

    business_key: str = Field(primary_key=True)  # of the letter
    message_key: str = Field(foreign_key="message.key")
    sender: str  # the registered address that wrote, else the agency's code
    kind: str  # LetterKind
    day: dt.date  # in Vietnam, on which it may leave
    digest: str = ""  # of what a verdict says: the same again needs no second letter that day


class DecisionRow(SQLModel, table=True):
    """A person's decision, never changed; the last on a matter holds."""

    __tablename__: ClassVar[str] = "decision"

    id: int | None = Field(default=None, primary_key=True)
    kind: str  # DecisionKind
    cycle: str
    agency: str
    subject: str  # what it is about: a message, letter, address, rule ...
    until: dt.datetime | None = Field(default=None, sa_column=instant(nullable=True))
    by: str
    reason: str
    decided_at: dt.datetime = Field(sa_column=instant())  # from when on it holds
    entered_at: dt.datetime | None = Field(default=None, sa_column=instant(nullable=True))
    # When it was written down; None where that was not kept


class HeartbeatRow(SQLModel, table=True):
    """When a piece of work that recurs was last done wholly, as the work itself says."""

    __tablename__: ClassVar[str] = "heartbeat"

    name: str = Field(primary_key=True)  # "collect-submissions", "consolidate-cycle:2025-plan"
    at: dt.datetime = Field(sa_column=instant())


class LeaseRow(SQLModel, table=True):
    """A work that one process at a time may do, who does it, and what it remembers."""

    __tablename__: ClassVar[str] = "lease"

    name: str = Field(primary_key=True)  # "watcher"
    holder: str = ""  # a process, by a name of its own; "" for nobody
    renewals: int = 0
    memory: dict[str, Any] = Field(default_factory=dict, sa_column=json_list())


class BoardDayRow(SQLModel, table=True):
    """How a cycle's board stood at the end of a day on which it changed, as it was shown."""

    __tablename__: ClassVar[str] = "board_day"

    key: str = Field(primary_key=True)  # "bang-ky-2025-plan"
    day: dt.date = Field(primary_key=True)  # in Vietnam
    title: str
    content: str = Field(sa_type=Text)  # Markdown


class AccountRow(SQLModel, table=True):
    """One person's way in. Closed, never renamed; removed when nobody may know of it any more."""

    __tablename__: ClassVar[str] = "account"

    name: str = Field(primary_key=True)
    person: str  # full name and function
    roles: list[str] = Field(sa_column=json_list())  # Role
    password_hash: str = Field(repr=False)  # argon2id, with its salt and parameters
    password_is_lent: bool  # made by somebody else: to be changed at the first login
    created_at: dt.datetime = Field(sa_column=instant())
    closed_at: dt.datetime | None = Field(default=None, sa_column=instant(nullable=True))


class SessionRow(SQLModel, table=True):
    """A login that lasts. The key is the hash of what the browser holds."""

    __tablename__: ClassVar[str] = "session"

    key: str = Field(primary_key=True)  # SHA-256 of the cookie's value
    account: str = Field(foreign_key="account.name", index=True)
    began_at: dt.datetime = Field(sa_column=instant())
    used_at: dt.datetime = Field(sa_column=instant())


class AccessRow(SQLModel, table=True):
    """One line of the door's record: who came in, who was refused, what became of accounts."""

    __tablename__: ClassVar[str] = "access"
    __table_args__ = (Index("ix_access_kind_at", "kind", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    at: dt.datetime = Field(sa_column=instant())
    kind: str  # AccessKind
    account: str
    by: str = ""  # who did it, where that is not the account itself
    address: str = ""  # from where; empty: at the machine itself
    detail: str = ""


class OfficeContentRow(SQLModel, table=True):
    """What a file of the office held in some edition, once for all that hold the same."""

    __tablename__: ClassVar[str] = "office_content"

    sha256: str = Field(primary_key=True)
    content: bytes


class EditionRow(SQLModel, table=True):
    """One edition of the office's files. Never changed; the newest is in force."""

    __tablename__: ClassVar[str] = "edition"

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})  # from 1
    at: dt.datetime = Field(sa_column=instant())
    by: str  # who logged in on the machine or was named; "baocao": the program
    note: str


class EditionFileRow(SQLModel, table=True):
    """One file of an edition, by its path below the office's folder."""

    __tablename__: ClassVar[str] = "edition_file"

    edition: int = Field(primary_key=True, foreign_key="edition.number")
    path: str = Field(primary_key=True)
    sha256: str = Field(foreign_key="office_content.sha256")

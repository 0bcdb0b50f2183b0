"""Where the database names a person, and the removal of what may go. One transaction each.

What may go, and when, is said by `personal_columns` and `models.domain.accounts.keeping`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, select, update
from sqlmodel import SQLModel

from models.domain.accounts.access import AccessKind
from models.domain.accounts.keeping import NAMELESS, Holding, Keeping, PersonPattern, may_go
from models.domain.mail.mail import LetterState, MessageState
from models.tables import (
    AccessRow,
    AccountRow,
    AddressStateRow,
    AnswerRow,
    ConsolidationRow,
    DeliveryReportRow,
    KnownSenderRow,
    LetterRow,
    MessageFileRow,
    MessageRow,
    ObligationRow,
    SessionRow,
    SnapshotRow,
    SubmissionRow,
)
from tasks.adapters.store.personal_columns import OF_NOBODY, PERSONAL
from tasks.adapters.store.rows import table_of

_MESSAGE, _FILE, _LETTER = table_of(MessageRow), table_of(MessageFileRow), table_of(LetterRow)
_ACCOUNT, _SESSION, _ACCESS = table_of(AccountRow), table_of(SessionRow), table_of(AccessRow)
_ANSWER, _REPORT = table_of(AnswerRow), table_of(DeliveryReportRow)
_ADDRESS = table_of(AddressStateRow)
_SENDER = table_of(KnownSenderRow)

#: These wait for somebody or something.
_UNDECIDED = (MessageState.RECEIVED.value, MessageState.HELD.value)
_ON_THE_WAY = tuple(
    state.value
    for state in (
        LetterState.QUEUED,
        LetterState.SENDING,
        LetterState.UNCERTAIN,
        LetterState.DRAFT,
    )
)
#: What tells that something was removed, which nobody removes.
_PROOF = (AccessKind.ACCOUNT_REMOVED.value, AccessKind.PERSON_REMOVED.value)
_PROVEN = Holding(
    "dòng ghi việc xóa trong nhật ký ra vào",
    Keeping.ALWAYS,
    "chứng cứ của việc xóa, tự hết sau một năm",
)
#: Rather looked through and shown than passed over.
_UNKNOWN = Holding("cột chưa ai xét", Keeping.ALWAYS, "chưa có quy định; hỏi người quản trị")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A place that names the person, and in how many rows or lines."""

    place: str  # "letter.to"
    holding: Holding
    count: int


@dataclass(frozen=True, slots=True)
class KeepingRules:
    """What of this installation decides whether something may go."""

    now: dt.datetime
    is_closed: Callable[[str], bool]  # a cycle, by its code; "" for mail of none
    in_use: Collection[str] = ()  # addresses that letters go to today, lower case


@dataclass
class Removal:
    """What was removed or made nameless: rows by the title of what they held."""

    removed: Counter[str] = field(default_factory=Counter)
    accounts: list[str] = field(default_factory=list)  # names


def find_person(connection: Connection, person: PersonPattern | None) -> list[Occurrence]:
    """Every column that names the person, None: anybody, by the tables' order."""
    found = []
    for name, table in SQLModel.metadata.tables.items():
        wanted = [c for c in table.columns if f"{name}.{c.name}" not in OF_NOBODY]
        if not wanted:
            continue
        extra = [table.c.kind] if table is _ACCESS else []
        counts: Counter[str] = Counter()
        for row in connection.execute(select(*wanted, *extra)).yield_per(1000):
            is_proof = bool(extra) and row._mapping["kind"] in _PROOF
            named = [c.name for c in wanted if _names(person, row._mapping[c.name])]
            counts.update(["proof"] * bool(named) if is_proof else named)
        for column, count in counts.items():
            holding = _PROVEN if column == "proof" else PERSONAL.get(f"{name}.{column}", _UNKNOWN)
            found.append(Occurrence(f"{name}.{column}", holding, count))
    return found


def _names(person: PersonPattern | None, value: object) -> bool:
    return bool(value) and value != NAMELESS if person is None else person.is_in(value)


def remove_person(connection: Connection, person: PersonPattern, rules: KeepingRules) -> Removal:
    """Removes or makes nameless all that may go by now. Again it finds nothing more to do."""
    done = Removal()
    old = {row.key for row in _old_messages(connection, rules)}
    _forget_messages(connection, person, old, done)
    _forget_letters(connection, person, rules, done)
    _forget_answers(connection, person, old, done)
    _forget_addresses(connection, person, rules, done)
    _forget_senders(connection, person, done)
    _forget_accounts(connection, person, done)
    return done


def removable_raw_files(connection: Connection, rules: KeepingRules) -> list[str]:
    """Hashes of raw mails, and files from them, whose senders were made nameless.

    None on which a figure, a letter or a copy of what was sent rests, and none of a message that
    still names its sender.
    """
    rest = {row.message_key for row in connection.execute(select(table_of(SubmissionRow)))}
    going = {
        row.key
        for row in _old_messages(connection, rules)
        if row.sender_name == NAMELESS and row.key not in rest
    }
    wanted, used = set(going), set(_hashes_in_use(connection))
    for row in connection.execute(select(_FILE.c.message_key, _FILE.c.sha256)):
        (wanted if row.message_key in going else used).add(row.sha256)
    return sorted(wanted - used)


def _hashes_in_use(connection: Connection) -> Iterator[str]:
    submission, snapshot = table_of(SubmissionRow), table_of(SnapshotRow)
    columns = (
        submission.c.file_sha256,
        _LETTER.c.files,
        _LETTER.c.marking,
        snapshot.c.content_sha256,
        snapshot.c.files,
        snapshot.c.inputs,
        table_of(ConsolidationRow).c.workbook_sha256,
        table_of(ObligationRow).c.workbook_sha256,
    )
    for column in columns:
        for value in connection.execute(select(column)).scalars():
            yield from _DIGEST.findall(str(value))


def _old_messages(connection: Connection, rules: KeepingRules) -> Iterator[Row[Any]]:
    """Messages of which nothing is open: decided, their cycle closed, kept long enough."""
    decided = select(_MESSAGE).where(_MESSAGE.c.state.not_in(_UNDECIDED))
    for row in connection.execute(decided).all():
        if may_go(row.received_at, rules.now) and rules.is_closed(row.cycle):
            yield row


def _forget_messages(
    connection: Connection, person: PersonPattern, old: Collection[str], done: Removal
) -> None:
    for row in connection.execute(select(_MESSAGE)).all():
        if row.key not in old:
            continue
        values = _nameless(row, person, "message")
        if "sender" in values or "sender_name" in values:
            # Either tells who it was.
            values |= {"sender": "", "sender_name": NAMELESS, "ordering_key": ""}
        _change(connection, _MESSAGE, _MESSAGE.c.key == row.key, values)
        done.removed["thư đến"] += bool(values)


def _forget_letters(
    connection: Connection, person: PersonPattern, rules: KeepingRules, done: Removal
) -> None:
    old = set()
    arrived = select(_LETTER).where(_LETTER.c.state.not_in(_ON_THE_WAY))
    for row in connection.execute(arrived).all():
        if not (may_go(row.created_at, rules.now) and rules.is_closed(row.cycle)):
            continue
        old.add(row.id)
        values = _nameless(row, person, "letter")
        _change(connection, _LETTER, _LETTER.c.id == row.id, values)
        done.removed["thư đi"] += bool(values)
    for row in connection.execute(select(_REPORT)).all():
        if row.letter_id in old and (person.is_in(row.recipient) or person.is_in(row.reason)):
            this = (
                (_REPORT.c.message_key == row.message_key)
                & (_REPORT.c.letter_id == row.letter_id)
                & (_REPORT.c.recipient == row.recipient)
            )
            connection.execute(delete(_REPORT).where(this))
            done.removed["báo thư trả về"] += 1


def _forget_answers(
    connection: Connection, person: PersonPattern, old: Collection[str], done: Removal
) -> None:
    for row in connection.execute(select(_ANSWER)).all():
        if row.message_key in old and person.is_in(row.sender):
            key = _ANSWER.c.business_key == row.business_key
            _change(connection, _ANSWER, key, {"sender": NAMELESS})
            done.removed["sổ đếm thư trả lời"] += 1


def _forget_addresses(
    connection: Connection, person: PersonPattern, rules: KeepingRules, done: Removal
) -> None:
    for row in connection.execute(select(_ADDRESS)).all():
        if row.address in rules.in_use or not may_go(row.since, rules.now):
            continue
        if person.is_in(row.address) or person.is_in(row.reason):
            connection.execute(delete(_ADDRESS).where(_ADDRESS.c.address == row.address))
            done.removed["tình trạng địa chỉ"] += 1


def _forget_senders(connection: Connection, person: PersonPattern, done: Removal) -> None:
    """Mail from such an address waits for a person again."""
    for address in connection.execute(select(_SENDER.c.address).distinct()).scalars().all():
        if person.is_in(address):
            connection.execute(delete(_SENDER).where(_SENDER.c.address == address))
            done.removed["địa chỉ đăng ký thêm"] += 1


def _forget_accounts(connection: Connection, person: PersonPattern, done: Removal) -> None:
    """Closed accounts and, where the person has no open one, the lines of the door's record."""
    rows = [
        row
        for row in connection.execute(select(_ACCOUNT)).all()
        if person.is_whole(row.name) or person.is_in(row.person)
    ]
    if any(row.closed_at is None for row in rows):
        return
    for row in rows:
        connection.execute(delete(_SESSION).where(_SESSION.c.account == row.name))
        connection.execute(delete(_ACCOUNT).where(_ACCOUNT.c.name == row.name))
        done.accounts.append(row.name)
        done.removed["tài khoản"] += 1
    everybody = [person, *(PersonPattern(row.name) for row in rows)]
    open_names = set(connection.execute(select(_ACCOUNT.c.name)).scalars())
    for row in connection.execute(select(_ACCESS).where(_ACCESS.c.kind.not_in(_PROOF))).all():
        this = _ACCESS.c.id == row.id
        if row.account not in open_names and any(one.is_whole(row.account) for one in everybody):
            connection.execute(delete(_ACCESS).where(this))
            done.removed["nhật ký ra vào"] += 1
            continue
        values = {
            column: new
            for column in ("by", "address", "detail")
            if (new := _without(row._mapping[column], everybody)) != row._mapping[column]
        }
        _change(connection, _ACCESS, this, values)
        done.removed["nhật ký ra vào"] += bool(values)


def _without(value: object, everybody: Collection[PersonPattern]) -> object:
    for one in everybody:
        value = one.without(value)
    return value


def _nameless(row: Row[Any], person: PersonPattern, table: str) -> dict[str, Any]:
    """The columns of a row that go with time and name the person, without the person."""
    return {
        column: person.without(value)
        for column, value in row._mapping.items()
        if (holding := PERSONAL.get(f"{table}.{column}")) is not None
        and holding.keeping is Keeping.WITH_TIME
        and person.is_in(value)
    }


def _change(connection: Connection, table: Table, which: Any, values: dict[str, Any]) -> None:
    if values:
        connection.execute(update(table).where(which).values(**values))

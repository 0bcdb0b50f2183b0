"""Messages that came in, as the desk lists them, and one with everything that hangs on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import ColumnElement, Connection, func, or_, select

from models.domain.answers.decisions import Decision
from models.domain.consolidation.wording import VERDICT_NAMES
from models.domain.desk.lists import (
    ROWS_SHOWN,
    ListPage,
    has_words,
    page_asked,
    pages_of,
    search_key,
    words_of,
)
from models.domain.mail.state_words import MESSAGE_STATES
from models.domain.reading.submissions import Verdict
from models.tables import AnswerRow
from tasks.adapters.desk.letters_shown import LetterInBrief, brief_letters
from tasks.adapters.reading.file_kinds import FileKind
from tasks.adapters.store import decisions
from tasks.adapters.store.messages import FILE, MESSAGE
from tasks.adapters.store.outbox import LETTER
from tasks.adapters.store.rows import table_of
from tasks.adapters.store.submissions import SUBMISSION

_ANSWER = table_of(AnswerRow)
_EARLIER = 12  # other messages of a sender or an agency that are named
_BRIEF = [
    MESSAGE.c[name]
    for name in (
        "key", "is_message", "name", "received_at", "state", "reason", "sender", "sender_name",
        "subject", "agency", "cycle", "receipt_number",
    )
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class MessageLine:
    """A message of a list."""

    key: str
    is_message: bool
    name: str  # file name of a hand-delivered file
    received_at: dt.datetime
    state: str
    reason: str
    sender: str
    sender_name: str
    subject: str
    agency: str
    cycle: str
    receipt_number: str

    @property
    def title(self) -> str:
        """Its subject, or the name of the file that was handed in."""
        return self.subject or self.name or "(không có tiêu đề)"

    @property
    def state_said(self) -> str:
        """What became of it, in words."""
        return MESSAGE_STATES.get(self.state, self.state)


@dataclass(frozen=True, slots=True)
class MailAsked:
    """Which messages are wanted; "" for any."""

    state: str = ""
    cycle: str = ""
    agency: str = ""
    words: str = ""
    page: str = ""
    oldest_first: bool = False


@dataclass(frozen=True, slots=True)
class FileOfMessage:
    """A file that a message carried, and what became of it."""

    position: int
    name: str
    container: str
    sha256: str
    size: int  # bytes
    kind: str
    state: str
    reason: str
    submission_id: int | None

    @property
    def state_said(self) -> str:
        """What became of it, in words."""
        return MESSAGE_STATES.get(self.state, self.state)

    @property
    def may_be_shown(self) -> bool:
        """Whether it is a workbook, or one that is locked: a page says which."""
        try:
            kind = FileKind(self.kind)
        except ValueError:
            return False
        return kind.is_workbook or kind.is_encrypted


@dataclass(frozen=True, slots=True)
class VersionOfMessage:
    """A version that a message became."""

    id: int
    cycle: str
    agency: str
    version: int
    receipt_number: str
    verdict: str  # Vietnamese
    withdrawn: Decision | None


@dataclass(frozen=True)
class MessageCase:
    """A message with all that hangs on it."""

    line: MessageLine
    source: str
    size: int  # bytes
    collected_at: dt.datetime
    decided_at: dt.datetime | None
    own_fault: bool
    evidence: Sequence[str]
    files: Sequence[FileOfMessage]
    versions: Sequence[VersionOfMessage]
    letters: Sequence[LetterInBrief]  # what was written because of it
    decided: Sequence[Decision]
    earlier: Sequence[MessageLine]  # of the same sender or agency, the newest first

    @property
    def rivals(self) -> Sequence[FileOfMessage]:
        """Its different workbooks, where there are several to choose from."""
        different = {f.sha256: f for f in reversed(self.files) if f.may_be_shown}
        return list(different.values())[::-1] if len(different) > 1 else ()


def messages_page(
    connection: Connection, asked: MailAsked, name_of: Callable[[str], str]
) -> ListPage[MessageLine]:
    """One page of the messages asked for, the newest first unless told otherwise."""
    which = _conditions(asked)
    at, key = MESSAGE.c.received_at, MESSAGE.c.key
    order = (at, key) if asked.oldest_first else (at.desc(), key.desc())
    words = words_of(asked.words)
    keys: list[str] = []
    if words:
        every = connection.execute(select(*_SEARCHED).where(*which).order_by(*order))
        keys = [
            row.key
            for row in every
            if has_words(words, _key(*row[1:-1]) + _key(name_of(row.agency)))
        ]
        total = len(keys)
    else:
        count = select(func.count()).select_from(MESSAGE).where(*which)
        total = int(connection.execute(count).scalar_one())
    number = min(page_asked(asked.page), pages_of(total))
    start = (number - 1) * ROWS_SHOWN
    wanted = select(*_BRIEF).order_by(*order)
    if words:
        wanted = wanted.where(key.in_(keys[start : start + ROWS_SHOWN]))
    else:
        wanted = wanted.where(*which).offset(start).limit(ROWS_SHOWN)
    rows = [MessageLine(*row) for row in connection.execute(wanted)]
    return ListPage(rows, number, pages_of(total), total)


def message_case(connection: Connection, key: str) -> MessageCase | None:
    """A message with all that hangs on it; None for none."""
    row = connection.execute(select(MESSAGE).where(MESSAGE.c.key == key)).first()
    if row is None:
        return None
    line = MessageLine(**{column.name: getattr(row, column.name) for column in _BRIEF})
    return MessageCase(
        line=line,
        source=row.source,
        size=row.size,
        collected_at=row.collected_at,
        decided_at=row.decided_at,
        own_fault=row.own_fault,
        evidence=row.evidence,
        files=files_of(connection, key),
        versions=_versions(connection, key),
        letters=_letters(connection, line, row.message_id),
        decided=[d for d in decisions.book(connection).decisions if d.message == key],
        earlier=_earlier(connection, line),
    )


def files_of(connection: Connection, key: str) -> list[FileOfMessage]:
    """The files of a message, in their order."""
    columns = [FILE.c[name] for name in FileOfMessage.__slots__]
    wanted = select(*columns).where(FILE.c.message_key == key).order_by(FILE.c.position)
    return [FileOfMessage(*row) for row in connection.execute(wanted)]


def _conditions(asked: MailAsked) -> list[ColumnElement[bool]]:
    named: Mapping[str, str] = {
        "state": asked.state,
        "cycle": asked.cycle,
        "agency": asked.agency,
    }
    return [MESSAGE.c[name] == value for name, value in named.items() if value]


def _versions(connection: Connection, key: str) -> list[VersionOfMessage]:
    wanted = select(SUBMISSION).where(SUBMISSION.c.message_key == key).order_by(SUBMISSION.c.id)
    book = decisions.book_of_versions(connection)
    return [
        VersionOfMessage(
            id=row.id,
            cycle=row.cycle,
            agency=row.agency,
            version=row.version,
            receipt_number=row.receipt_number,
            verdict=VERDICT_NAMES[Verdict(row.verdict)],
            withdrawn=book.withdrawal(row.cycle, row.agency, row.version),
        )
        for row in connection.execute(wanted)
    ]


def _letters(connection: Connection, line: MessageLine, message_id: str) -> list[LetterInBrief]:
    """The answers to a message, and what a person wrote in its thread."""
    answers = select(_ANSWER.c.business_key).where(_ANSWER.c.message_key == line.key)
    keys = list(connection.execute(answers).scalars())
    which: list[ColumnElement[bool]] = [LETTER.c.business_key.in_(keys)]
    if message_id:
        whose = LETTER.c.agency.in_(list(dict.fromkeys(("", line.agency))))
        which.append(whose & (LETTER.c.in_reply_to == message_id))
    return brief_letters(connection, or_(*which))


def _earlier(connection: Connection, line: MessageLine) -> list[MessageLine]:
    same = [MESSAGE.c.sender == line.sender] if line.sender else []
    same += [MESSAGE.c.agency == line.agency] if line.agency else []
    if not same:
        return []
    wanted = select(*_BRIEF).where(or_(*same), MESSAGE.c.key != line.key)
    rows = connection.execute(wanted.order_by(MESSAGE.c.received_at.desc()).limit(_EARLIER))
    return [MessageLine(*row) for row in rows]


#: Between the key and the agency, what is searched.
_SEARCHED = [
    MESSAGE.c[name]
    for name in ("key", "subject", "name", "sender", "sender_name", "receipt_number", "agency")
]
#: What was searched once is not taken apart again.
_key = lru_cache(maxsize=50_000)(search_key)

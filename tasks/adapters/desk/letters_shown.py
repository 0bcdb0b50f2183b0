"""Letters of the outbox as the desk lists them, without their texts, and one as it is read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from models.domain.desk.lists import (
    ROWS_SHOWN,
    ListPage,
    has_words,
    page_asked,
    pages_of,
    search_key,
    words_of,
)
from models.domain.mail.mail import LetterKind, LetterState
from models.tables import LetterRow
from tasks.adapters.boards.mail_boards import STATE_NAMES
from tasks.adapters.store.outbox import LETTER
from tasks.adapters.store.rows import chunks

#: What may be sent once more.
AT_REST = (
    LetterState.SENT,
    LetterState.UNCERTAIN,
    LetterState.FAILED,
    LetterState.BOUNCED,
    LetterState.CLOSED,
)
LETTER_TITLES = {
    LetterKind.OPENING: "Thư đề nghị báo cáo",
    LetterKind.REMINDER: "Thư nhắc",
    LetterKind.OVERDUE: "Thư nhắc khi quá hạn",
    LetterKind.ESCALATION: "Danh sách cơ quan quá hạn",
    LetterKind.RECEIPT: "Giấy báo đã nhận",
    LetterKind.VERDICT: "Kết quả kiểm tra",
    LetterKind.WITHDRAWAL: "Báo rút lại, khôi phục phiên bản",
    LetterKind.EXTENSION: "Báo gia hạn, thôi gia hạn",
    LetterKind.EXEMPTION: "Báo miễn, thôi miễn báo cáo",
    LetterKind.GUIDANCE: "Hướng dẫn gửi lại",
    LetterKind.TRY_OUT: "Kết quả gửi thử",
    LetterKind.WHICH_COUNTS: "Hỏi tệp nào là báo cáo",
    LetterKind.RETURN: "Thư trả lại",
    LetterKind.SUMMARY: "Thư tổng hợp",
    LetterKind.PREVIEW: "Thư đối chiếu",
    LetterKind.ALARM: "Báo động",
    LetterKind.APPROVAL: "Nhắc duyệt",
    LetterKind.TODAYS_WORK: "Việc hôm nay",
}
_BRIEF = [
    LETTER.c[name]
    for name in (
        "id", "business_key", "cycle", "agency", "kind", "step", "state", "subject", "to", "cc",
        "created_at", "sent_at", "next_attempt_at", "attempts", "last_error", "for_a_person",
    )
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class LetterInBrief:
    """A letter without its texts."""

    id: int
    business_key: str
    cycle: str
    agency: str
    kind: str
    step: str
    state: str
    subject: str
    to: Sequence[str]
    cc: Sequence[str]
    created_at: dt.datetime
    sent_at: dt.datetime | None
    next_attempt_at: dt.datetime
    attempts: int
    last_error: str
    for_a_person: bool

    @property
    def state_said(self) -> str:
        """Where it stands, in words."""
        return STATE_NAMES[LetterState(self.state)]

    @property
    def title(self) -> str:
        """What kind of letter it is, in words."""
        return LETTER_TITLES[LetterKind(self.kind)]

    @property
    def may_go_again(self) -> bool:
        """Whether it has been tried, and nobody is trying now."""
        return self.state in AT_REST

    @property
    def may_be_settled(self) -> bool:
        """Whether a person may end its matter."""
        return self.state in (LetterState.FAILED, LetterState.BOUNCED, LetterState.UNCERTAIN)


@dataclass(frozen=True, slots=True)
class LettersAsked:
    """Which letters are wanted; "" for any."""

    state: str = ""
    kind: str = ""
    cycle: str = ""
    agency: str = ""
    words: str = ""
    page: str = ""


def letters_page(
    connection: Connection, asked: LettersAsked, name_of: Callable[[str], str]
) -> ListPage[LetterInBrief]:
    """One page of the letters asked for, the newest first."""
    which = _conditions(asked)
    newest = (LETTER.c.created_at.desc(), LETTER.c.id.desc())
    words = words_of(asked.words)
    if words:
        columns = (LETTER.c.id, LETTER.c.subject, LETTER.c.agency)
        every = connection.execute(select(*columns).where(*which).order_by(*newest)).all()
        names = {agency: _key(name_of(agency)) for agency in {row[2] for row in every}}
        ids = [
            number
            for number, subject, agency in every
            if has_words(words, _key(subject) + names[agency])
        ]
        total = len(ids)
    else:
        ids = []
        count = select(func.count()).select_from(LETTER).where(*which)
        total = int(connection.execute(count).scalar_one())
    number = min(page_asked(asked.page), pages_of(total))
    start = (number - 1) * ROWS_SHOWN
    wanted = select(*_BRIEF).order_by(*newest)
    if words:
        wanted = wanted.where(LETTER.c.id.in_(ids[start : start + ROWS_SHOWN]))
    else:
        wanted = wanted.where(*which).offset(start).limit(ROWS_SHOWN)
    rows = [LetterInBrief(*row) for row in connection.execute(wanted)]
    return ListPage(rows, number, pages_of(total), total)


def _conditions(asked: LettersAsked) -> list[ColumnElement[bool]]:
    named: Mapping[str, str] = {
        "state": asked.state,
        "kind": asked.kind,
        "cycle": asked.cycle,
        "agency": asked.agency,
    }
    return [LETTER.c[name] == value for name, value in named.items() if value]


def newest_letters(
    connection: Connection, cycle: str, agencies: Sequence[str]
) -> list[LetterInBrief]:
    """The newest letter of each kind to each of these agencies that may go once more."""
    found: dict[tuple[str, str], LetterInBrief] = {}
    for some in chunks(agencies):
        rows = connection.execute(
            select(*_BRIEF)
            .where(LETTER.c.cycle == cycle, LETTER.c.agency.in_(some))
            .where(LETTER.c.state.in_(AT_REST))
            .order_by(LETTER.c.id)
        )
        for row in rows:
            one = LetterInBrief(*row)
            found[one.agency, one.kind] = one
    order = {agency: place for place, agency in enumerate(agencies)}
    return sorted(found.values(), key=lambda one: order[one.agency])


def letters_of_agency(connection: Connection, agency: str, cycle: str = "") -> list[LetterInBrief]:
    """All letters to one agency, oldest first."""
    which = [LETTER.c.agency == agency, *([LETTER.c.cycle == cycle] if cycle else [])]
    rows = connection.execute(select(*_BRIEF).where(*which).order_by(LETTER.c.id))
    return [LetterInBrief(*row) for row in rows]


def brief_letters(connection: Connection, which: ColumnElement[bool]) -> list[LetterInBrief]:
    """The letters of which that holds, oldest first."""
    rows = connection.execute(select(*_BRIEF).where(which).order_by(LETTER.c.id))
    return [LetterInBrief(*row) for row in rows]


def letter_counts(connection: Connection) -> dict[str, int]:
    """How many letters are in each state."""
    rows = connection.execute(select(LETTER.c.state, func.count()).group_by(LETTER.c.state))
    return {state: int(number) for state, number in rows}


def letter_by_id(connection: Connection, typed: str) -> LetterRow | None:
    """The letter of that number, whole; None for none."""
    if not (typed.isascii() and typed.isdigit() and len(typed) <= _DIGITS):
        return None
    row: Any = connection.execute(select(LETTER).where(LETTER.c.id == int(typed))).first()
    return LetterRow(**row._mapping) if row else None


def brief_of(row: LetterRow) -> LetterInBrief:
    """The letter without its texts."""
    return LetterInBrief(**{column.name: getattr(row, column.name) for column in _BRIEF})


_DIGITS = 18
#: What was searched once is not taken apart again.
_key = lru_cache(maxsize=50_000)(search_key)

"""One letter as a person reads it: its recipients, what is known of each, its HTML by itself."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from models.domain.letters.resending import headed
from models.domain.mail.bounces import DeliveryAction, RecipientReport, said_of
from models.domain.mail.delivery import RecipientState
from models.domain.mail.mail import LetterState
from models.tables import LetterRow
from tasks.adapters.raw_store import RawFileDamaged, RawFileMissing, RawStore
from tasks.adapters.store import outbox
from tasks.adapters.store.deliveries import REPORT

_STATES = {
    RecipientState.WAITING: "chưa gửi",
    RecipientState.IN_FLIGHT: "chưa rõ đã đến hay chưa",
    RecipientState.ACCEPTED: "máy chủ đã nhận",
    RecipientState.REFUSED: "máy chủ từ chối",
    RecipientState.WITHHELD: "không gửi tới địa chỉ này",
}
_ACTIONS = {
    DeliveryAction.FAILED: "bị trả về",
    DeliveryAction.DELAYED: "đến chậm, máy chủ còn thử",
    DeliveryAction.DELIVERED: "đã tới hộp thư",
    DeliveryAction.RELAYED: "đã chuyển tiếp",
    DeliveryAction.EXPANDED: "đã tới danh sách thư",
}
_PICTURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}
_LARGEST_PICTURE = 3_000_000  # bytes


@dataclass(frozen=True, slots=True)
class HeardOfRecipient:
    """What a server reported of a recipient later, in words, with the message that said so."""

    at: dt.datetime
    said: str
    message: str  # key
    is_bad: bool


@dataclass(frozen=True, slots=True)
class LetterRecipient:
    """One recipient: what became of the letter for him, and by what that is known."""

    address: str
    is_copy: bool
    state: str  # Vietnamese
    said: str  # the server's own words, or why not
    is_bad: bool
    heard: Sequence[HeardOfRecipient] = ()


def recipients_of(connection: Connection, row: LetterRow) -> list[LetterRecipient]:
    """Every recipient of the letter as it last went out, and what is known of each."""
    known = outbox.deliveries_of(row)
    heard: dict[str, list[HeardOfRecipient]] = {}
    for one_of, found in _reports(connection, row):
        heard.setdefault(one_of, []).append(found)
    shown = []
    for address in dict.fromkeys([*row.to, *row.cc]):
        told = known.get(address)
        if told is not None:
            state, said = _STATES[told.state], told.said
            is_bad = told.state in (RecipientState.REFUSED, RecipientState.IN_FLIGHT)
        else:
            was_sent = row.sent_at is not None and row.state != LetterState.QUEUED
            state = _STATES[RecipientState.ACCEPTED if was_sent else RecipientState.WAITING]
            said, is_bad = "", False
        later = heard.pop(address, [])
        if any(one.is_bad for one in later):
            # What it came to, before what was known of it first.
            state, said, is_bad = _ACTIONS[DeliveryAction.FAILED], said or state, True
        shown.append(LetterRecipient(address, address not in row.to, state, said, is_bad, later))
    # A report may name an address to which a mailbox of ours hands on, or none.
    shown += [
        LetterRecipient(address or "không nêu địa chỉ", False, "", "", True, later)
        for address, later in heard.items()
    ]
    return shown


def _reports(connection: Connection, row: LetterRow) -> Iterator[tuple[str, HeardOfRecipient]]:
    rows = connection.execute(
        select(REPORT).where(REPORT.c.letter_id == row.id).order_by(REPORT.c.reported_at)
    )
    for one in rows:
        action = DeliveryAction(one.action)
        said = _ACTIONS[action]
        if action in (DeliveryAction.FAILED, DeliveryAction.DELAYED):
            news = RecipientReport(one.recipient, one.recipient, action, one.status, one.reason)
            said += f": {said_of(news)}"
        if one.sending and one.sending != row.message_id:
            said += " (lần gửi trước)"
        is_bad = action is DeliveryAction.FAILED
        yield one.recipient, HeardOfRecipient(one.reported_at, said, one.message_key, is_bad)


def html_as_sent(raw_store: RawStore, row: LetterRow) -> str:
    """The letter's HTML as its receiver sees it, its own pictures in it; "" where it has none.

    A picture that the store cannot give stays away: the letter is read without it.
    """
    if not row.html:
        return ""
    _, page = headed(row.text, row.html, row.again) if row.again else ("", row.html)
    for file in row.files:
        wanted = file.get("content_id", "")
        if wanted and f"cid:{wanted}" in page:
            page = page.replace(f"cid:{wanted}", _picture(raw_store, file))
    return page


def _picture(raw_store: RawStore, file: Mapping[str, str]) -> str:
    try:
        content = raw_store.get(file["sha256"])
    except (RawFileMissing, RawFileDamaged):
        return "data:,"
    kind = next((kind for mark, kind in _PICTURES.items() if content.startswith(mark)), "")
    if not kind or len(content) > _LARGEST_PICTURE:
        return "data:,"
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"

"""Collecting: the bytes are kept and a row is committed before anything is parsed or moved."""

from __future__ import annotations

from dataclasses import dataclass, field

from tasks.adapters.inbox import Arrival, ArrivalGone, Inbox
from tasks.adapters.store import messages
from tasks.adapters.workplace import Workplace

BATCH = 50


@dataclass
class Collected:
    """What one look into a mailbox brought."""

    new: int = 0
    known: int = 0  # the same bytes were kept before
    failures: list[str] = field(default_factory=list)  # Vietnamese, one per message left in place


def collect(place: Workplace, inbox: Inbox, limit: int) -> Collected:
    """Takes what lies in the mailbox into the house.

    Whatever cannot be read now stays where it is and is named in `failures`. Interrupted at any
    point, the next look finds the same messages again and recognises those already kept.
    """
    result = Collected()
    batch: list[Arrival] = []
    for number, arrival in enumerate(inbox.arrivals()):
        if number >= limit:
            break
        batch.append(arrival)
        if len(batch) == BATCH:
            _keep(place, inbox, batch, result)
            batch = []
    _keep(place, inbox, batch, result)
    return result


def _keep(place: Workplace, inbox: Inbox, batch: list[Arrival], result: Collected) -> None:
    """Keeps a batch: bytes, then rows in one commit, then the mailbox is told."""
    readable: list[tuple[Arrival, bytes]] = []
    for arrival in batch:
        try:
            readable.append((arrival, arrival.read()))
        except ArrivalGone:
            continue
        except OSError as error:
            result.failures.append(
                f"Không đọc được «{arrival.handle}» trong {arrival.source}: {error}. "
                "Thư vẫn nằm nguyên trong hộp; kiểm tra quyền đọc rồi chạy lại."
            )
    if not readable:
        return
    keys = place.raw_store.put_many([content for _, content in readable])
    rows = [
        messages.NewMessage(
            key=key,
            source=arrival.source,
            handle=arrival.handle,
            is_message=arrival.is_message,
            name=arrival.name,
            size=len(content),
            received_at=arrival.received_at,
            collected_at=place.now,
        )
        for key, (arrival, content) in zip(keys, readable, strict=True)
    ]
    with place.engine.begin() as connection:
        new = messages.keep(connection, rows)
    result.new += new
    result.known += len(rows) - new
    for arrival, _ in readable:
        try:
            inbox.settle(arrival)
        except OSError as error:
            result.failures.append(
                f"Đã lưu «{arrival.handle}» nhưng không chuyển được sang thư mục đã xử lý: "
                f"{error}. "
                "Lần chạy sau sẽ nhận ra và không xử lý hai lần."
            )

"""Looking at a mailbox on a server as a collecting run would, without taking anything."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterator

from models.domain.cycle.letter_phrases import InstantStyle, hanoi_minute
from tasks.adapters.mailbox.imap_inbox import ImapInbox
from tasks.adapters.mailbox.inbox import Arrival, InboxFault
from tasks.adapters.mailbox.observations import (
    CLOCK_TOLERANCE,
    Sighting,
    clock_differs,
    of_certificate,
    of_clock,
)

TOO_MANY = 500  # messages waiting: nobody collects, or not often enough
TOO_LONG = dt.timedelta(days=1)

_MAILBOX = "Hộp thư IMAP"


def probe(inbox: ImapInbox, known: Container[tuple[int, int]], now: dt.datetime) -> list[Sighting]:
    """What stands in the way of taking mail from this mailbox. Never raises for a server.

    `known` holds numbering and number (UIDVALIDITY, UID) of messages that were kept and not moved.
    """
    seen: list[Sighting] = []
    try:
        for one in _look(inbox, known, now):
            seen.append(one)
    except InboxFault as fault:
        seen.append(Sighting(_MAILBOX, False, str(fault)))
    finally:
        inbox.close()
    return seen


def _look(
    inbox: ImapInbox, known: Container[tuple[int, int]], now: dt.datetime
) -> Iterator[Sighting]:
    greeting = inbox.greeting()
    yield Sighting(_MAILBOX, True, f"{inbox.source}: đã đăng nhập, mở được thư mục.")
    certificate = inbox.certificate()
    if certificate:
        yield of_certificate(certificate, now, "máy chủ nhận thư")
    yield from _of_rights(inbox)
    numbering = inbox.numbering()
    uidvalidity = numbering.uidvalidity if numbering else 0
    waiting = [one for one in inbox.arrivals() if (uidvalidity, one.uid) not in known]
    yield _of_waiting(waiting, now)
    yield _of_clock(greeting, waiting, now)


def _of_rights(inbox: ImapInbox) -> Iterator[Sighting]:
    rights = inbox.rights()
    subject = "Quyền chuyển thư"
    if rights.may_move:
        missing = inbox.missing_folders()
        made = f"; lần nhận đầu sẽ tạo {', '.join(f'«{m}»' for m in missing)}" if missing else ""
        yield Sighting(subject, True, f"Thư đã nhận được chuyển bằng {rights.by}{made}.")
    else:
        yield Sighting(
            subject,
            False,
            f"Không chuyển được thư sang «{inbox.rules.processed}»: {rights.by}. Thư không mất, "
            "không bị xử lý hai lần, nhưng hộp thư đầy dần: đề nghị người quản trị thư cho tài "
            "khoản quyền chuyển thư.",
        )


def _of_waiting(waiting: list[Arrival], now: dt.datetime) -> Sighting:
    subject = "Thư đang chờ"
    if not waiting:
        return Sighting(subject, True, "Không có thư chờ nhận.")
    oldest = min(one.received_at for one in waiting)
    since = hanoi_minute(oldest, InstantStyle.LIST)
    said = f"{len(waiting)} thư chờ nhận, thư cũ nhất đến lúc {since}"
    if len(waiting) > TOO_MANY or now - oldest > TOO_LONG:
        return Sighting(
            subject,
            False,
            f"{said}: quá nhiều hoặc quá lâu; xem collect-submissions có chạy không.",
        )
    return Sighting(subject, True, f"{said}.")


def _of_clock(greeting: str, waiting: list[Arrival], now: dt.datetime) -> Sighting:
    """By the date that the server greets with, or by a message that is yet to arrive."""
    stated = of_clock(greeting, now, "máy chủ nhận thư")
    if stated is not None:
        return stated
    newest = max((one.received_at for one in waiting), default=now)
    if newest - now > CLOCK_TOLERANCE:
        return clock_differs(now - newest, "giờ máy chủ nhận thư ghi cho thư mới nhất")
    return Sighting(
        "Đồng hồ",
        True,
        "Máy chủ nhận thư không cho biết giờ của nó nên không so được; giờ nhận thư là giờ của máy "
        "chủ đó.",
    )

"""`baocao doctor` on mail that arrives: each mailbox looked at as a collecting run would."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sqlalchemy.exc import SQLAlchemyError

from config.settings import Settings
from flows import clock
from flows.cli.remarks import Diagnosis
from flows.office.mailbox_settings import mailbox_rules
from models.domain.errors import BaocaoError
from tasks.adapters.mailbox.imap_inbox import ImapInbox
from tasks.adapters.mailbox.imap_probe import probe
from tasks.adapters.mailbox.opening import open_inbox
from tasks.adapters.store import places
from tasks.adapters.store.rows import open_engine

PROBE_SECONDS = 10.0  # for each answer of a server


def mailbox_remarks(settings: Settings, now: dt.datetime) -> Iterator[Diagnosis]:
    """What stands in the way of taking mail in, mailbox after mailbox."""
    rules, largest = mailbox_rules(settings), settings.max_message_mb * 1_000_000
    rules = replace(rules, seconds=min(rules.seconds, PROBE_SECONDS))
    for url in settings.mailboxes:
        subject = f"Hộp thư {url.partition(':')[0]}"
        try:
            ahead = clock.ahead_where_shown(settings.data_dir, now)
            inbox = open_inbox(url, now, rules, largest, ahead)
            if isinstance(inbox, ImapInbox):
                seen = probe(inbox, _known(settings, inbox.source), now)
                yield from (Diagnosis(one.subject, one.ok, one.sentence) for one in seen)
                continue
            waiting = sum(1 for _ in inbox.arrivals())
            lying = inbox.left_lying()
        except (BaocaoError, OSError) as error:
            if not settings.mailbox_url and not Path(unquote(urlsplit(url).path)).exists():
                yield Diagnosis(subject, True, "Chưa có; lần nhận đầu tiên sẽ tạo trong DATA_DIR.")
            else:
                yield Diagnosis(subject, False, str(error))
        else:
            yield Diagnosis(subject, True, f"{waiting} thư, tệp đang chờ nhận.")
            # What may still pass by itself is nothing to mend yet.
            yield from (Diagnosis(subject, bool(one.patience), one.said) for one in lying)
    yield sender_remark(settings)


def sender_remark(settings: Settings) -> Diagnosis:
    """Whether anybody vouches for the senders of mail."""
    if settings.authserv_id:
        said = f"Chỉ tin kết quả xác thực do «{settings.authserv_id}» ghi."
    else:
        said = (
            "Không kiểm tra: ai cũng có thể ghi địa chỉ của cơ quan vào thư mình gửi; người có "
            "được thư của Văn phòng gửi cơ quan ấy thì gửi được cả sổ. Khi máy chủ thư ghi "
            "Authentication-Results, đặt tên nó vào BAOCAO_AUTHSERV_ID."
        )
    return Diagnosis("Xác thực người gửi", True, said, caution=not settings.authserv_id)


def _known(settings: Settings, source: str) -> set[tuple[int, int]]:
    """Numbers of messages that lie there still and were kept."""
    try:
        engine = open_engine(settings.database)
        with engine.begin() as connection:
            found = places.known_numbers(connection, source)
        engine.dispose()
    except (SQLAlchemyError, BaocaoError, OSError):
        return set()  # said where the database is looked at
    return found

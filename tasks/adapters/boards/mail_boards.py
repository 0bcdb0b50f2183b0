"""Boards of the mail: what waits for a person, what goes out, addresses, files not taken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from models.domain.answers.standing import AgencyStanding
from models.domain.consolidation.wording import UNREACHED
from models.domain.cycle.letter_phrases import hanoi_minute
from models.domain.mail.bounces import trouble
from models.domain.mail.mail import LetterState, MessageState, ascii_address
from models.domain.mail.reach import FailingAddress, reached_nobody
from models.domain.mail.words import Said
from models.domain.notation.vietnamese_text import one_line
from models.domain.register.agencies import Register
from models.domain.results.waiting import ONLY_TO_BE_FILED, accepted_at
from tasks.adapters.boards.lying_files import lying_files
from tasks.adapters.boards.waiting_work import is_to_be_filed
from tasks.adapters.results.board import LISTED, Board, BoardColumn, rows_of
from tasks.adapters.store import address_book, deliveries, messages, outbox
from tasks.adapters.store.deliveries import LetterLine
from tasks.adapters.workplace import Workplace

KEY_SHOWN = 12  # digits of a message's key, enough to name it in a form


def holding_pen(
    register: Register,
    connection: Connection,
    standings_of: Mapping[str, Callable[[], Sequence[AgencyStanding]]],
) -> Board:
    """`standings_of`: how the agencies stand, by cycle; asked only where mail is held."""
    held = messages.in_state(connection, MessageState.HELD)
    accepted = {code: accepted_at(standings()) for code, standings in standings_of.items() if held}

    def why(row: Mapping[str, Any]) -> str:
        filed = f"{ONLY_TO_BE_FILED} " if is_to_be_filed(row, accepted) else ""
        return one_line(filed + str(row["reason"]), 500)

    # Whoever wants back what he sent stands on top.
    held.sort(key=lambda row: row["said"] != Said.RECALL)
    return Board(
        "thu-cho-nguoi-xem",
        "Thư chờ người xem",
        f"{len(held)} thư. Quyết định bằng luồng assign-message (là báo cáo của cơ quan nào), "
        "return-message (trả lại kèm lời của người quyết định) hoặc reject-message (không tiếp "
        "nhận, không trả lời)." + cut_said(held),
        rows_of(
            [
                BoardColumn("Mã thư", lambda row: row["key"][:KEY_SHOWN]),
                BoardColumn("Nhận lúc", lambda row: when_said(row["received_at"])),
                BoardColumn("Người gửi", lambda row: row["sender"] or "thư mục nhận tệp"),
                BoardColumn("Nội dung", lambda row: one_line(row["subject"] or row["name"], 100)),
                BoardColumn("Có lẽ của", lambda row: register.agency_name(row["agency"])),
                BoardColumn("Kỳ", lambda row: row["cycle"]),
                BoardColumn("Vì sao phải xem", why),
                BoardColumn("Căn cứ", lambda row: one_line(" ".join(row["evidence"]), 400)),
            ],
            held[:LISTED],
        ),
        as_cards=True,
    )


def letters_on_their_way(register: Register, connection: Connection, now: dt.datetime) -> Board:
    """Letters that wait or went wrong; those that arrived are only counted."""
    failing = address_book.failing_addresses(connection)
    # Where no address fails, every letter that was sent has been: none of them is looked at.
    doubtful = (LetterState.SENT,) if failing else ()
    found = deliveries.letter_lines(connection, states=(*_UNRESOLVED, *doubtful))
    shown = [x for x in found if x.state != LetterState.SENT or is_unread(x, failing)]
    done = sum(outbox.counts_by_state(connection).values()) - len(shown)
    return Board(
        "thu-di",
        "Thư đi",
        f"{_late(connection, now)}{done} thư đã xong; dưới đây là {len(shown)} "
        "thư đang chờ hoặc gặp trở ngại. Thư không gửi được, bị trả về hay chưa rõ: quyết định "
        "bằng luồng send-letter-again (gửi lại) hoặc settle-letter (khép lại)." + cut_said(shown),
        rows_of(
            [
                BoardColumn("Thư", lambda letter: letter.subject),
                BoardColumn("Mã thư", lambda letter: letter.business_key),
                BoardColumn(
                    "Cơ quan", lambda letter: register.agency_name(letter.agency) or "Văn phòng"
                ),
                BoardColumn("Trạng thái", lambda letter: state_said(letter, failing)),
                BoardColumn("Viết lúc", lambda letter: when_said(letter.created_at)),
                BoardColumn("Lần gửi", lambda letter: str(letter.attempts)),
                BoardColumn("Gửi lại lúc", _next_attempt),
                BoardColumn("Máy chủ trả lời", lambda letter: one_line(letter.last_error, 300)),
            ],
            shown[:LISTED],
        ),
        as_cards=True,
    )


_RESOLVED = (LetterState.SENT, LetterState.WITHDRAWN, LetterState.CLOSED)
_UNRESOLVED = tuple(state for state in LetterState if state not in _RESOLVED)


def _late(connection: Connection, now: dt.datetime) -> str:
    """That letters wait whose turn has come: a letter that no server was offered says nothing."""
    waiting, oldest = outbox.waiting(connection, now)
    if oldest is None:
        return ""
    return (
        f"{waiting} thư đã đến lượt mà chưa đi, chờ lâu nhất từ {hanoi_minute(oldest)}: lượt "
        "deliver-outbox gần nhất ở trang Runs nói vì sao. "
    )


def is_unread(letter: LetterLine, failing: Sequence[FailingAddress]) -> bool:
    """Whether a letter was sent to nobody but dead addresses."""
    recipients = (*letter.to, *letter.cc)
    return letter.state == LetterState.SENT and reached_nobody(recipients, letter.sent_at, failing)


def state_said(letter: LetterLine, failing: Sequence[FailingAddress]) -> str:
    """What became of a letter, and that nobody got it where that is known."""
    said = STATE_NAMES[LetterState(letter.state)]
    return f"{said}, {UNREACHED.lower()}" if is_unread(letter, failing) else said


def _next_attempt(letter: LetterLine) -> str:
    return when_said(letter.next_attempt_at) if letter.state == LetterState.QUEUED else ""


STATE_NAMES = {
    LetterState.QUEUED: "chờ gửi",
    LetterState.SENDING: "đang gửi",
    LetterState.SENT: "đã gửi",
    LetterState.UNCERTAIN: "chưa rõ đã đến hay chưa",
    LetterState.FAILED: "không gửi được",
    LetterState.WITHDRAWN: "đã rút lại",
    LetterState.BOUNCED: "bị trả về",
    LetterState.CLOSED: "đã khép lại",
    LetterState.DRAFT: "chờ duyệt (luồng approve-summary)",
}


def failing_addresses(register: Register, connection: Connection) -> Board:
    """Addresses that letters do not reach, with whose they are and what mends them."""
    failing = address_book.failing_addresses(connection)
    owners = {
        ascii_address(address): contact.agency
        for contact in register.contacts.values()
        for address in (*contact.superior, *contact.cc, *contact.to)
    }
    return Board(
        "dia-chi-hong",
        "Địa chỉ không nhận được thư",
        f"{len(failing)} địa chỉ. Sửa trong danh bạ, hoặc ghi nhận đã sửa bằng luồng mark-contact; "
        "dấu tự mất khi địa chỉ ấy gửi thư tới." + cut_said(failing),
        rows_of(
            [
                BoardColumn("Địa chỉ", lambda found: found.address),
                BoardColumn(
                    "Cơ quan", lambda found: register.agency_name(owners.get(found.address, ""))
                ),
                BoardColumn("Từ", lambda found: when_said(found.first_at)),
                BoardColumn("Trở ngại", lambda found: trouble(found.status)[0]),
                BoardColumn("Việc cần làm", lambda found: trouble(found.status)[1]),
                BoardColumn(
                    "Nguyên văn",
                    lambda found: one_line(" ".join((found.status, found.reason)), 300),
                ),
            ],
            failing[:LISTED],
        ),
        as_cards=True,
    )


def files_not_taken(workplace: Workplace, connection: Connection) -> Board:
    """Files of a folder of arrival that only a person can help."""
    lying = lying_files(workplace, connection)
    return Board(
        "tep-khong-nhan",
        "Tệp không nhận được",
        f"{len(lying)} tệp, liên kết hay thư mục nằm trong nơi nhận mà hệ thống không nhận. Sửa "
        "theo cột cuối; hệ thống không xóa và không chuyển tệp nào trong đó." + cut_said(lying),
        rows_of(
            [
                BoardColumn("Thấy từ", lambda one: when_said(one.since)),
                BoardColumn("Tệp nào, việc cần làm", lambda one: one_line(one.said, 600)),
            ],
            lying[:LISTED],
        ),
        as_cards=True,
    )


def when_said(instant: dt.datetime | None) -> str:
    """The minute in Vietnam; "" for none."""
    return hanoi_minute(instant) if instant else ""


def cut_said(items: Sequence[object]) -> str:
    """That a board shows the first rows only, where it does."""
    return f" Chỉ hiện {LISTED} dòng đầu." if len(items) > LISTED else ""

"""Packing: a letter of the outbox becomes a message and its envelope, or a reason why not.

Who may be written to is decided here: nobody outside the guest list, where there is one, and nobody
whose address cannot stand in an envelope. Such recipients are left out of the letter's head too, so
that an answer to all does not reach them either.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from models.domain.errors import BaocaoError
from models.domain.letters.resending import headed
from models.domain.mail.delivery import (
    Deliveries,
    Delivery,
    RecipientState,
    permitted,
    unreached,
    waiting,
)
from models.domain.mail.mail import Letter
from models.tables import LetterRow
from tasks.adapters.letters.mail_builder import HeaderRefused, build_message, is_address
from tasks.adapters.post.marking import with_marked_workbook
from tasks.adapters.post.smtp_sender import OutgoingMessage, fits_envelope
from tasks.adapters.raw_store import RawFileDamaged, RawFileMissing
from tasks.adapters.reading.reader_process import ReaderFailed
from tasks.adapters.store import outbox
from tasks.adapters.workplace import Workplace

NO_ADDRESS = "cơ quan chưa có địa chỉ thư trong danh bạ"
NOT_AN_ADDRESS = "không phải địa chỉ thư gửi được, sửa trong danh bạ"
NOT_A_GUEST = (
    "không gửi: ngoài danh sách được phép khi chạy thử (BAOCAO_GUEST_LIST), thư không rời hệ thống"
)


class NotNow(BaocaoError):
    """Raised when a letter cannot be packed for our own failure: it waits."""


class NotEver(BaocaoError):
    """Raised when a letter can reach nobody; `deliveries` says why for each."""

    def __init__(self, why: str, deliveries: Deliveries) -> None:
        self.deliveries = deliveries
        super().__init__(why)


@dataclass(frozen=True)
class Packed:
    """A letter ready to leave, and what is known of its recipients."""

    message: OutgoingMessage
    deliveries: Deliveries


def with_its_workbook(workplace: Workplace, row: LetterRow) -> Letter:
    """The letter, its marked workbook made where there is one to make. Raises NotNow, NotEver."""
    _envelope(workplace, row)
    return _marked(workplace, row)


def _marked(workplace: Workplace, row: LetterRow) -> Letter:
    try:
        return with_marked_workbook(workplace, row)
    except (ReaderFailed, RawFileMissing, RawFileDamaged) as error:
        raise NotNow(f"Thư {row.business_key}: {error}") from error


def pack(workplace: Workplace, row: LetterRow) -> Packed:
    """The message to those whom the letter has not reached. Raises NotNow, NotEver."""
    rules = workplace.rules
    known, withheld, recipients = _envelope(workplace, row)
    letter = _marked(workplace, row)
    try:
        files = [(f, workplace.raw_store.get(f.sha256)) for f in letter.files]
    except (RawFileMissing, RawFileDamaged) as error:
        raise NotNow(f"Thư {row.business_key}: {error}") from error
    text, html = letter.text, letter.html
    if row.again:
        text, html = headed(text, html, row.again) if html else (f"{row.again}\n\n{text}", "")
    letter = replace(
        letter,
        text=text,
        html=html,
        to=[a for a in row.to if a not in withheld],
        cc=[a for a in row.cc if a not in withheld],
    )
    office = rules.office_address
    try:
        date = row.dated_at or row.created_at
        content = build_message(letter, files, office, rules.office_name, date)
    except HeaderRefused as error:
        raise NotEver(str(error), known) from error
    copy_to = rules.own_copy
    if copy_to and why_withheld(copy_to, rules.guest_list):
        copy_to = ""
    return Packed(OutgoingMessage(row.business_key, office, recipients, content, copy_to), known)


def _envelope(
    workplace: Workplace, row: LetterRow
) -> tuple[Deliveries, Collection[str], Sequence[str]]:
    """What is known of the recipients, which get nothing, and who is to get it now.

    Raises NotEver where the letter can reach nobody.
    """
    known = outbox.deliveries_of(row)
    everybody = dict.fromkeys([*row.to, *row.cc])
    known |= {
        address: Delivery(RecipientState.WITHHELD, why)
        for address in waiting(everybody, known)
        if (why := why_withheld(address, workplace.rules.guest_list))
    }
    withheld = {a for a, d in known.items() if d.state is RecipientState.WITHHELD}
    recipients = waiting(everybody, known)
    if not recipients or not [a for a in row.to if a not in withheld]:
        raise NotEver("; ".join(unreached(known)) or NO_ADDRESS, known)
    return known, withheld, recipients


def why_withheld(address: str, guests: Sequence[str]) -> str:
    """Why nothing is sent to an address, "" where it may be."""
    if not is_address(address) or not fits_envelope(address):
        return NOT_AN_ADDRESS
    return "" if not guests or permitted(address, guests) else NOT_A_GUEST

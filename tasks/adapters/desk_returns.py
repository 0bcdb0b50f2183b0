"""The operator's desk, held mail that goes back: the message is settled and its sender told why."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from models.domain.agencies import Agency
from models.domain.cycles import ReportingCycle
from models.domain.decisions import DecisionKind, DecisionRefused
from models.domain.errors import UnknownAgency
from models.domain.mail import Letter, MessageState
from models.domain.office import register_day
from models.domain.returned_mail import MIN_WORDS, compose_return, paragraphs
from models.tables import MessageRow
from tasks.adapters.desk import Done, Signature, keep, message_of, not_held
from tasks.adapters.letter_writer import Envelope, Thread
from tasks.adapters.store import decisions, messages, outbox
from tasks.adapters.store.messages import FILE, MESSAGE
from tasks.adapters.workplace import Workplace


@dataclass(frozen=True, slots=True)
class Reply:
    """What is to be said, and to whom: an agency's contact, or "" for whoever wrote."""

    words: str
    agency: str = ""  # code or name


def return_message(place: Workplace, key: str, reply: Reply, signed: Signature) -> Done:
    """Settles a held message as not taken, and queues one letter with a person's words.

    An address that only the message names gets a letter here and nowhere else: a person has looked.
    Raises DecisionRefused for words that say nothing and where nobody can be written to.
    """
    if sum(map(len, paragraphs(reply.words))) < MIN_WORDS:
        raise DecisionRefused(
            "Xin ghi nội dung gửi người gửi: thư sai, thiếu ở đâu và cần gửi lại gì."
        )
    with place.engine.begin() as connection:
        key = message_of(connection, key).key
        found = MESSAGE.select().where(MESSAGE.c.key == key)
        row = MessageRow(**connection.execute(found).one()._mapping)
        if row.state != MessageState.HELD:
            if _returned(connection, key):
                return Done(f"Thư {key[:12]} đã được trả lại.", False)
            raise DecisionRefused(not_held(row.key, row.state))
        agency, letter = _letter(place, connection, row, reply, signed)
        decision = signed.decides(
            DecisionKind.RETURN,
            place.now,
            cycle=letter.cycle,
            agency=agency.code if agency else "",
            subject=key,
        )
        said = f"Trả lại theo quyết định của {decision.by}: {decision.reason}"
        messages.set_aside(connection, key, said, place.now, MessageState.GUIDED)
        outbox.queue(connection, letter, place.now)
        whom = agency.name if agency else "người gửi"
        return keep(connection, decision, f"Thư {key[:12]}: trả lại, viết cho {whom}")


def _returned(connection: Connection, key: str) -> bool:
    taken = decisions.book(connection).decisions
    return any(d.kind is DecisionKind.RETURN and d.subject == key for d in taken)


def _letter(
    place: Workplace, connection: Connection, row: MessageRow, reply: Reply, signed: Signature
) -> tuple[Agency | None, Letter]:
    agency, to, cc = _addressee(place, row, reply.agency)
    cycle = _cycle(place, row)
    names = connection.execute(
        select(FILE.c.name).where(FILE.c.message_key == row.key).order_by(FILE.c.position)
    ).scalars()
    content = compose_return(
        cycle,
        agency,
        row.received_at,
        row.subject,
        [name for name in names if name] or ([row.name] if row.name else []),
        reply.words,
        signed.by,
    )
    letter = place.letters.write(
        content,
        Envelope(
            cycle=cycle.code,
            agency=agency.code if agency else "",
            key_parts=(row.key[:16],),
            to=to,
            cc=cc,
            thread=Thread(row.message_id),
        ),
    )
    return agency, letter


def _addressee(
    place: Workplace, row: MessageRow, name: str
) -> tuple[Agency | None, tuple[str, ...], tuple[str, ...]]:
    if name.strip():
        try:
            day = register_day(_cycle(place, row))
            agency = place.office.register.responsible_for(name, day)
        except UnknownAgency as error:
            raise DecisionRefused(str(error)) from None
        contact = place.contact_of(agency.code)
        if not contact.to:
            raise DecisionRefused(
                f"{agency.name} chưa có địa chỉ trong danh bạ. Xin bổ sung danh bạ trước."
            )
        return agency, tuple(contact.to), tuple(contact.cc)
    if not row.sender:
        raise DecisionRefused(
            "Tệp này chép vào thư mục nhận tệp, không có người gửi. Xin chọn cơ quan nhận thư."
        )
    local, _, domain = row.sender.partition("@")
    if f"{local.partition('+')[0]}@{domain}" == place.rules.office_address.lower():
        raise DecisionRefused("Thư này mang địa chỉ của chính Văn phòng. Xin chọn cơ quan nhận.")
    return None, (row.sender,), ()


def _cycle(place: Workplace, row: MessageRow) -> ReportingCycle:
    """The message's cycle; else the one opened last, whose letterhead the letter bears."""
    cycles = place.office.cycles
    if row.cycle in cycles:
        return cycles[row.cycle]
    opened = [c for c in cycles.values() if c.opens_at <= place.now] or list(cycles.values())
    return max(opened, key=lambda cycle: cycle.opens_at)

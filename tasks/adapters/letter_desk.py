"""The letter desk: facts in, a letter out, with its fixed key, Message-ID and thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.domain.agencies import Contact
from models.domain.cycles import HANOI
from models.domain.delivery import ascii_address
from models.domain.identity import message_id, reply_token
from models.domain.letters import LetterContent, business_key
from models.domain.mail import Letter, LetterFile
from tasks.adapters.workplace import Workplace


@dataclass(frozen=True, slots=True)
class Thread:
    """The message a letter answers, so that a conversation stays one."""

    message_id: str = ""
    references: Sequence[str] = ()


def write_letter(
    place: Workplace,
    content: LetterContent,
    *,
    cycle: str,
    agency: str,
    key_parts: Sequence[str | int],
    to: Sequence[str],
    cc: Sequence[str] = (),
    thread: Thread | None = None,
    files: Sequence[LetterFile] = (),
) -> Letter:
    """A letter ready for the outbox; `agency` is empty for a letter to the office itself."""
    thread = thread or Thread()
    key = business_key(cycle, agency, content.kind, *key_parts)
    rendered = place.renderer.render(content)
    references = [*thread.references, thread.message_id] if thread.message_id else []
    reply_to = ""
    if agency:
        reply_to = place.rules.reply_address(reply_token(place.rules.secret, cycle, agency))
    return Letter(
        business_key=key,
        cycle=cycle,
        agency=agency,
        kind=content.kind,
        to=tuple(map(ascii_address, to)),
        cc=tuple(ascii_address(a) for a in cc if a not in set(to)),
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        message_id=message_id(place.rules.secret, key, place.rules.mail_domain),
        reply_to=reply_to,
        in_reply_to=thread.message_id,
        references=tuple(dict.fromkeys(references)),
        files=tuple(files),
    )


def contacts_now(place: Workplace) -> Mapping[str, Contact]:
    """Where letters go today, by agency: those to one that has ended go to its heirs."""
    return place.office.register.contacts_on(place.now.astimezone(HANOI).date())


def contact_of(place: Workplace, agency: str) -> Contact:
    """The agency's contact today; one without addresses where the register has none."""
    return contacts_now(place).get(agency) or Contact(agency, ())

"""Letters that leave at once, past the outbox: for when what delivers the outbox is dead."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from models.domain.letters.letters import business_key
from models.domain.letters.watchdog import WatchdogLetter
from models.domain.mail.delivery import Fate, permitted
from models.domain.mail.mail import Letter, LetterKind, ascii_address
from models.domain.reading.identity import message_id
from tasks.adapters.letters.mail_builder import build_message
from tasks.adapters.post.packing import why_withheld
from tasks.adapters.post.smtp_sender import OutgoingMessage, SmtpSender
from tasks.adapters.workplace import HouseRules

_SECONDS = 20.0  # for each answer of the server: another look follows in a few minutes


def send_directly(
    rules: HouseRules, letters: Iterable[WatchdogLetter], now: dt.datetime
) -> tuple[list[WatchdogLetter], list[str]]:
    """The letters that left, and of the others a Vietnamese sentence each why not.

    The guest list holds here as everywhere. A letter whose fate is uncertain counts as not sent:
    sent again it bears the same Message-ID. Raises ServerAddressFault.
    """
    letters = list(letters)
    wanted = [ascii_address(address) for address in rules.operator_to]
    withheld = {a: why for a in wanted if (why := why_withheld(a, rules.guest_list))}
    recipients = [address for address in wanted if address not in withheld]
    if not recipients:
        told = "; ".join(f"{address}: {why}" for address, why in withheld.items())
        return [], [f"«{letter.subject}»: {told}" for letter in letters]
    sent, left = [], []
    guests = rules.guest_list
    with SmtpSender(
        rules.smtp_url,
        timeout=_SECONDS,
        ca_file=rules.smtp_ca_file,
        local_hostname=rules.mail_domain or "localhost",
        may_write_to=lambda address: not guests or permitted(address, guests),
    ) as sender:
        for letter in letters:
            outcome = sender.send(_message(rules, letter, recipients, now))
            if outcome.fate is Fate.TAKEN:
                sent.append(letter)
            else:
                left.append(f"«{letter.subject}»: {outcome.last.said}")
    return sent, left


def _message(
    rules: HouseRules, letter: WatchdogLetter, recipients: list[str], now: dt.datetime
) -> OutgoingMessage:
    key = business_key("", "", LetterKind.ALARM, "watchdog", letter.matter, letter.period)
    built = Letter(
        business_key=key,
        cycle="",
        agency="",
        kind=LetterKind.ALARM,
        to=recipients,
        cc=(),
        subject=letter.subject,
        text=letter.text,
        html="",
        message_id=message_id(rules.secret, key, rules.mail_domain),
    )
    content = build_message(built, [], rules.office_address, rules.office_name, now)
    return OutgoingMessage(key, rules.office_address, recipients, content)

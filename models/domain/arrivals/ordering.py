"""Which messages must not overtake each other, where several workers take them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from models.domain.arrivals.attributing import tokens_in_addresses
from models.domain.mail.mail import MailMessage


def ordering_key(
    mail: MailMessage,
    office_address: str,
    tokens: Mapping[str, tuple[str, str]],
    senders: Mapping[str, Sequence[str]],
) -> str:
    """Messages of one key are worked on as they arrived; "" for one that waits for no other.

    `tokens`: cycle and agency by reply token; `senders`: agencies by registered address. It is a
    hint from the header alone, an agency's code where it names one, else a digest of the sender's
    address: whose a message is will be decided from the whole of it.
    """
    named = [tokens[t] for t in tokens_in_addresses(mail.recipients, office_address) if t in tokens]
    if named:
        return named[0][1]
    if not mail.sender:
        return ""
    agencies = senders.get(mail.sender, ())
    return agencies[0] if agencies else hashlib.sha256(mail.sender.encode()).hexdigest()[:16]

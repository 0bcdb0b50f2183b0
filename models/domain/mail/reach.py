"""Whether letters reach an agency: what its addresses' bounces prove, and where it is written to.

"Sent" says that a server took a letter. A bounce that names an address for good says that nobody
reads there; that stands until something proves otherwise: mail from the address, a report that a
letter was delivered, or a person's word. Silence proves nothing of an address that is dead.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace

from models.domain.cycle.cycles import HANOI
from models.domain.mail.bounces import DeliveryAction, RecipientReport, said_of
from models.domain.mail.mail import ascii_address
from models.domain.notation.vietnamese_text import one_line
from models.domain.register.agencies import Contact

#: RFC 3463: codes of class 5 that end one letter and not the address. A full mailbox is emptied, a
#: server mended, a sender taken off a list; 1.7 and 1.8 speak of the sender's own address, 4.7 and
#: Exchange's 4.3xx of time that ran out.
_NOT_THE_ADDRESS = re.compile(r"5\.(?:1\.[789]|2\.[23]|3\.\d+|4\.(?:[2357]|3\d\d)|[567]\.\d+)")

_SAID = 300  # letters of what servers said
_EXISTS = re.compile(r"[45]\.2\.[23]")  # the mailbox is there, and this letter did not fit


#: A letter to an address that was full or away, and of which nothing bad was heard for so long, has
#: arrived.
QUIET = dt.timedelta(days=2)


@dataclass(frozen=True, slots=True)
class FailingAddress:
    """An address that letters do not reach."""

    address: str
    since: dt.datetime  # the newest news of it
    status: str  # "5.1.1"; empty where the server named none
    reason: str  # the server's own words
    began_at: dt.datetime | None = None  # the first news of it, where that was kept

    @property
    def first_at(self) -> dt.datetime:
        """Since when it fails, as far as is known."""
        return self.began_at or self.since

    @property
    def is_dead(self) -> bool:
        """Whether it failed for good."""
        return is_for_good(self.status)

    @property
    def news(self) -> RecipientReport:
        """What was reported of it."""
        return RecipientReport(
            self.address, self.address, DeliveryAction.FAILED, self.status, self.reason
        )


@dataclass(frozen=True, slots=True)
class OutOfReach:
    """That no address of an agency receives letters. `for_good`: it is written to no more."""

    addresses: Sequence[str]
    since: dt.datetime  # when the last of them began to fail
    said: str  # Vietnamese, with the server's own words
    for_good: bool

    @property
    def since_day(self) -> str:
        """The day, as written: "05/02/2025"."""
        return f"{self.since.astimezone(HANOI):%d/%m/%Y}"


def is_for_good(status: str) -> bool:
    """Whether a failure of that status means that nobody reads at the address.

    One without a status does: a server that gives up says so, and so does a person who marks it.

    >>> [is_for_good(s) for s in ("5.1.1", "5.2.1", "", "5.0.0")]
    [True, True, True, True]
    >>> [is_for_good(s) for s in ("5.2.2", "4.4.7", "5.7.1", "5.3.4", "5.4.7")]
    [False, False, False, False, False]
    """
    return not status.startswith("4.") and _NOT_THE_ADDRESS.fullmatch(status) is None


def overrules(status: str, known: str) -> bool:
    """Whether a later failure's status says more of an address than the one that is known.

    A full mailbox is one that exists; of a server that is away or refuses us nobody learns that.

    >>> overrules("5.2.2", "5.1.1"), overrules("4.4.7", "5.1.1"), overrules("5.7.1", "5.2.2")
    (True, False, True)
    """
    return is_for_good(status) or not is_for_good(known) or _EXISTS.fullmatch(status) is not None


def out_of_reach(contact: Contact | None, failing: Iterable[FailingAddress]) -> OutOfReach | None:
    """That every address of the agency itself fails; None while one is not known to.

    Superiors are not the agency, and one without any address is nobody's failure to deliver.
    """
    named = (*contact.to, *contact.cc) if contact and contact.to else ()
    own = dict.fromkeys(map(ascii_address, named))
    known = {one.address: one for one in failing if one.address in own}
    if not own or own.keys() != known.keys():
        return None
    found = [known[address] for address in own]
    return OutOfReach(
        addresses=tuple(own),
        since=max(one.first_at for one in found),
        said=one_line(said_of(found[0].news), _SAID),
        for_good=all(one.is_dead for one in found),
    )


def living(contact: Contact, dead: Container[str]) -> Contact:
    """Where the agency is written to, the dead addresses left out.

    Where only those remain that used to get a copy, the letter goes to them.

    >>> living(Contact("syt", ("a@x.vn",), ("b@x.vn",)), {"a@x.vn"}).to
    ('b@x.vn',)
    """
    to, cc, superior = (
        tuple(a for a in addresses if ascii_address(a) not in dead)
        for addresses in (contact.to, contact.cc, contact.superior)
    )
    if to or not contact.to:
        return replace(contact, to=to, cc=cc, superior=superior)
    return replace(contact, to=cc, cc=(), superior=superior)


def reached_nobody(
    recipients: Sequence[str], sent_at: dt.datetime | None, failing: Iterable[FailingAddress]
) -> bool:
    """Whether a letter that a server took went to dead addresses alone, when they were so."""
    dead = {x.address: x.first_at for x in failing if x.is_dead}
    return bool(recipients) and all(
        address in dead and sent_at is not None and dead[address] <= sent_at
        for address in recipients
    )

"""By which key a message that has just been kept is held in order, where several workers are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from models.domain.arrivals.known import standing_senders
from models.domain.arrivals.ordering import ordering_key
from tasks.adapters.intake.unfolding import mail_of_header
from tasks.adapters.mailbox.inbox import Arrival
from tasks.adapters.sharing.locks import is_shared
from tasks.adapters.store import known_senders, obligations
from tasks.adapters.workplace import Workplace


class ArrivalOrder:
    """The ordering keys of messages. What is known of agencies is read once, when first asked."""

    def __init__(self, workplace: Workplace) -> None:
        self._workplace = workplace
        self._shared = is_shared(workplace.engine)
        self._tokens: Mapping[str, tuple[str, str]] | None = None
        self._senders: Mapping[str, Sequence[str]] = {}

    def key_of(self, arrival: Arrival, content: bytes) -> str:
        """The key of a message; "" where one worker takes all, and for a hand-delivered file.

        Of a file only the whole content says whose it is: there the moment of its arrival decides.
        """
        if not self._shared or not arrival.is_message:
            return ""
        if self._tokens is None:
            self._tokens, self._senders = self._known()
        address = self._workplace.rules.office_address
        return ordering_key(mail_of_header(content), address, self._tokens, self._senders)

    def _known(self) -> tuple[Mapping[str, tuple[str, str]], Mapping[str, Sequence[str]]]:
        register = self._workplace.office.register
        with self._workplace.engine.begin() as connection:
            asked = obligations.of_open_cycles(connection)
            said = known_senders.agencies_by_address(connection)
        senders: dict[str, list[str]] = defaultdict(list)
        for contact in register.contacts.values():
            for address in (*contact.to, *contact.cc):
                senders[address].append(contact.agency)
        for address, agencies in standing_senders(said, register).items():
            senders[address] += agencies
        return {o.reply_token: (o.cycle, o.agency) for o in asked}, senders

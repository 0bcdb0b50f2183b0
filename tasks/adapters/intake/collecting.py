"""Collecting: the bytes are kept and a row is committed before anything is parsed or moved.

What cannot be kept now stays where it is: a full disk, a database that is away or a connection that
breaks ends the look with a sentence, and the next look carries on where this one ended.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from models.domain.arrivals.known import standing_senders
from models.domain.arrivals.ordering import ordering_key
from models.domain.notation.system_words import system_reason_in_full
from tasks.adapters.intake.failures import DATABASE_AWAY, machine_sentence
from tasks.adapters.intake.unfolding import mail_of_header
from tasks.adapters.mailbox.inbox import Arrival, Inbox, InboxFault
from tasks.adapters.mailbox.opening import open_inbox
from tasks.adapters.sharing.locks import alone
from tasks.adapters.store import address_book, messages, obligations, places
from tasks.adapters.store.places import MailboxPosition
from tasks.adapters.workplace import Workplace

BATCH = 50
BATCH_BYTES = 32_000_000  # in memory at once, but for one larger message alone

Kept = tuple[Arrival, bytes]


@dataclass
class Collected:
    """What one look into a mailbox brought."""

    new: int = 0
    known: int = 0  # the same bytes were kept before
    failures: list[str] = field(default_factory=list)  # Vietnamese; what they name stays in place
    notes: list[str] = field(default_factory=list)  # Vietnamese; nothing to be done at once


def collect_from(workplace: Workplace, url: str, limit: int) -> Collected:
    """Takes what lies in the mailbox of an address into the house. Raises nothing for a mailbox."""
    rules = workplace.rules
    try:
        inbox = open_inbox(
            url, workplace.now, rules.mailbox, rules.max_message_bytes, workplace.ahead
        )
    except InboxFault as fault:
        return Collected(failures=[f"Hộp thư {url.partition(':')[0]}: {fault}"])
    # Two who look into one mailbox at a time would move the same messages away from each other.
    try:
        with inbox, alone(workplace.engine, ["mailbox", inbox.source]) as mine:
            return collect(workplace, inbox, limit) if mine else Collected()
    except DATABASE_AWAY as error:
        return Collected(failures=[f"{machine_sentence(error)} {_stays(inbox)}"])


def collect(workplace: Workplace, inbox: Inbox, limit: int) -> Collected:
    """Takes what lies in the mailbox into the house, at most `limit` messages not seen before.

    Whatever cannot be kept now stays where it is and is named in `failures`. Interrupted at any
    point, the next look finds the same messages again and recognises those already kept.
    """
    result = Collected()
    try:
        look = _Look(workplace, inbox, result)
        look.through(limit)
    except InboxFault as fault:
        result.failures.append(str(fault))
    except DATABASE_AWAY as error:
        result.failures.append(f"{machine_sentence(error)} {_stays(inbox)}")
    result.notes += inbox.notes()
    return result


class _Look:
    """One look into a mailbox."""

    def __init__(self, workplace: Workplace, inbox: Inbox, result: Collected) -> None:
        self._workplace = workplace
        self._inbox = inbox
        self._result = result
        self._uidvalidity: int | None = None
        self._remembered: dict[int, MailboxPosition] = {}
        self._order = _ArrivalOrder(workplace)
        self._recall_positions()

    def through(self, limit: int) -> None:
        """Takes in what waits, in batches."""
        for batch in _batches(self._inbox.arrivals()):
            fresh = [one for one in batch if not self._is_kept(one)]
            # Kept by an earlier look that ended before it could move them, or may not move any.
            self._move_to_processed([one for one in batch if self._is_kept(one)])
            taken = fresh[:limit]
            limit -= len(taken)
            self._keep(taken)
            if len(taken) < len(fresh):
                break

    def _recall_positions(self) -> None:
        """What earlier looks kept of what lies there now, if the server's numbers still hold."""
        numbering = self._inbox.numbering()
        if numbering is None:
            return
        source, uidvalidity = self._inbox.source, numbering.uidvalidity
        with self._workplace.engine.begin() as connection:
            before = places.begin_look(connection, source, uidvalidity, self._workplace.now)
            known = places.remembered(connection, source, uidvalidity)
            places.forget(connection, source, uidvalidity, known.keys() - numbering.uids)
        if before is not None:
            self._result.notes.append(
                f"Máy chủ đã đánh số lại {source} (UIDVALIDITY {before} -> {uidvalidity}): đọc lại "
                f"{len(numbering.uids)} thư, thư đã nhận được nhận ra theo nội dung."
            )
        self._uidvalidity, self._remembered = uidvalidity, known

    def _is_kept(self, arrival: Arrival) -> bool:
        return bool(arrival.uid) and self._remembered.get(arrival.uid) == _position_of(arrival)

    def _keep(self, arrivals: Sequence[Arrival]) -> None:
        """Keeps messages: bytes, then rows in one commit, then the mailbox is told."""
        readable: list[Kept] = []
        broken: InboxFault | None = None
        try:
            for arrival, content in self._inbox.read_many(arrivals):
                if isinstance(content, OSError):
                    self._unreadable(arrival, content)
                else:
                    readable.append((arrival, content))
        except InboxFault as fault:
            broken = fault  # what came before it is good
        if readable:
            self._commit(readable, self._bytes_kept(readable))
        if broken is not None:
            raise broken
        self._move_to_processed([arrival for arrival, _ in readable])

    def _bytes_kept(self, readable: Sequence[Kept]) -> list[str]:
        store = self._workplace.raw_store
        try:
            return store.put_many([content for _, content in readable])
        except OSError as error:
            error.filename = error.filename or str(store.root)
            raise InboxFault(f"{machine_sentence(error)} {_stays(self._inbox)}") from None

    def _commit(self, readable: Sequence[Kept], keys: Sequence[str]) -> None:
        rows = [
            messages.NewMessage(
                key=key,
                source=arrival.source,
                handle=arrival.handle,
                is_message=arrival.is_message,
                name=arrival.name,
                size=len(content) if arrival.whole else arrival.size,
                received_at=arrival.received_at,
                collected_at=self._workplace.now,
                ordering_key=self._order.key_of(arrival, content),
            )
            for key, (arrival, content) in zip(keys, readable, strict=True)
        ]
        found = {
            _position_of(arrival): key
            for key, (arrival, _) in zip(keys, readable, strict=True)
            if arrival.uid
        }
        with self._workplace.engine.begin() as connection:
            new = messages.keep(connection, rows)
            if found and self._uidvalidity is not None:
                places.remember(connection, self._inbox.source, self._uidvalidity, found)
        self._result.new += new
        self._result.known += len(rows) - new

    def _move_to_processed(self, arrivals: Sequence[Arrival]) -> None:
        if not arrivals:
            return
        for arrival, error in self._inbox.move_all_to_processed(arrivals):
            self._result.failures.append(
                f"Đã lưu «{arrival.handle}» nhưng không chuyển được sang thư mục đã xử lý: "
                f"{system_reason_in_full(error)}. "
                "Lần chạy sau sẽ nhận ra và không xử lý hai lần."
            )

    def _unreadable(self, arrival: Arrival, error: OSError) -> None:
        self._result.failures.append(
            f"Không đọc được «{arrival.handle}» trong {arrival.source}: "
            f"{system_reason_in_full(error)}. "
            "Thư vẫn nằm nguyên trong hộp; kiểm tra quyền đọc rồi chạy lại."
        )


class _ArrivalOrder:
    """By which keys messages are held in order, where several workers are.

    What is known of agencies is read once, when first asked.
    """

    def __init__(self, workplace: Workplace) -> None:
        self._workplace = workplace
        self._shared = workplace.is_shared
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
            said = address_book.agencies_by_address(connection)
        senders: dict[str, list[str]] = defaultdict(list)
        for contact in register.contacts.values():
            for address in (*contact.to, *contact.cc):
                senders[address].append(contact.agency)
        for address, agencies in standing_senders(said, register).items():
            senders[address] += agencies
        return {o.reply_token: (o.cycle, o.agency) for o in asked}, senders


def _batches(arrivals: Iterable[Arrival]) -> Iterator[list[Arrival]]:
    """Arrivals in batches bounded in number and in bytes."""
    batch: list[Arrival] = []
    size = 0
    for arrival in arrivals:
        if batch and (len(batch) == BATCH or size + arrival.size > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(arrival)
        size += arrival.size if arrival.whole else 0
    if batch:
        yield batch


def _position_of(arrival: Arrival) -> MailboxPosition:
    return MailboxPosition(arrival.uid, arrival.size, arrival.received_at)


def _stays(inbox: Inbox) -> str:
    return f"Thư chưa nhận vẫn nằm nguyên trong {inbox.source}; lần chạy sau nhận tiếp."

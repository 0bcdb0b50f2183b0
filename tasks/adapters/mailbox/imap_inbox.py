"""A mailbox on a mail server as an inbox, by IMAP (RFC 9051, and RFC 3501 for older servers).

Nothing there changes before `move_to_processed`: the folder is listed by UID, sizes are asked
before bodies, bodies are fetched with BODY.PEEK. A kept message is moved (MOVE, or COPY and UID
EXPUNGE). Where the account may not move it is marked where it lies; where it may not even be
marked, only our own record of numbers knows it.
"""

from __future__ import annotations

import datetime as dt
import ssl
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from imap_tools.utils import encode_folder

from models.domain.mail.server_address import ServerAddress
from tasks.adapters.mailbox.imap_connection import CommandRefused, ImapConnection
from tasks.adapters.mailbox.imap_responses import Fetched, fetched, uid_set
from tasks.adapters.mailbox.inbox import (
    HEADER_BYTES,
    HEADER_ONLY,
    Arrival,
    ArrivalGone,
    Inbox,
    MailboxRules,
    Numbering,
)

LISTED = 200  # messages whose sizes are asked at once
FETCHED = 20  # messages fetched at once, unless they are large
FETCHED_BYTES = 4_000_000
SEEN = "\\Seen"
DELETED = "\\Deleted"
KEPT_MARK = "BaocaoDaNhan"  # the keyword of a kept message that could not be moved

_LISTING = "(UID RFC822.SIZE INTERNALDATE FLAGS)"


@dataclass(frozen=True, slots=True)
class Rights:
    """What may be done with a mailbox, for `baocao doctor`."""

    may_change: bool  # False: opened for reading only
    may_move: bool
    by: str  # how a kept message leaves the inbox, in Vietnamese


class ImapInbox(Inbox):
    """The messages in one folder of a mailbox; taken ones go to the processed folder.

    A message counts as received at its INTERNALDATE. One connection serves one look; the server is
    reached when first needed. Every method may raise InboxFault: the look is over then, and what
    was not moved is found again by the next.
    """

    def __init__(
        self, address: ServerAddress, rules: MailboxRules, max_bytes: int, now: dt.datetime
    ) -> None:
        self.address = address
        self.rules = rules
        self.max_bytes = max_bytes
        self.now = now
        self.folder = address.folder or rules.folder
        self.source = f"imap:{address.username}@{address.server}/{self.folder}"
        self._connection: ImapConnection | None = None
        self._uidvalidity: int | None = None
        self._may_change = False
        self._permanent: frozenset[str] = frozenset()
        self._uids: tuple[int, ...] | None = None
        self._flags: dict[int, frozenset[str]] = {}
        self._spellings: dict[str, str] = {}  # a folder's name here -> on the server
        self._blocked: dict[str, str] = {}  # a folder's name here -> why nothing moves there
        self._notes: list[str] = []

    # --- looking ------------------------------------------------------------------------------

    def mark(self) -> str:
        """UIDVALIDITY and UIDNEXT, asked without opening the folder: the next number is another one
        as soon as a message has come."""
        if self._connection is not None:
            raise RuntimeError("a look from outside has a connection of its own")
        self._connection = ImapConnection(self.address, self.rules, HEADER_BYTES)
        return self._connection.next_number(self.folder)

    def numbering(self) -> Numbering | None:
        """UIDVALIDITY and the UIDs of all messages there; None where the server keeps none."""
        uids = self._listed_uids()
        if self._uidvalidity is None:
            return None
        return Numbering(self._uidvalidity, frozenset(uids))

    def arrivals(self) -> Iterator[Arrival]:
        """What waits there now, in the order of delivery; what vanishes meanwhile is left out."""
        uids = self._listed_uids()
        for start in range(0, len(uids), LISTED):
            wanted = uids[start : start + LISTED]
            found = self._described(wanted)
            for uid in wanted:
                if (one := found.get(uid)) is not None:
                    self._flags[uid] = one.flags or frozenset()
                    yield self._arrival(one)

    def read_many(self, arrivals: Sequence[Arrival]) -> Iterator[tuple[Arrival, bytes | OSError]]:
        """Each arrival with its bytes; those expunged meanwhile are left out.

        One that the server refuses to hand over comes with why, and stops no other.
        """
        for group in _groups(arrivals):
            try:
                found = self._bodies(group)
            except CommandRefused:
                if len(group) > 1:
                    for arrival in group:
                        yield from self.read_many([arrival])
                    continue
                found = {}
            for arrival in group:
                content = found.get(arrival.uid)
                if arrival.whole and content is not None and len(content) != arrival.size:
                    content = self._again(arrival, content)
                if content:
                    yield arrival, content
                elif self._still_there(arrival.uid):
                    yield (
                        arrival,
                        OSError("máy chủ không đưa ra được nội dung, hoặc mỗi lần một khác"),
                    )

    def _bodies(self, group: Sequence[Arrival]) -> dict[int, bytes]:
        """The bytes of messages by UID; of one too large its header, after a line that says so."""
        uids = [one.uid for one in group]
        if group[0].whole:
            size = sum(one.size for one in group)
            found = self._fetch("lấy thư", uids, "(UID BODY.PEEK[])", size)
            return {uid: one.body for uid, one in found.items() if one.body is not None}
        asked = f"(UID BODY.PEEK[HEADER]<0.{HEADER_BYTES}>)"
        found = self._fetch("lấy phần đầu thư", uids, asked, HEADER_BYTES)
        before = HEADER_ONLY + f"size={group[0].size}\r\n".encode()
        return {uid: before + one.body for uid, one in found.items() if one.body is not None}

    def _again(self, arrival: Arrival, first: bytes) -> bytes | None:
        """The bytes of a message whose length was not the one announced, fetched once more.

        Some servers announce a wrong size for good: then both fetches agree. A broken transfer does
        not repeat itself: None.
        """
        try:
            second = self._bodies([arrival]).get(arrival.uid)
        except CommandRefused:
            return None
        return second if second == first else None

    def _still_there(self, uid: int) -> bool:
        connection = self._opened()
        said = connection.run("tìm thư", connection.client.uid, "SEARCH", f"UID {uid}")
        return str(uid).encode() in b" ".join(p for p in said if isinstance(p, bytes)).split()

    def _listed_uids(self) -> tuple[int, ...]:
        if self._uids is None:
            connection = self._opened()
            said = connection.run("tìm thư", connection.client.uid, "SEARCH", "ALL")
            words = b" ".join(part for part in said if isinstance(part, bytes)).split()
            self._uids = tuple(sorted(int(word) for word in words if word.isdigit()))
        return self._uids

    def _arrival(self, one: Fetched) -> Arrival:
        size = one.size or 0
        whole = size <= self.max_bytes
        folder = self.folder if whole else self.rules.too_large
        return Arrival(
            source=self.source,
            handle=f"{self._uidvalidity or 0}/{one.uid}",
            received_at=one.received_at or self.now,
            name=f"thư số {one.uid} trong «{self.folder}»"
            + ("" if whole else f", chuyển sang «{folder}»"),
            is_message=True,
            size=size,
            reader=partial(self._read, one.uid, size, whole),
            uid=one.uid,
            whole=whole,
        )

    def _read(self, uid: int, size: int, whole: bool) -> bytes:
        arrival = Arrival(
            self.source, "", self.now, "", True, size, lambda: b"", uid=uid, whole=whole
        )
        for _, content in self.read_many([arrival]):
            if isinstance(content, OSError):
                raise content
            return content
        raise ArrivalGone(f"Thư số {uid} không còn trong {self.source} (expunged).")

    def _described(self, uids: Sequence[int]) -> dict[int, Fetched]:
        """Size, time of arrival and flags of messages, by UID."""
        try:
            return self._fetch("hỏi cỡ thư", uids, _LISTING)
        except CommandRefused:
            if len(uids) == 1:
                raise
        # Some servers refuse the whole answer when one message was expunged meanwhile.
        half = len(uids) // 2
        return self._described(uids[:half]) | self._described(uids[half:])

    def _fetch(
        self, doing: str, uids: Sequence[int], items: str, bytes_expected: int = 0
    ) -> dict[int, Fetched]:
        """What the server says of messages, by UID; of those expunged meanwhile it says nothing."""
        if not uids:
            return {}
        connection = self._opened()
        said = connection.run(
            doing,
            connection.client.uid,
            "FETCH",
            uid_set(uids),
            items,
            bytes_expected=bytes_expected,
        )
        # Servers volunteer what changed of other messages; and an answer may come in parts.
        found: dict[int, Fetched] = {}
        wanted = set(uids)
        for one in fetched(said):
            if one.uid in wanted:
                found[one.uid] = _merged(found.get(one.uid), one)
        return found

    def may_have_been_kept(self, uid: int) -> bool:
        """Whether a listed message, which lies in the inbox, may have been taken in before.

        What was taken in and could not be moved is marked. Where nothing may be marked, nobody can
        tell. A message that a person has looked at bears the same mark.
        """
        return not self._may_change or bool({SEEN, KEPT_MARK} & self._flags.get(uid, frozenset()))

    # --- moving -------------------------------------------------------------------------------

    def move_to_processed(self, arrival: Arrival) -> None:
        """Moves a message out of the inbox, or marks it there."""
        for _, error in self.move_all_to_processed([arrival]):
            raise error

    def move_all_to_processed(
        self, arrivals: Sequence[Arrival]
    ) -> Iterator[tuple[Arrival, OSError]]:
        """Moves messages out of the inbox. None comes back: what cannot be moved is remembered."""
        for whole in (True, False):
            uids = [one.uid for one in arrivals if one.whole is whole]
            if uids:
                self._move(uids, self.rules.processed if whole else self.rules.too_large)
        yield from ()

    def _move(self, uids: Sequence[int], folder: str) -> None:
        if not self._may_change:
            return
        if folder not in self._blocked:
            try:
                self._take_away(uids, folder)
                return
            except CommandRefused as refused:
                self._blocked[folder] = refused.words
                self._notes.append(
                    f"Không chuyển được thư từ «{self.folder}» sang «{folder}» "
                    f"(máy chủ nói: {refused.words}): thư đã nhận được đánh dấu tại chỗ, "
                    "không xử lý hai lần."
                )
        self._mark(uids)

    def _take_away(self, uids: Sequence[int], folder: str) -> None:
        """Moves messages by the best way the server offers. Raises CommandRefused."""
        connection = self._opened()
        uid = connection.client.uid
        doing = f"chuyển thư sang «{folder}»"
        may_move, may_expunge = connection.offers("MOVE"), connection.offers("UIDPLUS")
        if not may_move and not may_expunge:
            # A bare EXPUNGE would take away what others had marked as deleted.
            raise CommandRefused(doing, "máy chủ không có MOVE, UIDPLUS")
        if not may_move and DELETED not in self._permanent:
            # Every look would leave one more copy of what cannot be taken away.
            raise CommandRefused(doing, "tài khoản không có quyền xóa thư")
        target = encode_folder(self._spelling_of(folder))
        # After a kill between copying and expunging the copy is there already.
        staying = uids if may_move else [u for u in uids if DELETED not in self._flags.get(u, ())]
        if staying:
            self._store(staying, SEEN)
        if may_move:
            connection.run(doing, uid, "MOVE", uid_set(uids), target)
            return
        if staying:
            connection.run(doing, uid, "COPY", uid_set(staying), target)
            connection.run(doing, uid, "STORE", uid_set(staying), "+FLAGS.SILENT", f"({DELETED})")
        connection.run(doing, uid, "EXPUNGE", uid_set(uids))

    def _mark(self, uids: Sequence[int]) -> None:
        """Marks messages as seen and kept, those that are not yet."""
        mark = KEPT_MARK if {"\\*", KEPT_MARK} & self._permanent else SEEN
        unmarked = [uid for uid in uids if mark not in self._flags.get(uid, ())]
        if unmarked:
            self._store(unmarked, *dict.fromkeys((SEEN, mark)))

    def _store(self, uids: Sequence[int], *flags: str) -> None:
        """Sets flags; harmless where the account may not."""
        connection = self._opened()
        try:
            connection.run(
                "đánh dấu thư",
                connection.client.uid,
                "STORE",
                uid_set(uids),
                "+FLAGS.SILENT",
                f"({' '.join(flags)})",
            )
        except CommandRefused:
            return

    def _spelling_of(self, folder: str) -> str:
        if folder not in self._spellings:
            self._spellings[folder] = self._opened().make_folder(folder)
        return self._spellings[folder]

    # --- the connection -----------------------------------------------------------------------

    def _opened(self) -> ImapConnection:
        if self._connection is None:
            largest = self.max_bytes + 1_000_000  # some servers announce a size a little wrong
            connection = ImapConnection(self.address, self.rules, largest)
            try:
                self._may_change = connection.open_folder(self.folder)
            except BaseException:
                connection.close()
                raise
            self._connection = connection
            self._uidvalidity = connection.numbering
            self._permanent = connection.permanent_flags
        return self._connection

    def notes(self) -> list[str]:
        """What an operator should know of this look."""
        return list(self._notes)

    def close(self) -> None:
        """Logs out."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    # --- for the doctor -----------------------------------------------------------------------

    def greeting(self) -> str:
        """The server's first words."""
        return self._opened().greeting

    def certificate(self) -> Mapping[str, Any]:
        """The server's certificate, as `getpeercert` gives it; empty where nothing is encrypted."""
        wire = self._opened().client.sock
        return (wire.getpeercert() or {}) if isinstance(wire, ssl.SSLSocket) else {}

    def rights(self) -> Rights:
        """What may be done with the folder, as far as the server says without trying."""
        connection = self._opened()
        if not self._may_change:
            return Rights(False, False, "chỉ được đọc; thư đã nhận được nhớ theo số thứ tự")
        by_move, by_copy = connection.offers("MOVE"), connection.offers("UIDPLUS")
        allowed = self._allowed(connection)
        if not (by_move or by_copy):
            return Rights(True, False, "máy chủ không có MOVE, UIDPLUS; thư đã nhận được đánh dấu")
        if not allowed:
            return Rights(True, False, "tài khoản không có quyền xóa thư; thư được đánh dấu")
        return Rights(True, True, "MOVE" if by_move else "COPY và EXPUNGE")

    def missing_folders(self) -> list[str]:
        """Which of the folders for kept messages are not there; a first look makes them."""
        connection = self._opened()
        wanted = (self.rules.processed, self.rules.too_large)
        return [name for name in wanted if connection.find_folder(name) is None]

    def _allowed(self, connection: ImapConnection) -> bool:
        """Whether messages may be deleted here (RFC 4314: rights t and e)."""
        if DELETED not in self._permanent:
            return False
        if not connection.offers("ACL"):
            return True
        spelling = connection.find_folder(self.folder) or self.folder
        try:
            said = connection.run("hỏi quyền", connection.client.myrights, encode_folder(spelling))
        except CommandRefused:
            return True
        rights = said[-1].split()[-1].decode("ascii", "replace") if said and said[-1] else "te"
        return {"t", "e"} <= set(rights) or "d" in rights


def _groups(arrivals: Iterable[Arrival]) -> Iterator[list[Arrival]]:
    """Arrivals to be fetched by one command; one that is not fetched whole goes alone."""
    group: list[Arrival] = []
    size = 0
    for arrival in arrivals:
        full = len(group) == FETCHED or size + arrival.size > FETCHED_BYTES
        if group and (full or not arrival.whole or not group[-1].whole):
            yield group
            group, size = [], 0
        group.append(arrival)
        size += arrival.size
    if group:
        yield group


def _merged(one: Fetched | None, other: Fetched) -> Fetched:
    """What two answers of one message say together."""
    if one is None:
        return other
    return Fetched(
        uid=one.uid,
        size=one.size if other.size is None else other.size,
        received_at=other.received_at or one.received_at,
        flags=one.flags if other.flags is None else other.flags,
        body=one.body if other.body is None else other.body,
    )

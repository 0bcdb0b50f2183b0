"""Collecting through a proxy that breaks the conversation, at every command and in every way.

Three messages lie in the mailbox. One look meets the fault; a second meets none.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tasks.adapters.intake.collecting import collect_from
from tasks.adapters.mailbox.inbox import PROCESSED, MailboxRules
from tasks.adapters.raw_store import RawStore
from tasks.adapters.store import messages
from tests.faults.proxy import CONNECT, Break, Fault, ImapProxy
from tests.faults.workplaces import NOW, workplace_in
from tests.servers.mail_ground import Mailbox

MAILS = tuple(
    f"From: vanthu@so{n}.haiphong.example\r\nSubject: {n}\r\nMessage-ID: <{n}@so.example>\r\n\r\n"
    f"Kính gửi Văn phòng, thư số {n}.\r\n".encode()
    for n in (1, 2, 3)
)
#: Seconds of waiting for an answer: few where none will come, else as a busy machine wants.
IMPATIENT, PATIENT = 2.0, 30.0
SILENT = ("timeout", "drip")
INBOX = "INBOX"
Answer = Callable[[str, bytes], bytes]

#: Each command with its Vietnamese name. The last three are asked of a server without MOVE.
STAGES: Mapping[str, str] = {
    CONNECT: "lời chào của máy chủ",
    "CAPABILITY": "CAPABILITY",
    "AUTHENTICATE": "AUTHENTICATE",
    "SELECT": "SELECT",
    "UID SEARCH": "UID SEARCH",
    "UID FETCH": "UID FETCH (cỡ thư)",
    "UID FETCH BODY": "UID FETCH (nội dung)",
    "LIST": "LIST",
    "CREATE": "CREATE",
    "UID STORE": "UID STORE",
    "UID MOVE": "UID MOVE",
    "LOGOUT": "LOGOUT",
    "UID COPY": "UID COPY",
    "UID STORE \\Deleted": "UID STORE (\\Deleted)",
    "UID EXPUNGE": "UID EXPUNGE",
}
WITHOUT_MOVE = ("UID COPY", "UID STORE \\Deleted", "UID EXPUNGE")
#: Each fault with its Vietnamese name.
FAULTS: Mapping[str, tuple[str, Break | bytes | Callable[[bytes], bytes]]] = {
    "reset": ("đứt trước khi tới", Break.RESET),
    "lost": ("làm rồi mới đứt", Break.LOST),
    "timeout": ("im lặng", Break.SILENCE),
    "drip": ("nhỏ giọt mãi", Break.DRIP),
    "slow": ("chậm", Break.SLOW),
    "no": ("NO", b"{tag} NO [UNAVAILABLE] not now\r\n"),
    "bad": ("BAD", b"{tag} BAD what\r\n"),
    "bye": ("BYE rồi đóng", b"* BYE going down\r\n"),
    "garbage": ("trả lời vô nghĩa", b"\xff\x00 what is IMAP\r\n"),
    "literal": ("literal sai", b"* 1 FETCH (UID 1 BODY[] {99999999999}\r\n"),
}
SHORT = (
    ("UID FETCH BODY", "reset"), ("UID FETCH BODY", "literal"), ("UID FETCH BODY", "cut"),
    ("UID FETCH BODY", "expunged"), ("UID MOVE", "lost"), ("UID MOVE", "no"),
    ("UID COPY", "lost"), ("SELECT", "read_only"),
)  # fmt: skip


def _cut(answer: bytes) -> bytes:
    """A literal that lost its end, consistent in itself."""
    return re.sub(
        rb"\{(\d+)\}\r\n",
        lambda m: b"{%d}\r\n" % (int(m[1]) - 10),
        answer.replace(MAILS[0], MAILS[0][:-10]),
        count=1,
    )


@dataclass(frozen=True, slots=True)
class ImapCase:
    """One command with one fault, or one of the things that happen to mailboxes."""

    stage: str
    fault: str

    @property
    def words(self) -> tuple[str, str]:
        """Command and fault in Vietnamese."""
        special = {
            "cut": "literal ngắn hơn cỡ đã báo",
            "expunged": "thư vừa bị người khác xóa",
            "read_only": "thư mục chỉ đọc, rồi UIDVALIDITY đổi",
        }
        return STAGES[self.stage], special.get(self.fault) or FAULTS[self.fault][0]


def cases() -> Iterator[ImapCase]:
    """All of them."""
    for stage in STAGES:
        for fault in FAULTS:
            if stage == CONNECT and fault in ("no", "bad"):
                continue  # no command, no tag
            yield ImapCase(stage, fault)
        if stage == "UID FETCH BODY":
            yield ImapCase(stage, "cut")
        if stage in ("UID FETCH BODY", "UID MOVE", "UID COPY"):
            yield ImapCase(stage, "expunged")
        if stage == "SELECT":
            yield ImapCase(stage, "read_only")


def short_cases() -> Iterator[ImapCase]:
    """A few of every kind."""
    return (ImapCase(stage, fault) for stage, fault in SHORT)


@dataclass(frozen=True)
class Moment:
    """What is known after a look."""

    kept: int  # messages with bytes and row
    inbox: int
    processed: int
    told: bool  # the run says that something was left undone


@dataclass(frozen=True)
class ImapResult:
    """What became of the three messages."""

    case: ImapCase
    struck: bool
    first: Moment
    second: Moment
    rows: Counter[str]  # by hash
    raw: frozenset[str]  # hashes in the raw store
    holdings: Counter[tuple[str, bytes]]

    @property
    def deleted_unread(self) -> int:
        """How many messages another program deleted before they were read.

        A server may still hand out what it has deleted; then it is kept.
        """
        return int(self.case == ImapCase("UID FETCH BODY", "expunged"))

    @property
    def wrong(self) -> list[str]:
        """What must never be: a message lost, doubled, or left where it lies without a word."""
        faults = [] if self.struck else ["the fault never struck"]
        every = {hashlib.sha256(mail).hexdigest() for mail in MAILS}
        keys = {hashlib.sha256(mail).hexdigest() for mail in MAILS[self.deleted_unread :]}
        if not keys <= set(self.rows) <= every or max(self.rows.values()) > 1:
            faults.append(f"rows {dict(self.rows)}")
        if not keys <= self.raw:
            faults.append("bytes are missing")
        gone = MAILS[0] if self.case.fault == "expunged" else None
        for mail in MAILS:
            places = {folder: n for (folder, one), n in self.holdings.items() if one == mail}
            # Without MOVE nothing can close the moment between COPY and the mark that follows it.
            allowed = (1, 2) if self.case.stage in WITHOUT_MOVE else (1,)
            if mail != gone and sum(places.values()) not in allowed:
                faults.append(f"the mailbox holds {places} of a message")
            if self.case.fault != "read_only" and places.get(INBOX):
                faults.append("a message stays in the inbox")
        if self.first.kept < len(MAILS) - self.deleted_unread and not self.first.told:
            faults.append("messages were not taken in and nobody is told")
        return faults


class ImapGround:
    """Runs cases against one mailbox."""

    def __init__(self, folder: Path, mailbox: Mailbox) -> None:
        self.folder = folder
        self.mailbox = mailbox
        with workplace_in(folder / "template"):
            pass  # its database is made once

    def run(self, case: ImapCase) -> ImapResult:
        """One case: the look with the fault, and then one without."""
        folder = self.folder / re.sub(r"\W+", "-", f"{case.stage}-{case.fault}")
        shutil.copytree(self.folder / "template", folder)
        self.mailbox.clear()
        for number, mail in enumerate(MAILS):
            self.mailbox.put(mail, NOW - dt.timedelta(hours=3 - number))
        with ImapProxy(self.mailbox.server.port, self._fault(case), _rewrite(case, 1)) as proxy:
            first = self._look(folder, proxy.port, IMPATIENT if case.fault in SILENT else PATIENT)
        with ImapProxy(self.mailbox.server.port, None, _rewrite(case, 2)) as clean:
            second = self._look(folder, clean.port, PATIENT)
        with workplace_in(folder) as workplace, workplace.engine.begin() as connection:
            rows = Counter(row["key"] for row in messages.every_message(connection))
        struck = proxy.struck or case.fault == "read_only"
        raw = frozenset(
            key
            for key in (hashlib.sha256(mail).hexdigest() for mail in MAILS)
            if _holds(workplace.raw_store, key)
        )
        return ImapResult(case, struck, first, second, rows, raw, self.mailbox.holdings())

    def _fault(self, case: ImapCase) -> Fault | None:
        if case.fault == "read_only":
            return None
        if case.fault == "cut":
            return Fault(case.stage, _cut)
        if case.fault == "expunged":
            return Fault(case.stage, lambda a: a, before=lambda: self.mailbox.delete(MAILS[0]))
        nth, stage = 1, case.stage
        if stage == "UID STORE \\Deleted":
            nth, stage = 2, "UID STORE"
        return Fault(stage, FAULTS[case.fault][1], nth, closes=case.fault == "bye")

    def _look(self, folder: Path, port: int, seconds: float) -> Moment:
        rules = MailboxRules(seconds=seconds)
        with workplace_in(folder, mailbox_url=self.mailbox.url(port), mailbox=rules) as workplace:
            collected = collect_from(workplace, workplace.rules.mailboxes[0], 1000)
            with workplace.engine.begin() as connection:
                kept = len(messages.every_message(connection))
        where: Counter[str] = Counter()
        for (name, _), number in self.mailbox.holdings().items():
            where[name] += number
        told = bool(collected.failures or collected.notes)
        return Moment(kept, where[INBOX], where[PROCESSED], told)


def _rewrite(case: ImapCase, look: int) -> Answer | None:
    """What the server's answers are changed to, all through a look."""

    def without_move(_stage: str, answer: bytes) -> bytes:
        return answer.replace(b" MOVE", b"")

    def read_only(stage: str, answer: bytes) -> bytes:
        if stage in ("SELECT", "EXAMINE"):
            answer = answer.replace(b"[READ-WRITE]", b"[READ-ONLY]")
            if look == 2:
                return re.sub(rb"UIDVALIDITY \d+", b"UIDVALIDITY 4711", answer)
        return answer

    if case.fault == "read_only":
        return read_only
    return without_move if case.stage in WITHOUT_MOVE else None


def _holds(store: RawStore, key: str) -> bool:
    return store.path(key).is_file()

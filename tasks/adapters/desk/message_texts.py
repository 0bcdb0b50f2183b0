"""The words of a message as the desk shows them: text alone, whatever it was written in.

Taken apart within the limits of intake; what was read last is kept in memory, without its files.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from tasks.adapters.messages.message_reader import MAX_TEXT, read_message
from tasks.adapters.raw_store import RawFileDamaged, RawFileMissing, RawStore

_KEPT = 60  # messages
_MOST_SHOWN = 200  # files and addresses that are named


@dataclass(frozen=True, slots=True)
class ShownMail:
    """A message without the contents of its files."""

    text: str
    was_cut: bool
    recipients: Sequence[str]
    message_id: str
    files: Sequence[str]  # names of all that it carries, pictures of its text among them
    links: Sequence[str]
    told: Sequence[str]  # what whoever decides should know, Vietnamese
    why_not: str = ""  # a sentence, where the message cannot be read


class MessageTexts:
    """What was read, the last looked at last. Usable from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, ShownMail] = OrderedDict()

    def of(self, raw_store: RawStore, key: str) -> ShownMail:
        """The message of that key; nothing is raised."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        try:
            shown = _shown(raw_store.get(key))
        except RawFileMissing:
            return _unread("Kho tệp gốc không có thư này.")
        except RawFileDamaged:
            return _unread("Thư này trong kho tệp gốc đã hỏng: nội dung không khớp mã SHA-256.")
        with self._lock:
            self._kept[key] = shown
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return shown


def _shown(raw: bytes) -> ShownMail:
    mail = read_message(raw)
    told = [*mail.remarks, *([mail.sender_doubt] if mail.sender_doubt else [])]
    if mail.of_a_list:
        told.append("Thư đến qua một danh sách thư chung.")
    return ShownMail(
        text=mail.text,
        was_cut=len(mail.text) >= MAX_TEXT,
        recipients=mail.recipients[:_MOST_SHOWN],
        message_id=mail.message_id,
        files=[one.name for one in mail.attachments[:_MOST_SHOWN]],
        links=mail.links,
        told=told,
    )


def _unread(why: str) -> ShownMail:
    return ShownMail("", False, (), "", (), (), (), why)

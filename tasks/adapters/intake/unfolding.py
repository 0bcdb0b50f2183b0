"""Unfolding: a kept message becomes the files it carries, ZIPs opened, each kept under its hash."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from models.domain.answers.papers import SignedPaper
from models.domain.cycle.letter_phrases import rounded
from models.domain.letters.answer_letters import Advice, RefusedFile
from models.domain.mail.bounces import DeliveryReport
from models.domain.mail.mail import MailMessage
from tasks.adapters.intake.failures import OUR_FAILURES, is_machines
from tasks.adapters.mailbox.inbox import HEADER_BYTES, HEADER_ONLY
from tasks.adapters.messages.bounce_reader import read_delivery_report
from tasks.adapters.messages.message_reader import read_message
from tasks.adapters.raw_store import RawStore
from tasks.adapters.reading.archives import ArchiveRefused, unpack
from tasks.adapters.reading.file_kinds import FileKind, identify
from tasks.adapters.store.messages import KeptMessage

MAX_FILES = 40  # of one message, ZIP members included
GO_BYTES = 50_000_000  # of files kept in one go


@dataclass(frozen=True, slots=True)
class CarriedFile:
    """One file a message carried."""

    position: int
    name: str
    container: str
    sha256: str
    size: int  # bytes
    path: Path


@dataclass
class Unfolded:
    """A kept message taken apart."""

    kept: KeptMessage
    mail: MailMessage | None  # without its attachments; None for a hand-delivered file
    files: list[CarriedFile] = field(default_factory=list)
    refused: list[RefusedFile] = field(default_factory=list)  # what could not be taken apart
    report: DeliveryReport | None = None  # of a letter of ours, or of what claims to be one
    papers: dict[int, SignedPaper] = field(default_factory=dict)  # by position, beside workbooks


@dataclass(frozen=True, slots=True)
class _OpenedFile:
    name: str
    container: str
    content: bytes


@dataclass
class _Opened:
    """A message and the contents of its files, not yet kept."""

    unfolded: Unfolded
    files: Sequence[_OpenedFile] = ()

    @property
    def size(self) -> int:
        return sum(len(file.content) for file in self.files)


@dataclass
class UnfoldedBatch:
    """What became of a batch: messages taken apart, and those that we failed on."""

    messages: list[Unfolded] = field(default_factory=list)
    failed: list[tuple[KeptMessage, Exception]] = field(default_factory=list)


def unfold(raw_store: RawStore, batch: Sequence[KeptMessage], most: int) -> UnfoldedBatch:
    """The messages with their files, in order, all files kept.

    Files of many messages are kept in one go: the disk then commits once for all of them. Of a
    message of more than `most` bytes only the header is read.
    """
    result = UnfoldedBatch()
    opened: list[_Opened] = []
    for kept in batch:
        try:
            opened.append(_open(raw_store, kept, most))
        except OUR_FAILURES as error:
            if is_machines(error):
                raise
            result.failed.append((kept, error))
        if sum(one.size for one in opened) > GO_BYTES:
            _keep(raw_store, opened, result)
            opened = []
    _keep(raw_store, opened, result)
    return result


def _keep(raw_store: RawStore, opened: Sequence[_Opened], result: UnfoldedBatch) -> None:
    """Keeps the files of messages under their hashes."""
    try:
        keys = iter(raw_store.put_many([f.content for one in opened for f in one.files]))
    except OUR_FAILURES as error:
        if is_machines(error):
            raise
        result.failed += [(one.unfolded.kept, error) for one in opened]
        return
    for one in opened:
        for position, file in enumerate(one.files, start=1):
            key = next(keys)
            one.unfolded.files.append(
                CarriedFile(
                    position,
                    file.name,
                    file.container,
                    key,
                    len(file.content),
                    raw_store.at_hand(key),
                )
            )
        result.messages.append(one.unfolded)


def _open(raw_store: RawStore, kept: KeptMessage, most: int) -> _Opened:
    """A message with the contents of its files. Never raises for what the message holds."""
    content = raw_store.get(kept.key)
    if kept.size > most or content.startswith(HEADER_ONLY):
        return _too_large(kept, content, most)
    if not kept.is_message:
        return _opened(Unfolded(kept, None), [(kept.name, content)])
    mail = read_message(content)
    found = [(a.name, a.content) for a in mail.attachments if not a.inline]
    report = read_delivery_report(content) if mail.automatic else None
    # Without the attachments: their bytes shall not lie in memory until the batch is done.
    return _opened(Unfolded(kept, replace(mail, attachments=()), report=report), found)


def _too_large(kept: KeptMessage, content: bytes, most: int) -> _Opened:
    """A message of which only the header is read: enough to know whom to tell."""
    limit = most // 1_000_000
    said = f"Thư lớn hơn {limit} MB."
    if content.startswith(HEADER_ONLY):
        size = rounded(kept.size / 1_000_000)
        said = (
            f"Thư {size} MB lớn hơn giới hạn {limit} MB nên không tải về; bản gốc còn trong hộp "
            f"thư của Văn phòng ({kept.name})."
        )
    large = RefusedFile("", Advice.TOO_LARGE, said)
    if not kept.is_message:
        return _Opened(Unfolded(kept, None, refused=[large]))
    return _Opened(Unfolded(kept, mail_of_header(content), refused=[large]))


def mail_of_header(content: bytes) -> MailMessage:
    """A message of which only the header is read."""
    header = re.split(rb"\r?\n\r?\n", content[:HEADER_BYTES], maxsplit=1)[0] + b"\r\n\r\n"
    return replace(read_message(header), attachments=())


def _opened(result: Unfolded, found: Sequence[tuple[str, bytes]]) -> _Opened:
    opened: list[_OpenedFile] = []
    for name, content in found:
        if identify(content, name) is not FileKind.ZIP:
            opened.append(_OpenedFile(name, "", content))
            continue
        try:
            members = unpack(content)
        except ArchiveRefused as error:
            result.refused.append(RefusedFile(name, Advice.ARCHIVE, str(error)))
            continue
        for member in members:
            if member.problem:
                shown = f"{member.name} (trong {name})"
                result.refused.append(RefusedFile(shown, Advice.ARCHIVE, member.problem))
            else:
                opened.append(_OpenedFile(member.name, name, member.content))
    if len(opened) > MAX_FILES:
        many = f"Thư mang {len(opened)} tệp, nhiều hơn {MAX_FILES} tệp."
        result.refused.append(RefusedFile("", Advice.TOO_LARGE, many))
        opened = []
    return _Opened(result, opened)

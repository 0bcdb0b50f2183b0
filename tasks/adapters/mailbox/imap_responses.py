"""What a mail server answers to FETCH and NAMESPACE, taken apart (RFC 9051, 7.5.2, 6.3.10)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

Part = bytes | tuple[bytes, bytes] | None  # as imaplib hands it over: a line, or a line and literal

_BEGIN = re.compile(rb"\d+ \(")
_UID = re.compile(rb"[( ]UID (\d+)")
_SIZE = re.compile(rb"[( ]RFC822\.SIZE (\d+)")
_DATE = re.compile(rb'[( ]INTERNALDATE "([^"]*)"')
_FLAGS = re.compile(rb"[( ]FLAGS \(([^)]*)\)")
_BODY = re.compile(rb"[( ]BODY\[[^\]]*\](?:<\d+>)? $")  # a literal follows
_QUOTED_BODY = re.compile(rb'[( ]BODY\[[^\]]*\](?:<\d+>)? "((?:[^"\\]|\\.)*)"')
_LITERAL = re.compile(rb"\{\d+\}$")
_NAMESPACE = re.compile(rb'^\(\("((?:[^"\\]|\\.)*)" (?:"((?:[^"\\]|\\.)*)"|NIL)')


@dataclass(frozen=True, slots=True)
class Fetched:
    """What the server said of one message; None where it said nothing of it."""

    uid: int
    size: int | None = None
    received_at: dt.datetime | None = None  # INTERNALDATE, UTC
    flags: frozenset[str] | None = None
    body: bytes | None = None  # of BODY[...], whichever part was asked for


def fetched(parts: Iterable[Part]) -> Iterator[Fetched]:
    """The messages in an answer, in its order; those without a UID are left out.

    >>> [one] = fetched([(b'1 (UID 7 BODY[] {5}', b'Hallo'), b' RFC822.SIZE 5)'])
    >>> one.uid, one.size, one.body
    (7, 5, b'Hallo')
    """
    for lines, literals in _messages(parts):
        text = _QUOTED_BODY.sub(b"", b"".join(lines))
        if (uid := _UID.search(text)) is None:
            continue
        size, date, flags = _SIZE.search(text), _DATE.search(text), _FLAGS.search(text)
        yield Fetched(
            uid=int(uid[1]),
            size=int(size[1]) if size else None,
            received_at=_instant(date[1]) if date else None,
            flags=frozenset(flags[1].decode("ascii", "replace").split()) if flags else None,
            body=_body(lines, literals),
        )


def personal_namespace(parts: Sequence[Part]) -> str:
    """What the server puts before the names of a user's own folders, "" for nothing.

    >>> personal_namespace([b'(("INBOX." ".")) NIL NIL'])
    'INBOX.'
    """
    first = parts[0] if parts else None
    found = _NAMESPACE.match(first) if isinstance(first, bytes) else None
    return _unquoted(found[1]).decode("ascii", "replace") if found else ""


def uid_set(uids: Iterable[int]) -> str:
    """UIDs as a command names them, runs shortened. Never `*`, which always names a message.

    >>> uid_set([4, 5, 6, 9, 11, 12])
    '4:6,9,11:12'
    """
    runs: list[list[int]] = []
    for uid in sorted(set(uids)):
        if runs and uid == runs[-1][1] + 1:
            runs[-1][1] = uid
        else:
            runs.append([uid, uid])
    return ",".join(str(a) if a == b else f"{a}:{b}" for a, b in runs)


def _messages(parts: Iterable[Part]) -> Iterator[tuple[list[bytes], list[bytes]]]:
    """The lines of each message, a literal's announcement at a line's end, and its literals."""
    lines: list[bytes] = []
    literals: list[bytes] = []
    for part in parts:
        if part is None:
            continue
        line = part[0] if isinstance(part, tuple) else part
        if _BEGIN.match(line) and lines:
            yield lines, literals
            lines, literals = [], []
        if isinstance(part, tuple):
            lines.append(_LITERAL.sub(b"", line))
            literals.append(part[1])
        else:
            lines.append(line)
    if lines:
        yield lines, literals


def _body(lines: Sequence[bytes], literals: Sequence[bytes]) -> bytes | None:
    for line, literal in zip(lines, literals, strict=False):
        if _BODY.search(line):
            return literal
    for line in lines:
        if found := _QUOTED_BODY.search(line):
            return _unquoted(found[1])
    return None


def _unquoted(text: bytes) -> bytes:
    return re.sub(rb"\\(.)", rb"\1", text)


def _instant(text: bytes) -> dt.datetime | None:
    """The instant an INTERNALDATE names.

    >>> _instant(b'17-Feb-2025 09:30:00 +0700')
    datetime.datetime(2025, 2, 17, 2, 30, tzinfo=datetime.timezone.utc)
    """
    try:
        moment = parsedate_to_datetime(text.decode("ascii").strip())
    except (ValueError, TypeError, OverflowError):
        return None
    return moment.astimezone(dt.UTC) if moment.tzinfo else moment.replace(tzinfo=dt.UTC)

"""Whether two demonstrations gave the same: every output file to the byte, every letter that left.

    python -m tests.same_outputs BEFORE AFTER

BEFORE and AFTER are folders that `baocao demo --data-dir` filled, with the same or with different
code. Letters are compared without their Message-ID and what is made of it (the threads of later
letters and the boundaries of parts); how often the same letter left counts. Exit status 1 with a
list of what differs.
"""

from __future__ import annotations

import email
import hashlib
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from email.message import Message
from pathlib import Path

_MAY_DIFFER = {"message-id", "in-reply-to", "references"}
_BOUNDARY = re.compile(r';\s*boundary="[^"]*"')
_MOST_SHOWN = 40


def main(arguments: list[str]) -> int:
    """Compares the two folders and prints what differs; 0 where nothing does."""
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    before, after = map(Path, arguments)
    found = [*differing_files(before, after), *differing_letters(before, after)]
    for line in found[:_MOST_SHOWN]:
        print(line)
    if len(found) > _MOST_SHOWN:
        print(f"... and {len(found) - _MOST_SHOWN} more")
    files, letters = len(output_files(before)), sum(letters_of(before).values())
    print(f"{files} files and {letters} letters compared, {len(found)} differ")
    return 1 if found else 0


def differing_files(before: Path, after: Path) -> Iterator[str]:
    """A line for each output file that is missing on one side or differs."""
    old, new = output_files(before), output_files(after)
    for name in sorted(old.keys() | new.keys()):
        if name not in new:
            yield f"file gone: {name}"
        elif name not in old:
            yield f"file new: {name}"
        elif old[name] != new[name]:
            yield f"file differs: {name}"


def differing_letters(before: Path, after: Path) -> Iterator[str]:
    """A line for each letter that left on one side only, by addressee and subject."""
    old, new = letters_of(before), letters_of(after)
    for (title, parts), number in sorted((old - new).items()):
        yield f"letter gone ({number}): {title} {dict(parts)}"
    for (title, parts), number in sorted((new - old).items()):
        yield f"letter new ({number}): {title} {dict(parts)}"


def output_files(folder: Path) -> Mapping[str, str]:
    """SHA-256 of each output file, by its path."""
    output = folder / "output"
    return {
        path.relative_to(output).as_posix(): _digest(path.read_bytes())
        for path in sorted(output.rglob("*"))
        if path.is_file()
    }


def letters_of(folder: Path) -> Counter[tuple[str, tuple[tuple[str, str], ...]]]:
    """How often each letter left: addressee and subject, and the digests of its parts."""
    return Counter(
        _letter(email.message_from_bytes(path.read_bytes()))
        for name in ("new", "cur")
        for path in (folder / "sent" / name).iterdir()
    )


def _letter(message: Message) -> tuple[str, tuple[tuple[str, str], ...]]:
    head = [
        (name.lower(), _BOUNDARY.sub("", value))
        for name, value in message.items()
        if name.lower() not in _MAY_DIFFER
    ]
    parts = [("head", _digest(repr(head).encode()))]
    for number, part in enumerate(message.walk()):
        if not part.is_multipart():
            content = part.get_payload(decode=True)
            name = part.get_filename() or f"{number} {part.get_content_type()}"
            parts.append((name, _digest(content if isinstance(content, bytes) else b"")))
    return f"{message['to']} | {message['subject']}", tuple(parts)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

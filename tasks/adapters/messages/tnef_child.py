"""The disposable process that opens a winmail.dat: `python -m` this module.

The parser takes any count a file claims at its word: a hundred bytes can keep it busy for hours or
fill the memory. So it runs here, under the system's limits, and dies of them alone; and what a file
might make of it finds nothing to reach. It takes its limits as arguments, and the file on its
standard input; its answer is a line of JSON, `[[name, size], ...]`, and the contents one
after the other.
"""

from __future__ import annotations

import logging
import os
import sys

import orjson
from tnefparse import TNEF

from tasks.adapters.reading.child_limits import (
    REFUSED,
    limit_job,
    limit_process,
    preload_texts,
    private_pipes,
    write_all,
)
from tasks.adapters.reading.reader_limits import JobLimits
from tasks.adapters.reading.sandbox import shut_in

MAX_FILES = 100
MAX_BYTES = 64_000_000  # of all contents together
NESTED = 3  # messages within messages


def files_in(tnef: TNEF, depth: int = 1) -> list[tuple[str, bytes]]:
    """The attached files, by the long name where there is one; those of embedded messages too."""
    found: list[tuple[str, bytes]] = []
    for attachment in tnef.attachments[:MAX_FILES]:
        embedded = getattr(attachment, "embed", None)
        if embedded is not None and depth < NESTED:
            found += files_in(embedded, depth + 1)
        elif isinstance(attachment.data, bytes) and attachment.data:
            found.append((_name(attachment), attachment.data))
        else:
            raise ValueError("a file without content: the rest of winmail.dat is missing")
    return found[:MAX_FILES]


def _name(attachment: object) -> str:
    try:
        return str(attachment.long_filename())  # type: ignore[attr-defined]
    except UnicodeDecodeError:
        raw = getattr(attachment, "_name", b"")
        return raw.decode("cp1258", "replace").strip("\x00") if isinstance(raw, bytes) else ""


def main(arguments: list[str]) -> None:
    """Runs the child: `arguments` are its limits. What it cannot follow ends it with REFUSED."""
    limits = JobLimits.from_arguments(*arguments)
    given, answers = private_pipes()
    limit_process(limits.memory_mb)
    logging.disable(logging.CRITICAL)
    preload_texts()
    with os.fdopen(given, "rb") as source:
        content = source.read()
    shut_in()
    limit_job(limits)
    try:
        found = files_in(TNEF(content, do_checksum=False))
    except Exception:  # noqa: BLE001  whatever the library raises on it, memory too
        sys.exit(REFUSED)
    total = 0
    kept: list[tuple[str, bytes]] = []
    for name, content in found:
        total += len(content)
        if total > MAX_BYTES:
            break
        kept.append((name, content))
    heading = [[n.encode("utf-8", "replace").decode(), len(c)] for n, c in kept]
    for piece in (orjson.dumps(heading) + b"\n", *(content for _, content in kept)):
        write_all(answers, piece)


if __name__ == "__main__":
    main(sys.argv[1:])

"""`python -m benchmarks.mail [--letters 600]`: a letter beside aiosmtplib with ready bytes.

A mail server of its own takes 20 ms for each reply. The same letters, two recipients each, go to it
over sixteen connections: by aiosmtplib alone, their bytes lying ready, and from the outbox, where
each is looked at once more, built, claimed and recorded.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import aiosmtplib

from benchmarks import material, stages
from benchmarks.stages import Site
from models.domain.mail.mail import Letter, LetterKind
from tasks.adapters.letters.mail_builder import build_message
from tasks.adapters.post.posting import deliver
from tasks.adapters.store import outbox

AIM = 1.5
LETTERS = 600
PAUSE_MS, CONNECTIONS = 20, 16
ROUNDS = 3
_TO = ("vanthu@so.haiphong.example", "dautoi@so.haiphong.example")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line: 0 when the aim is met."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--letters", type=int, default=LETTERS)
    asked = parser.parse_args(arguments)
    best = ratio(asked.letters)
    print(f"{best:.2f} times aiosmtplib; aim {AIM}: {'met' if best <= AIM else 'not met'}")
    return int(best > AIM)


def ratio(number: int) -> float:
    """Ours over aiosmtplib's, the middle of rounds in which one follows the other."""
    found = []
    with slow_server() as port:
        for _ in range(ROUNDS):
            theirs = by_aiosmtplib(port, number)
            ours = from_the_outbox(port, number)
            print(f"a letter: aiosmtplib {theirs * 1000:.1f} ms, outbox {ours * 1000:.1f} ms")
            found.append(ours / theirs)
    return sorted(found)[len(found) // 2]


@contextlib.contextmanager
def slow_server() -> Iterator[int]:
    """A server in a process of its own, ended with the block; its port."""
    command = [sys.executable, "-m", "benchmarks.mail_server", str(PAUSE_MS)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, **pipes) as process:  # type: ignore[call-overload]
        try:
            yield int(process.stdout.readline())
        finally:
            process.stdin.close()
            process.wait(10)


def letter(number: int) -> Letter:
    """A verdict of the usual length, without an enclosure."""
    key = f"{material.CYCLE}|syt|guidance|{number}"
    text = "Kính gửi Sở Y tế.\n\n" + "Văn phòng đã kiểm tra sổ báo cáo của cơ quan.\n" * 30
    return Letter(
        business_key=key,
        cycle=material.CYCLE,
        agency="syt",
        kind=LetterKind.GUIDANCE,
        to=_TO[:1],
        cc=_TO[1:],
        subject=f"Kết quả kiểm tra {number}",
        text=text,
        html=f"<p>{text}</p>",
        message_id=f"<do-{number}@ubnd.haiphong.example>",
    )


def by_aiosmtplib(port: int, number: int) -> float:
    """Seconds a letter, by the library alone."""
    office = material.OFFICE_ADDRESS
    now = material.office().cycle(material.CYCLE).opens_at
    ready = [build_message(letter(n), [], office, "Văn phòng", now) for n in range(number)]

    async def connection(mails: Iterator[bytes]) -> None:
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client:
            for mail in mails:
                await client.sendmail(office, list(_TO), mail)

    async def all_of_them() -> None:
        mails = iter(ready)
        await asyncio.gather(*(connection(mails) for _ in range(CONNECTIONS)))

    began = time.perf_counter()
    asyncio.run(all_of_them())
    return (time.perf_counter() - began) / number


def from_the_outbox(port: int, number: int) -> float:
    """Seconds a letter, by a delivery run."""
    with tempfile.TemporaryDirectory(prefix="baocao-mail-") as made:
        folder = Path(made)
        with stages.sqlite_database(folder) as url:
            site = Site(material.office(), folder, url, 1)
            with site.workplace(8, f"smtp://127.0.0.1:{port}") as workplace:
                workplace.rules = replace(workplace.rules, smtp_connections=CONNECTIONS)
                with workplace.engine.begin() as connection:
                    for n in range(number):
                        outbox.queue(connection, letter(n), workplace.now)
                began = time.perf_counter()
                posted = deliver(workplace, number)
                seconds = time.perf_counter() - began
                if posted.sent != number:
                    raise stages.BenchmarkFault(f"{posted.sent} letters sent: {posted}")
                return seconds / number


if __name__ == "__main__":
    sys.exit(main())

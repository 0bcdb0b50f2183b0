"""`make faults`: every fault once, and the handbook's page written from what came of it."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from tests.faults import imap_cases, smtp_cases
from tests.faults.table import PAGE, SPECIAL, page, special_holds
from tests.fixtures.ready_made import close_shared, open_shared
from tests.servers.mail_ground import (
    embedded_letter_server,
    embedded_mailbox,
    real_letter_server,
    real_mailbox,
    why_no_real_mailbox,
    why_no_real_servers,
)

Case = TypeVar("Case")
Result = TypeVar("Result")


def main() -> int:
    """How many cases came out wrong."""
    no_postfix, no_dovecot = why_no_real_servers(), why_no_real_mailbox()
    print("SMTP:", "aiosmtpd, vì " + no_postfix if no_postfix else "Postfix -> LMTP -> Dovecot")
    print("IMAP:", "pymap, vì " + no_dovecot if no_dovecot else "Dovecot", flush=True)
    with (
        tempfile.TemporaryDirectory(prefix="baocao-faults-") as name,
        embedded_letter_server(Path(name)) if no_postfix else real_letter_server() as letters,
        embedded_mailbox() if no_dovecot else real_mailbox() as mailbox,
        ThreadPoolExecutor(2) as pool,
    ):
        for part in ("smtp", "imap"):
            (Path(name) / part).mkdir()
        sending = smtp_cases.SmtpGround(Path(name) / "smtp", letters)
        receiving = imap_cases.ImapGround(Path(name) / "imap", mailbox)
        sent = pool.submit(_all, "gửi", sending.run, list(smtp_cases.cases()))
        received = pool.submit(_all, "nhận", receiving.run, list(imap_cases.cases()))
        smtp, imap = sent.result(), received.result()
    wrong = [f"{' / '.join(r.case.words)}: {w}" for r in (*smtp, *imap) for w in r.wrong]
    wrong += [
        f"{' / '.join(r.case.words)}: {r.first} {r.second}"
        for r in imap
        if r.case in SPECIAL and not special_holds(r)
    ]
    print("\n".join(wrong))
    print(f"{len(smtp) + len(imap)} trường hợp; {len(wrong)} sai (lost, doubled or unseen)")
    if not wrong:
        PAGE.write_text(page(smtp, imap), encoding="utf-8")
        print(f"Đã ghi {PAGE.relative_to(Path.cwd()) if PAGE.is_relative_to(Path.cwd()) else PAGE}")
    return len(wrong)


def _all(what: str, run: Callable[[Case], Result], cases: Iterable[Case]) -> list[Result]:
    found = []
    for number, case in enumerate(cases, 1):
        found.append(run(case))
        if number % 25 == 0:
            print(f"  {what}: {number}", flush=True)
    return found


if __name__ == "__main__":
    open_shared()
    try:
        sys.exit(min(main(), 1))
    finally:
        close_shared()

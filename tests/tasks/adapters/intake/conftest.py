"""A workplace with a mailbox, and the hand that plays post office."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from models.domain.register.agencies import Contact
from models.tables import LetterRow
from tasks.adapters.intake.collecting import collect
from tasks.adapters.intake.working import WorkDone, work_through
from tasks.adapters.letters.mail_builder import build_message
from tasks.adapters.mailbox.maildir import deliver, make_maildir
from tasks.adapters.mailbox.opening import open_inbox
from tasks.adapters.post.marking import with_marked_workbook
from tasks.adapters.store import messages, outbox
from tasks.adapters.store.outbox import LETTER
from tasks.adapters.workplace import HouseRules
from tests.fixtures.lent_readers import Workplace
from tests.fixtures.office_files import OFFICE_FILES, own_office
from tests.fixtures.one_entry import with_entry
from tests.fixtures.opened_cycles import open_cycle
from tests.fixtures.ready_made import sqlite_with_tables

OPENED = dt.datetime(2025, 1, 20, 9, 30, tzinfo=dt.UTC)
CYCLE = "2025-plan"
AGENCIES = ("syt", "sdl", "stp", "sct")


@dataclass
class Office:
    """A workplace, its mailbox and its outbox, worked by hand."""

    workplace: Workplace
    minute: int = 0

    @property
    def folder(self) -> Path:
        return self.mailbox.parent

    @property
    def mailbox(self) -> Path:
        return Path(self.workplace.rules.mailboxes[0].removeprefix("maildir://"))

    def receive(self, *mails: EmailMessage | bytes, day: int = 1) -> list[dict[str, Any]]:
        """Takes mails in, one after the other; their rows in that order."""
        before = {row["key"] for row in self.rows()}
        for mail in mails:
            self.minute += 1
            at = OPENED + dt.timedelta(days=day, minutes=self.minute)
            raw = mail if isinstance(mail, bytes) else mail.as_bytes()
            deliver(self.mailbox, raw, at)
        done = self.work()
        assert not done.failures
        return [row for row in self.rows() if row["key"] not in before]

    def work(self) -> WorkDone:
        collect(
            self.workplace, open_inbox(self.workplace.rules.mailboxes[0], self.workplace.now), 1000
        )
        return work_through(self.workplace, 1000)

    def rows(self) -> list[dict[str, Any]]:
        with self.workplace.engine.begin() as connection:
            return messages.every_message(connection)

    def letters(self, *kinds: str) -> list[LetterRow]:
        with self.workplace.engine.begin() as connection:
            found = outbox.every_letter(connection)
        return [x for x in found if not kinds or x.kind in kinds]

    def opening(self, agency: str) -> LetterRow:
        return next(x for x in self.letters("opening") if x.agency == agency)

    def send(self, letter: LetterRow) -> bytes:
        """Sends a letter: its bytes, and the outbox says so."""
        whole = with_marked_workbook(self.workplace, letter)
        files = [(f, self.workplace.raw_store.get(f.sha256)) for f in whole.files]
        rules = self.workplace.rules
        now = self.workplace.now
        with self.workplace.engine.begin() as connection:
            statement = update(LETTER).where(LETTER.c.id == letter.id)
            connection.execute(statement.values(state="sent", sent_at=now))
        return build_message(whole, files, rules.office_address, rules.office_name, now)

    def workbook(self, agency: str) -> bytes:
        return self.workplace.raw_store.get(self.opening(agency).files[0]["sha256"])

    def answer(
        self,
        agency: str,
        *,
        sender: str = "",
        to: str = "",
        subject: str = "Kế hoạch",
        remark: str = "",
        workbook: bool = True,
    ) -> EmailMessage:
        """An agency's mail with its own workbook, unfilled; with an entry of its own a remark."""
        self.minute += 1
        mail = EmailMessage()
        mail["From"] = sender or self.workplace.office.register.contacts[agency].to[0]
        mail["To"] = to or self.opening(agency).reply_to
        mail["Subject"] = subject
        mail["Message-ID"] = f"<{self.minute}@{agency}.example>"
        mail.set_content("Kính gửi.")
        if workbook:
            content = with_entry(self.workbook(agency), remark) if remark else self.workbook(agency)
            mail.add_attachment(
                content, maintype="application", subtype="zip", filename="kế hoạch.xlsx"
            )
        return mail


MakeOffice = Callable[..., Office]


@pytest.fixture
def make_office(tmp_path: Path) -> Iterator[MakeOffice]:
    """Makes offices, each with a database, store and mailbox of its own.

    `like` is the folder of another office, from where the new one goes on.
    """
    with ExitStack() as stack:
        made: list[Office] = []

        def make(
            address: str = "baocao@ubnd.haiphong.example",
            agencies: tuple[str, ...] = AGENCIES,
            contacts: dict[str, str] | None = None,
            like: Path | None = None,
            **rules: Any,
        ) -> Office:
            folder = tmp_path / str(len(made))
            if like is not None:
                shutil.copytree(like, folder)
            office = own_office()
            if contacts:
                known = dict(office.register.contacts)
                known |= {code: Contact(code, (to,)) for code, to in contacts.items()}
                office = replace(office, register=replace(office.register, contacts=known))
            house = HouseRules(
                secret=b"s" * 32,
                office_address=address,
                office_name="Văn phòng",
                summary_to=("lanhdao@vp.example",),
                mailboxes=(f"maildir://{make_maildir(folder / 'mailbox')}",),
                smtp_url="",
                reader_workers=1,
                reader_memory_mb=1024,
                reader_seconds=20,
                max_message_bytes=40_000_000,
                resend_uncertain=False,
                **rules,
            )
            workplace = stack.enter_context(
                Workplace(
                    office=office,
                    rules=house,
                    database_url=sqlite_with_tables(folder / "baocao.sqlite"),
                    raw_dir=folder / "raw",
                    output_dir=folder / "output",
                    letters_dir=OFFICE_FILES / "letters",
                    now=OPENED + dt.timedelta(days=3),
                )
            )
            if like is None:
                open_cycle(workplace, CYCLE, agencies)
            made.append(Office(workplace))
            return made[-1]

        yield make


@pytest.fixture
def office(make_office: MakeOffice) -> Office:
    """One office that has asked four agencies."""
    return make_office()

"""An office that plays the recorded cycle, loses its disk, restores a backup and goes on."""

from __future__ import annotations

import datetime as dt
import functools
import os
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from models.domain.accounts.account import AccountRole
from models.domain.answers.decisions import DecisionRefused
from models.domain.deeds.letter_deeds import CloseLetter, Recipients, SendLetterAgain
from models.domain.mail.mail import LetterState
from models.domain.reading.office import Office
from tasks.adapters.accounts.account_book import AccountBook
from tasks.adapters.backup.catching_up import CaughtUp, catch_up
from tasks.adapters.backup.making import BackedUpHouse, Made, make_backup
from tasks.adapters.backup.restoring import Restored, RestoredTo, restore_backup
from tasks.adapters.decisions.carrying_out import carry_out
from tasks.adapters.intake.collecting import collect_from
from tasks.adapters.intake.working import work_through
from tasks.adapters.mailbox.maildir import deliver as put_into_maildir
from tasks.adapters.mailbox.maildir import make_maildir
from tasks.adapters.messages.message_reader import read_message
from tasks.adapters.post.posting import deliver
from tasks.adapters.sharing.objects import ObjectStore
from tasks.adapters.simulation.chapters import PLAN
from tasks.adapters.store import submissions
from tasks.adapters.store.restored import restorations
from tasks.adapters.work.consolidating import write_summary
from tasks.adapters.work.opening import agencies_to_ask, ask
from tasks.adapters.work.reminding import write_reminders
from tasks.adapters.workplace import HouseRules
from tests.fixtures.lent_readers import Workplace
from tests.fixtures.letters_written import every_letter
from tests.fixtures.office_files import OFFICE_FILES, own_office
from tests.restoring.story import BY, Moment

SECRET = b"s" * 32
OFFICE = "baocao@ubnd.haiphong.example"
COPIES = "baocao+ban-sao@ubnd.haiphong.example"
LOST_FOR = dt.timedelta(hours=1)  # between the last that happened and the restoration
MANY = 100_000


#: What came with each file that the catcher wrote, by its name, which none bears but its copies.
_arrived: dict[str, list[tuple[str, str]]] = {}


def _arrival(content: bytes) -> list[tuple[str, str]]:
    """Message-ID and each recipient but the office itself."""
    headers = content.partition(b"\r\n\r\n")[0]
    letter = read_message(headers + b"\r\n\r\n").message_id
    said = [line.removeprefix("Delivered-To: ") for line in _delivered(headers)]
    return [(letter, address) for address in said if address != COPIES]


def _delivered(headers: bytes) -> list[str]:
    lines = headers.decode("utf-8", "replace").splitlines()
    return [line for line in lines if line.startswith("Delivered-To: ")]


@dataclass
class Mail:
    """The world outside: where mail waits for the office, and all that the office has sent."""

    folder: Path
    url: str = ""  # of the mailbox; "" for the Maildir in the folder
    put: Callable[[bytes, dt.datetime], None] | None = None
    brought: set[str] = field(default_factory=set)  # copies that have come back

    @property
    def mailboxes(self) -> tuple[str, ...]:
        own = f"maildir://{make_maildir(self.folder / 'mailbox')}"
        (self.folder / "drop").mkdir(exist_ok=True)
        return self.url or own, f"drop://{self.folder / 'drop'}"

    def take(self, moment: Moment) -> None:
        """What comes to the office up to a moment."""
        for content, arrived_at in moment.mail:
            self._deliver(content, arrived_at)
        for name, content in moment.dropped:
            path = self.folder / "drop" / name
            path.unlink(missing_ok=True)  # what lies there may lie in another world as well
            path.write_bytes(content)
            os.utime(path, (0, 0))  # whatever its own time is, it proves nothing

    def bring_copies(self, now: dt.datetime) -> None:
        """The office's own copies of what it sent come back to it."""
        heading = f"\r\nDelivered-To: {COPIES}\r\n".encode()
        for path in sorted((self.folder / "sent" / "new").iterdir()):
            if path.name not in self.brought:
                self.brought.add(path.name)
                content = path.read_bytes()
                if heading in content[:2000]:
                    self._deliver(content, now)

    def arrived(self) -> Counter[tuple[str, str]]:
        """Message-ID and recipient of every letter, with how often it came."""
        found: Counter[tuple[str, str]] = Counter()
        for path in (self.folder / "sent" / "new").iterdir():
            if path.name not in _arrived:
                _arrived[path.name] = _arrival(path.read_bytes())
            found.update(_arrived[path.name])
        return found

    def _deliver(self, content: bytes, arrived_at: dt.datetime) -> None:
        if self.put is not None:
            self.put(content, arrived_at)
        else:
            put_into_maildir(self.folder / "mailbox", content, arrived_at)


@dataclass
class Ending:
    """What the record and the world hold in the end."""

    versions: dict[str, list[tuple[Any, ...]]]  # of each agency
    receipts: dict[str, list[str]]
    accounts: list[str]
    arrived: Counter[tuple[str, str]]
    unsettled: list[str]  # letters of which the record does not know the end


@functools.cache
def office_of(agencies: int) -> Office:
    """The tests' own office; of the agencies only so many can be written to, all where it is 0."""
    office = own_office()
    if not agencies:
        return office
    asked = office.register.answering_on(PLAN.opening.date())
    codes = sorted(agency.code for agency in asked)[:agencies]
    contacts = {code: office.register.contacts[code] for code in codes}
    return replace(office, register=replace(office.register, contacts=contacts))


class OfficeAtWork:
    """An office with a data folder and a database."""

    def __init__(
        self, data_dir: Path, database_url: str, mail: Mail, *, copies: bool, agencies: int = 0
    ) -> None:
        self.data_dir = data_dir
        self.database_url = database_url
        self.mail = mail
        self.copies = copies
        self.office = office_of(agencies)
        self.store_url = ""  # of a store that its machines share
        data_dir.mkdir(mode=0o700, exist_ok=True)

    @contextmanager
    def workplace(self, now: dt.datetime, smtp_url: str = "") -> Iterator[Workplace]:
        rules = HouseRules(
            secret=SECRET,
            office_address=OFFICE,
            office_name="Văn phòng",
            summary_to=("lanhdao@ubnd.haiphong.example",),
            mailboxes=self.mail.mailboxes,
            smtp_url=smtp_url,
            reader_workers=1,
            reader_memory_mb=1024,
            reader_seconds=20,
            max_message_bytes=40_000_000,
            resend_uncertain=False,
            own_copy=COPIES if self.copies else "",
            store_url=self.store_url,
        )
        with Workplace(
            office=self.office,
            rules=rules,
            database_url=self.database_url,
            raw_dir=self.data_dir / "raw",
            output_dir=self.data_dir / "output",
            letters_dir=OFFICE_FILES / "letters",
            now=now.astimezone(dt.UTC),
        ) as workplace:
            yield workplace

    def live(
        self,
        workplace: Workplace,
        moment: Moment,
        before_sending: Callable[[], object] = lambda: None,
    ) -> None:
        """All that the office does at a moment; letters leave last."""
        workplace.now = moment.at.astimezone(dt.UTC)
        self.mail.take(moment)
        self._take_in(workplace)
        for decided in moment.decisions:
            if deed := decided.deed(workplace):
                carry_out(workplace, deed)
                self._take_in(workplace)
        self._write(workplace, moment.flows)
        before_sending()
        self.send(workplace)

    def _write(self, workplace: Workplace, flows: Collection[str]) -> None:
        """What the schedules have written, or somebody at the machine."""
        cycle = workplace.office.cycle(PLAN.cycle)
        if "open" in flows:
            ask(workplace, cycle, agencies_to_ask(workplace, cycle))
        if "account" in flows:
            self._hire(workplace)
        if "remind" in flows:
            write_reminders(workplace, cycle)
        if "summary" in flows:
            write_summary(workplace, cycle)

    def _hire(self, workplace: Workplace) -> None:
        book = AccountBook(workplace.engine)
        book.add("lan.pham", "Phạm Thị Lan", [AccountRole.READS], "root", workplace.now)

    def _take_in(self, workplace: Workplace) -> None:
        for url in workplace.rules.mailboxes:
            assert collect_from(workplace, url, MANY).failures == []
        assert work_through(workplace, MANY).failures == []

    def send(self, workplace: Workplace) -> None:
        posted = deliver(workplace, MANY)
        assert posted.left == []
        self.mail.bring_copies(workplace.now)

    def back_up(self, workplace: Workplace, target: Path) -> Made:
        house = BackedUpHouse(
            engine=workplace.engine,
            raw_store=workplace.raw_store,
            data_dir=self.data_dir,
            config_dir=OFFICE_FILES,
            contacts_file=None,
            secret=SECRET,
            settings=["BAOCAO_SECRET_KEY"],
            program="0",
        )
        return make_backup(house, target, MANY, workplace.now)

    def restore(self, backup: Path, now: dt.datetime) -> Restored:
        objects = ObjectStore(self.store_url) if self.store_url else None
        place = RestoredTo(
            *(self.data_dir, self.data_dir / "raw", self.database_url, OFFICE_FILES, SECRET),
            objects=objects,
        )
        return restore_backup(backup, place, now.astimezone(dt.UTC))

    def mend(self, workplace: Workplace, lost: Sequence[Moment]) -> tuple[CaughtUp, int, int]:
        """What follows a restoration: the mail is read again, the schedules run, persons decide.

        They look where the letters went, and say of each what is so.
        """
        done = catch_up(workplace)
        assert done.failures == []
        self._take_in(workplace)  # the mail that waits, with the last of the own copies
        for moment in lost:
            if "account" in moment.flows:
                self._hire(workplace)
            for decided in moment.decisions:
                if deed := decided.deed(workplace):
                    carry_out(workplace, deed)
                    self._take_in(workplace)
        self._write(workplace, {"remind", *lost[-1].flows} - {"account"})
        self.send(workplace)
        with workplace.engine.begin() as connection:
            held = restorations.held_letters(connection)
        done.seen += max(0, done.held - len(held))  # proven by what waited
        arrived, again = self.settle(workplace)
        self.send(workplace)
        return done, arrived, again

    def settle(self, workplace: Workplace) -> tuple[int, int]:
        """A person decides on each letter in doubt by what the recipients say; how many of each."""
        came = {letter for letter, _ in self.mail.arrived()}
        with workplace.engine.begin() as connection:
            held = restorations.held_letters(connection)
        said = [0, 0]
        for row in held:
            key = row.business_key
            if row.message_id in came:
                carry_out(workplace, CloseLetter(signed=BY, letter=key, arrived=True))
            else:
                deed = SendLetterAgain(signed=BY, letter=key, recipients=Recipients.UNREACHED)
                try:
                    carry_out(workplace, deed)
                except DecisionRefused:  # nobody is told of yesterday's step today
                    carry_out(workplace, CloseLetter(signed=BY, letter=key, arrived=False))
            said[row.message_id not in came] += 1
        return said[0], said[1]

    def ending(self, workplace: Workplace) -> Ending:
        with workplace.engine.begin() as connection:
            found = submissions.records(connection, PLAN.cycle)
            every = {agency: submissions.all_of(connection, PLAN.cycle, agency) for agency in found}
            letters = every_letter(connection)
        unknown = (LetterState.QUEUED, LetterState.SENDING, LetterState.UNCERTAIN)
        return Ending(
            versions={
                agency: [(v.version, v.verdict, v.file_sha256, v.received_at) for v in versions]
                for agency, versions in sorted(found.items())
            },
            receipts={a: [v.receipt_number for v in versions] for a, versions in every.items()},
            accounts=[one.name for one in AccountBook(workplace.engine).accounts()],
            arrived=self.mail.arrived(),
            unsettled=[row.business_key for row in letters if row.state in unknown],
        )

"""Actors: each plays one agency. They know nothing but their own letters and their own answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from pathlib import Path

from models.domain.cycle.cycles import ReportingCycle
from models.domain.reading.office import Office
from models.domain.register.agencies import Agency
from tasks.adapters.simulation.acts import Act, Channel, WorkbookOrigin
from tasks.adapters.simulation.answers import AnsweredCell, answers_of
from tasks.adapters.simulation.correspondence import (
    Correspondent,
    Letterbox,
    LetterNeverCame,
    MailStyle,
    ReceivedLetter,
    bounce,
    write_reply,
)
from tasks.adapters.simulation.filling import FilledWorkbook
from tasks.adapters.simulation.parcels import Enclosure, OutgoingWorkbook


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where the actors live: mailboxes, and what every official knows."""

    office: Office
    cycle: ReportingCycle
    letterbox: Letterbox
    former_cycle: ReportingCycle | None  # whose workbooks still lie about
    post: Callable[[bytes, dt.datetime], None]  # a mail to the office, delivered at that moment
    drop_folder: Path
    office_address: str
    seed: int


@dataclass
class Actor:
    """One agency. It remembers its own mails, as a "sent" folder does."""

    agency: Agency
    around: Surroundings
    _mails: list[str] = field(default_factory=list)  # Message-IDs
    _enclosures: Sequence[Enclosure] = ()

    @property
    def address(self) -> str:
        """Where the office writes to."""
        return self._address_of(self.agency.code)

    def perform(self, act: Act) -> str:
        """Does what the act says; the Message-ID or the file name under which it will be found.

        Raises LetterNeverCame when the act answers a letter that is not there.
        """
        if act.channel is Channel.BOUNCE:
            letters = self.around.letterbox.letters_to(self.address)
            if not letters:
                raise LetterNeverCame(f"{self.address} chưa nhận được thư nào.")
            contact = self.around.office.register.contacts[self.agency.code]
            unknown = [*contact.to, *contact.cc]
            return self._post(bounce(self._writer(), letters[-1], unknown, act.at), act.at)
        if act.channel is not Channel.AGAIN:
            self._enclosures = tuple(act.parcel(self._draft(act)))
        if act.channel is Channel.BY_HAND:
            for enclosure in self._enclosures:
                (self.around.drop_folder / enclosure.name).write_bytes(enclosure.content)
            return self._enclosures[0].name
        mail = write_reply(
            self._writer(),
            self._letter(act),
            self._envelope(act),
            self._enclosures,
            act.at,
            f"{self.around.cycle.code}/{len(self._mails) + 1}",
        )
        self._mails.append(str(mail["Message-ID"]))
        return self._post(mail, act.at)

    def _draft(self, act: Act) -> OutgoingWorkbook:
        around = self.around
        cycle = around.former_cycle if act.basis is WorkbookOrigin.FORMER else around.cycle
        if cycle is None:
            raise LetterNeverCame("Chưa có kỳ báo cáo nào trước kỳ này.")
        agency = act.neighbour or self.agency.code
        if act.basis is WorkbookOrigin.RETURNED:
            letter = around.letterbox.answer_to(self.address, self._mails[-1])
        else:
            letter = around.letterbox.opening(self._address_of(agency), cycle.mark)
        if not letter.workbooks:
            raise LetterNeverCame(f"Thư {letter.message_id} gửi {self.address} không kèm sổ nào.")
        name, content = next(iter(letter.workbooks.items()))
        book = FilledWorkbook(content, around.office.form_of(cycle))
        book.fill(self._answers(agency, cycle, book))
        for slip in act.slips:
            slip(book)
        return OutgoingWorkbook(name, book, act.at)

    def _answers(
        self, agency: str, cycle: ReportingCycle, book: FilledWorkbook
    ) -> list[AnsweredCell]:
        around = self.around
        filled = around.office.register.agencies[agency]
        return answers_of(around.office, cycle, filled, around.seed, book.written())

    def _letter(self, act: Act) -> ReceivedLetter:
        if act.answers_last or act.basis is WorkbookOrigin.RETURNED:
            return self.around.letterbox.answer_to(self.address, self._mails[-1])
        return self.around.letterbox.opening(self.address, self.around.cycle.mark)

    def _envelope(self, act: Act) -> MailStyle:
        if not act.writes_as:
            return act.envelope
        name = self.around.office.register.agency_name(act.writes_as)
        return replace(act.envelope, sender=self._address_of(act.writes_as), sender_name=name)

    def _writer(self) -> Correspondent:
        return Correspondent(self.agency.name, self.address, self.around.office_address)

    def _post(self, mail: EmailMessage, at: dt.datetime) -> str:
        self.around.post(mail.as_bytes(), at)
        return str(mail["Message-ID"])

    def _address_of(self, agency: str) -> str:
        return self.around.office.register.contacts[agency].to[0]

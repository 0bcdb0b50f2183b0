"""The drill: one telling without a loss, and for each moment one with it, to the same end."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tasks.adapters.post.mail_catcher import MailCatcher
from tasks.adapters.simulation.chapters import PLAN
from tests.fixtures.ready_made import sqlite_with_tables
from tests.restoring.ground import Ending, Mail, OfficeAtWork
from tests.restoring.story import Cast, Moment, timetable
from tests.servers.mail_ground import Mailbox

LOST = 4  # moments between the backup and the loss
BEFORE = -1  # the number of the moment before the first
SOON = dt.timedelta(minutes=40)  # after the last moment the backup is restored


@dataclass
class Figures:
    """What the drill came to, beside what is aimed at."""

    restored: int = 0
    twice: int = 0  # letters that somebody got twice
    lost: int = 0  # letters that somebody did not get
    versions: int = 0  # agencies whose versions are not the same
    receipts: int = 0  # agencies whose receipt numbers are not those they were told
    unsettled: int = 0  # letters of which the record does not know the end
    read_again: int = 0
    proven: int = 0
    arrived: int = 0  # letters that a person found to have arrived
    sent_anew: int = 0  # letters that a person sent, or let be, since nobody had them
    faults: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """The figures, each with its aim."""
        return [
            f"restored                              {self.restored:6}",
            f"letters that came twice               {self.twice:6}   aim 0",
            f"letters that never came               {self.lost:6}   aim 0",
            f"agencies with other versions          {self.versions:6}   aim 0",
            f"agencies with other receipt numbers   {self.receipts:6}   persons decided anew",
            f"letters without an end in the record  {self.unsettled:6}   aim 0",
            f"messages read again                   {self.read_again:6}",
            f"letters proven by the mail            {self.proven:6}",
            f"letters decided on: had arrived       {self.arrived:6}",
            f"letters decided on: had not           {self.sent_anew:6}",
            *self.faults[:20],
        ]

    def as_aimed(self) -> bool:
        return self.restored > 0 and not (
            self.twice or self.lost or self.versions or self.unsettled
        )


@dataclass
class _Telling:
    """The cycle played without a loss, and copies of what stood at some moments of it."""

    backups: dict[int, Path] = field(default_factory=dict)  # by the number of its last moment
    worlds: dict[int, Mail] = field(default_factory=dict)
    ending: Ending | None = None


class Drill:
    """Plays in a folder of its own; `agencies` bounds how many play, all where it is 0."""

    def __init__(self, folder: Path, agencies: int = 0) -> None:
        self.folder = folder
        self.agencies = agencies
        self.moments: Sequence[Moment] = ()
        self._tellings: dict[bool, _Telling] = {}

    def run(self, many: int, figures: Figures) -> Iterator[str]:
        """Restores at so many moments, half of them with own copies; a line about each."""
        self.tell(many)
        for number, at in enumerate(self._chosen(many)):
            yield self._lose(at, number % 2 == 0, figures)

    def run_elsewhere(
        self,
        place: str,
        at: int,
        figures: Figures,
        *,
        database_url: str = "",
        restored_url: str = "",
        mailbox: Mailbox | None = None,
    ) -> str:
        """The same with a database or a mailbox on a server, of which no copies are made.

        The story is played anew up to the loss. `restored_url`: an empty database. The story has
        been told before.
        """
        folder = self.folder / place
        folder.mkdir()
        mail = Mail(
            folder / "world",
            url=mailbox.url() if mailbox else "",
            put=mailbox.put if mailbox else None,
        )
        mail.folder.mkdir()
        url = database_url or self._sqlite(folder)
        office = OfficeAtWork(folder / "data", url, mail, copies=True, agencies=self.agencies)
        with MailCatcher(mail.folder / "sent") as catcher:
            with office.workplace(PLAN.opening, catcher.url) as workplace:
                for moment in self.moments[: at + 1]:
                    office.live(workplace, moment)
                backup = office.back_up(workplace, folder / "backups").folder
                for moment in self.moments[at + 1 : at + LOST + 1]:
                    office.live(workplace, moment)
            shutil.rmtree(office.data_dir)
            office.database_url = restored_url or url
            return self._go_on(place, office, catcher.url, backup, at, figures)

    def _sqlite(self, folder: Path) -> str:
        return sqlite_with_tables(folder / "data" / "baocao.sqlite")

    def _chosen(self, many: int) -> list[int]:
        """The moments after which backups are made: before the cycle, and spread over it."""
        last = len(self.moments) - LOST - 1
        if many == 1:
            return [last // 2]
        return [BEFORE + round(number * (last - BEFORE) / (many - 1)) for number in range(many)]

    def _loses_letters(self, at: int, many: int) -> bool:
        chosen = self._chosen(many)
        return at in chosen and chosen.index(at) // 2 % 2 == 1

    def tell(self, many: int) -> None:
        """Plays the cycle without a loss, with own copies and without, unless that was done."""
        for copies in (True, False):
            if copies not in self._tellings and (copies or many > 1):
                self._tellings[copies] = self._tell(copies, many)

    def _tell(self, copies: bool, many: int) -> _Telling:
        folder = self.folder / ("copies" if copies else "plain")
        folder.mkdir()
        mail = Mail(folder / "world")
        mail.folder.mkdir()
        office = OfficeAtWork(
            folder / "data", self._sqlite(folder), mail, copies=copies, agencies=self.agencies
        )
        telling = _Telling()
        with (
            MailCatcher(mail.folder / "sent") as catcher,
            office.workplace(PLAN.opening, catcher.url) as workplace,
        ):
            cast = None
            if not self.moments:
                sent, scratch = mail.folder / "sent", folder / "scratch"
                cast = Cast(workplace, sent, scratch)
                self.moments = timetable(workplace, cast.moments())
            if BEFORE in self._chosen(many):
                workplace.now = (PLAN.opening - SOON).astimezone(dt.UTC)
                telling.backups[BEFORE] = office.back_up(workplace, folder / "backups").folder
            for number, moment in enumerate(self.moments):
                if cast:
                    cast.perform(moment)
                at, keep_world = number - LOST, partial(_copy_world, telling, number, mail, folder)
                # Every second loss is between writing letters and sending them.
                if self._loses_letters(at, many):
                    office.live(workplace, moment, keep_world)
                else:
                    office.live(workplace, moment)
                    if at in self._chosen(many):
                        keep_world()
                if number in self._chosen(many):
                    made = office.back_up(workplace, folder / "backups")
                    telling.backups[number] = made.folder
            telling.ending = office.ending(workplace)
        return telling

    def _lose(self, at: int, copies: bool, figures: Figures) -> str:
        """The disk is lost after moment `at` + LOST; the backup made after `at` is restored."""
        telling = self._tellings[copies]
        folder = self.folder / f"lost-{at}-{copies}"
        mail = _copied(telling.worlds[at + LOST], folder / "world")
        office = OfficeAtWork(
            folder / "data", self._sqlite(folder), mail, copies=copies, agencies=self.agencies
        )
        place = "own copies" if copies else "no copies"
        with MailCatcher(mail.folder / "sent") as catcher:
            said = self._go_on(place, office, catcher.url, telling.backups[at], at, figures)
        shutil.rmtree(folder)
        return said

    def _go_on(
        self,
        place: str,
        office: OfficeAtWork,
        smtp_url: str,
        backup: Path,
        at: int,
        figures: Figures,
    ) -> str:
        """Restores the backup and plays on to the end; what that came to is counted."""
        lost = self.moments[at + 1 : at + LOST + 1]
        now = lost[-1].at + SOON
        office.restore(backup, now)
        with office.workplace(now, smtp_url) as workplace:
            done, arrived, anew = office.mend(workplace, lost)
            for moment in self.moments[at + LOST + 1 :]:
                office.live(workplace, moment)
                later = office.settle(workplace)
                office.send(workplace)  # what was decided leaves now, not with the next moment's
                arrived, anew = arrived + later[0], anew + later[1]
            found = office.ending(workplace)
        figures.restored += 1
        figures.read_again += done.read_again
        figures.proven += done.seen
        figures.arrived += arrived
        figures.sent_anew += anew
        began = self.moments[at].at if at > BEFORE else PLAN.opening - SOON
        where = f"{began:%d/%m %H:%M}, {place}"
        ending = self._tellings[office.copies].ending
        assert ending is not None
        compare(ending, found, figures, where)
        deeds = [one.name for moment in lost for one in moment.decisions]
        deeds += ["account" for moment in lost if "account" in moment.flows]
        with_them = f" with {', '.join(deeds)}" if deeds else ""
        return (
            f"backup {where}, lost {lost[-1].at:%d/%m %H:%M}{with_them}: {done.read_again} "
            f"messages read again, {done.seen} letters proven; decided on: {arrived} had arrived, "
            f"{anew} had not"
        )


def _copy_world(telling: _Telling, number: int, mail: Mail, folder: Path) -> None:
    telling.worlds[number] = _copied(mail, folder / f"world-{number}")


def _copied(mail: Mail, folder: Path) -> Mail:
    # The same files under another name: mail is written once, moved, and never changed.
    shutil.copytree(mail.folder, folder, copy_function=os.link)
    return Mail(folder, brought=set(mail.brought))


def compare(aim: Ending, found: Ending, figures: Figures, where: str) -> None:
    """Counts what is not as in the telling without a loss."""
    twice = [key for key, number in found.arrived.items() if number > aim.arrived[key]]
    lost = [key for key in aim.arrived if found.arrived[key] < aim.arrived[key]]
    others = [a for a in aim.versions if found.versions.get(a) != aim.versions[a]]
    receipts = [a for a in aim.receipts if found.receipts.get(a) != aim.receipts[a]]
    figures.twice += len(twice)
    figures.lost += len(lost)
    figures.versions += len(others) + (found.accounts != aim.accounts)
    figures.receipts += len(receipts)
    figures.unsettled += len(found.unsettled)
    for what, which in (
        ("twice", twice),
        ("lost", lost),
        ("versions", others),
        ("receipts", receipts),
        ("unsettled", found.unsettled),
    ):
        if which:
            figures.faults.append(f"{where}: {what} {len(which)}: {which[:3]}")

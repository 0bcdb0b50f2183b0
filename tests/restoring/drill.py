"""The drill: one telling without a loss, and for each moment one with it, to the same end."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tasks.adapters.post.mail_catcher import MailCatcher
from tasks.adapters.simulation.chapters import PLAN
from tests.restoring.ground import Ending, Mail, OfficeAtWork
from tests.restoring.story import Cast, Moment, timetable

LOST = 4  # moments between the backup and the loss
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
            f"agencies with other receipt numbers   {self.receipts:6}   aim 0",
            f"letters without an end in the record  {self.unsettled:6}   aim 0",
            f"messages read again                   {self.read_again:6}",
            f"letters proven by the mail            {self.proven:6}",
            f"letters decided on: had arrived       {self.arrived:6}",
            f"letters decided on: had not           {self.sent_anew:6}",
            *self.faults[:20],
        ]

    def as_aimed(self) -> bool:
        return self.restored > 0 and not (
            self.twice or self.lost or self.versions or self.receipts or self.unsettled
        )


@dataclass
class _Telling:
    """The cycle played without a loss: its moments, and copies of what stood then."""

    moments: Sequence[Moment]
    backups: dict[int, Path]  # by the number of the last moment in it
    worlds: dict[int, Mail]
    ending: Ending


class Drill:
    """Plays in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._story: Sequence[Moment] = ()

    def run(self, many: int, figures: Figures) -> Iterator[str]:
        """Restores at so many moments, half of them with own copies; a line about each."""
        tellings: dict[bool, _Telling] = {}
        for number in range(many):
            copies = number % 2 == 0
            if copies not in tellings:
                tellings[copies] = self._tell(copies, many)
            telling = tellings[copies]
            at = self._chosen(many)[number]
            yield self._lose(telling, at, copies, figures)

    def _chosen(self, many: int) -> list[int]:
        """The moments after which backups are made, spread over the cycle."""
        last = len(self._story) - LOST - 1
        return [round(n * last / max(1, many - 1)) if many > 1 else last // 2 for n in range(many)]

    def _tell(self, copies: bool, many: int) -> _Telling:
        folder = self.folder / ("copies" if copies else "plain")
        folder.mkdir()
        mail = Mail(folder / "world")
        mail.folder.mkdir()
        office = OfficeAtWork(
            folder / "data", f"sqlite:///{folder / 'data' / 'baocao.sqlite'}", mail, copies=copies
        )
        backups: dict[int, Path] = {}
        worlds: dict[int, Mail] = {}
        with (
            MailCatcher(mail.folder / "sent") as catcher,
            office.workplace(PLAN.opening, catcher.url) as workplace,
        ):
            cast = None
            if not self._story:
                cast = Cast(workplace, mail.folder / "sent", folder / "scratch")
                self._story = timetable(workplace, cast.moments())
            chosen = self._chosen(many)
            for number, moment in enumerate(self._story):
                if cast:
                    cast.perform(moment)
                office.live(workplace, moment)
                if number in chosen:
                    backups[number] = office.back_up(workplace, folder / "backups").folder
                if number - LOST in chosen:
                    worlds[number] = self._copied(mail, folder / f"world-{number}")
            ending = office.ending(workplace)
        return _Telling(self._story, backups, worlds, ending)

    def _copied(self, mail: Mail, folder: Path) -> Mail:
        shutil.copytree(mail.folder, folder, copy_function=shutil.copy2)
        return Mail(folder, brought=set(mail.brought))

    def _lose(self, telling: _Telling, at: int, copies: bool, figures: Figures) -> str:
        """The disk is lost after moment `at` + LOST; the backup made after `at` is restored."""
        lost = telling.moments[at + 1 : at + LOST + 1]
        folder = self.folder / f"lost-{at}-{copies}"
        mail = self._copied(telling.worlds[at + LOST], folder / "world")
        office = OfficeAtWork(
            folder / "data", f"sqlite:///{folder / 'data' / 'baocao.sqlite'}", mail, copies=copies
        )
        now = lost[-1].at + SOON
        office.restore(telling.backups[at], now)
        with (
            MailCatcher(mail.folder / "sent") as catcher,
            office.workplace(now, catcher.url) as workplace,
        ):
            done, arrived, anew = office.mend(workplace, lost)
            for moment in telling.moments[at + LOST + 1 :]:
                office.live(workplace, moment)
                office.settle(workplace)
            found = office.ending(workplace)
        shutil.rmtree(folder)
        figures.restored += 1
        figures.read_again += done.read_again
        figures.proven += done.seen
        figures.arrived += arrived
        figures.sent_anew += anew
        compare(telling.ending, found, figures, f"{telling.moments[at].at:%d/%m %H:%M}")
        return (
            f"backup {telling.moments[at].at:%d/%m %H:%M}, lost {lost[-1].at:%d/%m %H:%M}, "
            f"{'own copies' if copies else 'no copies '}: {done.read_again} messages read again, "
            f"{done.seen} letters proven, {arrived} had arrived, {anew} had not"
        )


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

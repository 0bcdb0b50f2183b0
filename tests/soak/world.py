"""The world around a soaked service: an open cycle, and mail made beforehand that comes in.

Whatever an agency sends is made before the load begins: to fill in workbooks costs more than the
service's own work, and would be measured with it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from models.domain.mail.mail import MessageState as State
from tasks.adapters.mailbox.maildir import deliver
from tasks.adapters.post.mail_catcher import MailCatcher
from tasks.adapters.simulation import parcels, slips
from tasks.adapters.simulation.actors import Actor, Surroundings
from tasks.adapters.simulation.acts import Act, Channel, at
from tasks.adapters.simulation.chapters import PLAN, SEED
from tasks.adapters.simulation.correspondence import Letterbox, MailStyle
from tests.fixtures.machine_mail import OTHERS, Ours
from tests.fixtures.office_files import own_office
from tests.restoring.ground import OFFICE, Mail, OfficeAtWork
from tests.restoring.story import Moment

#: When the service begins: agencies were asked the day before, and no reminder is due.
BEGINS = at("21/01 09:00")
FAULTY = (("action_plan", "@1", "five_result"), ("action_plan", "@2", "five_deadline"))


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing that comes in, and what may become of it."""

    name: str
    fates: frozenset[State]
    act: Act
    share: int = 1


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing that will come in; a file for the drop folder where it has a name."""

    kind: Kind
    content: bytes
    name: str = ""

    @property
    def key(self) -> str:
        """By which the record knows it."""
        return hashlib.sha256(self.content).hexdigest()


def _kind(name: str, *fates: State, share: int = 1, **how: Any) -> Kind:
    return Kind(name, frozenset(fates), Act(BEGINS, "", **how), share)


_STRANGER = MailStyle(
    sender="nguoi.la@thucanhan.example",
    sender_name="Người gửi",
    subject="Bao cao",
    to_reply_address=False,
    threaded=False,
)
KINDS = (
    _kind("whole", State.ACCEPTED, share=8),
    _kind("zipped", State.ACCEPTED, parcel=parcels.zipped),
    _kind("OpenDocument", State.ACCEPTED, parcel=parcels.open_document),
    _kind("by hand", State.ACCEPTED, share=3, channel=Channel.BY_HAND),
    _kind("faulty", State.RETURNED, share=4, slips=[slips.emptied(*FAULTY)]),
    _kind("cut short", State.GUIDED, share=2, parcel=parcels.cut_short),
    _kind("scan alone", State.GUIDED, parcel=parcels.scan),
    _kind("no file", State.GUIDED, State.HELD, parcel=parcels.nothing),
    _kind("stranger", State.HELD, State.REJECTED, share=2, envelope=_STRANGER),
)
#: The same files once more in another mail; follows a whole one.
AGAIN = _kind("again", State.DUPLICATE, channel=Channel.AGAIN)
#: What a machine wrote.
MACHINE = _kind("machine", State.AUTOMATIC, State.NOTED)
TWICE = 9  # one of so many mails is delivered twice by its server


@dataclass
class World:
    """The data folder with its mailbox, and what came in."""

    data: Path
    mail: Mail
    begun_at: dt.datetime  # from when on letters are judged: the cycle's opening is not the soak's
    waiting: list[Incoming] = field(default_factory=list)
    delivered: dict[str, tuple[Kind, dt.datetime]] = field(default_factory=dict)  # key -> when
    twice: int = 0

    def come_in(self, chance: random.Random) -> None:
        """The next thing that waits, as a server delivers mail or a colleague drops a file."""
        one = self.waiting.pop(0)
        self.delivered[one.key] = one.kind, dt.datetime.now(dt.UTC)
        if one.name:
            temporary = self.data / "drop" / f".{one.name}.tmp"
            temporary.write_bytes(one.content)
            temporary.rename(temporary.with_name(one.name))
            return
        deliver(self.data / "mailbox", one.content)
        if not chance.randrange(TWICE):
            self.twice += 1
            deliver(self.data / "mailbox", one.content)

    def bring_copies(self) -> None:
        """The office's own copies of what it sent come back to it."""
        self.mail.bring_copies(dt.datetime.now(dt.UTC))


def opened(data: Path, catcher: MailCatcher) -> World:
    """An office whose cycle was opened yesterday; every agency has been asked."""
    mail = Mail(data)
    office = OfficeAtWork(data, f"sqlite:///{data / 'baocao.sqlite'}", mail, copies=True)
    with office.workplace(PLAN.opening, catcher.url) as workplace:
        office.live(workplace, Moment(PLAN.opening, ("open",)))
    return World(data, mail, dt.datetime.now(dt.UTC))


class Agencies:
    """Who sends what: each agency one thing after the other, in an order that follows the seed."""

    def __init__(self, world: World, scratch: Path, seed: int) -> None:
        self._chance = random.Random(seed)
        self._scratch = scratch
        scratch.mkdir()
        self._posted: list[bytes] = []
        self._number = itertools.count(1)
        office = own_office()
        around = Surroundings(
            office,
            office.cycle(PLAN.cycle),
            Letterbox(world.data / "sent"),
            None,
            lambda content, _: self._posted.append(content),
            scratch,
            OFFICE,
            SEED,
        )
        self._actors = [
            Actor(agency, around)
            for agency in office.register.answering_on(PLAN.opening.date())
            if agency.code in office.register.contacts
        ]

    def send(self, many: int) -> list[Incoming]:
        """So many things, in the order in which they come in."""
        made: list[Incoming] = []
        while len(made) < many:
            self._chance.shuffle(self._actors)
            for actor in self._actors[: many - len(made)]:
                made += self._one(actor)
        return made[:many]

    def _one(self, actor: Actor) -> Iterator[Incoming]:
        if not self._chance.randrange(6):
            yield self._by_a_machine(actor)
            return
        (kind,) = self._chance.choices(KINDS, [one.share for one in KINDS])
        yield self._sent(actor, kind, kind.act)
        if kind.name == "whole" and not self._chance.randrange(4):
            yield self._sent(actor, AGAIN, AGAIN.act)

    def _sent(self, actor: Actor, kind: Kind, act: Act) -> Incoming:
        number = next(self._number)
        actor.perform(replace(act, at=BEGINS + dt.timedelta(minutes=number)))
        if act.channel is not Channel.BY_HAND:
            return Incoming(kind, self._posted.pop())
        (file,) = self._scratch.iterdir()
        content = file.read_bytes()
        file.unlink()
        return Incoming(kind, content, f"{number:04}_{file.name}")

    def _by_a_machine(self, actor: Actor) -> Incoming:
        name = self._chance.choice(sorted(OTHERS))
        letter = actor.around.letterbox.letters_to(actor.address)[0]
        ours = Ours(letter.message_id, letter.reply_to, actor.address, letter.subject)
        heading = f"X-Number: {next(self._number)}\n".encode()
        return Incoming(MACHINE, heading + OTHERS[name](ours))

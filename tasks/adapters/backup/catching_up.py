"""Catching up: what happened after the backup, as far as the mailboxes still tell it.

Once after a restoration, before any letter leaves. Cycles that opened meanwhile are opened, as of
then; what had been taken in is read again and worked through day by day, as of its day, so that
each answer is the one that was given. Letters that this writes may have left: those that the mail
shows have, the others wait for a person.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from models.domain.answers.restorations import Restoration
from models.domain.cycle.cycles import HANOI
from tasks.adapters.intake.collecting import collect
from tasks.adapters.intake.failures import DATABASE_AWAY, machine_sentence
from tasks.adapters.intake.working import work_through
from tasks.adapters.mailbox.inbox import InboxFault
from tasks.adapters.mailbox.processed_mail import Known, ProcessedMail
from tasks.adapters.post.letters_in_doubt import hold_doubtful, prove
from tasks.adapters.store import messages
from tasks.adapters.store.restored import restorations
from tasks.adapters.work.opening import agencies_to_ask, ask
from tasks.adapters.workplace import Workplace

_EVERYTHING = 1_000_000  # messages: catching up is done as a whole
_SOON = dt.timedelta(minutes=1)  # what arrived was worked on soon after


@dataclass
class CaughtUp:
    """What catching up came to."""

    read_again: int = 0  # messages that the restored record did not know
    seen: int = 0  # letters that the mail shows to have left
    held: int = 0  # letters that a person decides on
    failures: list[str] = field(default_factory=list)  # Vietnamese: it is to be run again


def is_behind(workplace: Workplace) -> Restoration | None:
    """The restoration whose lost time has not been caught up with; None where there is none."""
    with workplace.engine.begin() as connection:
        restoration = restorations.last_restoration(connection)
    return None if restoration is None or restoration.mail_is_read_again else restoration


def catch_up(workplace: Workplace) -> CaughtUp:
    """Catches up with the time between backup and restoration, where that has not been done.

    What cannot be reached is named in `failures`: nothing is sent until it has been read. Run again
    it recognises what it read before.
    """
    done = CaughtUp()
    restoration = is_behind(workplace)
    if restoration is None:
        return done
    _open_cycles(workplace, restoration)
    _hold(workplace, restoration)
    _work(workplace, restoration.saved_at, restoration, done)  # what was kept, and not worked on
    places = []
    try:
        for url in workplace.rules.mailboxes:
            place = _opened(workplace, url, restoration, done)
            places += [place] if place else []
        days = sorted({m.astimezone(HANOI).date() for p in places for m in p.moments()})
        for day in days:
            end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), HANOI)
            with _as_of(workplace, _moment(end, restoration)):
                for place in places:
                    place.until = end
                    taken = collect(workplace, place, _EVERYTHING)
                    done.read_again += taken.new
                    done.failures += taken.failures
                done.failures += work_through(workplace, _EVERYTHING).failures
            _hold(workplace, restoration)
    except DATABASE_AWAY as error:
        done.failures.append(machine_sentence(error))
    finally:
        for place in places:
            place.close()
    with workplace.engine.begin() as connection:
        done.seen = len(prove(workplace, connection, restoration))
        done.held = len(restorations.held_letters(connection))
        if not done.failures:
            restorations.note_mail_read_again(connection, restoration)
    return done


def _opened(
    workplace: Workplace, url: str, restoration: Restoration, done: CaughtUp
) -> ProcessedMail | None:
    rules = workplace.rules
    try:
        return ProcessedMail(
            url,
            restoration.restored_at,
            rules.mailbox,
            rules.max_message_bytes,
            _known(workplace),
        )
    except (InboxFault, OSError) as fault:
        done.failures.append(f"Hộp thư {url.partition(':')[0]}: {fault}")
        return None


def _known(workplace: Workplace) -> Known:
    with workplace.engine.begin() as connection:
        found = messages.every_message(connection)
    return Counter((row["received_at"], row["size"]) for row in found)


def _open_cycles(workplace: Workplace, restoration: Restoration) -> None:
    """Asks whom a cycle asked that opened in the lost time, or was opening when the backup ended.

    An agency that could not be asked then cannot be asked now: `open-cycle` says so in its turn.
    """
    for _, cycle in sorted(workplace.office.cycles.items()):
        if cycle.opens_at <= restoration.restored_at and not cycle.has_ended(restoration.saved_at):
            moment = max(cycle.opens_at, restoration.saved_at).astimezone(dt.UTC)
            with _as_of(workplace, moment):
                ask(workplace, cycle, agencies_to_ask(workplace, cycle))


def _work(
    workplace: Workplace, moment: dt.datetime, restoration: Restoration, done: CaughtUp
) -> None:
    with _as_of(workplace, moment):
        done.failures += work_through(workplace, _EVERYTHING).failures
    _hold(workplace, restoration)


def _hold(workplace: Workplace, restoration: Restoration) -> None:
    """What was written is taken for sent until the end tells: reports of it count at once."""
    with workplace.engine.begin() as connection:
        hold_doubtful(workplace, connection, restoration)


def _moment(end: dt.datetime, restoration: Restoration) -> dt.datetime:
    """As of when a day's mail is worked on: within the lost time, or what it wrote were new."""
    moment = min(end - _SOON, restoration.restored_at)
    return max(moment, restoration.saved_at).astimezone(dt.UTC)


@contextmanager
def _as_of(workplace: Workplace, moment: dt.datetime) -> Iterator[None]:
    now = workplace.now
    workplace.now = moment
    try:
        yield
    finally:
        workplace.now = now

"""Posting: letters of the outbox leave by SMTP, each claimed in the moment before it can arrive.

A letter is claimed between the last byte of its content and the final dot. Killed before, it is
still queued and nobody has it; killed after, it is `sending`, and whether it arrived is uncertain:
that one moment no program can close, so it is shown and resolved by proof, by rule or by a person.

A few connections work side by side, each in a thread of its own. They draw from one queue, and the
claim is one statement of the database, so that a letter leaves by one of them only, whatever other
runs do at the same time.
"""

from __future__ import annotations

import datetime as dt
import secrets
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from models.domain.answers.restorations import HELD
from models.domain.mail.bounces import DeliveryAction, RecipientReport
from models.domain.mail.delivery import (
    Blame,
    Deliveries,
    DeliveryRuling,
    Fate,
    after_answer,
    after_claim,
    extended_code,
    given_up,
    letter_state,
    next_attempt,
    permitted,
    unreached,
)
from models.domain.mail.mail import LetterState
from models.tables import LetterRow
from tasks.adapters.post.group_writer import GroupWriter
from tasks.adapters.post.last_look import LastLook
from tasks.adapters.post.letter_queue import LetterQueue
from tasks.adapters.post.letters_in_doubt import MAIL_FIRST, judge_letters_in_doubt
from tasks.adapters.post.pacing import RunClock, pace_of
from tasks.adapters.post.packing import NotEver, NotNow, Packed, pack, with_its_workbook
from tasks.adapters.post.smtp_sender import Refusals, SendOutcome, SmtpSender
from tasks.adapters.post.uncertain_letters import resolve_uncertain
from tasks.adapters.sharing.drawn_letters import DrawnLetters
from tasks.adapters.sharing.locks import SessionLocks
from tasks.adapters.store import outbox
from tasks.adapters.store.address_book import mark_failing
from tasks.adapters.store.rows import for_reading
from tasks.adapters.workplace import Steps, Workplace, unheard

#: Seconds between attempts to record what a server has said: it cannot be asked again.
RECORD_PAUSES = (0.5, 2.0, 5.0)
_LOOK_AGAIN = 1.0  # seconds between two looks for a free connection


@dataclass(frozen=True, slots=True)
class News:
    """What became of a letter in a run."""

    state: LetterState  # sent, uncertain or failed
    key: str  # business key
    subject: str
    kind: str
    agency: str
    cycle: str


@dataclass
class Posted:
    """What one delivery run did; the lists are Vietnamese, for the operator."""

    sent: int = 0
    deferred: int = 0
    news: list[News] = field(default_factory=list)  # of each letter that left, or never will
    failed: list[str] = field(default_factory=list)  # reached nobody, or not everybody
    uncertain: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)  # no longer true
    left: list[str] = field(default_factory=list)  # to be done by running again


def deliver(workplace: Workplace, limit: int, steps: Steps = unheard) -> Posted:
    """Sends the letters whose turn has come, also those written meanwhile, at most `limit`.

    Stops at a server that cannot be reached or that takes no letter of ours; what is queued stays
    queued.
    """
    watch = RunClock(workplace.now)
    posted = Posted()
    doubt = judge_letters_in_doubt(workplace)
    if doubt.mail_first:
        posted.left.append(MAIL_FIRST)
        return posted
    for row in doubt.held:
        posted.uncertain.append(f"{row.business_key}: {HELD}")
        posted.news.append(_news(row, LetterState.UNCERTAIN))
    for row, said in resolve_uncertain(workplace.engine, workplace.rules, watch.now()):
        posted.uncertain.append(f"{row.business_key}: {said}")
        posted.news.append(_news(row, LetterState.UNCERTAIN))
    with SessionLocks(workplace.engine) as locks:
        drawn = DrawnLetters(workplace.engine, locks)
        rounds = _Rounds(workplace, posted, watch, drawn, steps)
        while waiting := _waiting(workplace, watch):
            wanted = min(workplace.rules.smtp_connections, waiting, limit)
            if connections := _connections(locks, workplace.rules.smtp_connections, wanted):
                rounds.run(limit, connections)
                break
            # Another worker has them all: it is helped with the marking until one is free.
            rounds.make_ready(limit)
            time.sleep(_LOOK_AGAIN)
    return posted


def _waiting(workplace: Workplace, watch: RunClock) -> int:
    """How many letters' turn has come."""
    with for_reading(workplace.engine).begin() as connection:
        return outbox.number_due(connection, watch.now())


def _connections(locks: SessionLocks, most: int, wanted: int) -> int:
    """Of the connections that all workers together may open those that are free, as many as wanted.

    They are this run's until its locks end.
    """
    names = [("connection", str(number)) for number in range(most)]
    free = [name for name, got in zip(names, locks.taken(names), strict=True) if got]
    for name in free[wanted:]:
        locks.free(name)
    return min(len(free), wanted)


@dataclass(frozen=True, slots=True)
class _Attempt:
    """What is to be recorded of an attempt to send a letter."""

    at: dt.datetime
    claimed: bool
    values: Mapping[str, Any]  # of the letter's row
    known: Deliveries
    failing: Mapping[str, DeliveryRuling]  # by address


class _Rounds:
    """The letters of one run on their way out."""

    def __init__(
        self,
        workplace: Workplace,
        posted: Posted,
        watch: RunClock,
        drawn: DrawnLetters,
        steps: Steps,
    ) -> None:
        self._workplace = workplace
        self._posted = posted
        self._watch = watch
        self._drawn = drawn
        self._pace = pace_of(workplace, watch)
        self._steps = steps
        self._last_look = LastLook(workplace)
        self._lock = Lock()  # all that the connections share
        self._writer = GroupWriter(workplace.engine)
        self._stop = Event()
        self._trouble: DeliveryRuling | None = None  # why no more letters can leave
        self._told: set[str] = set()  # reasons that the operator has been told
        self._progress = False

    def run(self, limit: int, connections: int) -> None:
        """Sends until nothing is left or the server takes nothing more.

        A server may allow fewer connections than we open, or close one in the middle: as long as
        a round got letters away, what it left over is tried once more, over a single one.
        """
        with self._queue(limit, to_mark=False) as queue:
            while not self._stop.is_set():
                self._progress = False
                self._one_round(queue, connections)
                if not (self._progress and queue.at_hand):
                    break
                connections = 1
            self._steps(queue.taken_up - queue.at_hand, queue.taken_up)
        if self._trouble is not None:
            self._tell_what_waits(self._trouble)

    def make_ready(self, limit: int) -> None:
        """Marks the workbooks of letters that another worker will send."""
        with self._queue(limit, to_mark=True) as queue:
            while (row := queue.draw()) is not None:
                queue.finished(row)

    def _queue(self, limit: int, *, to_mark: bool) -> LetterQueue:
        workers = self._workplace.rules.reader_workers
        make_ready, now = self._make_ready, self._watch.now
        return LetterQueue(self._drawn, now, limit, make_ready, workers, to_mark=to_mark)

    def _one_round(self, queue: LetterQueue, connections: int) -> None:
        with ThreadPoolExecutor(connections) as pool:
            working = [pool.submit(self._work, queue) for _ in range(connections)]
            try:
                for done in working:
                    done.result()
            except BaseException:  # the run is cancelled, or the service ends
                self._end(queue)  # with the letters in hand, not with all that wait
                raise

    def _end(self, queue: LetterQueue) -> None:
        self._stop.set()
        queue.stop()

    def _tell_what_waits(self, trouble: DeliveryRuling) -> None:
        with for_reading(self._workplace.engine).begin() as connection:
            waiting = outbox.number_due(connection, self._watch.now())
        if waiting:
            self._posted.left.append(
                f"Máy chủ gửi thư: {trouble.said}. {waiting} thư còn chờ, không thư nào bị đánh "
                "dấu hỏng; sửa theo «baocao doctor» (BAOCAO_SMTP_URL) rồi chạy lại."
            )

    def _work(self, queue: LetterQueue) -> None:
        """One connection's share of the letters."""
        rules = self._workplace.rules
        guests = rules.guest_list
        try:
            with SmtpSender(
                rules.smtp_url,
                ca_file=rules.smtp_ca_file,
                local_hostname=rules.mail_domain or "localhost",
                may_write_to=lambda address: not guests or permitted(address, guests),
            ) as sender:
                while (row := queue.draw()) is not None:
                    with self._lock:
                        self._steps(queue.taken_up - queue.at_hand - 1, queue.taken_up)
                    packed = self._pack(row)
                    if packed is not None and not self._send(queue, sender, row, packed):
                        return
                    queue.finished(row)
        except BaseException:
            self._end(queue)  # the others end after the letter they are at
            raise

    def _make_ready(self, row: LetterRow) -> bool:
        """Whether the letter may leave, and has its workbook now."""
        try:
            if self._is_withdrawn(row):
                return False
            with_its_workbook(self._workplace, row)
        except NotNow as error:
            self._leave(error)
        except NotEver as error:
            self._give_up(row, str(error), error.deliveries)
        else:
            return True
        return False

    def _pack(self, row: LetterRow) -> Packed | None:
        """The letter ready to leave; None when it shall not, which is then recorded."""
        try:
            return None if self._is_withdrawn(row) else pack(self._workplace, row)
        except NotNow as error:
            self._leave(error)
        except NotEver as error:
            self._give_up(row, str(error), error.deliveries)
        return None

    def _is_withdrawn(self, row: LetterRow) -> bool:
        why = self._last_look.withdraw_if_untrue(row, self._watch.now())
        if why:
            self._posted.withdrawn.append(f"{row.business_key}: {why}")
        return bool(why)

    def _leave(self, error: NotNow) -> None:
        """A letter that waits for the next run, for a cause of ours."""
        self._posted.left.append(str(error))

    def _send(self, queue: LetterQueue, sender: SmtpSender, row: LetterRow, packed: Packed) -> bool:
        """One attempt, recorded; False when this connection is of no more use."""
        if self._stop.wait(self._pace.turn()):
            queue.put_back(row)
            return False
        token = secrets.token_hex(8)
        message = packed.message

        def claim(refused: Refusals) -> bool:
            copy = bool(message.copy_to) and message.copy_to not in refused
            known = after_claim(packed.deliveries, message.recipients, refused)
            return _claim(self._writer, row, token, self._watch.now(), known, copy=copy)

        outcome = sender.send(message, claim)
        with self._lock:
            if outcome.fate is Fate.STOP:
                self._trouble = outcome.last
                if outcome.connected:  # the server is there and takes no letter of ours
                    self._end(queue)
                if not outcome.claimed:
                    queue.put_back(row)
                    return False
            self._progress = True
            if not outcome.withdrawn:
                self._record(row, token, packed, outcome)
            return not self._stop.is_set()

    def _record(self, row: LetterRow, token: str, packed: Packed, outcome: SendOutcome) -> None:
        """Commits the outcome before the connection's next letter is begun."""
        now = self._watch.now()
        envelope = packed.message.recipients
        known = after_answer(packed.deliveries, envelope, outcome.refused, outcome.last)
        state = letter_state(row.to, row.cc, known)
        values: dict[str, Any] = {"state": state.value}
        in_vain = False
        if state is LetterState.QUEUED:
            again = next_attempt(row.tried_at or now, row.attempts + 1, now)
            in_vain = again is None
            if in_vain:
                known = given_up(known, [*row.to, *row.cc], "đã thử trong bốn ngày")
                state = letter_state(row.to, row.cc, known)
                values["state"] = state.value
            else:
                values["next_attempt_at"] = again
        said = "; ".join(unreached(known)) or (
            "" if outcome.fate is Fate.TAKEN else outcome.last.said
        )
        values["last_error"] = said
        if outcome.fate is Fate.TAKEN:
            values["sent_at"] = now
            copy = packed.message.copy_to
            values["copies"] = row.copies + int(bool(copy) and copy not in outcome.refused)
            values["copy_in_flight"] = False
        failing = _failing(envelope, outcome, in_vain)
        if self._commit(row, token, _Attempt(now, outcome.claimed, values, known, failing)):
            self._count(row, state, known, outcome, said)

    def _commit(self, row: LetterRow, token: str, made: _Attempt) -> bool:
        """Whether the outcome is this run's to record; a database that is busy is asked again."""

        def write(connection: Connection) -> bool:
            if made.claimed:
                done = outbox.record_outcome(connection, row, token, made.values, made.known)
            else:
                done = outbox.record_attempt(connection, row, made.at, made.values, made.known)
            for address, found in made.failing.items() if done else ():
                mark_failing(connection, address, _report(address, found), made.at, row.id)
            return done

        for pause in (*RECORD_PAUSES, None):
            try:
                return self._writer.write(write)
            except OperationalError:
                if pause is None:
                    raise
                time.sleep(pause)
        return False

    def _count(
        self, row: LetterRow, state: LetterState, known: Deliveries, outcome: SendOutcome, said: str
    ) -> None:
        name = self._name(row)
        if outcome.fate is Fate.TAKEN:
            self._posted.sent += 1
            self._posted.news.append(_news(row, LetterState.SENT))
        if state is LetterState.UNCERTAIN:
            self._posted.uncertain.append(f"{name}: {said}")
            self._posted.news.append(_news(row, state))
        elif state is LetterState.QUEUED:
            self._posted.deferred += outcome.fate is not Fate.TAKEN
            self._tell_operator(outcome.last)
        elif unreached(known):
            sent = "đã gửi, nhưng không tới " if state is LetterState.SENT else ""
            self._posted.failed.append(f"{name}: {sent}{said}")
            self._posted.news.append(_news(row, LetterState.FAILED))

    def _tell_operator(self, found: DeliveryRuling) -> None:
        """What no waiting mends is said once a run, which then does not end well."""
        ours = found.fate is Fate.AGAIN and found.blame is Blame.OPERATOR
        if ours and found.reason not in self._told:
            self._told.add(found.reason)
            self._posted.left.append(
                f"Thư chờ gửi lại vì {found.reason} ({found.reply}). "
                "Chạy «baocao doctor», sửa cài đặt."
            )

    def _give_up(self, row: LetterRow, why: str, known: Deliveries) -> None:
        known = given_up(known, [*row.to, *row.cc], why)
        values = {"state": letter_state(row.to, row.cc, known).value, "last_error": why}
        self._posted.failed.append(f"{self._name(row)}: {why}")
        self._posted.news.append(_news(row, LetterState.FAILED))
        with self._workplace.engine.begin() as connection:
            outbox.record_attempt(connection, row, self._watch.now(), values, known)

    def _name(self, row: LetterRow) -> str:
        """A letter as the operator knows it."""
        to = self._workplace.office.register.agency_name(row.agency) or "Văn phòng"
        return f"Thư «{row.subject}» gửi {to} ({row.business_key})"


def _claim(
    writer: GroupWriter,
    row: LetterRow,
    token: str,
    now: dt.datetime,
    known: Deliveries,
    *,
    copy: bool,
) -> bool:
    def write(connection: Connection) -> bool:
        return outbox.claim(connection, row, token, now, known, copy=copy)

    return writer.write(write)


def _failing(
    envelope: Sequence[str], outcome: SendOutcome, in_vain: bool
) -> dict[str, DeliveryRuling]:
    """The addresses that the server found bad for good, or put off `in_vain` for days.

    A word about the address that came after the content is about one recipient only where there
    is one.
    """
    found = {
        address: ruled
        for address, ruled in outcome.refused.items()
        if address in envelope
        and (ruled.marks_contact or (in_vain and ruled.blame is Blame.ADDRESS))
    }
    if outcome.last.marks_contact and outcome.claimed and len(envelope) == 1:
        found[envelope[0]] = outcome.last
    return found


def _report(address: str, found: DeliveryRuling) -> RecipientReport:
    status = extended_code(found.reply)
    return RecipientReport(address, address, DeliveryAction.FAILED, status, found.said)


def _news(row: LetterRow, state: LetterState) -> News:
    return News(state, row.business_key, row.subject, row.kind, row.agency, row.cycle)

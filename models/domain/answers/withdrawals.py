"""Withdrawn versions: what counts of what was recorded, and what was written from the rest.

Nothing of a version is ever changed. Whether it counts is read from the record of decisions, and
from what was recorded after it: a version that the same file of the same message became once more,
because it had been judged beside one that was withdrawn, takes the earlier one's place.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

from models.domain.answers.decisions import Decision, DecisionBook
from models.domain.cycle.cycles import HANOI
from models.domain.mail.mail import LetterKind

_VERSION_PART = 3  # of a business key: cycle, agency, kind, version


class Recorded(Protocol):
    """What tells one recorded version from another."""

    @property
    def agency(self) -> str:
        """The code of the agency it is of."""

    @property
    def version(self) -> int:
        """Its number."""

    @property
    def message_key(self) -> str:
        """The key of the message that brought it."""

    @property
    def file_sha256(self) -> str:
        """Of the file it was read from."""

    @property
    def received_at(self) -> dt.datetime:
        """When its message arrived."""

    @property
    def decided_at(self) -> dt.datetime | None:
        """When it was recorded."""


_R = TypeVar("_R", bound=Recorded)


def in_force(cycle: str, versions: Sequence[_R], book: DecisionBook) -> list[_R]:
    """The versions that may count, in their order: neither withdrawn nor judged anew.

    `versions`: all that were recorded in the cycle of each agency among them. One that was judged
    anew does not come back when what took its place is withdrawn.
    """
    last = {_file(v): v.version for v in sorted(versions, key=lambda v: v.version)}
    gone = {(d.agency, d.version) for d in withdrawn_in(cycle, book)}
    return [
        v for v in versions if last[_file(v)] == v.version and (v.agency, v.version) not in gone
    ]


def withdrawn_in(cycle: str, book: DecisionBook) -> list[Decision]:
    """The withdrawals that hold in a cycle, oldest first."""
    return [d for d in book.on_versions(cycle) if book.withdrawal(cycle, d.agency, d.version) is d]


def judged_after(
    cycle: str, versions: Iterable[_R], book: DecisionBook, received_at: dt.datetime
) -> list[_R]:
    """The versions that a message of that moment is held against.

    Left out are those that wait to be judged anew themselves and arrived no earlier: in a record
    in which the withdrawn version had never been they would be judged after it.
    """
    return [v for v in versions if not (is_stale(cycle, v, book) and v.received_at >= received_at)]


def is_stale(cycle: str, version: Recorded, book: DecisionBook) -> bool:
    """Whether a version was judged beside one that was withdrawn, or reinstated, since."""
    return any(
        d.agency == version.agency
        and d.version < version.version
        and version.decided_at is not None
        and d.decided_at >= version.decided_at
        for d in book.on_versions(cycle)
    )


def changed_since(book: DecisionBook, cycles: Iterable[str], at: dt.datetime) -> Decision | None:
    """The last withdrawal or reinstatement in those cycles that was decided after `at`."""
    found = [d for c in cycles for d in book.on_versions(c) if d.decided_at > at]
    return max(found, key=lambda d: d.number) if found else None


def last_change(book: DecisionBook, cycles: Iterable[str]) -> int:
    """The number of the last withdrawal or reinstatement in those cycles, 0 for none."""
    return max((d.number for c in cycles for d in book.on_versions(c)), default=0)


class LetterFromVersions(Protocol):
    """A letter of the outbox, as far as it was written from versions."""

    @property
    def business_key(self) -> str:
        """Its fixed key."""

    @property
    def cycle(self) -> str:
        """The code of its cycle."""

    @property
    def agency(self) -> str:
        """The code of the agency it goes to; "" for the office itself."""

    @property
    def kind(self) -> str:
        """A `LetterKind`."""

    @property
    def created_at(self) -> dt.datetime:
        """When it was written."""


def version_told(letter: LetterFromVersions) -> int:
    """The number of the version that a letter tells of, 0 where it tells of none by itself."""
    if letter.kind not in (LetterKind.VERDICT, LetterKind.WITHDRAWAL):
        return 0
    return int(letter.business_key.split("|")[_VERSION_PART])


def why_superseded(letter: LetterFromVersions, previous: str, book: DecisionBook) -> str:
    """Why a letter must not leave any more, Vietnamese; "" while it may.

    `previous` is the cycle that the letter's is measured by, "" for none: a summary and an
    agency's page show figures of both.
    """
    if letter.kind == LetterKind.VERDICT:
        gone = book.withdrawal(letter.cycle, letter.agency, version_told(letter))
        return f"phiên bản {gone.version} đã rút lại, {_by(gone)}" if gone else ""
    if letter.kind in (LetterKind.SUMMARY, LetterKind.PREVIEW):
        cycles = [c for c in (letter.cycle, previous) if c]
        since = changed_since(book, cycles, letter.created_at)
        if since is not None:
            return f"lập từ số liệu trước khi rút lại hoặc khôi phục một phiên bản, {_by(since)}"
    return ""


def _by(decision: Decision) -> str:
    day = decision.decided_at.astimezone(HANOI)
    return f"quyết định số {decision.number} ngày {day:%d/%m/%Y}"


def _file(version: Recorded) -> tuple[str, str, str]:
    return version.agency, version.message_key, version.file_sha256

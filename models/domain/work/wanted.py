"""Which runs are wanted now: a pure function of what one look found and of what was asked before.

It may be asked as often as one likes. Whoever asks begins a run for each wish and remembers what it
was about; from then on the same cause wishes for nothing. What a cause looks like from outside is
its mark: another mark is another cause, and "" is none. A cause that a run has not done away with
(a mailbox that cannot be reached, a message that cannot be read) is asked about again, seldom.

What time alone brings is a rhythm of the office's day. A moment that was missed is caught up with
by one run.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from models.domain.cycle.cycles import HANOI, ReportingCycle, cycles_in_view, open_cycles
from models.domain.cycle.summary_schedule import consolidation_due

#: What the schedules ask of the flows that do but what is due.
WHEN_DUE: Mapping[str, Any] = {"when_due": True}
NOW: Mapping[str, Any] = {}

#: What several workers may do side by side. So much of it is worth a run of another one.
SHARED = frozenset({"collect-submissions", "deliver-outbox"})
WORTH_A_RUN = 40  # messages, letters

#: Between two runs for new causes: several letters leave with one.
LETTERS_APART = dt.timedelta(seconds=15)
MESSAGES_APART = dt.timedelta(seconds=15)
BOARDS_APART = dt.timedelta(minutes=4)
#: After a run that did not do away with its cause.
LETTERS_AGAIN = dt.timedelta(minutes=10)
MESSAGES_AGAIN = dt.timedelta(minutes=15)
AGAIN = dt.timedelta(hours=1)
#: With no cause at all, while a cycle is open. Nobody shall think that collecting has stopped.
LOOK = dt.timedelta(minutes=30)
#: What arrived before a deadline is collected when the deadline's consolidation begins.
COLLECTED_AFTER = dt.timedelta(minutes=20)
#: Clocks that were set back: what was asked later than now was asked at another time.
_AHEAD = dt.timedelta(minutes=1)

_HOURS = range(7, 18)
_OPENING = [dt.time(hour) for hour in _HOURS]
_REMINDING = [dt.time(hour, 5) for hour in _HOURS]
_SUMMARIES = [dt.time(hour, 35) for hour in _HOURS]
PREVIEW_TIMES = (dt.time(8, 40),)
_MORNINGS = [dt.time(7, 30)]
_BOARDS = [dt.time(hour) for hour in range(24)]
_SUNDAY = 6


@dataclass(frozen=True, slots=True)
class SeenPlace:
    """What a place of arrival shows from outside."""

    mark: str
    waits: bool  # something that should not stay lies there, or the place cannot be looked at


@dataclass(frozen=True, slots=True)
class Facts:
    """What one look found."""

    now: dt.datetime
    cycles: Sequence[ReportingCycle]
    letters: str = ""  # mark of the letters whose turn has come
    letters_in_doubt: bool = False  # some may be resolved by time or by their own copy
    messages: str = ""  # mark of the messages that were kept and not yet worked on
    places: Mapping[str, SeenPlace] = field(default_factory=dict)  # of arrival
    drafts: Sequence[tuple[str, dt.datetime]] = ()  # that wait for approval: which, since when
    chased_after: Sequence[dt.timedelta] = ()  # a draft is looked after when it has waited so long
    recorded: str = ""  # mark of all that the boards show
    asked: Collection[str] = ()  # codes of the cycles in which agencies were asked
    consolidated: Mapping[str, dt.datetime] = field(default_factory=dict)  # by cycle: when last
    fault: str = ""  # why the database could not be asked
    workers: int = 1  # that may take messages and letters side by side
    messages_waiting: int = 0
    letters_waiting: int = 0


@dataclass(frozen=True, slots=True)
class LastAsked:
    """When a flow was asked for last, and what marks its causes bore."""

    at: dt.datetime
    marks: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A run that is wanted, and the marks of what it is about."""

    flow: str
    request: Mapping[str, Any]
    marks: Mapping[str, str]
    side_by_side: int = 1  # so many runs of it may be under way


def wanted(facts: Facts, asked: Mapping[str, LastAsked]) -> list[Wanted]:
    """The runs that are wanted now; `asked` says by flow what was asked for last."""
    found = []
    for flow, (request, rule) in RULES.items():
        last = asked.get(flow)
        if last is not None and last.at > facts.now + _AHEAD:
            last = None
        marks = rule(facts, last)
        if marks is not None:
            found.append(Wanted(flow, request, marks, _side_by_side(flow, facts)))
    return found


def _side_by_side(flow: str, facts: Facts) -> int:
    """How many runs of a flow there is work for now, on as many workers."""
    if flow not in SHARED:
        return 1
    waiting = facts.messages_waiting if flow == "collect-submissions" else facts.letters_waiting
    return max(1, min(facts.workers, waiting // WORTH_A_RUN))


def _opening(facts: Facts, last: LastAsked | None) -> Mapping[str, str] | None:
    """Hourly in the office's day, and when a cycle opens in it."""
    cycles = open_cycles(facts.cycles, facts.now)
    in_day = facts.now.astimezone(HANOI).hour in _HOURS
    opened = in_day and any(last is None or last.at < c.opens_at for c in cycles)
    return {} if cycles and (opened or _reached(facts.now, _OPENING, last)) else None


def _collecting(facts: Facts, last: LastAsked | None) -> Mapping[str, str] | None:
    marks = {name: place.mark for name, place in facts.places.items()}
    marks |= {"messages": facts.messages, "fault": facts.fault}
    waits = facts.messages or facts.fault or any(p.waits for p in facts.places.values())
    wish = _is_new(marks, last) and _since(last, facts.now, MESSAGES_APART)
    wish = wish or bool(waits and _since(last, facts.now, MESSAGES_AGAIN))
    wish = wish or (bool(open_cycles(facts.cycles, facts.now)) and _since(last, facts.now, LOOK))
    return marks if wish else None


def _reminding(facts: Facts, last: LastAsked | None) -> Mapping[str, str] | None:
    return _at(facts, last, _REMINDING, on_sundays=False)


def _delivering(facts: Facts, last: LastAsked | None) -> Mapping[str, str] | None:
    marks = {"letters": facts.letters}
    waits = facts.letters or facts.letters_in_doubt
    wish = _is_new(marks, last) and _since(last, facts.now, LETTERS_APART)
    return marks if wish or (waits and _since(last, facts.now, LETTERS_AGAIN)) else None


def _consolidating(facts: Facts, last: LastAsked | None) -> Mapping[str, str] | None:
    moment = facts.now - COLLECTED_AFTER
    due = [
        cycle.code
        for cycle in cycles_in_view(facts.cycles, facts.now, facts.asked)
        if consolidation_due(cycle, facts.consolidated.get(cycle.code), moment)
    ]
    marks = {"cycles": " ".join(due)}
    return marks if due and (_is_new(marks, last) or _since(last, facts.now, AGAIN)) else None


def _summarising(facts: Facts, last: LastAsked | None) -> Mapping[str, str] | None:
    return _at(facts, last, _SUMMARIES)


def _previewing(facts: Facts, last: LastAsked | None) -> Mapping[str, str] | None:
    return _at(facts, last, PREVIEW_TIMES, on_sundays=False)


def _beginning(facts: Facts, last: LastAsked | None) -> Mapping[str, str] | None:
    """Each morning, also where no cycle is open: something may wait for a person all the same."""
    rests = facts.now.astimezone(HANOI).weekday() == _SUNDAY
    return {} if not rests and _reached(facts.now, _MORNINGS, last) else None


def _chasing(facts: Facts, last: LastAsked | None) -> Mapping[str, str] | None:
    """When a draft has waited so long, when there is another one, and when one waits no more."""
    passed = [
        f"{draft}+{sum(facts.now - since >= after for after in facts.chased_after)}"
        for draft, since in facts.drafts
    ]
    marks = {"drafts": " ".join(passed)}
    known = last.marks.get("drafts", "") if last else ""
    late = bool(facts.chased_after) and any(
        facts.now - since >= max(facts.chased_after) for _, since in facts.drafts
    )
    wish = marks["drafts"] != known or (late and _since(last, facts.now, AGAIN))
    return marks if wish else None


def _showing(facts: Facts, last: LastAsked | None) -> Mapping[str, str] | None:
    """When there is news, at a deadline, and hourly while a cycle is open: boards count days."""
    marks = {"recorded": facts.recorded}
    cycles = open_cycles(facts.cycles, facts.now)
    at_deadline = any(c.due_at <= facts.now and last and last.at < c.due_at for c in cycles)
    wish = _is_new(marks, last) or at_deadline
    wish = wish and _since(last, facts.now, BOARDS_APART)
    return marks if wish or (cycles and _reached(facts.now, _BOARDS, last)) else None


def _watching(facts: Facts, last: LastAsked | None) -> Mapping[str, str] | None:
    is_open = bool(open_cycles(facts.cycles, facts.now))
    return {} if is_open and _since(last, facts.now, LOOK) else None


Rule = Callable[[Facts, LastAsked | None], Mapping[str, str] | None]

#: By flow: what is asked of it, and when; the rule gives the marks of the cause, None for no cause.
#: The same is asked as by the schedules, so that the one run stands for the other.
RULES: Mapping[str, tuple[Mapping[str, Any], Rule]] = {
    "open-cycle": (NOW, _opening),
    "collect-submissions": (NOW, _collecting),
    "remind-agencies": (NOW, _reminding),
    "deliver-outbox": (NOW, _delivering),
    "consolidate-cycle": (WHEN_DUE, _consolidating),
    "send-summary": (WHEN_DUE, _summarising),
    "send-previews": (WHEN_DUE, _previewing),
    "send-todays-work": (WHEN_DUE, _beginning),
    "chase-approvals": (NOW, _chasing),
    "update-boards": (NOW, _showing),
    "watch-health": (NOW, _watching),
}

#: What nobody wants at any other time than its schedule says.
BY_SCHEDULE_ALONE = frozenset({"clean-up", "make-backup"})


def _at(
    facts: Facts, last: LastAsked | None, times: Sequence[dt.time], *, on_sundays: bool = True
) -> Mapping[str, str] | None:
    """At these times of the day while a cycle is open."""
    rests = not on_sundays and facts.now.astimezone(HANOI).weekday() == _SUNDAY
    if rests or not open_cycles(facts.cycles, facts.now):
        return None
    return {} if _reached(facts.now, times, last) else None


def _reached(now: dt.datetime, times: Sequence[dt.time], last: LastAsked | None) -> bool:
    """Whether one of the day's times has come since it was asked last."""
    local = now.astimezone(HANOI)
    newest = max((time for time in times if time <= local.time()), default=None)
    if newest is None:
        return False
    return last is None or last.at < dt.datetime.combine(local.date(), newest, HANOI)


def _is_new(marks: Mapping[str, str], last: LastAsked | None) -> bool:
    """Whether there is a cause that was not there when it was asked last."""
    known = last.marks if last else {}
    return any(mark and known.get(name) != mark for name, mark in marks.items())


def _since(last: LastAsked | None, now: dt.datetime, apart: dt.timedelta) -> bool:
    return last is None or now - last.at >= apart

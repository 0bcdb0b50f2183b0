"""What is wanted when: by table, and by days played minute by minute."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.results.sample_letters import CYCLE
from models.domain.work.wanted import RULES, Facts, LastAsked, SeenPlace, Wanted, wanted

OPEN = replace(
    CYCLE,
    opens_at=dt.datetime(2025, 1, 21, 9, tzinfo=HANOI),
    due_at=dt.datetime(2025, 2, 20, tzinfo=HANOI),
    ends_on=dt.date(2025, 2, 27),
)
MINUTE = dt.timedelta(minutes=1)
NET = 46  # runs a day that the schedules begin, at the most: tests/flows/test_deployments.py
NIGHT = dt.datetime(2025, 2, 12, 3, 30, tzinfo=HANOI)
NOON = dt.datetime(2025, 2, 12, 12, 30, tzinfo=HANOI)  # a Wednesday in the open cycle
AFTER = dt.datetime(2025, 7, 9, 12, 30, tzinfo=HANOI)  # long after its end
DRAFT = ("7", NOON - dt.timedelta(hours=5))
CHASED = (dt.timedelta(hours=12), dt.timedelta(hours=24))


def asked(ago: float, **marks: str) -> LastAsked:
    """So many minutes before noon."""
    return LastAsked(NOON - ago * MINUTE, marks)


def wishes(facts: Facts, before: Mapping[str, LastAsked]) -> set[str]:
    return {wish.flow for wish in wanted(facts, before)}


#: Everything was asked for a minute ago, with marks of what is still there.
QUIET = {
    "open-cycle": asked(1),
    "collect-submissions": asked(1, mail="", messages="", fault=""),
    "remind-agencies": asked(1),
    "deliver-outbox": asked(1, letters=""),
    "consolidate-cycle": asked(1),
    "send-summary": asked(1),
    "send-previews": asked(1),
    "send-todays-work": asked(1),
    "chase-approvals": asked(1, drafts=""),
    "update-boards": asked(1, recorded="r1"),
    "watch-health": asked(1),
}
CALM = Facts(
    NOON,
    [OPEN],
    places={"mail": SeenPlace("", waits=False)},
    chased_after=CHASED,
    recorded="r1",
    asked=[OPEN.code],
    consolidated={OPEN.code: NOON},
)
COLLECT, DELIVER, BOARDS = "collect-submissions", "deliver-outbox", "update-boards"


def test_nothing_is_wanted_where_nothing_has_changed() -> None:
    assert wishes(CALM, QUIET) == set()


def seen(mark: str, *, waits: bool = True) -> dict[str, SeenPlace]:
    return {"mail": SeenPlace(mark, waits)}


@pytest.mark.parametrize(
    ("facts", "before", "flow", "is_wanted"),
    [
        # A letter whose turn has come: at once, but several by one run; the same one seldom.
        ({"letters": "1/7"}, {}, DELIVER, True),
        ({"letters": "1/7"}, {DELIVER: asked(0.2, letters="1/6")}, DELIVER, False),
        ({"letters": "1/7"}, {DELIVER: asked(0.5, letters="1/6")}, DELIVER, True),
        ({"letters": "1/7"}, {DELIVER: asked(9, letters="1/7")}, DELIVER, False),
        ({"letters": "1/7"}, {DELIVER: asked(10, letters="1/7")}, DELIVER, True),
        ({"letters_in_doubt": True}, {DELIVER: asked(9)}, DELIVER, False),
        ({"letters_in_doubt": True}, {DELIVER: asked(10)}, DELIVER, True),
        # What lies in a folder: when it is another thing than the run was begun for.
        ({"places": seen("a")}, {}, COLLECT, True),
        ({"places": seen("a")}, {COLLECT: asked(0.2)}, COLLECT, False),
        ({"places": seen("a")}, {COLLECT: asked(2, mail="a")}, COLLECT, False),
        ({"places": seen("a")}, {COLLECT: asked(15, mail="a")}, COLLECT, True),
        ({"places": seen("b")}, {COLLECT: asked(2, mail="a")}, COLLECT, True),
        ({"places": seen("")}, {COLLECT: asked(2, mail="a")}, COLLECT, False),
        # A server's numbers stay when nothing comes.
        ({"places": seen("1 8", waits=False)}, {COLLECT: asked(2, mail="1 7")}, COLLECT, True),
        ({"places": seen("1 8", waits=False)}, {COLLECT: asked(29, mail="1 8")}, COLLECT, False),
        ({}, {COLLECT: asked(30)}, COLLECT, True),  # nothing at all, in an open cycle
        ({"messages": "2/x"}, {COLLECT: asked(2, messages="")}, COLLECT, True),
        ({"messages": "2/x"}, {COLLECT: asked(2, messages="2/x")}, COLLECT, False),
        ({"messages": "2/x"}, {COLLECT: asked(15, messages="2/x")}, COLLECT, True),
        ({"fault": "OperationalError"}, {}, COLLECT, True),
        ({"fault": "OperationalError"}, {COLLECT: asked(2, fault="OperationalError")}, COLLECT,
         False),
        # Boards: news, but not with every message; at a deadline; hourly.
        ({"recorded": "r2"}, {BOARDS: asked(3, recorded="r1")}, BOARDS, False),
        ({"recorded": "r2"}, {BOARDS: asked(4, recorded="r1")}, BOARDS, True),
        ({"cycles": [replace(OPEN, due_at=NOON - MINUTE)]}, {BOARDS: asked(5, recorded="r1")},
         BOARDS, True),
        ({"cycles": [replace(OPEN, due_at=NOON - 6 * MINUTE)]}, {BOARDS: asked(5, recorded="r1")},
         BOARDS, False),
        ({}, {BOARDS: asked(29, recorded="r1")}, BOARDS, False),
        ({}, {BOARDS: asked(31, recorded="r1")}, BOARDS, True),
        # The rhythm of the day, in an open cycle.
        ({}, {"open-cycle": asked(31)}, "open-cycle", True),
        ({}, {"open-cycle": asked(29)}, "open-cycle", False),
        ({}, {"remind-agencies": asked(26)}, "remind-agencies", True),
        ({}, {"send-summary": asked(54)}, "send-summary", False),
        ({}, {"send-summary": asked(56)}, "send-summary", True),
        ({}, {"send-previews": asked(200)}, "send-previews", False),
        ({}, {"send-previews": asked(1000)}, "send-previews", True),
        ({}, {"send-todays-work": asked(299)}, "send-todays-work", False),
        ({}, {"send-todays-work": asked(301)}, "send-todays-work", True),
        ({}, {"watch-health": asked(29)}, "watch-health", False),
        ({}, {"watch-health": asked(30)}, "watch-health", True),
        ({"cycles": [replace(OPEN, opens_at=NOON)]}, {"open-cycle": asked(1)}, "open-cycle", True),
        ({"cycles": [replace(OPEN, opens_at=NOON + MINUTE)]}, {}, "open-cycle", False),
        # A night's consolidation, once what arrived before it has been collected.
        ({"consolidated": {}}, {}, "consolidate-cycle", True),
        ({"cycles": [replace(OPEN, due_at=NOON - 19 * MINUTE)]}, {}, "consolidate-cycle", False),
        ({"cycles": [replace(OPEN, due_at=NOON - 20 * MINUTE)],
          "consolidated": {OPEN.code: NOON - 60 * MINUTE}}, {}, "consolidate-cycle", True),
        ({"consolidated": {}}, {"consolidate-cycle": asked(59, cycles=OPEN.code)},
         "consolidate-cycle", False),
        ({"consolidated": {}}, {"consolidate-cycle": asked(60, cycles=OPEN.code)},
         "consolidate-cycle", True),
        # A draft: a new one, half its time gone, all of it gone, and one that waits no more.
        ({"drafts": [DRAFT]}, {}, "chase-approvals", True),
        ({"drafts": [DRAFT]}, {"chase-approvals": asked(1, drafts="7+0")}, "chase-approvals",
         False),
        ({"drafts": [("7", NOON - CHASED[0])]}, {"chase-approvals": asked(1, drafts="7+0")},
         "chase-approvals", True),
        ({"drafts": [("7", NOON - CHASED[1])]}, {"chase-approvals": asked(59, drafts="7+2")},
         "chase-approvals", False),
        ({"drafts": [("7", NOON - CHASED[1])]}, {"chase-approvals": asked(60, drafts="7+2")},
         "chase-approvals", True),
        ({"drafts": []}, {"chase-approvals": asked(1, drafts="7+0")}, "chase-approvals", True),
    ],
)  # fmt: skip
def test_a_run_is_wanted(
    facts: dict[str, object], before: dict[str, LastAsked], flow: str, is_wanted: bool
) -> None:
    now = replace(CALM, **facts)  # type: ignore[arg-type]
    assert (flow in wishes(now, {**QUIET, **before})) is is_wanted


def test_at_night_nobody_is_written_to_and_mail_is_still_collected() -> None:
    night = replace(CALM, now=NIGHT, places=seen("a"))
    found = wishes(night, {})
    assert found.isdisjoint({"open-cycle", "remind-agencies", "send-summary", "send-previews"})
    assert "send-todays-work" not in found
    assert COLLECT in found


def test_on_sundays_nobody_is_reminded() -> None:
    sunday = replace(CALM, now=NOON + dt.timedelta(days=4))
    resting = {"remind-agencies", "send-previews", "send-todays-work"}
    assert wishes(sunday, {}).isdisjoint(resting)


def test_what_was_asked_later_than_now_was_asked_by_another_clock() -> None:
    later = {
        flow: LastAsked(NOON + dt.timedelta(days=300), one.marks) for flow, one in QUIET.items()
    }
    assert wishes(CALM, later) == wishes(CALM, {})


def test_outside_of_cycles_only_what_comes_in_or_goes_out_is_wanted() -> None:
    calm = replace(CALM, now=AFTER, consolidated={OPEN.code: AFTER})
    assert (
        wishes(calm, {flow: LastAsked(AFTER - MINUTE, q.marks) for flow, q in QUIET.items()})
        == set()
    )
    busy = replace(calm, letters="1/7", places=seen("a"))
    before = {BOARDS: LastAsked(AFTER, {"recorded": "r1"}), "send-todays-work": LastAsked(AFTER)}
    assert wishes(busy, before) == {COLLECT, DELIVER}


@pytest.mark.parametrize(("asked", "is_wanted"), [([], False), ([OPEN.code], True)])
def test_a_cycle_that_ended_before_anybody_was_asked_in_it_is_left_alone(
    asked: list[str], is_wanted: bool
) -> None:
    fresh = replace(CALM, now=AFTER, asked=asked, consolidated={})
    assert ("consolidate-cycle" in wishes(fresh, {})) is is_wanted


def test_a_wish_asks_what_the_schedules_ask() -> None:
    for wish in wanted(replace(CALM, letters="1/7"), {}):
        assert isinstance(wish, Wanted)
        assert wish.request == RULES[wish.flow][0]


def played(start: dt.datetime, cycles: list[ReportingCycle]) -> Iterator[str]:
    """The runs of a day and night in which nothing comes in, each doing at once what it is for.

    Somebody has looked until then: nothing is begun only because nobody did.
    """
    marks = {"mail": "1 7", "recorded": "r"}
    before = {flow: LastAsked(start - MINUTE, marks) for flow in RULES}
    consolidated = dict.fromkeys((cycle.code for cycle in cycles), start - 3 * 60 * MINUTE)
    for minute in range(24 * 60):
        now = start + minute * MINUTE
        facts = Facts(
            now, cycles, places=seen("1 7", waits=False), recorded="r", consolidated=consolidated,
            asked=[cycle.code for cycle in cycles],
        )  # fmt: skip
        for wish in wanted(facts, before):
            before[wish.flow] = LastAsked(now, wish.marks)
            if wish.flow == "consolidate-cycle":
                consolidated |= dict.fromkeys(wish.marks["cycles"].split(), now)
            yield wish.flow


@pytest.mark.parametrize(
    ("day", "cycles", "most"),
    [
        (dt.datetime(2025, 2, 12, tzinfo=HANOI), [OPEN], 300),
        (dt.datetime(2025, 2, 16, tzinfo=HANOI), [OPEN], 300),  # a Sunday
        (dt.datetime(2025, 2, 20, tzinfo=HANOI), [OPEN], 300),  # the deadline
        (dt.datetime(2025, 7, 9, tzinfo=HANOI), [OPEN], 50),  # still in view
        (dt.datetime(2025, 1, 8, tzinfo=HANOI), [OPEN], 50),  # before
        (dt.datetime(2025, 7, 9, tzinfo=HANOI), [], 50),
    ],
)
def test_a_day_on_which_nothing_comes_in_costs_few_runs(
    day: dt.datetime, cycles: list[ReportingCycle], most: int
) -> None:
    """Together with the net of the schedules."""
    runs = Counter(played(day, cycles))
    assert runs.total() + NET <= most, runs

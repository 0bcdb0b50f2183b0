"""Rows of a plan that many lead together: each is judged for itself, none stands for all."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from models.domain.answers.standing import AgencyStanding, Timeliness
from models.domain.consolidation import Consolidation, PlanState, StandsBecause, consolidate
from models.domain.consolidation.member_wording import (
    members_said,
    missed_said,
    silent_said,
    verdict_said,
)
from models.domain.consolidation.rulings import ConflictRuling, Side, code_of
from models.domain.consolidation.verdicts import VerdictBook, verdict_kept
from models.domain.consolidation.wording import JUDGEMENT_NAMES
from models.domain.reading.office import Office
from models.domain.register.targets import Judgement
from tests.fixtures.office_files import own_office
from tests.fixtures.rows_led_together import ALL, MEMBERS, TOGETHER, office_of_many
from tests.fixtures.small_office import AS_OF, commits, missing, plans, standing

MARCH = dt.date(2025, 3, 31)


@pytest.fixture(scope="module")
def many() -> Office:
    return office_of_many(own_office())


def made(office: Office, *standings: AgencyStanding, **more) -> Consolidation:
    return consolidate(office, office.cycle("2025-plan"), standings, AS_OF, **more)


def line(consolidation: Consolidation, code: str):
    return next(i for i in consolidation.indicators if i.row.code == code)


def committed(**values: str) -> list[AgencyStanding]:
    """Standings of all members, those without a value silent."""
    return [
        standing(a, commits("together", values[a])) if a in values else missing(a) for a in MEMBERS
    ]


VERDICTS = [
    # values by agency, the row's judgement, the verdict in words
    ({}, Judgement.UNKNOWN, "Chưa có số liệu"),
    (
        {"stc": "90"},
        Judgement.UNKNOWN,
        "Chưa đủ số",
    ),
    (
        {"skhdt": "10", "stc": "90", "sct": "85"},
        Judgement.UNKNOWN,
        "Chưa đủ số",
    ),
    (
        {"skhdt": "10", "stc": "90", "sct": "85", "syt": "0"},
        Judgement.NOT_MET,
        "2/4 cơ quan đạt",
    ),
    (
        {"skhdt": "80", "stc": "90", "sct": "85", "syt": "81"},
        Judgement.MET,
        "Đạt mức giao (4/4 cơ quan)",
    ),
    (
        {"skhdt": "82", "stc": "90", "sct": "85", "syt": "81"},
        Judgement.EXCEEDED,
        "Vượt mức giao (4/4 cơ quan)",
    ),
]


@pytest.mark.parametrize(("values", "judgement", "said"), VERDICTS)
def test_the_row_has_reached_its_target_when_each_of_them_has(many, values, judgement, said):
    found = line(made(many, *committed(**values)), "together")

    assert found.judgement is judgement
    assert verdict_said(found.members, JUDGEMENT_NAMES) == said
    assert found.standing is None
    assert not found.provisional
    assert found.uncommitted is not bool(values)


def test_it_says_how_many_answered_and_whose_is_the_lowest_and_the_highest(many):
    consolidation = made(many, *committed(skhdt="12,5".replace(",", "."), stc="90", syt="85"))
    members = line(consolidation, "together").members
    name = many.register.agency_name

    assert members_said(members, "%", name) == (
        "3/4 cơ quan đã có số, 2 đạt mức giao, 1 không đạt; "
        "thấp nhất 12,5% (Sở Kế hoạch và Đầu tư), cao nhất 90% (Sở Tài chính)"
    )
    assert missed_said(members, "%", name) == "Sở Kế hoạch và Đầu tư 12,5%, N-0001"
    assert silent_said(members, name) == "Sở Công Thương"


def test_each_figure_keeps_its_own_source_and_judgement(many):
    consolidation = made(many, *committed(skhdt="10", stc="90"))
    members = line(consolidation, "together").members
    lineage = {f.reference: f for f in consolidation.lineage}

    assert [(v.agency, v.judgement) for v in members.answered] == [
        ("skhdt", Judgement.NOT_MET),
        ("stc", Judgement.EXCEEDED),
    ]
    assert all(lineage[v.figure.reference].agency == v.agency for v in members.answered)
    assert members.of("skhdt").distance == -70


def test_who_need_not_answer_is_not_waited_for_and_counts_when_it_did(many):
    free = [AgencyStanding("sct", Timeliness.EXEMPT, (), None)]
    rest = [s for s in committed(skhdt="80", stc="90", syt="85") if s.agency != "sct"]
    without = line(made(many, *rest, *free), "together")
    one = standing("sct", commits("together", "10"))
    told = line(
        made(many, *rest, dataclasses.replace(one, timeliness=Timeliness.EXEMPT)), "together"
    )

    assert (without.judgement, len(without.members.values)) == (Judgement.MET, 3)
    assert (told.judgement, len(told.members.values)) == (Judgement.NOT_MET, 4)


def test_a_row_is_excused_when_none_of_them_need_answer(many):
    freed = [AgencyStanding(a, Timeliness.EXEMPT, (), None) for a in MEMBERS]

    assert "together" not in made(many, *freed[:1], *map(missing, MEMBERS[1:])).excused
    assert "together" in made(many, *freed).excused


def test_what_each_says_of_itself_contradicts_nobody_and_stands_for_nothing(many):
    entries = [
        standing(a, [*commits("together", v), *commits("of_the_city", v)])
        for a, v in (("skhdt", "10"), ("stc", "90"), ("syt", "70"))
    ]
    silent = made(many, *entries)
    led = made(many, *entries, standing("snv", commits("of_the_city", "88")))

    assert silent.conflicts == led.conflicts == []
    assert line(silent, "of_the_city").standing is None
    assert line(led, "of_the_city").standing.agency == "snv"
    assert line(led, "of_the_city").members is None
    assert len(line(led, "of_the_city").reports) == 4


def test_of_several_equal_leads_the_first_named_stands_and_a_person_rules(many):
    entries = [
        standing("sct", commits("two_leads", "70")),
        standing("syt", commits("two_leads", "90")),
    ]
    consolidation = made(many, *entries)
    [conflict] = consolidation.conflicts
    ruling = ConflictRuling(Side.RIGHT, "Hà", "Số mới hơn.", 1)
    ruled = made(many, *entries, rulings={code_of(conflict): ruling})

    assert (conflict.left.agency, conflict.because) == ("sct", StandsBecause.LEAD)
    assert line(consolidation, "two_leads").judgement is Judgement.NOT_MET
    assert line(ruled, "two_leads").standing.agency == "syt"
    assert line(ruled, "two_leads").judgement is Judgement.EXCEEDED
    assert line(ruled, "two_leads").members is None


def test_of_equal_leads_the_second_stands_in_for_a_silent_first(many):
    found = line(made(many, standing("syt", commits("two_leads", "90"))), "two_leads")

    assert (found.standing.agency, found.provisional) == ("syt", True)


@pytest.mark.parametrize(
    ("planned", "state"),
    [
        ({}, PlanState.NONE),
        ({"stc": ()}, PlanState.PARTIAL),
        (dict.fromkeys(MEMBERS, ()), PlanState.COMPLETE),
        ({a: (("five_result",) if a == "sct" else ()) for a in MEMBERS}, PlanState.PARTIAL),
    ],
)
def test_a_task_is_planned_when_each_of_them_has_planned_it(many, planned, state):
    consolidation = made(
        many,
        *(
            standing(a, plans("task_dated", MARCH, without=planned[a]))
            if a in planned
            else missing(a)
            for a in MEMBERS
        ),
    )
    task = next(t for t in consolidation.tasks if t.row.code == "task_dated")

    assert task.state is state
    whole = [a for a, without in planned.items() if not without]
    assert task.members_in(PlanState.COMPLETE) == whole
    assert task.members_in(PlanState.NONE) == [a for a in MEMBERS if a not in planned]


def test_those_named_together_are_called_by_their_name(many):
    row = line(made(many), "together").row

    assert (row.led_by, many.register.agency_name(row.led_by)) == (TOGETHER, ALL)
    assert tuple(row.members) == MEMBERS
    assert line(made(many), "of_the_city").row.led_by == "snv"


def test_a_person_judges_each_of_them_and_one_answer_says_nothing_of_another(many):
    entries = [standing(a, commits("about", "79.9")) for a in MEMBERS]
    waits = line(made(many, *entries), "about")
    first, *others = waits.every_asked
    subject = first.question.subject(Judgement.MET)
    told = line(
        made(many, *entries, verdicts=VerdictBook([verdict_kept(subject, "Hà", "Xấp xỉ.", 1)])),
        "about",
    )

    assert (waits.judgement, len(others)) == (Judgement.AWAITING, 3)
    assert [v.judgement for v in told.members.values] == [
        *(Judgement.MET, Judgement.AWAITING, Judgement.AWAITING, Judgement.AWAITING)
    ]
    assert told.judgement is Judgement.AWAITING
    assert [a.lapsed for a in told.every_asked] == [""] * 4

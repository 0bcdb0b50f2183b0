"""Which projects have begun, and which were completed, by the days that their agencies give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from models.domain.cycle.letter_phrases import counts_said, number_text, part_said, shown_number
from models.domain.register.catalogue import Goal
from models.domain.results.report_text import Citations, ReportNames, Text, joined, under, words
from models.domain.review.lines import ReviewProject
from models.domain.review.states import GoalState, ProjectGoal

_DEEDS = {Goal.START: "khởi công", Goal.FINISH: "hoàn thành"}


def days_told(project: ReviewProject, cites: Citations) -> Text:
    """When it began and was completed, or is to: a day that has not come, or that nobody has
    confirmed since, is told as foreseen."""
    return joined(
        [
            under(_label(one), day + words(_doubt(one)))
            for one in project.days.values()
            if (day := cites.quoted(one.figure, 20))
        ],
        "; ",
    )


def _label(one: ProjectGoal) -> str:
    deed = _DEEDS[one.wanted]
    foreseen = one.state in (GoalState.FORESEEN, GoalState.UNCONFIRMED)
    return f"Dự kiến {deed}" if foreseen else f"{deed[:1].upper()}{deed[1:]}"


def _doubt(one: ProjectGoal) -> str:
    if one.state is GoalState.UNCONFIRMED:
        return " (chưa xác nhận)"
    return f" ({volume_said(one)})" if one.state is GoalState.CONTRADICTED else ""


def volume_said(one: ProjectGoal) -> str:
    """How much of the works is told to be done; "" where nothing is."""
    return f"khối lượng báo đạt {shown_number(one.volume)}%" if one.volume is not None else ""


#: Of each goal: what it is called, and what has been done when it is reached.
_GOAL_WORDS = {
    Goal.START: ("khởi công", "đã khởi công"),
    Goal.FINISH: ("khánh thành", "đã hoàn thành, khánh thành"),
}


def goal_named(wanted: Goal) -> str:
    """What the directive wants of a project: "khởi công", "khánh thành"."""
    return _GOAL_WORDS[wanted][0]


def goals_said(
    projects: Sequence[ReviewProject], year: int, names: ReportNames, cites: Citations
) -> Iterator[Text]:
    """Of the projects that are to begin, and of those to be completed this year: which have, by
    the day their agencies give, which are yet to, and of which nobody has said or confirmed it."""
    for wanted, found in _by_goal(projects).items():
        named, reached = _GOAL_WORDS[wanted]
        parts = {
            GoalState.REACHED: reached,
            GoalState.FORESEEN: f"chưa {named}, có ngày dự kiến",
            GoalState.UNCONFIRMED: "đã qua ngày dự kiến, cơ quan chưa xác nhận",
            GoalState.UNTOLD: f"chưa có ngày {named}",
            GoalState.CONTRADICTED: f"ghi ngày {named} đã qua nhưng chưa xong khối lượng, đề nghị "
            "làm rõ",
        }
        told = [
            words(f"{number_text(len(of_state))} {said} (") + _dated(of_state, names, cites)
            for state, said in parts.items()
            if (of_state := [p for p in found if p.goal and p.goal.state is state])
        ]
        count = number_text(len(found))
        yield (
            words(f"Trong {count} dự án {named} năm {year}: ") + joined(told, "); ") + words(").")
        )


def _dated(projects: Sequence[ReviewProject], names: ReportNames, cites: Citations) -> Text:
    """The projects by their places, each with the day its agency gives; where that is open, with
    how much of the works is done."""
    told = []
    for project in projects:
        goal = project.goal
        day = goal.figure if goal is not None else None
        given = words(" ngày ") + cites.quoted(day, 20) if day is not None else Text()
        volume = volume_said(goal) if goal is not None and goal.is_open else ""
        beside = words(f", {volume}") + cites.cite(project.progress) if volume else Text()
        told.append(words(names.place(project.row)) + given + beside)
    return joined(told, "; ")


def goals_briefly(projects: Sequence[ReviewProject], year: int) -> str:
    """The same in numbers: "khởi công năm 2025: 3/8 dự án đã khởi công, 5 chưa rõ"; "" for no such
    project."""
    told = []
    for wanted, found in _by_goal(projects).items():
        named, done = _GOAL_WORDS[wanted]
        states = Counter(p.goal.state for p in found if p.goal is not None)
        reached = part_said(states[GoalState.REACHED], len(found), "dự án", done)
        rest = counts_said(
            ("{} có ngày dự kiến", states[GoalState.FORESEEN]),
            ("{} chưa rõ", len(goals_open(found))),
            between=", ",
        )
        told.append(f"{named} năm {year}: {reached}{f', {rest}' if rest else ''}")
    return "; ".join(told)


def goals_open(projects: Sequence[ReviewProject]) -> list[ReviewProject]:
    """The projects of which it is not known whether they have begun, or were completed."""
    return [p for p in projects if p.goal is not None and p.goal.is_open]


def _by_goal(projects: Sequence[ReviewProject]) -> dict[Goal, list[ReviewProject]]:
    """The projects that the directive wants begun, then those completed; nothing of the others."""
    return {
        wanted: found
        for wanted in Goal
        if (found := [p for p in projects if p.goal is not None and p.goal.wanted is wanted])
    }

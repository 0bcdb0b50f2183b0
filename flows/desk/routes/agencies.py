"""Cơ quan: all agencies, and one agency's whole story with every decision about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fastapi.responses import Response

from flows.desk import ways
from flows.desk.desk import Desk, NotFound, Page, PageRequest, address
from models.domain.answers.decisions import Decision
from models.domain.answers.standing import AgencyStanding
from models.domain.consolidation.wording import KIND_NAMES
from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.desk.cycle_page import AgencyInCycle
from models.domain.desk.lists import has_words, paged, search_key, sorted_by, words_of
from models.domain.desk.story import STORY_TITLES, StoryKind, VersionPages, counted, told
from models.domain.register.agencies import Agency
from tasks.adapters.desk.agency_story import StoryPages, addresses_of, agency_story
from tasks.adapters.desk.cycle_page import agency_lines
from tasks.adapters.workplace import Workplace

_OLDEST_FIRST = "cu-truoc"
_SORTS: Mapping[str, Callable[[Agency], Any]] = {
    "ten": lambda one: search_key(one.name),
    "khoi": lambda one: (KIND_NAMES[one.kind], search_key(one.name)),
}
#: Decisions about an agency in a cycle, offered on its page.
_DECISIONS = (
    ("extend-deadline", "Gia hạn"),
    ("exempt-agency", "Miễn báo cáo"),
    ("exempt-sheet", "Miễn một trang"),
    ("waive-rule", "Miễn quy tắc"),
)


def story_pages() -> StoryPages:
    """Where the things of a story are looked at."""
    return StoryPages(
        letter=lambda number: f"{ways.LETTERS}/{number}",
        message=lambda key: f"{ways.MAIL}/{key}",
        file=lambda key, position: f"{ways.WORKBOOK}/tep/{key}/{position}",
        version=VersionPages(
            one=lambda number: f"{ways.WORKBOOK}/{number}",
            two=lambda left, right: address(
                f"{ways.WORKBOOK}/so-sanh", trai=str(left), phai=str(right)
            ),
        ),
        decision=decision_address,
        agency=lambda code: f"{ways.AGENCIES}/{code}",
    )


def decision_address(decision: Decision) -> str:
    """Where a decision stands in the book."""
    return f"{ways.BOOK}?so={decision.number}"


def agencies(desk: Desk, request: PageRequest) -> Response:
    """All agencies of the register, found by name whatever the tone marks."""
    workplace = desk.house.workplace()
    register = workplace.office.register
    today = workplace.now.astimezone(HANOI).date()
    words, kind = words_of(request.asked("q")), request.asked("khoi")
    ended = request.asked("con") == "het"
    listed, sorting = sorted_by(
        (
            one
            for one in register
            if has_words(words, search_key(one.name, one.full_name, *one.aliases))
            and kind in ("", one.kind.value)
            and (ended or words or one.valid_to is None or one.valid_to >= today)
        ),
        request.asked("xep"),
        _SORTS,
        "ten",
    )
    page = paged(listed, request.asked("trang"))
    shown = {one.code for one in page.rows}
    standings = _in_view(desk, workplace)
    lines = {
        cycle.code: {
            line.agency: line
            for line in agency_lines(
                workplace, cycle, [one for one in found if one.agency in shown]
            )
        }
        for cycle, found in standings
    }
    return desk.page(
        "cycles/agencies.html",
        request,
        page=page,
        sorting=sorting,
        kinds=[(k.value, said) for k, said in KIND_NAMES.items() if k is not None],
        kind_names=KIND_NAMES,
        lines=lines,
        cycles=[cycle for cycle, _ in standings],
        ended=ended,
        today=today,
    )


def agency(desk: Desk, request: PageRequest) -> Response:
    """One agency: how it stands, its story, its people, and what may be decided."""
    workplace = desk.house.workplace()
    found = workplace.office.register.agencies.get(request.values["agency"])
    if found is None:
        raise NotFound("Sổ cơ quan không có cơ quan này.")
    cycles = workplace.office.cycles
    chosen = request.asked("ky") if request.asked("ky") in cycles else ""
    kind = request.asked("loai")
    with workplace.engine.begin() as connection:
        lines = agency_story(workplace, connection, found, chosen, story_pages())
        contact, addresses = addresses_of(workplace, connection, found.code)
    newest_first = request.asked("thu-tu") != _OLDEST_FIRST
    shown = [one for one in told(lines, newest_first=newest_first) if kind in ("", one.kind)]
    asked = _asked_in(desk, workplace, found)
    register = workplace.office.register
    today = workplace.now.astimezone(HANOI).date()
    kin = register.successions
    return desk.page(
        "cycles/agency.html",
        request,
        agency=found,
        kind_said=KIND_NAMES[found.kind],
        page=paged(shown, request.asked("trang")),
        counts=counted(lines),
        kind_titles=STORY_TITLES,
        kinds=[(one.value, STORY_TITLES[one]) for one in StoryKind],
        chosen=chosen,
        cycles=cycles,
        asked=asked,
        contact=contact,
        addresses=addresses,
        before=[(c, register.agency_name(c)) for c in kin.predecessors_of(found.code, today)],
        after=[
            (c, register.agency_name(c)) for c in kin.heirs_of(found.code, today) if c != found.code
        ],
        newest_first=newest_first,
        oldest=_OLDEST_FIRST,
        decisions=_DECISIONS,
        may_mend=request.may(ways.ADMINISTRATORS),
        here_again=request.path + (f"?ky={chosen}" if chosen else ""),
    )


def _asked_in(
    desk: Desk, workplace: Workplace, found: Agency
) -> list[tuple[ReportingCycle, AgencyInCycle]]:
    """How it stands in every cycle in which it was asked, the newest first."""
    newest_first = sorted(
        workplace.office.cycles.values(), key=lambda cycle: cycle.opens_at, reverse=True
    )
    shown = []
    for cycle in newest_first:
        own: list[AgencyStanding] = [
            one for one in desk.house.standings(cycle) if one.agency == found.code
        ]
        shown += [(cycle, line) for line in agency_lines(workplace, cycle, own)]
    return shown


def _in_view(
    desk: Desk, workplace: Workplace
) -> list[tuple[ReportingCycle, Sequence[AgencyStanding]]]:
    """The cycles that have opened and in which anybody was asked, the newest first, with how the
    agencies stand."""
    opened = [c for c in workplace.office.cycles.values() if c.opens_at <= workplace.now]
    newest_first = sorted(opened, key=lambda cycle: cycle.opens_at, reverse=True)
    every = [(cycle, desk.house.standings(cycle)) for cycle in newest_first]
    return [(cycle, found) for cycle, found in every if found]


PAGES: Mapping[str, Page] = {"agencies": agencies, "agency": agency}

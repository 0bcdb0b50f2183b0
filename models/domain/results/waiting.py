"""What waits for a decision, as the letter to the head of the office tells it: how much of which
kind and whose, and where each case is read; in a sentence each where a template asks for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest

from models.domain.answers.standing import AgencyStanding
from models.domain.cycle.letter_phrases import number_text

#: What is said of held mail that a newer accepted report of its agency has overtaken.
ONLY_TO_BE_FILED = (
    "Không còn phải quyết định: cơ quan đã có báo cáo gửi sau được tiếp nhận; thư này chỉ cần khép "
    "lại bằng quyết định không tiếp nhận, thư vẫn được lưu."
)
NAMED = 2  # of a kind, on the letter's first screen
TOLD = 10  # of a kind, in a sentence each


class WaitingKind(StrEnum):
    """What is asked of the office; the values are the letter's words, the gravest first."""

    CONFLICT = "Số liệu khác nhau"
    WHOLE = "Số chung và số thành phần cần đối chiếu"
    LINK = "Số của hai chỉ tiêu liên quan chưa thống nhất"
    WITHDRAWN = "Số liệu đã báo cáo nay được rút lại"
    JUDGEMENT = "Chỉ tiêu chờ đánh giá"
    HELD = "Thư chờ Văn phòng xử lý"
    UNREACHED = "Cơ quan không nhận được thư"
    LOST = "Thư gửi không đến nơi"
    OVERTAKEN = "Thư của cơ quan đã có báo cáo khác được tiếp nhận"  # clerks file it


#: The sheets of the consolidated workbook that have each case; the office settles the others.
SHEETS = {
    WaitingKind.CONFLICT: "Mâu thuẫn",
    WaitingKind.WHOLE: "Tổng và thành phần",
    WaitingKind.LINK: "Tổng và thành phần",
    WaitingKind.JUDGEMENT: "Người đánh giá",
}
_TO_BE_FILED = frozenset({WaitingKind.OVERTAKEN})
#: Long names of which the sheet has all: of several, a reader on a telephone needs but the count.
_BY_SHEET = frozenset({WaitingKind.JUDGEMENT})
_LINE = 240  # letters of all names together, on the first screen of a telephone
_WHERE = "danh sách ở bàn làm việc"  # of what no sheet has
#: Why a person has to look, of kinds whose name and figures do not say it.
_WHY = {
    WaitingKind.JUDGEMENT: "không so sánh được bằng số",
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """One case. `name` is whose or what it is about, `said` a whole sentence.

    `figures` are what is said otherwise, each with whose it is; `came` is the day, in Hanoi, on
    which mail arrived.
    """

    kind: WaitingKind
    name: str
    said: str
    figures: str = ""
    came: dt.date | None = None


def accepted_at(standings: Iterable[AgencyStanding]) -> dict[str, dt.datetime]:
    """When what counts of each agency arrived, of those that owe nothing."""
    return {
        one.agency: max(version.received_at for version in one.counted)
        for one in standings
        if one.counted and not one.owes
    }


def is_overtaken(
    agency: str,
    received_at: dt.datetime,
    may_be_of: Iterable[str],
    accepted: Mapping[str, dt.datetime],
    *,
    said: bool,
) -> bool:
    """Whether a newer report of a held mail's agency was accepted and nobody else whose it may be
    still owes. `accepted` as `accepted_at` tells, `said`: whether words of its own came with it.

    What came after the accepted report may correct it, and words alone ask something: both are
    still to be decided.
    """
    at = accepted.get(agency)
    if at is None or at <= received_at or said:
        return False
    return all(other in accepted for other in may_be_of)


def asked_of(waiting: Iterable[Waiting]) -> list[str]:
    """A line of each kind that has to be decided: how many and why, the first names, whole, and
    which sheet has them; where names are too long for it, how many and where they stand.

    >>> asked_of([Waiting(WaitingKind.HELD, name, "") for name in ("Sở A", "Sở B")])
    ['Thư chờ Văn phòng xử lý (2): Sở A; Sở B']
    """
    lines = []
    kinds = list(_by_kind(waiting))
    following = [kind for kind, _ in kinds[1:]]
    for (kind, cases), after in zip_longest(kinds, following):
        told = _told(kind, [case for case in cases if case.name])
        sheet = SHEETS.get(kind)
        # One sheet that has two kinds is named once, behind the second.
        said_below = bool(told) and after is not None and SHEETS.get(after) == sheet
        where = f"trang «{sheet}»" if sheet and not said_below else ""
        where = where or ("" if told or not cases[0].name else _WHERE)
        why = f", vì {_WHY[kind]}" if kind in _WHY else ""
        counted = f"{kind.value} ({number_text(len(cases))}){why}"
        said = "; ".join(part for part in (told, where) if part)
        lines.append(f"{counted}: {said}" if said else counted)
    return lines


def _told(kind: WaitingKind, cases: Sequence[Waiting]) -> str:
    """As many of the first names as a line has room for; "" where it has none for one of several.

    >>> long, short = (Waiting(WaitingKind.LOST, name, "") for name in ("Sở " * 90, "Sở B"))
    >>> _told(WaitingKind.LOST, [short, long]), _told(WaitingKind.LOST, [long, short])
    ('Sở B và 1 trường hợp khác', '')
    """
    if kind in _BY_SHEET and len(cases) > 1:
        return ""
    for most in range(NAMED, 0, -1):
        told = _named(cases, most)
        if len(told) <= _LINE or len(cases) == 1:
            return told
    return ""


def _named(cases: Sequence[Waiting], most: int = NAMED) -> str:
    """The first names, those of several cases with how many, and how many cases are not named.

    >>> names = ("Thu ngân sách", "GRDP", "Thu ngân sách", "Du lịch", "Du lịch")
    >>> _named([Waiting(WaitingKind.JUDGEMENT, name, "") for name in names])
    'Thu ngân sách (2); GRDP và 2 trường hợp khác'
    >>> day = dt.date(2025, 2, 18)
    >>> _named([Waiting(WaitingKind.HELD, "Sở A", "", came=day)])
    'Sở A (nhận ngày 18/02/2025)'
    """
    alike: dict[tuple[str, str], list[Waiting]] = {}
    for case in cases:
        alike.setdefault((case.name, case.figures), []).append(case)
    first = list(alike.items())[:most]
    said = "; ".join(f"{name}{_beside(found)}" for (name, _), found in first)
    rest = len(cases) - sum(len(found) for _, found in first)
    return f"{said} và {number_text(rest)} trường hợp khác" if rest else said


def _beside(cases: Sequence[Waiting]) -> str:
    """Behind a name: of how many cases it is, what is said, since when mail waits; "" for none."""
    days = [case.came for case in cases if case.came]
    since = ("nhận ngày" if len(days) == 1 else "nhận từ ngày") if days else ""
    parts = (
        number_text(len(cases)) if len(cases) > 1 else "",
        cases[0].figures,
        f"{since} {min(days):%d/%m/%Y}" if days else "",
    )
    said = "; ".join(part for part in parts if part)
    return f" ({said})" if said else ""


def told_whole(waiting: Iterable[Waiting], most: int = TOLD) -> list[str]:
    """Each case in its sentence, the first of each kind; the others are counted."""
    lines = []
    for kind, cases in _by_kind(waiting):
        lines += [case.said for case in cases[:most]]
        if len(cases) > most:
            rest = number_text(len(cases) - most)
            lines.append(f"Và {rest} trường hợp khác: {kind.value[:1].lower()}{kind.value[1:]}.")
    return lines


def _by_kind(waiting: Iterable[Waiting]) -> Iterator[tuple[WaitingKind, Sequence[Waiting]]]:
    """By kind, the gravest first, without what clerks file: no decision of the leaders is asked."""
    every = [case for case in waiting if case.kind not in _TO_BE_FILED]
    for kind in WaitingKind:
        if cases := [case for case in every if case.kind is kind]:
            yield kind, cases

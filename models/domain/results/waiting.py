"""What waits for a decision, as the letter to the head of the office tells it: how much of which
kind and whose, and where each case is read; in a sentence each where a template asks for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.domain.cycle.letter_phrases import cut_at_word, number_text

NAMED = 2  # of a kind, on the letter's first screen
TOLD = 10  # of a kind, in a sentence each


class WaitingKind(StrEnum):
    """What is asked of the office; the values are the letter's words, the gravest first."""

    CONFLICT = "Số liệu khác nhau giữa các cơ quan"
    WHOLE = "Số chung và số thành phần chưa thống nhất"
    LINK = "Số của hai chỉ tiêu liên quan chưa thống nhất"
    WITHDRAWN = "Số liệu đã báo cáo nay được rút lại"
    JUDGEMENT = "Chỉ tiêu chờ đánh giá"
    HELD = "Thư chờ Văn phòng xử lý"
    UNREACHED = "Cơ quan không nhận được thư"
    LOST = "Thư gửi không đến nơi"
    OVERTAKEN = "Thư của cơ quan đã có báo cáo khác được tiếp nhận"  # to be filed, not decided


#: The sheets of the consolidated workbook that have each case; the office settles the others.
SHEETS = {
    WaitingKind.CONFLICT: "Mâu thuẫn",
    WaitingKind.WHOLE: "Tổng và thành phần",
    WaitingKind.LINK: "Tổng và thành phần",
    WaitingKind.JUDGEMENT: "Người đánh giá",
}
_TO_BE_FILED = frozenset({WaitingKind.OVERTAKEN})
_NAME = 45  # letters of a name on the first screen of a telephone


@dataclass(frozen=True, slots=True)
class Waiting:
    """One case. `name` is whose or what it is about, `said` a whole sentence."""

    kind: WaitingKind
    name: str
    said: str


def asked_of(waiting: Iterable[Waiting]) -> list[str]:
    """A line of each kind that has to be decided: how many, the first names, and which sheet has
    them.

    >>> asked_of([Waiting(WaitingKind.HELD, name, "") for name in ("Sở A", "Sở B")])
    ['Thư chờ Văn phòng xử lý (2): Sở A; Sở B']
    """
    lines = []
    for kind, cases in _by_kind(case for case in waiting if case.kind not in _TO_BE_FILED):
        names = [cut_at_word(case.name, _NAME) for case in cases if case.name]
        told = _named(names)
        sheet = SHEETS.get(kind)
        where = f"trang «{sheet}»" if sheet else ""
        counted = f"{kind.value} ({number_text(len(cases))})"
        said = "; ".join(part for part in (told, where) if part)
        lines.append(f"{counted}: {said}" if said else counted)
    return lines


def to_be_filed(waiting: Iterable[Waiting]) -> list[str]:
    """That mail waits of which nothing is to be decided any more, in a sentence; nothing for none.

    >>> to_be_filed([Waiting(WaitingKind.OVERTAKEN, "Sở A", "")])
    ['1 thư của cơ quan đã có báo cáo khác được tiếp nhận chỉ cần đóng hồ sơ.']
    """
    count = sum(case.kind in _TO_BE_FILED for case in waiting)
    said = "thư của cơ quan đã có báo cáo khác được tiếp nhận chỉ cần đóng hồ sơ"
    return [f"{number_text(count)} {said}."] if count else []


def _named(names: Sequence[str]) -> str:
    """The first names, those of several cases with how many, and how many cases are not named.

    >>> _named(["Thu ngân sách", "GRDP", "Thu ngân sách", "Du lịch", "Du lịch"])
    'Thu ngân sách (2); GRDP và 2 trường hợp khác'
    """
    counted = Counter(names).items()
    first = list(counted)[:NAMED]
    said = "; ".join(f"{name} ({count})" if count > 1 else name for name, count in first)
    rest = len(names) - sum(count for _, count in first)
    return f"{said} và {number_text(rest)} trường hợp khác" if rest else said


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
    every = list(waiting)
    for kind in WaitingKind:
        if cases := [case for case in every if case.kind is kind]:
            yield kind, cases

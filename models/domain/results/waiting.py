"""What waits for a decision, as the letter to the head of the office tells it: first how much of
which kind and whose, then each case in a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.domain.cycle.letter_phrases import listed, number_text

NAMED = 2  # of a kind, on the letter's first screen
TOLD = 10  # of a kind, in a sentence each


class WaitingKind(StrEnum):
    """What is asked of the office; the values are the letter's words, the gravest first."""

    CONFLICT = "Số liệu khác nhau giữa các cơ quan"
    WHOLE = "Số chung và số thành phần chưa thống nhất"
    WITHDRAWN = "Số liệu đã báo cáo nay được rút lại"
    JUDGEMENT = "Chỉ tiêu chờ đánh giá"
    HELD = "Thư chờ Văn phòng xử lý"
    UNREACHED = "Cơ quan không nhận được thư"
    LOST = "Thư gửi không đến nơi"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One case. `name` is whose or what it is about, `said` a whole sentence."""

    kind: WaitingKind
    name: str
    said: str


def asked_of(waiting: Iterable[Waiting]) -> list[str]:
    """A line of each kind: how many, and the first names.

    >>> asked_of([Waiting(WaitingKind.HELD, name, "") for name in ("Sở A", "Sở B")])
    ['Thư chờ Văn phòng xử lý (2): Sở A; Sở B']
    """
    lines = []
    for kind, cases in _by_kind(waiting):
        names = list(dict.fromkeys(case.name for case in cases if case.name))
        told = listed(names, "trường hợp", NAMED)
        lines.append(f"{kind.value} ({number_text(len(cases))})" + (f": {told}" if told else ""))
    return lines


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

"""How many automatic answers leave on one day, to one sender and in all.

What could go round for ever is stopped here: two machines that answer each other, a mailbox that
somebody floods. A verdict on what was handed in is owed: over the day's limit it waits for the next
day. A receipt or guidance says little that the same sender was not told that day, and is left out.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from models.domain.mail import LetterKind

#: One verdict, and once more for the same content: whoever sends the file again that was to be
#: mended must learn that nothing in it has changed.
SAME_VERDICTS = 2
_OWED = (LetterKind.VERDICT, LetterKind.TRY_OUT)


@dataclass(frozen=True, slots=True)
class AnswerRuling:
    """Whether an answer leaves, and on which day; else `reason`, Vietnamese."""

    day: dt.date | None
    reason: str = ""


class AnswerBook:
    """The answers written so far for one day, and what may follow.

    `per_day`: how many leave on one day in all. `by_day`: how many stand written for that day and
    those after it. `written`: sender, kind and digest of each of that day.
    """

    def __init__(
        self,
        today: dt.date,
        per_day: int,
        by_day: Mapping[dt.date, int],
        written: Iterable[tuple[str, LetterKind, str]],
    ) -> None:
        self._today = today
        self._per_day = per_day
        self._by_day = Counter(by_day)
        self._digests: Counter[tuple[str, LetterKind, str]] = Counter()
        self._kinds: Counter[tuple[str, LetterKind]] = Counter()
        for sender, kind, digest in written:
            self._count(sender, kind, digest)

    def rule(self, sender: str, kind: LetterKind, digest: str = "") -> AnswerRuling:
        """Whether one more answer of that kind leaves; one that does is counted.

        `digest` stands for what a verdict says.

        >>> book = AnswerBook(dt.date(2025, 2, 3), 100, {}, [])
        >>> book.rule("a@so.example", LetterKind.GUIDANCE).day
        datetime.date(2025, 2, 3)
        >>> book.rule("a@so.example", LetterKind.GUIDANCE).day
        """
        if kind in _OWED:
            if self._digests[sender, kind, digest] >= SAME_VERDICTS:
                return AnswerRuling(None, "người gửi đã được trả lời cùng nội dung này trong ngày")
        elif self._kinds[sender, kind]:
            return AnswerRuling(None, "người gửi đã nhận một thư trả lời cùng loại trong ngày")
        day = self._today
        if self._by_day[day] >= self._per_day:
            if kind is not LetterKind.VERDICT:
                return AnswerRuling(None, f"đã đủ {self._per_day} thư trả lời tự động trong ngày")
            while self._by_day[day] >= self._per_day:
                day += dt.timedelta(days=1)
        self._by_day[day] += 1
        self._count(sender, kind, digest)
        return AnswerRuling(day)

    def _count(self, sender: str, kind: LetterKind, digest: str) -> None:
        self._digests[sender, kind, digest] += 1
        self._kinds[sender, kind] += 1

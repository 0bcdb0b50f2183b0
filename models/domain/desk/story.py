"""One agency's story: what went out to it, what came, what was found and decided, in order of time.

Pure: who loads it hands over what the record holds; what became of each thing stands in its line.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from models.domain.answers.decisions import KIND_TITLES, Decision
from models.domain.answers.standing import SubmissionRecord
from models.domain.consolidation.wording import VERDICT_NAMES
from models.domain.cycle.cycles import HANOI
from models.domain.cycle.letter_phrases import number_text
from models.domain.register.agencies import Agency
from models.domain.register.successions import Succession


class StoryKind(StrEnum):
    """What a line tells of. The values are the names by which addresses filter."""

    LETTER = "thu-di"
    REPORT = "bao-phat"  # what a server reported of a letter
    MAIL = "thu-den"
    VERSION = "phien-ban"
    DECISION = "quyet-dinh"
    REGISTER = "so-co-quan"  # the agency began, ended, took over


STORY_TITLES = {
    StoryKind.LETTER: "Thư đi",
    StoryKind.REPORT: "Báo phát thư",
    StoryKind.MAIL: "Thư đến",
    StoryKind.VERSION: "Phiên bản",
    StoryKind.DECISION: "Quyết định",
    StoryKind.REGISTER: "Sổ cơ quan",
}
#: What of one moment comes before what: mail before its version, that before the answer to it.
_ORDER = (
    StoryKind.REGISTER,
    StoryKind.DECISION,
    StoryKind.MAIL,
    StoryKind.VERSION,
    StoryKind.LETTER,
    StoryKind.REPORT,
)


@dataclass(frozen=True, slots=True)
class StoryPart:
    """Something that a line leads to: its words and where it is, "" for words alone."""

    said: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class StoryLine:
    """One thing that happened. `state` says what became of it; `is_bad` that it went wrong."""

    at: dt.datetime
    kind: StoryKind
    what: str  # Vietnamese, one line
    address: str = ""  # of its own page
    state: str = ""
    is_bad: bool = False
    parts: Sequence[StoryPart] = ()
    cycle: str = ""

    @property
    def title(self) -> str:
        """What it tells of, in words."""
        return STORY_TITLES[self.kind]


@dataclass(frozen=True, slots=True)
class VersionPages:
    """Where a version is shown, and two of them side by side."""

    one: Callable[[int], str]
    two: Callable[[int, int], str]


@dataclass(frozen=True, slots=True)
class FoundInVersion:
    """How much a check found in a version."""

    errors: int = 0
    warnings: int = 0

    @property
    def said(self) -> str:
        """In words; "" for nothing.

        >>> FoundInVersion(2, 1).said, FoundInVersion().said
        ('2 lỗi, 1 cảnh báo', '')
        """
        parts = (
            f"{number_text(n)} {word}"
            for n, word in ((self.errors, "lỗi"), (self.warnings, "cảnh báo"))
            if n
        )
        return ", ".join(parts)


def told(lines: Iterable[StoryLine], *, newest_first: bool) -> list[StoryLine]:
    """The story in order of time."""
    place = {kind: number for number, kind in enumerate(_ORDER)}
    return sorted(lines, key=lambda one: (one.at, place[one.kind]), reverse=newest_first)


def counted(lines: Iterable[StoryLine]) -> Mapping[StoryKind, int]:
    """How many lines of each kind there are; of none, none."""
    return Counter(one.kind for one in lines)


def version_lines(
    cycle: str,
    versions: Sequence[SubmissionRecord],
    found: Mapping[int, FoundInVersion],
    withdrawn: Mapping[int, Decision],
    pages: VersionPages,
) -> list[StoryLine]:
    """The versions of one cycle in the order of their numbers; `found` by id, `withdrawn` by
    number. Each leads to its differences from the one before it."""
    lines = []
    before: SubmissionRecord | None = None
    for one in versions:
        state = VERDICT_NAMES[one.verdict]
        if (said := found.get(one.submission_id, FoundInVersion()).said) != "":
            state += f", {said}"
        ended = withdrawn.get(one.version)
        if ended is not None:
            state += f"; đã rút lại theo quyết định số {ended.number}"
        parts = [StoryPart(f"Tệp «{one.file_name}»", pages.one(one.submission_id))]
        if before is not None:
            parts.append(
                StoryPart(
                    f"So với phiên bản {before.version}",
                    pages.two(before.submission_id, one.submission_id),
                )
            )
        parts += [StoryPart(f"Văn bản kèm theo: {paper.name}") for paper in one.papers]
        lines.append(
            StoryLine(
                at=one.received_at,
                kind=StoryKind.VERSION,
                what=f"Phiên bản {one.version}, số tiếp nhận {one.receipt_number}",
                address=pages.one(one.submission_id),
                state=state,
                is_bad=ended is not None,
                parts=parts,
                cycle=cycle,
            )
        )
        before = one
    return lines


def decision_lines(
    decisions: Iterable[Decision], page: Callable[[Decision], str]
) -> list[StoryLine]:
    """What was decided about the agency."""
    return [
        StoryLine(
            at=one.entered_at or one.decided_at,
            kind=StoryKind.DECISION,
            what=f"Quyết định số {one.number}: {KIND_TITLES[one.kind]}",
            address=page(one),
            state=f"{one.by}: {one.reason}",
            cycle=one.cycle,
        )
        for one in decisions
    ]


@dataclass(frozen=True, slots=True)
class AgencyKin:
    """Whom an agency took over from and who took over from it, with the lines that say so."""

    agency: Agency
    from_others: Sequence[Succession] = ()
    to_others: Sequence[Succession] = ()
    name_of: Callable[[str], str] = field(default=str)


def register_lines(
    kinship: AgencyKin, now: dt.datetime, page: Callable[[str], str]
) -> list[StoryLine]:
    """When the agency began, took over, handed over and ended, as far as that has come."""
    agency = kinship.agency
    lines = []
    if agency.valid_from.year > _SINCE_EVER:
        lines.append(_register(agency.valid_from, "Bắt đầu hoạt động"))
    for line in kinship.from_others:
        said = f"Tiếp nhận nhiệm vụ của {kinship.name_of(line.predecessor)}"
        lines.append(_register(line.on, said, line, page(line.predecessor)))
    for line in kinship.to_others:
        said = f"Chuyển nhiệm vụ cho {kinship.name_of(line.successor)}"
        lines.append(_register(line.on, said, line, page(line.successor)))
    if agency.valid_to is not None:
        lines.append(_register(agency.valid_to + dt.timedelta(days=1), "Kết thúc hoạt động"))
    return [one for one in lines if one.at <= now]


_SINCE_EVER = 1900


def _register(
    day: dt.date, said: str, line: Succession | None = None, address: str = ""
) -> StoryLine:
    state = ""
    if line is not None:
        words = [line.in_words, line.note, line.source]
        words += ["chờ Văn phòng xác nhận"] if line.assumed else []
        state = "; ".join(word for word in words if word)
    at = dt.datetime.combine(day, dt.time(0), tzinfo=HANOI)
    return StoryLine(at, StoryKind.REGISTER, said, address, state)

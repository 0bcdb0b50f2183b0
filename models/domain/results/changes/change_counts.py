"""How much has changed since the last report: every change counted once, in one wording.

Report, workbook and letters take their counts and the names of the groups from here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from models.domain.cycle.cycles import HANOI
from models.domain.cycle.letter_phrases import counts_said, instant_text, listed, number_text
from models.domain.register.agencies import Register
from models.domain.register.territories import TERRITORY_SHORT_NAMES, Territory
from models.domain.results.snapshots import (
    AgencyChange,
    Changes,
    FrozenConflict,
    GroundChange,
    LineChange,
    WorkChange,
)
from models.domain.review.states import TaskBucket
from models.domain.review.wording import buckets_named

_NAMED = 3  # agencies in a sentence of the report; the sheet of changes has them all
_FEW_NAMED = 2  # in the letter
_BUCKETS = frozenset(bucket.value for bucket in TaskBucket)
Namer = Callable[[str], str]  # of an agency, by its code
CHANGE_SHEET = "Thay đổi"  # of the consolidated workbook: all that changed


@dataclass(frozen=True, slots=True)
class ChangedGroup:
    """Changes of one kind: `said` counts and names them, for a sentence or above a list."""

    said: str
    changed: Sequence[GroundChange | LineChange | WorkChange]


def change_points(changes: Changes, register: Register) -> list[str]:
    """One paragraph a matter; a single one when nothing is new."""
    since = f"So với báo cáo tổng hợp đến {instant_text(changes.since)}"
    if not changes:
        return [f"{since}: không có số liệu nào thay đổi."]
    return [f"{since}: {'; '.join(_parts(changes, register.agency_name))}."]


def changes_in_short(changes: Changes, name_of: Namer) -> str:
    """The gravest of it in one sentence, for a letter that is read on a telephone: who answered,
    what is judged otherwise, which contradictions arose or ended; the workbook has all of it.
    `name_of` is how the letter calls agencies.

    What is judged by another ground than before has a sentence of its own there.
    """
    if not changes:
        return f"{since_said(changes)}: không có số liệu nào thay đổi."
    groups = list(verdict_groups(changes))
    apart = {group.said for group in groups if group.changed is changes.grounds}
    told = [*_agencies_said(changes, name_of, _FEW_NAMED), *_conflicts_said(changes)]
    told += [group.said for group in groups if group.said not in apart]
    every = [part for part in _parts(changes, name_of) if part not in apart]
    if not told:
        told = every[:1] or [f"xem trang «{CHANGE_SHEET}»"]
    if len(told) < len(every):
        told.append(f"các thay đổi khác ở trang «{CHANGE_SHEET}»")
    return f"{since_said(changes)}: {'; '.join(told)}."


def since_said(changes: Changes) -> str:
    """Since which report, for a letter: its day is enough there."""
    return f"So với báo cáo tổng hợp ngày {changes.since.astimezone(HANOI):%d/%m/%Y}"


def _parts(changes: Changes, name_of: Namer) -> Iterator[str]:
    yield from _agencies_said(changes, name_of)
    yield from (group.said for group in verdict_groups(changes))
    if changes.paces:
        yield f"{number_text(len(changes.paces))} chỉ tiêu có đánh giá tiến độ khác trước"
    yield from _conflicts_said(changes)
    if changes.figures:
        yield f"{number_text(len(changes.figures))} ô số liệu, nội dung của các cơ quan thay đổi"
    values = [group.said for group in value_groups(changes)]
    if values:
        yield f"{'riêng ' if changes.figures else ''}về giá trị cả năm: {'; '.join(values)}"
    yield from (group.said for group in work_groups(changes))
    answered = any(_another_version(a) for a in changes.agencies) or changes.newly_answered
    beside = changes.grounds or changes.paces or changes.conflicts or changes.works
    if not (answered or changes.figures or changes.lines or beside):
        yield "chỉ thay đổi tình trạng gửi báo cáo của một số cơ quan, số liệu giữ nguyên"


def _conflicts_said(changes: Changes) -> Iterator[str]:
    for said, found in conflicts_by_what_became(changes).items():
        yield f"{number_text(len(found))} {said}"


def _agencies_said(changes: Changes, name_of: Namer, most: int = _NAMED) -> Iterator[str]:
    new = [name_of(code) for code in changes.newly_answered]
    if new:
        named = listed(new, "cơ quan", most)
        yield f"{number_text(len(new))} cơ quan mới có báo cáo ({named})"
    others = [a for a in changes.agencies if _another_version(a)]
    for found, said in (
        ([a for a in others if a.counted_after], "cơ quan có báo cáo sửa đổi"),
        ([a for a in others if not a.counted_after], "cơ quan không còn báo cáo được sử dụng"),
    ):
        if found:
            named = listed([name_of(a.agency) for a in found], "cơ quan", most)
            yield f"{number_text(len(found))} {said} ({named})"


def _another_version(change: AgencyChange) -> bool:
    return not change.newly_answered and change.counted_before != change.counted_after


# --- Rows, each in one group ----------------------------------------------------------------------


def changed_groups(changes: Changes) -> list[ChangedGroup]:
    """All rows, grounds and own works that changed, each in one group; no empty ones."""
    return [*verdict_groups(changes), *value_groups(changes), *work_groups(changes)]


def verdict_groups(changes: Changes) -> Iterator[ChangedGroup]:
    """What is judged otherwise: by another ground than before, then as before but otherwise."""
    if changes.grounds:
        count = number_text(len(changes.grounds))
        other = sum(c.before.line.judgement != c.after.line.judgement for c in changes.grounds)
        beside = _some(other, len(changes.grounds), "có kết quả khác trước")
        yield ChangedGroup(
            f"{count} chỉ tiêu được đánh giá theo địa bàn khác trước{beside}", changes.grounds
        )
    found = [c for c in changes.flipped if not _regrounded(c, changes)]
    indicators = [c for c in found if not _is_of_task(c)]
    if indicators:
        said = f"{number_text(len(indicators))} chỉ tiêu có kết quả đánh giá khác trước"
        yield ChangedGroup(f"{said}{_of_grounds(indicators)}", indicators)
    if tasks := [c for c in found if _is_of_task(c)]:
        said = f"{number_text(len(tasks))} nhiệm vụ được giao đổi tình trạng"
        yield ChangedGroup(f"{said}{_become(tasks)}", tasks)


def value_groups(changes: Changes) -> Iterator[ChangedGroup]:
    """Values of the year that are others, told no more, or told for the first time; of a row that
    is told for several grounds each ground's."""
    moved = [c for c in changes.lines if c.moved or (c.flipped and _regrounded(c, changes))]
    if moved:
        flipped = sum(c.flipped for c in moved)
        judged = _some(flipped, len(moved), "có đánh giá của chính địa bàn ấy khác trước")
        said = f"{number_text(len(moved))} giá trị khác trước{judged or ', đánh giá giữ nguyên'}"
        yield ChangedGroup(f"{said}{_of_grounds(moved)}", moved)
    if gone := [c for c in changes.lines if c.gone]:
        elsewhere = sum(c.elsewhere is not None for c in gone)
        beside = _some(elsewhere, len(gone), "nay chỉ còn ở dòng khác của cùng chỉ tiêu")
        said = f"{number_text(len(gone))} giá trị cơ quan không còn báo cáo{beside}"
        yield ChangedGroup(f"{said}{_of_grounds(gone)}", gone)
    if new := [c for c in changes.lines if c.appeared]:
        yield ChangedGroup(f"{number_text(len(new))} giá trị mới có{_of_grounds(new)}", new)


def work_groups(changes: Changes) -> Iterator[ChangedGroup]:
    """The agencies' own works by what became of them."""
    flipped = [c for c in changes.works if c.line.flipped]
    if flipped:
        said = f"{number_text(len(flipped))} việc tự đề ra khác tình trạng so với thời hạn"
        yield ChangedGroup(f"{said}{_become([c.line for c in flipped])}", flipped)
    for found, said in (
        ([c for c in changes.works if c.line.moved], "ghi tình trạng khác trước"),
        ([c for c in changes.works if c.line.gone], "cơ quan không còn báo cáo"),
        ([c for c in changes.works if c.line.appeared], "mới có báo cáo"),
    ):
        if found:
            yield ChangedGroup(f"{number_text(len(found))} việc tự đề ra {said}", found)


def fell_due(changes: Changes) -> list[LineChange]:
    """Tasks that are judged otherwise since their deadline passed, and for no other reason."""
    unheard = TaskBucket.UNHEARD.value
    return [c for c in changes.flipped if c.after is not None and c.after.judgement == unheard]


def _is_of_task(change: LineChange) -> bool:
    """Whether a row that came out otherwise is a task: its verdict is one of the tasks' buckets."""
    line = change.after or change.before
    return line is not None and line.judgement in _BUCKETS


def _become(tasks: Sequence[LineChange]) -> str:
    """What tasks have become that stand otherwise: " (nay 1 quá hạn chưa hoàn thành)"."""
    states = Counter(TaskBucket(c.after.judgement) for c in tasks if c.after)
    now = counts_said(*buckets_named({bucket: states[bucket] for bucket in TaskBucket}))
    return f" (nay {now})" if now else ""


def _regrounded(change: LineChange, changes: Changes) -> bool:
    """Whether its row is counted as judged by another ground than before."""
    return any(change.row_key == one.row_key for one in changes.grounds)


def _some(part: int, whole: int, what: str) -> str:
    """Of how many of those counted just before what holds; "" for none.

    >>> _some(2, 3, "có kết quả khác trước"), _some(3, 3, "là việc đến hạn"), _some(0, 3, "a")
    (', trong đó 2 có kết quả khác trước', ', đều là việc đến hạn', '')
    """
    if not part:
        return ""
    return f", đều {what}" if part == whole else f", trong đó {number_text(part)} {what}"


def _of_grounds(lines: Sequence[LineChange]) -> str:
    """Of which grounds they are, where rows are told for several; "" where none is.

    >>> _of_grounds([LineChange("a", None, None, "west"), LineChange("b", None, None)])
    ' (gồm 1 số phía tây)'
    """
    found = Counter(Territory(c.ground) for c in lines if c.ground)
    told = counts_said(
        *((f"{{}} số {TERRITORY_SHORT_NAMES[t]}", found[t]) for t in Territory), between=", "
    )
    if not told:
        return ""
    return f" ({told})" if sum(found.values()) == len(lines) else f" (gồm {told})"


# --- Contradictions -------------------------------------------------------------------------------

ENDED, _NEW = "số liệu đã hết mâu thuẫn", "số liệu mâu thuẫn mới phát sinh"
_RULED, _REOPENED = "mâu thuẫn nay đã có quyết định", "mâu thuẫn nay lại chờ quyết định"


def conflicts_by_what_became(changes: Changes) -> dict[str, list[FrozenConflict]]:
    """Contradictions by what is said of them: new, ended, decided, open again."""
    found: dict[str, list[FrozenConflict]] = {}
    for change in changes.conflicts:
        if change.after is None:
            what = ENDED
        elif change.before is None:
            what = _NEW
        else:
            what = _REOPENED if change.after.is_open else _RULED
        found.setdefault(what, []).append(change.conflict)
    return found

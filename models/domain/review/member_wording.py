"""How the office says how far those are who lead a task together, each for itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from models.domain.consolidation.member_wording import NAMED, Namer
from models.domain.cycle.letter_phrases import listed, number_text, part_said
from models.domain.review.lines import MemberDoing, ReviewTask
from models.domain.review.states import TaskBucket
from models.domain.review.wording import BUCKET_NAMES, DONE_BUCKET_NAMES

_OPEN_FIRST = (
    TaskBucket.OVERDUE,
    TaskBucket.UNHEARD,
    TaskBucket.IN_PROGRESS,
    TaskBucket.OPEN_NO_DEADLINE,
    TaskBucket.STANDING,
    TaskBucket.UNREPORTED,
)
_URGED = (TaskBucket.OVERDUE, TaskBucket.UNREPORTED, TaskBucket.DONE_LATE)  # told by name


def parts_said(task: ReviewTask, name: Namer, most: int = NAMED) -> str:
    """How many of them have done it, in time or late, and where the others are.

    Who is overdue, late or silent is named, up to `most` of each; "" where one leads the task.
    """
    if not task.members:
        return ""
    return "; ".join([_done(task, name, most), *_open(task, name, most)])


def urged_said(task: ReviewTask, name: Namer, most: int = NAMED) -> str:
    """Who is overdue, silent or was late, by name and a line each; "" for nobody."""
    lines = []
    for bucket in _URGED:
        if found := task.members_in(bucket):
            named = listed([name(m.agency) for m in found], "cơ quan", most)
            lines.append(f"{BUCKET_NAMES[bucket]}: {named}.")
    return "\n".join(lines)


def done_said(task: ReviewTask) -> str:
    """How many of them have done it: "50/70 cơ quan hoàn thành"."""
    done = sum(m.bucket.is_done for m in task.members)
    return part_said(done, len(task.members), "cơ quan", "hoàn thành")


def _done(task: ReviewTask, name: Namer, most: int) -> str:
    told = []
    for bucket, said in DONE_BUCKET_NAMES.items():
        if found := task.members_in(bucket):
            told.append(f"{said} {number_text(len(found))}{_named(bucket, found, name, most)}")
    return f"{done_said(task)}: {', '.join(told)}" if told else done_said(task)


def _open(task: ReviewTask, name: Namer, most: int) -> Iterator[str]:
    for bucket in _OPEN_FIRST:
        if found := task.members_in(bucket):
            count = number_text(len(found))
            said = BUCKET_NAMES[bucket]
            yield f"{said[:1].lower()}{said[1:]}: {count}{_named(bucket, found, name, most)}"


def _named(bucket: TaskBucket, found: Sequence[MemberDoing], name: Namer, most: int) -> str:
    if bucket not in _URGED or not most:
        return ""
    return f" ({listed([name(m.agency) for m in found], 'cơ quan', most)})"

"""Two people's changes to the same edition, joined; where they meet, nobody's is given up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True, slots=True)
class Joining:
    """The files with both changes, and those in which the two meet: there they hold `mine`."""

    files: Mapping[str, bytes]
    joined: tuple[str, ...]  # changed by both, in places of their own
    contested: tuple[str, ...]  # changed by both in one place, or changed here and removed there


@dataclass(frozen=True, slots=True)
class _Hunk:
    start: int  # first line of the base that goes
    end: int  # first line of the base that stays again
    lines: tuple[str, ...]  # in their place


def join(
    base: Mapping[str, bytes], newest: Mapping[str, bytes], mine: Mapping[str, bytes]
) -> Joining:
    """`mine` and `newest` both come from `base`; contents by path, a missing path is no file."""
    files: dict[str, bytes] = {}
    joined: list[str] = []
    contested: list[str] = []
    for path in sorted({*base, *newest, *mine}):
        before, theirs, ours = base.get(path), newest.get(path), mine.get(path)
        found = ours
        if ours in (before, theirs):
            found = theirs
        elif theirs != before:
            both = _joined(path, before, theirs, ours)
            (contested if both is None else joined).append(path)
            found = ours if both is None else both
        if found is not None:
            files[path] = found
    return Joining(files, tuple(joined), tuple(contested))


def _joined(
    path: str, before: bytes | None, theirs: bytes | None, ours: bytes | None
) -> bytes | None:
    if before is None or theirs is None or ours is None:
        return None
    # A table's lines are each a thing of its own; of other texts neighbours belong together.
    return joined_text(before, theirs, ours, neighbours_meet=not path.endswith(".csv"))


def joined_text(base: bytes, theirs: bytes, mine: bytes, *, neighbours_meet: bool) -> bytes | None:
    """The text with both changes; None where they meet, or where it is no text (UTF-8).

    >>> joined_text(b"a\\nb\\nc\\n", b"A\\nb\\nc\\n", b"a\\nb\\nC\\n", neighbours_meet=True)
    b'A\\nb\\nC\\n'
    >>> joined_text(b"a\\nb\\n", b"A\\nb\\n", b"x\\nb\\n", neighbours_meet=True) is None
    True
    """
    try:
        texts = [content.decode("utf-8") for content in (base, theirs, mine)]
    except UnicodeDecodeError:
        return None
    if "\x00" in "".join(texts):
        return None
    # A spreadsheet may write every line with another ending: that is no change of each line.
    endings = ["\r\n" if "\r\n" in text else "\n" for text in texts]
    lines = [text.replace("\r\n", "\n").splitlines(keepends=True) for text in texts]
    first, second = _hunks(lines[0], lines[1]), _hunks(lines[0], lines[2])
    if any(_meet(a, b, neighbours_meet) for a in first for b in second):
        return None
    whole = list(lines[0])
    for hunk in sorted({*first, *second}, key=lambda h: (h.start, h.end), reverse=True):
        whole[hunk.start : hunk.end] = hunk.lines
    return "".join(whole).replace("\n", endings[1]).encode("utf-8")


def _hunks(before: list[str], after: list[str]) -> list[_Hunk]:
    found = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return [
        _Hunk(start, end, tuple(after[first:last]))
        for tag, start, end, first, last in found
        if tag != "equal"
    ]


def _meet(one: _Hunk, other: _Hunk, neighbours_meet: bool) -> bool:
    if one == other:  # both made the very same change
        return False
    if one.start == other.start:  # also two additions in one place: which is first, nobody knows
        return True
    if neighbours_meet:
        return one.start <= other.end and other.start <= one.end
    return one.start < other.end and other.start < one.end

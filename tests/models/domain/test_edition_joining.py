"""Two changes to one edition: both are there, or nobody's is given up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.domain.editions.joining import join, joined_text

BASE = "a\nb\nc\nd\ne\n"


def _text(base: str, theirs: str, mine: str, *, neighbours_meet: bool = True) -> str | None:
    both = joined_text(
        base.encode(), theirs.encode(), mine.encode(), neighbours_meet=neighbours_meet
    )
    return None if both is None else both.decode()


@pytest.mark.parametrize(
    ("theirs", "mine", "both"),
    [
        ("A\nb\nc\nd\ne\n", "a\nb\nc\nd\nE\n", "A\nb\nc\nd\nE\n"),
        ("a\nc\nd\ne\n", "a\nb\nc\nd\ne\nf\n", "a\nc\nd\ne\nf\n"),
        ("x\na\nb\nc\nd\ne\n", "a\nb\nc\nd\n", "x\na\nb\nc\nd\n"),
        ("a\nB\nc\nd\ne\n", "a\nB\nc\nd\ne\n", "a\nB\nc\nd\ne\n"),  # the same change twice
        ("a\nB\nc\nd\ne\n", "a\nB\nc\nD\ne\n", "a\nB\nc\nD\ne\n"),
        ("A\nb\nc\nd\ne\n", "a\r\nb\r\nc\r\nd\r\nE\r\n", "A\nb\nc\nd\nE\n"),  # saved on Windows
        ("A\nb\nc\nd\ne\n", "x\nb\nc\nd\ne\n", None),
        ("a\nb\nc\nd\ne\n1\n", "a\nb\nc\nd\ne\n2\n", None),  # which comes first, nobody knows
        ("a\nb\n", "a\nb\nC\nd\ne\n", None),  # taken out there, changed here
    ],
)
def test_changes_in_places_of_their_own_are_joined_and_others_are_not(
    theirs: str, mine: str, both: str | None
) -> None:
    assert _text(BASE, theirs, mine) == both


def test_neighbouring_lines_meet_in_a_text_and_not_in_a_table() -> None:
    theirs, mine = "A\nb\nc\nd\ne\n", "a\nB\nc\nd\ne\n"
    assert _text(BASE, theirs, mine) is None
    assert _text(BASE, theirs, mine, neighbours_meet=False) == "A\nB\nc\nd\ne\n"


def test_what_is_no_text_is_never_joined() -> None:
    assert joined_text(b"\xff\n1\n", b"\xff\n2\n", b"\xfe\n1\n", neighbours_meet=True) is None
    assert joined_text(b"a\x00\nb\n", b"a\x00\nc\n", b"b\x00\nb\n", neighbours_meet=True) is None


def test_a_set_of_files_takes_each_change_and_contests_what_meets() -> None:
    base = dict.fromkeys(
        ("kept", "mine", "theirs", "both.csv", "met", "gone", "lost"), b"1\n2\n3\n"
    )
    newest = base | {"theirs": b"t\n", "both.csv": b"1\n2\nT\n", "met": b"T\n", "new-t": b"t"}
    mine = base | {"mine": b"m\n", "both.csv": b"M\n2\n3\n", "met": b"M\n", "new-m": b"m"}
    newest |= {"lost": b"changed\n"}
    del newest["gone"], mine["lost"]
    joining = join(base, newest, mine)
    assert joining.files == {
        "kept": b"1\n2\n3\n",
        "mine": b"m\n",
        "theirs": b"t\n",
        "both.csv": b"M\n2\nT\n",
        "met": b"M\n",
        "new-t": b"t",
        "new-m": b"m",
    }
    assert joining.joined == ("both.csv",)
    assert joining.contested == ("lost", "met")  # taken out here, changed there


lines = st.lists(st.sampled_from("abcdef"), max_size=8).map(
    lambda some: "".join(f"{s}\n" for s in some)
)


@given(lines, lines, lines, st.booleans())
def test_whoever_changes_alone_is_taken_whole_and_order_does_not_matter(
    base: str, theirs: str, mine: str, neighbours_meet: bool
) -> None:
    def both(one: str, other: str) -> str | None:
        return _text(base, one, other, neighbours_meet=neighbours_meet)

    assert both(base, mine) == mine
    assert both(theirs, base) == theirs
    assert both(theirs, theirs) == theirs
    assert both(theirs, mine) == both(mine, theirs)


@given(lines, lines, lines)
def test_no_line_that_somebody_added_is_lost(base: str, theirs: str, mine: str) -> None:
    both = _text(base, theirs, mine)
    if both is None:
        return
    for text in (theirs, mine):
        for line in set(text) - set(base):
            assert both.count(line) >= 1

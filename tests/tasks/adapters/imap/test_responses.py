"""What servers answer to FETCH, in all the shapes that they may give it."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.adapters.mailbox.imap_responses import Part, fetched, personal_namespace, uid_set

AT = dt.datetime(2025, 2, 17, 2, 30, tzinfo=dt.UTC)

BODIES: list[tuple[list[Part], bytes | None]] = [
    ([(b"1 (UID 7 BODY[] {3}", b"abc"), b")"], b"abc"),
    ([(b"1 (BODY[] {3}", b"abc"), b" UID 7)"], b"abc"),
    ([(b"1 (BODY[HEADER]<0> {3}", b"abc"), b" FLAGS (\\Seen) UID 7)"], b"abc"),
    ([b'1 (UID 7 BODY[] "a \\"b\\" \\\\ UID 9")'], b'a "b" \\ UID 9'),
    ([(b"1 (X-OTHER {2}", b"zz"), (b" UID 7 BODY[] {3}", b"abc"), b")"], b"abc"),
    ([(b"1 (UID 7 BODY[] {0}", b""), b")"], b""),
    ([b"1 (UID 7 BODY[] NIL)"], None),
    ([b"1 (UID 7 FLAGS (\\Seen))"], None),
]


@pytest.mark.parametrize(("parts", "body"), BODIES)
def test_a_body_is_found_wherever_it_stands(parts: list[Part], body: bytes | None) -> None:
    (one,) = fetched(parts)
    assert (one.uid, one.body) == (7, body)


def test_what_was_asked_of_several_messages_is_told_apart() -> None:
    parts: list[Part] = [
        b'1 (UID 7 RFC822.SIZE 12 INTERNALDATE "17-Feb-2025 09:30:00 +0700" FLAGS (\\Seen Kept))',
        b'2 (FLAGS () INTERNALDATE " 7-Feb-2025 02:30:00 +0000" RFC822.SIZE 13 UID 9)',
        b"3 (FLAGS (\\Deleted))",
        None,
    ]
    first, second = fetched(parts)
    assert (first.uid, first.size, first.received_at) == (7, 12, AT)
    assert first.flags == {"\\Seen", "Kept"}
    assert (second.uid, second.size, second.flags) == (9, 13, frozenset())
    assert second.received_at == AT - dt.timedelta(days=10)


@pytest.mark.parametrize("date", [b"", b"yesterday", b"31-Feb-2025 00:00:00 +0000", b"\xff"])
def test_a_date_that_is_none_is_left_open(date: bytes) -> None:
    (one,) = fetched([b'1 (UID 7 INTERNALDATE "' + date + b'")'])
    assert one.received_at is None


@given(st.lists(st.one_of(st.binary(max_size=60), st.tuples(st.binary(max_size=60), st.binary()))))
def test_nothing_that_a_server_says_stops_the_reading(parts: list[Part]) -> None:
    assert all(one.uid >= 0 for one in fetched(parts))


@pytest.mark.parametrize(
    ("said", "prefix"),
    [
        (b'(("" "/")) NIL NIL', ""),
        (b'(("INBOX." ".")) NIL (("shared." "."))', "INBOX."),
        (b'(("a\\"b/" "/")("x" "/")) NIL NIL', 'a"b/'),
        (b"NIL NIL NIL", ""),
        (b"", ""),
    ],
)
def test_the_prefix_of_own_folders_is_read(said: bytes, prefix: str) -> None:
    assert personal_namespace([said]) == prefix
    assert personal_namespace([]) == ""


@given(st.sets(st.integers(1, 2**32 - 1), min_size=1, max_size=50))
def test_a_set_of_numbers_names_each_and_no_other(uids: set[int]) -> None:
    named = set()
    for part in uid_set(uids).split(","):
        first, _, last = part.partition(":")
        named |= {int(first), int(last or first)} | set(
            range(int(first), min(int(last or first), int(first) + 100))
        )
    assert named == uids

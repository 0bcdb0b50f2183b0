"""What bounces prove of addresses, and of the agencies whose addresses they are."""

from __future__ import annotations

import datetime as dt
from itertools import product

import pytest

from models.domain.mail.reach import (
    FailingAddress,
    is_for_good,
    living,
    out_of_reach,
    overrules,
    reached_nobody,
)
from models.domain.register.agencies import Contact

A, B, BOSS = "a@so.example", "b@so.example", "sep@tp.example"
FIRST = dt.datetime(2025, 1, 21, 9, tzinfo=dt.UTC)
LAST = dt.datetime(2025, 2, 14, 9, tzinfo=dt.UTC)
CONTACT = Contact("so", (A,), (B,), (BOSS,))


def failing(address: str, status: str = "5.1.1", began: dt.datetime = FIRST) -> FailingAddress:
    return FailingAddress(address, LAST, status, "User unknown", began)


@pytest.mark.parametrize(
    "status",
    ["", "5.0.0", "5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.0", "5.2.1", "5.2.4",
     "5.4.1", "5.4.4", "5.4.6", "5.4.14"],
)  # fmt: skip
def test_what_is_said_of_the_address_for_good_makes_it_dead(status: str) -> None:
    assert is_for_good(status)


@pytest.mark.parametrize(
    "status",
    ["4.0.0", "4.1.1", "4.2.1", "4.2.2", "4.4.1", "4.4.7", "5.1.7", "5.1.8", "5.1.9", "5.2.2",
     "5.2.3", "5.3.0", "5.3.1", "5.3.2", "5.3.4", "5.4.2", "5.4.3", "5.4.5", "5.4.7", "5.4.300",
     "5.4.316", "5.5.0", "5.6.1", "5.7.0", "5.7.1", "5.7.509"],
)  # fmt: skip
def test_what_passes_or_is_said_of_letter_server_or_sender_does_not(status: str) -> None:
    assert not is_for_good(status)


def test_news_that_say_less_do_not_take_the_place_of_those_that_say_more() -> None:
    dead, full, away, refused = "5.1.1", "5.2.2", "4.4.7", "5.7.1"
    kept = {(new, old) for new, old in product((dead, full, away, refused), repeat=2)
            if not overrules(new, old)}  # fmt: skip
    assert kept == {(away, dead), (refused, dead)}


def test_only_where_every_address_of_its_own_fails_an_agency_is_out_of_reach() -> None:
    assert out_of_reach(CONTACT, []) is None
    assert out_of_reach(CONTACT, [failing(A), failing(BOSS)]) is None
    assert out_of_reach(None, [failing(A)]) is None
    assert out_of_reach(Contact("so", ()), [failing(A)]) is None
    later = FIRST + dt.timedelta(days=1)
    found = out_of_reach(CONTACT, [failing(B, began=later), failing(A)])
    assert found is not None
    assert (found.addresses, found.since, found.for_good) == ((A, B), later, True)
    doubtful = out_of_reach(CONTACT, [failing(A), failing(B, "5.2.2")])
    assert doubtful is not None and not doubtful.for_good


@pytest.mark.parametrize(
    ("dead", "to", "cc", "superior"),
    [
        (set(), (A,), (B,), (BOSS,)),
        ({A}, (B,), (), (BOSS,)),
        ({B}, (A,), (), (BOSS,)),
        ({A, B}, (), (), (BOSS,)),
        ({BOSS}, (A,), (B,), ()),
    ],
)
def test_letters_go_to_the_addresses_that_work(
    dead: set[str], to: tuple[str, ...], cc: tuple[str, ...], superior: tuple[str, ...]
) -> None:
    found = living(CONTACT, dead)
    assert (found.to, found.cc, found.superior) == (to, cc, superior)


def test_copies_alone_do_not_make_a_contact() -> None:
    assert living(Contact("so", (), (B,)), {A}).to == ()


def test_a_letter_was_read_by_nobody_only_if_all_were_dead_when_it_left() -> None:
    dead = [failing(A), failing(B)]
    assert reached_nobody([A, B], LAST, dead)
    assert not reached_nobody([A, B], FIRST - dt.timedelta(hours=1), dead)
    assert not reached_nobody([A, B], None, dead)
    assert not reached_nobody([A, BOSS], LAST, dead)
    assert not reached_nobody([], LAST, dead)
    assert not reached_nobody([A], LAST, [failing(A, "5.2.2")])

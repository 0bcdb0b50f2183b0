"""Accounts, sessions and tries at a password."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.domain.accounts.account import (
    Account,
    AccountRefused,
    AccountRole,
    account_name,
    password_fault,
    person_name,
    roles_of,
)
from models.domain.accounts.session import (
    LONGEST,
    MOST_OF_ADDRESS,
    MOST_OF_BOTH,
    MOST_OF_NAME,
    TRIES_SPAN,
    Session,
    WrongPassword,
    shut_until,
)

NOW = dt.datetime(2026, 2, 3, 8, 0, tzinfo=dt.UTC)
HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)


@pytest.mark.parametrize(
    "wrong", ["", "Lan Phạm", "lân", "1lan", "lan..pham", "-lan", "a" * 33, "lan\n", "../lan"]
)
def test_a_name_that_could_be_taken_for_another_is_refused(wrong: str) -> None:
    if wrong.strip() == "lan":
        assert account_name(wrong) == "lan"
        return
    with pytest.raises(AccountRefused, match=r"Ví dụ: lan\.pham"):
        account_name(wrong)


@pytest.mark.parametrize("wrong", ["", " ", "..", "a", "x" * 121, "Lan\u202epham"])
def test_an_account_is_somebodys(wrong: str) -> None:
    with pytest.raises(AccountRefused):
        person_name(wrong)


def test_a_persons_name_is_one_spelling_on_one_line() -> None:
    assert person_name(" Pha\u0323m  Thị\nLan ") == "Phạm Thị Lan"


def test_a_role_is_named_in_vietnamese_with_or_without_marks_or_as_recorded() -> None:
    spellings = ["quyết định", "quyet-dinh", "Quyet dinh", "decides"]
    assert {roles_of([one]) for one in spellings} == {frozenset({AccountRole.DECIDES})}
    with pytest.raises(AccountRefused, match="xem, quyết định, vận hành, quản trị"):
        roles_of(["giám đốc"])
    with pytest.raises(AccountRefused):
        roles_of([])


def test_a_closed_account_may_nothing() -> None:
    roles = frozenset({AccountRole.DECIDES})
    assert Account("lan", "Lan", roles).may({AccountRole.DECIDES, AccountRole.READS})
    assert not Account("lan", "Lan", roles).may({AccountRole.OPERATES})
    assert not Account("lan", "Lan", roles, closed_at=NOW).may({AccountRole.DECIDES})


@pytest.mark.parametrize(
    ("password", "good"),
    [
        ("ngắn quá", False),
        ("aaaaaaaaaaaaaaaa", False),
        ("Lan.Pham-2026-hp", False),
        ("x" * 201, False),
        ("trời hôm nay đẹp", True),
        ("a1b2c3d4e5f6", True),
    ],
)
def test_a_password_is_long_and_not_the_name(password: str, good: bool) -> None:
    assert (password_fault(password, "lan.pham") == "") is good


def test_a_session_ends_by_idleness_by_age_and_with_its_account() -> None:
    account = Account("lan", "Lan", frozenset({AccountRole.READS}))
    session = Session(account, NOW, NOW + 10 * HOUR)
    assert session.lasts(NOW + 10 * HOUR + 59 * MINUTE, HOUR)
    assert not session.lasts(NOW + 11 * HOUR, HOUR)
    assert not session.lasts(NOW + LONGEST, 3 * HOUR)
    closed = Session(Account("lan", "Lan", account.roles, closed_at=NOW), NOW, NOW)
    assert not closed.lasts(NOW, HOUR)


def wrong(count: int, name: str = "lan", address: str = "10.0.0.1") -> list[WrongPassword]:
    return [WrongPassword(name, address, NOW - i * dt.timedelta(seconds=1)) for i in range(count)]


def test_the_door_is_shut_for_a_name_and_address_and_opens_by_itself() -> None:
    assert shut_until(wrong(MOST_OF_BOTH - 1), "lan", "10.0.0.1", NOW) is None
    until = shut_until(wrong(MOST_OF_BOTH), "lan", "10.0.0.1", NOW)
    assert until is not None and NOW < until <= NOW + TRIES_SPAN
    assert shut_until(wrong(MOST_OF_BOTH), "lan", "10.0.0.1", until) is None
    assert shut_until(wrong(MOST_OF_BOTH), "hoa", "10.0.0.1", NOW) is None
    assert shut_until(wrong(MOST_OF_BOTH), "lan", "10.0.0.2", NOW) is None


def test_asking_from_many_addresses_or_for_many_names_does_not_help() -> None:
    spread = [one for i in range(MOST_OF_NAME) for one in wrong(1, address=f"10.0.0.{i}")]
    assert shut_until(spread, "lan", "10.0.1.1", NOW) is not None
    many = [one for i in range(MOST_OF_ADDRESS) for one in wrong(1, name=f"nguoi{i}")]
    assert shut_until(many, "lan", "10.0.0.1", NOW) is not None
    assert shut_until(many, "lan", "10.0.0.2", NOW) is None


@given(st.lists(st.integers(-2000, 100), max_size=60))
def test_nobody_is_shut_out_longer_than_the_span(seconds: list[int]) -> None:
    tries = [WrongPassword("lan", "::1", NOW + dt.timedelta(seconds=s)) for s in seconds]
    until = shut_until(tries, "lan", "::1", NOW)
    assert until is None or NOW < until <= NOW + TRIES_SPAN

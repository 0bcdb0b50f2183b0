"""Who may go which way of the desk: each role by itself, at every way."""

from __future__ import annotations

import re

import pytest

from flows.desk import ways
from flows.desk.ways import DeskWay
from models.domain.accounts.account import AccountRole
from tests.flows.door.conftest import House

ORIGIN = {"origin": "http://127.0.0.1:4200", "sec-fetch-site": "same-origin"}


def told(way: DeskWay) -> str:
    return f"{way.method} {way.path}"


@pytest.mark.parametrize("role", AccountRole)
def test_a_role_goes_the_ways_that_are_its_own_and_no_others(
    house: House, role: AccountRole
) -> None:
    token = house.somebody(role)
    wrong = []
    for way in ways.WAYS:
        path = re.sub(r"\{[^}]*\}", "x", way.path)
        before = len(house.seen)
        answer = house.as_page(token, way.method, path)
        let_through = len(house.seen) > before
        if let_through is not (role in way.roles):
            wrong.append((told(way), answer.status))
    assert wrong == []


def test_nobody_goes_any_way_of_the_desk_without_a_login(house: House) -> None:
    for way in ways.WAYS:
        path = re.sub(r"\{[^}]*\}", "x", way.path)
        assert house.ask(way.method, path, ORIGIN).status in (303, 401), told(way)
    assert house.seen == []


def test_what_changes_something_is_for_those_who_decide_begin_or_administer() -> None:
    """Who only reads may send nothing off."""
    changing = [way for way in ways.WAYS if way.method != "GET"]
    assert changing
    assert [told(way) for way in changing if AccountRole.READS in way.roles] == []


def test_every_page_of_the_menu_has_a_way() -> None:
    of_menu = {at for _, at, _ in ways.MENU}
    assert of_menu <= {way.path for way in ways.WAYS if way.method == "GET"}

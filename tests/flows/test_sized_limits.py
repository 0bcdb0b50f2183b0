"""Limits on mail that nobody has set follow from how many agencies the register has."""

from __future__ import annotations

import pytest

from config.settings import load_settings
from flows.workplaces import house_rules


def limits(agencies: int) -> tuple[int, int]:
    rules = house_rules(load_settings(), agencies=agencies)
    return rules.letters_per_minute, rules.answers_per_day


def test_a_large_register_answers_a_deadline_day_at_once() -> None:
    assert limits(12) == (60, 1000)
    assert limits(185) == (370, 3700)


@pytest.mark.parametrize(("said", "sized"), [("", (370, 3700)), ("7", (7, 7))])
def test_what_the_office_has_set_counts(
    monkeypatch: pytest.MonkeyPatch, said: str, sized: tuple[int, int]
) -> None:
    monkeypatch.setenv("BAOCAO_SMTP_LETTERS_PER_MINUTE", said)
    monkeypatch.setenv("BAOCAO_ANSWERS_PER_DAY", said)
    assert limits(185) == sized


def test_no_limit_on_letters_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAOCAO_SMTP_LETTERS_PER_MINUTE", "0")
    assert limits(185)[0] == 0

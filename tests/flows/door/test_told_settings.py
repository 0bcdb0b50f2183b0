"""The orchestrator's settings in words: written out once, and always those of the moment."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from prefect.settings import PREFECT_API_URL, get_current_settings, temporary_settings
from prefect.settings.models.root import Settings

from flows.door import told_settings


@pytest.fixture
def _once(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(Settings, "to_environment_variables", told_settings._write_out)
    told_settings.settings_are_told_once()
    yield


ASKED = [{}, {"exclude_unset": True}, {"include_secrets": False}, {"include_aliases": True}]


@pytest.mark.parametrize("how", ASKED, ids=str)
def test_they_are_what_the_orchestrator_would_write(_once: None, how: dict[str, bool]) -> None:
    settings = get_current_settings()
    wanted = told_settings._write_out(settings, **how)
    for _ in range(2):
        assert settings.to_environment_variables(**how) == wanted
    settings.to_environment_variables(**how).clear()
    assert settings.to_environment_variables(**how) == wanted, "what is handed out is a copy"


def test_other_settings_have_words_of_their_own(_once: None) -> None:
    before = get_current_settings().to_environment_variables()
    for number in range(3):
        with temporary_settings({PREFECT_API_URL: f"http://127.0.0.1:{number}/api"}):
            told = get_current_settings().to_environment_variables()
            assert told["PREFECT_API_URL"] == f"http://127.0.0.1:{number}/api"
    assert get_current_settings().to_environment_variables() == before
    assert told_settings._words.keys() >= set(told_settings._told.keys())


def test_they_are_written_out_once(_once: None, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = get_current_settings()
    settings.to_environment_variables(exclude_unset=True)
    monkeypatch.setattr(told_settings, "_write_out", None)
    assert settings.to_environment_variables(exclude_unset=True) is not None

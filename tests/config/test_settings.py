"""Settings are checked at start; a rehearsal cannot be set up so that letters escape."""

from __future__ import annotations

import pytest

from config.settings import load_settings
from models.domain.errors import ConfigurationFault

REAL = "smtps://u:mat-khau@mail.haiphong.example"
LOOPBACK = ["smtp://127.0.0.1:1025", "smtp://localhost:25", "smtp://[::1]:25", ""]


def faults(**settings: object) -> list[str]:
    with pytest.raises(ConfigurationFault) as raised:
        load_settings(**settings)
    return list(raised.value.faults)


def test_a_rehearsal_through_a_real_server_needs_a_guest_list() -> None:
    (told,) = faults(smtp_url=REAL)
    assert told.startswith("BAOCAO_GUEST_LIST: ") and "mail.haiphong.example" in told
    assert "mat-khau" not in told
    assert load_settings(smtp_url=REAL, guest_list="thu@so.example @vp.example").guest_list == [
        "thu@so.example", "@vp.example",
    ]  # fmt: skip


@pytest.mark.parametrize("url", LOOPBACK)
def test_on_this_machine_it_needs_none(url: str) -> None:
    assert load_settings(smtp_url=url).guest_list == []


def test_a_host_that_only_sounds_like_this_machine_is_another() -> None:
    assert faults(smtp_url="smtps://localhost.haiphong.example")


def test_in_production_everybody_may_be_written_to() -> None:
    settings = load_settings(smtp_url=REAL, environment="production", secret_key="k" * 32)
    assert settings.guest_list == []


@pytest.mark.parametrize("wrong", ["so.example", "thu@", "@", "thu", "thu@so"])
def test_a_guest_is_an_address_or_a_domain(wrong: str) -> None:
    (told,) = faults(guest_list=f"a@b.example {wrong}")
    assert told.startswith("BAOCAO_GUEST_LIST: ") and wrong in told


def test_the_own_copy_is_a_guest_too() -> None:
    (told,) = faults(own_copy="kho@khac.example", guest_list="@so.example")
    assert told.startswith("BAOCAO_OWN_COPY: ")
    assert load_settings(own_copy="kho@so.example", guest_list="@so.example").own_copy


@pytest.mark.parametrize("wrong", ["kho", "@so.example", "kho@"])
def test_the_own_copy_is_an_address(wrong: str) -> None:
    assert faults(own_copy=wrong)[0].startswith("BAOCAO_OWN_COPY: ")

"""The address of a mail server, whichever protocol it is for."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.domain.mail.server_address import (
    AddressMistake,
    MailProtocol,
    ServerAddress,
    ServerAddressFault,
)

STRICT = MailProtocol(
    {"imaps": 993, "imap": 143}, "imap", {one: f"{one.name} {{host}}" for one in AddressMistake}
)
WRITTEN = st.text(st.characters(exclude_categories=["Cs"]))
LENIENT = MailProtocol({"smtp": 25}, "smtp", {AddressMistake.UNREADABLE: "?"})

MISTAKES = [
    ("imaps://u:p#x@mail.example", AddressMistake.UNREADABLE),
    ("imaps://u:p@[mail.example", AddressMistake.UNREADABLE),
    ("imaps://u:p@mail.example:0x9", AddressMistake.UNREADABLE),
    ("pop3://u:p@mail.example", AddressMistake.SCHEME),
    ("imaps://", AddressMistake.HOST),
    ("imaps://u:p@mail.example?x", AddressMistake.REST),
    ("imaps://u:p@mail.example/#x", AddressMistake.REST),
    ("imaps://mail.example", AddressMistake.USER),
    ("imap://u:p@mail.example", AddressMistake.OPEN),
]


@pytest.mark.parametrize(("url", "mistake"), MISTAKES)
def test_each_mistake_is_told_apart(url: str, mistake: AddressMistake) -> None:
    with pytest.raises(ServerAddressFault, match=f"^{mistake.name}") as raised:
        ServerAddress.parse(url, STRICT)
    assert "p@" not in str(raised.value)


@pytest.mark.parametrize("url", ["smtp://", "smtp://mail.example?x#y", "smtp://u:p@mail.example"])
def test_a_protocol_that_has_no_words_for_a_mistake_lets_it_pass(url: str) -> None:
    assert ServerAddress.parse(url, LENIENT).port == 25


def test_plain_text_may_go_to_this_machine() -> None:
    assert ServerAddress.parse("imap://u:p@127.0.0.1", STRICT).server == "127.0.0.1:143"
    assert ServerAddress.parse("imap://u:p@[::1]:1143", STRICT).server == "::1:1143"


@given(WRITTEN, WRITTEN, WRITTEN)
def test_what_is_escaped_comes_back(user: str, password: str, folder: str) -> None:
    user = user or "u"
    url = "imaps://{}:{}@mail.example/{}".format(
        *(quote(part, safe="") for part in (user, password, folder))
    )
    address = ServerAddress.parse(url, STRICT)
    assert (address.username, address.password, address.folder) == (user, password, folder)

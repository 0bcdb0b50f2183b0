"""Whatever a mail server or the line to it does: nothing is lost, nothing doubled, all is shown.

A few faults of every kind; `make faults` runs all of them and writes the handbook's page.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults import imap_cases, smtp_cases
from tests.faults.imap_cases import ImapCase, ImapGround
from tests.faults.smtp_cases import SmtpCase, SmtpGround
from tests.faults.table import NONE, PAGE, SPECIAL, cells_of, imap_cell, smtp_cell, special_holds
from tests.servers.mail_ground import (
    embedded_letter_server,
    embedded_mailbox,
    real_letter_server,
    real_mailbox,
    why_no_real_mailbox,
    why_no_real_servers,
)


@pytest.fixture(scope="module", params=["aiosmtpd", "postfix"])
def sending(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SmtpGround]:
    """Three letters and a server to send them by; without Postfix the embedded one alone."""
    folder = tmp_path_factory.mktemp("sending")
    if request.param == "aiosmtpd":
        opened = embedded_letter_server(folder)
    elif why := why_no_real_servers():
        pytest.skip(f"only embedded servers: {why}")
    else:
        opened = real_letter_server()
    with opened as server:
        yield SmtpGround(folder, server)


@pytest.fixture(scope="module", params=["pymap", "dovecot"])
def receiving(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ImapGround]:
    """A mailbox; without Dovecot the embedded one alone."""
    folder = tmp_path_factory.mktemp("receiving")
    if request.param == "pymap":
        opened = embedded_mailbox()
    elif why := why_no_real_mailbox():
        pytest.skip(f"only embedded servers: {why}")
    else:
        opened = real_mailbox()
    with opened as mailbox:
        yield ImapGround(folder, mailbox)


@pytest.mark.parametrize("case", smtp_cases.short_cases(), ids=lambda c: f"{c.stage}-{c.outcome}")
def test_no_letter_is_lost_or_doubled(sending: SmtpGround, case: SmtpCase) -> None:
    result = sending.run(case)
    assert result.wrong == []
    assert smtp_cell(result) == cells_of(PAGE.read_text())["SMTP", *case.words]


@pytest.mark.parametrize("case", imap_cases.short_cases(), ids=lambda c: f"{c.stage}-{c.fault}")
def test_no_message_is_lost_or_doubled(receiving: ImapGround, case: ImapCase) -> None:
    result = receiving.run(case)
    assert result.wrong == []
    if case in SPECIAL:
        assert special_holds(result), (result.first, result.second)
    else:
        assert imap_cell(result) == cells_of(PAGE.read_text())["IMAP", *case.words]


def test_the_handbook_shows_every_case_and_no_other() -> None:
    text = PAGE.read_text()
    shown = {place for place, cell in cells_of(text).items() if cell != NONE}
    wanted = {("SMTP", *case.words) for case in smtp_cases.cases()}
    wanted |= {("IMAP", *case.words) for case in imap_cases.cases() if case not in SPECIAL}
    wanted |= {("IMAP", case.words[0], "Chuyện") for case in SPECIAL}
    wanted |= {("IMAP", case.words[0], "Kết quả") for case in SPECIAL}
    assert shown == wanted
    assert all(said in text for said in SPECIAL.values())
    assert "lỗi" not in cells_of(text).values()

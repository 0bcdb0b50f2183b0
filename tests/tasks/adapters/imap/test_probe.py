"""The doctor says in a sentence what is wrong with a mailbox, and changes nothing there."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from config.settings import load_settings
from flows.cli.doctor_mail import mailbox_remarks, sender_remark
from models.domain.cycle.cycles import HANOI
from models.domain.errors import ConfigurationFault
from tasks.adapters.intake.collecting import collect_from
from tasks.adapters.mailbox import imap_probe
from tasks.adapters.mailbox.imap_inbox import ImapInbox
from tasks.adapters.mailbox.imap_probe import probe
from tasks.adapters.mailbox.opening import open_inbox
from tests.fixtures.embedded_imap import embedded_imap
from tests.fixtures.mail_accounts import MailAccount
from tests.servers import dovecot
from tests.servers.certificates import make_certificate
from tests.tasks.adapters.imap.conftest import LIMIT, MakeWorkplace, dovecot_account

NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)
MINUTE = dt.timedelta(minutes=1)
MAIL = b"Subject: x\r\n\r\nx\r\n"


def look(
    account: MailAccount, *, now: dt.datetime = NOW, known: object = frozenset()
) -> tuple[dict[str, str], dict[str, str]]:
    """What is well and what is to be mended, by subject."""
    inbox = open_inbox(account.url(), now, account.rules(), LIMIT)
    assert isinstance(inbox, ImapInbox)
    seen = probe(inbox, known, now)  # type: ignore[arg-type]
    return (
        {one.subject: one.sentence for one in seen if one.ok},
        {one.subject: one.sentence for one in seen if not one.ok},
    )


def test_a_mailbox_in_order_is_told_and_left_as_it_is(account: MailAccount) -> None:
    account.deliver(MAIL, at=NOW - MINUTE)
    well, wrong = look(account)
    assert wrong == {}
    assert "MOVE" in well["Quyền chuyển thư"] and "«Da-xu-ly»" in well["Quyền chuyển thư"]
    assert well["Thư đang chờ"].startswith("1 thư chờ nhận")
    assert ("Chứng thư TLS" in well) is (account.ca_file is not None)
    assert "không so được" in well["Đồng hồ"]
    assert account.flags() == [set()] and len(account.folders()) == 1


def test_too_many_or_too_old_messages_are_told(
    account: MailAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.deliver(MAIL, MAIL, at=NOW - MINUTE)
    assert look(account)[1] == {}
    old = NOW + dt.timedelta(days=2)
    arrived = f"{(NOW - MINUTE).astimezone(HANOI):%d/%m/%Y %H:%M}"
    assert arrived in look(account, now=old)[1]["Thư đang chờ"]
    monkeypatch.setattr(imap_probe, "TOO_MANY", 1)
    assert "2 thư" in look(account)[1]["Thư đang chờ"]


def test_a_message_from_the_future_tells_a_clock_that_is_behind(account: MailAccount) -> None:
    account.deliver(MAIL, at=NOW + 30 * MINUTE)
    assert "chậm 30 phút" in look(account)[1]["Đồng hồ"]


@pytest.mark.parametrize(("ahead", "said"), [(0, ""), (45, "nhanh 45 phút"), (-7, "chậm 7 phút")])
def test_the_clock_is_compared_with_the_date_that_the_server_greets_with(
    ahead: int, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stated = NOW - ahead * MINUTE
    greeting = f"IMAP4rev1 2007f.404 at {stated:%a, %d %b %Y %H:%M:%S} +0000 (UTC)"
    monkeypatch.setattr(ImapInbox, "greeting", lambda self: greeting)
    with embedded_imap() as server:
        account = MailAccount(server.host, server.port, server.user, server.password)
        well, wrong = look(account)
    assert said in wrong.get("Đồng hồ", "") and bool(wrong) is bool(said)
    assert ("Đồng hồ" in well) is not bool(said)


def test_an_account_without_the_right_to_move_is_told(make_workplace: MakeWorkplace) -> None:
    if why := dovecot.why_not():
        pytest.skip(why)
    with dovecot.running_dovecot(acl={"baocao/INBOX": "lr"}) as server:
        dovecot.put(server, "baocao", MAIL, NOW - MINUTE)
        account = dovecot_account(server)
        well, wrong = look(account)
        assert "chỉ được đọc" in wrong["Quyền chuyển thư"]
        assert well["Thư đang chờ"].startswith("1 thư")
        workplace = make_workplace(account.rules())
        collect_from(workplace, account.url(), 10)
        settings = load_settings(
            mailbox_url=[account.url()],
            mailbox_ca_file=account.ca_file,
            database_url=str(workplace.engine.url),
            max_message_mb=1,
        )
        remarks = {one.subject: one for one in mailbox_remarks(settings, NOW)}
        assert remarks["Thư đang chờ"].sentence == "Không có thư chờ nhận."


def test_a_certificate_that_ends_soon_and_one_that_has_ended(tmp_path: Path) -> None:
    made = make_certificate(tmp_path / "good")
    with embedded_imap(certificate=made) as server:
        account = MailAccount(
            server.host, server.tls_port, server.user, server.password, made.authority
        )
        assert look(account)[1] == {}
        assert "sắp hết hạn" in look(account, now=NOW + dt.timedelta(days=10))[1]["Chứng thư TLS"]
    ended = make_certificate(tmp_path / "ended", expired=True)
    with embedded_imap(certificate=ended) as server:
        account = MailAccount(server.host, server.tls_port, "x", "y", ended.authority)
        assert "đã hết hạn" in look(account)[1]["Hộp thư IMAP"]


def test_the_doctor_needs_no_database_to_look_at_a_mailbox(
    account: MailAccount, tmp_path: Path
) -> None:
    settings = load_settings(
        mailbox_url=[account.url(password=False), "drop:///khong/co"],
        mailbox_password=account.password,
        mailbox_ca_file=account.ca_file,
        database_url="postgresql+psycopg://nobody@127.0.0.1:1/none",
    )
    remarks = list(mailbox_remarks(settings, NOW))
    assert [one.subject for one in remarks if not one.ok] == ["Hộp thư drop"]
    wrong = load_settings(mailbox_url=[account.url(password=False)], mailbox_password="sai")
    (said,) = [one for one in mailbox_remarks(wrong, NOW) if not one.ok]
    assert "đăng nhập" in said.sentence or "BAOCAO_MAILBOX_CA_FILE" in said.sentence


def test_folders_that_the_first_run_makes_are_no_fault(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path / "chưa có gì")
    remarks = {one.subject: one for one in mailbox_remarks(settings, NOW)}
    for name in ("Hộp thư maildir", "Hộp thư drop"):
        assert remarks[name].ok
        assert "Chưa có" in remarks[name].sentence
    (tmp_path / "chưa có gì" / "mailbox").mkdir(parents=True)  # there, and no Maildir
    assert [one.subject for one in mailbox_remarks(settings, NOW) if not one.ok] == [
        "Hộp thư maildir"
    ]


def test_the_doctor_says_whether_senders_are_confirmed() -> None:
    (asked,) = [sender_remark(load_settings(authserv_id="MX.haiphong.example"))]
    assert "mx.haiphong.example" in asked.sentence
    assert not asked.caution
    unchecked = sender_remark(load_settings())
    assert "BAOCAO_AUTHSERV_ID" in unchecked.sentence
    assert unchecked.caution
    with pytest.raises(ConfigurationFault):
        load_settings(authserv_id="mx; dmarc=pass")

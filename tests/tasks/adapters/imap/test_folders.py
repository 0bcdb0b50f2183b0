"""Folders: other alphabets, other ways to part levels, and accounts that may not do everything."""

from __future__ import annotations

import unicodedata

import pytest

from tasks.adapters.intake.collecting import collect_from
from tasks.adapters.mailbox.imap_inbox import KEPT_MARK, ImapInbox
from tasks.adapters.mailbox.opening import open_inbox
from tests.fixtures.mail_accounts import AT, MailAccount
from tests.servers import dovecot
from tests.tasks.adapters.imap.conftest import LIMIT, NOW, MakeWorkplace, dovecot_account

MAIL = b"From: a@b.example\r\nSubject: x\r\n\r\nKinh gui\r\n"
NAMES = {"processed": "Báo cáo/Đã xử lý", "too_large": "Báo cáo/Quá lớn & để lại"}


@pytest.fixture
def real_server() -> None:
    """Skips where no Dovecot can be started."""
    if why := dovecot.why_not():
        pytest.skip(why)


def inbox(account: MailAccount, **rules: object) -> ImapInbox:
    made = open_inbox(account.url(), NOW, account.rules(**rules), LIMIT)
    assert isinstance(made, ImapInbox)
    return made


def test_folders_of_any_name_are_made_and_used(
    account: MailAccount, make_workplace: MakeWorkplace
) -> None:
    workplace = make_workplace(account.rules(**NAMES))
    large = MAIL + b"x" * LIMIT
    account.deliver(MAIL, large)
    assert collect_from(workplace, account.url(), 10).failures == []
    delimiter = "." if "Báo cáo.Đã xử lý" in account.folders() else "/"
    assert account.contents(f"Báo cáo{delimiter}Đã xử lý") == [MAIL]
    assert account.contents(f"Báo cáo{delimiter}Quá lớn & để lại") == [large]
    account.deliver(MAIL)
    assert collect_from(workplace, account.url(), 10).failures == []
    assert account.contents(f"Báo cáo{delimiter}Đã xử lý") == [MAIL, MAIL]


def test_a_folder_whose_name_was_decomposed_is_found(
    account: MailAccount, make_workplace: MakeWorkplace
) -> None:
    decomposed = unicodedata.normalize("NFD", "Đã xử lý")
    account.make_folder(decomposed)
    account.deliver(MAIL)
    found = collect_from(make_workplace(account.rules(processed="Đã xử lý")), account.url(), 10)
    assert found.failures == []
    assert account.contents(decomposed) == [MAIL]
    assert len(account.folders()) == 2


def test_mail_is_taken_from_the_folder_that_the_address_names(
    account: MailAccount, make_workplace: MakeWorkplace
) -> None:
    account.make_folder("Báo cáo")
    account.deliver(MAIL)
    account.deliver(MAIL + b"2", folder="Báo cáo")
    workplace = make_workplace(account.rules())
    assert collect_from(workplace, account.url(folder="Báo cáo"), 10).new == 1
    assert account.contents() == [MAIL]
    assert account.contents("Báo cáo") == []


def test_a_missing_folder_is_named_with_those_that_are_there(
    account: MailAccount, make_workplace: MakeWorkplace
) -> None:
    account.make_folder("Báo cáo")
    found = collect_from(make_workplace(account.rules(folder="Khác")), account.url(), 10)
    (said,) = found.failures
    assert "«Khác»" in said and "«Báo cáo»" in said and "BAOCAO_MAILBOX_FOLDER" in said


@pytest.mark.usefixtures("real_server")
@pytest.mark.parametrize(
    ("namespace", "expected"),
    [
        ("separator = /", "Báo cáo/Đã xử lý"),
        ("separator = .\n  prefix = INBOX.", "INBOX.Báo cáo.Đã xử lý"),
    ],
)
def test_levels_and_prefixes_are_the_servers(
    make_workplace: MakeWorkplace, namespace: str, expected: str
) -> None:
    with dovecot.running_dovecot(namespace=namespace) as server:
        account = dovecot_account(server)
        account.deliver(MAIL)
        workplace = make_workplace(account.rules(**NAMES))
        found = collect_from(workplace, account.url(), 10)
        assert (found.new, found.failures, found.notes) == (1, [], [])
        assert account.contents(expected) == [MAIL]
        with inbox(account, **NAMES) as opened:
            assert opened.missing_folders() == [NAMES["too_large"]]


@pytest.mark.usefixtures("real_server")
@pytest.mark.parametrize("capability", ["", dovecot.WITHOUT_MOVE])
def test_an_account_that_may_not_move_marks_what_was_kept(
    make_workplace: MakeWorkplace, capability: str
) -> None:
    acl = {"baocao/INBOX": "lrsw"}
    with dovecot.running_dovecot(acl=acl, capability=capability) as server:
        dovecot.put(server, "baocao", MAIL, AT)
        account = dovecot_account(server)
        workplace = make_workplace(account.rules())
        found = collect_from(workplace, account.url(), 10)
        assert (found.new, found.failures) == (1, [])
        (note,) = found.notes
        assert "đánh dấu tại chỗ" in note
        assert account.contents() == [MAIL]
        assert account.contents("Da-xu-ly") == []
        assert account.flags() == [{"\\Seen", KEPT_MARK}]
        again = collect_from(workplace, account.url(), 10)
        assert (again.new, again.known, again.failures) == (0, 0, [])
        with inbox(account) as opened:
            assert not opened.rights().may_move


def test_what_may_be_done_is_known_without_trying(account: MailAccount) -> None:
    account.deliver(MAIL)
    with inbox(account) as opened:
        rights = opened.rights()
        assert rights.may_change and rights.may_move and rights.by == "MOVE"
        assert opened.missing_folders() == ["Da-xu-ly", "Qua-lon"]
        assert opened.greeting()
    assert account.contents() == [MAIL]
    assert len(account.folders()) == 1


def test_from_outside_a_folder_shows_another_mark_when_mail_has_come(account: MailAccount) -> None:
    def mark() -> str:
        with inbox(account) as looked_at:
            return looked_at.mark()

    before = mark()
    assert before.split() == mark().split() != []
    account.deliver(MAIL)
    assert mark() != before

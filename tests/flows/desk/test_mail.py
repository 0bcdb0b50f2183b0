"""Thư đến: messages found, read as text, their files opened and downloaded, decided on there."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import select

from models.domain.accounts.account import Account, AccountRole
from models.domain.cycle.cycles import HANOI
from models.domain.mail.mail import MessageState
from tasks.adapters.desk.messages_shown import message_case
from tasks.adapters.mailbox.maildir import deliver
from tasks.adapters.store import decisions, messages
from tasks.adapters.store.messages import MESSAGE
from tests.fixtures.held_mail import ARRIVED, held_message, take_in
from tests.fixtures.hostile_mail import hostile_mails
from tests.fixtures.hostile_texts import HOSTILE_TEXTS
from tests.fixtures.office_desk import OfficeDesk, as_read, office_desk
from tests.fixtures.own_workbook_mail import own_workbook_mail

NOW = dt.datetime(2025, 2, 10, 9, 0, tzinfo=HANOI)
READER = Account("minh.do", "Đỗ Quang Minh", frozenset({AccountRole.READS}))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeDesk]:
    """A desk at which mail has come in, and nothing is decided."""
    with office_desk(tmp_path_factory.mktemp("desk"), NOW, ["syt", "stc"]) as found:
        held_message(found.workplace, versions=2)
        mailbox = Path(found.workplace.rules.mailboxes[0].removeprefix("maildir://"))
        for mail in (
            own_workbook_mail(found.workplace, "stc", 1),
            *hostile_mails(found.workplace.rules.office_address),
        ):
            deliver(mailbox, mail.as_bytes(), ARRIVED)
        take_in(found.workplace)
        yield found


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[OfficeDesk]:
    """A desk of its own for who decides."""
    with office_desk(tmp_path, NOW, ["syt", "stc"]) as found:
        yield found


def key_from(desk: OfficeDesk, sender: str) -> str:
    with desk.workplace.engine.begin() as connection:
        wanted = select(MESSAGE.c.key).where(MESSAGE.c.sender == sender)
        return str(connection.execute(wanted).scalar_one())


def held_key(desk: OfficeDesk) -> str:
    return key_from(desk, "ba.ha@gmail.example")


@pytest.mark.parametrize(
    ("asked", "there", "not_there"),
    [
        ("", "Kế hoạch của Sở", "Không có thư nào"),
        ("q=ke+hoach", "Kế hoạch của Sở", "Rất dài"),
        ("q=KE+HOACH+so", "Kế hoạch của Sở", "Rất dài"),
        ("q=so+y+te", "Kế hoạch của Sở", "Rất dài"),
        ("q=ba.ha", "Kế hoạch của Sở", "Rất dài"),
        ("trang-thai=held", "Kế hoạch của Sở", "Sở Tài chính"),
        ("trang-thai=returned", "Sở Tài chính", "Kế hoạch của Sở"),
        ("ky=2025-plan&co-quan=stc", "Sở Tài chính", "Kế hoạch của Sở"),
        ("ky=2025-review", "Không có thư nào như vậy", "Kế hoạch của Sở"),
        ("q=khong+co+gi", "Không có thư nào như vậy", "Kế hoạch của Sở"),
        ("trang-thai=%27%3B--&trang=abc&xep=x", "Không có thư nào như vậy", "Kế hoạch của Sở"),
        ("trang=999999", "Kế hoạch của Sở", "Không có thư nào"),
    ],
)
def test_messages_are_found(desk: OfficeDesk, asked: str, there: str, not_there: str) -> None:
    page = desk.get(f"/thu?{asked}")
    # What the filters offer is no line of the list.
    said = as_read(re.sub(r"(?s)<form.*?</form>", "", page))

    assert there in said
    assert not_there not in said


def test_the_list_is_sorted_both_ways_and_says_so(desk: OfficeDesk) -> None:
    newest, oldest = (desk.get(f"/thu{query}") for query in ("", "?xep=nhan"))

    assert 'aria-sort="descending"' in newest
    assert 'aria-sort="ascending"' in oldest
    keys = [re.findall(r'href="/thu/([0-9a-f]{64})"', page) for page in (newest, oldest)]
    assert keys[0] == keys[1][::-1]
    assert len(keys[0]) == len(HOSTILE_TEXTS) + 4


@pytest.mark.parametrize("case", HOSTILE_TEXTS)
def test_what_strangers_write_is_text(desk: OfficeDesk, case: str) -> None:
    written, _ = HOSTILE_TEXTS[case]
    number = list(HOSTILE_TEXTS).index(case)

    page = desk.get(f"/thu/{key_from(desk, f'nguoi{number}@gmail.example')}")

    body = page.split("<main", 1)[1]
    tags = set(re.findall(r"<\s*/?\s*([a-zA-Z!][^\s>/]*)", body))
    assert tags <= OWN_TAGS, tags - OWN_TAGS
    attributes = re.findall(
        r"\s(on\w+|autofocus|style)=?", re.sub(r'"[^"]*"', '""', tags_only(body))
    )
    assert attributes == []
    text = re.search(r'(?s)<div class="text".*?>(.*?)</div>', body)
    assert text is not None
    said = html.unescape(text[1])
    assert said.startswith("Kính gửi.")
    assert said.endswith("Hết.")
    for hidden in "\u202e\u2066\u2069\u200b\U000e0041":
        assert hidden not in page
    if written.isascii():
        assert written in said


OWN_TAGS = {
    "a", "button", "br", "code", "dd", "details", "div", "dl", "dt", "form", "h1", "h2", "input",
    "label", "li", "main", "option", "p", "section", "select", "span", "strong", "summary",
    "textarea", "ul", "body", "html", "table", "tr", "td", "th", "thead", "tbody",
}  # fmt: skip


def tags_only(page: str) -> str:
    return " ".join(re.findall(r"<[^>]*>", page))


def test_a_mail_of_html_alone_is_read_as_text(desk: OfficeDesk) -> None:
    page = desk.get(f"/thu/{key_from(desk, 'web@gmail.example')}")

    text = re.search(r'(?s)<div class="text".*?>(.*?)</div>', page)
    assert text is not None
    said = html.unescape(text[1])
    assert "Kính gửi Văn phòng" in said
    assert "<script>hai()</script>" in said
    assert "alert(1)" not in text[1]
    assert "theo-doi.example/x.gif" not in tags_only(page)
    assert 'href="javascript' not in page


def test_a_very_long_mail_is_cut_and_says_so(desk: OfficeDesk) -> None:
    page = desk.get(f"/thu/{key_from(desk, 'dai@gmail.example')}")

    assert "chỉ hiện phần đầu" in page
    assert len(page) < 150_000


def test_a_held_message_says_why_it_waits_and_offers_what_is_known(desk: OfficeDesk) -> None:
    page = desk.get(f"/thu/{held_key(desk)}")
    said = as_read(page)

    assert "Chờ người xem" in said
    assert "sổ đính kèm là sổ Văn phòng lập cho Sở Y tế" in said
    assert re.search(r'<option value="syt" selected>', page)
    assert re.search(r'<option value="2025-plan" selected>', page)
    chosen = re.search(r'(?s)<select id="assign-message-main_file".*?</select>', page)
    assert chosen is not None
    assert re.findall(r"<option[^>]*>([^<]*)<", chosen[0]) == [
        "— chọn —", "kế hoạch.xlsx", "kế hoạch 2.xlsx",
    ]  # fmt: skip


def test_rival_workbooks_are_compared_from_their_message(desk: OfficeDesk) -> None:
    page = desk.get(f"/thu/{held_key(desk)}")
    link = re.search(r'href="(/so-bao-cao/so-sanh[^"]*)"', page)
    assert link is not None

    said = desk.text(html.unescape(link[1]))

    assert "Nội dung các ô không khác nhau." in said
    assert "kế hoạch 2.xlsx" in said


def test_another_message_s_decisions_are_not_offered_and_its_own_ways_are(desk: OfficeDesk) -> None:
    with desk.workplace.engine.begin() as connection:
        wanted = select(MESSAGE.c.key).where(MESSAGE.c.agency == "stc")
        key = connection.execute(wanted).scalar_one()
    page = desk.get(f"/thu/{key}")

    assert "/quyet-dinh/assign-message" not in page
    assert 'action="/quyet-dinh/correct-arrival"' in page
    assert "/quyet-dinh/withdraw-version?receipt=KH-2025" in page
    assert re.search(r'href="/so-bao-cao/\d+"', page)
    assert re.search(r'href="/thu-di/\d+"', page)


def test_who_only_reads_is_offered_no_decision(desk: OfficeDesk) -> None:
    desk.account, before = READER, desk.account
    try:
        page = desk.get(f"/thu/{held_key(desk)}")
    finally:
        desk.account = before

    assert "/quyet-dinh/" not in page
    assert "Kính gửi." in page


@pytest.mark.parametrize("case", HOSTILE_TEXTS)
def test_a_file_is_downloaded_under_a_name_that_can_be_kept(desk: OfficeDesk, case: str) -> None:
    number = list(HOSTILE_TEXTS).index(case)
    key = key_from(desk, f"nguoi{number}@gmail.example")

    answer = desk.browser.get(f"/thu/{key}/tep/1")

    told = answer.headers["content-disposition"]
    assert answer.content == b"%PDF-1.4"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert re.fullmatch(r"attachment; filename=\"[A-Za-z0-9._-]+\"; filename\*=UTF-8''\S+", told)


def test_a_message_is_downloaded_to_the_byte(desk: OfficeDesk) -> None:
    key = held_key(desk)

    answer = desk.browser.get(f"/thu/{key}/goc")

    assert answer.content == desk.workplace.raw_store.get(key)
    assert '.eml"' in answer.headers["content-disposition"]


@pytest.mark.parametrize(
    "path",
    ["/thu/x", f"/thu/{'0' * 64}", "/thu/x/goc", "/thu/x/tep/1", "/so-bao-cao/so-sanh",
     "/so-bao-cao/so-sanh?trai=1&phai=x", "/so-bao-cao/so-sanh?trai=x/1&phai=x/2",
     "/so-bao-cao/so-sanh?trai=99999&phai=99998"],
)  # fmt: skip
def test_what_is_not_there_is_said(desk: OfficeDesk, path: str) -> None:
    assert "Chưa mở được trang này" in desk.get(path, status=404)


@pytest.mark.parametrize("position", ["0", "99", "-1", "x", "1e1", "²"])
def test_a_file_that_is_none_is_said(desk: OfficeDesk, position: str) -> None:
    desk.get(f"/thu/{held_key(desk)}/tep/{quote(position)}", status=404)


def test_a_message_whose_bytes_are_gone_is_a_page_that_says_so(fresh: OfficeDesk) -> None:
    key = "ab" * 32
    at = NOW - dt.timedelta(hours=2)
    with fresh.workplace.engine.begin() as connection:
        new = messages.NewMessage(key, "maildir", "1", True, "thu.eml", 100, at, at)
        messages.keep(connection, [new])

    assert "Kho tệp gốc không có thư này" in fresh.text(f"/thu/{key}")
    fresh.get(f"/thu/{key}/goc", status=404)


def test_a_file_handed_in_is_shown_likewise(fresh: OfficeDesk) -> None:
    content = b"khong phai so"
    key = fresh.workplace.raw_store.put(content)
    at = NOW - dt.timedelta(hours=2)
    with fresh.workplace.engine.begin() as connection:
        new = messages.NewMessage(key, "drop", "1", False, "<i>sổ</i>\u202e.xlsx", 13, at, at)
        messages.keep(connection, [new])

    page = fresh.get(f"/thu/{key}")
    answer = fresh.browser.get(f"/thu/{key}/goc")

    assert "Tệp nộp tận tay" in page
    assert "&lt;i&gt;sổ&lt;/i&gt;‹dấu đổi chiều chữ U+202E›.xlsx" in page
    assert answer.content == content


def test_the_main_file_is_chosen_and_the_message_becomes_a_version(fresh: OfficeDesk) -> None:
    key = held_message(fresh.workplace, versions=2)
    with fresh.workplace.engine.begin() as connection:
        case = message_case(connection, key)
    assert case is not None
    second = case.files[1].sha256
    told = {"message": key, "cycle": "2025-plan", "agency": "syt", "ve": f"/thu/{key}"}

    answer = fresh.post(
        "/quyet-dinh/assign-message", main_file=second, reason="Đã hỏi Sở.", biet="message", **told
    )

    assert answer.status_code == 200
    assert answer.url.path == f"/thu/{key}"
    said = as_read(answer.text)
    assert "xác định của Sở Y tế" in said
    assert "Phiên bản 1 của Sở Y tế" in said
    with fresh.workplace.engine.begin() as connection:
        after = message_case(connection, key)
    assert after is not None
    assert [file.sha256 for file in after.files if file.submission_id] == [second]


def test_a_refused_entry_keeps_the_message_s_own_files_to_choose_from(fresh: OfficeDesk) -> None:
    key = held_message(fresh.workplace, versions=2)
    with fresh.workplace.engine.begin() as connection:
        case = message_case(connection, key)
    assert case is not None
    second = case.files[1].sha256
    told = {"message": key, "cycle": "2025-plan", "agency": "syt", "ve": f"/thu/{key}"}

    answer = fresh.post("/quyet-dinh/assign-message", main_file=second, biet="message", **told)

    assert answer.status_code == 422
    assert f'<option value="{second}" selected>kế hoạch 2.xlsx</option>' in answer.text


def test_a_message_is_returned_with_words_from_its_page(fresh: OfficeDesk) -> None:
    key = held_message(fresh.workplace)
    told = {"message": key, "ve": f"/thu/{key}", "biet": "message"}

    answer = fresh.post(
        "/quyet-dinh/return-message",
        words="Xin gửi lại từ hộp thư công vụ của Sở.",
        to="Địa chỉ đã gửi thư",
        reason="Chưa rõ người gửi.",
        **told,
    )

    said = as_read(answer.text)
    assert "Trả lại theo quyết định của Phạm Thị Lan" in said
    assert "Thư trả lại" in said
    assert "tới ba.ha@gmail.example" in said
    with fresh.workplace.engine.begin() as connection:
        assert len(decisions.book(connection).decisions) == 1
        case = message_case(connection, key)
    assert case is not None
    assert case.line.state == MessageState.GUIDED

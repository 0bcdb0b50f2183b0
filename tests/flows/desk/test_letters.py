"""Thư đi: by state, one with its evidence, files and HTML, and what is decided about it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, update

from flows.door.response_headers import LETTER, policy
from models.domain.accounts.account import AccountRole
from models.domain.cycle.cycles import HANOI
from models.domain.letters.approval import ApprovalRules
from models.domain.mail.mail import LetterState
from tasks.adapters.desk.letters_shown import LettersAsked, letters_page
from tasks.adapters.store import decisions, deliveries, messages, outbox
from tasks.adapters.work.consolidating import write_summary
from tests.fixtures.letters_written import every_letter
from tests.fixtures.office_desk import OfficeDesk, office_desk
from tests.fixtures.small_workplace import CYCLE

NOW = dt.datetime(2025, 2, 10, 9, 0, tzinfo=HANOI)
HOSTILE = '<script>alert("x")</script>"><img src=x onerror=alert(1)>'


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[OfficeDesk]:
    with office_desk(tmp_path, NOW, ["syt", "stc"]) as found:
        yield found


def change(desk: OfficeDesk, agency: str, **values: Any) -> int:
    """Sets the agency's one letter so; its number."""
    with desk.workplace.engine.begin() as connection:
        of_agency = outbox.LETTER.c.agency == agency
        connection.execute(update(outbox.LETTER).where(of_agency).values(**values))
        [letter] = [x for x in every_letter(connection) if x.agency == agency]
    assert letter.id is not None
    return letter.id


def test_letters_are_listed_by_state_and_found_without_tone_marks(desk: OfficeDesk) -> None:
    change(desk, "syt", state=LetterState.FAILED.value, last_error="550 5.1.1 no such user")

    everything = desk.text("/thu-di")
    failed = desk.get("/thu-di?trang-thai=failed")
    found = desk.text("/thu-di?q=so+tai+chinh")

    assert "không gửi được 1" in everything and "chờ gửi 1" in everything
    assert "550 5.1.1 no such user" in failed
    assert failed.count('<th scope="row">') == 1
    assert "Sở Tài chính" in found and "Sở Y tế" not in found
    assert "Không có thư nào" in desk.text("/thu-di?trang-thai=sent")


@pytest.mark.parametrize("query", ["trang-thai=nothing", "loai=%3Cb%3E", "trang=-1", "ky=x&q=%25"])
def test_an_odd_address_is_an_empty_list(desk: OfficeDesk, query: str) -> None:
    assert desk.get(f"/thu-di?{query}")


def test_a_letter_shows_each_recipient_with_what_is_known_of_him(desk: OfficeDesk) -> None:
    [to] = desk.workplace.office.register.contacts["syt"].to
    known = {to: {"state": "accepted", "said": ""}}
    number = change(
        desk, "syt", state="bounced", sent_at=NOW, deliveries=known, attempts=1, last_error="trả về"
    )
    key = "ab" * 32
    with desk.workplace.engine.begin() as connection:
        new = messages.NewMessage(key, "maildir", "1", True, "thu.eml", 100, NOW, NOW)
        messages.keep(connection, [new])
        letter = next(x for x in every_letter(connection) if x.agency == "syt")
        connection.execute(
            insert(deliveries.REPORT).values(
                message_key=key,
                letter_id=number,
                recipient=to,
                action="failed",
                status="5.1.1",
                reason=HOSTILE,
                reported_at=NOW,
                sending=letter.message_id,
            )
        )

    page = desk.get(f"/thu-di/{number}")

    assert f'href="/thu/{key}"' in page
    assert "máy chủ đã nhận" in page and "bị trả về: địa chỉ không tồn tại" in page
    assert '<td class="fault">bị trả về</td>' in page
    assert "<script>alert" not in page and "&lt;script&gt;" in page
    assert 'action="/quyet-dinh/send-letter-again"' in page
    assert 'action="/quyet-dinh/settle-letter"' in page


def test_a_letters_html_stands_by_itself_and_its_files_are_downloads(desk: OfficeDesk) -> None:
    number = change(desk, "syt", state="sent")
    with desk.workplace.engine.begin() as connection:
        letter = next(x for x in every_letter(connection) if x.agency == "syt")

    itself = desk.browser.get(f"/thu-di/{number}/noi-dung")
    file = desk.browser.get(f"/thu-di/{number}/tep/1")

    assert itself.text == letter.html
    assert policy(f"/thu-di/{number}/noi-dung") == LETTER
    assert "script-src" not in LETTER and "default-src 'none'" in LETTER
    assert f'src="/thu-di/{number}/noi-dung" sandbox="allow-popups allow-same-origin"' in desk.get(
        f"/thu-di/{number}"
    )
    assert file.content == desk.workplace.raw_store.get(letter.files[0]["sha256"])
    assert file.headers["content-disposition"].startswith("attachment;")
    for wrong in (f"/thu-di/{number}/tep/9", "/thu-di/999", "/thu-di/x", "/thu-di/" + "9" * 40):
        assert desk.browser.get(wrong).status_code == 404


def test_pictures_of_a_letter_stand_in_it(desk: OfficeDesk) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + b"0" * 20
    files = [
        {"name": "a.png", "sha256": desk.workplace.raw_store.put(picture), "content_id": "a"},
        {"name": "b.png", "sha256": "0" * 64, "content_id": "b"},
        {"name": "c.svg", "sha256": desk.workplace.raw_store.put(b"<svg>"), "content_id": "c"},
    ]
    html = '<img src="cid:a"><img src="cid:b"><img src="cid:c">'
    number = change(desk, "syt", files=files, html=html, again="Thư gửi lại.")

    page = desk.get(f"/thu-di/{number}/noi-dung")

    assert 'src="data:image/png;base64,iVBOR' in page
    assert page.count('src="data:,"') == 2
    assert "Thư gửi lại." in page


def test_a_sent_letter_goes_again_to_everybody_from_its_page(desk: OfficeDesk) -> None:
    number = change(desk, "syt", state="sent", sent_at=NOW)

    assert '<option value="Mọi địa chỉ" selected>' in desk.get(f"/thu-di/{number}")


def test_a_draft_is_approved_as_it_was_shown_or_not_at_all(desk: OfficeDesk) -> None:
    desk.workplace.rules = dataclasses.replace(
        desk.workplace.rules,
        summary_to=("lanhdao@ubnd.example",),
        approval=ApprovalRules(dt.timedelta(days=1), send_unanswered=False, reminded=()),
    )
    write_summary(desk.workplace, desk.workplace.office.cycle(CYCLE))
    with desk.workplace.engine.begin() as connection:
        [draft] = [x for x in every_letter(connection) if x.state == LetterState.DRAFT]
    page = desk.get(f"/thu-di/{draft.id}")
    digest = page.partition('name="digest" value="')[2].partition('"')[0]
    fixed = {"letter": draft.business_key, "answer": "Gửi", "ve": f"/thu-di/{draft.id}"}

    refused = desk.post("/quyet-dinh/approve-summary", digest="0" * 64, **fixed)
    done = desk.post(
        "/quyet-dinh/approve-summary", digest=digest, reason="Xin đọc mục 2 trước.", **fixed
    )

    assert refused.status_code == 422
    assert done.status_code == 200
    with desk.workplace.engine.begin() as connection:
        [sent] = [x for x in every_letter(connection) if x.id == draft.id]
        kinds = [d.kind.value for d in decisions.book(connection).decisions]
    assert (sent.state, kinds) == (LetterState.QUEUED, ["approve"])
    assert "Xin đọc mục 2 trước." in sent.text


def test_who_only_reads_sees_letters_and_decides_nothing(desk: OfficeDesk) -> None:
    number = change(desk, "syt", state="failed")
    desk.account = dataclasses.replace(desk.account, roles=frozenset({AccountRole.READS}))

    assert "/quyet-dinh/" not in desk.get(f"/thu-di/{number}")
    assert 'type="checkbox"' not in desk.get("/thu-di")


def test_a_list_is_paged_by_the_database(desk: OfficeDesk) -> None:
    with desk.workplace.engine.begin() as connection:
        first = dict(connection.execute(outbox.LETTER.select()).first()._mapping)  # type: ignore[union-attr]
        first.pop("id")
        copies = [
            first | {"business_key": f"k{n}", "message_id": f"<{n}>", "subject": f"Cây {n}"}
            for n in range(120)
        ]
        connection.execute(outbox.LETTER.insert(), copies)
        pages = [
            letters_page(connection, LettersAsked(words=words, page="3"), str)
            for words in ("", "cay")
        ]

    assert [(p.number, p.pages, p.total, len(p.rows)) for p in pages] == [
        (3, 3, 122, 22),
        (3, 3, 120, 20),
    ]


def test_an_uncertain_letter_shows_what_our_own_mailbox_says_of_it(desk: OfficeDesk) -> None:
    number = change(desk, "syt", state="uncertain", copy_in_flight=True)
    before = desk.text(f"/thu-di/{number}")
    with desk.workplace.engine.begin() as connection:
        letter = next(x for x in every_letter(connection) if x.agency == "syt")
        key = "ef" * 32
        new = messages.NewMessage(key, "maildir", "7", True, "thu.eml", 100, NOW, NOW)
        messages.keep(connection, [new])
        ours = desk.workplace.rules.office_address
        about = {"state": "automatic", "message_id": letter.message_id, "sender": ours}
        messages.decide(connection, key, about)

    after = desk.text(f"/thu-di/{number}")

    assert "chưa nhận bản sao nào" in before
    assert "đã nhận 1 bản sao" in after
    assert "Thư đã đến" in after and "Khép lại thư này" in after


def test_several_letters_are_settled_with_one_word(desk: OfficeDesk) -> None:
    for agency in ("syt", "stc"):
        change(desk, agency, state="failed")
    with desk.workplace.engine.begin() as connection:
        keys = [x.business_key for x in every_letter(connection)]

    answer = desk.post(
        "/quyet-dinh/settle-letter",
        letter=keys,
        outcome="Không gửi nữa, đã báo bằng cách khác",
        reason="Đã gọi điện cho hai Sở.",
        ve="/thu-di?trang-thai=failed",
    )

    assert answer.status_code == 200
    assert str(answer.url).split("?")[1].startswith("trang-thai=failed")
    with desk.workplace.engine.begin() as connection:
        assert {x.state for x in every_letter(connection)} == {LetterState.CLOSED}

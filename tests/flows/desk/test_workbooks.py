"""Workbooks in the page: versions with what is known of their cells, files that are no version."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import select

from models.domain.answers.standing import SubmissionRecord
from models.domain.cycle.cycles import HANOI
from tasks.adapters.mailbox.maildir import deliver
from tasks.adapters.store import submissions
from tasks.adapters.store.messages import MESSAGE
from tasks.adapters.store.submissions import SUBMISSION
from tests.fixtures.held_mail import ARRIVED, take_in
from tests.fixtures.hostile_mail import hostile_workbook
from tests.fixtures.hostile_texts import HOSTILE_TEXTS
from tests.fixtures.office_desk import OfficeDesk, as_read, office_desk
from tests.fixtures.own_workbook_mail import own_workbook_mail

NOW = dt.datetime(2025, 2, 10, 9, 0, tzinfo=HANOI)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeDesk]:
    """A desk with a version of one agency, and a stranger's mail with hostile files."""
    with office_desk(tmp_path_factory.mktemp("desk"), NOW, ["syt", "stc"]) as found:
        mailbox = Path(found.workplace.rules.mailboxes[0].removeprefix("maildir://"))
        mail = own_workbook_mail(found.workplace, "syt", 1, "Nguyễn Văn An")
        deliver(mailbox, mail.as_bytes(), ARRIVED)
        deliver(mailbox, _strangers_mail(found).as_bytes(), ARRIVED)
        take_in(found.workplace)
        yield found


def _strangers_mail(desk: OfficeDesk) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "ai.do@gmail.example"
    mail["To"] = desk.workplace.rules.office_address
    mail["Subject"] = "<b>Sổ</b>"
    mail["Message-ID"] = "<la@gmail.example>"
    mail.set_content("Kính gửi.")
    for name, content in (("lạ.xlsx", hostile_workbook()), ("hỏng.xlsx", b"PK\x03\x04 hong")):
        mail.add_attachment(content, maintype="application", subtype="zip", filename=name)
    return mail


def _stranger(desk: OfficeDesk) -> str:
    with desk.workplace.engine.begin() as connection:
        wanted = select(MESSAGE.c.key).where(MESSAGE.c.sender == "ai.do@gmail.example")
        return str(connection.execute(wanted).scalar_one())


def _version(desk: OfficeDesk) -> int:
    with desk.workplace.engine.begin() as connection:
        return int(connection.execute(select(SUBMISSION.c.id)).scalar_one())


def _record(desk: OfficeDesk) -> SubmissionRecord:
    number = _version(desk)
    with desk.workplace.engine.begin() as connection:
        return submissions.record(connection, number)[0]


def test_a_version_says_where_it_came_from(desk: OfficeDesk) -> None:
    record = _record(desk)

    said = desk.text(f"/so-bao-cao/{record.submission_id}")

    assert "Sổ báo cáo của Sở Y tế, phiên bản 1" in said
    for known in (record.receipt_number, record.file_sha256, "09:00 04/02/2025", "Trả lại"):
        assert known in said
    assert "Sổ đính kèm là sổ Văn phòng lập cho Sở Y tế" in said
    for finding in record.findings:
        assert " ".join(finding.message.split()) in said


def test_an_entry_is_marked_and_a_chosen_cell_is_opened_at(desk: OfficeDesk) -> None:
    record = _record(desk)
    entry = next(e for e in record.entries if e.value == "Nguyễn Văn An")
    place = quote(f"{entry.sheet_name}!{entry.cell}")

    page = desk.get(f"/so-bao-cao/{record.submission_id}?o={place}")

    cell = re.search(rf'<td id="o-{entry.cell}"[^>]*>', page)
    assert cell is not None
    assert 'class="read chosen"' in cell[0]
    assert cell[0].endswith('tabindex="-1" autofocus>')
    assert "đọc là Nguyễn Văn An" in html.unescape(cell[0])
    assert "Được đọc là: Nguyễn Văn An" in as_read(page)
    assert page.count(" autofocus") == 1


def test_a_finding_stands_at_its_cell_and_leads_to_its_sentence(desk: OfficeDesk) -> None:
    record = _record(desk)
    number, finding = next((n, f) for n, f in enumerate(record.findings, 1) if f.cell)

    page = desk.get(
        f"/so-bao-cao/{record.submission_id}?o={quote(f'{finding.sheet}!{finding.cell}')}"
    )

    cell = re.search(rf'(?s)<td id="o-{finding.cell}".*?</td>', page)
    assert cell is not None
    assert f'href="#nx-{number}"' in cell[0]
    assert html.unescape(finding.beside_place) in html.unescape(cell[0])
    assert f'<p id="nx-{number}">' in page


def test_a_stranger_s_file_is_shown_as_text_whatever_it_holds(desk: OfficeDesk) -> None:
    page = desk.get(f"/so-bao-cao/tep/{_stranger(desk)}/1")

    assert not re.search(r"<script>|<b>|onmouseover=.x|href=.javascript", html_only(page))
    for row, (_, said) in enumerate(HOSTILE_TEXTS.values(), start=1):
        cell = re.search(rf'(?s)<td id="o-A{row}"[^>]*>(.*?)</td>', page)
        assert cell is not None
        assert html.unescape(cell[1]).strip() == said
        assert not re.search(r"<(?!/?a\b)", cell[1])
    assert "Trang 'lạ' &amp; b" in page or "Trang &#39;lạ&#39; &amp; b" in page
    assert "xa" not in re.findall(r"(?s)<td[^>]*>(.*?)</td>", page)


def html_only(page: str) -> str:
    """The page without what stands escaped in it."""
    return re.sub(r'title="[^"]*"', "", page)


def test_a_far_cell_is_a_part_of_its_own(desk: OfficeDesk) -> None:
    page = desk.get(f"/so-bao-cao/tep/{_stranger(desk)}/1?dong=801&cot=701")

    assert re.findall(r'<td id="o-ZZ900"[^>]*>(.*?)</td>', page) == ["xa"]
    assert page.count("<td") < 5_100


def test_a_formula_is_told_as_text(desk: OfficeDesk) -> None:
    said = desk.text(
        f"/so-bao-cao/tep/{_stranger(desk)}/1?o={quote(chr(39).join(('Trang ', 'lạ', ' & b!B1')))}"
    )

    assert "Công thức: =1+1" in said
    assert "#CHƯA TÍNH" in said


@pytest.mark.parametrize(
    "asked", ["Không có!A1", "!A1", "A1!", "Rỗng!A0", "Rỗng!ZZZZ1", "\u202e!!A1"]
)
def test_a_place_that_is_none_is_a_page_all_the_same(desk: OfficeDesk, asked: str) -> None:
    page = desk.get(f"/so-bao-cao/tep/{_stranger(desk)}/1?o={quote(asked)}")

    assert "Nội dung sổ" in page
    assert "\u202e" not in page


def test_a_file_that_cannot_be_read_is_a_sentence(desk: OfficeDesk) -> None:
    said = desk.text(f"/so-bao-cao/tep/{_stranger(desk)}/2")

    assert "«hỏng.xlsx»" in said
    assert "không đọc được" in said.lower()


def test_a_file_that_became_a_version_is_shown_as_that(desk: OfficeDesk) -> None:
    record = _record(desk)

    answer = desk.browser.get(f"/so-bao-cao/tep/{record.message_key}/1?o={quote('Chỉ tiêu!A1')}")

    assert answer.url.path == f"/so-bao-cao/{record.submission_id}"
    assert "Ô A1" in as_read(answer.text)


@pytest.mark.parametrize(
    "path",
    ["/so-bao-cao/99999", "/so-bao-cao/x", "/so-bao-cao/-1", "/so-bao-cao/tep/x/1",
     "/so-bao-cao/tep/x/y", "/so-bao-cao/99999999999999999999", "/so-bao-cao/²"],
)  # fmt: skip
def test_what_is_not_there_is_said(desk: OfficeDesk, path: str) -> None:
    assert "Chưa mở được trang này" in desk.get(path, status=404)


def test_a_workbook_is_read_once(desk: OfficeDesk) -> None:
    reads = []
    reader = desk.workplace.reader
    whole = reader.read
    desk.get(f"/so-bao-cao/{_version(desk)}")
    try:
        reader.read = lambda job: reads.append(job) or whole(job)  # type: ignore[method-assign, func-returns-value]
        for _ in range(3):
            desk.get(f"/so-bao-cao/{_version(desk)}")
    finally:
        reader.read = whole  # type: ignore[method-assign]

    assert reads == []


def test_a_version_opens_at_a_sheet_in_which_something_was_found(desk: OfficeDesk) -> None:
    record = _record(desk)
    found = {f.sheet for f in record.findings if f.cell}

    page = desk.get(f"/so-bao-cao/{record.submission_id}")

    current = re.search(r'<a href="[^"]*" aria-current="page">([^<]*)', page.split("<h1>")[1])
    assert current is not None
    assert html.unescape(current[1]).strip() in found

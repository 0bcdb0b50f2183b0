"""An operator who knows only the handbook leads a cycle through its troubles, in a browser.

One story in its order. Its pictures are the handbook's: `BAOCAO_PICTURES=docs/hinh` keeps them.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sqlite3
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="needs the development tools")

from config.settings import load_settings
from models.domain.accounts.account import AccountRole
from models.domain.cycle.cycles import HANOI
from tasks.adapters.accounts.account_book import AccountBook
from tasks.adapters.mailbox.maildir import deliver
from tasks.adapters.post.mail_catcher import MailCatcher
from tasks.adapters.store.rows import open_engine
from tests.browser.office_operator import (
    CHROMIUM,
    OWN_PASSWORD,
    Operator,
    operator_at_work,
    wait_for,
)

BY, REASON = "Nguyễn Thị Hà, Phó Chánh Văn phòng", "Sở đang sắp xếp lại tổ chức bộ máy."
OPENING = "2025-01-21T09:30:00+07:00"
FEBRUARY = "2025-02-04T10:00:00+07:00"
DECEMBER = "2025-12-03T09:00:00+07:00"
HELD = {"syt": "Sở Y tế", "sdl": "Sở Du lịch"}  # whose workbooks came from private addresses

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("prefect"),
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"needs Debian's Chromium at {CHROMIUM}"),
    pytest.mark.skipif(
        bool(os.environ.get("CI") or os.environ.get("BAOCAO_REQUIRE_POSTGRES")),
        reason="a browser and a service of its own are too much for the build machine",
    ),
]


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """The service with an opened cycle, two messages from private addresses, no mail server."""
    with operator_at_work(
        tmp_path_factory.mktemp("browser"), BAOCAO_SUMMARY_APPROVAL="wait"
    ) as operator:
        a_colleague_comes_in(operator)
        operator.run("open-cycle", cycle="2025-plan", as_of=OPENING)
        for agency, name in HELD.items():
            write_from_a_private_address(operator, agency, name)
        operator.run("collect-submissions", as_of=FEBRUARY)
        operator.run("update-boards", cycle="2025-plan", as_of=FEBRUARY)
        yield operator


def a_colleague_comes_in(operator: Operator) -> None:
    """The administrator opens an account for whoever decides, who logs in with it."""
    settings = load_settings(data_dir=operator.data)
    engine = open_engine(settings.database)
    try:
        roles = {AccountRole.DECIDES, AccountRole.OPERATES}
        book, now = AccountBook(engine), dt.datetime.now(dt.UTC)
        lent = book.add("ha.nguyen", BY, roles, "kiểm thử", now)
        book.change_password("ha.nguyen", lent, OWN_PASSWORD, "127.0.0.1", now)
    finally:
        engine.dispose()
    operator.page.context.clear_cookies()
    operator.log_in("ha.nguyen", OWN_PASSWORD)


def rows(operator: Operator, query: str) -> list[tuple[str, ...]]:
    with sqlite3.connect(operator.data / "baocao.sqlite") as database:
        return database.execute(query).fetchall()


def told(operator: Operator, run: str) -> str:
    """What a run says in its log."""
    query = {"logs": {"flow_run_id": {"any_": [run]}}}
    return "\n".join(line["message"] for line in operator.ask("logs/filter", query))


def held(operator: Operator, agency: str) -> str:
    """The digits by which the forms name the agency's message in the holding pen."""
    named = f"subject LIKE '%{HELD[agency]}'"
    [(key,)] = rows(operator, f"SELECT key FROM message WHERE state = 'held' AND {named}")
    return key[:12]


def write_from_a_private_address(operator: Operator, agency: str, name: str) -> None:
    """An agency's workbook, without the token that its thread would bear."""
    [(files,)] = rows(operator, f"SELECT files FROM letter WHERE agency = '{agency}'")
    [kept] = (operator.data / "raw").rglob(json.loads(files)[0]["sha256"] + "*")
    mail = EmailMessage()
    mail["From"] = f"Nguyễn Thị Ba <ba.{agency}@hopthurieng.example>"
    mail["To"] = "baocao@ubnd.haiphong.example"
    mail["Subject"] = f"Kế hoạch hành động của {name}"
    mail.set_content("Kính gửi Văn phòng. Tôi gửi sổ từ hộp thư riêng.")
    mail.add_attachment(
        kept.read_bytes(), maintype="application", subtype="zip", filename="ke-hoach.xlsx"
    )
    arrived = dt.datetime(2025, 2, 4, 9, tzinfo=HANOI)
    deliver(operator.data / "mailbox", mail.as_bytes(), arrived)


def test_the_board_shows_every_agency_and_the_holding_pen_its_message(operator: Operator) -> None:
    operator.open("artifacts", "Sổ quyết định")
    operator.picture("bang")
    operator.open_board("bang-ky-2025-plan", "Sở Y tế")
    operator.picture("bang-ky")
    operator.open_board("thu-cho-nguoi-xem", "Kế hoạch hành động của Sở Y tế")
    operator.picture("thu-cho-nguoi-xem")


def test_the_held_message_is_assigned_through_its_form_and_answered(operator: Operator) -> None:
    operator.open_form("assign-message")
    operator.choose_case(held(operator, "syt"))
    operator.choose("Kỳ báo cáo", "2025-plan")
    operator.choose("Cơ quan", "Sở Y tế")
    operator.write("Lý do", "Đã gọi điện, Sở xác nhận là người của Sở.")
    operator.picture("bieu-mau-xac-dinh", height=1320)
    state = operator.submit("assign-message")

    assert state["type"] == "COMPLETED", state["message"]
    assert rows(operator, "SELECT agency, state FROM message WHERE state <> 'held'") == [
        ("syt", "returned")
    ]
    assert rows(operator, "SELECT count(*) FROM letter WHERE kind = 'verdict'") == [(1,)]


def test_the_other_held_message_goes_back_with_the_words_of_whoever_decides(
    operator: Operator,
) -> None:
    key = held(operator, "sdl")
    operator.open_form("return-message")
    operator.choose_case(key)
    operator.write("Nội dung gửi người gửi", "Sổ chưa có ý kiến của lãnh đạo Sở. Xin gửi lại.")
    operator.write("Lý do", "Đã gọi điện, Sở đề nghị trả lại để trình ký.")
    operator.picture("bieu-mau-tra-lai", height=1120)
    state = operator.submit("return-message")

    assert state["type"] == "COMPLETED", state["message"]
    assert rows(operator, "SELECT state FROM message WHERE subject LIKE '%Du lịch'") == [
        ("guided",)
    ]
    [(to, text)] = rows(operator, "SELECT \"to\", text FROM letter WHERE kind = 'return'")
    assert "ba.sdl@hopthurieng.example" in to
    assert "Sổ chưa có ý kiến của lãnh đạo Sở. Xin gửi lại." in text

    # The form was opened before somebody else decided: the choice is stale, and so is told.
    run = operator.run("assign-message", message=f"Sở Du lịch [{key}]", cycle="2025-plan",
                   agency="Sở Du lịch", by=BY, reason="Chọn từ danh sách cũ.")  # fmt: skip
    assert "không chờ người xem" in operator.state(run)["message"]
    field = "definitions.Assignment.properties.message"
    schema = operator.ask_back(f"deployments/{operator.deployment('assign-message')}")
    part = schema["parameter_openapi_schema"]
    for name in field.split("."):
        part = part[name]
    assert "anyOf" not in part  # nothing waits: the form offers nothing


def test_a_deadline_is_extended_through_its_form(operator: Operator) -> None:
    operator.open_form("extend-deadline")
    operator.choose("Kỳ báo cáo", "2025-plan")
    operator.choose("Cơ quan", "Sở Y tế")
    operator.pick_day("Hạn mới", dt.date(2025, 2, 26))
    operator.write("Lý do", REASON)
    operator.picture("bieu-mau-gia-han", height=1120)
    state = operator.submit("extend-deadline")

    assert state["type"] == "COMPLETED", state["message"]
    query = "SELECT agency, until, by FROM decision WHERE kind = 'extend'"
    assert rows(operator, query) == [("syt", "2025-02-26 17:00:00.000000", BY)]
    operator.run("update-boards", cycle="2025-plan", as_of=FEBRUARY)
    operator.open_board("so-quyet-dinh", "Gia hạn")
    operator.picture("so-quyet-dinh")


def test_a_mail_server_that_is_away_fails_the_run_and_retry_sends_each_letter_once(
    operator: Operator, tmp_path: Path
) -> None:
    failed = operator.run("deliver-outbox")
    assert operator.state(failed)["type"] == "FAILED"
    wait_for(lambda: "Máy chủ gửi thư" in told(operator, failed), "the log does not say why")
    operator.open_run(failed, "Failed")
    operator.picture("gui-thu-hong")

    with MailCatcher(tmp_path / "sent", port=operator.smtp_port):
        operator.menu("Retry")
        operator.page.get_by_role("alertdialog").get_by_role("button", name="Retry").click()
        operator.wait_until(failed, "COMPLETED")
        operator.run("deliver-outbox")  # and again: nothing is left
        operator.open_run(failed, "Completed")
        operator.picture("gui-thu-xong")
    sent = [p.read_bytes() for p in (tmp_path / "sent").rglob("*") if p.is_file()]
    arrived = Counter(str(message_from_bytes(raw)["Message-ID"]) for raw in sent)
    due = rows(operator, "SELECT message_id FROM letter WHERE state = 'sent'")
    assert set(arrived) == {message_id for (message_id,) in due}
    assert set(arrived.values()) == {1}
    waiting = "SELECT count(*) FROM letter WHERE state <> 'sent' AND kind <> 'alarm'"
    assert rows(operator, waiting) == [(0,)]


def test_the_summary_waits_until_a_person_resumes_it_with_a_decision(operator: Operator) -> None:
    # The story is of February 2025: by today's clock its draft has waited far too long.
    operator.pause("chase-approvals")
    operator.run("send-summary", cycle="2025-plan", as_of="2025-02-10T07:30:00+07:00")
    asking = operator.newest_run("approve-summary", "PAUSED")
    assert rows(operator, "SELECT state FROM letter WHERE kind = 'summary'") == [("draft",)]
    operator.open_board("du-thao-tong-hop-2025-plan", "Tổng hợp đến")
    operator.picture("du-thao")

    operator.open_run(asking, "Suspended")
    operator.menu("Resume")
    form = operator.page.get_by_role("dialog")
    operator.choose("Quyết định", "Gửi kèm ý kiến", form)
    operator.write("Ý kiến", "Đề nghị các đơn vị chậm báo cáo ngay trong tuần.", form)
    operator.picture("duyet")
    form.get_by_role("button", name="Resume").click()
    state = operator.wait_until(asking, "COMPLETED", "FAILED", "CRASHED")

    assert state["type"] == "COMPLETED", state["message"]
    [(letter, text)] = rows(operator, "SELECT state, text FROM letter WHERE kind = 'summary'")
    assert letter in ("queued", "sending", "sent")
    assert text.startswith(f"Ý kiến của {BY}: Đề nghị các đơn vị chậm")
    again = operator.run("approve-summary")
    assert operator.state(again)["type"] == "COMPLETED"  # decided: nobody is asked again
    assert rows(operator, "SELECT count(*) FROM decision WHERE kind = 'approve'") == [(1,)]
    operator.let_go_on("chase-approvals")
    paused = "SELECT name FROM heartbeat WHERE name LIKE 'paused:%'"
    wait_for(lambda: not rows(operator, paused), "the watcher does not see that all goes on")


def test_the_review_has_its_boards_and_an_agency_is_shown_its_results_through_a_form(
    operator: Operator,
) -> None:
    operator.run("open-cycle", cycle="2025-review", as_of="2025-10-20T08:30:00+07:00")
    operator.run("consolidate-cycle", cycle="2025-review", as_of=DECEMBER)
    operator.run("update-boards", cycle="2025-review", as_of=DECEMBER)
    operator.open_board("nhiem-vu-2025-review", "nhiệm vụ được giao")
    operator.picture("nhiem-vu")

    form = operator.deployed("send-previews")["parameter_openapi_schema"]["definitions"]
    offered = form["PreviewRequest"]["properties"]
    cycles, agencies = (offered[name]["anyOf"][1]["enum"] for name in ("cycle", "agency"))
    assert cycles == ["2025-review", "2025-plan"]
    operator.open_form("send-previews", "Chỉ một cơ quan")
    operator.choose_instead(len(cycles), "2025-review")
    operator.choose_instead(len(agencies), "Sở Y tế")
    operator.picture("bieu-mau-doi-chieu", height=1100)
    state = operator.submit("send-previews")

    assert state["type"] == "COMPLETED", state["message"]
    assert rows(operator, "SELECT agency FROM letter WHERE kind = 'preview'") == [("syt",)]
    operator.run("update-boards", cycle="2025-review", as_of=DECEMBER)
    operator.open_board("bang-ky-2025-review", "báo cáo Word cùng thư mục")
    operator.picture("bang-ky-tong-ket")

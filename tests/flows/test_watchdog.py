"""The watchdog asks a real server over HTTP, and what it tells arrives in a real mailbox."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from config.settings import Settings, load_settings
from flows import clock
from flows.serving import door_health
from flows.serving.entrance import OwnEntrance, left_for_commands
from flows.serving.orchestration import free_port, remember_port
from flows.serving.watchdog import FILE, look
from models.domain.letters.health import WATCHING
from tasks.adapters.post.mail_catcher import MailCatcher
from tasks.adapters.store import heartbeats
from tasks.adapters.store.rows import open_engine
from tasks.adapters.watch import pauses
from tasks.adapters.work.alarming import COLLECTING
from tests.fixtures.ready_made import sqlite_with_tables
from tests.servers.certificates import make_certificate

MORNING = dt.datetime(2025, 2, 10, 3, tzinfo=dt.UTC)  # the plan cycle is open
Answer = Callable[[BaseHTTPRequestHandler], tuple[int, bytes]]


def lives(request: BaseHTTPRequestHandler) -> tuple[int, bytes]:
    known = request.headers["Host"].startswith("localhost:") and request.path == "/suc-khoe"
    return (200, b"ok") if known else (400, "Tên máy không đúng.".encode())


@contextmanager
def serving(answer: Answer, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """A small server on 127.0.0.1; its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = answer(self)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[MailCatcher]:
    with MailCatcher(tmp_path / "sent") as catcher:
        yield catcher


def letters(catcher: MailCatcher) -> list[EmailMessage]:
    """What has arrived, oldest first."""
    files = sorted((catcher.maildir / "new").iterdir(), key=lambda f: f.stat().st_mtime_ns)
    read = [email.message_from_bytes(f.read_bytes(), policy=email.policy.default) for f in files]
    return [message for message in read if isinstance(message, EmailMessage)]


def subjects(catcher: MailCatcher) -> list[str]:
    return [str(letter["Subject"]) for letter in letters(catcher)]


def house(folder: Path, catcher: MailCatcher | None, **more: object) -> Settings:
    smtp = catcher.url if catcher else ""
    values = {"data_dir": folder, "smtp_url": smtp, "operator_to": "truc@ubnd.example"} | more
    return load_settings(**values)


def at(folder: Path, moment: dt.datetime) -> None:
    """From now on it is that moment in the folder."""
    folder.mkdir(exist_ok=True)
    clock.start_rehearsal(folder, moment)


def test_a_service_that_lives_is_nobodys_trouble(tmp_path: Path, mailbox: MailCatcher) -> None:
    with serving(lives) as port:
        seen = look(house(tmp_path, mailbox), port, 0)
    assert (seen.troubles, seen.sent, seen.left) == ([], [], [])
    assert subjects(mailbox) == []


def test_a_dead_service_is_told_once_a_day_and_once_when_it_is_back(
    tmp_path: Path, mailbox: MailCatcher
) -> None:
    port = free_port()
    settings = house(tmp_path, mailbox)
    for hours in (0, 1, 24):
        at(tmp_path, MORNING + dt.timedelta(hours=hours))
        assert len(look(settings, port, 0).troubles) == 1
    alarm = "[Báo động] Hệ thống tổng hợp báo cáo không trả lời"
    assert subjects(mailbox) == [alarm, alarm]
    first, second = letters(mailbox)
    for letter in (first, second):
        text = letter.get_content()
        assert "không trả lời kể từ 10 giờ 00 phút ngày 10/02/2025" in " ".join(text.split())
        assert "systemctl restart baocao" in text
        assert f"{tmp_path.resolve()}/prefect/server.log" in text
        assert letter["To"] == "truc@ubnd.example"
    assert first["Message-ID"] != second["Message-ID"]
    with serving(lives) as back:
        for _ in range(2):
            assert look(settings, back, 0).troubles == []
    assert subjects(mailbox)[2:] == ["[Đã hết] Hệ thống tổng hợp báo cáo không trả lời"]
    look(settings, port, 0)
    assert subjects(mailbox)[3:] == [alarm], "a new trouble on the same day is told anew"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda _: (500, b"ok"), "báo đang có lỗi bên trong"),
        (lambda _: (200, b"something else"), "không phải hệ thống này"),
        (lambda _: (403, b"no"), "không phải hệ thống này"),
    ],
)
def test_who_answers_something_else_is_not_the_service(
    answer: Answer, said: str, tmp_path: Path, mailbox: MailCatcher
) -> None:
    with serving(answer) as port:
        (trouble,) = look(house(tmp_path, mailbox), port, 0).troubles
    assert said in trouble


def test_a_guard_that_wants_tls_from_a_proxy_lives(tmp_path: Path, mailbox: MailCatcher) -> None:
    settings = house(tmp_path, mailbox, serve_proxies="10.1.2.3")
    with serving(lambda _: (403, b"https")) as port:
        assert look(settings, port, 0).troubles == []


def test_a_service_that_starts_anew_is_waited_for(tmp_path: Path, mailbox: MailCatcher) -> None:
    asked: list[int] = []

    def late(request: BaseHTTPRequestHandler) -> tuple[int, bytes]:
        asked.append(1)
        return (503, b"") if len(asked) < 2 else lives(request)

    with serving(late) as port:
        assert look(house(tmp_path, mailbox), port, 0.2).troubles == []
    assert len(asked) == 2


def test_over_tls_it_is_known_by_its_own_certificate(tmp_path: Path, mailbox: MailCatcher) -> None:
    ours, other = (make_certificate(tmp_path / name) for name in ("ours", "other"))
    settings = house(tmp_path, mailbox, serve_certificate=ours.certificate, serve_key=ours.key)
    for speaks, dead in ((ours, 0), (other, 1)):
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(speaks.certificate, speaks.key)
        with serving(lives, tls) as port:
            assert len(look(settings, port, 0).troubles) == dead
    assert "https://127.0.0.1:" in letters(mailbox)[0].get_content()


def test_mail_that_is_not_collected_is_told_with_what_to_do_at_the_machine(
    tmp_path: Path, mailbox: MailCatcher
) -> None:
    settings = house(tmp_path, mailbox)
    engine = open_engine(sqlite_with_tables(tmp_path / "baocao.sqlite"))
    with serving(lives) as port:
        for minutes, letters_so_far in ((0, 0), (50, 0), (61, 1), (70, 1)):
            at(tmp_path, MORNING + dt.timedelta(minutes=minutes))
            look(settings, port, 0)
            assert len(subjects(mailbox)) == letters_so_far, minutes
        text = letters(mailbox)[0].get_content()
        assert "kể từ 10 giờ 00 phút" in " ".join(text.split())
        assert "systemctl restart baocao" in text
        with engine.begin() as connection:
            heartbeats.beat(connection, COLLECTING, MORNING + dt.timedelta(minutes=71))
        look(settings, port, 0)
    assert subjects(mailbox)[1:] == ["[Đã hết] Chưa nhận được thư báo cáo mới quá một giờ"]
    engine.dispose()


def test_a_paused_way_of_alarms_is_told_past_it_and_another_flow_is_left_to_the_service(
    tmp_path: Path, mailbox: MailCatcher
) -> None:
    settings = house(tmp_path, mailbox)
    engine = open_engine(sqlite_with_tables(tmp_path / "baocao.sqlite"))
    with serving(lives) as port, engine.connect() as connection:
        heartbeats.beat(connection, COLLECTING, MORNING + dt.timedelta(minutes=60))
        pauses.note(connection, ["deliver-outbox", "send-summary"], MORNING)
        connection.commit()
        for minutes, letters_so_far in ((50, 0), (61, 1), (70, 1)):
            at(tmp_path, MORNING + dt.timedelta(minutes=minutes))
            look(settings, port, 0)
            assert len(subjects(mailbox)) == letters_so_far, minutes
        pauses.note(connection, ["send-summary"], MORNING)
        connection.commit()
        look(settings, port, 0)
    text = " ".join(letters(mailbox)[0].get_content().split())
    assert "Luồng deliver-outbox tạm dừng từ 10:00 10/02/2025: không thư nào được gửi" in text
    assert "send-summary" not in text
    title = "1 luồng đang tạm dừng quá một giờ"
    assert subjects(mailbox) == [f"[Báo động] {title}", f"[Đã hết] {title}"]
    engine.dispose()


def test_a_watcher_that_shows_no_sign_of_life_is_told_of_unless_the_service_has_just_begun(
    tmp_path: Path, mailbox: MailCatcher
) -> None:
    settings = house(tmp_path, mailbox)
    engine = open_engine(sqlite_with_tables(tmp_path / "baocao.sqlite"))
    (tmp_path / "prefect").mkdir()
    entered = left_for_commands(tmp_path, OwnEntrance("", "", ""))
    with serving(lives) as port:
        for minutes, letters_so_far in ((0, 0), (9, 0), (11, 1), (12, 1)):
            at(tmp_path, MORNING + dt.timedelta(minutes=minutes))
            with engine.begin() as connection:
                heartbeats.beat(connection, COLLECTING, MORNING + dt.timedelta(minutes=minutes))
                heartbeats.beat(connection, WATCHING, MORNING)
            look(settings, port, 0)
            assert len(subjects(mailbox)) == letters_so_far, minutes
        text = " ".join(letters(mailbox)[0].get_content().split())
        assert "không có dấu hiệu làm việc kể từ 10 giờ 00 phút" in text
        assert "systemctl restart baocao" in text
        with entered:
            look(settings, port, 0)
    alarm = "Trực việc của hệ thống tổng hợp báo cáo đã dừng"
    assert subjects(mailbox) == [f"[Báo động] {alarm}", f"[Đã hết] {alarm}"]
    engine.dispose()


def test_a_database_that_is_away_is_a_trouble_of_its_own(
    tmp_path: Path, mailbox: MailCatcher
) -> None:
    away = f"postgresql+psycopg://nobody@127.0.0.1:{free_port()}/none"
    with serving(lives) as port:
        look(house(tmp_path, mailbox, database_url=away), port, 0)
        (letter,) = letters(mailbox)
        assert "cơ sở dữ liệu" in str(letter["Subject"])
        look(house(tmp_path, mailbox), port, 0)
    assert subjects(mailbox)[1:] == [str(letter["Subject"]).replace("Báo động", "Đã hết")]


def test_what_passed_before_anybody_could_be_told_is_forgotten(
    tmp_path: Path, mailbox: MailCatcher
) -> None:
    look(house(tmp_path, None), free_port(), 0)
    with serving(lives) as port:
        assert look(house(tmp_path, mailbox), port, 0).sent == []
    assert subjects(mailbox) == []


def test_a_mail_server_that_is_away_is_said_and_tried_again(
    tmp_path: Path, mailbox: MailCatcher
) -> None:
    away = house(tmp_path, None, smtp_url=f"smtp://127.0.0.1:{free_port()}")
    port = free_port()
    for _ in range(2):
        seen = look(away, port, 0)
        assert seen.sent == []
        assert "cổng không mở" in seen.left[0]
    assert len(look(house(tmp_path, mailbox), port, 0).sent) == 1
    assert len(subjects(mailbox)) == 1


def test_nobody_outside_of_the_guest_list_is_written_to(
    tmp_path: Path, mailbox: MailCatcher
) -> None:
    guests = house(tmp_path, mailbox, guest_list="@khach.example")
    seen = look(guests, free_port(), 0)
    assert "BAOCAO_GUEST_LIST" in seen.left[0]
    assert subjects(mailbox) == []
    both = house(
        tmp_path,
        mailbox,
        guest_list="@khach.example",
        operator_to="truc@ubnd.example an@khach.example",
    )
    look(both, free_port(), 0)
    (letter,) = letters(mailbox)
    assert letter["To"] == "an@khach.example"
    assert letter.get_all("Delivered-To") == ["an@khach.example"]


def test_nothing_leaves_a_rehearsal(tmp_path: Path) -> None:
    at(tmp_path, MORNING)
    outside = house(
        tmp_path, None, smtp_url="smtps://mail.haiphong.example", guest_list="@ubnd.example"
    )
    with pytest.raises(clock.RehearsalReachesOut, match="BAOCAO_SMTP_URL"):
        look(outside, free_port(), 0)


def test_a_damaged_memory_tells_once_more_and_is_mended(
    tmp_path: Path, mailbox: MailCatcher
) -> None:
    settings, port = house(tmp_path, mailbox), free_port()
    for damage in ("", "[]", '{"door": 1}'):
        (tmp_path / FILE).write_text(damage)
        assert len(look(settings, port, 0).sent) == 1
        assert look(settings, port, 0).sent == []
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


def test_the_port_is_the_one_served_last(tmp_path: Path) -> None:
    assert door_health.port_of(tmp_path) == door_health.USUAL_DOOR
    (tmp_path / "prefect").mkdir()
    remember_port(tmp_path, 4321)
    assert door_health.port_of(tmp_path) == 4321


def test_the_command_needs_no_orchestrator_and_ends_with_one_when_nobody_could_be_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BAOCAO_DATA_DIR", str(tmp_path))
    script = (
        "import sys, flows.cli.command_line as c\n"
        "sys.argv = ['baocao', 'watchdog', '--patience', '0', '--port', sys.argv[1]]\n"
        "try:\n    c.main()\nexcept SystemExit as end:\n    status = end.code\n"
        "sys.exit(99 if 'prefect' in sys.modules else status)"
    )

    def run(port: int) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", script, str(port)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    ended = run(free_port())
    assert (ended.returncode, "BAOCAO_SMTP_URL" in ended.stderr) == (1, True), ended
    assert "không có chương trình nào nhận kết nối" in ended.stdout
    with serving(lives) as port:
        well = run(port)
    assert (well.returncode, well.stderr) == (0, ""), well

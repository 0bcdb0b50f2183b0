"""What is kept of people: all of it is found, what may go goes once, what must stay says why."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import Engine, select
from sqlmodel import SQLModel
from typer.testing import CliRunner, Result

import models.tables as tables
from config.files.contact_removal import remove_contacts
from flows import clock
from flows.cli.command_line import app
from flows.cli.terminal import console
from flows.office.kept_editions import remember_tried_out
from models.domain.accounts.access import Access, AccessKind
from models.domain.accounts.account import AccountRole
from models.domain.accounts.keeping import (
    MAIL_KEPT,
    NAMELESS,
    Keeping,
    PersonNotNamed,
    PersonPattern,
)
from tasks.adapters.accounts.account_book import AccountBook
from tasks.adapters.raw_store import RawStore
from tasks.adapters.store import editions
from tasks.adapters.store.people import KeepingRules, removable_raw_files, remove_person
from tasks.adapters.store.personal_columns import OF_NOBODY, PERSONAL
from tasks.adapters.store.rows import open_engine, table_of
from tests.fixtures.office_faults import check_register
from tests.fixtures.office_files import OFFICE_FILES
from tests.fixtures.ready_made import orchestrator_with_tables
from tests.fixtures.shared_stores import FOLDER, shared_raw_store, store_url

ROOT = Path(__file__).resolve().parents[2]
NOW = dt.datetime(2028, 1, 10, 3, tzinfo=dt.UTC)
OLD = dt.datetime(2025, 2, 10, 3, tzinfo=dt.UTC)
NEW = NOW - MAIL_KEPT + dt.timedelta(days=1)
LAN, MINH = "lan@so.example", "minh@so.example"


@dataclass
class Kept:
    """An installation in which Lan and Minh have left their traces."""

    engine: Engine
    raw: RawStore
    contacts: Path

    def rows(self, model: type[SQLModel]) -> list[dict[str, Any]]:
        with self.engine.begin() as connection:
            return [dict(row._mapping) for row in connection.execute(select(table_of(model)))]

    def row(self, model: type[SQLModel], **wanted: object) -> dict[str, Any]:
        (found,) = [r for r in self.rows(model) if wanted.items() <= r.items()]
        return found

    @property
    def book(self) -> AccountBook:
        return AccountBook(self.engine)


def baocao(*arguments: str, said: str = "") -> Result:
    with patch.object(console, "_width", 300):
        return CliRunner().invoke(app, ["people", *arguments], input=said)


def left(*arguments: str) -> dict[str, int]:
    """Where somebody is still named."""
    listed = baocao("list", *arguments, "--json")
    assert listed.exit_code == 0, listed.output
    return {row["place"]: row["count"] for row in json.loads(listed.stdout)}


@pytest.fixture
def kept(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kept]:
    contacts = tmp_path / "contacts.csv"
    shutil.copy(OFFICE_FILES / "contacts.csv", contacts)
    for name in ("PREFECT_HOME", "PREFECT_SERVER_DATABASE_CONNECTION_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("BAOCAO_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("BAOCAO_DATABASE_URL", database_url)
    monkeypatch.setenv("BAOCAO_CONTACTS_FILE", str(contacts))
    clock.start_rehearsal(tmp_path, NOW)
    # The command decides on the orchestrator's environment and the files' mode, for its process.
    before, mask = dict(os.environ), os.umask(0o077)
    engine = open_engine(database_url)
    house = Kept(engine, RawStore(tmp_path / "raw"), contacts)
    with engine.begin() as connection:
        for model, rows in _traces(house.raw).items():
            connection.execute(table_of(model).insert(), rows)
    yield house
    engine.dispose()
    os.umask(mask)
    os.environ.clear()
    os.environ.update(before)


def message(key: str, at: dt.datetime = OLD, **more: object) -> dict[str, object]:
    row = {
        "key": key,
        "source": "imap:x",
        "handle": "1",
        "is_message": True,
        "name": "",
        "size": 1,
        "received_at": at,
        "collected_at": at,
        "state": "accepted",
        "reason": "",
        "own_fault": False,
        "attempts": 1,
        "last_error": "",
        "sender": LAN,
        "sender_name": "Phạm Thị Lan",
        "subject": "Báo cáo của Phạm Thị Lan",
        "message_id": f"<{key[:8]}@so.example>",
        "agency": "syt",
        "cycle": "2025-plan",
        "evidence": [f"gửi từ {LAN}", "trong danh bạ"],
        "receipt_number": "",
        "decided_at": at,
    }
    return row | more


def letter(number: int, at: dt.datetime = OLD, **more: object) -> dict[str, object]:
    row = {
        "id": number,
        "business_key": f"k{number}",
        "cycle": "2025-plan",
        "agency": "syt",
        "kind": "receipt",
        "step": "",
        "to": [LAN, MINH],
        "cc": [],
        "subject": "Giấy tiếp nhận",
        "text": "Kính gửi bà Phạm Thị Lan",
        "html": "",
        "message_id": f"<{number}@x.example>",
        "reply_to": "",
        "in_reply_to": "",
        "references": [],
        "files": [],
        "state": "sent",
        "created_at": at,
        "next_attempt_at": at,
        "attempts": 1,
        "deliveries": {LAN: {"state": "sent", "said": f"tới {LAN}"}},
        "claim": "",
        "copies": 0,
        "copy_in_flight": False,
        "last_error": "",
        "for_a_person": False,
    }
    return row | more


def _traces(raw: RawStore) -> dict[type[SQLModel], list[dict[str, object]]]:
    evidence, idle, recent, shared = raw.put_many([b"evidence", b"idle", b"recent", b"shared"])
    workbook = raw.put(b"workbook")
    file = {"container": "", "size": 1, "kind": "xlsx", "state": "accepted", "reason": ""}
    return {
        tables.MessageRow: [
            message(evidence),
            message(idle, state="guided"),
            message(recent, NEW, state="guided"),
            message("held", state="held"),
            message(
                "open", cycle="2099-open", sender=MINH, sender_name="", subject="", evidence=[]
            ),
        ],
        tables.SubmissionRow: [
            {
                "id": 1,
                "cycle": "2025-plan",
                "agency": "syt",
                "version": 1,
                "message_key": evidence,
                "file_name": "so.xlsx",
                "file_sha256": workbook,
                "file_size": 1,
                "file_kind": "xlsx",
                "received_at": OLD,
                "decided_at": OLD,
                "verdict": "accepted",
                "receipt_number": "TN-1",
                "guessed": False,
                "sections": {},
            }
        ],
        tables.MessageFileRow: [
            dict(
                file,
                message_key=evidence,
                position=1,
                name="so.xlsx",
                sha256=workbook,
                submission_id=1,
            ),
            dict(
                file,
                message_key=idle,
                position=1,
                name="so.xlsx",
                sha256=workbook,
                submission_id=None,
            ),
            dict(
                file,
                message_key=idle,
                position=2,
                name="anh.png",
                sha256=shared,
                submission_id=None,
            ),
        ],
        tables.ObservationRow: [
            {
                "submission_id": 1,
                "sheet": "a",
                "row_key": "r",
                "column": "c",
                "number": None,
                "text": "Phạm Thị Lan",
                "date": None,
                "raw": "Phạm Thị Lan",
                "sheet_name": "A",
                "cell": "B2",
            }
        ],
        tables.LetterRow: [
            letter(1),
            letter(2, NEW),
            letter(3, state="queued"),
        ],
        tables.DeliveryReportRow: [
            {
                "message_key": idle,
                "letter_id": n,
                "recipient": LAN,
                "action": "failed",
                "status": "5.1.1",
                "reason": "none",
                "reported_at": OLD,
            }
            for n in (1, 2)
        ],
        tables.AddressStateRow: [
            {
                "address": LAN,
                "state": "failing",
                "since": OLD,
                "status": "",
                "reason": "",
                "letter_id": None,
            },
            {
                "address": "vanthu@skhdt.haiphong.example",
                "state": "failing",
                "since": OLD,
                "status": "",
                "reason": "",
                "letter_id": None,
            },
        ],
        tables.AnswerRow: [
            {
                "business_key": "k1",
                "message_key": evidence,
                "sender": LAN,
                "kind": "receipt",
                "day": OLD.date(),
                "digest": "",
            }
        ],
        tables.DecisionRow: [
            {
                "kind": "extend",
                "cycle": "2025-plan",
                "agency": "syt",
                "subject": "",
                "until": OLD,
                "by": "Phạm Thị Lan",
                "reason": "Xin thêm ngày",
                "decided_at": OLD,
            }
        ],
    }


def test_every_column_is_decided_on() -> None:
    """A new one that may hold something of people turns this red until somebody has decided."""
    columns = {f"{t.name}.{c.name}" for t in SQLModel.metadata.tables.values() for c in t.columns}
    assert columns - set(PERSONAL) - OF_NOBODY == set(), "decide in personal_columns.py"
    assert (set(PERSONAL) | OF_NOBODY) - columns == set(), "no such column any more"
    assert set(PERSONAL) & OF_NOBODY == set()
    assert [
        k for k, one in PERSONAL.items() if one.keeping is Keeping.ALWAYS and not one.reason
    ] == []


def test_the_page_names_every_column_that_holds_something_of_people() -> None:
    page = (ROOT / "docs/du-lieu-ca-nhan.md").read_text()
    named = set(re.findall(r"`([a-z_]+\.[a-z_]+)`", page))
    tables_of_ours = set(SQLModel.metadata.tables)
    assert set(PERSONAL) == {n for n in named if n.partition(".")[0] in tables_of_ours}
    assert f"{MAIL_KEPT.days // 365} năm" in page


def test_everywhere_somebody_is_named_is_listed(kept: Kept) -> None:
    assert left("--address", LAN) == {
        "message.sender": 4, "message.evidence": 4, "letter.to": 3, "letter.deliveries": 3,
        "delivery_report.recipient": 2, "address_state.address": 1, "answer.sender": 1,
    }  # fmt: skip
    assert left("--name", "phạm thị  LAN") == {
        "message.sender_name": 4, "message.subject": 4, "observation.text": 1,
        "observation.raw": 1, "letter.text": 3, "decision.by": 1,
    }  # fmt: skip
    assert left("--address", "vanthu@skhdt.haiphong.example") == {
        "contacts.csv": 1, "address_state.address": 1,
    }  # fmt: skip
    assert "chưa xem" in baocao("list", "--address", LAN).stdout, "no database of Prefect here"
    everybody = left()
    assert everybody["message.sender"] == 5
    assert everybody["contacts.csv"] > 1
    assert everybody[".env"] == 1, "the receivers of the summary"


def test_what_is_old_and_closed_goes_and_the_rest_stays(kept: Kept) -> None:
    before = {key: kept.row(tables.MessageRow, key=key) for key in ("held", "open")}
    asked = baocao("remove", LAN, said="n\n")
    assert asked.exit_code == 1
    assert left("--address", LAN)["message.sender"] == 4, "nothing goes unconfirmed"
    done = baocao("remove", LAN, "--yes")
    assert done.exit_code == 0, done.output
    assert left("--address", LAN) == {
        "message.sender": 2, "message.evidence": 2, "letter.to": 2, "letter.deliveries": 2,
        "delivery_report.recipient": 1,
    }  # fmt: skip
    for key, row in before.items():
        assert kept.row(tables.MessageRow, key=key) == row
    old = kept.row(tables.MessageRow, key=hashlib.sha256(b"evidence").hexdigest())
    assert (old["sender"], old["sender_name"]) == ("", NAMELESS)
    assert old["evidence"] == [f"gửi từ {NAMELESS}", "trong danh bạ"]
    first = kept.row(tables.LetterRow, id=1)
    assert first["to"] == [NAMELESS, MINH]
    assert list(first["deliveries"]) == [NAMELESS]
    assert first["text"] == "Kính gửi bà Phạm Thị Lan", "what the office has issued stays"
    assert kept.row(tables.AnswerRow)["sender"] == NAMELESS


def test_nothing_of_a_cycle_that_goes_on_is_touched(kept: Kept) -> None:
    before = kept.rows(tables.MessageRow), kept.rows(tables.LetterRow)
    goes_on = KeepingRules(NOW, lambda code: code != "2025-plan", {LAN})
    with kept.engine.begin() as connection:
        assert not +remove_person(connection, PersonPattern(LAN), goes_on).removed
        assert removable_raw_files(connection, goes_on) == []
    assert (kept.rows(tables.MessageRow), kept.rows(tables.LetterRow)) == before


def test_decisions_and_figures_keep_their_names_and_say_why(kept: Kept) -> None:
    done = baocao("remove", "Phạm Thị Lan", "--yes")
    assert done.exit_code == 0, done.output
    assert "quyết định phải còn người quyết định" in done.stdout
    assert "nguồn của số liệu" in done.stdout
    assert kept.row(tables.DecisionRow)["by"] == "Phạm Thị Lan"
    assert kept.row(tables.ObservationRow)["text"] == "Phạm Thị Lan"
    assert kept.row(tables.SubmissionRow)["receipt_number"] == "TN-1"
    assert kept.row(tables.MessageRow, key=hashlib.sha256(b"idle").hexdigest())["sender"] == ""


def test_an_address_that_was_registered_with_a_message_goes_at_once(kept: Kept) -> None:
    table = table_of(tables.KnownSenderRow)
    with kept.engine.begin() as connection:
        for address in (LAN, MINH):
            values = {"address": address, "agency": "syt", "message_key": "held"}
            connection.execute(table.insert().values(**values, registered_at=NEW))
    assert left("--address", LAN)["known_sender.address"] == 1
    done = baocao("remove", LAN, "--yes")
    assert "địa chỉ đăng ký thêm: 1" in done.stdout
    assert "known_sender.address" not in left("--address", LAN)
    assert kept.row(tables.KnownSenderRow)["address"] == MINH


def test_removing_is_recorded_without_the_name_and_once(kept: Kept) -> None:
    for _ in range(3):
        assert baocao("remove", LAN, "--yes").exit_code == 0
    (line,) = kept.book.accesses()
    assert line.kind is AccessKind.PERSON_REMOVED
    assert line.by
    assert LAN not in repr(line)
    assert "thư đến: 2; thư đi: 1" in line.detail
    again = baocao("remove", LAN)
    assert again.exit_code == 0, "where nothing is to go, nobody is asked"


def test_raw_mail_goes_only_where_no_figure_rests_on_it(kept: Kept) -> None:
    evidence, idle, recent, shared, workbook = (
        hashlib.sha256(word).hexdigest()
        for word in (b"evidence", b"idle", b"recent", b"shared", b"workbook")
    )
    baocao("remove", LAN, "--yes")
    assert set(kept.raw) == {evidence, idle, recent, shared, workbook}, "only when asked for"
    done = baocao("remove", LAN, "--yes", "--raw")
    assert "tệp gốc: 2" in done.stdout, done.output
    assert set(kept.raw) == {evidence, recent, workbook}
    assert baocao("remove", LAN, "--yes", "--raw").exit_code == 0
    assert len(kept.book.accesses()) == 2


def test_raw_mail_goes_from_the_store_that_machines_share(
    kept: Kept, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("khac")
    url = store_url(FOLDER, folder)
    monkeypatch.setenv("BAOCAO_STORE_URL", url)
    shared = shared_raw_store(url, folder / "may-khac")
    shared.put_many([kept.raw.get(sha256) for sha256 in kept.raw])
    done = baocao("remove", LAN, "--yes", "--raw")
    assert "tệp gốc: 2" in done.stdout, done.output
    words = (b"evidence", b"recent", b"workbook")
    left = {hashlib.sha256(word).hexdigest() for word in words}
    assert set(shared) == set(kept.raw) == left


def test_a_closed_account_goes_with_its_lines_and_an_open_one_stays(kept: Kept) -> None:
    book = kept.book
    for name, person in (("lan.pham", "Phạm Thị Lan, Chuyên viên"), ("minh", "Vũ Minh")):
        book.add(name, person, {AccountRole.READS}, "root", NOW)
    book.record(Access(NOW, AccessKind.REFUSED, "lan.pham", "", "10.1.2.3", "GET /x"))
    book.record(Access(NOW, AccessKind.ROLES_CHANGED, "minh", "lan.pham"))
    assert baocao("remove", "lan.pham", "--yes").exit_code == 0
    assert len(book.accounts()) == 2
    assert len(book.accesses(account="lan.pham")) == 2, "the traces of an open account stay"
    book.close("lan.pham", "root", NOW)
    asked = baocao("remove", "lan.pham", said="y\n")
    assert asked.exit_code == 0
    assert "tài khoản: 1" in asked.stdout
    assert [one.name for one in book.accounts()] == ["minh"]
    assert [one.kind for one in book.accesses(account="lan.pham")] == [AccessKind.ACCOUNT_REMOVED]
    assert {one.by for one in book.accesses(account="minh")} == {"root", NAMELESS}
    count = len(book.accesses())
    assert baocao("remove", "lan.pham", "--yes").exit_code == 0
    assert len(book.accesses()) == count
    assert left("--address", "lan.pham") == {"access.proof": 1}
    assert "tự hết sau một năm" in baocao("list", "--address", "lan.pham").stdout


def test_the_contact_of_an_agency_that_is_no_more_goes_and_of_one_that_is_stays(
    kept: Kept,
) -> None:
    lines = kept.contacts.read_text().splitlines()
    ended = baocao("remove", "vanthu@skhdt.haiphong.example", "--yes")
    assert ended.exit_code == 0, ended.output
    superior = "pct.kinhte@ubnd.haiphong.example"
    expected = f"skhdt,,tonghop@skhdt.haiphong.example,{superior},,"
    changed = kept.contacts.read_text().splitlines()
    assert [new for old, new in zip(lines, changed, strict=True) if old != new] == [expected]
    assert check_register(OFFICE_FILES / "agencies.csv", kept.contacts) == []
    assert "vanthu@skhdt.haiphong.example" not in {
        r["address"] for r in kept.rows(tables.AddressStateRow)
    }
    doctor = CliRunner().invoke(app, ["doctor"], env={"COLUMNS": "300"})
    assert "Cơ quan nào cũng có địa chỉ." in doctor.stdout
    before = kept.contacts.read_bytes()
    stays = baocao("remove", "vanthu@stc.haiphong.example", "--yes")
    assert "sửa trong tệp danh bạ" in stays.stdout
    assert kept.contacts.read_bytes() == before


def test_what_a_page_changed_while_the_program_is_tried_is_forgotten_too(kept: Kept) -> None:
    held = kept.contacts.read_bytes()
    with kept.engine.begin() as connection:
        for contacts in (held.replace(b"stc,", b"stc,cu.tran@stc.example "), held):
            remember_tried_out(
                connection, {"contacts.csv": held}, {"contacts.csv": contacts}, by="An", note="vì"
            )
    person = "cu.tran@stc.example"
    assert left("--address", person) == {"office_content.content": 1}

    assert baocao("remove", person, "--yes").exit_code == 0

    assert left("--address", person) == {}
    assert kept.contacts.read_bytes() == held
    with kept.engine.begin() as connection:
        newest = editions.newest(connection)
        assert newest is not None
        assert editions.contents(connection, newest)["contacts.csv"] == held


def test_the_file_of_contacts_keeps_its_form(tmp_path: Path) -> None:
    file = tmp_path / "contacts.csv"
    text = (
        "\ufeffagency;to;cc;superior;focal_person;phone\r\n"
        'a;x@so.example;"y@so.example, z@so.example";;"Vũ ""Bé"" Minh";0912\r\n'
        "b;x@so.example;;;Vũ Bé;\r\n"
    )
    file.write_bytes(text.encode())
    gone = remove_contacts(file.read_bytes(), PersonPattern("y@so.example"), {"a"})
    assert (gone.agencies, gone.taken_out) == (("a",), ("a",))
    assert gone.content.decode() == text.replace('"y@so.example, z@so.example"', "z@so.example")
    person = remove_contacts(file.read_bytes(), PersonPattern("0912"), {"a"})
    assert "Minh" not in person.content.decode()
    nobody = remove_contacts(file.read_bytes(), PersonPattern("x@so.example"))
    assert (nobody.agencies, nobody.content) == (("a", "b"), file.read_bytes())


def test_what_the_orchestrator_keeps_is_listed_and_left_alone(kept: Kept, tmp_path: Path) -> None:
    orchestrator_with_tables(tmp_path)
    file = tmp_path / "prefect/prefect.db"
    board = json.dumps(json.dumps([{"Người quyết định": "Phạm Thị Lan"}]))
    with closing(sqlite3.connect(file)) as database, database:
        database.execute(
            "INSERT INTO artifact (id, key, data, created, updated) VALUES ('1', 'b', ?, ?, ?)",
            (board, str(OLD), str(OLD)),
        )
    before = file.read_bytes()
    assert "Phạm" not in board, "letters with marks are written as numbers"
    assert left("--name", "Phạm Thị Lan")["prefect:artifact.data"] == 1
    assert "prefect:artifact.data" not in left("--name", "Vũ Thị Bé")
    assert baocao("remove", "Phạm Thị Lan", "--yes").exit_code == 0
    assert file.read_bytes() == before


def test_a_text_too_short_for_one_person_is_refused() -> None:
    with pytest.raises(PersonNotNamed):
        PersonPattern(" a ")

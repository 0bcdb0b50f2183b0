"""The database keeps what it is told, exactly, once, on SQLite and on PostgreSQL."""

from __future__ import annotations

import dataclasses
import datetime as dt
import threading
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, Select, column, inspect, select, table
from sqlalchemy.engine.interfaces import CacheStats
from sqlalchemy.exc import IntegrityError, StatementError
from sqlmodel import SQLModel

from models.domain.answers.standing import HeldMail
from models.domain.mail.delivery import Delivery, RecipientState, waiting
from models.domain.mail.mail import Letter, LetterFile, LetterKind, LetterState, MessageState
from models.domain.reading.findings import Finding, Severity
from models.domain.reading.submissions import Entry
from models.tables import ObligationRow, SubmissionRow
from tasks.adapters.store import messages, obligations, outbox, submissions
from tasks.adapters.store.rows import (
    DatabaseOutdated,
    _alembic,
    for_reading,
    migrate,
    newest_revision,
    open_engine,
)
from tests.fixtures.letters_written import every_letter
from tests.fixtures.ready_made import sqlite_with_tables

NOON = dt.datetime(2025, 2, 10, 5, tzinfo=dt.UTC)
HANOI_NOON = dt.datetime(2025, 2, 10, 12, tzinfo=dt.timezone(dt.timedelta(hours=7)))


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    migrate(engine)
    yield engine
    engine.dispose()


def was_compiled_before(engine: Engine, statement: Select[Any]) -> bool:
    with engine.connect() as connection:
        return connection.execute(statement).context.cache_hit is CacheStats.CACHE_HIT


def test_a_statement_is_compiled_once_for_all_engines_of_a_kind_of_database(
    tmp_path: Path, postgres_url_with_tables: str
) -> None:
    letter = outbox.LETTER
    statement = select(letter.c.id, letter.c.to, letter.c.files).where(letter.c.id > 10).limit(7)
    urls = [
        sqlite_with_tables(tmp_path / "a.sqlite"),
        sqlite_with_tables(tmp_path / "b.sqlite"),
        postgres_url_with_tables,
        postgres_url_with_tables,
    ]
    engines = [open_engine(url) for url in urls]
    try:
        found = [was_compiled_before(engine, statement) for engine in engines]
        assert found == [False, True, False, True]
        assert all(was_compiled_before(for_reading(engine), statement) for engine in engines)
        assert not was_compiled_before(engines[0], statement.offset(1))
    finally:
        for engine in engines:
            engine.dispose()


def test_values_go_with_the_execution_and_not_with_what_was_compiled(tmp_path: Path) -> None:
    """Two databases of a kind, asked by the same statement with other values."""
    for number, key in enumerate(("a" * 64, "b" * 64)):
        engine = open_engine(sqlite_with_tables(tmp_path / f"{number}.sqlite"))
        with engine.begin() as connection:
            messages.keep(connection, [message(key)])
            messages.decide(connection, key, {"state": "held", "evidence": [f"Thư {number}."]})
            [kept] = messages.every_message(connection)
        engine.dispose()
        assert (kept["key"], kept["evidence"]) == (key, [f"Thư {number}."])
        assert kept["received_at"] == HANOI_NOON


def message(key: str = "a" * 64, **changes: object) -> messages.NewMessage:
    values = {
        "key": key,
        "source": "maildir",
        "handle": "1",
        "is_message": True,
        "name": "",
        "size": 10,
        "received_at": HANOI_NOON,
        "collected_at": NOON,
    }
    return messages.NewMessage(**(values | changes))


def submission(version: int = 1, sha: str = "f" * 64, **changes: object) -> SubmissionRow:
    values = {
        "cycle": "2025-plan",
        "agency": "skhdt",
        "version": version,
        "message_key": "a" * 64,
        "file_name": "kế hoạch.xlsx",
        "file_sha256": sha,
        "file_size": 1,
        "file_kind": "xlsx",
        "received_at": NOON,
        "decided_at": NOON,
        "verdict": "accepted",
        "receipt_number": "KH-2025/0001",
    }
    return SubmissionRow(**(values | changes))


def letter(key: str = "2025-plan/skhdt/opening") -> Letter:
    return Letter(
        business_key=key,
        cycle="2025-plan",
        agency="skhdt",
        kind=LetterKind.OPENING,
        to=["a@b.example"],
        cc=[],
        subject="Kính gửi",
        text="…",
        html="<p>…</p>",
        message_id=f"<{key}@x.example>",
        files=[LetterFile("mẫu.xlsx", "e" * 64)],
    )


def test_the_migrations_lead_to_the_tables_of_the_models(engine: Engine) -> None:
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), SQLModel.metadata)
    assert differences == []


def test_the_newest_file_is_the_migration_that_the_others_lead_to(engine: Engine) -> None:
    assert newest_revision() == ScriptDirectory.from_config(_alembic(engine)).get_current_head()


def test_migrating_twice_changes_nothing(engine: Engine) -> None:
    migrate(engine)


def test_a_database_of_a_newer_program_is_refused(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseOutdated, match="9999"):
        migrate(engine)


def test_a_message_is_kept_once_however_often_it_turns_up(engine: Engine) -> None:
    with engine.begin() as connection:
        assert messages.keep(connection, [message()]) == 1
        assert messages.keep(connection, [message(handle="2"), message("b" * 64)]) == 1
        assert [m.key for m in messages.waiting(connection, 10)] == ["a" * 64, "b" * 64]


def test_instants_come_back_in_utc_and_naive_ones_are_refused(engine: Engine) -> None:
    with engine.begin() as connection:
        messages.keep(connection, [message()])
        kept = messages.waiting(connection, 1)[0]
    assert kept.received_at == NOON
    assert kept.received_at.utcoffset() == dt.timedelta(0)
    with pytest.raises(StatementError, match="naive"), engine.begin() as connection:
        messages.keep(connection, [message("c" * 64, received_at=dt.datetime(2025, 1, 1))])  # noqa: DTZ001


def test_a_message_is_decided_by_one_run_only(engine: Engine) -> None:
    with engine.begin() as connection:
        messages.keep(connection, [message()])
        assert messages.decide(connection, "a" * 64, {"state": MessageState.HELD.value})
        assert not messages.decide(connection, "a" * 64, {"state": MessageState.ACCEPTED.value})
        assert messages.counts_by_state(connection) == {"held": 1}


def test_a_held_message_waits_for_every_agency_whose_it_may_be(engine: Engine) -> None:
    held = {"state": MessageState.HELD.value, "cycle": "2025-plan"}
    doubtful = held | {"agency": "syt", "may_be_of": ["sdl"], "receipt_number": "KH-2025/0007"}
    nobodys = held | {"cycle": "", "may_be_of": ["sdl", "stc"]}
    hour = dt.timedelta(hours=1)
    with engine.begin() as connection:
        later = [message(k * 64, handle=k, received_at=NOON + hour) for k in "bc"]
        messages.keep(connection, [message(), *later])
        messages.decide(connection, "a" * 64, doubtful)
        messages.decide(connection, "b" * 64, nobodys)
        messages.decide(connection, "c" * 64, held | {"agency": "sct", "said": "matter"})
        asked = (NOON - hour, NOON + 2 * hour)
        found = messages.held_by_agency(connection, "2025-plan", asked)
        without = messages.held_by_agency(connection, "2025-plan", (NOON - hour, NOON + hour))

    first, second = (HeldMail(NOON + n * hour, doubtful=True) for n in (0, 1))
    assert found["syt"] == [HeldMail(NOON, "KH-2025/0007")]
    assert found["sdl"] == [first, second]
    assert found["stc"] == [second]
    assert "sct" not in found
    assert without["sdl"] == [first]


def test_decimals_keep_every_digit_and_text_keeps_its_place(engine: Engine) -> None:
    entries = [
        Entry("indicators", "grdp", "committed", Decimal("118079.279"), "118,3", "Chỉ tiêu", "F4"),
        Entry("indicators", "grdp", "measures", "=1+1 \x00 đúng hạn", "…", "Chỉ tiêu", "G4"),
        Entry("details", "", "signed_on", dt.date(2025, 2, 10), "10/02/2025", "Thông tin", "B4"),
        Entry("indicators", "x", "committed", Decimal("0.10"), "0,10", "Chỉ tiêu", "F5"),
    ]  # fmt: skip
    findings = [
        Finding(
            "SO-01", Severity.WARNING, "Ô F4 …", sheet="Chỉ tiêu", cell="F4", justification="vì …"
        ),
        Finding("SO-02", Severity.WARNING, "Ô F5 \x00", sheet="\ud800", cell="F5", value="a\x00"),
    ]
    with engine.begin() as connection:
        messages.keep(connection, [message()])
        submissions.add(connection, submission(), entries, findings)
    with engine.begin() as connection:
        record = submissions.latest(connection, "2025-plan", "skhdt")
        full = submissions.records(connection, "2025-plan")["skhdt"][0]
    assert record is not None
    assert [e.value for e in full.entries] == [
        Decimal("118079.279"),
        "=1+1 ␀ đúng hạn",
        dt.date(2025, 2, 10),
        Decimal("0.10"),
    ]
    assert str(full.entries[3].value) == "0.10"
    assert full.findings[0] == findings[0]
    mended = full.findings[1]
    assert (mended.message, mended.sheet, mended.value) == ("Ô F5 ␀", "?", "a␀")
    assert record.entries == full.entries


def test_the_same_file_may_be_two_versions_and_no_number_is_given_twice(engine: Engine) -> None:
    with engine.begin() as connection:
        messages.keep(connection, [message()])
        submissions.add(connection, submission(), [], [])
        assert submissions.known_version(connection, "2025-plan", "skhdt", "f" * 64) == 1
        assert submissions.known_version(connection, "2025-plan", "stc", "f" * 64) is None
        submissions.add(connection, submission(2), [], [])
        assert submissions.known_version(connection, "2025-plan", "skhdt", "f" * 64) == 2
    with pytest.raises(IntegrityError), engine.begin() as connection:
        submissions.add(connection, submission(2, "e" * 64), [], [])


def test_receipt_numbers_have_no_gap_and_no_double_when_writers_meet(engine: Engine) -> None:
    drawn: list[str] = []

    def draw() -> None:
        for _ in range(5):
            with engine.begin() as connection:
                numbers = submissions.draw_receipt_numbers(connection, "2025-plan", "KH-2025", 1)
                drawn.extend(numbers)

    threads = [threading.Thread(target=draw) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(drawn) == [f"KH-2025/{n:04d}" for n in range(1, 21)]


def test_a_letter_of_one_cause_is_queued_once(engine: Engine) -> None:
    with engine.begin() as connection:
        assert outbox.queue(connection, letter(), NOON)
        assert not outbox.queue(connection, letter(), NOON)
        due = outbox.due(connection, NOON, 10)
    assert [outbox.letter_of(row).business_key for row in due] == ["2025-plan/skhdt/opening"]
    assert outbox.letter_of(due[0]).files == (LetterFile("mẫu.xlsx", "e" * 64),)


FLYING = {"a@b.example": Delivery(RecipientState.IN_FLIGHT)}
ARRIVED = {"a@b.example": Delivery(RecipientState.ACCEPTED)}
SENT = {"state": LetterState.SENT.value, "sent_at": NOON}


def test_a_letter_is_claimed_by_one_sender_and_settled_by_it(engine: Engine) -> None:
    with engine.begin() as connection:
        outbox.queue(connection, letter(), NOON)
        row = outbox.due(connection, NOON, 1)[0]
        assert outbox.claim(connection, row, "one", NOON, FLYING, copy=False)
        assert not outbox.claim(connection, row, "two", NOON, FLYING, copy=False)
        assert not outbox.record_outcome(connection, row, "two", SENT, ARRIVED)
        assert outbox.record_outcome(connection, row, "one", SENT, ARRIVED)
        assert not outbox.record_outcome(connection, row, "one", {"state": "failed"}, {})
        assert outbox.counts_by_state(connection) == {"sent": 1}
        (kept,) = every_letter(connection)
    assert outbox.deliveries_of(kept) == ARRIVED and kept.tried_at == NOON


def test_a_letter_that_another_run_has_tried_since_is_not_claimed(engine: Engine) -> None:
    with engine.begin() as connection:
        outbox.queue(connection, letter(), NOON)
        stale = outbox.due(connection, NOON, 1)[0]
        again = {"state": "queued", "next_attempt_at": NOON}
        assert outbox.record_attempt(connection, stale, NOON, again, ARRIVED)
        assert not outbox.claim(connection, stale, "late", NOON, FLYING, copy=False)
        assert not outbox.record_attempt(connection, stale, NOON, {"state": "failed"}, {})
        (fresh,) = outbox.due(connection, NOON, 1)
        assert outbox.claim(connection, fresh, "next", NOON, FLYING, copy=False)


def test_an_abandoned_claim_is_uncertain_and_its_late_outcome_still_counts(engine: Engine) -> None:
    with engine.begin() as connection:
        outbox.queue(connection, letter(), NOON)
        row = outbox.due(connection, NOON, 1)[0]
        outbox.claim(connection, row, "slow", NOON, FLYING, copy=True)
        assert outbox.mark_abandoned(connection, NOON - dt.timedelta(minutes=1), "x") == 0
        assert outbox.mark_abandoned(connection, NOON, "x") == 1
        assert [r.message_id for r in outbox.uncertain(connection)] == [row.message_id]
        assert outbox.record_outcome(connection, row, "slow", SENT, ARRIVED)
        assert outbox.counts_by_state(connection) == {"sent": 1}


def test_an_uncertain_letter_goes_again_only_to_those_who_may_lack_it(engine: Engine) -> None:
    known = {
        "a@b.example": Delivery(RecipientState.ACCEPTED),
        "c@b.example": Delivery(RecipientState.IN_FLIGHT),
    }
    with engine.begin() as connection:
        outbox.queue(connection, dataclasses.replace(letter(), to=tuple(known)), NOON)
        row = outbox.due(connection, NOON, 1)[0]
        outbox.claim(connection, row, "one", NOON, known, copy=False)
        outbox.mark_abandoned(connection, NOON, "x")
        (lost,) = outbox.uncertain(connection)
        assert outbox.decide_uncertain(connection, lost, NOON, arrived=False)
        assert not outbox.decide_uncertain(connection, lost, NOON, arrived=True)
        (again,) = outbox.due(connection, NOON, 1)
    assert again.message_id == row.message_id
    assert waiting(again.to, outbox.deliveries_of(again)) == ["c@b.example"]


def test_a_letter_waits_until_its_next_attempt(engine: Engine) -> None:
    with engine.begin() as connection:
        outbox.queue(connection, letter(), NOON)
        assert outbox.due(connection, NOON - dt.timedelta(seconds=1), 10) == []


def test_an_agency_is_asked_once(engine: Engine) -> None:
    row = ObligationRow(
        cycle="2025-plan",
        agency="skhdt",
        reply_token="abc",
        opened_at=NOON,
        form_version="plan-1",
        workbook_name="x.xlsx",
        workbook_sha256="e" * 64,
    )
    with engine.begin() as connection:
        assert obligations.add(connection, row)
        assert not obligations.add(connection, row)
        assert obligations.open_cycles(connection) == ["2025-plan"]


def test_what_was_recorded_outlives_the_making_anew_of_a_table(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'old.sqlite'}")
    command.upgrade(_alembic(engine), "0010")
    with engine.begin() as connection:
        insert_as_of_old(connection, "message", messages._UNDECIDED | dataclasses.asdict(message()))
        insert_as_of_old(connection, "submission", submission().model_dump() | {"id": 1})
        entry = Entry("indicators", "grdp", "estimate", Decimal(1), "1", "Chỉ tiêu", "K1")
        [cell] = submissions._observations(1, [entry])
        names = [one.name for one in submissions._OBSERVED]
        insert_as_of_old(connection, "observation", dict(zip(names, cell, strict=True)))
    migrate(engine)
    with engine.begin() as connection:
        found, _ = submissions.record(connection, 1)
        assert found.papers == ()
        assert [e.cell for e in found.entries] == ["K1"]
        submissions.add(connection, submission(version=2, receipt_number="KH-2025/0002"), [], [])
        assert submissions.known_version(connection, "2025-plan", "skhdt", "f" * 64) == 2
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    engine.dispose()


def insert_as_of_old(connection: Connection, name: str, values: Mapping[str, object]) -> None:
    """Puts a row into a table as the database has it, whatever columns it has today."""
    today = SQLModel.metadata.tables[name].columns
    there = {c["name"] for c in inspect(connection).get_columns(name)}
    kept = {c: v for c, v in values.items() if c in there}
    # Through the models' own table, the columns of today would be written with their defaults.
    plain = table(name, *(column(c, today[c].type) for c in kept))
    connection.execute(plain.insert().values(kept))


def test_what_only_sentences_said_is_data_after_the_migration(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'old.sqlite'}")
    command.upgrade(_alembic(engine), "0011")
    fault = "Chương trình kiểm tra gặp lỗi của chính nó, không phải lỗi của cơ quan: SO-09"
    reasons = {
        "a": ("held", fault, True),
        "b": ("held", f"Thư gửi thử. {fault}", True),
        "c": ("held", "Không rõ ai gửi.", False),
        "d": ("rejected", fault, False),
    }
    errors = {
        "e": ("uncertain", "mất kết nối; chờ người xem", True),
        "f": ("uncertain", "mất kết nối", False),
        "g": ("queued", "chờ người xem", False),
    }
    with engine.begin() as connection:
        for key, (state, reason, _) in reasons.items():
            decided = dataclasses.asdict(message(key)) | {"state": state, "reason": reason}
            insert_as_of_old(connection, "message", messages._UNDECIDED | decided)
        for key, (state, error, _) in errors.items():
            queued = outbox._row(outbox.NewLetter(letter(key)), NOON)
            insert_as_of_old(connection, "letter", queued | {"state": state, "last_error": error})
    migrate(engine)
    with engine.begin() as connection:
        at_fault = dict(connection.execute(select(messages.MESSAGE.c["key", "own_fault"])).all())
        handed_over = {x.business_key: x.for_a_person for x in every_letter(connection)}
        assert [m.own_fault for m in messages.by_key_prefix(connection, "a")] == [True]
    assert at_fault == {key: expected for key, (*_, expected) in reasons.items()}
    assert handed_over == {key: expected for key, (*_, expected) in errors.items()}
    command.downgrade(_alembic(engine), "0011")
    engine.dispose()


def test_where_an_old_message_names_its_place_is_data_after_the_migration(
    database_url: str,
) -> None:
    engine = open_engine(database_url)
    sheet = "2. Chỉ tiêu"
    # Sheet, cell, message, and what the letter says of it below "Trang «2. Chỉ tiêu», ô E12".
    old = [
        (sheet, "E12", f"Trang «{sheet}», ô E12 («GRDP»): sai.", "(«GRDP»): sai."),
        (sheet, "", f"Trang «{sheet}» (cả trang): sai.", "(cả trang): sai."),
        (sheet, "E12", f"Trang «{sheet}», ô E12: sai.", f"Trang «{sheet}», ô E12: sai."),
        (sheet, "E1", f"Trang «{sheet}», ô E12 (a): sai.", f"Trang «{sheet}», ô E12 (a): sai."),
        ("", "", "Tệp (xlsx) hỏng.", "Tệp (xlsx) hỏng."),
    ]
    with engine.begin() as connection:
        messages.keep(connection, [message()])
        number = connection.execute(
            SubmissionRow.__table__.insert().values(submission().model_dump(exclude={"id"}))
        ).inserted_primary_key[0]
    command.downgrade(_alembic(engine), "0012")
    with engine.begin() as connection:
        for position, (named, cell, said, _) in enumerate(old, 1):
            finding = Finding("SO-02", Severity.ERROR, said, named, cell)
            row = submissions._finding(number, position, finding)
            values = {c.name: v for c, v in zip(submissions._FOUND, row, strict=True)}
            insert_as_of_old(connection, "finding", values)
    migrate(engine)
    with engine.begin() as connection:
        found, _ = submissions.record(connection, number)
    assert [f.message for f in found.findings] == [said for _, _, said, _ in old]
    assert [f.beside_place for f in found.findings] == [beside for *_, beside in old]
    engine.dispose()

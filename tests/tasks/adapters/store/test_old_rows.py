"""Rows of the time before letters were sent again, and before decisions bore two times."""

from __future__ import annotations

import datetime as dt

from alembic import command
from sqlalchemy import inspect

from models.domain.answers.decisions import DecisionKind
from models.domain.mail.mail import Letter, LetterKind
from tasks.adapters.store import address_book, decisions, deliveries, messages, outbox
from tasks.adapters.store.outbox import NewLetter
from tasks.adapters.store.rows import _alembic, migrate, open_engine
from tests.fixtures.letters_written import every_letter
from tests.tasks.adapters.store.test_store import insert_as_of_old, message

NOON = dt.datetime(2025, 2, 10, 5, tzinfo=dt.UTC)
A = "a@so.example"
OLD_ID = "<baocao.k@vp.example>"
NEW = {
    "address_state": {"began_at"},
    "decision": {"entered_at"},
    "letter": {"again", "dated_at", "earlier"},
    "delivery_report": {"sending"},
}


def test_what_was_kept_before_is_read_after_the_migration_and_after_the_way_back(
    database_url: str,
) -> None:
    engine = open_engine(database_url)
    migrate(engine)
    command.downgrade(_alembic(engine), "0016")
    letter = Letter(
        *("k", "2025-plan", "syt", LetterKind.OPENING, [A], []),
        *("Mở kỳ", "…", "<p>…</p>", OLD_ID),
    )
    with engine.begin() as connection:
        for table, names in NEW.items():
            assert not names & {c["name"] for c in inspect(connection).get_columns(table)}
        kept = messages._UNDECIDED | vars_of(message())
        insert_as_of_old(connection, "message", kept)
        row = outbox._row(NewLetter(letter), NOON) | {"state": "sent", "sent_at": NOON}
        insert_as_of_old(connection, "letter", row)
        number = connection.exec_driver_sql("SELECT id FROM letter").scalar_one()
        told = {"action": "failed", "status": "5.1.1", "reason": "unknown", "reported_at": NOON}
        report = {"message_key": "a" * 64, "letter_id": number, "recipient": A, **told}
        insert_as_of_old(connection, "delivery_report", report)
        failing = {"state": "failing", "since": NOON, "status": "5.1.1", "reason": "unknown"}
        insert_as_of_old(
            connection, "address_state", {"address": A, "letter_id": number, **failing}
        )
        decision = {"kind": "mark_failing", "cycle": "", "agency": "", "subject": A}
        signed = {"by": "Nguyễn Thị Hà", "reason": "Cơ quan báo.", "decided_at": NOON}
        insert_as_of_old(connection, "decision", decision | signed)
    for _ in range(2):
        migrate(engine)
        with engine.begin() as connection:
            (read,) = every_letter(connection)
            assert (read.earlier, read.dated_at, read.again) == ([], None, "")
            sending = deliveries.sending_by_message_id(connection, [OLD_ID])
            assert sending is not None and sending.is_last and sending.went_to(A)
            reports = connection.execute(deliveries.REPORT.select()).all()
            assert [r.sending for r in reports] == [OLD_ID]
            (address,) = address_book.failing_addresses(connection)
            assert (address.first_at, address.is_dead) == (NOON, True)
            (old,) = decisions.book(connection).decisions
            assert (old.kind, old.entered_at) == (DecisionKind.MARK_CONTACT_FAILING, None)
            assert old.times == "có hiệu lực từ 12 giờ 00 phút ngày 10/02/2025"
        command.downgrade(_alembic(engine), "0016")
    engine.dispose()


def vars_of(new: messages.NewMessage) -> dict[str, object]:
    """The fields of a message as they are stored."""
    return {name: getattr(new, name) for name in new.__dataclass_fields__}

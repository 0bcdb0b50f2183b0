"""Reports, addresses and answers are counted alike on SQLite and on PostgreSQL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, select, update

from models.domain.mail.bounces import DeliveryAction, RecipientReport, ReportedRecipient
from models.domain.mail.mail import Letter, LetterKind, LetterState, MessageState
from models.tables import LetterRow
from tasks.adapters.store import address_book, deliveries, messages, outbox
from tasks.adapters.store.deliveries import Sending
from tasks.adapters.store.outbox import LETTER, NewLetter, WrittenAnswer
from tasks.adapters.store.rows import migrate, open_engine
from tests.fixtures.letters_written import every_letter

NOON = dt.datetime(2025, 2, 10, 5, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
KEYS = ("a" * 64, "b" * 64)
A, B = "a@so.example", "b@so.example"


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    """A transaction on a database that holds two messages and one letter to two addresses."""
    engine = open_engine(database_url)
    migrate(engine)
    letter = Letter(
        *("k", "2025-plan", "syt", LetterKind.OPENING, [A], [B]),
        *("Mở kỳ", "…", "<p>…</p>", "<baocao.k@vp.example>"),
    )
    with engine.begin() as connection:
        messages.keep(
            connection,
            [messages.NewMessage(key, "maildir", key[0], True, "", 1, NOON, NOON) for key in KEYS],
        )
        outbox.queue_many(connection, [NewLetter(letter, not_before=NOON + HOUR)], NOON)
        yield connection
    engine.dispose()


def the_letter(connection: Connection, state: LetterState = LetterState.SENT) -> LetterRow:
    connection.execute(update(LETTER).values(state=state.value, sent_at=NOON))
    (letter,) = every_letter(connection)
    return letter


def the_sending(connection: Connection, state: LetterState = LetterState.SENT) -> Sending:
    letter = the_letter(connection, state)
    return Sending(letter, letter.message_id, [*letter.to, *letter.cc])


def news(address: str, action: DeliveryAction = DeliveryAction.FAILED) -> ReportedRecipient:
    return ReportedRecipient(
        address, RecipientReport(address, "", action, "5.1.1", "User\x00 unknown")
    )


def failing(connection: Connection) -> list[str]:
    return [x.address for x in address_book.failing_addresses(connection)]


def test_a_letter_put_off_is_due_no_earlier(connection: Connection) -> None:
    assert outbox.due(connection, NOON, 9) == []
    assert len(outbox.due(connection, NOON + HOUR, 9)) == 1


def test_a_try_out_keeps_what_its_workbook_is_marked_from(connection: Connection) -> None:
    letter = outbox.letter_of(the_letter(connection))
    marking = {"file": "f" * 64, "name": "sổ.xlsx", "examination": "e" * 64}
    tried = Letter(
        *("t", letter.cycle, letter.agency, LetterKind.TRY_OUT, [A], []),
        *("Thử", "…", "<p>…</p>", "<baocao.t@vp.example>"),
    )
    outbox.queue(connection, tried, NOON)
    other = Letter(
        *("u", letter.cycle, letter.agency, LetterKind.TRY_OUT, [A], []),
        *("Thử", "…", "<p>…</p>", "<baocao.u@vp.example>"),
    )
    outbox.queue_many(connection, [NewLetter(other, marking=marking)], NOON)
    kept = {x.business_key: x.marking for x in every_letter(connection)}
    assert kept == {"k": None, "t": None, "u": marking}


def test_reports_add_up_and_the_same_one_counts_once(connection: Connection) -> None:
    letter = the_sending(connection)
    for _ in range(2):
        state = deliveries.note_report(connection, KEYS[0], letter, [news(A)], NOON)
        assert state is LetterState.SENT
    assert failing(connection) == [A]
    state = deliveries.note_report(connection, KEYS[1], letter, [news(B)], NOON)
    assert state is LetterState.BOUNCED
    assert failing(connection) == [A, B]
    assert len(connection.execute(select(deliveries.REPORT)).all()) == 2
    (row,) = every_letter(connection)
    assert (row.state, "địa chỉ không tồn tại" in row.last_error) == ("bounced", True)


def test_an_uncertain_letter_may_bounce_but_not_one_in_the_queue(connection: Connection) -> None:
    everybody = [news(A), news(B)]
    letter = the_sending(connection, LetterState.QUEUED)
    said = deliveries.note_report(connection, KEYS[0], letter, everybody, NOON)
    assert said is LetterState.QUEUED
    letter = the_sending(connection, LetterState.UNCERTAIN)
    said = deliveries.note_report(connection, KEYS[1], letter, everybody, NOON)
    assert said is LetterState.BOUNCED


def test_the_newest_news_of_an_address_counts(connection: Connection) -> None:
    letter = the_sending(connection)
    deliveries.note_report(connection, KEYS[0], letter, [news(A)], NOON)
    assert address_book.mark_mended(connection, [A], NOON - HOUR) == 0
    assert address_book.mark_mended(connection, [A], NOON + HOUR) == 1
    address_book.mark_failing(connection, A, news(A).report, NOON)
    assert failing(connection) == [], "old news"
    address_book.mark_failing(connection, A, news(A).report, NOON + 2 * HOUR)
    assert failing(connection) == [A]
    delivered = news(A, DeliveryAction.DELIVERED)
    deliveries.note_report(connection, KEYS[1], letter, [delivered], NOON + 3 * HOUR)
    assert failing(connection) == []


def test_letters_are_found_by_their_id_or_by_agency_and_recipient(connection: Connection) -> None:
    letter = the_letter(connection)
    ids = ["<x@y.example>"] * 3 + [letter.message_id]
    found = deliveries.sending_by_message_id(connection, ids)
    assert found is not None and found.letter.id == letter.id
    assert deliveries.sending_by_message_id(connection, ["<x@y.example>"]) is None
    newest = deliveries.newest_sending_to
    found = newest(connection, "2025-plan", "syt", ["x@y.example", B])
    assert found is not None and found.letter.id == letter.id
    assert newest(connection, "2025-plan", "syt", ["x@y.example"]) is None
    assert newest(connection, "2025-plan", "sdl", [B]) is None


def test_answers_are_counted_by_day_and_once(connection: Connection) -> None:
    day = dt.date(2025, 2, 10)
    written = [
        WrittenAnswer("v1", KEYS[0], A, LetterKind.VERDICT, day, "d"),
        WrittenAnswer("v2", KEYS[0], A, LetterKind.VERDICT, day + dt.timedelta(days=1), "d"),
        WrittenAnswer("g", KEYS[1], A, LetterKind.GUIDANCE, day, ""),
    ]
    for _ in range(2):
        outbox.note_answers(connection, written)
    assert outbox.answers_from(connection, day) == {day: 2, day + dt.timedelta(days=1): 1}
    assert outbox.answers_saying(connection, day, {"d", "e"}) == [(A, LetterKind.VERDICT, "d")]
    assert outbox.answers_saying(connection, day, {"e"}) == []
    once = [LetterKind.GUIDANCE, LetterKind.RECEIPT]
    assert outbox.answers_of_kinds(connection, day, {A}, once) == [(A, LetterKind.GUIDANCE, "")]
    assert outbox.answers_of_kinds(connection, day, {"b@so.example"}, once) == []


def test_a_sentence_is_added_to_a_messages_reason(connection: Connection) -> None:
    values = {"state": MessageState.GUIDED.value, "reason": "Không kèm tệp."}
    messages.decide(connection, KEYS[0], values)
    messages.add_reason(connection, KEYS[0], "Không gửi \x00 thư.")
    row = next(r for r in messages.every_message(connection) if r["key"] == KEYS[0])
    assert row["reason"] == "Không kèm tệp. Không gửi ␀ thư."


@pytest.mark.parametrize("state", LetterState)
def test_a_page_for_comparing_counts_once_it_was_sent(
    connection: Connection, state: LetterState
) -> None:
    letter = Letter(
        *("p", "2025-plan", "syt", LetterKind.PREVIEW, [A], []),
        *("Đối chiếu", "…", "<p>…</p>", "<baocao.p@vp.example>"),
    )
    later = NOON + HOUR
    outbox.queue_many(connection, [NewLetter(letter, not_before=later)], later)
    own = LETTER.c.business_key == "p"
    connection.execute(update(LETTER).where(own).values(state=state.value))
    sent = {("2025-plan", "syt"): later} if state is LetterState.SENT else {}
    assert deliveries.previewed(connection, ["2025-plan", "2025-review"]) == sent
    assert deliveries.previewed(connection, ["2025-review"]) == {}
    assert deliveries.previewed(connection, []) == {}

"""The status names the letters a person should know of, and no others."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import pytest
from rich.console import Console

from flows.cli.status_report import print_status, status_of
from flows.workplaces import open_workplace
from models.domain.mail.bounces import DeliveryAction, RecipientReport
from models.domain.mail.mail import Letter, LetterKind, LetterState
from models.tables import ObligationRow
from tasks.adapters.store import obligations, outbox
from tasks.adapters.store.address_book import mark_failing

NOW = dt.datetime(2025, 2, 10, 5, tzinfo=dt.UTC)
REFUSED = {"b@so.example": {"state": "refused", "said": "không có hộp thư này"}}


@pytest.fixture
def letters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One letter sent, one refused for a copy, one uncertain, one waiting."""
    monkeypatch.setenv("BAOCAO_DATA_DIR", str(tmp_path))
    told = [
        ("một", LetterState.SENT, {}, ""),
        ("hai", LetterState.SENT, REFUSED, "b@so.example: không có hộp thư này"),
        ("ba", LetterState.UNCERTAIN, {}, "không rõ máy chủ đã nhận hay chưa"),
        ("bốn", LetterState.QUEUED, {}, "hẹn nhận sau"),
    ]
    with open_workplace(NOW) as workplace, workplace.engine.begin() as connection:
        for name, state, deliveries, said in told:
            letter = Letter(
                name, "2025-plan", "syt", LetterKind.GUIDANCE, ("a@so.example",), (), name, "", "",
                f"<{name}@x.example>",
            )  # fmt: skip
            outbox.queue(connection, letter, NOW)
            own = outbox.LETTER.update().where(outbox.LETTER.c.business_key == name)
            values = {"state": state.value, "deliveries": deliveries, "last_error": said}
            connection.execute(own.values(values))


@pytest.mark.usefixtures("letters")
def test_letters_that_did_not_reach_everybody_are_named_with_the_reason() -> None:
    status = status_of("", NOW)
    assert [(x["subject"], x["state"]) for x in status["letters"]] == [
        ("hai", "sent"), ("ba", "uncertain"),
    ]  # fmt: skip
    shown = io.StringIO()
    print_status(status, Console(file=shown, width=300))
    assert "hai (syt): b@so.example: không có hộp thư này" in shown.getvalue()
    assert "hẹn nhận sau" not in shown.getvalue()


@pytest.mark.usefixtures("letters")
def test_a_letter_that_a_server_put_off_is_named_with_its_next_attempt() -> None:
    with open_workplace(NOW) as workplace, workplace.engine.begin() as connection:
        last = outbox.LETTER.update().where(outbox.LETTER.c.business_key == "bốn")
        connection.execute(last.values(attempts=1, next_attempt_at=NOW + dt.timedelta(minutes=20)))
    status = status_of("", NOW)
    (letter,) = status["tried_again"]
    assert (letter["subject"], letter["state"], letter["attempts"]) == ("bốn", "queued", 1)
    assert "bốn" not in [x["subject"] for x in status["letters"]]
    shown = io.StringIO()
    print_status(status, Console(file=shown, width=300))
    assert "gửi lại 10/02 12:20: bốn (syt): hẹn nhận sau" in shown.getvalue()


@pytest.mark.usefixtures("letters")
def test_an_agency_that_no_letter_reaches_and_what_it_was_sent_since_are_named_so() -> None:
    with open_workplace(NOW) as workplace, workplace.engine.begin() as connection:
        addresses = workplace.contact_of("syt").to + workplace.contact_of("syt").cc
        for address in addresses:
            news = RecipientReport(address, "", DeliveryAction.FAILED, "5.1.1", "User unknown")
            mark_failing(connection, address, news, NOW)
        last = outbox.LETTER.update().where(outbox.LETTER.c.business_key == "một")
        connection.execute(last.values(to=list(addresses), sent_at=NOW + dt.timedelta(hours=1)))
        workbook = {"workbook_name": "a.xlsx", "workbook_sha256": "e" * 64}
        asked = {"cycle": "2025-plan", "agency": "syt", "reply_token": "t", "opened_at": NOW}
        obligations.add(connection, ObligationRow(**asked, form_version="1", **workbook))
    status = status_of("", NOW)
    (agency,) = status["cycles"][0]["agencies"]
    assert (agency["out_of_reach"]["for_good"], agency["out_of_reach"]["addresses"]) == (
        True,
        list(addresses),
    )
    assert [x["subject"] for x in status["letters"] if x["unread"]] == ["một"]
    shown = io.StringIO()
    print_status(status, Console(file=shown, width=300))
    assert "; thư không tới từ 10/02/2025" in shown.getvalue()
    assert "sent, thư không tới: một (syt)" in shown.getvalue()


def test_a_year_without_its_days_off_is_named_from_november_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BAOCAO_DATA_DIR", str(tmp_path))
    for month, lacking in ((10, 0), (11, 1)):
        status = status_of("", dt.datetime(2026, month, 2, 5, tzinfo=dt.UTC))
        assert len(status["calendar"]) == lacking
        out = io.StringIO()
        print_status(status, Console(file=out, width=400))
        assert ("lịch nghỉ" in out.getvalue()) == bool(lacking)

"""Hôm nay: what waits for a person, and decisions taken from there."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from flows.desk import application, ways
from flows.desk.decision_table import DECISIONS
from flows.desk.desk import PageRequest
from flows.desk.undertakings import UndertakingDone
from models.domain.accounts.account import Account, AccountRole
from models.domain.cycle.cycles import HANOI
from models.domain.mail.mail import MessageState
from tasks.adapters.store import decisions, messages
from tests.fixtures.office_desk import CLERK, OfficeDesk, office_desk

NOW = dt.datetime(2025, 2, 10, 9, 0, tzinfo=HANOI)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[OfficeDesk]:
    """A desk before which two agencies owe their plan."""
    with office_desk(tmp_path, NOW, ["syt", "stc"]) as found:
        yield found


def test_every_way_has_its_page() -> None:
    assert set(application.PAGES) ^ {way.page for way in ways.WAYS} == set()


def test_the_first_page_says_who_owes_and_that_nothing_waits(desk: OfficeDesk) -> None:
    said = desk.text(ways.TODAY)

    assert "Không còn việc nào chờ người quyết định" in said
    assert "Sở Y tế" in said
    assert "chưa gửi" in said


def test_a_held_message_is_a_line_that_leads_to_it(desk: OfficeDesk) -> None:
    key = "ab" * 32
    with desk.workplace.engine.begin() as connection:
        messages.keep(connection, [_message(key)])
        values = {
            "state": MessageState.HELD,
            "reason": "Chưa rõ của ai.",
            "subject": "<b>Kế hoạch</b>",
        }
        messages.decide(connection, key, values)

    page = desk.get(ways.TODAY)

    assert f'href="/thu/{key}"' in page
    assert "&lt;b&gt;Kế hoạch&lt;/b&gt;" in page
    assert "<b>" not in page


def test_an_extension_is_decided_and_can_be_undone(desk: OfficeDesk) -> None:
    answer = desk.post(
        "/quyet-dinh/extend-deadline",
        cycle="2025-plan",
        agency="syt",
        last_day="2025-02-25",
        reason="Sở đang kiện toàn bộ máy.",
        ve="/",
    )

    assert answer.status_code == 200
    assert "gia hạn đến hết 25/02/2025" in answer.text
    assert "/quyet-dinh/extend-deadline?" in answer.text
    with desk.workplace.engine.begin() as connection:
        kept = decisions.book(connection).decisions
    assert [(d.agency, d.by) for d in kept] == [("syt", "Phạm Thị Lan, Chuyên viên")]
    assert desk.runs.told[0]["related"][0]["prefect.resource.name"] == "Phạm Thị Lan, Chuyên viên"


def test_several_agencies_are_extended_with_one_word_or_none(desk: OfficeDesk) -> None:
    both = {"cycle": "2025-plan", "last_day": "2025-02-25", "reason": "Theo đề nghị chung."}

    refused = desk.post("/quyet-dinh/extend-deadline", agency=["syt", "khong_co"], **both)
    done = desk.post("/quyet-dinh/extend-deadline", agency=["syt", "stc"], **both)

    assert refused.status_code == 422
    assert done.status_code == 200
    with desk.workplace.engine.begin() as connection:
        kept = decisions.book(connection).decisions
    assert [d.agency for d in kept] == ["syt", "stc"]


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("last_day", "hôm sau", "Xin ghi ngày như"),
        ("reason", "", "Xin điền ô này."),
        ("last_day", "", "Xin điền ô này."),
    ],
)
def test_a_wrong_entry_is_a_sentence_at_its_field(
    desk: OfficeDesk, field: str, typed: str, said: str
) -> None:
    entered = {"cycle": "2025-plan", "last_day": "25/02/2025", "reason": "Có lý do.", field: typed}

    answer = desk.post("/quyet-dinh/extend-deadline", agency="syt", biet="cycle agency", **entered)

    assert answer.status_code == 422
    assert f'id="extend-deadline-{field}-fault">{said}' in answer.text
    assert 'name="agency" value="syt"' in answer.text


def test_a_way_back_never_leads_to_another_site(desk: OfficeDesk) -> None:
    page = desk.get("/quyet-dinh/extend-deadline?cycle=2025-plan&ve=https://elsewhere.example/")

    assert "elsewhere" not in page


def _message(key: str) -> messages.NewMessage:
    at = NOW - dt.timedelta(hours=2)
    return messages.NewMessage(key, "maildir", "1", True, "thu.eml", 100, at, at)


@pytest.mark.parametrize("name", sorted(DECISIONS))
def test_every_form_stands_by_itself_with_its_real_cases(desk: OfficeDesk, name: str) -> None:
    page = desk.text(f"/quyet-dinh/{name}")

    assert DECISIONS[name].title in page
    assert DECISIONS[name].button in page


def test_pages_are_shown_while_somebody_writes(desk: OfficeDesk) -> None:
    with desk.workplace.engine.begin() as writing:
        messages.keep(writing, [_message("cd" * 32)])

        assert "Sở Y tế" in desk.text(ways.TODAY)
        assert desk.text("/quyet-dinh/assign-message")


def test_what_is_only_looked_at_cannot_be_changed_by_a_page(desk: OfficeDesk) -> None:
    engine = desk.desk.house.workplace().engine
    with pytest.raises(OperationalError, match="readonly"), engine.begin() as connection:
        messages.keep(connection, [_message("ef" * 32)])
    with desk.workplace.engine.begin() as connection:
        assert messages.keep(connection, [_message("ef" * 32)]) == 1


@pytest.mark.parametrize("name", sorted(DECISIONS))
def test_no_form_speaks_of_flows_boards_or_codes(desk: OfficeDesk, name: str) -> None:
    page = desk.text(f"/quyet-dinh/{name}")

    for word in ("luồng", "ở bảng", "mã thư", "ghi mã", "--json"):
        assert word not in page.partition("Quay lại")[0].lower(), word


@pytest.mark.parametrize("own", ["undo", "account", "menu", "here", "may_decide"])
def test_no_page_takes_a_name_of_its_frame(desk: OfficeDesk, own: str) -> None:
    with pytest.raises(ValueError, match=own):
        desk.desk.page(
            "stands_in_the_way.html", PageRequest(CLERK, "/"), why="", typed={}, **{own: "x"}
        )


def test_what_takes_long_has_a_page_that_asks_by_itself_and_then_leads_back(
    desk: OfficeDesk,
) -> None:
    goes_on = threading.Event()
    begun = desk.desk.undertakings.begin(
        "Xác định thư",
        PageRequest(CLERK, "/ky"),
        "/ky",
        lambda: _done_after(goes_on),
        lambda error: None,
    )
    by_script = {"hx-request": "true"}

    assert 'hx-trigger="every 2s"' in desk.get(f"/viec/{begun.id}")
    assert desk.browser.get(f"/viec/{begun.id}", headers=by_script).status_code == 204
    goes_on.set()
    assert begun.within(30)
    told = desk.browser.get(f"/viec/{begun.id}", headers=by_script)

    assert told.headers["hx-redirect"] == f"/viec/{begun.id}"
    assert "Đã xong việc dài." in desk.text(f"/viec/{begun.id}")


def test_who_operates_finds_the_way_to_the_runs(desk: OfficeDesk) -> None:
    assert "/prefect/v2/dashboard" in desk.get(ways.TODAY)
    desk.account = Account("minh", "Đỗ Quang Minh, Thư ký", frozenset({AccountRole.READS}))
    assert "/prefect/v2/dashboard" not in desk.get(ways.TODAY)


def _done_after(event: threading.Event) -> UndertakingDone:
    assert event.wait(30)
    return UndertakingDone("Đã xong việc dài.")

"""What stands in the way of a page is a sentence, and what a clerk has typed is not lost by it."""

from __future__ import annotations

import datetime as dt
import html
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx import Response
from sqlalchemy.exc import OperationalError

from flows.desk.application import add_desk
from flows.desk.desk import Desk, Neighbours
from flows.desk.house import DeskHouse
from flows.desk.routes import deciding
from models.domain.cycle.cycles import HANOI
from tasks.adapters.sharing import program
from tasks.adapters.sharing.program import ProgramDiffers
from tasks.adapters.sharing.shared_raw_store import SharedRawStore
from tasks.adapters.store import decisions
from tasks.adapters.workplace import Workplace
from tests.fixtures.held_mail import held_message
from tests.fixtures.office_desk import (
    CLERK,
    Browser,
    PretendRuns,
    as_read,
    desk_of,
    office_desk,
)
from tests.fixtures.shared_stores import FOLDER, Breakable, store_url
from tests.fixtures.small_workplace import CYCLE, another_workplace, small_workplace

NOW = dt.datetime(2025, 2, 10, 9, 0, tzinfo=HANOI)
FORM = "/quyet-dinh/extend-deadline"
REASON = 'Sở xin gia hạn,\ncông văn "15" & 16 <gửi lại>.'
TYPED: dict[str, str | list[str]] = {
    "cycle": CYCLE,
    "agency": ["syt", "stc"],
    "last_day": "2025-02-24",
    "reason": REASON,
    "ve": "/ky",
    "biet": "cycle agency",
}
DIFFERS = "khác chương trình đã triển khai"


def kept(answer: Response) -> dict[str, str | list[str]]:
    """What the page that stands in the way sends off again, as a browser would."""
    form = re.search(rf'(?s)<form method="post" action="{FORM}">(.*?)<button>Gửi lại', answer.text)
    assert form is not None, as_read(answer.text)
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form[1]):
        found.setdefault(html.unescape(name), []).append(html.unescape(value))
    return {name: values if len(values) > 1 else values[0] for name, values in found.items()}


def decided(workplace: Workplace) -> list[str]:
    """Whom the book has decisions about."""
    with workplace.engine.begin() as connection:
        return [one.agency for one in decisions.book(connection).decisions]


def deployed_by_another(workplace: Workplace, mark: str) -> None:
    """Another machine deploys its program for all."""
    with workplace.engine.begin() as connection:
        program.forget(connection)
        connection.execute(program.PROGRAM.insert().values(mark=mark, deployed_at=NOW))


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_program_deployed_meanwhile_refuses_a_decision_and_keeps_its_form(
    database_url: str, tmp_path: Path
) -> None:
    with (
        small_workplace(tmp_path, NOW, ["syt", "stc"], database_url) as workplace,
        desk_of(workplace) as desk,
    ):
        assert "Gia hạn" in desk.get(f"{FORM}?cycle={CYCLE}&agency=syt")
        deployed_by_another(workplace, "0123456789abcdef")
        desk.desk.house.look_again()  # as it does after two seconds

        refused = desk.post(FORM, **TYPED)

        assert refused.status_code == 409
        assert as_read(refused.text).count(DIFFERS) == 1
        assert kept(refused) == TYPED
        assert decided(workplace) == []
        assert DIFFERS in desk.get("/", status=409)
        with workplace.engine.begin() as connection:
            program.deployed(connection, NOW)
        assert desk.post(FORM, **kept(refused)).status_code == 200
        assert sorted(decided(workplace)) == ["stc", "syt"]


@contextmanager
def desk_that_opens(folder: Path, database: str, store: str) -> Iterator[Browser]:
    """A desk as the door has it, before anything of it is open."""
    app = FastAPI(openapi_url=None)
    house = DeskHouse(
        lambda now: another_workplace(folder, now, database, store), lambda: "", lambda: NOW
    )
    beside = Neighbours("/tai-khoan", "/dang-xuat", "/nhat-ky", "/prefect/v2")
    with Desk(house, PretendRuns(), beside) as desk, Browser(app) as browser:
        add_desk(app, desk, lambda _: CLERK)
        yield browser


def test_with_a_store_that_is_away_from_the_beginning_the_form_is_kept_too(tmp_path: Path) -> None:
    with small_workplace(tmp_path, NOW, ["syt", "stc"]) as workplace:
        place = tmp_path / "chua-gan"
        with desk_that_opens(tmp_path, str(workplace.engine.url), f"file://{place}") as browser:
            refused = browser.post(FORM, data=TYPED)
            assert refused.status_code == 409
            assert as_read(refused.text).count("BAOCAO_STORE_URL") == 1
            assert kept(refused) == TYPED
            place.mkdir()
            assert browser.post(FORM, data=kept(refused)).status_code == 200
        assert sorted(decided(workplace)) == ["stc", "syt"]


def test_a_store_that_falls_silent_while_a_decision_is_worked_on_is_told_and_it_stands(
    tmp_path: Path,
) -> None:
    """The message is worked on by the next intake; nobody decides a second time."""
    url = store_url(FOLDER, tmp_path)
    with (
        small_workplace(tmp_path, NOW, ["syt"], store_url=url) as workplace,
        desk_of(workplace) as desk,
    ):
        key = held_message(workplace)
        assert isinstance(workplace.raw_store, SharedRawStore)
        store = Breakable(workplace.raw_store.objects)
        for file in workplace.raw_store.root.rglob("*"):
            if file.is_file():
                file.unlink()  # none is at hand on this machine
        store.away(TimeoutError())
        try:
            answer = desk.post(
                "/quyet-dinh/assign-message",
                message=key, cycle=CYCLE, agency="syt", reason="Sở xác nhận.",
            )  # fmt: skip
        finally:
            store.mend()
        assert answer.status_code == 200
        said = as_read(answer.text)
        assert said.count("BAOCAO_STORE_URL") == 1
        assert "lần nhận thư sau làm tiếp" in said
        assert decided(workplace) == ["syt"]


def test_a_database_that_does_not_answer_is_a_sentence_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with office_desk(tmp_path, NOW, ["syt", "stc"]) as desk:

        def away() -> Workplace:
            raise OperationalError("SELECT 1", {}, Exception("connection refused"))

        with monkeypatch.context() as broken:
            broken.setattr(desk.desk.house, "workplace_to_decide", away)
            refused = desk.post(FORM, **TYPED)
        assert refused.status_code == 503
        assert "BAOCAO_DATABASE_URL" in as_read(refused.text)
        assert kept(refused) == TYPED
        assert desk.post(FORM, **kept(refused)).status_code == 200
        assert sorted(decided(desk.workplace)) == ["stc", "syt"]


def test_what_fails_only_after_a_while_keeps_the_form_on_the_page_that_waited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on = threading.Event()
    with office_desk(tmp_path, NOW, ["syt", "stc"]) as desk:

        def differs() -> Workplace:
            assert goes_on.wait(30)
            raise ProgramDiffers(f"Chương trình ở máy này {DIFFERS} cho các máy.")

        monkeypatch.setattr(deciding, "_PATIENCE", 0.0)
        monkeypatch.setattr(desk.desk.house, "workplace_to_decide", differs)
        monkeypatch.setattr(desk.desk.house, "workplace", differs)
        waiting = desk.post(FORM, **TYPED)
        begun = desk.desk.undertakings.find(waiting.url.path.rpartition("/")[2])
        assert waiting.status_code == 200 and begun is not None
        goes_on.set()
        assert begun.within(30)

        refused = desk.browser.get(waiting.url.path)

        assert refused.status_code == 409
        assert as_read(refused.text).count(DIFFERS) == 1
        assert kept(refused) == TYPED


def test_a_file_cannot_be_kept_in_a_page_and_is_not_pretended_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with office_desk(tmp_path, NOW, ["syt"]) as desk:

        def away() -> None:
            raise OSError(28, "No space left", "/kho")

        monkeypatch.setattr(desk.desk.house.files, "standing", away)
        refused = desk.browser.post("/thiet-lap/danh-muc", files={"so": ("a.xlsx", b"x")})
        assert refused.status_code == 503
        assert "hết chỗ trên đĩa" in as_read(refused.text)
        assert "Gửi lại" not in refused.text
